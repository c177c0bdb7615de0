"""Phrases that ask for an approval or give one: as a whole text; a word of approval in a sentence is none."""

from __future__ import annotations

import re
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.compiler.vocabulary import labels

UNNAMED = "approval"
"""The environment of an approval that names none; once it is written, its name is people's."""

_OF_WHAT = r"(?:\s+(?:from|by|of|for|to|in|on|before)\b.*)?"
_KINDS = (
    r"(?:(?:the|a|an|manual|human|final|explicit|production|prod|staging|release|deploy(?:ment)?|admin"
    r"|maintainer|team|reviewer)\s+){0,3}"
)
_THING = (
    r"(?:(?:production|prod|staging|live|final|manual)\s+)?(?:release|deploy\w*|rollout|plan|change|PR|pull\s+request|promotion"
    r"|version|build|run|production|prod|staging|live|v?\d[\w.]*|#\d+)"
)
"""What people approve: of another thing, `approved` is what it is (`approved images`), and asks nobody."""
_PHRASE = late(
    rf"(?:please\s+)?(?:"
    rf"(?:asks?\s+(?:\w+\s+)?for|requests?|requires?|awaits?|(?:waits?|waiting)\s+for|needs?|pending)\s+{_KINDS}"
    rf"(?:approvals?|sign-?off|confirmation){_OF_WHAT}"
    rf"|{_KINDS}(?:approvals?|sign-?off)(?:\s+(?:required|needed|pending|granted|given|received|gate|step))?{_OF_WHAT}"
    rf"|(?:manually\s+)?(?:approve[sd]?|confirm(?:s|ed)?)(?:\s+(?:in|on|by|for|via)\b.*)?"
    rf"|(?:manually\s+)?approves?\s+(?!(?:list|dependenc|licen[sc]e)\w*)[^.;]+"
    rf"|(?:manually\s+)?approved\s+(?:the|this|that|these|it|all|from|of|before|with|{_THING})\b[^.;]*"
    rf"|confirm(?:s|ed)?\s+(?:the\s+)?(?:\w+\s+)?(?:deploy\w*|release|rollout)\b[^.;]*"
    rf"|(?:is\s+)?approved\??"
    rf")(?:\s+#?\d+)?\s*[.!?…]*",
    re.IGNORECASE,
)
_IN_ASCII = (
    r"\b(?:approv(?:e[sd]?|al|als)|sign(?:ed)?[- ]?off|confirm(?:s|ed|ation)?|go-ahead|green\s+light)\b"
    r"|\b(?:freigabe\w*|freigeben|freigegeben|genehmig\w*|abnahme|abgenommen|approuv\w*|approbation|apr(?:ob|ueb)\w*"
    r"|aprov\w*|approva(?:zione|re|to|ta)?|autoriz\w*|goedkeur\w*|goedgekeurd|zatwierd\w*|onay\w*|feu\s+vert|luz\s+verde"
    r"|sinal\s+verde|via\s+libera|groen\s+licht|akceptacj\w*|zgod[aey]|benestare|toestemming|akkoord|zustimmung|validation\s+manuelle"
    r"|(?:human|manual)\s+(?:review|gate|validation|verification|check|decision|intervention|ok)|manuelle\s+(?:pr(?:ü|ue)fung|kontrolle)"
    r"|revis(?:i[oó]n|[aã]o|ione)\s+manual[e]?|controllo\s+manuale|go\s?/\s?no-?go|godkend\w*|godkjen\w*|hyv(?:ä|ae)ks\w*"
    r"|persetujuan|disetujui)\b"
)
_WORD = late(
    _IN_ASCII + r"|\b(?:grünes?\s+licht|zielone\s+światło|зел[её]н\w*\s+свет|godkänn\w*"
    r"|\bizin\b|schv[aá]l\w*|schvaľ\w*|jóváhagy\w*|phê\s+duyệt|погодж\w*|έγκρισ\w*|odobr\w*|manuelle\s+prüfung|revisión\s+manual"
    r"|одобр\w*|согласов\w*|утверд\w*|подтверд\w*|схвал\w*)"
    r"|承認|承认|批准|审批|審批|绿灯|放行|ゴーサイン|核准|人工(?:确认|確認|审[核查]|審[核查]|复核)|审核|審核|許可|手動確認|승인|결재|수동\s?(?:확인|검토)|स्वीकृ|मंज़ूर|अनुमोद",
    re.IGNORECASE,
    for_ascii=_IN_ASCII,
)
_REVIEWERS = late(
    r"\b(?:required|mandatory|needs?|requires?|\d+|one|two|three)\s+(?:\w+\s+)?reviewers?\b|\breviewers?\b\s*(?:required|[:=]|\d)"
    r"|\bfour[- ]eyes\b|\b4[- ]eyes\b|\bvier[- ]augen",
    re.IGNORECASE,
)
_BY_ITSELF = late(r"\bauto(?:matic(?:ally)?)?[- ]?approv\w*", re.IGNORECASE)
_NO_NAME = r"approve[sd]?|approving|the|this|that|an?|its|your|github|deploy(?:ment)?s?|target|protected"
_AROUND = r"and|or|is|before|after|in|for|to|of|by|on|via|with|from"
_ENVIRONMENT = late(
    r"\benvironment\s*['\"`“]([\w-]+)['\"`”]"
    rf"|\b(?!(?:{_NO_NAME}|{_AROUND})\b)([\w-]+)['\"`”]?\s+environment\b"
    rf"|\benvironment\s+(?!(?:{_NO_NAME}|{_AROUND}|approvals?|gates?|protection|rules?|reviewers?|secrets?)\b)([\w-]+)",
    re.IGNORECASE,
)
"""The name of an environment: quoted or behind a colon, before the word, or behind it."""
_ATTRIBUTE = late(r"\benvironment\s*[:=]\s*['\"`]?([\w-]+)", re.IGNORECASE)
_IN_BRACKETS = late(r"\s*[(\[]\s*environment\s*[:=][^()\[\]]*[)\]]", re.IGNORECASE)
_KNOWN = late(
    r"(?<![\w-])((?:\w+-)*(?:production|prod|staging|live|preprod|preview)(?:-\w+)*)(?![\w-])", re.IGNORECASE
)

