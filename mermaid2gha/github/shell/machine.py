"""A shell that follows a tree of commands, as far as they depend on nothing but their text.

It does as bash does where POSIX leaves nothing open (Shell Command Language, XCU 2), and gives up, by a
`NotUnderstoodError`, at all else: an answer is only of use if it is certain.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import assert_never

from mermaid2gha.github.shell.conditions import Tests, compared
from mermaid2gha.github.shell.syntax import (
    AndOr,
    Arithmetic,
    Assignment,
    Case,
    Characters,
    Command,
    Commands,
    For,
    Function,
    Group,
    If,
    NotUnderstoodError,
    Parameter,
    Part,
    Pipeline,
    Redirect,
    Simple,
    Substitution,
    Test,
    While,
    Word,
)

_MOST_COMMANDS = 50_000
_MOST_CHARACTERS = 50_000
_OURS = re.compile(
    r"GITHUB_|RUNNER_|ACTIONS_|INPUT_|(?:CI|HOME|PATH|PWD|USER|RANDOM|SECONDS|HOSTNAME|IFS|OLDPWD)$"
)
"""Variables that a runner sets."""


class ExitError(Exception):
    """`exit`, or a command that fails under `set -e`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class LoopError(Exception):
    """`break` or `continue`."""

    def __init__(self, *, ends: bool) -> None:
        super().__init__(ends)
        self.ends = ends


class ReturnError(Exception):
    """`return`."""


