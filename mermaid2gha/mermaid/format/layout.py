"""The canonical layout of a diagram, as edits of its lines.

Four spaces for each open block, and for the body; `A ->> B: text`, `A ->>+ B: text`, `Note over A, B: text`;
keywords in their usual case; no blanks at line ends; one blank line where there are more. Lines are neither
joined nor split nor moved. Left as they are: front matter, directives, accessible descriptions in braces,
statements that run over several lines, and what stands between `@{` and `}`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from mermaid2gha.base.edit import Edit
from mermaid2gha.base.lalr import Token
from mermaid2gha.base.source import Block, Span
from mermaid2gha.mermaid.format.tokens import TITLES, between, spelt
from mermaid2gha.mermaid.keywords import keyword_before
from mermaid2gha.mermaid.lexer import BLANKS, tokens
from mermaid2gha.mermaid.preprocess import Prelexed, front_matter, prelexed

INDENT = "    "
_DIRECTIVE = re.compile(r"%%\{.*?(?:\}%%|\Z)", re.DOTALL)
_OPENING = frozenset(
    f"INITIAL_{word}" for word in "BOX LOOP RECT OPT ALT PAR PAR_OVER CRITICAL BREAK".split()
)
_NEXT = frozenset({"INITIAL_ELSE", "INITIAL_AND", "INITIAL_OPTION"})
_CODE = re.compile(r"(?a)#\w+;")
_STAND_IN = "\ufdd0"
_ODD = re.compile("[\v\f\r\u2028\u2029\ufeff]")
"""Characters that are line ends to some of those who read a line, and not to others."""
_ENDING = frozenset(
    "INITIAL_NEWLINE INITIAL_SEMICOLON INITIAL_END_OF_INPUT INITIAL_END INITIAL_TITLE INITIAL_TITLE_COLON "
    "INITIAL_INVALID INITIAL_SEQUENCE_DIAGRAM LINE_REST ACCTITLE_VALUE ACCDESCR_VALUE ACCBLOCK_VALUE".split()
)
"""The kinds of tokens after which a new statement can begin on a later line."""


class Piece(NamedTuple):
    """A token with its place in the host file."""

    kind: str
    start: int
    end: int


class _Line(NamedTuple):
    """A line of a block: where it begins in the block, and where its content lies in the host."""

    at: int
    start: int
    end: int
    is_movable: bool  # its blanks at the start belong to it alone, so that they can be changed


def edits(block: Block) -> list[Edit]:
    """What to change in the host file so that a sound diagram has the canonical layout, in order."""
    lines = _lines(block)
    source = prelexed(block)
    pieces = [_piece(source, token) for token in tokens(source.text.text, []) if token.end > token.start]
    kept = _kept(block, lines, pieces, source)
    words = [piece for piece in pieces if piece.kind != "INITIAL_NEWLINE"]
    result: list[Edit] = []
    depth = at = 0
    was_blank = False
    for number, line in enumerate(lines):
        here: list[Piece] = []
        while at < len(words) and words[at].start <= line.end:
            here.append(words[at])
            at += 1
        is_blank = line.start == line.end and number not in kept
        if number not in kept:
            if is_blank and was_blank:
                result.append(_without(block, line))
            else:
                result += _edits(block, line, here, depth)
        was_blank = is_blank
        for piece in here:
            depth = _after(depth, piece.kind)
    return [edit for edit in result if edit.span.text != edit.text]


def _after(depth: int, kind: str) -> int:
    """How deep the line after a token is."""
    if kind == "INITIAL_SEQUENCE_DIAGRAM":
        return 1
    return depth + (kind in _OPENING) - (kind == "INITIAL_END")


def _lines(block: Block) -> list[_Line]:
    """The lines of a block; `start` and `end` are those of what is not blank."""
    lines = []
    at = 0
    host = block.file.text
    for content in block.text.split("\n"):
        bare = content.strip(BLANKS)
        lead = len(content) - len(content.lstrip(BLANKS)) if bare else len(content)
        begin, start = block.offset(at), block.offset(at + lead)
        if not content:
            start = begin
        is_movable = start - begin == lead and host[begin:start] == content[:lead]
        lines.append(_Line(at, start, start + len(bare), is_movable))
        at += len(content) + 1
    if not block.text or block.text.endswith("\n"):
        lines.pop()
    return lines


def _piece(source: Prelexed, token: Token) -> Piece:
    """A token's place in the host, without the blanks at its end."""
    text = source.text.text[token.start : token.end]
    kept = len(text.rstrip(BLANKS)) or 1
    start = source.text.offset(token.start)
    return Piece(token.kind, start, source.text.offset(token.start + kept - 1) + 1)


