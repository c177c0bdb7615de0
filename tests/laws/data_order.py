"""The order that `order: data` keeps, by docs/language.md#order; nothing here uses the compiler.

A job stays after every job that decides; after what pushed what it pulls; after what shares an operand of
`par`, `opt` or `alt` with it; and after the job directly before it, or the one that a message comes from,
unless the operands of a `par` came together there. What gives to the outside stays after all that is drawn
before it.
"""

from __future__ import annotations

from dataclasses import replace

from laws.points import Event, Key, Place, Points
from laws.reference import Drawn, Meaning, in_sequence, pulled, pushed, reached_from
from laws.tree import Job, Push, Step


def in_data_order(whole: Meaning) -> Meaning:
    """The same drawing with the order that data needs."""
    after: dict[object, set[object]] = {}
    rows = direct(whole.points)
    taken = {artifact.name for e in whole.points.events for artifact in pulled(e)}
    pushes = {key: pushed_by(whole, drawn) for key, drawn in whole.jobs.items()}
    for key, drawn in whole.jobs.items():
        is_last = gives(whole, drawn, taken)
        pulls = {artifact for e in (*drawn.events, *drawn.steps) for artifact in pulled(e)}
        for other in whole.before[key]:
            is_kept = is_last or (other, key) in rows or not pushes[other].isdisjoint(pulls)
            if other[0] == key[0] and (is_kept or is_together(whole.jobs[other], drawn)):
                after.setdefault(other, set()).add(key)
    before: dict[Key, set[Key]] = {key: set() for key in whole.jobs}
    for key in whole.jobs:
        for reached in reached_from(key, after):
            assert isinstance(reached, tuple)
            before[reached].add(key)
    return replace(whole, before=before)


def is_together(first: Drawn, second: Drawn) -> bool:
    return decides(first) or shares_operand(first, second)


def decides(drawn: Drawn) -> bool:
    return any(
        line.startswith("Decide") for e in drawn.events if isinstance(e.node, Job) for line in e.node.lines
    )


def shares_operand(one: Drawn, other: Drawn) -> bool:
    return any(
        place in b.within and place.node.operator in ("par", "opt", "alt")
        for a in one.events
        for b in other.events
        for place in a.within
    )


def pushed_by(whole: Meaning, drawn: Drawn) -> set[object]:
    """What a job pushes, be it drawn elsewhere."""
    found: set[object] = set()
    for event in drawn.events:
        found |= pushed(event)
        if isinstance(event.node, Job) and event.node.name.startswith("Build ") and event.node.lines:
            made = (event.node.name.removeprefix("Build "), event.node.lines[-1].strip("[]"))
            found |= {
                e.node.artifact
                for e in whole.points.events
                if isinstance(e.node, Push) and (e.node.artifact.name, e.node.artifact.tag) == made
            }
    return found


def gives(whole: Meaning, drawn: Drawn, taken: set[str]) -> bool:
    """Whether a job gives to the outside: by its name, an approval, a write, or a push that nothing pulls."""
    if (drawn.workflow, drawn.name) in whole.points.approved:
        return True
    nodes = [event.node for event in (*drawn.events, *drawn.steps)]
    return any(
        (isinstance(node, Step) and node.to in ("Repo", "Registry"))
        or (isinstance(node, Job) and any(a.name not in taken for a in node.pushes))
        for node in nodes
    ) or drawn.name.startswith(("Publish", "Deploy", "Release"))


# -- what is directly before what -------------------------------------------------------------------


def direct(found: Points) -> set[tuple[Key, Key]]:
    """The pairs of jobs with no other job and no coming together of a `par` between them."""
    sent = {b: a for a, b in found.links}
    standing = [e for e in found.events if e.job or e.number in sent or isinstance(e.node, Push)]
    before = {e.number: arrivals(found, standing, e, sent) for e in found.events}
    result: set[tuple[Key, Key]] = set()
    for event in standing:
        rest, seen = list(before[event.number]) if event.opens else [], set[int]()
        while rest:
            one = rest.pop()
            if one.job is not None and event.job is not None and one.job != event.job:
                result.add((one.job, event.job))
            elif one.number not in seen:
                rest += before[one.number]
            seen.add(one.number)
    return result


def arrivals(found: Points, standing: list[Event], event: Event, sent: dict[int, int]) -> list[Event]:
    """What an event directly follows: what is last before it on its lifelines and has nothing beside it,
    and the sending of its message. A `break` does not part what is before it from what is after its end."""
    earlier = [
        a
        for a in standing
        if a.number < event.number and a.lifelines & event.lifelines and in_sequence(a, event)
    ]
    last = [
        a
        for a in earlier
        if not any(
            b.number > a.number
            and a.lifelines & b.lifelines
            and in_sequence(a, b)
            and not any(stops(place) and place not in (*a.places, *event.places) for place in b.places)
            for b in earlier
        )
    ]
    single = [a for a in last if not any(is_beside(a, b) for b in last)]
    return [*single, *([found.events[sent[event.number]]] if event.number in sent else [])]


def stops(place: Place) -> bool:
    return place.node.operator == "break" and place.operand == 0


def is_beside(one: Event, other: Event) -> bool:
    """Whether two events stand in different operands of a `par`."""
    for a, b in zip(one.places, other.places):
        if a != b:
            return a.fragment == b.fragment and a.node.operator == "par"
    return False
