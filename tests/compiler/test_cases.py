"""The Markdown cases of `tests/cases`: each heading with a drawing is a test.

A case gets exactly the diagnostics that it claims, and its excerpts are those of the workflows that it
compiles to. `pytest --update` writes the excerpts anew.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_tests import Section, claims, compiled, expected_excerpt, rewritten, sections
from quick_yaml import core

from mermaid2gha.compiler.verify.verify import proof

_CASES = [
    pytest.param(section, id=f"{path.stem}: {section.title}")
    for path in sorted((Path(__file__).parents[1] / "cases").glob("*.md"))
    for section in sections(path)
    if any(fence.is_drawing for fence in section.fences)
]


@pytest.mark.parametrize("case", _CASES)
def test_a_case_has_the_diagnostics_it_claims(case: Section) -> None:
    claimed, found = claims(case.fences), compiled(case.fences).claims()
    assert found == claimed
    for one, other in zip(claimed, found):
        assert one.words in other.words


@pytest.mark.parametrize("case", [one for one in _CASES if any(f.is_excerpt for f in one.values[0].fences)])
def test_a_case_compiles_to_its_excerpts(case: Section, update: bool) -> None:
    result = compiled(case.fences)
    excerpts = {index: fence for index, fence in enumerate(case.fences) if fence.is_excerpt}
    expected = {index: expected_excerpt(fence, result) for index, fence in excerpts.items()}
    if update:
        rewritten(case, expected)
    else:
        assert {index: fence.text for index, fence in excerpts.items()} == expected


@pytest.mark.parametrize("case", _CASES)
def test_what_a_case_compiles_to_is_what_it_draws(case: Section) -> None:
    result = compiled(case.fences)
    for linked, text in zip(result.compilation.linked, result.workflows().values()):
        assert proof(linked, text, result.settings) is None


def test_there_are_cases() -> None:
    assert len(_CASES) >= 40


def test_the_schema_of_workflows_accepts_what_the_cases_compile_to(tmp_path: Path) -> None:
    files = []
    for number, case in enumerate(one.values[0] for one in _CASES):
        for name, text in compiled(case.fences).workflows().items():
            files.append(tmp_path / f"{number}-{name}.json")  # which the checker reads much sooner
            files[-1].write_text(json.dumps(core(text)), encoding="utf-8")
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*checker, *files], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stdout
