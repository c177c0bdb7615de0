"""Texts of a documented form (docs/language.md): what decides, what is skipped, what lists outputs."""

from __future__ import annotations

import re

from mermaid2gha.base.patterns import late
from mermaid2gha.compiler.vocabulary import ci_words, labels
from mermaid2gha.github.events import EVENTS

_DECIDE = "Decide"
_FILE_AND_JOB = late(r"[`'\"]?(?:[\w.-]+/)*[\w.-]+\.ya?ml[`'\"]?\s+[/|:–—→-]+\s+\S", re.IGNORECASE)
_FILE = late(r"[`'\"]?(?:[\w.-]+/)*[\w.-]+\.ya?ml[`'\"]?", re.IGNORECASE)
_FEW = 2
_LOOKED_AT = frozenset(
    "read load parse validate check lint verify show print view open edit update add write create generate "
    "render change commit delete remove copy apply format merge compare inspect find see get fetch set up "
    "config configuration settings values".split()
)
"""What is done with a file that is no workflow, and what it then is called."""
_RUNS_IN = late(r"runs?\s+in\s+['\"`]?(.+?)['\"`]?$", re.IGNORECASE)
_HEADS_JOB = late(r"\s*(?:job|stage)\s+#?\w{1,3}\s*[:.–—-]|\s*(?:job|stage)\s*:", re.IGNORECASE)
_NUMBERED_JOB = late(r"\b(?:job|stage)\s+#?\d", re.IGNORECASE)
_SKIPPED = late(
    r"^(?:job\s+|is\s+)?skipped\b"
    r"|^(?!(?:log|print|echo|record|note|report|mark|show|display|emit|announce|list|count)s?\b)"
    r"(?:(?!(?:unless|if|when|where|until|while|no|not|never|none|nothing|without|with"
    r"|and|or|but|that|which|only|ones|some|any|as)\b)[\w/.'`-]+\s+){1,4}skipped(?:\s*\([^()]*\))?$",
    re.IGNORECASE,
)
"""A thing and that it is skipped: `Deploy skipped`. Where a conjunction or a comma stands between, something
is done in which others are skipped: `Run the tests unless skipped`; and who tells of it does something."""
_SKIP = late(r"skip\b", re.IGNORECASE)
_WAITING = late(r"^(wait|poll)(?:s|ing)\b", re.IGNORECASE)
_WAITS_FOR = late(r"^\w+\s*(?:for|until)?\s*", re.IGNORECASE)
_OUTPUTS = late(r"outputs?\s*:\s*", re.IGNORECASE)
_IN_BRACKETS = late(r"\s*\(([^()]*)\)(?=\s*$|\s*<br)")
_WITH = late(r"\s+with\s+(?:inputs?\s+)?([^()<>]*?[\w-]\s*[:=][^()<>]*)(?=\s*$|\s*<br)", re.IGNORECASE)
_GIVING = (_IN_BRACKETS, _WITH)
_GOES_ON = late(r"[:=]\s*[^\s'\"`$]\S*\s+\S")
"""A value that is no one word behind *with*: the sentence may go on, `with version=1.2 on ubuntu`."""
_PAIR_WITHIN = late(r"(?<![\w.-])([A-Za-z_][\w-]*)\s*[:=]\s*['\"`]?([^\s,;()'\"`]+)", re.ASCII)
_PAIR = late(r"\s*([A-Za-z_][\w-]*)\s*[:=]\s*['\"`]?(\S.*?)['\"`]?\s*", re.ASCII)
"""The name of an input is in ASCII: GitHub takes no other."""
_NAME = late(r"\s*([A-Za-z_][\w-]*)\s*", re.ASCII)
_INPUTS_ARE = late(r"\s*inputs?\s*[:=]\s*", re.IGNORECASE)
_ANY_PAIR = late(r"[^\W\d][\w-]*\s*[:=]\s*\S.*")
_DONE = late(r"\w+ed|ok|done|complete|available|failed|status")
_NAMES_A_VERSION = late(r"[\w/.-]+:[\w.-]*\w|\blatest\b", re.IGNORECASE)
_READ_OUT = frozenset("read load get fetch list".split())
_REPORTING = frozenset(("report", "post", "update"))
_LOOKING_UP = frozenset(
    "verify check fetch read download ask get list query poll inspect look retrieve load find".split()
)
_PLAIN_REPLIES = frozenset(
    "ok okay done thanks finished complete completed ready ack accepted url link".split()
)


