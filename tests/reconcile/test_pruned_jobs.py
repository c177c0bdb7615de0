"""What was accepted of a job that goes stays of others, and what was accepted of a job stays as others go.

Files and drawings are written as in `test_edits_after_adoption`: a line a job, a line a rank.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from quick_yaml import typed
from test_edits_after_adoption import Adopted, drawing, needs_of, project, workflow

from mermaid2gha.cli import main

__all__ = ["project"]

SETTINGS = Path("mermaid2gha.yml")
BUILT = "darwin\nlinux\ndocker: linux\nmerge: docker\nrelease: merge darwin"
RANKS = "darwin linux\ndocker\nmerge\nrelease"


def said(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    capsys.readouterr()
    main([*command, "--no-cache"])
    return capsys.readouterr().err


def conditions(text: str) -> dict[str, str]:
    return {name: job["if"] for name, job in typed(text)["jobs"].items() if "if" in job}


def test_who_followed_a_job_that_goes_waits_for_no_more_than_that_did(
    capsys: pytest.CaptureFixture[str],
) -> None:
    adopted = Adopted(BUILT, RANKS)
    text = adopted.compiled("darwin linux\nmerge\nrelease", "--prune")
    assert needs_of(text) == {
        "darwin": set(),
        "linux": set(),
        "merge": {"linux"},
        "release": {"merge", "darwin"},
    }
    settings = SETTINGS.read_text(encoding="utf-8")
    assert "    - missing-wait: jobs.merge.needs.darwin # `merge` does not wait for `darwin`" in settings
    assert "unused-acceptance]: there is no such difference any more: `missing-wait: jobs.docker" in said(
        capsys, "check"
    )
    back = needs_of(adopted.compiled(RANKS))
    assert back == {**needs_of(adopted.text), "merge": {"docker", "linux"}}
    assert main(["check", "--no-cache", "--strict", "-q"]) == 0


@pytest.mark.parametrize("options", [["--prune"], []])
@pytest.mark.parametrize("jobs", ["setup\ndarwin: setup\ndocker", "setup\ndarwin\ndocker"])
def test_who_did_not_wait_for_a_job_that_goes_waits_for_none_before_it(jobs: str, options: list[str]) -> None:
    adopted = Adopted(jobs, "setup\ndarwin\ndocker")
    text = adopted.compiled("setup\ndocker", *options)
    assert needs_of(text)["docker"] == set()
    assert needs_of(adopted.compiled("setup\ndarwin\ndocker"))["docker"] == set()


def test_a_diff_shows_what_the_settings_list_from_then_on(capsys: pytest.CaptureFixture[str]) -> None:
    adopted = Adopted(BUILT, RANKS)
    Path("ci.mmd").write_text(drawing("darwin linux\nmerge\nrelease"), encoding="utf-8")
    capsys.readouterr()
    main(["compile", "--prune", "--diff", "--no-cache"])
    shown = capsys.readouterr()
    assert "+    - missing-wait: jobs.merge.needs.darwin" in shown.out + shown.err
    assert adopted.file.read_text(encoding="utf-8") == adopted.text


def test_where_the_settings_cannot_be_edited_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    adopted = Adopted(BUILT, RANKS)
    SETTINGS.unlink()
    Path("pyproject.toml").write_text(
        '[tool.mermaid2gha]\ndocuments = ["ci.mmd"]\nadopted = ["ci.yml"]\n\n'
        '[tool.mermaid2gha.accepted]\n"ci.yml" = [{"missing-wait" = "jobs.docker.needs.darwin"}]\n',
        encoding="utf-8",
    )
    Path("ci.mmd").write_text(drawing("darwin linux\nmerge\nrelease"), encoding="utf-8")
    assert "error[uneditable-place]: `accepted` would have to be added" in said(capsys, "compile", "--prune")
    assert adopted.file.read_text(encoding="utf-8") == adopted.text


def test_who_waited_for_a_job_that_comes_again_waits_for_it_although_others_need_not() -> None:
    adopted = Adopted(BUILT, RANKS)
    adopted.compiled("linux\ndocker\nmerge\nrelease", "--prune")
    back = needs_of(adopted.compiled(RANKS))
    assert back["docker"] == {"linux"}
    assert "darwin" in back["release"] | back["merge"]


BESIDE = """\
sequenceDiagram
participant CI as CI (ci.yml)
%% trigger: push, pull_request
GitHub->>CI: Trigger
par
Note over CI: a
Note over CI: c
and
Note over CI: b
end
"""


def test_a_need_that_nothing_draws_is_no_way_past_an_accepted_gap() -> None:
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    file.write_text(workflow("a\nc\nb: c"), encoding="utf-8")
    Path("ci.mmd").write_text(BESIDE, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    settings = SETTINGS.read_text(encoding="utf-8")
    assert "extra-wait: jobs.b.needs.c" in settings and "missing-wait: jobs.c.needs.a" in settings
    Path("ci.mmd").write_text(drawing("a\nb c"), encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert needs_of(file.read_text(encoding="utf-8")) == {"a": set(), "b": {"c", "a"}, "c": set()}


ASKS = "github.event_name == 'push' && needs.a.outputs.x == 'true'"


@pytest.mark.parametrize("options", [["--prune"], []])
def test_what_is_accepted_of_a_condition_stays_when_a_job_that_it_reads_is_drawn_no_more(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    adopted = Adopted(f"a\nb: a if {ASKS}\nc: b", "a\nb\nc")
    assert "condition-differs: {at: jobs.b.if" in SETTINGS.read_text(encoding="utf-8")
    assert adopted.compiled("b\nc", *options) == adopted.text
    assert "undrawn-term" not in said(capsys, "check")
    assert adopted.compiled("a\nb\nc") == adopted.text


@pytest.mark.parametrize("term", ["needs.a.outputs.x == 'true'", "needs.a.result == 'success'"])
def test_an_accepted_term_of_peoples_stays_when_the_job_that_it_reads_is_drawn(term: str) -> None:
    adopted = Adopted(f"a\nb: a if {term}\nc: b", "b\nc")
    text = adopted.compiled("a\nb\nc")
    assert conditions(text)["b"] == term
    assert adopted.compiled("b\nc") == adopted.text


def test_who_reads_a_job_that_is_drawn_to_be_optional_is_not_skipped_with_it() -> None:
    adopted = Adopted("a\nb: a\nc: b a if needs.a.outputs.x == 'true'\nd: c", "a\nb\nc\nd")
    text = adopted.compiled("(a)\nb\nc\nd")
    asked = conditions(text)["c"]
    assert "needs.b.result == 'success'" in asked and "needs.a.outputs.x == 'true'" in asked
    assert "needs.a.result" not in asked
    assert adopted.compiled("a\nb\nc\nd") == adopted.text


def test_what_an_if_asks_stays_as_it_is_written_where_only_its_tests_are_new() -> None:
    alternatives = (
        "%% id: a\nNote over CI: a\n%% id: b\nNote over CI: b\n"
        "%% if: github.ref == 'refs/heads/main'\nalt on main\n%% id: c\nNote over CI: c\n"
        "%% if: startsWith(github.ref, 'refs/tags/')\nelse on a tag\n%% id: d\nNote over CI: d\nend\n"
    )
    head = drawing("x").partition("%% id: x")[0]
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    asks = "c: b if github.ref == 'refs/heads/main'\nd: b if startsWith(github.ref, 'refs/tags/')"
    file.write_text(workflow(f"a\nb: a\n{asks}"), encoding="utf-8")
    Path("ci.mmd").write_text(head + alternatives, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    stood = file.read_text(encoding="utf-8")
    optional = alternatives.replace("%% id: a\nNote over CI: a\n", "opt\n%% id: a\nNote over CI: a\nend\n")
    Path("ci.mmd").write_text(head + optional, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    text = file.read_text(encoding="utf-8")
    assert "github.ref" not in conditions(text)["d"].replace("startsWith(github.ref, 'refs/tags/')", "")
    Path("ci.mmd").write_text(head + alternatives, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert file.read_text(encoding="utf-8") == stood


def test_of_two_steps_of_one_name_each_keeps_its_own_condition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    push = "    CI->>Registry: Push image\n"
    drawn = (
        "sequenceDiagram\n    participant CI as CI (ci.yml)\n    GitHub->>CI: Trigger 'push'\n"
        f"    Note over CI: build\n    opt github.ref == 'refs/heads/main'\n{push}    end\n{push}"
    )
    Path("ci.mmd").write_text(drawn, encoding="utf-8")
    assert main(["compile", "ci.mmd", "-q"]) == 0
    file = next(Path(".github/workflows").glob("*.yml"))
    text = file.read_text(encoding="utf-8")
    assert text.count("name: Push image # drawn") == 2
    theirs = text.replace("name: Push image # drawn", "name: Push image", 1)
    file.write_text(theirs, encoding="utf-8")
    assert main(["compile", "ci.mmd", "-q"]) == 0
    assert file.read_text(encoding="utf-8") == theirs


def test_a_job_that_comes_again_stops_who_follows_and_brings_nobody_else_back() -> None:
    """`up` follows `merge`, which runs whatever happened, and goes on though `get` failed: that stays."""
    asks = "!cancelled() && needs.merge.result == 'success' && !contains(needs.*.result, 'failure')"
    jobs = f"get\none: get\nmerge: one if ${{{{ !cancelled() }}}}\nup: one merge if ${{{{ {asks} }}}}"
    adopted = Adopted(jobs, "get\none\nmerge\nup")
    text = adopted.compiled("get\none two\nmerge\nup")
    assert needs_of(text)["up"] == {"one", "merge", "two"}
    assert " ".join(conditions(text)["up"].split()) == (
        "!cancelled() && needs.merge.result == 'success' && needs.two.result == 'success'"
        " && !contains(needs.*.result, 'failure')"
    )
    assert adopted.compiled("get\none\nmerge\nup", "--prune") == adopted.text


@pytest.mark.parametrize("name", ["Yes", "No", "On", "Null", "N"])
def test_a_job_of_ours_whose_id_needs_quotes_goes_with_its_drawing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    body = "sequenceDiagram\n    GitHub->>CI: Trigger 'push'\n    Note over CI: Build\n"
    Path("ci.mmd").write_text(body)
    main(["compile", "ci.mmd", "-q"])
    file = Path(".github/workflows/ci.yml")
    text = file.read_text()
    Path("ci.mmd").write_text(f"{body}    Note over CI: {name}\n")
    main(["compile", "ci.mmd", "-q"])
    assert f'  "{name.lower()}": # drawn: {name}\n' in file.read_text()
    Path("ci.mmd").write_text(body)
    assert said(capsys, "compile", "ci.mmd").startswith("wrote ")  # nothing of people's is told
    assert file.read_text() == text
    file.write_text(text.replace("  build: # drawn", '  "build": # drawn'))  # a style of people's stays
    assert said(capsys, "check", "ci.mmd") == ""


AROUND = """\
on: push
jobs:
  changes:
    runs-on: ubuntu-24.04
    steps: [{run: make changes}]
  wasi:
    needs: changes
    runs-on: ubuntu-24.04
    steps: [{run: make wasi}]
  windows:
    needs: changes
    runs-on: ubuntu-24.04
    steps: [{run: make windows}]
  tests:
    needs: [changes, windows]
    runs-on: ubuntu-24.04
    steps: [{run: make}]
