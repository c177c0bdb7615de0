"""What stands between `[[` and `]]`, or is given to `[`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from mermaid2gha.github.shell.syntax import Characters, NotUnderstoodError, Part, Word


class Expansion(Protocol):
    """What turns words into texts."""

    def text(self, word: Word) -> str: ...

    def pattern(self, word: Word) -> str: ...

    def part(self, part: Part) -> str: ...


class Tests:
    """What stands between `[[` and `]]`, or is given to `[`."""

    def __init__(self, shell: Expansion, words: Sequence[Word], *, is_plain: bool = False) -> None:
        self.shell = shell
        self.words = words
        self.is_plain = is_plain
        self.at = 0

    def whole(self) -> bool:
        if not self.words:
            return False
        value = self.any_of()
        if self.at < len(self.words):
            raise NotUnderstoodError("[")
        return value

    def operator(self, *operators: str) -> str:
        """The operator that stands here, if it is one of these."""
        if self.at < len(self.words):
            for operator in operators:
                if self.words[self.at] == (Characters(operator),) or (
                    self.is_plain and self.words[self.at] == (Characters(operator, True),)
                ):
                    self.at += 1
                    return operator
        return ""

    def any_of(self) -> bool:
        value = self.all_of()
        while self.operator("-o" if self.is_plain else "||"):
            value = self.all_of() or value
        return value

    def all_of(self) -> bool:
        value = self.single()
        while self.operator("-a" if self.is_plain else "&&"):
            value = self.single() and value
        return value

    def single(self) -> bool:
        left = len(self.words) - self.at
        if left > 1 and self.operator("!"):
            return not self.single()
        if left > 2 and self.operator("("):
            value = self.any_of()
            if not self.operator(")"):
                raise NotUnderstoodError("(")
            return value
        if left > 1 and (unary := self.operator("-z", "-n")):
            return bool(self.text()) is (unary == "-n")
        if left > 1 and (self.words[self.at][:1] and self.operator("-f", "-d", "-e", "-s", "-v", "-r", "-x")):
            raise NotUnderstoodError("a file")
        left_text = self.text()
        numeric = ("-eq", "-ne", "-lt", "-le", "-gt", "-ge")
        operator = self.operator("==", "=", "!=", "=~", "<", ">", *numeric)
        if not operator:
            return bool(left_text)
        if operator == "=~":
            return self.searched(left_text)
        if operator in numeric:
            other = self.text()
            if not re.fullmatch(r"-?\d{1,9}", left_text.strip()) or not re.fullmatch(
                r"-?\d{1,9}", other.strip()
            ):
                raise NotUnderstoodError(operator)
            return compared(int(left_text), operator, int(other))
        if operator in ("<", ">"):
            raise NotUnderstoodError(operator)
        if self.is_plain:
            return (left_text == self.text()) is (operator != "!=")
        pattern = self.shell.pattern(self.next())
        return (re.fullmatch(pattern, left_text, re.DOTALL) is not None) is (operator != "!=")

    def searched(self, value: str) -> bool:
        word = self.next()
        pattern = "".join(
            re.escape(self.shell.part(part)) if part.is_quoted else self.shell.part(part) for part in word
        )
        return searched_in(pattern, value)

    def next(self) -> Word:
        if self.at >= len(self.words):
            raise NotUnderstoodError("[")
        self.at += 1
        return self.words[self.at - 1]

    def text(self) -> str:
        return self.shell.text(self.next())


_MOST_STEPS = 10**6


def searched_in(pattern: str, value: str, flags: int = 0) -> bool:
    """Whether an extended regular expression is found; only those of a kind that takes no time."""
    repeated = len(re.findall(r"[*+{]", pattern))
    if repeated and len(value) ** (repeated + 1) > _MOST_STEPS:  # as many as a search takes at the worst
        raise NotUnderstoodError(pattern)
    if len(pattern) > 200 or re.search(r"[+*}]\)?[+*{]|\)[+*{]|\\[^.|\-/_$^()\[\]{}+*?wWsSb]", pattern):
        raise NotUnderstoodError(pattern)
    try:
        return re.search(pattern, value, flags) is not None
    except re.error:
        raise NotUnderstoodError(pattern) from None


def compared(left: int, operator: str, right: int) -> bool:
    """Whether two numbers are as `-eq`, `-lt` … say."""
    match operator:
        case "-eq":
            return left == right
        case "-ne":
            return left != right
        case "-lt":
            return left < right
        case "-le":
            return left <= right
        case "-gt":
            return left > right
        case "-ge":
            return left >= right
    raise NotUnderstoodError(operator)
