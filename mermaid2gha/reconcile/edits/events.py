"""`on` in place: the drawn events are there, whatever shape it has; filters and times stay people's.

An event that is added to a mapping gets the comment `# drawn`: it goes when it is drawn no more.
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.scripts.marks import read_mark
from mermaid2gha.github.workflow.emitter import flow_scalar, input_lines, scalar, trigger_lines
from mermaid2gha.github.workflow.model import Input, Trigger
from mermaid2gha.github.workflow.reader import FileEvent, WorkflowFile, comment_after
from mermaid2gha.reconcile.edits.keys import Keys, remove_key, set_key
from mermaid2gha.yaml.edits import EditBuffer, reindented
from mermaid2gha.yaml.tree import Alias, Entries, Entry, Items, Scalar


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
        keys.refused(entry or file.root, "on", "it is of an unusual form", "on: …")
        return found
    match entry.value:
        case Entries() as node if node.entries:
            _edit_mapping(replace(keys, node=node), wanted, missing, gone)
        case Items() as node if all(_is_bare(one) for one in missing):
            _edit_list(keys, node, [*_stays(file, gone), *(one.event for one in missing)])
        case Scalar() as node if node.is_null or missing or gone:
            _rewrite(keys, file, missing, gone)
        case _:
            _rewrite(keys, file, missing, gone)
    return found


def is_marked(event: FileEvent) -> bool:
    """Whether an event was added to the file by the compiler, which tells it by the comment `# drawn`."""
    return read_mark(comment_after(event.key)) is not None


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


def _edit_list(keys: Keys, node: Items, names: Sequence[str]) -> None:
    from mermaid2gha.reconcile.edits.needs import edit_list

    if not node.items or not names or any(isinstance(item, Alias) for item in node.items):
        keys.refused(node, "on", "it is of an unusual form", f"on: [{', '.join(names)}]")
    elif keys.is_open("on", f"on: [{', '.join(names)}]"):
        edit_list(keys, node, names, str)


def _rewrite(keys: Keys, file: WorkflowFile, missing: Sequence[Trigger], gone: Sequence[str]) -> None:
    """Names of events as a mapping, since some of them have filters; or as a list, if none has."""
    stays = _stays(file, gone)
    entry = file.root.entry("on")
    assert entry is not None
    if all(_is_bare(one) for one in missing) and stays:
        names = [*stays, *(one.event for one in missing)]
        key = entry.key.span.text
        text = f"[{', '.join(map(flow_scalar, names))}]" if len(names) > 1 else flow_scalar(names[0])
        set_key(keys, "on", [f"{key}: {text}"])
        return
    lines = [f"{scalar(name)}:" for name in stays]
    lines += [line for one in missing for line in trigger_lines(one)]
    set_key(keys, "on", [f"{entry.key.span.text}:", *(f"  {line}" for line in lines)])


def _flow(trigger: Trigger) -> str:
    """An event with its filters between braces."""
    parts = [f"{key}: [{', '.join(map(flow_scalar, values))}]" for key, values in trigger.filters]
    if trigger.cron:
        times = ", ".join(f'{{cron: "{time}"}}' for time in trigger.cron)
        return f"{trigger.event}: [{times}]"
    return f"{trigger.event}: {{{', '.join(parts)}}}" if parts else f"{trigger.event}: "
