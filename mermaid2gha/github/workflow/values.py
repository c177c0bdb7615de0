"""The values of a workflow file as GitHub reads them: null, booleans and numbers that are written plainly.

So `[3.9, 3.10]` are 3.9 and 3.1, a trap that many have fallen into. It matters where a value can be an
expression's: in a matrix, and in the `with` of a call. YAML 1.2, core schema, which GitHub's service follows
(actions/runner, src/Sdk/WorkflowParser, YamlObjectReader).
"""

from __future__ import annotations

import re

from mermaid2gha.github.expressions.ast import number_of
from mermaid2gha.yaml.tree import Entries, Items, Scalar, Tree, resolved

_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0x[0-9a-fA-F]+|0o[0-7]+")
_WORDS: dict[str, bool | float] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}


def typed_value(node: Tree) -> object:
    """What a node stands for: None, a boolean, a float, a text, or lists and mappings of these."""
    node = resolved(node)
    match node:
        case Entries(entries):
            return {entry.key.value: typed_value(entry.value) for entry in entries}
        case Items(items):
            return [typed_value(item) for item in items]
        case _:
            assert isinstance(node, Scalar)
            return typed_scalar(node)


def typed_scalar(text: Scalar) -> bool | float | str | None:
    """What a scalar is: a text in quotes, and one that has a tag, stay texts."""
    if text.is_null:
        return None
    if not text.is_plain:
        return text.value
    return number_of(text.value) if _NUMBER.fullmatch(text.value) else _WORDS.get(text.value, text.value)
