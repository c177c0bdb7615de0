"""The table of signs is that of the expressions as they are, and no text that matches lacks its signs."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

import mermaid2gha
from mermaid2gha.base import signs as written
from mermaid2gha.base.patterns import _ByScript, _Late, fold, has_signs, key
from tests.base.signs_of import NOTHING, signs_of

HEAD = '''"""What a text must hold to match an expression of this package. Made by `pytest --update`.

By the digest of the expression; of one that is missing nothing is known. Of each row one must be there: all
of its tuples, and of each of those one piece of text.
"""

# ruff: noqa: E501
# fmt: off

SIGNS = {
'''


@cache
def expressions() -> dict[str, _Late]:
    """All expressions of the package that are compiled late."""
    modules = [
        import_module(module.name)
        for module in walk_packages(mermaid2gha.__path__, f"{mermaid2gha.__name__}.")
        if not module.name.endswith("__main__")
    ]
    return {one.pattern: one for module in modules for one in _within(list(vars(module).values()))}


def _within(value: Any) -> Iterator[_Late]:
    if isinstance(value, _Late):
        yield value
    elif isinstance(value, _ByScript):
        yield from (value.for_ascii, value.other)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _within(one)
    elif isinstance(value, dict) and not value.get("__builtins__"):
        yield from _within(list(value.values()))


def table() -> str:
    found = {key(pattern): signs_of(pattern) for pattern in expressions()}
    rows = (f"    {name!r}: {signs!r},\n" for name, signs in sorted(found.items()) if signs != NOTHING)
    return f"{HEAD}{''.join(rows)}}}\n"


def test_the_table_is_that_of_the_expressions(update: bool) -> None:
    path = Path(written.__file__)
    if update:
        path.write_text(table(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == table(), "run `pytest --update tests/base/test_signs.py`"


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("abc", ((("abc",),),)),
        (r"\bAbc\b", ((("¦abc¦",),),)),
        (r"^a b-c$|\Ad|e\Z", ((("¦a¦b¦c¦",),), (("¦d",),), (("e¦",),))),
        (r"\b-\bfoo", ((("¦foo",), ("-",)),)),
        (r"(?<!\w)ab(?!\w)|(?<![\w.])c(?!\w\w)|(?<!\.)d", ((("¦ab¦",),), (("¦c",),), (("d",),))),
        (r"(?<=\s)a(?=[,.]|$)|(?<=b)a(?=b)", ((("¦a¦",), ("S",)), (("b",), ("a",)))),
        (r"\W*(?:a|b\b)\s", ((("a¦", "b¦"), ("S",)),)),
        (r"\b(?:a|-)?\s*b", ((("b",),),)),
        (r"\b(?:-|\s)?\s*b", ((("¦b",),),)),
        (r"\b(?:ab|c)+\b", ((("¦ab",),), (("¦c",),))),
        (r"\bé\b", ((("é",),),)),
        (r"\d+|[0-5]|[a-f]|[-é\s]", ((("D",),), (("W",),), (("S", "-", "é"),))),
        ("[①-⑳]|[^①-⑳]c", ((("X",),), (("c",),))),
        ("ab?c", ((("a",), ("c",)),)),
        ("ab+c", ((("ab",), ("c",)),)),
        ("ab{2}c", ((("ab",), ("c",)),)),
        ("ab{0,2}c", ((("a",), ("c",)),)),
        ("a(?:b|c)d?", ((("a",), ("b", "c")),)),
        ("(?:ab|c)", ((("ab",),), (("c",),))),
        (r"ab\s+cd|e[fg]", ((("ab¦",), ("¦cd",), ("S",)), (("ef", "eg"),))),
        ("(?:long|longer|a)", ((("long",),), (("longer",),), (("a",),))),
        ("x(?:long|longer)", ((("long",), ("x",)),)),
        (r"\(a\.b\)\n", ((("(a.b)\n",),),)),
        ("(?P<it>ab)(?P=it)", ((("ab",),),)),
        (r"(a)(?:b)(?i:C)[d][-.]", ((("abcd-", "abcd."),),)),
        ("(?=ab)(?<=cd)(?!ef)(?<!gh)i", ((("ab",), ("cd",), ("i",)),)),
        (r"[^a]b[\w]c[a-z]", ((("b",), ("c",)),)),
        (r"\w", ((("W", "D"),),)),
        *(
            (nothing, NOTHING)
            for nothing in ("", "a|", "a*", r"\W", "a|b?", "(?x: a)", r"\x41b", "(?>a)", "{")
        ),
        ("(?!)", ()),
    ],
)
def test_signs_are_what_must_be_there(pattern: str, wanted: object) -> None:
    assert signs_of(pattern) == wanted


def test_a_text_that_matches_has_the_signs() -> None:
    without_example = [one.pattern for one in expressions().values() if not _has_signs_where_it_matches(one)]
    assert len(without_example) < len(expressions()) / 30


def _has_signs_where_it_matches(late: _Late) -> bool:
    """Whether texts that match could be made, all of which had the signs."""
    signs = signs_of(late.pattern)
    if not signs:  # nothing matches
        return False

    @settings(derandomize=True, database=None, max_examples=10, suppress_health_check=list(HealthCheck))
    @given(text=st.from_regex(re.compile(late.pattern, late.flags)))
    def has_them(text: str) -> None:
        assert has_signs(text, signs), late.pattern

    try:
        has_them()
    except Unsatisfiable:  # what must not stand around it is more than can be found by trying
        return False
    return True


def test_letters_that_are_the_same_to_expressions_are_folded_to_the_same() -> None:
    """All of Unicode: what one letter matches, whatever the case, holds that letter's own fold."""
    for letter in map(chr, range(sys.maxunicode + 1)):
        if letter.lower() == letter.upper() == letter:
            continue
        others = {letter.lower(), letter.upper(), letter.casefold(), letter.swapcase(), letter.title()}
        same = re.compile(re.escape(letter), re.IGNORECASE)
        for other in others:
            if same.fullmatch(other):
                assert fold(letter) in fold(other), (letter, other)
    for first, second in (("i", "ı"), ("i", "İ"), ("k", "\u212a"), ("s", "ſ"), ("σ", "ς"), ("ﬅ", "ﬆ")):
        assert re.fullmatch(first, second, re.IGNORECASE) and fold(first) == fold(second)
