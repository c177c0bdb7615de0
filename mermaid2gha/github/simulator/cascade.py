"""The runs that one event brings about: every workflow that listens, what it calls, and what its end starts.

Sources: docs.github.com, Events that trigger workflows (`workflow_run`: no more than three levels after the
first run) and Reusing workflows (a call runs inside its caller's run and sees its event).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.github.events import MOST_CALL_LEVELS, MOST_CHAINED, WORKFLOW_RUN, OwnToken, kind_of
from mermaid2gha.github.expressions.evaluator import Environment, EvaluationError, evaluate
from mermaid2gha.github.expressions.template import templated
from mermaid2gha.github.expressions.values import string_of
from mermaid2gha.github.simulator.model import ScheduledJob, ScheduledWorkflow
from mermaid2gha.github.simulator.payloads import Occasion, completed, payload
from mermaid2gha.github.simulator.simulator import JobResult, Outcome, SimulatedRun, environment_of, simulate
from mermaid2gha.github.simulator.triggering import why_not_started


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a run beside its event.

    `payload` takes the place of the one made from the occasion; `outputs` are values by output, the outputs
    named `name`, `job.name` or `file:job.name`; `outcomes` by job, named `job` or `file:job`; `changed` the
    paths of the changed files. What is not said of a job: it succeeds, its outputs are not set. `unapproved`
    and `rejected` are environments. `by_token`: a workflow made the event with its `GITHUB_TOKEN`.
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


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """What becomes of a workflow. `why_not` says why it did not start; `after` the file whose end started it.

    `called` are the runs inside of jobs that call a workflow of the same repository, by job.
    """

    file: str
    workflow: ScheduledWorkflow
    run: SimulatedRun
    why_not: str = ""
    after: str = ""
    called: tuple[tuple[str, WorkflowRun], ...] = ()


def runs(workflows: Mapping[str, ScheduledWorkflow], facts: Facts) -> tuple[WorkflowRun, ...]:
    """The runs of one event over the workflows of a repository, by their files' names; those that it does
    not start too, and after them what the ends of runs start."""
    event = facts.occasion.event
    content = dict(facts.payload if facts.payload is not None else payload(facts.occasion))
    runs_made: list[WorkflowRun] = []
    ended: list[tuple[WorkflowRun, int]] = []
    for file, workflow in workflows.items():
        why_not = why_not_started(workflow, event, content, facts.changed)
        why_not = why_not or (_why_not_by_token(event, content.get("action")) if facts.by_token else "")
        run = _run(workflows, facts, file, content, event) if not why_not else _idle(file, workflow, why_not)
        runs_made.append(run)
        if not why_not:
            ended.append((run, 0))
    for run, level in ended:
        if level < MOST_CHAINED and conclusion(run.run) != JobResult.WAITING.value:
            for follower in _followers(workflows, facts, run, event if level == 0 else WORKFLOW_RUN.name):
                runs_made.append(follower)
                ended.append((follower, level + 1))
    started = {run.file for run in runs_made if not run.why_not}
    return tuple(run for run in runs_made if not run.why_not or run.file not in started)


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
    return f".github/workflows/{file}"


def _followers(
    workflows: Mapping[str, ScheduledWorkflow], facts: Facts, ended: WorkflowRun, event: str
) -> Iterator[WorkflowRun]:
    name = ended.workflow.name or _path(ended.file)
    content = completed(name, event, conclusion(ended.run), facts.occasion)
    for file, workflow in workflows.items():
        if not why_not_started(workflow, WORKFLOW_RUN.name, content):
            yield _run(workflows, facts, file, content, WORKFLOW_RUN.name, after=ended.file)


def _run(
    workflows: Mapping[str, ScheduledWorkflow],
    facts: Facts,
    file: str,
    content: Mapping[str, object],
    event: str,
    *,
    after: str = "",
    inputs: Mapping[str, object] | None = None,
    depth: int = 0,
) -> WorkflowRun:
    """The run of a workflow; the jobs that call others end as the runs inside of them do."""
    workflow = workflows[file]
    outcomes = _outcomes(facts.outcomes, file, workflow)
    outputs = {job.id: _values(facts.outputs, file, job) for job in workflow.jobs}
    called: dict[str, WorkflowRun] = {}
    # What is called decides how its caller's job ends, and later jobs see that: each call begins anew.
    while True:
        run = simulate(
            workflow,
            event,
            content,
            variables=facts.variables,
            outputs=outputs,
            outcomes=outcomes,
            inputs=facts.inputs if inputs is None else inputs,
            is_called=inputs is not None,
            cancelled_during=facts.cancelled_during if _has(workflow, facts.cancelled_during) else "",
            unapproved=facts.unapproved,
            rejected=facts.rejected,
            path=_path(file),
        )
        waiting = [job for job in workflow.jobs if job.id in run.ran and job.id not in called]
        call = next(
            (job for job in waiting if _callee(workflows, job) and depth + 1 < MOST_CALL_LEVELS), None
        )
        if call is None:
            return WorkflowRun(file, workflow, run, after=after, called=tuple(called.items()))
        inside = _run(
            workflows,
            facts,
            _callee(workflows, call),
            content,
            event,
            inputs=_arguments(run, call),
            depth=depth + 1,
        )
        called[call.id] = inside
        outputs[call.id] = {**_handed_on(inside), **outputs[call.id]}
        if conclusion(inside.run) in ("failure", "cancelled", "waiting") and call.id not in outcomes:
            outcomes[call.id] = Outcome(conclusion(inside.run))


def _handed_on(inside: WorkflowRun) -> dict[str, str]:
    """The outputs of a called workflow, made of those of its jobs."""
    environment = Environment({**inside.run.contexts, "jobs": dict(inside.run.entries)})
    values: dict[str, str] = {}
    for name, text in inside.workflow.outputs:
        try:
            values[name] = string_of(evaluate(templated(text), environment)) if "${{" in text else text
        except (EvaluationError, ValueError):
            continue
    return values


def _has(workflow: ScheduledWorkflow, name: str) -> bool:
    return any(job.id == name for job in workflow.jobs)


def _callee(workflows: Mapping[str, ScheduledWorkflow], job: ScheduledJob) -> str:
    """The file of the workflow in this repository that a job calls, or nothing."""
    name = job.uses.rpartition("/")[2] if job.uses.startswith("./") else ""
    return name if name in workflows else ""


def _arguments(run: SimulatedRun, job: ScheduledJob) -> dict[str, object]:
    """The values of `with`; what cannot be evaluated here is not given."""
    values: dict[str, object] = {}
    contexts = environment_of(run, job).contexts
    for name, text in job.arguments:
        try:
            values[name] = evaluate(templated(text), Environment(contexts)) if "${{" in text else _plain(text)
        except (EvaluationError, ValueError):
            continue
    return values


def _plain(text: str) -> object:
    return text == "true" if text in ("true", "false") else text


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
    """The values that are known of a job's declared outputs."""
    values: dict[str, str] = {}
    for name, _ in job.outputs:
        for key in (f"{file}:{job.id}.{name}", f"{job.id}.{name}", name):
            if key in by_name:
                values[name] = by_name[key]
                break
    return values
