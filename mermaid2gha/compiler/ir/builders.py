"""Runs and jobs while they grow, before they are frozen into a `Drawing`."""

from __future__ import annotations

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.diagram_ir import (
    DrawnJob,
    DrawnStep,
    Gate,
    JobKind,
    Run,
    SkipNote,
    StepKind,
    TokenNote,
)
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.github.expressions.condition import Condition


@dataclass(slots=True)
class JobDraft:
    """A job that is still gathering steps; `is_head` if its note heads it in the dialect of self-messages."""

    number: int
    run: int
    kind: JobKind
    text: LabelText
    operand: int
    node: int
    span: Span
    steps: list[DrawnStep] = field(default_factory=list)
    fixed_id: str = ""
    comments: list[str] = field(default_factory=list)
    environment: str = ""
    call: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    outputs: list[str] = field(default_factory=list)
    matrix: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_head: bool = False
    decides: bool = False

    @property
    def is_begun(self) -> bool:
        """Whether it has steps beyond those of the note that heads it."""
        own = (StepKind.ACTIVITY, StepKind.DETAIL)
        return any(step.kind not in own or step.span != self.span for step in self.steps)

    def frozen(self) -> DrawnJob:
        return DrawnJob(
            self.number,
            self.run,
            kind=self.kind,
            text=self.text,
            operand=self.operand,
            node=self.node,
            span=self.span,
            steps=tuple(self.steps),
            fixed_id=self.fixed_id,
            comments=tuple(self.comments),
            environment=self.environment,
            call=self.call,
            arguments=self.arguments,
            outputs=tuple(self.outputs),
            matrix=self.matrix,
            decides=self.decides,
        )


@dataclass(frozen=True, slots=True)
class Approved:
    """The environment of an approval, and where the next job after it stands: its lifeline, what is before
    it there, and the operand of the approval.

    All jobs at that place wait for the approval, such as the first ones of the operands of a `par`.
    """

    environment: str
    lifeline: str
    before: tuple[int, ...]
    operand: int


@dataclass(slots=True)
class RunDraft:
    """A run that is still going on; `jobs` are the numbers of its jobs so far.

    `begun_by` is the node of the job that calls or dispatches it, or -1.
    """

    number: int
    file: str
    name: str
    lifeline: str
    operand: int
    span: Span
    events: list[tuple[EventText, Span]] = field(default_factory=list)
    token: TokenNote | None = None
    gate: Gate | None = None
    skips: list[SkipNote] = field(default_factory=list)
    jobs: list[int] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    approval: tuple[str, Span, int] | None = None
    approved: Approved | None = None
    after: str = ""
    begun_by: int = -1
    when: Condition | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.jobs or self.gate or self.skips)

    def frozen(self) -> Run:
        return Run(
            self.number,
            self.file,
            name=self.name,
            lifeline=self.lifeline,
            operand=self.operand,
            events=tuple(self.events),
            span=self.span,
            token=self.token,
            gate=self.gate,
            skips=tuple(self.skips),
            after=self.after,
            when=self.when,
        )
