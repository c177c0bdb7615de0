"""Faults of arrows: spellings that Mermaid does not know, and names that it reads as arrows."""

from __future__ import annotations

import re

from mermaid2gha.base.diagnostic import Rule, Severity
from mermaid2gha.mermaid.ast import Arrow
from mermaid2gha.mermaid.errors.statement import NAMES, Statement, StatementError, short
from mermaid2gha.mermaid.keywords import ARROW
from mermaid2gha.mermaid.lexer import BLANKS, NEWLINES

HYPHEN_X_IN_NAME = Rule("hyphen-x-in-name", Severity.ERROR)
UNKNOWN_ARROW = Rule("unknown-arrow", Severity.ERROR)

_ARROW = re.compile(ARROW)
_LIKE_ARROW = re.compile(
    r"(?:<{1,2}[-=~.]+>{0,3}|[-=~.]+>{1,3}|[-=]{2,}[xX)]?|[<>]+|[→⇒⟶⇢➔➜⟹←]+|(?<=\w)[xo]-(?=\w)|-)"
)
_MEANT = {
    "->>": "=> =>> ==> ==>> → ⇒ ⟶ ➔ ➜ ⟹ > >> ->>>",
    "-->>": "⇢ ..> ..>> .-> ~> ~>> -->>>",
    "<<->>": "<->",
    "<<-->>": "<-->",
    "-->": "--",
    "->": "-",
    "-x": "x-",
}
_PLAIN_ARROW = {written: arrow for arrow, all_written in _MEANT.items() for written in all_written.split()}


def arrow_in_name(wrong: Statement) -> StatementError | None:
    """`linux-x64`: `-x` and `-)` are arrows wherever they stand."""
    text = wrong.builder.text
    arrows = [token for token in (*wrong.taken, wrong.token) if token.kind == "INITIAL_ARROW"]
    if len(arrows) < 2:
        return None
    for arrow in arrows:
        if text[arrow.end - 1] not in "xX)" or text[arrow.start - 1 : arrow.start].strip(BLANKS) == "":
            continue
        spelling = text[arrow.start : arrow.end]
        start, end = arrow.start, arrow.end
        while start > 0 and text[start - 1] not in BLANKS + ">:,;":
            start -= 1
        while end < len(text) and text[end] not in BLANKS + ":,;" and not _ARROW.match(text, end):
            end += 1
        name = text[start:end]
        if name.startswith("-"):
            cure = "put a blank between the `-` that deactivates and the name"
        else:
            cure = f"declare it with a label, `participant P1 as {name}`, or put a blank after the hyphen"
        message = f"`{spelling}` is an arrow, so `{short(name)}` is not read as a name"
        return wrong.fault(HYPHEN_X_IN_NAME, message, (start, end), cure)
    return None


def unknown_arrow(wrong: Statement) -> StatementError | None:
    """A sender, and then no arrow that Mermaid knows."""
    kinds = wrong.kinds
    if not kinds or kinds[0] not in NAMES or kinds[1:] not in ([], ["INITIAL_ARROW"]):
        return None
    head = wrong.rest.split(":")[0]
    offset = wrong.start
    if kinds[1:]:
        if wrong.builder.text[wrong.token.start : wrong.token.start + 1] != ">":
            return None
    elif _ARROW.search(head) and wrong.token.kind not in {"INITIAL_MINUS", "INITIAL_INVALID"}:
        return None
    found = max(_LIKE_ARROW.finditer(head), key=lambda one: (len(one[0]), -one.start()), default=None)
    if found is None or (wrong.token.kind in NEWLINES and len(found[0]) == 1 and found[0] in "-."):
        return None
    spelling = found[0]
    if (
        not kinds[1:]
        and wrong.token.kind == "INITIAL_MINUS"
        and spelling == "--"
        and _ARROW.search(head, found.end())
    ):
        return None
    meant = ""
    if spelling in ("<-", "<--", "<<-", "<<--", "←"):
        cure = (
            "Mermaid's arrows point to the right: swap the two names and write `"
            + ("-->>" if "--" in spelling else "->>")
            + "`"
        )
    else:
        from difflib import get_close_matches

        close = get_close_matches(spelling, [arrow.value for arrow in Arrow], 1, 0.4)
        meant = _PLAIN_ARROW.get(spelling, close[0] if close else "->>")
        cure = f"write `{meant}`"
    place = (offset + found.start(), offset + found.end())
    fixes = wrong.cure((*place, meant)) if meant else ()
    return wrong.fault(UNKNOWN_ARROW, f"`{spelling}` is no arrow of Mermaid", place, cure, fixes)
