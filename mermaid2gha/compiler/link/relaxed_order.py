"""The order that data and decisions need, for `order: data` (docs/language.md#order)."""

from __future__ import annotations

from mermaid2gha.base.graph import bits, predecessors, reachable
from mermaid2gha.compiler.ir.flow_graph import DrawnJob
from mermaid2gha.compiler.link.flow_model import Flow
from mermaid2gha.compiler.order.drawn_order import DrawnOrder, drawn_order
from mermaid2gha.compiler.order.externals import job_gives, pulled_artifacts, step_gives
from mermaid2gha.compiler.order.happens_before import HappensBefore
from mermaid2gha.mermaid.ast import Operator

_ORDERING = (Operator.PAR, Operator.PAR_OVER, Operator.OPT, Operator.ALT)


def data_order(flow: Flow, order: HappensBefore, deciders: frozenset[int]) -> HappensBefore:
    """Of the drawn order of a flow, what must stay, closed transitively. `deciders` are drawn jobs.

    Kept: after a decider; after the pushes that a job pulls; within one operand; a job after the one that
    is directly before it, or sends it a message; and what gives to the outside after all drawn before it.
    Drawn jobs that are one job have one place in the order, which is that of each of them.
    """
    drawing = flow.drawing
    parts: dict[int, list[DrawnJob]] = {}
    for job in drawing.jobs:
        if job.run == flow.run.number:
            parts.setdefault(order.position[job.number], []).append(job)
    pulled = pulled_artifacts(drawing)
    drawn = drawn_order(drawing)
    points = drawn.job_points
    pushed = {point: t.job for t, point in zip(drawing.transfers, drawn.transfer_points) if t.is_push}
    takes = {(pushed[a], b) for a, b in drawn.takes}
    mine = [job for places in parts.values() for job in places]
    around = {job.number: _operands(flow, job.operand) for job in mine}
    rows = _rows(drawn, mine)

    def is_kept(job: DrawnJob, other: DrawnJob) -> bool:
        return (
            other.number in deciders
            or not around[other.number].isdisjoint(around[job.number])
            or points[other.number] in rows[job.number]
            or (other.number, points[job.number]) in takes
        )

    before = [0] * len(drawing.jobs)
    for place in sorted(parts):
        here = parts[place]
        gives = any(job_gives(job) or any(step_gives(step, pulled) for step in job.steps) for job in here)
        kept = 0
        for position in bits(order.before[here[0].number]):
            there = parts.get(position, ())
            if there and (gives or any(is_kept(job, other) for job in here for other in there)):
                kept |= 1 << position | before[there[0].number]
        for job in here:
            before[job.number] = kept
    return HappensBefore(order.position, order.job_at, tuple(before), order.before_transfer)


def _operands(flow: Flow, number: int) -> frozenset[int]:
    """The operands of `par`, `opt` and `alt` around a place, within its run."""
    drawing = flow.drawing
    return frozenset(
        operand.number
        for operand in drawing.around(number, within=flow.run.operand)
        if drawing.fragments[operand.fragment].operator in _ORDERING and not operand.is_complement
    )


def _rows(drawn: DrawnOrder, jobs: list[DrawnJob]) -> dict[int, set[int]]:
    """The points of the jobs directly before each of these, by its number: messages between do not count."""
    last = predecessors(drawn.rows)
    is_job = set(drawn.job_points)

    def above(point: int) -> list[int] | None:
        return None if point in is_job else last.get(point)

    return {
        job.number: {
            point for point in reachable(last.get(drawn.job_points[job.number], ()), above) if point in is_job
        }
        for job in jobs
    }
