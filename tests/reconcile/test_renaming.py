"""Jobs whose note got another name: what is proposed, and what keeps people's work."""

from __future__ import annotations

from pathlib import Path

import pytest
from quick_yaml import typed

from mermaid2gha.cli import main

DRAWN = """\
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: Build
    Note over CI: Unit tests
    Note over CI: Deploy
    CI-->>GitHub: Status
"""


class Project:
    """A project in a folder of its own; each compile tells what it says."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.capsys = root, capsys
        self.workflow = root / ".github/workflows/ci.yml"
        self.settings("documents: [ci.mmd]\n")
        self.draw(DRAWN)
        self.compile()
        text = self.workflow.read_text(encoding="utf-8")
        at = text.index("    steps:", text.index("  unit-tests:"))
        end = text.index("\n\n", at)
        self.workflow.write_text(
            f"{text[:at]}    steps:\n      - run: make test{text[end:]}", encoding="utf-8"
        )

    def settings(self, text: str) -> None:
        (self.root / "mermaid2gha.yml").write_text(text, encoding="utf-8")

    def draw(self, text: str) -> None:
        (self.root / "ci.mmd").write_text(text, encoding="utf-8")

    def compile(self, *options: str, code: int = 0) -> str:
        assert main(["compile", *options]) == code
        return self.capsys.readouterr().err

    def steps(self, job: str) -> object:
        return typed(self.workflow.read_text(encoding="utf-8"))["jobs"][job]["steps"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path, capsys)


@pytest.mark.parametrize("name", ["Unit testing", "Check everything"])
def test_a_similar_name_or_the_same_place_is_proposed_and_works(project: Project, name: str) -> None:
    new = name.lower().replace(" ", "-")
    project.draw(DRAWN.replace("Unit tests", name))
    before = project.workflow.read_bytes()
    asked = [project.compile("--diff", code=1), project.compile(code=1), project.compile(code=1)]
    assert all("vanished-job" in one and f"--rename unit-tests={new}" in one for one in asked)
    assert project.workflow.read_bytes() == before
    told = project.compile("--rename", f"unit-tests={new}")
    assert f"job `unit-tests` is now `{new}`" in told
    assert project.steps(new) == [{"run": "make test"}]
    assert "unit-tests" not in project.workflow.read_text(encoding="utf-8")


@pytest.mark.parametrize("key", ["Unit tests", "CI/unit tests", "unit-tests", "CI/unit-tests"])
def test_what_the_settings_say_of_a_note_follows_its_new_name(project: Project, key: str) -> None:
    lines = (
        "documents: [ci.mmd] # mine\njobs:\n  CI/Unit tests: {id: unit-tests} # so\n"
        f"steps:\n  Build: [{{run: make}}]\n  {key}: [{{run: make test}}] # how\n"
    )
    project.settings(lines)
    project.draw(DRAWN.replace("Unit tests", "Checks"))
    assert "--rename unit-tests=checks" in project.compile(code=1)
    project.compile("--rename", "unit-tests=checks")
    text = (project.root / "mermaid2gha.yml").read_text(encoding="utf-8")
    new = key.replace("Unit tests", "Checks").replace("unit tests", "Checks").replace("unit-tests", "checks")
    assert text == lines.replace(f"  {key}: [", f"  {new}: [").replace(
        "CI/Unit tests: {id: unit-tests}", "CI/Checks: {id: checks}"
    )
    assert "unused" not in project.compile() and project.steps("checks") == [{"run": "make test"}]


def test_what_the_settings_say_of_a_text_that_is_drawn_elsewhere_stays(project: Project) -> None:
    lines = "documents: [ci.mmd]\nsteps:\n  Unit tests: [{run: make test}]\n"
    project.settings(lines)
    more = "participant Docs as Docs (docs.yml)\nGitHub->>Docs: Trigger 'push'\nNote over Docs: Unit tests\n"
    project.draw(DRAWN.replace("Unit tests", "Checks") + more)
    project.compile("--rename", "unit-tests=checks")
    assert (project.root / "mermaid2gha.yml").read_text(encoding="utf-8") == lines


def test_what_is_another_job_is_listed_and_then_the_new_one_is_written(project: Project) -> None:
    project.draw(DRAWN.replace("Unit tests", "Unit testing"))
    project.compile(code=1)
    project.settings("documents: [ci.mmd]\nextra-jobs: {CI: [unit-tests]}\n")
    assert "undrawn" not in project.compile()
    assert project.steps("unit-tests") == [{"run": "make test"}]
    assert project.steps("unit-testing")


@pytest.mark.parametrize(
    "drawn",
    [
        DRAWN.replace("    Note over CI: Unit tests\n", "").replace(
            "    CI-->>", "    Note over CI: Check everything\n    CI-->>"
        ),
        DRAWN.replace(
            "Note over CI: Unit tests", "par\n Note over CI: Alpha\n and\n Note over CI: Omega\n end"
        ),
    ],
    ids=["another place", "two at the place"],
)
def test_no_name_is_proposed_where_none_is_likely(project: Project, drawn: str) -> None:
    project.draw(drawn)
    told = project.compile(code=1)
    assert "vanished-job" in told and "--rename unit-tests=NEW" in told


def test_a_job_that_is_gone_while_none_is_new_stays_and_is_told(project: Project) -> None:
    project.draw(DRAWN.replace("    Note over CI: Unit tests\n", ""))
    told = project.compile()
    assert "undrawn-job" in told and "--rename" not in told


def test_an_id_in_the_settings_keeps_the_work(project: Project) -> None:
    project.settings("documents: [ci.mmd]\njobs: {CI/Check everything: {id: unit-tests}}\n")
    project.draw(DRAWN.replace("Unit tests", "Check everything"))
    assert "undrawn" not in project.compile()
    assert project.steps("unit-tests") == [{"run": "make test"}]


def test_a_mark_in_the_drawing_keeps_the_work(project: Project) -> None:
    marked = "    %% id: unit-tests\n    Note over CI: Check everything"
    project.draw(DRAWN.replace("    Note over CI: Unit tests", marked))
    assert "undrawn" not in project.compile()
    assert project.steps("unit-tests") == [{"run": "make test"}]


ADOPTED = """\
name: CI
on: [push]
jobs:
  build: {runs-on: ubuntu-24.04, steps: [{run: make}]}
  unit-tests: # the slow ones
    needs: build
    runs-on: ubuntu-24.04
    steps: [{run: make test}]
  lint: {needs: build, runs-on: ubuntu-24.04, steps: [{run: make lint}]}
  deploy:
    needs: [unit-tests]
    runs-on: ubuntu-24.04
    steps: [{run: make deploy}]
