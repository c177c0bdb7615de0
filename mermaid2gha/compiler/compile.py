"""Compositions of passes; pure: texts and settings in, a compilation out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from mermaid2gha.base.diagnostic import (
    Diagnostic,
    Severity,
    diagnostic,
    has_errors,
    sorted_diagnostics,
    with_severity,
)
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.checks.contradictions import checks
from mermaid2gha.compiler.checks.limits import limits
from mermaid2gha.compiler.checks.sizes import has_a_crowd, has_many_needs, long_conditions, too_long
from mermaid2gha.compiler.checks.unused_settings import unused
from mermaid2gha.compiler.ir.diagram_ir import Drawing, Participant, TraceRow
from mermaid2gha.compiler.link.expansion import Written, copied
from mermaid2gha.compiler.link.flows import flows
from mermaid2gha.compiler.link.link import link
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.lower.barriers import MOST_BEFORE, Crowd
from mermaid2gha.compiler.lower.lower import drawing
from mermaid2gha.compiler.order.happens_before import HappensBefore, happens_before
from mermaid2gha.compiler.plan.needs import needs
from mermaid2gha.compiler.plan.workflow import Planned, in_order, plan
from mermaid2gha.compiler.reading.roles import roles
from mermaid2gha.compiler.reading.structure import is_wait
from mermaid2gha.compiler.reading.workflow_files import named_files
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.mermaid.ast import Diagram, FragmentStart, Message, Note
from mermaid2gha.mermaid.parse import is_sequence_diagram, parse
from mermaid2gha.settings.model import Order, Settings
from mermaid2gha.views.from_plan import program
from mermaid2gha.views.model import Program

__all__ = ["Compilation", "TraceRow", "Written", "compile_documents", "diagrams"]

_NOTHING = Program((), (), (), ())
_LARGEST = 512_000


@dataclass(frozen=True, slots=True)
class Compilation:
    """What documents compile to. With an error among the diagnostics there are no workflows to write.

    `texts` are the workflows as fresh files; `linked` are they as they are drawn, in the same order: what
    their files are proved against.
    """

    workflows: tuple[Workflow, ...]
    program: Program
    trace: tuple[TraceRow, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: tuple[str, ...] = ()
    linked: tuple[LinkedWorkflow, ...] = ()


def compile_documents(
    documents: Sequence[SourceFile], settings: Settings, written: Written | None = None
) -> Compilation:
    """The workflows of one project: its documents (Markdown, or `.mmd`/`.mermaid` by their names), linked.

    `written` are the jobs of workflow files that are there, among which the wildcards of `ids` choose.
    The passes stop at errors only after every diagram has been read, so that all faults are told at once.
    """
    read = [one for document in documents for one in _diagrams(document)]
    crowded: dict[str, Crowd] = {}
    for most in MOST_BEFORE if settings.order is not Order.DATA else ():
        compiled = _compiled(documents, read, settings, written or {}, crowded, can_join=True)
        if isinstance(compiled, Compilation):
            return compiled
        crowded |= {one.file.casefold(): Crowd(most, len(one.told.flows) > 1) for one in compiled}
    compiled = _compiled(documents, read, settings, written or {}, crowded, can_join=False)
    assert isinstance(compiled, Compilation)
    return compiled


def _compiled(
    documents: Sequence[SourceFile],
    read: Sequence[tuple[Diagram, list[Diagnostic]]],
    settings: Settings,
    written: Written,
    crowded: Mapping[str, Crowd],
    *,
    can_join: bool,
) -> Compilation | list[LinkedWorkflow]:
    """The compilation of diagrams; in its stead the workflows that need joins, or more than they have."""
    diagnostics: list[Diagnostic] = []
    drawings = copied(_drawings(read, settings, diagnostics, crowded), settings, written)
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
    called = {job.call.casefold() for one in drawings for job in one.jobs if job.call}
    for one_told in told:
        one_linked, found = link(one_told, settings)
        diagnostics += found
        if one_linked.jobs:
            linked.append(one_linked)
        else:
            diagnostics.append(_without_jobs(one_linked, is_called=one_told.file.casefold() in called))
    if has_errors(diagnostics):
        return _failed(diagnostics, drawings, settings)
    if _is_whole(documents, settings):
        diagnostics += unused([diagram for diagram, _ in read], linked, settings)
    if can_join and (large := list(filter(has_many_needs, linked))):
        return large
    planned = [in_order(one, needs(one)) for one in linked]
    if can_join and (large := [one.linked for one in planned if long_conditions(one.jobs)]):
        return large
    diagnostics += checks(planned, drawings, settings)
    diagnostics += (found for one in planned for found in too_long(one.jobs))
    if has_errors(diagnostics):
        return _failed(diagnostics, drawings, settings)
    names = [PurePath(document.name).name for document in documents if _has_flow(document, drawings)]
    workflows = plan(planned, names, settings)
    texts = tuple(map(workflow_text, workflows))
    large = [one.linked for one, text in zip(planned, texts) if _size(text) > _LARGEST]
    if can_join and any(has_a_crowd(one) for one in large):
        return large
    diagnostics += [*_too_large(texts, planned), *limits(workflows, linked)]
    if has_errors(diagnostics):
        return _failed(diagnostics, drawings, settings)
    return Compilation(
        workflows,
        program(planned, drawings),
        _trace(drawings, planned),
        _told(diagnostics, settings),
        texts,
        tuple(linked),
    )


def diagrams(documents: Sequence[SourceFile]) -> list[Diagram]:
    """The sequence diagrams of documents."""
    return [diagram for document in documents for diagram, _ in _diagrams(document)]


def _diagrams(document: SourceFile) -> list[tuple[Diagram, list[Diagnostic]]]:
    """Every sequence diagram of a document with its faults."""
    return [parse(block) for block in diagram_blocks(document) if is_sequence_diagram(block)]


def _drawings(
    read: Sequence[tuple[Diagram, list[Diagnostic]]],
    settings: Settings,
    diagnostics: list[Diagnostic],
    crowded: Mapping[str, Crowd],
) -> list[Drawing]:
    """Every diagram with a workflow in it, lowered; the others are told in a note."""
    flowing: list[tuple[Diagram, dict[str, Participant]]] = []
    aside: list[Diagnostic] = []
    for drawn, faults in read:
        diagram = named_files(drawn, settings)
        participants, found = roles(diagram, settings)
        is_aside = not participants and not lifeline_names.speaks_of_ci(diagram.block.text)
        (aside if is_aside else diagnostics).extend(faults)
        diagnostics += found
        if participants:
            flowing.append((diagram, participants))
        else:
            diagnostics.append(_not_a_flow(diagram))
    diagnostics += [_milder(fault) for fault in aside] if flowing else aside
    known = frozenset(
        labels.folded(labels.parsed(event.text).name)
        for diagram, _ in flowing
        for event in diagram.events
        if isinstance(event, Note) or (isinstance(event, FragmentStart) and is_wait(event))
    )
    return [drawing(diagram, participants, known, settings, crowded) for diagram, participants in flowing]


def _milder(fault: Diagnostic) -> Diagnostic:
    """A fault in a diagram of something else: it is not to stand in the way of those that draw workflows."""
    return with_severity(fault, Severity.WARNING if fault.severity is Severity.ERROR else Severity.NOTE)


def _not_a_flow(diagram: Diagram) -> Diagnostic:
    name = _candidate(diagram)
    return diagnostic(
        "not-a-flow",
        f"no lifeline of `{diagram.name}` is a workflow, so the diagram is left alone",
        diagram.block.span,
        help=f"if one is, say so in mermaid2gha.yml: `lifelines: {{{name}: {{role: workflow}}}}`",
    )


def _candidate(diagram: Diagram) -> str:
    """The likeliest lifeline to be a workflow, if one is: by its name, else the first that acts."""
    others = [x for x in diagram.lifelines if not lifeline_names.is_outside(x.label, x.kind)]
    acting = {e.sender for e in diagram.events if isinstance(e, Message) and e.sender == e.receiver}
    by_name = [x for x in others if lifeline_names.says_engine(x.label) or lifeline_names.is_engine(x.id)]
    ranked = [*by_name, *(x for x in others if x.id in acting), *others, *diagram.lifelines]
    return ranked[0].id if ranked else "NAME"


def _without_jobs(linked: LinkedWorkflow, *, is_called: bool) -> Diagnostic:
    and_called = ", and GitHub refuses the workflow that calls it" if is_called else ""
    return diagnostic(
        "no-jobs",
        f"nothing drawn on `{linked.name}` is a job, so no `{linked.file}` is written{and_called}",
        linked.told.flows[0].span,
        help="draw what it does as notes over it or messages from it"
        + (f", or write `{linked.file}` yourself" if is_called else ""),
    )


def _too_large(texts: Sequence[str], planned: Sequence[Planned]) -> list[Diagnostic]:
    """Files that GitHub would not run, without a word: it reads 500 KB (docs.github.com, Limits)."""
    return [
        diagnostic(
            "workflow-too-large",
            f"`{one.linked.file}` would have {_size(text):,} bytes; GitHub runs no file above {_LARGEST:,}",
            one.linked.told.flows[0].span,
            help="divide the workflow in two, one calling the other",
        )
        for text, one in zip(texts, planned)
        if _size(text) > _LARGEST
    ]


def _size(text: str) -> int:
    """The bytes of a file with this text."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


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
