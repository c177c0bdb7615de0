"""Linked workflows to the needs and conditions of their jobs."""

from __future__ import annotations

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.graph import source_order, successors
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.plan.needs import PlannedJob, needs
from mermaid2gha.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Planned:
    """A linked workflow with the needs of its jobs, in the order in which they will stand."""

    linked: LinkedWorkflow
    jobs: tuple[PlannedJob, ...]


@dataclass(frozen=True, slots=True)
class Plans:
    """The workflows of a project with the needs of their jobs, in document order."""

    linked: Linked
    items: tuple[Planned, ...]


def plan(linked: Linked, settings: Settings) -> tuple[Plans, list[Diagnostic]]:
    """The needs and conditions of every job (section 9). Reports nothing."""
    return Plans(linked, tuple(_in_order(one, needs(one)) for one in linked.items)), []


def _in_order(linked: LinkedWorkflow, jobs: tuple[PlannedJob, ...]) -> Planned:
    """The jobs sorted topologically, in document order among those that are free."""
    after = successors((need.on, one.job.index) for one in jobs for need in one.needs)
    by_index = {one.job.index: one for one in jobs}
    return Planned(linked, tuple(by_index[index] for index in source_order(by_index, after)))
