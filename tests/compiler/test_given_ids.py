"""Ids that the settings give: one note for several jobs, several notes for one, fresh and in place."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from laws.generate import documents
from laws.tree import Document
from laws.writer import written
from quick_yaml import typed

from mermaid2gha.base.diagnostic import has_errors
from mermaid2gha.base.source import SourceFile
from mermaid2gha.cli import main
from mermaid2gha.compiler.compile import Compilation, compile_documents
from mermaid2gha.compiler.verify.verify import proof
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.settings.model import JobSettings, Settings

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
    Note over CI: Tell people
    CI-->>GitHub: Status
"""


def compiled(drawn: str = DRAWN, **ids: tuple[str, ...]) -> Compilation:
    jobs = tuple((f"CI/{name.replace('_', ' ')}", JobSettings(ids=given)) for name, given in ids.items())
    return compile_documents([SourceFile("ci.mmd", drawn)], Settings(jobs=jobs))


def jobs(made: Compilation) -> dict[str, dict[str, object]]:
    assert [one.rule for one in made.diagnostics if one.severity.value == "error"] == []
    assert proof(made.linked[0], workflow_text(made.workflows[0])) is None
    read: dict[str, dict[str, object]] = typed(workflow_text(made.workflows[0]))["jobs"]
    return read


def test_a_note_is_as_many_jobs_as_it_has_ids() -> None:
    found = jobs(compiled(Unit_tests=("unit-a", "unit-b")))
    assert list(found) == ["plan", "build-image", "unit-a", "unit-b", "deploy", "tell-people", "status"]
    assert found["unit-a"] == {**found["unit-b"], "name": "Unit tests (unit-a)"}
    assert found["deploy"]["needs"] == ["build-image", "unit-a", "unit-b"]
    condition = str(found["deploy"]["if"])
    assert all(f"needs.{name}.result == 'skipped'" in condition for name in ("unit-a", "unit-b"))
    assert {"unit-a", "unit-b"} <= set(found["status"]["needs"])  # type: ignore[call-overload]


def test_what_is_pulled_is_waited_for_in_every_job_that_pushes_it() -> None:
    drawn = DRAWN.replace("    opt\n", "    Note over CI: Scan\n    Registry->>CI: Pull Image\n    opt\n")
    found = jobs(compiled(drawn, Build_image=("image-amd", "image-arm")))
    assert found["scan"]["needs"] == ["image-amd", "image-arm"]
    assert found["image-arm"]["permissions"] == {"contents": "read", "packages": "write"}


def test_notes_of_one_id_are_one_job_with_the_steps_of_both() -> None:
    found = jobs(compiled(Deploy=("ship",), Tell_people=("ship",)))
    assert list(found) == ["plan", "build-image", "unit-tests", "ship", "status"]
    assert [step["name"] for step in found["ship"]["steps"]] == ["Deploy", "Tell people"]  # type: ignore[attr-defined]


def test_a_note_under_a_condition_is_a_step_of_the_job_that_it_shares() -> None:
    drawn = DRAWN.replace(
        "    Note over CI: Tell people", "    opt Release\n    Note over CI: Tell people\n    end"
    )
    found = jobs(compiled(drawn, Deploy=("ship",), Tell_people=("ship",)))
    steps = {step["name"]: step.get("if") for step in found["ship"]["steps"]}  # type: ignore[attr-defined]
    assert steps["Deploy"] is None and steps["Tell people"]


def test_one_id_by_marks_in_the_drawing_is_one_job_too() -> None:
    drawn = DRAWN.replace("    Note over CI: Deploy", "    %% id: ship\n    Note over CI: Deploy")
    drawn = drawn.replace("    Note over CI: Tell", "    %% id: ship\n    Note over CI: Tell")
    assert list(jobs(compiled(drawn)))[-2:] == ["ship", "status"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (
            "Note over CI: Tell people",
            "opt If that failed\n    Note over CI: Tell people\n    end",
            "illegal-id",
        ),
        ("Note over CI: Tell people", "Note over CI: Check\n    Note over CI: Tell people", "cyclic-order"),
    ],
)
def test_what_cannot_be_one_job_is_an_error(old: str, new: str, rule: str) -> None:
    assert old in DRAWN
    made = compiled(DRAWN.replace(old, new), Deploy=("ship",), Tell_people=("ship",))
    assert [one.rule for one in made.diagnostics if one.severity.value == "error"] == [rule]


