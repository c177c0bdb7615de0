"""What a diagram says of its lifelines before any has a role (docs/language.md#lifelines-and-roles)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mermaid2gha.compiler.ir.flow_graph import Role
from mermaid2gha.compiler.reading.lifelines.marked_roles import marked_job_files, marked_roles
from mermaid2gha.compiler.vocabulary import approvals, branches, ci_words, forms, labels
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.github.events import REPOSITORY_DISPATCH, WORKFLOW_CALL, WORKFLOW_RUN
from mermaid2gha.mermaid.ast import Box, Diagram, Lifeline, Message, Note, Placement
from mermaid2gha.settings.model import LifelineSettings, RoleName, Settings, folded

STORE_KINDS = ("database", "collections", "queue")
_STARTS = frozenset({"call", "dispatch", "trigger"})
"""Marks of messages that only a workflow can get."""


class Evidence:
    """What a diagram says about its lifelines, gathered in one walk.

    `origins` send events, `inside` are workflows by name or by a message and what they call; `triggered` got
    a message that starts a workflow and nothing else. `is_ci`: something in the diagram is surely GitHub's,
    so that words which other software uses as well (`start`, `pipeline`) can be taken for words of CI.
    `chained` stand in a box with the file of a workflow: together they are it, so that what starts one of
    them starts no workflow of its own.
    """

    def __init__(self, diagram: Diagram, settings: Settings) -> None:
        self.diagram = diagram
        self.marked = marked_roles(diagram)
        self.job_files = marked_job_files(diagram)
        self.settings = {folded(name): value for name, value in settings.lifelines}
        self.token_notes: set[str] = set()
        self.triggered: set[str] = set()
        self.noted: dict[str, list[Note]] = {}
        self.senders: dict[str, list[Message]] = {}
        self.received: dict[str, list[Message]] = {}
        self.names = {x.id: _name(x) for x in diagram.lifelines}
        self.by_id = {x.id: x for x in diagram.lifelines}
        self.lifeline_names = {folded(name) for x in diagram.lifelines for name in (x.id, self.names[x.id])}
        self.kinds = {x.kind for x in diagram.lifelines}
        self.chained = {member for box in diagram.boxes if self.file_of_box(box) for member in box.lifelines}
        self.people = {x.id for x in diagram.lifelines if self.is_person(x)}
        self._gather()
        self.is_ci = self._is_ci()
        self.files = {
            x.id
            for x in diagram.lifelines
            if self.has_file(x) or x.id in self.token_notes or self.is_control(x)
        }
        self.people |= starters(self)
        self.first_to_start, openers = beginnings(self)
        self.people |= openers
        self.origins = {x.id for x in diagram.lifelines if x.id in self.people or self.is_source(x)}
        self.inside = {x.id for x in diagram.lifelines if self.is_surely_workflow(x)}
        self._walk()

    # -- one lifeline ------------------------------------------------------------------------------

    def set_for(self, lifeline: Lifeline) -> LifelineSettings | None:
        if lifeline.id in self.marked:
            return self.marked[lifeline.id]
        first = next(iter(labels.lines(lifeline.label)), lifeline.id)
        return self.settings.get(folded(lifeline.id)) or self.settings.get(folded(first))

    def file_of_box(self, box: Box) -> str:
        """The file of the workflow that a box is, by the settings of its title, which no lifeline has for a
        name, or by the title itself; empty if neither names one."""
        titles = {folded(box.name or ""), folded(lifeline_names.display_name(box.name or ""))}
        given = [self.settings[title] for title in titles - self.lifeline_names if title in self.settings]
        return next((one.file for one in given if one.file), lifeline_names.workflow_file(box.name or ""))

    def is_person(self, lifeline: Lifeline) -> bool:
        given = self.set_for(lifeline)
        if given is not None and (given.role or given.file):
            return given.role is RoleName.PERSON
        name = lifeline_names.called(lifeline.label) or lifeline.id
        is_software = lifeline_names.is_engine(name) or lifeline_names.is_labelled_file(lifeline.label)
        return not is_software if lifeline.kind == "actor" else lifeline_names.is_person(name)

    def is_surely_workflow(self, lifeline: Lifeline) -> bool:
        """Whether a lifeline is a workflow by the settings or by its name alone."""
        given = self.set_for(lifeline)
        is_set = given is not None and bool(given.file or given.role is RoleName.WORKFLOW)
        return is_set or self.has_file(lifeline) or lifeline_names.is_engine(self.names[lifeline.id])

    def has_file(self, lifeline: Lifeline) -> bool:
        """Whether a lifeline is called by a workflow's file, which is not just read and written."""
        file = lifeline_names.workflow_file(" ".join(labels.lines(lifeline.label)) + " " + lifeline.id)
        if not file or (".github/" not in lifeline.label and self.is_written(lifeline, frozenset())):
            return False
        if not self.is_passive(lifeline):
            return True
        others = (lifeline_names.workflow_file(x.label) for x in self.diagram.lifelines if x is not lifeline)
        by_people = all(m.sender in self.people for m in self.received.get(lifeline.id, ()))
        return ".github/" in lifeline.label or (any(others) and not by_people)

    def is_written(self, lifeline: Lifeline, above: frozenset[str]) -> bool:
        """Whether a file is one that tools read and write: it does nothing by itself, and nobody who starts
        runs tells it anything, nor a workflow; `above` are the files of which that is asked already."""
        received = self.received.get(lifeline.id, ())
        is_told = any(map(self.is_said, received))  # and not but answered
        if self.has_activity(lifeline.id) or not is_told or lifeline.id in above:
            return lifeline.id in above
        return all(self.is_of_tool(m, above | {lifeline.id}) for m in received)

    def is_of_tool(self, message: Message, above: frozenset[str]) -> bool:
        """Whether a message is one of a tool, or of a file that tools read and write, and starts nothing."""
        text, sender = labels.plain(message.text), self.by_id[message.sender]
        name = self.names[message.sender]
        is_starting = event_words.is_sure(text) or bool(event_words.said_events(text))
        is_starting = is_starting or bool(_STARTS.intersection(mark.name for mark in message.marks))
        is_origin = sender.id in self.people or lifeline_names.is_source(name) or sender.id in self.chained
        is_engine = lifeline_names.says_engine(name) or lifeline_names.is_event(name)
        if is_starting or is_origin or (is_engine and not lifeline_names.FILE.search(sender.label)):
            return False
        is_file = bool(lifeline_names.workflow_file(f"{sender.label} {sender.id}"))
        return not is_file or self.is_written(sender, above)

    def is_passive(self, lifeline: Lifeline) -> bool:
        """Whether a lifeline does nothing itself, and nobody from whom events come tells it anything."""
        if self.has_activity(lifeline.id) or any(
            not m.arrow.is_dotted for m in self.senders.get(lifeline.id, ())
        ):
            return False
        for message in self.received.get(lifeline.id, ()):
            sender, text = self.by_id[message.sender], labels.plain(message.text)
            name = self.names[message.sender]
            if (
                event_words.is_sure(text)
                or lifeline_names.is_git(name)
                or lifeline_names.workflow_file(sender.label)
                or message.sender in self.chained
                or _STARTS.intersection(mark.name for mark in message.marks)
            ):
                return False
            if message.sender in self.people and event_words.said_events(text):
                return False
        return True

    def is_control(self, lifeline: Lifeline) -> bool:
        """Whether a lifeline is typed as a control, and not in a diagram of boundaries and entities."""
        return lifeline.kind == "control" and (self.is_ci or not self.kinds & {"boundary", "entity"})

    def is_more_than_bus(self, name: str) -> bool:
        """Whether an engine beside workflows is one itself, and not just where their events come from."""
        received = self.received.get(name, ())
        if any(m.sender == name for m in received):
            return True
        sent = self.senders.get(name, ())
        is_told = any(lifeline_names.is_source(self.names[m.sender]) for m in received)
        return is_told and bool(sent) and not any(self.is_start(m) for m in sent)

    def has_activity(self, name: str) -> bool:
        return name in self.noted or any(m.sender == name for m in self.received.get(name, ()))

    def has_steps(self, name: str, workflows: set[str]) -> bool:
        """Whether a lifeline does something as a job: by itself, with something outside, or by its name."""
        is_job = self.has_activity(name) or ci_words.is_called_as_job(self.names[name])
        others = workflows | self.people if not is_job else ()
        return is_job or any(self.is_said(m) and m.receiver not in others for m in self.senders.get(name, ()))

    def is_called_by(self, name: str, workflows: set[str]) -> bool:
        """Whether a workflow calls a lifeline: by a solid message, or a dashed one that is no answer."""
        told = (m for m in self.received.get(name, ()) if m.sender in workflows)
        return any(self.is_said(m) or says_call(m.text) for m in told)

    def is_said(self, message: Message) -> bool:
        """Whether a message is no answer: a solid one, or the first that its receiver has to do with."""
        return not message.arrow.is_dotted or self.is_met_by(message.receiver, message)

    def calls_workflow(self, name: str, workflows: set[str]) -> bool:
        """Whether a lifeline calls another workflow by GitHub's own word, which nothing but a job can do."""
        return any(
            m.receiver in workflows and not m.arrow.is_dotted and WORKFLOW_CALL.name in m.text
            for m in self.senders.get(name, ())
        )

    def is_met_by(self, name: str, message: Message) -> bool:
        """Whether a lifeline does nothing before a message, and so answers nothing by it or is answered."""
        for event in self.diagram.events:
            if event is message:
                return True
            ends = (event.sender, event.receiver) if isinstance(event, Message) else ()
            if name in ends or (isinstance(event, Note) and name in event.lifelines):
                return False
        return False

    def is_source(self, lifeline: Lifeline) -> bool:
        """Whether a lifeline is called as the repository, or a thing of its; beside CI `main` is a branch."""
        name = self.names[lifeline.id]
        return lifeline_names.is_source(name) or (self.is_ci and branches.is_line(name))

    def is_job_by_words(self, lifeline: Lifeline) -> bool:
        """Whether a lifeline's name, label or its first call says job or runner, or it replies `Output:`.

        A later message may speak of a job within it.
        """
        calls = [
            labels.parsed(m.text).name  # less a heading, `Job 2:`, which is of a job of the sender's
            for m in self.received.get(lifeline.id, ())
            if m.sender != lifeline.id
        ][:1]
        calls = [text for text in calls if not lifeline_names.is_command_line(text)]  # `az batch job start`
        replies = [m.text for m in self.senders.get(lifeline.id, ()) if m.arrow.is_dotted]
        label = ci_words.PLACE.sub(" ", labels.without_jobs_elsewhere(lifeline.label))  # `X (in the runner)`
        return any(ci_words.JOB_WORD.search(text) for text in (label, lifeline.id, *calls)) or any(
            forms.lists_outputs(text) for text in replies
        )

    def is_called(self, name: str) -> bool:
        """Whether something inside sends a lifeline a message that is no answer."""
        return any(
            m.sender in self.inside and m.sender != name and not m.arrow.is_dotted
            for m in self.received.get(name, ())
        )

    # -- the whole diagram -------------------------------------------------------------------------

    def _gather(self) -> None:
        for event in self.diagram.events:
            if (
                isinstance(event, Note)
                and event.placement is Placement.OVER
                and len(set(event.lifelines)) == 1
            ):
                self.noted.setdefault(event.lifelines[0], []).append(event)
                if ci_words.TOKEN.search(event.text):
                    self.token_notes.add(event.lifelines[0])
            elif isinstance(event, Message):
                self.senders.setdefault(event.sender, []).append(event)
                self.received.setdefault(event.receiver, []).append(event)

    def _is_ci(self) -> bool:
        if any(lifeline_names.is_git(name) for name in self.names.values()):
            return True
        if any(self.is_surely_workflow(x) for x in self.diagram.lifelines):
            return True
        texts = (event.text for event in self.diagram.events if isinstance(event, Message | Note))
        return any(event_words.is_unmistakable(labels.plain(text)) for text in texts)

    def _walk(self) -> None:
        awaiting: set[tuple[str, str]] = set()
        for event in self.diagram.events:
            if not isinstance(event, Message):
                continue
            is_answer = event.arrow.is_dotted and (event.receiver, event.sender) in awaiting
            awaiting.add((event.sender, event.receiver))
            if event.sender == event.receiver and _is_marked_start(event):
                self.triggered.add(event.receiver)
                self.inside.add(event.receiver)
            if event.sender == event.receiver or is_answer:
                continue
            is_of_git = lifeline_names.is_git(self.names[event.receiver])  # a dispatch of its API, say
            if self.is_start(event) and not is_of_git:
                self.triggered.add(event.receiver)
                self.inside.add(event.receiver)
            elif (
                event.sender in self.inside
                and not event.arrow.is_dotted
                and event.receiver not in self.origins
            ):
                self.inside.add(event.receiver)
            if event.sender not in self.inside:
                self.origins.add(event.sender)

    def is_start(self, message: Message) -> bool:
        """Whether a message is a sure trigger: it can but start a workflow.

        Any two services send each other events, start each other and push, so the words alone do not do:
        it takes an event by a name that only GitHub has, or a sender from which events of a repository come.
        What a workflow, or a tool that it called, tells to start in plain words (`trigger the webhook`) is
        outside, and a bare word (`push`) is what the workflow does there. A mark needs no words.
        """
        if _is_marked_start(message):
            return True
        text = labels.plain(message.text)
        name = self.names[message.receiver]
        if lifeline_names.deploys_by_itself(name) or ci_words.is_script(name):
            return False
        is_named = lifeline_names.is_registry(name) or lifeline_names.is_client(name)
        if is_named and message.receiver not in self.files:
            return False
        if message.sender not in self.inside and self.merely_hears(message.receiver, text):
            return False
        if message.sender in self.inside and self.is_other_repository(message.receiver, text):
            return False
        if message.sender in self.inside:
            is_work = event_words.is_loose(text) and not self.has_activity(message.receiver)
            is_named = not is_work and bool(event_words.named_events(text))
            is_named |= ci_words.STARTS_RUNS.search(text) is not None
            is_said = event_words.is_unmistakable(text) or (event_words.is_sure(text) and is_named)
            return is_said and not text.isalpha()
        if event_words.is_unmistakable(text):
            return True
        if not event_words.is_sure(text) and not _names_workflow(text):
            return False
        return self._is_start_from(message.sender, text)

    def is_other_repository(self, receiver: str, text: str) -> bool:
        """Whether a workflow dispatches to another repository: to what has no file and of which nothing is
        drawn, by the event that is there for it."""
        is_drawn = self.has_activity(receiver) or self.senders.get(receiver) or receiver in self.files
        return not is_drawn and REPOSITORY_DISPATCH.name in text and not self.is_engine(receiver)

    def is_engine(self, name: str) -> bool:
        return lifeline_names.is_engine(self.names[name]) or lifeline_names.says_engine(self.names[name])

    def merely_hears(self, receiver: str, text: str) -> bool:
        """Whether a service only hears of an event: where a workflow is one by its file, a token note or its
        type, others, and bots always, are started by an event by name with `trigger` or `on:` alone."""
        is_apart = bool(self.files) or lifeline_names.says_bot(self.names[receiver])
        if not is_apart or receiver in self.files or self.is_engine(receiver):
            return False
        is_told = ci_words.TRIGGERED.search(text) and event_words.named_events(text)
        return not (is_told or _names_workflow(text))  # which nothing else has

    def _is_start_from(self, sender: str, text: str) -> bool:
        """Whether what someone outside says in words of triggers is a sure trigger."""
        name = self.names[sender]
        if event_words.is_webhook(text) and not ci_words.STARTS_RUNS.search(text):
            return False
        says_run = ci_words.STARTS_RUNS.search(text) is not None or bool(lifeline_names.workflow_file(text))
        if lifeline_names.is_git(name):
            return True
        if lifeline_names.is_event(name):
            is_alone = event_words.is_event_alone(text) and not name.lower().startswith("schedul")
            return self.is_ci or is_alone or (says_run and not lifeline_names.is_time(name))
        if lifeline_names.is_source(name):
            events = event_words.said_events(text)
            return (
                says_run
                or ci_words.TRIGGERS.search(text) is not None
                or any(e.event not in ci_words.EVERYWHERE for e in events)
            )
        return self.is_ci and says_run and (sender in self.people or _names_workflow(text))

    def is_by_trigger_alone(self, lifeline: Lifeline) -> bool:
        """Whether nothing but a sure trigger says that a lifeline is a workflow."""
        return lifeline.id not in self.files and not self.is_surely_workflow(lifeline)

    def is_workflow_box(self, box: Box, found: dict[str, Role], triggered: Collection[str]) -> bool:
        """Whether a titled box is a workflow whose members are chains of jobs; one with a file surely is.

        `triggered` are workflows by a trigger alone: one sent to the only such member is the box's.
        """
        members = {x.id: x for x in self.diagram.lifelines if x.id in box.lifelines}
        if not box.name or not members:
            return False
        if self.chained.issuperset(members):
            return found.keys().isdisjoint(members)
        if sum(name in triggered for name in members) > 1:
            return False
        for member in members.values():
            if member.id in found or self.is_source(member) or member.kind in STORE_KINDS:
                return False
            called = any(
                m.sender not in members
                and not self.is_starter(m.sender, found)
                and not labels.is_taking(labels.plain(m.text))  # `Registry->>A: Pull image` calls nobody
                for m in self.received.get(member.id, ())
            )
            if member.id not in self.noted or called:
                return False
        return True

    def is_starter(self, name: str, found: dict[str, Role]) -> bool:
        """Whether a lifeline is a person or the repository: its messages are events and no calls."""
        return found.get(name) is Role.PERSON or lifeline_names.is_source(self.names[name])

    # -- engines -----------------------------------------------------------------------------------

    def engine(self, lifelines: list[Lifeline]) -> str:
        """The one lifeline that is called GitHub Actions or the like, and does the work of CI."""
        found = self.engines(lifelines)
        return found[0].id if len(found) == 1 and self.works(found[0].id) else ""

    def told_engines(self, lifelines: list[Lifeline]) -> list[str]:
        """Several lifelines that are each called an engine, such as CI and CD, and that each act after the
        repository has told them something; none if it is but one, or a file says which is the workflow."""
        found = [
            x.id
            for x in lifelines
            if (lifeline_names.is_engine(self.names[x.id]) or lifeline_names.is_delivery(self.names[x.id]))
            and self.has_activity(x.id)
            and any(
                not m.arrow.is_dotted and lifeline_names.is_source(self.names[m.sender])
                for m in self.received.get(x.id, ())
            )
        ]
        is_one_sure = any(lifeline_names.is_engine(self.names[x]) for x in found)
        return found if len(found) > 1 and is_one_sure and not self.files else []

    def senders_of_runs(self, found: dict[str, Role]) -> list[str]:
        """Lifelines that work and tell a workflow by GitHub's own word, which only workflows do, that they
        have run; not what a workflow has called."""
        return [
            name
            for name, sent in self.senders.items()
            if name not in found
            and name not in self.people
            and any(WORKFLOW_RUN.name in m.text and found.get(m.receiver) is Role.WORKFLOW for m in sent)
            and not (self.is_source(self.by_id[name]) or self.is_store(name))
            and not lifeline_names.is_other_engine(self.names[name])
            and self.has_steps(name, set(found))
            and not self.is_called(name)
        ]

    def is_store(self, name: str) -> bool:
        return self.by_id[name].kind in STORE_KINDS or lifeline_names.is_registry(self.names[name])

    def engines(self, lifelines: list[Lifeline]) -> list[Lifeline]:
        """All lifelines that could be the one."""
        found = [x.id for x in lifelines if lifeline_names.is_engine(self.names[x.id])]
        if len(found) > 1:
            found = [x for x in found if not self._starts_one_of(x, found)]
        if not found:
            found = [x.id for x in lifelines if self.may_be_engine(x)]
        return [self.by_id[name] for name in found]

    def _starts_one_of(self, name: str, others: list[str]) -> bool:
        return any(
            m.receiver in others and m.receiver != name and event_words.is_sure(labels.plain(m.text))
            for m in self.senders.get(name, ())
        )

    def may_be_engine(self, lifeline: Lifeline) -> bool:
        """Whether a name that other things have as well is the CI's here: events of a repository come."""
        name = self.names[lifeline.id]
        if not lifeline_names.may_be_engine(name, lifeline.id):
            return False
        if not self.is_ci and (lifeline_names.is_common(name) or not lifeline_names.says_engine(name)):
            return False
        received = self.received.get(lifeline.id, ())
        first = self.names[received[0].sender] if received else ""
        if name.casefold() == "actions" and lifeline_names.is_git(first):
            return True  # whatever GitHub says to its actions first is an event, by position
        return any(
            self._is_from_outside(m.sender) and bool(event_words.said_events(labels.plain(m.text)))
            for m in received
        )

    def _is_from_outside(self, sender: str) -> bool:
        name = self.names[sender]
        return sender in self.people or lifeline_names.is_source(name) or lifeline_names.is_event(name)

    def works(self, name: str) -> bool:
        """Whether a lifeline does what CI does: it is told something first, acts by itself, or builds …"""
        sent = [m for m in self.senders.get(name, ()) if m.receiver != name]
        messages = (event for event in self.diagram.events if isinstance(event, Message))
        first = next((m for m in messages if name in (m.sender, m.receiver)), None)
        is_told = first is not None and first.receiver == name
        says_work = any(ci_words.WORK.search(labels.plain(m.text)) for m in sent)
        return is_told or self.has_activity(name) or says_work


