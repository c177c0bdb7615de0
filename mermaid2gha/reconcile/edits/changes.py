"""What differs between two states of a workflow file, in words for whoever reads a hook's output."""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.github.expressions.template import with_job_renamed
from mermaid2gha.github.logic.equivalence import Holds, equivalent
from mermaid2gha.github.workflow.reader import FileEvent, FileJob, FileStep, WorkflowFile
from mermaid2gha.yaml.tree import Alias, Entries, Items, Scalar, Tree, resolved

_MOST_OF_NAME = 40
_TOLD_OF_JOBS = frozenset(
    "name needs if permissions outputs steps uses with environment strategy secrets".split()
)
_TOLD_OF_FILES = frozenset(("on", "jobs"))


def changes(old: WorkflowFile, new: WorkflowFile, renamed: dict[str, str] | None = None) -> tuple[str, ...]:
    """A clause for each change of what a workflow means, steps' contents apart; `renamed` maps old ids to new
    ones."""
    return tuple(_changes(old, new, renamed or {}))


def _changes(old: WorkflowFile, new: WorkflowFile, renamed: dict[str, str]) -> Iterator[str]:
    before, after = [e.name for e in old.events], [e.name for e in new.events]
    yield from (f"event `{name}` added" for name in after if name not in before)
    yield from (f"event `{name}` removed" for name in before if name not in after)
    left = {event.name: event for event in old.events}
    for event in new.events:
        if (known_event := left.get(event.name)) is not None:
            yield from _of_event(known_event, event)
    yield from _of_keys("the workflow", old.root, new.root, _TOLD_OF_FILES)
    standing, made = old.by_id(), new.by_id()
    for job in old.jobs:
        if renamed.get(job.id, job.id).casefold() not in made:
            yield f"job `{job.id}` removed"
    names = {new_name: old_name for old_name, new_name in renamed.items()}
    for job in new.jobs:
        known = standing.get(names.get(job.id, job.id).casefold())
        if known is None:
            needs = _listed([need.job for need in job.needs])
            yield f"job `{job.id}` added" + (f", which waits for {needs}" if needs else "")
            continue
        if known.id != job.id:
            yield f"job `{known.id}` is now `{job.id}`"
        yield from _of_job(known, job, renamed)


def _of_job(old: FileJob, new: FileJob, renamed: dict[str, str]) -> Iterator[str]:
    before = [renamed.get(need.job, need.job) for need in old.needs]
    after = [need.job for need in new.needs]
    if added := [name for name in after if name not in before]:
        yield f"`{new.id}` now waits for {_listed(added)}"
    if gone := [name for name in before if name not in after]:
        yield f"`{new.id}` no longer waits for {_listed(gone)}"
    yield from _of_condition(old, new, renamed)
    rights = dict(old.permissions or ())
    for scope, level in new.permissions or ():
        if rights.get(scope) != level:
            yield f"`{new.id}` may now {level} {scope}"
    yield from (
        f"`{new.id}` may no longer {level} {scope}"
        for scope, level in rights.items()
        if scope not in dict(new.permissions or ())
    )
    yield from _of_names(new.id, "output", [n for n, _ in old.outputs], [n for n, _ in new.outputs])
    yield from _of_names(new.id, "step", list(map(_step_name, old.steps)), list(map(_step_name, new.steps)))
    if old.uses != new.uses:
        yield f"`{new.id}` now calls `{new.uses}`"
    if old.arguments != new.arguments and old.uses:
        yield f"`{new.id}` calls with other inputs"
    if old.environment != new.environment:
        yield f"`{new.id}` now has the environment `{new.environment}`"
    yield from _of_strategy(old, new)
    if old.node is not None and new.node is not None:
        yield from _of_keys(f"`{new.id}`", old.node, new.node, _TOLD_OF_JOBS)


def _of_event(old: FileEvent, new: FileEvent) -> Iterator[str]:
    yield from _of_names(new.name, "filter", list(_texts(old.node)), list(_texts(new.node)))


def _of_strategy(old: FileJob, new: FileJob) -> Iterator[str]:
    if old.axes != new.axes:
        yield f"`{new.id}` now has the matrix {_listed(list(new.axes)) or 'no more'}"
        return
    one, other = old.item("strategy"), new.item("strategy")
    before = [text.removeprefix("matrix: ") for text in _texts(one.value)] if one is not None else []
    after = [text.removeprefix("matrix: ") for text in _texts(other.value)] if other is not None else []
    yield from _of_names(new.id, "value", before, after)


def _texts(node: Tree | None, before: str = "") -> Iterator[str]:
    """The values within a node, each with the keys that lead to it: `branches: main`."""
    match node:
        case Alias():
            yield from _texts(resolved(node), before)
        case Scalar():
            yield f"{before}{node.value}"
        case Items():
            for one in node.items:
                yield from _texts(one, before)
        case Entries():
            for entry in node.entries:
                yield from _texts(entry.value, f"{before}{entry.key.value}: ")
        case _:
            return


def _of_keys(what: str, old: Entries, new: Entries, told: frozenset[str]) -> Iterator[str]:
    """That keys which have no sentences of their own have other values."""
    before, after = ({one.key.value: [*_texts(one.value)] for one in node.entries} for node in (old, new))
    for key in dict.fromkeys((*before, *after)):
        if key not in told and before.get(key) != after.get(key):
            now = after.get(key)
            shown = f"is now `{now[0]}`" if now and len(now) == 1 else "is gone" if now is None else "changed"
            yield f"`{key}` of {what} {shown}"


def _step_name(step: FileStep) -> str:
    """What a step is called: its name, else the action, else the beginning of its script."""
    first = (step.run or "").strip().partition("\n")[0]
    return step.name or step.uses or (first if len(first) <= _MOST_OF_NAME else f"{first[:_MOST_OF_NAME]}…")


def _of_condition(old: FileJob, new: FileJob, renamed: dict[str, str]) -> Iterator[str]:
    one, other = map(_text_of_condition, (old, new))
    for name, now in renamed.items():
        one = with_job_renamed(one, name, now)
    if one.split() == other.split() or isinstance(equivalent(one, other), Holds):
        return
    if not other:
        yield f"`{new.id}` no longer has a condition"
    elif not one:
        yield f"`{new.id}` now runs under a condition"
    else:
        yield f"`{new.id}` runs under another condition"


def _text_of_condition(job: FileJob) -> str:
    """The `if` of a job, or nothing where it says what is so without one."""
    text = job.condition.value if job.condition is not None else ""
    return "" if text.strip() == "success()" else text


def _of_names(job: str, what: str, old: list[str], new: list[str]) -> Iterator[str]:
    yield from (f"{what} `{name}` of `{job}` added" for name in new if name not in old)
    yield from (f"{what} `{name}` of `{job}` removed" for name in old if name not in new)


def _listed(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names]
    return " and ".join([*([", ".join(shown[:-1])] if len(shown) > 1 else []), *shown[-1:]])
