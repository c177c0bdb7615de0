"""What no edit takes away, on a workflow that people wrote (docs/ownership.md).

Each law is an edit of the drawing that would take the thing away, were it the drawing's: mostly `late` is
drawn beside `early` then, and no more after it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from quick_yaml import typed

from mermaid2gha.cli import main

FILE = """\
name: CI
on: [push]
jobs:
  early:
    runs-on: ubuntu-24.04
    outputs:
      x: y # theirs
    steps:
      - run: make early # theirs
  undrawn: # theirs
    needs: early
    runs-on: ubuntu-24.04
    steps: [{run: make undrawn}]
  late:
    needs: [NEEDS]
IF\
    runs-on: RUNNER
LATE\
    steps:
      - name: Work # theirs
        run: make late # STEP
"""
READS = ("needs.early.outputs.x", "needs['early'].outputs.x", "toJSON(needs.*.outputs)", "toJSON(needs)")
PLACES = {
    "step": "",
    "runner": "",
    "env": "    env: {{X: '{}'}}\n",
    "outputs": "    outputs: {{x: '{}'}}\n",
    "matrix": "    strategy: {{matrix: {{x: ['{}']}}}}\n",
    "matrix as a whole": "    strategy: {{matrix: '{}'}}\n",
    "fail-fast": "    strategy: {{fail-fast: '{}', matrix: {{x: [1]}}}}\n",
    "concurrency": "    concurrency: {{group: '{}'}}\n",
    "url of the environment": "    environment: {{name: live, url: '{}'}}\n",
    "container": "    container: '{}'\n",
    "services": "    services: {{db: {{image: '{}'}}}}\n",
    "defaults": "    defaults: {{run: {{working-directory: '{}'}}}}\n",
}


def workflow(place: str = "", read: str = "", *, needs: str = "early", condition: str = "") -> str:
    text = f"${{{{ {read} }}}}"
    key = PLACES.get(place, "").format(text.replace("'", "''"))
    runner = f'"{text}"' if place == "runner" else "ubuntu-24.04"
    step = f"theirs {text}" if place != "step" else "theirs"
    made = (
        FILE.replace("NEEDS", needs).replace("IF", condition).replace("RUNNER", runner).replace("LATE", key)
    )
    made = made.replace("STEP", step if not place else "theirs")
    return made.replace("make late", f"make '{text}'") if place == "step" else made


def drawing(*levels: tuple[str, ...]) -> str:
    lines = ["sequenceDiagram", "participant CI as CI (ci.yml)", "GitHub->>CI: Trigger 'push'"]
    for level in levels:
        notes = [[f"%% id: {name}", f"Note over CI: {name}"] for name in level]
        lines += ["par"] if len(level) > 1 else []
        lines += [line for number, note in enumerate(notes) for line in (["and"] * bool(number) + note)]
        lines += ["end"] if len(level) > 1 else []
    return "\n".join(lines) + "\n"


AFTER = drawing(("early",), ("late",))
BESIDE = drawing(("early", "late"))


def compiled(text: str, *drawings: str, options: tuple[str, ...] = ()) -> str:
    """A file after it was adopted by the first drawing and compiled for the others."""
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    Path("ci.mmd").write_text(drawings[0], encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    assert main(["compile", "-q"]) == 0
    assert file.read_text(encoding="utf-8") == text
    for drawn in drawings[1:]:
        Path("ci.mmd").write_text(drawn, encoding="utf-8")
        assert main(["compile", "-q", *options]) == 0
    return file.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_need_that_nothing_reads_goes_with_its_order() -> None:
    """What the laws below say, says something: the edit does take a need away."""
    text = workflow()
    made = compiled(text, AFTER, BESIDE)
    assert "needs" not in typed(made)["jobs"]["late"]
    assert made == text.replace("    needs: [early]\n    runs-on", "    runs-on")


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("place", PLACES)
def test_a_need_that_is_read_stays(place: str, read: str) -> None:
    text = workflow(place, read)
    assert compiled(text, AFTER, BESIDE) == text


@pytest.mark.parametrize(
    "condition",
    [f"    if: ${{{{ {read} != '' }}}}\n" for read in READS[:2]] + ["    if: needs.early.result != 'x'\n"],
)
def test_a_need_that_an_if_reads_stays_with_the_term(condition: str) -> None:
    text = workflow(condition=condition)
    job = typed(compiled(text, AFTER, BESIDE))["jobs"]["late"]
    if "outputs" in condition:
        assert "early" in job["needs"] and "outputs.x" in job["if"]


def test_a_need_on_an_undrawn_job_stays() -> None:
    text = workflow(needs="early, undrawn")
    made = typed(compiled(text, AFTER, BESIDE))
    assert "undrawn" in made["jobs"]["late"]["needs"]
    assert made["jobs"]["undrawn"] == typed(text)["jobs"]["undrawn"]


def test_an_undrawn_job_that_goes_passes_its_needs_on() -> None:
    text = workflow().replace(
        "  late:\n", "  other:\n    needs: undrawn\n    runs-on: x\n    steps: [{run: x}]\n  late:\n"
    )
    compiled(text, AFTER)
    settings = Path("mermaid2gha.yml")
    listed = settings.read_text(encoding="utf-8")
    assert "[undrawn, other]" in listed
    settings.write_text(listed.replace("[undrawn, other]", "[other]"), encoding="utf-8")
    assert main(["compile", "-q", "--prune"]) == 0
    made = typed(Path(".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]
    assert "undrawn" not in made and made["other"]["needs"] in ("early", ["early"])


def test_comments_in_a_condition_that_is_written_anew_stay() -> None:
    condition = "    if: >- # theirs\n      github.repository == 'o/r'\n    # theirs, too\n"
    text = workflow(condition=condition)
    made = compiled(
        text, AFTER, AFTER.replace("Note over CI: early", "opt github.ref != 'x'\nNote over CI: early\nend")
    )
    assert "!cancelled()" in made and made.count("# theirs") == text.count("# theirs")


KEPT = """\
    permissions: {packages: write, contents: read} # theirs
    strategy: # theirs
      matrix:
        os: [linux, mac] # theirs
        include: # theirs
          - {os: windows, extra: 1}
        exclude: [{os: mac}]
    env: {MODE: fast} # theirs
    outputs: # theirs
      given: ${{ steps.x.outputs.y }}
