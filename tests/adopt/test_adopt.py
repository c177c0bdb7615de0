"""`adopt`: the settings that are proposed for workflows of people, and what differs under them."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_calls import called
from quick_yaml import typed

from mermaid2gha.cli import main
from mermaid2gha.commands import adopt
from mermaid2gha.project.snapshot import Disk

DOCUMENT = """\
# How we build

```mermaid
sequenceDiagram
    participant GitHub
    participant Tests
    participant Registry
    GitHub->>Tests: Trigger 'push'
    Note over Tests: Plan<br>Decide what runs
    Note over Tests: Build the image
    Tests->>Registry: Push Image
    par
        opt Docs changed
            Note over Tests: Documentation
        end
    and
        opt
            Note over Tests: Unit tests
        end
    end
    Note over Tests: Lint
    Note over Tests: Check licences
    Note over Tests: Deploy
```
"""
WORKFLOW = """\
name: Tests
on: [push, workflow_dispatch]
permissions: {contents: read}
concurrency: one
jobs:
  plan:
    if: github.repository == 'o/r'
    runs-on: x
    steps: [{run: plan}]
  image:
    name: Build the image
    needs: plan
    permissions: {packages: write}
    runs-on: [self-hosted]
    steps: [{uses: actions/checkout@v4}, {run: build}]
  docs:
    name: Documentation for ${{ github.ref }}
    needs: [plan, image]
    if: github.repository == 'o/r' && needs.plan.outputs.docs-build == 'true'
    runs-on: x
    steps: [{run: docs}]
  unit-linux: &unit
    needs: [plan, image]
    if: needs.plan.outputs.units == 'true'
    runs-on: x
    steps: [{run: test}]
  unit-mac:
    needs: [image, plan]
    if: needs.plan.outputs.units == 'true'
    runs-on: y
    steps: [{run: test}]
  quality:
    needs: [plan, image, docs, unit-linux, unit-mac]
    if: "!cancelled() && !failure()"
    runs-on: x
    steps:
      - {name: Lint, run: lint}
      - {name: Check licences, run: check}
  deploy:
    needs: quality
    if: "!cancelled() && needs.quality.result == 'success'"
    runs-on: x
    steps: [{run: deploy}]
  coverage:
    needs: quality
    runs-on: x
    steps: [{run: send}]
"""
PROPOSED = """\
documents: [docs/ci.md]
lifelines:
  Tests: {file: main.yml} # by name
jobs:
  Tests/Build the image: {id: image} # by name
  Tests/Documentation: {id: docs} # by name
  Tests/Unit tests: {ids: [unit-*]} # a guess by likeness of names (0.7)
  Tests/Lint: {id: quality} # a guess as parts of one job
  Tests/Check licences: {id: quality} # a guess as parts of one job
conditions:
  Docs changed: needs.plan.outputs.docs-build == 'true'
extra-jobs:
  Tests: [coverage]
extra-events:
  Tests: [workflow_dispatch]
adopted: [main.yml]
accepted:
  main.yml:
    - flag-unset: jobs.plan.steps # no step of `plan` sets the output `docs-build`, which the \
diagram decides by
    - output-missing: jobs.plan.outputs.docs-build # `plan` is drawn to give `docs-build`, and has \
no such output
    - silenced-by-skip: {at: jobs.quality.if, file: success(), drawn: success()} \
# `quality` asks otherwise than drawn how the jobs before it ended
    - step-missing: jobs.image.steps # no step of `image` looks like the drawn “Push Image”
    - undrawn-term: {at: jobs.docs.if, file: github.repository == 'o/r'} \
# `docs` asks for `github.repository == 'o/r'` too, which is not drawn
    - undrawn-term: {at: jobs.plan.if, file: github.repository == 'o/r'} \
# `plan` asks for `github.repository == 'o/r'` too, which is not drawn
"""


DRAWN = """\
sequenceDiagram
 GitHub->>Tests: Trigger 'push'
 Note over Tests: Plan
 Note over Tests: Deploy
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a document and a workflow, and no settings."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/ci.md").write_text(DOCUMENT, encoding="utf-8")
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/main.yml").write_text(WORKFLOW, encoding="utf-8")
    return tmp_path