WORKFLOW = """\
name: CI
on: push
permissions: {contents: read, packages: write}
jobs:
  plan:
    runs-on: x
    outputs: {unit-tests: "${{ steps.decide.outputs.unit-tests }}"}
    steps: [{run: plan, id: decide}]
  build-image: {needs: plan, runs-on: x, steps: [{run: build}]}
  unit-a:   # ours
    needs: [plan, build-image]
    if: needs.plan.outputs.unit-tests != 'false'
    runs-on: [self-hosted]
    steps: [{run: test a}]
  unit-b:
    needs: build-image
    runs-on: y
    steps: [{run: test b}]
  ship:
    runs-on: z
    steps: [{run: ship}]
"""
SETTINGS = """\
documents: [ci.mmd]
adopted: [ci.yml]
jobs:
  CI/Unit tests: {ids: [unit-*]}
  CI/Deploy: {ids: [ship]}
  CI/Tell people: {ids: [ship]}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that people wrote, in which a wildcard finds two jobs and two notes are one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ci.mmd").write_text(DRAWN, encoding="utf-8")
    (tmp_path / "mermaid2gha.yml").write_text(SETTINGS, encoding="utf-8")
    file = tmp_path / ".github" / "workflows" / "ci.yml"
    file.parent.mkdir(parents=True)
    file.write_text(WORKFLOW, encoding="utf-8")
    return file


def test_the_jobs_of_a_wildcard_are_edited_in_place(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compile"]) == 0
    told = capsys.readouterr().err
    assert "`ship` now waits for `build-image`, `unit-a` and `unit-b`" in told
    assert "`unit-b` now waits for `plan`" in told and "`unit-b` now runs under a condition" in told
    text = project.read_text(encoding="utf-8")
    assert [line for line in WORKFLOW.splitlines() if line not in text.splitlines()] == [
        "    needs: build-image"
    ]
    read = typed(text)["jobs"]
    assert list(read) == ["plan", "build-image", "unit-a", "unit-b", "ship", "status"]
    assert main(["check", "--no-cache"]) == 0
    assert main(["compile", "--quiet"]) == 0
    assert project.read_text(encoding="utf-8") == text


def test_a_new_job_that_a_wildcard_finds_is_waited_for_too(project: Path) -> None:
    assert main(["compile", "--quiet"]) == 0
    more = "  unit-c: {runs-on: x, steps: [{run: test c}]}\n  ship:\n"
    text = project.read_text(encoding="utf-8").replace("  ship:\n", more)
    project.write_text(text, encoding="utf-8")
    assert main(["check", "--no-cache", "--quiet"]) == 1
    assert main(["compile", "--quiet"]) == 0
    read = typed(project.read_text(encoding="utf-8"))["jobs"]
    assert set(read["unit-c"]["needs"]) == {"plan", "build-image"}
    assert "unit-c" in read["ship"]["needs"]


def test_a_check_from_the_cache_sees_the_jobs_that_a_wildcard_finds(project: Path) -> None:
    assert main(["compile", "--quiet"]) == 0
    assert main(["check", "--quiet"]) == 0
    text = project.read_text(encoding="utf-8").replace(
        "  unit-b:", "  unit-z: {runs-on: x, steps: []}\n  unit-b:"
    )
    project.write_text(text, encoding="utf-8")
    assert main(["check", "--quiet"]) == 1


laws = settings(
    max_examples=int(os.environ.get("MERMAID2GHA_EXAMPLES", "40")),
    deadline=None,
    derandomize="MERMAID2GHA_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def random_ids(made: Compilation, random: Random) -> dict[str, tuple[str, ...]]:
    """For each workflow a note that is several jobs, and two neighbours that are one."""
    given: dict[str, tuple[str, ...]] = {}
    for one in made.linked:
        names = list(dict.fromkeys(job.identity.title for job in one.jobs))
        chosen = random.choice(names)
        given[f"{one.name}/{chosen}"] = tuple(f"copy-{number}" for number in range(random.choice([2, 3])))
        at = random.randrange(len(names))
        pair = [name for name in names[at : at + 2] if name != chosen]
        given |= {f"{one.name}/{name}": ("both",) for name in pair if len(pair) == 2}
    return given


@laws
@given(documents(flow_count=2), st.integers(0, 10**6).map(Random))
def test_whatever_ids_are_given_the_file_does_what_is_drawn(document: Document, random: Random) -> None:
    """Or the ids are refused: what stands between two notes, or mends one of them, keeps them apart."""
    source = [SourceFile("ci.md", "\n".join(written(document).lines) + "\n")]
    plain = compile_documents(source, Settings())
    if has_errors(list(plain.diagnostics)):
        return
    ids = random_ids(plain, random)
    made = compile_documents(source, Settings(jobs=tuple((n, JobSettings(ids=i)) for n, i in ids.items())))
    errors = {one.rule for one in made.diagnostics if one.severity.value == "error"}
    assert errors <= {"cyclic-order", "illegal-id"}
    for linked, workflow in zip(made.linked, made.workflows):
        assert proof(linked, workflow_text(workflow)) is None
        there = {job.id for job in workflow.jobs}
        wanted = {name for key, given in ids.items() if key.startswith(f"{linked.name}/") for name in given}
        assert wanted <= there


def test_a_file_that_is_not_adopted_yet_is_compared_with_the_jobs_of_the_wildcard(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even where another job of it is only like the drawn one, for which the drawing is compiled anew."""
    settings = project.parents[2] / "mermaid2gha.yml"
    settings.write_text(SETTINGS.replace("adopted: [ci.yml]\n", ""), encoding="utf-8")
    project.write_text(WORKFLOW.replace("build-image", "image"), encoding="utf-8")
    assert main(["check"]) == 1
    told = capsys.readouterr().err
    assert "`unit-b` runs in any case" in told
    assert "absent-job" not in told and "`ship` does not wait for `image`" in told


def test_a_need_that_is_missing_is_told_as_the_file_stands_and_not_by_those_that_come_along(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`ship` waits for nothing, though the needs that it gets lead to `build-image`."""
    settings = project.parents[2] / "mermaid2gha.yml"
    settings.write_text(SETTINGS.replace("adopted: [ci.yml]\n", ""), encoding="utf-8")
    assert main(["check"]) == 1
    told = capsys.readouterr().err
    assert "`ship` does not wait for `build-image`" in told and "asks for what that gives" not in told
