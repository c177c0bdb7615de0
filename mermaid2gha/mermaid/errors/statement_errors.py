"""What is wrong with a statement that the grammar does not take: one rule, one place, one cure."""

from __future__ import annotations

import re

from mermaid2gha.base.diagnostic import Rule, Severity, diagnostic
from mermaid2gha.base.edit import Fix, replaced
from mermaid2gha.base.lalr import END, LEXICAL, Token
from mermaid2gha.mermaid.actors import bad_participant_config
from mermaid2gha.mermaid.errors.arrows import arrow_in_name, unknown_arrow
from mermaid2gha.mermaid.errors.confusables import look_alike
from mermaid2gha.mermaid.errors.statement import NAMES, Statement, StatementError, else_outside_block, short
from mermaid2gha.mermaid.keywords import ARROW
from mermaid2gha.mermaid.lexer import BLANKS, NEWLINES
from mermaid2gha.mermaid.parser import keyword_as_name, stray_end

MISSING_COLON = Rule("missing-colon", Severity.ERROR)
SEMICOLON_IN_LABEL = Rule("semicolon-in-label", Severity.ERROR)
SYNTAX_ERROR = Rule("syntax-error", Severity.ERROR)
TRAILING_BLANK = Rule("trailing-blank", Severity.ERROR)
UNUSABLE_PARTICIPANT_NAME = Rule("unusable-participant-name", Severity.ERROR)

_ARROW = re.compile(ARROW)
_ENTITY = re.compile(r"&(?=#?\w+\Z)#?\w+")
OPENERS = frozenset(f"INITIAL_{word}" for word in "LOOP RECT OPT ALT PAR PAR_OVER CRITICAL BREAK BOX".split())
OPERANDS = {"INITIAL_ELSE": "alt", "INITIAL_AND": "par", "INITIAL_OPTION": "critical"}
_KEYWORDS = (
    OPENERS
    | OPERANDS.keys()
    | {
        f"INITIAL_{word}"
        for word in (
            "PARTICIPANT ACTOR_KEYWORD CREATE DESTROY END LEFT_OF RIGHT_OF OVER NOTE ACTIVATE DEACTIVATE "
            "AUTONUMBER OFF SEQUENCE_DIAGRAM TITLE TITLE_COLON LINK LINKS PROPERTIES DETAILS ACC_TITLE "
            "ACC_DESCR"
        ).split()
    }
)
_DECLARATORS = {"INITIAL_PARTICIPANT", "INITIAL_ACTOR_KEYWORD", "INITIAL_DESTROY"}
_NAMED = _DECLARATORS | {"INITIAL_ACTIVATE", "INITIAL_DEACTIVATE"}
_WORDS = {
    "if": "write `opt CONDITION`, or `alt CONDITION` with `else`, and `end`",
    "elseif": "write `else CONDITION`",
    "elif": "write `else CONDITION`",
    "group": "write `rect COLOUR` or `opt TEXT`, and `end`",
    "endif": "write `end`",
    "endloop": "write `end`",
    "fi": "write `end`",
    "deactive": "write `deactivate NAME`",
    "active": "write `activate NAME`",
    "notes": "write `note over NAME: TEXT`",
    "while": "write `loop TEXT`, and `end`",
    "for": "write `loop TEXT`, and `end`",
    "title": "write `title TEXT`; the text is missing",
    "acctitle": "write `accTitle: TEXT`",
    "accdescr": "write `accDescr: TEXT`",
}
_SPELT = {
    **dict.fromkeys(("elseif", "elif"), "else"),
    **dict.fromkeys(("endif", "endloop", "fi"), "end"),
    "deactive": "deactivate",
    "active": "activate",
    "notes": "note",
}
"""The words of these that another one takes the place of, with whatever follows."""
_FIRST_WORDS = (
    "participant actor create destroy box end loop opt alt else par and critical option break rect note "
    "activate deactivate autonumber title"
).split()


def fault(wrong: Statement) -> StatementError:
    """The fault of a statement; the rules are tried from the surest to the vaguest."""
    for rule in (
        _trap,
        look_alike,
        _semicolon,
        _joined_lines,
        _keyword_as_name,
        _declaration,
        _misplaced,
        arrow_in_name,
        _missing_colon,
        unknown_arrow,
        _name_in_message,
    ):
        found = rule(wrong)
        if found is not None:
            return found
    return _unknown(wrong)


def _trap(wrong: Statement) -> StatementError | None:
    """An unclosed `%%{` before the statement: Mermaid cuts it and the words after it out."""
    start = wrong.builder.host(wrong.start)
    for trap in wrong.builder.source.traps:
        if trap.start <= start <= trap.end + 1:
            message = "the directive `%%{` is never closed, so Mermaid drops the words after it"
            return StatementError(diagnostic(SYNTAX_ERROR, message, trap, help="close it with `}%%`"))
    return None


