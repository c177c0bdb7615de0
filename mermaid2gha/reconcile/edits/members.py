"""The members of a list in place, with marks on those that are drawn, in lines or between brackets."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.compiler.scripts.marks import (
    DrawnMark,
    drawn_members,
    has_mark_place,
    mark_place,
    mark_text,
    set_mark,
)
from mermaid2gha.github.workflow.emitter import flow_scalar, scalar
from mermaid2gha.github.workflow.reader import FileJob
from mermaid2gha.reconcile.edits.keys import Keys, set_key
from mermaid2gha.reconcile.edits.needs import (
    edit_list,
    edit_needs,
    has_same_needs,
    in_quotes,
    is_bare_alone,
    spelt_alike,
)
from mermaid2gha.yaml.tree import Entry, Items, Scalar, resolved


def set_members(keys: Keys, entry: Entry, values: Sequence[str], drawn: Sequence[str]) -> None:
    """Make a list hold these texts, and mark those that are drawn; a list that shrinks or grows whole is
    written anew. What people wrote, and is drawn as well, bears no mark.
    """
    node = entry.value
    assert isinstance(node, Items)
    if not node.is_flow:
        marks = dict.fromkeys(drawn, " # drawn")
        edit_list(keys, node, values, str, marks)
        return
    spelt = {item.value: item.span.text for one in node.items if isinstance(item := resolved(one), Scalar)}
    if "\n" in node.span.text:
        edit_list(keys, node, values, str)
    else:
        blank = " " if node.span.text[1:2] == " " else ""
        texts = [spelt.get(value) or spelt_alike(node, value) or flow_scalar(value) for value in values]
        keys.buffer.replace(node.span.start, node.span.end, f"[{blank}{', '.join(texts)}{blank}]")
    ours = drawn_members(node)
    named = [value for value in drawn if value in ours or value not in spelt]
    if (ours or named) and has_mark_place(keys.buffer, node):
        set_mark(keys.buffer, mark_place(entry), named)


def edit_marked_needs(keys: Keys, job: FileJob, wanted: Sequence[str], drawn: Sequence[str]) -> None:
    """Make a job need exactly these jobs, and mark those of them that are drawn and are added, or marked
    already: with what they are drawn for they go."""
    if has_same_needs(job, wanted):
        return
    entry = keys.node.entry("needs")
    marked = drawn_members(entry.value) if entry is not None else ()
    if not wanted or not (drawn or marked):
        edit_needs(keys, job, wanted)
        return
    flow = [flow_scalar(name) for name in wanted]
    text = f"[{', '.join(flow)}]" if len(wanted) > 1 else scalar(wanted[0])
    line = f"needs: {text}"
    names = {need.job.casefold() for need in job.needs}
    named = [name for name in drawn if name.casefold() not in names or name in marked]
    value = entry.value if entry is not None else None
    if entry is None or not names or not isinstance(value, Items | Scalar) or value.anchor:
        mark = DrawnMark(tuple(named) if len(wanted) > 1 else None)
        set_key(keys, "needs", [line], line, comment=mark_text(mark) if named else None)
    elif not keys.is_open("needs", line):
        return
    elif isinstance(value, Items) and not (len(wanted) == 1 and is_bare_alone(keys, value)):
        set_members(keys, entry, wanted, drawn)
    else:
        style = value.style if isinstance(value, Scalar) else ""
        spelt = [in_quotes(style, name) or one for name, one in zip(wanted, flow)]
        text = f"[{', '.join(spelt)}]" if len(wanted) > 1 else spelt[0]
        keys.buffer.replace(value.span.start, value.span.end, text)
        if (marked or named) and has_mark_place(keys.buffer, entry):
            set_mark(keys.buffer, mark_place(entry), None if named and len(wanted) == 1 else named)
