"""The Mermaid blocks of a document: which fences they are, and the way back to the host's offsets."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from laws.settings import settings_for

from mermaid2gha.base import markdown
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import Block, SourceFile


def blocks(text: str, name: str = "ci.md") -> list[Block]:
    return diagram_blocks(SourceFile(name, text))


def leads_back(block: Block) -> bool:
    """Whether each character of the block but line ends stands in the host where the block says."""
    host = block.file.text
    return all(char == "\n" or host[block.offset(at)] == char for at, char in enumerate(block.text))


def test_a_fence_is_a_block_with_its_text_and_heading() -> None:
    [block] = blocks("# Flows\n\n## A run\n\ntext\n\n```mermaid\nsequenceDiagram\nA->>B: x\n```\n")
    assert block.text == "sequenceDiagram\nA->>B: x\n"
    assert block.heading == "A run"
    assert block.heading_span is not None and block.heading_span.text == "A run"
    assert block.span.text == "```mermaid\nsequenceDiagram\nA->>B: x\n```"
    assert leads_back(block)


@pytest.mark.parametrize(
    "text",
    [
        "~~~mermaid\nA\n~~~\n",
        "````mermaid\nA\n````\n",
        "``` mermaid {theme=dark}\nA\n```\n",
        "```mermaid title=x\nA\n```",
        "```mermaid\nA\n",
        "- item\n\n  ```mermaid\n  A\n  ```\n",
        "1. item\n   ```mermaid\n   A\n   ```\n",
        "> quote\n> ```mermaid\n> A\n> ```\n",
        "> - both\n>   ```mermaid\n>   A\n>   ```\n",
        "   ```mermaid\n   A\n   ```\n",
        "-\t```mermaid\n\tA\n\t```\n",
        "\ufeff```mermaid\nA\n```\n",
        "```mermaid\r\nA\r\n```\r\n",
        "```mermaid\rA\r```\r",
        "<details>\n\n```mermaid\nA\n```\n\n</details>\n",
        "text\n```mermaid\nA\n```\n",
    ],
)
def test_fences_as_commonmark_sees_them(text: str) -> None:
    [block] = blocks(text)
    assert block.text == "A\n"
    assert leads_back(block)


@pytest.mark.parametrize(
    "text",
    [
        "    ```mermaid\n    A\n    ```\n",
        "<!--\n```mermaid\nA\n```\n-->\n",
        "<div>\n```mermaid\nA\n```\n</div>\n",
        "````\n```mermaid\nA\n```\n````\n",
        "```mermaidx\nA\n```\n",
        "```text mermaid\nA\n```\n",
        "``mermaid\nA\n``\n",
        "mermaid\n",
        "",
    ],
)
def test_what_is_no_mermaid_fence(text: str) -> None:
    assert blocks(text) == []


@pytest.mark.parametrize(
    ("heading", "plain"),
    [
        ("## `ci.yml` *now*", "ci.yml now"),
        ("## [Link](x.md) & <b>bold</b>", "Link & bold"),
        ("## A \\* B &amp; C ##", "A * B & C"),
        ('## Flow from "owner/name" repo', 'Flow from "owner/name" repo'),
        ("Setext\n======", "Setext"),
        ("## ![alt](x.png) text", "alt text"),
        ("##", ""),
    ],
)
def test_a_heading_is_the_text_that_people_read(heading: str, plain: str) -> None:
    assert blocks(f"{heading}\n\n```mermaid\nA\n```\n")[0].heading == plain


def test_front_matter_of_the_document_is_no_heading() -> None:
    [block] = blocks("---\ntitle: x\n---\n\n```mermaid\nA\n```\n")
    assert block.heading is None
    assert leads_back(block)


def test_lines_of_a_crlf_document_keep_their_places() -> None:
    text = "# T\r\n\r\n> ```mermaid\r\n> sequenceDiagram\r\n>   A->>B: x\r\n> ```\r\n"
    [block] = blocks(text)
    assert block.text == "sequenceDiagram\n  A->>B: x\n"
    assert text[block.offset(block.text.index("A->>B")) :].startswith("A->>B: x\r\n")


def test_a_tab_that_is_partly_indentation_becomes_blanks() -> None:
    [block] = blocks("- x\n\n  ```mermaid\n\tA\n  ```\n")
    assert block.text == "  A\n"
    assert block.file.text[block.offset(2)] == "A"


@pytest.mark.parametrize("name", ["x.mmd", "a/x.mermaid", "X.MMD"])
def test_a_diagram_file_is_one_block(name: str) -> None:
    [block] = blocks("sequenceDiagram\r\nA->>B: x\r\n", name)
    assert (block.text, block.heading) == ("sequenceDiagram\nA->>B: x\n", None)
    assert leads_back(block)


@pytest.mark.parametrize(
    "text",
    [
        "sequenceDiagram\nA->>B: x\n",
        "%% c\n%%{init: {}}%%\n\n  sequenceDiagram\n",
        "---\ntitle: T\n---\nsequenceDiagram\n",
        "---\ntitle: T\n---\nflowchart LR\n",
    ],
)
def test_standard_input_that_begins_like_a_diagram_is_one(text: str) -> None:
    assert [block.text for block in blocks(text, "<stdin>")] == [text]


@pytest.mark.parametrize(
    "text", ["# T\n\n```mermaid\nA\n```\n", "---\ntitle: T\n---\n# T\n\n```mermaid\nA\n```\n"]
)
def test_other_standard_input_is_markdown(text: str) -> None:
    assert [block.text for block in blocks(text, "<stdin>")] == ["A\n"]


def test_a_text_without_the_word_imports_no_markdown_library() -> None:
    code = (
        "import sys\nfrom mermaid2gha.base.markdown import diagram_blocks\n"
        "from mermaid2gha.base.source import SourceFile\n"
        "diagram_blocks(SourceFile('x.md', '# none'))\nassert 'markdown_it' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


PIECES = st.sampled_from(
    [
        "```mermaid\n",
        "```\n",
        "~~~mermaid\n",
        "~~~\n",
        "- ",
        "> ",
        "  ",
        "\t",
        "A->>B: x\n",
        "\n",
        "\r\n",
        "\r",
        "# H\n",
        "1. ",
        "\ufeff",
    ]
)


@given(st.lists(PIECES, max_size=30))
def test_every_character_of_every_block_leads_back(parts: list[str]) -> None:
    for block in blocks("".join(parts)):
        host = block.file.text
        for at, char in enumerate(block.text):
            if char not in "\n ":
                assert host[block.offset(at)] == char
        assert 0 <= block.span.start <= block.span.end <= len(host)


LINES = st.sampled_from(
    [
        *("```mermaid", "```", "````", "~~~ mermaid", "~~~", "```a`b", "  ```", "    ```", "> ```", "- ```"),
        *(
            "# One",
            "## Two two ",
            "##  Three ##",
            "#",
            "####### no",
            "   # Four",
            "#no",
            "# `code` *x*",
            "- # Five",
        ),
        *(
            "text",
            "Text, *more* <br>",
            "- item",
            "1. item",
            "12) item",
            "  - nested",
            "   text",
            "\ttext",
            "2 a",
        ),
        *(
            "---",
            "===",
            "- ",
            "-",
            "--",
            "=",
            "  ---",
            "***",
            "* * *",
            "___",
            "-x",
            "+",
            "1.",
            "_a_",
            "*a*",
            "**",
        ),
        *(
            "> quote",
            "<div>",
            "<!-- x",
            "-->",
            "</div>",
            "  <p>",
            "|a|b|",
            "|-|-|",
            "a | b",
            "- | -",
            ":-",
            "a|b",
        ),
        *(
            "[a]: /url 'title",
            "[a]:",
            "[a]: <",
            "'",
            "`a",
            "``a``",
            "\\# a",
            "&amp;",
            "é",
            "\u00a0",
            "\x0c",
            "\u2028",
        ),
        *("", "", "", " ", "\t", "sequenceDiagram", "A->>B: x", "    A->>B: y"),
    ]
)


@given(st.lists(LINES, max_size=12))
@example(["text", "- ", "```mermaid", "A", "```"])
@example(["# One", "", "- item", "```mermaid", "A", "```", "## Two two "])
@settings_for(400)
def test_a_text_that_leaves_no_doubt_is_read_as_the_library_reads_it(lines: list[str]) -> None:
    simple = markdown._simple_parts(lines)
    assert simple is None or simple == list(markdown._parts(lines))


def test_a_plain_document_needs_no_library() -> None:
    code = (
        "import sys; from mermaid2gha.base.markdown import diagram_blocks;"
        "from mermaid2gha.base.source import SourceFile;"
        "text = '# Head\\n\\n- item\\n\\n```mermaid\\nsequenceDiagram\\n```\\n';"
        "assert len(diagram_blocks(SourceFile('a.md', text))) == 1 and 'markdown_it' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
