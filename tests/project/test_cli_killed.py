"""Killed at every step of a writing, and stopped there while another run writes: each file whole, none lost.

A process of its own counts its opens, renames, links, removals, new folders, changes of permissions, and
what it settles on the disk, and is killed (or stopped) before the N-th of them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mermaid2gha.cli import main
from mermaid2gha.project.writer import Change, write

OLD: dict[str, bytes | None] = {"a.yml": b"old", "b.yml": b"old", "gone.yml": b"old too"}
NEW: dict[str, bytes | None] = {"a.yml": b"new", "b.yml": b"new", "fresh": None, "fresh/c.yml": b"new"}
WRITER = """
import os, signal, sys
from mermaid2gha.project.writer import Change, write
how, root, left, new = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4].encode()
steps = ("open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod")

def step():
    global left
    left -= 1
    if how == "kill" and left < 0 or how == "stop" and left == -1:
        os.kill(os.getpid(), signal.SIGKILL if how == "kill" else signal.SIGSTOP)

def watch(event, arguments):
    if event in steps:
        step()

settle = os.fsync

def fsync(number):
    settle(number)
    step()

os.fsync = fsync
sys.addaudithook(watch)
parts = (("a.yml", b"old"), ("b.yml", b"old"), ("fresh/c.yml", None))
writing = write([
    *(Change(os.path.join(root, name), old, new, (root,)) for name, old in parts),
    Change(os.path.join(root, "gone.yml"), b"old too", None, (root,)),
])
print(len(writing.made), *{fault.rule for fault in writing.faults} or [""])
"""
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


def writer(how: str, root: Path, left: int, new: str = "new") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, how, str(root), str(left), new]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed(root: Path, left: int) -> bool:
    """Whether a process that writes was killed before so many steps were done."""
    run = writer("kill", root, left)
    err = run.communicate()[1]
    assert run.returncode in (0, -signal.SIGKILL), err
    return run.returncode != 0


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


def rewritten(root: Path) -> None:
    """What the next compile does: it reads what is there, and writes what is not as it should be."""
    wanted = {**dict.fromkeys(OLD), **{name: new for name, new in NEW.items() if new is not None}}
    known = {name: (root / name).read_bytes() if (root / name).exists() else None for name in wanted}
    changes = [
        Change(str(root / name), known[name], new, (str(root),))
        for name, new in wanted.items()
        if known[name] != new
    ]
    folders = [str(path) for path in (root, *root.rglob("*")) if path.is_dir()]
    assert write(changes, folders=dict.fromkeys(folders, (str(root),))).faults == ()


def test_whenever_it_is_killed_each_file_is_whole_and_the_next_run_mends_all(tmp_path: Path) -> None:
    states: list[tuple[bool, ...]] = []
    for left in range(200):
        root = prepared(tmp_path / str(left))
        is_killed = killed(root, left)
        now = {name: content for name, content in everything(root).items() if ".mermaid2gha-" not in name}
        files = {name for name in (*OLD, *NEW) if name != "fresh"}
        assert all(now.get(name) in (OLD.get(name), NEW.get(name)) for name in files), left
        assert (root / "b.yml").stat().st_mode & 0o777 == 0o640
        states.append(tuple(now.get(name) == NEW.get(name) for name in sorted(files)))
        rewritten(root)
        assert everything(root) == NEW, "all is as it should be, and nothing is left beside it"
        assert (root / "b.yml").stat().st_mode & 0o777 == 0o640
        if not is_killed:
            break
    assert len(states) > 30 and all(states[-1]) and not any(states[0])
    assert [sum(state) for state in states] == sorted(sum(state) for state in states)


def stopped(run: subprocess.Popen[str]) -> bool:
    """Wait until a process has stopped itself; False if it has come to its end instead."""
    return os.WIFSTOPPED(os.waitpid(run.pid, os.WUNTRACED)[1])


def finish(run: subprocess.Popen[str]) -> str:
    """The output of a process that goes on now."""
    os.kill(run.pid, signal.SIGCONT)
    assert run.stdout is not None
    said = run.stdout.read()
    os.waitpid(run.pid, 0)
    run.returncode = 0
    return said


def test_however_two_runs_meet_one_of_them_wins_whole_and_both_say_what_is_true(tmp_path: Path) -> None:
    """One run stops at each step while another tries; then it goes on, and then the other tries again."""
    told: set[tuple[str, ...]] = set()
    for left in range(200):
        root = prepared(tmp_path / str(left))
        first = writer("stop", root, left, "one")
        is_stopped = stopped(first)
        changes = [
            *(Change(str(root / name), b"old", b"two", (str(root),)) for name in ("a.yml", "b.yml")),
            Change(str(root / "gone.yml"), b"old too", None, (str(root),)),
        ]
        other = write(changes, patience=0)
        if is_stopped:
            said = finish(first)
        else:
            assert first.stdout is not None
            said, first.returncode = first.stdout.read(), 0
        now = everything(root)
        one = {"a.yml": b"one", "b.yml": b"one", "fresh": None, "fresh/c.yml": b"one"}
        two = {"a.yml": b"two", "b.yml": b"two"}
        assert now == (two if other.made else one), left
        assert said == ("0 changed-file\n" if other.made else "4 \n"), left
        told.add((said, *sorted({fault.rule for fault in other.faults})))
        if not is_stopped:
            break
    assert told == {("0 changed-file\n",), ("4 \n", "unwritable-file"), ("4 \n", "changed-file")}


PAIRS = 8


def test_two_compiles_at_once_leave_what_one_of_them_drew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the same project with the same drawing: both are content, and no file is lost or left over."""
    for number in range(PAIRS):
        root = project(tmp_path / str(number))
        command = [sys.executable, "-m", "mermaid2gha", "compile", "--output-format", "json"]
        runs = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        said = [json.loads(run.communicate()[0]) for run in runs]
        assert [run.returncode for run in runs] == [0, 0], said
        assert list(root.rglob(".mermaid2gha-*")) == []
        written = [file["path"] for one in said for file in one["files"] if file["state"] == "written"]
        assert sorted(written) == sorted(set(written)) and written
        monkeypatch.chdir(root)
        assert main(["check", "--no-cache"]) == 0


