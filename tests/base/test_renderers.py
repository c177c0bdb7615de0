"""Diagrams that other renderers draw are read where the settings name these, each line at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_calls import called

from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.renderers import may_matter
from mermaid2gha.base.source import SourceFile
from mermaid2gha.commands import check, compile, fmt  # noqa: A004

DRAWING = "sequenceDiagram\n    A->>B: x\n"
TAB = '=== "Tab"\n\n'


def fence(opening: str, closing: str, blanks: str = "", drawing: str = DRAWING) -> str:
    return "".join(f"{blanks}{line}\n" for line in (opening, *drawing.splitlines(), closing))


@pytest.mark.parametrize(
    ("renderer", "text"),
    [
        ("myst", fence("```{mermaid}", "```")),
        ("myst", fence("~~~{mermaid} a title", "~~~")),
        ("myst", fence(":::{mermaid}", ":::")),
        ("myst", fence("::::{mermaid}", "::::") + "\n:::{note}\ntext\n:::\n"),
        ("myst", "- item\n\n" + fence("```{mermaid}", "```", "  ")),
        ("mkdocs", fence("```{.mermaid}", "```")),
        ("mkdocs", fence('``` { .mermaid #id title="a" }', "```")),
        ("mkdocs", TAB + fence("```mermaid", "```", "    ")),
        ("mkdocs", TAB + fence("``` mermaid", "```", "\t")),
        ("mkdocs", '!!! note "a"\n\n    text\n\n' + fence("~~~~ {.mermaid}", "~~~~", "    ")),
        ("mkdocs", TAB + "    ??? note\n\n" + fence("```mermaid", "```", "        ")),
    ],
)
def test_a_fence_is_read_under_its_renderer_alone(renderer: str, text: str) -> None:
    [block] = diagram_blocks(SourceFile("a.md", text, fences=(renderer,)))
    assert block.text == DRAWING
    at = block.text.index("A->>B")
    assert text[block.offset(at) :].startswith("A->>B")
    assert diagram_blocks(SourceFile("a.md", text)) == [] and may_matter(text)
    other = {"myst": "mkdocs", "mkdocs": "myst"}[renderer]
    assert diagram_blocks(SourceFile("a.md", text, fences=(other,))) == []


@pytest.mark.parametrize(
    "text",
    [
        "text\n\n" + fence("```mermaid", "```", "    "),
        "# heading\n\n" + fence("```mermaid", "```", "    "),
        TAB + "text\n\n" + fence("```mermaid", "```", "    "),
        "````markdown\n" + fence("```{mermaid}", "```") + "````\n",
        "```\n" + TAB + fence("~~~mermaid", "~~~", "    ") + "```\n",
        fence("```{mermaidx}", "```"),
        ":::{mermaid}\nsequenceDiagram\n",
    ],
)
def test_code_and_other_words_are_no_diagrams(text: str) -> None:
    assert diagram_blocks(SourceFile("a.md", text, fences=("myst", "mkdocs"))) == []


def test_options_of_a_directive_are_no_part_of_the_diagram() -> None:
    drawing = ":caption: How we test\n:zoom:\n\n" + DRAWING
    text = fence("```{mermaid}", "```", "", drawing)
    [block] = diagram_blocks(SourceFile("a.md", text, fences=("myst",)))
    assert block.text == "\n\n\n" + DRAWING
    assert text[block.offset(block.text.index("A->>B")) :].startswith("A->>B")


def test_plain_fences_are_read_too_in_the_order_of_the_file() -> None:
    text = (
        "# a\n\n"
        + fence("```mermaid", "```")
        + "\n# b\n\n"
        + TAB
        + fence("```mermaid", "```", "    ")
        + "\n# c\n"
    )
    text += "\n" + fence("```mermaid", "```")
    blocks = diagram_blocks(SourceFile("a.md", text, fences=("mkdocs",)))
    assert [block.heading for block in blocks] == ["a", "b", "c"]


def test_a_document_is_compiled_checked_and_laid_out_by_its_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    drawing = "sequenceDiagram\n    participant CI as CI (ci.yml)\n"
    drawing += "    GitHub ->>CI: Trigger 'push'\n    Note over CI: Test\n"
    page = f"# CI\n\n{TAB}" + fence("```mermaid", "```", "    ", drawing)
    Path("ci.md").write_text(page)
    Path("mermaid2gha.yml").write_text("documents: [ci.md]\n")
    told = called(check, ["--no-cache", "--output-format", "json"])
    assert "fence-not-drawn" in told.out and "Test" not in told.out
    Path("mermaid2gha.yml").write_text("documents: [ci.md]\nfences: [mkdocs]\n")
    assert called(compile, []).code == 0
    assert called(check, ["--strict"]).code == 0
    assert called(fmt, ["ci.md"]).code == 0
    assert Path("ci.md").read_text() == page.replace("GitHub ->>CI", "GitHub ->> CI")
