"""When a workflow runs, as a sentence: at each push to `main`, for each pull request and by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.draw.content import filter_members
from mermaid2gha.draw.words import listed, spoken
from mermaid2gha.github.events import About, kind_of
from mermaid2gha.github.workflow.reader import FileEvent, scalar_of
from mermaid2gha.yaml.tree import Entries, Items, resolved

MOST_NAMED = 3
"""So many branches, tags, paths are named; of more the first, and that there are others."""
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_DAYS = {day[:3].upper(): day for day in _DAYS}


def when(events: Sequence[FileEvent]) -> str:
    """When these events happen, after `runs`; each once."""
    return listed(list(dict.fromkeys(text for event in events for text in _said(event))))


_FILTERS = (
    "branches",
    "branches-ignore",
    "tags",
    "tags-ignore",
    "paths",
    "paths-ignore",
    "types",
    "workflows",
)


def _said(event: FileEvent) -> Iterator[str]:
    kind = kind_of(event.name)
    given = {key: filter_members(event, key) for key in _FILTERS}
    types = given["types"]
    if kind.has_times:
        yield from _times(event)
    elif kind.is_by_hand:
        yield "by hand"
    elif kind.is_call:
        yield "when another workflow calls it"
    elif kind.about is About.MERGE_GROUP:
        yield "in the merge queue"
    elif kind.follows_runs:
        yield f"after {_named(given['workflows'])}" if given["workflows"] else "after other workflows"
    elif kind.is_about_pull_request and kind.has_changes:
        is_new = not types or set(kind.default_types) <= set(types)
        request = "for each pull request" if is_new else f"when a pull request is {_either(types)}"
        rights = ", with the rights of the repository" if kind.is_dangerous else ""
        yield f"{request}{_to(given)}{_touching(given)}{rights}"
    elif kind.has_changes:
        yield f"at each push{_to(given)}{_touching(given)}"
    elif types:
        yield f"when {_thing(kind.name)} is {_either(types)}"
    else:
        yield f"at `{event.name}`"


def _either(types: Sequence[str]) -> str:
    """What happens to something; `synchronize` alone is no participle."""
    return listed([f"{spoken(one)}d" if one.endswith("ize") else spoken(one) for one in types], "or")


def _thing(name: str) -> str:
    """What an event is about: `issue_comment` is of an issue comment."""
    words = spoken(name).removesuffix("s")
    return f"{'an' if words[0] in 'aeio' else 'a'} {words}"


def _to(filters: Mapping[str, Sequence[str]]) -> str:
    """To which branches or tags."""
    tags = filters["tags"]
    said = [f"to {_named(filters['branches'])}"] if _is_choice(filters["branches"]) else []
    said += ["to any branch"] if not said and filters["branches"] and tags else []
    said += [f"to any branch but {_named(filters['branches-ignore'])}"] if filters["branches-ignore"] else []
    said += (
        [f"of a tag {_named(tags)}" if _is_choice(tags) and "*" not in tags else "of a tag"] if tags else []
    )
    said += [f"of any tag but {_named(filters['tags-ignore'])}"] if filters["tags-ignore"] else []
    return f" {listed(said, 'or')}" if said else ""


def _is_choice(patterns: Sequence[str]) -> bool:
    return bool(patterns) and "**" not in patterns


def _touching(filters: Mapping[str, Sequence[str]]) -> str:
    if filters["paths"]:
        return f" that touches {_named(filters['paths'])}"
    return f" that touches more than {_named(filters['paths-ignore'])}" if filters["paths-ignore"] else ""


def _named(patterns: Sequence[str]) -> str:
    shown = [f"`{one}`" for one in patterns]
    if len(shown) > MOST_NAMED:
        shown = [*shown[: MOST_NAMED - 1], f"{len(shown) - MOST_NAMED + 1} more"]
        return listed(shown)
    return listed(shown, "or")


# -- times -----------------------------------------------------------------------------------------


def _times(event: FileEvent) -> Iterator[str]:
    node = event.node
    items = map(resolved, node.items) if isinstance(node, Items) else ()
    times = [scalar_of(item.get("cron")) for item in items if isinstance(item, Entries)]
    yield from map(_time, times) if len(times) <= MOST_NAMED else (f"at {len(times)} times of a schedule",)


def _time(cron: str) -> str:
    """A time of a schedule in words where it is a plain one, else as it stands."""
    minute, hour, day, month, weekday = (cron.split() + [""] * 5)[:5]
    if not (minute.isdecimal() and (hour.isdecimal() or hour == "*") and month == "*"):
        return f"on a schedule (`{cron}`)"
    if hour == "*":
        return "every hour" if (day, weekday) == ("*", "*") else f"on a schedule (`{cron}`)"
    at = f"at {int(hour):02}:{int(minute):02} UTC"
    if (day, weekday) == ("*", "*"):
        return f"every day {at}"
    if day == "*" and (name := _day(weekday)):
        return f"every {name} {at}"
    if weekday == "*" and day.isdecimal():
        return f"on day {int(day)} of every month {at}"
    return f"on a schedule (`{cron}`)"


def _day(weekday: str) -> str:
    if re.fullmatch(r"[0-7]", weekday):
        return _DAYS[int(weekday)]
    if weekday.upper() in ("1-5", "MON-FRI"):
        return "working day"
    return _SHORT_DAYS.get(weekday.upper(), "")
