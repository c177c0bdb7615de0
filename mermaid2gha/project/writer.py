"""Writing files safely: all of them or none, each in one move, links followed, permissions kept.

No journal is kept. Each new content is laid beside its file, whole and on the disk, before the first file
is replaced; what can fail (a full disk, a missing right) fails there, and nothing has changed. A run that is
killed between two replacements leaves whole files, some old and some new: `check` tells it, and `compile`,
which gives the same whatever it finds, mends it. A journal that a later run executes would be one more file
that a repository can bring with it.

Two runs at once wait for each other at the folders that they write into, which they lock; a file that is no
longer what was read stops the later one. What has to be taken back is taken back only where it is still
what this run itself laid down. Reports `changed-file`, `outside-project` and `unwritable-file`.
"""

from __future__ import annotations

import os
import re
import signal
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.encoding import BOM
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.base.source import Span
from mermaid2gha.project.cache import content_digest
from mermaid2gha.project.snapshot import Disk, shown

CHANGED_FILE = Rule("changed-file", Severity.ERROR)
OUTSIDE_PROJECT = Rule("outside-project", Severity.ERROR)
UNWRITABLE_FILE = Rule("unwritable-file", Severity.ERROR)

try:
    import fcntl
except ImportError:  # no locks on Windows: there, two runs at once see each other by the files alone
    fcntl = None  # type: ignore[assignment]

PATIENCE = 10.0
"""Seconds to wait for another run that writes into the same folders."""

