"""Answers of `check` that still hold, kept in a folder that can be deleted at any time.

This module is all that an unchanged `check` runs, so it imports next to nothing. An entry holds the facts
that an answer was made from and the answer: it is given again only while every fact is the same. A fact is
the digest of a file's content (never its time), of a folder's names, or of this package itself. Entries are
plain bytes: the digest of the rest, then one fact a line, an empty line, the exit code and the length of the
standard output, then both outputs.
"""

from __future__ import annotations

import os
import sys

try:
    from _blake2 import blake2b
except ImportError:  # an interpreter built without it; `hashlib` costs twice as much to import
    from hashlib import blake2b

FOLDER = ".mermaid2gha_cache"
SETTINGS = "mermaid2gha.yml"
JOURNAL = ".mermaid2gha-journal"
MOST_ENTRIES = 64

Facts = dict[tuple[str, str], str]
"""(kind, path) -> digest; the kinds are `content`, `names` and `package`."""


def digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def content_digest(path: str) -> str:
    """The digest of a file's content, or `-` where nothing can be read."""
    try:
        with open(path, "rb") as file:
            return digest(file.read())
    except (OSError, ValueError):
        return "-"


def names_digest(path: str) -> str:
    """The digest of the names in a folder, hidden ones apart, or `-` where there is no folder to read."""
    try:
        names = sorted(name for name in os.listdir(path) if not name.startswith("."))
    except (OSError, ValueError):
        return "-"
    return digest("\0".join(names).encode("utf-8", "surrogateescape"))


def package_digest(path: str) -> str:
    """The digest of names, sizes and times of the package's files, and of what else is installed.

    An edited checkout is another compiler, and so is one with another library below it.
    """
    rows: list[str] = [sys.version, *_installed()]
    folders = [path, os.path.join(os.path.dirname(path), "grammar")]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    folders.append(entry.path)
            elif not entry.name.endswith(".md"):
                status = entry.stat()
                rows.append(f"{entry.path} {status.st_size} {status.st_mtime_ns}")
    return digest("\n".join(rows).encode("utf-8", "surrogateescape"))


def _installed() -> list[str]:
    """The distributions beside us, by the names of their `dist-info` folders, which hold the versions."""
    names: list[str] = []
    for place in sys.path:
        try:
            names += sorted(name for name in os.listdir(place or ".") if name.endswith(".dist-info"))
        except OSError:
            continue
    return names


_DIGEST_OF = {"content": content_digest, "names": names_digest, "package": package_digest}


def package_fact() -> Facts:
    """The fact that the compiler is the one that runs now."""
    path = os.path.dirname(os.path.abspath(__file__))
    return {("package", path): package_digest(path)}


def folder() -> str:
    """Where this run's entries live: `MERMAID2GHA_CACHE_DIR`, or beside the settings file above, or here."""
    named = os.environ.get("MERMAID2GHA_CACHE_DIR")
    if named:
        return named
    here = at = os.getcwd()
    while True:
        if os.path.isfile(os.path.join(at, SETTINGS)):
            return os.path.join(at, FOLDER)
        above = os.path.dirname(at)
        if above == at:
            return os.path.join(here, FOLDER)
        at = above


def has_journal(start: str) -> bool:
    """Whether a run that was killed has left its journal in a folder or above it (`commands.journal`)."""
    at = os.path.abspath(start)
    while not os.path.exists(os.path.join(at, JOURNAL)):
        above = os.path.dirname(at)
        if above == at:
            return False
        at = above
    return True


def entry_name(question: tuple[str, ...]) -> str:
    """The file name for a question: the arguments, the working directory, and how the answer is shown."""
    return digest("\0".join((os.getcwd(), *question)).encode("utf-8", "surrogateescape"))


def answer(question: tuple[str, ...]) -> tuple[bytes, bytes, int] | None:
    """Standard output, standard error and exit code as they were, if nothing has changed since."""
    path = os.path.join(folder(), entry_name(question))
    try:
        with open(path, "rb") as file:
            seal, _, body = file.read().partition(b"\n")
    except (OSError, ValueError):
        return None
    if seal.decode("ascii", "replace") != digest(body):
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


def store(question: tuple[str, ...], facts: Facts, given: tuple[bytes, bytes, int]) -> None:
    """Keep an answer. A folder that cannot be written means that nothing is kept, and no more."""
    out, err, code = given
    lines = [f"{kind} {known} {_escaped(path)}" for (kind, path), known in sorted(facts.items())]
    head = "\n".join(lines).encode("utf-8", "surrogateescape")
    body = b"%b\n\n%d %d\n%b%b" % (head, code, len(out), out, err)
    place = folder()
    name = entry_name(question)
    try:
        os.makedirs(place, exist_ok=True)
        _write(place, ".gitignore", b"# Made by mermaid2gha; safe to delete.\n*\n")
        old = [known for known in os.listdir(place) if not known.startswith(".")]
        for known in old if len(old) >= MOST_ENTRIES else ():
            os.unlink(os.path.join(place, known))
        _write(place, name, digest(body).encode("ascii") + b"\n" + body)
    except OSError:
        return


def _write(place: str, name: str, content: bytes) -> None:
    passing = os.path.join(place, f".{name}.{os.getpid()}")
    with open(passing, "wb") as file:
        file.write(content)
    os.replace(passing, os.path.join(place, name))


def _escaped(path: str) -> str:
    return path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def _unescaped(path: str) -> str:
    if "\\" not in path:
        return path
    marked = path.replace("\\\\", "\0").replace("\\n", "\n").replace("\\r", "\r")
    return marked.replace("\0", "\\")
