"""`mermaid2gha adopt WORKFLOWS…`: the settings under which a document draws workflows that people wrote."""

from __future__ import annotations

import argparse
from pathlib import Path

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import Showing, add_loudness, showing_from
from mermaid2gha.invocation.result import Result
from mermaid2gha.project.snapshot import shown
from mermaid2gha.report.text import Paper, coloured_diff, summary, text

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.adopt.propose import Proposal, Refusal
    from mermaid2gha.project.writer import Change

HELP = """\
propose settings for workflows that people wrote

examples:
  mermaid2gha adopt .github/workflows/ci.yml --document docs/ci.md             show what settings it takes
  mermaid2gha adopt .github/workflows --document docs/ci.md --write            and write them
  mermaid2gha adopt --accept                                                   accept what differs by now

Shows the settings under which the document draws these workflow files, which people wrote, and what differs
all the same. Settings that are there stay; --write adds the others to mermaid2gha.yml. Workflows stay as they
are. With --accept the list of accepted differences is brought to what differs now, and written.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "workflows", nargs="*", metavar="WORKFLOWS", help="workflow files or a folder of them"
    )
    parser.add_argument(
        "--document", dest="documents", metavar="PATH", nargs="+", default=[], help="what draws them"
    )
    writing = parser.add_mutually_exclusive_group()
    writing.add_argument("--write", action="store_true", help="write the settings into mermaid2gha.yml")
    writing.add_argument(
        "--accept",
        action="store_true",
        help="accept what differs in adopted and compiled files (all, or those named), and write that",
    )
    add_loudness(parser)


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """Propose settings, show them with what differs all the same, and write them if that is asked for.

    Standard output has the new settings file, or what is added to the one that is there.
    """
    from mermaid2gha.adopt.accepted_dangers import with_dangers_accepted
    from mermaid2gha.adopt.propose import Refusal, proposal
    from mermaid2gha.project.build import check_findings, compiled_project

    showing = showing_from(arguments, io)
    paper = showing.paper
    if arguments.accept:
        return _accepting(arguments, io, showing)
    if not arguments.workflows:
        words = "name the workflow files, or a folder of them, or say `--accept`"
        return _refused(Refusal(words=words, is_misused=True), showing)
    proposed = proposal(arguments.workflows, arguments.documents, io.disk())
    if isinstance(proposed, Refusal):
        return _refused(proposed, showing)
    compiled = compiled_project(proposed.project, io.disk(), io.draw)
    proposed, compiled = with_dangers_accepted(proposed, compiled)
    findings = [*proposed.findings, *compiled.diagnostics, *check_findings([compiled])]
    err = text(showing.shown(findings), paper)
    if not showing.is_quiet:
        err += "".join(f"{one}\n" for one in proposed.remarks)
    if arguments.write and proposed.new != proposed.old.text:
        words, faults = _written(proposed, io, paper)
        err += words
        findings += faults
    elif proposed.new != proposed.old.text:
        err += f"nothing was written: with `--write` this goes to {shown(proposed.path)}\n"
    else:
        err += _nothing_to_add(proposed)
    out = proposed.new if proposed.is_fresh else coloured_diff(_difference(proposed), paper)
    count = len(proposed.project.documents)
    return Result(out, err + summary(showing.shown(findings), count, paper), showing.code(findings))


def _refused(refusal: Refusal, showing: Showing) -> Result:
    findings = showing.shown(refusal.found)
    words = f"mermaid2gha: {refusal.words}\n" if refusal.words else text(findings, showing.paper)
    return Result("", words, showing.code(refusal.found, is_misused=refusal.is_misused))


def _accepting(arguments: argparse.Namespace, io: Io, showing: Showing) -> Result:
    """Bring the accepted differences to what differs now; the last line counts them."""
    from mermaid2gha.adopt.accept import renewed
    from mermaid2gha.adopt.propose import Refusal

    paper = showing.paper
    renewal = renewed(arguments.workflows, arguments.documents, io.disk())
    if isinstance(renewal, Refusal):
        return _refused(renewal, showing)
    proposed = renewal.proposed
    findings = list(proposed.findings)
    err = text(showing.shown(findings), paper)
    if proposed.new != proposed.old.text:
        words, faults = _written(proposed, io, paper)
        if faults:
            return Result("", err + words, showing.code(faults))
        err += words
    out = proposed.new if proposed.is_fresh else coloured_diff(_difference(proposed), paper)
    return Result(out, f"{err}{renewal}\n", showing.code(findings))


def _nothing_to_add(proposed: Proposal) -> str:
    return f"nothing to add: {shown(proposed.path)} says all of it\n"


def _written(proposed: Proposal, io: Io, paper: Paper) -> tuple[str, tuple[Diagnostic, ...]]:
    """Write the settings; gives what to say of it, and what kept them from being written."""
    from mermaid2gha.project.writer import write

    writing = write([_change(proposed)], clock=io.clock)
    if writing.faults:
        return text(writing.faults, paper), writing.faults
    return (f"wrote {shown(proposed.path)}\n" if writing.made else _nothing_to_add(proposed)), ()


def _change(proposed: Proposal) -> Change:
    from mermaid2gha.project.writer import Change

    old = None if proposed.is_fresh else Path(proposed.path).read_bytes()
    mark = b"\xef\xbb\xbf" if old is not None and old.startswith(b"\xef\xbb\xbf") else b""
    seen = None if old is None else mark + proposed.old.text.encode("utf-8")
    return Change(proposed.path, seen, mark + proposed.new.encode("utf-8"), (proposed.project.root,))


def _difference(proposed: Proposal) -> str:
    from mermaid2gha.project.status import text_diff

    return text_diff(proposed.old.text, proposed.new, proposed.old.name, proposed.old.name)
