"""The general functions of GitHub's expressions."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable

from mermaid2gha.github.expressions.ast import javascript_number
from mermaid2gha.github.expressions.values import Filtered, equals, string_of, upper

MOST_CHARACTERS = 5 * 1024 * 1024
"""Of a text that an expression makes: GitHub's templates have 10 MB, two bytes for each character
(actions/runner, src/Sdk/WorkflowParser/ParseOptions.cs, MaxResultSize)."""

_DEEPEST_JSON = 100
"""Levels that `fromJSON` reads (actions/runner, src/Sdk/Expressions/Sdk/Functions/JsonParser.cs)."""


class EvaluationError(ValueError):
    """An expression that is well formed and still has no value; GitHub fails the run."""


def _contains(search: object, item: object) -> bool:
    if isinstance(search, list | Filtered):
        items = search.items if isinstance(search, Filtered) else search
        return any(equals(item, member) for member in items)
    if _is_compound(search) or _is_compound(item):
        return False
    return string_of(item).lower() in string_of(search).lower()


def _starts_with(search: object, value: object) -> bool:
    if _is_compound(search) or _is_compound(value):
        return False
    return upper(string_of(search)).startswith(upper(string_of(value)))


def _ends_with(search: object, value: object) -> bool:
    if _is_compound(search) or _is_compound(value):
        return False
    return upper(string_of(search)).endswith(upper(string_of(value)))


_PIECE = re.compile(r"[^{}]+|\{\{|\}\}|\{([0-9]+)[^}]*\}", re.DOTALL)


def _format(template: object, *arguments: object) -> str:
    text, at, size = string_of(template), 0, 0
    pieces: list[str] = []
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            raise EvaluationError(f"`{_shortened(text)}` is no valid format")
        at = piece.end()
        if piece[1] is None:
            pieces.append(piece[0][:1] if piece[0][0] in "{}" else piece[0])
        elif int(piece[1]) < len(arguments):
            pieces.append(string_of(arguments[int(piece[1])]))
        else:
            raise EvaluationError(f"`{_shortened(text)}` asks for more than {len(arguments)} values")
        size += len(pieces[-1])
        _check_size("format", size)
    return "".join(pieces)


def _check_size(function: str, size: int) -> None:
    if size > MOST_CHARACTERS:
        raise EvaluationError(f"`{function}` makes a text of more than {MOST_CHARACTERS:,} characters")


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _join(values: object, separator: object = ",") -> str:
    if isinstance(values, list | Filtered):
        items = values.items if isinstance(values, Filtered) else values
        texts = list(map(string_of, items))
        between = "," if _is_compound(separator) else string_of(separator)
        _check_size("join", sum(map(len, texts)) + len(between) * len(texts))
        return between.join(texts)
    return "" if isinstance(values, dict) else string_of(values)


def _to_json(value: object) -> str:
    return _json_text(value, "\n")


def _json_text(value: object, line: str) -> str:
    match value:
        case str():
            _check_size("toJSON", len(value))
            return json.dumps(value, ensure_ascii=False)
        case bool() | None:
            return json.dumps(value, ensure_ascii=False)
        case int() | float():
            return javascript_number(value) if math.isfinite(value) else "null"
        case dict():
            members = [
                f"{json.dumps(key, ensure_ascii=False)}: {_json_text(item, line + '  ')}"
                for key, item in value.items()
            ]
            return _enclosed("{", members, "}", line)
        case list() | Filtered():
            items = value.items if isinstance(value, Filtered) else value
            return _enclosed("[", [_json_text(item, line + "  ") for item in items], "]", line)
        case _:
            raise EvaluationError(f"`{value!r}` is no value of an expression")


def _enclosed(opening: str, members: list[str], closing: str, line: str) -> str:
    if not members:
        return opening + closing
    return opening + ",".join(f"{line}  {member}" for member in members) + line + closing


def _from_json(text: object) -> object:
    def refuse(constant: str) -> object:
        raise ValueError(constant)

    try:
        value: object = json.loads(
            string_of(text), parse_int=float, parse_constant=refuse, object_pairs_hook=_without_repetition
        )
    except (ValueError, RecursionError) as fault:
        raise EvaluationError("`fromJSON` gets no valid JSON") from fault
    if not _is_shallow(value):
        raise EvaluationError(f"`fromJSON` gets JSON of more than {_DEEPEST_JSON} levels")
    return value


def _is_shallow(value: object) -> bool:
    level = [value]
    for _ in range(_DEEPEST_JSON):
        level = [
            inner
            for outer in level
            for inner in (
                outer if isinstance(outer, list) else outer.values() if isinstance(outer, dict) else ()
            )
            if isinstance(inner, list | dict)
        ]
        if not level:
            return True
    return False


def _without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # JSON's own repetitions: the last value counts, at the first place. Then keys of other case are dropped.
    kept: dict[str, object] = {}
    folded: set[str] = set()
    for key, value in dict(pairs).items():
        if key.lower() not in folded:
            folded.add(key.lower())
            kept[key] = value
    return kept


def _case(*arguments: object) -> object:
    for predicate, value in zip(arguments[:-1:2], arguments[1:-1:2], strict=True):
        if not isinstance(predicate, bool):
            raise EvaluationError("a predicate of `case` is no boolean")
        if predicate:
            return value
    return arguments[-1]


def _is_compound(value: object) -> bool:
    return isinstance(value, list | dict | Filtered)


GENERAL: dict[str, Callable[..., object]] = {
    "contains": _contains,
    "startswith": _starts_with,
    "endswith": _ends_with,
    "format": _format,
    "join": _join,
    "tojson": _to_json,
    "fromjson": _from_json,
    "case": _case,
}
