"""What a drawing means, said as simply as can be: for each flow its jobs, their order, their conditions.

Nothing here uses the compiler. Events are compared two by two; orders are closed by walking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from laws.points import Event, Key, Place, Points, points
from laws.tree import ALWAYS, Artifact, Flow, Job, Push, Wait

Literal = tuple[str, bool]
FAILURE = "a failure"  # a flag that is false as long as nothing fails
NO_TEXT = ("needed", "if needed", "required")


@dataclass(frozen=True)
class Drawn:
    """A job of a flow: the events that open it (several if it is drawn in several places that exclude each
    other), and those of its steps."""

    workflow: str
    name: str
    events: tuple[Event, ...]
    steps: tuple[Event, ...] = ()


@dataclass
class Meaning:
    """A flow: `jobs` by (run, name), `before` of each job, over all runs."""

    points: Points
    jobs: dict[Key, Drawn] = field(default_factory=dict)
    before: dict[Key, set[Key]] = field(default_factory=dict)


def meaning(flow: Flow) -> Meaning:
    """The jobs of a flow and the order between them."""
    found = points(flow)
    approve_beside(found)
    result = Meaning(found)
    for key in dict.fromkeys(e.job for e in found.events if e.job is not None):
        mine = [e for e in found.events if e.job == key]
        opening = tuple(e for e in mine if e.opens)
        result.jobs[key] = Drawn(*key, opening, tuple(e for e in mine if not e.opens))
    after: dict[object, set[object]] = {}
    for a, b in pairs(found):
        start, end = a.job or a.number, b.job or b.number
        if start != end:
            after.setdefault(start, set()).add(end)
    result.before = {key: set() for key in result.jobs}
    for key in result.jobs:
        for reached in reached_from(key, after):
            if isinstance(reached, tuple):
                result.before[reached].add(key)
    return result


def approve_beside(found: Points) -> None:
    """The jobs that have nothing but the approval directly before them, beside the next one after it."""
    for number, lifeline, around in found.takers:
        taker = found.events[number]
        here = [e for e in found.events[number:] if lifeline in e.lifelines]
        for event in here[1:]:
            is_there = event.places[: len(around)] == around
            is_job = is_there and event.opens and not isinstance(event.node, Wait) and event.job is not None
            if is_job and not any(in_sequence(e, event) for e in here if e.number < event.number):
                assert event.job is not None and taker.job is not None
                found.approved.setdefault(event.job, found.approved[taker.job])


def reached_from(start: object, after: Mapping[object, set[object]]) -> set[object]:
    found: set[object] = set()
    rest = list(after.get(start, ()))
    while rest:
        one = rest.pop()
        if one not in found:
            found.add(one)
            rest += after.get(one, ())
    return found


def pairs(found: Points) -> Iterator[tuple[Event, Event]]:
    """The pairs that the drawing orders directly."""
    for sent, received in found.links:
        yield found.events[sent], found.events[received]
    standing = [event for event in found.events if not event.step]  # mere steps have no place of their own
    for b in standing:
        for a in standing:
            if a.number >= b.number:
                break
            if (a.lifelines & b.lifelines and in_sequence(a, b)) or pushed(a) & pulled(b):
                yield a, b
        if isinstance(b.node, Wait) and not any(pushed(a) & pulled(b) for a in found.events[: b.number]):
            yield from ((a, b) for a in _ending(found.events[b.number + 1 :], b))
        if isinstance(b.node, Push):
            yield next(a for a in found.events if _makes(a, b)), b


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


def _makes(event: Event, push: Event) -> bool:
    assert isinstance(push.node, Push)
    return (
        isinstance(event.node, Job)
        and event.run == push.run
        and event.node.name == f"Build {push.node.artifact.name}"
        and event.node.lines[-1:] == (f"[{push.node.artifact.tag}]",)
    )


def in_sequence(a: Event, b: Event) -> bool:
    """Whether one follows the other: they are not in operands that exclude each other or go on side by
    side (the option of a `critical` follows it), nor is the first in a branch that nothing waits for."""
    shared = 0
    while shared < min(len(a.places), len(b.places)) and a.places[shared] == b.places[shared]:
        shared += 1
    rest_a, rest_b = a.places[shared:], b.places[shared:]
    if rest_a and rest_b and rest_a[0].fragment == rest_b[0].fragment:
        return rest_a[0].node.operator == "critical" and not any(is_aside(place) for place in rest_a[1:])
    return not any(is_aside(place) for place in rest_a)


def is_aside(place: Place) -> bool:
    """Whether an operand handles a failure, or every end, so that what follows its fragment does not wait."""
    if place.node.operator not in ("opt", "alt"):
        return False
    guards = place.node.guards
    is_rest = place.operand == 1 and guards == ("success", "")
    return is_rest or is_always(place) or says_failure(guards[place.operand])


def is_always(place: Place) -> bool:
    """Whether the jobs of an operand run however what is before ended."""
    return place.node.guards == (ALWAYS,)


def says_failure(guard: str) -> bool:
    return guard == "failure" or guard.endswith(" failed")


def handles(place: Place) -> bool:
    """Whether the jobs of an operand run on a failure only."""
    is_option = place.node.operator == "critical" and place.operand == 1
    return is_option or (is_aside(place) and not is_always(place))


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


def is_expression(text: str) -> bool:
    return "github." in text


@dataclass(frozen=True)
class Names:
    """By which names a run knows its conditions: the ids of its jobs, and what the settings say of texts."""

    found: Points
    run: str
    ids: Mapping[str, str]
    conditions: Mapping[str, str]

    def literal(self, place: Place, operand: int) -> Literal:
        """That an operand is chosen: an expression, or the flag named by its text or by what it holds."""
        text = place.node.guards[operand]
        text = self.conditions.get(text, text)
        if is_expression(text):
            return text.replace(" != ", " == "), " != " not in text
        text = "" if text in NO_TEXT else text
        return slug(text) or self.first_inside(Place(place.fragment, operand, place.node)), True

    def first_inside(self, place: Place) -> str:
        """The id of the first job of the run in an operand; without one, the slug of its first step."""
        inside = [e for e in self.found.events if e.run == self.run and place in e.places]
        for event in inside:
            if event.opens and event.job is not None:
                return self.ids[event.job[1]]
        return next((slug(event.step) for event in inside if event.step), "")


def cube(places: tuple[Place, ...], names: Names) -> frozenset[Literal]:
    """What must hold within some operands."""
    return frozenset(one for place in places for one in _literals(place, names))


def condition(drawn: Drawn, names: Names) -> list[frozenset[Literal]]:
    """A job's condition: it runs if all literals of one of these sets hold."""
    return [cube(event.within, names) for event in drawn.events]


