"""Compiles that are killed at random moments, that run two at once, and that meet a full disk.

    python tests/live/disturbed.py [--kills N] [--pairs N] [--seed N]

A project with three workflows and their pictures. After each disturbance every file is whole (as one
of the drawings has it), nothing of people's is lost, and what each run said is true; `check` writes nothing
and tells a mix; one compile mends it and leaves nothing beside the files. The full disk is a small memory
disk where root may mount one, else a limit on the size of files.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = [sys.executable, "-m", "mermaid2gha"]
STARTED = "import sys; from mermaid2gha.cli import main; print(flush=True); sys.exit(main(sys.argv[1:]))"
NAMES = ("one", "two", "three")
CACHE = "MERMAID2GHA_CACHE_DIR"


def project(root: Path, job: str) -> Path:
    """A project in which each of three workflows has that job."""
    (root / "docs").mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        drawn = f"sequenceDiagram\n GitHub->>{name}.yml: Trigger 'push'\n Note over {name}.yml: {job}\n"
        _save(root / f"docs/{name}.mmd", drawn)
    listed = ", ".join(f"docs/{name}.mmd" for name in NAMES)
    _save(root / "mermaid2gha.yml", f"documents: [{listed}]\ngraphs: docs/ci\n")
    return root


def _save(path: Path, text: str) -> None:
    """Save a file in one move: a compile that reads one half saved, and so empty, rightly tells of no
    documents (exit code 2), or writes what the others draw and tells whose drawing is gone."""
    half = path.with_name(f"{path.name}.saving")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def files(root: Path) -> dict[str, bytes]:
    paths = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(paths)}


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *words], cwd=root, capture_output=True, text=True, check=False)


def is_as_drawn(root: Path) -> bool:
    """What a `check` says that knows nothing of runs before it, but for the engine that draws pictures: to
    compile that takes longer than all else."""
    for kept in Path(os.environ[CACHE]).iterdir():
        if kept.name not in ("CACHEDIR.TAG", "graphviz.module"):
            kept.unlink()
    return run(root, "check").returncode == 0


def compiled(root: Path) -> dict[str, bytes]:
    done = run(root, "compile")
    assert done.returncode == 0, done.stderr
    return files(root)


def edited(root: Path, job: str) -> None:
    """The drawing says another job now; what people wrote into the first workflow stays theirs."""
    project(root, job)


def killed(work: Path, kills: int, choose: random.Random) -> None:
    first = compiled(project(work / "Build", "Build"))
    root = work / "killed"
    shutil.copytree(work / "Build", root)
    edited(root, "Test")
    started = time.monotonic()
    second = compiled(root)
    usual = time.monotonic() - started
    for _ in range(kills):
        shutil.rmtree(root)
        shutil.copytree(work / "Build", root)
        edited(root, "Test")
        process = subprocess.Popen([sys.executable, "-c", STARTED, "compile"], cwd=root, stdout=-1, stderr=-1)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(choose.uniform(0.3, 1.0) * usual)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        now = files(root)
        for name, content in now.items():
            assert ".mermaid2gha-" in name or content in (first.get(name), second.get(name)), name
        assert {name for name in now if ".mermaid2gha-" not in name} == set(second)
        is_whole = {name: now[name] for name in second} == second
        assert is_as_drawn(root) == is_whole
        assert files(root) == now, "check writes nothing"
        assert compiled(root) == second, "compile mends it, and leaves nothing beside the files"
    print(f"{kills} kills: each file whole, mended by one compile")


def paired(work: Path, pairs: int, choose: random.Random) -> None:
    """Two compiles at once, of which the drawing is edited in between."""
    root = work / "paired"
    compiled(project(root, "Build"))
    edited(root, "Test")
    second = compiled(root)
    refused = 0
    for _ in range(pairs):
        shutil.rmtree(root, ignore_errors=True)
        compiled(project(root, "Build"))
        edited(root, "Release")
        command = [*PROGRAM, "compile", "--output-format", "json"]
        one = subprocess.Popen(command, cwd=root, stdout=-1, stderr=-1, text=True)
        time.sleep(choose.uniform(0, 0.6))
        edited(root, "Test")
        two = subprocess.Popen(command, cwd=root, stdout=-1, stderr=-1, text=True)
        said = []
        for process in (one, two):
            out, err = process.communicate()
            happened = f"exit {process.returncode}\n{out}\n{err}"
            assert process.returncode in (0, 1) and not err.startswith("Traceback"), happened
            told = json.loads(out)
            written = {file["path"] for file in told["files"] if file["state"] == "written"}
            faults = [found["rule"] for found in told["diagnostics"] if found["severity"] == "error"]
            assert not (written and faults) and bool(faults) == (process.returncode == 1), happened
            said.append(written)
        refused += not all(said)
        assert not said[0] & said[1] or files(root) == second
        assert is_as_drawn(root) or not said[1]
        assert compiled(root) == second
    print(f"{pairs} pairs at once ({refused} with a run that wrote nothing): nothing lost, nothing half")


def full(work: Path) -> None:
    """Less room with each try, until all of it fits."""
    disk = work / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    can_mount = shutil.which("mount") is not None
    is_mounted = can_mount and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        states = set()
        for room in range(0, 200_000, 12_000):
            root = project(disk / "project", "Build")
            before = files(root)
            if is_mounted:
                _fill(disk, room)
                done = run(root, "compile")
            else:
                done = _limited(root, room)
            (disk / "filler").unlink(missing_ok=True)
            states.add(done.returncode)
            if done.returncode:
                assert "unwritable-file" in done.stderr and "Traceback" not in done.stderr, done.stderr
                assert files(root) == before, "all as it was, and nothing left over"
                assert not (root / ".github").exists()
            shutil.rmtree(root)
        assert states == {0, 1}, states
    finally:
        if is_mounted:
            subprocess.run(["umount", str(disk)], check=True)
    print(f"a full {'disk' if is_mounted else 'quota'}: all as it was")


def _fill(disk: Path, room: int) -> None:
    """Leave so many bytes on the disk."""
    with (disk / "filler").open("wb") as file:
        size = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        file.write(b"x" * max(size - room, 0))


def _limited(root: Path, room: int) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room // 6, room // 6))

    return subprocess.run(
        [*PROGRAM, "compile"], cwd=root, capture_output=True, text=True, check=False, preexec_fn=limit
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[CACHE] = str(Path(folder, "cache"))
        killed(Path(folder), options.kills, random.Random(options.seed))
        paired(Path(folder), options.pairs, random.Random(options.seed))
        full(Path(folder))


if __name__ == "__main__":
    main()
