"""The commands of a shell that are followed: those that judge what they are given, and touch nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

from mermaid2gha.github.shell.conditions import Tests, searched_in
from mermaid2gha.github.shell.machine import ExitError, LoopError, ReturnError, Shell
from mermaid2gha.github.shell.syntax import Characters, NotUnderstoodError


def _echo(shell: Shell, arguments: list[str]) -> int:
    end = "\n"
    while arguments and re.fullmatch(r"-[neE]+", arguments[0]):
        end = "" if "n" in arguments[0] else end
        arguments = arguments[1:]
    shell.print(" ".join(arguments) + end)
    return 0


def _printf(shell: Shell, arguments: list[str]) -> int:
    if not arguments:
        raise NotUnderstoodError("printf")
    form, values = arguments[0].replace("\\n", "\n").replace("\\t", "\t"), arguments[1:]
    if re.search(r"%(?!s|d|%)|\\", form):
        raise NotUnderstoodError("printf")
    pieces = re.split(r"(%[sd%])", form)
    count = sum(piece in ("%s", "%d") for piece in pieces)
    while True:
        turn, values = values[:count], values[count:]
        turn = [*turn, *[""] * (count - len(turn))]
        for piece in pieces:
            shell.print("%" if piece == "%%" else turn.pop(0) if piece in ("%s", "%d") else piece)
        if not values or not count:
            return 0


def _exit(shell: Shell, arguments: list[str]) -> int:
    raise ExitError(_code(shell, arguments))


def _return(shell: Shell, arguments: list[str]) -> int:
    shell.status = _code(shell, arguments)
    raise ReturnError


def _code(shell: Shell, arguments: list[str]) -> int:
    if not arguments:
        return shell.status
    if not re.fullmatch(r"\d{1,9}", arguments[0]):
        raise NotUnderstoodError("exit")
    return int(arguments[0]) & 255


def _set(shell: Shell, arguments: list[str]) -> int:
    name = ""
    for word in arguments:
        if name:
            if word not in ("pipefail", "errexit", "nounset", "xtrace"):
                raise NotUnderstoodError("set")
            if word == "pipefail":
                shell.has_pipefail = name == "-"
            if word == "errexit":
                shell.stops_on_error = name == "-"
            name = ""
        elif re.fullmatch(r"[-+][euxvo]+", word):
            if "e" in word:
                shell.stops_on_error = word[0] == "-"
            name = word[0] if word.endswith("o") else ""
        else:
            raise NotUnderstoodError("set")
    return 0


def _test(shell: Shell, arguments: list[str]) -> int:
    return int(not Tests(shell, [(Characters(text, True),) for text in arguments], is_plain=True).whole())


def _bracket(shell: Shell, arguments: list[str]) -> int:
    if arguments[-1:] != ["]"]:
        raise NotUnderstoodError("[")
    return _test(shell, arguments[:-1])


def _read(shell: Shell, arguments: list[str]) -> int:
    names = [name for name in arguments if name != "-r"]
    if shell.input is None or any(not name.isidentifier() for name in names) or not names:
        raise NotUnderstoodError("read")
    line = shell.input.line()
    pieces = (line or "").split(None, len(names) - 1)
    for number, name in enumerate(names):
        shell.variables[name] = pieces[number].strip() if number < len(pieces) else ""
    return int(line is None)


def _grep(shell: Shell, arguments: list[str]) -> int:
    options = ""
    while arguments and arguments[0].startswith("-"):
        option, arguments = arguments[0], arguments[1:]
        if option == "--":
            break
        if option == "-e":
            break
        options += {"--quiet": "q", "--silent": "q"}.get(option, option[1:])
    if len(arguments) != 1 or shell.input is None or set(options) - set("qEFivwxcP"):
        raise NotUnderstoodError("grep")
    pattern = re.escape(arguments[0]) if "F" in options else arguments[0]
    if not set("EFP") & set(options):
        pattern = (
            pattern.replace("\\|", "|")
            if "\\|" in pattern
            else re.sub(r"(?<!\\)([+?|(){}])", r"\\\1", pattern)
        )
    if "w" in options:
        pattern = rf"\b(?:{pattern})\b"
    if "x" in options:
        pattern = rf"^(?:{pattern})$"
    flags = re.IGNORECASE if "i" in options else 0
    lines = shell.input.rest().splitlines()
    found = [line for line in lines if searched_in(pattern, line, flags) is not ("v" in options)]
    if "c" in options:
        shell.print(f"{len(found)}\n")
    elif "q" not in options:
        shell.print("".join(f"{line}\n" for line in found))
    return int(not found)


def _cat(shell: Shell, arguments: list[str]) -> int:
    if arguments not in ([], ["-"]) or shell.input is None:
        raise NotUnderstoodError("cat")
    shell.print(shell.input.rest())
    return 0


def _jq(shell: Shell, arguments: list[str]) -> int:
    """A program of jq over what is piped in; with `-e` its last value is the exit status (jq, Manual)."""
    options = ""
    while arguments and arguments[0].startswith("-"):
        long = {"--exit-status": "e", "--raw-output": "r", "--compact-output": "c"}
        options += long.get(arguments[0], arguments[0][1:])
        arguments = arguments[1:]
    if shell.input is None or len(arguments) > 1 or set(options) - set("ercCM"):
        raise NotUnderstoodError("jq")
    from mermaid2gha.github.shell.jq import outputs, shown  # late: few scripts have it

    found = outputs(arguments[0] if arguments else ".", shell.input.rest())
    for value in found:
        shell.print(shown(value, raw="r" in options, compact="c" in options) + "\n")
    if "e" not in options:
        return 0
    return 4 if not found else int(found[-1] is None or found[-1] is False)


def _break(shell: Shell, arguments: list[str]) -> int:
    if arguments:
        raise NotUnderstoodError("break")
    raise LoopError(ends=True)


def _continue(shell: Shell, arguments: list[str]) -> int:
    if arguments:
        raise NotUnderstoodError("continue")
    shell.status = 0
    raise LoopError(ends=False)


COMMANDS: dict[str, Callable[[Shell, list[str]], int]] = {
    "echo": _echo,
    "printf": _printf,
    "exit": _exit,
    "return": _return,
    "set": _set,
    "test": _test,
    "[": _bracket,
    "read": _read,
    "grep": _grep,
    "cat": _cat,
    "jq": _jq,
    "break": _break,
    "continue": _continue,
    "true": lambda *_: 0,
    ":": lambda *_: 0,
    "false": lambda *_: 1,
    "sleep": lambda *_: 0,
}
