"""Filters of branches and tags: what several let pass together, and how they are asked for in an `if`.

Of the patterns of a filter that a name fits the last decides, and `!` before it refuses
(docs.github.com, Workflow syntax, `on.<push|pull_request>.<branches|tags>`). An expression has no patterns,
so it asks how a name begins and ends and what it contains: never for less than a pattern fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile, permutations

from mermaid2gha.github.expressions.ast import Call, Literal
from mermaid2gha.github.expressions.condition import (
    FALSE,
    Condition,
    all_of,
    any_of,
    conjuncts,
    equal,
    negation,
    reference,
)
from mermaid2gha.github.simulator.globs import literals

_OTHER_WILDCARDS = frozenset("?+[]\\")
_MOST_ORDERED = 5
"""Filters whose orders are all tried for one that lets the same pass: 120."""


def asked(subject: str, prefix: str, values: Sequence[str], others: Sequence[str]) -> Condition:
    """That a filter lets a name pass; `others` are the patterns of the filters beside it.

    What it refuses and an expression cannot say is left out, for without another filter that lets it pass it
    starts nothing.
    """
    test: Condition = FALSE
    for value in values:
        if not value.startswith("!"):
            test = any_of(test, _fits(subject, prefix, value))
        elif is_said(value[1:], prefix, others):
            test = without(test, _fits(subject, prefix, value[1:]))
    return test


def without(test: Condition, other: Condition) -> Condition:
    """A test in the cases in which another does not hold."""
    known = conjuncts(test)
    return all_of(test, negation(all_of(*(term for term in conjuncts(other) if term not in known))))


def is_exact(values: Sequence[str], prefix: str) -> bool:
    """Whether an `if` asks for just what a filter lets pass, but for slashes."""
    return all(
        _has_stars_alone(value) and _is_exact(prefix + begin, list(filter(None, rest)))
        for value in values
        for begin, *rest in [literals(value.removeprefix("!"))]
    )


def is_said(refused: str, prefix: str, others: Sequence[str]) -> bool:
    """Whether an `if` says that a name is refused: where it can say so, and surely so or because another
    filter lets such names pass. That `*` stops at a slash is nothing that it can say."""
    texts = literals(refused)
    if len(texts) == 1 or (refused.endswith("**") and _is_beginning(refused)):
        return True
    can_be_said = _has_stars_alone(refused) and _is_exact(
        prefix + texts[0], [text for text in texts[1:] if text]
    )
    return can_be_said and any(may_meet(refused, other) for other in others)


def _is_exact(begin: str, texts: Sequence[str]) -> bool:
    """Whether a name that begins so, and ends with or contains one more text, has both side by side."""
    if len(texts) > 1:
        return False
    return not any(
        text in begin or any(begin.endswith(text[:size]) for size in range(1, len(text))) for text in texts
    )


def _is_beginning(pattern: str) -> bool:
    return _has_stars_alone(pattern) and not any(literals(pattern)[1:])


def _has_stars_alone(pattern: str) -> bool:
    """Whether a pattern has no wildcards but `*` and `**`."""
    return _OTHER_WILDCARDS.isdisjoint(pattern)


def _fits(subject: str, prefix: str, pattern: str) -> Condition:
    first, *rest = literals(pattern)
    if not rest:
        return equal(subject, prefix + first)
    terms: list[Condition] = [Call("startswith", (reference(subject), Literal(prefix + first)))]
    terms += [Call("contains", (reference(subject), Literal(text))) for text in rest[:-1] if text]
    terms += [Call("endswith", (reference(subject), Literal(text))) for text in rest[-1:] if text]
    return all_of(*terms)


def may_meet(pattern: str, other: str) -> bool:
    """Whether a name may fit two patterns, by how it begins and ends."""
    (one, *more), (two, *others) = literals(pattern), literals(other)
    if not more and not others:
        return one == two
    for (exact, is_exact), wild in (((one, not more), (two, *others)), ((two, not others), (one, *more))):
        if is_exact:
            return exact.startswith(wild[0]) and exact.endswith(wild[-1])
    begins = one.startswith(two) or two.startswith(one)
    ends = more[-1].endswith(others[-1]) or others[-1].endswith(more[-1])
    return begins and ends


def covers(pattern: str, value: str) -> bool:
    """Whether a pattern surely fits all that another one fits: it is the same, or a beginning of it.

    A single `*` stops at a slash.
    """
    if pattern == value:
        return True
    begin = literals(pattern)[0]
    if not (pattern.endswith("*") and _is_beginning(pattern) and literals(value)[0].startswith(begin)):
        return False
    rest = value[len(begin) :] if value.startswith(begin) else "/"
    return pattern.endswith("**") or not ("**" in rest or {"/", "["} & {*rest})


def is_within(values: Sequence[str], others: Sequence[str]) -> bool:
    """Whether all that a filter lets pass passes another."""
    return all(
        _is_let_pass(value, values, others)
        for value in values
        if not value.startswith("!") and not _is_refused(value, values)
    )


def _is_let_pass(value: str, values: Sequence[str], others: Sequence[str]) -> bool:
    """Whether another filter lets pass what fits a pattern, but for what its own filter refuses, too."""
    covering = [at for at, other in enumerate(others) if not other.startswith("!") and covers(other, value)]
    return bool(covering) and all(
        not may_meet(other[1:], value) or _is_refused(other[1:], values)
        for other in others[covering[-1] :]
        if other.startswith("!")
    )


def _is_refused(value: str, values: Sequence[str]) -> bool:
    """Whether a filter surely refuses all that fits a pattern: nothing behind lets some of it pass again."""
    return any(
        one.startswith("!")
        and covers(one[1:], value)
        and not any(not later.startswith("!") and may_meet(later, value) for later in values[at + 1 :])
        for at, one in enumerate(values)
    )


def joined(filters: Sequence[tuple[str, ...]]) -> tuple[str, ...] | None:
    """One filter for all that pass one of these, or none if no order of them is one.

    What stands behind overrules what stands before it, so a filter may follow others of which it refuses
    nothing.
    """
    if not any(value.startswith("!") for values in filters for value in values):
        return tuple(dict.fromkeys(value for values in filters for value in values))
    for order in permutations(filters) if len(filters) <= _MOST_ORDERED else [_by_refusals(filters)]:
        if all(_keeps(before, values) for at, values in enumerate(order) for before in order[:at]):
            chained = [value for values in order for value in values]
            last = list(dict.fromkeys(chained[::-1]))[::-1]  # of two alike the last counts
            return tuple(dropwhile(lambda value: value.startswith("!"), last))
    return None


def _by_refusals(filters: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The widest first: those that refuse something before the others."""
    return sorted(filters, key=lambda values: not any(value.startswith("!") for value in values))


def _keeps(before: Sequence[str], values: Sequence[str]) -> bool:
    """Whether a filter refuses nothing that one before it lets pass."""
    return all(
        _is_refused_or_apart(refused[1:], accepted, before)
        for refused in values
        if refused.startswith("!")
        for accepted in before
        if not accepted.startswith("!")
    )


def _is_refused_or_apart(refused: str, accepted: str, before: Sequence[str]) -> bool:
    return not may_meet(refused, accepted) or _is_refused(refused, before[before.index(accepted) :])
