"""Conditions as trees: what an `if` says, before it is text.

A `Test` is one indivisible GitHub expression that gives true or false; `All` and `AnyOf` combine. Trees are
built with `all_of`, `any_of` and `negation`, which flatten, drop repetitions and settle constants, so that
parentheses can be set from the tree (joined text loses them).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from mermaid2gha.base.records import dataclass


@dataclass(frozen=True, slots=True)
class Test:
    """One expression and its opposite; `is_loose` if the text has `&&` or `||` outside parentheses."""

    text: str
    opposite: str
    is_loose: bool = False
    is_opposite_loose: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """True when every term is; without terms it is true."""

    terms: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when some term is; without terms it is false."""

    terms: tuple[Condition, ...]


Condition = Test | All | AnyOf

TRUE = All(())
FALSE = AnyOf(())
NEVER = Test("!always()", "always()")
"""What is false in an `if`; linters take a plain `false` for a slip."""


def negation(condition: Condition) -> Condition:
    match condition:
        case Test(text, opposite, is_loose, is_opposite_loose):
            return Test(opposite, text, is_opposite_loose, is_loose)
        case All(terms):
            return any_of(*(negation(term) for term in terms))
        case AnyOf(terms):
            return all_of(*(negation(term) for term in terms))
        case _:
            assert_never(condition)


def all_of(*terms: Condition) -> Condition:
    """The conjunction, flat: nested conjunctions join, `x && !x` is false."""
    flat: dict[Condition, None] = {}
    for term in terms:
        for part in term.terms if isinstance(term, All) else (term,):
            flat[part] = None
    if FALSE in flat or _has_opposites(flat):
        return FALSE
    return next(iter(flat)) if len(flat) == 1 else All(tuple(flat))


def any_of(*terms: Condition) -> Condition:
    """The disjunction, flat: nested disjunctions join, `x || !x` is true."""
    flat: dict[Condition, None] = {}
    for term in terms:
        for part in term.terms if isinstance(term, AnyOf) else (term,):
            flat[part] = None
    if TRUE in flat or _has_opposites(flat):
        return TRUE
    return next(iter(flat)) if len(flat) == 1 else AnyOf(tuple(flat))


def _has_opposites(terms: Iterable[Condition]) -> bool:
    """Whether one of these tests is the negation of another."""
    tests = [term for term in terms if isinstance(term, Test)]
    return len(tests) > 1 and not {test.text for test in tests}.isdisjoint(test.opposite for test in tests)


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    return condition.terms if isinstance(condition, All) else (condition,)


def expression(condition: Condition) -> str:
    """The condition as one line of GitHub's expression language, with no more parentheses than it needs."""
    match condition:
        case Test(text):
            return text
        case All(()):
            return "true"
        case AnyOf(()):
            return "false"
        case All(terms):
            return " && ".join(operand(t) for t in terms)
        case AnyOf(terms):
            return " || ".join(operand(t) for t in terms)
        case _:
            assert_never(condition)


def operand(condition: Condition) -> str:
    """The text of a condition as an operand of `&&` or `||`."""
    is_loose = condition.is_loose if isinstance(condition, Test) else len(condition.terms) > 1
    return f"({expression(condition)})" if is_loose else expression(condition)
