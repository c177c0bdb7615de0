"""The line with which `compile` ends: what was understood of a workflow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_calls import called

from mermaid2gha.base.source import SourceFile
from mermaid2gha.commands import check
from mermaid2gha.commands import compile as compiling
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.compiler.plan.model import WorkflowPlan
from mermaid2gha.explain.overview import overview, overview_line, trusted_line
from mermaid2gha.github.workflow.model import Trigger
from mermaid2gha.github.workflow.reader import workflow_file
from mermaid2gha.settings.model import Settings

RELEASE = """\
sequenceDiagram
    participant GitHub
    participant CI as Release (release.yml)
    actor Owner
    participant PyPI
    GitHub->>CI: push[tag=v*]
    Note over CI: Build
    par
        Note over CI: Test
    and
        Note over CI: Lint
    end
    CI->>Owner: Ask for approval
    Owner-->>CI: Approve
    Note over CI: Publish
    CI->>PyPI: Upload the packages
"""


def lines(text: str) -> list[str]:
    compiled = compile_documents([SourceFile("a.mmd", text)], Settings())
    return [overview_line(overview(plan)) for plan in compiled.plan.workflows]


def of_run(*events: str, after: str = "") -> list[str]:
    """The line of a workflow `ci.yml` with one job, and more."""
    head = "sequenceDiagram\nparticipant GitHub\nparticipant CI as CI (ci.yml)\n"
    return lines(head + "".join(f"GitHub->>CI: {event}\nNote over CI: Test\n" for event in events) + after)


def test_events_people_and_placeholders_stand_in_one_line() -> None:
    expected = "release.yml: push tags v*; 4 jobs, publish waits for people; 4 placeholders"
    assert lines(RELEASE) == [expected]


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        (Trigger("push"), "push"),
        (Trigger("push", (("branches", ("main", "dev")),)), "push branches main or dev"),
        (Trigger("push", (("tags", tuple("abcde")),)), "push tags a or b or c or 2 more"),
        (Trigger("push", (("branches", ("a",)), ("paths", ("x/**",)))), "push branches a paths x/**"),
        (Trigger("schedule", cron=("0 3 * * *",)), "schedule 0 3 * * *"),
        (Trigger("workflow_run", (("workflows", ("A\nB",)),)), "workflow_run workflows A B"),
    ],
)
def test_an_event_stands_with_its_filters(trigger: Trigger, said: str) -> None:
    plan = WorkflowPlan("ci.yml", "CI", (), (), triggers=(trigger,))
    assert overview_line(overview(plan)) == f"ci.yml: {said}; 0 jobs"


def test_the_times_of_a_file_that_stands_are_its_own() -> None:
    plan = WorkflowPlan("ci.yml", "CI", (), (), triggers=(Trigger("schedule", cron=("0 3 * * *",)),))
    file, _ = workflow_file(b"on: {schedule: [{cron: '28 0 * * *'}]}\njobs: {}\n", "ci.yml")
    assert overview_line(overview(plan, file)) == "ci.yml: schedule 28 0 * * *; 0 jobs"


def test_what_gives_to_the_outside_unasked_is_named() -> None:
    text = RELEASE.replace("    CI->>Owner: Ask for approval\n    Owner-->>CI: Approve\n", "")
    expected = "release.yml: push tags v*; 4 jobs, publish gives to the outside; 4 placeholders"
    assert lines(text) == [expected]


def test_of_many_jobs_the_first_are_named() -> None:
    jobs = "".join(f"Note over CI: Deploy {name}\n" for name in "abcde")
    [line] = of_run("Trigger 'push'", after=jobs)
    assert "; 6 jobs, deploy-a, deploy-b and 3 more give to the outside; " in line


def test_a_gate_and_a_call_are_no_placeholders() -> None:
    [line] = of_run("Trigger 'push'", after="CI-->>GitHub: Report status\n")
    assert line.endswith("; 2 jobs; 1 placeholder")


def test_placeholders_before_what_counts_are_trusted() -> None:
    [plan] = compile_documents([SourceFile("a.mmd", RELEASE)], Settings()).plan.workflows
    assert (
        trusted_line(overview(plan))
        == "placeholders before the final check or what gives to the outside: build, test, lint"
    )
    [plan] = compile_documents(
        [SourceFile("a.mmd", RELEASE.split("    CI->>Owner")[0])], Settings()
    ).plan.workflows
    assert trusted_line(overview(plan)) == ""


# -- the command -----------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.mmd").write_text(RELEASE)
    return tmp_path


LINE = ".yml: push tags v*; 4 jobs, publish waits for people; "


def test_compile_ends_with_it_and_a_check_does_not(here: Path) -> None:
    assert called(compiling, ["a.mmd"]).err.endswith(f"\nrelease{LINE}4 placeholders\n")
    assert called(compiling, ["a.mmd"]).err.endswith(f"\nrelease{LINE}4 placeholders\n")
    assert called(compiling, ["a.mmd", "--quiet"]).err == ""
    assert called(check, ["a.mmd"]).err == ""
    verbose = called(compiling, ["a.mmd", "-v"]).err
    assert verbose.endswith(
        "\n  placeholders before the final check or what gives to the outside: build, test, lint\n"
    )


def test_a_job_with_steps_of_people_is_no_placeholder(here: Path) -> None:
    called(compiling, ["a.mmd"])
    path = here / ".github/workflows/release.yml"
    text = path.read_text()
    begin = text.index("    steps:\n", text.index("\n  test: #"))
    end = text.index("\n\n", begin)
    path.write_text(f"{text[:begin]}    steps:\n      - run: make test{text[end:]}")
    made = called(compiling, ["a.mmd", "-v"])
    listed = "placeholders before the final check or what gives to the outside: build, lint"
    assert f"release{LINE}3 placeholders\n  {listed}\n" in made.err


def test_programs_get_it_too(here: Path) -> None:
    made = called(compiling, ["a.mmd", "--output-format", "json"])
    assert json.loads(made.out)["workflows"] == [
        {
            "path": ".github/workflows/release.yml",
            "events": ["push tags v*"],
            "jobs": ["build", "test", "lint", "publish"],
            "waiting": ["publish"],
            "giving": [],
            "placeholders": ["build", "test", "lint", "publish"],
        }
    ]
    assert called(compiling, ["a.mmd", "--output-format", "github"]).err.endswith(
        f"release{LINE}4 placeholders\n"
    )
    assert "workflows" not in json.loads(called(check, ["a.mmd", "--output-format", "json"]).out)


def test_a_faulty_drawing_has_none(here: Path) -> None:
    (here / "a.mmd").write_text(RELEASE + "foo bar\n")
    assert "release.yml:" not in called(compiling, ["a.mmd"]).err


def test_of_several_projects_the_paths_are_told(here: Path) -> None:
    for name in ("one", "two"):
        (here / name).mkdir()
        (here / name / "a.mmd").write_text(RELEASE)
        (here / name / "mermaid2gha.yml").write_text("documents: [a.mmd]\nworkflows: made\n")
    err = called(compiling, ["one", "two"]).err
    assert f"\none/made/release{LINE}4 placeholders\ntwo/made/release{LINE}4 placeholders\n" in err
