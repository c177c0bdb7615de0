"""The runs that one event brings about: every workflow that listens, what it calls, and what its end starts.

Sources: docs.github.com, Events that trigger workflows (`workflow_run`: no more than three levels after the
first run) and Reusing workflows (a call runs inside its caller's run and sees its event).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.github.events import MOST_CALL_LEVELS, MOST_CHAINED, WORKFLOW_RUN, OwnToken, kind_of
from mermaid2gha.github.expressions.evaluator import Environment
from mermaid2gha.github.shell.machine import Budget
from mermaid2gha.github.simulator.calls import FOLDER, callee, handed_back, handed_over
from mermaid2gha.github.simulator.concurrency import Request, Slot, places
from mermaid2gha.github.simulator.legs import Unit
from mermaid2gha.github.simulator.model import ScheduledJob, ScheduledWorkflow
from mermaid2gha.github.simulator.payloads import Occasion, of_run, payload
from mermaid2gha.github.simulator.results import LegRun
from mermaid2gha.github.simulator.simulator import (
    CallEnd,
    Ends,
    Inside,
    JobResult,
    Outcome,
    SimulatedRun,
    StepsEnd,
    declared_inputs,
    requested,
    run_contexts,
    run_to_end,
)
from mermaid2gha.github.simulator.steps import steps_end
from mermaid2gha.github.simulator.triggering import github_context, why_not_started

MOST_JOBS = 5_000
"""Jobs of one run, with those of all that it calls, that are worked out."""

MOST_RUNS = 500
"""Runs that are worked out of one event."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a run beside its event.

    `payload` takes the place of the one made from the occasion; `outputs` are values by output, the outputs
    named `name`, `job.name` or `file:job.name`; `outcomes` by job, named `job` or `file:job`; `changed` the
    paths of the changed files. What is not said of a job: it succeeds, its outputs are not set. `unapproved`
    and `rejected` are environments. `by_token`: a workflow made the event with its `GITHUB_TOKEN`.

    `github` are properties of that context, instead of those that the payload makes; `given` are the paths
    (`github.ref`) of what somebody said and is not taken for granted.
    """

    occasion: Occasion
    payload: Mapping[str, object] | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, object] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    changed: tuple[str, ...] | None = None
    cancelled_during: str = ""
    unapproved: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    by_token: bool = False
    github: Mapping[str, object] = field(default_factory=dict)
    given: tuple[str, ...] = ()

    @property
    def content(self) -> Mapping[str, object]:
        """The payload of the event."""
        return self.payload if self.payload is not None else payload(self.occasion)


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """What becomes of a workflow. `why_not` says why it did not start; `after` the file whose run started it,
    and `at` what became of that then: it was requested, in progress or completed.

    `called` are the runs inside of jobs that call a workflow of the same repository, by job, or by leg of its
    matrix: `deploy (staging)`.
    """

    file: str
    workflow: ScheduledWorkflow
    run: SimulatedRun
    why_not: str = ""
    after: str = ""
    at: str = ""
    called: tuple[tuple[str, WorkflowRun], ...] = ()


def runs(workflows: Mapping[str, ScheduledWorkflow], facts: Facts) -> tuple[WorkflowRun, ...]:
    """The runs of one event over the workflows of a repository, by their files' names; those that it does
    not start too, and after them what runs start: when they are asked for, when they begin, when they end."""
    return _Cascade(workflows, facts).runs()


def conclusion(run: SimulatedRun) -> str:
    """`github.event.workflow_run.conclusion` of a run that has ended; `waiting` of one that has not."""
    results = set(run.results.values())
    for result, word in (
        (JobResult.WAITING, "waiting"),
        (JobResult.FAILURE, "failure"),
        (JobResult.CANCELLED, "cancelled"),
        (JobResult.SUCCESS, "success"),
    ):
        if result in results:
            return word
    return "skipped"


def _why_not_by_token(event: str, action: object) -> str:
    """Why an event that a workflow makes with its `GITHUB_TOKEN` starts no run (docs.github.com, Triggering a
    workflow from a workflow)."""
    kind = kind_of(event)
    if kind.by_own_token is OwnToken.STARTS:
        return ""
    if kind.by_own_token is OwnToken.WAITS and action in (None, *kind.default_types):
        return "a pull request by `GITHUB_TOKEN` waits until somebody approves its runs"
    return "an event that `GITHUB_TOKEN` makes starts no run"


def _idle(file: str, workflow: ScheduledWorkflow, why_not: str) -> WorkflowRun:
    return WorkflowRun(
        file, workflow, SimulatedRun(workflow, False, results={}, ran=(), contexts={}, entries={}), why_not
    )


def _path(file: str) -> str:
    return f"{FOLDER}{file}"


class _Cascade:
    """The runs of one event, breadth first: those that it starts, then what each of these starts."""

    def __init__(self, workflows: Mapping[str, ScheduledWorkflow], facts: Facts) -> None:
        self.workflows = workflows
        self.facts = facts

    def runs(self) -> tuple[WorkflowRun, ...]:
        """Not more than `MOST_RUNS`, no more than `MOST_CHAINED` one after another."""
        started = place_runs([self.first(file) for file in self.workflows])
        ended = [(run, 0) for run in started if not run.why_not]
        for run, level in ended:
            if level >= MOST_CHAINED:
                continue
            for follower in self.followers(run, is_first=level == 0):
                if len(started) >= MOST_RUNS:
                    why_not = f"more than {MOST_RUNS} runs follow one another: this one is not worked out"
                    idle = _idle(follower.file, follower.workflow, why_not)
                    started.append(replace(idle, after=follower.after))
                    return self.worth_showing(started)
                started.append(follower)
                ended.append((follower, level + 1))
        return self.worth_showing(started)

    def worth_showing(self, made: Sequence[WorkflowRun]) -> tuple[WorkflowRun, ...]:
        """All but what says that the event does not start a workflow which another run starts."""
        started = {run.file for run in made if not run.why_not}
        return tuple(run for run in made if not run.why_not or run.after or run.file not in started)

    def first(self, file: str) -> WorkflowRun:
        """What becomes of a workflow at the event."""
        facts, workflow = self.facts, self.workflows[file]
        event, content = facts.occasion.event, facts.content
        why_not = why_not_started(workflow, event, content, facts.changed)
        why_not = why_not or (_why_not_by_token(event, content.get("action")) if facts.by_token else "")
        return self.run(file, event, content) if not why_not else _idle(file, workflow, why_not)

    def followers(self, run: WorkflowRun, *, is_first: bool) -> Iterator[WorkflowRun]:
        """The runs that a run starts, by each thing that becomes of it: all of them where no types are named
        (docs.github.com, Events that trigger workflows, `workflow_run`)."""
        event = self.facts.occasion.event if is_first else WORKFLOW_RUN.name
        begun_by = self.facts.content if is_first else _repository_of(self.facts.content)
        name = run.workflow.name or _path(run.file)
        ended = conclusion(run.run)
        for action in WORKFLOW_RUN.types:  # its end first, which most workflows wait for
            if action == "completed" and ended == JobResult.WAITING.value:
                continue
            content = of_run(name, event, action, ended, begun_by)
            for file, workflow in self.workflows.items():
                if not why_not_started(workflow, WORKFLOW_RUN.name, content):
                    follower = self.run(file, WORKFLOW_RUN.name, content)
                    yield replace(follower, after=run.file, at=action)

    def run(self, file: str, event: str, content: Mapping[str, object]) -> WorkflowRun:
        """The run of a workflow that has started, with all that it calls."""
        workflow = self.workflows[file]
        github = github_context(event, content, workflow.name or _path(file))
        github.update(self.facts.github)
        contexts = run_contexts(github, self.facts.variables)
        inputs = {**declared_inputs(workflow, event, content), **self.facts.inputs}
        contexts["inputs"] = inputs
        try:
            return _Tree(self).run(file, contexts, {}, is_cancelled=False, depth=0)
        except _TooManyJobsError:
            return _idle(file, workflow, f"with all that it calls it has more than {MOST_JOBS:,} jobs")


def _repository_of(content: Mapping[str, object]) -> dict[str, object]:
    return {"repository": content.get("repository")}


class _TooManyJobsError(Exception):
    """A run has more jobs than are worked out."""


class _Tree:
    """One run with all workflows that it calls. Calls that are the same in all that is seen are made once."""

    def __init__(self, cascade: _Cascade) -> None:
        self.cascade = cascade
        self.jobs = 0
        self.budget = Budget()
        self.made: dict[object, WorkflowRun] = {}

    def run(
        self,
        file: str,
        contexts: dict[str, object],
        held: Mapping[str, str],
        *,
        is_cancelled: bool,
        depth: int,
    ) -> WorkflowRun:
        facts, workflow = self.cascade.facts, self.cascade.workflows[file]
        inside = _Called(self, workflow, contexts, depth=depth)
        during = facts.cancelled_during.removeprefix(f"{file}:")
        ends = Ends(
            outcomes=_outcomes(facts.outcomes, file, workflow),
            outputs={job.id: _values(facts.outputs, file, job) for job in workflow.jobs},
            unapproved=facts.unapproved,
            rejected=facts.rejected,
            cancelled_during=during if _has(workflow, during) else "",
            is_cancelled=is_cancelled,
            held=held,
            inside=inside,
        )
        run = run_to_end(workflow, contexts, ends)
        ran = {f"{job} ({leg.name})" for job, legs in run.legs.items() for leg in legs if _has_ended(leg)}
        called = [(key, found) for key, found in inside.called if key in run.results or key in ran]
        return WorkflowRun(file, workflow, run, called=tuple(called))

    def count(self, jobs: int) -> None:
        self.jobs += jobs
        if self.jobs > MOST_JOBS:
            raise _TooManyJobsError


def _has_ended(leg: LegRun) -> bool:
    return leg.has_run and not leg.why


class _Called(Inside):
    """What goes on inside of the jobs of one run: the workflows that they call, and their steps."""

    def __init__(
        self, tree: _Tree, workflow: ScheduledWorkflow, contexts: Mapping[str, object], *, depth: int
    ) -> None:
        self.tree = tree
        self.workflow = workflow
        self.contexts = contexts
        self.depth = depth
        self.called: list[tuple[str, WorkflowRun]] = []

    def callee(self, job: ScheduledJob) -> str:
        cascade = self.tree.cascade
        if self.depth + 1 >= MOST_CALL_LEVELS:
            return ""
        return callee(job, cascade.workflows, cascade.facts.occasion.repository)

    def seen(self, file: str, job: ScheduledJob, unit: Unit) -> dict[str, object]:
        """The contexts of the run of a called workflow: its caller's event, and its own inputs."""
        inputs = handed_over(self.tree.cascade.workflows[file], job, unit.environment)
        return {**self.contexts, "inputs": inputs}

    def call(
        self, job: ScheduledJob, unit: Unit, held: Mapping[str, str], *, is_cancelled: bool
    ) -> CallEnd | None:
        file = self.callee(job)
        if not file:
            return None
        contexts = self.seen(file, job, unit)
        key = (file, repr(contexts["inputs"]), tuple(held.items()), is_cancelled, self.depth)
        run = self.tree.made.get(key)
        if run is None:
            run = self.tree.run(file, contexts, held, is_cancelled=is_cancelled, depth=self.depth + 1)
            self.tree.made[key] = run
        self.called.append((unit.key(job), run))
        ended = conclusion(run.run)
        has_cancelled = not is_cancelled and run.run.cancelled_level is not None
        return CallEnd(_CALL_RESULTS[ended], handed_back(run.run), has_cancelled)

    def group(self, job: ScheduledJob, unit: Unit) -> Request | None:
        file = self.callee(job)
        asked = self.tree.cascade.workflows[file].concurrency if file else None
        if asked is None:
            return None
        return requested(unit.key(job), asked, Environment(self.seen(file, job, unit)))

    def begin(self, count: int) -> None:
        self.tree.count(count)

    def steps(self, job: ScheduledJob, unit: Unit) -> StepsEnd:
        env, budget = self.workflow.env, self.tree.budget
        return steps_end(job, unit.environment, env, budget, is_called=self.depth > 0)


