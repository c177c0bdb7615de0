"""Joins: jobs that only wait, where a file would else be larger than GitHub takes. They change no order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from laws import checks
from laws.generate import documents
from laws.tree import Document
from laws.witness import witness
from test_laws import laws

from mermaid2gha.base.records import replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import Compilation, compile_documents
from mermaid2gha.compiler.plan import joins
from mermaid2gha.compiler.verify.verify import proof
from mermaid2gha.github.expressions.condition import NEVER
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.settings.model import Order, Settings

PLAIN = Settings()
HEAD = [
    "sequenceDiagram",
    "participant GH as GitHub",
    "participant CI as CI (ci.yml)",
    "GH->>CI: Trigger 'push'",
]


def compiled(lines: list[str], settings: Settings = PLAIN) -> Compilation:
    return compile_documents([SourceFile("ci.mmd", "\n".join([*HEAD, *lines]) + "\n")], settings)


def par(operands: list[list[str]]) -> list[str]:
    result = ["par"]
    for number, operand in enumerate(operands):
        result += ["and", *operand] if number else operand
    return [*result, "end"]


def notes(prefix: str, count: int) -> list[list[str]]:
    return [[f"Note over CI: {prefix} {number}"] for number in range(count)]


def optional(prefix: str, count: int) -> list[list[str]]:
    return [["opt", *note, "end"] for note in notes(prefix, count)]


def rules(found: Compilation) -> list[str]:
    return [one.rule for one in found.diagnostics]


def proved(found: Compilation) -> None:
    for linked, workflow in zip(found.linked, found.workflows):
        text = workflow_text(workflow)
        assert len(text.encode()) <= 512_000
        assert proof(linked, text) is None


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if GitHub took no file with more than a few needs."""
    monkeypatch.setattr(joins, "MOST_NEEDS", 1)
    monkeypatch.setattr(joins, "MOST_BEFORE", (2,))
    yield


def test_a_few_hundred_jobs_side_by_side_need_no_join() -> None:
    found = compiled([*par(notes("Work", 250)), "Note over CI: Last", "CI-->>GH: Status"])
    assert "join-added" not in rules(found)
    last = next(job for job in found.workflows[0].jobs if job.id == "last")
    assert len(last.needs) == 250
    proved(found)


def test_a_job_after_250_optional_ones_follows_joins_of_them() -> None:
    lines = [
        "Note over CI: Info<br>Decide what to run",
        *par(optional("Work of many", 250)),
        "Note over CI: Last",
    ]
    found = compiled([*lines, "CI-->>GH: Status"])
    assert rules(found) == ["join-added"]
    jobs = {job.id: job for job in found.workflows[0].jobs}
    assert jobs["last"].needs == ("join-after-work-of-many-249",)
    assert len(jobs["join-after-work-of-many-249"].needs) == 4
    proved(found)


def test_a_product_of_needs_becomes_a_sum() -> None:
    found = compiled([*par(notes("First", 300)), *par(notes("Second", 300))])
    jobs = {job.id: job for job in found.workflows[0].jobs}
    assert len(jobs["join-after-first-299"].needs) == 300
    assert all(jobs[f"second-{n}"].needs == ("join-after-first-299",) for n in range(300))
    proved(found)


def test_300_optional_jobs_in_a_row_fit_in_a_file() -> None:
    lines = [line for operand in optional("Task", 300) for line in operand]
    found = compiled([*lines, "Note over CI: Last", "CI-->>GH: Status"])
    assert not [one for one in found.diagnostics if one.severity.value == "error"]
    proved(found)


def test_a_file_that_no_join_makes_small_enough_is_refused() -> None:
    found = compiled([*par(notes("First", 1000)), *par(notes("Second", 1000))])
    assert "workflow-too-large" in rules(found)
    assert not found.workflows


def test_a_condition_that_no_job_can_have_is_refused_with_the_limit() -> None:
    nested = [
        line
        for n in range(95)
        for line in (f"opt github.event.head_commit.message != '{n:0250}'", f"Note over CI: Task {n}")
    ]
    found = compiled([*nested, *["end"] * 95])
    told = [one.message for one in found.diagnostics if one.rule == "condition-too-long"]
    assert told and all("GitHub takes 21,000" in message for message in told)
    assert not found.workflows


