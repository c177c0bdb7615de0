"""The proof that a file does what is drawn: it passes for what the compiler writes, and for nothing else."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from laws.generate import documents
from laws.tree import Document, written
from laws.witness import compiled

from mermaid2gha.actions.write import workflow_text
from mermaid2gha.proof.proof import proof

EXAMPLES = int(os.environ.get("MERMAID2GHA_EXAMPLES", "60"))
laws = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="MERMAID2GHA_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@laws
@given(documents())
def test_what_the_compiler_writes_is_proved(document: Document) -> None:
    text = "\n".join(written(document).lines) + "\n"
    compilation = compiled(text)
    for linked, workflow in zip(compilation.linked, compilation.workflows):
        found = proof(linked, workflow_text(workflow))
        assert found is None, (found, text)
