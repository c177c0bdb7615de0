"""How the tokens of a statement are spelt and spaced in the canonical layout."""

from __future__ import annotations

from mermaid2gha.mermaid.lexer import BLANKS

_USUAL = {
    f"INITIAL_{name}": word
    for name, word in {
        **{
            word.upper(): word
            for word in (
                "box participant create destroy loop rect opt alt else par par_over and critical option "
                "break end links link properties details over activate deactivate autonumber off"
            ).split()
        },
        "ACTOR_KEYWORD": "actor",
        "NOTE": "Note",
        "LEFT_OF": "left of",
        "RIGHT_OF": "right of",
        "ACC_TITLE": "accTitle:",
        "ACC_DESCR": "accDescr:",
    }.items()
} | {"ALIAS_AS": "as"}
TITLES = {"INITIAL_TITLE": 5, "INITIAL_TITLE_COLON": 6}
_MARKS = frozenset({"INITIAL_PLUS", "INITIAL_MINUS", "INITIAL_CENTRAL"})


def spelt(kind: str, text: str) -> str:
    """A token in its usual spelling; `text` has no blanks at its end."""
    if kind in _USUAL:
        return _USUAL[kind]
    if kind in TITLES:
        return text[: TITLES[kind]].lower() + text[TITLES[kind] :]
    if kind == "INITIAL_TEXT":
        said = text[1:].strip(BLANKS)
        return f": {said}" if said else ":"
    if kind == "INITIAL_ARROW":
        return text.lower()
    return text


def between(one: str, two: str, gap: str) -> str:
    """What stands between two tokens of a line, where there is nothing but blanks now."""
    if two in {"INITIAL_TEXT", "INITIAL_COMMA"}:
        return ""
    if two == "INITIAL_SEMICOLON":
        return " " if one == "INITIAL_NUMBER" and gap else ""
    if two in {"ID_CONFIG_START", "CONFIG_CONTENT", "CONFIG_END", "CONFIG_END_AS"}:
        return "" if two == "ID_CONFIG_START" else gap
    if one == "INITIAL_ARROW" and two in _MARKS:
        return ""
    if one == "INITIAL_CENTRAL" and two == "INITIAL_ARROW":
        return ""
    return " "
