"""A drawn workflow beside a file that people wrote: each kind of difference, and what is none."""

from __future__ import annotations

import pytest

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.compiler.ir.existing import Existing, ExistingFile, ExistingJob
from mermaid2gha.github.workflow.reader import workflow_file
from mermaid2gha.reconcile.compare import compare
from mermaid2gha.settings.model import JobSettings, Order, Settings, Undrawn

DRAWN = """\
sequenceDiagram
    participant GitHub
    participant CI as CI (ci.yml)
    participant Registry
    GitHub->>CI: Trigger 'push'
    Note over CI: Plan<br>Decide what runs
    Note over CI: Build image
    CI->>Registry: Push Image
    opt
        Note over CI: Unit tests
    end
    Note over CI: Deploy
"""
FILE = """\
name: anything
on: push
permissions:
  contents: read
concurrency: one
jobs:
  plan:
    if: github.repository == 'o/r'
    runs-on: ubuntu-latest
    steps: [{run: plan}]
  image:
    name: Build image
    needs: plan
    permissions: {packages: write}
    runs-on: [self-hosted]
    steps: [{uses: actions/checkout@v4}, {run: build}]
  unit-test:
    needs: [image]
    if: needs.plan.outputs.units == 'true'
    runs-on: ubuntu-latest
    steps: [{run: test}]
  deploy:
    needs: [plan, unit-test, image]
    if: "!cancelled() && !failure()"
    runs-on: ubuntu-latest
    steps: [{run: deploy}]
"""


def found(file: str, drawn: str = DRAWN, settings: Settings | None = None) -> list[Diagnostic]:
    chosen = settings or Settings()
    read, faults = workflow_file(file.encode(), "ci.yml")
    assert read is not None and not faults
    existing = Existing((ExistingFile("ci.yml", tuple(ExistingJob(job.id) for job in read.jobs)),))
    compilation = compile_documents([SourceFile("ci.mmd", drawn)], chosen, existing)
    return compare(compilation.linked[0], compilation.workflows[0], read, Undrawn())


def rules(file: str, drawn: str = DRAWN, settings: Settings | None = None) -> list[str]:
    return [one.rule for one in found(file, drawn, settings)]


def test_a_file_that_keeps_the_drawing_has_no_difference() -> None:
    assert found(FILE) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("on: push", "on: []", "absent-event"),
        ("on: push", "on: [push, workflow_dispatch]", "undrawn-event"),
        ("  deploy:", "  sweep:\n    runs-on: x\n    steps: []\n  deploy:", "undrawn-job"),
        ("needs: [image]", "needs: [plan]", "order-not-kept"),
        ("[plan, unit-test, image]", "[plan, image]", "order-not-kept"),
        ("permissions: {packages: write}", "permissions: {packages: read}", "right-missing"),
        ("permissions: {packages: write}", "permissions: read-all", "right-missing"),
        ("    permissions: {packages: write}\n", "", "right-missing"),
        ("    if: needs.plan.outputs.units == 'true'\n", "", "condition-differs"),
        ("    needs: plan\n", "    needs: plan\n    if: needs.plan.outputs.x == 'y'\n", "condition-differs"),
        ("    needs: plan\n", "    needs: plan\n    if: github.event_name != 'push'\n", "condition-differs"),
        ('    if: "!cancelled() && !failure()"\n', "", "silenced-by-skip"),
    ],
)
def test_one_difference_is_one_finding(old: str, new: str, rule: str) -> None:
    assert old in FILE
    told = [
        one
        for one in rules(FILE.replace(old, new))
        if not (new == "on: pull_request" and one == "undrawn-event")
    ]
    assert told == [rule]


def test_a_drawn_job_that_the_file_lacks_is_told_with_its_place() -> None:
    [one] = found(
        FILE, DRAWN.replace("Note over CI: Deploy", "Note over CI: Deploy\n    Note over CI: Notify")
    )
    assert (one.rule, one.labels[0].span.text) == ("absent-job", "Notify")


def test_a_need_against_the_drawing_is_one_error_with_both_places() -> None:
    turned = FILE.replace("needs: [image]", "needs: [plan]")
    turned = turned.replace("    needs: plan\n", '    needs: [unit-test]\n    if: "!cancelled()"\n')
    [one] = found(turned)
    assert (one.rule, one.severity.value) == ("needs-contradict-order", "error")
    assert [label.span.file.name for label in one.labels] == ["ci.yml", "ci.mmd", "ci.mmd"]


def test_order_that_others_keep_in_turn_is_not_asked_for() -> None:
    assert rules(FILE.replace("[plan, unit-test, image]", "[unit-test]")) == []


def test_order_through_jobs_that_nobody_drew_counts() -> None:
    between = "  between:\n    needs: plan\n    runs-on: x\n    steps: []\n  image:"
    told = rules(
        FILE.replace("  image:", between).replace("    needs: plan\n    perm", "    needs: between\n    perm")
    )
    assert told == ["undrawn-job"]


def test_waiting_where_none_is_drawn_is_a_note() -> None:
    drawn = DRAWN.replace("    opt\n", "    par\n    opt\n").replace(
        "    Note over CI: Deploy", "    and\n    Note over CI: Deploy\n    end"
    )
    assert rules(FILE, drawn) == ["extra-wait"]


