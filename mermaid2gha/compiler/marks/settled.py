"""The marks that settle guesses, as fixes: each writes down what was read, so that nothing else changes."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.edit import Fix, mark_fix
from mermaid2gha.base.patterns import late
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.github.events import WORKFLOW_DISPATCH

_LEAD = late(r"[ \t>]*(?:[-*+][ \t]+)?")


def settled(place: Span | None, *marks: str) -> tuple[Fix, ...]:
    """Marks above the statement in which a place lies; none where the line holds several statements."""
    if place is None or not all(marks):
        return ()
    line, column = place.file.line_column(place.start)
    text = place.file.line_text(line)
    lead = _LEAD.match(text)
    begun = lead.end() if lead is not None else 0
    if begun > column - 1 or ";" in text[begun : column - 1]:
        return ()
    start = place.start - (column - 1) + begun
    made = [mark_fix(Span(place.file, start, max(place.end, start + 1)), mark) for mark in marks]
    if not all(made):
        return ()
    return (Fix(tuple(edit for (fix,) in made for edit in fix.edits)),)


def together(cures: Sequence[tuple[Fix, ...]]) -> tuple[Fix, ...]:
    """One cure with the marks of several places; none where one of them can have none."""
    if not all(cures):
        return ()
    edits = tuple(edit for (fix,) in cures for edit in fix.edits)
    return (Fix(edits, is_safe=all(fix.is_safe for (fix,) in cures)),)


def trigger_mark(events: Sequence[EventText]) -> str:
    """The mark that says of a message that it starts a run by these events."""
    return f"trigger: {', '.join(dict.fromkeys(map(_event, events))) or WORKFLOW_DISPATCH.name}"


_SINGULAR = {"branches": "branch", "tags": "tag", "types": "type", "paths": "path", "workflows": "workflow"}


def _event(event: EventText) -> str:
    pairs = [f"{_SINGULAR.get(key, key)}={'|'.join(values)}" for key, values in event.filters]
    if event.cron.count(" ") == 4 or event.cron in ("hourly", "weekly", "monthly"):
        pairs.append(f"cron={event.cron}")
    elif event.cron.startswith("on "):
        pairs.append(f"cron=MINUTE HOUR * * {event.cron.removeprefix('on ')}")
    if event.conclusion:
        pairs.append(f"conclusion={event.conclusion}")
    return f"{event.event}[{', '.join(pairs)}]" if pairs else event.event
