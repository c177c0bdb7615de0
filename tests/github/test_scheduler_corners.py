"""GitHub's corner cases, one test each, with the issue or page that decides it."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from one_run import simulate

from mermaid2gha.cli import main
from mermaid2gha.github.simulator.cascade import Facts, WorkflowRun, runs
from mermaid2gha.github.simulator.explain import Skip, skip_of
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.github.simulator.payloads import Occasion
from mermaid2gha.github.simulator.simulator import JobResult, Outcome, SimulatedRun
from mermaid2gha.github.simulator.triggering import starts

PUSH: dict[str, object] = {"ref": "refs/heads/main", "repository": {"full_name": "o/n"}}


def run_of(jobs: str, outcomes: dict[str, Outcome] | None = None, **more: object) -> SimulatedRun:
    """The run, by a push, of the jobs `id: {needs, if}` as YAML flow mappings, one a line."""
    body = textwrap.indent(textwrap.dedent(jobs).strip(), "  ")
    workflow = read_workflow(f"on: push\njobs:\n{body}\n")
    return simulate(workflow, "push", PUSH, outcomes=outcomes or {}, **more)  # type: ignore[arg-type]


def results(run: SimulatedRun) -> dict[str, str]:
    return {name: result.value for name, result in run.results.items()}


def all_runs(texts: dict[str, str], facts: Facts) -> dict[str, WorkflowRun]:
    read = {file: read_workflow(textwrap.dedent(text)) for file, text in texts.items()}
    return {one.file: one for one in runs(read, facts)}


# -- skips, failures and time-outs ---------------------------------------------------------------------


def test_a_skip_spreads_to_all_descendants() -> None:
    """actions/runner#491 and #2205: not only to the direct ones, nor does a job between that ran stop it."""
    run = run_of(
        """
        a: {if: false}
        b: {needs: a, if: "!failure()"}
        c: {needs: b}
        d: {needs: c}
        """
    )
    assert results(run) == {"a": "skipped", "b": "success", "c": "skipped", "d": "skipped"}


def test_the_result_of_a_need_alone_is_not_enough_to_run_after_a_skip() -> None:
    """github/docs#28762: without a status function `success()` is asked as well."""
    run = run_of("a: {if: false}\nb: {needs: a, if: needs.a.result == 'skipped'}")
    assert results(run)["b"] == "skipped"


def test_a_time_out_is_cancelled_and_neither_a_failure_nor_a_cancelled_run() -> None:
    """tenstorrent/tt-metal#36611, tya5/reyn#3734, fujibee/agmsg#878."""
    run = run_of(
        """
        a: {}
        failed: {needs: a, if: failure()}
        cancelled: {needs: a, if: cancelled()}
        told: {needs: a, if: "!cancelled() && needs.a.result == 'cancelled'"}
        neither: {needs: a, if: "!failure() && !cancelled()"}
        """,
        {"a": Outcome.TIMEOUT},
    )
    assert run.ran == ("a", "told", "neither")


def test_a_job_that_continues_on_error_gives_success() -> None:
    """actions/toolkit#581 and #1161."""
    jobs = "a: {continue-on-error: true}\nb: {needs: a}\nc: {needs: a, if: failure()}"
    assert results(run_of(jobs, {"a": Outcome.FAILURE})) == {"a": "success", "b": "success", "c": "skipped"}
    jobs = jobs.replace("true", "\"${{ github.ref == 'refs/heads/main' }}\"")
    assert results(run_of(jobs, {"a": Outcome.FAILURE}))["a"] == "success"


def test_needs_with_a_star_has_all_ancestors_in_the_if_of_a_job() -> None:
    """actions/runner#2346, #2356 and #1540; a need that is named is there only if it is direct."""
    run = run_of(
        """
        a: {outputs: {out: "1"}}
        b: {needs: a, if: false}
        star: {needs: b, if: "!cancelled() && contains(needs.*.result, 'success')"}
        outputs: {needs: b, if: "!cancelled() && contains(needs.*.outputs.out, '1')"}
        named: {needs: b, if: "!cancelled() && needs.a.result == 'success'"}
        """,
        outputs={"a": {"out": "1"}},
    )
    assert run.ran == ("a", "star", "outputs")
    assert skip_of(run, "named") == Skip("only if `a` succeeds", "needs.a.result == 'success'")


def test_failure_is_asked_of_all_ancestors() -> None:
    """docs.github.com, Expressions: of a chain of dependent jobs, any ancestor counts."""
    run = run_of("a: {}\nb: {needs: a}\nc: {needs: b, if: failure()}", {"a": Outcome.FAILURE})
    assert run.ran == ("a", "c")


