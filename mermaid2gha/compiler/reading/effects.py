"""What each event of a diagram does, by the roles of its ends and its words (sections 3 to 6)."""

from __future__ import annotations

import re
from enum import Enum

from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.ir.diagram_ir import Participant, Role
from mermaid2gha.compiler.reading.evidence import TOKEN, says_call
from mermaid2gha.compiler.reading.workflow_files import noted_file
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.github.events import RELEASE, WORKFLOW_CALL, WORKFLOW_DISPATCH
from mermaid2gha.mermaid.ast import Diagram, FragmentStart, Message, Note, Operator, Placement


class Ground(Enum):
    """Why a statement is read as it is, the strongest first (docs/language.md#reading)."""

    MARK = "mark"
    SETTINGS = "settings"
    STRUCTURE = "structure"
    NAME = "name"
    WORDS = "words"


class EffectKind(Enum):
    """What an event does."""

    TRIGGER = "trigger"
    WORKFLOW_CALL = "workflow call"
    RUN_AFTER = "run after"
    DISPATCH = "dispatch"
    JOB_CALL = "job call"
    JOB_REPLY = "job reply"
    JOB = "job"
    ACTIVITY = "activity"
    STEP = "step"
    PUSH = "push"
    PULL = "pull"
    WRITE = "write"
    GATE = "gate"
    APPROVAL = "approval"
    TOKEN = "token"
    SKIP = "skip"
    COMMENTARY = "commentary"
    TOOL = "tool"
    UNCLEAR = "unclear"
    COSMETIC = "cosmetic"


