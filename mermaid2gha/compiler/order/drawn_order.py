"""The order that a diagram draws, from its occurrences, pairs and fragments, as edges between points."""

from __future__ import annotations

from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.flow_graph import FlowGraph
from mermaid2gha.compiler.ir.occurrences import OperandEnd, PairKind
from mermaid2gha.compiler.order.timeline import Edges, Timeline
from mermaid2gha.mermaid.ast import Operator


@dataclass(frozen=True, slots=True)
class DrawnOrder:
    """Points from 0 on, and edges between them; an edge `(a, b)` means a before b.

    `job_points` and `transfer_points` are the points of the jobs and of the transfers, by number. `rows` are
    the edges from what stands directly before on a lifeline, or sends a message; `takes` those from pushes to
    what pulls them.
    """

    points: int
    edges: tuple[tuple[int, int], ...]
    rows: frozenset[tuple[int, int]]
    takes: frozenset[tuple[int, int]]
    job_points: tuple[int, ...]
    transfer_points: tuple[int, ...]


def drawn_order(graph: FlowGraph) -> DrawnOrder:
    """The edges between the points of a diagram; linear in its occurrences, pairs and operands.

    Jobs of one occurrence, which a note stands for, have a point each.
    """
    placed = _Placed(graph, _Walk(graph).timeline)
    return DrawnOrder(
        placed.points,
        tuple(placed.edges["all"]),
        rows=frozenset(placed.edges["rows"]),
        takes=frozenset(placed.edges["takes"]),
        job_points=tuple(placed.job_points),
        transfer_points=tuple(placed.transfer_points),
    )


class _Walk:
    """The occurrences of a diagram, one after the other, with the fragments entered and left in between.

    `open` are the fragments around the place of the walk, each with the index of its operand; `inside` are
    the same without it. What stands in a complement is in the operand around.
    """

    def __init__(self, graph: FlowGraph) -> None:
        self.graph = graph
        self.timeline = Timeline()
        self.homes: list[int] = []
        self.ends: dict[int, list[OperandEnd]] = {}
        for operand in graph.operands:
            self.homes.append(self.homes[operand.parent] if operand.is_complement else operand.number)
            if not operand.is_complement:
                self.ends.setdefault(operand.fragment, []).append(operand.end)
        self.open = [(-1, 0)]
        self.inside = {-1}
        self.walk()

    def walk(self) -> None:
        senders = {pair.after: pair.before for pair in self.graph.pairs if pair.kind is PairKind.MESSAGE}
        for number, occurrence in enumerate(self.graph.occurrences):
            self.go_to(self.homes[occurrence.operand])
            self.timeline.occur(occurrence, senders.get(number))
        self.go_to(0)
        for pair in self.graph.pairs:
            if pair.kind is not PairKind.MESSAGE:
                self.timeline.pair(pair)

    def go_to(self, number: int) -> None:
        """Leave and enter fragments until the walk is in an operand."""
        operands = self.graph.operands
        operand, inner = operands[number], []
        while operand.fragment not in self.inside:
            inner.append(operand)
            operand = operands[self.homes[operand.parent]]
        while self.open[-1][0] != operand.fragment:
            self.leave()
        self.turn_to(operand.index)
        for operand in reversed(inner):
            self.inside.add(operand.fragment)
            self.open.append((operand.fragment, 0))
            self.timeline.open_fragment()
            self.turn_to(operand.index)

    def leave(self) -> None:
        fragment, _ = self.open.pop()
        self.inside.remove(fragment)
        operator = self.graph.fragments[fragment].operator
        is_par = operator in (Operator.PAR, Operator.PAR_OVER)
        self.timeline.close_fragment(self.ends[fragment], is_par=is_par)

    def turn_to(self, index: int) -> None:
        """Go on to an operand of the innermost fragment."""
        fragment, now = self.open[-1]
        for _ in range(now, index):
            self.timeline.next_operand(is_option=self.graph.fragments[fragment].operator is Operator.CRITICAL)
        self.open[-1] = fragment, index


class _Placed:
    """The points and edges of a diagram, with points for all jobs of each occurrence."""

    def __init__(self, graph: FlowGraph, timeline: Timeline) -> None:
        self.points = timeline.points
        self.edges: dict[str, Edges] = {
            "all": timeline.edges,
            "rows": timeline.rows,
            "takes": timeline.takes,
        }
        self.transfer_points = [timeline.points_of[transfer.occurrence][0] for transfer in graph.transfers]
        self.job_points: list[int] = []
        own: dict[int, list[int]] = {}
        for number, transfer in enumerate(graph.transfers):
            own.setdefault(transfer.job, []).append(number)
        taken: set[int] = set()
        for job in graph.jobs:
            (point,) = timeline.points_of[job.occurrence]
            if job.occurrence in taken:
                point = self.copy(point, own.get(job.number, []))
            taken.add(job.occurrence)
            self.job_points.append(point)

    def copy(self, point: int, transfers: list[int]) -> int:
        """A point for one more job and its transfers, with edges to the same places."""
        points = dict.fromkeys([point, *(self.transfer_points[number] for number in transfers)])
        copies = {old: self.points + number for number, old in enumerate(points)}
        self.points += len(copies)
        for edges in self.edges.values():
            edges += [(copies.get(a, a), copies.get(b, b)) for a, b in edges if a in copies or b in copies]
        for number in transfers:
            self.transfer_points[number] = copies[self.transfer_points[number]]
        return copies[point]
