"""Triggers by events that a workflow made with its own token: GitHub starts no run for them (section 3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mermaid2gha import words
from mermaid2gha.diagnostic import Diagnostic, Label, diagnostic
from mermaid2gha.flow import Participant, Role
from mermaid2gha.nouns import dataclass
from mermaid2gha.passes.acts import Act, Deed
from mermaid2gha.sequence.diagram import Diagram, Message, Note
from mermaid2gha.source import Span

_OTHER_TOKEN = re.compile(
    r"\bPATs?\b|\bpersonal access tokens?\b|\bdeploy keys?\b|\bGitHub App\b|\bmachine (?:user|account)\b"
    r"|\b(?:app|bot|release|admin|custom)(?:'s)?[ -]token\b|\bsecrets\.(?!GITHUB_TOKEN\b)\w",
    re.IGNORECASE,
)
"""Words that say another token than the workflow's own is used; events that it makes start runs."""

_MADE: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"\b(?:tags?|tagged)\b", re.I), ("push", "create")),
    (re.compile(r"\breleases?\b", re.I), ("release",)),
    (re.compile(r"\bbranch(?:es)?\b", re.I), ("push", "create")),
    (re.compile(r"\bissues?\b", re.I), ("issues",)),
    (re.compile(r"\bcomments?\b", re.I), ("issue_comment",)),
    (re.compile(r"\bdeployments?\b", re.I), ("deployment", "deployment_status")),
    (re.compile(r"\b(?:push(?:es)?|commits?|merges?)\b", re.I), ("push",)),
)
_PULL_REQUEST = re.compile(r"\bpull[- ]requests?\b|\bPRs?\b", re.IGNORECASE)
_OPENS = re.compile(r"\b(?:opens?|creates?)\b", re.IGNORECASE)
_OPENED = ("pull_request", "pull_request_target")


@dataclass(frozen=True, slots=True)
class _Write:
    """The last thing that happened to a repository, if a workflow did it: which events that makes."""

    file: str
    at: int
    makes: frozenset[str]
    is_tag: bool
    span: Span


def token_events(
    diagram: Diagram, deeds: Sequence[Deed], participants: Mapping[str, Participant]
) -> list[Diagnostic]:
    """Triggers that the write of a workflow just before makes, if nothing says that it has another token.

    What a person does to the repository in between is what the trigger answers to. An event that started
    the writing workflow itself may still be meant. Reports `own-token-starts-nothing`, an error, and
    `run-needs-approval` for pull requests that a workflow opens.
    """
    return _Reader(diagram, participants).findings(deeds)


class _Reader:
    def __init__(self, diagram: Diagram, participants: Mapping[str, Participant]) -> None:
        self.diagram = diagram
        self.participants = participants
        self.started: dict[str, set[str]] = {}
        self.begun: dict[str, int] = {}
        self.sources: dict[str, set[str]] = {}
        self.last: dict[str, _Write | None] = {}

    def findings(self, deeds: Sequence[Deed]) -> list[Diagnostic]:
        found: list[Diagnostic] = []
        for at, (event, deed) in enumerate(zip(self.diagram.events, deeds)):
            if not isinstance(event, Message):
                continue
            if deed.act is Act.WRITE and deed.partner is not None:
                self.write(at, event, deed, deed.partner)
            elif deed.act in (Act.TRIGGER, Act.RUN_AFTER):
                found += self.trigger(at, event, deed)
                self.start(at, deed)
            elif self.participants[event.receiver].role is Role.SOURCE and self.is_foreign(event, deed):
                self.last[event.receiver] = None
        return found

    def is_foreign(self, message: Message, deed: Deed) -> bool:
        """Whether a message to a repository is a deed of people or of what is outside of all workflows."""
        return self.participants[message.sender].role not in (Role.WORKFLOW, Role.JOB) or deed.act is Act.TOOL

    def start(self, at: int, deed: Deed) -> None:
        file = self.participants[deed.lifeline].file
        self.started.setdefault(file, set()).update(event.event for event in deed.events)
        self.begun[file] = at
        if deed.partner is not None:
            self.sources.setdefault(file, set()).add(deed.partner.id)

    def write(self, at: int, message: Message, deed: Deed, partner: Participant) -> None:
        span = message.text_span or message.span
        file = self.participants[deed.lifeline].file
        is_own = self.is_single(partner) or partner.id in self.sources.get(file, ())
        if partner.role is not Role.SOURCE or span is None or not is_own:
            return
        text = words.plain(message.text)
        makes = _made(text)
        if makes:
            self.last[partner.id] = _Write(file, at, makes, "create" in makes, span)

    def is_single(self, source: Participant) -> bool:
        return all(p is source for p in self.participants.values() if p.role is Role.SOURCE)

    def trigger(self, at: int, message: Message, deed: Deed) -> list[Diagnostic]:
        sender = self.participants[message.sender]
        if sender.role is Role.WORKFLOW:
            writes = [w for w in self.last.values() if w is not None and w.file == sender.file]
            write = writes[-1] if writes and writes[-1].at > self.begun.get(sender.file, -1) else None
        else:
            write = self.last.get(sender.id)
        span = message.text_span or message.span
        events = {event.event for event in deed.events}
        if write is None or span is None or not events or not events <= write.makes:
            return []
        is_of_tags = write.is_tag and any(key == "tags" for event in deed.events for key, _ in event.filters)
        is_itself = self.participants[deed.lifeline].file == write.file
        if events & self.started.get(write.file, set()) and not is_of_tags and not is_itself:
            return []
        return [] if self.has_other_token(write, at) else [_finding(write, events, span)]

    def has_other_token(self, write: _Write, at: int) -> bool:
        """Whether a text of the writing workflow, or the trigger, says that another token is used."""
        for event in self.diagram.events[: at + 1]:
            if not isinstance(event, Message | Note):
                continue
            ends = (event.sender, event.receiver) if isinstance(event, Message) else event.lifelines
            is_there = any(self.participants[end].file == write.file for end in ends)
            if (is_there or event is self.diagram.events[at]) and _OTHER_TOKEN.search(
                words.plain(event.text)
            ):
                return True
        names = (f"{p.id} {p.name}" for p in self.participants.values() if p.file == write.file)
        return any(_OTHER_TOKEN.search(name) for name in names)


def _made(text: str) -> frozenset[str]:
    """The events that a write makes, by its words."""
    if _PULL_REQUEST.search(text):
        if _OPENS.search(text):
            return frozenset(_OPENED)
        text = _PULL_REQUEST.sub(" ", text)
    return frozenset(event for pattern, events in _MADE if pattern.search(text) for event in events)


def _finding(write: _Write, events: set[str], span: Span) -> Diagnostic:
    names = ", ".join(f"`{event}`" for event in sorted(events))
    cure = (
        "dispatch the workflow, let it listen (`workflow_run`), or say which token is used: "
        "`with an app token`, `with a PAT`, `with a deploy key`"
    )
    made = Label(write.span, "the event is made here, by the workflow's own token")
    if events <= set(_OPENED):
        return diagnostic(
            "run-needs-approval",
            f"this run waits until somebody approves it: a workflow made {names} with its own token",
            Label(span, "waits for approval"),
            made,
            help=cure,
        )
    return diagnostic(
        "own-token-starts-nothing",
        f"GitHub starts no run here: a workflow made {names} with its own token",
        Label(span, "starts nothing"),
        made,
        help=cure,
    )
