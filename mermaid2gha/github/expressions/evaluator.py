"""Evaluation of GitHub's expressions on plain Python values.

A value is None, a bool, a number, a string, a list, a dict with string keys, or `Filtered`. Semantics as in
docs.github.com/en/actions/reference/workflows-and-actions/expressions and the npm package
@actions/expressions, against which a differential test holds this. `compiled` walks a tree once and gives a
closure, since a simulation evaluates the same few expressions thousands of times.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from mermaid2gha.base.never import assert_never
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.github.expressions.ast import (
    Call,
    Comparison,
    Context,
    Index,
    Literal,
    Logical,
    Node,
    Not,
)
from mermaid2gha.github.expressions.functions import GENERAL, EvaluationError
from mermaid2gha.github.expressions.values import Filtered, equals, is_less, is_true, number, string_of, upper

ALL_BEFORE_KEY = "needs, however far"
"""The context, which nobody can name, of all jobs before one: `needs` has the direct ones."""

__all__ = ["ALL_BEFORE_KEY", "Environment", "EvaluationError", "Filtered", "compiled", "evaluate"]


@dataclass(frozen=True, slots=True)
class Environment:
    """What an expression sees: the contexts by their lower-case names, and the status functions' answers."""

    contexts: dict[str, object] = field(default_factory=dict)
    is_success: bool = True
    is_failure: bool = False
    is_cancelled: bool = False


Evaluation = Callable[[Environment], object]


def evaluate(node: Node, environment: Environment) -> object:
    """The value of an expression; raises `EvaluationError` where GitHub fails the run (a bad `fromJSON`)."""
    return compiled(node)(environment)


def compiled(node: Node) -> Evaluation:
    """The expression as a function of its environment."""
    match node:
        case Literal(value):
            return lambda _: value
        case Context(name):
            return lambda environment: environment.contexts.get(name)
        case Index(of, key):
            return _compiled_index(of, key)
        case Call(name, arguments):
            return _compiled_call(name, tuple(map(compiled, arguments)))
        case Not(operand):
            inner = compiled(operand)
            return lambda environment: not is_true(inner(environment))
        case Comparison(operator, left, right):
            return _compiled_comparison(operator, compiled(left), right)
        case Logical(operator, operands):
            return _compiled_logical(tuple(map(compiled, operands)), stops_at=operator == "||")
        case _:
            assert_never(node)


def _compiled_index(of: Node, key: Node | None) -> Evaluation:
    path = _path(of, key)
    if path is not None:
        return _compiled_path(*path)
    inner = compiled(of)
    match key:
        case None:
            return lambda environment: _filtered(inner(environment))
        case Literal(str(name)):
            at = number(name)
            return lambda environment: _member(inner(environment), name, at)
        case _:
            computed = compiled(key)

            def member(environment: Environment) -> object:
                index = computed(environment)
                is_primitive = not isinstance(index, list | dict | Filtered)
                return _member(inner(environment), string_of(index) if is_primitive else None, number(index))

            return member


def _path(of: Node, key: Node | None) -> tuple[str, tuple[str, ...]] | None:
    """The context and the names of `context.name.name…`, by far the most frequent kind of index."""
    names: list[str] = []
    node: Node = Index(of, key)
    while isinstance(node, Index):
        if not (isinstance(node.key, Literal) and isinstance(node.key.value, str)):
            return None
        names.append(node.key.value)
        node = node.of
    return (node.name, tuple(reversed(names))) if isinstance(node, Context) else None


def _compiled_path(context: str, names: tuple[str, ...]) -> Evaluation:
    def walk(environment: Environment) -> object:
        value = environment.contexts.get(context)
        for name in names:
            if value is None:
                break
            value = _entry(value, name) if value.__class__ is dict else _member(value, name, number(name))
        return value

    return walk


def _compiled_call(name: str, arguments: tuple[Evaluation, ...]) -> Evaluation:
    if arguments and name in ("success", "failure"):
        return _compiled_of_jobs(name, arguments)
    if arguments and name in ("cancelled", "always"):
        return _compiled_overfull(name)
    match name:
        case "success":
            return lambda environment: environment.is_success
        case "failure":
            return lambda environment: environment.is_failure
        case "cancelled":
            return lambda environment: environment.is_cancelled
        case "always":
            return lambda _: True
    function = GENERAL.get(name)
    if function is None:
        return _compiled_unknown(name)
    return lambda environment: function(*[argument(environment) for argument in arguments])


