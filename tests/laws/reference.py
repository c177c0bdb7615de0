"""What a drawing means, said as simply as can be: for each flow its jobs, their order, their conditions.

Nothing here uses the compiler. Events are compared two by two; orders are closed by walking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from laws.tree import Artifact, Flow, Fragment, Job, Node, Push, Remark, Trigger, Wait

Literal = tuple[str, bool]
FAILURE = "a failure"  # a flag that is false as long as nothing fails


@dataclass(frozen=True)
class Place:
    """One operand around an event: which fragment, which operand of it."""

    fragment: int
    operand: int
    node: Fragment


@dataclass(frozen=True)
class Event:
    """A leaf of a drawing, in the order of the text. `lifelines` are those it stands on."""

    number: int
    node: Job | Wait | Push | Trigger
    places: tuple[Place, ...]

    @property
    def lifelines(self) -> frozenset[str]:
        if isinstance(self.node, Trigger):
            return frozenset({self.node.sender, self.node.workflow} - {""})
        return frozenset({self.node.workflow})


@dataclass(frozen=True)
class Drawn:
    """A job of a flow: its events (several if it is drawn in several places that exclude each other)."""

    workflow: str
    name: str
    events: tuple[Event, ...]


@dataclass
class Meaning:
    """A flow: `jobs` by (workflow, name), `before` of each job, over all workflows."""

    jobs: dict[tuple[str, str], Drawn] = field(default_factory=dict)
    before: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)


def events(flow: Flow) -> list[Event]:
    """The leaves of a flow with the operands around each."""
    found: list[Event] = []
    count = iter(range(10**9))

    def walk(nodes: tuple[Node, ...], places: tuple[Place, ...]) -> None:
        for node in _without_rects(nodes):
            if isinstance(node, Fragment):
                number = next(count)
                for at, operand in enumerate(node.operands):
                    walk(operand, (*places, Place(number, at, node)))
                if node.operator == "break":  # what remains happens instead of it, as in an `alt`
                    places = (*places, Place(number, 1, node))
            elif not isinstance(node, Remark):
                found.append(Event(len(found), node, places))

    walk(flow.body, ())
    return found


def _without_rects(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """A rectangle is but a colour behind what it holds."""
    for node in nodes:
        if isinstance(node, Fragment) and node.operator == "rect":
            yield from _without_rects(node.operands[0])
        else:
            yield node


def meaning(flow: Flow) -> Meaning:
    """The jobs of a flow and the order between them."""
    all_events = events(flow)
    result = Meaning()
    for event in all_events:
        if isinstance(event.node, Job | Wait):
            key = (event.node.workflow, event.node.name)
            known = result.jobs[key].events if key in result.jobs else ()
            result.jobs[key] = Drawn(*key, (*known, event))
    point = {e.number: key for key, drawn in result.jobs.items() for e in drawn.events}
    after: dict[object, set[object]] = {}
    for a, b in _pairs(all_events, result):
        start, end = point.get(a.number, a.number), point.get(b.number, b.number)
        if start != end:
            after.setdefault(start, set()).add(end)
    result.before = {key: set() for key in result.jobs}
    for key in result.jobs:
        for reached in _reached(key, after):
            if isinstance(reached, tuple):
                result.before[reached].add(key)
    return result


def _reached(start: object, after: Mapping[object, set[object]]) -> set[object]:
    found: set[object] = set()
    rest = list(after.get(start, ()))
    while rest:
        one = rest.pop()
        if one not in found:
            found.add(one)
            rest += after.get(one, ())
    return found


def _pairs(all_events: list[Event], drawn: Meaning) -> Iterator[tuple[Event, Event]]:
    """The pairs that the drawing orders directly."""
    for b in all_events:
        for a in all_events[: b.number]:
            if (a.lifelines & b.lifelines and _in_sequence(a, b)) or pushed(a) & pulled(b):
                yield a, b
        if isinstance(b.node, Wait) and not any(pushed(a) & pulled(b) for a in all_events[: b.number]):
            yield from ((a, b) for a in _ending(all_events[b.number + 1 :], b))
        if isinstance(b.node, Push):
            yield next(a for a in all_events if _makes(a, b.node)), b


def _ending(later: list[Event], wait: Event) -> Iterator[Event]:
    """What ends a wait that nothing above it ends: pushes of other workflows drawn below it.

    No drawing of these laws pushes one artifact twice, nor waits in one branch for the push in another.
    """
    for event in later:
        if pushed(event) & pulled(wait) and not event.lifelines & wait.lifelines:
            yield event


def is_cyclic(flow: Flow) -> bool:
    """Whether jobs of a flow stand before themselves: workflows that wait for each other."""
    before = meaning(flow).before
    return any(key in earlier for key, earlier in before.items())


def _makes(event: Event, push: Push) -> bool:
    return (
        isinstance(event.node, Job)
        and event.node.workflow == push.workflow
        and event.node.name == f"Build {push.artifact.name}"
        and event.node.lines[-1:] == (f"[{push.artifact.tag}]",)
    )


def _in_sequence(a: Event, b: Event) -> bool:
    """Whether one follows the other: they are not in operands that exclude each other or go on side by
    side (the option of a `critical` follows it), nor is the first in a branch that nothing waits for."""
    shared = 0
    while shared < min(len(a.places), len(b.places)) and a.places[shared] == b.places[shared]:
        shared += 1
    rest_a, rest_b = a.places[shared:], b.places[shared:]
    if rest_a and rest_b and rest_a[0].fragment == rest_b[0].fragment:
        return rest_a[0].node.operator == "critical"
    return not any(is_aside(place) for place in rest_a)


def is_aside(place: Place) -> bool:
    """Whether an operand handles a failure, so that what follows its fragment does not wait for it."""
    if place.node.operator not in ("opt", "alt"):
        return False
    guards = place.node.guards
    return guards[place.operand] == "failure" or (place.operand == 1 and guards == ("success", ""))


def handles(place: Place) -> bool:
    """Whether the jobs of an operand run on a failure only."""
    return is_aside(place) or (place.node.operator == "critical" and place.operand == 1)


def pushed(event: Event) -> set[Artifact]:
    node = event.node
    if isinstance(node, Push):
        return {node.artifact}
    return set(node.pushes) if isinstance(node, Job) else set()


def pulled(event: Event) -> set[Artifact]:
    node = event.node
    if isinstance(node, Wait):
        return {node.artifact}
    return {*node.before, *node.pulls} if isinstance(node, Job) else set()


# -- conditions ------------------------------------------------------------------------------------


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def flag(place: Place, operand: int, workflow: str, ids: Mapping[str, str]) -> str:
    """The flag of one operand: its text, or without text the id of the first job of the workflow in it."""
    text = place.node.guards[operand]
    return slug(text) if text else ids[first_job(place.node.operands[operand], workflow)]


def first_job(nodes: tuple[Node, ...], workflow: str) -> str:
    for node in _without_rects(nodes):
        if isinstance(node, Job | Wait) and node.workflow == workflow:
            return node.name
        if isinstance(node, Fragment):
            for operand in node.operands:
                if found := first_job(operand, workflow):
                    return found
    return ""


def condition(drawn: Drawn, ids: Mapping[str, str]) -> list[frozenset[Literal]]:
    """A job's condition: it runs if all literals of one of these sets hold. `ids` maps names to ids."""
    result = []
    for event in drawn.events:
        literals: set[Literal] = set()
        for place in event.places:
            literals |= _literals(place, drawn.workflow, ids)
        result.append(frozenset(literals))
    return result


def _literals(place: Place, workflow: str, ids: Mapping[str, str]) -> set[Literal]:
    count = len(place.node.operands)
    if handles(place):
        return {(FAILURE, True)}
    if "success" in place.node.guards or "failure" in place.node.guards:
        return set()
    match place.node.operator:
        case "break":
            return {(flag(place, 0, workflow, ids), place.operand == 0)}
        case "opt":
            return {(flag(place, 0, workflow, ids), True)}
        case "alt":
            found = {(flag(place, at, workflow, ids), False) for at in range(place.operand)}
            if place.operand == 0 or place.operand < count - 1:
                found.add((flag(place, place.operand, workflow, ids), True))
            return found
        case _:
            return set()


def holds(cubes: list[frozenset[Literal]], values: Mapping[str, bool]) -> bool:
    return any(all(values[name] == wanted for name, wanted in cube) for cube in cubes)


def implies(one: list[frozenset[Literal]], other: list[frozenset[Literal]]) -> bool:
    """Whether the one condition has every literal of the other, so that where it holds the other does."""
    return all(any(weaker <= cube for weaker in other) for cube in one)


def is_possible(one: list[frozenset[Literal]]) -> bool:
    return any(all((name, not value) not in cube for name, value in cube) for cube in one)
