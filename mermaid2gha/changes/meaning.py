"""What parts of a workflow file mean, apart from how they are written: values that can be compared.

Order, quotes, comments, layout and the short forms of keys do not count: `needs: a` and `needs: [a]`,
`environment: x` and `environment: {name: x}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mermaid2gha.github.expressions.ast import text_of
from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.expressions.values import string_of
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, Unknown, equivalent
from mermaid2gha.github.workflow.values import typed_value
from mermaid2gha.yaml.tree import Entries, Tree

Meant = object
"""Texts, and lists and mappings of these, which compare by value."""

_EXPRESSION = re.compile(r"\$\{\{((?:[^'}]|'[^']*'|\}(?!\}))*)\}\}")
_SHORT = {"environment": "name", "container": "image", "concurrency": "group"}
"""Keys that may have one text in the stead of a mapping, and the key that it stands for."""
_LISTS = ("runs-on", "needs")


def meant(node: Tree | None) -> Meant:
    """What a node means; an empty text where there is none."""
    return as_meant(typed_value(node)) if node is not None else ""


def as_meant(value: object) -> Meant:
    """What a value means that is read already."""
    match value:
        case Mapping():
            return {name: as_meant(inner) for name, inner in value.items()}
        case list():
            return [as_meant(item) for item in value]
        case str():
            return _EXPRESSION.sub(_spelt, value)
        case _:
            return "" if value is None else string_of(value)


def _spelt(found: re.Match[str]) -> str:
    """An expression in the one spelling that it has as a tree."""
    try:
        return f"${{{{ {text_of(parsed(found[1]))} }}}}"
    except ValueError:
        return found[0]


def keys_of(node: Entries | None) -> dict[str, Meant]:
    """The keys of a job or a workflow with what they mean, each in its long form."""
    return {one.key.value: _long(one.key.value, meant(one.value)) for one in node.entries} if node else {}


def _long(key: str, value: Meant) -> Meant:
    if isinstance(value, str) and key in _SHORT and value:
        return {_SHORT[key]: value}
    if isinstance(value, str) and key in _LISTS and value:
        return [value]
    if isinstance(value, Mapping) and key in _SHORT:
        return {
            name: inner for name, inner in value.items() if inner != "false" or name != "cancel-in-progress"
        }
    return value


def is_same_condition(one: str, other: str, place: ConditionPlace = ConditionPlace.JOB) -> bool:
    """Whether two texts of an `if` hold in the same cases; by their spelling where that cannot be said."""
    if one == other:
        return True
    match equivalent(one or "success()", other or "success()", place=place):
        case Holds():
            return True
        case Unknown():
            return bare(one) == bare(other)
        case _:
            return False


def bare(condition: str) -> str:
    """A condition in one spelling, without `${{ }}` around the whole."""
    text = condition.strip()
    whole = _EXPRESSION.fullmatch(text)
    try:
        return text_of(parsed(whole[1] if whole else text))
    except ValueError:
        return text
