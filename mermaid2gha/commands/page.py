"""`mermaid2gha page [PATHS]`: drawing, jobs, workflow and runs beside each other, as one HTML file."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import (
    add_loudness,
    add_paths,
    add_watch,
    opening,
    showing_from,
    unwatchable,
)
from mermaid2gha.invocation.result import MISUSE, Result
from mermaid2gha.project.written_files import usual_folder, written_workflows
from mermaid2gha.report.guard import Form
from mermaid2gha.report.text import summary, text

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.base.diagnostic import Diagnostic
    from mermaid2gha.page.content import PageContent
    from mermaid2gha.project.snapshot import Disk
    from mermaid2gha.terminal.serve import Served

HELP = """\
show drawing, jobs, workflows and runs beside each other, as one HTML file

examples:
  mermaid2gha page > ci.html               what the nearest mermaid2gha.yml lists; open it in a browser
  mermaid2gha page docs/ci.md --output ci.html
  mermaid2gha page                         without documents: the workflow files as they stand
  mermaid2gha page docs/ci.md --serve      to a browser of this machine, which shows what is saved

The file needs no network and holds all that it shows. Point at a job, or choose an event, flags and a job
that fails, to see who runs, and why the others do not. Nothing else is written.
"""


PORT = 8642
"""Where the page is served unless another port is named: always the same, so that an open page finds it."""
_MOST_PORTS = 65_535


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page shows, with the findings. There is no content where nothing could be read; `title`
    says why then, if no finding does."""

    title: str
    content: PageContent | None = None
    findings: tuple[Diagnostic, ...] = ()


def arguments(parser: argparse.ArgumentParser) -> None:
    add_paths(parser)
    parser.add_argument("--output", metavar="FILE", help="write the page there instead of standard output")
    add_watch(parser)
    parser.add_argument(
        "--serve",
        type=_port,
        nargs="?",
        const=PORT,
        metavar="PORT",
        help=f"watch, and show the page to browsers of this machine (default: {PORT}; 0: any that is free)",
    )
    add_loudness(parser)


def _port(word: str) -> int:
    if word.isascii() and word.isdecimal() and int(word) <= _MOST_PORTS:
        return int(word)
    raise argparse.ArgumentTypeError(f"`{word}` is no port; documents stand before the option")


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """The page of the one project that the arguments name, or of the workflow files that are there."""
    is_watching = arguments.watch or arguments.serve is not None
    if is_watching and (refusal := unwatchable(arguments.paths)) is not None:
        return refusal
    disk = io.disk()
    shown = _shown(arguments.paths, disk, io)
    result = _result(shown, disk, arguments, io)
    if not is_watching:
        return result
    from mermaid2gha.terminal.watch import Watched  # late, as it is rare

    written = () if arguments.output is None else (_absolute(arguments.output),)
    served = _served(shown, arguments.serve, io) if arguments.serve is not None else None
    return replace(result, watched=Watched(dict(disk.facts), written), served=served)


def _absolute(path: str) -> str:
    return os.path.abspath(path)  # noqa: PTH100 (links in the name must stay)


def _served(shown: _Shown, port: int, io: Io) -> Served:
    """The page to serve; of what could not be read the findings alone."""
    from mermaid2gha.page.content import PageContent
    from mermaid2gha.page.html import renewed_page
    from mermaid2gha.terminal.serve import Served

    content = shown.content or PageContent(findings=shown.findings)
    page, version = renewed_page(content, shown.title or Path.cwd().name, io.draw)
    return Served(page, version, port)


def _result(shown: _Shown, disk: Disk, arguments: argparse.Namespace, io: Io) -> Result:
    """The page, printed or written; neither where it is only served."""
    from mermaid2gha.page.html import MARK, page
    from mermaid2gha.project.status import Drift, FileState, drift_diagnostic
    from mermaid2gha.project.writer import Change, write

    if shown.content is None:
        message = f"mermaid2gha: {shown.title}\n" if shown.title else ""
        return Result("", text(shown.findings, io.paper) + message, MISUSE)
    showing = showing_from(arguments, io)
    findings = showing.shown(shown.findings)
    err = text(findings, showing.paper) + summary(findings, 1, showing.paper)
    if arguments.output is None and arguments.serve is not None:
        return Result("", err, showing.code(shown.findings))
    out = page(shown.content, shown.title, io.draw)
    if arguments.output is None:
        return Result(out, err, showing.code(shown.findings), form=Form.CONTENT)
    path = _absolute(arguments.output)
    old, new = disk.known(path), out.encode("utf-8", "surrogatepass")
    faults: Sequence[Diagnostic] = ()
    if old is not None and MARK.encode() not in old:  # some file of people's
        foreign = drift_diagnostic(Drift(path, FileState.FOREIGN, None, old), "mermaid2gha page")
        faults = [foreign] if foreign is not None else []
    elif old != new:
        faults = write([Change(path, old, new, (str(Path(path).parent),))], clock=io.clock).faults
    line = "" if faults or showing.is_quiet else opening(arguments.output)
    return Result("", err + text(faults, showing.paper) + line, showing.code([*shown.findings, *faults]))


def _shown(paths: Sequence[str], disk: Disk, io: Io) -> _Shown:
    from mermaid2gha.page.content import of_files, of_project
    from mermaid2gha.project.build import compiled_project
    from mermaid2gha.project.discovery import NO_DOCUMENTS, load

    loaded = load(paths, disk, io.input_for(paths))
    is_drawn = bool(loaded.projects) or any(one.rule != NO_DOCUMENTS.name for one in loaded.diagnostics)
    if not paths and not is_drawn:
        files, faults = written_workflows([usual_folder(disk)], disk)
        if not files:
            return _Shown("nothing is drawn, and there is no workflow")
        return _Shown(Path.cwd().name, of_files(files, faults))
    if len(loaded.projects) != 1:
        message = "a page shows one project; name one" if loaded.projects else ""
        return _Shown(message, None, loaded.diagnostics)
    project = replace(loaded.projects[0], settings=replace(loaded.projects[0].settings, graphs=None))
    compiled = compiled_project(project, disk, io.draw)
    findings = (*loaded.diagnostics, *compiled.diagnostics)
    title = ", ".join(file.name for file in project.documents[:3])
    return _Shown(title, of_project(compiled, disk, findings), findings)
