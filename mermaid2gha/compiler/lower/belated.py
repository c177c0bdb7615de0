"""What a tool does when no call of it is open: whether it gives something away, which no step does then.

See docs/language.md#messages-artifacts-and-waits.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.reading.effects import Effect, EffectKind
from mermaid2gha.compiler.vocabulary import ci_words, labels, lifelines, writing
from mermaid2gha.mermaid.ast import Message

OF_STEPS = ("step", "write", "push", "pull")
"""Marks that bring what a tool does into a step."""


def is_belated(
    message: Message,
    effect: Effect,
    participants: Mapping[str, Participant],
    over: Container[str],
    consulted: Mapping[str, Container[str]],
    *,
    is_chosen: bool = False,
) -> bool:
    """Whether a tool gives something away, or a command is run, when its call is over: to the repository, or
    anywhere if its verb says so and it is no system that works of itself.

    `over` are the tools whose calls are; `consulted` says whom a tool has told something within its call, and
    `is_chosen` that a condition stands around this which does not stand around that.
    """
    if not marks_of(message).keys().isdisjoint(("comment", "reply")):
        return False
    if message.sender not in over:
        return _is_behind_a_tool(message, effect, participants, consulted, is_chosen=is_chosen)
    if not marks_of(message).keys().isdisjoint(OF_STEPS):
        return True
    if message.arrow.is_dotted or message.marks:
        return False
    if effect.own is EffectKind.WRITE:
        return ("contents", "write") in effect.rights
    text = effect.text.name
    is_gift = not labels.GIVING.isdisjoint(labels.words(text)[:1]) or ci_words.is_giving(text)
    is_gift = is_gift or lifelines.is_command_line(text)  # which somebody has to run
    return (
        effect.own in (EffectKind.PUSH, EffectKind.STEP) and is_gift and not _is_apart(message, participants)
    )


def _is_behind_a_tool(
    message: Message,
    effect: Effect,
    participants: Mapping[str, Participant],
    consulted: Mapping[str, Container[str]],
    *,
    is_chosen: bool,
) -> bool:
    """Whether what a tool has told to do something gives in its turn to the repository or a registry, or
    under a condition of its own to anyone who is no person."""
    receiver, text = participants[message.receiver], effect.text.name
    is_told = any(message.sender in told for told in consulted.values())
    is_here = receiver.is_registry or receiver.role is Role.SOURCE or receiver.may_be_github
    is_here = is_here or (is_chosen and receiver.role is Role.EXTERNAL and message.receiver not in consulted)
    if not (is_told and is_here) or message.arrow.is_dotted or receiver.is_elsewhere:
        return False
    is_read = labels.is_taking(text) or ci_words.LOOKS.search(text) is not None
    is_read = is_read and writing.verb(text) is not writing.Verb.WRITING  # `Add download link to the PR`
    is_read = is_read or (is_chosen and message.sender == message.receiver)
    return not is_read and not _is_apart(message, participants)


def _is_apart(message: Message, participants: Mapping[str, Participant]) -> bool:
    """Whether who says it is a system that works of itself."""
    name = participants[message.sender].name
    return lifelines.is_other_engine(name) or ci_words.OTHER_SYSTEM.search(name) is not None
