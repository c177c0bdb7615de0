"""What passes between workflows, sources and stores: the picture of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.compiler.ir.flow_graph import FlowGraph, Participant, Role, StepKind
from mermaid2gha.compiler.plan.model import Link, LinkKind, PlaceKind, Station, WorkflowPlan
from mermaid2gha.github.events import WORKFLOW_CALL

_PLACES = {Role.SOURCE: PlaceKind.SOURCE, Role.PERSON: PlaceKind.PERSON, Role.EXTERNAL: PlaceKind.STORE}


def links(names: Mapping[str, str], drawings: Sequence[FlowGraph]) -> tuple[Link, ...]:
    """What passes between places, each once, with the flows in which it does.

    `names` are those of the workflows by their files' names in lower case.
    """
    passing: dict[tuple[str, str, LinkKind, str], dict[str, None]] = {}

    def add(source: str, target: str, kind: LinkKind, label: str, flow: str) -> None:
        passing.setdefault((source, target, kind, label), {})[flow] = None

    for drawing in drawings:
        flow = drawing.diagram.name
        who = {p.id: p for p in drawing.participants}
        for run in drawing.runs:
            target = names.get(run.file.casefold(), run.name)
            sender = _sender(drawing, run.span.start, who)
            for event, _ in run.events:
                if sender is not None and not event.kind.is_call:
                    add(_place(sender, names), target, LinkKind.TRIGGER, event.event, flow)
        for job in drawing.jobs:
            mine = names[drawing.runs[job.run].file.casefold()]
            if job.call:
                add(mine, names.get(job.call.casefold(), job.call), LinkKind.CALL, WORKFLOW_CALL.name, flow)
            for step in job.steps:
                if step.partner is None or step.partner.role in (Role.WORKFLOW, Role.JOB):
                    continue
                other = _place(step.partner, names)
                match step.kind:
                    case StepKind.PUSH:
                        add(mine, other, LinkKind.PUSH, step.thing, flow)
                    case StepKind.PULL | StepKind.WAIT:
                        add(other, mine, LinkKind.PULL, step.thing, flow)
                    case StepKind.WRITE:
                        add(mine, other, LinkKind.WRITE, step.text.title, flow)
                    case _:
                        pass
    return tuple(
        Link(source, target, kind, label, flows=tuple(flows))
        for (source, target, kind, label), flows in passing.items()
    )


def _sender(drawing: FlowGraph, start: int, who: dict[str, Participant]) -> Participant | None:
    """The participant whose message opened a run, found by the message's place."""
    for event in drawing.diagram.events:
        span = getattr(event, "text_span", None) or event.span
        if span is not None and span.start == start and hasattr(event, "sender"):
            return who[event.sender]
    return None


def _place(participant: Participant, names: Mapping[str, str]) -> str:
    return names.get(participant.file.casefold(), participant.name)


def stations(
    workflows: Sequence[WorkflowPlan], passing: Sequence[Link], drawings: Sequence[FlowGraph]
) -> tuple[Station, ...]:
    """The workflows, and the other ends of links."""
    by_name = {plan.name: Station(plan.name, PlaceKind.WORKFLOW, plan.file) for plan in workflows}
    kinds = {p.name: p.role for drawing in drawings for p in drawing.participants}
    for link in passing:
        for end in (link.source, link.target):
            if end not in by_name:
                by_name[end] = Station(end, _PLACES.get(kinds.get(end, Role.EXTERNAL), PlaceKind.STORE))
    return tuple(by_name.values())
