"""`on` against what is drawn: the events, and the members of drawn filters, types and times.

A drawn filter names the whole set of its kind. A missing member is added; one that is there and not drawn
stays and is told. Where people leave out members (`…-ignore`, `!`, an expression) nothing is written. A kind
that is not drawn is people's. Reports `absent-event`, `undrawn-event`, `input-missing`, `filter-differs` and
`undrawn-filter`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.link.matching import undrawn_event
from mermaid2gha.compiler.scripts.marks import drawn_members, mark_of, set_mark
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.workflow.emitter import comment, flow_scalar, list_lines, literal, quoted, scalar
from mermaid2gha.github.workflow.model import NO_COMMENT, Trigger
from mermaid2gha.github.workflow.reader import FileEvent, WorkflowFile
from mermaid2gha.reconcile.difference import Accepted, FileDifference, difference, labelled
from mermaid2gha.reconcile.edits.events import drawn_events, lacking_inputs
from mermaid2gha.reconcile.edits.keys import Keys, remove_key, set_key
from mermaid2gha.reconcile.edits.members import set_members
from mermaid2gha.yaml.tree import Entries, Entry, Items, Scalar, Tree, resolved

ABSENT_EVENT = Rule("absent-event", Severity.WARNING)
FILTER_DIFFERS = Rule("filter-differs", Severity.WARNING)
INPUT_MISSING = Rule("input-missing", Severity.WARNING)
UNDRAWN_FILTER = Rule("undrawn-filter", Severity.WARNING)


def event_differences(
    file: WorkflowFile,
    wanted: Sequence[Trigger],
    gone: Sequence[str],
    kept: frozenset[str],
    places: Mapping[str, Span],
) -> tuple[list[FileDifference], list[FileDifference]]:
    """The events that one change of `on` mends, and those that are only told; `gone` are events that go,
    `kept` those that may stand undrawn, `places` where each is drawn."""
    there = {event.name for event in file.events}
    on = file.root.entry("on")
    at = Label(on.key.span, "these are its events") if on is not None else Label(file.root.span)
    mended = [
        difference(
            ABSENT_EVENT,
            ("on", trigger.event),
            f"`{file.file.name}` is drawn to start by `{trigger.event}`, and does not",
            drawn=trigger.event,
            in_document=labelled(places.get(trigger.event), "drawn here"),
            in_file=at,
            help=f"add `{trigger.event}` to `on`, or draw what starts it",
        )
        for trigger in wanted
        if trigger.event not in there
    ]
    mended += [
        difference(
            INPUT_MISSING,
            ("on", event, "inputs", name),
            f"conditions ask for the input `{name}`, which `{event}` has not",
            drawn=name,
            in_file=at,
            help="let `compile` add it",
        )
        for event, name in lacking_inputs(file, wanted)
    ]
    mended += [undrawn_difference(file, event) for event in file.events if event.name in gone]
    drawn = {trigger.event for trigger in wanted}
    mentions = [
        undrawn_difference(file, event)
        for event in file.events
        if event.name not in drawn and event.name not in gone and event.name not in kept
    ]
    return mended, mentions


def has_more_events(
    file: WorkflowFile, wanted: Sequence[Trigger], gone: Collection[str], accepts: Accepted
) -> bool:
    """Whether a file will start by events that are not drawn."""
    drawn = {trigger.event for trigger in wanted}
    return any(
        event.name not in drawn and (event.name not in gone or accepts(undrawn_difference(file, event)))
        for event in file.events
    )


def undrawn_difference(file: WorkflowFile, event: FileEvent) -> FileDifference:
    """That an event of a file is not drawn."""
    finding = undrawn_event(
        f"the event `{event.name}` of `{file.file.name}` is not drawn",
        event.key.span,
        help="draw it, list it under `extra-events` in the settings, or take it away with `--prune`",
    )
    return FileDifference(finding, ("on", event.name), written=event.name)


Edits = Callable[[Keys], None]


def filter_differences(
    file: WorkflowFile, wanted: Sequence[Trigger], places: Mapping[str, Span], *, is_old: bool
) -> Iterator[tuple[FileDifference, Edits | None]]:
    """Where the filters, types and times of the events of a file are not those that are drawn, with changes.

    `is_old`: an older version compiled the file, in which nothing drawn bears a mark.
    """
    for trigger in wanted:
        event = next((one for one in file.events if one.name == trigger.event), None)
        if event is None:
            continue
        at = labelled(places.get(event.name), "drawn here")
        follows = kind_of(event.name).follows_runs
        drawn = {key: values for key, values in trigger.filters if not _is_of_sender(key, follows=follows)}
        for key, values in drawn.items():
            yield from _of_filter(event, trigger, key, values, at, is_old=is_old)
        node = event.node if isinstance(event.node, Entries) else None
        for entry in node.entries if node is not None else ():
            if entry.key.value not in drawn and not _is_of_sender(entry.key.value, follows=follows):
                yield from _of_undrawn_kind(event, entry, at)
                if _is_widened_by(entry.key.value, drawn):
                    yield from _of_wider_kind(event, entry, at)
        if trigger.cron:
            yield from _of_times(event, trigger, at, is_old=is_old)


def _is_of_sender(key: str, *, follows: bool) -> bool:
    """Whether a filter is one of a call's, or the type of a run that is followed: nobody draws these."""
    return key in ("inputs", "outputs", "secrets") or (follows and key == "types")


