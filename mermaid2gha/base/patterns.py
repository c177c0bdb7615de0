"""Regular expressions that are compiled when a text is there that they may match.

A table of words has many, a document needs few of them, and compiling all took a quarter of a first check.
What a text must hold for an expression to match, its signs, is worked out before (`base/signs.py`, which
tests make): as long as no text holds them the expression is not compiled.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mermaid2gha.base.digest import text_digest
from mermaid2gha.base.signs import SIGNS

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

Signs = tuple[tuple[tuple[str, ...], ...], ...]
"""What a text must hold: of one of these all, and of each of those one, whatever the case of its letters.

Each is a piece of text; with `EDGE` in it, words and parts of them; or one of the capitals below.
"""

_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")
_UNDOTTED = {0x130: "i", 0x131: "i"}
"""The letters that `re` takes for an i, and `casefold` does not."""


class _Late:
    """Has the methods of a compiled expression; once it is compiled they are that one's own.

    `without` are texts that do not have its signs.
    """

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self.flags = flags
        self.signs: Signs | None = None
        self.without: set[str] = set()

    def search(self, text: str, *where: int) -> re.Match[str] | None:
        return None if self._is_without(text, *where) else self._compiled().search(text, *where)

    def match(self, text: str, *where: int) -> re.Match[str] | None:
        return None if self._is_without(text, *where) else self._compiled().match(text, *where)

    def fullmatch(self, text: str, *where: int) -> re.Match[str] | None:
        return None if self._is_without(text, *where) else self._compiled().fullmatch(text, *where)

    def finditer(self, text: str, *where: int) -> Iterator[re.Match[str]]:
        return iter(()) if self._is_without(text, *where) else self._compiled().finditer(text, *where)

    def findall(self, text: str, *where: int) -> list[Any]:
        return [] if self._is_without(text, *where) else self._compiled().findall(text, *where)

    def split(self, text: str, maxsplit: int = 0) -> list[Any]:
        return [text] if self._is_without(text) else self._compiled().split(text, maxsplit)

    def sub(self, by: Any, text: str, count: int = 0) -> str:
        return text if self._is_without(text) else self._compiled().sub(by, text, count)

    def _is_without(self, text: str, start: int = 0, *end: int) -> bool:
        text = text[: end[0]] if end else text  # its end is an edge of words
        if text in self.without:  # one text is asked about again and again
            return True
        if self.signs is None:
            self.signs = SIGNS.get(key(self.pattern), _NO_SIGNS)
        if has_signs(text, self.signs):
            return False
        if len(self.without) >= _MOST_KNOWN:
            self.without.clear()
        self.without.add(text)
        return True

    def _compiled(self) -> re.Pattern[str]:
        compiled = re.compile(self.pattern, self.flags)
        self.__dict__.update((name, getattr(compiled, name)) for name in _METHODS)
        return compiled


_MOST_KNOWN = 256
"""Of how many texts an expression that is not compiled remembers that they are without its signs."""

_NO_SIGNS: Signs = ((),)
"""Of an expression of which nothing is known: every text has them."""


def key(pattern: str) -> str:
    """What an expression is known by in the table of signs: another expression never has its signs."""
    return text_digest(pattern)[:16]


def has_signs(text: str, signs: Signs) -> bool:
    """Whether a text may match an expression with these signs."""
    shown = _shown(text)
    for together in signs:
        for either in together:
            for sign in either:
                if sign in shown:
                    break
            else:
                break
        else:
            return True
    return False


EDGE = "¦"
"""In a sign: where a word begins or ends, and any one character that is of no word."""
DIGIT, BLANK, LETTER, BEYOND = "DSWX"
"""Signs that are no text: a digit, a blank, another character of a word, one that is not ASCII. They are
capitals, for what is folded has none."""


def _is_of_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _edged(letter: str) -> str:
    return letter if _is_of_word(letter) else EDGE


def _kind(letter: str) -> str:
    if letter.isdecimal():
        return DIGIT
    return BLANK if letter.isspace() else LETTER if _is_of_word(letter) else EDGE


def _of_ascii(by: Callable[[str], str]) -> bytes:
    """The table that changes each ASCII character, as a byte."""
    return "".join(by(chr(code)) for code in range(0x80)).encode("latin-1").ljust(0x100)


_EDGES, _KINDS = _of_ascii(_edged), _of_ascii(_kind)


@lru_cache(maxsize=256)
def _shown(text: str) -> str:
    """All signs of a text: itself, folded; again with the edges of its words; and what else is in it."""
    folded = fold(text)
    if text.isascii():
        plain = folded.encode()
        edged, kinds = plain.translate(_EDGES), plain.translate(_KINDS)
        return f"{folded}{EDGE}{edged.decode('latin-1')}{EDGE}{kinds.decode('latin-1')}"
    # a letter beyond ASCII is of a word to some expressions, to others it is not
    unicode = "".join(map(_edged, text))
    ascii_ = "".join(one if one.isascii() else EDGE for one in unicode)
    return EDGE.join((folded, fold(unicode), fold(ascii_), *set(map(_kind, text)), BEYOND, LETTER))


def fold(text: str) -> str:
    """A text in which letters that `re` takes for the same, whatever their case, are the same."""
    return text.lower() if text.isascii() else text.translate(_UNDOTTED).casefold()


class _ByScript:
    """Has the methods of one of two expressions: of the first for a text that is ASCII."""

    __slots__ = ("flags", "for_ascii", "other", "pattern")

    def __init__(self, for_ascii: _Late, other: _Late) -> None:
        self.for_ascii = for_ascii
        self.other = other
        self.pattern = other.pattern
        self.flags = other.flags

    def _for(self, text: str) -> _Late:
        return self.for_ascii if text.isascii() else self.other

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


def late(pattern: str, flags: int = 0, *, for_ascii: str = "") -> re.Pattern[str]:
    """What `re.compile` gives, for those who call its methods only: it is compiled at the first text with its
    signs.

    `for_ascii` is an expression that finds the same in texts that are ASCII: sets of the letters of large
    alphabets take longer to compile than all else.
    """
    compiled = _Late(pattern, flags)
    if not for_ascii:
        return compiled  # type: ignore[return-value]  # it has the methods
    return _ByScript(_Late(for_ascii, flags), compiled)  # type: ignore[return-value]  # as above
