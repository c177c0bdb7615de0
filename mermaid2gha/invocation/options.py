"""What several commands have in common: arguments, how much of the findings they show, documents printed.

Reports `not-printed`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.result import CLEAN, FINDINGS, MISUSE, Result
from mermaid2gha.report import FORMATS
from mermaid2gha.report.guard import steering
from mermaid2gha.report.text import Paper

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    import argparse
    from typing import TypeVar

    from mermaid2gha.project.snapshot import Disk

    _T = TypeVar("_T")

NOT_PRINTED = Rule("not-printed", Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Showing:
    """How much of the findings is shown, and how; `format` is one of `FORMATS`."""

    format: str = "text"
    is_verbose: bool = False
    is_quiet: bool = False
    is_strict: bool = False
    paper: Paper = field(default_factory=Paper)

    def shown(self, diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Errors always, warnings unless quiet (and not strict), notes if verbose."""
        grave = {Severity.ERROR}
        if not self.is_quiet or self.is_strict:
            grave.add(Severity.WARNING)
        if self.is_verbose and not self.is_quiet:
            grave.add(Severity.NOTE)
        return [diagnostic for diagnostic in diagnostics if diagnostic.severity in grave]

    def code(self, diagnostics: Sequence[Diagnostic], *, is_misused: bool = False) -> int:
        failing = {Severity.ERROR, Severity.WARNING} if self.is_strict else {Severity.ERROR}
        if is_misused:
            return MISUSE
        return FINDINGS if any(diagnostic.severity in failing for diagnostic in diagnostics) else CLEAN


def showing_from(arguments: argparse.Namespace, io: Io) -> Showing:
    """What the arguments that are added below say."""
    return Showing(
        format=getattr(arguments, "output_format", "text"),
        is_verbose=arguments.verbose,
        is_quiet=arguments.quiet,
        is_strict=getattr(arguments, "strict", False),
        paper=io.paper,
    )


def not_printed(name: str, content: str) -> list[Diagnostic]:
    """Why a document must not be printed as it is; a terminal, or GitHub's runner, would obey it."""
    at = steering(content)
    if at is None:
        return []
    message = "a command for GitHub's runner stands here, which a log would carry out"
    if not content[at].isprintable() and not content[at].isspace():
        message = f"the character U+{ord(content[at]):04X} stands here, which steers what shows it"
    cure = "name the file instead of `-`: it is written as it is, and nothing is printed of it"
    return [diagnostic(NOT_PRINTED, message, Span(SourceFile(name, content), at, at + 1), help=cure)]


def record(kind: Callable[..., _T], arguments: argparse.Namespace, **more: object) -> _T:
    """A record whose fields are named as arguments are, and `more`; lists become tuples."""
    names = set(kind.__match_args__) - set(more)  # type: ignore[attr-defined]  # every record has them
    values = {name: value for name, value in vars(arguments).items() if name in names}
    return kind(**{n: tuple(v) if isinstance(v, list) else v for n, v in values.items()}, **more)


def add_paths(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATHS", help="documents, folders of them, or - for standard input"
    )


def add_stdin_filename(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--stdin-filename",
        metavar="FILE",
        help="the document that standard input is, as an editor holds it that has not saved",
    )


def misnamed(arguments: argparse.Namespace) -> Result | None:
    """That standard input has a name and is not read, which a forgotten `-` gives; nothing else."""
    if getattr(arguments, "stdin_filename", None) is None or "-" in arguments.paths:
        return None
    return Result(
        "", "mermaid2gha: --stdin-filename names what standard input holds; give - as the path\n", MISUSE
    )


_OPENERS = {"darwin": "open", "win32": "start"}


def opening(path: str) -> str:
    """The line by which people open a picture on this system."""
    import shlex
    import sys

    return f"look at it: {_OPENERS.get(sys.platform, 'xdg-open')} {shlex.quote(path)}\n"


def add_watch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--watch", action="store_true", help="do it again whenever something has changed; Ctrl-C ends it"
    )


def unwatchable(paths: Sequence[str]) -> Result | None:
    """Why what is named cannot be watched; nothing if it can."""
    if "-" not in paths:
        return None
    return Result("", "mermaid2gha: standard input cannot be watched; name the document\n", MISUSE)


@dataclass(frozen=True, slots=True)
class Given:
    """What a command line names: paths, the disk that they are read from, and what standard input holds.

    `name` is that of standard input as findings show it; empty where it is not read.
    """

    paths: tuple[str, ...]
    disk: Disk
    standard_input: bytes = b""
    name: str = ""


def given_from(paths: Sequence[str], filename: str | None, io: Io) -> Given:
    """The paths with the name that `--stdin-filename` gives to `-`, whose content stands in its stead."""
    disk = io.disk()
    if "-" not in paths:
        return Given(tuple(paths), disk)
    content = io.input_for(paths)
    if filename is None:
        return Given(tuple(paths), disk, content, name="<stdin>")
    import os

    from mermaid2gha.project.snapshot import shown

    whole = os.path.abspath(filename)  # noqa: PTH100 (links in the name must stay)
    named = tuple(filename if path == "-" else path for path in paths)
    return Given(named, disk.with_contents({whole: content}), content, name=shown(whole))


def add_loudness(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-v", "--verbose", action="store_true", help="show notes, too: what was inferred")
    parser.add_argument("-q", "--quiet", action="store_true", help="show errors only")


def add_strict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--strict", action="store_true", help="fail on warnings too")


def add_output_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output-format",
        choices=tuple(FORMATS),
        default="text",
        help="how findings are shown (default: text)",
    )
