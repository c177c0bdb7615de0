"""YAML in block style, read line by line to plain values without PyYAML: what our workflows are written in.

A compile reads back all that it is about to write, and for PyYAML that is a fifth of the whole proof, with
another start of Python to load it. `block_value` takes lines `key: value`, `key:`, `- value` and
`- key: value` with comments, where a value is a plain text, one in quotes without escapes, a list between
brackets, or a text of several lines after `|`, `|-` or `>-`. For any other text, and wherever there
is a doubt, it gives nothing: that is for PyYAML. It must never give another value than PyYAML, which is a
law (tests/yaml/test_block.py). Column and indentation are counts of blanks.
"""

from __future__ import annotations

import re
from functools import cache

from mermaid2gha.base.patterns import late

Value = str | list["Value"] | dict[str, "Value"]
"""What a node stands for: its text, or what it holds."""

_PLAIN = r"[\w/.$(](?:[^:#\n]++|:(?![ \n])|(?<![ ])\#)*+"
"""It begins with no indicator, and no `: ` and no ` #` is in it (YAML 1.2.2, 7.3.3); blanks at its end are
not part of it."""

_ITEM = r"""(?:\w[\w./@*+-]*+(?:[ ]\w[\w./@*+-]*+)*+|"[^"\\,\n]*+"|'[^',\n]*+')"""
"""An item between brackets: words, or a text in quotes without a comma."""

_LINE = late(
    rf"""(?P<blanks>[ ]*+)
    (?: (?P<hyphen>-[ ])? (?:(?P<key>\w[\w./-]{{0,120}}+):(?=[ \n])[ ]?)?
        (?: (?P<plain>{_PLAIN}) (?:\#[^\n]*+)?\n
          | (?P<marked>'(?:[^'\n]|'')*+' | "[^"\\\n]*+" | \[(?:{_ITEM}(?:,[ ]{_ITEM})*+)?\] | \{{\}}
              | (?P<mark>\|-?+ | >-))?
            (?:[ ]++\#[^\n]*+)?\n
            (?(mark)(?P<lines>(?:\n | (?P=blanks)(?(hyphen)[ ]{{3}}|[ ])[^\n]*+\n)*+)) )
      | (?:\#[^\n]*+)?\n
      | (?P<other>[^\n]*\n) )
    """,
    re.VERBOSE,
)
_DEEPEST = 40
"""Levels from which nothing is simple any more."""


@cache
def _lines_from(indent: int) -> re.Pattern[str]:
    """Lines of at least this indentation, and empty ones."""
    return re.compile(rf"(?: {{{indent}}}[^\n]*\n|\n)+")


class _NotBlockError(Exception):
    """The text is one for PyYAML."""


class _Place:
    """Where the reading is: the innermost collection that is open, with its column, and those around it.

    It has `items` if it is a list; `entries` are its own, or those of the mapping around. `waiting` is the
    key of a mapping that has no value yet, and empty if there is none, for no key is.
    """

    __slots__ = ("around", "column", "entries", "items", "waiting")

    def __init__(self, whole: dict[str, Value]) -> None:
        self.column = 0
        self.entries = whole
        self.items: list[Value] | None = None
        self.waiting = ""
        self.around: list[tuple[int, dict[str, Value], list[Value] | None]] = []

    def go_to(self, column: int, *, is_item: bool) -> None:
        """Leave and open collections until a line that begins in a column is one of the innermost."""
        while column < self.column or (column == self.column and self.items is not None and not is_item):
            self.close_key()
            if not self.around:
                raise _NotBlockError
            self.column, self.entries, self.items = self.around.pop()
        if column == self.column and is_item == (self.items is not None):
            self.close_key()
        elif not self.waiting:
            raise _NotBlockError
        elif is_item:  # which may stand in the column of its key
            items: list[Value] = []
            self.entries[self.waiting] = items
            self.open(column, self.entries, items)
        else:
            entries: dict[str, Value] = {}
            self.entries[self.waiting] = entries
            self.open(column, entries, None)

    def open(self, column: int, entries: dict[str, Value], items: list[Value] | None) -> None:
        if len(self.around) == _DEEPEST:
            raise _NotBlockError
        self.around.append((self.column, self.entries, self.items))
        self.column, self.entries, self.items, self.waiting = column, entries, items, ""

    def open_item(self, column: int) -> None:
        """Open a mapping that is an item of a list, from the hyphen's line on."""
        entries: dict[str, Value] = {}
        self.add(entries)
        self.open(column, entries, None)

    def add(self, item: Value) -> None:
        if self.items is None:
            raise _NotBlockError
        self.items.append(item)

    def close_key(self) -> None:
        """A key without a value has an empty one."""
        if self.waiting:
            self.entries[self.waiting] = ""
            self.waiting = ""


def block_value(text: str) -> Value | None:
    """The value of a text in block style; none where it is not, or no mapping."""
    if not text.endswith("\n") or not text.replace("\n", "").isprintable():
        return None
    try:
        return _mapping(text) or None
    except _NotBlockError:
        return None


def _mapping(text: str) -> dict[str, Value]:
    entries: dict[str, Value] = {}
    place = _Place(entries)
    whole, column, is_settled = entries, 0, True  # settled: a further key in this column is one of `entries`
    for blanks, hyphen, key, plain, marked, mark, lines, other in _LINE.findall(text):
        if not (key or plain or hyphen):
            if marked or other:
                raise _NotBlockError
            continue  # an empty line, or a comment
        if hyphen or not is_settled or len(blanks) != column:
            place.go_to(len(blanks), is_item=bool(hyphen))
            if key and hyphen:
                place.open_item(len(blanks) + len(hyphen))
            column, entries = place.column, place.entries
        is_settled = False
        value: Value = plain.rstrip(" ") if plain else _value(marked, mark, lines) if marked else ""
        if not key:
            place.add(value)
        elif key in entries:
            raise _NotBlockError
        elif plain or marked:
            entries[key] = value
            is_settled = True
        else:
            place.waiting = key
    place.close_key()
    return whole


def _value(marked: str, mark: str, lines: str) -> Value:
    """What stands behind a key or a hyphen and is no plain text."""
    if mark:
        return _text(lines, mark)
    match marked[0]:
        case "'":
            return marked[1:-1].replace("''", "'")
        case '"':
            return marked[1:-1]
        case "{":
            return {}
        case _:
            items = marked[1:-1].split(", ") if marked != "[]" else []
            return [item[1:-1] if item[0] in "'\"" else item for item in items]


def _text(lines: str, mark: str) -> str:
    """The text that stands in lines after a mark. Lines that are more indented than the first, which `>-`
    would not fold, are one for PyYAML there; and so are lines of blanks alone."""
    indent = len(lines) - len(lines.lstrip(" "))
    if not _lines_from(indent).fullmatch(lines) or lines[indent] == "\n" or " \n" in lines:
        raise _NotBlockError
    value = lines[indent:].replace("\n" + " " * indent, "\n").rstrip("\n")
    if mark == ">-":
        if "\n\n" in value or "\n " in value:
            raise _NotBlockError
        value = value.replace("\n", " ")
    return value + "\n" if mark == "|" else value