def _semicolon(wrong: Statement) -> StatementError | None:
    """`A->>B: a; b`: the text after the `;` is a statement of its own to Mermaid."""
    text = wrong.builder.text
    line = text.rfind("\n", 0, wrong.start) + 1
    before = text[line : wrong.start].rstrip(BLANKS + ";")
    at = line + len(before)
    if text[at : at + 1] != ";" and text[at : wrong.start].strip(BLANKS)[:1] != ";":
        return None
    at = text.index(";", at)
    has_label = ":" in before or re.match(
        r"\s*(?:loop|alt|opt|par|par_over|critical|break|else|and|option|rect|box|title"
        r"|participant\b.* as|actor\b.* as)\b",
        before,
        re.IGNORECASE,
    )
    if not has_label or (wrong.taken and _ARROW.search(wrong.rest) and ":" in wrong.rest):
        return None
    entity = _ENTITY.search(before)
    if entity:
        help_ = f"Mermaid knows no HTML entities: write the character itself, or `#…;` for `{entity[0]};`"
    else:
        help_ = "write `#59;` for a semicolon in a text, or a comma"
    message = (
        f"`;` ends the statement, so `{short(wrong.builder.source.decoded(wrong.rest))}` is read as a new one"
    )
    every = [line + found.start() for found in re.finditer(";", text[line : wrong.line_end])]
    changes = [_as_text(text, place) for place in every]
    fixes = wrong.cure(changes[every.index(at)], line=line) or wrong.cure(*changes, line=line)
    found = wrong.fault(SEMICOLON_IN_LABEL, message, (at, at + 1), help_, fixes)
    return StatementError(found.found, wrong.line_end)


def _as_text(text: str, at: int) -> tuple[int, int, str]:
    """The change by which a semicolon belongs to a text; of an HTML entity, by which Mermaid knows it."""
    entity = _ENTITY.search(text, text.rfind("\n", 0, at) + 1, at)
    return (entity.start(), entity.start() + 1, "#") if entity else (at, at + 1, "#59;")


def _joined_lines(wrong: Statement) -> StatementError | None:
    """A blank at the end of a line lets Mermaid's lexer swallow the newline after it."""
    if not wrong.taken or {"ID_CONFIG_START", "CONFIG"} & set(wrong.kinds):
        return None
    text = wrong.builder.text
    last = wrong.taken[-1]
    end = last.start + len(text[last.start : last.end].rstrip(BLANKS))
    newline = text.find("\n", end, wrong.token.start)
    if newline < 0 or text[end:newline].strip(BLANKS) or wrong.kinds[-1] in NEWLINES:
        return None
    if wrong.kinds[0] == "INITIAL_AUTONUMBER":
        message = "the blank after `autonumber` at the end of the line joins the line with the next one"
        fixes = replaced(wrong.builder.span(end, newline), "")
        found = wrong.fault(TRAILING_BLANK, message, (end, newline), "remove the blank", fixes).found
        return StatementError(found, newline + 1)
    said = short(text[wrong.start : end])
    found = wrong.fault(SYNTAX_ERROR, f"the statement `{said}` is not complete", (wrong.start, end)).found
    return StatementError(found, newline + 1)


def _keyword_as_name(wrong: Statement) -> StatementError | None:
    """A keyword where a name must stand, or at the start of what looks like a message."""
    text = wrong.builder.text
    if wrong.taken and wrong.token.kind in _KEYWORDS and wrong.kinds[-1] not in NEWLINES | NAMES:
        if (
            wrong.kinds[-1] in {"INITIAL_NOTE", "INITIAL_CREATE"} | _NAMED
            or wrong.kinds[0] == "INITIAL_AUTONUMBER"
        ):
            return None
        word = re.match(r"[\w ]+", text[wrong.token.start : wrong.token.end])
        end = wrong.token.start + len(word[0].rstrip()) if word else wrong.token.end
        return _keyword_fault(wrong, Token(wrong.token.kind, wrong.token.start, end))
    if wrong.kinds[-1:] == ["INITIAL_LINK"] and "INITIAL_ARROW" in wrong.kinds:
        return _keyword_fault(wrong, wrong.taken[-1])
    first = wrong.taken[0] if wrong.taken else wrong.token
    if first.kind not in _KEYWORDS or first.kind in OPENERS:
        return None
    after = text[first.end : wrong.line_end]
    arrow = _ARROW.search(after)
    if arrow is None:
        return None
    between = after[: arrow.start()]
    if first.kind in _NAMED and between.strip(BLANKS) and ":" not in after[arrow.end() :]:
        return None
    if ":" in between or (between.strip(BLANKS) and first.kind in {"INITIAL_NOTE", "INITIAL_CREATE"}):
        return None
    return _keyword_fault(wrong, first)


