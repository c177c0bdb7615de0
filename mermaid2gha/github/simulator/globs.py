"""GitHub's filter patterns for branches, tags and paths.

docs.github.com, Workflow syntax, Filter pattern cheat sheet: `*` stops at `/`, `**` does not, `?` and `+` are
about the character before them, `[…]` is one of some characters. A name is matched in one go over its
characters, whatever the pattern: all the places in the pattern where the match can stand are the bits of one
number (Navarro and Raffinot, Flexible Pattern Matching in Strings, chapter 4).
"""

from __future__ import annotations

import re
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass

_PARTS = late(r"\*\*|\\.|\[[^\]]*\]|.", re.DOTALL)
_LISTED = late(r"(\\.|.)(?:-(\\.|.))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern. Bit i is the place before its part i: `skipped` parts may stand for nothing, `repeated` ones
    for any number of characters. `literal` has the parts of each character, `lists` those of each list."""

    literal: dict[str, int]
    lists: tuple[tuple[frozenset[str], bool, int], ...]
    skipped: int
    repeated: int
    length: int

    def matches(self, name: str) -> bool:
        """Whether the whole of a name is one that the pattern stands for."""
        here = self.onward(1)
        for char in name:
            fitting = here & self.taking(char)
            here = self.onward(((fitting & ~self.repeated) << 1) | (fitting & self.repeated))
            if not here:
                return False
        return bool(here >> self.length & 1)

    def onward(self, places: int) -> int:
        """The places, and those behind parts that may stand for nothing."""
        # The sum carries through a row of parts that may be skipped, to the place behind its last.
        return places | (((places & self.skipped) + self.skipped) ^ self.skipped)

    def taking(self, char: str) -> int:
        """The parts that can stand for a character."""
        parts = self.literal.get(char, 0)
        for listed, is_negated, bits in self.lists:
            if (char in listed) is not is_negated:
                parts |= bits
        return parts


@lru_cache(maxsize=1024)
def glob(pattern: str) -> Glob:
    """The pattern that a text is; one that GitHub refuses stands for its own text alone."""
    parts = _parts(pattern)
    if parts is None:
        parts = [_Part(char) for char in pattern]
    literal: dict[str, int] = {}
    lists: dict[tuple[frozenset[str], bool], int] = {}
    skipped = repeated = 0
    for at, part in enumerate(parts):
        bit = 1 << at
        skipped |= bit if part.is_skipped else 0
        repeated |= bit if part.is_repeated else 0
        if part.listed is not None:
            lists[part.listed] = lists.get(part.listed, 0) | bit
        else:
            literal[part.text] = literal.get(part.text, 0) | bit
    return Glob(
        literal,
        tuple((*listed, bits) for listed, bits in lists.items()),
        skipped=skipped,
        repeated=repeated,
        length=len(parts),
    )


def is_refused(pattern: str) -> bool:
    """Whether GitHub refuses a pattern: one that begins with `+`, say, or a list without characters."""
    return _parts(pattern) is None


@lru_cache(maxsize=1024)
def literals(pattern: str) -> tuple[str, ...]:
    """The texts between the wildcards of a pattern: a name that it fits begins with the first and ends with
    the last. One alone is the whole name."""
    texts = [""]
    for part in _parts(pattern) or [_Part(char) for char in pattern]:
        if part.is_skipped or part.listed is not None:
            texts.append("")
        else:
            texts[-1] += part.text
    return tuple(texts)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a pattern: a character, or characters that are listed, or all but these."""

    text: str
    is_skipped: bool = False
    is_repeated: bool = False
    listed: tuple[frozenset[str], bool] | None = None


def _parts(pattern: str) -> list[_Part] | None:
    """The parts; none where GitHub refuses the pattern."""
    parts: list[_Part] = []
    for text in _PARTS.findall(pattern):
        if text in ("*", "**"):
            listed = (frozenset("/" if text == "*" else ""), True)
            parts.append(_Part("", True, is_repeated=True, listed=listed))
        elif text in ("?", "+"):
            if not parts:
                return None
            before = parts[-1]
            if before.is_repeated:
                continue
            if text == "?":
                parts[-1] = _Part(before.text, True, listed=before.listed)
            else:
                parts.append(_Part(before.text, True, is_repeated=True, listed=before.listed))
        elif len(text) > 1 and text[0] == "[":
            named = _listed(text[1:-1])
            if named is None:
                return None
            parts.append(_Part("", listed=named))
        else:
            parts.append(_Part(text[-1]))
    return parts


def _listed(text: str) -> tuple[frozenset[str], bool] | None:
    """The characters between brackets, and whether all others are meant; none where a range has no end."""
    is_negated = text.startswith("^")
    characters: set[str] = set()
    for first, last in _LISTED.findall(text[is_negated:]):
        if last and last[-1] < first[-1]:
            return None
        for code in range(ord(first[-1]), ord((last or first)[-1]) + 1):
            characters.add(chr(code))
    return (frozenset(characters), is_negated) if characters else None
