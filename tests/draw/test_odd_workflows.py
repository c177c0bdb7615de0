"""Workflows in habits of people that a drawing could trip over: each is drawn whole, and says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from command_calls import called
from test_read_plainly import faults

from mermaid2gha.commands import check, draw
from mermaid2gha.commands import compile as compiling

STEPS = "    runs-on: ubuntu-latest\n    steps: [{run: make}]\n"
BUILD = f"jobs:\n  build:\n{STEPS}"

ODD = {
    "a condition in a block text, which is always true": f"""\
on: push
{BUILD}  scan:
    needs: build
    if: |
      ${{{{ github.event_name == 'push' ||
      github.ref == 'refs/heads/main' }}}}
{STEPS}""",
    "a text of two lines in a condition": f"""\
on: push
{BUILD}  scan:
    needs: build
    if: |
      github.event.head_commit.message != 'one
      two'
{STEPS}""",
    "a matrix that is small enough only by what it leaves out": f"""\
on: push
jobs:
  test:
    strategy:
      matrix:
        os: {[*range(17)]}
        python: {[*range(16)]}
        exclude: [{{os: 16}}]
{STEPS}""",
    "a time in a block text": f"""\
on:
  schedule:
    - cron: |
        0 4 * * *
{BUILD}""",
    "two jobs of one name in a row": f"""\
on: push
jobs:
  first:
    name: Android
{STEPS}  second:
    name: Android
    needs: first
{STEPS}""",
    "filters that GitHub passes over": f"""\
on:
  release: {{types: [published], branches: [main]}}
  create: {{tags: ['v*']}}
{BUILD}""",
    "defaults that GitHub turns into texts": f"""\
on:
  workflow_dispatch: {{inputs: {{days: {{default: 7}}, dry: {{type: boolean, default: 'true'}}}}}}
{BUILD}""",
    "what a drawing of its own would be warned of": f"""\
on: [pull_request_target, push]
jobs:
  deploy:
    name: Deploy a preview
{STEPS}  checkout:
    name: Checkout and test
    if: github.ref == 'main'
    strategy: {{matrix: {{os: [self-hosted, ubuntu-24.04]}}}}
{STEPS}  publish:
    name: Publish the failure
    needs: deploy
    if: failure()
{STEPS}""",
    "steps in the background": """\
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{run: ./serve, background: true, id: server}, {run: make}, {cancel: server}]
""",
    "a right of the newest": f"""\
on: push
{BUILD}  scan:
    permissions: {{code-quality: write, contents: read}}
{STEPS}""",
    "a final check with rights": f"""\
on: push
{BUILD}  report:
    needs: build
    if: always()
    permissions: {{checks: write}}
    runs-on: ubuntu-latest
    steps: [{{run: "test '${{{{ needs.build.result }}}}' = success"}}]
