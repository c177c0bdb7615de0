"""What starts a run, calls a workflow or dispatches one: by position, then by names, then by words.

See docs/language.md#triggers.
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.marks.settled import trigger_mark
from mermaid2gha.compiler.reading.causes import Cause, closed_as_merged, event_said, event_unasked
from mermaid2gha.compiler.reading.effects import NOTHING, STARTS, Effect, EffectKind, Ground
from mermaid2gha.compiler.reading.run_causes import RunCauses, joined_to_run
from mermaid2gha.compiler.reading.starts import (
    GUESSED_TRIGGER,
    WordsAlone,
    closed_by_merge,
    dispatched,
    is_of_any_ref,
    merge_said,
    merged_alone,
    narrowed,
    of_its_type,
    of_request_alone,
    other_cause,
    types_alone,
    unknown_event,
    unreached,
)
from mermaid2gha.compiler.reading.texts import (
    called_as,
    concluded,
    environment_said,
    followed,
    ground_of_verb,
    listened_to,
    others_named,
    with_own_filters,
)
from mermaid2gha.compiler.vocabulary import (
    approvals,
    ci_words,
    clauses,
    forms,
    labels,
    leftovers,
    times,
    writing,
)
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.compiler.vocabulary.event_filters import (
    is_manual,
    says_merged,
)
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.compiler.vocabulary.phrases import is_phrase
from mermaid2gha.github.events import (
    ISSUES,
    LABEL,
    PULL_REQUEST,
    PUSH,
    WORKFLOW_CALL,
    WORKFLOW_DISPATCH,
    WORKFLOW_RUN,
)
from mermaid2gha.mermaid.ast import Message

_LABELED = "labeled"
_OR_APPROVAL = "; `%% approval: production` that the run which has just begun waits for it"


class RunStarts(RunCauses):
    """What starts runs, by what has been read of a diagram so far."""

    # -- what starts runs --------------------------------------------------------------------------

    def from_source(
        self, message: Message, sender: Participant, receiver: Participant, text: LabelText, is_answer: bool
    ) -> Effect:
        """A source performs nothing: what it sends a workflow is an event, or a reply (position)."""
        said = event_words.spelt(labels.plain(message.text.replace("<br", " <br")))
        said = said.replace(receiver.file, " ").strip() or said  # no word of `runs nightly-build.yml`
        self.reach_by_condition(sender, receiver)
        since = self.causes.since(sender.id, receiver.file)
        is_caused = any(cause.events for cause in since)
        if approvals.is_approval(text.name) and receiver.id in self.has_acted and not is_caused:
            return _approval_of(receiver, sender, text)
        unknown = self.unknown(message, said)
        by = f"{receiver.name} {receiver.file}"
        named = () if event_words.is_loose(said) else event_words.named_events(said, self.default)
        if not unknown and not named and is_answer:
            return NOTHING
        events = () if unknown else self.chosen(event_words.said_events(said, by, self.default), said)
        if event_words.is_loose(said):
            events = self.loose(events, sender, receiver)
        events = events or (() if unknown else types_alone(self.by_name(sender), said, self.default))
        if not events and not unknown and (of_types := of_request_alone(said)):
            events = event_words.named_events(of_types, self.default)
        events = events or (() if unknown else closed_as_merged(said, since))
        is_sure = event_words.is_sure(said)
        has_run = receiver.id in self.has_run
        is_taking = (labels.is_taking(text.name) or writing.takes_code(text.name)) and not is_caused
        if not events and not unknown and is_taking and not is_sure:
            return Effect(
                EffectKind.PULL, receiver.id, sender, text, ground=ground_of_verb(text, labels.TAKING)
            )
        own, is_merged = events, False
        if not events and not unknown:
            if has_run and not since:
                return self.reply(message, sender, receiver)
            if followed(message.text, receiver.file, self.participants.values()):  # and no event between
                return self.run_after(receiver, sender, text, (), said)
            events = with_own_filters(self.handed_on(message, sender, receiver), said)
            events = narrowed(events, self.causes.all_since(sender.id, receiver.file), said)
            if not events and receiver.file in self.fresh:
                self.diagnostics.append(
                    joined_to_run(message, receiver.name, [cause.span for cause in since])
                )
            if not any(cause.events for cause in since):  # the event is in the name of the source
                self.tell_unread_cause(message, events, since, is_inherited=False)
        elif events:
            events = of_its_type(events, self.by_name(sender), said)
            events = self.like_before(self.labels_put(events, sender, since), said)
            events, is_merged = closed_by_merge(events, since)
            events = self.causes.inherited(events, sender.id, receiver.file)
            is_inherited = events != own
            events = narrowed(events, self.causes.all_since(sender.id, receiver.file), said)
            events = events if since else self.like_its_name(events, sender, said)
            self.tell_unread_cause(message, events, since, is_inherited=is_inherited)
            self.tell_type_of_cause(message, events, since)
            events = self.at_times_of_cause(message, events, since)
            if since and self.causes.is_fresh(sender.id):
                caused = self.merged(self.causes.of_trigger(sender.id, receiver.file)[0], sender)
                self.diagnostics += other_cause(message, events, caused, since[-1].span, self.default)
        events = self.at_times_of_label(self.merged(events, sender), sender)
        self.tell_label_of_time(message, events, sender)
        if ci_words.REUSED.search(said) and not any(one.kind.is_call for one in events):
            self.tell(
                f"`{receiver.name}` is called reusable here, and {_listed(events)} starts it",
                message.text_span or message.span,
                cure=f"`%% trigger: {WORKFLOW_CALL.name}` above it says that others call it (draw that); "
                f"`%% {trigger_mark(events)}` that it starts by itself",
            )
        self.told_by_words(message, events, sender, receiver, own=own)
        before = " ".join(cause.span.text for cause in since[-1:] if cause.span is not None)
        return self.run_after(receiver, sender, text, events, said, is_merged=is_merged, caused=before)

    def labels_put(
        self, events: tuple[EventText, ...], sender: Participant, since: Sequence[Cause]
    ) -> tuple[EventText, ...]:
        """A `label` as that a pull request or an issue gets one, where it says so itself, or somebody puts
        one on it: the event of that name is of the labels that a repository has."""
        if not any(one.event == LABEL.name and not one.filters for one in events):
            return events
        from mermaid2gha.compiler.vocabulary.made_events import says_label  # late: few ask

        named = [one.event for one in self.by_name(sender) if one.kind.has_type(_LABELED)]
        texts = [labels.plain(one.span.text) for one in since[-1:] if one.span is not None]
        if not named and not any(map(says_label, texts)):
            return events
        is_of_issue = any(event_said(text, self.default).startswith(ISSUES.name) for text in texts)
        event = named[0] if named else ISSUES.name if is_of_issue else PULL_REQUEST.name
        put = EventText(event, (("types", (_LABELED,)),), is_inferred=True, is_words=True)
        return tuple(put if one.event == LABEL.name and not one.filters else one for one in events)

    def like_before(self, events: tuple[EventText, ...], said: str) -> tuple[EventText, ...]:
        """Events of which a text says that they are the same as before (`same tag`), with the filters that
        those had which have started another workflow."""
        if not forms.says_same(said):
            return events
        before = {x.event: x for started in self.started.values() for x in started if not is_of_any_ref(x)}
        return tuple(
            replace(one, filters=before[one.event].filters, is_inferred=True, is_words=True)
            if one.event in before and is_of_any_ref(one)
            else one
            for one in events
        )

    def told_by_words(
        self,
        message: Message,
        events: tuple[EventText, ...],
        sender: Participant,
        receiver: Participant,
        *,
        own: tuple[EventText, ...] = (),
    ) -> None:
        """Remember a run of which words within a sentence alone say the event or its filter, and one that is
        said with more words than its events have; `own` are those that the message itself names."""
        said = event_words.spelt(labels.plain(message.text))
        named = {one.event: one.is_inferred and not one.is_words for one in own}
        as_named = (replace(one, is_inferred=named.get(one.event, one.is_inferred)) for one in events)
        is_given = "with" in marks_of(message)
        beside = ("",) if is_given else self.left_by_hand(sender, receiver, events)
        if not beside[0] and marks_of(message).keys().isdisjoint({"when", "trigger"}):
            is_filtered = any(key != "types" for one in own for key, _ in one.filters)
            beside = beside if is_filtered else self.left_by_causes(sender, receiver, events)
        is_of_steps = bool(events) and not own and leftovers.lists_steps(said)
        left = said if is_of_steps else self.left(message, said, tuple(as_named)) or beside[0]
        if left:
            events = tuple(replace(one, is_words=True) for one in concluded(events, said))
        is_alone = all(one.kind.has_times for one in events)
        time = times.placeholders(said, is_alone=is_alone) or self.open_time(sender, receiver, events)
        if time and any(one.kind.has_times for one in events):
            events = tuple(
                replace(one, cron=time, is_words=True) if one.kind.has_times else one for one in events
            )
        of_label = others_named(self.by_name(sender), events)
        if of_label or any(one.is_words for one in events):
            since = self.causes.since(sender.id, receiver.file)
            unread = [one for one in since if not one.events or any(e.is_words for e in one.events)]
            causes = (*(one.span for one in unread if one.span), *beside[1:])
            of_sender = (sender.span,) if of_label and sender.span is not None else ()
            causes = (*causes, *(of_sender or self.label_of_time(sender, events)))
            texts = [said, *(labels.plain(one.text) for one in causes)]
            others = of_label or next(filter(None, (self.beside(text, events) for text in texts)), ())
            if left and own and not others:
                others = self.done_behind(said, events, sender, receiver)
            is_of_repository = lifeline_names.is_source(sender.name)
            self.by_words.append(
                WordsAlone(
                    message,
                    events,
                    causes,
                    left=left,
                    others=others,
                    is_of_repository=is_of_repository,
                    default=self.default,
                )
            )

    def as_its_label(
        self, events: tuple[EventText, ...], sender: Participant, said: str
    ) -> tuple[EventText, ...]:
        """Events with the filters and times that the label of what starts them says: `git push main`."""
        return self.at_times_of_label(self.like_its_name(events, sender, said), sender)

    def done_behind(
        self, said: str, events: tuple[EventText, ...], sender: Participant, receiver: Participant
    ) -> tuple[EventText, ...]:
        """The events of what has just reached a source, where its message may say what is done in the run
        that they start: `Tag commit & Create GitHub Release` behind a merge."""
        caused = self.causes.of_trigger(sender.id, receiver.file)[0]
        named = {(one.event, one.filters) for one in events}
        others = tuple(replace(x, is_inferred=True) for x in self.merged(caused, sender))
        is_other = all((one.event, one.filters) not in named for one in others)
        is_write = bool(writing.written(said)) and self.causes.is_fresh(sender.id)
        return others if is_other and is_write else ()

    def left(self, message: Message, said: str, events: tuple[EventText, ...]) -> str:
        """What a message says beside the events that it names, if no mark says when that is: the values, too,
        that stand in lines below a dispatch that takes none."""
        if "when" in marks_of(message):
            return ""
        if events and all(one.kind.is_by_hand for one in events):
            said = forms.without_given(said, is_by_hand=True)
        is_refused = bool(events) and all(one.kind.is_dispatch and not one.kind.is_by_hand for one in events)
        below = forms.given_below(message.text) if is_refused else ()
        names = (
            self.names if not leftovers.says_inputs(said) else frozenset()
        )  # an input called as a lifeline
        left = leftovers.leftover(said, events, names) or ", ".join(name for name, _ in below)
        left = left or leftovers.unread_attribute(said, events, names)
        left = left or leftovers.unread_condition(said, events, self.names)
        return left or (forms.ungiven(message.text) if events and _takes_values(events) else "")

    def left_by_hand(
        self, sender: Participant, receiver: Participant, events: tuple[EventText, ...]
    ) -> tuple[str, *tuple[Span, ...]]:
        """What a person says of inputs without values where a start by hand is caused, and its place: in
        brackets, or as such."""
        if not events or not all(one.kind.is_by_hand for one in events):
            return ("",)
        for cause in self.causes.since(sender.id, receiver.file)[-1:]:
            text = labels.plain(cause.span.text) if cause.span is not None and cause.is_of_person else ""
            left = leftovers.unread_attribute(text, events, self.names)
            left = left or leftovers.unread_inputs(text, events)
            if left and cause.span is not None and cause.events and not forms.given_below(text):
                return left, cause.span
        return ("",)

    def left_by_causes(
        self, sender: Participant, receiver: Participant, events: tuple[EventText, ...]
    ) -> tuple[str, *tuple[Span, ...]]:
        """What what caused a run last has beside it and is not read, and its place: `push (hotfix)`."""
        since = self.causes.since(sender.id, receiver.file)
        last = since[-1:] if not all(one.kind.is_by_hand for one in events) else []
        for cause in [one for one in since if one.events][-1:] or last:
            text = labels.plain(cause.span.text) if cause.span is not None and not cause.file else ""
            read = (*(_as_usual(one, text) for one in cause.events), *(one for one in events if one.narrowed))
            left = leftovers.unread_aside(text, read, self.names)
            left = left or leftovers.unread_clause(text, (*cause.events, *events), self.names)
            if left and cause.span is not None:
                return left, cause.span
        return ("",)

    def told_inputs(self, message: Message, said: str) -> bool:
        """Whether a call names inputs and gives them no value, which is told."""
        named = forms.inputs_named(said, self.participants[message.receiver].file)
        if named:
            given = forms.pairs_said(said)
            inputs = given or ", ".join(f"{name}=VALUE" for name in named)
            when = "`%% if: EXPRESSION` that it decides whether this happens, " if given else ""
            self.tell(
                f"`{', '.join(named)}` is named as an input of what is called, and given no value",
                message.text_span or message.span,
                cure=f"`%% with: {inputs}` above it gives one, {when}"
                f"`%% ignore: {GUESSED_TRIGGER.name}` that none is needed",
            )
        return bool(named)

    def told_leftover(self, message: Message, events: tuple[EventText, ...], mark: str | None = None) -> None:
        """Tell what a workflow says beside an event when it starts, calls or dispatches another; `mark` above
        it says that this means nothing more, and is empty where there is none."""
        plain = ci_words.USES.sub("", labels.plain(message.text))
        said = event_words.spelt(forms.without_given(plain) if mark == "call" else plain)
        said = forms.without_pairs(said) if "with" in marks_of(message) else said
        left = self.left(message, said, events)
        if left and mark is None:
            events = tuple(replace(one, is_words=True) for one in concluded(events, said))
            self.by_words.append(WordsAlone(message, events, left=left))
        elif self.told_inputs(message, said):
            return
        elif left:
            clause = clauses.clause(message.text)
            if self.choices.say(clause or clauses.Clause(clauses.ClauseKind.CONDITION, left)):
                return
            is_asked = clause is not None and clause.kind in clauses.WHEN
            settling = (mark if not is_asked else "") or f"ignore: {GUESSED_TRIGGER.name}"
            given = forms.with_mark(said) if mark and not is_asked else ""
            self.tell(
                f"`{left}` may say when this happens or who is asked, and nothing of it is read",
                message.text_span or message.span,
                cure=f"{given}`%% if: EXPRESSION` above it says when, `%% {settling}` that it always happens",
                mark="" if is_asked or given else settling,
            )

    def unknown(self, message: Message, said: str) -> bool:
        """Whether a message names an event that GitHub does not have; that is told."""
        found = unknown_event(message, said, self.names)
        self.diagnostics += found
        return bool(found)

    def reply(self, message: Message, sender: Participant, receiver: Participant) -> Effect:
        """What a source says when nothing has reached it: no event is left that could start a run."""
        if not message.arrow.is_dotted or ci_words.is_about_start(message.text):
            self.diagnostics.append(unreached(message, sender.name, receiver.name))
        return NOTHING

    def from_person(
        self, message: Message, sender: Participant, receiver: Participant, text: LabelText, is_answer: bool
    ) -> Effect:
        """A person starts a run, or answers in the middle of one: what follows then waits for the answer."""
        said = event_words.spelt(labels.plain(message.text.replace("<br", " <br")))
        if approvals.is_approval(text.name):
            return _approval_of(receiver, sender, text)
        is_busy = receiver.id in self.has_acted
        if is_answer and not is_busy:
            return NOTHING
        unknown = self.unknown(message, said)
        named = event_words.named_events(said, self.default)
        if event_words.is_loose(said):
            named = ()
        is_asked = self.asked.get(receiver.file) == sender.id
        if is_busy and not unknown and not self.is_start_in_mid_run(said, named, is_asked=is_asked):
            return Effect(
                EffectKind.APPROVAL,
                receiver.id,
                sender,
                text,
                environment=environment_said(text) or approvals.UNNAMED,
                after="position",
            )
        if is_answer and not named:
            return NOTHING
        by = f"{receiver.name} {receiver.file}"
        is_loose = unknown or event_words.is_loose(said)
        events = () if is_loose else self.chosen(event_words.said_events(said, by, self.default), said)
        events = self.like_before(self.merged(events, sender), said)
        if not events and not unknown and not (is_manual(said) or leftovers.has_inputs(said)):
            self.tell(
                f"this names no event, so it is taken for a start by hand (`{WORKFLOW_DISPATCH.name}`)",
                message.text_span or message.span,
                cure=f"`%% trigger: {WORKFLOW_DISPATCH.name}` above it says so, or which event it is"
                + (_OR_APPROVAL if receiver.id in self.has_run else approvals.how_to_run_in(said)),
                reason="{count} messages name no event, so they are taken for starts by hand",
            )
        events = events or (EventText(WORKFLOW_DISPATCH.name, is_inferred=True),)
        events = self.as_its_label(events, sender, said)
        self.told_by_words(message, events, sender, receiver)
        return self.run_after(receiver, sender, text, events, said)

    def tell_unasked(self, message: Message, sender: Participant) -> None:
        """Tell what somebody outside says to a workflow in the middle of a run that has told him nothing."""
        read, said = "reply" if message.arrow.is_dotted else "step", labels.plain(message.text)
        named = event_unasked(said, self.default)
        self.tell(
            f"`{sender.name}` says this unasked in the middle of a run, and it is read as a {read}",
            message.text_span or message.span,
            cure=f"`%% trigger: {named or f'{PUSH.name}[branch={self.default}]'}` above it starts "
            f"a run, `%% approval: production` that what follows waits, `%% {read}` that it is a {read}",
            mark="" if named or approvals.says_approval(said) else read,
            reason="{count} messages come unasked in the middle of a run, and are read as steps or replies",
        )

    def is_start_in_mid_run(self, said: str, named: tuple[EventText, ...], *, is_asked: bool) -> bool:
        """Whether what a person says in the middle of a run starts another, and does not answer.

        To a question whatever is said is the answer, but for an event that means nothing else. An everyday
        word, such as `release`, is no event there.
        """
        is_by_hand = is_manual(said)
        if is_asked:
            return event_words.is_unmistakable(said) or (is_by_hand and event_words.is_sure(said))
        is_everyday = event_words.is_event_alone(said) and all(
            "_" not in one.event and not one.kind.has_changes and not one.kind.has_times and not one.filters
            for one in named
        )
        return is_by_hand or is_phrase(said) or (bool(named) and not is_everyday)

    def is_told_to_start(self, said: str, receiver: Participant) -> bool:
        """Whether what an external says to a workflow starts it: GitHub's own name, or `Trigger ci.yml`."""
        if event_words.is_unmistakable(said):
            return True
        names = ci_words.SAYS_WORKFLOW.search(said) or receiver.file in said
        return receiver.id not in self.has_run and event_words.is_sure(said) and bool(names)

    def run_after(
        self,
        receiver: Participant,
        sender: Participant,
        text: LabelText,
        events: tuple[EventText, ...],
        said: str,
        *,
        is_merged: bool = False,
        caused: str = "",
    ) -> Effect:
        """What starts a run by some events; `is_merged`: by a closed pull request, if it is merged; `caused`
        is the text of what reached its sender last."""
        ground = Ground.STRUCTURE if not events else Ground.NAME
        ground = Ground.WORDS if events and all(one.is_inferred for one in events) else ground
        if not any(event.kind.follows_runs for event in events):
            events, when = merged_alone(events, is_said=is_merged or says_merged(said))
            when = merge_said(events, said) or when
            return Effect(
                EffectKind.TRIGGER,
                receiver.id,
                partner=sender,
                text=text,
                events=events,
                ground=ground,
                environment=forms.said_environment(said, takes_values=_takes_values(events))
                or forms.said_environment(caused, takes_values=_takes_values(events)),
                when=when,
            )
        others = [p for p in self.participants.values() if p.role is Role.WORKFLOW and p is not receiver]
        named = [p for p in others if labels.folded(p.name) in labels.folded(said) or p.file in said]
        ran = [p for p in others if p.id in self.has_run]
        source = named[0].name if named else self.last_reporting
        if sender.role is Role.WORKFLOW:
            source = sender.name
        elif listened := listened_to(events):
            called = [p for p in others if called_as(p, listened)]
            source = called[0].name if called else ""
        elif not source and len(ran) == 1:
            source = ran[0].name
        events = concluded(events, said)
        return Effect(
            EffectKind.RUN_AFTER,
            receiver.id,
            partner=sender,
            text=text,
            events=events,
            after=source,
            ground=ground,
        )

    def between_workflows(
        self, message: Message, sender: Participant, receiver: Participant, text: LabelText, is_answer: bool
    ) -> Effect:
        said = event_words.spelt(labels.plain(message.text.replace("<br", " <br")))
        unknown = self.unknown(message, said)
        events = event_words.named_events(said, self.default)
        if is_answer and not events:
            return NOTHING
        if any(event.kind.is_call for event in events) or (not events and ci_words.SAYS_CALL.search(said)):
            self.told_leftover(message, events or (EventText(WORKFLOW_CALL.name),), "call")
            called = Effect(EffectKind.WORKFLOW_CALL, sender.id, receiver, text, ground=Ground.NAME)
            return replace(called, arguments=forms.given(labels.plain(message.text)))
        if event_words.is_loose(said):  # `Trigger deployment` names no event there, but what is to happen
            events = ()
        dispatches = [e for e in events if e.kind.is_dispatch]
        is_run_after = any(event.kind.follows_runs for event in events)
        if dispatches or (not is_run_after and ci_words.SAYS_DISPATCH.search(said)):
            found = tuple(dispatches) or (EventText(WORKFLOW_DISPATCH.name),)
            is_by_hand = all(one.event == WORKFLOW_DISPATCH.name for one in found)
            if events and not dispatches:
                self.diagnostics.append(dispatched(message, receiver.name, events[0].event))
            else:
                self.told_leftover(message, found, "dispatch" if is_by_hand else "")
            return Effect(EffectKind.DISPATCH, sender.id, partner=receiver, text=text, events=found)
        if events:
            self.told_leftover(message, events)
            return self.run_after(receiver, sender, text, events, said)
        is_start = event_words.is_sure(said) and not message.arrow.is_dotted and not unknown
        if self.is_answered and (is_start or receiver.id not in self.has_run):
            found = (EventText(WORKFLOW_CALL.name, is_inferred=True),)  # the sender waits: no mere start
            called = Effect(EffectKind.WORKFLOW_CALL, sender.id, receiver, text, events=found)
            if not self.told_inputs(message, said):
                self.tell_command(message, receiver, said)
            return replace(called, arguments=forms.given(labels.plain(message.text)))
        if is_start:
            self.tell(
                f"this names no event, so it is taken for a step that starts `{receiver.name}` by hand",
                message.text_span or message.span,
                cure="`%% dispatch` above it says so, `%% call` that the sender calls and awaits it, "
                f"`%% trigger: {WORKFLOW_RUN.name}` that it starts when the sender has ended",
            )
            found = (EventText(WORKFLOW_DISPATCH.name, is_inferred=True),)
            return Effect(EffectKind.DISPATCH, sender.id, partner=receiver, text=text, events=found)
        return Effect(EffectKind.UNCLEAR, sender.id, receiver, text)

    def from_job_to_workflow(
        self, message: Message, job: Participant, receiver: Participant, text: LabelText, is_answer: bool
    ) -> Effect | None:
        """A job's lifeline starts, calls or dispatches another workflow, as its own workflow does."""
        found = self.between_workflows(message, job, receiver, text, is_answer)
        is_unclear = found.act is EffectKind.UNCLEAR and not message.arrow.is_dotted
        if found.act is EffectKind.RUN_AFTER:
            drawn = (one for one in self.participants.values() if one.role is Role.WORKFLOW)
            after = next((one.name for one in drawn if one.file == job.file), found.after)
            return replace(found, after=after)
        is_start = found.act in STARTS or found.act in (EffectKind.WORKFLOW_CALL, EffectKind.DISPATCH)
        return found if is_start or is_unclear else None


def _approval_of(receiver: Participant, sender: Participant, text: LabelText) -> Effect:
    """That what follows in a workflow waits for somebody's approval."""
    return Effect(
        EffectKind.APPROVAL,
        receiver.id,
        sender,
        text,
        ground=Ground.NAME,
        environment=environment_said(text) or approvals.UNNAMED,
    )


def _listed(events: Sequence[EventText]) -> str:
    return " and ".join(f"`{one.event}`" for one in events) or "nothing"


def _takes_values(events: tuple[EventText, ...]) -> bool:
    return all(one.kind.is_call or one.kind.is_by_hand for one in events)


def _as_usual(event: EventText, text: str) -> EventText:
    """The event of what is done first, where a text says that something is made as well as what is put on it:
    who opens a request with a label on it starts the run of any that is opened."""
    from mermaid2gha.compiler.vocabulary.made_events import types_said  # late: few ask

    is_made = set(types_said(text, event.event)) & set(event.kind.default_types)
    return replace(event, filters=(), narrowed="") if is_made and event.types else event
