"""Writing files safely: all of them or none, each in one move, links followed, permissions kept.

Whatever stops a run, be it killed, the next one finds all files as they were or all as they were to become:
`commands.journal` tells how. Reports `changed-file`, `outside-project` and `unwritable-file`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from mermaid2gha.cache import digest
from mermaid2gha.commands.journal import (
    BACK,
    FORWARD,
    PREFIX,
    BusyError,
    Entry,
    Journal,
    begin,
    finish,
    settle_folder,
    take_back,
)
from mermaid2gha.diagnostic import Diagnostic, diagnostic
from mermaid2gha.disk import shown
from mermaid2gha.nouns import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is to change: `old` is what was read, `new` what it becomes; None is no file.

    `allowed` are the folders in which it may truly lie, whatever links say.
    """

    path: str
    old: bytes | None
    new: bytes | None
    allowed: tuple[str, ...]


def write(changes: Sequence[Change]) -> list[Diagnostic]:
    """Make all the changes, or none of them and say why."""
    faults = _faults(changes)
    if faults or not changes:
        return faults
    entries = [_entry(change, number) for number, change in enumerate(changes)]
    try:
        journal = begin(_home(changes), entries, _missing(changes))
    except BusyError:
        message = "another mermaid2gha is writing here"
        return [diagnostic("unwritable-file", message, help="nothing was written; try again")]
    except OSError as error:
        return [_unwritable(_home(changes), error)]
    return _written(journal, changes)


def _written(journal: Journal, changes: Sequence[Change]) -> list[Diagnostic]:
    """The changes of a journal made, or taken back with what stopped them."""
    current = changes[0]
    try:
        for folder in journal.made:
            Path(folder).mkdir(exist_ok=True)
        for current, entry in zip(changes, journal.entries):
            _lay(current, entry)
        faults = _faults(changes)
        if not faults:
            journal.mark(FORWARD)
            finish(journal)
            journal.close()
            return []
    except OSError as error:
        faults = [_unwritable(Path(current.path), error)]
    except BaseException:  # an interrupt must not leave half of the files behind; it goes on upwards
        _undo(journal)
        raise
    _undo(journal)
    return faults


def _undo(journal: Journal) -> None:
    """Put everything back as far as the disk still allows; else the journal stays for the next run."""
    try:
        if journal.is_done:
            journal.close()
            return
        if FORWARD in journal.marks:
            journal.mark(BACK)
        if take_back(journal):
            journal.close()
    except OSError:
        return  # what fails here has been told already


def _unwritable(path: Path, error: OSError) -> Diagnostic:
    message = f"`{shown(str(path))}` cannot be written: {(error.strerror or str(error)).lower()}"
    return diagnostic("unwritable-file", message, help="nothing was written; see the folder's rights")


def _faults(changes: Sequence[Change]) -> list[Diagnostic]:
    seen: set[Path] = set()
    faults = []
    for change in changes:
        target = _target(change)
        if target in seen:
            message = f"`{shown(change.path)}` is the same file as another that is written"
            cure = "nothing was written; see where the links lead"
            faults.append(diagnostic("changed-file", message, help=cure))
        elif (fault := _fault(change, target)) is not None:
            faults.append(fault)
        seen.add(target)
    return faults


def _fault(change: Change, target: Path) -> Diagnostic | None:
    """What keeps a file from being written as it is now."""
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
    if now is not None and not _is_writable(target):
        message = f"`{shown(change.path)}` cannot be written: it is read-only"
        return diagnostic("unwritable-file", message, help="nothing was written; see the file's rights")
    return None


def _is_writable(target: Path) -> bool:
    """Whether a file may be written by whoever runs this; a file that nobody may write is meant so."""
    return os.access(target, os.W_OK) and bool(target.stat().st_mode & 0o222)


def _target(change: Change) -> Path:
    """The file itself: a link is followed, so that it stays a link. A removal takes the link."""
    path = Path(change.path)
    return path.parent.resolve() / path.name if change.new is None else path.resolve()


def _home(changes: Sequence[Change]) -> Path:
    """The folder of the journal: that of the project if all files lie in it, else the one that holds all."""
    targets = [_target(change) for change in changes]
    root = Path(changes[0].allowed[0]).resolve()
    if root.is_dir() and all(target.is_relative_to(root) for target in targets):
        return root
    common = Path(os.path.commonpath([target.parent for target in targets]))
    return next(folder for folder in (common, *common.parents) if folder.is_dir())


def _missing(changes: Sequence[Change]) -> list[str]:
    """The folders that are yet to be made, outer ones first."""
    found: dict[str, None] = {}
    for change in changes:
        parent = _target(change).parent
        absent = (folder for folder in (parent, *parent.parents) if not folder.exists())
        found |= dict.fromkeys(map(str, reversed(list(absent))))
    return list(found)


def _entry(change: Change, number: int) -> Entry:
    target = _target(change)
    stem = f"{PREFIX}{os.getpid()}-{number}"
    return Entry(
        str(target),
        str(target.parent / f"{stem}.new") if change.new is not None else None,
        str(target.parent / f"{stem}.old") if change.old is not None else None,
        digest(change.old) if change.old is not None else "",
        digest(change.new) if change.new is not None else "",
    )


def _lay(change: Change, entry: Entry) -> None:
    """Lay the new and the old content beside the target, with the permissions that it has or will have."""
    mode = _mode(Path(entry.target))
    for path, content in _contents(change, entry):
        with Path(path).open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(path).chmod(mode)
    settle_folder(Path(entry.target).parent)


def _contents(change: Change, entry: Entry) -> Iterator[tuple[str, bytes]]:
    if entry.new is not None and change.new is not None:
        yield entry.new, change.new
    if entry.old is not None and change.old is not None:
        yield entry.old, change.old


def _mode(target: Path) -> int:
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
