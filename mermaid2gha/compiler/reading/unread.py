"""What could have been meant by notes and by words about branches, and is not read so: told at its line.

Notes that are read as commentary although they could head a job, and words before `branch` that may be the
name of one: without a filter the run would start more often than drawn.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import accumulate

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import ignored, marks_of
from mermaid2gha.compiler.marks.settled import settled, together
from mermaid2gha.compiler.reading.approvals import asks_nobody
from mermaid2gha.compiler.reading.effects import ACTIVITIES, STARTS, Effect, EffectKind, Ground
from mermaid2gha.compiler.reading.structure import Structure
from mermaid2gha.compiler.vocabulary import approvals, forms, labels, leftovers, writing
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary.clauses import CONDITIONAL
from mermaid2gha.compiler.vocabulary.guards import asked_alone, asked_ref, said_when, says_work
from mermaid2gha.compiler.vocabulary.labels import is_question_mark
from mermaid2gha.compiler.vocabulary.lifelines import is_command_line
from mermaid2gha.compiler.vocabulary.origins import also_then, says_time_of_run
from mermaid2gha.compiler.vocabulary.outcomes import outcome, says_either
from mermaid2gha.github.events import WORKFLOW_DISPATCH
from mermaid2gha.mermaid.ast import (
    Diagram,
    Event,
    FragmentEnd,
    FragmentStart,
    Message,
    Note,
    OperandStart,
    Operator,
    Placement,
)

UNAWAITED_JOB = Rule("unawaited-job", Severity.WARNING)
UNREAD_CALL = Rule("unread-call", Severity.WARNING, is_guess=True)
UNREAD_NOTE = Rule("unread-note", Severity.WARNING, is_guess=True)
UNREAD_REPORT = Rule("unread-report", Severity.WARNING, is_guess=True)

_APART = (Operator.PAR, Operator.PAR_OVER, Operator.LOOP)
"""Fragments that no stretch of messages goes on through."""
_JOBS = (EffectKind.JOB, EffectKind.JOB_CALL, EffectKind.WORKFLOW_CALL)


def unread_notes(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    structure: Structure,
    told: Container[Span | None],
) -> list[Diagnostic]:
    """Notes left or right of a workflow or over two, those that the dialect of their run makes commentary,
    and those over the repository between two notes that are jobs.

    Not where every note that heads a job of the run has a prefix (`Job 1:`). Notes that are so for one reason
    are one finding: what settles them is the same. Not those in the places `told`. Reports `unread-note`, and
    `guessed-approval` of those that may ask for one.
    """
    run_at: list[tuple[str, int]] = []
    runs: dict[str, int] = {}
    prefixes: dict[tuple[str, int], list[bool]] = {}
    for at, effect in enumerate(effects):
        if effect.act in STARTS:
            runs[effect.lifeline] = runs.get(effect.lifeline, 0) + 1
        run = (effect.lifeline, runs.get(effect.lifeline, 0))
        run_at.append(run)
        if effect.act is EffectKind.JOB and at not in structure.comments:
            prefixes.setdefault(run, []).append(_has_prefix(diagram.events[at], effect))
    found: dict[_Why, list[Note]] = {}
    left_out = sorted((span.start, span.end) for rule, span in ignored(diagram) if rule == UNREAD_NOTE.name)
    ends = list(accumulate((end for _, end in left_out), max))
    jobs = [
        at
        for at, (event, effect) in enumerate(zip(diagram.events, effects))
        if effect.act is not EffectKind.COSMETIC or isinstance(event, Message)
    ]
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        is_cosmetic = effect.act is EffectKind.COSMETIC
        if isinstance(event, Note) and is_cosmetic and _is_of_repository(event, participants):
            around = jobs[bisect_right(jobs, at) - 1 :][:2] if jobs and jobs[0] < at else []
            is_between = len(around) > 1 and all(
                _is_note_of_job(diagram.events[n], effects[n]) for n in around
            )
            if is_between and all(isinstance(one, Note) for one in diagram.events[around[0] : around[1]]):
                found.setdefault(_Why.OVER_REPOSITORY, []).append(event)
            continue
        if not isinstance(event, Note) or effect.ground in (Ground.MARK, Ground.NAME) or not effect.lifeline:
            continue
        if event.text_span in told:
            continue
        heads = prefixes.get(run_at[at], [])
        if heads and all(heads):
            continue
        before = bisect_right(left_out, (event.span.start, event.span.end)) if event.span is not None else 0
        if event.span is not None and before and event.span.start < ends[before - 1]:
            continue
        if at in structure.comments:
            found.setdefault(_Why.NO_STEPS, []).append(event)
        elif effect.act is EffectKind.COMMENTARY:
            is_over = event.placement is Placement.OVER
            found.setdefault(_Why.OVER_SEVERAL if is_over else _Why.BESIDE_ONE, []).append(event)
    asking = [note for notes in found.values() for note in notes if _says_approval(note)]
    left = {why: [note for note in notes if note not in asking] for why, notes in found.items()}
    left = {why: notes for why, notes in left.items() if notes}
    return [
        *(asks_nobody(note, "", is_step=False) for note in asking),
        *(_unread_notes(notes, why, is_sole=len(left) == 1) for why, notes in left.items()),
    ]


def _says_approval(note: Note) -> bool:
    """Whether a note speaks of an approval, and does not name the event that a review is."""
    text = labels.plain(note.text)
    is_event = "_review" in text and bool(event_words.named_events(text))
    return approvals.says_approval(text) and not is_event


def _is_of_repository(note: Note, participants: Mapping[str, Participant]) -> bool:
    """Whether a note stands over the repository alone, and names nothing that happens to it."""
    if note.placement is not Placement.OVER or marks_of(note) or len(set(note.lifelines)) > 1:
        return False
    return participants[note.lifelines[0]].role is Role.SOURCE and not _names_event(note)


def _names_event(note: Note) -> bool:
    """Whether a note says what happens: as a comment it would narrow no run any more."""
    return bool(event_words.said_events(labels.plain(note.text)))


def _is_note_of_job(event: object, effect: Effect) -> bool:
    return isinstance(event, Note) and effect.act is EffectKind.JOB


class _Why(Enum):
    """Why a note is read as commentary: of one, and of several."""

    NO_STEPS = "notes head jobs here, and this one has no steps", "notes head jobs, and these have no steps"
    OVER_SEVERAL = "it stands over several lifelines", "they stand over several lifelines"
    OVER_REPOSITORY = "it stands over the repository", "they stand over the repository"
    BESIDE_ONE = "it stands beside one", "they stand beside one"


def unread_reports(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    structure: Structure,
) -> list[Diagnostic]:
    """The last message to the repository of a run with several jobs, or with none, if it may be its final
    report: a dashed one, or any one to a person where no repository is drawn.

    Not where the run has one, and not where the text says how something ended. Reports `unread-report`.
    """
    has_source = any(one.role is Role.SOURCE for one in participants.values())
    runs = _RunsSoFar()
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        runs.go_past(event)
        if effect.act in STARTS:
            runs.start(effect.lifeline)
        elif effect.act in ACTIVITIES and at not in structure.comments:
            runs.act(effect.lifeline, is_job=effect.act in _JOBS or effect.is_head)
        elif effect.act is EffectKind.APPROVAL:
            runs.wait(effect.lifeline, is_job=effect.partner is None)
        if isinstance(event, Message) and _may_report(event, effect, participants, has_source):
            runs.last.setdefault(event.sender, []).append(event)
        elif effect.act is EffectKind.GATE:
            runs.report(effect.lifeline)
    for lifeline in list(runs.last):
        runs.close(lifeline)
    return runs.found


class _RunsSoFar:
    """The run that each workflow is in: how many jobs it has, and the messages that may be its report.

    `is_within`: whether a further message belongs to a job that is there; `around` are its values before the
    fragments that are open. `found` are the diagnostics of the runs that are over.
    """

    def __init__(self) -> None:
        self.jobs: dict[str, int] = {}
        self.last: dict[str, list[Message]] = {}
        self.reported: set[str] = set()
        self.is_within: dict[str, bool] = {}
        self.around: list[dict[str, bool]] = []
        self.found: list[Diagnostic] = []

    def go_past(self, event: Event) -> None:
        """Enter and leave fragments."""
        if isinstance(event, FragmentStart):
            self.around.append(dict(self.is_within))
        if isinstance(event, (OperandStart, FragmentEnd)) and event.operator is not Operator.RECT:
            self.is_within = dict(
                self.around[-1]
            )  # no message joins a job that may be left out when it is not
        if isinstance(event, FragmentEnd):
            self.around.pop()
        if isinstance(event, (FragmentStart, OperandStart, FragmentEnd)) and event.operator in _APART:
            self.is_within.clear()

    def start(self, lifeline: str) -> None:
        self.close(lifeline)
        for before in (self.is_within, *self.around):
            before.pop(lifeline, None)

    def act(self, lifeline: str, *, is_job: bool) -> None:
        if is_job or not self.is_within.get(lifeline):  # messages without a note before are one job
            self.begin_job(lifeline)
        self.is_within[lifeline] = True

    def wait(self, lifeline: str, *, is_job: bool) -> None:
        """Wait for an approval, which may be a job by itself."""
        self.is_within.pop(lifeline, None)
        if is_job:
            self.begin_job(lifeline)

    def begin_job(self, lifeline: str) -> None:
        self.jobs[lifeline] = self.jobs.get(lifeline, 0) + 1
        self.last.pop(lifeline, None)

    def report(self, lifeline: str) -> None:
        self.reported.add(lifeline)
        self.last.pop(lifeline, None)

    def close(self, lifeline: str) -> None:
        """End the run of a workflow, and tell of its report that was not read as one."""
        messages = self.last.pop(lifeline, [])
        is_of_one = self.jobs.get(lifeline, 0) == 1 and all(one.arrow.is_dotted for one in messages)
        if messages and not is_of_one and lifeline not in self.reported:
            self.found.append(_unread_report(messages[-1], messages[-2::-1]))
        self.jobs.pop(lifeline, None)
        self.reported.discard(lifeline)


def _may_report(
    message: Message, effect: Effect, participants: Mapping[str, Participant], has_source: bool
) -> bool:
    sender, receiver = participants[message.sender], participants[message.receiver]
    if effect.ground in (Ground.MARK, Ground.NAME):
        return False
    is_asked = receiver.role is (Role.SOURCE if has_source else Role.PERSON)
    text = labels.plain(message.text)
    is_solid = effect.act is EffectKind.STEP and receiver.role is Role.PERSON
    if not is_solid and (effect.act is not EffectKind.COSMETIC or not message.arrow.is_dotted):
        return False
    is_known = (
        is_question_mark(text)
        or (is_solid and (writing.verb(text) is writing.Verb.WRITING or writing.is_local(text)))
        or outcome(text) is not None
        or (not labels.words(text) and not says_either(text))
        or writing.names_written(text)
        or forms.is_plain_reply(text)
    )
    return sender.role is Role.WORKFLOW and is_asked and not is_known


def _unread_report(message: Message, before: Sequence[Message]) -> Diagnostic:
    read = "reply" if message.arrow.is_dotted else "step"
    return diagnostic(
        UNREAD_REPORT,
        f"`{labels.plain(message.text)}` is read as a {read}: no check tells how the run ended",
        message.text_span or message.span,
        *(Label(one.text_span, "or this") for one in before if one.text_span is not None),
        help="`%% gate` above it makes it the final report, the check to require; "
        f"`%% {read}` says that it is none",
        fixes=settled(message.span, read),
    )


def _has_prefix(event: object, effect: Effect) -> bool:
    return isinstance(event, Note) and (effect.text.has_prefix or event.placement is not Placement.OVER)


def _unread_notes(notes: Sequence[Note], why: _Why, *, is_sole: bool) -> Diagnostic:
    of_one, of_several = why.value
    texts = [" ".join(labels.lines(note.text)) for note in notes]
    places = [note.text_span or note.span for note in notes]
    if len(notes) == 1:
        message = f"the note `{texts[0]}` is read as commentary: {of_one}"
        shown = [Label(place, "" if is_sole else of_one) for place in places if place is not None]
    else:
        message = f"{len(notes)} notes are read as commentary: {of_several}"
        shown = [
            Label(place, f"`{text}`" if is_sole else of_one)
            for place, text in zip(places, texts)
            if place is not None
        ]
    when = next(filter(None, map(_said_when, notes)), "")
    said = f"`%% when: {when}` above the trigger says when alone it starts, " if when else ""
    also = next(filter(None, map(_starts_also, texts)), "")
    return diagnostic(
        UNREAD_NOTE,
        message,
        *shown,
        help="draw it over the workflow if it is a job; `%% comment` above it says that it is none"
        if why is _Why.OVER_REPOSITORY
        else f"{said}`%% job` above it makes it a job, `%% comment` says that it is none{also}",
        fixes=()
        if why is _Why.NO_STEPS
        or when
        or also
        or any(map(_names_event, notes))
        or any(map(says_time_of_run, texts))
        else together([settled(note.span, "comment") for note in notes]),
        reason="" if is_sole else "several notes are read as commentary",
    )


def _said_when(note: Note) -> str:
    """The condition of what a note says of when something happens, or that there is one; else nothing."""
    plain = labels.plain(note.text)
    is_ending = outcome(plain) is not None and labels.words(plain)[0] in CONDITIONAL
    return (asked_ref(plain) or "EXPRESSION") if said_when(note.text) or is_ending else ""


# -- what a call says beyond that its job starts ---------------------------------------------------


def unread_calls(diagram: Diagram, effects: Sequence[Effect]) -> Iterator[Diagnostic]:
    """Reports `unread-call` of what is said to the lifeline of a job that then does something else: it may be
    its first step. A command is one."""
    said: dict[str, tuple[Message, str]] = {}
    for event, effect in zip(diagram.events, effects):
        if effect.act is EffectKind.JOB_CALL and effect.partner is not None:
            job, text = effect.partner, effect.text.name
            said.pop(job.id, None)
            is_read = effect.ground is Ground.MARK or is_command_line(text)
            is_own = isinstance(event, Message) and event.sender == effect.lifeline
            if isinstance(event, Message) and is_own and not is_read and says_work(text, job.name):
                said[job.id] = (event, job.name)
        elif effect.act is EffectKind.JOB_REPLY and effect.partner is not None:
            said.pop(effect.partner.id, None)
        elif effect.act in ACTIVITIES and effect.lifeline in said:
            yield _unread_call(*said.pop(effect.lifeline))


def _unread_call(call: Message, job: str) -> Diagnostic:
    text = labels.plain(call.text)
    return diagnostic(
        UNREAD_CALL,
        f"`{text}` is read as no more than the call of `{job}`, which does something else then",
        call.text_span or call.span,
        help=f"`{call.receiver}->>{call.receiver}: {text}` below it makes it a step of that job, `%% call` "
        "above it says that it is none",
        fixes=settled(call.span, "call"),
        reason="{count} texts are read as no more than calls of jobs, which do something else then",
    )


# -- jobs that never answer ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Call:
    """A call of a job's lifeline that has not been answered: what is called, and the operands of `par` around
    it, each as its fragment and its number."""

    message: Message
    job: Participant
    operands: tuple[tuple[int, int], ...]
    has_acted: bool = False


def unawaited_jobs(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> list[Diagnostic]:
    """Jobs that are called and never answer, so that what is drawn below them and gives to the outside waits
    for none of them, and jobs that nobody calls, which wait for nothing above them. Not in operands beside
    each other, nor where people get the answer. Reports `unawaited-job`."""
    answering = {
        one.sender
        for one in diagram.events
        if isinstance(one, Message) and one.arrow.is_dotted and participants[one.receiver].role is Role.PERSON
    }
    found = [*_uncalled(diagram, effects, participants), *_called_meanwhile(diagram, effects)]
    open_: dict[str, _Call] = {}
    operands: list[tuple[int, int]] = []
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        match event:
            case FragmentStart():
                is_par = event.operator in (Operator.PAR, Operator.PAR_OVER)
                operands.append((at if is_par else -1, 0))
            case OperandStart():
                start, number = operands.pop()
                operands.append((start, number + 1))
            case FragmentEnd():
                operands.pop()
            case Message():
                found += _after_calls(event, effect, participants, open_, operands)
                for name in answering & open_.keys():
                    del open_[name]
            case _:
                pass
    return found


def _called_meanwhile(diagram: Diagram, effects: Sequence[Effect]) -> Iterator[Diagnostic]:
    """Calls of workflows before the answer to an earlier one of the same caller, which is drawn below: each
    waits for that. Not in operands beside each other."""
    path: list[tuple[int, int]] = []
    calls: list[tuple[Message, str, tuple[tuple[int, int], ...]]] = []
    told: list[tuple[Message, Message]] = []
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        if isinstance(event, FragmentStart):
            path.append((at, at))
        elif isinstance(event, OperandStart):
            path[-1] = (path[-1][0], at)
        elif isinstance(event, FragmentEnd):
            path.pop()
        elif isinstance(event, Message) and effect.act is EffectKind.WORKFLOW_CALL and effect.partner:
            called, here = effect.partner.id, tuple(path)
            before = [one for one in calls if one[0].sender == event.sender and one[1] != called]
            told += [(one, event) for one, _, there in before[-1:] if there == here]
            calls.append((event, called, here))
        elif isinstance(event, Message):
            answered = [
                one for one, called, _ in calls if (one.sender, called) == (event.receiver, event.sender)
            ]
            yield from (_meanwhile(one, call) for one, call in told if one in answered)
            told = [pair for pair in told if pair[0] not in answered]
            calls = [one for one in calls if one[0] not in answered]


def _meanwhile(before: Message, call: Message) -> Diagnostic:
    return diagnostic(
        UNAWAITED_JOB,
        f"`{call.receiver}` is called before `{before.receiver}` has answered, and waits for it",
        call.text_span or call.span,
        Label(before.text_span, "this is answered below") if before.text_span is not None else None,
        help="a `par` around the two, with `and` between, runs them at once; draw the answer to the first "
        f"above this if it waits; `%% ignore: {UNAWAITED_JOB.name}` above this says that it does",
    )


def _uncalled(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """Jobs of a run of which another job has done something, and which nobody has told anything."""
    spoken: set[str] = set()
    acted: dict[str, str] = {}
    for event, effect in zip(diagram.events, effects):
        who = participants.get(effect.lifeline)
        if effect.act in STARTS and who is not None:
            acted.pop(who.file, None)
        is_deed = effect.act in ACTIVITIES and who is not None and isinstance(event, Message | Note)
        if is_deed and who is not None and isinstance(event, Message | Note):
            before = acted.get(who.file, "")
            if who.role is Role.JOB and who.id not in spoken and before not in ("", who.name):
                yield _uncalled_job(event, who, before)
            spoken.add(who.id)
            acted[who.file] = who.name
        if isinstance(event, Message):
            spoken.add(event.receiver)


def _uncalled_job(event: Message | Note, job: Participant, before: str) -> Diagnostic:
    caller = next(iter(job.file.split(".")), "CI")
    return diagnostic(
        UNAWAITED_JOB,
        f"nobody calls `{job.name}`, so it does not wait for `{before}`, drawn before it",
        event.text_span or event.span,
        help=f"draw its call before this, a message of `{caller}` or of the job that it waits for to "
        f"`{job.id}`; `%% ignore: {UNAWAITED_JOB.name}` above this says that it need not wait",
        fixes=settled(event.span, f"ignore: {UNAWAITED_JOB.name}"),
    )


def _after_calls(
    event: Message,
    effect: Effect,
    participants: Mapping[str, Participant],
    open_: dict[str, _Call],
    operands: Sequence[tuple[int, int]],
) -> list[Diagnostic]:
    """What a message says of the calls that are open, which it opens, answers or leaves behind."""
    partner, lifeline = effect.partner, effect.lifeline
    if effect.act is EffectKind.JOB_CALL and partner is not None:
        open_.pop(lifeline, None)
        open_[partner.id] = _Call(event, partner, tuple(operands))
    elif effect.act is EffectKind.JOB_REPLY and partner is not None:
        open_.pop(partner.id, None)
    elif effect.act in STARTS:
        for name in [x for x, call in open_.items() if call.job.file == participants[lifeline].file]:
            del open_[name]
    elif effect.act in ACTIVITIES and lifeline:
        if lifeline in open_:
            open_[lifeline] = replace(open_[lifeline], has_acted=True)
        is_gift = effect.act in (EffectKind.PUSH, EffectKind.WRITE)
        if is_gift or labels.has_word(effect.text.name, labels.NEVER_MOVING):
            unawaited = _before(open_, lifeline, participants, operands)
            for name in unawaited:
                del open_[name]
            return [_unawaited(call, event) for call in unawaited.values()]
    return []


def _before(
    open_: Mapping[str, _Call],
    lifeline: str,
    participants: Mapping[str, Participant],
    operands: Sequence[tuple[int, int]],
) -> dict[str, _Call]:
    """The calls, of jobs that have done something, below which something on a lifeline stands."""
    calls: dict[str, _Call] = {}
    for name, call in open_.items():
        if name == lifeline:
            break
        pairs = zip(call.operands, operands)
        is_beside = any(a[0] == b[0] >= 0 and a[1] != b[1] for a, b in pairs)
        if call.has_acted and not is_beside and call.job.file == participants[lifeline].file:
            calls[name] = call
    return calls


def _unawaited(call: _Call, event: Message) -> Diagnostic:
    place = event.text_span or event.span
    drawn = call.message.text_span or call.message.span
    answer = f"{call.message.receiver}-->>{call.message.sender}: done"
    return diagnostic(
        UNAWAITED_JOB,
        f"`{call.job.name}` never answers, so `{labels.plain(event.text)}` does not wait for it",
        place,
        Label(drawn, "the job starts here") if drawn is not None else None,
        help=f"draw its answer before this, `{answer}`; `%% ignore: {UNAWAITED_JOB.name}` above this says "
        f"that it need not wait; `%% role: {call.job.id} = external` above its first use that it is no job",
        fixes=settled(event.span, f"ignore: {UNAWAITED_JOB.name}"),
    )


def _starts_also(text: str) -> str:
    """The cure of a note that says of a run that a time, or people, start it as well; nothing of others."""
    if leftovers.says_by_hand(text):
        mark = f"`%% trigger: EVENT, {WORKFLOW_DISPATCH.name}`"
        return f"; {mark} above what starts this run says that people start it, too"
    words = labels.words(text)
    is_often = len(words) <= _FEW_WORDS and not forms.OFTEN.isdisjoint(words)
    mark = "`%% trigger: EVENT, schedule[cron=MINUTE HOUR * * *]`"
    open_ = f"; {mark} above what starts this run says that it starts then, too"
    return also_then(text) or (open_ if is_often else "")


_FEW_WORDS = 5


def may_be_remark(note: Note, why: str) -> Diagnostic:
    """That a note is read as a job, and may be a remark."""
    asked = asked_alone(labels.plain(note.text))
    return diagnostic(
        UNREAD_NOTE,
        f"the note `{labels.plain(note.text)}` is read as a job, and may be a remark: {why}",
        note.text_span or note.span,
        help="`%% job` above it says that it is a job, `%% comment` that it is a remark on the one before it"
        + (f"; `%% if: {asked}` above what it is about that this runs then alone" if asked else "")
        + _starts_also(labels.plain(note.text)),
        reason="{count} notes are read as jobs, and may be remarks",
    )
