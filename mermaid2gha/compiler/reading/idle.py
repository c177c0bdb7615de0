"""Conditions that decide nothing: around an approval alone, or around the final report alone.

People are asked in every case, and the report is one job that always runs (docs/language.md#the-gate).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.compiler.marks.settled import settled
from mermaid2gha.compiler.reading.conditions import FragmentReading
from mermaid2gha.compiler.reading.effects import ACTIVITIES, STARTS, Effect, EffectKind
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.guards import Guard
from mermaid2gha.github.expressions.condition import FALSE
from mermaid2gha.mermaid.ast import Diagram, FragmentEnd, FragmentStart, Message, OperandStart, Operator

IDLE_CONDITION = Rule("idle-condition", Severity.WARNING, is_guess=True)

_CHOOSING = (Operator.OPT, Operator.ALT, Operator.BREAK)


@dataclass(slots=True)
class _Operand:
    """What an operand holds, in the fragments inside it, too; `says`: a workflow says something there."""

    start: FragmentStart | OperandStart
    guard: Guard
    kinds: set[EffectKind] = field(default_factory=set)
    says: bool = False


def idle_conditions(
    diagram: Diagram, effects: Sequence[Effect], fragments: Mapping[int, FragmentReading]
) -> list[Diagnostic]:
    """Operands with a text that hold an approval, or the final report, and nothing else that runs.

    Not around a report where the text tells how the run ended, or each operand of the `alt` has one, and
    not around the other answer to what an operand beside it approves. Reports `idle-condition`.
    """
    found: list[Diagnostic] = []
    open_: list[tuple[int, list[_Operand]]] = []
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        match event:
            case FragmentStart():
                open_.append((at, [_Operand(event, fragments[at].guards[0])]))
            case OperandStart():
                start, operands = open_[-1]
                operands.append(_Operand(event, fragments[start].guards[len(operands)]))
            case FragmentEnd():
                _, operands = open_.pop()
                found += _idle(operands)
                for outer in open_[-1:]:
                    outer[1][-1].kinds.update(*(one.kinds for one in operands))
                    outer[1][-1].says |= any(one.says for one in operands)
            case _ if open_ and effect.lifeline:
                open_[-1][1][-1].kinds.add(effect.act)
                open_[-1][1][-1].says |= isinstance(event, Message) and event.sender == effect.lifeline
            case _:
                pass
    return sorted(found, key=lambda one: one.labels[0].span.start if one.labels else 0)


def _idle(operands: Sequence[_Operand]) -> list[Diagnostic]:
    """The findings for one fragment."""
    if operands[0].start.operator not in _CHOOSING:
        return []
    reports_anyway = len(operands) > 1 and all(one.says for one in operands)
    found = []
    for one in operands:
        if not one.kinds.isdisjoint(ACTIVITIES | STARTS) or one.guard.condition == FALSE:
            continue
        if EffectKind.APPROVAL in one.kinds:
            found.append(_around_approval(one))
        elif EffectKind.GATE in one.kinds and not reports_anyway and not _says_how_it_ended(one):
            found.append(_around_report(one))
    return found


def _says_how_it_ended(operand: _Operand) -> bool:
    is_bare = not labels.plain(operand.start.text)
    return is_bare or operand.guard.is_rest or operand.guard.outcome is not None


def _around_approval(operand: _Operand) -> Diagnostic:
    return _finding(operand, "an approval alone", "people are always asked", "what is approved")


def _around_report(operand: _Operand) -> Diagnostic:
    return _finding(operand, "the final report alone", "that reports in every run", "what else happens")


def _finding(operand: _Operand, what: str, instead: str, more: str) -> Diagnostic:
    start = operand.start
    text = labels.plain(start.text) or start.operator.value
    return diagnostic(
        IDLE_CONDITION,
        f"`{text}` stands around {what}, so it conditions nothing: {instead}",
        start.text_span or start.span,
        help=f"draw {more} in the fragment, too, or `%% ignore: {IDLE_CONDITION.name}` above it",
        fixes=settled(start.span, f"ignore: {IDLE_CONDITION.name}"),
        reason="{count} conditions stand around an approval or a report alone, so they condition nothing",
    )
