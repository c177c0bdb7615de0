"""An unchanged `check` is answered from the cache, and never wrongly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mermaid2gha import cache
from mermaid2gha.cli import main

GONE = "documents: [gone.md]\n"
HEAVY = (
    "lark",
    "networkx",
    "yaml",
    "graphviz",
    "markdown_it",
    "wasmtime",
    "argparse",
    "pathlib",
    "dataclasses",
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MERMAID2GHA_CACHE_DIR", raising=False)
    (tmp_path / "mermaid2gha.yml").write_text(GONE)
    return tmp_path


def check(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    code = main(["check", *more])
    out, err = capsys.readouterr()
    return code, out + err


def entries(here: Path) -> list[Path]:
    return [path for path in (here / cache.FOLDER).glob("*") if not path.name.startswith(".")]


def test_an_answer_is_kept_and_given_again(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = check(capsys)
    (entry,) = entries(here)
    before = entry.stat().st_mtime_ns
    assert check(capsys) == first
    assert entry.stat().st_mtime_ns == before, "the entry was not written again"
    assert (here / cache.FOLDER / ".gitignore").read_text().endswith("*\n")


def test_a_kept_answer_needs_no_library(here: Path) -> None:
    code = (
        "import sys; from mermaid2gha.cli import main; code = main(['check']);"
        f"print(code, [name for name in {HEAVY!r} if name in sys.modules])"
    )
    command = [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"]
    for _ in range(2):
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == "2 []\n"


@pytest.mark.parametrize("change", ["settings", "document", "options", "corrupt", "empty", "compiler"])
def test_a_change_of_anything_is_seen(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    code, _ = check(capsys)
    assert code == 2
    (entry,) = entries(here)
    if change == "settings":
        (here / "mermaid2gha.yml").write_text("documents: [a.md]\n")
    elif change == "document":
        (here / "gone.md").write_bytes(b"\xff")
    elif change == "options":
        assert check(capsys, "--output-format", "github")[1].startswith("::error")
        return
    elif change == "corrupt":
        entry.write_bytes(entry.read_bytes().replace(b"gone", b"lost"))
    elif change == "empty":
        entry.write_bytes(b"")
    else:
        monkeypatch.setattr(cache, "_DIGEST_OF", {**cache._DIGEST_OF, "package": lambda path: "another"})
    shown = check(capsys)[1]
    if change == "settings":
        assert "`a.md`" in shown
    elif change == "document":
        assert "not-utf-8" in shown
    else:
        assert "`gone.md`" in shown


def test_a_new_settings_file_in_between_is_seen(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "deep/er").mkdir(parents=True)
    monkeypatch.chdir(here / "deep/er")
    assert "`../../gone.md`" in check(capsys)[1]
    (here / "deep/mermaid2gha.yml").write_text("documents: [other.md]\n")
    assert "`../other.md`" in check(capsys)[1]


def test_no_cache_reads_and_writes_none(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(capsys, "--no-cache")[0] == 2
    assert not (here / cache.FOLDER).exists()


def test_the_folder_can_be_named(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MERMAID2GHA_CACHE_DIR", str(here / "elsewhere"))
    check(capsys)
    assert (here / "elsewhere/.gitignore").exists()
    assert not (here / cache.FOLDER).exists()


def test_a_folder_that_cannot_be_made_is_no_fault(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / cache.FOLDER).write_text("a file in its place")
    assert check(capsys)[0] == check(capsys)[0] == 2


def test_old_entries_go(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(cache.MOST_ENTRIES + 3):
        check(capsys, f"{number}.md")
    assert len(entries(here)) <= cache.MOST_ENTRIES


def test_runs_at_the_same_time_do_not_disturb_each_other(here: Path) -> None:
    command = [sys.executable, "-m", "mermaid2gha", "check"]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE, env=dict(os.environ)) for _ in range(4)]
    told = {run.communicate()[1] for run in runs}
    assert len(told) == 1
    assert {run.returncode for run in runs} == {2}


@pytest.mark.parametrize("path", ["a\nb", "a\\nb", "a\\\nb\r", "ü", "a b"])
def test_any_path_comes_back(path: str) -> None:
    assert cache._unescaped(cache._escaped(path)) == path
