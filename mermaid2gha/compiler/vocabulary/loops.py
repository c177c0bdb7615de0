"""What a loop repeats, by its text: the axes of a matrix with their values, tries, times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.github.names import job_id

_EACH = late(
    r"(?:for\s+)?(?:each|every)\s+(?:of\s+)?(?!\d+\s*(?:s|m|h|min|sec|hour|day|week)\w*\b)(.+)", re.I
)
_TIMES = late(r"\b(\d+)\s*(?:times|attempts|tries|retries|x\b)", re.IGNORECASE)
_RETRY = late(r"\bretry|\bretries\b|\bretrying\b", re.IGNORECASE)
_TIME = late(r"(?:minute|min|hour|day|night|week|month|morning|evening|sec)", re.IGNORECASE)
_WAIT = late(r"(?:wait|waits|waiting|poll|polls|polling)\b", re.IGNORECASE)
_A_DAY = r"\s*(?:an?|per|each|every|daily|weekly|pro|am|par|al?|por|op|на|в|w|om)\s+\w"
_TRIES_SAID = late(
    r"(?<![\w.,:])\d{1,2}x\W*$|(?<![\w.,:])(?:(?:up\s+to|at\s+most|max(?:imum|\.)?|no\s+more\s+than)\s+)?"
    r"(?:\d{1,2}|two|three|four|five|ten|deux|trois|dos|tres|zwei|drei|due|tre|twee|drie)"
    r"(?:\s+(?:more|further|weitere|autres|más|altri|nog))?"
    r"\s*-?\s*(?:(?:re)?tr(?:y|ies)|times|attempts|mal|versuche?n?|wiederholungen|fois|essais?|tentatives?|veces"
    r"|(?:re)?intentos?|vezes|tentativas?|volte|tentativ[oi]|ripetizioni|keer|maal|pogingen|razy|prób\w*|powtórze\w*|kez|kere|defa"
    r"|deneme\w*|gånger|försök|gange|ganger|forsøk|kertaa|yrity\w+|krát|pokus\w*|alkalommal|kísérlet\w*|lần|kali|percobaan"
    r"|раз(?:а|и|ів)?|попыт\w+|спроб\w*)(?![\w-])(?!" + _A_DAY + r")"
    r"|\b(?:twice|thrice|zweimal|dreimal|fünfmal|tweemaal|driemaal|(?:dva|tři|pět|tri|päť)krát|(?:dwu|trzy|pięcio)krotnie|трижды|дважды|тричі|двічі"
    r"|kaksi\s?kertaa|kolmesti|háromszor|kétszer)\b(?!" + _A_DAY + r")"
    r"|(?<![第\d])\d{1,2}\s*(?:回(?!目)|次)|(?:최대|재시도)\s*\d{1,2}\s*[번회]|\d{1,2}\s*[번회]\s*(?:까지|시도|재시도|반복)",
    re.IGNORECASE,
)
"""How often something is tried, as languages have it: `at most 5 times`, `hoogstens 5 keer`, `最多5次`."""
_TRIED = late(
    r"(?:[(,;（、，]|\s[–—-]\s)\s*[^(),;（）、，]*?(?:\bretr(?:y|ies|ied|ying)\b(?!-after)|\berneut\s+(?:versuch|probier)\w*"
    r"|\bwiederhol\w*|\bréess\w+|\breintent\w*|\btent(?:ar|ando)\s+(?:novamente|de\s+novo)|\briprov\w+|\bopnieuw\s+prob\w+"
    r"|\bpon(?:ów|awia)\w*|\bповтор\w*|\btekrar\s+den\w*|\bförsök\w*\s+igen|\bthử\s+lại|重试|重試|リトライ|再試行|재시도)",
    re.IGNORECASE,
)
"""That something is tried again, in brackets or behind a comma."""
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_RANGE = late(r"\S+\s*(?:-|–|—|\.\.\.?|…|\bto\b)\s*\S+")
_ALTERNATIVES = late(r"\s+/\s+|\s*[|;]\s*")
_PAIRS = late(r"\s*(?:,|;|&|×|\band\b)\s*(?=[^\W\d][\w-]*\s*:\s)", re.IGNORECASE)
"""What joins `database: postgres, mysql` and `os: linux, mac`."""
_SLASHED = late(r"((?:[^\s/]+\s+)*?)\s*([^\s/]+(?:\s+/\s+[^\s/]+)+)")
_GAP = late(r"\.{2,}|…")
_EXAMPLE = late(
    r"(?:^|\s)(?:[^\W\d]+\.)+(?:\s|$)|(?:^|\s)(?:such as|like|for example|for instance|eg|etc)\b", re.I
)
"""What says that a list has examples only: words, and any abbreviation, as `e.g.` and `z.B.` are."""
_OPEN = late(
    r"(?:[<>≥≤]=?|=>|from\b|since\b)\s*\S+|\d[\w.]*\+|\d[\w.]*\s+(?:and|or)\s+\w+er\b", re.IGNORECASE
)
_SEVERAL = late(r"\*|\S\s+\S+\s+\S|\b(?:all|any|every|each)\b", re.IGNORECASE)
_PARTS = late(r"(?:\"[^\"]*\"|[^,\"])+")
_JOIN = late(r"\s*(?:,|&|×|\bx\b|\band\b|\bby\b|\btimes\b)\s*", re.IGNORECASE)

Axis = tuple[str, tuple[str, ...]]
"""The name of an axis and its values; none where the text lists none."""


class LoopKind(Enum):
    """What a loop repeats."""

    MATRIX = "matrix"
    RETRY = "retry"
    TIME = "time"
    OTHER = "other"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop read: its axes, the number of its tries, or the text of its time."""

    kind: LoopKind
    text: str = ""
    axes: tuple[Axis, ...] = ()
    tries: int = 0