@pytest.mark.parametrize("rights", ["write-all", "{packages: write, contents: read}"])
def test_the_rights_of_the_file_are_those_of_its_jobs(rights: str) -> None:
    file = FILE.replace("    permissions: {packages: write}\n", "")
    assert rules(file.replace("permissions:\n  contents: read", f"permissions: {rights}")) == []


def test_a_file_that_says_nothing_of_rights_is_not_judged() -> None:
    file = FILE.replace("    permissions: {packages: write}\n", "")
    assert rules(file.replace("permissions:\n  contents: read\n", "")) == []


def test_one_note_stands_for_several_jobs_by_the_settings() -> None:
    second = "  unit-two:\n    needs: [image]\n    if: needs.plan.outputs.units == 'true'\n    steps: []\n"
    file = FILE.replace("  deploy:", f"{second}  deploy:")
    settings = Settings(jobs=(("CI/Unit tests", JobSettings(ids=("unit-*",))),))
    assert rules(file) == ["undrawn-job"]
    assert rules(file, settings=settings) == ["order-not-kept"]
    assert rules(file.replace("[plan, unit-test", "[plan, unit-two, unit-test"), settings=settings) == []


def test_several_notes_stand_for_one_job_by_the_settings() -> None:
    drawn = DRAWN.replace("Note over CI: Deploy", "Note over CI: Deploy\n    Note over CI: Tell people")
    settings = Settings(
        jobs=(("CI/Deploy", JobSettings(ids=("deploy",))), ("CI/Tell people", JobSettings(ids=("deploy",))))
    )
    assert rules(FILE, drawn, settings) == []


IDS = Settings(jobs=(("CI/Unit tests", JobSettings(ids=("unit-test", "unit-two"))),))
TWO = FILE.replace(
    "  deploy:",
    "  unit-two:\n    needs: [image]\n    if: needs.plan.outputs.units == 'true'\n    steps: []\n  deploy:",
).replace("[plan, unit-test", "[plan, unit-two, unit-test")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("unit-two:\n    needs: [image]", "unit-two:\n    needs: [plan]", ["order-not-kept"]),
        ("    if: needs.plan.outputs.units == 'true'\n    steps: []", "    steps: []", ["condition-differs"]),
        ("  unit-two:\n    needs: [image]", "  unit-two:\n    needs: [unit-test, image]", ["extra-wait"]),
        ("unit-two", "unit-other", ["absent-job", "undrawn-job"]),
        ('    if: "!cancelled() && !failure()"\n', "", ["silenced-by-skip"]),
    ],
)  # fmt: skip
def test_each_job_that_a_note_stands_for_is_compared(old: str, new: str, told: list[str]) -> None:
    assert rules(TWO, settings=IDS) == []
    assert old in TWO
    assert rules(TWO.replace(old, new), settings=IDS) == told


def test_the_rights_of_each_job_that_a_note_stands_for_are_compared() -> None:
    file = FILE.replace("  unit-test:", "  image-arm:\n    needs: plan\n    steps: []\n  unit-test:")
    file = file.replace("needs: [image]", "needs: [image, image-arm]")
    settings = Settings(jobs=(("CI/Build image", JobSettings(ids=("image*",))),))
    [one] = found(file, settings=settings)
    assert one.rule == "right-missing" and one.message.startswith("`image-arm` is drawn")


def test_notes_of_one_job_with_another_between_are_a_cycle() -> None:
    settings = Settings(
        jobs=(("CI/Build image", JobSettings(ids=("image",))), ("CI/Deploy", JobSettings(ids=("image",))))
    )
    compilation = compile_documents([SourceFile("ci.mmd", DRAWN)], settings)
    assert "cyclic-order" in [one.rule for one in compilation.diagnostics]


def test_names_of_one_common_word_are_not_taken_for_each_other() -> None:
    file = FILE + "".join(f"  {name}-tests:\n    runs-on: x\n    steps: []\n" for name in "abc")
    drawn = DRAWN.replace("Note over CI: Deploy", "Note over CI: Deploy\n    Note over CI: Smoke tests")
    assert rules(file, drawn).count("absent-job") == 1


def test_order_by_data_asks_for_less() -> None:
    first, second = (
        "par\n Note over CI: A\n and\n Note over CI: B\n end",
        "par\n Note over CI: C\n and\n %s\n end",
    )
    head = (
        "sequenceDiagram\n participant GitHub\n participant CI as CI (ci.yml)\n GitHub->>CI: Trigger 'push'\n"
    )
    drawn = f"{head} {first}\n {second % 'Note over CI: D'}\n"
    file = "on: push\njobs:\n" + "".join(f"  {name}: {{runs-on: x}}\n" for name in "abcd")
    assert rules(file, drawn) == ["order-not-kept"]
    assert rules(file, drawn, Settings(order=Order.DATA)) == []


def test_unreadable_conditions_are_passed_over() -> None:
    assert rules(FILE.replace("needs.plan.outputs.units == 'true'", "needs. ==")) == []
