"""Documents put together at random from what people draw, odd ones most of them: never an exception."""

from __future__ import annotations

import random

import pytest
from quick_yaml import texts

from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.settings.model import Order, Settings

PEOPLE = ("GitHub", "CI", "Tests (tests.yml)", "Registry", "Dev", "Tool", "Build job", "Repo", "nightly.yml")
TEXTS = (
    *(
        "Trigger 'push'",
        "on: pull_request",
        "workflow_run",
        "Call workflow<br/>a: 1",
        "workflow_call",
        "dispatch",
    ),
    *(
        "push image<br>[sha]",
        "Push CI Images<br>[X]",
        "Pull CI Images<br>[X]",
        "pull image",
        "fetch artifacts",
    ),
    *(
        "Build CI Images<br>[X]",
        "status",
        "report checks",
        "approve",
        "Output: a, b",
        "start job",
        "Job 2: test",
    ),
    *(
        "schedule every 5 min",
        "tag v1.2.3",
        "publish package",
        "commit results",
        "comment on PR",
        "Decide what",
    ),
    *(
        "x",
        "",
        "[a]",
        "(b)",
        "Skip Build<br>(Runs in 'Tests')<br>CI Images",
        "Deploy",
        "a<br>b<br>c",
        "release",
    ),
    *(
        "push[branch=main]",
        "trigger release[types=published]",
        "🚀",
        "日本",
        "${{ github.token }}",
        "end of it",
    ),
)
GUARDS = (
    *(
        "",
        "needed",
        "tests pass",
        "failure",
        "In merge run?",
        "github.ref == 'x'",
        "stop",
        "skip all",
        "success",
    ),
    *("Docs changed", "inputs.x == true && vars.A == 'b'", "needs.x.result == 'success'"),
)
LOOPS = (
    "Wait for CI Images",
    "For each python (3.11, 3.12)",
    "Every OS",
    "Retry",
    "Up to 4 times",
    "every 15 min",
)
SEPARATORS = {"par": "and", "alt": "else", "critical": "option"}


def body(rng: random.Random, depth: int = 0, most: int = 8) -> list[str]:
    """Some statements, fragments nested up to four deep."""
    lines: list[str] = []
    for _ in range(rng.randint(1, most)):
        kind = rng.random()
        if kind < 0.35:
            arrow = rng.choice(["->>", "-->>", "->", "-)"])
            lines.append(f"{rng.choice(PEOPLE)}{arrow}{rng.choice(PEOPLE)}: {rng.choice(TEXTS)}")
        elif kind < 0.66:
            over = rng.choice(["over ", "over ", "left of "])
            lines.append(f"Note {over}{rng.choice(PEOPLE)}: {rng.choice(TEXTS)}")
        elif kind < 0.69:
            lines.append(f"%% {rng.choice(['id: abc', 'comment', 'id: 9 x'])}")
        elif depth < 4:
            lines += fragment(rng, depth)
    return lines


def fragment(rng: random.Random, depth: int) -> list[str]:
    kind = rng.choice(["par", "opt", "alt", "loop", "break", "critical", "rect", "opt", "alt", "par"])
    guard = {"loop": rng.choice(LOOPS), "rect": "rgb(1,2,3)"}.get(kind, rng.choice(GUARDS))
    lines = [f"{kind} {guard}", *body(rng, depth + 1, 4)]
    for _ in range(rng.randint(0, 2) if kind in SEPARATORS else 0):
        lines += [f"{SEPARATORS[kind]} {rng.choice(GUARDS)}", *body(rng, depth + 1, 3)]
    return [*lines, "end"]


def document(seed: int) -> tuple[str, Order]:
    rng = random.Random(seed)
    lines: list[str] = []
    for number in range(rng.randint(1, 3)):
        name = rng.choice(["PR from fork", "Merge", 'PR from "a/b" repo', "Night", "Flow"])
        lines += [f"# {name} {number}", "", "```mermaid", "sequenceDiagram", *body(rng), "```", ""]
    return "\n".join(lines), rng.choice(list(Order))


@pytest.mark.parametrize("seed", range(120))
def test_a_document_compiles_or_is_refused_with_reasons(seed: int) -> None:
    text, order = document(seed)
    compilation = compile_documents([SourceFile("odd.md", text)], Settings(order=order))
    is_refused = any(found.severity.value == "error" for found in compilation.diagnostics)
    assert not (is_refused and compilation.workflows)
    for workflow in compilation.workflows:
        jobs = texts(workflow_text(workflow))["jobs"]
        seen: set[str] = set()
        for name, job in jobs.items():
            needs = job.get("needs", [])
            assert ({needs} if isinstance(needs, str) else set(needs)) <= seen
            seen.add(name)
            assert job.get("steps") or job.get("uses"), "GitHub refuses a job that has neither"
        assert seen
