"""What GitHub does with a workflow: which jobs of a run run, in which order, and how they end.

The rules: a job is looked at when all its needs have ended; its `if` decides, with an implied `success()`
where the tree has no status function; `success()`, `failure()` and `needs.*` look at all jobs before it,
`needs` otherwise at the direct ones only; a job that times out counts as cancelled and is neither a failure
nor a cancelled run. Sources: docs.github.com (Workflow syntax, Contexts, Expressions), actions/runner#491,
#2205, #2356.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.github.events import WORKFLOW_CALL, kind_of
from mermaid2gha.github.expressions.evaluator import Environment, EvaluationError, evaluate
from mermaid2gha.github.expressions.template import ALL_BEFORE, templated
from mermaid2gha.github.expressions.values import is_true, string_of
from mermaid2gha.github.simulator.concurrency import Request, Slot, places
from mermaid2gha.github.simulator.matrix_jobs import LegRun, is_forgiven, joint_result, leg_runs
from mermaid2gha.github.simulator.model import (
    Concurrency,
    ScheduledJob,
    ScheduledWorkflow,
)
from mermaid2gha.github.simulator.results import RESULTS, JobResult, Outcome
from mermaid2gha.github.simulator.triggering import github_context, starts

__all__ = ["JobResult", "Outcome", "SimulatedRun", "environment_of", "requested", "simulate"]

# `needs.X` of a job without outputs, made once: most jobs have none.
_BARE: dict[JobResult, dict[str, object]] = {
    found: {"result": found.value, "outputs": {}} for found in JobResult
}


@dataclass(frozen=True, slots=True)
class Ends:
    """How jobs end that run, those that are not named well; `outputs` are their values if they end well.

    `outcomes` are by job, or by leg of a matrix: `test (3.11, ubuntu)`. `unapproved` and `rejected` are the
    environments whose reviewers have not spoken yet, or said no. `cancelled_during` is the job during which
    somebody cancels the run.
    """

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    outputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unapproved: Collection[str] = ()
    rejected: Collection[str] = ()
    cancelled_during: str = ""


@dataclass(frozen=True, slots=True)
class SimulatedRun:
    """A run that has ended, or that waits. `results` has every job, in the workflow's order; `ran` those that
    ran.

    Where the event does not start the workflow there are no results. `contexts` are `github`, `inputs` and
    `vars`; `entries` is what `needs` says of each job to the jobs that need it. `legs` are those of the
    matrices that are known; `taken` says of a job that was cancelled for its concurrency group which one
    took its place.
    """

    workflow: ScheduledWorkflow
    is_started: bool
    results: Mapping[str, JobResult]
    ran: tuple[str, ...]
    contexts: Mapping[str, object] = field(repr=False)
    entries: Mapping[str, object] = field(repr=False)
    cancelled_during: str = ""
    legs: Mapping[str, tuple[LegRun, ...]] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)


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
    unapproved: Collection[str] = (),
    rejected: Collection[str] = (),
    path: str = "",
) -> SimulatedRun:
    """The run of a workflow by an event, each job ending as `Ends` says.

    `is_called`: the workflow runs by `workflow_call`, and the event is its caller's. A run that is cancelled
    during a job ends as cancelled, and jobs of later levels see `cancelled()`. An `if` that cannot be
    evaluated counts as a failure of its job, which does not run. `path` is the file, after which GitHub calls
    a workflow that has no name.
    """
    contexts: dict[str, object] = {
        "github": github_context(event, payload, workflow.name or path),
        "inputs": _inputs(workflow, WORKFLOW_CALL.name if is_called else event, payload, inputs or {}),
        "vars": dict(variables or {}),
    }
    is_started = starts(workflow, WORKFLOW_CALL.name, {}) if is_called else starts(workflow, event, payload)
    if not is_started:
        return SimulatedRun(
            workflow,
            False,
            results={},
            ran=(),
            contexts=contexts,
            entries={},
            cancelled_during=cancelled_during,
        )
    ends = Ends(
        outcomes or {},
        outputs or {},
        unapproved=unapproved,
        rejected=rejected,
        cancelled_during=cancelled_during,
    )
    return _Running(workflow, contexts, ends).run()


class _Running:
    """A run on its way, level by level of the jobs' needs."""

    def __init__(self, workflow: ScheduledWorkflow, contexts: dict[str, object], ends: Ends) -> None:
        self.workflow = workflow
        self.contexts = contexts
        self.ends = ends
        self.results: dict[str, JobResult] = {}
        self.entries: dict[str, object] = {}
        self.ran: list[str] = []
        self.legs: dict[str, tuple[LegRun, ...]] = {}
        self.taken: dict[str, str] = {}
        self.bit, self.unsuccessful, self.failed, self.waiting = 1, 0, 0, 0
        during = ends.cancelled_during
        self.last_level = workflow.job(during).level if during else None
        self.reads_all = any("needs" in job.guard.text and "*" in job.guard.text for job in workflow.jobs)

    def run(self) -> SimulatedRun:
        for _, level in groupby(self.workflow.jobs, key=lambda job: job.level):
            jobs = [(job, self.environment(job)) for job in level]
            beginning = [(job, environment, self.begins(job, environment)) for job, environment in jobs]
            lost = self.contended([(job, env) for job, env, verdict in beginning if verdict is None])
            for job, environment, verdict in beginning:
                self.end(job, environment, verdict, lost.get(job.id))
        return SimulatedRun(
            self.workflow,
            is_started=True,
            results=self.results,
            ran=tuple(self.ran),
            contexts=self.contexts,
            entries=self.entries,
            cancelled_during=self.ends.cancelled_during,
            legs=self.legs,
            taken=self.taken,
        )

    def environment(self, job: ScheduledJob) -> Environment:
        is_cancelled = self.last_level is not None and job.level > self.last_level
        contexts = {**self.contexts, "needs": {need: self.entries[need] for need in job.needs}}
        if self.reads_all:
            contexts[ALL_BEFORE.name] = _all_before(self.workflow, job, self.entries)
        return Environment(
            contexts,
            not self.unsuccessful & job.ancestors and not is_cancelled,
            bool(self.failed & job.ancestors),
            is_cancelled,
        )

    def begins(self, job: ScheduledJob, environment: Environment) -> JobResult | None:
        """What becomes of a job that does not begin; none if it does."""
        if self.waiting and self.waiting & job.ancestors:
            return JobResult.WAITING
        try:
            if not is_true(job.guard.evaluation(environment)):
                return JobResult.SKIPPED
        except EvaluationError:
            return JobResult.FAILURE
        if not job.environment:
            return None
        name = _interpolated_text(job.environment, environment)
        if name in self.ends.rejected:
            return JobResult.FAILURE
        return JobResult.WAITING if name in self.ends.unapproved else None

    def contended(self, beginning: Sequence[tuple[ScheduledJob, Environment]]) -> dict[str, tuple[Slot, str]]:
        """The jobs of one level that are cancelled for others of their concurrency group."""
        wanting = [
            requested(job.id, job.concurrency, environment)
            for job, environment in beginning
            if job.concurrency is not None
        ]
        slots = places(wanting) if len(wanting) > 1 else {}
        return {name: place for name, place in slots.items() if place[0] in (Slot.CUT, Slot.DROPPED)}

    def end(
        self,
        job: ScheduledJob,
        environment: Environment,
        verdict: JobResult | None,
        lost: tuple[Slot, str] | None,
    ) -> None:
        name = job.id
        if lost is not None:
            self.taken[name] = lost[1]
        if verdict is None and (lost is None or lost[0] is Slot.CUT):
            self.ran.append(name)
        result = verdict or (JobResult.CANCELLED if lost is not None else self.result(job, environment))
        if name == self.ends.cancelled_during and verdict is None:
            result = JobResult.CANCELLED
        self.entries[name] = _entry(job, result, self.ends.outputs.get(name))
        self.results[name] = result
        self.unsuccessful |= self.bit if result is not JobResult.SUCCESS else 0
        self.failed |= self.bit if result is JobResult.FAILURE else 0
        self.waiting |= self.bit if result is JobResult.WAITING else 0
        self.bit <<= 1

    def result(self, job: ScheduledJob, environment: Environment) -> JobResult:
        """How a job that runs ends."""
        outcome = self.ends.outcomes.get(job.id, Outcome.SUCCESS)
        if job.matrix is not None:
            legs = leg_runs(job, environment, self.ends.outcomes)
            if legs is not None:
                self.legs[job.id] = legs
                return joint_result(job, environment, legs)
        if outcome is Outcome.FAILURE and is_forgiven(job, environment, {}):
            return JobResult.SUCCESS
        return RESULTS[outcome]


