"""Sums of products: the same whatever order a set has, which the hash seed of a process decides."""

from __future__ import annotations

import os
import subprocess
import sys

from mermaid2gha.github.expressions.condition import whole
from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import Atom, AtomKind

SUMS = """
from random import Random
from mermaid2gha.github.logic.dnf import Atom, AtomKind, simplified

chance = Random(0)
atoms = [Atom(AtomKind.FLAG, "decide", name) for name in ("docs", "code", "full", "canary")]
for _ in range(600):
    cubes = {
        frozenset((atom, chance.random() < 0.5) for atom in chance.sample(atoms, chance.randint(1, 4)))
        for _ in range(chance.randint(3, 9))
    }
    print(sorted(sorted((atom.name, value) for atom, value in cube) for cube in simplified(cubes)))
"""
DRAWN = """
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.settings.model import Settings

ways = ["alt Docs", "alt Code", "Note over CI: Build", "else", "Note over CI: Build", "end"]
ways += ["else", "alt Code", "Note over CI: Build", "else", "Note over CI: Test", "end", "end"]
head = ["participant CI as ci.yml", "GitHub->>CI: Trigger 'push'", "Note over CI: Plan<br>Decide"]
lines = [*head, *ways, "Note over CI: Ship", "opt anything failed", "CI->>Chat: Tell", "end"]
text = "```mermaid\\nsequenceDiagram\\n" + "\\n".join(lines) + "\\n```\\n"
[workflow] = compile_documents([SourceFile("ci.md", text)], Settings()).texts
print(workflow)
"""


def under_seeds(code: str) -> set[str]:
    """What a program prints under different hash seeds."""
    return {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2", "3")
    }


def test_a_sum_is_simplified_alike_under_each_hash_seed() -> None:
    [printed] = under_seeds(SUMS)
    assert printed.count("\n") == 600


def test_a_drawing_compiles_alike_under_each_hash_seed() -> None:
    [printed] = under_seeds(DRAWN)
    assert "tell:" in printed


def test_a_conjunction_implies_its_terms_and_its_opposite_does_not() -> None:
    a, b = "vars.A == 'x'", "vars.B || vars.C"
    (all_of, yes), _ = dnf.expression_literal(parsed(f"{a} && ({b})"))
    (first, is_first), _ = dnf.expression_literal(parsed(a))
    (second, is_second), _ = dnf.expression_literal(whole(parsed(b)))
    both = dnf.both(dnf.literal(first, is_first), dnf.literal(second, is_second))
    together = dnf.literal(all_of, yes)
    assert dnf.implies(together, dnf.literal(first, is_first))
    assert dnf.implies(together, both)
    assert dnf.implies(both, together)
    assert not dnf.implies(dnf.opposite(together), dnf.literal(first, is_first))
    index = dnf.ConditionIndex()
    index.add(dnf.literal(first, is_first), 1)
    index.add(both, 2)
    index.add(dnf.literal(Atom(AtomKind.FLAG, "x", "docs")), 4)
    assert index.implied_by(together) == 3
    assert index.implied_by(dnf.literal(first, is_first)) == 1
