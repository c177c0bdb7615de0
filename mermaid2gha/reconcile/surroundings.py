"""Environments and matrices of a job against what is drawn.

That people are asked is the drawing's, and of which environment where that is drawn. Drawn axes with drawn
values are taken back where they bear our mark; else any matrix satisfies a drawn loop, and drawn values are
added to a plain axis of the name. Reports `environment-differs`, `axis-differs` and `axis-undrawn`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.compiler.scripts.marks import (
    DrawnMark,
    drawn_members,
    has_mark_place,
    item_name,
    mark_of,
    mark_place,
    set_mark,
    set_mark_over,
)
from mermaid2gha.github.names import job_id
from mermaid2gha.github.workflow.emitter import flow_scalar, inert, place_lines, scalar
from mermaid2gha.github.workflow.model import Job
from mermaid2gha.github.workflow.reader import FileJob
from mermaid2gha.reconcile.difference import Accepted, FileDifference, difference, labelled
from mermaid2gha.reconcile.edits.keys import Keys, Mend, remove_key, remove_members, set_key
from mermaid2gha.reconcile.edits.members import set_members
from mermaid2gha.reconcile.edits.needs import in_quotes
from mermaid2gha.yaml.tree import Entries, Entry, Items, Scalar, Tree, all_nodes, resolved

_RUNNER = re.compile(r"\$\{\{ matrix\.([\w-]+) \}\}")
AXIS_DIFFERS = Rule("axis-differs", Severity.WARNING)
AXIS_UNDRAWN = Rule("axis-undrawn", Severity.WARNING)
ENVIRONMENT_DIFFERS = Rule("environment-differs", Severity.WARNING)


def _drawn(job: FileJob, places: Mapping[str, Span]) -> Label | None:
    return labelled(places.get(job.id.casefold()), "drawn here")


# -- environments ----------------------------------------------------------------------------------


def environment(job: FileJob, wanted: Job, places: Mapping[str, Span]) -> list[Mend]:
    """That people are asked before a job, and of which environment, where either is drawn."""
    entry = job.item("environment")
    is_named = bool(wanted.environment_comment)
    lines = list(
        place_lines(
            Job("", "", environment=wanted.environment, environment_comment=wanted.environment_comment)
        )
    )
    flow = f"environment: {scalar(inert(wanted.environment))}"
    if entry is None:
        if not wanted.environment:
            return []
        message = f"people are drawn to approve `{job.id}`, and it has no environment"
        one = _environment(job, wanted, message, Label(job.span), places)
        return [Mend((one,), lambda keys: set_key(keys, "environment", lines, flow))]
    named, mark = _marked_name(entry)
    if not wanted.environment:
        if mark is None:
            return []
        old = mark.over
        message = f"nobody is drawn to approve `{job.id}` any more"
        if old:
            message += f", where `{old}` was the environment"
        one = _environment(job, wanted, message, Label(entry.span), places)
        if old:
            return [Mend((one,), lambda keys: _set_environment(keys, named, old, mark))]
        return [Mend((one,), lambda keys: remove_key(keys, "environment"))]
    if not is_named or job.environment == inert(wanted.environment):
        return []
    message = f"`{job.id}` runs in the environment `{job.environment}`, and `{wanted.environment}` is drawn"
    one = _environment(job, wanted, message, Label(entry.span), places)
    value = resolved(entry.value)
    if "${{" in job.environment or not isinstance(value, Scalar | Entries):
        return [Mend((one,))]
    return [Mend((one,), lambda keys: _set_environment(keys, named, inert(wanted.environment), mark))]


def approved_call(job: FileJob, wanted: Job, places: Mapping[str, Span]) -> list[Mend]:
    """That people are drawn to approve a job which stands as a call: GitHub gives calls no environment, so
    nobody is asked, and nothing can be written."""
    if not wanted.environment:
        return []
    message = f"people are drawn to approve `{job.id}`, which stands as a call, and a call asks nobody"
    cure = "draw the workflow that it calls, and the approval above the message to it: a job before it asks"
    return [Mend((_environment(job, wanted, message, Label(job.span), places, cure),))]


def _environment(
    job: FileJob,
    wanted: Job,
    message: str,
    at: Label,
    places: Mapping[str, Span],
    cure: str = "change the drawing, or let `compile` write what is drawn",
) -> FileDifference:
    return difference(
        ENVIRONMENT_DIFFERS,
        ("jobs", job.id, "environment"),
        message,
        drawn=wanted.environment,
        written=job.environment,
        is_scalar=True,
        in_document=_drawn(job, places),
        in_file=at,
        help=cure,
    )


def _marked_name(entry: Entry) -> tuple[Entry, DrawnMark | None]:
    """Where the name of an environment stands, and the mark of that or of the whole."""
    named = entry.value.entry("name") if isinstance(entry.value, Entries) else None
    mark = mark_of(entry)
    if named is None:
        return entry, mark
    if mark is None and isinstance(entry.value, Entries) and not entry.value.is_flow:
        mark = mark_of(named)
    return named, mark


def _set_environment(keys: Keys, named: Entry, name: str, mark: DrawnMark | None) -> None:
    """Write another name, in the place of one of people's, which the mark names, or of one of ours."""
    entry = keys.node.entry("environment")
    if entry is None or not keys.is_open("environment", f"environment: {name}"):
        return
    inside, value = entry.value, named.value
    is_flow = keys.node.is_flow or (isinstance(inside, Entries) and inside.is_flow)
    written = value.value if isinstance(value, Scalar) and value.style not in ("|", ">") else ""
    old = mark.over if mark is not None else written
    style = value.style if isinstance(value, Scalar) else ""
    text = in_quotes(style, name) or (flow_scalar if is_flow else scalar)(name)
    keys.buffer.replace(value.span.start, value.span.end, text)
    place = entry if isinstance(inside, Entries) and inside.is_flow else named
    if old and has_mark_place(keys.buffer, place):
        if name == old:
            set_mark(keys.buffer, mark_place(place), ())
        else:
            set_mark_over(keys.buffer, mark_place(place), old)


