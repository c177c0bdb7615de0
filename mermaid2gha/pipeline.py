"""Compositions of passes; pure: texts and settings in, a compilation out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from mermaid2gha import words
from mermaid2gha.actions.workflow import Workflow
from mermaid2gha.actions.write import workflow_text
from mermaid2gha.diagnostic import Diagnostic, diagnostic, has_errors, sorted_diagnostics
from mermaid2gha.flow import Drawing, Participant, TraceRow
from mermaid2gha.graphs import Program
from mermaid2gha.markdown import diagram_blocks
from mermaid2gha.nouns import dataclass
from mermaid2gha.passes.checks import checks
from mermaid2gha.passes.copies import Written, copied
from mermaid2gha.passes.drawing import drawing
from mermaid2gha.passes.flows import flows
from mermaid2gha.passes.happens_before import HappensBefore, happens_before
from mermaid2gha.passes.link import link
from mermaid2gha.passes.linked import LinkedWorkflow
from mermaid2gha.passes.needs import needs
from mermaid2gha.passes.plan import Planned, in_order, plan
from mermaid2gha.passes.program import program
from mermaid2gha.passes.roles import roles
from mermaid2gha.passes.structure import is_wait
from mermaid2gha.passes.unused import unused
from mermaid2gha.sequence.diagram import Diagram, FragmentStart, Note
from mermaid2gha.sequence.parse import is_sequence_diagram, parse
from mermaid2gha.settings import Settings
from mermaid2gha.source import SourceFile

__all__ = ["Compilation", "TraceRow", "Written", "compile_documents", "diagrams"]

_NOTHING = Program((), (), (), ())
_LARGEST = 512_000
_FEW_JOBS = 100


@dataclass(frozen=True, slots=True)
class Compilation:
    """What documents compile to. With an error among the diagnostics there are no workflows to write.

    `linked` are the workflows as they are drawn, in the same order: what their files are proved against.
    """

    workflows: tuple[Workflow, ...]
    program: Program
    trace: tuple[TraceRow, ...]
    diagnostics: tuple[Diagnostic, ...]
    linked: tuple[LinkedWorkflow, ...] = ()


def compile_documents(
    documents: Sequence[SourceFile], settings: Settings, written: Written | None = None
) -> Compilation:
    """The workflows of one project: its documents (Markdown, or `.mmd`/`.mermaid` by their names), linked.

    `written` are the jobs of workflow files that are there, among which the wildcards of `ids` choose.
    The passes stop at errors only after every diagram has been read, so that all faults are told at once.
    """
    diagnostics: list[Diagnostic] = []
    read = diagrams(documents, diagnostics)
    drawings = copied(_drawings(read, settings, diagnostics), settings, written or {})
    lowered: list[tuple[Drawing, HappensBefore]] = []
    for one in drawings:
        order, found = happens_before(one)
        diagnostics += [*one.diagnostics, *found]
        lowered.append((one, order))
    if has_errors(diagnostics):
        return _failed(diagnostics, drawings, settings)
    told, found = flows(lowered, settings)
    diagnostics += found
    linked: list[LinkedWorkflow] = []
    for one_told in told:
        one_linked, found = link(one_told, settings)
        diagnostics += found
        if one_linked.jobs:
            linked.append(one_linked)
        else:
            diagnostics.append(_without_jobs(one_linked))
    if has_errors(diagnostics):
        return _failed(diagnostics, drawings, settings)
    if _is_whole(documents, settings):
        diagnostics += unused(read, linked, settings)
    planned = [in_order(one, needs(one)) for one in linked]
    diagnostics += checks(planned, drawings, settings)
    if has_errors(diagnostics):
        return _failed(diagnostics, drawings, settings)
    names = [PurePath(document.name).name for document in documents if _has_flow(document, drawings)]
    workflows = plan(planned, names, settings)
    diagnostics += _too_large(workflows, planned)
    return Compilation(
        workflows,
        program(planned, drawings),
        _trace(drawings, planned),
        _told(diagnostics, settings),
        tuple(linked),
    )


def diagrams(documents: Sequence[SourceFile], diagnostics: list[Diagnostic] | None = None) -> list[Diagram]:
    """The sequence diagrams of documents; what is told of them goes to `diagnostics`."""
    found = []
    for block in (block for document in documents for block in diagram_blocks(document)):
        if is_sequence_diagram(block):
            diagram, faults = parse(block)
            found.append(diagram)
            if diagnostics is not None:
                diagnostics += faults
    return found


def _drawings(
    all_diagrams: Sequence[Diagram], settings: Settings, diagnostics: list[Diagnostic]
) -> list[Drawing]:
    """Every diagram with a workflow in it, lowered; the others are told in a note."""
    flowing: list[tuple[Diagram, dict[str, Participant]]] = []
    for diagram in all_diagrams:
        participants, found = roles(diagram, settings)
        diagnostics += found
        if participants:
            flowing.append((diagram, participants))
        else:
            diagnostics.append(_not_a_flow(diagram))
    known = frozenset(
        words.folded(words.parsed(event.text).name)
        for diagram, _ in flowing
        for event in diagram.events
        if isinstance(event, Note) or (isinstance(event, FragmentStart) and is_wait(event))
    )
    return [drawing(diagram, participants, known, settings) for diagram, participants in flowing]


def _not_a_flow(diagram: Diagram) -> Diagnostic:
    first = diagram.lifelines[0].id if diagram.lifelines else "NAME"
    return diagnostic(
        "not-a-flow",
        f"no lifeline of `{diagram.name}` is a workflow, so the diagram is left alone",
        diagram.block.span,
        help=f"if one is, say so in mermaid2gha.yml: `lifelines: {{{first}: {{role: workflow}}}}`",
    )


def _without_jobs(linked: LinkedWorkflow) -> Diagnostic:
    return diagnostic(
        "no-jobs",
        f"nothing drawn on `{linked.name}` is a job, so no `{linked.file}` is written",
        linked.told.flows[0].span,
        help="draw what it does as notes over it or messages from it",
    )


def _too_large(workflows: Sequence[Workflow], planned: Sequence[Planned]) -> list[Diagnostic]:
    """Files that GitHub would not run, without a word: it reads 500 KB (docs.github.com, Limits)."""
    result = []
    for workflow, one in zip(workflows, planned):
        if len(workflow.jobs) < _FEW_JOBS:
            continue
        size = len(workflow_text(workflow).encode("utf-8", "replace"))
        if size > _LARGEST:
            result.append(
                diagnostic(
                    "workflow-too-large",
                    f"`{workflow.file}` would have {size:,} bytes; GitHub runs no file above {_LARGEST:,}",
                    one.linked.told.flows[0].span,
                    help="divide the workflow in two, one calling the other",
                )
            )
    return result


def _is_whole(documents: Sequence[SourceFile], settings: Settings) -> bool:
    """Whether these are all the documents that the settings list, so that what they lack is lacking."""
    listed = sorted(PurePath(path).name for path in settings.documents)
    return sorted(PurePath(document.name).name for document in documents) == listed


def _has_flow(document: SourceFile, drawings: Sequence[Drawing]) -> bool:
    return any(one.diagram.block.file is document for one in drawings)


def _trace(drawings: Sequence[Drawing], planned: Sequence[Planned]) -> tuple[TraceRow, ...]:
    """What became of each statement, with the ids of the jobs; in document order."""
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
            rows.append(TraceRow(row.span, row.statement, becomes, row.job))
    return tuple(rows)


def _failed(diagnostics: list[Diagnostic], drawings: Sequence[Drawing], settings: Settings) -> Compilation:
    return Compilation((), _NOTHING, _trace(drawings, ()), _told(diagnostics, settings))


def _told(diagnostics: list[Diagnostic], settings: Settings) -> tuple[Diagnostic, ...]:
    """The diagnostics in order, without those of rules that the settings ignore; errors cannot be ignored."""
    return tuple(
        found
        for found in sorted_diagnostics(diagnostics)
        if found.rule not in settings.ignored_rules or found.severity.value == "error"
    )
