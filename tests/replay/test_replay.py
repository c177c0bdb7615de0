"""`mermaid2gha replay`: runs as GitHub's API tells them, held against the diagrams of `replay/`."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mermaid2gha.cli import main
from mermaid2gha.replay.api import observed_runs

HERE = Path(__file__).parents[1] / "replay"
DOCS = HERE.parent.parent / "docs" / "replay.md"
PAGE = DOCS.read_text(encoding="utf-8")
Page = list[dict[str, object]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    shutil.copy(HERE / "pipeline.md", tmp_path)
    assert main(["compile", "pipeline.md", "--quiet"]) == 0
    return tmp_path


def replay(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    capsys.readouterr()
    assert main(["replay", *words]) == code
    told = capsys.readouterr()
    return told.out, told.err


def changed(name: str, change: Callable[[Page], object]) -> str:
    """The path of a file like one of `replay/`, with its jobs changed."""
    values = [
        json.loads(part) for part in re.split(r"(?<=^\})\n", (HERE / name).read_text(), flags=re.M) if part
    ]
    page = next(value for value in values if "jobs" in value)
    jobs = {str(job["name"]): job for job in page["jobs"]}
    change(jobs)  # type: ignore[arg-type]
    page["jobs"] = list(jobs.values())
    page["total_count"] = len(page["jobs"])
    Path("run.json").write_text("\n".join(map(json.dumps, values)), encoding="utf-8")
    return "run.json"


def rules(capsys: pytest.CaptureFixture[str], path: str, *words: str) -> list[tuple[str, str]]:
    """The findings about a run: each rule with its message."""
    capsys.readouterr()
    main(["replay", path, "pipeline.md", "--output-format", "json", *words])
    found = json.loads(capsys.readouterr().out)["diagnostics"]
    return [(one["rule"], one["message"]) for one in found]


SKIPPED = {"status": "completed", "conclusion": "skipped", "steps": []}

# -- runs that the diagrams allow ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("push", "`ci.yml` ran as it is drawn: the flow “A push”, by `push`; 5 of 7 jobs ran\n"),
        ("push", "`ship.yml`, called by `ship`, ran as it is drawn: the flow “A push”, by `workflow_call`"),
        ("pages", "the flow “A pull request”, by `pull_request`; 5 of 7 jobs ran\n"),
        ("pages", "  the run shows build.docs ≠ 'false'\n"),
        ("gh-run-view", "  the run shows build.docs = 'false'\n"),
        ("in-progress", "2 of 4 jobs ran so far\n"),
        ("attempts", "the flow “A push”, by `push`; 5 of 7 jobs ran\n"),
        ("cancelled", "2 of 7 jobs ran\n"),
        ("timed-out", "`ship.yml`, called by `ship`, ran as it is drawn: the flow “A push”"),
    ],
)
def test_a_run_that_is_drawn_is_allowed(capsys: pytest.CaptureFixture[str], name: str, said: str) -> None:
    out, err = replay(capsys, str(HERE / f"{name}.json"), "pipeline.md")
    assert said in out
    assert err == ""


def test_the_workflow_s_own_names_and_keys_count(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """People renamed a job, and let another one fail without consequence."""
    file = here / ".github/workflows/ci.yml"
    text = file.read_text(encoding="utf-8").replace(
        "name: Build docs\n", "name: Docs, ${{ github.ref }}\n", 1
    )
    text = text.replace("name: Announce\n", "name: Announce\n    continue-on-error: true\n", 1)
    file.write_text(text, encoding="utf-8")

    def change(jobs: dict[str, dict[str, object]]) -> None:
        jobs["Build docs"]["name"] = "Docs, refs/heads/main"
        jobs["Announce"]["conclusion"] = "failure"

    assert rules(capsys, changed("push.json", change)) == []  # type: ignore[arg-type]


def test_a_condition_of_people_s_own_may_leave_a_job_out(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = here / ".github/workflows/ci.yml"
    text = file.read_text(encoding="utf-8")
    own = "if: ${{ github.event_name == 'push' }}\n    runs-on"
    assert own in text
    file.write_text(
        text.replace(own, own.replace(" }}", " && github.repository == 'o/n' }}")), encoding="utf-8"
    )

    def change(jobs: dict[str, dict[str, object]]) -> None:
        jobs["Announce"].update(SKIPPED)

    path = changed("push.json", change)  # type: ignore[arg-type]
    assert rules(capsys, path) == []


def test_a_clock_that_is_a_second_off_is_no_breach(capsys: pytest.CaptureFixture[str]) -> None:
    def change(jobs: dict[str, dict[str, object]]) -> None:
        jobs["Announce"]["started_at"] = "2026-03-04T09:02:50Z"  # a second before the upload's end

    path = changed("push.json", change)  # type: ignore[arg-type]
    assert rules(capsys, path) == []
    assert [rule for rule, _ in rules(capsys, path, "--skew", "0")] == ["started-too-early"]


# -- runs that they do not allow -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("job", "keys", "rule", "message"),
    [
        (
            "Announce",
            {"started_at": "2026-03-04T09:02:00Z"},
            "started-too-early",
            "`announce` began 51 s before `ship` was over, and is drawn after it",
        ),
        (
            "Unit tests (3.12)",
            {"started_at": "2026-03-04T09:00:09Z"},
            "started-too-early",
            "`unit-tests` began 31 s before `build` was over, and is drawn after it",
        ),
        (
            "Ship / Upload",
            {"started_at": "2026-03-04T09:02:20Z"},
            "started-too-early",
            "`upload` began 10 s before `package` was over, and is drawn after it",
        ),
        (
            "Ship / Package",
            {"conclusion": "failure"},
            "ran-after-failure",
            "`upload` ran although `package`, after which it is drawn, failed",
        ),
        (
            "Unit tests (3.11)",
            {"conclusion": "timed_out"},
            "ran-after-failure",
            "`announce` ran although `unit-tests`, after which it is drawn, timed out",
        ),
        (
            "Build docs",
            {"conclusion": "success"},
            "ran-undrawn",
            "`build-docs` ran, and the flow `A push` does not draw it",
        ),
        (
            "Ship / Clean up",
            {"conclusion": "success"},
            "ran-undrawn",
            "`clean-up` is drawn for a failure, and ran although nothing before it failed",
        ),
        (
            "Ship / Upload",
            {"conclusion": "failure"},
            "skipped-though-drawn",
            "`clean-up` was skipped, and is drawn to run since `upload` failed",
        ),
        (
            "Announce",
            SKIPPED,
            "skipped-though-drawn",
            "`announce` was skipped, and is drawn to run in every case of `A push`",
        ),
        (
            "Announce",
            {"conclusion": "failure"},
            "gate-disagrees",
            "the gate `status` passed, and `announce` failed",
        ),
        (
            "Status",
            {"conclusion": "failure"},
            "gate-disagrees",
            "the gate `status` failed, and all that it judges ended as it is drawn",
        ),
        ("Announce", {"name": "Lint"}, "undrawn-job", "`Lint` ran in `ci.yml` and is not drawn"),
        (
            "Announce",
            {"name": "Lint"},
            "skipped-though-drawn",
            "`announce` is not in the run, and is drawn to run in every case of `A push`",
        ),
    ],
)
def test_a_run_that_is_not_drawn_is_told(
    capsys: pytest.CaptureFixture[str], job: str, keys: dict[str, object], rule: str, message: str
) -> None:
    def change(jobs: dict[str, dict[str, object]]) -> None:
        jobs[job].update(keys)

    path = changed("push.json", change)  # type: ignore[arg-type]
    assert (rule, message) in rules(capsys, path)


def test_a_leg_that_is_cancelled_for_another_one_cancels_no_run(capsys: pytest.CaptureFixture[str]) -> None:
    values = json.loads((HERE / "pages.json").read_text(encoding="utf-8"))
    values[1]["jobs"][-1]["conclusion"] = "success"
    Path("run.json").write_text(json.dumps(values), encoding="utf-8")
    assert ("gate-disagrees", "the gate `status` passed, and `unit-tests` failed") in rules(
        capsys, "run.json"
    )


def test_jobs_under_one_condition_run_together(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = replay(capsys, str(HERE / "fork.json"), "pipeline.md", code=1)
    assert "did not run as it is drawn: most like it is the flow “A pull request”" in out
    assert err.startswith(
        "error[skipped-though-drawn]: `check-links` was skipped, and `build-docs` ran, which is not drawn "
        "without it\n  --> pipeline.md:19:27\n"
    )
    assert "::: .github/workflows/ci.yml:82:9" in err


def test_a_job_begins_too_early_while_another_still_runs(capsys: pytest.CaptureFixture[str]) -> None:
    def change(jobs: dict[str, dict[str, object]]) -> None:
        jobs["Announce"] = {**jobs["Build"], "name": "Announce", "id": 1}
        jobs["Announce"]["started_at"] = "2026-03-04T09:02:10Z"

    path = changed("in-progress.json", change)  # type: ignore[arg-type]
    assert (
        "started-too-early",
        "`announce` began while `unit-tests` is still running, and is drawn after it",
    ) in (rules(capsys, path))


def test_an_event_that_no_flow_draws_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(HERE / "push.json")
    found = rules(capsys, path, "--event", "schedule")
    assert ("undrawn-event", "the run of `ci.yml` was started by `schedule`, which is not drawn") in found


def test_extra_jobs_and_events_of_the_settings_are_not_told(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "mermaid2gha.yml").write_text(
        "documents: [pipeline.md]\nextra-jobs: {CI: [Lint*]}\nextra-events: {CI: [schedule]}\n",
        encoding="utf-8",
    )

    def change(jobs: dict[str, dict[str, object]]) -> None:
        jobs["Lint"] = {**jobs["Build"], "name": "Lint", "id": 1}

    path = changed("push.json", change)  # type: ignore[arg-type]
    assert rules(capsys, path) == []
    assert rules(capsys, path, "--event", "schedule") == []


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_findings_are_told_to_other_programs_too(capsys: pytest.CaptureFixture[str], form: str) -> None:
    out, err = replay(capsys, str(HERE / "fork.json"), "pipeline.md", "--output-format", form, code=1)
    assert "skipped-though-drawn" in out
    assert err == ""


def test_json_tells_the_run_and_its_jobs(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = replay(capsys, str(HERE / "gh-run-view.json"), "pipeline.md", "--output-format", "json")
    [run] = json.loads(out)["runs"]
    assert (run["workflow"], run["flow"], run["allowed"]) == ("ci.yml", "A pull request", True)
    assert run["shown"] == {"needs.build.outputs.docs": "false"}
    assert run["jobs"][0] == {"id": "build", "state": "success", "start": 1772614803.0, "end": 1772614840.0}


# -- files that are no run -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is no run: it has no list `jobs`"),
        (b"{", "it is no JSON: "),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"[1, 2]", "it is no run: it has no list `jobs`"),
        (b'{"jobs": []}', "it tells no job; add the answer of"),
        (b'{"event": "push", "id": 1}', "it tells no job; add the answer of"),
        (b'{"message": "Not Found", "status": "404"}', "it is GitHub's answer “Not Found” and no run"),
        (b'{"total_count": 1, "workflow_runs": [{}]}', "it is a list of runs; add the jobs of each"),
        (b'{"total_count": 31, "jobs": [{"name": "a", "id": 1}]}', "it tells 1 of 31 jobs; fetch all pages"),
        (b'{"jobs": [{"id": 1}]}', "it tells a job without a name"),
        (b'{"jobs": [{"name": "a", "conclusion": "fine"}]}', "the job `a` has the conclusion `fine`"),
        (
            b'{"jobs": [{"name": "a", "started_at": "noon"}]}',
            "the job `a` has the time `noon`, which is none",
        ),
        (
            b'{"jobs": [{"name": "a", "id": 1, "run_id": 1}, {"name": "b", "id": 2, "run_id": 2}]}'
            b'{"jobs": [{"name": "c", "id": 3}], "total_count": 1}',
            "it tells several runs, and jobs that do not say of which they are",
        ),
        (b"\xff{}", "it is not UTF-8"),
    ],
)
def test_what_is_no_run_is_told(
    here: Path, capsys: pytest.CaptureFixture[str], content: bytes, said: str
) -> None:
    (here / "run.json").write_bytes(content)
    out, err = replay(capsys, "run.json", "pipeline.md", code=2)
    assert out == ""
    assert err.startswith("mermaid2gha: `run.json` cannot be replayed: ")
    assert said in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.json", "pipeline.md"), "`nowhere.json` cannot be read: no such file or directory"),
        (("-", "-"), "the run and the document cannot both come from standard input"),
        (
            (str(HERE / "push.json"), "pipeline.md", "--workflow", "cd.yml"),
            "no one drawn workflow is `cd.yml`",
        ),
        ((str(HERE / "push.json"), "pipeline.md", "--event", "pusj"), "there is no event `pusj`"),
        (("bare.json", "pipeline.md"), "the run does not say of which workflow; name it with `--workflow`"),
    ],
)
def test_a_wrong_call_is_told(
    here: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    said: str,
) -> None:
    import io
    import sys

    document = (here / "pipeline.md").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(document)))
    (here / "bare.json").write_text(
        '{"jobs": [{"name": "Build", "conclusion": "success"}]}', encoding="utf-8"
    )
    _, err = replay(capsys, *words, code=2)
    assert said in err


def test_a_run_in_another_encoding_is_read() -> None:
    content = (HERE / "push.json").read_text(encoding="utf-8")
    assert observed_runs(content.encode("utf-16")) == observed_runs(content.encode())


# -- several runs --------------------------------------------------------------------------------------


def test_of_several_runs_it_is_told_how_often_what_is_drawn_happened(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files of one run each, in the call; the last of them is not as drawn."""

    def change(jobs: dict[str, dict[str, object]]) -> None:
        jobs["Announce"].update(SKIPPED)

    bad = Path(changed("push.json", change))  # type: ignore[arg-type]
    bad.write_text(bad.read_text(encoding="utf-8").replace("900", "901"), encoding="utf-8")
    names = [str(HERE / f"{name}.json") for name in ("push", "pages", "gh-run-view")]
    out, err = replay(capsys, *names, "run.json", "pipeline.md", code=1)
    assert out.count("ran as it is drawn") >= 3
    assert "of 4 runs of what is drawn:\n" in out
    assert "  “A push” (ci.yml) happened 2 times, 1 not as drawn\n" in out
    assert "  “A pull request” (ci.yml) happened 2 times\n    with build.docs ≠ 'false': 1\n" in out
    assert "    with build.docs = 'false': 1\n" in out
    assert re.search(r"^error\[skipped-though-drawn\]: run \S+: ", err, re.M)