_LEFT_OVER = re.compile(r"\.mermaid2gha-[0-9a-f]{16}\.(?:new|old)")
_TRY_AGAIN = "nothing was written; try again"
_INTERRUPTIONS = ("SIGINT", "SIGTERM", "SIGHUP")


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is to change: `old` is what was read, `new` what it becomes; None is no file.

    `allowed` are the folders in which it may truly lie, whatever links say.
    """

    path: str
    old: bytes | None
    new: bytes | None
    allowed: tuple[str, ...]


def document_change(name: str, text: str, disk: Disk) -> Change:
    """A document or settings file, by the name under which it was read, with another text."""
    path = os.path.abspath(name)  # noqa: PTH100 (links in the name must stay)
    old = disk.content(path)
    folder = Path(path).parent
    root = next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)
    return Change(path, old, (BOM if old.startswith(BOM) else b"") + text.encode("utf-8"), (str(root),))


@dataclass(frozen=True, slots=True)
class Writing:
    """What came of it: the changes made (a file that was right by then is none), or why none was."""

    made: tuple[Change, ...] = ()
    faults: tuple[Diagnostic, ...] = ()


@dataclass(slots=True)
class _Laid:
    """A change whose contents lie beside the `target`: the new one at `new`, the old one at `old`.

    `identity` is the device and inode of the new content, by which it is known once it is in its place.
    `is_kept`: what lies at `old` is the only copy of something, and stays.
    """

    change: Change
    target: Path
    new: Path | None = None
    old: Path | None = None
    identity: tuple[int, int] | None = None
    is_done: bool = False
    is_kept: bool = False


@dataclass(slots=True)
class _Attempt:
    """A writing under way: the folders that were made for it and the contents that were laid out.

    `is_over`: all stands in its place, and is not taken back any more. `stuck` are the files that could not
    be put back.
    """

    made: list[Path] = field(default_factory=list)
    laid: list[_Laid] = field(default_factory=list)
    stuck: list[Diagnostic] = field(default_factory=list)
    is_over: bool = False


class _BusyError(Exception):
    """Another run is writing here."""


class _ChangedError(Exception):
    """A file is not what was read any more."""


class _UnwritableError(Exception):
    """The system refuses to write the file of a path; `__cause__` says why."""


def write(
    changes: Sequence[Change],
    read: Mapping[str, str] | None = None,
    folders: Mapping[str, tuple[str, ...]] | None = None,
    *,
    patience: float = PATIENCE,
    clock: Callable[[], float] = time.monotonic,
) -> Writing:
    """Make all the changes, or none of them and say why.

    `read` are the files that the changes were made from, each with its digest (`cache.content_digest`),
    which must still hold. What killed runs left beside their files goes, in `folders` too, each with the
    folders in which it may truly lie. `patience` is in seconds of the `clock`.
    """
    swept = [
        Path(os.path.realpath(folder))
        for folder, allowed in (folders or {}).items()
        if _lies_in(folder, allowed)
    ]
    if not changes and not any(map(_has_left_overs, swept)):
        return Writing()
    if faults := _faults(changes):
        return Writing((), tuple(faults))
    attempt = _Attempt()
    with ExitStack() as ends:
        interruptions = ends.enter_context(_held_back())
        try:
            _make_folders(changes, attempt.made)
            end = clock() + (patience if changes else 0)
            places = _places(changes, swept)
            _sweep(_locked(places, lambda: clock() > end, interruptions, ends))
            faults = [*_faults(changes), *_unread(read or {})]
            if not faults:
                _lay(changes, attempt.laid)
                if interruptions:
                    raise KeyboardInterrupt
                _replace(attempt.laid)
                attempt.is_over = True
        except (_BusyError, _ChangedError, _UnwritableError, OSError) as error:
            faults = _faults_of(error, changes)
        finally:  # under the locks still
            _end(attempt)
    if attempt.stuck:
        return Writing((), (*(replace(fault, help="") for fault in faults), *attempt.stuck))
    return Writing(tuple(one.change for one in attempt.laid) if attempt.is_over else (), tuple(faults))


def _faults_of(error: Exception, changes: Sequence[Change]) -> list[Diagnostic]:
    """What there is to tell of an error that stopped a writing; nothing where only folders were swept."""
    match error:
        case _ChangedError():
            return [_changed(str(error))]
        case _UnwritableError():
            return [_unwritable(str(error), error.__cause__)]
        case _BusyError() if changes:
            return [diagnostic(UNWRITABLE_FILE, "another mermaid2gha is writing here", help=_TRY_AGAIN)]
        case OSError() if changes:  # a folder went away in the meantime, say
            return [_unwritable(error.filename or changes[0].path, error)]
        case _:
            return []


def _end(attempt: _Attempt) -> None:
    """Leave nothing beside the files; unless all was written, take back what was, and the folders made."""
    try:
        if not attempt.is_over:
            attempt.stuck = _taken_back(attempt.laid)
    finally:
        _clear(attempt.laid, () if attempt.is_over or attempt.stuck else attempt.made)


@contextmanager
def _about(change: Change) -> Iterator[None]:
    """Say of what the system refuses which file it is about."""
    try:
        yield
    except OSError as error:
        raise _UnwritableError(change.path) from error


def _make_folders(changes: Sequence[Change], made: list[Path]) -> None:
    """The folders that are missing, outer ones first; `made` is told of each."""
    for change in changes:
        parent = _target(change).parent
        above = (parent, *parent.parents) if change.new is not None else ()
        absent = [folder for folder in above if not os.path.exists(folder)]  # noqa: PTH110 (which raises nothing)
        for folder in reversed(absent):
            with _about(change), suppress(FileExistsError):
                folder.mkdir()
                made.append(folder)


def _places(changes: Sequence[Change], swept: Iterable[Path]) -> list[Path]:
    """The folders to lock, each once whatever its names, in an order that all runs agree on."""
    places = {}
    for folder in {_target(change).parent for change in changes} | set(swept):
        with suppress(OSError):
            status = folder.stat()
            if stat.S_ISDIR(status.st_mode):
                places[status.st_dev, status.st_ino] = folder
    return [places[key] for key in sorted(places)]


def _locked(
    folders: Sequence[Path], is_over: Callable[[], bool], interruptions: Sequence[int], ends: ExitStack
) -> list[Path]:
    """Lock the folders until the stack ends, in their order, so that no two runs wait for each other.

    Gives those that are truly locked; where the system or the file system has no locks, none.
    Raises `_BusyError` where another run holds one of them until the time `is_over`.
    """
    locked = []
    for folder in folders if fcntl is not None else ():
        try:
            number = os.open(folder, os.O_RDONLY)
        except OSError:
            continue
        ends.callback(os.close, number)
        if _is_locked(number, is_over, interruptions):
            if not _is_still(folder, number):
                raise _BusyError  # that run has taken the folder away again
            locked.append(folder)
    return locked


def _is_still(folder: Path, number: int) -> bool:
    try:
        return os.path.samestat(os.fstat(number), folder.stat())
    except OSError:
        return False


def _is_locked(number: int, is_over: Callable[[], bool], interruptions: Sequence[int]) -> bool:
    while True:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if interruptions:
                raise KeyboardInterrupt from None
            if is_over():
                raise _BusyError from None
            time.sleep(0.02)
        except OSError:
            return False


def _has_left_overs(folder: Path) -> bool:
    try:
        return any(_LEFT_OVER.fullmatch(name) for name in os.listdir(folder))  # noqa: PTH208
    except OSError:
        return False


def _sweep(folders: Sequence[Path]) -> None:
    """Take away what killed runs left; only where the lock says that no other run is under way."""
    for folder in folders:
        with suppress(OSError):
            for entry in folder.iterdir():
                if _LEFT_OVER.fullmatch(entry.name) and stat.S_ISREG(entry.lstat().st_mode):
                    entry.unlink(missing_ok=True)


def _lay(changes: Sequence[Change], laid: list[_Laid]) -> None:
    """Lay new and old contents beside their files; the old one is the file itself, under a second name."""
    for change in changes:
        target = _target(change)
        if _content(target) == change.new:
            continue  # another run has written the same
        one = _Laid(change, target)
        laid.append(one)
        with _about(change):
            if change.new is not None:
                one.new = _spare_path(target, "new")
                one.identity = _copy(change.new, one.new, target)
            if change.old is not None:
                one.old = _spare_path(target, "old")
                if not _is_linked(target, one.old):
                    _copy(change.old, one.old, target)
    for folder in {one.target.parent for one in laid}:
        _settle(folder)


def _is_linked(target: Path, second: Path) -> bool:
    """Give a file a second name, if it is the user's own: another's might not be taken away again."""
    try:
        if hasattr(os, "geteuid") and target.lstat().st_uid != os.geteuid():
            return False
        os.link(target, second)
    except OSError:  # a file system without hard links
        return False
    return True


def _copy(content: bytes, path: Path, target: Path) -> tuple[int, int]:
    """Write a new file with the permissions that the target has or will have; gives device and inode."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        status = os.fstat(file.fileno())
    if target.exists():
        now = target.stat()
        if (now.st_uid, now.st_gid) != (status.st_uid, status.st_gid) and hasattr(os, "chown"):
            with suppress(OSError):
                os.chown(path, now.st_uid, now.st_gid)
        path.chmod(stat.S_IMODE(now.st_mode))
    return status.st_dev, status.st_ino


