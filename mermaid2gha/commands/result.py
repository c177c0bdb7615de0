"""What a command is asked and what it answers: values, so that an answer can be kept and given again."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from mermaid2gha.base.diagnostic import Diagnostic, Severity
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.project.cache import Facts
from mermaid2gha.report.text import Paper

CLEAN, FINDINGS, MISUSE, DEFECT = 0, 1, 2, 3
"""Nothing to tell; findings, or files out of step; a wrong call or settings; our own defect."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes to standard output and standard error, and the exit code.

    `facts` are what it was made from, if it may be kept.
    """

    out: str
    err: str
    code: int
    facts: Facts | None = None


class Format(Enum):
    """How findings are shown."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


@dataclass(frozen=True, slots=True)
class Showing:
    """How much of the findings is shown, and how."""

    format: Format = Format.TEXT
    is_verbose: bool = False
    is_quiet: bool = False
    is_strict: bool = False
    paper: Paper = field(default_factory=Paper)

    def shown(self, diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Errors always, warnings unless quiet (and not strict), notes if verbose."""
        grave = {Severity.ERROR}
        if not self.is_quiet or self.is_strict:
            grave.add(Severity.WARNING)
        if self.is_verbose and not self.is_quiet:
            grave.add(Severity.NOTE)
        return [found for found in diagnostics if found.severity in grave]

    def code(self, diagnostics: Sequence[Diagnostic], *, is_misused: bool = False) -> int:
        failing = {Severity.ERROR, Severity.WARNING} if self.is_strict else {Severity.ERROR}
        if is_misused:
            return MISUSE
        return FINDINGS if any(found.severity in failing for found in diagnostics) else CLEAN
