"""The passes in a row: documents and settings in, a compilation out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, has_errors
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.checks.checks import findings, reported
from mermaid2gha.compiler.checks.sizes import has_a_crowd, has_many_needs, is_too_large, long_conditions
from mermaid2gha.compiler.ir.diagram_ir import Drawing, Drawings, TraceRow
from mermaid2gha.compiler.ir.existing import NOTHING, Existing
from mermaid2gha.compiler.ir.sources import Crowd, Sources
from mermaid2gha.compiler.link.expansion import expansion
from mermaid2gha.compiler.link.link import Linked, link
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.lower.barriers import MOST_BEFORE
from mermaid2gha.compiler.lower.lower import lower
from mermaid2gha.compiler.order.order import order
from mermaid2gha.compiler.plan.plan import Planned, Plans, plan
from mermaid2gha.compiler.plan.workflow import Workflows, emit
from mermaid2gha.compiler.reading.reading import Readings, reading
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.settings.model import Order, Settings

PASSES: tuple[Callable[..., tuple[object, list[Diagnostic]]], ...] = (
    reading,  # documents: every lifeline's role, every statement's effect
    lower,  # one diagram's runs, jobs, fragments and messages
    expansion,  # notes that stand for several jobs
    order,  # what happens before what in a diagram
    link,  # all flows of a workflow file as one
    plan,  # needs and conditions
    emit,  # workflow files
)
"""Each takes the value of the one before it, and the settings; gives its own value and its findings."""


@dataclass(frozen=True, slots=True)
class Compilation:
    """What documents compile to. With an error among the diagnostics there are no workflows to write.

    `texts` are the workflows as fresh files; `linked` are they as they are drawn, in the same order: what
    their files are proved against; `planned` are they with the needs of their jobs.
    """

    workflows: tuple[Workflow, ...]
    trace: tuple[TraceRow, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: tuple[str, ...] = ()
    linked: tuple[LinkedWorkflow, ...] = ()
    planned: tuple[Planned, ...] = ()
    drawings: tuple[Drawing, ...] = ()


def compile_documents(
    documents: Sequence[SourceFile], settings: Settings, existing: Existing = NOTHING
) -> Compilation:
    """The workflows of one project: its documents (Markdown, or `.mmd`/`.mermaid` by their names), linked.

    Of the files that stand `existing` gives the jobs among which the wildcards of `ids` choose, and the `if`s
    in which people have terms of their own: the workflows are planned around these, the fresh texts are not.
    The passes stop at errors only after every diagram has been read, so that all faults are told at once.
    """
    crowded: dict[str, Crowd] = {}
    for most in MOST_BEFORE if settings.order is not Order.DATA else ():
        values, diagnostics, large = _passed(Sources(tuple(documents), existing, crowded), settings)
        if not large:
            return _compilation(values, diagnostics, settings)
        crowded |= {one.file.casefold(): Crowd(most, len(one.told.flows) > 1) for one in large}
    given = Sources(tuple(documents), existing, crowded)
    values, diagnostics, _ = _passed(given, settings, can_join=False)
    return _compilation(values, diagnostics, settings)


def _passed(
    documents: Sources, settings: Settings, *, can_join: bool = True
) -> tuple[dict[type, object], list[Diagnostic], list[LinkedWorkflow]]:
    """The values of the passes by their types, as far as there are no errors, with the findings.

    If joins can help, the workflows that need some, or more than they have, end the passes at once.
    """
    value: object = documents
    values: dict[type, object] = {}
    diagnostics: list[Diagnostic] = []
    for one in PASSES:
        value, found = one(value, settings)
        values[type(value)] = value
        diagnostics += found
        if large := _crowded(value) if can_join else []:
            return values, diagnostics, large
        if has_errors(diagnostics) and not isinstance(value, _BEFORE_ERRORS):
            break
    return values, diagnostics, []


_BEFORE_ERRORS = (Readings, Drawings)
"""After these the passes go on whatever is wrong: of a faulty diagram the order can be told, too."""


def _crowded(value: object) -> list[LinkedWorkflow]:
    """The workflows of a value that are too large for GitHub and would be less so with joins."""
    match value:
        case Linked(items=items):
            return [one for one in items if has_many_needs(one)]
        case Plans(items=items):
            return [one.linked for one in items if long_conditions(one.jobs)]
        case Workflows(plans=plans, texts=texts):
            large = [one.linked for one, text in zip(plans.items, texts) if is_too_large(text)]
            return large if any(map(has_a_crowd, large)) else []
        case _:
            return []


def _compilation(
    values: Mapping[type, object], diagnostics: Sequence[Diagnostic], settings: Settings
) -> Compilation:
    found = reported([*diagnostics, *findings(values, settings)], settings, values.get(Readings))
    drawings, plans, made = values.get(Drawings), values.get(Plans), values.get(Workflows)
    drawn = drawings.items if isinstance(drawings, Drawings) else ()
    planned = plans.items if isinstance(plans, Plans) else ()
    if has_errors(list(found)) or not isinstance(made, Workflows):
        return Compilation((), _trace(drawn, (), values.get(Readings)), found)
    linked = tuple(one.linked for one in planned)
    existing = made.plans.linked.drawings.documents.existing
    return Compilation(
        tuple(_amended(one, workflow, existing) for one, workflow in zip(linked, made.items)),
        _trace(drawn, planned, values.get(Readings)),
        diagnostics=found,
        texts=made.texts,
        linked=linked,
        planned=planned,
        drawings=drawn,
    )


def _amended(linked: LinkedWorkflow, workflow: Workflow, existing: Existing) -> Workflow:
    """A workflow as it must be where people have terms of their own in its file."""
    if not any(job.condition for job in existing.file(workflow.file).jobs):
        return workflow
    from mermaid2gha.compiler.plan.user_conditions import with_user_conditions  # late: few files have terms

    return with_user_conditions(linked, workflow, existing.file(workflow.file))


def _trace(drawings: Sequence[Drawing], planned: Sequence[Planned], readings: object) -> tuple[TraceRow, ...]:
    """What became of each statement, with the ids of the jobs, and as what and why it was read; in document
    order."""
    read = {
        (event.span.file.name, event.span.start): effect
        for one in (readings.items if isinstance(readings, Readings) else ())
        for event, effect in zip(one.diagram.events, one.effects)
        if event.span is not None
    }
    ids: dict[tuple[int, int], str] = {}
    for one in planned:
        linked = one.linked
        for flow in linked.told.flows:
            for number, index in linked.job_index[flow.number].items():
                ids[(id(flow.drawing), number)] = f"{linked.file}: {linked.jobs[index].id}"
    rows = []
    for one_drawing in drawings:
        for row in sorted(one_drawing.trace, key=lambda row: row.span.start):
            where = ids.get((id(one_drawing), row.job))
            becomes = f"{row.becomes} ({where})" if where else row.becomes
            effect = read.get((row.span.file.name, row.span.start))
            kind, ground = (effect.act.value, effect.ground.value) if effect else ("", "")
            rows.append(replace(row, becomes=becomes, effect=kind, ground=ground))
    return tuple(rows)