# -- matrices --------------------------------------------------------------------------------------


def matrix(job: FileJob, wanted: Job, places: Mapping[str, Span], accepts: Accepted) -> list[Mend]:
    """How the axes of a job differ from those that are drawn."""
    if job.node is None:
        return []
    strategy = job.node.get("strategy")
    written = strategy.get("matrix") if isinstance(strategy, Entries) else None
    if not isinstance(written, Entries) or not written.entries:
        if written is not None or not wanted.matrix:
            return []
        differences = tuple(
            _axis(job, axis, f"is drawn to run for each `{axis}` ({_listed(values)})", values, places)
            for axis, values in wanted.matrix
        )
        return [Mend(differences, lambda keys: _add_axes(keys, job, wanted))]
    found: list[Mend] = []
    wanted = _named_as_written(wanted, written)
    drawn = {axis for axis, _ in wanted.matrix}
    marked = [one for one in written.entries if _is_marked(one)]
    gone = [one for one in marked if one.key.value not in drawn]
    left = [one for one in written.entries if one not in gone]
    found += _of_gone(job, wanted, gone, places, accepts, is_all=not left and not wanted.matrix)
    for axis, values in wanted.matrix:
        node = written.entry(axis)
        if node is not None:
            found += _of_axis(job, node, values, places)
        elif not left or marked:
            message = f"is drawn to run for each `{axis}` ({_listed(values)})"
            found.append(Mend((_axis(job, axis, message, values, places),), _adds_axis(job, wanted, axis)))
        elif not _has_values(written, values):
            verb = f"is drawn to run for each `{axis}` ({_listed(values)}), and its matrix has no such values"
            found.append(Mend((_axis(job, axis, verb, values, places),)))
    return [*found, *_of_runner(job, wanted, [one for one in marked if one not in gone], places)]


def _named_as_written(wanted: Job, written: Entries) -> Job:
    """What is wanted of a job, with the names that its axes have in a file: `py_version` where people write
    so what is drawn as `py version`."""
    names = {job_id(one.key.value): one.key.value for one in written.entries}
    now = {axis: names.get(job_id(axis), axis) for axis, _ in wanted.matrix}
    runner = wanted.runs_on
    match = _RUNNER.fullmatch(runner) if isinstance(runner, str) else None
    return replace(
        wanted,
        matrix=tuple((now[axis], values) for axis, values in wanted.matrix),
        axis_comments=tuple((now[axis], comment) for axis, comment in wanted.axis_comments),
        runs_on=f"${{{{ matrix.{now.get(match[1], match[1])} }}}}" if match is not None else runner,
    )


