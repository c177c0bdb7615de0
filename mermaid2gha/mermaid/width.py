"""How wide lifelines must be for what stands on one of them to be read.

Mermaid draws the frame of a fragment as wide as the lifelines on which something stands in it, and breaks its
label into lines to fit; a note as wide as its text, and so over the edge of a `box` (mermaid.js.org,
Sequence diagrams, `width`). Widths are estimates, for texts are measured in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mermaid2gha.mermaid.ast import Diagram, FragmentEnd, FragmentStart, Lifeline, Message, Note, OperandStart

WIDTH = 150
"""Pixels of a lifeline whose label is short."""
_WIDEST = 300
_CHARACTER = 7.6
_BESIDE_NOTE = 20
_BESIDE_LABEL = 65
"""Pixels that the keyword of a fragment and the edges take, less those by which the frame is wider."""
_LINES = 3
"""In so many lines a label is still read at a glance."""
_SLACK = 2
"""Code points of a line that stay empty, for words are not broken."""


def wanted_width(diagram: Diagram) -> int:
    """The least width of lifelines, in pixels by tens, at which labels take three lines at most and notes
    stay in their box; `WIDTH` where that is enough."""
    own = {lifeline.id: _of_lifeline(lifeline) for lifeline in diagram.lifelines}
    in_box = {lifeline.id for lifeline in diagram.lifelines if lifeline.box is not None}
    noted = {at: max(own[at], width) for at, width in _notes(diagram) if at in in_box}
    wanted = [WIDTH, *(width for at, width in noted.items() if width > own[at])]
    wanted += [width for at, width in _labels(diagram) if width > own[at]]
    return min(_WIDEST, -(-max(wanted) // 10) * 10)


def _of_lifeline(lifeline: Lifeline) -> int:
    return max(WIDTH, _of_text(lifeline.label) + _BESIDE_NOTE)


def _of_text(text: str) -> int:
    return int(max(map(len, re.split(r"<br\s*/?>", text))) * _CHARACTER)


def _notes(diagram: Diagram) -> Iterator[tuple[str, int]]:
    """The lifeline and the width of each note over one, the widest last."""
    notes = [event for event in diagram.events if isinstance(event, Note) and len(event.lifelines) == 1]
    for note in sorted(notes, key=lambda note: _of_text(note.text)):
        yield note.lifelines[0], _of_text(note.text) + _BESIDE_NOTE


def _labels(diagram: Diagram) -> Iterator[tuple[str, int]]:
    """The labels of fragments in which all stands on one lifeline: that, and the width which each wants."""
    opened: list[tuple[list[str], set[str], list[int]]] = []
    for event in diagram.events:
        match event:
            case FragmentStart(_, text):
                opened.append(([text], set(), [0]))
            case OperandStart(_, text):
                opened[-1][0].append(text)
            case Note(_, lifelines, text):
                for _, touched, widths in opened:
                    touched |= {*lifelines}
                    widths.append(_of_text(text) + _BESIDE_NOTE)
            case Message(sender, receiver):
                for _, touched, _ in opened:
                    touched |= {sender, receiver}
            case FragmentEnd():
                texts, touched, widths = opened.pop()
                words = (len(f"[{word}]") for text in texts for word in text.split())
                longest = max(*(-(-len(text) // _LINES) + _SLACK for text in texts), *words, 0)
                width = int(longest * _CHARACTER) + _BESIDE_LABEL
                if len(touched) == 1 and width > max(widths):
                    yield from ((at, width) for at in touched)
            case _:
                pass