TARGET = r"(?:prod(?:uction)?|stag(?:e|ing)|pre-?prod|preview|qa|uat|dev|test|v?\d[\w.]*)"
"""What stands behind a command in a comment, and is what it is for: an environment or a version."""


@lru_cache(maxsize=1 << 12)
def is_approval(text: str) -> bool:
    """Whether a text as a whole asks for an approval or gives one; what names its environment aside."""
    bare = _IN_BRACKETS.sub("", text) if "nvironment" in text else text
    return _PHRASE.fullmatch(bare.strip(" \t'\"`")) is not None


@lru_cache(maxsize=1 << 12)
def says_approval(text: str) -> bool:
    """Whether a word of approval stands somewhere in a text; what is approved by itself asks nobody."""
    return _WORD.search(_BY_ITSELF.sub(" ", text)) is not None


@lru_cache(maxsize=1 << 12)
def says_other(text: str) -> bool:
    """Whether a text says something else before its word of approval, which that may be for: `roll out after
    approval`, and no `Freigabe prüfen`."""
    match = _WORD.search(_BY_ITSELF.sub(" ", text))
    if match is None or _LOOKING.match(text):
        return False
    before = labels.words(text[: match.start()])
    return len(before) > 1 or _BEHIND.search(text) is not None


_LOOKING = late(
    r"\W*(?:check|verif|show|read(?!y)|list|get|look|log|report|print|fetch|find|query|send|note|record|document|mark|tag|label|notif"
    r"|skip|no|not)\w*\b",
    re.IGNORECASE,
)
_BEHIND = late(
    r"^\W*(?:after|once|upon|nach|après|tras|dopo|após|na|po|после|після|efter|etter|sau|setelah)\s|[批审承核]\w{0,3}[后後]|承認\w{0,2}後|승인\s?\w?\s?후"
    r"|\bsonra\b|\bjälkeen\b|\bután\b",
    re.IGNORECASE,
)
"""What is done after an approval, before whose word no more than this stands."""
_ANSWER_WORDS = 4
_NEGATED = late(
    r"\b(?:no|not|never|without|until|unless|nicht|kein\w*|ohne|pas|sans|sin|não|sem|non|senza|niet|zonder|nie|bez|не|без)\b"
    r"|未|不|没",
    re.IGNORECASE,
)


@lru_cache(maxsize=1 << 12)
def is_granted(text: str) -> bool:
    """Whether a text says that an approval is given, as a whole or of whom in so few words: `QA approves`. It
    is asked of what stands where an answer does."""
    if is_approval(text):
        return True
    is_short = len(labels.words(text)) <= _ANSWER_WORDS and says_approval(text)
    return is_short and not says_refusal(text) and _NEGATED.search(text) is None


_REFUSAL = late(
    r"\b(?:not?|un|dis)[\s-]*approv\w*|\b(?:reject|den(?:y|ied)|declin|refus|disapprov|veto|abort|cancel)\w*"
    r"|\b(?:abgelehnt|ablehn\w*|lehn(?:t|en)\b.{0,12}?\bab|abgewiesen|verweiger\w*|rejet\w*|recha\w*|reje\w*|rifiut\w*|respin\w*|afgewezen"
    r"|geweigerd|odrzuc\w*|odmow\w*|redd\w*|avvis\w*|nekad|hylk\w*|zamít\w*|ditolak)\b"
    r"|отклон\w*|отказ\w*|відхил\w*|却下|拒否|拒绝|拒絕|驳回|駁回|거부|거절|반려|अस्वीकृ",
    re.IGNORECASE,
)


