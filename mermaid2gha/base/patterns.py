"""Regular expressions that are compiled when they are first used.

A table of words has many, a document needs some of them, and compiling all took a tenth of a first check.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from collections.abc import Callable
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


class _ByText:
    """Has the methods of one of two expressions: of the first for a text of which `is_first` is true."""

    __slots__ = ("first", "flags", "is_first", "other", "pattern")

    def __init__(self, is_first: Callable[[str], bool], first: _Late, other: _Late | _ByText) -> None:
        self.is_first = is_first
        self.first = first
        self.other = other
        self.pattern: str = other.pattern
        self.flags: int = other.flags

    def _for(self, text: str) -> _Late | _ByText:
        return self.first if self.is_first(text) else self.other

    def search(self, text: str) -> Any:
        return self._for(text).search(text)

    def match(self, text: str, at: int = 0) -> Any:
        return self._for(text).match(text, at)

    def fullmatch(self, text: str) -> Any:
        return self._for(text).fullmatch(text)

    def finditer(self, text: str) -> Any:
        return self._for(text).finditer(text)

    def sub(self, by: Any, text: str) -> Any:
        return self._for(text).sub(by, text)


_NOTHING = _Late(r"(?!)", 0)


def late(
    pattern: str, flags: int = 0, *, for_ascii: str = "", signs: tuple[str, ...] = ()
) -> re.Pattern[str]:
    """What `re.compile` gives, for those who call its methods only: it is compiled at the first call.

    `for_ascii` is an expression that finds the same in texts that are ASCII: sets of the letters of large
    alphabets take longer to compile than all else. `signs` are pieces of text in small letters, of which all
    that matches has one: a text that has none is not searched, and most documents need no more of the
    expression than that.
    """
    compiled: _Late | _ByText = _Late(pattern, flags)
    if for_ascii:
        compiled = _ByText(str.isascii, _Late(for_ascii, flags), compiled)
    if signs:
        compiled = _ByText(_without(signs), _NOTHING, compiled)
    return compiled  # type: ignore[return-value]  # it has the methods


def _without(signs: tuple[str, ...]) -> Callable[[str], bool]:
    def has_none(text: str) -> bool:
        folded = text.casefold()
        return not any(sign in folded for sign in signs)

    return has_none
