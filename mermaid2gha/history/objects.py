"""The objects of a git repository: commits, trees, files and tags by their ids.

They are read as they lie on the disk: no program is started, so no hook and no setting of the repository is
followed, and nothing is fetched. Each object is a file of its own, or an entry of a pack, which may be
written as a change of another entry (git's documentation, `gitformat-pack` and `gitrepository-layout`).
Whatever is damaged, or too large, ends in a `HistoryError` with a sentence.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from mermaid2gha.base.records import dataclass, field

MOST_BYTES = 64 << 20
"""Bytes of an object that are read: far more than a workflow file, or a list of files, has."""

_MOST_CHANGES = 4095
"""Changes of changes in a pack, one upon the other; git itself writes no more."""

_MOST_BORROWED = 5
"""How often a store may borrow from one that borrows itself, as in git."""

_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_BY_OFFSET, _BY_ID = 6, 7
_FAN_OUT = 8
_NAMES = _FAN_OUT + 4 * 256
_FAR = 1 << 31


class HistoryError(Exception):
    """Why a revision cannot be read, for the person who asked for it; `help` has the cure."""

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002
        super().__init__(message)
        self.help = help


class AbsentObjectError(HistoryError):
    """An object is not in the store, as in a clone that has only the newest commits."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object: `kind` is commit, tree, blob or tag."""

    kind: str
    content: bytes = field(repr=False)


