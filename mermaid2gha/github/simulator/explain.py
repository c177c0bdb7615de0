"""A run in words: why a job of it did not run, and when each began."""

from __future__ import annotations

import re

from mermaid2gha.github.expressions.ast import Call, text_of
from mermaid2gha.github.expressions.evaluator import EvaluationError, evaluate
from mermaid2gha.github.expressions.template import as_job_sees, terms
from mermaid2gha.github.expressions.values import is_true
from mermaid2gha.github.simulator.model import ScheduledJob
from mermaid2gha.github.simulator.results import JobResult
from mermaid2gha.github.simulator.simulator import SimulatedRun, before, environment_of


def why_skipped(run: SimulatedRun, name: str) -> str:
    """Why a job did not run, in a few words; empty if it ran."""
    if not run.is_started:
        return "the event does not start the workflow"
    if name in run.ran:
        return ""
    job = run.workflow.job(name)
    if reason := _why_held(run, job):
        return reason
    environment = environment_of(run, job)
    for term in terms(job.guard.node):
        try:
            if is_true(evaluate(as_job_sees(term), environment)):
                continue
        except EvaluationError as fault:
            return str(fault)
        if term == Call("success", ()) and not environment.is_cancelled:
            return _first_unsuccessful(run, job)
        return f"`{text_of(term)}` is not true{_ended_needs(run, text_of(term))}"
    raise AssertionError(name)


def _why_held(run: SimulatedRun, job: ScheduledJob) -> str:
    """Why a job does not run whose `if` may well be true: for its concurrency group, or an approval."""
    if job.id in run.taken:
        return f"`{run.taken[job.id]}` took its place in the concurrency group"
    if run.results[job.id] is JobResult.WAITING:
        waiting = (earlier for earlier in before(run, job) if run.results[earlier.id] is JobResult.WAITING)
        first = next(waiting, None)
        return f"it waits for `{first.id}`" if first else f"it waits for an approval of `{job.environment}`"
    if (
        run.results[job.id] is JobResult.FAILURE
        and job.environment
        and is_true(job.guard.evaluation(environment_of(run, job)))
    ):
        return f"it was not approved for `{job.environment}`"
    return ""


def _ended_needs(run: SimulatedRun, term: str) -> str:
    """How the jobs ended whose results a term reads, in words."""
    names = dict.fromkeys(re.findall(r"\bneeds\.([\w-]+)\.result", term))
    words = {
        JobResult.FAILURE: "failed",
        JobResult.SKIPPED: "was skipped",
        JobResult.CANCELLED: "was cancelled",
    }
    ended = [f"`{name}` {words[run.results[name]]}" for name in names if run.results.get(name) in words]
    return f": {', '.join(ended)}" if ended else ""


def _first_unsuccessful(run: SimulatedRun, job: ScheduledJob) -> str:
    earlier = list(before(run, job))
    for result, words in ((JobResult.FAILURE, "failed"), (JobResult.CANCELLED, "was cancelled")):
        for job in earlier:
            if run.results[job.id] is result:
                return f"`{job.id}` before it {words}"
    skipped = next(job for job in earlier if run.results[job.id] is JobResult.SKIPPED)
    return f"`{skipped.id}` before it was skipped"


def waves(run: SimulatedRun) -> tuple[tuple[str, ...], ...]:
    """The jobs that ran, by the earliest wave in which each can, when every job takes one wave.

    A skipped job takes no time, but it ends only when all it needs has ended.
    """
    ends: dict[str, int] = {}
    result: list[list[str]] = []
    for job in run.workflow.jobs:
        start = max((ends[need] for need in job.needs), default=0)
        ends[job.id] = start
        if job.id in run.ran:
            ends[job.id] = start + 1
            result.extend([] for _ in range(start + 1 - len(result)))
            result[start].append(job.id)
    return tuple(map(tuple, result))
