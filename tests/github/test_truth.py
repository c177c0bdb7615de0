"""Truth tables of conditions, held against the evaluator on random conditions and states."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.github.expressions.ast import text_of
from mermaid2gha.github.expressions.evaluator import Environment
from mermaid2gha.github.expressions.parser import parsed, tree_of
from mermaid2gha.github.expressions.template import if_expression
from mermaid2gha.github.expressions.values import is_true
from mermaid2gha.github.logic import equivalence
from mermaid2gha.github.logic.equivalence import (
    ConditionPlace,
    Fails,
    Holds,
    Unknown,
    atoms,
    equivalent,
    free_atoms,
    implies,
    parted,
)

SAME = (
    ("", "success()"),
    ("github.event_name == 'push'", "${{ success() && 'PUSH' == github.EVENT_NAME }}"),
    ("!(a.b == 'x' || a.c)", "a.b != 'X' && !a.c"),
    ("!startsWith(vars.flag, '')", "failure() && !startsWith(vars.flag, '')"),
    ("github.head == github.base", "github.BASE == github.head"),
    (
        "needs.x.result != 'success' && always()",
        "always() && contains('x', 'X') && needs.x.result != 'success'",
    ),
    (
        "always() && (needs.x.result == 'failure' || needs.x.result == 'cancelled')",
        "always() && needs.x.result != 'success' && needs.x.result != 'skipped'",
    ),
    ("failure() && needs.x.result == 'success'", "failure() && !(needs.x.result != 'success')"),
    ("${{ vars.x }}\n", "success()"),
    ("${{ vars.x && always() }} ", "always()"),
)
DIFFERENT = (
    ("${{ vars.x }}${{ vars.y }}", "success()"),
    ("always()", "!cancelled()"),
    ("!cancelled()", "success()"),
    ("failure()", "!success()"),
    ("failure()", "failure() && !cancelled()"),
    ("vars.x == 'true'", "vars.x != 'false'"),
    ("vars.x == '0'", "vars.x == '' || vars.x == '0'"),
    ("inputs.x == true", "inputs.x"),
    ("needs.x.result != 'failure' && always()", "needs.x.result == 'success' && always()"),
    ("a.b == 'x' && a.c == 'y'", "a.b == 'x' || a.c == 'y'"),
    ("needs.x.outputs.result != ''", "needs.x.outputs.result != '' && vars.y == 'true'"),
)
IMPLIED = (
    ("github.event_name == 'push'", "github.event_name != 'schedule'"),
    ("needs.x.result == 'failure' && always()", "failure()"),
    ("startsWith(github.ref, 'refs/tags/v')", "startsWith(github.ref, 'refs/tags/')"),
    ("github.ref == 'refs/heads/main'", "!startsWith(github.ref, 'refs/tags/')"),
    ("startsWith(github.ref, 'refs/tags/')", "github.ref != 'refs/heads/main'"),
    ("vars.x == 'true'", "vars.x != 'false'"),
    ("a.b", "a.b || a.c"),
)


def test_the_examples_are_true() -> None:
    assert doctest.testmod(equivalence).failed == 0


@pytest.mark.parametrize(("one", "other"), SAME)
def test_conditions_of_one_meaning_are_equivalent(one: str, other: str) -> None:
    assert equivalent(one, other) == equivalent(other, one) == Holds()


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_conditions_of_two_meanings_differ_in_a_state_that_is_named(one: str, other: str) -> None:
    assert isinstance(equivalent(one, other), Fails)


@pytest.mark.parametrize(("one", "other"), IMPLIED)
def test_one_condition_implies_another_and_not_the_other_way(one: str, other: str) -> None:
    assert implies(one, other) == Holds()
    assert isinstance(implies(other, one), Fails)


def test_success_implies_that_each_need_succeeded() -> None:
    assert implies("success()", "needs.x.result == 'success'") == Holds()
    assert isinstance(implies("success()", "needs.x.result == 'success'", place=ConditionPlace.STEP), Fails)


def test_what_no_need_says_is_null() -> None:
    result, output = "needs.x.result == 'success'", "needs.x.outputs.y != 'false'"
    assert equivalent(result, "1 == 2", needs=("y",), place=ConditionPlace.STEP) == Holds()
    assert equivalent(output, "success()", needs=("y",), place=ConditionPlace.STEP) == Holds()
    assert isinstance(equivalent(output, "success()", needs=("y",)), Fails)


def test_the_results_of_all_needs_are_those_of_each() -> None:
    every = "always() && !contains(needs.*.result, 'failure')"
    each = "always() && needs.x.result != 'failure' && needs.y.result != 'failure'"
    assert equivalent(every, each, needs=("x", "y"), place=ConditionPlace.STEP) == Holds()
    assert isinstance(equivalent(every, each), Fails)


def test_the_condition_of_a_job_may_see_more_than_its_needs() -> None:
    """On GitHub `needs.*` has all jobs before it there: actions/runner#2356."""
    every = "always() && !contains(needs.*.result, 'failure')"
    each = "always() && needs.x.result != 'failure'"
    assert isinstance(equivalent(every, each, needs=("x",)), Fails)