def test_always_runs_after_the_run_was_cancelled() -> None:
    """docs.github.com, Canceling a workflow run: `always()` and `cancelled()` hold, `success()` does not."""
    run = run_of(
        """
        a: {}
        always: {needs: a, if: always()}
        cancelled: {needs: a, if: cancelled()}
        well: {needs: a, if: "!cancelled()"}
        failed: {needs: a, if: failure()}
        """,
        cancelled_during="a",
    )
    assert run.ran == ("a", "always", "cancelled")
    assert run.results["a"] is JobResult.CANCELLED


def test_an_if_that_cannot_be_evaluated_fails_the_job() -> None:
    """actions/runner#2566: an empty text is no JSON."""
    run = run_of("a: {if: fromJSON(vars.none)}\nb: {needs: a, if: failure()}")
    assert results(run) == {"a": "failure", "b": "success"}
    assert run.ran == ("b",)


def test_a_status_function_with_names_is_about_these_jobs() -> None:
    """@actions/workflow-parser, `job-if`: `success` and `failure` take any number of jobs before this one."""
    run = run_of(
        """
        a: {}
        b: {if: false}
        c: {needs: [a, b], if: success('a')}
        d: {needs: [a, b], if: "success('A', 'b')"}
        e: {needs: c, if: "failure('a') || success('a')"}
        f: {needs: c, if: failure('c')}
        g: {needs: c, if: success('elsewhere')}
        h: {needs: c, if: always('a')}
        """
    )
    assert run.ran == ("a", "c", "e")
    assert results(run)["h"] == "failure"
    assert skip_of(run, "h").words == "`always` takes no arguments"


def test_needs_are_compared_without_case_and_may_be_repeated() -> None:
    """actions/runner, src/Sdk/WorkflowParser, ConvertToJobs: names in any case, duplicates accepted."""
    run = run_of("Build: {}\nb: {needs: [build, BUILD, Build], if: needs.build.result == 'success'}")
    assert run.ran == ("Build", "b")
    assert run.workflow.job("b").needs == ("Build",)


# -- matrices ------------------------------------------------------------------------------------------

LEGS = "{strategy: {matrix: {a: [x, y], b: [1, 2]}FAST}MORE}"


def legs(run: SimulatedRun, job: str = "test") -> dict[str, str]:
    return {leg.name: leg.result.value for leg in run.legs[job]}


def test_the_if_of_a_matrix_is_evaluated_before_there_are_legs() -> None:
    """docs.github.com, Contexts: `matrix` is not there in `jobs.<job_id>.if`; ymm-oss/fsl#1032."""
    run = run_of("test: {strategy: {matrix: {a: [x, y]}}, if: matrix.a == 'x'}")
    assert results(run) == {"test": "skipped"}
    assert run.legs == {}


def test_a_failing_leg_cancels_its_siblings_and_fails_the_job() -> None:
    """docs.github.com, Workflow syntax, `fail-fast`."""
    jobs = f"test: {LEGS.replace('FAST', '').replace('MORE', '')}\nafter: {{needs: test}}"
    run = run_of(jobs, {"test (x, 2)": Outcome.FAILURE})
    assert legs(run) == {"x, 1": "cancelled", "x, 2": "failure", "y, 1": "cancelled", "y, 2": "cancelled"}
    assert results(run) == {"test": "failure", "after": "skipped"}


def test_without_fail_fast_the_other_legs_end_well_and_the_job_still_fails() -> None:
    """docs.github.com, Workflow syntax, `fail-fast`; `needs` waits for all legs."""
    jobs = f"test: {LEGS.replace('FAST', ', fail-fast: false').replace('MORE', '')}\nafter: {{needs: test}}"
    run = run_of(jobs, {"test (x, 2)": Outcome.FAILURE})
    assert legs(run) == {"x, 1": "success", "x, 2": "failure", "y, 1": "success", "y, 2": "success"}
    assert results(run) == {"test": "failure", "after": "skipped"}


def test_a_leg_may_fail_alone_where_it_continues_on_error() -> None:
    """docs.github.com, Workflow syntax, `continue-on-error`: its example with `matrix.experimental`."""
    more = ", continue-on-error: \"${{ matrix.a == 'y' }}\""
    jobs = f"test: {LEGS.replace('FAST', '').replace('MORE', more)}"
    run = run_of(jobs, {"test (y, 1)": Outcome.FAILURE})
    assert legs(run) == {"x, 1": "success", "x, 2": "success", "y, 1": "failure", "y, 2": "success"}
    assert results(run) == {"test": "success"}


