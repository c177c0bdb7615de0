"""Which events a write to a repository makes, and what people do with a pull request, by the words."""

from __future__ import annotations

import re
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.github.events import (
    CREATE,
    DEPLOYMENT,
    DEPLOYMENT_STATUS,
    EVENTS,
    ISSUE_COMMENT,
    ISSUES,
    PULL_REQUEST,
    PULL_REQUEST_TARGET,
    PUSH,
    RELEASE,
)

DISCUSSION = "discussion"

_MADE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\b(?:tags?|tagged)\b", (PUSH.name, CREATE.name)),
    (r"\breleases?\b", (RELEASE.name,)),
    (r"\bbranch(?:es)?\b", (PUSH.name, CREATE.name)),
    (r"\bissues?\b", (ISSUES.name,)),
    (r"\bcomments?\b", (ISSUE_COMMENT.name,)),
    (r"\bdiscussions?\b", (DISCUSSION,)),
    (r"\bdeployments?\b", (DEPLOYMENT.name, DEPLOYMENT_STATUS.name)),
    (r"\b(?:push(?:es)?|commits?|merges?)\b", (PUSH.name,)),
)
_PULL_REQUEST = r"\bpull[- ]requests?\b|\bPRs?\b"
_OPENS = r"\b(?:opens?|creates?)\b"
_OPENED = frozenset((PULL_REQUEST.name, PULL_REQUEST_TARGET.name))


@lru_cache(maxsize=1 << 10)
def made_events(text: str) -> frozenset[str]:
    """The events that a write to a repository makes, by its words. Few drawings ask, so the patterns wait."""
    if re.search(_PULL_REQUEST, text, re.I):
        if re.search(_OPENS, text, re.I):
            return _OPENED
        text = re.sub(_PULL_REQUEST, " ", text, flags=re.I)
    return frozenset(event for pattern, events in _MADE if re.search(pattern, text, re.I) for event in events)


@lru_cache(maxsize=1 << 10)
def makes(text: str) -> bool:
    """Whether a write to a thing of the repository makes a new one of it: `publish it`, said to Releases."""
    return (
        re.search(r"\b(?:creates?|publish(?:es)?|opens?|submits?|cuts?|push(?:es)?)\b", text, re.I)
        is not None
    )


@dataclass(frozen=True, slots=True)
class Done:
    """What is done with a pull request: the event of GitHub's, its types, and the condition of the one
    comment or label that is named."""

    event: str
    types: tuple[str, ...] = ()
    narrowed: str = ""


_REVIEW, _LABELED, _COMMENT = "pull_request_review", ("labeled",), ISSUE_COMMENT.name
_GIVES = (
    r"(?:(?:adds?|posts?|leaves?|writes?|submits?|gives?|sets?|applies|apply|puts?|makes?)"
    r"\s+(?:(?!to\b|on\b|in\b)\S+\s+){0,3})?"
)
_REQUEST = r"(?:PRs?|pull[- ]requests?)"
_DONE: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = tuple(
    (
        late(
            rf"\W*{_GIVES}(?:{verbs})\b|.*\b{_REQUEST}(?:\s+#?\d+)?\s+(?:is\s+|was\s+|gets\s+)*(?:{verbs})\b"
            + (rf"|.*(?:{beyond})" if beyond else ""),
            re.IGNORECASE,
            for_ascii=rf"\W*{_GIVES}(?:{verbs})\b"
            rf"|.*\b{_REQUEST}(?:\s+#?\d+)?\s+(?:is\s+|was\s+|gets\s+)*(?:{verbs})\b",
        ),
        event,
        types,
    )
    for verbs, beyond, event, types in (
        (
            rf"(?:marks?\s+(?:\S+\s+){{0,2}}{_REQUEST}\s+(?:as\s+)?)?ready\s+for\s+review",
            "",
            PULL_REQUEST.name,
            ("ready_for_review",),
        ),
        (r"(?:requests?|asks?\s+for)\s+(?:an?\s+)?reviews?", "", PULL_REQUEST.name, ("review_requested",)),
        (
            r"reviews?|reviewed|reviewing|approv(?:es?|ed|al|ing)|requests?\s+changes"
            r"|revis[ae]r?|überprüf(?:t|en)|genehmig(?:t|en)|approuver?|aprueba|aprobar|aprova[r]?",
            "レビュー|審査|审查|审核|评审|리뷰|ревью|провер",
            _REVIEW,
            (),
        ),
        (
            r"unlabels?|labels?|labell?ed|labell?ing|etiqueta[r]?|etiketter?",
            "ラベル|标签|標籤|라벨|метк",
            PULL_REQUEST.name,
            _LABELED,
        ),
        (
            r"comments?|commented|commenting|(?:kommentar|kommentier|comment|coment)\w*|/[\w-]+",
            "コメント|评论|評論|留言|댓글|коммент",
            _COMMENT,
            ("created",),
        ),
        (r"assigns?|assigned", "", PULL_REQUEST.name, ("assigned",)),
    )
)
_NAMED = late(r"['\"`“]([^'\"`”]+)['\"`”]")
_COMMAND = late(r"(?<![\w/])(/[a-z][\w-]*)", re.IGNORECASE)
_OF_LABEL = late(r"\b(?:with|as)\s+([\w:.-]+)|\b(?!the\b|an?\b|add\w*\b)([\w:.-]+)\s+label\b", re.IGNORECASE)


