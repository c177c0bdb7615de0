"""Faults of notes, and of messages that lack their colon: the cure is the statement as it should be."""

from __future__ import annotations

import re
from collections.abc import Container

from mermaid2gha.base.diagnostic import Rule, Severity
from mermaid2gha.mermaid.errors.statement import NAMES, Statement, StatementError, syntax_error
from mermaid2gha.mermaid.keywords import ARROW
from mermaid2gha.mermaid.lexer import BLANKS, NEWLINES

MISSING_COLON = Rule("missing-colon", Severity.ERROR)

_LINKS = {"INITIAL_LINK", "INITIAL_LINKS", "INITIAL_PROPERTIES", "INITIAL_DETAILS"}
_HEAD = re.compile(rf"note\s+(?:over|left of|right of)\s+|.*?(?:{ARROW})\s*[-+]?\s*", re.IGNORECASE)
_LONGEST = 200
"""Names are not longer."""
_BETWEEN = BLANKS + "-–—=;,."
"""What people write between a name and a text, where a colon belongs."""
_NOTE = re.compile(
    r"(note)\s*(?:(over|left|right|on|for|at|in|to|by|of|across|above|below|beside)\b)?\s*(?:of\b\s*)?([^:]*):(.*)",
    re.IGNORECASE,
)
_OTHER_NOTE = re.compile(r"(?:[hr]note|ref|notes)\s+((?:over|left of|right of)\b.*)", re.IGNORECASE)
_END_NOTE = re.compile(
    r"\n((?:(?![ \t]*(?:note|end)\b)[^\n]*\n){1,30})[ \t]*end ?note\b[^\n]*", re.IGNORECASE
)


def missing_colon(wrong: Statement) -> StatementError | None:
    """A message, note or link that is complete but for `: TEXT`."""
    kinds = wrong.kinds
    if wrong.token.kind not in NEWLINES or not kinds or kinds[-1] not in NAMES:
        return None
    end = wrong.taken[-1].start + len(wrong.said(wrong.taken[-1]))
    if "INITIAL_ARROW" in kinds:
        what = "message"
    elif kinds[0] == "INITIAL_NOTE" and len(kinds) > 2:
        what = "note"
    elif kinds[0] in _LINKS:
        what = "link"
    else:
        return None
    message = f"a {what} needs `:` and a text, which may be empty"
    place = (wrong.start, end)
    below = _END_NOTE.match(wrong.builder.text, wrong.line_end) if what == "note" else None
    if below is not None:
        lines = [line.strip(BLANKS) for line in below[1].split("\n") if line.strip(BLANKS)]
        cure = f"write the note on one line: `{wrong.rest}: {'<br/>'.join(lines)}`"
        return StatementError(wrong.fault(MISSING_COLON, message, place, cure).found, below.end())
    mended, is_known = _with_colon(wrong)
    change = (wrong.start, wrong.start + len(wrong.rest), mended)
    fixes = wrong.cure(change, is_safe=False) if is_known else ()  # a longer name could be meant
    return wrong.fault(MISSING_COLON, message, place, f"write `{mended}`", fixes)


def _with_colon(wrong: Statement) -> tuple[str, bool]:
    """The statement with a colon after its last name: that of a lifeline, else the first word.

    And whether it is that of a lifeline, with a text behind it.
    """
    known = wrong.builder.lifelines.known
    head = _HEAD.match(wrong.rest)
    if head is None:
        return f"{wrong.rest}: TEXT", False
    lead, names = head[0], wrong.rest[head.end() :]
    first, comma, second = (part.strip(BLANKS) for part in names.partition(","))
    if comma and first in known and _name(second, known):
        lead, names = f"{lead}{first}, ", second
    known_name = _name(names, known)
    name = known_name or (names.split() or [""])[0].rstrip(_BETWEEN)
    text = names[len(name) :].strip(_BETWEEN)
    return f"{lead}{name}: {text or 'TEXT'}", bool(known_name and text)


def _name(text: str, known: Container[str]) -> str:
    """The longest name of a lifeline with which a text begins, up to the end of a word."""
    words = [text[: word.end()].rstrip(_BETWEEN) for word in re.finditer(r"\S+", text[:_LONGEST])]
    return next((begun for begun in reversed(words) if begun in known), "")


def misplaced_note(wrong: Statement) -> StatementError | None:
    """A note that does not say where it stands, or over whom; notes of PlantUML."""
    if match := _OTHER_NOTE.fullmatch(wrong.rest):
        word = wrong.rest.split()[0]
        place = (wrong.start, wrong.start + len(word))
        message = f"`{word}` is no keyword of Mermaid"
        meant = "Note" if word[0].isupper() else "note"
        fixes = wrong.cure((*place, meant))
        return syntax_error(wrong, message, place, f"write `{meant} {match[1]}`", fixes)
    has_place = wrong.kinds[1:] in (["INITIAL_OVER"], ["INITIAL_LEFT_OF"], ["INITIAL_RIGHT_OF"])
    is_nameless = has_place and wrong.token.kind == "INITIAL_TEXT"
    if wrong.kinds[:1] != ["INITIAL_NOTE"] or not (is_nameless or len(wrong.kinds) == 1):
        return None
    match = _NOTE.fullmatch(wrong.rest)
    if match is None:
        cure = "write `note over A: TEXT`, `left of` or `right of`"
        return syntax_error(wrong, "a note says where it stands", wrong.place(), cure)
    note, word, name, text = match[1], (match[2] or "").lower(), match[3].strip(BLANKS), match[4]
    where = f"{word} of" if word in ("left", "right") else "over"
    message = "a note names the lifeline that it is about" if is_nameless else "a note says where it stands"
    mended = f"{note} {where} {name or 'NAME'}:{text}"
    change = (wrong.start, wrong.start + len(wrong.rest), mended)
    fixes = wrong.cure(change) if name in wrong.builder.lifelines.known else ()
    return syntax_error(wrong, message, wrong.place(), f"write `{mended}`", fixes)