def _of_runner(
    job: FileJob, wanted: Job, axes: Sequence[Entry], places: Mapping[str, Span]
) -> Iterator[Mend]:
    """That a job runs each time on the same runner, where those of an axis are drawn."""
    entry, text = job.item("runs-on"), wanted.runs_on
    match = _RUNNER.fullmatch(text) if isinstance(text, str) else None
    names = {one.key.value for one in axes}
    if entry is None or match is None or match[1] not in names or "matrix" in entry.span.text:
        return
    written = entry.value.value if isinstance(entry.value, Scalar) else entry.value.span.text
    one = difference(
        AXIS_DIFFERS,
        ("jobs", job.id, "runs-on"),
        f"`{job.id}` runs on `{written}` for each `{match[1]}`, which is drawn to say where it runs",
        drawn=match[0],
        written=written,
        is_scalar=True,
        in_document=_drawn(job, places),
        in_file=Label(entry.span),
        help="let `compile` write what is drawn, or accept it",
    )
    yield Mend((one,), lambda keys: _set_runner(keys, job, wanted))


def _of_gone(
    job: FileJob,
    wanted: Job,
    gone: Sequence[Entry],
    places: Mapping[str, Span],
    accepts: Accepted,
    *,
    is_all: bool,
) -> Iterator[Mend]:
    """Axes that are drawn no more; `is_all`: a matrix has no others. Those that go do so by one change."""
    taken: list[FileDifference] = []
    for axis in gone:
        one = _undrawn(job, axis, places)
        if (rest := _of_people(axis)) is not None:
            yield _shrunk(job, axis, rest, places)
        elif _is_read(job, axis.key.value):
            message = f"{one.message}; its text asks for `matrix.{axis.key.value}`, so it stays, as yours"
            cure = "draw the loop, or let `compile` take the mark away; the axis is yours to take away then"
            found = replace(one.finding, message=message, help=cure)
            yield Mend((replace(one, finding=found),), _unmarks(axis))
        elif not accepts(one):
            taken.append(one)
    if taken:
        is_last = is_all and len(taken) == len(gone)
        yield Mend(tuple(taken), _removes_axes(job, wanted, [one.written for one in taken], is_last=is_last))


def _has_values(written: Entries, values: tuple[str, ...] | str) -> bool:
    """Whether a matrix of people's has the drawn values in some place, or may have them."""
    if isinstance(values, str) or "${{" in written.span.text:
        return True
    there = {node.value for node in all_nodes(written) if isinstance(node, Scalar)}
    return {inert(value) for value in values} <= there


def _is_marked(axis: Entry) -> bool:
    return mark_of(axis) is not None or bool(drawn_members(axis.value))


def _listed(values: tuple[str, ...] | str) -> str:
    return values if isinstance(values, str) else ", ".join(values)


def _axis(
    job: FileJob,
    axis: str,
    verb: str,
    values: tuple[str, ...] | str,
    places: Mapping[str, Span],
    written: str = "",
    at: Span | None = None,
) -> FileDifference:
    strategy = job.item("strategy")
    span = at or (strategy.key.span if strategy is not None else job.span)
    return difference(
        AXIS_DIFFERS,
        ("jobs", job.id, "strategy", "matrix", axis),
        f"`{job.id}` {verb}",
        drawn=_listed(values),
        written=written,
        is_scalar=bool(written),
        in_document=_drawn(job, places),
        in_file=Label(span),
        help="draw the values that it has, or let `compile` write what is drawn",
    )


def _undrawn(job: FileJob, axis: Entry, places: Mapping[str, Span]) -> FileDifference:
    name = axis.key.value
    return difference(
        AXIS_UNDRAWN,
        ("jobs", job.id, "strategy", "matrix", name),
        f"`{job.id}` runs for each `{name}`, which is drawn no more",
        written=name,
        in_document=_drawn(job, places),
        in_file=Label(axis.span),
        help="draw the loop, or let `compile` take the axis away",
    )


