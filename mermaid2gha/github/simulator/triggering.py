"""Events as a workflow sees them: the `github` context that a payload makes, and what starts a workflow.

docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows. A filter by
`paths` is taken to hold where the changed files are not known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mermaid2gha.github.events import PULL_REQUEST, About, kind_of
from mermaid2gha.github.simulator.globs import glob
from mermaid2gha.github.simulator.model import ScheduledWorkflow


def github_context(event: str, payload: Mapping[str, object], workflow: str = "") -> dict[str, object]:
    """The `github` context of a run, as far as the payload tells it."""
    repository = text_at(payload, "repository", "full_name") or "owner/name"
    ref = event_ref(event, payload)
    return {
        "event_name": event,
        "event": dict(payload),
        "ref": ref,
        "ref_name": ref_name(ref),
        "ref_type": "tag" if ref.startswith("refs/tags/") else "branch",
        "head_ref": text_at(payload, PULL_REQUEST.name, "head", "ref"),
        "base_ref": text_at(payload, PULL_REQUEST.name, "base", "ref"),
        "sha": text_at(payload, "after") or "0" * 40,
        "repository": repository,
        "repository_owner": repository.split("/")[0],
        "actor": text_at(payload, "sender", "login"),
        "workflow": workflow,
        "run_id": "1",
        "run_number": "1",
        "run_attempt": "1",
    }


def ref_name(ref: str) -> str:
    """What people call a ref."""
    return re.sub(r"^refs/(heads|tags|pull)/", "", ref)


def event_ref(event: str, payload: Mapping[str, object]) -> str:
    """`github.ref`: the merge of a pull request, what was pushed, else the default branch."""
    default = f"refs/heads/{text_at(payload, 'repository', 'default_branch') or 'main'}"
    kind = kind_of(event)
    match About.OTHER if kind.has_default_ref else kind.about:
        case About.REF | About.CALL:
            return text_at(payload, "ref") or default
        case About.REF_NAME:
            folder = "tags" if text_at(payload, "ref_type") == "tag" else "heads"
            return f"refs/{folder}/{text_at(payload, 'ref')}"
        case About.RELEASE:
            return f"refs/tags/{text_at(payload, kind.name, 'tag_name')}"
        case About.MERGE_GROUP:
            return text_at(payload, kind.name, "head_ref") or default
        case About.PULL_REQUEST:
            return f"refs/pull/{_number(payload)}/merge"
        case _:
            return default


def starts(
    workflow: ScheduledWorkflow,
    event: str,
    payload: Mapping[str, object],
    changed: Sequence[str] | None = None,
) -> bool:
    """Whether the event starts the workflow, filters included; what a payload does not tell holds.

    `changed` are the paths of the changed files, if they are known.
    """
    return why_not_started(workflow, event, payload, changed) == ""


def why_not_started(
    workflow: ScheduledWorkflow,
    event: str,
    payload: Mapping[str, object],
    changed: Sequence[str] | None = None,
) -> str:
    """Why an event does not start a workflow, in a few words; empty if it does."""
    event_filter = dict(workflow.events).get(event)
    if event_filter is None:
        return f"it does not listen to `{event}`"
    keys = dict(event_filter.keys)
    key = failing_key(keys, event, payload, changed)
    if not key:
        return ""
    allowed = keys.get(key) or keys.get(f"{key}-ignore") or kind_of(event).default_types
    values = ", ".join(f"`{value}`" for value in allowed)
    return f"its `{key}` are {values}" if values else f"it filters by `{key}`"


def failing_key(
    keys: Mapping[str, tuple[str, ...]],
    event: str,
    payload: Mapping[str, object],
    changed: Sequence[str] | None,
) -> str:
    """The key of the first filter that an event does not pass; empty if it passes all."""
    kind = kind_of(event)
    action = text_at(payload, "action")
    types = keys.get("types", kind.default_types)
    if action and types and action not in types:
        return "types"
    branch = ""
    match kind.about:
        case About.PULL_REQUEST:
            branch = text_at(payload, PULL_REQUEST.name, "base", "ref")
        case About.MERGE_GROUP:
            branch = text_at(payload, kind.name, "base_ref").removeprefix("refs/heads/")
        case About.RUN:
            name, branch = text_at(payload, kind.name, "name"), text_at(payload, kind.name, "head_branch")
            if name and name not in keys.get("workflows", (name,)):
                return "workflows"
        case About.TIME:
            time = text_at(payload, kind.name)
            return "cron" if time and time not in keys.get("cron", (time,)) else ""
        case About.REF if kind.has_changes:
            ref = event_ref(event, payload)
            if (failing := _failing_push(keys, ref)) or ref.startswith("refs/tags/"):
                return failing  # tags have no changed files
    if branch and not _matches(keys, "branches", branch):
        return "branches"
    return "" if _passes_paths(keys, changed) else "paths"


def _failing_push(keys: Mapping[str, tuple[str, ...]], ref: str) -> str:
    kind, other_kind = ("tags", "branches") if ref.startswith("refs/tags/") else ("branches", "tags")
    name = ref.split("/", 2)[-1]
    if kind in keys or f"{kind}-ignore" in keys:
        return "" if _matches(keys, kind, name) else kind
    return other_kind if other_kind in keys or f"{other_kind}-ignore" in keys else ""


def _passes_paths(keys: Mapping[str, tuple[str, ...]], changed: Sequence[str] | None) -> bool:
    """Some changed file must match `paths`, and some must not match `paths-ignore`."""
    if changed is None or not ("paths" in keys or "paths-ignore" in keys):
        return True
    return any(_matches(keys, "paths", path) for path in changed)


def _matches(keys: Mapping[str, tuple[str, ...]], kind: str, name: str) -> bool:
    if f"{kind}-ignore" in keys:
        return not any(glob(pattern).matches(name) for pattern in keys[f"{kind}-ignore"])
    is_matched = kind not in keys
    for pattern in keys.get(kind, ()):
        if glob(pattern.removeprefix("!")).matches(name):
            is_matched = not pattern.startswith("!")
    return is_matched


def text_at(payload: Mapping[str, object], *path: str) -> str:
    """The text at a path of a payload; empty where there is none."""
    value: object = payload
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def _number(payload: Mapping[str, object]) -> object:
    pull = payload.get(PULL_REQUEST.name)
    return payload.get("number") or (pull.get("number") if isinstance(pull, Mapping) else None) or 1
