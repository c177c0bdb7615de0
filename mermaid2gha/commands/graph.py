"""`mermaid2gha graph`: one picture, of a workflow's jobs or of the whole."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from mermaid2gha.base.diagnostic import Diagnostic, has_errors
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import (
    Given,
    Showing,
    add_loudness,
    add_paths,
    add_stdin_filename,
    add_watch,
    given_from,
    opening,
    record,
    showing_from,
    unwatchable,
)
from mermaid2gha.invocation.result import MISUSE, Result
from mermaid2gha.project.written_files import (
    is_workflow_path,
    usual_folder,
    workflow_paths,
    written_workflows,
)
from mermaid2gha.report.text import summary, text

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.compiler.plan.model import ProjectPlan, WorkflowPlan
    from mermaid2gha.project.artifacts import OutputFile
    from mermaid2gha.project.snapshot import Disk
    from mermaid2gha.views.files import GraphFile

HELP = """\
show the jobs of a workflow, or the whole, as a picture

examples:
  mermaid2gha graph docs/ci.md > ci.svg                     the whole, or the only workflow
  mermaid2gha graph --workflow ci.yml --output ci.svg       one workflow's jobs
  mermaid2gha graph --workflow ci.yml --format mmd          the same as a Mermaid flowchart
  mermaid2gha graph docs/ci.md --output ci.svg --watch      again whenever the document is saved
  mermaid2gha graph .github/workflows/ci.yml > ci.svg       a workflow file as it stands, drawn or not

Without documents, in the call or in the settings, the workflow files are shown as they stand.
"""


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """The options of `graph`; `format` is `svg`, `dot` or `mmd`, `workflow` a file's name or its stem.

    `outputs`: show also where one job only reads what another gives.
    """

    paths: tuple[str, ...] = ()
    format: str = "svg"
    outputs: bool = False
    workflow: str | None = None
    output: str | None = None
    showing: Showing = field(default_factory=Showing)


def arguments(parser: argparse.ArgumentParser) -> None:
    add_paths(parser)
    add_stdin_filename(parser)
    add_watch(parser)
    parser.add_argument(
        "--format", choices=("svg", "dot", "mmd"), default="svg", help="of the picture (default: svg)"
    )
    parser.add_argument(
        "--workflow", metavar="FILE", help="the workflow to show; the whole if there are several"
    )
    parser.add_argument(
        "--outputs", action="store_true", help="show also the outputs that jobs read, as dotted arrows"
    )
    parser.add_argument("--output", metavar="FILE", help="write the picture there instead of standard output")
    add_loudness(parser)


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """The picture on standard output, or in the file that `--output` names."""
    options = record(GraphOptions, arguments, showing=showing_from(arguments, io))
    if arguments.watch and (refusal := unwatchable(options.paths)) is not None:
        return refusal
    given = given_from(options.paths, arguments.stdin_filename, io)
    result = _of_given(given, options, io)
    if not arguments.watch:
        return result
    from mermaid2gha.terminal.watch import Watched  # late, as it is rare

    return replace(result, watched=Watched(dict(given.disk.facts)))


def _of_given(given: Given, options: GraphOptions, io: Io) -> Result:
    """The picture of what is drawn, or, where nothing is, of the workflow files."""
    from mermaid2gha.compiler.compile import compile_documents
    from mermaid2gha.project.build import unignored
    from mermaid2gha.project.discovery import NO_DOCUMENTS, load
    from mermaid2gha.project.existing import existing_ids

    showing, disk = options.showing, given.disk
    if options.paths and all(is_workflow_path(path) and disk.is_there(path) for path in options.paths):
        return _of_files(options.paths, options, disk, io)
    loaded = load(given.paths, disk, given.standard_input)
    if not loaded.projects and all(one.rule == NO_DOCUMENTS.name for one in loaded.diagnostics):
        places = options.paths or (usual_folder(disk),)
        if any(workflow_paths(place, disk) for place in places):
            return _of_files(places, options, disk, io)
    diagnostics = list(loaded.diagnostics)
    programs: list[ProjectPlan] = []
    count = 0
    for project in loaded.projects:
        compilation = compile_documents(project.documents, project.settings, existing_ids(project, disk))
        diagnostics += unignored(project, compilation.diagnostics)
        programs.append(compilation.plan)
        count += len(project.documents)
    shown = showing.shown(diagnostics)
    err = text(shown, showing.paper) + summary(shown, count, showing.paper)
    code = showing.code(diagnostics, is_misused=loaded.is_misused)
    if has_errors(diagnostics):
        return Result("", err, code)
    return _shown(programs, options, io, diagnostics, err)


def _of_files(paths: Sequence[str], options: GraphOptions, disk: Disk, io: Io) -> Result:
    """The picture of workflow files as they stand."""
    from mermaid2gha.explain.file_plan import files_plan

    showing = options.showing
    workflows, faults = written_workflows(paths, disk)
    err = text(faults, showing.paper)
    if not workflows:
        return Result("", err, showing.code(faults))
    return _shown([files_plan(workflows)], options, io, faults, err)


def _shown(
    programs: Sequence[ProjectPlan], options: GraphOptions, io: Io, found: Sequence[Diagnostic], err: str
) -> Result:
    """The picture, where it is wanted."""
    showing = options.showing
    code = showing.code(found)
    picture = _picture(programs, options)
    if isinstance(picture, str):
        return Result("", f"{err}mermaid2gha: {picture}\n", MISUSE)
    if options.output is None:
        from mermaid2gha.project.artifacts import bare_text

        return Result(bare_text(picture, io.draw), err, code)
    faults = _written(picture, options.output, io)
    shown = "" if faults or showing.is_quiet or options.format != "svg" else opening(options.output)
    return Result("", err + text(faults, showing.paper) + shown, showing.code([*found, *faults]))


def _picture(programs: Sequence[ProjectPlan], options: GraphOptions) -> OutputFile | str:
    """The picture that the options ask for, or why there is none."""
    from mermaid2gha.views.files import graph_files

    named = [(graph.file, files) for program in programs for graph, files in _graphs(program)]
    listed = ", ".join(f"`{name}`" for name, _ in named)
    if not named:
        return "nothing is drawn that runs, so there is nothing to show"
    if options.workflow is not None:
        wanted = options.workflow
        named = [(name, files) for name, files in named if wanted in {name, PurePath(name).stem}]
        if not named:
            return f"there is no workflow `{wanted}`; there is {listed}"
    if len(named) == 1:
        return _as_format(named[0][1], options)
    if options.format == "mmd" or len(programs) > 1:
        what = "project" if len(programs) > 1 else "workflow"
        return f"one {what} at a time is shown as `{options.format}`; choose by `--workflow`: {listed}"
    return _as_format(graph_files(programs[0])[-1:], options)


def _graphs(program: ProjectPlan) -> Iterator[tuple[WorkflowPlan, Sequence[GraphFile]]]:
    """Each workflow's graph with its files: DOT, SVG, Mermaid."""
    from mermaid2gha.views.files import graph_files

    files = graph_files(program)
    for number, graph in enumerate(program.workflows):
        yield graph, files[3 * number : 3 * number + 3]


