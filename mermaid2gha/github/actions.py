"""The rights of a token that well-known actions and commands cannot do without, by their own pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from mermaid2gha.base.patterns import late

_SIGNED = {"attestations": "write", "id-token": "write"}
_RIGHTS: Mapping[str, Mapping[str, str]] = {
    "actions/attest": _SIGNED,
    "actions/attest-build-provenance": _SIGNED,
    "actions/attest-sbom": _SIGNED,
    "actions/deploy-pages": {"pages": "write", "id-token": "write"},
    "github/codeql-action/analyze": {"security-events": "write"},
    "github/codeql-action/upload-sarif": {"security-events": "write"},
    "pypa/gh-action-pypi-publish": {"id-token": "write"},
}


def needed_rights(uses: str, arguments: Mapping[str, str]) -> Mapping[str, str]:
    """The scopes that a step of an action needs, each with its level; none for an action that is not known.

    A package index that is given a password asks for no token of the run's own; a registry of GitHub's is
    logged into with it.
    """
    action = uses.partition("@")[0].strip().lower()
    if action == "docker/login-action":
        is_own = arguments.get("registry", "").strip().lower() == "ghcr.io"
        is_token = any(
            name in arguments.get("password", "").lower() for name in ("github.token", "github_token")
        )
        return {"packages": "read"} if is_own and is_token else {}
    if action == "pypa/gh-action-pypi-publish" and arguments.get("password"):
        return {}
    return _RIGHTS.get(action, {})


_WITH_A_BODY = (
    r"(?=[^\n]{0,200}\s(?:(?:-X|--method|--request)[\s=]*(?:POST|PUT|PATCH|DELETE)\b|-[fFd]\b|--(?:raw-)?field\b"
    r"|--data\b))"
)
_CALLED = (
    rf"(?:(?:\bgh\s+api\b{_WITH_A_BODY}|\bcurl\b{_WITH_A_BODY}[^\n]{{0,120}}\bapi\.github\.com\b)[^\n]{{0,120}}\b"
    r"|\b(?:POST|PUT|PATCH|DELETE)\s+(?:https://api\.github\.com)?/?)"
    r"repos/(?:[^\s/]{1,99}/[^\s/]{1,99}|\$\{\{\s{0,9}github\.repository\s{0,9}\}\})/"
)
"""A call of GitHub's interface that writes, up to the thing of the repository (docs.github.com, REST API)."""
_PATHS = (
    (r"(?:issues|labels|milestones)\b", "issues"),
    (r"pulls\b", "pull-requests"),
    (r"(?:releases|contents|git|merges|branches|dispatches)\b", "contents"),
    (r"actions\b", "actions"),
    (r"check-(?:runs|suites)\b", "checks"),
    (r"statuses\b", "statuses"),
    (r"deployments\b", "deployments"),
    (r"pages\b", "pages"),
    (r"code-scanning\b", "security-events"),
    (r"comments\b", "contents"),
)
_PROGRAM = late(
    r"\b(?:git|gh|curl|npm|pnpm|yarn|docker|podman|nerdctl|buildah|helm|oras|crane|skopeo)\b|\w/\w|\brepos/",
    re.ASCII,
)
"""What each of the commands below has: its program, or the name of an action. Few texts have one."""
_COMMANDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (late(r"\bgit\s+push\b(?!\s+(?!origin\b|upstream\b|-)[\w.-]+\s+\w)", re.ASCII), "contents"),
    (
        late(
            r"\bgit\s+(?:add|commit|tag|pull|rebase|merge|checkout|switch)\b[^\n;|()]{0,80}?"
            r"(?:\s(?:and|then|und|et|y|e|en|i|oraz|och|og|ve|и)\s|[&+,/、，→と]|->)\s*push\b"
            r"(?=\s*(?:$|[^\w\s]|origin\b|upstream\b|back\b|changes\b|commits?\b|tags?\b))",
            re.ASCII,
        ),
        "contents",
    ),
    (
        late(
            r"\b(?:docker|podman|nerdctl|buildah|helm|oras|crane|skopeo)\b[^\n]{0,120}?\s(?:--)?(?:push|copy|cp)\b"
            r"[^\n]{0,120}(?<![\w.-])ghcr\.io/",
            re.ASCII,
        ),
        "packages",
    ),
    (late(r"\b(?:peter-evans/create-pull-request|gh\s+pr\s+create)\b", re.ASCII), "pull-requests"),
    (
        late(r"\b(?:softprops/action-gh-release|actions/create-release|ncipollo/release-action)\b", re.ASCII),
        "contents",
    ),
    (
        late(r"\b(?:npm|pnpm|yarn)\s+publish\b[^\n]{0,120}(?<![\w.-])npm\.pkg\.github\.com\b", re.ASCII),
        "packages",
    ),
    (late(r"\bnpm\s+publish\b.*--provenance\b", re.ASCII), "id-token"),
    (late(r"\bgh\s+release\s+(?:create|upload|edit|delete(?:-asset)?)\b", re.ASCII), "contents"),
    (
        late(r"\bgh\s+issue\s+(?:create|comment|close|edit|reopen|delete|lock|unlock|pin|unpin)\b", re.ASCII),
        "issues",
    ),
    (late(r"\bgh\s+label\s+(?:create|edit|delete|clone)\b", re.ASCII), "issues"),
    (late(r"\bgh\s+pr\s+(?:merge|update-branch)\b", re.ASCII), "contents"),
    (
        late(
            r"\bgh\s+pr\s+(?:create|comment|merge|close|edit|review|ready|reopen|lock|unlock|update-branch)\b",
            re.ASCII,
        ),
        "pull-requests",
    ),
    (
        late(
            r"\bgh\s+(?:workflow\s+(?:run|enable|disable)|run\s+(?:rerun|cancel|delete)|cache\s+delete)\b",
            re.ASCII,
        ),
        "actions",
    ),
    *((late(rf"{_CALLED}{path}", re.ASCII), scope) for path, scope in _PATHS),
)


@lru_cache(maxsize=1 << 12)
def commanded(text: str) -> tuple[str, ...]:
    """The scopes that the commands and actions in a text write: `git push`, `gh release create`."""
    if _PROGRAM.search(text) is None:
        return ()
    found = dict.fromkeys(scope for pattern, scope in _COMMANDS if pattern.search(text))
    for word in text.split() if "/" in text else ():
        found |= dict.fromkeys(needed_rights(word.strip("`'\"(),.:;"), {}))
    return tuple(found)


def calls_github(text: str) -> bool:
    """Whether a text calls GitHub's interface to write to a repository: `POST /repos/o/r/issues`."""
    return "repos/" in text and any(pattern.search(text) for pattern, _ in _COMMANDS[-len(_PATHS) :])
