"""The events that can start a workflow: one row each, with all that GitHub makes of it.

Everything else asks a row for its properties, so that what holds for an event holds everywhere. Sources:
docs.github.com, Events that trigger workflows, and Triggering a workflow from a workflow; the schema of
@actions/workflow-parser 0.3 (`on-mapping-strict`) for activity types and filters.
"""

from __future__ import annotations

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass

MOST_CHAINED = 3
"""How many runs of `workflow_run` can follow one another (Events that trigger workflows)."""

MOST_CALL_LEVELS = 10
"""Of one run: the caller and nine levels of calls (docs.github.com, Reusing workflow configurations)."""

HEAD_REPOSITORY = "github.event.pull_request.head.repo.full_name"
HEAD_IS_FORK = "github.event.pull_request.head.repo.fork"
HEAD_BRANCH = "github.event.pull_request.head.ref"
PULL_REQUEST_NUMBER = "github.event.pull_request.number"
CONCLUSION = "github.event.workflow_run.conclusion"
CRON = "github.event.schedule"
"""What expressions read of payloads."""


class About(Enum):
    """What a payload speaks of, and so which keys it has beside those that all have."""

    PULL_REQUEST = "a pull request"
    REF = "a branch or tag, in full"
    REF_NAME = "the name of a branch or tag"
    RELEASE = "a release"
    MERGE_GROUP = "a group of a merge queue"
    RUN = "a run of another workflow"
    TIME = "a time that has come"
    CALL = "the event of the caller"
    OTHER = "something else"


class OwnToken(Enum):
    """What becomes of an event that a workflow makes with its own `GITHUB_TOKEN`."""

    STARTS_NOTHING = "it starts no run"
    WAITS = "its default types make runs that wait until somebody approves them"
    STARTS = "it starts runs as always"


@dataclass(frozen=True, slots=True)
class EventKind:
    """What GitHub makes of an event.

    `types` are its activity types, `*` alone for types of one's own; `default_types` those that start a
    workflow which names none (all, where there are no defaults), `sample_type` the one of a payload that is
    made up. `filters` are the others that it takes; `branch` is the expression that `branches` is about,
    and what stands before a branch's name in it. `has_default_ref`: `github.ref` is the default branch
    although the payload names another ref. `has_fork_token`: the run of a fork has a token that only reads,
    and no secrets. `is_dangerous`: strangers cause runs that have all rights (zizmor, `dangerous-triggers`).
    `dispatch_scope` is the right that a token needs to make it by the API, if one can. `is_companion`: it
    comes along with the events of other workflows. `runs` is what people call its runs, `occurs` says what
    happens where no activity types do, and `brings` are the keys of its payload beside those that many have.
    """

    name: str
    types: tuple[str, ...] = ()
    sample_type: str = ""
    about: About = About.OTHER
    default_types: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    branch: tuple[str, str] = ("", "")
    has_default_ref: bool = False
    has_fork_token: bool = False
    is_dangerous: bool = False
    by_own_token: OwnToken = OwnToken.STARTS_NOTHING
    dispatch_scope: str = ""
    takes_inputs: bool = False
    is_companion: bool = False
    runs: str = ""
    occurs: str = ""
    brings: tuple[str, ...] = ()

    @property
    def plural(self) -> str:
        """What people call the runs of it: pushes, pull requests."""
        return self.runs or f"`{self.name}` events"

    @property
    def has_own_types(self) -> bool:
        return self.types == _OWN_TYPES

    def has_type(self, name: str) -> bool:
        return self.has_own_types or name in self.types

    @property
    def is_about_pull_request(self) -> bool:
        return self.about is About.PULL_REQUEST

    @property
    def has_changes(self) -> bool:
        """Whether it brings changed files to a branch."""
        return "paths" in self.filters

    @property
    def is_repeated(self) -> bool:
        """Whether it comes again for each commit, which puts the run for the one before out of date."""
        return "synchronize" in self.default_types

    @property
    def follows_runs(self) -> bool:
        return self.about is About.RUN

    @property
    def has_times(self) -> bool:
        return self.about is About.TIME

    @property
    def is_call(self) -> bool:
        return self.about is About.CALL

    @property
    def is_dispatch(self) -> bool:
        return self.dispatch_scope != ""

    @property
    def is_by_hand(self) -> bool:
        return self.is_dispatch and self.takes_inputs


