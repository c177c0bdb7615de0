"""How the text of a fragment is read: the settings' word first, then GitHub's, then plain words."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.github.expressions import condition as conditions
from mermaid2gha.github.expressions.condition import Condition
from mermaid2gha.mermaid.ast import Operator
from mermaid2gha.settings.model import OUTCOMES, Settings, folded

CONTEXTS = frozenset({"github", "inputs", "vars", "needs"})
_SOUNDS_LIKE_CODE = late(r"[=!<>]=|&&|\|\||[()]|\b(?:github|inputs|vars|needs)\.|^!|^(?:true|false)$")
_STOP = late(r"\b(?:stop|stops|exit|exits|skip|skips)\b", re.IGNORECASE)
_EACH = late(r"(?:for\s+)?(?:each|every)\s+(?!\d)(.+)", re.IGNORECASE)
_TIMES = late(r"\b(\d+)\s*(?:times|attempts|tries|retries|x\b)", re.IGNORECASE)
_RETRY = late(r"\bretry|\bretries\b|\bretrying\b", re.IGNORECASE)
_TIME = late(r"(?:minute|min|hour|day|night|week|month|morning|evening|sec)", re.IGNORECASE)


class Meaning(Enum):
    """What kind of guard a text is."""

    EXPRESSION = "expression"
    SUCCESS = "success"
    FAILURE = "failure"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard read: an expression's condition, or the text of a flag (empty: named by what it holds)."""

    meaning: Meaning
    text: str = ""
    condition: Condition = conditions.TRUE


class LoopKind(Enum):
    """What a loop repeats."""

    MATRIX = "matrix"
    RETRY = "retry"
    TIME = "time"
    OTHER = "other"


def guard(text: str, settings: Settings) -> Guard:
    """The guard that a text is; texts that say no more than `if needed` count as none."""
    bare = " ".join(labels.lines(text))
    for name, given in settings.conditions:
        if folded(name) == folded(bare):
            if given.expression.strip() in OUTCOMES:
                is_failure = given.expression.strip() == "failure()"
                return Guard(Meaning.FAILURE if is_failure else Meaning.SUCCESS, bare)
            return Guard(Meaning.EXPRESSION, bare, checked_expression(given.expression))
    return _plain_guard(bare)


@lru_cache(
    maxsize=1 << 12
)  # each is asked for several times: what it decides, how it ends, what it is called
def _plain_guard(bare: str) -> Guard:
    if _SOUNDS_LIKE_CODE.search(bare):
        found = read_expression(bare)
        if found is not None:
            return Guard(Meaning.EXPRESSION, bare, found)
    if labels.has_word(bare, labels.FAILING):
        return Guard(Meaning.FAILURE, bare)
    if labels.has_word(bare, labels.SUCCEEDING):
        return Guard(Meaning.SUCCESS, bare)
    return Guard(Meaning.FLAG, "" if labels.folded(bare).rstrip("?") in labels.EMPTY_CONDITIONS else bare)


def read_expression(text: str) -> Condition | None:
    """A text as a condition if it is, as a whole, a well-typed boolean expression (promise 7)."""
    from mermaid2gha.github.expressions.checker import condition_test

    found = condition_test(text, contexts=CONTEXTS)
    return None if isinstance(found, list) else found


def checked_expression(text: str) -> Condition:
    """The condition of an expression of the settings, which have been checked when they were read."""
    found = read_expression(text)
    assert found is not None, text
    return found


def outcome(operator: Operator, guards: list[str], index: int, settings: Settings) -> Meaning | None:
    """Whether an operand is a branch of success or of failure, told by its guard or, for a last `else`
    without one, by the guard that it answers."""
    if operator is Operator.CRITICAL:
        return Meaning.FAILURE if index else Meaning.SUCCESS
    if operator not in (Operator.OPT, Operator.ALT, Operator.BREAK):
        return None
    meaning = guard(guards[index], settings).meaning
    if meaning in (Meaning.SUCCESS, Meaning.FAILURE):
        return meaning
    if operator is Operator.ALT and index == len(guards) - 1 == 1:
        first = guard(guards[0], settings).meaning
        if first is Meaning.SUCCESS:
            return Meaning.FAILURE
        if first is Meaning.FAILURE:
            return Meaning.SUCCESS
    return None


def is_stop(operator: Operator, text: str) -> bool:
    """Whether an operand ends the fragment around it."""
    return operator is Operator.BREAK or (
        operator in (Operator.ALT, Operator.OPT) and bool(_STOP.search(text))
    )


def loop_kind(text: str) -> tuple[LoopKind, str]:
    """What a loop repeats (waiting is told elsewhere), with the axis of a matrix or the number of tries."""
    bare = " ".join(labels.lines(text))
    if match := _EACH.match(bare):
        axis = match[1]
        return (LoopKind.TIME, bare) if _TIME.match(axis) else (LoopKind.MATRIX, axis)
    if re.match(r"every\s+\d", bare, re.IGNORECASE):
        return LoopKind.TIME, bare
    times = _TIMES.search(bare)
    if times or _RETRY.search(bare):
        return LoopKind.RETRY, times[1] if times else "3"
    return LoopKind.OTHER, bare
