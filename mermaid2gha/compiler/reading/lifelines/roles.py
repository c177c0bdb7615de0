"""Which lifeline is a workflow, a job, a person, the repository, or something outside."""

from __future__ import annotations

from collections.abc import Iterable

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.reading.lifelines.evidence import STORE_KINDS, Evidence
from mermaid2gha.compiler.vocabulary import ci_words, events, labels
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.github.events import PUSH
from mermaid2gha.github.names import job_id
from mermaid2gha.mermaid.ast import Box, Lifeline, Message, Note
from mermaid2gha.settings.model import RoleName

SAME_WORKFLOW_TWICE = Rule("same-workflow-twice", Severity.ERROR)
UNKNOWN_ROLE = Rule("unknown-role", Severity.WARNING)


def roles(evidence: Evidence) -> tuple[dict[str, Participant], list[Diagnostic]]:
    """The role of every lifeline of a diagram, by id in column order; empty if it has no workflow.

    By docs/language.md#lifelines-and-roles. Reports `same-workflow-twice` and `unknown-role`.
    """
    diagram = evidence.diagram
    found: dict[str, Role] = {}
    triggered: dict[str, Role] = {}
    for lifeline in diagram.lifelines:
        if role := _sure_role(lifeline, evidence):
            is_by_trigger = role is Role.WORKFLOW and evidence.is_by_trigger_alone(lifeline)
            (triggered if is_by_trigger else found)[lifeline.id] = role
    boxes = {i: b for i, b in enumerate(diagram.boxes) if evidence.is_workflow_box(b, found, triggered)}
    boxed = {member for box in boxes.values() for member in box.lifelines}
    found |= {name: role for name, role in triggered.items() if name not in boxed}
    told = evidence.told_engines([x for x in diagram.lifelines if found.get(x.id) in (None, Role.WORKFLOW)])
    found |= dict.fromkeys(told if not boxes else (), Role.WORKFLOW)
    found |= dict.fromkeys(evidence.senders_of_runs(found), Role.WORKFLOW)
    engine = evidence.engine([x for x in diagram.lifelines if x.id not in found])
    has_workflow = Role.WORKFLOW in found.values() or bool(boxes)
    if engine and (not has_workflow or evidence.is_more_than_bus(engine)):
        found[engine] = Role.WORKFLOW
    if Role.WORKFLOW not in found.values() and not boxes:
        return {}, _ambiguous(evidence.engines([x for x in diagram.lifelines if x.id not in found]))
    return _Casting(evidence, found, boxes).participants()


def _ambiguous(candidates: list[Lifeline]) -> list[Diagnostic]:
    """That several lifelines may be the workflow; silent where none of them is surely about GitHub."""
    if len(candidates) < 2 or not any(lifeline_names.is_of_github(f"{x.id} {x.label}") for x in candidates):
        return []
    names = " or ".join(f"`{lifeline_names.called(x.label) or x.id}`" for x in candidates)
    return [
        diagnostic(
            UNKNOWN_ROLE,
            f"the workflow of this diagram may be {names}, so the diagram is left alone",
            *(Label(x.span, "one that it may be") for x in candidates if x.span is not None),
            help=f"say which in mermaid2gha.yml: `lifelines: {{{candidates[0].id}: {{role: workflow}}}}`",
        )
    ]


def _sure_role(lifeline: Lifeline, evidence: Evidence) -> Role | None:
    """The role that the settings, the declaration, a token note, a file or a sure trigger gives."""
    given = evidence.set_for(lifeline)
    if given and given.role:
        is_outside = given.role in (RoleName.REGISTRY, RoleName.ENVIRONMENT)
        return Role.EXTERNAL if is_outside else Role[given.role.name]
    if given and given.file:
        return Role.WORKFLOW
    if lifeline.kind == "actor" and lifeline.id in evidence.people:
        return Role.PERSON
    if evidence.has_file(lifeline) or lifeline.id in evidence.token_notes or evidence.is_control(lifeline):
        return Role.WORKFLOW
    if _acts_by_its_file(lifeline, evidence):
        return Role.WORKFLOW
    name = evidence.names[lifeline.id]
    is_registry = lifeline_names.is_registry(name) and not lifeline_names.says_engine(name)
    if lifeline.kind in STORE_KINDS or evidence.is_source(lifeline) or is_registry:
        return None
    if lifeline.id in evidence.people:
        return Role.PERSON
    is_job = evidence.is_job_by_words(lifeline) and evidence.is_called(lifeline.id)
    if lifeline.id in evidence.triggered - evidence.chained and not is_job:
        return Role.WORKFLOW
    return None