MAIN = ".github/workflows/main.yml"
DOC = ("--document", "docs/ci.md")
ADOPT = ("adopt", MAIN, *DOC)


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The rules that standard error names."""
    lines = capsys.readouterr().err.splitlines()
    return [
        line.partition("[")[2].partition("]")[0]
        for line in lines
        if line.split("[")[0] in ("error", "warning")
    ]


def test_all_kinds_of_settings_are_proposed_and_shown(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(ADOPT) == 0
    shown = capsys.readouterr()
    assert shown.out == PROPOSED
    assert "error" not in shown.err
    assert "nothing was written: with `--write` this goes to mermaid2gha.yml" in shown.err
    assert not (project / "mermaid2gha.yml").exists()


def test_what_another_run_wrote_meanwhile_is_not_claimed(project: Path) -> None:
    before = Disk()
    told = [called(adopt, [*ADOPT[1:], "--write"], disk=lambda: before).err for _ in range(2)]
    ends = ("\nwrote mermaid2gha.yml\n", "\nnothing to add: mermaid2gha.yml says all of it\n")
    assert all(end in words for end, words in zip(ends, told))


def test_what_is_written_lets_a_check_pass_and_there_is_no_more_to_add(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ADOPT, "--write"]) == 0
    assert (project / "mermaid2gha.yml").read_text(encoding="utf-8") == PROPOSED
    assert (project / ".github/workflows/main.yml").read_text(encoding="utf-8") == WORKFLOW
    assert main(["check", "--strict", "--no-cache"]) == 0
    capsys.readouterr()
    assert main(["adopt", ".github/workflows"]) == 0
    shown = capsys.readouterr()
    assert (shown.out, "nothing to add: mermaid2gha.yml says all of it" in shown.err) == ("", True)


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ("    needs: quality\n    if", "    needs: plan\n    if", ["missing-wait"]),
        ("permissions: {packages: write}", "permissions: {}", ["right-missing"]),
        (
            "    if: needs.plan.outputs.units == 'true'\n    runs-on: x",
            "    runs-on: x",
            ["condition-differs"],
        ),
        ('    if: "!cancelled() && !failure()"\n', "", ["silenced-by-skip"]),
    ],
)
def test_real_differences_are_shown_and_accepted(
    project: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, rules: list[str]
) -> None:
    assert old in WORKFLOW
    file = project / ".github/workflows/main.yml"
    file.write_text(WORKFLOW.replace(old, new), encoding="utf-8")
    assert main(ADOPT) == 0
    usual = ["output-missing", "flag-unset", "silenced-by-skip", "guessed-job", "undrawn-term"]
    assert set(rules) <= {*told(capsys)} <= {*rules, *usual}
    main([*ADOPT, "--write"])
    capsys.readouterr()
    assert main(["check", "--no-cache", "--strict"]) == 0
    assert told(capsys) == []
    assert f"- {rules[0]}: " in (project / "mermaid2gha.yml").read_text(encoding="utf-8")


def test_a_contradiction_is_accepted_like_any_difference(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    turned = WORKFLOW.replace("    needs: plan\n", "    needs: deploy\n").replace(
        "[plan, image, docs, unit-linux, unit-mac]", "plan"
    )
    file = project / ".github/workflows/main.yml"
    file.write_text(turned, encoding="utf-8")
    assert main([*ADOPT, "--write"]) == 0
    assert "needs-contradict-order" in told(capsys)
    assert main(["compile"]) == 0
    assert file.read_text(encoding="utf-8") == turned
    assert told(capsys) == []


def test_a_file_in_which_nothing_would_change_is_listed_as_adopted(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "docs/ci.md").write_text(
        DOCUMENT.replace("participant Tests\n", "participant Tests as Tests (out.yml)\n"), encoding="utf-8"
    )
    assert main(["compile", "docs/ci.md", "--quiet"]) == 0
    made = (project / ".github/workflows/out.yml").read_text(encoding="utf-8")
    ours = "\n".join(line.split(" # drawn")[0] for line in made.splitlines() if not line.startswith("#"))
    (project / ".github/workflows/out.yml").write_text(ours + "\n", encoding="utf-8")
    assert main(["adopt", ".github/workflows/out.yml", "--document", "docs/ci.md"]) == 0
    assert capsys.readouterr().out == "documents: [docs/ci.md]\nadopted: [out.yml]\n"


SETTINGS = """\
# ours
order: lifeline   # as drawn
lifelines: { Registry: {role: registry} }  # theirs
jobs:
    "tests/build the image": {id: image}   # by hand
extra-jobs:
  Other: [x]
