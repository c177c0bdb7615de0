"""Waiting until something that an answer rests on is another.

What is looked at is what the run has read: the content of files, which a look at their times and sizes every
fifth of a second tells to be worth reading, and the names in folders, every two seconds. What the run itself
wrote does not count. Content decides, so that a file which is saved unchanged, or by a rename, is the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.project.cache import Facts, fact

EVERY, NAMES_EVERY, SETTLED = 0.2, 2.0, 0.1
"""Seconds between two looks, between two at folders, and for which nothing may change before a new run."""

_Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Watched:
    """What a run has read, and the absolute paths of what it has written."""

    facts: Facts
    written: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many files there are of what was read."""
        return sum(kind == "content" and not known.startswith("-") for (kind, _), known in self.facts.items())


def wait(watched: Watched, sleep: Callable[[float], None]) -> None:
    """Return when something is another than it was in the run, and has been so for a moment."""
    look = _Look(_baseline(watched))
    turns = max(round(NAMES_EVERY / EVERY), 1)
    turn = 0
    while not look.is_other(with_names=turn % turns == 0):
        sleep(EVERY)
        turn += 1
    while True:
        before = look.stamps()
        sleep(SETTLED)
        if look.stamps() == before:
            return


def _baseline(watched: Watched) -> Facts:
    """What holds as long as nobody but the run has changed anything.

    What the run has written is as it stands now, and so is what it could not read.
    """
    around = {above for path in watched.written for above in (path, *_above(path))}
    return {
        (kind, path): fact(kind, path) if path in around or known.startswith("-") else known
        for (kind, path), known in watched.facts.items()
        if kind != "package"
    }


def _above(path: str) -> Iterable[str]:
    while (folder := os.path.dirname(path)) != path:  # noqa: PTH120
        yield folder
        path = folder


@dataclass(slots=True)
class _Look:
    """What is known, and the stamps at which it was last found to be so."""

    known: Mapping[tuple[str, str], str]
    seen: dict[str, _Stamp] = field(default_factory=dict)

    def is_other(self, *, with_names: bool) -> bool:
        return any(self.differs(kind, path, known) for (kind, path), known in self._asked(with_names))

    def _asked(self, with_names: bool) -> list[tuple[tuple[str, str], str]]:
        return [one for one in self.known.items() if with_names or one[0][0] == "content"]

    def differs(self, kind: str, path: str, known: str) -> bool:
        if kind != "content":
            return fact(kind, path) != known
        stamp = _stamp(path)
        if path in self.seen and self.seen[path] == stamp:
            return False
        self.seen[path] = stamp
        return fact(kind, path) != known

    def stamps(self) -> dict[str, _Stamp]:
        return {path: _stamp(path) for kind, path in self.known if kind == "content"}


def _stamp(path: str) -> _Stamp:
    """What a look at a file tells without reading it; none where there is nothing to look at."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
