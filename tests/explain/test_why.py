"""`mermaid2gha why`: the chain of needs with its lines, what leaves a job out, and what its token may."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from mermaid2gha.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "why.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"\$ mermaid2gha why (.*)\n((?:(?!\$ |```).*\n)+)", PAGE)
[DOCUMENT] = re.findall(r"````markdown\n(.*?)````", PAGE, re.DOTALL)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/ci.md").write_text(DOCUMENT, encoding="utf-8")
    (tmp_path / "mermaid2gha.yml").write_text("documents: [docs/ci.md]\n", encoding="utf-8")
    assert main(["compile", "--quiet"]) == 0
    return tmp_path


def why(words: str, capsys: pytest.CaptureFixture[str], code: int = 0) -> str:
    capsys.readouterr()
    assert main(["why", *shlex.split(words)]) == code
    told = capsys.readouterr()
    return told.err if code else told.out


def test_a_chain_names_each_need_with_its_lines_in_the_document_and_in_the_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = why("build publish", capsys).splitlines()
    assert told[0] == "`publish` waits for `build` (ci.yml), by 2 needs"
    assert told[1] == "  publish needs unit-tests: order"
    assert "    docs/ci.md:17: Note over CI: Publish  (this is drawn)" in told
    assert "    docs/ci.md:11: Note over CI: Unit tests  (after this)" in told
    assert "  unit-tests needs build: order" in told
    assert sum(".github/workflows/ci.yml:" in line and "needs:" in line for line in told) == 2


def test_jobs_that_nothing_orders_can_run_at_the_same_time(capsys: pytest.CaptureFixture[str]) -> None:
    told = why("'Unit tests' build-docs", capsys)
    assert (
        told == "`unit-tests` and `build-docs` can run at the same time: neither is drawn before the other\n"
    )


def test_a_job_tells_when_it_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    told = why("build-docs", capsys)
    assert "it is left out\n  in “Release” unless docs\n  if: " in told


def test_a_job_tells_what_its_token_may_and_for_which_message(capsys: pytest.CaptureFixture[str]) -> None:
    told = why("publish", capsys)
    assert "its token may\n" in told
    assert "  id-token: write, for Upload the package by OIDC\n" in told


def test_a_job_at_the_start_is_never_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    told = why("build", capsys)
    assert "it waits for no other job\nit is never left out\n" in told


def test_the_gate_is_never_left_out(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = DOCUMENT.replace("    CI->>Index", "    CI-->>GitHub: Status\n    CI->>Index")
    (here / "docs/ci.md").write_text(text, encoding="utf-8")
    assert "\nit is never left out: it tells how the others ended\n  if: always()\n" in why("status", capsys)


def test_a_job_that_nobody_drew_is_told_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert why("publsh", capsys, 2) == "mermaid2gha: no job `publsh` is drawn; did you mean `publish`?\n"


def test_a_damaged_document_is_told_instead(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "docs/ci.md").write_text(DOCUMENT.replace("    end\n", ""), encoding="utf-8")
    assert "unclosed-block" in why("build", capsys, 1)


@pytest.mark.parametrize(("words", "answer"), EXAMPLES, ids=[words for words, _ in EXAMPLES])
def test_the_page_shows_what_is_answered(words: str, answer: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert why(words, capsys) == answer


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 3


# -- what the file says, beside what is drawn ----------------------------------------------------------


def edited(here: Path, *changes: tuple[str, str]) -> None:
    path = here / ".github/workflows/ci.yml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def test_rights_and_needs_of_the_file_are_told_apart_from_the_drawn_ones(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited(
        here,
        ("      id-token: write", "      packages: write"),
        ("needs: [unit-tests, build-docs]", "needs: [unit-tests, build]"),
    )
    told = why("publish", capsys)
    assert "  packages: write  (the file says so, it is not drawn)\n" in told
    assert "  id-token: write, for Upload the package by OIDC  (drawn, and not in the file)\n" in told
    assert "    the file does not say so: `publish` has no need on `build-docs`\n" in told
    assert "  publish needs build: the file says so, it is not drawn\n" in told


def test_a_condition_of_the_file_is_told_apart_from_the_drawn_one(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited(here, ("needs.build.outputs.docs != 'false'", "github.ref == 'refs/heads/x'"))
    told = why("build-docs", capsys)
    assert "  the file says if: github.ref == 'refs/heads/x'\n" in told
    assert "  drawn is if: needs.build.outputs.docs != 'false'\n" in told


LOOP = """\
# CI