"""
ASKING = "(github.ref_name == 'main' || needs.changes.outputs.run == 'true') && always() &&"


@pytest.mark.parametrize(
    "condition",
    [
        "",
        f"{ASKING} (needs.windows.result == 'success' || needs.windows.result == 'skipped')",
        f"{ASKING} needs.windows.result != 'failure'",
        "always()",
        "github.ref_name == 'main'",
    ],
)
def test_a_job_that_does_not_wait_for_one_does_not_when_that_is_drawn_again(
    condition: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = f"    if: {condition}\n" if condition else ""
    needs = "    needs: [changes, windows]\n"
    file = tmp_path / ".github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    file.write_text(AROUND.replace(needs, needs + asked), encoding="utf-8")
    head = (
        "sequenceDiagram\nparticipant CI as CI (ci.yml)\nGitHub->>CI: Trigger 'push'\nNote over CI: changes\n"
    )
    both = "par\nNote over CI: wasi\nand\nNote over CI: windows\nend\n"
    drawing = tmp_path / "ci.mmd"
    drawing.write_text(f"{head}{both}Note over CI: tests\n", encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    drawing.write_text(f"{head}Note over CI: windows\nNote over CI: tests\n", encoding="utf-8")
    assert main(["compile", "--prune", "-q"]) == 0
    pruned = file.read_text(encoding="utf-8")
    drawing.write_text(f"{head}{both}Note over CI: tests\n", encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    text = file.read_text(encoding="utf-8")
    assert "  wasi: # drawn" in text and text.partition("  windows:")[2] == pruned.partition("  windows:")[2]
    assert main(["check", "--no-cache"]) == 0
    drawing.write_text(f"{head}Note over CI: windows\nNote over CI: tests\n", encoding="utf-8")
    assert main(["compile", "--prune", "-q"]) == 0
    assert file.read_text(encoding="utf-8") == pruned


LINT, TEST = "  lint: {runs-on: u, steps: [{run: a}]}", "  test: {runs-on: u, steps: [{run: b}]}"
SHIP = "  ship: {needs: [lint, test], runs-on: u, steps: [{run: c}]}"
ABOUT = "  # about test\n"


@pytest.mark.parametrize(
    ("text", "left", "aim"),
    [
        (f"{LINT}, # of lint\n{ABOUT}{TEST},\n{SHIP}}}", "lint test", f"{LINT}, # of lint\n{ABOUT}{TEST}}}"),
        (f"{LINT}, # of lint\n{ABOUT}{TEST},\n{SHIP}}}", "lint", f"{LINT} # of lint\n  }}"),
        (f"{LINT}, # of lint\n{ABOUT}{TEST},\n{SHIP}}}", "test ship", f"{ABOUT}{TEST},\n{SHIP}}}"),
        (f"{LINT}, # of lint\n{ABOUT}{TEST},\n{SHIP}\n}}", "lint ship", f"{LINT}, # of lint\n{SHIP}\n}}"),
        (f"{LINT},{TEST},{SHIP}}}", "lint test", f"{LINT},{TEST}}}"),
        (f"{LINT},{TEST},{SHIP},}}", "lint", f"{LINT},}}"),
        (f"{LINT},{TEST},{SHIP}}}", "ship", f"  {SHIP.lstrip()}}}"),
    ],
)
def test_a_job_between_braces_goes_with_its_comma_and_its_comments(text: str, left: str, aim: str) -> None:
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    head = "on: push\njobs: {\n" if "\n" in text else "on: push\njobs: {"
    file.write_text(f"{head}{text}\n", encoding="utf-8")
    Path("ci.mmd").write_text(drawing("lint test\nship"), encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    drawn = "lint test" if left == "lint test" else left.replace(" ", "\n")
    Path("ci.mmd").write_text(drawing(drawn), encoding="utf-8")
    assert main(["compile", "--prune", "-q"]) == 0
    gone = {"lint", "test", "ship"} - {*left.split()}
    needs = f"[{', '.join(one for one in ('lint', 'test') if one not in gone)}]"
    aim = aim.replace("needs: [lint, test], ", f"needs: {needs}, " if needs != "[]" else "")
    assert file.read_text(encoding="utf-8") == f"{head}{aim}\n"


def test_a_job_of_which_another_repeats_something_stays_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    first = "  build:\n    runs-on: u\n    steps: &steps\n      - run: make\n"
    others = "".join(f"  {name}:\n    runs-on: u\n    steps: *steps\n" for name in ("test", "docs"))
    text = f"on: push\njobs:\n{first}{others}"
    file.write_text(text, encoding="utf-8")
    Path("ci.mmd").write_text(drawing("build test docs"), encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    Path("ci.mmd").write_text(drawing("docs"), encoding="utf-8")
    capsys.readouterr()
    assert main(["compile", "--prune"]) == 0
    told = capsys.readouterr().err
    assert (
        "the job `build` of `.github/workflows/ci.yml` is not drawn; it stays, for `docs` repeats `&steps`"
        in told
    )
    assert {*typed(file.read_text(encoding="utf-8"))["jobs"]} == {"build", "docs"}


def test_a_job_comes_beside_one_whose_key_is_written_apart() -> None:
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    apart = "  ? deploy\n  : needs: test\n    runs-on: u\n    steps: [{run: x}]\n"
    text = f"on: push\njobs:\n{apart}  test:\n    runs-on: u\n    steps: [{{run: make}}]\n"
    file.write_text(text, encoding="utf-8")
    Path("ci.mmd").write_text(drawing("test\ndeploy"), encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    Path("ci.mmd").write_text(drawing("test\ndeploy\nmail"), encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    made = file.read_text(encoding="utf-8")
    assert needs_of(made)["mail"] == {"deploy"} and apart in made and "\n  mail: # drawn: mail\n" in made
    Path("ci.mmd").write_text(drawing("test\ndeploy"), encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert file.read_text(encoding="utf-8") == text
