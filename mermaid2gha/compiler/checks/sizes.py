"""What GitHub takes, and what a workflow asks of it: sizes at which a compiled file would not run."""

from __future__ import annotations

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.compiler.plan.emit import Workflows
from mermaid2gha.compiler.plan.plan import JoinedPlans
from mermaid2gha.compiler.plan.sizes import (
    LARGEST_FILE,
    LONGEST_CONDITION,
    has_long_condition,
    is_too_large,
    size,
)
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.settings.model import Settings

CONDITION_TOO_LONG = Rule("condition-too-long", Severity.ERROR)
WORKFLOW_TOO_LARGE = Rule("workflow-too-large", Severity.ERROR)


def conditions(plans: JoinedPlans, settings: Settings) -> list[Diagnostic]:
    """Reports `condition-too-long`: jobs whose `if` GitHub would refuse, and with it the whole file."""
    return [
        diagnostic(
            CONDITION_TOO_LONG,
            f"the `if` of `{job.title}` would have {len(expression(condition)):,} characters, and GitHub "
            f"takes {LONGEST_CONDITION + 1_000:,} of an expression",
            job.span,
            help="nest fewer conditions around it, or let one job decide for all of them by one flag",
        )
        for plan in plans.project.workflows
        for job in plan.jobs
        if has_long_condition(job) and (condition := job.condition) is not None
    ]


def file_sizes(workflows: Workflows, settings: Settings) -> list[Diagnostic]:
    """Files that GitHub would not run, without a word. Reports `workflow-too-large`."""
    return [
        diagnostic(
            WORKFLOW_TOO_LARGE,
            f"`{plan.file}` would have {size(text):,} bytes; GitHub runs no file above {LARGEST_FILE:,}",
            plan.span,
            help="divide the workflow in two, one calling the other",
        )
        for text, plan in zip(workflows.texts, workflows.plans.project.workflows)
        if is_too_large(text)
    ]
