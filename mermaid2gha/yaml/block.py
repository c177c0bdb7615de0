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

_PLAIN = r"[\w/.$(](?:[^:#\n]++|:(?![ \n])|(?<![ ])\#)*"
"""It begins with no indicator, and no `: ` and no ` #` is in it (YAML 1.2.2, 7.3.3); blanks at its end are
not part of it."""

_ITEM = r"""(?:\w[\w./@*+-]*+(?:[ ]\w[\w./@*+-]*+)*|"[^"\\,\n]*+"|'[^',\n]*+')"""
"""An item between brackets: words, or a text in quotes without a comma."""

_LINE = late(
    rf"""(?P<blanks>[ ]*+)
    (?: (?P<hyphen>-[ ])? (?:(?P<key>\w[\w./-]{{0,120}}+):(?=[ \n])[ ]?)?
        (?: (?P<plain>{_PLAIN}) (?:(?<=[ ])\#[^\n]*+)?\n
          | (?P<marked>'(?:[^'\n]|'')*'(?!') | "[^"\\\n]*+" | \[(?:{_ITEM}(?:,[ ]{_ITEM})*)?\] | \{{\}}
              | (?P<mark>\|-?+ | >-))?
            (?:[ ]++\#[^\n]*+)?\n
            (?(mark)(?P<lines>(?:\n | (?P=blanks)(?(hyphen)[ ]{{3}}|[ ])[^\n]*+\n)*)) )
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


def block_value(text: str) -> Value | None:
    """The value of a text in block style; none where it is not, or no mapping."""
    if not text.endswith("\n") or not text.replace("\n", "").isprintable():
        return None
    try:
        return _mapping(text) or None
    except _NotBlockError:
        return None


def _mapping(text: str) -> dict[str, Value]:
    """One loop with all of its state at hand, for there are many lines and calls take longer than they do.

    The innermost collection that is open begins in `column`. It is the list `items` if there is one, in
    `entries`, else the mapping `entries`; `around` are those that it stands in. `waiting` is the key of a
    mapping that has no value yet, and empty if there is none, for no key is.
    """
    whole: dict[str, Value] = {}
    column, entries, waiting = 0, whole, ""
    items: list[Value] | None = None
    around: list[tuple[int, dict[str, Value], list[Value] | None]] = []
    for blanks, hyphen, key, plain, marked, mark, lines, other in _LINE.findall(text):
        if not (key or plain or hyphen):
            if marked or other:
                raise _NotBlockError
            continue  # an empty line, or a comment
        indent = len(blanks)
        if waiting and indent <= column and (indent < column or not hyphen):
            entries[waiting] = ""
            waiting = ""  # a key without a value has an empty one
        while indent < column or (indent == column and items is not None and not hyphen):
            if not around:
                raise _NotBlockError
            column, entries, items = around.pop()
        if indent > column or (hyphen and items is None):  # a list may stand in the column of its key
            if not waiting or len(around) >= _DEEPEST:
                raise _NotBlockError
            around.append((column, entries, items))
            column = indent
            if hyphen:
                entries[waiting] = items = []
            else:
                opened: dict[str, Value] = {}
                entries[waiting] = opened
                entries = opened
            waiting = ""
        if hyphen and key:  # a mapping that is an item
            around.append((column, entries, items))
            column, entries = indent + len(hyphen), {}
            _add(items, entries)
            items = None
        value: Value = plain.rstrip(" ") if plain else _value(marked, mark, lines) if marked else ""
        if not key:
            _add(items, value)
        elif key in entries:
            raise _NotBlockError
        elif plain or marked:
            entries[key] = value
        else:
            waiting = key
    if waiting:
        entries[waiting] = ""
    return whole


def _add(items: list[Value] | None, item: Value) -> None:
    if items is None:
        raise _NotBlockError
    items.append(item)


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
