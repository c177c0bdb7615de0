"""A workflow that people wrote, listed under `adopted`, and what `compile` changes in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from mermaid2gha.cli import main

DOCUMENT = """\
# CI

```mermaid
sequenceDiagram
    participant GitHub
    participant CI as CI (ci.yml)
    participant Registry
    GitHub->>CI: Trigger 'push'
    Note over CI: Build
    CI->>Registry: Push image<br>[sha]
    Note over CI: Deploy
```
"""
WORKFLOW = """\
# ours
name: CI
on: {push: {branches: [main]}}   # only main
permissions: read-all
jobs:
  build:
    runs-on: [self-hosted, linux]
    steps: [{run: make image}]   # by hand
  deploy:
    if: github.repository == 'me/mine'
    needs:
      - build
    runs-on: ubuntu-latest
    steps: [{run: make deploy}]
"""


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workflow, after a compile."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ci.md").write_text(DOCUMENT, encoding="utf-8")
    (tmp_path / "mermaid2gha.yml").write_text("documents: [ci.md]\nadopted: [ci.yml]\n", encoding="utf-8")
    file = tmp_path / ".github" / "workflows" / "ci.yml"
    file.parent.mkdir(parents=True)
    file.write_text(WORKFLOW, encoding="utf-8")
    assert main(["compile", "--quiet"]) == 0
    return file


def test_where_every_right_is_to_read_none_is_written(written: Path) -> None:
    """The least edit would take all others away: it is told, and people decide."""
    assert written.read_text(encoding="utf-8") == WORKFLOW


def test_a_second_compile_changes_nothing(written: Path) -> None:
    before = written.read_bytes()
    assert main(["compile", "--quiet"]) == 0
    assert main(["check", "--quiet"]) == 0
    assert written.read_bytes() == before


CALLS = """\
on: push
jobs:
  plan:
    uses: ./.github/workflows/plan.yml # decides
    secrets: inherit
  test: {needs: plan, uses: o/r/.github/workflows/test.yml@v1, with: {a: b}}
"""
DRAWN = """\
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: Plan<br>Decide what to test
    Note over CI: Lint
    opt
        Note over CI: Test
    end
    CI-->>GitHub: Status
"""


def test_what_people_let_a_drawn_job_call_is_theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ci.mmd").write_text(DRAWN, encoding="utf-8")
    (tmp_path / "mermaid2gha.yml").write_text("documents: [ci.mmd]\nadopted: [ci.yml]\n", encoding="utf-8")
    file = tmp_path / ".github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    file.write_text(CALLS, encoding="utf-8")
    assert main(["compile", "--quiet"]) == 0
    text = file.read_text(encoding="utf-8")
    assert "    uses: ./.github/workflows/plan.yml # decides\n    secrets: inherit\n" in text
    test = yaml.safe_load(text)["jobs"]["test"]
    assert (test["uses"], test["with"]) == ("o/r/.github/workflows/test.yml@v1", {"a": "b"})
    assert set(test["needs"]) == {"plan", "lint"}
    assert test["if"] == "${{ needs.plan.outputs.test != 'false' }}"
    assert main(["check", "--quiet", "--no-cache"]) == 0


def test_a_called_workflow_that_stands_need_not_be_drawn_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (tmp_path / "ci.mmd").write_text(
        "sequenceDiagram\n    participant CI as ci.yml\n    participant W as wheels.yml\n"
        "    GitHub->>CI: Trigger 'push'\n    Note over CI: Plan\n    CI->>W: call\n",
        encoding="utf-8",
    )
    assert main(["compile", "ci.mmd"]) == 0
    assert "no-jobs" in capsys.readouterr().err
    (folder / "wheels.yml").write_text(
        "on: workflow_call\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n", encoding="utf-8"
    )
    assert main(["compile", "ci.mmd"]) == 0
    assert "no-jobs" not in capsys.readouterr().err


STEPS = "    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n"
FLOW = "sequenceDiagram\n    participant CI as CI (ci.yml)\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    return file


def test_what_shows_only_after_other_edits_is_told_at_its_place_in_the_file_or_not_at_all(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {
        "info": "",
        "lint": "    needs: info\n    if: github.repository == 'o/r'\n",
        "docs": "    needs: info\n",
        "test": "    needs: [lint, info]\n    if: github.event_name == 'push'\n",
        "mail": "    needs: [test, info]\n    if: needs.info.outputs.x == 'true'\n",
    }
    jobs = "".join(f"  {job}:\n{text}{STEPS}" for job, text in asked.items())
    text = f"on: [push, pull_request]\njobs:\n{jobs}"
    file.write_text(text, encoding="utf-8")
    drawing = f"{FLOW}    %% trigger: push, pull_request\n    GitHub->>CI: Trigger\n"
    drawing += "    Note over CI: info<br>Decide what runs\n"
    drawing += "    par\n    Note over CI: lint\n    and\n    opt\n    Note over CI: docs\n    end\n    end\n"
    drawing += "    par\n    opt\n    Note over CI: test\n    end\n    and\n    Note over CI: mail\n    end\n"
    Path("ci.mmd").write_text(f"{drawing}    CI-->>GitHub: Status update\n", encoding="utf-8")
    assert main(["check", "ci.mmd", "--no-cache"]) == 1
    told = capsys.readouterr().err
    assert "absent-gate" in told and "gate-differs" not in told
    lines = [int(line) for line in re.findall(r"ci\.yml:(\d+)", told)]
    assert lines and max(lines) <= text.count("\n")


def test_a_job_that_is_listed_as_undrawn_is_taken_for_no_drawn_one(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = f"  build:\n{STEPS}  verify-arm-images:\n    needs: build\n{STEPS}"
    file.write_text(f"on: push\njobs:\n{jobs}", encoding="utf-8")
    drawing = f"{FLOW}    GitHub->>CI: Trigger 'push'\n"
    drawing += "    Note over CI: build\n    Note over CI: Verify images\n"
    Path("ci.mmd").write_text(drawing, encoding="utf-8")
    main(["check", "ci.mmd", "--no-cache"])
    assert "has no job `verify-images`" not in capsys.readouterr().err
    settings = Path("mermaid2gha.yml")
    settings.write_text("extra-jobs: {CI: [verify-arm-images]}\n", encoding="utf-8")
    assert main(["check", "ci.mmd", "--no-cache"]) == 1
    assert "has no job `verify-images`" in capsys.readouterr().err
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    said = settings.read_text(encoding="utf-8")
    assert "absent-job: jobs.verify-images" in said and "id: verify-arm-images" not in said
