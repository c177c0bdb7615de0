"""What this project makes of an expression, in the form in which npm's answers are recorded."""

from __future__ import annotations

from mermaid2gha.github.expressions.ast import FUNCTIONS, Call, Context, Node
from mermaid2gha.github.expressions.checker import nodes
from mermaid2gha.github.expressions.evaluator import Environment, EvaluationError, Filtered, evaluate
from mermaid2gha.github.expressions.functions import GENERAL
from mermaid2gha.github.expressions.parser import parse
from mermaid2gha.github.expressions.values import string_of

CONTEXTS: dict[str, object] = {
    "github": {
        "a": "abc",
        "b": 1,
        "name": "Refs/Heads/Main",
        "labels": [{"name": "x", "a": 1}, {"NAME": "Y"}, "plain", [1, "two", {"name": "inner"}], None],
        "deep": {"a": {"b": {"name": "bottom"}}, "list": [[1, 2], [3]], "x-y": True},
        "true": "yes",
        "number": 1e21,
        "zero": 0,
        "empty": "",
    },
    "needs": {
        "a": {"result": "success", "outputs": {"b": "true", "list": '["x", "y"]'}, "name": "A"},
        "b": {"result": "skipped", "outputs": {}, "name": "false"},
        "x-y": {"result": "failure", "name": None},
    },
    "vars": {"A": "1", "name": "", "list": [], "deep": {}, "number": -0.5},
}


def answer(expression: str) -> dict[str, object]:
    """`{error: True}`, or the kind and text of the value."""
    node, _ = parse(expression)
    if node is None or not _is_known(node):
        return {"error": True}
    try:
        value = evaluate(node, Environment(CONTEXTS))
        return {"kind": kind(value), "text": _text(value)}
    except EvaluationError:
        return {"error": True}


def _is_known(node: Node) -> bool:
    return all(_is_known_part(part) for part in nodes(node))


def _is_known_part(part: Node) -> bool:
    match part:
        case Context(name):
            return name in CONTEXTS
        case Call(name, arguments):
            _, least, most = FUNCTIONS.get(name, ("", 1, 0))
            is_even_case = name == "case" and len(arguments) % 2 == 0
            return name in GENERAL and least <= len(arguments) <= most and not is_even_case
        case _:
            return True


def kind(value: object) -> str:
    match value:
        case None:
            return "Null"
        case bool():
            return "Boolean"
        case int() | float():
            return "Number"
        case str():
            return "String"
        case dict():
            return "Dictionary"
        case list() | Filtered():
            return "Array"
    raise AssertionError(value)


def _text(value: object) -> str:
    if isinstance(value, dict | list | Filtered):
        return string_of(GENERAL["tojson"](value))
    return string_of(value)
