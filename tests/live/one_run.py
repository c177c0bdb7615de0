"""One run of one workflow, and the steps of one job of it, as tests ask for them: with every outcome said.

The package itself never runs one workflow alone: `cascade` has what a run starts as well, and `steps_end`
reads from a script how it ends. Both stand on what is used here, contexts, guards and the order of jobs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mermaid2gha.github.events import WORKFLOW_CALL
from mermaid2gha.github.expressions.ast import Context
from mermaid2gha.github.expressions.checker import nodes
from mermaid2gha.github.expressions.evaluator import Environment, evaluate
from mermaid2gha.github.expressions.template import templated
from mermaid2gha.github.expressions.values import is_true, string_of
from mermaid2gha.github.simulator.model import ScheduledStep, ScheduledWorkflow
from mermaid2gha.github.simulator.results import Outcome
from mermaid2gha.github.simulator.simulator import (
    Ends,
    SimulatedRun,
    declared_inputs,
    environment_of,
    run_contexts,
    run_to_end,
)
from mermaid2gha.github.simulator.triggering import github_context, starts


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
    contexts = run_contexts(github_context(event, payload, workflow.name or path), variables or {})
    by = WORKFLOW_CALL.name if is_called else event
    contexts["inputs"] = {**declared_inputs(workflow, by, payload), **(inputs or {})}
    is_started = starts(workflow, WORKFLOW_CALL.name, {}) if is_called else starts(workflow, event, payload)
    if not is_started:
        return SimulatedRun(workflow, False, results={}, ran=(), contexts=contexts, entries={})
    ends = Ends(
        outcomes or {},
        outputs or {},
        unapproved=unapproved,
        rejected=rejected,
        cancelled_during=cancelled_during,
    )
    return run_to_end(workflow, contexts, ends)


def steps_run(
    run: SimulatedRun,
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
    contexts.update(steps=steps, matrix={}, strategy={}, runner={"os": "Linux"})
    contexts["env"] = env = _interpolated({}, run.workflow.env + job.env, contexts)
    has_failed = False
    ran: list[ScheduledStep] = []
    for step in job.steps:
        contexts["env"] = _interpolated(env, step.env, contexts) if _reads_env(step) else env
        contexts["job"] = {"status": "failure" if has_failed else "success"}
        environment = Environment(contexts, not has_failed, has_failed)
        is_run = is_true(step.guard.evaluation(environment))
        is_failing = is_run and step.position == failing
        if is_run:
            ran.append(step)
        has_failed = has_failed or (is_failing and not step.continues_on_error)
        if step.id:
            values = dict((outputs or {}).get(step.id, {})) if is_run else {}
            outcome = "failure" if is_failing else "success" if is_run else "skipped"
            steps[step.id] = {"outputs": values, "outcome": outcome, "conclusion": outcome}
    return tuple(ran)


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
