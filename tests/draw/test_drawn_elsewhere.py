"""Drawing again after people moved diagrams: each stays where it is, a new one joins those of its kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_calls import called

from mermaid2gha.cli import main
from mermaid2gha.commands import draw

JOB = "jobs: {%s: {runs-on: x, permissions: {}, steps: [{run: make}]}}\n"
FILES = {
    "ci.yml": "name: CI\non: {push: {branches: [main]}, pull_request: }\n" + JOB % "test",
    "lint.yml": "name: Lint\non: pull_request\n" + JOB % "lint",
    "release.yml": "name: Release\non: {push: {tags: ['v*']}}\n" + JOB % "ship",
    "nightly.yml": "name: Nightly\non: {schedule: [{cron: '0 3 * * *'}]}\n" + JOB % "scan",
}
CHECKS, REST = Path("docs/checks.md"), Path("docs/rest.md")


@pytest.fixture
def workflows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose drawing was split in two: checks, and the rest behind which a licence stands."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    called(draw, [])
    parts = Path("docs/ci.md").read_text(encoding="utf-8").split("\n## ")
    checks = [one for one in parts if one.startswith(("CI", "Lint", "# "))]
    rest = [one for one in parts if one not in checks]
    CHECKS.write_text("\n## ".join(checks), encoding="utf-8")
    REST.write_text("# Rest\n\n## " + "\n## ".join(rest) + "\n## Licence\n\nMIT\n", encoding="utf-8")
    Path("docs/ci.md").unlink()
    settings = Path("mermaid2gha.yml")
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("docs/ci.md", "docs/checks.md, docs/rest.md"), encoding="utf-8")
    assert main(["check", "--strict"]) == 0
    return folder


def headings(document: Path) -> list[str]:
    lines = document.read_text(encoding="utf-8").splitlines()
    return [line.lstrip("# ") for line in lines if line.startswith("#")]


def test_what_is_drawn_in_other_documents_is_not_drawn_again(workflows: Path) -> None:
    result = called(draw, [])
    assert "nothing to write" in result.err
    assert "docs/checks.md and docs/rest.md draw 4 workflows" in result.err
    assert "next:" not in result.err
    assert not Path("docs/ci.md").exists()


def test_a_named_document_that_nothing_new_stands_in_is_not_made(workflows: Path) -> None:
    assert "nothing to write" in called(draw, ["--document", "docs/new.md"]).err
    assert not Path("docs/new.md").exists()


def test_a_workflow_that_is_not_named_is_not_told_to_be_gone(workflows: Path) -> None:
    assert "is gone" not in called(draw, [str(workflows / "ci.yml")]).err


def test_a_new_workflow_joins_those_of_its_kind_in_their_document(workflows: Path) -> None:
    new = "name: Weekly\non: {schedule: [{cron: '0 3 * * 1'}]}\n" + JOB % "audit"
    (workflows / "weekly.yml").write_text(new, encoding="utf-8")
    assert "(1 new)" in called(draw, []).err
    assert headings(REST) == ["Rest", "Nightly", "Weekly", "Release", "Licence"]
    assert headings(CHECKS) == ["CI", "CI", "Lint"]
    assert main(["check", "--strict"]) == 0


def test_a_changed_workflow_is_drawn_anew_where_it_is_and_what_was_said_of_it_is_said_anew(
    workflows: Path,
) -> None:
    changed = FILES["ci.yml"].replace("pull_request: ", "pull_request: , workflow_dispatch: ")
    (workflows / "ci.yml").write_text(changed, encoding="utf-8")
    assert "(1 changed)" in called(draw, []).err
    text = CHECKS.read_text(encoding="utf-8")
    assert "`ci.yml` runs for each push to `main`, for each pull request and by hand." in text
    assert "GitHub ->> ci: push to main, pull request, by hand" in text
    assert main(["check", "--strict"]) == 0


def test_words_of_people_on_when_a_workflow_runs_stay(workflows: Path) -> None:
    text = CHECKS.read_text(encoding="utf-8")
    text = text.replace("`ci.yml` runs for each push to `main`", "Ours runs often, for each push to `main`")
    text = text.replace("GitHub ->> ci: push to main, pull request", "GitHub ->> ci: somebody pushes")
    CHECKS.write_text(text, encoding="utf-8")
    changed = FILES["ci.yml"].replace("pull_request: ", "pull_request: , workflow_dispatch: ")
    (workflows / "ci.yml").write_text(changed, encoding="utf-8")
    assert "(1 changed)" in called(draw, []).err
    text = CHECKS.read_text(encoding="utf-8")
    assert "Ours runs often, for each push to `main` and for each pull request." in text
    assert "GitHub ->> ci: somebody pushes" in text
