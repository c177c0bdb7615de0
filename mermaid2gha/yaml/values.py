"""YAML text as nodes with places; reading never raises.

A scalar keeps its own spelling (`on` and `no` stay words, `1.10` keeps its nought) beside the tag that YAML
1.1 gives it. Aliases are shared nodes. Reports `invalid-yaml` and `duplicate-key`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.yaml.tree import INVALID_YAML

DUPLICATE_KEY = Rule("duplicate-key", Severity.ERROR)

if TYPE_CHECKING:
    import yaml

_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as it is spelt; `tag` is `str`, `int`, `float`, `bool`, `null`, `timestamp` or as written."""

    text: str
    tag: str
    is_plain: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values in written order; of a repeated key the first counts."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span = field(compare=False)

    def get(self, key: str) -> Node | None:
        return next((value for known, value in self.entries if known.text == key), None)


Node = Scalar | Sequence | Mapping


def yaml_node(file: SourceFile) -> tuple[Node | None, list[Diagnostic]]:
    """The one document of a YAML file; None if it is empty or cannot be read, which is then reported."""
    import yaml

    try:
        root = yaml.compose(file.text, Loader=yaml.SafeLoader)
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as error:
        return None, [yaml_fault(file, error)]
    except RecursionError:
        message = f"`{file.name}` is nested too deeply to be read"
        return None, [diagnostic(INVALID_YAML, message, Span(file, 0, 0), help="flatten it")]
    if root is None:
        return None, []
    found: list[Diagnostic] = []
    return _Reading(file, found, {}, set()).node(root), found


def yaml_fault(file: SourceFile, error: yaml.MarkedYAMLError | yaml.reader.ReaderError) -> Diagnostic:
    """What PyYAML complains of, as `invalid-yaml` at its place."""
    import yaml

    if isinstance(error, yaml.reader.ReaderError):
        at = error.position
        message = f"the character U+{ord(file.text[at]):04X} may not stand in YAML"
        return diagnostic(INVALID_YAML, message, Span(file, at, at + 1), help="delete it")
    mark = error.problem_mark or error.context_mark
    at = min(mark.index, len(file.text)) if mark else 0
    message = " ".join((error.problem or "this is not YAML").split()).removesuffix(".")
    places = [Label(_visible(file, at))]
    if error.context_mark and mark and error.context_mark.index != mark.index:
        context = _visible(file, min(error.context_mark.index, len(file.text)))
        places.append(Label(context, error.context or ""))
    return diagnostic(INVALID_YAML, f"this is not YAML: {message}", *places, help=_cure(file, at, message))


def _visible(file: SourceFile, at: int) -> Span:
    """A place of one character; at the end of the text, the last character that can be seen."""
    if at >= len(file.text):
        at = max(len(file.text.rstrip()) - 1, 0)
    return Span(file, at, min(at + 1, len(file.text)))


def _cure(file: SourceFile, at: int, message: str) -> str:
    if file.text[at : at + 1] == "\t" or "'\\t'" in message:
        return "indent with blanks, YAML allows no tabs there"
    if "mapping values" in message:
        return "put quotes around a text that has `: ` in it, or mend the indentation"
    if "single document" in message or "document" in message:
        return "keep one document and delete the lines from `---` on"
    if file.text[at : at + 1] in "@`%&*!|>{}[],":
        return "put quotes around a text that begins with such a character"
    return "see the line above as well; an indentation or a closing quote is often what is missing"


@dataclass(slots=True)
class _Reading:
    """PyYAML's nodes into ours; `done` keeps shared nodes shared, `open` finds a node inside itself."""

    file: SourceFile
    found: list[Diagnostic]
    done: dict[int, Node]
    open: set[int]

    def node(self, node: yaml.Node) -> Node:
        import yaml

        known = self.done.get(id(node))
        if known is not None:
            return known
        span = Span(self.file, node.start_mark.index, self._end(node))
        if id(node) in self.open:
            message = "this alias stands inside the node that it repeats"
            self.found.append(diagnostic(INVALID_YAML, message, span, help="write the value out"))
            return Scalar("", "null", True, span)
        self.open.add(id(node))
        made: Node
        if isinstance(node, yaml.MappingNode):
            made = Mapping(tuple(self._entries(node)), span)
        elif isinstance(node, yaml.SequenceNode):
            made = Sequence(tuple(self.node(item) for item in node.value), span)
        else:
            assert isinstance(node, yaml.ScalarNode)
            made = Scalar(node.value, node.tag.removeprefix(_TAG), node.style is None, span)
        self.open.discard(id(node))
        self.done[id(node)] = made
        return made

    def _end(self, node: yaml.Node) -> int:
        """The end of a node without the blank lines and comments that PyYAML counts in."""
        start, end = node.start_mark.index, node.end_mark.index
        return start + len(self.file.text[start:end].rstrip())

    def _entries(self, node: yaml.MappingNode) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, Span] = {}
        for key_node, value_node in node.value:
            key = self.node(key_node)
            value = self.node(value_node)
            if not isinstance(key, Scalar):
                message = "a key must be a text, not a list or a mapping"
                self.found.append(diagnostic(INVALID_YAML, message, key.span, help="put it in quotes"))
            elif key.text in seen:
                first = Label(seen[key.text], "first written here")
                message = f"the key `{key.text}` is written twice"
                cure = "keep one of them; only the first is read"
                self.found.append(diagnostic(DUPLICATE_KEY, message, Label(key.span), first, help=cure))
            else:
                seen[key.text] = key.span
                yield key, value
