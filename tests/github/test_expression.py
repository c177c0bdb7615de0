"""GitHub expressions: what is one, what it says, and how it is written."""

from __future__ import annotations

import pytest

from mermaid2gha.github.expressions.ast import Node, text_of
from mermaid2gha.github.expressions.checker import (
    GENERAL_FUNCTIONS,
    JOB_IF_CONTEXTS,
    STATUS_FUNCTIONS,
    check,
    condition_test,
    has_status_function,
    is_boolean,
)
from mermaid2gha.github.expressions.condition import (
    FALSE,
    TRUE,
    all_of,
    any_of,
    conjuncts,
    disjuncts,
    equal,
    expression,
    negation,
    operand,
)
from mermaid2gha.github.expressions.parser import parse, parsed

ALL_FUNCTIONS = GENERAL_FUNCTIONS | STATUS_FUNCTIONS


def tree(text: str) -> Node:
    node, problems = parse(text)
    assert node is not None, problems
    return node


ENGLISH = [
    "needed",
    "if needed",
    "tests",
    "Tests pass",
    "Tests pass?",
    "true",
    "false",
    "null",
    "not a fork",
    "PR is from a fork",
    "the build failed",
    "all tests passed and images are built",
    "a and b",
    "on push",
    "github",
    "github.com",
    "inputs",
    "push || schedule",
    "push && main",
    "!needed",
    "!github",
    "success",
    "failure",
    "failure (always)",
    "docs-changed",
    "docs.changed",
    "docs == changed",
    "1",
    "1 < 2",
    "3.14",
    "'quoted'",
    "version >= 3",
    "[main]",
    "*",
    "",
    " ",
    "branch = main",
    'github.ref == "main"',
    "github.event_name == 'push' and more",
    "Only if github.event_name == 'push'",
    "${{ github.token }}",
    "${{ true }} ${{ true }}",
    "contains(docs, 'x')",
    "format('{0}', github.ref)",
    "success()",
]


@pytest.mark.parametrize("text", ENGLISH)
def test_words_are_no_condition(text: str) -> None:
    assert isinstance(condition_test(text), list)


CONDITIONS = [
    ("github.event_name=='push'", "github.event_name == 'push'", "github.event_name != 'push'"),
    ("github.event_name != 'push'", "github.event_name != 'push'", "github.event_name == 'push'"),
    ("!inputs.full", "!inputs.full", "inputs.full"),
    ("! (github.run_number<3)", "!(github.run_number < 3)", "github.run_number < 3"),
    ("github.run_number < 3", "github.run_number < 3", "!(github.run_number < 3)"),
    ("STARTSWITH( GitHub.ref ,'x')", "startsWith(github.ref, 'x')", "!startsWith(github.ref, 'x')"),
    (" ${{ vars.DOCS == 'true' }} ", "vars.DOCS == 'true'", "vars.DOCS != 'true'"),
    ("((vars.DOCS == 'it''s'))", "vars.DOCS == 'it''s'", "vars.DOCS != 'it''s'"),
    ("github['event_name']\n== 'push'", "github.event_name == 'push'", "github.event_name != 'push'"),
    ("(vars.A == vars.B) == true", "vars.A == vars.B == true", "vars.A == vars.B != true"),
    ("vars.A == (vars.B == true)", "vars.A == (vars.B == true)", "vars.A != (vars.B == true)"),
    (
        "vars.A == 'x' || (vars.B == 'y' || vars.C == 'z') && true",
        "vars.A == 'x' || (vars.B == 'y' || vars.C == 'z') && true",
        "!(vars.A == 'x' || (vars.B == 'y' || vars.C == 'z') && true)",
    ),
]


@pytest.mark.parametrize(("text", "written", "opposite"), CONDITIONS)
def test_a_condition_is_written_in_one_way_and_has_an_opposite(
    text: str, written: str, opposite: str
) -> None:
    test = condition_test(text)
    assert not isinstance(test, list)
    assert (expression(test), expression(negation(test))) == (written, opposite)
    assert negation(negation(test)) == test


def test_what_people_wrote_as_one_expression_stays_one_question() -> None:
    test = condition_test("vars.A == 'x' && vars.B == 'y'")
    assert not isinstance(test, list)
    other = equal("vars.C", "z")
    assert expression(all_of(test, other)) == "(vars.A == 'x' && vars.B == 'y') && vars.C == 'z'"
    assert expression(all_of(negation(test), other)) == "!(vars.A == 'x' && vars.B == 'y') && vars.C == 'z'"
    assert all_of(test, negation(test)) == FALSE


def test_conditions_are_flat_and_settle_what_is_certain() -> None:
    one, other = equal("vars.A", "x"), negation(equal("vars.B", "y"))
    assert all_of(all_of(one, other), TRUE, one) == all_of(one, other)
    assert any_of(any_of(one, other), FALSE, one) == any_of(one, other)
    assert (all_of(), any_of(), all_of(one), any_of(other)) == (TRUE, FALSE, one, other)
    assert (all_of(one, FALSE), any_of(one, TRUE)) == (FALSE, TRUE)
    assert (all_of(one, other, negation(other)), any_of(one, negation(one))) == (FALSE, TRUE)
    assert negation(any_of(one, other)) == all_of(negation(one), negation(other))


