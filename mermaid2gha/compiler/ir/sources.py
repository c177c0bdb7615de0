"""What a compilation begins with: documents, what stands in workflow files, and where joins are set."""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.ir.existing import NOTHING, Existing


@dataclass(frozen=True, slots=True)
class Crowd:
    """A file that needs joins: how many jobs are followed without one, and whether it has several flows.

    With several flows each result may have to be asked for, whatever its condition.
    """

    most_before: int
    has_flows: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """The documents of one project. `crowded` are the files that need joins, by name in lower case."""

    files: tuple[SourceFile, ...]
    existing: Existing = NOTHING
    crowded: Mapping[str, Crowd] = field(default_factory=dict)
