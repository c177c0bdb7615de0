"""What the effects of statements make: runs, jobs, steps, waits, gates.

The rules are those of docs/language.md#triggers, docs/language.md#jobs-steps-and-ids and
docs/language.md#messages-artifacts-and-waits.
"""

from __future__ import annotations

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.never import assert_never
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import (
    DrawnJob,
    DrawnStep,
    ExternalActivities,
    Gate,
    JobKind,
    Participant,
    Role,
    Run,
    SkipNote,
    StepKind,
    TokenNote,
    Transfer,
)
from mermaid2gha.compiler.ir.occurrences import OccurrenceKind, PairKind
from mermaid2gha.compiler.lower.belated import OF_STEPS, is_belated
from mermaid2gha.compiler.lower.builder import FlowBuilder
from mermaid2gha.compiler.lower.calls import Calls
from mermaid2gha.compiler.marks.marks import marks_of, unused_values
from mermaid2gha.compiler.reading.approvals import follows
from mermaid2gha.compiler.reading.effects import STEPS, Effect, EffectKind, starts_by_hand, statement
from mermaid2gha.compiler.reading.structure import Structure, wait_target
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.github.events import WORKFLOW_RUN
from mermaid2gha.mermaid.ast import FragmentStart, Message, Note

EMPTY_WAIT = Rule("empty-wait", Severity.WARNING)
MESSAGE_WITHOUT_EVENT = Rule("message-without-event", Severity.WARNING, is_guess=True)
PULL_WITHOUT_WAIT = Rule("pull-without-wait", Severity.WARNING)

_STEP_KIND = {
    EffectKind.PUSH: StepKind.PUSH,
    EffectKind.PULL: StepKind.PULL,
    EffectKind.WRITE: StepKind.WRITE,
    EffectKind.STEP: StepKind.MESSAGE,
    EffectKind.ACTIVITY: StepKind.ACTIVITY,
}