def test_too_many_states_and_no_expressions_are_unknown() -> None:
    wide = " && ".join(f"vars.x{number} == 'a'" for number in range(17))
    assert isinstance(equivalent(wide, "vars.x0 == 'a'"), Unknown)
    assert isinstance(equivalent("a ==", "a.b"), Unknown)


def test_the_questions_of_a_condition_are_told_apart() -> None:
    text = "github.repository == 'o/r' && (needs.a.result == 'success' || inputs.x) && !cancelled()"
    assert atoms(text) == ("github.repository", "needs.a.result", "inputs.x", "status functions")
    found = parted(text, lambda atom: atom.startswith("needs.") or atom == equivalence.STATUS)
    assert found.known == ("!cancelled()",)
    assert found.foreign == ("github.repository == 'o/r'",)
    assert found.mixed == ("needs.a.result == 'success' || inputs.x",)


# -- against the evaluator -------------------------------------------------------------------------

SUBJECTS = (
    "needs.a.result",
    "needs.b.result",
    "needs.a.outputs.result",
    "vars.flag",
    "inputs.x",
    "github.event_name",
)
LEAVES = st.one_of(
    st.sampled_from(("success()", "failure()", "always()", "cancelled()", "true", "1 == '1'")),
    st.sampled_from(SUBJECTS),
    st.builds(
        "{} {} {}".format,
        st.sampled_from(SUBJECTS),
        st.sampled_from(("==", "!=")),
        st.sampled_from(("'success'", "'FAILURE'", "'true'", "true", "null", "''", "'1'", "1", "'skipped'")),
    ),
    st.builds(
        "{}({}, {})".format,
        st.sampled_from(("startsWith", "contains", "endsWith")),
        st.sampled_from(SUBJECTS),
        st.sampled_from(("'s'", "'succ'", "'1'", "''", "'true'")),
    ),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("!({})".format, inner),
    ),
    max_leaves=6,
)
RESULTS = st.sampled_from(("success", "failure", "cancelled", "skipped"))
TEXTS = st.sampled_from((None, "", "true", "TRUE", "1", "01", "s", "success", "failures", "0", "push"))
VALUES = st.one_of(TEXTS, st.sampled_from((True, False, 0.0, 1.0, 15.0)))


@st.composite
def environments(draw: st.DrawFn) -> Environment:
    """A state of a run that can be, with two needs."""
    results = {name: draw(RESULTS) for name in ("a", "b")}
    is_cancelled = draw(st.booleans())
    is_well = all(result == "success" for result in results.values()) and draw(st.booleans())
    has_failed = "failure" in results.values() or (not is_well and draw(st.booleans()))
    outputs = {"result": draw(TEXTS)}
    contexts: dict[str, object] = {
        "needs": {name: {"result": result, "outputs": outputs} for name, result in results.items()},
        "vars": {"flag": draw(TEXTS)},
        "inputs": {"x": draw(VALUES)},
        "github": {"event_name": draw(TEXTS)},
    }
    return Environment(contexts, is_well and not is_cancelled, has_failed, is_cancelled)


