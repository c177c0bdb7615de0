"""`mermaid2gha fmt [PATHS]`: the diagrams of documents in canonical layout."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.encoding import BOM
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import SourceFile
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import (
    Showing,
    add_loudness,
    add_paths,
    add_stdin_filename,
    given_from,
    not_printed,
    record,
    showing_from,
)
from mermaid2gha.invocation.result import DEFECT, FINDINGS, Result
from mermaid2gha.project.snapshot import Disk
from mermaid2gha.report.guard import Form
from mermaid2gha.report.text import summary, text, text_diff

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    import argparse

    from mermaid2gha.project.discovery import Documents

HELP = """\
lay out the diagrams of documents in one style

examples:
  mermaid2gha fmt docs/ci.md              lay out its diagrams: indentation, blanks, the case of keywords
  mermaid2gha fmt docs --check --diff     fail if a diagram is laid out otherwise, and show how
  mermaid2gha fmt - < ci.mmd              from standard input to standard output

Without PATHS, the `documents` of the nearest mermaid2gha.yml are laid out. Faulty diagrams are told and left
alone; nothing outside of diagrams changes.
"""


@dataclass(frozen=True, slots=True)
class FmtOptions:
    """The options of `fmt`; `paths` as they were typed."""

    paths: tuple[str, ...] = ()
    check: bool = False
    diff: bool = False
    showing: Showing = field(default_factory=Showing)


@dataclass(frozen=True, slots=True)
class _LaidOut:
    """A document, its new text, the faults of its diagrams, and the lines of those that were refused."""

    file: SourceFile
    text: str
    faults: tuple[Diagnostic, ...]
    refused: tuple[int, ...]

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def is_changed(self) -> bool:
        return self.text != self.file.text


def arguments(parser: argparse.ArgumentParser) -> None:
    add_paths(parser)
    add_stdin_filename(parser)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if something would change")
    parser.add_argument("--diff", action="store_true", help="show each difference; write nothing")
    add_loudness(parser)


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """Lay the documents out, write them unless the options say otherwise, and tell about it."""
    from mermaid2gha.project.writer import document_change, write

    options = record(FmtOptions, arguments, showing=showing_from(arguments, io))
    given = given_from(options.paths, arguments.stdin_filename, io)
    disk = given.disk
    loaded = _documents(given.paths, disk, given.standard_input)
    files = [_laid_out(file) for file in {file.name: file for file in loaded.documents}.values()]
    changed = [file for file in files if file.is_changed]
    # A document that is named twice, be it by a link, is written once.
    once = {os.path.realpath(file.name): file for file in changed if file.name != given.name}
    findings = [*loaded.diagnostics, *(fault for file in files for fault in file.faults)]
    laid_out: set[str] = set()
    if not options.check and not options.diff:
        writing = write(
            [document_change(file.name, file.text, disk) for file in once.values()], clock=io.clock
        )
        findings += writing.faults
        laid_out = {os.path.realpath(change.path) for change in writing.made}
    showing = options.showing
    out = "".join(_shown(file, options, given.name) for file in files)
    chatter = "" if showing.is_quiet else "".join(_chatter(changed, options, laid_out))
    refused = "".join(_refused(file) for file in files)
    unprinted = [] if options.diff else not_printed(given.name, out)
    findings += unprinted
    err = text(showing.shown(findings), showing.paper) + chatter + refused
    code = showing.code(findings, is_misused=loaded.is_misused)
    if not code and options.check and changed:
        code = FINDINGS
    counts = summary(showing.shown(findings), len(files), showing.paper)
    if unprinted:
        out = ""
    bom = "\ufeff" if out and given.standard_input.startswith(BOM) and not options.diff else ""
    form = Form.TEXT if options.diff else Form.CONTENT
    return Result(bom + out, err + counts, DEFECT if refused else code, form=form)


def _documents(paths: Sequence[str], disk: Disk, standard_input: bytes) -> Documents:
    """What the paths name; without paths, what the nearest settings list."""
    from mermaid2gha.project.discovery import Documents, load, read_documents

    if paths:
        return read_documents(paths, disk, standard_input)
    loaded = load(paths, disk)
    documents = tuple(file for project in loaded.projects for file in project.documents)
    return Documents(documents, loaded.diagnostics, loaded.is_misused)


def _laid_out(file: SourceFile) -> _LaidOut:
    from mermaid2gha.mermaid.format.document import formatted
    from mermaid2gha.mermaid.parse import parse

    layout = formatted(file, parse)
    return _LaidOut(file, layout.text, layout.diagnostics, tuple(block.span.line for block in layout.refused))


def _shown(file: _LaidOut, options: FmtOptions, printed: str) -> str:
    """What goes to standard output: the difference, if it is wanted, or standard input laid out.

    `printed` is the name of standard input.
    """
    if options.diff:
        return text_diff(file.name, file.file.text, file.text, options.showing.paper)
    return file.text if file.name == printed and not options.check else ""


def _chatter(changed: Sequence[_LaidOut], options: FmtOptions, laid_out: set[str]) -> Iterator[str]:
    """What is to be laid out, or has been: `laid_out` are the files that were written, links followed."""
    for file in changed:
        if options.check:
            yield f"{file.name} is not in canonical layout\n"
        elif os.path.realpath(file.name) in laid_out:
            yield f"laid out {file.name}\n"


def _refused(file: _LaidOut) -> str:
    """Why a diagram was left alone that nothing is wrong with."""
    return "".join(
        f"mermaid2gha: laid out, the diagram at {file.file.name}:{line} would say something else, so it was "
        "left alone; this is a defect of mermaid2gha, please report it with the diagram\n"
        for line in file.refused
    )
