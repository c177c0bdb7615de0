"""Every rule has a page, and every page is true: its example has the fault, and its cure has not."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from markdown_tests import ROOT, Compiled, Fence, compiled, sections
from package_source import source_nodes

from mermaid2gha.base.diagnostic import Diagnostic, leaves
from mermaid2gha.base.source import SourceFile
from mermaid2gha.github.validity.validity import read_and_refusals, refusals_with_calls
from mermaid2gha.rules import pages
from mermaid2gha.settings.reader import settings_from

SEVERITY = {name: pages.severity(name) for name in pages.names()}

PACKAGE = ROOT / "mermaid2gha"
PAGES = PACKAGE / "rules"
SHORT = {"no-trigger", "no-jobs", "empty-run", "undecided-condition"}
"""What examples of syntax may have besides, for they are cut short."""


def path(rule: str) -> Path:
    return PAGES / f"{rule}.md"


@cache
def fences(rule: str) -> tuple[tuple[Fence, ...], tuple[Fence, ...]]:
    """The fences of a page above and below its heading Cure."""
    found = sections(path(rule))
    faulty = [fence for section in found if section.title != "Cure" for fence in section.fences]
    cured = [fence for section in found if section.title == "Cure" for fence in section.fences]
    return tuple(faulty), tuple(cured)


def is_drawn(rule: str) -> bool:
    return any(fence.is_drawing for fence in fences(rule)[0])


def is_of_settings(rule: str) -> bool:
    return fences(rule)[0][0].words == ("yaml",)


def is_of_workflows(rule: str) -> bool:
    return fences(rule)[0][0].words == ("yaml", "workflow")


DRAWN = [rule for rule in SEVERITY if path(rule).exists() and is_drawn(rule)]
OF_SETTINGS = [rule for rule in SEVERITY if path(rule).exists() and is_of_settings(rule)]
OF_WORKFLOWS = [rule for rule in SEVERITY if path(rule).exists() and is_of_workflows(rule)]
OF_FILES = [
    rule for rule in SEVERITY if path(rule).exists() and rule not in (*DRAWN, *OF_SETTINGS, *OF_WORKFLOWS)
]


def of_rule(result: Compiled, rule: str) -> list[Diagnostic]:
    return [found for found in singly(result, rule) if found.rule == rule]


def singly(result: Compiled, rule: str) -> list[Diagnostic]:
    """The findings of other rules as their parts, those of the rule as they are."""
    return [
        one for found in result.diagnostics for one in ([found] if found.rule == rule else leaves([found]))
    ]


def settings_rules(fence: Fence) -> set[str]:
    return {found.rule for found in settings_from(SourceFile("mermaid2gha.yml", fence.text))[1]}


def refused(examples: tuple[Fence, ...]) -> list[Diagnostic]:
    """What GitHub refuses of the first of some workflows; the others are those that it calls. A comment in
    its first line names a file."""
    files = {_file_name(fence): fence.text for fence in examples if fence.words == ("yaml", "workflow")}
    judged = {name: read_and_refusals(text.encode(), name) for name, text in files.items()}
    return list(refusals_with_calls(next(iter(judged.values())), judged.get))


def _file_name(fence: Fence) -> str:
    first = fence.text.splitlines()[0]
    return first.removeprefix("# ") if first.startswith("# ") else "ci.yml"


def test_rules_and_pages_match_one_to_one() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == set(SEVERITY)


def test_rules_stand_in_order() -> None:
    assert list(SEVERITY) == sorted(SEVERITY)


@pytest.mark.parametrize("rule", SEVERITY)
def test_a_page_begins_with_name_and_severity(rule: str) -> None:
    lines = path(rule).read_text(encoding="utf-8").splitlines()
    assert lines[:4] == [f"# {rule}", "", f"Severity: {SEVERITY[rule]}", ""]


@pytest.mark.parametrize("rule", SEVERITY)
def test_a_page_tells_the_cure(rule: str) -> None:
    assert path(rule).read_text(encoding="utf-8").count("\n## Cure\n") == 1


@pytest.mark.parametrize("rule", DRAWN)
def test_the_example_has_the_fault_and_no_other(rule: str) -> None:
    found = singly(compiled(fences(rule)[0]), rule)
    told = {one.rule for one in found if one.severity.value != "note" or one.rule == rule}
    assert told - SHORT | {rule} == {rule}
    assert {one.severity.value for one in found if one.rule == rule} == {SEVERITY[rule]}


@pytest.mark.parametrize("rule", DRAWN)
def test_the_finding_has_a_place_and_a_cure(rule: str) -> None:
    for found in of_rule(compiled(fences(rule)[0]), rule):
        assert found.labels and found.help
        assert not found.message.endswith(".") and "\n" not in found.message


@pytest.mark.parametrize("rule", DRAWN)
def test_the_cured_example_has_no_fault(rule: str) -> None:
    found = singly(compiled(fences(rule)[1]), rule)
    told = [one for one in found if one.severity.value != "note" or one.rule == rule]
    assert [one for one in told if one.rule not in SHORT or one.rule == rule] == []


@pytest.mark.parametrize("rule", OF_SETTINGS)
def test_the_settings_have_the_fault_and_the_cured_ones_have_not(rule: str) -> None:
    faulty, cured = fences(rule)
    assert rule in settings_rules(faulty[0])
    assert [found for fence in cured if fence.words == ("yaml",) for found in settings_rules(fence)] == []


@pytest.mark.parametrize("rule", OF_WORKFLOWS)
def test_the_workflow_has_the_fault_and_the_cured_one_has_none(rule: str) -> None:
    faulty, cured = fences(rule)
    found = refused(faulty)
    assert {one.rule for one in found} == {rule}
    assert {one.severity.value for one in found} == {SEVERITY[rule]}
    assert all(one.labels and one.help and not one.message.endswith(".") for one in found)
    assert refused(cured) == []


@pytest.mark.parametrize("rule", OF_FILES)
def test_a_session_shows_the_fault(rule: str) -> None:
    session = next(fence for fence in fences(rule)[0] if fence.words == ("console",))
    assert session.text.startswith("$ ")
    assert f"{SEVERITY[rule]}[{rule}]: " in session.text


@pytest.mark.parametrize("rule", SEVERITY)
def test_the_code_reports_the_rule(rule: str) -> None:
    assert rule in _constants()


@cache
def _constants() -> frozenset[str]:
    """The string constants of the package outside the list of rules."""
    return frozenset(
        node.value
        for module in PACKAGE.rglob("*.py")
        if module.parent != PAGES
        for node in source_nodes(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
