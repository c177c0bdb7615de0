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
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from mermaid2gha.invocation.result import Result
    from mermaid2gha.terminal.serve import PageServer

_EXAMPLES = """\
examples:
  mermaid2gha init                        begin: a first document, settings, workflows
  mermaid2gha compile docs/ci.md          compile a document into .github/workflows
  mermaid2gha compile                     compile what mermaid2gha.yml lists
  mermaid2gha check                       fail if the files are not what the documents say
  mermaid2gha explain cyclic-order        what a rule means, and the cure
"""
_CLEARED = b"\x1b[2J\x1b[3J\x1b[H"
"""What clears a terminal, and what has scrolled out of it."""
_WATCHING = ("--watch", "--serve")
_VARIABLES = ("NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS")
"""What of the environment an answer may depend on, apart from where the user's things lie."""


class _NoPictureError(Exception):
    """A picture is asked for and cannot be drawn; the text says why."""


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
    is_watching = any(word.partition("=")[0] in _WATCHING for word in given)
    try:
        os.getcwd()  # noqa: PTH109 (importing pathlib would double what a cached answer costs)
        if is_watching:
            return _watched(given)
        out, err, code = _answered(given)
    except KeyboardInterrupt:
        return 0 if is_watching else 130
    except FileNotFoundError:  # of the line above; a command's own errors do not come so far
        out, err, code = b"", b"mermaid2gha: the working directory is gone\n", 2
    _print(sys.stdout, out)
    _print(sys.stderr, err)
    return code


def _watched(given: tuple[str, ...]) -> int:
    """Answer, and again whenever something has changed, until Ctrl-C; a wrong call ends it, too."""
    import gc
    from time import sleep

    gc.enable()
    server: PageServer | None = None
    is_first = True
    try:
        while True:
            pen = _pen()
            result, _ = _caught(given, pen)
            out, err, code = _printable(result, pen)
            if not is_first and _is_terminal():
                _print(sys.stderr, _CLEARED)
            _print(sys.stdout, out)
            _print(sys.stderr, err)
            if result.watched is None:
                return code
            from mermaid2gha.terminal.watch import wait

            if result.served is not None:
                server = server or _server(result.served.port)
                if server is None:
                    return 2
                server.show(result.served)
                _print(sys.stderr, f"the page is at {server.url}\n".encode())
            if is_first:
                _print(sys.stderr, b"watching %d files; Ctrl-C ends it\n" % result.watched.count)
            wait(result.watched, sleep)
            is_first = False
    finally:
        if server is not None:
            server.close()


def _server(port: int) -> PageServer | None:
    """What serves a page at a port; nothing, and a word on it, where the port is not to be had."""
    from mermaid2gha.terminal.serve import PageServer

    try:
        return PageServer(port)
    except OSError as fault:
        why = f"mermaid2gha: port {port} cannot be had ({fault.strerror}); name another, or 0 for any\n"
        _print(sys.stderr, why.encode())
        return None


def _pen() -> str:
    return f"\x1b{os.urandom(8).hex()}"  # which no input can know


def _caught(given: tuple[str, ...], pen: str) -> tuple[Result, bool]:
    """What a command line gives, and whether it asks for notes, whatever happens."""
    from mermaid2gha.invocation.result import DEFECT, MISUSE, Result

    try:
        return _result(given, pen)
    except _NoPictureError as fault:
        return Result("", f"mermaid2gha: {fault}; other formats do without\n", MISUSE), False
    except Exception:  # the one place for what should never happen: say so, and how to tell us
        return Result("", _defect(), DEFECT), False


def _answered(given: tuple[str, ...]) -> tuple[bytes, bytes, int]:
    is_check = bool(given) and (given[0] == "check" or "--check" in given) and "--no-cache" not in given
    question = _question(given)
    if is_check:
        kept = cache.answer(question)
        if kept is not None:
            return kept
    package = cache.package_files() if is_check else {}
    pen = _pen()
    result, is_verbose = _caught(given, pen)
    from mermaid2gha.invocation.result import Result

    answer = _printable(result, pen)
    if is_check and result.facts is not None:
        unkept = cache.store(question, {**result.facts, **cache.package_fact(package)}, answer)
        if unkept and is_verbose:
            more = Result("", f"mermaid2gha: the answer is not kept: {unkept}\n", result.code)
            answer = (answer[0], answer[1] + _printable(more, pen)[1], answer[2])
    return answer


def _printable(result: Result, pen: str) -> tuple[bytes, bytes, int]:
    """What is printed: nothing of it steers the terminal but our own colours, which begin with the pen."""
    from mermaid2gha.report.guard import Form, guarded

    out, err = guarded(result.out, result.form, pen), guarded(result.err, Form.TEXT, pen)
    return _bytes(out, sys.stdout), _bytes(err, sys.stderr), result.code


