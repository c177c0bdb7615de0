"""Lines as other notations write them: one error at the line, and its cure is a statement of Mermaid."""

from __future__ import annotations

import re

import pytest

from mermaid2gha.base.diagnostic import Diagnostic, has_errors
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import SourceFile
from mermaid2gha.mermaid.parse import parse

LEAD = "sequenceDiagram\nparticipant GH as GitHub\nparticipant CI as ci.yml\nGH->>CI: push\n"
FOLLOWING = "Note over CI: Build\nCI->>GH: done\n"
LINE = LEAD.count("\n") + 1
CURES = {
    "<!-- a note -->": "%% a note",
    "  <!-- more of it later -->": "%% more of it later",
    "<!--a-->": "%% a",
    "<!-- CI->>GH: x -->": "%% CI->>GH: x",
    "// a comment": "%% a comment",
    "//a: b": "%% a: b",
    "/* a */": "%% a",
    "-- a comment": "%% a comment",
    "--- a comment": "%% a comment",
    "' a comment": "%% a comment",
    "boundary X as Y": 'participant X@{ "type": "boundary" } as Y',
    "boundary X": 'participant X@{ "type": "boundary" }',
    "Control X": 'participant X@{ "type": "control" }',
    "entity E as An entity": 'participant E@{ "type": "entity" } as An entity',
    "database D as Store": 'participant D@{ "type": "database" } as Store',
    'database "My store" as D': 'participant D@{ "type": "database" } as My store',
    'database "My store"': 'participant P1@{ "type": "database" } as My store',
    "database ci-images": 'participant P1@{ "type": "database" } as ci-images',
    "collections C": 'participant C@{ "type": "collections" }',
    "queue Q as Jobs": 'participant Q@{ "type": "queue" } as Jobs',
    "person P as Ann": "actor P as Ann",
    "user U": "actor U",
    "lifeline X as Y": "participant X as Y",
    "component X": "participant X",
    "CI-> >GH: x": "->>",
    "CI->> >GH: x": "->>",
    "CI - >> GH: x": "->>",
    "CI - > GH: x": "->",
    "CI -- > GH: x": "-->",
    "CI -- >> GH: x": "-->>",
    "CI-->> >GH: x": "-->>",
    "CI- ) GH: x": "-)",
    "Note over CI Build": "Note over CI: Build",
    "Note over CI - Build it": "Note over CI: Build it",
    "note over CI, GH Build": "note over CI, GH: Build",
    "Note over CI, then build": "Note over CI: then build",
    "Note right of GH waits": "Note right of GH: waits",
    "Note over CI": "Note over CI: TEXT",
    "Note over New": "Note over New: TEXT",
    "Note over New build": "Note over New: build",
    "CI->>GH done": "CI->>GH: done",
    "CI->>GH": "CI->>GH: TEXT",
    "CI->>+GH done": "CI->>+GH: done",
    "Note CI: Build": "Note over CI: Build",
    "note: Build": "note over NAME: Build",
    "Note over: Build": "Note over NAME: Build",
    "Note left of: Build": "Note left of NAME: Build",
    "Note on CI: Build": "Note over CI: Build",
    "Note for CI: Build": "Note over CI: Build",
    "Note right CI: Build": "Note right of CI: Build",
    "hnote over CI: Build": "note over CI: Build",
    "ref over CI: Build": "note over CI: Build",
    "notes left of CI: Build": "note left of CI: Build",
}


def findings(text: str) -> list[Diagnostic]:
    [block] = diagram_blocks(SourceFile("x.mmd", text))
    return parse(block)[1]


def places(text: str) -> list[tuple[str, int]]:
    return [(one.rule, one.labels[0].span.line) for one in findings(text)]


@pytest.mark.parametrize(("line", "cure"), CURES.items())
def test_a_line_of_another_notation_has_one_error_with_its_cure(line: str, cure: str) -> None:
    [found] = findings(f"{LEAD}{line}\n{FOLLOWING}")
    assert found.labels[0].span.line == LINE
    assert found.help == f"write `{cure}`"


@pytest.mark.parametrize(("line", "cure"), CURES.items())
def test_the_cure_is_taken(line: str, cure: str) -> None:
    if cure[0] in "-<":
        cure = re.sub(r"[-<>)][-<>) ]*[->)]", cure, line, count=1)
    assert not has_errors(findings(f"{LEAD}{cure}\n{FOLLOWING}"))


@pytest.mark.parametrize("mark", ["<!--", "/*"])
def test_a_comment_of_several_lines_is_one_fault(mark: str) -> None:
    end = {"<!--": "-->", "/*": "*/"}[mark]
    [found] = findings(f"{LEAD}{mark} one\ntwo\n  three {end}\n{FOLLOWING}")
    assert (found.labels[0].span.line, found.help) == (LINE, "begin each of its lines with `%%`")


def test_a_comment_that_is_never_closed_ends_with_its_line() -> None:
    assert places(f"{LEAD}<!-- a\n{FOLLOWING}foo\n") == [("syntax-error", LINE), ("syntax-error", LINE + 3)]


