"""Whether a fresh file starts by what is drawn: the filters and times under its events.

What is asked of each is a sample of what can happen: a branch, tag, type and time for every pattern that is
drawn, and some that no pattern fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from mermaid2gha.compiler.verify.flows import DrawnWorkflow
from mermaid2gha.github.events import PULL_REQUEST, SCHEDULE, WORKFLOW_RUN, kind_of
from mermaid2gha.github.simulator.model import ScheduledWorkflow
from mermaid2gha.github.simulator.triggering import failing_key, why_not_started

_REFS = ("branches", "tags")
_STRANGE = ("refs/heads/main", "refs/heads/no/such-branch", "refs/tags/no-such-tag")
_MOST = 64

_Keys = Mapping[str, tuple[str, ...]]


def filter_difference(workflow: DrawnWorkflow, written: ScheduledWorkflow) -> str:
    """What starts the file although nothing drawn does, or the other way round; empty if there is nothing."""
    for event in workflow.events:
        drawn = list(_drawn(workflow, event))
        payloads = list(_payloads(event, drawn))[:_MOST]
        for payload in payloads:
            is_drawn = any(not failing_key(keys, event, payload, None) for keys in drawn)
            is_started = not why_not_started(written, event, payload)
            if is_drawn and not is_started:
                return f"{_words(event, payload)} is drawn to start it and does not"
            if is_started and not is_drawn and _is_one_kind(drawn):
                return f"{_words(event, payload)} starts it and is not drawn to"
    return ""


def _drawn(workflow: DrawnWorkflow, event: str) -> Iterator[_Keys]:
    """What each flow asks of an event."""
    for flow in workflow.flows:
        if event not in flow.events:
            continue
        keys = dict(flow.events[event])
        if kind_of(event).follows_runs:
            keys.setdefault("types", ("completed",))  # what follows a workflow follows its end
            keys["workflows"] = (
                *keys.get("workflows", ()),
                *filter(None, [flow.run.sender or flow.run.after]),
            )
        yield keys


def _is_one_kind(drawn: Sequence[_Keys]) -> bool:
    """Whether the flows filter by one thing, so that the file, which joins filters by key, is not wider."""
    if len(drawn) == 1:
        return True
    kinds = {"refs" if key in _REFS else key for keys in drawn for key in keys}
    return len(kinds) < 2 and all(bool(keys) == bool(kinds) for keys in drawn)


def _payloads(event: str, drawn: Sequence[_Keys]) -> Iterator[dict[str, object]]:
    kind = kind_of(event)
    refs = [
        f"refs/{'heads' if key == 'branches' else 'tags'}/{_fitting(pattern)}"
        for keys in drawn
        for key in _REFS
        for pattern in keys.get(key, ())
        if not pattern.startswith("!")
    ]
    types = [*dict.fromkeys(one for keys in drawn for one in keys.get("types", ()))]
    others = [one for one in kind.types if one not in types][:3]
    times = [*dict.fromkeys(one for keys in drawn for one in keys.get("cron", ()))]
    names = [*dict.fromkeys(one for keys in drawn for one in keys.get("workflows", ()))]
    choices = (
        [*dict.fromkeys([*refs, *_STRANGE])] if kind.has_changes or kind.is_about_pull_request else [""],
        [*types, *others] or [""],
        [*times, "59 23 31 12 *"] if times else [""],
        [*names, "no such workflow"] if names else [""],
    )
    for ref, action, time, name in product(*choices):
        yield _payload(event, ref, action, time, name)


def _payload(event: str, ref: str, action: str, time: str, name: str) -> dict[str, object]:
    payload: dict[str, object] = {}
    if action:
        payload["action"] = action
    if kind_of(event).is_about_pull_request:
        payload[PULL_REQUEST.name] = {"base": {"ref": ref.split("/", 2)[-1]}}
    elif ref:
        payload["ref"] = ref
    if time:
        payload[SCHEDULE.name] = time
    if name:
        payload[WORKFLOW_RUN.name] = {"name": name}
    return payload


def _fitting(pattern: str) -> str:
    """A name that a pattern of plain text and stars fits; of other patterns, the pattern itself."""
    return pattern.replace("**", "x").replace("*", "x")


def _words(event: str, payload: Mapping[str, object]) -> str:
    told = [str(payload[key]) for key in ("ref", "action", SCHEDULE.name) if key in payload]
    pull = payload.get(PULL_REQUEST.name)
    told += [str(pull["base"]["ref"])] if isinstance(pull, dict) else []
    return f"`{event}` ({', '.join(told)})" if told else f"`{event}`"
