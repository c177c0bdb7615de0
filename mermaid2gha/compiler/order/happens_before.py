"""The drawn order of one diagram, projected on its jobs (section 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.graph import bits, closure, cycle, predecessors, reachable, successors, topological
from mermaid2gha.base.records import FrozenMap, dataclass, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.diagram_ir import Drawing
from mermaid2gha.compiler.order.drawn_order import drawn_order

CYCLIC_ORDER = Rule("cyclic-order", Severity.ERROR)


@dataclass(frozen=True, slots=True)
class HappensBefore:
    """For each job of a drawing, by number: the jobs before it as a bit set over positions.

    `position` numbers the jobs topologically; `job_at` is its inverse. Bit `position[a]` of `before[c]` is
    set iff a is drawn before c, in whatever workflow.
    """

    position: tuple[int, ...]
    job_at: tuple[int, ...]
    before: tuple[int, ...]
    before_node: FrozenMap[int, int]

    def is_before(self, a: int, c: int) -> bool:
        return bool(self.before[c] >> self.position[a] & 1)


def happens_before(
    drawing: Drawing, merged: Mapping[int, int] | None = None
) -> tuple[HappensBefore, list[Diagnostic]]:
    """For some commits: as drawn, and the same as derived from the occurrences. Reports `cyclic-order`."""
    drawn, derived = _happens_before(drawing, merged), _happens_before(_derived(drawing), merged)
    assert _relation(drawn[0]) == _relation(derived[0]), "the order derived from the occurrences differs"
    assert [one.rule for one in drawn[1]] == [one.rule for one in derived[1]]
    return drawn


def _relation(order: HappensBefore) -> list[list[set[int]]]:
    sets = (order.before, order.before_node.values())
    return [[{order.job_at[position] for position in bits(one)} for one in values] for values in sets]


def _happens_before(
    drawing: Drawing, merged: Mapping[int, int] | None = None
) -> tuple[HappensBefore, list[Diagnostic]]:
    """The order of the jobs of a drawing. Reports `cyclic-order`, with the whole cycle.

    `merged` maps a job to an earlier one that is the same job, so that both are one point of the order, with
    the points between them at which no job stands.
    Reachability is kept in bit sets: quadratic in bits, linear in machine words for what fits a file.
    """
    merged = merged or {}
    same = _merged_nodes(drawing, merged) if merged else {}
    after = successors(_one_point(drawing.edges, same) if same else drawing.edges)
    job_of = {job.node: job.number for job in drawing.jobs if job.number not in merged}
    order = topological(range(drawing.nodes), after)
    job_at = [job_of[node] for node in order if node in job_of]
    bit = {drawing.jobs[job].node: 1 << place for place, job in enumerate(job_at)}
    reached = closure(order, after, bit)
    before = {job: reached[drawing.jobs[job].node] for job in job_at}
    diagnostics: list[Diagnostic] = []
    if len(order) < drawing.nodes:
        diagnostics.append(_cycle(drawing, set(range(drawing.nodes)).difference(order), after, job_of))
        job_at += sorted(set(job_of.values()).difference(job_at))
    place_of = {job: place for place, job in enumerate(job_at)}
    numbers = [merged.get(job, job) for job in range(len(drawing.jobs))]
    position, sets = [place_of[job] for job in numbers], [before.get(job, 0) for job in numbers]
    moved = {t.node: reached.get(same.get(t.node, t.node), 0) for t in drawing.transfers if t.is_moved}
    return HappensBefore(tuple(position), tuple(job_at), tuple(sets), FrozenMap(moved)), diagnostics


def _derived(drawing: Drawing) -> Drawing:
    """For some commits: the drawing with the edges derived from its occurrences instead of those drawn."""
    drawn = drawn_order(drawing)
    jobs = tuple(replace(job, node=drawn.job_points[job.number]) for job in drawing.jobs)
    moved = zip(drawing.transfers, drawn.transfer_points)
    transfers = tuple(replace(transfer, node=point) for transfer, point in moved)
    assert drawn.points == drawing.nodes, "points"
    return replace(drawing, edges=drawn.edges, jobs=jobs, transfers=transfers)


def _one_point(edges: Sequence[tuple[int, int]], same: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The edges between merged nodes; what was between nodes of one point is gone."""
    points = set(same.values())
    for a, b in edges:
        a, b = same.get(a, a), same.get(b, b)
        if a != b or a not in points:
            yield a, b


def _merged_nodes(drawing: Drawing, merged: Mapping[int, int]) -> dict[int, int]:
    """The nodes of jobs that are merged, and those of no job on the way between such, with their new node."""
    groups: dict[int, set[int]] = {}
    for job, first in merged.items():
        groups.setdefault(first, {drawing.jobs[first].node}).add(drawing.jobs[job].node)
    after, before = successors(drawing.edges), predecessors(drawing.edges)
    jobs = {job.node for job in drawing.jobs}
    same: dict[int, int] = {}
    for first, nodes in groups.items():
        between = (_around(nodes, after, jobs) & _around(nodes, before, jobs)) - same.keys()
        same |= dict.fromkeys((nodes | between) - {drawing.jobs[first].node}, drawing.jobs[first].node)
    return same


def _around(nodes: set[int], along: Mapping[int, list[int]], jobs: set[int]) -> set[int]:
    """The nodes of no job that are reached from these over such nodes only."""
    starts = [node for start in nodes for node in along.get(start, ())]
    return set(reachable(starts, lambda node: None if node in jobs else along.get(node))) - jobs


def _cycle(
    drawing: Drawing, left: set[int], after: Mapping[int, list[int]], job_of: dict[int, int]
) -> Diagnostic:
    """A cycle among the nodes that no order can hold, begun at its earliest job in the document."""
    around = cycle((a, b) for a in sorted(left) for b in after.get(a, ()))
    jobs = [drawing.jobs[job_of[a]] for a, _ in around if a in job_of]
    first = min(range(len(jobs)), key=lambda i: jobs[i].span.start, default=0)
    jobs = jobs[first:] + jobs[:first]
    names = [f"`{job.text.title}`" for job in jobs]
    places = [
        Label(job.span, "it begins here" if number == 0 else "then this") for number, job in enumerate(jobs)
    ]
    places += _pushes_awaited(drawing, set(around))
    return diagnostic(
        CYCLIC_ORDER,
        f"these jobs wait for each other: {' before '.join([*names, names[0]])}" if names else "a cycle",
        *places,
        help="draw one of the pulls or replies later, or split one of the jobs in two",
    )


def _pushes_awaited(drawing: Drawing, edges: set[tuple[int, int]]) -> list[Label]:
    """The pushes by which one job of a cycle stands before another, in document order."""
    pulls = {(t.artifact, t.node) for t in drawing.transfers if not t.is_push}
    ends = {a: [b for x, b in edges if x == a] for a, _ in edges}
    return [
        Label(push.step.span, "pushed here")
        for push in drawing.transfers
        if push.is_push and any((push.artifact, end) in pulls for end in ends.get(push.node, ()))
    ]


def cyclic_order(message: str, *labels: Label | Span | None, help: str = "") -> Diagnostic:  # noqa: A002
    """A finding of the rule `cyclic-order`, for those who find it elsewhere."""
    return diagnostic(CYCLIC_ORDER, message, *labels, help=help)