def is_over_issues(text: str) -> bool:
    """Whether something is repeated for issues, and not for pull requests: it writes to these."""
    return _ISSUES.search(text) is not None and _REQUESTS.search(text) is None


_ISSUES = late(r"(?<![\w-])issues?(?![\w-])|イシュー|议题|議題|이슈", re.IGNORECASE)
_REQUESTS = late(r"(?<![\w-])(?:PRs?|pull[- ]requests?)(?![\w-])", re.IGNORECASE)


def is_wait(text: str) -> bool:
    """Whether a loop waits for something, by its words."""
    return _WAIT.match(labels.plain(text)) is not None


_WAITING = late(
    r"(?:please\s+)?(?:a?waits?|waiting|awaiting|hold(?:s|ing)?(?:\s+on)?|paus(?:es?|ing)|sleeps?|stand(?:s|ing)?\s+by"
    r"|sit(?:s|ting)?\s+tight|polls?|polling)\b"
    r"|.*\b(?:abwarten|warten|wartet|warte|attend(?:re|s|ez)?|patiente[rz]?|esper[ae]r?|aguard[ae]r?|attendere"
    r"|attendi|aspetta(?:re)?|wacht(?:en)?|afwachten|czeka[ćj]?|czekanie|poczekaj?|odczekaj?|bekle(?:n|r|me)?\w*"
    r"|v[äe]nta?[rt]?e?r?|odota|odottaa|[čc]ek(?:at|á|ej)|po[čc]k(?:at|ej)|tunggu|menunggu|chờ|đợi)\b"
    r"|.*(?:\b(?:подо|о)?жд(?:ать|[её]м|[её]т|ите)\b|\bожида\w*|\bчека\w*|待つ|待ち|待って|待機|等待|等候|대기|기다|प्रतीक्षा)",
    re.IGNORECASE,
    for_ascii=r"(?:please\s+)?(?:a?waits?|waiting|awaiting|hold(?:s|ing)?(?:\s+on)?|paus(?:es?|ing)|sleeps?"
    r"|stand(?:s|ing)?\s+by|sit(?:s|ting)?\s+tight|polls?|polling)\b"
    r"|.*\b(?:abwarten|warten|wartet|warte|attend(?:re|s|ez)?|patiente[rz]?|esper[ae]r?|aguard[ae]r?|attendere"
    r"|attendi|aspetta(?:re)?|wacht(?:en)?|afwachten|czekaj?|czekanie|poczekaj?|bekle(?:n|r|me)?\w*"
    r"|venta?[rt]?e?r?|odota|odottaa|cek(?:at|ej)|pock(?:at|ej)|tunggu|menunggu)\b",
)


def says_waiting(text: str) -> bool:
    """Whether a text says that something is waited for, at its head in English and anywhere in others."""
    return _WAITING.match(labels.plain(text)) is not None


def lasts(text: str) -> bool:
    """Whether a text says how long something goes on: around what people do, they do it again and again."""
    return (
        is_wait(text)
        or re.match(r"(?:until|while|as long as)\b", labels.plain(text), re.IGNORECASE) is not None
    )


def tries_said(text: str) -> str:
    """What the text of something that is done once says of how often it is tried, as it is written."""
    match = _TRIES_SAID.search(text)
    if match is None and (match := _TRIED.search(text)) is None:
        return ""
    return match[0].strip(" (,;（、，–—-")


def how_to_try(said: str) -> str:
    """The cure of what says how often something is tried, and is done once."""
    match = re.search(r"\d+", said)
    return f"`loop Retry {match[0] if match is not None else 3} times` around it tries it so often"


