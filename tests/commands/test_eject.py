"""Leaving: no mark and no header of ours is left, and the workflows mean what they meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_calls import called
from hypothesis import given
from laws.generate import documents
from laws.settings import settings_for
from laws.tree import Document
from laws.witness import compiled
from laws.writer import written
from quick_yaml import typed

from mermaid2gha.cli import main
from mermaid2gha.commands import eject
from mermaid2gha.compiler.scripts.unmarked import unmarked
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.github.workflow.reader import workflow_file

DOCUMENT = """\
# CI

```mermaid
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub ->> CI: push to main
    GitHub ->> CI: pull request
    Note over CI: Build
    loop For each python 3.11, 3.12
        Note over CI: Test
    end
    CI -->> GitHub: Status
```
"""


def free(text: str) -> str:
    file, faults = workflow_file(text.encode(), "ci.yml")
    assert file is not None, faults
    return unmarked(file)


@settings_for(50)
@given(documents())
def test_nothing_but_comments_goes_and_no_mark_stays(document: Document) -> None:
    for workflow in compiled("\n".join(written(document).lines) + "\n").workflows:
        text = workflow_text(workflow)
        freed = free(text)
        assert typed(freed) == typed(text)
        assert "# drawn" not in freed
        assert "mermaid2gha" not in freed.partition("jobs:")[0]
        assert free(freed) == freed


def test_what_people_wrote_stays_and_so_does_a_text_that_looks_like_a_mark() -> None:
    text = (
        "# ours\non:\n  push: # drawn # zizmor: ignore[x] why\n    branches: [a, main] # drawn: main\njobs:\n"
        "  a: # drawn: Build\n    runs-on: x # drawn by hand\n    steps:\n      - run: |\n"
        "          echo # drawn\n      - run: 'echo # drawn' # people's\n"
    )
    assert free(text) == (
        "# ours\non:\n  push: # zizmor: ignore[x] why\n    branches: [a, main]\njobs:\n"
        "  a:\n    runs-on: x # drawn by hand\n    steps:\n      - run: |\n"
        "          echo # drawn\n      - run: 'echo # drawn' # people's\n"
    )


def test_a_repository_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "ci.md").write_text(DOCUMENT, encoding="utf-8")
    (tmp_path / "mermaid2gha.yml").write_text("documents: [ci.md]\n", encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    file = tmp_path / ".github" / "workflows" / "ci.yml"
    before = file.read_text(encoding="utf-8")
    shown = called(eject, ["--diff"])
    assert "-# Compiled by mermaid2gha" in shown.out
    assert file.read_text(encoding="utf-8") == before
    result = called(eject, [])
    assert result.code == 0, result.err
    assert "freed .github/workflows/ci.yml" in result.err
    after = file.read_text(encoding="utf-8")
    assert typed(after) == typed(before)
    assert after.startswith("name: CI\n")
    assert "drawn" not in after.partition("steps:")[0]
    assert "nothing to take out" in called(eject, []).err
