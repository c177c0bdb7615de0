"""The steps of a job before and after, by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.changes.meaning import Meant, is_same_condition, meant
from mermaid2gha.changes.words import listed, named
from mermaid2gha.github.logic.equivalence import ConditionPlace
from mermaid2gha.github.workflow.reader import FileJob, FileStep

_LONGEST = 60


def step_differences(before: FileJob, after: FileJob) -> Iterator[str]:
    """What is other in the steps of a job, each in a sentence."""
    job = named(after.id)
    was, now = list(before.steps), list(after.steps)
    pairs = list(_pairs(was, now))
    paired = {place for place, _ in pairs}, {place for _, place in pairs}
    new = [title(step) for place, step in enumerate(now) if place not in paired[1]]
    gone = [title(step) for place, step in enumerate(was) if place not in paired[0]]
    if new:
        yield f"{job} has the new {_noun(new)} {listed(new)}"
    if gone:
        yield f"{job} no longer has the {_noun(gone)} {listed(gone)}"
    for one, other in pairs:
        yield from _of_step(was[one], now[other], job)
    places = [place for _, place in sorted(pairs)]
    if places != sorted(places):
        yield f"the steps of {job} stand in another order"


def _noun(names: Sequence[str]) -> str:
    return "step" if len(names) == 1 else "steps"


def title(step: FileStep) -> str:
    """What a step is called: its name, its action, or the first line of its script."""
    lines = (step.run or "").strip().splitlines()
    text = step.name or step.uses or (lines[0] if lines else "") or step.id or "a step"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _pairs(was: Sequence[FileStep], now: Sequence[FileStep]) -> Iterator[tuple[int, int]]:
    """The places of steps that are the same ones: equal ones first, then those of one id, name or action."""
    free, left = dict(enumerate(now)), dict(enumerate(was))
    for key in (_whole, _own_id, _name, _action, _script):
        for place, step in list(left.items()):
            wanted = key(step)
            match = next((at for at, other in free.items() if wanted and key(other) == wanted), None)
            if match is not None:
                del free[match], left[place]
                yield place, match


def _whole(step: FileStep) -> Meant:
    return meant(step.node)


def _own_id(step: FileStep) -> Meant:
    return step.id


def _name(step: FileStep) -> Meant:
    return step.name


def _action(step: FileStep) -> Meant:
    return step.uses.partition("@")[0] if not step.name else ""


def _script(step: FileStep) -> Meant:
    return title(step) if step.run is not None and not step.name else ""


def _of_step(before: FileStep, after: FileStep, job: str) -> Iterator[str]:
    was, now = _keys(before), _keys(after)
    step = f"the step {named(title(after))} of {job}"
    one, other = str(was.pop("if", "")), str(now.pop("if", ""))
    if not is_same_condition(one, other, ConditionPlace.STEP):
        yield f"{step} runs if {named(other)}" if other else f"{step} has no condition any more"
    if before.name != after.name and before.name and after.name:
        yield f"{step} was called {named(before.name)}"
    if before.uses != after.uses and before.uses and after.uses:
        where = step if after.name else job
        yield f"{where} uses {named(after.uses)} (before: {named(before.uses)})"
    changed = [
        key
        for key in dict.fromkeys((*was, *now))
        if was.get(key) != now.get(key)
        and key != "name"
        and not (key == "uses" and was.get(key) and now.get(key))
    ]
    if changed:
        yield f"{step} changed: {listed(changed)}"


def _keys(step: FileStep) -> dict[str, Meant]:
    value = meant(step.node)
    return dict(value) if isinstance(value, Mapping) else {"step": value}
