"""Marks that stand for fragments, as the fragments (docs/marks.md).

A note or message with a condition stands alone in an `opt`, a note with a matrix or tries begins a loop, and
a fragment that is commentary holds nothing but commentary.
"""

from __future__ import annotations

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.mermaid.ast import (
    Diagram,
    Event,
    FragmentEnd,
    FragmentStart,
    Mark,
    Message,
    Note,
    OperandStart,
    Operator,
)

_CONDITIONS = ("if", "success", "failure", "flag")
_LOOPS = ("matrix", "retry")


def expanded(diagram: Diagram) -> Diagram:
    """The same diagram, with a fragment for each mark that stands for one."""
    if not diagram.comments:
        return diagram
    events = _uncommented(diagram.events)
    result: list[Event] = []
    at = 0
    while at < len(events):
        event = events[at]
        marks = marks_of(event) if isinstance(event, Note) else {}
        if isinstance(event, Note) and (mark := _mark(event, marks, _LOOPS)):
            end = _stretch(events, at)
            inside = _conditional(_without(event, mark))
            result += [_start(Operator.LOOP, mark), *inside, *events[at + 1 : end]]
            result.append(FragmentEnd(Operator.LOOP, mark.span))
            at = end
            continue
        result += _conditional(event) if isinstance(event, Note | Message) else [event]
        at += 1
    return replace(diagram, events=tuple(result))


def _conditional(event: Note | Message) -> list[Event]:
    mark = _mark(event, marks_of(event), _CONDITIONS)
    if mark is None:
        return [event]
    return [_start(Operator.OPT, mark), _without(event, mark), FragmentEnd(Operator.OPT, mark.span)]


def _mark(event: Note | Message, marks: dict[str, str], keys: tuple[str, ...]) -> Mark | None:
    return next((mark for mark in event.marks if mark.name in keys and mark.name in marks), None)


def _without(event: Note | Message, mark: Mark) -> Note | Message:
    """A statement without a mark that has become a fragment around it: a note is then a job, whatever its
    words."""
    kept = tuple(one for one in event.marks if one is not mark)
    if isinstance(event, Note):
        kept = (Mark("job", "", mark.span), *(one for one in kept if one.name != "job"))
    return replace(event, marks=kept)


def _start(operator: Operator, mark: Mark) -> FragmentStart:
    return FragmentStart(
        operator, mark.value or mark.name, marks=(mark,), span=mark.span, text_span=mark.span
    )


def _stretch(events: tuple[Event, ...], at: int) -> int:
    """Where the steps end that stand directly after a note."""
    note = events[at]
    assert isinstance(note, Note)
    end = at + 1
    while end < len(events):
        event = events[end]
        if not isinstance(event, Message) or event.sender not in note.lifelines:
            break
        end += 1
    return end


def _uncommented(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events, with the fragments that are commentary as frames around commentary."""
    if not any(isinstance(one, FragmentStart) and "comment" in marks_of(one) for one in events):
        return events
    result: list[Event] = []
    open_: list[Mark | None] = []
    for event in events:
        mark = open_[-1] if open_ else None
        if isinstance(event, FragmentStart):
            own = next((one for one in event.marks if one.name == "comment"), mark)
            open_.append(own)
            if own is not None:
                event = replace(event, operator=Operator.RECT, marks=())
        elif isinstance(event, FragmentEnd):
            event = replace(event, operator=Operator.RECT) if open_.pop() is not None else event
        elif isinstance(event, OperandStart) and mark is not None:
            continue
        elif isinstance(event, Message | Note) and mark is not None:
            event = replace(event, marks=(mark,))
        result.append(event)
    return tuple(result)