def says_refusal(text: str) -> bool:
    """Whether a text has a word that refuses an approval."""
    return _REFUSAL.search(text) is not None


def says_reviewers(text: str) -> bool:
    """Whether a remark says that reviewers are required, or how many."""
    return _REVIEWERS.search(text) is not None


_CONFIRMED = late(r"\bconfirm\w*|подтверд\w*", re.IGNORECASE)


@lru_cache(maxsize=1 << 12)
def says_consent(text: str) -> bool:
    """Whether a word of approval stands in a text, and not just of a confirmation: services give those."""
    return says_approval(_CONFIRMED.sub(" ", text))


@lru_cache(maxsize=1 << 12)
def environment(text: str) -> str:
    """The environment that a text names as such, or nothing."""
    if named := named_environment(text):
        return named
    match = _ENVIRONMENT.search(text)
    if match is None or (_OF_COMPOUND.match(text, match.end()) and _is_verb_alone(text[: match.end()])):
        return ""
    return next(filter(None, match.groups()), "")


_OF_COMPOUND = late(r"\s+(?:approvals?|gates?|protection|rules?|reviewers?)\b", re.IGNORECASE)


def _is_verb_alone(text: str) -> bool:
    """Whether one word stands before `environment` at the head of a text, which is no name that environments
    often have: `request environment approval` asks for it."""
    return len(text.split()) == 2 and not likely_environment(text)


def how_to_run_in(text: str) -> str:
    """The cure of what starts a run in an environment that its text names; nothing if it names none."""
    named = environment(text)
    return f"; `%% approval: {named}` above its first job that this runs in that environment" if named else ""


def named_environment(text: str) -> str:
    """The environment of a text that has it as a pair, `environment: X`, or nothing."""
    match = _ATTRIBUTE.search(text)
    return match[1] if match else ""


def likely_environment(text: str) -> str:
    """A word of a text that is often an environment's name, or nothing."""
    match = _KNOWN.search(text)
    return match[1].lower() if match else ""


def is_by_itself(text: str) -> bool:
    """Whether a text says that something is approved by itself, and asks for no more."""
    return _BY_ITSELF.search(text) is not None and not says_approval(text)


def tells_outcome(text: str) -> bool:
    """Whether a text begins with a sign of how something ended, or says that it tells: it asks nothing."""
    return _NOTIFIES.match(labels.unnumbered(text)) is not None or text.lstrip().startswith(
        ("✅", "❌", "✔", "✗", "✘", "🚫", "⛔", "🔴", "🟢")
    )


def is_of_request(text: str) -> bool:
    """Whether a text names a pull request, which is what is approved then: that is a review."""
    return _REQUEST.search(text) is not None


_REQUEST = late(r"\b(?:prs?|pull[- ]?requests?)\b", re.IGNORECASE)


def is_report(text: str) -> bool:
    """Whether a text tells or shows somebody something, so that an answer behind it is to no question:
    `Notify success`, `Report results`; not `Notify reviewers to approve`."""
    is_told = _LOOKING.match(labels.unnumbered(text)) is not None or tells_outcome(text)
    return is_told and not (says_approval(text) or labels.is_question_mark(text))


_NOTIFIES = late(
    r"\W*(?:(?:e-?mail|mail|slack|sms|telegram)\b|avis(?:a|ar|e|er|ieren|iert)\b|notif(?:ic\w+|y|ies)|notifie\w*|informe?\w*|prévien\w+|préven\w+"
    r"|avert\w+|avvis\w+|segnala\w*|benachrichtig\w*|verständig\w*|meldet?\b|melden\b|powiad\w+|poinform\w*|уведом\w*|сообщ\w*"
    r"|оповест\w*|повідом\w*|bildir\w*|thông\s+báo|meddela\w*|underrätta\w*|varsl\w*|melding\w*|ilmoit\w*|upozorn\w*|értesít\w*)"
    r"|.*(?:通知|お知らせ|連絡|告知|알림|알린다|통보)(?:する|します|発送|발송|전송|하기)?$",
    re.IGNORECASE,
)
"""What tells somebody of something, in whatever language."""
_ORDERS_WORK = late(
    r"(?:运行|执行|創建|创建|构建|构建|编译|打包|扫描|分析|生成|部署|运算|備份|备份|安装|运行)"
    r"|[^。？?吗]*(?:检查|检测|扫描|测试|分析|构建|验证|編譯|编译)$|[^。]*(?:実行|生成|ビルド|スキャン|解析|デプロイ|インストール|작성|분석|생성|실행|빌드|배포|설치)(?:する|します|하기|합니다)?$"
)


def orders_work(text: str) -> bool:
    """Whether a text in Chinese, Japanese or Korean orders work of a tool, and asks nobody for anything."""
    bare = re.sub(r"\s*[(（].*$", "", labels.unnumbered(text)).strip()
    return not bare.isascii() and _ORDERS_WORK.match(bare) is not None
