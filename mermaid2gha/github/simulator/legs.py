"""What a job is run as: itself, or the legs of its matrix, each with what its expressions see.

The `if` of a job is evaluated before there are legs: none is skipped by itself (docs.github.com, Contexts).
A `name` with expressions is the whole of a leg's name; else GitHub puts the leg's values behind it
(actions/runner, src/Sdk/WorkflowParser/Conversion, JobNameBuilder).
"""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.github.expressions.evaluator import Environment, EvaluationError, evaluate
from mermaid2gha.github.expressions.template import templated
from mermaid2gha.github.expressions.values import is_true, string_of
from mermaid2gha.github.simulator.model import ScheduledJob
from mermaid2gha.github.workflow.matrix import legs_or_fault

_LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class Unit:
    """One of what a job is run as. `leg` is its name in parentheses, none if the job has no matrix that is
    known; `title` is the name that GitHub shows."""

    leg: str | None
    title: str
    environment: Environment = field(repr=False)

    def key(self, job: ScheduledJob) -> str:
        """What it is called in a call and in the outcomes that are given: `job (3.11, ubuntu)`."""
        return job.id if self.leg is None else f"{job.id} ({self.leg})"


def units(job: ScheduledJob, environment: Environment) -> tuple[Unit, ...] | str:
    """What a job is run as, or why GitHub cannot make legs of its matrix.

    A matrix that is decided by values that are not known is one unit.
    """
    if job.matrix is None:
        return (Unit(None, title_of(job, environment), environment),)
    combinations = legs_or_fault(evaluated(job.matrix, environment))
    if isinstance(combinations, str):
        return f"its matrix gives no jobs: {combinations}"
    if combinations is None:
        return (Unit(None, title_of(job, environment), environment),)
    fails_fast = text_of(job.fail_fast, environment) != "false"
    legs = []
    for number, leg in enumerate(combinations):
        strategy = {
            "fail-fast": fails_fast,
            "job-index": float(number),
            "job-total": float(len(combinations)),
            "max-parallel": float(len(combinations)),
        }
        contexts = {**environment.contexts, "matrix": dict(leg.values), "strategy": strategy}
        seen = Environment(
            contexts, environment.is_success, environment.is_failure, is_cancelled=environment.is_cancelled
        )
        legs.append(Unit(leg.name, title_of(job, seen, leg.name), seen))
    return tuple(legs) if legs else "its matrix gives no jobs: all combinations are excluded"


def title_of(job: ScheduledJob, environment: Environment, leg: str = "") -> str:
    """The name that GitHub shows of a job, or of a leg of it."""
    title = text_of(job.name, environment)
    if "${{" not in job.name or not title:
        title = f"{title or job.id} ({leg})" if leg else title or job.id
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 3]}..."


def is_forgiven(job: ScheduledJob, environment: Environment) -> bool:
    """Whether the failure of a job, or of a leg of it, counts as success (actions/toolkit#1161)."""
    return text_of(job.forgiving, environment) == "true"


def text_of(text: str, environment: Environment) -> str:
    """A text with its expressions evaluated; empty where GitHub could not."""
    if "${{" not in text:
        return text
    try:
        return string_of(evaluate(templated(text), environment))
    except (EvaluationError, ValueError):
        return ""


def is_on(text: str, environment: Environment) -> bool:
    """Whether a value that is a boolean holds: `true`, or an expression that is true."""
    if "${{" not in text:
        return text == "true"
    try:
        value = evaluate(templated(text), environment)
    except (EvaluationError, ValueError):
        return False
    return value == "true" if isinstance(value, str) else is_true(value)


def evaluated(matrix: object, environment: Environment) -> object:
    """A matrix with its expressions evaluated. An expression for the whole, an axis or an entry stays a text
    where it has no value yet: what it stands for is decided by what nobody gave."""
    if isinstance(matrix, str):
        return _known(matrix, environment)
    if not isinstance(matrix, Mapping):
        return matrix
    lists = {key: _known(values, environment) for key, values in matrix.items()}
    return {
        key: [
            (_known if key in ("include", "exclude") and isinstance(item, str) else _value)(item, environment)
            for item in values
        ]
        if isinstance(values, list)
        else values
        for key, values in lists.items()
    }


def _known(node: object, environment: Environment) -> object:
    if not isinstance(node, str) or "${{" not in node:
        return node
    value = _value(node, environment)
    return node if value is None or value == "" else value


def _value(node: object, environment: Environment) -> object:
    match node:
        case str() if "${{" in node:
            try:
                return evaluate(templated(node), environment)
            except (EvaluationError, ValueError):
                return node
        case Mapping():
            return {key: _value(value, environment) for key, value in node.items()}
        case list():
            return [_value(value, environment) for value in node]
        case _:
            return node