def test_a_leg_that_times_out_makes_the_job_cancelled() -> None:
    """tenstorrent/tt-metal#36611; a time-out is no failure and cancels no other leg."""
    jobs = f"test: {LEGS.replace('FAST', '').replace('MORE', '')}\nafter: {{needs: test, if: failure()}}"
    run = run_of(jobs, {"test (x, 1)": Outcome.TIMEOUT})
    assert results(run) == {"test": "cancelled", "after": "skipped"}


def test_a_plain_number_in_a_matrix_loses_its_last_zero() -> None:
    """docs.github.com, Building and testing Python: quote `"3.10"`, else it is 3.1."""
    run = run_of("test: {strategy: {matrix: {v: [3.9, 3.10, '3.10', 1e1, v1.0], x: [{a: 2.0}]}}}")
    assert list(legs(run)) == ["3.9, 2", "3.1, 2", "3.10, 2", "10, 2", "v1.0, 2"]


def test_the_values_of_a_matrix_can_come_from_an_output() -> None:
    """docs.github.com, Running variations of jobs in a workflow: `fromJSON`."""
    jobs = """
        a: {outputs: {list: ""}}
        test: {needs: a, strategy: {matrix: {v: "${{ fromJSON(needs.a.outputs.list) }}"}}}
        """
    run = run_of(jobs, {"test (3.12)": Outcome.FAILURE}, outputs={"a": {"list": '["3.11", "3.12"]'}})
    assert legs(run) == {"3.11": "cancelled", "3.12": "failure"}
    assert run_of(jobs).legs == {}


def test_a_matrix_without_legs_is_a_failure() -> None:
    """emqx/emqx#16727, canonical/operator-workflows#326: a matrix must define at least one vector."""
    jobs = """
        a: {outputs: {list: ""}}
        test: {needs: a, strategy: {matrix: {v: "${{ fromJSON(needs.a.outputs.list) }}"}}}
        """
    assert results(run_of(jobs, outputs={"a": {"list": "[]"}}))["test"] == "failure"


# -- called workflows ----------------------------------------------------------------------------------

CALLED = {
    "caller.yml": """
        on: push
        jobs:
          call: {uses: ./.github/workflows/callee.yml, with: {deep: true}}
          after: {needs: call}
          handler: {needs: call, if: failure()}
          reader: {needs: call, if: needs.call.outputs.found == 'yes'}
        """,
    "callee.yml": """
        on:
          workflow_call:
            inputs: {deep: {type: boolean}}
            outputs: {found: {value: "${{ jobs.a.outputs.found }}"}}
        jobs:
          a: {outputs: {found: "${{ steps.x.outputs.y }}"}}
          b: {needs: a}
          c: {needs: b}
          never: {if: "!inputs.deep"}
        """,
}


def test_a_failure_inside_a_called_workflow_fails_the_call_though_its_last_job_was_skipped() -> None:
    """camunda/camunda#39521."""
    found = all_runs(CALLED, Facts(Occasion("push"), outcomes={"callee.yml:a": Outcome.FAILURE}))
    inside = dict(found["caller.yml"].called)["call"]
    assert results(inside.run) == {"a": "failure", "never": "skipped", "b": "skipped", "c": "skipped"}
    assert results(found["caller.yml"].run) == {
        "call": "failure",
        "after": "skipped",
        "handler": "success",
        "reader": "skipped",
    }


def test_a_skip_inside_a_called_workflow_stays_inside() -> None:
    """docs.github.com, Reusing workflows: the caller waits for the whole of it."""
    found = all_runs(CALLED, Facts(Occasion("push"), outputs={"a.found": "yes"}))
    assert results(dict(found["caller.yml"].called)["call"].run)["never"] == "skipped"
    assert results(found["caller.yml"].run) == {
        "call": "success",
        "after": "success",
        "handler": "skipped",
        "reader": "success",
    }


# -- filters -------------------------------------------------------------------------------------------

PULL: dict[str, object] = {"action": "opened", "pull_request": {"base": {"ref": "releases/10"}}}


