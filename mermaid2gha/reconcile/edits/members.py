"""The members of a list in place, with marks on those that are drawn, in lines or between brackets."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.compiler.scripts.marks import drawn_members, has_mark_place, mark_place, set_mark
from mermaid2gha.github.workflow.emitter import flow_scalar
from mermaid2gha.reconcile.edits.keys import Keys
from mermaid2gha.reconcile.edits.needs import edit_list, spelt_alike
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
