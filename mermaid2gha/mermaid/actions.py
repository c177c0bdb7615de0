"""The actions of the grammar: flat events in document order, and Mermaid's database of lifelines."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.lalr import Token
from mermaid2gha.base.source import Span
from mermaid2gha.mermaid.actors import Declaration, Lifelines
from mermaid2gha.mermaid.ast import (
    Activation,
    Autonumber,
    Cosmetic,
    CosmeticKind,
    Event,
    FragmentEnd,
    FragmentStart,
    Message,
    Note,
    OperandStart,
    Operator,
)
from mermaid2gha.mermaid.keywords import (
    ARROWS,
    LINKS,
    OPERATORS,
    PLACEMENTS,
    Opener,
    keyword_before,
    looks_like_message,
)
from mermaid2gha.mermaid.lexer import BLANKS
from mermaid2gha.mermaid.preprocess import Prelexed

_WRAPS = (":wrap:", "wrap:", ":nowrap:", "nowrap:")


class Builder:
    """Collects what the parser reduces. Each method named as an action takes the values of its rule.

    A value is a `Token`, or what the action of a nested rule returned. `events`, `lifelines` and the
    titles are the outcome; `problems` are the faults that Mermaid's database finds. `braces` are the names
    declared with `@{…}`, each with these.
    """

    def __init__(self, source: Prelexed) -> None:
        self.source = source
        self.text = source.text.text
        self.file = source.block.file
        self.host = source.text.offset
        self.is_coded = source.stand_ins is not None
        self.events: list[Event] = []
        self.problems: list[Diagnostic] = []
        self.lifelines = Lifelines(self.problems, self.name_span)
        starts, origins = source.text.starts, source.text.origins
        self.shift = origins[0] - starts[0] if len(starts) == 1 else None
        self.strays: list[Token] = []
        self.title_text = self.acc_title_text = self.acc_descr_text = ""
        self.title_span: Span | None = None
        self.is_type_misspelt = False
        self.has_hash = "#" in self.text
        self.hashes: list[int] = []
        self.swallowed: list[Token] = []
        self.joined: list[tuple[Token, int]] = []
        self.braces: list[tuple[Token, Token]] = []
        self.member_column = -1
        self.last = max(len(self.text.rstrip("\n" + BLANKS)) - 1, 0)
        self.openers: list[Opener] = []
        self.all_openers: list[Opener] = []
        self.suspects: list[Opener] = []

    def span(self, start: int, end: int) -> Span:
        """The place in the host file of `[start, end)` of the text; behind its end, of its last character."""
        start, end = (start, end) if start < self.last else (self.last, self.last + 1)
        if (shift := self.shift) is not None:
            return Span(self.file, start + shift, end + shift)
        first = self.host(start)
        return Span(self.file, first, self.host(end - 1) + 1 if end > start else first)

    def name(self, token: Token) -> str:
        """The text of a name, trimmed."""
        name = self.text[token[1] : token[2]].strip(BLANKS)
        return self.source.decoded(name) if self.is_coded else name

    def name_span(self, token: Token) -> Span:
        """The place of a name without the blanks after it."""
        return self.span(token[1], self._trimmed(token))

    def label(self, token: Token, skip: int = 0, after: int = -1) -> tuple[str, Span, int]:
        """A label's text without its wrap prefix, its place, and the offset at which it ends.

        `after` is the end of the keyword before it: a `#` may stand between the two.
        """
        start, end = token[1] + skip, token[2]
        if self.has_hash:
            hash_ = end if self.text[end] == "#" else self.text.find("#", after, start) if after >= 0 else -1
            if hash_ >= 0:
                self.hashes.append(hash_)
        raw = self.text[start:end]
        kept = raw.lstrip(BLANKS)
        start = end - len(kept)
        kept = kept.rstrip(BLANKS)
        end = start + len(kept)
        if "wrap:" in kept[:8] and kept.startswith(_WRAPS):
            prefix = kept.index("wrap:") + 5
            kept = kept[prefix:].lstrip(BLANKS)
            start = end - len(kept)
        return (self.source.decoded(kept) if self.is_coded else kept), self.span(start, end), end

    def _message(self, values: Sequence[Token], arrow: int, receiver: int, flags: str = "") -> None:
        sender, target = values[1], values[receiver]
        text, text_span, end = self.label(values[receiver + 1], 1)
        spelling = self.text[values[arrow][1] : values[arrow][2]]
        start = sender[1]
        event = Message(
            self.name(sender),
            self.name(target),
            text=text,
            arrow=ARROWS[spelling],
            activates="+" in flags,
            deactivates="-" in flags,
            central_start="s" in flags,
            central_end="e" in flags,
            span=self.span(start, max(end, values[receiver + 1][1] + 1)),
            text_span=text_span,
        )
        self.events.append(event)
        self.lifelines.message(event, sender, target)

    def message(self, values: Sequence[Token]) -> None:
        self._message(values, 2, 3)

    def message_activating(self, values: Sequence[Token]) -> None:
        self._message(values, 2, 4, "+")

    def message_deactivating(self, values: Sequence[Token]) -> None:
        self._message(values, 2, 4, "-")

    def message_central_end(self, values: Sequence[Token]) -> None:
        self._message(values, 2, 4, "e")

    def message_central_start(self, values: Sequence[Token]) -> None:
        self._message(values, 3, 4, "s")

    def message_central_both(self, values: Sequence[Token]) -> None:
        self._message(values, 3, 5, "se")

    def note(self, values: Sequence[Token]) -> None:
        self._note(values, values[3:4], values[4])

    def note_pair(self, values: Sequence[Token]) -> None:
        self._note(values, (values[3], values[5]), values[6])

    def _note(self, values: Sequence[Token], at: Sequence[Token], label: Token) -> None:
        text, text_span, end = self.label(label, 1)
        start = values[1][1]
        names = tuple(self.name(token) for token in at)
        for name, token in zip(names, at):
            self.lifelines.mention(name, token)
        placement = PLACEMENTS[values[2][0]]
        span = self.span(start, max(end, label[1] + 1))
        self.events.append(Note(placement, names, text=text, span=span, text_span=text_span))

    def participant(self, values: Sequence[Token]) -> Declaration:
        return self._declaration(values)

    def participant_alias(self, values: Sequence[Token]) -> Declaration:
        return self._declaration(values, alias=values[3])

    def participant_config(self, values: Sequence[Token]) -> Declaration:
        return self._declaration(values, config=values[2])

    def participant_config_alias(self, values: Sequence[Token]) -> Declaration:
        return self._declaration(values, alias=values[4], config=values[2])

    def _declaration(
        self, values: Sequence[Token], *, alias: Token | None = None, config: Token | None = None
    ) -> Declaration:
        keyword, name = values[0], values[1]
        label, end = None, name[2]
        if config is not None:
            end = config[2]
        if alias is not None:
            label, _, end = self.label(alias, 0, values[-3][2])
            end = max(end, values[-3][2])
        text: str | None = None
        if config is not None:
            self.braces.append((name, config))
            inner = self.text[config[1] : config[2]]
            text = inner[inner.index("{") + 1 : -1].strip(BLANKS)
        kind = "actor" if keyword[0] == "INITIAL_ACTOR_KEYWORD" else "participant"
        written = self.text[keyword[1] : end].rstrip(BLANKS)
        return Declaration(
            self.name(name),
            kind,
            label=label,
            config=text,
            decoded=self.source.decoded,
            text=self.source.decoded(written),
            span=self.span(keyword[1], keyword[1] + len(written)),
            name_span=self.name_span(name),
            column=self.column(keyword[1]),
        )

    def config(self, values: Sequence[Token]) -> Token:
        return Token("CONFIG", values[0][1], values[2][2])

    def destroy(self, values: Sequence[Token]) -> Declaration:
        written = self.text[values[0][1] : values[1][2]].rstrip(BLANKS)
        span = self.span(values[0][1], values[0][1] + len(written))
        return Declaration(
            self.name(values[1]),
            None,
            label=None,
            config=None,
            decoded=self.source.decoded,
            text=written,
            span=span,
            name_span=self.name_span(values[1]),
        )

    def declare(self, values: Sequence[Declaration]) -> None:
        said = values[1]
        kind = CosmeticKind.DESTROY if said.kind is None else CosmeticKind.PARTICIPANT
        self.events.append(Cosmetic(kind, said.text, said.name, said.span))
        if said.kind is None:
            self.lifelines.destroy(said)
        else:
            self.lifelines.declare(said)

    def create(self, values: Sequence[Token | Declaration]) -> None:
        keyword, said = values[1], values[2]
        assert isinstance(said, Declaration)
        assert isinstance(keyword, Token)
        assert said.span is not None
        span = Span(self.file, self.host(keyword[1]), said.span.end)
        self.events.append(Cosmetic(CosmeticKind.CREATE, said.text, said.name, span))
        self.lifelines.create(said)

    def activation(self, values: Sequence[Token]) -> None:
        keyword, name = values[1], values[2]
        starts = keyword[0] == "INITIAL_ACTIVATE"
        event = Activation(self.name(name), starts, self.span(keyword[1], self._trimmed(name)))
        self.events.append(event)
        self.lifelines.activation(event, name)

    def autonumber(self, values: Sequence[Token]) -> None:
        numbers = [self.text[token[1] : token[2]] for token in values[2:-1]]
        start, step = [*numbers, None, None][:2]
        span = self.span(values[1][1], values[-2][2])
        self.events.append(Autonumber(start, step, True, span))

    def autonumber_off(self, values: Sequence[Token]) -> None:
        self.events.append(Autonumber(None, None, False, self.span(values[1][1], values[2][2])))

    def link(self, values: Sequence[Token]) -> None:
        keyword, name = values[1], values[2]
        text, _, end = self.label(values[3], 1)
        owner = self.name(name)
        self.lifelines.mention(owner, name)
        span = self.span(keyword[1], max(end, values[3][1] + 1))
        self.events.append(Cosmetic(LINKS[keyword[0]], text, owner, span))

    def title(self, values: Sequence[Token]) -> None:
        token = values[1]
        skip = 6 if token[0] == "INITIAL_TITLE" else 7
        if self.text[token[1] + skip - 1] == "\n" or looks_like_message(self.text, token[1] + skip):
            self.joined.append((token, token[1] + skip))
        self.title_text = self.source.decoded(self.text[token[1] + skip : token[2]])
        _, self.title_span, end = self.label(token, skip)
        self._cosmetic(CosmeticKind.TITLE, self.title_text, token[1], end)

    def acc_title(self, values: Sequence[Token]) -> None:
        self.acc_title_text = self._accessible(CosmeticKind.ACC_TITLE, values)

    def acc_descr(self, values: Sequence[Token]) -> None:
        self.acc_descr_text = self._accessible(CosmeticKind.ACC_DESCR, values)

    def acc_descr_block(self, values: Sequence[Token]) -> None:
        value = values[1]
        if value[1] == len(self.text):  # Mermaid reads an empty text once more where the braces stay open
            self.acc_descr_text = ""
            return
        keyword = Token("INITIAL_ACC_BLOCK", keyword_before(self.text, "accdescr", value[1]), value[1])
        lines = self._accessible(CosmeticKind.ACC_DESCR, (keyword, keyword, value)).split("\n")
        kept = [line.lstrip(BLANKS) for line in lines[1:] if line.strip(BLANKS)]
        self.acc_descr_text = "\n".join([lines[0], *kept])

    def _accessible(self, kind: CosmeticKind, values: Sequence[Token]) -> str:
        value = values[-1]
        raw = self.text[value[1] : value[2]]
        text = self.source.decoded(raw.strip(BLANKS))
        if value[0] == "ACCBLOCK_VALUE":
            is_joined = value[2] == len(self.text)
        else:
            is_joined = "\n" in self.text[values[1][1] : value[1]]
        if text and is_joined:
            self.joined.append((values[1], value[1]))
        end = self._trimmed(value)
        self._cosmetic(kind, text, values[1][1], end if text else self._trimmed(values[1]))
        return text

    def _trimmed(self, token: Token) -> int:
        """The end of a token without the blanks after it."""
        return token[1] + len(self.text[token[1] : token[2]].rstrip(BLANKS))

    def _cosmetic(self, kind: CosmeticKind, text: str, start: int, end: int) -> None:
        self.events.append(Cosmetic(kind, text.strip(BLANKS), None, self.span(start, end)))

    def stray(self, values: Sequence[Token]) -> None:
        self.strays.append(values[1])

    def column(self, at: int) -> int:
        """The column (from 0) of what stands first on its line, else -1."""
        line = self.text.rfind("\n", 0, at) + 1
        return -1 if self.text[line:at].strip(BLANKS) else at - line

    def _open(self, keyword: Token, span: Span) -> None:
        opener = Opener(keyword, span, self.column(keyword[1]))
        self.openers.append(opener)
        self.all_openers.append(opener)

    def close(self, end: Token | None) -> None:
        """Close the innermost block, at its `end` or (none) where recovery closes it. An `end` further left
        than the opening and just below an outer one tells that the inner block lacks its own."""
        opener = self.openers.pop()
        if end is not None:
            column = self.column(end[1])
            if 0 <= column < opener.column and any(outer.column == column for outer in self.openers):
                self.suspects.append(opener)
        span = opener.span if end is None else self.span(end[1], end[2])
        if opener.token[0] != "INITIAL_BOX":
            self.events.append(FragmentEnd(OPERATORS[opener.token[0]], span))
        else:
            self.lifelines.box_end()
            self.events += [] if end is None else [Cosmetic(CosmeticKind.BOX_END, "", None, span)]

    def reopen(self, opener: Opener, end: Token) -> None:
        """Undo the `close` by an `end`."""
        self.openers.append(opener)
        if opener.token[0] == "INITIAL_BOX":
            self.lifelines.in_box = len(self.lifelines.boxes) - 1
        place = self.span(end[1], end[2])
        at = next(at for at in range(len(self.events) - 1, -1, -1) if self.events[at].span == place)
        del self.events[at]

    @property
    def operators(self) -> list[Operator]:
        """The open fragments, the innermost last."""
        return [OPERATORS[one.token[0]] for one in self.openers if one.token[0] in OPERATORS]

    def fragment_start(self, values: Sequence[Token]) -> Token:
        keyword = values[0]
        text, text_span, end = self.label(values[1], 0, keyword[2])
        span = self.span(keyword[1], max(end, keyword[2]))
        self.events.append(FragmentStart(OPERATORS[keyword[0]], text, span=span, text_span=text_span))
        self._open(keyword, span)
        return keyword

    def operand_start(self, values: Sequence[Token]) -> Token:
        keyword = values[0]
        text, text_span, end = self.label(values[1], 0, keyword[2])
        span = self.span(keyword[1], max(end, keyword[2]))
        operator = OPERATORS[self.openers[-1].token[0]]
        self.events.append(OperandStart(operator, text, span, text_span))
        return keyword

    def fragment_end(self, values: Sequence[Token]) -> None:
        self.close(values[2])

    def box_start(self, values: Sequence[Token]) -> Token:
        keyword, rest = values
        raw = self.text[rest[1] : rest[2]]
        end = max(rest[1] + len(raw.rstrip(BLANKS)), keyword[2])
        span = self.span(keyword[1], end)
        self.lifelines.box(raw, self.source.decoded, span)
        self.events.append(Cosmetic(CosmeticKind.BOX, self.source.decoded(raw.strip(BLANKS)), None, span))
        self.member_column = -1
        self.label(rest, 0, keyword[2])
        self._open(keyword, span)
        return keyword

    def box_member(self, values: Sequence[Declaration]) -> None:
        self.member_column = values[1].column
        self.declare(values)

    def box_end(self, values: Sequence[Token]) -> None:
        self.close(values[2])
