"""The journal of a writing: what a killed run had begun is finished by the next one, or taken back.

Before anything is written, a journal says what is to be written: one line of JSON with every file, where
its new content will lie beside it and where its old one, and digests of both. When all of these lie there
the line `forward` is added, which decides: before it the writing is taken back, after it finished. A writing
that fails adds `back`. The journal lies in the folder that holds all files and goes last; a lock on it tells
a run that is under way from one that was killed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from mermaid2gha.cache import JOURNAL, digest
from mermaid2gha.nouns import dataclass, field

try:
    import fcntl
except ImportError:  # no locks on Windows: a journal that is there is taken for one of a killed run
    fcntl = None  # type: ignore[assignment]

PREFIX = ".mermaid2gha-"
FORWARD, BACK = "forward", "back"


class BusyError(Exception):
    """Another run is writing here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: its new content lies at `new` (none: it goes), its old one at `old` (none: there was none).

    `was` and `becomes` are the digests of both, empty where there is no file. All paths are absolute.
    """

    target: str
    new: str | None
    old: str | None
    was: str
    becomes: str

    @property
    def beside(self) -> tuple[str, ...]:
        return tuple(path for path in (self.new, self.old) if path is not None)


@dataclass(slots=True)
class Journal:
    """An open journal, under lock; `made` are the folders that the writing makes, outer ones first.

    `is_done`: every file is as it is to become, so that nothing is to be taken back any more.
    """

    path: Path
    file: IO[bytes]
    entries: tuple[Entry, ...]
    made: tuple[str, ...]
    marks: list[str] = field(default_factory=list)
    is_done: bool = False

    def mark(self, word: str) -> None:
        """Add a line, which counts once it is on the disk as a whole."""
        self.marks.append(word)
        self.file.write(f"{word}\n".encode())
        _settle(self.file)

    def close(self) -> None:
        """The end of a writing: nothing lies beside the files any more, so the journal goes."""
        for entry in self.entries:
            for path in entry.beside:
                Path(path).unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)
        self.file.close()


def begin(home: Path, entries: Sequence[Entry], made: Sequence[str]) -> Journal:
    """Write down what is to be done, having settled what a killed run has left.

    Raises `BusyError` where another run is at it, `OSError` as writing does.
    """
    path = home / JOURNAL
    while True:
        try:
            file = path.open("xb")
        except FileExistsError:
            recover(path)
            continue
        if _is_locked(file) and _is_same(file, path):
            break
        file.close()
    try:
        lines = {"files": [_plain(entry) for entry in entries], "made": list(made)}
        file.write(json.dumps(lines).encode("utf-8") + b"\n")
        _settle(file)
        settle_folder(home)
    except BaseException:
        path.unlink()
        raise
    return Journal(path, file, tuple(entries), tuple(made))


def finish(journal: Journal) -> None:
    """Move the new contents to their places. A file that is neither old nor new is left alone."""
    for entry in journal.entries:
        now = digest_of(entry.target)
        if now == entry.was != entry.becomes:
            if entry.new is None:
                Path(entry.target).unlink()
            else:
                Path(entry.new).replace(entry.target)
            settle_folder(Path(entry.target).parent)
    journal.is_done = True


def take_back(journal: Journal) -> bool:
    """Put everything back as it was; False where the disk does not allow it, so that a later run has to."""
    is_whole = True
    for entry in reversed(journal.entries):
        try:
            if entry.was == entry.becomes or digest_of(entry.target) != entry.becomes:
                continue
            if entry.old is None:
                Path(entry.target).unlink()
            else:
                Path(entry.old).replace(entry.target)
            settle_folder(Path(entry.target).parent)
        except FileNotFoundError:
            continue  # someone has taken the old content away: no later run can do more
        except OSError:
            is_whole = False
    for entry in journal.entries if is_whole else ():
        for path in entry.beside:
            with suppress(OSError):
                Path(path).unlink()
    for folder in reversed(journal.made):
        with suppress(OSError):
            Path(folder).rmdir()
    return is_whole


def recover(path: Path) -> str:
    """Settle what a killed run has left; says in words what was done, or nothing.

    Raises `BusyError` where that run is still at it, `OSError` where the disk does not allow it.
    """
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        return ""
    with file:
        if not _is_locked(file):
            raise BusyError
        if not _is_same(file, path):
            return ""
        journal = _read(path, file)
        if journal is None:
            path.unlink()
            return ""
        names = ", ".join(Path(entry.target).name for entry in journal.entries)
        is_forward = journal.marks[-1:] == [FORWARD] and all(map(_can_finish, journal.entries))
        if is_forward:
            finish(journal)
            journal.close()
            return f"finished what a run that was stopped had begun: {names}"
        if journal.marks[-1:] == [FORWARD]:
            journal.mark(BACK)
        if not take_back(journal):
            raise OSError(f"{names} cannot be put back")
        journal.close()
        return f"took back what a run that was stopped had begun: {names}"


def recovered(starts: Sequence[str]) -> str:
    """What was done about each journal in these folders and above them, a line for each."""
    told = []
    for path in journals(starts):
        try:
            told.append(recover(path))
        except BusyError:
            told.append("another mermaid2gha is writing here")
        except OSError as error:
            told.append(f"what a run that was stopped had begun is left as it is: {error}")
    return "".join(f"mermaid2gha: {line}\n" for line in told if line)


def _can_finish(entry: Entry) -> bool:
    """Whether what an entry becomes is there, or lies beside it; what people changed since is theirs."""
    is_old = digest_of(entry.target) == entry.was != entry.becomes
    return not is_old or entry.new is None or digest_of(entry.new) == entry.becomes


def _read(path: Path, file: IO[bytes]) -> Journal | None:
    """The journal in a file; none where its first line was never finished, or is none of ours."""
    head, end, rest = file.read().partition(b"\n")
    try:
        value = json.loads(head) if end else None
        entries = tuple(Entry(**one) for one in value["files"]) if value else ()
        made = tuple(map(str, value["made"])) if value else ()
    except (ValueError, TypeError, KeyError):
        return None
    if not entries or not all(_is_inside(entry, path.parent) for entry in entries):
        return None
    marks = [line.decode("utf-8", "replace") for line in rest.split(b"\n")[:-1]]
    folders = tuple(one for one in made if _is_below(one, path.parent))
    return Journal(path, file, entries, folders, marks)


def _is_inside(entry: Entry, home: Path) -> bool:
    """Whether an entry is about files below the journal's folder, and names beside them that are ours."""
    if not all(isinstance(part, str) for part in (entry.target, entry.was, entry.becomes)):
        return False
    parent = Path(entry.target).parent
    ours = (Path(one) for one in entry.beside)
    return _is_below(entry.target, home) and all(
        one.parent == parent and one.name.startswith(PREFIX) and one.name != JOURNAL for one in ours
    )


