"""Whether what a lifeline is told is an event, and whether a source is told to run something instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.reading.lifelines.evidence import Evidence
from mermaid2gha.compiler.vocabulary import ci_words, forms, labels
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.mermaid.ast import Lifeline, Message


def hears_event(message: Message, participants: Mapping[str, Participant], evidence: Evidence) -> bool:
    """Whether a message is one of a source, or an event that a person tells."""
    is_asked = any(m.receiver == message.sender for m in evidence.senders.get(message.receiver, ()))
    if (message.arrow.is_dotted and is_asked) or message.sender == message.receiver:
        return False
    sender = participants.get(message.sender)
    if lifeline_names.is_site(evidence.names[message.sender]):
        return False
    if _is_request(message, evidence):
        return False
    if sender is None and works_itself(evidence.by_id[message.sender], evidence.senders[message.sender]):
        return bool(event_words.said_events(labels.plain(message.text)))
    if (sender is not None and sender.role is Role.SOURCE) or (
        sender is None and _is_likely_source(message.sender, evidence.names[message.sender])
    ):
        return True
    text = labels.plain(message.text)
    if sender is None:
        is_time = any(one.kind.has_times for one in event_words.said_events(text))
        return is_time and _speaks_with_git(message.receiver, evidence)
    if sender.role not in (Role.PERSON, Role.EXTERNAL):
        return False
    is_of_event = sender.role is Role.PERSON or lifeline_names.is_event(evidence.names[message.sender])
    is_start = event_words.is_sure(text) or ci_words.STARTS_RUN.match(text) is not None
    is_named = bool(lifeline_names.workflow_file(text) or ci_words.WORKFLOW_WORD.search(text))
    names_file = is_start and is_named and not message.arrow.is_dotted
    said = event_words.said_events(text)
    if said and all(one.kind.is_by_hand for one in said) and _is_used(message, participants, evidence):
        return names_file
    return names_file or (is_of_event and bool(said))


def works_itself(lifeline: Lifeline, messages: Sequence[Message]) -> bool:
    """Whether what is called GitHub does the work of CI itself, and so may be its Actions."""
    if not lifeline_names.is_git(lifeline_names.called(lifeline.label) or lifeline.id):
        return False
    own = [m for m in messages if m.sender == m.receiver == lifeline.id]
    return len(own) > 1 and any(ci_words.WORK.search(labels.plain(m.text)) for m in own)


def _is_request(message: Message, evidence: Evidence) -> bool:
    """Whether other software than a repository asks something by HTTP, which is no event: `HTTPS POST`."""
    text = labels.plain(message.text)
    if lifeline_names.is_source(evidence.names[message.sender]) or not forms.says_http(text):
        return False
    return not (event_words.said_events(text) or ci_words.STARTS_RUNS.search(text))


def is_command_of_source(message: Message, participants: Mapping[str, Participant]) -> bool:
    """Whether a source tells something to run a command: what deploys by itself is merely told the news."""
    sender = participants.get(message.sender)
    text = lifeline_names.unquoted(labels.plain(message.text))
    is_of_source = sender is not None and sender.role is Role.SOURCE
    return is_of_source and lifeline_names.is_command_line(text) and not event_words.said_events(text)


def _is_used(message: Message, participants: Mapping[str, Participant], evidence: Evidence) -> bool:
    """Whether a workflow has spoken to a lifeline before a message: people then use what it brought there."""
    for before in evidence.received.get(message.receiver, ()):
        if before is message:
            return False
        sender = participants.get(before.sender)
        if sender is not None and sender.role in (Role.WORKFLOW, Role.JOB) and not before.arrow.is_dotted:
            return True
    return False


def _speaks_with_git(name: str, evidence: Evidence) -> bool:
    """Whether a lifeline says something to GitHub, or hears something from there."""
    ends = [m.receiver for m in evidence.senders.get(name, ())]
    ends += [m.sender for m in evidence.received.get(name, ())]
    return any(lifeline_names.is_git(evidence.names[end]) for end in ends)


def _is_likely_source(short: str, name: str) -> bool:
    """Whether a name or its short form is the repository's, or it has Git in it, where no workflow is drawn:
    it only tells."""
    is_named = any(map(lifeline_names.is_repository, (short, name))) or lifeline_names.is_request(name)
    return is_named or lifeline_names.says_git(name)
