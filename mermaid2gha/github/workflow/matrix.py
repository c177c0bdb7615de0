"""`strategy.matrix`: the combinations for which GitHub runs a job, counted and made.

docs.github.com, Running variations of jobs in a workflow: the product of the axes, less what `exclude`
matches; an `include` adds to every combination whose axes it does not contradict, else it is one of its own.
What matches, and how combinations are named: actions/runner, src/Sdk/WorkflowParser/Conversion,
MatrixBuilder and ConvertToStrategy.

A product is never made where it can be counted: a few lines can stand for more combinations than any memory
holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import prod

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.expressions.values import equals, string_of

MOST_LEGS = 256
"""Combinations that one job can have (docs.github.com, Actions limits)."""

_MOST_WORK = 200_000
"""Comparisons after which counting ends: far more than a matrix of `MOST_LEGS` needs."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A combination. The name is what GitHub puts in parentheses behind the job's; `values` are `matrix`."""

    name: str
    values: Mapping[str, object]


def legs(matrix: object) -> tuple[Leg, ...] | None:
    """The combinations in GitHub's order; None where an expression decides them, or `matrix_fault` says why
    there are none."""
    found = legs_or_fault(matrix)
    return None if isinstance(found, str) else found


def legs_or_fault(matrix: object) -> tuple[Leg, ...] | str | None:
    """The combinations, or why there are none; None where an expression decides them."""
    if fault := matrix_fault(matrix):
        return fault
    shape = _shape(matrix)
    if shape is None:
        return None
    of_axes = _combinations(shape)
    combinations = [dict(leg) for leg in of_axes]
    alone: list[Mapping[str, object]] = []
    for entry in shape.include:
        fitting = [number for number, leg in enumerate(of_axes) if _fits(leg, shape.of_axes(entry))]
        for number in fitting:
            combinations[number].update(shape.beyond_axes(entry))
        if not fitting:
            alone.append({**shape.of_axes(entry), **shape.beyond_axes(entry)})
    product_legs = [Leg(_name(own), values) for own, values in zip(of_axes, combinations)]
    return (*product_legs, *(Leg(_name(values), values) for values in alone))


def leg_count(matrix: object) -> int | None:
    """How many combinations there are; None where an expression decides them, or it is no matrix.

    Beyond `MOST_LEGS` it may be fewer than there are, where excluded ones overlap in too many ways.
    """
    shape = _shape(matrix)
    if shape is None:
        return None
    counting = _Counting(shape)
    try:
        alone = sum(not counting.survivors(shape.of_axes(entry)) for entry in shape.include)
        return counting.survivors({}) + alone
    except _TooMuchWorkError:
        return max(MOST_LEGS + 1, counting.fewest)


def matrix_fault(matrix: object) -> str:
    """Why GitHub runs no combination of a matrix, in a few words; empty if it does, or if what an expression
    gives decides that."""
    if not isinstance(matrix, Mapping):
        return "" if _is_unknown(matrix) else "it is no mapping"
    for name, values in matrix.items():
        if not isinstance(values, list):
            if not _is_unknown(values):
                return f"`{name}` is no list"
        elif not values and name not in ("include", "exclude"):
            return f"the axis `{name}` has no values"
    has_axis = any(name not in ("include", "exclude") for name in matrix)
    if not has_axis and not matrix.get("include"):
        return "it has neither an axis nor a combination under `include`"
    if fault := _entry_fault(matrix):
        return fault
    count = leg_count(matrix)
    if count is not None and count > MOST_LEGS:
        return f"it has {count} combinations, and GitHub runs no more than {MOST_LEGS}"
    return ""


def _entry_fault(matrix: Mapping[str, object]) -> str:
    """What is wrong with an entry of `include` or `exclude`, if anything."""
    axes = {str(name).lower() for name in matrix if name not in ("include", "exclude")}
    for key in ("include", "exclude"):
        entries = matrix.get(key)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping) and not entry:
                return f"an entry of `{key}` is empty"
            if not isinstance(entry, Mapping) and not _is_unknown(entry):
                return f"an entry of `{key}` is no mapping"
            names = entry if key == "exclude" and isinstance(entry, Mapping) else ()
            if strange := [name for name in names if str(name).lower() not in axes]:
                return f"`exclude` names `{strange[0]}`, which is no axis"
    return ""


def _is_unknown(value: object) -> bool:
    return isinstance(value, str) and "${{" in value


@dataclass(frozen=True, slots=True)
class _Shape:
    """A matrix whose lists are all known. `names` are the axes by their names in lower case."""

    axes: Mapping[str, Sequence[object]]
    names: Mapping[str, str]
    include: Sequence[Mapping[str, object]]
    exclude: Sequence[Mapping[str, object]]

    def of_axes(self, entry: Mapping[str, object]) -> dict[str, object]:
        """What an entry says of axes."""
        return {self.names[key.lower()]: value for key, value in entry.items() if key.lower() in self.names}

    def beyond_axes(self, entry: Mapping[str, object]) -> dict[str, object]:
        return {key: value for key, value in entry.items() if key.lower() not in self.names}