def _compiled_of_jobs(name: str, arguments: tuple[Evaluation, ...]) -> Evaluation:
    """`success('a', 'b')`: whether all of these jobs succeeded; `failure(…)`: whether one of them failed.

    The schema of @actions/workflow-parser, `job-if`: both take any number of jobs before this one.
    """

    def of_jobs(environment: Environment) -> bool:
        before = environment.contexts.get(ALL_BEFORE_KEY) or environment.contexts.get("needs")
        names = [string_of(argument(environment)) for argument in arguments]
        results = [_member(_member(before, job, math.nan), "result", math.nan) for job in names]
        if name == "success":
            return all(result == "success" for result in results) and not environment.is_cancelled
        return "failure" in results

    return of_jobs


def _compiled_overfull(name: str) -> Evaluation:
    """A status function that takes no arguments, with some."""

    def refused(environment: Environment) -> object:
        raise EvaluationError(f"`{name}` takes no arguments")

    return refused


def _compiled_unknown(name: str) -> Evaluation:
    """A function that needs the runner's files (`hashFiles`), or that is none: only its value is missing."""

    def unknown(_: Environment) -> object:
        raise EvaluationError(f"there is no function `{name}`")

    return unknown


def _compiled_comparison(operator: str, left: Evaluation, right_node: Node) -> Evaluation:
    right = compiled(right_node)
    match operator:
        case "==" | "!=" if isinstance(right_node, Literal) and isinstance(right_node.value, str):
            return _compiled_string_equality(left, right_node.value, is_equal=operator == "==")
        case "==":
            return lambda environment: equals(left(environment), right(environment))
        case "!=":
            return lambda environment: not equals(left(environment), right(environment))
        case "<":
            return lambda environment: is_less(left(environment), right(environment))
        case ">":
            return _compiled_greater(left, right)
        case "<=" | ">=":
            return _compiled_bound(left, right, is_upper=operator == "<=")
        case _:
            raise AssertionError(operator)


def _compiled_string_equality(left: Evaluation, text: str, *, is_equal: bool) -> Evaluation:
    folded = upper(text)

    def equality(environment: Environment) -> bool:
        value = left(environment)
        if value.__class__ is str:
            return (value == text or upper(value) == folded) is is_equal
        return equals(value, text) is is_equal

    return equality


def _compiled_greater(left: Evaluation, right: Evaluation) -> Evaluation:
    def greater(environment: Environment) -> bool:
        high = left(environment)
        return is_less(right(environment), high)

    return greater


def _compiled_bound(left: Evaluation, right: Evaluation, *, is_upper: bool) -> Evaluation:
    def bound(environment: Environment) -> bool:
        low, high = left(environment), right(environment)
        return equals(low, high) or (is_less(low, high) if is_upper else is_less(high, low))

    return bound


def _compiled_logical(operands: tuple[Evaluation, ...], *, stops_at: bool) -> Evaluation:
    def logical(environment: Environment) -> object:
        value: object = None
        for operand in operands:
            value = operand(environment)
            if (value if value.__class__ is bool else is_true(value)) is stops_at:
                break
        return value

    return logical


def _filtered(value: object) -> Filtered:
    match value:
        case Filtered(items):
            return Filtered(tuple(inner for item in items for inner in _filtered(item).items))
        case list():
            return Filtered(tuple(value))
        case dict():
            return Filtered(tuple(value.values()))
        case _:
            return Filtered(())


def _member(value: object, name: str | None, at: float) -> object:
    match value:
        case dict():
            return None if name is None else _entry(value, name)
        case list():
            position = _position(at, len(value))
            return None if position is None else value[position]
        case Filtered(items):
            return Filtered(tuple(found for item in items for found in _members(item, name, at)))
        case _:
            return None


def _members(item: object, name: str | None, at: float) -> tuple[object, ...]:
    match item:
        case dict() if name is not None and _key(item, name) is not None:
            return (_entry(item, name),)
        case list():
            position = _position(at, len(item))
            return () if position is None else (item[position],)
        case _:
            return ()


def _entry(mapping: dict[str, object], name: str) -> object:
    if name in mapping:
        return mapping[name]
    key = _key(mapping, name)
    return None if key is None else mapping[key]


def _key(mapping: dict[str, object], name: str) -> str | None:
    if name in mapping:
        return name
    folded = name.lower()
    return next((key for key in mapping if key.lower() == folded), None)


def _position(at: float, length: int) -> int | None:
    return int(at) if math.isfinite(at) and at >= 0 and int(at) < length else None
