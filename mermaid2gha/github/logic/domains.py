"""What a condition asks of each value that it reads, and the values that answer differently.

A *subject* is a value named by a path of properties, `github.event_name` or `needs.build.result`. A *probe*
asks one thing of it: its truth, equality with a literal, or a part of its text. All that a set of probes can
answer of a subject is its *domain*: a few values, one for each way to answer. Comparisons with different
literals exclude each other there by themselves, for each value is asked, by the evaluator's own rules.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.github.expressions.ast import NAME, Call, Comparison, Context, Index, Literal, Node, text_of
from mermaid2gha.github.expressions.functions import GENERAL
from mermaid2gha.github.expressions.values import equals, is_true, number, string_of, upper

Value = bool | float | str | dict[str, object] | None

RESULTS = ("success", "failure", "cancelled", "skipped")
_FRESH = "\x00"
_STRINGS = ("env", "secrets", "vars")
_STRING_PROPERTIES = frozenset(
    "actor base_ref event_name head_ref job ref ref_name ref_type repository repository_owner sha "
    "triggering_actor workflow".split()
)


@dataclass(frozen=True, slots=True)
class Probe:
    """A question about a subject; `asks` is `truth`, `==`, or a function of text, by its lower-case name.

    The subject is spelt in lower case; a text that is compared whatever its case is in upper case.
    """

    subject: str
    asks: str
    literal: bool | float | str | None = None
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)

    def answer(self, value: Value) -> bool:
        match self.asks:
            case "truth":
                return is_true(value)
            case "==":
                return equals(value, self.literal)
            case _:
                return is_true(GENERAL[self.asks](value, self.literal))


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a domain with its answers to the domain's probes, in their order."""

    value: Value = field(compare=False)
    answers: tuple[bool, ...]


def probe_of(node: Node) -> Probe | None:
    """The probe that a node is, or none where it asks something else; `!=` is no probe but its `==` is."""
    match node:
        case Index():
            subject = subject_of(node)
            return Probe(subject, "truth") if subject else None
        case Comparison("==", Literal(value), other) | Comparison("==", other, Literal(value)):
            subject = subject_of(other)
            return Probe(subject, "==", _folded(value)) if subject else None
        case Call("contains" | "startswith" | "endswith" as name, (one, Literal(value))):
            subject = subject_of(one)
            return Probe(subject, name, _folded(value)) if subject else None
        case _:
            return None


def _folded(value: bool | float | str | None) -> bool | float | str | None:
    return upper(value) if isinstance(value, str) else value


@lru_cache(maxsize=1 << 14)
def subject_of(node: Node) -> str:
    """The subject that a node is, in lower case; empty where it is none."""
    names: list[str] = []
    while isinstance(node, Index):
        if not (isinstance(node.key, Literal) and isinstance(node.key.value, str)):
            return ""
        names.append(node.key.value.lower())
        node = node.of
    if not isinstance(node, Context) or not names:
        return ""
    if all(map(NAME.fullmatch, names)):
        return ".".join((node.name, *reversed(names)))
    whole: Node = node
    for name in reversed(names):
        whole = Index(whole, Literal(name))
    return text_of(whole)


@lru_cache(maxsize=1 << 14)
def canonical(node: Node) -> Node:
    """The tree in one spelling: names in lower case, texts that are compared in upper case, `==` sorted."""
    match node:
        case Index(of, Literal(str(name))):
            return Index(canonical(of), Literal(name.lower()))
        case Index(of, key):
            return Index(canonical(of), None if key is None else canonical(key))
        case Comparison(("==" | "!=") as operator, left, right):
            first, second = sorted((_compared(left), _compared(right)), key=text_of)
            return Comparison(operator, first, second)
        case Comparison(operator, left, right):
            return Comparison(operator, _compared(left), _compared(right))
        case Call(("contains" | "startswith" | "endswith") as name, arguments):
            return Call(name, tuple(map(_compared, arguments)))
        case Call(name, arguments):
            return Call(name, tuple(map(canonical, arguments)))
        case Literal(value):
            return Literal(value)
        case Context(name):
            return Context(name)
        case _:
            return node


def _compared(node: Node) -> Node:
    return Literal(_folded(node.value)) if isinstance(node, Literal) else canonical(node)


MOST_STATES = 1 << 16
"""States up to which conditions are compared; a subject with more choices is not looked at whole."""


def domain(probes: Collection[Probe], needs: Collection[str] | None = None) -> tuple[Choice, ...]:
    """The ways to answer these probes of one subject, each with a value that answers so, plain ones first.

    `needs` are the jobs whose results and outputs can be read at all, if that is known. Whether a text that
    is none of the literals contains one, or ends in it, is left open: both answers count as possible. Of
    more than `MOST_STATES` choices there are as many and one.
    """
    parts = next(iter(probes)).subject.split(".")
    if parts[0] == "needs" and needs is not None and parts[1] not in {name.lower() for name in needs}:
        return (Choice(None, tuple(probe.answer(None) for probe in probes)),)
    asked = tuple((one.asks, type(one.literal).__name__, one.literal) for one in probes)
    return _domain(_kind(parts), asked)


