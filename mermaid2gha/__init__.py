"""Compile Mermaid sequence diagrams into GitHub Actions workflows.

`mermaid2gha.compile` and `mermaid2gha.fix` are the way in for Python programs; nothing else of the package is
meant to be imported.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.door import (
        Compiled,
        Cure,
        DefectError,
        DrawnStatement,
        Finding,
        FixedTexts,
        TextEdit,
        compile,  # noqa: A004
        fix,
    )

__all__ = [
    "Compiled",
    "Cure",
    "DefectError",
    "DrawnStatement",
    "Finding",
    "FixedTexts",
    "TextEdit",
    "compile",
    "fix",
]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """The names of the door, imported when they are asked for: the command line starts without them."""
        if name in __all__:
            from mermaid2gha import door

            return getattr(door, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
