"""The values of GitHub's expressions: truth, coercions and comparisons."""

from __future__ import annotations

import math

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.expressions.ast import number_of, number_text


@dataclass(frozen=True, slots=True, eq=False)
class Filtered:
    """What the filter `.*` gives: an array whose properties are those of its items."""

    items: tuple[object, ...]


def is_true(value: object) -> bool:
    """False are `null`, `false`, 0, NaN and the empty string only."""
    if value is None or value is False or value == "":
        return False
    return not (isinstance(value, int | float) and (value == 0 or math.isnan(value)))


def number(value: object) -> float:
    """The number a value counts as where types differ; NaN for arrays and objects."""
    match value:
        case None:
            return 0.0
        case bool() | int() | float():
            return float(value)
        case str():
            return number_of(value)
        case _:
            return math.nan


def string_of(value: object) -> str:
    """The string a value counts as; arrays and objects give the name of their type."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number_text(value)
        case str():
            return value
        case dict():
            return "Object"
        case _:
            return "Array"


def upper(text: str) -> str:
    """Upper case as the service compares; the dotless i stays itself."""
    return text.upper() if "ı" not in text else "ı".join(part.upper() for part in text.split("ı"))


def equals(left: object, right: object) -> bool:
    """`==`: strings whatever their case, different types as numbers, arrays and objects by identity."""
    left, right = _same_type(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right or upper(left) == upper(right)
    if isinstance(left, list | dict | Filtered) or isinstance(right, list | dict | Filtered):
        return left is right
    return left == right


def is_less(left: object, right: object) -> bool:
    """`<`: false wherever `==` would compare a NaN or an object."""
    left, right = _same_type(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return _units(left) < _units(right)
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left < right
    return False


def _same_type(left: object, right: object) -> tuple[object, object]:
    is_left_string, is_right_string = isinstance(left, str), isinstance(right, str)
    if is_left_string and is_right_string:
        return left, right
    if left is None and right is None:
        return left, right
    is_left_simple = is_left_string or left is None or isinstance(left, int | float)
    is_right_simple = is_right_string or right is None or isinstance(right, int | float)
    if is_left_simple and is_right_simple:
        return number(left), number(right)
    return left, right


def _units(text: str) -> bytes:
    # ECMAScript orders strings by UTF-16 units, not by code points.
    return upper(text).encode("utf-16-be", "surrogatepass")
