"""Steps of the settings that need a right which nothing in the drawing asks for."""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.compiler.plan.model import PlanJob
from mermaid2gha.compiler.plan.plan import Plans
from mermaid2gha.github.actions import needed_rights
from mermaid2gha.github.workflow.model import GivenStep
from mermaid2gha.settings.model import Settings

RIGHT_NOT_DRAWN = Rule("right-not-drawn", Severity.WARNING)

_LEVELS = ("none", "read", "write")


def given_rights(plans: Plans, settings: Settings) -> list[Diagnostic]:
    """The jobs whose given steps would fail for want of a right. Reports `right-not-drawn`."""
    if not settings.steps:
        return []
    jobs = (job for _, plan in plans.items for job in plan.jobs)
    return [finding for job in jobs for finding in _of_job(job, settings)]


def _of_job(job: PlanJob, settings: Settings) -> Iterator[Diagnostic]:
    held = {right.scope: right.level for right in job.rights}
    for starter in job.starters:
        for step in starter.steps:
            lacking = {
                scope: level
                for scope, level in needed_rights(step.uses, dict(step.arguments)).items()
                if _LEVELS.index(held.get(scope, "none")) < _LEVELS.index(level)
            }
            if lacking:
                yield _finding(job, step, lacking, settings)


def _finding(job: PlanJob, step: GivenStep, lacking: dict[str, str], settings: Settings) -> Diagnostic:
    rights = ", ".join(f"{scope}: {level}" for scope, level in lacking.items())
    given = next(value for _, value in settings.steps if step in value.steps)
    return diagnostic(
        RIGHT_NOT_DRAWN,
        f"`{step.uses.partition('@')[0]}` needs the right `{rights}`, which nothing draws for `{job.id}`",
        Label(job.span, "drawn here"),
        *([Label(given.span, "the steps are given here")] if given.span is not None else []),
        help=f"write `%% permissions: {rights}` on the line above the note",
    )