class EffectLowering:
    """Carries out the effects of statements, one after the other, on the growing graph.

    By lifeline: `first_steps` are of the job that its next note opens, `first_effects` what they say of it;
    `tools` are the outsiders whose call is not over, each with its caller and the job that calls, and
    `consulted` are those whom one of them has called in turn; who has started the run, `started_by`, is
    answered and not called. What outsiders do within a call is `kept` as details of its step; what they do
    besides is `lost`, which a check tells. `belated` is what those who have `replied` push then, until it
    starts a run.
    """

    def __init__(self, builder: FlowBuilder, structure: Structure) -> None:
        self.builder = builder
        self.timeline = builder.timeline
        self.structure = structure
        self.first_steps: dict[str, list[DrawnStep]] = {}
        self.first_effects: dict[str, list[Effect]] = {}
        self.calls = Calls(builder)
        self.started_by: dict[str, Participant | None] = {}
        self.tools: dict[str, tuple[str, int]] = {}
        self.consulted: dict[str, set[str]] = {}
        self.told_in: dict[str, int] = {}
        self.kept: dict[str, list[Note | Message]] = {}
        self.lost: dict[str, list[Note | Message]] = {}
        self.over: set[str] = set()
        self.called: dict[str, tuple[str, int]] = {}
        self.belated: list[Message] = []

    def carry_out(self, at: int, event: Note | Message, effect: Effect) -> None:
        """Carry out what an event does."""
        assert event.span is not None
        span = event.text_span or event.span
        if isinstance(event, Message):
            self.speak(event.sender)
        if effect.act not in (EffectKind.TOOL, EffectKind.COMMENTARY) and effect.lifeline:
            self.over.update(tool for tool, call in self.tools.items() if call[0] == effect.lifeline)
            self.tools = {tool: call for tool, call in self.tools.items() if call[0] != effect.lifeline}
        if isinstance(event, Message):
            self.close_window(event)
        is_taken = effect.act is EffectKind.WORKFLOW_CALL or effect.call or starts_by_hand(effect)
        if effect.arguments and not is_taken and isinstance(event, Message):
            self.builder.diagnostics += unused_values(event.marks)
        match effect.act:
            case EffectKind.TRIGGER | EffectKind.RUN_AFTER:
                self.trigger(event, effect, span)
            case EffectKind.JOB:
                self.note(at, event, effect, span)
            case EffectKind.STEP | EffectKind.PUSH | EffectKind.PULL | EffectKind.WRITE | EffectKind.ACTIVITY:
                if at in self.structure.first_steps or self.is_input(at, effect):
                    self.hold(event, effect, span)
                else:
                    self.act(event, effect, span)
            case EffectKind.GATE:
                self.gate(at, event, effect, span)
            case EffectKind.TOKEN:
                self.token(event, effect, span)
            case EffectKind.SKIP:
                run = self.builder.run_at(effect.lifeline, span)
                skip = SkipNote(effect.text.name, effect.skipped_in, span)
                self.builder.runs[run.number] = replace(run, skips=(*run.skips, skip))
                self.builder.trace(event.span, statement(event), "skip note: checked, makes no job")
            case EffectKind.APPROVAL:
                self.approval(event, effect, span)
            case EffectKind.JOB_CALL:
                self.calls.job_call(event, effect, span)
            case EffectKind.JOB_REPLY:
                self.calls.job_reply(event, effect)
            case EffectKind.WORKFLOW_CALL:
                self.calls.workflow_call(event, effect, span)
            case EffectKind.DISPATCH:
                self.calls.dispatch(event, effect, span)
            case EffectKind.COMMENTARY:
                self.commentary(event, effect)
            case EffectKind.TOOL:
                self.tool(event, effect, span)
            case EffectKind.UNCLEAR:
                self.unclear(event, effect, span)
            case EffectKind.COSMETIC:
                self.builder.trace(event.span, statement(event), "cosmetic")
            case _:
                assert_never(effect.act)

    def close_window(self, message: Message) -> None:
        """The call of a tool ends at its reply, and when anyone speaks to it but the caller and those whom
        it has called or asked itself; of these not for the call whom a person has told something since."""
        if message.sender in self.tools and self.builder.participants[message.receiver].role is Role.PERSON:
            self.consulted.setdefault(message.sender, set()).add(message.receiver)
        if self.builder.participants[message.sender].role is Role.PERSON:
            for known in self.consulted.values():
                known.discard(message.receiver)
        call = self.tools.get(message.receiver)
        consulted = self.consulted.get(message.receiver, ())
        if call is not None and message.sender not in (call[0], message.receiver, *consulted):
            self.tools = {tool: open_ for tool, open_ in self.tools.items() if tool != message.receiver}
        replying = self.tools.get(message.sender)
        if replying is not None and message.receiver == replying[0] and message.arrow.is_dotted:
            self.tools = {tool: open_ for tool, open_ in self.tools.items() if tool != message.sender}
            self.over.add(message.sender)

    # -- runs --------------------------------------------------------------------------------------

    def speak(self, lifeline: str) -> None:
        """Note that a workflow has said something in its run: its next trigger opens another one."""
        participant = self.builder.participants.get(lifeline)
        if participant is not None and participant.role is Role.WORKFLOW:
            number = self.builder.run_of(lifeline)
            if number is not None:
                self.builder.open_runs[number].has_spoken = True

    def trigger(self, event: Note | Message, effect: Effect, span: Span) -> None:
        sender = effect.partner
        if effect.act is EffectKind.RUN_AFTER:
            self.ask_last(effect, span)
        self.started_by[effect.lifeline] = sender
        self.belated = [one for one in self.belated if sender is None or one.receiver != sender.id]
        run = self.builder.open_run(
            effect.lifeline,
            effect.events,
            span,
            after=effect.after,
            sender=sender.id if sender is not None and sender.role is Role.WORKFLOW else None,
            is_apart=effect.is_apart,
        )
        if effect.environment:
            self.builder.await_approval(effect.lifeline, effect.environment, span)
        token = TokenNote((), effect.may_write, span) if effect.may_write is not None else run.token
        given = (*run.given, *effect.arguments)
        self.builder.runs[run.number] = replace(run, when=effect.when or run.when, token=token, given=given)
        names = ", ".join(e.event for e in effect.events) or "an event that it does not name"
        self.builder.trace(
            event.span, statement(event), f"trigger of {self.builder.file(effect.lifeline)}: {names}"
        )

    def ask_last(self, effect: Effect, span: Span) -> None:
        """Whoever is asked last in a run is asked for what follows it: the run ends well if they agree."""
        for participant in self.builder.participants.values():
            number = self.builder.run_of(participant.id) if participant.role is Role.WORKFLOW else None
            approval = self.builder.awaited(number) if number is not None else None
            if approval is not None and follows(effect, participant):
                name = self.builder.participants[effect.lifeline].name
                self.builder.ask(participant.id, LabelText(name), span, approval.environment)

    def token(self, event: Note | Message, effect: Effect, span: Span) -> None:
        tags = [tag for tag in effect.text.tags if tag.casefold().endswith("token")]
        may_write = (labels.folded(tags[0]).startswith("write")) if tags else None
        note = TokenNote(effect.events, may_write, span)
        number = self.builder.run_of(effect.lifeline)
        run = self.builder.runs[number] if number is not None else None
        if run is not None and self.builder.is_empty(run) and run.token is None:
            self.builder.runs[run.number] = replace(run, token=note)
        else:
            self.builder.tokens[self.builder.file(effect.lifeline)] = note
        self.builder.trace(event.span, statement(event), "describes the run's event and token")

    def gate(self, at: int, event: Note | Message, effect: Effect, span: Span) -> None:
        if at not in self.structure.gates:
            self.builder.trace(event.span, statement(event), "cosmetic: a later report is the gate")
            return
        run = self.builder.run_at(effect.lifeline, span)
        covers = tuple(self.builder.open_runs[run.number].jobs)
        fixed_id, is_marked = self.builder.fixed_id(event.marks), "gate" in marks_of(event)
        rights = effect.rights if "permissions" in marks_of(event) else ()
        gate = Gate(effect.text, covers, span, fixed_id=fixed_id, is_marked=is_marked, rights=rights)
        self.builder.runs[run.number] = replace(run, gate=gate)
        self.builder.trace(event.span, statement(event), f"gate of {run.file}")

    def approval(self, event: Note | Message, effect: Effect, span: Span) -> None:
        if effect.partner is None:
            self.own_approval(event, effect, span)
            return
        self.builder.run_at(effect.lifeline, span)
        if self.builder.participants[effect.lifeline].role is Role.JOB:
            called = self.calls.job_lifeline(effect.lifeline, span)
            self.builder.approve(called, effect.environment)
            self.builder.trace(event.span, statement(event), "environment of the job", called.number)
            return
        job = self.builder.joined(effect.lifeline)
        if job is not None and self.can_be_asked_for(job):
            self.builder.approve(job, effect.environment)
            self.builder.trace(event.span, statement(event), "environment of the job", job.number)
            return
        self.builder.await_approval(effect.lifeline, effect.environment, span)
        self.builder.end_stretch(effect.lifeline)
        self.builder.trace(event.span, statement(event), "environment of the next job")

    def can_be_asked_for(self, job: DrawnJob) -> bool:
        """Whether an approval at this place is the job's before it: a head that has done nothing yet."""
        is_head = job.number in self.builder.heads or job.text.has_prefix
        return is_head and not self.builder.is_begun(job)

    def own_approval(self, event: Note | Message, effect: Effect, span: Span) -> None:
        """An approval as a message to itself begins a job, unless it is the first thing that a head has."""
        job = None if effect.is_alone else self.builder.joined(effect.lifeline)
        if job is None or job.number not in self.builder.heads or len(self.builder.steps[job.number]) > 1:
            text = LabelText(effect.text.name, effect.text.tags)
            job = self.builder.open_job(effect.lifeline, JobKind.WORK, text, span, marks=event.marks)
        self.add(job, StepKind.ACTIVITY, effect.text, effect, span)
        self.builder.approve(job, effect.environment)
        if effect.is_alone:
            self.builder.end_stretch(effect.lifeline)
        self.builder.trace(event.span, statement(event), "job that people approve", job.number)

    def end_rect(self, lead: str) -> None:
        """A rect that began with a note was that job's scope: what follows is no step of it."""
        if lead:
            self.builder.end_stretch(lead)

    # -- jobs --------------------------------------------------------------------------------------

    def note(self, at: int, event: Note | Message, effect: Effect, span: Span) -> None:
        if at in self.structure.comments:
            self.commentary(event, effect)
            return
        if effect.call:
            self.calls.noted_call(event, effect, span)
            return
        held = self.first_steps.pop(effect.lifeline, [])
        for step in held:
            self.implied_wait(effect.lifeline, step)
        job = self.builder.open_job(effect.lifeline, JobKind.WORK, effect.text, span, marks=event.marks)
        self.builder.noted.add(job.number)
        if at in self.structure.heads:
            self.builder.heads.add(job.number)
        self.builder.transfers.pulls(job, self.builder.file(effect.lifeline), held)
        self.builder.steps[job.number] += held
        self.add(job, StepKind.ACTIVITY, LabelText(effect.text.name, effect.text.tags), effect, span)
        self.builder.steps[job.number] += self.details(effect, span)
        self.builder.comments[job.number] += [f"({remark})" for remark in effect.text.remarks]
        for one in (*self.first_effects.pop(effect.lifeline, ()), effect):
            if one is not effect:
                self.builder.declare(job, one)
            if one.environment:
                self.builder.approve(job, one.environment)
        self.builder.trace(event.span, statement(event), "job", job.number)

    def add(self, job: DrawnJob, kind: StepKind, text: LabelText, effect: Effect, span: Span) -> None:
        """Add the step of a job's own statement, with what its effect says of the job."""
        step = self.builder.step(kind, text, span, partner=effect.partner, rights=effect.rights)
        self.builder.steps[job.number].append(step)
        self.builder.declare(job, effect)

    def details(self, effect: Effect, span: Span) -> list[DrawnStep]:
        """The further lines of a note or message, as steps."""
        return [self.builder.step(StepKind.DETAIL, LabelText(line), span) for line in effect.text.details]

    def is_input(self, at: int, effect: Effect) -> bool:
        """Whether a message from outside is for the next note's job: no job before it can take it."""
        if at not in self.structure.inputs:
            return False
        return effect.lifeline in self.first_steps or self.builder.joined(effect.lifeline) is None

    def hold(self, event: Note | Message, effect: Effect, span: Span) -> None:
        """What comes directly before a note: the first step of the note's job, which is about to open."""
        step = self.step_of(effect, span)
        held = self.first_steps.setdefault(effect.lifeline, [])
        held += [step, *self.details(effect, span)]
        self.first_effects.setdefault(effect.lifeline, []).append(effect)
        remarks = [f"({remark})" for remark in effect.text.remarks]
        if remarks:
            run = self.builder.run_at(effect.lifeline, span)
            self.builder.open_runs[run.number].comments += remarks
        self.builder.trace(event.span, statement(event), "first step of the next job", len(self.builder.jobs))

    def act(self, event: Note | Message, effect: Effect, span: Span) -> None:
        """A step: of the job that made the artifact, of the job directly before, or of a job of its own."""
        step = self.step_of(effect, span)
        if step.kind is StepKind.PULL:
            self.implied_wait(effect.lifeline, step)
        if self.builder.participants[effect.lifeline].role is Role.JOB:
            job: DrawnJob | None = self.calls.job_lifeline(effect.lifeline, span)
        else:
            job = None if effect.is_head else self.builder.joined(effect.lifeline)
            if job is not None and self.begins_approved(job, event, effect):
                job = None
        is_movable = effect.act is EffectKind.PUSH and not effect.is_head
        maker = self.maker(effect) if is_movable else None
        if maker is not None and (job is None or maker.number != job.number):
            self.moved(maker, step, effect, event)
            return
        if job is None:
            text = LabelText(effect.text.name, effect.text.tags)
            job = self.builder.open_job(effect.lifeline, JobKind.WORK, text, span, marks=event.marks)
        if effect.environment and self.may_enter(job, event, effect):
            self.builder.approve(job, effect.environment)
        self.builder.declare(job, effect)
        self.builder.steps[job.number] += [step, *self.details(effect, span)]
        self.builder.comments[job.number] += [f"({remark})" for remark in effect.text.remarks]
        file = self.builder.file(effect.lifeline)
        if step.kind is StepKind.PUSH:
            self.builder.transfers.push(job, file, step)
        self.builder.transfers.pulls(job, file, [step])
        is_call = isinstance(event, Message) and event.sender == effect.lifeline
        is_call = is_call and self.started_by.get(effect.lifeline) != effect.partner  # who is answered
        if is_call and effect.partner is not None and effect.partner.role is Role.EXTERNAL:
            self.called[effect.partner.id] = (effect.lifeline, job.number)
            self.tools = {**self.tools, effect.partner.id: (effect.lifeline, job.number)}
            self.consulted.pop(effect.partner.id, None)
        self.builder.trace(event.span, statement(event), "step", job.number)

    def begins_approved(self, job: DrawnJob, event: Note | Message, effect: Effect) -> bool:
        """Whether a step begins a job for its environment: one that a mark puts into people's hands, since
        what stands before it in a job that no note heads happens unasked; and one in a job for which people
        are asked already, in another environment: a job has but one."""
        own = self.builder.jobs[job.number].environment
        if own == effect.environment:
            return False
        if "approval" not in marks_of(event):
            return bool(effect.environment and own)
        is_headed = job.number in self.builder.heads or job.text.has_prefix
        is_first = job.number in self.builder.noted and not self.builder.is_begun(job)
        return not (is_headed or is_first)

    def may_enter(self, job: DrawnJob, event: Note | Message, effect: Effect) -> bool:
        """Whether a job goes into the environment of one of its steps: not from another one."""
        own = self.builder.jobs[job.number].environment
        return "approval" in marks_of(event) or own in ("", effect.environment)

    def step_of(self, effect: Effect, span: Span) -> DrawnStep:
        """The step that a statement is."""
        kind = _STEP_KIND[effect.act]
        return self.builder.step(
            kind,
            effect.text,
            span,
            partner=effect.partner,
            rights=effect.rights,
            may_give=kind is StepKind.MESSAGE and effect.may_give,
        )

    def maker(self, effect: Effect) -> DrawnJob | None:
        """The job that made what a push gives, if something in the flow pulls it: by name and tags."""
        artifact = labels.artifact(effect.text.name)
        if artifact not in self.structure.pulled or labels.verb(effect.text.name, labels.NEVER_MOVING):
            return None
        run = self.builder.run_of(effect.lifeline)
        if run is None:
            return None
        makers = self.builder.makers.get((run, artifact, effect.text.tags))
        job = self.builder.jobs[makers[-1]] if makers else None
        return job if job is not None and self.builder.is_sure(job, self.builder.operands.current) else None

    def moved(self, maker: DrawnJob, step: DrawnStep, effect: Effect, event: Note | Message) -> None:
        """A push that belongs to the job that made its artifact; its place in the order stays as drawn."""
        self.builder.steps[maker.number].append(step)
        occurrence = self.builder.occur(OccurrenceKind.MOVED_PUSH, effect.lifeline)
        self.builder.pair(PairKind.ORIGIN, maker.occurrence, occurrence)
        file = self.builder.file(effect.lifeline)
        self.builder.transfers.push(maker, file, step, moved_from=occurrence)
        self.builder.trace(event.span, statement(event), "step of the job that made it", maker.number)

    def implied_wait(self, lifeline: str, step: DrawnStep) -> None:
        """A wait job before the first pull of what another workflow pushes, if none is drawn."""
        run = self.builder.run_at(lifeline, step.span)
        file = self.builder.file(lifeline)
        taken = self.builder.transfers.foreign(run.number, file, step)
        if not taken or all(self.is_given(push, run, lifeline) for push in taken):
            return
        name = labels.taken(step.text.name)
        self.builder.report(
            PULL_WITHOUT_WAIT,
            f"`{step.text.title}` takes what another workflow pushes, so it is compiled as a wait for it",
            Label(step.span, "nothing in this workflow waits for it"),
            Label(taken[-1].step.span, "pushed here"),
            cure=f"draw it in a `loop Wait for {name}`",
        )
        waits = replace(step, kind=StepKind.WAIT, retries=0)
        job = self.builder.open_job(
            lifeline, JobKind.WAIT, LabelText(f"Wait for {name}", step.text.tags), step.span
        )
        self.builder.steps[job.number].append(waits)
        self.builder.transfers.pulls(job, file, [waits])
        self.builder.end_stretch(lifeline)

    def is_given(self, push: Transfer, run: Run, lifeline: str) -> bool:
        """Whether a push has happened by itself when a run is here: the run follows it by `workflow_run`,
        was called after it, or has called the workflow that pushes."""
        giver = self.builder.runs[self.builder.jobs[push.job].run]
        if run.after:
            return labels.folded(run.after) == labels.folded(giver.name)
        points_of, states = self.timeline.points_of, self.builder.open_runs
        begun_by = states[run.number].begun_by
        if begun_by >= 0 and self.timeline.is_before(push.occurrence, points_of[begun_by]):
            return True
        begun_by = states[giver.number].begun_by
        is_called = begun_by >= 0 and self.builder.jobs[self.builder.job_at[begun_by]].call
        return bool(is_called) and self.timeline.is_before(begun_by, self.timeline.at(lifeline).points)

    # -- waits -------------------------------------------------------------------------------------

    def wait(self, at: int, end: int, start: FragmentStart, effects: tuple[Effect, ...]) -> None:
        """A wait loop, whatever it holds: one polling job (or step) of each workflow that pulls in it."""
        assert start.span is not None
        by_lifeline: dict[str, list[DrawnStep]] = {}
        inner: list[tuple[Note | Message, str]] = []
        for event, effect in zip(self.builder.diagram.events[at + 1 : end], effects[at + 1 : end]):
            if not isinstance(event, Note | Message):
                continue
            assert event.span is not None
            inner.append((event, effect.lifeline))
            if effect.lifeline and (
                effect.act in STEPS or effect.act in (EffectKind.ACTIVITY, EffectKind.JOB)
            ):
                kind = StepKind.WAIT if effect.act is EffectKind.PULL else StepKind.DETAIL
                place = event.text_span or event.span
                step = self.builder.step(
                    kind, effect.text, place, partner=effect.partner, rights=effect.rights
                )
                by_lifeline.setdefault(effect.lifeline, []).append(step)
        jobs = {lifeline: self.wait_job(lifeline, steps, start) for lifeline, steps in by_lifeline.items()}
        first = next(iter(jobs.values()), -1)
        becomes = "wait" if jobs else "nothing: no workflow waits in it"
        self.builder.trace(start.span, f"loop {labels.plain(start.text)}", becomes, first)
        for event, lifeline in inner:
            self.builder.trace(event.span, statement(event), becomes, jobs.get(lifeline, first))
        self.builder.trace(self.builder.diagram.events[end].span, "end", "end of the wait")
        is_of_others = bool(inner) and all(self.is_outside(event) for event, _ in inner)
        if not jobs and not is_of_others:
            self.builder.report(
                EMPTY_WAIT,
                f"no workflow waits in `loop {labels.plain(start.text)}`",
                start.text_span or start.span,
                cure="draw what it waits for as a message to the workflow, `Registry->>CI: Pull image`",
            )

    def is_outside(self, event: Note | Message) -> bool:
        """Whether something outside speaks to another such: it waits for itself."""
        if not isinstance(event, Message):
            return False
        ends = (self.builder.participants[event.sender], self.builder.participants[event.receiver])
        return all(one.role is Role.EXTERNAL for one in ends)

    def wait_job(self, lifeline: str, steps: list[DrawnStep], start: FragmentStart) -> int:
        assert start.span is not None
        span = start.text_span or start.span
        file = self.builder.file(lifeline)
        if not any(step.kind is StepKind.WAIT for step in steps):
            partner = next((step.partner for step in steps if step.partner), None)
            rights = (("packages", "read"),) if partner is not None and partner.takes_own_token else ()
            target = wait_target(start.text)
            steps = [self.builder.step(StepKind.WAIT, target, span, partner=partner, rights=rights), *steps]
        if self.builder.participants[lifeline].role is Role.JOB:
            joined: DrawnJob | None = self.calls.job_lifeline(lifeline, span)
        else:
            joined = self.builder.joined(lifeline)
            joined = joined if joined is not None and joined.number in self.builder.heads else None
        job = joined or self.builder.open_job(
            lifeline, JobKind.WAIT, labels.parsed(start.text), span, marks=start.marks
        )
        if joined is None:
            self.builder.end_stretch(lifeline)
        self.builder.steps[job.number] += steps
        self.builder.transfers.pulls(job, file, steps)
        return job.number

    # -- the rest ----------------------------------------------------------------------------------

    def commentary(self, event: Note | Message, effect: Effect) -> None:
        comment = " ".join(labels.lines(event.text))
        number = self.builder.run_of(effect.lifeline) if effect.lifeline else None
        if number is None or not comment:
            self.builder.trace(event.span, statement(event), "commentary")
            return
        (*_, job) = (None, *self.builder.jobs_before(effect.lifeline))
        if job is None or job.run != number:
            self.builder.open_runs[number].comments.append(comment)
            self.builder.trace(event.span, statement(event), "comment of the next job")
            return
        self.builder.comments[job.number].append(comment)
        self.builder.trace(event.span, statement(event), "comment of the job", job.number)

    def externals(self) -> tuple[ExternalActivities, ...]:
        """What external lifelines do; tells what of it is of no step, and starts nothing."""
        for message in self.belated:
            name = self.builder.participants[message.sender].name
            is_over = message.sender in self.over
            why = f"comes when the call of `{name}` is over" if is_over else "is done by what a tool has told"
            self.builder.report(
                MESSAGE_WITHOUT_EVENT,
                f"`{statement(message)}` {why}, so no step does it, and it starts nothing",
                message.text_span or message.span,
                cure="draw it directly after the call, before any reply, if the step does it that calls "
                f"`{name}`, or `%% step` above it where no job follows; or what it starts, "
                f"`{message.receiver}->>WORKFLOW: …`; `%% comment` above it if "
                "it is a remark",
            )
        return tuple(
            ExternalActivities(name, tuple(self.kept.get(name, ())), tuple(self.lost.get(name, ())))
            for name in dict.fromkeys((*self.kept, *self.lost))
        )

    def tool(self, event: Note | Message, effect: Effect, span: Span) -> None:
        """What a tool does between its call and the caller's next activity: details of the calling step."""
        call = self.tools.get(effect.lifeline) or self.marked_call(event, effect)
        (self.lost if call is None else self.kept).setdefault(effect.lifeline, []).append(event)
        if call is None:
            known = self.builder.participants
            if isinstance(event, Message):
                told_in = self.told_in.get(event.sender, self.builder.operands.current)
                is_chosen = self.builder.operands.has_chosen_since(told_in, self.builder.fragments)
                if is_belated(event, effect, known, self.over, self.consulted, is_chosen=is_chosen):
                    self.belated.append(event)
            self.builder.trace(event.span, statement(event), "cosmetic")
            return
        if isinstance(event, Message):
            self.consulted.setdefault(event.sender, set()).add(event.receiver)
            self.told_in[event.receiver] = self.builder.operands.current
        number = call[1]
        kind = StepKind.DETAIL
        if effect.partner is not None:
            kind = _STEP_KIND[effect.own]
            if isinstance(event, Message) and event.arrow.is_dotted:
                self.builder.trace(event.span, statement(event), "cosmetic")
                return
        partner = effect.partner or self.builder.participants[effect.lifeline]
        step = self.builder.step(kind, effect.text, span, partner=partner, rights=effect.rights)
        self.builder.steps[number] += [step, *self.details(effect, span)]
        self.builder.comments[number] += [f"({remark})" for remark in effect.text.remarks]
        self.builder.trace(event.span, statement(event), "detail of the calling step", number)

    def marked_call(self, event: Note | Message, effect: Effect) -> tuple[str, int] | None:
        """The last call of a tool that is over, if a mark says that something is a step of it, and the job
        that called has no other behind it."""
        told_by = (tool for tool, told in self.consulted.items() if effect.lifeline in told)
        calls = (self.called.get(tool) for tool in (effect.lifeline, *told_by))
        call = next(filter(None, calls), None)
        if call is None or marks_of(event).keys().isdisjoint(OF_STEPS):
            return None
        (*_, job) = (None, *self.builder.jobs_before(call[0]))
        return call if job is not None and job.number == call[1] else None

    def unclear(self, event: Note | Message, effect: Effect, span: Span) -> None:
        assert effect.partner is not None
        if any(self.timeline.at(end).points for end in (effect.lifeline, effect.partner.id)):
            sent = self.builder.occur(OccurrenceKind.SEND, effect.lifeline)
            self.builder.occur(OccurrenceKind.RECEIVE, effect.partner.id, sent)
        if self.builder.file(effect.lifeline) == effect.partner.file:
            self.builder.trace(event.span, statement(event), "order between jobs of one workflow")
            return
        self.builder.report(
            MESSAGE_WITHOUT_EVENT,
            f"`{statement(event)}` starts nothing: it names no event",
            span,
            cure=f"name the event, `Trigger '{WORKFLOW_RUN.name}'`, or say `call`; or write above it "
            f"`%% trigger: {WORKFLOW_RUN.name}` if the other runs after this, `%% call` if this calls it, "
            f"`%% comment` if it is a remark, `%% role: {effect.partner.id} = external` if "
            f"`{effect.partner.name}` is no workflow of GitHub's",
        )
        self.builder.trace(event.span, statement(event), "cosmetic: it names no event")