@pytest.mark.parametrize(
    ("filters", "event", "payload", "changed", "is_started"),
    [
        # docs.github.com, Workflow syntax, `on.<pull_request|pull_request_target>.<branches|branches-ignore>`
        ("branches: ['releases/**']", "pull_request", PULL, None, True),
        ("branches: ['releases/*', '!releases/10']", "pull_request", PULL, None, False),
        ("branches: ['!releases/10', 'releases/*']", "pull_request", PULL, None, True),
        ("branches-ignore: ['releases/**-alpha']", "pull_request", PULL, None, True),
        ("branches-ignore: ['releases/*']", "pull_request", PULL, None, False),
        ("branches: ['releases/1?0']", "pull_request", PULL, None, True),
        ("branches: ['releases/[1-9]0']", "pull_request", PULL, None, True),
        ("types: [labeled]", "pull_request", PULL, None, False),
        ("types: [opened, labeled]", "pull_request", PULL, None, True),
        ("paths: ['**.js']", "pull_request", PULL, ["src/a.js"], True),
        ("paths: ['**.js']", "pull_request", PULL, ["src/a.ts"], False),
        ("paths: ['sub/**', '!sub/docs/**']", "pull_request", PULL, ["sub/docs/a"], False),
        ("paths: ['sub/**', '!sub/docs/**']", "pull_request", PULL, ["sub/docs/a", "sub/b"], True),
        ("paths-ignore: ['docs/**']", "pull_request", PULL, ["docs/a", "docs/b"], False),
        ("paths-ignore: ['docs/**']", "pull_request", PULL, ["docs/a", "b"], True),
        # docs.github.com, Workflow syntax, `on.push.<branches|tags|branches-ignore|tags-ignore>`
        ("branches: [main], paths: ['a/**']", "push", PUSH, ["b"], False),
        ("branches: [dev], paths: ['a/**']", "push", PUSH, ["a/b"], False),
        ("branches: [main], tags: [v2]", "push", PUSH, None, True),
        ("tags: ['**']", "push", PUSH, None, False),
        ("tags-ignore: [v1]", "push", {"ref": "refs/tags/v1"}, None, False),
        ("tags-ignore: [v1]", "push", {"ref": "refs/tags/v2"}, None, True),
        ("tags: ['v2', 'v1.*', '!v1.1']", "push", {"ref": "refs/tags/v1.1"}, None, False),
        ("branches: ['*']", "push", {"ref": "refs/heads/a/b"}, None, False),
        ("branches: ['**']", "push", {"ref": "refs/heads/a/b"}, None, True),
        ("branches: ['*feature']", "push", {"ref": "refs/heads/my-feature"}, None, True),
        ("branches: ['v[12].[0-9]+.[0-9]+']", "push", {"ref": "refs/heads/v1.10.1"}, None, True),
        ("branches: ['+a', '[z-a]']", "push", PUSH, None, False),
        # docs.github.com, Events that trigger workflows, `schedule` and `workflow_run`
        ("[{cron: '5 4 * * *'}]", "schedule", {"schedule": "5 4 * * *"}, None, True),
        ("[{cron: '5 4 * * *'}]", "schedule", {"schedule": "6 4 * * *"}, None, False),
        (
            "workflows: [CI], branches-ignore: [canary]",
            "workflow_run",
            {"action": "completed", "workflow_run": {"name": "CI", "head_branch": "canary"}},
            None,
            False,
        ),
        (
            "workflows: [CI], types: [requested]",
            "workflow_run",
            {"action": "completed", "workflow_run": {"name": "CI"}},
            None,
            False,
        ),
        ("types: [published]", "release", {"action": "created"}, None, False),
    ],
)
def test_filters_by_branch_tag_path_type_and_time(
    filters: str, event: str, payload: dict[str, object], changed: list[str] | None, *, is_started: bool
) -> None:
    on = f"{{{event}: {filters}}}" if filters.startswith("[") else f"{{{event}: {{{filters}}}}}"
    workflow = read_workflow(f"on: {on}\njobs: {{a: {{}}}}")
    assert starts(workflow, event, payload, changed) is is_started


# -- the same through the command ----------------------------------------------------------------------


def test_when_tells_approvals_groups_and_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/ci.yml").write_text(
        "name: CI\non: [push, pull_request]\nconcurrency: ci\n"
        "jobs:\n  a: {runs-on: x, permissions: {packages: write}}\n"
        "  b: {runs-on: x, needs: a, environment: prod}\n",
        encoding="utf-8",
    )

    def told(*words: str, code: int = 0) -> str:
        assert main(["when", *words]) == code
        found = capsys.readouterr()
        return found.out if code == 0 else found.err

    out = told("push", "--unapproved", "prod", "--times", "2")
    assert "CI (ci.yml): 1 of 2 jobs run, waiting\n" in out
    assert "  -  b  not run: it waits for an approval of `prod`\n" in out
    assert "note: run 2 of ci.yml waits, in the concurrency group `ci`\n" in out
    assert "  -  b  not run: it was not approved for `prod`\n" in told("push", "--reject", "prod")
    assert "note: `a` of ci.yml asks for `packages: write`, which a fork does not get\n" in (
        told("pull_request", "--fork")
    )
    assert "an event that `GITHUB_TOKEN` makes starts no run" in told("push", "--by-token")
    assert "</svg>" in told("push", "--unapproved", "prod", "--format", "svg")
    assert ":::waiting" in told("push", "--unapproved", "prod", "--format", "mermaid")
    assert "no job is for the environment `prot`; did you mean `prod`?" in told(
        "push", "--unapproved", "prot", code=2
    )
