"""Drawn conditions before they are settled: trees over what is decided, of which each leaf is free.

A leaf is a flag, an expression of GitHub, or the failure that a fragment is about. Whether one condition
implies another is asked of the drawing, where nobody knows what values a flag or an expression can have.
"""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.logic.equivalence import Formula, Operation

_MOST_BRANCHES = 4096


@dataclass(frozen=True, slots=True)
class Flag:
    """An output of the job that decides, or a repository variable: `needs.JOB.outputs.NAME`, `vars.NAME`."""

    subject: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition in GitHub's own words, negations around the whole taken off."""

    formula: Formula


@dataclass(frozen=True, slots=True)
class Failure:
    """That something before a fragment failed."""

    fragment: int


Leaf = Flag | Expression | Failure
Tree = bool | Leaf | tuple[Operation, tuple["Tree", ...]]


def both(*parts: Tree) -> Tree:
    """The conjunction, flat, each part once."""
    flat: dict[Tree, None] = {}
    for part in parts:
        if isinstance(part, tuple) and part[0] is Operation.ALL:
            flat |= dict.fromkeys(part[1])
        elif part is not True:
            flat[part] = None
    if False in flat:
        return False
    return next(iter(flat)) if len(flat) == 1 else (Operation.ALL, tuple(flat)) if flat else True


def either(*parts: Tree) -> Tree:
    """The disjunction, each part once."""
    left = dict.fromkeys(part for part in parts if part is not False)
    if True in left:
        return True
    return next(iter(left)) if len(left) == 1 else (Operation.ANY, tuple(left)) if left else False


def opposite(tree: Tree) -> Tree:
    """The negation, without two of them."""
    if isinstance(tree, bool):
        return not tree
    if isinstance(tree, tuple) and tree[0] is Operation.NOT:
        return tree[1][0]
    return Operation.NOT, (tree,)


def expression(formula: Formula) -> Tree:
    """The tree of an expression, which is one leaf or the opposite of one."""
    if isinstance(formula, tuple) and formula[0] is Operation.NOT:
        return opposite(expression(formula[1][0]))
    return formula if isinstance(formula, bool) else Expression(formula)


def leaves(tree: Tree) -> Iterator[Leaf]:
    """The leaves from left to right."""
    if isinstance(tree, tuple):
        for part in tree[1]:
            yield from leaves(part)
    elif not isinstance(tree, bool):
        yield tree


def implies(one: Tree, other: Tree) -> bool:
    """Whether a condition implies another, whatever each leaf is; false where it is too long to find out."""
    if other is True or one == other:
        return True
    parts, wanted = (
        set(tree[1]) if isinstance(tree, tuple) and tree[0] is Operation.ALL else {tree}
        for tree in (one, other)
    )
    return wanted <= parts or is_impossible(both(one, opposite(other)))


def depends_on(tree: Tree, chosen: frozenset[Leaf]) -> bool:
    """Whether some of these leaves make a difference to a condition."""
    parts = tree[1] if isinstance(tree, tuple) and tree[0] is Operation.ALL else (tree,)
    asked = [leaf for part in parts for leaf in leaves(part)]
    if len(set(asked)) == len(parts) == len(asked):  # each part has a leaf of its own, and none is idle
        return not chosen.isdisjoint(asked)
    asked = [leaf for leaf in dict.fromkeys(leaves(tree)) if leaf in chosen]
    return any(
        not (implies(with_leaf(tree, leaf, True), other) and implies(other, with_leaf(tree, leaf, True)))
        for leaf in asked
        for other in [with_leaf(tree, leaf, False)]
    )


def is_impossible(tree: Tree) -> bool:
    """Whether no choice of the leaves makes a condition true: leaf by leaf, each true and false
    (Davis, Logemann and Loveland 1962, without look-ahead, for drawn conditions are short)."""
    waiting = [tree]
    for _ in range(_MOST_BRANCHES):
        if not waiting:
            return True
        left = waiting.pop()
        leaf = next(leaves(left), None)
        if leaf is not None:
            waiting += [with_leaf(left, leaf, False), with_leaf(left, leaf, True)]
        elif left is True:
            return False
    return False


def with_leaf(tree: Tree, leaf: Leaf, value: bool) -> Tree:
    """What remains of a condition where one leaf is known."""
    if not isinstance(tree, tuple):
        return value if tree == leaf else tree
    parts = [with_leaf(part, leaf, value) for part in tree[1]]
    match tree[0]:
        case Operation.ALL:
            return both(*parts)
        case Operation.ANY:
            return either(*parts)
        case _:
            return opposite(parts[0])
