"""The drawn order, worked out for the proof alone: what has happened before each job, as one sweep tells it.

The occurrences of a diagram are gone through in drawn order. Each lifeline carries the set of all jobs that
are before what comes next on it, as vector clocks do (Fidge 1988, Mattern 1989); a message or a transfer adds
the sender's set to the receiver's. No graph of points is made, and nothing of `compiler.order` is used. What
is drawn below and still before, such as a push for which a wait above it waits, is taken from the sweep
before: it is repeated until nothing changes (docs/language.md#order).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mermaid2gha.base.graph import bits
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.compiler.ir.flow_graph import FlowGraph, Operand
from mermaid2gha.compiler.ir.occurrences import OccurrenceKind, OperandEnd, PairKind
from mermaid2gha.mermaid.ast import Operator

_PAR = (Operator.PAR, Operator.PAR_OVER)


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Where a lifeline stands: the jobs before what comes next, and those of them directly before.

    `marks` tells places apart: the set of what last moved the lifeline there, empty at the top. Where the
    operands of a `par` come together nothing is directly before (docs/language.md#order, `order: data`).
    """

    marks: int = 0
    before: int = 0
    last: int = 0


_TOP = Standpoint()


@dataclass(slots=True)
class _Level:
    """A fragment around the place of a lifeline: where it stood before, in which operand it is, how the
    operands before that have ended, and what has stopped in this one."""

    fragment: int
    outside: Standpoint
    index: int = 0
    ends: dict[int, Standpoint] = field(default_factory=dict)
    stopped: list[Standpoint] = field(default_factory=list)


@dataclass(slots=True)
class _Lifeline:
    """Where a lifeline stands in a sweep, and the fragments around that place, outermost first.

    A fragment is entered and left only when something happens on the lifeline: elsewhere it costs nothing.
    """

    place: Standpoint = _TOP
    levels: list[_Level] = field(default_factory=list)
    open: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class JobOrder:
    """For each job of a diagram by number, as bits over these numbers: all jobs before it, and those directly
    before it on its lifeline or by a message."""

    before: tuple[int, ...]
    last: tuple[int, ...]

    def is_before(self, one: int, other: int) -> bool:
        return bool(self.before[other] >> one & 1)


def job_order(graph: FlowGraph, same: Sequence[Sequence[int]] = ()) -> JobOrder:
    """What is before each job. `same` are groups of drawn jobs that are one job: it has all their places."""
    groups = {number: sum(1 << mate for mate in group) for group in same for number in group}
    past = [_TOP] * len(graph.occurrences)
    while True:
        sweep = _Sweep(graph, groups, past)
        if not sweep.is_open:
            break
        past = sweep.reached
    before, last = [], []
    for job in graph.jobs:
        own = groups.get(job.number, 1 << job.number)
        places = [sweep.entered[graph.jobs[mate].occurrence] for mate in bits(own)]
        before.append(_without(_union(place.before for place in places), own))
        last.append(_without(_union(place.last for place in places), own))
    return JobOrder(tuple(before), tuple(last))


