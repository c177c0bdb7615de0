"""A regular expression that is compiled late does what a compiled one does."""

from __future__ import annotations

import re

import pytest

from mermaid2gha.base.patterns import late

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


def test_all_patterns_of_the_vocabulary_compile() -> None:
    from importlib import import_module
    from pkgutil import iter_modules

    from mermaid2gha.compiler import vocabulary

    for module in iter_modules(vocabulary.__path__):
        values = vars(import_module(f"{vocabulary.__name__}.{module.name}")).values()
        for value in values:
            if hasattr(value, "pattern") and hasattr(value, "flags"):
                assert re.compile(value.pattern, value.flags)
