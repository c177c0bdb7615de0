"""Where this mermaid2gha was installed from, by what the installer has noted (PEP 610)."""

from __future__ import annotations

import re

from mermaid2gha.base.records import dataclass
from mermaid2gha.base.version import VERSION

_STORE = "https://json.schemastore.org/mermaid2gha.json"
_GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")


@dataclass(frozen=True, slots=True)
class Origin:
    """A repository and a revision of it, both as pre-commit wants them; the first is empty if not known."""

    repository: str
    revision: str

    @property
    def schema(self) -> str:
        """Where editors find the schema of the settings: in that revision, else where schemas are kept."""
        known = _GITHUB.fullmatch(self.repository)
        if known is None:
            return _STORE
        return (
            f"https://raw.githubusercontent.com/{known[1]}/{self.revision}/mermaid2gha/settings/schema.json"
        )


def origin() -> Origin:
    """The origin of the package that runs."""
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    revision = f"v{VERSION}"
    try:
        noted = json.loads(distribution("mermaid2gha").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return Origin("", revision)
    of_git = noted.get("vcs_info") or {}
    if of_git.get("vcs") != "git":
        return Origin("", revision)
    asked = of_git.get("requested_revision") or ""
    commit = asked if "." in asked else str(of_git.get("commit_id") or revision)
    return Origin(str(noted.get("url", "")), commit)
