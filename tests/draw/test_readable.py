"""What makes a drawing read well: labels in people's words, frames wide enough, nothing said twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_calls import called

from mermaid2gha.commands import check, draw
from mermaid2gha.commands import compile as compile_command

STEPS = "{runs-on: x, steps: [{run: x}]}"
LONG = (
    "github.event_name == 'pull_request' && contains(github.event.pull_request.labels.*.name, 'tracked') && "
    "!github.event.pull_request.draft"
)
N = """\
name: Signing
on: push
jobs:
  one: {name: Determine the environment of releases, runs-on: x, steps: [{run: x}]}
  two: {runs-on: x, steps: [{run: x}]}
  three: {needs: one, runs-on: x, steps: [{run: x}]}
  four: {needs: [one, two], runs-on: x, steps: [{run: x}]}
"""


def drawn(folder: Path, monkeypatch: pytest.MonkeyPatch, **files: str) -> tuple[str, str]:
    """The document of these workflows and what `draw` says, with which compile writes nothing."""
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder)
    for name, text in files.items():
        (workflows / f"{name}.yml").write_text(text, encoding="utf-8")
    said = called(draw, [])
    assert said.code == 0, said.err
    assert "nothing to write" in called(compile_command, []).err
    assert called(check, ["--strict"]).code == 0
    text = (folder / "docs" / "ci.md").read_text(encoding="utf-8")
    assert called(draw, []).code == 0
    assert (folder / "docs" / "ci.md").read_text(encoding="utf-8") == text
    return text, said.err


def test_a_job_without_a_name_is_called_by_its_id_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = ("read_requested_apps", "build-x86_64", "runTests", "lint")
    text, _ = drawn(
        tmp_path, monkeypatch, ci=f"on: push\njobs: {{{', '.join(f'{job}: {STEPS}' for job in jobs)}}}\n"
    )
    for job, words in zip(jobs, ("read requested apps", "build x86_64", "run tests", "lint")):
        assert f"%% id: {job}\n        Note over ci: {words}\n" in text


def test_a_frame_is_as_wide_as_its_label_wants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = f'on: {{push: , pull_request: }}\njobs: {{a: {{if: "{LONG}", {STEPS[1:]}}}\n'
    text, _ = drawn(
        tmp_path, monkeypatch, ci=f"name: CI\n{asked}", other=f"name: Other\non: push\njobs: {{a: {STEPS}}}\n"
    )
    long, short = text.split("```mermaid\n")[1:]
    assert long.startswith('sequenceDiagram\n    %%{init: {"sequence": {"width": 200}}}%%\n    participant')
    assert short.startswith("sequenceDiagram\n    participant")


def test_a_note_stays_in_its_box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, _ = drawn(tmp_path, monkeypatch, ci=N)
    assert "    box transparent Signing (ci.yml)\n" in text
    assert '%%{init: {"sequence": {"width": 300}}}%%' in text


def test_the_file_of_a_long_name_stands_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "Close what nobody has answered for two months"
    text, _ = drawn(tmp_path, monkeypatch, ci=f"name: {name}\non: push\njobs: {{a: {STEPS}}}\n")
    assert f"participant ci as {name}<br/>(ci.yml)\n" in text


def test_a_reason_is_said_once_for_all_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = f"a: {STEPS}\n  b: {{needs: a, if: always() && needs.a.result != 'skipped', {STEPS[1:]}"
    text = f"on: push\njobs:\n  {jobs}\n"
    _, said = drawn(tmp_path, monkeypatch, one=text, two=text)
    _, _, rest = said.partition(".github/workflows/one.yml:4: `b` ")
    reason = rest.partition("\n")[0]
    assert reason and said.count(reason) == 1
    assert "\n    .github/workflows/two.yml:4: likewise `b`\n" in said


def test_what_only_a_run_knows_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = """\
on: push
jobs:
  plan: {outputs: {on: "${{ steps.x.outputs.y }}"}, runs-on: x, steps: [{run: x, id: x}]}
  build:
    needs: plan
    strategy:
      matrix: {os: "${{ fromJSON(needs.plan.outputs.on) }}"}
    runs-on: x
    steps: [{run: x}]
  deploy:
    needs: build
    environment: ${{ github.ref_name }}
    runs-on: x
    steps: [{run: x}]
"""
    named = text.replace("${{ github.ref_name }}", '"@a/b c"')
    _, said = drawn(tmp_path / "computed", monkeypatch, ci=text)
    assert "not drawn, and left to the workflows:\n  .github/workflows/ci.yml:7: `build` has a matrix" in said
    assert "  .github/workflows/ci.yml:12: `deploy` runs in an environment whose name is computed" in said
    assert "accepted in the settings" not in said
    document, said = drawn(tmp_path / "named", monkeypatch, ci=named)
    assert "%% approval: @a/b c\n" in document
    assert "`deploy`" not in said
