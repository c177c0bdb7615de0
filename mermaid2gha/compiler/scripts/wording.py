"""Texts with typed holes: by one definition a text is written and known again.

A hole is `«name:kind»`; what it holds is a text of that kind. With a star, `«name:kind*»`, it is the only one
of its line, which stands once for each line of what it holds. Holes of one name hold the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from mermaid2gha.base.records import dataclass

KINDS = {
    "text": (r"(?s:.*)", "Build [latest]"),
    "line": (r".+", "true"),
    "number": (r"\d+", "7"),
    "word": (r"[\w-]+", "build"),
    "host": (r"\S+", "ghcr.io"),
    "image": (r'[^"\n]+', "ghcr.io/o/app:${TAG}"),
    "digest": (r"[0-9a-f]{64}", "0" * 64),
    "flag": (r"[\w-]+=(?:true|false|\[\"default\"\])?", 'docs=true\nnames=["default"]'),
    "flows": (r"“.*”", "“Push” and “Nightly”"),
    "table": (r"\$\{RESULTS\}(?:\n\$\{RESULTS_\d+\})*", "${RESULTS}"),
    "value": (r"\$\{\{.*?\}\}|true|false", "true"),
    "accepted": (r"(?: \$\{\{.*\}\})?", ""),
}
"""What a hole of each kind takes, and an example of it."""
TUNABLE = frozenset({"number", "flag"})
"""Kinds of what people may set to another value without making the text theirs: a number, what a flag is."""

_HOLE = re.compile(r"«(\w+):(\w+)(\*?)»")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text of ours in each version that was ever written, the newest last.

    `loose` are texts that are ours as well, though we never write them: people may have touched them.
    """

    versions: tuple[str, ...]
    loose: tuple[str, ...] = ()

    def write(self, **values: str) -> str:
        """The text in its newest version."""
        return write(self.versions[-1], values)

    def read(self, text: str) -> dict[str, str] | None:
        """What the holes hold in a text that is this one in some version; none if it is another."""
        for version in (*reversed(self.versions), *self.loose):
            if (values := read(version, text)) is not None:
                return values
        return None


def write(template: str, values: Mapping[str, str]) -> str:
    """A text from its template and what the holes hold."""
    formats = _formats(template)
    if len(formats) == 1 and not formats[0][0]:  # as most are
        return formats[0][1].format_map(values)
    lines: list[str] = []
    for repeated, text in formats:
        if repeated:
            lines += [text.format_map({repeated: item}) for item in values[repeated].split("\n")]
        else:
            lines.append(text.format_map(values))
    return "\n".join(lines)


@cache
def _formats(template: str) -> tuple[tuple[str, str], ...]:
    """The lines of a template that are repeated, each with the name of the hole by which it is, and the
    stretches of others between them, with none: as formats of Python's, `{name}` where a hole is."""
    formats: list[tuple[str, str]] = []
    for line in template.split("\n"):
        repeated = next((match[1] for match in _HOLE.finditer(line) if match[3]), "")
        text = _HOLE.sub(r"{\1}", line.replace("{", "{{").replace("}", "}}"))
        if formats and not repeated and not formats[-1][0]:
            text = f"{formats.pop()[1]}\n{text}"
        formats.append((repeated, text))
    return tuple(formats)


def read(template: str, text: str) -> dict[str, str] | None:
    """What the holes hold in a text; none if it is not of the template."""
    pattern, edges = _pattern(template)
    match = pattern.fullmatch(text)
    if match is None:
        return None
    values = match.groupdict()
    for name, (start, end) in edges.items():
        values[name] = "\n".join(line[start : len(line) - end] for line in values[name].split("\n"))
    return values


@cache
def holes(template: str) -> dict[str, str]:
    """The holes of a template with their kinds."""
    return {name: kind for name, kind, _ in _HOLE.findall(template)}


@cache
def _pattern(template: str) -> tuple[re.Pattern[str], dict[str, tuple[int, int]]]:
    """A template as a pattern; of lines that repeat, how many characters stand around what they hold."""
    seen: set[str] = set()
    edges: dict[str, tuple[int, int]] = {}
    lines: list[str] = []
    for line in template.split("\n"):
        pieces, at = [], 0
        for match in _HOLE.finditer(line):
            name, kind, is_repeated = match.groups()
            before, after = re.escape(line[at : match.start()]), re.escape(line[match.end() :])
            at = match.end()
            if is_repeated:
                edges[name] = (match.start(), len(line) - at)
                item = f"{before}(?:{KINDS[kind][0]}){after}"
                pieces, at = [f"(?P<{name}>{item}(?:\n{item})*)"], len(line)
            else:
                held = f"(?P={name})" if name in seen else f"(?P<{name}>{KINDS[kind][0]})"
                pieces += [before, held]
            seen.add(name)
        lines.append("".join([*pieces, re.escape(line[at:])]))
    return re.compile("\n".join(lines)), edges