def holds(text: str, environment: Environment) -> bool:
    return is_true(if_expression(text).evaluation(environment))


@given(CONDITIONS, CONDITIONS, environments())
def test_what_is_told_of_two_conditions_is_so_in_every_state(
    one: str, other: str, environment: Environment
) -> None:
    left, right = holds(one, environment), holds(other, environment)
    if isinstance(equivalent(one, other), Holds):
        assert left is right
    if isinstance(implies(one, other), Holds):
        assert right or not left
    if isinstance(implies(one, "false && always()"), Holds):
        assert not left


@given(CONDITIONS, CONDITIONS, CONDITIONS)
def test_what_two_conditions_share_bears_on_neither_verdict(one: str, other: str, both: str) -> None:
    shared = atoms(both, place=ConditionPlace.VALUE)
    apart = atoms(f"({one}) && ({other})", place=ConditionPlace.VALUE)
    for place in (ConditionPlace.VALUE, ConditionPlace.STEP):
        alone = equivalent(f"success() && ({one})", f"success() && ({other})", place=place)
        beside = equivalent(
            f"success() && ({one}) && ({both})", f"({both}) && success() && {other}", place=place
        )
        if isinstance(alone, Holds):
            assert isinstance(beside, Holds)
        elif free_atoms(both) and set(shared).isdisjoint(apart):
            assert isinstance(beside, Fails)


@given(CONDITIONS, CONDITIONS, CONDITIONS)
def test_a_tree_that_is_made_of_its_terms_is_that_of_the_text(one: str, other: str, third: str) -> None:
    for text in (
        one,
        f"{one} && {other}",
        f"({one} || {other}) && ({third})",
        f"!({one}) == {third} || {other}",
    ):
        assert tree_of(text) == parsed(text)
        assert tree_of(f"({text_of(parsed(text))})") == parsed(text)
    with pytest.raises(ValueError, match="no expression"):
        tree_of(f"{one} && {other} &&")


@given(CONDITIONS, environments())
def test_a_condition_means_the_same_as_itself_in_other_words(text: str, environment: Environment) -> None:
    again = (
        f"!(!({text}))"
        if equivalence.STATUS in atoms(text, place=ConditionPlace.VALUE)
        else f"success() && !(!({text}))"
    )
    if "always" not in text:
        assert equivalent(text, again) == Holds()
        assert holds(text, environment) is holds(again, environment)


STATES = {
    "success": (True, False, False),
    "failure": (False, True, False),
    "no success": (False, False, False),
    "cancelled": (False, False, True),
    "cancelled after a failure": (False, True, True),
}


@given(CONDITIONS, CONDITIONS)
def test_two_conditions_differ_in_the_state_that_is_named(one: str, other: str) -> None:
    found = equivalent(one, other)
    if isinstance(found, Fails) and not any(name in one + other for name in ("contains", "endsWith")):
        values = dict(found.state)
        contexts: dict[str, dict[str, object]] = {"vars": {}, "inputs": {}, "github": {}}
        status = STATES[str(values.pop(equivalence.STATUS, "success"))]
        results = {subject: values.pop(subject, "success") for subject in SUBJECTS[:2]}
        given = {
            subject: value.replace("…", "\x00") if isinstance(value, str) else value
            for subject, value in values.items()
        }
        outputs = {"result": given.pop("needs.a.outputs.result", None)}
        for subject, value in given.items():
            context, name = subject.split(".")
            contexts[context][name] = value
        needs = {
            subject.split(".")[1]: {"result": value, "outputs": outputs} for subject, value in results.items()
        }
        environment = Environment({**contexts, "needs": needs}, *status)
        assert holds(one, environment) is not holds(other, environment), found
