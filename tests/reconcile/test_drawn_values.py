"""Axes, their values and outputs of jobs that people wrote: found as they name them, told where undrawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from mermaid2gha.cli import main

HEAD = """\
sequenceDiagram
    participant GitHub
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
"""
JOB = "    Note over CI: test\n"
PLAIN = HEAD + JOB
TOP = """\
name: CI
on:
  push:
permissions:
  contents: read
jobs:
  test:
"""
FILE = f"""{TOP}\
    runs-on: ubuntu-latest
    strategy:
      matrix:
        {{axis}}: [a, b]
    steps:
      - run: make
"""
CALL = f"{TOP}    uses: ./.github/workflows/called.yml\n"


class Adopted:
    """A file of people's that a drawing of its own jobs has adopted."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
        self.root, self.capsys = root, capsys
        self.file = root / ".github/workflows/ci.yml"
        self.file.parent.mkdir(parents=True)
        self.file.write_text(text)
        (root / "ci.mmd").write_text(PLAIN)
        assert main(["adopt", str(self.file), "--document", "ci.mmd", "--write"]) == 0
        assert self.compiled(PLAIN) == (text, [])

    def compiled(self, drawing: str) -> tuple[str, list[str]]:
        """The file once a drawing is compiled, and what was told of the drawing and the file by `check`."""
        (self.root / "ci.mmd").write_text(drawing)
        self.capsys.readouterr()
        main(["check", "--no-cache"])
        told = [line for line in self.capsys.readouterr().err.splitlines() if line.startswith("warning")]
        assert main(["compile", "--no-cache"]) == 0
        self.said = self.capsys.readouterr().err
        return self.file.read_text(), told


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loop(values: str) -> str:
    return f"{HEAD}    loop For each {values}\n{JOB}    end\n"


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("py_version", "py_version"),
        ("py_version", "py-version"),
        ("PyVersion", "pyversion"),
        ("goVersion", "goversion"),
        ("NODE_VERSION", "node version"),
    ],
)
def test_an_axis_is_found_by_the_name_that_people_gave_it(
    folder: Path, capsys: pytest.CaptureFixture[str], written: str, drawn: str
) -> None:
    project = Adopted(folder, capsys, FILE.format(axis=written))
    assert project.compiled(loop(f"{drawn} (a, b)")) == (FILE.format(axis=written), [])
    text, _ = project.compiled(loop(f"{drawn} (a, b, c)"))
    assert f"        {written}: [a, b, c] # drawn: c\n" in text
    assert project.compiled(PLAIN)[0] == FILE.format(axis=written)


def test_a_value_that_is_not_drawn_is_told_and_stays(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Adopted(folder, capsys, FILE.format(axis="os"))
    text, told = project.compiled(loop("os (b, c)"))
    assert "        os: [a, b, c] # drawn: c\n" in text
    message = "warning[axis-undrawn]: `test` runs for `os: a` too, which is not drawn"
    assert message in told
    assert project.compiled(loop("os (b, c)")) == (text, [message])
    (folder / "mermaid2gha.yml").write_text(
        "documents: [ci.mmd]\nadopted: [ci.yml]\naccepted:\n  ci.yml:\n"
        "    - axis-undrawn: jobs.test.strategy.matrix.os.a\n"
    )
    assert project.compiled(loop("os (b, c)")) == (text, [])


def test_what_is_written_into_a_matrix_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = Adopted(folder, capsys, FILE.format(axis="os"))
    project.compiled(loop("os (a, b, c)"))
    assert "  value `os: c` of `test` added\n" in project.said
    project.compiled(loop("os (a, b)"))
    assert "  value `os: c` of `test` removed\n" in project.said


def test_what_is_written_into_a_filter_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = Adopted(folder, capsys, FILE.format(axis="os"))
    project.compiled(PLAIN.replace("'push'", "'push' to dev"))
    assert "  filter `branches: dev` of `push` added\n" in project.said
    project.compiled(PLAIN)
    assert "  filter `branches: dev` of `push` removed\n" in project.said


def test_an_axis_of_a_call_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = Adopted(folder, capsys, CALL)
    text, _ = project.compiled(loop("os (a, b)"))
    assert "    strategy:\n      matrix:\n        os: [a, b] # drawn: a, b\n    uses: " in text
    assert project.compiled(PLAIN)[0] == CALL


def test_an_output_of_a_call_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = Adopted(folder, capsys, CALL)
    told = (
        "warning[output-missing]: `test` is drawn to give `docs`, and stands as a call, which gives its "
        "workflow's"
    )
    drawing = PLAIN.replace(JOB, f"    %% outputs: docs\n{JOB}")
    assert project.compiled(drawing) == (CALL, [told])
