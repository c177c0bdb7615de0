"""The flows of one file made one graph of jobs (docs/language.md#several-flows-in-one-file)."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import FrozenMap, dataclass
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, FlowGraphs
from mermaid2gha.compiler.link.conditions import FlagTable, FlowReader
from mermaid2gha.compiler.link.dataflow import reads_of
from mermaid2gha.compiler.link.direct import direct_jobs
from mermaid2gha.compiler.link.flow_model import Flow, WorkflowFlows
from mermaid2gha.compiler.link.flows import flows
from mermaid2gha.compiler.link.identity import Identity, Places, Separations, identities
from mermaid2gha.compiler.link.model import FlowJob, LinkedFlow, LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.link.separation import separated, separation
from mermaid2gha.compiler.lower.builder import illegal_id
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.order.happens_before import HappensBefore, happens_before
from mermaid2gha.compiler.order.order import Ordered
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.names import job_id
from mermaid2gha.mermaid.ast import Note, Operator
from mermaid2gha.mermaid.errors.warnings import near_duplicate_name
from mermaid2gha.settings.model import Order, Settings, folded

DRAWN_TWICE = Rule("drawn-twice", Severity.WARNING)
NO_JOBS = Rule("no-jobs", Severity.WARNING)
ONE_JOB_BOTH_WAYS = Rule("one-job-both-ways", Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Linked:
    """The workflow files of a project that have jobs, in document order."""

    drawings: FlowGraphs
    items: tuple[LinkedWorkflow, ...]


def link(ordered: Ordered, settings: Settings) -> tuple[Linked, list[Diagnostic]]:
    """All flows of each workflow file as one.

    Reports `no-jobs`, and what `flows` and `linked_workflow` do.
    """
    drawings = ordered.drawings.items
    workflows, diagnostics = flows(
        list(zip(drawings, ordered.orders)), settings, ordered.drawings.documents.existing
    )
    called = {job.call.casefold() for workflow in drawings for job in workflow.jobs if job.call}
    items: list[LinkedWorkflow] = []
    for workflow in workflows:
        linked, findings = linked_workflow(workflow, settings)
        diagnostics += findings
        if linked.jobs:
            items.append(linked)
            continue
        is_called = workflow.file.casefold() in called
        if not (is_called and ordered.drawings.documents.existing.has(workflow.file)):
            diagnostics.append(_without_jobs(linked, is_called=is_called))
    there = {workflow.file.casefold() for workflow in workflows}
    missing = {
        job.call.casefold(): job
        for drawing in reversed(drawings)
        for job in reversed(drawing.jobs)
        if job.call and "/" not in job.call and job.call.casefold() not in there
    }
    diagnostics += [
        _without_file(job)
        for job in reversed(missing.values())
        if not ordered.drawings.documents.existing.has(job.call)
    ]
    return Linked(ordered.drawings, tuple(items)), diagnostics


_MOST_NOTES = 3


def _without_jobs(linked: LinkedWorkflow, *, is_called: bool) -> Diagnostic:
    notes = [
        Label(event.text_span, "this note is over none that has jobs")
        for event in linked.workflow.flows[0].drawing.diagram.events
        if isinstance(event, Note) and event.text_span is not None and "comment" not in marks_of(event)
    ]
    lifelines = linked.workflow.flows[0].drawing.participants
    drawn = next((one.id for one in lifelines if one.file == linked.file), linked.name)
    and_called = ", and GitHub refuses the workflow that calls it" if is_called else ""
    return diagnostic(
        NO_JOBS,
        f"nothing drawn on `{linked.name}` is a job, so no `{linked.file}` is written{and_called}",
        linked.workflow.flows[0].span,
        *notes[:_MOST_NOTES],
        help="draw what it does as notes over it or messages from it"
        + (", or write its file yourself" if is_called else "")
        + f"; `%% role: {drawn} = external` above its first use if it is no workflow of GitHub's",
        reason="nothing drawn on {count} lifelines is a job, so no file is written for them"
        + (", and GitHub refuses the workflows that call them" if is_called else ""),
    )


def _without_file(job: DrawnJob) -> Diagnostic:
    return diagnostic(
        NO_JOBS,
        f"there is no `{job.call}`, nor is it drawn, and GitHub refuses the workflow that calls it",
        job.span,
        help="draw what it does on a lifeline of its own, or write the file yourself",
        reason="{count} workflows are called and neither there nor drawn, so GitHub refuses their callers",
    )


def linked_workflow(workflow: WorkflowFlows, settings: Settings) -> tuple[LinkedWorkflow, list[Diagnostic]]:
    """The linked jobs of a workflow, the union of whose orders is acyclic.

    Where the flows' orders contradict each other, one job at a time is separated: it becomes a job of its
    own in the flow drawn last. Reports `drawn-twice`, `one-job-both-ways`, `near-duplicate-name`,
    `job-separated`, `cyclic-order`, `illegal-id`.
    """
    diagnostics: list[Diagnostic] = []
    repeats: dict[tuple[int, int], int] = {}
    for flow in workflow.flows:
        repeats |= _repeats(flow, diagnostics)
    apart: dict[tuple[int, int], str] = {}
    warnings: list[Diagnostic] = []
    while True:
        linked, findings = _attempt(workflow, Separations(repeats, apart), settings)
        chosen = separated(linked)
        if chosen is None:
            break
        job, number = chosen
        warnings.append(separation(linked, job, number))
        apart |= {(number, drawn.number): workflow.flows[number].name for drawn in job.flows[number].drawn}
    alike = [*_taken_ids(linked.jobs), *_near_duplicates(linked.jobs)]
    return linked, [*diagnostics, *warnings, *findings, *alike]


def _attempt(
    workflow: WorkflowFlows, separations: Separations, settings: Settings
) -> tuple[LinkedWorkflow, list[Diagnostic]]:
    """The linked jobs, these held apart; the union of their orders may be cyclic."""
    given = {folded(name): value for name, value in settings.jobs}
    places = ((flow.number, job) for flow in workflow.flows for job in flow.jobs)
    named = identities(places, separations, given, workflow.name)
    drawn: list[dict[int, list[DrawnJob]]] = [{} for _ in workflow.flows]
    for index, (_, jobs_of) in enumerate(named):
        for flow_number, job in jobs_of:
            drawn[flow_number].setdefault(index, []).append(job)
    names = [identity for identity, _ in named]
    table = FlagTable(_deciders(named, workflow, settings))
    diagnostics: list[Diagnostic] = []
    linked_flows: list[LinkedFlow] = []
    for flow in workflow.flows:
        linked_flow, findings = _linked_flow(flow, drawn[flow.number], names, table, settings)
        linked_flows.append(linked_flow)
        diagnostics += findings
    flags = table.flags()
    direct = [direct_jobs(linked_flow) for linked_flow in linked_flows]
    reads, findings = reads_of(names, linked_flows, flags)
    numbers: list[list[int]] = [[] for _ in names]
    for linked_flow in linked_flows:
        for index in linked_flow.jobs:
            numbers[index].append(linked_flow.flow.number)
    jobs = tuple(
        LinkedJob(
            index,
            identity,
            flows=FrozenMap({number: linked_flows[number].jobs[index] for number in numbers[index]}),
            direct=FrozenMap({number: direct[number][index] for number in numbers[index]}),
            reads=FrozenMap({number: reads[number][index] for number in numbers[index]}),
        )
        for index, identity in enumerate(names)
    )
    linked = LinkedWorkflow(
        workflow,
        jobs,
        flags=flags,
        conditions=tuple(linked_flow.conditions for linked_flow in linked_flows),
        orders=tuple(linked_flow.order for linked_flow in linked_flows),
        job_index=tuple(linked_flow.index_of for linked_flow in linked_flows),
    )
    return linked, [*diagnostics, *findings]


def _linked_flow(
    flow: Flow,
    drawn: dict[int, list[DrawnJob]],
    names: Sequence[Identity],
    table: FlagTable,
    settings: Settings,
) -> tuple[LinkedFlow, list[Diagnostic]]:
    """One flow with the order and the conditions of its jobs; the table gets what they read."""
    order, diagnostics = _order(flow, drawn)
    index_of = {job.number: index for index, places in drawn.items() for job in places}
    ids = {number: names[index].id for number, index in index_of.items()}
    if settings.order is Order.DATA:
        from mermaid2gha.compiler.link.relaxed_order import data_order  # late: a setting asks for it

        deciding = frozenset(number for number, name in ids.items() if name in table.deciders)
        order = data_order(flow, order, deciding)
    reader = FlowReader(flow, ids, table, settings)
    jobs: dict[int, FlowJob] = {}
    for index, places in drawn.items():
        jobs[index] = FlowJob(tuple(places), reader.of_job(places))
        diagnostics += _own_handler(flow, reader, places)
    return LinkedFlow(
        flow, order, conditions=reader.conditions(), jobs=FrozenMap(jobs), index_of=FrozenMap(index_of)
    ), diagnostics


def _own_handler(flow: Flow, reader: FlowReader, drawn: list[DrawnJob]) -> list[Diagnostic]:
    """Notes of one job whose failures are not handled alike: it cannot mend half of itself."""
    first = drawn[0]
    for other in drawn[1:]:
        if _handled(reader, first) == _handled(reader, other):
            continue
        if first.text == other.text and not _is_ordered(flow, first, other):
            return [_one_way(other, first)]
        names = f"`{other.text.title}` and `{first.text.title}`"
        message = f"{names} are given one id, and a failure of them is not handled alike"
        cure = "what handles a failure, or has an option, is a job of its own: give it another id"
        return [illegal_id(message, Label(other.span), Label(first.span), help=cure)]
    return []


def _one_way(job: DrawnJob, first: DrawnJob) -> Diagnostic:
    return diagnostic(
        ONE_JOB_BOTH_WAYS,
        f"`{job.text.title}` is drawn for a success and a failure, and is one job, which runs for one",
        Label(job.span, "here"),
        Label(first.span, "and here"),
        help="give one of them another name, such as `Clean up after a failure`",
    )


def _handled(reader: FlowReader, job: DrawnJob) -> set[tuple[str, int]]:
    """The fragments whose failure a place in a flow is about, and those that make its own failure good."""
    literals = (atom for cube in reader.of(job.operand) for atom, _ in cube)
    handled = {(atom.name, -1) for atom in literals if atom.kind is dnf.AtomKind.FAILURE}
    for operand in reader.drawing.around(job.operand):
        if reader.drawing.fragments[operand.fragment].operator is Operator.CRITICAL:
            handled.add((str(operand.fragment), operand.index))
    return handled


def _repeats(flow: Flow, diagnostics: list[Diagnostic]) -> dict[tuple[int, int], int]:
    """Jobs of one text that are ordered cannot be one job, nor messages of one text to two receivers: those
    after the first are numbered, from 1."""
    groups: dict[tuple[object, ...], list[list[DrawnJob]]] = {}
    result: dict[tuple[int, int], int] = {}
    for job in flow.jobs:
        text = job.text
        same = groups.setdefault((folded(text.name), text.tags, text.details, job.call), [])
        for number, group in enumerate(same):
            if not any(_is_ordered(flow, job, other) or _is_for_another(job, other) for other in group):
                if beside := _is_beside(flow, job, group[0]):
                    diagnostics.append(_beside(job, group[0], beside))
                group.append(job)
                result[flow.number, job.number] = number
                break
        else:
            result[flow.number, job.number] = len(same)
            same.append([job])
            has_own_id = bool(job.fixed_id or same[0][0].fixed_id)
            if len(same) > 1 and not job.stands_for and not has_own_id:
                is_apart = not _is_ordered(flow, job, same[0][0])
                how = "for two receivers" if is_apart else "twice in a row"
                diagnostics.append(
                    diagnostic(
                        DRAWN_TWICE,
                        f"`{text.title}` is drawn {how}, so these are two jobs",
                        Label(job.span, "the second"),
                        Label(same[0][0].span, "the first"),
                        help="give them different names, or fix their ids by `%% id:` above the notes",
                    )
                )
    return result


def _is_beside(flow: Flow, job: DrawnJob, other: DrawnJob) -> tuple[str, str] | None:
    """The texts of the two operands of one `par` in which two jobs of one text stand, where both have one."""
    own = {one.fragment: one.index for one in flow.drawing.around(job.operand)}
    for operand in flow.drawing.around(other.operand):
        fragment = flow.drawing.fragments[operand.fragment]
        here = own.get(operand.fragment, operand.index)
        if here != operand.index and fragment.operator in (Operator.PAR, Operator.PAR_OVER):
            texts = fragment.guards[here][0], fragment.guards[operand.index][0]
            is_given = job.fixed_id or job.stands_for
            return texts if all(texts) and folded(texts[0]) != folded(texts[1]) and not is_given else None
    return None


def _beside(job: DrawnJob, first: DrawnJob, operands: tuple[str, str]) -> Diagnostic:
    """That a job is drawn in two operands of a `par`, whose texts these are."""
    ids = [job_id(f"{job.text.name} {of}") for of in reversed(operands)]
    return diagnostic(
        DRAWN_TWICE,
        f"`{job.text.title}` is drawn in two operands of a `par`, and is one job",
        Label(job.span, "here"),
        Label(first.span, "and here"),
        help=f"`%% id: {ids[0]}` above the first and `%% id: {ids[1]}` above this make two jobs, and so do "
        f"two names; `%% ignore: {DRAWN_TWICE.name}` above this says that it is one",
    )


def _is_for_another(job: DrawnJob, other: DrawnJob) -> bool:
    """Whether two jobs are messages to two different lifelines."""
    receivers = {_receiver(one) for one in (job, other)} - {""}
    return len(receivers) > 1


def _receiver(job: DrawnJob) -> str:
    """The lifeline at the other end of the message that begins a job; empty if a note does."""
    first = job.steps[0] if job.steps else None
    return first.partner.id if first and first.partner and first.span == job.span else ""


def _is_ordered(flow: Flow, job: DrawnJob, other: DrawnJob) -> bool:
    order = flow.order
    return order.is_before(job.number, other.number) or order.is_before(other.number, job.number)


def _order(flow: Flow, drawn: dict[int, list[DrawnJob]]) -> tuple[HappensBefore, list[Diagnostic]]:
    """The order of a flow, with jobs that are drawn in several places at once as one point of it."""
    merged = {job.number: jobs[0].number for jobs in drawn.values() for job in jobs[1:]}
    if not merged:
        return flow.order, []
    return happens_before(flow.drawing, merged)


def _deciders(
    named: Sequence[tuple[Identity, Places]], workflow: WorkflowFlows, settings: Settings
) -> frozenset[str]:
    """The ids of the jobs that decide: by a line `Decide …` in some flow, or by the settings."""
    chosen = {
        folded(value.decider)
        for name, value in settings.lifelines
        if value.decider
        and folded(name) in {folded(workflow.name)} | {folded(f.run.lifeline) for f in workflow.flows}
    }
    return frozenset(
        identity.id
        for identity, places in named
        if any(job.decides for _, job in places)
        or folded(identity.id) in chosen
        or folded(identity.name) in chosen
    )


def _taken_ids(jobs: Sequence[LinkedJob]) -> list[Diagnostic]:
    """Notes of one given id that cannot be one job, since one of them calls a workflow."""
    first: dict[str, LinkedJob] = {}
    result = []
    for job in jobs:
        other = first.setdefault(job.id.casefold(), job)
        if other is not job:
            titles = f"`{other.identity.title}` and `{job.identity.title}`"
            message = f"{titles} have the id `{job.id}` and cannot be one job"
            place, second = Label(job.drawn[0].span), Label(other.drawn[0].span)
            cure = "a call of a workflow has no steps: give one of them another id"
            result.append(illegal_id(message, place, second, help=cure))
    return result


def _near_duplicates(jobs: Sequence[LinkedJob]) -> list[Diagnostic]:
    """Jobs whose names differ by a plural, or by what no id has (punctuation, blanks, accents): likely one
    job under two names."""
    by_name: dict[str, DrawnJob] = {}
    for job in jobs:
        first = next(iter(job.flows.values())).drawn[0]
        by_name.setdefault(folded(first.text.name), first)
    by_singular: dict[str, DrawnJob] = {}
    by_slug: dict[str, DrawnJob] = {}
    result = []
    for drawn in by_name.values():
        name = drawn.text.name
        key = name if drawn.fixed_id else labels.spelt_alike(name)
        other = by_singular.setdefault(f"{key} {drawn.text.tags}", drawn)
        same_id = by_slug.setdefault(f"{name if drawn.fixed_id else job_id(name)} {drawn.text.tags}", drawn)
        if other is not drawn:
            message, help_ = (
                "two jobs with nearly one name",
                "write one name in both places if they are one job",
            )
        elif same_id is not drawn:  # of what an id can have, they have the same
            other = same_id
            message = f"two jobs whose ids, `{job_id(name)}`, differ by a number alone"
            help_ = "`%% id: NAME` above one of them gives it an id of its own"
        else:
            continue
        result.append(
            near_duplicate_name(
                f"`{name}` and `{other.text.name}` are {message}",
                Label(drawn.span, "one here"),
                Label(other.span, "the other here"),
                help=help_,
            )
        )
    return result
