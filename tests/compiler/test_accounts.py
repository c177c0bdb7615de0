"""The law of accounts: each statement of a drawing reaches a workflow, is told, or stands on a listed ground
(docs/language.md#what-becomes-nothing)."""

from __future__ import annotations

import os
from random import SystemRandom

import pytest
from laws.accounts import GROUNDS, ground, unaccounted
from laws.paraphrase import paraphrased
from markdown_tests import ROOT, compiled, sections

from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.mermaid.ast import Message, Note
from mermaid2gha.settings.model import Settings

FOLDERS = ("tests/cases", "tests/corpus", "docs")
DRAWINGS = [
    section
    for folder in FOLDERS
    for page in sorted((ROOT / folder).glob("*.md"))
    for section in sections(page)
    if any(fence.is_drawing for fence in section.fences)
]
ASKED = os.environ.get("SETTLED_SEEDS", "")
SEEDS = SystemRandom().sample(range(1 << 40), int(ASKED)) if ASKED else range(2000, 2150)


def test_no_statement_of_the_committed_drawings_is_lost() -> None:
    lost = {
        f"{section.file.name}: {section.title}": found
        for section in DRAWINGS
        if (found := unaccounted(compiled(section.fences).compilation))
    }
    assert not lost


@pytest.mark.parametrize("seed", SEEDS)
def test_no_statement_of_a_random_drawing_is_lost(seed: int) -> None:
    text = paraphrased(seed)
    assert not unaccounted(compile_documents([SourceFile("drawn.mmd", text)], Settings())), text


def test_each_ground_is_that_of_some_drawing_and_is_documented() -> None:
    found = {
        said
        for section in DRAWINGS
        for reading in compiled(section.fences).compilation.readings
        for at, event in enumerate(reading.diagram.events)
        if isinstance(event, Message | Note) and (said := ground(reading, at, event))
    }
    page = (ROOT / "docs/language.md").read_text(encoding="utf-8")
    assert found == set(GROUNDS)
    assert [one for one in GROUNDS if f"- {one}" not in page] == []
