"""Programs of jq that look at results, as scripts of gates have them (jq 1.7, Manual).

Paths, iteration, comparison, `and`, `or`, `not`, arrays, strings with `\\(…)` and the functions of
`_FUNCTIONS` are followed; all else is `NotUnderstoodError`. A program gives any number of values for one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator

from mermaid2gha.github.shell.syntax import NotUnderstoodError

Value = object
Program = Callable[[Value], Iterator[Value]]

_TOKEN = re.compile(
    r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>\d+)|(?P<field>\.[A-Za-z_]\w*)|(?P<name>[A-Za-z_]\w*)'
    r"|(?P<sign>==|!=|<=|>=|\.|\[|\]|\(|\)|\||,|;|<|>))"
)
_MOST_VALUES = 10_000


def program(text: str) -> Program:
    """What a text computes."""
    reader = _Reader(text)
    made = reader.pipe()
    if reader.left:
        raise NotUnderstoodError("jq")
    return made


def outputs(text: str, given: str) -> list[Value]:
    """What a program gives for a text of JSON."""
    try:
        value = json.loads(given)
    except ValueError:
        raise NotUnderstoodError("jq") from None
    return list(_limited(program(text)(value)))


def shown(value: Value, *, raw: bool, compact: bool) -> str:
    """A value as jq prints it."""
    if raw and isinstance(value, str):
        return value
    if compact:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return json.dumps(value, indent=2, ensure_ascii=False)


class _Reader:
    """A recursive descent over the tokens of a program."""

    def __init__(self, text: str) -> None:
        self.left: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise NotUnderstoodError("jq")
            self.left.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()

    def next_is(self, *texts: str) -> str:
        """The next token, taken, if it is one of these signs or words; else nothing."""
        if self.left and self.left[0][0] in ("sign", "name") and self.left[0][1] in texts:
            return self.left.pop(0)[1]
        return ""

    def expect(self, text: str) -> None:
        if not self.next_is(text):
            raise NotUnderstoodError("jq")

    def pipe(self) -> Program:
        made = self.several()
        while self.next_is("|"):
            made = _piped(made, self.several())
        return made

    def several(self) -> Program:
        made = [self.either()]
        while self.next_is(","):
            made.append(self.either())
        return made[0] if len(made) == 1 else lambda value: (out for one in made for out in one(value))

    def either(self) -> Program:
        made = self.both()
        while self.next_is("or"):
            made = _combined(made, self.both(), lambda a, b: _holds(a) or _holds(b))
        return made

    def both(self) -> Program:
        made = self.comparison()
        while self.next_is("and"):
            made = _combined(made, self.comparison(), lambda a, b: _holds(a) and _holds(b))
        return made

    def comparison(self) -> Program:
        made = self.postfix()
        sign = self.next_is("==", "!=", "<", ">", "<=", ">=")
        return _combined(made, self.postfix(), lambda a, b: _compared(sign, a, b)) if sign else made

    def postfix(self) -> Program:
        made = self.term()
        while True:
            if self.left and self.left[0][0] == "field":
                made = _piped(made, _field(self.left.pop(0)[1][1:]))
            elif self.next_is("["):
                made = _piped(made, self.bracket())
            elif self.left[:2] and self.left[0] == ("sign", ".") and self.left[1] == ("sign", "["):
                self.left.pop(0)
            else:
                return made

    def bracket(self) -> Program:
        """What stands in brackets behind a value."""
        if self.next_is("]"):
            return _each
        kind, text = self.left.pop(0) if self.left else ("", "")
        self.expect("]")
        if kind == "string":
            return _field(json.loads(text))
        if kind == "number":
            return _item(int(text))
        raise NotUnderstoodError("jq")

    def term(self) -> Program:
        kind, text = self.left.pop(0) if self.left else ("", "")
        match kind, text:
            case "field", _:
                return _field(text[1:])
            case "string", _:
                return _string(text)
            case "number", _:
                return _constant(int(text))
            case "sign", ".":
                if self.left and self.left[0][0] == "string":
                    return _field(json.loads(self.left.pop(0)[1]))
                return lambda value: iter([value])
            case "sign", "(":
                made = self.pipe()
                self.expect(")")
                return made
            case "sign", "[":
                if self.next_is("]"):
                    return _constant([])
                inner = self.pipe()
                self.expect("]")
                return lambda value: iter([list(_limited(inner(value)))])
            case "name", "true" | "false" | "null":
                return _constant(json.loads(text))
            case "name", _:
                return self.call(text)
        raise NotUnderstoodError("jq")

    def call(self, name: str) -> Program:
        arguments: list[Program] = []
        if self.next_is("("):
            arguments.append(self.pipe())
            while self.next_is(";"):
                arguments.append(self.pipe())
            self.expect(")")
        made = _FUNCTIONS.get((name, len(arguments)))
        if made is None:
            raise NotUnderstoodError("jq")
        return made(*arguments)


def _limited(values: Iterable[Value]) -> Iterator[Value]:
    for count, value in enumerate(values):
        if count > _MOST_VALUES:
            raise NotUnderstoodError("jq")
        yield value


def _piped(one: Program, other: Program) -> Program:
    return lambda value: (out for inner in one(value) for out in other(inner))


def _constant(value: Value) -> Program:
    return lambda _: iter([value])


def _combined(one: Program, other: Program, combine: Callable[[Value, Value], Value]) -> Program:
    return lambda value: (combine(a, b) for b in other(value) for a in one(value))


def _holds(value: Value) -> bool:
    return value is not None and value is not False


def _is_same(a: Value, b: Value) -> bool:
    return isinstance(a, bool) is isinstance(b, bool) and a == b


def _compared(sign: str, a: Value, b: Value) -> bool:
    if sign in ("==", "!="):
        return _is_same(a, b) is (sign == "==")
    if isinstance(a, int) and isinstance(b, int):
        return {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[sign]
    raise NotUnderstoodError("jq")


def _field(name: str) -> Program:
    def found(value: Value) -> Iterator[Value]:
        if value is not None and not isinstance(value, dict):
            raise NotUnderstoodError("jq")
        yield (value or {}).get(name)

    return found


def _item(at: int) -> Program:
    def found(value: Value) -> Iterator[Value]:
        if not isinstance(value, list):
            raise NotUnderstoodError("jq")
        yield value[at] if at < len(value) else None

    return found


def _each(value: Value) -> Iterator[Value]:
    if isinstance(value, dict):
        return iter(list(value.values()))
    if isinstance(value, list):
        return iter(value)
    raise NotUnderstoodError("jq")


def _string(text: str) -> Program:
    """A text, in which `\\(…)` stands for values."""
    parts = re.split(r"\\\(([^()\"]*)\)", text[1:-1])
    programs = [program(part) if number % 2 else None for number, part in enumerate(parts)]
    try:
        plain = [json.loads(f'"{part}"') if made is None else "" for part, made in zip(parts, programs)]
    except ValueError:
        raise NotUnderstoodError("jq") from None

    def made(value: Value) -> Iterator[Value]:
        said = list(plain)
        for number, inner in enumerate(programs):
            if inner is not None:
                said[number] = shown(_only(inner(value)), raw=True, compact=True)
        yield "".join(said)

    return made


def _only(values: Iterator[Value]) -> Value:
    found = list(_limited(values))
    if len(found) != 1:
        raise NotUnderstoodError("jq")
    return found[0]


def _judged(quantifier: Callable[[Iterable[bool]], bool], source: Program, test: Program) -> Program:
    return lambda value: iter([quantifier([_holds(out) for inner in source(value) for out in test(inner)])])


def _self(value: Value) -> Iterator[Value]:
    return iter([value])


def _select(test: Program) -> Program:
    return lambda value: (value for out in test(value) if _holds(out))


def _mapped(test: Program) -> Program:
    return lambda value: iter([[out for inner in _each(value) for out in test(inner)]])


def _of(function: Callable[[Value], Value]) -> Callable[[], Program]:
    return lambda: lambda value: iter([function(value)])


def _entries(value: Value) -> Value:
    if not isinstance(value, dict):
        raise NotUnderstoodError("jq")
    return [{"key": key, "value": inner} for key, inner in value.items()]


def _length(value: Value) -> Value:
    if isinstance(value, dict | list | str):
        return len(value)
    raise NotUnderstoodError("jq")


def _unique(value: Value) -> Value:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return sorted(set(value))
    raise NotUnderstoodError("jq")


def _keys(value: Value) -> Value:
    return _unique(list(value)) if isinstance(value, dict) else _unique(None)


def _joined(separator: Program) -> Program:
    def made(value: Value) -> Iterator[Value]:
        between = _only(separator(value))
        if not isinstance(value, list) or not isinstance(between, str):
            raise NotUnderstoodError("jq")
        yield between.join(shown(one, raw=True, compact=True) for one in value)

    return made


def _among(values: Program) -> Program:
    return lambda value: iter([any(_is_same(value, one) for one in values(value))])


_FUNCTIONS: dict[tuple[str, int], Callable[..., Program]] = {
    ("all", 0): lambda: _judged(all, _each, _self),
    ("any", 0): lambda: _judged(any, _each, _self),
    ("all", 1): lambda test: _judged(all, _each, test),
    ("any", 1): lambda test: _judged(any, _each, test),
    ("all", 2): lambda source, test: _judged(all, source, test),
    ("any", 2): lambda source, test: _judged(any, source, test),
    ("map", 1): _mapped,
    ("select", 1): _select,
    ("join", 1): _joined,
    ("IN", 1): _among,
    ("to_entries", 0): _of(_entries),
    ("length", 0): _of(_length),
    ("unique", 0): _of(_unique),
    ("keys", 0): _of(_keys),
    ("not", 0): _of(lambda value: not _holds(value)),
    ("empty", 0): lambda: lambda _: iter(()),
}