def _acts_by_its_file(lifeline: Lifeline, evidence: Evidence) -> bool:
    """Whether a lifeline with a workflow's file behind its name tells somebody something who has told it
    nothing: `Sync (sync.yml)` is no file that is read."""
    file = lifeline_names.workflow_file(lifeline.label)
    heard = {lifeline.id, *(m.sender for m in evidence.received.get(lifeline.id, ()))}
    sent = evidence.senders.get(lifeline.id, ())
    is_called = bool(file) and f"({file})" in lifeline.label
    return is_called and any(not (m.arrow.is_dotted or m.receiver in heard) for m in sent)


class _Casting:
    """Gives every lifeline of a diagram its role, once it is known which are workflows."""

    def __init__(self, evidence: Evidence, found: dict[str, Role], boxes: dict[int, Box]) -> None:
        self.evidence = evidence
        self.found = found
        self.boxed = {member: box for box in boxes.values() for member in box.lifelines}
        self.workflows = {x for x, role in found.items() if role is Role.WORKFLOW}
        self.callers = self.calling()
        self.first = self.first_to_send()
        self.repository: str | None = None

    def participants(self) -> tuple[dict[str, Participant], list[Diagnostic]]:
        result = {x.id: self.participant(x) for x in self.evidence.diagram.lifelines}
        return result, list(_twice(result.values(), self.boxed))

    def participant(self, lifeline: Lifeline) -> Participant:
        role = self.found.get(lifeline.id)
        file = ""
        if lifeline.id in self.boxed:
            box = self.boxed[lifeline.id]
            role = Role.WORKFLOW
            file = self.evidence.file_of_box(box) or _workflow_file(box.name or "", "")
        elif role is None:
            role = self.other_role(lifeline)
        given = self.evidence.set_for(lifeline)
        if role is Role.WORKFLOW and not file:
            file = (given.file if given else "") or _workflow_file(lifeline.label, lifeline.id)
        if role is Role.JOB:
            file = self.caller_file(lifeline)
        title = (self.boxed[lifeline.id].name or "") if lifeline.id in self.boxed else lifeline.label
        name = lifeline_names.display_name(title)
        is_set = bool(given and given.role)
        is_registry = bool(given and (given.role is RoleName.REGISTRY or given.image))
        return Participant(
            lifeline.id,
            name or lifeline.id,
            role=role,
            file=file,
            is_store=lifeline.kind in STORE_KINDS or bool(given and given.role is RoleName.REGISTRY),
            image=given.image if given else "",
            is_registry=is_registry or (not is_set and lifeline_names.is_registry(name or lifeline.id)),
            takes_own_token=bool(given and given.image)
            or (role is Role.EXTERNAL and lifeline_names.takes_own_token(name or lifeline.id)),
            is_elsewhere=role is Role.SOURCE and self.is_elsewhere(lifeline),
            may_be_github=role is Role.EXTERNAL
            and not (is_set or lifeline_names.is_registry(name))
            and (lifeline_names.may_be_github(name) or lifeline_names.is_source(lifeline.id)),
            is_environment=bool(given and given.role is RoleName.ENVIRONMENT)
            or (role is Role.EXTERNAL and not is_set and lifeline_names.is_environment(name or lifeline.id)),
            span=lifeline.span,
        )

    def is_elsewhere(self, source: Lifeline) -> bool:
        """Whether a source is another repository than the one whose events start runs."""
        name = self.evidence.names[source.id]
        if lifeline_names.is_repository(name) and not lifeline_names.says_which_repository(name):
            return False
        if lifeline_names.is_own_thing(name):
            return False
        starting = [
            event.sender
            for event in self.evidence.diagram.events
            if isinstance(event, Message)
            and event.receiver in self.workflows
            and event.sender not in self.workflows
            and self.may_be_own(event.sender)
        ]
        given = self.evidence.set_for(source)
        is_said = given is not None and given.role is RoleName.SOURCE
        if source.id in starting and (is_said or lifeline_names.is_repository(name)):
            return False  # no event of another repository starts a workflow of this one
        if self.repository is None:
            called = [x.id for x in self.evidence.diagram.lifelines if self.evidence.is_source(x)]
            names = self.evidence.names
            bare = [
                x
                for x in called
                if lifeline_names.is_repository(names[x]) and not lifeline_names.is_git(names[x])
            ]
            self.repository = next(iter((*starting, *bare, *called)), source.id)
        return source.id != self.repository and self.evidence.is_source(source)

    def first_to_send(self) -> dict[str, str]:
        """Which way the first message between each lifeline and the workflows, or their jobs, goes."""
        met: dict[str, str] = {}
        for event in self.evidence.diagram.events:
            if isinstance(event, Message) and not event.arrow.is_dotted:
                if event.receiver in self.workflows:
                    met.setdefault(event.sender, "to a workflow")
                if event.sender in self.callers:
                    met.setdefault(event.receiver, "from a workflow")
        return met

    def caller_file(self, lifeline: Lifeline) -> str:
        """The file of a job's workflow: as it is said, that of its caller, or that of the first workflow."""
        given = self.evidence.set_for(lifeline)
        if given is not None and given.file:
            return given.file
        drawn = (x for x in self.evidence.diagram.lifelines if x.id in self.workflows)
        own = self.evidence.job_files.get(lifeline.id, "")
        if own and any(_workflow_file(x.label, x.id).casefold() == own.casefold() for x in drawn):
            return own
        first = next((x.id for x in self.evidence.diagram.lifelines if x.id in self.workflows), "")
        caller, above = lifeline.id, {lifeline.id}
        while caller and caller not in self.workflows:  # up the calls, from job to job
            received = self.evidence.received.get(caller, ())
            senders = [m.sender for m in received if m.sender in self.callers - above]
            caller = next((x for x in senders if x in self.workflows), next(iter(senders), ""))
            above.add(caller)
        caller = caller or first
        if not caller:
            return _workflow_file(lifeline.label, lifeline.id)
        given = self.evidence.set_for(self.evidence.by_id[caller])
        return (given.file if given else "") or _workflow_file(self.evidence.by_id[caller].label, caller)

    def calling(self) -> set[str]:
        """The workflows, and the lifelines that say job and that they call, or others that they call so."""
        found = set(self.workflows)
        jobs = [
            x.id
            for x in self.evidence.diagram.lifelines
            if x.id not in found
            and self.found.get(x.id) in (None, Role.JOB)
            and self.evidence.is_job_by_words(x)
            and self.evidence.has_steps(x.id, self.workflows)
        ]
        while more := {x for x in jobs if x not in found and self.is_called_as_job(x, found)}:
            found |= more
        return found

    def is_called_as_job(self, name: str, callers: set[str]) -> bool:
        """Whether a workflow calls a lifeline, or a job that hands over to it."""
        jobs = {x for x in callers - self.workflows - {name} if self.hands_over(x, name)}
        return self.evidence.is_called_by(name, self.workflows | jobs)

    def hands_over(self, job: str, other: str) -> bool:
        """Whether a job does nothing more once it has spoken to another lifeline, but speak to jobs.

        One that goes on calls a part of its own, which would run after all of it as a job.
        """
        has_spoken = False
        for event in self.evidence.diagram.events:
            is_own = isinstance(event, Message) and event.sender == job
            if isinstance(event, Message) and is_own and self.evidence.is_said(event):
                is_to_job = event.receiver != job and _says_job(self.evidence.by_id[event.receiver])
                if has_spoken and not is_to_job:
                    return False
                has_spoken = has_spoken or event.receiver == other
            elif isinstance(event, Note) and has_spoken and job in event.lifelines:
                return False
        return has_spoken

    def other_role(self, lifeline: Lifeline) -> Role:
        """Job, source or external: the roles that are told by what a lifeline does with workflows."""
        if lifeline.kind in STORE_KINDS:
            return Role.EXTERNAL
        if self.evidence.is_source(lifeline) or lifeline.id in self.evidence.first_to_start:
            return Role.SOURCE
        received = self.evidence.received.get(lifeline.id, ())
        is_engine = lifeline_names.is_engine(self.evidence.names[lifeline.id])
        is_bus = is_engine and not self.evidence.has_activity(lifeline.id)
        if is_bus and self.first.get(lifeline.id) == "to a workflow":
            return Role.SOURCE  # beside workflows with files, what hands their events on
        is_job = self.evidence.calls_workflow(lifeline.id, self.workflows) or (
            self.evidence.has_steps(lifeline.id, self.workflows) and self.evidence.is_job_by_words(lifeline)
        )
        if is_job and self.is_called_as_job(lifeline.id, self.callers):
            return Role.JOB
        is_quiet = not any(m.sender == m.receiver for m in received) and all(
            events.said_events(labels.plain(n.text)) for n in self.evidence.noted.get(lifeline.id, ())
        )
        is_quiet = is_quiet or lifeline_names.is_of_git(self.evidence.names[lifeline.id])
        if is_quiet and (self.sends_events(lifeline) or self.is_given_events(lifeline)):
            return Role.SOURCE
        return Role.EXTERNAL

    def may_be_own(self, lifeline: str) -> bool:
        """Whether a lifeline is the repository whose events start runs, by its name or since people push to
        it."""
        return self.evidence.is_source(self.evidence.by_id[lifeline]) or any(
            any(one.event == PUSH.name for one in events.said_events(labels.plain(m.text)))
            for m in self.evidence.received.get(lifeline, ())
            if self.found.get(m.sender) is Role.PERSON
        )

    def sends_events(self, lifeline: Lifeline) -> bool:
        """Whether a lifeline tells a workflow of an event before any workflow tells it something."""
        sent = [
            labels.plain(m.text)
            for m in self.evidence.senders.get(lifeline.id, ())
            if m.receiver in self.workflows
        ]
        return self.first.get(lifeline.id) == "to a workflow" and any(
            events.said_events(text)
            for text in (labels.plain(lifeline.label), *sent)
            if not labels.is_taking(text)
        )

    def is_given_events(self, lifeline: Lifeline) -> bool:
        """Whether a person pushes to a lifeline, or the like, and it then tells a workflow."""
        if self.first.get(lifeline.id) != "to a workflow":
            return False
        people = {x for x, role in self.found.items() if role is Role.PERSON}
        return any(m.sender in people for m in self.evidence.received.get(lifeline.id, ()))


