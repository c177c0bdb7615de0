"""Linked workflows to plans: each job with its needs, its condition, its rights, and what it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, FlowGraph, JobKind, StepKind
from mermaid2gha.compiler.link.inputs import input_types
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.order.externals import job_gives, pulled_artifacts, step_gives
from mermaid2gha.compiler.plan.calls import (
    LEAST_RIGHTS,
    call_rights,
    called_rights,
    given_arguments,
    typed_arguments,
)
from mermaid2gha.compiler.plan.gate import gate, gate_rights
from mermaid2gha.compiler.plan.links import links, stations
from mermaid2gha.compiler.plan.model import PlanJob, ProjectPlan, WorkflowPlan
from mermaid2gha.compiler.plan.needs import needs
from mermaid2gha.compiler.plan.permissions import permissions
from mermaid2gha.compiler.plan.starters import starters
from mermaid2gha.compiler.plan.steps import given_outputs, merged_steps, steps
from mermaid2gha.compiler.plan.triggers import triggers
from mermaid2gha.compiler.plan.words import condition_words
from mermaid2gha.compiler.scripts.comments import SELF_CALL
from mermaid2gha.compiler.scripts.steps import DECIDED
from mermaid2gha.github.names import is_runner, job_id
from mermaid2gha.github.workflow.model import Output, Permission, WorkflowCall
from mermaid2gha.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans of a project, and the linked workflows that they are made from, in the same order."""

    linked: Linked
    project: ProjectPlan

    @property
    def items(self) -> tuple[tuple[LinkedWorkflow, WorkflowPlan], ...]:
        return tuple(zip(self.linked.items, self.project.workflows))


@dataclass(frozen=True, slots=True)
class JoinedPlans:
    """The plans of a project with the joins that their files need, and what they are made from."""

    linked: Linked
    project: ProjectPlan


@dataclass(frozen=True, slots=True)
class _Called:
    """What is known of the workflows that are called, by their files: their rights, the types of their
    inputs."""

    rights: Mapping[str, tuple[Permission, ...]]
    types: Mapping[str, Mapping[str, str]]


def plan(linked: Linked, settings: Settings) -> tuple[Plans, list[Diagnostic]]:
    """The plans of all workflows (docs/language.md#needs-and-if). Reports nothing."""
    drawings = linked.drawings.items
    ordered = [needs(workflow) for workflow in linked.items]
    by_id = [{job.id: job for job in workflow.jobs} for workflow in linked.items]
    jobs = {
        workflow.file.casefold(): [linked_jobs[job.id] for job in with_needs]
        for workflow, with_needs, linked_jobs in zip(linked.items, ordered, by_id)
    }
    given = linked.drawings.documents.existing.rights
    reports = {workflow.file.casefold(): gate_rights(workflow) for workflow in linked.items}
    rights, arguments = called_rights(jobs, given, reports), given_arguments(jobs)
    files = {workflow.file.casefold(): workflow for workflow in linked.items}
    types = {file: input_types(files[file], given) for file, given in arguments.items() if file in files}
    called = _Called(rights, types)
    workflows = []
    for workflow, with_needs, linked_jobs in zip(linked.items, ordered, by_id):
        pulled = {flow.number: pulled_artifacts(flow.drawing) for flow in workflow.workflow.flows}
        planned = [
            _filled(workflow, linked_jobs[job.id], job, settings, called, pulled) for job in with_needs
        ]
        last = gate(workflow, with_needs)
        workflows.append(
            WorkflowPlan(
                workflow.file,
                workflow.name,
                flows=tuple(flow.name for flow in workflow.workflow.flows),
                jobs=(*planned, last) if last is not None else tuple(planned),
                triggers=triggers(workflow, arguments.get(workflow.file.casefold(), {})),
                documents=_documents(flow.drawing for flow in workflow.workflow.flows),
                span=workflow.workflow.flows[0].span,
            )
        )
    names = {workflow.file.casefold(): workflow.name for workflow in linked.items}
    passing = links(names, drawings)
    project = ProjectPlan(
        tuple(dict.fromkeys(drawing.diagram.name for drawing in drawings if drawing.runs)),
        tuple(workflows),
        stations=stations(workflows, passing, drawings),
        links=passing,
        documents=_documents(drawings),
    )
    return Plans(linked, project), []


