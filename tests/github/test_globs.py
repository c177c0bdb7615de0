"""Filter patterns: as a regular expression reads them, and in time that grows with the name alone."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.github.simulator.globs import glob

parts = st.sampled_from(["a", "b", "/", ".", "*", "**", "a?", "b+", "[ab]", "[a-c]+", "[^a]", "\\*", "**/"])


def as_expression(pattern: str) -> str:
    tokens = re.findall(r"\*\*|\\.|\[[^\]]*\]|.", pattern, re.DOTALL)
    written = {"**": ".*", "*": "[^/]*", "?": "?", "+": "+"}
    return "".join(written.get(token) or (token if len(token) > 1 else re.escape(token)) for token in tokens)


@given(st.lists(parts, max_size=6).map("".join), st.text("ab/.*", max_size=8))
def test_a_pattern_is_the_regular_expression_that_it_looks_like(pattern: str, name: str) -> None:
    is_matched = re.fullmatch(as_expression(pattern), name, re.DOTALL) is not None
    assert glob(pattern).matches(name) is is_matched


@pytest.mark.parametrize(
    "pattern", ["*a" * 30 + "b", "**" * 500 + "b", "a?" * 4000 + "b", "[ab]+" * 3000 + "c", "*+" * 90 + "b"]
)
def test_no_pattern_takes_long(pattern: str) -> None:
    begun = time.process_time()
    assert not glob(pattern).matches("a" * 250)
    assert time.process_time() - begun < 20  # by backtracking it would take years


def test_a_pattern_that_github_refuses_stands_for_its_own_text() -> None:
    assert glob("+a").matches("+a") and not glob("+a").matches("a")
    assert glob("[z-a]").matches("[z-a]") and not glob("[z-a]").matches("b")
