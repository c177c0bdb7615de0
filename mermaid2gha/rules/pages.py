"""The pages of the rules."""

from __future__ import annotations

from importlib.resources import files


def page(rule: str) -> str:
    """The Markdown page of a rule; empty for a name that is none."""
    place = files("mermaid2gha.rules").joinpath(f"{rule}.md")
    return place.read_text(encoding="utf-8") if place.is_file() else ""


def plain_page(rule: str) -> str:
    """The page without the marks of headings and fences, for those who show no Markdown."""
    lines = (line.lstrip("#").strip() if line.startswith("#") else line for line in page(rule).split("\n"))
    return "\n".join(line for line in lines if not line.startswith("```")).strip()


def reason(rule: str) -> str:
    """The first sentence of a rule's page, without its full stop."""
    plain = (one for one in page(rule).split("\n\n") if not one.startswith(("#", "Severity:", "```")))
    return " ".join(next(plain, "").split()).partition(". ")[0].rstrip(".")
