"""Standard input as a document: what comes of it is printed, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from mermaid2gha.commands import check, compile, fix, fmt, graph, parse  # noqa: A004
from tests.command_calls import called

DRAWING = "sequenceDiagram\n    GitHub->>CI: Trigger 'push'\n    Note over CI: Build\n"
PAGE = f"# CI\n\n```mermaid\n{DRAWING}```\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    yield tmp_path


def written(here: Path) -> list[str]:
    return sorted(path.relative_to(here).as_posix() for path in here.rglob("*") if path.is_file())


def test_a_drawing_is_printed_as_a_workflow(here: Path) -> None:
    result = called(compile, ["-"], DRAWING.encode())
    assert (result.code, list(yaml.safe_load(result.out)["jobs"])) == (0, ["build"])
    assert result.err == "ci.yml: push; 1 job; 1 placeholder\n"
    assert written(here) == []


def test_several_workflows_are_one_stream(here: Path) -> None:
    more = DRAWING.replace("m\n", "m\n    participant D as Deploy (deploy.yml)\n")
    more += "    GitHub->>D: Trigger 'push'\n    Note over D: Ship\n"
    texts = called(compile, ["-"], more.encode()).out.split("---\n")
    assert [text.partition("\n")[0] for text in texts] == [
        "# .github/workflows/ci.yml",
        "# .github/workflows/deploy.yml",
    ]
    assert len(list(yaml.safe_load_all("---\n".join(texts)))) == 2


def test_a_fault_prints_no_workflow(here: Path) -> None:
    result = called(compile, ["-"], b"sequenceDiagram\n    Nte over CI: x\n")
    assert (result.code, result.out) == (1, "")


def test_json_has_the_text_of_each_workflow(here: Path) -> None:
    out = json.loads(called(compile, ["-", "--output-format", "json"], DRAWING.encode()).out)
    assert out["files"][0]["text"] == called(compile, ["-"], DRAWING.encode()).out


def test_an_output_folder_is_written_as_ever(here: Path) -> None:
    result = called(compile, ["-", "--output", "build"], DRAWING.encode(), draw=lambda dot: "<svg/>")
    assert (result.code, result.out) == (0, "")
    assert "build/workflows/ci.yml" in written(here)


def test_a_name_puts_standard_input_in_the_place_of_a_document(here: Path) -> None:
    (here / "mermaid2gha.yml").write_text("documents: [docs]\n")
    (here / "docs" / "ci.md").write_text(PAGE)
    other = PAGE.replace("Build", "Test").replace("CI", "Other")
    (here / "docs" / "other.md").write_text(other)
    before = written(here)
    named = ["-", "--stdin-filename", "docs/ci.md"]
    mended = PAGE.replace("Build", "Lint")
    texts = list(yaml.safe_load_all(called(compile, named, mended.encode()).out))
    assert [list(one["jobs"]) for one in texts] == [["lint"], ["test"]]
    broken = called(check, [*named, "--output-format", "json"], PAGE.replace("Note", "Nte").encode())
    assert [one["file"] for one in json.loads(broken.out)["diagnostics"]] == ["docs/ci.md"]
    assert broken.facts is None, "an answer about a text that stands nowhere is not kept"
    assert "Lint" in called(graph, [*named, "--format", "mmd", "--workflow", "ci.yml"], mended.encode()).out
    assert (
        json.loads(called(parse, [*named, "--format", "json"], PAGE.encode()).out)["document"] == "docs/ci.md"
    )
    assert "CI: Build" in called(fmt, named, PAGE.replace("CI: B", "CI:   B").encode()).out
    assert called(fix, named, PAGE.replace("Note", "Nte").encode()).out == PAGE
    assert written(here) == before
    assert (here / "docs" / "ci.md").read_text() == PAGE


def test_a_name_says_what_kind_of_document_it_is(here: Path) -> None:
    text = f"<!-- a --> {DRAWING}".encode()
    assert called(parse, ["-", "--stdin-filename", "a.md"], text).out == ""
    assert called(parse, ["-", "--stdin-filename", "a.mmd"], DRAWING.encode()).out != ""


def test_fixing_standard_input_leaves_the_settings_alone(here: Path) -> None:
    (here / "mermaid2gha.yml").write_text("ordr: data\n")
    result = called(fix, ["-"], DRAWING.encode())
    assert result.out == DRAWING
    assert (here / "mermaid2gha.yml").read_text() == "ordr: data\n"


def test_statistics_count_by_rule(here: Path) -> None:
    text = DRAWING.replace("Build", "Build; test").replace("CI: T", "CI:T") + "    Note over CI: a; b\n"
    result = called(check, ["-", "--statistics"], text.encode())
    counts = {row.split()[2]: int(row.split()[0]) for row in result.out.splitlines()}
    told = called(check, ["-", "--output-format", "json", "--statistics"], text.encode())
    of_json = {one["rule"]: one["count"] for one in json.loads(told.out)["statistics"]}
    assert counts == of_json and counts["semicolon-in-label"] == 2
    assert "semicolon-in-label" not in result.err
