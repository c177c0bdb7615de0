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
from mermaid2gha.compiler.vocabulary.approvals import is_approval
from mermaid2gha.compiler.vocabulary.guards import Guard, Meaning
from mermaid2gha.github.expressions.condition import FALSE, TRUE
from mermaid2gha.mermaid.ast import Diagram, FragmentEnd, FragmentStart, Message, OperandStart, Operator


@dataclass(slots=True)
class _Operand:
    """What one operand holds: who answers which workflow first in it, and which workflows do something."""

    answer: tuple[str, str] | None = None
    is_begun: bool = False
    files: set[str] = field(default_factory=set)
    asks: bool = False


@dataclass(slots=True)
class _Choice:
    """A fragment: where it starts, its operands, and the workflows that have just asked somebody."""

    at: int
    operator: Operator
    asking: frozenset[str]
    operands: list[_Operand] = field(default_factory=list)


def with_answers(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    fragments: Mapping[int, FragmentReading],
) -> dict[int, FragmentReading]:
    """The fragments; where one operand alone holds activities, and an approval is all that decides it, its
    text is no condition beside that.

    So it is where each operand of an `alt` begins with the same person's answer to the same workflow; and
    where the text is a phrase of approval as a whole, `opt approved`, directly below the question.
    """
    result = dict(fragments)
    open_: list[_Choice] = []
    asking: set[str] = set()
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        match event:
            case FragmentStart(operator=operator):
                open_.append(_Choice(at, operator, frozenset(asking), [_Operand()]))
            case OperandStart():
                open_[-1].operands.append(_Operand())
            case FragmentEnd():
                done = open_.pop()
                granted = _granted(done, result[done.at])
                if granted is not None:
                    result[done.at] = _answered(result[done.at], granted)
            case _:
                _note(asking, effect, participants)
                for choice in open_:
                    _add(choice.operands[-1], event, effect, participants)
    return result


def _note(asking: set[str], effect: Effect, participants: Mapping[str, Participant]) -> None:
    """Remember which workflows wait for an answer: those that have done nothing since they asked."""
    file = participants[effect.lifeline].file if effect.lifeline else ""
    if effect.act is EffectKind.APPROVAL:
        asking.add(file)
    elif effect.act in ACTIVITIES | STARTS:
        asking.discard(file)


def _add(operand: _Operand, event: object, effect: Effect, participants: Mapping[str, Participant]) -> None:
    if not operand.is_begun and isinstance(event, Message):
        sender, receiver = participants[event.sender], participants[event.receiver]
        is_of_person = sender.role is Role.PERSON or sender.is_environment
        operand.answer = (
            (sender.id, receiver.file) if is_of_person and receiver.role is Role.WORKFLOW else None
        )
        operand.is_begun = True
    if effect.act in ACTIVITIES | STARTS:
        operand.files.add(participants[effect.lifeline].file)
    operand.asks |= effect.act is EffectKind.APPROVAL


def _granted(choice: _Choice, fragment: FragmentReading) -> int | None:
    """The operand that the approval lets run, where nothing but the answer tells the operands apart."""
    answers = {one.answer for one in choice.operands}
    active = [at for at, one in enumerate(choice.operands) if one.files]
    if choice.operator not in (Operator.ALT, Operator.OPT) or len(active) != 1:
        return None
    operand = choice.operands[active[0]]
    are_answers = len(choice.operands) > 1 and len(answers) == 1 and None not in answers and operand.asks
    is_named = operand.files <= choice.asking and is_approval(fragment.guards[active[0]].text)
    return active[0] if are_answers or is_named else None


def _answered(fragment: FragmentReading, granted: int) -> FragmentReading:
    """A fragment of which one operand is what happens, unless a mark or an expression says when it does."""
    if any(guard.meaning is not Meaning.FLAG or guard.is_certain for guard in fragment.guards):
        return fragment
    guards = (
        Guard(Meaning.EXPRESSION, guard.text, condition=TRUE if at == granted else FALSE, is_certain=True)
        for at, guard in enumerate(fragment.guards)
    )
    return replace(fragment, guards=tuple(guards))
