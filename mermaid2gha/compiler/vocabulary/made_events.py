"""Which events a write to a repository makes, by its words."""

from __future__ import annotations

import re
from functools import lru_cache

from mermaid2gha.github.events import (
    CREATE,
    DEPLOYMENT,
    DEPLOYMENT_STATUS,
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
