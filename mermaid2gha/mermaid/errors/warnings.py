"""What Mermaid accepts but drops, cuts or joins without a word: warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.edit import replaced, respelt
from mermaid2gha.base.patterns import late
from mermaid2gha.base.source import Span
from mermaid2gha.mermaid.actions import Builder
from mermaid2gha.mermaid.ast import Lifeline, Message, Note
from mermaid2gha.mermaid.keywords import ARROW
from mermaid2gha.mermaid.lexer import BLANKS, tokens

HASH_CUTS_LABEL = Rule("hash-cuts-label", Severity.WARNING)
NEAR_DUPLICATE_NAME = Rule("near-duplicate-name", Severity.WARNING)
STRAY_CHARACTER = Rule("stray-character", Severity.WARNING)
SWALLOWED_LINE = Rule("swallowed-line", Severity.WARNING)
UNUSABLE_IN_MESSAGES = Rule("unusable-in-messages", Severity.WARNING)

_MOST_ALIKE = 8
"""Of more names that share all letters but one, the later ones are not compared: they are counted."""
_LONGEST = 60
"""Longer names are not compared; nobody types them twice."""
_SAFE = late(r"[^\W\d]\w*(?: \w+)*")
"""Names of words alone; only their first word can be in the way, as a keyword."""
_MESSAGE = rf"(\w+)[ \t]*(?:{ARROW})[ \t]*[-+]?[ \t]*(\w+)[ \t]*:"
_DECLARATOR = r" (?:participant|actor) .+"
_KEYWORDS = frozenset(
    "participant actor create destroy box end loop opt alt else par par_over and critical option break rect "
    "note activate deactivate autonumber title acctitle accdescr links link properties details".split()
)


def silent_losses(builder: Builder, *, is_faulty: bool) -> list[Diagnostic]:
    """Reports `hash-cuts-label`, `stray-character`, `swallowed-line`,
    `unusable-in-messages`, `near-duplicate-name`.

    All are warnings: Mermaid accepts what they are about.
    """
    found = [*_hashes(builder), *_strays(builder), *_swallowed(builder), *_unusable(builder)]
    if not is_faulty:
        for trap in builder.source.traps:
            message = "the directive `%%{` is never closed, so Mermaid drops the words after it"
            found.append(diagnostic(SWALLOWED_LINE, message, trap, help="close it with `}%%`"))
    return found + near_duplicates(list(builder.lifelines.known.values()))


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    end = end if end >= 0 else len(text)
    return start + len(text[start:end].rstrip(BLANKS))


def _hashes(builder: Builder) -> Iterator[Diagnostic]:
    for at in builder.hashes:
        end = _line_end(builder.text, at)
        lost_from = builder.text[at:end]
        lost = builder.source.decoded(lost_from)
        lost = lost if len(lost) < 60 else lost[:57] + "..."
        behind = at + len(lost_from) - len(lost_from.lstrip("#"))
        around = builder.text[at - 1 : at], builder.text[behind : behind + 1]
        # what blanks set apart may be meant as a comment: `done # of all`
        is_text = any(one.strip(BLANKS + "\n") for one in around)
        yield diagnostic(
            HASH_CUTS_LABEL,
            f"`#` begins a comment, so `{lost}` is not part of the text",
            builder.span(at, end),
            help="write `#35;` for the character `#`",
            fixes=replaced(builder.span(at, behind), "#35;" * (behind - at), is_safe=False)
            if is_text
            else (),
        )


def _strays(builder: Builder) -> Iterator[Diagnostic]:
    if not builder.strays:
        return
    from mermaid2gha.mermaid.errors import habits  # late: few diagrams have any

    line_end = -1
    for token in builder.strays:
        if token.start < line_end:  # of a comment that is told already
            continue
        comment = habits.comment_at(builder.text, token.start)
        if comment is not None:
            line_end = _line_end(builder.text, token.start)
            mark, words = habits.mark_and_words(comment)
            place, meant = builder.span(comment.start(), comment.end()), habits.as_comment(words)
            is_one_line = place.text == comment[0] and "\n" not in comment[0]
            yield diagnostic(
                STRAY_CHARACTER,
                f"{habits.not_a_comment(mark)}, so Mermaid drops its first characters and draws the rest",
                builder.span(token.start, line_end),
                help="write `%%` for a comment",
                fixes=replaced(place, meant, is_safe=False) if is_one_line and meant else (),
            )
            continue
        char = builder.text[token.start : token.end]
        around = builder.text[max(token.start - 1, 0) : token.start] + builder.text[token.end : token.end + 1]
        span = builder.span(token.start, token.end)
        yield diagnostic(
            STRAY_CHARACTER,
            f"Mermaid drops this `{char}` without a word",
            span,
            help="remove it",
            fixes=replaced(span, "") if len(around.strip()) < 2 else (),  # else two words would become one,
        )


def _swallowed(builder: Builder) -> Iterator[Diagnostic]:
    for token in builder.swallowed:
        if builder.text[token.start] in ";,":
            continue
        yield diagnostic(
            SWALLOWED_LINE,
            "one character and `%%` make the rest of the line a comment",
            builder.span(token.start, _line_end(builder.text, token.start)),
            help="begin the name otherwise, or write the comment on a line of its own",
        )
    yield from _lost_statements(builder)
    for keyword, start in builder.joined:
        word = builder.text[keyword.start : keyword.end].split()[0].strip(":{")
        yield diagnostic(
            SWALLOWED_LINE,
            f"this becomes part of `{word}` instead of being a statement",
            Label(builder.span(start, _line_end(builder.text, start))),
            Label(builder.span(keyword.start, keyword.start + len(word)), "the text begins here"),
            help="close the braces with `}`"
            if "{" in builder.text[keyword.start : start]
            else f"write the text of `{word}` on its own line",
        )


def _lost_statements(builder: Builder) -> Iterator[Diagnostic]:
    """Messages in the text of another statement, and declarations in a name: all on one line."""
    lifelines = builder.lifelines.known
    for event in builder.events:
        if not isinstance(event, (Message, Note)) or event.text_span is None:
            continue
        for match in re.finditer(_MESSAGE, event.text) if ":" in event.text else ():
            if match[1] in lifelines and match[2] in lifelines:
                yield diagnostic(
                    SWALLOWED_LINE,
                    f"`{match[0]}` is part of this text instead of being a message",
                    event.text_span,
                    help="put each statement on a line of its own",
                )
                break
    for lifeline in lifelines.values():
        declared = (
            re.search(_DECLARATOR, lifeline.id) if lifeline.is_declared and " " in lifeline.id else None
        )
        if declared is not None:
            yield diagnostic(
                SWALLOWED_LINE,
                f"`{declared[0].strip()}` is part of the name `{lifeline.id}` instead of being a statement",
                lifeline.span,
                help="put each statement on a line of its own",
            )
        elif lifeline.is_declared and (label := _LABELLED.fullmatch(lifeline.id)) is not None:
            yield _label_in_name(lifeline, label)


_LABELLED = late(r"(?P<name>.+?)\s+as\s+(?P<label>.+)", re.IGNORECASE)


def _label_in_name(lifeline: Lifeline, label: re.Match[str]) -> Diagnostic:
    """`"Long name" as L`, as PlantUML has it: in Mermaid the short name comes first, and has no blanks."""
    long, short = label["name"].strip("\"'"), label["label"]
    is_turned = not re.search(r"\s", short)
    meant = f"{short} as {long}" if is_turned else f"NAME as {short}"
    fixes = respelt(lifeline.span, lifeline.id, meant, is_safe=False) if is_turned and lifeline.span else ()
    return diagnostic(
        SWALLOWED_LINE,
        f"`as {short}` is part of the name `{lifeline.id}`: only a name without blanks can have a label",
        lifeline.span,
        help=f"write `participant {meant}`",
        fixes=fixes,
    )


def _unusable(builder: Builder) -> Iterator[Diagnostic]:
    """Names that a declaration can have and a message cannot."""
    for lifeline in builder.lifelines.known.values():
        name = lifeline.id
        is_safe = _SAFE.fullmatch(name) and name.split()[0].casefold() not in _KEYWORDS
        if not lifeline.is_declared or is_safe or lifeline.span is None or _is_sender(name):
            continue
        yield diagnostic(
            UNUSABLE_IN_MESSAGES,
            f"no message can begin with the name `{name}`: Mermaid reads it otherwise there",
            lifeline.span,
            help="give the participant a plain name and this one as its label: `participant P1 as …`",
        )


@lru_cache(maxsize=4096)
def _is_sender(name: str) -> bool:
    """Whether Mermaid takes the name for the sender of a message; of names with codes that is not asked."""
    if "#" in name or ";" in name:
        return True
    text = f"sequenceDiagram\n{name}->>x: y"
    sender, arrow = list(islice(tokens(text, []), 2, 4))
    is_name = sender.kind == "INITIAL_ACTOR" and text[sender.start : sender.end] == name
    return is_name and arrow.kind == "INITIAL_ARROW"


def near_duplicates(lifelines: list[Lifeline]) -> list[Diagnostic]:
    """Lifelines whose names differ only in case or blanks, or by one letter (`near-duplicate-name`).

    Not compared are names shorter than four characters, and names that differ in a digit, in a word of one
    letter or in a last capital (`Server A`, `NodeX`): those are counted, not mistyped. Names that differ
    by a letter are reported only when one of them is nowhere declared.
    """
    diagnostics: list[Diagnostic] = []
    folded: dict[str, Lifeline] = {}
    shapes: dict[str, list[Lifeline]] = {}
    for lifeline in lifelines:
        name = lifeline.id
        if not 4 <= len(name) <= _LONGEST:
            continue
        key = "".join(name.casefold().split())
        if key in folded:
            diagnostics.append(_near(folded[key], lifeline, "differ only in case or blanks"))
            continue
        folded[key] = lifeline
        alike = None
        for shape in {key: None} | dict.fromkeys(key[:at] + key[at + 1 :] for at in range(len(key))):
            others = shapes.setdefault(shape, [])
            alike = alike or next((other for other in others if _is_slip(other, lifeline)), None)
            if len(others) < _MOST_ALIKE:
                others.append(lifeline)
        if alike is not None:
            diagnostics.append(_near(alike, lifeline, "differ by one letter"))
    return diagnostics


def _is_slip(one: Lifeline, two: Lifeline) -> bool:
    """Whether two names differ by one letter added, left out or replaced, as a mistyped name does."""
    if one.is_declared and two.is_declared:
        return False
    short, long = sorted((one.id, two.id), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long)) if a != b), len(short))
    if len(short) == len(long):
        is_one = short[at + 1 :] == long[at + 1 :]
        changed = (short[at : at + 1], long[at : at + 1])
    else:
        is_one = short[at:] == long[at + 1 :]
        changed = (long[at : at + 1],) * 2
    if not is_one or not all(char.isalpha() for char in changed):
        return False
    around = long[at - 1 : at] + long[at + 1 : at + 2]
    if not any(char.isalpha() for char in around):
        return False
    return not (at == len(long) - 1 and changed[1].isupper())


def _near(one: Lifeline, two: Lifeline, how: str) -> Diagnostic:
    meant, other = (two, one) if two.is_declared and not one.is_declared else (one, two)
    is_clear = meant.is_declared and not other.is_declared and other.span and other.span.text == other.id
    return diagnostic(
        NEAR_DUPLICATE_NAME,
        f"the participants `{one.id}` and `{two.id}` {how}",
        Label(two.span) if two.span else None,
        Label(one.span, "the other one") if one.span else None,
        help=f"did you mean `{meant.id}`? spell them alike if they are one",
        fixes=replaced(other.span, meant.id, is_safe=False) if is_clear and other.span else (),
    )


def near_duplicate_name(message: str, *labels: Label | Span | None, help: str = "") -> Diagnostic:  # noqa: A002
    """A finding of the rule `near-duplicate-name`, for those who find it elsewhere."""
    return diagnostic(NEAR_DUPLICATE_NAME, message, *labels, help=help)
