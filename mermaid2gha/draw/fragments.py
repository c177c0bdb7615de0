"""Jobs with conditions as the fragments of a drawing: what stands in which `opt`, `alt` and `par`.

What all jobs of a part ask stands once, around it. Of parts without an order those that share a condition
stand in one fragment, those that exclude each other in an `alt`, and what runs after a failure is the other
branch of what runs after a success.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from mermaid2gha.base.never import assert_never
from mermaid2gha.base.records import dataclass
from mermaid2gha.draw.conditions import walk
from mermaid2gha.draw.structure import Chains, Parallel, Series, Single, Structure, jobs_of
from mermaid2gha.github.expressions.ast import Index, text_of
from mermaid2gha.github.expressions.condition import all_of, negation, whole
from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, equivalent

FAILED = ""
"""The condition that something before failed, beside those that are texts of expressions."""


@dataclass(frozen=True, slots=True)
class JobPart:
    """A job, by its id."""

    job: str


@dataclass(frozen=True, slots=True)
class Then:
    """A message from the lifeline of a job to that of a later one."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Row:
    """Parts below one another."""

    parts: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Abreast:
    """Parts of a `par`."""

    parts: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """A part of an `opt`: all `terms` are asked, or `FAILED` alone."""

    terms: tuple[str, ...]
    body: Drawn


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Operands of an `alt`, each with its terms; the last may have none: it is for all else.

    With `is_outcome` there are two: after a success, and after a failure.
    """

    operands: tuple[tuple[tuple[str, ...], Drawn], ...]
    is_outcome: bool = False


Drawn = JobPart | Then | Row | Abreast | Optional | Alternatives


def conditions_of(part: Drawn) -> Iterator[str]:
    """What the fragments of a drawing ask, each as one expression; a failure asks nothing."""
    match part:
        case Row(parts) | Abreast(parts):
            for one in parts:
                yield from conditions_of(one)
        case Optional(terms, body):
            yield from _asked_by(terms)
            yield from conditions_of(body)
        case Alternatives(operands):
            for terms, body in operands:
                yield from _asked_by(terms)
                yield from conditions_of(body)
        case JobPart() | Then():
            pass
        case _:
            assert_never(part)


def _asked_by(terms: Sequence[str]) -> Iterator[str]:
    if terms and tuple(terms) != (FAILED,):
        yield conjunction(terms)


def conjunction(terms: Sequence[str]) -> str:
    """The conjunction of expressions, as one."""
    return text_of(all_of(*(whole(parsed(term)) for term in terms)))


class Fragments:
    """Gives parts of a structure their fragments.

    `terms` has the conditions of each job, `before` all jobs before each.
    """

    def __init__(self, terms: Mapping[str, tuple[str, ...]], before: Mapping[str, Collection[str]]) -> None:
        self.terms = terms
        self.before = before
        self.sets = {job: frozenset(asked) for job, asked in terms.items()}

    def of(self, structure: Structure) -> Drawn:
        return self._part(structure, frozenset(), is_after=False)

    def of_chains(self, drawn: Sequence[tuple[str, ...]], groups: Mapping[str, Structure]) -> Drawn:
        """Groups of jobs and messages in their order, neighbours of one condition in one fragment."""
        rows: list[Drawn] = []
        asked: frozenset[str] = frozenset()
        run: list[Structure | Then] = []
        left: list[Then] = []  # messages that stand in the fragment if a job of it follows
        for node in drawn:
            if len(node) == 2:
                left.append(Then(*node))
                continue
            group = groups[node[0]]
            common = self._common(group)
            if run and common == asked:
                run += [*left, group]
                left = []
            else:
                rows += [*self._closed(run, asked), *left]
                run, left, asked = [group], [], common
        return Row((*rows, *self._closed(run, asked), *left))

    def _closed(self, run: Sequence[Structure | Then], asked: frozenset[str]) -> Iterator[Drawn]:
        """Neighbours in the fragment of what they ask."""
        jobs = [job for one in run if not isinstance(one, Then) for job in jobs_of(one)]
        if jobs:
            parts = [
                one
                if isinstance(one, Then)
                else self._inside(one, asked, is_after=bool(self.before[jobs[0]]))
                for one in run
            ]
            yield self._opened(jobs, asked, parts[0] if len(parts) == 1 else Row(tuple(parts)))

    def _part(self, part: Structure, given: frozenset[str], *, is_after: bool) -> Drawn:
        """A part under the conditions that stand around it already, and its own around it."""
        common = self._common(part) - given
        body = self._inside(part, given | common, is_after=is_after)
        return self._opened(jobs_of(part), common, body)

    def _inside(self, part: Structure, given: frozenset[str], *, is_after: bool) -> Drawn:
        match part:
            case Single(job):
                return JobPart(job)
            case Series(parts):
                runs = list(self._runs(parts, given))
                return Row(
                    tuple(
                        self._part(_series(run), given, is_after=is_after or at > 0)
                        for at, run in enumerate(runs)
                    )
                )
            case Parallel(parts):
                return self._abreast(self._grouped(parts, given), given, is_after=is_after)

    def _opened(self, jobs: Sequence[str], asked: frozenset[str], body: Drawn) -> Drawn:
        """A body in its fragments: one for all that is asked, and within it one for a failure."""
        if FAILED in asked:
            body = Optional((FAILED,), body)
        terms = tuple(term for term in self.terms[jobs[0]] if term in asked and term != FAILED)
        return Optional(terms, body) if terms else body

    def _common(self, part: Structure) -> frozenset[str]:
        """The conditions of all jobs of a part."""
        return frozenset.intersection(*(self.sets[job] for job in jobs_of(part)))

    # -- one after the other -----------------------------------------------------------------------

    def _runs(self, parts: Sequence[Structure], given: frozenset[str]) -> Iterator[list[Structure]]:
        """Neighbours that share a condition, together."""
        run: list[Structure] = []
        shared: frozenset[str] = frozenset()
        for part in parts:
            common = self._common(part) - given
            if run and shared & common:
                run.append(part)
                shared &= common
                continue
            if run:
                yield run
            run, shared = [part], common
        yield run

    # -- beside each other -------------------------------------------------------------------------

    def _grouped(self, parts: Sequence[Structure], given: frozenset[str]) -> list[Structure]:
        """Parts of which those with the most common condition are one part."""
        groups: list[list[Structure]] = []
        left = list(parts)
        while left:
            counts = Counter(term for part in left for term in sorted(self._common(part) - given))
            term, count = counts.most_common(1)[0] if counts else (FAILED, 0)
            if count < 2 or count == len(parts):
                break
            groups.append([part for part in left if term in self._common(part)])
            left = [part for part in left if term not in self._common(part)]
        groups += [[part] for part in left]
        at = {job: place for place, part in enumerate(parts) for job in jobs_of(part)}
        groups.sort(key=lambda group: at[jobs_of(group[0])[0]])
        return [_parallel(group) for group in groups]

    def _abreast(self, parts: Sequence[Structure], given: frozenset[str], *, is_after: bool) -> Drawn:
        failed = [part for part in parts if FAILED in self._common(part) - given]
        others = [part for part in parts if part not in failed]
        if is_after and failed and others:
            handled = self._part(_parallel(failed), given | {FAILED}, is_after=True)
            went_on = self._part(_parallel(others), given, is_after=True)
            return Alternatives((((), went_on), ((FAILED,), handled)), is_outcome=True)
        drawn: list[Drawn] = []
        left = list(parts)
        while left:
            part = left.pop(0)
            exclusive = [part]
            for other in left:
                if all(self._exclude(one, other, given) for one in exclusive):
                    exclusive.append(other)
            if len(exclusive) > 1:
                left = [one for one in left if one not in exclusive]
                drawn.append(self._choice(exclusive, given, is_after=is_after))
            else:
                drawn.append(self._part(part, given, is_after=is_after))
        return drawn[0] if len(drawn) == 1 else Abreast(tuple(drawn))

    def _asked(self, part: Structure, given: frozenset[str]) -> str:
        """All that a part asks, as one expression; empty if it asks nothing, or for a failure."""
        common = self._common(part) - given
        if not common or FAILED in common:
            return ""
        return conjunction([term for term in self.terms[jobs_of(part)[0]] if term in common])

    def _exclude(self, one: Structure, other: Structure, given: frozenset[str]) -> bool:
        """Whether two parts ask for answers of which there is one, and no job after them counts on it: in an
        `alt` the second operand also asks that the first is not so."""
        texts = [self._asked(part, given) for part in (one, other)]
        if not all(texts):
            return False
        first, second = map(parsed, texts)
        if text_of(negation(first)) == text_of(second):
            return True
        if _subjects(texts[0]).isdisjoint(_subjects(texts[1])):
            return False
        if not _is_equal(f"({texts[0]}) && ({texts[1]})", "false"):
            return False
        members = {*jobs_of(one), *jobs_of(other)}
        inner = [(frozenset(jobs_of(part)), self._common(part) - given) for part in (one, other)]
        return not any(
            common <= self.sets[job] and not jobs.isdisjoint(before)
            for job, before in self.before.items()
            if job in self.sets and job not in members
            for jobs, common in inner
        )

    def _choice(self, parts: Sequence[Structure], given: frozenset[str], *, is_after: bool) -> Drawn:
        texts = [self._asked(part, given) for part in parts]
        any_before = " || ".join(f"({text})" for text in texts[:-1])
        is_rest = _is_equal(f"!({any_before})", texts[-1])
        operands = []
        for at, part in enumerate(parts):
            common = self._common(part) - given
            body = self._inside(part, given | common, is_after=is_after)
            terms = [term for term in self.terms[jobs_of(part)[0]] if term in common]
            operands.append((() if is_rest and at == len(parts) - 1 else tuple(terms), body))
        return Alternatives(tuple(operands))


def _series(parts: Sequence[Structure]) -> Structure:
    return parts[0] if len(parts) == 1 else Series(tuple(parts))


def _parallel(parts: Sequence[Structure]) -> Structure:
    return parts[0] if len(parts) == 1 else Parallel(tuple(parts))


def _subjects(text: str) -> set[str]:
    """The properties of contexts that an expression asks for, each as a whole."""
    nodes = [node for node in walk(parsed(text)) if isinstance(node, Index)]
    inner = {node.of for node in nodes}
    return {text_of(node) for node in nodes if node not in inner}


@lru_cache(maxsize=1 << 12)
def _is_equal(one: str, other: str) -> bool:
    return isinstance(equivalent(one, other, place=ConditionPlace.VALUE), Holds)


def drawn_fragments(
    structure: Structure, terms: Callable[[str], tuple[str, ...]], before: Mapping[str, Collection[str]]
) -> Drawn:
    """A structure with its fragments; `terms` gives the conditions of a job."""
    return Fragments({job: terms(job) for job in jobs_of(structure)}, before).of(structure)


def drawn_chains(
    chains: Chains,
    groups: Mapping[str, Structure],
    terms: Callable[[str], tuple[str, ...]],
    before: Mapping[str, Collection[str]],
) -> Drawn:
    """Jobs of several lifelines with their fragments, and the messages between them; `groups` are the members
    of the chains."""
    jobs = [job for group in groups.values() for job in jobs_of(group)]
    return Fragments({job: terms(job) for job in jobs}, before).of_chains(chains.drawn, groups)
