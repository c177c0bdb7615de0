"""A listener hears its sender by the name that stands in the sender's file, which is people's."""

from __future__ import annotations

from pathlib import Path

import pytest

from mermaid2gha.cli import main

DOCUMENT = """\
```mermaid
sequenceDiagram
    participant GH as GitHub
    participant CI as CI (ci.yml)
    participant Notify as Notify (notify.yml)
    GH->>CI: Trigger 'push'
    Note over CI: Build
    CI->>Notify: Trigger 'workflow_run'
    Note over Notify: Tell the team
```
"""
WORKFLOW = "on: push\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n"


@pytest.mark.parametrize(
    ("head", "heard"),
    [
        ("name: Build & Test\n", "[Build & Test]"),
        ("name: CI\n", "[CI]"),
        ("name: 'a, b'\n", '["a, b"]'),
        ("", '[".github/workflows/ci.yml"]'),
        (None, "[CI]"),
    ],
    ids=["renamed", "as drawn", "a comma", "nameless", "absent"],
)
def test_a_fresh_listener_hears_the_sender_as_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str | None, heard: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ci.md").write_text(DOCUMENT)
    (tmp_path / "mermaid2gha.yml").write_text("documents: [ci.md]\nadopted: [ci.yml]\n")
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    if head is not None:
        (folder / "ci.yml").write_text(head + WORKFLOW)
    assert main(["compile", "-q"]) == 0
    assert f"    workflows: {heard} # drawn: " in (folder / "notify.yml").read_text()
    assert main(["check", "-q"]) == 0
