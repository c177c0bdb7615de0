"""The end of a `match` that has a case for everything."""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for true; importing typing would lengthen every first check

if TYPE_CHECKING:
    from typing import assert_never
else:

    def assert_never(value: object) -> None:
        raise AssertionError(f"no case for {value!r}")


__all__ = ["assert_never"]
