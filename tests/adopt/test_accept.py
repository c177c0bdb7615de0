"""`adopt --accept`: the accepted differences are brought to those of now, and what people wrote stays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mermaid2gha.cli import main

DOCUMENT = """\
# CI

```mermaid
sequenceDiagram
    participant GitHub
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: Build
    Note over CI: Test
    Note over CI: Deploy
```
"""
WORKFLOW = """\
name: CI
on: [push]
jobs:
  build:
    runs-on: ubuntu-24.04
    steps: [{run: make}]
  lint:
    runs-on: ubuntu-24.04
    steps: [{run: make lint}]
  test:
    needs: lint
    runs-on: ubuntu-24.04
    steps: [{run: make test}]
  deploy:
    needs: [test, build]
    if: github.repository == 'a/b'
    runs-on: ubuntu-24.04
    steps: [{run: make deploy}]
"""
SETTINGS = """\
documents: [ci.md] # ours
extra-jobs: {CI: [lint]}
adopted: [ci.yml]
accepted: # looked at in May
  # the list of today
  ci.yml:
    - missing-wait: jobs.test.needs.build # the build is not tested here
    # nobody else may deploy
    - undrawn-term: {at: jobs.deploy.if, file: github.repository == 'a/b'} # a reason of ours
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workflow that was adopted, with what differs in it accepted."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".github/workflows").mkdir(parents=True)
    files = {"ci.md": DOCUMENT, "mermaid2gha.yml": SETTINGS, ".github/workflows/ci.yml": WORKFLOW}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert main(["check", "--strict", "--no-cache"]) == 0
    return tmp_path


