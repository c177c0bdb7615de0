"""What the token of a job may do.

docs.github.com, Workflow syntax, `permissions`: a job's own replace the workflow's, and naming one right
takes all others away; without any the repository decides. In a pull request from a fork nothing may be
written, and there is no `id-token` (Events that trigger workflows, "Pull request events for forked
repositories", which stands under each event that this holds for).
"""

from __future__ import annotations

from mermaid2gha.github.events import kind_of
from mermaid2gha.github.simulator.model import Permissions, ScheduledJob, ScheduledWorkflow

_NO_READING = ("id-token", "copilot-requests")


def asked(workflow: ScheduledWorkflow, job: ScheduledJob) -> Permissions | None:
    """The rights that a job's token is given where it may be given all; none where the repository decides.

    `read-all` and `write-all` are one right of that level without a name.
    """
    return job.permissions if job.permissions is not None else workflow.permissions


def granted(
    workflow: ScheduledWorkflow, job: ScheduledJob, event: str, *, is_fork: bool
) -> Permissions | None:
    """The rights that a job's token has; what a fork may not have is lowered or taken away."""
    rights = asked(workflow, job)
    if rights is None or not is_fork or not kind_of(event).has_fork_token:
        return rights
    return tuple((scope, _lowered(level)) for scope, level in rights if scope not in _NO_READING)


def _lowered(level: str) -> str:
    return {"write": "read", "write-all": "read-all"}.get(level, level)
