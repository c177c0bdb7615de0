"""The values between the passes are values: nothing in them can change, and equal ones hash alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from laws.generate import documents
from laws.settings import settings_for
from laws.tree import Document
from laws.widely import wide_documents
from laws.witness import settings_of
from laws.writer import written

from mermaid2gha.base.diagnostic import Diagnostic, has_errors
from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import FrozenMap
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import PASSES
from mermaid2gha.compiler.ir.sources import Sources
from mermaid2gha.compiler.order.order import Ordered
from mermaid2gha.settings.model import Settings

CACHES = {"SourceFile._starts"}
"""Fields that hold what was once worked out of the others, and are no part of the value."""


def values(text: str, settings: Settings | None = None) -> list[object]:
    """The values of the passes as far as they go; those after `order` need a drawing without errors."""
    value: object = Sources((SourceFile("x.md", text),))
    values: list[object] = []
    diagnostics: list[Diagnostic] = []
    for step in PASSES:
        if has_errors(diagnostics) and isinstance(values[-1], Ordered):
            break
        value, found = step(value, settings or Settings())
        values.append(value)
        diagnostics += found
    return values


def changeable(value: object, path: str = "", seen: dict[int, object] | None = None) -> list[str]:
    """The paths in a value to anything that could change; what stands in several places is looked at once."""
    seen = {} if seen is None else seen
    if value is None or isinstance(value, str | int | float | Enum) or id(value) in seen:
        return []
    seen[id(value)] = value  # which lives as long as its place is known
    if isinstance(value, FrozenMap):
        return [fault for pair in value.items() for fault in changeable(pair, path, seen)]
    if isinstance(value, tuple | frozenset):
        return list(dict.fromkeys(fault for item in value for fault in changeable(item, path, seen)))
    fields = getattr(type(value), "_fields", None)
    if fields is None or type(value).__hash__ is None:
        return [f"{path}: {type(value).__name__}"]
    faults: list[str] = []
    for name in fields:
        here = f"{type(value).__name__}.{name}"
        if here not in CACHES and name != "_hash":
            faults += changeable(getattr(value, name), here, seen)
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


@laws
@given(wide_documents(flow_count=3))
def test_no_value_of_several_flows_can_change(document: Document) -> None:
    text, settings = "\n".join(written(document).lines) + "\n", settings_of(document)
    for once, again in zip(values(text, settings), values(text, settings)):
        assert changeable(once) == []
        assert once == again and hash(once) == hash(again)


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[2] / "diagrams").rglob("*.md")), ids=lambda path: path.stem
)
def test_no_value_of_the_gallery_can_change(path: Path) -> None:
    for value in values(path.read_text("utf-8")):
        assert changeable(value) == []
        hash(value)


def test_a_list_in_a_value_is_found() -> None:
    assert changeable((1, ([],))) == [": list"]