class _Sweep:
    """All occurrences in drawn order. `entered` is where each begins, `reached` what follows it knows of.

    `past` is `reached` of the sweep before; `is_open` tells that something was taken from there that is not
    so any more.
    """

    def __init__(self, graph: FlowGraph, groups: dict[int, int], past: Sequence[Standpoint]) -> None:
        self.graph = graph
        self.past = past
        self.entered: list[Standpoint] = []
        self.reached: list[Standpoint] = []
        self.late: set[int] = set()
        self.lifelines: dict[str, _Lifeline] = {}
        self.fresh = 1 << len(graph.occurrences)
        # What stands in a complement stands, for the order, in the operand around it.
        self.homes: list[int] = []
        self.ends: dict[tuple[int, int], OperandEnd] = {}
        for operand in graph.operands:
            self.homes.append(self.homes[operand.parent] if operand.is_complement else operand.number)
            if not operand.is_complement:
                self.ends[operand.fragment, operand.index] = operand.end
        self.jobs: dict[int, int] = {}
        self.mates: dict[int, list[int]] = {}
        for job in graph.jobs:
            own = groups.get(job.number, 1 << job.number)
            self.jobs[job.occurrence] = self.jobs.get(job.occurrence, 0) | own
            if own & ~(1 << job.number):
                self.mates[job.occurrence] = [graph.jobs[mate].occurrence for mate in bits(own)]
        self.senders: dict[int, list[int]] = {}
        self.earlier: dict[int, list[int]] = {}
        for pair in graph.pairs:
            by_kind = self.senders if pair.kind is PairKind.MESSAGE else self.earlier
            by_kind.setdefault(pair.after, []).append(pair.before)
        for number, occurrence in enumerate(graph.occurrences):
            self.occur(number, occurrence.kind, occurrence.lifeline, occurrence.operand)
        self.is_open = any(self.past[one].before != self.reached[one].before for one in self.late)

    def occur(self, number: int, kind: OccurrenceKind, name: str, operand: int) -> None:
        line = self.lifelines.setdefault(name, _Lifeline())
        if name:
            self.go_to(line, self.graph.operands[self.homes[operand]])
        here = line.place if name else _TOP
        sent = [self.knowledge(sender) for sender in self.senders.get(number, ())]
        if kind is OccurrenceKind.START:
            here = _TOP
        marks, before, last = here.marks, here.before, here.last
        for place in sent:
            marks |= place.marks
            before |= place.before
            last |= place.last
        for earlier in (*self.earlier.get(number, ()), *self.mates.get(number, ())):
            before |= self.knowledge(earlier).before if earlier != number else 0
        after = entered = Standpoint(marks, before, last)
        own = self.jobs.get(number, 0)
        if kind not in (OccurrenceKind.SEND, OccurrenceKind.START):
            after = Standpoint(1 << number, before | own, own or last)
        if name and kind is not OccurrenceKind.SEND:
            line.place = after
        self.entered.append(entered)
        self.reached.append(after)

    def knowledge(self, occurrence: int) -> Standpoint:
        """What follows an occurrence knows of: of one further down, by the sweep before."""
        if occurrence < len(self.reached):
            return self.reached[occurrence]
        self.late.add(occurrence)
        return self.past[occurrence]

    def go_to(self, line: _Lifeline, operand: Operand) -> None:
        """Leave and enter fragments on a lifeline until it is in an operand."""
        inner = []
        while operand.fragment >= 0 and operand.fragment not in line.open:
            inner.append(operand)
            operand = self.graph.operands[self.homes[operand.parent]]
        while line.levels and line.levels[-1].fragment != operand.fragment:
            self.leave(line)
        if line.levels:
            self.turn_to(line, operand.index)
        for operand in reversed(inner):
            line.levels.append(_Level(operand.fragment, line.place))
            line.open.add(operand.fragment)
            self.turn_to(line, operand.index)

    def turn_to(self, line: _Lifeline, index: int) -> None:
        """Go on to an operand of the innermost fragment; an option follows what it makes good."""
        level = line.levels[-1]
        is_critical = self.graph.fragments[level.fragment].operator is Operator.CRITICAL
        while level.index < index:
            end = self.end_operand(line, level)
            line.place = end if is_critical else level.outside
            level.index += 1

    def end_operand(self, line: _Lifeline, level: _Level) -> Standpoint:
        stopped, level.stopped = level.stopped, []
        end = self.joined([line.place, *stopped], is_par=False) if stopped else line.place
        level.ends[level.index] = end
        return end

    def leave(self, line: _Lifeline) -> None:
        """Leave a fragment: what follows is after all operands that moved the lifeline and go on."""
        level = line.levels[-1]
        self.end_operand(line, level)
        line.levels.pop()
        line.open.remove(level.fragment)
        moved: dict[OperandEnd, list[Standpoint]] = {}
        for index, place in level.ends.items():
            if place.marks != level.outside.marks:
                moved.setdefault(self.ends[level.fragment, index], []).append(place)
        line.place = level.outside
        if OperandEnd.GOES_ON in moved:
            is_par = self.graph.fragments[level.fragment].operator in _PAR
            line.place = self.joined(moved[OperandEnd.GOES_ON], is_par=is_par)
        if line.levels:
            line.levels[-1].stopped += moved.get(OperandEnd.STOPS, ())

    def joined(self, places: Sequence[Standpoint], *, is_par: bool) -> Standpoint:
        """The place after several; after several of a `par`, nothing is directly before."""
        marks = _union(place.marks for place in places)
        before = _union(place.before for place in places)
        last = _union(place.last for place in places)
        if marks.bit_count() < 2:
            return Standpoint(marks, before, last)
        self.fresh <<= 1
        return Standpoint(self.fresh, before, 0 if is_par else last)


def _union(sets: Iterable[int]) -> int:
    union = 0
    for one in sets:
        union |= one
    return union


def _without(jobs: int, others: int) -> int:
    return jobs ^ (jobs & others)
