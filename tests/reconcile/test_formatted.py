"""What formatters made of a project means the same: nothing is compiled anew for it.

`formatted/` is what `python tests/live/formatters.py --record` wrote; the live test runs them in all orders.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from formatted_project import LATER, files, peopled, written
from quick_yaml import typed

from mermaid2gha.cli import main

RECORDED = Path(__file__).parent / "formatted"
NAMES = sorted(path.name for path in RECORDED.iterdir())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The compiled project with what people did in it, as it was recorded."""
    monkeypatch.chdir(tmp_path)
    written(tmp_path)
    assert main(["compile", "-q"]) == 0
    peopled(tmp_path)
    return tmp_path


def laid_out(root: Path, name: str) -> None:
    for of, path in files(root).items():
        path.write_bytes((RECORDED / name / of).read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_a_formatted_project_is_as_it_was(project: Path, name: str) -> None:
    meaning = {of: typed(path.read_bytes()) for of, path in files(project).items() if of != "ci.md"}
    laid_out(project, name)
    before = {of: path.read_bytes() for of, path in files(project).items()}
    assert {of: typed(text) for of, text in before.items() if of != "ci.md"} == meaning  # else record anew
    assert main(["check", "--no-cache", "-q"]) == 0
    assert main(["compile", "-q"]) == 0
    assert {of: path.read_bytes() for of, path in files(project).items()} == before


@pytest.mark.parametrize("name", NAMES)
def test_an_edit_of_a_formatted_drawing_changes_what_it_says(project: Path, name: str) -> None:
    path = project / ".github/workflows/ci.yml"
    document = project / "docs/ci.md"
    text = path.read_bytes()
    document.write_text(document.read_text(encoding="utf-8").replace(*LATER, 1), encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    meaning = typed(path.read_bytes())
    assert text != path.read_bytes()
    laid_out(project, name)
    before = path.read_text(encoding="utf-8").splitlines()
    document.write_text(document.read_text(encoding="utf-8").replace(*LATER, 1), encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    after = path.read_text(encoding="utf-8").splitlines()
    assert typed("\n".join(after)) == meaning
    assert [line for line in before if line not in after] == []
    assert main(["check", "--no-cache", "-q"]) == 0
