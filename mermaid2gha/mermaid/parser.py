"""The LALR machine: tokens in, actions of the builder out, and recovery by statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.lalr import END, LEXICAL, Machine, Token
from mermaid2gha.base.source import Span
from mermaid2gha.mermaid.actions import Builder
from mermaid2gha.mermaid.keywords import Opener, looks_like_message
from mermaid2gha.mermaid.lexer import BLANKS, NEWLINES, TABLE, tokens
from mermaid2gha.mermaid.recovery import Ended, EndsByColumn, direct, innermost

KEYWORD_AS_NAME = Rule("keyword-as-name", Severity.ERROR)
STATEMENT_IN_BOX = Rule("statement-in-box", Severity.ERROR)
STRAY_END = Rule("stray-end", Severity.ERROR)
UNCLOSED_BLOCK = Rule("unclosed-block", Severity.ERROR)

Diagnose = Callable[[Builder, Sequence[Token], Token], tuple[Diagnostic, int | None, bool, bool]]
"""What is wrong with a statement that was taken as far as a token which the grammar does not take: the
finding, the offset at which parsing goes on (none: at the next newline token), whether the statement looks
like the start of a block, so that an `end` belongs to it, or like the end of one. It may parse again."""

_SAVED = 6
"""How many of the topmost states an `end` can touch: those of `alt_operands alt_next document END`."""


_OWNERS = {
    "INITIAL_ELSE": ("INITIAL_ALT",),
    "INITIAL_AND": ("INITIAL_PAR", "INITIAL_PAR_OVER"),
    "INITIAL_OPTION": ("INITIAL_CRITICAL",),
}


_SECTIONS = frozenset(
    row[symbol] for row in TABLE.steps for symbol in ("document", "box_section") if symbol in row
)
"""The states in which a statement can begin."""


class Parser:
    """One run over a builder's text; faults go to `faults`, one for each statement that has one.

    `skipped` holds the texts of statements that were passed over, so that what they might have said is
    not missed elsewhere.

    The rest is for blaming the right line. `end` is what the last `end` closed; `indented_ends` are those
    that stand further right than what they closed, by its column, and `name_like_ends` those before an arrow,
    which may be names. `forgiven_ends` counts the blocks that a faulty statement may have opened: as many
    `end`s too many are not told. `faulty_line` begins where the last fault does; `last` are the token and the
    depth of the last recovery, so that none is tried twice; of the blocks in `reported` it is told that none
    ends them.
    """

    def __init__(self, builder: Builder, diagnose: Diagnose) -> None:
        self.builder = builder
        self.diagnose = diagnose
        self.text = builder.text
        self.faults: list[Diagnostic] = []
        self.skipped: list[str] = []
        lookahead = tokens(self.text, builder.swallowed)
        self.machine = Machine(TABLE, builder, lookahead, self._recovered, {"INITIAL_END": self._remember})
        self.states, self.values = self.machine.states, self.machine.values
        self.end: Ended | None = None
        self.indented_ends: EndsByColumn = {}
        self.name_like_ends: list[Token] = []
        self.forgiven_ends = 0
        self.faulty_line = -1
        self.last: tuple[Token, int] | None = None
        self.reported: set[Token] = set()

    def parse(self) -> None:
        """Run to the end of the text."""
        self.machine.run()

    def _remember(self, token: Token) -> None:
        """Keep what this `end` is about to close, in case it turns out to be a name."""
        openers = self.builder.openers
        if not openers:
            self.end = None
            return
        depth = max(len(self.states) - _SAVED, 0)
        self.end = Ended(
            token,
            depth,
            states=self.states[-_SAVED:],
            values=self.values[-_SAVED:],
            opener=openers[-1],
            outer=openers[-2] if len(openers) > 1 else None,
        )
        if self.builder.column(token.start) > openers[-1].column >= 0:
            self.indented_ends.setdefault(openers[-1].column, []).append(self.end)
        if looks_like_message(self.text, token.end):
            self.name_like_ends.append(token)

    def _recovered(self, token: Token) -> Token:
        """Report the fault at `token`, drop its statement and give the token to go on with."""
        self._settle()
        if TABLE.steps[self.states[-1]].get(token.kind) is not None:
            return token
        is_new, self.last = self.last != (token, len(self.states)), (token, len(self.states))
        if self.states[-1] in _SECTIONS and is_new:
            if token.kind == END:
                return self._closed_at_end(token)
            going_on = (
                self._in_box(token)
                or self._outer_operand(token)
                or self._operand_after_end(token)
                or self._stray_end(token)
                or self._end_as_name(token)
            )
            if going_on is not None:
                return going_on
        taken = self._dropped()
        fault, resume, opens, closes = self.diagnose(self.builder, taken, token)
        self.forgiven_ends += opens
        if closes and self.builder.openers:
            self._close(self.builder.openers[-1])
        start = taken[0].start if taken else token.start
        line = self.text.rfind("\n", 0, start) + 1
        is_same_place = self.faults and self.faults[-1].labels[0] == fault.labels[0]
        is_reported = line == self.faulty_line or is_same_place
        if not is_reported and not (line == 0 and self.builder.is_type_misspelt):
            self.faults.append(fault)
        self.faulty_line = line
        return self._resumed(token, start, resume)

    def _resumed(self, token: Token, start: int, resume: int | None) -> Token:
        """The first token after the statement that begins at `start`."""
        if resume is None:
            while token.kind not in NEWLINES and token.kind not in (END, LEXICAL):
                token = next(self.machine.tokens)
            resume = token.start
            if token.kind == LEXICAL or token.kind == END:
                newline = self.text.find("\n", start)
                resume = newline if newline >= 0 else len(self.text)
        self.skipped.append(self.text[start:resume])
        self.machine.tokens = tokens(self.text, self.builder.swallowed, resume)
        return next(self.machine.tokens)

    def _settle(self) -> None:
        """Reduce what can only be reduced, and open the section that must come next."""
        while True:
            row = TABLE.steps[self.states[-1]]
            for symbol in ("document", "box_section"):
                if symbol in row:
                    self.states.append(row[symbol])
                    self.values.append(None)
                    return
            reductions = set(row.values())
            if len(reductions) != 1 or next(iter(reductions)) >= 0 or self.states[-1] in _SECTIONS:
                return
            rule = -1 - reductions.pop()
            if not TABLE.rules[rule][1]:
                return
            self.machine.reduce(rule)

    def _dropped(self) -> list[Token]:
        """Take the statement off the stack, down to where a statement can begin; its tokens."""
        sections = _SECTIONS
        taken: list[Token] = []
        while self.states[-1] not in sections and len(self.states) > 1:
            self.states.pop()
            value = self.values.pop()
            if isinstance(value, Token):
                taken.insert(0, value)
        if len(self.states) == 1:
            head = TABLE.steps[0]["INITIAL_SEQUENCE_DIAGRAM"]
            self.states += [head, TABLE.steps[head]["document"]]
            self.values += [None, None]
        return taken

    def _cut_to(self, opener: Opener) -> None:
        """Take everything off the stack that belongs to the block of `opener`, itself included."""
        while self.values[-1] is not opener.token:
            self.states.pop()
            self.values.pop()
        self.states.pop()
        self.values.pop()

    def _closed_at_end(self, token: Token) -> Token:
        """The text ends inside blocks: report each, and close them."""
        openers = self.builder.openers
        count = len(openers)
        blamed = [
            opener
            for opener in self.builder.all_openers
            if opener.token not in self.reported and looks_like_message(self.text, opener.token.end)
        ][:count]
        known = {opener.token for opener in blamed} | self.reported
        for opener in (*self.builder.suspects, *openers):
            if len(blamed) < count and opener.token not in known:
                blamed.append(opener)
                known.add(opener.token)
        for opener in sorted(blamed, key=lambda opener: opener.token.start):
            self.faults.append(self._unclosed(opener))
        while openers:
            self._close(openers[-1])
        return token

    def _close(self, opener: Opener) -> None:
        """Close the innermost block as if its `end` stood here."""
        self._cut_to(opener)
        self.builder.close(None)

    def _unclosed(self, opener: Opener) -> Diagnostic:
        self.reported.add(opener.token)
        word = self.text[opener.token.start : opener.token.end]
        place = self.builder.span(opener.token.start, opener.token.end)
        if looks_like_message(self.text, opener.token.end):
            message = (
                f"`{word}` is a keyword of Mermaid, so this line opens a block instead of being a message"
            )
            return keyword_as_name(word, place, message)
        line = self.text.rfind("\n", 0, opener.token.start) + 1
        if self.text[line : opener.token.start].strip(BLANKS).lower() == "end":
            message = f"`end` takes no word after it: this `{word}` opens another block"
            return diagnostic(UNCLOSED_BLOCK, message, place, help="write `end` alone")
        return diagnostic(
            UNCLOSED_BLOCK,
            f"`{word}` is never closed",
            place,
            help="add `end` on a line of its own after the block",
        )

    def _in_box(self, token: Token) -> Token | None:
        """A statement that a box cannot hold: the box ends before it."""
        openers = self.builder.openers
        if not openers or openers[-1].token.kind != "INITIAL_BOX" or token.kind in (END, LEXICAL):
            return None
        box = openers[-1]
        if 0 <= self.builder.column(token.start) <= box.column < self.builder.member_column:
            self.faults.append(self._unclosed(box))
        else:
            line_end = self.text.find("\n", token.start)
            end = (
                token.start + len(self.text[token.start : line_end].rstrip(BLANKS))
                if line_end >= 0
                else token.end
            )
            self.faults.append(
                diagnostic(
                    STATEMENT_IN_BOX,
                    "a box holds `participant` and `actor` lines only",
                    Label(self.builder.span(token.start, end)),
                    Label(box.span, "the box begins here"),
                    help="close the box with `end` before this line",
                )
            )
            self.forgiven_ends += 1
        self._close(box)
        if token.kind == "INITIAL_INVALID":
            return next(self.machine.tokens)
        return token

    def _outer_operand(self, token: Token) -> Token | None:
        """An `and` below the opening of an outer `par`: the blocks inside that lack their `end`."""
        owners = _OWNERS.get(token.kind, ())
        openers = self.builder.openers
        column = self.builder.column(token.start)
        outer = [at for at, own in enumerate(openers) if own.token.kind in owners and own.column == column]
        if (
            column < 0
            or not outer
            or outer[-1] == len(openers) - 1
            or any(inner.column == column for inner in openers[outer[-1] + 1 :])
        ):
            return None
        while len(openers) > outer[-1] + 1:
            inner = self.builder.suspects[-1:] or openers[-1:]
            is_inner = inner[0].token not in self.reported and inner[0].token.start > openers[-1].token.start
            self.faults.append(self._unclosed(inner[0] if is_inner else openers[-1]))
            self._close(openers[-1])
        return token

    def _stray_end(self, token: Token) -> Token | None:
        """An `end` too many, unless an `end` before it was meant as a name."""
        if token.kind != "INITIAL_END" or looks_like_message(self.text, token.end):
            return None
        after = next(self.machine.tokens)
        if self.forgiven_ends:
            self.forgiven_ends -= 1
        elif self.name_like_ends:
            self.faults.append(self._name_like(self.name_like_ends.pop()))
        elif (early := direct(self.indented_ends, self.builder.column(token.start))) is not None:
            self._surplus(early)
        else:
            place = self.builder.span(token.start, token.end)
            self.faults.append(stray_end(place, "remove it, or add the line that opens its block"))
        return after

    def _surplus(self, early: Ended) -> None:
        """Report the `end` too many by which `early` closed a block before its last line."""
        blamed = innermost(self.indented_ends, early, self.builder.column)
        for ended in {early.token: early, blamed.token: blamed}.values():
            self.indented_ends[ended.opener.column].remove(ended)
        self.faults.append(
            diagnostic(
                STRAY_END,
                "this `end` closes a block that goes on below it",
                Label(self.builder.span(blamed.token.start, blamed.token.end)),
                Label(blamed.opener.span, "the block opens here"),
                help="remove it, or add the line that opens its block",
            )
        )

    def _operand_after_end(self, token: Token) -> Token | None:
        """An `else` below its `alt` that an `end` too many has closed: the block goes on."""
        early = (
            direct(self.indented_ends, self.builder.column(token.start)) if token.kind in _OWNERS else None
        )
        if (
            early is None
            or early.opener.token.kind not in _OWNERS[token.kind]
            or (self.builder.openers[-1] if self.builder.openers else None) is not early.outer
        ):
            return None
        self._surplus(early)
        self._reopen(early)
        return token

    def _name_like(self, token: Token) -> Diagnostic:
        word = self.text[token.start : token.end]
        return keyword_as_name(word, self.builder.span(token.start, token.end))

    def _end_as_name(self, token: Token) -> Token | None:
        """`end->>B: x` inside a block: the `end` was a name, so the block goes on."""
        if self.end is None or self.text.find("\n", self.end.token.end, token.start) >= 0:
            return None
        ended = self.end.token
        if token.kind != "INITIAL_ARROW" or self.text[ended.end : token.start].strip(BLANKS):
            return None
        self.name_like_ends = [token for token in self.name_like_ends if token is not ended]
        self.faults.append(self._name_like(ended))
        if self.end.opener not in self.builder.openers:
            self._reopen(self.end)
        taken = self.indented_ends.get(self.end.opener.column)
        if taken and taken[-1] is self.end:
            taken.pop()
        self.end = None
        return self._resumed(token, ended.start, None)

    def _reopen(self, ended: Ended) -> None:
        """Take an `end` back: what it closed is open again."""
        self.states[ended.depth :] = ended.states
        self.values[ended.depth :] = ended.values
        if self.states[-1] not in _SECTIONS:  # operands are complete: begin a document again
            self.states.pop()
            self.values.pop()
            self._settle()
        self.builder.reopen(ended.opener, ended.token)


def keyword_as_name(word: str, place: Span, message: str = "") -> Diagnostic:
    """A keyword where a name belongs; `word` as it is written."""
    said = message or f"`{word}` is a keyword of Mermaid and cannot begin a name in a message or note"
    cure = f"use another name, with this one as its label: `participant P1 as {word.capitalize()}`"
    return diagnostic(KEYWORD_AS_NAME, said, place, help=cure)


def stray_end(place: Span, cure: str) -> Diagnostic:
    """An `end` where no block is open."""
    return diagnostic(STRAY_END, "`end` closes nothing: no block is open here", place, help=cure)
