"""Flows whose orders contradict each other: which job is one of its own in the flow drawn last."""

from __future__ import annotations

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.graph import components, successors
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow

JOB_SEPARATED = Rule("job-separated", Severity.WARNING)


def separated(linked: LinkedWorkflow) -> tuple[LinkedJob, int] | None:
    """The job to separate, and the flow in which, if the union of the flows' orders is cyclic.

    The one whose separation leaves the smallest cyclic part, the last in the document among equals.
    """
    if len(linked.workflow.flows) < 2:
        return None
    edges = {(on, job.index) for job in linked.jobs for flow in job.flows for on in _wanted(job, flow)}
    cyclic = _cyclic_part(edges)
    if not cyclic:
        return None
    among = [  # what a separated job leaves cyclic was so before
        (on, index, flow)
        for index in cyclic
        for flow in linked.jobs[index].flows
        for on in _wanted(linked.jobs[index], flow)
        if on in cyclic
    ]
    best: tuple[int, int] | None = None
    for index in sorted(cyclic):
        job = linked.jobs[index]
        if len(job.flows) < 2:
            continue
        last = max(job.flows)
        fresh = -1 - index
        kept = {
            (fresh if a == index and flow == last else a, fresh if b == index and flow == last else b)
            for a, b, flow in among
        }
        size = len(_cyclic_part(kept))
        if best is None or size <= best[0]:
            best = (size, index)
    if best is None:
        return None
    job = linked.jobs[best[1]]
    return job, max(job.flows)


def _wanted(job: LinkedJob, flow: int) -> tuple[int, ...]:
    """The jobs that a job needs in a flow, for the order or for what it reads."""
    return (*job.direct[flow], *job.reads[flow])


def _cyclic_part(edges: set[tuple[int, int]]) -> set[int]:
    """The nodes on cycles."""
    nodes = dict.fromkeys(node for edge in edges for node in edge)
    return {node for part in components(nodes, successors(edges)) if len(part) > 1 for node in part}


def separation(linked: LinkedWorkflow, job: LinkedJob, flow: int) -> Diagnostic:
    """What is told of a job that is one of its own in a flow (`job-separated`)."""
    others = [number for number in job.flows if number != flow]
    name = linked.workflow.flows[flow].name
    return diagnostic(
        JOB_SEPARATED,
        f"the flows order `{job.identity.title}` differently, so it is a job of its own in `{name}`",
        Label(job.flows[flow].drawn[0].span, "a job of its own here"),
        *(Label(job.flows[number].drawn[0].span, "drawn in another order here") for number in others[:1]),
        help=f"draw the same order in both flows, or name the two jobs: `%% id: {job.id}-2` above this one",
    )
