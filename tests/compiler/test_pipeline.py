"""What the whole pipeline must hold that no single page can show."""

from __future__ import annotations

from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.settings.model import Settings


def document(jobs: int) -> SourceFile:
    notes = "\n".join(f"    Note over CI: Job {number}<br>with a detail" for number in range(jobs))
    diagram = f"sequenceDiagram\n    participant CI as ci.yml\n    GitHub->>CI: Trigger 'push'\n{notes}\n"
    return SourceFile("many.mmd", diagram)


def test_a_workflow_that_github_would_not_run_is_told() -> None:
    found = compile_documents([document(1_500)], Settings())
    assert "workflow-too-large" in [one.rule for one in found.diagnostics]


def test_a_workflow_of_two_hundred_jobs_is_small_enough() -> None:
    found = compile_documents([document(200)], Settings())
    assert len(found.workflows[0].jobs) == 200
    assert "workflow-too-large" not in [one.rule for one in found.diagnostics]
