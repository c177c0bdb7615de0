"""The rights that a statement needs: by who receives, and by the verb at its head.

See docs/language.md#tokens-and-permissions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.reading.effects import Effect, EffectKind, Ground, statement
from mermaid2gha.compiler.reading.marks import marks_of
from mermaid2gha.compiler.reading.settled import settled
from mermaid2gha.compiler.vocabulary import labels, writing
from mermaid2gha.github.events import EVENTS, WORKFLOW_DISPATCH
from mermaid2gha.mermaid.ast import Message, Note

GUESSED_RIGHT = Rule("guessed-right", Severity.WARNING)
OTHER_REPOSITORY = Rule("other-repository", Severity.NOTE)


PAGES_ENVIRONMENT = "github-pages"
"""Where GitHub deploys Pages from (docs.github.com, Using custom workflows with GitHub Pages)."""


def with_rights(effect: Effect, participants: Mapping[str, Participant]) -> Effect:
    """An effect with the rights that it needs; what writes Pages runs in their environment."""
    found = needed(effect, participants)
    is_pages = ("pages", "write") in found and not effect.environment
    environment = PAGES_ENVIRONMENT if is_pages else effect.environment
    return replace(effect, rights=(*found, *effect.rights), environment=environment)


def needed(effect: Effect, participants: Mapping[str, Participant]) -> tuple[tuple[str, str], ...]:
    """The rights of an effect, as scopes and levels, beyond reading the repository."""
    partner, text = effect.partner, effect.text
    found: dict[tuple[str, str], None] = {}
    kind = effect.own if effect.act is EffectKind.TOOL else effect.act
    if partner is not None and partner.takes_own_token:
        if kind is EffectKind.PUSH:
            found[("packages", "write")] = None
        elif kind is EffectKind.PULL:
            found[("packages", "read")] = None
    if kind is EffectKind.WRITE and effect.ground is not Ground.MARK:
        if partner is None or not partner.is_elsewhere:
            to = partner.name if partner is not None else ""
            found |= dict.fromkeys((scope, "write") for scope in writing.written(text.name, to))
    elif effect.act is EffectKind.ACTIVITY and partner is None:
        found |= dict.fromkeys((scope, "write") for scope in writing.written_by_itself(text.name))
    elif effect.act is EffectKind.DISPATCH:
        named = (one for one in EVENTS.values() if one.is_dispatch and one.name in text.name)
        found[(next(named, WORKFLOW_DISPATCH).dispatch_scope, "write")] = None
    is_step = effect.act in _STEPPING
    if is_step and (
        writing.says_oidc(text.title) or (partner is not None and writing.says_oidc(partner.name))
    ):
        found[("id-token", "write")] = None
    return tuple(found)


_STEPPING = frozenset(
    (
        EffectKind.STEP,
        EffectKind.PUSH,
        EffectKind.PULL,
        EffectKind.WRITE,
        EffectKind.ACTIVITY,
        EffectKind.JOB,
        EffectKind.DISPATCH,
        EffectKind.TOOL,
    )
)


def note_of_rights(
    event: Note | Message, effect: Effect, participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """That a message may write and is given no right to. Reports `guessed-right` and `other-repository`."""
    partner = effect.partner
    if not isinstance(event, Message) or partner is None or effect.ground is Ground.MARK:
        return
    if marks_of(event).keys() & {"write", "step", "permissions", "push"}:
        return
    span = event.text_span or event.span
    if effect.act in (EffectKind.WRITE, EffectKind.STEP) and partner.role is Role.SOURCE:
        if event.sender != effect.lifeline:
            return
        if partner.is_elsewhere:
            if effect.act is EffectKind.WRITE:
                yield diagnostic(
                    OTHER_REPOSITORY,
                    f"`{partner.name}` is another repository, which the workflow's own token cannot write",
                    span,
                    help="give the job a token of its own for it",
                )
            return
        if effect.rights or (effect.act is EffectKind.STEP and not _may_write(effect.text.name)):
            return
        yield diagnostic(
            GUESSED_RIGHT,
            f"`{statement(event)}` may write to the repository, and is given no right to",
            span,
            help="say which above it, `%% write: issues`, or `%% step` if it writes nothing, `%% gate` if it "
            "reports how the run ended",
            fixes=settled(event.span, "step"),
        )
    elif effect.act is EffectKind.PUSH and partner.is_registry and not _is_known(effect.text.name):
        yield diagnostic(
            GUESSED_RIGHT,
            f"`{statement(event)}` is taken for a push, for `{partner.name}` is a registry",
            span,
            help="`%% push: ARTIFACT` above it says so, `%% pull: ARTIFACT` or `%% step` that it is none",
            fixes=settled(event.span, "push"),
        )


def _may_write(name: str) -> bool:
    """Whether a solid message to the repository could be a write, by a head that nobody knows."""
    verb = writing.verb(name)
    if verb is writing.Verb.READING:
        return False
    return verb is writing.Verb.UNKNOWN and not name.rstrip().endswith("?")


def _is_known(name: str) -> bool:
    return labels.has_word(name, labels.GIVING) or writing.verb(name) is not writing.Verb.UNKNOWN
