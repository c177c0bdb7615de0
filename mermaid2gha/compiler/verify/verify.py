"""The proof of one workflow: its text, whoever wrote it, does in every case what the drawing says.

For every flow and event, every assignment of what the conditions read (`cases`), and every single failure,
time-out and cancellation, the jobs that run must be those drawn (docs/proof.md). The order of the jobs, too,
must be the one that the flows draw, no more and no less. Nothing of the passes that plan is used, and of
linking only which runs are the flows of the file and which jobs of it the drawn ones are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.verify.actual import File, file_of, gate_lines
from mermaid2gha.compiler.verify.approvals import unasked
from mermaid2gha.compiler.verify.asked import is_told_from_time_out
from mermaid2gha.compiler.verify.cases import Rows, is_result, rows, true_rows, variables
from mermaid2gha.compiler.verify.execution import (
    OUTCOMES,
    CaseRun,
    Deviation,
    GateCheck,
    Lanes,
    Scenario,
)
from mermaid2gha.compiler.verify.expected import Expectation, expectation
from mermaid2gha.compiler.verify.flows import DrawnWorkflow, drawn_workflow
from mermaid2gha.compiler.verify.steps import StepTable, given_names, wrong_rows
from mermaid2gha.compiler.verify.triggers import filter_difference
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.logic.domains import Value
from mermaid2gha.github.logic.equivalence import Formula, Question, atom_of, questions, truth
from mermaid2gha.settings.model import Settings

_MOST_LANES = 1 << 21
NO_FLOW = -1
_NO_SETTINGS = Settings()


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a file is not what is drawn: what is the case, and the smallest case that shows it.

    `flow` and `event` are empty where it is so in every run; `failing` is a job and how it ends.
    `is_unread`: the file, or its gate, is of no form that can be run here, which may be people's doing.
    """

    file: str
    what: str
    flow: str = ""
    event: str = ""
    assignment: tuple[tuple[str, Value], ...] = ()
    failing: tuple[str, str] | None = None
    is_unread: bool = False


def proof(
    linked: LinkedWorkflow,
    text: str,
    settings: Settings = _NO_SETTINGS,
    *,
    is_edited: bool = False,
    excused: frozenset[str] = frozenset(),
) -> Difference | None:
    """The smallest difference between what a workflow's text does and what its flows draw, if there is one.

    `settings` are those under which it is drawn. Jobs of the file that no flow draws are run and
    expected nothing of; conjuncts of a drawn job's `if` that ask for what no drawing asks are people's: where
    they are false the job counts as left out, and of what follows it nothing is expected. `is_edited`: the
    text has parts of people's, so that its steps and filters are not compared. `excused` are jobs, in lower
    case, of which a difference stays that is told or accepted: nothing is expected of them either.
    """
    try:
        file = file_of(text)
        drawn_here = drawn_workflow(linked, settings)
        is_gate_excused = bool(drawn_here.gates) and gate_id(drawn_here) in excused
        gate = gate_of(drawn_here, file) if not is_gate_excused else None
    except ValueError as fault:
        return Difference(linked.file, str(fault), is_unread=True)
    try:
        expected = expectation(drawn_here, settings, file)
    except ValueError as fault:
        return Difference(linked.file, str(fault))
    drawn = expected.drawn
    for event in drawn.events:
        if event not in file.events:
            return Difference(drawn.file, f"the event `{event}` is drawn and does not start the file")
    excused |= _followers(excused, file)
    if wrong := _disorder(expected, file, excused):
        return wrong
    if not is_edited and (filters := filter_difference(drawn, file.written)):
        return Difference(drawn.file, filters)
    if not is_edited and (what := unasked(expected, file)):
        return Difference(drawn.file, what)
    starts = [(flow.number, event) for flow in drawn.flows for event in flow.events]
    starts += [(NO_FLOW, event) for event in drawn.events]
    steps = StepTable(expected, file, given_names(linked.name, settings)) if not is_edited else None
    foreign = people_s_terms(expected, file)
    excused |= _followers(frozenset(foreign) & drawn.ids.keys(), file)
    differences: list[Difference] = []
    for flow, event in starts:
        start = Start(expected, file, flow, event)
        differences += start.differences(foreign, gate(flow) if gate else None, excused)
        differences += start.step_differences(steps) if steps is not None and flow != NO_FLOW else []
    return min(differences, key=_size, default=None)


def _size(one: Difference) -> tuple[int, int]:
    """How much there is to a case: failures, then values."""
    return int(one.failing is not None), len(one.assignment)


def _followers(jobs: frozenset[str], file: File) -> frozenset[str]:
    """The jobs that wait for some of these, however far."""
    bits = sum(file.bits[name] for name in file.jobs if name in jobs)
    return frozenset(name for name, job in file.jobs.items() if job.ancestors & bits)


