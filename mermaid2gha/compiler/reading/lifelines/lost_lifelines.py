"""Lifelines that would be lost in silence: those that hear of an event and act, and names of others.

A lifeline to which a source, or a person with an event, speaks and that does something is a workflow, or it
is told (docs/language.md#lifelines-and-roles).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.edit import Edit, Fix
from mermaid2gha.base.patterns import late
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.marks.settled import settled
from mermaid2gha.compiler.reading.lifelines.evidence import STORE_KINDS, Evidence
from mermaid2gha.compiler.reading.lifelines.heard import hears_event, is_command_of_source
from mermaid2gha.compiler.reading.lifelines.orders import is_order, ordered_after_call
from mermaid2gha.compiler.reading.lifelines.tools import (
    called_by_name,
    commanded,
    done_by_starter,
    is_done_by_nobody,
    named_as_job,
    said_to_be_jobs,
    sharers_of_name,
    squeezed,
    taken_for_step,
    taken_for_steps,
    taken_for_tool,
    unread_lifeline,
    works_in_source,
    works_nowhere,
)
from mermaid2gha.compiler.vocabulary import ci_words, labels, leftovers, lookalikes, writing
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.github.names import job_id
from mermaid2gha.mermaid.ast import Activation, Diagram, Lifeline, Message, Note

SECOND_LIFELINE = Rule("second-lifeline", Severity.WARNING)
SPLIT_LIFELINE = Rule("split-lifeline", Severity.ERROR)
LOOK_ALIKE_LETTERS = Rule("look-alike-letters", Severity.WARNING)

_READ = (
    lifeline_names.is_engine,
    lifeline_names.is_source,
    lifeline_names.is_registry,
    lifeline_names.is_person,
)
"""What names are read as."""
_LONG_ENOUGH = 4
"""From this length on the parser tells names that differ only in case or blanks (`near-duplicate-name`)."""


def lost_lifelines(evidence: Evidence, participants: Mapping[str, Participant]) -> list[Diagnostic]:
    """Reports `unread-lifeline`, `second-lifeline`, `split-lifeline` and `look-alike-letters`.

    `participants` may be none.
    """
    diagram = evidence.diagram
    second = list(_second(diagram, participants, evidence)) if participants else []
    known = {finding.labels[0].span for finding in second if finding.labels}
    unread = [
        *_unread(diagram, participants, evidence),
        *_merely_told(diagram, participants, evidence),
        *_aside(diagram, participants, evidence),
        *_of_two_files(diagram, participants, evidence),
        *_between(diagram, participants, evidence),
    ]
    if jobs := said_to_be_jobs(participants, evidence):
        unread.append(taken_for_steps(jobs, participants, evidence))
    found = [*second, *(one for one in unread if not one.labels or one.labels[0].span not in known)]
    return [*found, *_look_alikes(diagram, has_workflow=bool(participants))]


def _look_alikes(diagram: Diagram, *, has_workflow: bool) -> Iterator[Diagnostic]:
    """Names with letters that look like Latin ones, where they would be read or stand beside such a name."""
    names = {name for x in diagram.lifelines for name in (x.id, lifeline_names.called(x.label))}
    for lifeline in diagram.lifelines:
        for name in dict.fromkeys((lifeline.id, lifeline_names.called(lifeline.label))):
            latin = lookalikes.looks_like(name)
            is_known = has_workflow and (latin in names or lookalikes.is_mixed(name))
            is_known = is_known or any(is_read(latin) for is_read in _READ)
            if latin != name and is_known:
                letters = ", ".join(lookalikes.foreign_letters(name))
                yield diagnostic(
                    LOOK_ALIKE_LETTERS,
                    f"`{name}` looks like `{latin}` and is another name: it has {letters}",
                    lifeline.span,
                    help=f"write `{latin}` in Latin letters if it is meant, at each place",
                )
                break


def _merely_told(
    diagram: Diagram, participants: Mapping[str, Participant], evidence: Evidence
) -> Iterator[Diagnostic]:
    """Lifelines that are workflows because they are told of an event, as a bot or a service is, too.

    Not where a message says that it triggers, by quotes, by `on:`, or by a name that only GitHub has.
    """
    for lifeline in diagram.lifelines:
        role = participants[lifeline.id].role if lifeline.id in participants else Role.EXTERNAL
        name = evidence.names[lifeline.id]
        is_of_box = lifeline.id in evidence.chained  # with the file of a workflow
        if role is not Role.WORKFLOW or is_of_box or not evidence.is_by_trigger_alone(lifeline):
            continue
        apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
        if lifeline_names.says_engine(apart) or evidence.set_for(lifeline) is not None:
            continue
        starts = [m for m in evidence.received.get(lifeline.id, ()) if evidence.is_start(m)]
        if starts and all(leftovers.is_mere_news(labels.plain(m.text)) and not m.marks for m in starts):
            yield _told_alone(lifeline, starts[0])


def _told_alone(lifeline: Lifeline, heard: Message) -> Diagnostic:
    name = lifeline_names.called(lifeline.label) or lifeline.id
    return unread_lifeline(
        f"`{name}` is told of an event, and is taken for a workflow, which any service may be told of",
        Label(heard.text_span or heard.span, "what it is told") if heard.span is not None else None,
        cure=f"if it is one, write its file into its label, `participant {lifeline.id} as {name} (FILE.yml)` "
        f"or say `Trigger` and the event in quotes; else `%% role: {lifeline.id} = external`",
    )


def _unread(
    diagram: Diagram, participants: Mapping[str, Participant], evidence: Evidence
) -> Iterator[Diagnostic]:
    for lifeline in diagram.lifelines:
        role = participants[lifeline.id].role if lifeline.id in participants else Role.EXTERNAL
        if role is Role.PERSON and (event := _started(lifeline, evidence)) is not None:
            yield _lost(lifeline, event, "hears of an event", else_is="person")
        is_hidden = participants and not lifeline_names.is_client(evidence.names[lifeline.id])
        if role is Role.PERSON and is_hidden and _is_by_place(lifeline, evidence):
            done = _begun(lifeline, participants, evidence)
            if done is not None and _tells_source(lifeline, participants, evidence):
                yield _lost(lifeline, done, "begins by itself", else_is="person", what="what it does")
        name = evidence.names[lifeline.id]
        may_be_site = role in (Role.SOURCE, Role.EXTERNAL) and lifeline_names.may_be_site(name)
        done = works_in_source(lifeline, participants, evidence) if not may_be_site else None
        if done is not None:
            yield works_nowhere(lifeline, done, participants)
        if not (role is Role.EXTERNAL or may_be_site) or lifeline.id in evidence.people:
            continue
        given = evidence.set_for(lifeline)
        received = evidence.received.get(lifeline.id, ())
        is_alone = lifeline_names.deploys_by_itself(name) and not any(
            is_command_of_source(m, participants) for m in received
        )
        is_elsewhere = is_alone or lifeline_names.is_local_copy(name)
        is_named = is_elsewhere or (evidence.is_source(lifeline) and not may_be_site)
        is_named = is_named or lifeline_names.is_branch(name) or lifeline_names.is_client(name)
        is_named = is_named or lifeline_names.is_request(name) or lifeline_names.is_file_of_other(name)
        if (given is not None and (given.role or given.file)) or is_named:
            continue
        heard = next((m for m in received if hears_event(m, participants, evidence)), None)
        is_store = lifeline.kind in STORE_KINDS or lifeline_names.is_registry(name)
        if is_store and (heard is None or not (participants or evidence.is_start(heard))):
            continue  # what holds things is told many things
        is_named = heard is not None and bool(lifeline_names.workflow_file(labels.plain(heard.text)))
        is_event = heard is not None and bool(event_words.said_events(labels.plain(heard.text)))
        is_named = is_named or (is_event and ci_words.says_work(name))
        is_bot = not evidence.files and lifeline_names.says_bot(name) and _works(lifeline, evidence)
        if heard is not None and (is_named or is_bot or _acts(lifeline, diagram, participants, evidence)):
            is_command = is_command_of_source(heard, participants)
            why = "is told to do something" if is_command else "hears of an event"
            yield _lost(
                lifeline, heard, why, may_be_source=_may_be_source(lifeline, heard, participants, evidence)
            )
        elif heard is None and received and is_order(received[0], participants, evidence):
            yield _lost(lifeline, received[0], "is told to do something")
        elif heard is None and (order := ordered_after_call(lifeline, participants, evidence)) is not None:
            yield _lost(lifeline, order, "is told to do something")
        elif received and participants and _is_second_engine(lifeline, participants, evidence):
            yield _lost(lifeline, received[0], "is called as what runs workflows")
        elif heard is None and (called := called_by_name(lifeline, participants, evidence)) is not None:
            yield taken_for_tool(lifeline, called)
        elif heard is None and (shared := sharers_of_name(lifeline, participants, evidence)):
            yield named_as_job(lifeline, shared, participants)
        elif heard is None and (of := done_by_starter(lifeline, participants, evidence)) is not None:
            yield taken_for_step(lifeline, *of)
        elif participants and (done := _begun(lifeline, participants, evidence)) is not None:
            yield _lost(lifeline, done, "begins by itself", what="what it does")
        elif heard is None and not participants and _is_lone_engine(lifeline, evidence):
            first = next(iter((*received, *evidence.senders.get(lifeline.id, ()))), None)
            if first is not None:
                yield _lost(lifeline, first, "is called as what runs workflows")
        elif participants:
            ordered = (m for m in received if is_done_by_nobody(m, participants, evidence))
            yield from (commanded(m, participants) for m in list(ordered)[:1])


def _started(lifeline: Lifeline, evidence: Evidence) -> Message | None:
    """The event by name that a source tells a person, known by nothing but the name, who then acts: `QA` may
    be a workflow, too. People are told of events in other words."""
    is_by_name = lifeline_names.is_person(evidence.names[lifeline.id]) and lifeline.kind != "actor"
    if not is_by_name or evidence.set_for(lifeline) is not None or not evidence.has_activity(lifeline.id):
        return None
    for message in evidence.received.get(lifeline.id, ()):
        text = labels.plain(message.text)
        is_start = event_words.is_event_alone(text) or event_words.is_unmistakable(text)
        if (
            is_start
            and not message.arrow.is_dotted
            and lifeline_names.is_source(evidence.names[message.sender])
        ):
            return message
    return None


def _aside(
    diagram: Diagram, participants: Mapping[str, Participant], evidence: Evidence
) -> Iterator[Diagnostic]:
    """Names that only notes have, beside a workflow: declared nowhere, and in no message."""
    if not any(one.role is Role.WORKFLOW for one in participants.values()):
        return
    for lifeline in diagram.lifelines:
        name = lifeline.id
        is_in_messages = bool(evidence.received.get(name) or evidence.senders.get(name))
        if lifeline.is_declared or is_in_messages or evidence.set_for(lifeline) is not None:
            continue
        is_read = participants[name].role is not Role.EXTERNAL or any(is_read(name) for is_read in _READ)
        noted = evidence.noted.get(name)
        if is_read or not noted or "comment" in marks_of(noted[0]):
            continue
        yield unread_lifeline(
            f"`{name}` is declared nowhere and in no message, so this note over it is no job",
            Label(lifeline.span, "only notes have this name") if lifeline.span is not None else None,
            cure="write the name of the workflow whose job it is, or `%% comment` above it if it is a remark",
            fixes=settled(noted[0].span, "comment"),
        )


def _of_two_files(
    diagram: Diagram, participants: Mapping[str, Participant], evidence: Evidence
) -> Iterator[Diagnostic]:
    """Workflows whose labels name a second file, `CI (ci.yml + env.yml)`, which no other lifeline is."""
    drawn = {one.file.casefold() for one in participants.values()}
    for lifeline in diagram.lifelines:
        label = labels.plain(lifeline.label)
        own = lifeline_names.workflow_file(label)
        second = lifeline_names.workflow_file(label.replace(own, " ")) if own else ""
        given = evidence.set_for(lifeline)
        is_open = lifeline.id in participants and participants[lifeline.id].role is Role.WORKFLOW
        if not second or second.casefold() in drawn or not is_open or (given and (given.file or given.role)):
            continue
        name = lifeline_names.display_name(lifeline.label)
        yield unread_lifeline(
            f"`{name}` names two files and is `{own}` alone, so nothing of `{second}` is written",
            Label(lifeline.span, "this lifeline") if lifeline.span is not None else None,
            cure=f"draw a lifeline for each, `participant NAME as {second}`, and send it its events; "
            f"`%% role: workflow {own}` above this one says that the other is only spoken of",
        )


def _between(
    diagram: Diagram, participants: Mapping[str, Participant], evidence: Evidence
) -> Iterator[Diagnostic]:
    """Lifelines that start a workflow, and are sources for nothing but that, but do something themselves when
    the repository has told them an event: they may be workflows that dispatch."""
    for lifeline in diagram.lifelines:
        one = participants.get(lifeline.id)
        is_by_place = one is not None and one.role is Role.SOURCE and not evidence.is_source(lifeline)
        if not is_by_place or evidence.set_for(lifeline) is not None or lifeline.id in evidence.people:
            continue
        name = evidence.names[lifeline.id]
        is_apart = lifeline_names.deploys_by_itself(name) or lifeline_names.is_client(name)
        received = evidence.received.get(lifeline.id, ())
        heard = next((m for m in received if hears_event(m, participants, evidence)), None)
        is_news = heard is None or participants[heard.sender].role is not Role.SOURCE
        if not (is_apart or is_news) and heard is not None and _works(lifeline, evidence):
            yield _lost(lifeline, heard, "hears of an event")


def _works(lifeline: Lifeline, evidence: Evidence) -> bool:
    """Whether a lifeline acts by itself, beside what notes over it tell of events, or writes to a source."""
    notes = evidence.noted.get(lifeline.id, ())
    is_noted = any(not event_words.said_events(labels.plain(note.text)) for note in notes)
    return is_noted or any(
        m.receiver == lifeline.id
        or (
            evidence.is_source(evidence.by_id[m.receiver])
            and not m.arrow.is_dotted
            and writing.verb(labels.plain(m.text)) is writing.Verb.WRITING
        )
        for m in evidence.senders.get(lifeline.id, ())
    )


def _begun(lifeline: Lifeline, participants: Mapping[str, Participant], evidence: Evidence) -> Message | None:
    """What a lifeline to which nobody speaks but in answer does by itself, or at the time of a note over it,
    beside what it says to others: it may be a workflow that a time starts. Not what tells a workflow
    anything, or a source an event: their events come from it. One that is wholly alone is `unknown-role`."""
    sent = evidence.senders.get(lifeline.id, ())
    own = [m for m in sent if m.receiver == lifeline.id]
    asked = {m.receiver for m in sent}
    received = evidence.received.get(lifeline.id, ())
    spoken = (m for m in received if m.sender != lifeline.id)
    if not all(m.arrow.is_dotted and m.sender in asked for m in spoken) or len(sent) == len(own):
        return None
    texts = (labels.plain(one.text) for one in (*evidence.noted.get(lifeline.id, ()), *own))
    is_likely = any(one.kind.has_times for text in texts for one in event_words.said_events(text))
    is_likely |= any(
        map(lifeline_names.is_of_github, labels.asides(lifeline.label))
    )  # `Sweep (GitHub Actions)`
    written: list[Message] = []
    for message in sent:
        role, text = participants[message.receiver].role, labels.plain(message.text)
        is_cause = role is Role.SOURCE and bool(event_words.said_events(text))
        is_written = role is Role.SOURCE and writing.verb(text) is writing.Verb.WRITING
        if is_written and not message.arrow.is_dotted and not _is_handed_on(message, participants, evidence):
            written.append(message)
        elif role in (Role.WORKFLOW, Role.JOB) or (is_cause and not is_likely):
            return None
    if not is_likely and all(_is_fetched(m, participants, evidence) for m in sent if m not in own):
        return None  # a server that takes what a workflow gave away
    return next(iter(own or (sent if is_likely else written)), None)


def _is_handed_on(message: Message, participants: Mapping[str, Participant], evidence: Evidence) -> bool:
    """Whether what is told to a source may start a run: it tells a workflow something afterwards."""
    events = evidence.diagram.events
    behind = events[events.index(message) + 1 :]
    return any(
        isinstance(one, Message)
        and one.sender == message.receiver
        and participants[one.receiver].role is Role.WORKFLOW
        for one in behind
    )


def _is_fetched(message: Message, participants: Mapping[str, Participant], evidence: Evidence) -> bool:
    """Whether a message to a registry takes what a workflow has pushed there, for all that its words tell."""
    receiver = participants[message.receiver]
    given = (
        m for m in evidence.received.get(receiver.id, ()) if participants[m.sender].role is Role.WORKFLOW
    )
    text = labels.plain(message.text)
    is_gift = labels.has_word(text, labels.GIVING) or ci_words.gives_in_any_language(text)
    return receiver.is_registry and not is_gift and any(not m.arrow.is_dotted for m in given)


def _tells_source(lifeline: Lifeline, participants: Mapping[str, Participant], evidence: Evidence) -> bool:
    sent = evidence.senders.get(lifeline.id, ())
    return any(participants[message.receiver].role is Role.SOURCE for message in sent)


def _is_by_place(lifeline: Lifeline, evidence: Evidence) -> bool:
    """Whether nothing but its place says that a lifeline is a person: no name, declaration or setting."""
    is_by_name = lifeline_names.is_person(evidence.names[lifeline.id]) or lifeline.kind == "actor"
    return not is_by_name and evidence.set_for(lifeline) is None


_PARTED = late(r"\s*[:/|–—]\s*")


def _is_second_engine(
    lifeline: Lifeline, participants: Mapping[str, Participant], evidence: Evidence
) -> bool:
    """Whether a lifeline beside a workflow is called CD or the like, and acts, or is told something by a
    source, without that the workflow has called it: what that calls is a tool of its."""
    names = _PARTED.split(evidence.names[lifeline.id])  # `Actions: CI`
    if not any(lifeline_names.is_engine(name) or lifeline_names.is_delivery(name) for name in names):
        return False
    inside = {x for x, one in participants.items() if one.role in (Role.WORKFLOW, Role.JOB)}
    received = evidence.received.get(lifeline.id, ())
    is_told = any(participants[m.sender].role is Role.SOURCE and not m.arrow.is_dotted for m in received)
    is_at_work = evidence.has_activity(lifeline.id) or is_told
    return is_at_work and not any(m.sender in inside for m in received)


def _is_lone_engine(lifeline: Lifeline, evidence: Evidence) -> bool:
    """Whether a lifeline where none is a workflow has a name that says CI, and acts or writes to a source; of
    what is called GitHub's engine, whether it does more than to ask one thing of somebody."""
    name = evidence.names[lifeline.id]
    if lifeline_names.is_engine(name):
        done = [
            m
            for m in evidence.senders.get(lifeline.id, ())
            if m.receiver != m.sender and m.receiver not in evidence.people and not m.arrow.is_dotted
        ]
        is_command = any(lifeline_names.is_command(labels.plain(m.text)) for m in done)
        is_sole = len(evidence.engines(list(evidence.diagram.lifelines))) == 1
        return is_sole and lifeline_names.is_of_github(name) and (len(done) > 1 or is_command)
    if not lifeline_names.says_runs(name):
        return False
    written = (
        m
        for m in evidence.senders.get(lifeline.id, ())
        if evidence.is_source(evidence.by_id[m.receiver]) and not m.arrow.is_dotted
    )
    return evidence.has_activity(lifeline.id) or any(
        writing.verb(labels.plain(m.text)) is writing.Verb.WRITING for m in written
    )


