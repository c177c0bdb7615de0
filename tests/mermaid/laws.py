"""What must hold of any text whatever, be it a diagram or not."""

from __future__ import annotations

import time

from mermaid2gha.base.diagnostic import Diagnostic, has_errors, sorted_diagnostics
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import Block, SourceFile
from mermaid2gha.mermaid.ast import FragmentEnd, FragmentStart, Message, Note
from mermaid2gha.mermaid.format.document import formatted, meaning
from mermaid2gha.mermaid.lexer import BLANKS
from mermaid2gha.mermaid.parse import is_sequence_diagram, parse
from mermaid2gha.report.github import github
from mermaid2gha.report.text import Paper, text

SECONDS = 1.0
SECONDS_A_CHARACTER = 0.001
"""A hundred times what reading takes: only growth that is no longer linear is slower."""


def laws(name: str, content: str) -> None:
    """Reading the text of a file neither raises nor hangs, and what it says has its places in the file."""
    begin = time.process_time()
    file = SourceFile(name, content)
    for block in diagram_blocks(file):
        read(block)
    taken = time.process_time() - begin
    allowed = SECONDS + SECONDS_A_CHARACTER * len(content)
    assert taken < allowed, f"{taken:.1f} s for {len(content)} characters"
    laid_out(file)


def laid_out(file: SourceFile) -> None:
    """Laying a file out keeps what it says, all outside of sound diagrams, and its own result."""
    made = formatted(file, parse)
    assert not made.refused
    again = formatted(SourceFile(file.name, made.text), parse)
    assert again.text == made.text
    before, after = diagram_blocks(file), diagram_blocks(SourceFile(file.name, made.text))
    assert len(before) == len(after)
    assert outside(before, file.text) == outside(after, made.text)
    for old, new in zip(before, after):
        if not is_sequence_diagram(old) or has_errors(parse(old)[1]):
            assert file.text[old.span.start : old.span.end] == made.text[new.span.start : new.span.end]
        else:
            assert meaning(parse(old)[0]) == meaning(parse(new)[0])
            assert comments(old) == comments(new)


def outside(blocks: list[Block], content: str) -> list[str]:
    """What stands between the diagrams."""
    edges = [0, *(edge for block in blocks for edge in (block.span.start, block.span.end)), len(content)]
    return [content[start:end] for start, end in zip(edges[::2], edges[1::2])]


def comments(block: Block) -> list[str]:
    """The comments of a diagram that stand on lines of their own."""
    return [line.strip(BLANKS) for line in block.text.split("\n") if line.strip(BLANKS).startswith("%%")]


def read(block: Block) -> None:
    """The laws of one block."""
    if not is_sequence_diagram(block):
        return
    diagram, found = parse(block)
    placed(found, block)
    depth = 0
    known = {lifeline.id for lifeline in diagram.lifelines}
    for event in diagram.events:
        depth += isinstance(event, FragmentStart) - isinstance(event, FragmentEnd)
        assert depth >= 0
        if isinstance(event, Message):
            assert {event.sender, event.receiver} <= known
        if isinstance(event, Note):
            assert set(event.lifelines) <= known
        if event.span is not None:
            assert block.span.start <= event.span.start <= event.span.end <= block.span.end
    assert depth == 0


def placed(found: list[Diagnostic], block: Block) -> None:
    """Findings lie within their block, are written without raising, and none is told twice."""
    for one in found:
        assert one.labels, one
        for label in one.labels:
            assert block.span.start <= label.span.start <= label.span.end <= block.span.end, one
    errors = [(one.rule, one.labels[0].span) for one in found if one.severity.value == "error"]
    assert len(errors) == len(set(errors))
    shown = sorted_diagnostics(found)
    assert text(shown, Paper()).count("error[") + len(github(shown)) >= 0
