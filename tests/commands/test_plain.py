"""What a plain command line says is what `argparse` makes of it."""

from __future__ import annotations

from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mermaid2gha.cli import _parsed, _plain
from mermaid2gha.commands import COMMANDS
from mermaid2gha.invocation.result import Result

WORDS = (
    *("--quiet", "-q", "--verbose", "-v", "-qv", "--strict", "--diff", "--check", "--no-cache", "--trace"),
    *(
        "--output",
        "--output=made",
        "--output-format",
        "json",
        "nothing",
        "--stdin-filename",
        "--rename",
        "a=b",
    ),
    *("ci.md", "docs", "push", "-", "--", "-1", "", "a b", "-x y", "--no", "--version", "--help", "--watch"),
    *("--format", "--workflows", "--set", "--fail", "--write", "--document", "--serve", "8000", "--hook"),
)


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(sorted(COMMANDS)), st.lists(st.sampled_from(WORDS), max_size=6))
def test_a_plain_line_says_what_argparse_makes_of_it(command: str, words: list[str]) -> None:
    plain = _plain((command, *words))
    if plain is not None:
        parsed = _parsed((command, *words), 80)
        assert not isinstance(parsed, Result), "a line that is wrong is not plain"
        assert vars(plain) == vars(parsed)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_no_line_is_plain_to_one_and_wrong_to_the_other_for_any_single_word(command: str) -> None:
    import_module(COMMANDS[command])
    for word in WORDS:
        plain = _plain((command, word))
        assert plain is None or vars(plain) == vars(_parsed((command, word), 80))  # type: ignore[arg-type]


def test_what_is_typed_every_day_is_plain() -> None:
    for line in (
        "check",
        "compile docs/ci.md",
        "check --quiet --no-cache",
        "compile a b --output made -q",
        "fmt -",
    ):
        assert _plain(line.split()) is not None, line
