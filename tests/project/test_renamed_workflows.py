"""A workflow file that got another name, on the disk or in the drawing: asked about, and carried over."""

from __future__ import annotations

from pathlib import Path

import pytest

from mermaid2gha.cli import main

DRAWN = """\
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: Build
    Note over CI: Test
    Note over CI: Deploy
"""
SETTINGS = """\
documents: [ci.mmd]
extra-jobs: {ci.yml: [lint]} # by file
accepted:
  ci.yml: # the list
    - missing-wait: jobs.deploy.needs.test # a reason
"""
PEOPLE_S = """\
name: CI
on: push
jobs:
  build: {runs-on: x, steps: [{run: make}]}
  test: {needs: build, runs-on: x, steps: [{run: make test}]}
  deploy: {needs: build, runs-on: x, steps: [{run: make deploy}]}
"""


class Folder:
    """A project in a folder, with a workflow in which something is people's."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.capsys, self.workflows = root, capsys, root / ".github/workflows"
        self.write("ci.mmd", DRAWN)
        self.write("mermaid2gha.yml", "documents: [ci.mmd]\n")
        self.compile()
        file = self.workflows / "ci.yml"
        text = file.read_text(encoding="utf-8").replace("    steps:\n", "    steps:\n      - run: make\n", 1)
        file.write_text(text.replace("    needs: test\n", "    needs: build\n"), encoding="utf-8")
        self.write("mermaid2gha.yml", SETTINGS)
        assert main(["check", "--strict", "--no-cache", "-q"]) == 0

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def compile(self, *options: str, code: int = 0) -> str:
        self.capsys.readouterr()
        assert main(["compile", *options]) == code
        shown = self.capsys.readouterr()
        return shown.out + shown.err

    def contents(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.workflows.iterdir()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Folder:
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path, capsys)


@pytest.mark.parametrize("is_drawn", [True, False], ids=["in the drawing", "on the disk"])
def test_a_renaming_is_asked_about_each_time_and_carried_out_when_it_is_said(
    folder: Folder, is_drawn: bool
) -> None:
    old, new = ("ci.yml", "build.yml") if is_drawn else ("build.yml", "ci.yml")
    if is_drawn:
        folder.write("ci.mmd", DRAWN.replace("ci.yml", "build.yml"))
    else:
        (folder.workflows / "ci.yml").rename(folder.workflows / "build.yml")
    before = folder.contents()
    for _ in range(2):
        told = folder.compile(code=1)
        assert "error[vanished-workflow]" in told and f"--rename {old}={new}" in told
        assert "orphaned-file" not in told and "unused-acceptance" not in told
    assert main(["check", "--no-cache"]) == 1
    assert folder.contents() == before
    shown = folder.compile("--rename", f"{old}={new}", "--diff")
    assert f"rename from .github/workflows/{old}\n" in shown
    assert ("+  build.yml: # the list\n" in shown) == is_drawn
    assert folder.contents() == before
    folder.compile("--rename", f"{old}={new}")
    assert folder.contents() == {new: before[old]}
    settings = (folder.root / "mermaid2gha.yml").read_text(encoding="utf-8")
    assert settings == (SETTINGS.replace("ci.yml", "build.yml") if is_drawn else SETTINGS)
    assert main(["check", "--strict", "--no-cache"]) == 0


@pytest.mark.parametrize("is_drawn", [True, False], ids=["in the drawing", "on the disk"])
def test_an_adopted_file_is_asked_about_too(folder: Folder, is_drawn: bool) -> None:
    folder.write(
        "mermaid2gha.yml", SETTINGS.replace("extra-jobs: {ci.yml: [lint]} # by file", "adopted: [ci.yml]")
    )
    (folder.workflows / "ci.yml").write_text(PEOPLE_S, encoding="utf-8")
    folder.compile()
    old, new = ("ci.yml", "build.yml") if is_drawn else ("build.yml", "ci.yml")
    if is_drawn:
        folder.write("ci.mmd", DRAWN.replace("ci.yml", "build.yml"))
    else:
        (folder.workflows / "ci.yml").rename(folder.workflows / "build.yml")
    assert f"--rename {old}={new}" in folder.compile(code=1)
    assert list(folder.contents()) == [old]
    folder.compile("--rename", f"{old}={new}")
    assert folder.contents() == {new: PEOPLE_S.encode()}
    settings = (folder.root / "mermaid2gha.yml").read_text(encoding="utf-8")
    assert settings.count(new) == 2 and settings.count(old) == 0
    assert main(["check", "--strict", "--no-cache"]) == 0


def test_another_workflow_beside_one_that_is_gone_on_purpose_is_written(folder: Folder) -> None:
    folder.write("ci.mmd", DRAWN.replace("ci.yml", "build.yml"))
    file = folder.workflows / "ci.yml"
    file.write_text(
        file.read_text(encoding="utf-8").partition("\n# mermaid2gha: from")[0] + "\n", encoding="utf-8"
    )
    text = file.read_text(encoding="utf-8")
    file.write_text("\n".join(text.splitlines()[6:]) + "\n", encoding="utf-8")
    folder.compile()
    assert set(folder.contents()) == {"ci.yml", "build.yml"}


def test_acceptances_follow_a_job_that_gets_another_id(folder: Folder) -> None:
    folder.write("ci.mmd", DRAWN.replace("Test", "Unit tests"))
    folder.compile("--rename", "test=unit-tests")
    settings = (folder.root / "mermaid2gha.yml").read_text(encoding="utf-8")
    assert settings == SETTINGS.replace("needs.test #", "needs.unit-tests #")
    assert main(["check", "--strict", "--no-cache"]) == 0
    folder.write(
        "ci.mmd", DRAWN.replace("    Note over CI: Test", "    %% id: t\n    Note over CI: Unit tests")
    )
    folder.compile()
    settings = (folder.root / "mermaid2gha.yml").read_text(encoding="utf-8")
    assert settings == SETTINGS.replace("needs.test #", "needs.t #")


def test_what_is_kept_by_a_comment_follows_a_job(folder: Folder) -> None:
    folder.write("mermaid2gha.yml", "documents: [ci.mmd]\n")
    file = folder.workflows / "ci.yml"
    text = file.read_text(encoding="utf-8")
    head, _, tail = text.rpartition("    needs: build\n")
    file.write_text(f"{head}    needs: build # mermaid2gha: keep\n{tail}", encoding="utf-8")
    assert main(["check", "--strict", "--no-cache", "-q"]) == 0
    folder.write("ci.mmd", DRAWN.replace("Deploy", "Release"))
    assert "unused-keep" not in folder.compile("--rename", "deploy=release")
    assert "    needs: build # mermaid2gha: keep\n" in file.read_text(encoding="utf-8")
    assert main(["check", "--strict", "--no-cache", "-q"]) == 0


@pytest.mark.parametrize("words", ["none=build", "test=none", "none.yml=ci.yml", "ci.yml=none.yml"])
def test_a_renaming_that_renames_nothing_is_told(folder: Folder, words: str) -> None:
    before = folder.contents()
    assert "warning[unused-renaming]" in folder.compile("--rename", words)
    assert folder.contents() == before


def test_a_file_and_a_job_are_no_renaming(folder: Folder) -> None:
    assert "of a workflow file and a job" in folder.compile("--rename", "ci.yml=build", code=2)


def test_a_name_with_the_id_behind_it_is_people_s_where_nothing_else_has_the_name(folder: Folder) -> None:
    """We write such a name only to tell namesakes apart."""
    folder.write("mermaid2gha.yml", "documents: [ci.mmd]\n")
    folder.compile()
    file = folder.workflows / "ci.yml"
    text = file.read_text(encoding="utf-8").replace("    name: Test\n", "    name: Test (test)\n")
    file.write_text(text, encoding="utf-8")
    folder.write("ci.mmd", DRAWN.replace("    Note over CI: Build\n", ""))
    folder.compile("--prune")
    assert "    name: Test (test)\n" in file.read_text(encoding="utf-8")
