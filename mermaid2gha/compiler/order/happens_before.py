"""The drawn order of one diagram, projected on its jobs (section 8)."""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.diagram_ir import Drawing

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
    before_node: dict[int, int]

    def is_before(self, a: int, c: int) -> bool:
        return bool(self.before[c] >> self.position[a] & 1)

    def jobs_before(self, c: int) -> list[int]:
        return [self.job_at[bit] for bit in bits(self.before[c])]


def bits(number: int) -> list[int]:
    """The positions of the set bits, lowest first."""
    found = []
    while number:
        low = number & -number
        found.append(low.bit_length() - 1)
        number ^= low
    return found


def happens_before(
    drawing: Drawing, merged: Mapping[int, int] | None = None
) -> tuple[HappensBefore, list[Diagnostic]]:
    """The order of the jobs of a drawing. Reports `cyclic-order`, with the whole cycle.

    `merged` maps a job to an earlier one that is the same job, so that both are one point of the order, with
    the points between them at which no job stands.
    Reachability is kept in bit sets: quadratic in bits, linear in machine words for what fits a file.
    """
    merged = merged or {}
    same = _merged_nodes(drawing, merged) if merged else {}
    after: list[list[int]] = [[] for _ in range(drawing.nodes)]
    missing = [0] * drawing.nodes
    for a, b in dict.fromkeys((same.get(a, a), same.get(b, b)) for a, b in drawing.edges):
        if a != b or a not in same.values():
            after[a].append(b)
            missing[b] += 1
    job_of = {job.node: job.number for job in drawing.jobs if job.number not in merged}
    ready = [node for node in range(drawing.nodes) if not missing[node]]
    reach = [0] * drawing.nodes
    position = [-1] * len(drawing.jobs)
    job_at: list[int] = []
    before = [0] * len(drawing.jobs)
    at = 0
    while at < len(ready):
        node = ready[at]
        at += 1
        mine = reach[node]
        job = job_of.get(node)
        if job is not None:
            position[job] = len(job_at)
            before[job] = mine
            job_at.append(job)
            mine |= 1 << position[job]
        for following in after[node]:
            reach[following] |= mine
            missing[following] -= 1
            if not missing[following]:
                ready.append(following)
    diagnostics: list[Diagnostic] = []
    if at < drawing.nodes:
        left = [node for node in range(drawing.nodes) if missing[node]]
        diagnostics.append(_cycle(drawing, left, after, job_of))
        for job in range(len(drawing.jobs)):
            if position[job] < 0 and job not in merged:
                position[job] = len(job_at)
                job_at.append(job)
    for job, first in merged.items():
        position[job], before[job] = position[first], before[first]
    moved = {t.node: reach[same.get(t.node, t.node)] for t in drawing.transfers if t.is_moved}
    return HappensBefore(tuple(position), tuple(job_at), tuple(before), moved), diagnostics


def _merged_nodes(drawing: Drawing, merged: Mapping[int, int]) -> dict[int, int]:
    """The nodes of jobs that are merged, and those of no job on the way between such, with their new node."""
    groups: dict[int, set[int]] = {}
    for job, first in merged.items():
        groups.setdefault(first, {drawing.jobs[first].node}).add(drawing.jobs[job].node)
    after: dict[int, list[int]] = {}
    before: dict[int, list[int]] = {}
    for a, b in drawing.edges:
        after.setdefault(a, []).append(b)
        before.setdefault(b, []).append(a)
    jobs = {job.node for job in drawing.jobs}
    same: dict[int, int] = {}
    for first, nodes in groups.items():
        between = (_reached(nodes, after, jobs) & _reached(nodes, before, jobs)) - same.keys()
        same |= dict.fromkeys((nodes | between) - {drawing.jobs[first].node}, drawing.jobs[first].node)
    return same


def _reached(start: set[int], along: Mapping[int, list[int]], jobs: set[int]) -> set[int]:
    """The nodes of no job that are reached over such nodes only."""
    found: set[int] = set()
    waiting = list(start)
    while waiting:
        more = [node for node in along.get(waiting.pop(), ()) if node not in found and node not in jobs]
        found.update(more)
        waiting += more
    return found


def _cycle(drawing: Drawing, left: list[int], after: list[list[int]], job_of: dict[int, int]) -> Diagnostic:
    """A cycle among the nodes that no order can hold, begun at its earliest job in the document."""
    import networkx as nx

    inside = set(left)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_edges_from((a, b) for a in left for b in after[a] if b in inside)
    around = list(nx.find_cycle(graph))
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