```mermaid
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    loop for each os: ubuntu-24.04, macos-14
        Note over CI: Test
    end
```
"""


def test_a_job_of_a_matrix_tells_the_values_of_each_axis(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "docs/ci.md").write_text(LOOP, encoding="utf-8")
    assert main(["compile", "--quiet", "--prune"]) == 0
    assert "it runs once for each of\n  os: ubuntu-24.04, macos-14\nits token" in why("test", capsys)
    file = here / ".github/workflows/ci.yml"
    text = file.read_text(encoding="utf-8")
    changed = re.sub(r"macos-14.*", "windows-2025]\n        node: [20, 22]", text)
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    told = why("test", capsys)
    assert "  os: ubuntu-24.04, windows-2025  (drawn are ubuntu-24.04, macos-14)\n" in told
    assert "  node: 20, 22  (the file says so, it is not drawn)\n" in told
    file.write_text(re.sub(r"    strategy:\n(?:      .*\n)+", "", text), encoding="utf-8")
    assert "  os: ubuntu-24.04, macos-14  (drawn, and not in the file)\n" in why("test", capsys)
    file.write_text(
        changed.replace("node:", "include:").replace("20, 22", "{os: x, node: 1}"), encoding="utf-8"
    )
    told = why("test --workflows .github/workflows", capsys)
    assert (
        "it runs once for each of\n  os: ubuntu-24.04, windows-2025\n  include: {os: x, node: 1}\n    .gith"
        in told
    )


def test_an_environment_of_the_file_is_told_as_it_stands(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited(here, ("    name: Publish\n", "    name: Publish\n    environment: live\n"))
    told = why("publish", capsys)
    assert "it runs in the environment `live`: the file says so, it is not drawn\n" in told


# -- files that nothing draws --------------------------------------------------------------------------

WRITTEN = """\
name: Any
on: push
permissions: {contents: read}
jobs:
  a:
    runs-on: ubuntu-24.04
    outputs: {x: "1"}
    steps: [{run: make}]
  b:
    needs: a
    if: needs.a.outputs.x == 'yes' && github.event_name == 'push'
    runs-on: ubuntu-24.04
    environment: live
    steps: [{run: "echo ${{ needs.a.outputs.x }}"}]
  c:
    name: Third
    needs: [b]
    permissions: {}
    runs-on: ubuntu-24.04
    steps: [{run: make}]
  gate: {needs: [a, b, c], if: always(), runs-on: ubuntu-24.04, steps: [{run: make}]}
"""


@pytest.fixture
def undrawn(here: Path) -> Path:
    (here / "mermaid2gha.yml").unlink()
    (here / "docs/ci.md").unlink()
    (here / ".github/workflows/ci.yml").unlink()
    (here / ".github/workflows/any.yml").write_text(WRITTEN, encoding="utf-8")
    return here


@pytest.mark.usefixtures("undrawn")
def test_a_file_that_nothing_draws_answers_by_its_own_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert why("b", capsys) == (
        "`b` — b (any.yml)\n"
        "it waits for\n"
        "  b needs a: order and its outputs (x)\n"
        "    .github/workflows/any.yml:10: needs: a\n"
        "it runs only if `a` gives `x` as `yes`\n"
        "it runs only for pushes\n"
        "it is left out after a failure, a time-out, a skipped job before it or a cancelled run\n"
        "    .github/workflows/any.yml:11: if: needs.a.outputs.x == 'yes' && github.event_name == 'push'\n"
        "its token may\n"
        "  contents: read\n"
        "    .github/workflows/any.yml:3: permissions: {contents: read}\n"
        "it runs in the environment `live`, whose rules may ask people\n"
        "    .github/workflows/any.yml:13: environment: live\n"
    )
    assert "its token may do nothing\n" in why("Third", capsys)
    assert "it is not left out for how others end, nor in a cancelled run\n" in why("gate", capsys)
    assert why("third a", capsys).startswith("`c` waits for `a` (any.yml), by 2 needs\n")
    assert why("gat", capsys, 2) == "mermaid2gha: there is no job `gat`; did you mean `gate` or `a`?\n"


def test_a_job_that_nobody_drew_is_found_in_the_files(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / ".github/workflows/any.yml").write_text(WRITTEN, encoding="utf-8")
    assert why("gate", capsys).startswith("`gate` — gate (any.yml)\n")
    assert why("publish --workflows .github/workflows", capsys).startswith("`publish` — Publish (ci.yml)\n")


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("words", ["graph", "graph .github/workflows/any.yml", "graph .github/workflows"])
def test_a_file_that_nothing_draws_is_shown_as_a_picture(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words.split(), "--format", "mmd"]) == 0
    chart = capsys.readouterr().out
    assert 'title: "Any · any.yml"' in chart
    assert "n_a --> n_b" in chart and "needs all 3 jobs" in chart and "environment live" in chart


def test_a_file_that_cannot_be_read_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "bad.yml").write_text("a: [", encoding="utf-8")
    assert "invalid-yaml" in why("b --workflows bad.yml", capsys, 1)
    assert main(["graph", "bad.yml"]) == 1
    assert "there is no workflow in `nowhere`" in why("b --workflows nowhere", capsys, 2)
