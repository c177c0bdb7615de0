"""The diagrams that documents have already, by the workflow that each of them draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import Block, SourceFile
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.lifelines import workflow_file
from mermaid2gha.draw.content import read_events
from mermaid2gha.draw.flows import EventFlow
from mermaid2gha.mermaid.ast import Cosmetic, Diagram, Message, Note
from mermaid2gha.mermaid.parse import is_sequence_diagram, parse
from mermaid2gha.settings.model import Settings

Section = tuple[Block, Diagram]


def sections(documents: Sequence[SourceFile], settings: Settings) -> dict[str, list[Section]]:
    """The diagrams of documents by the file that each begins with."""
    found: dict[str, list[Section]] = {}
    for block in (block for document in documents for block in diagram_blocks(document)):
        if is_sequence_diagram(block):
            diagram, _ = parse(block)
            name = _first_file(diagram, settings)
            if name:
                found.setdefault(name, []).append((block, diagram))
    return found


def drawn_inside(diagrams: Sequence[Diagram], settings: Settings) -> frozenset[str]:
    """The files whose jobs are drawn in diagrams that begin with another."""
    found: set[str] = set()
    for diagram in diagrams:
        has_jobs = {at for event in diagram.events if isinstance(event, Note) for at in event.lifelines}
        first = _first_file(diagram, settings)
        found |= {file for at, file in _files(diagram, settings) if at in has_jobs and file != first}
    return frozenset(found)


def paired(parts: Sequence[EventFlow], known: Sequence[Section]) -> list[Section | None]:
    """For each flow of a file the diagram of those there are that has most of its events."""
    left = list(known)
    result: list[Section | None] = []
    for flow in parts:
        names = {event.name for event in flow.events}
        best = max(left, key=lambda section: len(names & _event_names(section[1])), default=None)
        if best is not None and (len(parts) == 1 or names & _event_names(best[1])):
            left.remove(best)
            result.append(best)
        else:
            result.append(None)
    return result


def events_of(diagram: Diagram) -> list[EventText]:
    """The events that the marks of a diagram name."""
    marks = (mark for event in diagram.events if isinstance(event, Message) for mark in event.marks)
    return [event for mark in marks if mark.name == "trigger" for event in read_events(mark.value)]


def _event_names(diagram: Diagram) -> set[str]:
    return {event.event for event in events_of(diagram)}


def _first_file(diagram: Diagram, settings: Settings) -> str:
    """The file that a diagram draws: that of the workflow which something starts, else the first named."""
    files = dict(_files(diagram, settings))
    started = [
        event.receiver
        for event in diagram.events
        if isinstance(event, Message) and any(mark.name == "trigger" for mark in event.marks)
    ]
    return next((files[one] for one in (*started, *files) if one in files), "")


def _files(diagram: Diagram, settings: Settings) -> Iterator[tuple[str, str]]:
    """The workflow file of each lifeline that has one: by the mark above it, its box, its label, or the
    settings."""
    marks = {
        event.lifeline: mark.value
        for event in diagram.events
        if isinstance(event, Cosmetic)
        for mark in event.marks
        if mark.name == "role"
    }
    by_name: Mapping[str, str] = {name: one.file for name, one in settings.lifelines if one.file}
    for lifeline in diagram.lifelines:
        kind, _, given = marks.get(lifeline.id, "").partition(" ")
        box = diagram.boxes[lifeline.box].name if lifeline.box is not None else ""
        file = given if kind == "workflow" else workflow_file(box or "") or workflow_file(lifeline.label)
        file = file or by_name.get(lifeline.label) or by_name.get(lifeline.id) or ""
        if file:
            yield lifeline.id, file