def _of_filter(
    event: FileEvent,
    trigger: Trigger,
    key: str,
    values: tuple[str, ...],
    drawn_at: Label | None,
    *,
    is_old: bool,
) -> Iterator[tuple[FileDifference, Edits | None]]:
    node = event.node if isinstance(event.node, Entries) else None
    entry = node.entry(key) if node is not None else None
    aims = [literal(value) for value in values]
    there = _members(resolved(entry.value)) if entry is not None else None
    if node is not None and node.entry(f"{key}-ignore") is not None:
        yield _told(event, key, values, there, drawn_at, "what people leave out there stands against it")
        return
    if entry is None:
        one = _filter(event, key, values, (), drawn_at)
        yield one, lambda keys: _add_filter(keys, event, trigger, key)
        return
    if there is None:
        yield _told(event, key, values, there, drawn_at, "it is no plain list")
        return
    if set(there) == set(aims):
        return
    if any(one.startswith("!") for one in (*there, *aims)):
        yield _told(event, key, values, there, drawn_at, "members with `!` depend on their order")
        return
    ours = drawn_members(entry.value)
    is_replaced = is_old and not ours and not set(there) & set(aims)
    gone = [one for one in there if one not in aims and (one in ours or is_replaced)]
    missing = [one for one in aims if one not in there]
    if gone or missing:
        left = [one for one in there if one not in gone]
        one = _filter(event, key, values, tuple(there), drawn_at)
        yield one, _sets_members(event, entry, trigger, [*left, *missing])
    for member in there:
        if member not in aims and member not in gone:
            yield _undrawn_member(event, key, member, entry, drawn_at), None


def _undrawn_member(
    event: FileEvent, key: str, member: str, entry: Entry, drawn_at: Label | None
) -> FileDifference:
    return difference(
        UNDRAWN_FILTER,
        ("on", event.name, key, member),
        f"`{event.name}` starts by `{key}: {member}` too, which is not drawn",
        written=member,
        in_document=drawn_at,
        in_file=Label(entry.span),
        help="draw it, or take it away",
    )


def _is_widened_by(kind: str, drawn: Collection[str]) -> bool:
    """Whether a filter lets an event in that drawn ones leave out: of branches beside tags, or the reverse.

    With either alone the other starts nothing.
    """
    other = {"branches": "tags", "tags": "branches"}.get(kind.removesuffix("-ignore"))
    return other is not None and any(key.removesuffix("-ignore") == other for key in drawn)


def _of_wider_kind(
    event: FileEvent, entry: Entry, drawn_at: Label | None
) -> Iterator[tuple[FileDifference, Edits | None]]:
    """A filter of people's by which more starts than the drawn filters of the event let in."""
    key, ours = entry.key.value, drawn_members(entry.value)
    there = _members(resolved(entry.value))
    if there is None or key.endswith("-ignore"):
        text = ", ".join(there) if there is not None else entry.value.span.text.strip()
        one = _undrawn_member(event, key, text, entry, drawn_at)
        yield replace(one, place=one.place[:-1]), None
        return
    for member in there:
        if member not in ours and not member.startswith("!"):
            yield _undrawn_member(event, key, member, entry, drawn_at), None


