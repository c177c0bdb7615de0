"""A statement that the grammar does not take, and how its fault is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.edit import Edit, Fix
from mermaid2gha.base.lalr import END, LEXICAL, Token
from mermaid2gha.base.source import Span
from mermaid2gha.mermaid.actions import Builder
from mermaid2gha.mermaid.lexer import BLANKS, NEWLINES
from mermaid2gha.mermaid.parser import STRAY_END, UNCLOSED_BLOCK

ELSE_OUTSIDE_BLOCK = Rule("else-outside-block", Severity.ERROR)
SYNTAX_ERROR = Rule("syntax-error", Severity.ERROR)

_OF_BLOCKS = {UNCLOSED_BLOCK.name, STRAY_END.name, ELSE_OUTSIDE_BLOCK.name}
NAMES = {"INITIAL_ACTOR", "ID_NAME", "ID_NAME_AS", "ID_NAME_CONFIG"}
"""The kinds of tokens that are names."""


class StatementError(NamedTuple):
    """A finding, the offset at which parsing goes on (none: at the next newline token), whether the
    statement looks like the start of a block, so that an `end` belongs to it, or like the end of one."""

    found: Diagnostic
    resume: int | None = None
    opens: bool = False
    closes: bool = False


class Parsed(NamedTuple):
    """A text that was read to its end, and the findings about it."""

    builder: Builder
    faults: Sequence[Diagnostic]


class Statement(NamedTuple):
    """A statement as far as it was taken, and the token that the grammar does not take."""

    builder: Builder
    taken: Sequence[Token]
    token: Token
    reparse: Callable[[str], Parsed | None]
    """What a line says by itself: its builder and faults; none while a line is read so already."""

    @property
    def start(self) -> int:
        return self.taken[0].start if self.taken else self.token.start

    @property
    def line_end(self) -> int:
        """The end of the line on which the statement begins."""
        end = self.builder.text.find("\n", self.start)
        return end if end >= 0 else len(self.builder.text)

    @property
    def rest(self) -> str:
        """The statement to the end of its line."""
        return self.builder.text[self.start : self.line_end].rstrip(BLANKS)

    @property
    def kinds(self) -> list[str]:
        return [token.kind for token in self.taken]

    def said(self, token: Token) -> str:
        """A token's text in source spelling, shortened to what fits a message."""
        return short(self.builder.source.decoded(self.builder.text[token.start : token.end].strip(BLANKS)))

    def fault(
        self,
        rule: Rule,
        message: str,
        place: tuple[int, int],
        help: str = "",  # noqa: A002
        fixes: tuple[Fix, ...] = (),
    ) -> StatementError:
        start, end = place
        span = self.builder.span(start, max(end, start))
        return StatementError(diagnostic(rule, message, span, help=help, fixes=fixes))

    def sound(self, line: str) -> Builder | None:
        """What a line says by itself, if it has no fault of syntax; blocks may stay open."""
        read = self.reparse(self.builder.source.decoded(line))
        if read is None or read.builder.strays or not all(fault.rule in _OF_BLOCKS for fault in read.faults):
            return None
        return read.builder

    def cure(
        self, *changes: tuple[int, int, str], line: int | None = None, is_safe: bool = True
    ) -> tuple[Fix, ...]:
        """Changes of the text, each with its start and end, as a cure, if the line can be read with them.

        `line` is where the line begins, if not with the statement; `is_safe` as of `Fix`.
        """
        text, begin = self.builder.text, self.start if line is None else line
        mended, at = "", begin
        edits: list[Edit] = []
        for start, end, new in changes:
            span = self.builder.span(start, end)
            if span.text != text[start:end]:
                return ()  # a code or a line end, which the host spells otherwise
            edits.append(Edit(span, new))
            mended, at = mended + text[at:start] + new, end
        is_sound = self.sound(mended + text[at : self.line_end]) is not None
        return (Fix(tuple(edits), is_safe),) if is_sound else ()

    def place(self) -> tuple[int, int]:
        """The offending token, or the whole line where the token shows nothing."""
        text = self.builder.text[self.token.start : self.token.end].split("\n")[0].rstrip(BLANKS)
        if not text or self.token.kind in NEWLINES or self.token.kind in (END, LEXICAL):
            return self.start, self.start + len(self.rest)
        return self.token.start, self.token.start + len(text)


def short(text: str) -> str:
    """A text as a message quotes it: at most 60 characters."""
    return text if len(text) <= 60 else text[:57] + "..."


def syntax_error(
    wrong: Statement, message: str, place: tuple[int, int] | Span, cure: str, fixes: tuple[Fix, ...] = ()
) -> StatementError:
    """A statement that is none of Mermaid's, where no rule says it better; a `Span` is of the host file."""
    if isinstance(place, Span):
        return StatementError(diagnostic(SYNTAX_ERROR, message, place, help=cure, fixes=fixes))
    return wrong.fault(SYNTAX_ERROR, message, place, cure, fixes)


def else_outside_block(wrong: Statement, message: str, cure: str) -> StatementError:
    """An operand without the block that it belongs to."""
    return wrong.fault(ELSE_OUTSIDE_BLOCK, message, wrong.place(), cure)
