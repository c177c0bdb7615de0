"""Text on a terminal: how wide each character is, and what of a long line is shown."""

from __future__ import annotations

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass

TAB = 4
CUT = "…"

STEERING = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
)
"""What could move the cursor, hide or turn text, as a class of a pattern; of controls all but tab and LF."""
_STEERING = late(f"[{STEERING}]")


@dataclass(frozen=True, slots=True)
class Cells:
    """A line as it is shown: `starts[i]` is the column (from 0) of character `i`, `width` the whole."""

    text: str
    glyphs: tuple[str, ...]
    starts: tuple[int, ...]
    width: int

    def column(self, index: int) -> int:
        return self.starts[index] if index < len(self.starts) else self.width


def cells(text: str) -> Cells:
    """A line of source: tabs become blanks, what could move the cursor or hide text becomes visible."""
    glyphs = [_glyph(char) for char in text]
    widths = [len(glyph) if glyph.isascii() else width(glyph) for glyph in glyphs]
    _join_emoji(text, widths)
    return _laid_out(glyphs, widths)


def _laid_out(glyphs: list[str], widths: list[int]) -> Cells:
    starts: list[int] = []
    at = 0
    for width in widths:
        starts.append(at)
        at += width
    return Cells("".join(glyphs), tuple(glyphs), tuple(starts), at)


def plain(text: str) -> str:
    """A text that cannot steer the terminal: control and direction characters become visible."""
    return text if text.isascii() and text.isprintable() else "".join(_glyph(char) for char in text)


def _glyph(char: str) -> str:
    if char == "\t":
        return " " * TAB
    return visible(char) if char < " " or _STEERING.match(char) else char


def visible(char: str) -> str:
    """The sign for a character that steers."""
    return chr(0x2400 + ord(char)) if char < " " else "\N{REPLACEMENT CHARACTER}"


def width(glyph: str) -> int:
    """The columns that one character takes: two if East Asian wide, none if it combines."""
    import unicodedata

    if unicodedata.combining(glyph) or unicodedata.category(glyph) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(glyph) in "WF" else 1


def _join_emoji(text: str, widths: list[int]) -> None:
    """Skin tones, and what a zero width joiner joins, take no columns of their own."""
    if text.isascii():
        return
    import unicodedata

    for at in range(1, len(text)):
        is_joined = text[at - 1] == "\u200d" and unicodedata.category(text[at]) == "So"
        if is_joined or "\U0001f3fb" <= text[at] <= "\U0001f3ff":
            widths[at] = 0


def window(line: Cells, start: int, end: int, room: int) -> tuple[Cells, int]:
    """The part of a line that fits a room of columns and shows characters `start` to `end`.

    Gives the part and the index that its first character had, less one where a `…` stands before it.
    """
    if line.width <= room:
        return line, 0
    count = len(line.glyphs)
    first = 0
    if line.column(end) + 1 > room:
        lead = max(room - (line.column(end) - line.column(start)) - 2, room // 4)
        goal = line.column(min(start, count)) - lead
        first = next((index for index in range(count) if line.starts[index] >= goal), count - 1)
        first = max(min(first, start), 0)
    left = 1 if first else 0
    last = first
    while last < count and line.column(last + 1) - line.column(first) + left + 1 <= room:
        last += 1
    glyphs = list(line.glyphs[first:last])
    widths = [line.column(index + 1) - line.column(index) for index in range(first, last)]
    right = last < count
    shown = [CUT] * left + glyphs + [CUT] * right
    return _laid_out(shown, [1] * left + widths + [1] * right), first - left