def _acts(
    lifeline: Lifeline, diagram: Diagram, participants: Mapping[str, Participant], evidence: Evidence
) -> bool:
    """Whether a lifeline does something: by itself, with what is outside, or by a note beside it; with any
    that has not spoken to it, if its name has a word of CI; or writes to the repository, which its own name
    does not say of a bot."""
    if evidence.has_activity(lifeline.id):
        return True
    sent = evidence.senders.get(lifeline.id, ())
    spoken_to = {m.sender for m in evidence.received.get(lifeline.id, ())}
    is_engine = lifeline_names.says_engine(f"{lifeline.id} {evidence.names[lifeline.id]}")
    if is_engine and any(m.receiver not in spoken_to and not m.arrow.is_dotted for m in sent):
        return True
    if not lifeline_names.says_bot(evidence.names[lifeline.id]) and any(
        writing.verb(labels.plain(m.text)) is writing.Verb.WRITING
        for m in sent
        if evidence.is_source(evidence.by_id[m.receiver]) and not m.arrow.is_dotted
    ):
        return True
    outside = {x for x, one in participants.items() if one.role is Role.EXTERNAL}
    return any(m.receiver in outside and not m.arrow.is_dotted for m in sent) or any(
        isinstance(event, Note) and lifeline.id in event.lifelines for event in diagram.events
    )