def test_one_file_may_tell_several_runs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `gh run view` prints of each, one after another; pages of the API with the list of runs."""
    views = [json.loads((HERE / "gh-run-view.json").read_text(encoding="utf-8")) for _ in range(3)]
    for number, view in enumerate(views):
        for job in view["jobs"]:
            job["url"] = job["url"].replace("900100", f"90010{number}")
    (here / "views.json").write_text("\n".join(map(json.dumps, views)), encoding="utf-8")
    out, _ = replay(capsys, "views.json", "pipeline.md")
    assert "run 900101: `ci.yml` ran as it is drawn" in out
    assert "“A pull request” (ci.yml) happened 3 times\n" in out
    assert "“A push” (ci.yml) happened never\n" in out
    page = {"jobs": [], "total_count": 2}
    pages = [
        {**page, "jobs": [{"name": "Build", "run_id": n, "id": n * 10 + at} for at in (1, 2)]} for n in (1, 2)
    ]
    of_ci = {"event": "push", "path": ".github/workflows/ci.yml"}
    listed = {"workflow_runs": [{"id": number, **of_ci} for number in (1, 2, 3)]}
    text = "\n".join(map(json.dumps, [listed, *pages]))
    runs = observed_runs(text.encode())
    assert [(run.id, run.event, len(run.jobs)) for run in runs] == [("1", "push", 2), ("2", "push", 2)]


def test_runs_of_workflows_that_nobody_draws_are_counted_apart(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = {"event": "push", "path": "other.yml", "id": 7, "jobs": [{"name": "x", "run_id": 7}]}
    (here / "other.json").write_text(json.dumps(other), encoding="utf-8")
    out, _ = replay(capsys, str(HERE / "push.json"), "other.json", "pipeline.md")
    assert "of 1 run of what is drawn, and 1 of other workflows:\n" in out
    capsys.readouterr()
    main(["replay", str(HERE / "push.json"), "other.json", "pipeline.md", "--output-format", "json"])
    told = json.loads(capsys.readouterr().out)
    assert told["undrawn_runs"] == 1
    assert {flow["flow"]: flow["runs"] for flow in told["flows"] if flow["workflow"] == "ci.yml"}[
        "A push"
    ] == 1


# -- the page ------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_answered(
    here: Path, capsys: pytest.CaptureFixture[str], update: bool
) -> None:
    [document] = re.findall(r"````markdown\n(.*?)````", PAGE, re.DOTALL)
    [run] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    [shown] = re.findall(r"```console\n\$ mermaid2gha replay run.json docs/ci.md\n(.*?)```", PAGE, re.DOTALL)
    (here / "docs").mkdir()
    (here / "docs/ci.md").write_text(document, encoding="utf-8")
    (here / "run.json").write_text(run, encoding="utf-8")
    shutil.rmtree(here / ".github")
    assert main(["compile", "docs/ci.md", "--quiet"]) == 0
    out, err = replay(capsys, "run.json", "docs/ci.md", code=1)
    if update:
        DOCS.write_text(PAGE.replace(shown, out + err), encoding="utf-8")
    else:
        assert shown == out + err


# -- large and hand-written ----------------------------------------------------------------------------


def test_twenty_conditions_are_more_than_can_be_tried_and_still_told(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(here / ".github")
    lines = [
        "```mermaid",
        "sequenceDiagram",
        "    participant CI as CI (ci.yml)",
        "    Repo->>CI: Trigger 'push'",
    ]
    lines += ["    Note over CI: Start<br>Decide what to do"]
    for number in range(20):
        lines += [
            f"    opt flag {number}",
            f"        Note over CI: Job {number}",
            f"        Note over CI: Twin {number}",
        ]
        lines += ["    end"]
    (here / "many.md").write_text("\n".join([*lines, "```"]), encoding="utf-8")

    def run(skipped: set[str]) -> str:
        names = ["Start", *(f"{kind} {n}" for n in range(20) for kind in ("Job", "Twin"))]
        jobs = [{"name": n, "conclusion": "skipped" if n in skipped else "success"} for n in names]
        (here / "run.json").write_text(json.dumps({"event": "push", "jobs": jobs}), encoding="utf-8")
        return "run.json"

    pairs = {f"{kind} {n}" for n in (3, 7, 19) for kind in ("Job", "Twin")}
    replay(capsys, run(pairs), "many.md")
    out, err = replay(capsys, run(pairs - {"Twin 7"}), "many.md", code=1)
    assert "did not run as it is drawn" in out
    assert "twin-7" in err or "job-7" in err
    assert err.count("error[") == 1


BY_HAND = """\
name: CI
on: push
jobs:
  compile:
    name: Compile it all
    steps: [{run: make}]
  unit:
    name: ${{ matrix.os }} tests
    needs: compile
    strategy: {matrix: {os: [linux, mac]}}
    steps: [{run: make test}]
  slow:
    needs: compile
    steps: [{run: make slow}]