def accepting(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    """The exit code and the last line."""
    capsys.readouterr()
    code = main(["adopt", "--accept", *more])
    return code, capsys.readouterr().err.splitlines()[-1]


def test_where_nothing_changed_nothing_is_written(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert accepting(capsys) == (0, "2 accepted differences")
    assert (project / "mermaid2gha.yml").read_text(encoding="utf-8") == SETTINGS


@pytest.mark.parametrize(
    ("old", "new", "left", "came", "last"),
    [
        ("needs: lint", "needs: [lint, build]", "    - missing-wait: jobs.test.needs.build", "", "1 fewer"),
        (
            "needs: [test, build]",
            "needs: [build]",
            "",
            "    - missing-wait: jobs.deploy.needs.test # `deploy` does not wait for `test`, after which it "
            "is drawn",
            "1 more",
        ),
        ("    if: github.repository == 'a/b'\n", "", "    - undrawn-term: {at: jobs", "", "1 fewer"),
        ("on: [push]", "on: [push, issues]", "", "  CI: [issues]", ""),
        ("  build:\n", "  check: {runs-on: x, steps: [{run: x}]}\n  build:\n", "[lint]", "[lint, check]", ""),
    ],
)
def test_entries_come_and_go_in_one_edit_and_comments_stay(
    project: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, left: str, came: str, last: str
) -> None:
    file, settings = project / ".github/workflows/ci.yml", project / "mermaid2gha.yml"
    file.write_text(WORKFLOW.replace(old, new), encoding="utf-8")
    code, line = accepting(capsys)
    assert code == 0 and line.endswith(f"({last})" if last else "2 accepted differences")
    text = settings.read_text(encoding="utf-8")
    stay = [one for one in SETTINGS.splitlines() if not left or left not in one]
    assert [one for one in stay if one not in text.splitlines()] == []
    assert came in text and (not left or f"{left} " not in f"{text} ".replace("\n", " \n"))
    assert main(["check", "--strict", "--no-cache"]) == 0
    before = file.read_bytes()
    assert main(["compile"]) == 0 and file.read_bytes() == before
    assert accepting(capsys)[1].partition(" (")[2] == ""
    assert settings.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("entry", "notes"),
    [
        ("extra-wait: jobs.test.needs.build", "    Note over CI: Build\n    Note over CI: Test\n"),
        (
            "undrawn-term: {at: jobs.test.if, file: vars.X == 'a'}",
            "    par\n    Note over CI: Build\n    and\n    %% if: vars.X == 'a'\n    opt a\n"
            "    Note over CI: Test\n    end\n    end\n",
        ),
    ],
)
def test_an_entry_to_which_the_drawing_has_come_is_told_and_one_that_it_leaves_is_of_use_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    entry: str,
    notes: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    head = DOCUMENT.partition("    Note over")[0]
    apart = f"{head}    par\n    Note over CI: Build\n    and\n    Note over CI: Test\n    end\n```\n"
    (tmp_path / ".git").mkdir()
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/ci.yml").write_text(
        "on: [push]\njobs:\n  build:\n    runs-on: x\n    steps: [{run: make}]\n  test:\n    needs: build\n"
        "    if: vars.X == 'a'\n    runs-on: x\n    steps: [{run: make test}]\n",
        encoding="utf-8",
    )
    (tmp_path / "ci.md").write_text(apart, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.md", "--write"]) == 0
    assert entry in (tmp_path / "mermaid2gha.yml").read_text(encoding="utf-8")
    (tmp_path / "ci.md").write_text(f"{head}{notes}```\n", encoding="utf-8")
    capsys.readouterr()
    main(["check", "--no-cache"])
    told = re.findall(
        r"unused-acceptance\]: there is no such difference any more: `([\w-]+)", capsys.readouterr().err
    )
    assert told == [entry.partition(":")[0]]
    (tmp_path / "ci.md").write_text(apart, encoding="utf-8")
    assert main(["check", "--strict", "--no-cache"]) == 0


def test_what_is_accepted_in_a_file_that_is_drawn_no_more_is_told_and_goes(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = SETTINGS + "  gone.yml:\n    - extra-wait: jobs.a.needs.b\n"
    (project / "mermaid2gha.yml").write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert main(["check", "--no-cache"]) == 0
    assert "unused-acceptance" in capsys.readouterr().err
    assert accepting(capsys, ".github/workflows/ci.yml") == (0, "3 accepted differences")
    assert accepting(capsys) == (0, "2 accepted differences (1 fewer)")
    assert (project / "mermaid2gha.yml").read_text(encoding="utf-8") == SETTINGS


def test_an_entry_of_no_use_is_told_also_where_the_file_stands_as_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ci.md").write_text(DOCUMENT, encoding="utf-8")
    assert main(["compile", "ci.md"]) == 0
    (tmp_path / "mermaid2gha.yml").write_text(
        "documents: [ci.md]\naccepted:\n  ci.yml:\n    - extra-wait: jobs.test.needs.deploy\n",
        encoding="utf-8",
    )
    capsys.readouterr()
    assert main(["check", "--strict"]) == 1
    assert "unused-acceptance" in capsys.readouterr().err
    assert accepting(capsys) == (0, "0 accepted differences (1 fewer)")
    assert (tmp_path / "mermaid2gha.yml").read_text(encoding="utf-8") == "documents: [ci.md]\n"


def test_a_compiled_file_of_a_project_without_settings_gets_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ci.md").write_text(DOCUMENT, encoding="utf-8")
    assert main(["compile", "ci.md"]) == 0
    file = tmp_path / ".github/workflows/ci.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("    needs: build\n", ""), encoding="utf-8")
    assert accepting(capsys, "--document", "ci.md") == (0, "1 accepted difference (1 more)")
    assert (
        (tmp_path / "mermaid2gha.yml")
        .read_text(encoding="utf-8")
        .startswith("documents: [ci.md]\naccepted:\n")
    )
    assert main(["check", "--strict", "--no-cache"]) == 0


def test_dangers_that_are_accepted_stay_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = DOCUMENT.replace("Trigger 'push'", "Trigger 'pull_request_target'")
    (project / "ci.md").write_text(document, encoding="utf-8")
    steps = "steps: [{uses: actions/checkout@v4, with: {ref: '${{ github.event.pull_request.head.sha }}'}}]"
    file = project / ".github/workflows/ci.yml"
    workflow = WORKFLOW.replace("[push]", "[pull_request_target]").replace("steps: [{run: make}]", steps)
    file.write_text(workflow, encoding="utf-8")
    assert main(["check", "--no-cache"]) == 1
    assert accepting(capsys)[0] == 0
    text = (project / "mermaid2gha.yml").read_text(encoding="utf-8")
    assert "- privileged-steps: jobs.build" in text and "# a reason of ours" in text
    assert main(["check", "--no-cache"]) == 0
    assert accepting(capsys)[1].partition(" (")[2] == ""
    assert (project / "mermaid2gha.yml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("document", "arguments", "code", "words"),
    [
        (DOCUMENT, ["none.yml"], 2, "neither compiled nor adopted"),
        (DOCUMENT.replace("Deploy\n", "Deploy\n    opt\n"), [], 1, "error["),
    ],
)
def test_what_cannot_be_accepted_is_told_and_nothing_is_written(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    document: str,
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    (project / "ci.md").write_text(document, encoding="utf-8")
    assert main(["adopt", "--accept", *arguments]) == code
    assert words in capsys.readouterr().err
    assert (project / "mermaid2gha.yml").read_text(encoding="utf-8") == SETTINGS


def test_without_files_and_without_accept_the_call_is_wrong(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["adopt", "--write"]) == 2
    assert "--accept" in capsys.readouterr().err
