"""A project as an editor sees it: what is open stands over what is on the disk, and nothing is written.

Paths are absolute; places are spans of the texts as they were read, which `positions` turns into an editor's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mermaid2gha.base.diagnostic import Diagnostic, Severity, leaves, sorted_diagnostics
from mermaid2gha.base.edit import Edit, Fix, applicable
from mermaid2gha.base.encoding import decoded
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.compiler.compile import Compilation, compile_documents
from mermaid2gha.compiler.ir.flow_graph import TraceRow
from mermaid2gha.compiler.plan.model import PlanJob
from mermaid2gha.explain.why import Explained, PlannedWorkflow, WrittenWorkflow, planned_workflows
from mermaid2gha.github.workflow.reader import FileJob
from mermaid2gha.mermaid.preprocess import diagram_type
from mermaid2gha.project.build import check_findings, compiled_project, unignored
from mermaid2gha.project.discovery import Loaded, Project, load
from mermaid2gha.project.existing import existing_ids
from mermaid2gha.project.snapshot import Disk
from mermaid2gha.report.cells import plain
from mermaid2gha.settings.names import SETTINGS_NAMES

_WORKFLOW = (".yml", ".yaml")


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding in the file that it is shown in; `span` is none for the start of the file."""

    path: str
    span: Span | None
    finding: Diagnostic


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file."""

    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class Symbol:
    """A diagram, or a job that is drawn in it: its name, what it is in the workflow, and where it stands."""

    name: str
    detail: str
    whole: Span
    own: Span
    children: tuple[Symbol, ...] = ()


@dataclass(frozen=True, slots=True)
class Hover:
    """What there is to say of a line, as Markdown, and the part of it that this is about."""

    markdown: str
    span: Span


@dataclass(slots=True)
class Analysis:
    """What is known of the project of a file. `paths` are all files that something may be told of.

    `key` is the same for all files of a project: its settings, or the document that is compiled alone.
    """

    key: str
    findings: tuple[PlacedFinding, ...]
    paths: tuple[str, ...]
    project: Project | None = None
    compilation: Compilation | None = None
    disk: Disk = field(default_factory=Disk)
    _trace: tuple[TraceRow, ...] | None = None
    _explained: Sequence[PlannedWorkflow] | None = None

    def fixes_at(self, path: str, start: int, end: int) -> Iterator[tuple[PlacedFinding, Fix]]:
        """The cures of what is found at a place."""
        for placed in self.findings:
            if placed.path == path and placed.span is not None and _touches(placed.span, start, end):
                yield from ((placed, fix) for fix in placed.finding.fixes)

    def all_fixes(self) -> tuple[Edit, ...]:
        """The edits by which `fix` would mend the project in one round."""
        cures = [one.finding.fixes for one in self.findings if one.finding.severity is not Severity.NOTE]
        return tuple(edit for fix in applicable(cures) for edit in fix.edits)

    def hover(self, path: str, offset: int) -> Hover | None:
        """What a line compiles to: its effect, its ground, and the job with what it waits for."""
        if self.is_workflow(path):
            job = self._written_at(path, offset)
            return None if job is None else self._hover_written(path, job)
        row = self._row(path, offset)
        if row is None:
            return None
        lines = [f"**{plain(row.becomes)}**"]
        if row.effect:
            lines.append(f"read as *{row.effect}*, by {row.ground}")
        markdown = "\n\n".join(lines)
        explained = next((one for one in self._planned() if one.file_name == row.workflow), None)
        if explained is not None and any(row.job_id == id for id, _ in explained.jobs):  # noqa: A001
            markdown += "\n\n" + _block(explained, row.job_id)
        return Hover(markdown, row.span)

    def definition(self, path: str, offset: int) -> list[Place]:
        """From what is drawn to the job in the workflow file, and from there to all places that draw it."""
        if self.is_workflow(path):
            job = self._written_at(path, offset)
            return [] if job is None else [*self._drawn(path, job)]
        row = self._row(path, offset)
        for one in self._planned():
            if row is not None and one.file_name == row.workflow and row.job_id in one.written:
                return [Place(self._workflow_path(one.file_name), one.written[row.job_id].span)]
        return []

    def symbols(self, path: str) -> list[Symbol]:
        """The diagrams of a document, by the headings above them, with their jobs."""
        file = self.document(path)
        if file is None:
            return []
        jobs = [*self._jobs_of(file)]
        found = []
        for number, block in enumerate(diagram_blocks(file), 1):
            if not diagram_type(block):
                continue
            inside = [one for one in jobs if block.span.start <= one.own.start < block.span.end]
            first = block.offset(0)
            name = block.heading or f"diagram {number}"
            own = Span(file, first, min(block.span.end, first + len("sequenceDiagram")))
            found.append(Symbol(plain(name), "", block.span, own, children=tuple(inside)))
        return found

    def document(self, path: str) -> SourceFile | None:
        """The text of a document of the project."""
        if self.project is None:
            return None
        return dict(zip(self.project.paths, self.project.documents)).get(path)

    def source(self, path: str) -> SourceFile | None:
        """The text of any file of the project, as it was read."""
        content = self.document(path)
        if content is not None:
            return content
        known = self.disk.known(path)
        return decoded(known, path)[0] if known is not None else None

    def is_workflow(self, path: str) -> bool:
        return path.endswith(_WORKFLOW) and Path(path).name not in SETTINGS_NAMES

    def _workflow_path(self, name: str) -> str:
        assert self.project is not None
        return os.path.normpath(Path(self.project.root, self.project.settings.workflows, name))

    def _planned(self) -> Sequence[PlannedWorkflow]:
        if self._explained is None:
            self._explained = []
            if self.project is not None and self.compilation is not None:
                folder = os.path.normpath(Path(self.project.root, self.project.settings.workflows))
                self._explained = planned_workflows(self.compilation, folder, self.disk)
        return self._explained

    def _row(self, path: str, offset: int) -> TraceRow | None:
        """What became of the statement at an offset, or else of the one on its line."""
        file = self.document(path)
        if file is None or self.compilation is None:
            return None
        if self._trace is None:
            self._trace = self.compilation.trace
        rows = [row for row in self._trace if row.span.file.name == file.name]
        line = file.line_column(offset)[0]
        at = [row for row in rows if row.span.start <= offset <= row.span.end]
        return next(iter(at or [row for row in rows if row.span.line == line]), None)

    def _written_at(self, path: str, offset: int) -> FileJob | None:
        file = self.disk.workflow(path)[0]
        jobs = file.jobs if file is not None else ()
        return next((job for job in jobs if _touches(job.entry.span, offset, offset)), None)

    def _hover_written(self, path: str, job: FileJob) -> Hover:
        explained: Explained
        name = job.id
        for one in self._planned():
            if self._workflow_path(one.file_name) == path:
                drawn = [own for own, written in one.written.items() if written.id == job.id]
                if drawn:
                    explained, name = one, drawn[0]
                    break
        else:
            file = self.disk.workflow(path)[0]
            assert file is not None
            explained = WrittenWorkflow(file)
        return Hover(_block(explained, name), job.span)

    def _drawn(self, path: str, job: FileJob) -> Iterator[Place]:
        names = {file.name: at for at, file in self._documents()}
        for one in self._planned():
            if self._workflow_path(one.file_name) != path:
                continue
            for drawn in one.plan.jobs:
                written = one.written.get(drawn.id)
                if written is not None and written.id == job.id:
                    spans = dict.fromkeys(at.span for at in drawn.drawn if at.span.file.name in names)
                    yield from (Place(names[span.file.name], span) for span in spans)

    def _documents(self) -> list[tuple[str, SourceFile]]:
        return [] if self.project is None else [*zip(self.project.paths, self.project.documents)]

    def _jobs_of(self, file: SourceFile) -> Iterator[Symbol]:
        plans = self.compilation.plan.workflows if self.compilation is not None else ()
        found: list[tuple[Span, str, PlanJob]] = []
        for plan in plans:
            for job in plan.jobs:
                spans = dict.fromkeys(at.span for at in job.drawn if at.span.file.name == file.name)
                found += [(span, plan.file, job) for span in spans]
        for span, name, job in sorted(found, key=lambda one: one[0].start):
            yield Symbol(plain(job.name), f"{name}: {job.id}", span, span)


def analysed(path: str, disk: Disk, buffers: Mapping[str, bytes]) -> Analysis:
    """What is known of the project that a file belongs to.

    `buffers` are the open files as they stand in the editor. A document that the settings do not list is
    compiled alone, and of workflow files nothing is told then; nor is anything of a document that draws no
    sequence diagram.
    """
    snapshot = disk.with_contents(buffers)
    folder = str(Path(path).parent)
    root = snapshot.settings_root(folder)
    is_document = not path.endswith(_WORKFLOW)
    settings = str(Path(root, snapshot.settings_files(root)[0])) if root is not None else None
    whole = load((settings,), snapshot) if settings is not None else Loaded((), (), is_misused=False)
    listed = [one for project in whole.projects for one in project.paths]
    paths = (*listed, *([settings] if settings is not None else []))
    if not is_document or path in listed or (settings is not None and whole.diagnostics):
        return _whole(settings or path, whole, (*paths, path), snapshot)
    if b"sequenceDiagram" not in (snapshot.known(path) or b""):
        return Analysis(path, (), (path,), disk=snapshot)
    return _alone(path, snapshot)


def _alone(path: str, snapshot: Disk) -> Analysis:
    loaded = load((path,), snapshot)
    if not loaded.projects:
        return Analysis(path, _placed(loaded.diagnostics, path), (path,), disk=snapshot)
    project = loaded.projects[0]
    compilation = compile_documents(project.documents, project.settings, existing_ids(project, snapshot))
    findings = [*loaded.diagnostics, *unignored(project, compilation.diagnostics)]
    placed = tuple(one for one in _placed(findings, path) if one.path == path)
    return Analysis(path, placed, (path,), project=project, compilation=compilation, disk=snapshot)


def _whole(key: str, loaded: Loaded, paths: Sequence[str], snapshot: Disk) -> Analysis:
    if not loaded.projects:
        return Analysis(key, _placed(loaded.diagnostics, key), tuple(dict.fromkeys(paths)), disk=snapshot)
    project = loaded.projects[0]
    # Pictures are products, of which an editor says nothing; to compare one it would have to be drawn.
    bare = replace(project, settings=replace(project.settings, graphs=None))
    compiled = compiled_project(bare, snapshot, lambda dot: "")
    findings = [*loaded.diagnostics, *compiled.diagnostics]
    findings += [danger.finding for danger in compiled.dangers]
    about_files = [replace(one, severity=_least(one)) for one in check_findings([compiled])]
    placed = _placed([*findings, *about_files], project.paths[0])
    all_paths = tuple(dict.fromkeys([*paths, *(one.path for one in placed)]))
    return Analysis(key, placed, all_paths, project=project, compilation=compiled.compilation, disk=snapshot)


def _least(finding: Diagnostic) -> Severity:
    """A file that the next compile brings up to date is no fault of who is drawing."""
    return Severity.NOTE if finding.rule in ("stale-file", "absent-file") else finding.severity


def _placed(diagnostics: Sequence[Diagnostic], start: str) -> tuple[PlacedFinding, ...]:
    """The findings by file; those without a place are shown at the start of `start`."""
    placed = []
    for finding in sorted_diagnostics(list(leaves(diagnostics))):
        span = finding.labels[0].span if finding.labels else None
        path = os.path.abspath(span.file.name) if span is not None else start  # noqa: PTH100 (links stay)
        placed.append(PlacedFinding(path, span, finding))
    return tuple(placed)


def _touches(span: Span, start: int, end: int) -> bool:
    return span.start <= end and start <= span.end


def _block(explained: Explained, job: str) -> str:
    """The reasons of a job as a block of text; no line of it can end the block."""
    lines = "\n".join(plain(line) for line in explained.of_one(job))
    return f"```text\n{lines.replace('```', '` ` `')}\n```"
