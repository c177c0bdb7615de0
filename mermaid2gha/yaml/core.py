"""YAML 1.2 with its core schema, as Mermaid reads it in front matter and in `@{…}`: by js-yaml 4.

PyYAML reads YAML 1.1. Its events are the same but for a few marks, which the scanner here takes as js-yaml
does; what only strange texts tell apart is left, and listed in `tests/mermaid/test_front_matter.py`.
"""

# mypy: allow-untyped-calls
from __future__ import annotations

import re

import yaml

from mermaid2gha.yaml.events import ERRORS, Frame, YamlSyntaxError, document, fault
from mermaid2gha.yaml.scanner import BLANKS, TabScanner
from mermaid2gha.yaml.tree import MOST_NODES

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from typing import Any

    from mermaid2gha.yaml.events import Event

Value = bool | float | str | list["Value"] | dict[str, "Value"] | None
"""What a node is to JavaScript; numbers are floats, keys texts."""

_DEEPEST = 100  # levels
_TAG = "tag:yaml.org,2002:"
_NULL = ("~", "null", "Null", "NULL", "")
_TRUE = ("true", "True", "TRUE")
_FALSE = ("false", "False", "FALSE")
_PREFIXED = re.compile(r"[-+]?0(?:b[01]+|x[0-9a-fA-F]+|o[0-7]+)")
_FLOAT = re.compile(r"[-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?")
_SPECIAL_FLOAT = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WIDEST = 1024
"""Bits from which on a whole number is no finite float."""

_ENDS = BLANKS + "\0\r\n"
_FLOW = ",[]{}"
_HIDDEN = {0x85: 0x10FFF0, 0x2028: 0x10FFF1, 0x2029: 0x10FFF2}
"""Characters that end lines in YAML 1.1 only, and private ones that stand for them while PyYAML reads."""
_SHOWN = {hidden: char for char, hidden in _HIDDEN.items()}


def load(text: str) -> Value:
    """The value of the one document of a text, none for an empty one. Raises `YamlSyntaxError`."""
    written = text.translate(_HIDDEN) + ("" if text.endswith("\n") else "\n")
    try:
        return document(CoreScanner(written), _Values(), deepest=_DEEPEST, most=MOST_NODES)
    except ERRORS as error:
        raise fault(error, text) from error


