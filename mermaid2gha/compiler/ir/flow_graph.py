"""What one diagram draws for the runs of its workflows, before anything is linked.

Fragments are numbered within their diagram. An *operand* number names one operand of one fragment; 0 is the
diagram itself, and every operand knows its parent, so that nesting of any depth needs no recursion. Jobs and
runs are numbered within the diagram, in document order.
"""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.occurrences import Occurrence, OperandEnd, Pair
from mermaid2gha.compiler.ir.sources import Sources
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.guards import Guard, Meaning
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.compiler.vocabulary.loops import Loop
from mermaid2gha.compiler.vocabulary.origins import RequestOrigin
from mermaid2gha.github.expressions.condition import Condition
from mermaid2gha.github.names import job_id
from mermaid2gha.mermaid.ast import Diagram, Message, Note, Operator


class JobKind(Enum):
    """What a job is for: work, waiting for another workflow, the final check, running a called workflow, or
    waiting for many other jobs in the stead of many."""

    WORK = "work"
    WAIT = "wait"
    GATE = "gate"
    CALL = "call"
    JOIN = "join"


class Role(Enum):
    """What a lifeline stands for."""

    PERSON = "person"
    WORKFLOW = "workflow"
    JOB = "job"
    SOURCE = "source"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class Participant:
    """A lifeline with its role; `file` is the workflow's, for workflows and their jobs.

    `image` is a template from the settings by which an external is a registry that steps really use;
    `takes_own_token`: it is one that the job's own token opens. `is_elsewhere`: a source that is another
    repository than the one whose events start runs. An environment is what people approve. `may_be_github`:
    an external that may be a thing of the repository, by its name.
    """

    id: str
    name: str
    role: Role
    file: str = ""
    is_store: bool = False
    image: str = ""
    is_registry: bool = False
    takes_own_token: bool = False
    is_environment: bool = False
    is_elsewhere: bool = False
    may_be_github: bool = False
    span: Span | None = field(default=None, compare=False)


class StepKind(Enum):
    """What a step of a job stands for in the drawing."""

    ACTIVITY = "activity"
    DETAIL = "detail"
    MESSAGE = "message"
    PUSH = "push"
    PULL = "pull"
    WAIT = "wait"
    WRITE = "write"
    DISPATCH = "dispatch"


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """A step: the message or note behind it, the operand it stands in, the participant at its other end, and
    the rights that it needs beyond reading the repository.

    What its words say is found when it is lowered: `artifact` is what a push or pull names, by which they
    are compared, `thing` its text without the verb, and `publishes` that it publishes, deploys or releases.
    `may_give`: what it says to another lifeline may give something away, for all that is known. `decides`: it
    says that it decides.
    """

    kind: StepKind
    text: LabelText
    operand: int
    span: Span
    partner: Participant | None = None
    retries: int = 0
    rights: tuple[tuple[str, str], ...] = ()
    artifact: str = ""
    thing: str = ""
    publishes: bool = False
    may_give: bool = False
    decides: bool = False


@dataclass(frozen=True, slots=True)
class DrawnJob:
    """A job as one diagram draws it. `fixed_id` comes from a `%% id:` mark.

    `run` is the number of its run; `occurrence` its place in the order; `comments` are remarks beside it;
    `call` is the file of the workflow that it runs, and `rights` what a mark gives such a job, with levels;
    `matrix` are axes, each with its values if any are drawn.
    `stands_for` is the id of the job that this copy of the note is, where the settings give it `ids`.
    `publishes`: its name says that it publishes, deploys or releases.
    """

    number: int
    run: int
    kind: JobKind
    text: LabelText
    operand: int
    occurrence: int
    span: Span
    steps: tuple[DrawnStep, ...] = ()
    fixed_id: str = ""
    comments: tuple[str, ...] = ()
    environment: str = ""
    call: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    rights: tuple[tuple[str, str], ...] = ()
    outputs: tuple[str, ...] = ()
    matrix: tuple[tuple[str, tuple[str, ...]], ...] = ()
    stands_for: str = ""
    decides: bool = False
    publishes: bool = False


@dataclass(frozen=True, slots=True)
class Operand:
    """One operand: its fragment (-1 for the diagram itself), its index in it, the operand around it.

    `is_complement`: it is what remains when the operand of that index does not happen (after a `break`).
    `end` says what follows it.
    """

    number: int
    fragment: int
    index: int
    parent: int
    is_complement: bool = False
    end: OperandEnd = OperandEnd.GOES_ON


