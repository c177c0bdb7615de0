"""Terms that people added to the `if` of drawn jobs, heeded: such a job may be left out (section 11).

A term is one more condition around its job, which the file decides and not the drawing. What follows the job
must run without it, and the gate expects the job only where the term is true; the job's own `if` as it is
compiled leaves the term out, for it stands in the file already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.records import FrozenMap, replace
from mermaid2gha.compiler.link.link import direct_jobs
from mermaid2gha.compiler.link.model import Flags, FlowJob, LinkedFlow, LinkedWorkflow
from mermaid2gha.compiler.plan.gate import gate
from mermaid2gha.compiler.plan.needs import needs
from mermaid2gha.github.expressions.condition import FALSE, NEVER, whole
from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import Atom, AtomKind
from mermaid2gha.github.workflow.model import Job, Workflow


def beside_people(linked: LinkedWorkflow, workflow: Workflow, terms: Mapping[str, Sequence[str]]) -> Workflow:
    """The compiled workflow where jobs, by their ids, have terms of people's in their `if`."""
    heeded = _heeding(linked, terms)
    planned = needs(heeded)
    by_id = {one.job.id: one for one in planned}
    jobs: list[Job] = []
    for job in workflow.jobs:
        if job.is_gate:
            made = gate(heeded, planned, job.runs_on)
            assert made is not None
            jobs.append(made)
            continue
        one = by_id[job.id]
        condition = NEVER if one.condition == FALSE else one.condition
        on = tuple(heeded.jobs[need.on].id for need in one.needs)
        jobs.append(replace(job, needs=on, condition=condition))
    return replace(workflow, jobs=tuple(jobs))


def _heeding(linked: LinkedWorkflow, terms: Mapping[str, Sequence[str]]) -> LinkedWorkflow:
    flags = _flags(linked.flags, [term for given in terms.values() for term in given])
    flows: list[dict[int, FlowJob]] = [{} for _ in linked.told.flows]
    for job in linked.jobs:
        asked = dnf.CERTAIN
        for term in terms.get(job.id, ()):
            asked = dnf.both(asked, dnf.literal(Atom(AtomKind.PEOPLE, "", term)))
        for flow, there in job.flows.items():
            flows[flow][job.index] = FlowJob(there.drawn, dnf.both(there.condition, asked))
    direct = [
        direct_jobs(
            LinkedFlow(
                flow,
                linked.orders[flow.number],
                conditions=linked.conditions[flow.number],
                jobs=FrozenMap(flows[flow.number]),
                index_of=linked.job_index[flow.number],
            )
        )
        for flow in linked.told.flows
    ]
    jobs = tuple(
        replace(
            job,
            flows=FrozenMap({flow: flows[flow][job.index] for flow in job.flows}),
            direct=FrozenMap({flow: direct[flow][job.index] for flow in job.flows}),
        )
        for job in linked.jobs
    )
    return replace(linked, jobs=jobs, flags=flags)


def _flags(known: Flags, terms: Sequence[str]) -> Flags:
    """The flags of the drawing and the terms, which come last."""
    tests, rank = dict(known.tests), dict(known.rank)
    for term in terms:
        atom = Atom(AtomKind.PEOPLE, "", term)
        tests.setdefault(atom, whole(parsed(term)))
        rank.setdefault(atom, len(rank))
    return replace(known, tests=FrozenMap(tests), rank=FrozenMap(rank))