_CALL_RESULTS = {result.value: result for result in JobResult}
"""A call all of whose jobs are skipped is skipped, as the conclusion of a run is."""


def place_runs(runs_made: Sequence[WorkflowRun]) -> list[WorkflowRun]:
    """Runs that begin together, those as cancelled whose place in their concurrency group another one takes.

    The order of the files is taken, which GitHub does not promise.
    """
    wanting = [
        requested(run.file, run.workflow.concurrency, Environment(dict(run.run.contexts)))
        for run in runs_made
        if not run.why_not and run.workflow.concurrency is not None
    ]
    slots = places(wanting) if len(wanting) > 1 else {}
    groups = {request.name: request.group for request in wanting}
    return [
        _cancelled(run, groups[run.file], *slots[run.file])
        if slots.get(run.file, (Slot.RUNS, ""))[0] in (Slot.CUT, Slot.DROPPED)
        else run
        for run in runs_made
    ]


def _cancelled(run: WorkflowRun, group: str, slot: Slot, by: str) -> WorkflowRun:
    """A run that is cancelled, while it runs or before."""
    reason = f"the run {slot.value} by {by}, in the concurrency group `{group}`"
    ended = replace(
        run.run,
        results=dict.fromkeys(run.run.results, JobResult.CANCELLED),
        entries={name: {"result": "cancelled", "outputs": {}} for name in run.run.entries},
        ran=run.run.ran if slot is Slot.CUT else (),
        reasons=dict.fromkeys(run.run.results, reason),
        legs={},
        idle=(),
    )
    return replace(run, run=ended, called=())


def _has(workflow: ScheduledWorkflow, name: str) -> bool:
    return any(job.id == name for job in workflow.jobs)


def _outcomes(by_name: Mapping[str, Outcome], file: str, workflow: ScheduledWorkflow) -> dict[str, Outcome]:
    """The outcomes of the jobs of a workflow, and of the legs of their matrices."""
    ids = {job.id for job in workflow.jobs}
    outcomes: dict[str, Outcome] = {}
    for key, outcome in sorted(by_name.items(), key=lambda item: item[0].startswith(f"{file}:")):
        name = key.removeprefix(f"{file}:")
        if name.partition(" (")[0] in ids:
            outcomes[name] = outcome
    return outcomes


def _values(by_name: Mapping[str, str], file: str, job: ScheduledJob) -> dict[str, str]:
    """The values that were given of a job's outputs; a call has those that somebody names."""
    values: dict[str, str] = {}
    named = dict.fromkeys(key.rpartition(".")[2] for key in by_name) if job.uses else dict(job.outputs)
    for name in named:
        for key in (f"{file}:{job.id}.{name}", f"{job.id}.{name}", name):
            if key in by_name:
                values[name] = by_name[key]
                break
    return values
