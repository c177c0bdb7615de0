"""What is kept of the grammars is used if it is of this grammar, and passed over otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mermaid2gha.base.lalr import grammar_text, kept
from mermaid2gha.github.expressions import table


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    return tmp_path / "mermaid2gha"


def made(layout: str, values: list[object]) -> list[object]:
    return kept("expression", layout, lambda _: values, lambda fields: fields)


def test_what_was_kept_is_not_made_again(folder: Path) -> None:
    assert made("1", ["a", 1]) == ["a", 1]
    assert json.loads((folder / "expression-table.json").read_text())[1] == grammar_text("expression")
    assert made("1", ["b"]) == ["a", 1]
    assert made("2", ["c"]) == ["c"]


@pytest.mark.parametrize("text", ["", "{", "[]", '["1", "another grammar", "x"]', "\x00", '"1"', "7"])
def test_a_damaged_file_is_passed_over(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "expression-table.json").write_text(text, encoding="utf-8")
    assert made("1", ["a"]) == ["a"]


def test_a_folder_that_cannot_be_written_is_passed_over(folder: Path) -> None:
    folder.write_text("a file where the folder would be", encoding="utf-8")
    assert made("1", ["a"]) == ["a"]


def test_the_kept_table_reads_expressions_as_the_fresh_one_does() -> None:
    for _ in range(2):
        table.table.cache_clear()
        parts = table.parsed("a", {"context": lambda found: (found[0].text,)})
        assert parts == ("a",)
    table.table.cache_clear()
