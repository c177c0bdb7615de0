"""When a workflow runs: as a sentence, for each push to `main`, and in a word or two, as on its arrow.

Both are of the events as a mark says them, so that of a drawing which is there it is known what we said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.draw.terms import event_words
from mermaid2gha.draw.words import listed, spoken
from mermaid2gha.github.events import About

MOST_NAMED = 3
"""So many branches, tags, paths are named; of more the first, and that there are others."""
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_WORKING_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_NO_PARTICIPLE = {"synchronize": "gets new commits"}
"""Activity types that say no participle, as what happens."""
_PARTICIPLE = re.compile(r"[a-z]+ed|ready_for_review|converted_to_draft")
_PLAIN_NAME = re.compile(r"[\w./-]+")
_Filters = Mapping[str, Sequence[str]]


def when(events: Sequence[EventText]) -> str:
    """When these events happen, after `runs`; each once, and nothing of none."""
    said: dict[str, None] = {}
    pushes = [one for one in events if one.kind.has_changes and not one.kind.is_about_pull_request]
    requests = [one for one in events if _is_each_request(one)]
    is_shared = len(pushes) == len(requests) == 1 and _tail(pushes[0]) == _tail(requests[0]) != ""
    times = [time for one in events for time in one.times]
    for event in events:
        if is_shared and event in (pushes[0], requests[0]):
            said[f"for each push and pull request{_tail(event)}"] = None
        elif event.kind.has_times:
            said |= dict.fromkeys(_times(times))
        else:
            said[_said(event)] = None
    parts = list(_said_once(said, events))
    if len(parts) > 1 and any(" and " in part or ", " in part for part in parts):
        return f"{', '.join(parts[:-1])}, and {parts[-1]}"  # which of two lists an `and` is of, a comma says
    return listed(parts) if parts else ""


def _said_once(parts: Iterable[str], events: Sequence[EventText]) -> Iterator[str]:
    """Parts of a sentence, of which a later one does not repeat what files an earlier one named."""
    files = {touching for one in events if (touching := _touching(dict(one.filters)))}
    named: set[str] = set()
    for part in parts:
        here = {one for one in files if f"{one} " in f"{part} "}
        for one in here & named:
            part = f"{part} ".replace(f"{one} ", " that does too ").rstrip()
        named |= here
        yield part


def brief(events: Sequence[EventText]) -> str:
    """The same in a few words, for the message that starts a run."""
    return ", ".join(dict.fromkeys(map(_brief, events)))


def _brief(event: EventText) -> str:
    given = dict(event.filters)
    types, branches, tags = (given.get(key, ()) for key in ("types", "branches", "tags"))
    kind = event.kind
    if kind.has_changes and not kind.is_about_pull_request:
        if tags and not branches:
            return f"{kind.name} of a tag"
        if len(branches) == 1 and not tags and _PLAIN_NAME.fullmatch(branches[0]):
            return f"{kind.name} to {branches[0]}"
        return kind.name
    if kind.follows_runs and len(given.get("workflows", ())) == 1:
        return f"after {given['workflows'][0]}"
    is_told = len(types) == 1 and _PARTICIPLE.fullmatch(types[0]) and not kind.follows_runs
    return (
        f"{event_words(kind.name).removesuffix('s')} {spoken(types[0])}"
        if is_told
        else event_words(kind.name)
    )


def _said(event: EventText) -> str:
    kind = event.kind
    given = dict(event.filters)
    types = given.get("types", ())
    if kind.is_by_hand:
        return "by hand"
    if kind.is_call:
        return "when another workflow calls it"
    if kind.about is About.MERGE_GROUP:
        return "in the merge queue"
    if kind.follows_runs:
        workflows = given.get("workflows", ())
        return f"after {_named(workflows, 'workflows')}" if workflows else "after other workflows"
    if kind.is_about_pull_request and kind.has_changes:
        rights = ["with the rights of the repository"] if kind.is_dangerous else []
        more = [one for one in types if one not in kind.default_types] if _is_new(event) else []
        asides = [*([f"also when it {_happened(more)}"] if more else []), *rights]
        aside = f" ({', '.join(asides)})" if asides else ""
        if not _is_new(event):
            return f"when a pull request{_tail(event)} {_happened(types)}{aside}"
        return f"for each pull request{_tail(event)}{aside}"
    if kind.has_changes:
        return f"for each push{_tail(event)}"
    if kind.occurs and not types:
        return f"when {kind.occurs}"
    if kind.has_own_types and types:
        return f"when {kind.occurs} for {_named(types, 'types')}"
    types = types or (kind.types if len(kind.types) <= MOST_NAMED else ())
    return f"when {_thing(kind.name)} {_happened(types)}" if types else _any(event)


def _any(event: EventText) -> str:
    if event.kind.types:
        return f"whatever happens to {_thing(event.kind.name)}"
    return f"at `{event.event}`"


def _is_each_request(event: EventText) -> bool:
    """Whether it is each pull request as such, of which nothing more is to be said."""
    kind = event.kind
    is_request = kind.is_about_pull_request and kind.has_changes and not kind.is_dangerous
    return (
        is_request and set(dict(event.filters).get("types", ())) <= set(kind.default_types) and _is_new(event)
    )


def _is_new(event: EventText) -> bool:
    """Whether it comes with every new commit of a pull request."""
    types = dict(event.filters).get("types", ())
    return not types or set(event.kind.default_types) <= set(types)


def _happened(types: Sequence[str]) -> str:
    """What happened to something: it `is opened or labeled`, it `gets new commits`."""
    done = [spoken(one) for one in types if _PARTICIPLE.fullmatch(one)]
    said = [f"is {listed(done, 'or')}"] if done else []
    for one in types:
        if one not in _NO_PARTICIPLE and not _PARTICIPLE.fullmatch(one):
            said.append(f"has {spoken(one)}")
    said += [_NO_PARTICIPLE[one] for one in types if one in _NO_PARTICIPLE]
    return listed(said, "or")


def _thing(name: str) -> str:
    """What an event is about: `issue_comment` is of an issue comment."""
    words = spoken(name).removesuffix("s")
    return f"{'an' if words[0] in 'aeio' else 'a'} {words}"


# -- filters ---------------------------------------------------------------------------------------


def _tail(event: EventText) -> str:
    """To which branches or tags, and of which files."""
    filters = dict(event.filters)
    return _to(filters) + _touching(filters)


def _to(filters: _Filters) -> str:
    branches, tags = filters.get("branches", ()), filters.get("tags", ())
    said = [f"to {_named(branches, 'branches')}"] if _is_choice(branches) else []
    said += ["to any branch"] if not said and branches and tags else []
    if ignored := filters.get("branches-ignore"):
        said.append(f"to any branch but {_named(ignored, 'branches')}")
    if tags:
        is_choice = _is_choice(tags) and "*" not in tags
        said.append(f"of a tag {_named(tags, 'tags')}" if is_choice else "of a tag")
    ignored = filters.get("tags-ignore", ())
    if ignored and not (
        said and {"*", "**"} & {*ignored}
    ):  # with branches, and without any tag, none is meant
        said.append(f"of any tag but {_named(ignored, 'tags')}")
    return f" {listed(said, 'or')}" if said else ""


def _is_choice(patterns: Sequence[str]) -> bool:
    return bool(patterns) and ("**" not in patterns or any(one.startswith("!") for one in patterns))


def _touching(filters: _Filters) -> str:
    if paths := filters.get("paths"):
        return f" that touches {_named(paths, 'paths')}"
    ignored = filters.get("paths-ignore", ())
    counted = [one.removeprefix("!") for one in ignored if one.startswith("!")]
    left = [one for one in ignored if not one.startswith("!")]
    if not left:
        return ""
    return f" that touches more than {_few(left, 'paths', 'and')}{_counted(counted, 'paths')}"


def _counted(patterns: Sequence[str], many: str) -> str:
    """That patterns count although others take them away."""
    verb = "counts" if len(patterns) == 1 else "count"
    return f" (where {_few(patterns, many, 'and')} {verb})" if patterns else ""


def _named(patterns: Sequence[str], many: str) -> str:
    """Patterns, of more than a few the first and how `many` others; what is taken away from them last."""
    but = [one.removeprefix("!") for one in patterns if one.startswith("!")]
    left = [one for one in patterns if not one.startswith("!")]
    if but and (not left or "**" in left):
        again = [one for at, one in enumerate(patterns) if one in left[1:] and f"!{but[0]}" in patterns[:at]]
        what = "anything" if many == "paths" else f"any {_one_of(many)}"
        return f"{what} but {_few(but, many, 'or')}{_counted(again, many)}"
    said = _few(left, many, "or")
    return f"{said} but not {_few(but, many, 'or')}" if but else said


def _one_of(many: str) -> str:
    return many.removesuffix("es" if many == "branches" else "s")


def _few(patterns: Sequence[str], many: str, word: str) -> str:
    shown = [f"`{one}`" for one in patterns]
    if len(shown) > MOST_NAMED:
        return listed([*shown[: MOST_NAMED - 1], f"{len(shown) - MOST_NAMED + 1} more {many}"])
    return listed(shown, word)


# -- times -----------------------------------------------------------------------------------------


def _times(times: Sequence[str]) -> Iterator[str]:
    yield from map(_time, times) if len(times) <= MOST_NAMED else (f"at {len(times)} times of a schedule",)


def _time(cron: str) -> str:
    """A time of a schedule in words where it is a plain one, else as it stands (POSIX, crontab)."""
    minute, hour, day, month, weekday = (cron.split() + [""] * 5)[:5]
    as_it_stands = f"on a schedule (`{cron}`)"
    if month != "*" or (day != "*" and weekday != "*"):
        return as_it_stands
    if not (minute.isdecimal() and hour.isdecimal()):
        is_daily = (day, weekday) == ("*", "*")
        return (is_daily and _repeated(minute, hour)) or as_it_stands
    at = f"at {int(hour):02}:{int(minute):02} UTC"
    if (day, weekday) == ("*", "*"):
        return f"every day {at}"
    if day == "*":
        days = _members(weekday, _day)
        days = [name for name in (*_DAYS[1:], _DAYS[0]) if name in days]
        named = "working day" if tuple(days) == _WORKING_DAYS else listed(days) if days else ""
        return f"every {named} {at}" if named else as_it_stands
    numbers = _members(day, lambda text: text if text.isdecimal() else "")
    on = f"day{'s' if len(numbers) > 1 else ''} {listed(numbers)}" if numbers else ""
    return f"on {on} of every month {at}" if on else as_it_stands


def _repeated(minute: str, hour: str) -> str:
    """Every so many minutes or hours, where these part the hour or the day."""
    for text, other, whole, word in ((minute, hour, 60, "minutes"), (hour, minute, 24, "hours")):
        step = re.fullmatch(r"(?:\*|0)/([1-9]\d?)", text)
        is_plain = other == "*" if word == "minutes" else other.isdecimal()
        if step and is_plain and whole % int(step[1]) == 0:
            return f"every {word.removesuffix('s')}" if step[1] == "1" else f"every {int(step[1])} {word}"
    return "every hour" if hour == "*" and minute.isdecimal() else ""


def _members(text: str, read: Callable[[str], str]) -> list[str]:
    """The members of a list with ranges, each as it is read; none if one cannot be."""
    found: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if last and not (_number(first) and _number(last)):
            return []
        numbers = range(int(_number(first)), int(_number(last)) + 1) if last else ()
        named = [read(str(one)) for one in numbers] if last else [read(first)]
        if not named or "" in named:
            return []
        found += named
    return list(dict.fromkeys(found))


def _number(text: str) -> str:
    """A number, or that of a day by its first letters; empty for all else."""
    short = [day[:3].upper() for day in _DAYS]
    return text if text.isdecimal() else str(short.index(text.upper())) if text.upper() in short else ""


def _day(text: str) -> str:
    number = _number(text)
    return _DAYS[int(number) % 7] if number and int(number) <= 7 else ""