def _documents(drawings: Iterable[FlowGraph]) -> tuple[str, ...]:
    """The names of the documents that hold these diagrams."""
    return tuple(dict.fromkeys(one.diagram.block.file.name for one in drawings))


def _filled(
    linked: LinkedWorkflow,
    job: LinkedJob,
    planned: PlanJob,
    settings: Settings,
    called: _Called,
    pulled: Mapping[int, frozenset[str]],
) -> PlanJob:
    """A planned job with its rights and what it does; `pulled` are the artifacts that each flow pulls."""
    drawn = [drawn_job for in_flow in job.flows.values() for drawn_job in in_flow.drawn]
    merged = merged_steps(linked, job)
    file = drawn[0].call if job.kind is JobKind.CALL else ""
    outputs = given_outputs(linked, job) if not file else {}
    matrix = _matrix(linked, job, drawn)
    return replace(
        planned,
        words=condition_words(linked, job),
        details=tuple(step.first.text.title for step in merged if step.first.kind is not StepKind.ACTIVITY),
        rights=call_rights(job, called.rights.get(file.casefold(), LEAST_RIGHTS))
        if file
        else permissions(job),
        environment="" if file else next(filter(None, (here.environment for here in drawn)), ""),
        runs_on=_runner(matrix),
        matrix=matrix,
        outputs=tuple(Output(name, DECIDED.write(output=name)) for name in outputs),
        steps=steps(linked, job, merged, outputs=outputs, settings=settings) if not file else (),
        starters=starters(linked, job, merged, settings) if not file else (),
        call=_call(file, drawn, called) if file else None,
        remarks=tuple(dict.fromkeys(remark for drawn_job in drawn for remark in drawn_job.comments)),
        gives=_gives(job, pulled),
    )


def _gives(job: LinkedJob, pulled: Mapping[int, frozenset[str]]) -> bool:
    """Whether a flow draws that a job gives something to the outside; `pulled` is what each flow pulls."""
    return any(
        job_gives(drawn) or any(step_gives(step, pulled[flow]) for step in drawn.steps)
        for flow, in_flow in job.flows.items()
        for drawn in in_flow.drawn
    )


def _call(file: str, drawn: list[DrawnJob], called: _Called) -> WorkflowCall:
    given = typed_arguments(drawn, called.types.get(file.casefold(), {}))
    if "/" in file:
        return WorkflowCall(file, given)
    return WorkflowCall(f"./.github/workflows/{file}", given, SELF_CALL.write())


def _matrix(
    linked: LinkedWorkflow, job: LinkedJob, drawn: list[DrawnJob]
) -> tuple[tuple[str, tuple[str, ...] | str], ...]:
    """The axes of a job's matrix: with the drawn values, else with those that its decider gives; without
    either there is no axis."""
    matrix = next((drawn_job.matrix for drawn_job in drawn if drawn_job.matrix), ())
    if not matrix:
        return ()
    owner = next((name for flow in job.flows if (name := linked.matrix_owner(job, flow))), "")
    axes: list[tuple[str, tuple[str, ...] | str]] = []
    for name, values in matrix:
        axis = job_id(name)
        if values:
            axes.append((axis, values))
        elif owner:
            axes.append((axis, f"fromJSON(needs.{owner}.outputs.{axis})"))
    return tuple(axes)


def _runner(matrix: tuple[tuple[str, tuple[str, ...] | str], ...]) -> str:
    """The runners of a matrix, where the values of an axis are all labels of GitHub's."""
    for axis, values in matrix:
        if isinstance(values, tuple) and all(map(is_runner, values)):
            return f"${{{{ matrix.{axis} }}}}"
    return ""
