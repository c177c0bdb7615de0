"""The values between the first passes are values: nothing in them can change, and equal ones hash alike."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

import pytest
from hypothesis import given
from laws.generate import documents
from laws.settings import settings_for
from laws.tree import Document
from laws.writer import written

from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import PASSES
from mermaid2gha.compiler.ir.sources import Sources
from mermaid2gha.settings.model import Settings

LAST = "order"
"""The last pass whose value, and those of all before it, are held to the law."""

CACHES = {"SourceFile._starts"}
"""Fields that hold what was once worked out of the others, and are no part of the value."""

INPUTS = {"Sources.written", "Sources.crowded"}
"""What is said of files that stand, which is being made a value of its own."""


def values(text: str) -> list[object]:
    """The values of the passes up to the last one that is held to the law."""
    value: object = Sources((SourceFile("x.md", text),))
    made = []
    for step in PASSES:
        value, _ = step(value, Settings())
        made.append(value)
        if step.__name__ == LAST:
            return made
    raise AssertionError(f"there is no pass {LAST}")


def changeable(value: object, path: str = "") -> list[str]:
    """The paths in a value to anything that could change."""
    if value is None or isinstance(value, str | int | float | Enum):
        return []
    if isinstance(value, tuple | frozenset):
        return list(dict.fromkeys(fault for item in value for fault in changeable(item, path)))
    fields = getattr(type(value), "_fields", None)
    if fields is None or type(value).__hash__ is None:
        return [f"{path}: {type(value).__name__}"]
    faults: list[str] = []
    for name in fields:
        here = f"{type(value).__name__}.{name}"
        if here not in CACHES | INPUTS:
            faults += changeable(getattr(value, name), here)
    return list(dict.fromkeys(faults))


laws = settings_for(20)


@laws
@given(documents())
def test_no_value_can_change(document: Document) -> None:
    for value in values("\n".join(written(document).lines) + "\n"):
        assert changeable(value) == []


@laws
@given(documents())
def test_the_same_document_gives_the_same_values(document: Document) -> None:
    text = "\n".join(written(document).lines) + "\n"
    for once, again in zip(values(text), values(text)):
        assert once == again
        assert hash(once) == hash(again)


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[2] / "diagrams").rglob("*.md")), ids=lambda path: path.stem
)
def test_no_value_of_the_gallery_can_change(path: Path) -> None:
    for value in values(path.read_text("utf-8")):
        assert changeable(value) == []
        hash(value)


def test_a_list_in_a_value_is_found() -> None:
    assert changeable((1, ([],))) == [": list"]
