"""`on` in place: the drawn events are there, whatever shape it has; filters and times stay people's.

An event that is added bears a mark: it goes when it is drawn no more. Where marks have no place, between
braces and behind bare names that get filters, `on` is laid out in lines first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.scripts.marks import (
    DrawnMark,
    comment_at,
    drawn_members,
    mark_of,
    mark_text,
    read_mark,
)
from mermaid2gha.github.workflow.emitter import flow_scalar, input_lines, scalar, trigger_lines
from mermaid2gha.github.workflow.model import Input, Trigger
from mermaid2gha.github.workflow.reader import WorkflowFile, comment_after
from mermaid2gha.reconcile.edits.keys import Keys, remove_key, set_key
from mermaid2gha.reconcile.edits.members import set_members
from mermaid2gha.yaml.edits import EditBuffer, reindented
from mermaid2gha.yaml.tree import Alias, Entries, Entry, Items, Scalar, Tree, all_nodes


def edit_events(
    buffer: EditBuffer, file: WorkflowFile, wanted: Sequence[Trigger], gone: Sequence[str], step: int
) -> list[Diagnostic]:
    """Add the drawn events that are missing, with their filters, and take away those that are `gone`."""
    found: list[Diagnostic] = []
    known = {event.name for event in file.events}
    missing = [trigger for trigger in wanted if trigger.event not in known]
    entry = file.root.entry("on")
    keys = Keys(buffer, file.root, owner=file.file.name, step=step, found=found)
    if not missing and not gone and not lacking_inputs(file, wanted):
        return found
    if entry is None or isinstance(entry.value, Alias) or file.root.is_flow:
        buffer.unmarked += [file.root.span.start] if file.root.is_flow else []
        keys.refused(entry or file.root, "on", "it is of an unusual form", "on: …")
        return found
    match entry.value:
        case Entries() as node if node.entries:
            _edit_mapping(replace(keys, node=node), wanted, missing, gone)
        case Items() if all(_is_bare(one) for one in missing):
            _edit_list(keys, entry, _stays(file, gone), [one.event for one in missing])
        case Scalar() as node if node.is_null or missing or gone:
            _rewrite(keys, file, missing, gone)
        case _:
            _rewrite(keys, file, missing, gone)
    return found


def drawn_events(file: WorkflowFile) -> frozenset[str]:
    """The events that the compiler added to a file, which marks tell."""
    on = file.root.get("on")
    if not isinstance(on, Entries) or on.is_flow:
        return frozenset(drawn_members(on)) if on is not None else frozenset()
    keys = {event.name: event.key for event in file.events}
    return frozenset(name for name, key in keys.items() if read_mark(comment_after(key)) is not None)


def is_folded(file: WorkflowFile, filtered: Collection[str], *, has_others: bool) -> bool:
    """Whether marks have no place in `on` for what is edited there, and it can be laid out in lines:
    filters of the events that are `filtered`, or other things of it."""
    on = file.root.get("on")
    if file.root.is_flow or on is None or not (filtered or has_others):
        return False
    if any(isinstance(node, Alias) or node.anchor for node in all_nodes(on)):
        return False
    if not isinstance(on, Entries):
        return bool(filtered) and bool(file.events)
    inside = [one for one in on.entries if one.key.value in filtered and _is_flow(one.value)]
    values = [one.value for one in ((*on.entries, *inside) if on.is_flow else inside)]
    return bool(values) and not any("#" in node.span.text for node in values)


def lay_out(keys: Keys, file: WorkflowFile, filtered: Collection[str]) -> None:
    """Put `on`, a mapping between braces or bare names, and the filters of some events on lines; what else
    stands between brackets and braces stays. It says the same as before."""
    entry = keys.node.entry("on")
    assert entry is not None
    on, ours = entry.value, drawn_events(file)
    if isinstance(on, Entries) and not on.is_flow:
        for one in on.entries:
            if one.key.value in filtered and _is_flow(one.value):
                lines = _lines(one, is_open=True)
                set_key(replace(keys, node=on), one.key.value, lines, comment=comment_at(one))
        return
    lines = [f"{entry.key.span.text}:"]
    if isinstance(on, Entries):
        for one in on.entries:
            lines += (f"  {line}" for line in _lines(one, is_open=one.key.value in filtered))
    else:
        mark = f" # {mark_text(DrawnMark())}"
        lines += (f"  {scalar(one.name)}:{mark if one.name in ours else ''}" for one in file.events)
    known = mark_of(entry)
    set_key(keys, "on", lines, comment=known.rest if known is not None else comment_at(entry))


def _is_flow(node: Tree) -> bool:
    return isinstance(node, Entries) and node.is_flow and bool(node.entries)


def _lines(entry: Entry, *, is_open: bool) -> list[str]:
    """A key with its value, from column 0; those of a value between braces on lines of their own if it is
    to be open."""
    key, value = entry.key.span.text, entry.value
    if is_open and isinstance(value, Entries) and value.is_flow and value.entries:
        return [f"{key}:", *(f"  {line}" for one in value.entries for line in _lines(one, is_open=False))]
    text = re.sub(r"[ \t]*\r?\n[ \t]*", " ", value.span.text)
    return [f"{key}: {text}".rstrip()]


def _is_bare(trigger: Trigger) -> bool:
    return not (trigger.filters or trigger.cron or trigger.inputs)


def _stays(file: WorkflowFile, gone: Sequence[str]) -> list[str]:
    return [event.name for event in file.events if event.name not in gone]


def _edit_mapping(
    keys: Keys, wanted: Sequence[Trigger], missing: Sequence[Trigger], gone: Sequence[str]
) -> None:
    buffer, node = keys.buffer, keys.node
    for name in gone:
        remove_key(keys, name)
    names = [one.event for one in wanted]
    for trigger in missing:
        lines = list(trigger_lines(trigger))
        if node.is_flow:
            set_key(keys, trigger.event, [lines[0]], _flow(trigger))
            continue
        if not keys.is_open(trigger.event, lines[0]):
            continue
        before = [e for e in node.entries if e.key.value in names[: names.index(trigger.event)]]
        at = (
            buffer.line_end(before[-1].span.end)
            if before
            else buffer.line_start(node.entries[0].span.start)
            if _has_later(node, names, trigger.event)
            else buffer.line_end(node.span.end)
        )
        buffer.insert_lines(at, reindented(lines, keys.column, keys.step))
    for trigger in wanted:
        entry = node.entry(trigger.event)
        if entry is not None and trigger.inputs:
            _edit_inputs(keys, entry, trigger.inputs)


def _has_later(node: Entries, names: Sequence[str], event: str) -> bool:
    return any(e.key.value in names[names.index(event) :] for e in node.entries)


def _edit_inputs(keys: Keys, entry: Entry, inputs: Sequence[Input]) -> None:
    """The inputs that conditions ask for, where an event lacks them; what they offer stays people's."""
    value = entry.value
    inside = value.get("inputs") if isinstance(value, Entries) else None
    known = {one.key.value for one in inside.entries} if isinstance(inside, Entries) else set()
    lines = [line for one in inputs if one.name not in known for line in input_lines(one)]
    if not lines:
        return
    if isinstance(inside, Entries) and inside.entries:
        deep = replace(keys, node=inside)
        if not inside.is_flow and deep.is_open("inputs", lines[0]):
            at = keys.buffer.line_end(inside.span.end)
            keys.buffer.insert_lines(at, reindented(lines, deep.column, keys.step))
        elif inside.is_flow:
            keys.refused(inside, entry.key.value, "its inputs stand between braces", lines[0])
    elif isinstance(value, Entries) and value.entries:
        set_key(replace(keys, node=value), "inputs", ["inputs:", *(f"  {line}" for line in lines)])
    else:
        whole = [f"{entry.key.value}:", "  inputs:", *(f"    {line}" for line in lines)]
        set_key(keys, entry.key.value, whole)