def _literals(place: Place, names: Names) -> set[Literal]:
    if handles(place):
        return {(FAILURE, True)}
    if is_always(place):
        return set()
    if "success" in place.node.guards or any(map(says_failure, place.node.guards)):
        return set()
    match place.node.operator:
        case "break":
            return {opposite_if(place.operand == 1, names.literal(place, 0))}
        case "opt":
            return {names.literal(place, 0)}
        case "alt":
            found = {opposite_if(True, names.literal(place, at)) for at in range(place.operand)}
            is_last = place.operand == len(place.node.operands) - 1 > 0
            if not is_last or place.node.guards[place.operand] not in ("", *NO_TEXT):
                found.add(names.literal(place, place.operand))
            return found
        case _:
            return set()


def opposite_if(is_opposite: bool, literal: Literal) -> Literal:
    name, value = literal
    return name, value != is_opposite


def holds(cubes: list[frozenset[Literal]], values: Mapping[str, bool]) -> bool:
    return any(all(values[name] == wanted for name, wanted in cube) for cube in cubes)


def implies(one: list[frozenset[Literal]], other: list[frozenset[Literal]]) -> bool:
    """Whether the one condition has every literal of the other, so that where it holds the other does."""
    return all(any(weaker <= cube for weaker in other) for cube in one)


def is_possible(one: list[frozenset[Literal]]) -> bool:
    return any(all((name, not value) not in cube for name, value in cube) for cube in one)
