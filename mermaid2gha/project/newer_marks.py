"""Files that a newer version wrote: what they say in words that this one does not know must not be lost.

Reports `newer-version`.
"""

from __future__ import annotations

import re

from mermaid2gha.base.diagnostic import Rule, Severity, diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.base.version import VERSION
from mermaid2gha.project.snapshot import shown
from mermaid2gha.project.status import Drift, FileState

NEWER_VERSION = Rule("newer-version", Severity.ERROR)

_MARK = re.compile(r"^(?:# |// |%% |<!-- )(mermaid2gha: (\w[\w-]*).*?)(?: -->)?\r?$", re.MULTILINE)
_WORDS = {"from", "sha256", "keep"}
"""The words of `compiler/scripts/comments.py` and `keeps.py` that can stand in a workflow."""


def unless_newer(drift: Drift) -> Drift:
    """A file as it stands to what is drawn; one with marks that this version does not know is not touched."""
    is_workflow = drift.path.endswith((".yml", ".yaml"))  # a graph is a product, and drawn anew
    if not is_workflow or drift.old is None or b"mermaid2gha: " not in drift.old:
        return drift
    file = SourceFile(shown(drift.path), drift.old.decode("utf-8", "replace"))
    unknown = next((mark for mark in _MARK.finditer(file.text) if mark[2] not in _WORDS), None)
    if unknown is None:
        return drift
    finding = diagnostic(
        NEWER_VERSION,
        f"`{file.name}` bears a mark that mermaid2gha {VERSION} does not know: `{unknown[1]}`",
        Span(file, unknown.start(1), unknown.end(1)),
        help="a newer version wrote it: install that one; nothing was written",
    )
    return replace(drift, state=FileState.REFUSED, edited=None, changes=(), diagnostics=(finding,))
