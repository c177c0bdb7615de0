"""`needs` in place: which jobs it should name, and the fewest changes of its text that make it do so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.github.workflow.emitter import flow_scalar, list_lines, scalar
from mermaid2gha.github.workflow.reader import FileJob
from mermaid2gha.reconcile.edits.keys import Keys, remove_item, remove_key, set_key, without_mark
from mermaid2gha.yaml.tree import Alias, Items, Scalar


def has_same_needs(job: FileJob, wanted: Sequence[str]) -> bool:
    """Whether a job needs exactly these jobs."""
    return {need.job.casefold() for need in job.needs} == {name.casefold() for name in wanted}


def edit_needs(keys: Keys, job: FileJob, wanted: Sequence[str]) -> None:
    """Make a job need exactly these jobs; those that stay keep their spelling and place."""
    if has_same_needs(job, wanted):
        return
    entry = keys.node.entry("needs")
    lines = needs_lines(wanted, 0 if keys.node.is_flow else keys.column)
    flow = f"needs: [{', '.join(map(flow_scalar, wanted))}]"
    if not wanted:
        remove_key(keys, "needs")
    elif entry is None or isinstance(entry.value, Alias) or _is_fresh(keys, job):
        set_key(keys, "needs", lines, flow)
    elif isinstance(entry.value, Items) and entry.value.items:
        if len(wanted) == 1 and is_bare_alone(keys, entry.value):
            keys.buffer.replace(entry.value.span.start, entry.value.span.end, scalar(wanted[0]))
        elif keys.is_open("needs", flow):
            edit_list(keys, entry.value, wanted, lambda name: name.casefold())
    elif isinstance(entry.value, Scalar) and len(wanted) == 1 and not entry.value.anchor:
        if keys.is_open("needs", flow) and entry.value.style in ("", "'", '"') and not entry.value.is_null:
            quote = entry.value.style
            keys.buffer.replace(
                entry.value.span.start, entry.value.span.end, quote + wanted[0] + quote or scalar(wanted[0])
            )
        else:
            set_key(keys, "needs", lines, flow)
    else:
        set_key(keys, "needs", lines, flow)


_ALONE = re.compile(r"^[ \t]+needs:[ \t]+(\[?)[^\[\],#\n]+\]?[ \t]*$", re.MULTILINE)
"""A single need on a line."""


def is_bare_alone(keys: Keys, node: Items) -> bool:
    """Whether what is left of a list is written without brackets, as most write a single need: none of the
    file has any, and the list is what becomes of one without them when another comes to it."""
    if keys.node.is_flow or node.span.text != f"[{', '.join(item.span.text for item in node.items)}]":
        return False
    return not any(match[1] for match in _ALONE.finditer(keys.buffer.text))


def needs_lines(needs: Sequence[str], column: int) -> list[str]:
    """The key `needs` as a fresh file has it, for a job whose keys stand at a column."""
    if len(needs) == 1:
        return [f"needs: {scalar(needs[0])}"]
    return list_lines("needs", tuple(needs), column)


def _is_fresh(keys: Keys, job: FileJob) -> bool:
    """Whether `needs` is ours and written as a fresh file would have it; people's lists keep their style."""
    entry = keys.node.entry("needs")
    assert entry is not None
    names = [need.job for need in job.needs]
    if (
        not drawn_title(job.comment)
        or not names
        or keys.node.is_flow
        or keys.buffer.comments(entry, entry.span.end)
    ):
        return False
    return entry.span.text.split() == "\n".join(needs_lines(names, keys.column)).split()


