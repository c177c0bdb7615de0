"""Which lifeline is a workflow, a job, a person, the repository, or something outside."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mermaid2gha import triggers, words
from mermaid2gha.actions.names import job_id
from mermaid2gha.diagnostic import Diagnostic, Label, diagnostic
from mermaid2gha.flow import Participant, Role
from mermaid2gha.sequence.diagram import Box, Diagram, Lifeline, Message, Note, Placement
from mermaid2gha.settings import LifelineSettings, RoleName, Settings, folded

_FILE = re.compile(r"(?:[\w.-]+/)*([\w.-]+\.ya?ml)\b", re.IGNORECASE)
_TOKEN = re.compile(r"\[[^\[\]]*\btoken\]", re.IGNORECASE)
_SOURCE = re.compile(
    r"(?:git|github)(?:\s*/\s*\w+|\s+(?:events?|schedule))?(?:\s*\(.*\))?"
    r"|(?:.*\s)?(?:repo|repository)(?:\s*\(.*\))?",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:(?:github|gh)\s+(?:actions?|workflows?)(?:\s+(?:workflow|ci|runner|pipeline)s?)?|gha|actions|ci|ci\s*/\s*cd"
    r"|workflow|pipeline|(?:ci|ci\s*/\s*cd)\s+(?:pipeline|workflow|runner))(?:\s*\(.*\))?",
    re.IGNORECASE,
)
_NO_LETTER = re.compile(r"^[^\w\[(`'\"]+|[^\w\])`'\".!?*]+$")
_STARTS_RUNS = re.compile(r"\b(?:workflows?|pipelines?|dispatch\w*)\b|\bon\s*:", re.IGNORECASE)
_STORE_KINDS = ("database", "collections", "queue")
_JOB_WORD = re.compile(r"\b(?:job|runner)s?\b", re.IGNORECASE)


def roles(diagram: Diagram, settings: Settings) -> tuple[dict[str, Participant], list[Diagnostic]]:
    """The role of every lifeline, by id in column order; empty if the diagram has no workflow (section 2).

    Reports `same-workflow-twice` and `unknown-role`.
    """
    evidence = _Evidence(diagram, settings)
    found: dict[str, Role] = {}
    for lifeline in diagram.lifelines:
        if role := evidence.sure_role(lifeline):
            found[lifeline.id] = role
    boxes = {i: b for i, b in enumerate(diagram.boxes) if evidence.is_workflow_box(b, found)}
    generic = _generic(x for x in diagram.lifelines if x.id not in found)
    if generic and Role.WORKFLOW not in found.values() and not boxes:
        found[generic] = Role.WORKFLOW
    if Role.WORKFLOW not in found.values() and not boxes:
        return {}, []
    return evidence.participants(found, boxes)


def _generic(lifelines: Iterable[Lifeline]) -> str:
    """The one lifeline that is called GitHub Actions or the like, by its label, else by its short name."""
    candidates = list(lifelines)
    for names in ({x.id: _called(x) for x in candidates}, {x.id: x.id for x in candidates}):
        found = [name for name, called in names.items() if _GENERIC.fullmatch(called)]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


class _Evidence:
    """What a diagram says about its lifelines, gathered in one walk."""

    def __init__(self, diagram: Diagram, settings: Settings) -> None:
        self.diagram = diagram
        self.settings = {folded(name): value for name, value in settings.lifelines}
        self.token_notes: set[str] = set()
        self.triggered: set[str] = set()
        self.noted: dict[str, list[Note]] = {}
        self.senders: dict[str, list[Message]] = {}
        self.received: dict[str, list[Message]] = {}
        self.origins = {x.id for x in diagram.lifelines if x.kind == "actor" or _is_source(x)}
        self.inside = {x.id for x in diagram.lifelines if self._is_surely_workflow(x)}
        awaiting: set[tuple[str, str]] = set()
        for event in diagram.events:
            if (
                isinstance(event, Note)
                and event.placement is Placement.OVER
                and len(set(event.lifelines)) == 1
            ):
                self.noted.setdefault(event.lifelines[0], []).append(event)
                if _TOKEN.search(event.text):
                    self.token_notes.add(event.lifelines[0])
            elif isinstance(event, Message):
                self.senders.setdefault(event.sender, []).append(event)
                self.received.setdefault(event.receiver, []).append(event)
                is_answer = event.arrow.is_dotted and (event.receiver, event.sender) in awaiting
                awaiting.add((event.sender, event.receiver))
                if event.sender != event.receiver and not is_answer:
                    self._message(event)

    def _message(self, message: Message) -> None:
        """Learn from a message whether it is a sure trigger.

        What a workflow, or a tool that it called, tells to start in plain words (`trigger the webhook`)
        is outside: only an event, a dispatch or the word workflow makes a workflow of it. A bare word
        (`push`) is what the workflow does there.
        """
        text = words.plain(message.text)
        is_inside = message.sender in self.inside
        is_verb = is_inside and text.isalpha()  # `CI->>Registry: push` pushes, and starts nothing
        if (
            triggers.is_sure(text)
            and not is_verb
            and (not is_inside or triggers.named_events(text) or _STARTS_RUNS.search(text))
        ):
            self.triggered.add(message.receiver)
            self.inside.add(message.receiver)
        elif is_inside and not message.arrow.is_dotted and message.receiver not in self.origins:
            self.inside.add(message.receiver)
        if message.sender not in self.inside:
            self.origins.add(message.sender)

    def set_for(self, lifeline: Lifeline) -> LifelineSettings | None:
        return self.settings.get(folded(lifeline.id)) or self.settings.get(folded(_first_line(lifeline)))

    def _is_surely_workflow(self, lifeline: Lifeline) -> bool:
        """Whether a lifeline is a workflow by its name alone."""
        given = self.set_for(lifeline)
        is_set = given is not None and bool(given.file or given.role is RoleName.WORKFLOW)
        return is_set or bool(_FILE.search(lifeline.label) or _GENERIC.fullmatch(_called(lifeline)))

    def sure_role(self, lifeline: Lifeline) -> Role | None:
        """The role that the settings, the declaration, a token note, a file or a sure trigger gives."""
        given = self.set_for(lifeline)
        if given and given.role:
            return Role.EXTERNAL if given.role is RoleName.REGISTRY else Role[given.role.name]
        if given and given.file:
            return Role.WORKFLOW
        if lifeline.kind == "actor":
            return Role.PERSON
        if _FILE.search(lifeline.label) or _FILE.search(lifeline.id):
            return Role.WORKFLOW
        if lifeline.id in self.token_notes or lifeline.kind == "control":
            return Role.WORKFLOW
        if lifeline.kind in _STORE_KINDS or _is_source(lifeline):
            return None
        if lifeline.id in self.triggered and not self.is_job_by_words(lifeline):
            return Role.WORKFLOW
        return None

    def is_job_by_words(self, lifeline: Lifeline) -> bool:
        """Whether a lifeline's name, label or a call to it says job or runner, or it replies `Output:`."""
        calls = [m.text for m in self.received.get(lifeline.id, ()) if m.sender != lifeline.id]
        replies = [m.text for m in self.senders.get(lifeline.id, ()) if m.arrow.is_dotted]
        return any(_JOB_WORD.search(text) for text in (lifeline.label, lifeline.id, *calls)) or any(
            re.match(r"outputs?\s*:", text, re.IGNORECASE) for text in replies
        )

    def is_workflow_box(self, box: Box, found: dict[str, Role]) -> bool:
        """Whether a titled box is a workflow whose members are chains of jobs."""
        members = {x.id: x for x in self.diagram.lifelines if x.id in box.lifelines}
        if not box.name or not members:
            return False
        for member in members.values():
            if member.id in found or _is_source(member) or member.kind in _STORE_KINDS:
                return False
            called = any(
                m.sender not in members
                and not self.is_starter(m.sender, found)
                and not words.is_taking(words.plain(m.text))  # `Registry->>A: Pull image` calls nobody
                for m in self.received.get(member.id, ())
            )
            if member.id not in self.noted or called:
                return False
        return True

    def is_starter(self, name: str, found: dict[str, Role]) -> bool:
        """Whether a lifeline is a person or the repository: its messages are events and no calls."""
        if found.get(name) is Role.PERSON:
            return True
        return any(x.id == name and _is_source(x) for x in self.diagram.lifelines)

    def participants(
        self, found: dict[str, Role], boxes: dict[int, Box]
    ) -> tuple[dict[str, Participant], list[Diagnostic]]:
        boxed = {member: box for box in boxes.values() for member in box.lifelines}
        workflows = {x for x, role in found.items() if role is Role.WORKFLOW}
        people = {x for x, role in found.items() if role is Role.PERSON}
        origins = self.first_to_send(workflows)
        result: dict[str, Participant] = {}
        for lifeline in self.diagram.lifelines:
            role = found.get(lifeline.id)
            file = ""
            if lifeline.id in boxed:
                role, file = Role.WORKFLOW, _workflow_file(boxed[lifeline.id].name or "", "")
            elif role is None:
                role = self.other_role(lifeline, workflows, people, origins)
            given = self.set_for(lifeline)
            if role is Role.WORKFLOW and not file:
                file = (given.file if given else "") or _workflow_file(lifeline.label, lifeline.id)
            if role is Role.JOB:
                file = self.caller_file(lifeline, workflows)
            name = _name(boxed[lifeline.id].name or "") if lifeline.id in boxed else _name(lifeline.label)
            result[lifeline.id] = Participant(
                lifeline.id,
                name or lifeline.id,
                role,
                file,
                lifeline.kind in _STORE_KINDS or bool(given and given.role is RoleName.REGISTRY),
                given.image if given else "",
                lifeline.span,
            )
        return result, list(_twice(result.values(), boxed))

    def first_to_send(self, workflows: set[str]) -> set[str]:
        """The lifelines that send to a workflow before any workflow calls them."""
        met: dict[str, bool] = {}
        for event in self.diagram.events:
            if isinstance(event, Message) and not event.arrow.is_dotted:
                if event.receiver in workflows:
                    met.setdefault(event.sender, True)
                if event.sender in workflows:
                    met.setdefault(event.receiver, False)
        return {name for name, is_first in met.items() if is_first}

    def caller_file(self, lifeline: Lifeline, workflows: set[str]) -> str:
        by_id = {x.id: x for x in self.diagram.lifelines}
        caller = next(m.sender for m in self.received[lifeline.id] if m.sender in workflows)
        given = self.set_for(by_id[caller])
        return (given.file if given else "") or _workflow_file(by_id[caller].label, caller)

    def other_role(
        self, lifeline: Lifeline, workflows: set[str], people: set[str], origins: set[str]
    ) -> Role:
        """Job, source or external: the roles that are told by what a lifeline does with workflows."""
        if lifeline.kind in _STORE_KINDS:
            return Role.EXTERNAL
        if _is_source(lifeline):
            return Role.SOURCE
        received = self.received.get(lifeline.id, ())
        called = any(m.sender in workflows and not m.arrow.is_dotted for m in received)
        active = any(m.sender == m.receiver for m in received) or lifeline.id in self.noted
        if called and active and self.is_job_by_words(lifeline):
            return Role.JOB
        sends = lifeline.id in origins
        from_people = any(m.sender in people for m in received)
        is_quiet = not any(m.sender == m.receiver for m in received) and all(
            triggers.named_events(words.plain(n.text)) or triggers.plain_events(words.plain(n.text))
            for n in self.noted.get(lifeline.id, ())
        )
        sent = [words.plain(m.text) for m in self.senders.get(lifeline.id, ()) if m.receiver in workflows]
        named = any(
            triggers.named_events(text) or triggers.plain_events(text)
            for text in (words.plain(lifeline.label), *sent)
            if not words.is_taking(text)
        )
        if is_quiet and ((sends and named) or from_people):
            return Role.SOURCE
        return Role.EXTERNAL


