"""The examples in `diagrams/`: their outputs are what the compiler gives, and their runs are as drawn."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from gallery_runs import ROOT, RUNS, GalleryRun
from one_run import simulate

from mermaid2gha.cli import main
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.github.simulator.simulator import Outcome

EXAMPLES = sorted(path.parent for path in (ROOT / "diagrams").glob("*/mermaid2gha.yml"))


def test_there_is_a_gallery() -> None:
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_compiles_without_a_finding_to_what_is_committed(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Byte for byte, in a place where nothing is yet, so that each picture is laid out anew."""
    copy = tmp_path / "diagrams" / example.name
    shutil.copytree(example, copy)
    (tmp_path / ".git").mkdir()  # its outputs lie beside it in one repository
    code = main(["compile", "--strict", "--quiet", "--no-cache", str(copy)])
    assert (code, capsys.readouterr().err) == (0, "")
    assert _files(tmp_path / "out" / example.name) == _files(ROOT / "out" / example.name)


def _files(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.title)
def test_the_jobs_of_a_run_are_those_that_are_drawn_for_it(run: GalleryRun) -> None:
    ended = simulate(
        read_workflow(run.files[run.file]),
        run.event,
        run.payload,
        outputs=run.outputs,
        outcomes=dict.fromkeys(run.failing, Outcome.FAILURE),
    )
    assert ended.is_started
    assert set(ended.ran) == set(run.ran.split())
    assert set(ended.results) - set(ended.ran) == set(run.skipped.split())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_each_event_of_an_example_is_run(example: Path) -> None:
    runs = [run for run in RUNS if run.example == example.name]
    files = {name: read_workflow(text) for run in runs for name, text in run.files.items()}
    drawn = {(name, event) for name, file in files.items() for event, _ in file.events}
    assert {(run.file, run.event) for run in runs} == {one for one in drawn if one[1] != "workflow_call"}


def test_each_example_is_in_the_gallery() -> None:
    page = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    assert [x.name for x in EXAMPLES if f"../diagrams/{x.name}/{x.name}.md" not in page] == []