"""
BARE = DRAWN.replace("    CI-->>GitHub: Status\n", "")


@pytest.fixture
def adopted(project: Project) -> Project:
    project.workflow.write_text(ADOPTED, encoding="utf-8")
    project.settings("documents: [ci.mmd]\nextra-jobs: {CI: [lint]}\nadopted: [ci.yml]\n")
    project.draw(BARE)
    project.compile()
    assert project.workflow.read_text(encoding="utf-8") == ADOPTED
    return project


@pytest.mark.parametrize("name", ["Unit testing", "Check everything"])
def test_in_a_file_of_peoples_a_similar_name_or_the_same_place_is_asked_about(
    adopted: Project, name: str
) -> None:
    new = name.lower().replace(" ", "-")
    adopted.draw(BARE.replace("Unit tests", name))
    asked = [adopted.compile("--diff", code=1), adopted.compile(code=1), adopted.compile(code=1)]
    assert all("vanished-job" in one and f"--rename unit-tests={new}" in one for one in asked)
    assert adopted.workflow.read_text(encoding="utf-8") == ADOPTED
    adopted.compile("--rename", f"unit-tests={new}")
    assert adopted.workflow.read_text(encoding="utf-8") == ADOPTED.replace("unit-tests", new)


def test_in_a_file_of_peoples_a_place_is_the_same_beside_needs_that_skips_ask_for(adopted: Project) -> None:
    around = "    opt github.ref_name == 'main'\n    Note over CI: {}\n    end\n"
    text = ADOPTED.replace("    runs-on", "    if: github.ref_name == 'main'\n    runs-on", 1)
    adopted.workflow.write_text(text, encoding="utf-8")
    drawn = BARE.replace("    Note over CI: Unit tests\n", around.format("Unit tests"))
    adopted.draw(drawn.replace("CI: Deploy", "CI: Publish"))
    told = adopted.compile(code=1)
    assert "--rename deploy=publish" in told and "vanished-job" in told


def test_in_a_file_of_peoples_another_job_elsewhere_is_written_and_the_old_one_is_told(
    adopted: Project,
) -> None:
    adopted.draw(BARE.replace("    Note over CI: Unit tests\n", "") + "    Note over CI: Announce\n")
    told = adopted.compile()
    assert "undrawn-job" in told and adopted.steps("unit-tests") == [{"run": "make test"}]


@pytest.mark.parametrize(
    "lines",
    [
        "jobs: {CI/Unit tests: {id: unit-tests}}\n",
        "jobs: {CI/Unit tests: {ids: ['unit-*']}}\n",
        "accepted: {ci.yml: [{undrawn-term: jobs.unit-tests.if}]}\n",
    ],
    ids=["id", "ids", "accepted"],
)
def test_a_job_that_the_settings_name_was_drawn_whatever_is_new(adopted: Project, lines: str) -> None:
    adopted.settings("documents: [ci.mmd]\nextra-jobs: {CI: [lint]}\nadopted: [ci.yml]\n" + lines)
    text = ADOPTED.replace("ones\n", "ones\n    if: github.repository == 'o/r'\n")
    adopted.workflow.write_text(text, encoding="utf-8")
    adopted.compile()
    assert adopted.workflow.read_text(encoding="utf-8") == text
    adopted.draw(BARE.replace("    Note over CI: Unit tests\n", "") + "    Note over CI: Announce\n")
    told = adopted.compile(code=1)
    assert "vanished-job" in told and "unused-acceptance" not in told
    assert adopted.workflow.read_text(encoding="utf-8") == text
    adopted.settings("documents: [ci.mmd]\nextra-jobs: {CI: [lint, unit-tests]}\nadopted: [ci.yml]\n")
    assert "vanished-job" not in adopted.compile()
    assert adopted.steps("unit-tests") == [{"run": "make test"}]


def test_in_a_file_of_peoples_what_is_listed_as_extra_never_became_another_job(adopted: Project) -> None:
    adopted.draw(BARE + "    Note over CI: Linting\n")
    assert "vanished-job" not in adopted.compile()
    assert adopted.steps("lint") == [{"run": "make lint"}]


@pytest.mark.parametrize("asked", ["unit-tests=checks", "ci.yml=all.yml"])
def test_what_is_accepted_of_a_danger_follows_a_renaming(adopted: Project, asked: str) -> None:
    danger = "privileged-steps: jobs.{}.on.pull_request_target\n"
    lines = "documents: [ci.mmd]\nextra-jobs: {CI: [lint]}\nadopted: [ci.yml]\naccepted:\n  ci.yml:\n"
    lines += "".join(f"    - {danger.format(job)}" for job in ("build", "deploy", "lint", "unit-tests"))
    adopted.settings(lines)
    adopted.workflow.write_text(ADOPTED.replace("[push]", "[pull_request_target]"), encoding="utf-8")
    drawn = BARE.replace("'push'", "'pull_request_target'")
    adopted.draw(drawn)
    assert "privileged-steps" not in adopted.compile()
    old, _, new = asked.partition("=")
    adopted.draw(drawn.replace("Unit tests", "Checks") if old == "unit-tests" else drawn.replace(old, new))
    told = adopted.compile("--rename", asked)
    assert "unknown-place" not in told and "privileged-steps" not in told
    text = (adopted.root / "mermaid2gha.yml").read_text(encoding="utf-8")
    assert danger.format("checks" if old == "unit-tests" else "unit-tests") in text
    assert main(["check", "-q", "--no-cache"]) == 0


def test_a_job_is_not_renamed_that_another_flow_draws_by_its_old_id(project: Project) -> None:
    nightly = "    GitHub->>CI: Every night\n    Note over CI: Unit tests\n"
    project.draw(DRAWN + nightly)
    project.compile()
    before = project.workflow.read_bytes()
    in_part = DRAWN.replace("Unit tests", "Checks") + nightly
    project.draw(in_part)
    for _ in range(2):
        told = project.compile("--rename", "unit-tests=checks", code=1)
        assert "error[renamed-in-part]" in told and "unused-renaming" not in told
        assert project.workflow.read_bytes() == before
    project.draw(in_part.replace("Unit tests", "Checks"))
    assert "job `unit-tests` is now `checks`" in project.compile("--rename", "unit-tests=checks")
    assert project.steps("checks") == [{"run": "make test"}]


def test_an_id_goes_on_to_another_job_where_its_own_is_renamed_too(project: Project) -> None:
    project.draw(DRAWN.replace("Unit tests", "Checks").replace("Build", "Unit tests"))
    project.compile("--rename", "unit-tests=checks", "--rename", "build=unit-tests")
    assert project.steps("checks") == [{"run": "make test"}]