def _name(lifeline: Lifeline) -> str:
    """What a lifeline is called: by its label, or by its name where that is GitHub's and the label says
    nothing that is known."""
    label = lifeline_names.called(lifeline.label)
    is_open = not (lifeline_names.says_git(label) or lifeline_names.is_known(label, lifeline.kind))
    return lifeline.id if not label or (is_open and lifeline_names.is_git(lifeline.id)) else label


def says_call(text: str) -> bool:
    """Whether a dashed message calls a job, and is no result: `Invoke the cleanup job`."""
    return ci_words.CALLS_JOB.match(text) is not None


def _names_workflow(text: str) -> bool:
    """Whether a text names the file of a workflow, and says that it is one or is started."""
    says_so = ci_words.STARTS_RUNS.search(text) or ci_words.is_about_start(text)
    return bool(says_so and lifeline_names.workflow_file(text))


# -- persons by what they do -----------------------------------------------------------------------


def starters(evidence: Evidence) -> set[str]:
    """The lifelines that are persons by structure: they begin with an event of a repository or a workflow.

    Not what is something else by its name, file or type, and not what a workflow tells to do something.
    """
    messages = [event for event in evidence.diagram.events if isinstance(event, Message)]
    workflows = {
        x.id for x in evidence.diagram.lifelines if x.id in evidence.files or evidence.is_surely_workflow(x)
    }
    first: dict[str, Message] = {}
    for message in messages:
        first.setdefault(message.sender, message)
        first.setdefault(message.receiver, message)
    return {
        x.id
        for x in evidence.diagram.lifelines
        if x.id in first
        and first[x.id].sender == x.id
        and _may_be_person(x, evidence)
        and not any(_is_told(m, x.id, workflows) for m in messages)
        and any(_begins(at, m, x.id, workflows, messages, evidence) for at, m in enumerate(messages))
    }


