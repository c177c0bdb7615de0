"""What `check` says of files that are not as drawn, or that nothing draws any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from mermaid2gha.cli import main

DRAWN = """\
sequenceDiagram
    participant CI as CI (NAME)
    GitHub->>CI: Trigger 'push'
    Note over CI: build
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("ci", "nightly"):
        (tmp_path / f"{name}.mmd").write_text(DRAWN.replace("NAME", f"{name}.yml"), encoding="utf-8")
    (tmp_path / "mermaid2gha.yml").write_text('documents: ["*.mmd"]\n', encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    return tmp_path


def test_a_mark_that_names_something_else_is_what_differs(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / ".github/workflows/ci.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("# drawn: build", "# drawn: test"), encoding="utf-8")
    assert main(["check"]) == 1
    differs = "the mark of `build` names `test`, and `build` is drawn"
    assert f"is not what the documents compile to: {differs}\n" in capsys.readouterr().err
    assert main(["compile", "-q"]) == 0
    assert file.read_text(encoding="utf-8") == text


def test_an_adopted_workflow_whose_document_is_gone_is_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (project / "mermaid2gha.yml").open("a", encoding="utf-8") as settings:
        settings.write("adopted: [ci.yml, nightly.yml]\n")
    workflow = project / ".github/workflows/nightly.yml"
    workflow.write_text("on: push\njobs: {build: {runs-on: u, steps: [{run: make}]}}\n", encoding="utf-8")
    assert main(["check", "--strict"]) == 0
    (project / "nightly.mmd").unlink()
    capsys.readouterr()
    assert main(["check", "--strict"]) == 1
    err = capsys.readouterr().err
    assert "warning[unused-setting]: `nightly.yml` is adopted, and no document draws it any more" in err
    assert "mermaid2gha.yml:2:19" in err
