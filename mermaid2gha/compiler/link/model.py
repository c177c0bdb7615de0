"""The nouns of linking: a workflow's jobs over all its flows."""

from __future__ import annotations

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.compiler.ir.diagram_ir import DrawnJob, Gate, JobKind
from mermaid2gha.compiler.link.conditions import Flags, FlowConditions
from mermaid2gha.compiler.link.flow_model import WorkflowFlows
from mermaid2gha.compiler.link.identity import Identity
from mermaid2gha.compiler.order.happens_before import HappensBefore
from mermaid2gha.github.logic.dnf import Sum


@dataclass(frozen=True, slots=True)
class FlowJob:
    """A linked job in one flow: the drawn jobs that it is there, and the condition around them."""

    drawn: tuple[DrawnJob, ...]
    condition: Sum

    @property
    def number(self) -> int:
        return self.drawn[0].number


@dataclass(frozen=True, slots=True)
class LinkedJob:
    """A job of a workflow over all its flows; `flows` maps a flow's number to the job there.

    `direct` are, for each flow, the jobs that it must follow there by rule 2 of section 9: the transitive
    reduction, with the edges kept that pass only jobs which may be skipped although this one runs.
    `reads` are, for each flow, the jobs whose outputs its condition, a step of it, or its matrix reads.
    """

    index: int
    identity: Identity
    flows: dict[int, FlowJob]
    direct: dict[int, tuple[int, ...]] = field(default_factory=dict)
    reads: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.identity.id

    @property
    def kind(self) -> JobKind:
        return self.identity.kind

    @property
    def flow_set(self) -> frozenset[int]:
        return frozenset(self.flows)


@dataclass(frozen=True, slots=True)
class LinkedWorkflow:
    """The jobs of one file in document order; `conditions` by flow, for steps and fragments."""

    told: WorkflowFlows
    jobs: tuple[LinkedJob, ...]
    flags: Flags
    conditions: tuple[FlowConditions, ...]
    orders: tuple[HappensBefore, ...]
    job_index: tuple[dict[int, int], ...]

    @property
    def file(self) -> str:
        return self.told.file

    @property
    def name(self) -> str:
        return self.told.name

    def gates(self) -> dict[int, Gate]:
        return {flow.number: flow.run.gate for flow in self.told.flows if flow.run.gate is not None}

    def matrix_owner(self, job: LinkedJob, flow: int) -> str:
        """The id of the job that gives the values of a job's matrix in a flow, if one does."""
        drawn = job.flows[flow].drawn
        return next((o for d in drawn if (o := self.conditions[flow].matrix_owner.get(d.number))), "")

    def condition(self, flow: int, operand: int) -> Sum:
        return self.conditions[flow].of(operand)
