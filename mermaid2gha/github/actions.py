"""The rights of a token that well-known actions cannot do without, by their own pages."""

from __future__ import annotations

from collections.abc import Mapping

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
