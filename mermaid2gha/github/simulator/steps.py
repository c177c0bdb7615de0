"""The steps of a job that run."""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.github.expressions.ast import Context
from mermaid2gha.github.expressions.checker import nodes
from mermaid2gha.github.expressions.evaluator import Environment, evaluate
from mermaid2gha.github.expressions.template import templated
from mermaid2gha.github.expressions.values import is_true, string_of
from mermaid2gha.github.simulator.model import ScheduledStep
from mermaid2gha.github.simulator.simulator import SimulatedRun, environment_of


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
