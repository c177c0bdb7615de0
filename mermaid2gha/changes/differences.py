"""What is other in a workflow file, part by part: events, jobs, their order, conditions, rights, steps.

Two files that mean the same have no difference, however they are written. Nothing that differs in meaning is
left out: what has no sentence of its own is told by its key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass
from mermaid2gha.changes.meaning import Meant, as_meant, bare, is_same_condition, keys_of, meant
from mermaid2gha.changes.steps import step_differences
from mermaid2gha.changes.words import listed, named
from mermaid2gha.github.expressions.template import with_job_renamed
from mermaid2gha.github.simulator.model import ScheduledJob, ScheduledWorkflow
from mermaid2gha.github.simulator.token import asked
from mermaid2gha.github.workflow.matrix import legs
from mermaid2gha.github.workflow.reader import FileEvent, FileJob, WorkflowFile
from mermaid2gha.yaml.tree import Entries


class Topic(Enum):
    """What a difference is about."""

    EVENT = "event"
    JOB = "job"
    ORDER = "order"
    CONDITION = "condition"
    RIGHT = "right"
    ENVIRONMENT = "environment"
    MATRIX = "matrix"
    STEP = "step"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RunDifference:
    """A difference in a sentence; `jobs` are those that it is about, `before` and `after` the two values."""

    topic: Topic
    message: str
    jobs: tuple[str, ...] = ()
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class JobPair:
    """A job before and after, in all forms; its id may be another one now."""

    before: FileJob
    after: FileJob
    was: ScheduledJob
    now: ScheduledJob


_OF_JOBS = ("needs", "if", "permissions", "environment", "strategy", "steps", "name", "uses")
_OF_FILES = ("name", "on", "jobs", "permissions")


def differences(
    before: WorkflowFile, after: WorkflowFile, was: ScheduledWorkflow, now: ScheduledWorkflow
) -> Iterator[RunDifference]:
    """The differences of a file in its two states, in an order that a reader expects."""
    one, other = before.name, after.name
    if one != other:
        message = f"the workflow is called {named(other)}" if other else "the workflow has no name any more"
        yield RunDifference(Topic.OTHER, message, before=one, after=other)
    yield from _events(before, after)
    renamed = renames(before, after)
    ids = {old.casefold(): new for old, new in renamed}
    gone = [job.id for job in before.jobs if after.job(ids.get(job.id.casefold(), job.id)) is None]
    there = {ids.get(job.id.casefold(), job.id).casefold() for job in before.jobs}
    new = [job.id for job in after.jobs if job.id.casefold() not in there]
    if new:
        yield RunDifference(Topic.JOB, f"{listed(new)} {_is(new)} new", tuple(new))
    if gone:
        yield RunDifference(Topic.JOB, f"{listed(gone)} {_is(gone)} gone", tuple(gone))
    for old, name in renamed:
        message = f"{named(old)} is called {named(name)}"
        yield RunDifference(Topic.JOB, message, (name,), before=old, after=name)
    pairs = [
        JobPair(job, match, was=was.job(job.id), now=now.job(match.id))
        for job in before.jobs
        if (match := after.job(ids.get(job.id.casefold(), job.id))) is not None
    ]
    yield from _order(was, now, dict(renamed))
    yield from _rights(was, now, pairs)
    for pair in pairs:
        yield from _of_job(pair, renamed)
    yield from _others(keys_of(before.root), keys_of(after.root), _OF_FILES, "the workflow", ())


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


# -- jobs ------------------------------------------------------------------------------------------


def renames(before: WorkflowFile, after: WorkflowFile) -> list[tuple[str, str]]:
    """The jobs that have another id and are the same otherwise, needs apart: the old id and the new one."""
    gone = [job for job in before.jobs if after.job(job.id) is None]
    new = [job for job in after.jobs if before.job(job.id) is None]
    found = []
    for job in gone:
        alike = [one for one in new if _content(one) == _content(job)]
        if len(alike) == 1 and sum(_content(one) == _content(job) for one in gone) == 1:
            found.append((job.id, alike[0].id))
    return found


def _content(job: FileJob) -> Meant:
    return {key: value for key, value in keys_of(job.node).items() if key != "needs"}


def _of_job(pair: JobPair, renamed: Sequence[tuple[str, str]]) -> Iterator[RunDifference]:
    name, jobs = named(pair.after.id), (pair.after.id,)
    was, now = pair.was, pair.now
    if was.name != now.name and (was.name != was.id or now.name != now.id):
        message = f"{name} is shown as {named(now.name)} (before: {named(was.name)})"
        yield RunDifference(Topic.JOB, message, jobs, before=was.name, after=now.name)
    asked = was.guard.text
    for old, new in renamed:
        asked = with_job_renamed(asked, old, new)
    if not is_same_condition(asked, now.guard.text):
        yield _condition(name, jobs, bare(was.guard.text), bare(now.guard.text))
    if was.environment != now.environment:
        message = f"{name} is for the environment {named(now.environment)}"
        if not now.environment:
            message = f"{name} is for no environment any more; it was for {named(was.environment)}"
        elif was.environment:
            message += f" (before: {named(was.environment)})"
        yield RunDifference(Topic.ENVIRONMENT, message, jobs, before=was.environment, after=now.environment)
    yield from _matrix(pair, name, jobs)
    if was.uses != now.uses:
        message = f"{name} calls {named(now.uses)}" if now.uses else f"{name} calls no workflow any more"
        message += f" (before: {named(was.uses)})" if was.uses else ""
        yield RunDifference(Topic.JOB, message, jobs, before=was.uses, after=now.uses)
    for message in step_differences(pair.before, pair.after):
        yield RunDifference(Topic.STEP, message, jobs)
    before, after = keys_of(pair.before.node), keys_of(pair.after.node)
    yield from _others(before, after, _OF_JOBS, name, jobs)
    strategies = [_mapping(keys.get("strategy")) for keys in (before, after)]
    yield from _others(strategies[0], strategies[1], ("matrix",), name, jobs)
    yield from _others(
        _mapping(before.get("environment")), _mapping(after.get("environment")), ("name",), name, jobs
    )


def _mapping(value: Meant) -> Mapping[str, Meant]:
    return value if isinstance(value, Mapping) else {}


def _condition(name: str, jobs: tuple[str, ...], before: str, after: str) -> RunDifference:
    if not after:
        message = f"{name} has no condition any more; it was {named(before)}"
    elif not before:
        message = f"{name} runs if {named(after)}"
    else:
        message = f"{name} runs if {named(after)} (before: {named(before)})"
    return RunDifference(Topic.CONDITION, message, jobs, before=before, after=after)


def _matrix(pair: JobPair, name: str, jobs: tuple[str, ...]) -> Iterator[RunDifference]:
    was, now = pair.was.matrix, pair.now.matrix
    if _written_matrix(pair.before) == _written_matrix(pair.after):
        return
    found = legs(was) if was else (), legs(now) if now else ()
    before, after = ([leg.name for leg in made or ()] for made in found)
    if None not in found and _by_values(was) == _by_values(now):
        return
    new = [f"({leg})" for leg in after if leg not in before]
    gone = [f"({leg})" for leg in before if leg not in after]
    parts = [f"also runs for {listed(new)}"] if new else []
    parts += [f"no longer runs for {listed(gone)}"] if gone else []
    message = f"{name} {' and '.join(parts)}" if parts else f"the matrix of {name} has other values"
    if was is None:
        message = f"{name} runs for {listed(new)}" if new else f"{name} has a matrix"
    elif now is None:
        message = f"{name} has no matrix any more"
    yield RunDifference(Topic.MATRIX, message, jobs, before=", ".join(before), after=", ".join(after))


def _written_matrix(job: FileJob) -> Meant:
    return _mapping(keys_of(job.node).get("strategy")).get("matrix", "")


def _by_values(matrix: object) -> object:
    """The combinations, whatever their order."""
    made = legs(matrix) or () if matrix else ()
    return sorted(repr(sorted(_mapping(as_meant(leg.values)).items())) for leg in made)


# -- what waits for what ---------------------------------------------------------------------------


def _order(
    was: ScheduledWorkflow, now: ScheduledWorkflow, renamed: Mapping[str, str]
) -> Iterator[RunDifference]:
    """What waits for what no longer, and what does now; what follows from another of these is left out."""
    before = {
        renamed.get(name, name): {renamed.get(one, one) for one in earlier}
        for name, earlier in _earlier(was).items()
    }
    after = _earlier(now)
    both = [name for name in after if name in before]
    lost = {name: {one for one in before[name] - after[name] if one in after} for name in both}
    won = {name: after[name] - before[name] for name in both}
    for changed, words, sides in (
        (lost, "no longer waits for", (before, after)),
        (won, "waits for", (after, before)),
    ):
        for name in both:
            between = before[name] & after[name]
            own = [
                one
                for one in sides[0]
                if one in changed[name] and not any(one in changed.get(middle, ()) for middle in between)
            ]
            # of a row of new ones, the nearest says it
            own = [one for one in own if not any(one in sides[0].get(later, ()) for later in own)]
            if own:
                yield RunDifference(Topic.ORDER, f"{named(name)} {words} {listed(own)}", (name, *own))


def _earlier(workflow: ScheduledWorkflow) -> dict[str, set[str]]:
    names = [job.id for job in workflow.jobs]
    return {
        job.id: {name for place, name in enumerate(names) if job.ancestors >> place & 1}
        for job in workflow.jobs
    }


# -- rights ----------------------------------------------------------------------------------------


def _rights(
    was: ScheduledWorkflow, now: ScheduledWorkflow, pairs: Sequence[JobPair]
) -> Iterator[RunDifference]:
    """What tokens may do, in one sentence for all jobs of which the same is true."""
    by_change: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for pair in pairs:
        before, after = asked(was, pair.was), asked(now, pair.now)
        if _granted(before) == _granted(after):
            continue
        change = (_shown_rights(before), _shown_rights(after))
        by_change.setdefault(change, []).append(pair.after.id)
    for (before_rights, after_rights), jobs in by_change.items():
        more = [right for right in after_rights if right not in before_rights]
        less = [right for right in before_rights if right not in after_rights]
        parts = [f"has {listed(more)}"] if more else []
        parts += [f"has no longer {listed(less)}"] if less else []
        token = f"the token of {listed(jobs)}"
        yield RunDifference(
            Topic.RIGHT,
            f"{token} {' and '.join(parts) or 'has other rights'}",
            tuple(jobs),
            before=", ".join(before_rights),
            after=", ".join(after_rights),
        )


def _granted(rights: Sequence[tuple[str, str]] | None) -> object:
    """Rights that can be compared; `none` is as good as not there."""
    return None if rights is None else frozenset((scope, level) for scope, level in rights if level != "none")


def _shown_rights(rights: Sequence[tuple[str, str]] | None) -> tuple[str, ...]:
    if rights is None:
        return ("what the repository gives by itself",)
    return tuple(
        sorted(f"{scope}: {level}" if scope else level for scope, level in rights if level != "none")
    )


# -- events ----------------------------------------------------------------------------------------


def _events(before: WorkflowFile, after: WorkflowFile) -> Iterator[RunDifference]:
    was = {event.name: event for event in before.events}
    now = {event.name: event for event in after.events}
    new, gone = [name for name in now if name not in was], [name for name in was if name not in now]
    if new:
        yield RunDifference(Topic.EVENT, f"{listed(new)} {_start(new)} it now", after=", ".join(new))
    if gone:
        yield RunDifference(
            Topic.EVENT, f"{listed(gone)} no longer {_start(gone)} it", before=", ".join(gone)
        )
    for name, event in now.items():
        if name in was:
            yield from _filters(name, _keys(was[name]), _keys(event))


def _start(names: Sequence[str]) -> str:
    return "starts" if len(names) == 1 else "start"


def _keys(event: FileEvent) -> dict[str, Meant]:
    """What stands under an event; the times of a schedule under `cron`."""
    if isinstance(event.node, Entries):
        return {one.key.value: meant(one.value) for one in event.node.entries}
    value = meant(event.node)
    if isinstance(value, list):
        times = [item["cron"] if _mapping(item).keys() == {"cron"} else item for item in value]
        return {"cron": times}
    return {}


def _filters(event: str, was: Mapping[str, Meant], now: Mapping[str, Meant]) -> Iterator[RunDifference]:
    for key in dict.fromkeys((*was, *now)):
        members_before, members_after = _members(was.get(key)), _members(now.get(key))
        if members_before is None or members_after is None:
            if was.get(key) != now.get(key):
                yield RunDifference(Topic.EVENT, f"{named(key)} of {named(event)} changed")
            continue
        is_ordered = any(value.startswith("!") for value in (*members_before, *members_after))
        if members_before == members_after or (not is_ordered and set(members_before) == set(members_after)):
            continue
        now_is = (
            listed(members_after) if members_after else "not there any more" if key not in now else "empty"
        )
        was_is = f" (before: {listed(members_before)})" if members_before else ""
        message = f"{named(key)} of {named(event)} is {now_is}{was_is}"
        yield RunDifference(
            Topic.EVENT, message, before=", ".join(members_before), after=", ".join(members_after)
        )


def _members(value: Meant) -> list[str] | None:
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [item for item in value if isinstance(item, str)]
    return None


# -- all else --------------------------------------------------------------------------------------


def _others(
    was: Mapping[str, Meant], now: Mapping[str, Meant], but: Sequence[str], whose: str, jobs: tuple[str, ...]
) -> Iterator[RunDifference]:
    """The keys that have no sentence of their own."""
    for key in dict.fromkeys((*was, *now)):
        one, other = was.get(key), now.get(key)
        if key in but or one == other or not (one or other):
            continue
        yield RunDifference(
            Topic.OTHER, _of_key(key, one, other, whose), jobs, before=_short(one), after=_short(other)
        )


def _of_key(key: str, one: Meant, other: Meant, whose: str) -> str:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        changed = [name for name in dict.fromkeys((*one, *other)) if one.get(name) != other.get(name)]
        return f"{named(key)} of {whose} changed: {listed([str(name) for name in changed])}"
    if not one:
        return (
            f"{whose} has {named(key)}: {named(_short(other))}"
            if _short(other)
            else f"{whose} has {named(key)}"
        )
    if not other:
        return f"{whose} has no {named(key)} any more"
    if _short(one) and _short(other):
        return f"{named(key)} of {whose} is {named(_short(other))} (before: {named(_short(one))})"
    return f"{named(key)} of {whose} changed"


def _short(value: Meant) -> str:
    """A value in one line, where it is a text or a list of texts."""
    members = _members(value)
    return ", ".join(members) if members else ""
