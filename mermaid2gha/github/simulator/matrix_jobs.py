"""The legs of a matrix in a run, each with its own end.

docs.github.com, Workflow syntax: `fail-fast`, which is on unless it is switched off, cancels the other legs
when one fails; `continue-on-error`, which may read `matrix`, is of one leg. The job has failed if one leg has
(`needs` waits for all of them). The `if` of a job is evaluated before there are legs: none is skipped by
itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.expressions.evaluator import Environment, EvaluationError, evaluate
from mermaid2gha.github.expressions.template import templated
from mermaid2gha.github.expressions.values import string_of
from mermaid2gha.github.simulator.model import ScheduledJob
from mermaid2gha.github.simulator.results import RESULTS, JobResult, Outcome
from mermaid2gha.github.workflow.matrix import legs, matrix_fault


@dataclass(frozen=True, slots=True)
class LegRun:
    """A leg by its name in parentheses after the job's, and how it ended."""

    name: str
    result: JobResult


def leg_runs(
    job: ScheduledJob, environment: Environment, outcomes: Mapping[str, Outcome]
) -> tuple[LegRun, ...] | None:
    """The legs of a job that runs; none where a matrix is decided by values that are not known.

    `outcomes` are of legs, `job (3.11, ubuntu)`, and of jobs. A leg that is cancelled since another one
    failed is `CANCELLED`. A matrix with a fault gives no leg, which GitHub takes for a failure of the job.
    """
    matrix = _evaluated(job.matrix, environment)
    combinations = legs(matrix)
    if combinations is None:
        return () if matrix_fault(matrix) else None
    of_job = outcomes.get(job.id, Outcome.SUCCESS)
    ends = [(leg, outcomes.get(f"{job.id} ({leg.name})", of_job)) for leg in combinations]
    has_failed = any(
        end is Outcome.FAILURE and not is_forgiven(job, environment, leg.values) for leg, end in ends
    )
    is_cut = has_failed and of_job is Outcome.SUCCESS and _text(job.fail_fast, environment, {}) != "false"
    return tuple(
        LegRun(leg.name, JobResult.CANCELLED if is_cut and end is Outcome.SUCCESS else RESULTS[end])
        for leg, end in ends
    )


def joint_result(job: ScheduledJob, environment: Environment, ended: tuple[LegRun, ...]) -> JobResult:
    """`needs.X.result` of a job with these legs."""
    combinations = legs(_evaluated(job.matrix, environment)) or ()
    results = {
        leg_run.result
        for leg_run, leg in zip(ended, combinations)
        if leg_run.result is not JobResult.FAILURE or not is_forgiven(job, environment, leg.values)
    }
    if not ended or JobResult.FAILURE in results:
        return JobResult.FAILURE
    return JobResult.CANCELLED if JobResult.CANCELLED in results else JobResult.SUCCESS


def is_forgiven(job: ScheduledJob, environment: Environment, leg: Mapping[str, object]) -> bool:
    """Whether the failure of a job, or of a leg of it, counts as success (actions/toolkit#1161)."""
    return _text(job.forgiving, environment, leg) == "true"


def _text(text: str, environment: Environment, leg: Mapping[str, object]) -> str:
    if "${{" not in text:
        return text
    try:
        contexts = {**environment.contexts, "matrix": dict(leg)}
        return string_of(evaluate(templated(text), Environment(contexts)))
    except (EvaluationError, ValueError):
        return ""


def _evaluated(node: object, environment: Environment) -> object:
    """A matrix with its expressions evaluated; those that cannot be stay texts, which are no matrix."""
    match node:
        case str() if "${{" in node:
            try:
                value = evaluate(templated(node), environment)
            except (EvaluationError, ValueError):
                return node
            return value if isinstance(value, dict | list) else node
        case dict():
            return {key: _evaluated(value, environment) for key, value in node.items()}
        case list():
            return [_evaluated(value, environment) for value in node]
        case _:
            return node
