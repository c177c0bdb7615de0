"""Where the name of a flow says that its pull requests come from, a fork, or a repository by its name; the
time that a lifeline's label says; what may be a folder; the words for what happens to a thing of the
repository, or that close it; what logs in; what is said of a release; and the drafts, forks and robots that
a text leaves out."""

from __future__ import annotations

import re

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.vocabulary import ci_words, labels, times
from mermaid2gha.compiler.vocabulary.branches import may_be_files
from mermaid2gha.compiler.vocabulary.forms import OFTEN, SCHEDULED, is_duration
from mermaid2gha.github.events import PULL_REQUEST, RELEASE

_FORK = late(
    r"\b(?:(not|never|no|without|except)\s+(?:\w+\s+)?)?from\s+(?:(?:a|the)\s+)?forks?\b", re.IGNORECASE
)
_REPOSITORY = late(
    r"\bfrom\s+(?:the\s+)?[\"'“‘`]?([\w.-]+/[\w.-]+)[\"'”’`]?\s+repo",
    re.IGNORECASE,
    for_ascii=r"\bfrom\s+(?:the\s+)?[\"'`]?([\w.-]+/[\w.-]+)[\"'`]?\s+repo",
)


@dataclass(frozen=True, slots=True)
class RequestOrigin:
    """Whether pull requests come from a fork, if that is said, or the repository from which they come."""

    is_fork: bool | None = None
    repository: str = ""

    @property
    def is_said(self) -> bool:
        return self.is_fork is not None or bool(self.repository)


def origin(name: str) -> RequestOrigin:
    """What the name of a flow says of it (docs/language.md#several-flows-in-one-file)."""
    if match := _FORK.search(name):
        return RequestOrigin(is_fork=match[1] is None)
    named = _REPOSITORY.search(name)
    return RequestOrigin(repository=named[1]) if named else RequestOrigin()


def time_of_label(label: str) -> str:
    """The time that the label of what starts runs says, as a cron, with words where people have to say what
    it leaves open, or as a word such as `weekly`; nothing if it says none: `Cron (Friday 00:05 UTC)`."""
    if times.is_inexact(label):
        return times.clock_said(label) or times.placeholders(label)
    if time := times.placeholders(label, is_alone=True):
        return time
    likely = times.likely_time(label) if any(map(str.isdigit, label)) else ""
    return times.figures_said(label) or likely or times.cron_said(label)


def how_to_time(said: str, text: str = "") -> str:
    """The cure of what says on which days something happens, within a run that is not of them; `text` has
    the time of the day as well."""
    cron = times.figures_said(text) or times.likely_time(said) or "MINUTE HOUR * * DAY"
    return f"`%% trigger: schedule[cron={cron}]` above a message to its lifeline begins a run of its own then"


def also_then(text: str) -> str:
    """The cure of what stands beside a run, and says a time at which that may start as well; or nothing."""
    time = times.placeholders(text, is_alone=True) or times.likely_time(text)
    if not time or is_duration(text):
        return ""
    mark = f"`%% trigger: EVENT, schedule[cron={time}]`"
    return f"; {mark} above what starts this run says that it starts then, too"


def may_say_time(label: str, names: frozenset[str]) -> bool:
    """Whether the label of a scheduler has something behind its name that may say its time, in whatever
    language: `Cron (varje timme)`; no name of what is drawn, nor what says again that it is a schedule."""
    rest = _BEHIND_NAME.search(label)
    said = re.findall(r"[^\W\d_]+", rest[0].lower()) if rest is not None else []
    return not all(word in _SCHEDULERS or word in names or SCHEDULED.search(word) for word in said)


_BEHIND_NAME = late(r"[(（\[].*|\s[–—-]\s.*|:\s.*")
_SCHEDULERS = OFTEN | frozenset(
    "the a an of git repo repository github gha gh actions action ci cd job jobs trigger triggers triggered"
    " event events timer time utc on by automatic automatically auto workflow workflows run runs".split()
)


