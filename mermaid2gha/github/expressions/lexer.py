"""The lexer of expressions: in each state of the parser it tries the terminals that may stand there."""

from __future__ import annotations

import re
from collections.abc import Generator
from functools import cache

from mermaid2gha.base.lalr import END, LEXICAL, Token, table
from mermaid2gha.base.patterns import late
from mermaid2gha.github.expressions.table import TABLE as VALUES

TABLE = table(*VALUES)
_BLANKS = late(f"(?:{'|'.join(pattern for name, pattern in TABLE.terminals if name in TABLE.ignored)})*")


@cache
def _pattern(state: int) -> re.Pattern[str]:
    """One group for each terminal that a state takes, by its name; the first that matches wins."""
    row = TABLE.steps[state]
    groups = (f"(?P<{name}>{pattern})" for name, pattern in TABLE.terminals if name in row)
    return re.compile("|".join(groups) or "(?!)")


def tokens(text: str) -> Generator[Token, int, None]:
    """The tokens of an expression, by the states that it is sent.

    The last is `$END`, or `LEXICAL` at the first character that no terminal of the state matches.
    """
    at, state = 0, 0
    while True:
        blank = _BLANKS.match(text, at)
        at = blank.end() if blank is not None else at
        match = _pattern(state).match(text, at)
        if match is None:
            yield Token(END if at == len(text) else LEXICAL, at, at)
            return
        state = yield Token(match.lastgroup or "", at, match.end())
        at = match.end()
