"""What GitHub does with a workflow: which jobs of a run run, in which order, and how they end.

The rules: a job is looked at when all its needs have ended; its `if` decides, with an implied `success()`
where the tree has no status function; `success()`, `failure()` and `needs.*` look at all jobs before it,
`needs` otherwise at the direct ones only; a job that times out counts as cancelled and is neither a failure
nor a cancelled run. `fail-fast`, which is on unless it is switched off, cancels the other legs of a matrix
when one fails; a job has failed if one of its legs has. Sources: docs.github.com (Workflow syntax, Contexts,
Expressions), actions/runner#491, #2205, #2356.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.github.events import WORKFLOW_CALL, kind_of
from mermaid2gha.github.expressions.evaluator import Environment, EvaluationError
from mermaid2gha.github.expressions.template import ALL_BEFORE
from mermaid2gha.github.expressions.values import is_true, number, string_of
from mermaid2gha.github.simulator.concurrency import Request, Slot, places
from mermaid2gha.github.simulator.legs import Unit, is_forgiven, is_on, text_of, units
from mermaid2gha.github.simulator.model import (
    Concurrency,
    ScheduledJob,
    ScheduledWorkflow,
)
from mermaid2gha.github.simulator.results import RESULTS, JobResult, LegRun, Outcome, Outputs

__all__ = ["JobResult", "Outcome", "SimulatedRun", "environment_of", "requested"]

# `needs.X` of a job without outputs, made once: most jobs have none.
_BARE: dict[JobResult, dict[str, object]] = {
    found: {"result": found.value, "outputs": {}} for found in JobResult
}
_NAMES_JOBS = re.compile(r"\b(?:success|failure)\s*\(\s*[^)\s]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CallEnd:
    """How a called workflow ended, and what it gives. `has_cancelled`: the run was cancelled inside of it."""

    result: JobResult
    outputs: Outputs = field(default_factory=Outputs)
    has_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class StepsEnd:
    """How the steps of a job end: whether none of them runs; why one fails, or nothing; whether some step
    decides by the results of jobs in a way that is not understood; and what the job gives to others."""

    is_idle: bool = False
    failure: str = ""
    is_unread: bool = False
    outputs: Outputs = field(default_factory=Outputs)


class Inside:
    """What goes on inside of the jobs of a run; this one knows nothing of it, so that all goes well."""

    def call(
        self, job: ScheduledJob, unit: Unit, held: Mapping[str, str], *, is_cancelled: bool
    ) -> CallEnd | None:
        """The end of the workflow that a job calls; none where it cannot be followed.

        `held` are the concurrency groups that the run holds, each with its holder.
        """

    def group(self, job: ScheduledJob, unit: Unit) -> Request | None:
        """What the workflow that a job calls asks of its own concurrency group."""

    def begin(self, count: int) -> None:
        """So many jobs and legs begin."""

    def steps(self, job: ScheduledJob, unit: Unit) -> StepsEnd:
        """How the steps of a job end that nobody says anything of."""
        return _uneventful(job)


def _uneventful(job: ScheduledJob) -> StepsEnd:
    """The end of steps that all go well and of whose values nothing is known."""
    return StepsEnd(outputs=Outputs(unsure=frozenset(name.lower() for name, _ in job.outputs)))


@dataclass(frozen=True, slots=True)
class Ends:
    """How jobs end that run, those that are not named well; `outputs` are their values if they end well.

    `outcomes` are by job, or by leg of a matrix: `test (3.11, ubuntu)`. `unapproved` and `rejected` are the
    environments whose reviewers have not spoken yet, or said no. `cancelled_during` is the job during which
    somebody cancels the run; `is_cancelled`: that has happened before. `held` are the concurrency groups that
    are held around the run, in small letters, each with its holder.
    """

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    outputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unapproved: Collection[str] = ()
    rejected: Collection[str] = ()
    cancelled_during: str = ""
    is_cancelled: bool = False
    held: Mapping[str, str] = field(default_factory=dict)
    inside: Inside = field(default_factory=Inside)


@dataclass(frozen=True, slots=True)
class SimulatedRun:
    """A run that has ended, or that waits. `results` has every job, in the workflow's order; `ran` those that
    ran.

    Where the event does not start the workflow there are no results. `contexts` are `github`, `inputs` and
    `vars`; `entries` is what `needs` says of each job to the jobs that need it. Jobs of a level beyond
    `cancelled_level` see that the run was cancelled. `legs` are those of the matrices that are known;
    `reasons` say why jobs that began, or could have, were cancelled or failed; `idle` are jobs none of whose
    steps ran, and `unread` those that decide by results in a way that is not understood. `unsure` are the
    outputs, in small letters, of jobs that began which only a runner knows; a call that cannot be followed
    has no entry there.
    """

    workflow: ScheduledWorkflow
    is_started: bool
    results: Mapping[str, JobResult]
    ran: tuple[str, ...]
    contexts: Mapping[str, object] = field(repr=False)
    entries: Mapping[str, object] = field(repr=False)
    cancelled_level: int | None = None
    legs: Mapping[str, tuple[LegRun, ...]] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    idle: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    unsure: Mapping[str, frozenset[str]] = field(default_factory=dict)


def run_contexts(github: Mapping[str, object], variables: Mapping[str, str]) -> dict[str, object]:
    """The contexts that every job of a run sees."""
    return {"github": github, "inputs": {}, "vars": dict(variables)}


@lru_cache(maxsize=1 << 12)
def _reads_all(text: str) -> bool:
    """Whether an `if` may look at jobs that are not direct needs of its own."""
    return ("needs" in text and "*" in text) or _NAMES_JOBS.search(text) is not None


def run_to_end(workflow: ScheduledWorkflow, contexts: dict[str, object], ends: Ends) -> SimulatedRun:
    """The run of a workflow that has started."""
    return _Running(workflow, contexts, ends).run()


class _Running:
    """A run on its way, level by level of the jobs' needs."""

    def __init__(self, workflow: ScheduledWorkflow, contexts: dict[str, object], ends: Ends) -> None:
        self.workflow = workflow
        self.contexts = contexts
        self.ends = ends
        self.results: dict[str, JobResult] = {}
        self.entries: dict[str, object] = {}
        self.outputs: dict[str, Outputs] = {}
        self.ran: list[str] = []
        self.legs: dict[str, tuple[LegRun, ...]] = {}
        self.reasons: dict[str, str] = {}
        self.idle: list[str] = []
        self.unread: list[str] = []
        self.cut: set[str] = set()
        self.bit, self.unsuccessful, self.failed, self.waiting = 1, 0, 0, 0
        during = ends.cancelled_during
        self.last_level = -1 if ends.is_cancelled else workflow.job(during).level if during else None
        self.reads_all = any(_reads_all(job.guard.text) for job in workflow.jobs)
        self.held = ends.held
        if workflow.concurrency is not None:
            own = text_of(workflow.concurrency.group, Environment(contexts)).casefold()
            self.held = {**ends.held, own: "the workflow"} if own else ends.held

    def run(self) -> SimulatedRun:
        for _, level in groupby(self.workflow.jobs, key=lambda job: job.level):
            jobs = [(job, self.environment(job)) for job in level]
            begun = [(job, env, self.begins(job, env)) for job, env in jobs]
            made = {job.id: units(job, env) for job, env, verdict in begun if verdict is None}
            self.ends.inside.begin(sum(len(one) for one in made.values() if not isinstance(one, str)))
            lost = self.contended([(job, made[job.id]) for job, _, verdict in begun if verdict is None])
            for job, env, verdict in begun:
                self.end(job, verdict or self.result(job, env, made[job.id], lost))
        return SimulatedRun(
            self.workflow,
            is_started=True,
            results=self.results,
            ran=tuple(self.ran),
            contexts=self.contexts,
            entries=self.entries,
            cancelled_level=self.last_level,
            legs=self.legs,
            reasons=self.reasons,
            idle=tuple(self.idle),
            unread=tuple(self.unread),
            unsure={name: outputs.unsure for name, outputs in self.outputs.items()},
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
        return None

    def contended(self, beginning: Sequence[tuple[ScheduledJob, tuple[Unit, ...] | str]]) -> dict[str, str]:
        """What of one level is cancelled for its concurrency group, by its key, and why."""
        lost: dict[str, str] = {}
        wanting: list[Request] = []
        for job, made in beginning:
            if isinstance(made, str) or (job.concurrency is None and not job.uses):
                continue
            for unit in made:
                key = unit.key(job)
                inner = self.ends.inside.group(job, unit) if job.uses else None
                own = requested(key, job.concurrency, unit.environment) if job.concurrency else None
                for request in (own, inner):
                    group = request.group.casefold() if request is not None else ""
                    if request is None or not group or key in lost:
                        continue
                    holder = self.held.get(group)
                    if request is inner and own is not None and own.group.casefold() == group:
                        holder = f"`{key}`, which calls a workflow of the same group"
                    if holder:
                        lost[key] = _deadlock(request.group, holder)
                    else:
                        wanting.append(request)
        wanting = [request for request in wanting if request.name not in lost]
        slots = places(wanting) if len(wanting) > 1 else {}
        for name, (slot, by) in slots.items():
            if slot in (Slot.CUT, Slot.DROPPED):
                lost[name] = f"`{by}` took its place in the concurrency group"
        self.cut = {name for name, (slot, _) in slots.items() if slot is Slot.CUT}
        return lost

    def result(
        self,
        job: ScheduledJob,
        environment: Environment,
        made: tuple[Unit, ...] | str,
        lost: Mapping[str, str],
    ) -> JobResult:
        """How a job ends whose `if` is true."""
        if isinstance(made, str):
            self.reasons[job.id] = made
            return JobResult.FAILURE
        ended = [self.unit_end(job, unit, lost.get(unit.key(job), "")) for unit in made]
        has_begun = any(leg.has_run for leg in ended)
        if has_begun:
            self.ran.append(job.id)
            if all(leg.is_idle for leg in ended if leg.has_run):
                self.idle.append(job.id)
        if made[0].leg is None:
            result = ended[0].result
            if ended[0].why:
                self.reasons[job.id] = ended[0].why
            if result is JobResult.FAILURE and has_begun and is_forgiven(job, environment):
                result = JobResult.SUCCESS
        else:
            result = self.joint_result(job, environment, made, ended)
        if job.id == self.ends.cancelled_during:
            result = JobResult.CANCELLED
        return result

    def unit_end(self, job: ScheduledJob, unit: Unit, why_lost: str) -> LegRun:
        key = unit.key(job)
        leg, title = unit.leg or "", unit.title
        if why_lost:
            return LegRun(leg, JobResult.CANCELLED, title, why=why_lost, has_run=key in self.cut)
        if job.environment:
            name = text_of(job.environment, unit.environment)
            if name in self.ends.rejected:
                why = f"it was not approved for `{name}`"
                return LegRun(leg, JobResult.FAILURE, title, why=why, has_run=False)
            if name in self.ends.unapproved:
                why = f"it waits for an approval of `{name}`"
                return LegRun(leg, JobResult.WAITING, title, why=why, has_run=False)
        outcomes = self.ends.outcomes
        given = outcomes.get(key) or outcomes.get(title) or outcomes.get(job.id)
        if job.uses:
            return self.call_end(job, unit, given)
        steps = self.ends.inside.steps(job, unit) if job.steps else _uneventful(job)
        self.give(job, steps.outputs)
        if steps.is_unread and job.id not in self.unread:
            self.unread.append(job.id)
        if given is None and steps.failure:
            return LegRun(leg, JobResult.FAILURE, title, why=steps.failure)
        result = RESULTS[given or Outcome.SUCCESS]
        is_idle = steps.is_idle and result is JobResult.SUCCESS
        return LegRun(leg, result, title, is_idle=is_idle)

    def call_end(self, job: ScheduledJob, unit: Unit, given: Outcome | None) -> LegRun:
        key, held = unit.key(job), self.held
        if job.concurrency is not None and (group := text_of(job.concurrency.group, unit.environment)):
            held = {**held, group.casefold(): f"`{key}`, which calls it"}
        is_cancelled = unit.environment.is_cancelled
        end = self.ends.inside.call(job, unit, held, is_cancelled=is_cancelled)
        if end is None:
            return LegRun(unit.leg or "", RESULTS[given or Outcome.SUCCESS], unit.title)
        self.give(job, end.outputs)
        if end.has_cancelled:
            self.last_level = job.level
        return LegRun(unit.leg or "", RESULTS[given] if given else end.result, unit.title)

    def give(self, job: ScheduledJob, outputs: Outputs) -> None:
        self.outputs[job.id] = self.outputs.get(job.id, Outputs()).then(outputs)

    def joint_result(
        self, job: ScheduledJob, environment: Environment, made: tuple[Unit, ...], ended: list[LegRun]
    ) -> JobResult:
        """`needs.X.result` of a job with legs, the others of which are cancelled if one fails."""
        failing = [
            leg.result is JobResult.FAILURE and not is_forgiven(job, unit.environment)
            for leg, unit in zip(ended, made)
        ]
        is_given = self.ends.outcomes.get(job.id, Outcome.SUCCESS) is not Outcome.SUCCESS
        if any(failing) and not is_given and (not job.fail_fast or is_on(job.fail_fast, environment)):
            cut = (JobResult.SUCCESS, JobResult.WAITING)
            ended = [
                LegRun(
                    leg.name, JobResult.CANCELLED, leg.title, why="another leg failed", has_run=leg.has_run
                )
                if leg.result in cut
                else leg
                for leg in ended
            ]
        self.legs[job.id] = tuple(ended)
        results = {leg.result for leg in ended if leg.result is not JobResult.FAILURE}
        for result, holds in (
            (JobResult.WAITING, JobResult.WAITING in results),
            (JobResult.FAILURE, any(failing)),
            (JobResult.CANCELLED, JobResult.CANCELLED in results),
        ):
            if holds:
                return result
        return JobResult.SUCCESS

    def end(self, job: ScheduledJob, result: JobResult) -> None:
        name = job.id
        outputs = dict(self.outputs[name].values) if name in self.outputs else {}
        if result is JobResult.SUCCESS:
            outputs |= self.ends.outputs.get(name, {})
        self.entries[name] = _entry(job, result, outputs)
        self.results[name] = result
        self.unsuccessful |= self.bit if result is not JobResult.SUCCESS else 0
        self.failed |= self.bit if result is JobResult.FAILURE else 0
        self.waiting |= self.bit if result is JobResult.WAITING else 0
        self.bit <<= 1


def _deadlock(group: str, holder: str) -> str:
    return f"its concurrency group `{group}` is held by {holder}: GitHub cancels such a deadlock"


def requested(name: str, concurrency: Concurrency, environment: Environment) -> Request:
    """What a job or a run asks of its concurrency group, its expressions evaluated."""
    return Request(
        name,
        text_of(concurrency.group, environment),
        is_on(concurrency.cancels, environment),
        queues=text_of(concurrency.queue, environment) == "max",
    )


def _all_before(
    workflow: ScheduledWorkflow, job: ScheduledJob, entries: Mapping[str, object]
) -> dict[str, object]:
    before = (earlier.id for at, earlier in enumerate(workflow.jobs) if job.ancestors >> at & 1)
    return {name: entries[name] for name in before}


def _entry(job: ScheduledJob, result: JobResult, values: Mapping[str, str]) -> dict[str, object]:
    if not values:
        return _BARE[result]
    names = (name for name, _ in job.outputs) if not job.uses else iter(values)
    return {"result": result.value, "outputs": {name: values[name] for name in names if name in values}}


def declared_inputs(
    workflow: ScheduledWorkflow, event: str, payload: Mapping[str, object]
) -> dict[str, object]:
    """The values of inputs that nobody gives: what the payload of a dispatch says, else the defaults."""
    dispatched = payload.get("inputs") if kind_of(event).is_by_hand else None
    texts = dispatched if isinstance(dispatched, dict) else {}
    values: dict[str, object] = {}
    for declared in workflow.inputs:
        text = texts.get(declared.name, declared.default)
        if declared.event == event and (text or declared.type == "boolean" or event == WORKFLOW_CALL.name):
            values[declared.name] = input_value(declared.type, string_of(text))
    return values


def input_value(kind: str, value: object) -> object:
    """A value of an input of a type. A call hands on its own type's empty value where nothing is given
    (actions/runner, src/Sdk/WorkflowParser/Conversion, ConvertToWorkflowJobInputs)."""
    match kind:
        case "boolean":
            return value == "true" if isinstance(value, str) else is_true(value)
        case "number":
            return number(value)
        case _:
            return string_of(value)


def before(run: SimulatedRun, job: ScheduledJob) -> Iterator[ScheduledJob]:
    """All jobs that a job waits for, however far, in the workflow's order."""
    return (earlier for at, earlier in enumerate(run.workflow.jobs) if job.ancestors >> at & 1)


def is_unsure(run: SimulatedRun, name: str, output: str) -> bool:
    """Whether an output of a job is one that only a runner knows, both in any case."""
    job = next((job for job in run.workflow.jobs if job.id.lower() == name.lower()), None)
    if job is None or run.results.get(job.id) is not JobResult.SUCCESS:
        return False
    return job.id not in run.unsure or output.lower() in run.unsure[job.id]


def environment_of(run: SimulatedRun, job: ScheduledJob) -> Environment:
    """What the `if` of a job sees in a run that has ended."""
    results = [run.results[earlier.id] for earlier in before(run, job)]
    is_cancelled = run.cancelled_level is not None and job.level > run.cancelled_level
    needs = {need: run.entries[need] for need in job.needs}
    everything = _all_before(run.workflow, job, run.entries)
    return Environment(
        {**run.contexts, "needs": needs, ALL_BEFORE.name: everything},
        all(result is JobResult.SUCCESS for result in results) and not is_cancelled,
        any(result is JobResult.FAILURE for result in results),
        is_cancelled,
    )