def _question(given: tuple[str, ...]) -> tuple[str, ...]:
    """What the cache is asked: the command line, and all else that decides how the answer is shown."""
    return (*given, f"{_environment()} {_is_terminal()} {_columns()}")


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _VARIABLES if name in os.environ}


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _columns() -> int:
    """The columns of the terminal, as it says itself; 0 if it does not."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return 0


def _result(given: tuple[str, ...], pen: str) -> tuple[Result, bool]:
    """What a command line gives, and whether it asks for notes."""
    from importlib import import_module
    from time import monotonic

    from mermaid2gha.base.records import replace
    from mermaid2gha.commands import COMMANDS
    from mermaid2gha.invocation.io import Io
    from mermaid2gha.invocation.result import Result
    from mermaid2gha.project.snapshot import Disk

    def draw(dot: str) -> str:
        from mermaid2gha.project import pictures  # late: few runs draw

        try:
            return pictures.drawn(dot, is_kept="--no-cache" not in given)
        except pictures.NoEngineError as fault:
            raise _NoPictureError(str(fault)) from fault

    io = Io(
        standard_input=lambda: sys.stdin.buffer.read(),
        environment=_environment(),
        is_terminal=_is_terminal(),
        columns=_columns(),
        clock=monotonic,
        disk=Disk,
        draw=draw,
        pen=pen,
    )
    if given[:1] == ("help",):  # what people type as readily as `--help`
        given = (*given[1:], "--help")
    arguments = _plain(given) or _parsed(given, io.paper.width)
    if isinstance(arguments, Result):
        return arguments, False
    from mermaid2gha.invocation.options import misnamed

    fault = misnamed(arguments)
    if fault is not None:
        return fault, False
    say, end = _progress(given)
    try:
        io = replace(io, progress=say, ask=_ask if _can_answer() else None)
        result: Result = import_module(COMMANDS[arguments.command]).run(arguments, io)
    finally:
        end()
    return result, getattr(arguments, "verbose", False)


def _plain(given: Sequence[str]) -> argparse.Namespace | None:
    """What a plain command line says."""
    from importlib import import_module

    from mermaid2gha.commands import COMMANDS
    from mermaid2gha.invocation.plain import plain_arguments

    if not given or given[0] not in COMMANDS:
        return None
    return plain_arguments(given[0], given[1:], import_module(COMMANDS[given[0]]).arguments)


def _parsed(given: Sequence[str], width: int) -> argparse.Namespace | Result:
    """What any command line says, or what is to be said of it."""
    from contextlib import redirect_stderr, redirect_stdout
    from io import StringIO

    from mermaid2gha.invocation.result import MISUSE, Result

    parser = _parser(given, width)
    if not given:
        return Result("", parser.format_help(), MISUSE)
    out, err = StringIO(), StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            return parser.parse_args(list(given))
    except SystemExit as leaving:  # argparse has printed its help or its complaint
        code = leaving.code if isinstance(leaving.code, int) else MISUSE
        return Result(out.getvalue(), err.getvalue(), code)


def _can_answer() -> bool:
    """Whether somebody sees questions and can answer them."""
    return _is_terminal() and sys.stdin is not None and sys.stdin.isatty()


def _ask(question: str, usual: str) -> str:
    """The answer to a question; the end of input leaves, as Ctrl-C does."""
    _print(sys.stderr, f"{question} [{usual}]: ".encode())
    answer = sys.stdin.readline()
    if not answer:
        raise KeyboardInterrupt
    return answer.strip() or usual


def _progress(given: tuple[str, ...]) -> tuple[Callable[[str], None], Callable[[], None]]:
    """What tells of long work on a terminal, and what ends it."""
    is_shown = _is_terminal() and os.environ.get("TERM") != "dumb"
    if not is_shown or given[:1] not in (("compile",), ("check",)) or "-q" in given or "--quiet" in given:
        return lambda words: None, lambda: None
    from mermaid2gha.terminal.progress import progress

    return progress(sys.stderr, _columns() or 80)


def _parser(given: Sequence[str], width: int) -> argparse.ArgumentParser:
    """The parser of a command line; `command` names the command that was given.

    Only the command that the line begins with is imported and gets its arguments; where it begins otherwise,
    all do, for help lists them. Lines of help have at most `width` columns; argparse would import a good deal
    to find that out.
    """
    import argparse
    from functools import partial
    from importlib import import_module

    from mermaid2gha.base.version import VERSION
    from mermaid2gha.commands import COMMANDS

    formatter = partial(argparse.RawDescriptionHelpFormatter, width=width)
    top = argparse.ArgumentParser(
        prog="mermaid2gha",
        description="Compile Mermaid sequence diagrams into GitHub Actions workflows.",
        epilog=_EXAMPLES,
        formatter_class=formatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"mermaid2gha {VERSION}")
    parsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in given[:1] if given and given[0] in COMMANDS else COMMANDS:
        command = import_module(COMMANDS[name])
        words, _, examples = command.HELP.partition("\n\n")
        parser = parsers.add_parser(
            name,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.",
            epilog=examples,
            formatter_class=formatter,
            allow_abbrev=False,
        )
        command.arguments(parser)
    return top


def _defect() -> str:
    import traceback

    from mermaid2gha.base.version import VERSION

    return (
        f"{traceback.format_exc()}\n"
        f"This is a defect of mermaid2gha {VERSION} and not your fault; no file was left half written.\n"
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
