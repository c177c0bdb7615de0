"""Compositions of passes; pure: texts and settings in, a compilation out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mermaid2gha.actions.workflow import Workflow
from mermaid2gha.diagnostic import Diagnostic
from mermaid2gha.flow import TraceRow
from mermaid2gha.graphs import Program
from mermaid2gha.settings import Settings
from mermaid2gha.source import SourceFile

__all__ = ["Compilation", "TraceRow", "compile_documents"]


@dataclass(frozen=True, slots=True)
class Compilation:
    """What documents compile to. With an error among the diagnostics there are no workflows to write."""

    workflows: tuple[Workflow, ...]
    program: Program
    trace: tuple[TraceRow, ...]
    diagnostics: tuple[Diagnostic, ...]


def compile_documents(documents: Sequence[SourceFile], settings: Settings) -> Compilation:
    """The workflows of one project: its documents (Markdown, or `.mmd`/`.mermaid` by their names), linked."""
    raise AssertionError("the passes are not composed yet")
