"""The plan is a value: it can be hashed, nothing of it changes, and equal documents have equal plans."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from laws.tree import Document
from laws.widely import wide_documents
from laws.witness import settings_of
from laws.writer import written
from test_laws import laws

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import Compilation, compile_documents
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import PlanJob, ProjectPlan
from mermaid2gha.settings.model import Settings

ROOT = Path(__file__).parents[2]
DIAGRAMS = sorted((ROOT / "diagrams").rglob("*.md"))


def compiled(text: str, settings: Settings) -> Compilation:
    return compile_documents([SourceFile("ci.md", text)], settings)


def parts(value: object) -> Iterator[object]:
    """A value and all that it is made of, places in documents aside."""
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from parts(item)
    elif not isinstance(value, Enum):
        for name in getattr(value, "__match_args__", ()):
            if name not in ("because", "drawn", "span"):
                yield from parts(getattr(value, name))


def is_value(plan: ProjectPlan) -> bool:
    """Whether all of a plan is immutable."""
    kinds = (str, int, tuple, Enum, type(None))
    return all(
        isinstance(part, kinds) or (hasattr(part, "__slots__") and type(part).__hash__ is not None)
        for part in parts(plan)
    )


@laws
@given(wide_documents())
def test_equal_documents_have_equal_plans_that_can_be_hashed(document: Document) -> None:
    text, settings = "\n".join(written(document).lines) + "\n", settings_of(document)
    plans = [compiled(text, settings).plan for _ in range(2)]
    assert plans[0] == plans[1] and hash(plans[0]) == hash(plans[1])
    assert len(set(plans)) == 1 and is_value(plans[0])


@laws
@given(wide_documents())
def test_prose_around_a_diagram_does_not_change_the_plan(document: Document) -> None:
    text, settings = "\n".join(written(document).lines) + "\n", settings_of(document)
    assert compiled(text, settings).plan == compiled(f"Some words.\n\n{text}", settings).plan


@laws
@given(wide_documents())
def test_a_plan_is_closed_and_in_order(document: Document) -> None:
    text, settings = "\n".join(written(document).lines) + "\n", settings_of(document)
    for plan in compiled(text, settings).plan.workflows:
        seen: set[str] = set()
        for job in plan.jobs:
            assert {need.on for need in job.needs} <= seen
            assert set(job.flows) <= set(plan.flows) and job.flows
            assert all(set(need.flows) <= set(plan.flows) for need in job.needs)
            assert all(plan.because(job, need) or need.is_data for need in job.needs)
            assert bool(job.steps) != (job.call is not None)
            seen.add(job.id)
        assert len(seen) == len(plan.jobs)


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.name)
def test_what_is_written_is_what_is_planned(path: Path) -> None:
    made = compiled(path.read_text(encoding="utf-8"), Settings())
    for plan, workflow in zip(made.plan.workflows, made.workflows):
        assert [job.id for job in plan.jobs] == [job.id for job in workflow.jobs]
        for job, fresh in zip(plan.jobs, workflow.jobs):
            assert fresh.needs == tuple(need.on for need in job.needs)
            assert (fresh.condition, fresh.permissions) == (job.condition, job.rights)
            assert fresh.is_gate is (job.kind is JobKind.GATE)


def test_a_job_tells_why_it_needs_another() -> None:
    text = "sequenceDiagram\nGitHub->>CI: Trigger 'push'\nNote over CI: Build\nNote over CI: Test\n"
    made = compile_documents([SourceFile("ci.mmd", text)], Settings())
    [plan] = made.plan.workflows
    test: PlanJob = plan.jobs[1]
    [need] = test.needs
    assert [(label.span.line, label.text) for label in plan.because(test, need)] == [
        (4, "this is drawn"),
        (3, "after this"),
    ]