def _as_format(files: Sequence[GraphFile], options: GraphOptions) -> OutputFile:
    """The file of a format; of the whole there is a picture alone, which can be had as DOT too."""
    from mermaid2gha.project.artifacts import Folder, OutputFile
    from mermaid2gha.views.files import GraphFile

    name = PurePath(files[0].name).with_suffix(f".{options.format}").name
    one = GraphFile(name, files[0].shown, options.outputs)
    return OutputFile(Folder.GRAPHS, one.name, one)


def _written(picture: OutputFile, name: str, io: Io) -> Sequence[Diagnostic]:
    """Write a picture to a file, unless that file is not ours to write."""
    from mermaid2gha.project.artifacts import Ownership, output_text, written
    from mermaid2gha.project.status import Drift, FileState, drift_diagnostic
    from mermaid2gha.project.writer import Change, write

    path = os.path.abspath(name)  # noqa: PTH100 (links in the name must stay)
    old = io.disk().known(path)
    drift = Drift(path, FileState.ABSENT, picture, old)
    if old is not None:
        known = written(old.decode("utf-8", "replace"))
        state = FileState.STALE if known.ownership is Ownership.OURS else FileState.FOREIGN
        drift = Drift(path, state, picture, old)
    if not drift.is_mendable:
        finding = drift_diagnostic(drift, "mermaid2gha graph")
        return [finding] if finding is not None else []
    new = output_text(picture, io.draw).encode("utf-8", "surrogatepass")
    if new == old:
        return []
    return write([Change(path, old, new, (str(Path(path).parent),))], clock=io.clock).faults
