"""Text to tree: the parser of GitHub's expressions, from `grammar/expression.lark`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mermaid2gha.base.lalr import Machine, Token
from mermaid2gha.base.patterns import late
from mermaid2gha.github.expressions.ast import (
    Call,
    Comparison,
    Context,
    Index,
    Literal,
    Logical,
    Node,
    Not,
    Problem,
    number_of,
)
from mermaid2gha.github.expressions.lexer import TABLE, tokens

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from typing import Any, NoReturn

MAX_LENGTH = 21_000
MAX_DEPTH = 50


def parse(text: str) -> tuple[Node | None, list[Problem]]:
    """The tree of an expression by syntax alone; a node, or else exactly one problem.

    The limits are GitHub's 21,000 characters and 50 levels, where every operator, index, call and pair of
    parentheses counts as a level: no text that passes here is too deep for any of GitHub's parsers.
    """
    if len(text) > MAX_LENGTH:
        message = f"the expression has {len(text)} characters and GitHub takes {MAX_LENGTH}"
        return None, [Problem(message, 0, len(text), "split the condition over several jobs")]
    part = _part(text)
    if isinstance(part, Problem):
        return None, [part]
    if part[1] >= MAX_DEPTH:
        message = f"the expression is nested deeper than {MAX_DEPTH} levels"
        return None, [Problem(message, 0, len(text), "split the condition over several jobs")]
    return part[0], []


def parsed(text: str) -> Node:
    """The tree of an expression; `ValueError` if it is none."""
    node, problems = parse(text)
    if node is None:
        shown = text if len(text) <= 80 else f"{text[:79]}…"
        raise ValueError(f"`{shown}` is no expression: {problems[0].message}")
    return node


def tree_of(text: str) -> Node:
    """The tree of an expression as `parsed` has it, but for its offsets, of which each term is parsed once:
    the same terms stand in many conditions, alone and beside each other, with and without parentheses.

    >>> tree_of("(github.sha) && (!cancelled() && vars.A)") == parsed("github.sha && !cancelled() && vars.A")
    True
    """
    part = _by_terms(text.strip(_BLANK)) if len(text) <= MAX_LENGTH else None
    return part[0] if part is not None and part[1] < MAX_DEPTH else parsed(text)


_Part = tuple[Node, int]

_BLANK = " \n"
_SIGN = re.compile(r"'[^']*'|[()\[\]]|&&|\|\|")
"""What says where the terms of an expression begin and end: operators and brackets outside of its texts."""


@lru_cache(maxsize=4096)
def _by_terms(text: str) -> _Part | None:
    """A part of an expression, made of its terms; none if one of them is none by itself."""
    cuts: dict[str, list[int]] = {"&&": [], "||": []}
    depth, first_end = 0, -1
    for sign in _SIGN.finditer(text):
        found = sign[0]
        if found in "([":
            depth += 1
        elif found in ")]":
            depth -= 1
            first_end = sign.start() if depth == 0 and first_end < 0 else first_end
        elif depth == 0 and found in cuts:
            cuts[found].append(sign.start())
    operator = "||" if cuts["||"] else "&&"
    if cuts[operator]:
        ends = [*cuts[operator], len(text)]
        begins = [0, *(at + 2 for at in cuts[operator])]
        parts = [_by_terms(text[begin:end].strip(_BLANK)) for begin, end in zip(begins, ends)]
        known = [part for part in parts if part is not None]
        return _logical(operator, known) if len(known) == len(parts) else None
    if text.startswith("(") and first_end == len(text) - 1:
        inner = _by_terms(text[1:-1].strip(_BLANK))
        return (inner[0], inner[1] + 1) if inner is not None else None
    part = _part(text)
    return None if isinstance(part, Problem) else part


@lru_cache(maxsize=4096)
def _part(text: str) -> _Part | Problem:
    try:
        part: _Part = Machine(TABLE, _Builder(text), tokens(text), _misplaced, {}).run()
    except _MisplacedError as fault:
        return _syntax_problem(text, fault.token.start)
    return part


class _MisplacedError(Exception):
    """A token does not belong where it stands, so the text is no expression."""

    def __init__(self, token: Token) -> None:
        super().__init__(token)
        self.token = token


def _misplaced(token: Token) -> NoReturn:
    raise _MisplacedError(token)


_WORD = late(r"[A-Za-z0-9_-]+|&&|\|\||[=!<>]=|.", re.DOTALL)
_CURES = {
    '"': "write strings in single quotes",
    "=": "compare with `==`",
    "&": "write `&&`",
    "|": "write `||`",
    "'": "close the string; a quote inside it is written twice",
    "and": "write `&&`",
    "or": "write `||`",
    "is": "compare with `==`",
    "not": "write `!`",
    "$": "leave out `${{` and `}}`",
}


def _syntax_problem(text: str, offset: int) -> Problem:
    word = _WORD.match(text, offset)
    if word is None:
        return Problem("the expression ends too early", len(text.rstrip()), len(text))
    found = word.group()
    return Problem(f"`{found}` does not belong here", word.start(), word.end(), _CURES.get(found, ""))


class _Builder:
    """The actions of the grammar: nodes, each with its depth, so that no depth needs recursion."""

    def __init__(self, text: str) -> None:
        self.text = text

    def literal(self, values: list[Token]) -> _Part:
        kind, start, end = values[0]
        return Literal(_literal_value(kind, self.text[start:end]), start, end), 0

    def context(self, values: list[Token]) -> _Part:
        _, start, end = values[0]
        return Context(self.text[start:end].lower(), start, end), 0

    def group(self, values: tuple[Token, _Part, Token]) -> _Part:
        node, depth = values[1]
        return node, depth + 1

    def negated(self, values: tuple[Token, _Part]) -> _Part:
        bang, (node, depth) = values
        return Not(node, bang.start, node.end), depth + 1

    def property(self, values: tuple[_Part, Token, Token]) -> _Part:
        (node, depth), _, (_, start, end) = values
        return Index(node, Literal(self.text[start:end], start, end), node.start, end), depth + 1

    def filtered(self, values: list[Any]) -> _Part:
        node, depth = values[0]
        return Index(node, None, node.start, values[-1].end), depth + 1

    def index(self, values: tuple[_Part, Token, _Part, Token]) -> _Part:
        (node, depth), _, (key, key_depth), close = values
        return Index(node, key, node.start, close.end), depth + key_depth + 1

    def call(self, values: list[Any]) -> _Part:
        name, arguments, close = values[0], values[2] if len(values) > 3 else [], values[-1]
        depth = max((depth for _, depth in arguments), default=-1) + 1
        word = self.text[name.start : name.end].lower()
        return Call(word, tuple(node for node, _ in arguments), name.start, close.end), depth

    def comparison(self, values: tuple[_Part, Token, _Part]) -> _Part:
        (left, left_depth), (_, start, end), (right, right_depth) = values
        depth = max(left_depth, right_depth) + 1
        return Comparison(self.text[start:end], left, right=right, start=left.start, end=right.end), depth

    def only_one(self, values: list[_Part]) -> list[_Part]:
        return values

    def first_two(self, values: tuple[_Part, Token, _Part]) -> list[_Part]:
        return [values[0], values[2]]

    def one_more(self, values: tuple[list[_Part], Token, _Part]) -> list[_Part]:
        values[0].append(values[2])
        return values[0]

    def all_of(self, values: list[list[_Part]]) -> _Part:
        return _logical("&&", values[0])

    def any_of(self, values: list[list[_Part]]) -> _Part:
        return _logical("||", values[0])


def _logical(operator: str, parts: Sequence[tuple[Node, int]]) -> tuple[Node, int]:
    operands: list[Node] = []
    for node, _ in parts:
        if isinstance(node, Logical) and node.operator == operator:
            operands.extend(node.operands)
        else:
            operands.append(node)
    whole = Logical(operator, tuple(operands), parts[0][0].start, parts[-1][0].end)
    return whole, max(depth for _, depth in parts) + 1


def _literal_value(kind: str, text: str) -> bool | float | str | None:
    match kind:
        case "STRING":
            return text[1:-1].replace("''", "'")
        case "NUMBER":
            return number_of(text)
        case "NULL":
            return None
        case _:
            return text == "true"
