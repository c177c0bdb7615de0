"""Drawn, edited, compiled: the file of people's changes as they would have changed it, and nowhere else."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest
from command_calls import called

from mermaid2gha.cli import main
from mermaid2gha.commands import draw

CI = """\
name: CI
on:
  push:
    branches: ["main"] # and no other
  pull_request:
permissions: {contents: read}

jobs:
  lint: # quick
    runs-on: ubuntu-latest
    steps: [{run: make lint}]

  unit:
    needs: ['lint']
    runs-on: ubuntu-latest
    steps:
      - run: make unit

  image:
    needs: unit
    if: ${{ github.ref == 'refs/heads/main' }}
    runs-on: ubuntu-latest
    steps: [{run: make image}]

  ship:
    needs: ["unit", "image"]
    runs-on: ubuntu-latest
    steps: [{run: make ship}]
"""
UNIT = "    %% id: unit\n    Note over ci: unit\n"
LINT = "    %% id: lint\n    Note over ci: lint\n"
IMAGE = "        %% id: image\n        Note over ci: image\n"
SHIP = "        %% id: ship\n        Note over ci: ship\n"

EDITS: dict[str, tuple[dict[str, str], list[str]]] = {
    "a job is added": (
        {UNIT: UNIT + "    %% id: audit\n    Note over ci: Audit\n"},
        [
            "+  audit: # drawn: Audit",
            "-    needs: unit",
            "+    needs: [unit, audit]",
        ],
    ),
    "a job is optional": (
        {UNIT: f"    %% if: vars.SLOW == 'true'\n    opt slow\n{UNIT}    end\n"},
        [
            "+    if: ${{ vars.SLOW == 'true' }} # drawn: vars.SLOW == 'true'",
            "-    needs: unit",
            "-    if: ${{ github.ref == 'refs/heads/main' }}",
            "+    needs: [unit, lint]",
            "+    if: >- # drawn: !cancelled(), needs.lint",
            "+      !cancelled()",
            "+      && needs.lint.result == 'success'",
            "+      && (needs.unit.result == 'success' || needs.unit.result == 'skipped')",
            "+      && github.ref == 'refs/heads/main'",
            "+    if: ${{ !cancelled() && needs.image.result == 'success' }} # drawn: !cancelled()",
        ],
    ),
    "two jobs change places": (
        {LINT: "", UNIT: UNIT + LINT},
        ["+    needs: unit", "-    needs: ['lint']", "-    needs: unit", "+    needs: [unit, lint]"],
    ),
    "a job is gone": (
        {UNIT: ""},
        [
            "-  unit:",
            "-    needs: ['lint']",
            "-    runs-on: ubuntu-latest",
            "-    steps:",
            "-      - run: make unit",
            "-",
            "-    needs: unit",
            "+    needs: lint",
            '-    needs: ["unit", "image"]',
            '+    needs: ["image"]',
        ],
    ),
    "a filter is wider": (
        {"branch=main": "branch=main|release/*"},
        [
            '-    branches: ["main"] # and no other',
            '+    branches: ["main", "release/*"] # drawn: release/* # and no other',
        ],
    ),
    "an event is added": (
        {"pull_request\n    GitHub": "pull_request, workflow_dispatch\n    GitHub"},
        ["+  workflow_dispatch: # drawn"],
    ),
    "a condition is another": (
        {"%% if: github.ref == 'refs/heads/main'": "%% if: github.event_name == 'push'"},
        [
            "-    if: ${{ github.ref == 'refs/heads/main' }}",
            "+    if: ${{ github.event_name == 'push' }}",
        ],
    ),
    "an approval is added": (
        {SHIP: SHIP.replace("        Note", "        %% approval: production\n        Note")},
        ["+    environment: production # drawn"],
    ),
}  # fmt: skip
RESTORED = ("a filter is wider", "an event is added", "an approval is added")
"""Edits after which the file is the same byte for byte when they are taken back; a condition that has been
another one bears a mark then."""
FRESH = """\
+    name: Audit
+    needs: unit
+    runs-on: ubuntu-24.04
+    timeout-minutes: 60
+    permissions:
+      contents: read
+    steps:
+      - name: Audit # drawn
+        env:
+          TEXT: Audit
+        run: printf '::notice::%s\\n' "${TEXT}"
+
""".splitlines()


@pytest.mark.parametrize("what", EDITS)
def test_the_file_changes_as_people_would_have_changed_it(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edits, expected = EDITS[what]
    file = tmp_path / ".github" / "workflows" / "ci.yml"
    file.parent.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    file.write_text(CI, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    called(draw, [])
    document = Path("docs/ci.md")
    before = text = document.read_text(encoding="utf-8")
    for old, new in edits.items():
        assert text.count(old) == 1, (old, text)
        text = text.replace(old, new)
    document.write_text(text, encoding="utf-8")
    assert main(["compile", "--quiet", *(["--prune"] if "gone" in what else [])]) == 0, capsys.readouterr()
    now = file.read_text(encoding="utf-8").splitlines()
    lines = [
        line
        for line in unified_diff(CI.splitlines(), now, lineterm="", n=0)
        if not line.startswith(("@@", "---", "+++"))
    ]
    fresh = [line for line in lines if line in FRESH] if what == "a job is added" else []
    assert [line for line in lines if line not in fresh] == expected
    assert main(["check", "--strict", "--quiet"]) == 0 or "added" in what, capsys.readouterr()
    document.write_text(before, encoding="utf-8")
    assert main(["compile", "--quiet", "--prune"]) == 0, capsys.readouterr()
    back = file.read_text(encoding="utf-8")
    assert what not in RESTORED or back == CI
    assert what != "a condition is another" or back.replace(" # drawn\n", "\n") == CI
    assert main(["check", "--quiet"]) == 0, capsys.readouterr()
