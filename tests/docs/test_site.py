"""The sources of the site: all that GitHub shows of the pages, at addresses that stay, and no dead link.

What zensical makes of them, and what a browser shows, is looked at by `tests/live/site_browser.py`.
"""

from __future__ import annotations

import importlib.util
import posixpath
import re
from email.message import Message
from types import ModuleType

import pytest
import yaml
from markdown_tests import ROOT
from test_anchors import FENCE, anchors

from mermaid2gha.rules import pages


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / f".ci/{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SITE = loaded("website")
HOME = "https://example.invalid/o/n"
STAGED: dict[str, str] = SITE.staged()
TARGETS: dict[str, str] = SITE.targets()
MADE = {f"pages/{name}.html" for name in (SITE.SAMPLE, *SITE.examples())}
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|href)=\"([^\"]+)\"")
ANCHOR = re.compile(r"^#{1,6} .*\{ #(\S+) \}$", re.MULTILINE)


def links(text: str) -> list[str]:
    """The links of a page, but for those that are code."""
    prose = CODE.sub("", FENCE.sub("", text))
    return [one or other for one, other in LINK.findall(prose)]


def dead(staged: dict[str, str]) -> set[str]:
    """The links of staged pages that lead nowhere in the site."""
    known = staged.keys() | SITE.pictures().keys() | MADE
    found = set()
    for place, text in staged.items():
        for link in links(text):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, part = link.partition("#")
            file = posixpath.normpath(posixpath.join(posixpath.dirname(place), path)) if path else place
            if file not in known or (part and part not in ANCHOR.findall(staged.get(file, ""))):
                found.add(f"{place}: {link}")
    return found


def test_a_link_of_the_site_leads_somewhere() -> None:
    assert sum(len(links(text)) for text in STAGED.values()) > 700
    assert dead(STAGED) == set()


@pytest.mark.parametrize("link", ["no.md", "cli.md#no", "rules/no.md", "pictures/no.svg", "#no"])
def test_a_dead_link_is_found(link: str) -> None:
    assert dead({**STAGED, "why.md": f"{STAGED['why.md']}\n[a]({link})\n"}) == {f"why.md: {link}"}


def test_what_the_site_has_not_is_a_link_to_the_repository_or_none() -> None:
    assert "](" not in re.search(r"^This page is the source of.*$", STAGED["ci/index.md"], re.M)[0]  # type: ignore[index]
    assert f"]({HOME}/tree/v{SITE.VERSION}/.github/workflows)" in SITE.staged(HOME)["ci/index.md"]
    assert dead(SITE.staged(HOME)) == set()


def test_each_rule_has_its_page_where_findings_say_that_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """SARIF and the language server name addresses that follow from what a release says of itself."""
    released = Message()
    for label, address in loaded("metadata").urls(HOME, SITE.VERSION, "https://example.invalid/n").items():
        released["Project-URL"] = f"{label}, {address}"
    monkeypatch.setattr("importlib.metadata.metadata", lambda name: released)
    pages._addresses.cache_clear()
    places = {pages.page_address(name).removeprefix("https://example.invalid/n/") for name in pages.names()}
    pages._addresses.cache_clear()
    assert places == {f"rules/{name}/" for name in pages.names()}
    assert {f"{place.removesuffix('/')}.md" for place in places} <= STAGED.keys()


def test_a_page_has_the_anchors_that_it_has_on_github() -> None:
    for source, place in TARGETS.items():
        if source.endswith(".md") and place != "index.md":
            assert anchors(ROOT / source) <= set(ANCHOR.findall(STAGED[place])), source


def test_a_page_has_the_examples_that_it_has_on_github() -> None:
    """The lines of its fences, which are what tests compile, are not touched."""
    for source, place in TARGETS.items():
        if source.endswith(".md") and place != "index.md":
            lines = re.findall(r"^(`{3,})[^\n]*\n(.*?)^\1", (ROOT / source).read_text("utf-8"), re.M | re.S)
            there = re.findall(r"^(`{3,})[^\n]*\n(.*?)^\1", STAGED[place], re.M | re.S)
            assert there[: len(lines)] == lines, source


def test_a_line_that_begins_with_a_number_begins_a_list_only_where_it_does_on_github() -> None:
    text = "where there were\n17. It\n\n1. one\n   more\n2. two\n\n- of\n  3) a\n\n```\n4. code\n```\n"
    assert SITE._numbers(text) == text.replace("17. ", "17\\. ").replace("3) ", "3\\) ")


def test_the_gallery_shows_each_example_with_its_page_and_its_workflows() -> None:
    for name in (SITE.SAMPLE, *SITE.examples()):
        text = STAGED[f"gallery/{name}.md"]
        assert f'src="../pages/{name}.html"' in text
        for path in SITE.workflows(name):
            assert path.read_text("utf-8") in text


def test_the_first_page_begins_with_the_cheat_sheet() -> None:
    first = STAGED["index.md"]
    rows = [line for line in STAGED["cheatsheet.md"].splitlines() if line.startswith("| ")]
    assert [line for line in first.splitlines() if line.startswith("| ")] == rows
    assert first.index(rows[0]) < 2000


def test_every_page_is_in_the_navigation_or_listed_by_one_that_is() -> None:
    settings = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Loader=_Loader)
    listed = set(leaves(settings["nav"]))
    assert listed <= STAGED.keys()
    for place in STAGED.keys() - listed:
        folder = posixpath.dirname(place)
        assert posixpath.basename(place) in links(STAGED[posixpath.join(folder, "index.md")]), place


def test_the_site_needs_no_plugin_and_loads_nothing_from_elsewhere() -> None:
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert "plugins:" not in text and "://" not in text
    assert yaml.load(text, Loader=_Loader)["theme"]["font"] is False
    assert not any("://" in path.read_text("utf-8") for path in (ROOT / "site").rglob("*") if path.is_file())


class _Loader(yaml.SafeLoader):
    """The settings as they stand: what a tag would make of a value is of no interest here."""


_Loader.add_multi_constructor("", lambda loader, tag, node: node.value)


def leaves(nav: list[object]) -> list[str]:
    """The pages of a navigation."""
    found: list[str] = []
    for entry in nav:
        assert isinstance(entry, dict)
        for value in entry.values():
            found += leaves(value) if isinstance(value, list) else [value]
    return found
