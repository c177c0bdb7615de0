"""What a called workflow does, drawn once more at a further call: it is the same workflow, and draws once.

Two calls of one file give it different inputs (`environment: staging`, then `environment: production`), and
people draw what it does below each (docs/language.md#triggers).
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.reading.effects import ACTIVITIES, NOTHING, STARTS, Effect, EffectKind
from mermaid2gha.mermaid.ast import Diagram, FragmentEnd, FragmentStart, Message, Note, OperandStart

_CALLS = frozenset((EffectKind.WORKFLOW_CALL, EffectKind.DISPATCH))
_BODY = ACTIVITIES - _CALLS - {EffectKind.JOB_CALL} | {EffectKind.TOOL, EffectKind.COMMENTARY}


def without_repeats(diagram: Diagram, effects: Sequence[Effect]) -> list[Effect]:
    """The effects, with nothing in place of what a call repeats word for word of an earlier call."""
    result = list(effects)
    drawn: dict[str, set[tuple[object, ...]]] = {}
    for at, effect in enumerate(effects):
        if effect.act is not EffectKind.WORKFLOW_CALL or effect.partner is None:
            continue
        body = _body(at, diagram, effects)
        said = tuple(_said(diagram.events[one]) for one in body)
        known = drawn.setdefault(effect.partner.file, set())
        if said and said in known:
            for one in body:
                result[one] = NOTHING
        known.add(said)
    return result


def _body(call: int, diagram: Diagram, effects: Sequence[Effect]) -> list[int]:
    """Where what a called workflow does stands, up to its answer or to what its caller does next; nothing
    where it starts or calls others."""
    called, caller = effects[call].partner, effects[call].lifeline
    assert called is not None
    found: list[int] = []
    frame: list[int] = []
    for at in range(call + 1, len(effects)):
        event, effect = diagram.events[at], effects[at]
        is_answer = isinstance(event, Message) and event.sender == called.id and event.receiver == caller
        is_next = effect.lifeline == caller and effect.act in ACTIVITIES | STARTS
        if is_answer or is_next or (effect.lifeline == called.id and effect.act in STARTS):
            break
        is_own = effect.lifeline == called.id
        if isinstance(event, _FRAME):
            frame.append(at)
        elif effect.act in _BODY and (is_own or effect.act is EffectKind.TOOL):
            found += [*frame, at]
            frame.clear()
        elif is_own and effect.act is not EffectKind.COSMETIC:
            return []
    return found


_FRAME = (FragmentStart, OperandStart, FragmentEnd)


def _said(event: object) -> tuple[object, ...]:
    """A statement as it is written, wherever it stands."""
    match event:
        case Message():
            return (
                event.sender,
                event.receiver,
                event.arrow,
                event.text,
                tuple(map(str, marks_of(event).values())),
            )
        case Note():
            return event.lifelines, event.placement, event.text, tuple(map(str, marks_of(event).values()))
        case FragmentStart() | OperandStart():
            return type(event).__name__, event.operator, event.text
        case _:
            return (type(event).__name__,)
