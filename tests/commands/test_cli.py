"""The command line itself: help, versions, exit codes, standard streams, and its two reading commands."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mermaid2gha.base.version import VERSION
from mermaid2gha.cli import main
from mermaid2gha.rules import pages

SEVERITY = {name: pages.severity(name) for name in pages.names()}

RULES = Path(__file__).parents[2] / "mermaid2gha" / "rules"
DIAGRAM = """\
# Tests

```mermaid
sequenceDiagram
    accTitle: For readers
    box Red Team
    participant CI as The CI
    end
    Dev->>+CI: push
    par over a
    Note over CI,Dev: Build
    and b
    CI-->>-Dev: done
    end
    autonumber 10 5
```
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


def started(*arguments: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "mermaid2gha", *arguments]
    return subprocess.run(command, capture_output=True, check=False, **more)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("command", [[], ["compile"], ["check"], ["graph"], ["parse"], ["fmt"], ["explain"]])
def test_help_teaches_by_example(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "examples:\n  mermaid2gha " in shown
    assert max(len(line) for line in shown.splitlines()) <= 110


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"mermaid2gha {VERSION}\n"


@pytest.mark.parametrize(
    "wrong", [[], ["compil"], ["compile", "--no-such"], ["parse"], ["compile", "gone.md"]]
)
def test_a_wrong_call_has_the_code_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(wrong) == 2
    out, err = capsys.readouterr()
    assert out == "" and err


@pytest.mark.parametrize("command", ["compile", "fix", "fmt", "parse", "check"])
def test_a_name_for_input_that_is_not_read_is_told(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "docs", "--stdin-filename", "docs/ci.md"]) == 2
    assert "give - as the path" in capsys.readouterr().err


def test_without_documents_the_cure_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile"]) == 2
    assert "documents" in capsys.readouterr().err


@pytest.mark.parametrize("rule", sorted(page.stem for page in RULES.glob("*.md")))
def test_every_page_can_be_shown(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", rule]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"# {rule}\n\nSeverity: {SEVERITY[rule]}\n")
    assert "\n## Cure\n" in shown


def test_explain_lists_all_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    assert sorted(line.split()[1] for line in capsys.readouterr().out.splitlines()) == sorted(SEVERITY)


def test_an_unknown_rule_is_answered_by_near_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "not_utf8"]) == 2
    assert "did you mean `not-utf-8`" in capsys.readouterr().err


def test_parse_prints_a_line_of_json_a_diagram(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.md").write_text(DIAGRAM + DIAGRAM)
    assert main(["parse", "a.md", "--format", "json"]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["version"], first["document"], first["line"], first["name"]) == (1, "a.md", 4, "Tests")
    assert second["line"] == 20
    assert (first["ok"], first["accTitle"], first["diagnostics"]) == (True, "For readers", [])
    assert first["lifelines"] == [
        {"id": "CI", "label": "The CI", "kind": "participant", "box": 0},
        {"id": "Dev", "label": "Dev", "kind": "participant", "box": None},
    ]
    assert first["boxes"][0]["lifelines"] == ["CI"]
    rows = [(row["type"], row["from"], row["to"], row["text"], row["line"]) for row in first["events"]]
    assert rows == [
        ("SOLID", "Dev", "CI", "push", 9),
        ("ACTIVE_START", "CI", None, "", 9),
        ("PAR_START", None, None, "over a", 10),
        ("NOTE", "CI", "Dev", "Build", 11),
        ("PAR_AND", None, None, "b", 12),
        ("DOTTED", "CI", "Dev", "done", 13),
        ("ACTIVE_END", "CI", None, "", 13),
        ("PAR_END", None, None, "", 14),
        ("AUTONUMBER", None, None, "", 15),
    ]


def test_parse_tells_what_mermaid_rejects(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.mmd").write_text("sequenceDiagram\nA->B\n")
    assert main(["parse", "a.mmd", "--format", "json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert not record["ok"]
    assert [fault["line"] for fault in record["diagnostics"]] == [2]
    assert main(["parse", "a.mmd"]) == 1
    assert " --> a.mmd:2:" in capsys.readouterr().err


def test_standard_input_is_read(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfsequenceDiagram\r\nA->>B: x\r\n"))
    )
    assert main(["parse", "-", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["document"] == "<stdin>"


def test_a_defect_of_ours_is_told_as_one(here: Path) -> None:
    code = (
        "import sys; from mermaid2gha.cli import main; from mermaid2gha.commands import explain;"
        "explain.run = None; sys.exit(main(['explain']))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert run.returncode == 3
    assert b"Traceback" in run.stderr and b"Please file it as an issue" in run.stderr


def test_a_reader_that_goes_away_is_no_fault(here: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "mermaid2gha", "explain", "not-utf-8"]
    run = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (run.returncode, run.stderr) == (0, b"")


def test_colours_follow_the_environment(here: Path) -> None:
    plain = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    assert b"\x1b[" not in started("compile", env=plain).stderr
    assert b"\x1b[" in started("compile", env={**plain, "FORCE_COLOR": "1"}).stderr
    assert b"\x1b[" not in started("compile", env={**plain, "FORCE_COLOR": "1", "NO_COLOR": "1"}).stderr


def test_names_that_no_encoding_knows_are_shown_somehow(here: Path) -> None:
    run = started("compile", b"\xff.md".decode("utf-8", "surrogateescape"))
    assert run.returncode == 2
    assert b"missing-file" in run.stderr
