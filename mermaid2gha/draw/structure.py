"""The shape of a job graph: what follows what, what stands side by side, and what is neither.

A partial order is *series-parallel* if it can be made of single jobs by the two, which is so exactly if no
four jobs of it form an N (Valdes, Tarjan and Lawler, The recognition of series parallel digraphs, 1982). What
is one can be drawn on one lifeline with `par`; what is none is drawn as lifelines of a box, each a chain,
with a message for every other edge. A chain is one of jobs, and of groups of jobs that all others stand
before, after or beside as one (a module of the order), as far as such a group is series-parallel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from mermaid2gha.base.graph import bits, closure, reduction, source_order, successors
from mermaid2gha.base.records import dataclass


@dataclass(frozen=True, slots=True)
class Single:
    """One job, by its id."""

    job: str


@dataclass(frozen=True, slots=True)
class Series:
    """Two parts or more, each as a whole after the one before it."""

    parts: tuple[Structure, ...]


@dataclass(frozen=True, slots=True)
class Parallel:
    """Two parts or more with no order between them."""

    parts: tuple[Structure, ...]


Structure = Single | Series | Parallel


@dataclass(frozen=True, slots=True)
class Modules:
    """Jobs in groups to which each other job stands in one and the same order.

    `groups` has each by its first job; `edges` are the order of these.
    """

    groups: tuple[tuple[str, Structure], ...]
    edges: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chains:
    """Jobs as chains, and the order in which they and the messages between chains are drawn.

    `drawn` holds jobs `(id,)` and messages `(from, to)`.
    """

    chains: tuple[tuple[str, ...], ...]
    drawn: tuple[tuple[str, ...], ...]


def jobs_of(structure: Structure) -> list[str]:
    """The jobs of a structure, in the order in which they are drawn."""
    left = [structure]
    jobs = []
    while left:
        part = left.pop()
        if isinstance(part, Single):
            jobs.append(part.job)
        else:
            left += reversed(part.parts)
    return jobs


def series_parallel(jobs: Sequence[str], edges: Iterable[tuple[str, str]]) -> Structure | None:
    """The structure of the order of these edges, parts in the order of `jobs`; none if it has no such shape.

    There must be a job, and no cycle.
    """
    before = list(closure(jobs, successors(edges)).values())
    related = list(before)
    for place, earlier in enumerate(before):
        for other in bits(earlier):
            related[other] |= 1 << place
    return _part((1 << len(jobs)) - 1, jobs, before, related)


def modules(jobs: Sequence[str], edges: Iterable[tuple[str, str]]) -> Modules:
    """The largest groups that are series-parallel; two of them are joined as long as there are two that all
    others stand to alike."""
    before = list(closure(jobs, successors(edges)).values())
    after = [0] * len(jobs)
    for place, earlier in enumerate(before):
        for other in bits(earlier):
            after[other] |= 1 << place
    groups: dict[int, Structure] = {place: Single(job) for place, job in enumerate(jobs)}
    while True:
        alike: dict[tuple[int, int], list[int]] = {}
        for place in groups:
            alike.setdefault((before[place], after[place]), []).append(place)
        joined = next((tuple(places) for places in alike.values() if len(places) > 1), None)
        is_row = joined is None
        if joined is None:
            joined = _in_a_row(groups, before, after)
        if joined is None:
            break
        first, *others = joined
        groups[first] = _joined([groups[place] for place in joined], Series if is_row else Parallel)
        if is_row:
            after[first] = after[joined[-1]]
        gone = sum(1 << place for place in others)
        for place in others:
            del groups[place]
        for place in groups:
            before[place] &= ~gone
            after[place] &= ~gone
    order = [(other, place) for place in groups for other in bits(before[place])]
    return Modules(
        tuple((jobs[place], group) for place, group in groups.items()),
        tuple((jobs[first], jobs[second]) for first, second in reduction(order)),
    )


def _in_a_row(groups: Mapping[int, Structure], before: list[int], after: list[int]) -> tuple[int, int] | None:
    """Two groups of which the second follows the first, while all others stand to both alike."""
    by_before = {before[place]: place for place in groups}
    for first in groups:
        second = by_before.get(before[first] | 1 << first)
        if second is not None and after[first] == after[second] | 1 << second:
            return first, second
    return None


def _joined(parts: Sequence[Structure], kind: type[Series] | type[Parallel]) -> Structure:
    """Parts as one, without nesting of one kind."""
    flat: list[Structure] = []
    for part in parts:
        flat += part.parts if isinstance(part, kind) else [part]
    return kind(tuple(flat))


def _part(
    members: int, jobs: Sequence[str], before: Sequence[int], related: Sequence[int]
) -> Structure | None:
    """The structure of a set of jobs, given as bits."""
    if members & (members - 1) == 0:
        return Single(jobs[members.bit_length() - 1])
    apart = _components(members, lambda place: related[place])
    if len(apart) > 1:
        parts = [_part(part, jobs, before, related) for part in apart]
        whole = [part for part in parts if part is not None]
        return Parallel(tuple(whole)) if len(whole) == len(parts) else None
    apart = _components(members, lambda place: ~related[place])
    if len(apart) == 1:
        return None
    # Of two parts all of one is before all of the other, so that counting what is before a job sorts them.
    apart.sort(key=lambda part: (before[part.bit_length() - 1] & members & ~part).bit_count())
    parts = [_part(part, jobs, before, related) for part in apart]
    whole = [part for part in parts if part is not None]
    return Series(tuple(whole)) if len(whole) == len(parts) else None


def _components(members: int, neighbours: Callable[[int], int]) -> list[int]:
    """The connected parts of a set, by their first members; `neighbours` gives those of a place, as bits."""
    found = []
    while members:
        part = open_ = members & -members
        while open_:
            place = open_.bit_length() - 1
            open_ ^= 1 << place
            new = neighbours(place) & members & ~part
            part |= new
            open_ |= new
        found.append(part)
        members &= ~part
    return found


def chains(jobs: Sequence[str], edges: Iterable[tuple[str, str]]) -> Chains:
    """Jobs as few chains as can be found by joining one edge after the other.

    A message from one chain to another stands after its sender and before all that follows there, messages to
    it included, and after what is before its receiver: two chains are joined only if all can still stand so.
    """
    reduced = reduction(list(edges))
    following: dict[str, str] = {}
    joined: set[str] = set()
    for first, second in reduced:
        if first in following or second in joined:
            continue
        following[first] = second
        if _arranged(jobs, reduced, following) is None:
            del following[first]
        else:
            joined.add(second)
    drawn = _arranged(jobs, reduced, following)
    assert drawn is not None  # without any chain every message has its place
    result = []
    for job in jobs:
        if job not in joined:
            chain = [job]
            while chain[-1] in following:
                chain.append(following[chain[-1]])
            result.append(tuple(chain))
    return Chains(tuple(result), tuple(drawn))


def _arranged(
    jobs: Sequence[str], edges: Sequence[tuple[str, str]], following: dict[str, str]
) -> list[tuple[str, ...]] | None:
    """Jobs and messages in an order in which each stands where it may; none if there is no such order."""
    preceding = {second: first for first, second in following.items()}
    messages = [edge for edge in edges if following.get(edge[0]) != edge[1]]
    order: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
        ((first,), (second,)) for first, second in following.items()
    ]
    received: dict[str, list[tuple[str, ...]]] = {}
    for message in messages:
        received.setdefault(message[1], []).append(message)
    for first, second in messages:
        order += [((first,), (first, second)), ((first, second), (second,))]
        if first in following:
            order.append(((first, second), (following[first],)))
            order += [((first, second), message) for message in received.get(following[first], ())]
        if second in preceding:
            order.append(((preceding[second],), (first, second)))
    nodes: list[tuple[str, ...]] = [(job,) for job in jobs]
    at = {job: place for place, job in enumerate(jobs)}
    nodes += sorted(messages, key=lambda message: (at[message[0]], at[message[1]]))
    arranged = source_order(nodes, successors(order))
    return arranged if len(arranged) == len(nodes) else None