def test_a_truth_is_no_number() -> None:
    assert parsed("inputs.a == true") != parsed("inputs.a == 1")
    assert expression(any_of(equal("inputs.a", True), parsed("inputs.a == 1"))).count("inputs.a") == 2


PROBLEMS = [
    ("docs == 'x'", "there is no context `docs` here", 0, 4),
    ('github.ref == "x"', '`"` does not belong here', 14, 15),
    ("github.ref = 'x'", "`=` does not belong here", 11, 12),
    ("github.a and inputs.b", "`and` does not belong here", 9, 12),
    ("contains(github.ref)", "`contains` takes 2 arguments and gets 1", 0, 20),
    ("format()", "`format` takes 1 to 255 arguments and gets 0", 0, 8),
    ("success('job')", "`success` takes 0 arguments and gets 1", 0, 14),
    ("hashFiles('x') == ''", "there is no function `hashfiles` here", 0, 14),
    ("github.ref ==", "the expression ends too early", 13, 13),
    ("github == 'x'", "`github` is an object, which no comparison can be true of", 0, 13),
    ("!github", "`github` is an object, which is always true", 0, 7),
    (
        "!inputs.x == 'true'",
        "`!inputs.x` is a boolean, and a string is compared with it as a number",
        0,
        19,
    ),
    ("'it's'", "`s` does not belong here", 4, 5),
    ("github.ref == 'x", "`'` does not belong here", 14, 15),
]


@pytest.mark.parametrize(("text", "message", "start", "end"), PROBLEMS)
def test_a_problem_has_its_place(text: str, message: str, start: int, end: int) -> None:
    node, problems = check(text, contexts=JOB_IF_CONTEXTS, functions=ALL_FUNCTIONS)
    assert node is None
    assert [(p.message, p.start, p.end) for p in problems] == [(message, start, end)]


def test_every_unknown_name_is_told_in_order() -> None:
    _, problems = check("zebra.x == ape() || yak", contexts=JOB_IF_CONTEXTS, functions=ALL_FUNCTIONS)
    assert [p.start for p in problems] == [0, 11, 20]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 60 + "true" + ")" * 60,
        "!" * 9000 + "true",
        "1" + "==1" * 6000,
        "github" + ".a" * 5000,
        "'" * 20999,
    ],
)
def test_no_nesting_however_deep_is_a_crash(text: str) -> None:
    node, problems = parse(text)
    assert node is None
    assert len(problems) == 1


def test_an_expression_longer_than_github_takes_is_refused() -> None:
    assert parse("'" + "x" * 20_998 + "'")[0] is not None
    assert parse("'" + "x" * 20_999 + "'")[1][0].message == (
        "the expression has 21001 characters and GitHub takes 21000"
    )


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("true", True),
        ("github.event.pull_request.draft", False),
        ("!github.event.pull_request.draft", True),
        ("inputs.x && true", False),
        ("inputs.x == 1 || always()", True),
        ("contains(github.ref, 'x')", True),
        ("toJSON(github)", False),
        ("hashFiles('x')", False),
        ("'true'", False),
    ],
)
def test_a_boolean_is_known_by_its_type(text: str, answer: bool) -> None:
    assert is_boolean(tree(text)) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("always()", True),
        ("!CANCELLED() && needs.a.result == 'success'", True),
        ("'always()' == github.ref", False),
        ("needs.always.result == 'x'", False),
        ("contains(github.ref, format('{0}', failure()))", True),
    ],
)
def test_status_functions_are_found_in_the_tree_not_in_the_text(text: str, answer: bool) -> None:
    assert has_status_function(tree(text)) is answer


def test_a_tree_splits_into_conjuncts_and_alternatives() -> None:
    split = conjuncts(tree("!cancelled() && (vars.A == 'x' || inputs.b) && !(vars.C == 'y' && vars.D)"))
    assert [expression(part) for part in split] == [
        "!cancelled()",
        "vars.A == 'x' || inputs.b",
        "!(vars.C == 'y' && vars.D)",
    ]
    assert [expression(part) for part in disjuncts(split[1])] == ["vars.A == 'x'", "inputs.b"]
    assert expression(all_of(*split)) == " && ".join(map(operand, split))


@pytest.mark.parametrize(
    "text",
    [
        "1 == 31",
        "!!true",
        "-1.5 < 0.000001",
        "1e-7 == NaN",
        "-Infinity",
        "(!true).x",
        "('a').b",
        "needs.*.result",
        "github.event.labels.*.name",
        "f(1, 'a', null)",
        "a[0]['x y'][b.c == 1]",
        "a.true.null.NaN",
        "!(a == b)",
        "(a < b) < c == d",
        "a < (b == c)",
        "(a && b).c",
        "a && (b || c && d) || e",
    ],
)
def test_written_text_parses_back_to_the_same_tree(text: str) -> None:
    node = tree(text)
    assert tree(text_of(node)) == node


def test_numbers_are_read_as_github_reads_them() -> None:
    assert text_of(tree("0x1F == 0o17")) == "31 == 15"
    assert text_of(tree(".5 == 5. || +1.50e2 == 1")) == "0.5 == 5 || 150 == 1"
