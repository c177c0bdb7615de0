"""`mermaid2gha compile` and `check`: documents into files, or whether the files are what they say."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mermaid2gha.base.diagnostic import Diagnostic, Severity, has_errors, sorted_diagnostics
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.commands.result import DEFECT, FINDINGS, Answer, Format, Showing
from mermaid2gha.compiler.checks.contradictions import ORDER_FROM_ANOTHER_FLOW
from mermaid2gha.compiler.compile import Compilation, compile_documents
from mermaid2gha.compiler.ir.diagram_ir import TraceRow
from mermaid2gha.compiler.link.link import JOB_SEPARATED, NO_JOBS
from mermaid2gha.project import cache
from mermaid2gha.project.artifacts import Folder, output_text, outputs
from mermaid2gha.project.discovery import Loaded, Project, load
from mermaid2gha.project.existing_jobs import written_jobs
from mermaid2gha.project.snapshot import Disk, shown
from mermaid2gha.project.status import (
    Drift,
    Places,
    State,
    collisions,
    diff,
    drift_diagnostic,
    drifts,
    places,
)
from mermaid2gha.project.update import Treatment
from mermaid2gha.report.text import Paper, summary, text

if TYPE_CHECKING:
    from mermaid2gha.compiler.link.model import LinkedWorkflow
    from mermaid2gha.project.writer import Change


_OF_COMPILED = frozenset({ORDER_FROM_ANOTHER_FLOW.name, JOB_SEPARATED.name})
"""What is said of workflows as they would be compiled, which means nothing where people wrote them all."""


@dataclass(frozen=True, slots=True)
class CompileOptions:
    """The options of `compile`; `paths` and `output` as they were typed."""

    paths: tuple[str, ...] = ()
    output: str | None = None
    check: bool = False
    diff: bool = False
    trace: bool = False
    force: bool = False
    prune: bool = False
    renames: tuple[tuple[str, str], ...] = ()
    fails_on_write: bool = False
    showing: Showing = field(default_factory=Showing)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A project, what it compiles to, and how the disk differs from it; no drifts where there are errors."""

    project: Project
    compilation: Compilation
    where: Places
    drifts: tuple[Drift, ...]

    @property
    def diagnostics(self) -> list[Diagnostic]:
        of_files = [found for drift in self.drifts for found in drift.diagnostics]
        workflows = [drift for drift in self.drifts if drift.output is not None and drift.output.workflow]
        is_compared = bool(workflows) and all(drift.is_compared for drift in workflows)
        said = [f for f in self.compilation.diagnostics if not is_compared or f.rule not in _OF_COMPILED]
        return heeded(self.project, [*said, *of_files])


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a run has to tell: about documents, about files, and which files it wrote or removed.

    `defect` is told instead of all else: what was compiled is not what is drawn, and nothing was written.
    """

    findings: tuple[Diagnostic, ...]
    about_files: tuple[Diagnostic, ...]
    written: tuple[Drift, ...] = ()
    defect: str = ""


def compile_answer(options: CompileOptions, standard_input: bytes = b"") -> Answer:
    """Compile what the options name, write it unless they say otherwise, and tell about it."""
    disk = Disk(cache.package_fact())
    loaded = load(options.paths, disk, standard_input)
    compiled = [_compiled(project, options, disk) for project in loaded.projects]
    outcome = _outcome(options, loaded, compiled, disk)
    if outcome.defect:
        return Answer("", outcome.defect, DEFECT)
    code = options.showing.code([*outcome.findings, *outcome.about_files], is_misused=loaded.is_misused)
    if not code and outcome.written and options.fails_on_write:
        code = FINDINGS
    count = sum(len(one.project.documents) for one in compiled)
    out, err = _rendering(options)(options, compiled, outcome, count)
    keeps = options.check and "-" not in options.paths
    return Answer(out, err, code, disk.facts if keeps else None)


def _compiled(project: Project, options: CompileOptions, disk: Disk) -> _Compiled:
    compilation = compile_documents(project.documents, project.settings, written_jobs(project, disk))
    where = places(project, options.output)
    if has_errors(list(compilation.diagnostics)):
        return _Compiled(project, compilation, where, ())
    made = outputs(compilation, where.by_settings, project.paths)
    treatment = Treatment(options.force, options.prune, options.renames)
    return _Compiled(project, compilation, where, drifts(project, made, where, disk, treatment))


def checked(project: Project, disk: Disk) -> list[Diagnostic]:
    """What `check` tells of a project."""
    options = CompileOptions(check=True)
    outcome = _outcome(options, Loaded((project,), (), False), [_compiled(project, options, disk)], disk)
    return [*outcome.findings, *outcome.about_files]


def heeded(project: Project, diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The findings without those that the settings ignore; errors cannot be ignored."""
    ignored = set(project.settings.ignored_rules)
    return sorted_diagnostics(
        [found for found in diagnostics if found.severity is Severity.ERROR or found.rule not in ignored]
    )


def command_line(options: CompileOptions) -> str:
    """The call of `compile` that writes what these options only look at."""
    import shlex

    words = ["mermaid2gha", "compile", *options.paths]
    if options.output is not None:
        words += ["--output", options.output]
    return shlex.join(words)


