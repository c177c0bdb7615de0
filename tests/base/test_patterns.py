"""A regular expression that is compiled late does what a compiled one does."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mermaid2gha.base import patterns
from mermaid2gha.base.patterns import late
from mermaid2gha.compiler import vocabulary
from mermaid2gha.github import actions
from mermaid2gha.github.actions import commanded
from tests.base.signs_of import signs_of

CALLS = {
    "match": ("Ab ab",),
    "fullmatch": ("AB",),
    "search": ("x ab y",),
    "findall": ("ab AB",),
    "split": ("1ab2AB3",),
    "sub": ("-", "1ab2AB3"),
}


@pytest.mark.parametrize(("method", "arguments"), CALLS.items())
def test_a_method_gives_what_that_of_a_compiled_one_gives(method: str, arguments: tuple[str, ...]) -> None:
    pattern = late("ab", re.IGNORECASE)
    for _ in range(2):
        ours, theirs = (
            getattr(one, method)(*arguments) for one in (pattern, re.compile("ab", re.IGNORECASE))
        )
        assert str(ours) == str(theirs)


def test_a_wrong_expression_is_told_at_its_first_use() -> None:
    pattern = late("(")
    assert pattern.pattern == "("
    with pytest.raises(re.error):
        pattern.match("")


def test_there_are_no_other_attributes() -> None:
    with pytest.raises(AttributeError):
        late("a").scanner("a")  # type: ignore[attr-defined]  # as for a compiled one


def in_vocabulary() -> list[tuple[str, Any]]:
    """The expressions of the vocabulary, by their names."""
    return [
        (f"{module.name}.{name}", value)
        for module in iter_modules(vocabulary.__path__)
        for name, value in vars(import_module(f"{vocabulary.__name__}.{module.name}")).items()
        if hasattr(value, "pattern") and hasattr(value, "flags")
    ]


def test_all_patterns_of_the_vocabulary_compile() -> None:
    for _, pattern in in_vocabulary():
        assert re.compile(pattern.pattern, pattern.flags)


@pytest.mark.parametrize(("method", "arguments"), CALLS.items())
def test_a_text_without_a_sign_gives_what_does_not_match(
    method: str, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an expression that would not compile: it is not asked."""
    monkeypatch.setitem(patterns.SIGNS, patterns.key("("), ((("ab", "c"), ("d",)), (("e",),)))
    with_none = [one.lower().replace("ab", "x") for one in arguments]
    pattern, compiled = late("("), re.compile("ab")
    assert str(getattr(pattern, method)(*with_none)) == str(getattr(compiled, method)(*with_none))
    assert list(pattern.finditer("d")) == []
    for text in ("xE", "Dab", "cd"):
        with pytest.raises(re.error):
            pattern.search(text)


def test_the_signs_of_a_text_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many ask of the same text; of what is between bounds it is a text of its own."""
    monkeypatch.setitem(patterns.SIGNS, patterns.key("e"), ((("e",),),))
    asked: list[str] = []
    has_signs = patterns.has_signs
    monkeypatch.setattr(
        patterns, "has_signs", lambda text, signs: asked.append(text) or has_signs(text, signs)
    )
    pattern, pattern_of_much = late("e"), late("e")
    assert [pattern.search(text) for text in ("a", "b", "a", "a")] == [None] * 4 and asked == ["a", "b"]
    assert pattern.search("ae", 0, 1) is None and asked == ["a", "b"]
    assert pattern.match("ea") is not None and pattern.search("ae") is not None
    for number in range(1000):  # what is remembered has a bound
        assert pattern_of_much.search(f"x{number}") is None
    assert len(vars(pattern_of_much)["without"]) < 500


COMMANDS = [(pattern, scope) for pattern, scope in actions._COMMANDS if "(?=" not in pattern.pattern]
"""Those of which an example can be made; the others are calls of programs that these call as well."""


@pytest.mark.parametrize(("pattern", "scope"), COMMANDS, ids=[scope for _, scope in COMMANDS])
def test_a_command_is_known_by_its_program(pattern: re.Pattern[str], scope: str) -> None:
    @settings(derandomize=True, database=None, max_examples=10, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(re.compile(pattern.pattern, pattern.flags)))
    def is_known(text: str) -> None:
        assert scope in commanded(text)

    is_known()


def test_the_place_where_a_text_is_made_to_end_is_the_end_of_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(patterns.SIGNS, patterns.key(r"ab\b"), ((("ab¦",),),))
    pattern = late(r"ab\b")
    assert pattern.fullmatch("abc") is None
    assert pattern.fullmatch("abc", 0, 2) is not None


@pytest.mark.parametrize(
    "text", ["ab", "x-ab", "éab", "abé", "ab é", "_ab", "1ab", "ab_", "ſab ſ", "K\u212a", "٣"]
)
@pytest.mark.parametrize(
    "pattern", [r"\bab\b", r"(?<!\w)ab", r"ab(?!\w)", r"\bs\b", r"k\b", r"\d", r"[\d]\Z"]
)
@pytest.mark.parametrize("flags", [0, re.ASCII])
def test_words_end_where_they_end_to_the_expression(text: str, pattern: str, flags: int) -> None:
    flags |= re.IGNORECASE
    if re.search(pattern, text, flags):
        assert patterns.has_signs(text, signs_of(pattern))
    if text == "x-ab":
        assert patterns.has_signs(text, signs_of(pattern)) == bool(re.search(pattern, text, flags))
