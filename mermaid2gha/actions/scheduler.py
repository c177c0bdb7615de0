"""What GitHub does with a workflow: which jobs of a run run, in which order, how they end, and why not.

The rules: a job is looked at when all its needs have ended; its `if` decides, with an implied `success()`
where the tree has no status function; `success()` and `failure()` look at all jobs before it, `needs` at the
direct ones only; a job that times out counts as cancelled and is neither a failure nor a cancelled run.
Sources: docs.github.com (Workflow syntax, Contexts, Expressions), actions/runner#491 and #2205.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum

from mermaid2gha.actions.evaluate import Environment, EvaluationError, evaluate
from mermaid2gha.actions.events import github_context, starts
from mermaid2gha.actions.expression import nodes
from mermaid2gha.actions.expression_tree import Call, Context, text_of
from mermaid2gha.actions.expression_values import is_true, string_of
from mermaid2gha.actions.scheduled import (
    ScheduledJob,
    ScheduledStep,
    ScheduledWorkflow,
    read_workflow,
    templated,
    terms,
)
from mermaid2gha.nouns import dataclass, field, replace

__all__ = [
    "Outcome",
    "Result",
    "Run",
    "ScheduledWorkflow",
    "read_workflow",
    "simulate",
    "steps_run",
    "waves",
    "why_skipped",
]


class Outcome(Enum):
    """What becomes of a job if it runs."""

    SUCCESS = "success"
    FAILURE = "failure"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"


class Result(Enum):
    """`needs.X.result`."""

    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


_RESULTS = {
    Outcome.SUCCESS: Result.SUCCESS,
    Outcome.FAILURE: Result.FAILURE,
    Outcome.TIMEOUT: Result.CANCELLED,
    Outcome.CANCELLED: Result.CANCELLED,
}
# `needs.X` of a job without outputs, made once: most jobs have none.
_BARE: dict[Result, dict[str, object]] = {found: {"result": found.value, "outputs": {}} for found in Result}


@dataclass(frozen=True, slots=True)
class Run:
    """A run that has ended. `results` has every job, in the workflow's order; `ran` those that ran.

    Where the event does not start the workflow there are no results. `contexts` are `github`, `inputs` and
    `vars`; `entries` is what `needs` says of each job to the jobs that need it.
    """

    workflow: ScheduledWorkflow
    is_started: bool
    results: Mapping[str, Result]
    ran: tuple[str, ...]
    contexts: Mapping[str, object] = field(repr=False)
    entries: Mapping[str, object] = field(repr=False)
    cancelled_during: str = ""


def simulate(
    workflow: ScheduledWorkflow,
    event: str,
    payload: Mapping[str, object],
    *,
    variables: Mapping[str, str] | None = None,
    outputs: Mapping[str, Mapping[str, str]] | None = None,
    outcomes: Mapping[str, Outcome] | None = None,
    inputs: Mapping[str, object] | None = None,
    is_called: bool = False,
    cancelled_during: str = "",
) -> Run:
    """The run of a workflow by an event, each job ending as `outcomes` says (success where it is silent).

    `outputs` are the values of a job's declared outputs; they exist only if the job succeeds. `is_called`:
    the workflow runs by `workflow_call`, and the event is its caller's. `cancelled_during` names the job
    during which somebody cancels the run: it ends as cancelled, and jobs of later levels see `cancelled()`.
    An `if` that cannot be evaluated counts as a failure of its job, which does not run.
    """
    contexts: dict[str, object] = {
        "github": github_context(event, payload, workflow.name),
        "inputs": _inputs(workflow, "workflow_call" if is_called else event, inputs or {}),
        "vars": dict(variables or {}),
    }
    is_started = starts(workflow, "workflow_call", {}) if is_called else starts(workflow, event, payload)
    run = Run(workflow, is_started, {}, (), contexts, {}, cancelled_during)
    return _ended(run, outputs or {}, outcomes or {}) if is_started else run


def _ended(run: Run, outputs: Mapping[str, Mapping[str, str]], outcomes: Mapping[str, Outcome]) -> Run:
    results: dict[str, Result] = {}
    entries: dict[str, object] = {}
    ran: list[str] = []
    bit, unsuccessful, failed = 1, 0, 0
    cancelled_level = run.workflow.job(run.cancelled_during).level if run.cancelled_during else None
    for job in run.workflow.jobs:
        name = job.id
        is_cancelled = cancelled_level is not None and job.level > cancelled_level
        environment = Environment(
            {**run.contexts, "needs": {need: entries[need] for need in job.needs}},
            not unsuccessful & job.ancestors and not is_cancelled,
            bool(failed & job.ancestors),
            is_cancelled,
        )
        result = _result(job, environment, outcomes.get(name, Outcome.SUCCESS), ran)
        if name == run.cancelled_during and ran[-1:] == [name]:
            result = Result.CANCELLED
        entries[name] = _entry(job, result, outputs.get(name))
        results[name] = result
        unsuccessful |= bit if result is not Result.SUCCESS else 0
        failed |= bit if result is Result.FAILURE else 0
        bit <<= 1
    return replace(run, results=results, ran=tuple(ran), entries=entries)


def _result(job: ScheduledJob, environment: Environment, outcome: Outcome, ran: list[str]) -> Result:
    try:
        if not is_true(job.guard.evaluation(environment)):
            return Result.SKIPPED
    except EvaluationError:
        return Result.FAILURE
    ran.append(job.id)
    if job.continues_on_error and outcome is Outcome.FAILURE:
        return Result.SUCCESS
    return _RESULTS[outcome]


def _entry(job: ScheduledJob, result: Result, values: Mapping[str, str] | None) -> dict[str, object]:
    if not values or result is not Result.SUCCESS:
        return _BARE[result]
    return {
        "result": result.value,
        "outputs": {name: values[name] for name, _ in job.outputs if name in values},
    }


def _inputs(workflow: ScheduledWorkflow, event: str, given: Mapping[str, object]) -> dict[str, object]:
    values: dict[str, object] = {
        found.name: _input_value(found.type, found.default)
        for found in workflow.inputs
        if found.event == event and (found.default or found.type == "boolean")
    }
    return {**values, **given}


def _input_value(kind: str, text: str) -> object:
    match kind:
        case "boolean":
            return text == "true"
        case "number":
            return float(text)
        case _:
            return text


def environment_of(run: Run, job: ScheduledJob) -> Environment:
    """What the `if` of a job sees in a run that has ended."""
    before = [
        run.results[other.id]
        for position, other in enumerate(run.workflow.jobs)
        if job.ancestors >> position & 1
    ]
    level = run.workflow.job(run.cancelled_during).level if run.cancelled_during else job.level
    is_cancelled = job.level > level
    return Environment(
        {**run.contexts, "needs": {need: run.entries[need] for need in job.needs}},
        all(result is Result.SUCCESS for result in before) and not is_cancelled,
        any(result is Result.FAILURE for result in before),
        is_cancelled,
    )


def why_skipped(run: Run, name: str) -> str:
    """Why a job did not run, in a few words; empty if it ran."""
    if not run.is_started:
        return "the event does not start the workflow"
    if name in run.ran:
        return ""
    job = run.workflow.job(name)
    environment = environment_of(run, job)
    for term in terms(job.guard.node):
        try:
            if is_true(evaluate(term, environment)):
                continue
        except EvaluationError as fault:
            return str(fault)
        if term == Call("success", ()) and not environment.is_cancelled:
            return _first_unsuccessful(run, job)
        return f"`{text_of(term)}` is not true{_ended_needs(run, text_of(term))}"
    raise AssertionError(name)


def _ended_needs(run: Run, term: str) -> str:
    """How the jobs ended whose results a term reads, in words."""
    names = dict.fromkeys(re.findall(r"\bneeds\.([\w-]+)\.result", term))
    words = {Result.FAILURE: "failed", Result.SKIPPED: "was skipped", Result.CANCELLED: "was cancelled"}
    ended = [f"`{name}` {words[run.results[name]]}" for name in names if run.results.get(name) in words]
    return f": {', '.join(ended)}" if ended else ""


def _first_unsuccessful(run: Run, job: ScheduledJob) -> str:
    before = [other for position, other in enumerate(run.workflow.jobs) if job.ancestors >> position & 1]
    for result, words in ((Result.FAILURE, "failed"), (Result.CANCELLED, "was cancelled")):
        for other in before:
            if run.results[other.id] is result:
                return f"`{other.id}` before it {words}"
    skipped = next(other for other in before if run.results[other.id] is Result.SKIPPED)
    return f"`{skipped.id}` before it was skipped"


def waves(run: Run) -> tuple[tuple[str, ...], ...]:
    """The jobs that ran, by the earliest wave in which each can, when every job takes one wave.

    A skipped job takes no time, but it ends only when all it needs has ended.
    """
    ends: dict[str, int] = {}
    found: list[list[str]] = []
    for job in run.workflow.jobs:
        start = max((ends[need] for need in job.needs), default=0)
        ends[job.id] = start
        if job.id in run.ran:
            ends[job.id] = start + 1
            found.extend([] for _ in range(start + 1 - len(found)))
            found[start].append(job.id)
    return tuple(map(tuple, found))


def steps_run(
    run: Run,
    name: str,
    *,
    failing: int | None = None,
    outputs: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[ScheduledStep, ...]:
    """The steps of a job that run, in order; none if the job does not.

    `failing` is the position of a step that fails if it runs, `outputs` the values that steps set, by id.
    """
    if name not in run.ran:
        return ()
    job = run.workflow.job(name)
    contexts = dict(environment_of(run, job).contexts)
    steps: dict[str, object] = {}
    contexts.update(steps=steps, matrix={}, strategy={}, runner={"os": "Linux"}, job={"status": "success"})
    contexts["env"] = env = _interpolated({}, run.workflow.env + job.env, contexts)
    has_failed = False
    found: list[ScheduledStep] = []
    for step in job.steps:
        contexts["env"] = _interpolated(env, step.env, contexts) if _reads_env(step) else env
        environment = Environment(contexts, not has_failed, has_failed)
        is_run = is_true(step.guard.evaluation(environment))
        is_failing = is_run and step.position == failing
        if is_run:
            found.append(step)
        has_failed = has_failed or (is_failing and not step.continues_on_error)
        if step.id:
            values = dict((outputs or {}).get(step.id, {})) if is_run else {}
            outcome = "failure" if is_failing else "success" if is_run else "skipped"
            steps[step.id] = {"outputs": values, "outcome": outcome, "conclusion": outcome}
    return tuple(found)


def _reads_env(step: ScheduledStep) -> bool:
    return any(part == Context("env") for part in nodes(step.guard.node))


def _interpolated(
    outer: dict[str, object], pairs: tuple[tuple[str, str], ...], contexts: dict[str, object]
) -> dict[str, object]:
    inner: dict[str, object] = {}
    for name, text in pairs:
        value = evaluate(templated(text), Environment(contexts)) if "${{" in text else text
        inner[name] = string_of(value)
    return {**outer, **inner}
