"""`mermaid2gha why JOB [OTHER]`: why a job waits for another, may be left out, or has a right."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from mermaid2gha.base.diagnostic import has_errors
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import add_loudness, showing_from
from mermaid2gha.invocation.result import CLEAN, MISUSE, Result
from mermaid2gha.project.snapshot import Disk
from mermaid2gha.project.written_files import usual_folder, workflow_paths, written_workflows
from mermaid2gha.report.cells import plain
from mermaid2gha.report.text import summary, text

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.explain.why import Explained
    from mermaid2gha.github.workflow.reader import WorkflowFile
    from mermaid2gha.project.discovery import Loaded

HELP = """\
tell why a job waits for another, can be left out, or has a right

examples:
  mermaid2gha why publish                      what it waits for, when it is left out, what its token may do
  mermaid2gha why publish build                the chain of lines and needs by which it waits for `build`
  mermaid2gha why ci.yml:test --document docs/ci.md
  mermaid2gha why test --workflows .github/workflows      what the files say, whatever is drawn

A job is named by its id or its display name. Without --document, the `documents` of the nearest
mermaid2gha.yml are read; where there are none, and for jobs that nobody drew, the workflow files answer.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("job", metavar="JOB", help="the job in question")
    parser.add_argument("other", metavar="OTHER", nargs="?", help="a job that it may wait for")
    parser.add_argument(
        "--document", dest="paths", metavar="PATH", nargs="+", default=[], help="documents or folders of them"
    )
    parser.add_argument(
        "--workflows",
        metavar="PATH",
        nargs="+",
        default=[],
        help="ask workflow files, or folders of them, alone",
    )
    add_loudness(parser)


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """The reasons, each with its lines in the documents and in the workflow file."""
    from mermaid2gha.project.discovery import NO_DOCUMENTS, load

    disk = io.disk()
    if arguments.workflows:
        return _of_files(arguments, io, arguments.workflows)
    loaded = load(arguments.paths, disk, io.input_for(arguments.paths))
    has_documents = bool(loaded.projects) or any(one.rule != NO_DOCUMENTS.name for one in loaded.diagnostics)
    folder = usual_folder(disk)
    if not arguments.paths and not has_documents and workflow_paths(folder, disk):
        return _of_files(arguments, io, [folder])
    return _of_documents(arguments, io, disk, loaded)


def _of_files(arguments: argparse.Namespace, io: Io, paths: Sequence[str]) -> Result:
    """The reasons that stand in workflow files."""
    showing = showing_from(arguments, io)
    workflows, faults = written_workflows(paths, io.disk())
    if faults:
        return Result("", text(faults, showing.paper), showing.code(faults))
    if not workflows:
        return Result("", f"mermaid2gha: there is no workflow in `{paths[0]}`\n", MISUSE)
    return _answer(_names(arguments), [], _explained(workflows))


def _explained(workflows: Sequence[WorkflowFile]) -> list[Explained]:
    from mermaid2gha.explain.why import WrittenWorkflow

    return [WrittenWorkflow(file) for file in workflows]


def _names(arguments: argparse.Namespace) -> list[str]:
    return [name for name in (arguments.job, arguments.other) if name is not None]


def _of_documents(arguments: argparse.Namespace, io: Io, disk: Disk, loaded: Loaded) -> Result:
    """The reasons for drawn jobs, and for those of the same files, or of others, that nobody drew."""
    from mermaid2gha.compiler.compile import compile_documents
    from mermaid2gha.explain.why import planned_workflows
    from mermaid2gha.project.build import unignored
    from mermaid2gha.project.existing import existing_ids

    diagnostics = list(loaded.diagnostics)
    workflows: list[Explained] = []
    folders: list[str] = []
    count = 0
    for project in loaded.projects:
        compilation = compile_documents(project.documents, project.settings, existing_ids(project, disk))
        diagnostics += unignored(project, compilation.diagnostics)
        count += len(project.documents)
        folders.append(os.path.normpath(Path(project.root, project.settings.workflows)))
        workflows += planned_workflows(compilation, folders[-1], disk)
    showing = showing_from(arguments, io)
    if has_errors(diagnostics):
        findings = showing.shown(diagnostics)
        err = text(findings, showing.paper) + summary(findings, count, showing.paper)
        return Result("", err, showing.code(diagnostics, is_misused=loaded.is_misused))
    return _answer(_names(arguments), workflows, _explained(written_workflows(folders, disk)[0]))


def _answer(names: Sequence[str], drawn: Sequence[Explained], written: Sequence[Explained]) -> Result:
    """What is told of jobs; those that are drawn come before those that only stand in files."""
    places = _named(names, drawn, "no job `{}` is drawn")
    if isinstance(places, str):
        of_files = _named(names, written, "there is no job `{}`")
        if isinstance(of_files, str):
            return Result("", f"mermaid2gha: {places if drawn else of_files}\n", MISUSE)
        places = of_files
    if len(places) == 1:
        lines = places[0][0].of_one(places[0][1])
    elif places[0][0] is places[1][0]:
        lines = places[0][0].of_two(places[0][1], places[1][1])
    else:
        listed = " and ".join(f"`{job}` of `{one.file_name}`" for one, job in places)
        lines = iter([f"{listed} are in two workflows: no `needs` can order them"])
    return Result("".join(f"{plain(line)}\n" for line in lines), "", CLEAN)


_Place = tuple["Explained", str]


def _named(names: Sequence[str], workflows: Sequence[Explained], missing: str) -> list[_Place] | str:
    """The jobs of names, in one workflow if that tells them apart; or why there are none.

    `missing` says with a place for the name that there is no such job.
    """
    bearers = [_bearers(name, workflows) for name in names]
    for name, found in zip(names, bearers):
        if not found:
            return f"{missing.format(name)}{_near(name, workflows)}"
    shared = {id(one) for one, _ in bearers[0]} & {id(one) for one, _ in bearers[-1]}
    if len(names) > 1 and shared:
        bearers = [[pair for pair in found if id(pair[0]) in shared] for found in bearers]
    for name, found in zip(names, bearers):
        if len(found) > 1:
            listed = " or ".join(f"`{one.file_name}:{job}`" for one, job in found)
            return f"there are several jobs `{name}`; write {listed}"
    return [found[0] for found in bearers]


def _bearers(name: str, workflows: Sequence[Explained]) -> list[_Place]:
    """The jobs with an id, else those with a display name."""
    file, _, wanted = name.rpartition(":")
    known = [(one, job, title) for one in workflows if file in ("", one.file_name) for job, title in one.jobs]
    by_id = [(one, job) for one, job, _ in known if job.casefold() == wanted.casefold()]
    return by_id or [(one, job) for one, job, title in known if title.casefold() == wanted.casefold()]


def _near(name: str, workflows: Sequence[Explained]) -> str:
    from difflib import get_close_matches

    jobs = [pair for one in workflows for pair in one.jobs]
    names = {text.casefold(): job for job, title in jobs for text in (title, job)}
    wanted = name.rpartition(":")[2].casefold()
    near = dict.fromkeys(names[one] for one in get_close_matches(wanted, list(names), 3, 0.5))
    return f"; did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else ""
