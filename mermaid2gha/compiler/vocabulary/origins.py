"""Where the name of a flow says that its pull requests come from: a fork, or a repository by its name."""

from __future__ import annotations

import re

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass

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
