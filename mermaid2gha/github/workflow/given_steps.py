"""Steps that people give, from the tree of a file of theirs to the lines of a workflow.

What a step says stays; it is laid out as all that is written here. The comment that ends the line of a
scalar, such as the version behind a commit, goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.patterns import late
from mermaid2gha.github.workflow.emitter import (
    LIST_WIDTH,
    comment,
    flow_scalar,
    inner_indented,
    quoted,
    scalar,
    script_fits_block,
)
from mermaid2gha.github.workflow.model import GivenStep
from mermaid2gha.yaml.tree import Entries, Items, Scalar, Tree, resolved

_COMMENT = late(r"[ \t]+#[ \t]*([^\r\n]*)")


def given_step(node: Entries) -> GivenStep:
    """A step as it will stand in a workflow."""
    lines = list(_entries(node))
    texts = {one.key.value: _text(one.value) for one in node.entries}
    arguments = node.get("with")
    return GivenStep(
        (f"- {lines[0]}", *inner_indented(lines[1:])),
        id=texts.get("id", ""),
        condition=texts.get("if", ""),
        uses=texts.get("uses", ""),
        arguments=tuple(
            (one.key.value, _text(one.value))
            for one in (arguments.entries if isinstance(arguments, Entries) else ())
        ),
    )


def _text(node: Tree) -> str:
    node = resolved(node)
    return node.value if isinstance(node, Scalar) else ""


def _entries(node: Entries) -> Iterator[str]:
    for entry in node.entries:
        key = entry.key.value if entry.key.is_plain else scalar(entry.key.value)
        first, *rest = _value(entry.value)
        yield f"{key}: {first}" if first else f"{key}:"
        yield from inner_indented(rest)


def _value(node: Tree) -> list[str]:
    """The lines of a value: the first stands behind its key, the others below it."""
    node = resolved(node)
    match node:
        case Scalar():
            return _scalar_lines(node)
        case Items(items) if not items:
            return ["[]"]
        case Items(items, is_flow) if is_flow and all(isinstance(resolved(item), Scalar) for item in items):
            line = f"[{', '.join(_in_flow(resolved(item)) for item in items)}]"
            return [line] if len(line) <= LIST_WIDTH // 2 else ["", *_items(node)]
        case Items():
            return ["", *_items(node)]
        case Entries(entries):
            return ["", *_entries(node)] if entries else ["{}"]
        case _:  # an alias that leads nowhere
            return [""]


def _items(node: Items) -> Iterator[str]:
    for item in map(resolved, node.items):
        lines = list(_entries(item)) if isinstance(item, Entries) and item.entries else _value(item)
        if lines and not lines[0]:
            lines = lines[1:]
        yield f"- {lines[0]}"
        yield from inner_indented(lines[1:])


def _in_flow(node: Tree) -> str:
    assert isinstance(node, Scalar)
    return node.value if node.is_plain else flow_scalar(node.value)


def _scalar_lines(node: Scalar) -> list[str]:
    text = node.value
    if node.is_plain:
        return [_with_comment(text, node)]
    if "\n" not in text:
        return [_with_comment(scalar(text), node)]
    if not script_fits_block(text):
        return [quoted(text)]
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    sign = "|-" if not ends else "|" if ends == 1 else "|+"
    return [sign, *body.split("\n"), *([""] * (ends - 1))]


def _with_comment(text: str, node: Scalar) -> str:
    """A scalar with the comment that follows it on its line."""
    if node.style in ("|", ">"):
        return text
    match = _COMMENT.match(node.span.file.text, node.span.end)
    return f"{text} {comment(match[1])}" if match is not None and text else text
