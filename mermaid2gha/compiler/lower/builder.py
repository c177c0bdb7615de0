"""The flow graph of a diagram while it grows, and what became of each statement.

Runs and jobs are the frozen records of the graph from the beginning. What grows with every statement, such as
the steps of a job, is kept by their numbers until the end; all else is replaced.
"""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import (
    DrawnApproval,
    DrawnJob,
    DrawnStep,
    ExternalActivities,
    FlowGraph,
    Fragment,
    JobKind,
    Participant,
    Role,
    Run,
    StepKind,
    TokenNote,
    TraceRow,
)
from mermaid2gha.compiler.ir.occurrences import Occurrence, OccurrenceKind, Pair, PairKind
from mermaid2gha.compiler.lower.approved import Approval, Approved, around_all, awaited, is_always_before
from mermaid2gha.compiler.lower.artifacts import Transfers
from mermaid2gha.compiler.lower.idle_marks import deciding, unused_ids
from mermaid2gha.compiler.lower.operands import OperandTree
from mermaid2gha.compiler.marks.settled import settled
from mermaid2gha.compiler.order.timeline import Frontier, Timeline
from mermaid2gha.compiler.reading.effects import Effect
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import forms as form_words
from mermaid2gha.compiler.vocabulary import labels as label_words
from mermaid2gha.compiler.vocabulary import loops as loop_words
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.guards import Meaning
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.compiler.vocabulary.loops import Loop, LoopKind
from mermaid2gha.github.names import is_job_id, job_id
from mermaid2gha.mermaid.ast import Diagram, FragmentStart, Mark, Operator
from mermaid2gha.settings.model import Settings

ILLEGAL_ID = Rule("illegal-id", Severity.ERROR)
LOOP_RUNS_ONCE = Rule("loop-runs-once", Severity.WARNING, is_guess=True)
TOKEN_WITHOUT_RUN = Rule("token-without-run", Severity.WARNING)


@dataclass(frozen=True, slots=True)
class _Loop:
    """A loop around the place of the walk, and the next one of its kind around it."""

    loop: Loop
    outer: _Loop | None


@dataclass(slots=True)
class OpenRun:
    """What is remembered of a run while it goes on: its jobs so far, the comments of the job to come, its
    approvals, the occurrence of the job that calls or dispatches it, or -1, and whether the workflow has said
    anything in it.
    """

    jobs: list[int] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    pending: tuple[Approval, ...] = ()
    approved: Approved | None = None
    begun_by: int = -1
    has_spoken: bool = False