"""


def test_a_workflow_that_people_wrote_is_found_by_the_settings_and_by_its_names(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / ".github/workflows/ci.yml").write_text(BY_HAND, encoding="utf-8")
    (here / "docs").mkdir()
    (here / "docs/ci.md").write_text(
        "```mermaid\nsequenceDiagram\n    participant CI as CI (ci.yml)\n    Repo->>CI: Trigger 'push'\n"
        "    Note over CI: Build\n    Note over CI: Tests\n```\n",
        encoding="utf-8",
    )
    (here / "mermaid2gha.yml").write_text(
        'documents: [docs/ci.md]\njobs: {"CI/Build": {ids: [compile]}, "CI/Tests": {ids: [unit, slow]}}\n',
        encoding="utf-8",
    )

    def run(start: str) -> str:
        jobs = [
            {
                "name": "Compile it all",
                "started_at": "2026-01-01T00:00:00Z",
                "completed_at": "2026-01-01T00:01:00Z",
            },
            {
                "name": "linux tests",
                "started_at": "2026-01-01T00:01:05Z",
                "completed_at": "2026-01-01T00:02:00Z",
            },
            {"name": "mac tests", "started_at": start, "completed_at": "2026-01-01T00:02:00Z"},
            {"name": "slow", "started_at": "2026-01-01T00:01:05Z", "completed_at": "2026-01-01T00:09:00Z"},
        ]
        whole = {"jobs": [{**job, "conclusion": "success", "workflow_name": "CI"} for job in jobs]}
        (here / "run.json").write_text(json.dumps(whole), encoding="utf-8")
        return "run.json"

    out, _ = replay(capsys, run("2026-01-01T00:01:03Z"))
    assert out == "`ci.yml` ran as it is drawn: the flow “ci”, by `push`; 3 of 3 jobs ran\n"
    _, err = replay(capsys, run("2026-01-01T00:00:30Z"), code=1)
    assert err.startswith("error[started-too-early]: `unit` began 30 s before `compile` was over")
    assert ".github/workflows/ci.yml:9:12" in err
