"""What the package says of itself that depends on where it is released from: its addresses, and its readme.

The release hands its repository's address over as `MERMAID2GHA_HOME`, and that of its site (`.ci/website.py`)
as `MERMAID2GHA_SITE`. On an index page a relative link leads nowhere, so each one becomes an address at the
tag of the version. Built elsewhere, the package names no home, and the readme stays as it is.

Where a rule's page is follows from the two (`mermaid2gha/rules/pages.py`), and from nothing else.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

try:
    from hatchling.metadata.plugin.interface import MetadataHookInterface
except ImportError:  # read by tests, where nothing is built
    MetadataHookInterface = object  # type: ignore[assignment, misc]

ROOT = Path(__file__).resolve().parent.parent
_LINK = re.compile(r"(!?)\]\((?!https?:|#|mailto:)([^)\s]+)\)")
_IMAGE = re.compile(r"(!\[[^\]]*)\]\((?!https?:)([^)\s]+)\)")


def readme(text: str, home: str, version: str) -> str:
    """The readme with absolute links; pictures as raw files."""
    text = _IMAGE.sub(rf"\1]({home}/raw/v{version}/\2)", text)
    return _LINK.sub(rf"\1]({home}/blob/v{version}/\2)", text)


def urls(home: str, version: str, site: str = "") -> dict[str, str]:
    return {
        "Documentation": f"{site}/" if site else f"{home}/blob/v{version}/docs/README.md",
        "Changelog": f"{home}/blob/v{version}/CHANGELOG.md",
        "Repository": home,
        "Issues": f"{home}/issues",
    }


class CustomMetadataHook(MetadataHookInterface):
    """Hatchling's way in."""

    def update(self, metadata: dict[str, Any]) -> None:
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        namespace = (ROOT / "mermaid2gha/base/version.py").read_text(encoding="utf-8")
        version = re.search(r'VERSION = "([^"]+)"', namespace)[1]  # type: ignore[index]
        home = os.environ.get("MERMAID2GHA_HOME", "").rstrip("/")
        site = os.environ.get("MERMAID2GHA_SITE", "").rstrip("/")
        metadata["urls"] = urls(home, version, site) if home else {}
        text = readme(text, home, version) if home else text
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
