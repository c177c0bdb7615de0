"""The passes in a row: documents and settings in, a compilation out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, has_errors
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.checks.checks import findings, reported
from mermaid2gha.compiler.checks.unwritten import without_moot
from mermaid2gha.compiler.ir.existing import NOTHING, Existing
from mermaid2gha.compiler.ir.flow_graph import FlowGraph, FlowGraphs, TraceRow
from mermaid2gha.compiler.ir.sources import Sources
from mermaid2gha.compiler.link.expansion import expansion
from mermaid2gha.compiler.link.link import link
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.lower.lower import lower
from mermaid2gha.compiler.order.order import order
from mermaid2gha.compiler.plan.emit import Workflows, emit
from mermaid2gha.compiler.plan.joins import joins
from mermaid2gha.compiler.plan.model import ProjectPlan
from mermaid2gha.compiler.plan.plan import plan
from mermaid2gha.compiler.reading.reading import Reading, Readings, reading
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.settings.model import Settings

PASSES: tuple[Callable[..., tuple[object, list[Diagnostic]]], ...] = (
    reading,  # documents: every lifeline's role, every statement's effect
    lower,  # one diagram's runs, jobs, fragments and messages
    expansion,  # notes that stand for several jobs
    order,  # what happens before what in a diagram
    link,  # all flows of a workflow file as one
    plan,  # each job's needs, condition, rights and steps
    joins,  # jobs that wait for many others, in files that would be too large
    emit,  # workflow files
)
"""Each takes the value of the one before it, and the settings; gives its own value and its findings."""

NO_PLAN = ProjectPlan((), ())


@dataclass(frozen=True, slots=True)
class Compilation:
    """What documents compile to. With an error among the diagnostics there are no workflows to write.

    `plan` says all of the workflows, `texts` are they as fresh files; `linked` are they as they are drawn, in
    the same order: what their files are proved against. `readings` and `drawings` are of the diagrams that
    draw them.
    """

    workflows: tuple[Workflow, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: tuple[str, ...] = ()
    plan: ProjectPlan = NO_PLAN
    linked: tuple[LinkedWorkflow, ...] = ()
    drawings: tuple[FlowGraph, ...] = ()
    readings: tuple[Reading, ...] = ()

    @property
    def trace(self) -> tuple[TraceRow, ...]:
        """What became of each statement, with the ids of the jobs, and as what and why it was read; in
        document order."""
        effects = {
            (event.span.file.name, event.span.start): effect
            for reading in self.readings
            for event, effect in zip(reading.diagram.events, reading.effects)
            if event.span is not None
        }
        ids: dict[tuple[int, int], tuple[str, str]] = {}
        for linked in self.linked:
            for flow in linked.workflow.flows:
                for number, index in linked.job_index[flow.number].items():
                    ids[id(flow.drawing), number] = linked.file, linked.jobs[index].id
        rows = []
        for drawing in self.drawings:
            for row in sorted(drawing.trace, key=lambda row: row.span.start):
                workflow, job = ids.get((id(drawing), row.job), ("", ""))
                becomes = f"{row.becomes} ({workflow}: {job})" if job else row.becomes
                effect = effects.get((row.span.file.name, row.span.start))
                kind, ground = (effect.act.value, effect.ground.value) if effect else ("", "")
                read = replace(row, becomes=becomes, effect=kind, ground=ground)
                rows.append(replace(read, workflow=workflow, job_id=job))
        return tuple(rows)


def compile_documents(
    documents: Sequence[SourceFile], settings: Settings, existing: Existing = NOTHING
) -> Compilation:
    """The workflows of one project: its documents (Markdown, or `.mmd`/`.mermaid` by their names), linked.

    Of the files that stand `existing` gives the jobs among which the wildcards of `ids` choose, and the `if`s
    in which people have terms of their own: the workflows are planned around these, the fresh texts are not.
    The passes stop at errors only after every diagram has been read, so that all faults are told at once.
    """
    value: object = Sources(tuple(documents), existing)
    values: dict[type, object] = {}
    diagnostics: list[Diagnostic] = []
    for step in PASSES:
        value, found = step(value, settings)
        values[type(value)] = value
        diagnostics += found
        if has_errors(diagnostics) and not isinstance(value, _IN_SPITE_OF_ERRORS):
            break
    return _compilation(values, diagnostics, settings)


_IN_SPITE_OF_ERRORS = (Readings, FlowGraphs)
"""After these the passes go on whatever is wrong: of a faulty diagram the order can be told, too."""


def _compilation(
    values: Mapping[type, object], diagnostics: Sequence[Diagnostic], settings: Settings
) -> Compilation:
    readings = values.get(Readings)
    read = readings.items if isinstance(readings, Readings) else ()
    found = reported(without_moot([*diagnostics, *findings(values, settings)], values), settings, read)
    drawings, made = values.get(FlowGraphs), values.get(Workflows)
    drawn = drawings.items if isinstance(drawings, FlowGraphs) else ()
    if has_errors(list(found)) or not isinstance(made, Workflows):
        return Compilation((), found, drawings=drawn, readings=read)
    linked = made.plans.linked.items
    existing = made.plans.linked.drawings.documents.existing
    return Compilation(
        tuple(_amended(one, workflow, existing) for one, workflow in zip(linked, made.items)),
        diagnostics=found,
        texts=made.texts,
        plan=made.plans.project,
        linked=linked,
        drawings=drawn,
        readings=read,
    )


def _amended(linked: LinkedWorkflow, workflow: Workflow, existing: Existing) -> Workflow:
    """A workflow as it must be where people have terms of their own in its file."""
    if not any(job.condition for job in existing.file(workflow.file).jobs):
        return workflow
    from mermaid2gha.compiler.plan.effective import effective  # late: few files have terms

    return effective(linked, workflow, existing.file(workflow.file)).workflow
