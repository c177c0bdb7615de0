"""An older version meets what a newer one wrote: it tells so, and writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from mermaid2gha.cli import main

DOCUMENT = (
    "# CI\n\n```mermaid\nsequenceDiagram\n    participant GH as GitHub\n    participant CI as CI (ci.yml)\n"
    "    participant B as B (b.yml)\n    GH->>CI: Trigger 'push'\n    Note over CI: Build\n"
    "    GH->>B: Trigger 'push'\n    Note over B: Other\n```\n"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ci.md").write_text(DOCUMENT)
    assert main(["compile", "-q", "ci.md"]) == 0
    capsys.readouterr()
    return tmp_path


@pytest.mark.parametrize("mark", ["sealed 9 abc", "from2 x", "steps-of Build"])
def test_a_mark_of_a_newer_version_is_told_and_no_file_is_written(
    here: Path, capsys: pytest.CaptureFixture[str], mark: str
) -> None:
    file = here / ".github/workflows/ci.yml"
    file.write_text(f"{file.read_text()}# mermaid2gha: {mark}\n")
    (here / "ci.md").write_text(DOCUMENT.replace("Build", "Make").replace("Other", "More"))
    before = {path: path.read_bytes() for path in (here / ".github/workflows").iterdir()}
    for words in (["check", "--no-cache"], ["compile"], ["compile", "--force"]):
        assert main([*words, "ci.md"]) == 1
        assert "error[newer-version]" in capsys.readouterr().err
    assert before == {path: path.read_bytes() for path in before}


def test_our_own_marks_are_known(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = here / ".github/workflows/ci.yml"
    text = file.read_text().replace("    timeout-minutes: 60", "    timeout-minutes: 7 # mermaid2gha: keep")
    file.write_text(f"{text}# mermaid2gha: sha256 {'0' * 64}\n")
    main(["check", "--no-cache", "ci.md"])
    assert "newer-version" not in capsys.readouterr().err


def test_a_setting_of_a_newer_version_stops_what_writes(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "mermaid2gha.yml").write_text("documents: [ci.md]\nzygomorphic: true\n")
    (here / "ci.md").write_text(DOCUMENT.replace("Build", "Make"))
    before = (here / ".github/workflows/ci.yml").read_bytes()
    assert main(["compile"]) == 2
    assert "may know it" in capsys.readouterr().err
    assert (here / ".github/workflows/ci.yml").read_bytes() == before
