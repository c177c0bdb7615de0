"""From a diagram to its runs, jobs and steps, and what happens where.

The rules are those of docs/language.md#jobs-steps-and-ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import FlowGraph, FlowGraphs, Fragment
from mermaid2gha.compiler.ir.occurrences import OperandEnd
from mermaid2gha.compiler.lower.builder import FlowBuilder
from mermaid2gha.compiler.lower.effects import EffectLowering
from mermaid2gha.compiler.lower.late_pushes import late_pushes
from mermaid2gha.compiler.reading.reading import Reading, Readings
from mermaid2gha.compiler.vocabulary import labels, outcomes
from mermaid2gha.compiler.vocabulary.guards import Guard, Meaning
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
    `message-without-event`, `pull-without-wait` and what `late_pushes` and `artifacts` do.
    """
    diagnostics: list[Diagnostic] = []
    drawings = []
    for reading in readings.items:
        walk = _Walk(reading, settings)
        drawings.append(walk.flow_graph())
        diagnostics += walk.builder.diagnostics
    return FlowGraphs(readings.documents, readings.diagrams, tuple(drawings)), diagnostics


class _Walk:
    """One walk over the events with a stack of open fragments."""

    def __init__(self, reading: Reading, settings: Settings) -> None:
        self.diagram = reading.diagram
        self.effects = reading.effects
        self.structure = reading.structure
        self.fragment_readings = reading.fragments
        self.origin = reading.origin
        self.settings = settings
        self.builder = FlowBuilder(reading.diagram, {who.id: who for who in reading.participants}, settings)
        self.timeline = self.builder.timeline
        self.operands = self.builder.operands
        self.open: list[tuple[int, int]] = []
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
                failing=tuple(self.named_failures(self.fragment_readings[at].guards)),
            )
        )
        self.open.append((at, number))
        self.timeline.open_fragment()
        self.end_stretches(at)
        self.operands.enter(number, 0, self.operands.current, end=_operand_end(self.fragments[number], 0))
        self.builder.open_fragment(
            number, event, loop=self.fragment_readings[at].loop, has_people=at in self.structure.people
        )
        self.builder.trace(event.span, f"{event.operator.value} {event.text}".strip(), "fragment")

    def named_failures(self, guards: Sequence[Guard]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """The jobs drawn so far that the operands of failure of a fragment name, of each run; of a run that
        was called, the job that calls it."""
        for index, guard in enumerate(guards):
            if guard.meaning is not Meaning.FAILURE or not guard.subject:
                continue
            found: list[int] = []
            for run in self.builder.open_runs:
                names = [self.builder.jobs[job].text.name for job in run.jobs]
                named = [run.jobs[at] for at in outcomes.named(guard.subject, names)]
                caller = self.builder.job_at.get(run.begun_by, -1)
                is_called = caller >= 0 and bool(self.builder.jobs[caller].call)
                found += [caller] if named and is_called else named
            if found:
                yield index, tuple(dict.fromkeys(found))

    def end_stretches(self, at: int) -> None:
        """No message joins a job across the edge of a fragment that bears notes, calls or triggers."""
        for lifeline in sorted(self.structure.bears[at]):
            self.builder.end_stretch(lifeline)

    def next_operand(self, event: OperandStart) -> None:
        at, number = self.open[-1]
        self.timeline.next_operand(is_option=event.operator is Operator.CRITICAL)
        index = len(self.timeline.frames[-1].ended)
        parent = self.fragments[number].parent
        self.place_guard(number, index, event)
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
            self.lowering.end_rect(self.structure.rect_lead[at])
            return
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


def _operand_end(fragment: Fragment, index: int) -> OperandEnd:
    guard = fragment.read[index]
    if fragment.operator is Operator.BREAK:
        return OperandEnd.STOPS
    if guard.meaning is Meaning.FAILURE:
        return OperandEnd.GOES_ON if fragment.operator is Operator.CRITICAL else OperandEnd.ASIDE
    return OperandEnd.STOPS if guard.stops and guard.outcome is None else OperandEnd.GOES_ON


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
