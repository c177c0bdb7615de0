"""Setting and removing one key of a mapping in a text, in the style in which the mapping stands.

Reports `uneditable-place`: an alias, an anchor that is used elsewhere, a merged mapping.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.scripts.comments import bare_comment
from mermaid2gha.compiler.scripts.marks import read_mark
from mermaid2gha.reconcile.difference import FileDifference
from mermaid2gha.settings.editor import uneditable_place
from mermaid2gha.yaml.edits import EditBuffer, reindented
from mermaid2gha.yaml.tree import Entries, Entry, Scalar, Tree

ORDER = (
    "name needs if runs-on timeout-minutes environment strategy permissions outputs steps uses with".split()
)
"""The keys of a job in the order of a fresh file, by which a new key finds its place."""
_BLOCKS = ("|", "|-", "|+", ">", ">-", ">+")
_COMMENT = re.compile(r"(?<=[ \t])#.*")


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping whose keys are set: `owner` is the job's (or file's) name for messages.

    `step` are the blanks of a level; faults go to `found`.
    """

    buffer: EditBuffer
    node: Entries
    owner: str
    step: int
    found: list[Diagnostic]

    @property
    def column(self) -> int:
        """The column of the keys of a mapping in lines."""
        return self.buffer.column(self.node.entries[0].span.start)

    def refused(self, place: Tree | Entry, key: str, why: str, wanted: str) -> None:
        """Report that a key cannot be edited where it stands."""
        message = f"`{key}` of `{self.owner}` cannot be edited where it stands: {why}"
        cure = f"write `{wanted}` there yourself" if wanted else f"take `{key}` away there yourself"
        self.found.append(uneditable_place(message, place.span, help=cure))

    def is_open(self, key: str, wanted: str) -> bool:
        """Whether a key may be edited here; reports why not."""
        buffer, node = self.buffer, self.node
        entry = node.entry(key)
        if node.anchor in buffer.aliased and node.anchor:
            self.refused(entry or node, key, f"`*{node.anchor}` repeats it elsewhere", wanted)
        elif node.is_merged:
            self.refused(entry or node, key, "`<<` merges keys into it", wanted)
        elif entry is not None and buffer.is_shared(entry.value):
            self.refused(entry, key, "an anchor in it is used elsewhere", wanted)
        elif not node.is_flow and not all(_begins_line(buffer, one) for one in node.entries):
            buffer.unmarked.append(node.span.start)
            self.refused(entry or node, key, "its lines are of an unusual form", wanted)
        else:
            return True
        return False


def set_key(
    keys: Keys, key: str, lines: Sequence[str], flow: str = "", *, comment: str | None = None
) -> None:
    """Give a key its lines, as they stand at column 0 in a fresh file, or `flow` between braces.

    `comment` is what stands on the first of the lines in the stead of a comment there, without its `# `;
    without one the comment stays.
    """
    buffer, node = keys.buffer, keys.node
    wanted = flow or lines[0]
    if not keys.is_open(key, wanted):
        return
    entry = node.entry(key)
    if node.is_flow:
        if comment or any(_bears_mark(line) for line in lines):
            buffer.unmarked.append(node.span.start)
        if not wanted or (not flow and len(lines) > 1):
            keys.refused(entry or node, key, "it stands between braces", lines[0])
        elif entry is not None:
            buffer.replace(entry.span.start, entry.span.end, wanted)
        else:
            at = buffer.text.index("{", node.span.start) + 1
            buffer.replace(at, at, f"{wanted}, " if node.entries else wanted)
        return
    made = list(reindented(lines, keys.column, keys.step))
    if comment:
        made[0] += f" # {comment}"
    if entry is None:
        buffer.insert_lines(_place(keys, key), made)
        return
    if not _is_block(entry):  # the comment at its head goes to the new one's
        keep_comments(buffer, entry, entry.span.end)
    if made[0].partition(" #")[0].endswith(_BLOCKS):
        _move_up(buffer, entry, keys.column)
    start, end = entry.span.start, entry.span.end
    mentions = _beside(entry) if comment is None else ""
    if comment is not None:
        end += len(entry.span.file.line_rest(end)) if not _is_block(entry) else 0
    elif made[0].endswith(_BLOCKS):  # what stands after a block is its text: the comment goes to its head
        end += len(entry.span.file.line_rest(end)) if not _is_block(entry) else 0
        made[0] += mentions
    elif _is_block(entry):
        made[-1] += mentions
    buffer.replace(start, end, "\n".join(made)[keys.column :])


def _move_up(buffer: EditBuffer, entry: Entry, column: int) -> None:
    """Put the comments that follow a key, which would be text of a block there, above it."""
    start = buffer.line_end(entry.span.end)
    end = _end_of_comments(buffer, start, column)
    if end > start:
        lines = [line.strip() for line in buffer.text[start:end].splitlines()]
        buffer.insert_lines(buffer.line_start(entry.span.start), [f"{' ' * column}{line}" for line in lines])
        buffer.replace(start, end, "")


