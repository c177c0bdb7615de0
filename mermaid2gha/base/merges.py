"""Marks of an unresolved merge in a text, as git writes them: one fault, not many about its fragments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.patterns import late
from mermaid2gha.base.source import SourceFile, Span

UNRESOLVED_MERGE = Rule("unresolved-merge", Severity.ERROR)

_MARK = late(r"^(?:<{7}|>{7}|\|{7}|={7})(?=[ \t\r\n]|\Z)[^\r\n]*", re.MULTILINE)
_MOST_LABELS = 9
"""Lines of conflicts that are shown; of more the first."""


def unresolved_merge(file: SourceFile) -> Diagnostic | None:
    """What is to be said of a text with both sides of a conflict in it; none of another text.

    In Markdown a conflict inside one fence of another word than `mermaid` is an example of one. Reports
    `unresolved-merge`.
    """
    if "<<<<<<<" not in file.text:
        return None
    found = [conflict for conflict in _conflicts(file) if not _is_example(file, conflict)]
    if not found:
        return None
    marks = [mark for conflict in found for mark in conflict]
    lines = [str(mark.line) for mark in marks]
    more = f" and {len(found) - 1} more conflicts" if len(found) > 1 else ""
    first = ", ".join(lines[: len(found[0]) - 1])
    return diagnostic(
        UNRESOLVED_MERGE,
        f"`{file.name}` has an unresolved merge, in lines {first} and {lines[len(found[0]) - 1]}{more}",
        *(Label(mark) for mark in marks[:_MOST_LABELS]),
        help="keep what both sides mean, and take the lines of the conflict away",
    )


def _conflicts(file: SourceFile) -> Iterator[tuple[Span, ...]]:
    """The lines of each conflict: where it begins, where the sides part, where it ends."""
    marks: list[Span] = []
    for match in _MARK.finditer(file.text):
        sign = match[0][0]
        if sign == "<":
            marks = []
        elif not marks or (sign == ">" and not any(mark.text[0] == "=" for mark in marks)):
            continue
        marks.append(Span(file, match.start(), match.end()))
        if sign == ">":
            yield tuple(marks)
            marks = []


def _is_example(file: SourceFile, conflict: tuple[Span, ...]) -> bool:
    from mermaid2gha.base.markdown import is_markdown, parts  # late: conflicts are rare

    if not is_markdown(file):
        return False
    first, last = conflict[0].line - 1, conflict[-1].line - 1
    return any(
        part.is_fence and part.first < first and last < part.end - 1 and part.info.split()[:1] != ["mermaid"]
        for part in parts(file)[1]
    )