def decides(line: str) -> bool:
    """Whether a line begins with `Decide`."""
    return line.startswith(_DECIDE)


def runs_in(remark: str) -> str:
    """The workflow that the remark of a skip note names: `Runs in ci.yml`."""
    match = _RUNS_IN.match(remark)
    return match[1].strip("'\"` ") if match else ""


_STARTED_JOB = late(
    r"\W*(?:start|launch|run|trigger|queue|lanc|lanz|inici|inizi|avvi|démarr|exécut|ejecut|execut|uruch)\w*\s+"
    r"(?:the\s+|job\s+)*(?:[\"'`«“„][\w -]+[\"'`»”“]\s*(?:\(needs\b[^()]*\)|\Z)|[\w-]+\s*\(needs\b[^()]*\))",
    re.IGNORECASE,
)


def names_job(text: str) -> bool:
    """Whether a text names a job by its number, whatever it says of it, `Starte Job 2 (test)`, or starts what
    is in quotes or needs something: `start "deploy" (needs test)`."""
    return _NUMBERED_JOB.search(text) is not None or _STARTED_JOB.match(text) is not None


def says_runs_in(remark: str) -> bool:
    """Whether a remark says where something runs."""
    return _RUNS_IN.match(remark) is not None


def heads_job(text: str) -> bool:
    """Whether a text begins as the title of a job does: `Job 2: …`, `Stage: …`."""
    return _HEADS_JOB.match(text) is not None


def is_skipped(name: str) -> bool:
    """Whether a text says that something is skipped, which does nothing."""
    return _SKIPPED.search(name) is not None


def skipped(name: str, details: tuple[str, ...]) -> str:
    """What a text of the form `Skip X` leaves out; empty for others."""
    match = _SKIP.match(name)
    if match is None:
        return ""
    rest = " ".join((name[match.end() :].strip(), *details)).strip()
    return _WAITING.sub(r"\1", rest)


def waited_for(text: str) -> str:
    """What a text of the form `Wait for X` waits for."""
    return _WAITS_FOR.sub("", text)


def outputs(text: str) -> tuple[str, ...]:
    """What a text of the form `Output: a, b` lists."""
    match = _OUTPUTS.match(text)
    listed = re.split(r"[,;]", text[match.end() :]) if match else ()
    return tuple(name.strip() for name in listed if name.strip())


def given(text: str) -> tuple[tuple[str, str], ...]:
    """The values that a call gives in brackets, `(python: 3.12, fast=true)`, or behind *with* at its end: all
    of it is pairs, or none; behind *with* values are words, or in quotes."""
    return next(filter(None, (_pairs(form, text) for form in _GIVING)), ())


def _pairs(form: re.Pattern[str], text: str) -> tuple[tuple[str, str], ...]:
    match = form.search(text)
    said = match[1].split(",") if match is not None else []
    items = [_PAIR.fullmatch(item) for item in said]
    if not all(items) or (form is _WITH and any(map(_GOES_ON.search, said))):
        return ()
    return tuple((item[1], item[2]) for item in items if item)


