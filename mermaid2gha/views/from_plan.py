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
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import AtomKind, Sum
from mermaid2gha.views.model import (
    Job,
    JobGraph,
    Link,
    LinkKind,
    Need,
    Place,
    PlaceKind,
    Program,
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
            tuple(names[flow] for flow in sorted(need.flows or one.job.flow_set)),
            need.is_data,
            bool(need.flows),
            _because(one, need.on, linked),
        )
        for one in planned.jobs
        for need in one.needs
    ]
    gates = linked.gates()
    if gates:
        first = next(iter(gates.values()))
        name = gate_id(linked, first)
        inside = tuple(names[flow] for flow in sorted(gates))
        jobs.append(Job(name, first.text.name, JobKind.GATE, inside))
        needs += [
            Need(
                name, job.id, tuple(names[f] for f in sorted(job.flow_set)), False, True, (Label(first.span),)
            )
            for job in covered(linked)
        ]
    return JobGraph(linked.file, linked.name, tuple(names), tuple(jobs), tuple(needs))


def _because(one: PlannedJob, on: int, linked: LinkedWorkflow) -> tuple[Label, ...]:
    """The notes of a need's ends, in the first flow that asks for it."""
    flow = min(one.job.flow_set & linked.jobs[on].flow_set, default=None)
    if flow is None:
        return ()
    ends = (linked.jobs[on].flows[flow].drawn[0], one.job.flows[flow].drawn[0])
    return (Label(ends[1].span, "this is drawn"), Label(ends[0].span, "after this"))


def _job(linked: LinkedWorkflow, one: PlannedJob, names: list[str]) -> Job:
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
    return Job(job.id, job.identity.name, job.kind, flows, conditions, bool(conditions), details)


def _said(linked: LinkedWorkflow, condition: Sum) -> str:
    """A condition in the diagram's words, as far as it has any."""
    if condition == dnf.CERTAIN:
        return ""
    terms = []
    for cube in sorted(condition, key=len):
        said = []
        for atom, value in sorted(cube, key=lambda x: (x[0].kind.value, x[0].name)):
            match atom.kind:
                case AtomKind.FAILURE:
                    said.append("on failure")
                case AtomKind.EXPRESSION:
                    test = linked.flags.tests[atom]
                    said.append(test.text if value else test.opposite)
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
    return tuple(Link(*key, tuple(flows)) for key, flows in found.items())


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
) -> tuple[Place, ...]:
    found = {
        one.linked.name: Place(one.linked.name, PlaceKind.WORKFLOW, one.linked.file) for one in all_planned
    }
    kinds = {p.name: p.role for drawing in drawings for p in drawing.participants}
    for link in links:
        for end in (link.source, link.target):
            if end not in found:
                found[end] = Place(end, _PLACES.get(kinds.get(end, Role.EXTERNAL), PlaceKind.STORE))
    return tuple(found.values())