def _is_block(entry: Entry) -> bool:
    return isinstance(entry.value, Scalar) and entry.value.style in ("|", ">")


def _beside(entry: Entry) -> str:
    """The comment on the line of a scalar, with a blank before it; of a block, on the line of its head."""
    value = entry.value
    text = value.span.file.line_rest(value.span.start if _is_block(entry) else value.span.end)
    match = _COMMENT.search(text)
    return f" {match[0].rstrip()}" if match and isinstance(value, Scalar) else ""


def remove_key(keys: Keys, key: str) -> None:
    """Take a key away with its lines; comments in them stay, as lines of their own."""
    buffer, node = keys.buffer, keys.node
    entry = node.entry(key)
    if entry is None or not keys.is_open(key, ""):
        return
    if node.is_flow:
        remove_item(buffer, node, [one.span.start for one in node.entries].index(entry.span.start))
        return
    end = buffer.line_end(entry.span.end)
    keep_comments(buffer, entry, end)
    buffer.replace(buffer.line_start(entry.span.start), end, "")


def remove_item(buffer: EditBuffer, node: Tree, number: int) -> None:
    """Take an item out of a list or mapping between brackets, with the comma that parts it."""
    parts = list(getattr(node, "items", ()) or getattr(node, "entries", ()))
    if len(parts) == 1:
        buffer.replace(parts[0].span.start, parts[0].span.end, "")
    elif number + 1 < len(parts):
        buffer.replace(parts[number].span.start, parts[number + 1].span.start, "")
    else:
        buffer.replace(parts[number - 1].span.end, parts[number].span.end, "")


def remove_members(buffer: EditBuffer, node: Entries, numbers: Sequence[int]) -> None:
    """Take entries out of a mapping between braces, each with the comma that parts it."""
    left = [one for number, one in enumerate(node.entries) if number not in numbers]
    for number in numbers:
        one = node.entries[number]
        after = next((other for other in node.entries[number + 1 :]), None)
        if after is not None:
            buffer.replace(one.span.start, after.span.start, "")
        elif left:
            buffer.replace(left[-1].span.end, one.span.end, "")


def keep_comments(buffer: EditBuffer, entry: Entry, end: int) -> None:
    """Put the comments inside an entry, which is about to go, on lines above it."""
    blanks = " " * buffer.column(entry.span.start)
    start = buffer.line_start(entry.span.start)
    kept = [without_mark(line) for line in buffer.comments(entry, end)]
    buffer.insert_lines(start, [f"{blanks}{line}" for line in kept if line])


def without_mark(line: str) -> str:
    """A comment without our mark at its head; empty if it is no more than that."""
    mark = read_mark(bare_comment(line) or "")
    return line if mark is None else f"# {mark.rest}" if mark.rest else ""


def _bears_mark(line: str) -> bool:
    """Whether a line of ours, whose texts hold no comment, ends in a mark."""
    return (match := _COMMENT.search(line)) is not None and read_mark(match[0][1:].strip()) is not None


def _begins_line(buffer: EditBuffer, entry: Entry) -> bool:
    return not buffer.text[buffer.line_start(entry.span.start) : entry.span.start].strip(" ")


def _place(keys: Keys, key: str) -> int:
    """Where a new key's lines go: after the nearest that stands before it in a fresh file."""
    buffer, entries = keys.buffer, keys.node.entries
    before = set(ORDER[: ORDER.index(key)]) if key in ORDER else {one.key.value for one in entries}
    last = next((one for one in reversed(entries) if one.key.value in before), None)
    if last is None:
        return buffer.line_start(entries[0].span.start)
    return _end_of_comments(buffer, buffer.line_end(last.span.end), keys.column)


def _end_of_comments(buffer: EditBuffer, at: int, column: int) -> int:
    """Where the comments end that follow a key and are further in than it, as those among the items of a list
    are: below the head of a block they would be its text."""
    end = at
    while at < len(buffer.text):
        after = buffer.line_end(at)
        line = buffer.text[at:after]
        if line.strip() and not (line.lstrip().startswith("#") and len(line) - len(line.lstrip()) > column):
            break
        at = after
        end = at if line.strip() else end
    return end


@dataclass(frozen=True, slots=True)
class Mend:
    """Differences of one key of a job that one change mends; without a change they are only told.

    `asks` are the jobs, in lower case, for which an `if` asks by name that the change writes.
    """

    differences: tuple[FileDifference, ...]
    edit: Callable[[Keys], None] | None = None
    asks: frozenset[str] = frozenset()