"""


@pytest.mark.parametrize(
    "after",
    [
        BESIDE,
        drawing(("early",), ("new",), ("late",)),
        drawing(("late",), ("early",)),
        AFTER.replace("Note over CI: late", "loop For each os (linux, mac)\nNote over CI: late\nend"),
        AFTER.replace("%% id: late\nNote", "opt github.ref == 'refs/heads/main'\n%% id: late\nNote")
        + "end\n",
    ],
)
def test_what_people_wrote_in_a_job_stays(after: str) -> None:
    text = workflow(condition="    if: github.repository == 'o/r' # theirs\n").replace(
        "    steps:\n      - name: Work", f"{KEPT}    steps:\n      - name: Work"
    )
    made = compiled(text, AFTER, after)
    assert made.count("theirs") == text.count("theirs")
    before, now = typed(text)["jobs"], typed(made)["jobs"]
    for name, job in before.items():
        assert {k: v for k, v in job.items() if k not in ("needs", "if")} == {
            k: v for k, v in now[name].items() if k not in ("needs", "if")
        }
        assert job.get("if", "") in now[name].get("if", "")


def test_a_taken_back_axis_that_is_read_stays() -> None:
    loop = AFTER.replace("Note over CI: late", "loop For each os (linux, mac)\nNote over CI: late\nend")
    once = compiled(workflow(), AFTER, loop)
    assert typed(once)["jobs"]["late"]["strategy"]["matrix"] == {"os": ["linux", "mac"]}
    file = Path(".github/workflows/ci.yml")
    read = once.replace("make late", "make ${{ matrix.os }}")
    for text, stays in ((once, False), (read, True)):
        file.write_text(text, encoding="utf-8")
        Path("ci.mmd").write_text(AFTER, encoding="utf-8")
        assert main(["compile", "-q"]) == 0
        assert ("strategy" in typed(file.read_text(encoding="utf-8"))["jobs"]["late"]) == stays
