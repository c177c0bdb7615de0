"""A workflow file without anything that is there for this compiler alone: header, footer, marks."""

from __future__ import annotations

import re

from mermaid2gha.compiler.scripts.comments import DRAWN_JOB, header_lines, is_footer
from mermaid2gha.compiler.scripts.marks import read_mark
from mermaid2gha.github.workflow.reader import WorkflowFile
from mermaid2gha.yaml.tree import Scalar, all_nodes

_BEHIND = re.compile(
    r"[ \t]+#[ \t]*(?P<mark>drawn\b[^\r\n]*?|mermaid2gha:[ \t]*keep)(?P<more>[ \t]+#[^\r\n]*)?$"
)


def unmarked(file: WorkflowFile) -> str:
    """The text of a file without our comments; what people wrote beside a mark stays."""
    text = file.file.text
    lines = text.splitlines(keepends=True)
    hidden = _hidden(file)
    first = header_lines([line.strip() for line in lines])
    last = len(lines)
    while last > first and (
        is_footer(lines[last - 1]) or (last < len(lines) and not lines[last - 1].strip())
    ):
        last -= 1
    kept = []
    at = 0
    for number, line in enumerate(lines):
        if first <= number < last:
            bare = line.rstrip("\r\n")
            match = _BEHIND.search(bare)
            is_text = match and any(start <= at + match.start("mark") < end for start, end in hidden)
            if match and not is_text and _is_ours(match["mark"]):
                line = bare[: match.start()] + (match["more"] or "") + line[len(bare) :]
            kept.append(line)
        at += len(line) if line is lines[number] else len(lines[number])
    while first and kept and not kept[0].strip():
        del kept[0]
    return "".join(kept)


def _is_ours(comment: str) -> bool:
    return comment.startswith("mermaid2gha:") or bool(read_mark(comment) or DRAWN_JOB.read(comment))


def _hidden(file: WorkflowFile) -> list[tuple[int, int]]:
    """The places of scalars, in which a `#` is no comment."""
    return [
        (node.span.start, node.span.end)
        for node in all_nodes(file.root)
        if isinstance(node, Scalar) and node.span.end > node.span.start
    ]
