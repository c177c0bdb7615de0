"""Filters of refs: one for several, and questions of an `if`, against GitHub's patterns on random names."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mermaid2gha.compiler.link.ref_filters import asked, is_exact, is_within, joined, may_meet
from mermaid2gha.compiler.verify.flows import _all_pass
from mermaid2gha.github.expressions.ast import Call, Comparison, Literal, Logical, Node, Not
from mermaid2gha.github.simulator.globs import glob, literals

PREFIX = "refs/tags/"
NAMES = st.text("vab-.1", max_size=6)
PATTERNS = st.text("vab-.1*?", min_size=1, max_size=5).filter(lambda text: text[0] != "?")
SLASHED = st.text("vab-.1/*?", min_size=1, max_size=5).filter(lambda text: text[0] != "?")
STARRED = st.text("vab-.1*", min_size=1, max_size=5)
"""Names without slashes, behind which an `if` goes on where `*` ends."""


def filters(patterns: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """A filter of GitHub's: it refuses only behind what it lets pass."""
    refusing = st.tuples(st.booleans(), patterns).map(lambda pair: f"{'!' if pair[0] else ''}{pair[1]}")
    return st.tuples(patterns, st.lists(refusing, max_size=3)).map(lambda pair: (pair[0], *pair[1]))


def passes(values: tuple[str, ...], name: str) -> bool:
    """By the documentation of the service: the last pattern that fits decides."""
    answers = [not value.startswith("!") for value in values if glob(value.removeprefix("!")).matches(name)]
    return bool(answers) and answers[-1]


def holds(node: Node, name: str) -> bool:
    """A question about a ref, as GitHub answers it for one of small letters."""
    match node:
        case Literal(bool(value)):
            return value
        case Not(operand):
            return not holds(operand, name)
        case Logical("&&", operands):
            return all(holds(one, name) for one in operands)
        case Logical("||", operands):
            return any(holds(one, name) for one in operands)
        case Comparison("==", _, Literal(str(text))):
            return PREFIX + name == text
        case Comparison("!=", _, Literal(str(text))):
            return PREFIX + name != text
        case Call("startswith", (_, Literal(str(text)))):
            return (PREFIX + name).startswith(text)
        case Call("endswith", (_, Literal(str(text)))):
            return (PREFIX + name).endswith(text)
        case Call("contains", (_, Literal(str(text)))):
            return text in PREFIX + name
    raise AssertionError(node)


@given(PATTERNS, NAMES)
def test_a_name_that_a_pattern_fits_begins_and_ends_with_its_texts(pattern: str, name: str) -> None:
    if glob(pattern).matches(name):
        texts = literals(pattern)
        assert name.startswith(texts[0]) and name.endswith(texts[-1]) and all(text in name for text in texts)
        assert len(texts) > 1 or name == texts[0]


@given(PATTERNS, PATTERNS, NAMES)
def test_patterns_that_one_name_fits_may_meet(pattern: str, other: str, name: str) -> None:
    if glob(pattern).matches(name) and glob(other).matches(name):
        assert may_meet(pattern, other)


@given(st.lists(filters(PATTERNS), min_size=1, max_size=3, unique=True), NAMES)
def test_a_joined_filter_lets_pass_what_one_of_them_does(several: list[tuple[str, ...]], name: str) -> None:
    found = joined(several)
    if found is not None:
        assert passes(found, name) == any(passes(values, name) for values in several)


@example(("1", "!*", "1?"), ("1",), "")
@example(("a/*",), ("*",), "a/b")
@given(filters(SLASHED), filters(SLASHED), st.text("vab-.1/", max_size=6))
def test_what_passes_a_filter_passes_one_that_it_is_within(
    values: tuple[str, ...], others: tuple[str, ...], name: str
) -> None:
    """So say the compiler and the proof, each in its own way."""
    for says in (is_within, _all_pass):
        if says(values, others) and passes(values, name):
            assert passes(others, name), says


@given(filters(PATTERNS), st.lists(PATTERNS, max_size=2), NAMES)
def test_an_if_lets_pass_what_the_filter_does(values: tuple[str, ...], others: list[str], name: str) -> None:
    if passes(values, name):
        assert holds(asked("github.ref", PREFIX, values, others), name)


@given(filters(STARRED), NAMES)
def test_an_if_refuses_what_an_exact_filter_refuses_beside_any_other(
    values: tuple[str, ...], name: str
) -> None:
    if is_exact(values, PREFIX):
        assert holds(asked("github.ref", PREFIX, values, ["**"]), name) == passes(values, name)


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ([("main",), ("**", "!main")], ("**", "!main", "main")),
        ([("**", "!main", "!r/*"), ("r/*", "!r/old")], ("**", "!main", "!r/*", "r/*", "!r/old")),
        ([("**", "!main"), ("**", "!main", "!r/*")], ("**", "!main")),
        ([("v*", "!v*-rc*"), ("v*-rc*",)], ("v*", "!v*-rc*", "v*-rc*")),
        ([("a*", "!ab", "b*"), ("ab", "b*", "!b1", "c*")], None),
        ([("main", "next"), ("next", "v*")], ("main", "next", "v*")),
    ],
)
def test_filters_are_joined_in_an_order_that_refuses_nothing(
    several: list[tuple[str, ...]], one: tuple[str, ...] | None
) -> None:
    assert joined(several) == one