def _outcome(options: CompileOptions, loaded: Loaded, compiled: Sequence[_Compiled], disk: Disk) -> _Outcome:
    findings = [*loaded.diagnostics, *(found for one in compiled for found in one.diagnostics)]
    all_drifts = [drift for one in compiled for drift in one.drifts]
    about_files = collisions(all_drifts)
    changing = [drift for drift in all_drifts if drift.state is not State.CURRENT]
    command = command_line(options) if changing else ""
    for drift in changing:
        told = drift_diagnostic(drift, command)
        if options.check and drift.is_compared:
            continue  # `check` tells how the two differ instead
        is_told = options.check or (not drift.is_mendable and not _is_forced(drift, options))
        if told is not None and is_told:
            about_files.append(told)
    if options.check or options.diff or has_errors(collisions(all_drifts)):
        return _Outcome(tuple(findings), tuple(about_files))
    to_write = [(drift, one) for one in compiled for drift in _to_write(one, options)]
    from mermaid2gha.project.verification import disproof  # late: a check writes nothing
    from mermaid2gha.project.writer import write

    changes = [(_change(drift, one, options.output), drift, one) for drift, one in to_write]
    if defect := disproof(_workflow_texts(changes)):
        return _Outcome((), (), defect=defect)
    writing = write([change for change, _, _ in changes], _read(compiled, disk), _folders(compiled, options))
    paths = {change.path for change in writing.made}
    written = tuple(drift for drift, _ in to_write if drift.path in paths)
    return _Outcome(tuple(findings), (*about_files, *writing.faults), written)


def _folders(compiled: Sequence[_Compiled], options: CompileOptions) -> dict[str, tuple[str, ...]]:
    """Where runs that were killed can have left something: beside outputs, links followed, and documents."""
    return {
        os.path.dirname(os.path.realpath(path)): _allowed(one, options.output)  # noqa: PTH120 (as above)
        for one in compiled
        for path in (*(drift.path for drift in one.drifts), *one.project.paths, f"{one.project.root}/x")
        if path != "-"
    }


def _read(compiled: Sequence[_Compiled], disk: Disk) -> dict[str, str]:
    """The documents and settings of the projects with the digests that they had when they were read."""
    paths = {path for one in compiled for path in one.project.paths}
    paths |= {str(Path(one.project.root, cache.SETTINGS)) for one in compiled}
    return {path: known for (kind, path), known in disk.facts.items() if kind == "content" and path in paths}


def _is_forced(drift: Drift, options: CompileOptions) -> bool:
    return options.force and drift.state in {State.EDITED, State.PARTIAL}


def _to_write(one: _Compiled, options: CompileOptions) -> list[Drift]:
    """The files of a project that change: none if there is one that must not be touched."""
    changing = [drift for drift in one.drifts if drift.state is not State.CURRENT]
    if all(drift.is_mendable or _is_forced(drift, options) for drift in changing):
        return changing
    return []


def _change(drift: Drift, one: _Compiled, output: str | None) -> Change:
    from mermaid2gha.project.writer import Change

    allowed = _allowed(one, output)
    if drift.output is None:
        return Change(drift.path, drift.old, None, allowed)
    if drift.edited is not None:
        return Change(drift.path, drift.old, drift.edited, allowed)
    new = output_text(drift.output)
    if drift.old is not None and b"\r\n" in drift.old and b"\n" not in drift.old.replace(b"\r\n", b""):
        new = new.replace("\n", "\r\n")  # a checkout with Windows line ends keeps them
    return Change(drift.path, drift.old, new.encode("utf-8", "surrogatepass"), allowed)


def _workflow_texts(
    changes: Sequence[tuple[Change, Drift, _Compiled]],
) -> Iterator[tuple[LinkedWorkflow, str, bool]]:
    """The workflows among the files that are to be written, each with the text that it would have, and
    whether people's parts stay in it."""
    for change, drift, one in changes:
        if drift.output is None or drift.output.folder is not Folder.WORKFLOWS or change.new is None:
            continue
        for linked in one.compilation.linked:
            if linked.file == drift.output.name:
                yield linked, change.new.decode("utf-8", "surrogatepass"), drift.edited is not None


def _allowed(one: _Compiled, output: str | None) -> tuple[str, ...]:
    """The folders out of which neither links nor settings may lead: the repository, or without one the
    settings' folder and the working directory; and what `--output` names, unless it lies in them by name.
    """
    root = Path(one.project.root)
    repository = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    own = (repository,) if repository is not None else (root, Path.cwd())
    named = Path(os.path.abspath(output)) if output is not None else own[0]  # noqa: PTH100 (as typed)
    return (*map(str, own), *(() if any(map(named.is_relative_to, own)) else (str(named),)))


_Rendering = Callable[[CompileOptions, Sequence[_Compiled], _Outcome, int], tuple[str, str]]


