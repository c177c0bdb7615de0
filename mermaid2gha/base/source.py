"""Texts and places in them.

Offsets count code points from 0, ends are exclusive; lines and columns count from 1, columns in code
points. A `Block` is a diagram inside a host file: its text as Mermaid gets it (indentation and quote
marks of the host removed), with the way back to the host's offsets.
"""

from __future__ import annotations

from bisect import bisect_right

from mermaid2gha.base.records import dataclass, field


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A text with the name under which the user knows it; lines end at LF, CRLF or a lone CR.

    `fences` are the renderers, beside GitHub's, whose diagrams are read in it (`base.renderers`).
    """

    name: str
    text: str = field(repr=False)
    fences: tuple[str, ...] = field(default=(), repr=False)
    _starts: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    def _line_starts(self) -> list[int]:
        if not self._starts:
            starts = [0]
            text = self.text
            if "\r" not in text:
                at = text.find("\n")
                while at >= 0:
                    starts.append(at + 1)
                    at = text.find("\n", at + 1)
            else:
                for at, char in enumerate(text):
                    if char == "\n" or (char == "\r" and text[at + 1 : at + 2] != "\n"):
                        starts.append(at + 1)
            self._starts.extend(starts)
        return self._starts

    def line_column(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset, both from 1."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line_start(self, line: int) -> int:
        """The offset at which a line (from 1) begins; the text's end where there is no such line."""
        starts = self._line_starts()
        return starts[line - 1] if line <= len(starts) else len(self.text)

    def line_rest(self, offset: int) -> str:
        """What stands between an offset and the end of its line."""
        end = self.text.find("\n", offset)
        rest = self.text[offset : end if end >= 0 else None]
        return rest.partition("\r")[0] if "\r" in rest else rest

    def line_text(self, line: int) -> str:
        """The text of a line (from 1) without its line end."""
        starts = self._line_starts()
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open range `[start, end)` of offsets of a file."""

    file: SourceFile = field(repr=False)
    start: int
    end: int

    @property
    def line(self) -> int:
        return self.file.line_column(self.start)[0]

    @property
    def text(self) -> str:
        return self.file.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Block:
    """A diagram's text inside its host file.

    `text` has LF line ends only. `pieces` maps it back: each `(at, offset)` says that `text[at:]`, up to
    the next piece, stands in the host from `offset` on; the first piece is at 0. `heading` is the text
    of the nearest heading above, `span` the whole fence (or file).
    """

    file: SourceFile
    text: str = field(repr=False)
    pieces: tuple[tuple[int, int], ...] = field(repr=False)
    heading: str | None
    heading_span: Span | None
    span: Span

    def offset(self, at: int) -> int:
        """The host offset of an offset of `text`."""
        piece = self.pieces[bisect_right(self.pieces, (at, len(self.file.text) + 1)) - 1]
        return piece[1] + at - piece[0]
