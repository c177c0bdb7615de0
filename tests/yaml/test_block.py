"""What is read line by line is read as PyYAML reads it, and our own workflows are read so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from laws.settings import settings_for

from mermaid2gha.base.source import SourceFile
from mermaid2gha.yaml import tree
from mermaid2gha.yaml.block import block_value
from mermaid2gha.yaml.tree import read_tree
from mermaid2gha.yaml.values import value

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted([*ROOT.glob("out/**/*.yml"), *ROOT.glob(".github/workflows/*.yml")])
LINES = (
    *("a: 1", "b:", "c: 'x'", "- x", "- a: 1", "- b:", "d: [a, b]", "e: {}", "# c", "", " ", "f: x y # c"),
    *("g:  # c", "- - x", "'q': 2", "k:v: 1", "on: push", "---", "-", "- ", "a:", "u: ~", "h: |", "h: >-"),
    *("- |", "- h: |-", "h: | # c", "h: |2", "h: |+", "h: >", "text", "text: more", "- text", "x: a: b"),
    *("x: a  # c", "x: a #c", "x: a#c", "x: 'a''b'", 'x: "a b"', 'x: "a\\n"', "x: $a", "x: -a", "x: *a"),
    *("x: [a", "x: [a,b]", "x: ['a']", "x: a ", "x:  a", "x: .", "...", "<<: {}", "x: [] # c", "1: 2"),
    *("x: [a b, c]", "x: [v*]", "x: ['a', \"b\"]", "x: [a , b]", "x: [a, 'b, c']", "x: ['']", "x: [a,  b]"),
)
PIECES = (
    *("a", "b c", "'x'", '"y z"', "[a, b]", "[a b, 'c', \"d\"]", "{}", "- ", ": ", ":", "\n", "\n  "),
    *("\n    ", " #c", "#", "k: v", "1.5", "./x/y", "'", '"', "]", "}", ",", ", ", " ", "-", "?", "~", "é"),
    *("http://x", "&a", "*a", "|", "|-", "...", "%", "<<", "(x)", ".", "\t", "\u2028", "\u00a0", "=", "- a"),
    *("\r\n", ">-", "|\n  ", "\ufeff", "''"),
)


def assert_read_alike(text: str) -> None:
    """What is read line by line is what PyYAML reads; nothing is, where it finds something wrong."""
    quick = block_value(text)
    if quick is None:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "simple", lambda text: None)
        root, faults = read_tree(SourceFile("ci.yml", text))
    assert root is not None
    assert not faults
    assert quick == value(root)


@settings_for(300)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(LINES)), max_size=7))
@example([(0, "a:"), (0, "- h: |-"), (4, "text"), (3, "text"), (0, "b:")])
@example([(0, "h: |"), (2, "text"), (1, "# c"), (0, "a: 1")])
@example([(0, "a: 1"), (2, "- x")])
@example([(0, "h: >-"), (2, "text"), (0, ""), (2, "text")])
def test_lines_are_read_alike(lines: list[tuple[int, str]]) -> None:
    assert_read_alike("".join(" " * indent + line + "\n" for indent, line in lines))


@settings_for(300)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_characters_that_mean_something_are_read_alike(text: str) -> None:
    assert_read_alike(f"a: {text}\n")


@settings_for(100)
@given(st.sampled_from(WORKFLOWS), st.integers(0, 10_000), st.integers(0, 8), st.sampled_from(PIECES))
def test_damaged_workflows_are_read_alike(path: Path, at: int, length: int, piece: str) -> None:
    text = path.read_text(encoding="utf-8")
    at %= len(text)
    start = max(0, text.rfind("\njobs:", 0, at))
    assert_read_alike(text[start:at] + piece + text[at + length : at + 600] + "\n")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_our_own_workflows_are_read_line_by_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert block_value(text) is not None
    assert_read_alike(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "# only a comment\n",
        "a: 1",
        "a: &x b\n",
        "a: !!str b\n",
        "? a\n: b\n",
        "a: 1\na: 2\n",
        "a: 1\n  b: 2\n",
        "a:\n  b: 1\n c: 2\n",
        "a: x\n  y\n",
        "a: |\n\n  x\n",
        "a: >-\n  x\n    y\n",
        "- a\n",
        "a: 1\n--- # two\nb: 2\n",
        "a: x\u2028y\n",
        "a: '\n",
    ],
)
def test_what_may_be_more_than_lines_is_for_pyyaml(text: str) -> None:
    assert block_value(text) is None
