"""Texts of a picture: on one line, broken to fit a box, marked for the last touch that SVG gets.

Two characters that no shown text holds are marks. `NOTE` begins a line in small letters, `NUMBER` the number
of a flow. Both are blanks, so that the same DOT looks right in any Graphviz.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

NOTE = "\u00a0"
NUMBER = "\u2007"
MOST_LINES = 5

# What XML forbids, what would turn or part the text around it, and blanks of other widths (so the marks).
_UNSHOWN = re.compile(
    "[\x00-\x20\x7f-\xa0\u2000-\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]+"
)
_WORD_PARTS = re.compile(r"[^-_/.:]*[-_/.:]+|[^-_/.:]+")


def one_line(text: str) -> str:
    """A text as a picture shows it: every run of blanks and of what nobody sees is one blank."""
    return _UNSHOWN.sub(" ", text).strip()


def numbers_text(numbers: Sequence[int]) -> str:
    """The numbers of flows, each with its mark."""
    return " ".join(f"{NUMBER}{number}" for number in numbers)


def wrapped(text: str, width: int) -> tuple[str, ...]:
    """A text in lines of a width in characters, wide ones counting twice; five lines at most, then `…`.

    It breaks at blanks, in a word that is too long after its `-_/.:`, else anywhere.
    """
    lines = [""]
    for number, piece in enumerate(_pieces(one_line(text), width)):
        if number and _width(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    lines = [line.rstrip() for line in lines]
    if len(lines) > MOST_LINES:
        lines[MOST_LINES - 1 :] = [lines[MOST_LINES - 1][: width - 1].rstrip() + "…"]
    return tuple(lines)


def _pieces(text: str, width: int) -> list[str]:
    """What a line may end after: words with the blank behind them, and the parts of long words."""
    pieces: list[str] = []
    for word in re.findall(r"\S+ ?", text):
        if _width(word.rstrip()) <= width:
            pieces.append(word)
            continue
        for part in _WORD_PARTS.findall(word):
            size = width if _width(part) <= 2 * len(part) - len(part) else width // 2
            pieces += (part[at : at + size] for at in range(0, len(part), size))
    return pieces


def _width(text: str) -> int:
    return sum(2 if char >= "\u1100" and not "\u1200" <= char < "\u2e80" else 1 for char in text)