@lru_cache(maxsize=1 << 10)
def loop(text: str) -> Loop:
    """What a loop repeats; waiting is told by `is_wait`."""
    bare = " ".join(labels.lines(text))
    if match := _EACH.match(bare):
        if _TIME.match(match[1]):
            return Loop(LoopKind.TIME, bare)
        return Loop(LoopKind.MATRIX, match[1], axes=axes(match[1]))
    if re.match(r"every\s+\d", bare, re.IGNORECASE):
        return Loop(LoopKind.TIME, bare)
    times = _TIMES.search(bare)
    if times or _RETRY.search(bare):
        return Loop(LoopKind.RETRY, bare, tries=int(times[1]) if times else 3)
    return Loop(LoopKind.OTHER, bare)


def listed(text: str) -> tuple[Axis, ...]:
    """The axes of a text that is a list as such: `Python (3.11, 3.12)`; nothing if it is none."""
    bare = _LEAD.sub("", " ".join(labels.lines(text)))
    if not re.search(r"[\[({:]|,", bare):
        return ()
    found = axes(bare)
    return found if found and all(len(values) > 1 for _, values in found) else ()


_LEAD = late(
    r"^(?:(?:for|on|with)\s+)?(?:(?:each|every|all|für\s+jede[nmrs]?|pour\s+chaque|para\s+cada|per\s+ogni|dla\s+ka[żz]de\w+"
    r"|voor\s+elke?|для\s+кажд\w+)\s+)?(?:(?:build\s+|test\s+)?matri(?:x|ce|z|s)\s*[:：–—-]\s*|matri(?:x|ce|z)\s+(?=[(\[]))?",
    re.IGNORECASE,
)
LEFT_OUT = late(
    r"[\s,;(–—-]+(?:but\s+not|except|excluding|exclude[sd]?|other\s+than|hariç"
    rf"|{labels.EXCEPT_BEYOND})\b.*|\s*[(,]\s*not\s+\S.*|[\s,，、（(]*(?:除了|除外|以外|제외).*",
    re.IGNORECASE,
)
"""What a list does not have: `but not 3.11 on Windows`."""
_A_VALUE = r"(?:v?\d+(?:\.[\dx*]+)*|(?:ubuntu|windows|mac-?os|mac|osx|linux)(?:-[\w.]+)?)"
_NO_AND = (
    r"(?!(?:to|bis|nach|vers|à|al|hasta|até|ate|naar|do|до|til|till|on|in|with|for|of|at|as|by|per|via|mit|auf|für"
    r"|sur|avec|con|com)\b)"
)
"""What stands between two values and joins them in no language: it says a range, or on what the first is."""
_JOINED = (
    r"(?:\s*[,，、/|&+]\s*|\s*,?\s+(?:and|und|et|y|e|i|и|or|oder|ou|o)\s+"
    rf"|(?<=[\dx*])\s*,?\s+{_NO_AND}[^\W\d]{{1,4}}\s+(?=v?\d))"
)
_ROW = late(
    rf"(?:([^\W\d][\w.-]*)\s+)?((?:{_A_VALUE})(?:{_JOINED}{_A_VALUE})+|[\w.-]+(?:/[\w.-]+)+)(?![\w.-])",
    re.IGNORECASE,
)
_FROM_TO = late(
    r"(?:([^\W\d][\w.-]*)\s+)?(?:from\s+)?(?<![\w.])(\d+\.)?(\d{1,2})\s*(?:-|–|—|\.{2,3}|…|～|~|\b(?:to|through|bis|à|a|al|do|до)\b)\s*"
    r"(\d+\.)?(\d{1,2})(?![\w.])",
    re.IGNORECASE,
)
_MANY = late(
    r"(\d{1,2})\s+((?!(?:min|hour|day|night|week|month|sec|ms|retr|tries|attempt|time)|s\b|h\b|x\b)[^\W\d]\w+)",
    re.IGNORECASE,
)
_ELSEWHERE = r"(windows|mac-?os|mac)(?:[\s-]+\d+)?(?![\w./-])"
"""The systems on which a job runs only if its file says so."""
_ON_SYSTEM = late(
    r"(?<![\w/-])(?:on|under|auf|unter|sur|sous|en|su|em|no|op|na|pe|på|i|на|под)\s+(?:(?:an?|the|einem|un|una|um|uma|een|en)\s+)?"
    rf"{_ELSEWHERE}|(?<![\w/-]){_ELSEWHERE}\s+(?:runner|agent|machine|host|vm|worker|builder|rechner|maschine|máquina|machina)s?\b"
    rf"|\A\W*{_ELSEWHERE}(?=\s*(?:[(（:：,–—]|\Z)|\s+(?!defender|update)\w)"
    rf"|[(\[（]\s*{_ELSEWHERE}\s*[)\]）]|(?<![\w/-])(windows|mac-?os)\s*(?:上|で|에서|环境|環境|执行|実行)",
    re.IGNORECASE,
)
_OF_SYSTEM = late(rf"(?<![\w/-]){_ELSEWHERE}", re.IGNORECASE)


