"""GitHub's expressions, read and valued by a few lines that share nothing with the package's.

They follow docs.github.com, Evaluate expressions in workflows and actions. What no test sets is drawn by
`Answers`: the same text asks for the same thing, whatever asks it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?))"
    r"|(?P<name>[A-Za-z_][\w-]*)|(?P<sign>&&|\|\||==|!=|<=|>=|[<>!().,\[\]*]))"
)
_BINDS = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4}

Tree = tuple[object, ...]
"""`("value", v)`, `("path", a.b.c)`, `("call", name, arguments)`, `("!", x)` or `(operator, left, right)`."""


def read(text: str) -> Tree:
    """The tree of an `if`, with or without its braces."""
    bare = text.strip()
    if bare.startswith("${{") and bare.endswith("}}") and "${{" not in bare[3:]:
        bare = bare[3:-2]
    tokens: list[tuple[str, str]] = []
    at = 0
    bare = bare.strip()
    while at < len(bare):
        match = _TOKEN.match(bare, at)
        if match is None:
            raise ValueError(f"{bare!r} at {at}")
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        at = match.end()
    parser = _Parser(tokens)
    tree = parser.expression(0)
    if parser.tokens:
        raise ValueError(f"{bare!r}: {parser.tokens}")
    return tree


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens

    def peek(self) -> str:
        return self.tokens[0][1] if self.tokens else ""

    def take(self, wanted: str = "") -> tuple[str, str]:
        if not self.tokens or (wanted and self.peek() != wanted):
            raise ValueError(f"{wanted or 'something'} is missing before {self.tokens}")
        return self.tokens.pop(0)

    def expression(self, least: int) -> Tree:
        left = self.single()
        while _BINDS.get(self.peek(), 0) > least:
            operator = self.take()[1]
            left = (operator, left, self.expression(_BINDS[operator]))
        return left

    def single(self) -> Tree:
        kind, text = self.take()
        if text == "!":
            return ("!", self.single())
        if text == "(":
            inner = self.expression(0)
            self.take(")")
            return self.of(inner)
        if kind == "text":
            return ("value", text[1:-1].replace("''", "'"))
        if kind == "number":
            return ("value", float(int(text, 16) if "x" in text else text))
        if kind != "name":
            raise ValueError(f"unexpected {text}")
        if text.lower() in ("true", "false", "null"):
            return ("value", {"true": True, "false": False, "null": None}[text.lower()])
        if self.peek() == "(":
            return self.of(("call", text.lower(), tuple(self.arguments())))
        return ("path", self.path(text.lower()))

    def of(self, tree: Tree) -> Tree:
        """A tree, or what is taken of its value by dots and brackets."""
        name = self.path("")
        return ("of", tree, ("value", name)) if name else tree

    def arguments(self) -> Iterator[Tree]:
        self.take("(")
        while self.peek() != ")":
            yield self.expression(0)
            if self.peek() == ",":
                self.take()
        self.take(")")

    def path(self, name: str) -> str:
        while self.peek() in (".", "["):
            if self.take()[1] == ".":
                name += f".{self.take()[1].lower()}"
            else:
                kind, key = self.take()
                name += f".{key[1:-1].lower() if kind == 'text' else key}"
                self.take("]")
        return name


@dataclass
class Answers:
    """What contexts hold: paths with their values; `draw` gives those of paths that nobody set, and of calls
    that cannot be valued, by their texts."""

    known: dict[str, object]
    draw: Callable[[str], object]
    results: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, bool] = field(default_factory=dict)

    def of(self, text: str) -> object:
        if text not in self.known:
            self.known[text] = self.draw(text)
        return self.known[text]


def value(tree: Tree, answers: Answers) -> object:
    match tree:
        case ("value", given):
            return given
        case ("path", str(path)):
            if match := re.fullmatch(r"needs\.([\w-]+)\.result", path):
                return answers.results.get(match[1], "")
            return answers.of(path)
        case ("!", inner):
            return not is_true(value(inner, answers))  # type: ignore[arg-type]
        case ("&&", left, right):
            first = value(left, answers)  # type: ignore[arg-type]
            return value(right, answers) if is_true(first) else first  # type: ignore[arg-type]
        case ("||", left, right):
            first = value(left, answers)  # type: ignore[arg-type]
            return first if is_true(first) else value(right, answers)  # type: ignore[arg-type]
        case ("call", str(name), tuple(arguments)):
            return _called(name, arguments, answers)
        case ("of", _, _):
            return answers.of(text_of(tree))
        case (str(operator), left, right):
            one, other = value(left, answers), value(right, answers)  # type: ignore[arg-type]
            return _compared(operator, one, other)
    raise AssertionError(tree)


def _called(name: str, arguments: tuple[Tree, ...], answers: Answers) -> object:
    if name in ("always", "success", "failure", "cancelled"):
        return answers.statuses[name]
    match name, arguments:
        case "contains", (("path", "needs.*.result"), wanted):
            return _text(value(wanted, answers)).lower() in answers.results.values()
        case "contains", (("call", "fromjson", (("value", str(listed)),)), wanted):
            asked = value(wanted, answers)
            return any(_compared("==", one, asked) for one in json.loads(listed))
        case "contains" | "startswith" | "endswith", (("path", path), wanted) if "*" not in str(path):
            whole = answers.of(str(path))
            if isinstance(whole, str):
                inner = _text(value(wanted, answers)).lower()
                whole = whole.lower()
                return {
                    "contains": inner in whole,
                    "startswith": whole.startswith(inner),
                    "endswith": whole.endswith(inner),
                }[name]
    return answers.of(text_of(("call", name, arguments)))


def text_of(tree: object) -> str:
    """A tree as a text that is the same however it was written."""
    match tree:
        case ("value", given):
            return repr(given)
        case ("path", path):
            return str(path)
        case ("call", name, arguments) if isinstance(arguments, tuple):
            return f"{name}({', '.join(map(text_of, arguments))})"
        case (operator, *parts):
            return f"({operator} {' '.join(map(text_of, parts))})"
    return repr(tree)


def parts(tree: object) -> Iterator[Tree]:
    """A tree and all trees in it."""
    if isinstance(tree, tuple):
        if tree and isinstance(tree[0], str):
            yield tree
        for part in tree:
            yield from parts(part)


def is_true(given: object) -> bool:
    return given not in (None, False, 0, 0.0, "")


def _text(given: object) -> str:
    match given:
        case bool():
            return str(given).lower()
        case None:
            return ""
        case float():
            return f"{given:g}"
    return str(given)


def _number(given: object) -> float:
    match given:
        case None:
            return 0.0
        case bool() | float() | int():
            return float(given)
    try:
        return float(str(given).strip() or 0)
    except ValueError:
        return float("nan")


def _compared(operator: str, one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        first: object = one.lower()
        second: object = other.lower()
    elif type(one) is type(other):
        first, second = one, other
    else:
        first, second = _number(one), _number(other)
    match operator:
        case "==":
            return first == second
        case "!=":
            return first != second
    if first is None or second is None:
        return False
    return {  # type: ignore[no-any-return]
        "<": lambda: first < second,  # type: ignore[operator]
        ">": lambda: first > second,  # type: ignore[operator]
        "<=": lambda: first <= second,  # type: ignore[operator]
        ">=": lambda: first >= second,  # type: ignore[operator]
    }[operator]()
