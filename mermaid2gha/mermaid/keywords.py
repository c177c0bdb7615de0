"""What the keywords and arrows of the grammar's terminals mean in the model."""

from __future__ import annotations

import re

from mermaid2gha.base.lalr import Token
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.mermaid.ast import Arrow, CosmeticKind, Operator, Placement
from mermaid2gha.mermaid.lexer import BLANKS

ARROW = r"<<--?>>|--?>>?|--?[xX)]|--?(?:\|[\\/]|\\\\|//)|(?:[\\/]\||//|\\\\)--?"

ARROWS = {arrow.value: arrow for arrow in Arrow} | {arrow.value.upper(): arrow for arrow in Arrow}
OPERATORS = {
    "INITIAL_LOOP": Operator.LOOP,
    "INITIAL_ALT": Operator.ALT,
    "INITIAL_OPT": Operator.OPT,
    "INITIAL_PAR": Operator.PAR,
    "INITIAL_PAR_OVER": Operator.PAR_OVER,
    "INITIAL_CRITICAL": Operator.CRITICAL,
    "INITIAL_BREAK": Operator.BREAK,
    "INITIAL_RECT": Operator.RECT,
}
PLACEMENTS = {
    "INITIAL_LEFT_OF": Placement.LEFT_OF,
    "INITIAL_RIGHT_OF": Placement.RIGHT_OF,
    "INITIAL_OVER": Placement.OVER,
}
LINKS = {
    "INITIAL_LINK": CosmeticKind.LINK,
    "INITIAL_LINKS": CosmeticKind.LINKS,
    "INITIAL_PROPERTIES": CosmeticKind.PROPERTIES,
    "INITIAL_DETAILS": CosmeticKind.DETAILS,
}


def looks_like_message(text: str, at: int) -> bool:
    """Whether the rest of the line from `at` on is that of a message, with its arrow and colon."""
    end = text.find("\n", at)
    rest = text[at : end if end >= 0 else len(text)]
    if not rest.strip(BLANKS):
        return False
    arrow = re.search(ARROW, rest)
    return arrow is not None and ":" not in rest[: arrow.start()] and ":" in rest[arrow.end() :]


@dataclass(frozen=True, slots=True)
class Opener:
    """An open block: keyword, place, and the keyword's column (from 0; -1 if it is not first on its line)."""

    token: Token
    span: Span
    column: int


def keyword_before(text: str, keyword: str, at: int) -> int:
    """Where a keyword (in lower case) stands shortly before `at`; `at` itself if it is far away."""
    lead = max(0, at - 200)
    found = text[lead:at].lower().rfind(keyword)
    return lead + found if found >= 0 else at
