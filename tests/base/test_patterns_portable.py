"""Patterns that mean the same in every Python that is supported."""

from __future__ import annotations

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "mermaid2gha"
_POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{+\d*,?\d*\}+)\+")

_IN_PATTERN = re.compile(r"""r[f]?["']|^\s*[|(]""")


def test_no_group_is_repeated_possessively() -> None:
    """Python 3.11.0 to 3.11.4, Debian 12's among them, match `(?:a|b)*+` wrongly (python/cpython#106052)."""
    found = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if ("late(" in line or re.search(r"""r[f]?["']|^\s*[|(]""", line))
        and _POSSESSIVE_GROUP.search(_bare(line))
    ]
    assert found == []


def _bare(line: str) -> str:
    """A line without sets of characters, in which a bracket is none."""
    return re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]", "S", line)
