"""YAML of the simplest kind, read without PyYAML: what most settings are written in.

That is a text of lines `key: value`, `key:` and `- value`, with comments, where a value is a plain text, one
in quotes without escapes, or a list or mapping of such on one line. Loading PyYAML takes as long as a bare
start of Python, a twelfth of a first check. `simple` gives nothing for any other text: that is for PyYAML.
That both say the same of a simple one is a law (tests/yaml/test_simple.py).
"""

from __future__ import annotations

import re

from mermaid2gha.base.records import dataclass

_SCALAR = re.compile(
    r"""'(?P<single>[^'\n]*)'(?!')|"(?P<double>[^"\\\n]*)\""""
    r"|(?P<plain>(?:[\w/]|\.(?=\.?[\w/]))(?:[\w ./@+*()=-]|:(?=[\w/]))*(?<! ))"
)
_NOTHING = re.compile(r" *(?:#.*)?(?:\n|\Z)")
_END = re.compile(r"(?: +#.*| *)(?:\n|\Z)")
_BLANKS = re.compile(r" *")

_DEEPEST = 40
"""The column from which nothing is simple any more: it bounds the recursion."""

_LONGEST = 1000
"""Characters of a scalar; of a key YAML allows some more."""


@dataclass(frozen=True, slots=True)
class SimpleText:
    """A scalar: its value and, if it is quoted, the quotation mark; the offsets are of all of it."""

    value: str
    style: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SimpleCollection:
    """A list, or the keys and values of a mapping in turn."""

    parts: tuple[SimplePart, ...]
    is_list: bool
    is_flow: bool
    start: int
    end: int


SimplePart = SimpleText | SimpleCollection


@dataclass(frozen=True, slots=True)
class _Line:
    """A key, or the hyphen of an item, at its column; and the value behind it, if it has one on its line."""

    column: int
    start: int
    key: SimpleText | None
    value: SimplePart | None = None


class _NotSimpleError(Exception):
    """The text is one for PyYAML."""


def simple(text: str) -> SimpleCollection | None:
    """The collection that a text is, if the text is simple."""
    if not text.replace("\n", "").isprintable():
        return None
    try:
        lines = _lines(text)
        if not lines:
            return None
        whole, after = _collection(lines, 0)
    except _NotSimpleError:
        return None
    return whole if after == len(lines) else None


def _collection(lines: list[_Line], at: int) -> tuple[SimpleCollection, int]:
    """The collection that begins with a line, and the number of the first line after it."""
    first = lines[at]
    is_list = first.key is None
    parts: list[SimplePart] = []
    while at < len(lines) and lines[at].column == first.column and (lines[at].key is None) == is_list:
        line = lines[at]
        if line.key is not None:
            parts.append(line.key)
        value, at = line.value, at + 1
        if value is None:
            if at == len(lines) or not _is_within(lines[at], line):
                raise _NotSimpleError
            value, at = _collection(lines, at)
        parts.append(value)
    return SimpleCollection(tuple(parts), is_list, is_flow=False, start=first.start, end=parts[-1].end), at


def _is_within(line: _Line, owner: _Line) -> bool:
    """Whether a line is in the value of the one before it: the items of a key may stand in its column."""
    is_item_of_key = line.key is None and owner.key is not None
    return line.column > owner.column or (line.column == owner.column and is_item_of_key)


def _lines(text: str) -> list[_Line]:
    """What the lines of a text hold: one with the hyphen of an item and a key gives two."""
    lines: list[_Line] = []
    at = 0
    while at < len(text):
        nothing = _NOTHING.match(text, at)
        at = nothing.end() if nothing else _line(text, at, lines)
    return lines


def _line(text: str, begin: int, lines: list[_Line]) -> int:
    """Read a line that is not empty; gives where the next one begins."""
    at = _past_blanks(text, begin)
    is_item = text.startswith("- ", at)
    if is_item:
        lines.append(_Line(at - begin, at, key=None))
        at = _past_blanks(text, at + 1)
    if at - begin > _DEEPEST:
        raise _NotSimpleError
    value: SimplePart | None
    value, at = _value(text, at)
    if isinstance(value, SimpleText) and text.startswith((": ", ":\n"), at):
        key = value
        column, at = key.start - begin, at + 1
        value = None
        if not _END.match(text, at):
            value, at = _value(text, _past_blanks(text, at))
        lines.append(_Line(column, key.start, key, value))
    elif is_item:
        lines[-1] = _Line(lines[-1].column, lines[-1].start, key=None, value=value)
    else:
        raise _NotSimpleError
    end = _END.match(text, at)
    if not end:
        raise _NotSimpleError
    return end.end()


def _value(text: str, at: int) -> tuple[SimplePart, int]:
    """The value at an offset, and the offset behind it."""
    if text.startswith(("[", "{"), at):
        return _flow(text, at)
    return _scalar(text, at)


def _scalar(text: str, at: int) -> tuple[SimpleText, int]:
    scalar = _SCALAR.match(text, at)
    if not scalar or scalar.end() - at > _LONGEST:
        raise _NotSimpleError
    style = "" if scalar["plain"] is not None else text[at]
    return SimpleText(scalar[scalar.lastgroup or 0], style, at, scalar.end()), scalar.end()


def _flow(text: str, start: int) -> tuple[SimpleCollection, int]:
    """A list or a mapping of scalars between brackets or braces, on one line."""
    is_list = text[start] == "["
    closing = "]" if is_list else "}"
    parts: list[SimplePart] = []
    at = _past_blanks(text, start + 1)
    while not text.startswith(closing, at):
        if parts:
            if not text.startswith(", ", at):
                raise _NotSimpleError
            at = _past_blanks(text, at + 1)
        for separator in ("",) if is_list else ("", ": "):
            if not text.startswith(separator, at):
                raise _NotSimpleError
            part, at = _scalar(text, _past_blanks(text, at + len(separator)))
            parts.append(part)
        at = _past_blanks(text, at)
    return SimpleCollection(tuple(parts), is_list, is_flow=True, start=start, end=at + 1), at + 1


def _past_blanks(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    assert blanks is not None
    return blanks.end()