def js_string(value: Value) -> str:
    """A value as JavaScript's `String` writes it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float() | int():
            value = float(value)
            if value != value or value in (float("inf"), float("-inf")):
                return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
            return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
        case list():
            return ",".join("" if item is None else js_string(item) for item in value)
        case dict():
            return "[object Object]"
        case _:
            return value


class CoreScanner(TabScanner):
    """Between brackets `?` and `:` may begin a text or stand in it; an anchor may have any name."""

    is_in_text = False

    def peek(self, index: int = 0) -> str:
        char = super().peek(index)
        return "x" if char == "?" and self.is_in_text and self.flow_level else char

    def scan_plain(self) -> Any:
        outer = self.indent
        self.indent = self.margin() - 1 if outer < 0 else outer  # which its later lines have as well
        self.is_in_text = True
        try:
            return super().scan_plain()
        finally:
            self.indent, self.is_in_text = outer, False

    def margin(self) -> int:
        """The blanks before the line."""
        line = self.buffer[self.pointer - self.column : self.pointer]
        return len(line) - len(line.lstrip(" "))

    def check_key(self) -> bool:
        return self.peek(1) in _ENDS

    def check_value(self) -> bool:
        ends = _ENDS + _FLOW if self.flow_level else _ENDS
        is_after_key = self.flow_level > 0 and self.flow_level in self.possible_simple_keys
        return is_after_key or self.peek(1) in ends

    def check_plain(self) -> bool:
        if not self.flow_level:
            return bool(super().check_plain())
        char, stops = self.peek(), _ENDS + _FLOW
        return char not in stops + "-?#&*!|>'\"%@`" or (char in "-?" and self.peek(1) not in stops)

    def check_document_start(self) -> bool:
        is_first = self.tokens_taken + len(self.tokens) <= 1 and not self.is_in_text
        if is_first and self.column == 0 and self.prefix(3) == "---":
            return True  # whatever follows
        return bool(super().check_document_start())

    def fetch_document_start(self) -> None:
        super().fetch_document_start()
        self.allow_simple_key = True

    def fetch_value(self) -> None:
        at = self.pointer
        while at and self.buffer[at - 1] in " \t\n":
            at -= 1
        if self.flow_level and self.buffer[at - 1] in "[{,":
            mark = self.get_mark()
            self.tokens.append(yaml.KeyToken(mark, mark))  # of an empty key
        super().fetch_value()

    def scan_block_scalar(self, style: str) -> Any:
        is_outside = self.column <= self.indent
        needs_text = self.indent < 0 and not self.margin() and not re.search("[1-9]", self.prefix(3))
        token: yaml.ScalarToken = super().scan_block_scalar(style)
        if is_outside or (needs_text and not token.value.strip()):
            raise yaml.scanner.ScannerError(None, None, "a block text is not indented", token.start_mark)
        return token

    def parse_block_node(self) -> Any:
        if not self.check_token(yaml.DocumentEndToken):
            return super().parse_block_node()
        self.state = self.states.pop()
        return self.process_empty_scalar(self.peek_token().start_mark)  # nothing but `...`

    def scan_anchor(self, TokenClass: Any) -> Any:  # noqa: N803 (PyYAML's name)
        start = self.get_mark()
        self.forward()
        length = 0
        while self.peek(length) not in _ENDS + _FLOW:
            length += 1
        if not length:
            raise yaml.scanner.ScannerError(None, None, "an anchor or alias has no name", start)
        name = self.prefix(length)
        self.forward(length)
        return TokenClass(name, start, self.get_mark())


class _Values:
    """What makes values of events."""

    def text(self, event: Event) -> Value:
        text = str(event.value).translate(_SHOWN)
        if event.tag in (None, "!"):
            is_word = event.tag is None and not event.style
            return _resolved(text)[1] if is_word else text if text or event.style else None
        tag = event.tag.removeprefix(_TAG)
        if tag == "str":
            return text
        is_empty = not text and not event.style
        if is_empty and tag in ("seq", "map"):
            return [] if tag == "seq" else {}
        kind, value = _resolved(text)
        if (kind == tag or (kind, tag) == ("int", "float")) and bool(text) != is_empty:
            return value
        raise _unfit(event)

    def alias(self, event: Event, target: Value) -> Value:
        return target

    def collection(self, frame: Frame, end: Event) -> Value:
        event = frame.event
        if event.tag not in (None, "!", f"{_TAG}{'seq' if frame.is_list else 'map'}"):
            raise _unfit(event)
        if frame.is_list:
            return frame.parts
        mapping: dict[str, Value] = {}
        for key, value in zip(frame.parts[::2], frame.parts[1::2]):
            name = js_string(key)
            if name in mapping or (isinstance(key, list) and any(isinstance(item, list) for item in key)):
                at = event.start_mark.index
                raise YamlSyntaxError(f"the key `{name}` is given twice", at, at, "")
            mapping[name] = value
        return mapping


def _unfit(event: Event) -> YamlSyntaxError:
    message = f"the tag `{event.tag}` does not fit the value"
    return YamlSyntaxError(message, event.start_mark.index, event.end_mark.index, "leave it out")


def _resolved(text: str) -> tuple[str, Value]:
    """The short tag and the value of a text without quotes."""
    if text in _NULL:
        return "null", None
    if text in _TRUE or text in _FALSE:
        return "bool", text in _TRUE
    if _SPECIAL_FLOAT.fullmatch(text):
        return "float", float(text.replace(".", ""))
    number, is_whole = float("inf"), True
    if _PREFIXED.fullmatch(text):
        whole = int(text, 0)
        number = float(whole) if whole.bit_length() < _WIDEST else number
    elif _FLOAT.fullmatch(text):
        number, is_whole = float(text), text.lstrip("+-").isdigit()
    if abs(number) == float("inf"):
        return "str", text
    return "int" if is_whole else "float", number
