"""A job that is skipped with one before it need not say so itself, as long as the other one does."""

from __future__ import annotations

from pathlib import Path

import pytest
from quick_yaml import typed

from mermaid2gha.cli import main

HEAD = """\
# CI

```mermaid
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub ->> CI: Trigger 'push'
    GitHub ->> CI: Trigger 'pull_request'
"""
FILE = """\
name: CI
on: [push, pull_request]
permissions: {contents: read}
jobs:
  first:
    IF_FIRST
    runs-on: ubuntu-latest
    steps: [{run: make first}]
  second:
    needs: first
    IF_SECOND
    runs-on: ubuntu-latest
    steps: [{run: make second}]
"""
PUSH = "github.event_name == 'push'"
BOTH = f"""\
    %% if: {PUSH}
    opt for pushes
        %% id: first
        Note over CI: First
        %% id: second
        Note over CI: Second
    end
"""
SECOND = f"""\
    %% id: first
    Note over CI: First
    %% if: {PUSH}
    opt for pushes
        %% id: second
        Note over CI: Second
    end
"""
FIRST = f"""\
    %% if: {PUSH}
    opt for pushes
        %% id: first
        Note over CI: First
    end
    %% id: second
    Note over CI: Second
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / "mermaid2gha.yml").write_text("documents: [ci.md]\nadopted: [ci.yml]\n", encoding="utf-8")
    return tmp_path


def compiled(repository: Path, drawn: str, first: str, second: str) -> tuple[str, str]:
    """The text of the workflow before and after it was compiled, twice."""
    lines = FILE.replace("IF_FIRST", f"if: {first}" if first else "").replace(
        "IF_SECOND", f"if: {second}" if second else ""
    )
    text = "".join(line for line in lines.splitlines(keepends=True) if line.strip())
    file = repository / ".github" / "workflows" / "ci.yml"
    file.write_text(text, encoding="utf-8")
    (repository / "ci.md").write_text(f"{HEAD}{drawn}```\n", encoding="utf-8")
    main(["compile", "-q"])
    once = file.read_text(encoding="utf-8")
    main(["compile", "-q"])
    assert file.read_text(encoding="utf-8") == once
    return text, once


def conditions(text: str) -> list[str]:
    jobs = typed(text)["jobs"]
    return [
        str(jobs[name].get("if", "")).replace("${{ ", "").replace(" }}", "") for name in ("first", "second")
    ]


@pytest.mark.parametrize("second", ["", PUSH])
def test_what_is_inherited_may_stand_or_not(repository: Path, second: str) -> None:
    before, after = compiled(repository, BOTH, PUSH, second)
    assert after == before


def test_what_the_first_is_given_the_second_inherits(repository: Path) -> None:
    _, after = compiled(repository, BOTH, "", "")
    assert conditions(after) == [PUSH, ""]


def test_what_the_first_loses_the_second_says_itself(repository: Path) -> None:
    _, after = compiled(repository, SECOND, PUSH, "")
    assert conditions(after) == ["", PUSH]


def test_a_job_that_is_drawn_in_any_case_is_not_skipped_with_one_before_it(repository: Path) -> None:
    _, after = compiled(repository, FIRST, PUSH, "")
    first, second = conditions(after)
    assert first == PUSH
    assert "needs.first.result == 'skipped'" in second