class InputLines:
    """What a command reads, line by line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def line(self) -> str | None:
        """The next line without its end; none behind the last."""
        if self.at >= len(self.text):
            return None
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        line = self.text[self.at : end]
        self.at = end + 1
        return line

    def rest(self) -> str:
        """All that is left."""
        rest = self.text[self.at :]
        self.at = len(self.text)
        return rest


class Budget:
    """What following scripts may cost: commands that are left, each with its share of long texts."""

    def __init__(self) -> None:
        self.left = _MOST_COMMANDS

    def spend(self, commands: int = 1) -> None:
        self.left -= commands
        if self.left < 0:
            raise NotUnderstoodError("it goes on for too long")


def _is_compound(command: Command) -> bool:
    """Whether a command is made of others, in the same shell."""
    is_subshell = isinstance(command, Group) and command.is_subshell
    return isinstance(command, Group | For | While | If | Case) and not is_subshell


class Shell:
    """A shell at work: its variables, what was printed, and how the last command ended.

    `known_commands` are those that are followed, by name; each gives its status. `is_excused`: what gave the
    last status stood where a failure ends no script, so that it ends none behind a loop or an `if` around it
    either (Bash Manual, The Set Builtin, `-e`).
    """

    def __init__(
        self,
        variables: Mapping[str, str],
        unknown: frozenset[str],
        known_commands: Mapping[str, Callable[[Shell, list[str]], int]],
        budget: Budget,
    ) -> None:
        self.budget = budget
        self.known_commands = known_commands
        self.variables: dict[str, str | list[str]] = dict(variables)
        self.unknown = unknown
        self.has_pipefail = False
        self.stops_on_error = True
        self.functions: dict[str, Group] = {}
        self.arguments: list[str] = []
        self.status = 0
        self.tested = 0
        self.is_excused = False
        self.input: InputLines | None = None
        self.out: list[str] = []

    # -- commands --------------------------------------------------------------------------------

    def commands(self, commands: Commands) -> None:
        for command in commands:
            self.and_or(command)

    def and_or(self, command: AndOr) -> None:
        """Pipelines joined by `&&` and `||`. `set -e` ends the shell only for the last of them, if it is not
        negated and no `if`, `while`, `&&` or `||` around asks for its status (`tested`; XCU 2.14, `set`)."""
        parts = [("", command.first), *command.rest]
        for number, (operator, pipeline) in enumerate(parts):
            if (operator == "&&" and self.status) or (operator == "||" and not self.status):
                continue
            is_last = number == len(parts) - 1
            is_compound = len(pipeline.commands) == 1 and _is_compound(pipeline.commands[0][0])
            self.tested += not is_last or pipeline.is_negated
            self.pipeline(pipeline)
            self.tested -= not is_last or pipeline.is_negated
            if (
                self.status
                and is_last
                and not pipeline.is_negated
                and self.stops_on_error
                and not self.tested
                and not (is_compound and self.is_excused)
            ):
                raise ExitError(self.status)
            self.is_excused = not is_last or pipeline.is_negated or (is_compound and self.is_excused)

    def pipeline(self, pipeline: Pipeline) -> None:
        if len(pipeline.commands) == 1:
            self.redirected(*pipeline.commands[0])
        else:
            statuses: list[int] = []
            reads = self.input
            for number, (command, redirects) in enumerate(pipeline.commands):
                is_last = number == len(pipeline.commands) - 1
                self.input = reads
                printed = self.apart(lambda c=command, r=redirects: self.redirected(c, r))  # type: ignore[misc]
                statuses.append(self.status)
                if is_last:
                    self.print(printed)
                reads = InputLines(printed)
            bad = [status for status in statuses if status]
            self.status = bad[-1] if bad and self.has_pipefail else statuses[-1]
        if pipeline.is_negated:
            self.status = int(not self.status)

    def apart(self, act: Callable[[], None]) -> str:
        """What is printed by something that goes on in a shell of its own, which leaves its status alone."""
        kept = (dict(self.variables), self.out, self.input, self.stops_on_error)
        self.out = []
        try:
            act()
        except ExitError as end:
            self.status = end.code
        except (LoopError, ReturnError):
            raise NotUnderstoodError("a loop is left from within") from None
        finally:
            printed = "".join(self.out)
            self.variables, self.out, self.input, self.stops_on_error = kept
        return printed

    def redirected(self, command: Command, redirects: Sequence[Redirect]) -> None:
        if not redirects:
            self.command(command)
            return
        kept_input, kept_out = self.input, self.out
        is_away = False
        for redirect in redirects:
            match redirect.operator:
                case "<<<":
                    self.input = InputLines(f"{self.text(redirect.word)}\n")
                case "<<":
                    self.input = InputLines(self.text(redirect.word))
                case ">" | ">>" | "1>&":
                    is_away = True
                    self.target(redirect.word)
                case "2>" | "2>>" | "2>&":
                    self.target(redirect.word)
                case _:
                    raise NotUnderstoodError(redirect.operator)
        if is_away:
            self.out = []
        try:
            self.command(command)
        finally:
            self.input, self.out = kept_input, kept_out

    def target(self, word: Word) -> None:
        """Files that a script may write without anything coming of it here."""
        for part in word:
            is_runner_file = isinstance(part, Parameter) and part.name in (
                "GITHUB_OUTPUT",
                "GITHUB_STEP_SUMMARY",
                "GITHUB_ENV",
            )
            if not is_runner_file and not isinstance(part, Characters):
                raise NotUnderstoodError("a file")

    def command(self, command: Command) -> None:
        self.budget.spend()
        match command:
            case Simple():
                self.simple(command)
            case Test(words):
                self.status = int(not Tests(self, words).whole())
            case Arithmetic(text):
                self.status = int(not self.arithmetic(text))
            case If(branches, otherwise):
                self.if_command(branches, otherwise)
            case While():
                self.while_command(command)
            case For(name, words, body):
                self.loop(body, ((name, value) for value in list(self.fields(words))))
            case Case(word, found):
                self.case_command(self.text(word), found)
            case Group(body, is_subshell):
                if is_subshell:
                    self.print(self.apart(lambda: self.commands(body)))
                else:
                    self.commands(body)
            case Function(name, group):
                self.functions[name] = group
                self.status = 0
            case _:
                assert_never(command)

    def condition(self, commands: Commands) -> bool:
        self.tested += 1
        self.status = 0
        self.commands(commands)
        self.tested -= 1
        return self.status == 0

    def if_command(self, branches: Sequence[tuple[Commands, Commands]], otherwise: Commands) -> None:
        for condition, body in branches:
            if self.condition(condition):
                self.status = 0
                self.commands(body)
                return
        self.status = 0
        self.commands(otherwise)

    def while_command(self, command: While) -> None:
        def turns() -> Iterator[tuple[str, str]]:
            while self.condition(command.condition) is not command.is_until:
                yield "", ""

        self.loop(command.body, turns())

    def loop(self, body: Commands, turns: Iterator[tuple[str, str]]) -> None:
        status = 0
        for name, value in turns:
            self.budget.spend()
            if name:
                self.variables[name] = value
            self.status = 0
            try:
                self.commands(body)
            except LoopError as leap:
                if leap.ends:
                    status = 0
                    break
            status = self.status
        self.status = status

    def case_command(self, text: str, branches: Sequence[tuple[tuple[Word, ...], Commands]]) -> None:
        self.status = 0
        for patterns, body in branches:
            if any(re.fullmatch(self.pattern(pattern), text, re.DOTALL) for pattern in patterns):
                self.commands(body)
                return

    def simple(self, command: Simple) -> None:
        if not command.words:
            self.status = 0
            for assignment in command.assignments:
                self.assign(assignment)
            return
        if command.assignments and command.words[0] != (Characters("read"),):
            raise NotUnderstoodError("a variable of one command")
        words = list(self.fields(command.words))
        if not words:
            return
        name, arguments = words[0], words[1:]
        if name in self.functions:
            self.function(self.functions[name], arguments)
            return
        run = self.known_commands.get(name)
        if run is None:
            raise NotUnderstoodError(name)
        self.status = run(self, arguments)

    def function(self, group: Group, arguments: list[str]) -> None:
        kept, self.arguments = self.arguments, arguments
        try:
            self.status = 0
            self.commands(group.body)
        except ReturnError:
            pass
        finally:
            self.arguments = kept

    def assign(self, assignment: Assignment) -> None:
        name = assignment.name
        old = self.variables.get(name, "")
        if assignment.is_array:
            values = list(self.fields(assignment.words))
            self.variables[name] = (
                [*(old if isinstance(old, list) else [old]), *values] if assignment.is_more else values
            )
            return
        value = self.text(assignment.words[0])
        if assignment.is_more:
            if isinstance(old, list):
                raise NotUnderstoodError("+=")
            value = old + value
        if len(value) > _MOST_CHARACTERS:
            raise NotUnderstoodError("a long text")
        self.budget.spend(len(value) // 500)
        self.unknown -= {name.lower()}
        self.variables[name] = value

    def print(self, text: str) -> None:
        self.out.append(text)
        if sum(map(len, self.out)) > _MOST_CHARACTERS:
            raise NotUnderstoodError("it prints too much")

    # -- words -----------------------------------------------------------------------------------

    def fields(self, words: Sequence[Word]) -> Iterator[str]:
        """The words that words become: what is not in quotes is split at blanks (XCU 2.6.5).

        `is_open`: the last word may go on with the next part, for no blank stands between.
        """
        for word in words:
            whole: list[str] = []
            is_open = False
            for part in word:
                if (
                    isinstance(part, Parameter)
                    and part.index == "@"
                    and part.is_quoted
                    and not part.is_length
                ):
                    values = self.values(part)
                    if values:
                        whole[-1:] = (
                            [whole[-1] + values[0]] if is_open and whole else [*whole[-1:], values[0]]
                        )
                        whole += values[1:]
                        is_open = True
                    continue
                text = self.part(part)
                if part.is_quoted or isinstance(part, Characters):
                    if not is_open:
                        whole.append("")
                    whole[-1] += text
                    is_open = True
                    continue
                pieces = text.split()
                if not pieces:
                    is_open = is_open and not text
                    continue
                if is_open and not text[0].isspace():
                    whole[-1] += pieces.pop(0)
                whole += pieces
                is_open = not text[-1].isspace()
            yield from whole

    def text(self, word: Word) -> str:
        """A word as one text, not split."""
        return "".join(map(self.part, word))

    def pattern(self, word: Word) -> str:
        """A pattern of the shell as a regular expression; what is in quotes stands for itself."""
        pieces: list[str | None] = []
        for part in word:
            text = self.part(part)
            pieces += map(re.escape, text) if part.is_quoted else _pattern_pieces(text)
        return _whole_pattern(pieces)

    def part(self, part: Part) -> str:
        match part:
            case Characters(text):
                return text
            case Parameter():
                return self.variable(part)
            case Substitution(body):
                return self.apart(lambda: self.commands(body)).rstrip("\n")
            case Arithmetic(text):
                return str(int(self.arithmetic(text)))
            case _:
                assert_never(part)

    def values(self, part: Parameter) -> list[str]:
        if part.name == "@":
            return self.arguments
        value = self.known(part.name)
        return value if isinstance(value, list) else [value] if value is not None else []

    def known(self, name: str) -> str | list[str] | None:
        if name in self.variables:
            return self.variables[name]
        if name.lower() in self.unknown or _OURS.match(name):
            raise NotUnderstoodError(f"${name}")
        return None

    def variable(self, part: Parameter) -> str:
        """What an expansion of a parameter gives."""
        is_named = part.name[0].isalpha() or part.name[0] == "_"
        if is_named and part.is_length and part.index:
            return str(len(self.values(part)))
        value = self.named(part) if is_named else self.special(part.name)
        if part.is_length:
            return str(len(value or ""))
        match part.operator:
            case "":
                return value or ""
            case ":-" | ":=":
                return value or self.text(part.word)
            case "-":
                return self.text(part.word) if value is None else value
            case ":+":
                return self.text(part.word) if value else ""
            case "^^":
                return (value or "").upper()
            case ",,":
                return (value or "").lower()
            case _:
                raise NotUnderstoodError(part.operator)

    def named(self, part: Parameter) -> str | None:
        """The value of a variable; of a list all of it where an index asks for that, else its first."""
        kept = self.known(part.name)
        if not isinstance(kept, list):
            return kept
        return " ".join(kept) if part.index else next(iter(kept), "")

    def special(self, name: str) -> str | None:
        """The value of a parameter that the shell sets; none for an argument that was not given."""
        if name == "?":
            return str(self.status)
        if name in ("@", "*"):
            return " ".join(self.arguments)
        if name == "#":
            return str(len(self.arguments))
        if name.isdigit():
            return self.arguments[int(name) - 1] if 0 < int(name) <= len(self.arguments) else None
        raise NotUnderstoodError(f"${name}")

    def arithmetic(self, text: str) -> int:
        """The value of a sum; `x++`, `x+=1` and `x=1` set a variable."""
        text = text.strip()
        if match := re.fullmatch(r"([A-Za-z_]\w*)\s*(\+\+|--|\+=|-=|=)\s*([^=].*)?", text):
            name, operator = match[1], match[2]
            old = self.sum(name)
            value = self.sum(match[3]) if match[3] else 1
            new = value if operator == "=" else old + value if operator[0] == "+" else old - value
            self.variables[name] = str(new)
            return old if operator in ("++", "--") else new
        return self.sum(text)

    def sum(self, text: str) -> int:
        text = re.sub(r"\$\{?([A-Za-z_]\w*)\}?", r"\1", text)
        text = re.sub(r"!(?!=)", " not ", text.replace("&&", " and ").replace("||", " or "))
        try:
            tree = ast.parse(text.strip() or "0", mode="eval")
        except (SyntaxError, ValueError, MemoryError):
            raise NotUnderstoodError(text) from None
        return self.reckoned(tree.body)

    def reckoned(self, node: ast.expr) -> int:
        match node:
            case ast.Constant(int(value)):
                return int(value)
            case ast.Name(name):
                text = self.known(name)
                if isinstance(text, list) or not re.fullmatch(r"-?\d{0,9}", text or ""):
                    raise NotUnderstoodError(name)
                return int(text or 0)
            case ast.UnaryOp(ast.Not(), operand):
                return int(not self.reckoned(operand))
            case ast.UnaryOp(ast.USub(), operand):
                return -self.reckoned(operand)
            case ast.BoolOp(operator, parts):
                values = [bool(self.reckoned(part)) for part in parts]
                return int(all(values) if isinstance(operator, ast.And) else any(values))
            case ast.BinOp(left, ast.Add(), right):
                return self.reckoned(left) + self.reckoned(right)
            case ast.BinOp(left, ast.Sub(), right):
                return self.reckoned(left) - self.reckoned(right)
            case ast.Compare(left, [operator], [right]):
                return int(
                    compared(self.reckoned(left), _SIGNS.get(type(operator), ""), self.reckoned(right))
                )
            case _:
                raise NotUnderstoodError("a sum")


_SIGNS: dict[type, str] = {
    ast.Eq: "-eq",
    ast.NotEq: "-ne",
    ast.Lt: "-lt",
    ast.LtE: "-le",
    ast.Gt: "-gt",
    ast.GtE: "-ge",
}


_BRACKETS = re.compile(r"\[([!^]?)((?:[\w ./:,;@%+=~#]-[\w ./:,;@%+=~#]|[\w ./:,;@%+=~#-])+)\]")
"""Some characters, and ranges of them, without classes such as `[:alpha:]`."""


def _pattern_pieces(pattern: str) -> Iterator[str | None]:
    """A pattern of the shell in regular expressions of one character each, and none where `*` stands
    (POSIX, XCU 2.13)."""
    at = 0
    while at < len(pattern):
        match = _BRACKETS.match(pattern, at)
        if match is not None:
            ends = re.findall(r"(.)-(.)", match[2])
            if any(first > last for first, last in ends):
                raise NotUnderstoodError(match[0])
            yield f"[{'^' if match[1] else ''}{re.sub(r'[^-]', lambda one: re.escape(one[0]), match[2])}]"
            at = match.end()
            continue
        if pattern[at] == "[" and "]" in pattern[at:]:
            raise NotUnderstoodError("[")
        yield None if pattern[at] == "*" else "." if pattern[at] == "?" else re.escape(pattern[at])
        at += 1


def _whole_pattern(pieces: Sequence[str | None]) -> str:
    """The expression of a whole pattern. What stands between two `*` is taken where it first fits, which is
    never wrong, and not tried elsewhere: else a pattern with many of them would take as good as for ever."""
    stretches = [""]
    for piece in pieces:
        if piece is None:
            stretches.append("")
        else:
            stretches[-1] += piece
    first, *middle = stretches
    if not middle:
        return first
    return first + "".join(f"(?>.*?{one})" for one in middle[:-1] if one) + ".*" + middle[-1]
