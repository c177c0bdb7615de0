"""The order that data and decisions need, for `order: data` (section 8)."""

from __future__ import annotations

from mermaid2gha.passes.flow_set import Flow
from mermaid2gha.passes.happens_before import HappensBefore, bits
from mermaid2gha.passes.outside import job_gives, pulled_artifacts, step_gives


def data_order(flow: Flow, order: HappensBefore, deciders: frozenset[int]) -> HappensBefore:
    """Of the drawn order of a flow, what must stay, closed transitively. `deciders` are drawn jobs.

    Kept: after a decider; after the pushes that a job pulls; within one operand; two jobs with nothing
    but jobs between them; and what gives to the outside after all that is drawn before it.
    """
    drawing = flow.drawing
    mine = [job for job in drawing.jobs if job.run == flow.run.number]
    edges = set(drawing.edges)
    pulled = pulled_artifacts(drawing)
    pushed = {t.node: t.job for t in drawing.transfers if t.is_push}
    takes = {(pushed[a], b) for a, b in edges if a in pushed}
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
                or (other.operand == job.operand != flow.run.operand)
                or (other.node, job.node) in edges
                or (other.number, job.node) in takes
            )
            if is_kept:
                kept |= 1 << position | before[other.number]
        before[job.number] = kept
    return HappensBefore(order.position, order.job_at, tuple(before), order.before_node)