def _says_job(lifeline: Lifeline) -> bool:
    """Whether a lifeline's own label or name says job."""
    label = ci_words.PLACE.sub(" ", lifeline.label)
    return any(ci_words.JOB_WORD.search(text) for text in (label, lifeline.id))


def _twice(participants: Iterable[Participant], boxed: dict[str, Box]) -> Iterable[Diagnostic]:
    seen: dict[str, Participant] = {}
    for one in participants:
        if one.role is not Role.WORKFLOW or one.id in boxed:
            continue
        other = seen.setdefault(one.file.casefold(), one)
        if other is not one:
            yield diagnostic(
                SAME_WORKFLOW_TWICE,
                f"`{one.name}` and `{other.name}` are both the workflow `{one.file}`",
                Label(one.span, "the second lifeline of this file") if one.span else None,
                Label(other.span, "the first") if other.span else None,
                help="draw one lifeline for each workflow file, or name another file in one of the labels",
            )


def _workflow_file(label: str, name: str) -> str:
    """The file of a workflow: as the label or the name says, else the slug of the name."""
    for text in (" ".join(labels.lines(label)), name):
        if file := lifeline_names.workflow_file(text):
            return file
    return f"{job_id(lifeline_names.display_name(label) or name)}.yml"


def unknown_role(message: str, *labels: Label | Span | None, help: str = "") -> Diagnostic:  # noqa: A002
    """A finding of the rule `unknown-role`, for those who find it elsewhere."""
    return diagnostic(UNKNOWN_ROLE, message, *labels, help=help)
