"""For each job of a flow the jobs that it must follow directly."""

from __future__ import annotations

from collections.abc import Collection

from mermaid2gha.base.graph import before_any, bits
from mermaid2gha.compiler.link.model import LinkedFlow
from mermaid2gha.github.logic import dnf


def direct_jobs(
    linked_flow: LinkedFlow,
    gaps: Collection[tuple[int, int]] = (),
    untested: Collection[tuple[int, int]] = (),
) -> dict[int, tuple[int, ...]]:
    """For each job of a flow the jobs that it must follow there (docs/language.md#needs-and-if).

    On bit sets over topological positions: of all jobs before it those are left out that are before one
    which certainly runs whenever it does, for that one waits for them. But for the `gaps`: pairs of jobs, by
    their indexes, of which the first does not wait for the second although it is drawn after it; and those
    `untested`, of which it waits, and does not ask how it ended.
    """
    order = linked_flow.order
    before_at = [order.before[job] for job in order.job_at]
    for late, early in gaps:
        if late in linked_flow.jobs and early in linked_flow.jobs:
            at, other = (order.position[linked_flow.jobs[index].number] for index in (late, early))
            before_at[at] &= ~(1 << other)
    own_at = tuple(before_at)
    for late, early in untested:
        if late in linked_flow.jobs and early in linked_flow.jobs:
            at, other = (order.position[linked_flow.jobs[index].number] for index in (late, early))
            before_at[at] &= ~(1 << other)
    inside = 0
    by_condition = dnf.ConditionIndex()
    for job in linked_flow.jobs.values():
        bit = 1 << order.position[job.number]
        inside |= bit
        by_condition.add(job.condition, bit)
    conditions = dict.fromkeys(job.condition for job in linked_flow.jobs.values())
    certain_for = {condition: by_condition.implied_by(condition) for condition in conditions}
    result: dict[int, tuple[int, ...]] = {}
    directly: dict[tuple[int, int], tuple[int, ...]] = {}  # jobs beside each other mostly have the same
    for index, job in linked_flow.jobs.items():
        before = order.before[job.number] & inside
        key = (before, certain_for[job.condition] & own_at[order.position[job.number]])
        if key not in directly:
            positions = bits(before & ~before_any(key[1], before_at))
            directly[key] = tuple(
                dict.fromkeys(linked_flow.index_of[order.job_at[position]] for position in positions)
            )
        result[index] = directly[key]
    return result
