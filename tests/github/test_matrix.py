"""The combinations of a matrix: GitHub's, and counted without being made."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.github.workflow.matrix import MOST_LEGS, leg_count, legs, matrix_fault


@pytest.mark.parametrize(
    ("matrix", "names"),
    [
        ({"a": ["1", "2"], "b": ["x", "y"]}, ["1, x", "1, y", "2, x", "2, y"]),
        ({"a": ["1", "2"], "b": ["x", "y"], "exclude": [{"a": "1", "b": "y"}]}, ["1, x", "2, x", "2, y"]),
        ({"a": ["1", "2"], "include": [{"a": "2", "c": "z"}]}, ["1", "2"]),
        ({"a": ["1", "2"], "include": [{"c": "z"}]}, ["1", "2"]),
        ({"a": ["1"], "include": [{"c": "z", "a": "2"}]}, ["1", "2, z"]),
        ({"a": [{"os": "x", "arch": {"bits": "64"}, "no": ""}, ["p", "q"]]}, ["x, 64", "p, q"]),
        ({"a": ["1"], "include": [{"a": "3"}]}, ["1", "3"]),
        ({"include": [{"a": "1"}, {"a": "2"}]}, ["1", "2"]),
        ({"a": [True, 3.0, None, 3.5]}, ["true", "3", "", "3.5"]),
        ({"os": ["Linux", "mac"], "exclude": [{"OS": "linux"}]}, ["mac"]),
        ({"v": [3.0, 4.0], "exclude": [{"v": "3"}]}, ["4"]),
        ({"v": [{"node": 12.0, "npm": 6.0}, {"node": 14.0}], "exclude": [{"v": {"node": 12.0}}]}, ["14"]),
        ({"v": [["p", "q"], ["r"]], "exclude": [{"v": ["p"]}]}, ["r"]),
        ({"a": ["1", "2"], "b": ["x"], "exclude": [{"a": "1"}, {"b": "x", "a": "1"}]}, ["2, x"]),
        ({"a": ["1"], "exclude": [{"a": "1"}], "include": [{"a": "1", "b": "2"}]}, ["1, 2"]),
    ],
)
def test_the_combinations_of_a_matrix_are_github_s(matrix: object, names: list[str]) -> None:
    found = legs(matrix)
    assert found is not None
    assert [leg.name for leg in found] == names


def test_a_matrix_from_an_expression_is_not_known() -> None:
    assert legs("${{ fromJSON(needs.a.outputs.x) }}") is None
    assert legs({"a": "${{ fromJSON(needs.a.outputs.x) }}"}) is None


def test_an_include_adds_what_is_no_axis_and_leaves_the_axes_as_they_are() -> None:
    found = legs({"os": ["Linux"], "include": [{"os": "linux", "fast": True}, {"fast": False, "slow": 1.0}]})
    assert found is not None
    assert [leg.values for leg in found] == [{"os": "Linux", "fast": False, "slow": 1.0}]


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ({}, "neither an axis nor"),
        ({"include": []}, "neither an axis nor"),
        ({"a": []}, "the axis `a` has no values"),
        ({"a": "x"}, "`a` is no list"),
        ("x", "no mapping"),
        ({"a": ["1"], "exclude": [{"b": "1"}]}, "`exclude` names `b`, which is no axis"),
        ({"a": ["1"], "exclude": [{}]}, "an entry of `exclude` is empty"),
        ({"a": ["1"], "include": [{}]}, "an entry of `include` is empty"),
        ({"a": ["1"], "include": ["x"]}, "an entry of `include` is no mapping"),
        ({"a": list("abcdefghijklmnopq"), "b": list("abcdefghijklmnop")}, "it has 272 combinations"),
        ({"a": list("abcdefghijklmnop"), "b": list("abcdefghijklmnop")}, ""),
        ({"a": ["1"], "include": [{"a": str(number)} for number in range(1, 257)]}, ""),
        ({"a": ["1"], "include": [{"a": str(number)} for number in range(1, 258)]}, "it has 257"),
        ("${{ fromJSON(vars.all) }}", ""),
        ({"a": "${{ fromJSON(vars.all) }}", "include": ["${{ vars.x }}"]}, ""),
    ],
)
def test_what_github_does_not_run_is_told(matrix: object, words: str) -> None:
    fault = matrix_fault(matrix)
    assert words in fault and bool(fault) is bool(words)
    if fault:
        assert legs(matrix) is None


values = st.sampled_from(["x", "X", "y", 1.0, "1", True, None])
entries = st.dictionaries(st.sampled_from(["a", "B", "c", "d"]), values, min_size=1, max_size=3)
matrices = st.builds(
    lambda axes, include, exclude: {
        **axes,
        "include": include,
        "exclude": [entry for entry in exclude if {key.lower() for key in entry} <= axes.keys()],
    },
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.lists(values, min_size=1, max_size=4), min_size=1),
    st.lists(entries, max_size=4),
    st.lists(entries, max_size=6),
)


@given(matrices)
def test_as_many_combinations_are_made_as_are_counted(matrix: dict[str, object]) -> None:
    found = legs(matrix)
    assert found is not None
    assert leg_count(matrix) == len(found)


@pytest.mark.parametrize(
    "matrix",
    [
        {name: [str(number) for number in range(30)] for name in "abcdefgh"},
        {
            **{f"a{at}": [str(number) for number in range(10)] for at in range(30)},
            "exclude": [{f"a{at}": str(at % 10), f"a{at + 1}": "3"} for at in range(29)],
        },
        {"a": list(map(str, range(20_000))), "exclude": [{"a": str(number)} for number in range(20_000)]},
        {
            "a": [str(number) for number in range(2000)],
            "include": [{"a": str(number), "b": "x"} for number in range(2000)],
        },
        {f"a{at}": ["x"] * 2 for at in range(10_000)},
    ],
)
def test_a_product_is_counted_and_not_made(matrix: dict[str, object]) -> None:
    begun = time.process_time()
    count = leg_count(matrix)
    assert count is not None and count > MOST_LEGS
    assert legs(matrix) is None
    assert time.process_time() - begun < 20  # made, it would take hours
