"""The files that hold settings, by their names."""

from __future__ import annotations

from mermaid2gha.base.source import SourceFile

SETTINGS = "mermaid2gha.yml"
"""The name that is written where there are no settings yet."""
PYPROJECT = "pyproject.toml"
SETTINGS_NAMES = (SETTINGS, f".{SETTINGS}", "mermaid2gha.yaml", PYPROJECT)
"""A folder has settings in one of these at most; the last one only where it has our table."""

TABLE = ("tool", "mermaid2gha")
TABLE_START = b"[tool.mermaid2gha"
"""What the bytes of a `pyproject.toml` hold that has our table; others are not even parsed."""


def is_toml(file: SourceFile) -> bool:
    """Whether settings stand in a table of TOML, and not in a file of their own."""
    return file.name.endswith(".toml")


def holds_settings(name: str, content: bytes) -> bool:
    """Whether a file of this name and content is one of settings."""
    return name in SETTINGS_NAMES and (name != PYPROJECT or TABLE_START in content)
