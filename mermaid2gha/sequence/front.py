"""The front matter of a diagram: its title, and what makes Mermaid reject it."""

from __future__ import annotations

from mermaid2gha.diagnostic import Diagnostic, diagnostic
from mermaid2gha.sequence.prelex import Prelexed
from mermaid2gha.source import Span


def front_title(source: Prelexed) -> tuple[str, Span | None, list[Diagnostic]]:
    """The title that the front matter gives (empty if none), its place, and its faults (`bad-front-matter`)."""
    return "", None, []