def says_time_of_run(text: str) -> bool:
    """Whether what stands beside a run says on which days, and at which time, and that it starts then:
    `starts by itself every Sunday at 22:00`, `每周日 22:00 自动触发`."""
    time = times.likely_time(text) if any(map(str.isdigit, text)) and times.is_repeated(text) else ""
    return len(time.split()) > 1 and not times.is_open(time)


def inside_brackets(text: str) -> str:
    """All that stands in brackets in a text."""
    return " ".join(re.findall(r"[(（]([^()（）]*)[)）]", text))


_MAY_BE_FOLDER = late(r"(?<![<\w.*/:@-])([A-Za-z][\w-]*(?:/[\w-]+)+)(?![\w*/:@-]|\.\w)")


def may_be_folders(text: str) -> tuple[str, ...]:
    """What stands in brackets in a text, has a slash, and may be a folder or a branch: `(apps/worker)`. Not
    what branches alone are called, nor a list of what is done: `(opened/closed)`."""
    found = (name for name in _MAY_BE_FOLDER.findall(inside_brackets(text)) if may_be_files(f"{name}/**"))
    return tuple(one for one in found if not any(map(_OF_LISTS.fullmatch, one.split("/"))))


_OF_LISTS = late(
    r"[a-z]+ed|[a-z]+ing|and|or|yes|no|true|false|on|off|all|any|ci|cd|prs?|push|merges?|tags?|commits?|manual|schedule|nightly"
    r"|daily|lint|tests?|build|deploy|release|open|create|update|close|sync\w*|success|failure|main|master|develop|dev|staging"
    r"|prod(?:uction)?|pull|request|issues?|label|type|branch|origin|actions|workflows",
    re.IGNORECASE,
)
"""Words with a slash between them that are a list."""


HAPPENING_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "opened",
        r"open(?:s|ed)?|creat(?:es?|ed)?|(?:ge|er)?öffnet|abr(?:e|ir|o)|ouvr\w+|apre|otwiera|erstellt|ouvert\w*|créé\w*|abiert\w*|cread[oa]\w*|abert\w*|criad[oa]\w*"
        r"|apert\w*|creat[oai]|otwart\w*|utworzon\w*|nowy|nowe|new|neue[rs]?|geopend|nieuwe?|öppna[rds]\w*|skapad\w*|nytt|åpne[rt]\w*|opprettet|oprettet"
        r"|åbnet|otev[ří]\w*|vytvoř\w*|založ\w*|aç(?:ar|ıyor|ıl\w*)|oluştur\w*|yeni|dibuka|dibuat|membuka|membuat|baru|megny\w+|avaa|avattu|luo|luotu"
        r"|uusi|open(?:t|en)|crea[rn]?|cria|crée\w*|tworzy|zgłasza|maakt\b.{1,30}\baan",
        "откры|созда|завод|нов[ыо]|作成|起票|创建|建立|提交|提出|생성|등록|열[림린렸어]|연다|오픈|オープン|打开|開啟|新しい|新建",
    ),
    (
        "edited",
        r"edit(?:s|ed)?|bearbeitet|modifi\w+|editad[oa]\w*|modificat\w*|edytowan\w*|zmienion\w*|bewerkt|gewijzigd|redigera\w*|ändra\w*|redigert|endret|redigeret|ændret"
        r"|upraven\w*|düzenlen\w*|diubah|szerkesztett|muokattu",
        "измен|редактир|編集|编辑|編輯|修改|편집|수정",
    ),
    (
        "closed",
        r"clos(?:es|ed?)|geschlossen|fermé\w*|cerrad[oa]\w*|fechad[oa]\w*|chius[oai]|zamknięt\w*|gesloten|stäng[dts]\w*|lukket|zavřen\w*|uzavřen\w*|kapatıl\w*|kapan\w*|ditutup"
        r"|lezárt|suljettu",
        "закры|クローズ|关闭|關閉|닫",
    ),
    (
        "reopened",
        r"re-?open(?:s|ed)?|wieder\s+geöffnet|rouvert\w*|reabiert\w*|reabert\w*|riapert\w*",
        "переоткры|再オープン|重新打开",
    ),
    (
        "labeled",
        r"label(?:s|l?ed)?|etiquet\w*|étiquet\w*|etichett\w*|etykiet\w*",
        "ラベル|标签|標籤|라벨|метк",
    ),
    ("unlabeled", r"unlabel(?:s|l?ed)?", ""),
    (
        "synchronize",
        r"synchroni[sz]ed?|updat(?:es|ed?)|aktualisiert|mise?\s+à\s+jour|actualizad\w*|atualizad\w*|aggiornat\w*|new\s+commits",
        "обновл|更新|업데이트",
    ),
    (
        "published",
        r"publi(?!c(?:s|ly|ity)?\b)\w+|pubblic\w+|veröffentlicht|opubliko\w+"
        r"|gepubliceerd|uitgebracht|brengt\b.{1,20}\buit|utgiven|udgivet|julkais\w+|zveřejn\w*"
        r"|közzét\w+|yayınla\w*|yayımla\w*|dirilis|diterbitkan|phát\s+hành",
        "опубликов|випущ|опубліков|выпущ|公開|发布|發布|게시|배포",
    ),
    ("deleted", r"delet(?:es|ed?)|gelöscht|supprimé\w*|eliminad\w*|excluíd\w*", "удал|削除|删除|삭제"),
    ("assigned", r"assign(?:s|ed)?|zugewiesen|assigné\w*|asignad\w*|atribuíd\w*", ""),
    ("ready_for_review", r"ready\s+for\s+review", ""),
    ("review_requested", r"reviews?\s+(?:is\s+|are\s+)?requested", ""),
)
"""What happens to a thing of the repository, by activity types, in words of languages."""


