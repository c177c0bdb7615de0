"""Lifelines that are jobs of a workflow which the diagram does not draw as one, or that nobody starts.

`%% role: job of ci.yml` says so, and two labels with one file of which each says job: `Build job (ci.yml)`.
What is said to the first of them from outside starts the workflow, which then calls the job.
"""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.reading.lifelines.evidence import Evidence
from mermaid2gha.compiler.reading.lifelines.marked_roles import marked_job_files, marked_roles
from mermaid2gha.compiler.vocabulary import ci_words, labels
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.mermaid.ast import Arrow, Cosmetic, Diagram, Event, Lifeline, Mark, Message, Note
from mermaid2gha.settings.model import Settings

_OF_STARTS = frozenset(("trigger", "when", "token"))
_OF_JOBS = frozenset(("id", "outputs", "decide"))


def job_lifelines(diagram: Diagram, settings: Settings) -> Diagram:
    """The same diagram, with the workflow of its job lifelines where none of them is called by it."""
    diagram = _with_roles(diagram)
    files = marked_job_files(diagram)
    if not files:
        return diagram
    evidence = Evidence(diagram, settings)
    for file in dict.fromkeys(files.values()):
        jobs = {x.id for x in diagram.lifelines if files.get(x.id) == file}
        drawn = next((x.id for x in diagram.lifelines if x.id not in files and _file_of(x) == file), "")
        diagram = _Calls(diagram, evidence, jobs=jobs, workflow=drawn or file).diagram_with_workflow()
    return diagram


def _file_of(lifeline: Lifeline) -> str:
    return lifeline_names.workflow_file(f"{' '.join(labels.lines(lifeline.label))} {lifeline.id}")


def _with_roles(diagram: Diagram) -> Diagram:
    """The same diagram, with a mark above each lifeline whose label says that it is a job of a file that
    another one has, too."""
    said = {x.id: _file_of(x) for x in diagram.lifelines if ".y" in x.label}
    shared = {x for x, file in said.items() if file and list(said.values()).count(file) > 1}
    shared -= marked_roles(diagram).keys()
    jobs = {x.id: said[x.id] for x in diagram.lifelines if x.id in shared and _says_job(x)}
    if not jobs:
        return diagram
    added = {at: marks for at, event in enumerate(diagram.events) if (marks := _added(event, jobs))}
    events = list(diagram.events)
    for at, marks in added.items():
        if isinstance(declared := events[at], Cosmetic):
            events[at] = replace(declared, marks=(*declared.marks, *marks))
    lifelines = tuple(
        replace(x, label=lifeline_names.display_name(x.label)) if x.id in jobs else x
        for x in diagram.lifelines
    )
    comments = (*diagram.comments, *(mark for marks in added.values() for mark in marks))
    return replace(diagram, events=tuple(events), lifelines=lifelines, comments=comments)


def _says_job(lifeline: Lifeline) -> bool:
    name = lifeline_names.display_name(lifeline.label)
    return lifeline.kind != "actor" and ci_words.JOB_WORD.search(name) is not None


def _added(event: Event, jobs: Mapping[str, str]) -> tuple[Mark, ...]:
    """The mark above a lifeline's declaration that says what its label does."""
    file = jobs.get(event.lifeline or "") if isinstance(event, Cosmetic) else None
    return (Mark("role", f"job of {file}", event.span),) if file and event.span is not None else ()


class _Calls:
    """The walk that lets a workflow start and call the first of its job lifelines."""

    def __init__(self, diagram: Diagram, evidence: Evidence, *, jobs: set[str], workflow: str) -> None:
        self.diagram = diagram
        self.evidence = evidence
        self.jobs = jobs
        self.workflow = workflow
        self.first = ""
        self.is_begun = False

    def diagram_with_workflow(self) -> Diagram:
        events: list[Event] = []
        for event in self.diagram.events:
            events += self.with_calls(event) if isinstance(event, Message | Note) else (event,)
        if not self.first:
            return self.diagram
        drawn = self.diagram.lifelines
        if all(one.id != self.workflow for one in drawn):
            at = next(at for at, one in enumerate(drawn) if one.id in self.jobs)
            added = Lifeline(
                self.workflow, self.workflow, kind="participant", is_declared=True, span=drawn[at].span
            )
            drawn = (*drawn[:at], added, *drawn[at:])
        return replace(self.diagram, events=tuple(events), lifelines=drawn)

    def with_calls(self, event: Message | Note) -> tuple[Event, ...]:
        ends = set(event.lifelines) if isinstance(event, Note) else {event.sender, event.receiver}
        if self.workflow in ends:
            self.is_begun = True
        if ends.isdisjoint(self.jobs) or "comment" in marks_of(event):
            return (event,)
        if isinstance(event, Message) and event.receiver in self.jobs and event.sender not in self.jobs:
            return self.started(event) if self.workflow not in ends else (event,)
        is_own = isinstance(event, Note) or event.sender in self.jobs
        if self.is_begun or not is_own:
            return (event,)
        self.is_begun = True
        self.first = event.sender if isinstance(event, Message) else event.lifelines[0]
        marks = tuple(mark for mark in event.marks if mark.name in _OF_STARTS)
        kept = replace(event, marks=tuple(mark for mark in event.marks if mark.name not in _OF_STARTS))
        opened = (self.said(self.workflow, self.workflow, event, marks),) if marks else ()
        return (*opened, self.said(self.workflow, self.first, event), kept)

    def started(self, message: Message) -> tuple[Event, ...]:
        """What is said to a job from outside: it starts the workflow where nothing else has, and where it is
        an event for the job that the last one was for."""
        is_again = message.receiver == self.first and self.is_event(message)
        if self.is_begun and not is_again:
            return (message,)
        self.is_begun = True
        self.first = message.receiver
        kept = tuple(mark for mark in message.marks if mark.name not in _OF_JOBS)
        of_job = tuple(mark for mark in message.marks if mark.name in _OF_JOBS)
        start = replace(message, receiver=self.workflow, marks=kept)
        return start, self.said(self.workflow, message.receiver, message, of_job)

    def is_event(self, message: Message) -> bool:
        if "trigger" in marks_of(message):
            return True
        is_of_source = self.evidence.is_source(self.evidence.by_id[message.sender])
        named = event_words.said_events(labels.plain(message.text))
        return not message.arrow.is_dotted and (is_of_source or bool(named))

    @staticmethod
    def said(sender: str, receiver: str, event: Message | Note, marks: tuple[Mark, ...] = ()) -> Message:
        place = event.text_span or event.span
        return Message(sender, receiver, "", Arrow.SOLID, marks=marks, span=event.span, text_span=place)
