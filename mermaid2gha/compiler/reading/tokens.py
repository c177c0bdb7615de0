"""What a diagram says of the tokens with which workflows write to a repository.

GitHub starts no run for an event that a workflow makes with its own token (docs/language.md#triggers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.records import FrozenMap, dataclass
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.reading.effects import STARTS, Effect, EffectKind
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.ci_words import says_other_token
from mermaid2gha.compiler.vocabulary.made_events import made_events, makes
from mermaid2gha.mermaid.ast import Diagram, Message, Note


@dataclass(frozen=True, slots=True)
class Tokens:
    """The events that each write to a repository makes, by the index of its statement; `outside` has the same
    of what workflows do with other repositories and what is outside. The statements that name another token
    than the workflow's own, and the lifelines that are called by one."""

    made: FrozenMap[int, frozenset[str]] = FrozenMap()
    outside: FrozenMap[int, frozenset[str]] = FrozenMap()
    named_at: frozenset[int] = frozenset()
    holders: frozenset[str] = frozenset()


def tokens(diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]) -> Tokens:
    """What is said of tokens, where a run starts after a write that may have made its event."""
    writes = [at for at, effect in enumerate(effects) if _is_write(effect)]
    outside = [at for at, effect in enumerate(effects) if _is_outside(effect)]
    first = min((*writes, *outside), default=len(effects))
    if not any(effect.act in STARTS for effect in effects[first:]):
        return Tokens()
    return Tokens(
        FrozenMap({at: _made(_text(diagram, at), effects[at].partner) for at in writes}),
        FrozenMap({at: _made(_text(diagram, at), effects[at].partner) for at in outside}),
        frozenset(
            at
            for at, event in enumerate(diagram.events)
            if isinstance(event, Message | Note) and says_other_token(labels.plain(event.text))
        ),
        frozenset(one.id for one in participants.values() if says_other_token(f"{one.id} {one.name}")),
    )


def _is_write(effect: Effect) -> bool:
    partner = effect.partner
    is_here = partner is not None and partner.role is Role.SOURCE and not partner.is_elsewhere
    return effect.act is EffectKind.WRITE and is_here


def _is_outside(effect: Effect) -> bool:
    """Whether a workflow does something with another repository or with what is outside."""
    partner = effect.partner
    if partner is None or effect.act not in (EffectKind.WRITE, EffectKind.STEP, EffectKind.PUSH):
        return False
    return partner.role is Role.EXTERNAL or (partner.role is Role.SOURCE and partner.is_elsewhere)


def _made(text: str, partner: Participant | None) -> frozenset[str]:
    """The events that a write makes: by its words, else by the thing of the repository that it makes."""
    return made_events(text) or (made_events(partner.name) if partner and makes(text) else frozenset())


def _text(diagram: Diagram, at: int) -> str:
    event = diagram.events[at]
    return labels.plain(event.text) if isinstance(event, Message | Note) else ""