_PULL_KEYS = ("pull_request", "number", "label", "assignee", "milestone", "requested_reviewer", "reason")
_PUSH_KEYS = (
    *("head_commit", "commits", "pusher", "forced", "compare", "created", "deleted", "base_ref", "before"),
    "after",
)
_OWN_TYPES = ("*",)
_CHANGED = ("created", "deleted", "edited")
_REVIEW_TYPES = ("dismissed", "edited", "submitted")
_REVISED = ("opened", "synchronize", "reopened")
_BRANCHES = ("branches", "branches-ignore")
_PATHS = ("paths", "paths-ignore")
_DISCUSSION_TYPES = (
    *("answered", "category_changed", "created", "deleted", "edited", "labeled", "locked", "pinned"),
    *("transferred", "unanswered", "unlabeled", "unlocked", "unpinned"),
)
_ISSUE_TYPES = (
    *("assigned", "closed", "deleted", "demilestoned", "edited", "field_added", "field_removed", "labeled"),
    *("locked", "milestoned", "opened", "pinned", "reopened", "transferred", "typed", "unassigned"),
    *("unlabeled", "unlocked", "unpinned", "untyped"),
)
_PULL_REQUEST_TYPES = (
    *("assigned", "auto_merge_disabled", "auto_merge_enabled", "closed", "converted_to_draft"),
    *("demilestoned", "dequeued", "edited", "enqueued", "labeled", "locked", "milestoned", "opened"),
    *("ready_for_review", "reopened", "review_request_removed", "review_requested", "stacked", "synchronize"),
    *("unassigned", "unlabeled", "unlocked"),
)
_RELEASE_TYPES = (*_CHANGED, "prereleased", "published", "released", "unpublished")

PULL_REQUEST = EventKind(
    "pull_request",
    _PULL_REQUEST_TYPES,
    "opened",
    About.PULL_REQUEST,
    default_types=_REVISED,
    filters=(*_BRANCHES, *_PATHS),
    branch=("github.base_ref", ""),
    has_fork_token=True,
    by_own_token=OwnToken.WAITS,
    runs="pull requests",
    brings=(*_PULL_KEYS, "before", "after"),
)
PULL_REQUEST_TARGET = EventKind(
    "pull_request_target",
    _PULL_REQUEST_TYPES,
    "opened",
    About.PULL_REQUEST,
    default_types=_REVISED,
    filters=(*_BRANCHES, *_PATHS),
    branch=("github.base_ref", ""),
    has_default_ref=True,
    is_dangerous=True,
    is_companion=True,
    runs="pull requests with the rights of their target",
    brings=(*_PULL_KEYS, "before", "after"),
)
PUSH = EventKind(
    "push",
    about=About.REF,
    filters=(*_BRANCHES, "tags", "tags-ignore", *_PATHS),
    branch=("github.ref", "refs/heads/"),
    runs="pushes",
    brings=_PUSH_KEYS,
)
RELEASE = EventKind(
    "release", _RELEASE_TYPES, "published", About.RELEASE, runs="releases", brings=("release",)
)
REPOSITORY_DISPATCH = EventKind(
    "repository_dispatch",
    _OWN_TYPES,
    by_own_token=OwnToken.STARTS,
    dispatch_scope="contents",
    is_companion=True,
    runs="calls of the API",
    occurs="a program asks for it",
    brings=("client_payload", "branch"),
)
SCHEDULE = EventKind("schedule", about=About.TIME, runs="scheduled runs", brings=("schedule",))
WORKFLOW_CALL = EventKind(
    "workflow_call",
    about=About.CALL,
    takes_inputs=True,
    is_companion=True,
    runs="calls",
)
WORKFLOW_DISPATCH = EventKind(
    "workflow_dispatch",
    about=About.REF,
    by_own_token=OwnToken.STARTS,
    dispatch_scope="actions",
    takes_inputs=True,
    is_companion=True,
    runs="runs by hand",
    brings=("inputs", "workflow"),
)
WORKFLOW_RUN = EventKind(
    "workflow_run",
    ("completed", "in_progress", "requested"),
    "completed",
    About.RUN,
    filters=("workflows", *_BRANCHES),
    branch=("github.event.workflow_run.head_branch", ""),
    is_dangerous=True,
    is_companion=True,
    runs="runs of other workflows",
    brings=("workflow_run", "workflow"),
)

