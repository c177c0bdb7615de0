"""How findings are told: one file a format, and the table of them."""

from __future__ import annotations

FORMATS = {
    "text": "mermaid2gha.report.text",
    "json": "mermaid2gha.report.json",
    "github": "mermaid2gha.report.github",
    "sarif": "mermaid2gha.report.sarif",
}
"""The formats by their names on the command line: the module whose `render(report)` makes it."""
