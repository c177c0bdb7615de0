"""Marks that say nothing of what their statement does: each has an effect, or is told (docs/marks.md)."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.marks.marks import OUTCOMES, can_bear, idle_mark, marks_of, unused_id
from mermaid2gha.compiler.reading.effects import STARTS, EffectKind
from mermaid2gha.compiler.reading.reading import Reading
from mermaid2gha.mermaid.ast import Diagram, Event, FragmentStart, Message, Note

_NOTHING = frozenset((EffectKind.COSMETIC, EffectKind.COMMENTARY))
_ALL = frozenset(EffectKind)
_STARTED = STARTS | {EffectKind.WORKFLOW_CALL, EffectKind.DISPATCH, EffectKind.JOB_CALL}
_CALLED = _STARTED | {EffectKind.JOB}
_NO_JOB = _NOTHING | STARTS | {EffectKind.GATE, EffectKind.SKIP, EffectKind.TOKEN}
_ELSEWHERE = frozenset((EffectKind.WORKFLOW_CALL, EffectKind.DISPATCH))
_TAKEN: Mapping[str, tuple[frozenset[EffectKind], str]] = {
    **dict.fromkeys(("trigger", "when", "token"), (STARTS, "starts a run")),
    "dispatch": (_STARTED, "starts a workflow"),
    "call": (_CALLED, "calls a workflow"),
    "decide": (_ALL - _NO_JOB - _ELSEWHERE, "is a job or a step"),
    "outputs": (_ALL - _NO_JOB - _ELSEWHERE - {EffectKind.APPROVAL}, "is a job or a step"),
    **dict.fromkeys(
        OUTCOMES, (_ALL - _NOTHING - {EffectKind.GATE}, "a workflow does before its final report")
    ),
    "permissions": (
        _ALL - _NO_JOB - {EffectKind.APPROVAL} | STARTS | {EffectKind.GATE},
        "is a job, a step or the final report, or starts a run",
    ),
}
_ANYTHING = (_ALL - _NOTHING, "a workflow does")
_OF_NOTHING = frozenset(("comment", "reply", "role", "ignore", "id"))
"""Marks that may stand above what does nothing; that of an id is told where jobs get theirs."""


def idle_marks(reading: Reading) -> Iterator[Diagnostic]:
    """Marks above statements that do nothing to which they apply. Reports `misplaced-mark`."""
    if not reading.diagram.comments:
        return
    events = reading.diagram.events
    for at, event in enumerate(events):
        if not isinstance(event, Message | Note):
            continue
        act, said = reading.effects[at].act, marks_of(event)
        is_answer = bool(reading.effects[at].environment)  # it names the environment of what was asked before
        turned = [mark for one in _starts_before(events, at) for mark in one.marks if mark.span == one.span]
        places = {mark.span for mark in turned}
        own = [mark for mark in event.marks if mark.span not in places and can_bear(event, mark.name)]
        for mark in (*turned, *(mark for mark in own if mark.name in said and mark.name not in _OF_NOTHING)):
            taken, what = _TAKEN.get(mark.name, _ANYTHING)
            if act not in taken and not (is_answer and mark.name == "approval"):
                yield idle_mark(mark, what)


def _starts_before(events: Sequence[Event], at: int) -> Iterator[FragmentStart]:
    """The fragments that begin directly before a statement: marks of its own among them."""
    while at and isinstance(before := events[at - 1], FragmentStart):
        yield before
        at -= 1


def unused_ids(diagram: Diagram, used: Container[Span]) -> Iterator[Diagnostic]:
    """Ids above what begins no job: steps, triggers, remarks; `used` are the places of those of jobs."""
    for event in diagram.events if diagram.comments else ():
        if not isinstance(event, Message | Note | FragmentStart):
            continue
        mark = next((mark for mark in event.marks if mark.name == "id"), None)
        if mark is not None and mark.value and mark.span not in used:
            yield unused_id(mark)


def deciding(diagram: Diagram) -> set[Span | None]:
    """The places of the statements that a mark says decide: their steps do, wherever in a job they stand."""
    said = (one for one in diagram.events if isinstance(one, (Message, Note)) and "decide" in marks_of(one))
    return {one.text_span or one.span for one in said}