CREATE = EventKind(
    "create", about=About.REF_NAME, occurs="a branch or tag is created", brings=("master_branch",)
)
ISSUES = EventKind(
    "issues",
    _ISSUE_TYPES,
    "opened",
    runs="issues",
    brings=("issue", "label", "assignee", "milestone"),
)
ISSUE_COMMENT = EventKind(
    "issue_comment",
    _CHANGED,
    "created",
    is_dangerous=True,
    runs="comments on issues and pull requests",
    brings=("issue", "comment"),
)
LABEL = EventKind("label", _CHANGED, "created", runs="labels", brings=("label",))
DEPLOYMENT = EventKind(
    "deployment", runs="deployments", occurs="a deployment is created", brings=("deployment",)
)
DEPLOYMENT_STATUS = EventKind(
    "deployment_status",
    occurs="the state of a deployment changes",
    brings=("deployment", "deployment_status"),
)
EVENTS: dict[str, EventKind] = {
    kind.name: kind
    for kind in (
        EventKind("branch_protection_rule", _CHANGED, "created", brings=("rule",)),
        EventKind(
            "check_run",
            ("completed", "created", "requested_action", "rerequested"),
            "completed",
            brings=("check_run",),
        ),
        EventKind("check_suite", ("completed",), "completed", brings=("check_suite",)),
        CREATE,
        EventKind("delete", about=About.REF_NAME, has_default_ref=True, occurs="a branch or tag is deleted"),
        DEPLOYMENT,
        DEPLOYMENT_STATUS,
        EventKind(
            "discussion", _DISCUSSION_TYPES, "created", runs="discussions", brings=("discussion", "label")
        ),
        EventKind(
            "discussion_comment",
            _CHANGED,
            "created",
            runs="comments on discussions",
            brings=("discussion", "comment"),
        ),
        EventKind("fork", runs="forks", occurs="somebody forks the repository", brings=("forkee",)),
        EventKind("gollum", runs="changes of the wiki", occurs="the wiki changes", brings=("pages",)),
        EventKind("image_version", ("created", "deleted", "ready"), "ready", filters=("names", "versions")),
        ISSUE_COMMENT,
        ISSUES,
        LABEL,
        EventKind(
            "merge_group",
            ("checks_requested",),
            "checks_requested",
            About.MERGE_GROUP,
            filters=_BRANCHES,
            branch=("github.event.merge_group.base_ref", "refs/heads/"),
            runs="merge groups",
            brings=("merge_group", "reason"),
        ),
        EventKind(
            "milestone",
            ("closed", "created", "deleted", "edited", "opened"),
            "created",
            runs="milestones",
            brings=("milestone",),
        ),
        EventKind("page_build", occurs="GitHub builds the pages of the repository"),
        EventKind("public", occurs="the repository becomes public"),
        PULL_REQUEST,
        EventKind(
            "pull_request_review",
            _REVIEW_TYPES,
            "submitted",
            About.PULL_REQUEST,
            has_fork_token=True,
            runs="reviews of pull requests",
            brings=("pull_request", "review"),
        ),
        EventKind(
            "pull_request_review_comment",
            _CHANGED,
            "created",
            About.PULL_REQUEST,
            has_fork_token=True,
            runs="comments on changes of pull requests",
            brings=("pull_request", "comment"),
        ),
        PULL_REQUEST_TARGET,
        PUSH,
        EventKind(
            "registry_package",
            ("published", "updated"),
            "published",
            runs="packages",
            brings=("registry_package",),
        ),
        RELEASE,
        REPOSITORY_DISPATCH,
        SCHEDULE,
        EventKind(
            "status",
            occurs="the status of a commit changes",
            brings=("state", "context", "commit", "branches"),
        ),
        EventKind("watch", ("started",), "started", runs="stars", occurs="somebody stars the repository"),
        WORKFLOW_CALL,
        WORKFLOW_DISPATCH,
        WORKFLOW_RUN,
    )
}
"""Every event that can start a workflow, by its name."""


PAYLOAD_KEYS = frozenset(key for kind in EVENTS.values() for key in kind.brings)
"""Keys of payloads of which it is known which events bring them."""


def kind_of(name: str) -> EventKind:
    """The row of an event; one that is known for nothing, if GitHub has the event since yesterday."""
    return EVENTS.get(name) or EventKind(name)
