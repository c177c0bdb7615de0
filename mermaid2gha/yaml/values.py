"""Plain values of a YAML tree, or of a plain text: texts, lists and mappings, aliases followed.

They share nothing with each other, so a tree is to be read with a limit for its aliases.
"""

from __future__ import annotations

from collections.abc import Callable

from mermaid2gha.yaml.block import Value, block_value
from mermaid2gha.yaml.tree import DEEPEST, Entries, Items, Scalar, Tree, resolved

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from typing import Any


def _spelling(text: Scalar) -> str:
    return text.value


def value(node: Tree, text: Callable[[Scalar], str] = _spelling) -> Value:
    """What a node stands for; `text` says what a scalar is, else its own spelling."""
    node = resolved(node)
    match node:
        case Entries(entries):
            return {entry.key.value: value(entry.value, text) for entry in entries}
        case Items(items):
            return [value(item, text) for item in items]
        case _:
            assert isinstance(node, Scalar)
            return text(node)


def plain_value(text: str) -> Value | None:
    """The value of a plain text, line by line or by LibYAML alone: in a fifth, or a third, of the time that a
    tree with places takes.

    None where the tree has more to say: at whatever is wrong, at a key that is no text or is written twice,
    at anchors, aliases and tags; and where LibYAML is not there.
    """
    if (quick := block_value(text)) is not None:
        return quick
    from mermaid2gha.yaml.events import ERRORS  # late: PyYAML takes as long to load as Python to start
    from mermaid2gha.yaml.scanner import parsers_of

    try:
        parsers = parsers_of(text)
        return _folded(parsers[0](text)) if len(parsers) > 1 else None
    except ERRORS:
        return None


def _folded(parser: Any) -> Value | None:
    """The events of PyYAML as a value; none as `plain_value` says, or one of `ERRORS`. Loops, for a text may
    be deep."""
    from yaml import events

    scalar, start_of_mapping, end_of_mapping = (
        events.ScalarEvent,
        events.MappingStartEvent,
        events.MappingEndEvent,
    )
    whole: list[Any] = []
    parts, stack = whole, [whole]
    documents = 0
    next_event = parser.get_event
    while (event := next_event()) is not None:
        kind = type(event)
        if kind is scalar:
            if event.anchor or event.tag:
                return None
            parts.append(event.value)
        elif kind is end_of_mapping:
            closed = dict(zip(parts[::2], parts[1::2]))  # a list or a mapping as a key is a TypeError
            if len(closed) * 2 < len(parts):
                return None
            stack.pop()
            parts = stack[-1]
            parts.append(closed)
        elif kind is start_of_mapping or kind is events.SequenceStartEvent:
            if event.anchor or event.tag or len(stack) > DEEPEST:
                return None
            parts = []
            stack.append(parts)
        elif kind is events.SequenceEndEvent:
            items = stack.pop()
            parts = stack[-1]
            parts.append(items)
        elif kind is events.AliasEvent:
            return None
        elif kind is events.DocumentStartEvent:
            documents += 1
    return whole[0] if documents == len(whole) == 1 else None
