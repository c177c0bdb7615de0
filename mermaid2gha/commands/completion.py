"""`mermaid2gha completion SHELL`: a script that completes command lines."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from importlib import import_module

from mermaid2gha.base.records import dataclass
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.result import Result

HELP = """\
print a script that completes command lines

examples:
  source <(mermaid2gha completion bash)                          in ~/.bashrc
  mermaid2gha completion zsh > ~/.zfunc/_mermaid2gha             a folder of $fpath
  mermaid2gha completion fish > ~/.config/fish/completions/mermaid2gha.fish

It knows commands, options and the values that options choose among; elsewhere it completes names of files.
"""
SHELLS = ("bash", "zsh", "fish")


@dataclass(frozen=True, slots=True)
class Option:
    """An option by its names, with its line of help, and its choices (empty: anything or nothing)."""

    names: tuple[str, ...]
    help: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command: its name, its phrase of help, its options, and what its argument chooses among."""

    name: str
    help: str
    options: tuple[Option, ...]
    choices: tuple[str, ...] = ()


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help="bash, zsh or fish")


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """The script on standard output."""
    scripts = {"bash": _bash, "zsh": _zsh, "fish": _fish}
    return Result("".join(f"{line}\n" for line in scripts[arguments.shell](list(command_lines()))), "", 0)


def command_lines() -> Iterator[CommandLine]:
    """All commands, as their parsers have them."""
    from mermaid2gha.commands import COMMANDS

    for name, module in COMMANDS.items():
        command = import_module(module)
        parser = argparse.ArgumentParser(prog=name, add_help=False)
        command.arguments(parser)
        options = [Option(("-h", "--help"), "show help")]
        choices: tuple[str, ...] = ()
        for action in parser._actions:  # argparse has no other way to list them
            chosen = tuple(map(str, action.choices)) if action.choices is not None else ()
            if action.option_strings:
                options.append(Option(tuple(action.option_strings), action.help or "", chosen))
            else:
                choices = choices or chosen
        yield CommandLine(name, command.HELP.partition("\n")[0], options=tuple(options), choices=choices)


def _bash(commands: Sequence[CommandLine]) -> Iterator[str]:
    yield "# mermaid2gha completion for bash"
    yield "_mermaid2gha() {"
    yield "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words="
    yield "    COMPREPLY=()"
    yield '    if [ "$COMP_CWORD" -eq 1 ]; then'
    yield f'        words="{" ".join(one.name for one in commands)} --help --version"'
    yield "    else"
    yield '        case "${COMP_WORDS[1]} $before" in'
    for command in commands:
        for option in command.options:
            if option.choices:
                patterns = "|".join(f'"{command.name} {name}"' for name in option.names)
                yield f'            {patterns}) words="{" ".join(option.choices)}" ;;'
    yield "            *)"
    yield '                case "${COMP_WORDS[1]}" in'
    for command in commands:
        words = [*(name for option in command.options for name in option.names), *command.choices]
        yield f'                    {command.name}) words="{" ".join(words)}" ;;'
    yield "                esac"
    yield "                ;;"
    yield "        esac"
    yield "    fi"
    yield "    while IFS= read -r found; do"
    yield '        COMPREPLY+=("$found")'
    yield '    done < <(compgen -W "$words" -- "$word")'
    yield "}"
    yield "complete -o default -F _mermaid2gha mermaid2gha"


def _zsh(commands: Sequence[CommandLine]) -> Iterator[str]:
    yield "#compdef mermaid2gha"
    yield "# mermaid2gha completion for zsh"
    yield "_mermaid2gha() {"
    yield "    local -a commands"
    yield "    commands=("
    for command in commands:
        yield f"        {_quoted(f'{command.name}:{command.help}')}"
    yield "    )"
    yield "    if (( CURRENT == 2 )); then"
    yield "        _describe command commands"
    yield "        return"
    yield "    fi"
    yield "    case ${words[2]} in"
    for command in commands:
        yield f"        {command.name})"
        yield "            shift words; (( CURRENT-- ))"
        rows = [_zsh_option(option, name) for option in command.options for name in option.names]
        rest = f"*: :({' '.join(command.choices)})" if command.choices else "*:file:_files"
        yield f"            _arguments {' '.join([*rows, _quoted(rest)])}"
        yield "            ;;"
    yield "    esac"
    yield "}"
    yield "compdef _mermaid2gha mermaid2gha"


def _zsh_option(option: Option, name: str) -> str:
    text = option.help.replace("[", "(").replace("]", ")").replace(":", " ")
    value = f": :({' '.join(option.choices)})" if option.choices else ""
    return _quoted(f"*{name}[{text}]{value}")


def _fish(commands: Sequence[CommandLine]) -> Iterator[str]:
    yield "# mermaid2gha completion for fish"
    for command in commands:
        when = "-n __fish_use_subcommand"
        yield f"complete -c mermaid2gha {when} -f -a {command.name} -d {_quoted(command.help)}"
    for command in commands:
        when = f"-n '__fish_seen_subcommand_from {command.name}'"
        if command.choices:
            yield f"complete -c mermaid2gha {when} -f -a {_quoted(' '.join(command.choices))}"
        for option in command.options:
            names = " ".join(
                f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names
            )
            chosen = f" -x -a {_quoted(' '.join(option.choices))}" if option.choices else ""
            yield f"complete -c mermaid2gha {when} {names}{chosen} -d {_quoted(option.help)}"


def _quoted(text: str) -> str:
    """A text in single quotes, where zsh and fish read a quote as `'\\''`."""
    return "'" + " ".join(text.split()).replace("'", "'\\''") + "'"
