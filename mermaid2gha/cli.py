"""The command line. An unchanged `check` is answered from the cache before anything else is imported."""

from __future__ import annotations

import os
import sys

from mermaid2gha.project import cache

TYPE_CHECKING = (
    False  # type checkers take it for true; importing typing would double what a cached answer costs
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import TextIO

    from mermaid2gha.commands.result import Answer, Showing


def run() -> None:
    """The program: one command line, then the end.

    Nothing is collected nor freed one by one: the end of the process frees all at once, and doing so before
    takes a seventh of a first check.
    """
    import gc

    gc.disable()
    code = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:  # its reader has gone away
            code = code or 1
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (without the program's name); gives its exit code, as docs/cli.md lists them."""
    given = tuple(sys.argv[1:] if arguments is None else arguments)
    try:
        out, err, code = _answered(given)
    except KeyboardInterrupt:
        return 130
    _print(sys.stdout, out)
    _print(sys.stderr, err)
    return code


def _answered(given: tuple[str, ...]) -> tuple[bytes, bytes, int]:
    is_check = bool(given) and (given[0] == "check" or "--check" in given) and "--no-cache" not in given
    question = (*given, f"{_is_coloured()} {_width()}")
    if is_check:
        known = cache.answer(question)
        if known is not None:
            return known
    try:
        answer, is_verbose = _run(given)
    except SystemExit as leaving:  # argparse has printed its help or its complaint
        return b"", b"", leaving.code if isinstance(leaving.code, int) else 2
    except Exception:  # the one place for what should never happen: say so, and how to tell us
        return b"", _defect().encode("utf-8", "backslashreplace"), 3
    made = (_bytes(answer.out, sys.stdout), _bytes(answer.err, sys.stderr), answer.code)
    if is_check and answer.facts is not None:
        unkept = cache.store(question, answer.facts, made)
        if unkept and is_verbose:
            told = _bytes(f"mermaid2gha: the answer is not kept: {unkept}\n", sys.stderr)
            made = (made[0], made[1] + told, made[2])
    return made


def _is_coloured() -> bool:
    """NO_COLOR and FORCE_COLOR decide, else whether standard error is a terminal that knows colours."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _width() -> int:
    """The columns of the terminal: COLUMNS, else what it says itself, else 110."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 110
    except (OSError, ValueError, AttributeError):
        return 110


def _run(given: Sequence[str]) -> tuple[Answer, bool]:
    """What a command line gives, and whether it asks for notes."""
    from mermaid2gha.commands.arguments import parser
    from mermaid2gha.commands.result import MISUSE, Answer

    if not given:
        return Answer("", parser(_width(), given).format_help(), MISUSE), False
    options = parser(_width(), given).parse_args(list(given))
    return _command(options), getattr(options, "verbose", False)


def _command(options: argparse.Namespace) -> Answer:
    reads = "-" in (*getattr(options, "paths", ()), getattr(options, "run", ""))
    standard_input = sys.stdin.buffer.read() if reads else b""
    if options.command == "explain":
        from mermaid2gha.commands.explain import explain_answer

        return explain_answer(options.rule)
    if options.command == "when":
        return _when(options)
    showing = _showing(options)
    if options.command == "why":
        from mermaid2gha.commands.why import WhyOptions, why_answer

        return why_answer(
            WhyOptions(options.job, options.other, tuple(options.paths), showing), standard_input
        )
    if options.command == "replay":
        from mermaid2gha.commands.replay import ReplayOptions, replay_answer

        return replay_answer(
            ReplayOptions(
                options.run, tuple(options.paths), options.workflow, options.event, options.skew, showing
            ),
            standard_input,
        )
    if options.command == "adopt":
        from mermaid2gha.commands.adopt import AdoptOptions, adopt_answer

        return adopt_answer(
            AdoptOptions(tuple(options.workflows), tuple(options.documents), options.write, showing)
        )
    if options.command == "parse":
        from mermaid2gha.commands.parse import parse_answer

        return parse_answer(options.paths, showing, standard_input)
    if options.command == "fmt":
        from mermaid2gha.commands.fmt import FmtOptions, fmt_answer

        return fmt_answer(
            FmtOptions(tuple(options.paths), options.check, options.diff, showing), standard_input
        )
    if options.command == "graph":
        from mermaid2gha.commands.graph import GraphOptions, graph_answer

        return graph_answer(
            GraphOptions(tuple(options.paths), options.format, options.workflow, options.output, showing),
            standard_input,
        )
    return _compile(options, showing, standard_input)


def _compile(options: argparse.Namespace, showing: Showing, standard_input: bytes) -> Answer:
    from mermaid2gha.commands.compile import CompileOptions, compile_answer

    return compile_answer(
        CompileOptions(
            paths=tuple(options.paths),
            output=options.output,
            check=options.command == "check" or options.check,
            diff=options.diff,
            trace=options.trace,
            force=getattr(options, "force", False),
            prune=getattr(options, "prune", False),
            renames=tuple(getattr(options, "rename", ())),
            fails_on_write=getattr(options, "exit_non_zero_on_write", False),
            showing=showing,
        ),
        standard_input,
    )


def _when(options: argparse.Namespace) -> Answer:
    from mermaid2gha.commands.result import Showing
    from mermaid2gha.commands.when import WhenOptions, when_answer
    from mermaid2gha.report.text import Paper

    return when_answer(
        WhenOptions(
            options.event,
            tuple(options.workflows),
            options.branch,
            options.tag,
            options.head,
            options.fork,
            options.type,
            options.cron,
            tuple(options.changed) if options.changed is not None else None,
            tuple(options.set),
            tuple(options.fail),
            tuple(options.timeout),
            tuple(options.unapproved),
            tuple(options.reject),
            options.times,
            options.by_token,
            options.cancel_during,
            options.payload,
            options.repository,
            options.format,
            Showing(paper=Paper(_is_coloured(), _width())),
        )
    )


def _showing(options: argparse.Namespace) -> Showing:
    from mermaid2gha.commands.result import Format, Showing
    from mermaid2gha.report.text import Paper

    given = options.format if options.command == "parse" else "text"
    return Showing(
        format=Format(getattr(options, "output_format", None) or given),
        is_verbose=options.verbose,
        is_quiet=options.quiet,
        is_strict=getattr(options, "strict", False),
        paper=Paper(_is_coloured(), _width()),
    )


def _defect() -> str:
    import traceback

    from mermaid2gha import __version__

    return (
        f"{traceback.format_exc()}\n"
        f"This is a defect of mermaid2gha {__version__} and not your fault; no file was left half written.\n"
        "Please file it as an issue, with the lines above and the document if you can share it.\n"
    )


def _bytes(text: str, stream: TextIO | None) -> bytes:
    """UTF-8, but what a terminal with another encoding can show."""
    is_terminal = stream is not None and stream.isatty()
    encoding = (stream.encoding if stream is not None and is_terminal else None) or "utf-8"
    return text.encode(encoding, "backslashreplace")


def _print(stream: TextIO | None, content: bytes) -> None:
    """Write to a stream; a reader that has gone away is no fault of anyone."""
    if stream is None:
        return
    try:
        stream.flush()
        stream.buffer.write(content)
        stream.flush()
    except BrokenPipeError:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, stream.fileno())
        os.close(silence)
