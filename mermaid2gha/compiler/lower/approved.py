"""Approvals while a diagram is walked: who waits for people, and what of it is always before a place.

The rules are those of docs/language.md#messages-artifacts-and-waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import Fragment
from mermaid2gha.compiler.lower.operands import OperandTree
from mermaid2gha.compiler.vocabulary.guards import Meaning
from mermaid2gha.mermaid.ast import Operator


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval that waits for its job: the environment, where it is drawn, and the operand."""

    environment: str
    span: Span
    operand: int


@dataclass(frozen=True, slots=True)
class Approved:
    """The environment of an approval, and where the next job after it stands: its lifeline, the points before
    it there, and the operand of the approval; `jobs` are those after it that wait for people.

    All jobs at that place wait for the approval, such as the first ones of the operands of a `par`, and so
    does each job further down of which none of these is always before.
    """

    environment: str
    lifeline: str
    before: tuple[int, ...]
    operand: int
    jobs: tuple[int, ...] = ()


def awaited(
    pending: Sequence[Approval], tree: OperandTree, *, through: Set[int]
) -> tuple[tuple[Approval, ...], tuple[Approval, ...]]:
    """The approvals that what begins at the place of the walk waits for, and those that go on waiting: what
    stands in another operand of a fragment is for what follows behind that, and for none of what runs instead
    of it; `through` are the fragments of which all operands run."""
    here = tuple(one for one in pending if not _is_beside(one.operand, tree, through))
    return here, tuple(one for one in pending if one not in here)


def around_all(places: Iterable[Approval], tree: OperandTree) -> int:
    """The innermost operand that is around all of some approvals and the place of the walk."""
    around = min(one.operand for one in places)
    while not tree.is_within(tree.current, around):
        around = tree.all[around].parent
    return around


def _is_beside(place: int, tree: OperandTree, through: Set[int]) -> bool:
    """Whether a place and that of the walk are in two operands of a fragment of which one alone runs."""
    around = {tree.all[operand].fragment: operand for operand in _chain(tree.current, tree)}
    return any(
        around.get(tree.all[operand].fragment, operand) != operand
        for operand in _chain(place, tree)
        if tree.all[operand].fragment not in through
    )


def _chain(operand: int, tree: OperandTree) -> Iterator[int]:
    while operand > 0:
        yield operand
        operand = tree.all[operand].parent


def is_always_before(
    asking: Iterable[int], tree: OperandTree, fragments: Sequence[Fragment], *, through: Set[int]
) -> bool:
    """Whether something in one of some operands is before the place of the walk in whatever way the fragments
    between are gone through; `through` are those of which all operands are."""
    found = set(asking)
    for operand in sorted(found, reverse=True):
        home = operand
        while not tree.is_within(tree.current, home) and _is_passed(home, found, tree, fragments, through):
            home = tree.all[home].parent
            found.add(home)
        beside = _around(operand, home, tree) & _around(tree.current, home, tree)
        is_beside = any(fragments[number].operator is not Operator.CRITICAL for number in beside)
        if tree.is_within(tree.current, home) and not is_beside:
            return True
    return False


def _is_passed(
    number: int, asking: Set[int], tree: OperandTree, fragments: Sequence[Fragment], through: Set[int]
) -> bool:
    """Whether, of what stands after the fragment of an operand, one of some operands is always before."""
    operand = tree.all[number]
    if operand.fragment in through:
        return True
    fragment = fragments[operand.fragment]
    if fragment.operator is Operator.CRITICAL:
        return operand.index == 0
    indexes = {
        other.index for other in map(tree.all.__getitem__, asking) if other.fragment == fragment.number
    }
    meanings = {guard.outcome for guard in fragment.read}
    is_complete = fragment.read[-1].is_rest or {Meaning.SUCCESS, Meaning.FAILURE} <= meanings
    return is_complete and len(indexes) == len(fragment.read)


def _around(operand: int, outer: int, tree: OperandTree) -> set[int]:
    """The fragments around an operand, up to what is around both it and another."""
    fragments: set[int] = set()
    while operand > outer:
        fragments.add(tree.all[operand].fragment)
        operand = tree.all[operand].parent
    return fragments
