"""Outcomes at the beginning of a run that follows another one: how that one ended.

No job stands before them whose outcome it could be. Where all that a run does stands below such outcomes,
they say when it does something, and it follows runs that end in any way (docs/language.md#triggers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.compiler.ir.flow_graph import Participant
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.reading.conditions import FragmentReading
from mermaid2gha.compiler.reading.effects import ACTIVITIES, STARTS, Effect, EffectKind
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.guards import Guard, Meaning
from mermaid2gha.github.events import CONCLUSION
from mermaid2gha.github.expressions.ast import text_of
from mermaid2gha.github.expressions.condition import equal
from mermaid2gha.mermaid.ast import Diagram, Event, FragmentEnd, FragmentStart, Message, Operator

_CHOOSING = (Operator.OPT, Operator.ALT, Operator.BREAK)


@dataclass(slots=True)
class _Run:
    """A run that follows another: where it starts, how many fragments are open there, and in which fragments
    directly within these it does something; -1 stands for none."""

    at: int
    depth: int
    places: dict[int, None] = field(default_factory=dict)


def with_heard_outcomes(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    fragments: Mapping[int, FragmentReading],
) -> tuple[tuple[Effect, ...], dict[int, FragmentReading]]:
    """The effects and fragments, with the outcomes that are those of the run listened to as conditions."""
    result, read = list(effects), dict(fragments)
    runs: list[_Run] = []
    current: dict[str, _Run] = {}
    open_: list[int] = []
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        if isinstance(event, FragmentStart):
            open_.append(at)
        elif isinstance(event, FragmentEnd):
            open_.pop()
        if not effect.lifeline:
            continue
        file = participants[effect.lifeline].file
        if effect.act in STARTS:
            current.pop(file, None)
            if effect.act is EffectKind.RUN_AFTER and _is_unsaid(event, effect):
                current[file] = _Run(at, len(open_))
                runs.append(current[file])
        elif effect.act in ACTIVITIES and file in current:
            run = current[file]
            inner = [start for start in open_[run.depth :] if _is_choice(diagram, start)]
            run.places[inner[0] if inner else -1] = None
    for run in runs:
        if -1 in run.places or not all(_is_heard(read[place].guards) for place in run.places):
            continue
        events = tuple(replace(one, conclusion="always") for one in result[run.at].events)
        result[run.at] = replace(result[run.at], events=events)
        for place in run.places:
            read[place] = replace(read[place], guards=tuple(map(_as_conclusion, read[place].guards)))
    return tuple(result), read


def _is_unsaid(event: Event, effect: Effect) -> bool:
    """Whether nothing says how the runs that a run follows have ended, so that it follows the good ones."""
    mark = marks_of(event).get("trigger", "") if isinstance(event, Message) else ""
    return "conclusion" not in mark and all(map(_is_open, effect.events))


def _is_open(event: EventText) -> bool:
    """Whether an event happens after a run that may have ended otherwise: after success, as without words."""
    return event.kind.follows_runs and event.conclusion in ("", "success")


def _is_choice(diagram: Diagram, start: int) -> bool:
    event = diagram.events[start]
    return isinstance(event, FragmentStart) and event.operator in _CHOOSING


def _is_heard(guards: Sequence[Guard]) -> bool:
    """Whether the operands of a fragment ask how something ended, or how the other run did by its name."""
    return all(
        guard.outcome is not None
        or guard.is_rest
        or (guard.meaning is Meaning.EXPRESSION and CONCLUSION in text_of(guard.condition))
        for guard in guards
    )


def _as_conclusion(guard: Guard) -> Guard:
    if guard.outcome is None:
        return guard
    ended = "failure" if guard.outcome is Meaning.FAILURE else "success"
    condition = equal(CONCLUSION, ended)
    return replace(
        guard, meaning=Meaning.EXPRESSION, condition=condition, subject="", jobs=(), is_certain=True
    )
