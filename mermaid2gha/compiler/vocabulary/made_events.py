"""Which events a write to a repository makes, by its words."""

from __future__ import annotations

import re
from functools import lru_cache

_MADE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\b(?:tags?|tagged)\b", ("push", "create")),
    (r"\breleases?\b", ("release",)),
    (r"\bbranch(?:es)?\b", ("push", "create")),
    (r"\bissues?\b", ("issues",)),
    (r"\bcomments?\b", ("issue_comment",)),
    (r"\bdeployments?\b", ("deployment", "deployment_status")),
    (r"\b(?:push(?:es)?|commits?|merges?)\b", ("push",)),
)
_PULL_REQUEST = r"\bpull[- ]requests?\b|\bPRs?\b"
_OPENS = r"\b(?:opens?|creates?)\b"
_OPENED = frozenset(("pull_request", "pull_request_target"))


@lru_cache(maxsize=1 << 10)
def made_events(text: str) -> frozenset[str]:
    """The events that a write to a repository makes, by its words. Few drawings ask, so the patterns wait."""
    if re.search(_PULL_REQUEST, text, re.I):
        if re.search(_OPENS, text, re.I):
            return _OPENED
        text = re.sub(_PULL_REQUEST, " ", text, flags=re.I)
    return frozenset(event for pattern, events in _MADE if re.search(pattern, text, re.I) for event in events)
