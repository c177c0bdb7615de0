"""The texts of the grammars, which stand beside the package in a checkout and inside it in a wheel.

What Lark makes of a grammar is kept as plain values, so that a start needs no Lark: importing it and building
a table takes a tenth of a second, reading a kept table two milliseconds. It is kept in the user's cache
folder beside the grammar's text, by which it is known to be of this grammar; the file may be deleted at any
time, and one that cannot be read or written is passed over.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    _T = TypeVar("_T")


def grammar_text(name: str) -> str:
    """The Lark grammar `grammar/NAME.lark`; the wheel's copy if there is one, else the checkout's."""
    package = Path(__file__).parents[1]
    installed = package / "grammar" / f"{name}.lark"
    path = installed if installed.is_file() else package.parent / "grammar" / f"{name}.lark"
    return path.read_text(encoding="utf-8")


def kept(name: str, layout: str, build: Callable[[str], list[Any]], made_of: Callable[[list[Any]], _T]) -> _T:
    """What is made of the values that `build` makes of a grammar; from the cache, if they are there.

    `layout` is the version of the values' shape.
    """
    grammar = grammar_text(name)
    base = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME")
    path = Path(base or "~/.cache").expanduser() / "mermaid2gha" / f"{name}-table.json"
    try:
        known_layout, text, *fields = json.loads(path.read_text(encoding="utf-8"))
        if (known_layout, text) == (layout, grammar):
            return made_of(fields)
    except (OSError, ValueError, TypeError):
        pass
    built = build(grammar)
    _keep(path, json.dumps([layout, grammar, *built]))
    return made_of(built)


def _keep(path: Path, text: str) -> None:
    """Write beside the final name first, so that another process never reads half of it."""
    part = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except (OSError, RuntimeError):
        return
