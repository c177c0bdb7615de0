"""The walk over the statements of a diagram that gives each its effect.

See docs/language.md#messages-artifacts-and-waits.
"""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.marks.settled import trigger_mark
from mermaid2gha.compiler.reading.approvals import BY_POSITION, with_approvals
from mermaid2gha.compiler.reading.causes import unread_filters, with_left
from mermaid2gha.compiler.reading.clauses import unread_clauses
from mermaid2gha.compiler.reading.effects import (
    ACTIVITIES,
    NOTHING,
    STARTS,
    STEPS,
    Effect,
    EffectKind,
    Ground,
    starts_by_hand,
    without_repeats,
)
from mermaid2gha.compiler.reading.lifelines.evidence import says_call
from mermaid2gha.compiler.reading.lifelines.workflow_files import noted_file
from mermaid2gha.compiler.reading.marked import given_elsewhere, marked_effect, with_marks
from mermaid2gha.compiler.reading.noted import noted_times
from mermaid2gha.compiler.reading.rights import (
    notes_of_rights,
    rights_alone,
    with_rights,
    with_written_reports,
)
from mermaid2gha.compiler.reading.run_causes import CALLS
from mermaid2gha.compiler.reading.run_starts import RunStarts
from mermaid2gha.compiler.reading.starts import joined_filters, words_alone
from mermaid2gha.compiler.reading.texts import (
    answered_messages,
    by_outsider,
    decides,
    environment_of,
    environment_said,
    gives_or_takes,
    ground_of_look,
    ground_of_report,
    ground_of_verb,
    is_asked,
    is_order,
    looks_up,
    may_give,
    runs_in,
    says_outcome,
)
from mermaid2gha.compiler.reading.tokens import rights_between_jobs, unread_writers, with_noted_rights
from mermaid2gha.compiler.vocabulary import approvals, branches, ci_words, forms, labels, times, writing
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.labels import LabelText, is_question_mark
from mermaid2gha.compiler.vocabulary.leftovers import noted_events, says_by_hand
from mermaid2gha.compiler.vocabulary.loops import is_over_issues
from mermaid2gha.github.actions import commanded
from mermaid2gha.github.events import PULL_REQUEST
from mermaid2gha.mermaid.ast import (
    Arrow,
    Diagram,
    FragmentEnd,
    FragmentStart,
    Message,
    Note,
    OperandStart,
    Operator,
    Placement,
)
from mermaid2gha.settings.model import Settings

_INNER = (Role.WORKFLOW, Role.JOB)
_GIVEN = frozenset(word for word in labels.GIVING if not word.endswith("ed"))
"""Verbs by which something is given, and not said to have been."""
_LOST = (Arrow.SOLID_CROSS, Arrow.DOTTED_CROSS)
"""Arrows that end in a cross, as UML draws a message that never arrives."""


def effects_of(
    diagram: Diagram, participants: dict[str, Participant], known_jobs: frozenset[str], settings: Settings
) -> tuple[tuple[Effect, ...], list[Diagnostic]]:
    """The effect of every event, in order. `known_jobs` are the folded names of all notes of the project.

    Reports `unknown-event`, `guessed-trigger` and what `with_approvals`, `unread_filters` and
    `notes_of_rights` do.
    """
    reader = _Reader(diagram, participants, known_jobs, settings)
    answered = answered_messages(diagram)
    effects = [reader.effect(at, event, at in answered) for at, event in enumerate(diagram.events)]
    effects = with_noted_rights(
        with_written_reports(diagram, without_repeats(diagram, effects)), participants
    )
    effects, found = with_approvals(diagram, effects, participants)
    notes = list(notes_of_rights(diagram, effects, participants))
    notes += [*rights_between_jobs(diagram, effects), *unread_writers(diagram, effects, participants)]
    found += [*unread_filters(diagram, effects, reader.unread_causes), *noted_times(diagram, effects)]
    found += unread_clauses(diagram, effects, participants, [*reader.diagnostics, *found])
    found = with_left(found, {one.place: one.left for one in reader.by_words})
    by_words = words_alone(reader.by_words, [*reader.diagnostics, *found])
    return tuple(effects), [*reader.diagnostics, *by_words, *found, *notes]


