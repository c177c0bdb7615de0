"""What notes say of what starts runs: they start and filter nothing, and are told beside what they are about.

So are texts in scripts of which no word is known: they may say anything; and files of workflows that texts
name and no lifeline is.

See docs/language.md#triggers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.marks.settled import trigger_mark
from mermaid2gha.compiler.reading.effects import ACTIVITIES, STARTS, Effect, EffectKind, Ground
from mermaid2gha.compiler.reading.starts import GUESSED_TRIGGER, guessed_trigger
from mermaid2gha.compiler.vocabulary import (
    branches,
    ci_words,
    forms,
    labels,
    outcomes,
    outcomes_beyond,
    times,
)
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.compiler.vocabulary.event_filters import PAIR, filters_of, paths_said
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.origins import is_bot
from mermaid2gha.github.events import PULL_REQUEST, PUSH, SCHEDULE, WORKFLOW_RUN
from mermaid2gha.mermaid.ast import Diagram, FragmentEnd, FragmentStart, Message, Note, OperandStart


def noted_times(diagram: Diagram, effects: Sequence[Effect]) -> Iterator[Diagnostic]:
    """Times in notes over what starts a run by a schedule, or over its workflow, where the trigger says none:
    a note is no part of it. Behind the trigger until the run does something, or where the note says nothing
    else. Reports `guessed-trigger`."""
    noted: dict[str, Note] = {}
    heard: list[Note] = []
    begun: dict[str, tuple[Message, Effect]] = {}
    open_: dict[str, tuple[Message, Effect]] = {}
    for event, effect in zip(diagram.events, effects):
        note = event if isinstance(event, Note) and "trigger" not in marks_of(event) else None
        if note is not None and times.likely_time(note.text):
            start = next((open_[one] for one in note.lifelines if one in open_), None)
            if start is not None and times.is_time(note.text):
                yield from _noted_time(*start, note)
                open_ = {one: told for one, told in open_.items() if told is not start}
            noted |= dict.fromkeys(note.lifelines if start is None else (), note)
        if isinstance(event, Note) and not marks_of(event) and effect.act in _REMARKS:
            heard.append(event)
            if effect.lifeline in begun and list(dict.fromkeys(event.lifelines)) == [effect.lifeline]:
                yield from _noted_refs(*begun[effect.lifeline], event)
        if effect.act in ACTIVITIES:
            begun.pop(effect.lifeline, None)
        if effect.act in ACTIVITIES and not isinstance(event, Note) and effect.lifeline in open_:
            open_ = {one: told for one, told in open_.items() if told is not open_[effect.lifeline]}
        if effect.act not in STARTS or not isinstance(event, Message):
            continue
        notes = [noted.pop(one) for one in (event.receiver, event.sender) if one in noted]
        if effect.ground is Ground.MARK:
            continue
        begun[effect.lifeline] = event, effect
        yield from _noted_events(event, effect, heard)
        heard = []
        if not effect.events or any(one.kind.has_times and one.cron for one in effect.events):
            continue
        if notes:
            yield from _noted_time(event, effect, notes[0])
        else:
            open_ |= dict.fromkeys((event.sender, effect.lifeline), (event, effect))


def _noted_time(trigger: Message, effect: Effect, note: Note) -> Iterator[Diagnostic]:
    """That a note may say when a run starts whose trigger says no time, or, where it says nothing else, when
    one starts that has no times."""
    time = times.placeholders(labels.plain(note.text), is_alone=True) or times.likely_time(note.text)
    is_timed = any(one.kind.has_times for one in effect.events)
    is_alone = times.is_time(note.text) and not forms.is_duration(note.text)
    if not is_timed and not (is_alone and trigger.receiver in note.lifelines):
        return
    events = (
        [replace(one, cron=time) if one.kind.has_times else one for one in effect.events]
        if is_timed
        else [*effect.events, EventText(SCHEDULE.name, cron=time)]
    )
    mark = trigger_mark(events)
    yield guessed_trigger(
        "a note says when this may start, and it starts at a time that is made up"
        if is_timed
        else "a note says when this may start, and nothing starts it at a time",
        trigger.text_span or trigger.span,
        Label(note.text_span, "the note") if note.text_span is not None else None,
        cure=f"`%% {mark}` above it says when, in UTC",
        mark="" if times.is_open(time) or not is_timed else mark,
    )


_REMARKS = (EffectKind.COMMENTARY, EffectKind.COSMETIC)


def _noted_refs(trigger: Message, effect: Effect, note: Note) -> Iterator[Diagnostic]:
    """That a note below a trigger names other branches or tags of its event than those that start the run."""
    said = {one.event: one for one in event_words.said_events(labels.plain(note.text)) if one.has_refs}
    other = [one for one in effect.events if one.event in said and said[one.event].filters != one.filters]
    if other and all(one.has_refs for one in other):
        events = [
            replace(one, filters=said[one.event].filters) if one in other else one for one in effect.events
        ]
        yield guessed_trigger(
            f"a note says `{trigger_mark(events).removeprefix('trigger: ')}`, and this is of "
            f"`{trigger_mark(effect.events).removeprefix('trigger: ')}`",
            trigger.text_span or trigger.span,
            Label(note.text_span, "the note") if note.text_span is not None else None,
            cure=f"`%% {trigger_mark(events)}` above it starts it as the note says, "
            f"`%% {trigger_mark(effect.events)}` as it is read",
        )


def _noted_filters(
    trigger: Message, effect: Effect, note: Note, said: Sequence[EventText]
) -> Iterator[Diagnostic]:
    """That a note beside a trigger names branches or files, where any start the run: a note filters nothing.
    `said` are the events that it names."""
    events = tuple(_filtered(one, labels.plain(note.text), said) for one in effect.events)
    if events == effect.events:
        return
    mark, whole = trigger_mark(events), trigger_mark(effect.events)
    yield guessed_trigger(
        f"a note says `{mark.removeprefix('trigger: ')}`, and this is of `{whole.removeprefix('trigger: ')}`",
        trigger.text_span or trigger.span,
        Label(note.text_span, "the note") if note.text_span is not None else None,
        cure=f"`%% {mark}` above it starts it by that alone, `%% {whole}` by all of these",
    )


def _filtered(event: EventText, text: str, said: Sequence[EventText]) -> EventText:
    """An event with the branches and files of a note that it has no filter of."""
    found = dict(next((one.filters for one in said if one.event == event.event), ()))
    if event.event == PUSH.name and not said and (branch := branches.base_of(text).name):
        found["branches"] = (branch,)
    said_of = filters_of(event.event, text, "")[0] if "/" in text or "*" in text else ()
    found |= {key: values for key, values in said_of if key.startswith("paths")}
    given = dict(event.filters)
    may_have = [key for key in found if key in event.kind.filters and key not in given]
    if event.has_refs or (event.event != PUSH.name and not said):
        may_have = [key for key in may_have if key.startswith("paths") and "tags" not in given]
    return replace(event, filters=(*event.filters, *((key, found[key]) for key in may_have)))


def _noted_events(trigger: Message, effect: Effect, notes: Sequence[Note]) -> Iterator[Diagnostic]:
    """That a note before a trigger, over who sends or gets it or over several, names a further event."""
    known = {one.event for one in effect.events}
    for note in notes:
        if len(note.lifelines) == 1 and note.lifelines[0] not in (trigger.sender, trigger.receiver):
            continue
        said = event_words.said_events(labels.plain(note.text))
        ends = {trigger.sender, trigger.receiver}
        is_own = not said or not known.isdisjoint(one.event for one in said)
        if is_own and trigger.sender in note.lifelines and ends.issuperset(note.lifelines):
            yield from _noted_filters(trigger, effect, note, said)
        more = [one for one in said if one.event not in known]
        if not more or len(more) == len(said):
            continue  # of an event that is not this one, or of none
        mark = trigger_mark((*effect.events, *more))
        yield guessed_trigger(
            f"a note says `{trigger_mark(more).removeprefix('trigger: ')}` as well, and this is of "
            f"`{trigger_mark(effect.events).removeprefix('trigger: ')}` alone",
            trigger.text_span or trigger.span,
            Label(note.text_span, "the note") if note.text_span is not None else None,
            cure=f"`%% {mark}` above it starts it by both, `%% {trigger_mark(effect.events)}` by this alone",
        )


def belied_ends(diagram: Diagram, effects: Sequence[Effect]) -> Iterator[Diagnostic]:
    """Runs that start when another has succeeded, where what their source has just been told is that it
    failed. Reports `guessed-trigger`."""
    told: dict[str, Message] = {}
    for event, effect in zip(diagram.events, effects):
        if isinstance(event, FragmentStart | OperandStart | FragmentEnd):
            told.clear()
        if not isinstance(event, Message):
            continue
        follows = effect.act is EffectKind.RUN_AFTER and "trigger" not in marks_of(event)
        ends = {one.conclusion for one in effect.events if one.kind.follows_runs} or {""}
        said = told.get(event.sender)
        if follows and said is not None and ends <= {"", "success"}:
            mark = f"`%% trigger: {WORKFLOW_RUN.name}"
            yield guessed_trigger(
                "this starts when the run before it has succeeded, and it is said to have failed",
                event.text_span or event.span,
                Label(said.text_span, "the end that is told") if said.text_span is not None else None,
                cure=f"{mark}[conclusion=failure]` above it starts it then, {mark}[conclusion=success]` on "
                f"a success, {mark}[conclusion=always]` in any case",
            )
        if effect.act in STARTS:
            told.pop(event.sender, None)
            continue
        plain = labels.plain(event.text)
        ending = outcomes.outcome(plain) or outcomes_beyond.outcome(plain)
        if ending is not None:
            told.pop(event.receiver, None)
            if ending.polarity is outcomes.Polarity.FAILURE:
                told[event.receiver] = event


def unwritten_files(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """Files of workflows that no lifeline is, and that a note speaks of, or the text of a start besides the
    one that it starts: nothing of them is written. Reports `guessed-trigger`."""
    drawn = {one.file.casefold() for one in participants.values()} | {one.call.casefold() for one in effects}
    told: set[str] = set()
    for event, effect in zip(diagram.events, effects):
        if not isinstance(event, Message | Note) or ".y" not in event.text:
            continue
        said = (
            _noted_files(event, effect)
            if isinstance(event, Note)
            else _started_files(event, effect, participants[event.receiver])
        )
        files = [one for one in dict.fromkeys(said) if one.casefold() not in drawn | told]
        told.update(map(str.casefold, files))
        if files:
            yield _unwritten(event, files)


def _noted_files(note: Note, effect: Effect) -> tuple[str, ...]:
    """The files of workflows that a note speaks of which is no job: by their folder, or since it says that
    there is a workflow or an event."""
    if effect.act not in (*_REMARKS, EffectKind.TOOL) or marks_of(note):
        return ()
    plain = labels.plain(note.text)
    files = tuple(lifeline_names.workflow_files(plain))
    rest = lifeline_names.FILE.sub(" ", plain)
    says = (ci_words.STARTS_RUNS, ci_words.TRIGGERS)
    is_of_runs = ".github/workflows/" in plain or any(one.search(rest) for one in says)
    return files if is_of_runs or not labels.words(rest) or event_words.said_events(rest) else ()


def _started_files(message: Message, effect: Effect, receiver: Participant) -> tuple[str, ...]:
    """The files of workflows that the text of a start names behind the one that it is of; all of them where
    it speaks of a start and is none."""
    text = labels.plain(message.text)
    if PAIR.search(text) or paths_said(text) or forms.changed_files(text):
        return ()
    files = tuple(lifeline_names.workflow_files(text))
    if effect.act in STARTS | {EffectKind.WORKFLOW_CALL, EffectKind.DISPATCH}:
        return files[1:]
    is_idle = effect.act is EffectKind.COSMETIC and not message.arrow.is_dotted and not marks_of(message)
    is_told = is_idle and receiver.role is Role.WORKFLOW and message.sender != receiver.id
    return files if is_told and ci_words.is_about_start(text) else ()


def _unwritten(event: Message | Note, files: Sequence[str]) -> Diagnostic:
    is_note = isinstance(event, Note)
    names = " and ".join(f"`{one}`" for one in files)
    return guessed_trigger(
        f"{'this note' if is_note else 'this'} names {names}, which no lifeline is, so nothing of "
        f"{'it' if len(files) == 1 else 'them'} is written",
        event.text_span or event.span,
        cure=f"draw a lifeline for {'it' if len(files) == 1 else 'each'}, `participant NAME as {files[0]}`, "
        "and send it what starts it; "
        + (
            "`%% comment` above this says that it is a remark"
            if is_note
            else f"`%% ignore: {GUESSED_TRIGGER.name}` above this that it is only spoken of"
        ),
        reason="{count} texts name workflow files that no lifeline is, so nothing of them is written",
    )


UNREAD_SCRIPT = Rule("unread-script", Severity.WARNING, is_guess=True)
_WORDS = late(r"[^\W\d_]{3,}")
_READ = frozenset("LATIN CYRILLIC CJK HIRAGANA KATAKANA KATAKANA-HIRAGANA HANGUL FULLWIDTH HALFWIDTH".split())
"""How the names of letters begin, in Unicode, in whose scripts some words are known."""
_FEW = 3


def requests_of_bots(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """Runs that write, begun by any pull request, where the one that is drawn is a bot's: of anybody's they
    would write as well. Reports `guessed-trigger`, at the trigger."""
    said: dict[str, Message] = {}
    begun: dict[str, Message] = {}
    open_: dict[str, tuple[Message, Message, bool]] = {}
    for event, effect in zip(diagram.events, effects):
        if not isinstance(event, Message):
            continue
        bot = said.get(event.sender)
        if effect.act in STARTS:
            open_.pop(effect.lifeline, None)
            follows = any(one.kind.follows_runs for one in effect.events)
            named = (one.file for one in participants.values() if effect.after in (one.name, one.file))
            before = participants[event.sender].file or next(named, "")
            bot = begun.get(before) if follows else bot
            is_of_requests = follows or any(one.kind.is_about_pull_request for one in effect.events)
            is_said = "when" in marks_of(event) or effect.when is not None
            if bot is not None and is_of_requests and not is_said:
                open_[effect.lifeline] = event, bot, follows
                begun[participants[effect.lifeline].file] = bot
        elif effect.lifeline in open_ and any(level == "write" for _, level in effect.rights):
            start, bot, follows = open_.pop(effect.lifeline)
            yield _of_bot(start, bot, participants[bot.sender].name, follows=follows)
        if participants[event.receiver].role is Role.SOURCE and effect.act is EffectKind.COSMETIC:
            said.pop(event.receiver, None)
            if is_bot(participants[event.sender].name):
                said[event.receiver] = event


def _of_bot(start: Message, cause: Message, name: str, *, follows: bool) -> Diagnostic:
    """`follows`: the run starts after one of the request, and GitHub says of that who began it."""
    whose = f"{WORKFLOW_RUN.name}.actor" if follows else f"{PULL_REQUEST.name}.user"
    asked = f"github.event.{whose}.login == '{labels.words(name)[0]}[bot]'"
    return guessed_trigger(
        f"`{name}` makes the pull request that is drawn, and anybody's starts this run, which writes",
        start.text_span or start.span,
        *((Label(cause.text_span, "by this one"),) if cause.text_span is not None else ()),
        cure=f"`%% when: {asked}` above it says that none but its do, "
        f"`%% ignore: {GUESSED_TRIGGER.name}` that all do",
    )


def unread_scripts(
    diagram: Diagram, effects: Sequence[Effect], known: Sequence[Diagnostic]
) -> Iterator[Diagnostic]:
    """Texts of what runs do, in scripts of which hardly a word is known, and of which nothing else is told
    (`known`): that people are asked, what may fail or what a step writes can stand in any of them. Reports
    `unread-script`, once a diagram."""
    if any(UNREAD_SCRIPT.name in marks_of(event).get("ignore", "") for event in diagram.events):
        return
    told = {label.span for finding in known for label in finding.labels}
    found: dict[str, list[Label]] = {}
    for event, effect in zip(diagram.events, effects):
        if not isinstance(event, Message | Note) or event.text_span is None or marks_of(event):
            continue
        if event.text_span in told:
            continue
        is_read = effect.act not in ACTIVITIES and effect.act is not EffectKind.COMMENTARY
        if not is_read and (script := _unread_script(event.text)):
            found.setdefault(script, []).append(Label(event.text_span, "only its place is read"))
    for script, places in found.items():
        yield diagnostic(
            UNREAD_SCRIPT,
            f"hardly a word in {script.capitalize()} letters is read, so what these texts say of approvals, "
            "rights, failures and times counts for nothing",
            *places[:_FEW],
            help="say it by marks above them, such as `%% approval: production`, `%% write: issues` or "
            f"`%% if: EXPRESSION`; `%% ignore: {UNREAD_SCRIPT.name}` above one of them says that they "
            "are names of jobs and steps alone",
        )


def _unread_script(text: str) -> str:
    """The script of the first word of a text in letters of which no word is known."""
    if text.isascii():
        return ""
    import unicodedata  # late: most texts need none of it

    starts = (unicodedata.name(word[0][0], "").partition(" ")[0] for word in _WORDS.finditer(text))
    return next((one for one in starts if one and one not in _READ), "")


ANY_TIME = "MINUTE HOUR * * *"
"""A cron of which people have to say all."""


def unread_time(message: Message, source: str, events: Sequence[EventText], time: str) -> Diagnostic:
    """That the text of a trigger may say the time of a schedule, which is one by its sender's name alone;
    `time` is what it seems to say."""
    return guessed_trigger(
        f"`{source}` is a schedule, and no time of it is read from this",
        message.text_span or message.span,
        cure=f"write it above the trigger, `%% trigger: {SCHEDULE.name}[cron={time or ANY_TIME}]`, or "
        f"`%% {trigger_mark(events)}` for one that is made up",
    )


def unread_label_of_time(message: Message, label: Span, time: str, event: str) -> Diagnostic:
    """That the label of what starts a schedule may say its time, which is made up."""
    return guessed_trigger(
        "no time of this schedule is read, and the label of what starts it may say one",
        message.text_span or message.span,
        Label(label, "this label"),
        cure=f"`%% trigger: {event}[cron={time or ANY_TIME}]` above it says when, in UTC, "
        f"`%% trigger: {event}` that any time is right",
    )