""",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def drawn(folder: Path, name: str, text: str) -> str:
    """The document of a workflow that is drawn, after which nothing is left to say or to do."""
    path = folder / ".github" / "workflows" / name
    path.write_text(text, encoding="utf-8")
    result = called(draw, [])
    assert result.code == 0, result.err
    result = called(compiling, [])
    assert result.code == 0 and path.read_text(encoding="utf-8") == text
    result = called(check, ["--strict"])
    assert result.code == 0, result.err
    assert faults(folder) == []
    return (folder / "docs" / "ci.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("what", ODD)
def test_an_odd_workflow_is_drawn_and_stays(what: str, folder: Path) -> None:
    drawn(folder, "ci.yml", ODD[what])


def test_a_condition_that_is_always_true_is_none(folder: Path) -> None:
    document = drawn(folder, "ci.yml", next(iter(ODD.values())))
    assert "opt" not in document
    assert "`scan` has an `if` that is always true" in called(draw, []).err


def test_what_a_final_check_may_do_is_drawn(folder: Path) -> None:
    document = drawn(folder, "ci.yml", ODD["a final check with rights"])
    assert "%% gate" in document and "%% permissions: checks: write" in document


@pytest.mark.parametrize("name", ["links", "link", "details", "properties", "link-check"])
def test_no_lifeline_begins_with_a_keyword_of_githubs_mermaid(name: str, folder: Path) -> None:
    drawn(folder, f"{name}.yml", f"on: push\n{BUILD}")


def test_the_dangers_of_many_files_are_accepted_each_for_its_own(folder: Path) -> None:
    """Those of the last file with a difference are written beside those of files without any."""
    workflows = folder / ".github" / "workflows"
    for name in ("a", "b", "y"):
        late = "" if name != "y" else "  last: {needs: build, if: always(), runs-on: x, steps: [{run: x}]}\n"
        (workflows / f"{name}.yml").write_text(f"on: pull_request_target\n{BUILD}{late}", encoding="utf-8")
    assert called(draw, []).code == 0
    settings = yaml.safe_load((folder / "mermaid2gha.yml").read_text(encoding="utf-8"))
    lists = settings["accepted"]
    rules = {file: [rule for entry in entries for rule in entry] for file, entries in lists.items()}
    assert rules["a.yml"] == rules["b.yml"] == ["privileged-steps"]
    assert sorted(set(rules["y.yml"])) == ["privileged-steps", "silenced-by-skip"]
    assert called(check, ["--strict"]).code == 0


def test_a_call_of_another_repository_is_drawn_and_nothing_of_it_accepted(folder: Path) -> None:
    path = "octo-org/shared/.github/workflows/lint.yml@1f2e3d4c"
    document = drawn(folder, "ci.yml", f"on: push\njobs:\n  lint:\n    uses: {path}\n    with: {{days: 7}}\n")
    assert f"    %% call: {path}\n    %% with: days: 7\n    Note over ci: lint\n" in document
    assert "accepted" not in (folder / "mermaid2gha.yml").read_text(encoding="utf-8")
    file = folder / ".github" / "workflows" / "ci.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("1f2e3d4c", "v9"), encoding="utf-8")
    assert called(check, ["--strict"]).code == 0, "robots raise the reference"


@pytest.mark.parametrize(("count", "is_noted"), [(4, False), (5, True)])
def test_calls_are_notes_where_their_lifelines_were_too_many(
    folder: Path, count: int, *, is_noted: bool
) -> None:
    workflows = folder / ".github" / "workflows"
    names = [f"part{number}" for number in range(count)]
    for name in names:
        (workflows / f"{name}.yml").write_text(f"on: [workflow_call, push]\n{BUILD}", encoding="utf-8")
    calls = "".join(f"  {name}:\n    uses: ./.github/workflows/{name}.yml\n" for name in names)
    document = drawn(folder, "whole.yml", f"on: pull_request\njobs:\n{calls}")
    assert ("%% call: part0.yml\n" in document) is is_noted
    assert ("whole ->> part0: part0" in document) is not is_noted


def test_what_a_job_asks_and_inherits_is_one_opt(folder: Path) -> None:
    """As it is in the releases of tools that are built where they are asked for."""
    asked = {name: f"contains(inputs.where, '{name}')" for name in ("linux", "macos", "windows")}
    builds = "".join(f"  {name}:\n    if: {when}\n{STEPS}" for name, when in asked.items())
    release = f"  release:\n    needs: [linux, macos, windows]\n    if: inputs.release\n{STEPS}"
    start = "on:\n  workflow_dispatch: {inputs: {where: {}, release: {type: boolean}}}\n"
    document = drawn(folder, "ci.yml", f"{start}jobs:\n{builds}{release}")
    assert f"%% if: {' && '.join(asked.values())} && inputs.release\n    opt " in document
    assert "silenced-by-skip" not in (folder / "mermaid2gha.yml").read_text(encoding="utf-8")
