"""Our own graphs say what networkx says, on random ones, and keep the order of the source."""

from __future__ import annotations

import itertools

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.base import graph

Edges = list[tuple[int, int]]


@st.composite
def graphs(draw: st.DrawFn, *, is_acyclic: bool = False) -> tuple[list[int], Edges]:
    """Nodes in a random source order, which is no topological one, and edges, some of them twice."""
    nodes = draw(st.permutations(range(draw(st.integers(1, 12)))))
    edges = draw(st.lists(st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)), max_size=30))
    if is_acyclic:
        rank = {node: place for place, node in enumerate(draw(st.permutations(nodes)))}
        edges = [(a, b) for a, b in edges if rank[a] < rank[b]]
    return nodes, edges


def oracle(nodes: list[int], edges: Edges) -> nx.DiGraph[int]:
    found: nx.DiGraph[int] = nx.DiGraph()
    found.add_nodes_from(nodes)
    found.add_edges_from(edges)
    return found


def left_out(nodes: list[int], edges: Edges) -> set[int]:
    """The nodes on cycles, and after one."""
    whole = oracle(nodes, edges)
    cyclic = {n for n in nodes if whole.has_edge(n, n)}
    cyclic |= {n for part in nx.strongly_connected_components(whole) if len(part) > 1 for n in part}
    return cyclic | {n for m in cyclic for n in nx.descendants(whole, m)}


@given(st.sets(st.integers(0, 200)))
def test_bits_are_the_places_that_are_set(places: set[int]) -> None:
    assert graph.bits(sum(1 << place for place in places)) == sorted(places)


@given(graphs())
def test_what_is_reached_is_reached(drawn: tuple[list[int], Edges]) -> None:
    nodes, edges = drawn
    after, whole = graph.successors(edges), oracle(nodes, edges)
    for start in nodes:
        assert list(graph.reachable([start], after.get)) == list(nx.dfs_preorder_nodes(whole, start))
    before = graph.predecessors(edges)
    for goal in nodes:
        assert set(graph.reachable([goal], before.get)) == {goal, *nx.ancestors(whole, goal)}


@given(graphs())
def test_no_way_is_shorter(drawn: tuple[list[int], Edges]) -> None:
    nodes, edges = drawn
    after, whole = graph.successors(edges), oracle(nodes, edges)
    for start, goal in itertools.product(nodes, nodes):
        way = graph.shortest_path(start, goal, after.get)
        if not nx.has_path(whole, start, goal):
            assert way == []
            continue
        assert (way[0], way[-1]) == (start, goal)
        assert set(itertools.pairwise(way)) <= set(edges)
        assert len(way) == nx.shortest_path_length(whole, start, goal) + 1


@given(graphs())
def test_an_order_is_that_of_networkx(drawn: tuple[list[int], Edges]) -> None:
    nodes, edges = drawn
    after, gone = graph.successors(edges), left_out(nodes, edges)
    whole = oracle([n for n in nodes if n not in gone], [(a, b) for a, b in edges if b not in gone])
    assert graph.topological(nodes, after) == list(nx.topological_sort(whole))
    by_place = nx.lexicographical_topological_sort(whole, nodes.index)
    assert graph.source_order(nodes, after) == list(by_place)


@given(graphs(is_acyclic=True))
def test_an_order_that_stands_already_is_kept(drawn: tuple[list[int], Edges]) -> None:
    nodes, edges = drawn
    after = graph.successors(edges)
    order = graph.source_order(nodes, after)
    assert graph.source_order(order, after) == order


@given(graphs())
def test_the_closure_holds_every_ancestor(drawn: tuple[list[int], Edges]) -> None:
    nodes, edges = drawn
    whole = nx.transitive_closure(oracle(nodes, edges))
    found = graph.closure(nodes, graph.successors(edges))
    assert list(found) == nodes
    for node, before in found.items():
        assert {nodes[place] for place in graph.bits(before)} == set(whole.pred[node])


@given(graphs(is_acyclic=True), st.sets(st.integers(0, 11)))
def test_the_closure_counts_only_nodes_with_a_bit(drawn: tuple[list[int], Edges], wanted: set[int]) -> None:
    nodes, edges = drawn
    after = graph.successors(edges)
    order = graph.topological(nodes, after)
    found = graph.closure(order, after, {node: 1 << node for node in wanted})
    for node, before in found.items():
        assert set(graph.bits(before)) == nx.ancestors(oracle(nodes, edges), node) & wanted


@given(graphs(is_acyclic=True), st.sets(st.integers(0, 11)))
def test_the_nearest_are_before_no_other(drawn: tuple[list[int], Edges], chosen: set[int]) -> None:
    nodes, edges = drawn
    whole = oracle(nodes, edges)
    before = list(graph.closure(nodes, graph.successors(edges)).values())
    among = {node for node in nodes if node in chosen}
    found = graph.nearest(sum(1 << nodes.index(node) for node in among), before)
    covered = {a for b in among for a in nx.ancestors(whole, b)}
    assert {nodes[place] for place in graph.bits(found)} == among - covered


@given(graphs(is_acyclic=True))
def test_a_reduction_has_the_fewest_edges(drawn: tuple[list[int], Edges]) -> None:
    nodes, edges = drawn
    kept = set(nx.transitive_reduction(oracle(nodes, edges)).edges)
    assert graph.reduction(edges) == [edge for edge in dict.fromkeys(edges) if edge in kept]


@given(graphs())
def test_components_are_strongly_connected(drawn: tuple[list[int], Edges]) -> None:
    nodes, edges = drawn
    found = graph.components(nodes, graph.successors(edges))
    parts = nx.strongly_connected_components(oracle(nodes, edges))
    assert {frozenset(part) for part in found} == {frozenset(part) for part in parts}
    assert [part[0] for part in found] == sorted((part[0] for part in found), key=nodes.index)
    assert all(part == sorted(part, key=nodes.index) for part in found)


@given(graphs())
def test_a_cycle_is_the_one_that_networkx_finds(drawn: tuple[list[int], Edges]) -> None:
    nodes, edges = drawn
    if nx.is_directed_acyclic_graph(oracle(nodes, edges)):
        with pytest.raises(AssertionError, match="no cycle"):
            graph.cycle(edges)
        return
    around = graph.cycle(edges)
    assert around == [(a, b) for a, b, *_ in nx.find_cycle(nx.DiGraph(edges))]
    assert [a for a, _ in around[1:]] + [around[0][0]] == [b for _, b in around]
