"""Writing: all or none, links and permissions kept, nothing outside the project."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

import pytest

from mermaid2gha.cli import main
from mermaid2gha.project import writer
from mermaid2gha.project.cache import content_digest
from mermaid2gha.project.writer import Change, Writing, write


def rules(writing: Writing) -> list[str]:
    """What stopped a writing; of one that was stopped no change was made."""
    assert not (writing.faults and writing.made)
    return [one.rule for one in writing.faults]


def change(root: Path, name: str, old: bytes | None, new: bytes | None) -> Change:
    return Change(str(root / name), old, new, (str(root),))


def everything(root: Path) -> dict[str, bytes | None]:
    return {
        str(p.relative_to(root)): p.read_bytes() if p.is_file() else None for p in sorted(root.rglob("*"))
    }


def test_new_files_get_their_folders(tmp_path: Path) -> None:
    changes = [change(tmp_path, "a/b/ci.yml", None, b"x"), change(tmp_path, "flows.svg", None, b"y")]
    assert write(changes) == Writing(tuple(changes))
    assert everything(tmp_path) == {"a": None, "a/b": None, "a/b/ci.yml": b"x", "flows.svg": b"y"}


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write([change(tmp_path, "ci.yml", None, b"x")])
    assert (tmp_path / "ci.yml").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_permissions_are_kept(tmp_path: Path) -> None:
    (tmp_path / "ci.yml").write_bytes(b"old")
    (tmp_path / "ci.yml").chmod(0o640)
    assert rules(write([change(tmp_path, "ci.yml", b"old", b"new")])) == []
    assert (tmp_path / "ci.yml").stat().st_mode & 0o777 == 0o640


def test_a_removal_removes(tmp_path: Path) -> None:
    (tmp_path / "ci.yml").write_bytes(b"old")
    assert rules(write([change(tmp_path, "ci.yml", b"old", None)])) == []
    assert everything(tmp_path) == {}


def test_a_file_that_changed_meanwhile_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "ci.yml").write_bytes(b"someone's")
    found = write([change(tmp_path, "a.yml", None, b"x"), change(tmp_path, "ci.yml", b"old", b"new")])
    assert rules(found) == ["changed-file"]
    assert everything(tmp_path) == {"ci.yml": b"someone's"}


def test_a_file_that_appeared_meanwhile_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "ci.yml").write_bytes(b"someone's")
    assert rules(write([change(tmp_path, "ci.yml", None, b"new")])) == ["changed-file"]


def test_a_failure_half_way_leaves_all_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"old")
    (tmp_path / "gone.yml").write_bytes(b"old too")
    (tmp_path / "blocked").write_bytes(b"a file where a folder belongs")
    before = everything(tmp_path)
    found = write(
        [
            change(tmp_path, "a.yml", b"old", b"new"),
            change(tmp_path, "fresh/b.yml", None, b"new"),
            change(tmp_path, "gone.yml", b"old too", None),
            change(tmp_path, "blocked/c.yml", None, b"new"),
        ]
    )
    assert rules(found) == ["unwritable-file"]
    assert everything(tmp_path) == before


def test_a_failing_move_is_undone(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"old")
    (tmp_path / "gone.yml").write_bytes(b"old too")
    before = everything(tmp_path)
    impossible = Change(str(tmp_path / "gone.yml"), b"old too", None, (str(tmp_path),))
    found = write([change(tmp_path, "a.yml", b"old", b"new"), impossible, impossible])
    assert rules(found) == ["changed-file"]
    assert everything(tmp_path) == before


def test_a_file_that_the_system_refuses_even_to_root_is_told(tmp_path: Path) -> None:
    found = write([change(tmp_path, f"{'c' * 300}.yml", None, b"x")])
    assert rules(found) == ["unwritable-file"]
    assert list(tmp_path.iterdir()) == []


def test_a_read_only_file_is_told_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"old")
    (tmp_path / "b.yml").write_bytes(b"old")
    (tmp_path / "b.yml").chmod(0o444)
    both = [change(tmp_path, name, b"old", b"new") for name in ("a.yml", "b.yml")]
    [found] = write(both).faults
    assert (found.rule, "read-only" in found.message) == ("unwritable-file", True)
    assert everything(tmp_path) == {"a.yml": b"old", "b.yml": b"old"}


def test_two_links_to_one_file_are_told(tmp_path: Path) -> None:
    (tmp_path / "real.yml").write_bytes(b"old")
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).symlink_to("real.yml")
    assert rules(write([change(tmp_path, name, b"old", name.encode()) for name in ("a.yml", "b.yml")])) == [
        "changed-file"
    ]
    assert (tmp_path / "real.yml").read_bytes() == b"old"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/ci.yml").write_bytes(b"old")
    (tmp_path / "ci.yml").symlink_to("real/ci.yml")
    assert rules(write([change(tmp_path, "ci.yml", b"old", b"new")])) == []
    assert (tmp_path / "ci.yml").is_symlink()
    assert (tmp_path / "real/ci.yml").read_bytes() == b"new"


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_out_of_the_project_is_refused(tmp_path: Path, is_there: bool) -> None:
    inside = tmp_path / "project"
    inside.mkdir()
    if is_there:
        (tmp_path / "elsewhere").write_bytes(b"old")
    (inside / "ci.yml").symlink_to(tmp_path / "elsewhere")
    found = write([change(inside, "ci.yml", b"old" if is_there else None, b"new")])
    assert rules(found) == ["outside-project"]
    assert (tmp_path / "elsewhere").exists() == is_there


def test_a_folder_that_is_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    inside, outside = tmp_path / "project", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (inside / "workflows").symlink_to(outside)
    assert rules(write([change(inside, "workflows/ci.yml", None, b"new")])) == ["outside-project"]
    assert everything(outside) == {}


OLD = {"a.yml": b"old", "gone.yml": b"old too"}
NEW = {"a.yml": b"new" * 10000, "fresh": None, "fresh/b.yml": b"new"}


def changes(root: Path) -> list[Change]:
    """One file that changes, one that is new in a new folder, one that goes."""
    return [
        change(root, "a.yml", b"old", b"new" * 10000),
        change(root, "fresh/b.yml", None, b"new"),
        change(root, "gone.yml", b"old too", None),
    ]


def prepared(root: Path) -> None:
    for name, content in OLD.items():
        (root / name).write_bytes(content)


def interrupted(root: Path, step: int) -> tuple[bool, bool]:
    """Whether a writing that is interrupted at a step got to its end, and whether it came to that step."""
    calls = 0

    def interrupt(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        is_ours = frame.f_code.co_filename.endswith("project/writer.py")
        if is_ours and event in ("call", "c_return") and frame.f_code.co_name != "<genexpr>":
            calls += 1
            if calls == step + 1:
                signal.raise_signal(signal.SIGINT)

    gc.disable()  # what it calls is not to be interrupted
    sys.setprofile(interrupt)
    try:
        is_done = len(write(changes(root)).made) == 3
    except KeyboardInterrupt:
        is_done = False
    finally:
        sys.setprofile(None)
        gc.enable()
    return is_done, calls > step


def test_an_interrupt_at_any_step_leaves_all_old_or_all_new(tmp_path: Path) -> None:
    seen = set()
    for step in range(2000):
        root = tmp_path / str(step)
        root.mkdir()
        prepared(root)
        is_done, is_reached = interrupted(root, step)
        now = everything(root)
        assert now in (OLD, NEW), step
        assert not is_done or now == NEW
        seen.add(now == NEW)
        if not is_reached:
            break
    assert step > 100 and seen == {True, False}
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_file_that_somebody_else_made_right_is_not_said_to_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"new")
    before = (tmp_path / "a.yml").stat()
    both = [change(tmp_path, "a.yml", b"old", b"new"), change(tmp_path, "b.yml", None, b"new")]
    assert write(both) == Writing((both[1],))
    after = (tmp_path / "a.yml").stat()  # it was read, which its time of access may say
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_document_that_changed_meanwhile_stops_everything(tmp_path: Path) -> None:
    document = tmp_path / "ci.md"
    document.write_bytes(b"drawn")
    read = {str(document): content_digest(str(document)), str(tmp_path / "mermaid2gha.yml"): "-2"}
    changes = [change(tmp_path, "a.yml", None, b"new")]
    document.write_bytes(b"drawn anew")
    writing = write(changes, read)
    assert rules(writing) == ["changed-file"] and "ci.md" in writing.faults[0].message
    document.write_bytes(b"drawn")
    assert rules(write(changes, read)) == []


@pytest.mark.parametrize("folder", [".git", ".GIT/hooks", "sub/.git/x"])
def test_nothing_is_written_below_git_s_own_folder(tmp_path: Path, folder: str) -> None:
    assert rules(write([change(tmp_path, f"{folder}/ci.yml", None, b"x")])) == ["outside-project"]
    assert everything(tmp_path) == {}


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_file_is_told(tmp_path: Path, kind: str) -> None:
    os.mkfifo(tmp_path / "ci.yml") if kind == "pipe" else (tmp_path / "ci.yml").mkdir()
    assert rules(write([change(tmp_path, "ci.yml", None, b"x")])) == ["unwritable-file"]


FULL = """
import resource, signal, sys
from mermaid2gha.project.cache import content_digest
from mermaid2gha.project.writer import Change, write
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
root = sys.argv[1]
writing = write([
    Change(root + "/a.yml", b"old", b"new", (root,)),
    Change(root + "/fresh/b.yml", None, b"b" * 9000, (root,)),
])
print(len(writing.made), [fault.message.split("/")[-1] for fault in writing.faults])
"""


def test_a_full_disk_leaves_all_as_it_was(tmp_path: Path) -> None:
    """A limit on the size of files gives the same error at the same call as a disk without room."""
    (tmp_path / "a.yml").write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "0 ['b.yml` cannot be written: file too large']\n"
    assert everything(tmp_path) == {"a.yml": b"old"}


def test_what_a_failing_move_leaves_is_taken_back_only_where_nobody_has_touched_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.yml", "b.yml", "c.yml"):
        (tmp_path / name).write_bytes(b"old")
    real = Path.replace
    monkeypatch.setattr(writer, "_are_exchanged", lambda one, other: False)

    def failing(path: Path, target: Path) -> Path:
        if target.name == "c.yml":
            (tmp_path / "b.yml").write_bytes(b"saved by an editor")
            raise OSError(5, "Input/output error")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", failing)
    names = ("a.yml", "b.yml", "c.yml")
    writing = write([change(tmp_path, name, b"old", b"new") for name in names])
    assert rules(writing) == ["unwritable-file"]
    assert everything(tmp_path) == {"a.yml": b"old", "b.yml": b"saved by an editor", "c.yml": b"old"}


def test_what_cannot_be_put_back_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_bytes(b"old")
    real, calls = Path.replace, iter((True, False, False))
    monkeypatch.setattr(writer, "_are_exchanged", lambda one, other: False)

    def failing(path: Path, target: Path) -> Path:
        if next(calls):
            return real(path, target)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", failing)
    writing = write([change(tmp_path, name, b"old", b"new") for name in ("a.yml", "b.yml")])
    first, second = writing.faults
    assert first.message.endswith("b.yml` cannot be written: input/output error") and not first.help
    assert second.message.endswith("a.yml` is written and cannot be put back: input/output error")
    assert second.help == "compile again when the disk allows it, which mends it"
    assert everything(tmp_path) == {"a.yml": b"new", "b.yml": b"old"}


def test_a_save_in_the_last_moment_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yml").write_bytes(b"old")
    real = Path.replace

    def saved_before(path: Path, target: Path) -> Path:
        if path.suffix == ".new":
            target.write_bytes(b"saved by an editor")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", saved_before)
    monkeypatch.setattr(writer, "_are_exchanged", lambda one, other: False)
    assert rules(write([change(tmp_path, "a.yml", b"old", b"new")])) == ["changed-file"]
    assert everything(tmp_path) == {"a.yml": b"saved by an editor"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux swaps two files in one move")
@pytest.mark.parametrize("is_in_place", [True, False])
def test_a_save_in_the_very_last_moment_is_not_lost_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_in_place: bool
) -> None:
    """Also of an editor that puts a new file into the place of the old one."""
    (tmp_path / "a.yml").write_bytes(b"old")
    (tmp_path / "b.yml").write_bytes(b"old")
    real = writer._are_exchanged

    def saved_before(one: Path, other: Path) -> bool:
        if other.name == "b.yml":
            saved = other if is_in_place else tmp_path / "saved"
            saved.write_bytes(b"saved by an editor")
            saved.replace(other)
        return real(one, other)

    monkeypatch.setattr(writer, "_are_exchanged", saved_before)
    writing = write([change(tmp_path, name, b"old", b"new") for name in ("a.yml", "b.yml")])
    assert rules(writing) == ["changed-file"]
    assert everything(tmp_path) == {"a.yml": b"old", "b.yml": b"saved by an editor"}


def test_one_folder_under_two_names_is_locked_once(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "linked").symlink_to("real")
    both = [change(tmp_path, "real/a.yml", None, b"x"), change(tmp_path, "linked/b.yml", None, b"x")]
    assert write(both, patience=0) == Writing(tuple(both))


def test_a_loop_of_links_is_told(tmp_path: Path) -> None:
    (tmp_path / "ci.yml").symlink_to("ci.yml")
    assert rules(write([change(tmp_path, "ci.yml", None, b"x")])) == ["unwritable-file"]


@pytest.mark.parametrize("link", ["build", "build/workflows", "build/graphs"])
def test_output_leads_out_of_a_repository_through_no_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], link: str
) -> None:
    """A pull request can bring the link along."""
    repository, outside = tmp_path / "repository", tmp_path / "outside"
    (repository / ".git").mkdir(parents=True)
    outside.mkdir()
    drawn = "sequenceDiagram\n GitHub->>CI: Trigger 'push'\n Note over CI: Build\n"
    (repository / "ci.mmd").write_text(drawn, encoding="utf-8")
    (repository / link).parent.mkdir(exist_ok=True)
    (repository / link).symlink_to(outside)
    monkeypatch.chdir(repository)
    assert main(["compile", "ci.mmd", "--output", "build"]) == 1
    assert "outside-project" in capsys.readouterr().err
    assert everything(outside) == {} and list((repository / "build").rglob("*.yml")) == []
    assert main(["compile", "ci.mmd", "--output", str(outside), "--quiet"]) == 0, "named by the user"


def test_settings_lead_out_of_no_folder_that_was_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Outside of a repository the settings' own folder is the border, and where the user stands."""
    project = tmp_path / "project"
    project.mkdir()
    drawn = "sequenceDiagram\n GitHub->>CI: Trigger 'push'\n Note over CI: Build\n"
    (project / "ci.mmd").write_text(drawn, encoding="utf-8")
    (project / "mermaid2gha.yml").write_text("documents: [ci.mmd]\nworkflows: ../else\n", encoding="utf-8")
    monkeypatch.chdir(project)
    assert main(["compile"]) == 1
    assert "outside-project" in capsys.readouterr().err
    assert not (tmp_path / "else").exists()
    monkeypatch.chdir(tmp_path)
    assert main(["compile", "project/ci.mmd", "--quiet"]) == 0
    assert (tmp_path / "else/ci.yml").exists()


def test_two_names_of_one_document_are_laid_out_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ci.mmd").write_text("sequenceDiagram\n      A->>B: x\n", encoding="utf-8")
    (tmp_path / "also.mmd").symlink_to("ci.mmd")
    monkeypatch.chdir(tmp_path)
    assert main(["fmt", "ci.mmd", "also.mmd"]) == 0
    capsys.readouterr()
    assert main(["fmt", "--check", "ci.mmd", "also.mmd"]) == 0
    assert (tmp_path / "also.mmd").is_symlink()