_CHOICE = late(
    r"\s*[/|]\s*|\s+(?:or|oder|ou|o(?!\s+\d)|u|oppure|lub|albo|veya|ya\s+da|hoặc|hay|eller|nebo|of|или|або|чи)\s+"
    r"|\s*(?:또는|혹은|或者|或是|或|または|もしくは|あるいは)\s*",
    re.IGNORECASE,
)
_CLOSING = late(
    r"\b(?:clos(?:e[sd]?|ing)|abandon\w*|declin\w*|reject\w*|discard\w*|schlie(?:ß|ss)\w*|geschlossen|verw[io]rf\w*"
    r"|abgelehnt|ablehn\w*|ferm\w+|refus\w+|rejet\w+|cerr\w+|cierr\w+|rechaz\w+|fech\w+|rejeit\w+|chiu[ds]\w+"
    r"|rifiut\w+|zamyk\w+|zamkn\w+|odrzuc\w+|kapat\w*|kapan\w*|đóng|sluit\w*|gesloten|stäng\w*|lukk\w*|zavř\w+)"
    r"|закры\w+|отклон\w+|закри\w+|відхил\w+|关闭|關閉|拒绝|放弃|クローズ|閉じ|却下|닫|클로즈|거절",
    re.IGNORECASE,
)


def choices(text: str) -> list[str]:
    """The parts of a text between which people choose: `closes or merges the PR`."""
    return _CHOICE.split(text)


def says_closing(text: str) -> bool:
    """Whether a text says that something is closed, or rejected."""
    return _CLOSING.search(text) is not None


def is_bot(name: str) -> bool:
    """Whether a lifeline is called as a bot that opens pull requests: `Dependabot`, `Renovate`."""
    return _BOT.search(name) is not None


_BOT = late(r"bot\b|\A\W*renovate\b", re.IGNORECASE)


_OF_LOGIN = late(
    r"\bassum|\broles?\b|credential|\btokens?\b|\bauth|認証|认证|認證|인증|аутентиф|autentic|authentif|anmeld",
    re.IGNORECASE,
)
_SIGNS = late(r"\bsign|\battest|provenance|cosign|keyless|sigstore|fulcio", re.IGNORECASE)


def is_login(text: str) -> bool:
    """Whether a text says that its step shows who it is, and no more: `Assume role via OIDC`."""
    if _SIGNS.search(text) is not None or labels.verb(text, labels.GIVING | labels.MAKING) is not None:
        return False
    return ci_words.is_login(text) or _OF_LOGIN.search(text) is not None


