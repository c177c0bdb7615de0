"""Names on GitHub: events and their activity types, ids of jobs, files.

Sources: docs.github.com, Events that trigger workflows; the schema of @actions/workflow-parser 0.3
(`on-mapping-strict`); an id is `[A-Za-z_][A-Za-z0-9_-]*`, at most 99 characters, unique whatever the case,
and must not begin with two underscores.
"""

from __future__ import annotations

import re
import unicodedata

from mermaid2gha.base.digest import text_digest

MAX_ID = 99

_PULL_REQUEST = (
    "assigned auto_merge_disabled auto_merge_enabled closed converted_to_draft demilestoned dequeued edited "
    "enqueued labeled locked milestoned opened ready_for_review reopened review_request_removed "
    "review_requested synchronize unassigned unlabeled unlocked"
)
_ISSUES = (
    "assigned closed deleted demilestoned edited labeled locked milestoned opened pinned reopened "
    "transferred typed unassigned unlabeled unlocked unpinned untyped"
)
_DISCUSSION = (
    "answered category_changed created deleted edited labeled locked pinned transferred unanswered unlabeled "
    "unlocked unpinned"
)

EVENT_TYPES: dict[str, tuple[str, ...]] = {
    event: tuple(types.split())
    for event, types in {
        "branch_protection_rule": "created deleted edited",
        "check_run": "completed created requested_action rerequested",
        "check_suite": "completed",
        "create": "",
        "delete": "",
        "deployment": "",
        "deployment_status": "",
        "discussion": _DISCUSSION,
        "discussion_comment": "created deleted edited",
        "fork": "",
        "gollum": "",
        "image_version": "created deleted ready",
        "issue_comment": "created deleted edited",
        "issues": _ISSUES,
        "label": "created deleted edited",
        "merge_group": "checks_requested",
        "milestone": "closed created deleted edited opened",
        "page_build": "",
        "public": "",
        "pull_request": _PULL_REQUEST,
        "pull_request_review": "dismissed edited submitted",
        "pull_request_review_comment": "created deleted edited",
        "pull_request_target": _PULL_REQUEST,
        "push": "",
        "registry_package": "published updated",
        "release": "created deleted edited prereleased published released unpublished",
        "repository_dispatch": "*",
        "schedule": "",
        "status": "",
        "watch": "started",
        "workflow_call": "",
        "workflow_dispatch": "",
        "workflow_run": "completed in_progress requested",
    }.items()
}
"""Every event that can start a workflow, with its activity types; `*` stands for types of one's own."""

FILTERS: dict[str, tuple[str, ...]] = {
    "push": ("branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"),
    "pull_request": ("branches", "branches-ignore", "paths", "paths-ignore"),
    "pull_request_target": ("branches", "branches-ignore", "paths", "paths-ignore"),
    "workflow_run": ("workflows", "branches", "branches-ignore"),
    "merge_group": ("branches", "branches-ignore"),
}
"""The filters that an event takes besides `types`."""


def slug(text: str) -> str:
    """The words of a text as a lower-case id, or `""` if it holds no letter a-z; never over 99 characters."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in plain if not unicodedata.combining(char)).lower()
    plain = re.sub(r"['’`]", "", plain)
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not re.search(r"[a-z]", words):
        return ""
    if words[0].isdigit():
        words = f"job-{words}"
    return words[:MAX_ID].rstrip("-")


def job_id(text: str) -> str:
    """The slug of a text; a text without a-z becomes `job-` and eight hex digits of its hash."""
    return slug(text) or f"job-{digest(text)[:8]}"


def digest(text: str) -> str:
    """SHA-256 of a text in hex: the source of all stable but arbitrary choices."""
    return text_digest(text)


def is_job_id(text: str) -> bool:
    return len(text) <= MAX_ID and re.fullmatch(r"(?!__)[A-Za-z_][A-Za-z0-9_-]*", text) is not None


def variable_name(text: str) -> str:
    """A text as a configuration variable, `BUILD_DOCS`; GitHub reserves names that begin with `GITHUB_`."""
    name = job_id(text).replace("-", "_").upper()
    return f"DRAWN_{name}" if name.startswith("GITHUB_") else name


def daily_cron(name: str, *, weekly: bool = False) -> str:
    """A time of the day (and, weekly, a day of the week) in cron's five fields, derived from a name."""
    number = int(digest(name)[:8], 16)
    day = str(number // 1440 % 7) if weekly else "*"
    return f"{number % 60} {number // 60 % 24} * * {day}"


SCOPES = (
    *(
        "actions",
        "attestations",
        "checks",
        "contents",
        "deployments",
        "discussions",
        "issues",
        "packages",
        "pages",
    ),
    *("pull-requests", "repository-projects", "security-events", "statuses"),
)
"""What `read-all` reads (docs.github.com, Workflow syntax, `permissions`), without the newest scopes."""