def system_meant(text: str, *, is_job: bool = False) -> tuple[str, str] | tuple[()]:
    """What a text says of the system on which something runs, and the label of GitHub's runner for it: `on
    Windows`, `(macOS)`; in the name of a job (`is_job`) wherever it stands. Empty where there is no such."""
    match = _ON_SYSTEM.search(text) or (_OF_SYSTEM.search(text) if is_job else None)
    if match is None:
        return ()
    system = next(filter(None, match.groups())).lower()
    return match[0].strip(), "windows-latest" if system == "windows" else "macos-latest"


_MOST = 20
"""How many values are counted up from the ends of a range."""


def offered(text: str) -> tuple[Axis, ...]:
    """The axes that a text may mean that is no list as such, for people to look at: a range counted up, rows
    of values wherever they stand, and nothing of what it leaves out; none where nothing can be made of it."""
    bare = LEFT_OUT.sub("", _LEAD.sub("", " ".join(labels.lines(text)))).strip(" ,;:")
    found = listed(bare)
    if any(labels.says_duration(one) for _, values in found for one in values):
        return ()  # how long or how often something is done
    if found and all(len(name.split()) < _WORDY for name, _ in found):
        return found
    rows: dict[int, Axis] = {}
    end = 0
    for match in _ROW.finditer(bare):
        values = tuple(re.split(_JOINED, match[2], flags=re.I))
        rows[match.start()] = (_name_of(match[1], values), values)
        end = match.end() if any(map(str.isdigit, match[2])) else end
    for match in _FROM_TO.finditer(bare, end):
        first, last, major = int(match[3]), int(match[5]), match[2] or ""
        if major == (match[4] or "") and first < last <= first + _MOST:
            values = tuple(f"{major}{number}" for number in range(first, last + 1))
            rows.setdefault(match.start(), (_name_of(match[1], values), values))
    many = None if rows else _MANY.fullmatch(bare)
    if many is not None and 1 < int(many[1]) <= _MOST:
        return ((labels.singular(many[2]), tuple(map(str, range(1, int(many[1]) + 1)))),)
    found = tuple(axis for _, axis in sorted(rows.items()))
    [named, *others] = axes(bare)
    is_named = len(found) == 1 and found[0][0] == "value" and not (others or named[1])
    return ((labels.singular(named[0]), found[0][1]),) if is_named and named[0].isalpha() else found


_WORDY = 4  # words are no name of an axis any more


def _name_of(before: str | None, values: Sequence[str]) -> str:
    """The name of an axis of values, by the word before them: not by one such as `on` or `auf`."""
    if labels.are_systems(values):
        return "os"
    name = before or ""
    return labels.singular(name) if len(name) > _SHORT or name.casefold() in ("os", "jdk", "php") else "value"


def marks(text: str) -> str:
    """The marks that could say what a loop repeats, with what its text has for them in any language: a list,
    a number."""
    if named := ", ".join(labels.in_order(text)):
        return f"`%% matrix: {{NAME: [{named}]}}` ({_ONE_BY_ONE})"
    found = offered(text)
    tries = re.search(r"\b(\d{1,2})\b", text) if not labels.says_duration(text) else None
    matrix = f"`%% {matrix_mark(found)}`" if found else "`%% matrix: {NAME: [A, B]}`"
    is_number = tries is not None and (not found or _MANY.fullmatch(text.strip()))
    more = _WRITTEN_OUT if LEFT_OUT.search(text) else ""
    return f"{matrix}{more}, `%% retry: {tries[1] if tries and is_number else 3}` or `%% wait: X`"


_ONE_BY_ONE = "all at once; one by one with `max-parallel: 1` beside it in the workflow file, which stays"
_WRITTEN_OUT = " (what it leaves out stands in the workflow file, as `exclude`, and stays there)"


def values_help(text: str, axis: str) -> str:
    """How the values of an axis can be said of which none is read; `text` is all that the loop says."""
    more = _WRITTEN_OUT if LEFT_OUT.search(text) else ""
    if found := offered(text):
        return f"say them in a mark above, `%% {matrix_mark(found)}`{more}"
    is_plain = len(axis.split()) < _WORDY and not _has_bracket(axis)
    listing = (
        f"list them, `{axis} (a, b)`, or in a mark above, " if is_plain else "say them in a mark above, "
    )
    name = matrix_mark([(axis, ("a", "b"))]) if is_plain else "matrix: {NAME: [A, B]}"
    return f"{listing}`%% {name}`{more}"


