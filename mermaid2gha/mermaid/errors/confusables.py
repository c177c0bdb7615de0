"""Characters that look like those of the language and are others: full-width marks, dashes, odd blanks."""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.diagnostic import Rule, Severity
from mermaid2gha.mermaid.errors.statement import Statement, StatementError, short

LOOK_ALIKE_CHARACTER = Rule("look-alike-character", Severity.ERROR)

_LONGEST = 1000
"""Longer lines are not tried again: nobody types them."""
_MEANT = {
    **dict.fromkeys("：﹕∶꞉", ":"),
    **dict.fromkeys("；﹔", ";"),
    **dict.fromkeys("，、﹐", ","),
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("＞›﹥〉", ">"),
    **dict.fromkeys("》»≫", ">>"),
    **dict.fromkeys("＜‹﹤〈", "<"),
    **dict.fromkeys("《«≪", "<<"),
    **dict.fromkeys("（", "("),
    **dict.fromkeys("）", ")"),
    **dict.fromkeys("｛", "{"),
    **dict.fromkeys("｝", "}"),
    **dict.fromkeys("＠", "@"),
    **dict.fromkeys("＋", "+"),
    **dict.fromkeys("“”„‟", '"'),
    **dict.fromkeys("\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", ""),
    **dict(zip("асеорхуіѕԁ", "aceopxyisd")),  # Cyrillic
}


def look_alike(wrong: Statement) -> StatementError | None:
    """A line that would be a statement if a character in it were the one that it looks like."""
    if len(wrong.rest) > _LONGEST or wrong.rest.isascii():
        return None
    for char, changes in _changes(wrong.rest):
        mended = _changed(wrong.rest, changes)
        read = wrong.sound(mended)
        if read is None:
            continue
        at = wrong.start + wrong.rest.index(char)
        message, cure = _words(char), f"write `{short(wrong.builder.source.decoded(mended))}`"
        fixes = wrong.cure(*((wrong.start + n, wrong.start + n + 1, new) for n, new in changes))
        found = wrong.fault(LOOK_ALIKE_CHARACTER, message, (at, at + 1), cure, fixes).found
        closes = mended.strip().lower() == "end"
        return StatementError(found, wrong.line_end, bool(read.all_openers), closes)
    return None


_Changes = list[tuple[int, str]]
"""Offsets of characters in a line, and what is meant."""


def _changes(line: str) -> Iterator[tuple[str, _Changes]]:
    """For each kind of character those of a line, first up to the first of them; then all of all kinds.

    What is behind the first is more likely text, which may hold such characters.
    """
    every = [(at, _MEANT[char]) for at, char in enumerate(line) if char in _MEANT]
    chars = list(dict.fromkeys(line[at] for at, _ in every))
    for char in chars:
        alike = [change for change in every if line[change[0]] == char]
        yield char, alike[:1]
        if alike[1:]:
            yield char, alike
    if len(chars) > 1:
        yield chars[0], every


def _changed(line: str, changes: _Changes) -> str:
    characters = list(line)
    for at, meant in changes:
        characters[at] = meant
    return "".join(characters)


def _words(char: str) -> str:
    from unicodedata import name

    called = f"U+{ord(char):04X}, {name(char, 'unnamed').lower()}"
    if not _MEANT[char]:
        return f"an invisible character ({called}) stands here"
    if _MEANT[char] == " ":
        return f"this blank ({called}) is not the one that Mermaid's keywords take"
    return f"`{char}` ({called}) looks like `{_MEANT[char]}`, but is not to Mermaid"