def _is_source(lifeline: Lifeline) -> bool:
    return _SOURCE.fullmatch(_called(lifeline)) is not None


def _twice(participants: Iterable[Participant], boxed: dict[str, Box]) -> Iterable[Diagnostic]:
    seen: dict[str, Participant] = {}
    for one in participants:
        if one.role is not Role.WORKFLOW or one.id in boxed:
            continue
        other = seen.setdefault(one.file.casefold(), one)
        if other is not one:
            yield diagnostic(
                "same-workflow-twice",
                f"`{one.name}` and `{other.name}` are both the workflow `{one.file}`",
                Label(one.span, "the second lifeline of this file") if one.span else None,
                Label(other.span, "the first") if other.span else None,
                help="draw one lifeline for each workflow file, or name another file in one of the labels",
            )


def _first_line(lifeline: Lifeline) -> str:
    return next(iter(words.lines(lifeline.label)), lifeline.id)


def _called(lifeline: Lifeline) -> str:
    """The first line of a lifeline's label without pictures around it."""
    return _NO_LETTER.sub("", _first_line(lifeline))


def _name(label: str) -> str:
    """A workflow's display name: its label without the file, on one line; else the file's stem."""
    text = " ".join(words.lines(label))
    bare = re.sub(r"\s*[(\[`]*\s*" + _FILE.pattern + r"\s*[)\]`]*", " ", text, flags=re.IGNORECASE)
    bare = " ".join(bare.split()).strip(" ·|-–—:")
    if bare:
        return bare
    match = _FILE.search(text)
    return re.sub(r"\.ya?ml$", "", match[1], flags=re.IGNORECASE) if match else text


def _workflow_file(label: str, name: str) -> str:
    """The file of a workflow: as the label or the name says, else the slug of the name."""
    for text in (" ".join(words.lines(label)), name):
        if match := _FILE.search(text):
            return match[1]
    return f"{job_id(_name(label) or name)}.yml"