def matrix_mark(axes: Sequence[Axis]) -> str:
    """The mark that says of what follows that it is done once for each of the values."""
    named = (labels.of_runners(name, values) for name, values in axes)
    lists = (f"{_key(name)}: [{', '.join(map(_yaml, values))}]" for name, values in named)
    return f"matrix: {{{', '.join(lists)}}}"


_INSIDE = late(r"([×]|\bx)?\s*[(\[（【]([^()\[\]（）【】]*)[)\]）】]", re.IGNORECASE)
_VALUE = r"(?:v?\d+\.[\dx*]+(?:\.[\dx*]+)*|(?:ubuntu|windows|mac-?os|mac|osx|linux)(?:-[\w.]+)?)"
_VALUES = late(
    rf"(?<![\w.-])(?:([^\W\d]\w*)\s+)?({_VALUE}(?:{_JOINED}{_VALUE})+)"
    r"(?![\w.-])",
    re.IGNORECASE,
)
"""Versions or systems in a row, be they of what stands before."""
_NUMBERED = late(r"([^\W\d]\w*)\s+(\d+(?:\s*[,，、/|]\s*\d+)+)")
_NUMBERS = late(
    r"(?:\b(?:on|with|for|using|under|against|auf|mit|für|unter|gegen|sur|avec|pour|sous|con|para|bajo|com|em|sob|su|sotto|per"
    r"|met|op|onder|voor|na|dla|pod|z|на|для|под|с|på|med|för|under)\s+|[:：]\s*)"
    r"([^\W\d]\w+)\s+(\d+(?:(?:\s*[,，、/|&]\s*|\s*,?\s+(?:and|und|et|y|e|i|a|en|og|och|ve|и|та|й)\s+)\d+)+)\W*$",
    re.IGNORECASE,
)
"""Numbers in a row behind a word, at the end of what says that something is done with it or on it."""
_NUMBERS_BEYOND = late(
    r"([A-Za-z][\w.+#]*)\s*(\d+(?:\s*(?:[,，、/]|和|与|與|及|と|および|및|과|와)\s*\d+)+)\s*"
    r"(?:で|上|の|版|に|에서|로|을|를|버전|バージョン|版本|下)"
)
"""The same in Chinese, Japanese and Korean, where the word for that stands behind: `Node 20 と 22 で`."""
_REPEATED = late(
    r"\b([^\W\d]\w+)\s+(\d[\d.x]*)((?:(?:\s*[,，、/|&+]\s*|\s*,?\s+(?!to\b|bis\b|nach\b|vers\b|hasta\b|até\b|naar\b|до\b)[^\W\d]{1,3}\s+)"
    r"\1\s+\d[\d.x]*)+)",
    re.IGNORECASE,
)
"""A word with a number, and again, a short word between: `node 18, node 20`, `Java 17 e Java 21`."""
_LISTED_AT = late(
    r"\b(?:on|in|for|with|across|against|using|auf|für|mit|im|sur|dans|pour|avec|en|para|con|em|no|nos|nas|com|per|su|nei|op"
    r"|met|voor|w|we|na|dla|v|ve|pro|på|för|til|в|на|для|у|trên|di|pada)\s+(?:[^\W\d][\w'’-]*\s+){0,2}?([^\W\d][\w'’-]*)\s*[:：]\s*"
    r"([\w.+#-]+(?:\s*[,，、/|&]\s*[\w.+#-]+)*(?:\s*[,，、/|&]\s*|\s*,?\s+[^\W\d]{1,3}\s+)[\w.+#-]+)\W*$",
    re.IGNORECASE,
)
"""What a thing is done on or with, and which these are: `tests in the browsers: chrome, firefox`."""
_CROSSED = late(r"([^\W\d]\w*)\s*×\s*([^\W\d]\w*)")
_HEADED = late(r"\bmatri(?:x|ce|z)\s*[:：]|\b(?:build|test)\s+matrix\b", re.IGNORECASE)
"""What says that the names that are crossed are axes: `Test matrix: os × node`."""
_BETWEEN_VALUES = late(r"\s*[,，、/|&+]\s*|\s+[^\W\d]+\s+")