def _rendering(options: CompileOptions) -> _Rendering:
    """What makes standard output and standard error of a run."""
    from mermaid2gha.report.github import github
    from mermaid2gha.report.sarif import sarif

    renderings: dict[Format, _Rendering] = {
        Format.TEXT: _as_text,
        Format.JSON: _as_json,
        Format.GITHUB: partial(_as_findings, github),
        Format.SARIF: partial(_as_findings, sarif),
    }
    return renderings[options.showing.format]


def _as_text(
    options: CompileOptions, compiled: Sequence[_Compiled], outcome: _Outcome, count: int
) -> tuple[str, str]:
    showing = options.showing
    out = trace_table([row for one in compiled for row in one.compilation.trace]) if options.trace else ""
    if options.diff:
        out += "".join(coloured_diff(diff(drift), showing.paper) for one in compiled for drift in one.drifts)
    findings = showing.shown(outcome.findings)
    about_files = showing.shown(outcome.about_files)
    err = text(findings, showing.paper)
    err += text([_brief(found) for found in about_files], showing.paper)
    if not options.check and not options.diff:
        edited = (drift for one in compiled for drift in one.drifts if drift.state is State.EDITED)
        err += "".join(
            coloured_diff(diff(drift), showing.paper) for drift in edited if not _is_forced(drift, options)
        )
    if not showing.is_quiet:
        err += "".join(_chatter(outcome))
        if not options.check and not options.diff:
            err += _content(compiled, outcome)
    return out, err + summary([*findings, *about_files], count, showing.paper)


def _content(compiled: Sequence[_Compiled], outcome: _Outcome) -> str:
    """That there was nothing to write, where that is so."""
    files = [drift for one in compiled for drift in one.drifts]
    if not files and compiled and not has_errors([*outcome.findings, *outcome.about_files]):
        if any(finding.rule == NO_JOBS.name for finding in outcome.findings):
            return "nothing to write: nothing that is drawn is a job\n"
        return "nothing to write: no diagram draws a workflow (`-v` tells why)\n"
    if not files or outcome.about_files or any(drift.state is not State.CURRENT for drift in files):
        return ""
    return f"nothing to write: {len(files)} file{'s are' if len(files) > 1 else ' is'} as drawn\n"


def _brief(found: Diagnostic) -> Diagnostic:
    """A finding about a file in one line: the file is compiled, its lines explain nothing."""
    return Diagnostic(found.rule, found.severity, found.message, (), found.help)


def _chatter(outcome: _Outcome) -> Iterator[str]:
    for drift in outcome.written:
        yield f"{'removed' if drift.output is None else 'wrote'} {shown(drift.path)}\n"
        yield from (f"  {change}\n" for change in drift.changes)


def _as_json(
    options: CompileOptions, compiled: Sequence[_Compiled], outcome: _Outcome, count: int
) -> tuple[str, str]:
    from mermaid2gha.report.json import json

    changed = {drift.path for drift in outcome.written}
    files = [
        {
            "path": shown(drift.path),
            "state": _state(drift, changed),
            **({"changes": list(drift.changes)} if drift.changes else {}),
            **({"diff": diff(drift)} if options.diff else {}),
        }
        for one in compiled
        for drift in one.drifts
    ]
    more: dict[str, object] = {"documents": count, "files": files}
    if options.trace:
        more["trace"] = [
            {
                "file": row.span.file.name,
                "line": row.span.line,
                "statement": row.statement,
                "becomes": row.becomes,
            }
            for one in compiled
            for row in one.compilation.trace
        ]
    return json(options.showing.shown([*outcome.findings, *outcome.about_files]), **more), ""


def _state(drift: Drift, changed: set[str]) -> str:
    if drift.path in changed:
        return "removed" if drift.output is None else "written"
    return drift.state.value


def _as_findings(
    written: Callable[[Sequence[Diagnostic]], str],
    options: CompileOptions,
    compiled: Sequence[_Compiled],
    outcome: _Outcome,
    count: int,
) -> tuple[str, str]:
    """A format that knows findings only; what else there is to tell goes to standard error."""
    chatter = "" if options.showing.is_quiet else "".join(_chatter(outcome))
    return written(options.showing.shown([*outcome.findings, *outcome.about_files])), chatter


def trace_table(rows: Sequence[TraceRow]) -> str:
    """What became of each statement, a row a line: its place, the statement, what it is now."""
    places = [f"{row.span.file.name}:{row.span.line}" for row in rows]
    statements = [" ".join(row.statement.split()) for row in rows]
    left = max((len(place) for place in places), default=0)
    middle = min(max((len(statement) for statement in statements), default=0), 60)
    return "".join(
        f"{place:<{left}}  {statement:<{middle}}  {row.becomes}".rstrip() + "\n"
        for place, statement, row in zip(places, statements, rows)
    )


def coloured_diff(lines: str, paper: Paper) -> str:
    """A unified diff, its added lines green and its removed ones red."""
    if not paper.is_coloured:
        return lines
    codes = {"+": "32", "-": "31", "@": "36"}
    return "".join(
        paper.ink(line.rstrip("\n"), codes[line[0]]) + "\n" if line[:1] in codes else line
        for line in lines.splitlines(keepends=True)
    )
