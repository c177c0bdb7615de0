"""What is offered as the mark of a start: never less than its texts say (docs/language.md#triggers).

Whatever offers such a mark asks here what its texts say beside the events that are read of them: branches,
tags, paths and types, a further event, a time, a start by hand. A mark without that is written by nobody but
people.
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.marks import mark_values
from mermaid2gha.compiler.marks.settled import trigger_mark
from mermaid2gha.compiler.vocabulary import forms, labels, leftovers, times
from mermaid2gha.compiler.vocabulary.branches import branches_named
from mermaid2gha.compiler.vocabulary.event_filters import PAIR
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.guards import says_other_than, unread_label
from mermaid2gha.compiler.vocabulary.phrases import pieces, prefix_said
from mermaid2gha.github.events import PUSH, SCHEDULE, WORKFLOW_DISPATCH

_KEY = "trigger: "


def whole(events: Sequence[EventText], texts: Sequence[str], default: str) -> str:
    """The mark of events with all that texts say beside them, the further events last."""
    narrowed = with_refs(tuple(with_types(event, texts) for event in events), texts)
    more = [one for text in texts for one in events_beside(text, narrowed, default)]
    return trigger_mark((*narrowed, *dict.fromkeys(more)))


def is_less(mark: str, texts: Sequence[str], default: str = "main") -> bool:
    """Whether a mark of a start says less than texts do, or leaves something for people to say."""
    if not mark.startswith(_KEY):
        return False
    try:
        events = mark_values.events(mark.removeprefix(_KEY))
    except ValueError:
        return True
    plain = [labels.plain(text) for text in texts]
    return any(times.is_open(one.cron) for one in events) or whole(events, plain, default) != mark


def events_beside(text: str, events: Sequence[EventText], default: str) -> tuple[EventText, ...]:
    """What the parts of a text name that the events which are read of it have not: those of a list in words,
    and what stands in brackets, be it a time or that people start it as well.

    Of `merge PR / tag v1` the merge, which goes to the `default` branch.
    """
    if not events or PAIR.search(text) or any("closed" in one.types for one in events):
        return ()
    parts, inside = leftovers.parts_said(text)
    is_in_words = all(one.is_inferred for one in events)
    named = [
        one
        for part in parts
        for one in _of_part(part, default)
        if is_in_words or one.kind.has_times or one.kind.is_by_hand
    ]
    within = [one for part in inside for one in _of_part(part, default)]
    if is_in_words and all(one.kind.has_times or one.kind.is_by_hand for one in events) and within:
        named += _of_part(text.partition("(")[0], default)  # what stands before the brackets is the event
    named += [one for one in within if one.kind.has_times or one.kind.is_by_hand]
    return tuple(
        replace(one, filters=(("branches", (default,)),)) if one.is_merge else one
        for one in dict.fromkeys(named)
        if not any(_covers(event, one) for event in events)
    )


def _of_part(part: str, default: str) -> tuple[EventText, ...]:
    """The events of a part of a text, and that it says when, or that people start something."""
    found = leftovers.noted_events(part, default) or leftovers.published(part)
    if leftovers.says_by_hand(part) and not any(one.kind.is_by_hand for one in found):
        found = (*found, EventText(WORKFLOW_DISPATCH.name, is_inferred=True))
    is_often = not forms.OFTEN.isdisjoint(labels.words(part))
    if not any(one.kind.has_times for one in found) and (is_often or forms.SCHEDULED.search(part)):
        found = (*found, EventText(SCHEDULE.name, is_inferred=True))
    return found


def _covers(event: EventText, part: EventText) -> bool:
    """Whether an event that is read has what a part of its text names: of another kind of refs it has not."""
    if event.event != part.event:
        return False
    if not event.has_refs or not (part.has_refs or part.is_merge):
        return True
    kinds = {key.partition("-")[0] for key, _ in event.filters}
    return ("tags" if "tags" in dict(part.filters) else "branches") in kinds


def with_refs(events: tuple[EventText, ...], texts: Sequence[str]) -> tuple[EventText, ...]:
    """Events as the mark of them may be meant: with the patterns of tags and branches beside them that no
    filter has, and of what has no filter with the branch by which one is often called: `gegen develop`; with
    the files that stand beside them."""
    unread = leftovers.unread_patterns(texts, events)
    patterns = tuple(one for one in unread if not leftovers.OF_FILES.fullmatch(one))
    tags = tuple(_signed(one, texts) for one in patterns if leftovers.OF_TAGS.fullmatch(one))
    named = tuple(_signed(one, texts) for one in patterns if not leftovers.OF_TAGS.fullmatch(one))
    prefix = next(filter(None, map(prefix_said, texts)), "")
    is_open = not any(event.has_refs or event.unread or event.is_merge for event in events)
    mains = branches_named(texts) if is_open else ()  # a pattern may be where a request comes from
    paths = {path for event in events for key, values in event.filters if "path" in key for path in values}
    into = mains or tuple(
        name for text in texts for name in leftovers.INTO_PATTERN.findall(text) if name not in paths
    )
    named = (*mains, *named) if named or not tags else ()
    files = tuple(
        dict.fromkeys(
            f"!{one}" if says_other_than(text) else one
            for text in texts
            for one in leftovers.files_named(text, events)
            if one not in into
        )
    )
    found: list[EventText] = []
    for event in events:
        filters = dict(event.filters)
        if prefix and filters.get("tags") == ("*",):
            filters["tags"] = (f"{prefix}*",)
        if "branches" in event.kind.filters and "tags" not in filters:
            bases = filters.get("branches") or mains
            more = _joined(bases, texts, unread)
            filters |= {"branches": (*bases, *more)} if more else {}
        for key, names in (("branches", named if event.event == PUSH.name else into), ("tags", tags)):
            given = filters.get(key, ())
            is_other = key == "branches" and "tags" in filters  # either would start it
            if (
                names
                and key in event.kind.filters
                and not is_other
                and not any(one.startswith("!") for one in given)
            ):
                listed = (*given, *sorted(names, key=lambda one: one.startswith("!")))
                every = ("**",) if listed[0].startswith("!") else ()
                filters[key] = tuple(dict.fromkeys((*every, *listed)))
        if files and "paths" in event.kind.filters and not (event.has_paths or "tags" in filters):
            filters["paths"] = files
        found.append(replace(event, filters=tuple(filters.items())))
    return tuple(found)


def _joined(names: Sequence[str], texts: Sequence[str], patterns: Sequence[str]) -> tuple[str, ...]:
    """The patterns that stand behind names of branches with no more between them than what joins a list, in
    whatever language: `main oder entwicklung/*`."""
    found: list[str] = []
    for text in texts:
        parts = pieces(text)
        for before, behind in zip(parts[::2], parts[2::2]):
            is_listed = before.rstrip("`'\" ").endswith((*names, *found))
            found += [one for one in patterns if is_listed and behind.lstrip("`'\" ").startswith(one)][:1]
    return tuple(dict.fromkeys(one for one in found if one not in names))


def _signed(pattern: str, texts: Sequence[str]) -> str:
    """A pattern as a filter has it, which is left out where a text says so: `v* but not v*-rc*`."""
    before = (text[: text.find(pattern)] for text in texts if pattern in text)
    return f"!{pattern}" if any(map(leftovers.NOT_BEFORE.search, before)) else pattern


def with_types(event: EventText, texts: Sequence[str]) -> EventText:
    """An event with the activity types that texts say in words, in whatever language: `opened or edited`. Of
    files they say that these are changed."""
    if not event.kind.types or event.kind.follows_runs or event.kind.has_own_types:
        return event
    from mermaid2gha.compiler.vocabulary.made_events import types_said  # late: few ask

    said = next(filter(None, (types_said(text, event.event) for text in texts)), ())
    if event.has_paths or any(leftovers.files_named(text, (event,)) for text in texts):
        said = tuple(one for one in said if one != "edited")
        said = () if set(said) <= set(event.kind.default_types) else said
    if "closed" in event.types and any(map(unread_label, texts)):  # it has it when it is closed
        said = tuple(one for one in said if one != "labeled")
    if set(said) <= set(event.types):
        return event
    types = tuple(one for one in event.kind.types if one in (*said, *event.types))
    rest = tuple(pair for pair in event.filters if pair[0] != "types")
    return replace(event, filters=(("types", types), *rest))


def with_branch(event: EventText, name: str) -> EventText:
    """A push with one more branch in its filter."""
    if event.event != PUSH.name:
        return event
    named = (*dict(event.filters).get("branches", ()), name)
    return replace(event, filters=(*(x for x in event.filters if x[0] != "branches"), ("branches", named)))