_BY_WORDS = frozenset(
    (EffectKind.PUSH, EffectKind.PULL, EffectKind.WRITE, EffectKind.GATE, EffectKind.APPROVAL)
)
STEPS = frozenset((EffectKind.STEP, EffectKind.PUSH, EffectKind.PULL, EffectKind.WRITE))


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event does on `lifeline` (the workflow's or job's); the other end is `partner`.

    `ground` is what speaks for it.
    """

    act: EffectKind
    lifeline: str = ""
    partner: Participant | None = None
    text: LabelText = LabelText("")
    events: tuple[EventText, ...] = ()
    after: str = ""
    ground: Ground = Ground.STRUCTURE


NOTHING = Effect(EffectKind.COSMETIC)
_HEAD = re.compile(r"\s*(?:job|stage)\s+#?\w{1,3}\s*[:.–—-]|\s*(?:job|stage)\s*:", re.IGNORECASE)
_SKIPPED = re.compile(r"^(?:job\s+|is\s+)?skipped\b|\bskipped(?:\s*\([^()]*\))?$", re.IGNORECASE)
_CALL = re.compile(rf"\bcalls?\b|\b{WORKFLOW_CALL.name}\b", re.IGNORECASE)
_RUNS_IN = re.compile(r"runs?\s+in\s+['\"`]?(.+?)['\"`]?$", re.IGNORECASE)


def acts(
    diagram: Diagram, participants: dict[str, Participant], known_jobs: frozenset[str]
) -> tuple[Effect, ...]:
    """The deed of every event, in order. `known_jobs` are the folded names of all notes of the project."""
    reader = _Reader(participants, known_jobs)
    answered = _answered(diagram)
    return tuple(
        replace(effect, ground=_ground(event, effect))
        for at, event in enumerate(diagram.events)
        for effect in (reader.deed(event, at in answered),)
    )


def _ground(event: object, effect: Effect) -> Ground:
    """What speaks for an effect: a mark, the words of its text, a name in it, else its place alone."""
    if isinstance(event, FragmentStart):
        return Ground.NAME if event.operator is Operator.LOOP else Ground.STRUCTURE
    if not isinstance(event, Note | Message):
        return Ground.STRUCTURE
    if any(mark.name == "comment" for mark in event.marks):
        return Ground.MARK
    if effect.act in (EffectKind.TRIGGER, EffectKind.RUN_AFTER, EffectKind.DISPATCH, EffectKind.TOKEN):
        inferred = [one.is_inferred for one in effect.events]
        return Ground.STRUCTURE if not inferred else Ground.WORDS if all(inferred) else Ground.NAME
    return Ground.WORDS if effect.act in _BY_WORDS else Ground.STRUCTURE


def _answered(diagram: Diagram) -> set[int]:
    """The messages that a dotted message back answers."""
    open_calls: dict[tuple[str, str], list[int]] = {}
    found: set[int] = set()
    for at, event in enumerate(diagram.events):
        if isinstance(event, Message) and event.sender != event.receiver:
            waiting = open_calls.get((event.receiver, event.sender))
            if event.arrow.is_dotted and waiting:
                found.add(waiting.pop())
            else:
                open_calls.setdefault((event.sender, event.receiver), []).append(at)
    return found


class _Reader:
    def __init__(self, participants: dict[str, Participant], known_jobs: frozenset[str]) -> None:
        self.participants = participants
        self.known_jobs = known_jobs
        roles = {one.role for one in participants.values()}
        self.gatekeeper = Role.SOURCE if Role.SOURCE in roles else Role.PERSON
        self.unanswered: dict[tuple[str, str], int] = {}
        self.last_to: dict[str, str] = {}
        self.has_acted: set[str] = set()
        self.has_run: set[str] = set()
        self.last_reporting: str = ""
        self.is_answered = False
        self.is_rect_head = False

    def deed(self, event: object, is_answered: bool) -> Effect:
        self.is_answered = is_answered
        is_rect_head, self.is_rect_head = self.is_rect_head, False
        match event:
            case FragmentStart(operator=Operator.RECT):
                self.is_rect_head = True
                return NOTHING
            case Note():
                return self.note(event, is_rect_head)
            case Message():
                return self.message(event)
            case _:
                return NOTHING

    def note(self, note: Note, is_rect_head: bool) -> Effect:
        over = list(dict.fromkeys(note.lifelines))
        text = labels.parsed(note.text)
        workflows = [x for x in over if self.participants[x].role is Role.WORKFLOW]
        is_marked = any(mark.name == "comment" for mark in note.marks)
        if not is_marked and workflows and note.placement is not Placement.OVER and _HEAD.match(note.text):
            return Effect(EffectKind.JOB, workflows[0], text=text)
        if is_marked or note.placement is not Placement.OVER:
            return Effect(EffectKind.COMMENTARY, workflows[0] if workflows else "", text=text)
        if len(over) > 1:
            is_head = (text.has_prefix or is_rect_head) and len(workflows) == 1
            return Effect(
                EffectKind.JOB if is_head else EffectKind.COMMENTARY,
                workflows[0] if workflows else "",
                text=text,
            )
        who = self.participants[over[0]]
        if who.role is Role.WORKFLOW:
            return self.workflow_note(note, text, who)
        if who.role is Role.JOB:
            is_skipped = _SKIPPED.search(text.name) is not None
            return Effect(EffectKind.COMMENTARY if is_skipped else EffectKind.ACTIVITY, who.id, text=text)
        return Effect(
            EffectKind.TOOL if who.role is Role.EXTERNAL else EffectKind.COSMETIC, who.id, text=text
        )

    def workflow_note(self, note: Note, text: LabelText, who: Participant) -> Effect:
        event = event_words.first_line_event(note.text)
        if TOKEN.search(note.text) or (event and who.id not in self.has_acted):
            events = event_words.named_events(next(iter(labels.lines(note.text)), "").replace("[", " ["))
            if not events and event:
                events = (EventText(event),)
            return Effect(EffectKind.TOKEN, who.id, text=text, events=events)
        if noted_file(note.text) or _SKIPPED.search(text.name):
            return Effect(EffectKind.COMMENTARY, who.id, text=text)
        if skip := self.skipped(text):
            return Effect(
                EffectKind.SKIP, who.id, text=LabelText(skip, remarks=text.remarks, details=text.details)
            )
        self.has_acted.add(who.id)
        return Effect(EffectKind.JOB, who.id, text=text)

    def skipped(self, text: LabelText) -> str:
        """The name of the job that a skip note means, or nothing."""
        if not re.match(r"skip\b", text.name, re.IGNORECASE):
            return ""
        rest = " ".join((text.name[4:].strip(), *text.details)).strip()
        rest = re.sub(r"^(wait|poll)(?:s|ing)\b", r"\1", rest, flags=re.IGNORECASE)
        if any(_RUNS_IN.match(remark) for remark in text.remarks) or labels.folded(rest) in self.known_jobs:
            return rest
        return ""

    def message(self, message: Message) -> Effect:
        sender, receiver = self.participants[message.sender], self.participants[message.receiver]
        is_answer = message.arrow.is_dotted and self.unanswered.get((receiver.id, sender.id), 0) > 0
        if is_answer:
            self.unanswered[(receiver.id, sender.id)] -= 1
        elif sender is not receiver:
            key = (sender.id, receiver.id)
            self.unanswered[key] = self.unanswered.get(key, 0) + 1
        deed = self.meaning(message, sender, receiver, is_answer)
        if receiver.role is not Role.WORKFLOW:
            self.last_to[receiver.id] = labels.plain(message.text)
        if deed.act in STEPS or deed.act in (
            EffectKind.ACTIVITY,
            EffectKind.JOB_CALL,
            EffectKind.WORKFLOW_CALL,
        ):
            self.has_acted.add(deed.lifeline)
        if deed.act in (EffectKind.TRIGGER, EffectKind.RUN_AFTER):
            self.has_run.add(deed.lifeline)
            self.has_acted.discard(deed.lifeline)
        return deed

    def meaning(
        self, message: Message, sender: Participant, receiver: Participant, is_answer: bool
    ) -> Effect:
        text = labels.parsed(message.text)
        dotted = message.arrow.is_dotted
        inner = (Role.WORKFLOW, Role.JOB)
        if any(mark.name == "comment" for mark in message.marks):
            return Effect(EffectKind.COMMENTARY, sender.id if sender.role in inner else "", text=text)
        if sender is receiver:
            if sender.role in inner and _SKIPPED.search(text.name):
                return Effect(EffectKind.COMMENTARY, sender.id, text=text)
            if sender.role is Role.WORKFLOW and labels.has_word(text.name, labels.APPROVING):
                return Effect(EffectKind.APPROVAL, sender.id, text=text)
            if sender.role in inner:
                return Effect(EffectKind.ACTIVITY, sender.id, text=text)
            return Effect(
                EffectKind.TOOL if sender.role is Role.EXTERNAL else EffectKind.COSMETIC, sender.id, text=text
            )
        if receiver.role is Role.WORKFLOW and sender.role in (Role.PERSON, Role.SOURCE):
            return self.from_outside(message, sender, receiver, text, is_answer)
        if receiver.role is Role.WORKFLOW and sender.role is Role.WORKFLOW:
            return self.between_workflows(message, sender, receiver, text, is_answer)
        if sender.role in inner and receiver.role in inner:
            if receiver.role is Role.JOB and (not dotted or (says_call(message.text) and not is_answer)):
                return Effect(EffectKind.JOB_CALL, sender.id, receiver, text)
            if sender.role is Role.JOB:
                return Effect(EffectKind.JOB_REPLY, receiver.id, sender, text)
            return NOTHING
        if sender.role in inner:
            return self.to_outside(sender, receiver, text, dotted, is_answer)
        if (
            receiver.role is Role.WORKFLOW
            and sender.role is Role.EXTERNAL
            and not is_answer
            and self.is_told_to_start(labels.plain(message.text), receiver)
        ):
            return self.from_outside(message, sender, receiver, text, is_answer)
        if receiver.role in inner and sender.role is Role.EXTERNAL:
            if labels.is_taking(text.name):
                return Effect(EffectKind.PULL, receiver.id, sender, text)
            return NOTHING if dotted else Effect(EffectKind.STEP, receiver.id, sender, text)
        if sender.role is Role.EXTERNAL and receiver.role in (Role.EXTERNAL, Role.SOURCE):
            return Effect(EffectKind.TOOL, sender.id, receiver, text)
        return NOTHING

    def to_outside(
        self, sender: Participant, receiver: Participant, text: LabelText, dotted: bool, is_answer: bool
    ) -> Effect:
        if receiver.role is Role.EXTERNAL:
            if labels.has_word(text.name, labels.APPROVING) and re.search(
                r"environment|approv", receiver.name, re.I
            ):
                return Effect(EffectKind.APPROVAL, sender.id, receiver, text)
            if is_answer:
                return NOTHING
            if labels.is_taking(text.name):
                return Effect(EffectKind.PULL, sender.id, receiver, text)
            is_push = labels.has_word(text.name, labels.GIVING)
            return Effect(EffectKind.PUSH if is_push else EffectKind.STEP, sender.id, receiver, text)
        if labels.has_word(text.name, labels.APPROVING):
            return Effect(EffectKind.APPROVAL, sender.id, receiver, text)
        is_report = sender.role is Role.WORKFLOW and labels.has_word(text.name, labels.REPORTING)
        if is_report and receiver.role in (Role.SOURCE, self.gatekeeper):
            self.last_reporting = sender.name
            return Effect(EffectKind.GATE, sender.id, receiver, text)
        if dotted:
            return NOTHING
        is_write = labels.is_writing(text.name)
        return Effect(EffectKind.WRITE if is_write else EffectKind.STEP, sender.id, receiver, text)

    def from_outside(
        self, message: Message, sender: Participant, receiver: Participant, text: LabelText, is_answer: bool
    ) -> Effect:
        """A message of a person or a source to a workflow: what starts it, mostly."""
        said = labels.plain(message.text.replace("<br", " <br"))
        if sender.role is Role.PERSON and labels.has_word(text.name, labels.APPROVING):
            return Effect(EffectKind.APPROVAL, receiver.id, sender, text)
        if is_answer:
            return NOTHING
        is_named = bool(event_words.named_events(said)) or event_words.is_sure(said)
        if sender.role is Role.SOURCE and labels.is_taking(text.name) and not is_named:
            return Effect(EffectKind.PULL, receiver.id, sender, text)
        events = event_words.said_events(said, f"{receiver.name} {receiver.file}")
        if (
            not events
            and message.arrow.is_dotted
            and not event_words.is_sure(said)
            and receiver.id in self.has_run
        ):
            return NOTHING
        if not events and sender.role is Role.EXTERNAL:
            events = self.known_events(sender)
        elif not events and sender.role is Role.SOURCE:
            if receiver.id in self.has_run and not event_words.is_sure(said):
                taking = labels.is_taking(text.name)
                return Effect(EffectKind.PULL if taking else EffectKind.STEP, receiver.id, sender, text)
            events = self.known_events(sender)
        elif sender.role is Role.SOURCE and event_words.is_loose(said):
            events = self.known_events(sender) or events
        if not events and sender.role is Role.PERSON:
            events = (EventText(WORKFLOW_DISPATCH.name, is_inferred=True),)
        return self.run_after(receiver, sender, text, events, said)

    def is_told_to_start(self, said: str, receiver: Participant) -> bool:
        """Whether what an external says to a workflow starts it: GitHub's own name, or `Trigger ci.yml`."""
        if event_words.is_unmistakable(said):
            return True
        names = re.search(r"\bworkflow\b", said, re.IGNORECASE) or receiver.file in said
        return receiver.id not in self.has_run and event_words.is_sure(said) and bool(names)

    def known_events(self, sender: Participant) -> tuple[EventText, ...]:
        """The events of the last message to a source, else those that it is called by."""
        said = event_words.said_events(self.last_to.get(sender.id, ""))
        if re.fullmatch(r"(?:github\s+)?releases?", sender.name, re.IGNORECASE):
            return (EventText(RELEASE.name, (("types", (RELEASE.sample_type,)),), is_inferred=True),)
        return said or event_words.said_events(sender.name.replace("_", " "))

    def run_after(
        self,
        receiver: Participant,
        sender: Participant,
        text: LabelText,
        events: tuple[EventText, ...],
        said: str,
    ) -> Effect:
        if not any(event.kind.follows_runs for event in events):
            return Effect(EffectKind.TRIGGER, receiver.id, partner=sender, text=text, events=events)
        others = [p for p in self.participants.values() if p.role is Role.WORKFLOW and p is not receiver]
        named = [p for p in others if labels.folded(p.name) in labels.folded(said) or p.file in said]
        ran = [p for p in others if p.id in self.has_run]
        source = named[0].name if named else self.last_reporting
        if sender.role is Role.WORKFLOW:
            source = sender.name
        elif not source and len(ran) == 1:
            source = ran[0].name
        return Effect(
            EffectKind.RUN_AFTER, receiver.id, partner=sender, text=text, events=events, after=source
        )

    def between_workflows(
        self, message: Message, sender: Participant, receiver: Participant, text: LabelText, is_answer: bool
    ) -> Effect:
        said = labels.plain(message.text.replace("<br", " <br"))
        events = event_words.named_events(said)
        if is_answer and not events:
            return NOTHING
        if any(event.kind.is_call for event in events) or (not events and _CALL.search(said)):
            return Effect(EffectKind.WORKFLOW_CALL, sender.id, receiver, text)
        dispatches = [e for e in events if e.kind.is_dispatch]
        if dispatches or (not events and re.search(r"\bdispatch", said, re.I)):
            found = tuple(dispatches) or (EventText(WORKFLOW_DISPATCH.name, is_inferred=True),)
            return Effect(EffectKind.DISPATCH, sender.id, partner=receiver, text=text, events=found)
        if events:
            return self.run_after(receiver, sender, text, events, said)
        is_start = event_words.is_sure(said) and not message.arrow.is_dotted
        if self.is_answered and (is_start or receiver.id not in self.has_run):
            found = (EventText(WORKFLOW_CALL.name, is_inferred=True),)  # the sender waits: no mere start
            return Effect(EffectKind.WORKFLOW_CALL, sender.id, partner=receiver, text=text, events=found)
        if is_start:
            found = (EventText(WORKFLOW_DISPATCH.name, is_inferred=True),)
            return Effect(EffectKind.DISPATCH, sender.id, partner=receiver, text=text, events=found)
        return Effect(EffectKind.UNCLEAR, sender.id, receiver, text)


def runs_in(text: LabelText) -> str:
    """The workflow that a skip note's remark names."""
    for remark in text.remarks:
        if match := _RUNS_IN.match(remark):
            return match[1].strip("'\"` ")
    return ""


def statement(event: Note | Message) -> str:
    """A note or message as a line of the trace."""
    text = " ".join(labels.lines(event.text))
    if isinstance(event, Note):
        return f"Note over {', '.join(dict.fromkeys(event.lifelines))}: {text}"
    return f"{event.sender} {event.arrow.value} {event.receiver}: {text}"
