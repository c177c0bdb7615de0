"""A finding with parts: each place keeps its line, what was read there, and its cure, in every format."""

from __future__ import annotations

import json

from mermaid2gha.base.diagnostic import Diagnostic, Severity, leaves
from mermaid2gha.base.edit import apply
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.report.github import github
from mermaid2gha.report.json import json as as_json
from mermaid2gha.report.sarif import sarif
from mermaid2gha.report.text import Paper, summary, text
from mermaid2gha.settings.model import Settings

DRAWING = """\
sequenceDiagram
    participant CI as ci.yml
    GitHub->>CI: push
    opt schönes Wetter
        Note over CI: Testen
    end
    CI->>GitHub: lege Release ab
"""
FLAG, RIGHT = "undecided-condition", "guessed-right"
MENDED = """\
sequenceDiagram
    participant CI as ci.yml
    Dev->>GitHub: zorp and push to develop
    GitHub->>CI: push
    Note over CI: Testen
    CI->>GitHub: lege Release ab
"""


def warnings(drawing: str, *ignored: str) -> list[Diagnostic]:
    settings = Settings(ignored_rules=ignored)
    found = compile_documents([SourceFile("ci.mmd", drawing)], settings).diagnostics
    return [one for one in found if one.severity is Severity.WARNING]


def test_what_is_guessed_in_one_diagram_is_one_finding_whose_parts_are_whole() -> None:
    [found] = warnings(DRAWING)
    assert found.rule == "guessed-reading"
    assert [(one.rule, one.labels[0].span.line) for one in found.parts] == [(FLAG, 4), (RIGHT, 7)]
    assert all(one.help for one in found.parts)
    assert [bool(one.fixes) for one in found.parts] == [False, True]  # which condition it is, people say
    assert [one.span.line for one in found.labels] == [4, 7]


def test_its_cure_is_that_of_all_parts_and_settles_each() -> None:
    [found] = warnings(MENDED)
    [fix] = found.fixes
    assert [edit for part in found.parts for one in part.fixes for edit in one.edits] == list(fix.edits)
    assert warnings(apply(MENDED, fix.edits)) == []


def test_a_guess_that_is_alone_and_those_of_other_diagrams_stand_by_themselves() -> None:
    assert [one.rule for one in warnings(DRAWING, RIGHT)] == [FLAG]
    assert [one.rule for one in warnings(DRAWING, "guessed-reading")] == []
    other = DRAWING.replace("ci.yml", "docs.yml")
    document = f"# A\n\n```mermaid\n{DRAWING}```\n\n# B\n\n```mermaid\n{other}```\n"
    found = compile_documents([SourceFile("ci.md", document)], Settings()).diagnostics
    assert [one.rule for one in found] == ["guessed-reading", "guessed-reading"]


def test_a_mark_leaves_out_the_guess_of_its_statement() -> None:
    marked = DRAWING.replace("    opt", "    %% ignore: guessed-reading\n    opt")
    assert [one.rule for one in warnings(marked)] == [RIGHT]


def test_people_see_each_place_with_its_line_its_rule_and_its_marks() -> None:
    shown = text(warnings(DRAWING), Paper())
    for line, rule, mark in ((4, FLAG, "%% flag: NAME"), (7, RIGHT, "%% write: contents")):
        _, _, rest = shown.partition(f"--> ci.mmd:{line}:")
        block = rest.partition("-->")[0]
        assert f"= {rule}: " in block and mark in block
    assert summary(warnings(DRAWING), 1, Paper()) == "1 warning in 1 document\n"


def test_programs_get_one_finding_with_its_parts() -> None:
    [found] = json.loads(as_json(warnings(DRAWING)))["diagnostics"]
    assert [found["line"], *(one["line"] for one in found["related"])] == [4, 7]
    assert [(one["rule"], one["line"]) for one in found["parts"]] == [(FLAG, 4), (RIGHT, 7)]
    assert all(one["label"] for one in (found, *found["related"]))


def test_annotations_and_sarif_have_each_part_at_its_line() -> None:
    lines = github(warnings(DRAWING)).splitlines()
    for line, place, rule in zip(lines, (4, 7), (FLAG, RIGHT)):
        assert f"line={place}," in line and f"title={rule}::" in line
    assert len(lines) == len(list(leaves(warnings(DRAWING)))) == 2
    results = json.loads(sarif(warnings(DRAWING)))["runs"][0]["results"]
    assert [one["ruleId"] for one in results] == [FLAG, RIGHT]
