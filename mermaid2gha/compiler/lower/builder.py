"""The growing drawing: its runs and jobs, the order between them, and what became of each statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.builders import Approved, JobDraft, RunDraft
from mermaid2gha.compiler.ir.diagram_ir import (
    Drawing,
    DrawnStep,
    ExternalActivities,
    Fragment,
    JobKind,
    Participant,
    Role,
    StepKind,
    TokenNote,
    TraceRow,
)
from mermaid2gha.compiler.lower.artifacts import Transfers
from mermaid2gha.compiler.lower.timeline import DrawnOrder, Frontier, OperandTree
from mermaid2gha.compiler.reading.settled import settled
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import labels as label_words
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.compiler.vocabulary.loops import Loop, LoopKind
from mermaid2gha.github.names import is_job_id, job_id
from mermaid2gha.mermaid.ast import Diagram, FragmentStart, Mark, Operator
from mermaid2gha.settings.model import Settings

ILLEGAL_ID = Rule("illegal-id", Severity.ERROR)
LOOP_RUNS_ONCE = Rule("loop-runs-once", Severity.WARNING)
TOKEN_WITHOUT_RUN = Rule("token-without-run", Severity.WARNING)


@dataclass(frozen=True, slots=True)
class _Loop:
    """A loop around the place of the walk, and the next one of its kind around it."""

    loop: Loop
    outer: _Loop | None


class FlowBuilder:
    """What has been drawn so far; lifelines are named by their ids, runs belong to a workflow's file."""

    def __init__(self, diagram: Diagram, participants: Mapping[str, Participant], settings: Settings) -> None:
        self.diagram = diagram
        self.participants = participants
        self.settings = settings
        self.order = DrawnOrder()
        self.operands = OperandTree()
        self.runs: list[RunDraft] = []
        self.jobs: list[JobDraft] = []
        self.makers: dict[tuple[int, str, tuple[str, ...]], list[int]] = {}
        self.current: dict[str, int] = {}
        self.tokens: dict[str, TokenNote] = {}
        self.loops: dict[int, Loop] = {}
        self.loop_of: dict[int, dict[LoopKind, _Loop]] = {0: {}}
        self.pars: set[int] = set()
        self.closed: set[int] = set()
        self.transfers = Transfers(self.order)
        self.retried_calls: list[tuple[RunDraft, Span]] = []
        self.before_job: Callable[[str], None] = _nothing
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
        """Tell a finding; `mark` above its place says what was read."""
        place = labels[0].span if isinstance(labels[0], Label) else labels[0]
        self.diagnostics.append(diagnostic(rule, message, *labels, help=cure, fixes=settled(place, mark)))

    # -- fragments ---------------------------------------------------------------------------------

    def open_fragment(
        self, number: int, event: FragmentStart, *, loop: Loop | None, has_people: bool
    ) -> None:
        """Learn what a fragment that has just been entered means for the jobs in it."""
        if event.operator in (Operator.PAR, Operator.PAR_OVER):
            self.pars.add(number)
            self.closed.add(number)
        if loop is None:
            return
        self.loops[number] = loop
        if loop.kind is LoopKind.MATRIX:
            self.closed.add(number)
        if loop.kind is LoopKind.OTHER and not has_people:
            self.report(
                LOOP_RUNS_ONCE,
                f"`loop {label_words.plain(event.text)}` compiles to its body, once",
                event.text_span or event.span,
                cure="say what is repeated: `Wait for X`, `For each X`, `Retry`, `Up to 3 times`, or "
                "`every 15 min` around a trigger; `%% once` above it says that nothing is",
                mark="once",
            )

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
        known = self.loop_of[operand]
        for inner in reversed(chain):
            fragment = self.operands.all[inner].fragment
            if fragment in self.loops:
                loop = self.loops[fragment]
                known = {**known, loop.kind: _Loop(loop, known.get(loop.kind))}
            self.loop_of[inner] = known
        return known

    # -- runs --------------------------------------------------------------------------------------

    def open_run(
        self, lifeline: str, events: tuple[EventText, ...], span: Span, after: tuple[int, ...], listens: str
    ) -> RunDraft:
        """The run that a trigger opens; triggers with nothing in between share one."""
        file = self.file(lifeline)
        now = self.runs[self.current[file]] if file in self.current else None
        time = self.loop_around(LoopKind.TIME)
        if time is not None and not any(event.kind.has_times and event.cron for event in events):
            events = tuple(e for e in event_words.plain_events(time.text) if e.kind.has_times) or events
        if now is not None and now.is_empty and now.events:
            now.events += [(event, span) for event in events]
            return now
        run = RunDraft(
            len(self.runs),
            file,
            name=self.participants[lifeline].name,
            lifeline=lifeline,
            operand=self.operands.current,
            span=span,
        )
        run.events = [(event, span) for event in events]
        run.token = self.tokens.pop(file, None)
        run.after = listens
        self.runs.append(run)
        self.current[file] = run.number
        for one in self.participants.values():
            if one.file == file and (one.id == lifeline or one.role is Role.WORKFLOW):
                self.order.stand(one.id, Frontier(after))
        return run

    def run_at(self, lifeline: str, span: Span) -> RunDraft:
        """The run that a lifeline is in; one without an event if no trigger has opened any."""
        file = self.file(lifeline)
        if file not in self.current:
            number = len(self.runs)
            name = self.participants[lifeline].name
            run = RunDraft(
                number, file, name=name, lifeline=lifeline, operand=self.operands.current, span=span
            )
            run.token = self.tokens.pop(file, None)
            self.runs.append(run)
            self.current[file] = number
        return self.runs[self.current[file]]

    # -- jobs --------------------------------------------------------------------------------------

    def open_job(self, lifeline: str, kind: JobKind, text: LabelText, span: Span) -> JobDraft:
        """A new job at this place of a lifeline, which from now on stands after it."""
        run = self.run_at(lifeline, span)
        self.before_job(lifeline)
        before = self.order.at(lifeline).frontier
        node = self.order.node(*before)
        job = JobDraft(
            len(self.jobs),
            run.number,
            kind=kind,
            text=text,
            operand=self.operands.current,
            node=node,
            span=span,
        )
        job.comments, run.comments = run.comments, []
        if run.approval is not None and kind is not JobKind.WAIT:
            name, _, operand = run.approval
            job.environment, run.approval = name, None
            run.approved = Approved(name, lifeline, before, operand)
        elif (
            run.approved is not None and kind is not JobKind.WAIT and self.is_approved(run.approved, lifeline)
        ):
            job.environment = run.approved.environment
        job.matrix = self.matrix_around()
        self.jobs.append(job)
        run.jobs.append(job.number)
        self.makers.setdefault((run.number, label_words.made_by(text.name), text.tags), []).append(job.number)
        self.order.stand(lifeline, Frontier((node,), (job.number,), True))
        return job

    def is_approved(self, by: Approved, lifeline: str) -> bool:
        """Whether a lifeline stands directly after an approval, as the next job after it did."""
        is_there = (by.lifeline, by.before) == (lifeline, self.order.at(lifeline).frontier)
        return is_there and self.operands.is_within(self.operands.current, by.operand)

    def open_join(self, name: str, node: int, run: int, operand: int, span: Span) -> JobDraft:
        """A job at a node of the order that only waits; the lifeline's stretch goes on beside it."""
        job = JobDraft(
            len(self.jobs),
            run,
            kind=JobKind.JOIN,
            text=LabelText(name),
            operand=operand,
            node=node,
            span=span,
        )
        job.steps.append(DrawnStep(StepKind.ACTIVITY, LabelText(name), operand, span))
        self.jobs.append(job)
        self.runs[run].jobs.append(job.number)
        return job

    def joined(self, lifeline: str) -> JobDraft | None:
        """The job that a message at this place is a step of: the single one directly before it.

        Not one that may be skipped when the message is not, and not from within an operand of a `par`.
        """
        standing = self.order.at(lifeline)
        if not standing.is_joinable or len(standing.jobs) != 1:
            return None
        job = self.jobs[standing.jobs[0]]
        if job.run != self.run_of(lifeline) or job.kind is JobKind.CALL:
            return None
        if self.runs[job.run].approval is not None:
            return None  # what follows an approval waits for it, in whatever fragment it stands
        return job if self.can_step_in(job) else None

    def can_step_in(self, job: JobDraft) -> bool:
        """Whether the place of the walk is in the job's operand, or nested in it but for `par` and matrix.

        The operand of a `par` that is over is left: what stands in it happens whenever the `par` does.
        """
        home, operand = job.operand, self.operands.current
        while self.operands.all[home].fragment in self.pars and not self.operands.is_within(operand, home):
            home = self.operands.all[home].parent
        while operand > home:
            found = self.operands.all[operand]
            if found.fragment in self.closed:
                return False
            operand = found.parent
        return operand == home

    def is_sure(self, job: JobDraft, here: int) -> bool:
        """Whether a job happens whenever a place does: what is around it alone are `par` and loops."""
        operand = job.operand
        while operand and not self.operands.is_within(here, operand):
            found = self.operands.all[operand]
            if found.fragment not in self.pars and found.fragment not in self.loops:
                return False
            operand = found.parent
        return True

    def step(self, kind: StepKind, text: LabelText, span: Span, partner: Participant | None) -> DrawnStep:
        return DrawnStep(
            kind, text, operand=self.operands.current, span=span, partner=partner, retries=self.tries()
        )

    def tries(self) -> int:
        """How often what stands at the place of the walk is tried; 0 outside of loops that retry."""
        loop = self.loop_around(LoopKind.RETRY)
        return loop.tries if loop is not None else 0

    def end_stretch(self, lifeline: str) -> None:
        standing = self.order.at(lifeline)
        self.order.stand(lifeline, Frontier(standing.frontier, standing.jobs, False))

    def fixed_id(self, marks: tuple[Mark, ...]) -> str:
        """The id that a mark above an event fixes, if it is one."""
        for mark in marks:
            if mark.name != "id":
                continue
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

    def drawing(
        self, fragments: tuple[Fragment, ...], externals: Mapping[str, ExternalActivities]
    ) -> Drawing:
        self.transfers.check(self.diagnostics)
        for run, span in self.retried_calls:
            if not any(step.retries for number in run.jobs for step in self.jobs[number].steps):
                self.report(
                    LOOP_RUNS_ONCE,
                    f"the call of `{run.name}` is tried once: GitHub does not repeat a called workflow",
                    span,
                    cure=f"draw the steps of `{run.name}` that are to be tried again in the loop",
                )
        for file, token in self.tokens.items():
            self.report(
                TOKEN_WITHOUT_RUN,
                f"this note describes a run of `{file}` that nothing starts",
                token.span,
                cure="draw the trigger of the run after the note",
            )
        return Drawing(
            self.diagram,
            tuple(self.participants.values()),
            runs=tuple(run.frozen() for run in self.runs),
            jobs=tuple(job.frozen() for job in self.jobs),
            operands=tuple(self.operands.all),
            fragments=fragments,
            nodes=self.order.nodes,
            edges=tuple(self.order.edges),
            rows=tuple(self.order.rows),
            transfers=tuple(self.transfers.found),
            trace=tuple(self.rows),
            externals=externals,
        )


def _nothing(lifeline: str) -> None:
    """What is done before a job opens, where there are no joins."""


def illegal_id(message: str, *labels: Label | Span | None, help: str = "") -> Diagnostic:  # noqa: A002
    """A finding of the rule `illegal-id`, for those who find it elsewhere."""
    return diagnostic(ILLEGAL_ID, message, *labels, help=help)