def is_of_release(text: str, name: str) -> bool:
    """Whether a text speaks of a release, and starts nothing, to whom some kind of one is the name of:
    `Canary Release`. Not of a tool."""
    if _RELEASE.search(text) is None or _OF_RELEASE.search(name) is None:
        return False
    return not (ci_words.writers_named(name) or ci_words.is_about_start(text))


_RELEASE = late(r"(?<![^\W_])releases?(?![^\W_])|релиз|реліз|リリース|릴리[스즈]|发布|發佈", re.IGNORECASE)
_OF_RELEASE = late(
    r"(?:(?<![^\W_])release|релиз|реліз|リリース|릴리[스즈]|发布|發佈)(?:\s*\(.*\))?$|^релиз\s", re.IGNORECASE
)


_NO = (
    r"(?:not?|non|without|except|excluding|unless|but|skip\w*|ignor\w*|escluse?i?"
    rf"|{labels.EXCEPT_BEYOND}|{labels.NOT_BEYOND})\W+"
    r"(?:(?:an?|the|de|des|les?|las?|los|il|i|gli|os?|as?|of|for|on|from|if|in|by|bei|von|aus|für|per|para|pour|sur|en|di|na|pro|dla|van|voor|op|på"
    r"|для|на|из|от|у)\W+)*"
)
_OUT = (
    r"\w*\W+(?:(?:are|is|werden|sind|sont|est|son|são)\W+)?"
    r"(?:exclu\w+|excepted|skip\w+|ignor\w+|omitted|ausgenommen|ausgeschlossen|esclus\w+|exclu[ií]d\w+|wykluczon\w+|uitgezonderd|исключ\w+)"
)
_OUT_BEYOND = r"\s*(?:を|は|는|은)?\s*(?:除外|除く|以外|제외|之外)"


def _left_out(thing: str, beyond: str) -> re.Pattern[str]:
    """What says that something is left out, in whatever order."""
    return late(
        rf"\b{_NO}(?:{thing})\w*(?![\w/*])|\b(?:{thing}){_OUT}|(?:{beyond}|\b(?:{thing})\w*){_OUT_BEYOND}|(?:除|非|跳过|不含)了?\s*(?:{beyond}|{thing})",
        re.IGNORECASE,
    )


LEFT_OUT = (
    (
        PULL_REQUEST.name,
        _left_out(
            r"draft|entw(?:u|ü)rf|brouillon|borrador|rascunho|bozz[ae]|concept|szkic|utkast|udkast|návrh|чернов|чернет",
            r"草稿|下書き|ドラフト|초안|드래프트",
        ),
        "github.event.pull_request.draft == false",
    ),
    (
        f"{RELEASE.name}[",
        _left_out(r"pre-?releases?|vorab|pr[ée]lancement|пререлиз", r"プレリリース|预发布|預發布|프리릴리스"),
        "github.event.release.prerelease == false",
    ),
    (
        PULL_REQUEST.name,
        _left_out(r"forks?|форк", r"フォーク|포크"),
        "github.event.pull_request.head.repo.full_name == github.repository",
    ),
    (PULL_REQUEST.name, _left_out(r"dependabot", r"dependabot"), "github.actor != 'dependabot[bot]'"),
    (PULL_REQUEST.name, _left_out(r"renovate", r"renovate"), "github.actor != 'renovate[bot]'"),
    (PULL_REQUEST.name, _left_out(r"bots?|бот", r"ボット|机器人|봇"), "github.event.sender.type != 'Bot'"),
)
"""Events of which a text leaves some out, how it says so, and the condition of the others."""


def left_out(text: str) -> tuple[str, str]:
    """What a text says of drafts, forks or robots that are left out, and the condition of the others: `not on
    drafts`; nothing of what says no such thing."""
    for _, pattern, asked in LEFT_OUT:
        if match := pattern.search(text):
            return match[0], asked
    return "", ""
