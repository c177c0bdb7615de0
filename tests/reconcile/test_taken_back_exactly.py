"""Workflows of the shapes that releases have, drawn as they stand: edits of the drawing, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from quick_yaml import typed

from mermaid2gha.cli import main

TESTED = (
    "needs.plan.result == 'success' && (needs.gate.result == 'success' || needs.gate.result == 'skipped')"
)
RELEASE = """\
on: {pull_request: , workflow_dispatch: {inputs: {tag: {required: true, type: string}}}}
jobs:
  plan:
    outputs: {val: "${{ steps.plan.outputs.val }}"}
    runs-on: ubuntu-24.04
    steps: [{run: make plan, id: plan}]
  gate:
    needs: plan
    if: ${{ inputs.tag != 'dry-run' }}
    runs-on: ubuntu-24.04
    steps: [{run: make gate}]
  images:
    needs: [plan, gate]
    if: ${{ always() && TESTED && VAL.images }}
    runs-on: ubuntu-24.04
    steps: [{run: make images}]
  sums:
    needs: images
    runs-on: ubuntu-24.04
    steps: [{run: make sums}]
  publish:
    needs: [plan, gate, sums]
    if: ${{ !VAL.is_prerelease || VAL.publishes_prereleases }}
    runs-on: ubuntu-24.04
    steps: [{run: make publish}]
  announce:
    needs: [plan, publish]
    runs-on: ubuntu-24.04
    steps: [{run: make announce}]
""".replace("VAL.", "fromJson(needs.plan.outputs.val).").replace("TESTED", TESTED)
REPORTED = """\
on: [push, workflow_dispatch]
jobs:
  sync:
    runs-on: ubuntu-24.04
    steps: [{run: make sync}]
  test:
    needs: sync
    runs-on: ubuntu-24.04
    steps: [{run: make test}]
  report:
    needs: [sync, test]
    if: always() && (needs.sync.result != 'success' || needs.test.result != 'success')
    runs-on: ubuntu-24.04
    steps: [{run: make report}]
"""
"""Who reports what went wrong, be it a failure or a skip, and never runs where all went well."""


class Drawn:
    """A workflow that was drawn as it stands."""

    def __init__(self, text: str) -> None:
        self.file, self.text = Path(".github/workflows/ci.yml"), text
        self.file.parent.mkdir(parents=True)
        self.file.write_text(text, encoding="utf-8")
        assert main(["draw", "-q"]) == 0
        self.document = Path("docs/ci.md")
        self.drawing = self.document.read_text(encoding="utf-8")
        assert self.compiled(self.drawing) == text

    def compiled(self, drawing: str, *options: str) -> str:
        """The file for a drawing; a second compile changes nothing, and nothing is told to differ."""
        self.document.write_text(drawing, encoding="utf-8")
        assert main(["compile", "-q", *options]) == 0
        text = self.file.read_text(encoding="utf-8")
        assert main(["compile", "-q"]) == 0
        assert main(["check", "-q", "--no-cache"]) == 0
        assert self.file.read_text(encoding="utf-8") == text
        return text

    def optional(self, job: str) -> str:
        """The drawing with a job under an `opt`."""
        lines = self.drawing.splitlines()
        first = next(n for n, line in enumerate(lines) if line.strip() == f"%% id: {job}")
        last = next(n for n, line in enumerate(lines[first:], first) if line.strip().startswith("Note"))
        made = ["%% if: vars.ASKED == 'yes'", "opt asked", *lines[first : last + 1], "end"]
        return "\n".join([*lines[:first], *made, *lines[last + 1 :]]) + "\n"

    def with_job_before(self, job: str) -> str:
        """The drawing with a new job before one."""
        at = self.drawing.index(f"%% id: {job}\n")
        return f"{self.drawing[:at]}%% id: new\nNote over ci: Something new\n{self.drawing[at:]}"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("job", ["plan", "gate", "images", "sums", "publish", "announce"])
def test_what_an_optional_job_asks_of_others_goes_with_it_byte_for_byte(job: str) -> None:
    drawn = Drawn(RELEASE)
    assert drawn.compiled(drawn.optional(job)) != RELEASE
    assert drawn.compiled(drawn.drawing) == RELEASE


@pytest.mark.parametrize("job", ["gate", "images", "sums", "publish", "announce"])
def test_what_a_new_job_asks_of_others_goes_with_it_byte_for_byte(job: str) -> None:
    drawn = Drawn(RELEASE)
    assert "new" in typed(drawn.compiled(drawn.with_job_before(job)))["jobs"]
    assert drawn.compiled(drawn.drawing, "--prune") == RELEASE


@pytest.mark.parametrize("job", ["test", "report"])
def test_who_reports_what_went_wrong_goes_on_to_do_so_whatever_comes_before(job: str) -> None:
    drawn = Drawn(REPORTED)
    now = typed(drawn.compiled(drawn.with_job_before(job)))["jobs"]["report"]
    assert now["if"] == typed(REPORTED)["jobs"]["report"]["if"]
    assert drawn.compiled(drawn.drawing, "--prune") == REPORTED


def test_what_a_mark_behind_the_head_of_a_block_says_follows_a_new_name() -> None:
    drawn = Drawn(RELEASE.replace("if: ${{ always()", "if: >-\n      ${{ always()"))
    text = drawn.compiled(drawn.optional("plan"))
    assert "if: >- # drawn: " in text
    drawing = drawn.optional("plan").replace("id: plan", "id: intent").replace("needs.plan.", "needs.intent.")
    renamed = drawn.compiled(drawing, "--rename", "plan=intent")
    assert typed(renamed.replace("intent", "plan")) == typed(text)


PREVIEW = """\
on: push
jobs:
  build:
    outputs: {version: "${{ steps.build.outputs.version }}"}
    runs-on: ubuntu-24.04
    steps: [{run: make, id: build}]
  docs:
    runs-on: ubuntu-24.04
    steps: [{run: make docs}]
  publish:
    needs: [build, docs]
    if: needs.build.outputs.version
    runs-on: ubuntu-24.04
    steps: [{run: make publish}]
  preview:
    needs: [docs, publish]
    if: always() && needs.docs.result == 'success' && needs.publish.result == 'success'
    runs-on: ubuntu-24.04
    steps: [{run: make preview}]
