"""What linking makes: a workflow's jobs over all its flows, and what its conditions ask."""

from __future__ import annotations

from mermaid2gha.base.records import FrozenMap, dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, Fragment, Gate, JobKind
from mermaid2gha.compiler.link.flow_model import Flow, WorkflowFlows
from mermaid2gha.compiler.link.identity import Identity
from mermaid2gha.compiler.order.happens_before import HappensBefore
from mermaid2gha.github.expressions.condition import Condition, equal, negation, unequal
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import Atom, AtomKind, Sum


@dataclass(frozen=True, slots=True)
class Flags:
    """What the conditions of a workflow read: a test for each atom, and what deciders must give.

    `opposites` are what is asked of some where they are not to hold, if that is not the negation of the test:
    of flags for one of several ways, of which the last may be for none of the others, and must be `'false'`
    for that. `rank` numbers the atoms in the order in which the document asks for them. `outputs` maps a
    decider's id to its flags, each with what a fresh step sets it to (or nothing); `owned` to the atoms of
    its flags, and `lists` to the matrix axes whose values it gives. `strict` are the flags that must be
    `'true'`, for they stand around what gives to the outside; `undecided` those whose decider is not drawn,
    with their places, `variables` the repository variables that stand for no words, or for a flag that a mark
    names. `deciders` are the ids of all jobs that decide.
    """

    tests: FrozenMap[Atom, Condition]
    opposites: FrozenMap[Atom, Condition]
    rank: FrozenMap[Atom, int]
    outputs: FrozenMap[str, FrozenMap[str, str]]
    owned: FrozenMap[str, tuple[Atom, ...]]
    lists: FrozenMap[str, tuple[str, ...]]
    strict: frozenset[Atom]
    undecided: FrozenMap[Atom, Span]
    variables: FrozenMap[Atom, Span]
    places: FrozenMap[Atom, Span]
    deciders: frozenset[str]

    def asked(self, atom: Atom, value: bool) -> Condition:
        """What is asked of an atom that is to hold, or not."""
        if value:
            return self.tests[atom]
        return self.opposites.get(atom) or negation(self.tests[atom])

    def read_as(self, atom: Atom, subject: str, value: bool) -> Condition:
        """What is asked of a flag that is to be set, or not, where its value stands in `subject`."""
        if not value and atom not in self.opposites:
            return negation(flag_test(subject, is_strict=atom in self.strict))
        return flag_test(subject, value=value, is_strict=atom in self.strict)


def subject_of(atom: Atom) -> str:
    """Where the value of a flag or a variable stands."""
    if atom.kind is AtomKind.VARIABLE:
        return f"vars.{atom.name}"
    return f"needs.{atom.owner}.outputs.{atom.name}"


def flag_test(subject: str, *, value: bool = True, is_strict: bool = False) -> Condition:
    """That a flag is set, which it is unless it is `'false'`, and a strict one where it is `'true'`; or that
    it is said not to be.
    """
    if not value:
        return equal(subject, "false")
    return equal(subject, "true") if is_strict else unequal(subject, "false")


@dataclass(frozen=True, slots=True)
class FlowConditions:
    """The conditions of one flow, evaluated. `jobs` are its drawn jobs, in document order.

    `sums` maps each operand around a job or step of the flow to its condition within the run; `guards` maps
    a fragment and the index of an operand to the truth of that guard by itself, as far as it is asked for.
    `matrix_owner` maps the number of a drawn job to the id of the job that gives its matrix its values.
    """

    jobs: tuple[DrawnJob, ...]
    sums: FrozenMap[int, Sum]
    guards: FrozenMap[tuple[int, int], Sum]
    matrix_owner: FrozenMap[int, str]

    def guard(self, fragment: Fragment, index: int) -> Sum:
        """The truth of the guard of an operand by itself; certain where nothing asks for it."""
        return self.guards.get((fragment.number, index), dnf.CERTAIN)


@dataclass(frozen=True, slots=True)
class FlowJob:
    """A linked job in one flow: the drawn jobs that it is there, and the condition around them."""

    drawn: tuple[DrawnJob, ...]
    condition: Sum

    @property
    def number(self) -> int:
        return self.drawn[0].number


@dataclass(frozen=True, slots=True)
class LinkedFlow:
    """One flow linked: `jobs` by their index in the workflow, `index_of` gives that by the drawn number.

    `order` is that of the flow, with all the places of a job as one point.
    """

    flow: Flow
    order: HappensBefore
    conditions: FlowConditions
    jobs: FrozenMap[int, FlowJob]
    index_of: FrozenMap[int, int]


@dataclass(frozen=True, slots=True)
class LinkedJob:
    """A job of a workflow over all its flows; `flows` maps a flow's number to the job there.

    `direct` are, for each flow, the jobs that it must follow there (docs/language.md#needs-and-if): the
    transitive reduction, with the edges kept that pass only jobs which may be skipped although this one runs.
    `reads` are, for each flow, the jobs whose outputs its condition, a step of it, or its matrix reads.
    """

    index: int
    identity: Identity
    flows: FrozenMap[int, FlowJob]
    direct: FrozenMap[int, tuple[int, ...]]
    reads: FrozenMap[int, tuple[int, ...]]

    @property
    def id(self) -> str:
        return self.identity.id

    @property
    def kind(self) -> JobKind:
        return self.identity.kind

    @property
    def flow_set(self) -> frozenset[int]:
        return frozenset(self.flows)

    @property
    def drawn(self) -> tuple[DrawnJob, ...]:
        """The drawn jobs that it is, in all its flows."""
        return tuple(drawn for here in self.flows.values() for drawn in here.drawn)


@dataclass(frozen=True, slots=True)
class LinkedWorkflow:
    """The jobs of one file in document order; `conditions`, `orders` and `job_index` by flow.

    `job_index` maps the number of a drawn job to the index of the job that it is.
    """

    workflow: WorkflowFlows
    jobs: tuple[LinkedJob, ...]
    flags: Flags
    conditions: tuple[FlowConditions, ...]
    orders: tuple[HappensBefore, ...]
    job_index: tuple[FrozenMap[int, int], ...]

    @property
    def file(self) -> str:
        return self.workflow.file

    @property
    def name(self) -> str:
        return self.workflow.name

    def gates(self) -> dict[int, Gate]:
        return {flow.number: flow.run.gate for flow in self.workflow.flows if flow.run.gate is not None}

    def matrix_owner(self, job: LinkedJob, flow: int) -> str:
        """The id of the job that gives the values of a job's matrix in a flow, if one does."""
        return matrix_owner(self.conditions[flow], job.flows[flow])

    def condition(self, flow: int, operand: int) -> Sum:
        """The condition of an operand around a job or step of a flow, within the flow's run."""
        return self.conditions[flow].sums[operand]


def matrix_owner(conditions: FlowConditions, job: FlowJob) -> str:
    """The id of the job that gives the values of a job's matrix in a flow, if one does."""
    return next((o for d in job.drawn if (o := conditions.matrix_owner.get(d.number))), "")
