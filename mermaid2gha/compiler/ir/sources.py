"""What a compilation begins with: documents, and what stands in workflow files."""

from __future__ import annotations

from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.ir.existing import NOTHING, Existing


@dataclass(frozen=True, slots=True)
class Sources:
    """The documents of one project, and the jobs of workflow files that are there."""

    files: tuple[SourceFile, ...]
    existing: Existing = NOTHING