timeout-minutes: 5
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_settings_that_are_there_stay_byte_for_byte(
    project: Path, capsys: pytest.CaptureFixture[str], newline: str
) -> None:
    file = project / "mermaid2gha.yml"
    text = SETTINGS.replace("\n", newline)
    file.write_text(text, encoding="utf-8", newline="")
    assert main(ADOPT) == 0
    shown = capsys.readouterr().out
    assert "+documents: [docs/ci.md]" in shown and "-order" not in shown
    assert file.read_bytes().decode() == text
    assert main([*ADOPT, "--write"]) == 0
    new = file.read_bytes().decode()
    assert new.startswith("# ours") and new.count("\n") == new.count(newline)
    assert [line for line in text.splitlines() if line not in new.splitlines()] == [
        "lifelines: { Registry: {role: registry} }  # theirs"
    ]
    assert "lifelines: { Registry: {role: registry}, Tests: {file: main.yml} }  # theirs" in new
    made, proposed = typed(new), typed(PROPOSED)
    assert made["jobs"].pop("tests/build the image") == proposed["jobs"].pop("Tests/Build the image")
    assert made["extra-jobs"].pop("Other") == ["x"] and made["lifelines"].pop("Registry")
    for key in proposed:
        assert made[key] == proposed[key]
    assert main([*ADOPT, "--write"]) == 0
    assert file.read_bytes().decode() == new


