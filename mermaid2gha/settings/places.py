"""Places in the structure of a workflow, as `accepted` names them: `jobs.build.needs.lint`.

A place is the keys on the way, and members of lists by their values. A key that holds a dot, a blank or a
quote stands between double quotes, with JSON's escapes: `on.push.branches."release/1.x"`.
"""

from __future__ import annotations

import re

from mermaid2gha.base.patterns import late
from mermaid2gha.github.workflow.emitter import quoted

Place = tuple[str, ...]

_SEGMENT = late(r'"((?:[^"\\]|\\.)*)"|([^."]+)')
_ESCAPE = late(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r"}
_BARE = late(r'[^."\\\s]+')


def place_text(place: Place) -> str:
    """A place in words."""
    return ".".join(key if _BARE.fullmatch(key) and key.isprintable() else quoted(key) for key in place)


def place_of(text: str) -> Place | None:
    """The place that a text names; none if it names none."""
    keys: list[str] = []
    at = 0
    while True:
        match = _SEGMENT.match(text, at)
        if match is None:
            return None
        keys.append(match[2].strip() if match[1] is None else unescaped(match[1]))
        at = match.end()
        if at == len(text):
            return tuple(keys) if all(keys) else None
        if text[at] != ".":
            return None
        at += 1


def is_within(place: Place, outer: Place) -> bool:
    """Whether a place is another one or stands inside it."""
    return place[: len(outer)] == outer


def unescaped(text: str) -> str:
    """What stands between double quotes, without its escapes."""
    return _ESCAPE.sub(_escaped_character, text)


def _escaped_character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _LETTERS.get(match[3], match[3])
