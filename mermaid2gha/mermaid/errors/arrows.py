"""Faults of arrows: spellings that Mermaid does not know, and names that it reads as arrows."""

from __future__ import annotations

import re

from mermaid2gha.base.diagnostic import Rule, Severity
from mermaid2gha.mermaid.ast import Arrow
from mermaid2gha.mermaid.errors.statement import NAMES, Statement, StatementError, short
from mermaid2gha.mermaid.keywords import ARROW, ARROWS
from mermaid2gha.mermaid.lexer import BLANKS, NEWLINES

HYPHEN_X_IN_NAME = Rule("hyphen-x-in-name", Severity.ERROR)
UNKNOWN_ARROW = Rule("unknown-arrow", Severity.ERROR)

_ARROW = re.compile(ARROW)
_LIKE_ARROW = re.compile(
    r"(?:<{1,2}[-=~.]+>{0,3}|[-=~.]+>{1,3}|[-=]{2,}[xX)]?|[<>]+|[→⇒⟶⇢➔➜⟹←]+|(?<=\w)[xo]-(?=\w)|-)"
)
_SPLIT = re.compile(
    r"(?<![-<>=])(?:<{0,2}[-=]+>{0,3}|<{1,2})(?:[ \t]+[-=]*>{1,3}|[ \t]+[-=]+(?=[ \t]|\w)|[ \t]+\))+"
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
    arrow = max(_LIKE_ARROW.finditer(head), key=lambda one: (len(one[0]), -one.start()), default=None)
    if arrow is None or (wrong.token.kind in NEWLINES and len(arrow[0]) == 1 and arrow[0] in "-."):
        return None
    if split := _split_arrow(wrong, head):
        return split
    spelling = arrow[0]
    if (
        not kinds[1:]
        and wrong.token.kind == "INITIAL_MINUS"
        and spelling == "--"
        and _ARROW.search(head, arrow.end())
    ):
        return None
    place = (offset + arrow.start(), offset + arrow.end())
    meant, cure = _meant(spelling)
    fixes = wrong.cure((*place, meant)) if meant else ()
    return wrong.fault(UNKNOWN_ARROW, f"`{spelling}` is no arrow of Mermaid", place, cure, fixes)


def _split_arrow(wrong: Statement, head: str) -> StatementError | None:
    """`-> >`: blanks within an arrow, be it one of Mermaid's without them or not."""
    found = _SPLIT.search(head)
    if found is None:
        return None
    spelling = "".join(found[0].split())
    meant, cure = (spelling, f"write `{spelling}`") if spelling in ARROWS else _meant(spelling)
    place = (wrong.start + found.start(), wrong.start + found.end())
    fixes = wrong.cure((*place, meant)) if meant else ()
    return wrong.fault(UNKNOWN_ARROW, f"the arrow `{found[0]}` has a blank in it", place, cure, fixes)


def _meant(spelling: str) -> tuple[str, str]:
    """The arrow of Mermaid that a wrong one is likely to be, if only it is to be replaced, and the cure."""
    if spelling in ("<-", "<--", "<<-", "<<--", "←"):
        arrow = "-->>" if "--" in spelling else "->>"
        return "", f"Mermaid's arrows point to the right: swap the two names and write `{arrow}`"
    from difflib import get_close_matches

    close = get_close_matches(spelling, [arrow.value for arrow in Arrow], 1, 0.4)
    meant = _PLAIN_ARROW.get(spelling) or (close[0] if close else "->>")
    return meant, f"write `{meant}`"