def beginnings(evidence: Evidence) -> tuple[set[str], set[str]]:
    """What starts workflows by its place alone, and who speaks to it before.

    Of a workflow to which no repository and no person says anything, the first message that it gets, before
    it does something itself and of what it has told nothing, is what starts it, in any language.
    """
    messages = [event for event in evidence.diagram.events if isinstance(event, Message)]
    sources: set[str] = set()
    openers: set[str] = set()
    engines = (
        x.id
        for x in evidence.diagram.lifelines
        if x.id not in evidence.files and lifeline_names.is_of_github(evidence.names[x.id])
    )
    for workflow in (*evidence.files, *engines):
        mine = [m for m in messages if workflow in (m.sender, m.receiver)]
        received = [m for m in mine if m.sender != workflow]
        if not mine or mine[0].sender == workflow or mine[0].arrow.is_dotted:
            continue
        senders = {m.sender for m in received}
        if any(x in evidence.people or evidence.is_source(evidence.by_id[x]) for x in senders):
            continue
        first = evidence.by_id[mine[0].sender]
        is_told = any(m.sender in (workflow, *evidence.files) and m.receiver == first.id for m in messages)
        if is_told or not _may_be_person(first, evidence) or first.kind == "actor":
            continue
        sources.add(first.id)
        before = messages[: messages.index(mine[0])]
        openers |= {
            m.sender
            for m in before
            if m.receiver == first.id != m.sender
            and _may_be_person(evidence.by_id[m.sender], evidence)
            and not any(_is_told(other, m.sender, {*evidence.files, first.id}) for other in messages)
        }
    return sources, openers - sources


