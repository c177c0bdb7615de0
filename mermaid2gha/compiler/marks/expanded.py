"""Marks that stand for fragments, as the fragments (docs/marks.md).

A message with a condition stands alone in an `opt`, a note with the steps of the job that it heads, and so
does a `par`, a loop or another fragment that asks for nothing by itself; of an outcome and a condition, one
stands in the other. A note with a matrix or tries begins a loop of the same extent, and a fragment that is
commentary holds nothing but commentary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from mermaid2gha.base.never import assert_never
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.marks.marks import ASKING, CONDITIONS, OUTCOMES, marks_of, stops
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
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
    Placement,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _Start = TypeVar("_Start", FragmentStart, OperandStart)

_LOOPS = ("matrix", "retry")


def expanded(diagram: Diagram) -> Diagram:
    """The same diagram, with a fragment for each mark that stands for one."""
    if not diagram.comments:
        return diagram
    events = _uncommented(diagram.events)
    result: list[Event] = []
    open_: list[_Open] = []
    ending: dict[int, list[Event]] = {}
    for at, event in enumerate(events):
        result += reversed(ending.pop(at, []))
        match event:
            case FragmentStart() | OperandStart() | FragmentEnd():
                result += _fragment(event, open_)
            case Note() if begun := _begun(event):
                ends = ending.setdefault(_stretch(diagram, events, at), [])
                for operator, mark in begun:
                    event = _without(event, mark)
                    result.append(_start(operator, mark))
                    ends.append(FragmentEnd(operator, mark.span))
                result.append(event)
            case Note() | Message():
                result += _conditional(event)
            case _:
                result.append(event)
    result += (one for at in sorted(ending) for one in reversed(ending[at]))
    return replace(diagram, events=tuple(result))


def _begun(note: Note) -> list[tuple[Operator, Mark]]:
    """The fragments that marks of a note stand for, which hold the job that it heads, the outer one first."""
    loop = _mark(note, marks_of(note), _LOOPS)
    asked = [(Operator.OPT, mark) for mark in _asked(note)]
    return [(Operator.LOOP, loop), *asked] if loop is not None else asked


@dataclass(slots=True)
class _Open:
    """A fragment that is open, by the marks that have become an `opt` each: around it, and within the operand
    that is open."""

    around: tuple[Mark, ...] = ()
    within: tuple[Mark, ...] = ()


def _fragment(event: FragmentStart | OperandStart | FragmentEnd, open_: list[_Open]) -> list[Event]:
    """What the start or end of an operand has become, with the conditions in marks that are fragments."""
    match event:
        case FragmentStart():
            asked, within = _asked(event), _within(event)
            around = asked if event.operator not in ASKING else ()
            open_.append(_Open(around, within))
            return [*_starts(around), _bare(event, (*around, *within)), *_starts(within)]
        case OperandStart():
            ended, open_[-1].within = open_[-1].within, _within(event)
            return [*_ends(ended), _bare(event, open_[-1].within), *_starts(open_[-1].within)]
        case FragmentEnd():
            last = open_.pop()
            return [*_ends(last.within), event, *_ends(last.around)]
        case _:
            assert_never(event)


def _within(event: FragmentStart | OperandStart) -> tuple[Mark, ...]:
    """The marks of an operand that stand for fragments in it: of one that asks for nothing by itself all that
    say a condition, and of an `opt` with two the second."""
    asked = _asked(event)
    if isinstance(event, OperandStart):
        return asked if event.operator not in ASKING else ()
    if event.operator is not Operator.OPT or len(asked) == 1:
        return ()
    is_turned = asked and asked[0].name == "success" and stops(event, marks_of(event))
    return asked[:1] if is_turned else asked[1:]  # what stops is what it asks for besides a success


def _starts(marks: tuple[Mark, ...]) -> list[FragmentStart]:
    return [_start(Operator.OPT, mark) for mark in marks]


def _ends(marks: tuple[Mark, ...]) -> list[FragmentEnd]:
    return [FragmentEnd(Operator.OPT, mark.span) for mark in marks]


def _asked(event: FragmentStart | OperandStart | Note | Message) -> tuple[Mark, ...]:
    """The marks by which a statement is conditional, of which an outcome comes first."""
    keys = marks_of(event).keys()
    outcome = next((mark for mark in event.marks if mark.name in OUTCOMES and mark.name in keys), None)
    condition = next((mark for mark in event.marks if mark.name in CONDITIONS and mark.name in keys), None)
    return tuple(mark for mark in (outcome, condition) if mark is not None)


def _bare(event: _Start, marks: tuple[Mark, ...]) -> _Start:
    return replace(event, marks=tuple(mark for mark in event.marks if mark not in marks)) if marks else event


def _conditional(event: Note | Message) -> list[Event]:
    asked = _asked(event)
    for mark in asked:
        event = _without(event, mark)
    return [*_starts(asked), event, *_ends(asked)]


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


def _stretch(diagram: Diagram, events: tuple[Event, ...], at: int) -> int:
    """Where the job ends that a note heads: before the next note over its lifeline alone, the end of what is
    around it, what starts something, and its last report. What others answer, notes beside, and fragments in
    which no other job begins, lie between; what is repeated are its own steps alone."""
    note = events[at]
    assert isinstance(note, Note)
    is_repeated = _mark(note, marks_of(note), _LOOPS) is not None
    names = {one.id: lifeline_names.called(one.label) for one in diagram.lifelines}
    end, depth, told = at + 1, 0, set[str]()
    for index in range(at + 1, len(events)):
        event = events[index]
        is_report = False
        if isinstance(event, (FragmentStart, FragmentEnd)):
            depth += 1 if isinstance(event, FragmentStart) else -1
        elif isinstance(event, Note) and (is_repeated or _heads(event, note)):
            break
        elif isinstance(event, Message):
            is_of_others = note.lifelines[0] not in (event.sender, event.receiver)
            if _begins(event, note, told, names) or (is_repeated and is_of_others):
                break
            is_told = lifeline_names.is_source(names.get(event.receiver, event.receiver))
            is_report = event.arrow.is_dotted or (is_told and labels.says_report(labels.plain(event.text)))
            told |= {event.receiver} if event.sender in (*note.lifelines, *told) else set()
        if depth < 0 or (depth == 0 and isinstance(event, OperandStart)) or (depth and is_repeated):
            break
        is_own = isinstance(event, Message) and event.sender in note.lifelines and not is_report
        end = index + 1 if depth == 0 and (is_own or isinstance(event, FragmentEnd)) else end
    return end


def cut_short(diagram: Diagram) -> Iterator[tuple[Note, Message]]:
    """Notes whose marks end before what their lifeline does next, with what ends them, said among others."""
    for at, note in enumerate(diagram.events):
        if not isinstance(note, Note) or not _begun(note):
            continue
        between: Message | None = None
        for event in diagram.events[_stretch(diagram, diagram.events, at) :]:
            if not isinstance(event, Message):
                if isinstance(event, (FragmentStart, FragmentEnd, OperandStart)) or (
                    isinstance(event, Note) and _heads(event, note)
                ):
                    break
            elif event.sender in note.lifelines:
                if between is not None and not event.arrow.is_dotted:
                    yield note, between
                break
            elif event.receiver in note.lifelines:
                break
            else:
                between = between or event


def _heads(event: Note, note: Note) -> bool:
    """Whether a note may head the next job of the lifeline of another one."""
    is_over = event.placement is Placement.OVER and set(event.lifelines) <= set(note.lifelines)
    return is_over and "comment" not in marks_of(event)


def _begins(event: Message, note: Note, told: Set[str], names: Mapping[str, str]) -> bool:
    """Whether a message starts something, or says something to the lifeline of a note that it has not asked
    for; `told` are those to which it has said something since. What these do then, and use for it, is a part
    of its job, unless they are where events come from or what they tell is a workflow."""
    if not _STARTING.isdisjoint(marks_of(event)):
        return True
    if event.sender in note.lifelines:
        return event_words.is_unmistakable(labels.plain(event.text))
    if event.receiver in note.lifelines:
        return not (event.arrow.is_dotted or event.sender in told)
    ends = [names.get(one, one) for one in (event.sender, event.receiver)]
    is_used = event.sender in told and not any(map(lifeline_names.is_source, ends))
    is_used = is_used and not lifeline_names.workflow_file(ends[1])
    return not is_used or event_words.is_unmistakable(labels.plain(event.text))


_STARTING = frozenset(("trigger", "dispatch", "call", "gate"))


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
