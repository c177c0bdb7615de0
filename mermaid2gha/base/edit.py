"""The one kind of change of a text: a span and what stands in its stead.

Workflow files in place, cures of findings, and editors hold changes as these; nothing else cuts texts.
"""

from __future__ import annotations

from collections.abc import Iterable

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span

MOST_ROUNDS = 50
"""A cure may bring the next fault to light; one that brings itself back is a defect, and told as one."""
_LEAD = late(r"[ \t>]*")
"""What may stand before a statement on its line: blanks, and the quote marks of Markdown around a fence."""
_LINE_END = late(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Edit:
    """A span of a file and the text that takes its place; an empty span inserts, an empty text removes."""

    span: Span
    text: str

    def touches(self, other: Edit) -> bool:
        """Whether the two cannot both be made, or their order would matter."""
        one, two = self.span, other.span
        if one.file.name != two.file.name:
            return False
        return one.start == two.start or (one.start < two.end and two.start < one.end)


@dataclass(frozen=True, slots=True)
class Fix:
    """A cure of a finding as edits, all of them or none. `is_safe`: it cannot change what runs.

    What mends an error is safe if nothing else can have been meant: with the error nothing ran at all.
    """

    edits: tuple[Edit, ...]
    is_safe: bool = True


def apply(text: str, edits: Iterable[Edit]) -> str:
    """A text with all edits made, whose spans are of that text; raises ValueError where two overlap.

    Insertions at one offset stand in the order given, before what replaces the text from there on.
    """
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):  # equals keep their order
        if edit.span.start < at:
            raise ValueError(f"two edits of one place: {edit}")
        parts += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*parts, text[at:]])


def mark_above(span: Span, mark: str) -> Edit | None:
    """The edit that writes a mark (`approval: production`) on a line of its own above a statement.

    `span` is the statement's in its host file. Its line's blanks and quote marks are repeated, so that the
    mark stands in the same fence, list and quote. None for a statement that is not the first on its line:
    its mark would be taken for the first one's.
    """
    line, column = span.file.line_column(span.start)
    lead = span.file.line_text(line)[: column - 1]
    if _LEAD.fullmatch(lead) is None:
        return None
    start = span.start - len(lead)
    return Edit(Span(span.file, start, start), f"{lead}%% {mark}{_line_end(span)}")


def mark_fix(span: Span, mark: str) -> tuple[Fix, ...]:
    """The same as the only cure of a finding, as a finding takes it; none where there is no such edit."""
    edit = mark_above(span, mark)
    return (Fix((edit,)),) if edit is not None else ()


def replaced(span: Span, text: str, *, is_safe: bool = True) -> tuple[Fix, ...]:
    """Another text in the stead of a span as the only cure of a finding."""
    return (Fix((Edit(span, text),), is_safe),)


def respelt(span: Span, word: str, meant: str, *, is_safe: bool = True) -> tuple[Fix, ...]:
    """Another word in the stead of one in a span as the only cure; none unless it stands there once."""
    at = span.text.find(word)
    if at < 0 or span.text.find(word, at + 1) >= 0:
        return ()
    start = span.start + at
    return replaced(Span(span.file, start, start + len(word)), meant, is_safe=is_safe)


def applicable(fixes: Iterable[tuple[Fix, ...]], *, is_safe: bool = False) -> tuple[Fix, ...]:
    """Of the findings that have one cure only these, as far as they leave each other alone; first come.

    With `is_safe` the safe ones only.
    """
    chosen: list[Fix] = []
    for cures in fixes:
        if len(cures) != 1 or (is_safe and not cures[0].is_safe):
            continue
        others = [edit for fix in chosen for edit in fix.edits]
        if not any(edit.touches(other) for edit in cures[0].edits for other in others):
            chosen.append(cures[0])
    return tuple(chosen)


def _line_end(span: Span) -> str:
    """The line end of a span's line; of a last line without one, the first of the text."""
    text = span.file.text
    found = _LINE_END.search(text, span.start) or _LINE_END.search(text)
    return found[0] if found else "\n"
