"""A diagram as text, in the canonical layout: the inverse of `mermaid2gha.mermaid.parse`.

`parse(write(diagram))` is the diagram again, up to places and to comments that belong to no statement.
Declarations are written as they were spelt, or, where an event has no text, from their lifelines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from mermaid2gha.mermaid.ast import (
    Activation,
    Autonumber,
    Cosmetic,
    CosmeticKind,
    Diagram,
    Event,
    FragmentEnd,
    FragmentStart,
    Lifeline,
    Mark,
    Message,
    Note,
    OperandStart,
    Operator,
    Placement,
)
from mermaid2gha.mermaid.lexer import BLANKS, tokens

INDENT = "    "
_NEXT = {
    Operator.ALT: "else",
    Operator.PAR: "and",
    Operator.PAR_OVER: "and",
    Operator.CRITICAL: "option",
}
_SIDES = {Placement.LEFT_OF: "left of", Placement.RIGHT_OF: "right of", Placement.OVER: "over"}
_WRAPS = (":wrap:", "wrap:", ":nowrap:", "nowrap:")
_NAMES = frozenset({"INITIAL_ACTOR", "INITIAL_LINK"})
_KINDS = ("participant", "actor")


def write(diagram: Diagram) -> str:
    """The lines of a diagram, from `sequenceDiagram` on, each with its line end."""
    return "".join(f"{line}\n" for line in _lines(diagram))


def _lines(diagram: Diagram) -> Iterator[str]:
    if diagram.front_title:
        yield from ("---", f"title: {_quoted(diagram.front_title)}", "---")
    yield "sequenceDiagram"
    lifelines = {lifeline.id: lifeline for lifeline in diagram.lifelines}
    depth = 1
    for event in diagram.events:
        starts = isinstance(event, FragmentStart) or _is(event, CosmeticKind.BOX)
        ends = isinstance(event, FragmentEnd) or _is(event, CosmeticKind.BOX_END)
        depth -= ends
        if isinstance(event, Message | Note | FragmentStart | OperandStart | Cosmetic):
            yield from (INDENT * depth + _mark(mark) for mark in event.marks)
        indent = INDENT * (depth - isinstance(event, OperandStart))
        line = indent + _statement(event, diagram, lifelines)
        yield line if _is(event, CosmeticKind.TITLE) else line.rstrip(" ")
        depth += starts


def _is(event: Event, kind: CosmeticKind) -> bool:
    return isinstance(event, Cosmetic) and event.kind is kind


def _quoted(text: str) -> str:
    """A text as a scalar of YAML, whose double quotes take what JSON's do."""
    return json.dumps(text, ensure_ascii=False)


def _mark(mark: Mark) -> str:
    return f"%% {mark.name}: {mark.value}" if mark.value else f"%% {mark.name}"


def _statement(event: Event, diagram: Diagram, lifelines: dict[str, Lifeline]) -> str:
    """One statement as a line, without indentation."""
    match event:
        case Message():
            return _message(event)
        case Note():
            at = f"{_SIDES[event.placement]} {', '.join(event.lifelines)}"
            return f"Note {at}: {_label(event.text)}"
        case Activation():
            return f"{'activate' if event.starts else 'deactivate'} {event.lifeline}"
        case FragmentStart():
            return f"{event.operator.value} {_label(event.text)}"
        case OperandStart():
            return f"{_NEXT[event.operator]} {_label(event.text)}"
        case FragmentEnd():
            return "end"
        case Autonumber():
            if not event.visible:
                return "autonumber off"
            return " ".join(["autonumber", *filter(None, (event.start, event.step))])
        case Cosmetic():
            return _cosmetic(event, diagram, lifelines)


def _message(event: Message) -> str:
    """A message with blanks around its arrow, or without where they would make its sender another word
    (`title ->> A`, `1 ->> A`)."""
    central = "()" if event.central_start else ""
    flag = "+" if event.activates else "-" if event.deactivates else "()" if event.central_end else ""
    label = _label(event.text)
    spaced = f"{event.sender} {central}{event.arrow.value}{flag} {event.receiver}: "
    names = [
        spaced[token.start : token.end].strip(BLANKS)
        for token in tokens(f"{spaced}x\n", [])
        if token.kind in _NAMES
    ]
    if names == [event.sender, event.receiver]:
        return spaced + label
    label = label or "wrap:"  # `title:` before the end of the line would take the next one for the title
    return f"{event.sender}{central}{event.arrow.value}{flag}{event.receiver}:{label}"


def _label(text: str) -> str:
    """A text whose own beginning would be taken for a word about wrapping is given another such word."""
    return f"wrap:{text}" if text.startswith(_WRAPS) else text


def _cosmetic(event: Cosmetic, diagram: Diagram, lifelines: dict[str, Lifeline]) -> str:
    match event.kind:
        case CosmeticKind.PARTICIPANT:
            return event.text or _declaration(lifelines[event.lifeline or ""])
        case CosmeticKind.CREATE:
            return f"create {event.text or _declaration(lifelines[event.lifeline or ''])}"
        case CosmeticKind.DESTROY:
            return f"destroy {event.lifeline}"
        case CosmeticKind.TITLE:
            is_last = diagram.title.strip(BLANKS) == event.text
            return f"title {diagram.title if is_last else event.text}"
        case CosmeticKind.ACC_TITLE:
            return f"accTitle: {event.text}"
        case CosmeticKind.ACC_DESCR:
            if event.text and not diagram.acc_descr:  # braces that are never closed: Mermaid drops the text
                return f"accDescr {{\n{event.text}"
            return f"accDescr {{\n{event.text}\n}}" if "\n" in event.text else f"accDescr: {event.text}"
        case CosmeticKind.LINK | CosmeticKind.LINKS | CosmeticKind.PROPERTIES | CosmeticKind.DETAILS:
            return f"{event.kind.value} {event.lifeline}: {_label(event.text)}"
        case CosmeticKind.BOX:
            return f"box {event.text}"
        case CosmeticKind.BOX_END:
            return "end"


def _declaration(lifeline: Lifeline) -> str:
    """`participant X`, with its type and its label where they are not the usual ones."""
    keyword = lifeline.kind if lifeline.kind in _KINDS else "participant"
    braces = "" if lifeline.kind in _KINDS else f'@{{ "type": "{lifeline.kind}" }}'
    label = "" if lifeline.label == lifeline.id else f" as {_label(lifeline.label)}"
    return f"{keyword} {lifeline.id}{braces}{label}"
