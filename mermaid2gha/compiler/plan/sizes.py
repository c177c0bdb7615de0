"""How large what is planned would be, and what GitHub takes."""

from __future__ import annotations

from functools import lru_cache

from mermaid2gha.compiler.plan.model import PlanJob
from mermaid2gha.github.expressions.ast import Logical
from mermaid2gha.github.expressions.condition import Condition, expression

LARGEST_FILE = 512_000
"""Bytes of a file: GitHub reads 500 KB (docs.github.com, Limits)."""

LONGEST_CONDITION = 20_000
"""The characters of an `if`, with room for what GitHub puts around it: it takes 21,000 of an expression
(actions/runner, ExpressionConstants.cs)."""


def has_long_condition(job: PlanJob) -> bool:
    """Whether the `if` of a job is longer than GitHub takes."""
    if sum(map(_most, (*job.tests, job.own))) <= LONGEST_CONDITION:
        return False
    condition = job.condition
    return condition is not None and len(expression(condition)) > LONGEST_CONDITION


@lru_cache(maxsize=1 << 14)  # jobs ask for the same results
def _most(condition: Condition) -> int:
    """A length that the text of a condition does not exceed, counted without building it."""
    if isinstance(condition, Logical) and not condition.is_whole:
        return sum(map(_most, condition.operands)) + 8
    return len(expression(condition)) + 6


def is_too_large(text: str) -> bool:
    """Whether GitHub would not run a file with this text."""
    return size(text) > LARGEST_FILE


def size(text: str) -> int:
    """The bytes of a file with this text."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