def said_list(text: str) -> tuple[str, tuple[Axis, ...]] | None:
    """A list in the text of what is done once, for each of whose values it may be meant, as it is written:
    `(os: linux, windows)`, `× (a, b)`, versions or systems wherever they stand."""
    for line in labels.lines(text):
        if each := _FOR_EACH.search(line):
            return each[0].strip(), ()
        insides = list(_INSIDE.finditer(line)) if _may_list(line) else []
        for match in insides:
            found = listed(match[2])
            if found and (match[1] or _is_named(match[2], found) or _says_matrix(line)):
                return match[0].strip(), found
            if _MATRIX.issuperset(said := match[2].casefold().split()) and "matrix" in said:
                return match[0].strip(), ()
        if values := _VALUES.search(line):
            before = values[1] or ""
            name = before if len(before) > _SHORT or not before.islower() else ""
            first = (name or "value", tuple(_BETWEEN_VALUES.split(values[2])))
            more = _NUMBERED.search(line, values.end())
            second = ((more[1], tuple(re.split(r"\D+", more[2]))),) if more and more[1] != name else ()
            return values[2], (first, *second)
        if not line.isascii() and (beyond := _NUMBERS_BEYOND.search(line)) is not None:
            return f"{beyond[1]} {beyond[2]}", ((beyond[1], tuple(re.split(r"\D+", beyond[2]))),)
        for part in (line, *(match[2] for match in insides)) if insides or line[-1].isdigit() else ():
            numbers = _NUMBERED.fullmatch(part.strip()) or _NUMBERS.search(part)
            if numbers is not None:
                return f"{numbers[1]} {numbers[2]}", ((numbers[1], tuple(re.split(r"\D+", numbers[2]))),)
            if repeated := _REPEATED.search(part):
                return repeated[0], ((repeated[1], tuple(re.findall(r"\d[\d.x]*", repeated[0]))),)
        if ":" in line and (done := _LISTED_AT.search(line)) is not None:
            return done[2], ((done[1], tuple(_BETWEEN_VALUES.split(done[2]))),)
        if "×" in line and _HEADED.search(line) and (crossed := _CROSSED.search(line)):
            return crossed[0], ((crossed[1], ("A", "B")), (crossed[2], ("A", "B")))
        if any(sign in line for sign in _MAY_NAME) and _says_matrix(line):
            if (behind := _BEHIND_COLON.search(line)) is not None and (named := listed(behind[1])):
                return behind[1], named
            if per := _PER.search(line):
                return per[0], ((per[1], ("A", "B")),)
        if (within := _IN_MATRIX.search(line)) is not None and _says_matrix(line):
            return within[0].strip(), ()
    return None


_FOR_EACH = late(
    r"\b(?:on|for|with|against|across|using|under|auf|für|mit|unter|sur|pour|avec|sous|en|para|con|em|com|per|su|op|voor|met|na|dla"
    r"|для|на|под|с)\s+(?:each|every|all|jede[nmrs]?|alle[nr]?|chaque|cada|ogni|elke?|ka[żz]d\w+|кажд\w+|всех)\s+(?:[\w.+#-]+\s+){0,2}?"
    r"[\w-]*(?:versions?|versi[oó]n(?:e[ns]?)?|vers[ãõ]\w+|versie|wersj\w+|верси\w+|majors?|runtimes?|toolchains?|os|oses|platforms?"
    r"|plattform\w*|plateformes?|plataformas?|piattaform\w|platform\w*|платформ\w*|architectures?|archs?|targets?|browsers?|navegador\w*|navigateurs?"
    r"|distros?|(?:node|python|java|ruby|php|go)\s+majors?)\b|(?:各|每个|每個|각)\s*[\w.]*\s*(?:版本|バージョン|버전|平台|プラットフォーム|플랫폼|브라우저|ブラウザ|浏览器)",
    re.IGNORECASE,
)
"""For each of what, of which the text lists none: `on each Node major`."""
_MAY_NAME = (":", "：", " per ", " pro ", " par ", " por ", " je ", "for each ")
"""What stands before the names or the values of axes: few texts have any of it."""
_MATRIX_WORD = late(r"\bmatri(?:x|ce|z|s)\b|マトリ(?:ック|ク)ス|矩阵|矩陣|매트릭스|матриц\w*", re.IGNORECASE)
_IN_MATRIX = late(
    r"[(（\[]\s*(?:(?:builds?|tests?|jobs?|in|as|via|os|versions?)\s+)?matri(?:x|ce|z)\b[^()（）\[\]]*[)）\]]|\bmatri(?:x|ce|z)[\s-]+(?:builds?|tests?|jobs?|strateg\w+)\b"
    r"|\b(?:builds?|tests?|jobs?)[\s-]+matri(?:x|ce|z)\b|\b(?:in|as|als|en|em|im|via)\s+(?:an?\s+|un[ae]?\s+|einer?\s+|uma\s+)?matri(?:x|ce|z)\b"
    r"|マトリ(?:ック|ク)ス|矩阵|矩陣|매트릭스",
    re.IGNORECASE,
)
"""Where a text says that it is done in a matrix: in brackets, of builds or tests, or as such."""
_PER = late(r"\b(?:per|pro|par|por|je|for\s+each|für\s+jede[nmrs]?)\s+([^\W\d]\w+)", re.IGNORECASE)
_BEHIND_COLON = late(r"[:：]\s*(\S.*)")
_MAKES_MATRIX = late(
    r"\W*(?:generat|comput|calculat|creat|prepar|determin|detect|defin|set\b|set-|load|read|output|emit|export|print"
    r"|resolv|discover|find|list|parse|get\b|make\b|erzeug|ermittl|génér|calcul|gener|crea|cri|genera|calcola|przygotuj"
    r"|oluştur|формир|созда|生成|作成|计算|計算|생성)",
    re.IGNORECASE,
)
"""The heads of texts that make the list of a matrix, and run in none."""


