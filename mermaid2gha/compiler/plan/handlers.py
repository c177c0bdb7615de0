"""Which failures a job handles (docs/language.md#handled-failures).

A branch of failure is for what its text names, else for whatever stands before it: a job that fails early
lets those after it be skipped, and must not silence the branch by that. Within a branch or an option, what
stands there is asked first; within what happens on a success, what stands there alone, if anything does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mermaid2gha.base.graph import bits
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.flow_graph import FlowGraph
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.plan.criticals import (
    Critical,
    criticals,
    enclosing,
    failures,
    is_critical,
    outermost,
)
from mermaid2gha.compiler.vocabulary.guards import Meaning

Place = tuple[int, int]
"""A fragment and the index of one of its operands."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What one fragment around a job asks of failures: one of `jobs` failed, or something in the criticals
    `inner` that was not made good there; and none of `excluded`, for which an earlier operand is."""

    jobs: frozenset[int]
    inner: tuple[Critical, ...] = ()
    excluded: frozenset[int] = frozenset()

    @property
    def asked(self) -> frozenset[int]:
        """The jobs of which one has to have failed."""
        return self.jobs.union(*(one.jobs for one in self.inner))


class Handlers:
    """The failures that the jobs of a workflow handle; `is_certain` tells whether a job runs whenever another
    one does in a flow."""

    def __init__(self, linked: LinkedWorkflow, is_certain: Callable[[int, LinkedJob, int], bool]) -> None:
        self.linked = linked
        self.is_certain = is_certain
        self.members: dict[int, dict[int, frozenset[int]]] = {}
        self.inside: dict[int, dict[Place, list[int]]] = {}
        self.known: dict[tuple[int, int], tuple[Handled, ...]] = {}

    def handled(self, job: LinkedJob, flow: int) -> tuple[Handled, ...]:
        """What a job asks of failures in a flow, by the fragments around it: of each but those of which a
        job that surely runs before it in the same operand has asked it already."""
        key = (job.index, flow)
        if key not in self.known:
            self.known[key] = tuple(self._handled(job, flow))
        return self.known[key]

    def _handled(self, job: LinkedJob, flow: int) -> Iterator[Handled]:
        about = failures(job.flows[flow].condition)
        if not about:
            return
        drawing = self.drawing(flow)
        around = [at for at in enclosing(drawing, job.flows[flow].drawn[0].operand) if at[0] in about]
        before = self.before(job, flow)
        for number, (fragment, index) in enumerate(around):
            if drawing.fragments[fragment].is_always:
                continue  # it asks nothing of what is before
            if any(self.is_certain(peer, job, flow) for peer in before & self.members_of(flow, fragment)):
                continue
            jobs = self.handled_in(flow, before, around[number:])
            if is_critical(drawing, fragment):
                ended = outermost(drawing, criticals(self.linked, flow, sorted(jobs), job))
                inner = tuple(ended.values())
                yield Handled(jobs.difference(*(one.jobs for one in inner)), inner)
            else:
                outer = around[number + 1 :]
                earlier = (
                    self.handled_in(flow, before, [(fragment, other), *outer])
                    for other in drawing.fragments[fragment].failing_before(index)
                )
                yield Handled(jobs, excluded=frozenset[int]().union(*earlier) - jobs)

    def handled_in(self, flow: int, before: frozenset[int], around: Sequence[Place]) -> frozenset[int]:
        """The jobs whose failure the first of some operands is for; the others stand around it.

        `before` are the jobs before the one that asks.
        """
        (fragment, index), *outer = around
        drawing = self.drawing(flow)
        if is_critical(drawing, fragment):
            return before.intersection(self.in_operand(flow, (fragment, 0)))
        possible = before - self.members_of(flow, fragment)
        if named := possible & self.named(flow, fragment, index):
            return named
        if within := possible & self.in_success(flow, fragment):
            return within
        if not outer:
            return possible
        return possible & self.members_of(flow, outer[0][0]) or self.handled_in(flow, before, outer)

    def named(self, flow: int, fragment: int, index: int) -> frozenset[int]:
        """The jobs that the text of an operand names; where another operand is for the success, both are
        about all that stands before."""
        drawn, index_of = self.drawing(flow).fragments[fragment], self.linked.job_index[flow]
        if drawn.has_success:
            return frozenset()
        return frozenset(index_of[number] for number in drawn.named(index) if number in index_of)

    def before(self, job: LinkedJob, flow: int) -> frozenset[int]:
        """The jobs before one in a flow."""
        order, index_of = self.linked.orders[flow], self.linked.job_index[flow]
        numbers = (order.job_at[place] for place in bits(order.before[job.flows[flow].number]))
        return frozenset(index_of[number] for number in numbers if number in index_of)

    def drawing(self, flow: int) -> FlowGraph:
        return self.linked.workflow.flows[flow].drawing

    def members_of(self, flow: int, fragment: int) -> frozenset[int]:
        """The jobs that run on the failure which a fragment of a flow is about."""
        if flow not in self.members:
            members: dict[int, set[int]] = {}
            for job in self.linked.jobs:
                for about in failures(job.flows[flow].condition) if flow in job.flows else ():
                    members.setdefault(about, set()).add(job.index)
            self.members[flow] = {about: frozenset(jobs) for about, jobs in members.items()}
        return self.members[flow].get(fragment, frozenset())

    def in_success(self, flow: int, fragment: int) -> frozenset[int]:
        """The jobs of the operand of success around a fragment, with no branch of failure between: where
        anything failed before it, the fragment does not happen."""
        drawing = self.drawing(flow)
        for place in enclosing(drawing, drawing.fragments[fragment].parent):
            outcome = drawing.fragments[place[0]].outcome(place[1])
            if outcome is not None and not (is_critical(drawing, place[0]) and place[1] == 0):
                return frozenset(self.in_operand(flow, place) if outcome is Meaning.SUCCESS else ())
        return frozenset()

    def in_operand(self, flow: int, place: Place) -> list[int]:
        """The jobs of an operand of a fragment in a flow."""
        if flow not in self.inside:
            drawing, index_of = self.drawing(flow), self.linked.job_index[flow]
            inside = self.inside[flow] = {}
            for job in self.linked.conditions[flow].jobs:
                for around in enclosing(drawing, job.operand):
                    inside.setdefault(around, []).append(index_of[job.number])
        return self.inside[flow].get(place, [])