def _undrawn_value(job: FileJob, axis: Entry, value: str, places: Mapping[str, Span]) -> FileDifference:
    name = axis.key.value
    return difference(
        AXIS_UNDRAWN,
        ("jobs", job.id, "strategy", "matrix", name, value),
        f"`{job.id}` runs for `{name}: {value}` too, which is not drawn",
        written=value,
        in_document=_drawn(job, places),
        in_file=Label(axis.span),
        help="draw it, or take it away",
    )


def _of_people(axis: Entry) -> list[str] | None:
    """The values of a list that people wrote, to which drawn ones were added; none where all are drawn."""
    node, ours = axis.value, drawn_members(axis.value)
    if not isinstance(node, Items) or not ours:
        return None
    left = [value for one in node.items if (value := item_name(one)) not in ours]
    return left or None


def _shrunk(job: FileJob, axis: Entry, left: list[str], places: Mapping[str, Span]) -> Mend:
    """That drawn values among those of people's are drawn no more."""
    assert isinstance(axis.value, Items)
    there = [item_name(one) for one in axis.value.items]
    added = ", ".join(value for value in there if value not in left)
    verb = f"runs for each `{axis.key.value}` ({', '.join(there)}), and {added} is drawn no more"
    one = _axis(job, axis.key.value, verb, (), places, ", ".join(there), axis.span)
    return Mend((one,), _sets_axis(axis, left, ()))


def _is_read(job: FileJob, axis: str) -> bool:
    """Whether the text of a job asks for an axis, but for a runner of ours."""
    assert job.node is not None
    own = job.item("runs-on") if axis in _drawn_runner(job) else None
    asked = re.compile(
        rf"matrix(?:\s*\.\s*{re.escape(axis)}(?![\w-])|\s*\[\s*'{re.escape(axis)}'|\s*[)}}])", re.IGNORECASE
    )
    return any(asked.search(one.span.text) for one in job.node.entries if one is not own)


def _drawn_runner(job: FileJob) -> tuple[str, ...]:
    """The axis of which a job has its runner because that was drawn, alone: as in a fresh job of ours, or in
    the place of one of people's, which the mark names."""
    entry = job.item("runs-on")
    value = entry.value if entry is not None else None
    match = _RUNNER.fullmatch(value.value) if isinstance(value, Scalar) else None
    if entry is None or match is None:
        return ()
    mark = mark_of(entry)
    return (match[1],) if drawn_title(job.comment) or (mark is not None and mark.over) else ()


def _set_runner(keys: Keys, job: FileJob, wanted: Job) -> None:
    """Let a job run on the runners of an axis that is drawn now, where it had one by its name; the mark keeps
    that."""
    entry, runner = job.item("runs-on"), wanted.runs_on
    value = entry.value if entry is not None else None
    if not isinstance(runner, str) or _RUNNER.fullmatch(runner) is None or keys.node.is_flow:
        return
    if entry is None or not isinstance(value, Scalar) or "${{" in value.value or value.style in ("|", ">"):
        return
    if keys.is_open("runs-on", f"runs-on: {runner}") and has_mark_place(keys.buffer, entry):
        keys.buffer.replace(value.span.start, value.span.end, runner)
        set_mark_over(keys.buffer, mark_place(entry), value.value)


def _put_back_runner(keys: Keys, job: FileJob, wanted: Job, gone: Sequence[str]) -> None:
    """Give a job whose runner was of an axis that goes the one that stood there, or is drawn."""
    entry = job.item("runs-on")
    if entry is None or not isinstance(entry.value, Scalar) or not {*gone}.intersection(_drawn_runner(job)):
        return
    mark = mark_of(entry)
    old = mark.over if mark is not None else ""
    is_of_axis = isinstance(wanted.runs_on, str) and _RUNNER.fullmatch(wanted.runs_on) is not None
    if old and not is_of_axis and keys.is_open("runs-on", f"runs-on: {old}"):
        keys.buffer.replace(entry.value.span.start, entry.value.span.end, scalar(old))
        set_mark(keys.buffer, mark_place(entry), ())
        return
    (line,) = place_lines(Job("", "", runs_on=wanted.runs_on))
    set_key(keys, "runs-on", [line], line)


