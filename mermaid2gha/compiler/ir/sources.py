"""What a compilation begins with: documents, and jobs that stand in workflow files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import SourceFile

Written = Mapping[str, Sequence[str]]
"""The ids of the jobs in workflow files that are there, by the files' names in lower case."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The documents of one project, and the jobs of workflow files that are there."""

    files: tuple[SourceFile, ...]
    written: Written = field(default_factory=dict)
