"""`mermaid2gha diff BASE [HEAD]`: what runs before and after, for each event."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.result import CLEAN, FINDINGS, MISUSE, Result
from mermaid2gha.project.snapshot import Disk
from mermaid2gha.project.written_files import USUAL_FOLDER
from mermaid2gha.report.cells import plain
from mermaid2gha.report.report import form_of

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.changes.tell import Compared
    from mermaid2gha.history.repository import Repository

HELP = """\
show what runs before and after a change, for each event

examples:
  mermaid2gha diff main                      what your working tree runs other than main
  mermaid2gha diff --merge-base main         other than where your branch began
  mermaid2gha diff v1.2.0 HEAD               between two revisions
  mermaid2gha diff HEAD^ HEAD --format markdown
  mermaid2gha diff main --summary changes.md     the Markdown into a file, behind what is there

Works on the workflow files of a repository, drawn or written by hand, and compares what they mean: another
layout is no difference. Revisions are read from git's files; neither git nor any hook is run. Checks whose
names vanish are listed first, for a branch protection that requires one waits for ever.
"""

FORMATS = ("text", "markdown", "json", "mermaid")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("base", metavar="BASE", help="a branch, a tag or a commit: what was before")
    parser.add_argument(
        "head", metavar="HEAD", nargs="?", help="what is after (default: the files of the working tree)"
    )
    parser.add_argument(
        "--merge-base", action="store_true", help="begin at the newest commit that BASE and HEAD share"
    )
    parser.add_argument(
        "--workflows",
        metavar="FOLDER",
        default=USUAL_FOLDER,
        help=f"the folder of the workflows, from the root of the repository (default: {USUAL_FOLDER})",
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="(default: text)")
    parser.add_argument("--summary", metavar="FILE", help="append the Markdown to a file, too")
    parser.add_argument(
        "--max-bytes", metavar="N", type=_bytes, help="the longest Markdown (default: 1048576, a job summary)"
    )
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 if anything differs")


def _bytes(text: str) -> int:
    """A number of bytes in which at least the status has room."""
    if not text.isdecimal() or not 1000 <= int(text) <= 1 << 30:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of bytes from 1000")
    return int(text)


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """What differs between two revisions, or between one and the working tree."""
    from mermaid2gha.changes.compare import compared
    from mermaid2gha.changes.state import state
    from mermaid2gha.changes.tell import Compared
    from mermaid2gha.changes.words import named
    from mermaid2gha.history.objects import HistoryError
    from mermaid2gha.history.repository import repository

    disk = io.disk()
    root = disk.repository(str(Path.cwd()))
    if root is None:
        return _misuse("there is no git repository here")
    folder = os.path.normpath(arguments.workflows).replace(os.sep, "/")
    if folder.startswith(("../", "/")) or folder == ".." or Path(folder).is_absolute():
        return _misuse(f"`{plain(arguments.workflows)}` lies outside of the repository")
    try:
        found = repository(root)
        base = found.commit(arguments.base)
        head = found.commit(arguments.head) if arguments.head is not None else None
        if arguments.merge_base:
            base = found.common_ancestor(base, head or found.commit("HEAD"))
        before = found.files(base, folder)
        after = found.files(head, folder) if head is not None else _working_files(disk, root, folder)
    except HistoryError as fault:
        return _misuse(plain(str(fault)), plain(fault.help))
    words = named(arguments.base) if not arguments.merge_base else _began(found, base, arguments.base)
    head_words = named(arguments.head) if arguments.head is not None else "the working tree"
    answer = Compared(words, head_words, compared(state(before), state(after)))
    return _result(answer, arguments, io)


def _began(found: Repository, base: str, name: str) -> str:
    from mermaid2gha.changes.words import named

    where = "" if found.commit(name) == base else f" (`{base[:12]}`)"
    return f"where {named(name)} and this parted{where}" if where else named(name)


def _misuse(message: str, cure: str = "") -> Result:
    return Result("", f"mermaid2gha: {message}{f'; {cure}' if cure else ''}\n", MISUSE)


def _working_files(disk: Disk, root: str, folder: str) -> dict[str, bytes]:
    """The workflow files of the working tree; a link that leads out of the repository is none."""
    path = os.path.join(root, *folder.split("/"))  # noqa: PTH118
    return {
        name: content
        for name in disk.names(path)
        if name.endswith((".yml", ".yaml")) and (content := disk.known(os.path.join(path, name))) is not None  # noqa: PTH118
    }


def _result(answer: Compared, arguments: argparse.Namespace, io: Io) -> Result:
    from mermaid2gha.changes.tell import MOST_BYTES, change_chart, change_json, change_markdown, change_text

    most, err = arguments.max_bytes or MOST_BYTES, ""
    if arguments.summary is not None:
        try:
            with Path(arguments.summary).open("ab") as file:
                room = max(most - file.tell(), 1000)
                file.write(change_markdown(answer, room).encode("utf-8", "backslashreplace"))
        except OSError as fault:
            reason = fault.strerror or str(fault)
            return _misuse(f"`{plain(arguments.summary)}` cannot be written: {reason}")
    match arguments.format:
        case "json":
            out = change_json(answer)
        case "markdown":
            out = change_markdown(answer, most)
        case "mermaid":
            out, left = change_chart(answer)
            err = f"{left} more charts are left out: Mermaid draws no more arrows\n" if left else ""
        case _:
            out = change_text(answer, io.paper)
    code = FINDINGS if arguments.exit_code and answer.change.files else CLEAN
    return Result(out, err, code, form=form_of(arguments.format))
