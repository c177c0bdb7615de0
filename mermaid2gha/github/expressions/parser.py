"""Text to tree: the parser of GitHub's expressions, from `grammar/expression.lark`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

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
from mermaid2gha.github.expressions.table import SyntaxFaultError, Token, parsed

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


_Part = tuple[Node, int]


@lru_cache(maxsize=4096)
def _part(text: str) -> _Part | Problem:
    try:
        part: _Part = parsed(text, _actions())
    except SyntaxFaultError as fault:
        return _syntax_problem(text, fault.at)
    return part


@cache
def _actions() -> dict[str, Callable[[list[Any]], _Part]]:
    builder = _Builder()
    names = (name for name in vars(_Builder) if not name.startswith("_"))
    return {name: getattr(builder, name) for name in names}


_WORD = re.compile(r"[A-Za-z0-9_-]+|&&|\|\||[=!<>]=|.", re.DOTALL)
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


def _syntax_problem(text: str, offset: int | None) -> Problem:
    word = None if offset is None else _WORD.match(text, offset)
    if word is None:
        return Problem("the expression ends too early", len(text.rstrip()), len(text))
    found = word.group()
    return Problem(f"`{found}` does not belong here", word.start(), word.end(), _CURES.get(found, ""))


class _Builder:
    """Builds nodes while the text is parsed, each with its depth, so that no depth needs recursion."""

    def literal(self, parts: list[Token]) -> tuple[Node, int]:
        (token,) = parts
        start, end = _extent(token)
        return Literal(_literal_value(token.type, token.text), start, end), 0

    def context(self, parts: list[Token]) -> tuple[Node, int]:
        start, end = _extent(parts[0])
        return Context(parts[0].text.lower(), start, end), 0

    def group(self, parts: list[tuple[Node, int]]) -> tuple[Node, int]:
        node, depth = parts[1]
        return node, depth + 1

    def negated(self, parts: tuple[Token, tuple[Node, int]]) -> tuple[Node, int]:
        bang, (node, depth) = parts
        return Not(node, _extent(bang)[0], node.end), depth + 1

    def property(self, parts: tuple[tuple[Node, int], Token]) -> tuple[Node, int]:
        (node, depth), name = parts
        start, end = _extent(name)
        return Index(node, Literal(name.text, start, end), node.start, end), depth + 1

    def filtered(self, parts: tuple[tuple[Node, int], Token]) -> tuple[Node, int]:
        node, depth = parts[0]
        return Index(node, None, node.start, _extent(parts[-1])[1]), depth + 1

    def index(self, parts: tuple[tuple[Node, int], tuple[Node, int], Token]) -> tuple[Node, int]:
        (node, depth), (key, key_depth), close = parts
        return Index(node, key, node.start, _extent(close)[1]), depth + key_depth + 1

    def call(self, parts: list[Token | tuple[Node, int]]) -> tuple[Node, int]:
        arguments = [part for part in parts if not isinstance(part, Token)]
        depth = max((depth for _, depth in arguments), default=-1) + 1
        start, end = _extent(parts[0])[0], _extent(parts[-1])[1]
        name = parts[0].text if isinstance(parts[0], Token) else ""
        return Call(name.lower(), tuple(node for node, _ in arguments), start, end), depth + 1

    def comparison(self, parts: tuple[tuple[Node, int], Token, tuple[Node, int]]) -> tuple[Node, int]:
        (left, left_depth), operator, (right, right_depth) = parts
        return Comparison(operator.text, left, right, left.start, right.end), max(left_depth, right_depth) + 1

    def all_of(self, parts: list[tuple[Node, int]]) -> tuple[Node, int]:
        return _logical("&&", parts)

    def any_of(self, parts: list[tuple[Node, int]]) -> tuple[Node, int]:
        return _logical("||", parts)


def _extent(token: object) -> tuple[int, int]:
    start, end = getattr(token, "start_pos", None), getattr(token, "end_pos", None)
    assert isinstance(start, int) and isinstance(end, int)
    return start, end


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
