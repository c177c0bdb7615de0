"""The runner of a drawn axis is the drawing's: it comes with the axis, and what stood there comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from quick_yaml import typed

from mermaid2gha.cli import main

WITHOUT = """\
sequenceDiagram
    participant GitHub
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    %% id: test
    Note over CI: Test
"""
HEAD, JOB = WITHOUT.split("    %% id")
LOOP = f"{HEAD}    loop for each os in ubuntu-latest, macos-latest\n    %% id{JOB}    end\n"
RENAMED = LOOP.replace("each os", "each system")
THEIRS = "on: push\njobs:\n  test:\n    runs-on: {runner}\n    steps:\n      - run: make\n"


class Project:
    def __init__(self, root: Path) -> None:
        self.root, self.file = root, root / ".github/workflows/ci.yml"
        (root / "mermaid2gha.yml").write_text("documents: [ci.mmd]\n")

    def compiled(self, drawing: str) -> str:
        (self.root / "ci.mmd").write_text(drawing)
        assert main(["compile", "-q", "--no-cache"]) == 0
        assert main(["check", "-q", "--no-cache"]) == 0
        return self.file.read_text()

    def runner(self) -> object:
        return typed(self.file.read_text())["jobs"]["test"]["runs-on"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


def with_step(project: Project) -> str:
    """A compiled job to which people gave a step."""
    text = project.file.read_text().replace("    steps:\n", "    steps:\n      - run: make\n")
    project.file.write_text(text)
    return text


def test_the_runner_of_an_axis_goes_with_it(project: Project) -> None:
    project.compiled(LOOP)
    before = typed(with_step(project))
    assert "matrix" not in project.compiled(WITHOUT)
    assert project.runner() == "ubuntu-24.04"
    assert typed(project.compiled(LOOP)) == before


def test_a_runner_follows_its_axis_to_another_name(project: Project) -> None:
    project.compiled(LOOP)
    with_step(project)
    project.compiled(RENAMED)
    assert project.runner() == "${{ matrix.system }}"


@pytest.mark.parametrize("is_ours", [True, False], ids=["ours", "theirs"])
def test_the_runner_of_an_axis_comes_with_it(project: Project, *, is_ours: bool) -> None:
    if is_ours:
        project.compiled(WITHOUT)
        before = with_step(project)
    else:
        project.file.parent.mkdir(parents=True)
        before = THEIRS.format(runner="ubuntu-latest # fast")
        project.file.write_text(before)
        (project.root / "mermaid2gha.yml").write_text("documents: [ci.mmd]\nadopted: [ci.yml]\n")
    project.compiled(LOOP)
    assert project.runner() == "${{ matrix.os }}"
    assert project.compiled(WITHOUT) == before


@pytest.mark.parametrize("runner", ["[self-hosted, linux]", "${{ vars.RUNNER }}"])
def test_a_runner_that_is_no_name_stays(project: Project, runner: str) -> None:
    project.file.parent.mkdir(parents=True)
    project.file.write_text(THEIRS.format(runner=runner))
    (project.root / "mermaid2gha.yml").write_text("documents: [ci.mmd]\nadopted: [ci.yml]\n")
    assert f"    runs-on: {runner}\n" in project.compiled(LOOP)


@pytest.mark.parametrize("runner", ["big", "'big' # fast"])
def test_a_runner_in_the_place_of_the_axis_is_told_and_put_back(project: Project, runner: str) -> None:
    project.compiled(LOOP)
    text = with_step(project).replace("runs-on: ${{ matrix.os }}", f"runs-on: {runner}")
    project.file.write_text(text)
    assert main(["check", "-q", "--no-cache"]) == 1
    project.compiled(LOOP)
    assert project.runner() == "${{ matrix.os }}"
    project.compiled(WITHOUT)
    assert project.runner() == "big"


def test_an_axis_that_steps_read_is_peoples_once_it_is_drawn_no_more(project: Project) -> None:
    project.compiled(LOOP)
    text = with_step(project).replace("run: make\n", "run: make ${{ matrix.os }}\n")
    project.file.write_text(text)
    (project.root / "ci.mmd").write_text(WITHOUT)
    assert main(["check", "-q", "--no-cache"]) == 1
    made = project.compiled(WITHOUT)
    assert "        os: [ubuntu-latest, macos-latest]\n" in made and "${{ matrix.os }}" in made
    assert project.compiled(LOOP) == made