def _keyword_fault(wrong: Statement, keyword: Token) -> StatementError:
    word = wrong.said(keyword)
    return StatementError(keyword_as_name(word, wrong.builder.span(keyword.start, keyword.start + len(word))))


def _declaration(wrong: Statement) -> StatementError | None:
    """`participant`, `actor`, `destroy`, `activate`, `deactivate` with a name that cannot be one."""
    first = next((token for token in wrong.taken if token.kind in _NAMED), None)
    if first is None:
        return None
    word = wrong.said(first)
    kinds = wrong.kinds
    if {"ID_CONFIG_START", "CONFIG"} & set(kinds):
        return _config(wrong)
    if wrong.token.kind == "ALIAS_AS":
        return wrong.fault(
            SYNTAX_ERROR, f"`{word}` takes a name only, no label", wrong.place(), "remove `as …`"
        )
    if wrong.token.kind in NEWLINES or wrong.token.kind in (LEXICAL, END):
        found = wrong.fault(
            SYNTAX_ERROR, f"`{word}` has no name", (first.start, first.end), f"write `{word} NAME`"
        )
        return StatementError(found.found, wrong.line_end)
    if wrong.token.kind not in {"ID_INVALID", "ID_INVALID_ANGLE"}:
        return None
    at = wrong.token.start
    offending = re.search(r"[<>:,;@]", wrong.builder.text[at : wrong.line_end])
    if offending is None:
        return None
    char = offending[0]
    name = wrong.builder.text[at : at + offending.start()].strip(BLANKS)
    if char == "," and first.kind in _NAMED:
        cure = f"write one `{word}` line for each name"
    elif char == ":":
        cure = (
            f"write `{word} {name or 'NAME'} as LABEL`"
            if first.kind in _DECLARATORS
            else f"write `{word} {name}`"
        )
    else:
        cure = f"give it a plain name and this one as its label: `{word} P1 as …`"
    place = (at + offending.start(), at + offending.end())
    return wrong.fault(UNUSABLE_PARTICIPANT_NAME, f"a name cannot hold `{char}`", place, cure)


def _config(wrong: Statement) -> StatementError:
    """`@{…}` that is empty, not closed, or followed by more."""
    braces = next(token for token in wrong.taken if token.kind in {"ID_CONFIG_START", "CONFIG"})
    cure = 'write `@{ "type": "database" }`'
    if wrong.token.kind == END:
        place = wrong.builder.span(braces.start, braces.end)
        return StatementError(bad_participant_config("`@{` is never closed", place, cure), wrong.line_end)
    if wrong.token.kind in {"CONFIG_END", "CONFIG_END_AS"}:
        place = wrong.builder.span(braces.start, wrong.token.end)
        return StatementError(bad_participant_config("the braces are empty", place, cure))
    message = f"only `as LABEL` may follow the braces, not `{wrong.said(wrong.token)}`"
    place, cure = wrong.builder.span(*wrong.place()), "the first `}` closes the braces"
    return StatementError(bad_participant_config(message, place, cure))


def _misplaced(wrong: Statement) -> StatementError | None:
    """An operand or `end` without its block, or a second diagram."""
    if wrong.taken:
        return None
    kind = wrong.token.kind
    if kind in OPERANDS:
        word = wrong.said(wrong.token).lower()
        block = OPERANDS[kind]
        operators = wrong.builder.operators
        inside = f"inside `{operators[-1].value}`" if operators else "outside any block"
        message = f"`{word}` belongs to `{block}`, but stands {inside}"
        return else_outside_block(wrong, message, f"open a block with `{block}`, or remove the line")
    if kind == "INITIAL_END":
        return StatementError(stray_end(wrong.builder.span(*wrong.place()), "remove it"))
    if kind == "INITIAL_SEQUENCE_DIAGRAM":
        return wrong.fault(
            SYNTAX_ERROR,
            "a second diagram begins here",
            wrong.place(),
            "put each diagram in a fence of its own",
        )
    return None


def _missing_colon(wrong: Statement) -> StatementError | None:
    """A message, note or link that is complete but for `: TEXT`."""
    kinds = wrong.kinds
    if wrong.token.kind not in NEWLINES or not kinds or kinds[-1] not in NAMES:
        return None
    end = wrong.taken[-1].start + len(wrong.said(wrong.taken[-1]))
    if "INITIAL_ARROW" in kinds:
        what = "message"
    elif kinds[0] == "INITIAL_NOTE" and len(kinds) > 2:
        what = "note"
    elif kinds[0] in {"INITIAL_LINK", "INITIAL_LINKS", "INITIAL_PROPERTIES", "INITIAL_DETAILS"}:
        what = "link"
    else:
        return None
    place = (wrong.start, end)
    return wrong.fault(
        MISSING_COLON,
        f"a {what} needs `:` and a text, which may be empty",
        place,
        f"write `{wrong.rest}: TEXT`",
    )


