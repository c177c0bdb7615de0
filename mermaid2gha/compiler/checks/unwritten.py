"""What is told of runs of which no workflow is written, beside that it is none: nobody need answer it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.link.link import NO_JOBS, Linked
from mermaid2gha.compiler.reading.effects import STARTS
from mermaid2gha.compiler.reading.reading import Readings
from mermaid2gha.mermaid.ast import Message

_ABOUT_RUNS = frozenset(("guessed-trigger", "run-needs-approval", "unread-report"))
"""Rules about when a run starts and how it ends, which are of no use where there is no workflow."""


def without_moot(diagnostics: Sequence[Diagnostic], values: Mapping[type, object]) -> list[Diagnostic]:
    """The findings but for those about a run alone of which `no-jobs` says that no workflow is written."""
    readings, linked = values.get(Readings), values.get(Linked)
    is_whole = isinstance(readings, Readings) and isinstance(linked, Linked)
    if not is_whole or all(one.rule != NO_JOBS.name for one in diagnostics):
        return list(diagnostics)
    assert isinstance(readings, Readings) and isinstance(linked, Linked)
    written = {one.workflow.file.casefold() for one in linked.items}
    starts: dict[Span, bool] = {}
    reports: set[Span] = set()
    for place, file, is_start in _statements(readings):
        if is_start:
            starts[place] = file in written
        elif file not in written:
            reports.add(place)
    return [one for one in diagnostics if not _is_moot(one, starts, reports)]


def _statements(readings: Readings) -> Iterator[tuple[Span, str, bool]]:
    """Each message that starts a run, or that a workflow sends: its place, its file, whether it starts."""
    for reading in readings.items:
        files = {one.id: one.file.casefold() for one in reading.participants if one.file}
        for event, effect in zip(reading.diagram.events, reading.effects):
            if not isinstance(event, Message) or event.text_span is None:
                continue
            if effect.act in STARTS:
                yield event.text_span, files.get(effect.lifeline, ""), True
            elif event.sender in files:
                yield event.text_span, files[event.sender], False


def _is_moot(found: Diagnostic, starts: Mapping[Span, bool], reports: set[Span]) -> bool:
    if found.rule not in _ABOUT_RUNS or not found.labels:
        return False
    if found.labels[0].span in reports:
        return True
    about = [starts[label.span] for label in found.labels if label.span in starts]
    return found.labels[0].span in starts and not any(about)
