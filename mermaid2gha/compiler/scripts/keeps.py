"""`# mermaid2gha: keep` in a workflow file: what a person says must stay as it is, with a reason behind it.

On the line of a key it accepts the key's value, on that of an item the item, on the last line of a collection
between brackets the whole of it. Reports `unused-keep`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.scripts.marks import item_name, mark_place
from mermaid2gha.settings.places import Place, is_within, place_text
from mermaid2gha.yaml.tree import Entries, Items, Scalar, Tree, all_nodes

UNUSED_KEEP = Rule("unused-keep", Severity.WARNING)

_KEEP = re.compile(r"#(?=[^\r\n]*?(?<![\w-])mermaid2gha:[ \t]*keep(?![\w-]))[^\r\n]*")
_BEFORE = re.compile(r"[ \t]*,?(?:(?<=[ \t,\]}])|[ \t]+)(?=#)")


@dataclass(frozen=True, slots=True)
class Keep:
    """A place that stays as it is; empty if the comment stands behind nothing. The span is the comment's."""

    place: Place
    span: Span = field(compare=False)


def keeps(root: Entries) -> tuple[Keep, ...]:
    """What a file asks to be left as it is, in order."""
    text, file = root.span.file.text, root.span.file
    found = [match.span() for match in _KEEP.finditer(text)]
    if not found:
        return ()
    places: dict[int, Place] = {}
    for at, place in _ends(root):  # an item comes before its first key, which ends on the same line
        places.setdefault(at, place)
    hidden = [(node.span.start, node.span.end) for node in all_nodes(root) if isinstance(node, Scalar)]
    comments = [
        (start, end) for start, end in found if start in places or not any(a <= start < b for a, b in hidden)
    ]
    return tuple(Keep(places.get(start, ()), Span(file, start, end)) for start, end in comments)


def keeping(kept: Iterable[Keep], place: Place) -> Keep | None:
    """What keeps a place as it is; none if nothing does."""
    return next((one for one in kept if one.place and is_within(place, one.place)), None)


def unused_keeps(kept: Iterable[Keep], used: Collection[Keep]) -> list[Diagnostic]:
    """The comments that keep nothing from being changed, with what to do."""
    found = []
    for one in kept:
        if one in used:
            continue
        message = "this keeps nothing: no key or item ends on its line"
        if one.place:
            message = f"`{place_text(one.place)}` is as it is drawn, so there is nothing to keep"
        cure = "take the comment away, or move it to the line of what has to stay"
        found.append(diagnostic(UNUSED_KEEP, message, one.span, help=cure))
    return found


def _ends(root: Tree) -> Iterator[tuple[int, Place]]:
    """Where comments would begin that end the line of a key or an item, each with its place."""
    waiting: list[tuple[Tree, Place]] = [(root, ())]
    while waiting:
        node, place = waiting.pop()
        match node:
            case Entries(entries):
                for entry in entries:
                    inner = (*place, entry.key.value)
                    yield from _comment_start(node, mark_place(entry), inner)
                    waiting.append((entry.value, inner))
            case Items(items):
                for item in items:
                    inner = (*place, item_name(item))
                    at = item.span.end
                    if isinstance(item, Entries) and not item.is_flow and item.entries:
                        at = mark_place(item.entries[0])
                    waiting.append((item, inner))
                    yield from _comment_start(node, at, inner)
            case _:
                pass


def _comment_start(node: Tree, at: int, place: Place) -> Iterator[tuple[int, Place]]:
    match = _BEFORE.match(node.span.file.text, at)
    if match is not None:
        yield match.end(), place
