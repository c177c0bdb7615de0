"""Plain values of a YAML tree: texts, lists and mappings, aliases followed.

They share nothing with each other, so a tree is to be read with a limit for its aliases.
"""

from __future__ import annotations

from collections.abc import Callable

from mermaid2gha.yaml.tree import Entries, Items, Scalar, Tree, resolved

Value = str | list["Value"] | dict[str, "Value"]


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
