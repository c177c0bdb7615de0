"""Triggers by events that a workflow made with its own token: GitHub starts no run for them.

See docs/language.md#triggers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic, with_severity
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.reading.effects import Effect, EffectKind
from mermaid2gha.compiler.reading.reading import Reading, Readings
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.github.events import CREATE, PUSH, RELEASE, WORKFLOW_RUN, About, OwnToken, kind_of
from mermaid2gha.github.simulator.globs import glob, literals
from mermaid2gha.mermaid.ast import Message, Note
from mermaid2gha.settings.model import Settings

OWN_TOKEN_STARTS_NOTHING = Rule("own-token-starts-nothing", Severity.ERROR)
RUN_NEEDS_APPROVAL = Rule("run-needs-approval", Severity.WARNING)
FOREIGN_EVENT = Rule("foreign-event", Severity.WARNING)

_OF_CONTENTS = frozenset((PUSH.name, CREATE.name, RELEASE.name))
"""Events that come from what is written to a repository, and that no service makes for it."""


@dataclass(frozen=True, slots=True)
class _Write:
    """What a workflow did to a repository, after all that people did to it."""

    file: str
    at: int
    made: frozenset[str]
    span: Span


def token_events(readings: Readings, settings: Settings) -> list[Diagnostic]:
    """Triggers that the write of a workflow just before makes, if nothing says that it has another token.

    What a person does to the repository in between is what the trigger answers to. An event that started
    the writing workflow itself may still be meant. Reports `own-token-starts-nothing`, an error,
    `run-needs-approval` for pull requests that a workflow opens, and `foreign-event` where something that is
    read as no part of this repository hands on what a workflow made there.
    """
    return [
        diagnostic for reading in readings.items for diagnostic in _Reader(reading).findings(reading.effects)
    ]


class _Reader:
    def __init__(self, reading: Reading) -> None:
        self.diagram = reading.diagram
        self.tokens = reading.tokens
        self.participants: Mapping[str, Participant] = {who.id: who for who in reading.participants}
        self.started: dict[str, list[EventText]] = {}
        self.begun: dict[str, int] = {}
        self.writes: dict[str, list[_Write]] = {}
        self.outside: dict[str, list[_Write]] = {}

    def findings(self, deeds: Sequence[Effect]) -> list[Diagnostic]:
        diagnostics: list[Diagnostic] = []
        for at, (event, deed) in enumerate(zip(self.diagram.events, deeds)):
            if not isinstance(event, Message):
                continue
            span = event.text_span or event.span
            if at in self.tokens.outside and span is not None:
                write = _Write(self.participants[deed.lifeline].file, at, self.tokens.outside[at], span)
                self.outside.setdefault(event.receiver, []).append(write)
            elif deed.act is EffectKind.WRITE and deed.partner is not None:
                self.write(at, event, deed, deed.partner)
            elif deed.act in (EffectKind.TRIGGER, EffectKind.RUN_AFTER):
                diagnostics += self.trigger(at, event, deed) or self.foreign(at, event, deed)
                self.start(at, deed)
            elif self.participants[event.sender].role is Role.PERSON:
                self.outside.pop(event.receiver, None)
                if self.participants[event.receiver].role is Role.SOURCE:
                    self.writes.pop(event.receiver, None)
            elif self.participants[event.receiver].role is Role.SOURCE and self.is_foreign(event, deed):
                self.writes.pop(event.receiver, None)
        return diagnostics

    def is_foreign(self, message: Message, deed: Effect) -> bool:
        """Whether a message to a repository is a deed of people or of what is outside of all workflows."""
        return (
            self.participants[message.sender].role not in (Role.WORKFLOW, Role.JOB)
            or deed.act is EffectKind.TOOL
        )

    def start(self, at: int, deed: Effect) -> None:
        file = self.participants[deed.lifeline].file
        self.started.setdefault(file, []).extend(deed.events)
        self.begun[file] = at

    def write(self, at: int, message: Message, deed: Effect, partner: Participant) -> None:
        span = message.text_span or message.span
        file = self.participants[deed.lifeline].file
        if partner.role is not Role.SOURCE or span is None or partner.is_elsewhere:
            return
        write = _Write(file, at, self.tokens.made.get(at, frozenset()), span)
        self.writes.setdefault(partner.id, []).append(write)

    def trigger(self, at: int, message: Message, deed: Effect) -> list[Diagnostic]:
        sender = self.participants[message.sender]
        writes = self.writes.get(sender.id, [])
        if sender.role is Role.WORKFLOW:
            begun = self.begun.get(sender.file, -1)
            own = (write for to in self.writes.values() for write in to if write.file == sender.file)
            writes = [write for write in own if write.at > begun]
        span = message.text_span or message.span
        events = {event.event for event in deed.events}
        if span is None or not events:
            return []
        write = next((write for write in reversed(writes) if events <= write.made), None)
        if write is None or self.is_older(write, events, deed) or self.has_other_token(write, at):
            return []
        is_sure = not (events & self.events_of(write)) or self.is_of_tags(write, deed)
        return [_finding(write, events, span, is_sure=is_sure or _names_ref(write, deed))]

    def foreign(self, at: int, message: Message, deed: Effect) -> list[Diagnostic]:
        """That an event of contents comes from what is outside, after a workflow did something there."""
        sender, span = self.participants[message.sender], message.text_span or message.span
        events = {event.event for event in deed.events}
        if span is None or not events or not events <= _OF_CONTENTS:
            return []
        writes = reversed(self.outside.get(sender.id, []))
        write = next((write for write in writes if not write.made or events <= write.made), None)
        if write is None or self.has_other_token(write, at):
            return []
        return [_foreign(sender, deed.lifeline, write, Label(span, _names(events)))]

    def is_older(self, write: _Write, events: set[str], deed: Effect) -> bool:
        """Whether the event may be the one that started the writing workflow, too: none of other branches
        or tags, nor of the branch that the write names."""
        is_itself = self.participants[deed.lifeline].file == write.file
        if is_itself or not events & self.events_of(write) or self.is_of_tags(write, deed):
            return False
        started = [one for one in self.started[write.file] if one.event in events]
        return any(_may_be_one(one, other) for one in started for other in deed.events) and not (
            _names_ref(write, deed) and not any(_refs(one) == _refs(deed.events[0]) for one in started)
        )

    def events_of(self, write: _Write) -> set[str]:
        """The events that start the writing workflow."""
        return {one.event for one in self.started.get(write.file, ())}

    @staticmethod
    def is_of_tags(write: _Write, deed: Effect) -> bool:
        """Whether a write makes a tag, and what it may start is for tags."""
        makes_tag = any(kind_of(event).about is About.REF_NAME for event in write.made)
        return makes_tag and any(key == "tags" for event in deed.events for key, _ in event.filters)

    def has_other_token(self, write: _Write, at: int) -> bool:
        """Whether a text of the writing workflow, or the trigger, says that another token is used."""
        for number, event in enumerate(self.diagram.events[: at + 1]):
            if not isinstance(event, Message | Note):
                continue
            ends = (event.sender, event.receiver) if isinstance(event, Message) else event.lifelines
            is_there = any(self.participants[end].file == write.file for end in ends)
            if (is_there or number == at) and number in self.tokens.named_at:
                return True
        return any(p.id in self.tokens.holders for p in self.participants.values() if p.file == write.file)


def _foreign(sender: Participant, started: str, write: _Write, start: Label) -> Diagnostic:
    what = "another repository" if sender.role is Role.SOURCE else "something outside"
    return diagnostic(
        FOREIGN_EVENT,
        f"`{sender.name}` is read as {what}, and only this repository's own {start.text} starts this run",
        Label(start.span, "may start nothing"),
        Label(write.span, "the event may be made here, by the workflow's own token"),
        help=f"`%% role: {sender.id} = source` above it if it is this repository; `%% role: {started} = "
        "external` if what it starts is no workflow of this one; else say which token makes the event, "
        "`with a PAT`",
    )


_OF_REFS = ("branches", "tags")


def _refs(event: EventText) -> dict[str, tuple[str, ...]]:
    """The filters of an event for branches and tags."""
    return {key: patterns for key, patterns in event.filters if key in _OF_REFS}


def _may_be_one(one: EventText, other: EventText) -> bool:
    """Whether one branch or tag can pass the filters of two events; wildcards on both sides may."""
    refs, others = _refs(one), _refs(other)
    if not refs or not others:
        return True
    return any(
        glob(pattern).matches(wanted)
        or glob(wanted).matches(pattern)
        or (_is_wild(pattern) and _is_wild(wanted))
        for key, patterns in refs.items()
        for pattern in patterns
        for wanted in others.get(key, ())
    )


def _is_wild(pattern: str) -> bool:
    return pattern.startswith("!") or len(literals(pattern)) > 1


def _names_ref(write: _Write, deed: Effect) -> bool:
    """Whether a write names the branch or tag for which the run is that it may start."""
    wanted = {name for event in deed.events for patterns in _refs(event).values() for name in patterns}
    said = labels.plain(write.span.text)
    return any(re.search(rf"(?<![\w/-]){re.escape(name)}(?![\w/-])", said) for name in wanted)


def _names(events: set[str]) -> str:
    return ", ".join(f"`{event}`" for event in sorted(events))


def _finding(write: _Write, events: set[str], span: Span, *, is_sure: bool) -> Diagnostic:
    waiting = {event for event in events if kind_of(event).by_own_token is OwnToken.WAITS}
    names = _names(waiting or events)
    cure = (
        f"dispatch the workflow, let it listen (`{WORKFLOW_RUN.name}`), or say which token is used: "
        "`with an app token`, `with a PAT`, `with a deploy key`"
    )
    cause = Label(write.span, "the event is made here, by the workflow's own token")
    if waiting:
        return diagnostic(
            RUN_NEEDS_APPROVAL,
            f"this run waits until somebody approves it: a workflow made {names} with its own token",
            Label(span, "waits for approval"),
            cause,
            help=cure,
        )
    if not is_sure:
        milder = diagnostic(
            OWN_TOKEN_STARTS_NOTHING,
            f"only a workflow makes this {names} here, and with its own token that starts no run",
            Label(span, "may start nothing"),
            cause,
            help=f"draw who else does it before, {cure}",
        )
        return with_severity(milder, Severity.WARNING)
    return diagnostic(
        OWN_TOKEN_STARTS_NOTHING,
        f"GitHub starts no run here: a workflow made {names} with its own token",
        Label(span, "starts nothing"),
        cause,
        help=f"{cure}; if others make the event, draw above this who does, `Dev->>GitHub: …`",
    )
