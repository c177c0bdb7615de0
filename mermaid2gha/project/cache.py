"""Answers of `check` that still hold, kept in a folder that can be deleted at any time.

This module is all that an unchanged `check` runs, so it imports next to nothing. An entry holds the facts
that an answer was made from and the answer: it is given again only while every fact is the same. A fact is
the digest of a file's content (never its time), of a folder's names, or of modules of this package. Entries
are plain bytes: a line that marks them as ours, the digest of the rest, then one fact a line, an empty line,
the exit code and the length of the standard output, then both outputs.

The compiled engine that draws (`project.drawing`) and what it drew (`project.pictures`) lie there too, marked
and sealed like an answer.

Whoever can write into the folder decides what `check` says, so it lies in the user's own cache folder, and
one that somebody else may have filled is not used at all (`distrust`): a repository could bring a folder
with it, of any name and content.
"""

from __future__ import annotations

import errno
import os
import stat
import sys

try:
    from _blake2 import blake2b
except ImportError:  # an interpreter built without it; `hashlib` costs twice as much to import
    from hashlib import blake2b

VARIABLE = "MERMAID2GHA_CACHE_DIR"
TAG = "CACHEDIR.TAG"
MARK = b"mermaid2gha answer 1\n"
MOST_ENTRIES = 512

MOST_BYTES = 16_000_000
"""The most that is read of one file. Documents have kilobytes; GitHub runs no workflow of over a megabyte."""

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_NAME = __name__.partition(".")[0]
_NAME_LENGTH = 32
_OURS = b"mermaid2gha "
_PART = ".part"
_UNTAGGED = "it has no tag of ours"

Facts = dict[tuple[str, str], str]
"""(kind, path) -> digest; the kinds are `content`, `kind`, `names` and `package`."""


def digest(content: bytes) -> str:
    """What content is known by in the cache: 32 hex digits."""
    return blake2b(content, digest_size=16).hexdigest()


def read(path: str) -> bytes:
    """The content of a regular file; raises OSError for what is none, without opening what could block, and
    for one of more than `MOST_BYTES`, without reading it all."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        error = errno.EISDIR if os.path.isdir(path) else errno.EINVAL
        raise OSError(error, os.strerror(error) if error == errno.EISDIR else "it is no regular file", path)
    with open(path, "rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise OSError(errno.EFBIG, f"it has more than {MOST_BYTES // 1_000_000} million bytes", path)
    return content


def content_digest(path: str) -> str:
    """The digest of a file's content; where nothing can be read, `-` and the system's number for why."""
    try:
        return digest(read(path))
    except OSError as error:
        return f"-{error.errno}"
    except ValueError:
        return "-"


def kind_of(path: str) -> str:
    """What there is at a path: `file`, `folder`, `link` (to a folder), `other`, or `-` for nothing."""
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            return "link" if os.path.islink(path) else "folder"
        return "file" if stat.S_ISREG(mode) else "other"
    except (OSError, ValueError):
        return "-"


def names_digest(path: str) -> str:
    """The digest of the names in a folder with what they name, hidden ones apart; `-` where there is none."""
    try:
        with os.scandir(path) as entries:
            rows = sorted(f"{one.name}\0{_kind(one)}" for one in entries if not one.name.startswith("."))
    except (OSError, ValueError):
        return "-"
    return digest("\0".join(rows).encode("utf-8", "surrogateescape"))


def _kind(entry: os.DirEntry[str]) -> str:
    """The kind of an entry, as `kind_of` tells it, without asking the system again where it has said so."""
    if entry.is_symlink():
        return kind_of(entry.path)
    return "folder" if entry.is_dir() else "file" if entry.is_file() else "other"


def package_files() -> dict[str, str]:
    """What the files of this package are now, by their paths below it: for `package_fact`, to be asked for
    before they are loaded."""
    files: dict[str, str] = {}
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(os.path.join(_PACKAGE, folder)))
        except OSError:
            continue
        for entry in entries:
            name = os.path.join(folder, entry.name)
            if entry.is_dir():
                folders.append(name)
            elif name.endswith(".py"):
                files[name] = _version(entry.path)
    return files


def package_fact(files: dict[str, str]) -> Facts:
    """The fact that the compiler is the one that runs now: the modules that were loaded are as they were.

    An edited checkout is another compiler, and so is one with another library below it. Modules that an
    answer did without do not matter, and to ask for all takes longer than all else of an unchanged `check`.
    """
    loaded = {
        os.path.relpath(path, _PACKAGE)
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] == _NAME and (path := getattr(module, "__file__", None))
    }
    return {("package", names := "\t".join(sorted(loaded))): _package_digest(names, files)}


def package_digest(names: str) -> str:
    """The digest of modules of this package, given by their paths below it, and of what else is installed."""
    return _package_digest(
        names, {name: _version(os.path.join(_PACKAGE, name)) for name in names.split("\t")}
    )


def _package_digest(names: str, files: dict[str, str]) -> str:
    rows = [f"{name} {files.get(name, '-')}" for name in names.split("\t")]
    return digest("\n".join([sys.version, _PACKAGE, *_installed(), *rows]).encode("utf-8", "surrogateescape"))


def _version(path: str) -> str:
    """The size and time of a file; `-` where there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return "-"
    return f"{status.st_size} {status.st_mtime_ns}"


