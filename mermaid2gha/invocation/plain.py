"""A plain command line, read without `argparse`: what that imports and makes took a fiftieth of a first
check.

Plain are paths one after another, options that are switched on, and options with one word of their own, each
spelt out. Of any other line, also of one that is wrong, nothing is said here: `argparse` has the word. Tests
hold that both say the same of what is plain.
"""

from __future__ import annotations

from types import SimpleNamespace

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Sequence
    from typing import Any


def plain_arguments(
    command: str, words: Sequence[str], add: Callable[[argparse.ArgumentParser], None]
) -> argparse.Namespace | None:
    """What the words after a command say, where `add` adds its arguments; nothing of what is not plain."""
    options = _Options()
    try:
        add(options)  # type: ignore[arg-type]  # it has the methods that are plain
        return options.read(command, words)
    except (_NotPlainError, AttributeError, TypeError):  # it lacks a method, or what a method takes
        return None


class _NotPlainError(Exception):
    """What is asked is not read here."""


class _Options:
    """Has those methods of a parser by which plain arguments are added."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._switches: dict[str, str] = {}
        self._with_word: dict[str, tuple[str, Collection[str] | None]] = {}
        self._paths: str | None = None

    def set_defaults(self, **values: Any) -> None:
        self._values |= values

    def add_argument(
        self,
        *names: str,
        action: str = "store",
        nargs: str | None = None,
        default: Any = None,
        choices: Collection[str] | None = None,
        type: Callable[[str], Any] | None = None,  # noqa: A002 (as `argparse` has it)
        metavar: str | None = None,
        help: str = "",  # noqa: A002 (as above)
    ) -> None:
        if not names[0].startswith("-"):
            if self._paths is not None or (action, nargs, default, choices, type) != (
                "store",
                "*",
                *[None] * 3,
            ):
                raise _NotPlainError
            self._paths = names[0]
            self._values[names[0]] = []
            return
        called = (
            next((name for name in names if name.startswith("--")), names[0]).lstrip("-").replace("-", "_")
        )
        if action == "store_true" and default is None:
            self._values.setdefault(called, False)
            self._switches |= dict.fromkeys(names, called)
            return
        if action not in ("store", "append") or (type is not None and isinstance(default, str)):
            raise _NotPlainError
        self._values.setdefault(called, default)
        if action == "store" and nargs is None and type is None:
            self._with_word |= dict.fromkeys(names, (called, choices))

    def read(self, command: str, words: Sequence[str]) -> argparse.Namespace:
        values = {"command": command, **self._values}
        paths: list[str] = []
        is_among_paths = False
        rest = iter(words)
        for word in rest:
            if word == "-" or not word.startswith("-"):
                if self._paths is None or (paths and not is_among_paths):
                    raise _NotPlainError
                paths.append(word)
                is_among_paths = True
                continue
            is_among_paths = False
            if word in self._switches:
                values[self._switches[word]] = True
            elif word in self._with_word:
                called, choices = self._with_word[word]
                values[called] = value = next(rest, "-")
                if value.startswith("-") or (choices is not None and value not in choices):
                    raise _NotPlainError
            else:
                raise _NotPlainError
        if self._paths is not None:
            values[self._paths] = paths
        return SimpleNamespace(**values)  # type: ignore[return-value]  # read as the other is
