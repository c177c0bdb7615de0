"""A job that nobody draws, and that runs in other cases by an edit of the drawing, is told before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mermaid2gha.cli import main

WORKFLOW = """\
on: push
jobs:
  lint:
    if: github.repository == 'o/r'
    runs-on: ubuntu-24.04
    steps: [{run: make lint}]
  build:
    runs-on: ubuntu-24.04
    steps: [{run: make build}]
  test:
    needs: build
    runs-on: ubuntu-24.04
    steps: [{run: make test}]
  notes: # nobody draws these
    needs: {needs}
    if: {condition}
    runs-on: ubuntu-24.04
    steps: [{run: make notes}]
"""
DRAWN = """\
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    par
    Note over CI: lint
    and
    Note over CI: build
    Note over CI: test
    end
"""


def told(tmp_path: Path, capsys: pytest.CaptureFixture[str], notes: tuple[str, str], drawn: str) -> list[str]:
    """What `check` tells of the undrawn job once the drawing is edited; `compile` tells the same, once."""
    text = WORKFLOW.replace("{needs}", notes[0]).replace("{condition}", notes[1])
    file = tmp_path / ".github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    (tmp_path / "ci.mmd").write_text(DRAWN, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    (tmp_path / "ci.mmd").write_text(drawn, encoding="utf-8")
    capsys.readouterr()
    assert main(["check", "--no-cache"]) == 1
    mentions = re.findall(r"warning\[changed-along\]: (.*)", capsys.readouterr().err)
    assert main(["compile"]) == 0
    assert re.findall(r"warning\[changed-along\]: (.*)", capsys.readouterr().err) == mentions
    assert main(["check", "--no-cache"]) == 0
    assert "changed-along" not in capsys.readouterr().err
    return mentions


OPTIONAL = DRAWN.replace(
    "    Note over CI: test\n", "    opt vars.T == 'true'\n    Note over CI: test\n    end\n"
)
SKIPPED = ["`notes`, which nobody draws, will be skipped too unless `vars.T == 'true'`"]


@pytest.mark.parametrize(
    ("needs", "condition", "mentions"),
    [
        ("test", "success()", SKIPPED),
        ("test", "github.ref == 'refs/heads/main'", SKIPPED),
        ("[build, test]", "always() && needs.test.result == 'success'", SKIPPED),
        ("[build, test]", "always() && needs.test.result != 'skipped'", SKIPPED),
        ("[build, test]", "always() && (needs.test.result == 'success' || failure())", SKIPPED),
        ("[build, test]", "always() && !contains(needs.*.result, 'skipped')", SKIPPED),
        ("test", "vars.T == 'true'", []),
        ("test", "always()", []),
        ("[build, test]", "always() && needs.build.result == 'success'", []),
        ("build", "success()", []),
    ],
)
def test_that_it_is_skipped_along_with_a_job_that_becomes_optional(
    needs: str,
    condition: str,
    mentions: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert told(tmp_path, capsys, (needs, condition), OPTIONAL) == mentions


def test_that_it_is_skipped_by_a_term_past_which_the_drawn_jobs_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    after = DRAWN.replace("    par\n", "").replace("    and\n", "").replace("    end\n", "")
    assert told(tmp_path, capsys, ("test", "success()"), after) == [
        "`notes`, which nobody draws, will be skipped too unless `github.repository == 'o/r'`"
    ]


def test_that_it_runs_although_what_skipped_it_is_before_it_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW.replace("    needs: build\n", "    needs: [build, lint]\n").replace("{needs}", "test")
    file = tmp_path / ".github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text.replace("{condition}", "success()"), encoding="utf-8")
    settings = "documents: [ci.mmd]\nadopted: [ci.yml]\nextra-jobs: {CI: [notes]}\n"
    (tmp_path / "mermaid2gha.yml").write_text(settings, encoding="utf-8")
    (tmp_path / "ci.mmd").write_text(DRAWN, encoding="utf-8")
    assert main(["compile"]) == 0
    assert re.findall(r"warning\[changed-along\]: (.*)", capsys.readouterr().err) == [
        "`notes`, which nobody draws, will run too where `github.repository == 'o/r'` does not hold"
    ]


@pytest.mark.parametrize(
    ("condition", "mentions"),
    [
        ("success()", ["`ship` will be skipped too unless `vars.T == 'true'`, and is drawn to run"]),
        ("always()", []),
    ],
)
def test_that_a_drawn_job_is_skipped_along_with_one_that_nobody_draws(
    condition: str,
    mentions: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW.replace("{needs}", "test").replace("{condition}", condition)
    file = tmp_path / ".github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    ship = "  ship:\n    needs: notes\n    runs-on: ubuntu-24.04\n    steps: [{run: make ship}]\n"
    file.write_text(text + ship, encoding="utf-8")
    drawn = DRAWN.replace("Note over CI: test\n", "Note over CI: test\n    Note over CI: ship\n")
    (tmp_path / "ci.mmd").write_text(drawn, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    optional = "    opt vars.T == 'true'\n    Note over CI: test\n    end\n"
    (tmp_path / "ci.mmd").write_text(drawn.replace("    Note over CI: test\n", optional), encoding="utf-8")
    capsys.readouterr()
    main(["compile", "--no-cache"])
    told = re.findall(r"warning\[changed-along\]: (.*)", capsys.readouterr().err)
    assert [one for one in told if not one.startswith("`notes`")] == mentions


HANDLED = """\
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps: [{run: make}]
  publish:
    needs: build
    runs-on: ubuntu-24.04
    steps: [{run: make publish}]
  rollback:
    needs: [build, publish]
    if: {condition}
    runs-on: ubuntu-24.04
    steps: [{run: make rollback}]
"""
IN_TURN = """\
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: build
    Note over CI: publish
    Note over CI: rollback
"""


@pytest.mark.parametrize(
    ("condition", "is_told"),
    [
        ("always() && needs.build.result == 'success' && needs.publish.result == 'failure'", True),
        ("failure() && needs.build.result == 'success'", True),
        ("${{ !cancelled() && needs.publish.result == 'failure' && needs.build.result == 'success' }}", True),
        ("always() && needs.publish.result == 'failure'", False),
        ("failure()", False),
    ],
)
def test_what_is_for_a_failure_and_asks_for_the_success_of_what_may_be_skipped_now_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    condition: str,
    *,
    is_told: bool,
) -> None:
    """That it is for a failure was accepted, and not that it is skipped with `build`."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    file.write_text(HANDLED.replace("{condition}", condition), encoding="utf-8")
    (tmp_path / "ci.mmd").write_text(IN_TURN, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    optional = IN_TURN.replace(
        "    Note over CI: build\n", "    opt vars.B == 'true'\n    Note over CI: build\n    end\n"
    )
    (tmp_path / "ci.mmd").write_text(optional, encoding="utf-8")
    capsys.readouterr()
    assert main(["check", "--no-cache"]) == 1
    mentions = re.findall(r"warning\[changed-along\]: (.*)", capsys.readouterr().err)
    expected = ["`rollback` will be skipped too unless `vars.B == 'true'`, and is drawn to run"]
    assert mentions == (expected if is_told else [])
