"""`needs` and `if` of every job (docs/language.md#needs-and-if): exact where simpler rules are not."""

from __future__ import annotations

from mermaid2gha.base.graph import closure, source_order, successors
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.plan.criticals import (
    Critical,
    criticals,
    failed_within,
    failures,
    is_critical,
    outermost,
    went_well,
)
from mermaid2gha.compiler.plan.handlers import Handled, Handlers
from mermaid2gha.compiler.plan.model import DrawnAt, PlanJob, PlanNeed
from mermaid2gha.compiler.plan.results import failed, skipped, succeeded
from mermaid2gha.github.expressions.condition import (
    NOT_CANCELLED,
    Condition,
    all_of,
    any_of,
    expression,
)
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import Sum
from mermaid2gha.mermaid.ast import Operator

_CONDITIONAL = (Operator.OPT, Operator.ALT, Operator.BREAK)


@dataclass(frozen=True, slots=True)
class _Need:
    """A need on the job of index `on`: the flows whose order asks for it; `is_data`: its outputs are read."""

    on: int
    flows: frozenset[int]
    is_data: bool


@dataclass(frozen=True, slots=True)
class _Failing:
    """What a job asks of failures in a flow: what it handles, by the fragments around it; that those
    `forgiven` went well or were made good; and nothing of the jobs `untested`, for it is not their failure
    that it is for."""

    handled: tuple[Handled, ...] = ()
    forgiven: tuple[Critical, ...] = ()
    untested: frozenset[int] = frozenset()

    @property
    def settled(self) -> frozenset[int]:
        """The jobs of whose results nothing more is to be asked."""
        handled = (one.asked for one in self.handled)
        return self.untested.union(*handled, *(one.jobs for one in self.forgiven))


_NO_FAILURES = _Failing()


@dataclass(frozen=True, slots=True)
class _Roles:
    """What a need is for a job in the flows of it: `sure` to run, or `open`, where it is drawn before; `free`
    where it is drawn and not before, so that its failure stops nothing."""

    sure: frozenset[int]
    open: frozenset[int]
    free: frozenset[int]


def needs(linked: LinkedWorkflow) -> tuple[PlanJob, ...]:
    """The jobs of a workflow with their needs and conditions, sorted topologically, in document order among
    those that are free.

    The union of the flows' orders must be acyclic.
    """
    return _Planner(linked).planned()


def own_condition(linked: LinkedWorkflow, job: LinkedJob) -> Condition:
    """The *or* over a job's flows of guard and conditions, simplified, without what people added."""
    drawn = {flow: dnf.without_people(found.condition) for flow, found in job.flows.items()}
    sums = {flow: dnf.without_failures(condition) for flow, condition in drawn.items()}
    return merged_condition(linked, sums, None)


def merged_condition(
    linked: LinkedWorkflow, sums: dict[int, Sum], within: frozenset[int] | None
) -> Condition:
    """The *or* over flows of their guard and condition; `within` are the flows possible at that place."""
    flows, asked, rank = linked.workflow, linked.flags.asked, linked.flags.rank
    groups: dict[Sum, set[int]] = {}
    for flow, condition in sums.items():
        if condition != dnf.NOTHING:
            groups.setdefault(condition, set()).add(flow)
    by_group = [
        all_of(flows.region(frozenset(numbers), within), dnf.condition(condition, asked, rank))
        for condition, numbers in groups.items()
    ]
    if len(groups) != 2 or dnf.CERTAIN not in groups:
        return any_of(*by_group)
    possible = groups[dnf.CERTAIN].union(*groups.values())
    inside = [
        flows.region(frozenset(numbers), frozenset(possible))
        if condition == dnf.CERTAIN
        else dnf.condition(condition, asked, rank)
        for condition, numbers in groups.items()
    ]
    around = flows.region(frozenset(possible), within)
    return min(any_of(*by_group), all_of(around, any_of(*inside)), key=lambda c: len(expression(c)))