"""


def test_what_a_job_asked_by_way_of_another_it_asks_itself_once_it_runs_past_the_skip_of_that() -> None:
    drawn = Drawn(PREVIEW)
    assert "condition-differs" not in Path("mermaid2gha.yml").read_text(encoding="utf-8")
    asked = typed(drawn.compiled(drawn.optional("publish")))["jobs"]["preview"]["if"].split("&&")
    assert "needs.build.outputs.version" in [term.strip() for term in asked]
    assert drawn.compiled(drawn.drawing) == PREVIEW


PLATFORMS = """\
on: {workflow_dispatch: {inputs: {platforms: {type: string}, release: {type: boolean}}}}
jobs:
  linux:
    if: contains(inputs.platforms, 'linux')
    runs-on: ubuntu-24.04
    steps: [{run: make linux}]
  macos:
    if: contains(inputs.platforms, 'macos')
    runs-on: macos-15
    steps: [{run: make macos}]
  windows:
    if: contains(inputs.platforms, 'windows')
    runs-on: windows-2025
    steps: [{run: make windows}]
  release:
    needs: [linux, macos, windows]
    if: inputs.release
    runs-on: ubuntu-24.04
    steps: [{run: make release}]
"""


@pytest.mark.parametrize("job", ["linux", "macos", "windows"])
def test_what_a_job_inherits_again_it_asks_no_more_and_needs_stand_where_they_stood(job: str) -> None:
    drawn = Drawn(PLATFORMS)
    always = drawn.drawing.replace(f"%% id: {job}\n", f"%% id: {job}\n%% always\n")
    asked = typed(drawn.compiled(always))["jobs"]["release"]
    assert job not in asked["needs"] and f"contains(inputs.platforms, '{job}')" in asked["if"]
    made = drawn.compiled(drawn.drawing)
    assert made == PLATFORMS


def test_what_people_ask_though_it_is_inherited_stays_beside_what_is_drawn() -> None:
    text = PLATFORMS.replace(
        "if: inputs.release", "if: inputs.release && contains(inputs.platforms, 'macos')"
    )
    drawn = Drawn(text)
    always = drawn.drawing.replace("%% id: linux\n", "%% id: linux\n%% always\n")
    assert drawn.compiled(always) != text
    assert drawn.compiled(drawn.drawing) == text
