"""The values of expressions are those that npm's @actions/expressions gave (recorded by tests/live)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from expression_answers import CONTEXTS, answer

from mermaid2gha.github.expressions.ast import Node, text_of
from mermaid2gha.github.expressions.condition import expression, negation, whole
from mermaid2gha.github.expressions.evaluator import Environment, EvaluationError, evaluate
from mermaid2gha.github.expressions.parser import parse
from mermaid2gha.github.expressions.values import is_true

RECORDED = Path(__file__).with_name("expressions.jsonl.gz")


def tree(text: str) -> Node:
    node, problems = parse(text)
    assert node is not None, problems
    return node


def truth(text: str) -> bool:
    return is_true(evaluate(tree(text), Environment(CONTEXTS)))


def value(text: str, **contexts: object) -> object:
    return evaluate(tree(text), Environment(dict(contexts)))


CASES = [json.loads(line) for line in gzip.decompress(RECORDED.read_bytes()).decode().splitlines()]
VALUED = [case["expression"] for case in CASES if "error" not in case]


def test_recorded_expressions_have_the_values_of_npm() -> None:
    assert len(CASES) >= 600
    assert [c for c in CASES if {"expression": c["expression"], **answer(c["expression"])} != c] == []


def test_an_expression_means_the_same_in_its_one_spelling() -> None:
    assert [text for text in VALUED if answer(text_of(tree(text))) != answer(text)] == []


def test_the_opposite_of_a_test_is_true_exactly_where_the_test_is_not() -> None:
    for text in VALUED:
        test = whole(tree(text))
        assert truth(expression(test)) is truth(text), text
        assert truth(expression(negation(test))) is not truth(text), text


def test_a_condition_is_true_exactly_where_its_expression_is() -> None:
    for text in VALUED:
        condition = tree(text)
        assert truth(expression(condition)) is truth(text), text
        assert truth(expression(negation(condition))) is not truth(text), text


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'abc' == 'ABC'", True),
        ("'abc' == 0", False),
        ("'abc' != 0", True),
        ("' ' == 0", True),
        ("true == 'true'", False),
        ("true == '1'", True),
        ("null == ''", True),
        ("false && false || true", True),
        ("1 == 1 == true", True),
        ("!'false'", False),
        ("NaN == NaN", False),
        ("'a' || 'b'", "a"),
        ("join(needs.*.result)", "success,skipped"),
        ("a.b.c.d", None),
        ("hosts[1]", "two"),
        ("hosts['1']", "two"),
        ("job.BUILD-info", "x"),
    ],
)
def test_the_documented_coercions(expression: str, expected: object) -> None:
    needs = {"a": {"result": "success"}, "b": {"result": "skipped"}}
    found = value(expression, hosts=["one", "two"], job={"build-info": "x"}, a={}, needs=needs)
    assert found == expected


@pytest.mark.parametrize(
    "expression", ["fromJSON('')", "fromJSON('[1,]')", "fromJSON('NaN')", "format('{0')"]
)
def test_what_has_no_value_is_an_evaluation_error(expression: str) -> None:
    with pytest.raises(EvaluationError):
        value(expression)


def test_objects_are_equal_only_to_themselves() -> None:
    assert value("a == a && a != b", a={"x": 1}, b={"x": 1}) is True


def test_status_functions_answer_what_the_environment_says() -> None:
    node, _ = parse("format('{0} {1} {2} {3}', success(), failure(), cancelled(), always())")
    assert node is not None
    assert evaluate(node, Environment({}, is_success=False, is_failure=True)) == "false true false true"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a''b''c'", "a'b'c"),  # npm halves the first doubled quote of a string only
        ("''''''", "''"),
        ("'0b11' == 3", False),  # npm reads binary numbers, for ECMAScript does
        ("'0b11' < 4", False),
        ("'0o17' == 15", True),
    ],
)
def test_where_npm_differs_from_the_service_the_service_is_followed(
    expression: str, expected: object
) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize("text", ["contains('a', 'b',)", "format('a',)", "join(github.x,)", " ", ""])
def test_what_only_npm_takes_is_no_expression(text: str) -> None:
    """A comma before the closing parenthesis, or nothing at all."""
    assert parse(text)[0] is None