@dataclass(frozen=True, slots=True)
class Fragment:
    """A fragment: its guards, one per operand, and the jobs directly before it, `(run, jobs)`.

    `read` is what each guard means, `loop` what is repeated. `failing` are the operands of failure whose text
    names jobs drawn before the fragment, `(index, jobs)`, of whatever run.
    """

    number: int
    operator: Operator
    guards: tuple[tuple[str, Span | None], ...]
    parent: int
    before: tuple[tuple[int, tuple[int, ...]], ...] = ()
    span: Span | None = field(default=None, compare=False)
    read: tuple[Guard, ...] = ()
    loop: Loop | None = None
    failing: tuple[tuple[int, tuple[int, ...]], ...] = ()

    def outcome(self, index: int) -> Meaning | None:
        """Whether an operand is a branch of success or of failure."""
        return self.read[index].outcome

    @property
    def is_always(self) -> bool:
        """Whether it is for every end of what is before: a branch beside, as one of a failure is."""
        return self.read[0].is_always

    @property
    def has_success(self) -> bool:
        """Whether an operand is for the success, so that the others are for every failure before; not where a
        mark, or the question that is refused, says whose failure it is."""
        is_stated = any(
            guard.jobs and guard.is_marked and guard.outcome is Meaning.FAILURE for guard in self.read
        )
        return not is_stated and any(guard.outcome is Meaning.SUCCESS for guard in self.read)

    def named(self, index: int) -> tuple[int, ...]:
        """The jobs that an operand of failure names; none where it is for whatever stands before."""
        return dict(self.failing).get(index, ())

    def failing_before(self, index: int) -> tuple[int, ...]:
        """The operands of failure of an `alt` that come before one of its operands."""
        earlier = range(index if self.operator is Operator.ALT else 0)
        return tuple(number for number in earlier if self.outcome(number) is Meaning.FAILURE)


@dataclass(frozen=True, slots=True)
class TokenNote:
    """A note that describes the run; `may_write` is None when it names no token."""

    events: tuple[EventText, ...]
    may_write: bool | None
    span: Span


@dataclass(frozen=True, slots=True)
class SkipNote:
    """A note that says a job does not run here in this flow: its name, and where it is said to run."""

    name: str
    runs_in: str
    span: Span


@dataclass(frozen=True, slots=True)
class Gate:
    """The final report of a run: its name, the jobs drawn before it, its id if a mark fixes it, whether a
    mark says that it is one, and the rights that marks give it."""

    text: LabelText
    covers: tuple[int, ...]
    span: Span
    fixed_id: str = ""
    is_marked: bool = False
    rights: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """The id of its job where no drawn job has it."""
        return self.fixed_id or job_id(self.text.name)


@dataclass(frozen=True, slots=True)
class Run:
    """What one trigger starts. `operand` is where the trigger stands; its own conditions are no job's.

    `events` pairs each event with its place; `after` is the name of the workflow that this one listens to,
    and `sender` what GitHub calls it, where its file says otherwise; `given` are the values that a start by
    hand gives.
    """

    number: int
    file: str
    name: str
    lifeline: str
    operand: int
    events: tuple[tuple[EventText, Span], ...]
    span: Span
    token: TokenNote | None = None
    gate: Gate | None = None
    skips: tuple[SkipNote, ...] = ()
    after: str = ""
    sender: str = ""
    when: Condition | None = None
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """A push or a pull, of a job; `occurrence` is where it is drawn, which is not the job's if it `is_moved`.

    `is_matched`: a push of the diagram is taken by this pull.
    """

    artifact: str
    tags: tuple[str, ...]
    job: int
    occurrence: int
    is_push: bool
    is_moved: bool
    is_matched: bool
    step: DrawnStep


@dataclass(frozen=True, slots=True)
class DrawnApproval:
    """People who are asked: on which lifeline of which run, in which operand; `place` is the number of the
    next occurrence."""

    run: int
    lifeline: str
    operand: int
    place: int
    span: Span


@dataclass(frozen=True, slots=True)
class TraceRow:
    """What became of one statement: its place, its text, and what it is in the output (or why nothing).

    `job` is the number of the drawn job that it became, or -1; `workflow` and `job_id` are its file and id
    once flows are linked. `effect` is what it was read as, and `ground` what speaks for that.
    """

    span: Span
    statement: str
    becomes: str
    job: int = -1
    effect: str = ""
    ground: str = ""
    workflow: str = ""
    job_id: str = ""


@dataclass(frozen=True, slots=True)
class ExternalActivities:
    """The activities of an external lifeline, by its id: details of the step that calls it, or nobody's."""

    lifeline: str
    kept: tuple[Note | Message, ...] = ()
    lost: tuple[Note | Message, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowGraph:
    """One diagram, lowered: its runs and jobs, what happens on its lifelines, and its fragments.

    The order is not in it: it is derived from `occurrences`, `pairs`, `operands` and `fragments`, by the
    rules of `mermaid2gha.compiler.ir.occurrences`. `origin` is where its name says that pull requests come
    from.
    """

    diagram: Diagram
    participants: tuple[Participant, ...]
    runs: tuple[Run, ...]
    jobs: tuple[DrawnJob, ...]
    operands: tuple[Operand, ...]
    fragments: tuple[Fragment, ...]
    occurrences: tuple[Occurrence, ...]
    pairs: tuple[Pair, ...]
    transfers: tuple[Transfer, ...]
    trace: tuple[TraceRow, ...]
    externals: tuple[ExternalActivities, ...] = ()
    approvals: tuple[DrawnApproval, ...] = ()
    origin: RequestOrigin = RequestOrigin()

    def around(self, place: int, *, within: int = 0) -> Iterator[Operand]:
        """The operands around a place, the one of that number itself first, from the inside out.

        `within` is the operand in which a run stands: what is around its trigger or its call decides whether
        there is a run at all, and no job of it. Without one, all of the diagram.
        """
        while place > 0 and place != within:
            operand = self.operands[place]
            yield operand
            place = operand.parent


@dataclass(frozen=True, slots=True)
class FlowGraphs:
    """The diagrams of a project that draw workflows, lowered; `diagrams` are all of them."""

    documents: Sources
    diagrams: tuple[Diagram, ...]
    items: tuple[FlowGraph, ...]
