"""A place in a YAML text, with what js-yaml keeps beside it while it reads."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

BREAKS = "\n\r"
SPACES = "\t "
BLANKS = BREAKS + SPACES
FLOW = ",[]{}"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
_NOT_JSON = re.compile("[\x00-\x08\x0a-\x1f]")


class YamlFault(Exception):  # noqa: N818
    """The reason for which a text is no YAML, and the offset where that was found."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class Mark(NamedTuple):
    at: int
    line: int
    line_start: int
    indent: int
    first_tab: int
    tag: str | None
    anchor: str | None
    kind: str | None
    value: Any


class Cursor:
    """The text from `at` on; `indent` is that of the line, `first_tab` the first tab in it, or -1.

    `tag`, `anchor`, `kind` and `value` are those of the node that was read last. The text ends in NUL.
    """

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self.text = text + "\0"
        self.at = 0
        self.line = 0
        self.line_start = 0
        self.indent = 0
        self.first_tab = -1
        self.depth = 0
        self.tag: str | None = None
        self.anchor: str | None = None
        self.kind: str | None = None
        self.value: Any = None
        self.anchors: dict[str, Any] = {}
        self.tags: dict[str, str] = {}

    def fail(self, reason: str) -> None:
        raise YamlFault(reason, self.at)

    def char(self, ahead: int = 0) -> str:
        return self.text[self.at + ahead] if self.at + ahead <= self.length else "\0"

    def next(self) -> str:
        self.at += 1
        return self.char()

    def line_break(self) -> None:
        if self.char() == "\r" and self.char(1) == "\n":
            self.at += 1
        self.at += 1
        self.line += 1
        self.line_start = self.at
        self.first_tab = -1

    def separation(self, comments: bool = True) -> int:
        """Skip blanks, line breaks and (if allowed) comments; the number of line breaks."""
        breaks = 0
        while True:
            while self.char() in SPACES:
                if self.char() == "\t" and self.first_tab == -1:
                    self.first_tab = self.at
                self.at += 1
            if comments and self.char() == "#":
                while self.char() not in BREAKS + "\0":
                    self.at += 1
            if self.char() not in BREAKS:
                return breaks
            self.line_break()
            breaks += 1
            self.indent = 0
            while self.char() == " ":
                self.indent += 1
                self.at += 1

    def at_separator(self) -> bool:
        return self.text[self.at : self.at + 3] in ("---", "...") and (
            self.at + 3 > self.length or self.char(3) in BLANKS + "\0"
        )

    def segment(self, start: int, end: int, json: bool) -> str:
        segment = self.text[start:end] if start < end else ""
        if (_NOT_JSON if json else _UNPRINTABLE).search(segment):
            self.fail("the text contains characters that YAML does not allow")
        return segment

    @staticmethod
    def folded(breaks: int) -> str:
        return " " if breaks == 1 else "\n" * (breaks - 1)

    def mark(self) -> Mark:
        return Mark(
            self.at,
            self.line,
            self.line_start,
            self.indent,
            self.first_tab,
            self.tag,
            self.anchor,
            self.kind,
            self.value,
        )

    def back_to(self, mark: Mark) -> None:
        self.at, self.line, self.line_start, self.indent, self.first_tab = mark[:5]
        self.tag, self.anchor, self.kind, self.value = mark[5:]
