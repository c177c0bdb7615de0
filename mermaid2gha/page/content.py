"""What the page shows, gathered from a project, or from the workflow files of one that draws nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import Compilation
from mermaid2gha.compiler.ir.flow_graph import TraceRow
from mermaid2gha.compiler.link.matching import matching
from mermaid2gha.compiler.plan.model import WorkflowPlan
from mermaid2gha.explain.file_plan import file_plan
from mermaid2gha.github.simulator.model import ScheduledWorkflow, read_workflow
from mermaid2gha.github.workflow.reader import WorkflowFile, workflow_file
from mermaid2gha.mermaid.ast import Diagram
from mermaid2gha.page.lifelines import ReadStatement
from mermaid2gha.project.build import CompiledProject
from mermaid2gha.project.snapshot import Disk


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a text: its number, the job that it is of (`FILE:ID`) or nothing, and what it was read as."""

    number: int
    text: str
    job: str = ""
    effect: str = ""


@dataclass(frozen=True, slots=True)
class ShownDiagram:
    """A diagram of a document with its lines; `statements` has what became of each of its events."""

    document: str
    name: str
    diagram: Diagram
    statements: tuple[ReadStatement, ...]
    lines: tuple[ShownLine, ...]


@dataclass(frozen=True, slots=True)
class ShownWorkflow:
    """A workflow: its plan, whose jobs are called as in the text, and the lines of its text."""

    file: str
    plan: WorkflowPlan
    lines: tuple[ShownLine, ...]
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PageContent:
    """All of a page. `scheduled` are the workflows that can be run in thought, by their files' names."""

    diagrams: tuple[ShownDiagram, ...] = ()
    workflows: tuple[ShownWorkflow, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    scheduled: Mapping[str, ScheduledWorkflow] = field(default_factory=dict)


def of_project(compiled: CompiledProject, disk: Disk, findings: Sequence[Diagnostic]) -> PageContent:
    """What a project draws, and what `compile` makes of it and of the files that are there."""
    compilation = compiled.compilation
    texts = {
        drift.output.name: drift.text
        for drift in compiled.drifts
        if drift.output is not None and drift.output.workflow is not None
    }
    workflows = [*_planned(compilation, texts)]
    ids = {(one.file, drawn): id for one in workflows for drawn, id in one.ids.items()}  # noqa: A001
    drawn_files = {one.file for one in workflows}
    folder = os.path.normpath(Path(compiled.project.root, compiled.project.settings.workflows))
    others = [one for one in of_files(_files(folder, disk), ()).workflows if one.file not in drawn_files]
    return PageContent(
        tuple(_diagrams(compilation, ids)),
        (*workflows, *others),
        tuple(findings),
        _scheduled([*workflows, *others]),
    )


def of_files(files: Sequence[WorkflowFile], findings: Sequence[Diagnostic]) -> PageContent:
    """What workflow files are that nobody draws."""
    workflows = []
    for file in files:
        plan = file_plan(file)
        workflows.append(ShownWorkflow(plan.file, plan, _yaml_lines(file, plan.file), {}))
    return PageContent((), tuple(workflows), tuple(findings), _scheduled(workflows))


def _files(folder: str, disk: Disk) -> list[WorkflowFile]:
    names = [name for name in disk.names(folder) if name.endswith((".yml", ".yaml"))]
    read = (disk.workflow(str(Path(folder, name)))[0] for name in names)
    return [file for file in read if file is not None]


def _planned(compilation: Compilation, texts: Mapping[str, str]) -> Iterator[ShownWorkflow]:
    for plan, linked in zip(compilation.plan.workflows, compilation.linked):
        text = texts.get(plan.file, "")
        file, _ = workflow_file(text.encode("utf-8", "surrogatepass"), plan.file)
        found = matching(linked, file) if file is not None else {}
        ids = {linked.jobs[at].id: job.id for at, job in found.items()}
        lines = _yaml_lines(file, plan.file) if file is not None else _lines(text)
        yield ShownWorkflow(plan.file, plan, lines, ids)


def _yaml_lines(file: WorkflowFile, name: str) -> tuple[ShownLine, ...]:
    """The lines of a workflow's text, each with the job that it is of."""
    jobs: dict[int, str] = {}
    for job in file.jobs:
        span = job.entry.span
        last = file.file.line_column(max(span.start, span.end - 1))[0]
        jobs |= dict.fromkeys(range(span.line, last + 1), f"{name}:{job.id}")
    return tuple(
        ShownLine(line.number, line.text, jobs.get(line.number, "")) for line in _lines(file.file.text)
    )


def _lines(text: str) -> tuple[ShownLine, ...]:
    file = SourceFile("", text)
    count = file.line_column(len(text))[0]
    return tuple(ShownLine(number, file.line_text(number)) for number in range(1, count + 1))


def _diagrams(compilation: Compilation, ids: Mapping[tuple[str, str], str]) -> Iterator[ShownDiagram]:
    rows: dict[tuple[str, int], TraceRow] = {}
    for row in compilation.trace:
        rows.setdefault((row.span.file.name, row.span.line), row)

    def job_of(row: TraceRow | None) -> str:
        if row is None or not row.job_id:
            return ""
        return f"{row.workflow}:{ids.get((row.workflow, row.job_id), row.job_id)}"

    for reading in compilation.readings:
        diagram = reading.diagram
        block = diagram.block
        name = block.file.name
        statements = []
        for event in diagram.events:
            line = event.span.line if event.span is not None else 0
            became = rows.get((name, line))
            statements.append(ReadStatement(job_of(became), _effect(became), line))
        first = block.file.line_column(block.offset(0))[0]
        last = block.file.line_column(block.offset(len(block.text.rstrip())))[0]
        lines = tuple(
            ShownLine(
                number,
                block.file.line_text(number),
                job_of(rows.get((name, number))),
                _effect(rows.get((name, number))),
            )
            for number in range(first, last + 1)
        )
        yield ShownDiagram(name, diagram.name, diagram, statements=tuple(statements), lines=lines)


def _effect(row: TraceRow | None) -> str:
    if row is None:
        return ""
    return f"{row.becomes} — {row.effect}, by {row.ground}" if row.effect else row.becomes


def _scheduled(workflows: Sequence[ShownWorkflow]) -> dict[str, ScheduledWorkflow]:
    """Those that GitHub would run; what is wrong with the others is among the findings of `when`."""
    found = {}
    for one in workflows:
        try:
            found[one.file] = read_workflow("\n".join(line.text for line in one.lines))
        except ValueError:
            continue
    return found
