"""Writing: all or none, links and permissions kept, nothing outside the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import FrameType

import pytest

from mermaid2gha.commands.write import Change, write
from mermaid2gha.diagnostic import Diagnostic


def rules(found: list[Diagnostic]) -> list[str]:
    return [one.rule for one in found]


def change(root: Path, name: str, old: bytes | None, new: bytes | None) -> Change:
    return Change(str(root / name), old, new, (str(root),))


def is_undoing(frame: FrameType | None) -> bool:
    """Whether a call is part of putting things back, which nothing may interrupt here."""
    while frame is not None and frame.f_code.co_name != "_undo":
        frame = frame.f_back
    return frame is not None


def everything(root: Path) -> dict[str, bytes | None]:
    return {
        str(p.relative_to(root)): p.read_bytes() if p.is_file() else None for p in sorted(root.rglob("*"))
    }


def test_new_files_get_their_folders(tmp_path: Path) -> None:
    assert (
        write([change(tmp_path, "a/b/ci.yml", None, b"x"), change(tmp_path, "flows.svg", None, b"y")]) == []
    )
    assert everything(tmp_path) == {"a": None, "a/b": None, "a/b/ci.yml": b"x", "flows.svg": b"y"}


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write([change(tmp_path, "ci.yml", None, b"x")])
    assert (tmp_path / "ci.yml").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_permissions_are_kept(tmp_path: Path) -> None:
    (tmp_path / "ci.yml").write_bytes(b"old")
    (tmp_path / "ci.yml").chmod(0o640)
    assert write([change(tmp_path, "ci.yml", b"old", b"new")]) == []
    assert (tmp_path / "ci.yml").stat().st_mode & 0o777 == 0o640


def test_a_removal_removes(tmp_path: Path) -> None:
    (tmp_path / "ci.yml").write_bytes(b"old")
    assert write([change(tmp_path, "ci.yml", b"old", None)]) == []
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


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/ci.yml").write_bytes(b"old")
    (tmp_path / "ci.yml").symlink_to("real/ci.yml")
    assert write([change(tmp_path, "ci.yml", b"old", b"new")]) == []
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


@pytest.mark.parametrize("step", range(40))
def test_an_interrupt_at_any_step_leaves_all_old_or_all_new(tmp_path: Path, step: int) -> None:
    (tmp_path / "a.yml").write_bytes(b"old")
    (tmp_path / "gone.yml").write_bytes(b"old too")
    before = everything(tmp_path)
    changes = [
        change(tmp_path, "a.yml", b"old", b"new"),
        change(tmp_path, "fresh/b.yml", None, b"new"),
        change(tmp_path, "gone.yml", b"old too", None),
    ]
    calls = 0

    def interrupt(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        is_ours = frame.f_code.co_filename.endswith("commands/write.py")
        is_step = frame.f_code.co_name in ("_fault", "_temporary", "_move", "_mode") and event == "call"
        is_done = event == "c_return" and getattr(argument, "__name__", "") in ("rename", "replace", "unlink")
        if (is_ours and is_step) or (is_done and not is_undoing(frame)):
            calls += 1
            if calls == step + 1:
                raise KeyboardInterrupt

    sys.setprofile(interrupt)
    try:
        write(changes)
        is_done = True
    except KeyboardInterrupt:
        is_done = False
    finally:
        sys.setprofile(None)
    if is_done:
        assert (tmp_path / "a.yml").read_bytes() == (tmp_path / "fresh/b.yml").read_bytes() == b"new"
        assert not (tmp_path / "gone.yml").exists()
    else:
        assert everything(tmp_path) == before
    assert not list(tmp_path.rglob("*.tmp"))


KILLED = """
import os, sys
from mermaid2gha.commands.write import Change, write
left = int(sys.argv[2])
def watch(event, arguments):
    global left
    if event in ("open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.replace"):
        left -= 1
        if left < 0:
            os._exit(9)
names = [os.path.join(sys.argv[1], name) for name in ("a.yml", "b.yml")]
sys.addaudithook(watch)
write([Change(name, b"old", b"new" * 10000, (sys.argv[1],)) for name in names])
"""


@pytest.mark.parametrize("left", range(0, 16, 2))
def test_a_killed_process_leaves_each_file_old_or_new_and_the_next_run_works(
    tmp_path: Path, left: int
) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_bytes(b"old")
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(left)], check=False)
    texts = {(tmp_path / name).read_bytes() for name in ("a.yml", "b.yml")}
    assert texts <= {b"old", b"new" * 10000}
    again = [change(tmp_path, name, (tmp_path / name).read_bytes(), b"newer") for name in ("a.yml", "b.yml")]
    assert write(again) == []
    assert {(tmp_path / name).read_bytes() for name in ("a.yml", "b.yml")} == {b"newer"}
