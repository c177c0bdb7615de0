"""Conditions as sums of products, for reasoning: which implies which, what remains of one given another.

A literal is an atom with the value that it must have; a cube is a conjunction of literals, a `Sum` a
disjunction of cubes. Atoms are independent of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import combinations

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.github.expressions.condition import (
    TRUE,
    Condition,
    all_of,
    any_of,
    expression,
    negation,
    whole,
)


class AtomKind(Enum):
    """Where an atom's truth comes from."""

    FLAG = "flag"
    VARIABLE = "variable"
    EXPRESSION = "expression"
    FAILURE = "failure"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Atom:
    """Something that is true or not in a run.

    A flag has its decider's job id as `owner` and the output as `name`; a variable its name; an expression
    its text, and so has a term that people added. A failure is that of what stands before a fragment: `owner`
    tells the fragment. `test` is how it reads in an `if` (a failure has none: the results that show it are
    tested instead).
    """

    kind: AtomKind
    owner: str
    name: str


Literal = tuple[Atom, bool]
Cube = frozenset[Literal]
Sum = frozenset[Cube]

NOTHING: Sum = frozenset()
CERTAIN: Sum = frozenset({frozenset()})


def literal(atom: Atom, value: bool = True) -> Sum:
    """The condition that an atom is true, or that it is not."""
    return frozenset({frozenset({(atom, value)})})


def expression_literal(asked: Condition) -> tuple[Literal, Condition]:
    """The literal of an expression, and what its atom asks: an expression and its opposite are one atom, that
    of the two which comes first by alphabet."""
    opposed = negation(asked)
    is_positive = expression(asked) <= expression(opposed)
    test = asked if is_positive else opposed
    return (Atom(AtomKind.EXPRESSION, "", expression(test)), is_positive), test


def both(one: Sum, other: Sum) -> Sum:
    """The conjunction."""
    if one == CERTAIN:
        return other
    if other == CERTAIN:
        return one
    return simplified({a | b for a in one for b in other if not _contradict(a, b)})


def either(one: Sum, other: Sum) -> Sum:
    """The disjunction."""
    return simplified(set(one | other))


def opposite(condition: Sum) -> Sum:
    """The negation."""
    result = CERTAIN
    for cube in condition:
        result = both(result, frozenset(frozenset({(atom, not value)}) for atom, value in cube))
    return result


def implies(one: Sum, other: Sum) -> bool:
    """Whether a condition implies another, cube by cube (sound; complete for single cubes)."""
    if other == CERTAIN or one == other:
        return True
    first, second = _in_terms(one), _in_terms(other)
    return all(any(weaker <= cube for weaker in second) for cube in first)


def _in_terms(condition: Sum) -> Sum:
    """A condition with the terms of its conjunctions in their place: where `a && b` holds, so does `a`."""
    if all(atom.kind is not AtomKind.EXPRESSION for cube in condition for atom, _ in cube):
        return condition
    return frozenset(frozenset().union(*map(_terms, cube)) for cube in condition)


@lru_cache(maxsize=1 << 12)
def _terms(literal: Literal) -> Cube:
    atom, value = literal
    if atom.kind is not AtomKind.EXPRESSION:
        return frozenset({literal})
    from mermaid2gha.github.expressions.parser import parsed  # late, both: most are words, and they bring the
    from mermaid2gha.github.expressions.template import terms  # tables and the evaluator

    asked = parsed(atom.name)
    parts = terms(asked if value else negation(asked))
    if len(parts) == 1:
        return frozenset({literal})
    return frozenset(expression_literal(whole(part))[0] for part in parts)


_MOST_LITERALS = 8


