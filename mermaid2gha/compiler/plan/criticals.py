"""What follows a `critical`, and what its option asks (docs/language.md#fragments-and-conditions).

A failure in the first operand is made good where the option of this `critical` went well. Criticals may stand
in each other: a failure that the option of an inner one made good is none for those around it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import takewhile

from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.flow_graph import FlowGraph
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.plan.results import failed, skipped, succeeded
from mermaid2gha.compiler.vocabulary.guards import Meaning
from mermaid2gha.github.expressions.condition import Condition, all_of, any_of, negation
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import AtomKind, Sum
from mermaid2gha.mermaid.ast import Operator

_NOWHERE = (-1, 0)


@dataclass(frozen=True, slots=True)
class Critical:
    """A `critical` as a job sees it that comes after it, or the gate. Jobs are indexes in the workflow.

    Of the first operand (`body`) and of the option it has the jobs that may be asked for, without those of
    the criticals that stand there, `inner` and `handling`. `sure` are the jobs that run wherever the question
    is asked and, in an option, the failure has happened.
    """

    body: tuple[int, ...]
    option: tuple[int, ...]
    sure: frozenset[int]
    inner: tuple[Critical, ...] = ()
    handling: tuple[Critical, ...] = ()

    @property
    def jobs(self) -> frozenset[int]:
        """All its jobs, and those of the criticals in it."""
        nested = (one.jobs for one in (*self.inner, *self.handling))
        return frozenset((*self.body, *self.option)).union(*nested)


def went_well(jobs: Sequence[LinkedJob], critical: Critical) -> Condition:
    """That nothing in a `critical` failed, or that its option made it good."""
    body = [_well(jobs, on, critical) for on in _sure_first(critical.body, critical)]
    return any_of(all_of(*body, *(went_well(jobs, one) for one in critical.inner)), made_good(jobs, critical))


def made_good(jobs: Sequence[LinkedJob], critical: Critical) -> Condition:
    """That the option of a `critical` went well: where all of it may be left out, some of it at least ran."""
    every = sorted(frozenset(critical.option).union(*(one.jobs for one in critical.handling)))
    if len(every) == 1:
        return succeeded(jobs[every[0]].id)
    terms = [_well(jobs, on, critical) for on in _sure_first(critical.option, critical)]
    terms += [went_well(jobs, one) for one in critical.handling]
    begun = [(critical, critical.option), *((one, one.body) for one in critical.handling)]
    if all(one.sure.isdisjoint(first) for one, first in begun):
        terms.append(any_of(*(succeeded(jobs[on].id) for on in every)))
    return all_of(*terms)


def failed_within(jobs: Sequence[LinkedJob], critical: Critical) -> Condition:
    """That something in a `critical` failed and its option did not make it good."""
    inner = (failed_within(jobs, one) for one in critical.inner)
    some = any_of(*(failed(jobs[on].id) for on in critical.body), *inner)
    return all_of(some, negation(made_good(jobs, critical)))


def _sure_first(among: Sequence[int], critical: Critical) -> list[int]:
    return sorted(among, key=lambda on: on not in critical.sure)


def _well(jobs: Sequence[LinkedJob], on: int, critical: Critical) -> Condition:
    name = jobs[on].id
    return succeeded(name) if on in critical.sure else any_of(succeeded(name), skipped(name))


def criticals(
    linked: LinkedWorkflow, flow: int, ordered: Sequence[int], reader: LinkedJob | None
) -> dict[int, Critical]:
    """The criticals of a flow that end before a job, by the numbers of the fragments, with those of the given
    jobs that stand in them, an outer one before those in it.

    `reader` is the job, in whose condition they are seen; the gate sees them in every case.
    """
    around = dnf.CERTAIN if reader is None else reader.flows[flow].condition
    drawing = linked.workflow.flows[flow].drawing
    drawn = {on: linked.jobs[on].flows[flow] for on in ordered if flow in linked.jobs[on].flows}
    ended = {
        fragment
        for there in drawn.values()
        for fragment in failures(there.condition)
        if is_critical(drawing, fragment) and fragment not in failures(around)
    }
    if not ended:
        return {}
    places: dict[tuple[int, int], list[int]] = {}
    sure: dict[int, set[int]] = {fragment: set() for fragment in ended}
    for on, there in drawn.items():
        chains = ([*enclosing(drawing, one.operand)] for one in there.drawn)
        chain = next((chain for chain in chains if any(at in ended for at, _ in chain)), [])
        awaited = takewhile(lambda place: not _is_aside(drawing, place), chain)
        inside = next(((at, index) for at, index in awaited if at in ended), None)
        if inside is None:
            continue
        places.setdefault(inside, []).append(on)
        handled = {at for at, index in chain if index > 0 and at in ended}
        others = {*failures(there.condition)} - handled - {*failures(around)}
        if not others and dnf.implies(around, dnf.without_failures(there.condition)):
            sure[inside[0]].add(on)
    nested: dict[tuple[int, int], list[int]] = {}
    for fragment in sorted(ended):
        nested.setdefault(_home(drawing, fragment, ended), []).append(fragment)

    def critical(fragment: int) -> Critical:
        return Critical(
            tuple(places.get((fragment, 0), ())),
            tuple(places.get((fragment, 1), ())),
            frozenset(sure[fragment]),
            inner=tuple(map(critical, nested.get((fragment, 0), ()))),
            handling=tuple(map(critical, nested.get((fragment, 1), ()))),
        )

    return {fragment: critical(fragment) for fragment in sorted(ended)}


def outermost(drawing: FlowGraph, criticals: Mapping[int, Critical]) -> dict[int, Critical]:
    """Of some criticals those that stand in none of the others."""
    return {one: criticals[one] for one in criticals if _home(drawing, one, criticals) == _NOWHERE}


def _home(drawing: FlowGraph, fragment: int, among: Container[int]) -> tuple[int, int]:
    """The innermost of some fragments around another one, with the index of the operand around it."""
    around = enclosing(drawing, drawing.fragments[fragment].parent)
    return next((place for place in around if place[0] in among), _NOWHERE)


def enclosing(drawing: FlowGraph, place: int) -> Iterator[tuple[int, int]]:
    """The fragments around a place with the index of the operand that it stands in, from the inside out."""
    return ((operand.fragment, operand.index) for operand in drawing.around(place))


def _is_aside(drawing: FlowGraph, place: tuple[int, int]) -> bool:
    """Whether nothing waits for what stands in an operand: a branch of failure is no part of the operand of a
    `critical` around it, and does not decide whether its option went well."""
    fragment, index = place
    drawn = drawing.fragments[fragment]
    return drawn.operator in (Operator.OPT, Operator.ALT) and drawn.outcome(index) is Meaning.FAILURE


def is_critical(drawing: FlowGraph, fragment: int) -> bool:
    return drawing.fragments[fragment].operator is Operator.CRITICAL


@lru_cache(maxsize=1 << 12)  # asked of each job some times
def failures(condition: Sum) -> tuple[int, ...]:
    """The numbers of the fragments whose failure a condition is about, ascending."""
    return tuple(sorted({int(a.name) for cube in condition for a, _ in cube if a.kind is AtomKind.FAILURE}))