def project(root: Path) -> Path:
    (root / "docs").mkdir(parents=True)
    drawn = "sequenceDiagram\n GitHub->>X: Trigger 'push'\n Note over X: Build\n"
    names = ("one.yml", "two.yml", "three.yml")
    for name in names:
        (root / f"docs/{name}.mmd").write_text(drawn.replace("X", name), encoding="utf-8")
    documents = ", ".join(f"docs/{name}.mmd" for name in names)
    (root / "mermaid2gha.yml").write_text(f"documents: [{documents}]\n", encoding="utf-8")
    return root


KILLED = """
import os, signal, sys
left = int(sys.argv.pop())

def watch(event, arguments):
    global left
    if event in ("os.rename", "os.link", "os.remove", "os.mkdir"):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

from mermaid2gha.cli import main
sys.addaudithook(watch)
sys.exit(main(sys.argv[1:]))
"""


def test_a_compile_that_is_killed_is_told_by_check_and_mended_by_compile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program itself, with real documents, killed as it writes three files."""
    whole = project(tmp_path / "whole")
    monkeypatch.chdir(whole)
    assert main(["compile"]) == 0
    wanted = everything(whole)
    states = set()
    for left in range(40):
        root = project(tmp_path / str(left))
        killed = [sys.executable, "-c", KILLED, "compile", str(left)]
        done = subprocess.run(killed, cwd=root, capture_output=True, check=False)
        before = everything(root)
        monkeypatch.chdir(root)
        checked = main(["check", "--no-cache"])
        assert everything(root) == before, "check writes nothing"
        assert all(before.get(name) in (None, content) for name, content in wanted.items())
        assert main(["compile"]) == 0
        assert everything(root) == wanted
        states.add((done.returncode, checked))
        if done.returncode == 0:
            break
    assert states == {(-signal.SIGKILL, 1), (-signal.SIGKILL, 0), (0, 0)}


def test_a_journal_that_came_with_a_repository_means_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first version had one, which every command executed."""
    root = project(tmp_path / "root")
    (root / "precious").write_bytes(b"precious")
    entry = {"target": str(root / "precious"), "new": None, "old": None, "was": "", "becomes": ""}
    text = json.dumps({"files": [entry], "made": []}) + "\nforward\n"
    (root / ".mermaid2gha-journal").write_text(text, encoding="utf-8")
    monkeypatch.chdir(root)
    before = everything(root)
    for command in (["check", "--no-cache"], ["when", "push"], ["parse", "docs/one.yml.mmd"]):
        main(command)
        capsys.readouterr()
        assert everything(root) == before
    main(["compile"])
    assert before.items() <= everything(root).items()


def test_left_overs_are_taken_away_only_by_a_run_that_holds_the_lock(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    left_over = tmp_path / f".mermaid2gha-{'0' * 16}.new"
    left_over.write_bytes(b"half")
    others = [tmp_path / name for name in (".mermaid2gha-1.new", "x.new", f".mermaid2gha-{'0' * 16}.new.txt")]
    for path in others:
        path.write_bytes(b"people's")
    number = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(number, fcntl.LOCK_EX)
    write([], folders={str(tmp_path): (str(tmp_path),)})
    started = time.monotonic()
    [fault] = write([Change(str(tmp_path / "a.yml"), None, b"x", (str(tmp_path),))], patience=0.1).faults
    assert "another mermaid2gha is writing here" in fault.message and time.monotonic() - started < 5
    assert left_over.exists()
    os.close(number)
    write([], folders={str(tmp_path): (str(tmp_path),)})
    assert sorted(tmp_path.iterdir()) == sorted(others)


@pytest.mark.parametrize("folder", [".git/hooks", "../outside"])
def test_left_overs_of_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: str
) -> None:
    """Settings that name a folder of git's or outside of the repository have nothing deleted there."""
    root = project(tmp_path / "root")
    (root / ".git").mkdir()
    place = root / folder
    place.mkdir(parents=True)
    (place / f".mermaid2gha-{'0' * 16}.old").write_bytes(b"people's")
    (root / "mermaid2gha.yml").write_text(f"documents: [docs]\nworkflows: {folder}\n", encoding="utf-8")
    for path in (root / "docs").iterdir():
        path.write_text("nothing\n", encoding="utf-8")
    monkeypatch.chdir(root)
    main(["compile"])
    capsys.readouterr()
    assert len(list(place.iterdir())) == 1


def test_left_overs_beside_what_a_link_leads_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = project(tmp_path / "root")
    monkeypatch.chdir(root)
    main(["compile"])
    (root / "shared").mkdir()
    (root / ".github/workflows/one.yml").rename(root / "shared/one.yml")
    (root / ".github/workflows/one.yml").symlink_to("../../shared/one.yml")
    left_over = root / "shared" / f".mermaid2gha-{'0' * 16}.old"
    left_over.write_bytes(b"half")
    main(["compile"])
    capsys.readouterr()
    assert not left_over.exists() and (root / "shared/one.yml").exists()
