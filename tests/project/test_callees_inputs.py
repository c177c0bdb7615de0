"""A call of ours keeps the inputs that the called workflow reads, and others as long as they are drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from quick_yaml import typed

from mermaid2gha.cli import main

DRAWING = """\
sequenceDiagram
    participant GitHub
    participant CI as CI (ci.yml)
    participant Deploy as Deploy (deploy.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: Build
    CI->>Deploy: workflow_call (target: prod, level: high)
    Note over Deploy: Ship
"""
LESS = DRAWING.replace("(target: prod, level: high)", "(target: prod)")


class Project:
    """A compiled call, to whose callee people gave a step that runs a command."""

    def __init__(self, root: Path, command: str) -> None:
        self.root, folder = root, root / ".github/workflows"
        self.caller, callee = folder / "ci.yml", folder / "deploy.yml"
        (root / "mermaid2gha.yml").write_text("documents: [ci.mmd]\n")
        self.compiled(DRAWING)
        callee.write_text(callee.read_text().replace("    steps:\n", f"    steps:\n      - run: {command}\n"))

    def edit(self, old: str, new: str) -> None:
        text = self.caller.read_text()
        assert old in text
        self.caller.write_text(text.replace(old, new))

    def compiled(self, drawing: str) -> dict[str, object]:
        (self.root / "ci.mmd").write_text(drawing)
        assert main(["compile", "-q", "--no-cache"]) == 0
        assert main(["check", "-q", "--no-cache"]) == 0
        given: dict[str, object] = typed(self.caller.read_text())["jobs"]["deploy"].get("with", {})
        return given


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("command", ["make ${{ inputs.mine }}", "make ${{ toJSON(inputs) }}"])
def test_an_input_of_people_that_is_read_stays(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Project(tmp_path, command)
    project.edit("    with:\n", "    with:\n      mine: 1\n")
    callee = project.caller.with_name("deploy.yml")
    callee.write_text(
        callee.read_text().replace("    inputs:\n", "    inputs:\n      mine: {type: number}\n")
    )
    before = project.caller.read_text()
    project.compiled(DRAWING)
    assert project.caller.read_text() == before
    assert main(["check", "--no-cache"]) == 0
    assert "`deploy` gives `mine`, which is not drawn; `deploy.yml` reads it" in capsys.readouterr().err


@pytest.mark.parametrize("is_tuned", [False, True], ids=["as compiled", "with a key of theirs"])
@pytest.mark.parametrize(
    ("command", "given"),
    [("make", ["target"]), ("make ${{ inputs['level'] }}", ["target", "level"])],
    ids=["not read", "read"],
)
def test_an_input_that_is_drawn_no_more_goes_unless_it_is_read(
    tmp_path: Path, command: str, given: list[str], *, is_tuned: bool
) -> None:
    project = Project(tmp_path, command)
    if is_tuned:
        project.edit("    with:\n", "    secrets: inherit\n    with:\n")
    before = project.caller.read_text()
    assert list(project.compiled(LESS)) == given
    assert project.compiled(DRAWING) == {"target": "prod", "level": "high"}
    assert project.caller.read_text() == before
