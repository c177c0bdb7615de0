"""From a diagram to its runs, jobs and steps, and what happens where.

The rules are those of docs/language.md#jobs-steps-and-ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import FlowGraph, FlowGraphs, Fragment
from mermaid2gha.compiler.ir.occurrences import OperandEnd
from mermaid2gha.compiler.lower.builder import FlowBuilder
from mermaid2gha.compiler.lower.effects import EffectLowering
from mermaid2gha.compiler.lower.failing_steps import failing_steps
from mermaid2gha.compiler.lower.idle_marks import idle_marks
from mermaid2gha.compiler.lower.inner_loops import inner_loops
from mermaid2gha.compiler.lower.late_pushes import late_pushes
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.reading.conditions import guessed_condition
from mermaid2gha.compiler.reading.effects import ACTIVITIES, STARTS
from mermaid2gha.compiler.reading.reading import Reading, Readings
from mermaid2gha.compiler.vocabulary import labels, outcomes, outcomes_beyond
from mermaid2gha.compiler.vocabulary.guards import Guard, Meaning
from mermaid2gha.compiler.vocabulary.loops import LoopKind
from mermaid2gha.github.names import job_id
from mermaid2gha.mermaid.ast import (
    Activation,
    Autonumber,
    Cosmetic,
    CosmeticKind,
    Event,
    FragmentEnd,
    FragmentStart,
    Message,
    Note,
    OperandStart,
    Operator,
)
from mermaid2gha.settings.model import Settings


def lower(readings: Readings, settings: Settings) -> tuple[FlowGraphs, list[Diagnostic]]:
    """The runs, jobs, steps and occurrences that each diagram draws.

    The time is linear in the events and in the edges between operands of nested fragments. Reports
    `illegal-id`, `loop-runs-once`, `token-without-run`, `empty-wait`,
    `message-without-event`, `pull-without-wait`, `guessed-condition` and what `late_pushes`, `artifacts` and
    `idle_marks` do.
    """
    diagnostics: list[Diagnostic] = []
    drawings = []
    for reading in readings.items:
        walk = _Walk(reading, settings)
        drawings.append(walk.flow_graph())
        diagnostics += walk.builder.diagnostics
        diagnostics += idle_marks(reading)
    return FlowGraphs(readings.documents, readings.diagrams, tuple(drawings)), diagnostics


class _Walk:
    """One walk over the events with a stack of open fragments."""

    def __init__(self, reading: Reading, settings: Settings) -> None:
        self.diagram = reading.diagram
        self.effects = reading.effects
        self.structure = reading.structure
        self.fragment_readings = reading.fragments
        self.origin = reading.origin
        self.guesses: dict[tuple[int, int], tuple[str, str, str]] = {}
        self.settings = settings
        self.builder = FlowBuilder(reading.diagram, {who.id: who for who in reading.participants}, settings)
        self.timeline = self.builder.timeline
        self.operands = self.builder.operands
        self.open: list[tuple[int, int]] = []
        self.windows: list[dict[str, tuple[str, int]]] = []
        self.runs_before: list[tuple[int, dict[str, int]]] = []
        self.fragments = self.builder.fragments
        self.lowering = EffectLowering(self.builder, reading.structure)

    def flow_graph(self) -> FlowGraph:
        at = 0
        events = self.diagram.events
        while at < len(events):
            event = events[at]
            if isinstance(event, FragmentStart) and at in self.structure.waits:
                end = self.structure.end_of[at]
                self.lowering.wait(at, end, event, self.effects)
                at = end + 1
                continue
            self.step(at, event)
            at += 1
        late_pushes(self.builder, self.fragments)
        inner_loops(self.builder)
        failing_steps(self.builder)
        graph = self.builder.flow_graph(tuple(self.fragments), self.lowering.externals())
        return replace(graph, origin=self.origin)

    def step(self, at: int, event: Event) -> None:
        match event:
            case FragmentStart():
                self.start(at, event)
            case OperandStart():
                self.next_operand(event)
            case FragmentEnd():
                self.end(event)
            case Note() | Message():
                self.lowering.carry_out(at, event, self.effects[at])
            case Activation() | Autonumber() | Cosmetic():
                self.builder.trace(event.span, _statement(event), "cosmetic")

    def start(self, at: int, event: FragmentStart) -> None:
        if event.operator is Operator.RECT:
            self.open.append((at, -1))
            self.builder.trace(event.span, f"rect {event.text}".strip(), "cosmetic")
            return
        number = len(self.fragments)
        texts = self.structure.guards[at]
        before: dict[int, list[int]] = {}
        if event.operator in (Operator.OPT, Operator.ALT, Operator.BREAK):
            for lifeline in self.timeline.frontiers:
                run = self.builder.run_of(lifeline)
                jobs = [job.number for job in self.builder.jobs_before(lifeline) if job.run == run]
                if run is not None and jobs:
                    before.setdefault(run, []).extend(jobs)
        directly = {job for jobs in before.values() for job in jobs}
        self.fragments.append(
            Fragment(
                number,
                event.operator,
                guards=tuple((text, event.text_span or event.span) for text in texts),
                parent=self.operands.current,
                before=tuple((run, tuple(jobs)) for run, jobs in before.items()),
                span=event.span,
                read=self.fragment_readings[at].guards,
                loop=self.fragment_readings[at].loop,
                failing=tuple(self.named_failures(number, self.fragment_readings[at].guards, directly)),
            )
        )
        self.tell_guess(number, 0, event)
        self.open.append((at, number))
        self.windows.append(self.lowering.tools)
        self.runs_before.append((len(self.builder.runs), dict(self.builder.current)))
        self.timeline.open_fragment()
        self.end_stretches(at)
        self.operands.enter(number, 0, self.operands.current, end=_operand_end(self.fragments[number], 0))
        loop = self.fragment_readings[at].loop
        if event.operator in (Operator.PAR, Operator.PAR_OVER) and loop is not None:
            is_of_one = self.structure.end_of[at] - at == _ALONE and not event.text.strip()
            if is_of_one and loop.kind is LoopKind.OTHER:
                loop = None  # one thing has nothing beside it
        if loop is not None and loop.kind is LoopKind.OTHER and self.is_timed(at):
            loop = replace(loop, kind=LoopKind.TIME)
        is_of_others = at in self.structure.people
        if loop is not None and loop.kind is LoopKind.TIME:
            is_of_others = at not in self.structure.working
        self.builder.open_fragment(number, event, loop=loop, has_people=is_of_others)
        self.builder.trace(event.span, f"{event.operator.value} {event.text}".strip(), "fragment")

    def is_timed(self, at: int) -> bool:
        """Whether what a loop repeats begins with the trigger of a run at times of its own."""
        inside = self.effects[at + 1 : self.structure.end_of[at]]
        first = next((one for one in inside if one.act in STARTS or one.act in ACTIVITIES), None)
        return first is not None and any(one.kind.has_times and one.cron for one in first.events)

    def named_failures(
        self, number: int, guards: Sequence[Guard], directly: Set[int]
    ) -> Iterator[tuple[int, tuple[int, ...]]]:
        """The jobs drawn so far that the operands of failure of a fragment name, of each run; of a run that
        was called, the job that calls it. One that is named only partly is told, but for one directly before
        an `alt` for its success and failure."""
        for index, guard in enumerate(guards):
            if guard.outcome is None or not (guard.subject or guard.jobs):
                continue
            jobs: list[int] = []
            is_part = is_choice = False
            for run in self.builder.open_runs:
                named, bearing = self.named_jobs(guard, run.jobs)
                is_part |= bool(named) and bearing is outcomes.Bearing.PART
                is_choice |= bool(named) and len(named) < len(run.jobs)
                caller = self.builder.job_at.get(run.begun_by, -1)
                is_called = caller >= 0 and bool(self.builder.jobs[caller].call)
                jobs += [caller] if named and is_called else named
            if jobs and guard.meaning is Meaning.FAILURE:
                yield index, tuple(dict.fromkeys(jobs))
                is_beside_success = any(one.meaning is Meaning.SUCCESS for one in guards)
                is_corroborated = is_beside_success and set(jobs) <= directly
                if is_part and is_choice and not guard.jobs and not is_corroborated:
                    self.guesses[(number, index)] = self.partly(guard, jobs)
            elif not jobs and (guard.jobs or self.is_of_nothing(guard)):
                self.guesses[(number, index)] = _of_nothing(guard)

    def is_of_nothing(self, guard: Guard) -> bool:
        """Whether the words of whose outcome a guard is are none that are usual, nor drawn."""
        unusual = " ".join(word for word in guard.subject.split() if not outcomes_beyond.is_usual(word))
        return outcomes.is_of_nothing(unusual, self.drawn_texts())

    def named_jobs(self, guard: Guard, jobs: Sequence[int]) -> tuple[list[int], outcomes.Bearing]:
        """Which of some jobs a guard speaks of: by the names or ids in its mark, else by its words."""
        names = [self.builder.jobs[job].text.name for job in jobs]
        if guard.jobs:
            meant = {labels.folded(one) for one in guard.jobs}
            ids = [self.builder.jobs[job].fixed_id or job_id(name) for job, name in zip(jobs, names)]
            of_mark = [j for j, n, i in zip(jobs, names, ids) if {labels.folded(n), i.casefold()} & meant]
            of_steps = [job for job in jobs if not meant.isdisjoint(self.step_names(job))]
            return sorted({*of_mark, *of_steps}), outcomes.Bearing.WHOLE
        chosen, bearing = outcomes.named(guard.subject, names)
        return [jobs[at] for at in chosen], bearing

    def step_names(self, job: int) -> list[str]:
        return [labels.folded(step.text.name) for step in self.builder.steps[job]]

    def drawn_texts(self) -> list[str]:
        """The names of all jobs and steps so far."""
        steps = [step.text.name for steps in self.builder.steps for step in steps]
        return [*(job.text.name for job in self.builder.jobs), *steps]

    def partly(self, guard: Guard, jobs: Sequence[int]) -> tuple[str, str, str]:
        names = list(dict.fromkeys(self.builder.jobs[job].text.name for job in jobs))
        written = ", ".join(names if len(names) == 1 and "," not in names[0] else map(job_id, names))
        shown = " and ".join(f"`{name}`" for name in names)
        return (
            f"`{guard.text}` is taken for the failure of {shown}, which it names only partly",
            f"`%% failure: {written}` above it says so, `%% failure` that it is whatever failed before, "
            "`%% success` that it is when nothing did",
            f"failure: {written}",
        )

    def tell_guess(self, number: int, index: int, event: FragmentStart | OperandStart) -> None:
        """Tell what was guessed of an operand's outcome, now that its place is known."""
        if (number, index) in self.guesses:
            message, cure, mark = self.guesses.pop((number, index))
            place = event.text_span or event.span
            self.builder.diagnostics.append(guessed_condition(message, place, cure=cure, mark=mark))

    def tell_skip(self, at: int, how: OperandEnd, event: OperandStart) -> None:
        """Tell that an operand which skips one thing skips all that follows, too."""
        is_said = (
            how is OperandEnd.STOPS and outcomes.skips_thing(event.text) and "stop" not in marks_of(event)
        )
        if is_said and self.goes_on(self.structure.end_of[at]):
            message = f"`{labels.plain(event.text)}` is taken to skip all that follows, too"
            cure = "`%% stop` above it says so; after an `else` without text, or without `skip`, it goes on"
            self.builder.diagnostics.append(
                guessed_condition(message, event.text_span or event.span, cure=cure, mark="stop")
            )

    def goes_on(self, end: int) -> bool:
        """Whether an activity follows the end of a fragment in what is around it."""
        depth = 0
        for event, effect in zip(self.diagram.events[end + 1 :], self.effects[end + 1 :]):
            if isinstance(event, FragmentStart):
                depth += 1
            elif isinstance(event, FragmentEnd):
                depth -= 1
            is_beside = isinstance(event, OperandStart) and not depth
            if depth < 0 or is_beside or effect.act in STARTS:
                return False
            if effect.act in ACTIVITIES:
                return True
        return False

    def end_stretches(self, at: int) -> None:
        """No message joins a job across the edge of a fragment that bears notes, calls or triggers."""
        for lifeline in sorted(self.structure.bears[at]):
            self.builder.end_stretch(lifeline)

    def next_operand(self, event: OperandStart) -> None:
        at, number = self.open[-1]
        self.timeline.next_operand(is_option=event.operator is Operator.CRITICAL)
        index = len(self.timeline.frames[-1].ended)
        parent = self.fragments[number].parent
        self.lowering.tools = {
            **self.lowering.tools,
            **self.windows[-1],
        }  # a reply in one ends none in another
        self.builder.current |= self.runs_before[-1][1]  # a run that one opens is none of another
        self.place_guard(number, index, event)
        self.tell_guess(number, index, event)
        self.tell_skip(at, _operand_end(self.fragments[number], index), event)
        self.end_stretches(at)
        self.operands.enter(number, index, parent, end=_operand_end(self.fragments[number], index))
        self.builder.trace(event.span, f"{_KEYWORD[event.operator]} {event.text}".strip(), "operand")

    def place_guard(self, number: int, index: int, event: OperandStart) -> None:
        fragment = self.fragments[number]
        texts = list(fragment.guards)
        texts[index] = (texts[index][0], event.text_span or event.span)
        self.fragments[number] = replace(fragment, guards=tuple(texts))

    def end(self, event: FragmentEnd) -> None:
        at, number = self.open.pop()
        self.builder.trace(event.span, "end", "cosmetic" if number < 0 else "end of the fragment")
        if number < 0:
            self.lowering.end_rect(self.structure.rect_lead.get(at, ""))
            return
        self.windows.pop()
        self.builder.reopen_last(self.runs_before.pop()[0])
        fragment = self.fragments[number]
        ends = [_operand_end(fragment, index) for index in range(len(fragment.guards))]
        is_par = fragment.operator in (Operator.PAR, Operator.PAR_OVER)
        self.timeline.close_fragment(ends, is_par=is_par)
        if not is_par:
            self.end_stretches(at)
        self.operands.current = fragment.parent
        for index, how in enumerate(ends):
            if how is OperandEnd.STOPS:
                self.operands.enter(number, index, self.operands.current, is_complement=True)


