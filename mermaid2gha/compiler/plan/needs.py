"""`needs` and `if` of every job (docs/language.md#needs-and-if): exact where simpler rules are not."""

from __future__ import annotations

from mermaid2gha.base.graph import before_any, bits, closure, source_order
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.plan.criticals import (
    Critical,
    criticals,
    enclosing,
    failed_within,
    failures,
    is_critical,
    outermost,
    went_well,
)
from mermaid2gha.compiler.plan.model import DrawnAt, PlanJob, PlanNeed
from mermaid2gha.compiler.plan.results import failed, skipped, succeeded
from mermaid2gha.github.expressions.ast import Call, Not
from mermaid2gha.github.expressions.condition import (
    Condition,
    all_of,
    any_of,
    expression,
)
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import Sum
from mermaid2gha.mermaid.ast import Operator

NOT_CANCELLED = Not(Call("cancelled", ()))
_CONDITIONAL = (Operator.OPT, Operator.ALT, Operator.BREAK)


@dataclass(frozen=True, slots=True)
class _Need:
    """A need on the job of index `on`: the flows whose order asks for it; `is_data`: its outputs are read.

    `kept` are flows in which it is tested too, for there it stops by another flow's order what is between.
    """

    on: int
    flows: frozenset[int]
    is_data: bool
    kept: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Failing:
    """What a job asks of failures in a flow: it runs if one of `handled` failed, or something in the
    criticals `inner` that was not made good there, and if those `forgiven` went well or were made good."""

    handled: frozenset[int]
    inner: tuple[Critical, ...]
    forgiven: tuple[Critical, ...]


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
        self.certain: dict[tuple[int, Sum], int] = {}
        self.drawn: dict[int, int] = {}
        self.bodies: dict[int, list[set[int]]] = {}
        self.handlers: dict[int, dict[int, set[int]]] = {}
        self.after: dict[int, dict[int, list[int]]] = {}
        self.masks: dict[int, dnf.ConditionIndex] = {}
        self.flow_sets = [job.flow_set for job in self.jobs]
        self.tested: dict[int, tuple[Condition, Condition]] = {}
        self.names: dict[frozenset[int], tuple[str, ...]] = {}
        self.named_once: dict[tuple[int, frozenset[int]], tuple[PlanNeed, ...]] = {}
        self.alike: dict[tuple[object, ...], tuple[_Need, ...]] = {}
        self.first_operands: dict[int, dict[int, list[int]]] = {}
        for job in self.jobs:
            for flow, found in job.flows.items():
                self.drawn[flow] = self.drawn.get(flow, 0) | 1 << job.index
                self.masks.setdefault(flow, dnf.ConditionIndex()).add(found.condition, 1 << job.index)

    def planned(self) -> tuple[PlanJob, ...]:
        found = {job.index: self.needs_of(job) for job in self.jobs}
        after: dict[int, list[int]] = {}
        for index, needs in found.items():
            for need in needs:
                after.setdefault(need.on, []).append(index)
        order = source_order(found, after)
        self.ancestors = closure(order, after, self.bits)
        if len(self.linked.workflow.flows) > 1:
            found = self.with_kept(found, order, after)
        return tuple(self.plan(self.jobs[index], found[index]) for index in order)

    # -- needs -------------------------------------------------------------------------------------

    def needs_of(self, job: LinkedJob) -> tuple[_Need, ...]:
        """The jobs that a job must follow in some flow, and those whose outputs it reads.

        Jobs beside each other mostly have the same: one object then, however many they are.
        """
        handled = tuple(self.handled(job))
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

    def with_kept(
        self, found: dict[int, tuple[_Need, ...]], order: list[int], after: dict[int, list[int]]
    ) -> dict[int, tuple[_Need, ...]]:
        """The needs, and those that the order asks for which other flows bring into each flow: what stops a
        job there must stop what follows that job, also past it if it may be skipped."""
        kept: dict[int, dict[int, set[int]]] = {}
        for flow, drawn in self.drawn.items():
            here = [index for index in order if drawn >> index & 1]
            before = closure(here, after, self.bits)
            for index in here:
                condition = self.jobs[index].flows[flow].condition
                if failures(condition):
                    continue  # it runs because something was stopped
                covered = before_any(before[index] & self.certain_for(flow, condition), before)
                known = sum(1 << need.on for need in found[index] if flow in need.flows)
                for on in bits(before[index] & ~covered & ~known):
                    kept.setdefault(index, {}).setdefault(on, set()).add(flow)
        for index, more in kept.items():
            needs = {need.on: need for need in found[index]}
            for on, flows in more.items():
                was = needs.get(on, _Need(on, frozenset(flows), False))
                needs[on] = replace(was, kept=frozenset(flows))
            found[index] = tuple(needs[on] for on in sorted(needs))
        return found

    def handled(self, job: LinkedJob) -> list[tuple[int, int]]:
        """The jobs, by flow, whose failure this one handles: none before it in its operand surely has."""
        result = []
        for flow, there in job.flows.items():
            order = self.linked.orders[flow]
            for fragment in failures(there.condition):
                peers = self.handlers_of(flow, fragment) - {job.index}
                if any(
                    self.is_certain(peer, job, flow)
                    and order.is_before(self.jobs[peer].flows[flow].number, there.number)
                    for peer in peers
                ):
                    continue
                if self.is_critical(flow, fragment):
                    index_of = self.linked.job_index[flow]
                    before = [index_of[number] for number in self.critical_jobs(flow, fragment)]
                else:
                    before = [on for on in job.direct[flow] if on not in peers]
                result += [(flow, on) for on in before]
        return result

    def is_critical(self, flow: int, fragment: int) -> bool:
        return is_critical(self.linked.workflow.flows[flow].drawing, fragment)

    def after_failure(self, flow: int) -> dict[int, list[int]]:
        """The jobs of a flow that run after a failure, with the fragments that these are of."""
        if flow not in self.after:
            here = {job.index: job.flows[flow].condition for job in self.jobs if flow in job.flows}
            asked = {index: failures(condition) for index, condition in here.items()}
            self.after[flow] = {index: fragments for index, fragments in asked.items() if fragments}
        return self.after[flow]

    def handlers_of(self, flow: int, fragment: int) -> set[int]:
        """The jobs that handle the failure which a fragment of a flow is about."""
        if flow not in self.handlers:
            self.handlers[flow] = {}
            for index, fragments in self.after_failure(flow).items():
                for about in fragments:
                    self.handlers[flow].setdefault(about, set()).add(index)
        return self.handlers[flow].get(fragment, set())

    def critical_jobs(self, flow: int, fragment: int) -> list[int]:
        """The jobs of the first operand of a fragment in a flow."""
        if flow not in self.first_operands:
            operands = self.linked.workflow.flows[flow].drawing.operands
            inside = self.first_operands[flow] = {}
            for job in self.linked.conditions[flow].jobs:
                at = job.operand
                while at > 0:
                    if operands[at].index == 0:
                        inside.setdefault(operands[at].fragment, []).append(job.number)
                    at = operands[at].parent
        return self.first_operands[flow].get(fragment, [])

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
        at = first.operand
        while at > 0:
            operand = drawing.operands[at]
            fragment = drawing.fragments[operand.fragment]
            if fragment.operator in _CONDITIONAL:
                return DrawnAt(name, first.span, fragment.guards[operand.index][1] or fragment.span)
            at = operand.parent
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
        """Whether all jobs before one run whenever it does, so that GitHub's implicit `success()` will do."""
        before = self.ancestors[job.index]
        return all(
            not failures(there.condition) and not before & ~self.certain_for(flow, there.condition)
            for flow, there in job.flows.items()
        )

    def tests(self, job: LinkedJob, found: tuple[_Need, ...]) -> list[Condition]:
        """The test of each need that the order asks for.

        Where the job handles or forgives failures, and not the same in all its flows, each of these has its
        own tests.
        """
        groups: dict[tuple[_Failing, bool, frozenset[int]], set[int]] = {}
        for flow in job.flows:
            is_after_failure = bool(failures(job.flows[flow].condition))
            key = (self.failing(job, flow, found), is_after_failure, self.excused(job, flow, found))
            groups.setdefault(key, set()).add(flow)
        if len(groups) == 1:
            return self.tests_in(job, found, job.flow_set, next(iter(groups))[0])
        terms = []
        for (failing, *_), flows in groups.items():
            asked = tuple(need for need in found if (need.flows | need.kept) & flows)
            region = self.linked.workflow.region(frozenset(flows), job.flow_set)
            terms.append(all_of(region, *self.tests_in(job, asked, frozenset(flows), failing)))
        return [any_of(*terms)]

    def failing(self, job: LinkedJob, flow: int, found: tuple[_Need, ...]) -> _Failing:
        """The jobs whose failure a job handles in a flow, and the criticals that it follows there.

        A failure that is handled need not be made good. Where it is that of a `critical`, it counts only
        if none in it has made it good already.
        """
        handled = {on for at, on in self.handled(job) if at == flow} if failures_in(job, flow) else set()
        ordered = [need.on for need in found if flow in need.flows]
        drawing = self.linked.workflow.flows[flow].drawing
        before = outermost(drawing, criticals(self.linked, flow, ordered, job))
        inner, forgiven = [], []
        for fragment, critical in before.items():
            if not critical.jobs <= handled:
                forgiven.append(critical)
            elif self.is_in_critical(flow, fragment, failures_in(job, flow)):
                inner.append(critical)
        handled = handled.difference(*(critical.jobs for critical in inner))
        return _Failing(frozenset(handled), tuple(inner), tuple(forgiven))

    def is_in_critical(self, flow: int, fragment: int, among: list[int]) -> bool:
        """Whether a fragment stands in the first operand of one of some criticals."""
        drawing = self.linked.workflow.flows[flow].drawing
        around = enclosing(drawing, drawing.fragments[fragment].parent)
        return any(index == 0 and at in among and is_critical(drawing, at) for at, index in around)

    def excused(self, job: LinkedJob, flow: int, found: tuple[_Need, ...]) -> frozenset[int]:
        """Needs of other flows that stand here in a `critical` that is over: its option may mend them."""
        if flow not in self.bodies:
            fragments = self.linked.workflow.flows[flow].drawing.fragments
            index_of = self.linked.job_index[flow]
            self.bodies[flow] = [
                {index_of[number] for number in self.critical_jobs(flow, fragment.number)}
                for fragment in fragments
                if fragment.operator is Operator.CRITICAL
            ]
        over = {on for body in self.bodies[flow] if job.index not in body for on in body}
        return frozenset(need.on for need in found if need.on in over and flow not in need.flows | need.kept)

    def tests_in(
        self,
        job: LinkedJob,
        found: tuple[_Need, ...],
        mine: frozenset[int],
        failing: _Failing,
    ) -> list[Condition]:
        """The tests of needs within some flows of a job, in which it handles some failures, and forgives
        others where the option of their `critical` made them good."""
        ordered = [need.on for need in found if need.flows or need.kept]
        tests: list[Condition] = []
        if failing.handled or failing.inner:
            results = [failed(self.jobs[on].id) for on in sorted(failing.handled)]
            results += [failed_within(self.jobs, critical) for critical in failing.inner]
            tests.append(any_of(*results))
        tests += [went_well(self.jobs, critical) for critical in failing.forgiven]
        tested = failing.handled.union(*(one.jobs for one in (*failing.inner, *failing.forgiven)))
        partial: dict[frozenset[int], list[int]] = {}
        certain = {flow: self.certain_for(flow, job.flows[flow].condition) for flow in mine}
        always, ever = -1, 0  # the jobs that run for certain in all of these flows, in any of them
        for jobs in certain.values():
            always, ever = always & jobs, ever | jobs
        for on in ordered:
            if on in tested:
                continue
            if always >> on & 1:
                tests.append(self.results(on)[0])
                continue
            if not ever >> on & 1:
                tests.append(self.results(on)[1])
                continue
            sure = frozenset(flow for flow, jobs in certain.items() if jobs >> on & 1)
            if self.flow_sets[on] & mine == sure:
                partial.setdefault(sure, []).append(on)
            else:
                others = self.linked.workflow.region(mine - sure, mine)
                name = self.jobs[on].id
                tests.append(any_of(succeeded(name), all_of(skipped(name), others)))
        return tests + self.partial_tests(mine, partial)

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
            any_of(succeeded(self.jobs[on].id), self.linked.workflow.region(mine - flows, mine))
            for flows, group in partial.items()
            for on in group
        ]


def failures_in(job: LinkedJob, flow: int) -> list[int]:
    """The fragments whose failure a job is about in a flow."""
    return failures(job.flows[flow].condition)
