"""A diagram written as text is the same diagram, in the layout of `fmt`."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from mermaid.generate import diagram
from mermaid2gha.base.diagnostic import has_errors
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.mermaid.ast import (
    MARKS,
    Cosmetic,
    CosmeticKind,
    Diagram,
    Event,
    FragmentStart,
    Message,
    Note,
    OperandStart,
)
from mermaid2gha.mermaid.format.document import formatted
from mermaid2gha.mermaid.parse import is_sequence_diagram, parse
from mermaid2gha.mermaid.write import write

RECORDED = Path(__file__).parent / "recorded.jsonl.gz"


def read(text: str) -> Diagram | None:
    """The first diagram of a text that Mermaid takes."""
    for block in diagram_blocks(SourceFile("x.mmd", text)):
        if is_sequence_diagram(block):
            read_diagram, diagnostics = parse(block)
            return None if has_errors(diagnostics) else read_diagram
    return None


def content(diagram: Diagram) -> tuple[object, ...]:
    """All that a diagram says; a comment that no statement bears has no place any more."""
    return (
        diagram.lifelines,
        diagram.boxes,
        diagram.events,
        diagram.title,
        diagram.acc_title,
        diagram.acc_descr,
        diagram.front_title,
    )


def same(text: str) -> bool:
    """Whether a text is a diagram, which then is written as the same one."""
    before = read(text)
    if before is None:
        return False
    after = read(write(before))
    assert after is not None, write(before)
    assert content(after) == content(before), write(before)
    return True


def test_the_recorded_diagrams_are_written_as_they_were_read() -> None:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        assert sum(same(json.loads(line)[0]) for line in lines) > 1500


@example(2675053)
@given(st.integers(0, 2**32 - 1))
def test_a_random_diagram_is_written_as_it_was_read(seed: int) -> None:
    same(diagram(seed))


def bare(event: Event) -> Event:
    """A declaration without its spelling, as one has that was never text."""
    if isinstance(event, Cosmetic) and event.kind in (CosmeticKind.PARTICIPANT, CosmeticKind.CREATE):
        return replace(event, text="")
    return event


def test_declarations_that_were_never_text_come_from_the_lifelines() -> None:
    text = (
        "sequenceDiagram\n    participant A\n    actor B as Bob (the person)\n"
        '    participant C@{ "type": "database" } as Store\n    A ->> B: hello\n'
    )
    diagram = read(text)
    assert diagram is not None
    assert write(replace(diagram, events=tuple(map(bare, diagram.events)))) == text


def test_marks_stand_above_their_statements_in_the_layout_of_fmt() -> None:
    text = (
        "sequenceDiagram\n    %% trigger: push[branch=main]\n    Git ->> CI: pushed\n    %% id: unit\n"
        "    %% permissions: pages: write\n    Note over CI: Tests\n    %% if: github.event_name == 'push'\n"
        "    opt for pushes\n        Note over CI: Deploy\n    end\n    alt x\n        CI ->> CI: a\n"
        "        %% failure\n    else y\n        CI ->> CI: b\n    end\n"
    )
    diagram = read(text)
    assert diagram is not None
    written = write(diagram)
    assert written == text
    assert formatted(SourceFile("x.mmd", written), parse).text == written
    marks = [
        mark.name
        for event in diagram.events
        if isinstance(event, Message | Note | FragmentStart | OperandStart)
        for mark in event.marks
    ]
    assert set(marks) < MARKS
    assert len(marks) == 5
