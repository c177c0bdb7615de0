"""`compile` and `check` from end to end: what is written, what is refused, what is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mermaid2gha.cli import main

CI = """\
# Tests

```mermaid
sequenceDiagram
    participant GitHub
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: Build
    Note over CI: Unit tests
```
"""
NIGHTLY = CI.replace("ci.yml", "nightly.yml").replace("# Tests", "# Nightly").replace("push", "pull_request")
SETTINGS = "documents: [docs/ci.md, docs/nightly.md]\nworkflows: out/workflows\ngraphs: out/graphs\n"
BROKEN = CI.replace("Note over CI: Build", "Note over CI Build")


class Run:
    """One run of the command line: its exit code and what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        capsys.readouterr()
        self.code = main(list(arguments))
        self.out, self.err = capsys.readouterr()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/ci.md").write_text(CI)
    return tmp_path


@pytest.fixture
def project(here: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    (here / "mermaid2gha.yml").write_text(SETTINGS)
    (here / "docs/nightly.md").write_text(NIGHTLY)
    assert Run(capsys, "compile").code == 0
    return here


def files(folder: Path) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(
        name for name in found if not name.startswith((".mermaid2gha_cache", "docs", "mermaid2gha.yml"))
    )


def states(run: Run) -> dict[str, str]:
    return {file["path"]: file["state"] for file in json.loads(run.out)["files"]}


def test_a_document_without_settings_becomes_a_workflow_and_no_graphs(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(capsys, "compile", "docs/ci.md")
    assert run.code == 0
    assert run.out == ""
    assert "wrote .github/workflows/ci.yml\n" in run.err
    assert files(here) == [".github/workflows/ci.yml"]


def test_a_project_is_compiled_where_its_settings_say(project: Path) -> None:
    graphs = [f"out/graphs/{name}" for name in ("ci.dot", "ci.mmd", "ci.svg", "flows.svg")]
    graphs += [f"out/graphs/{name}" for name in ("nightly.dot", "nightly.mmd", "nightly.svg")]
    assert files(project) == [*graphs, "out/workflows/ci.yml", "out/workflows/nightly.yml"]


def test_output_moves_both_folders_and_changes_no_byte(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Run(capsys, "compile", "--output", "there").code == 0
    there, out = project / "there", project / "out"
    assert files(there) == files(out)
    assert all((there / name).read_bytes() == (out / name).read_bytes() for name in files(out))


def test_compiling_twice_changes_nothing_and_touches_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {name: (project / name).stat().st_mtime_ns for name in files(project)}
    run = Run(capsys, "compile")
    assert (run.code, run.out) == (0, "")
    assert "wrote" not in run.err
    assert {name: (project / name).stat().st_mtime_ns for name in files(project)} == before


def test_the_working_directory_does_not_matter(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "docs")
    assert Run(capsys, "compile", "--check").code == 0


def test_check_is_content_with_what_compile_wrote(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["check"], ["compile", "--check"], ["check", "--diff"]):
        run = Run(capsys, *command)
        assert (run.code, run.out) == (0, "")


def test_check_names_each_file_that_is_out_of_step_and_writes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "out/graphs/ci.mmd").unlink()
    (project / "docs/ci.md").write_text(CI.replace("Unit", "System"))
    (project / "docs/nightly.md").write_text(NIGHTLY.replace("nightly.yml", "weekly.yml"))
    before = {name: (project / name).read_bytes() for name in files(project)}
    run = Run(capsys, "check", "--output-format", "json")
    assert run.code == 1
    told = states(run)
    assert told["out/workflows/ci.yml"] == "stale"
    assert told["out/graphs/ci.mmd"] == "absent"
    assert told["out/workflows/weekly.yml"] == "absent"
    assert told["out/workflows/nightly.yml"] == told["out/graphs/nightly.svg"] == "undrawn"
    shown = Run(capsys, "check")
    assert "`out/workflows/ci.yml` is not what the documents compile to: job `unit-tests`" in shown.err
    assert shown.err.count("run `mermaid2gha compile`") == 2
    assert {name: (project / name).read_bytes() for name in files(project)} == before
    kept = Run(capsys, "compile")
    assert kept.code == 1 and kept.err.count("error[orphaned-file]") == 4
    assert {"out/workflows/nightly.yml", "out/workflows/weekly.yml"} <= set(files(project))
    assert Run(capsys, "compile", "--prune").code == 0
    assert "out/workflows/nightly.yml" not in files(project)
    assert Run(capsys, "check").code == 0


def test_diff_shows_what_compile_would_change(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "docs/ci.md").write_text(CI.replace("Unit", "System"))
    run = Run(capsys, "compile", "--diff")
    assert run.code == 0
    assert "--- out/workflows/ci.yml\n+++ out/workflows/ci.yml\n@@ " in run.out
    assert Run(capsys, "check", "--diff").out == run.out
    assert Run(capsys, "check").code == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text + "// mine\n",
        lambda text: "\n".join(line.strip() for line in text.splitlines() if "mermaid2gha" not in line),
        lambda text: f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> topic\n",
        lambda text: "",
    ],
    ids=["edited", "optimised", "merged", "emptied"],
)
def test_a_damaged_graph_is_drawn_anew_without_a_word(
    project: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[str], str]
) -> None:
    graphs = [project / f"out/graphs/ci.{suffix}" for suffix in ("dot", "svg")]
    ours = [graph.read_text() for graph in graphs]
    for graph, text in zip(graphs, ours):
        graph.write_text(damage(text))
    assert Run(capsys, "check").err.count("error[stale-file]") == 2
    run = Run(capsys, "compile")
    assert run.code == 0 and "error" not in run.err
    assert [graph.read_text() for graph in graphs] == ours


