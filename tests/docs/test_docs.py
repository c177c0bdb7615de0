"""The documentation is true: its examples compile as it shows, its index is whole, its commands run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_tests import ROOT, Section, claims, compiled, expected_excerpt, rewritten, sections

from mermaid2gha.commands.explain import rule_table
from mermaid2gha.rules import pages

SEVERITY = {name: pages.severity(name) for name in pages.names()}

DOCS = ROOT / "docs"
LANGUAGE = [
    section
    for page in ("language", "cheatsheet")
    for section in sections(DOCS / f"{page}.md")
    if any(f.is_drawing for f in section.fences)
]
PAGES = [*sorted(DOCS.glob("*.md")), *sorted(ROOT.glob("*.md"))]
KINDS = {"error": "Errors", "warning": "Warnings", "note": "Notes"}
INTRODUCTION = """\
# Rules

Everything that mermaid2gha tells has a rule with a page: why, an example that has the fault, and the cure.
`mermaid2gha explain RULE` shows it. Errors leave no workflow to write; warnings are contradictions of a
drawing, which is compiled as drawn; notes, shown with `-v`, tell what was inferred. Warnings and notes can
be silenced in the [settings](settings.md). This list is written by `pytest --update`."""
LINK = re.compile(r"\]\(([^)\s]+)\)")
INSTALLATION = re.compile(r"(?:\S*pip|pipx|uv)\b.*\binstall\b")


@pytest.mark.parametrize("section", LANGUAGE, ids=lambda section: section.title)
def test_an_example_of_the_language_compiles_as_shown(section: Section, update: bool) -> None:
    news: dict[int, str] = {}
    for example in _examples(section):
        result = compiled([section.fences[index] for index in example])
        told = [one for one in result.claims() if one.severity != "note"]
        assert told == claims([section.fences[index] for index in example])
        excerpts = [index for index in example if section.fences[index].is_excerpt]
        assert excerpts
        news |= {index: expected_excerpt(section.fences[index], result) for index in excerpts}
    if update:
        rewritten(section, news)
    else:
        assert {index: section.fences[index].text for index in news} == news


def _examples(section: Section) -> list[list[int]]:
    """The fences of each example, by index: settings and drawings, then what they compile to."""
    result: list[list[int]] = [[]]
    for index, fence in enumerate(section.fences):
        if result[-1] and section.fences[result[-1][-1]].is_excerpt and not fence.is_excerpt:
            result.append([])
        result[-1].append(index)
    return result


def test_each_section_of_the_language_has_an_example() -> None:
    text = (DOCS / "language.md").read_text(encoding="utf-8")
    titles = re.findall(r"^## (.+)$", re.sub(r"^(````?)\w.*?^\1$", "", text, flags=re.M | re.S), re.M)
    with_examples = {section.title for section in sections(DOCS / "language.md")}
    assert [title for title in titles if title not in with_examples] == ["Not yet"]


def test_the_index_of_rules_is_whole(update: bool) -> None:
    page, text = DOCS / "rules.md", _index()
    if update:
        page.write_text(text, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == text


def _index() -> str:
    """The page `docs/rules.md`: every rule with the first sentence of its page."""
    rows = [row.split(maxsplit=2) for row in rule_table().splitlines()]
    reasons = {name: reason for _, name, reason in rows}
    lines = [INTRODUCTION]
    for severity, title in KINDS.items():
        names = sorted(name for name, given in SEVERITY.items() if given == severity)
        lines += ["", f"## {title}", "", "| rule | |", "|---|---|"]
        lines += [f"| [{name}](../mermaid2gha/rules/{name}.md) | {reasons[name]} |" for name in names]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target.split("#")[0] for target in LINK.findall(page.read_text(encoding="utf-8"))]
    assert [t for t in targets if ":" not in t and not (page.parent / t).exists()] == []


def test_all_pages_are_reached_from_the_first() -> None:
    links = LINK.findall((DOCS / "README.md").read_text(encoding="utf-8"))
    assert {page.name for page in DOCS.glob("*.md")} - {"README.md"} <= set(links)


@pytest.mark.parametrize("name", ["tutorial.md", "existing.md", "adopt.md", "draw.md"])
def test_the_sessions_of_a_page_run(name: str, tmp_path: Path, update: bool) -> None:
    """Its fences in order: files are written, sessions are run, and print what the page shows."""
    page = DOCS / name
    folder = tmp_path / "hello"
    folder.mkdir()
    for section in sections(page):
        printed: dict[int, str] = {}
        for index, fence in enumerate(section.fences):
            if fence.words == ("console",):
                commands = [line for line in fence.text.splitlines() if line.startswith("$ ")]
                printed[index] = "".join(_printed(folder, line) for line in commands)
            else:
                file = folder / fence.words[1]
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(fence.text, encoding="utf-8")
        if update:
            rewritten(section, printed)
        else:
            assert {index: section.fences[index].text for index in printed} == printed


def _printed(folder: Path, line: str) -> str:
    """A line of a session and what it prints; installations are taken as done. Only errors may fail."""
    if INSTALLATION.match(line[2:]):
        return line + "\n"
    name = {f"GIT_{who}_NAME": "Reader" for who in ("AUTHOR", "COMMITTER")}
    mail = {f"GIT_{who}_EMAIL": "reader@example.org" for who in ("AUTHOR", "COMMITTER")}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", line[2:]],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder.parent), "COLUMNS": "110", **name, **mail},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert bool(done.returncode) == ("error[" in done.stdout), done.stdout
    return f"{line}\n{done.stdout}"


def test_the_cheat_sheet_has_every_mark_of_the_page_about_them() -> None:
    page = (DOCS / "marks.md").read_text(encoding="utf-8").split("## What there is")[1]
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    keys = {key for row in rows for key in re.findall(r"`([a-z]+)", row)}
    sheet = (DOCS / "cheatsheet.md").read_text(encoding="utf-8")
    assert {key for key in keys if f"%% {key}" not in sheet} == set()
