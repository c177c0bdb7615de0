"""A run that GitHub made, held against the drawing: is it one of the runs that a workflow's flows allow?

It is, where for some flow and some assignment of what the conditions read the jobs that ran are those drawn,
none began before all was over that is drawn before it, and the gate's verdict is that of the drawing. The
drawing is read as in the proof (`run`): here the jobs run as they did, and each is asked whether it should.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.graph import nearest
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.verify.actual import File
from mermaid2gha.compiler.verify.cases import CaseVariable, Rows, rows, true_rows, variables
from mermaid2gha.compiler.verify.execution import CaseRun, GateCheck, Lanes
from mermaid2gha.compiler.verify.expected import Drawn, Expectation
from mermaid2gha.compiler.verify.verify import NO_FLOW, gate_of
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.expressions.ast import Call, Context, Index
from mermaid2gha.github.expressions.checker import nodes
from mermaid2gha.github.expressions.evaluator import Environment, EvaluationError, evaluate
from mermaid2gha.github.expressions.values import is_true
from mermaid2gha.github.logic.domains import Probe, Value, subject_of
from mermaid2gha.github.logic.equivalence import Formula, Question, atom_of, questions, truth
from mermaid2gha.replay.api import ObservedJob, RunState

MOST_ROWS = 1 << 16
_BAD = (RunState.FAILURE, RunState.TIMED_OUT, RunState.CANCELLED, RunState.DROPPED)


class Violation(Enum):
    """How a job of a run is not as drawn."""

    EARLY = "began before another was over"
    AFTER_FAILURE = "ran although something before it went wrong"
    NOT_IN_FLOW = "ran although its flow does not draw it"
    EXCLUDED = "ran although its condition is false"
    UNPROVOKED = "handles a failure that was none"
    SKIPPED = "did not run although it is drawn to"
    UNHANDLED = "did not run although it is drawn for a failure that was"
    GREEN = "the gate passed although the run is not as drawn"
    RED = "the gate failed although the run is as drawn"


@dataclass(frozen=True, slots=True)
class Breach:
    """A fault of one job, by ids in lower case; `other` is the job that it shows beside, if there is one.

    `seconds` is by how much it began too early, none while the other is not over.
    """

    fault: Violation
    job: str
    other: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class RunEvidence:
    """What is known of a run: its jobs by id in lower case, and what the questions of its event say.

    `known` are the values that a subject can have had. `free` are the jobs that people's own conditions may
    have left out. Times at most `skew` seconds apart are taken as equal.
    """

    jobs: Mapping[str, ObservedJob]
    event: str
    known: Mapping[str, tuple[Value, ...]]
    is_finished: bool = True
    is_cancelled: bool = False
    free: Collection[str] = ()
    skew: float = 1.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that a run leaves no choice of, and those that it could have had instead."""

    atom: str
    value: Value
    others: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """The flow that a run is most like (none for -1), its breaches, and what it shows of the conditions."""

    flow: int
    event: str
    breaches: tuple[Breach, ...]
    shown: tuple[Shown, ...] = ()


def replayed(expected: Expectation, file: File, observed: RunEvidence) -> Replayed | None:
    """The flow with the fewest breaches, the first of equals; none where no flow is of this event.

    `file` is the compiled workflow: its jobs in order.
    """
    gate = gate_of(expected.drawn, file)
    tried: list[Replayed] = []
    starts = [(flow.number, event) for flow in expected.drawn.flows for event in flow.events]
    starts += [(NO_FLOW, event) for event in expected.drawn.events]
    for flow, event in starts:
        if observed.event not in ("", event):
            continue
        trial = _Trial(expected, file, (flow, event), observed)
        if trial.found.rows:
            tried.append(trial.replayed(gate(flow) if gate else None))
    return min(tried, key=lambda one: len(one.breaches)) if tried else None