def headed(effect: Effect, message: Message, sender: Participant) -> Effect:
    """A step of a workflow under a heading such as `Job 2:`, with which a job of its begins."""
    is_step = effect.act in STEPS or effect.act is EffectKind.ACTIVITY
    is_own = sender.role is Role.WORKFLOW and effect.lifeline == sender.id
    is_head = is_step and is_own and effect.text.has_prefix and forms.heads_job(message.text)
    return replace(effect, is_head=True) if is_head else effect


class _Reader(RunStarts):
    """The walk from statement to statement."""

    def effect(self, at: int, event: object, is_answered: bool) -> Effect:
        self.at = at
        self.is_answered = is_answered
        is_rect_head, self.is_rect_head = self.is_rect_head, False
        self.choices.enter(event)
        match event:
            case FragmentStart(operator=operator):
                self.is_rect_head = operator is Operator.RECT
                self.around.append((at, event))
                self.path.append((at, at))
                return NOTHING
            case OperandStart():
                self.around[-1] = (at, event)
                self.path[-1] = (self.path[-1][0], at)
                return NOTHING
            case FragmentEnd():
                self.around.pop()
                self.path.pop()
                return NOTHING
            case Note():
                marks = marks_of(event)
                found = marked_effect(event, marks, self.participants) or self.given_elsewhere(event, marks)
                effect = with_marks(found or self.note(event, is_rect_head), marks)
                return self.noted(event, self.with_rights(effect))
            case Message():
                return self.message(event)
            case _:
                return NOTHING

    def given_elsewhere(self, event: Note | Message, marks: Mapping[str, str]) -> Effect | None:
        """What a mark says people are asked for where no workflow takes part: for the last that acted."""
        return given_elsewhere(event, marks, self.participants, self.acted_last)

    # -- notes -------------------------------------------------------------------------------------

    def noted(self, note: Note, effect: Effect) -> Effect:
        """Remember what a note is: a job makes its run busy, an event over a source reaches it."""
        if effect.act is EffectKind.JOB:
            self.acted(effect.lifeline)
            self.fresh.discard(self.participants[effect.lifeline].file)
        places = [self.participants[one] for one in note.lifelines]
        over = next((one for one in places if one.role is Role.SOURCE), None)
        is_of_others = (
            not {one.role for one in places} <= {Role.SOURCE, Role.PERSON} and over is not places[0]
        )
        if over is not None and not is_of_others and "comment" not in marks_of(note):
            self.noted_events(over, noted_events(labels.plain(note.text), self.default), note)
        return effect

    def noted_events(self, source: Participant, said: tuple[EventText, ...], note: Note) -> None:
        """What a note over a source names reaches it, without branches, which is told; a merge keeps its own.

        A note that merely names what has just reached the source is no other event.
        """
        if not said or self.causes.is_pending(source.id, {(one.event, one.types) for one in said}):
            return
        is_cut = any(set(dict(e.filters)) - {"types"} or e.is_merge or e.unread for e in said)
        events = tuple(
            EventText(
                one.event,
                filters=tuple(pair for pair in one.filters if pair[0] == "types"),
                is_inferred=True,
                is_words=is_cut,
                is_merge=one.is_merge and not one.filters,
            )
            for one in said
        )
        self.causes.reach(source.id, self.at, events, note.text_span, is_of_person=is_cut)

    def note(self, note: Note, is_rect_head: bool) -> Effect:
        over = list(dict.fromkeys(note.lifelines))
        text = labels.parsed(note.text)
        workflows = [x for x in over if self.participants[x].role is Role.WORKFLOW]
        inner = next((x for x in over if self.participants[x].role in _INNER), "")
        if inner and (given := rights_alone(note.text)):
            return Effect(EffectKind.COMMENTARY, inner, text=text, ground=Ground.NAME, rights=given)
        if inner and times.is_time(text.name, is_of_run=inner in self.has_acted):
            return Effect(EffectKind.COMMENTARY, inner, text=text, ground=Ground.NAME)
        is_aside = len(over) > 1 or note.placement is not Placement.OVER
        if workflows and is_aside and approvals.is_approval(text.name):
            who = self.participants[workflows[0]]
            asked = next((self.participants[x] for x in over if x != who.id), who)
            where = environment_said(text) or approvals.UNNAMED
            return Effect(EffectKind.APPROVAL, who.id, asked, text, ground=Ground.NAME, environment=where)
        if workflows and note.placement is not Placement.OVER and forms.heads_job(note.text):
            return Effect(EffectKind.JOB, workflows[0], text=text, decides=decides(text), ground=Ground.NAME)
        if note.placement is not Placement.OVER:
            return Effect(EffectKind.COMMENTARY, workflows[0] if workflows else "", text=text)
        if len(over) > 1:
            is_head = (text.has_prefix or is_rect_head) and len(workflows) == 1
            return Effect(
                EffectKind.JOB if is_head else EffectKind.COMMENTARY,
                workflows[0] if workflows else "",
                text=text,
                decides=is_head and decides(text),
            )
        who = self.participants[over[0]]
        if who.role is Role.WORKFLOW:
            return self.workflow_note(note, text, who)
        if who.role is Role.JOB:
            is_skipped = forms.is_skipped(text.name)
            kind = EffectKind.COMMENTARY if is_skipped else EffectKind.ACTIVITY
            return Effect(kind, who.id, text=text, decides=decides(text))
        return by_outsider(who, text)

    def workflow_note(self, note: Note, text: LabelText, who: Participant) -> Effect:
        event = labels.first_line_event(note.text)
        if ci_words.TOKEN.search(note.text) or (event and who.id not in self.has_acted):
            events = event_words.named_events(next(iter(labels.lines(note.text)), "").replace("[", " ["))
            if not events and event:
                events = (EventText(event),)
            return Effect(EffectKind.TOKEN, who.id, text=text, events=events, ground=Ground.NAME)
        is_its_file = noted_file(note.text).casefold() == who.file.casefold()
        if is_its_file or forms.is_skipped(text.name):
            return Effect(EffectKind.COMMENTARY, who.id, text=text, ground=Ground.NAME)
        if skip := self.skipped(text):
            return Effect(
                EffectKind.SKIP,
                who.id,
                text=LabelText(skip, remarks=text.remarks, details=text.details),
                ground=Ground.NAME,
                skipped_in=runs_in(text),
            )
        environment = environment_said(text) or approvals.UNNAMED
        is_approval = approvals.is_approval(text.name)
        return Effect(
            EffectKind.JOB,
            who.id,
            text=text,
            decides=decides(text),
            environment=environment if is_approval else "",
        )

    def given_by_hand(self, message: Message, start: Effect) -> tuple[tuple[str, str], ...]:
        """The inputs of a start by hand: what it says itself, else what the person said to the source."""
        if given := forms.given_below(message.text):
            return given
        partner, file = start.partner, self.participants[start.lifeline].file
        causes = self.causes.since(partner.id, file) if partner is not None else []
        last = causes[-1] if causes and causes[-1].is_of_person else None
        is_cause = last is not None and all(one.kind.is_by_hand for one in last.events)
        return forms.given_below(last.span.text) if is_cause and last and last.span is not None else ()

    def skipped(self, text: LabelText) -> str:
        """The name of the job that a skip note means, or nothing."""
        rest = forms.skipped(text.name, text.details)
        if any(map(forms.says_runs_in, text.remarks)) or labels.folded(rest) in self.known_jobs:
            return rest
        return ""

    # -- messages ----------------------------------------------------------------------------------

    def message(self, message: Message) -> Effect:
        sender, receiver = self.participants[message.sender], self.participants[message.receiver]
        is_pending = self.unanswered.get((receiver.id, sender.id), 0) > 0
        is_report = (receiver.id, sender.id) in self.reported  # and no call, which is not answered
        is_start = is_report and sender.role is Role.SOURCE and ci_words.is_about_start(message.text)
        is_answer = message.arrow.is_dotted and is_pending and not is_start
        if is_answer:
            self.unanswered[(receiver.id, sender.id)] -= 1
        elif sender is not receiver:
            key = (sender.id, receiver.id)
            (self.reported.add if message.arrow.is_dotted else self.reported.discard)(key)
            self.unanswered[key] = self.unanswered.get(key, 0) + 1
            self.said_last[key] = writing.head(labels.parsed(message.text).name)
        marks = marks_of(message)
        found = marked_effect(message, marks, self.participants) or self.given_elsewhere(message, marks)
        found = found or headed(self.meaning(message, sender, receiver, is_answer), message, sender)
        if starts_by_hand(found):
            given = self.given_by_hand(message, found)
            if found.environment:  # it is what the run waits for, and no input as well
                given = tuple(pair for pair in given if pair != ("environment", found.environment))
            found = replace(found, arguments=(*found.arguments, *given))
        effect = with_marks(found, marks)
        if message.arrow in _LOST and effect.act in STARTS | {EffectKind.APPROVAL} and not marks:
            self.tell_lost(message, effect)
        file = self.participants[effect.lifeline].file if effect.lifeline else ""
        self.tell_other_file(message, effect)
        effect = self.with_rights(effect)
        self.reached(message, sender, receiver, is_answer=is_answer)
        self.ask(message, effect, sender, receiver)
        if effect.act in ACTIVITIES and effect.act is not EffectKind.JOB:
            self.acted(effect.lifeline)
        if sender.role is Role.WORKFLOW or effect.act in ACTIVITIES:
            self.fresh.discard(sender.file or receiver.file)
        if effect.act in STARTS:
            partner = effect.partner.id if effect.partner is not None else ""
            if self.is_apart(partner, file, effect.events):
                effect = replace(effect, is_apart=True)
                self.fresh.discard(file)
            joined = self.started.get(file, ()) if file in self.fresh else ()
            self.diagnostics += joined_filters(message, joined, effect.events)
            self.started[file] = (*joined, *effect.events)
            self.started_at[file] = tuple(self.path)
            self.has_run.add(effect.lifeline)
            self.has_acted.discard(effect.lifeline)
            self.ended(file)
            self.causes.begin(self.participants[effect.lifeline].file, partner, self.at)
            if effect.events:
                self.fresh.add(self.participants[effect.lifeline].file)
        elif effect.act is EffectKind.JOB_CALL and sender.role in _INNER:
            self.has_acted.add(receiver.id)
            self.under_way[receiver.id] = tuple(start for start, _ in self.around)
        elif effect.act in CALLS and effect.partner is not None:
            self.causes.begin(effect.partner.file, "", self.at)
            self.ended(effect.partner.file)
            self.fresh.add(effect.partner.file)
            self.has_run.add(effect.partner.id)
        return effect

    def with_rights(self, effect: Effect) -> Effect:
        """An effect with the rights that it needs in the run that has begun."""
        file = self.participants[effect.lifeline].file if effect.lifeline else ""
        latest = () if file else next(reversed(self.started.values()), ())  # what a tool does within it
        around = (one.text for _, one in self.around if one.operator is Operator.LOOP)
        is_each = any(map(is_over_issues, around))
        return with_rights(effect, self.started.get(file, latest), is_about_issues=is_each)

    def ended(self, file: str) -> None:
        """A run of a workflow ended, for another begins: its jobs are under way no more."""
        self.under_way = {x: at for x, at in self.under_way.items() if self.participants[x].file != file}

    def acted(self, lifeline: str) -> None:
        self.has_acted.add(lifeline)
        self.acted_last = lifeline if self.participants[lifeline].role is Role.WORKFLOW else self.acted_last

    def ask(self, message: Message, effect: Effect, sender: Participant, receiver: Participant) -> None:
        """Remember whom a workflow has asked last, until it does something else."""
        if sender.role is Role.WORKFLOW and receiver.role is Role.PERSON:
            if not message.arrow.is_dotted or effect.act is EffectKind.APPROVAL:
                self.asked[sender.file] = receiver.id
        elif effect.act in ACTIVITIES | STARTS:
            self.asked.pop(self.participants[effect.lifeline].file, None)

    def reached(
        self, message: Message, sender: Participant, receiver: Participant, *, is_answer: bool
    ) -> None:
        """Remember what a message to a source is: what reaches it can be an event."""
        is_of_source = sender.role is Role.SOURCE and sender is not receiver
        is_unasked = is_of_source or (sender.role is Role.PERSON and not self.has_solid)
        is_reply = message.arrow.is_dotted and (is_answer or not is_unasked)
        if receiver.role is not Role.SOURCE or is_reply:
            return
        said = self.events_of(message, receiver)
        if sender.role is Role.SOURCE and sender is not receiver and not said:
            self.causes.hand_on(sender.id, receiver.id, self.at, message.text_span)
        else:
            is_of_person = sender.role in (Role.PERSON, Role.EXTERNAL)
            if sender.role is not Role.PERSON:  # of others, `dispatch` may be any
                said = tuple(replace(one, is_words=one.is_words or one.kind.takes_inputs) for one in said)
            self.causes.reach(
                receiver.id,
                self.at,
                said,
                message.text_span,
                is_of_person=is_of_person,
                file=sender.file if sender.role is Role.WORKFLOW else "",
                is_of_itself=sender is receiver,
            )
        if any(one.kind.is_about_pull_request for one in said):
            text = labels.plain(message.text)
            own = event_words.said_of_each(text).get(PULL_REQUEST.name, text)
            self.base = branches.next_base(own, self.base)

    def meaning(
        self, message: Message, sender: Participant, receiver: Participant, is_answer: bool
    ) -> Effect:
        text = labels.parsed(message.text)
        dotted = message.arrow.is_dotted
        if sender is receiver:
            return self.to_itself(sender, text)
        if receiver.role is Role.WORKFLOW and sender.role is Role.SOURCE:
            return self.from_source(message, sender, receiver, text, is_answer)
        if receiver.role is Role.WORKFLOW and sender.role is Role.PERSON:
            return self.from_person(message, sender, receiver, text, is_answer)
        if receiver.role is Role.JOB and sender.role is Role.PERSON:
            return self.to_job(sender, receiver, text)
        if receiver.role is Role.WORKFLOW and sender.role is Role.WORKFLOW:
            if receiver.file.casefold() == sender.file.casefold():  # of one box: whatever it says, an order
                return Effect(EffectKind.UNCLEAR, sender.id, receiver, text)
            return self.between_workflows(message, sender, receiver, text, is_answer)
        if receiver.role is Role.JOB and sender.role is Role.SOURCE and not dotted:
            return self.handed_to_job(receiver, text)
        if sender.role in _INNER and receiver.role in _INNER:
            return self.within_run(message, sender, receiver, text, is_answer)
        if sender.role in _INNER:
            return self.to_outside(sender, receiver, text, dotted, is_answer)
        if sender.role is Role.EXTERNAL and receiver.role in _INNER:
            return self.from_external(message, sender, receiver, text, is_answer)
        if sender.role is Role.EXTERNAL and receiver.role in (Role.EXTERNAL, Role.SOURCE):
            is_gift = "push" in marks_of(message) or labels.has_word(text.name, labels.GIVING)
            is_write = receiver.role is Role.SOURCE and writing.verb(text.name) is writing.Verb.WRITING
            own = EffectKind.WRITE if is_write else EffectKind.STEP
            own = EffectKind.PUSH if is_gift and receiver.role is Role.EXTERNAL else own
            return Effect(EffectKind.TOOL, sender.id, receiver, text, own=own)
        return NOTHING

    def within_run(
        self, message: Message, sender: Participant, receiver: Participant, text: LabelText, is_answer: bool
    ) -> Effect:
        """Between a workflow and lifelines of its jobs, or between these: a job is called, or replies."""
        self.tell_joined(message, sender, receiver)
        dotted = message.arrow.is_dotted
        is_first = receiver.role is Role.JOB and receiver.id not in self.has_acted
        is_call = not dotted or ((is_first or says_call(message.text)) and not is_answer)
        if receiver.role is Role.JOB and is_call:
            self.has_acted.add(receiver.id)
            here = tuple(start for start, _ in self.around)
            called = self.under_way.get(receiver.id)
            is_under_way = called is not None and here[: len(called)] == called
            if is_under_way and not dotted:
                return Effect(EffectKind.STEP, receiver.id, sender, text)
            return Effect(EffectKind.JOB_CALL, sender.id, receiver, text)
        if receiver.role is Role.WORKFLOW and receiver.file.casefold() != sender.file.casefold():
            found = self.from_job_to_workflow(message, sender, receiver, text, is_answer)
            if found is not None:
                return found
        self.under_way.pop(sender.id, None)
        if sender.role is not Role.JOB:
            return NOTHING
        is_gift = not dotted and receiver.role is Role.WORKFLOW and gives_or_takes(text.name)
        own = EffectKind.ACTIVITY if is_gift else EffectKind.STEP
        return Effect(
            EffectKind.JOB_REPLY, receiver.id, sender, text, outputs=forms.outputs(text.name), own=own
        )

    def handed_to_job(self, job: Participant, text: LabelText) -> Effect:
        """What a source hands on to a job's lifeline: the job comes after what its workflow did before."""
        drawn = (one for one in self.participants.values() if one.role is Role.WORKFLOW)
        caller = next((one for one in drawn if one.file == job.file and one.id in self.has_run), None)
        if caller is None:
            return NOTHING
        self.has_acted.add(job.id)
        return Effect(EffectKind.JOB_CALL, caller.id, job, text)

    def to_job(self, sender: Participant, receiver: Participant, text: LabelText) -> Effect:
        """A person speaks to a job: that is an approval of it, by its phrase or by its place."""
        is_phrase = approvals.is_approval(text.name)
        return Effect(
            EffectKind.APPROVAL,
            receiver.id,
            sender,
            text,
            ground=Ground.NAME if is_phrase else Ground.STRUCTURE,
            environment=environment_said(text) or approvals.UNNAMED,
            after="" if is_phrase else BY_POSITION,
        )

    def to_itself(self, who: Participant, text: LabelText) -> Effect:
        if who.role not in _INNER:
            return by_outsider(who, text)
        if forms.is_skipped(text.name):
            return Effect(EffectKind.COMMENTARY, who.id, text=text, ground=Ground.NAME)
        environment = environment_said(text) or approvals.UNNAMED
        is_approval = approvals.is_approval(text.name) and not writing.is_review(text.name)
        if who.role is Role.WORKFLOW and is_approval:
            return Effect(EffectKind.APPROVAL, who.id, text=text, ground=Ground.NAME, environment=environment)
        return Effect(
            EffectKind.ACTIVITY,
            who.id,
            text=text,
            decides=decides(text),
            environment=environment if is_approval else "",
        )

    def from_external(
        self, message: Message, sender: Participant, receiver: Participant, text: LabelText, is_answer: bool
    ) -> Effect:
        is_workflow, dotted = receiver.role is Role.WORKFLOW, message.arrow.is_dotted
        is_confirmed = is_answer and not approvals.says_consent(text.name)  # services confirm what they did
        if approvals.is_approval(text.name) and not is_confirmed:
            environment = environment_of(sender, text)
            return Effect(
                EffectKind.APPROVAL, receiver.id, sender, text, ground=Ground.NAME, environment=environment
            )
        said = labels.plain(message.text)
        if is_workflow and not is_answer and self.is_told_to_start(said, receiver):
            events = event_words.said_events(said, f"{receiver.name} {receiver.file}", self.default)
            events = self.as_its_label(events or self.by_name(sender), sender, said)
            return self.run_after(receiver, sender, text, events, said)
        is_reply = is_answer and not (sender.is_store or sender.is_registry)
        if labels.is_taking(text.name) and not is_reply:
            return Effect(
                EffectKind.PULL, receiver.id, sender, text, ground=ground_of_verb(text, labels.TAKING)
            )
        is_read = is_answer and forms.reads_out(self.said_last.get((receiver.id, sender.id), ""))
        if sender.is_environment and receiver.id in self.has_acted and not is_read:
            environment = environment_of(sender, text)
            return Effect(
                EffectKind.APPROVAL, receiver.id, sender, text, environment=environment, after=BY_POSITION
            )
        is_store, pair = sender.is_registry or sender.is_store, (receiver.id, sender.id)
        is_told = approvals.is_report(self.said_last.get(pair, ""))
        is_start = says_by_hand(said) or ci_words.STARTS_RUN.match(said) is not None
        is_asked = pair in self.unanswered and (dotted or not (is_told or is_start))
        is_unasked = receiver.id in self.has_run | self.has_acted and not is_asked
        is_machine = is_store or (dotted and lifeline_names.is_machine(sender.name))
        is_event = event_words.is_unmistakable(said) if dotted else self.is_new_event(said, receiver, pair)
        is_first = dotted and all(to != sender.id for _, to in self.said_last)
        if is_workflow and ((is_unasked and (is_first or not is_machine)) or is_event):
            self.tell_unasked(message, sender)
        of_tool = pair in self.said_last and not (is_store or is_told)
        return NOTHING if dotted else Effect(EffectKind.STEP, receiver.id, sender, text, is_of_tool=of_tool)

    def is_new_event(self, said: str, receiver: Participant, pair: tuple[str, str]) -> bool:
        """Whether somebody outside, whom a run has asked for nothing, names an event in the middle of it."""
        asked = self.said_last.get(pair, "")
        is_busy = receiver.id in self.has_run | self.has_acted
        is_asked = bool(asked) and not labels.says_report(asked)
        return is_busy and not is_asked and bool(event_words.said_events(said, default=self.default))

    def tell_lost(self, message: Message, effect: Effect) -> None:
        """Tell that what is drawn as lost on its way is read as if it arrived."""
        is_start = effect.act in STARTS
        mark = trigger_mark(effect.events) if is_start else f"approval: {effect.environment}"
        what = "starts this run" if is_start else "gives an approval"
        self.tell(
            f"`{message.arrow.value}` draws a message that is lost, and this one {what}",
            message.text_span or message.span,
            cure=f"draw it `->>` if it arrives, or `%% {mark}` above it; `%% comment` that it never does",
            mark=mark,
        )

    def to_outside(
        self, sender: Participant, receiver: Participant, text: LabelText, dotted: bool, is_answer: bool
    ) -> Effect:
        name = text.name
        if is_asked(sender, receiver, name, is_dotted=dotted):
            environment = environment_of(receiver, text)
            return Effect(
                EffectKind.APPROVAL, sender.id, receiver, text, ground=Ground.NAME, environment=environment
            )
        if receiver.role is Role.EXTERNAL:
            is_given = is_order(name) and not _GIVEN.isdisjoint(labels.words(name)[:1])
            return NOTHING if is_answer and not is_given else self.to_external(sender, receiver, text)
        if is_question_mark(name) and not dotted:
            return Effect(EffectKind.STEP, sender.id, receiver, text, may_give=True)
        is_report = sender.role is Role.WORKFLOW and labels.says_report(name)
        is_asking = not dotted and looks_up(name)
        is_gate = is_report and not is_asking and not writing.has_written_object(name)
        if is_gate and receiver.role in (Role.SOURCE, self.gatekeeper):
            self.last_reporting = sender.name
            return Effect(EffectKind.GATE, sender.id, receiver, text, ground=ground_of_report(text))
        is_write = writing.verb(name) is writing.Verb.WRITING and not says_outcome(name)
        if dotted and not (is_write and receiver.role is Role.SOURCE and is_order(name)):
            return NOTHING
        kind = EffectKind.WRITE if is_write else EffectKind.STEP
        ground = Ground.NAME if is_write else ground_of_look(name)
        return Effect(kind, sender.id, receiver, text, ground=ground, may_give=may_give(name))

    def to_external(self, sender: Participant, receiver: Participant, text: LabelText) -> Effect:
        if labels.is_taking(text.name) and not commanded(text.name):
            return Effect(
                EffectKind.PULL, sender.id, receiver, text, ground=ground_of_verb(text, labels.TAKING)
            )
        if is_question_mark(text.name):
            return Effect(EffectKind.STEP, sender.id, receiver, text, may_give=True)
        if receiver.is_registry and not lifeline_names.is_asking_registry(text.name):
            return Effect(EffectKind.PUSH, sender.id, receiver, text)
        is_push = labels.has_word(text.name, labels.GIVING)
        kind = EffectKind.PUSH if is_push else EffectKind.STEP
        ground = ground_of_verb(text, labels.GIVING) if is_push else ground_of_look(text.name)
        ground = Ground.NAME if receiver.is_registry else ground
        return Effect(kind, sender.id, receiver, text, ground=ground, may_give=may_give(text.name))
