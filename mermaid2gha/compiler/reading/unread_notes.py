"""Notes that are read as commentary although they could head a job: each is told at its line."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.compiler.reading.effects import STARTS, Effect, EffectKind, Ground
from mermaid2gha.compiler.reading.settled import settled
from mermaid2gha.compiler.reading.structure import Structure
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.mermaid.ast import Diagram, Note, Placement

UNREAD_NOTE = Rule("unread-note", Severity.WARNING)


def unread_notes(diagram: Diagram, effects: Sequence[Effect], structure: Structure) -> list[Diagnostic]:
    """Notes left or right of a workflow or over two, and those that the dialect of their run makes
    commentary.

    Not where every note that heads a job of the run has a prefix (`Job 1:`). Reports `unread-note`.
    """
    run_at: list[tuple[str, int]] = []
    runs: dict[str, int] = {}
    prefixes: dict[tuple[str, int], list[bool]] = {}
    for at, effect in enumerate(effects):
        if effect.act in STARTS:
            runs[effect.lifeline] = runs.get(effect.lifeline, 0) + 1
        run = (effect.lifeline, runs.get(effect.lifeline, 0))
        run_at.append(run)
        if effect.act is EffectKind.JOB and at not in structure.comments:
            prefixes.setdefault(run, []).append(_has_prefix(diagram.events[at], effect))
    found = []
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        if not isinstance(event, Note) or effect.ground in (Ground.MARK, Ground.NAME) or not effect.lifeline:
            continue
        heads = prefixes.get(run_at[at], [])
        if heads and all(heads):
            continue
        if at in structure.comments:
            found.append(_unread(event, "notes head jobs here, and this one has no steps"))
        elif effect.act is EffectKind.COMMENTARY:
            is_over = event.placement is Placement.OVER
            found.append(
                _unread(event, "it stands over several lifelines" if is_over else "it stands beside one")
            )
    return found


def _has_prefix(event: object, effect: Effect) -> bool:
    return isinstance(event, Note) and (effect.text.has_prefix or event.placement is not Placement.OVER)


def _unread(note: Note, why: str) -> Diagnostic:
    text = " ".join(labels.lines(note.text))
    return diagnostic(
        UNREAD_NOTE,
        f"the note `{text}` is read as commentary: {why}",
        note.text_span or note.span,
        help="`%% job` above it makes it a job, `%% comment` says that it is none",
        fixes=settled(note.span, "comment"),
    )
