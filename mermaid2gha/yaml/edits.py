"""A text with changes to be made in it: whole lines and spans, gathered first and applied together.

Offsets are those of the unchanged text. Lines that are inserted get the line ends of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from mermaid2gha.base.edit import Edit, apply
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.yaml.tree import Entries, Entry, Items, Scalar, Tree, all_nodes

_COMMENT = late(r"(?:^|(?<=[ \t]))#.*")


@dataclass(slots=True)
class EditBuffer:
    """Edits of a file, gathered; `newline` is its line end. `aliased` are the anchors that an alias names.

    `unmarked` are offsets between braces, or of a mapping there, where a mark was to stand and has no place,
    and those of mappings that have keys behind a `?` or are the value of one, so that nothing can be edited.
    """

    file: SourceFile
    newline: str
    aliased: frozenset[str] = frozenset()
    unmarked: list[int] = field(default_factory=list)
    _edits: list[Edit] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.file.text

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The changes so far, in the order in which they were made."""
        return tuple(self._edits)

    def replace(self, start: int, end: int, text: str) -> None:
        self._add(start, end, text.replace("\n", self.newline))

    def insert_lines(self, at: int, lines: Iterable[str]) -> None:
        """Whole lines before the line that begins at an offset, or at the end of the text."""
        made = "".join(f"{line}{self.newline}" for line in lines)
        if at == len(self.text) and self.text and self.text[-1] not in "\r\n":
            made = self.newline + made.removesuffix(self.newline)
        if made:
            self._add(at, at, made)

    def replace_lines(self, starts: Sequence[int], lines: Iterable[str]) -> None:
        """Whole lines in the stead of those that begin at these offsets, all at the first of them.

        What is inserted at that offset, such as a job, stands before them.
        """
        for number, start in enumerate(starts):
            text = "" if number else "".join(f"{line}\n" for line in lines)
            self.replace(start, self.line_end(start), text)

    def line_start(self, at: int) -> int:
        """The offset at which the line of an offset begins; a line end belongs to its line."""
        at -= self.text[at - 1 : at + 1] == "\r\n"
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def line_end(self, at: int) -> int:
        """The offset after the line end of the line of an offset."""
        found = re.compile(r"\r\n|\n|\r|$").search(self.text, at)
        assert found is not None
        return found.end() if found.group() else len(self.text)

    def column(self, at: int) -> int:
        """The column of an offset, from 0."""
        return at - self.line_start(at)

    def comments(self, node: Tree | Entry, end: int) -> list[str]:
        """The comments that stand inside a node, or beside it up to an offset, in order; that on the line
        of a block's head is one of them, what looks like one in its text is none."""
        start = self.line_start(node.span.start)
        hidden = list(self.text[start:end])
        parts = (node.key, node.value) if isinstance(node, Entry) else (node,)
        for part in (inner for whole in parts for inner in all_nodes(whole)):
            if not isinstance(part, Entries | Items):
                is_block = isinstance(part, Scalar) and part.style in ("|", ">")
                begin = self.line_end(part.span.start) if is_block else part.span.start
                covered = range(begin - start, min(part.span.end, end) - start)
                for at in covered:
                    hidden[at] = "x" if hidden[at] not in "\r\n" else hidden[at]
        found = (_COMMENT.search(line) for line in "".join(hidden).splitlines())
        return [match[0].rstrip() for match in found if match]

    def is_shared(self, node: Tree) -> bool:
        """Whether an anchor in a node is used by an alias somewhere."""
        return any(part.anchor in self.aliased for part in all_nodes(node) if part.anchor)

    def applied(self) -> str:
        """The text with all changes made; insertions at one offset stand in the order they were made."""
        return apply(self.text, self._edits)

    def _add(self, start: int, end: int, text: str) -> None:
        self._edits.append(Edit(Span(self.file, start, end), text))


def reindented(lines: Sequence[str], column: int, step: int) -> Iterator[str]:
    """Lines of ours, two blanks a level, from a column on and with another number of blanks a level.

    The text of block scalars keeps its own shape.
    """
    stack: list[tuple[int, int]] = [(0, column)]
    block: tuple[int, int] | None = None
    for line in lines:
        body = line.lstrip(" ")
        old = len(line) - len(body)
        if block is not None and (not body or old > block[0]):
            yield " " * (old + block[1]) + body if body else ""
            continue
        block = None
        if not body:
            yield ""
            continue
        while old < stack[-1][0]:
            stack.pop()
        if old > stack[-1][0]:
            stack.append((old, stack[-1][1] + step))
        new = stack[-1][1]
        yield " " * new + body
        inner = 0
        if body.startswith("- "):
            inner = 2
            stack.append((old + 2, new + 2))
        if re.search(r": [|>][-+]?$", body):
            content = old + inner + 2
            block = (old + inner, new + inner + step - content)
