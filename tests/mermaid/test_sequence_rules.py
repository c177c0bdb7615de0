"""The pages of the rules of syntax: each shows a diagram with the fault, and the same without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import SourceFile
from mermaid2gha.mermaid.parse import parse
from mermaid2gha.rules import pages

SEVERITY = {name: pages.severity(name) for name in pages.names()}

PAGES = Path(__file__).parents[2] / "mermaid2gha" / "rules"
RULES = """
syntax-error semicolon-in-label hash-cuts-label keyword-as-name hyphen-x-in-name missing-colon
else-outside-block unclosed-block stray-end misspelt-diagram-type unknown-arrow
unusable-participant-name stray-character unbalanced-activation create-without-message
create-known-participant destroy-without-message two-boxes bad-front-matter bad-participant-config
look-alike-character statement-in-box trailing-blank swallowed-line near-duplicate-name
too-new-for-github missing-diagram-type
""".split()


def found_in_page(rule: str) -> list[list[Diagnostic]]:
    page = SourceFile(f"{rule}.md", (PAGES / f"{rule}.md").read_text(encoding="utf-8"))
    return [parse(block)[1] for block in diagram_blocks(page)]


@pytest.mark.parametrize("rule", RULES)
def test_the_first_example_has_this_fault_and_no_other(rule: str) -> None:
    assert [found.rule for found in found_in_page(rule)[0]] == [rule]


@pytest.mark.parametrize("rule", RULES)
def test_the_cure_has_no_fault(rule: str) -> None:
    assert found_in_page(rule)[1] == []


@pytest.mark.parametrize("rule", RULES)
def test_the_page_states_the_severity(rule: str) -> None:
    lines = (PAGES / f"{rule}.md").read_text(encoding="utf-8").splitlines()
    assert (lines[0], lines[2]) == (f"# {rule}", f"Severity: {SEVERITY[rule]}")


@pytest.mark.parametrize("rule", RULES)
def test_the_finding_says_where_and_how_to_mend_it(rule: str) -> None:
    found = found_in_page(rule)[0][0]
    assert found.labels and found.help and not found.message.endswith(".")