def test_a_file_of_people_in_the_place_of_a_graph_is_not_overwritten_unless_forced(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "mermaid2gha.yml").write_text("documents: [docs/ci.md]\ngraphs: pictures\n")
    (here / "pictures").mkdir()
    (here / "pictures/ci.svg").write_text("<svg>mine</svg>\n")
    run = Run(capsys, "compile")
    assert run.code == 1 and "error[foreign-file]: `pictures/ci.svg` is in the way" in run.err
    assert files(here / "pictures") == ["ci.svg"]
    assert Run(capsys, "compile", "--force").code == 0
    assert "mine" not in (here / "pictures/ci.svg").read_text()


def test_an_edited_workflow_is_edited_in_place_also_if_forced(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workflow = project / "out/workflows/ci.yml"
    ours = workflow.read_text()
    theirs = ours.replace("\njobs:", "\nenv: {A: b} # mine\n\njobs:")
    workflow.write_text(theirs)
    assert Run(capsys, "check").code == 0
    (project / "docs/ci.md").write_text(CI.replace("Unit tests", "Unit tests\n    Note over CI: Publish"))
    checked = Run(capsys, "check")
    assert checked.code == 1
    assert "job `publish` added, which waits for `unit-tests`" in checked.err
    run = Run(capsys, "compile")
    assert (run.code, run.out) == (0, "")
    assert "wrote out/workflows/ci.yml\n  job `publish` added, which waits for `unit-tests`\n" in run.err
    assert "env: {A: b} # mine" in workflow.read_text() and "  publish:" in workflow.read_text()
    assert Run(capsys, "check").code == 0
    (project / "docs/ci.md").write_text(CI)
    assert Run(capsys, "compile").code == 0
    assert workflow.read_text() == theirs
    (project / "docs/ci.md").write_text(CI.replace("Unit", "System"))
    assert Run(capsys, "compile", "--force").code == 0
    assert workflow.read_text() == theirs.replace("Unit", "System").replace("unit", "system")


def test_a_job_of_people_is_kept_renamed_or_pruned(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workflow = project / "out/workflows/ci.yml"
    text = workflow.read_text()
    cut = text.index("    steps:", text.index("  unit-tests:"))
    text = text[:cut] + "    steps:\n      - run: make test\n" + text[text.index("# mermaid2gha:") :]
    workflow.write_text(text)
    (project / "docs/ci.md").write_text(CI.replace("Unit tests", "Unit testing"))
    run = Run(capsys, "compile", "--diff")
    assert (
        run.code == 1 and "error[vanished-job]" in run.err and "--rename unit-tests=unit-testing" in run.err
    )
    run = Run(capsys, "compile", "--rename", "unit-tests=unit-testing")
    assert run.code == 0 and "job `unit-tests` is now `unit-testing`" in run.err
    renamed = text.replace("unit-tests:", "unit-testing:").replace("drawn: Unit tests", "drawn: Unit testing")
    assert workflow.read_text() == renamed
    (project / "docs/ci.md").write_text(CI.replace("    Note over CI: Unit tests\n", ""))
    assert Run(capsys, "compile").code == 0
    assert "make test" in workflow.read_text()
    (project / "mermaid2gha.yml").write_text(SETTINGS + "extra-jobs: {CI: [unit-*]}\n")
    assert "undrawn" not in Run(capsys, "check").err
    (project / "mermaid2gha.yml").write_text(SETTINGS)
    assert Run(capsys, "compile", "--prune").code == 0
    assert "unit" not in workflow.read_text()


def test_a_file_of_people_is_edited_in_place_once_it_is_adopted(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workflow = here / ".github/workflows/ci.yml"
    workflow.parent.mkdir(parents=True)
    mine = (
        "on: push # mine\njobs:\n    unit-tests: {runs-on: x, steps: [{run: make}]}\n"
        "    build:\n        runs-on: x # mine\n        steps:\n        - run: make\n"
    )
    workflow.write_text(mine)
    (here / "mermaid2gha.yml").write_text("documents: [docs/ci.md]\nadopted: [ci.yml]\n")
    run = Run(capsys, "compile")
    assert run.code == 0 and "`unit-tests` now waits for `build`" in run.err
    assert workflow.read_text() == mine.replace("{runs-on", "{needs: [build], runs-on")
    assert Run(capsys, "check").code == 0


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_file_that_is_no_workflow_is_never_overwritten(
    here: Path, capsys: pytest.CaptureFixture[str], force: list[str]
) -> None:
    workflow = here / ".github/workflows/ci.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("name: mine\n")
    for command in (["compile", "docs/ci.md", *force], ["check", "docs/ci.md"]):
        run = Run(capsys, *command)
        assert run.code == 1
        told = "uneditable-place" if "--force" in command else "foreign-file"
        assert f"error[{told}]: " in run.err and "`.github/workflows/ci.yml`" in run.err
    assert workflow.read_text() == "name: mine\n"


def test_a_workflow_of_people_is_edited_if_forced_and_loses_no_step(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workflow = here / ".github/workflows/ci.yml"
    workflow.parent.mkdir(parents=True)
    theirs = "on: push\njobs:\n  build:\n    runs-on: x\n    steps: [{run: make}]\n"
    workflow.write_text(theirs)
    assert Run(capsys, "compile", "docs/ci.md").code == 1 and workflow.read_text() == theirs
    assert Run(capsys, "compile", "--force", "docs/ci.md").code == 0
    assert workflow.read_text().startswith(theirs) and "  unit-tests:" in workflow.read_text()


def test_files_of_people_and_of_other_projects_are_no_orphans(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("one", CI), ("two", NIGHTLY)):
        (here / name).mkdir()
        (here / name / "mermaid2gha.yml").write_text("documents: [a.md]\nworkflows: ../workflows\n")
        (here / name / "a.md").write_text(text)
    (here / ".git").mkdir()
    (here / "workflows").mkdir()
    (here / "workflows/mine.yml").write_text("name: mine\n")
    for paths in (["one"], ["two"], ["one"], ["one", "two"]):
        assert Run(capsys, "compile", *paths).code == 0
    assert files(here / "workflows") == ["ci.yml", "mine.yml", "nightly.yml"]


def test_an_edited_orphan_is_kept(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "docs/nightly.md").write_text("# nothing drawn any more\n")
    (project / "out/workflows/nightly.yml").open("a").write("# mine\n")
    run = Run(capsys, "compile")
    assert run.code == 1
    assert "error[orphaned-file]: nothing that is drawn compiles to `out/workflows/nightly.yml`" in run.err
    assert "out/workflows/nightly.yml" in files(project)


def test_a_document_is_not_compiled_without_the_others_of_its_file(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "docs/more.md").write_text(CI.replace("# Tests", "# More").replace("push", "pull_request"))
    assert Run(capsys, "compile", "docs/ci.md", "docs/more.md").code == 0
    run = Run(capsys, "compile", "docs/ci.md")
    assert run.code == 1
    assert "error[partial-project]" in run.err and "`docs/more.md`" in run.err
    (here / "docs/more.md").unlink()
    assert Run(capsys, "compile", "docs/ci.md").code == 0


def test_two_projects_cannot_write_one_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        (here / name).mkdir()
        (here / name / "mermaid2gha.yml").write_text("documents: [a.md]\nworkflows: ../workflows\n")
        (here / name / "a.md").write_text(CI)
    run = Run(capsys, "compile", "one", "two")
    assert run.code == 1
    assert "error[output-collision]" in run.err
    assert not (here / "workflows").exists()


def test_settings_cannot_make_it_write_outside_the_repository(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = here / "repository"
    (inside / ".git").mkdir(parents=True)
    (inside / "mermaid2gha.yml").write_text("documents: [ci.md]\nworkflows: ../elsewhere\n")
    (inside / "ci.md").write_text(CI)
    run = Run(capsys, "compile", "repository")
    assert run.code == 2
    assert "error[outside-project]: `../elsewhere` lies outside of the repository" in run.err
    assert not (here / "elsewhere").exists()
    assert Run(capsys, "compile", "repository", "--output", "elsewhere").code == 2


def test_nothing_is_written_where_there_is_an_error(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {name: (project / name).read_bytes() for name in files(project)}
    (project / "docs/ci.md").write_text(BROKEN)
    (project / "docs/nightly.md").write_text(NIGHTLY.replace("Unit", "System"))
    run = Run(capsys, "compile")
    assert run.code == 1
    assert " --> docs/ci.md:8:" in run.err
    assert "in 2 documents\n" in run.err
    assert {name: (project / name).read_bytes() for name in files(project)} == before


def test_windows_line_ends_of_a_checkout_are_kept(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in files(project):
        path = project / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert Run(capsys, "check").code == 0
    (project / "docs/ci.md").write_text(CI.replace("Unit", "System"))
    assert Run(capsys, "compile").code == 0
    text = (project / "out/workflows/ci.yml").read_bytes()
    assert b"System" in text and text.count(b"\n") == text.count(b"\r\n")


def test_a_hook_hears_of_writing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert Run(capsys, "compile", "docs/ci.md", "--exit-non-zero-on-write").code == 1
    assert Run(capsys, "compile", "docs/ci.md", "--exit-non-zero-on-write").code == 0


def test_findings_as_json_and_as_annotations_are_the_result(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "docs/ci.md").write_text(BROKEN)
    run = Run(capsys, "compile", "docs/ci.md", "--output-format", "json")
    document = json.loads(run.out)
    assert (run.code, run.err, document["documents"]) == (1, "", 1)
    assert document["diagnostics"][0]["file"] == "docs/ci.md"
    run = Run(capsys, "compile", "docs/ci.md", "--output-format", "github")
    assert run.out.startswith("::error file=docs/ci.md,line=8,")


def test_trace_accounts_for_the_statements(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(capsys, "compile", "docs/ci.md", "--trace")
    assert [line.split()[0] for line in run.out.splitlines() if "Build" in line] == ["docs/ci.md:8"]
    run = Run(capsys, "compile", "docs/ci.md", "--trace", "--output-format", "json")
    assert 8 in {row["line"] for row in json.loads(run.out)["trace"]}


def test_wrong_settings_are_a_wrong_call(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mermaid2gha.yml").write_text(SETTINGS + "order: x\nrun-on: y\n")
    run = Run(capsys, "check")
    assert run.code == 2
    assert "mermaid2gha.yml:4:8" in run.err and "mermaid2gha.yml:5:1" in run.err


def test_graph_shows_a_workflow_or_the_whole(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert Run(capsys, "graph").out.startswith("<?xml")
    dot = Run(capsys, "graph", "--workflow", "ci.yml", "--format", "dot").out
    assert dot.startswith("digraph") or "digraph" in dot.splitlines()[0] + dot.splitlines()[1]
    assert "flowchart" in Run(capsys, "graph", "--workflow", "nightly", "--format", "mmd").out
    run = Run(capsys, "graph", "--format", "mmd")
    assert (run.code, run.out) == (2, "") and "`ci.yml`, `nightly.yml`" in run.err
    assert Run(capsys, "graph", "--workflow", "no.yml").code == 2


def test_graph_writes_a_file_but_never_over_another(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["graph", "--workflow", "ci.yml", "--format", "dot", "--output", "ci.dot"]
    assert [Run(capsys, *command).code for _ in range(2)] == [0, 0]
    (project / "ci.dot").write_text("digraph { mine }")
    assert Run(capsys, *command).code == 1
    assert (project / "ci.dot").read_text() == "digraph { mine }"


def test_a_file_of_people_is_compared_by_a_check_and_refused_by_a_compile(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workflow = here / ".github/workflows/ci.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("on: push\njobs:\n  build: {runs-on: x}\n  unit-tests: {runs-on: x, needs: build}\n")
    assert (Run(capsys, "check", "docs/ci.md").code, Run(capsys, "compile", "docs/ci.md").code) == (0, 1)
    workflow.write_text(
        "on: push\njobs:\n  build: {runs-on: x, needs: unit-tests}\n  unit-tests: {runs-on: x}\n"
    )
    run = Run(capsys, "check", "docs/ci.md")
    assert run.code == 1
    assert "error[needs-contradict-order]: `build` waits for `unit-tests`" in run.err
    assert "error[foreign-file]" in run.err and "docs/ci.md:" in run.err


def test_what_only_compiled_workflows_would_do_is_not_said_of_files_that_people_wrote(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def flow(event: str, notes: list[str]) -> str:
        lines = [f"    GitHub->>CI: Trigger '{event}'", *(f"    Note over CI: {note}" for note in notes)]
        return "\n".join(
            ["```mermaid", "sequenceDiagram", "    participant CI as CI (ci.yml)", *lines, "```", ""]
        )

    par = "par\n    Note over CI: A\n    and\n    Note over CI: B\n    end\n"
    parallel = flow("push", ["X"]).replace("Note over CI: X", par)
    (here / "ci.md").write_text(f"# One\n\n{parallel}\n# Two\n\n{flow('pull_request', ['A', 'B'])}")
    assert main(["compile", "ci.md"]) == 0
    assert "order-from-another-flow" in capsys.readouterr().err
    file = here / ".github" / "workflows" / "ci.yml"
    jobs = "  a: {runs-on: u, steps: [{run: a}]}\n  b: {needs: a, runs-on: u, steps: [{run: b}]}\n"
    file.write_text(f"on: [push, pull_request]\njobs:\n{jobs}")
    main(["compile", "ci.md", "--check"])
    assert "order-from-another-flow" not in capsys.readouterr().err
