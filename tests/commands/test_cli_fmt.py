"""`fmt`: what is written, what is told, and the exit codes."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from mermaid2gha.cli import main

LOOSE = "# T\n\n```mermaid\nsequenceDiagram\nA->>B:x\n```\n"
TIDY = "# T\n\n```mermaid\nsequenceDiagram\n    A ->> B: x\n```\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_documents_are_laid_out_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.md").write_text(LOOSE)
    assert main(["fmt", "a.md", "."]) == 0
    assert (Path("a.md").read_text(), capsys.readouterr().err) == (TIDY, "laid out a.md\n")
    assert main(["fmt", "--check", "a.md"]) == 0
    assert capsys.readouterr() == ("", "")
    assert [path.name for path in here.iterdir()] == ["a.md"]


def test_without_paths_the_documents_of_the_settings_are_meant() -> None:
    Path("a.md").write_text(LOOSE)
    Path("b.md").write_text(LOOSE)
    Path("mermaid2gha.yml").write_text("documents: [a.md]\n")
    assert main(["fmt"]) == 0
    assert (Path("a.md").read_text(), Path("b.md").read_text()) == (TIDY, LOOSE)


def test_check_and_diff_write_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.md").write_text(LOOSE)
    assert main(["fmt", "--check", "a.md"]) == 1
    assert capsys.readouterr() == ("", "a.md is not in canonical layout\n")
    assert main(["fmt", "--diff", "a.md"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["--- a/a.md", "+++ b/a.md"]
    assert main(["fmt", "--check", "--diff", "a.md"]) == 1
    assert "+    A ->> B: x\n" in capsys.readouterr().out
    assert Path("a.md").read_text() == LOOSE


def test_a_faulty_diagram_is_told_and_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.md").write_text(LOOSE + "\n```mermaid\nsequenceDiagram\nA->>B\n```\n")
    assert main(["fmt", "a.md"]) == 1
    assert "error[missing-colon]" in capsys.readouterr().err
    assert Path("a.md").read_text() == TIDY + "\n```mermaid\nsequenceDiagram\nA->>B\n```\n"


def test_bytes_outside_of_diagrams_stay() -> None:
    Path("a.md").write_bytes(b"\xef\xbb\xbf" + LOOSE.replace("\n", "\r\n").encode() + b"\0 \rend \t")
    assert main(["fmt", "a.md"]) == 0
    assert Path("a.md").read_bytes() == (
        b"\xef\xbb\xbf" + TIDY.replace("\n", "\r\n").encode() + b"\0 \rend \t"
    )


def test_standard_input_goes_to_standard_output(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfsequenceDiagram\r\nA->>B:x")))
    assert main(["fmt", "-"]) == 0
    assert capfdbinary.readouterr().out == b"\xef\xbb\xbfsequenceDiagram\r\n    A ->> B: x"


def test_a_missing_document_is_a_wrong_call() -> None:
    assert main(["fmt", "none.md"]) == 2
