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


def test_its_examples_are_true() -> None:
    assert doctest.testmod(door).failed == 0


GUESSED = """\
sequenceDiagram
  actor Dev
  Dev->>GitHub: push
  GitHub->>CI: go
  CI->>CI: make
  CI->>Dev: 😀 shall we?
  Dev->>CI: as you like
  CI->>Server: deploy
"""


def test_a_finding_has_its_cures_as_edits() -> None:
    made = mermaid2gha.compile({"ci.mmd": GUESSED})
    [found] = [one for one in made.findings if one.rule == "guessed-approval"]
    lines = GUESSED.splitlines()
    assert found.file == "ci.mmd" and found.line is not None and found.end_line == found.line
    assert found.column is not None and found.end_column is not None
    assert lines[found.line - 1][found.column - 1 : found.end_column - 1] in lines[found.line - 1].strip()
    [cure] = found.cures
    assert cure.edits == (mermaid2gha.TextEdit("ci.mmd", 7, 1, 7, 1, "  %% approval: approval\n"),)
    assert not any(one.cures for one in made.findings if one is not found)


def test_it_fixes_as_the_command_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = GUESSED.replace("Dev->>GitHub", "Dev=>>GitHub").replace("actor Dev", "acter Dev")
    settings = "documents: [ci.mmd]\ntimeout-minuts: 5\n"
    Path("ci.mmd").write_text(text, encoding="utf-8")
    Path("mermaid2gha.yml").write_text(settings)
    assert main(["fix", "-q"]) == 0
    fixed = mermaid2gha.fix({"ci.mmd": text}, settings)
    assert fixed.documents == {"ci.mmd": Path("ci.mmd").read_text(encoding="utf-8")} != {"ci.mmd": text}
    assert fixed.settings == Path("mermaid2gha.yml").read_text() != settings
    assert fixed.count == 4 and mermaid2gha.compile(fixed.documents, fixed.settings).is_clean


def test_each_statement_says_what_became_of_it() -> None:
    made = mermaid2gha.compile({"ci.mmd": GUESSED})
    found = {one.line: (one.becomes, one.workflow, one.job) for one in made.statements}
    assert found[5] == ("step (ci.yml: make)", "ci.yml", "make")
    assert found[8][1:] == ("ci.yml", "deploy")
    assert {one.file for one in made.statements} == {"ci.mmd"} and all(one.ground for one in made.statements)
    broken = mermaid2gha.compile({"ci.mmd": GUESSED + "  A->>B\n"})
    assert not broken.is_clean and broken.workflows == {}
    assert not any(one.job for one in broken.statements)


def test_only_what_cannot_change_a_run_is_fixed_where_that_is_asked() -> None:
    text = "sequenceDiagram\n  GitHub->>CI: push\n  Note over CI: Test #12 of 30\n"
    assert mermaid2gha.fix({"ci.mmd": text}, is_safe=True).count == 0
    fixed = mermaid2gha.fix({"ci.mmd": text})
    assert fixed.documents["ci.mmd"] == text.replace("#12", "#35;12") and fixed.count == 1


def test_where_the_settings_have_an_error_nothing_else_is_read() -> None:
    left = mermaid2gha.fix({"ci.mmd": GUESSED}, "colour: red\n")
    assert [one.rule for one in left.findings] == ["unknown-setting"]
    assert left.documents == {"ci.mmd": GUESSED}


def test_pictures_are_drawn_by_what_is_handed_in_when_they_are_asked_for() -> None:
    asked = []

    def draw(dot: str) -> str:
        asked.append(dot)
        return '<svg width="9pt"/>'

    made = mermaid2gha.compile({"ci.mmd": GUESSED})
    assert asked == []
    pictures = made.pictures(draw)
    assert list(pictures) == ["ci.svg", "flows.svg"] and len(asked) == 2
    assert all(dot.lstrip().startswith("digraph ") for dot in asked)
    assert mermaid2gha.compile({"a.mmd": "sequenceDiagram\n  A->>B\n"}).pictures(draw) == {}


def test_it_touches_nothing_and_loads_nothing_before_it_is_asked() -> None:
    code = (
        "import sys, mermaid2gha; assert 'mermaid2gha.door' not in sys.modules;"
        "opened = []; sys.addaudithook(lambda event, a: event == 'open' and opened.append(str(a[0])));"
        "made = mermaid2gha.compile({'a.mmd': 'sequenceDiagram\\nGitHub->>CI: push\\nNote over CI: T\\n'});"
        "assert list(made.workflows) == ['ci.yml'] and 'wasmtime' not in sys.modules;"
        "assert all(one.endswith(('.py', '.pyc', '.so', '.md')) for one in opened), opened"
    )
    run = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()


def test_only_the_door_is_public() -> None:
    names = [
        "Compiled",
        "Cure",
        "DefectError",
        "DrawnStatement",
        "Finding",
        "FixedTexts",
        "TextEdit",
        "compile",
        "fix",
    ]
    assert sorted(mermaid2gha.__all__) == names
    with pytest.raises(AttributeError):
        _ = mermaid2gha.cli_that_is_not_there  # type: ignore[attr-defined]
