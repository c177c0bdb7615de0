"""What is compiled is what GitHub takes, from any drawing: no file of ours is refused, nor what it calls."""

from __future__ import annotations

from hypothesis import given
from laws.generate import documents
from laws.settings import settings_for
from laws.tree import Document
from laws.witness import compiled
from laws.writer import written

from mermaid2gha.github.validity.validity import read_and_refusals, refusals_with_calls
from mermaid2gha.github.workflow.emitter import workflow_text

laws = settings_for(100)


@laws
@given(documents())
def test_every_compiled_workflow_is_valid(document: Document) -> None:
    compilation = compiled("\n".join(written(document).lines) + "\n")
    files = {
        workflow.file: read_and_refusals(workflow_text(workflow).encode(), workflow.file)
        for workflow in compilation.workflows
    }
    found = [
        fault for whole in files.values() for fault in refusals_with_calls(whole, files.get, may_lack=True)
    ]
    assert found == []
