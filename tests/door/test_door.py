"""The door for Python programs: texts in, texts out, the same as the command line writes."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import mermaid2gha
from mermaid2gha import door
from mermaid2gha.cli import main

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "diagrams" / "CI_DIAGRAMS.md"


def test_it_gives_what_the_command_line_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = "flows:\n  Scheduled run: {cron: '28 0 * * *'}\n"
    text = SAMPLE.read_text(encoding="utf-8")
    Path("docs").mkdir()
    Path("docs/ci.md").write_text(text, encoding="utf-8")
    Path("mermaid2gha.yml").write_text(f"documents: [docs/ci.md]\n{settings}")
    assert main(["compile", "-q"]) == 0
    made = mermaid2gha.compile({"docs/ci.md": text}, settings)
    folder = Path(".github/workflows")
    assert made.workflows == {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert made.is_clean and all(one.severity != "error" for one in made.findings)
    assert made.charts.keys() == made.workflows.keys()
    assert all("\nflowchart " in chart for chart in made.charts.values())


def test_findings_have_their_places_and_errors_leave_no_workflow() -> None:
    made = mermaid2gha.compile({"a.mmd": "sequenceDiagram\n  A->>B\n"})
    assert not made.is_clean and made.workflows == {}
    [found] = [one for one in made.findings if one.severity == "error"]
    assert (found.rule, found.file, found.line) == ("missing-colon", "a.mmd", 2)
    [found] = mermaid2gha.compile({}, "colour: red\n").findings
    assert (found.rule, found.file, found.line, found.column) == ("unknown-setting", "mermaid2gha.yml", 1, 1)


def test_what_is_compiled_wrongly_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mermaid2gha.project.artifacts.output_text", lambda output: "on: push\njobs: {}\n")
    with pytest.raises(mermaid2gha.DefectError, match="is not what is drawn"):
        mermaid2gha.compile({"a.mmd": "sequenceDiagram\nGitHub->>CI: push\nNote over CI: Test\n"})


def test_its_example_is_true() -> None:
    assert doctest.testmod(door).failed == 0


def test_it_touches_nothing_and_loads_nothing_before_it_is_asked() -> None:
    code = (
        "import sys, mermaid2gha; assert 'mermaid2gha.door' not in sys.modules;"
        "opened = []; sys.addaudithook(lambda event, a: event == 'open' and opened.append(str(a[0])));"
        "made = mermaid2gha.compile({'a.mmd': 'sequenceDiagram\\nGitHub->>CI: push\\nNote over CI: T\\n'});"
        "assert list(made.workflows) == ['ci.yml'] and 'wasmtime' not in sys.modules;"
        "assert all(one.endswith(('.py', '.pyc', '.so', '.md')) for one in opened), opened"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()


def test_only_the_door_is_public() -> None:
    assert sorted(mermaid2gha.__all__) == ["Compiled", "DefectError", "Finding", "compile"]
    with pytest.raises(AttributeError):
        _ = mermaid2gha.cli_that_is_not_there  # type: ignore[attr-defined]
