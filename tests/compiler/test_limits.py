"""Just at GitHub's limits a drawing compiles, and one above it is refused with the limit named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.settings.model import Settings

Drawn = Callable[[int], list[str]]


def errors(lines: list[str]) -> list[Diagnostic]:
    text = "\n".join(["sequenceDiagram", *lines]) + "\n"
    found = compile_documents([SourceFile("ci.mmd", text)], Settings())
    errors = [one for one in found.diagnostics if one.severity.value == "error"]
    assert bool(found.workflows) is not bool(errors)
    return errors


def chain(levels: int) -> list[str]:
    lines = [f"participant W{number} as w{number}.yml" for number in range(levels)]
    lines += ["GitHub->>W0: Trigger 'push'", "Note over W0: Begin"]
    for number in range(1, levels):
        lines += [f"W{number - 1}->>W{number}: call", f"Note over W{number}: Task {number}"]
    return lines


def fan(called: int) -> list[str]:
    lines = ["participant CI as ci.yml", *(f"participant W{n} as w{n}.yml" for n in range(called))]
    lines.append("GitHub->>CI: Trigger 'push'")
    for number in range(called):
        lines += [f"CI->>W{number}: call", f"Note over W{number}: Task {number}"]
    return lines


def matrix(legs: int) -> list[str]:
    values = ", ".join(f"v{number}" for number in range(legs))
    return ["GitHub->>CI: Trigger 'push'", f"loop For each version ({values})", "Note over CI: Test", "end"]


def inputs(count: int) -> list[str]:
    lines = ["GitHub->>CI: Trigger 'workflow_dispatch'"]
    for number in range(count):
        lines += [f"opt inputs.part-{number} == true", f"Note over CI: Task {number}", "end"]
    return lines


def event_type(length: int) -> list[str]:
    return [f"GitHub->>CI: Trigger 'repository_dispatch[type={'x' * length}]'", "Note over CI: Test"]


LIMITS = [
    ("called-too-deep", chain, 10),
    ("too-many-called", fan, 50),
    ("matrix-too-large", matrix, 256),
    ("too-many-inputs", inputs, 25),
    ("event-type-too-long", event_type, 100),
]


@pytest.mark.parametrize(("rule", "drawn", "most"), LIMITS)
def test_what_is_just_allowed_compiles(rule: str, drawn: Drawn, most: int) -> None:
    assert errors(drawn(most)) == []


@pytest.mark.parametrize(("rule", "drawn", "most"), LIMITS)
def test_one_more_is_refused_with_the_limit_named(rule: str, drawn: Drawn, most: int) -> None:
    (found,) = errors(drawn(most + 1))
    assert found.rule == rule
    assert str(most) in found.message and found.labels and found.help
