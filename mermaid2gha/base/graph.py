"""Graphs: which nodes come before which, however far, and in which order they can stand.

An edge `(a, b)` means a before b. A graph is its nodes in source order and the nodes directly after each
(`successors` of its edges; a node without any may be absent). Every answer keeps that order, so the same
graph always has the same answer. A set of nodes is the bits of a number: bit i is the node at place i.

networkx takes eleven times as long to import as an interpreter to start. It finds the cycle that is shown to
people, and nothing else; the tests ask it whether all of this is right.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Reversible, Sequence

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from typing import TypeVar

    _N = TypeVar("_N", bound=Hashable)


def bits(number: int) -> list[int]:
    """The places of the set bits, lowest first."""
    found = []
    while number:
        low = number & -number
        found.append(low.bit_length() - 1)
        number ^= low
    return found


def successors(edges: Iterable[tuple[_N, _N]]) -> dict[_N, list[_N]]:
    """For each node with edges those directly after it, each once, in the order of the edges."""
    after: dict[_N, dict[_N, None]] = {}
    for a, b in edges:
        after.setdefault(a, {})[b] = None
    return {node: list(following) for node, following in after.items()}


def predecessors(edges: Iterable[tuple[_N, _N]]) -> dict[_N, list[_N]]:
    """For each node with edges those directly before it, likewise."""
    return successors((b, a) for a, b in edges)


def reachable(starts: Iterable[_N], along: Callable[[_N], Reversible[_N] | None]) -> Iterator[_N]:
    """These nodes and all that are reached from them, each once, depth first; lazily.

    `along` gives where one can go on from a node, none for nowhere: `after.get`, or less.
    """
    seen: set[_N] = set()
    left = list(starts)[::-1]
    while left:
        node = left.pop()
        if node not in seen:
            seen.add(node)
            yield node
            left.extend(reversed(along(node) or ()))


def shortest_path(start: _N, goal: _N, along: Callable[[_N], Iterable[_N] | None]) -> list[_N]:
    """The nodes of a shortest way from one node to another, both included; empty if there is none."""
    came_from = {start: start}
    queue = [start]
    for node in queue:
        if node == goal:
            break
        for following in along(node) or ():
            if following not in came_from:
                came_from[following] = node
                queue.append(following)
    if goal not in came_from:
        return []
    way = [goal]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def topological(nodes: Iterable[_N], after: Mapping[_N, Collection[_N]]) -> list[_N]:
    """The nodes, each after all that are before it, in the order in which they become free.

    What is on a cycle, or after one, is left out.
    """
    missing = _missing(nodes, after)
    order = [node for node, count in missing.items() if not count]
    for node in order:
        for following in after.get(node, ()):
            missing[following] -= 1
            if not missing[following]:
                order.append(following)
    return order


def source_order(nodes: Iterable[_N], after: Mapping[_N, Collection[_N]]) -> list[_N]:
    """The nodes, each after all that are before it; among those that are free, the first in source order.

    What is on a cycle, or after one, is left out.
    """
    missing = _missing(nodes, after)
    names, place = list(missing), {node: at for at, node in enumerate(missing)}
    free = sum(1 << at for at, node in enumerate(names) if not missing[node])
    order = []
    while free:
        first = free & -free
        free ^= first
        node = names[first.bit_length() - 1]
        order.append(node)
        for following in after.get(node, ()):
            missing[following] -= 1
            if not missing[following]:
                free |= 1 << place[following]
    return order


def all_before(before: Mapping[_N, Collection[_N]]) -> dict[_N, frozenset[_N]]:
    """For each node all before it, from those directly before; what is on a cycle is before itself."""
    after = successors((one, node) for node, known in before.items() for one in known if one in before)
    found: dict[_N, frozenset[_N]] = {}
    for node in topological(before, after):
        direct = before[node]
        found[node] = frozenset(direct).union(*(found[one] for one in direct if one in found))
    for node in before.keys() - found.keys():
        found[node] = frozenset(reachable(list(before[node]), lambda one: list(before.get(one, ()))))
    return found


def _missing(nodes: Iterable[_N], after: Mapping[_N, Collection[_N]]) -> dict[_N, int]:
    """How many nodes are directly before each."""
    missing = dict.fromkeys(nodes, 0)
    for node in missing:
        for following in after.get(node, ()):
            missing[following] += 1
    return missing


def closure(
    nodes: Iterable[_N], after: Mapping[_N, Collection[_N]], bit: Mapping[_N, int] | None = None
) -> dict[_N, int]:
    """For each node the set of those before it, however far; a node on a cycle is before itself.

    `bit` gives the nodes that count their bits; else all do, by their places. What is after a node and is
    none of these leads nowhere. It takes one pass if the nodes stand in a topological order, else another for
    each time that something new is before a node that has had its turn.
    """
    places = list(nodes)
    own = {node: 1 << place for place, node in enumerate(places)} if bit is None else bit
    before = dict.fromkeys(places, 0)
    is_open = True
    while is_open:
        is_open = False
        done: set[_N] = set()
        for node in places:
            done.add(node)
            reached = before[node] | own.get(node, 0)
            for following in after.get(node, ()):
                known = before.get(following, 0)
                before[following] = known | reached
                is_open = is_open or (following in done and known | reached != known)
    return before


def before_any(nodes: int, before: Mapping[int, int] | Sequence[int]) -> int:
    """All that is before one of a set of nodes; `before` holds, by place, all that is before each."""
    found = 0
    while nodes:
        last = nodes.bit_length() - 1
        found |= before[last]
        nodes &= ~(found | 1 << last)
    return found


def nearest(nodes: int, before: Mapping[int, int] | Sequence[int]) -> int:
    """Of the nodes of a set those that are before none of the others."""
    return nodes & ~before_any(nodes, before)


def reduction(edges: Collection[tuple[_N, _N]]) -> list[tuple[_N, _N]]:
    """The edges of a graph without cycles that no longer way implies, in their order."""
    after = successors(edges)
    order = topological(dict.fromkeys(node for edge in edges for node in edge), after)
    place = {node: at for at, node in enumerate(order)}
    before = list(closure(order, after).values())
    kept = {
        b: nearest(sum(1 << place[a] for a in directly), before)
        for b, directly in predecessors(edges).items()
    }
    return [(a, b) for a, b in dict.fromkeys(edges) if kept[b] >> place[a] & 1]


def components(nodes: Iterable[_N], after: Mapping[_N, Collection[_N]]) -> list[list[_N]]:
    """The strongly connected components, each by its first node in source order, its nodes likewise."""
    places = list(nodes)
    if len(topological(places, after)) == len(places):
        return [[node] for node in places]
    before = predecessors((a, b) for a in places for b in after.get(a, ()))
    root: dict[_N, _N] = {}
    for node in reversed(_finished(places, after)):  # Kosaraju and Sharir
        if node not in root:
            left = [node]
            while left:
                one = left.pop()
                if one not in root:
                    root[one] = node
                    left += before.get(one, ())
    groups: dict[_N, list[_N]] = {}
    for node in places:
        groups.setdefault(root[node], []).append(node)
    return list(groups.values())


def _finished(nodes: Iterable[_N], after: Mapping[_N, Collection[_N]]) -> list[_N]:
    """The nodes as a search, depth first, leaves them: each after all that it is the first to reach."""
    order: list[_N] = []
    seen: set[_N] = set()
    for start in nodes:
        way = [] if start in seen else [(start, iter(after.get(start, ())))]
        seen.add(start)
        while way:
            node, rest = way[-1]
            following = next((one for one in rest if one not in seen), None)
            if following is None:
                order.append(node)
                way.pop()
            else:
                seen.add(following)
                way.append((following, iter(after.get(following, ()))))
    return order


def cycle(edges: Iterable[tuple[_N, _N]]) -> list[tuple[_N, _N]]:
    """The edges of a cycle, one after the other, in a graph that has one."""
    import networkx as nx

    graph: nx.DiGraph[_N] = nx.DiGraph()
    graph.add_edges_from(edges)
    return [(a, b) for a, b, *_ in nx.find_cycle(graph)]
