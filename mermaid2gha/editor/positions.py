"""Places of ours and those of an editor, which counts lines from 0 and columns in units that it chooses.

Lines end alike in both: at LF, CRLF or a lone CR (Language Server Protocol 3.17, text documents).
"""

from __future__ import annotations

from mermaid2gha.base.source import SourceFile, Span

_WIDTHS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def units(text: str, encoding: str) -> int:
    """How many units of an encoding a text has."""
    codec, width = _WIDTHS[encoding]
    return len(text.encode(codec, "surrogatepass")) // width


def position(file: SourceFile, offset: int, encoding: str) -> tuple[int, int]:
    """The line, from 0, and the column in units of an offset of a file."""
    line, column = file.line_column(offset)
    return line - 1, units(file.line_text(line)[: column - 1], encoding)


def offset(file: SourceFile, line: int, column: int, encoding: str) -> int:
    """The offset of a position; of one beyond the end of its line or file, that end."""
    start = file.line_start(line + 1)
    if start == len(file.text):
        return start
    text, count = file.line_text(line + 1), 0
    for number, char in enumerate(text):
        if count >= column:
            return start + number
        count += units(char, encoding)
    return start + len(text)


def ends(span: Span, encoding: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """The positions of a span's start and end."""
    return position(span.file, span.start, encoding), position(span.file, span.end, encoding)
