"""Nothing is removed because a text is no longer recognised; what is left behind is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from mermaid2gha.cli import main

CI = """\
# CI

```mermaid
sequenceDiagram
    participant GH as GitHub
    participant CI as CI (ci.yml)
    GH->>CI: Trigger 'push'
    Note over CI: Build
```
"""
WORKFLOW = ".github/workflows/ci.yml"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/ci.md").write_text(CI)
    (tmp_path / "mermaid2gha.yml").write_text("documents: [docs/ci.md]\ngraphs: docs/ci\n")
    assert main(["compile", "-q"]) == 0
    capsys.readouterr()
    return tmp_path


@pytest.mark.parametrize(
    "text",
    [
        "# CI\n",
        "",
        CI.replace("```mermaid", "```{mermaid}"),
        CI.replace("```mermaid", "```Mermaid"),
        CI.replace("```mermaid", "::: mermaid").replace("```", ":::"),
        CI.replace("```mermaid", "    ```mermaid"),
        CI.replace("sequenceDiagram", "flowchart LR"),
    ],
    ids=["prose", "empty", "directive", "case", "colons", "indented", "other"],
)
def test_a_document_that_fell_silent_costs_no_file(
    here: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    kept = {path: path.read_bytes() for path in here.rglob("ci.*") if path.suffix != ".md"}
    assert len(kept) == 4
    (here / "docs/ci.md").write_text(text)
    for command in (["compile"], ["check"]):
        assert main(command) == 1
        assert "`.github/workflows/ci.yml`" in capsys.readouterr().err
        assert kept == {path: path.read_bytes() for path in kept}


def test_pruning_takes_what_is_left_behind(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "docs/ci.md").write_text("# CI\n")
    assert main(["compile", "--prune"]) == 0
    assert not list(here.rglob("ci.yml")) and not list(here.rglob("ci.svg"))
    assert main(["check"]) == 0


def test_a_graph_of_a_workflow_that_is_gone_goes(here: Path) -> None:
    (here / "docs/ci.md").write_text(CI.replace("ci.yml", "cd.yml"))
    assert main(["compile"]) == 1  # the old workflow stays, and is told
    assert (here / WORKFLOW).exists() and (here / "docs/ci/ci.svg").exists()
    (here / WORKFLOW).unlink()
    assert main(["compile"]) == 0
    assert not (here / "docs/ci/ci.svg").exists() and (here / "docs/ci/cd.svg").exists()


def test_what_a_project_that_is_gone_has_left_is_told_by_a_check_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    for name in ("api", "web"):
        (tmp_path / name / "docs").mkdir(parents=True)
        (tmp_path / name / "docs/ci.md").write_text(CI.replace("ci.yml", f"{name}.yml"))
        settings = "documents: [docs/ci.md]\nworkflows: ../.github/workflows\n"
        (tmp_path / name / "mermaid2gha.yml").write_text(settings)
    assert main(["compile", ".", "-q"]) == main(["check", "."]) == 0
    for path in sorted((tmp_path / "web").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    capsys.readouterr()
    for command in (["check", "."], ["check"], ["compile", "."]):
        assert main(command) == 1
        assert "error[orphaned-file]: nothing that is drawn compiles to `.github/workflows/web.yml`" in (
            capsys.readouterr().err
        )
    assert main(["check", "api"]) == 0, "nothing below that folder is gone"
    assert main(["compile", ".", "--prune"]) == 0
    assert [path.name for path in (tmp_path / ".github/workflows").iterdir()] == ["api.yml"]


def test_a_further_document_touches_no_file_but_its_own(here: Path) -> None:
    before = {path: path.read_bytes() for path in here.rglob("ci.*") if path.name != "ci.md"}
    (here / "docs/cd.md").write_text(CI.replace("ci.yml", "cd.yml").replace("# CI", "# CD"))
    (here / "mermaid2gha.yml").write_text("documents: [docs]\ngraphs: docs/ci\n")
    assert main(["compile", "-q"]) == 0
    assert {path: path.read_bytes() for path in before} == before
    assert "from cd.md:" in (here / ".github/workflows/cd.yml").read_text()