def _may_be_source(
    lifeline: Lifeline, heard: Message, participants: Mapping[str, Participant], evidence: Evidence
) -> bool:
    """Whether a lifeline that is told of an event may be the repository: a person tells it, and a workflow or
    what it tells then asks it for something."""
    sender = participants.get(heard.sender)
    inner = {x for x, one in participants.items() if one.role in (Role.WORKFLOW, Role.JOB)}
    told = evidence.received.get(lifeline.id, ())
    return sender is not None and sender.role is Role.PERSON and any(m.sender in inner for m in told)


def _lost(
    lifeline: Lifeline,
    heard: Message,
    why: str,
    *,
    else_is: str = "external",
    what: str = "what it is told",
    may_be_source: bool = False,
) -> Diagnostic:
    name = lifeline_names.called(lifeline.label) or lifeline.id
    file = lifeline_names.workflow_file(labels.plain(heard.text)) or f"{job_id(name)}.yml"
    declared = lifeline.id if re.fullmatch(r"\w+", lifeline.id) else f'"{lifeline.id}"'
    source = "`%% role: source` if it is the repository; " if may_be_source else ""
    return unread_lifeline(
        f"`{name}` {why} and does something, and is read as no workflow, so what it does of itself is lost",
        Label(lifeline.span, "this lifeline") if lifeline.span is not None else None,
        Label(heard.text_span, what) if heard.text_span is not None else None,
        cure=f"if it is one, write its file into its label, `participant {declared} as {name} ({file})`, or "
        f"`%% role: workflow {file}` above it; {source}else `%% role: {else_is}`",
        reason=f"{{count}} lifelines {_REASONS[what]}, and are read as no workflows, so what they do of "
        "themselves is lost",
    )


