"""A drawing that people made theirs is drawn again after its workflow changed: what they changed is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_calls import called

from mermaid2gha.cli import main
from mermaid2gha.commands import draw

CI = """\
name: CI
on: {push: {branches: [main]}, pull_request: }
permissions: {contents: read}
jobs:
  lint: {runs-on: x, steps: [{run: lint}]}
  unit: {runs-on: x, needs: lint, steps: [{run: unit}]}
  docs: {runs-on: x, needs: lint, steps: [{run: docs}]}
  scan: {needs: [unit, docs], uses: ./.github/workflows/scan.yml}
  ship: {runs-on: x, needs: scan, if: github.ref == 'refs/heads/main', steps: [{run: ship}]}
"""
SCAN = """\
on: workflow_call
permissions: {contents: read}
jobs:
  licences: {runs-on: x, steps: [{run: licences}]}
"""
MORE = CI + "  tell: {runs-on: x, needs: ship, steps: [{run: tell}]}\n"
LESS = MORE.replace("[unit, docs]", "unit").replace(
    "  docs: {runs-on: x, needs: lint, steps: [{run: docs}]}\n", ""
)
BOXED = """\
on: push
jobs:
  a: {runs-on: x, steps: [{run: x}]}
  b: {runs-on: x, steps: [{run: x}]}
  c: {runs-on: x, needs: a, steps: [{run: x}]}
  d: {runs-on: x, needs: [a, b], steps: [{run: x}]}
"""


def after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edits: dict[str, str], before: str, now: str
) -> list[str]:
    """The lines of the document, drawn, edited by people, and drawn again when the workflow was another."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (folder / "ci.yml").write_text(before, encoding="utf-8")
    (folder / "scan.yml").write_text(SCAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    called(draw, [])
    document = Path("docs/ci.md")
    text = document.read_text(encoding="utf-8")
    for old, new in edits.items():
        assert text.count(old) == 1, (old, text)
        text = text.replace(old, new)
    document.write_text(text, encoding="utf-8")
    (folder / "ci.yml").write_text(now, encoding="utf-8")
    result = called(draw, [])
    assert "(1 changed)" in result.err, result.err
    assert main(["compile", "--quiet"]) == 0
    assert (folder / "ci.yml").read_text(encoding="utf-8") == now
    lines = document.read_text(encoding="utf-8").splitlines()
    assert "nothing to write" in called(draw, []).err
    return lines


@pytest.mark.parametrize("now", [MORE, LESS], ids=["a job more", "a job less, too"])
def test_what_people_added_stays_where_it_was(
    now: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = {
        "sequenceDiagram\n": "sequenceDiagram\n    autonumber\n    actor Ann as Ann, who reviews\n",
        "    GitHub ->> ci: push to main, pull request\n": (
            "    GitHub ->> ci: push to main, pull request\n    activate ci\n"
            "    Note over GitHub, ci: A draft counts, too\n"
        ),
        "    %% id: lint\n    Note over ci: lint\n": (
            "    rect rgb(240, 248, 255)\n    %% id: lint\n    Note over ci: Style\n    end\n"
        ),
        "    ci ->> scan: scan\n": "    %% costs money\n    ci ->>+ scan: scan\n",
        "    scan -->> ci: done\n": "    scan -->>- ci: no licence is wrong\n    deactivate ci\n",
        "    opt branch main\n": "    %% Ann is asked before\n    opt what is merged\n",
    }  # fmt: skip
    lines = [line.strip() for line in after(tmp_path, monkeypatch, edits, CI, now)]
    for theirs in (
        "autonumber",
        "actor Ann as Ann, who reviews",
        "activate ci",
        "deactivate ci",
        "Note over GitHub, ci: A draft counts, too",
        "Note over ci: Style",
        "ci ->>+ scan: scan",
        "scan -->>- ci: no licence is wrong",
        "%% costs money",
        "%% Ann is asked before",
        "opt what is merged",
    ):
        assert lines.count(theirs) == 1, (theirs, lines)
    at = lines.index("rect rgb(240, 248, 255)")
    assert lines[at + 1 : at + 4] == ["%% id: lint", "Note over ci: Style", "end"]
    assert ("%% id: docs" in lines) == ("docs" in now)
    assert "%% id: tell" in lines


def test_the_order_of_lifelines_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = "    participant GitHub\n    participant ci as CI (ci.yml)\n"
    second = "    participant scan as scan.yml\n"
    lines = after(tmp_path, monkeypatch, {first + second: second + first}, CI, MORE)
    assert lines.index(second.rstrip()) + 1 == lines.index("    participant GitHub")


def test_the_colour_of_a_box_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = BOXED + "  e: {runs-on: x, needs: c, steps: [{run: x}]}\n"
    lines = after(tmp_path, monkeypatch, {"box transparent": "box LightBlue"}, BOXED, now)
    assert "    box LightBlue ci.yml" in lines


def test_what_would_now_say_something_else_is_left_out_but_for_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People drew two jobs that follow one another in one form; of the two one is gone."""
    before = CI.replace("needs: lint, steps: [{run: docs}]", "needs: unit, steps: [{run: docs}]")
    edits = {
        "    %% id: unit\n": "    critical\n    %% never alone\n    %% id: unit\n",
        "    Note over ci: docs\n": "    Note over ci: docs\n    end\n",
    }
    lines = after(tmp_path, monkeypatch, edits, before, MORE)
    assert "%% never alone" in [line.strip() for line in lines]


RIGHTS = CI.replace("ship: {", "ship: {permissions: {packages: write, contents: write}, ")


@pytest.mark.parametrize("job", ["unit", "docs", "ship"])
def test_a_rect_around_a_job_stays_around_it_wherever_it_stands(
    job: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where another operand comes behind it, and where rights are said in an order of their own."""
    now = RIGHTS + "  tell: {runs-on: x, needs: ship, steps: [{run: tell}]}\n"
    now += "  more: {runs-on: x, needs: lint, steps: [{run: more}]}\n"
    edits = {
        f"    %% id: {job}\n": f"    rect rgb(1, 2, 3)\n    %% why\n    %% id: {job}\n",
        f"    Note over ci: {job}\n": f"    Note over ci: {job}\n    end\n    Note right of ci: see {job}\n",
    }
    lines = [line.strip() for line in after(tmp_path, monkeypatch, edits, RIGHTS, now)]
    start, end = lines.index("rect rgb(1, 2, 3)"), lines.index(f"Note over ci: {job}")
    assert lines[start + 1 : start + 3] == ["%% why", f"%% id: {job}"]
    assert lines[end + 1 : end + 3] == ["end", f"Note right of ci: see {job}"]