@lru_cache(maxsize=1 << 10)
def says_label(text: str) -> bool:
    """Whether a text says that a pull request gets a label, for which some languages say a tag."""
    done = done_to_request(text)
    return done is not None and done.types == _LABELED


@lru_cache(maxsize=1 << 10)
def done_to_request(text: str) -> Done | None:
    """What a text that names a pull request says that people do with it, if that is an event of its own and
    no change of it: `review PR`, `label PR with deploy`, `comment /deploy on PR`."""
    for pattern, event, types in _DONE:
        if pattern.match(text):
            return Done(event, types, _narrowed(text, event, types))
    return None


def _narrowed(text: str, event: str, types: tuple[str, ...]) -> str:
    """The condition of the comment or label that is named, as an expression."""
    quoted = _NAMED.search(text)
    if event == _COMMENT:
        said = quoted or _COMMAND.search(text)
        return f"startsWith(github.event.comment.body, '{said[1]}')" if said else ""
    if types == _LABELED:
        said = quoted or _OF_LABEL.search(text)
        name = next((group for group in said.groups() if group), "") if said else ""
        return f"github.event.label.name == '{name}'" if name else ""
    return ""


@lru_cache(maxsize=1 << 10)
def named_comment(text: str) -> str:
    """The condition of the one comment that a text names, in whatever language; empty if it names none."""
    command = _COMMAND.search(text)
    said = command[1] if command is not None else _quoted(text)
    return f"startsWith(github.event.comment.body, '{said}')" if said else ""


@lru_cache(maxsize=1 << 10)
def named_label(text: str) -> str:
    """The condition of the one label that a text names: in quotes, behind `labeled:`, or in words."""
    behind = _AFTER_LABELED.search(text)
    said = behind[1] if behind is not None else _quoted(text)
    if said:
        return f"github.event.label.name == '{said}'"
    done = done_to_request(text)
    return done.narrowed if done is not None and done.types == _LABELED else ""


def _quoted(text: str) -> str:
    """What stands in quotes and is no event, with its filters or without, nor a type of one."""
    names = (match[1] for match in _NAMED.finditer(text))
    return next((name for name in names if name not in _LABELED and not _OF_EVENT.fullmatch(name)), "")


_OF_EVENT = late(
    rf"\s*(?:{'|'.join(EVENTS)})\s*(?:[\[(].*|:\s*(?:types|branches|tags|paths)\b.*|{_LABELED[0]})?"
)


_AFTER_LABELED = late(r"\blabell?ed\s*(?:[:=]|\bas\b|\bwith\b)\s*['\"`]?([\w.:-]+)", re.IGNORECASE)
