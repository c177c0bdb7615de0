"""Writing files safely: all of them or none, each in one move, links followed, permissions kept.

Reports `changed-file`, `outside-project` and `unwritable-file`.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mermaid2gha.diagnostic import Diagnostic, diagnostic
from mermaid2gha.disk import shown
from mermaid2gha.nouns import dataclass, field


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is to change: `old` is what was read, `new` what it becomes; None is no file.

    `allowed` are the folders in which it may truly lie, whatever links say.
    """

    path: str
    old: bytes | None
    new: bytes | None
    allowed: tuple[str, ...]


@dataclass(slots=True)
class _Undoing:
    """What has been done, so that it can be undone."""

    temporary: list[Path] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    done: list[tuple[Path, Change, int]] = field(default_factory=list)


def write(changes: Sequence[Change]) -> list[Diagnostic]:
    """Make all the changes, or none of them and say why."""
    faults = [fault for change in changes if (fault := _fault(change)) is not None]
    if faults:
        return faults
    undoing = _Undoing()
    current = ""
    try:
        passing: list[Path | None] = []
        for change in changes:
            current = change.path
            passing.append(None if change.new is None else _temporary(change, undoing))
        for change, temporary in zip(changes, passing):
            current = change.path
            if (fault := _fault(change)) is not None:
                _undo(undoing)
                return [fault]
            _move(change, temporary, undoing)
    except OSError as error:
        _undo(undoing)
        message = f"`{shown(current)}` cannot be written: {(error.strerror or str(error)).lower()}"
        return [diagnostic("unwritable-file", message, help="nothing was written; see the folder's rights")]
    except BaseException:  # an interrupt must not leave half of the files behind; it goes on upwards
        _undo(undoing)
        raise
    return []


def _fault(change: Change) -> Diagnostic | None:
    target = _target(change)
    if not any(target.is_relative_to(Path(folder).resolve()) for folder in change.allowed):
        message = f"`{shown(change.path)}` lies outside the project, at `{target}`"
        return diagnostic(
            "outside-project", message, help="let `workflows` and `graphs` name folders of yours"
        )
    try:
        now: bytes | None = target.read_bytes()
    except FileNotFoundError:
        now = None
    except OSError as error:
        message = f"`{shown(change.path)}` cannot be written: {(error.strerror or str(error)).lower()}"
        return diagnostic("unwritable-file", message, help="nothing was written; see the file's rights")
    if now != change.old:
        message = f"`{shown(change.path)}` has changed while it was compiled"
        return diagnostic("changed-file", message, help="nothing was written; compile once more")
    return None


def _target(change: Change) -> Path:
    """The file itself: a link is followed, so that it stays a link. A removal takes the link."""
    path = Path(change.path)
    return path.parent.resolve() / path.name if change.new is None else path.resolve()


def _temporary(change: Change, undoing: _Undoing) -> Path:
    """The new content in a file beside the target, with the permissions that the target has or will have."""
    assert change.new is not None
    target = _target(change)
    missing = [folder for folder in (target.parent, *target.parent.parents) if not folder.exists()]
    for folder in reversed(missing):
        undoing.folders.append(folder)
        folder.mkdir(exist_ok=True)
    number, name = tempfile.mkstemp(prefix=".mermaid2gha-", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    undoing.temporary.append(temporary)
    with os.fdopen(number, "wb") as file:
        file.write(change.new)
        file.flush()
        os.fsync(file.fileno())
    temporary.chmod(_mode(target))
    return temporary


def _mode(target: Path) -> int:
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _move(change: Change, temporary: Path | None, undoing: _Undoing) -> None:
    target = _target(change)
    mode = _mode(target)
    undoing.done.append((target, change, mode))  # before it is done: undoing what was not done is harmless
    if temporary is None:
        target.unlink()
    else:
        temporary.replace(target)
        undoing.temporary.remove(temporary)


def _undo(undoing: _Undoing) -> None:
    """Put everything back as far as the disk still allows; what fails here has been told already."""
    for target, change, mode in reversed(undoing.done):
        with suppress(OSError):
            if change.old is None:
                target.unlink()
            elif not target.exists() or target.read_bytes() != change.old:
                target.write_bytes(change.old)
                target.chmod(mode)
    for temporary in undoing.temporary:
        with suppress(OSError):
            temporary.unlink()
    for folder in reversed(undoing.folders):
        with suppress(OSError):
            folder.rmdir()
