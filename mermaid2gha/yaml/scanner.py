"""PyYAML's parsers, with tabs wherever YAML 1.2 lets them separate: anywhere but in indentation.

PyYAML's own scanner refuses a tab after a colon and within a text. GitHub takes them (YamlDotNet,
Scanner.cs), and so does LibYAML, which PyYAML wraps where it could be built; its events have the same marks.
"""

# mypy: allow-untyped-calls
from __future__ import annotations

import re
from collections.abc import Callable

import yaml

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from typing import Any, TypeVar

    _T = TypeVar("_T")

_BREAKS = "\r\n\x85\u2028\u2029"
_ENDS = "\0" + _BREAKS
BLANKS = " \t"


class TabScanner(yaml.SafeLoader):
    """PyYAML's scanner and parser, in Python.

    A tab that follows an indicator keeps a collection from beginning on that line, since its column would
    depend on the width of the tab.
    """

    tab = "\t"
    question = "?"

    def peek(self, index: int = 0) -> str:
        char: str = super().peek(index)
        if char == "?":
            return self.question
        return self.tab if char == "\t" else char

    def scan_to_next_token(self) -> None:
        if self.index == 0 and self.peek() == "\ufeff":
            self.forward()
        is_indentation = self.column == 0
        while True:
            while self.peek() == " ":
                self.forward()
            if self.peek() == "\t":
                if is_indentation and not self.flow_level and not self.ends_with_blanks():
                    if self.column <= self.indent:
                        return
                    self.allow_simple_key = False
                elif not (is_indentation or self.flow_level):
                    self.allow_simple_key = False
                self.forward()
                continue
            if self.peek() == "#":
                while self.peek() not in _ENDS:
                    self.forward()
            if not self.scan_line_break():
                return
            is_indentation = True
            if not self.flow_level:
                self.allow_simple_key = True

    def ends_with_blanks(self) -> bool:
        """Whether nothing but blanks and a comment follow on the line."""
        length = 0
        while self.peek(length) in BLANKS:
            length += 1
        return self.peek(length) in _ENDS + "#"

    def scan_plain_spaces(self, indent: int, start_mark: object) -> list[str]:
        length = 0
        while self.peek(length) in BLANKS:
            length += 1
        blanks: str = self.prefix(length)
        self.forward(length)
        first = self.scan_line_break()
        if not first:
            return [blanks] if blanks else []
        self.allow_simple_key = True
        breaks: list[str] = []
        while True:
            if self.column == 0 and (self.check_document_start() or self.check_document_end()):
                return []
            while self.peek() == " " or (
                self.peek() == "\t" and (self.column >= indent or self.ends_with_blanks())
            ):
                self.forward()
            more = self.scan_line_break()
            if not more:
                break
            breaks.append(more)
        if first != "\n":
            return [first, *breaks]
        return breaks or [" "]

    def scan_plain(self) -> Any:
        """A plain text. Within brackets PyYAML ends it at `?`, which begins a key only where a text would
        begin (YAML 1.2, 7.3.3)."""
        self.question = "a"
        try:
            return super().scan_plain()
        finally:
            self.question = "?"

    def scan_block_scalar_indicators(self, start_mark: object) -> Any:
        return self.with_blank_tabs(super().scan_block_scalar_indicators, start_mark)

    def scan_block_scalar_ignored_line(self, start_mark: object) -> None:
        self.with_blank_tabs(super().scan_block_scalar_ignored_line, start_mark)

    def scan_tag(self) -> Any:
        return self.with_blank_tabs(super().scan_tag)

    def with_blank_tabs(self, scan: Callable[..., _T], *arguments: object) -> _T:
        """What a method of PyYAML gives to which tabs look like blanks."""
        self.tab = " "
        try:
            return scan(*arguments)
        finally:
            self.tab = "\t"


PARSERS: tuple[type[Any], ...] = tuple(dict.fromkeys((getattr(yaml, "CBaseLoader", TabScanner), TabScanner)))
"""The quick one first, if it is there; what it refuses is for the other one to tell, or to take."""

_EXPLICIT_KEY = re.compile(r"[\[{,](?:\s|#[^\r\n]*[\r\n])*(?:[&!]\S*\s+)*\?(?=[\s,:\]}])")


def parsers_of(text: str) -> tuple[type[Any], ...]:
    """The parsers for a text. LibYAML takes a second colon after a key behind `?` within brackets
    (`[? : : ]`), so that a text with such a key is not for it."""
    return PARSERS[-1:] if "?" in text and _EXPLICIT_KEY.search(text) else PARSERS
