"""Marks that say what starts a run, above what the run begins with: `%% trigger: push` above its first note.

No message starts such a run, so none can bear the mark; what stands below it stays what it is.
"""

from __future__ import annotations

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.marks import mark_values
from mermaid2gha.compiler.marks.marks import marks_of, misplaced
from mermaid2gha.compiler.reading.lifelines.evidence import Evidence
from mermaid2gha.compiler.vocabulary import ci_words, labels
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.mermaid.ast import Arrow, Diagram, Event, Message, Note
from mermaid2gha.settings.model import Settings

_OF_STARTS = ("trigger", "when", "token")
"""The marks that speak of the run, and not of what it begins with."""


def opened_runs(diagram: Diagram, settings: Settings) -> tuple[Diagram, list[Diagnostic]]:
    """The same diagram, with a message of a workflow to itself that bears the mark before what that stands
    above: a note over one workflow, its message to itself, or to what is outside and does nothing by itself
    or is a tool or a place by its name.

    Reports `misplaced-mark` where the mark stands above what a source or a person does.
    """
    if not any(mark.name == "trigger" for mark in diagram.comments):
        return diagram, []
    evidence = Evidence(diagram, settings)
    result: list[Event] = []
    found: list[Diagnostic] = []
    for event in diagram.events:
        if not isinstance(event, Message | Note) or "trigger" not in marks_of(event):
            result.append(event)
            continue
        is_bare = isinstance(event, Message) and event.sender == event.receiver and not event.text
        if is_bare or not (who := _opening(event, evidence)):
            result.append(event)
            continue
        marks = tuple(one for one in event.marks if one.name in _OF_STARTS)
        if who in evidence.people or evidence.is_source(evidence.by_id[who]):
            found.append(misplaced("no workflow does this, so no run begins here", marks[0].span))
        else:
            place = marks[0].span
            result.append(Message(who, who, "", Arrow.SOLID, marks=marks, span=place, text_span=place))
        kept = tuple(one for one in event.marks if one.name not in _OF_STARTS)
        result.append(replace(event, marks=kept))
    return replace(diagram, events=tuple(result)), found


def _opening(event: Message | Note, evidence: Evidence) -> str:
    """The lifeline of which a run begins with a statement; empty where a message starts the run."""
    if isinstance(event, Note):
        over = list(dict.fromkeys(event.lifelines))
        workflows = [x for x in over if x in evidence.files or evidence.is_surely_workflow(evidence.by_id[x])]
        is_head = len(workflows) == 1 and labels.parsed(event.text).has_prefix  # of a job, over several too
        return over[0] if len(over) == 1 else workflows[0] if is_head else ""
    if event.sender == event.receiver:
        return event.sender
    sender, receiver = evidence.by_id[event.sender], evidence.by_id[event.receiver]
    events = mark_values.events(marks_of(event)["trigger"])
    is_named = receiver.id in evidence.files or evidence.is_surely_workflow(receiver)
    is_named = is_named or lifeline_names.says_engine(f"{receiver.id} {evidence.names[receiver.id]}")
    name = evidence.names[receiver.id]
    is_thing = lifeline_names.is_tool(name, "") and ci_words.WORK.search(name) is None
    if any(one.kind.follows_runs or one.kind.is_call for one in events):
        return ""
    if any(one.kind.is_dispatch for one in events) and not is_thing:
        return ""
    is_idle = is_thing or not evidence.has_steps(receiver.id, set())
    is_of_workflow = sender.id in evidence.files or evidence.is_surely_workflow(sender)
    return sender.id if is_of_workflow and is_idle and not is_named else ""
