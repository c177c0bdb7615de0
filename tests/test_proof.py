"""The proof that a file does what is drawn: it passes for what the compiler writes, and for nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from laws.generate import documents
from laws.tree import Document
from laws.witness import compiled
from laws.writer import written

from mermaid2gha import outputs
from mermaid2gha.actions.workflow import Workflow
from mermaid2gha.actions.write import workflow_text
from mermaid2gha.cli import main
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


def test_a_handler_waits_for_what_its_own_flow_draws_only() -> None:
    """In one flow `Report` follows a handled failure of `Test`, in the other its success."""
    assert differences(FLOW.format("pull_request", HANDLED) + FLOW.format("push", OPTIONAL)) == []


def test_a_failure_that_an_option_made_good_stops_nothing_that_another_flow_orders_after_it() -> None:
    """The push made good what failed; that the scheduled flow orders `Archive` after it counts there only."""
    assert differences(FLOW.format("push", MENDED) + FLOW.format("schedule", STRAIGHT)) == []


FLOW = """
```mermaid
---
title: A {0}
---
sequenceDiagram
    participant CI as CI (ci.yml)
    Repo ->> CI: Trigger '{0}'
{1}
```
"""
HANDLED = """\
    Note over CI: Test
    opt failure
        Note over CI: Collect
        Note over CI: Report
    end"""
OPTIONAL = """\
    Note over CI: Test
    opt Quick run
        Note over CI: Collect
    end
    Note over CI: Report"""
MENDED = """\
    Note over CI: Begin
    critical
        Note over CI: Deploy
        Note over CI: Watch
    option it fails
        Note over CI: Roll back
    end
    Note over CI: Tell
    opt Is canary
        Note over CI: Clean
    end
    Note over CI: Archive"""
STRAIGHT = """\
    Note over CI: Deploy
    opt Is canary
        Note over CI: Clean
    end
    Note over CI: Archive"""


def test_a_file_that_is_not_what_is_drawn_is_told_and_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A writer that forgets a conjunct stands for any defect of the compiler."""
    document, folder = tmp_path / "ci.md", tmp_path / "made"
    document.write_text(FLOW.format("push", OPTIONAL), encoding="utf-8")

    def forgetful(workflow: Workflow) -> str:
        return workflow_text(workflow).replace("needs.test.result == 'success'", "always()")

    monkeypatch.setattr(outputs, "workflow_text", forgetful)
    assert main(["compile", str(document), "--output", str(folder)]) == 3
    assert not folder.exists()
    assert capfd.readouterr().err.startswith(
        "internal error: what was compiled is not what is drawn, so nothing was written\n"
        "  ci.yml: `report` runs and is not drawn to\n"
        "    in the flow `A push`, by `push`\n"
        "    where needs.test.outputs.quick-run = '…'\n"
        "    and `test` fails\n"
    )


def differences(text: str) -> list[object]:
    compilation = compiled(text)
    assert compilation.linked, compilation.diagnostics
    found = (proof(one, workflow_text(w)) for one, w in zip(compilation.linked, compilation.workflows))
    return [one for one in found if one is not None]
