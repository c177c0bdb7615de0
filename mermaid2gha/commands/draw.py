"""`mermaid2gha draw [WORKFLOWS…]`: a document that compiles to the workflows that are there."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import add_loudness, showing_from
from mermaid2gha.invocation.result import Result
from mermaid2gha.project.snapshot import shown
from mermaid2gha.report.text import summary, text

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.draw.drawing import Drawing
    from mermaid2gha.project.snapshot import Disk
    from mermaid2gha.project.writer import Change

HELP = """\
draw the workflows that are there

examples:
  mermaid2gha draw                         all of .github/workflows, into docs/ci.md
  mermaid2gha draw ci.yml --document ci.md one workflow, into a page of yours
  mermaid2gha draw --format svg > ci.svg   a picture of the whole, without writing anything
  mermaid2gha draw --to -                  show the document, write nothing

Writes a document whose diagrams compile to these workflows, and the settings under which nothing in them
changes. Where the document is there already, its prose and labels stay: diagrams that say something else by
now are drawn anew, and new ones come at the end. What cannot be drawn is listed, and stays as it is.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "workflows",
        nargs="*",
        metavar="WORKFLOWS",
        help="workflow files or a folder of them (default: .github/workflows)",
    )
    parser.add_argument("--document", metavar="PATH", default="", help="where it goes (default: docs/ci.md)")
    parser.add_argument(
        "--messages",
        choices=("none", "some", "all"),
        default="none",
        help="some: show artifacts and images that jobs pass on; all: publications, too (default: none)",
    )
    parser.add_argument(
        "--format",
        choices=("document", "svg"),
        default="document",
        help="svg: print a picture of the whole, write nothing (default: document)",
    )
    parser.add_argument("--to", metavar="-", choices=("-",), help="print the document; write nothing")
    add_loudness(parser)


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """Draw, write document and settings or neither, and say what was drawn and what was not."""
    from mermaid2gha.adopt.propose import Refusal
    from mermaid2gha.draw.drawing import drawing
    from mermaid2gha.draw.exchanges import Amount
    from mermaid2gha.draw.explanation import explained
    from mermaid2gha.project.writer import write

    showing = showing_from(arguments, io)
    disk = io.disk()
    result = drawing(
        arguments.workflows, arguments.document, disk, io.draw, messages=Amount(arguments.messages)
    )
    if isinstance(result, Refusal):
        words = f"mermaid2gha: {result.words}\n" if result.words else ""
        err = text(showing.shown(result.found), showing.paper) + words
        return Result("", err, showing.code(result.found, is_misused=result.is_misused or bool(words)))
    findings: list[Diagnostic] = [*result.left_out, *result.faults]
    out, chatter = "", "".join(explained(result))
    if arguments.format == "svg":
        out = _picture(result, io)
    elif arguments.to:
        out = result.text
    else:
        changes = [change for change in _changes(result, disk) if change.old != change.new]
        read = {path: digest for (kind, path), digest in disk.facts.items() if kind == "content"}
        faults = write(changes, read, clock=io.clock).faults
        findings += faults
        if faults:
            chatter = ""
        else:
            names = [shown(change.path) for change in changes]
            chatter = "".join(f"wrote {name}\n" for name in names) + chatter
            chatter += "" if names else "nothing to write: the document draws all of it\n"
    err = text(showing.shown(findings), showing.paper)
    err += "" if showing.is_quiet else chatter
    return Result(out, err + summary(showing.shown(findings), 1, showing.paper), showing.code(findings))


def _picture(made: Drawing, io: Io) -> str:
    """The picture of the workflows, of one its jobs."""
    from mermaid2gha.compiler.compile import compile_documents
    from mermaid2gha.project.artifacts import Folder, OutputFile, bare_text
    from mermaid2gha.project.existing import existing_ids
    from mermaid2gha.views.files import graph_files

    project = made.settings.project
    plan = compile_documents(project.documents, project.settings, existing_ids(project, io.disk())).plan
    files = graph_files(plan)
    one = files[1] if len(plan.workflows) == 1 else files[-1]
    return bare_text(OutputFile(Folder.GRAPHS, one.name, one), io.draw)


def _changes(made: Drawing, disk: Disk) -> Iterator[Change]:
    from mermaid2gha.project.writer import Change

    root = made.settings.project.root
    paths = dict(made.paths)
    texts = [(paths[name], text) for name, text in made.document.texts]
    for path, new in (*texts, (made.settings.path, made.settings.new)):
        old = disk.known(path)
        mark = b"\xef\xbb\xbf" if old is not None and old.startswith(b"\xef\xbb\xbf") else b""
        yield Change(path, old, mark + new.encode("utf-8"), (root, str(Path(path).parent)))
