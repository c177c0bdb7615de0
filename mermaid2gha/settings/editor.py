"""More settings in a settings file that people wrote: what is there stays, byte for byte, but for members
of lists that name what is gone.

New keys stand after the ones that are there, in the style in which these are written. Reports
`setting-in-the-way`, `uneditable-place` and `invalid-yaml`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import FrozenMap, dataclass, field
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.github.workflow.emitter import comment, flow_scalar, scalar
from mermaid2gha.settings.model import folded
from mermaid2gha.settings.names import SETTINGS, TABLE_START, is_toml
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Alias, Entries, Entry, Items, Scalar, Tree, all_nodes, tree

SETTING_IN_THE_WAY = Rule("setting-in-the-way", Severity.ERROR)
UNEDITABLE_PLACE = Rule("uneditable-place", Severity.ERROR)

Value = str | Sequence[str] | Mapping[str, "Value"]
"""A setting: a text, a list of texts, or a mapping."""

_WIDTH = 100


Words = Mapping[tuple[str, str], str]
"""What a comment says of a new setting, by the key and the name below it."""
_NO_WORDS: Words = FrozenMap()


def with_settings(
    file: SourceFile, more: Mapping[str, Value], words: Words = _NO_WORDS
) -> tuple[str, list[Diagnostic]]:
    """The text of a settings file that says `more`, too; with an error the text as it is.

    Of a setting that stands on a line of its own, `words` are the comment.
    """
    if is_toml(file):
        return file.text, [toml_stays(file, ", ".join(more))] if more else []
    root, found = tree(file)
    if found:
        return file.text, list(found)
    newline = "\r\n" if "\r\n" in file.text else "\n"
    aliased = (
        frozenset(node.name for node in all_nodes(root) if isinstance(node, Alias)) if root else frozenset()
    )
    adding = _Adding(EditBuffer(file, newline, aliased), words)
    if root is None or (isinstance(root, Scalar) and root.is_null):
        adding.buffer.insert_lines(len(file.text), _lines(more, 0, words))
    else:
        adding.into(root, more, "")
    return (file.text if adding.found else adding.buffer.applied()), adding.found


def without_members(file: SourceFile, key: str, names: Collection[str]) -> str:
    """The text of a settings file whose list under a key has these members no more; without any it goes.

    What cannot be taken out without touching more, such as a list with an anchor or in a `pyproject.toml`,
    stays.
    """
    root = tree(file)[0] if names and not is_toml(file) else None
    if not isinstance(root, Entries):
        return file.text
    entry = next((one for one in root.entries if folded(one.key.value) == folded(key)), None)
    if entry is None or not isinstance(entry.value, Items) or root.is_flow:
        return file.text
    items = entry.value.items
    buffer = EditBuffer(file, "\n")
    if any(one.anchor for one in all_nodes(entry.value)):
        return file.text
    going = [isinstance(one, Scalar) and one.value.strip() in names for one in items]
    if all(going):
        buffer.replace(buffer.line_start(entry.span.start), buffer.line_end(entry.span.end), "")
    elif not entry.value.is_flow:
        for item in (item for item, is_going in zip(items, going) if is_going):
            buffer.replace(buffer.line_start(item.span.start), buffer.line_end(item.span.end), "")
    else:
        last = max(at for at, is_going in enumerate(going) if not is_going)
        spans = [(items[at].span.start, items[at + 1].span.start) for at in range(last) if going[at]]
        spans += [(items[last].span.end, items[-1].span.end)] if last + 1 < len(items) else []
        if any("#" in file.text[start:end] for start, end in spans):
            return file.text
        for start, end in spans:
            buffer.replace(start, end, "")
    return buffer.applied()


@dataclass(slots=True)
class _Adding:
    buffer: EditBuffer
    words: Words
    found: list[Diagnostic] = field(default_factory=list)

    def into(self, node: Tree, more: Mapping[str, Value], path: str) -> None:
        """Add to a mapping what it lacks."""
        if not isinstance(node, Entries) or node.is_merged or self.buffer.is_shared(node):
            self.refuse(node, path or "the settings")
            return
        fresh: dict[str, Value] = {}
        for key, value in more.items():
            entry = next((one for one in node.entries if folded(one.key.value) == folded(key)), None)
            if entry is None:
                fresh[key] = value
            else:
                self.to(entry, value, f"{path}: {entry.key.value}".removeprefix(": "))
        if not fresh:
            return
        if node.is_flow:
            inside = [f"{flow_scalar(key)}: {_flow(value)}" for key, value in fresh.items()]
            self.between(node, node.entries, inside)
        else:
            column = self.buffer.column(node.entries[0].span.start)
            end = self.buffer.line_end(node.span.end)
            rest = self.buffer.text[end:].splitlines()
            if not path and all(not line.strip() or line.startswith("#") for line in rest):
                end = len(self.buffer.text)  # comments at the end are about what is above them
            self.buffer.insert_lines(end, _lines(fresh, column, self.words, path))

    def to(self, entry: Entry, value: Value, path: str) -> None:
        """Add a value to what an entry has; another text than the one there is in the way."""
        node = entry.value
        if isinstance(node, Scalar) and node.is_null and not node.anchor:
            start = self.buffer.line_end(entry.span.end)
            column = self.buffer.column(entry.span.start) + 2
            if node.value or not isinstance(value, Mapping) or not self.is_last_on_line(entry):
                self.refuse(node, path)
            else:
                self.buffer.insert_lines(start, _lines(value, column, self.words, path))
        elif isinstance(value, Mapping):
            self.into(node, value, path)
        elif isinstance(value, str):
            if not isinstance(node, Scalar) or node.value.strip() != value:
                self.in_the_way(node, value, path)
        elif not isinstance(node, Items) or self.buffer.is_shared(node):
            self.in_the_way(node, _flow(value), path)
        else:
            there = {item.value.strip() for item in node.items if isinstance(item, Scalar)}
            new = [one for one in value if one not in there]
            if not new:
                return
            if node.is_flow:
                self.between(node, node.items, list(map(flow_scalar, new)))
            else:
                blanks = " " * self.buffer.column(node.span.start)
                self.buffer.insert_lines(
                    self.buffer.line_end(node.span.end), [f"{blanks}- {scalar(one)}" for one in new]
                )

    def between(self, node: Tree, parts: Sequence[Tree | Entry], new: Sequence[str]) -> None:
        """Add parts between the brackets of a node, after its last."""
        text = ", ".join(new)
        if parts:
            at = parts[-1].span.end
            self.buffer.replace(at, at, f", {text}")
        else:
            at = next(at for at in range(node.span.start, node.span.end) if self.buffer.text[at] in "[{") + 1
            self.buffer.replace(at, at, text)

    def is_last_on_line(self, entry: Entry) -> bool:
        rest = self.buffer.text[entry.span.end : self.buffer.line_end(entry.span.end)].strip()
        return not rest or rest.startswith("#")

    def in_the_way(self, node: Tree, wanted: str, path: str) -> None:
        message = f"`{path}` is set already, and would have to be `{wanted}`"
        cure = "change it yourself if you agree, or leave that workflow out"
        self.found.append(diagnostic(SETTING_IN_THE_WAY, message, node.span, help=cure))

    def refuse(self, node: Tree, path: str) -> None:
        message = f"nothing can be added to `{path}` where it stands"
        cure = "write it in plain lines, without anchors"
        self.found.append(diagnostic(UNEDITABLE_PLACE, message, node.span, help=cure))


def _lines(values: Mapping[str, Value], column: int, words: Words, path: str = "") -> Iterator[str]:
    """Settings in lines; what is inside a setting of a setting stands between brackets."""
    blanks = " " * column
    for key, value in values.items():
        line = f"{blanks}{scalar(key)}: {_flow(value)}"
        if isinstance(value, Mapping) and not column:
            yield f"{blanks}{scalar(key)}:"
            yield from _lines(value, column + 2, words, key)
        elif (path, key) in words:
            yield f"{line} {comment(words[path, key])}"
        elif isinstance(value, str | Mapping) or len(line) <= _WIDTH:
            yield line
        else:
            yield f"{blanks}{scalar(key)}:"
            yield from (f"{blanks}  - {scalar(one)}" for one in value)


def _flow(value: Value) -> str:
    """A value on one line."""
    if isinstance(value, str):
        return flow_scalar(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{flow_scalar(key)}: {_flow(one)}' for key, one in value.items())}}}"
    return f"[{', '.join(map(flow_scalar, value))}]"


def uneditable_place(message: str, *labels: Label | Span | None, help: str = "") -> Diagnostic:  # noqa: A002
    """A finding of the rule `uneditable-place`, for those who find it elsewhere."""
    return diagnostic(UNEDITABLE_PLACE, message, *labels, help=help)


def toml_stays(file: SourceFile, what: str) -> Diagnostic:
    """That settings in a `pyproject.toml` are not edited; `what` would have to be added."""
    at = max(file.text.find(TABLE_START.decode()), 0)
    place = Span(file, at, at + len(TABLE_START))
    message = f"`{what}` would have to be added, and settings in `{file.name}` are not edited"
    cure = f"move the table into a file `{SETTINGS}` beside it, and do this again"
    return diagnostic(UNEDITABLE_PLACE, message, place, help=cure)