def given_by_hand(text: str) -> tuple[tuple[str, str], ...]:
    """The inputs that a start by hand has in brackets: pairs, and names whose values whoever starts it gives,
    behind `inputs:` or beside pairs, `(target: staging|production, version)`.

    A word behind a pair of one value may be a second one: `(target: staging, production)` is not read.
    """
    match = _IN_BRACKETS.search(text)
    if match is None:
        return given(text)
    head = _INPUTS_ARE.match(match[1])
    found: list[tuple[str, str]] = []
    for item in match[1][head.end() if head else 0 :].split(","):
        may_be_value = bool(found) and found[-1][1] != "" and "|" not in found[-1][1]
        if pair := _PAIR.fullmatch(item):
            found.append((pair[1], pair[2]))
        elif (name := _NAME.fullmatch(item)) and not may_be_value:
            found.append((name[1], ""))
        else:
            return ()
    return tuple(found) if head or any(value for _, value in found) else ()


def without_given(text: str, *, is_by_hand: bool = False) -> str:
    """A text without the values that it gives in brackets or behind *with*."""
    if is_by_hand and _IN_BRACKETS.search(text) and given_by_hand(text):
        return _IN_BRACKETS.sub("", text)
    return next((form.sub("", text) for form in _GIVING if _pairs(form, text)), text)


def with_mark(text: str) -> str:
    """The mark that gives inputs to what is called, if a text has a pair that may be one: `target: linux`."""
    given = ", ".join(f"{match[1]}={match[2]}" for match in _PAIR_WITHIN.finditer(text))
    return f"`%% with: {given}` above it gives inputs, " if given else ""


def changed_files(text: str) -> list[str]:
    """The files by whose change a text says that something starts: `Trigger on pnpm-lock.yaml change`."""
    match = _FILES_CHANGED.search(text)
    return (
        re.findall(r"[\w./*-]*(?:\*[\w./*-]*|\.[a-z]{1,5})(?![\w./*-])", match[1])
        if match is not None
        else []
    )


_A_FILE = r"[`'\"]?[\w./*-]*(?:\*[\w./*-]*|\.[a-z]{1,5})[`'\"]?"
_FILES_CHANGED = late(
    rf"((?<![\w./*-]){_A_FILE}(?:(?:\s*[,/&|]\s*|\s+(?:or|and)\s+){_A_FILE})*)\s+(?:(?:is|are|was|were|has|have|been|files?)\s+)*"
    r"(?:change[sd]?|changing|modified|touched|updated?|updates|edited)\b",
    re.IGNORECASE,
)


def pairs_said(text: str) -> str:
    """The pairs of names and values in a text, `target=development`, as a mark of inputs has them."""
    return ", ".join(f"{match[1]}={match[2]}" for match in _PAIR_WITHIN.finditer(text) if "=" in match[0])


def without_pairs(text: str) -> str:
    """A text without the pairs in it, which a mark gives: `with version=1.2 on ubuntu`."""
    return _PAIR_WITHIN.sub(" ", text)


def inputs_named(text: str, callee: str = "") -> tuple[str, ...]:
    """The inputs that a call names behind *with* at its end and gives no value: `with APP_VERSION`. What is
    written as no word is: in capitals, or with a stroke below; so is one wherever it stands in another
    language, if it is no name of the `callee`."""
    match = _WITH_NAMES.search(text)
    names = tuple(re.split(r"\s*(?:,|&|\band\b)\s*", match[1].strip())) if match is not None else ()
    if names and all(map(_INPUT_NAME.fullmatch, names)):
        return names
    if "_" not in text or text.isascii():
        return ()
    return tuple(one[0] for one in _STROKED.finditer(text) if one[0] not in callee and one[0] not in EVENTS)


_STROKED = late(r"(?<![A-Za-z0-9_./-])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?![A-Za-z0-9_./-])")


