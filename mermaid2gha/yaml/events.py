"""PyYAML's events of a text folded into nodes of any kind, without recursion, however deep it is.

An anchor may be defined again: an alias stands for the latest before it, as for GitHub (actions/runner,
src/Sdk/WorkflowParser, YamlObjectReader). An alias shares the node that it repeats, so a text of a few lines
that stands for millions of nodes costs no more than its lines; who follows aliases sets a limit.
"""

from __future__ import annotations

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass, field

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from typing import Any, Protocol, TypeVar

    _T = TypeVar("_T")

    Event = Any
    """An event of PyYAML; for its stubs it may have no marks, and which one it is does not narrow it."""

    class NodeBuilder(Protocol[_T]):
        """What makes nodes of events."""

        def text(self, event: Event) -> _T:
            """The node of a scalar."""

        def alias(self, event: Event, target: _T | None) -> _T:
            """The node of an alias; without a target it stands inside the node that it repeats."""

        def collection(self, frame: Frame, end: Event) -> _T:
            """The node of a list or a mapping, whose last event is given as well."""


ERRORS = (yaml.YAMLError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError)
"""What PyYAML raises: a few slip, at an escape beyond Unicode or a version that is no number."""

_TAB_INDENTS = late(r"[-?: \t]*\t")


class YamlSyntaxError(Exception):
    """Why a text cannot be read and where (offsets); the cure, and the place of something before, or none."""

    def __init__(
        self, reason: str, start: int, end: int, cure: str = "", context: tuple[int, str] | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.end = end
        self.cure = cure
        self.context = context


@dataclass(slots=True)
class Frame:
    """A collection while it is read, or an anchored scalar: its first event and, once closed, its node.

    `parts` are the nodes of a list, or the keys and values of a mapping in turn. `is_circular`: an alias in
    it repeats it. `size` and `height` count nodes and levels with aliases followed.
    """

    event: Event
    is_list: bool = False
    node: Any = None
    is_open: bool = True
    is_circular: bool = False
    size: int = 1
    height: int = 1
    parts: list[Any] = field(default_factory=list)


def document(parser: Any, builder: NodeBuilder[_T], *, deepest: int, most: int | None) -> _T | None:
    """The one node of a text, none for an empty text; raises `YamlSyntaxError` and `ERRORS`.

    `parser` is one of PyYAML's with the text. `deepest` is how many levels are read, aliases followed, and
    `most` how many nodes aliases may stand for.
    """
    anchors: dict[str, Frame] = {}
    top = whole = Frame(None)
    stack: list[Frame] = []
    documents = repeated = 0
    text, alias, collection = builder.text, builder.alias, builder.collection
    for event in iter(parser.get_event, None):
        kind = type(event)
        if kind is ScalarEvent:
            node = text(event)
            top.parts.append(node)
            top.size += 1
            if event.anchor:
                anchors[event.anchor] = Frame(event, node=node, is_open=False)
        elif kind is AliasEvent:
            target = anchors.get(event.anchor)
            if target is None:
                message = f"there is no anchor `&{event.anchor}` before this alias"
                raise _fault(message, event, "write the value out, or mend the name")
            target.is_circular |= target.is_open
            top.parts.append(alias(event, None if target.is_open else target.node))
            top.size += target.size
            top.height = max(top.height, target.height + 1)
            repeated += target.size
            if most is not None and repeated > most:
                raise _fault(f"aliases stand for more than {most} nodes up to here", event, "use fewer")
            if len(stack) + target.height > deepest:
                raise _too_deep(event, deepest)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            stack.append(top)
            top = Frame(event, kind is SequenceStartEvent)
            if event.anchor:
                anchors[event.anchor] = top
            if len(stack) > deepest:
                raise _too_deep(event, deepest)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            frame, top = top, stack.pop()
            frame.node = collection(frame, event)
            frame.is_open = False
            top.parts.append(frame.node)
            top.size += frame.size
            top.height = max(top.height, frame.height + 1)
        elif kind is DocumentStartEvent:
            documents += 1
            if documents > 1:
                message = "this is one YAML document, and a second one begins here"
                cure = "keep one document and delete the lines from the second `---` on"
                raise _fault(message, event, cure)
    return whole.parts[0] if whole.parts else None


def _too_deep(event: Event, deepest: int) -> YamlSyntaxError:
    return _fault(f"this is nested more than {deepest} levels deep", event, "flatten it")


def _fault(reason: str, event: Event, cure: str) -> YamlSyntaxError:
    start, end = event.start_mark.index, event.end_mark.index
    return YamlSyntaxError(reason, start, end if type(event) is AliasEvent else start + 1, cure)


def fault(error: Exception, text: str) -> YamlSyntaxError:
    """What one of `ERRORS` says of a text."""
    if isinstance(error, yaml.reader.ReaderError):
        at = error.position
        return YamlSyntaxError(
            f"the character U+{ord(text[at]):04X} may not stand in it", at, at + 1, "delete it"
        )
    if not isinstance(error, yaml.MarkedYAMLError):
        return YamlSyntaxError((str(error) or type(error).__name__).lower(), 0, 0, "mend the file")
    before = getattr(error.context_mark, "index", None)
    at = min(getattr(error.problem_mark, "index", before or 0), len(text))
    reason = " ".join((error.problem or "it cannot be read").split()).removesuffix(".")
    cure = _cure(text, at, reason)
    if reason.startswith("could not find expected ':'") and before is not None:
        return YamlSyntaxError("a key has no `:` behind it", before, before + 1, cure)
    is_colon = text[at : at + 1] == ":"  # what it ends is one text where it begins on another line
    if is_colon and (begin := _text_before(text, at)) < at:
        return YamlSyntaxError(reason, begin, begin + 1, cure, (at, "up to this colon it is one text"))
    context = None if before in (None, at) else (min(before, len(text)), error.context or "")
    return YamlSyntaxError(reason, at, at + 1, cure, context)


def _text_before(text: str, colon: int) -> int:
    """Where the text of several lines begins that a colon ends, which cannot be a key then; the colon's own
    place where there is none."""
    from mermaid2gha.yaml.scanner import TabScanner

    last: Any = None
    try:
        scanner: Any = TabScanner(text)
        while (token := scanner.get_token()) and token.start_mark.index < colon:
            last = token
    except ERRORS:
        pass
    is_text = isinstance(last, yaml.ScalarToken) and last.end_mark.line > last.start_mark.line
    return int(last.start_mark.index) if is_text and last.end_mark.index <= colon else colon


def _cure(text: str, at: int, reason: str) -> str:
    line = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    if text[at : at + 1] == "\t" or _TAB_INDENTS.match(text, line):
        return "indent with blanks, YAML allows no tabs there"
    if "mapping values" in reason:
        return "put quotes around a text that has `: ` in it, or mend the indentation"
    if "document" in reason:
        return "keep one document and delete the lines from `---` on"
    if text[at : at + 1] in "@`%&*!|>{}[],":
        return "put quotes around a text that begins with such a character"
    return "see the line above as well; an indentation or a closing quote is often what is missing"
