"""Words before `branch` that may be the name of one: without a filter the run would start more often than
drawn."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic, with_severity
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.reading.effects import STARTS, Effect, EffectKind
from mermaid2gha.compiler.reading.settled import settled, trigger_mark
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.mermaid.ast import Diagram, Message

GUESSED_FILTER = Rule("guessed-filter", Severity.WARNING)

_GIVING = frozenset((EffectKind.PUSH, EffectKind.WRITE))


def unread_filters(diagram: Diagram, effects: Sequence[Effect]) -> list[Diagnostic]:
    """Reports `guessed-filter`, as an error where the run gives something to the outside."""
    result: list[Diagnostic] = []
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        unread = next((one.unread for one in effect.events if one.unread), "")
        if effect.act not in STARTS or not unread or not isinstance(event, Message):
            continue
        place = event.text_span or event.span
        said = _said(diagram, at, unread)
        found = diagnostic(
            GUESSED_FILTER,
            f"`{unread} branch` may name a branch or describe one, so every branch starts this",
            Label(place, "this run") if place is not None else None,
            Label(said, "said here") if said is not None and said != place else None,
            help=f"say it above the trigger, `%% trigger: push[branch={unread}]`, or `%% trigger: push` for "
            "all",
        )
        if _gives(effects[at + 1 :], effect.lifeline):
            result.append(with_severity(found, Severity.ERROR))
        else:
            result.append(replace(found, fixes=settled(event.span, trigger_mark(effect.events))))
    return result


def _said(diagram: Diagram, at: int, unread: str) -> Span | None:
    """The place of the last message up to here that has the word."""
    for event in reversed(diagram.events[: at + 1]):
        if isinstance(event, Message) and unread in labels.plain(event.text):
            return event.text_span
    return None


def _gives(following: Sequence[Effect], lifeline: str) -> bool:
    """Whether a run gives something away before the next one of its workflow begins."""
    for effect in following:
        if effect.lifeline == lifeline and effect.act in STARTS:
            return False
        if effect.lifeline == lifeline and (
            effect.act in _GIVING or labels.has_word(effect.text.name, labels.NEVER_MOVING)
        ):
            return True
    return False