def _is_below(path: str, home: Path) -> bool:
    """Whether a path truly lies below a folder, whatever links say."""
    return Path(path).is_absolute() and (Path(path).parent.resolve() / Path(path).name).is_relative_to(
        home.resolve()
    )


def _plain(entry: Entry) -> dict[str, str | None]:
    return {
        "target": entry.target,
        "new": entry.new,
        "old": entry.old,
        "was": entry.was,
        "becomes": entry.becomes,
    }


def digest_of(path: str) -> str:
    """The digest of a file's content, or empty where there is none."""
    try:
        return digest(Path(path).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return ""


def journals(starts: Sequence[str]) -> Iterator[Path]:
    """The journals in these folders and all above them, each once."""
    seen: set[str] = set()
    for start in starts:
        at = os.path.abspath(start)  # noqa: PTH100 (links in the name must stay)
        while at not in seen:
            seen.add(at)
            path = Path(at, JOURNAL)
            if path.is_file() and not path.is_symlink():
                yield path
            at = str(Path(at).parent)


def _is_locked(file: IO[bytes]) -> bool:
    """Whether the lock on a journal could be taken; it ends with the process, however that ends."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_same(file: IO[bytes], path: Path) -> bool:
    """Whether a file is still the one at its path, and not one that another run has taken away."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False


def _settle(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def settle_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system knows how."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
