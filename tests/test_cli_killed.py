"""Killed at every step of a writing, and of the recovery from that: all old or all new, and never a mix.

A process of its own counts its opens, renames, removals, new folders, changes of permissions, and what it
settles on the disk, and is killed by SIGKILL before the N-th of them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mermaid2gha.cache import JOURNAL
from mermaid2gha.cli import main
from mermaid2gha.commands.journal import recover, recovered
from mermaid2gha.commands.write import Change, write

OLD: dict[str, bytes | None] = {"a.yml": b"old", "b.yml": b"old", "gone.yml": b"old too"}
NEW: dict[str, bytes | None] = {
    "a.yml": b"new",
    "b.yml": b"new",
    "fresh": None,
    "fresh/c.yml": b"new",
}
WRITER = """
import os, signal, sys
from mermaid2gha.commands.journal import recovered
from mermaid2gha.commands.write import Change, write
what, root, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
steps = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod")

def step():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

def watch(event, arguments):
    if event in steps:
        step()

settle = os.fsync

def fsync(number):
    settle(number)
    step()

os.fsync = fsync
sys.addaudithook(watch)
if what == "recover":
    recovered([root])
else:
    parts = (("a.yml", b"old", b"new"), ("b.yml", b"old", b"new"), ("fresh/c.yml", None, b"new"))
    found = write([
        *(Change(os.path.join(root, name), old, new, (root,)) for name, old, new in parts),
        Change(os.path.join(root, "gone.yml"), b"old too", None, (root,)),
    ])
    assert not found, found