def _of_nothing(guard: Guard) -> tuple[str, str, str]:
    ended = guard.meaning.value
    other = "success" if guard.meaning is Meaning.FAILURE else "failure"
    named = " and ".join(f"`{one}`" for one in guard.jobs)
    return (
        f"no job before is called {named}, so this is the failure of whatever failed"
        if guard.jobs
        else f"`{guard.text}` is of nothing that is drawn, and is taken for the {ended} of what is before it",
        f"`%% {ended}` above it says so, `%% {other}` that it is the other end, `%% flag: NAME` that it is a "
        "condition of its own",
        "" if guard.jobs else ended,
    )


def _operand_end(fragment: Fragment, index: int) -> OperandEnd:
    guard = fragment.read[index]
    if fragment.operator is Operator.BREAK:
        return OperandEnd.STOPS
    if guard.meaning is Meaning.FAILURE:
        return OperandEnd.GOES_ON if fragment.operator is Operator.CRITICAL else OperandEnd.ASIDE
    return OperandEnd.STOPS if guard.stops and guard.outcome is None else OperandEnd.GOES_ON


_ALONE = 2
"""How far the end of a fragment is from its start where one statement stands in it."""
_KEYWORD = {
    Operator.ALT: "else",
    Operator.PAR: "and",
    Operator.PAR_OVER: "and",
    Operator.CRITICAL: "option",
}


def _statement(event: Activation | Autonumber | Cosmetic) -> str:
    match event:
        case Activation(lifeline, starts):
            return f"{'activate' if starts else 'deactivate'} {lifeline}"
        case Autonumber():
            return "autonumber"
        case Cosmetic(kind, text):
            said = labels.plain(text)
            is_whole = kind is CosmeticKind.PARTICIPANT or said.startswith(kind.value)
            return said if is_whole else f"{kind.value} {said}".strip()
