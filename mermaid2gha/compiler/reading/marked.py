"""What marks above a statement say that it is; a mark wins over whatever else speaks.

See docs/marks.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks import mark_values
from mermaid2gha.compiler.reading.effects import STARTS, STEPS, Effect, EffectKind, Ground
from mermaid2gha.compiler.reading.starts import merge_said
from mermaid2gha.compiler.reading.texts import called_as, listened_to
from mermaid2gha.compiler.vocabulary import approvals, labels
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.guards import read_expression
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.github.events import WORKFLOW_DISPATCH
from mermaid2gha.github.names import is_job_id
from mermaid2gha.mermaid.ast import Message, Note

_INNER = (Role.WORKFLOW, Role.JOB)
_OF_JOBS = frozenset(("id", "approval", "permissions", "outputs"))
"""Marks that only a job can have: a note with one is a job whatever its words."""


def marked_effect(
    event: Note | Message, marks: Mapping[str, str], participants: Mapping[str, Participant]
) -> Effect | None:
    """The effect that the marks of a statement give it, if they do."""
    if not marks:
        return None
    place = _place(event, participants)
    if place is None:
        return Effect(EffectKind.COSMETIC, ground=Ground.MARK) if "comment" in marks else None
    inner, partner = place
    base = Effect(EffectKind.STEP, inner.id, partner, labels.parsed(event.text), ground=Ground.MARK)
    return _said(event, marks, base, participants)


def _said(
    event: Note | Message, marks: Mapping[str, str], base: Effect, participants: Mapping[str, Participant]
) -> Effect | None:
    is_note = isinstance(event, Note)
    if "comment" in marks:
        return replace(base, act=EffectKind.COMMENTARY)
    if "reply" in marks:
        return replace(base, act=EffectKind.COSMETIC, lifeline="")
    if "skip" in marks:
        name, where = mark_values.skipped(marks["skip"])
        return replace(base, act=EffectKind.SKIP, text=LabelText(name or base.text.name), skipped_in=where)
    if base.partner is None and marks.get("call"):
        return replace(base, act=EffectKind.JOB, call=mark_values.called(marks["call"]))
    if "trigger" in marks or "dispatch" in marks or "call" in marks:
        return _start(event, marks, base, participants)
    if "approval" in marks and _is_asked(event, base, participants):
        environment = mark_values.environment(marks["approval"])
        return replace(base, act=EffectKind.APPROVAL, environment=environment)
    for key, kind in (("push", EffectKind.PUSH), ("pull", EffectKind.PULL), ("wait", EffectKind.PULL)):
        if key in marks:
            return replace(base, act=kind, text=_artifact(key, marks[key], base.text))
    if "gate" in marks:
        return replace(base, act=EffectKind.GATE)
    if "write" in marks:
        return replace(base, act=EffectKind.WRITE)
    if "job" in marks or "head" in marks or (is_note and not _OF_JOBS.isdisjoint(marks)):
        return replace(base, act=EffectKind.JOB)
    if "step" in marks:
        act = EffectKind.ACTIVITY if base.partner is None else EffectKind.STEP
        return replace(base, act=act, may_give=isinstance(event, Message) and event.sender == base.lifeline)
    return None


def _is_asked(event: Note | Message, base: Effect, participants: Mapping[str, Participant]) -> bool:
    """Whether a marked message is the approval itself, and not an activity whose job people approve: to or
    from whom can be asked, or by which anything outside answers."""
    partner = base.partner
    if partner is None or not isinstance(event, Message):
        return False
    is_answer = participants[event.sender].role not in _INNER
    return is_answer or partner.role in (Role.PERSON, Role.SOURCE) or partner.is_environment


def given_elsewhere(
    event: Note | Message, marks: Mapping[str, str], participants: Mapping[str, Participant], lifeline: str
) -> Effect | None:
    """An approval that a mark says people give where no workflow takes part, for that of a lifeline; what
    something outside is to do to another after it is a job, for which people are asked."""
    ends = event.lifelines if isinstance(event, Note) else (event.sender, event.receiver)
    places = [participants[end] for end in ends]
    if "approval" not in marks or not lifeline or any(one.role in _INNER for one in places):
        return None
    text, environment = labels.parsed(event.text), mark_values.environment(marks["approval"])
    base = Effect(EffectKind.APPROVAL, lifeline, places[0], text, ground=Ground.MARK, environment=environment)
    is_solid = isinstance(event, Message) and not event.arrow.is_dotted and places[0] is not places[1]
    is_done = is_solid and all(one.role is Role.EXTERNAL for one in places)
    if is_done and approvals.says_other(text.name) and not approvals.is_approval(text.name):
        own = EffectKind.PUSH if labels.has_word(text.name, labels.GIVING) else EffectKind.STEP
        return replace(base, act=own, partner=places[1], may_give=True)
    return base


def _start(
    event: Note | Message, marks: Mapping[str, str], base: Effect, participants: Mapping[str, Participant]
) -> Effect | None:
    """A run that a mark says is started, called or dispatched."""
    if not isinstance(event, Message):
        return None
    sender, receiver = participants[event.sender], participants[event.receiver]
    if receiver.role is Role.JOB and "call" in marks and sender.role in _INNER:
        return replace(base, act=EffectKind.JOB_CALL, lifeline=sender.id, partner=receiver)
    if receiver.role is not Role.WORKFLOW:
        return None
    is_inner = sender.role in _INNER and sender is not receiver
    if "call" in marks and is_inner:
        return replace(base, act=EffectKind.WORKFLOW_CALL, lifeline=sender.id, partner=receiver)
    dispatch = (EventText(WORKFLOW_DISPATCH.name),)
    if "dispatch" in marks and is_inner:
        return replace(base, act=EffectKind.DISPATCH, lifeline=sender.id, partner=receiver, events=dispatch)
    events = mark_values.events(marks["trigger"]) if "trigger" in marks else dispatch
    follows = any(one.kind.follows_runs for one in events)
    drawn = (one for one in participants.values() if one.role is Role.WORKFLOW)
    callers = (sender,) if sender.role is Role.WORKFLOW else (one for one in drawn if one.file == sender.file)
    after = next((one.name for one in callers), "") if follows and is_inner else ""
    if follows and not after:
        others = [p for p in participants.values() if p.role is Role.WORKFLOW and p is not receiver]
        if listened := listened_to(events):
            others = [p for p in others if called_as(p, listened)][:1]
        after = others[0].name if len(others) == 1 else ""
    return replace(
        base,
        act=EffectKind.RUN_AFTER if follows else EffectKind.TRIGGER,
        lifeline=receiver.id,
        partner=sender,
        events=events,
        after=after,
        when=merge_said(events, labels.plain(event.text)),
    )


_ASKED_FOR = STARTS | {
    EffectKind.APPROVAL,
    EffectKind.JOB,
    EffectKind.ACTIVITY,
    EffectKind.JOB_CALL,
    EffectKind.WORKFLOW_CALL,
    EffectKind.DISPATCH,
}
"""What people can be asked for besides steps: a job, the first job of the run that a trigger starts, or what
is an approval without the mark, which says its environment."""


def with_marks(effect: Effect, marks: Mapping[str, str]) -> Effect:
    """An effect with what marks add to it: rights, outputs, an environment, values, what it decides."""
    if not marks or effect.act in (EffectKind.COSMETIC, EffectKind.COMMENTARY):
        return effect
    rights = effect.rights
    for key in ("write", "permissions"):
        if marks.get(key):
            rights = (*rights, *mark_values.rights(marks[key]))
    is_activity = effect.act in STEPS or effect.act in _ASKED_FOR
    environment = effect.environment
    if "approval" in marks and is_activity:
        environment = mark_values.environment(marks["approval"])
    token, identity = marks.get("token"), marks.get("id", "")
    return replace(
        effect,
        rights=rights,
        environment=environment,
        decides=effect.decides or "decide" in marks,
        outputs=mark_values.words(marks.get("outputs", "")) or effect.outputs,
        arguments=mark_values.pairs(marks["with"]) if marks.get("with") else effect.arguments,
        may_write=None if token is None else token == "write",
        when=read_expression(marks["when"]) if "when" in marks else effect.when,
        fixed_id=identity if is_job_id(identity) else "",
    )


def _artifact(key: str, value: str, text: LabelText) -> LabelText:
    if not value:
        return text
    name, tags = mark_values.artifact(value)
    verb = {"push": "Push", "pull": "Pull", "wait": "Pull"}[key]
    return LabelText(f"{verb} {name}", tags, remarks=text.remarks, details=text.details)


def _place(
    event: Note | Message, participants: Mapping[str, Participant]
) -> tuple[Participant, Participant | None] | None:
    """The workflow or job of a statement, and its other end."""
    if isinstance(event, Note):
        over = [participants[x] for x in event.lifelines if participants[x].role in _INNER]
        return (over[0], None) if over else None
    sender, receiver = participants[event.sender], participants[event.receiver]
    if sender.role in _INNER:
        return sender, None if sender is receiver else receiver
    return (receiver, sender) if receiver.role in _INNER else None
