"""What bears on whether a drawn job runs besides what is drawn around it: needs that people keep, and what it
inherits of the jobs before it, whose skip skips it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.existing import ExistingFile, ExistingJob
from mermaid2gha.compiler.link.dataflow import names_of
from mermaid2gha.compiler.plan.results import succeeded
from mermaid2gha.compiler.scripts.conditions import implies_success
from mermaid2gha.github.expressions.condition import all_of, expression
from mermaid2gha.github.workflow.model import Job, Workflow


def inherited(
    workflow: Workflow, terms: Mapping[str, Sequence[str]], known: Mapping[str, ExistingJob]
) -> dict[str, tuple[str, ...]]:
    """The terms of each job with those of the jobs whose skip takes it along."""
    found: dict[str, dict[str, None]] = {}
    for job in workflow.jobs:
        there = known.get(job.id.casefold())
        text = expression(job.condition) if job.condition is not None else ""
        text = there.condition if there is not None else text
        mine = dict.fromkeys(terms.get(job.id, ()))
        for need in job.needs:
            if implies_success(text) or implies_success(text, need):
                mine |= found.get(need.casefold(), {})
        found[job.id.casefold()] = mine
    return {job.id: tuple(found[job.id.casefold()]) for job in workflow.jobs if found[job.id.casefold()]}


def kept_needs(
    workflow: Workflow,
    file: ExistingFile,
    known: Mapping[str, ExistingJob],
    asked: Mapping[str, frozenset[str]],
) -> dict[str, tuple[str, ...]]:
    """The needs of each drawn job that stay whatever is drawn, by its id in lower case, as far as the plan
    does not ask for them anyway; `asked` are those that people's terms in its `if` read."""
    drawn = {job.id.casefold() for job in workflow.jobs}
    found: dict[str, tuple[str, ...]] = {}
    for job in workflow.jobs:
        there = known.get(job.id.casefold())
        if there is None or job.is_gate:
            continue
        planned = {name.casefold() for name in job.needs}
        name = job.id.casefold()
        kept = [
            need
            for need in there.needs
            if need.casefold() in known
            and need.casefold() not in planned
            and (
                need.casefold() not in drawn
                or need.casefold() in there.reads
                or need.casefold() in asked.get(name, ())
                or (name, need.casefold()) in file.accepted_needs
            )
        ]
        if kept:
            found[name] = tuple(kept)
    return found


def named_in(terms: Sequence[str]) -> frozenset[str]:
    return frozenset(name.casefold() for term in terms for name in names_of("needs", term))


def with_kept(job: Job, kept: Mapping[str, tuple[str, ...]], known: Mapping[str, ExistingJob]) -> Job:
    """A job with the needs that stay; where its `if` asks for results, their success is asked for, too, if
    the file asks for it now."""
    names = kept.get(job.id.casefold(), ())
    if not names:
        return job
    condition = job.condition
    if condition is not None and not implies_success(expression(condition)):
        text = known[job.id.casefold()].condition
        tested = [name for name in names if implies_success(text, name)]
        condition = all_of(condition, *(succeeded(name) for name in tested))
    return replace(job, needs=(*job.needs, *names), condition=condition)
