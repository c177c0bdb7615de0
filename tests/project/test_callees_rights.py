"""A drawn call may do what people let the called workflow do: GitHub refuses it otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from quick_yaml import typed

from mermaid2gha.cli import main

DOCUMENT = """\
```mermaid
sequenceDiagram
    participant GH as GitHub
    participant CI as CI (ci.yml)
    participant Deploy as Deploy (deploy.yml)
    participant Ship as Ship (ship.yml)
    GH->>CI: Trigger 'push'
    Note over CI: Build
    CI->>Deploy: workflow_call
    Note over Deploy: Pack
    Deploy->>Ship: workflow_call
    Note over Ship: Send
```
"""
FRESH = "    permissions:\n      contents: read\n    steps:"
MORE = "    permissions:\n      contents: read\n      id-token: write\n    steps:"
THEIRS = """\
  theirs:
    runs-on: ubuntu-24.04
    permissions: {id-token: write}
    steps: [{run: make}]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ci.md").write_text(DOCUMENT)
    (tmp_path / "mermaid2gha.yml").write_text("documents: [ci.md]\nextra-jobs: {Ship: [theirs]}\n")
    assert main(["compile", "-q", "--no-cache"]) == 0
    return tmp_path / ".github/workflows"


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace(FRESH, MORE),
        lambda text: text + THEIRS,
        lambda text: text.replace("permissions: {}", "permissions: {id-token: write}"),
    ],
    ids=["in a drawn job", "in a job of theirs", "in the file"],
)
@pytest.mark.parametrize("is_tuned", [False, True], ids=["as compiled", "with a key of theirs"])
def test_calls_get_what_people_give_the_called_workflow_and_give_it_back(
    folder: Path, edit: Callable[[str], str], *, is_tuned: bool
) -> None:
    ci, deploy, ship = (folder / name for name in ("ci.yml", "deploy.yml", "ship.yml"))
    if is_tuned:
        ci.write_text(
            "".join(
                line + ("    secrets: inherit\n" if "uses: ./" in line else "")
                for line in ci.read_text().splitlines(True)
            )
        )
    before, drawn = ci.read_text(), ship.read_text()
    ship.write_text(edit(drawn))
    assert main(["check", "-q", "--no-cache"]) == 1
    assert main(["compile", "-q", "--no-cache"]) == 0
    for file, job in ((ci, "deploy"), (deploy, "ship")):
        assert typed(file.read_text())["jobs"][job]["permissions"] == {
            "contents": "read",
            "id-token": "write",
        }
    assert ship.read_text() == edit(drawn)
    assert main(["check", "-q", "--no-cache"]) == 0
    ship.write_text(drawn)
    assert main(["compile", "-q", "--no-cache"]) == 0
    assert ci.read_text() == before
    assert main(["check", "-q", "--no-cache"]) == 0


def test_a_call_of_people_is_told_and_stays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ci, ship = folder / "ci.yml", folder / "ship.yml"
    deploy = folder / "deploy.yml"
    deploy.write_text(deploy.read_text().replace("  ship: # drawn: Ship", "  ship:"))
    ship.write_text(ship.read_text().replace(FRESH, MORE))
    texts = ci.read_text(), deploy.read_text()
    assert main(["compile", "-q", "--no-cache"]) == 1
    assert "right-beyond-caller" in capsys.readouterr().err
    assert deploy.read_text() == texts[1]
