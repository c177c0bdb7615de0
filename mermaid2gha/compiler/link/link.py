"""The flows of one file made one graph of jobs (section 10)."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.graph import before_any, bits, components, successors
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.ir.diagram_ir import Drawings, DrawnJob
from mermaid2gha.compiler.link.conditions import Flags, FlowConditions
from mermaid2gha.compiler.link.dataflow import reads
from mermaid2gha.compiler.link.flow_model import Flow, WorkflowFlows
from mermaid2gha.compiler.link.flows import flows
from mermaid2gha.compiler.link.identity import Bearer, Identity, identities
from mermaid2gha.compiler.link.model import FlowJob, LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.link.relaxed_order import data_order
from mermaid2gha.compiler.lower.builder import illegal_id
from mermaid2gha.compiler.order.happens_before import HappensBefore, happens_before
from mermaid2gha.compiler.order.order import Ordered
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import Sum
from mermaid2gha.github.names import job_id
from mermaid2gha.mermaid.ast import Operator
from mermaid2gha.mermaid.errors.warnings import near_duplicate_name
from mermaid2gha.settings.model import Order, Settings, folded

DRAWN_TWICE = Rule("drawn-twice", Severity.WARNING)
JOB_SEPARATED = Rule("job-separated", Severity.WARNING)
NO_JOBS = Rule("no-jobs", Severity.WARNING)


@dataclass(frozen=True, slots=True)
class Linked:
    """The workflow files of a project that have jobs, in document order."""

    drawings: Drawings
    items: tuple[LinkedWorkflow, ...]


def link(ordered: Ordered, settings: Settings) -> tuple[Linked, list[Diagnostic]]:
    """All flows of each workflow file as one.

    Reports `no-jobs`, and what `flows` and `linked_workflow` do.
    """
    drawings = ordered.drawings.items
    told, diagnostics = flows(list(zip(drawings, ordered.orders)), settings)
    called = {job.call.casefold() for one in drawings for job in one.jobs if job.call}
    items: list[LinkedWorkflow] = []
    for one in told:
        linked, found = linked_workflow(one, settings)
        diagnostics += found
        if linked.jobs:
            items.append(linked)
        else:
            diagnostics.append(_without_jobs(linked, is_called=one.file.casefold() in called))
    return Linked(ordered.drawings, tuple(items)), diagnostics


def _without_jobs(linked: LinkedWorkflow, *, is_called: bool) -> Diagnostic:
    and_called = ", and GitHub refuses the workflow that calls it" if is_called else ""
    return diagnostic(
        NO_JOBS,
        f"nothing drawn on `{linked.name}` is a job, so no `{linked.file}` is written{and_called}",
        linked.told.flows[0].span,
        help="draw what it does as notes over it or messages from it"
        + (f", or write `{linked.file}` yourself" if is_called else ""),
    )


def linked_workflow(told: WorkflowFlows, settings: Settings) -> tuple[LinkedWorkflow, list[Diagnostic]]:
    """The linked jobs of a workflow, the union of whose orders is acyclic.

    Where the flows' orders contradict each other, one job at a time is separated: it becomes a job of its
    own in the flow drawn last. Reports `drawn-twice`, `near-duplicate-name`, `job-separated`,
    `cyclic-order`, `illegal-id`.
    """
    diagnostics: list[Diagnostic] = []
    bearers = [b for flow in told.flows for b in _bearers(flow, diagnostics)]
    warnings: list[Diagnostic] = []
    while True:
        linked, found = _attempt(told, bearers, settings)
        chosen = separated(linked)
        if chosen is None:
            break
        job, flow = chosen
        warnings.append(_separation(linked, job, flow))
        numbers = {drawn.number for drawn in job.flows[flow].drawn}
        name = told.flows[flow].name
        bearers = [
            replace(b, apart=name) if b.flow == flow and b.job.number in numbers else b for b in bearers
        ]
    names = [job.identity for job in linked.jobs]
    return linked, [*diagnostics, *warnings, *found, *_taken_ids(names), *_near_duplicates(names)]


def _separation(linked: LinkedWorkflow, job: LinkedJob, flow: int) -> Diagnostic:
    others = [number for number in job.flows if number != flow]
    name = linked.told.flows[flow].name
    return diagnostic(
        JOB_SEPARATED,
        f"the flows order `{job.identity.title}` differently, so it is a job of its own in `{name}`",
        Label(job.flows[flow].drawn[0].span, "a job of its own here"),
        *(Label(job.flows[number].drawn[0].span, "drawn in another order here") for number in others[:1]),
        help=f"draw the same order in both flows, or name the two jobs: `%% id: {job.id}-2` above this one",
    )


def _attempt(
    told: WorkflowFlows, bearers: list[Bearer], settings: Settings
) -> tuple[LinkedWorkflow, list[Diagnostic]]:
    """The linked jobs for these bearers; the union of their orders may be cyclic."""
    given = {folded(name): value for name, value in settings.jobs}
    found = identities(bearers, given, told.name)
    by_flow: list[dict[int, list[DrawnJob]]] = [{} for _ in told.flows]
    job_index: list[dict[int, int]] = [{} for _ in told.flows]
    for index, identity in enumerate(found):
        for bearer in identity.bearers:
            by_flow[bearer.flow].setdefault(index, []).append(bearer.job)
            job_index[bearer.flow][bearer.job.number] = index
    flags = Flags()
    deciders = _deciders(found, told, settings)
    readers: list[FlowConditions] = []
    orders: list[HappensBefore] = []
    diagnostics: list[Diagnostic] = []
    jobs = [LinkedJob(index, identity, {}) for index, identity in enumerate(found)]
    for flow in told.flows:
        order, cycles = _order(flow, by_flow[flow.number])
        diagnostics += cycles
        ids = {number: found[index].id for number, index in job_index[flow.number].items()}
        if settings.order is Order.DATA:
            order = data_order(flow, order, frozenset(n for n, i in ids.items() if i in deciders))
        reader = FlowConditions(flow, ids, deciders, flags, settings)
        readers.append(reader)
        orders.append(order)
        for index, drawn in by_flow[flow.number].items():
            jobs[index].flows[flow.number] = FlowJob(tuple(drawn), _conditions(reader, drawn))
            diagnostics += _own_handler(flow, reader, drawn)
        direct(flow, order, jobs, by_flow[flow.number], job_index[flow.number])
    flags.finished()
    linked = LinkedWorkflow(
        told,
        tuple(jobs),
        flags=flags,
        conditions=tuple(readers),
        orders=tuple(orders),
        job_index=tuple(job_index),
    )
    index_of = {job.id.casefold(): job.index for job in jobs}
    for job in jobs:
        for number in job.flows:
            job.reads[number] = reads(linked, job, number, index_of, diagnostics)
    return linked, diagnostics


def _conditions(reader: FlowConditions, drawn: list[DrawnJob]) -> Sum:
    """The condition around a job (any of its places), having read those of its steps and its matrix."""
    condition = dnf.NOTHING
    for job in drawn:
        condition = dnf.either(condition, reader.of(job.operand))
        for step in job.steps:
            reader.of(step.operand)
        if any(not values for _, values in job.matrix):
            reader.read_matrix(job)
    return condition


def _own_handler(flow: Flow, reader: FlowConditions, drawn: list[DrawnJob]) -> list[Diagnostic]:
    """Notes of one given id whose failures are not handled alike: a job cannot mend half of itself."""
    first = drawn[0]
    for other in drawn[1:]:
        is_given = first.text != other.text or _is_ordered(flow, first, other)
        if is_given and _handled(reader, first) != _handled(reader, other):
            names = f"`{other.text.title}` and `{first.text.title}`"
            message = f"{names} are given one id, and a failure of them is not handled alike"
            cure = "what handles a failure, or has an option, is a job of its own: give it another id"
            return [illegal_id(message, Label(other.span), Label(first.span), help=cure)]
    return []


def _handled(reader: FlowConditions, job: DrawnJob) -> set[tuple[str, int]]:
    """The fragments whose failure a place in a flow is about, and those that make its own failure good."""
    literals = (atom for cube in reader.of(job.operand) for atom, _ in cube)
    found = {(atom.name, -1) for atom in literals if atom.kind is dnf.AtomKind.FAILURE}
    at = job.operand
    while at > 0:
        operand = reader.drawing.operands[at]
        if reader.drawing.fragments[operand.fragment].operator is Operator.CRITICAL:
            found.add((str(operand.fragment), operand.index))
        at = operand.parent
    return found


def _bearers(flow: Flow, diagnostics: list[Diagnostic]) -> list[Bearer]:
    """The jobs of a flow; those of one text that are ordered cannot be one job and are told apart."""
    groups: dict[tuple[object, ...], list[list[DrawnJob]]] = {}
    result: list[Bearer] = []
    for job in flow.drawing.jobs:
        if job.run != flow.run.number:
            continue
        key = (labels.folded(job.text.name), job.text.tags, job.text.details, job.call)
        known = groups.setdefault(key, [])
        for number, group in enumerate(known):
            if not any(_is_ordered(flow, job, other) for other in group):
                group.append(job)
                result.append(Bearer(flow.number, job, number))
                break
        else:
            known.append([job])
            result.append(Bearer(flow.number, job, len(known) - 1))
            if len(known) > 1 and not job.stands_for:
                diagnostics.append(
                    diagnostic(
                        DRAWN_TWICE,
                        f"`{job.text.title}` is drawn twice in a row, so these are two jobs",
                        Label(job.span, "the second"),
                        Label(known[0][0].span, "the first"),
                        help="give them different names, or fix their ids by `%% id:` above the notes",
                    )
                )
    return result


def _is_ordered(flow: Flow, one: DrawnJob, other: DrawnJob) -> bool:
    order = flow.order
    return order.is_before(one.number, other.number) or order.is_before(other.number, one.number)


def _order(flow: Flow, drawn: dict[int, list[DrawnJob]]) -> tuple[HappensBefore, list[Diagnostic]]:
    """The order of a flow, with jobs that are drawn in several places at once as one point of it."""
    merged = {job.number: jobs[0].number for jobs in drawn.values() for job in jobs[1:]}
    if not merged:
        return flow.order, []
    return happens_before(flow.drawing, merged)


def _deciders(found: Sequence[Identity], told: WorkflowFlows, settings: Settings) -> frozenset[str]:
    """The ids of the jobs that decide: by a line `Decide …` in some flow, or by the settings."""
    chosen = {
        folded(value.decider)
        for name, value in settings.lifelines
        if value.decider
        and folded(name) in {folded(told.name)} | {folded(f.run.lifeline) for f in told.flows}
    }
    return frozenset(
        identity.id
        for identity in found
        if any(bearer.job.decides for bearer in identity.bearers)
        or folded(identity.id) in chosen
        or folded(identity.name) in chosen
    )


def direct(
    flow: Flow,
    order: HappensBefore,
    jobs: list[LinkedJob],
    drawn: dict[int, list[DrawnJob]],
    job_index: dict[int, int],
) -> None:
    """Rule 2 of section 9 for every job of a flow, on bit sets over topological positions."""
    number = flow.number
    before_at = [order.before[job] for job in order.job_at]
    inside = 0
    by_condition = dnf.ConditionIndex()
    for index, found in drawn.items():
        bit = 1 << order.position[found[0].number]
        inside |= bit
        condition = jobs[index].flows[number].condition
        by_condition.add(condition, bit)
    certain_for = {condition: by_condition.implied_by(condition) for condition in by_condition.masks}
    for index, found in drawn.items():
        before = order.before[found[0].number] & inside
        certain = before & certain_for[jobs[index].flows[number].condition]
        kept = before & ~before_any(certain, before_at)
        jobs[index].direct[number] = tuple(
            dict.fromkeys(job_index[order.job_at[position]] for position in bits(kept))
        )


def separated(linked: LinkedWorkflow) -> tuple[LinkedJob, int] | None:
    """The job to separate, and the flow in which, if the union of the flows' orders is cyclic.

    The one whose separation leaves the smallest cyclic part, the last in the document among equals.
    """
    if len(linked.told.flows) < 2:
        return None
    edges = {(on, job.index) for job in linked.jobs for flow in job.flows for on in _wanted(job, flow)}
    cyclic = _cyclic_part(edges)
    if not cyclic:
        return None
    best: tuple[int, int] | None = None
    for index in sorted(cyclic):
        job = linked.jobs[index]
        if len(job.flows) < 2:
            continue
        last = max(job.flows)
        fresh = -1 - index
        kept = {
            (
                fresh if a == index and flow == last else a,
                fresh if c.index == index and flow == last else c.index,
            )
            for c in linked.jobs
            for flow in c.flows
            for a in _wanted(c, flow)
        }
        size = len(_cyclic_part(kept))
        if best is None or size <= best[0]:
            best = (size, index)
    if best is None:
        return None
    job = linked.jobs[best[1]]
    return job, max(job.flows)


def _wanted(job: LinkedJob, flow: int) -> tuple[int, ...]:
    """The jobs that a job needs in a flow, for the order or for what it reads."""
    return (*job.direct.get(flow, ()), *job.reads[flow])


def _cyclic_part(edges: set[tuple[int, int]]) -> set[int]:
    """The nodes on cycles."""
    nodes = dict.fromkeys(node for edge in edges for node in edge)
    return {node for part in components(nodes, successors(edges)) if len(part) > 1 for node in part}


def _taken_ids(found: Sequence[Identity]) -> list[Diagnostic]:
    """Notes of one given id that cannot be one job, since one of them calls a workflow."""
    first: dict[str, Identity] = {}
    result = []
    for identity in found:
        other = first.setdefault(identity.id.casefold(), identity)
        if other is not identity:
            message = (
                f"`{other.title}` and `{identity.title}` have the id `{identity.id}` and cannot be one job"
            )
            place, second = (Label(one.bearers[0].job.span) for one in (identity, other))
            cure = "a call of a workflow has no steps: give one of them another id"
            result.append(illegal_id(message, place, second, help=cure))
    return result


def _near_duplicates(found: Sequence[Identity]) -> list[Diagnostic]:
    """Jobs whose names differ by a plural, or by what no id has (punctuation, blanks, accents): likely one
    job under two names."""
    by_name: dict[str, Identity] = {}
    for identity in found:
        by_name.setdefault(labels.folded(identity.bearers[0].job.text.name), identity)
    by_singular: dict[str, Identity] = {}
    result = []
    for identity in by_name.values():
        text = identity.bearers[0].job.text
        is_fixed = bool(identity.bearers[0].job.fixed_id)
        key = text.name if is_fixed else labels.singular(job_id(text.name).replace("-", " "))
        other = by_singular.setdefault(f"{key} {text.tags}", identity)
        if other is not identity:
            result.append(
                near_duplicate_name(
                    f"`{text.name}` and `{other.bearers[0].job.text.name}` are two jobs with nearly one name",
                    Label(identity.bearers[0].job.span, "one here"),
                    Label(other.bearers[0].job.span, "the other here"),
                    help="write one name in both places if they are one job",
                )
            )
    return result
