"""An unchanged `check` is answered from the cache, and never wrongly."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mermaid2gha import cli
from mermaid2gha.cli import main
from mermaid2gha.project import cache

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
    """A project, with a cache beside it."""
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    (project / "mermaid2gha.yml").write_text(GONE)
    return project


def check(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    code = main(["check", *more])
    out, err = capsys.readouterr()
    return code, out + err


def folder() -> Path:
    return Path(cache.folder() or "")


def entries() -> list[Path]:
    return [path for path in folder().glob("*") if path.name != cache.TAG]


def everything(root: Path) -> dict[str, bytes | None]:
    return {
        str(p.relative_to(root)): p.read_bytes() if p.is_file() else None for p in sorted(root.rglob("*"))
    }


def test_an_answer_is_kept_and_given_again(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before_all = everything(here)
    first = check(capsys)
    (entry,) = entries()
    before = entry.stat().st_mtime_ns
    assert check(capsys) == first
    assert entry.stat().st_mtime_ns == before, "the entry was not written again"
    assert folder().stat().st_mode & 0o777 == 0o700
    assert everything(here) == before_all, "check writes nothing into the project"


def test_the_users_own_cache_folder_is_the_usual_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(cache.VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/does/not/count")
    monkeypatch.setenv("HOME", str(tmp_path))
    check(capsys)
    assert len(entries()) == 1 and folder().is_relative_to(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    check(capsys)
    assert len(entries()) == 1 and folder() == tmp_path / "xdg/mermaid2gha/answers"


def test_a_kept_answer_needs_no_library(here: Path) -> None:
    code = (
        "import sys; from mermaid2gha.cli import main; code = main(['check']);"
        f"print(code, [name for name in {HEAVY!r} if name in sys.modules])"
    )
    command = [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"]
    for _ in range(2):
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == "2 []\n"


def test_a_first_check_imports_nothing_that_only_type_checkers_and_other_commands_need(here: Path) -> None:
    code = (
        "import sys; from mermaid2gha.cli import main; main(['check', '--no-cache']);"
        "names = ('typing', 'dataclasses', 'inspect', 'networkx', 'graphviz', 'lark', 'markdown_it');"
        "print([name for name in names if name in sys.modules])"
    )
    command = [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("change", ["settings", "document", "options", "corrupt", "empty", "compiler"])
def test_a_change_of_anything_is_seen(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    code, _ = check(capsys)
    assert code == 2
    (entry,) = entries()
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


@pytest.mark.parametrize(("edited", "holds"), [("project/cache.py", False), ("project/none_such.py", True)])
def test_an_answer_holds_until_a_module_that_made_it_is_edited(
    monkeypatch: pytest.MonkeyPatch, edited: str, holds: bool
) -> None:
    answer = (b"out", b"err", 1)
    cache.store(("asked",), cache.package_fact(cache.package_files()), answer)
    assert cache.answer(("asked",)) == answer
    version = cache._version
    monkeypatch.setattr(cache, "_version", lambda path: "edited" if path.endswith(edited) else version(path))
    assert (cache.answer(("asked",)) == answer) is holds


def test_what_is_edited_while_it_answers_is_seen_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    files = cache.package_files()
    version = cache._version
    monkeypatch.setattr(cache, "_version", lambda path: f"{version(path)} and more")
    cache.store(("asked",), cache.package_fact(files), (b"", b"", 0))
    assert cache.answer(("asked",)) is None


def test_a_new_settings_file_in_between_is_seen(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "deep/er").mkdir(parents=True)
    monkeypatch.chdir(here / "deep/er")
    assert "`../../gone.md`" in check(capsys)[1]
    (here / "deep/mermaid2gha.yml").write_text("documents: [other.md]\n")
    assert "`../other.md`" in check(capsys)[1]


def test_no_cache_reads_and_writes_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(capsys, "--no-cache")[0] == 2
    assert not folder().exists()


def test_a_folder_that_cannot_be_made_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    folder().write_text("a file in its place")
    assert check(capsys)[0] == check(capsys)[0] == 2
    assert "the answer is not kept" in check(capsys, "-v")[1]


def link_to(real: Path, folder: Path) -> None:
    real.mkdir(mode=0o700)
    folder.symlink_to(real)


def in_a_repository(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder.parent / ".git").mkdir()


def copied(folder: Path) -> None:
    """A folder as a repository could bring it, its permissions right by the umask of the check-out."""
    cache._make(str(folder))
    folder.rename(folder.with_name("original"))
    shutil.copytree(folder.with_name("original"), folder)
    folder.chmod(0o700)


UNFIT = {
    "a link on its path": lambda folder: link_to(folder.with_name("real"), folder),
    "in a git repository": in_a_repository,
    "permissions are not 0700": lambda folder: folder.mkdir(mode=0o750),
    "no tag of ours": copied,
}


@pytest.mark.parametrize("reason", UNFIT)
def test_a_folder_that_others_may_have_filled_is_not_used(
    reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    UNFIT[reason](folder())
    before = everything(folder())
    told = check(capsys, "-v")[1]
    assert f"the answer is not kept: `{folder()}` is not used: " in told and reason in told
    assert "not kept" not in check(capsys)[1]
    assert everything(folder()) == before


def test_a_folder_of_another_user_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    cache._make(str(folder()))
    assert cache.distrust(str(folder())) == ""
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert cache.distrust(str(folder())) == "it belongs to another user"


def test_a_folder_with_files_of_others_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    folder().mkdir(mode=0o700)
    for number in range(cache.MOST_ENTRIES + 5):
        (folder() / f"{number:032x}").write_text("mine")
    (folder() / ".gitignore").write_text("mine")
    before = everything(folder())
    for _ in range(3):
        check(capsys)
    assert everything(folder()) == before


def test_only_files_of_our_name_and_mark_are_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    check(capsys)
    (folder() / "notes.txt").write_text("mine")
    (folder() / f"{'a' * 32}").write_text("mine, by chance of such a name")
    (folder() / f"{'b' * 32}").symlink_to(folder().parent / "project/mermaid2gha.yml")
    (folder() / f"{'c' * 32}.1.part").write_text("half an answer of a killed run")
    os.utime(folder() / f"{'c' * 32}.1.part", (0, 0))
    os.utime(folder() / f"{'a' * 32}", (0, 0))
    for number in range(cache.MOST_ENTRIES + 3):
        cache.store((str(number),), {}, (b"", b"", 0))
    left = {path.name for path in entries()}
    assert {"notes.txt", "a" * 32, "b" * 32} <= left and "c" * 32 + ".1.part" not in left
    assert len(left) <= cache.MOST_ENTRIES + 2
    assert (folder().parent / "project/mermaid2gha.yml").read_text() == GONE


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_an_entry_that_is_no_file_is_none(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = check(capsys)
    (entry,) = entries()
    if kind == "link":
        entry.rename(folder().parent / "elsewhere")
        entry.symlink_to(folder().parent / "elsewhere")
    else:
        entry.unlink()
        os.mkfifo(entry)
    assert cache.answer(cli._question(("check",))) is None
    assert check(capsys) == first


def test_runs_at_the_same_time_do_not_disturb_each_other(here: Path) -> None:
    command = [sys.executable, "-m", "mermaid2gha", "check"]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE, env=dict(os.environ)) for _ in range(4)]
    told = {run.communicate()[1] for run in runs}
    assert len(told) == 1
    assert {run.returncode for run in runs} == {2}


@pytest.mark.parametrize("path", ["a\nb", "a\\nb", "a\\\nb\r", "ü", "a b"])
def test_any_path_comes_back(path: str) -> None:
    assert cache._unescaped(cache._escaped(path)) == path


@pytest.mark.parametrize("what", ["a link to a folder", "a dangling link", "a file", "nothing"])
def test_what_becomes_a_folder_or_a_file_is_seen(
    here: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    """An answer rests on what there is at a path too, not only on names and contents."""
    drawn = "sequenceDiagram\n GitHub->>CI: Trigger 'push'\n Note over CI: Build\n"
    (here / "mermaid2gha.yml").write_text("documents: [docs, more]\n")
    (here / "docs").mkdir()
    (here / "docs/ci.mmd").write_text(drawn)
    (here / "other").mkdir()
    (here / "other/new.mmd").write_text(drawn.replace("CI", "New"))
    sub = here / "docs/sub"
    if what == "nothing":
        sub = here / "more"
    else:
        (here / "more").mkdir()
    if "link" in what:
        sub.symlink_to("../other" if what == "a link to a folder" else "nowhere")
    elif what == "a file":
        sub.write_text("")
    main(["compile"])
    capsys.readouterr()
    before = check(capsys)
    assert (before[0] == 0) == (what != "nothing")
    sub.unlink(missing_ok=True)
    (here / "other").rename(sub)
    assert "new.yml" in check(capsys)[1] or (what == "nothing" and check(capsys) != before)


def test_a_folder_in_a_repository_is_not_even_made(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / ".git").mkdir()
    for name in (".git/x/y", ".cache/a"):
        monkeypatch.setenv(cache.VARIABLE, name)
        before = everything(here)
        assert "git repository" in check(capsys, "-v")[1]
        assert everything(here) == before


@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize("name", ["ci.md", ".github/workflows/ci.yml"])
def test_what_is_no_regular_file_is_told_at_once(
    here: Path, capsys: pytest.CaptureFixture[str], kind: str, name: str
) -> None:
    (here / "mermaid2gha.yml").write_text("documents: [ci.md]\n")
    (here / "ci.md").write_text(
        "```mermaid\nsequenceDiagram\n GitHub->>CI: Trigger 'push'\n Note over CI: Build\n```\n"
    )
    (here / name).unlink(missing_ok=True)
    (here / name).parent.mkdir(parents=True, exist_ok=True)
    if kind == "pipe":
        os.mkfifo(here / name)
    else:
        (here / name).symlink_to("/dev/zero")
    code, told = check(capsys)
    assert code in (1, 2) and name in told


@pytest.mark.parametrize("command", [["check"], ["check", "--no-cache"], ["compile"], ["when", "push"]])
def test_a_working_directory_that_is_gone_is_told(tmp_path: Path, command: list[str]) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code = (
        f"import os; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r});"
        f"from mermaid2gha.cli import main; raise SystemExit(main({command!r}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (2, "mermaid2gha: the working directory is gone\n")