def test_a_setting_that_says_otherwise_is_never_overwritten(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "workflows: elsewhere\n"
    (project / "mermaid2gha.yml").write_text(text, encoding="utf-8")
    assert main([*ADOPT, "--write"]) == 2
    assert told(capsys) == ["setting-in-the-way"]
    assert (project / "mermaid2gha.yml").read_text(encoding="utf-8") == text


def test_a_lifeline_that_bears_the_name_of_a_file_is_made_a_workflow(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = DRAWN.replace("GitHub->>Tests: Trigger 'push'", "Dev->>Main: hello").replace("Tests", "Main")
    (project / "docs/ci.mmd").write_text(text, encoding="utf-8")
    assert main(["adopt", ".github/workflows/main.yml", "--document", "docs/ci.mmd"]) == 0
    assert "lifelines:\n  Main: {file: main.yml}\n" in capsys.readouterr().out


BOXED = """\
sequenceDiagram
    box Tests
        participant A as Build
        participant B as Test
    end
    GitHub->>A: Trigger 'push'
    Note over A: Compile
    Note over B: Unit tests
    A->>B: then
    Note over B: Report
"""


@pytest.mark.parametrize("title", ["Tests", "Tests (other.yml)", "Tests (renovate.yml)"])
def test_a_box_is_the_workflow_that_the_settings_name_for_its_title(
    project: Path, capsys: pytest.CaptureFixture[str], title: str
) -> None:
    job = "runs-on: x, steps: [{run: make}]"
    needs = "needs: [compile, unit-tests]"
    jobs = f"  compile: {{{job}}}\n  unit-tests: {{{job}}}\n  report: {{{needs}, {job}}}\n"
    workflow = f"on: push\njobs:\n{jobs}"
    (project / ".github/workflows/main.yml").write_text(workflow, encoding="utf-8")
    (project / "docs/ci.mmd").write_text(BOXED.replace("box Tests", f"box {title}"), encoding="utf-8")
    assert main(["adopt", MAIN, "--document", "docs/ci.mmd", "--write"]) == 0
    assert "lifelines:\n  Tests: {file: main.yml}" in capsys.readouterr().out
    assert main(["check", "--strict"]) == 0
    assert [path.name for path in (project / ".github/workflows").iterdir()] == ["main.yml"]


@pytest.mark.parametrize(
    "head",
    [
        "%% role: workflow other.yml\n    participant Tests\n    GitHub->>Tests: Trigger 'push'",
        "participant Tests\n    GitHub->>Tests: Trigger 'push' for other.yml",
    ],
)
def test_a_file_that_the_drawing_calls_otherwise_is_told(
    project: Path, capsys: pytest.CaptureFixture[str], head: str
) -> None:
    old = "participant Tests\n    participant Registry\n    GitHub->>Tests: Trigger 'push'"
    text = DOCUMENT.replace(old, f"participant Registry\n    {head}")
    (project / "docs/ci.md").write_text(text, encoding="utf-8")
    assert main(ADOPT) == 1
    assert "the drawing says that this is `other.yml`" in capsys.readouterr().err


def test_a_workflow_whose_name_begins_with_a_dot_is_found_in_its_folder(project: Path) -> None:
    folder = project / ".github/workflows"
    (folder / "main.yml").rename(folder / ".main.yml")
    head = "participant Tests as Tests (.github/workflows/.main.yml)\n"
    text = DOCUMENT.replace("participant Tests\n", head)
    (project / "docs/ci.md").write_text(text, encoding="utf-8")
    assert main(["adopt", ".github/workflows", *DOC, "--write"]) == 0
    assert 'adopted: [".main.yml"]' in (project / "mermaid2gha.yml").read_text(encoding="utf-8")
    assert main(["check", "--strict", "--no-cache"]) == 0


def test_flows_of_several_diagrams_are_drawn_by_one_file(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = DOCUMENT.replace("Trigger 'push'", "Trigger 'schedule'").replace("# How we build", "\n# Nightly")
    (project / "docs/ci.md").write_text(DOCUMENT + more, encoding="utf-8")
    workflow = WORKFLOW.replace("[push, workflow_dispatch]", "{push: , schedule: [{cron: '1 2 * * *'}]}")
    (project / ".github/workflows/main.yml").write_text(workflow, encoding="utf-8")
    assert main(ADOPT) == 0
    shown = capsys.readouterr()
    assert typed(shown.out)["jobs"] == typed(PROPOSED)["jobs"]
    assert "error" not in shown.err


def test_a_workflow_that_is_not_drawn_is_left_out(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stale = "name: Stale\non: issues\njobs:\n  sweep: {runs-on: x, steps: [{run: sweep}]}\n"
    (project / ".github/workflows/stale.yml").write_text(stale, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "docs/ci.md"]) == 0
    shown = capsys.readouterr()
    assert shown.out == PROPOSED and "warning[undrawn-workflow]" in shown.err
    assert main(["adopt", ".github/workflows/stale.yml", "--document", "docs/ci.md"]) == 1
    assert told(capsys) == ["undrawn-workflow"]


def test_of_each_file_is_said_why_it_is_adopted_or_not(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project / ".github/workflows"
    (folder / "main.yml").rename(folder / "build.yml")
    for name, text in {
        "build.yml": WORKFLOW.replace("name: Tests\n", ""),
        "stale.yml": "on: issues\njobs:\n  a: {runs-on: x}\n  b: {runs-on: x}\n",
        "broken.yml": "a: [\n",
        "empty.yml": "on: push\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "docs/ci.md"]) == 0
    shown = capsys.readouterr()
    lines = [line for line in shown.err.splitlines() if line.partition(": ")[0].endswith(".yml")]
    assert [line.partition(" (")[0] for line in lines] == [
        "broken.yml: not adopted: this is not YAML: expected the node content, but found '<stream end>'",
        "build.yml: adopted: it is `Tests`, a guess by likeness of jobs, events and names",
        "empty.yml: not adopted: a workflow needs the key `jobs`",
        "stale.yml: not adopted: no drawn workflow is like `.github/workflows/stale.yml`; 2 of its 2 jobs "
        "are drawn nowhere: `a`, `b`",
    ]
    assert lines[1].endswith("; 1 of its 8 jobs is drawn nowhere: `coverage`")
    assert "warning[guessed-workflow]" in shown.err and "warning[invalid-yaml]" in shown.err
    assert "  Tests: {file: build.yml} # a guess by likeness of jobs, events and names (0." in shown.out


def test_a_folder_in_which_nothing_can_be_read_is_an_error(project: Path) -> None:
    (project / MAIN).write_text("a: [\n", encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "docs/ci.md"]) == 2


@pytest.mark.parametrize(
    ("other", "line"),
    [
        ("lint", "{ids: [unit-*]} # a guess by the beginning of their ids"),
        ("unit-z", "{id: unit-x} # a guess by likeness of names (0.7)"),
    ],
)
def test_nothing_is_proposed_for_names_that_are_less_than_half_alike(
    project: Path, capsys: pytest.CaptureFixture[str], other: str, line: str
) -> None:
    document = DRAWN.replace("Plan", "Unit").replace("Deploy", other)
    (project / "docs/ci.mmd").write_text(document, encoding="utf-8")
    jobs = f"{{unit-x: {{runs-on: x}}, unit-p-q-r-s: {{runs-on: x}}, {other}: {{runs-on: x, needs: unit-x}}}}"
    (project / MAIN).write_text(f"name: Tests\non: push\njobs: {jobs}\n", encoding="utf-8")
    main(["adopt", MAIN, "--document", "docs/ci.mmd"])
    assert f"  Tests/Unit: {line}\n" in capsys.readouterr().out


def test_a_file_that_can_be_two_workflows_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "sequenceDiagram\n participant GitHub\n participant One\n participant Two\n"
        " GitHub->>One: Trigger 'push'\n GitHub->>Two: Trigger 'push'\n"
        " Note over One: Build\n Note over Two: Build\n"
    )
    (project / "docs/ci.mmd").write_text(text, encoding="utf-8")
    (project / "w.yml").write_text("name: W\non: push\njobs: {build: {runs-on: x}}\n", encoding="utf-8")
    assert main(["adopt", "w.yml", "--document", "docs/ci.mmd"]) == 1
    assert told(capsys) == ["ambiguous-workflow"]


@pytest.mark.parametrize(
    ("files", "arguments", "code", "words"),
    [
        ({}, ["none.yml", *DOC], 2, "error[missing-file]: there is no file `none.yml`"),
        ({}, [MAIN, "--document", "none.md"], 2, "error[missing-file]"),
        ({}, [MAIN], 2, "error[no-documents]"),
        ({"x.yml": "- 1\n"}, ["x.yml", *DOC], 2, "error[not-a-workflow]"),
        ({"x.yml": "on: push\n"}, ["x.yml", *DOC], 2, "it has no jobs"),
        ({"x.yml": "a: [\n"}, ["x.yml", *DOC], 2, "error[invalid-yaml]"),
        ({"x.yml": "a: 1\na: 2\njobs: {b: {}}\n"}, ["x.yml", *DOC], 2, "duplicate-key"),
        ({"x.md": "# no diagram\n"}, [MAIN, "--document", "x.md"], 1, "no sequence diagram"),
        ({"x.mmd": "sequenceDiagram\n A->>B: hi\n"}, [MAIN, "--document", "x.mmd"], 1, "not-a-flow"),
        ({"x.mmd": "sequenceDiagram\n A->>: hi\n"}, [MAIN, "--document", "x.mmd"], 1, "error["),
        ({"x.yml": WORKFLOW}, ["x.yml", MAIN, *DOC], 2, "one folder at a time"),
        ({"empty/x.txt": ""}, ["empty", *DOC], 2, "there is no workflow file"),
        ({"a/mermaid2gha.yml": "", "a/x.md": DOCUMENT}, [MAIN, *DOC, "a/x.md"], 2, "several projects"),
        ({"mermaid2gha.yml": "jobs: 1\n"}, [MAIN, *DOC], 2, "invalid-settings"),
        ({"mermaid2gha.yml": "jobs: &a {}\ntags: *a\n"}, [MAIN, *DOC], 2, "uneditable-place"),
    ],
)
def test_what_cannot_be_adopted_is_told(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    files: dict[str, str],
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    for name, text in files.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert main(["adopt", *arguments, "--write"]) == code
    shown = capsys.readouterr()
    assert (shown.out, words in shown.err) == ("", True), shown.err
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


GATED = """\
on: push
jobs:
  lint: {runs-on: x, steps: [{run: make lint}]}
  test: {runs-on: x, steps: [{run: make test}]}
  all-green:
    if: always()
    needs: [lint, test]
    runs-on: x
    steps:
      - uses: re-actors/alls-green@release/v1
        with:
          jobs: ${{ toJSON(needs) }}
  notify:
    if: always()
    needs: [test]
    runs-on: x
    steps: [{run: make notify}]
"""


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ((), "  CI/All checks pass: {id: all-green} # a guess as the job that judges the others\n"),
        ((("toJSON(needs)", "github.sha"),), ""),
        ((("if: always()\n    needs: [lint", "if: always() && vars.X\n    needs: [lint"),), ""),
        ((("if: always()\n    needs: [lint", "needs: [lint"),), ""),
        (
            (("toJSON(needs)", "github.sha"), ("  notify:\n", "  notify:\n    name: All checks pass\n")),
            "  CI/All checks pass: {id: notify} # by name\n",
        ),
        (
            (
                ("needs: [test]", "needs: [lint, test]"),
                ("{run: make notify}", "{if: \"contains(needs.*.result, 'x')\", run: make}"),
            ),
            "",
        ),
    ],
)
def test_a_final_check_is_the_job_that_judges_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: tuple[tuple[str, str], ...], line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    text = GATED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / ".git").mkdir()
    file = tmp_path / ".github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    (tmp_path / "ci.mmd").write_text(
        "sequenceDiagram\n    participant CI as CI (ci.yml)\n    GitHub->>CI: Trigger 'push'\n    par\n"
        "    Note over CI: Lint\n    and\n    Note over CI: Test\n    end\n"
        "    CI-->>GitHub: All checks pass\n",
        encoding="utf-8",
    )
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write"]) == 0
    settings = (tmp_path / "mermaid2gha.yml").read_text(encoding="utf-8")
    assert f"jobs:\n{line}" in settings if line else "All checks pass:" not in settings
    assert main(["check", "--strict", "--no-cache"]) == 0
    assert main(["compile"]) == 0 and file.read_text(encoding="utf-8") == text
