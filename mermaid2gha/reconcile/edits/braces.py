"""Mappings between braces put on lines, where something in them needs a mark and has no place for it, and
keys behind a `?` written as others are, where something is to be edited beside them or below.

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
from mermaid2gha.yaml.tree import Entries, Entry, Items

_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[^\r\n]*", re.MULTILINE)
_BEFORE_KEY = re.compile(r"(?:^|[\r\n])[ \t]*(\?[ \t]+)(?:[&!]\S+[ \t]+)*\Z")
_BEFORE_VALUE = re.compile(r"(?:\r\n|\n|\r)[ \t]*(:)(?=[ \t\r\n]|\Z)")


def in_lines(file: WorkflowFile, offsets: Sequence[int], step: int) -> str:
    """The text of a file with the outermost mapping between braces around each offset on lines; while one
    stands below a key behind a `?` or has such keys, with these written as others are.

    `step` are the blanks of a level. What cannot be laid out stays: one with an anchor or a tag, or with
    merged keys, for these are written elsewhere, or of which the last line goes on.
    """
    keys = dict.fromkeys(entry for at in offsets for entry in _behind_marks(file.root, at))
    if keys:
        return apply(file.file.text, [edit for entry in keys for edit in _as_others(entry)])
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


def _behind_marks(node: Entries, at: int) -> Iterator[Entry]:
    """The entries around an offset, and those of the mapping that begins there, whose key is behind a `?`."""
    for one in () if node.is_flow else node.entries:
        is_around = one.value.span.start <= at <= one.value.span.end
        if (is_around or node.span.start == at) and _question(one) is not None:
            yield one
        if is_around and isinstance(one.value, Entries):
            yield from _behind_marks(one.value, at)


def key_start(entry: Entry) -> int:
    """Where an entry begins in its text: its key, or the `?` before that."""
    question = _question(entry)
    return entry.span.start if question is None else question.start(1)


def _question(entry: Entry) -> re.Match[str] | None:
    start = entry.key.span.start
    is_line = "\n" not in entry.key.span.text and "\r" not in entry.key.span.text
    return _BEFORE_KEY.search(entry.span.file.text[:start]) if is_line else None


def _as_others(entry: Entry) -> Iterator[Edit]:
    """The edits that write a key behind a `?` as others are: its value keeps its place, or is on its line."""
    file, key, value = entry.span.file, entry.key.span, entry.value
    question = _question(entry)
    assert question is not None
    yield Edit(Span(file, question.start(1), question.end(1)), "")
    between = file.text[key.end : value.span.start]
    colon = _BEFORE_VALUE.search(between)
    in_lines_below = isinstance(value, Entries | Items) and not value.is_flow
    if colon is None:
        yield Edit(Span(file, key.end, key.end), ":")
    elif between[: colon.start(1)].strip() or in_lines_below:
        yield Edit(Span(file, key.end, key.end), ":")
        is_alone = not file.line_rest(key.end + colon.end()).strip()
        start = key.end + (colon.start() if is_alone else colon.start(1))
        yield Edit(Span(file, start, key.end + colon.end()), "" if is_alone else " ")
    else:
        yield Edit(Span(file, key.end, key.end + colon.end(1)), ":")


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
