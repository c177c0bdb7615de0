"""Characters that look like those of the language and are others: full-width marks, dashes, odd blanks."""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.diagnostic import Rule, Severity
from mermaid2gha.mermaid.actions import Builder
from mermaid2gha.mermaid.errors.statement import ELSE_OUTSIDE_BLOCK, Parsed, Statement, StatementError, short
from mermaid2gha.mermaid.parser import STRAY_END, UNCLOSED_BLOCK

_OF_BLOCKS = {UNCLOSED_BLOCK.name, STRAY_END.name, ELSE_OUTSIDE_BLOCK.name}
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
    for char, mended in _mended(wrong.rest):
        read = _sound(wrong.reparse(mended))
        if read is None:
            continue
        at = wrong.start + wrong.rest.index(char)
        message, cure = _words(char), f"write `{short(wrong.builder.source.decoded(mended))}`"
        found = wrong.fault(LOOK_ALIKE_CHARACTER, message, (at, at + 1), cure).found
        closes = mended.strip().lower() == "end"
        return StatementError(found, wrong.line_end, bool(read.all_openers), closes)
    return None


def _mended(line: str) -> Iterator[tuple[str, str]]:
    """The line with one kind of character replaced, for each kind; then with all replaced."""
    chars = [char for char in dict.fromkeys(line) if char in _MEANT]
    for char in chars:
        yield char, line.replace(char, _MEANT[char])
    if len(chars) > 1:
        yield chars[0], line.translate({ord(char): _MEANT[char] for char in chars})


def _sound(read: Parsed | None) -> Builder | None:
    """What was read, if it has no fault of syntax; blocks may stay open."""
    if read is None or read.builder.strays or not all(fault.rule in _OF_BLOCKS for fault in read.faults):
        return None
    return read.builder


def _words(char: str) -> str:
    from unicodedata import name

    called = f"U+{ord(char):04X}, {name(char, 'unnamed').lower()}"
    if not _MEANT[char]:
        return f"an invisible character ({called}) stands here"
    if _MEANT[char] == " ":
        return f"this blank ({called}) is not the one that Mermaid's keywords take"
    return f"`{char}` ({called}) looks like `{_MEANT[char]}`, but is not to Mermaid"