class ObjectStore:
    """The objects below a folder `objects`, and below those that it borrows from; ids are hexadecimal.

    `digits` is the length of an id: 40, or 64 in a repository of SHA-256.
    """

    def __init__(self, folder: Path, digits: int = 40) -> None:
        self.digits = digits
        self.folders = list(_folders(folder))
        self._packs: list[_Pack] | None = None

    @property
    def packs(self) -> list[_Pack]:
        if self._packs is None:
            self._packs = [
                _Pack(index, self.digits // 2)
                for folder in self.folders
                for index in sorted((folder / "pack").glob("pack-*.idx"))
            ]
        return self._packs

    def read(self, name: str) -> StoredObject:
        """The object with an id; reports by `HistoryError`."""
        try:
            found = self._own_file(name) or self._packed(name)
        except (OSError, zlib.error, struct.error, IndexError, ValueError) as fault:
            raise HistoryError(f"the object {name[:12]} of the repository cannot be read: {fault}") from fault
        if found is None:
            raise AbsentObjectError(f"the object {name[:12]} is not in this clone")
        return found

    def has(self, name: str) -> bool:
        return any((folder / name[:2] / name[2:]).is_file() for folder in self.folders) or any(
            pack.offset(bytes.fromhex(name)) is not None for pack in self.packs
        )

    def beginning(self, text: str) -> set[str]:
        """The ids that begin with some digits, of which there are at least two."""
        found = {
            text[:2] + path.name
            for folder in self.folders
            for path in (folder / text[:2]).glob(f"{text[2:]}*")
            if len(path.name) == self.digits - 2
        }
        return found.union(*(pack.beginning(text) for pack in self.packs))

    def _own_file(self, name: str) -> StoredObject | None:
        for folder in self.folders:
            path = folder / name[:2] / name[2:]
            if not path.is_file():
                continue
            head, _, content = _inflated(path.read_bytes(), MOST_BYTES + 64).partition(b"\0")
            kind, _, size = head.decode("ascii").partition(" ")
            if not size.isdigit() or int(size) != len(content) or kind not in _KINDS.values():
                raise ValueError("it is damaged")
            return StoredObject(kind, content)
        return None

    def _packed(self, name: str) -> StoredObject | None:
        wanted = bytes.fromhex(name)
        for pack in self.packs:
            at = pack.offset(wanted)
            if at is not None:
                return self._whole(pack, at)
        return None

    def _whole(self, pack: _Pack, at: int) -> StoredObject:
        """An entry of a pack with all changes made that lead to it."""
        changes: list[bytes] = []
        while True:
            entry = pack.entry(at)
            if entry.kind in _KINDS:
                base = StoredObject(_KINDS[entry.kind], entry.content)
                break
            changes.append(entry.content)
            if len(changes) > _MOST_CHANGES:
                raise ValueError("it is a change of changes without end")
            if entry.base_offset is not None:
                at = entry.base_offset
                continue
            inside = pack.offset(entry.base_id)
            if inside is None:
                base = self.read(entry.base_id.hex())
                break
            at = inside
        content = base.content
        for change in reversed(changes):
            content = _changed(content, change)
        return StoredObject(base.kind, content)


def _folders(folder: Path, borrowed: int = 0) -> Iterator[Path]:
    """A store's folder and those that it borrows from, each once for each way to it."""
    yield folder
    listed = folder / "info" / "alternates"
    if borrowed >= _MOST_BORROWED or not listed.is_file():
        return
    for line in listed.read_bytes().splitlines():
        if line and not line.startswith(b"#"):
            yield from _folders(folder / Path(line.decode("utf-8", "surrogateescape")), borrowed + 1)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What stands in a pack: an object, or a change of one that is named by its place or its id."""

    kind: int
    content: bytes = field(repr=False)
    base_offset: int | None = None
    base_id: bytes = b""


class _Pack:
    """A pack and its index; ids are bytes here."""

    def __init__(self, index: Path, size: int) -> None:
        self.size = size
        self.index = _mapped(index)
        self.path = index.with_suffix(".pack")
        self._pack: mmap.mmap | None = None
        if self.index[:_FAN_OUT] != b"\xfftOc\0\0\0\2":
            raise HistoryError(f"`{index.name}` is an index of another version", "run `git repack -ad`")
        self.count = self._number(_NAMES - 4)

    def _number(self, at: int) -> int:
        number: int = struct.unpack_from(">I", self.index, at)[0]
        return number

    def _name(self, place: int) -> bytes:
        return bytes(self.index[_NAMES + place * self.size : _NAMES + (place + 1) * self.size])

    def _place(self, name: bytes) -> int:
        """The place of the first id that is not before a name, which may be the beginning of one."""
        low = self._number(_FAN_OUT + 4 * (name[0] - 1)) if name[0] else 0
        high = self._number(_FAN_OUT + 4 * name[0])
        return bisect_left(range(high), name, low, key=self._name)

    def offset(self, name: bytes) -> int | None:
        """Where the object with an id begins; none if the pack has it not."""
        place = self._place(name)
        if place >= self.count or self._name(place) != name:
            return None
        table = _NAMES + self.count * (self.size + 4)
        at = self._number(table + 4 * place)
        if at < _FAR:
            return at
        far: int = struct.unpack_from(">Q", self.index, table + 4 * self.count + 8 * (at - _FAR))[0]
        return far

    def beginning(self, text: str) -> set[str]:
        even = bytes.fromhex(text[: len(text) // 2 * 2])
        found = set()
        for place in range(self._place(even), self.count):
            name = self._name(place)
            if not name.startswith(even):
                break
            if name.hex().startswith(text):
                found.add(name.hex())
        return found

    def entry(self, at: int) -> _Entry:
        if self._pack is None:
            self._pack = _mapped(self.path)
        pack, start = self._pack, at
        byte = pack[at]
        kind, length, shift = byte >> 4 & 7, byte & 15, 4
        while byte & 128:
            at += 1
            byte = pack[at]
            length |= (byte & 127) << shift
            shift += 7
        at += 1
        if length > MOST_BYTES:
            raise ValueError("it is too large")
        base_offset, base_id = None, b""
        if kind == _BY_OFFSET:
            byte = pack[at]
            back = byte & 127
            while byte & 128:
                at += 1
                byte = pack[at]
                back = (back + 1) << 7 | byte & 127
            at += 1
            base_offset = start - back
            if not 0 < base_offset < start:
                raise ValueError("it is damaged")
        elif kind == _BY_ID:
            base_id = bytes(pack[at : at + self.size])
            at += self.size
        elif kind not in _KINDS:
            raise ValueError("it is damaged")
        content = _inflated(memoryview(pack)[at:], length)
        if len(content) != length:
            raise ValueError("it is damaged")
        return _Entry(kind, content, base_offset, base_id)


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _inflated(packed: bytes | memoryview, most: int) -> bytes:
    """What is packed, of which no more is unpacked than is asked for."""
    reader = zlib.decompressobj()
    content, step = bytearray(), 1 << 16
    for at in range(0, len(packed), step):
        content += reader.decompress(packed[at : at + step], most + 1 - len(content))
        if reader.eof or len(content) > most:
            break
    if len(content) > most:
        raise ValueError("it is too large")
    return bytes(content)


def _changed(base: bytes, change: bytes) -> bytes:
    """What comes of a base by a change: parts of it that are copied, and new ones."""
    at, size = _length(change, 0)
    at, result_size = _length(change, at)
    if size != len(base) or result_size > MOST_BYTES:
        raise ValueError("it is damaged")
    result = bytearray()
    while at < len(change):
        order = change[at]
        at += 1
        if not order & 128:
            if not order or at + order > len(change):
                raise ValueError("it is damaged")
            result += change[at : at + order]
            at += order
            continue
        numbers = []
        for bit in range(7):
            byte = 0
            if order >> bit & 1:
                byte = change[at]
                at += 1
            numbers.append(byte)
        start = int.from_bytes(bytes(numbers[:4]), "little")
        count = int.from_bytes(bytes(numbers[4:]), "little") or 1 << 16
        if start + count > size or len(result) + count > result_size:
            raise ValueError("it is damaged")
        result += base[start : start + count]
    if len(result) != result_size:
        raise ValueError("it is damaged")
    return bytes(result)


def _length(change: bytes, at: int) -> tuple[int, int]:
    """The place behind a number at the head of a change, and the number."""
    number = shift = 0
    while True:
        byte = change[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if not byte & 128:
            return at, number