def _name_in_message(wrong: Statement) -> StatementError | None:
    """A character in a message or note that no name can hold."""
    kinds = wrong.kinds
    if wrong.token.kind == "INITIAL_NUMBER":
        message = "a name in a message or note cannot begin with a number and a blank"
        return wrong.fault(
            UNUSABLE_PARTICIPANT_NAME, message, wrong.place(), "write another name, or no blank"
        )
    chars = {"INITIAL_COMMA", "INITIAL_PLUS", "INITIAL_MINUS", "INITIAL_CENTRAL", "INITIAL_INVALID"}
    if (
        not kinds
        or wrong.token.kind not in chars
        or not (set(kinds) & (NAMES | {"INITIAL_ARROW", "INITIAL_OVER"}))
    ):
        return None
    char = wrong.said(wrong.token)
    if char == "-" and wrong.builder.text[wrong.token.end] == "-":
        char = "--"
    if char == ",":
        if kinds[0] == "INITIAL_NOTE":
            cure = "a note stands over two participants at most"
        else:
            cure = "a message has one sender and one receiver: write one message for each"
    elif char == "+" and kinds[-1] in {"INITIAL_PLUS", "INITIAL_ARROW"}:
        cure = "one `+` is enough"
    else:
        cure = "give the participant a plain name and this one as its label: `participant P1 as …`"
    message = f"a name in a message or note cannot hold `{char}`"
    return wrong.fault(UNUSABLE_PARTICIPANT_NAME, message, wrong.place(), cure)


def _unknown(wrong: Statement) -> StatementError:
    """The fallback: the line is quoted, with a cure for words that other notations know."""
    kinds = wrong.kinds
    rest = wrong.builder.source.decoded(wrong.rest)
    place = wrong.place()
    cure = ""
    if kinds == ["INITIAL_NOTE"]:
        return wrong.fault(
            SYNTAX_ERROR,
            "a note says where it stands",
            place,
            "write `note over A: TEXT`, `left of` or `right of`",
        )
    if "INITIAL_ARROW" in kinds and wrong.token.kind in {"INITIAL_TEXT", *NEWLINES}:
        return wrong.fault(
            SYNTAX_ERROR, f"the message `{short(rest)}` has no receiver", place, "write `A->>B: TEXT`"
        )
    if not kinds and wrong.token.kind == "INITIAL_ARROW":
        return wrong.fault(
            SYNTAX_ERROR, f"the message `{short(rest)}` has no sender", place, "write `A->>B: TEXT`"
        )
    if wrong.token.kind == "INITIAL_ARROW" and "INITIAL_ARROW" in kinds:
        cure = "a message has one sender and one receiver: write one message for each arrow"
        return wrong.fault(SYNTAX_ERROR, "a message has one arrow", place, cure)
    if kinds and kinds[0] == "INITIAL_AUTONUMBER":
        cure = "write `autonumber`, `autonumber START STEP` or `autonumber off`, with no sign after it"
        return wrong.fault(
            SYNTAX_ERROR, f"`{wrong.said(wrong.token)}` does not belong to `autonumber`", place, cure
        )
    if kinds == ["INITIAL_CREATE"]:
        cure = "write `create participant NAME` or `create actor NAME`"
        return wrong.fault(SYNTAX_ERROR, "`create` must be followed by `participant` or `actor`", place, cure)
    word = re.match(r"[a-z]+", rest, re.IGNORECASE)
    said = word[0].lower() if word else ""
    meant, fixes = _spelling(wrong, said)
    cure = f"did you mean `{meant}`?" if fixes else "write a message (`A->>B: TEXT`), a note or a block"
    cure = _WORDS.get(said, cure)
    message = f"`{short(rest)}` is no statement of a sequence diagram"
    found = wrong.fault(SYNTAX_ERROR, message, place, cure, fixes)
    return StatementError(found.found, None, "`end`" in cure and " and " in cure)


def _spelling(wrong: Statement, word: str) -> tuple[str, tuple[Fix, ...]]:
    """The keyword that a first word is likely to be, if its line can be read with it."""
    from difflib import get_close_matches

    near = [_SPELT[word]] if word in _SPELT else get_close_matches(word, _FIRST_WORDS, 1, 0.8)
    is_whole = wrong.rest[len(word) : len(word) + 1].strip(BLANKS) == ""
    if not near or not is_whole or word in _FIRST_WORDS or (word in _WORDS and word not in _SPELT):
        return "", ()
    meant = near[0].capitalize() if wrong.rest[:1].isupper() else near[0]
    return meant, wrong.cure((wrong.start, wrong.start + len(word), meant))