def _says_matrix(line: str) -> bool:
    """Whether a text says that something is done in a matrix, and makes none."""
    return _MATRIX_WORD.search(line) is not None and _MAKES_MATRIX.match(line) is None


def _may_list(line: str) -> bool:
    """Whether a line has brackets with what lists have: few do."""
    inside = max(map(line.find, "([（【"))
    return inside >= 0 and any(one in line[inside:].casefold() for one in (*",:|", " / ", "matrix"))


_MATRIX = frozenset("matrix parallel build test job version os full strategy as in via a".split())
"""Words that say nothing but that there is a matrix."""


def _is_named(text: str, axes: Sequence[Axis]) -> bool:
    """Whether a list says of what its values are, each in a word."""
    words = (word for name, values in axes for word in (name, *values))
    return ":" in text and all(len(word.split()) == 1 for word in words)


_SHORT = 3
"""How many letters words have at most that stand before a list, such as `on` and `auf`."""


def _key(name: str) -> str:
    words = re.findall(r"[A-Za-z][\w-]*", re.split(r"\s+(?:in|of|from|among)\s+", name, maxsplit=1)[0])
    return job_id(" ".join(words[-2:])) if words else "value"


def _yaml(value: str) -> str:
    """A value in a list in YAML: what looks like another number than it is stands in quotes."""
    return value if re.fullmatch(r"[A-Za-z][\w.-]*|0|[1-9]\d*", value) else f'"{value}"'


@lru_cache(maxsize=1 << 10)
def axes(text: str) -> tuple[Axis, ...]:
    """The axes that a text names: `X (a, b) and Y (c, d)`, `X: a, b`, `X [a, b]`, `X a, b`, `X and Y`.

    A value may have brackets of its own, `linux (x64)`; where brackets say something else there are none.
    """
    text = text.strip().rstrip(":")
    if LEFT_OUT.search(text):
        return ((text, ()),)
    if pieces := _bracketed(text):
        return _of_brackets(text, pieces)
    pairs = _PAIRS.split(text)
    if len(pairs) > 1:
        parted = [_bracketed(pair) for pair in pairs]
        if all(":" in pair or len(piece) == 1 for pair, piece in zip(pairs, parted)):
            return tuple(
                _axis(*piece[0]) if len(piece) == 1 else _axis(*pair.split(":", 1))
                for pair, piece in zip(pairs, parted)
            )
    name, colon, values = text.partition(":")
    if colon and values.strip():
        return (_axis(name, values),) if not _has_bracket(name) else ((text, ()),)
    if "," in text:
        return (_bare_list(text),)
    if (match := _SLASHED.fullmatch(text)) is not None:
        return (_axis(match[1], match[2]),)
    names = [name for name in re.split(r"\s+and\s+|\s*[×&]\s*", text) if name]
    if len(names) > 1 and all(len(name.split()) <= 2 for name in names):
        return tuple((name.strip(), ()) for name in names)
    return ((text, ()),)


def _has_bracket(text: str) -> bool:
    return any(char in _BRACKETS or char in _BRACKETS.values() for char in text)


def _bracketed(text: str) -> list[tuple[str, str]]:
    """What stands in brackets, each with the words before it, where a text is nothing else."""
    found: list[tuple[str, str]] = []
    closing: list[str] = []
    start = inside = 0
    for at, char in enumerate(text) if _has_bracket(text[-1:]) else ():
        if char in _BRACKETS:
            inside = inside if closing else at
            closing.append(_BRACKETS[char])
        elif closing and char == closing[-1]:
            closing.pop()
            if not closing:
                found.append((text[start:inside], text[inside + 1 : at]))
                start = at + 1
    return found if not closing and not text[start:].strip() else []


def _of_brackets(text: str, pieces: Sequence[tuple[str, str]]) -> tuple[Axis, ...]:
    """The axes of what stands in brackets: not what is more of each value, as in `gcc (13), clang (18)`."""
    name, colon, _ = pieces[0][0].partition(":")
    if colon and len(name) + 1 < len(pieces[0][0].rstrip()):
        return (_axis(name, text[len(name) + 1 :]),)
    found = tuple(_axis(*piece) for piece in pieces)
    are_parted = any(before.strip() == "," or before.lstrip().startswith(",") for before, _ in pieces[1:])
    if are_parted and any(len(values) == 1 for _, values in found):
        return ((text, ()),)
    if len(found) > 1 and _WITHIN.search(pieces[0][0]):
        return ((text, ()),)
    if len(found) == 1 and len(found[0][1]) == 1 and _REMARK.search(text):
        return ((found[0][0], ()),)
    return found


