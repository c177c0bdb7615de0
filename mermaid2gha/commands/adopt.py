"""`mermaid2gha adopt WORKFLOWS…`: the settings under which a document draws workflows that people wrote."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

from mermaid2gha.adopt.propose import Proposal, Refusal, proposal
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.commands.compile import checked, coloured_diff
from mermaid2gha.commands.result import Answer, Showing
from mermaid2gha.project.snapshot import Disk, shown
from mermaid2gha.project.writer import Change, write
from mermaid2gha.report.text import summary, text


@dataclass(frozen=True, slots=True)
class AdoptOptions:
    """The options of `adopt`: workflow files or folders of them, documents, and whether to write."""

    workflows: tuple[str, ...]
    documents: tuple[str, ...] = ()
    writes: bool = False
    showing: Showing = field(default_factory=Showing)


def adopt_answer(options: AdoptOptions) -> Answer:
    """Propose settings, show them with what differs all the same, and write them if that is asked for.

    Standard output has the new settings file, or what is added to the one that is there.
    """
    showing = options.showing
    made = proposal(options.workflows, options.documents, Disk())
    if isinstance(made, Refusal):
        told = showing.shown(made.found)
        words = f"mermaid2gha: {made.words}\n" if made.words else text(told, showing.paper)
        return Answer("", words, showing.code(made.found, is_misused=made.is_misused))
    found = [*made.findings, *checked(made.project, Disk())]
    err = text(showing.shown(found), showing.paper)
    if made.new == made.old.text:
        err += f"nothing to add: {shown(made.path)} says all of it\n"
    elif options.writes:
        faults = write([_change(made)]).faults
        found += faults
        err += text(faults, showing.paper) or f"wrote {shown(made.path)}\n"
    else:
        err += f"nothing was written: with `--write` this goes to {shown(made.path)}\n"
    out = made.new if made.is_fresh else coloured_diff(_difference(made), showing.paper)
    count = len(made.project.documents)
    return Answer(out, err + summary(showing.shown(found), count, showing.paper), showing.code(found))


def _change(made: Proposal) -> Change:
    old = None if made.is_fresh else Path(made.path).read_bytes()
    mark = b"\xef\xbb\xbf" if old is not None and old.startswith(b"\xef\xbb\xbf") else b""
    seen = None if old is None else mark + made.old.text.encode("utf-8")
    return Change(made.path, seen, mark + made.new.encode("utf-8"), (made.project.root,))


def _difference(made: Proposal) -> str:
    old, new = (each.splitlines(keepends=True) for each in (made.old.text, made.new))
    lines = unified_diff(old, new, made.old.name, made.old.name)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
