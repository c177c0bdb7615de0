"""An `alt` whose operands are the answers to one question: the approval itself decides it.

`alt approved`, the person's yes and the deployment, `else rejected`, the person's no and a remark: nothing
runs but what the approval lets run, so no flag is asked as well.
See docs/language.md#messages-artifacts-and-waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.reading.conditions import FragmentReading
from mermaid2gha.compiler.reading.effects import ACTIVITIES, STARTS, Effect, EffectKind
from mermaid2gha.compiler.vocabulary.guards import Guard, Meaning
from mermaid2gha.github.expressions.condition import FALSE, TRUE
from mermaid2gha.mermaid.ast import Diagram, FragmentEnd, FragmentStart, Message, OperandStart, Operator


@dataclass(slots=True)
class _Operand:
    """What one operand holds: who answers which workflow first in it, and whether anything is done."""

    answer: tuple[str, str] | None = None
    is_begun: bool = False
    is_active: bool = False
    asks: bool = False


@dataclass(slots=True)
class _Choice:
    at: int
    operator: Operator
    operands: list[_Operand] = field(default_factory=list)


def with_answers(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    fragments: Mapping[int, FragmentReading],
) -> dict[int, FragmentReading]:
    """The fragments; where each operand of an `alt` begins with the same person's answer to the same workflow
    and one alone holds activities, its text is that of the approval, and no condition beside it."""
    result = dict(fragments)
    open_: list[_Choice] = []
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        match event:
            case FragmentStart(operator=operator):
                open_.append(_Choice(at, operator, [_Operand()]))
            case OperandStart():
                open_[-1].operands.append(_Operand())
            case FragmentEnd():
                done = open_.pop()
                if (granted := _granted(done)) is not None:
                    result[done.at] = _answered(result[done.at], granted)
            case _:
                for choice in open_:
                    _add(choice.operands[-1], event, effect, participants)
    return result


def _add(operand: _Operand, event: object, effect: Effect, participants: Mapping[str, Participant]) -> None:
    if not operand.is_begun and isinstance(event, Message):
        sender, receiver = participants[event.sender], participants[event.receiver]
        is_of_person = sender.role is Role.PERSON or sender.is_environment
        operand.answer = (
            (sender.id, receiver.file) if is_of_person and receiver.role is Role.WORKFLOW else None
        )
        operand.is_begun = True
    operand.is_active |= effect.act in ACTIVITIES | STARTS
    operand.asks |= effect.act is EffectKind.APPROVAL


def _granted(choice: _Choice) -> int | None:
    """The operand that the approval lets run, where nothing but their answers tells the operands apart."""
    answers = {one.answer for one in choice.operands}
    active = [at for at, one in enumerate(choice.operands) if one.is_active]
    if choice.operator is not Operator.ALT or len(choice.operands) == 1 or len(active) != 1:
        return None
    is_asked = choice.operands[active[0]].asks
    return active[0] if len(answers) == 1 and None not in answers and is_asked else None


def _answered(fragment: FragmentReading, granted: int) -> FragmentReading:
    """A fragment of which one operand is what happens, unless a mark or an expression says when it does."""
    if any(guard.meaning is not Meaning.FLAG or guard.is_certain for guard in fragment.guards):
        return fragment
    guards = (
        Guard(Meaning.EXPRESSION, guard.text, condition=TRUE if at == granted else FALSE, is_certain=True)
        for at, guard in enumerate(fragment.guards)
    )
    return replace(fragment, guards=tuple(guards))
