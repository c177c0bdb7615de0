"""Labels for a drawing: what a file calls something, in a few words that Mermaid can show."""

from __future__ import annotations

import re

_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_ASIDE = re.compile(
    r"\s*[(\[][^()\[\]]*\$\{\{.*?\}\}[^()\[\]]*[)\]]|\s+[-–—,/|:@]+\s*\$\{\{[^}]*\}\}\s*$", re.DOTALL
)
"""An expression that stands aside: in brackets, or at the end behind a sign."""
_CODES = {"#": "#35;", ";": "#59;"}


def escaped(text: str) -> str:
    """A text as Mermaid shows it on one line: what would end a statement, or begin a comment, as a code."""
    plain = re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()
    plain = "".join(_CODES.get(char, char) for char in plain)
    return plain.replace("%%", "%#37;")


def title(name: str, fallback: str) -> str:
    """A name of people's as a label: `Test ${{ matrix.suite }} (${{ matrix.os }})` is `Test …`.

    Expressions that stand aside are left out, for others stands an ellipsis.
    """
    plain, count = name, 1
    while count:
        plain, count = _ASIDE.subn("", plain)
    if _EXPRESSION.search(plain):
        is_named = re.search(r"\w", _EXPRESSION.sub("", plain)) is not None
        plain = _EXPRESSION.sub("…", plain) if is_named else ""
    plain = re.sub(r"…(?:\s*…)+", "…", re.sub(r"\s+", " ", plain))
    plain = re.sub(r"^\s*…\s", "", plain).strip(" -–—,/|:@" if plain != name else " ")
    return escaped(plain) or escaped(fallback)


_WIDEST = 44
"""Code points of a line of a note: Mermaid breaks none, and draws all that is around it as wide."""


def wrapped(label: str) -> str:
    """A long label in lines, each but the first with a small letter at its start, for such a line goes on
    with the one before (docs/language.md#jobs-steps-and-ids); as it is where no line can begin so."""
    lines = [label]
    while len(lines[-1]) > _WIDEST:
        breaks = [match.start() for match in re.finditer(r" (?=[a-z])", lines[-1])]
        at = max((one for one in breaks if one <= _WIDEST), default=breaks[0] if breaks else 0)
        if not at:
            break
        lines[-1:] = [lines[-1][:at], lines[-1][at + 1 :]]
    return "<br/>".join(lines)


_SEPARATOR = re.compile(r"(?<!\d)[-_]+|[-_]+(?!\d)")
"""What parts the words of a program's name; what stands between two digits is of the number: `x86_64`."""
_HUMP = re.compile(r"(?<=[a-z])[A-Z](?=[a-z])")


def spoken(name: str) -> str:
    """A name of a program's as words: `python-version` is `python version`, and so is `pythonVersion`."""
    if name[:1].islower():
        name = _HUMP.sub(lambda match: f" {match[0].lower()}", name)
    return _SEPARATOR.sub(" ", name).strip()


def listed(names: list[str], word: str = "and") -> str:
    """`a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
