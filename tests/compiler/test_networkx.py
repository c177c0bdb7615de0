"""networkx, the slowest library to import, is imported for a cycle that is shown and for nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

FLOW = "```mermaid\nsequenceDiagram\nGitHub->>CI: Trigger '{}'\n{}```\n"
ONE, OTHER = "Note over CI: Build\nNote over CI: Test\n", "Note over CI: Test\nNote over CI: Build\n"
AGAINST = FLOW.format("push", ONE) + FLOW.format("pull_request", OTHER)
CYCLE = FLOW.format("push", f"par\n{ONE}and\n{OTHER}end\n")
CODE = """
import sys
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.settings.model import Settings
found = compile_documents([SourceFile("x.md", sys.stdin.read())], Settings())
print(*sorted({one.rule for one in found.diagnostics}), "networkx" in sys.modules)
"""


@pytest.mark.parametrize(
    ("document", "rule", "is_imported"), [(AGAINST, "job-separated", False), (CYCLE, "cyclic-order", True)]
)
def test_only_a_cycle_that_is_shown_needs_networkx(document: str, rule: str, is_imported: bool) -> None:
    command = [sys.executable, "-c", CODE]
    done = subprocess.run(command, input=document, capture_output=True, text=True, check=True)
    *rules, imported = done.stdout.split()
    assert rule in rules
    assert imported == str(is_imported)