class FlowBuilder:
    """What has been drawn so far; lifelines are named by their ids, runs belong to a workflow's file.

    `asked` are, by jobs that are called, the steps that their calls ask for.
    """

    def __init__(self, diagram: Diagram, participants: Mapping[str, Participant], settings: Settings) -> None:
        self.diagram = diagram
        self.participants = participants
        self.settings = settings
        self.timeline = Timeline()
        self.operands = OperandTree()
        self.occurrences: list[Occurrence] = []
        self.pairs: list[Pair] = []
        self.runs: list[Run] = []
        self.open_runs: list[OpenRun] = []
        self.fragments: list[Fragment] = []
        self.jobs: list[DrawnJob] = []
        self.steps: list[list[DrawnStep]] = []
        self.asked: dict[int, DrawnStep] = {}
        self.comments: list[list[str]] = []
        self.job_at: dict[int, int] = {}
        self.noted: set[int] = set()
        self.heads: set[int] = set()
        self.approvals: list[DrawnApproval] = []
        self.makers: dict[tuple[int, str, tuple[str, ...]], list[int]] = {}
        self.current: dict[str, int] = {}
        self.tokens: dict[str, TokenNote] = {}
        self.loops: dict[int, Loop] = {}
        self.loop_places: dict[int, Span | None] = {}
        self.loop_of: dict[int, dict[LoopKind, _Loop]] = {0: {}}
        self.pars: set[int] = set()
        self.closed: set[int] = set()
        self.transfers = Transfers(self.pair)
        self.retried_calls: list[tuple[int, Span]] = []
        self.used_ids: set[Span] = set()
        self.deciding = deciding(diagram)
        self.rows: list[TraceRow] = []
        self.diagnostics: list[Diagnostic] = []

    def file(self, lifeline: str) -> str:
        return self.participants[lifeline].file

    def run_of(self, lifeline: str) -> int | None:
        return self.current.get(self.participants[lifeline].file)

    def trace(self, span: Span | None, statement: str, becomes: str, job: int = -1) -> None:
        if span is not None:
            self.rows.append(TraceRow(span, statement, becomes, job))

    def report(
        self, rule: Rule, message: str, *labels: Label | Span | None, cure: str = "", mark: str = ""
    ) -> None:
        """Tell a finding; `mark` above its place says what was read (several, if it has several lines)."""
        place = labels[0].span if isinstance(labels[0], Label) else labels[0]
        fixes = settled(place, *mark.split("\n"))
        self.diagnostics.append(diagnostic(rule, message, *labels, help=cure, fixes=fixes))

    # -- order -------------------------------------------------------------------------------------

    def occur(self, kind: OccurrenceKind, lifeline: str, sender: int | None = None) -> int:
        """The number of a new occurrence at this place of a lifeline, which is after its sender's, if any."""
        number = len(self.occurrences)
        occurrence = Occurrence(kind, lifeline, self.operands.current)
        self.occurrences.append(occurrence)
        if sender is not None:
            self.pairs.append(Pair(PairKind.MESSAGE, sender, number))
        self.timeline.occur(occurrence, sender)
        return number

    def pair(self, kind: PairKind, before: int, after: int) -> None:
        self.pairs.append(Pair(kind, before, after))
        self.timeline.pair(self.pairs[-1])

    def jobs_before(self, lifeline: str) -> tuple[DrawnJob, ...]:
        """The jobs directly before this place of a lifeline."""
        return tuple(self.jobs[self.job_at[job]] for job in self.timeline.at(lifeline).jobs)

    def end_stretch(self, lifeline: str) -> None:
        """No message that follows on a lifeline joins the job before it."""
        frontier = self.timeline.at(lifeline)
        self.timeline.stand(lifeline, Frontier(frontier.points, frontier.jobs, is_joinable=False))

    # -- fragments ---------------------------------------------------------------------------------

    def open_fragment(
        self, number: int, event: FragmentStart, *, loop: Loop | None, has_people: bool
    ) -> None:
        """Learn what a fragment that has just been entered means for the jobs in it.

        `has_people`: it repeats what others do, or a time around what starts a run.
        """
        if event.operator in (Operator.PAR, Operator.PAR_OVER):
            self.pars.add(number)
            self.closed.add(number)
        if loop is None:
            return
        self.loops[number] = loop
        self.loop_places[number] = (event.text_span if event.text else None) or event.span
        if loop.kind is LoopKind.MATRIX:
            self.closed.add(number)
        is_once = loop.kind is LoopKind.OTHER and not (has_people and loop_words.lasts(event.text))
        if is_once or (loop.kind is LoopKind.TIME and not has_people):
            beside = "" if event.operator is Operator.LOOP else "write `and` between what runs together, or "
            drawn = " ".join(filter(None, (event.operator.value, label_words.plain(event.text))))
            axes = loop_words.listed(event.text) if event.operator is Operator.LOOP else ()
            axes = axes if loop_words.offered(event.text) else ()
            self.report(
                LOOP_RUNS_ONCE,
                f"`{drawn}` compiles to its body, once",
                self.loop_places[number],
                cure=f"{beside}say what is repeated, {loop_words.marks(event.text)} above it, or "
                "`Wait for X`, `For each X`, `Retry`, and `every 15 min` around a trigger; `%% once` says "
                "that nothing is",
                mark=loop_words.matrix_mark(axes) if axes else "",
            )

    def repeats_nothing(self, number: int, why: str, cure: str) -> None:
        """Tell that a loop has no effect; `why` and `cure` say what it stands around."""
        cure += "; `%% once` above it says that once is right"
        self.report(LOOP_RUNS_ONCE, why, self.loop_places[number], cure=cure, mark="once")

    def loop_around(self, kind: LoopKind) -> Loop | None:
        """The innermost loop of a kind around the place of the walk."""
        around = self._loops(self.operands.current).get(kind)
        return around.loop if around is not None else None

    def matrix_around(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The axes of the loops around the place of the walk, the outermost first, each name once."""
        axes: dict[str, tuple[str, tuple[str, ...]]] = {}
        around = self._loops(self.operands.current).get(LoopKind.MATRIX)
        while around is not None:
            for axis in reversed(around.loop.axes):
                axes.setdefault(job_id(axis[0]), axis)
            around = around.outer
        return tuple(reversed(axes.values()))

    def _loops(self, operand: int) -> dict[LoopKind, _Loop]:
        """The innermost loops around an operand: from the nearest one that was asked, without recursion."""
        chain: list[int] = []
        while operand not in self.loop_of:
            chain.append(operand)
            operand = self.operands.all[operand].parent
        loops = self.loop_of[operand]
        for inner in reversed(chain):
            fragment = self.operands.all[inner].fragment
            if fragment in self.loops:
                loop = self.loops[fragment]
                loops = {**loops, loop.kind: _Loop(loop, loops.get(loop.kind))}
            self.loop_of[inner] = loops
        return loops

    # -- runs --------------------------------------------------------------------------------------

    def open_run(
        self,
        lifeline: str,
        events: tuple[EventText, ...],
        span: Span,
        *,
        after: str = "",
        sender: int | str | None = None,
        is_apart: bool = False,
    ) -> Run:
        """The run that a trigger opens; triggers with nothing in between share one, unless it is set apart.

        `after` is the file of the workflow that it listens to; `sender` the workflow's lifeline that sends
        the trigger, or the occurrence of the job that does.
        """
        file = self.file(lifeline)
        time = self.loop_around(LoopKind.TIME)
        if time is not None and not any(event.kind.has_times and event.cron for event in events):
            events = tuple(e for e in event_words.plain_events(time.text) if e.kind.has_times) or events
        placed = tuple((event, span) for event in events)
        current = self.runs[self.current[file]] if file in self.current else None
        is_silent = current is not None and not (is_apart or self.open_runs[current.number].has_spoken)
        if current is not None and current.events and is_silent and self.is_empty(current):
            if after and current.after not in ("", after):
                placed = tuple((_listening(event, after), span) for event in events)
            current = replace(current, events=current.events + placed)
            self.runs[current.number] = current
            return current
        run = self.new_run(lifeline, span, placed, after)
        sent = self.occur(OccurrenceKind.SEND, sender) if isinstance(sender, str) else sender
        for participant in self.participants.values():
            if participant.file == file and (participant.id == lifeline or participant.role is Role.WORKFLOW):
                self.occur(OccurrenceKind.START, participant.id, sent)
        return run

    def run_at(self, lifeline: str, span: Span) -> Run:
        """The run that a lifeline is in; one without an event if no trigger has opened any.

        No trigger stands in the operands around such a run, so their conditions are those of its jobs.
        """
        number = self.run_of(lifeline)
        if number is not None:
            return self.runs[number]
        return self.new_run(lifeline, span, (), "", is_implied=True)

    def new_run(
        self,
        lifeline: str,
        span: Span,
        events: tuple[tuple[EventText, Span], ...],
        after: str,
        *,
        is_implied: bool = False,
    ) -> Run:
        file = self.file(lifeline)
        run = Run(
            len(self.runs),
            file,
            name=self.participants[lifeline].name,
            lifeline=lifeline,
            operand=0 if is_implied else self.operands.current,
            events=events,
            span=span,
            token=self.tokens.pop(file, None),
            after=after,
        )
        self.runs.append(run)
        self.open_runs.append(OpenRun())
        self.current[file] = run.number
        return run

    def reopen_last(self, first: int) -> None:
        """Behind a fragment, whose first run has that number, each workflow is in the run it opened last."""
        for run in self.runs[first:]:
            self.current[run.file] = run.number

    def is_empty(self, run: Run) -> bool:
        return not (self.open_runs[run.number].jobs or run.gate or run.skips)

    # -- jobs --------------------------------------------------------------------------------------

    def open_job(
        self,
        lifeline: str,
        kind: JobKind,
        text: LabelText,
        span: Span,
        *,
        marks: tuple[Mark, ...] = (),
        call: str = "",
        arguments: tuple[tuple[str, str], ...] = (),
        rights: tuple[tuple[str, str], ...] = (),
    ) -> DrawnJob:
        """A new job at this place of a lifeline, which then stands after it; `marks` can fix its id. The last
        three are of a job that calls a workflow."""
        run = self.run_at(lifeline, span)
        state = self.open_runs[run.number]
        environment = "" if kind is JobKind.WAIT else self.approved_environment(state, lifeline)
        if environment and kind is JobKind.CALL:
            self.ask(lifeline, text, span, environment)
            environment = ""
        job = DrawnJob(
            len(self.jobs),
            run.number,
            kind=kind,
            text=text,
            operand=self.operands.current,
            occurrence=self.occur(OccurrenceKind.JOB, lifeline),
            span=span,
            fixed_id=self.fixed_id(marks),
            environment=environment,
            call=call,
            arguments=arguments,
            rights=rights,
            matrix=self.matrix_around(),
            publishes=label_words.is_published(text.name),
        )
        self.jobs.append(job)
        if environment and state.approved is not None:
            state.approved = replace(state.approved, jobs=(*state.approved.jobs, job.number))
        self.steps.append([])
        self.comments.append(state.comments)
        state.comments = []
        state.jobs.append(job.number)
        self.job_at[job.occurrence] = job.number
        self.makers.setdefault((run.number, label_words.made_by(text.name), text.tags), []).append(job.number)
        return job

    def approved_environment(self, state: OpenRun, lifeline: str) -> str:
        """The environment of the approval that a job which is about to open waits for, if there is one.

        It stands directly after the approval, or where the next job after it did.
        """
        before = self.timeline.at(lifeline).points
        asked, state.pending = awaited(state.pending, self.operands, through=self.all_run())
        if asked:
            around = around_all(asked, self.operands)
            state.approved = Approved(asked[-1].environment, lifeline, before=before, operand=around)
            return asked[-1].environment
        approved = state.approved
        if approved is None or approved.lifeline != lifeline:
            return ""
        is_within = self.operands.is_within(self.operands.current, approved.operand)
        is_first = is_within and approved.before == before
        is_asked = is_first or (is_within and not self.is_asked_before(approved))
        return approved.environment if is_asked else ""

    def is_asked_before(self, approved: Approved) -> bool:
        asking = [self.jobs[number].operand for number in approved.jobs]
        return is_always_before(asking, self.operands, self.fragments, through=self.all_run())

    def all_run(self) -> set[int]:
        """The fragments of which all operands run."""
        return self.pars | self.loops.keys()

    def awaited(self, run: int) -> Approval | None:
        """The approval that what would begin here in a run waits for, if there is one."""
        asked, _ = awaited(self.open_runs[run].pending, self.operands, through=self.all_run())
        return asked[-1] if asked else None

    def ask(self, lifeline: str, what: LabelText, span: Span, environment: str) -> DrawnJob:
        """A job that does nothing but wait for people: before one that calls a workflow, which GitHub gives
        no environment, or before a workflow that follows the run."""
        text = LabelText(f"Approve {what.name}", what.tags, details=what.details)
        job = self.open_job(lifeline, JobKind.WORK, text, span)
        self.steps[job.number].append(self.step(StepKind.ACTIVITY, LabelText(text.name, text.tags), span))
        self.jobs[job.number] = job = replace(job, environment=environment, matrix=())
        self.end_stretch(lifeline)
        return job

    def await_approval(self, lifeline: str, environment: str, span: Span) -> None:
        """Let what follows on a lifeline wait for people."""
        run = self.run_at(lifeline, span)
        place = len(self.occurrences)
        self.approvals.append(DrawnApproval(run.number, lifeline, self.operands.current, place, span=span))
        state = self.open_runs[run.number]
        state.pending = (*state.pending, Approval(environment, span, self.operands.current))

    def approve(self, job: DrawnJob, environment: str) -> None:
        self.jobs[job.number] = replace(self.jobs[job.number], environment=environment)

    def declare(self, job: DrawnJob, effect: Effect) -> None:
        """Keep what an effect says of the job in which it stands: that it decides, and its outputs."""
        if not (effect.decides or effect.outputs):
            return
        job = self.jobs[job.number]
        outputs = (*job.outputs, *(name if is_job_id(name) else job_id(name) for name in effect.outputs))
        self.jobs[job.number] = replace(job, decides=job.decides or effect.decides, outputs=outputs)

    def joined(self, lifeline: str) -> DrawnJob | None:
        """The job that a message at this place is a step of: the single one directly before it.

        Not one that may be skipped when the message is not, and not from within an operand of a `par`.
        """
        jobs = self.jobs_before(lifeline)
        if not self.timeline.at(lifeline).is_joinable or len(jobs) != 1:
            return None
        (job,) = jobs
        if job.run != self.run_of(lifeline) or job.kind is JobKind.CALL:
            return None
        if self.awaited(job.run) is not None:
            return None  # what follows an approval waits for it, in whatever fragment it stands
        return job if self.can_step_in(job) and self.handles_only(job, lifeline) else None

    def handles_only(self, job: DrawnJob, lifeline: str) -> bool:
        """Whether the failures that the place of the walk is for, within a job's operand, are that job's own:
        else a step of it would be left out with it, where another one failed."""
        operand = self.operands.current
        while operand > job.operand:
            around = self.operands.all[operand]
            if around.fragment >= 0 and self.is_for_failure(operand):
                fragment = self.fragments[around.fragment]
                named = fragment.named(around.index) if not fragment.has_success else ()
                here = [number for number in named if self.jobs[number].run == job.run]
                if here != [job.number] and self.has_more_before(job, lifeline):
                    return False
            operand = around.parent
        return True

    def is_for_failure(self, operand: int) -> bool:
        around = self.operands.all[operand]
        return self.fragments[around.fragment].outcome(around.index) is Meaning.FAILURE

    def has_more_before(self, job: DrawnJob, lifeline: str) -> bool:
        """Whether another job than this one stands before a place in its run; of a job that handles a failure
        itself, another one that does."""
        outer = job.operand
        while outer > 0 and not self.is_for_failure(outer):
            outer = self.operands.all[outer].parent
        points = self.timeline.at(lifeline).points
        return any(
            number != job.number
            and self.operands.is_within(self.jobs[number].operand, outer)
            and self.timeline.is_before(self.jobs[number].occurrence, points)
            for number in self.open_runs[job.run].jobs
        )

    def can_step_in(self, job: DrawnJob) -> bool:
        """Whether the place of the walk is in the job's operand, or nested in it but for `par` and matrix.

        The operand of a `par` that is over is left: what stands in it happens whenever the `par` does.
        """
        home, operand = job.operand, self.operands.current
        while self.operands.all[home].fragment in self.pars and not self.operands.is_within(operand, home):
            home = self.operands.all[home].parent
        while operand > home:
            if self.operands.all[operand].fragment in self.closed:
                return False
            operand = self.operands.all[operand].parent
        return operand == home

    def is_sure(self, job: DrawnJob, here: int) -> bool:
        """Whether a job happens whenever a place does: what is around it alone are `par` and loops."""
        operand = job.operand
        while operand and not self.operands.is_within(here, operand):
            fragment = self.operands.all[operand].fragment
            if fragment not in self.pars and fragment not in self.loops:
                return False
            operand = self.operands.all[operand].parent
        return True

    def is_begun(self, job: DrawnJob) -> bool:
        """Whether a job has steps beyond those of the note that heads it."""
        own = (StepKind.ACTIVITY, StepKind.DETAIL)
        return any(step.kind not in own or step.span != job.span for step in self.steps[job.number])

    def step(
        self,
        kind: StepKind,
        text: LabelText,
        span: Span,
        *,
        partner: Participant | None = None,
        rights: tuple[tuple[str, str], ...] = (),
        may_give: bool = False,
    ) -> DrawnStep:
        """A step at the place of the walk."""
        return DrawnStep(
            kind,
            text,
            operand=self.operands.current,
            span=span,
            partner=partner,
            retries=self.tries(),
            rights=rights,
            artifact=label_words.artifact(text.name),
            thing=label_words.without_verbs(text.title),
            publishes=label_words.is_published(text.name),
            may_give=may_give,
            decides=form_words.decides(text.name) or (kind is not StepKind.DETAIL and span in self.deciding),
        )

    def tries(self) -> int:
        """How often what stands at the place of the walk is tried; 0 outside of loops that retry."""
        loop = self.loop_around(LoopKind.RETRY)
        return loop.tries if loop is not None else 0

    def fixed_id(self, marks: tuple[Mark, ...]) -> str:
        """The id that a mark above an event fixes, if it is one."""
        for mark in marks:
            if mark.name != "id":
                continue
            self.used_ids.add(mark.span)
            if is_job_id(mark.value):
                return mark.value
            self.report(
                ILLEGAL_ID,
                f"`{mark.value}` cannot be the id of a job",
                mark.span,
                cure="begin with a letter or `_`, use letters, digits, `-` and `_`, at most 99 in all",
            )
        return ""

    # -- the end -----------------------------------------------------------------------------------

    def flow_graph(
        self, fragments: tuple[Fragment, ...], externals: tuple[ExternalActivities, ...]
    ) -> FlowGraph:
        self.transfers.check(self.diagnostics)
        self.diagnostics += unused_ids(self.diagram, self.used_ids)
        for run, span in self.retried_calls:
            name = self.runs[run].name
            if not any(step.retries for job in self.open_runs[run].jobs for step in self.steps[job]):
                self.report(
                    LOOP_RUNS_ONCE,
                    f"the call of `{name}` is tried once: GitHub does not repeat a called workflow",
                    span,
                    cure=f"draw the steps of `{name}` that are to be tried again in the loop, or "
                    "`%% call` and `%% ignore: loop-runs-once` above the call if once will do",
                    mark="call\nignore: loop-runs-once",
                )
        for file, token in self.tokens.items():
            self.report(
                TOKEN_WITHOUT_RUN,
                f"this note describes a run of `{file}` that nothing starts",
                token.span,
                cure="draw the trigger of the run after the note",
            )
        return FlowGraph(
            self.diagram,
            tuple(self.participants.values()),
            runs=tuple(self.runs),
            jobs=tuple(self.finished(job) for job in self.jobs),
            operands=tuple(self.operands.all),
            fragments=fragments,
            occurrences=tuple(self.occurrences),
            pairs=tuple(self.pairs),
            transfers=tuple(self.transfers.all),
            approvals=tuple(self.approvals),
            trace=tuple(self.rows),
            externals=externals,
        )

    def finished(self, job: DrawnJob) -> DrawnJob:
        steps, comments = self.steps[job.number], self.comments[job.number]
        if not steps and job.number in self.asked:  # it does nothing else, and GitHub wants a step
            steps = [self.asked[job.number]]
        return replace(job, steps=tuple(steps), comments=tuple(comments))


def _listening(event: EventText, name: str) -> EventText:
    """An event after the run of one workflow more, by its name."""
    return (
        replace(event, filters=(*event.filters, ("workflows", (name,)))) if event.kind.follows_runs else event
    )


def illegal_id(message: str, *labels: Label | Span | None, help: str = "") -> Diagnostic:  # noqa: A002
    """A finding of the rule `illegal-id`, for those who find it elsewhere."""
    return diagnostic(ILLEGAL_ID, message, *labels, help=help)
