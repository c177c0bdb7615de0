"""What of workflow files a drawing shows: callers, the final report, plain values, events as in a mark."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import prod

from mermaid2gha.base.source import Span
from mermaid2gha.compiler.checks.limits import MOST_LEGS
from mermaid2gha.compiler.marks.mark_values import events
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.draw.conditions import After, RunsWhen
from mermaid2gha.draw.flows import flows
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.workflow.reader import FileEvent, FileJob, WorkflowFile, scalar_of
from mermaid2gha.yaml.tree import Entries, Items, Scalar, Tree, resolved

MOST_INSIDE = 4
"""Of what a workflow calls so many files are drawn with it; of more each has a diagram of its own, and calls
are notes."""
_FILTERS = {
    "branches": "branch",
    "tags": "tag",
    "types": "type",
    "paths": "path",
    "workflows": "workflow",
    **{f"{key}-ignore": f"{key}-ignore" for key in ("branches", "tags", "paths")},
}
_PLAIN_FILTER = re.compile(r"[^\[\]|,'\"={}()#;%\s](?:[^\[\]|,'\"={}()#;%]*[^\[\]|,'\"={}()#;%\s])?")
"""A member of a filter that a mark holds as it is."""
_QUOTED_FILTER = re.compile(r"[^\"#;%\x00-\x1f\x7f]+")
"""A member of a filter that a mark holds in quotes."""
_PLAIN_VALUE = re.compile(r"[\w.][\w. /+-]*")
_LOCAL = re.compile(r"(?:\./|\$/)?\.github/workflows/([^/@]+)")


def called_file(job: FileJob) -> str:
    """The bare name of the file of this repository that a job calls; empty if it calls none."""
    match = _LOCAL.fullmatch(job.uses)
    return match[1] if match else ""


def entries(files: Mapping[str, WorkflowFile], inside: Collection[str] = ()) -> list[str]:
    """The files that have a diagram of their own: all but those that are drawn where they are called."""
    return [name for name in files if not callers(name, files, inside)]


def callers(name: str, files: Mapping[str, WorkflowFile], inside: Collection[str] = ()) -> list[str]:
    """The one file that calls a file which nothing else starts, if there is one that is drawn once, calls few
    others, and it is no circle. What was drawn `inside` another before stays there.
    """
    if any(not kind_of(event.name).is_call for event in files[name].events):
        return []
    calling = [other for other, file in files.items() if any(called_file(job) == name for job in file.jobs)]
    if len(calling) != 1:
        return []
    seen = {name}
    at = calling[0]
    called = {called_file(job) for job in files[at].jobs} & files.keys()
    if len(flows(files[at])) > 1 or (len(called) > MOST_INSIDE and name not in inside):
        return []
    while at not in seen:
        seen.add(at)
        above = [other for other, file in files.items() if any(called_file(job) == at for job in file.jobs)]
        if len(above) != 1 or any(not kind_of(event.name).is_call for event in files[at].events):
            return calling
        at = above[0]
    return []


def outputs_that_are_asked(file: WorkflowFile, when: Mapping[str, RunsWhen]) -> dict[str, tuple[str, ...]]:
    """Of each job the outputs that drawn conditions of others read, in the order of the file."""
    asked = " ".join(term for one in when.values() if one.after is not After.OTHER for term in one.terms)
    read = {
        (match[1].casefold(), match[2].casefold())
        for match in re.finditer(r"needs\.([\w-]+)\.outputs\.([\w-]+)", asked)
    }
    found = {
        job.id: tuple(name for name, _ in job.outputs if (job.id.casefold(), name.casefold()) in read)
        for job in file.jobs
    }
    return {job: names for job, names in found.items() if names}


Axis = tuple[str, tuple[str, ...]]
"""An axis of a matrix, with its values."""


def plain_axes(job: FileJob) -> tuple[Axis, ...]:
    """The axes of a job's matrix with their values, if all of it is plain: no expressions, no maps; and if a
    drawing can have so many, for what people exclude of a larger one is not drawn."""
    matrix = _matrix(job)
    if matrix is None:
        return ()
    axes = []
    for entry in matrix.entries:
        if entry.key.value in ("include", "exclude"):
            continue
        values = _plain(entry.value)
        if not values or not re.fullmatch(r"[A-Za-z_][\w-]*", entry.key.value):
            return ()
        axes.append((entry.key.value, values))
    is_too_large = prod(len(values) for _, values in axes) > MOST_LEGS
    return () if is_too_large else tuple(axes)


def is_repeated(job: FileJob, axes: Sequence[Axis]) -> bool:
    """Whether a matrix with these axes makes more than one job of this one."""
    matrix = _matrix(job)
    has_more = matrix is not None and matrix.get("include") is not None
    return bool(axes) and (has_more or any(len(values) > 1 for _, values in axes))


def _matrix(job: FileJob) -> Entries | None:
    strategy = job.node.get("strategy") if job.node is not None else None
    matrix = resolved(inner) if isinstance(strategy, Entries) and (inner := strategy.get("matrix")) else None
    return matrix if isinstance(matrix, Entries) else None


def computed(job: FileJob) -> Iterator[tuple[Span, str]]:
    """What of a job only a run knows, and so no drawing: its places, and what it is."""
    strategy = job.node.get("strategy") if job.node is not None else None
    matrix = strategy.get("matrix") if isinstance(strategy, Entries) else None
    values = matrix.entries if isinstance(matrix, Entries) else ()
    if any("${{" in scalar_of(one) for one in (matrix, *(entry.value for entry in values))):
        assert matrix is not None
        yield matrix.span, "has a matrix that is computed, and is drawn as one job"
    item = job.item("environment")
    if item is not None and "${{" in job.environment:
        yield (
            item.key.span,
            "runs in an environment whose name is computed, so that nobody is drawn to approve it",
        )


def _plain(node: Tree) -> tuple[str, ...]:
    """The values of a list of plain scalars; none if it is another thing."""
    node = resolved(node)
    if not isinstance(node, Items):
        return ()
    values = []
    for item in map(resolved, node.items):
        if not isinstance(item, Scalar) or item.is_null or not _PLAIN_VALUE.fullmatch(item.value):
            return ()
        values.append(item.value)
    return tuple(values)


def plain_arguments(job: FileJob) -> tuple[str, ...]:
    """The values that a job gives to what it calls, as a mark says them; expressions are left to people."""
    return tuple(
        f"{name}: {value}" if _PLAIN_VALUE.fullmatch(value) else f'{name}: "{value}"'
        for name, value in job.arguments
        if re.fullmatch(r"[A-Za-z_][\w-]*", name) and _QUOTED_FILTER.fullmatch(value) and "${{" not in value
    )


def event_texts(event: FileEvent) -> Iterable[str]:
    """An event as a mark says it, with the filters that a mark can hold; a schedule once for each time."""
    kind = kind_of(event.name)
    node = event.node
    if kind.has_times:
        times = [
            scalar_of(item.get("cron")).strip()
            for item in (map(resolved, node.items) if isinstance(node, Items) else ())
            if isinstance(item, Entries)
        ]
        said = [_filter_text(time) for time in times if re.fullmatch(r"[\w*/, -]+", time)]
        return [f"{event.name}[cron={time}]" for time in said] or [event.name]
    filters = []
    for entry in node.entries if isinstance(node, Entries) else ():
        key = _FILTERS.get(entry.key.value)
        values = filter_members(event, entry.key.value)
        if key and values and all(map(_QUOTED_FILTER.fullmatch, values)):
            filters.append(f"{key}={'|'.join(map(_filter_text, values))}")
    if kind.follows_runs:
        filters.append("conclusion=always")  # what a file asks of it stands in its jobs
    return [f"{event.name}[{', '.join(filters)}]" if filters else event.name]


def drawn_events(events_of_file: Iterable[FileEvent]) -> tuple[EventText, ...]:
    """Events as the mark of a drawing says them."""
    return read_events(", ".join(text for event in events_of_file for text in event_texts(event)))


def read_events(value: str) -> tuple[EventText, ...]:
    """The events that the value of a mark names; none where it cannot be read."""
    try:
        return events(value)
    except ValueError:
        return ()


def filter_members(event: FileEvent, key: str) -> tuple[str, ...]:
    """The members of a filter of an event; none where it has none, or GitHub passes over it."""
    if key != "types" and key not in kind_of(event.name).filters:
        return ()
    node = event.node.get(key) if isinstance(event.node, Entries) else None
    return _members(node) if node is not None else ()


def _filter_text(value: str) -> str:
    """A member of a filter as a mark says it."""
    return value if _PLAIN_FILTER.fullmatch(value) else f'"{value}"'


def _members(node: Tree) -> tuple[str, ...]:
    """A list of scalars, or one alone."""
    node = resolved(node)
    items = [resolved(item) for item in node.items] if isinstance(node, Items) else [node]
    return tuple(item.value for item in items if isinstance(item, Scalar) and not item.is_null)
