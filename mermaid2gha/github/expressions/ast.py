"""The syntax tree of GitHub's expression language, and the one way in which a tree is written.

docs.github.com/en/actions/reference/workflows-and-actions/expressions. Groups leave no node: `text_of` sets
parentheses from precedence. Offsets count code points of the parsed text from 0, ends are exclusive.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from mermaid2gha.base.never import assert_never
from mermaid2gha.base.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Literal:
    """`null`, a boolean, a number or a string. `true` is not `1`, though Python says so."""

    value: bool | float | str | None
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Literal):
            return False
        return self.value == other.value and isinstance(self.value, bool) is isinstance(other.value, bool)


@dataclass(frozen=True, slots=True)
class Context:
    """A named context such as `github`, in lower case (names are the same whatever their case)."""

    name: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """`of.name` or `of[key]`; a property is the string literal of its name. No key: the filter `of.*`."""

    of: Node
    key: Node | None
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; `name` is in lower case."""

    name: str
    arguments: tuple[Node, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`!operand`."""

    operand: Node
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right` with one of `== != < <= > >=`."""

    operator: str
    left: Node
    right: Node
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Logical:
    """`&&` or `||` over two operands or more, of which none is the same operation (they associate).

    One that `is_whole` is somebody's words and asked as one question (see `condition`): it may have a single
    operand.
    """

    operator: str
    operands: tuple[Node, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    is_whole: bool = False
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)


Node = Literal | Context | Index | Call | Not | Comparison | Logical


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an expression, where in its text, and the cure (which may be empty).

    `is_unknown_property`: it is an expression, of a property that its context does not have.
    """

    message: str
    start: int
    end: int
    help: str = ""
    is_unknown_property: bool = False


NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")

# The functions by their names in lower case, and the least and the greatest number of arguments. The status
# functions take none on GitHub's service, whatever the published schema says.
FUNCTIONS: dict[str, tuple[str, int, int]] = {
    "contains": ("contains", 2, 2),
    "startswith": ("startsWith", 2, 2),
    "endswith": ("endsWith", 2, 2),
    "format": ("format", 1, 255),
    "join": ("join", 1, 2),
    "tojson": ("toJSON", 1, 1),
    "fromjson": ("fromJSON", 1, 1),
    "hashfiles": ("hashFiles", 1, 255),
    "case": ("case", 3, 255),
    "success": ("success", 0, 0),
    "failure": ("failure", 0, 0),
    "always": ("always", 0, 0),
    "cancelled": ("cancelled", 0, 0),
}

_WHITE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_DECIMAL = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?Infinity"
_INTEGER = r"0x[0-9a-fA-F]+|0o[0-7]+"


def number_of(text: str) -> float:
    """The number that GitHub reads in a string: trimmed, empty is 0, `0x` and `0o` integers, else NaN."""
    text = re.sub(rf"^[{_WHITE}]+|[{_WHITE}]+$", "", text)
    if re.fullmatch(_DECIMAL, text):
        return float(text)
    if re.fullmatch(_INTEGER, text):
        return float(int(text, 0))
    return math.nan if text else 0.0


def number_text(number: float) -> str:
    """A number as GitHub writes it: no more than 15 decimals, no exponent below 1e21."""
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    if abs(number) < 1e21:
        from decimal import ROUND_HALF_UP, Context, Decimal  # late: few conditions have numbers

        number = float(Decimal(number).quantize(Decimal("1e-15"), ROUND_HALF_UP, Context(prec=400)))
    return javascript_number(number)


def javascript_number(number: float) -> str:
    """The shortest text that reads back as this finite number, with an exponent where ECMAScript has one."""
    if number == 0:
        return "0"
    from decimal import Decimal  # late, as above

    sign, numerals, exponent = Decimal(repr(float(number))).normalize().as_tuple()
    assert isinstance(exponent, int)
    digits = "".join(map(str, numerals))
    point = len(digits) + exponent
    if 0 < point <= 21:
        text = digits.ljust(point, "0") if point >= len(digits) else f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = f"0.{digits.rjust(len(digits) - point, '0')}"
    else:
        mantissa = digits[0] + (f".{digits[1:]}" if digits[1:] else "")
        text = f"{mantissa}e{point - 1:+d}"
    return f"-{text}" if sign else text


@lru_cache(maxsize=1 << 14)  # what two conditions are compared by, again and again
def text_of(node: Node) -> str:
    """The tree as text: single blanks around operators, no more parentheses than the tree needs."""
    match node:
        case Literal(value):
            return _literal_text(value)
        case Context(name):
            return name
        case Index(of, None):
            return f"{_indexed(of)}.*"
        case Index(of, Literal(str(name))) if NAME.fullmatch(name):
            return f"{_indexed(of)}.{name}"
        case Index(of, key):
            assert key is not None
            return f"{_indexed(of)}[{text_of(key)}]"
        case Call(name, arguments):
            return (
                f"{FUNCTIONS[name][0] if name in FUNCTIONS else name}({', '.join(map(text_of, arguments))})"
            )
        case Not(operand):
            return f"!{_tighter(operand, _PRECEDENCE['!'])}"
        case Comparison(operator, left, right):
            level = _PRECEDENCE[operator]
            return f"{_tighter(left, level)} {operator} {_tighter(right, level + 1)}"
        case Logical(operator, operands):
            level = _PRECEDENCE[operator] + 1
            return f" {operator} ".join(_tighter(part, level) for part in operands)
        case _:
            assert_never(node)


_PRECEDENCE = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "!": 5}


def _tighter(node: Node, level: int) -> str:
    operator = node.operator if isinstance(node, Comparison | Logical) else "!"
    return text_of(node) if _PRECEDENCE[operator] >= level else f"({text_of(node)})"


def _indexed(node: Node) -> str:
    return text_of(node) if isinstance(node, Context | Index | Call) else f"({text_of(node)})"


def _literal_text(value: bool | float | str | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case _:
            return javascript_number(value) if math.isfinite(value) else number_text(value)