def _of_axis(
    job: FileJob, axis: Entry, values: tuple[str, ...] | str, places: Mapping[str, Span]
) -> Iterator[Mend]:
    node = resolved(axis.value)
    if isinstance(values, str) or not isinstance(node, Items):
        return
    there = [item.value for one in node.items if isinstance(item := resolved(one), Scalar)]
    if len(there) != len(node.items) or any("${{" in one for one in there):
        return
    aims = [inert(value) for value in values]
    ours = drawn_members(axis.value)
    gone = [value for value in there if value in ours and value not in aims]
    missing = [value for value in aims if value not in there]
    for value in dict.fromkeys(there):
        if value not in aims and value not in ours:
            yield Mend((_undrawn_value(job, axis, value, places),))
    if not gone and not missing:
        return
    message = f"runs for each `{axis.key.value}` ({', '.join(there)}), and {', '.join(values)} is drawn"
    one = _axis(job, axis.key.value, message, values, places, ", ".join(there), axis.span)
    left = [value for value in there if value not in gone]
    yield Mend((one,), _sets_axis(axis, [*left, *missing], aims))


def _sets_axis(axis: Entry, values: Sequence[str], drawn: Sequence[str]) -> Callable[[Keys], None]:
    def edit(keys: Keys) -> None:
        inside = _matrix_of(keys.node)
        if inside is not None and isinstance(axis.value, Items) and keys.is_open("strategy", axis.key.value):
            set_members(replace(keys, node=inside), axis, values, drawn)

    return edit


def _unmarks(axis: Entry) -> Callable[[Keys], None]:
    """Let an axis be people's that is drawn no more, for the text of its job reads it."""
    if isinstance(axis.value, Items) and drawn_members(axis.value):
        return _sets_axis(axis, [item_name(one) for one in axis.value.items], ())
    return lambda keys: set_mark(keys.buffer, mark_place(axis), ())


def _matrix_of(node: Entries) -> Entries | None:
    strategy = node.get("strategy")
    inside: Tree | None = strategy.get("matrix") if isinstance(strategy, Entries) else None
    return inside if isinstance(inside, Entries) else None


def _adds_axis(job: FileJob, wanted: Job, axis: str) -> Callable[[Keys], None]:
    def edit(keys: Keys) -> None:
        inside = _matrix_of(keys.node)
        if inside is None:
            return
        fresh = tuple(pair for pair in wanted.matrix if pair[0] == axis)
        lines = list(place_lines(Job("", "", matrix=fresh, axis_comments=wanted.axis_comments)))[2:]
        made = [line[4:] for line in lines]
        set_key(replace(keys, node=inside), axis, made, made[0] if len(made) == 1 else "")
        if wanted.runs_on == f"${{{{ matrix.{axis} }}}}":
            _set_runner(keys, job, wanted)

    return edit


def _removes_axes(
    job: FileJob, wanted: Job, names: Sequence[str], *, is_last: bool
) -> Callable[[Keys], None]:
    def edit(keys: Keys) -> None:
        _put_back_runner(keys, job, wanted, names)
        strategy, inside = keys.node.get("strategy"), _matrix_of(keys.node)
        if inside is None or not isinstance(strategy, Entries):
            return
        if not is_last and inside.is_flow:
            numbers = [number for number, one in enumerate(inside.entries) if one.key.value in names]
            if keys.is_open("strategy", ""):
                remove_members(keys.buffer, inside, numbers)
        elif not is_last:
            for name in names:
                remove_key(replace(keys, node=inside), name)
        elif len(strategy.entries) == 1:
            remove_key(keys, "strategy")
        else:
            remove_key(replace(keys, node=strategy), "matrix")

    return edit


def _add_axes(keys: Keys, job: FileJob, wanted: Job) -> None:
    _set_runner(keys, job, wanted)
    lines = list(place_lines(Job("", "", matrix=wanted.matrix, axis_comments=wanted.axis_comments)))
    strategy = keys.node.get("strategy")
    if not isinstance(strategy, Entries):
        set_key(keys, "strategy", lines)
        return
    set_key(replace(keys, node=strategy), "matrix", [line[2:] for line in lines[1:]])
