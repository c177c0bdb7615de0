"""The cases in which a workflow is run, side by side: bit i of every number here belongs to case i.

A case, or lane, is one assignment of what the conditions read (a row) together with one scenario: nothing
fails, or one job fails, times out, or is cancelled together with the run. Lane = scenario * rows + row. Up to
`ALL` rows every assignment has one; of more, a sample: both extremes, all that differ from them in one value,
every pair of values of any two, and some at random. Of what has more than `_MOST_CHOICES` values, such as a
text in which thirteen conditions look for a word each, a part of these is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import combinations, compress, islice, product
from random import Random

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.github.logic.domains import Choice, Probe, Value, domain, plain_value
from mermaid2gha.github.logic.equivalence import STATUS, Formula, Question, atom_of, truth

ALL = 1 << 12
_MOST_GUARDS = 64
_SINGLES = 128
_MOST_NAMED = 3
_FEW = 24
_MANY = 32
_MOST_CHOICES = 64
_RANDOM = 24
_DIGITS = b"01" + bytes(254)

Row = tuple[int, ...]
"""The index of the value of each variable."""


@dataclass(frozen=True, slots=True)
class CaseVariable:
    """Something that the conditions read, with its values; `answers[question][i]` is that of value i."""

    atom: str
    values: tuple[Value, ...]
    answers: Mapping[Question, tuple[bool, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rows:
    """Assignments as columns: `column[question]` has the rows in which the answer is yes."""

    variables: tuple[CaseVariable, ...]
    rows: tuple[Row, ...]
    column: Mapping[Question, int] = field(repr=False)

    def smallest(self, found: int) -> tuple[tuple[str, Value], ...]:
        """The fewest values such that wherever they are these, a row is among those that are found."""
        free = [at for at, one in enumerate(self.variables) if len(one.values) > 1]
        having = {
            (at, value): sum(1 << n for n, row in enumerate(self.rows) if row[at] == value)
            for at in free
            for value in range(len(self.variables[at].values))
        }
        for size in range(_MOST_NAMED + 1 if len(free) < _FEW else 2):
            for places in combinations(free, size):
                for values in product(*(range(len(self.variables[at].values)) for at in places)):
                    bits = (1 << len(self.rows)) - 1
                    for pair in zip(places, values):
                        bits &= having[pair]
                    if bits and not bits & ~found:
                        return self._named(zip(places, values))
        return self._named(self._kept(free, found, having))

    def _kept(
        self, free: list[int], found: int, having: Mapping[tuple[int, int], int]
    ) -> list[tuple[int, int]]:
        """The values of the first row that is found, without those that can be left out one by one."""
        first = self.rows[(found & -found).bit_length() - 1]
        kept = [(at, first[at]) for at in free]
        for pair in list(kept):
            bits = (1 << len(self.rows)) - 1
            for other in kept:
                bits &= having[other] if other != pair else bits
            if not bits & ~found:
                kept.remove(pair)
        return kept

    def _named(self, pairs: Iterable[tuple[int, int]]) -> tuple[tuple[str, Value], ...]:
        return tuple((self.variables[at].atom, self.variables[at].values[value]) for at, value in pairs)


def is_result(atom: str) -> bool:
    """Whether an atom is what becomes of a job, which the run itself tells."""
    parts = atom.split(".")
    return atom == STATUS or (len(parts) == 3 and parts[0] == "needs" and parts[2] == "result")


def variables(asked: Iterable[Question], fixed: Mapping[str, Value]) -> tuple[CaseVariable, ...]:
    """What is asked of each atom, with its possible values; of the fixed ones, that value alone."""
    groups: dict[str, dict[Question, None]] = {}
    for question in asked:
        atom = atom_of(question)
        if not is_result(atom):
            groups.setdefault(atom, {})[question] = None
    found = []
    for atom, group in groups.items():
        probes = [question for question in group if isinstance(question, Probe)]
        choices: tuple[Choice, ...] = (Choice(True, (True,)), Choice(False, (False,)))
        if probes and atom in fixed:
            choices = (Choice(fixed[atom], tuple(probe.answer(fixed[atom]) for probe in probes)),)
        elif probes:
            choices = _few(domain(probes))
        answers = dict(zip(group, zip(*(choice.answers for choice in choices))))
        found.append(CaseVariable(atom, tuple(plain_value(choice.value) for choice in choices), answers))
    return tuple(found)


def _few(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """A part of too many choices, one for each subset of what can be answered: those in which one answer or
    none differs from all the others, and some at random."""
    if len(choices) <= _MOST_CHOICES:
        return choices
    count = len(choices[0].answers)
    clear = [one for one in choices if sum(one.answers) in (0, 1, count - 1, count)]
    chosen = clear if len(clear) <= _MOST_CHOICES else Random(count).sample(clear, _MOST_CHOICES)
    others = Random(count).sample(choices, _MOST_CHOICES - len(chosen))
    return tuple(dict.fromkeys((choices[0], *chosen, *others)))


def rows(
    known: tuple[CaseVariable, ...],
    guards: Collection[str],
    takes_place: Callable[[Rows], int],
    *,
    every: int = ALL,
    most_guards: int = _MOST_GUARDS,
) -> Rows:
    """The assignments of all variables in which a flow takes place: all of up to `every` of them.

    `guards` are the atoms that decide this: `takes_place` tells it for assignments of them alone.
    """
    first = tuple(one for one in known if one.atom in guards)
    others = tuple(one for one in known if one.atom not in guards)
    tried = _rows(first, tuple(islice(product(*_ranges(first)), every)))
    found = takes_place(tried)
    starts = [row for number, row in enumerate(tried.rows) if found >> number & 1]
    if len(starts) > most_guards:
        starts = Random(0).sample(starts, most_guards)
    free = _assignments(tuple(len(one.values) for one in others), every) if starts else ()
    whole = tuple(start + rest for start, rest in product(starts, free))
    return _rows((*first, *others), whole)


def _ranges(known: Iterable[CaseVariable]) -> list[range]:
    return [range(len(one.values)) for one in known]


@lru_cache(maxsize=16)
def _assignments(sizes: Row, every: int) -> tuple[Row, ...]:
    """All assignments of variables with so many values each, or of more than `every` a part."""
    count = 1
    for size in sizes:
        count *= size
        if count > every:
            return tuple(dict.fromkeys(_sample(sizes)))
    return tuple(product(*map(range, sizes)))


def _sample(sizes: Row) -> Iterator[Row]:
    """A part of too many assignments, as the module says."""
    lowest, highest = (0,) * len(sizes), tuple(size - 1 for size in sizes)
    yield lowest
    yield highest
    for at, size in enumerate(sizes[:_SINGLES]):
        for value in range(size):
            for base in (lowest, highest):
                if value != base[at]:
                    yield (*base[:at], value, *base[at + 1 :])
    for low, high in combinations(range(max(sizes)), 2):
        for bits in _pairwise(len(sizes)):
            yield tuple(min(high if bit else low, size - 1) for bit, size in zip(bits, sizes))
    chance = Random(len(sizes))
    for _ in range(_RANDOM):
        yield tuple(int(chance.random() * size) for size in sizes)


def _pairwise(count: int) -> Iterator[tuple[bool, ...]]:
    """The rows of an array in which any two columns have all four pairs (Katona; Kleitman and Spencer).

    Column i is the i-th set of half the rows that has the first: two such sets meet there, neither holds the
    other, and together they leave one out.
    """
    length = 4
    while True:
        sets = list(islice(combinations(range(1, length), length // 2 - 1), count))
        if len(sets) == count:
            break
        length += 2
    for row in range(length):
        yield tuple(row == 0 or row in chosen for chosen in sets)


def _rows(known: tuple[CaseVariable, ...], found: tuple[Row, ...]) -> Rows:
    column: dict[Question, int] = {}
    for one, values in zip(known, zip(*reversed(found))):
        taken = _columns(values, len(one.values))
        for question, answers in one.answers.items():
            column[question] = sum(compress(taken, answers))
    return Rows(known, found, column)


def _columns(values: tuple[int, ...], count: int) -> list[int]:
    """For each of so many values the rows that have it, the last row first in `values`."""
    if count > _MANY:
        bits = [0] * count
        for row, value in enumerate(reversed(values)):
            bits[value] |= 1 << row
        return bits
    if count > 2:
        return [int("".join("1" if one == value else "0" for one in values), 2) for value in range(count)]
    ones = int(bytes(values).translate(_DIGITS), 2)
    return [(1 << len(values)) - 1 ^ ones, ones][:count]


def null_answer(question: Question) -> bool:
    """What is answered where a value is not there."""
    return isinstance(question, Probe) and question.answer(None)


def true_rows(one: Formula, found: Rows) -> int:
    """The rows in which a condition over variables is true."""
    return truth(one, found.column.__getitem__, (1 << len(found.rows)) - 1)
