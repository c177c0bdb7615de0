"""A git repository on the disk: where its parts lie, what its names stand for, and what a commit holds.

A revision is written as git takes it (git's documentation, `gitrevisions`): a branch, a tag, a remote's
branch, `HEAD`, an id or at least four digits of one, and behind it `~N` and `^N`. What asks a log of the
machine, such as `main@{yesterday}`, or searches messages, is refused with a sentence.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from heapq import heappop, heappush
from pathlib import Path

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.history.objects import AbsentObjectError, HistoryError, ObjectStore, StoredObject

_MOST_NAMES = 10
"""Names that stand for names, one after the other."""

_PLACES = ("{}", "refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD")
_STEP = re.compile(r"([~^])(\{(?:commit)?\}|\d{0,9})")
_UNREAD = re.compile(r"@\{|:|\^\{/|\^[-!@]|\.\.")
_ILLEGAL = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^/|/$|\.$|(?:^|/)\.|\.lock(?:/|$)")
_HEX = re.compile(r"[0-9a-f]{4,64}")
_FILES = (b"100644", b"100755", b"100664")


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository with a working tree at `root`.

    `git` has what is of this working tree, such as `HEAD`; `common` what all working trees share.
    """

    root: Path
    git: Path
    common: Path
    store: ObjectStore = field(compare=False, repr=False)

    def commit(self, revision: str) -> str:
        """The id of the commit that a revision is; reports by `HistoryError`."""
        named, steps = _parted(revision)
        name = self._to_commit(self._named(named, revision), revision)
        for sign, count in steps:
            if count.startswith("{"):
                continue
            number = int(count) if count else 1
            for _ in range(number if sign == "~" else min(number, 1)):
                parents = self.parents(name)
                place = 0 if sign == "~" else number - 1
                if place >= len(parents):
                    raise HistoryError(*self._no_parent(revision, name))
                name = parents[place]
        self._to_commit(name, revision)
        return name

    def _no_parent(self, revision: str, name: str) -> tuple[str, str]:
        if self._is_cut(name):
            cure = "fetch more of it: `git fetch --deepen=1`, or `fetch-depth: 2` at actions/checkout"
            return f"this clone does not go back as far as `{revision}`", cure
        return f"there is no commit `{revision}`: {name[:12]} has no such parent", ""

    def _is_cut(self, name: str) -> bool:
        """Whether the history of the clone ends at a commit that has parents elsewhere."""
        try:
            return name in (self.common / "shallow").read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError):
            return False

    def parents(self, name: str) -> list[str]:
        """The commits before a commit, as far as the clone has them."""
        if self._is_cut(name):
            return []
        return [line[7:] for line in self._head(name) if line.startswith("parent ")]

    def common_ancestor(self, one: str, other: str) -> str:
        """The newest commit that both come from, by their dates; reports by `HistoryError`."""
        own = set(self._history(one))
        for name in self._history(other):
            if name in own:
                return name
        cure = "fetch their histories: `fetch-depth: 0` at actions/checkout"
        raise HistoryError(f"{one[:12]} and {other[:12]} have no commit in common in this clone", cure)

    def files(self, commit: str, folder: str) -> dict[str, bytes]:
        """The files directly in a folder of a commit, by their names; links and modules are none."""
        tree = next((line[5:] for line in self._head(commit) if line.startswith("tree ")), "")
        for part in filter(None, folder.split("/")):
            entries = {name: (mode, child) for mode, name, child in self._tree(tree)}
            mode, tree = entries.get(part, (b"", ""))
            if mode not in (b"40000", b"040000"):
                return {}
        return {
            name: self.read(child, "blob").content
            for mode, name, child in self._tree(tree)
            if mode in _FILES and name.endswith((".yml", ".yaml"))
        }

    def read(self, name: str, kind: str) -> StoredObject:
        found = self.store.read(name)
        if found.kind != kind:
            raise HistoryError(f"the object {name[:12]} is a {found.kind} and no {kind}")
        return found

    def _head(self, commit: str) -> list[str]:
        """The lines of a commit before its message."""
        content = self.read(commit, "commit").content.partition(b"\n\n")[0]
        return content.decode("utf-8", "replace").splitlines()

    def _tree(self, name: str) -> Iterator[tuple[bytes, str, str]]:
        content, at, size = self.read(name, "tree").content, 0, self.store.digits // 2
        while at < len(content):
            space, end = content.find(b" ", at), content.find(b"\0", at)
            if not at < space < end or end + size >= len(content) + 1:
                raise HistoryError(f"the list of files {name[:12]} is damaged")
            child = content[end + 1 : end + 1 + size].hex()
            yield content[at:space], os.fsdecode(content[space + 1 : end]), child
            at = end + 1 + size

    def _history(self, start: str) -> Iterator[str]:
        """A commit and those before it, the newest first by their dates."""
        queue, seen = [(-self._date(start), start)], {start}
        while queue:
            _, name = heappop(queue)
            yield name
            for parent in self.parents(name):
                if parent not in seen and self.store.has(parent):
                    seen.add(parent)
                    heappush(queue, (-self._date(parent), parent))

    def _date(self, commit: str) -> int:
        line = next((line for line in self._head(commit) if line.startswith("committer ")), "")
        found = re.search(r" (\d{1,12}) [-+]\d{4}$", line)
        return int(found[1]) if found else 0

    # -- names -------------------------------------------------------------------------------------

    def _named(self, name: str, revision: str) -> str:
        """The id that a name without steps stands for."""
        name = "HEAD" if name == "@" else name
        if len(name) == self.store.digits and _HEX.fullmatch(name):
            return name
        if not _ILLEGAL.search(name):
            for place in _PLACES:
                found = self._ref(place.format(name))
                if found:
                    return found
        if _HEX.fullmatch(name.lower()):
            alike = self.store.beginning(name.lower())
            if len(alike) > 1:
                alike = {one for one in alike if self.store.read(one).kind == "commit"}
            if len(alike) == 1:
                return alike.pop()
            if alike:
                raise HistoryError(f"`{revision}` is the beginning of several ids", "write more digits")
        raise HistoryError(
            f"there is no revision `{revision}` in this clone",
            "name a branch, a tag or a commit; what the clone lacks, `git fetch` brings",
        )

    def _ref(self, name: str, depth: int = 0) -> str:
        """The id that a full name stands for, such as `refs/heads/main`; empty if there is none."""
        if depth > _MOST_NAMES:
            return ""
        for folder in dict.fromkeys((self.git, self.common)):
            text = _text(folder / name)
            if text.startswith("ref: "):
                target = text[5:].strip()
                return "" if _ILLEGAL.search(target) else self._ref(target, depth + 1)
            first = text.split(maxsplit=1)[0] if text.strip() else ""
            if len(first) == self.store.digits and _HEX.fullmatch(first):
                return first
        for line in _text(self.common / "packed-refs").splitlines():
            found, _, packed = line.partition(" ")
            if packed == name and _HEX.fullmatch(found):
                return found
        return ""

    def _to_commit(self, name: str, revision: str) -> str:
        """The commit that an object is, or that a tag names."""
        for _ in range(_MOST_NAMES):
            try:
                found = self.store.read(name)
            except AbsentObjectError as absent:
                message = f"the commit of `{revision}` is not in this clone"
                raise HistoryError(message, f"fetch it: `git fetch origin {name}`") from absent
            if found.kind == "commit":
                return name
            line = found.content.partition(b"\n")[0].decode("ascii", "replace")
            if found.kind != "tag" or not line.startswith("object "):
                break
            name = line[7:]
        raise HistoryError(f"`{revision}` is no commit")


