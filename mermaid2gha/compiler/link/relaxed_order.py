"""The order that data and decisions need, for `order: data` (section 8)."""

from __future__ import annotations

from collections import Counter

from mermaid2gha.base.graph import bits, predecessors, reachable
from mermaid2gha.compiler.ir.diagram_ir import Drawing, DrawnJob
from mermaid2gha.compiler.link.flow_model import Flow
from mermaid2gha.compiler.order.externals import job_gives, pulled_artifacts, step_gives
from mermaid2gha.compiler.order.happens_before import HappensBefore
from mermaid2gha.mermaid.ast import Operator

_ORDERING = (Operator.PAR, Operator.PAR_OVER, Operator.OPT, Operator.ALT)


def data_order(flow: Flow, order: HappensBefore, deciders: frozenset[int]) -> HappensBefore:
    """Of the drawn order of a flow, what must stay, closed transitively. `deciders` are drawn jobs.

    Kept: after a decider; after the pushes that a job pulls; within one operand; a job after the one that
    is directly before it, or sends it a message; and what gives to the outside after all drawn before it.
    """
    drawing = flow.drawing
    mine = [job for job in drawing.jobs if job.run == flow.run.number]
    pulled = pulled_artifacts(drawing)
    pushed = {t.node: t.job for t in drawing.transfers if t.is_push}
    pulls = Counter(drawing.edges) - Counter(drawing.rows)  # a row may lead from a push to what pulls it, too
    takes = {(pushed[a], b) for a, b in pulls if a in pushed}
    around = {job.number: _operands(flow, job.operand) for job in mine}
    rows = _rows(drawing, mine)
    before = [0] * len(drawing.jobs)
    for job in sorted(mine, key=lambda j: order.position[j.number]):
        outside = job_gives(job) or any(step_gives(step, pulled) for step in job.steps)
        kept = 0
        for position in bits(order.before[job.number]):
            other = drawing.jobs[order.job_at[position]]
            if other.run != job.run:
                continue
            is_kept = (
                outside
                or other.number in deciders
                or not around[other.number].isdisjoint(around[job.number])
                or other.node in rows[job.node]
                or (other.number, job.node) in takes
            )
            if is_kept:
                kept |= 1 << position | before[other.number]
        before[job.number] = kept
    return HappensBefore(order.position, order.job_at, tuple(before), order.before_node)


def _operands(flow: Flow, operand: int) -> frozenset[int]:
    """The operands of `par`, `opt` and `alt` around a place, within its run."""
    found: set[int] = set()
    while operand not in (0, flow.run.operand):
        one = flow.drawing.operands[operand]
        if flow.drawing.fragments[one.fragment].operator in _ORDERING and not one.is_complement:
            found.add(operand)
        operand = one.parent
    return frozenset(found)


def _rows(drawing: Drawing, jobs: list[DrawnJob]) -> dict[int, set[int]]:
    """The nodes of the jobs directly before each of these, by its node: messages between do not count."""
    last = predecessors(drawing.rows)
    is_job = {job.node for job in drawing.jobs}

    def above(node: int) -> list[int] | None:
        return None if node in is_job else last.get(node)

    return {
        job.node: {node for node in reachable(last.get(job.node, ()), above) if node in is_job}
        for job in jobs
    }