def _disorder(expected: Expectation, file: File, excused: frozenset[str]) -> Difference | None:
    """A pair of jobs that is ordered otherwise than by the flows together, by what the jobs read, and through
    jobs that no flow draws."""
    name_of_file = expected.drawn.file
    jobs = {name: file.bits[name] for name in expected.drawn.ids}
    inside = sum(jobs.values())
    before: dict[str, int] = {}
    wanted = dict.fromkeys(jobs, 0)
    allowed = dict.fromkeys(jobs, 0)
    for flow in expected.jobs.values():
        for name, drawn in flow.items():
            wanted[name] |= drawn.before | drawn.reads
            allowed[name] |= drawn.named
    for name in (name for name in file.jobs if name in jobs and name not in excused):
        for other in file.names(file.jobs[name].ancestors & ~inside):
            allowed[name] |= file.jobs[other].ancestors & inside
    for name in (name for name in file.jobs if name in jobs):
        if name in excused:
            before[name] = file.jobs[name].ancestors & inside
            continue
        written, asked = file.jobs[name].ancestors & inside, wanted[name]
        if asked & ~written:
            missing = file.names(asked & ~written)[0]
            return Difference(name_of_file, f"`{name}` is drawn after `{missing}` and does not wait for it")
        before[name] = asked | allowed[name] & written
        if written & ~asked:
            for other in file.names(before[name]):
                before[name] |= before[other]
        if written & ~before[name]:
            extra = file.names(written & ~before[name])[0]
            return Difference(name_of_file, f"`{name}` waits for `{extra}`, which no flow draws before it")
        before[name] |= written
    return None


class GateOf:
    """The gate of a file as each flow sees it."""

    def __init__(self, drawn: DrawnWorkflow, file: File) -> None:
        self.drawn_in = drawn.gates
        self.id = gate_id(drawn)
        if self.id not in file.jobs:
            raise ValueError(f"the gate `{self.id}` is drawn and the file has none of this id")
        self.drawn, self.lines = gate_lines(file.jobs[self.id])
        self.judged = frozenset(
            drawn.flows[flow].ids[number].lower()
            for flow, gate in self.drawn_in.items()
            for number in gate.covers
        )
        for unseen in sorted(self.judged - set(file.needs[self.id])):
            raise ValueError(f"the gate `{self.id}` is drawn after `{unseen}` and does not need it")

    def __call__(self, flow: int) -> GateCheck:
        is_drawn = None if flow == NO_FLOW else flow in self.drawn_in
        return GateCheck(self.id, is_drawn, judged=self.judged, drawn=self.drawn, lines=self.lines)


def gate_of(drawn: DrawnWorkflow, file: File) -> GateOf | None:
    """The gate of a file as the flows draw it, if they do; `ValueError` where the file has another."""
    return GateOf(drawn, file) if drawn.gates else None


def gate_id(drawn: DrawnWorkflow) -> str:
    """The id of the gate: its name's, and where a drawn job has it, with `gate` and a number behind it."""
    taken = drawn.ids.keys()
    name = next(iter(drawn.gates.values())).id
    free, number = name.lower(), 1
    while free in taken:
        number += 1
        free = f"{name}-gate".lower() if number == 2 else f"{name}-gate-{number - 1}".lower()
    return free


