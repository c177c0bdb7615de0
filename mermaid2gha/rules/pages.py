"""The pages of the rules, one Markdown file each. A rule's severity is declared where it is raised.

What needs all rules (`explain`, the settings, SARIF) reads the pages, so that it loads no module that raises
one; a test holds the declarations and the pages together.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from mermaid2gha.base.version import VERSION

_NAME = re.compile("[a-z0-9-]{1,60}")
"""Whoever asks for a page may have typed anything, a path too."""


def page(rule: str) -> str:
    """The Markdown page of a rule; empty for a name that is none."""
    if not _NAME.fullmatch(rule):
        return ""
    place = files("mermaid2gha.rules").joinpath(f"{rule}.md")
    return place.read_text(encoding="utf-8") if place.is_file() else ""


@lru_cache(maxsize=1)
def _addresses() -> dict[str, str]:
    """The project's addresses, `https://…`, by the labels of the installed package (`.ci/metadata.py`)."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        urls = metadata("mermaid2gha").get_all("Project-URL") or []
    except PackageNotFoundError:
        return {}
    labelled = (url.partition(", ") for url in urls)
    return {label: address for label, _, address in labelled if address.startswith("https://")}


def home() -> str:
    """Where the project lives; empty where the installed package does not say so."""
    return _addresses().get("Repository", "")


def page_address(rule: str) -> str:
    """Where a rule's page can be read: on the site, which has all rules at addresses that stay, else in the
    repository as it is in this version; empty where the package knows neither.
    """
    documentation = _addresses().get("Documentation", "")
    if not page(rule):
        return ""
    if documentation.endswith("/"):  # a site, and not a page
        return f"{documentation}rules/{rule}/"
    return f"{home()}/blob/v{VERSION}/mermaid2gha/rules/{rule}.md" if home() else ""


def severity(rule: str) -> str:
    """`error`, `warning` or `note`, as the page says; empty for a name that is no rule's."""
    return page(rule).partition("\nSeverity: ")[2].partition("\n")[0]


def names() -> list[str]:
    """The names of all rules in order."""
    pages = (place.name for place in files("mermaid2gha.rules").iterdir())
    return sorted(name.removesuffix(".md") for name in pages if name.endswith(".md"))


def plain_page(rule: str) -> str:
    """The page without the marks of headings and fences, for those who show no Markdown."""
    lines = (line.lstrip("#").strip() if line.startswith("#") else line for line in page(rule).split("\n"))
    return "\n".join(line for line in lines if not line.startswith("```")).strip()


def reason(rule: str) -> str:
    """The first sentence of a rule's page, without its full stop."""
    plain = (part for part in page(rule).split("\n\n") if not part.startswith(("#", "Severity:", "```")))
    return " ".join(next(plain, "").split()).partition(". ")[0].rstrip(".")
