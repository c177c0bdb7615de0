"""The steps that the settings give for fresh jobs (docs/settings.md#steps)."""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import DrawnStep, StepKind
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.plan.steps import MergedStep
from mermaid2gha.github.workflow.model import Starter
from mermaid2gha.settings.model import Settings, folded


def starters(
    linked: LinkedWorkflow, job: LinkedJob, merged: tuple[MergedStep, ...], settings: Settings
) -> tuple[Starter, ...]:
    """What the settings give for the steps of a job: by the text of a step, or, for its activity, by the
    job's id; with the name of the workflow before it or without."""
    if not settings.steps:
        return ()
    given = {folded(name): value for name, value in settings.steps}
    first = next((step for step in merged if step.first.kind is StepKind.ACTIVITY), None)
    by_name: dict[str, Starter] = {}
    covered: set[Span] = set()
    for step in merged:
        names = [*step_names(step.first), *([job.id] if step is first else [])]
        key = next((one for name in names for one in keys(linked, name) if one in given), None)
        title = step.first.text.title
        if key is not None:
            by_name.setdefault(title, Starter(title, given[key].steps))
            covered.add(step.first.span)
        elif step.first.kind is StepKind.DETAIL and step.first.span in covered:
            by_name.setdefault(title, Starter(title, ()))  # a further line of a note whose steps are given
    return tuple(by_name.values())


def step_names(step: DrawnStep) -> tuple[str, ...]:
    """What the settings can call a drawn step: its text with its tags, and without."""
    return step.text.title, step.text.name


def keys(linked: LinkedWorkflow, name: str) -> Iterator[str]:
    """A name as the settings can have it."""
    yield folded(f"{linked.name}/{name}")
    yield folded(name)
