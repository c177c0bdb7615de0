"""What became of a job, as a condition."""

from __future__ import annotations

from mermaid2gha.github.expressions.condition import Condition, any_of, equal


def succeeded(job: str) -> Condition:
    """That a job has ended well; if it was skipped it has not."""
    return equal(f"needs.{job}.result", "success")


def skipped(job: str) -> Condition:
    """That a job was left out."""
    return equal(f"needs.{job}.result", "skipped")


def failed(job: str) -> Condition:
    """That a job failed or timed out: a job that timed out has the result `cancelled`."""
    result = f"needs.{job}.result"
    return any_of(equal(result, "failure"), equal(result, "cancelled"))
