"""Where this mermaid2gha was installed from, by what the installer has noted (PEP 610)."""

from __future__ import annotations

import re
from pathlib import Path

from mermaid2gha.base.records import dataclass
from mermaid2gha.base.version import VERSION
from mermaid2gha.project.snapshot import Disk

_STORE = "https://json.schemastore.org/mermaid2gha.json"
_REMOTE = re.compile(r'\[remote "origin"\][^\[]*?\burl\s*=\s*(https://[^@\s]+)(?!\S)')
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


def origin(disk: Disk) -> Origin:
    """The origin of the package that runs; of one that was installed from a clone, where that is from."""
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    revision = f"v{VERSION}"
    try:
        noted = json.loads(distribution("mermaid2gha").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return Origin("", revision)
    of_git, url = noted.get("vcs_info") or {}, str(noted.get("url", ""))
    if of_git.get("vcs") == "git":
        asked = of_git.get("requested_revision") or ""
        return Origin(url, asked if "." in asked else str(of_git.get("commit_id") or revision))
    if url.startswith("file://"):
        from urllib.parse import unquote

        path = unquote(url.removeprefix("file://"))
        on_drive = re.match(r"/[A-Za-z]:", path) is not None  # as Windows writes it
        return Origin(_remote(path[on_drive:], disk), revision)
    return Origin("", revision)


def _remote(clone: str, disk: Disk) -> str:
    """The address of the remote `origin` of a clone, if others can reach it without what only we know."""
    content = (disk.known(str(Path(clone, ".git", "config"))) or b"").decode("utf-8", "replace")
    match = _REMOTE.search(content)
    return match[1] if match else ""