_REASONS = {
    "what it is told": "do something when they hear of it",
    "what it does": "begin by themselves and do something",
}


def _second(
    diagram: Diagram, participants: Mapping[str, Participant], evidence: Evidence
) -> Iterator[Diagnostic]:
    """Names that are not declared, and are the label or another spelling of a declared lifeline."""
    known = [x for x in diagram.lifelines if x.is_declared]
    for lifeline in diagram.lifelines:
        if lifeline.is_declared:
            continue
        other = meant_by(lifeline, known or diagram.lifelines)
        if other is not None:
            yield _named_twice(lifeline, other, diagram, participants, evidence)


def meant_by(lifeline: Lifeline, others: Sequence[Lifeline]) -> Lifeline | None:
    """The lifeline of which a name is the label or another spelling, if there is one."""
    for other in others:
        if other is not lifeline and (_is_label(lifeline.id, other) or _is_spelling(lifeline.id, other.id)):
            return other
    return None


_FILE = late(r"\s*[(\[]?\s*" + lifeline_names.FILE.pattern + r"\s*[)\]]?")


def _is_label(name: str, other: Lifeline) -> bool:
    """Whether a name is the label of a lifeline, with or without its file."""
    label = " ".join(labels.lines(other.label))
    bare = _FILE.sub("", label).strip()
    stem = lifeline_names.workflow_file(label).rpartition(".")[0]
    known = {squeezed(one) for one in (label, bare, stem)} - {""}
    return name != other.id and squeezed(name) in known


