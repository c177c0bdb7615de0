"""The drawn order of one diagram, projected on its jobs (docs/language.md#order)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.graph import closure, cycle, predecessors, reachable, successors, topological
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import FlowGraph
from mermaid2gha.compiler.order.drawn_order import DrawnOrder, drawn_order

CYCLIC_ORDER = Rule("cyclic-order", Severity.ERROR)


@dataclass(frozen=True, slots=True)
class HappensBefore:
    """For each job of a drawing, by number: the jobs before it as a bit set over positions.

    `position` numbers the jobs topologically; `job_at` is its inverse. Bit `position[a]` of `before[c]` is
    set iff a is drawn before c, in whatever workflow. `before_transfer` are, by the number of each transfer,
    the jobs before the place where it is drawn.
    """

    position: tuple[int, ...]
    job_at: tuple[int, ...]
    before: tuple[int, ...]
    before_transfer: tuple[int, ...]

    def is_before(self, a: int, c: int) -> bool:
        return bool(self.before[c] >> self.position[a] & 1)


def happens_before(
    graph: FlowGraph, merged: Mapping[int, int] | None = None
) -> tuple[HappensBefore, list[Diagnostic]]:
    """The order of the jobs of a diagram. Reports `cyclic-order`, with the whole cycle.

    `merged` maps a job to an earlier one that is the same job, so that both are one point of the order, with
    the points between them at which no job stands.
    Reachability is kept in bit sets: quadratic in bits, linear in machine words for what fits a file.
    """
    merged = merged or {}
    drawn = drawn_order(graph)
    points, numbers = drawn.job_points, range(drawn.points)
    same = _merged_points(drawn, merged) if merged else {}
    after = successors(_one_point(drawn.edges, same) if same else drawn.edges)
    job_of = {point: job for job, point in enumerate(points) if job not in merged}
    order = topological(numbers, after)
    job_at = [job_of[point] for point in order if point in job_of]
    bit = {points[job]: 1 << place for place, job in enumerate(job_at)}
    reached = closure(order, after, bit)
    before = {job: reached[points[job]] for job in job_at}
    diagnostics: list[Diagnostic] = []
    if len(order) < drawn.points:
        left = successors((a, b) for a in sorted(set(numbers).difference(order)) for b in after.get(a, ()))
        diagnostics.append(_cycle(graph, drawn, left, job_of))
        job_at += sorted(set(job_of.values()).difference(job_at))
    place_of = {job: place for place, job in enumerate(job_at)}
    firsts = [merged.get(job, job) for job in range(len(graph.jobs))]
    return HappensBefore(
        position=tuple(place_of[job] for job in firsts),
        job_at=tuple(job_at),
        before=tuple(before.get(job, 0) for job in firsts),
        before_transfer=tuple(reached.get(same.get(point, point), 0) for point in drawn.transfer_points),
    ), diagnostics


def _one_point(edges: Sequence[tuple[int, int]], same: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The edges between merged points; what was between parts of one point is gone."""
    points = set(same.values())
    for a, b in edges:
        a, b = same.get(a, a), same.get(b, b)
        if a != b or a not in points:
            yield a, b


def _merged_points(drawn: DrawnOrder, merged: Mapping[int, int]) -> dict[int, int]:
    """The points of jobs that are merged, and those of no job on the way between such, with their new one."""
    groups: dict[int, set[int]] = {}
    for job, first in merged.items():
        point = drawn.job_points[first]
        groups.setdefault(point, {point}).add(drawn.job_points[job])
    after, before = successors(drawn.edges), predecessors(drawn.edges)
    jobs = set(drawn.job_points)
    same: dict[int, int] = {}
    for first, points in groups.items():
        between = (_around(points, after, jobs) & _around(points, before, jobs)) - same.keys()
        same |= dict.fromkeys((points | between) - {first}, first)
    return same


def _around(points: set[int], along: Mapping[int, list[int]], jobs: set[int]) -> set[int]:
    """The points of no job that are reached from these over such points only."""
    starts = [following for point in points for following in along.get(point, ())]
    return set(reachable(starts, lambda point: None if point in jobs else along.get(point))) - jobs


def _cycle(
    graph: FlowGraph, drawn: DrawnOrder, after: Mapping[int, list[int]], job_of: Mapping[int, int]
) -> Diagnostic:
    """A cycle among the points that no order can hold, begun at its earliest job in the document."""
    edges = cycle((a, b) for a, following in after.items() for b in following)
    jobs = [graph.jobs[job_of[a]] for a, _ in edges if a in job_of]
    first = min(range(len(jobs)), key=lambda i: jobs[i].span.start, default=0)
    jobs = jobs[first:] + jobs[:first]
    names = [f"`{job.text.title}`" for job in jobs]
    places = [
        Label(job.span, "it begins here" if number == 0 else "then this") for number, job in enumerate(jobs)
    ]
    places += _pushes_awaited(graph, drawn, edges)
    return diagnostic(
        CYCLIC_ORDER,
        f"these jobs wait for each other: {' before '.join([*names, names[0]])}" if names else "a cycle",
        *places,
        help="draw one of the pulls or replies later, or split one of the jobs in two",
    )


def _pushes_awaited(graph: FlowGraph, drawn: DrawnOrder, edges: list[tuple[int, int]]) -> list[Label]:
    """The pushes by which one job of a cycle stands before another, in document order."""
    placed = list(zip(graph.transfers, drawn.transfer_points))
    pulls = {(pull.artifact, point) for pull, point in placed if not pull.is_push}
    return [
        Label(push.step.span, "pushed here")
        for push, point in placed
        if push.is_push and any(a == point and (push.artifact, b) in pulls for a, b in edges)
    ]


def cyclic_order(message: str, *labels: Label | Span | None, help: str = "") -> Diagnostic:  # noqa: A002
    """A finding of the rule `cyclic-order`, for those who find it elsewhere."""
    return diagnostic(CYCLIC_ORDER, message, *labels, help=help)
