"""What a text must hold for a regular expression to match it, worked out from the expression's own text.

Read as `re` reads it, but only as far as the vocabulary goes: of an expression with anything else nothing is
said. `mermaid2gha/base/signs.py` is made of this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from mermaid2gha.base.patterns import BEYOND, BLANK, DIGIT, EDGE, LETTER, Signs, fold

_TOKEN = re.compile(
    r"(?P<edge>\\[AbZ]|[\^$])"
    r"|(?P<anything>\\[B1-9]|\(\?P=\w+\))"
    r"|(?P<set>\\[dDsSwW]|\.|\[\^?\]?(?:\\.|[^\]\\])*\])"
    r"|\\(?P<letter>n|[^a-zA-Z0-9])"
    r"|(?P<look>\(\?<?[=!])"
    r"|(?P<group>\((?:\?(?:P<\w+>|[aiLmsu-]*:))?(?!\?))"
    r"|(?P<end>\))"
    r"|(?P<bar>\|)"
    r"|(?P<maybe>(?:[*?]|\{0?,\d*\}|\{0\})[?+]?)"
    r"|(?P<again>(?:\+|\{\d+(?:,\d*)?\})[?+]?)"
    r"|(?P<text>[^\\\[()|.^$*+?{])",
    re.DOTALL,
)
_OF_SET = re.compile(r"\\(?P<kind>[a-zA-Z])|\\?(?P<first>.)-\\?(?P<last>[^\]])|\\?(?P<letter>.)", re.DOTALL)
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "f": "\f"}
_SMALL = 12
"""A set of more letters than that is no sign."""
_MANY = 4
"""More letters of one kind in a set than that are that kind."""
_TOGETHER = 3
"""So many signs are asked for at most: more would take longer than they spare."""
_RARITY = {DIGIT: 2, BEYOND: 2, BLANK: 0, LETTER: 0}
"""As that of a text of so many letters."""

_SPELT = 3
"""A set of at most so many letters is spelt out in the text around it."""
_WAYS = 8
"""In so many ways a text is spelt out at most."""

_Either = tuple[str, ...]
"""Pieces of text of which one must be there; none: nothing is known."""
NOTHING: Signs = ((),)


class _Item(NamedTuple):
    """A part of a row: a letter, a set, a group, or a place between letters."""

    letters: _Either = ()
    """One of these, folded: of a letter itself, of a small set all that are in it."""
    signs: Signs = NOTHING
    """Of a larger set, or of what is seen from a place."""
    alternatives: tuple[tuple[_Item, ...], ...] = ()
    is_place: bool = False
    is_apart: bool = False
    """It matches one character that is of no word."""
    is_of_words: bool = False
    """It matches every character that is of a word."""
    begins: bool = False
    """Of a place: no letter of a word stands directly before it, if one follows."""
    ends: bool = False
    """Of a place: no letter of a word follows directly, if one stands before it."""
    is_free: bool = False
    """It may be left out."""
    is_again: bool = False
    """It may be there several times."""


_Row = Sequence[_Item]


class _Open(NamedTuple):
    """A group whose end has not come yet; of one that only looks, `look` is how it begins."""

    alternatives: list[tuple[_Item, ...]]
    row: list[_Item]
    look: str

    def rows(self) -> tuple[tuple[_Item, ...], ...]:
        return (*self.alternatives, tuple(self.row))


def signs_of(pattern: str) -> Signs:
    """The signs of an expression, whatever its flags but `re.VERBOSE`.

    `((),)` where nothing is known, and none where no text matches.
    """
    if pattern == "(?!)":
        return ()
    stack = [_Open([], [], "")]
    at = 0
    while at < len(pattern):
        match = _TOKEN.match(pattern, at)
        if match is None:
            return NOTHING
        at = match.end()
        kind, row = match.lastgroup, stack[-1].row
        if kind in ("group", "look"):
            stack.append(_Open([], [], match["look"] or ""))
        elif kind == "bar":
            stack[-1].alternatives.append(tuple(row))
            row.clear()
        elif kind == "end":
            closed = stack.pop()
            item = _look(closed.look, closed.rows()) if closed.look else _Item(alternatives=closed.rows())
            stack[-1].row.append(item)
        elif kind in ("maybe", "again"):
            row[-1] = row[-1]._replace(is_free=row[-1].is_free or kind == "maybe", is_again=True)
        else:
            row.append(_one(match))
    return _few(_of_rows(stack[0].rows(), begins=False, ends=False))


def _one(match: re.Match[str]) -> _Item:
    """A letter, a set or a place."""
    written = match[0]
    if match["edge"]:
        return _Item(
            is_place=True, begins=written in (r"\b", r"\A", "^"), ends=written in (r"\b", r"\Z", "$")
        )
    if match["anything"]:
        return _Item(is_free=True)
    if match["set"]:
        return _set(written)
    letter = "\n" if written == r"\n" else match["letter"] or written
    return _Item(letters=(fold(letter),), is_apart=not _is_of_word(letter))


def _is_of_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _set(written: str) -> _Item:
    if written == ".":
        return _Item(is_of_words=True)
    is_but = written.startswith("[^")
    kinds: set[str] = set()
    letters: list[str] = []
    for part in _OF_SET.finditer(written if written[0] == "\\" else written[1 + is_but : -1]):
        if part["first"]:
            letters += map(chr, range(ord(part["first"]), ord(part["last"]) + 1))
        elif part["letter"]:
            letters.append(part["letter"])
        elif part["kind"] in _CONTROLS:
            letters.append(_CONTROLS[part["kind"]])
        elif part["kind"] in "dDsSwW":
            kinds.add(part["kind"])
        else:
            return _Item()
    is_apart = kinds <= {"s", "W"} and not any(map(_is_of_word, letters))
    if is_but:
        return _Item(is_apart="w" in kinds, is_of_words=is_apart)
    if len(letters) <= _SPELT and not kinds:
        return _Item(letters=tuple(dict.fromkeys(map(fold, letters))), is_apart=is_apart)
    return _Item(signs=_of_set(kinds, letters), is_apart=is_apart, is_of_words=bool(kinds & {"w", "S"}))


def _of_set(kinds: set[str], letters: list[str]) -> Signs:
    """One of some letters, or of some kinds of them."""
    if kinds & {"D", "S", "W"}:
        return NOTHING
    signs = [
        sign
        for kind, its in (("d", DIGIT), ("s", BLANK), ("w", LETTER + DIGIT))
        if kind in kinds
        for sign in its
    ]
    for sign, is_of_kind in (
        (BEYOND, lambda letter: not letter.isascii()),
        (DIGIT, str.isdecimal),
        (LETTER, _is_of_word),
    ):
        found = set(filter(is_of_kind, letters))
        if len(found) > _MANY:
            letters = [letter for letter in letters if letter not in found]
            signs.append(sign)
    signs += map(fold, letters)
    return ((tuple(dict.fromkeys(signs)),),) if len(signs) <= _SMALL else NOTHING


def _look(look: str, rows: tuple[tuple[_Item, ...], ...]) -> _Item:
    """A place from which something is seen, or is not, before it or after it."""
    is_before, is_there = "<" in look, look.endswith("=")
    if is_there:
        nearest = [row[::-1] if is_before else row for row in rows]
        is_edge = all(_is_edge(row, outside=False, is_before=is_before) for row in nearest)
    else:
        is_edge = any(len(row) == 1 and row[0].is_of_words and not row[0].is_free for row in rows)
    return _Item(
        signs=_of_rows(rows, begins=False, ends=False) if is_there else NOTHING,
        is_place=True,
        begins=is_edge and is_before,
        ends=is_edge and not is_before,
    )


def _of_rows(rows: Iterable[_Row], *, begins: bool, ends: bool) -> Signs:
    """What must be there for one of some rows, if words begin before them or end behind them."""
    found = [_of_row(row, begins=begins, ends=ends) for row in rows]
    if any(() in one for one in found):
        return NOTHING
    return tuple(dict.fromkeys(together for one in found for together in one))


def _of_row(row: _Row, *, begins: bool, ends: bool) -> Signs:
    """What must be there for all of a row."""
    parts = [part for part in _parts(tuple(_flat(row)), begins=begins, ends=ends) if part != NOTHING]
    if len(parts) == 1:
        return parts[0]
    return (tuple(either for part in parts for either in _must(part)),)


def _flat(row: _Row) -> Iterator[_Item]:
    """A row with what stands in its groups that have no alternatives."""
    for item in row:
        if len(item.alternatives) == 1 and not item.is_free and not item.is_again:
            yield from _flat(item.alternatives[0])
        else:
            yield item


def _parts(row: _Row, *, begins: bool, ends: bool) -> Iterator[Signs]:
    """What must be there for each part of a row; letters that follow each other are one part."""
    at = 0
    while at < len(row):
        item, first = row[at], at
        at += 1
        if item.is_free:
            continue
        ways = len(item.letters)
        while ways and at < len(row) and not (row[at - 1].is_again or row[at].is_free):
            ways *= len(row[at].letters)
            if not 0 < ways <= _WAYS:
                break
            at += 1
        is_first = _is_edge(row[:first][::-1], outside=begins, is_before=True)
        is_last = not row[at - 1].is_again and _is_edge(row[at:], outside=ends, is_before=False)
        if item.letters:
            spelt = product(*(one.letters for one in row[first:at]))
            yield ((tuple(_sign(letters, begins=is_first, ends=is_last) for letters in spelt),),)
        elif item.alternatives:
            yield _of_rows(item.alternatives, begins=is_first, ends=is_last)
        else:
            yield item.signs


def _sign(letters: tuple[str, ...], *, begins: bool, ends: bool) -> str:
    """The sign of letters that follow each other.

    Letters beyond ASCII are of words to some expressions and to others they are not.
    """
    text = "".join(letters)
    begins = begins and _is_of_word(letters[0])
    ends = ends and _is_of_word(letters[-1])
    if not text.isascii() or not (begins or ends):
        return text
    edged = "".join(letter if _is_of_word(letter) else EDGE for letter in letters)
    return f"{EDGE if begins else ''}{edged}{EDGE if ends else ''}"


def _is_edge(nearest: _Row, *, outside: bool, is_before: bool) -> bool:
    """Whether no letter of a word stands directly beside the first of some items, the nearest first."""
    for at, item in enumerate(nearest):
        if item.is_place:
            if item.begins if is_before else item.ends:
                return True
        elif item.alternatives:
            beyond = not item.is_again and _is_edge(nearest[at + 1 :], outside=outside, is_before=is_before)
            rows = [tuple(row)[::-1] if is_before else row for row in item.alternatives]
            are_edges = all(_is_edge(row, outside=beyond, is_before=is_before) for row in rows)
            if not are_edges or not item.is_free:
                return are_edges
        elif not item.is_apart:
            return False
        elif not item.is_free:
            return True
    return outside


def _must(signs: Signs) -> tuple[_Either, ...]:
    """What must be there of alternatives, each of which asks for several things: of each its best."""
    if len(signs) == 1:
        return signs[0]
    return (tuple(dict.fromkeys(sign for together in signs for sign in min(together, key=_worth))),)


def _worth(either: _Either) -> tuple[int, int]:
    """The less, the rarer a text that holds one of them."""
    return -min(4, *(_RARITY.get(sign, len(sign)) for sign in either)), len(either)


def _few(signs: Signs) -> Signs:
    """Without what says nothing beside the rest."""
    shortened = []
    for together in signs:
        ordered = sorted(dict.fromkeys(map(_shortest, together)), key=_worth)
        shortened.append(tuple(one for one in ordered if LETTER not in one)[:_TOGETHER] or tuple(ordered[:1]))
    return tuple(dict.fromkeys(shortened))


def _shortest(either: _Either) -> _Either:
    kept = [sign for sign in either if not any(other != sign and other in sign for other in either)]
    return tuple(dict.fromkeys(kept))
