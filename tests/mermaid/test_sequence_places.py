"""Where the parts of a diagram stand in the host file, and the marks on the lines above them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.settings import settings_for

from mermaid.generate import diagram as random_diagram
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import SourceFile
from mermaid2gha.mermaid.ast import Diagram, FragmentStart, Message, Note
from mermaid2gha.mermaid.parse import is_sequence_diagram, parse


def parsed(text: str, name: str = "x.mmd") -> Diagram:
    return parse(diagram_blocks(SourceFile(name, text))[0])[0]


def written(text: str, name: str = "x.mmd") -> list[str]:
    return [event.span.text for event in parsed(text, name).events if event.span is not None]


def test_events_are_underlined_as_they_are_written() -> None:
    lines = [
        'participant A@{ "type": "database" } as Store',
        "create actor B as Bob",
        "A ->>+ B : hello #35; world",
        "Note over A,B: text<br>more",
        "activate A",
        "loop every day",
        "end",
        "autonumber 10 5",
        "destroy B",
        "B-xA:",
        "link A: Dash @ https://x.y",
        "title The title",
        "accDescr: about",
    ]
    assert (
        written(
            "sequenceDiagram\n"
            + "\n".join(f"   {line}  " for line in lines[:7])
            + "\n"
            + "\n".join(lines[7:])
        )
        == lines
    )


def test_texts_are_underlined_without_what_is_cut() -> None:
    diagram = parsed("sequenceDiagram\nA->>B:  wrap: hi there  \nalt  a b \nend\nNote left of A:\tx # c\n")
    texts = [
        event.text_span.text
        for event in diagram.events
        if isinstance(event, Message | Note | FragmentStart) and event.text_span
    ]
    assert texts == ["hi there", "a b", "x"]


@pytest.mark.parametrize("prefix", ["", "  ", "> ", "- ", "1. > "])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_places_hold_in_nested_fences_with_any_line_ends(prefix: str, newline: str) -> None:
    inner = [
        "```mermaid",
        "---",
        "title: Named",
        "---",
        "%% comment",
        "sequenceDiagram",
        "  %% other",
        '  A->>B: <a href="x">y',
        "```",
    ]
    blank = "".join(char if char in "> " else " " for char in prefix)
    text = newline.join([prefix + inner[0], *(blank + line for line in inner[1:]), ""])
    diagram = parsed(text, "x.md")
    assert diagram.name == "Named" and diagram.name_span is not None and diagram.name_span.text == "Named"
    assert [event.span.text for event in diagram.events if event.span] == ['A->>B: <a href="x">y']
    assert [event.span.line for event in diagram.events if event.span] == [8]


def test_a_directive_inside_a_label_keeps_the_places_after_it() -> None:
    diagram = parsed("sequenceDiagram\nA->>B: x %%{init: {}}%% y\nB->>A: z\n")
    assert [event.text for event in diagram.events if isinstance(event, Message)] == ["x  y", "z"]
    assert diagram.events[1].span is not None and diagram.events[1].span.text == "B->>A: z"


@pytest.mark.parametrize("event", ["Note over A: t", "A->>B: t", "loop t\nend"])
def test_a_mark_belongs_to_the_event_on_the_next_line(event: str) -> None:
    diagram = parsed(f"sequenceDiagram\n%% id: build-docs\n  %% any words\n%% comment\n  {event}\nB->>A: x\n")
    first, last = diagram.events[0], diagram.events[-1]
    assert isinstance(first, Message | Note | FragmentStart) and isinstance(last, Message)
    assert [(mark.name, mark.value, mark.span.text) for mark in first.marks] == [
        ("id", "build-docs", "%% id: build-docs"),
        ("comment", "", "%% comment"),
    ]
    assert last.marks == ()


@pytest.mark.parametrize("between", ["\n", "%% words\n", "activate A\n", "deactivate A\n", "autonumber\n"])
def test_a_mark_belongs_to_the_next_statement_that_can_bear_one(between: str) -> None:
    diagram = parsed(f"sequenceDiagram\nA->>+A: y\n%% id: x\n{between}A->>B: x; A->>B: z\n")
    messages = [event for event in diagram.events if isinstance(event, Message)]
    assert [[mark.value for mark in message.marks] for message in messages] == [[], ["x"], []]


@pytest.mark.parametrize("line", ["participant A", "loop t", "else t", "option t", "and t"])
def test_participants_and_operands_bear_marks(line: str) -> None:
    opened = {"else t": "alt s", "option t": "critical s", "and t": "par s"}.get(line, "")
    closed = "" if line == "participant A" else "end"
    diagram = parsed(f"sequenceDiagram\n{opened}\nA->>B: x\n%% role: source\n{line}\n{closed}\n")
    bearing = [event for event in diagram.events if getattr(event, "marks", ())]
    assert [event.span.text for event in bearing if event.span] == [line]


@pytest.mark.parametrize(
    "above",
    ["%% id:\n", "%% comment on this\n", "%% ID: x\n", "%% id x\n", "%% identity: x\n"],
)
def test_other_comments_are_no_marks(above: str) -> None:
    [event] = parsed(f"sequenceDiagram\n{above}A->>B: x\n").events
    assert isinstance(event, Message) and event.marks == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("---\ntitle: Front\n---\nsequenceDiagram\ntitle Statement\n", "Front"),
        ("sequenceDiagram\ntitle:  Statement \n", "Statement"),
        ("sequenceDiagram\nA->>B: x\n", "flow"),
        ("---\ntitle: 5\n---\nsequenceDiagram\n", "5"),
    ],
)
def test_the_name_of_a_diagram(text: str, name: str) -> None:
    assert parsed(text, "docs/flow.mmd").name == name


def test_the_heading_names_a_diagram_without_a_title() -> None:
    diagram = parsed("# All\n## A run\n```mermaid\nsequenceDiagram\n```\n", "x.md")
    assert diagram.name == "A run" and diagram.name_span is not None and diagram.name_span.text == "A run"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("sequenceDiagram", True),
        ("%%{init: {}}%%\n%% c\n\n  sequenceDiagram\n", True),
        ("\n---\ntitle: T\n---\nsequenceDiagram\n", True),
        ("sequencediagram\n", True),
        ("flowchart LR\nA --> sequenceDiagram\n", False),
        ("A sequenceDiagram", False),
        ("", False),
    ],
)
def test_what_is_a_sequence_diagram(text: str, is_one: bool) -> None:
    assert is_sequence_diagram(diagram_blocks(SourceFile("x.mmd", text))[0]) is is_one


@given(st.text(max_size=60))
def test_any_text_is_parsed(text: str) -> None:
    parsed(f"sequenceDiagram\n{text}")
    parsed(text)


@settings_for(300)
@given(st.integers(min_value=1_000_000, max_value=2_000_000))
def test_places_lie_in_the_file_and_fragments_balance(seed: int) -> None:
    file = SourceFile("x.mmd", random_diagram(seed))
    diagram, found = parse(diagram_blocks(file)[0])
    spans = [event.span for event in diagram.events] + [label.span for one in found for label in one.labels]
    assert all(span is not None and 0 <= span.start <= span.end <= len(file.text) for span in spans)
    kinds = [type(event).__name__ for event in diagram.events]
    assert kinds.count("FragmentStart") == kinds.count("FragmentEnd")


def test_deep_nesting_and_long_labels_are_no_trouble() -> None:
    deep = parsed(
        "sequenceDiagram\n" + "opt x\n" * 3000 + "A->>B: " + "y" * 1_000_000 + "\n" + "end\n" * 3000
    )
    assert len(deep.events) == 6001