class _Trial:
    """One flow and event beside a run."""

    def __init__(
        self, expected: Expectation, file: File, start: tuple[int, str], observed: RunEvidence
    ) -> None:
        self.file = file
        self.flow, self.event = start
        self.starts = expected.starts
        self.drawn = expected.jobs.get(self.flow, {})
        self.observed = observed
        self.ids = frozenset(expected.drawn.ids)
        self.found = self.assignments()
        self.lanes = Lanes(self.found, [()])

    # -- what the conditions can have been --------------------------------------------------------------

    def assignments(self) -> Rows:
        asked = self.starts.takes_place(self.flow, self.event)
        is_call = kind_of(self.event).is_call
        fixed: dict[str, Value] = {"inputs.called": is_call}
        if not is_call:
            fixed["github.event_name"] = self.event
        guards = {atom_of(question) for question in questions(asked)}
        read = variables(self.questions(asked), fixed)
        known = tuple(self.pinned([narrowed(one, self.observed.known) for one in read], guards))
        most = MOST_ROWS
        return rows(known, guards, lambda tried: true_rows(asked, tried), every=most, most_guards=most)

    def questions(self, asked: Formula) -> Iterator[Question]:
        yield from questions(asked)
        for drawn in self.drawn.values():
            yield from questions(drawn.condition)

    def pinned(self, known: list[CaseVariable], guards: Collection[str]) -> Iterator[CaseVariable]:
        """Of more assignments than can be tried, those in which conditions that stand alone around jobs are
        as most of these jobs show."""
        count = 1
        for one in known:
            count *= len(one.values)
        for one in known:
            if count > MOST_ROWS and one.atom not in guards and len(one.values) > 1:
                count //= len(one.values)
                yield _only(one, max(range(len(one.values)), key=lambda at: self.evidence(one, at)))
            else:
                yield one

    def evidence(self, variable: CaseVariable, at: int) -> int:
        """How many jobs under this condition alone show that the variable has this value."""
        count = 0
        for name, drawn in self.drawn.items():
            asked = tuple(questions(drawn.condition))
            if asked and all(atom_of(one) == variable.atom for one in asked) and name in self.observed.jobs:
                is_true_there = truth(drawn.condition, lambda q: int(variable.answers[q][at]), 1)
                count += bool(is_true_there) == self.observed.jobs[name].has_begun
        return count

    # -- the run beside the drawing ---------------------------------------------------------------------

    def replayed(self, gate: GateCheck | None) -> Replayed:
        run = CaseRun(self.file, self.drawn, self.ids, self.lanes)
        wrong: dict[str, int] = {}
        for job in self.file.jobs:
            wrong[job] = self.wrong(run, job, gate)
        verdict = self.wrong_verdict(run, gate, wrong) if gate is not None else 0
        lanes = _fewest([*wrong.values(), verdict], self.lanes.every)
        lane = lanes & -lanes
        breaches = list(self.early())
        breaches += [self.breach(run, name, lane, wrong) for name, bits in wrong.items() if bits & lane]
        if verdict & lane and gate is not None:
            breaches.append(self.verdict(run, gate, lane, wrong))
        return Replayed(self.flow, self.event, tuple(breaches), tuple(self.shown(lanes)))

    def wrong(self, run: CaseRun, job: str, gate: GateCheck | None) -> int:
        """The lanes in which a job did otherwise than drawn; notes what became of it."""
        every = self.lanes.every
        seen = self.observed.jobs.get(job)
        if seen is None and not self.observed.is_finished:
            seen = ObservedJob("", RunState.WAITING)
        ran = every if seen is not None and seen.has_begun else 0
        self.note(run, job, seen)
        if gate is not None and job == gate.id:
            is_due = bool(gate.is_drawn) and self.observed.is_finished and not self.observed.is_cancelled
            return every if is_due and not ran else 0
        if job not in self.drawn:
            return ran if job in self.ids else 0
        expected = run.expected(job, (), ran)
        is_open = seen is not None and seen.state is RunState.WAITING
        if is_open or (not ran and (self.observed.is_cancelled or job in self.observed.free)):
            run.elsewhere[job] |= expected
            run.left_before[job] |= expected
            run.left_out |= expected
            return 0
        return expected ^ ran

    def note(self, run: CaseRun, name: str, seen: ObservedJob | None) -> None:
        """What a job's end is to those that come after it; of one that is not over, that it will be well."""
        state = seen.state if seen is not None else RunState.SKIPPED
        at = {RunState.FAILURE: 1, RunState.SKIPPED: 3}.get(state, 2 if state in _BAD else 0)
        results = [0, 0, 0, 0]
        results[at] = self.lanes.every
        run.results[name] = dict(zip(("success", "failure", "cancelled", "skipped"), results))
        run.ran[name] = self.lanes.every if seen is not None and seen.has_begun else 0
        run.bad[name] = self.lanes.every if state in _BAD else 0
        run.cancelled[name] = run.unsuccessful[name] = run.failed[name] = 0
        run.stopped[name] = run.elsewhere[name] = 0
        run.drawn_to_run[name] = self.lanes.every
        run.any_before[name] = run.bad[name]
        run.left_before[name] = 0

    def wrong_verdict(self, run: CaseRun, gate: GateCheck, wrong: Mapping[str, int]) -> int:
        """The lanes in which the gate's verdict is not that of the drawing."""
        seen = self.observed.jobs.get(gate.id)
        if not self.observed.is_finished or self.observed.is_cancelled or seen is None:
            return 0
        is_green = seen.state is RunState.SUCCESS
        if gate.is_drawn is None:
            return self.lanes.every if is_green else 0
        if not gate.is_drawn or seen.state not in (RunState.SUCCESS, RunState.FAILURE):
            return 0
        well = run.well(gate)
        for name in gate.judged:
            well &= ~wrong[name]
        return (well ^ self.lanes.every if is_green else well) & ~run.left_out

    # -- order ------------------------------------------------------------------------------------------

    def early(self) -> Iterator[Breach]:
        """The jobs that began before another was over that is drawn before them, each with the nearest."""
        before = [self.drawn[job].before if job in self.drawn else 0 for job in self.file.jobs]
        for name, drawn in self.drawn.items():
            seen = self.observed.jobs.get(name)
            if seen is None or not seen.has_begun or seen.start is None:
                continue
            late = {
                other: by for other in self.file.names(drawn.before) if (by := self.lateness(other, seen))
            }
            last = nearest(sum(self.file.bits[other] for other in late), before)
            for other in self.file.names(last)[:1]:
                seconds = late[other]
                yield Breach(Violation.EARLY, name, other, None if seconds == _OPEN else seconds)

    def lateness(self, name: str, after: ObservedJob) -> float:
        """By how many seconds a job was over too late for one that began after it; 0 if it was not."""
        seen = self.observed.jobs.get(name)
        if seen is None or after.start is None:
            return 0.0
        if seen.state in (RunState.RUNNING, RunState.WAITING):
            return _OPEN
        if not seen.has_begun or seen.end is None or seen.end - after.start <= self.observed.skew:
            return 0.0
        return seen.end - after.start

    # -- whose fault it is ------------------------------------------------------------------------------

    def breach(self, run: CaseRun, name: str, lane: int, wrong: Mapping[str, int]) -> Breach:
        drawn = self.drawn.get(name)
        seen = self.observed.jobs.get(name)
        has_begun = seen is not None and seen.has_begun
        is_asked = drawn is not None and drawn.handles is not None and not drawn.failures[0].is_always
        if drawn is not None and is_asked and not has_begun:
            failed = [other for other in drawn.failures[0].jobs if run.bad.get(other, 0) & lane]
            return Breach(Violation.UNHANDLED, name, failed[0] if failed else "")
        if not has_begun:
            return Breach(Violation.SKIPPED, name, self.excluding(name, wrong))
        if drawn is None:
            return Breach(Violation.NOT_IN_FLOW, name)
        if not run.truth_of(drawn.condition) & lane:
            return Breach(Violation.EXCLUDED, name, self.excluding(name, wrong))
        if culprit := self.culprit(run, drawn, lane):
            return Breach(Violation.AFTER_FAILURE, name, culprit)
        return Breach(Violation.UNPROVOKED if drawn.handles is not None else Violation.EXCLUDED, name)

    def culprit(self, run: CaseRun, drawn: Drawn, lane: int) -> str:
        """The nearest job before another that ended badly, else one that was kept from running."""
        names = self.file.names(drawn.before)[::-1]
        if drawn.handles is not None:
            names = [name for name in names if drawn.handles in self.drawn[name].in_handlers]
        for table in (run.bad, run.stopped):
            found = next((name for name in names if table[name] & lane), "")
            if found:
                return found
        return ""

    def excluding(self, name: str, wrong: Mapping[str, int]) -> str:
        """The first job with which no assignment makes this one's behaviour fit."""
        every = self.lanes.every
        fits = every & ~wrong[name]
        for other, bits in wrong.items():
            if other != name and other in self.drawn and bits != every and fits and not fits & ~bits:
                return other
        return ""

    def verdict(self, run: CaseRun, gate: GateCheck, lane: int, wrong: Mapping[str, int]) -> Breach:
        if run.ran[gate.id] and self.observed.jobs[gate.id].state is not RunState.SUCCESS:
            return Breach(Violation.RED, gate.id)
        bad = [n for n in gate.judged if (run.bad[n] | run.stopped[n] | wrong[n]) & lane]
        return Breach(Violation.GREEN, gate.id, min(bad, key=list(self.file.jobs).index, default=""))

    def shown(self, lanes: int) -> Iterator[Shown]:
        rest = [row for number, row in enumerate(self.found.rows) if lanes >> number & 1]
        for at, one in enumerate(self.found.variables):
            values = {row[at] for row in rest}
            if len(values) == 1 and len(one.values) > 1:
                [value] = values
                yield Shown(one.atom, one.values[value], (*one.values[:value], *one.values[value + 1 :]))