def _is_spelling(name: str, other: str) -> bool:
    """Whether two names differ only in case, blanks or punctuation, and nothing else tells so."""
    one, two = (re.sub(r"[\W_]+", "", x).casefold() for x in (name, other))
    if not one or one != two or name == other:
        return False
    is_told = "".join(name.casefold().split()) == "".join(other.casefold().split())
    return not (is_told and min(len(name), len(other)) >= _LONG_ENOUGH)


def _named_twice(
    lifeline: Lifeline,
    other: Lifeline,
    diagram: Diagram,
    participants: Mapping[str, Participant],
    evidence: Evidence,
) -> Diagnostic:
    is_workflow = participants[other.id].role in (Role.WORKFLOW, Role.JOB)
    workflows = {x for x, one in participants.items() if one.role is Role.WORKFLOW}
    bears = is_workflow and evidence.has_steps(lifeline.id, workflows)
    return diagnostic(
        SPLIT_LIFELINE if bears else SECOND_LIFELINE,
        f"`{lifeline.id}` is a lifeline of its own beside `{other.id}`"
        + (", so what it does would be lost" if bears else ""),
        Label(lifeline.span, "first used here") if lifeline.span is not None else None,
        Label(other.span, "the other one") if other.span is not None else None,
        help=f"write `{other.id}` if they are one; else declare it: `participant {lifeline.id}`",
        fixes=_renamed(lifeline.id, other.id, diagram) if bears else (),
    )


def _renamed(name: str, meant: str, diagram: Diagram) -> tuple[Fix, ...]:
    """The name of another lifeline wherever a message or note has this one, as one cure."""
    edits: list[Edit] = []
    for event in diagram.events:
        if isinstance(event, Activation) and event.lifeline == name:
            return ()
        if not isinstance(event, Message | Note):
            continue
        ends = event.lifelines if isinstance(event, Note) else (event.sender, event.receiver)
        count = sum(end == name for end in ends)
        if not count or event.span is None or event.text_span is None:
            if count:
                return ()
            continue
        before = event.span.text[: event.text_span.start - event.span.start]
        places = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", before)]
        if len(places) != count:
            return ()
        starts = [event.span.start + place for place in places]
        edits += [Edit(Span(event.span.file, start, start + len(name)), meant) for start in starts]
    return (Fix(tuple(edits), is_safe=False),) if edits else ()