def _installed() -> list[str]:
    """The distributions beside us, by the names of their `dist-info` folders, which hold the versions.

    The folders of the standard library hold none, and hundreds of other names.
    """
    names: list[str] = []
    library = os.path.dirname(os.__file__)
    for place in sys.path:
        if place in (library, f"{library}{os.sep}lib-dynload"):
            continue
        try:
            names += sorted(name for name in os.listdir(place or ".") if name.endswith(".dist-info"))
        except OSError:
            continue
    return names


_DIGEST_OF = {
    "content": content_digest,
    "kind": kind_of,
    "names": names_digest,
    "package": package_digest,
}


def fact(kind: str, path: str) -> str:
    """What a fact of this kind is now."""
    return _DIGEST_OF[kind](path)


def folder() -> str | None:
    """Where answers are kept: what `MERMAID2GHA_CACHE_DIR` names, else a folder in the user's cache.

    None where the system does not say where the user's things lie.
    """
    if named := os.environ.get(VARIABLE):
        return os.path.abspath(named)
    base = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = os.path.expanduser("~")
        if not os.path.isabs(home):
            return None
        inner = ("Library", "Caches") if sys.platform == "darwin" else (".cache",)
        base = os.path.join(os.path.realpath(home), *inner)
    return os.path.join(os.path.normpath(base), "mermaid2gha", "answers")


def distrust(place: str) -> str:
    """Why the answers in a folder are not to be believed; empty where nobody but this user can have
    written them, and no repository can have brought them."""
    try:
        if reason := _misplaced(place):
            return reason
        status = os.lstat(place)
        if not stat.S_ISDIR(status.st_mode):
            return "it is no folder"
        if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
            return "it belongs to another user"
        if hasattr(os, "geteuid") and status.st_mode & 0o777 != 0o700:
            return "its permissions are not 0700"
        if _read(os.path.join(place, TAG)) != _tag(status):
            return _UNTAGGED
    except FileNotFoundError:
        return _UNTAGGED
    except (OSError, ValueError):
        return "it cannot be read"
    return ""


def _misplaced(place: str) -> str:
    """Why a folder must not be used wherever it is, be it there or not."""
    if os.path.realpath(place) != place:
        return "there is a link on its path"
    return "it lies in a git repository" if _is_in_repository(place) else ""


def _is_in_repository(place: str) -> bool:
    while not os.path.lexists(os.path.join(place, ".git")):
        above = os.path.dirname(place)
        if above == place:
            return False
        place = above
    return True


def _tag(status: os.stat_result) -> bytes:
    """The tag of a folder, which says which one it is: a copy of a folder is none of ours."""
    return (
        "Signature: 8a477f597d28d172789f06886806bc55\n"
        "# Answers that mermaid2gha keeps; the folder can be deleted at any time.\n"
        f"# This folder: {status.st_dev}:{status.st_ino}\n"
    ).encode()


def _make(place: str) -> None:
    """Make a folder ours, if there is none or an empty one that is fit; another stays as it is."""
    if _misplaced(place):
        return
    os.makedirs(os.path.dirname(place), exist_ok=True)
    try:
        os.mkdir(place, 0o700)
    except FileExistsError:
        if os.path.islink(place) or os.listdir(place):
            return
    status = os.lstat(place)
    if distrust(place) == _UNTAGGED:
        _write(place, TAG, _tag(status))


