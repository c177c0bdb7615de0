"""Notes that say of what stands above them that people are asked for it.

A note below the last thing that a run says to whom the note is about heads nothing that could wait. With
`%% approval` above it, it speaks of that message, as if the mark stood there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.vocabulary import approvals, labels
from mermaid2gha.mermaid.ast import (
    Diagram,
    Event,
    FragmentEnd,
    FragmentStart,
    Mark,
    Message,
    Note,
    OperandStart,
    Placement,
)

_INNER = (Role.WORKFLOW, Role.JOB)
_OF_JOBS = frozenset(("id", "job", "head", "step", "comment"))
"""Marks that say what a note is itself."""


def approved_above(diagram: Diagram, participants: Mapping[str, Participant]) -> Diagram:
    """The same diagram, with the approvals that marks above notes say above the messages that the notes are
    about."""
    if not any(mark.name == "approval" for mark in diagram.comments):
        return diagram
    events = list(diagram.events)
    for at, event in enumerate(diagram.events):
        if not isinstance(event, Note) or "approval" not in (said := marks_of(event)):
            continue
        if not _OF_JOBS.isdisjoint(said) or (above := noted_above(at, diagram, participants)) is None:
            continue
        message = events[above]
        if not isinstance(message, Message) or "approval" in marks_of(message):
            continue
        moved = tuple(mark for mark in event.marks if mark.name == "approval")
        kept = tuple(mark for mark in event.marks if mark.name != "approval")
        place = moved[0].span
        events[above] = replace(message, marks=(*message.marks, *moved))
        events[at] = replace(event, marks=(*kept, Mark("comment", "", place)))
    return replace(diagram, events=tuple(events))


def noted_above(at: int, diagram: Diagram, participants: Mapping[str, Participant]) -> int | None:
    """Where the message stands that a note says an approval of: the last thing that a run does before the
    note, if it is said to whom the note is about, and what comes next is not; or if nothing comes next."""
    note = diagram.events[at]
    assert isinstance(note, Note)
    text = labels.plain(note.text)
    if not (approvals.says_approval(text) or approvals.says_reviewers(text)):
        return None
    about = {one for one in note.lifelines if participants[one].role not in _INNER}
    above = _before(diagram.events[:at], participants)
    if above is None:
        return None
    told, following = diagram.events[above], _after(diagram.events[at + 1 :], participants)
    assert isinstance(told, Message)
    if following is None:
        return above if told.receiver in about or not about else None
    is_told_next = isinstance(following, Message) and following.receiver in about
    return above if told.receiver in about and not is_told_next else None


def _before(events: Sequence[Event], participants: Mapping[str, Participant]) -> int | None:
    """The last message of a workflow or job, if nothing else of its run and no bound of a fragment stands
    behind it."""
    for at in range(len(events) - 1, -1, -1):
        event = events[at]
        if isinstance(event, FragmentStart | OperandStart | FragmentEnd):
            return None
        if isinstance(event, Note) and _is_of_workflow(event, participants):
            return None
        if isinstance(event, Message) and not event.arrow.is_dotted:
            sender, receiver = participants[event.sender].role, participants[event.receiver].role
            if sender in _INNER:
                return at
            if receiver in _INNER and sender is not Role.EXTERNAL:
                return None
    return None


def _after(events: Sequence[Event], participants: Mapping[str, Participant]) -> Event | None:
    """The first message of a workflow or job before what a source says to one, or else the first note over
    one."""
    noted: Event | None = None
    for event in events:
        if isinstance(event, Note) and _is_of_workflow(event, participants):
            noted = noted or event
        if isinstance(event, Message) and not event.arrow.is_dotted:
            sender, receiver = participants[event.sender].role, participants[event.receiver].role
            if sender in _INNER:
                return event
            if receiver in _INNER and sender is Role.SOURCE:
                break
    return noted


def _is_of_workflow(note: Note, participants: Mapping[str, Participant]) -> bool:
    """Whether a note stands over one workflow or job: it may head a job."""
    is_over = note.placement is Placement.OVER and len(set(note.lifelines)) == 1
    return is_over and participants[note.lifelines[0]].role in _INNER