class _Planner:
    def __init__(self, linked: LinkedWorkflow) -> None:
        self.linked = linked
        self.jobs = linked.jobs
        self.bits = {job.index: 1 << job.index for job in self.jobs}
        self.ancestors: dict[int, int] = {}
        self.before: dict[int, dict[int, int]] = {}
        self.certain: dict[tuple[int, Sum], int] = {}
        self.drawn: dict[int, int] = {}
        self.handlers = Handlers(linked, self.is_certain)
        self.masks: dict[int, dnf.ConditionIndex] = {}
        self.with_failures = {
            flow for job in self.jobs for flow, there in job.flows.items() if failures(there.condition)
        }
        self.flow_sets = [job.flow_set for job in self.jobs]
        self.tested: dict[int, tuple[Condition, Condition]] = {}
        self.names: dict[frozenset[int], tuple[str, ...]] = {}
        self.named_once: dict[tuple[int, frozenset[int]], tuple[PlanNeed, ...]] = {}
        self.alike: dict[tuple[object, ...], tuple[_Need, ...]] = {}
        for job in self.jobs:
            for flow, found in job.flows.items():
                self.drawn[flow] = self.drawn.get(flow, 0) | 1 << job.index
                if flow not in self.masks:
                    self.masks[flow] = dnf.ConditionIndex()
                self.masks[flow].add(found.condition, 1 << job.index)

    def planned(self) -> tuple[PlanJob, ...]:
        found = {job.index: self.needs_of(job) for job in self.jobs}
        after: dict[int, list[int]] = {}
        for index, needs in found.items():
            for need in needs:
                after.setdefault(need.on, []).append(index)
        order = source_order(found, after)
        self.ancestors = closure(order, after, self.bits)
        for flow, drawn in self.drawn.items():
            here = [index for index in order if drawn >> index & 1]
            after_here = successors((on, index) for index in here for on in self.jobs[index].direct[flow])
            self.before[flow] = closure(here, after_here, self.bits)
        return tuple(self.plan(self.jobs[index], found[index]) for index in order)

    # -- needs -------------------------------------------------------------------------------------

    def needs_of(self, job: LinkedJob) -> tuple[_Need, ...]:
        """The jobs that a job must follow in some flow, and those whose outputs it reads.

        Jobs beside each other mostly have the same: one object then, however many they are.
        """
        handled = tuple(
            (flow, on)
            for flow in job.flows
            for one in self.handlers.handled(job, flow)
            for on in sorted(one.asked | one.excluded)
        )
        read = frozenset(on for reads in job.reads.values() for on in reads)
        key = (job.direct, handled, read)
        if key not in self.alike:
            flows: dict[int, set[int]] = {}
            for flow, direct in job.direct.items():
                for on in direct:
                    flows.setdefault(on, set()).add(flow)
            for flow, on in handled:
                flows.setdefault(on, set()).add(flow)
            ordered = sorted({*flows, *read})
            self.alike[key] = tuple(_Need(on, frozenset(flows.get(on, ())), on in read) for on in ordered)
        return self.alike[key]

    # -- conditions --------------------------------------------------------------------------------

    def plan(self, job: LinkedJob, found: tuple[_Need, ...]) -> PlanJob:
        flows = self.flow_sets[job.index]
        return PlanJob(
            job.id,
            job.identity.name,
            kind=job.kind,
            flows=self.named(flows),
            title=job.identity.title,
            needs=self.named_needs(found, flows),
            tests=() if self.is_simple(job) else (NOT_CANCELLED, *self.tests(job, found)),
            own=own_condition(self.linked, job),
            drawn=tuple(self.place(job, flow) for flow in sorted(flows)),
        )

    def named(self, flows: frozenset[int]) -> tuple[str, ...]:
        """The names of flows, in the order of the documents."""
        if flows not in self.names:
            self.names[flows] = tuple(self.linked.workflow.flows[flow].name for flow in sorted(flows))
        return self.names[flows]

    def named_needs(self, found: tuple[_Need, ...], mine: frozenset[int]) -> tuple[PlanNeed, ...]:
        """The needs of a job that stands in these flows, one object for all jobs that have the same.

        Looked up by identity, for to compare them is as long as to make them; all are kept in `planned`.
        """
        key = (id(found), mine)
        if key not in self.named_once:
            self.named_once[key] = tuple(
                PlanNeed(
                    self.jobs[need.on].id,
                    self.named(need.flows or mine),
                    is_data=need.is_data,
                    is_order=bool(need.flows),
                )
                for need in found
            )
        return self.named_once[key]

    def place(self, job: LinkedJob, flow: int) -> DrawnAt:
        """Where a flow draws a job, and the guard of the innermost condition around it."""
        drawing, name = self.linked.workflow.flows[flow].drawing, self.linked.workflow.flows[flow].name
        first = job.flows[flow].drawn[0]
        for operand in drawing.around(first.operand):
            fragment = drawing.fragments[operand.fragment]
            if fragment.operator in _CONDITIONAL:
                return DrawnAt(name, first.span, fragment.guards[operand.index][1] or fragment.span)
        return DrawnAt(name, first.span)

    def certain_for(self, flow: int, condition: Sum) -> int:
        """The jobs that a flow draws under no condition that this one does not have, as a bit set."""
        key = (flow, condition)
        if key not in self.certain:
            self.certain[key] = self.masks[flow].implied_by(condition)
        return self.certain[key]

    def is_certain(self, on: int, job: LinkedJob, flow: int) -> bool:
        return bool(self.certain_for(flow, job.flows[flow].condition) >> on & 1)

    def is_simple(self, job: LinkedJob) -> bool:
        """Whether GitHub's implicit `success()` will do: all jobs before one run whenever it does, and each
        of its flows draws them before it."""
        ancestors = self.ancestors[job.index]
        return all(
            not failures(there.condition)
            and not ancestors & ~(self.certain_for(flow, there.condition) & self.before[flow][job.index])
            for flow, there in job.flows.items()
        )

    def tests(self, job: LinkedJob, found: tuple[_Need, ...]) -> list[Condition]:
        """The test of each need that the order asks for.

        Where the job handles or forgives failures, and not the same in all its flows, each of these has its
        own tests.
        """
        groups: dict[tuple[_Failing, bool], set[int]] = {}
        for flow in job.flows:
            is_after_failure = bool(failures(job.flows[flow].condition))
            groups.setdefault((self.failing(job, flow, found), is_after_failure), set()).add(flow)
        if len(groups) == 1:
            return self.tests_in(job, found, job.flow_set, next(iter(groups))[0])
        terms = []
        for (failing, _), flows in groups.items():
            asked = tuple(need for need in found if need.flows & flows)
            region = self.linked.workflow.region(frozenset(flows), job.flow_set)
            terms.append(all_of(region, *self.tests_in(job, asked, frozenset(flows), failing)))
        return [any_of(*terms)]

    def failing(self, job: LinkedJob, flow: int, found: tuple[_Need, ...]) -> _Failing:
        """The failures that a job handles in a flow, and the criticals that it follows there.

        In a branch of failure a job asks for what the branch is for, and that what stands before it in the
        branch went well; of nothing else.
        """
        if flow not in self.with_failures:
            return _NO_FAILURES
        drawing = self.linked.workflow.flows[flow].drawing
        handled = self.handlers.handled(job, flow)
        asked = frozenset[int]().union(*(one.asked for one in handled))
        rest = [need.on for need in found if flow in need.flows and need.on not in asked]
        about = failures(job.flows[flow].condition)
        untested = frozenset[int]()
        if not all(is_critical(drawing, fragment) for fragment in about):
            untested = frozenset(rest).difference(*(self.handlers.members_of(flow, at) for at in about))
            rest = [on for on in rest if on not in untested]
        forgiven = outermost(drawing, criticals(self.linked, flow, rest, job))
        return _Failing(handled, tuple(forgiven.values()), untested)

    def tests_in(
        self,
        job: LinkedJob,
        found: tuple[_Need, ...],
        mine: frozenset[int],
        failing: _Failing,
    ) -> list[Condition]:
        """The tests of needs within some flows of a job, in which it handles some failures, and forgives
        others where the option of their `critical` made them good."""
        settled = failing.settled
        tests: list[Condition] = []
        for handled in failing.handled:
            results = [failed(self.jobs[on].id) for on in sorted(handled.jobs)]
            results += [failed_within(self.jobs, critical) for critical in handled.inner]
            tests.append(any_of(*results))
            tests += [self.results(on)[1] for on in sorted(handled.excluded & settled)]
        tests += [went_well(self.jobs, critical) for critical in failing.forgiven]
        partial: dict[frozenset[int], list[int]] = {}
        for need in (need for need in found if need.flows and need.on not in settled):
            roles = self.roles(job, need, mine)
            success, success_or_skipped = self.results(need.on)
            others = mine - roles.sure - roles.free
            if roles.sure == mine:
                tests.append(success)
            elif not roles.sure:
                tests.append(self.unless_free(success_or_skipped, roles, mine))
            elif not roles.open and roles.free:
                tests.append(any_of(success, self.region(mine - roles.sure, mine)))
            elif not roles.open:
                partial.setdefault(roles.sure, []).append(need.on)
            else:
                was_left_out = all_of(skipped(self.jobs[need.on].id), self.region(others, mine))
                tests.append(self.unless_free(any_of(success, was_left_out), roles, mine))
        return tests + self.partial_tests(mine, partial)

    def roles(self, job: LinkedJob, need: _Need, mine: frozenset[int]) -> _Roles:
        """What a need is for a job in these flows of it."""
        drawn = self.flow_sets[need.on] & mine
        before = frozenset(
            flow for flow in drawn if flow in need.flows or self.is_implied(need.on, job, flow)
        )
        sure = frozenset(flow for flow in before if self.is_certain(need.on, job, flow))
        return _Roles(sure, before - sure, drawn - before)

    def is_implied(self, on: int, job: LinkedJob, flow: int) -> bool:
        """Whether a flow that does not ask for a need draws it before a job, and lets the job run only where
        it went well: not past a failure that is handled, or that the option of a `critical` may mend."""
        if not self.before[flow][job.index] >> on & 1 or failures(job.flows[flow].condition):
            return False
        fragments = self.linked.workflow.flows[flow].drawing.fragments
        bodies = (
            self.handlers.in_operand(flow, (fragment.number, 0))
            for fragment in fragments
            if fragment.operator is Operator.CRITICAL
        )
        return not any(on in body and job.index not in body for body in bodies)

    def unless_free(self, test: Condition, roles: _Roles, mine: frozenset[int]) -> Condition:
        """A test of a need, which need not hold where its failure stops nothing."""
        return any_of(test, self.region(roles.free, mine)) if roles.free else test

    def region(self, flows: frozenset[int], mine: frozenset[int]) -> Condition:
        """That one of some flows takes place, of those of a job."""
        return self.linked.workflow.region(flows, mine)

    def results(self, on: int) -> tuple[Condition, Condition]:
        """That a job succeeded, and that it succeeded or was skipped."""
        if on not in self.tested:
            name = self.jobs[on].id
            self.tested[on] = (succeeded(name), any_of(succeeded(name), skipped(name)))
        return self.tested[on]

    def partial_tests(
        self, mine: frozenset[int], partial: dict[frozenset[int], list[int]]
    ) -> list[Condition]:
        """The tests of needs that some flows draw for certain and the others do not draw at all."""
        divides = sum(len(flows) for flows in partial) == len(mine) and frozenset().union(*partial) == mine
        if partial and divides:
            groups = [all_of(*(succeeded(self.jobs[on].id) for on in group)) for group in partial.values()]
            return [any_of(*groups)]
        return [
            any_of(succeeded(self.jobs[on].id), self.region(mine - flows, mine))
            for flows, group in partial.items()
            for on in group
        ]
