"""Lifelines whose role cannot be told, and which are taken for something outside.

See docs/language.md#lifelines-and-roles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import ExternalActivities, FlowGraph, FlowGraphs, Participant, Role
from mermaid2gha.compiler.reading.lifelines.lost_lifelines import meant_by
from mermaid2gha.compiler.reading.lifelines.marked_roles import marked_roles
from mermaid2gha.compiler.reading.lifelines.roles import unknown_role
from mermaid2gha.compiler.vocabulary import ci_words, labels
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.mermaid.ast import Diagram, Lifeline, Message, Note
from mermaid2gha.settings.model import Settings, folded

LOST_ACTIVITY = Rule("lost-activity", Severity.ERROR)


def unknown_roles(drawings: FlowGraphs, settings: Settings) -> list[Diagnostic]:
    """Lifelines taken for something outside that may be workflows or jobs of ours.

    Reports `unknown-role`, and the error `lost-activity` where the drawing says by a name, a box or a prefix
    that a step is lost.
    """
    return [diagnostic for drawing in drawings.items for diagnostic in _of_drawing(drawing, settings)]


def _of_drawing(drawing: FlowGraph, settings: Settings) -> list[Diagnostic]:
    diagram = drawing.diagram
    participants = {participant.id: participant for participant in drawing.participants}
    diagnostics: list[Diagnostic] = []
    externals = {external.lifeline: external for external in drawing.externals}
    marked = marked_roles(diagram)
    set_names = {folded(name) for name, value in settings.lifelines if value.role or value.file}
    declared = [one for one in diagram.lifelines if one.is_declared]
    for lifeline in diagram.lifelines:
        activities = externals.get(lifeline.id)
        label = " ".join(labels.lines(lifeline.label))
        is_set = not set_names.isdisjoint((folded(lifeline.id), folded(label)))
        is_set = is_set or lifeline.id in marked
        if activities is None or participants[lifeline.id].is_store or is_set:
            continue
        if ci_words.OTHER_SYSTEM.search(label):
            continue
        if not lifeline.is_declared and meant_by(lifeline, declared) is not None:
            continue  # told as another name of that one
        evidence = _evidence(diagram, participants, lifeline, activities)
        work = [event for event in activities.lost if _is_work(event)]
        if evidence and work:
            diagnostics.append(_lost(lifeline, label, evidence, work))
        elif activities.kept and _is_called_workflow(lifeline):
            heard = _first_told(diagram, lifeline)
            diagnostics.append(_unknown(lifeline, label, "its name says so", activities.kept[0], heard))
        elif work and _is_alone(diagram, lifeline):
            diagnostics.append(_unknown(lifeline, label, "it works, and nothing calls it", work[0]))
    return diagnostics


def _evidence(
    diagram: Diagram,
    participants: Mapping[str, Participant],
    lifeline: Lifeline,
    activities: ExternalActivities,
) -> str:
    """Why a lifeline may be a workflow or a job, or nothing."""
    name = lifeline_names.called(lifeline.label) or lifeline.id
    if lifeline_names.is_other_engine(name):
        return ""
    is_called_job = ci_words.JOB_WORD.search(_apart(lifeline)) is not None
    if _is_called_workflow(lifeline) or is_called_job or lifeline_names.is_engine(name):
        is_starter = any(
            isinstance(event, Message)
            and event.sender == lifeline.id
            and participants[event.receiver].role is Role.WORKFLOW
            for event in diagram.events
        )
        return "" if is_starter else "its name says so"
    notes = [event for event in (*activities.lost, *activities.kept) if isinstance(event, Note)]
    if any(labels.parsed(note.text).has_prefix for note in notes):
        return "its notes begin like those of jobs"
    if lifeline.box is not None and diagram.boxes[lifeline.box].name and any(map(_is_work, notes)):
        members = diagram.boxes[lifeline.box].lifelines
        if any(participants[x].role in (Role.WORKFLOW, Role.JOB) for x in members if x in participants):
            return "it shares a box with one"
    return ""


def _apart(lifeline: Lifeline) -> str:
    """The names of a lifeline with `BuildWorkflow` and `build_workflow` written as words, without where it
    is: `Packer (in the runner)`."""
    names = f"{lifeline.id} {_without_place(lifeline.label)}"
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]", " ", names)


def _without_place(label: str) -> str:
    return ci_words.PLACE.sub(" ", label)


def _is_called_workflow(lifeline: Lifeline) -> bool:
    label = _without_place(lifeline.label)
    return bool(ci_words.WORKFLOW_WORD.search(_apart(lifeline))) or lifeline_names.is_of_github(label)


def _is_alone(diagram: Diagram, lifeline: Lifeline) -> bool:
    """Whether a lifeline has no message but to itself."""
    return all(
        event.sender == event.receiver
        for event in diagram.events
        if isinstance(event, Message) and lifeline.id in (event.sender, event.receiver)
    )


def _is_work(event: Note | Message) -> bool:
    """Whether an activity is more than a remark: a solid message, or a note that begins with a verb of
    building or testing or with a prefix like `Job 2:`."""
    if isinstance(event, Message):
        return not event.arrow.is_dotted
    text = labels.parsed(event.text)
    said = labels.words(text.name)
    return text.has_prefix or (bool(said) and said[0] in ci_words.WORKING)


def _label(event: Note | Message) -> Label | None:
    span = event.text_span or event.span
    return Label(span, "what it does") if span is not None else None


def _cure(lifeline: Lifeline) -> str:
    line = f"lifelines: {{{lifeline.id}: {{role: workflow}}}}"
    return f"say it in mermaid2gha.yml: `{line}` (or `job`, or `external`)"


def _first_told(diagram: Diagram, lifeline: Lifeline) -> Label | None:
    """The first that others say to a lifeline."""
    for event in diagram.events:
        if isinstance(event, Message) and event.receiver == lifeline.id != event.sender:
            return Label(event.text_span, "what it is told") if event.text_span is not None else None
    return None


def _unknown(
    lifeline: Lifeline, label: str, evidence: str, event: Note | Message, heard: Label | None = None
) -> Diagnostic:
    found = unknown_role(
        f"`{label}` may be a workflow, a job or something outside ({evidence}); it is taken for the last",
        Label(lifeline.span, "this lifeline") if lifeline.span is not None else None,
        _label(event),
        heard,
        help="`%% role: workflow FILE.yml`, `%% role: job` or `%% role: external` above it says which, or "
        + _cure(lifeline),
    )
    return replace(found, is_guess=True)


def _lost(lifeline: Lifeline, label: str, evidence: str, work: list[Note | Message]) -> Diagnostic:
    count = len(work)
    what = "this activity would be lost" if count == 1 else f"{count} activities would be lost"
    return diagnostic(
        LOST_ACTIVITY,
        f"`{label}` may be a workflow or a job ({evidence}), but nothing starts it, so {what}",
        _label(work[0]),
        Label(lifeline.span, "this lifeline") if lifeline.span is not None else None,
        help=f"draw what starts or calls it, mark a remark with `%% comment`, or {_cure(lifeline)}",
    )
