"""Mappings between braces put on lines, where something in them needs a mark and has no place for it.

A mark is a comment, and ends a line (docs/language.md#marks-in-the-file). So a job, or what stands in one,
between braces is laid out before an edit writes into it what has to be known as drawn later; each entry keeps
its own text. The file says the same as before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import dedent

from mermaid2gha.base.edit import Edit, apply
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.scripts.marks import comment_at, ends_its_line, mark_place
from mermaid2gha.github.workflow.reader import WorkflowFile
from mermaid2gha.yaml.tree import Entries, Entry

_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[^\r\n]*", re.MULTILINE)


def in_lines(file: WorkflowFile, offsets: Sequence[int], step: int) -> str:
    """The text of a file with the outermost mapping between braces around each offset on lines.

    `step` are the blanks of a level. What cannot be laid out stays: one with an anchor or a tag, or with
    merged keys, for these are written elsewhere, or of which the last line goes on.
    """
    jobs, root = file.root.entry("jobs"), file.root
    if root.is_flow and offsets:
        return _root_in_lines(file)
    if jobs is None:
        return file.file.text
    found = {entry.span.start: entry for at in offsets for entry in _outermost(jobs, at)}
    edits = [
        Edit(Span(file.file, *_whole(entry)), file.newline.join(_lines(entry, step)))
        for entry in found.values()
    ]
    return apply(file.file.text, edits)


def _root_in_lines(file: WorkflowFile) -> str:
    """The text of a file that as a whole stands between braces, its keys on lines if that can be."""
    root, text = file.root, file.file.text
    is_plain = not root.anchor and not root.is_merged and all(one.alias is None for one in root.entries)
    if not is_plain or _line_start(text, root.span.start) != root.span.start:
        return text
    lines = file.newline.join(_inside(root, "", 2))
    return apply(text, [Edit(root.span, lines)])


def _outermost(entry: Entry, at: int) -> Iterator[Entry]:
    """The entry whose value is the outermost mapping between braces around an offset, if it can be opened."""
    value = entry.value
    if not isinstance(value, Entries) or not value.span.start <= at <= value.span.end:
        return
    if value.is_flow:
        is_plain = value.span.text[:1] == "{" and not value.is_merged and value.entries
        keys_stand = all(one.alias is None for one in value.entries)
        if is_plain and keys_stand and not value.anchor and ends_its_line(entry):
            yield entry
        return
    for one in value.entries:
        yield from _outermost(one, at)


def _whole(entry: Entry) -> tuple[int, int]:
    """The span of an entry with the comment behind it."""
    end = mark_place(entry)
    return entry.span.start, end + len(entry.span.file.line_rest(end))


def _lines(entry: Entry, step: int) -> list[str]:
    """An entry whose value stands between braces, with that on lines, its comments among them."""
    value = entry.value
    assert isinstance(value, Entries)
    text = entry.span.file.text
    column = entry.span.start - _line_start(text, entry.span.start)
    blanks = " " * (column + step)
    behind = comment_at(entry)
    return [f"{entry.key.span.text}:{f' # {behind}' if behind else ''}", *_inside(value, blanks, step)]


def _inside(value: Entries, blanks: str, step: int) -> Iterator[str]:
    """What stands between braces on lines, its comments among them."""
    text, at = value.span.file.text, value.span.start + 1
    for one in value.entries:
        yield from (f"{blanks}{comment}" for comment in _COMMENT.findall(text[at : one.span.start]))
        yield from _entry(one, blanks, step)
        at = one.span.end
    yield from (f"{blanks}{comment}" for comment in _COMMENT.findall(text[at : value.span.end - 1]))


def _entry(entry: Entry, blanks: str, step: int) -> Iterator[str]:
    """An entry that stood between braces; further lines of its value stand in, one level deeper."""
    first, *more = re.split(r"\r\n|\n|\r", entry.value.span.text)
    yield f"{blanks}{entry.key.span.text}: {first.strip()}".rstrip()
    closing = [more.pop().strip()] if more and more[-1].strip() in ("}", "]") else []
    for line in dedent("\n".join(more)).splitlines():
        yield f"{blanks}{' ' * step}{line}".rstrip()
    yield from (f"{blanks}{line}" for line in closing)


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
