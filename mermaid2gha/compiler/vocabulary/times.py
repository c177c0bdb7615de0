"""When a schedule happens, as texts say it: a cron of five fields, or a word for one that is derived."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mermaid2gha.base.patterns import late
from mermaid2gha.compiler.vocabulary import forms, labels

_CRON = late(
    r"(?<![\w*])((?:[\d*][\d*/,-]*\s+){4}[\w*][\w*/,-]*(?:\s+[\d*?][\d*?/,-]*(?=\s*(?:$|[\])'\"`;])))?)(?![\w*])"
)
"""Five fields; a sixth, as other engines have for seconds, is kept to be told."""
_GIVEN_CRON = late(
    r"\bcron\s*[=:]\s*['\"`]?(@\w+|[\d*?][\d*?/,-]*(?:\s+[\w*?#][\w*?/,#-]*){0,6})(?=\s*(?:$|[\])'\"`;]))",
    re.I,
)
"""What is given as a cron, whether it is one or not: `cron=0 3 * *`, `cron: @daily`."""
_EVERY = late(r"\b(?:cron\s+)?(?:every|cron)\s+(\d+)\s*(min|minutes?|m|h|hours?)\b", re.I)
_CLOCK = late(
    r"\b(?:(0?[1-9]|1[0-2])(?::([0-5]\d))?\s*([ap]m)|([01]?\d|2[0-3]):([0-5]\d))\b(?!\s*C[SD]T\b)", re.I
)
_BARE_CLOCK = r"(?:(?:0?[1-9]|1[0-2])(?::[0-5]\d)?\s*[ap]m|(?:[01]?\d|2[0-3]):[0-5]\d)\b"
_CLOCKS = late(
    rf"\b{_BARE_CLOCK}(?:\s*(?:[,/&+、]|\b(?:and|or|und|oder|et|ou|y|e|o|i|и|та|ve|và|и)\b)\s*(?:(?:at|um|à|a|às|в|о|o|lúc)\s+)?"
    rf"{_BARE_CLOCK})+",
    re.I,
)
"""Several times of a day in a row: `at 03:00 and 15:30`."""
_BETWEEN = late(r"\b(?:between|from|zwischen|entre(?:\s+las)?|tra|fra|między|mezi|между|між|giữa)\s*$", re.I)
_DAYS = (
    r"sun|dim|dom|niedz|sonn|zon|s[öø]n|ned|pazar(?!t)|minggu|vas|dum|chủ|воскр|неді"
    r"|周[日天]|週[日天]|(?:星期|礼拜)[日天]|日曜|일요",
    r"mon|lun|seg|pon|maan|m[åa]nd|pazart|senin|hét|thứ\s+(?:hai|2)|пон|周一|週一|(?:星期|礼拜)一|月曜|월요",
    r"tue|mar|ter|wto|die|din|tis|tir|úte|uto|sal|sel|ked|tii|thứ\s+(?:ba\b|3)|втор|вівт"
    r"|周二|週二|(?:星期|礼拜)二|火曜|화요",
    r"wed|mer|mi[ée]|mi|qua|[śs]ro|woe|ons|stř|stre|çar|rab|sze|kes|thứ\s+(?:tư|4)|сред|серед"
    r"|周三|週三|(?:星期|礼拜)三|水曜|수요",
    r"thu|jeu|jue|gio|qui|czw|don|tor|čtv|štv|perş|kam|csü|joi|thứ\s+(?:năm|5)|четв|周四|週四|(?:星期|礼拜)四|木曜|목요",
    r"fri|fre|ven|vie|sex|pi[ąa]|vri|pát|cuma(?!r)|jum|pén|perj|vin|thứ\s+(?:sáu|6)|пятн|п.ят"
    r"|周五|週五|(?:星期|礼拜)五|金曜|금요",
    r"sat|sam|s[áaâ][bm]|sob|zat|l[öø]r|cumar|szo|lau|thứ\s+(?:bảy|7)|субб|субот|周六|週六|(?:星期|礼拜)六|土曜|토요",
)
"""How each day of the week begins, from Sunday on, in the languages whose days are known."""
_DAY = late(
    r"\b(?:(?P<day>(?:sun|mon|tues|wednes|thurs|fri|satur)days?|mon|tue|wed|thu|fri|sat|(?<=[-\u2013])sun"
    r"|(?:mon|diens|donners|frei|sams|sonn)tage?s?|mittwochs?|sonnabends?"
    r"|lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?"
    r"|lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bados?|domingos?"
    r"|(?:segunda|ter[çc]a|quarta|quinta|sexta)s?(?:-feiras?|(?=\s+[àa]s?\b))"
    r"|luned[iì]|marted[iì]|mercoled[iì]|gioved[iì]|venerd[iì]|sabat[oi]|domenic(?:a|he)"
    r"|poniedzia[łl]\w+|wtor\w+|[śs]rod\w+|czwart\w+|pi[ąa]t(?:ek|k\w+)|sobot\w+|niedziel\w+"
    r"|(?:maan|dins|woens|donder|vrij|zater|zon)dag(?:en|s)?|(?:m[åa]n|tis|tirs|ons|tors|fre|l[öø]r|s[öø]n)dag(?:ar|er|s)?"
    r"|pondělí|úterý|střed[auy]|čtvrt(?:ek|k\w+)|pátek|pátk\w+|neděl\w+|pondel\w+|utor(?:ok|k\w+)"
    r"|stred[auy]|štvrt\w+|piat(?:ok|k\w+)|nedeľ\w+"
    r"|pazar(?:tesi)?(?:ler\w*)?|salı|çarşamba|perşembe|cuma(?:rtesi)?|senin|selasa|rabu|kamis|jumat"
    r"|sabtu|(?<=hari )minggu"
    r"|(?:hétfő|kedd|szerd|csütörtök|péntek|szombat|vasárnap)\w*|luni|marți|miercuri|joi|vineri|sâmbăt\w+"
    r"|duminic\w+|(?:maanan|tiis|tors|perjan|lauan|sunnun)tai\w*|keskiviik\w+"
    r"|thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật"
    r"|понедельник\w*|вторник\w*|сред[аыу]м?|четверг\w*|пятниц\w+|суббот\w+|воскресень\w+"
    r"|(?:що)?(?:понеділ\w+|вівтор\w+|серед[аиу]|четвер|п['’ʼ]ятниц\w+|субот\w+|неділ\w+))"
    r"|(?P<work>weekdays?|workdays?|working\s+days?|business\s+days?|werktag\w*|wochentag\w*|jours?\s+ouvr\w+|en\s+semaine"
    r"|d[ií]as?\s+(?:laborables?|h[áa]bil(?:es)?)|entre\s+semana|dias?\s+[úu]te?is|giorn[oi]\s+(?:feriali?|lavorativ[oi])"
    r"|(?:werk|arbeids?|var|hver|hvar)dag(?:en|ar|er|e|s)?|arkip[äa]iv\w*|(?:pracovní|všední)\w*\s+(?:den|dn\w+)|každý\s+pracovní|munkanap\w*"
    r"|hafta\s+içi|i[şs]\s+g[üu]n\w*|ngày\s+(?:làm\s+việc|trong\s+tuần)|hari\s+kerja|zile?\s+lucrătoare"
    r"|dni\w*\s+robocz\w+|dzie[ńn]\s+robocz\w+|будн\w+|рабоч\w+\s+д\w+)"
    r"|(?P<rest>weekends?|week-ends?|wochenende\w*|fin(?:es)?\s+de\s+semana|fi(?:m|ns)\s+de\s+semana|fine\s+settimana"
    r"|выходн\w+))\b"
    r"|(?P<day_beyond>(?:周|週|星期|礼拜)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일)"
    r"|(?P<work_beyond>工作日|平日|営業日|평일)|(?P<rest_beyond>周末|週末|주말)",
    re.IGNORECASE,
)
_UNTIL = late(
    r"\s*(?:[-\u2013\u2014~〜～]|to|through|thru|until|bis|à|au|al?|até|do|po|по|до|至|到|から|부터)\s*",
    re.IGNORECASE,
)
"""What stands between the first and the last of several days."""
_OF_DATES = late(
    r"\b(?:week|fortnight|month|quarter|year|bi-?weekly|w[öo]chentlich|woche|monat|semaine|mois|hebdo|mensuel|semana|mes(?:es|e|i)?\b"
    r"|m[êe]s\b|settiman|tygod|tydzie|miesi[ąa]c|недел|месяц|ежемесяч|еженед|m[åa]n[ae]d|maand(?!ag)|veck[ao]|uge\b|uken?\b|hafta|aylık|měsíc|týdn|tháng|tuần)|[每毎][周週月年]|星期|礼拜|매[주월달년]",
    re.IGNORECASE,
)
"""What may say that something does not happen each day."""
_WORD = late(
    r"\b(?:(weekly|(?:every|each)\s+week|once\s+(?:a|per)\s+week)|(hourly|(?:every|each)\s+hour)"
    r"|(monthly|(?:every|each)\s+month|once\s+(?:a|per)\s+month))\b",
    re.I,
)
_WORDS = ("weekly", "hourly", "monthly")
_INEXACT = late(
    r"\b(?:quarter(?:ly)?|fortnight(?:ly)?|bi-?(?:weekly|monthly)|semi-?(?:weekly|monthly|annual\w*)|yearly|annual(?:ly)?"
    r"|every\s+(?:other|second|third|\d+(?:st|nd|rd|th)?)\s+(?:day|week|month|year)s?|every\s+(?:few|year|quarter)\w*"
    r"|(?:first|1st|second|2nd|third|3rd|fourth|4th|last)\s+\w+\s+of|(?:twice|thrice|\w+\s+times)\s+(?:an?\s+|per\s+|every\s+)?"
    r"(?:day|daily|week|weekly|month|monthly|hour|hourly)"
    r"|(?:during|within|in|outside|between)\s+(?:\w+\s+)?(?:hours|times?)\b)",
    re.I,
)
"""What says more of when than five fields that are read from words have: `twice a day`, `first Monday of`."""
_RANGE = late(
    r"\d{1,2}(?::\d\d)?\s*(?:[ap]m)?\s*(?:[-\u2013\u2014~]|to|until)\s*\d{1,2}(?::\d\d|\s*[ap]m)", re.I
)
"""From one time of the day to another."""
_ZONES = {
    **dict.fromkeys(("UTC", "GMT", "WET"), 0),
    **dict.fromkeys(("CET", "MEZ", "BST", "WEST", "WAT"), 60),
    **dict.fromkeys(("CEST", "MESZ", "EET", "SAST", "CAT"), 120),
    **dict.fromkeys(("EEST", "MSK", "TRT", "EAT", "МСК", "мск"), 180),
    "GST": 240,
    "PKT": 300,
    "IST": 330,
    "ICT": 420,
    "WIB": 420,
    **dict.fromkeys(("SGT", "HKT", "AWST", "PHT"), 480),
    **dict.fromkeys(("JST", "KST"), 540),
    "ACST": 570,
    "AEST": 600,
    "AEDT": 660,
    "NZST": 720,
    "NZDT": 780,
    **dict.fromkeys(("BRT", "ART"), -180),
    "EDT": -240,
    "EST": -300,
    "MDT": -360,
    "MST": -420,
    "PDT": -420,
    "PST": -480,
}
"""How many minutes zones are before UTC, by names that mean one alone."""
_CITIES = {
    0: "Reykjavik|Iceland|Accra",
    60: "Lagos|Algiers",
    120: "Johannesburg",
    180: "Moscow|Moskau|Москв[аеыу]|московскому|Istanbul|Nairobi|Riyadh",
    240: "Dubai",
    300: "Karachi|Tashkent",
    330: "India|Mumbai|Delhi|Kolkata|Bangalore|Bengaluru|Chennai|Hyderabad",
    420: "Bangkok|Hanoi|Jakarta|Ho Chi Minh|Việt Nam",
    480: "Singapore|Hong[ _]Kong|Beijing|Shanghai|Taipei|Manila|Perth|北京|上海|台北",
    540: "Tokyo|Osaka|Japan|Seoul|Korea|東京|日本|서울|한국",
    600: "Brisbane",
    -180: "S[ãa]o[ _]Paulo|Bras[íi]lia|Buenos[ _]Aires",
    -300: "Bogot[áa]|Lima",
    -420: "Phoenix|Arizona",
    -600: "Honolulu|Hawaii",
}
"""Places whose time is the same in all the year, by how many minutes it is before UTC."""
_PLACES = late(rf"(?<![A-Za-zÀ-ÿ])(?:{'|'.join(_CITIES.values())})(?![a-zà-ÿ])")
_BEHIND_CLOCK = (
    r"(?:(?<=[\d時时点點])|(?<=\dh)|(?<=[ap]m)|(?<=Uhr))\s*[,(]?\s*(?:(?:in|de|em|à|en|a|в|по|at|w)\s+)?"
)
_ZONE = late(
    r"(?<![\w/])(?:(?:UTC|GMT)\s*([+\u2212-])\s*(\d{1,2})(?::?([0-5]\d))?|("
    + "|".join(sorted(_ZONES, key=len, reverse=True))
    + r"))(?![\w+])"
)
_CITY = late(
    rf"{_BEHIND_CLOCK}(?:[A-Z][a-z]+/)?(?P<place>{'|'.join(_CITIES.values())})(?!\w)(?:\s+time)?\s*\)?"
    rf"|(?<![A-Za-zÀ-ÿ])(?P<place_of>{'|'.join(_CITIES.values())})\s*(?:time\b|时间|時間|시간)"
)
_UNKNOWN_ZONE = late(
    r"\b(?:C[SD]T|[A-Z][a-z]+/[A-Z][A-Za-z_]+)\b|\blocal\s+time\b|\b(?:time|zeit)zone\b"
    r"|\b[A-Z][a-zà-ÿ]+\s+(?:time|Zeit)\b|\b(?:hora|horário|heure|ora)\s+(?:d[eio]\s+|d')?[A-Z]\w+|\bczasu\s+\w+|\bпо\s+[А-Я]\w+"
    rf"|(?:{_BEHIND_CLOCK}|\()(?!Uhr\b)(?P<place>[A-Z][a-zà-ÿ]{{2,}}(?:\s+[A-Z][a-zà-ÿ]+)?)\s*\)?\s*$"
)
_AT_HOUR = late(
    r"\b(?:at|um|à|as|às|las|alle|om|o|kl\.?|в|о|saat|lúc|pukul)\s+(?P<said>[01]?\d|2[0-3])(?![\d:.,/%-]|\s*[a-z]{1,4}\d)"
    r"(?!\s*[^\W\d_]+)|(?<![\d:.,/+-])(?P<zoned>[01]?\d|2[0-3])(?=\s+(?:"
    + "|".join(sorted(_ZONES, key=len, reverse=True))
    + r")\b)"
)
"""An hour without minutes: `at 9`, or before a zone, `9 UTC`."""
_BARE_HOUR = late(r"(?<![\w.:/,+*–-])(?:[01]?\d|2[0-3])(?![\w.:/,%*–-])")


def says_cron(text: str) -> bool:
    """Whether five fields of a cron stand in a text."""
    return _CRON.search(text) is not None


_HOUR = late(
    r"(?P<late>午後|下午|晚上|오후)?\s*(?<![\d:.])(?P<hour>[01]?\d|2[0-3])"
    r"(?:\s*(?::|h|Uhr|uur|시|時|时|点|點)\s*(?P<minute>[0-5]\d)(?:\s*(?P<half>[ap])\.?m\b)?|\s*(?P<whole>[ap])\.?m\b"
    r"|\s*(?:h|hs|hrs?|Uhr|uur|saat|giờ|часов|часа|годин[иі]?|시|時|时|点|點)(?!\w)|\s*(?=時|时|点|點|시))",
    re.I,
)
"""A time of the day as the languages of some peoples have it: `3h`, `3 Uhr`, `3時`, `2h30`, `3pm`."""


_SPELT = late(
    r"(?P<at>(?<!\w)(?:at|um|à|as|às|a\s+las?|las|alle|om|o|ob|kl\.?|klo|klockan|в|о|saat|lúc|jam|pukul)\s*|(?<![\w.:,/+*\u2013-]))"
    r"(?P<hour>[01]?\d|2[0-3])(?:\s*(?:h|hs|hrs?|(?P<spelt>Uhr|uur))\s*(?P<minute>[0-5]\d)|\.(?P<dotted>[0-5]\d))?(?![\d:]|\.\d)"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?(?:\s*(?P<unit>Uhr|uur|o['’]clock)(?!\w)|(?P<hours>\s*(?:h|hs|hrs?)(?!\w)))?",
    re.IGNORECASE,
)
"""An hour as people write it who have no colon in it: `01.00`, `7h30`, `7 Uhr`, `at 7h`, `7.30 p.m.`"""
_EVERY_FEW = late(
    r"(?:every|alle|tou(?:te)?s\s+les|cada|ogni|кажд\w+|co|każd\w+|m[ỗo]i|hver\w*|var\w*|elke|iedere|jede\w*|setiap|her)\s+\Z",
    re.IGNORECASE,
)


def _by_the_clock(text: str) -> str:
    """A text in which hours are those of the clock, however it writes them."""
    return forms.in_figures(_SPELT.sub(_with_colon, text) if any(map(str.isdigit, text)) else text)


def _names_day_last(text: str) -> bool:
    """Whether the last word of a text, save one of a letter or two, is a day of the week."""
    said = text.split()
    at = -2 if len("".join(said[-1:])) <= _SHORT else -1
    return any(map(_DAY.search, said[at:][:1]))


def _with_colon(said: re.Match[str]) -> str:
    """An hour with its minutes behind a colon; as it is where a version or how long may be meant."""
    before, behind = said.string[: said.start()], said.string[said.end() :]
    is_of_day = bool(said["at"].strip()) or _names_day_last(before)
    is_spelt = bool(said["unit"] or said["spelt"] or said["half"])
    minute = said["minute"] or said["dotted"]
    is_sure = is_spelt or is_of_day or _ZONE.match(behind.lstrip()) is not None
    is_clock = is_sure and bool(is_spelt or minute or said["hours"])
    if not is_clock or _EVERY_FEW.search(before):
        return said[0]
    half = f"{said['half']}m" if said["half"] else ""
    return f"{said['at']}{said['hour']}:{minute or '00'}{half}"


_HOURS = r"std|stunden?|heures?|horas?|ore|ora|час\w*|godzin\w*|時間|小时|小時|시간"
_MINUTES = r"min\w*|минут\w*|分钟|分鐘|分|분"
_EVERY_BEYOND = late(
    r"(?:\b(?:alle|tou(?:te)?s\s+les|cada|ogni|кажд\w+|co|każd\w+)\b|每隔?|毎)\s*"
    rf"(?P<number>\d+)\s*(?:{_HOURS}|(?P<minutes>{_MINUTES}))(?!\w*\d)"
    rf"|(?P<number_of>\d+)\s*(?:{_HOURS}|(?P<minutes_of>{_MINUTES}))\s*(?:ごと|おき|毎|마다)",
    re.I,
)


def is_repeated(text: str) -> bool:
    """Whether a text says of days or of each of something when that happens, and no time of one day alone."""
    said = (_DAY, _DAILY, _HOURLY, _EACH, _OF_DATES, _EVERY, _EVERY_BEYOND)
    return any(one.search(text) for one in said)


_EACH_TIME = late(
    r"\b(?:every|each|on|elke|iedere|op|jede[nrsm]?|am|an|chaque|le|les|tous\s+les|cada|los|el|las|ogni|il|la|di|nas?|nos?|às|aos?"
    r"|todas?|todos?|toda\s+a|każd\w+|w|we|co|каждую|каждый|каждое|по|в|щоп?|varje|på|hver[t]?|joka|minden|každ\w+|v|her|setiap|m[ỗo]i|vào)"
    r"\s+(?:(?:as?|os?|las?|los?)\s+)?$",
    re.IGNORECASE,
)
"""What stands before the day on which something happens again and again."""
_PIECE = late(r"[(（]([^()（）]+)[)）]|[,;、，]\s*([^(),;（）、，]+)|\s[–—-]\s+([^(),;（）、，]+)$")


def repetition_said(text: str) -> str:
    """What the text of something that is done within a run says of the days or hours at which it happens, as
    it is written: `every Friday`, `ogni venerdì`, `(weekly)`; nothing of how long or after how many seconds.
    """
    for match in _PIECE.finditer(text):
        piece = str(next(filter(None, match.groups()))).strip()
        words = re.findall(r"[^\W_]+", piece.lower())
        if is_time(piece) and not forms.is_duration(piece) and is_repeated(piece):
            return piece
        is_of_each = len(words) <= _A_FEW and _EACH.match(piece) is not None
        if words and (is_of_each or forms.OFTEN.issuperset(words)):
            return piece
    for match in _DAY.finditer(text):
        day, before = match["day"], _EACH_TIME.search(text, 0, match.start())
        if day is not None and len(day) <= _SHORTENED:
            continue  # `mon` is a word of others, too
        if before is not None or (day is not None and day.lower().endswith("tags")):
            return text[before.start() if before is not None else match.start() : match.end()].strip()
    said = _DAILY.search(text) or _EACH_BEYOND.search(text)
    return said[0].strip() if said is not None else ""


_A_FEW, _SHORT = 4, 2
_SHORTENED = 3
_EACH_BEYOND = late(
    r"\bher\s+(?:pazar(?:tesi)?|salı|çarşamba|perşembe|cuma(?:rtesi)?|hafta|ay)\b|\bm[ỗo]i\s+(?:thứ\s+\w+|chủ\s+nhật|tuần|tháng)"
    r"|\b(?:às|nas|toda|todas\s+as|cada)\s+(?:segunda|ter[çc]a|quarta|quinta|sexta)s?\b|\bsetiap\s+(?:minggu|bulan)\b"
    r"|[每毎](?:[周週月年时時]|小时|時間)[一二三四五六日天]?(?:曜日?)?|[毎每]週?[月火水木金土日]曜日?|매\s?(?:주|월|달|년|시간)(?:\s?[월화수목금토일]요일)?",
    re.IGNORECASE,
)
"""As `_EACH_TIME` with its days, where days are not known."""


def clock_said(text: str) -> str:
    """The time that a text says in figures or by days of the week, in whatever language, as a cron; nothing
    if it says none. Which zone is not asked: it is a proposal. `DAY` stands where the days are not read."""
    text = _by_the_clock(text)
    if often := _EVERY_BEYOND.search(text):
        number = int(often["number"] or often["number_of"])
        is_of_minutes = often["minutes"] or often["minutes_of"]
        return f"*/{max(5, number)} * * * *" if is_of_minutes else f"0 */{number} * * *"
    match, days = _HOUR.search(text), _days(text)
    is_often = bool(days or _DAILY.search(text) or _OF_DATES.search(text))
    bare = _AT_HOUR.search(text) if not match and is_often else None
    if is_often and not (match or bare) and _BARE_HOUR.search(text):
        return f"0 HOUR * * {days or '*'}"  # a number of which nobody knows what it is of
    if not match and not days and not bare:
        return placeholders(text) or _how_often(text)
    minute, hour = (int(match["minute"] or 0), int(match["hour"])) if match else (0, _AT_NIGHT)
    hour = int(bare["said"] or bare["zoned"]) if bare else hour
    if match and (half := match["half"] or match["whole"] or (match["late"] and "p")):
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    if is_inexact(text):
        return placeholders(text)
    if not days and (_OF_DATES.search(text) or _is_of_unknown_days(text)):
        return _open_day(f"{minute} {hour}", text)
    return _in_utc(f"{minute} {hour} * * {days or '*'}", text)


def _open_day(time: str, text: str) -> str:
    """A time of the day, with a word for the day that people have to say: of the month, or of the week."""
    return f"{time} DAY * *" if _OF_MONTH.search(text) else f"{time} * * DAY"


_EACH = late(
    r"\b(?:every|each|elke|iedere|jede[nrsm]?|chaque|cada|ogni|každ\w+|każd\w+|кажд\w+|кож\w+|varje|hver[t]?|her|joka|minden"
    r"|m[ỗo]i|setiap|co|tous\s+les|toutes\s+les|tod[oa]s\s+[ol]?[ao]s)\s+(?!\d)(\w+)",
    re.IGNORECASE,
)
"""What is said of each of some days, or of other things."""


def _is_of_unknown_days(text: str) -> bool:
    """Whether a text says of each of what something happens, and that is no day that is known."""
    known = (_DAILY, _HOURLY, forms.PART_OF_DAY)
    return _EACH.search(text) is not None and not any(one.search(text) for one in known)


_OF_MONTH = late(
    r"\b(?:month|monat|mois\b|mensu|mes(?:es|e|i)?\b|m[êe]s\b|miesi[ąa]c|maand(?!ag)|m[åa]n[ae]d)|месяц|ежемесяч|[每毎]月|매[월달]",
    re.IGNORECASE,
)


_AT_NIGHT = 3
_HOURLY = late(
    r"\bon\s+the\s+hour\b|\bst[üu]ndlich\b|\bjede\s+stunde\b|\bchaque\s+heure\b|\btoutes\s+les\s+heures\b|\bcada\s+hora\b"
    r"|\bogni\s+ora\b|\bco\s+godzinę|\bкаждый\s+час|\bежечасно|毎時|每小时|每小時|매시간",
    re.I,
)
_DAILY = late(
    r"\b(?:(?:once|one\s+time)\s+(?:a|per|every)\s+(?:day|night)|(?:every|each)\s+(?:day|night)|overnight|at\s+night"
    r"|t[äa]glich|jede[nr]?\s+(?:tag|nacht)|nachts|n[äa]chtlich\w*|(?:chaque|tous\s+les)\s+(?:jours?|nuits?)|toutes\s+les\s+nuits|quotidien\w*"
    r"|cada\s+(?:d[íi]a|noche|noite)|tod[oa]s?\s+(?:los\s+|las\s+|os\s+|as\s+)?(?:d[íi]as?|noches?|noites?)|diari\w+|ogni\s+(?:giorno|notte)"
    r"|quotidian\w+|codziennie|co\s+noc"
    r"|(?:elke|iedere)\s+(?:dag|nacht)|dagelijks|(?:varje|hver)\s+(?:dag|natt?)|dagligen|daglig|každ(?:ý\s+den|ou\s+noc)|denně"
    r"|her\s+(?:g[üu]n|gece)|joka\s+(?:päivä|yö)|minden\s+(?:nap|éjjel)|m[ỗo]i\s+(?:ngày|đêm)|h[àằ]ng\s+(?:ngày|đêm)|setiap\s+(?:hari|malam))\b|щодня|щоночі|кажд(?:ый\s+день|ую\s+ночь)|ежедневн|毎[日晩夜]|[每][天日晚]|매일|매\s*밤",
    re.I,
)


def _how_often(text: str) -> str:
    """How often something happens by a text that says no time of the day, as a cron; nothing if none."""
    if _HOURLY.search(text):
        return "0 * * * *"
    return f"0 {_AT_NIGHT} * * *" if _DAILY.search(text) else ""


def cron_said(text: str) -> str:
    """The time that a text says, as a cron in UTC; without a time of the day `weekly`, `hourly`, `monthly`,
    or `on` and the days of the week; nothing if it says none."""
    return _in_utc(_cron_said(_by_the_clock(text)), text)


def is_inexact(text: str) -> bool:
    """Whether a text says more of when something happens than is read from words, or in a zone that is not
    known."""
    text = _by_the_clock(text)
    if _CRON.search(text) is not None and not _is_of_unknown_zone(text):
        return False
    return _is_of_unknown_zone(text) or any(one.search(text) for one in (_INEXACT, _RANGE))


def _may_name_days(text: str) -> bool:
    """Whether words beside a time of the day may say on which days it is, in a language whose days are not
    known: words that are neither those for each day nor English ones that stand beside times."""
    if _CLOCK.search(text) is None or says_cron(text) or _days(text) or _DAILY.search(text):
        return False
    if _WORD.search(text) or _EVERY.search(text):
        return False
    said = re.findall(r"[^\W\d_]{2,}", zoneless(text).lower())
    return any(word not in _BESIDE_TIMES and not forms.SCHEDULED.search(word) for word in said)


_BESIDE_TIMES = forms.OFTEN | frozenset(
    "am at by each every job jobs night on pm run runs start starts the time timer trigger triggers triggered"
    " triggering um utc build builds tests test scan workflow pipeline update updates check checks github"
    " actions plan".split()
)


def is_time(text: str, *, is_of_run: bool = False) -> bool:
    """Whether a text says when something happens, or how long, and nothing else: `06:15 UTC`, `todos los
    días a las 5h`. What stands beside times and days has three letters at most, in whatever language. Within
    a run, where `is_of_run`, how long alone."""
    if is_of_run or forms.is_duration(text):
        return forms.is_duration(text)
    if not clock_said(text) and not figures_said(text):
        return False
    rest = zoneless(text)
    for said in (_CRON, _EVERY, _EVERY_BEYOND, _CLOCK, _HOUR, _DAY, _DAILY, _HOURLY):
        rest = said.sub(" ", rest)
    words = re.findall(r"[^\W_]+", rest)
    return all(
        word.lower() in forms.HOW_OFTEN or (len(word) < _OF_CONTENT and not word.isupper()) for word in words
    )


_OF_CONTENT = 4
"""From how many letters on a word beside a time may say what is done."""


def _is_of_unknown_zone(text: str) -> bool:
    """Whether a text names a zone, or a place behind its time, of which it is not known what that is in
    UTC."""
    rest = _CITY.sub(" ", text)
    match = _UNKNOWN_ZONE.search(rest)
    return _PLACES.search(rest) is not None or (
        match is not None and not (match["place"] and _days(match["place"]))
    )


def placeholders(text: str, *, is_alone: bool = False) -> str:
    """A cron with words where people have to say what a text leaves open; nothing where it speaks of no
    time. `is_alone` is a text of no other event, of which all words are about the time."""
    text = _by_the_clock(text)
    if not is_inexact(text):
        text = _at_each_clock(text)[0]
        is_open = is_alone and _may_name_days(text)
        return _open_day(" ".join(_cron_said(text).split()[:2]), text) if is_open else ""
    is_often = _EVERY.search(text) is not None
    fields = _cron_said(text).split() if not (_is_of_unknown_zone(text) and not is_often) else []
    minute = fields[0] if len(fields) == _FIELDS else "MINUTE"
    days = _days(text) if not re.search(r"\bof\b|\bother\b|\bsecond\b", text) else ""
    return f"{minute} HOUR DAY * *" if not is_often and not days else f"{minute} HOUR * * {days or 'DAY'}"


def is_open(cron: str) -> bool:
    """Whether people have to say a part of a time: a word that `placeholders` has put there."""
    return "HOUR" in cron or "DAY" in cron


def zoneless(text: str) -> str:
    """A text without the known zone in which its time is."""
    return _CITY.sub(" ", _ZONE.sub(" ", text)) if not _is_of_unknown_zone(text) else text


def _in_utc(cron: str, text: str) -> str:
    """A cron as a text says it, in UTC where the text names another zone; as it is where it cannot be."""
    fields = cron.split()
    ahead = _ahead(text) if len(fields) == _FIELDS else None
    if ahead is None:
        return cron
    minute, hour, date, month, days = fields
    if not (minute.isdigit() and hour.isdigit()):
        return cron
    day, time = divmod(int(hour) * 60 + int(minute) - ahead, 24 * 60)
    if day and (date, month) != ("*", "*"):
        return cron  # of the last day of a month nobody can say that it is
    days = re.sub(r"\d", lambda one: str((int(one[0]) + day) % 7), days) if day else days
    return f"{time % 60} {time // 60} {date} {month} {days}"


def _ahead(text: str) -> int | None:
    """How many minutes before UTC the zone is that a text names; nothing if it names none."""
    if match := _ZONE.search(text):
        ahead = _ZONES[match[4]] if match[4] else int(match[2]) * 60 + int(match[3] or 0)
        return -ahead if match[1] and match[1] != "+" else ahead
    if match := _CITY.search(text):
        place = match["place"] or match["place_of"]
        return next(ahead for ahead, places in _CITIES.items() if re.fullmatch(places, place))
    return None


def _cron_said(text: str) -> str:
    if match := _CRON.search(text):
        return " ".join(match[1].rstrip(",").split())
    if match := _GIVEN_CRON.search(text):
        return match[1]  # what is wrong with it is told
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
    match = _WORD.search(text)
    word = next(name for name, said in zip(_WORDS, match.groups()) if said) if match else ""
    match, bare = _CLOCK.search(text), _AT_HOUR.search(text) if days or word else None
    if match or bare:
        hour, minute = int(bare["said"] or bare["zoned"]) if bare else 0, 0
        if match:
            hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
        if match and match[3]:
            hour = hour % 12 + (12 if match[3].lower().startswith("p") else 0)
        if not days and not word and _OF_DATES.search(text):
            return ""
        date = "1" if word == "monthly" else "*"
        return f"{minute} {hour} {date} * {days or ('0' if word == 'weekly' else '*')}"
    return word if word or not days else f"on {days}"


def more_crons(text: str) -> tuple[str, ...]:
    """The further times that a text says in five fields or by the clock, behind the first: `0 3 * * *
    and 0 15 * * *`, `at 03:00 and 15:30`."""
    found = [" ".join(match[1].rstrip(",").split()) for match in _CRON.finditer(text)]
    if not found and not is_inexact(text):
        found = [cron_said(one) for one in _at_each_clock(text)]
    return tuple(one for one in dict.fromkeys(found) if one != found[0])


def _at_each_clock(text: str) -> list[str]:
    """A text once for each time of a row of them, as if it said that one alone."""
    row = _CLOCKS.search(text)
    if row is None or _BETWEEN.search(text[: row.start()]):
        return [text]
    return [f"{text[: row.start()]}{one[0]}{text[row.end() :]}" for one in _CLOCK.finditer(row[0])]


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


def likely_time(text: str) -> str:
    """As `likely_cron`, in whatever language, with words where people have to say what is left open."""
    likely = likely_cron(text)
    clock = clock_said(text) if not figures_said(text) and any(map(str.isdigit, text)) else ""
    return clock if clock and not is_open(clock) else likely or clock_said(text)


_FIELDS = 5


def is_in_figures(cron: str) -> bool:
    """Whether a time is one of five fields, and no word such as `weekly` or `on 1`."""
    return len(cron.split()) == _FIELDS


def _days(text: str) -> str:
    """The days of the week that a text names, as a cron has them."""
    found: list[str] = []
    apart: list[str] = []
    end = 0
    for match in _DAY.finditer(text):
        said = match["day"] or match["day_beyond"]
        day = _number(said) if said else "1-5" if match["work"] or match["work_beyond"] else "0,6"
        is_apart = bool(apart) or _EXCEPT.search(text, 0, match.start()) or _APART.match(text, match.end())
        days = apart if is_apart else found
        if said and days and days[-1].isdigit() and _UNTIL.fullmatch(text, end, match.start()):
            day = f"{days.pop()}-{day.replace('0', '7')}"
        days.append(day)
        end = match.end()
    if not apart:
        return ",".join(dict.fromkeys(found))
    others = [day for day in _each(found or ["0-6"]) if day not in _each(apart)]
    return "1-5" if others == [*"12345"] else ",".join(others)


def _each(days: Sequence[str]) -> list[str]:
    """The numbers of days of the week, one by one."""
    ranges = (one.partition("-") for days_said in days for one in days_said.split(","))
    numbers = (str(at % 7) for first, _, last in ranges for at in range(int(first), int(last or first) + 1))
    return list(dict.fromkeys(numbers))


def _number(day: str) -> str:
    """A day of the week as a cron has it."""
    day = day.removeprefix("що")
    return next(str(at) for at, words in enumerate(_DAYS) if re.match(words, day, re.IGNORECASE))


_EXCEPT = late(
    rf"\b(?:except|excluding|but|not|no|without|esclus\w+|{labels.EXCEPT_BEYOND}|nicht|ohne|pas|niet|не)"
    r"(?:\W+\w{1,4}){0,2}\W*\Z|除了\s*\Z",
    re.IGNORECASE,
)
_APART = late(r"\s*(?:以外|を除く|除く|제외|hariç|dışında|之外|除外)", re.IGNORECASE)
"""What says of days that nothing happens then, before or behind them."""
