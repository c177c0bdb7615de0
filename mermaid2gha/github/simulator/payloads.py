"""Payloads of events as GitHub sends them, as far as workflows, filters and conditions look at them.

docs.github.com/en/webhooks/webhook-events-and-payloads.
"""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.events import PULL_REQUEST, WORKFLOW_RUN, About, kind_of
from mermaid2gha.github.simulator.triggering import event_ref, ref_name, text_at

REPOSITORY = "owner/name"


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
    kind = kind_of(occasion.event)
    content: dict[str, object] = {
        "repository": {"full_name": occasion.repository, "default_branch": "main", "fork": False},
        "sender": {"login": "someone", "type": "User"},
    }
    if action := occasion.action or kind.sample_type:
        content["action"] = action
    match kind.about:
        case About.PULL_REQUEST:
            source = {"full_name": occasion.source, "fork": occasion.is_fork}
            content["number"] = 1
            content[PULL_REQUEST.name] = {
                "number": 1,
                "draft": False,
                "merged": False,
                "head": {"ref": occasion.head, "repo": source},
                "base": {"ref": occasion.branch, "repo": {"full_name": occasion.repository}},
            }
        case About.REF:
            content["ref"] = f"refs/tags/{occasion.tag}" if occasion.tag else f"refs/heads/{occasion.branch}"
        case About.REF_NAME:
            content["ref"] = occasion.tag or occasion.branch
            content["ref_type"] = "tag" if occasion.tag else "branch"
        case About.RELEASE:
            tag = occasion.tag or "v1.0.0"
            content[kind.name] = {"tag_name": tag, "draft": False, "prerelease": False}
        case About.MERGE_GROUP:
            content[kind.name] = {
                "base_ref": f"refs/heads/{occasion.branch}",
                "head_ref": f"refs/heads/gh-readonly-queue/{occasion.branch}/pr-1",
            }
        case About.TIME if occasion.cron:
            content[kind.name] = occasion.cron
    return content


def of_run(
    name: str, event: str, action: str, conclusion: str, content: Mapping[str, object]
) -> dict[str, object]:
    """The payload of the `workflow_run` that something raises which becomes of a run: it is `requested`,
    `in_progress` or `completed`, and only then has it a conclusion.

    `event` and `content` are what started that run. Its branch is that of its ref: the default branch where
    it was started by another run, too (actions/runner#1628).
    """
    repository = text_at(content, "repository", "full_name") or REPOSITORY
    source, branch = repository, ref_name(event_ref(event, content))
    if kind_of(event).is_about_pull_request:
        source = text_at(content, PULL_REQUEST.name, "head", "repo", "full_name") or repository
        branch = text_at(content, PULL_REQUEST.name, "head", "ref")
    return {
        **payload(Occasion(WORKFLOW_RUN.name, repository=repository)),
        "action": action,
        WORKFLOW_RUN.name: {
            "name": name,
            "event": event,
            "status": "queued" if action == "requested" else action,
            "conclusion": conclusion if action == "completed" else None,
            "head_branch": branch,
            "head_repository": {"full_name": source, "fork": source != repository},
        },
    }