def edit_list(
    keys: Keys,
    node: Items,
    wanted: Sequence[str],
    folded: Callable[[str], str],
    marks: Mapping[str, str] | None = None,
) -> None:
    """Make a list of texts hold these: others go, new ones come after the one they follow.

    `marks` is what stands behind new ones, with a blank before it, where each has a line.
    """
    buffer = keys.buffer
    names = [folded(_text(item)) for item in node.items]
    aims = [folded(name) for name in wanted]
    stays = [number for number, name in enumerate(names) if name in aims]
    added = [(number, name) for number, name in enumerate(wanted) if folded(name) not in names]
    if node.is_flow:
        parts = [item.span.text for item in node.items]
        made = [(names[number], parts[number]) for number in stays]
        for number, name in added:
            spelt = spelt_alike(node, name) or flow_scalar(name)
            made.insert(_after([one for one, _ in made], aims[:number]), (folded(name), spelt))
        has_comments = "#" in "".join(_between_items(node))
        is_one_less = [name for name, _ in made] == [names[n] for n in stays] and len(stays) == len(names) - 1
        if is_one_less and not has_comments:
            gone = next(number for number in range(len(names)) if number not in stays)
            remove_item(buffer, node, gone)
        elif "\n" in node.span.text or "#" in node.span.text:
            _edit_flow_lines(keys, node, stays, [name for _, name in added])
        else:
            buffer.replace(node.span.start, node.span.end, _between(node, [text for _, text in made]))
        return
    column = buffer.column(node.span.start)
    for number, item in enumerate(node.items):
        start, end = buffer.line_start(item.span.start), buffer.line_end(item.span.end)
        if number not in stays:
            kept = [line for one in buffer.comments(item, end) if (line := without_mark(one))]
            buffer.replace(start, end, "".join(f"{' ' * column}{line}\n" for line in kept))
    for number, name in added:
        before = [n for n in stays if names[n] in aims[:number]]
        at = buffer.line_end(node.items[before[-1]].span.end) if before else None
        start = buffer.line_start(node.items[0].span.start) if at is None else at
        mark = (marks or {}).get(name, "")
        buffer.insert_lines(start, [f"{' ' * column}- {spelt_alike(node, name) or scalar(name)}{mark}"])


def spelt_alike(node: Items, text: str) -> str:
    """A text in the quotes that all items of a list have; empty where they have none, or not the same."""
    styles = {item.style if isinstance(item, Scalar) else "" for item in node.items}
    return in_quotes(styles.pop() if len(styles) == 1 else "", text)


def in_quotes(style: str, text: str) -> str:
    """A text in the quotes of a style; empty where that has none, or the text cannot stand so as it is."""
    is_simple = style in ("'", '"') and re.fullmatch(r"[^'\"\\\x00-\x1f\x7f-\x9f\u2028\u2029]+", text)
    return f"{style}{text}{style}" if is_simple else ""


def _after(names: Sequence[str], before: Sequence[str]) -> int:
    return max((number + 1 for number, name in enumerate(names) if name in before), default=0)


def _between(node: Items, parts: Sequence[str]) -> str:
    """A list between brackets with the blanks that it has inside them."""
    text = node.span.text
    blank = " " if text[1:2] == " " else ""
    return f"[{blank}{', '.join(parts)}{blank}]"


def _edit_flow_lines(keys: Keys, node: Items, stays: Sequence[int], added: Sequence[str]) -> None:
    """A list between brackets over several lines: new items come first, those that go leave their comma."""
    buffer = keys.buffer
    spelt = [spelt_alike(node, name) or flow_scalar(name) for name in added]
    if not stays:
        buffer.replace(node.items[0].span.start, node.items[-1].span.end, ", ".join(spelt))
        return
    for number, item in enumerate(node.items):
        if number not in stays:
            comma = re.compile(r"[ \t]*,?[ \t]*").match(buffer.text, item.span.end)
            assert comma is not None
            has_comment = buffer.text.startswith("#", comma.end())  # which a blank must part from a bracket
            buffer.replace(item.span.start, comma.end(), " " if has_comment else "")
    if added:
        at = node.items[stays[0]].span.start
        buffer.replace(at, at, "".join(f"{one}, " for one in spelt))


def _between_items(node: Items) -> Iterator[str]:
    """What stands between brackets besides the items."""
    at, text = node.span.start, node.span.file.text
    for item in node.items:
        yield text[at : item.span.start]
        at = item.span.end
    yield text[at : node.span.end]


def _text(node: object) -> str:
    while isinstance(node, Alias):
        node = node.target
    return node.value if isinstance(node, Scalar) else ""