@lru_cache(maxsize=256)
def _domain(
    kind: str, asked_for: tuple[tuple[str, str, bool | float | str | None], ...]
) -> tuple[Choice, ...]:
    """The domain of a subject of this kind: `result`, `text`, or `any`."""
    probes = [Probe("", asks, literal) for asks, _, literal in asked_for]
    answers_to = _Answers(probes)
    is_open = any(probe.asks in ("contains", "endswith") for probe in probes)
    choices: dict[tuple[bool, ...], Choice] = {}
    for value in _values(kind, probes):
        known = answers_to(value)
        if not (is_open and isinstance(value, str) and value.endswith(_FRESH)):
            choices.setdefault(known, Choice(value, known))
            continue
        asked = (
            (True, False) if probe.asks in ("contains", "endswith") and not answer else (answer,)
            for probe, answer in zip(probes, known)
        )
        for answers in _combinations([*asked]):
            choices.setdefault(answers, Choice(value, answers))
            if len(choices) > MOST_STATES:
                return tuple(choices.values())
    return tuple(choices.values())


def _combinations(asked: Sequence[tuple[bool, ...]]) -> Iterator[tuple[bool, ...]]:
    """All ways to answer, of each what it can be; first, of too many, those that differ from the same answer
    to all in one at most."""
    if sum(len(one) > 1 for one in asked) >= MOST_STATES.bit_length() - 1:
        for base in ([one[0] for one in asked], [one[-1] for one in asked]):
            yield tuple(base)
            for at, one in enumerate(asked):
                yield from ((*base[:at], answer, *base[at + 1 :]) for answer in one)
    yield from product(*asked)


class _Answers:
    """What a value answers to probes. Those for equality with a text are found by that text: there can be
    hundreds, one for each flow of a file."""

    def __init__(self, probes: list[Probe]) -> None:
        self.none = [False] * len(probes)
        self.by_text: dict[str, list[int]] = {}
        self.by_number: dict[float, list[int]] = {}
        self.others: list[tuple[int, Probe]] = []
        for at, probe in enumerate(probes):
            if probe.asks != "==" or not isinstance(probe.literal, str):
                self.others.append((at, probe))
                continue
            self.by_text.setdefault(upper(probe.literal), []).append(at)
            if not math.isnan(count := number(probe.literal)):
                self.by_number.setdefault(count, []).append(at)

    def __call__(self, value: Value) -> tuple[bool, ...]:
        """As `Probe.answer` of each. A text and another type compare as numbers (`values.equals`)."""
        answers = self.none.copy()
        equal: list[int] = []
        if isinstance(value, str):
            equal = self.by_text.get(upper(value), [])
        elif not isinstance(value, dict):
            equal = self.by_number.get(number(value), [])
        for at in equal:
            answers[at] = True
        for at, probe in self.others:
            answers[at] = probe.answer(value)
        return tuple(answers)


def _kind(parts: list[str]) -> str:
    if parts[0] == "needs" and len(parts) == 3 and parts[2] == "result":
        return "result"
    is_text = parts[0] in _STRINGS or (parts[0] in ("needs", "steps") and "outputs" in parts[2:3])
    is_text = is_text or (parts[0] == "github" and len(parts) == 2 and parts[1] in _STRING_PROPERTIES)
    return "text" if is_text else "any"


def _values(kind: str, probes: Iterable[Probe]) -> list[Value]:
    """Values among which each way to answer occurs."""
    if kind == "result":
        return list(RESULTS)
    is_string = kind == "text"
    values: list[Value] = [_FRESH]
    for probe in probes:
        values += _around(probe, is_string=is_string)
    values += ["", None]
    return values if is_string else [*values, True, False, 0.0, 1.0, math.nan, 0.5, {}]


def _around(probe: Probe, *, is_string: bool) -> list[Value]:
    """A literal as a value, the texts and numbers that equal it, and a text that begins with it."""
    if probe.asks == "truth":
        return []
    text = string_of(probe.literal)
    values: list[Value] = [text, f"{text}{_FRESH}"]
    if not math.isnan(count := number(probe.literal)):
        values += [string_of(count), f"{string_of(count)} "]
        values += [] if is_string else [count]
    return values if is_string else [*values, probe.literal]


def plain_value(value: Value) -> Value:
    """A value of a domain as people would write it."""
    if not isinstance(value, str):
        return value
    return f"{value.removesuffix(_FRESH)}…".lower() if value.endswith(_FRESH) else value.lower()


def value_text(value: Value) -> str:
    """A value as it stands in an expression."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value}'"
        case _:
            return str(value)
