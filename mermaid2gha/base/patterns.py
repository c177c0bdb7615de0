"""Regular expressions that are compiled when they are first used.

A table of words has many, a document needs some of them, and compiling all took a tenth of a first check.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from typing import Any


_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")


class _Late:
    """Has the methods of a compiled expression; at the first use of one it gets them all."""

    __slots__ = (*_METHODS, "flags", "pattern")

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(self, name)


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, for those who call its methods only: it is compiled at the first call."""
    return _Late(pattern, flags)  # type: ignore[return-value]  # it has the same methods
