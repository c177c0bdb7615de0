"""Diagrams in Markdown that other renderers draw and GitHub does not: they are not read here either."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.edit import Fix, replaced
from mermaid2gha.base.markdown import Part, is_markdown, parts
from mermaid2gha.base.source import Block, SourceFile, Span

FENCE_NOT_DRAWN = Rule("fence-not-drawn", Severity.WARNING)

_TYPE = "sequencediagram"
_BACKTICKS = "begin it with three backticks and `mermaid`, and end it with three backticks"
_OPENINGS: tuple[tuple[str, str, str], ...] = (
    (
        r"(?:\t| {4})\s*(?:`{3,}|~{3,})\s*[{.]*mermaid\b.*",
        "a fence that is indented by a tab or four blanks is code to GitHub",
        "indent it by three blanks at most, in a list as far as the text of its item",
    ),
    (r"\s*:{3,}\s*[{.]*mermaid\b.*", "GitHub does not know fences of colons", _BACKTICKS),
    (r"\s*\.\.\s+mermaid\s*::.*", "GitHub does not know directives of Sphinx", _BACKTICKS),
    (r"\s*<(?:div|pre|code)\b[^>]*\bmermaid\b.*", "GitHub does not draw what HTML calls Mermaid", _BACKTICKS),
    (r"\s*\{\{[<%]\s*mermaid\b.*", "GitHub does not know shortcodes", _BACKTICKS),
)
"""The first line of such a diagram outside of fences (in any case), what GitHub makes of it, and the cure."""
_ENDING = r"\s*(?:`{3,}|~{3,}|:{3,}|</|\{\{[<%]\s*/|#{1,6}\s)"


def undrawn_fences(file: SourceFile, drawn: Sequence[Block]) -> list[Diagnostic]:
    """Reports `fence-not-drawn`: sequence diagrams only, since others are left alone in any fence.

    `drawn` are the diagrams of the file that are read.
    """
    if not is_markdown(file):
        return []
    if file.text.lower().count(_TYPE) <= sum(block.text.lower().count(_TYPE) for block in drawn):
        return []
    lines, structure = parts(file)
    read = {block.span.line - 1 for block in drawn}
    fences = [part for part in structure if part.is_fence and part.first not in read]
    inside = {number for part in structure if part.is_fence for number in range(part.first, part.end)} | read
    diagnostics = [*_of_other_words(file, lines, fences)]
    texts = [text for _, text in lines]
    for number, (start, line) in enumerate(lines):
        if number in inside:
            continue
        for opening, why, cure in _OPENINGS:
            if re.fullmatch(opening, line, re.IGNORECASE) and _is_sequence(texts[number + 1 :]):
                place = Span(file, start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
                diagnostics.append(_undrawn(why, place, cure))
                break
    return diagnostics


def _of_other_words(
    file: SourceFile, lines: Sequence[tuple[int, str]], fences: Sequence[Part]
) -> Iterator[Diagnostic]:
    """Fences whose word is nearly `mermaid`: `{mermaid}`, `Mermaid`, `mermiad`."""
    from difflib import get_close_matches  # late: such fences are rare

    for fence in fences:
        word = (fence.info.split() or [""])[0]
        letters = re.search(r"[a-z]+", word.lower())
        if word == "mermaid" or not letters or not get_close_matches(letters[0], ["mermaid"], 1, 0.75):
            continue
        if _is_sequence(fence.content.split("\n")):
            start, line = lines[fence.first]
            at = start + line.rindex(word, 0, len(line.rstrip()))
            why = f"GitHub draws only fences whose first word is `mermaid`, not `{word}`"
            place = Span(file, at, at + len(word))
            is_slip = word.isalpha()  # `{mermaid}` is right where other renderers draw it
            fixes = replaced(place, "mermaid", is_safe=False) if is_slip else ()
            yield _undrawn(why, place, "write `mermaid`", fixes)


def _is_sequence(lines: Sequence[str]) -> bool:
    """Whether the type of a sequence diagram, in any case, begins a line of those up to the next fence."""
    for line in lines:
        if re.match(_ENDING, line):
            return False
        if line.strip().lower().startswith(_TYPE):
            return True
    return False


def _undrawn(why: str, place: Span, cure: str, fixes: tuple[Fix, ...] = ()) -> Diagnostic:
    message = f"{why}, so this diagram is not read"
    return diagnostic(FENCE_NOT_DRAWN, message, place, help=cure, fixes=fixes)