_WITH_NAMES = late(
    r"\b(?:with|mit|avec|con|com|med|met|z|с)\s+(?:inputs?:?\s+)?([\w-]+(?:\s*(?:,|&|\band\b)\s*[\w-]+)*)\s*$",
    re.IGNORECASE,
)
_INPUT_NAME = late(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*|[A-Za-z]\w*_\w+")


def given_below(text: str) -> tuple[tuple[str, str], ...]:
    """The values that a start by hand gives in brackets, or in lines below it: `version: 1.2`."""
    first, *more = labels.pieces(text) or ("",)
    pairs = [_PAIR.fullmatch(line) for line in more]
    return (*given_by_hand(first), *((pair[1], pair[2]) for pair in pairs if pair))


def ungiven(text: str) -> str:
    """What seems to give values and is not read: in brackets a list that is more than pairs and names, or a
    line below the first for a name which no input can have. Nothing if there is none."""
    first, *more = labels.pieces(text) or ("",)
    match = _IN_BRACKETS.search(first)
    if match and not given_by_hand(first) and any(map(_PAIR.fullmatch, match[1].split(","))):
        return match[1].strip()
    return next((one for one in more if _ANY_PAIR.fullmatch(one) and not _PAIR.fullmatch(one)), "")


def lists_outputs(text: str) -> bool:
    """Whether a text begins as a list of outputs does."""
    return _OUTPUTS.match(text) is not None


def is_plain_reply(text: str) -> bool:
    """Whether a text says no more than that it is done, or where: `OK`, `done`, `URL`."""
    return not _PLAIN_REPLIES.isdisjoint(labels.words(text))


def is_order_of_work(text: str) -> bool:
    """Whether a text that is drawn as a reply orders work of its sender, by a verb that is no noun and its
    object: `Upload plan.out artifact`, `Roll back dev`; not what it tells: `Update status`."""
    return _ORDER_OF_WORK.match(text) is not None and _TOLD_LAST.search(text) is None


_ORDER_OF_WORK = late(
    r"\W*(?:upload|publish|roll-?\s?back|revert|restore|delete|create|open|merge|remove|apply|restart|promote"
    r"|deploy(?=\s+to\b)|push(?=\s+(?:to|the|an?)\b))\s+(?!(?:is|was|has|succeeded|failed|done|completed?|ok)\b)\w",
    re.IGNORECASE,
)
_TOLD_LAST = late(
    r"\b(?:urls?|links?|status(?:es)?|results?|reports?|notifications?|logs?|summar(?:y|ies)|details?|info\w*"
    r"|messages?|feedback|errors?|success\w*|complet\w+|failed|failure|done|finished|ok|passed)\W*$|\?\W*$",
    re.IGNORECASE,
)


def is_bare_order(text: str) -> bool:
    """Whether a text is nothing but a verb that says that something is to be done: `run`, `starten`."""
    return text.strip(" .!…").casefold() in _BARE_ORDERS


_BARE_ORDERS = frozenset(
    "run runs start starts execute executes invoke invokes call calls trigger triggers"
    " launch launches process perform starten startet ausführen aufrufen exécuter lancer"
    " lance démarrer appeler ejecutar iniciar lanzar executar chamar eseguire esegui avvia"
    " avviare uitvoeren uruchom uruchamia wykonaj kör starta çalıştır başlat запустить"
    " запускает выполнить запустити 実行 起動 呼び出し 执行 运行 启动 调用 執行 啟動 실행 시작 호출".split()
)


def reads_out(verb: str) -> bool:
    """Whether a verb at the head of a text reads values of an environment, which asks nobody."""
    return verb in _READ_OUT


def reports(verb: str) -> bool:
    """Whether a verb at the head of a text says that it is a report."""
    return verb in _REPORTING


def looks_up(verb: str) -> bool:
    """Whether a verb at the head of what is told to something outside asks how it stands."""
    return verb in _LOOKING_UP


def says_done(word: str) -> bool:
    """Whether the second word of a text tells what became of the first: `Image pushed`."""
    return _DONE.fullmatch(word) is not None


def is_object(word: str) -> bool:
    """Whether the third word of a text may be a thing, and the second say which: `upload parsed files`."""
    return word.isalpha() and not says_done(word) and _NO_THING.fullmatch(word) is None


_NO_THING = late(
    r"\w+ly|to|in(?:to)?|on(?:to)?|at|and|or|but|for|with|of|from|about|by|after|before|when|if|as|using|via|per|that"
    r"|which|where|so|through|is|was|ok|again|now|here|once|twice|yet|too|also|not|no",
    re.IGNORECASE,
)


def names_version(name: str) -> bool:
    """Whether a name tells which one of a thing it is: `app:1.2`, `latest`."""
    return _NAMES_A_VERSION.search(name) is not None


_TAKEN_BACK = late(
    r"(?:delet|remov|clos|revert|undo|withdraw|unpublish|yank|cancel|roll(?:s|ed|ing)?[\s-]*back|clean)\w*\b"
    r"|.*(?:\b(?:lösch|entfern|zurück|supprim|annul|retir|elimin|borr|elimin|remov|apag|exclu|usu[ńw]|cofn|sil|verwijder"
    r"|удал|откат|видал|відкот)\w*|删除|撤回|回滚|刪除|削除|取り消|ロールバック|삭제|롤백)",
    re.IGNORECASE,
)


def takes_back(text: str) -> bool:
    """Whether a text says that something is taken back or away, and not given: at its head, or by a word of
    another language in it. It only spares a warning."""
    return _TAKEN_BACK.match(labels.unnumbered(text)) is not None


_OF_TALK = late(
    r"\b[ck]omm?ent|\breview|\blabel|\bissues?\b|\bconversation|\bauto-?merge|\bassign|\bstatus\b|\b(?:abre|abrir|ouvr\w+"
    r"|öffne\w*|erstell\w*|crea\w*|cré\w+|cria\w*|otw[oó]rz|otwier\w+|открыва\w+|созда\w+)\b|коммент|комент|评论|評論|创建"
    r"|コメント|レビュー|作成|投稿|댓글|리뷰",
    re.IGNORECASE,
)


def is_of_talk(text: str) -> bool:
    """Whether a text is of what is said about code, or of a thing that is made, not of code that is taken. It
    only spares a warning."""
    return _OF_TALK.search(text) is not None


def conclusion(text: str) -> str:
    """How the workflow must have ended to which a run listens, by the words of its trigger."""
    said = set(labels.words(text))
    if said & {"always", "any", "whatever"} or _ALSO_AFTER.search(text) is not None:
        return "always"
    is_failure = not said.isdisjoint(labels.FAILING) and not said & {"not", "no", "never", "without"}
    return "failure" if is_failure else "success"


_ALSO_AFTER = late(
    r"\b(?:also|even|too|auch|aussi|même|también|tambien|incluso|também|anche|ook|zelfs|także|również|även|også)\b"
    r"|также|даже|навіть|也|でも|도\s",
    re.IGNORECASE,
)
"""Words that add an end to the usual one: `completed, also after failure`."""


def custom_type(after: str) -> str:
    """The type of one's own behind the name of an event, as a filter: `repository_dispatch: deploy`."""
    made = _CUSTOM_TYPE.match(after) or _JOINED_TYPE.match(after)
    return f"[types={made[1]}]" if made is not None else ""


_CUSTOM_TYPE = late(
    r"['\"`]?\s*(?:(?:[(\[:→]|->|—)\s*(?:event(?:[\s_-]?type)?\s*[=:]\s*)?['\"`]?"
    r"|(?:\s(?:with|of)\s+)?(?:event[\s_-]?)?types?\b\s*[=:]?\s*['\"`]?|\s['\"`])([\w.-]+)['\"`]?\s*[)\]]?\s*(?:[(\[（]|$)"
)
_JOINED_TYPE = late(
    r"['\"`]?\s+(?:events?\s+)?['\"`]?((?!client_payload|event_type)[a-z\d]+(?:[-_][a-z\d]+)+)\b"
)
"""A type that is a word of several, as no everyday word is: `repository_dispatch deploy-prod`."""


_WHEN = late(
    r"\W*(?:(?:on|when|whenever|upon|after|once|bei|wenn|sobald|nach|quand|lors(?:que)?|dès|après|al|cuando|tras|quando|ao|após|dopo"
    r"|przy|gdy|po|op|wanneer|när|при|когда|после)\b|當|当)|.*(?:したら|すると|された時|時に|时|하면|때)\s*$",
    re.IGNORECASE,
)


def says_when(text: str) -> bool:
    """Whether a text begins, or ends, as one does that says when something happens."""
    return _WHEN.match(text) is not None


def types_listed(text: str) -> str:
    """A text that may be types of an event, as GitHub lists them: `opened, synchronize` of `Trigger (Opened /
    Synchronized)`, `closed` of `closed event`."""
    bare = _TRIGGER_AHEAD.sub("", _EVENT_BEHIND.sub("", text.strip().lower())).strip(" ()[]:")
    return _SYNCHRONIZED.sub("synchronize", _ALSO.sub(", ", bare))


_EVENT_BEHIND = late(r"\s+(?:events?|trigger(?:s|ed)?)\W*\Z")
_TRIGGER_AHEAD = late(r"\A(?:trigger(?:s|ed)?|events?|types?|on|when)\b(?:\s+(?:by|on|when))?\W*")
_ALSO = late(r"\s*(?:[/|&+,;]|\b(?:and|or|und|oder|et|ou|y|o|e)\b)\s*")
_SYNCHRONIZED = late(r"\bsync(?:ed|hroni[sz]ed|hronise|s)?\b")


_HTTP = late(r"\b(?:POST|GET|PUT|PATCH|DELETE)\b")


def says_http(text: str) -> bool:
    """Whether a text names a method of HTTP, in capitals."""
    return _HTTP.search(text) is not None


_MIDNIGHT = late(
    r"\b(?:midnight|mitternachts?|minuit|medianoche|meia[- ]noite|mezzanotte|middernacht|północy?|полноч[ьи]"
    r"|опівночі|midnatt?"
    r"|keskiyöllä|půlnoci|polnoci|gece\s+yarısı(?:nda)?|éjfélkor|éjfél|miezul\s+nopții|nửa\s+đêm|tengah\s+malam)\b"
    r"|자정|午夜|凌晨零[点點]|零[点點时時]",
    re.IGNORECASE,
)
_NOON = late(
    r"\b(?:noon|midday|mittags?|midi|mediodía|meio[- ]dia|mezzogiorno|południe|полдень|полудня|опівдні)\b"
    r"|정오|正午",
    re.IGNORECASE,
)


def in_figures(text: str) -> str:
    """A text in which midnight, noon and hours of a part of the day are times of the clock: `jam 1 pagi`."""
    return _OF_DAY.sub(_clock, _NOON.sub(" 12:00", _MIDNIGHT.sub(" 00:00", text)))


def _clock(said: re.Match[str]) -> str:
    """An hour by the clock; of the night up to four is the morning, and from seven on the evening."""
    hour = int(said["hour"])
    is_late = said["late"] is not None or (said["night"] is not None and hour >= _EVENING)
    is_open = said["night"] is not None and _SMALL_HOURS < hour < _EVENING
    return said[0] if is_open else f" {hour + 12 * is_late:02}:{said['minute'] or '00'}"


_SMALL_HOURS, _EVENING = 4, 7
_OF_DAY = late(
    r"(?:(?<!\w)(?:jam|pukul|a\s+las?|às?|à|um|at|alle|o|в|о|lúc|om|saat|ve?|klo|kl\.?)\s+)?(?<![\w:.,/+-])"
    r"(?P<hour>1[01]?|[2-9])(?::(?P<minute>[0-5]\d))?\s*(?:uhr|heures?|h|giờ|uur|час\w*|годин\w*|hod\w*|o['’]clock)?\s+(?:"
    r"(?P<early>in\s+the\s+morning|morgens|früh|du\s+matin|de\s+la\s+(?:mañana|madrugada)|da\s+(?:manhã|madrugada)|d[ei]l?\s+mattin[ao]"
    r"|rano|утра|ранку|pagi|sáng|['’]s\s+(?:ochtends|morgens)|ráno|på\s+morgonen)"
    r"|(?P<late>in\s+the\s+(?:afternoon|evening)|nachmittags|abends|de\s+l['’]après-midi|du\s+soir|d[ea]\s+(?:la\s+)?tarde"
    r"|d[ei]l\s+pomeriggio|di\s+sera|po\s+południu|wieczorem|дня|вечера|дня|вечора|siang|sore|chiều|['’]s\s+(?:middags|avonds)"
    r"|odpoledne|večer|på\s+(?:kvällen|eftermiddagen))"
    r"|(?P<night>at\s+night|nachts|d[ea]\s+(?:la\s+noche|noite)|di\s+notte|w\s+nocy|ночи|ночі|malam|tối|['’]s\s+nachts|v\s+noci))(?!\w)",
    re.IGNORECASE,
)
"""An hour with the part of the day that it is of."""


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


def says_same(text: str) -> bool:
    """Whether a text says of something that it is the one that was spoken of before: `same tag`."""
    return _SAME.search(text) is not None


_SAME = late(
    r"\b(?:same|(?:de[mrn]?|die|das)?selbe[nrs]?|gleiche[nmrs]?|même|mism[oa]|mesm[oa]|stess[oa]|t[eę]n\s+sam|tego\s+sameg[oa]"
    r"|t[aą]\s+sam[aą]|hetzelfde|dezelfde|samma|samme|stejn\w+|aynı|sama|ugyanaz\w*|acelaşi|cùng)\b"
    r"|т[оаеу]\w*\s+же\b|т[аеоу]\w*\s+сам\w+|同じ|同一|相同|같은|동일",
    re.IGNORECASE,
)


def is_of_file(clause: str) -> bool:
    """Whether a clause says hardly more than a workflow's file, in whatever language, or names the file and
    what of it: `lint.yml 실행`, `lint.yml / Check messages`."""
    if _FILE_AND_JOB.match(clause):
        return True
    rest = _FILE.sub(" ", clause)
    said = labels.words(rest)
    return rest != clause and len(said) <= _FEW and not _LOOKED_AT.intersection(said)


_ENVIRONMENT_ATTRIBUTE = late(
    r"[\[(](?:[^\[\]()]*[,;])?\s*environment\s*([:=])\s*['\"`]?([\w.-]+)['\"`]?\s*[\]),;]", re.I
)


def said_environment(text: str, *, takes_values: bool = False) -> str:
    """The environment that a trigger names in brackets, `(environment: production)`, or nothing: `k=v` is the
    value of an input where the event has any."""
    match = _ENVIRONMENT_ATTRIBUTE.search(text)
    return match[2] if match and not (takes_values and match[1] == "=") else ""


def starts_workflow(text: str, own: str) -> bool:
    """Whether a text says to start a workflow by its name, which is not its `own`: `Trigger the promotion
    workflow`."""
    match = ci_words.STARTS_RUN.match(text)
    if (
        match is None
        or _OTHER_WORKFLOW.search(text) is None
        or ci_words.OTHER_SYSTEM.search(text) is not None
    ):
        return False
    named = [word for word in labels.words(text[match.end() :]) if word not in ci_words.OF_RUNS | _NO_NAME]
    return bool(named) and not set(named) <= set(labels.words(own))


_OTHER_WORKFLOW = late(r"\bworkflows?\b|ワークフロー|工作流|워크플로", re.IGNORECASE)
_NO_NAME = frozenset("of de du des a an next other another new this our github actions gha ci".split())


OFTEN = frozenset(
    "nightly overnight hourly daily weekly monthly schedule scheduled cron nachts nächtlich täglich stündlich"
    " jede jeden jeder chaque toutes tous cada ogni codziennie ежедневно каждый каждую elke iedere varje hver"
    " každý každou každé wöchentlich monatlich hebdomadaire mensuel semanal mensual mensal"
    " settimanale mensile giornaliero tygodniowo miesięcznie wekelijks maandelijks еженедельно"
    " ежемесячно щотижня veckovis ugentlig ugentligt týdně měsíčně haftalık günlük mingguan hetente"
    " viikoittain".split()
)
"""Words at the head of a text that may say how often something happens."""
HOW_OFTEN = OFTEN | frozenset(
    "every each toda todo todas todos minden joka setiap saat"
    " also and plus alle dalle auch aussi también anche também ook även også także".split()
)
PART_OF_DAY = late(
    r"morning|evening|noon|afternoon|morgen|abend|mittag|matin|soir|midi|mañana|tarde|manhã|mattin|sera\b|mezzogiorno|rano|wieczór"
    r"|ochtend|avond|middag|kväll|aften|kveld|утро|вечер|ráno|večer|sabah|akşam|朝|早|晚|아침|저녁|sáng|chiều|tối",
    re.IGNORECASE,
)
SCHEDULED = late(
    r"\b(?:schedul|(?:zeit|ablauf)plan|geplant|p[li]anifi|programm?a[dtzç]|agenda|harmonogram|zaplanowan|расписани|планов"
    r"|розклад|ge?planned|gepland|schemal|zamanlan|theo\s+lịch)|定时|定時|定期|排程|スケジュール|예약|스케줄",
    re.IGNORECASE,
)
"""How words begin that say that something happens by a plan, at times that are not said."""


def orders_run(text: str) -> bool:
    """Whether a text tells to run a workflow, and names its file or says that it is one: `Run deploy.yml`."""
    match = _ORDERS_RUN.match(text)
    return match is not None and (".y" in match[1] or ci_words.STARTS_RUNS.search(match[1]) is not None)


_ORDERS_RUN = late(
    r"\W*(?:re-?)?(?:run|start|trigger|launch|dispatch|kick\s+off)(?:s|es)?\s+(.*)", re.IGNORECASE
)


# -- rights ----------------------------------------------------------------------------------------

_RIGHT = late(r"(?:permissions\s*:\s*)?([a-z-]+)\s*:\s*(read|write)")
_INSIDE = late(r"[(\[]([^()\[\]]*)[)\]]")


def named_rights(text: str) -> tuple[tuple[str, str], ...]:
    """The rights that stand as such in a text, in brackets or at its end: `Scan (security-events: write)`."""
    found = [_RIGHT.fullmatch(part.strip()) for inside in _INSIDE.findall(text) for part in inside.split(",")]
    found += _RIGHT_LAST.finditer(text)
    return tuple(dict.fromkeys((one[1], one[2]) for one in found if one is not None))


_RIGHT_LAST = late(r"(?<![\w-])(?<!permissions: )([a-z-]+):\s*(read|write)(?=\s*(?:$|[,;)\]+&]))")


def rights_alone(text: str) -> tuple[tuple[str, str], ...]:
    """The rights of a text that says nothing else, as GitHub writes them: `permissions: id-token: write`."""
    if ":" not in text or ("write" not in text and "read" not in text):
        return ()
    bare = ", ".join(labels.pieces(text))
    bare = _PERMISSIONS.sub("", bare).strip(" {},")
    found = [_RIGHT.fullmatch(part.strip()) for part in bare.split(",") if part.strip()]
    return tuple((one[1], one[2]) for one in found if one is not None) if all(found) else ()


_PERMISSIONS = late(
    r"^(?:(?:\w+\s+)?permissions?|(?:needs?|requires?|with|rights?|braucht|benötigt|rechte?|nécessite|droits?|necesita"
    r"|requiere|permisos?|precisa\s+de|requer|permissões|richiede|permessi|требует|нужн\w+|права|wymaga|uprawnienia)(?=[\s:])"
    r"|需要|权限|權限|必要|権限|필요|권한)\s*[:：]?[\s,]*",
    re.IGNORECASE,
)
