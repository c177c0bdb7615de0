"""What a drawing contradicts itself in: warnings that need the whole picture.

See docs/language.md#tokens-and-permissions and docs/language.md#several-flows-in-one-file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.graph import bits, closure, nearest, successors
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, FlowGraph, JobKind, Run, SkipNote
from mermaid2gha.compiler.link.flow_model import Flow
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.plan.emit import Workflows
from mermaid2gha.compiler.plan.model import PlanJob, PlanNeed, WorkflowPlan
from mermaid2gha.compiler.plan.plan import Plans
from mermaid2gha.compiler.plan.steps import idle_steps
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.github.expressions.condition import FALSE, NEVER, expression
from mermaid2gha.mermaid.ast import Operator
from mermaid2gha.settings.model import Settings

DRAWN_AFTER_GATE = Rule("drawn-after-gate", Severity.WARNING)
EVENT_CONTRADICTS_NOTE = Rule("event-contradicts-note", Severity.WARNING)
FLOW_NAME_TAKEN = Rule("flow-name-taken", Severity.NOTE)
NEVER_RUNS = Rule("never-runs", Severity.WARNING)
ORDER_FROM_ANOTHER_FLOW = Rule("order-from-another-flow", Severity.WARNING)
PUSH_MOVES = Rule("push-moves", Severity.WARNING)
SEVERAL_OPTIONS = Rule("several-options", Severity.ERROR)
SKIP_CONTRADICTED = Rule("skip-contradicted", Severity.WARNING)


def contradictions(project: Linked, settings: Settings) -> list[Diagnostic]:
    """The contradictions of a project. Reports `event-contradicts-note`, `push-moves`, `drawn-after-gate`,
    `skip-contradicted`, `flow-name-taken` and what `_options` does."""
    result: list[Diagnostic] = []
    for linked in project.items:
        result += _taken_names(linked)
        for flow in linked.workflow.flows:
            result += _event_notes(flow)
            result += _moved_pushes(flow, linked.name)
            result += _after_gate(flow)
            for skip in flow.run.skips:
                result += _skip(skip, flow.run, flow.drawing)
    for drawing in project.drawings.items:
        result += _options(drawing)
    return result


def never_runs(plans: Plans, settings: Settings) -> list[Diagnostic]:
    """Reports `never-runs` and `order-from-another-flow`."""
    return [
        diagnostic
        for linked, plan in plans.items
        for diagnostic in (*_foreign_order(linked, plan), *_never(linked, plan))
    ]


def _taken_names(linked: LinkedWorkflow) -> list[Diagnostic]:
    """Flows of one workflow whose diagrams have the same name: the later ones are numbered."""
    first: dict[str, Flow] = {}
    result = []
    for flow in linked.workflow.flows:
        name = flow.drawing.diagram.name
        other = first.setdefault(labels.folded(name), flow)
        if other.drawing is not flow.drawing:
            block, other_block = flow.drawing.diagram.block, other.drawing.diagram.block
            result.append(
                diagnostic(
                    FLOW_NAME_TAKEN,
                    f"another flow is called `{name}`, too, so this one is `{flow.name}`",
                    Label(block.heading_span or block.span, "this flow"),
                    Label(other_block.heading_span or other_block.span, "the other"),
                    help="give each diagram a heading or a `title` of its own",
                )
            )
    return result


def _never(linked: LinkedWorkflow, plan: WorkflowPlan) -> Iterator[Diagnostic]:
    """Jobs and steps under conditions that cannot hold together."""
    jobs = {job.id: job for job in linked.jobs}
    for job in plan.jobs:
        if job.own == FALSE:
            yield _idle(job.title, job.span)
        elif job.id in jobs and any(step.condition == NEVER for step in job.steps):
            for step in idle_steps(linked, jobs[job.id]):
                yield _idle(step.text.title, step.span)


def never_after(workflows: Workflows, settings: Settings) -> list[Diagnostic]:
    """Jobs of which a drawn condition asks how others ended, and that would start after no end of these, or
    after no failure though it may hold then: where nothing handles a failure, GitHub asks for the success of
    all before. Reports `never-runs`."""
    found = []
    for plan, made in zip(workflows.plans.project.workflows, workflows.items):
        jobs = {job.id: job for job in made.jobs}
        for planned in plan.jobs:
            job = jobs.get(planned.id)
            if job is None or job.condition is None or planned.own == FALSE:
                continue
            if ".result" in expression(planned.own):
                from mermaid2gha.github.logic.outcomes import runs_after  # late: few drawings ask so

                own = expression(planned.own)  # what can be true by itself, whatever ended how
                drawn = expression(job.condition)
                can_be = runs_after(f"always() && ({own})", job.needs) != "false"
                is_never = runs_after(drawn, job.needs) == "false"
                if can_be and (is_never or _stops_at_failure(drawn, own, job.needs)):
                    found.append(_never_after(planned.title, planned.span, is_at_all=not is_never))
    return found


def _stops_at_failure(condition: str, own: str, needs: Sequence[str]) -> bool:
    """Whether the failure of a job alone stops one whose condition asks how that ended, and can hold then."""
    from mermaid2gha.github.logic.outcomes import runs_after, stopped_by  # late: few drawings ask so

    stops = stopped_by(condition, tuple(needs), "failure")
    for need in needs if stops is None else stops:
        failed = own.replace(f"needs.{need}.result", "'failure'")
        if failed != own and runs_after(f"always() && ({failed})", needs) != "false":
            return True
    return False


def _never_after(title: str, span: Span, *, is_at_all: bool) -> Diagnostic:
    return diagnostic(
        NEVER_RUNS,
        f"`{title}` never runs{' after a failure' if is_at_all else ''}: its condition asks for another end "
        "than success, and a job starts after the success of those before it",
        span,
        help="`%% failure: JOB` above the fragment lets it run when that job failed, `%% failure` when any "
        "before it did; `%% always` above an `opt` around it that no end of them stops it",
    )


def _idle(title: str, span: Span) -> Diagnostic:
    return diagnostic(
        NEVER_RUNS,
        f"`{title}` never runs: the conditions around it exclude each other",
        span,
        help="mend the conditions of the fragments around it",
    )


def _event_notes(flow: Flow) -> list[Diagnostic]:
    token = flow.run.token
    events = {event.event for event in flow.events}
    if token is None or not token.events or events & {event.event for event in token.events}:
        return []
    noted = ", ".join(f"`{event.event}`" for event in token.events)
    started = ", ".join(f"`{event}`" for event in sorted(events))
    return [
        diagnostic(
            EVENT_CONTRADICTS_NOTE,
            f"the note says {noted}, but the run is started by {started}",
            Label(token.span, "this note"),
            Label(flow.span, "contradicts this trigger"),
            help="write the same event in both places",
        )
    ]


def _moved_pushes(flow: Flow, workflow: str) -> list[Diagnostic]:
    """Pushes that belong to the job that made the artifact and so happen before other drawn jobs."""
    result = []
    order = flow.order
    for moved, before in zip(flow.drawing.transfers, order.before_transfer):
        if not moved.is_moved or flow.drawing.jobs[moved.job].run != flow.run.number:
            continue
        maker = flow.drawing.jobs[moved.job]
        already = order.before[maker.number] | 1 << order.position[maker.number]
        others = [
            job
            for position in bits(before & ~already)
            if (job := flow.drawing.jobs[order.job_at[position]]).run == maker.run
        ]
        if not others:
            continue
        names = ", ".join(f"`{job.text.title}`" for job in others[:3])
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        result.append(
            diagnostic(
                PUSH_MOVES,
                f"`{moved.step.text.title}` happens in the job that made it, so it need not wait for "
                f"{names}{more}",
                Label(moved.step.span, "drawn here"),
                Label(maker.span, "a step of this job"),
                help="draw the push directly after the note of that job",
                reason=f"{{count}} pushes of `{workflow}` happen in the jobs that made what they push, so "
                "they need not wait for what is drawn between",
            )
        )
    return result


def _after_gate(flow: Flow) -> list[Diagnostic]:
    gate = flow.run.gate
    if gate is None:
        return []
    return [
        diagnostic(
            DRAWN_AFTER_GATE,
            f"`{job.text.title}` is drawn after the report of the results, which does not cover it",
            Label(job.span, "drawn here"),
            Label(gate.span, "the report"),
            help="draw the report last",
        )
        for job in flow.drawing.jobs
        if job.run == flow.run.number and job.number not in gate.covers
    ]


def _skip(skip: SkipNote, run: Run, drawing: FlowGraph) -> list[Diagnostic]:
    """A skip note is checked: the job must not run here in this flow, and must run where it says."""
    name = labels.singular(skip.name)
    same = [job for job in drawing.jobs if labels.singular(job.text.name) == name]
    here = [job for job in same if job.run == run.number]
    if here:
        return [_skip_drawn_here(skip, here[0])]
    if not skip.runs_in:
        return []
    target = labels.folded(skip.runs_in)
    files = {r.file for r in drawing.runs if target in (labels.folded(r.name), labels.folded(r.file))}
    if any(drawing.runs[job.run].file in files for job in same):
        return []
    return [
        diagnostic(
            SKIP_CONTRADICTED,
            f"`{skip.name}` is said to run in `{skip.runs_in}`, which does not draw it in this flow",
            skip.span,
            help=f"draw a note `{skip.name}` over `{skip.runs_in}`, or mend the name",
        )
    ]


def _skip_drawn_here(skip: SkipNote, job: DrawnJob) -> Diagnostic:
    return diagnostic(
        SKIP_CONTRADICTED,
        f"`{skip.name}` is said to be skipped here, but this flow draws it",
        Label(skip.span, "skipped here"),
        Label(job.span, "drawn here"),
        help="remove one of the two",
    )


def _options(drawing: FlowGraph) -> list[Diagnostic]:
    """Second options of a `critical`: which one would take over cannot be told by a result."""
    return [
        diagnostic(
            SEVERAL_OPTIONS,
            "a `critical` with several options does not say which one takes over when a job fails",
            Label(span or fragment.span or drawing.diagram.block.span, "a second option"),
            help="draw one option; what differs in it can be an `alt` inside",
        )
        for fragment in drawing.fragments
        if fragment.operator is Operator.CRITICAL
        for _, span in fragment.guards[2:]
    ]


def _foreign_order(linked: LinkedWorkflow, plan: WorkflowPlan) -> list[Diagnostic]:
    """Order that a flow does not draw and gets all the same, for another flow of the file needs it."""
    if len(plan.flows) < 2:
        return []
    jobs = [job for job in plan.jobs if job.kind is not JobKind.GATE]
    after = successors((need.on, job.id) for job in jobs for need in job.needs)
    return [
        diagnostic
        for flow in linked.workflow.flows
        for diagnostic in _foreign_order_in(linked, jobs, flow, after)
    ]


def _foreign_order_in(
    linked: LinkedWorkflow, jobs: Sequence[PlanJob], flow: Flow, after: Mapping[str, Sequence[str]]
) -> list[Diagnostic]:
    """What the needs order in a flow without another of its jobs between, and the flow does not draw."""
    index_of = linked.job_index[flow.number]
    order = linked.orders[flow.number]
    inside = {linked.jobs[index].id: 1 << index for index in index_of.values()}
    before = closure((job.id for job in jobs), after, inside)
    before_at = {job.index: before[job.id] for job in linked.jobs}

    def first(on: str) -> int:
        return inside[on] if on in inside else nearest(before[on], before_at)

    by_id = {job.id: job for job in linked.jobs}
    result = []
    for planned in (job for job in jobs if job.id in inside):
        job = by_id[planned.id]
        undrawn = nearest(before[job.id], before_at)
        for position in bits(order.before[job.flows[flow.number].number]):
            undrawn &= ~(1 << index_of.get(order.job_at[position], job.index))
        asked: dict[int, list[int]] = {}
        for on in bits(undrawn):
            need = next(need for need in planned.needs if first(need.on) >> on & 1)
            if flow.number not in job.reads or on not in job.reads[flow.number]:
                asking = _asking(linked, job, need)
                asked.setdefault(asking, []).append(on)
        result += [_foreign(linked, job, ons, asking, flow) for asking, ons in asked.items()]
    return result


def _asking(linked: LinkedWorkflow, job: LinkedJob, need: PlanNeed) -> int:
    """The first flow that asks for a need, by its order or by what it reads."""
    if need.is_order:
        return next(flow.number for flow in linked.workflow.flows if flow.name in need.flows)
    return min(flow for flow, reads in job.reads.items() if need.on in {linked.jobs[on].id for on in reads})


def _foreign(linked: LinkedWorkflow, job: LinkedJob, ons: list[int], asking: int, flow: Flow) -> Diagnostic:
    name = linked.workflow.flows[asking].name
    titles = list(dict.fromkeys(f"`{linked.jobs[on].identity.title}`" for on in ons))
    listed = " and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)
    return diagnostic(
        ORDER_FROM_ANOTHER_FLOW,
        f"`{job.identity.title}` waits for {listed} in `{flow.name}` too, because `{name}` orders them",
        Label(job.flows[flow.number].drawn[0].span, "unordered here"),
        Label(job.flows[asking].drawn[0].span, "ordered here"),
        help="draw the same order in both flows, or give the job another name in one of them",
    )