"""
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


def killed(what: str, root: Path, left: int) -> bool:
    """Whether a process that writes, or recovers, was killed before so many steps were done."""
    done = subprocess.run(
        [sys.executable, "-c", WRITER, what, str(root), str(left)], check=False, capture_output=True
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode != 0


def prepared(root: Path) -> Path:
    root.mkdir()
    for name, content in OLD.items():
        assert content is not None
        (root / name).write_bytes(content)
    (root / "b.yml").chmod(0o640)
    return root


def everything(root: Path) -> dict[str, bytes | None]:
    paths = sorted(root.rglob("*"))
    return {str(p.relative_to(root)): p.read_bytes() if p.is_file() else None for p in paths}


def test_whenever_it_is_killed_the_next_run_finds_all_old_or_all_new(tmp_path: Path) -> None:
    seen: list[bool] = []
    for left in range(200):
        root = prepared(tmp_path / str(left))
        is_killed = killed("write", root, left)
        recovered([str(root)])
        now = everything(root)
        assert now in (OLD, NEW), left
        assert (root / "b.yml").stat().st_mode & 0o777 == 0o640
        seen.append(now == NEW)
        if not is_killed:
            break
    assert len(seen) > 30 and seen[-1] and not seen[0]
    assert seen == sorted(seen)  # there is one step that decides


def test_a_recovery_that_is_killed_is_recovered_from(tmp_path: Path) -> None:
    """At some steps of the writing, before and after the one that decides, and every step of recovery."""
    for left in (8, 24, 34, 40):
        for more in range(0, 60, 2):
            root = prepared(tmp_path / f"{left}-{more}")
            assert killed("write", root, left)
            is_killed = killed("recover", root, more)
            recovered([str(root)])
            assert everything(root) in (OLD, NEW), (left, more)
            if not is_killed:
                break


def test_the_next_command_says_what_it_has_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = prepared(tmp_path / "x")
    last = next(left for left in range(200) if not killed("write", prepared(tmp_path / str(left)), left))
    assert killed("write", root, last - 8)
    monkeypatch.chdir(root)
    main(["check", "--no-cache"])
    told = capsys.readouterr().err
    assert (
        "mermaid2gha: finished what a run that was stopped had begun: a.yml, b.yml, c.yml, gone.yml" in told
    )
    assert everything(root) == NEW
    main(["check", "--no-cache"])
    assert "stopped" not in capsys.readouterr().err


def test_the_journal_of_a_run_that_is_under_way_is_left_to_it(tmp_path: Path) -> None:
    root = prepared(tmp_path / "x")
    fcntl = pytest.importorskip("fcntl")
    assert killed("write", root, 20)
    with (root / JOURNAL).open("r+b") as other:
        fcntl.flock(other.fileno(), fcntl.LOCK_EX)
        before = everything(root)
        assert recovered([str(root)]) == "mermaid2gha: another mermaid2gha is writing here\n"
        found = write([Change(str(root / "a.yml"), b"old", b"newer", (str(root),))])
        assert [one.rule for one in found] == ["unwritable-file"]
        assert everything(root) == before
    assert write([Change(str(root / "a.yml"), b"old", b"newer", (str(root),))]) == []
    assert everything(root) == {**OLD, "a.yml": b"newer"}


def test_a_file_that_people_changed_after_the_kill_stays_theirs(tmp_path: Path) -> None:
    for left in range(20, 60, 2):
        root = prepared(tmp_path / str(left))
        if not killed("write", root, left):
            break
        (root / "b.yml").write_bytes(b"theirs")
        recovered([str(root)])
        assert everything(root) in ({**OLD, "b.yml": b"theirs"}, {**NEW, "b.yml": b"theirs"})


@pytest.mark.parametrize("text", ["", "{", "[]\n", "{}\n", '{"files": [], "made": []}\n', '{"files": 1}\n'])
def test_what_is_no_journal_of_ours_is_taken_away(tmp_path: Path, text: str) -> None:
    (tmp_path / JOURNAL).write_text(text, encoding="utf-8")
    assert recovered([str(tmp_path)]) == ""
    assert everything(tmp_path) == {}


@pytest.mark.parametrize("where", ["outside", "link", "beside", "name"])
def test_a_journal_that_came_with_a_repository_reaches_nothing_outside_of_it(
    tmp_path: Path, where: str
) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "x.yml").write_bytes(b"precious")
    (root / "link").symlink_to(outside)
    target = {"outside": outside / "x.yml", "link": root / "link" / "x.yml"}.get(where, root / "x.yml")
    new = target.parent / (".mermaid2gha-1-0.new" if where != "name" else "x.new")
    if where == "beside":
        new = outside / ".mermaid2gha-1-0.new"
    new.write_bytes(b"evil")
    from mermaid2gha.cache import digest

    was = digest(target.read_bytes()) if target.exists() else ""
    entry = {"target": str(target), "new": str(new), "old": None, "was": was, "becomes": digest(b"evil")}
    (root / JOURNAL).write_text(json.dumps({"files": [entry], "made": []}) + "\nforward\n", encoding="utf-8")
    assert recover(root / JOURNAL) == ""
    assert (outside / "x.yml").read_bytes() == b"precious"
    assert not (root / "x.yml").exists() and new.exists()


def test_a_compile_that_is_killed_leaves_a_project_that_the_next_command_mends(tmp_path: Path) -> None:
    """The program itself, with real documents, killed as it writes five files."""
    root = tmp_path / "project"
    (root / "docs").mkdir(parents=True)
    drawn = "sequenceDiagram\n GitHub->>CI: Trigger 'push'\n Note over CI: Build\n"
    (root / "docs/ci.mmd").write_text(drawn, encoding="utf-8")
    (root / "mermaid2gha.yml").write_text("documents: [docs/ci.mmd]\ngraphs: docs/ci\n", encoding="utf-8")
    program = "import os, signal, sys\nfrom mermaid2gha.commands import journal\n" + (
        "def kill(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        "real = journal.settle_folder\ncount = [int(sys.argv.pop())]\n"
        "def settle(folder):\n    count[0] -= 1\n    kill() if count[0] < 0 else real(folder)\n"
        "journal.settle_folder = settle\nfrom mermaid2gha.cli import main\nsys.exit(main(sys.argv[1:]))\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    states = set()
    for left in range(12):
        done = subprocess.run(
            [sys.executable, "-c", program, "compile", str(left)],
            cwd=root,
            env=environment,
            capture_output=True,
            check=False,
        )
        again = subprocess.run(
            [sys.executable, "-m", "mermaid2gha", "check", "--quiet"],
            cwd=root,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert list(root.rglob(".mermaid2gha-*")) == []
        states.add((done.returncode, again.returncode))
        if again.returncode == 0:
            break
    assert (-signal.SIGKILL, 0) in states and (-signal.SIGKILL, 1) in states
