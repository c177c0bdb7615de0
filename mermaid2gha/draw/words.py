"""Labels for a drawing: what a file calls something, in a few words that Mermaid can show."""

from __future__ import annotations

import re

_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_ASIDE = re.compile(
    r"\s*[(\[][^()\[\]]*\$\{\{.*?\}\}[^()\[\]]*[)\]]|\s+[-–—,/|:@]+\s*\$\{\{[^}]*\}\}\s*$", re.DOTALL
)
"""An expression that stands aside: in brackets, or at the end behind a sign."""
_PROPERTY = re.compile(r"\$\{\{\s*[\w-]+(?:\.[\w-]+)*\.([\w-]+)\s*\}\}")
_CODES = {"#": "#35;", ";": "#59;"}


def escaped(text: str) -> str:
    """A text as Mermaid shows it on one line: what would end a statement, or begin a comment, as a code."""
    plain = re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()
    plain = "".join(_CODES.get(char, char) for char in plain)
    return plain.replace("%%", "%#37;")


def title(name: str, fallback: str) -> str:
    """A name of people's as a label. Expressions that stand aside are left out; another is the name of what
    it asks, `Build on ${{ matrix.os }}` is `Build on os`, or an ellipsis."""
    plain = _ASIDE.sub("", name)
    if _EXPRESSION.search(plain):
        words = _EXPRESSION.sub("", plain)
        plain = _EXPRESSION.sub(_stand_in, plain) if re.search(r"\w", words) else ""
    plain = re.sub(r"\s+", " ", plain).strip(" -–—,/|:@" if plain != name else " ")
    return escaped(plain) or escaped(fallback)


def _stand_in(match: re.Match[str]) -> str:
    """What stands for an expression in a name: its last word, or, grown onto another one, an ellipsis."""
    before = match.string[: match.start()][-1:]
    after = match.string[match.end() :][:1]
    asked = _PROPERTY.fullmatch(match[0])
    is_grown = before.isalnum() or after.isalnum()
    return "…" if asked is None or is_grown else spoken(asked[1])


def spoken(name: str) -> str:
    """A name of a program's as words: `python-version` is `python version`."""
    return re.sub(r"[-_]+", " ", name).strip()


def listed(names: list[str], word: str = "and") -> str:
    """`a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