def _shape(matrix: object) -> _Shape | None:
    if not isinstance(matrix, Mapping):
        return None
    axes = {str(name): values for name, values in matrix.items() if name not in ("include", "exclude")}
    include, exclude = matrix.get("include") or [], matrix.get("exclude") or []
    if not all(isinstance(values, list) for values in (*axes.values(), include, exclude)):
        return None
    if not all(isinstance(entry, Mapping) for entry in (*include, *exclude)):
        return None
    return _Shape(axes, {name.lower(): name for name in axes}, include, exclude)


class _TooMuchWorkError(Exception):
    """The combinations of a matrix are not counted to the end."""


class _Counting:
    """Combinations by what of `exclude` still fits them, axis by axis: bit i stands for its entry i."""

    def __init__(self, shape: _Shape) -> None:
        self.shape = shape
        self.work = 0
        self.everything = (1 << len(shape.exclude)) - 1
        self.masks: dict[str, list[int]] | None = None

    @property
    def fewest(self) -> int:
        """A number of combinations that there are at least."""
        sizes = {name: len(values) for name, values in self.shape.axes.items()}
        whole = prod(sizes.values()) if sizes else 0
        excluded = (self.shape.of_axes(entry) for entry in self.shape.exclude)
        return whole - sum(
            prod(size for name, size in sizes.items() if name not in entry) for entry in excluded
        )

    def survivors(self, fixed: Mapping[str, object]) -> int:
        """How many combinations fit an entry and are not excluded; no axes have none."""
        return self.layers(fixed)[0].get(self.everything, 0) if self.shape.axes else 0

    def layers(self, fixed: Mapping[str, object]) -> list[dict[int, int]]:
        """For each axis, and behind the last: how many ways on survive, by what still fits before it."""
        by_axis = [Counter(self.fitting(name, fixed)) for name in self.shape.axes]
        reached = [{self.everything}]
        for masks in by_axis:
            self.spend(len(reached[-1]) * len(masks))
            reached.append({state & mask for state in reached[-1] for mask in masks})
        ways = [{state: int(not state) for state in reached.pop()}]
        for masks in reversed(by_axis):
            after = ways[-1]
            ways.append(
                {
                    state: sum(count * after[state & mask] for mask, count in masks.items())
                    for state in reached.pop()
                }
            )
        return ways[::-1]

    def fitting(self, axis: str, fixed: Mapping[str, object]) -> list[int]:
        """The entries of `exclude` that fit each value of an axis, of those values that an entry allows."""
        masks = self.excluded()[axis]
        if axis not in fixed:
            return masks
        values = self.shape.axes[axis]
        self.spend(len(values))
        return [mask for mask, value in zip(masks, values) if _fits(value, fixed[axis])]

    def excluded(self) -> dict[str, list[int]]:
        """For each value of each axis the entries of `exclude` that it fits, as bits of their numbers."""
        if self.masks is not None:
            return self.masks
        self.masks = {name: [self.everything] * len(values) for name, values in self.shape.axes.items()}
        for number, entry in enumerate(self.shape.exclude):
            for axis, wanted in self.shape.of_axes(entry).items():
                values = self.shape.axes[axis]
                self.spend(len(values))
                for at in (at for at, value in enumerate(values) if not _fits(value, wanted)):
                    self.masks[axis][at] &= ~(1 << number)
        return self.masks

    def spend(self, work: int) -> None:
        self.work += work
        if self.work > _MOST_WORK:
            raise _TooMuchWorkError


def _combinations(shape: _Shape) -> list[dict[str, object]]:
    """The combinations of the axes that are not excluded, of which there are not too many."""
    if not shape.axes:
        return []
    counting = _Counting(shape)
    ways = counting.layers({})
    found: list[tuple[dict[str, object], int]] = [({}, counting.everything)]
    for (name, values), after in zip(shape.axes.items(), ways[1:]):
        masks = counting.fitting(name, {})
        found = [
            ({**begun, name: value}, state & mask)
            for begun, state in found
            for value, mask in zip(values, masks)
            if after[state & mask]
        ]
    return [leg for leg, _ in found]


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


def _fits(value: object, wanted: object) -> bool:
    """Whether a value has all that an entry asks of it: of mappings and lists, what is named there."""
    if isinstance(wanted, Mapping):
        return all(_fits(_member(value, str(key)), inner) for key, inner in wanted.items())
    if isinstance(wanted, list):
        there = value if isinstance(value, list) else []
        return all(_fits(there[at] if at < len(there) else None, inner) for at, inner in enumerate(wanted))
    return equals(value, wanted)


def _member(value: object, key: str) -> object:
    if not isinstance(value, Mapping):
        return None
    if key in value:
        return value[key]
    return next((inner for name, inner in value.items() if str(name).lower() == key.lower()), None)