def _read(path: str) -> bytes:
    """The content of a regular file of this user that is no link; nothing that could block is opened."""
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    number = os.open(path, flags)
    with open(number, "rb") as file:
        status = os.fstat(number)
        is_own = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
        return file.read() if is_own and stat.S_ISREG(status.st_mode) else b""


def entry_name(question: tuple[str, ...]) -> str:
    """The file name for a question: the arguments, the working directory, and how the answer is shown."""
    return digest("\0".join((os.getcwd(), *question)).encode("utf-8", "surrogateescape"))


def kept(name: str, mark: bytes) -> bytes | None:
    """What was kept under a name and with a mark, if it is there, whole, and to be believed."""
    place = folder()
    if place is None or distrust(place):
        return None
    try:
        content = _read(os.path.join(place, name))
    except (OSError, ValueError):
        return None
    seal, _, body = content[len(mark) :].partition(b"\n")
    is_whole = content.startswith(mark) and seal.decode("ascii", "replace") == digest(body)
    return body if is_whole else None


def keep(name: str, mark: bytes, body: bytes) -> str:
    """Keep something under a name; says why it is not kept where it is not, which is no fault."""
    place = folder()
    if place is None:
        return "there is no home folder to keep answers in"
    try:
        _make(place)
        if reason := distrust(place):
            return f"`{place}` is not used: {reason}"
        _sweep(place)
        _write(place, name, b"%b%b\n%b" % (mark, digest(body).encode("ascii"), body))
    except OSError as error:
        return f"`{place}` cannot be written: {(error.strerror or str(error)).lower()}"
    return ""


def answer(question: tuple[str, ...]) -> tuple[bytes, bytes, int] | None:
    """Standard output, standard error and exit code as they were, if nothing has changed since."""
    body = kept(entry_name(question), MARK)
    if body is None:
        return None
    head, _, rest = body.partition(b"\n\n")
    if not all(_still_holds(line) for line in head.split(b"\n")):
        return None
    numbers, _, outputs = rest.partition(b"\n")
    code, _, length = numbers.partition(b" ")
    return outputs[: int(length)], outputs[int(length) :], int(code)


def _still_holds(line: bytes) -> bool:
    kind, _, rest = line.decode("utf-8", "surrogateescape").partition(" ")
    known, _, path = rest.partition(" ")
    digest_of = _DIGEST_OF.get(kind)
    return digest_of is not None and digest_of(_unescaped(path)) == known


def store(question: tuple[str, ...], facts: Facts, given: tuple[bytes, bytes, int]) -> str:
    """Keep an answer; says why it is not kept where it is not."""
    out, err, code = given
    lines = [f"{kind} {known} {_escaped(path)}" for (kind, path), known in sorted(facts.items())]
    head = "\n".join(lines).encode("utf-8", "surrogateescape")
    return keep(entry_name(question), MARK, b"%b\n\n%d %d\n%b%b" % (head, code, len(out), out, err))


def _sweep(place: str) -> None:
    """Make room by the oldest half of the entries, and take away what a killed run left half written."""
    import time

    entries: list[tuple[float, str]] = []
    with os.scandir(place) as found:
        for entry in found:
            stem, dot, _ = entry.name.partition(".")
            if not _is_name(stem) or not entry.is_file(follow_symlinks=False):
                continue
            age = time.time() - entry.stat(follow_symlinks=False).st_mtime
            if not dot:
                entries.append((age, entry.path))
            elif entry.name.endswith(_PART) and age > 3600:
                os.unlink(entry.path)
    if len(entries) >= MOST_ENTRIES:
        for _, path in sorted(entries, reverse=True)[: len(entries) // 2]:
            with open(path, "rb") as file:
                is_ours = file.read(len(_OURS)) == _OURS
            if is_ours:
                os.unlink(path)


def _is_name(stem: str) -> bool:
    return len(stem) == _NAME_LENGTH and not stem.strip("0123456789abcdef")


def _write(place: str, name: str, content: bytes) -> None:
    part = os.path.join(place, f"{digest(name.encode())}.{os.urandom(8).hex()}{_PART}")
    try:
        with open(part, "xb") as file:
            file.write(content)
        os.replace(part, os.path.join(place, name))
    except BaseException:
        if os.path.lexists(part):
            os.unlink(part)
        raise


def _escaped(path: str) -> str:
    return path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def _unescaped(path: str) -> str:
    if "\\" not in path:
        return path
    marked = path.replace("\\\\", "\0").replace("\\n", "\n").replace("\\r", "\r")
    return marked.replace("\0", "\\")
