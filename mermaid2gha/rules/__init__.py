"""The rules: a name, a severity, and a page `rules/<name>.md` each. A test holds the two together."""

from __future__ import annotations

SEVERITY: dict[str, str] = {}
