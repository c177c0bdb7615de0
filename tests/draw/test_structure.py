"""The shape of a job graph: what is read off it is the order again, whatever the order is."""

from __future__ import annotations

from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st
from laws.settings import settings_for

from mermaid2gha.base.graph import bits, closure, successors
from mermaid2gha.draw.structure import (
    Chains,
    Parallel,
    Series,
    Single,
    Structure,
    chains,
    jobs_of,
    modules,
    series_parallel,
)

Edge = tuple[str, str]
laws = settings_for(200)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[str], list[Edge]]:
    """Jobs in an order in which they can run, and edges between them."""
    jobs = [f"j{number}" for number in range(draw(st.integers(1, 9)))]
    candidates = [(a, b) for at, b in enumerate(jobs) for a in jobs[:at]]
    edges = draw(st.lists(st.sampled_from(candidates), unique=True)) if candidates else []
    return jobs, edges


def before(jobs: list[str], edges: list[Edge]) -> set[Edge]:
    return {
        (jobs[place], job)
        for job, all_before in closure(jobs, successors(edges)).items()
        for place in bits(all_before)
    }


def said(structure: Structure) -> set[Edge]:
    """The order that a structure says."""
    match structure:
        case Single():
            return set()
        case Parallel(parts):
            return set().union(*map(said, parts))
        case Series(parts):
            order = set().union(*map(said, parts))
            for at, part in enumerate(parts):
                order |= {(a, b) for later in parts[at + 1 :] for a in jobs_of(part) for b in jobs_of(later)}
            return order


def has_n(jobs: list[str], order: set[Edge]) -> bool:
    """Whether four jobs are ordered as the letter N: a and b before c, b alone before d, and no more."""
    return any(
        {(a, c), (b, c), (b, d)} <= order
        and not {(a, d), (a, b), (b, a), (c, d), (d, c), (d, a), (c, a)} & order
        for a, b, c, d in permutations(jobs, 4)
    )


def read_off(found: Chains) -> set[Edge]:
    """The order of the jobs of lifelines, as happened-before has it of jobs and messages."""
    at = {job: number for number, chain in enumerate(found.chains) for job in chain}
    known: dict[int, set[str]] = {number: set() for number in range(len(found.chains))}
    order = set()
    for node in found.drawn:
        if len(node) == 1:
            order |= {(earlier, node[0]) for earlier in known[at[node[0]]]}
            known[at[node[0]]].add(node[0])
        else:
            sender, receiver = (at[job] for job in node)
            assert sender != receiver
            known[receiver] |= known[sender]
    return order


@laws
@given(graphs())
def test_a_structure_says_the_order_and_there_is_none_exactly_where_there_is_an_n(
    graph: tuple[list[str], list[Edge]],
) -> None:
    jobs, edges = graph
    order = before(jobs, edges)
    structure = series_parallel(jobs, edges)
    assert (structure is None) == has_n(jobs, order)
    if structure is not None:
        assert said(structure) == order
        assert sorted(jobs_of(structure)) == jobs


@laws
@given(graphs())
def test_chains_and_messages_say_the_order(graph: tuple[list[str], list[Edge]]) -> None:
    jobs, edges = graph
    found = chains(jobs, edges)
    assert sorted(job for chain in found.chains for job in chain) == jobs
    assert sorted(node[0] for node in found.drawn if len(node) == 1) == jobs
    assert read_off(found) == before(jobs, edges)


@laws
@given(graphs())
def test_groups_are_as_large_as_can_be_and_say_the_order(graph: tuple[list[str], list[Edge]]) -> None:
    jobs, edges = graph
    order = before(jobs, edges)
    found = modules(jobs, edges)
    groups = dict(found.groups)
    assert sorted(job for group in groups.values() for job in jobs_of(group)) == jobs
    outside = before(list(groups), list(found.edges))
    across = {(a, b) for one, other in outside for a in jobs_of(groups[one]) for b in jobs_of(groups[other])}
    assert across.union(*map(said, groups.values())) == order
    assert (len(groups) == 1) == (series_parallel(jobs, edges) is not None)
    for one, other in permutations(groups, 2):  # no two of them can be joined
        rest = [job for job in groups if job not in (one, other)]
        alike = [
            ((one, x) in outside, (x, one) in outside) == ((other, x) in outside, (x, other) in outside)
            for x in rest
        ]
        assert not all(alike)


def test_a_long_chain_is_one_lifeline_and_three_hundred_jobs_take_no_time() -> None:
    jobs = [f"j{number}" for number in range(300)]
    chain = list(pairwise(jobs))
    assert chains(jobs, chain).chains == (tuple(jobs),)
    structure = series_parallel(jobs, chain)
    assert isinstance(structure, Series)
    assert jobs_of(structure) == jobs
