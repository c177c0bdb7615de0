"""What GitHub takes, and what a workflow asks of it: sizes at which a compiled file would not run."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.lower.barriers import MOST_BEFORE
from mermaid2gha.compiler.plan.needs import PlannedJob
from mermaid2gha.compiler.plan.plan import Plans
from mermaid2gha.compiler.plan.workflow import Workflows
from mermaid2gha.github.expressions.ast import Logical
from mermaid2gha.github.expressions.condition import Condition, expression
from mermaid2gha.settings.model import Settings

CONDITION_TOO_LONG = Rule("condition-too-long", Severity.ERROR)
WORKFLOW_TOO_LARGE = Rule("workflow-too-large", Severity.ERROR)

_LARGEST = 512_000
"""Bytes of a file: GitHub reads 500 KB (docs.github.com, Limits)."""

MOST_NEEDS = 10_000
"""The needs of a file above which joins are set: each takes some ten bytes of GitHub's 512,000."""

LONGEST_CONDITION = 20_000
"""The characters of an `if`, with room for what GitHub puts around it: it takes 21,000 of an expression
(actions/runner, ExpressionConstants.cs)."""


def has_many_needs(linked: LinkedWorkflow) -> bool:
    """Whether the jobs of a workflow have more needs than a file should hold."""
    return sum(len(on) for job in linked.jobs for on in job.direct.values()) > MOST_NEEDS


def has_a_crowd(linked: LinkedWorkflow) -> bool:
    """Whether a join could stand for needs of some job."""
    return any(len(on) > min(MOST_BEFORE) for job in linked.jobs for on in job.direct.values())


def long_conditions(planned: Sequence[PlannedJob]) -> list[PlannedJob]:
    """The jobs whose `if` is longer than GitHub takes."""
    return [
        one
        for one in planned
        if one.condition is not None
        and _most(one.condition) > LONGEST_CONDITION
        and len(expression(one.condition)) > LONGEST_CONDITION
    ]


def _most(condition: Condition) -> int:
    """A length that the text of a condition does not exceed, counted without building it."""
    if isinstance(condition, Logical) and not condition.is_whole:
        return sum(map(_most, condition.operands)) + 8
    return len(expression(condition)) + 6


def conditions(plans: Plans, settings: Settings) -> list[Diagnostic]:
    """Reports `condition-too-long`: jobs whose `if` GitHub would refuse, and with it the whole file."""
    return [
        diagnostic(
            CONDITION_TOO_LONG,
            f"the `if` of `{one.job.identity.title}` would have {len(expression(one.condition)):,} "
            f"characters, and GitHub takes {LONGEST_CONDITION + 1_000:,} of an expression",
            next(iter(one.job.flows.values())).drawn[0].span,
            help="nest fewer conditions around it, or let one job decide for all of them by one flag",
        )
        for planned in plans.items
        for one in long_conditions(planned.jobs)
        if one.condition is not None
    ]


def file_sizes(made: Workflows, settings: Settings) -> list[Diagnostic]:
    """Files that GitHub would not run, without a word. Reports `workflow-too-large`."""
    return [
        diagnostic(
            WORKFLOW_TOO_LARGE,
            f"`{one.linked.file}` would have {_size(text):,} bytes; GitHub runs no file above {_LARGEST:,}",
            one.linked.told.flows[0].span,
            help="divide the workflow in two, one calling the other",
        )
        for text, one in zip(made.texts, made.plans.items)
        if is_too_large(text)
    ]


def is_too_large(text: str) -> bool:
    """Whether GitHub would not run a file with this text."""
    return _size(text) > _LARGEST


def _size(text: str) -> int:
    """The bytes of a file with this text."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
