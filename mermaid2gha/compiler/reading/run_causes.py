"""What has been read of a diagram so far, and what of it causes the runs that begin next.

See docs/language.md#triggers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from mermaid2gha.base.diagnostic import Diagnostic, Label
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.marks.offered import events_beside
from mermaid2gha.compiler.marks.settled import trigger_mark
from mermaid2gha.compiler.reading.causes import Cause, Causes, event_said
from mermaid2gha.compiler.reading.effects import Effect, EffectKind, Ground
from mermaid2gha.compiler.reading.noted import ANY_TIME, unread_label_of_time, unread_time
from mermaid2gha.compiler.reading.starts import (
    GUESSED_TRIGGER,
    WordsAlone,
    changes_of_request,
    events_of_name,
    guessed_trigger,
    is_of_any_ref,
    is_of_type,
    started_beside,
    to_branch,
    unread_cause,
)
from mermaid2gha.compiler.reading.structure import Choices
from mermaid2gha.compiler.reading.texts import followed, pushed_to
from mermaid2gha.compiler.vocabulary import branches, forms, labels, leftovers, loops, times
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.compiler.vocabulary.event_filters import PAIR, paths_said, tag_of_label
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.loops import LoopKind
from mermaid2gha.compiler.vocabulary.made_events import named_label, types_said
from mermaid2gha.compiler.vocabulary.origins import may_say_time, time_of_label
from mermaid2gha.compiler.vocabulary.phrases import is_start
from mermaid2gha.compiler.vocabulary.times import figures_said
from mermaid2gha.github.events import ISSUE_COMMENT, ISSUES, PULL_REQUEST, PUSH, RELEASE
from mermaid2gha.mermaid.ast import Diagram, FragmentStart, Message, Note, OperandStart, Operator
from mermaid2gha.settings.model import Settings

_CLOSED = "closed"
CALLS = (EffectKind.WORKFLOW_CALL, EffectKind.DISPATCH)


def _made(cause: Cause) -> str:
    """The event that a cause may be of which none is read, by the words for what it makes or what happens, in
    whatever language, with the mark of the one comment that it names."""
    from mermaid2gha.compiler.vocabulary.made_events import made_events, named_comment  # late: few ask

    text = labels.plain(cause.span.text) if cause.span is not None else ""
    made = made_events(text)
    if RELEASE.name in made:
        return f"{RELEASE.name}[type={RELEASE.sample_type}]"
    likely = next((one.name for one in (ISSUE_COMMENT, ISSUES) if one.name in made), "") or event_said(text)
    if likely.startswith(PUSH.name) or not likely:
        tag = branches.version_named(text)
        return f"{PUSH.name}[tag={tag}]" if tag else ""
    asked = named_comment(text) if likely.startswith(ISSUE_COMMENT.name) else ""
    asked = named_label(text) if likely.endswith("[type=labeled]") else asked
    return f"{likely}` with `%% when: {asked}" if asked else likely


def _is_about_request(cause: Cause) -> bool:
    """Whether a workflow does something with a request that neither opens nor changes it: it comments."""
    from mermaid2gha.compiler.vocabulary.made_events import is_opened_or_changed  # late: few ask

    text = labels.plain(cause.span.text) if cause.span is not None and cause.file else ""
    return bool(text) and not is_opened_or_changed(text)


class RunCauses:
    """What has been read of a diagram so far, by lifelines, and what it says of what starts runs."""

    def __init__(
        self,
        diagram: Diagram,
        participants: dict[str, Participant],
        known_jobs: frozenset[str],
        settings: Settings,
    ) -> None:
        self.events = diagram.events
        self.participants = participants
        self.known_jobs = known_jobs
        self.default = settings.default_branch
        self.labels = {one.id: one.label for one in diagram.lifelines}
        roles = {one.role for one in participants.values()}
        self.gatekeeper = Role.SOURCE if Role.SOURCE in roles else Role.PERSON
        self.names = frozenset(
            name
            for one in participants.values()
            for name in (labels.folded(one.name), one.id.casefold(), one.file.casefold().split(".")[0])
        )
        self.causes = Causes()
        self.has_solid = any(isinstance(e, Message) and not e.arrow.is_dotted for e in diagram.events)
        self.unanswered: dict[tuple[str, str], int] = {}
        self.reported: set[tuple[str, str]] = (
            set()
        )  # who has said something dotted, and no call, to whom last
        self.said_last: dict[tuple[str, str], str] = {}  # the head of what one has said to the other
        self.has_acted: set[str] = set()
        self.acted_last = ""
        self.under_way: dict[str, tuple[int, ...]] = {}  # of each called job, the operands around the call
        self.has_run: set[str] = set()
        self.files_known: dict[str, bool] = {}
        self.fresh: set[str] = set()
        self.started: dict[str, tuple[EventText, ...]] = {}
        self.base = branches.Base()
        self.last_reporting = ""
        self.asked: dict[str, str] = {}
        self.is_answered = False
        self.is_rect_head = False
        self.around: list[tuple[int, FragmentStart | OperandStart]] = []
        self.choices = Choices()
        self.path: list[tuple[int, int]] = []  # the fragments around, each with the start of its operand
        self.started_at: dict[str, tuple[tuple[int, int], ...]] = {}
        self.at = 0
        self.diagnostics: list[Diagnostic] = []
        self.by_words: list[WordsAlone] = []
        self.unread_causes: list[tuple[int, Diagnostic]] = []

    def tell(
        self, message: str, *places: Label | Span | None, cure: str, mark: str = "", reason: str = ""
    ) -> None:
        self.diagnostics.append(guessed_trigger(message, *places, cure=cure, mark=mark, reason=reason))

    def events_of(self, message: Message, source: Participant) -> tuple[EventText, ...]:
        """The events that a message to a source makes, by its words."""
        said = labels.halfwidth(labels.plain(message.text.replace("<br", " <br")))
        events = event_words.said_events(said, default=self.default) or leftovers.published(said)
        events = self.chosen(changes_of_request(events, source.name, said), said)
        branch = branches.branch_of_label(self.labels.get(source.id, ""))
        if branch and branches.branches(said, self.default) is None:
            events = tuple(map(partial(to_branch, branch=branch), events))
        elif word := branches.branch_called(self.labels.get(source.id, ""))[1]:
            events = tuple(
                replace(one, unread=word) if one.event == PUSH.name and not one.has_refs else one
                for one in events
            )
        if tag := tag_of_label(self.labels.get(source.id, "")):
            events = tuple(
                replace(one, filters=(("tags", (tag,)),)) if one.filters == (("tags", ("*",)),) else one
                for one in events
            )
        return self.merged(events, source)

    def beside(self, said: str, events: tuple[EventText, ...]) -> tuple[EventText, ...]:
        return events_beside(said, events, self.default)

    def chosen(self, events: tuple[EventText, ...], said: str) -> tuple[EventText, ...]:
        """Events that a text names, which are words alone where it has another one beside them."""
        return tuple(replace(one, is_words=True) for one in events) if self.beside(said, events) else events

    def merged(self, events: tuple[EventText, ...], source: Participant) -> tuple[EventText, ...]:
        """A merge goes to the base of the pull request, the source's own branch, or the default branch; not
        where a word may name another."""
        label = self.labels.get(source.id, "")
        own, word = branches.branch_called(label)
        into = own or self.base.name or branches.branch_of_label(label) or self.default
        unread = "" if own else word or self.base.unread
        return tuple(
            one
            if not one.is_merge
            else replace(one, unread=one.unread or unread, is_merge=False)
            if one.unread or unread
            else replace(one, filters=(("branches", (into,)), *one.filters), is_merge=False)
            for one in events
        )

    def is_apart(self, source: str, file: str, events: tuple[EventText, ...]) -> bool:
        """Whether a trigger opens a run of its own, though nothing is drawn since the one before: something
        else has happened to its source. Not in operands beside each other, which are one place."""
        if file not in self.fresh or self.is_beside(file):
            return False
        started = {(one.event, one.filters) for one in self.started.get(file, ())}
        is_other = any((one.event, one.filters) not in started for one in events)
        return is_other and self.causes.is_apart(source, file)

    def is_beside(self, file: str) -> bool:
        """Whether the last run of a workflow has begun in another operand of a fragment around this."""
        pairs = zip(self.started_at.get(file, ()), self.path)
        return any(one[0] == other[0] and one[1] != other[1] for one, other in pairs)

    def acted_before(self, sender: Participant, receiver: Participant) -> list[str]:
        """The names of the workflows that the event which a trigger hands on has started, and that have done
        something before it, or have answered."""
        files = self.causes.started_by_last(sender.id, receiver.file)
        return [one.name for one in self.done_before(sender) if one.file in files]

    def done_before(self, sender: Participant) -> list[Participant]:
        """The workflows that have done something by now, or have answered a source."""
        return [
            one
            for one in self.participants.values()
            if one.role is Role.WORKFLOW
            and (one.id in self.has_acted or self.unanswered.get((sender.id, one.id)) == 0)
            and not self.is_beside(one.file)
        ]

    def tell_beside_by_name(
        self, message: Message, events: tuple[EventText, ...], sender: Participant, receiver: Participant
    ) -> None:
        """Tell that a trigger whose event is the name of its source does not wait for what that started."""
        named = {one.event for one in events if not one.kind.has_times}
        others = [
            one.name
            for one in self.done_before(sender)
            if one.file != receiver.file
            and not named.isdisjoint(x.event for x in self.started.get(one.file, ()))
        ]
        if others:
            mark = trigger_mark(events)
            self.diagnostics.append(started_beside(message, receiver.name, mark, others))

    def reach_by_condition(self, sender: Participant, receiver: Participant) -> None:
        """An event that the condition around a trigger names is what reached its source: `alt Push to main`,
        and so is the time of a loop: `loop every night`.

        Not where something else has reached it under that condition, but for the event itself without a
        filter, and none that contradicts what had reached it before: of `push to main or pull request` it
        says which.
        """
        for at, start in reversed(self.around):
            is_time = start.operator is Operator.LOOP and loops.loop(start.text).kind is LoopKind.TIME
            if start.operator not in (Operator.OPT, Operator.ALT) and not is_time:
                continue
            text = labels.plain(start.text)
            said = leftovers.noted_events(text, self.default)
            since = self.causes.since(sender.id, receiver.file)
            pushes = (one for cause in since for one in cause.events if one.event == PUSH.name)
            if not said and any(not one.has_refs for one in pushes):
                said = pushed_to(text, self.default)
            if said:
                self.narrow(at, start, said, sender, receiver)
            return

    def narrow(
        self,
        at: int,
        start: FragmentStart | OperandStart,
        said: tuple[EventText, ...],
        sender: Participant,
        receiver: Participant,
    ) -> None:
        since = self.causes.since(sender.id, receiver.file)
        within = [cause for cause in self.causes.reached.get(sender.id, ()) if cause.at >= at]
        filtered = {one.event for one in said if one.has_refs}
        caused = [x for one in within for x in one.events]
        if not all(one.events for one in within) or not filtered.issuperset(x.event for x in caused):
            return
        if not all(map(is_of_any_ref, caused)):
            return
        at = max((one.at for one in within), default=at)
        before = {one.event: one for cause in since for one in cause.events}
        named = [one for one in self.merged(said, sender) if not before or one.event in before]
        if named:
            found = (
                x if x.has_refs or x.kind.has_times else replace(before.get(x.event, x), is_words=True)
                for x in named
            )
            self.causes.reach(sender.id, at, tuple(found), start.text_span, is_around=True)

    def loose(
        self, events: tuple[EventText, ...], sender: Participant, receiver: Participant
    ) -> tuple[EventText, ...]:
        """An everyday word beside `trigger` is an event only if that is what caused it."""
        caused = self.causes.of_trigger(sender.id, receiver.file)[0] or self.by_name(sender)
        same = {one.event for one in caused} & {one.event for one in events}
        return tuple(one for one in caused if one.event in same) if same else ()

    def handed_on(
        self, message: Message, sender: Participant, receiver: Participant
    ) -> tuple[EventText, ...]:
        events, later = self.causes.of_trigger(sender.id, receiver.file)
        events = tuple(replace(one, is_inferred=True) for one in events)
        if later is not None and events:
            mark = trigger_mark(self.merged(events, sender))
            made = _made(later)
            self.tell(
                f"this is taken for `{events[-1].event}`, the last event that is read",
                message.text_span or message.span,
                Label(later.span, "what comes between names no event") if later.span else None,
                cure=f"`%% {mark}` above it says so, or which event it is"
                + (f", `%% trigger: {made}` that it is the one between" if made else ""),
                mark="" if made or later.is_of_person else mark,
            )
        elif events and (others := self.acted_before(sender, receiver)):
            mark = trigger_mark(self.merged(events, sender))
            self.diagnostics.append(started_beside(message, receiver.name, mark, others))
        if not events and (events := self.by_its_name(message, sender)):
            self.tell_beside_by_name(message, events, sender, receiver)
        return events

    def by_its_name(self, message: Message, sender: Participant) -> tuple[EventText, ...]:
        """The events that a source is called by, whose text may say the time of a schedule."""
        events = self.by_name(sender)
        if time := figures_said(message.text):
            events = tuple(
                replace(one, cron=time) if one.kind.has_times and not one.cron else one for one in events
            )
        if is_start(message.text):
            return events
        if any(one.kind.has_times and not one.cron for one in events):
            time = times.likely_time(labels.plain(message.text))
            self.diagnostics.append(unread_time(message, sender.name, events, time))
        elif (
            lifeline_names.is_own_thing(sender.name)
            and not self.causes.reached.get(sender.id)
            and leftovers.says_other(labels.plain(message.text), events, self.names)
        ):
            self.tell(
                f"nothing but the name of `{sender.name}` says that this starts a run, and by what",
                message.text_span or message.span,
                cure=f"`%% {trigger_mark(self.merged(events, sender))}` above it says so, or which one it is"
                f"; if it is what the run does, draw it as a message of `{message.receiver}`; `%% comment` "
                "above it says that it is a remark",
            )
        return events

    def tell_unread_cause(
        self, message: Message, events: tuple[EventText, ...], since: list[Cause], *, is_inherited: bool
    ) -> None:
        """Tell that an event has no filter, where what caused it may name one and is not read; and that it
        has that of an earlier cause."""
        if not since:
            return
        last = since[-1]
        if is_inherited and not last.events:
            mark = trigger_mark(self.merged(events, self.participants[message.sender]))
            self.tell(
                f"this is taken for `{mark.removeprefix('trigger: ')}`, the last event that is read",
                message.text_span or message.span,
                Label(last.span, "what comes between names no event") if last.span is not None else None,
                cure=f"`%% {mark}` above it says so, or which event it is",
                mark="" if last.is_of_person else mark,
            )
            return
        for event in (one for one in events if is_of_any_ref(one) and not one.narrowed):
            named = [at for at, one in enumerate(since) if any(e.event == event.event for e in one.events)]
            is_of_request = bool(named) and event.kind.is_about_pull_request
            named = [at for at in named if not (is_of_request and _is_about_request(since[at]))] or named[:1]
            behind = since[named[-1] :] if is_of_request else since  # what is done before it is pushed
            unread = [cause for cause in behind if self.is_unread(cause, event)]
            is_own = bool(unread) and not named and unread[-1].is_of_itself
            if is_own or any(cause.is_of_person for cause in unread):
                found = unread_cause(message, event, unread, self.default)
                if event.kind.is_about_pull_request or not any(map(self.says_more, unread)):
                    self.diagnostics.append(
                        found
                    )  # of no other branch, or a request of which nothing is there
                else:
                    self.unread_causes.append((self.at, found))

    def says_more(self, cause: Cause) -> bool:
        """Whether a cause that is not read has words that may name a branch: not in `commits code`."""
        text = labels.plain(cause.span.text) if cause.span is not None else ""
        return bool(leftovers.leftover(text, [EventText(PUSH.name)], self.names))

    def tell_command(self, message: Message, receiver: Participant, said: str) -> None:
        """Tell that a command which one workflow says to another is no step of either, but a call."""
        if lifeline_names.is_command_line(said) and not marks_of(message):
            self.tell(
                f"`{said}` is read as a call of `{receiver.name}`, and is a step nowhere",
                message.text_span or message.span,
                cure=f"draw it as `{receiver.id}->>{receiver.id}: ...`; `%% call` above this: it is none",
                mark="call",
            )

    def tell_joined(self, message: Message, sender: Participant, receiver: Participant) -> None:
        """Tell what a second job says to one that another has called and that has done nothing since: it is
        not waited for."""
        if sender.role is not Role.JOB or receiver.role is not Role.JOB or marks_of(message):
            return
        before: list[Message] = []
        for event in self.events:
            if event is message:
                break
            if isinstance(event, Note) and receiver.id in event.lifelines and before:
                return
            if isinstance(event, Message) and receiver.id in (event.sender, event.receiver):
                if event.sender == receiver.id:
                    return
                before.append(event)
        if not before or any(one.sender == sender.id for one in before):
            return
        caller = next((x.id for x in self.participants.values() if x.file == receiver.file), sender.id)
        self.tell(
            f"`{receiver.name}` is called already, and does not wait for `{sender.name}`",
            message.text_span or message.span,
            Label(before[0].text_span, "it is called here") if before[0].text_span else None,
            cure=f"let one call it after both, `{caller}->>{receiver.id}: …` in place of the two messages; "
            "`%% step` above this says that it is a step of it",
            mark="step",
        )

    def at_times_of_cause(
        self, message: Message, events: tuple[EventText, ...], since: list[Cause]
    ) -> tuple[EventText, ...]:
        """Schedules without a time, at the time that the figures in what caused them say, in any language;
        what is said there in other words is told."""
        last = since[-1] if since else None
        timed = [one for one in events if one.kind.has_times and not one.cron]
        if last is None or last.span is None or last.file or not timed:
            return events
        text = labels.plain(last.span.text)
        if cron := figures_said(text):
            return tuple(replace(x, cron=cron, is_words=True) if x in timed else x for x in events)
        if isinstance(self.events[last.at], Note) and times.is_time(text):
            return events  # `noted_times` tells of it
        if leftovers.leftover(text, [replace(one, is_inferred=False) for one in timed], self.names):
            cron = times.likely_time(text) or ANY_TIME
            self.tell(
                "no time of this schedule is read, and what caused it may say one",
                message.text_span or message.span,
                Label(last.span, "what caused it"),
                cure=f"`%% trigger: {timed[0].event}[cron={cron}]` above it says when, in UTC, "
                f"`%% trigger: {timed[0].event}` that any time is right",
            )
        return events

    def at_times_of_label(self, events: tuple[EventText, ...], sender: Participant) -> tuple[EventText, ...]:
        """Schedules without a time, at the one that the label of what starts them says: `Cron (Friday
        00:05 UTC)`. Where figures say it, words alone do."""
        timed = [one for one in events if one.kind.has_times and not times.is_in_figures(one.cron)]
        if not timed:
            return events
        label = labels.plain(self.labels.get(sender.id, ""))
        time = time_of_label(label)
        is_said = any(map(str.isdigit, label))
        said = times.figures_said(label) if times.is_open(time) else time
        return tuple(
            replace(one, cron=said, is_words=one.is_words or is_said)
            if time and one in timed and (times.is_in_figures(said) or not one.cron)
            else one
            for one in events
        )

    def tell_label_of_time(
        self, message: Message, events: tuple[EventText, ...], sender: Participant
    ) -> None:
        """Tell of a schedule without a time, where the label of what starts it has more than a name."""
        label = labels.plain(self.labels.get(sender.id, ""))
        timed = [one for one in events if one.kind.has_times and not one.cron and not one.is_words]
        if timed and sender.span is not None and may_say_time(label, self.names):
            time = times.likely_time(label)
            self.diagnostics.append(unread_label_of_time(message, sender.span, time, timed[0].event))

    def open_time(self, sender: Participant, receiver: Participant, events: Sequence[EventText]) -> str:
        """The time of a schedule by the label of what starts it, or by what caused it last, if people have to
        say a part of it."""
        crons = {one.cron for one in events if one.kind.has_times and one.is_words}
        label = labels.plain(self.labels.get(sender.id, ""))
        of_label = time_of_label(label) or (ANY_TIME if may_say_time(label, self.names) else "")
        times_said = {"": of_label, times.figures_said(label): of_label}
        for cause in self.causes.since(sender.id, receiver.file)[-1:]:
            text = labels.plain(cause.span.text) if cause.span is not None and not cause.file else ""
            said = times.figures_said(text)
            times_said |= {said: times.placeholders(text, is_alone=True)} if said else {}
        return next((time for cron in crons if times.is_open(time := times_said.get(cron, ""))), "")

    def label_of_time(self, sender: Participant, events: Sequence[EventText]) -> tuple[Span, ...]:
        """The place of the label that says the time of a schedule, if one does."""
        label = self.labels.get(sender.id, "")
        time = time_of_label(labels.plain(label)) if any(one.cron for one in events) else ""
        is_of_label = bool(time) and any(one.cron == time for one in events)
        return (sender.span,) if is_of_label and sender.span is not None else ()

    def tell_type_of_cause(self, message: Message, events: Sequence[EventText], since: list[Cause]) -> None:
        """Tell that an event has its usual types, where what was done last is another: who adds a label to a
        pull request starts nothing by `pull_request`."""
        last = since[-1] if since else None
        if last is None or last.span is None or last.file or last.is_around:
            return
        text = labels.plain(last.span.text)
        for event in events:
            kind = event.kind
            if event.types or not kind.types or kind.has_own_types or kind.follows_runs or event.bad_types:
                continue
            is_merge = kind.is_about_pull_request and event_words.is_merge(text)
            said = (_CLOSED,) if is_merge else types_said(text, event.event)
            usual = kind.default_types if len(kind.default_types) < len(kind.types) else ()
            if not said or set(said) & set(usual):
                continue
            types = f"{event.event}[type={'|'.join(said)}]"
            merged = (
                f", `%% trigger: {PUSH.name}[branch={self.default}]` that the merge does" if is_merge else ""
            )
            asked = named_label(text) if "labeled" in said else ""
            merged += f" with `%% when: {asked}` of the one that is named" if asked else ""
            self.tell(
                f"`{event.event}` has its usual types, and what caused it says `{'|'.join(said)}`",
                message.text_span or message.span,
                Label(last.span, "what caused it"),
                cure=f"`%% trigger: {types}` above it says that this starts it{merged}, "
                f"`%% trigger: {event.event}` that its usual types do",
            )
            return

    def like_its_name(
        self, events: tuple[EventText, ...], sender: Participant, said: str
    ) -> tuple[EventText, ...]:
        """Events without filters of their own, with those of the event that their source is called by; a push
        of which nothing says the branch, with the one in the label of its source: `GitHub (main)`."""
        named = {one.event: one for one in self.by_name(sender) if one.filters or one.is_merge}
        branch = branches.branch_of_label(self.labels.get(sender.id, ""))
        if branch and branches.branches(said, self.default) is None:
            named[PUSH.name] = EventText(PUSH.name, (("branches", (branch,)),))
        return tuple(
            replace(
                one, filters=named[one.event].filters, is_merge=named[one.event].is_merge, is_inferred=True
            )
            if one.event in named and is_of_any_ref(one) and not one.filters
            else one
            for one in events
        )

    def is_unread(self, cause: Cause, event: EventText) -> bool:
        """Whether a cause may say branches of an event that are not read from it.

        A push has them in any words that are not known as a whole; a pull request where a branch is named, or
        where nothing is read of what caused it.
        """
        same = [one for one in cause.events if one.event == event.event]
        if event.kind.is_about_pull_request:
            if is_of_type(cause, event):
                return False
            text = labels.plain(cause.span.text) if cause.span is not None else ""
            base = branches.base_of(event_words.said_of_each(text).get(PULL_REQUEST.name, text))
            return not cause.events or (bool(same) and bool(base.name or base.unread))
        if event.event != PUSH.name:
            return False
        return not cause.events or any(one.is_words for one in same or cause.events)

    def tell_other_file(self, message: Message, effect: Effect) -> None:
        """Tell that a message names the file of another workflow than it starts, or one by which what its
        lifeline did before is called as well, or that a source says to itself that one starts which no
        lifeline is."""
        started = effect.partner if effect.act in CALLS else self.participants[message.receiver]
        is_start = started is not None and (effect.act is EffectKind.TRIGGER or effect.act in CALLS)
        if started is not None and is_start:
            self.files_known.setdefault(started.id, ".y" in message.text)
        text = labels.plain(message.text)
        file = lifeline_names.workflow_file(text) if ".y" in text else ""
        if (
            not file
            or started is None
            or effect.ground is Ground.MARK
            or (not effect.events and followed(text, started.file, self.participants.values()))  # told so
            or PAIR.search(text)
            or paths_said(text)
            or forms.changed_files(text)
        ):
            return
        place = message.text_span or message.span
        if message.sender == message.receiver and started.role is Role.SOURCE:
            is_drawn = any(one.file.casefold() == file.casefold() for one in self.participants.values())
            if not (is_drawn or message.marks) and event_words.is_sure(text):
                self.tell(
                    f"this speaks of a start of `{file}`, which no lifeline is, so nothing of it is written",
                    place,
                    cure=f"draw a lifeline for it, `participant NAME as {file}`, or write the file into "
                    "the label of the workflow that it is, and send that the event; `%% comment` above this "
                    "if it is a remark",
                    mark="comment",
                )
        elif is_start and started.file and started.file.casefold() != file.casefold():
            self.tell(
                f"this names `{file}`, and `{started.name}`, to which it goes, is `{started.file}`",
                place,
                cure=f"draw a lifeline for it, `participant NAME as {file}`, and send it this; "
                f"`%% ignore: {GUESSED_TRIGGER.name}` above it if `{started.file}` is meant",
            )
        elif is_start and started.span and file not in started.span.text and not self.files_known[started.id]:
            self.tell(
                f"this names `{file}`, so what has started `{started.id}` before is taken for that file, too",
                place,
                cure=f"draw a lifeline for it, `participant NAME as {file}`, and send it this; if all is one "
                f"file, write that into the label, `participant {started.id} as NAME ({file})`",
            )

    def by_name(self, sender: Participant) -> tuple[EventText, ...]:
        return events_of_name(sender.name, self.default)


def joined_to_run(message: Message, receiver: str, causes: Sequence[Span | None]) -> Diagnostic:
    """Tells that a trigger without an event adds none to the run that another has just begun."""
    return guessed_trigger(
        f"no event is read here, so only what has started `{receiver}` before starts it",
        message.text_span or message.span,
        *(Label(cause, "no event is read from this") for cause in causes if cause is not None),
        cure="say above it which event it is, `%% trigger: EVENT`, or `%% reply` that it is none",
        mark="reply",
    )
