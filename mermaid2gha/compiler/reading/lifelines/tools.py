"""Lifelines that are taken for tools and told to do what only a workflow does, or by those who do nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.edit import Fix
from mermaid2gha.base.patterns import late
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.reading.lifelines.evidence import Evidence
from mermaid2gha.compiler.vocabulary import approvals, ci_words, forms, labels, writing
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.github.names import job_id
from mermaid2gha.mermaid.ast import Lifeline, Message

UNREAD_LIFELINE = Rule("unread-lifeline", Severity.WARNING, is_guess=True)


def unread_lifeline(
    message: str, *places: Label | Span | None, cure: str, fixes: tuple[Fix, ...] = (), reason: str = ""
) -> Diagnostic:
    """A finding that a lifeline, or what is said to it, may be of a workflow."""
    return diagnostic(UNREAD_LIFELINE, message, *places, help=cure, fixes=fixes, reason=reason)


def called_by_name(
    lifeline: Lifeline, participants: Mapping[str, Participant], evidence: Evidence
) -> Message | None:
    """The message by which a workflow triggers what is called as the message says, and which then acts; or
    calls it by the file of a workflow, which alone it names."""
    name = evidence.names[lifeline.id]
    acts, named = evidence.has_activity(lifeline.id), _parts(name)
    for message in evidence.received.get(lifeline.id, ()):
        sender, text = participants.get(message.sender), labels.plain(message.text)
        is_inner = sender is not None and sender.role in _INNER and not message.arrow.is_dotted
        if not is_inner:
            continue
        if ".y" in text and _calls_file(text, name):
            return message
        match = ci_words.STARTS_RUN.match(text) if acts else None
        rest = labels.without_asides(forms.without_given(text[match.end() :])) if match is not None else ""
        said = _parts(rest) - ci_words.OF_RUNS
        if said and said <= named:
            return message
    return None


def _parts(name: str) -> set[str]:
    """The words of a name, those within it too: `Auto-Version-Release` is `Auto Version & Release`."""
    return set(_PART.findall(name.casefold()))


_PART = late(r"[^\W_]+")
_INNER = (Role.WORKFLOW, Role.JOB)


def _calls_file(text: str, name: str) -> bool:
    """Whether a text says that the workflow of a file is called or started and no more, or names the file
    that a lifeline is called after."""
    file = lifeline_names.workflow_file(text)
    if not file:
        return False
    rest = lifeline_names.FILE.sub(" ", forms.without_given(text))
    says = (
        ci_words.SAYS_CALL,
        ci_words.SAYS_DISPATCH,
        ci_words.REUSED,
        ci_words.CALLED_BEYOND,
        ci_words.STARTS_RUN,
    )
    is_start = event_words.is_sure(text) or any(one.search(rest) is not None for one in says)
    words = set(labels.words(ci_words.CALLED_BEYOND.sub(" ", ci_words.STARTS_RUN.sub(" ", rest))))
    is_whole = words <= ci_words.OF_RUNS | ci_words.OF_CALLS
    return (is_start and is_whole) or squeezed(file.rpartition(".")[0]) == squeezed(name)


def taken_for_tool(lifeline: Lifeline, called: Message) -> Diagnostic:
    name = lifeline_names.called(lifeline.label) or lifeline.id
    named = lifeline_names.workflow_file(labels.plain(called.text))
    file = named or f"{job_id(name)}.yml"
    return unread_lifeline(
        f"`{name}` is called by the file of a workflow, and is taken for a tool: no workflow is called"
        if named
        else f"`{name}` is triggered by its name and does something, and is taken for a tool: what it does "
        "are steps of who triggers it",
        Label(called.text_span, "this calls it" if named else "this triggers it")
        if called.text_span is not None
        else None,
        cure=f"if it is a workflow, write its file into its label, `participant {lifeline.id} as {name} "
        f"({file})`, or `%% role: workflow {file}` above it; else `%% role: external`",
    )


def sharers_of_name(
    lifeline: Lifeline, participants: Mapping[str, Participant], evidence: Evidence
) -> tuple[Lifeline, ...]:
    """The lifelines that are called after one workflow, `CI: deploy` beside `CI: build` or `CI`, where a
    workflow or a job tells one of them something and it then acts; none if it shares its name with none."""
    engine = lifeline_names.engine_before_colon(lifeline.label)
    is_told = any(
        participants[m.sender].role in _INNER and not m.arrow.is_dotted
        for m in evidence.received.get(lifeline.id, ())
        if m.sender in participants
    )
    if not engine or not is_told or not evidence.has_activity(lifeline.id):
        return ()
    shared = tuple(
        x
        for x in evidence.diagram.lifelines
        if squeezed(engine) in map(squeezed, (lifeline_names.engine_before_colon(x.label), _bare(x)))
    )
    return shared if len(shared) > 1 else ()


def _bare(lifeline: Lifeline) -> str:
    return lifeline_names.display_name(lifeline.label)


def named_as_job(
    lifeline: Lifeline, shared: tuple[Lifeline, ...], participants: Mapping[str, Participant]
) -> Diagnostic:
    engine = lifeline_names.engine_before_colon(lifeline.label)
    named = (participants[x.id].file for x in shared if squeezed(_bare(x)) == squeezed(engine))
    file = next(named, "") or f"{job_id(engine)}.yml"
    jobs = [f"`{x.label}`" for x in shared if lifeline_names.engine_before_colon(x.label)]
    names = jobs[0] if len(jobs) == 1 else f"{', '.join(jobs[:-1])} and {jobs[-1]}"
    return unread_lifeline(
        f"`{lifeline.label}` is called after `{engine}` as others are and does something, and is taken for a "
        "tool: what it does are steps of who tells it",
        Label(lifeline.span, "this lifeline") if lifeline.span is not None else None,
        cure=f"`%% role: job of {file}` above {names} says that each is a job of one workflow, "
        f"`%% role: workflow {job_id(_bare(lifeline))}.yml` above this one that it is a workflow; else "
        "`%% role: external`",
    )


def said_to_be_jobs(participants: Mapping[str, Participant], evidence: Evidence) -> tuple[Lifeline, ...]:
    """Two or more lifelines whose labels say job, which one workflow calls and which do nothing themselves:
    what they are told are steps of one job. None if one of them is more than called."""
    found: list[Lifeline] = []
    for lifeline in evidence.diagram.lifelines:
        one, received = participants.get(lifeline.id), evidence.received.get(lifeline.id, ())
        if one is None or one.role is not Role.EXTERNAL or evidence.set_for(lifeline) is not None:
            continue
        is_told = any(participants[m.sender].role in _INNER and not m.arrow.is_dotted for m in received)
        if is_told and lifeline_names.may_be_job(evidence.names[lifeline.id]):
            found.append(lifeline)
    return tuple(found) if len(found) > 1 else ()


def taken_for_steps(
    jobs: tuple[Lifeline, ...], participants: Mapping[str, Participant], evidence: Evidence
) -> Diagnostic:
    names = [f"`{lifeline_names.called(x.label) or x.id}`" for x in jobs]
    calls = (m for m in evidence.received.get(jobs[0].id, ()) if participants[m.sender].role in _INNER)
    file = next((participants[m.sender].file for m in calls), "ci.yml")
    return unread_lifeline(
        f"{', '.join(names[:-1])} and {names[-1]} are called as jobs and do nothing themselves, so what they "
        "are told are steps of the job that is there",
        *(Label(x.span, "called as a job") for x in jobs if x.span is not None),
        cure=f"`%% role: job of {file}` above each says that it is a job, `%% role: external` that it is not",
    )


def is_done_by_nobody(message: Message, participants: Mapping[str, Participant], evidence: Evidence) -> bool:
    """Whether a source, or what is asked for an approval, which do nothing, runs a command on what is
    outside; or a source gives something away once a workflow has been started."""
    sender, text = participants[message.sender], lifeline_names.unquoted(labels.plain(message.text))
    if message.arrow.is_dotted or message.marks or sender.role not in (Role.SOURCE, Role.EXTERNAL):
        return False
    if sender.role is Role.SOURCE and _gives(text) and _is_after_start(message, participants, evidence):
        return True
    if not lifeline_names.is_command_line(text) or event_words.said_events(text):
        return False
    asked = (
        m
        for m in evidence.received.get(message.sender, ())
        if participants[m.sender].role is Role.WORKFLOW and approvals.is_approval(labels.parsed(m.text).name)
    )
    return sender.role is Role.SOURCE or sender.is_environment or any(asked)


def _gives(text: str) -> bool:
    """Whether a text gives something away by the verb at its head, and names no event that others hear of."""
    first, *others = labels.words(text)[:2] or ("",)
    is_gift = writing.stem(first) in labels.GIVING or ci_words.is_giving(text)
    return is_gift and bool(others) and not labels.is_taking(text) and not event_words.said_events(text)


def _is_after_start(message: Message, participants: Mapping[str, Participant], evidence: Evidence) -> bool:
    """Whether a workflow has been told something before a message."""
    events = evidence.diagram.events
    before = events[: events.index(message)]
    return any(isinstance(m, Message) and participants[m.receiver].role is Role.WORKFLOW for m in before)


def commanded(message: Message, participants: Mapping[str, Participant]) -> Diagnostic:
    return _of_no_workflow(
        message,
        participants,
        f"`{participants[message.sender].name}` does nothing itself, so this is done by no workflow, and "
        "nothing of it is written",
        place="what is to be done",
        cure=f"if a workflow runs it, draw it from there, `WORKFLOW->>{message.receiver}: …`; `%% comment` "
        "above it if other software does",
    )


def _of_no_workflow(
    message: Message, participants: Mapping[str, Participant], what: str, *, place: str, cure: str
) -> Diagnostic:
    """That a message is done by no workflow; `cure` draws it from the first, `WORKFLOW`."""
    workflow = next((one.id for one in participants.values() if one.role is Role.WORKFLOW), "WORKFLOW")
    span = message.text_span or message.span
    return unread_lifeline(
        what, Label(span, place) if span is not None else None, cure=cure.replace("WORKFLOW", workflow)
    )


def works_in_source(
    lifeline: Lifeline, participants: Mapping[str, Participant], evidence: Evidence
) -> Message | None:
    """The work of CI that a source does by itself, which does nothing: `Repo->>Repo: Lint and test`."""
    if not participants or participants[lifeline.id].role is not Role.SOURCE:
        return None
    for message in evidence.senders.get(lifeline.id, ()):
        text = labels.plain(message.text)
        if message.receiver != lifeline.id or marks_of(message) or ci_words.WORK.search(text) is None:
            continue
        if not event_words.said_events(text) and writing.verb(text) is not writing.Verb.WRITING:
            return message
    return None


def works_nowhere(
    lifeline: Lifeline, message: Message, participants: Mapping[str, Participant]
) -> Diagnostic:
    name = lifeline_names.called(lifeline.label) or lifeline.id
    return _of_no_workflow(
        message,
        participants,
        f"`{name}` runs nothing itself, so this is done by no workflow",
        place="what is done there",
        cure="if a workflow does it, draw it there, `WORKFLOW->>WORKFLOW: …`; `%% comment` above it if it "
        "is a remark",
    )


def done_by_starter(
    lifeline: Lifeline, participants: Mapping[str, Participant], evidence: Evidence
) -> tuple[Message, Message] | None:
    """By what a lifeline that no workflow had called starts a run, at the repository, and what it does when
    the run has told it something: steps of the run, although it may act for itself."""
    if not participants or participants[lifeline.id].role is not Role.EXTERNAL or evidence.set_for(lifeline):
        return None
    cause: Message | None = None
    is_told = False
    for message in evidence.diagram.events:
        if not isinstance(message, Message):
            continue
        if message.receiver == lifeline.id and participants[message.sender].role in _INNER:
            if cause is None:
                return None
            is_told = True
        elif message.sender == lifeline.id and cause is not None:
            if is_told and not (marks_of(message) or message.arrow.is_dotted):
                return cause, message
        elif message.sender == lifeline.id and participants[message.receiver].role is Role.SOURCE:
            cause = message if event_words.said_events(labels.plain(message.text)) else None
    return None


def taken_for_step(lifeline: Lifeline, cause: Message, done: Message) -> Diagnostic:
    name = lifeline_names.called(lifeline.label) or lifeline.id
    return unread_lifeline(
        f"`{name}` starts this run and is told something by it, and what it does then are steps of the run",
        Label(done.text_span or done.span, "what it does then") if done.span is not None else None,
        Label(cause.text_span, "this starts the run") if cause.text_span is not None else None,
        cure=f"`%% role: {lifeline.id} = person` above it if it acts for itself, `%% role: {lifeline.id} = "
        "external` if the run makes use of it",
    )


def squeezed(name: str) -> str:
    """A name by which spellings are compared: without case, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", labels.plain(name)).casefold()