class Start:
    """The runs of one flow by one event."""

    def __init__(self, expected: Expectation, file: File, flow: int, event: str) -> None:
        self.expected = expected
        self.file = file
        self.drawn = expected.jobs.get(flow, {})
        self.flow = flow
        self.event = event
        self.asked = expected.starts.takes_place(flow, event)
        self.guards = {atom_of(question) for question in questions(self.asked)}
        is_call = kind_of(event).is_call
        self.fixed: dict[str, Value] = {"inputs.called": is_call}
        if not is_call:
            self.fixed["github.event_name"] = event

    def table(self, asked: Iterable[Question]) -> Rows:
        """The assignments of what is asked, and of what decides it, in which the flow takes place."""
        known = variables((*questions(self.asked), *asked), self.fixed)
        return rows(known, self.guards, lambda tried: true_rows(self.asked, tried))

    def differences(
        self,
        foreign: Mapping[str, tuple[Formula, ...]],
        gate: GateCheck | None,
        excused: frozenset[str] = frozenset(),
    ) -> list[Difference]:
        """Each job that runs otherwise than drawn, with the smallest case that shows it; `foreign` are the
        terms that people added, of `excused` jobs nothing is expected."""
        if not self.guards and not truth(self.asked, lambda _: 0, 1):
            return []  # nothing is asked whether it takes place: it never does
        tried = self.table(self.questions(gate))
        if not tried.rows:  # no event is one of this flow alone
            return []
        ids = frozenset(self.expected.drawn.ids)
        differences: list[Difference] = []
        for part in self.parts(len(tried.rows), self.outcomes(gate)):
            run = CaseRun(self.file, self.drawn, ids, Lanes(tried, part))
            deviations = (one for one in run.deviations(foreign, gate) if one.job not in excused)
            differences += [self.difference(one, tried) for one in deviations]
            if differences:  # the scenarios that follow are no smaller
                break
        return differences

    def step_differences(self, steps: StepTable) -> list[Difference]:
        """Each step of a fresh job that runs otherwise than drawn where its job runs."""
        file = self.expected.drawn.file
        differences: list[Difference] = []
        for name, drawn in self.drawn.items():
            try:
                compared = list(steps.steps(name, self.flow))
            except ValueError as fault:
                return [Difference(file, str(fault), is_unread=True)]
            for step in compared:
                asked = (q for one in (drawn.condition, step.drawn, *step.terms) for q in questions(one))
                tried = self.table(one for one in asked if not is_result(atom_of(one)))
                wrong, runs = wrong_rows(step, true_rows(drawn.condition, tried), tried)
                if wrong:
                    how = "runs and is not drawn to" if wrong & runs else "is drawn to run and does not"
                    what = f"the step `{step.name}` of `{name}` {how}"
                    case = tried.smallest(wrong & runs or wrong)
                    differences.append(
                        Difference(file, what, flow=self.flow_name, event=self.event, assignment=case)
                    )
        return differences

    @property
    def flow_name(self) -> str:
        return self.expected.drawn.flows[self.flow].name if self.flow != NO_FLOW else ""

    def outcomes(self, gate: GateCheck | None) -> tuple[int, ...]:
        """How a job can end badly, each way that can make a difference.

        A failure stands for a time-out where nothing that is asked tells one from the other. It stands for a
        cancellation, too, where each job stops when the run is cancelled and nothing is drawn for failures:
        then no job after it runs, in the file or as drawn, and a gate finds the same results.
        """
        asked = self.file.asked
        formulas = [drawn.condition for drawn in self.drawn.values()]
        formulas += [] if gate is None else gate.formulas()
        is_told = (
            any(one.tells_time_outs for one in asked.values())
            or any(job.continues_on_error for job in self.file.jobs.values())
            or any(is_told_from_time_out(one) for formula in formulas for one in questions(formula))
        )
        if is_told:
            return tuple(range(len(OUTCOMES)))
        is_plain = all(not drawn.in_handlers and not drawn.criticals for drawn in self.drawn.values())
        ends_with_run = all(
            one.ends_with_run for name, one in asked.items() if gate is None or name != gate.id
        )
        return (0,) if is_plain and ends_with_run else (0, 2)

    def parts(self, width: int, outcomes: Sequence[int]) -> Iterator[list[Scenario]]:
        """The scenarios, as many at a time as numbers may be long."""
        whole: list[Scenario] = [(), *(((name, end),) for name in self.drawn for end in outcomes)]
        count = max(1, _MOST_LANES // width)
        for start in range(0, len(whole), count):
            yield whole[start : start + count]

    def questions(self, gate: GateCheck | None) -> Iterator[Question]:
        for drawn in self.drawn.values():
            yield from questions(drawn.condition)
        for asked in self.file.asked.values():
            yield from asked.read
        for formula in gate.formulas() if gate is not None else ():
            yield from questions(formula)

    def difference(self, deviation: Deviation, tried: Rows) -> Difference:
        name = deviation.job
        if deviation.is_verdict:
            what = f"the gate `{name}` {'passes' if deviation.runs else 'fails'} and is drawn to do otherwise"
        elif deviation.runs:
            what = f"`{name}` runs and is not drawn to"
        else:
            what = f"`{name}` is drawn to run and does not"
        return Difference(
            self.expected.drawn.file,
            what,
            flow=self.flow_name,
            event=self.event,
            assignment=tried.smallest(deviation.rows),
            failing=next(((job, OUTCOMES[outcome]) for job, outcome in deviation.scenario), None),
        )


def people_s_terms(expected: Expectation, file: File) -> dict[str, tuple[Formula, ...]]:
    """The terms of a file's jobs that ask only for what nothing drawn asks for."""
    drawn = {"inputs.called", "github.event_name", *map(atom_of, expected.asked())}

    def is_foreign(term: Formula) -> bool:
        asked = {atom_of(question) for question in questions(term)}
        return term is False or (bool(asked) and not any(map(is_result, asked)) and drawn.isdisjoint(asked))

    terms = {
        name: tuple(filter(is_foreign, asked.terms))
        for name, asked in file.asked.items()
        if False in asked.terms or not asked.atoms <= drawn
    }
    return {name: extra for name, extra in terms.items() if extra}
