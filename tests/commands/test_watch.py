"""`--watch`: a run is done again when what it has read is another, and for nothing else."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_calls import called

from mermaid2gha.commands import compile, graph  # noqa: A004
from mermaid2gha.terminal.progress import progress
from mermaid2gha.terminal.watch import Watched, wait

DRAWING = "sequenceDiagram\n    GitHub->>CI: Trigger 'push'\n    Note over CI: Build\n"
PAGE = f"# CI\n\n```mermaid\n{DRAWING}```\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    Path("mermaid2gha.yml").write_text("documents: ['docs/*.md']\n")
    Path("docs/ci.md").write_text(PAGE)
    yield tmp_path


def turns(watched: Watched, edits: dict[int, Callable[[], object]], most: int = 60) -> int:
    """How many looks it takes until a change is seen; `edits` are made during the pauses of these numbers."""
    done = 0

    def sleep(seconds: float) -> None:
        nonlocal done
        done += 1
        if done > most:
            raise TimeoutError
        edits.get(done, lambda: None)()

    wait(watched, sleep)
    return done


def watched() -> Watched:
    result = called(compile, ["--watch"])
    assert result.watched is not None
    return result.watched


def test_what_the_run_wrote_is_no_change(here: Path) -> None:
    first = watched()
    assert Path(".github/workflows/ci.yml").exists()
    with pytest.raises(TimeoutError):
        turns(first, {})


def test_a_document_that_is_saved_is_one_after_it_has_settled(here: Path) -> None:
    path = Path("docs/ci.md")
    edits = {
        3: lambda: path.write_text(PAGE.replace("Build", "Te")),
        4: lambda: path.write_text(PAGE.replace("Build", "Test")),
    }
    assert turns(watched(), edits) == 5


def test_a_document_that_is_saved_unchanged_or_touched_is_none(here: Path) -> None:
    with pytest.raises(TimeoutError):
        turns(watched(), {2: lambda: Path("docs/ci.md").write_text(PAGE), 3: lambda: os.utime("docs/ci.md")})


def test_a_save_by_a_rename_is_seen(here: Path) -> None:
    Path("new").write_text(PAGE.replace("Build", "Test"))
    assert turns(watched(), {2: lambda: Path("new").replace("docs/ci.md")}) == 3


def test_a_new_document_and_new_settings_are_seen_within_two_seconds(here: Path) -> None:
    assert turns(watched(), {2: lambda: Path("docs/new.md").write_text(PAGE)}) == 11
    Path("docs/new.md").unlink()
    Path("docs/new.md").unlink(missing_ok=True)
    assert turns(watched(), {2: lambda: Path("pyproject.toml").write_text("[tool.mermaid2gha]")}) == 3


def test_a_workflow_that_people_edit_is_one(here: Path) -> None:
    path = Path(".github/workflows/ci.yml")
    edits = {2: lambda: path.write_text(path.read_text().replace("push: # drawn", "pull_request:"))}
    assert turns(watched(), edits) == 3


def test_what_changed_while_it_was_compiled_is_seen_at_once(here: Path) -> None:
    first = watched()
    Path("docs/ci.md").write_text(PAGE.replace("Build", "Test"))
    assert turns(first, {}) == 1


def test_a_fault_is_watched_on(here: Path) -> None:
    Path("docs/ci.md").write_text(PAGE.replace("Note", "Nte"))
    result = called(compile, ["--watch"])
    assert result.code == 1 and result.watched is not None
    assert turns(result.watched, {1: lambda: Path("docs/ci.md").write_text(PAGE)}) == 2
    Path("mermaid2gha.yml").unlink()
    assert called(compile, ["--watch"]).watched is not None


def test_a_picture_is_drawn_again(here: Path) -> None:
    result = called(graph, ["--watch", "--format", "mmd"])
    assert result.watched is not None and "Build" in result.out
    assert turns(result.watched, {1: lambda: Path("docs/ci.md").write_text(PAGE + "x")}) == 2


def test_standard_input_cannot_be_watched(here: Path) -> None:
    for command in (compile, graph):
        result = called(command, ["-", "--watch"], DRAWING.encode())
        assert (result.code, result.watched) == (2, None) and "standard input" in result.err


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_it_goes_on_over_a_fault_and_ctrl_c_ends_it_with_0(here: Path) -> None:
    program = [sys.executable, "-m", "mermaid2gha", "compile", "--watch"]
    with subprocess.Popen(program, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        seen = iter(running.stderr.readline, "")
        assert next(line for line in seen if line.startswith("watching"))
        Path("docs/ci.md").write_text(PAGE.replace("Note", "Nte"))
        assert next(line for line in seen if line.startswith("error[syntax-error]"))
        Path("docs/ci.md").write_text(PAGE.replace("Build", "Test"))
        assert next(line for line in seen if line.startswith("wrote"))
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read()
        assert "Traceback" not in rest and "\x1b" not in rest
    assert running.returncode == 0


def test_long_work_is_told_and_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mermaid2gha.terminal.progress.AFTER", 0.01)
    monkeypatch.setattr("mermaid2gha.terminal.progress.EVERY", 0.01)
    stream = io.StringIO()
    say, end = progress(stream, 30)
    say("compiling \x1b[31m" + "x" * 100)
    limit = time.monotonic() + 10
    while "compiling" not in stream.getvalue() and time.monotonic() < limit:
        time.sleep(0.01)
    end()
    shown = stream.getvalue()
    lines = shown.split("\r\x1b[K")
    assert lines[-1] == "" and all(len(line) < 30 and "\x1b" not in line for line in lines)
    assert any(line.startswith("compiling ?[31mxx") for line in lines)


def test_short_work_is_not_told() -> None:
    stream = io.StringIO()
    _, end = progress(stream, 80)
    end()
    assert stream.getvalue() == ""
