"""Labels for a drawing: what a file calls something, or asks, in a few words that Mermaid can show."""

from __future__ import annotations

import re

from mermaid2gha.github.expressions.ast import (
    Call,
    Comparison,
    Context,
    Index,
    Literal,
    Logical,
    Node,
    Not,
    text_of,
)
from mermaid2gha.github.expressions.parser import parsed

LONGEST = 60
"""Code points of a label that is made of an expression; a longer one is cut."""

_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_VAGUE = frozenset("name id type login title number state result".split())
_CODES = {"#": "#35;", ";": "#59;"}


def escaped(text: str) -> str:
    """A text as Mermaid shows it on one line: what would end a statement, or begin a comment, as a code."""
    plain = re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()
    plain = "".join(_CODES.get(char, char) for char in plain)
    return plain.replace("%%", "%#37;")


def title(name: str, fallback: str) -> str:
    """A name of people's as a label: without expressions, and what they leave of brackets and dashes."""
    plain = _EXPRESSION.sub("", name)
    if plain != name:
        plain = re.sub(r"[(\[]\s*[-,/|:\s]*[)\]]", "", plain).strip(" -–—,/|:.@")
        plain = re.sub(r"\s+", " ", plain)
    return escaped(plain) or escaped(fallback)


def asked(expression: str) -> str:
    """An expression as a few words: `github.ref == 'refs/heads/main'` is `branch main`."""
    words = _words(parsed(expression))
    if len(words) > LONGEST:
        words = words[: LONGEST - 1].rpartition(" ")[0] + " …"
    return escaped(words)


def _words(node: Node) -> str:
    match node:
        case Comparison(operator, left, Literal(value)) if operator in ("==", "!="):
            return _compared(left, value, is_equal=operator == "==")
        case Not(operand):
            return f"not {_words(operand)}"
        case Logical(operator, operands):
            return (" and " if operator == "&&" else " or ").join(map(_words, operands))
        case Call("startswith", (left, Literal(str(value)))):
            ref = _ref(left, value)
            return f"{ref}…" if ref else f"{_name(left)} begins with {value}"
        case Call("contains", (left, Literal(str(value)))):
            return f"{value} in {_name(left)}"
        case Index() | Context():
            return _name(node)
        case _:
            return text_of(node)


def _compared(left: Node, value: object, *, is_equal: bool) -> str:
    verb = "" if is_equal else "not "
    if isinstance(value, bool) or (isinstance(value, str) and value in ("true", "false")):
        is_set = (value in (True, "true")) == is_equal
        return _name(left) if is_set else f"not {_name(left)}"
    if isinstance(value, str):
        if ref := _ref(left, value):
            return verb + ref
        if text_of(left) == "github.event_name":
            return verb + value.replace("_", " ")
        if text_of(left) == "github.repository":
            return f"{verb}in {value}"
        return f"{_name(left)} is {verb}{value or 'empty'}"
    return (
        f"{_name(left)} is {verb}{text_of(Literal(value))}"
        if value is None
        else text_of(
            Comparison("==" if is_equal else "!=", left, Literal(value))  # type: ignore[arg-type]
        )
    )


def _ref(left: Node, value: str) -> str:
    if text_of(left) != "github.ref":
        return ""
    for prefix, kind in (("refs/heads/", "branch"), ("refs/tags/", "tag"), ("refs/pull/", "pull request")):
        if value.startswith(prefix):
            return f"{kind} {value.removeprefix(prefix)}".strip()
    return ""


def _name(node: Node) -> str:
    """The last name of a property, as words: of `needs.changes.outputs.docs` it is `docs`; with the one
    before it where it says little by itself, as in `label name`."""
    match node:
        case Index(Index(_, Literal(str(owner))), Literal(str(name))) if name in _VAGUE:
            return re.sub(r"[-_]+", " ", f"{owner} {name}")
        case Index(_, Literal(str(name))):
            return re.sub(r"[-_]+", " ", name).strip() or text_of(node)
        case Context(name):
            return name
        case _:
            return text_of(node)
