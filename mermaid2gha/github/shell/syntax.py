"""The part of the shell's language in which people judge results, as a tree.

POSIX, Shell Command Language, with the arrays, `[[ … ]]`, `(( … ))` and `<<<` of bash. What is beyond it is
`NotUnderstoodError`: a script is understood as a whole or not at all.
"""

from __future__ import annotations

from mermaid2gha.base.records import dataclass


class NotUnderstoodError(Exception):
    """A script says or does what is not followed here."""


@dataclass(frozen=True, slots=True)
class Characters:
    """Characters as they are; those in quotes are neither split nor patterns."""

    text: str
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """`$name`, `${name:-word}`, `${name[@]}`; `operator` is what stands behind the name."""

    name: str
    operator: str = ""
    word: Word = ()
    index: str = ""
    is_length: bool = False
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Substitution:
    """`$( … )`: what commands print."""

    body: Commands
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`$(( … ))`, or `(( … ))` as a command."""

    text: str
    is_quoted: bool = False


Part = Characters | Parameter | Substitution | Arithmetic
Word = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Redirect:
    """`>`, `>>`, `<`, `<<<` or a here-document (`<<`), whose text is the word."""

    operator: str
    word: Word


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name=word`, `name=(words)`, with `+=` for more."""

    name: str
    words: tuple[Word, ...]
    is_array: bool = False
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Simple:
    """A command with its words."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """`[[ … ]]`: its words; operators are those without quotes."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class If:
    """Conditions with their bodies, and the body without a condition."""

    branches: tuple[tuple[Commands, Commands], ...]
    otherwise: Commands


@dataclass(frozen=True, slots=True)
class While:
    """`while`, or `until`."""

    condition: Commands
    body: Commands
    is_until: bool = False


@dataclass(frozen=True, slots=True)
class For:
    """`for name in words`."""

    name: str
    words: tuple[Word, ...]
    body: Commands


@dataclass(frozen=True, slots=True)
class Case:
    """`case word in`, with patterns and bodies."""

    word: Word
    branches: tuple[tuple[tuple[Word, ...], Commands], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`{ … }`, or `( … )` as a shell of its own."""

    body: Commands
    is_subshell: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """`name() { … }`."""

    name: str
    body: Group


Command = Simple | Test | Arithmetic | If | While | For | Case | Group | Function


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands with their redirects, each of which reads what the one before it prints."""

    commands: tuple[tuple[Command, tuple[Redirect, ...]], ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class AndOr:
    """A pipeline, and those behind `&&` and `||`."""

    first: Pipeline
    rest: tuple[tuple[str, Pipeline], ...]


Commands = tuple[AndOr, ...]