def _replace(laid: Sequence[_Laid]) -> None:
    """Put the new contents in their places, removals last; raises `_ChangedError` for a file that changed."""
    for one in sorted(laid, key=lambda one: one.new is None):
        with _about(one.change):
            _put(one)
    for folder in {one.target.parent for one in laid}:
        _settle(folder)


def _put(one: _Laid) -> None:
    if _content(one.target) != one.change.old:
        raise _ChangedError(one.change.path)
    if one.new is None:
        one.target.unlink()
    elif one.old is None:
        _place_new(one.new, one)
    elif _are_exchanged(one.new, one.target):
        if _content(one.new) != one.change.old:  # it was saved in the last moment: that is what came out
            one.old, one.new = one.new, one.old
            one.is_done = True
            raise _ChangedError(one.change.path)
    else:
        one.new.replace(one.target)
    one.is_done = True
    if one.old is not None and _content(one.old) != one.change.old:
        raise _ChangedError(one.change.path)  # it was saved in the last moment, and lies at `old` now


def _are_exchanged(one: Path, other: Path) -> bool:
    """Swap two files in one move, where the system can: what another program puts there is never lost.

    `renameat2(2)`, Linux 3.15 and newer; false where the file system or the system has no such call.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes

        names = (os.fsencode(one), os.fsencode(other))
        here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
        return bool(ctypes.CDLL(None).renameat2(here, names[0], here, names[1], exchange) == 0)
    except (ImportError, OSError, AttributeError):
        return False


def _place_new(new: Path, one: _Laid) -> None:
    """Give a file its name, if there is none of that name by now."""
    try:
        os.link(new, one.target)
    except FileExistsError:
        raise _ChangedError(one.change.path) from None
    except OSError:  # a file system without hard links
        if one.target.exists():
            raise _ChangedError(one.change.path) from None
        new.replace(one.target)


def _taken_back(laid: Sequence[_Laid]) -> list[Diagnostic]:
    """Put back what is still as this run left it; tells which files stay as they were to become."""
    faults = []
    for file in reversed(laid):
        if not file.is_done or not _is_ours(file):
            continue
        try:
            if file.old is None:
                file.target.unlink()
            elif file.new is None:
                _place_new(file.old, file)
            else:
                file.old.replace(file.target)
        except (_ChangedError, FileNotFoundError):
            continue
        except OSError as error:
            file.is_kept = file.old is not None and _is_only_copy(file.old, file.change)
            faults.append(_stuck(file, error))
    return faults


def _is_only_copy(old: Path, change: Change) -> bool:
    try:
        return _content(old) != change.old
    except OSError:
        return True


def _is_ours(one: _Laid) -> bool:
    """Whether there is at the target what this run put there, and nobody has changed it since."""
    try:
        status = one.target.lstat()
    except FileNotFoundError:
        return one.new is None
    except OSError:
        return False
    return (status.st_dev, status.st_ino) == one.identity and _content(one.target) == one.change.new


def _clear(laid: Sequence[_Laid], made: Sequence[Path]) -> None:
    """Take away what still lies beside the files, and the folders that were made for nothing."""
    for one in laid:
        for path in (one.new, None if one.is_kept else one.old):
            if path is not None:
                with suppress(OSError):
                    path.unlink()
    for folder in reversed(made):
        with suppress(OSError):
            folder.rmdir()


@contextmanager
def _held_back() -> Iterator[list[int]]:
    """Keep interruptions from cutting a writing in two: the list has those that came.

    Before the first file is replaced the writing gives up for them; after that they only end what is over
    anyway, but for a termination, which the process still gets.
    """
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    before = {}
    try:
        for number in (getattr(signal, name) for name in _INTERRUPTIONS if hasattr(signal, name)):
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, lambda number, frame: came.append(number))
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in came:
            if number != signal.SIGINT:
                signal.raise_signal(number)


def _spare_path(target: Path, kind: str) -> Path:
    return target.parent / f".mermaid2gha-{os.urandom(8).hex()}.{kind}"


def _content(path: Path) -> bytes | None:
    """What is in a file, or None where there is none; raises OSError for what is no file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(22, "it is no regular file", str(path))
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _settle(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system knows how."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _changed(path: str) -> Diagnostic:
    message = f"`{shown(path)}` has changed while it was compiled"
    return diagnostic(CHANGED_FILE, message, help="nothing was written; compile once more")


def _unwritable(path: str, error: BaseException | None) -> Diagnostic:
    message = f"`{shown(path)}` cannot be written: {_reason(error)}"
    return diagnostic(UNWRITABLE_FILE, message, help="nothing was written; see the folder's rights")


def _reason(error: BaseException | None) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def _stuck(one: _Laid, error: OSError) -> Diagnostic:
    message = f"`{shown(one.change.path)}` is written and cannot be put back: {_reason(error)}"
    cure = "compile again when the disk allows it, which mends it"
    if one.is_kept and one.old is not None:
        cure = f"it was saved in the meantime, and that lies in `{shown(str(one.old))}` now"
    return diagnostic(UNWRITABLE_FILE, message, help=cure)


def _unread(read: Mapping[str, str]) -> list[Diagnostic]:
    """What has changed of that which was read."""
    return [_changed(path) for path, known in sorted(read.items()) if content_digest(path) != known]


def _faults(changes: Sequence[Change]) -> list[Diagnostic]:
    seen: set[Path] = set()
    faults = []
    for change in changes:
        target = _target(change)
        if target in seen:
            message = f"`{shown(change.path)}` is the same file as another that is written"
            cure = "nothing was written; see where the links lead"
            faults.append(diagnostic(CHANGED_FILE, message, help=cure))
        elif (fault := _fault(change, target)) is not None:
            faults.append(fault)
        seen.add(target)
    return faults


def _fault(change: Change, target: Path) -> Diagnostic | None:
    """What keeps a file from being written as it is now."""
    if not _is_below(target, change.allowed) or _is_of_git(target):
        where = "in a folder that is git's own" if _is_of_git(target) else "outside the project"
        message = f"`{shown(change.path)}` lies {where}, at `{target}`"
        return diagnostic(OUTSIDE_PROJECT, message, help="let `workflows` and `graphs` name folders of yours")
    try:
        now = _content(target)
    except OSError as error:
        message = f"`{shown(change.path)}` cannot be written: {_reason(error)}"
        return diagnostic(UNWRITABLE_FILE, message, help="nothing was written; see the file's rights")
    if now not in (change.old, change.new):
        return _changed(change.path)
    if now is not None and not _is_writable(target):
        message = f"`{shown(change.path)}` cannot be written: it is read-only"
        return diagnostic(UNWRITABLE_FILE, message, help="nothing was written; see the file's rights")
    return None


def outside_project(message: str, *places: Span | None) -> Diagnostic:
    """A finding of the rule `outside-project`, for those who find it elsewhere."""
    return diagnostic(OUTSIDE_PROJECT, message, *places, help="name files and folders of the repository")


def _is_writable(target: Path) -> bool:
    """Whether a file may be written by whoever runs this; a file that nobody may write is meant so."""
    return os.access(target, os.W_OK) and bool(target.stat().st_mode & 0o222)


def _target(change: Change) -> Path:
    """The file itself: a link is followed, so that it stays a link. A removal takes the link."""
    if change.new is None:
        folder, name = os.path.split(change.path)
        return Path(os.path.realpath(folder), name)
    return Path(os.path.realpath(change.path))


def _is_below(target: Path, folders: Sequence[str]) -> bool:
    return any(target.is_relative_to(os.path.realpath(folder)) for folder in folders)


def _is_of_git(target: Path) -> bool:
    return any(part.casefold() == ".git" for part in target.parts)


def _lies_in(folder: str, allowed: Sequence[str]) -> bool:
    """Whether a folder truly lies where it may, and not in git's own."""
    target = Path(os.path.realpath(folder))
    return _is_below(target, allowed) and not _is_of_git(target)
