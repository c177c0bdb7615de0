"""An unresolved merge is one fault, wherever it stands; what only looks like one is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from mermaid2gha.base.encoding import decoded
from mermaid2gha.base.merges import unresolved_merge
from mermaid2gha.base.source import SourceFile

CONFLICT = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> topic\n"
DIFF3 = "<<<<<<< HEAD\na\n||||||| 1234567\no\n=======\nb\n>>>>>>> topic\n"


def lines(text: str, name: str = "a.md") -> list[int]:
    found = unresolved_merge(SourceFile(name, text))
    return [] if found is None else [label.span.line for label in found.labels]


@pytest.mark.parametrize("name", ["a.md", "a.mmd", "a.yml", "mermaid2gha.yml"])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CONFLICT, [1, 3, 5]),
        (f"x\n{DIFF3}", [2, 4, 6, 8]),
        (f"{CONFLICT}y\n{CONFLICT}", [1, 3, 5, 7, 9, 11]),
        (CONFLICT.replace("\n", "\r\n"), [1, 3, 5]),
        (CONFLICT.rstrip(), [1, 3, 5]),
        ("<<<<<<<\n=======\n>>>>>>>", [1, 2, 3]),
        (f"<<<<<<< Updated upstream\n{CONFLICT}", [2, 4, 6]),
    ],
)
def test_the_lines_of_each_conflict_are_told(name: str, text: str, told: list[int]) -> None:
    assert lines(text, name) == told


@pytest.mark.parametrize(
    "text",
    [
        "Title\n=======\n",
        "<<<<<<< HEAD\na\n",
        "<<<<<<< HEAD\na\n>>>>>>> topic\n",
        "=======\n>>>>>>> topic\n",
        CONFLICT.replace("<<<<<<<", "<<<<<<<<"),
        CONFLICT.replace("<<<<<<<", " <<<<<<<"),
        f"# Merging\n\n```text\n{CONFLICT}```\n",
        f"~~~\n{DIFF3}~~~\n",
    ],
)
def test_what_only_looks_like_a_conflict_is_none(text: str) -> None:
    assert lines(text) == []


@pytest.mark.parametrize(
    "text",
    [
        f"```mermaid\nsequenceDiagram\n{CONFLICT}```\n",
        f"```text\na\n```\n{CONFLICT}```text\n```\n",
        "<<<<<<< HEAD\n```text\na\n```\n=======\n```text\nb\n```\n>>>>>>> topic\n",
        "```text\n<<<<<<< HEAD\n```\n=======\n```\n>>>>>>> topic\n",
    ],
)
def test_a_conflict_that_is_no_example_is_told(text: str) -> None:
    assert lines(text)


def test_a_file_with_a_conflict_is_not_read_on() -> None:
    _, found = decoded(CONFLICT.encode(), "docs/ci.md")
    assert [one.rule for one in found] == ["unresolved-merge"]
    assert "lines 1, 3 and 5" in found[0].message and Path(found[0].labels[0].span.file.name).name == "ci.md"