_REMARK = late(r"[(（]\s*[^\d()（）'\"`]+[)）]\s*$")
"""One thing in brackets at the end, which says how it is done, and is no value: `package (sequential)`."""


def manner_said(text: str) -> str:
    """What a loop says in brackets at its end of how something is done, and is no value; empty if nothing."""
    match = _REMARK.search(text)
    return match[0].strip() if match is not None and "," not in match[0] else ""


_WITHIN = late(r"\S\s+(?:in|of|from|among)\s+\S", re.IGNORECASE)
"""What says of what the names before brackets are: `each compiler in gcc (13, 14), clang (18)`."""


def _parts(values: str) -> list[str]:
    """Values parted at commas that stand in no brackets."""
    if '"' in values:
        return _PARTS.findall(values)
    result, depth, start = [], 0, 0
    for at, char in enumerate(values) if _has_bracket(values) else ():
        if char in _BRACKETS:
            depth += 1
        elif char in _BRACKETS.values():
            depth -= 1
        elif char == "," and depth == 0:
            result.append(values[start:at])
            start = at + 1
    return [*result, values[start:]] if _has_bracket(values) else values.split(",")


def _is_list(value: str) -> bool:
    """Whether a value is several ones in brackets, or a part of such: no single one."""
    is_odd = "," in value or value[0] in _BRACKETS or not _bracketed(value)
    return _has_bracket(value) and is_odd


def _axis(name: str, values: str) -> Axis:
    bare = _JOIN.sub("", name, count=1) if _JOIN.match(name) else name
    bare = re.sub(r"(?:^|\s+)(?:in|of)$", "", bare.strip(" :,="), flags=re.IGNORECASE)
    parts = _parts(values)
    if len(parts) == 1:
        parts = _ALTERNATIVES.split(values)
    found = tuple(value for part in parts if (value := part.strip(" '\"`")))
    if any(_GAP.fullmatch(one) or _OPEN.fullmatch(one) or _EXAMPLE.search(one) for one in found):
        found = ()  # `3.11, ..., 3.13` and `3.9+` name their ends only, and `e.g. Linux` one of several
    if '"' not in values and any(map(_is_list, found)):
        found = ()
    last = found[-1] if found else ""
    if match := _LAST_TWO.fullmatch(last):
        found = (*found[:-1], *(one for one in match.groups() if one))
    elif found and all(len(one.split()) == 1 for one in found[:-1]) and _MAY_BE_TWO.fullmatch(last):
        found = ()  # `3.9, 3.11 a 3.13` may be three, or from one to another
    if len(found) == 1 and (_RANGE.fullmatch(found[0]) or _SEVERAL.search(found[0])):
        found = ()  # a range names its ends only, and `all supported versions` or `packages/*` nothing
    return bare or "value", found


_LAST_TWO = late(
    r"(?:and|or)\s+(\S+)|(\S+)\s+(?:and|or|und|oder|et|ou|y|e|i|oraz|lub|en|of|og|eller|och|ja|tai|nebo|alebo|ve|veya|и|или|та|і|และ|és|vagy|și|sau|dan"
    rf"|atau|và|hoặc)\s+(\S+)|(\S*\d\S*)\s+(?!a\b){_NO_AND}[^\W\d]{{1,4}}\s+(\S*\d\S*)",
    re.IGNORECASE,
)
"""The last two values of a list with what joins them; between values with numbers, whatever the language."""
_MAY_BE_TWO = late(r"\S*\d\S*\s+a\s+\S*\d\S*", re.IGNORECASE)


def _bare_list(text: str) -> Axis:
    """`Python 3.11, 3.12` is an axis with its values, `lint, test, build` a list without a subject."""
    parts = [part.strip(" '\"`") for part in re.split(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+", text)]
    parts = [part for part in parts if part]
    if match := _LAST_TWO.fullmatch(parts[-1]) if len(parts) > 1 else None:
        parts = [*parts[:-1], *(one for one in match.groups() if one)]
    first = parts[0].rsplit(None, 1)
    if _has_bracket(text):
        return text, ()
    if any(len(part.split()) > 1 or _GAP.fullmatch(part) for part in parts[1:]) or _EXAMPLE.search(text):
        return text, ()
    if len(first) == 1:
        return "value", tuple(parts)
    return re.sub(r"\s+(?:in|of)$", "", first[0]), (first[1].strip("'\"`"), *parts[1:])
