"""Each kind of contradiction between a drawing of large pipelines and the workflows beside it is told.

The folder `contradictions` has both: four flows of two workflows, as teams draw them in phases, and files
that people wrote, which have drifted from that. A finding that is no contradiction is noise; there is one.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from mermaid2gha.cli import main

HERE = Path(__file__).parent / "contradictions"

KINDS = {
    "a push where the drawn token reads": "push-under-read-token `Push image [CHANGE]`",
    "a tag that nothing pushes": "mistyped-tag `[CHAGNE]`",
    "a right that flows with a read token get": "write-shared-with-read-token `Pin versions`",
    "an event that a note says otherwise": "event-contradicts-note `push`",
    "a final check that is not there": "absent-gate `Status update`",
    "a job that is not there": "absent-job `Fold old maps`",
    "a decision that nobody makes": "flag-unset `survey`",
    "an output that is not there": "output-missing `survey`",
    "a job that nobody drew": "undrawn-job `early-cache`",
    "a job of some flows that runs in all": "condition-differs `quick-bake`",
    "a job of some requests that runs for all": "condition-differs `bake-image`",
    "a job of all runs that runs in some": "condition-differs `web-maps`",
    "a barrier of all runs that is one of some": "condition-differs `taste-image`",
    "a condition of one flow that asks in all": "condition-differs `pin-versions`",
    "a flow's job that needs a flag in others": "condition-differs `shelve`",
    "a further term beside a drawn guard": "condition-differs `bake-image`",
    "a barrier that does not wait for a job": "missing-wait `taste-image`",
    "a barrier that does not wait for tests": "missing-wait `bind-pages`",
    "a job that comes too early": "missing-wait `pin-versions`",
    "jobs that an optional one silences": "silenced-by-skip `draw-roads`",
    "a failure that stops nothing": "ignored-failure `draw-tides`",
}
NOISE = ["push-moves `Checks`"]
REPEATED = ["missing-wait `bind-pages`", "missing-wait `pin-versions`"]
"""Each kind of a barrier is told of each job for which it does not wait."""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(HERE, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *command: str) -> Counter[str]:
    """What is told: the rule of each warning, with the first name in it."""
    main([*command])
    found = re.findall(r"^warning\[([\w-]+)\]: [^`\n]*(`[^`]+`)", capsys.readouterr().err, re.MULTILINE)
    return Counter(f"{rule} {name}" for rule, name in found)


def test_each_contradiction_is_told_and_hardly_anything_else(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "check", "--no-cache")
    assert {*found} == {*KINDS.values(), *NOISE}
    assert found == Counter([*KINDS.values(), *REPEATED, *NOISE])
    assert len(NOISE) * 10 <= found.total()


def test_adoption_accepts_them_all_but_those_of_the_drawing_alone(capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in Path(".github/workflows").iterdir()}
    assert main(["adopt", ".github/workflows", "--write", "-q"]) == 0
    left = {one.partition(" ")[0] for one in told(capsys, "compile")}
    drawing = {
        "push-under-read-token",
        "mistyped-tag",
        "write-shared-with-read-token",
        "event-contradicts-note",
    }
    assert left == {*drawing, "push-moves"}
    assert {path: path.read_bytes() for path in Path(".github/workflows").iterdir()} == before
    assert main(["check", "-q", "--no-cache"]) == 0


NOTED = "push<br>[Write Token]\n    Atlas -->> Checks: Trigger 'schedule'"
IN_MERGE = "if: needs.survey.outputs.merged == 'true'"
IF_WEB, IF_IMAGE = (f"    if: needs.survey.outputs.{name} == 'true'\n" for name in ("web", "image"))
QUICK = "quick-bake:\n    needs: survey\n"
MENDED = {
    "an event that a note says otherwise": ("pipelines.md", NOTED, NOTED.replace("push", "schedule")),
    "a tag that nothing pushes": ("pipelines.md", "[CHAGNE]", "[CHANGE]"),
    "a job that nobody drew": ("mermaid2gha.yml", "jobs:\n", "extra-jobs: {Checks: [early-cache]}\njobs:\n"),
    "a job of some flows that runs in all": (
        "checks.yml",
        QUICK,
        f"{QUICK}    if: github.event_name != 'pull_request'\n",
    ),
    "a job of all runs that runs in some": ("checks.yml", IF_WEB, ""),
    "a barrier of all runs that is one of some": ("checks.yml", IF_IMAGE, ""),
    "a barrier that does not wait for a job": ("checks.yml", "image, legend,", "image, legend, web-maps,"),
    "a failure that stops nothing": ("checks.yml", "    continue-on-error: true\n", ""),
    "a flow's job that needs a flag in others": (
        "checks.yml",
        IN_MERGE,
        IN_MERGE.replace("if: ", "if: github.event_name == 'schedule' || github.event_name == 'push' && "),
    ),
}


@pytest.mark.parametrize("kind", MENDED)
def test_what_is_mended_is_told_no_more(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    name, old, new = MENDED[kind]
    path = Path(name) if Path(name).exists() else Path(".github/workflows", name)
    text = path.read_text(encoding="utf-8")
    assert old in text
    before = told(capsys, "check", "--no-cache")
    path.write_text(text.replace(old, new), encoding="utf-8")
    after = told(capsys, "check", "--no-cache")
    assert before - after == Counter({KINDS[kind]: 1})
