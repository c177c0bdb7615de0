"""The lexer of sequence diagrams: the first terminal of a state that matches wins, as in Mermaid's own."""

from __future__ import annotations

import re
from collections.abc import Generator

from mermaid2gha.base.lalr import END, LEXICAL, Token, table
from mermaid2gha.base.records import dataclass
from mermaid2gha.mermaid.table import TABLE as VALUES

TABLE = table(*VALUES)

BLANKS = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What JavaScript's `\\s` and `trim` know as blank; Python's `strip()` knows others."""

NEWLINES = frozenset({"INITIAL_NEWLINE", "INITIAL_SEMICOLON", "INITIAL_END_OF_INPUT", "ALIAS_NONE"})
"""The kinds of tokens that end a statement."""

_WORD = re.compile(r"([a-z_ ]+)(\\b|\(\?=.+\))", re.DOTALL)
"""A terminal that is a word, and what its pattern asks behind it."""
_BEYOND_ASCII = re.compile(r"[^\0-\x7f](?:-[^\0-\x7f])?")
_SWALLOWED = "INITIAL_SWALLOWED"
_NEXT_STATE = {
    **dict.fromkeys(
        "INITIAL_BOX INITIAL_LOOP INITIAL_RECT INITIAL_OPT INITIAL_ALT INITIAL_ELSE INITIAL_PAR "
        "INITIAL_PAR_OVER INITIAL_AND INITIAL_CRITICAL INITIAL_OPTION INITIAL_BREAK ALIAS_AS".split(),
        "LINE",
    ),
    **dict.fromkeys(
        "INITIAL_PARTICIPANT INITIAL_ACTOR_KEYWORD INITIAL_DESTROY INITIAL_ACTIVATE "
        "INITIAL_DEACTIVATE".split(),
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


_Steps = tuple[tuple[str, bool, str] | None, ...]
"""For each group of a pattern (from 1): its terminal, whether it is skipped, the state after it (or "")."""


@dataclass(frozen=True, slots=True)
class _State:
    """One alternation of all terminals of a state. Group 0 of `steps` stands for none.

    A run of terminals that are plain words (`loop\\b`, `left of\\b`) is one group, whose entry in `words`
    tells them apart; no two of them match the same text.
    """

    pattern: re.Pattern[str]
    steps: _Steps
    words: dict[int, dict[str, tuple[str, bool, str]]]


class _States(dict[str, _State]):
    """The states of the lexer by name, each compiled when a text first enters it."""

    def __init__(self, *, is_ascii: bool) -> None:
        super().__init__()
        self.is_ascii = is_ascii

    def __missing__(self, name: str) -> _State:
        state = _compiled([row for row in TABLE.terminals if row[0].startswith(f"{name}_")], self.is_ascii)
        self[name] = state
        return state


_ANY = _States(is_ascii=False)
_ASCII = _States(is_ascii=True)
"""Of texts without other characters: a class that names any takes ten times as long to compile."""


def _compiled(terminals: list[tuple[str, str]], is_ascii: bool) -> _State:
    groups: list[str] = []
    steps: list[tuple[str, bool, str] | None] = [("", False, "")]
    words: dict[int, dict[str, tuple[str, bool, str]]] = {}
    behind = ""
    for name, any_pattern in terminals:
        pattern = _BEYOND_ASCII.sub("", any_pattern) if is_ascii else any_pattern
        step = (name, name in TABLE.ignored, _NEXT_STATE.get(name, ""))
        word = _WORD.fullmatch(pattern)
        if word is None:
            groups.append(pattern)
            steps.append(step)
            continue
        if len(groups) not in words or word[2] != behind:
            behind = word[2]
            groups.append("")
            steps.append(None)
            words[len(groups)] = {}
        run = words[len(groups)]
        run[word[1]] = step
        groups[-1] = f"(?:{'|'.join(run)}){behind}"
    return _State(re.compile("|".join(f"({group})" for group in groups), re.ASCII), tuple(steps), words)


_LOWER = {letter: letter + 0x20 for letter in range(ord("A"), ord("Z") + 1)}


def tokens(text: str, swallowed: list[Token], start: int = 0) -> Generator[Token, int, None]:
    """The tokens of `text` from an offset on, in the initial state; the last is `$END`.

    After a `LEXICAL` token (empty, at the offending character) nothing follows. Skipped text that nobody
    would take for a comment (`A%%B->>C: x`) is added to `swallowed`.
    """
    # keywords may be in any case, and patterns without case are compiled and matched faster
    text, states = (text.lower(), _ASCII) if text.isascii() else (text.translate(_LOWER), _ANY)
    entered = states["INITIAL"]
    match, steps, words = entered.pattern.match, entered.steps, entered.words
    new = tuple.__new__
    at, length = start, len(text)
    while True:
        lexeme = match(text, at)
        if lexeme is None:
            yield Token(END if at == length else LEXICAL, at, at)
            return
        group = lexeme.lastindex or 0
        end = lexeme.end()
        kind, is_skipped, state = steps[group] or words[group][text[at:end]]
        if not is_skipped:
            yield new(Token, (kind, at, end))
        elif kind == _SWALLOWED:
            swallowed.append(Token(kind, at, end))
        if at == length:
            break
        at = end
        if state:
            entered = states[state]
            match, steps, words = entered.pattern.match, entered.steps, entered.words
    yield Token(END, at, at)
