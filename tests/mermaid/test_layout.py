"""The canonical layout: what becomes of lines, what stays, and the laws on random diagrams."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.settings import settings_for

from mermaid.generate import diagram
from mermaid.laws import laid_out
from mermaid2gha.base.source import SourceFile
from mermaid2gha.mermaid.format.document import formatted
from mermaid2gha.mermaid.parse import parse

LINES = [
    ("A->>B:x", "A ->> B: x"),
    ("A  -->>+B : x  ", "A -->>+ B: x"),
    ("A-X  B:", "A -x B:"),
    ("A()->>()B: x", "A ()->>() B: x"),
    ("a-b<<->>C: x  y", "a-b <<->> C: x  y"),
    ("2->>B:  x", "2->>B:  x"),
    ("NOTE OVER A ,B:x", "Note over A, B: x"),
    ("note Left Of A:x", "Note left of A: x"),
    ("Actor  A  AS  Ann", "actor A as Ann"),
    ('participant A @{ "type":  "queue" }  as  Q', 'participant A@{ "type":  "queue" } as Q'),
    ("participant A as ", "participant A as"),
    ("autonumber   10   5", "autonumber 10 5"),
    ("ACTIVATE   A", "activate A"),
    ("Title  two  blanks ", "title  two  blanks "),
    ("accTitle :x", "accTitle: x"),
    ("links  A :{}", "links A: {}"),
    ("A->>B:x;B->>A:y", "A ->> B: x; B ->> A: y"),
    ("A->>B:x #35; y", "A ->> B: x #35; y"),
    ("A->>B:x   # note", "A ->> B: x # note"),
    ("A->>B:wrap:  x", "A ->> B: wrap:  x"),
    ("%% id:  x  ", "%% id:  x"),
    ("%% id: x\u00a0", "%% id: x"),
    ("A->title:#3;", "A->title:#3;"),
    ("A->>B:x %%{init: {}}%% y", "A->>B:x %%{init: {}}%% y"),
    ("accDescr {\n  a\n }", "accDescr {\n  a\n }"),
]
KEPT = {"A->>B:x %%{init: {}}%% y", "accDescr {\n  a\n }"}
"""Those of `LINES` that are not touched at all, so that they are not indented either."""


def laid(text: str, name: str = "x.mmd") -> str:
    return formatted(SourceFile(name, text), parse).text


@pytest.mark.parametrize(("written", "expected"), LINES)
def test_a_line_has_one_layout(written: str, expected: str) -> None:
    lead = "" if written in KEPT else "    "
    assert laid(f"sequenceDiagram\n{written}\n") == f"sequenceDiagram\n{lead}{expected}\n"


def test_blocks_are_indented_and_blank_lines_made_one() -> None:
    written = (
        "  sequenceDiagram\n\n \nbox Aqua G\nparticipant A\nEND\n"
        "ALT x\n%% why\nloop\nA->>A:y\nend\n\nElse\nend\n"
    )
    assert laid(written) == (
        "sequenceDiagram\n\n    box Aqua G\n        participant A\n    end\n    alt x\n        %% why\n"
        "        loop\n            A ->> A: y\n        end\n\n    else\n    end\n"
    )


def test_front_matter_directives_and_statements_of_many_lines_stay() -> None:
    front = "---\ntitle:  T\n---\n%%{init:\n {}}%%\n"
    written = f'{front}sequenceDiagram\n  A ->> \n B:x\n participant C@{{\n "type": "queue"\n}}\n'
    assert laid(written) == written


def test_prefixes_and_line_ends_of_the_host_stay() -> None:
    head = "> 1. x\r\n>\r\n>    ~~~mermaid\r\n>    sequenceDiagram\r\n>    \r\n"
    tail = ">    ~~~\r\nA->>B:x \r\n"
    written = f"{head}>\r\n>    A->>B:x \r\n{tail}"
    assert laid(written, "x.md") == f"{head}>        A ->> B: x\r\n{tail}"


def test_a_line_that_stands_left_of_an_indented_fence_settles_at_once() -> None:
    written = "  ```mermaid\n  sequenceDiagram\nA->>B:x\n  ```\n"
    assert laid(written, "x.md") == "  ```mermaid\n  sequenceDiagram\n      A ->> B: x\n  ```\n"


def test_faulty_diagrams_and_other_fences_stay() -> None:
    written = (
        "```mermaid\nsequenceDiagram\nA->>B\n```\n```mermaid\ngraph TD\nA-->B\n```\n```text\nA->>B:x\n```\n"
    )
    made = formatted(SourceFile("x.md", written), parse)
    assert (made.text, [found.rule for found in made.diagnostics]) == (written, ["missing-colon"])


@settings_for(150)
@given(
    st.integers(0, 10**9),
    st.sampled_from(["x.mmd", "> ", " 1. ", "\t", "   "]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_laid_out_a_diagram_says_the_same_and_stays(seed: int, host: str, newline: str) -> None:
    text = diagram(seed)
    if host != "x.mmd":
        rest = host if ">" in host else "    " if "1" in host else host
        fence = ["```mermaid", *text.split("\n"), "```"]
        text = "\n".join([f"{host}{fence[0]}", *(f"{rest}{line}" for line in fence[1:]), "", "end  "])
    laid_out(SourceFile("x.mmd" if host == "x.mmd" else "x.md", text.replace("\n", newline)))
