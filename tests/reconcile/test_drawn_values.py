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

    def __init__(
        self, root: Path, capsys: pytest.CaptureFixture[str], text: str, drawing: str = PLAIN
    ) -> None:
        self.root, self.capsys = root, capsys
        self.file = root / ".github/workflows/ci.yml"
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(text)
        (root / "ci.mmd").write_text(drawing)
        assert main(["adopt", str(self.file), "--document", "ci.mmd", "--write"]) == 0
        assert self.compiled(drawing) == (text, [])

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


ELSEWHERE = "o/r/.github/workflows/called.yml@v1"
"""A workflow of another repository: what it reads is not known."""


@pytest.mark.parametrize(
    ("given", "with_drawn"),
    [
        ("", "    with:\n      os: mac # drawn\n"),
        ("    with:\n      mine: 1 # ours\n", "    with:\n      mine: 1 # ours\n      os: mac # drawn\n"),
        ("    with: {mine: 1}\n", "    with: {os: mac, mine: 1} # drawn: os\n"),
        ("    with: {mine: 1} # ours\n", "    with: {os: mac, mine: 1} # drawn: os # ours\n"),
    ],
)
def test_an_input_that_is_drawn_at_a_call_of_peoples_goes_when_it_is_drawn_no_more(
    folder: Path, capsys: pytest.CaptureFixture[str], given: str, with_drawn: str
) -> None:
    head = f"{TOP}    uses: {ELSEWHERE}\n"
    called = f"{HEAD}    %% call: {ELSEWHERE}\n{JOB}"
    project = Adopted(folder, capsys, head + given, called)
    assert project.compiled(called.replace(JOB, f"    %% with: os: mac\n{JOB}"))[0] == head + with_drawn
    assert project.compiled(called)[0] == head + given
    assert project.compiled(called) == (head + given, [])


def test_an_input_that_was_drawn_at_a_call_of_peoples_stays_while_it_is_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / ".github/workflows").mkdir(parents=True)
    (folder / ".github/workflows/called.yml").write_text(
        "on:\n  workflow_call:\n    inputs:\n      os: {type: string}\njobs:\n  a:\n    runs-on: linux\n"
        "    steps:\n      - run: make\n        env:\n          OS: ${{ inputs.os }}\n"
    )
    called = f"{HEAD}    %% call: called.yml\n{JOB}"
    project = Adopted(folder, capsys, CALL, called)
    after, _ = project.compiled(called.replace(JOB, f"    %% with: os: mac\n{JOB}"))
    assert after == f"{CALL}    with:\n      os: mac # drawn\n"
    told = "warning[call-differs]: `test` gives `os`, which is not drawn; `called.yml` reads it, so it stays"
    assert project.compiled(called) == (after, [told])


def test_an_accepted_input_of_a_call_stays_where_another_goes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = f"{TOP}    uses: {ELSEWHERE}\n    with:\n      mine: 1 # drawn\n"
    called = f"{HEAD}    %% call: {ELSEWHERE}\n{JOB}"
    project = Adopted(folder, capsys, head, called)
    project.file.write_text(f"{head}      more: 2 # drawn\n")
    assert project.compiled(called) == (head, [])
