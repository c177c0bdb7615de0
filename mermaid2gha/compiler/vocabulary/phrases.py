"""Phrases that mean an event as a whole text: `push to main`, `open a pull request`, `every night at 2:00`.

A text that is such a phrase names its event; where a word of it merely stands within another sentence, a
reading of that word is told (docs/language.md#triggers). Each word here only spares a warning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.branches import MAIN, is_branch_name
from mermaid2gha.compiler.vocabulary.times import zoneless
from mermaid2gha.github.events import EVENTS

_TO = (
    r"(?:to|on|into|onto|in|at|against|origin|→|->"
    r"|auf|nach|sur|dans|vers|a|na|no|em|en|naar|op|до|в|на|do|till|til)"
)
_BRANCH = r"['\"`(]?(?:refs/[\w-]+/)?[\w.*-][\w./*-]*['\"`)]?"
_BRANCHES = rf"{_BRANCH}(?:\s*(?:,|/|&|\b(?:and|or|et|ou|und|oder|y)\b)\s*(?:(?:in)?to\s+)?{_BRANCH})*"
_WHERE = (
    rf"(?:\s*{_TO}\s+(?:the\s+|an?\s+)?(?:(?:any|every|each|all|default)\s+branch(?:es)?"
    rf"|(?:branch\s+)?{_BRANCHES}(?:\s+branch(?:es)?)?)"
    rf"(?:\s+(?:but|except|other\s+than)\s+(?:for\s+)?{_BRANCHES}(?:\s+branch(?:es)?)?)?"
    rf"|\s*\(\s*(?:branch\s+)?[\w./*-]+(?:\s+branch)?\s*\)|\s+(?:origin\s+)?(?:{MAIN}))"
)
_DETERMINERS = (
    r"(?:(?:an?|the|this|their|my|his|her|its|our|new|draft|approved|some|latest"
    r"|of|del|de|da|do|du|des|van|vom"
    r"|release|version|semver|git)\s+)*"
)
_OBJECT = (
    r"(?:code|changes?|commits?|(?:bug|hot)?fix(?:es)?|work|updates?|it|files?|data|sources?|scripts?|docs"
    r"|documentation|config(?:uration)?|manifests?|specs?|migrations?|features?)"
)
"""What people push or change, as the last word of what is named: `new API code`."""
_KIND = (
    r"(?:(?!(?:to|on|in|into|onto|at|against|from|by|with|without|of|for|if|when|unless|until|after|before|only|not|no"
    r"|never|except|but|and|or|via|per|branch(?:es)?|tags?|main|master|trunk|develop|dev|staging|prod|production"
    r"|PRs?|pull|merges?|merged|release[sd]?|wip|draft)\b)[\w/'-]+\s+){0,3}"
)
"""Words before it that say of which kind it is, and neither where it goes nor when."""
_THINGS = r"(?:(?!(?:if|when|unless|only|not|no|label|branch|tag|base)\b)[\w/'-]+(?:\s*,\s*|\s+)){0,6}"
_CODE = rf"{_DETERMINERS}{_KIND}{_OBJECT}"
_ASIDE = (
    rf"(?:\s*\(\s*(?:git\s+push|e\.g\.?\s*,?\s[^()]*|(?:the\s+)?{_KIND}{_OBJECT}"
    r"|(?:コード|ソース)(?:の)?(?:変更|修正|更新)|代码(?:变更|修改|更新)?|код"
    r"|(?:mise\s+à\s+jour\s+du\s+)?code|c[oó]digo(?:\s+(?:fuente|fonte))?)\s*\))?"
)
"""A remark in brackets of what is pushed."""
_REQUEST = r"(?:pull[- ]requests?|PRs?)"
_TAG = r"['\"`]?(?:v?[\d*X<{][\w.*<>{}-]*|v[\w.*-]+)['\"`]?"
_PUSH = (
    rf"(?:commits?(?:\s+{_CODE})?\s*(?:and|&|\+|,|/)\s*)?(?:git\s+)?push(?:es|ed|ing)?"
    rf"(?:\s+{_CODE}|\s+[\w.-]+/[\w./*-]+$)?{_ASIDE}"
)
_TAGGED = (
    rf"(?:git\s+push\s+(?:origin\s+)?(?:--tags|{_TAG})"
    rf"|(?:(?:git\s+)?(?:push(?:es|ed)?|creates?|cuts?|adds?)\s+(?:{_TO}\s+)?)?{_DETERMINERS}(?:(?:{_TAG}\s+)?tags?(?:\s+{_TAG})?)"
    rf"(?:\s+(?:push(?:es|ed)?|created))?(?:\s*\(\s*{_TAG}\s*\))?|(?:git\s+)?tag\s+{_TAG}(?:\s*(?:&&|;|,|and|then)\s*(?:git\s+)?push(?:\s+(?:origin|--tags|{_TAG}))*)?)"
)
_OPENS = r"(?:opens?|creates?|updates?|reopens?|submits?|raises?|files?|push(?:es)?|opened|created|updated)"
_OPENED = (
    rf"(?:(?:creates?|makes?)\s+(?:an?\s+|the\s+|new\s+|feature\s+|topic\s+)*branch\s*(?:and|&|\+|,)\s*)?"
    rf"(?:gh\s+pr\s+create|(?:{_OPENS}(?:\s*(?:/|,|or|and)\s*{_OPENS})*\s+)?"
    rf"{_DETERMINERS}{_REQUEST}(?:\s+#?\d+)?(?:\s+(?:is\s+|was\s+|gets\s+)?(?:opened|created|updated|reopened|submitted"
    rf"|synchroni[sz]ed)(?:\s*(?:/|or|and|,)\s*(?:opened|updated|reopened|synchroni[sz]ed))*)?"
    rf"(?:\s+(?:with|containing)\s+{_THINGS}{_OBJECT})?"
    rf"(?:\s+(?:to|into|against)\s+{_BRANCH})?)"
)
_CLOSED = (
    rf"closes?d?\s+{_DETERMINERS}{_REQUEST}(?:\s+#?\d+)?"
    rf"|{_REQUEST}(?:\s+#?\d+)?\s+(?:is\s+|was\s+|gets\s+)?(?:merged\s*(?:/|,|or)\s*)?closed(?:\s*(?:/|,|or)\s*merged)?"
)
"""A pull request is closed, be it by a merge: no push."""
_PUBLISHED = (
    rf"publish(?:es|ed)?\s+(?:(?:an?|the|new|this|draft|github)\s+)*releases?(?:\s+{_TAG}|\s*\([^()]*\))?"
    rf"|{_DETERMINERS}release(?:\s+{_TAG})?\s+(?:is\s+|was\s+|gets\s+)?published"
)
_THING = rf"(?:of|(?:[\w-]+\s+)?{_REQUEST}|branch|feature|changes?|code|fix|hotfix|docs?|#?\d+|it)"
_MERGE = (
    rf"(?:(?:approves?|reviews?|squash(?:es)?|rebase)\s*(?:and|&|,)\s*)?(?:squash[- ]?)?merge[sd]?"
    rf"(?:\s+(?:(?:an?|the|this|approved|feature|{_THING})\s*)+)?"
    rf"|{_REQUEST}(?:\s+#?\d+)?\s+(?:is\s+|gets\s+|was\s+)?merged?"
)
_TIME_WORD = (
    r"(?:at|on|every|each|the|once|a|per|night|day|week|hour|month|morning|evening|midnight|noon|weekday|minutes?|mins?"
    r"|hours?|h|days?|nightly|daily|weekly|hourly|monthly|cron(?:\s*jobs?)?|schedule[rd]?|scheduling|timer|run|runs|tick"
    r"|trigger(?:s|ed)?|fires?|event|am|pm|utc|gmt|(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:days?)?"
    r"|\d{1,2}(?::\d\d)?(?:am|pm|h|min)?)"
)
_SCHEDULE = rf"(?:{_TIME_WORD}(?:[\s,;:()]+|(?=\W*\Z)))+\W*"
_BEGINNINGS = {
    rf"{_PUSH}{_WHERE}?": ("commit", "git", "push"),
    rf"(?:{_MERGE}){_WHERE}?": ("approve", "review", "squash", "rebase", "merge", "pull", "pr"),
}
"""With which of these phrases of a kind begin, behind what leads to them."""
_KINDS = (
    (late(r"push", re.IGNORECASE), rf"{_PUSH}{_WHERE}?"),
    (late(r"merge", re.IGNORECASE), rf"(?:{_MERGE}){_WHERE}?"),
    (late(r"\btags?\b|\bgit\s+push", re.IGNORECASE), _TAGGED),
    (late(r"pull[- ]request|\bprs?\b", re.IGNORECASE), rf"{_OPENED}|{_CLOSED}"),
    (late(r"publish", re.IGNORECASE), _PUBLISHED),
)
"""What happens, in words, and what stands in each such phrase: without it there is no need to compile it."""
_WORK = (
    r"(?:the\s+)?(?:ci(?:\s*/\s*cd)?|workflows?|pipelines?|checks?|builds?|tests?|runs?"
    r"|deploy(?:ment)?|jobs?)"
)
_LEAD = (
    r"(?:(?:then|and|now|manually|on|when|upon|after|once|an?|the)\s+|trigger(?:s|ed)?\s+(?:by\s+|on\s+)?"
    rf"|(?:starts?|runs?)\s+"
    rf"(?:{_WORK}\s+)?(?:on|by|for|after)\s+)"
)
_LEADING = late(rf"^{_LEAD}+", re.IGNORECASE)
_PLAINEST = late(
    r"(?:push|merge|pull[- ]request|PR)(?:\s*(?:,|/|&|\+)\s*(?:push|merge|pull[- ]request|PR))*",
    re.IGNORECASE,
)
"""Phrases of a word each, which is what most documents have: each is one of `_phrase` as well."""
_OF_A_TIME = late(_SCHEDULE, re.IGNORECASE)
_PR = r"(?:PR|pull\s+request)"
_INTO = rf"['`]?(?:{MAIN})['`]?"
_IN_LATIN = (
    r"(?:(?:hace|haz|faz|fait|fa)\s+)?(?:(?:un|o|le)\s+)?(?:git\s+)?push(?:er)?"
    r"(?:\s+(?:d[eo]l?|du|le|di)\s+(?:c[oó]digo|cambios|altera[cç][oõ]es|mudan[cç]as|code|codice))?"
    rf"(?:\s+(?:a|en|na|no|para|sur|dans|su)\s+{_INTO})?(?:\s*\((?:branch|rama|branche)\s+{_INTO}\))?"
    r"|(?:abr(?:e|ir)|cr(?:e|i)ar?|ouvr(?:e|ir)|cr[ée]er?|apr(?:e|ire)|öffnet|erstellt|eröffnet)"
    rf"\s+(?:(?:une?|uma?|la|el|a|o|einen|un)\s+)?{_PR}|{_PR}\s+(?:öffnen|erstellen|eröffnen)"
    rf"|(?:Code|Änderungen|Commits?)\s+(?:(?:auf|nach)\s+{_INTO}\s+)?pushen"
    rf"|merger?\s+(?:la\s+)?(?:{_PR}\s+)?(?:dans|sur|vers|en|na|no|a)\s+{_INTO}"
)
_IN_OTHER_SCRIPTS = (
    r"(?:(?:ソース)?(?:コード|変更|修正|コミット)?(?:を|の)?\s*(?:git\s*)?(?:push|プッシュ)"
    rf"|(?:{_PR}|プルリク(?:エスト)?)\s*(?:を|の)?\s*(?:作成|更新|オープン|マージ)"
    rf"|{_INTO}\s*(?:ブランチ)?(?:へ|に|への)\s*(?:push|プッシュ|マージ)|作成|更新)(?:する|します|した)?"
    r"|(?:git\s*)?(?:推送|提交|push)\s*(?:新版本|最新)?(?:代码|變更|变更|更改|修改|程式碼)?"
    rf"(?:(?:到|至)\s*{_INTO}\s*(?:分支)?)?"
    rf"|(?:创建|建立|提交|发起|打开|更新|新建|開啟|發起)\s*(?:{_PR}|拉取请求|合并请求)"
    rf"|合并\s*(?:{_PR}|代码)?\s*(?:到|至|进|入)\s*{_INTO}\s*(?:分支)?"
    r"|(?:코드|변경\s*사항|커밋)?(?:를|을)?\s*(?:푸시|push)"
    rf"|{_PR}(?:를|을)?\s*(?:생성|오픈|열기|작성|업데이트)"
    rf"|(?:открывает|созда[её]т)\s+(?:a\s+)?{_PR}"
    rf"|(?:пуш|пушит|отправляет)\s+(?:код|изменения)(?:\s+в\s+{_INTO})?"
)
_BEYOND = late(
    rf"{_IN_LATIN}|{_IN_OTHER_SCRIPTS}", re.IGNORECASE, for_ascii=rf"(?:git)?\s*push\s*|{_IN_LATIN}"
)
"""Phrases of other languages, with no branch but the main one: no other is read of them."""
_JOINED = late(r"\s*(?:[/、，,&+・]|(?<=\s)(?:and|or|oder|und|ou|y|e|o|et|и|или)(?=\s))\s*", re.IGNORECASE)
_PIECES = late(
    r"(\s*(?:[,;+&|、，；・]|(?<=\s)/|/(?=\s))\s*"
    r"|/(?=(?:PRs?|pull[- ]requests?|merge[sd]?|push(?:es)?|tags?)\b)"
    r"|\s+(?:and|or|then|und|oder|et|ou|puis|y|e|o|u|oppure|lub|albo|oraz|i|veya|ya\s+da|ve|hoặc|hay|và|eller"
    r"|og|och|nebo|en|и|или|або|чи|та)\s+|\s*(?:또는|혹은|및|或者|或是|或|和|または|もしくは|あるいは|および)\s*)",
    re.IGNORECASE,
)
_AGAIN = late(r"\b(?:every|each|daily|nightly|weekly|hourly|monthly|cron|scheduled?)\b", re.IGNORECASE)
_START = late(
    rf"(?:triggers?|triggered|starts?|runs?|fires?|ticks?|kicks?\s+off|launch(?:es)?|go|begins?)(?:\s+(?:the\s+|an?\s+)?"
    rf"(?:[\w-]+\s+)?{_WORK})?",
    re.IGNORECASE,
)
_STARTED_BY = late(r"([^()\[\]]*?)\s*[(\[]\s*((?:on|by)?\s*[^()\[\]]+)[)\]]")
_CONDITIONAL = frozenset(("if", "unless"))
"""Words that no such phrase has: `push constraints if changed` is work."""
_PARTS = late(r"\s*(?:,|/|\||\+|\bor\b|\band\b)\s*", re.IGNORECASE)
_BY_HAND = late(r"manual(?:ly)?|by\s+hand|(?:workflow_)?dispatch|cron|schedule", re.IGNORECASE)
_WIDE = str.maketrans("（）", "()")
_QUOTED = late(r"([\"'])([^\"']+)\1")
_AROUND = late(r"^[^\w(<\[`'\"*]+|[^\w)>\]`'\"*.!]+$")
_HEAD = late(r"\s*<br\b.*", re.IGNORECASE | re.DOTALL)
_TAGS = late(r"\s*\[[^\[\]]*\]$")
_ANYWHERE = late(r"\s*\(\s*(?:to\s+|on\s+)?(?:any|all|every|each)\s+branch(?:es)?\s*\)$", re.IGNORECASE)


_AIMED = late(
    rf"(?:push|merge)\w*\b.*?\s{_TO}\s+(?:the\s+|an?\s+)?(?:branch\s+)?(?P<target>{_BRANCHES})"
    r"(?:\s+branch(?:es)?)?\W*$",
    re.IGNORECASE,
)
_GIT_PUSH = late(
    r"git\s+push(?P<options>(?:\s+-{1,2}[\w=-]+)*)(?:\s+(?:origin|upstream)(?:\s+(?P<ref>(?!-)[\w./:*-]*[\w*]))?)?"
    r"(?P<more>(?:\s+-{1,2}[\w=-]+)*)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1 << 12)
def is_phrase(text: str) -> bool:
    """Whether a whole text is a phrase for an event: its number, further lines, tags and pictures aside.

    Or one that says that something starts, with such a phrase in brackets: `Trigger workflow (on push)`.
    """
    bare = _bare(text)
    if (inside := _STARTED_BY.fullmatch(bare)) is not None and is_start(inside[1]):
        return all(_is_named(part) or is_phrase(part) for part in _PARTS.split(inside[2]))
    if _PLAINEST.fullmatch(bare) is not None:
        return True
    if not _CONDITIONAL.isdisjoint(bare.casefold().split()):
        return False
    kinds = tuple(kind for sign, kind in _KINDS if sign.search(bare))
    if kinds and _may_begin(bare, kinds) and _phrase(kinds).fullmatch(bare) is not None:
        return not _says_more(bare)
    if _OF_A_TIME.fullmatch(bare) is not None or pushed_ref(text) != "":
        return True
    return all(_BEYOND.fullmatch(part) or _PLAINEST.fullmatch(part) for part in _JOINED.split(bare))


def _says_more(bare: str) -> bool:
    """Whether a list of branches goes on with a word that is none as such: `push to main and deploy`."""
    match = _AIMED.search(bare)
    if match is None or _EITHER.search(match["target"]):
        return False
    names = [name.strip(" `'\"()") for name in _LISTED.split(match["target"])]
    are_names = [is_branch_name(name) for name in names if not _PLAINEST.fullmatch(name)]
    return any(are_names) and not all(are_names)


_LISTED = late(r"\s*(?:,|&|\band\b)\s*(?:(?:in)?to\s+)?", re.IGNORECASE)
_EITHER = late(r"\bor\b", re.IGNORECASE)


def _is_named(text: str) -> bool:
    """Whether a text is an event by its own name, or says that something is started by hand or by a clock."""
    bare = re.sub(r"^(?:on|by)\s+|\s+events?$", "", text.strip(" '\"`"), flags=re.IGNORECASE)
    return bare in EVENTS or _BY_HAND.fullmatch(bare) is not None


def _may_begin(bare: str, kinds: tuple[str, ...]) -> bool:
    """Whether a text begins as phrases of these kinds do: if not, there is no need to compile them."""
    if not all(kind in _BEGINNINGS for kind in kinds):
        return True
    rest = _LEADING.sub("", bare).casefold()
    return any(rest.startswith(_BEGINNINGS[kind]) for kind in kinds)


@lru_cache
def _phrase(kinds: tuple[str, ...]) -> re.Pattern[str]:
    """Phrases of these kinds, in a row or one."""
    return re.compile(
        rf"{_LEAD}*"
        # what happens stands here once
        rf"(?:(?:{'|'.join(kinds)})(?:\s*(?:,|/|&|\+|\band\b|\bor\b|\bthen\b)\s*(?=[^\s.!…])|(?!\w)))+"
        rf"(?:\s+(?:events?|webhook|trigger(?:s|ed)?(?:\s+{_WORK})?|(?:starts?|runs?)\s+{_WORK}))?\s*[.!…]*",
        re.IGNORECASE,
    )


def pieces(text: str) -> list[str]:
    """A text parted at what joins clauses, in whatever language; each second piece is such a joint."""
    return _PIECES.split(text)


def _bare(text: str) -> str:
    text = text.strip().translate(_WIDE)
    bare = _AROUND.sub("", _ANYWHERE.sub("", _TAGS.sub("", _HEAD.sub("", text))))
    quoted = _QUOTED.fullmatch(bare)
    return labels.unnumbered(quoted[2] if quoted is not None else bare)


def target(text: str) -> str:
    """The branches to which a phrase says that something is pushed or merged, as they are written."""
    bare = _bare(text)
    match = _AIMED.search(bare) or _AIMED_BEYOND.search(bare)
    return match["target"].strip("`'") if match is not None and is_phrase(text) else ""


_AIMED_BEYOND = late(rf"(?:\b(?:su|para)\s+|\((?:rama|branche)\s+)(?P<target>{_INTO})\W*\Z", re.IGNORECASE)
"""Where a phrase in one language alone says that something goes."""


def pushed_ref(text: str) -> str:
    """The branch or tag that a whole text pushes as a command: `git push -u origin HEAD:main`."""
    match = _GIT_PUSH.fullmatch(_bare(text)) if "git" in text.casefold() else None
    if match is None:
        return ""
    if "--tags" in f"{match['options']}{match['more']}".split():
        return "refs/tags/*"
    return (match["ref"] or "").rpartition(":")[2]


_DESCRIPTION = late(r"(?:[\w]+[-_])*branch(?:[-_]name)?", re.IGNORECASE)


def is_description(ref: str) -> bool:
    """Whether a word says what kind of branch there is, and not its name: `feature-branch`, `my-branch`."""
    return _DESCRIPTION.fullmatch(ref) is not None


def is_time(text: str) -> bool:
    """Whether a whole text says when something happens again: `every day at 1:30`, `weekly (Mon 06:00)`."""
    if _AGAIN.search(text) is None:
        return False
    bare = _AROUND.sub("", zoneless(text).strip())
    return _OF_A_TIME.fullmatch(bare) is not None


def is_start(text: str) -> bool:
    """Whether a whole text says that something is started, and nothing else; an empty one does."""
    bare = _AROUND.sub("", text.strip())
    return not bare or _START.fullmatch(bare) is not None


_ASKED = late(
    r"\s*(?:(?:only\s+)?(?:if|when|on|for|in\s+case\s+of)\b|event\s*(?:is|==?|:)|branch\s*(?:is|==?|:))\s*"
    r"(?:(?:an?|the|it\s+is|it's|is|this\s+is)\s+)*"
    r"|\s*(?:(?:it\s+is|it's|this\s+is|triggered\s+by|started\s+by|an?|the)\s+)+",
    re.IGNORECASE,
)
_TRAILING = late(r"\s*(?:\bonly\b|\bevents?\b|\bruns?\b|\btriggers?\b|[?:!.])\s*\Z", re.IGNORECASE)
_OF_A_HAND = late(
    r"manual(?:ly)?|(?:started\s+)?by\s+hand|(?:manual(?:ly)?\s+)?dispatch(?:ed)?", re.IGNORECASE
)


_NEGATED = late(
    r"\s*(?:(?:only\s+)?(?:if|when)\s+)?(?:(?:it\s+is|it's|this\s+is|event\s+is)\s+)?not\s+(?=\w)",
    re.IGNORECASE,
)


def denied(text: str) -> str:
    """What a condition says that a run is not, `not a pull request`; empty if it denies nothing."""
    match = _NEGATED.match(text)
    return text[match.end() :] if match is not None else ""


def asked_event(text: str) -> str:
    """What a condition asks of a run that names an event, without the words around it: `if it is a push`."""
    return _TRAILING.sub("", _ASKED.sub("", text, count=1))


def is_by_hand(text: str) -> bool:
    """Whether a whole text says no more than that something is started by hand."""
    return _OF_A_HAND.fullmatch(text) is not None


_MERGED = late(
    rf"(?:(?:only|if|when|closed|as|by|and|&|was|is|has|been|got|the|it|{_REQUEST})\W+)*merge[sd]?(?:\s*={{1,3}}\s*true)?\W*"
    r"|(?:github\.event\.)?pull_request\.merged",
    re.IGNORECASE,
)
_UNMERGED = late(
    r"(?:(?:only|if|when|was|is|the|it|closed?|PR|pull[- ]request|but|and)\W+)*"
    r"(?:(?:not|without|no|un)\W*(?:(?:being|been|an?)\s+)?merg(?:e[sd]?|ing)|merged\s*={1,3}\s*false)\W*",
    re.IGNORECASE,
)


def is_merged(text: str) -> bool | None:
    """Whether a whole text says that a pull request is merged, or that it is not; nothing else it says."""
    if _MERGED.fullmatch(text):
        return True
    return False if _UNMERGED.fullmatch(text) else None


def says_unmerged(text: str) -> bool:
    """Whether a text says, anywhere in it, that a pull request is not merged."""
    return _SAYS_UNMERGED.search(text) is not None


_SAYS_UNMERGED = late(
    r"\bmerged\s*={1,3}\s*false\b|\bunmerged\b|\b(?:not|without|no)\s+(?:being\s+)?merg(?:ed|ing|e)\b",
    re.IGNORECASE,
)


def each_with_brackets(text: str) -> tuple[str, ...]:
    """The parts of a list of events of which one before the last has brackets of its own: what stands in them
    is of that event alone, `push (dev), tag (v*) or dispatch`. Nothing where it is no such list."""
    if "(" not in text and "[" not in text:
        return ()
    parts = [one.strip() for one in _BETWEEN_EVENTS.split(text)]
    found = [_EVENT_WITH_BRACKETS.fullmatch(one) for one in parts]
    is_list = len(parts) > 1 and all(found) and any(one is not None and one[1] for one in found[:-1])
    return tuple(parts) if is_list else ()


_BETWEEN_EVENTS = late(
    r"(?:\s*[,;|&+]\s*(?:(?:and|or)\b)?|\s/\s|\b(?:and|or|und|oder|et|ou|y|o|e|i|lub|или|и)\b)(?![^()\[\]]*[)\]])",
    re.IGNORECASE,
)
_EVENT_WITH_BRACKETS = late(
    rf"(?:(?:triggers?|triggered|on|new|a|git)\b:?\s*)*(?:{'|'.join(sorted(EVENTS, key=len, reverse=True))}"
    r"|push(?:es)?|prs?|mrs?|pull[- ]requests?|merges?|tags?|manual(?:ly)?|dispatch|scheduled?|cron"
    r"|releases?)(?:\s+events?)?\s*([(\[][^()\[\]]*[)\]])?",
    re.IGNORECASE,
)


def says_push_twice(text: str) -> bool:
    """Whether a text has the name of the event more than once: `push, push[tag=v*]`."""
    return len(re.findall(r"(?<![\w-])push\b", text)) > 1


TYPES_OF_REQUEST = late(
    r"\bsynchroni[sz]ed?\b|\b(?:ready_for_review|converted_to_draft|review_requested|auto_merge_enabled|enqueued)\b",
    re.IGNORECASE,
)
"""Activity types that no event has but those of pull requests."""


_QUEUE_IN_ASCII = r"\bmerge[-\s](?:queues?|groups?)\b"
QUEUE = late(
    rf"{_QUEUE_IN_ASCII}|マージキュー|合并队列|合併佇列|머지\s?큐|병합\s?(?:큐|대기열)",
    re.IGNORECASE,
    for_ascii=_QUEUE_IN_ASCII,
)


def meant(named: Sequence[str], text: str) -> list[str]:
    """The everyday events of a text without those that are none beside the others: a tag with which people
    start something by hand is an input, what is put into a merge queue is no request that opens, and what
    that merges is pushed."""
    if "workflow_dispatch" in named and "push" in named and _WITH_TAG.search(text) is not None:
        named = [one for one in named if one != "push"]
    if "merge_group" not in named or len(named) == 1:
        return list(named)
    if "push" in named:
        return [one for one in named if one != "merge_group"]
    is_listed = len(pieces(text)) > 1 or _BESIDE_QUEUE.search(text) is not None
    return [one for one in named if one != "pull_request" or is_listed]


_WITH_TAG = late(
    r"^(?!.*\b(?:push|merg)).*\b(?:with|mit|avec|con|com|met|med|ile|z)\s+(?:(?:the|an?|den|einem|un|une)\s+)?(?:[\w-]+\s+(?:and|und|et|y|e|en|i|och|og|ve)\s+)?tags?\b",
    re.IGNORECASE,
)
_PUSHED_TO = late(rf"(?<![\w./-])({MAIN})\s+(?:branch\s+)?(?:push|プッシュ|推送|푸시|пуш)", re.IGNORECASE)


def pushed_to(text: str) -> str:
    """The branch whose name stands before the word for a push: `main push detected`."""
    match = _PUSHED_TO.search(text)
    return match[1].lower() if match is not None else ""


_BESIDE_QUEUE = late(r"[,/+&|、，]|\b(?:and|und|et|y|e|i|en|och|og|ve|и|і|та)\b|と|和|与|및", re.IGNORECASE)


_PREFIX_IN_ASCII = (
    r"\b(?:(?:beginn?|start)(?:s|ing)?\s+(?:with|by)|prefix(?:ed\s+(?:with|by))?|commen[cç]\w+\s+par|(?:empie\w+|comien\w+|com\w+)\s+(?:por|con|com)"
    r"|inizian?\w*\s+(?:con|per))\s+['\"`]?([a-z][\w.-]*)(?![\w*/])"
    r"|(?<![\w./-])['\"`]?(v)['\"`]?(?=\s*$|\s*[^\x00-\x7f]|\s+(?:beginn|anf|start|ile\b|al[kg]a|kezd|begint|b[oö]rjar))"
)
_PREFIX = late(
    rf"{_PREFIX_IN_ASCII}|(?:począwszy|zaczyna\w*\s+się)\s+od\s+['\"`]?([a-z][\w.-]*)|начина\w+\s+[сc]о?\s+['\"`]?([a-z][\w.-]*)",
    re.IGNORECASE,
    for_ascii=_PREFIX_IN_ASCII,
)


def prefix_said(text: str) -> str:
    """What the names of tags begin with, as a text says it, `a tag beginning with v`, or nothing."""
    match = _PREFIX.search(text)
    return next(filter(None, match.groups()), "") if match is not None else ""