def test_what_makes_a_failure_good_is_not_cut_off_by_a_join() -> None:
    body = [
        ["critical", f"Note over CI: Try {n}", "option else", f"Note over CI: Mend {n}", "end"]
        for n in range(90)
    ]
    found = compiled([*par(body), *par(optional("Work of many", 260)), "Note over CI: Last"])
    assert "join-added" in rules(found)
    proved(found)


def test_a_join_takes_no_part_in_what_a_job_is_for() -> None:
    lines = ["Note over CI: Info<br>Decide what to run", *par(optional("Work of many", 250))]
    found = compiled([*lines, "opt Needed at night", "Note over CI: Last", "end", "CI-->>GH: Status"])
    jobs = {job.id: job for job in read_workflow(workflow_text(found.workflows[0])).jobs}
    assert "needed-at-night" in dict(jobs["info"].outputs)
    assert "join-after-work-of-many-249" in jobs["last"].needs
    assert not [need for need in jobs["status"].needs if need.startswith("join-")]
    proved(found)


def test_jobs_that_share_all_but_their_own_guard_share_a_join() -> None:
    first = [[f"opt Part {n} changed", f"Note over CI: First {n}", "end"] for n in range(120)]
    second = [[f"opt Part {n} changed", f"Note over CI: Second {n}", "end"] for n in range(120)]
    found = compiled(["Note over CI: Info<br>Decide what to run", *par(first), *par(second)])
    jobs = {job.id: job for job in found.workflows[0].jobs}
    assert "join-added" in rules(found)
    assert max(len(job.needs) for name, job in jobs.items() if not name.startswith("join-")) < 10
    assert len([name for name in jobs if name.startswith("join-")]) < 20
    proved(found)


def test_data_order_has_joins_too() -> None:
    lines = ["Note over CI: Info<br>Decide what to run", *par(optional("Work of many", 250))]
    lines += ["CI->>Registry: Publish the results"]
    found = compiled([*lines, "Note over CI: Deploy"], Settings(order=Order.DATA))
    assert not [one for one in found.diagnostics if one.severity.value == "error"]
    proved(found)


def test_a_job_keeps_the_need_on_whose_outputs_it_reads() -> None:
    lines = ["Note over CI: Info<br>Decide what to run", *par(notes("First", 200))]
    lines += par([["opt", *note, "end"] for note in notes("Second", 200)])
    found = compiled(lines)
    jobs = {job.id: job for job in found.workflows[0].jobs}
    assert jobs["second-0"].needs == ("info", "join-after-first-199")
    proved(found)


@pytest.mark.parametrize("lines", [par(notes("First", 110)), par(optional("First", 110))])
def test_the_proof_finds_a_join_that_is_damaged(lines: list[str]) -> None:
    found = compiled(["Note over CI: Info<br>Decide what to run", *lines, *par(notes("Second", 110))])
    [linked], [workflow] = found.linked, found.workflows
    assert "join-added" in rules(found)
    join = next(job for job in workflow.jobs if job.id == "join-after-first-109")
    for damaged in (replace(join, condition=NEVER), replace(join, needs=join.needs[1:], condition=None)):
        jobs = tuple(damaged if job is join else job for job in workflow.jobs)
        assert proof(linked, workflow_text(replace(workflow, jobs=jobs))) is not None


@pytest.mark.usefixtures("crowded")
class TestWithJoinsEverywhere:
    """The promises, with a join wherever there can be one."""

    def test_joins_are_there(self) -> None:
        found = compiled([*par(notes("First", 4)), *par(notes("Second", 4))])
        assert "join-added" in rules(found)

    @laws
    @given(documents(flow_count=1))
    def test_jobs_are_ordered_exactly_as_drawn(self, document: Document) -> None:
        checks.check_order(witness(document))

    @laws
    @given(documents())
    def test_the_jobs_that_run_are_those_that_are_drawn(self, document: Document) -> None:
        checks.check_presence(witness(document))

    @laws
    @given(documents())
    def test_more_order_is_told_none_starts_after_a_failure_and_every_file_is_proved(
        self, document: Document
    ) -> None:
        seen = witness(document)  # one for three laws: what takes long is to read the drawing
        checks.check_told_order(seen)
        checks.check_failures(seen)
        found = seen.compilation
        for linked, workflow in zip(found.linked, found.workflows):
            assert proof(linked, workflow_text(workflow)) is None


def test_every_number_of_jobs_before_has_a_smaller_one_to_fall_back_on() -> None:
    assert list(joins.MOST_BEFORE) == sorted(joins.MOST_BEFORE, reverse=True)