def requested(name: str, concurrency: Concurrency, environment: Environment) -> Request:
    """What a job or a run asks of its concurrency group, its expressions evaluated."""
    return Request(
        name,
        _interpolated_text(concurrency.group, environment),
        _interpolated_text(concurrency.cancels, environment) == "true",
        concurrency.queue == "max",
    )


def _interpolated_text(text: str, environment: Environment) -> str:
    """A text with its expressions evaluated; empty where GitHub could not."""
    if "${{" not in text:
        return text
    try:
        return string_of(evaluate(templated(text), environment))
    except (EvaluationError, ValueError):
        return ""


def _all_before(
    workflow: ScheduledWorkflow, job: ScheduledJob, entries: Mapping[str, object]
) -> dict[str, object]:
    before = (earlier.id for at, earlier in enumerate(workflow.jobs) if job.ancestors >> at & 1)
    return {name: entries[name] for name in before}


def _entry(job: ScheduledJob, result: JobResult, values: Mapping[str, str] | None) -> dict[str, object]:
    if not values or result is not JobResult.SUCCESS:
        return _BARE[result]
    names = (name for name, _ in job.outputs) if not job.uses else iter(values)
    return {"result": result.value, "outputs": {name: values[name] for name in names if name in values}}


def _inputs(
    workflow: ScheduledWorkflow, event: str, payload: Mapping[str, object], given: Mapping[str, object]
) -> dict[str, object]:
    """The values of inputs: what is given, else what the payload of a dispatch says, else the defaults."""
    dispatched = payload.get("inputs") if kind_of(event).is_by_hand else None
    texts = dispatched if isinstance(dispatched, dict) else {}
    values: dict[str, object] = {}
    for declared in workflow.inputs:
        text = texts.get(declared.name, declared.default)
        if declared.event == event and (text or declared.type == "boolean"):
            values[declared.name] = _input_value(declared.type, string_of(text))
    return {**values, **given}


def _input_value(kind: str, text: str) -> object:
    match kind:
        case "boolean":
            return text == "true"
        case "number":
            return float(text)
        case _:
            return text


def before(run: SimulatedRun, job: ScheduledJob) -> Iterator[ScheduledJob]:
    """All jobs that a job waits for, however far, in the workflow's order."""
    return (earlier for at, earlier in enumerate(run.workflow.jobs) if job.ancestors >> at & 1)


def environment_of(run: SimulatedRun, job: ScheduledJob) -> Environment:
    """What the `if` of a job sees in a run that has ended."""
    results = [run.results[earlier.id] for earlier in before(run, job)]
    level = run.workflow.job(run.cancelled_during).level if run.cancelled_during else job.level
    is_cancelled = job.level > level
    needs = {need: run.entries[need] for need in job.needs}
    everything = _all_before(run.workflow, job, run.entries)
    return Environment(
        {**run.contexts, "needs": needs, ALL_BEFORE.name: everything},
        all(result is JobResult.SUCCESS for result in results) and not is_cancelled,
        any(result is JobResult.FAILURE for result in results),
        is_cancelled,
    )
