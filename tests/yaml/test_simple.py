"""What is read without PyYAML is read as PyYAML reads it: values, places and findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.base.source import SourceFile
from mermaid2gha.yaml import tree
from mermaid2gha.yaml.simple import simple
from mermaid2gha.yaml.tree import Entries, Items, Scalar, Tree, read_tree

ROOT = Path(__file__).parents[2]
LINES = (
    *("a: 1", "b:", "c: 'x'", "- x", "- a: 1", "- b:", "d: [a, b]", "e: {a: b, c: 'd e'}", "# c", ""),
    *("f: x y # c", "g:  # c", "- - x", "'q': 2", "'q' : 2", "k:v: 1", "on: push", "---", "-", "a:", "u: ~"),
)
PIECES = (
    *("a", "b c", "'x'", '"y z"', "[a, b]", "{k: v}", "- ", ": ", ":", "\n", "\n  ", "\n    ", " #c", "#"),
    *("1.5", "./x/y", "'", '"', "]", "}", ",", ", ", " ", "-", "?", "~", "é", "http://x", "&a", "*a", "|"),
    *("...", "%", "<<", "(x)", ".", "\t", "\u2028", "\u00a0", "=", "k: v", "- a", "\r\n"),
)


def places(node: Tree | None) -> object:
    """A node with all that equality leaves out."""
    match node:
        case Scalar(value, style, span, anchor, tag):
            return value, style, span.start, span.end, anchor, tag
        case Items(items, is_flow, span, anchor):
            return [places(item) for item in items], is_flow, span.start, span.end, anchor
        case Entries(entries, is_flow, span, anchor):
            written = [
                (places(one.key), places(one.value), one.span.start, one.span.end, one.alias)
                for one in entries
            ]
            return written, is_flow, span.start, span.end, anchor
        case _:
            return node


def assert_read_alike(text: str) -> None:
    file = SourceFile("ci.yml", text)
    quick, found = read_tree(file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "simple", lambda text: None)
        slow, found_slowly = read_tree(file)
    assert (places(quick), found) == (places(slow), found_slowly)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(LINES)), max_size=7),
    st.sampled_from(("", "\n", " \n")),
)
def test_lines_are_read_alike(lines: list[tuple[int, str]], end: str) -> None:
    assert_read_alike("\n".join(" " * indent + line for indent, line in lines) + end)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_characters_that_mean_something_are_read_alike(text: str) -> None:
    assert_read_alike(text)


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("diagrams/*/mermaid2gha.yml")), ids=lambda path: path.parent.name
)
def test_settings_of_the_examples_are_simple_and_read_alike(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert simple(text) is not None
    assert_read_alike(text)


@pytest.mark.parametrize(
    "text", ["a:\n- x\n- y\nb: 1\n", "- a: [x, 'y']\n  b:\n  - {c: \"d\"}\n# end", "a:\n  b: c:d\n"]
)
def test_what_settings_are_made_of_is_simple(text: str) -> None:
    assert simple(text) is not None
    assert_read_alike(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a:\n",
        "a: &x b",
        "a: |\n b",
        "a: [[b]]",
        "a:\tb",
        "a: b\n  c",
        f"{'k' * 1001}: v",
        "'a'': b",
        "...  k: v",
    ],
)
def test_anything_else_is_for_pyyaml(text: str) -> None:
    assert simple(text) is None
    assert_read_alike(text)
