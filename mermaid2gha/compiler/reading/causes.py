"""What reached a source of events, and which event a message of it to a workflow hands on.

Position before words (docs/language.md#triggers): a source performs nothing, so what it sends a workflow is
the event that reached it last, unless it names its own. An event opens one run of a workflow.
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.marks.settled import trigger_mark
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.branches import base_of
from mermaid2gha.compiler.vocabulary.events import EventText, said_events
from mermaid2gha.github.events import PUSH

_REFS = ("branches", "branches-ignore", "tags", "tags-ignore")


@dataclass(frozen=True, slots=True)
class Cause:
    """A statement that reached a source: its place among the events of the diagram, and what it names.

    `file` is the workflow whose own message it is: that reaches the source for others alone. `is_around`: it
    is what stands around the trigger, and nothing that happens before it. `is_of_itself`: the source says it
    to itself.
    """

    at: int
    events: tuple[EventText, ...]
    span: Span | None
    is_of_person: bool = False
    file: str = ""
    is_around: bool = False
    is_of_itself: bool = False


@dataclass(slots=True)
class Causes:
    """What has reached each source so far, when the last run of each workflow began, and what opened runs."""

    reached: dict[str, list[Cause]] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    used: dict[str, set[int]] = field(default_factory=dict)

    def reach(
        self,
        source: str,
        at: int,
        events: tuple[EventText, ...],
        span: Span | None,
        *,
        is_of_person: bool = False,
        file: str = "",
        is_around: bool = False,
        is_of_itself: bool = False,
    ) -> None:
        cause = Cause(
            at,
            events,
            span,
            is_of_person=is_of_person,
            file=file,
            is_around=is_around,
            is_of_itself=is_of_itself,
        )
        self.reached.setdefault(source, []).append(cause)

    def hand_on(self, sender: str, receiver: str, at: int, span: Span | None) -> None:
        """What a source says to another hands on its own cause."""
        known = [cause for cause in self.reached.get(sender, ()) if cause.events]
        self.reach(receiver, at, known[-1].events if known else (), span)

    def begin(self, file: str, source: str, at: int) -> None:
        """A run of a workflow begins; what has reached the source before has been answered."""
        self.begun[file] = at
        self.used.setdefault(file, set()).update(cause.at for cause in self.reached.get(source, ()))

    def is_pending(self, source: str, events: set[tuple[str, tuple[str, ...]]]) -> bool:
        """Whether the last that reached a source names all these events, with their types, and has opened no
        run yet."""
        last = self.reached.get(source, ())[-1:]
        return self.is_fresh(source) and any(
            events <= {(e.event, e.types) for e in cause.events} for cause in last
        )

    def is_fresh(self, source: str) -> bool:
        """Whether what has reached a source last has opened no run of any workflow."""
        last = self.reached.get(source, ())[-1:]
        return bool(last) and not any(cause.at in used for cause in last for used in self.used.values())

    def since(self, source: str, file: str) -> list[Cause]:
        """What has reached a source since the last run of a workflow began."""
        begun = self.begun.get(file, -1)
        used = self.used.get(file, ())
        reached = (c for c in self.reached.get(source, ()) if not c.file or c.file != file)
        return [c for c in reached if c.at > begun and c.at not in used]

    def is_apart(self, source: str, file: str) -> bool:
        """Whether something has happened to a source since the last trigger of a workflow, so that the next
        one is of an event of its own."""
        return any(not cause.is_around for cause in self.since(source, file))

    def of_trigger(self, source: str, file: str) -> tuple[tuple[EventText, ...], Cause | None]:
        """The events that a trigger without one hands on, and a later statement that was not read."""
        found = self.since(source, file)
        named = [cause for cause in found if cause.events]
        if not named:
            return (), None
        later = [cause for cause in found if cause.at > named[-1].at]
        return named[-1].events, later[-1] if later else None

    def started_by_last(self, source: str, file: str) -> set[str]:
        """The other workflows of which the event that a trigger without one hands on has opened runs."""
        named = [cause.at for cause in self.since(source, file) if cause.events]
        return {other for other, used in self.used.items() if other != file and named and named[-1] in used}

    def inherited(self, events: Sequence[EventText], source: str, file: str) -> tuple[EventText, ...]:
        """Events that a trigger names, with the filters of the event that caused it where it says none."""
        return tuple(self._with_filters(event, source, file) for event in events)

    def _with_filters(self, event: EventText, source: str, file: str) -> EventText:
        is_any_tag = event.is_inferred and event.filters == (("tags", ("*",)),)
        own = () if is_any_tag else event.filters
        has_others = any(key not in ("paths", "paths-ignore") for key, _ in own)
        if has_others or event.cron or event.bad_types or event.bad_filters:
            return event
        if event.unread:
            return event
        for cause in reversed(self.since(source, file)):
            same = [one for one in cause.events if one.event == event.event]
            if same and same[-1].cron:
                return replace(event, cron=same[-1].cron, is_inferred=True, is_words=same[-1].is_words)
            if same and same[-1].is_words and dict(same[-1].filters).keys() == {"types"}:
                return event  # its name says more than the words before it
            if same:
                filters, is_merge = same[-1].filters, same[-1].is_merge
                if own:  # its paths, beside the branches of what caused it
                    filters = (*(one for one in filters if one[0] in _REFS), *own)
                if is_any_tag and "tags" not in dict(filters):
                    return event
                if not filters and not is_merge and not same[-1].unread:
                    return event
                return replace(
                    event,
                    filters=filters,
                    is_inferred=True,
                    is_merge=is_merge,
                    unread=same[-1].unread,
                    is_words=same[-1].is_words,
                )
        return event


def event_said(text: str, default: str = "main") -> str:
    """The event that a text most likely names, as a mark has it, in whatever language; empty if none."""
    from mermaid2gha.compiler.vocabulary.made_events import happening_said, types_said  # late: few ask

    plain = labels.plain(text)
    found = []
    for event in said_events(plain, default=default):
        types, base = types_said(plain, event.event), base_of(plain).name
        filters = event.filters or ((("types", types),) if types else ())
        if not event.has_refs and (event.is_merge or (event.kind.is_about_pull_request and base)):
            filters = (*filters, ("branches", (default if event.is_merge else base,)))
        found.append(replace(event, filters=filters))
    if found or not plain:
        return trigger_mark(found).removeprefix("trigger: ") if found else ""
    if happening := happening_said(plain):
        return happening
    branch = base_of(plain).name
    return f"{PUSH.name}[branch={branch}]" if branch else ""
