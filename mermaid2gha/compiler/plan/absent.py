"""A workflow without what the settings let be absent: jobs that are drawn, and orders between them."""

from __future__ import annotations

from collections.abc import Sequence, Set

from mermaid2gha.base.graph import reachable
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.existing import ExistingFile
from mermaid2gha.compiler.link.dataflow import names_of, outputs_named
from mermaid2gha.github.expressions.condition import Condition, all_of, conjuncts, expression
from mermaid2gha.github.workflow.model import Job, Step, Workflow


def without_jobs(workflow: Workflow, absent: Set[str]) -> Workflow:
    """The workflow without some jobs: what follows one comes after what that one follows."""
    gone = {job.id.casefold(): job for job in workflow.jobs if job.id.casefold() in absent}

    def above(name: str) -> Sequence[str] | None:
        job = gone.get(name.casefold())
        return None if job is None else job.needs

    jobs = []
    for job in workflow.jobs:
        if job.id.casefold() in absent:
            continue
        needs_now = [name for name in reachable(job.needs, above) if name.casefold() not in gone]
        jobs.append(
            replace(
                job,
                needs=tuple(dict.fromkeys(needs_now)),
                condition=_without_questions(job.condition, absent),
                steps=tuple(_without_rows(step, absent) for step in job.steps) if job.is_gate else job.steps,
            )
        )
    before = frozenset[tuple[str, str]]().union(*map(_outputs_asked, gone.values()))
    idle = before - frozenset[tuple[str, str]]().union(*map(_outputs_asked, jobs))
    return replace(workflow, jobs=tuple(_without_outputs(job, idle) for job in jobs))


def _outputs_asked(job: Job) -> frozenset[tuple[str, str]]:
    """The outputs of other jobs that a job asks for in its `if`, those of its steps, and its texts."""
    asked = [job.condition, *(step.condition for step in job.steps)]
    conditions = [one for one in asked if one is not None]
    texts = [*map(expression, conditions), *(value for _, values in job.matrix for value in values)]
    texts += [str(value) for _, value in (job.call.arguments if job.call is not None else ())]
    texts += [variable.value for step in job.steps for variable in step.env]
    found = (pair for text in texts for pair in outputs_named(text))
    return frozenset((owner.casefold(), output.casefold()) for owner, output in found)


def _without_outputs(job: Job, idle: Set[tuple[str, str]]) -> Job:
    """A job that need not give what only those ask for that are not there."""
    outputs = [one for one in job.outputs if (job.id.casefold(), one.name.casefold()) not in idle]
    return replace(job, outputs=tuple(outputs)) if len(outputs) < len(job.outputs) else job


def without_orders(job: Job, file: ExistingFile) -> Job:
    """A drawn job that asks nothing of those before it for which it need not wait, how they ended."""
    if job.is_gate or job.condition is None:
        return job
    name, asked = job.id.casefold(), names_of("needs", expression(job.condition))
    late = {need for one in asked if (name, need := one.casefold()) in file.accepted_orders}
    if not late:
        return job
    terms = [term for term in conjuncts(job.condition) if not _asks_only_how_ended(expression(term), late)]
    is_bare = [expression(term) for term in terms] == ["!cancelled()"]
    return replace(job, condition=all_of(*terms) if terms and not is_bare else None)


def _asks_only_how_ended(term: str, jobs: Set[str]) -> bool:
    """Whether a term asks for the results of these jobs and for nothing else of jobs."""
    named = {name.casefold() for name in names_of("needs", term)}
    return bool(named) and named <= jobs and ".outputs" not in term


def _without_questions(condition: Condition | None, absent: Set[str]) -> Condition | None:
    """A condition without the terms that ask for what jobs gave that are not there."""
    if condition is None:
        return None
    left = [
        term
        for term in conjuncts(condition)
        if absent.isdisjoint(name.casefold() for name in names_of("needs", expression(term)))
    ]
    return all_of(*left) if left else None


def _without_rows(step: Step, absent: Set[str]) -> Step:
    """The step of a gate without the rows of jobs that are not there."""
    env = []
    for variable in step.env:
        rows = variable.value.split("\n")
        kept = [row for row in rows if row.split(" ")[0].casefold() not in absent]
        env.append(variable if len(kept) == len(rows) else replace(variable, value="\n".join(kept)))
    return replace(step, env=tuple(env))
