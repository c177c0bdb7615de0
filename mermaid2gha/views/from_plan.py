"""What the pictures show of the planned workflows."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Label
from mermaid2gha.compiler.ir.diagram_ir import Drawing, JobKind, Participant, Role, StepKind
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.plan.gate import covered, gate_id
from mermaid2gha.compiler.plan.needs import PlannedJob
from mermaid2gha.compiler.plan.plan import Planned
from mermaid2gha.compiler.plan.steps import merged_steps
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.github.events import WORKFLOW_CALL
from mermaid2gha.github.expressions.condition import expression, negation
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import AtomKind, Cube, Literal, Sum
from mermaid2gha.views.model import (
    GraphJob,
    JobGraph,
    Link,
    LinkKind,
    Need,
    PlaceKind,
    Program,
    Station,
)

_PLACES = {Role.SOURCE: PlaceKind.SOURCE, Role.PERSON: PlaceKind.PERSON, Role.EXTERNAL: PlaceKind.STORE}


def program(all_planned: Sequence[Planned], drawings: Sequence[Drawing]) -> Program:
    """Everything of a project that a picture can show, in document order."""
    flows = tuple(dict.fromkeys(d.diagram.name for d in drawings if d.runs))
    links = _links(all_planned, drawings)
    return Program(
        flows, tuple(_graph(one) for one in all_planned), _places(all_planned, links, drawings), links
    )


def _graph(planned: Planned) -> JobGraph:
    linked = planned.linked
    names = [flow.name for flow in linked.told.flows]
    jobs = [_job(linked, one, names) for one in planned.jobs]
    needs = [
        Need(
            one.job.id,
            linked.jobs[need.on].id,
            flows=tuple(names[flow] for flow in sorted(need.flows or one.job.flow_set)),
            is_data=need.is_data,
            is_order=bool(need.flows),
            because=_because(one, need.on, linked),
        )
        for one in planned.jobs
        for need in one.needs
    ]
    gates = linked.gates()
    if gates:
        first = next(iter(gates.values()))
        name = gate_id(linked, first)
        inside = tuple(names[flow] for flow in sorted(gates))
        jobs.append(GraphJob(name, first.text.name, JobKind.GATE, inside))
        needs += [
            Need(
                name,
                job.id,
                flows=tuple(names[f] for f in sorted(job.flow_set)),
                is_data=False,
                is_order=True,
                because=(Label(first.span),),
            )
            for job in covered(linked)
        ]
    return JobGraph(linked.file, linked.name, flows=tuple(names), jobs=tuple(jobs), needs=tuple(needs))


def _because(one: PlannedJob, on: int, linked: LinkedWorkflow) -> tuple[Label, ...]:
    """The notes of a need's ends, in the first flow that asks for it."""
    flow = min(one.job.flow_set & linked.jobs[on].flow_set, default=None)
    if flow is None:
        return ()
    ends = (linked.jobs[on].flows[flow].drawn[0], one.job.flows[flow].drawn[0])
    return (Label(ends[1].span, "this is drawn"), Label(ends[0].span, "after this"))


def _job(linked: LinkedWorkflow, one: PlannedJob, names: list[str]) -> GraphJob:
    job = one.job
    conditions = tuple(
        (names[flow], said)
        for flow, there in sorted(job.flows.items())
        if (said := _said(linked, there.condition))
    )
    details = tuple(
        step.first.text.title
        for step in merged_steps(linked, job)
        if step.first.kind is not StepKind.ACTIVITY
    )
    flows = tuple(names[flow] for flow in sorted(job.flow_set))
    return GraphJob(
        job.id,
        job.identity.name,
        kind=job.kind,
        flows=flows,
        conditions=conditions,
        is_optional=bool(conditions),
        details=details,
    )


def _literal_key(literal: Literal) -> tuple[str, str, bool]:
    """What orders literals the same in every run, whatever the order of a set."""
    atom, value = literal
    return (atom.kind.value, atom.name, value)


def _key(cube: Cube) -> list[tuple[str, str, bool]]:
    return sorted(map(_literal_key, cube))


def _said(linked: LinkedWorkflow, condition: Sum) -> str:
    """A condition in the diagram's words, as far as it has any."""
    if condition == dnf.CERTAIN:
        return ""
    terms = []
    for cube in sorted(condition, key=lambda cube: (len(cube), _key(cube))):
        said = []
        for atom, value in sorted(cube, key=_literal_key):
            match atom.kind:
                case AtomKind.FAILURE:
                    said.append("on failure")
                case AtomKind.EXPRESSION:
                    test = linked.flags.tests[atom]
                    said.append(expression(test if value else negation(test)))
                case _:
                    said.append(atom.name if value else f"not {atom.name}")
        terms.append(" and ".join(said))
    return " or ".join(terms)


# -- the whole -------------------------------------------------------------------------------------


def _links(all_planned: Sequence[Planned], drawings: Sequence[Drawing]) -> tuple[Link, ...]:
    """What passes between places, each once, with the flows in which it does."""
    names = {one.linked.file.casefold(): one.linked.name for one in all_planned}
    found: dict[tuple[str, str, LinkKind, str], dict[str, None]] = {}

    def add(source: str, target: str, kind: LinkKind, label: str, flow: str) -> None:
        found.setdefault((source, target, kind, label), {})[flow] = None

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
                label = " ".join(
                    w for w in step.text.title.split() if w.lower() not in labels.TAKING | labels.GIVING
                )
                match step.kind:
                    case StepKind.PUSH:
                        add(mine, other, LinkKind.PUSH, label, flow)
                    case StepKind.PULL | StepKind.WAIT:
                        add(other, mine, LinkKind.PULL, label, flow)
                    case StepKind.WRITE:
                        add(mine, other, LinkKind.WRITE, step.text.title, flow)
                    case _:
                        pass
    return tuple(
        Link(source, target, kind, label, flows=tuple(flows))
        for (source, target, kind, label), flows in found.items()
    )


def _sender(drawing: Drawing, start: int, who: dict[str, Participant]) -> Participant | None:
    """The participant whose message opened a run, found by the message's place."""
    for event in drawing.diagram.events:
        span = getattr(event, "text_span", None) or event.span
        if span is not None and span.start == start and hasattr(event, "sender"):
            return who[event.sender]
    return None


def _place(participant: Participant, names: dict[str, str]) -> str:
    return names.get(participant.file.casefold(), participant.name)


def _places(
    all_planned: Sequence[Planned], links: tuple[Link, ...], drawings: Sequence[Drawing]
) -> tuple[Station, ...]:
    found = {
        one.linked.name: Station(one.linked.name, PlaceKind.WORKFLOW, one.linked.file) for one in all_planned
    }
    kinds = {p.name: p.role for drawing in drawings for p in drawing.participants}
    for link in links:
        for end in (link.source, link.target):
            if end not in found:
                found[end] = Station(end, _PLACES.get(kinds.get(end, Role.EXTERNAL), PlaceKind.STORE))
    return tuple(found.values())
