"""Which `end` is one too many, by the columns of the blocks."""

from __future__ import annotations

from collections.abc import Callable

from mermaid2gha.base.lalr import Token
from mermaid2gha.base.records import dataclass
from mermaid2gha.mermaid.keywords import Opener

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True, slots=True)
class Ended:
    """An `end` that was taken: what it closed, and the top of the parser's stack before it, from `depth` on.

    `outer` is the block around the one that it closed, if there was one.
    """

    token: Token
    depth: int
    states: list[int]
    values: list[Any]
    opener: Opener
    outer: Opener | None


EndsByColumn = dict[int, list[Ended]]
"""Those that stand further right than the block that they closed, by the column of that block."""


def direct(ends: EndsByColumn, column: int) -> Ended | None:
    """The last of them that closed a block at a column."""
    ended = ends.get(column)
    return ended[-1] if ended else None


def innermost(ends: EndsByColumn, early: Ended, column: Callable[[int], int]) -> Ended:
    """The `end` for which `early` had to stand in: it took the end of a block within, and that took its."""
    ended = early
    while True:
        inner = direct(ends, column(ended.token.start))
        if inner is None or not (
            ended.opener.token.start < inner.opener.token.start and inner.token.start < ended.token.start
        ):
            return ended
        ended = inner