_OPEN = float("inf")


def _fewest(masks: Collection[int], every: int) -> int:
    """The lanes that are in the fewest of some masks; the counts are added up bit by bit."""
    planes: list[int] = []
    for mask in masks:
        carry = mask
        for at, plane in enumerate(planes):
            planes[at], carry = plane ^ carry, plane & carry
        if carry:
            planes.append(carry)
    best = every
    for plane in reversed(planes):
        best = best & ~plane or best
    return best


def narrowed(variable: CaseVariable, known: Mapping[str, tuple[Value, ...]]) -> CaseVariable:
    """A variable with the values alone that agree with what is known."""
    probes = [(one, answers) for one, answers in variable.answers.items() if isinstance(one, Probe)]
    if probes:
        values = known.get(variable.atom, ())
        kept = [
            at
            for at in range(len(variable.values))
            if any(all(one.answer(value) == answers[at] for one, answers in probes) for value in values)
        ]
        return _some(variable, kept) if kept else variable
    [question] = variable.answers
    answer = _answered(question, known)
    return variable if answer is None else _only(variable, variable.answers[question].index(answer))


def _answered(question: Question, known: Mapping[str, tuple[Value, ...]]) -> bool | None:
    """The truth of an expression all of whose parts are known; none where some are not."""
    if isinstance(question, Probe | Call):
        return None
    subjects = [subject_of(one) for one in nodes(question) if isinstance(one, Index)]
    contexts: dict[str, object] = {}
    whole = [name for name in subjects if len(known.get(name, ())) == 1]
    asked = [one for one in nodes(question) if isinstance(one, Context)]
    if len(whole) != len(asked) or not whole:
        return None
    for name in whole:
        inner: dict[str, object] = contexts
        *path, last = name.split(".")
        for part in path:
            deeper = inner.setdefault(part, {})
            assert isinstance(deeper, dict)
            inner = deeper
        inner[last] = known[name][0]
    try:
        return is_true(evaluate(question, Environment(contexts)))
    except EvaluationError:
        return None


def _only(variable: CaseVariable, at: int) -> CaseVariable:
    return _some(variable, [at])


def _some(variable: CaseVariable, kept: list[int]) -> CaseVariable:
    return replace(
        variable,
        values=tuple(variable.values[at] for at in kept),
        answers={one: tuple(found[at] for at in kept) for one, found in variable.answers.items()},
    )