@dataclass(slots=True)
class ConditionIndex:
    """Bit sets by condition, for the question which conditions one implies."""

    masks: dict[Sum, int] = field(default_factory=dict)
    several: list[Sum] = field(default_factory=list)

    def add(self, condition: Sum, mask: int) -> None:
        condition = _in_terms(condition)
        if condition not in self.masks and len(condition) != 1:
            self.several.append(condition)
        self.masks[condition] = self.masks.get(condition, 0) | mask

    def implied_by(self, condition: Sum) -> int:
        """The union of the masks of all conditions that this one implies, by `implies`.

        A single cube implies the sums made of one of its subsets, which are looked up; only sums of
        several cubes, and cubes of very many literals, are compared one by one.
        """
        condition = _in_terms(condition)
        result = 0
        others: Iterable[Sum] = self.masks
        if len(condition) == 1 and len(cube := next(iter(condition))) <= _MOST_LITERALS:
            literals = tuple(cube)
            for size in range(len(literals) + 1):
                for part in combinations(literals, size):
                    result |= self.masks.get(frozenset({frozenset(part)}), 0)
            others = self.several
        for other in others:
            if implies(condition, other):
                result |= self.masks[other]
        return result


def simplified(cubes: set[Cube]) -> Sum:
    """The same disjunction without cubes that others cover, `x & a | !x & a` joined to `a`.

    What is joined first decides what is left to join, so cubes and literals are taken in one order.
    """
    changed = len(cubes) > 1
    while changed:
        changed = False
        cubes = {c for c in cubes if not any(other < c for other in cubes)}
        for cube in sorted(cubes, key=_in_order):
            for atom, value in sorted(cube, key=_literal_order):
                twin = (cube - {(atom, value)}) | {(atom, not value)}
                if twin in cubes:
                    cubes -= {cube, twin}
                    cubes.add(cube - {(atom, value)})
                    changed = True
                    break
            if changed:
                break
    return frozenset(cubes)


def _in_order(cube: Cube) -> tuple[int, list[tuple[str, str, str, bool]]]:
    return len(cube), sorted(map(_literal_order, cube))


def _literal_order(literal: Literal) -> tuple[str, str, str, bool]:
    atom, value = literal
    return atom.kind.value, atom.owner, atom.name, value


def _contradict(one: Cube, other: Cube) -> bool:
    short, long = sorted((one, other), key=len)
    return any((atom, not value) in long for atom, value in short)


def without(condition: Sum, known: Sum) -> Sum:
    """What remains to be tested of a condition where a single known cube is true already."""
    if condition == known:
        return CERTAIN
    if len(known) != 1:
        return condition
    (true,) = known
    return simplified({cube - true for cube in condition if not _contradict(cube, true)})


@lru_cache(maxsize=1 << 12)  # every job asks it of those around it
def without_failures(condition: Sum) -> Sum:
    """A condition without its literals over failures: results are tested in their stead."""
    return simplified({frozenset(x for x in cube if x[0].kind is not AtomKind.FAILURE) for cube in condition})


@lru_cache(maxsize=1 << 12)
def without_people(condition: Sum) -> Sum:
    """A condition without the terms that people added to it."""
    return simplified({frozenset(x for x in cube if x[0].kind is not AtomKind.PEOPLE) for cube in condition})


def has_people(condition: Sum) -> bool:
    """Whether a condition has a term of people's."""
    return any(atom.kind is AtomKind.PEOPLE for cube in condition for atom, _ in cube)


def condition(one: Sum, asked: Callable[[Atom, bool], Condition], rank: Mapping[Atom, int]) -> Condition:
    """A condition as a tree of what is asked of each literal; `rank` orders its cubes and literals."""
    if one == CERTAIN:
        return TRUE

    def key(cube: Cube) -> list[tuple[int, bool]]:
        return sorted((rank[atom], not value) for atom, value in cube)

    products = []
    for cube in sorted(one, key=key):
        ordered = sorted(cube, key=lambda x: (rank[x[0]], not x[1]))
        products.append(all_of(*(asked(atom, value) for atom, value in ordered)))
    return any_of(*products)
