"""`draw` on a repository: what it writes, what it leaves, what it says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command_calls import called

from mermaid2gha.cli import main
from mermaid2gha.commands import check, draw

CI = """\
name: CI
on:
  push:
    branches: [main]
  pull_request:
permissions: {contents: read}
jobs:
  lint:
    runs-on: ubuntu-latest
    steps: [{run: make lint}]
  test:
    name: Unit tests (${{ matrix.python }})
    needs: lint
    strategy: {matrix: {python: ["3.11", "3.12"]}}
    runs-on: ubuntu-latest
    steps: [{run: make test}]
  docs:
    needs: lint
    runs-on: ubuntu-latest
    steps: [{run: make docs}]
  publish:
    needs: [test, docs]
    if: github.ref == 'refs/heads/main'
    permissions: {packages: write}
    environment: production
    runs-on: ubuntu-latest
    steps: [{run: make publish}]
  report:
    needs: publish
    if: always() && needs.publish.result != 'cancelled'
    runs-on: ubuntu-latest
    steps: [{run: make report}]
  call:
    needs: lint
    uses: ./.github/workflows/scan.yml
"""
SCAN = """\
name: Scan
on: workflow_call
permissions: {contents: read}
jobs:
  first:
    runs-on: ubuntu-latest
    steps: [{run: scan}]
  second:
    needs: first
    runs-on: ubuntu-latest
    steps: [{run: scan}]
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (folder / "ci.yml").write_text(CI, encoding="utf-8")
    (folder / "scan.yml").write_text(SCAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_repository_is_drawn_into_a_document_and_settings(repository: Path) -> None:
    before = contents(repository / ".github")
    result = called(draw, [])
    assert result.code == 0, result.err
    assert contents(repository / ".github") == before
    text = (repository / "docs" / "ci.md").read_text(encoding="utf-8")
    assert text.count("```mermaid") == 1  # the workflow that one other calls is drawn there
    for line in (
        "    %% trigger: push[branch=main], pull_request",
        "        Note over CI: Unit tests",
        "    %% if: github.ref == 'refs/heads/main'",
        "    opt branch main",
        "        %% approval: production",
        "        %% permissions: packages: write",
        "    CI ->> scan: call",
    ):
        assert line.replace("over CI", "over ci").replace("CI ->>", "ci ->>").strip() in text, (line, text)
    settings = (repository / "mermaid2gha.yml").read_text(encoding="utf-8")
    assert "documents: [docs/ci.md]" in settings
    assert "docs/ci.md draws 2 workflows (1 new)" in result.err
    line = CI.splitlines().index("    if: always() && needs.publish.result != 'cancelled'") + 1
    assert f"ci.yml:{line}: `report` computes with the results of other jobs" in result.err, result.err


def test_drawing_again_writes_nothing(repository: Path) -> None:
    called(draw, [])
    before = contents(repository)
    result = called(draw, [])
    assert result.code == 0
    assert "nothing to write" in result.err
    assert contents(repository) == before


def test_of_the_name_of_a_job_nothing_is_guessed_that_its_file_says(repository: Path) -> None:
    workflow = repository / ".github/workflows/ci.yml"
    names = ("Compare with dogwater (main branch)", "Label the PR if it is huge")
    workflow.write_text(
        CI.replace("  docs:\n", f"  docs:\n    name: {names[0]}\n").replace(
            "publish:\n", f"publish:\n    name: {names[1]}\n"
        ),
        encoding="utf-8",
    )
    called(draw, [])
    document = repository / "docs/ci.md"
    lines = document.read_text(encoding="utf-8").splitlines()
    for name in names:
        note = next(number for number, line in enumerate(lines) if line.endswith(f": {name}"))
        assert lines[note - 1].strip() == "%% ignore: guessed-reading"
    assert called(check, ["--strict"]).code == 0
    before = document.read_bytes()
    assert "nothing to write" in called(draw, []).err and document.read_bytes() == before


def test_labels_and_prose_stay_and_new_jobs_appear(repository: Path) -> None:
    called(draw, [])
    document = repository / "docs" / "ci.md"
    text = document.read_text(encoding="utf-8").replace("Note over ci: lint", "Note over ci: Style of code")
    document.write_text(text.replace("# CI\n", "# How we build\n\nOur own words.\n", 1), encoding="utf-8")
    workflow = repository / ".github" / "workflows" / "ci.yml"
    workflow.write_text(
        CI + "  extra:\n    needs: publish\n    runs-on: x\n    steps: [{run: x}]\n", encoding="utf-8"
    )
    result = called(draw, [])
    assert "(1 changed)" in result.err, result.err
    again = document.read_text(encoding="utf-8")
    assert again.startswith("# How we build\n\nOur own words.\n")
    assert "Note over ci: Style of code" in again
    assert "%% id: extra" in again


def drawn_anew(repository: Path, edit: dict[str, str], workflow: str) -> tuple[str, str]:
    """The document after it and the workflow were edited and it was drawn again, and what is told."""
    called(draw, [])
    document = repository / "docs" / "ci.md"
    text = document.read_text(encoding="utf-8")
    for old, new in edit.items():
        assert old in text, (old, text)
        text = text.replace(old, new)
    document.write_text(text, encoding="utf-8")
    (repository / ".github" / "workflows" / "ci.yml").write_text(workflow, encoding="utf-8")
    told = called(draw, []).err
    return document.read_text(encoding="utf-8"), told


WITHOUT_DOCS = CI.replace("[test, docs]", "[test]").replace(
    CI[CI.index("  docs:") : CI.index("  publish:")], ""
)


def test_comments_and_all_labels_of_people_stay_in_a_diagram_that_is_drawn_anew(repository: Path) -> None:
    trigger = "    GitHub ->> ci: push to main, pull request"
    edit = {
        trigger: "    %% how it begins\n    GitHub ->> ci: somebody pushes",
        "    %% id: docs": "    %% docs are slow\n    %% id: docs",
        "    %% id: publish": "    %% ask Ann first\n    %% id: publish",
        "opt branch main": "opt when it is merged",
        "loop For each python": "loop All that we support",
        "participant ci as CI (ci.yml)": "participant ci as Our checks (ci.yml)",
    }
    text, told = drawn_anew(repository, edit, WITHOUT_DOCS)
    assert "`docs` is gone from ci.yml" in told
    assert "%% id: docs" not in text
    lines = [line.strip() for line in text.splitlines()]
    for comment, below in (
        ("%% how it begins", "GitHub ->> ci: somebody pushes"),
        ("%% ask Ann first", "%% id: publish"),
    ):
        assert lines[lines.index(comment) + 1] == below, text
    assert "%% docs are slow" in lines  # its job is gone, and what somebody knew of it is not
    for label in (
        "somebody pushes",
        "opt when it is merged",
        "loop All that we support",
        "Our checks (ci.yml)",
    ):
        assert label in text, text


def test_a_drawing_in_a_form_of_peoples_stays_while_it_compiles_to_the_same(repository: Path) -> None:
    text, told = drawn_anew(
        repository,
        {
            "    Note over ci: lint\n": "    Note over ci: lint\n    rect rgb(240, 240, 240)\n",
            "ci: done\n    end\n": "ci: done\n    end\n    end\n",
        },
        CI,
    )
    assert "rect rgb(240, 240, 240)" in text
    assert "nothing to write" in told


def test_the_document_of_a_workflow_that_is_gone_is_told(repository: Path) -> None:
    called(draw, [])
    other = CI.replace("name: CI", "name: Other").split("  call:")[0]
    (repository / ".github" / "workflows" / "other.yml").write_text(other, encoding="utf-8")
    called(draw, [])
    (repository / ".github" / "workflows" / "other.yml").unlink()
    result = called(draw, [])
    assert "other.yml, or what it did for some events, is gone, and now its diagram" in result.err


def test_to_prints_and_writes_nothing(repository: Path) -> None:
    before = contents(repository)
    result = called(draw, ["--to", "-"])
    assert result.out.startswith("# CI\n")
    assert contents(repository) == before


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_drawn(repository: Path) -> None:
    (repository / ".github" / "workflows" / "bad.yml").write_text("on: [push\n", encoding="utf-8")
    result = called(draw, [])
    assert result.code == 1
    assert "bad.yml:" in result.err
    assert "bad" not in (repository / "docs" / "ci.md").read_text(encoding="utf-8")


def test_a_file_that_no_document_can_name_is_told_and_the_others_are_drawn(repository: Path) -> None:
    for name in ("a;b", " a", "a#b", "a\nb", "a:b", "a\\b", os.fsdecode(b"a\xff")):
        text = CI.replace("name: CI", "name: Odd").split("  call:")[0]
        odd = repository / ".github" / "workflows" / f"{name}.yml"
        odd.write_text(text, encoding="utf-8")
        result = called(draw, ["--to", "-"])
        assert "warning[undrawn-workflow]: no document can name" in result.err
        assert "ci.yml" in result.out and "Odd" not in result.out
        alone = called(draw, [str(odd), "--to", "-"])
        assert (alone.code, alone.out) == (2, "")
        odd.unlink()


def test_without_workflows_it_says_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = called(draw, [])
    assert result.code == 2
    assert "there is no workflow file in `.github/workflows`" in result.err
    assert not list(tmp_path.iterdir())


def test_what_was_drawn_compiles(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    called(draw, [])
    assert main(["parse", "docs/ci.md"]) == 0
    capsys.readouterr()


def test_a_picture_of_the_whole_is_printed_and_nothing_written(repository: Path) -> None:
    before = contents(repository)
    result = called(draw, ["--format", "svg"], draw=lambda dot: f"<svg>{'CI' in dot}</svg>")
    assert "<svg>True</svg>" in result.out
    assert contents(repository) == before


def test_messages_show_what_jobs_pass_on_and_change_nothing_else(repository: Path) -> None:
    workflow = repository / ".github" / "workflows" / "ci.yml"
    text = CI.replace(
        "steps: [{run: make docs}]",
        "steps: [{uses: actions/upload-artifact@v4, with: {name: pages}},"
        " {uses: actions/upload-artifact@v4, with: {name: 'log; ${{ matrix.os }} #1'}}]",
    ).replace(
        "steps: [{run: make publish}]",
        "steps: [{uses: actions/download-artifact@v4, with: {name: pages}}, {run: twine upload dist/*}]",
    )
    workflow.write_text(text, encoding="utf-8")
    bare, some, everything = (
        called(draw, ["--to", "-", "--messages", one]).out for one in ("none", "some", "all")
    )
    assert "Artifacts" not in bare
    assert "ci -->> Artifacts: Upload pages" in some
    assert "Artifacts -->> ci: Download pages" in some
    assert "PyPI" not in some
    assert "log" not in some
    assert "ci -->> Artifacts: Upload log#59; … #35;1" in everything
    assert "ci -->> PyPI: Publish" in everything
    lines = [line for line in everything.splitlines() if "Artifacts" not in line and "PyPI" not in line]
    assert [line for line in lines if "%% reply" not in line] == [
        line for line in bare.splitlines() if "%% reply" not in line
    ]
    called(draw, [])
    document = repository / "docs" / "ci.md"
    own = document.read_text(encoding="utf-8").replace("over ci: docs", "over ci: The book")
    document.write_text(own.replace("    %% id: docs", "    %% slow\n    %% id: docs"), encoding="utf-8")
    assert "1 changed" in called(draw, ["--messages", "some"]).err, "diagrams that are there show them, too"
    shown = document.read_text(encoding="utf-8")
    assert "ci -->> Artifacts: Upload pages" in shown and "over ci: The book" in shown and "%% slow" in shown
    for asked in (["--messages", "some"], []):
        assert "nothing to write" in called(draw, asked).err, "and keep them"
    assert called(check, ["--strict"]).code == 0


CHAIN = """\
on: [push, pull_request]
permissions: {contents: read}
jobs:
  plan: {runs-on: x, steps: [{run: x}]}
  build: {runs-on: x, needs: plan, if: "github.event_name == 'push' && vars.A == 'x'", steps: [{run: x}]}
  host: {runs-on: x, needs: [plan, build], if: "${{ !cancelled() && HOST }}", steps: [{run: x}]}
  tell: {runs-on: x, needs: [plan, host], if: "${{ !cancelled() && TELL }}", steps: [{run: x}]}
"""


BOTH = "needs.plan.result == 'success' && needs.build.result == 'success'"


@pytest.mark.parametrize(
    ("host", "tell", "is_drawn"),
    [
        (BOTH, "needs.host.result == 'success'", True),
        ("needs.build.result == 'success'", "needs.host.result == 'success'", True),
        ("needs.plan.result == 'success'", "needs.host.result == 'success'", False),
        ("needs.build.result == 'success'", "needs.plan.result == 'success'", False),
        ("needs.build.result == 'success'", "needs.host.result == 'failure'", False),
    ],
)  # fmt: skip
def test_who_asks_for_the_success_of_a_job_asks_what_that_job_asks(
    host: str, tell: str, *, is_drawn: bool, repository: Path
) -> None:
    text = CHAIN.replace("HOST", host).replace("TELL", tell)
    (repository / ".github" / "workflows" / "ci.yml").write_text(text, encoding="utf-8")
    assert called(draw, []).code == 0
    settings = (repository / "mermaid2gha.yml").read_text(encoding="utf-8")
    assert ("accepted:" not in settings) == is_drawn, settings


def test_what_could_not_be_written_is_not_said_to_be_drawn(repository: Path) -> None:
    (repository / "docs").write_text("a file", encoding="utf-8")
    result = called(draw, [])
    assert result.code == 1
    assert "unwritable-file" in result.err
    assert "draws" not in result.err
    assert "next:" not in result.err


def test_of_a_workflow_that_is_gone_nothing_stays_and_what_people_wrote_does(repository: Path) -> None:
    """Else the first compile would make it anew. Two more are drawn, and on one of these people wrote."""
    workflows = repository / ".github" / "workflows"
    unsafe = "name: {0}\non: pull_request_target\njobs:\n  {0}:\n    runs-on: x\n    steps: [{{run: make}}]\n"
    for name in ("greet", "label"):
        (workflows / f"{name}.yml").write_text(unsafe.format(name), encoding="utf-8")
    called(draw, [])
    document = repository / "docs" / "ci.md"
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("## label\n", "## label\n\nAnn knows why.\n"), encoding="utf-8")
    for name in ("greet", "label"):
        (workflows / f"{name}.yml").unlink()
    told = called(draw, []).err
    assert "greet.yml, or what it did for some events, is gone, and now its diagram" in told
    text = document.read_text(encoding="utf-8")
    assert "greet" not in text and "label.yml" not in text
    assert "## label\n\nAnn knows why.\n" in text
    assert called(check, ["--strict"]).code == 0
    assert sorted(path.name for path in workflows.iterdir()) == ["ci.yml", "scan.yml"]
    settings = (repository / "mermaid2gha.yml").read_text(encoding="utf-8")
    assert "ci.yml" in settings and "greet" not in settings and "label" not in settings


def test_a_comment_stands_above_its_line_again_whatever_was_drawn_around_it(repository: Path) -> None:
    edit = {"    %% id: test\n": "    %% id: test\n    %% slow on Mondays\n"}
    late = CI.replace(
        "  test:\n", "  first:\n    needs: lint\n    runs-on: x\n    steps: [{run: x}]\n  test:\n"
    )
    text, _ = drawn_anew(repository, edit, late)
    lines = [line.strip() for line in text.splitlines()]
    at = lines.index("%% slow on Mondays")
    assert lines[at - 1 : at + 2 : 2] == ["%% id: test", "Note over ci: Unit tests"], text


ASIDE = """\
name: Aside
on: push
jobs:
  build: {runs-on: x, steps: [{run: x}]}
  tell:
    needs: build
    if: ${{ !cancelled() }}
    runs-on: x
    steps: [{run: x}]
  clean:
    needs: build
    if: always() && github.ref == 'refs/heads/main'
    runs-on: x
    steps: [{run: x}]
  between:
    needs: build
    if: ${{ !cancelled() }}
    runs-on: x
    steps: [{run: x}]
  last: {needs: between, runs-on: x, steps: [{run: x}]}
"""


def test_what_runs_whatever_failed_and_nothing_waits_for_is_drawn_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".github/workflows").mkdir(parents=True)
    file = tmp_path / ".github/workflows/aside.yml"
    file.write_text(ASIDE)
    monkeypatch.chdir(tmp_path)
    said = called(draw, []).err
    page = next((tmp_path / "docs").glob("*.md")).read_text()
    lines = [line.strip() for line in page.splitlines()]
    of_always = [lines[at + 1] for at, line in enumerate(lines) if line == "%% always"]
    assert of_always == ["Note over aside: tell", "Note over aside: clean"]
    settings = (tmp_path / "mermaid2gha.yml").read_text()
    assert "jobs.tell" not in settings and "jobs.clean" in settings and "jobs.between" in settings
    assert "`between` runs whatever has failed before it" in said
    assert main(["compile", "--quiet"]) == 0 and file.read_text() == ASIDE
    assert main(["check", "--strict", "--quiet"]) == 0
