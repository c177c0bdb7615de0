"""What people order from lifelines that are no workflows by anything else, and which then act."""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.reading.lifelines.evidence import Evidence
from mermaid2gha.compiler.vocabulary import ci_words, labels, writing
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.compiler.vocabulary.labels import is_question_mark
from mermaid2gha.mermaid.ast import Lifeline, Message


def is_order(first: Message, participants: Mapping[str, Participant], evidence: Evidence) -> bool:
    """Whether a person orders something, be it `/deploy`, and is the first to speak to a lifeline.

    Beside a workflow, and not to what a workflow has spoken to before: that is what people then use. In words
    that nobody knows it is an order to what acts by itself and then tells neither the repository nor a
    workflow anything, as a person's own tools do, and with which no workflow works.
    """
    sender, name = participants.get(first.sender), first.receiver
    sent = evidence.senders.get(name, ())
    is_reply = first.arrow.is_dotted and any(m.receiver == first.sender for m in sent)
    if sender is None or sender.role is not Role.PERSON or is_reply:
        return False
    text = labels.plain(first.text)
    if lifeline_names.is_order(text):
        workflows = {x for x, one in participants.items() if one.role is Role.WORKFLOW}
        return evidence.has_steps(name, workflows)
    is_looking = writing.verb(text) is writing.Verb.READING or is_question_mark(text)
    is_looking = is_looking or lifeline_names.is_tool(evidence.names[name], text)
    hands_on = any(participants[m.receiver].role in (Role.SOURCE, Role.WORKFLOW) for m in sent)
    is_used = any(
        participants[m.sender].role in (Role.WORKFLOW, Role.JOB) and not m.arrow.is_dotted
        for m in evidence.received.get(name, ())
    )
    return evidence.has_activity(name) and not (is_looking or hands_on or is_used)


def ordered_after_call(
    lifeline: Lifeline, participants: Mapping[str, Participant], evidence: Evidence
) -> Message | None:
    """What a person says to a lifeline that a workflow has called, if it then does something that is no part
    of a call any more.

    People use what workflows bring somewhere, so it is told only where they start it, by its name, or it then
    gives something to a registry, to the repository or away.
    """
    name, said = lifeline.id, None
    own = set(labels.words(evidence.names[name]))
    is_called = is_named = False
    senders = {participants[m.sender].role for m in evidence.received.get(name, ()) if participants}
    if not {Role.PERSON, Role.WORKFLOW} <= senders:
        return None
    for message in evidence.diagram.events:
        if not isinstance(message, Message) or name not in (message.sender, message.receiver):
            continue
        sender, text = participants.get(message.sender), labels.plain(message.text)
        if message.receiver == name != message.sender and not message.arrow.is_dotted:
            is_inner = sender is not None and sender.role in (Role.WORKFLOW, Role.JOB)
            is_called = is_called or is_inner
            is_of_person = sender is not None and sender.role is Role.PERSON
            said = message if is_called and is_of_person else None
            is_start = lifeline_names.is_order(text) or ci_words.STARTS_RUN.match(text) is not None
            is_named = is_start and own <= set(labels.words(text))
        elif said is not None and (is_named or _gives(message, participants)):
            return said
    return None


def _gives(message: Message, participants: Mapping[str, Participant]) -> bool:
    """Whether a message gives something to a registry, to the repository, or away."""
    receiver, text = participants[message.receiver], labels.plain(message.text)
    if message.arrow.is_dotted or message.sender == message.receiver:
        return False
    if receiver.role is Role.SOURCE:
        return writing.verb(text) is writing.Verb.WRITING
    is_away = receiver.role is Role.EXTERNAL and not receiver.is_store
    return is_away and not labels.GIVING.isdisjoint(labels.words(text)[:1])
