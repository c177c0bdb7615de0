"""Paths as texts: what `pathlib` says of them, without it. Its import, with all that it imports, takes a
fiftieth of a first check.

On systems whose paths have other separators it is asked; tests hold that it says the same on this one.
"""

from __future__ import annotations

import os

_IS_POSIX = os.sep == "/"


def joined(*parts: str) -> str:
    """`str(Path(*parts))`: as `os.path.join` has it, without empty parts and `.`."""
    if not _IS_POSIX:
        from pathlib import PurePath

        return str(PurePath(*parts))
    root, names = _split(os.path.join(*parts))  # noqa: PTH118
    return root + "/".join(names) or "."


def parts_of(path: str) -> tuple[str, ...]:
    """The parts of a path, of an absolute one the root before them."""
    if not _IS_POSIX:
        from pathlib import PurePath

        return PurePath(path).parts
    root, names = _split(path)
    return (root, *names) if root else tuple(names)


def _split(path: str) -> tuple[str, list[str]]:
    """The root of a path, or nothing, and the names below it. Two slashes are another root, three are not."""
    root = path[: len(path) - len(path.lstrip("/"))]
    names = [name for name in path.split("/") if name and name != "."]
    return root if len(root) < 3 else "/", names


def folder_of(path: str) -> str:
    """The folder that a path lies in."""
    if not _IS_POSIX:
        from pathlib import PurePath

        return str(PurePath(path).parent)
    root, names = _split(path)
    return root + "/".join(names[:-1]) or "."


def name_of(path: str) -> str:
    """The last name of a path."""
    if not _IS_POSIX:
        from pathlib import PurePath

        return PurePath(path).name
    names = _split(path)[1]
    return names[-1] if names else ""


def suffix_of(path: str) -> str:
    """The last dot of a name with what follows; nothing if it begins or ends with that dot."""
    name = name_of(path)
    at = name.rfind(".")
    return name[at:] if 0 < at < len(name) - 1 else ""


def stem_of(path: str) -> str:
    """The name without its suffix."""
    return name_of(path).removesuffix(suffix_of(path))


def is_at_or_below(path: str, folder: str) -> bool:
    """Whether a path is a folder, or lies below it, by its text alone."""
    if not _IS_POSIX:
        from pathlib import PurePath

        return PurePath(path).is_relative_to(folder)
    (root, names), (other, above) = _split(path), _split(folder)
    return root == other and names[: len(above)] == above
