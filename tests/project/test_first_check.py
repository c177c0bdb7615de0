"""What a first check of the sample costs, counted: what it imports, and which expressions it compiles.

No clock decides. Whoever goes beyond a bound sees by how much, and either spares it, for what is imported and
compiled before anything is read is two fifths of such a run, or raises the bound.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).parents[2] / "diagrams" / "CI_DIAGRAMS.md"
SETTINGS = 'documents: [CI_DIAGRAMS.md]\nflows:\n  Scheduled run: {cron: "28 0 * * *"}\n'
MOST_MODULES = 235
MOST_OF_OTHERS = 20
"""Modules of the standard library beside those that Python itself starts with."""
MOST_EXPRESSIONS = 112

COUNTED = """
import json, re, sys
import re._compiler as compiler

compiled, own = [], compiler.compile

def counted(pattern, flags=0):
    compiled.append(str(pattern))
    return own(pattern, flags)

compiler.compile = counted
before = set(sys.modules)
from mermaid2gha.cli import main
code = main(["check", "--quiet", "--no-cache"])
print(json.dumps([code, sorted(set(sys.modules) - before), compiled]))
"""


@pytest.fixture
def first_check(tmp_path: Path) -> tuple[list[str], list[str]]:
    """The modules that a check of the compiled sample imports, and the expressions that it compiles."""
    shutil.copy(DOCUMENT, tmp_path)
    (tmp_path / "mermaid2gha.yml").write_text(SETTINGS, encoding="utf-8")
    path = f"import sys; sys.path[:0] = {sys.path!r}\n"
    compile_all = f"{path}from mermaid2gha.cli import main; sys.exit(main(['compile', '--quiet']))"
    run(compile_all, tmp_path)
    code, modules, expressions = json.loads(run(path + COUNTED, tmp_path))
    assert code == 0
    return modules, expressions


def run(program: str, folder: Path) -> str:
    command = [sys.executable, "-S", "-c", program]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_a_first_check_imports_and_compiles_no_more_than_so_much(
    first_check: tuple[list[str], list[str]],
) -> None:
    modules, expressions = first_check
    ours = [name for name in modules if name.partition(".")[0] == "mermaid2gha"]
    others = [name for name in modules if name not in ours]
    assert len(others) <= MOST_OF_OTHERS, others
    assert len(ours) <= MOST_MODULES, f"{len(ours)} modules"
    assert len(expressions) <= MOST_EXPRESSIONS, f"{len(expressions)} expressions"
    assert len(expressions) == len(set(expressions)), "each once"
