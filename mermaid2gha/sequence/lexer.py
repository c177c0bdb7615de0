"""The lexer of sequence diagrams: the first terminal of a state that matches wins, as in Mermaid's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from mermaid2gha.sequence.grammar import END, table

BLANKS = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What JavaScript's `\\s` and `trim` know as blank; Python's `strip()` knows others."""

LEXICAL = "LEXICAL"
"""The kind of what no terminal of the state matches (in Mermaid a lexical error)."""

_SWALLOWED = "INITIAL_SWALLOWED"
_SKIPPED = frozenset(
    "INITIAL_BLANK INITIAL_HASH_COMMENT INITIAL_PERCENT_COMMENT INITIAL_SWALLOWED INITIAL_ACC_BLOCK ID_BLANK "
    "ID_HASH_COMMENT ALIAS_BLANK ALIAS_HASH_COMMENT LINE_BLANK LINE_HASH_COMMENT ACCBLOCK_CLOSE".split()
)

_NEXT_STATE = {
    **dict.fromkeys(
        "INITIAL_BOX INITIAL_LOOP INITIAL_RECT INITIAL_OPT INITIAL_ALT INITIAL_ELSE INITIAL_PAR INITIAL_PAR_OVER "
        "INITIAL_AND INITIAL_CRITICAL INITIAL_OPTION INITIAL_BREAK ALIAS_AS".split(),
        "LINE",
    ),
    **dict.fromkeys(
        "INITIAL_PARTICIPANT INITIAL_ACTOR_KEYWORD INITIAL_DESTROY INITIAL_ACTIVATE INITIAL_DEACTIVATE".split(),
        "ID",
    ),
    **dict.fromkeys(
        "ID_NAME ID_INVALID_ANGLE ID_INVALID ALIAS_NONE LINE_REST CONFIG_END ACCTITLE_VALUE ACCDESCR_VALUE "
        "ACCBLOCK_CLOSE".split(),
        "INITIAL",
    ),
    "ID_NAME_AS": "ALIAS",
    "ID_CONFIG_START": "CONFIG",
    "CONFIG_END_AS": "ALIAS",
    "INITIAL_ACC_TITLE": "ACCTITLE",
    "INITIAL_ACC_DESCR": "ACCDESCR",
    "INITIAL_ACC_BLOCK": "ACCBLOCK",
}


class Token(NamedTuple):
    """A terminal at `[start, end)` of the text that is parsed."""

    kind: str
    start: int
    end: int


class _Step(NamedTuple):
    kind: str
    is_skipped: bool
    state: str  # the state after it; empty: as before


@cache
def _machine() -> dict[str, tuple[re.Pattern[str], tuple[_Step, ...]]]:
    """One compiled alternation for each state, and what each of its groups (counted from 1) means."""
    by_state: dict[str, list[tuple[str, str]]] = {}
    for name, pattern in table().terminals:
        by_state.setdefault(name.partition("_")[0], []).append((name, pattern))
    machine = {}
    for state, terminals in by_state.items():
        pattern = "|".join(f"({pattern})" for _, pattern in terminals)
        steps = [_Step(name, name in _SKIPPED, _NEXT_STATE.get(name, "")) for name, _ in terminals]
        machine[state] = (re.compile(pattern, re.ASCII | re.IGNORECASE), (_Step("", False, ""), *steps))
    return machine


def tokens(text: str, swallowed: list[Token], start: int = 0) -> Iterator[Token]:
    """The tokens of `text` from an offset on, in the initial state; the last is `$END`.

    After a `LEXICAL` token (empty, at the offending character) nothing follows. Skipped text that nobody
    would take for a comment (`A%%B->>C: x`) is added to `swallowed`.
    """
    machine = _machine()
    pattern, steps = machine["INITIAL"]
    match = pattern.match
    at, length = start, len(text)
    while True:
        found = match(text, at)
        if found is None:
            kind = END if at == length else LEXICAL
            yield Token(kind, at, at)
            return
        step = steps[found.lastindex]  # type: ignore[index]
        end = found.end()
        if not step[1]:
            yield Token(step[0], at, end)
        elif step[0] == _SWALLOWED:
            swallowed.append(Token(step[0], at, end))
        if at == length:
            break
        at = end
        if step[2]:
            pattern, steps = machine[step[2]]
            match = pattern.match
    yield Token(END, at, at)