@pytest.mark.parametrize("line", ["// CI->>GH: x", "/* CI->>GH: x */", "  // Note over CI: x"])
def test_a_statement_behind_the_mark_of_a_comment_is_drawn_and_told(line: str) -> None:
    [found] = findings(f"{LEAD}{line}\n{FOLLOWING}")
    assert (found.rule, found.labels[0].span.text) == ("stray-character", line.strip())
    assert "%%" in found.help


def test_a_hash_begins_a_comment() -> None:
    assert findings(f"{LEAD}# a comment\n{FOLLOWING}") == []


@pytest.mark.parametrize("first", ["<!-- c -->", "// c", "title T", "mermaid", "Some words"])
def test_what_stands_above_the_type_is_told_and_the_rest_is_read(first: str) -> None:
    assert places(f"{first}\n{LEAD}foo\n") == [("missing-diagram-type", 1), ("syntax-error", LINE + 1)]


@pytest.mark.parametrize("text", ["CI->>GH: x\n", "participant CI\nCI->>GH: x\n", "actor A\nA-->>B: y\n"])
def test_a_diagram_without_its_type_is_told(text: str) -> None:
    assert places(text) == [("missing-diagram-type", 1)]


@pytest.mark.parametrize(
    "text", ["flowchart LR\n  A-->B\n", "graph TD\n  participant-->B\n", "pie\n  actor: 1\n"]
)
def test_other_diagrams_are_left_alone(text: str) -> None:
    from mermaid2gha.mermaid.parse import is_sequence_diagram

    [block] = diagram_blocks(SourceFile("x.mmd", text))
    assert not is_sequence_diagram(block)


@pytest.mark.parametrize(
    "text",
    [
        "sequenceDiagram participant A participant B A->>B: x\n",
        "sequenceDiagram participant A A->>B: x\n",
        "sequenceDiagram\nparticipant A Note over A: x\n",
        "sequenceDiagram\nactor A participant B: x\n",
    ],
)
def test_several_statements_on_a_line_are_told(text: str) -> None:
    [found] = findings(text)
    assert (found.rule, found.help) == ("syntax-error", "put each statement on a line of its own")


@pytest.mark.parametrize(
    "text",
    [
        "sequenceDiagram A->>B: x B->>A: y\n",
        "sequenceDiagram\nA->>B: x\nA->>B: y A-->>B: z\n",
        "sequenceDiagram\nA->>B: x\nNote over A: y A->>B: z\n",
        "sequenceDiagram\nparticipant A participant B\nA->>B: x\n",
    ],
)
def test_a_statement_that_became_part_of_a_text_is_told(text: str) -> None:
    assert [one.rule for one in findings(text) if one.rule == "swallowed-line"] == ["swallowed-line"]


@pytest.mark.parametrize("text", ["see x->>y: z", "use `A->>C: x`", "a -> b", "A: b", "->> is an arrow: yes"])
def test_an_arrow_between_words_of_a_text_is_no_message(text: str) -> None:
    assert findings(f"sequenceDiagram\nA->>B: {text}\n") == []


@pytest.mark.parametrize("blank", [" ", "\t", "  ", "\u00a0"])
@pytest.mark.parametrize(
    "following", ["participant X", "CI->>DB: m", "Note over DB: x", "box G\nparticipant Y\nend", ""]
)
def test_a_blank_behind_braces_is_told_at_its_line(blank: str, following: str) -> None:
    text = f'{LEAD}participant DB@{{ "type": "database" }}{blank}\n{following}\n{FOLLOWING}'
    assert places(text) == [("trailing-blank", LINE)]


@pytest.mark.parametrize("suffix", [" %% c", " # c", " as D ", "; ", " as D %% c"])
def test_what_may_follow_braces_is_no_fault(suffix: str) -> None:
    assert findings(f'{LEAD}participant DB@{{ "type": "database" }}{suffix}\n{FOLLOWING}') == []


def test_a_note_of_several_lines_is_one_fault() -> None:
    [found] = findings(f"{LEAD}note over CI\n  Build\n  Test\nend note\n{FOLLOWING}")
    assert found.help == "write the note on one line: `note over CI: Build<br/>Test`"


@pytest.mark.parametrize("line", ["== Tests ==", "...", "... later ...", "|||", "@startuml", "return x"])
def test_other_lines_of_plantuml_have_a_cure(line: str) -> None:
    [found] = findings(f"{LEAD}{line}\n{FOLLOWING}")
    assert (found.rule, found.labels[0].span.line) == ("syntax-error", LINE)
    assert found.help in ("remove it", "write a note: `note over A: TEXT`", "write a message: `B-->>A: TEXT`")


@pytest.mark.parametrize("word", ["TB", "LR", ":"])
def test_nothing_follows_the_type(word: str) -> None:
    [found] = findings(f"sequenceDiagram {word}\nA->>B: x\n")
    assert (found.message, found.help) == (f"`{word}` may not follow `sequenceDiagram`", "remove it")
