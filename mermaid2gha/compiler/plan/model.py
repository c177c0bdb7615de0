"""Workflow plans, the waist between the two languages: what is written, shown or explained is read from here.

A plan says of each job what it needs and why, under which condition it runs, which rights it has and what it
does. Jobs are named by their ids, flows by their names; an edge `(a, b)` means a before b. Every value is
deeply immutable and hashable; places in documents take no part in equality.
"""

from __future__ import annotations

from mermaid2gha.base.diagnostic import Label
from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.github.expressions.ast import Literal
from mermaid2gha.github.expressions.condition import FALSE, NEVER, TRUE, Condition, all_of
from mermaid2gha.github.workflow.model import Output, Permission, Starter, Step, Trigger, WorkflowCall


@dataclass(frozen=True, slots=True)
class PlanNeed:
    """A need on the job with the id `on`, in these flows.

    `is_data`: an output of it is read; `is_order`: the drawing orders the two (a need may be both). `because`
    are the places of the documents for which it is there, where these are others than those of the two jobs
    (`WorkflowPlan.because`).
    """

    on: str
    flows: tuple[str, ...]
    is_data: bool = False
    is_order: bool = True
    because: tuple[Label, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DrawnAt:
    """Where a flow draws a job; `guard` is the innermost condition around it, if there is one."""

    flow: str
    span: Span
    guard: Span | None = None


@dataclass(frozen=True, slots=True)
class PlanJob:
    """A job of a plan. `flows` are those that draw it, in the order of the documents.

    It runs where all `tests` and `own` hold. `tests` ask for the results of jobs before it, first of all for
    the run's not being cancelled; without any, GitHub's own rule does, by which all before it must have
    succeeded. `own` is what the job's flows and fragments ask for; `words` say it for flows under a
    condition, `(flow, words)`, in the diagram's words.

    `title` is the text of the note; `details` are the names of the steps that are no activities of the job's
    own; `remarks` are notes beside it. `runs_on` are its runners, where they are not those of the settings.
    It `gives` if a flow draws that something of it goes to the outside (docs/language.md#order). The steps of
    a gate judge the jobs that it needs. A job has steps or a call, never both; `starters` stand in a fresh
    file in the stead of steps that only announce.
    """

    id: str
    name: str
    kind: JobKind
    flows: tuple[str, ...]
    title: str = ""
    needs: tuple[PlanNeed, ...] = ()
    tests: tuple[Condition, ...] = ()
    own: Condition = TRUE
    words: tuple[tuple[str, str], ...] = ()
    details: tuple[str, ...] = ()
    rights: tuple[Permission, ...] = ()
    environment: str = ""
    runs_on: str = ""
    matrix: tuple[tuple[str, tuple[str, ...] | str], ...] = ()
    outputs: tuple[Output, ...] = ()
    steps: tuple[Step, ...] = ()
    starters: tuple[Starter, ...] = ()
    call: WorkflowCall | None = None
    remarks: tuple[str, ...] = ()
    gives: bool = False
    drawn: tuple[DrawnAt, ...] = field(default=(), compare=False, repr=False)

    @property
    def is_optional(self) -> bool:
        """Whether some flow that draws the job may leave it out."""
        return bool(self.words)

    @property
    def condition(self) -> Condition | None:
        """The whole of its `if`; none where it needs none."""
        whole = all_of(*self.tests, self.own) if self.tests else self.own
        if not isinstance(whole, Literal):
            return whole
        return NEVER if whole == FALSE else None if whole == TRUE else whole

    @property
    def span(self) -> Span:
        """Where it is drawn first."""
        return self.drawn[0].span


@dataclass(frozen=True, slots=True)
class WorkflowPlan:
    """One workflow file: its jobs in the order in which they will stand, which is topological and keeps the
    documents' order among jobs that are free.

    `flows` are the names of its flows, `documents` those of the documents that draw them; `triggers` are the
    events that start it, with filters and inputs.
    """

    file: str
    name: str
    flows: tuple[str, ...]
    jobs: tuple[PlanJob, ...]
    triggers: tuple[Trigger, ...] = ()
    documents: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def needs(self) -> list[tuple[PlanJob, PlanNeed]]:
        """All needs with the jobs that have them, in the order of the jobs."""
        return [(job, need) for job in self.jobs for need in job.needs]

    def because(self, job: PlanJob, need: PlanNeed) -> tuple[Label, ...]:
        """The places of the documents because of which a job has a need.

        Worked out when it is asked for: of a drawing whose jobs all wait for many others it is a million
        places, and only `why` shows some.
        """
        if need.because:
            return need.because
        before = {at.flow: at.span for other in self.jobs if other.id == need.on for at in other.drawn}
        at = next((at for at in job.drawn if at.flow in before), None)
        return () if at is None else (Label(at.span, "this is drawn"), Label(before[at.flow], "after this"))

    @property
    def gate(self) -> PlanJob | None:
        """The job that tells whether what ran is what the drawing says, if some flow draws one."""
        return next((job for job in self.jobs if job.kind is JobKind.GATE), None)


# -- the whole -------------------------------------------------------------------------------------


class LinkKind(Enum):
    """What goes from one place to another in the picture of the whole."""

    TRIGGER = "trigger"
    CALL = "call"
    PUSH = "push"
    PULL = "pull"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Link:
    """Something that passes between workflows, sources and stores; `label` an event or an artifact's name."""

    source: str
    target: str
    kind: LinkKind
    label: str
    flows: tuple[str, ...]


class PlaceKind(Enum):
    """What stands at the ends of links."""

    WORKFLOW = "workflow"
    SOURCE = "source"
    PERSON = "person"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Station:
    """A workflow (`name` its name, `file` its file), a source, a person or a store."""

    name: str
    kind: PlaceKind
    file: str = ""


@dataclass(frozen=True, slots=True)
class ProjectPlan:
    """The plans of all workflows of a project, in document order, and what passes between them.

    `flows` are the names of the diagrams that draw them, `documents` the names of the files.
    """

    flows: tuple[str, ...]
    workflows: tuple[WorkflowPlan, ...]
    stations: tuple[Station, ...] = ()
    links: tuple[Link, ...] = ()
    documents: tuple[str, ...] = ()
