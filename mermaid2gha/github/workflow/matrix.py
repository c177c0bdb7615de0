"""`strategy.matrix`: the combinations for which GitHub runs a job.

docs.github.com, Running variations of jobs in a workflow: the product of the axes, less what `exclude`
matches; an `include` adds to every combination whose axes it does not contradict, else it is one of its own.
How they are named: actions/runner, src/Sdk/WorkflowParser/Conversion/MatrixBuilder.cs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.expressions.values import string_of


@dataclass(frozen=True, slots=True)
class Leg:
    """A combination. The name is what GitHub puts in parentheses behind the job's; `values` are `matrix`."""

    name: str
    values: Mapping[str, object]


def legs(matrix: object) -> tuple[Leg, ...] | None:
    """The combinations in GitHub's order; None where an expression decides them, or it is no matrix."""
    if not isinstance(matrix, Mapping):
        return None
    axes = {str(name): values for name, values in matrix.items() if name not in ("include", "exclude")}
    more, less = matrix.get("include", []), matrix.get("exclude", [])
    if not all(isinstance(values, list) for values in (*axes.values(), more, less)):
        return None
    if not all(isinstance(entry, Mapping) for entry in (*more, *less)):
        return None
    combinations = [dict(zip(axes, values)) for values in product(*axes.values())] if axes else []
    combinations = [leg for leg in combinations if not any(_matches(leg, entry) for entry in less)]
    of_axes = [dict(leg) for leg in combinations]
    alone: list[dict[str, object]] = []
    for entry in more:
        own = {key: value for key, value in entry.items() if key in axes}
        fitting = [number for number, leg in enumerate(of_axes) if _matches(leg, own)]
        for number in fitting:
            combinations[number].update(entry)
        if not fitting:
            alone.append({**own, **entry})
    product_legs = [Leg(_name(own), values) for own, values in zip(of_axes, combinations)]
    return (*product_legs, *(Leg(_name(values), values) for values in alone))


def _name(values: Mapping[str, object]) -> str:
    """The values between commas, those inside of lists and mappings too, without empty ones.

    What an `include` adds to a combination of the axes is not in its name.
    """
    return ", ".join(text for value in values.values() for text in _texts(value) if text)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield string_of(value)


def _matches(leg: Mapping[str, object], entry: Mapping[str, object]) -> bool:
    return all(leg.get(name) == value for name, value in entry.items())
