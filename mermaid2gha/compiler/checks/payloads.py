"""Properties of `github.event` that no payload of the drawn events has: GitHub reads them as empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.edit import respelt
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import FlowGraph, FlowGraphs
from mermaid2gha.compiler.vocabulary.guards import Meaning
from mermaid2gha.github.events import WORKFLOW_DISPATCH, WORKFLOW_RUN
from mermaid2gha.github.expressions.ast import Call, Comparison, Context, Index, Literal, Node
from mermaid2gha.github.expressions.condition import Condition
from mermaid2gha.settings.model import Settings

UNKNOWN_PAYLOAD_PROPERTY = Rule("unknown-payload-property", Severity.WARNING)


def payloads(drawings: FlowGraphs, settings: Settings) -> list[Diagnostic]:
    """Conditions over a property that no event of their drawing has, once for each text.

    Not of marks of adopted files, which say what people wrote there. Reports `unknown-payload-property`.
    """
    adopted = {file.casefold() for file in settings.adopted}
    result: list[Diagnostic] = []
    for drawing in drawings.items:
        is_adopted = not adopted.isdisjoint(run.file.casefold() for run in drawing.runs)
        events: frozenset[str] | None = None
        for fragment in drawing.fragments:
            for (_, span), guard in zip(fragment.guards, fragment.read):
                if guard.meaning is not Meaning.EXPRESSION or (is_adopted and guard.is_marked):
                    continue
                events = drawn_events(drawing) if events is None else events
                place = span or fragment.span
                if place is not None:
                    result += missing_properties(guard.condition, events, place)
        for run in drawing.runs:
            if run.when is not None and not is_adopted:
                result += missing_properties(
                    run.when, frozenset(event.event for event, _ in run.events), run.span
                )
    return result


def drawn_events(drawing: FlowGraph) -> frozenset[str]:
    """The events by which the runs of a drawing start."""
    found: set[str] = set()
    for run in drawing.runs:
        by_hand = WORKFLOW_RUN.name if run.after else WORKFLOW_DISPATCH.name
        found |= {event.event for event, _ in run.events} or {by_hand}
    return frozenset(found)


def missing_properties(condition: Condition, events: frozenset[str], place: Span) -> Iterator[Diagnostic]:
    """The properties of a condition that no payload of some events has: `unknown-payload-property`."""
    from mermaid2gha.github.expressions.checker import nodes  # late: most guards are words

    inner: set[int] = set()
    for node in nodes(condition):
        match node:
            case Comparison(_, left, right):
                yield from _of_thing(left, right, events, place)
                yield from _of_thing(right, left, events, place)
            case Call(name="contains" | "startswith" | "endswith", arguments=(whole, part)):
                yield from _of_thing(whole, part, events, place, is_whole=True)
        if not isinstance(node, Index) or id(node) in inner:
            continue
        below: Node = node
        while isinstance(below, Index):
            inner.add(id(below))
            below = below.of
        path = _path(node)
        if path is not None:
            yield from _of_path(path, events, place)


@dataclass(frozen=True, slots=True)
class _Path:
    """Names below `github.event`; `chosen` are the counts of names of which elements are asked for."""

    names: tuple[str, ...]
    chosen: frozenset[int]

    def text(self, count: int | None = None) -> str:
        return f"github.event.{'.'.join(self.names[:count])}"


def _path(node: Index) -> _Path | None:
    """The names below `github.event` up to the first that only a run knows; nothing of what is elsewhere."""
    indices: list[Index] = []
    below: Node = node
    while isinstance(below, Index):
        indices.append(below)
        below = below.of
    names: list[str] = []
    chosen: set[int] = set()
    for index in reversed(indices):
        match index.key:
            case Literal(value=str() as name):
                names.append(name)
            case None | Literal():
                chosen.add(len(names) - 1)
            case _:
                break
    is_payload = isinstance(below, Context) and below.name == "github" and names[:1] == ["event"]
    return _Path(tuple(names[1:]), frozenset(chosen)) if is_payload and names[1:] else None


def _of_thing(
    node: Node, other: Node, events: frozenset[str], place: Span, *, is_whole: bool = False
) -> Iterator[Diagnostic]:
    """That something with properties is compared with a text; `is_whole`: that it is searched for one."""
    path = _path(node) if isinstance(node, Index) else None
    is_plain = isinstance(other, Literal) and other.value is not None
    if path is None or not is_plain or len(path.names) in path.chosen:
        return
    from mermaid2gha.github.payloads import has_properties, is_list  # late: see below

    if not has_properties(events, path.names):
        return
    name = path.text()
    kind = "a list of things with properties" if is_list(path.names) else "a thing with properties"
    never = "in which no text is found" if is_whole else "to which no text is equal"
    cure = f"`contains({name}.*.…, …)` asks the elements" if is_list(path.names) else f"`{name}.…` is one"
    yield diagnostic(
        UNKNOWN_PAYLOAD_PROPERTY,
        f"`{name}` is {kind}, {never}",
        place,
        help=f"name a property: {cure}",
    )


def _of_path(path: _Path, events: frozenset[str], place: Span) -> Iterator[Diagnostic]:
    from mermaid2gha.github.payloads import (  # late: a table, and few conditions ask for payloads
        missing,
        unchosen_list,
    )

    found = missing(events, path.names)
    if found is None:
        if end := unchosen_list(path.names, path.chosen):
            yield _of_list(path, end, place)
        return
    from mermaid2gha.github.expressions.checker import GITHUB_PROPERTIES

    name = path.text()
    near = _nearest(found.name, found.known)
    of_context = _nearest(found.name, sorted(GITHUB_PROPERTIES)) if len(path.names) == 1 and not near else ""
    if found.elsewhere:
        cure = f"events with it: {', '.join(f'`{event}`' for event in found.elsewhere)}"
    elif near or of_context:
        cure = f"did you mean `{near or f'github.{of_context}'}`?"
    else:
        cure = "see GitHub's page on webhook events and payloads for what there is"
    if near and not found.elsewhere:
        fixes = respelt(place, found.name, near, is_safe=False)
    else:
        fixes = respelt(place, name, f"github.{of_context}", is_safe=False) if of_context else ()
    yield diagnostic(
        UNKNOWN_PAYLOAD_PROPERTY,
        f"no payload of {' or '.join(f'`{event}`' for event in sorted(events))} has `{name}`, which GitHub "
        "reads as empty",
        place,
        help=cure,
        fixes=fixes,
    )


def _of_list(path: _Path, end: int, place: Span) -> Diagnostic:
    """That a property is asked of a list, whose elements alone have any."""
    name, rest = path.text(end), ".".join(path.names[end:])
    return diagnostic(
        UNKNOWN_PAYLOAD_PROPERTY,
        f"`{name}` is a list, which has no `{rest}`, so GitHub reads that as empty",
        place,
        help=f"`contains({name}.*.{rest}, …)` asks whether one of its elements has it, `{name}[0].{rest}` is "
        "that of the first",
    )


def _nearest(name: str, known: Sequence[str]) -> str:
    """The name that another one may be meant for, or nothing."""
    from difflib import get_close_matches  # late: most properties are right

    return next(iter(get_close_matches(name.lower(), known, 1, 0.7)), "")
