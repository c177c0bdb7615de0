"""Truth tables of GitHub's conditions: whether two mean the same, whether one implies another.

All states are looked at together: the truth of a condition is one whole number whose bit i is its truth
in state i. A state gives each subject one value of its domain (`probes.domain`), each other question an
answer of its own, and says how the jobs or steps before have ended. States that cannot be, such as
`success()` beside `needs.x.result == 'failure'`, are left out. What a table cannot see it takes as free, so
`Holds` is proof, while `Fails` may name a state that does not occur (`a < 2` and `a < 3` are two questions).

    >>> equivalent("github.event_name == 'push'", "success() && 'PUSH' == github.EVENT_NAME")
    Holds()
    >>> implies("github.event_name == 'push'", "github.event_name != 'schedule'")
    Holds()
    >>> implies("always()", "!cancelled()")
    Fails(state=(('status functions', 'cancelled'),))
    >>> parted("!cancelled() && github.repository == 'o/r'", lambda atom: atom == "status functions")
    Parted(known=('!cancelled()',), foreign=("github.repository == 'o/r'",), mixed=())
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass, field
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
from mermaid2gha.github.expressions.checker import has_status_function
from mermaid2gha.github.expressions.template import SUCCESS, expression_tree, is_always_text, terms
from mermaid2gha.github.expressions.values import is_true, upper
from mermaid2gha.github.logic.domains import (
    MOST_STATES,
    Choice,
    Probe,
    Value,
    canonical,
    domain,
    plain_value,
    probe_of,
)

STATUS = "status functions"
_STATUSES = ("success", "failure", "cancelled")
# What `success()`, `failure()` and `cancelled()` say in each state of what is before: all went well;
# something failed; something was skipped or timed out; the run is cancelled, after a failure or not.
_STATUS_STATES = (
    ("success", (True, False, False)),
    ("failure", (False, True, False)),
    ("no success", (False, False, False)),
    ("cancelled", (False, False, True)),
    ("cancelled after a failure", (False, True, True)),
)


class ConditionPlace(Enum):
    """Where a condition stands. The `if` of a job or a step without a status function has `success() &&`.

    A job's `success()` also says that all its needs succeeded; a VALUE is taken as it is written.
    """

    JOB = "job"
    STEP = "step"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Holds:
    """It is so in every state."""


@dataclass(frozen=True, slots=True)
class Fails:
    """It is not so in this state: `(atom, value)`, a text that is none of those named shown as `…`."""

    state: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """The states are too many, or a text is no expression."""

    why: str


Verdict = Holds | Fails | Unknown


@dataclass(frozen=True, slots=True)
class Parted:
    """The conjuncts of a condition, in written order: over known atoms only, over none, over both."""

    known: tuple[str, ...]
    foreign: tuple[str, ...]
    mixed: tuple[str, ...]


def equivalent(
    one: str, other: str, *, place: ConditionPlace = ConditionPlace.JOB, needs: Collection[str] | None = None
) -> Verdict:
    """Whether two conditions are true in the same states, as texts of an `if` with or without `${{ }}`.

    `needs` are the jobs that a job needs, if they are known: what other jobs say is null, and
    `needs.*.result` is theirs. In the `if` of a job neither is so: GitHub lets it see jobs further up
    (actions/runner#2356), so it is not used there.
    """
    return _known_verdict(one, other, True, place, _of_use(needs, place, one, other))


def implies(
    one: str, other: str, *, place: ConditionPlace = ConditionPlace.JOB, needs: Collection[str] | None = None
) -> Verdict:
    """Whether a condition is true wherever another is; arguments as of `equivalent`."""
    return _known_verdict(one, other, False, place, _of_use(needs, place, one, other))


@lru_cache(maxsize=1 << 12)
def atoms(text: str, *, place: ConditionPlace = ConditionPlace.JOB) -> tuple[str, ...]:
    """What a condition asks about, in lower case and in order: subjects such as `github.event_name`, other
    questions by their whole text, and `status functions` once. `ValueError` where it is no expression."""
    return tuple(dict.fromkeys(map(atom_of, questions(condition_formula(text, place=place)))))


def parted(
    text: str, is_known: Callable[[str], bool], *, place: ConditionPlace = ConditionPlace.JOB
) -> Parted:
    """The conjuncts of a written condition by whose atoms they ask about; implied `success()` is not listed.

    `ValueError` where the text is no expression.
    """
    groups: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for term in terms(expression_tree(text)) if text.strip() else ():
        answers = {is_known(atom_of(question)) for question in questions(formula(term))}
        groups[None if len(answers) > 1 else answers.pop() if answers else True].append(text_of(term))
    return Parted(tuple(groups[True]), tuple(groups[False]), tuple(groups[None]))


@lru_cache(maxsize=1 << 12)
def free_atoms(text: str) -> frozenset[str]:
    """What a condition asks about that can be true, whatever became of other jobs and of the run; of another
    one nothing."""
    try:
        asked = condition_formula(text, place=ConditionPlace.VALUE)
    except ValueError:
        return frozenset()
    atoms = _atoms_of(asked)
    is_free = _can_hold(asked, None) and not any(atom.startswith("needs.") for atom in atoms)
    return atoms if is_free else frozenset()


# -- conditions as formulas over questions -----------------------------------------------------------

Question = Probe | Call | Node
"""A probe, a status function, or any other node that is true or not, in its one spelling."""


class Operation(Enum):
    """What a formula makes of its parts."""

    ALL = "all"
    ANY = "any"
    NOT = "not"


Formula = bool | tuple[Operation, tuple["Formula", ...]] | Question
"""A condition of which only the truth counts."""


def condition_formula(
    text: str, *, place: ConditionPlace = ConditionPlace.JOB, needs: Collection[str] | None = None
) -> Formula:
    """The formula of a condition as GitHub evaluates it at its place; `ValueError` if it is no expression."""
    return _formula_at(text, place, _of_use(needs, place, text))


def _of_use(needs: Collection[str] | None, place: ConditionPlace, *texts: str) -> tuple[str, ...] | None:
    """The needs by which conditions are told apart: none in the `if` of a job, or of what asks for none."""
    if needs is None or place is ConditionPlace.JOB or not any("needs" in text.casefold() for text in texts):
        return None
    return tuple(needs)


@lru_cache(maxsize=1 << 12)
def _formula_at(text: str, place: ConditionPlace, needs: tuple[str, ...] | None) -> Formula:
    if not text.strip():
        return True if place is ConditionPlace.VALUE else SUCCESS
    node = expression_tree(text)
    asked = formula(node, needs if "*" in text else None)
    if place is ConditionPlace.VALUE or has_status_function(node):
        return asked
    return Operation.ALL, (SUCCESS, asked)


@lru_cache(maxsize=1 << 12)  # the same terms stand in the conditions of many jobs, beside others
def formula(node: Node, needs: tuple[str, ...] | None = None) -> Formula:
    """The formula of a tree, each question in its one spelling; `!=` is the negation of `==`."""
    match node:
        case Literal(value):
            return is_true(value)
        case Logical(operator, operands):
            operation = Operation.ALL if operator == "&&" else Operation.ANY
            return operation, tuple(formula(part, needs) for part in operands)
        case Not(operand):
            return Operation.NOT, (formula(operand, needs),)
        case Comparison("!=", left, right):
            return Operation.NOT, (formula(Comparison("==", left, right), needs),)
        case Comparison("==", Literal(left), Literal(right)):
            return Probe("", "==", right).answer(left)
        case Call("always"):
            return True
        case Call("format") if is_always_text(node):
            return True
        case Call("contains" | "startswith" | "endswith" as name, (Literal(left), Literal(right))):
            return Probe("", name, right).answer(left)
        case Call("contains", (Index(Index(Context("needs"), None), Literal(str(key))), Literal(str(found)))):
            if needs is not None and key.lower() == "result":
                results = (Probe(f"needs.{name.lower()}.result", "==", upper(found)) for name in needs)
                return Operation.ANY, tuple(results)
    return probe_of(node) or canonical(node)


def questions(formula: Formula) -> Iterator[Question]:
    """The questions of a formula, from left to right."""
    if isinstance(formula, tuple):
        for part in formula[1]:
            yield from questions(part)
    elif not isinstance(formula, bool):
        yield formula


def truth(formula: Formula, answer: Callable[[Question], int], every: int) -> int:
    """The states in which a formula is true, where `answer` gives those of each question."""
    if isinstance(formula, bool):
        return every if formula else 0
    if not isinstance(formula, tuple):
        return answer(formula)
    operation, parts = formula
    if operation is Operation.NOT:
        return every ^ (every & truth(parts[0], answer, every))  # with `~`, long numbers are slow
    if operation is Operation.ALL:
        states = every
        for part in parts:
            states = states and states & truth(part, answer, every)
        return states
    states = 0
    for part in parts:
        states |= truth(part, answer, every)
    return states


def atom_of(question: Question) -> str:
    """What a question asks about, as `atoms` lists it."""
    match question:
        case Probe(subject):
            return subject
        case Call(name) if name in _STATUSES:
            return STATUS
        case _:
            return text_of(question).lower()


def is_job_result(atom: str) -> bool:
    """Whether an atom, as `atoms` lists it, is how a job ended: not an output that is called `result`."""
    return atom.startswith("needs.") and atom.endswith(".result") and atom.count(".") == 2


# -- states ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Table:
    """Bit sets of states: `answers` to each question, `possible` ones; `atoms` with values and stride."""

    every: int
    possible: int
    answers: dict[Question, int]
    atoms: tuple[tuple[str, tuple[Value, ...], int], ...] = field(repr=False)

    def state(self, bit: int) -> tuple[tuple[str, Value], ...]:
        return tuple(
            (atom, plain_value(values[bit // stride % len(values)])) for atom, values, stride in self.atoms
        )


@lru_cache(maxsize=1 << 12)
def _known_verdict(
    one: str, other: str, is_both_ways: bool, place: ConditionPlace, needs: tuple[str, ...] | None
) -> Verdict:
    try:
        left, right = (condition_formula(text, place=place, needs=needs) for text in (one, other))
    except ValueError as fault:
        return Unknown(str(fault))
    parts = parts_of(left), parts_of(right)
    if {*parts[0]} == {*parts[1]}:
        return Holds()
    apart = _apart(*parts, needs)
    left, right = (
        (Operation.ALL, tuple(part for part in each if part not in apart)) if apart else whole
        for each, whole in zip(parts, (left, right))
    )
    verdict = _verdict(left, right, is_both_ways, place, needs)
    if not isinstance(verdict, Fails) or not apart:
        return verdict
    return Fails(
        (*verdict.state, *(value for part in parts[0] if part in apart for value in _true(part, needs)))
    )


def parts_of(formula: Formula) -> tuple[Formula, ...]:
    """What must all be true, each once."""
    if not isinstance(formula, tuple) or formula[0] is not Operation.ALL:
        return (formula,)
    return tuple(dict.fromkeys(part for one in formula[1] for part in parts_of(one)))


def _apart(
    one: Collection[Formula], other: Collection[Formula], needs: tuple[str, ...] | None
) -> set[Formula]:
    """The parts that both of two conditions have, that can be true, and that ask for nothing of which another
    part or the run has a say: without these the two compare as with them."""
    shared = {*one} & {*other}
    every: list[str] = []
    for part in {*one, *other} if shared else ():
        every += _atoms_of(part)
    return {
        part
        for part in shared
        if all(every.count(atom) == 1 for atom in _atoms_of(part)) and _can_hold(part, needs)
    }


@lru_cache(maxsize=1 << 12)
def _atoms_of(formula: Formula) -> frozenset[str]:
    return frozenset(map(atom_of, questions(formula)))


@lru_cache(maxsize=1 << 12)
def _can_hold(formula: Formula, needs: tuple[str, ...] | None) -> bool:
    """Whether a formula that asks for something, and not how jobs or the run ended, can be true."""
    asked = _atoms_of(formula)
    if not asked or any(atom == STATUS or is_job_result(atom) for atom in asked):
        return False
    is_plain = isinstance(formula, tuple) and formula[0] is Operation.NOT
    one = formula[1][0] if isinstance(formula, tuple) and is_plain else formula
    if (
        isinstance(one, Probe) and isinstance(one.literal, str) and one.literal
    ):  # all texts have the empty one
        is_free = not one.subject.startswith("needs.")
        return is_free or bool(_true(formula, needs))
    return bool(_true(formula, needs))


@lru_cache(maxsize=1 << 12)
def _true(formula: Formula, needs: tuple[str, ...] | None) -> tuple[tuple[str, Value], ...]:
    """A state in which a formula that asks for something is true; nothing if none is known."""
    table = _table((formula,), ConditionPlace.VALUE, needs)
    states = truth(formula, table.answers.__getitem__, table.every) if table is not None else 0
    return table.state((states & -states).bit_length() - 1) if table is not None and states else ()


@lru_cache(maxsize=1 << 12)
def _verdict(
    left: Formula, right: Formula, is_both_ways: bool, place: ConditionPlace, needs: tuple[str, ...] | None
) -> Verdict:
    table = _table((left, right), place, needs)
    if table is None:
        return Unknown(f"the conditions have more than {MOST_STATES} states")
    first, second = (truth(node, table.answers.__getitem__, table.every) for node in (left, right))
    differing = (first ^ second if is_both_ways else first & ~second) & table.possible
    return Fails(table.state((differing & -differing).bit_length() - 1)) if differing else Holds()


def _table(nodes: tuple[Formula, ...], place: ConditionPlace, needs: Collection[str] | None) -> _Table | None:
    asked: dict[str, dict[Question, None]] = {}
    for node in nodes:
        for question in questions(node):
            asked.setdefault(atom_of(question), {})[question] = None
    choices: dict[str, tuple[Choice, ...]] = {}
    count = 1
    for atom, group in asked.items():
        choices[atom] = _choices(atom, tuple(group), needs)
        count *= len(choices[atom])
        if count > MOST_STATES:
            return None
    every = (1 << count) - 1
    answers: dict[Question, int] = {}
    known: list[tuple[str, tuple[Value, ...], int]] = []
    stride, possible = 1, every
    for atom, group in asked.items():
        for number, question in enumerate(group):
            answers[question] = _column([c.answers[number] for c in choices[atom]], stride, count)
        known.append((atom, tuple(choice.value for choice in choices[atom]), stride))
        stride *= len(choices[atom])
    if place is ConditionPlace.JOB and STATUS in choices:
        possible = _possible(known, every, count)
    return _Table(every, possible, answers, tuple(known))


def _choices(atom: str, group: tuple[Question, ...], needs: Collection[str] | None) -> tuple[Choice, ...]:
    if atom == STATUS:
        at = [_STATUSES.index(question.name) for question in group if isinstance(question, Call)]
        return tuple(Choice(name, tuple(state[i] for i in at)) for name, state in _STATUS_STATES)
    probes = tuple(question for question in group if isinstance(question, Probe))
    if probes:
        return domain(probes, needs)
    return (Choice(True, (True,)), Choice(False, (False,)))


def _column(answers: list[bool], stride: int, count: int) -> int:
    """The states in which an atom has a value of which the answer is true."""
    block = sum(((1 << stride) - 1) << stride * number for number, is_yes in enumerate(answers) if is_yes)
    period = stride * len(answers)
    return block * (((1 << count) - 1) // ((1 << period) - 1))


def _possible(known: list[tuple[str, tuple[Value, ...], int]], every: int, count: int) -> int:
    """The states in which the results of direct needs agree with the status functions."""

    def column(atom: str, wanted: Callable[[Value], bool]) -> int:
        values, stride = next((values, stride) for name, values, stride in known if name == atom)
        return _column([wanted(value) for value in values], stride, count)

    success = column(STATUS, lambda value: value == "success")
    failure = column(STATUS, lambda value: value in ("failure", "cancelled after a failure"))
    possible = every
    for atom, values, _ in known:
        if is_job_result(atom) and values != (None,):
            possible &= ~success | column(atom, lambda value: value == "success")
            possible &= ~column(atom, lambda value: value == "failure") | failure
    return possible & every
