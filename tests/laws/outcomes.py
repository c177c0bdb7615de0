"""What a drawing says of a run in which jobs end badly: what becomes of each, and whether all ends well."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from laws.points import Place
from laws.reference import Drawn, handles, holds, implies, is_always, is_aside, says_failure
from laws.witness import View


class Fate(Enum):
    """A job is left out by its condition, runs well or badly, is stopped, or has no failure to handle."""

    OUT = "out"
    WELL = "well"
    BAD = "bad"
    STOPPED = "stopped"
    IDLE = "idle"


def fates(view: View, values: Mapping[str, bool], bad: set[str]) -> dict[str, Fate]:
    """What becomes of the jobs of a flow, by id, if these jobs end badly when they run."""
    whole = view.values(values, failure=True)
    conditions, order = view.conditions, view.order
    result: dict[str, Fate] = {}
    for job in sorted(order, key=lambda one: len(order[one])):
        if not holds(conditions[job], whole):
            result[job] = Fate.OUT
            continue
        place = handling(view.drawn[job])
        found = unhandled(view, result, job) if place is None else as_handler(view, result, job, place)
        result[job] = Fate.BAD if found is Fate.WELL and job in bad else found
    return result


def handling(drawn: Drawn) -> Place | None:
    """The innermost operand around a job that handles a failure."""
    return next((place for place in reversed(drawn.events[0].places) if handles(place)), None)


def is_in(view: View, job: str, place: Place) -> bool:
    return any(place in event.places for event in view.drawn[job].events)


def unhandled(view: View, known: dict[str, Fate], job: str) -> Fate:
    """An ordinary job is stopped by anything bad before it but what the option of a `critical` made good; one
    that runs in any case by what stands with it alone."""
    mine = view.drawn[job].events[0].places
    blockers = {x for x in view.order[job] if known[x] in (Fate.BAD, Fate.STOPPED)}
    if always := next(filter(is_always, mine), None):
        blockers = {x for x in blockers if is_in(view, x, always)}
    for place in criticals(view):
        if place not in mine:
            blockers -= made_good(view, known, place)
    return Fate.STOPPED if blockers else Fate.WELL


def criticals(view: View) -> set[Place]:
    """The first operands of all `critical` fragments."""
    return {
        place
        for drawn in view.drawn.values()
        for event in drawn.events
        for place in event.places
        if place.node.operator == "critical" and place.operand == 0
    }


def made_good(view: View, known: dict[str, Fate], place: Place) -> set[str]:
    """The jobs of a `critical` whose failure its option has made good: something in it went well, and all
    that it shows for this failure, or was made good there; what handles a further failure may be idle."""
    option = Place(place.fragment, 1, place.node)
    mended = mended_in(view, known, option)
    inside = {x: known[x] for x in known if is_awaited_in(view, x, option) and known[x] is not Fate.OUT}
    is_good = all(
        state is Fate.WELL or x in mended or (state is Fate.IDLE and handling(view.drawn[x]) != option)
        for x, state in inside.items()
    )
    is_good &= Fate.WELL in inside.values()
    return {x for x in known if is_in(view, x, place)} if is_good else set()


def is_awaited_in(view: View, job: str, option: Place) -> bool:
    """Whether a job stands in an option, and not in a branch of failure in it, for which nothing waits."""
    return any(
        option in event.places and not any(map(is_aside, event.places[event.places.index(option) + 1 :]))
        for event in view.drawn[job].events
    )


def mended_in(view: View, known: dict[str, Fate], around: Place, job: str = "") -> set[str]:
    """What the criticals in an operand have made good, without those in which a job stands itself."""
    nested = {
        place
        for drawn in view.drawn.values()
        for event in drawn.events
        if around in event.places
        for place in event.places[event.places.index(around) + 1 :]
        if place.node.operator == "critical" and place.operand == 0
    }
    ended = (place for place in nested if not job or not is_in(view, job, place))
    return set().union(*(made_good(view, known, place) for place in ended))


def as_handler(view: View, known: dict[str, Fate], job: str, place: Place) -> Fate:
    """A handler waits for a failure before it; those after it in its operand for its success. It is for the
    failures of all operands around it, of which a job before it there may have begun already."""
    around = [one for one in reversed(view.drawn[job].events[0].places) if handles(one)]
    assert around[0] == place
    fates_of = [in_operand(view, known, job, around[at:], inner=around[:at]) for at in range(len(around))]
    for fate in (Fate.STOPPED, Fate.IDLE):
        if fate in fates_of:
            return fate
    return Fate.WELL


def in_operand(view: View, known: dict[str, Fate], job: str, around: list[Place], inner: list[Place]) -> Fate:
    """What a job would become if it had the first of these operands around it; `inner` are in that one."""
    place = around[0]
    answered = set().union(*(handled(view, job, [*inner[at:], *around]) for at in range(len(inner))))
    mended = mended_in(view, known, place, job) | answered
    peers = {x for x in view.order[job] if is_in(view, x, place)}
    states = {known[x] for x in peers if handling(view.drawn[x]) == place and x not in mended} - {Fate.OUT}
    worse = {known[x] for x in peers - mended} & {Fate.BAD, Fate.STOPPED}
    begun = any(known[x] in (Fate.WELL, Fate.BAD) for x in peers)
    if states or begun:
        if states <= {Fate.WELL} and not worse:
            return Fate.WELL
        return Fate.STOPPED if worse else Fate.IDLE
    first = handled(view, job, around)
    if place.node.operator == "critical":
        first -= mended_in(view, known, Place(place.fragment, 0, place.node))
    elif place.node.operator == "alt" and place.operand and says_failure(place.node.guards[0]):
        taken = handled(view, job, [Place(place.fragment, 0, place.node), *around[1:]])
        if any(known[x] is Fate.BAD for x in taken - first):
            return Fate.IDLE
    return Fate.WELL if any(known[x] is Fate.BAD for x in first) else Fate.IDLE


def handled(view: View, job: str, around: list[Place]) -> set[str]:
    """The jobs of a `critical`; or the job before that a branch of failure names, if no other operand is for
    the success; or all those before it: of these, if there are some, those in the operand of success, or in
    the branch or option, that is the nearest around it."""
    place, *outer = around
    if place.node.operator == "critical":
        return {x for x in view.order[job] if is_in(view, x, Place(place.fragment, 0, place.node))}
    before = {x for x in view.order[job] if not is_in(view, x, place)}
    name = place.node.guards[place.operand].removesuffix(" failed")
    is_alone = place.node.operator == "opt" or all(map(says_failure, place.node.guards))
    named = view.ids.get(name, "") if is_alone else ""
    if named in before:
        return {named}
    within = success_around(view, job, place)
    if within is not None and (there := {x for x in before if is_in(view, x, within)}):
        return there
    if not outer:
        return before
    return {x for x in before if is_in(view, x, outer[0])} or handled(view, job, outer)


def success_around(view: View, job: str, place: Place) -> Place | None:
    """The operand of success around a branch of failure of a job, if no other branch stands between."""
    around = list(reversed(view.drawn[job].events[0].places))
    inner = next(at for at, one in enumerate(around) if one.fragment == place.fragment)
    for one in around[inner + 1 :]:
        if handles(one):
            return None
        if is_success(one):
            return one
    return None


def is_success(place: Place) -> bool:
    """Whether an operand is for the success of what is before it, by its text or as the rest of an `alt`."""
    guards = place.node.guards
    is_rest = place.node.operator == "alt" and not guards[place.operand] and any(map(says_failure, guards))
    return guards[place.operand] == "success" or is_rest


def direct(view: View, job: str) -> set[str]:
    """What a job must follow without something between them that happens whenever the job does."""
    order, conditions = view.order, view.conditions
    sure = {x for x in order[job] if implies(conditions[job], conditions[x])}
    return {x for x in order[job] if not any(x in order[between] for between in sure)}


def is_well(view: View, known: dict[str, Fate]) -> bool:
    """Whether the end of a run is what the drawing shows, so that the gate must be green."""
    good: set[str] = set()
    for place in criticals(view):
        good |= made_good(view, known, place)
    bad = {x for x, state in known.items() if state in (Fate.BAD, Fate.STOPPED)}
    return not (bad & view.covered) - good
