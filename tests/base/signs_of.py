"""What a text must hold for a regular expression to match it, worked out from the expression's own text.

Read as `re` reads it, but only as far as the vocabulary goes: of an expression with anything else nothing is
said. `mermaid2gha/base/signs.py` is made of this.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import NamedTuple

from mermaid2gha.base.patterns import Signs, fold

_TOKEN = re.compile(
    r"(?P<anything>\\[AbBdDsSwWZ1-9]|[.^$]|\(\?P=\w+\))"
    r"|\\(?P<letter>n|[^a-zA-Z0-9])"
    r"|\[(?P<set>\^?\]?(?:\\.|[^\]\\])*)\]"
    r"|(?P<look>\(\?<?[=!])"
    r"|(?P<group>\((?:\?(?:P<\w+>|[aiLmsu-]*:))?(?!\?))"
    r"|(?P<end>\))"
    r"|(?P<bar>\|)"
    r"|(?P<maybe>(?:[*?]|\{0?,\d*\}|\{0\})[?+]?)"
    r"|(?P<again>(?:\+|\{\d+(?:,\d*)?\})[?+]?)"
    r"|(?P<text>[^\\\[()|.^$*+?{]+(?![*?{+])|[^\\\[()|.^$*+?{])",
    re.DOTALL,
)
_SMALL = 6
"""A set of more letters than that is no sign."""
_TOGETHER = 3
"""So many signs are asked for at most: more would take longer than they spare."""

_Either = tuple[str, ...]
"""Pieces of text of which one must be there; none: nothing is known."""
_Part = str | Signs
"""A part of a row: a text that stands there as it is, or what must be there for it to match."""


class _Open(NamedTuple):
    """A group whose end has not come yet."""

    alternatives: list[_Part]
    row: list[_Part]
    look: bool | None
    """Of one that only looks: whether it asks for what is there; nothing for any other group."""

    def closed(self) -> _Part:
        alternatives = [*self.alternatives, _of_row(self.row)]
        return alternatives[0] if len(alternatives) == 1 else _either([_signs(one) for one in alternatives])


NOTHING: Signs = ((),)


def signs_of(pattern: str) -> Signs:
    """The signs of an expression, whatever its flags but `re.VERBOSE`.

    `((),)` where nothing is known, and none where no text matches.
    """
    if pattern == "(?!)":
        return ()
    stack = [_Open([], [], None)]
    at = 0
    while at < len(pattern):
        match = _TOKEN.match(pattern, at)
        if match is None:
            return NOTHING
        at = match.end()
        kind, row = match.lastgroup, stack[-1].row
        if kind in ("text", "letter"):
            row.append("\n" if match[0] == r"\n" else fold(match[kind]))
        elif kind == "set":
            row.append(_of_set(match["set"]))
        elif kind in ("group", "look"):
            stack.append(_Open([], [], match["look"] and match["look"].endswith("=")))
        elif kind == "bar":
            stack[-1].alternatives.append(_of_row(row))
            row.clear()
        elif kind == "end":
            closed = stack.pop()
            found = closed.closed()
            stack[-1].row.extend(_seen(closed.look, found) if closed.look is not None else [found])
        elif kind == "maybe":
            row[-1] = NOTHING
        else:  # anything, or what stands before once more
            row.append(NOTHING)
    return _few(_signs(stack[0].closed()))


def _seen(is_there: bool, found: _Part) -> list[_Part]:
    """What a look ahead or back gives: nothing of it follows what stands before."""
    return [NOTHING, _signs(found) if is_there else NOTHING, NOTHING]


def _of_set(written: str) -> _Part:
    """One of a few letters."""
    if written.startswith("^") or re.search(r"\\[a-zA-Z0-9]", written) or "-" in written[1:-1]:
        return NOTHING
    letters = [fold(letter) for letter in re.sub(r"\\(.)", r"\1", written)]
    if len(letters) == 1:
        return letters[0]
    return ((tuple(letters),),) if len(letters) <= _SMALL else NOTHING


def _signs(part: _Part) -> Signs:
    if isinstance(part, str):
        return (((part,),),) if part else NOTHING
    return part


def _either(alternatives: list[Signs]) -> Signs:
    if any(() in one for one in alternatives):
        return NOTHING
    return tuple(dict.fromkeys(together for one in alternatives for together in one))


def _of_row(row: list[_Part]) -> _Part:
    """What must be there for all of a row; texts that follow each other are one."""
    pieces: list[_Part] = []
    for is_text, parts in groupby(row, lambda part: isinstance(part, str)):
        if is_text:
            pieces.append("".join(map(str, parts)))
        else:
            pieces += [part for part in parts if part != NOTHING]
    if len(pieces) == 1 and not (isinstance(pieces[0], str) and NOTHING in row):
        return pieces[0]
    return (tuple(either for piece in pieces for either in _must(_signs(piece))),)


def _must(signs: Signs) -> tuple[_Either, ...]:
    """What must be there of alternatives, each of which asks for several things: of each its best."""
    if len(signs) == 1:
        return signs[0]
    return (tuple(dict.fromkeys(sign for together in signs for sign in min(together, key=_worth))),)


def _worth(either: _Either) -> tuple[int, int]:
    """The less, the rarer a text that holds one of them."""
    return -min(4, *map(len, either)), len(either)


def _few(signs: Signs) -> Signs:
    """Without what says nothing beside the rest."""
    shortened = (
        tuple(sorted(dict.fromkeys(map(_shortest, together)), key=_worth)[:_TOGETHER]) for together in signs
    )
    return tuple(dict.fromkeys(shortened))


def _shortest(either: _Either) -> _Either:
    kept = [sign for sign in either if not any(other != sign and other in sign for other in either)]
    return tuple(dict.fromkeys(kept))
