"""When a schedule happens, as texts say it: a cron of five fields, or a word for one that is derived."""

from __future__ import annotations

import re

from mermaid2gha.base.patterns import late

_CRON = late(r"(?<![\w*])((?:[\d*][\d*/,-]*\s+){4}[\w*][\w*/,-]*(?:\s+[\d*?](?=\s*$))?)(?![\w*])")
"""Five fields; a sixth, as other engines have for seconds, is kept to be told."""
_EVERY = late(r"\bevery\s+(\d+)\s*(min|minutes?|h|hours?)\b", re.I)
_CLOCK = late(
    r"\b(?:(0?[1-9]|1[0-2])(?::([0-5]\d))?\s*([ap]m)|([01]?\d|2[0-3]):([0-5]\d))\b"
    r"(?!\s*(?:[PCEM][SD]T|CET|CEST|JST|IST)\b)",
    re.I,
)
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DAY = late(
    r"\b(?:((?:sun|mon|tues|wednes|thurs|fri|satur)days?|mon|tue|wed|thu|fri|sat)|(weekdays?|workdays?)"
    r"|(weekends?))\b",
    re.I,
)
_WORD = late(r"\b(weekly|hourly|monthly)\b", re.I)
_UNITS = (
    r"ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?|weeks?|sekunden?|minuten?|stunden?|std|tage?"
    r"|secondes?|heures?|jours?|segundos?|minutos?|horas?|dias?|secondi|minuti|ore|giorni|minut[ay]?|sekund\w*"
    r"|godzin\w*|dakika|saniye|saat"
)
_UNITS_BEYOND = (
    r"d[ií]as?|минут\w*|секунд\w*|час\w*|дн(?:я|ей)|хвилин\w*|годин\w*|分(?:钟|鐘|間)?|秒(?:钟|鐘|間)?|小时|小時|時間"
    r"|분|초|시간|phút|giây|giờ"
)
_NUMBER = r"\d+(?:[.,:]\d+)?"
_ABOUT = r"(?:[^\w(]*|[約约]|(?:ca|approx|about|around|up\s+to|etwa|environ|max)\b\W*)"
_DURATION = late(
    rf"\W*{_ABOUT}(?:{_NUMBER}\s*(?:[-\u2013\u2014~]\s*{_NUMBER}\s*)?(?:{_UNITS}|{_UNITS_BEYOND})\W*)+",
    re.I,
    for_ascii=rf"\W*{_ABOUT}(?:{_NUMBER}\s*(?:[-~]\s*{_NUMBER}\s*)?(?:{_UNITS})\W*)+",
)


def is_duration(text: str) -> bool:
    """Whether a text says how long something takes, and nothing else: `~5 min`, `1 h 30 min`."""
    return any(map(str.isdigit, text)) and _DURATION.fullmatch(text) is not None


def says_cron(text: str) -> bool:
    """Whether five fields of a cron stand in a text."""
    return _CRON.search(text) is not None


def says_clock(text: str) -> bool:
    """Whether a time of the day stands in a text, of whatever zone."""
    return re.search(r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])", text) is not None


_HOUR = late(
    r"(?<![\d:.])(?P<hour>[01]?\d|2[0-3])(?:\s*(?::|h|Uhr|시|時|时|点|點)\s*(?P<minute>[0-5]\d)|\s*(?:h|hs|hrs?|Uhr|saat|giờ|часов|часа"
    r"|годин[иі]?|시|時|时|点|點)(?!\w)|\s*(?=時|时|点|點|시))",
    re.I,
)
"""A time of the day as the languages of some peoples have it: `3h`, `3 Uhr`, `3時`, `2h30`."""


def clock_said(text: str) -> str:
    """The time of the day that a text says in figures, in whatever language, as a cron of each day; nothing
    if it says none. Which days and which zone is not asked: it is a proposal."""
    match = _HOUR.search(text)
    return f"{int(match['minute'] or 0)} {int(match['hour'])} * * *" if match else ""


def cron_said(text: str) -> str:
    """The time that a text says, as a cron in UTC; without a time of the day `weekly`, `hourly`, `monthly`,
    or `on` and the days of the week; nothing if it says none."""
    if match := _CRON.search(text):
        return " ".join(match[1].rstrip(",").split())
    days = _days(text)
    if match := _EVERY.search(text):
        number = int(match[1])
        if match[2].lower().startswith("m"):
            is_short = number < 60
            minutes = f"*/{max(5, number)}" if is_short else "0"
            hours = "*" if is_short else f"*/{number // 60}"
        else:
            minutes, hours = "0", f"*/{number}"
        return f"{minutes} {hours} * * {days or '*'}"
    word = match[1].lower() if (match := _WORD.search(text)) else ""
    if match := _CLOCK.search(text):
        hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
        if match[3]:
            hour = hour % 12 + (12 if match[3].lower().startswith("p") else 0)
        date = "1" if word == "monthly" else "*"
        return f"{minute} {hour} {date} * {days or ('0' if word == 'weekly' else '*')}"
    return word if word or not days else f"on {days}"


def more_crons(text: str) -> tuple[str, ...]:
    """The further times that a text says in five fields, behind the first: `0 3 * * * and 0 15 * * *`."""
    found = [" ".join(match[1].rstrip(",").split()) for match in _CRON.finditer(text)]
    return tuple(one for one in dict.fromkeys(found) if one != found[0])


def figures_said(text: str) -> str:
    """The time that a text says in figures, as a cron; nothing where it says none, or by a word alone."""
    said = cron_said(text)
    return said if len(said.split()) == _FIELDS else ""


def likely_cron(text: str) -> str:
    """The time that a text may say, by figures or a word such as `hourly`, as a cron; nothing if it says
    none."""
    said = cron_said(text)
    if len(said.split()) == _FIELDS or not said:
        return said
    word, _, days = said.partition(" ")
    return {"hourly": "0 * * * *", "monthly": "0 0 1 * *", "weekly": "0 0 * * 0"}.get(
        word, f"0 0 * * {days or '*'}"
    )


_FIELDS = 5


def _days(text: str) -> str:
    """The days of the week that a text names, as a cron has them."""
    found: list[str] = []
    for match in _DAY.finditer(text):
        found.append(str(_DAYS.index(match[1].lower()[:3])) if match[1] else "1-5" if match[2] else "0,6")
    return ",".join(dict.fromkeys(found))
