"""Terms that people added to the `if` of drawn jobs, which may be left out (docs/language.md#who-owns-what).

A term is one more condition around its job, which the file decides and not the drawing. What follows the job
must run without it, and the gate expects the job only where the term is true; the job's own `if` as it is
compiled leaves the term out, for it stands in the file already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.existing import ExistingFile
from mermaid2gha.compiler.link.conditions import Flags
from mermaid2gha.compiler.link.link import direct
from mermaid2gha.compiler.link.model import FlowJob, LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.plan.gate import gate
from mermaid2gha.compiler.plan.needs import needs
from mermaid2gha.compiler.scripts.conditions import drawn_atoms, peoples_conjuncts
from mermaid2gha.github.expressions.condition import FALSE, NEVER, Test
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import Atom, AtomKind
from mermaid2gha.github.workflow.model import Job, Workflow


def with_user_conditions(linked: LinkedWorkflow, workflow: Workflow, file: ExistingFile) -> Workflow:
    """A compiled workflow where people have terms of their own in its file; without any it is the same."""
    terms = user_terms(workflow, file)
    if not terms:
        return workflow
    conditional = _conditional(linked, terms)
    planned = needs(conditional)
    by_id = {one.job.id: one for one in planned}
    jobs: list[Job] = []
    for job in workflow.jobs:
        if job.is_gate:
            amended = gate(conditional, planned, job.runs_on)
            assert amended is not None
            jobs.append(amended)
            continue
        plan = by_id[job.id]
        condition = NEVER if plan.condition == FALSE else plan.condition
        on = tuple(conditional.jobs[need.on].id for need in plan.needs)
        jobs.append(replace(job, needs=on, condition=condition))
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


def _conditional(linked: LinkedWorkflow, terms: Mapping[str, Sequence[str]]) -> LinkedWorkflow:
    """The linked workflow in which each job with terms has them around it in every flow."""
    flags = _flags(linked.flags, [term for conjuncts in terms.values() for term in conjuncts])
    jobs: list[LinkedJob] = []
    for job in linked.jobs:
        flows = dict(job.flows)
        for term in terms.get(job.id, ()):
            asked = dnf.literal(Atom(AtomKind.PEOPLE, "", term))
            flows = {n: FlowJob(flow.drawn, dnf.both(flow.condition, asked)) for n, flow in flows.items()}
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
