"""Conditions: what an `if` says, as trees of the expression language.

Trees are built with `all_of`, `any_of` and `negation`, which flatten, drop repetitions and settle constants.
What people wrote as one expression stays one question in them (`whole`): it is neither taken apart nor
turned inside out, so that they find their words again.

The normal form of a condition (`github.logic.dnf`) and its truth table (`github.logic.equivalence`) are
analyses of it.
"""

from __future__ import annotations

from functools import lru_cache

from mermaid2gha.base.records import replace
from mermaid2gha.github.expressions.ast import (
    Call,
    Comparison,
    Context,
    Index,
    Literal,
    Logical,
    Node,
    Not,
    text_of,
)

Condition = Node

TRUE = Literal(True)
FALSE = Literal(False)
ALWAYS = Call("always", ())
NOT_CANCELLED = Not(Call("cancelled", ()))
NEVER = Not(ALWAYS)
"""What is false in an `if`; linters take a plain `false` for a slip."""

_OPPOSITE = {"==": "!=", "!=": "=="}


@lru_cache(maxsize=1 << 12)
def reference(path: str) -> Node:
    """A property of a context by its path, `github.event_name`; each part is a legal name."""
    context, *properties = path.split(".")
    node: Node = Context(context)
    for name in properties:
        node = Index(node, Literal(name))
    return node


@lru_cache(maxsize=1 << 12)  # the same are asked again and again, and one object is quickly compared
def equal(path: str, value: str | bool) -> Comparison:
    """That a property of a context has a value."""
    return Comparison("==", reference(path), Literal(value))


@lru_cache(maxsize=1 << 12)
def unequal(path: str, value: str | bool) -> Comparison:
    """That a property of a context has another value than this."""
    return Comparison("!=", reference(path), Literal(value))


def whole(node: Node) -> Condition:
    """An expression of somebody's as one question: also a constant, by which people switch a job off."""
    match node:
        case Literal():
            return Logical("&&", (node,), is_whole=True)
        case Logical():
            return replace(node, is_whole=True)
        case Not(Logical() as operand):
            return replace(node, operand=replace(operand, is_whole=True))
        case _:
            return node


@lru_cache(maxsize=1 << 12)
def negation(condition: Condition) -> Condition:
    """The opposite. That of `a < b` is not `a >= b`: with a NaN both comparisons are false."""
    match condition:
        case Literal(bool(value)):
            return FALSE if value else TRUE
        case Not(operand):
            return operand
        case Comparison("==" | "!=" as operator, left, right):
            return Comparison(_OPPOSITE[operator], left, right)
        case Logical("&&", operands, is_whole=False):
            return any_of(*map(negation, operands))
        case Logical(_, operands, is_whole=False):
            return all_of(*map(negation, operands))
        case _:
            return Not(condition)


def all_of(*terms: Condition) -> Condition:
    """The conjunction, flat: nested conjunctions join, `x && !x` is false."""
    return _joined("&&", terms)


def any_of(*terms: Condition) -> Condition:
    """The disjunction, flat: nested disjunctions join, `x || !x` is true."""
    return _joined("||", terms)


@lru_cache(maxsize=1 << 14)  # those of a job are joined in one pass after the other
def _joined(operator: str, terms: tuple[Condition, ...]) -> Condition:
    flat: dict[Condition, None] = {}
    for term in terms:
        if isinstance(term, Literal) and isinstance(term.value, bool):
            if term.value is (operator == "||"):
                return TRUE if term.value else FALSE
        elif isinstance(term, Logical):
            flat |= dict.fromkeys(_terms(operator, term))
        else:
            flat[term] = None
    if _has_opposites(flat):
        return TRUE if operator == "||" else FALSE
    if len(flat) > 1:
        return Logical(operator, tuple(flat))
    return next(iter(flat), FALSE if operator == "||" else TRUE)


def _has_opposites(terms: dict[Condition, None]) -> bool:
    """Whether one of these questions is the negation of another: one of the two is `!x` or `a != b` then."""
    return len(terms) > 1 and any(
        negation(term) in terms
        for term in terms
        if isinstance(term, Not) or (isinstance(term, Comparison) and term.operator == "!=")
    )


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """What must all be true; a question is one by itself."""
    return _terms("&&", condition)


def disjuncts(condition: Condition) -> tuple[Condition, ...]:
    """What is enough, each by itself; a question is one by itself."""
    return _terms("||", condition)


def _terms(operator: str, condition: Condition) -> tuple[Condition, ...]:
    if isinstance(condition, Logical) and condition.operator == operator and not condition.is_whole:
        return condition.operands
    return (condition,)


@lru_cache(maxsize=1 << 14)  # it is asked for by its length before it is written
def expression(condition: Condition) -> str:
    """The condition as one line of GitHub's expression language.

    An operand that is itself a conjunction or a disjunction is in parentheses; what people wrote as one
    expression has no more of them than it needs.
    """
    if isinstance(condition, Logical) and not condition.is_whole:
        return f" {condition.operator} ".join(map(operand, condition.operands))
    return _question(condition)


_question = lru_cache(maxsize=1 << 16)(text_of)
"""The text of a question; most are asked in many conditions."""


def operand(condition: Condition) -> str:
    """The text of a condition as an operand of `&&` or `||`."""
    is_loose = isinstance(condition, Logical) and len(condition.operands) > 1
    return f"({expression(condition)})" if is_loose else expression(condition)
