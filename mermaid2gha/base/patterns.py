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


class _ByWriting:
    """Has `search` and `finditer` of one of two expressions: of the first for a text that is ASCII."""

    __slots__ = ("flags", "for_ascii", "for_others", "pattern")

    def __init__(self, for_ascii: str, for_others: str, flags: int) -> None:
        self.for_ascii = _Late(for_ascii, flags)
        self.for_others = _Late(for_others, flags)
        self.pattern = for_others
        self.flags = flags

    def _for(self, text: str) -> _Late:
        return self.for_ascii if text.isascii() else self.for_others

    def search(self, text: str) -> Any:
        return self._for(text).search(text)

    def finditer(self, text: str) -> Any:
        return self._for(text).finditer(text)


def late(pattern: str, flags: int = 0, *, for_ascii: str = "") -> re.Pattern[str]:
    """What `re.compile` gives, for those who call its methods only: it is compiled at the first call.

    `for_ascii` is an expression that finds the same in texts that are ASCII, by `search` and `finditer`:
    sets of the letters of large alphabets take longer to compile than all else.
    """
    if for_ascii:
        return _ByWriting(for_ascii, pattern, flags)  # type: ignore[return-value]  # it has the same methods
    return _Late(pattern, flags)  # type: ignore[return-value]  # it has the same methods
