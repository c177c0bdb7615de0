"""The times of a `schedule`: POSIX cron in five fields, as GitHub reads it.

Source: docs.github.com, Events that trigger workflows, `schedule`: `*`, `,`, `-` and `/`; months and weekdays
also by their English names; no `@daily`, no seconds; not more often than every five minutes.
"""

from __future__ import annotations

import re

from mermaid2gha.base.patterns import late

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 6, _DAYS),
)
_PART = late(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>\w+))?", re.ASCII)


def cron_problem(text: str) -> str | None:
    """What is wrong with a cron time, in a few words; None if nothing is."""
    fields = text.split()
    if text.strip().startswith("@"):
        return "GitHub has no short forms such as `@daily`"
    if len(fields) != len(_FIELDS):
        return f"it has {len(fields)} field{'' if len(fields) == 1 else 's'} and not five"
    for value, (name, least, most, names) in zip(fields, _FIELDS):
        for part in value.split(","):
            if not _is_part(part, (least, most), names):
                return f"`{part}` is no {name}, which goes from {least} to {most}"
    return None


def _is_part(part: str, limits: tuple[int, int], names: tuple[str, ...]) -> bool:
    match = _PART.fullmatch(part)
    if match is None:
        return False
    least, most = limits
    step = match["step"]
    if step is not None and not (step.isdigit() and 1 <= int(step) <= most):
        return False
    if match["first"] == "*":
        return match["last"] is None
    first = _number(match["first"], least, names)
    last = first if match["last"] is None else _number(match["last"], least, names)
    return first is not None and last is not None and least <= first <= last <= most


def _number(word: str, least: int, names: tuple[str, ...]) -> int | None:
    if word.lower() in names:
        return names.index(word.lower()) + least
    return int(word) if word.isdigit() and len(word) <= 2 else None
