"""`mermaid2gha fix [PATHS]`: documents and settings with each finding mended that one exact edit cures."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence

from mermaid2gha.base.encoding import BOM, decoded
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import (
    Given,
    add_loudness,
    add_paths,
    add_stdin_filename,
    add_strict,
    given_from,
    not_printed,
    showing_from,
)
from mermaid2gha.invocation.result import Result
from mermaid2gha.report.guard import Form
from mermaid2gha.report.text import summary, text, text_diff

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.project.fixing import FixedFile

HELP = """\
mend documents and settings where one exact edit does it

examples:
  mermaid2gha fix docs/ci.md              mend what `compile` tells of it, as far as there is one cure
  mermaid2gha fix --diff                  show what would change in all documents, write nothing
  mermaid2gha fix --safe                  leave out what could change which jobs run
  mermaid2gha fix - < ci.mmd              from standard input to standard output

Without PATHS, the documents of the nearest mermaid2gha.yml are mended, and it. What is left is told, with the
places that it has then. All files are written, or none.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    add_paths(parser)
    add_stdin_filename(parser)
    parser.add_argument("--diff", action="store_true", help="show each difference; write nothing")
    parser.add_argument("--safe", action="store_true", help="leave out cures that can change what runs")
    add_strict(parser)
    add_loudness(parser)


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """Fix what the arguments name, write it unless they say otherwise, and tell what is left."""
    from mermaid2gha.project.fixing import fixed
    from mermaid2gha.project.writer import document_change, write

    showing = showing_from(arguments, io)
    given = given_from(arguments.paths, arguments.stdin_filename, io)
    disk = given.disk
    result = fixed(given.paths, disk, given.standard_input, is_safe=arguments.safe)
    remaining, mended = list(result.diagnostics), result.files
    if arguments.diff:
        paper = showing.paper
        out = "".join(
            text_diff(changed.file.name, changed.file.text, changed.text, paper) for changed in mended
        )
    else:
        out = _standard_output(given, mended)
        if unprinted := not_printed(given.name, out):
            out, remaining = "", [*remaining, *unprinted]
        if given.name:  # then nothing is written
            mended = tuple(changed for changed in mended if changed.file.name == given.name)
        once = {} if given.name else {os.path.realpath(changed.file.name): changed for changed in mended}
        changes = [document_change(name, changed.text, disk) for name, changed in once.items()]
        read = {path: digest for (kind, path), digest in disk.facts.items() if kind == "content"}
        faults = write(changes, read, clock=io.clock).faults
        remaining += faults
        mended = () if faults else mended
    chatter = "" if showing.is_quiet else "".join(_chatter(mended, is_done=not arguments.diff))
    shown = showing.shown(remaining)
    err = text(shown, showing.paper) + chatter + summary(shown, result.documents, showing.paper)
    code = showing.code(remaining, is_misused=result.is_misused)
    return Result(out, err, code, form=Form.TEXT if arguments.diff else Form.CONTENT)


def _standard_output(given: Given, files: Sequence[FixedFile]) -> str:
    """Standard input with what was mended in it; nothing where it is no text."""
    file, faults = decoded(given.standard_input, given.name)
    mended = next((changed.text for changed in files if changed.file.name == given.name), file.text)
    return "" if faults else ("\ufeff" if given.standard_input.startswith(BOM) else "") + mended


def _chatter(files: Sequence[FixedFile], *, is_done: bool) -> Iterator[str]:
    for changed in files:
        findings = "1 finding" if changed.count == 1 else f"{changed.count} findings"
        yield f"{'mended' if is_done else 'would mend'} {findings} in {changed.file.name}\n"
