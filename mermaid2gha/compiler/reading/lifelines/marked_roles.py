"""The roles that marks give lifelines (docs/marks.md)."""

from __future__ import annotations

from mermaid2gha.compiler.marks import mark_values
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.mermaid.ast import Cosmetic, Diagram, Event, Message, Note
from mermaid2gha.settings.model import LifelineSettings, RoleName, folded


def marked_roles(diagram: Diagram) -> dict[str, LifelineSettings]:
    """The roles that marks give, by the ids of lifelines.

    A mark above a participant is about that, one above the first use of a name names it.
    """
    found: dict[str, LifelineSettings] = {}
    if not diagram.comments:
        return found
    for event in diagram.events:
        value = marks_of(event).get("role")
        if value is None:
            continue
        kind, name, file = mark_values.role(value)
        lifeline = _named(name, diagram) if name else _about(event)
        if lifeline:
            found[lifeline] = LifelineSettings(role=RoleName(kind), file=file if kind == "workflow" else "")
    return found


def marked_job_files(diagram: Diagram) -> dict[str, str]:
    """The files of the workflows that lifelines are jobs of by marks, by the ids of the lifelines."""
    found: dict[str, str] = {}
    for event in diagram.events:
        kind, name, file = mark_values.role(marks_of(event).get("role", "job"))
        lifeline = (_named(name, diagram) if name else _about(event)) if kind == "job" and file else ""
        if lifeline:
            found[lifeline] = file
    return found


def _about(event: Event) -> str:
    match event:
        case Cosmetic(lifeline=lifeline):
            return lifeline or ""
        case Message():
            return event.receiver
        case Note():
            return event.lifelines[0]
        case _:
            return ""


def _named(name: str, diagram: Diagram) -> str:
    """The lifeline of a name: its id, or the first line of its label."""
    for lifeline in diagram.lifelines:
        first = next(iter(labels.lines(lifeline.label)), lifeline.id)
        if folded(name) in (folded(lifeline.id), folded(first)):
            return lifeline.id
    return ""
