"""`strategy.matrix`: the combinations for which GitHub runs a job.

docs.github.com, Running variations of jobs in a workflow: the product of the axes, less what `exclude`
matches; an `include` adds to every combination whose axes it does not contradict, else it is one of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

MOST = 256
"""GitHub refuses a matrix of more jobs."""


def legs(matrix: object) -> tuple[dict[str, object], ...] | None:
    """The combinations in GitHub's order; None where an expression decides them, or it is no matrix."""
    if not isinstance(matrix, Mapping):
        return None
    axes = {str(name): values for name, values in matrix.items() if name not in ("include", "exclude")}
    more, less = matrix.get("include", []), matrix.get("exclude", [])
    if not all(isinstance(values, list) for values in (*axes.values(), more, less)):
        return None
    if not all(isinstance(entry, Mapping) for entry in (*more, *less)):
        return None
    found = [dict(zip(axes, values)) for values in product(*axes.values())] if axes else []
    found = [leg for leg in found if not any(_matches(leg, entry) for entry in less)]
    drawn = [dict(leg) for leg in found]
    for entry in more:
        fitting = [
            n for n, leg in enumerate(drawn) if all(leg.get(k, v) == v for k, v in entry.items() if k in axes)
        ]
        for number in fitting:
            found[number].update(entry)
        if not fitting:
            found.append(dict(entry))
    return tuple(found)


def leg_name(leg: Mapping[str, object]) -> str:
    """How GitHub names a combination after the job's name: its values between commas."""
    return ", ".join(str(value).lower() if isinstance(value, bool) else str(value) for value in leg.values())


def _matches(leg: Mapping[str, object], entry: Mapping[str, object]) -> bool:
    return all(leg.get(name) == value for name, value in entry.items())