def repository(root: str) -> Repository:
    """The repository whose working tree is at a folder; reports by `HistoryError`."""
    git = Path(root, ".git")
    if git.is_file():
        text = _text(git)
        if not text.startswith("gitdir: "):
            raise HistoryError(f"`{git}` names no repository")
        git = Path(root, text[8:].strip())
    shared = _text(git / "commondir").strip()
    common = git / shared if shared else git
    settings = _text(common / "config")
    if _extension(settings, "refstorage") not in ("", "files"):
        raise HistoryError(
            "the names of this repository are kept in tables, which are not read",
            "name commits by their whole ids in a clone of it with `--ref-format=files`",
        )
    digits = 64 if _extension(settings, "objectformat") == "sha256" else 40
    if not (common / "objects").is_dir():
        raise HistoryError(f"`{git.as_posix()}` is no git repository")
    return Repository(Path(root), git, common, ObjectStore(common / "objects", digits))


def _extension(settings: str, name: str) -> str:
    found = re.search(rf"(?im)^\s*{name}\s*=\s*(\w+)", settings)
    return found[1].lower() if found else ""


def _parted(revision: str) -> tuple[str, list[tuple[str, str]]]:
    """A revision as its name and the steps behind it."""
    if _UNREAD.search(revision):
        cure = "write a branch, a tag or a commit, with `~N` or `^N` behind it"
        raise HistoryError(f"`{revision}` is a revision of a kind that is not read", cure)
    at = len(re.split(r"[~^]", revision, maxsplit=1)[0])
    steps = revision[at:]
    found = _STEP.findall(steps)
    if "".join(sign + count for sign, count in found) != steps or not revision[:at]:
        raise HistoryError(f"`{revision}` is no revision")
    return revision[:at], found


def _text(path: Path) -> str:
    """A small file of git's; empty where there is none that can be read."""
    try:
        with path.open("rb") as file:
            return file.read(16 << 20).decode("utf-8", "surrogateescape")
    except (OSError, ValueError):
        return ""
