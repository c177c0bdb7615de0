"""YAML text as a tree that knows where and how everything is written; reading never raises.

This is the reader of all files that people write. It keeps what an editor of the text needs: which style a
scalar has, whether a mapping stands in lines or between braces, anchors, and each alias at its own place. A
scalar keeps its own spelling (`on` and `no` stay words, `1.10` keeps its nought). Spans leave out comments
and blank lines that follow; that of a node with an anchor or a tag begins with it.

Reports `invalid-yaml` and `duplicate-key`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic, sorted_diagnostics
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.yaml.simple import SimplePart, SimpleText, simple

DUPLICATE_KEY = Rule("duplicate-key", Severity.ERROR)
INVALID_YAML = Rule("invalid-yaml", Severity.ERROR)

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.yaml.events import Event, Frame, YamlSyntaxError


DEEPEST = 200
"""Levels of nesting that are read, aliases followed; GitHub itself reads fewer."""

MOST_NODES = 50_000
"""Nodes that GitHub reads, aliases followed (actions/runner, src/Sdk/WorkflowParser, YamlObjectReader)."""

_MAY_BE_NO_TEXT = late(r"~?|(?i:null|true|false)|[-+]?\.?(?:[0-9][\w.+-]*|(?i:inf|nan))")
"""What may be nothing, a truth value or a number without quotes."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar. `style` is what it begins with: `'`, `"`, `|`, `>`, or nothing for a plain one.

    `tag` is the whole name of its tag (`tag:yaml.org,2002:str`), if it has one.
    """

    value: str
    style: str
    span: Span = field(compare=False)
    anchor: str = field(default="", compare=False)
    tag: str = field(default="", compare=False)

    @property
    def is_plain(self) -> bool:
        """Whether what it is follows from its spelling: it has neither quotes nor a tag."""
        return not self.style and not self.tag

    @property
    def is_null(self) -> bool:
        return self.value in ("", "~", "null", "Null", "NULL") and self.is_plain


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `is_flow` if it stands between brackets."""

    items: tuple[Tree, ...]
    is_flow: bool
    span: Span = field(compare=False)
    anchor: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value; the span is that of both. A key that is an alias has the text it stands for."""

    key: Scalar
    value: Tree
    span: Span = field(compare=False)
    alias: Alias | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping in written order; `is_flow` if it stands between braces.

    A key that is no scalar is left out, of a repeated key all but the first; both are told.
    """

    entries: tuple[Entry, ...]
    is_flow: bool
    span: Span = field(compare=False)
    anchor: str = field(default="", compare=False)

    def entry(self, key: str) -> Entry | None:
        for one in self.entries:
            if one.key.value == key:
                return one
        return None

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
    """`*name` at its own place; `target` is the anchored node, or none if the alias stands inside it."""

    name: str
    target: Tree | None
    span: Span = field(compare=False)

    @property
    def anchor(self) -> str:
        return ""


Tree = Scalar | Items | Entries | Alias


def resolved(node: Tree) -> Tree:
    """What a node stands for: an alias is followed, one that leads nowhere is null."""
    while isinstance(node, Alias):
        node = node.target or Scalar("", "", node.span)
    return node


def children(node: Tree) -> tuple[Tree, ...]:
    """What stands directly in a node, aliases as they are."""
    match node:
        case Items(items):
            return items
        case Entries(entries):
            return tuple(part for one in entries for part in (one.alias or one.key, one.value))
        case _:
            return ()


def all_nodes(node: Tree) -> Iterator[Tree]:
    """The node and everything written inside it; aliases are given and not followed."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(children(one)))


def comparable(node: Tree) -> object:
    """What is written, to be compared with another node: comments, places and the order of keys aside.

    Of a scalar its text, its tag and whether it is a text, so that `1` and `"1"` differ, and `a` and `"a"` do
    not; an alias is a name.
    """
    match node:
        case Scalar(value, style, tag=tag):
            return (value, tag, bool(style) or not _MAY_BE_NO_TEXT.fullmatch(value))
        case Items(items):
            return [comparable(item) for item in items]
        case Entries(entries):
            return {one.key.value: comparable(one.value) for one in entries}
        case Alias(name):
            return ("*", name)


def read_tree(file: SourceFile, most: int | None = None) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
    """The one document of a YAML text, and what is wrong in it; none if it is empty or cannot be read.

    `most` is how many nodes aliases may stand for.
    """
    if (whole := simple(file.text)) is not None:
        nodes = _Nodes(file)
        return nodes.of_simple(whole), tuple(sorted_diagnostics(nodes.found))

    from mermaid2gha.yaml.events import ERRORS, YamlSyntaxError, document, fault
    from mermaid2gha.yaml.scanner import parsers_of

    problem: Exception | None = None
    for parser in parsers_of(file.text):
        nodes = _Nodes(file)
        try:
            root = document(parser(file.text), nodes, deepest=DEEPEST, most=most)
        except YamlSyntaxError as error:
            place = Span(file, error.start, error.end)
            return None, (diagnostic(INVALID_YAML, error.reason, place, help=error.cure),)
        except ERRORS as error:
            problem = error
        else:
            return root, tuple(sorted_diagnostics(nodes.found))
    assert problem is not None
    return None, (_not_yaml(file, fault(problem, file.text)),)


tree = lru_cache(maxsize=256)(read_tree)
"""`read_tree` of a file that people wrote, which several parts of one run ask for."""


def _not_yaml(file: SourceFile, fault: YamlSyntaxError) -> Diagnostic:
    """What the parser complains of, at its place and at that of what was begun before."""
    places = [Label(_visible(file, fault.start))]
    if fault.context:
        at, words = fault.context
        places.append(Label(_visible(file, at), words))
    return diagnostic(INVALID_YAML, f"this is not YAML: {fault.reason}", *places, help=fault.cure)


def _visible(file: SourceFile, at: int) -> Span:
    """A place of one character; at the end of the text, the last character that can be seen."""
    if at >= len(file.text):
        at = max(len(file.text.rstrip()) - 1, 0)
    return Span(file, at, min(at + 1, len(file.text)))


@dataclass(slots=True)
class _Nodes:
    """What makes nodes of events, with what is wrong in those that can be read."""

    file: SourceFile
    found: list[Diagnostic] = field(default_factory=list)

    def text(self, event: Event) -> Scalar:
        start, end, style = event.start_mark.index, event.end_mark.index, event.style or ""
        if start == end:  # nothing: it stands behind its colon, LibYAML says before what follows
            while start and self.file.text[start - 1] in " \t\r\n":
                start -= 1
            end = start
        elif style in ("|", ">"):
            end = start + len(self.file.text[start:end].rstrip())
        return Scalar(
            event.value,
            style,
            span=Span(self.file, start, end),
            anchor=event.anchor or "",
            tag=event.tag or "",
        )

    def of_simple(self, part: SimplePart) -> Scalar | Items | Entries:
        """The node of what is read without events."""
        span = Span(self.file, part.start, part.end)
        if isinstance(part, SimpleText):
            return Scalar(part.value, part.style, span)
        parts = [self.of_simple(one) for one in part.parts]
        if part.is_list:
            return Items(tuple(parts), part.is_flow, span)
        return Entries(tuple(self.entries(parts)), part.is_flow, span)

    def alias(self, event: Event, target: Tree | None) -> Alias:
        span = Span(self.file, event.start_mark.index, event.end_mark.index)
        return Alias(event.anchor, target, span)

    def collection(self, frame: Frame, end: Event) -> Items | Entries:
        start, is_flow = frame.event.start_mark.index, bool(frame.event.flow_style)
        last = end.end_mark.index if is_flow else max((part.span.end for part in frame.parts), default=start)
        span = Span(self.file, start, max(start, last))
        if frame.is_circular:
            message, cure = "an alias inside this repeats it", "write the value out"
            self.found.append(diagnostic(INVALID_YAML, message, span, help=cure))
        if frame.is_list:
            return Items(tuple(frame.parts), is_flow, span, frame.event.anchor or "")
        return Entries(tuple(self.entries(frame.parts)), is_flow, span, frame.event.anchor or "")

    def entries(self, parts: Sequence[Tree]) -> Iterator[Entry]:
        seen: dict[str, Span] = {}
        for key, value in zip(parts[::2], parts[1::2]):
            text = key if isinstance(key, Scalar) else resolved(key)
            if not isinstance(text, Scalar):
                message, cure = "a key must be a text, not a list or a mapping", "put it in quotes"
                self.found.append(diagnostic(INVALID_YAML, message, key.span, help=cure))
            elif text.value in seen:
                message = f"the key `{text.value}` is written twice"
                first = Label(seen[text.value], "first written here")
                cure = "keep one of them; only the first is read"
                self.found.append(diagnostic(DUPLICATE_KEY, message, key.span, first, help=cure))
            else:
                seen[text.value] = key.span
                span = Span(self.file, key.span.start, max(key.span.end, value.span.end))
                alias = key if isinstance(key, Alias) else None
                yield Entry(replace(text, span=key.span, anchor="") if alias else text, value, span, alias)