def _of_undrawn_kind(
    event: FileEvent, entry: Entry, drawn_at: Label | None
) -> Iterator[tuple[FileDifference, Edits | None]]:
    """A filter of which something was drawn, and nothing is any more."""
    ours, there = drawn_members(entry.value), _members(resolved(entry.value))
    if not ours or there is None:
        return
    left = [one for one in there if one not in ours]
    if len(left) == len(there) and there:
        return
    other = difference(
        FILTER_DIFFERS,
        ("on", event.name, entry.key.value),
        f"`{event.name}` has `{entry.key.value}: {', '.join(there)}`, which is drawn no more",
        written=", ".join(there),
        is_scalar=True,
        in_document=drawn_at,
        in_file=Label(entry.span),
        help="draw it, or let `compile` take it away",
    )
    if left:
        yield other, _sets_members(event, entry, None, left)
    else:
        yield other, lambda keys: _remove_filter(keys, event, entry.key.value)


def _filter(
    event: FileEvent, key: str, values: tuple[str, ...], there: tuple[str, ...], drawn: Label | None
) -> FileDifference:
    listed = ", ".join(values)
    has = f"has `{', '.join(there)}`" if there else "has no such filter"
    return difference(
        FILTER_DIFFERS,
        ("on", event.name, key),
        f"`{event.name}` is drawn with `{key}: {listed}`, and {has}",
        drawn=listed,
        written=", ".join(there),
        is_scalar=True,
        in_document=drawn,
        in_file=Label(event.key.span),
        help="change the drawing, or let `compile` write what is drawn",
    )


def _told(
    event: FileEvent,
    key: str,
    values: tuple[str, ...],
    there: list[str] | None,
    drawn: Label | None,
    why: str,
) -> tuple[FileDifference, None]:
    one = _filter(event, key, values, tuple(there or ()), drawn)
    finding = replace(one.finding, help=f"write it there yourself: {why}")
    return replace(one, finding=finding), None


def _members(node: Tree | None) -> list[str] | None:
    """The texts of a list, or of one scalar; none where it is neither, or an expression."""
    if isinstance(node, Scalar):
        return None if "${{" in node.value else ([] if node.is_null else [node.value])
    if isinstance(node, Items):
        items = [resolved(item) for item in node.items]
        if all(isinstance(item, Scalar) and "${{" not in item.value for item in items):
            return [item.value for item in items if isinstance(item, Scalar)]
    return None


def _add_filter(keys: Keys, event: FileEvent, trigger: Trigger, key: str) -> None:
    """Give an event a filter that it has not, whatever shape `on` has."""
    on = keys.node.entry("on")
    assert on is not None
    comments = dict(trigger.comments).get(key, NO_COMMENT)
    texts = tuple(literal(value) for value in dict(trigger.filters)[key])
    flow = f"{key}: [{', '.join(map(flow_scalar, texts))}]"
    if isinstance(event.node, Entries) and event.node.entries:
        inside = replace(keys, node=event.node)
        column = 0 if event.node.is_flow else inside.column
        set_key(inside, key, list_lines(key, texts, column, comments), flow if event.node.is_flow else "")
    elif isinstance(on.value, Entries) and on.value.is_flow:
        set_key(replace(keys, node=on.value), event.name, [event.name], f"{event.name}: {{{flow}}}")
    elif isinstance(on.value, Entries):
        entry = on.value.entry(event.name)
        if entry is None or not replace(keys, node=on.value).is_open(event.name, flow):
            return
        buffer, column = keys.buffer, keys.buffer.column(entry.span.start) + keys.step
        lines = list_lines(key, texts, column, comments)
        if entry.value.span.text.strip():
            buffer.replace(entry.key.span.end, entry.span.end, ":")
        at = buffer.line_end(entry.span.end)
        buffer.insert_lines(at, [f"{' ' * column}{line}" for line in lines])
    else:
        names = [node.value for node in _names(on.value)]
        lines = [f"{on.key.span.text}:"]
        for name in names:
            lines.append(f"  {scalar(name)}:")
            if name == event.name:
                lines += [f"    {line}" for line in list_lines(key, texts, 4, comments)]
        set_key(keys, "on", lines)


def _names(node: Tree) -> list[Scalar]:
    items = node.items if isinstance(node, Items) else (node,)
    return [found for item in items if isinstance(found := resolved(item), Scalar)]


def _remove_filter(keys: Keys, event: FileEvent, key: str) -> None:
    assert isinstance(event.node, Entries)
    inside = replace(keys, node=event.node)
    on = keys.node.get("on")
    if event.node.is_flow and len(event.node.entries) == 1 and isinstance(on, Entries):
        set_key(replace(keys, node=on), event.name, [f"{event.name}:"], f"{event.name}:")
    else:
        remove_key(inside, key)


