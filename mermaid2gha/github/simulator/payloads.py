"""Payloads of events as GitHub sends them, as far as workflows, filters and conditions look at them.

docs.github.com/en/webhooks/webhook-events-and-payloads.
"""

from __future__ import annotations

from mermaid2gha.base.records import dataclass

REPOSITORY = "owner/name"
_PULL_REQUEST = ("pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment")
_ACTIONS = {
    "pull_request": "opened",
    "pull_request_target": "opened",
    "pull_request_review": "submitted",
    "release": "published",
    "issues": "opened",
    "issue_comment": "created",
    "merge_group": "checks_requested",
    "workflow_run": "completed",
    "check_run": "completed",
    "check_suite": "completed",
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """What happens: an event and what people say of it.

    `branch` is what is pushed to, a pull request's target, or what a dispatch runs on; `tag` wins over it.
    `head` is the branch that a pull request comes from, `action` the event's type, `cron` a schedule's time;
    `repository` is the one whose workflows run.
    """

    event: str
    branch: str = "main"
    tag: str = ""
    head: str = "feature"
    is_fork: bool = False
    action: str = ""
    cron: str = ""
    repository: str = REPOSITORY

    @property
    def source(self) -> str:
        """The repository that a pull request comes from."""
        return f"someone/{self.repository.rpartition('/')[2]}" if self.is_fork else self.repository


def payload(occasion: Occasion) -> dict[str, object]:
    """The payload of an event; of a type that GitHub raises without being asked where none is given."""
    ref = f"refs/tags/{occasion.tag}" if occasion.tag else f"refs/heads/{occasion.branch}"
    content: dict[str, object] = {
        "repository": {"full_name": occasion.repository, "default_branch": "main", "fork": False},
        "sender": {"login": "someone", "type": "User"},
    }
    action = occasion.action or _ACTIONS.get(occasion.event, "")
    if action:
        content["action"] = action
    if occasion.event in _PULL_REQUEST:
        content["number"] = 1
        content["pull_request"] = {
            "number": 1,
            "draft": False,
            "merged": False,
            "head": {"ref": occasion.head, "repo": {"full_name": occasion.source, "fork": occasion.is_fork}},
            "base": {"ref": occasion.branch, "repo": {"full_name": occasion.repository}},
        }
    elif occasion.event in ("push", "workflow_dispatch"):
        content["ref"] = ref
    elif occasion.event in ("create", "delete"):
        content |= {"ref": occasion.tag or occasion.branch, "ref_type": "tag" if occasion.tag else "branch"}
    elif occasion.event == "release":
        content["release"] = {"tag_name": occasion.tag or "v1.0.0", "draft": False, "prerelease": False}
    elif occasion.event == "merge_group":
        base = f"refs/heads/{occasion.branch}"
        content["merge_group"] = {
            "base_ref": base,
            "head_ref": f"refs/heads/gh-readonly-queue/{occasion.branch}/pr-1",
        }
    elif occasion.event == "schedule" and occasion.cron:
        content["schedule"] = occasion.cron
    return content


def completed(name: str, event: str, conclusion: str, occasion: Occasion) -> dict[str, object]:
    """The payload of the `workflow_run` that the end of a run raises."""
    is_pull = event.startswith("pull_request")
    is_fork = occasion.is_fork and is_pull
    return {
        **payload(Occasion("workflow_run", repository=occasion.repository)),
        "workflow_run": {
            "name": name,
            "event": event,
            "status": "completed",
            "conclusion": conclusion,
            "head_branch": occasion.head if is_pull else occasion.tag or occasion.branch,
            "head_repository": {
                "full_name": occasion.source if is_fork else occasion.repository,
                "fork": is_fork,
            },
        },
    }
