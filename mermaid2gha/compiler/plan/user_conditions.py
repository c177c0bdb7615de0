"""Terms that people added to the `if` of drawn jobs, heeded: such a job may be left out
(docs/language.md#who-owns-what).

A term is one more condition around its job, which the file decides and not the drawing. What follows the job
must run without it, and the gate expects the job only where the term is true; the job's own `if` as it is
compiled leaves the term out, for it stands in the file already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.link.conditions import Flags
from mermaid2gha.compiler.link.link import direct
from mermaid2gha.compiler.link.model import FlowJob, LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.plan.emit import written_job
from mermaid2gha.compiler.plan.gate import gate
from mermaid2gha.compiler.plan.joins import MOST_BEFORE, with_joins
from mermaid2gha.compiler.plan.model import WorkflowPlan
from mermaid2gha.compiler.plan.needs import needs
from mermaid2gha.compiler.plan.plan import in_order
from mermaid2gha.github.expressions.condition import Test
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import Atom, AtomKind
from mermaid2gha.github.workflow.model import Workflow


def beside_people(linked: LinkedWorkflow, workflow: Workflow, terms: Mapping[str, Sequence[str]]) -> Workflow:
    """The compiled workflow where jobs, by their ids, have terms of people's in their `if`."""
    plan = _planned(_heeding(linked, terms), {job.id for job in workflow.jobs})
    planned = {job.id: job for job in plan.jobs}
    known = {job.id: job for job in workflow.jobs}
    some = next(job for job in workflow.jobs if job.call is None or len(known) == 1)
    jobs = []
    for name in known if planned.keys() == known.keys() else planned:
        fresh = written_job(plan, planned[name], some.runs_on, some.timeout_minutes or 0)
        compiled = known.get(name, fresh)
        steps = fresh.steps if fresh.is_gate else compiled.steps  # the table of a gate tells of conditions
        jobs.append(replace(compiled, needs=fresh.needs, condition=fresh.condition, steps=steps))
    return replace(workflow, jobs=tuple(jobs))


def _planned(linked: LinkedWorkflow, compiled: Set[str]) -> WorkflowPlan:
    """The plan with these terms; with joins, where the compiled jobs have some that no flow draws."""
    jobs = needs(linked)
    last = gate(linked, jobs)
    every = (*jobs, last) if last is not None else jobs
    plan = WorkflowPlan(
        linked.file, linked.name, flows=tuple(flow.name for flow in linked.told.flows), jobs=every
    )
    if {job.id for job in every} == compiled:
        return plan
    plan = replace(plan, jobs=in_order(every))
    return min(
        (with_joins(linked, plan, most)[0] for most in MOST_BEFORE),
        key=lambda joined: len({job.id for job in joined.jobs} ^ compiled),
    )


def _heeding(linked: LinkedWorkflow, terms: Mapping[str, Sequence[str]]) -> LinkedWorkflow:
    flags = _flags(linked.flags, [term for given in terms.values() for term in given])
    jobs: list[LinkedJob] = []
    for job in linked.jobs:
        flows = dict(job.flows)
        for term in terms.get(job.id, ()):
            asked = dnf.literal(Atom(AtomKind.PEOPLE, "", term))
            flows = {n: FlowJob(there.drawn, dnf.both(there.condition, asked)) for n, there in flows.items()}
        jobs.append(LinkedJob(job.index, job.identity, flows=flows, direct={}, reads=job.reads))
    for flow in linked.told.flows:
        drawn = {job.index: list(job.flows[flow.number].drawn) for job in jobs if flow.number in job.flows}
        direct(flow, linked.orders[flow.number], jobs, drawn, linked.job_index[flow.number])
    return replace(linked, jobs=tuple(jobs), flags=flags)


def _flags(known: Flags, terms: Sequence[str]) -> Flags:
    """The flags of the drawing and the terms, which come last."""
    tests, rank = dict(known.tests), dict(known.rank)
    for term in terms:
        atom = Atom(AtomKind.PEOPLE, "", term)
        tests.setdefault(atom, Test(term, f"!({term})", "||" in term or "&&" in term))
        rank.setdefault(atom, len(rank))
    return Flags(
        tests,
        known.outputs,
        strict=known.strict,
        places=known.places,
        lists=known.lists,
        rank=rank,
        owned=known.owned,
    )