def _kept(block: Block, lines: list[_Line], pieces: list[Piece], source: Prelexed) -> set[int]:
    """The numbers (from 0) of the lines that stay as they are."""
    text = block.text
    starts = [line.at for line in lines]
    ends = [line.end for line in lines]
    hosts = [line.start for line in lines]
    kept = {number for number, line in enumerate(lines) if _ODD.search(_content(block, line))}

    def keep(start: int, end: int) -> None:
        """Keep the lines that hold `[start, end)` of the block."""
        kept.update(range(bisect_right(starts, start) - 1, bisect_left(starts, end)))

    def keep_hosts(first: int, last: int) -> None:
        """Keep the lines that hold the offsets of the host from `first` to `last`."""
        kept.update(range(bisect_left(ends, first), bisect_right(hosts, last)))

    front = front_matter(text)
    if front is not None:
        keep(0, front[2])
    for found in _DIRECTIVE.finditer(text, front[2] if front else 0):
        keep(found.start(), found.end())
    for token in tokens(source.text.text, []):
        if token.kind == "ACCBLOCK_VALUE":
            start = keyword_before(source.text.text, "accdescr", token.start)
            keep_hosts(source.text.offset(start), source.text.offset(token.end))
    for first, last in _long(block, pieces):
        keep_hosts(first, last)
    return kept


def _long(block: Block, pieces: list[Piece]) -> Iterator[tuple[int, int]]:
    """The places of statements, and of tokens, that run over a line end."""
    text = block.file.text
    for piece in pieces:
        if piece.kind != "INITIAL_NEWLINE" and re.search(r"[\r\n]", text[piece.start : piece.end]):
            yield piece.start, piece.end
    for one, two in pairwise(pieces):
        if one.kind not in _ENDING and two.kind != "INITIAL_NEWLINE":
            if re.search(r"[\r\n]", text[one.end : two.start]):
                yield one.start, two.end
        elif one.kind.startswith("INITIAL_ACC_"):
            yield one.start, two.end


def _content(block: Block, line: _Line) -> str:
    return block.file.text[line.start : line.end]


def _without(block: Block, line: _Line) -> Edit:
    """The line taken out of the host, with its line end."""
    text = block.file.text
    number = block.file.line_column(line.start)[0]
    start = line.start - (block.file.line_column(line.start)[1] - 1)
    end = start + len(block.file.line_text(number))
    end += 2 if text[end : end + 2] == "\r\n" else 1
    return Edit(Span(block.file, start, min(end, len(text))), "")


def _edits(block: Block, line: _Line, here: list[Piece], depth: int) -> Iterator[Edit]:
    """What changes in one line: its indentation, its content, the blanks at its end."""
    text = block.file.text
    number = block.file.line_column(line.start)[0]
    column = block.file.line_column(line.start)[1]
    host_end = line.start - column + 1 + len(block.file.line_text(number))
    content = _content(block, line)
    if here and here[0].start != line.start:
        return  # something that is no statement stands before the first one
    if not here and content[:1] not in ("", "%", "#"):
        return
    outside = bool(here) and (here[0].kind in _NEXT or here[0].kind == "INITIAL_END")
    if here and here[0].kind == "INITIAL_SEQUENCE_DIAGRAM":
        depth = 0
    if line.is_movable:
        blanks = Span(block.file, block.offset(line.at), line.start)
        yield Edit(blanks, INDENT * (depth - outside) if content else "")
    if here:
        yield Edit(Span(block.file, line.start, host_end), _laid_out(text, here, (line.start, host_end)))
    elif line.end < host_end and (content or line.is_movable):
        yield Edit(Span(block.file, line.end, host_end), "")


def _laid_out(text: str, here: list[Piece], place: tuple[int, int]) -> str:
    """A line from its first token on with canonical spaces, or as it is if that would read otherwise."""
    start, end = place
    parts = [spelt(here[0].kind, text[here[0].start : here[0].end])]
    for one, two in pairwise(here):
        gap = text[one.end : two.start]
        parts.append(_comment(gap) if gap.strip(BLANKS) else between(one.kind, two.kind, gap))
        parts.append(spelt(two.kind, text[two.start : two.end]))
    rest = text[here[-1].end : end]
    if here[-1].kind in TITLES:  # to Mermaid, blanks at its end are part of a title
        new = "".join([*parts, rest])
    else:
        new = "".join([*parts, _comment(rest)]).rstrip(BLANKS)
    return new if _reading(new) == _reading(text[start:end]) else text[start:end]


def _comment(gap: str) -> str:
    """A gap that holds more than blanks, the blanks around it made one."""
    bare = gap.strip(BLANKS)
    return " " * (gap[:1] != bare[:1]) + bare + " " * (gap[-1:] != bare[-1:]) if bare else ""


def _reading(line: str) -> list[tuple[str, str]]:
    """The tokens of a line by itself, in the spelling that counts; blanks at an end count in titles only."""
    read = []
    line = _CODE.sub(lambda found: _STAND_IN * len(found[0]), line)  # codes are decoded before lines are read
    for one in tokens(line + "\n", []):
        said = line[one.start : one.end]
        read.append((one.kind, spelt(one.kind, said if one.kind in TITLES else said.strip(BLANKS))))
    return read
