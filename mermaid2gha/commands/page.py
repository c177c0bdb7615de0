"""`mermaid2gha page [PATHS]`: drawing, jobs, workflow and runs beside each other, as one HTML file."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import add_loudness, add_paths, showing_from
from mermaid2gha.invocation.result import MISUSE, Result
from mermaid2gha.project.written_files import usual_folder, written_workflows
from mermaid2gha.report.guard import Form
from mermaid2gha.report.text import summary, text

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.base.diagnostic import Diagnostic
    from mermaid2gha.page.content import PageContent
    from mermaid2gha.project.snapshot import Disk

HELP = """\
show drawing, jobs, workflows and runs beside each other, as one HTML file

examples:
  mermaid2gha page > ci.html               what the nearest mermaid2gha.yml lists; open it in a browser
  mermaid2gha page docs/ci.md --output ci.html
  mermaid2gha page                         without documents: the workflow files as they stand

The file needs no network and holds all that it shows. Point at a job, or choose an event, flags and a job
that fails, to see who runs, and why the others do not. Nothing else is written.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    add_paths(parser)
    parser.add_argument("--output", metavar="FILE", help="write the page there instead of standard output")
    add_loudness(parser)


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """The page of the one project that the arguments name, or of the workflow files that are there."""
    from mermaid2gha.page.html import page
    from mermaid2gha.project.writer import Change, write

    showing = showing_from(arguments, io)
    disk = io.disk()
    found = _content(arguments.paths, disk, io)
    if isinstance(found, Result):
        return found
    content, findings, title = found
    out = page(content, title, io.draw)
    err = text(showing.shown(findings), showing.paper) + summary(showing.shown(findings), 1, showing.paper)
    if arguments.output is None:
        return Result(out, err, showing.code(findings), form=Form.CONTENT)
    path = os.path.abspath(arguments.output)  # noqa: PTH100 (links in the name must stay)
    old, new = disk.known(path), out.encode("utf-8", "surrogatepass")
    faults = (
        []
        if old == new
        else write([Change(path, old, new, (str(Path(path).parent),))], clock=io.clock).faults
    )
    return Result("", err + text(faults, showing.paper), showing.code([*findings, *faults]))


def _content(paths: Sequence[str], disk: Disk, io: Io) -> tuple[PageContent, list[Diagnostic], str] | Result:
    from mermaid2gha.base.records import replace
    from mermaid2gha.page.content import of_files, of_project
    from mermaid2gha.project.build import compiled_project
    from mermaid2gha.project.discovery import NO_DOCUMENTS, load

    loaded = load(paths, disk, io.input_for(paths))
    is_drawn = bool(loaded.projects) or any(one.rule != NO_DOCUMENTS.name for one in loaded.diagnostics)
    if not paths and not is_drawn:
        files, faults = written_workflows([usual_folder(disk)], disk)
        if not files:
            return Result("", "mermaid2gha: nothing is drawn, and there is no workflow\n", MISUSE)
        return of_files(files, faults), [], Path.cwd().name
    if len(loaded.projects) != 1:
        findings = list(loaded.diagnostics)
        message = "mermaid2gha: a page shows one project; name one\n" if loaded.projects else ""
        return Result("", text(findings, io.paper) + message, MISUSE)
    project = replace(loaded.projects[0], settings=replace(loaded.projects[0].settings, graphs=None))
    compiled = compiled_project(project, disk, io.draw)
    findings = [*loaded.diagnostics, *compiled.diagnostics]
    title = ", ".join(file.name for file in project.documents[:3])
    return of_project(compiled, disk, findings), findings, title
