"""Names and lists of names in sentences that people read, in a terminal and in Markdown.

A name is a stranger's. Between backticks it is shown as it is wherever it comes out; what could end the
backticks or the line is replaced, and what is long is cut.
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.report.cells import plain

_LONGEST = 120
_MOST_NAMES = 8


def named(text: str) -> str:
    """A name between backticks."""
    shown = plain(" ".join(text.split())).replace("`", "'")
    if len(shown) > _LONGEST:
        shown = f"{shown[: _LONGEST - 1]}…"
    return f"`{shown or ' '}`"


def listed(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    """Names between backticks: `a`, `b` and `c`."""
    return joined([named(name) for name in names], most)


def joined(parts: Sequence[str], most: int = _MOST_NAMES) -> str:
    """Parts of a sentence: a, b and c."""
    if len(parts) > most:
        parts = [*parts[: most - 1], f"{len(parts) - most + 1} more"]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