def _may_be_person(lifeline: Lifeline, evidence: Evidence) -> bool:
    name, given = evidence.names[lifeline.id], evidence.set_for(lifeline)
    is_named = (
        lifeline_names.is_source(name)
        or lifeline_names.is_registry(name)
        or lifeline_names.is_environment(name)
        or lifeline_names.is_engine(name)
        or lifeline_names.is_common(name)
        or lifeline_names.is_other_engine(name)
        or lifeline_names.is_event(name)
    )
    is_other = (
        lifeline.kind != "participant" or lifeline.id in evidence.files or lifeline.id in evidence.noted
    )
    return not (is_named or is_other or (given is not None and (given.role or given.file)))


def _is_told(message: Message, name: str, workflows: set[str]) -> bool:
    """Whether a workflow tells a lifeline something, and does not ask it; a remark by a mark is neither."""
    is_remark = any(mark.name == "comment" for mark in message.marks)
    is_asking = (
        is_remark
        or message.text.rstrip().endswith("?")
        or approvals.is_approval(labels.parsed(message.text).name)
    )
    return (
        message.receiver == name
        and message.sender in workflows
        and not (message.arrow.is_dotted or is_asking)
    )


def _begins(
    at: int, message: Message, name: str, workflows: set[str], messages: Sequence[Message], evidence: Evidence
) -> bool:
    """Whether a message is an event for a workflow; to the repository, or what next speaks to a workflow, it
    is one whatever it says."""
    receiver = message.receiver
    if message.sender != name or receiver == name:
        return False
    if lifeline_names.is_git(evidence.names[receiver]):
        return True
    if receiver in workflows:
        return bool(event_words.said_events(labels.plain(message.text)))
    if message.arrow.is_dotted:
        return False
    for other in messages[at + 1 :]:
        if other.sender in workflows and other.receiver == receiver:
            return False
        if other.sender == receiver != other.receiver:
            return other.receiver in workflows and not other.arrow.is_dotted
    return False


def _is_marked_start(message: Message) -> bool:
    return any(mark.is_exact and mark.name in ("trigger", "dispatch") for mark in message.marks)
