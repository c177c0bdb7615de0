"""What lifelines do outside of their activation bars: the bars and the activities disagree.

See docs/language.md#jobs-steps-and-ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.reading.effects import STEPS, Effect, EffectKind
from mermaid2gha.compiler.reading.reading import Readings
from mermaid2gha.mermaid.ast import (
    Activation,
    Diagram,
    Event,
    FragmentEnd,
    FragmentStart,
    Message,
    Note,
    OperandStart,
    Operator,
)
from mermaid2gha.settings.model import Settings

INACTIVE_LIFELINE = Rule("inactive-lifeline", Severity.WARNING)

_ACTING = STEPS | {
    EffectKind.JOB,
    EffectKind.ACTIVITY,
    EffectKind.JOB_CALL,
    EffectKind.WORKFLOW_CALL,
    EffectKind.DISPATCH,
}
_SKIPPABLE = (Operator.OPT, Operator.ALT, Operator.BREAK, Operator.LOOP)


@dataclass(slots=True)
class _Bar:
    """A lifeline in one run: how many bars are open, what it did while none was, where its bars began and
    ended."""

    depth: int = 0
    is_used: bool = False
    outside: list[Span] = field(default_factory=list)
    edge: Span | None = None


@dataclass(slots=True)
class _Frame:
    """An open fragment: the depths before it, and those at the ends of its operands."""

    operator: Operator
    before: dict[str, int]
    ends: list[dict[str, int]] = field(default_factory=list)


def activations(readings: Readings, settings: Settings) -> list[Diagnostic]:
    """Activities of lifelines while no bar of theirs is open. Reports `inactive-lifeline`.

    A lifeline without any bar in a run says nothing. What one operand closes is open in the next, and
    after a fragment a bar is open if it is at the end of some operand: the operands are not a sequence.
    """
    diagnostics: list[Diagnostic] = []
    for reading in readings.items:
        if barred := set(_barred(reading.diagram.events)):
            diagnostics += _Watch(barred).findings(
                reading.diagram, reading.effects, reading.structure.comments
            )
    return diagnostics


def _barred(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        if isinstance(event, Activation):
            yield event.lifeline
        elif isinstance(event, Message) and event.activates:
            yield event.receiver


class _Watch:
    """One walk over the events; only lifelines with bars are watched."""

    def __init__(self, barred: set[str]) -> None:
        self.bars = {lifeline: _Bar() for lifeline in sorted(barred)}
        self.frames: list[_Frame] = []
        self.found: list[Diagnostic] = []

    def findings(
        self, diagram: Diagram, effects: Sequence[Effect], comments: frozenset[int]
    ) -> list[Diagnostic]:
        for at, (event, effect) in enumerate(zip(diagram.events, effects)):
            match event:
                case Activation():
                    self.turn(event.lifeline, event.starts, event.span)
                case FragmentStart() | OperandStart() | FragmentEnd():
                    self.fragment(event)
                case Note() | Message():
                    self.begin(effect)
                    if isinstance(event, Message) and event.activates:
                        self.turn(event.receiver, True, event.span)
                    if effect.act in _ACTING and at not in comments:
                        self.act(effect.lifeline, event.text_span or event.span)
                    if isinstance(event, Message) and event.deactivates:
                        self.turn(event.sender, False, event.span)
                case _:
                    pass
        for lifeline in self.bars:
            self.close(lifeline)
        return self.found

    def turn(self, lifeline: str, starts: bool, span: Span | None) -> None:
        bar = self.bars.get(lifeline)
        if bar is None:
            return
        bar.depth = max(0, bar.depth + (1 if starts else -1))
        bar.is_used = True
        if not bar.outside:
            bar.edge = None if starts else span

    def fragment(self, event: FragmentStart | OperandStart | FragmentEnd) -> None:
        if event.operator is Operator.RECT:
            return
        if isinstance(event, FragmentStart):
            self.frames.append(_Frame(event.operator, self.depths()))
            return
        frame = self.frames[-1]
        frame.ends.append(self.depths())
        if isinstance(event, OperandStart):
            self.stand([frame.before])
        else:
            self.frames.pop()
            self.stand([*frame.ends, *([frame.before] if frame.operator in _SKIPPABLE else [])])

    def depths(self) -> dict[str, int]:
        return {lifeline: bar.depth for lifeline, bar in self.bars.items()}

    def stand(self, among: list[dict[str, int]]) -> None:
        for lifeline, bar in self.bars.items():
            bar.depth = max(depths[lifeline] for depths in among)

    def begin(self, effect: Effect) -> None:
        """A new run of a workflow, or a new call of a job: its bars are a matter of its own."""
        lifeline = effect.lifeline
        if (
            effect.act in (EffectKind.WORKFLOW_CALL, EffectKind.DISPATCH, EffectKind.JOB_CALL)
            and effect.partner is not None
        ):
            lifeline = effect.partner.id
        elif effect.act not in (EffectKind.TRIGGER, EffectKind.RUN_AFTER):
            return
        self.close(lifeline)

    def act(self, lifeline: str, span: Span | None) -> None:
        bar = self.bars.get(lifeline)
        if bar is not None and not bar.depth and span is not None:
            bar.outside.append(span)

    def close(self, lifeline: str) -> None:
        """Tell of a run that ends what it did outside of its bars, if it has any."""
        bar = self.bars.get(lifeline)
        if bar is None:
            return
        if bar.outside and bar.is_used:
            more = f", nor at {len(bar.outside) - 1} more places" if len(bar.outside) > 1 else ""
            edge = Label(bar.edge, "the bar ends here") if bar.edge is not None else None
            self.found.append(
                diagnostic(
                    INACTIVE_LIFELINE,
                    f"`{lifeline}` does something here, and is not active{more}",
                    Label(bar.outside[0], "outside of its activation"),
                    edge,
                    help="move the `activate` up or the `deactivate` down, or leave out the bars of this run",
                )
            )
        self.bars[lifeline] = _Bar(bar.depth, bar.depth > 0)
