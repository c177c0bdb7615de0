"""The values of expressions are those that npm's @actions/expressions gave (recorded by tests/live)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from expression_answers import answer

from mermaid2gha.actions.evaluate import Environment, EvaluationError, evaluate
from mermaid2gha.actions.expression_parse import parse

RECORDED = Path(__file__).with_name("expressions.jsonl.gz")


def value(expression: str, **contexts: object) -> object:
    node, problems = parse(expression)
    assert node is not None, problems
    return evaluate(node, Environment(dict(contexts)))


def test_recorded_expressions_have_the_values_of_npm() -> None:
    lines = gzip.decompress(RECORDED.read_bytes()).decode().splitlines()
    cases = [json.loads(line) for line in lines]
    assert len(cases) >= 600
    assert [c for c in cases if {"expression": c["expression"], **answer(c["expression"])} != c] == []


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
