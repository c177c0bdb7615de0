"""Plans as pictures show them, in few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import PlanJob, PlanNeed, WorkflowPlan

Pair = tuple[str, PlanNeed]


def job(name: str, shown: str, kind: JobKind, flows: tuple[str, ...], when: Sequence[str] = ()) -> PlanJob:
    """A job by its id and its name; it is optional in the flows of `when`."""
    return PlanJob(name, shown, kind, flows, words=tuple((flow, "changed") for flow in when))


def need(job: str, on: str, flows: tuple[str, ...], *, is_data: bool = False, is_order: bool = True) -> Pair:
    return job, PlanNeed(on, flows, is_data=is_data, is_order=is_order)


def plan(name: str, flows: tuple[str, ...], jobs: Iterable[PlanJob], needs: Iterable[Pair]) -> WorkflowPlan:
    """The plan of `ci.yml` with these needs, by the ids of the jobs that have them."""
    pairs = list(needs)
    whole = tuple(replace(one, needs=tuple(n for name, n in pairs if name == one.id)) for one in jobs)
    return WorkflowPlan("ci.yml", name, flows, whole)
