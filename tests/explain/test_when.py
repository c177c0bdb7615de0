"""`mermaid2gha when`: the page `docs/when.md`, whose examples are run, and each rule of GitHub by itself."""

from __future__ import annotations

import json
import re
import shlex
from itertools import pairwise
from pathlib import Path

import flow_pictures
import pytest

from mermaid2gha.cli import main
from mermaid2gha.explain.story_text import story_text
from mermaid2gha.report.text import Paper

PAGE = (Path(__file__).parents[2] / "docs" / "when.md").read_text(encoding="utf-8")
FLOWS = (Path(__file__).parents[2] / "docs" / "flows.md").read_text(encoding="utf-8")
FILES = re.findall(r"```yaml\n# \.github/workflows/(\S+)\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = re.findall(r"<!-- when: (.*?) -->\n```text\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for name, text in FILES[:2]:
        (folder / name).write_text(text, encoding="utf-8")
    return tmp_path


def when(words: str, capsys: pytest.CaptureFixture[str], code: int = 0) -> str:
    assert main(["when", *shlex.split(words)]) == code
    told = capsys.readouterr()
    return told.out if code != 2 else told.err


def jobs(words: str, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The results of all jobs of an event, by file and id, those inside of calls too."""
    found: dict[str, str] = {}
    stack = [("", run) for run in json.loads(when(f"{words} --format json", capsys))["workflows"]]
    for lead, run in stack:
        for job in run["jobs"]:
            key = f"{lead}{run['file']}:{job['id']}"
            found[key] = job["result"]
            if job["called"]:
                stack.append((f"{key}/", job["called"]))
    return found


def written(folder: Path, name: str, text: str) -> None:
    (folder / ".github" / "workflows" / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("words", "answer"), EXAMPLES, ids=[words for words, _ in EXAMPLES])
def test_the_page_shows_what_is_answered(
    here: Path, words: str, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in FILES[2:] if "--workflows" in words else ():
        written(here, name, text)
    assert when(words, capsys) == answer


def test_there_are_examples() -> None:
    assert len(FILES) == 4
    assert len(EXAMPLES) == 4


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("pusj", "there is no event `pusj`; did you mean `push`?"),
        ("push --type opened", "`push` has no type `opened`"),
        ("push --fail tst", "there is no job `tst`; did you mean `test`?"),
        ("push --set dosc=true", "no job has an output `dosc`; did you mean `docs`?"),
        ("push --set docs", "write `--set docs=true`"),
        ("push --workflows nowhere", "there is no `nowhere`"),
        ("push --payload nowhere.json", "there is no `nowhere.json`"),
    ],
)
def test_a_wrong_call_is_told_with_its_cure(
    words: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in when(words, capsys, 2)


def test_a_file_that_github_would_not_run_is_left_out_and_told(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(here, "odd.yml", "on: push\njobs: {a: {needs: b}}\n")
    assert main(["when", "push"]) == 1
    told = capsys.readouterr()
    assert "odd.yml is left out, for GitHub refuses it:\nerror[" in told.err
    assert "error[unknown-need]: there is no job `b`\n --> .github/workflows/odd.yml:2:19\n" in told.err
    assert "CI (ci.yml)" in told.out


@pytest.mark.parametrize(
    ("filters", "words", "is_started"),
    [
        ("branches: [main]", "--branch main", True),
        ("branches: [main]", "--branch dev", False),
        ("branches: ['release/**', '!release/old/**']", "--branch release/old/1", False),
        ("branches-ignore: [dev]", "--branch dev", False),
        ("branches: [main]", "--tag v1", False),
        ("tags: ['v*']", "--tag v1", True),
        ("tags: ['v[0-9]+']", "--tag vx", False),
        ("paths: ['docs/**']", "--paths docs/a/b.md src/a.py", True),
        ("paths: ['docs/**', '!docs/a/**']", "--paths docs/a/b.md", False),
        ("paths-ignore: ['**.md']", "--paths docs/a.md README.md", False),
        ("paths-ignore: ['**.md']", "--paths docs/a.md a.py", True),
        ("paths: [a.py]", "", True),
        ("paths: [a.py]", "--tag v1 --paths b.py", True),
    ],
)
def test_filters_of_a_push(
    here: Path, capsys: pytest.CaptureFixture[str], filters: str, words: str, *, is_started: bool
) -> None:
    written(here, "one.yml", f"on:\n  push:\n    {filters}\njobs: {{a: {{runs-on: x}}}}\n")
    assert ("one.yml:a" in jobs(f"push {words}", capsys)) is is_started


def test_the_types_of_a_pull_request_are_the_usual_three_where_none_are_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(here, "one.yml", "on: pull_request\njobs: {a: {runs-on: x}}\n")
    assert "one.yml:a" in jobs("pull_request --type synchronize", capsys)
    assert "one.yml:a" not in jobs("pull_request --type labeled", capsys)


@pytest.mark.parametrize(
    ("url", "words", "is_run"),
    [
        ("https://github.com/o/my.repo.git", "", True),
        ("git@github.com:o/my.repo.git", "", True),
        ("https://github.com/someone/my.repo", "", False),
        ("https://example.org/o/my.repo", "", False),
        ("https://github.com/someone/my.repo", "--repository o/my.repo", True),
        ("", "--repository o/my.repo --fork", True),
    ],
)
def test_the_repository_is_that_of_the_remote_or_the_one_that_is_named(
    here: Path, capsys: pytest.CaptureFixture[str], url: str, words: str, *, is_run: bool
) -> None:
    (here / ".git").mkdir()
    remote = f'[core]\n\tbare = false\n[remote "origin"]\n\tfetch = +x\n\turl = {url}\n[branch "main"]\n'
    (here / ".git/config").write_text(remote, encoding="utf-8")
    written(
        here, "one.yml", "on: pull_request\njobs: {a: {runs-on: x, if: github.repository == 'o/my.repo'}}\n"
    )
    found = jobs(f"pull_request {words}", capsys)
    assert (found["one.yml:a"] == "success") is is_run


def test_a_schedule_starts_the_workflows_of_its_time(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, time in (("one.yml", "5 0 * * *"), ("two.yml", "6 0 * * *")):
        written(here, name, f"on: {{schedule: [{{cron: '{time}'}}]}}\njobs: {{a: {{runs-on: x}}}}\n")
    assert list(jobs("schedule --cron '6 0 * * *'", capsys)) == ["two.yml:a"]
    assert list(jobs("schedule", capsys)) == ["one.yml:a", "two.yml:a"]


CALLER = """\
on: push
jobs:
  before: {runs-on: x, if: github.ref == 'refs/heads/main'}
  call: {needs: before, uses: ./.github/workflows/callee.yml, with: {deep: true}}
  after: {runs-on: x, needs: call}
"""
CALLEE = """\
on: {workflow_call: {inputs: {deep: {type: boolean}}}}
jobs:
  shallow: {runs-on: x}
  deep: {runs-on: x, needs: shallow, if: inputs.deep}
"""


def test_a_called_workflow_runs_inside_its_caller(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(here, "caller.yml", CALLER)
    written(here, "callee.yml", CALLEE)
    found = jobs("push", capsys)
    assert found["caller.yml:call/callee.yml:deep"] == "success"
    assert found["caller.yml:after"] == "success"
    found = jobs("push --fail callee.yml:shallow", capsys)
    assert found["caller.yml:call/callee.yml:deep"] == "skipped"
    assert (found["caller.yml:call"], found["caller.yml:after"]) == ("failure", "skipped")
    found = jobs("push --branch dev", capsys)
    assert found["caller.yml:call"] == "skipped"
    assert "caller.yml:call/callee.yml:deep" not in found


def test_a_chain_of_workflow_runs_ends_after_three_levels(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = "ABCDEF"
    written(here, "a.yml", "name: A\non: push\njobs: {a: {runs-on: x}}\n")
    for before, name in pairwise(names):
        text = f"name: {name}\non: {{workflow_run: {{workflows: [{before}]}}}}\njobs: {{a: {{runs-on: x}}}}\n"
        written(here, f"{name.lower()}.yml", text)
    found = jobs("push", capsys)
    assert {key for key in found if key.endswith(":a")} == {"a.yml:a", "b.yml:a", "c.yml:a", "d.yml:a"}


def test_a_time_out_is_no_failure(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waiting = "runs-on: x, needs: a, if"
    jobs_of_it = f"a: {{runs-on: x}}, b: {{{waiting}: failure()}}, c: {{{waiting}: '!failure()'}}"
    written(here, "one.yml", f"on: push\njobs: {{{jobs_of_it}}}\n")
    found = jobs("push --timeout a", capsys)
    assert (found["one.yml:a"], found["one.yml:b"], found["one.yml:c"]) == ("cancelled", "skipped", "success")


def test_pictures_show_every_job(capsys: pytest.CaptureFixture[str]) -> None:
    svg = when("push --format svg", capsys)
    assert all(f"<title>ci.yml/{name}</title>" in svg for name in ("build", "test", "docs", "publish"))
    assert "<title>ci.yml/test waits for ci.yml/build</title>" in svg
    chart = when("push --format mermaid", capsys)
    assert chart.startswith("flowchart LR\n")
    assert chart.count(":::skipped") == 3


def test_the_pictures_of_the_flows_are_what_their_events_run() -> None:
    assert flow_pictures.stale() == []


@pytest.mark.parametrize("name", flow_pictures.OCCASIONS)
def test_the_page_of_the_flows_tells_what_their_events_run(name: str) -> None:
    told = story_text(flow_pictures.told(name), Paper())
    assert f"![What runs](flows/{name}.svg)\n\n<!-- flow: {name} -->\n```text\n{told}```\n" in FLOWS


# -- words, facts, legs --------------------------------------------------------------------------------

LEGS = """\
name: Deploy
on: [push, pull_request]
jobs:
  to:
    name: To ${{ matrix.env }}
    strategy: {matrix: {env: [staging, production]}}
    uses: ./.github/workflows/callee.yml
    with: {deep: "${{ matrix.env == 'staging' }}"}
  idle: {runs-on: x, steps: [{if: github.event_name == 'release', run: make}]}
  forks:
    if: github.event.pull_request.head.repo.full_name != github.repository
    runs-on: x
    steps: [{run: make}]
  gate:
    needs: to
    if: always()
    runs-on: x
    steps: [{run: "[ ${{ needs.to.result }} = success ]"}]
"""
JOB = ", runs-on: x, steps: [{run: make}]}"


def test_raw_conditions_are_shown_when_they_are_asked_for(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(here, "legs.yml", LEGS)
    written(here, "callee.yml", CALLEE)
    told = when("pull_request --workflows .github/workflows/legs.yml", capsys)
    assert "  -  forks  skipped: only for pull requests from forks\n" in told
    raw = "github.event.pull_request.head.repo.full_name != github.repository"
    assert raw not in told
    assert f"only for pull requests from forks (`{raw}`)" in when("pull_request -v", capsys)
    chart = when("pull_request --format mermaid", capsys)
    assert "only for pull requests from forks" in chart and "full_name" not in chart
    assert "full_name" in when("pull_request --format mermaid -v", capsys)


def test_each_leg_of_a_call_is_told_with_its_own_run(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(here, "legs.yml", LEGS)
    written(here, "callee.yml", CALLEE)
    told = when("push", capsys)
    assert "  1  to  × 2: “To staging”, “To production”\n" in told
    assert "callee.yml: 2 of 2 jobs run, all well  (staging)\n" in told
    assert "callee.yml: 1 of 2 jobs run, all well  (production)\n" in told
    assert "idle  does nothing: all of its steps are skipped\n" in told
    runs = json.loads(when("push --format json", capsys))["workflows"]
    [legs] = [run for run in runs if run["file"] == "legs.yml"]
    jobs = {job["id"]: job for job in legs["jobs"]}
    assert jobs["to"]["matrix_names"] == ["To staging", "To production"]
    assert [run["file"] for run in jobs["to"]["matrix_called"]] == ["callee.yml", "callee.yml"]
    assert jobs["idle"]["does_nothing"] and not jobs["gate"]["does_nothing"]


def test_a_leg_can_be_named_as_github_shows_it_and_a_gate_is_red_after_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(here, "legs.yml", LEGS)
    written(here, "callee.yml", CALLEE)
    for name in ("To staging", "to (staging)", "legs.yml:to (staging)"):
        told = when(f"push --fail '{name}'", capsys)
        assert "to  failure  × 2: “To staging” failure, “To production” cancelled\n" in told
        assert "  2  gate  failure: its step 1 ends with 1\n" in told
    assert "there is no leg `to (dev)`; did you mean" in when("push --fail 'to (dev)'", capsys, 2)


def test_facts_of_the_payload_can_be_given_and_are_listed_otherwise(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    condition = "github.event.head_commit.message == 'go' && github.event.forced && github.actor == 'me'"
    written(here, "facts.yml", f"on: push\njobs: {{a: {{if: {condition}{JOB}}}\n")
    path = "push --workflows .github/workflows/facts.yml"
    assert "taken as not set (`--set`): github.event.head_commit.message\n" in when(path, capsys)
    given = f"{path} --set github.event.head_commit.message=go --set github.event.forced=true"
    told = when(given, capsys)
    assert "assumed: github.actor = someone\n" in told and "head_commit" not in told
    assert "facts.yml: 1 of 1 jobs run, all well\n" in when(f"{given} --set github.actor=me", capsys)
    [run] = json.loads(when(f"{path} --format json", capsys))["workflows"]
    assert run["assumed"] == ["github.event.head_commit.message"]
    assert run["assumed_values"] == {"github.event.head_commit.message": None}


def test_outputs_of_calls_elsewhere_can_be_given_and_only_what_is_open_is_listed(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reads = "needs.c.outputs.version != '1' && needs.a.outputs.o == 'push' && needs.a.outputs.typo == ''"
    message = "${{ github.event.head_commit.message || github.event_name }}"
    written(
        here,
        "x.yml",
        "name: X\non: push\njobs:\n  c: {uses: o/n/.github/workflows/r.yml@v1}\n"
        f"  a: {{runs-on: u, outputs: {{o: '{message}'}}, steps: [{{run: x}}]}}\n"
        f'  b: {{needs: [a, c], if: "{reads}", runs-on: u, steps: [{{run: x}}]}}\n',
    )
    path = "push --workflows .github/workflows/x.yml"
    told = when(path, capsys)
    assert "  2  b\n" in told
    assert "taken as not set (`--set`): c.version, github.event.head_commit.message\n" in told
    for name in ("c.version", "version", "x.yml:c.version"):
        told = when(f"{path} --set {name}=1", capsys)
        assert "-  b  skipped: not if `c` gives `version` as `1`\n" in told
        assert "c.version" not in told
    assert "did you mean `version`?" in when(f"{path} --set c.versio=1", capsys, 2)


def test_the_branch_is_assumed_unless_it_is_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(here, "ref.yml", "on: push\njobs: {a: {if: github.ref == 'refs/heads/main'" + JOB + "}\n")
    path = "push --workflows .github/workflows/ref.yml"
    assert "assumed: github.ref = refs/heads/main\n" in when(path, capsys)
    assert "assumed" not in when(f"{path} --branch main", capsys)


def test_a_file_that_is_too_large_is_left_out(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(here, "big.yml", f"on: push\njobs: {{a: {{}}}}\n#{'x' * 512_000}")
    assert main(["when", "push"]) == 1
    assert "error[file-too-large]" in capsys.readouterr().err


@pytest.mark.parametrize(
    "condition",
    [
        "format('{0}{0}{0}{0}{0}{0}{0}{0}'," * 12 + "'xxxxxxxxxx'" + ")" * 12,
        "join(fromJSON('[" + ",".join(["1"] * 4000) + "]'), format('{0}{0}{0}{0}{0}{0}{0}{0}'," + "'x'))",
        "toJSON(" * 25 + "github" + ")" * 25,
        "fromJSON('" + "[" * 5000 + "]" * 5000 + "')",
    ],
)
def test_an_expression_that_grows_beyond_all_bounds_fails_its_job(
    here: Path, capsys: pytest.CaptureFixture[str], condition: str
) -> None:
    written(here, "one.yml", f'on: push\njobs: {{a: {{if: "{condition} == 0"{JOB}}}\n')
    assert jobs("push", capsys)["one.yml:a"] in ("failure", "skipped")
