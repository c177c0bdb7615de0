"""A run in words: why a job of it did not run, and when each began."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.expressions.ast import Call, Node, text_of
from mermaid2gha.github.expressions.checker import nodes
from mermaid2gha.github.expressions.evaluator import Environment, EvaluationError, evaluate
from mermaid2gha.github.expressions.template import as_job_sees, terms
from mermaid2gha.github.expressions.values import is_true, string_of
from mermaid2gha.github.simulator.model import ScheduledJob
from mermaid2gha.github.simulator.results import JobResult
from mermaid2gha.github.simulator.simulator import SimulatedRun, before, environment_of, is_unsure
from mermaid2gha.github.simulator.words import only_words, path_of


@dataclass(frozen=True, slots=True)
class Skip:
    """Why a job did not run, in a few words; `condition` is the part of its `if` that was not true."""

    words: str
    condition: str = ""


def skip_of(run: SimulatedRun, name: str) -> Skip:
    """Why a job did not run; no words if it ran."""
    if not run.is_started:
        return Skip("the event does not start the workflow")
    if name in run.ran:
        return Skip("")
    job = run.workflow.job(name)
    if reason := _why_held(run, job):
        return Skip(reason)
    environment = environment_of(run, job)
    for term in terms(job.guard.node):
        try:
            if is_true(evaluate(as_job_sees(term), environment)):
                continue
        except EvaluationError as fault:
            unset = ", ".join(f"`{job}.{output}`" for job, output in _unset(run, term, environment))
            return Skip(f"{fault}: {unset} is not set" if unset else str(fault), text_of(term))
        if term == Call("success", ()) and not environment.is_cancelled:
            return Skip(_first_unsuccessful(run, job))
        return Skip(_words(run, term), text_of(term))
    raise AssertionError(name)


def _unset(run: SimulatedRun, term: Node, environment: Environment) -> Iterator[tuple[str, str]]:
    """The outputs of jobs that a part of a condition reads and that nobody gave."""
    for part in nodes(term):
        match path_of(part).split("."):
            case ["needs", name, "outputs", output] if is_unsure(run, name, output):
                if not string_of(evaluate(as_job_sees(part), environment)):
                    yield name, output


def _why_held(run: SimulatedRun, job: ScheduledJob) -> str:
    """Why a job does not run whose `if` may well be true: for its concurrency group, or an approval."""
    if reason := run.reasons.get(job.id):
        return reason
    if run.results[job.id] is not JobResult.WAITING:
        return ""
    waiting = (earlier for earlier in before(run, job) if run.results[earlier.id] is JobResult.WAITING)
    first = next(waiting, None)
    legs = [leg.why for leg in run.legs.get(job.id, ()) if leg.why]
    return legs[0] if legs else f"it waits for `{first.id}`" if first else ""


_RESULT = re.compile(r"\bneeds\.([\w-]+)\.result\b")
_ENDED = {
    JobResult.FAILURE: "failed",
    JobResult.SKIPPED: "was skipped",
    JobResult.CANCELLED: "was cancelled",
}


def _words(run: SimulatedRun, term: Node) -> str:
    """Why a part of a condition does not hold: for how jobs ended that it wants to have gone well, or what it
    asks for."""
    text = text_of(term)
    names = dict.fromkeys(_RESULT.findall(text))
    ended = [(name, _ENDED[run.results[name]]) for name in names if run.results.get(name) in _ENDED]
    rest = _RESULT.sub("", text)
    if ended and "'success'" in text and "needs." not in rest and "github." not in rest:
        return ", ".join(f"`{name}` before it {word}" for name, word in ended)
    told = ", ".join(f"`{name}` {word}" for name, word in ended)
    return f"{only_words(term)}: {told}" if told else only_words(term)


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
