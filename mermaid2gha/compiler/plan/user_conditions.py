"""Terms that people added to the `if` of drawn jobs, which may be left out (docs/language.md#who-owns-what).

A term is one more condition around its job, which the file decides and not the drawing. What follows the job
must run without it, and the gate expects the job only where the term is true; the job's own `if` as it is
compiled leaves the term out, for it stands in the file already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from mermaid2gha.base.records import FrozenMap, replace
from mermaid2gha.compiler.ir.existing import ExistingFile
from mermaid2gha.compiler.link.link import direct_jobs
from mermaid2gha.compiler.link.model import Flags, FlowJob, LinkedFlow, LinkedWorkflow
from mermaid2gha.compiler.plan.emit import written_job
from mermaid2gha.compiler.plan.gate import gate
from mermaid2gha.compiler.plan.joins import MOST_BEFORE, with_joins
from mermaid2gha.compiler.plan.model import WorkflowPlan
from mermaid2gha.compiler.plan.needs import needs
from mermaid2gha.compiler.scripts.conditions import drawn_atoms, peoples_conjuncts
from mermaid2gha.github.expressions.condition import whole
from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import Atom, AtomKind
from mermaid2gha.github.workflow.model import Workflow


def with_user_conditions(linked: LinkedWorkflow, workflow: Workflow, file: ExistingFile) -> Workflow:
    """A compiled workflow where people have terms of their own in its file; without any it is the same."""
    terms = user_terms(workflow, file)
    if not terms:
        return workflow
    plan = _planned(_conditional(linked, terms), {job.id for job in workflow.jobs})
    planned = {job.id: job for job in plan.jobs}
    by_id = {job.id: job for job in workflow.jobs}
    some = next(job for job in workflow.jobs if job.call is None or len(by_id) == 1)
    jobs = []
    for name in by_id if planned.keys() == by_id.keys() else planned:
        fresh = written_job(plan, planned[name], some.runs_on, some.timeout_minutes or 0)
        compiled = by_id.get(name, fresh)
        steps = fresh.steps if fresh.is_gate else compiled.steps  # the table of a gate tells of conditions
        jobs.append(replace(compiled, needs=fresh.needs, condition=fresh.condition, steps=steps))
    return replace(workflow, jobs=tuple(jobs))


def user_terms(workflow: Workflow, file: ExistingFile) -> dict[str, tuple[str, ...]]:
    """The terms that people added to the `if` of drawn jobs, by the drawn ids.

    The gate has none: all of it is compiled.
    """
    existing = {job.id.casefold(): job.condition for job in file.jobs if job.condition}
    if not existing:
        return {}
    drawn = drawn_atoms(workflow)
    given = {job.id: existing.get(job.id.casefold(), "") for job in workflow.jobs if not job.is_gate}
    terms = {job: peoples_conjuncts(text, drawn) for job, text in given.items() if text}
    return {job: conjuncts for job, conjuncts in terms.items() if conjuncts}


def _planned(linked: LinkedWorkflow, compiled: Set[str]) -> WorkflowPlan:
    """The plan with these terms; with joins, where the compiled jobs have some that no flow draws."""
    jobs = needs(linked)
    last = gate(linked, jobs)
    every = (*jobs, last) if last is not None else jobs
    plan = WorkflowPlan(
        linked.file, linked.name, flows=tuple(flow.name for flow in linked.workflow.flows), jobs=every
    )
    if {job.id for job in every} == compiled:
        return plan
    return min(
        (with_joins(linked, plan, most)[0] for most in MOST_BEFORE),
        key=lambda joined: len({job.id for job in joined.jobs} ^ compiled),
    )


def _conditional(linked: LinkedWorkflow, terms: Mapping[str, Sequence[str]]) -> LinkedWorkflow:
    """The linked workflow in which each job with terms has them around it in every flow."""
    flags = _flags(linked.flags, [term for conjuncts in terms.values() for term in conjuncts])
    flows: list[dict[int, FlowJob]] = [{} for _ in linked.workflow.flows]
    for job in linked.jobs:
        asked = dnf.CERTAIN
        for term in terms.get(job.id, ()):
            asked = dnf.both(asked, dnf.literal(Atom(AtomKind.PEOPLE, "", term)))
        for flow, in_flow in job.flows.items():
            flows[flow][job.index] = FlowJob(in_flow.drawn, dnf.both(in_flow.condition, asked))
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
        for flow in linked.workflow.flows
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
