"""Phrases that mean an event as a whole text: `push to main`, `open a pull request`, `every night at 2:00`.

A text that is such a phrase names its event; where a word of it merely stands within another sentence, a
reading of that word is told (docs/language.md#triggers). Each word here only spares a warning.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.compiler.vocabulary.branches import MAIN

_TO = (
    r"(?:to|on|into|onto|in|at|against|origin|→|->"
    r"|auf|nach|sur|dans|vers|a|na|no|em|en|naar|op|до|в|на|do|till|til)"
)
_BRANCH = r"['\"`(]?(?:refs/[\w-]+/)?[\w.*-][\w./*-]*['\"`)]?"
_BRANCHES = rf"{_BRANCH}(?:\s*(?:,|/|&|\band\b|\bor\b)\s*(?:(?:in)?to\s+)?{_BRANCH})*"
_WHERE = (
    rf"(?:\s*{_TO}\s+(?:the\s+|an?\s+)?(?:(?:any|every|each|all|default)\s+branch(?:es)?"
    rf"|(?:branch\s+)?{_BRANCHES}(?:\s+branch(?:es)?)?)"
    rf"(?:\s+(?:but|except|other\s+than)\s+(?:for\s+)?{_BRANCHES}(?:\s+branch(?:es)?)?)?"
    rf"|\s*\(\s*[\w./*-]+(?:\s+branch)?\s*\)|\s+(?:origin\s+)?(?:{MAIN}))"
)
_DETERMINERS = (
    r"(?:(?:an?|the|this|their|my|his|her|its|our|new|draft|approved|some|latest"
    r"|of|del|de|da|do|du|des|van|vom"
    r"|release|version|semver|git)\s+)*"
)
_CODE = rf"{_DETERMINERS}(?:code|changes?|commits?|fix(?:es)?|work|updates?|it)"
_REQUEST = r"(?:pull[- ]requests?|PRs?)"
_TAG = r"['\"`]?(?:v?[\d*X<{][\w.*<>{}-]*|v[\w.*-]+)['\"`]?"
_PUSH = rf"(?:git\s+)?push(?:es|ed|ing)?(?:\s+{_CODE}|\s+[\w.-]+/[\w./*-]+$)?"
_TAGGED = (
    rf"(?:git\s+push\s+(?:origin\s+)?(?:--tags|{_TAG})"
    rf"|(?:(?:git\s+)?(?:push(?:es|ed)?|creates?|cuts?|adds?)\s+(?:{_TO}\s+)?)?{_DETERMINERS}(?:(?:{_TAG}\s+)?tags?(?:\s+{_TAG})?)"
    rf"(?:\s+(?:push(?:es|ed)?|created))?|(?:git\s+)?tag\s+{_TAG}(?:\s*(?:&&|;|,|and|then)\s*(?:git\s+)?push(?:\s+(?:origin|--tags|{_TAG}))*)?)"
)
_OPENED = (
    rf"(?:(?:opens?|creates?|updates?|reopens?|submits?|raises?|files?|push(?:es)?|opened|created|updated)\s+)?"
    rf"{_DETERMINERS}{_REQUEST}(?:\s+#?\d+)?(?:\s+(?:is\s+|was\s+|gets\s+)?(?:opened|created|updated|reopened|submitted"
    rf"|synchroni[sz]ed)(?:\s*(?:/|or|and|,)\s*(?:opened|updated|reopened|synchroni[sz]ed))*)?(?:\s+with\s+changes)?"
    rf"(?:\s+(?:to|into|against)\s+{_BRANCH})?"
)
_THING = rf"(?:of|(?:[\w-]+\s+)?{_REQUEST}|branch|feature|changes?|code|fix|hotfix|docs?|#?\d+|it)"
_MERGE = (
    rf"(?:(?:approves?|reviews?|squash(?:es)?|rebase)\s*(?:and|&|,)\s*)?(?:squash[- ]?)?merge[sd]?"
    rf"(?:\s+(?:(?:an?|the|this|approved|feature|{_THING})\s*)+)?"
    rf"|{_REQUEST}(?:\s+#?\d+)?\s+(?:is\s+|gets\s+|was\s+)?merged"
)
_TIME_WORD = (
    r"(?:at|on|every|each|the|once|a|per|night|day|week|hour|month|morning|evening|midnight|noon|weekday|minutes?|mins?"
    r"|hours?|h|days?|nightly|daily|weekly|hourly|monthly|cron(?:\s*jobs?)?|schedule[rd]?|scheduling|timer|run|runs|tick"
    r"|trigger(?:s|ed)?|fires?|event|am|pm|utc|gmt|(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:days?)?"
    r"|\d{1,2}(?::\d\d)?(?:am|pm|h|min)?)"
)
_SCHEDULE = rf"(?:{_TIME_WORD}(?:[\s,;:()]+|(?=\W*\Z)))+\W*"
_KINDS = (
    (late(r"push", re.IGNORECASE), rf"{_PUSH}{_WHERE}?"),
    (late(r"merge", re.IGNORECASE), rf"(?:{_MERGE}){_WHERE}?"),
    (late(r"\btags?\b|\bgit\s+push", re.IGNORECASE), _TAGGED),
    (late(r"pull[- ]request|\bprs?\b", re.IGNORECASE), _OPENED),
)
"""What happens, in words, and what stands in each such phrase: without it there is no need to compile it."""
_WORK = (
    r"(?:the\s+)?(?:ci(?:\s*/\s*cd)?|workflows?|pipelines?|checks?|builds?|tests?|runs?"
    r"|deploy(?:ment)?|jobs?)"
)
_PLAINEST = late(
    r"(?:push|merge|pull[- ]request|PR)(?:\s*(?:,|/|&|\+)\s*(?:push|merge|pull[- ]request|PR))*",
    re.IGNORECASE,
)
"""Phrases of a word each, which is what most documents have: each is one of `_phrase` as well."""
_OF_A_TIME = late(_SCHEDULE, re.IGNORECASE)
_AGAIN = late(r"\b(?:every|each|daily|nightly|weekly|hourly|monthly|cron|scheduled?)\b", re.IGNORECASE)
_START = late(
    rf"(?:triggers?|triggered|starts?|runs?|fires?|ticks?|kicks?\s+off|launch(?:es)?|go|begins?)(?:\s+(?:the\s+|an?\s+)?"
    rf"(?:[\w-]+\s+)?{_WORK})?",
    re.IGNORECASE,
)
_AROUND = late(r"^[^\w(<\[`'\"*]+|[^\w)>\]`'\"*.!]+$")
_HEAD = late(r"\s*<br\b.*", re.IGNORECASE | re.DOTALL)
_TAGS = late(r"\s*\[[^\[\]]*\]$")


_AIMED = late(
    rf"(?:push|merge)\w*\b.*?\s{_TO}\s+(?:the\s+|an?\s+)?(?:branch\s+)?(?P<target>{_BRANCHES})"
    r"(?:\s+branch(?:es)?)?\W*$",
    re.IGNORECASE,
)
_GIT_PUSH = late(
    r"git\s+push(?P<options>(?:\s+-{1,2}[\w=-]+)*)(?:\s+(?:origin|upstream)(?:\s+(?P<ref>[\w./:*-]*[\w*]))?)?"
    r"(?P<more>(?:\s+-{1,2}[\w=-]+)*)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1 << 12)
def is_phrase(text: str) -> bool:
    """Whether a whole text is a phrase for an event: its further lines, tags and pictures aside."""
    bare = _bare(text)
    if _PLAINEST.fullmatch(bare) is not None:
        return True
    kinds = tuple(kind for sign, kind in _KINDS if sign.search(bare))
    if kinds and _phrase(kinds).fullmatch(bare) is not None:
        return True
    return _OF_A_TIME.fullmatch(bare) is not None or pushed_ref(text) != ""


@lru_cache
def _phrase(kinds: tuple[str, ...]) -> re.Pattern[str]:
    """Phrases of these kinds, in a row or one."""
    return re.compile(
        r"(?:(?:then|and|now|manually|on|when|upon|after|once|an?|the)\s+|trigger(?:s|ed)?\s+(?:by\s+|on\s+)?"
        rf"|(?:starts?|runs?)\s+"
        rf"(?:{_WORK}\s+)?(?:on|by|for|after)\s+)*"
        # what happens stands here once
        rf"(?:(?:{'|'.join(kinds)})(?:\s*(?:,|/|&|\+|\band\b|\bor\b|\bthen\b)\s*(?=[^\s.!…])|(?!\w)))+"
        rf"(?:\s+(?:events?|webhook|trigger(?:s|ed)?(?:\s+{_WORK})?|(?:starts?|runs?)\s+{_WORK}))?\s*[.!…]*",
        re.IGNORECASE,
    )


def _bare(text: str) -> str:
    return _AROUND.sub("", _TAGS.sub("", _HEAD.sub("", text.strip())))


def target(text: str) -> str:
    """The branches to which a phrase says that something is pushed or merged, as they are written."""
    match = _AIMED.search(_bare(text)) if is_phrase(text) else None
    return match["target"] if match else ""


def pushed_ref(text: str) -> str:
    """The branch or tag that a whole text pushes as a command: `git push -u origin HEAD:main`."""
    match = _GIT_PUSH.fullmatch(_bare(text)) if "git" in text.casefold() else None
    if match is None:
        return ""
    if "--tags" in f"{match['options']}{match['more']}".split():
        return "refs/tags/*"
    return (match["ref"] or "").rpartition(":")[2]


def is_time(text: str) -> bool:
    """Whether a whole text says when something happens again: `every day at 1:30`, `weekly (Mon 06:00)`."""
    bare = _AROUND.sub("", text.strip())
    return _AGAIN.search(bare) is not None and _OF_A_TIME.fullmatch(bare) is not None


def is_start(text: str) -> bool:
    """Whether a whole text says that something is started, and nothing else; an empty one does."""
    bare = _AROUND.sub("", text.strip())
    return not bare or _START.fullmatch(bare) is not None
