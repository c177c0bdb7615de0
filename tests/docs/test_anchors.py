"""Docstrings and comments refer to headings of pages that this repository has, never to numbers.

A reference is `docs/PAGE.md#ANCHOR`, with the anchor that GitHub makes of the heading: lower case, without
punctuation, blanks as hyphens, a number for the second of its kind. Links between pages are held to the same.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from markdown_tests import ROOT

FOLDERS = ("mermaid2gha", "tests", "benchmarks", "grammar", ".ci")
SOURCES = [
    path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".lark", ".mjs", ".sh", ""} and path.is_file()
]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("*.md"))]

REFERENCE = re.compile(r"\bdocs/([\w/-]+\.md)(?:#([\w-]+))?")
NUMBERED = re.compile(r"\b(?:sections?|rules?) \d", re.IGNORECASE)
LINK = re.compile(r"\]\(([^)\s#]*\.md)?#([^)\s]+)\)")
FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
INLINE_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings as GitHub makes them; headings within fences are none."""
    counts: Counter[str] = Counter()
    result = set()
    for heading in HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        slug = re.sub(r"[^\w\- ]", "", INLINE_LINK.sub(r"\1", heading).lower()).replace(" ", "-")
        result.add(f"{slug}-{counts[slug]}" if counts[slug] else slug)
        counts[slug] += 1
    return result


def remarks(path: Path) -> str:
    """What a file says to its reader: the docstrings and comments of Python, else all of it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py" or not (REFERENCE.search(text) or NUMBERED.search(text)):
        return text
    docstrings = [
        node.value.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return "\n".join(docstrings + [token.string for token in tokens if token.type == tokenize.COMMENT])


@cache
def all_remarks() -> dict[str, str]:
    return {str(path.relative_to(ROOT)): remarks(path) for path in SOURCES if path != Path(__file__)}


def test_a_reference_leads_to_a_heading() -> None:
    known = {page.name: anchors(page) for page in PAGES if page.parent.name == "docs"}
    astray = {
        f"{file}: docs/{page}#{anchor}"
        for file, text in all_remarks().items()
        for page, anchor in REFERENCE.findall(text)
        if page not in known or (anchor and anchor not in known[page])
    }
    assert astray == set()


def test_a_place_of_the_language_is_called_by_its_heading() -> None:
    """Numbers of sections and rules change, and are those of a page that a reader may not have."""
    numbered = {
        f"{file}: {place}" for file, text in all_remarks().items() for place in NUMBERED.findall(text)
    }
    assert numbered == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_leads_to_a_heading(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        assert anchor in anchors(page.parent / target if target else page), f"{target}#{anchor}"


def test_the_rules_of_needs_have_anchors() -> None:
    """Code refers to them one by one."""
    assert anchors(ROOT / "docs" / "language.md") >= {
        *("needs-and-if", "certain-jobs", "fewest-needs", "needs-of-all-flows"),
        *("tests-of-results", "own-condition", "where-no-test-is-needed"),
    }
