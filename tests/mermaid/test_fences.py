"""Which sequence diagrams of a Markdown text GitHub does not draw, and the lines at which that is told."""

from __future__ import annotations

import pytest

from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import SourceFile
from mermaid2gha.mermaid.errors.fences import undrawn_fences

BODY = "sequenceDiagram\n    A->>B: m\n"


def reported(text: str, name: str = "a.md") -> list[tuple[int, str]]:
    file = SourceFile(name, text)
    places = [one.labels[0].span for one in undrawn_fences(file, diagram_blocks(file))]
    return [(place.line, place.text) for place in places]


@pytest.mark.parametrize(
    ("opening", "ending"),
    [
        ("```{mermaid}", "```"),
        ("```{mermaid} diagram.mmd", "```"),
        ("``` {.mermaid}", "```"),
        ("```{.mermaid .wide}", "```"),
        ("~~~ {mermaid}", "~~~"),
        ("```Mermaid", "```"),
        ("```MERMAID", "```"),
        ("```mermiad", "```"),
        ("```mermaidjs", "```"),
        ("```mermaid,wide", "```"),
        ("```mermaid{theme=dark}", "```"),
        (":::{mermaid}", ":::"),
        ("::: mermaid", ":::"),
        (":::mermaid", ":::"),
        ("  ::: Mermaid", "  :::"),
        ('<pre class="mermaid">', "</pre>"),
        ("<div class=mermaid>", "</div>"),
        ("{{< mermaid >}}", "{{< /mermaid >}}"),
        ('{{< mermaid class="wide" >}}', "{{< /mermaid >}}"),
    ],
)
def test_a_fence_that_github_does_not_draw_is_told_at_its_first_line(opening: str, ending: str) -> None:
    assert [line for line, _ in reported(f"# CI\n\n{opening}\n{BODY}{ending}\n")] == [3]


@pytest.mark.parametrize("indentation", ["    ", "\t", "      ", "\t\t"])
@pytest.mark.parametrize("above", ['=== "CI"', "Some text.", "??? note"])
def test_a_fence_that_is_indented_as_code_is_told(indentation: str, above: str) -> None:
    fence = "".join(f"{indentation}{line}\n" for line in ("```mermaid", *BODY.splitlines(), "```"))
    assert reported(f"{above}\n\n{fence}") == [(3, "```mermaid")]


def test_a_directive_of_sphinx_is_told() -> None:
    assert reported(f"# CI\n\n.. mermaid::\n   :caption: CI\n\n   {BODY}") == [(3, ".. mermaid::")]


def test_options_and_comments_may_stand_above_the_type() -> None:
    assert reported(f"```{{mermaid}}\n---\nalt: x\n---\n%% c\n\n{BODY}```\n") == [(1, "{mermaid}")]


def test_each_of_several_is_told_beside_one_that_is_drawn() -> None:
    text = f"```mermaid\n{BODY}```\n\n::: mermaid\n{BODY}:::\n\n```{{mermaid}}\n{BODY}```\n"
    assert sorted(reported(text)) == [(6, "::: mermaid"), (11, "{mermaid}")]


@pytest.mark.parametrize(
    "text",
    [
        f"```mermaid\n{BODY}```\n",
        f"- item\n\n    ```mermaid\n    {BODY}    ```\n",
        f"1. item\n\n   ```mermaid\n   {BODY}   ```\n",
        "```{mermaid}\nflowchart LR\n  A-->B\n```\n",
        f"```text\n{BODY}```\n",
        f"```\n{BODY}```\n",
        f"```markdown\n{BODY}```\n",
        f"````markdown\n```{{mermaid}}\n{BODY}```\n````\n",
        f"````markdown\n::: mermaid\n{BODY}:::\n````\n",
        "Write `::: mermaid` and then sequenceDiagram.\n",
        "::: mermaid\n:::\n\nsequenceDiagram\n",
        "    ```mermaid\n    flowchart LR\n    ```\n",
    ],
)
def test_what_github_draws_and_what_is_no_sequence_diagram_is_left_alone(text: str) -> None:
    assert reported(text) == []


def test_a_diagram_as_a_file_has_no_fences() -> None:
    assert reported(BODY + "%% ::: mermaid\n%% sequenceDiagram\n", "a.mmd") == []
