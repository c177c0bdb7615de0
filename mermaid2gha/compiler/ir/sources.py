"""What a compilation begins with: documents, jobs that stand in workflow files, and where joins are set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import SourceFile

Written = Mapping[str, Sequence[str]]
"""The ids of the jobs in workflow files that are there, by the files' names in lower case."""


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
    written: Written = field(default_factory=dict, compare=False)
    crowded: Mapping[str, Crowd] = field(default_factory=dict, compare=False)