def _sets_members(event: FileEvent, entry: Entry, trigger: Trigger | None, values: Sequence[str]) -> Edits:
    filters = dict(trigger.filters) if trigger is not None else {}
    drawn = [literal(value) for value in filters.get(entry.key.value, ())]

    def edit(keys: Keys) -> None:
        assert isinstance(event.node, Entries)
        inside = replace(keys, node=event.node)
        if not inside.is_open(entry.key.value, ", ".join(values)):
            return
        if isinstance(entry.value, Items) and entry.value.items:
            set_members(inside, entry, values, drawn)
            return
        key = entry.key.value
        comments = dict(trigger.comments).get(key, NO_COMMENT) if trigger is not None else NO_COMMENT
        column = 0 if event.node.is_flow else inside.column
        lines = list_lines(key, tuple(values), column, NO_COMMENT if mark_of(entry) else comments)
        set_key(inside, key, lines, lines[0] if event.node.is_flow else "")

    return edit


# -- times -----------------------------------------------------------------------------------------


def _of_times(
    event: FileEvent, trigger: Trigger, at: Label | None, *, is_old: bool
) -> Iterator[tuple[FileDifference, Edits | None]]:
    """The times of a `schedule`: drawn ones that are not there, and marked ones that are drawn no more.

    A time that nobody drew, we chose: it is people's.
    """
    marks = dict(trigger.comments)
    drawn = [time for time in trigger.cron if time in marks]
    there = _times(event)
    if there is None:
        if drawn:
            yield _filter(event, "cron", trigger.cron, (), at), None
        return
    known = {" ".join(time.split()): item for time, item in there}
    missing = [time for time in drawn if " ".join(time.split()) not in known]
    gone = [
        item
        for time, item in there
        if time not in trigger.cron and (mark_of(item) is not None or (is_old and missing))
    ]
    if missing or gone:
        one = _filter(event, "cron", tuple(trigger.cron), tuple(time for time, _ in there), at)
        yield one, _sets_times(there, gone, missing, trigger)
    for time, item in there:
        if drawn and time not in trigger.cron and item not in gone:
            yield (
                difference(
                    UNDRAWN_FILTER,
                    ("on", event.name, time),
                    f"`{event.name}` starts at `{time}` too, which is not drawn",
                    written=time,
                    in_document=at,
                    in_file=Label(item.span),
                    help="draw it, or take it away",
                ),
                None,
            )


def _times(event: FileEvent) -> list[tuple[str, Entries]] | None:
    """The times of a `schedule`, each with its item; none where they are no plain list."""
    if not isinstance(event.node, Items):
        return None
    found = []
    for item in event.node.items:
        value = item.get("cron") if isinstance(item, Entries) else None
        if not isinstance(item, Entries) or not isinstance(value, Scalar):
            return None
        found.append((value.value, item))
    return found


def _sets_times(
    there: Sequence[tuple[str, Entries]], gone: Sequence[Entries], missing: Sequence[str], trigger: Trigger
) -> Edits:
    comments = dict(trigger.comments)

    def edit(keys: Keys) -> None:
        buffer = keys.buffer
        left = list(missing)
        for item in gone:
            value = item.get("cron")
            if left and isinstance(value, Scalar):
                buffer.replace(value.span.start, value.span.end, quoted(left.pop(0)))
                if mark_of(item) is None and not item.is_flow:
                    set_mark(buffer, value.span.end, None)
            else:
                buffer.replace(buffer.line_start(item.span.start), buffer.line_end(item.span.end), "")
        if not left:
            return
        last = there[-1][1]
        if last.is_flow:
            buffer.insert_lines(
                buffer.line_end(last.span.end),
                [f"{' ' * (buffer.column(last.span.start) - 2)}- {{cron: {quoted(time)}}}" for time in left],
            )
            return
        blanks = " " * max(buffer.column(last.span.start) - 2, 0)
        lines = [f"{blanks}- cron: {quoted(time)}" for time in left]
        lines = [
            f"{line} {comment(comments[time].each)}" if time in comments else line
            for line, time in zip(lines, left)
        ]
        buffer.insert_lines(buffer.line_end(last.span.end), lines)

    return edit


def gone_events(
    file: WorkflowFile, drawn: Sequence[Trigger], extra: frozenset[str], *, prunes: bool
) -> list[str]:
    """The undrawn events that go: those that we added, and all where that is asked for."""
    known, ours = {trigger.event for trigger in drawn}, drawn_events(file)
    return [
        event.name
        for event in file.events
        if event.name not in known and event.name not in extra and (prunes or event.name in ours)
    ]
