"""YAML text as a tree that knows where and how everything is written; reading never raises.

Unlike `yamlnode`, which gives values, this keeps what an editor of the text needs: which style a scalar has,
whether a mapping stands in lines or between braces, anchors, and each alias at its own place. Spans leave
out comments and blank lines that follow; that of a node with an anchor or a tag begins with it.

Reports `invalid-yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import SourceFile, Span

INVALID_YAML = Rule("invalid-yaml", Severity.ERROR)

if TYPE_CHECKING:
    import yaml


DEEPEST = 200
"""Levels of nesting that are read; GitHub itself reads fewer."""


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. `style` is what it begins with: `'`, `"`, `|`, `>`, or nothing for a plain one."""

    value: str
    style: str
    span: Span = field(compare=False)
    anchor: str = field(default="", compare=False)

    @property
    def is_null(self) -> bool:
        return not self.style and self.value in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `is_flow` if it stands between brackets."""

    items: tuple[Tree, ...]
    is_flow: bool
    span: Span = field(compare=False)
    anchor: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value; the span is that of both."""

    key: Text
    value: Tree
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping in written order; `is_flow` if it stands between braces.

    Keys that are no scalars are left out. Of a repeated key `get` gives the first.
    """

    entries: tuple[Entry, ...]
    is_flow: bool
    span: Span = field(compare=False)
    anchor: str = field(default="", compare=False)

    def entry(self, key: str) -> Entry | None:
        return next((one for one in self.entries if one.key.value == key), None)

    def get(self, key: str) -> Tree | None:
        """The value of a key, an alias resolved; merge keys (`<<`) are not looked through."""
        found = self.entry(key)
        return resolved(found.value) if found is not None else None

    @property
    def is_merged(self) -> bool:
        """Whether a merge key brings more entries, which GitHub refuses."""
        return any(one.key.value == "<<" and not one.key.style for one in self.entries)


@dataclass(frozen=True, slots=True)
class Alias:
    """`*name` at its own place; `target` is the anchored node, or none for a name that nothing bears."""

    name: str
    target: Tree | None
    span: Span = field(compare=False)

    @property
    def anchor(self) -> str:
        return ""


Tree = Text | Items | Entries | Alias


def resolved(node: Tree) -> Tree:
    """What a node stands for: an alias is followed, one that leads nowhere is null."""
    while isinstance(node, Alias):
        node = node.target or Text("", "", node.span)
    return node


def children(node: Tree) -> tuple[Tree, ...]:
    """What stands directly in a node, aliases as they are."""
    match node:
        case Items(items):
            return items
        case Entries(entries):
            return tuple(part for one in entries for part in (one.key, one.value))
        case _:
            return ()


def all_nodes(node: Tree) -> Iterator[Tree]:
    """The node and everything written inside it; aliases are given and not followed."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(children(one)))


def plain(node: Tree) -> object:
    """What is written as a plain value that can be compared: an alias is a name, comments do not count.

    Of a scalar its text and whether it is quoted, so that `1` and `"1"` differ.
    """
    match node:
        case Text(value, style):
            return (value, bool(style))
        case Items(items):
            return [plain(item) for item in items]
        case Entries(entries):
            return {one.key.value: plain(one.value) for one in reversed(entries)}
        case Alias(name):
            return ("*", name)


def tree(file: SourceFile) -> tuple[Tree | None, list[Diagnostic]]:
    """The one document of a YAML file; none if it is empty or cannot be read, which is then reported."""
    import yaml

    from mermaid2gha.yaml.values import yaml_fault

    try:
        return _Building(file).document(yaml.parse(file.text, Loader=yaml.SafeLoader))
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as error:
        return None, [yaml_fault(file, error)]
    except (yaml.YAMLError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        # PyYAML lets a few slip: an escape beyond Unicode, a version that is no number
        message = f"`{file.name}` cannot be read as YAML: {str(error) or type(error).__name__}"
        return None, [diagnostic(INVALID_YAML, message.lower(), Span(file, 0, 0), help="mend the file")]


def _start(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark is not None else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark is not None else 0


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been seen."""

    event: yaml.CollectionStartEvent
    parts: list[Tree | None] = field(default_factory=list)


@dataclass(slots=True)
class _Building:
    """PyYAML's events into a tree, without recursion, however deep it is."""

    file: SourceFile
    anchors: dict[str, Tree] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    root: Tree | None = None

    def document(self, events: Iterator[yaml.Event]) -> tuple[Tree | None, list[Diagnostic]]:
        import yaml

        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    place = Span(self.file, _start(event), _end(event))
                    cure = "keep one document and delete the lines from the second `---` on"
                    message = "a workflow is one YAML document, and a second one begins here"
                    return None, [diagnostic(INVALID_YAML, message, place, help=cure)]
            elif isinstance(event, yaml.CollectionStartEvent):
                self.stack.append(_Open(event))
                if len(self.stack) > DEEPEST:
                    place = Span(self.file, _start(event), _start(event) + 1)
                    message = f"this is nested more than {DEEPEST} levels deep"
                    return None, [diagnostic(INVALID_YAML, message, place, help="flatten it")]
            elif isinstance(event, yaml.ScalarEvent):
                span = self.span(_start(event), _end(event))
                self.add(Text(event.value, event.style or "", span, event.anchor or ""))
            elif isinstance(event, yaml.AliasEvent):
                span = self.span(_start(event), _end(event))
                if event.anchor not in self.anchors:
                    message = f"there is no anchor `&{event.anchor}` before this alias"
                    cure = "write the value out, or mend the name"
                    return None, [diagnostic(INVALID_YAML, message, span, help=cure)]
                self.add(Alias(event.anchor, self.anchors[event.anchor], span))
            elif isinstance(event, yaml.CollectionEndEvent):
                self.close(event)
        return self.root, []

    def span(self, start: int, end: int) -> Span:
        return Span(self.file, start, max(start + len(self.file.text[start:end].rstrip()), start))

    def close(self, event: yaml.Event) -> None:
        import yaml

        opened = self.stack.pop()
        start = _start(opened.event)
        parts = [part for part in opened.parts if part is not None]
        is_flow = bool(opened.event.flow_style)
        end = _end(event) if is_flow else max([start, *(part.span.end for part in parts)])
        span = self.span(start, end)
        anchor = opened.event.anchor or ""
        if isinstance(opened.event, yaml.SequenceStartEvent):
            self.add(Items(tuple(parts), is_flow, span, anchor))
            return
        self.add(Entries(tuple(self.entries(parts)), is_flow, span, anchor))

    def entries(self, parts: list[Tree]) -> Iterator[Entry]:
        for key, value in zip(parts[::2], parts[1::2]):
            if isinstance(key, Text):
                yield Entry(key, value, self.span(key.span.start, max(key.span.end, value.span.end)))

    def add(self, node: Tree) -> None:
        if node.anchor:
            self.anchors[node.anchor] = node
        if self.stack:
            self.stack[-1].parts.append(node)
        else:
            self.root = node
