"""How jobs end."""

from __future__ import annotations

from mermaid2gha.base.enums import Enum


class Outcome(Enum):
    """What becomes of a job if it runs. WAITING: the workflow that it calls waits for an approval."""

    SUCCESS = "success"
    FAILURE = "failure"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    WAITING = "waiting"


class JobResult(Enum):
    """`needs.X.result`; WAITING where a job, or one before it, waits for an approval and has none."""

    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    WAITING = "waiting"


RESULTS = {
    Outcome.SUCCESS: JobResult.SUCCESS,
    Outcome.FAILURE: JobResult.FAILURE,
    Outcome.TIMEOUT: JobResult.CANCELLED,
    Outcome.CANCELLED: JobResult.CANCELLED,
    Outcome.WAITING: JobResult.WAITING,
}
"""A job that times out counts as cancelled (docs.github.com, Workflow syntax, `timeout-minutes`)."""