def lacking_inputs(file: WorkflowFile, wanted: Sequence[Trigger]) -> list[tuple[str, str]]:
    """The inputs that conditions ask for, and that an event of the file lacks: `(event, input)`."""
    found = []
    for trigger in wanted:
        event = next((one for one in file.events if one.name == trigger.event), None)
        if event is not None and trigger.inputs:
            inside = event.node.get("inputs") if isinstance(event.node, Entries) else None
            known = {one.key.value for one in inside.entries} if isinstance(inside, Entries) else set()
            found += [(trigger.event, one.name) for one in trigger.inputs if one.name not in known]
    return found


def _edit_list(keys: Keys, entry: Entry, stays: Sequence[str], missing: Sequence[str]) -> None:
    node, names = entry.value, [*stays, *missing]
    assert isinstance(node, Items)
    if not node.items or not names or any(isinstance(item, Alias) for item in node.items):
        keys.refused(node, "on", "it is of an unusual form", f"on: [{', '.join(names)}]")
    elif keys.is_open("on", f"on: [{', '.join(names)}]"):
        set_members(keys, entry, names, [*(one for one in stays if one in drawn_members(node)), *missing])


def _rewrite(keys: Keys, file: WorkflowFile, missing: Sequence[Trigger], gone: Sequence[str]) -> None:
    """Names of events as a mapping, since some of them have filters; or as a list, if none has."""
    stays = _stays(file, gone)
    entry = file.root.entry("on")
    assert entry is not None
    if all(_is_bare(one) for one in missing) and stays:
        names = [*stays, *(one.event for one in missing)]
        key = entry.key.span.text
        text = f"[{', '.join(map(flow_scalar, names))}]" if len(names) > 1 else flow_scalar(names[0])
        known = mark_of(entry)
        rest = known.rest if known is not None else comment_at(entry)
        added = tuple(one.event for one in missing) if len(names) > 1 else ()
        set_key(keys, "on", [f"{key}: {text}"], comment=mark_text(DrawnMark(added, rest)))
        return
    ours, known = drawn_events(file), mark_of(entry)
    mark = f" # {mark_text(DrawnMark())}"
    lines = [f"{scalar(name)}:{mark if name in ours else ''}" for name in stays]
    lines += [line for one in missing for line in trigger_lines(one)]
    rest = known.rest if known is not None else comment_at(entry)
    set_key(keys, "on", [f"{entry.key.span.text}:", *(f"  {line}" for line in lines)], comment=rest)


def _flow(trigger: Trigger) -> str:
    """An event with its filters between braces."""
    parts = [f"{key}: [{', '.join(map(flow_scalar, values))}]" for key, values in trigger.filters]
    if trigger.cron:
        times = ", ".join(f'{{cron: "{time}"}}' for time in trigger.cron)
        return f"{trigger.event}: [{times}]"
    return f"{trigger.event}: {{{', '.join(parts)}}}" if parts else f"{trigger.event}: "
