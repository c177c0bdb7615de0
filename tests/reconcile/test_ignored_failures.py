"""A job that is drawn before others, and whose failure GitHub takes for a success."""

from __future__ import annotations

from pathlib import Path

import pytest

from mermaid2gha.cli import main

DRAWN = """\
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    %% id: test
    Note over CI: Test
    %% id: ship
    Note over CI: Ship
"""
FILE = """\
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    KEY
    steps:
      - uses: actions/checkout@v4
        FIRST
      - run: make test
        SECOND
  ship:
    needs: test
    runs-on: ubuntu-24.04
    LAST
    steps: [{run: make ship}]
"""
TRUE = "continue-on-error: true"


def told(capsys: pytest.CaptureFixture[str], drawn: str = DRAWN, **keys: str) -> int:
    """How often the rule is told of a file with these keys."""
    text = FILE
    for place in ("KEY", "FIRST", "SECOND", "LAST"):
        value = keys.get(place.lower(), "")
        text = (
            text.replace(place, value)
            if value
            else "".join(line for line in text.splitlines(keepends=True) if line.strip() != place)
        )
    workflow = Path(".github/workflows/ci.yml")
    workflow.parent.mkdir(parents=True, exist_ok=True)
    workflow.write_text(text, encoding="utf-8")
    Path("ci.mmd").write_text(drawn, encoding="utf-8")
    main(["check", "ci.mmd", "--no-cache"])
    return capsys.readouterr().err.count("warning[ignored-failure]")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("key", [TRUE, "continue-on-error: ${{ true }}"])
def test_a_job_that_cannot_fail_is_told_where_another_is_drawn_after_it(
    key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, key=key) == 1


@pytest.mark.parametrize(
    "key",
    ["", "continue-on-error: false", "continue-on-error: ${{ matrix.experimental }}"],
)
def test_a_job_that_may_fail_is_not(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, key=key) == 0


def test_a_job_after_which_nothing_is_drawn_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, last=TRUE) == 0


def test_steps_decide_where_none_of_them_fails_the_job(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, first=TRUE) == 0
    assert told(capsys, second=TRUE) == 0
    assert told(capsys, first=TRUE, second=TRUE) == 1


def test_adoption_accepts_it_and_a_comment_keeps_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, key=f"{TRUE} # mermaid2gha: keep") == 0
    assert told(capsys, key=TRUE) == 1
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    assert "ignored-failure: jobs.test.continue-on-error" in Path("mermaid2gha.yml").read_text(
        encoding="utf-8"
    )
    capsys.readouterr()
    assert main(["check", "--no-cache", "--strict"]) == 0
