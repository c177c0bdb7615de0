"""How GitHub schedules runs: groups, environments, tokens and chains, with what decides each."""

from __future__ import annotations

import textwrap
from itertools import pairwise

import pytest
from one_run import simulate

from mermaid2gha.github.simulator.cascade import Facts, WorkflowRun, conclusion, runs
from mermaid2gha.github.simulator.concurrency import Request, Slot, places
from mermaid2gha.github.simulator.concurrent_runs import crowd
from mermaid2gha.github.simulator.explain import skip_of
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.github.simulator.payloads import Occasion
from mermaid2gha.github.simulator.simulator import Outcome, SimulatedRun
from mermaid2gha.github.simulator.token import granted

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


# -- concurrency ---------------------------------------------------------------------------------------


def test_of_a_group_one_runs_and_one_waits_and_the_older_one_that_waits_is_cancelled() -> None:
    """docs.github.com, Control the concurrency of workflows and jobs."""
    found = places([Request(name, "deploy") for name in "abc"])
    assert found == {"a": (Slot.RUNS, ""), "b": (Slot.DROPPED, "c"), "c": (Slot.WAITS, "")}


def test_cancel_in_progress_cancels_what_runs_too() -> None:
    """docs.github.com, Control the concurrency of workflows and jobs."""
    found = places([Request("a", "x"), Request("b", "x"), Request("c", "X", cancels=True)])
    assert found == {"a": (Slot.CUT, "c"), "b": (Slot.DROPPED, "c"), "c": (Slot.RUNS, "")}


def test_a_queue_keeps_all_up_to_a_hundred() -> None:
    """github.blog/changelog, 7 May 2026: `queue: max`."""
    found = places([Request(str(n), "x", queues=True) for n in range(102)])
    assert found["1"] == (Slot.DROPPED, "101")
    assert places([Request(str(n), "x", queues=True) for n in range(101)])["1"] == (Slot.WAITS, "")


def test_groups_have_no_case_and_no_group_is_no_group() -> None:
    """docs.github.com: the names of groups are compared without case."""
    assert places([Request("a", "Main"), Request("b", "mAIN")])["b"][0] is Slot.WAITS
    assert places([Request("a", ""), Request("b", "")])["b"][0] is Slot.RUNS


def test_jobs_of_one_run_in_one_group_cancel_each_other() -> None:
    """docs.github.com: a job's `concurrency` counts against every job of the group, its own run's too."""
    run = run_of(
        """
        a: {concurrency: deploy}
        b: {concurrency: deploy}
        c: {concurrency: "${{ format('{0}loy', 'dep') }}"}
        after: {needs: b, if: always()}
        """
    )
    assert results(run) == {"a": "success", "b": "cancelled", "c": "success", "after": "success"}
    assert run.ran == ("a", "c", "after")
    assert skip_of(run, "b").words == "`c` took its place in the concurrency group"


def test_runs_of_one_group_at_the_same_time() -> None:
    """docs.github.com: as by the groups of jobs; `github.run_id` makes a group of every run."""
    text = "on: push\nconcurrency: {group: GROUP, cancel-in-progress: CANCEL}\njobs: {a: {}}\n"

    def told(group: str, cancel: str) -> list[Slot]:
        workflow = read_workflow(text.replace("GROUP", group).replace("CANCEL", cancel))
        return [one.place for one in crowd(runs({"ci.yml": workflow}, Facts(Occasion("push"))), 3)]

    assert told('"${{ github.ref }}"', "false") == [Slot.RUNS, Slot.DROPPED, Slot.WAITS]
    assert told('"${{ github.ref }}"', "\"${{ github.ref == 'refs/heads/main' }}\"") == [
        *(Slot.CUT, Slot.CUT, Slot.RUNS)
    ]
    assert told('"${{ github.run_id }}"', "true") == []


# -- environments --------------------------------------------------------------------------------------

DEPLOY = """
    build: {}
    deploy: {needs: build, environment: {name: production}}
    tell: {needs: deploy, if: always()}
    other: {needs: build}
    """


def test_a_job_waits_for_an_approval_and_so_does_what_comes_after_it() -> None:
    """docs.github.com, Deployments and environments: required reviewers."""
    run = run_of(DEPLOY, unapproved=["production"])
    assert results(run) == {"build": "success", "deploy": "waiting", "other": "success", "tell": "waiting"}
    assert run.ran == ("build", "other")
    assert skip_of(run, "deploy").words == "it waits for an approval of `production`"
    assert skip_of(run, "tell").words == "it waits for `deploy`"
    assert conclusion(run) == "waiting"


def test_a_job_that_is_not_approved_fails() -> None:
    """docs.github.com, Reviewing deployments: a rejected job fails the workflow."""
    run = run_of(DEPLOY, rejected=["production"])
    assert results(run) == {"build": "success", "deploy": "failure", "other": "success", "tell": "success"}
    assert run.ran == ("build", "other", "tell")
    assert skip_of(run, "deploy").words == "it was not approved for `production`"


def test_what_waits_for_an_approval_starts_no_other_workflow() -> None:
    """docs.github.com, `workflow_run`: `completed` is when a run has ended."""
    texts = {
        "ci.yml": "name: CI\non: push\njobs: {a: {environment: prod}}",
        "next.yml": "on: {workflow_run: {workflows: [CI], types: [completed]}}\njobs: {a: {}}",
        "call.yml": "on: push\njobs:\n  c: {uses: ./.github/workflows/inner.yml}\n  d: {needs: c}\n",
        "inner.yml": "on: workflow_call\njobs: {a: {environment: prod}}",
    }
    found = all_runs(texts, Facts(Occasion("push"), unapproved=("prod",)))
    assert found["next.yml"].why_not == "it does not listen to `push`"
    assert results(found["call.yml"].run) == {"c": "waiting", "d": "waiting"}
    assert "a" in all_runs(texts, Facts(Occasion("push")))["next.yml"].run.ran


# -- tokens --------------------------------------------------------------------------------------------


def test_the_token_of_a_fork_s_pull_request_only_reads() -> None:
    """docs.github.com, `pull_request`: and has no id-token; `pull_request_target` has all that is asked."""
    workflow = read_workflow(
        "on: [pull_request, pull_request_target]\n"
        "permissions: {contents: read, packages: write, id-token: write}\n"
        "jobs: {a: {}, b: {permissions: write-all}, c: {permissions: {}}}\n"
    )

    def rights(job: str, event: str, *, is_fork: bool) -> dict[str, str]:
        return dict(granted(workflow, workflow.job(job), event, is_fork=is_fork) or ())

    assert rights("a", "pull_request", is_fork=True) == {"contents": "read", "packages": "read"}
    assert rights("a", "pull_request", is_fork=False)["packages"] == "write"
    assert rights("a", "pull_request_target", is_fork=True)["id-token"] == "write"
    assert rights("b", "pull_request", is_fork=True) == {"": "read-all"}
    assert rights("c", "pull_request", is_fork=False) == {}


def test_a_job_without_permissions_has_what_the_repository_gives() -> None:
    """docs.github.com, Automatic token authentication."""
    workflow = read_workflow("on: push\njobs: {a: {}}")
    assert granted(workflow, workflow.job("a"), "push", is_fork=False) is None


@pytest.mark.parametrize(
    ("event", "why_not"),
    [
        ("push", "an event that `GITHUB_TOKEN` makes starts no run"),
        ("pull_request", "a pull request by `GITHUB_TOKEN` waits until somebody approves its runs"),
        ("workflow_dispatch", ""),
        ("repository_dispatch", ""),
    ],
)
def test_what_a_workflow_does_with_its_token_starts_nothing_but_dispatches(event: str, why_not: str) -> None:
    """docs.github.com, Triggering a workflow from a workflow."""
    texts = {"ci.yml": f"on: {event}\njobs: {{a: {{}}}}\n"}
    assert all_runs(texts, Facts(Occasion(event), by_token=True))["ci.yml"].why_not == why_not


def test_a_chain_of_workflow_runs_has_three_levels() -> None:
    """docs.github.com, `workflow_run`: you can't use it to chain together more than three levels."""
    texts = {"a.yml": "name: A\non: push\njobs: {a: {}}\n"}
    for before, name in pairwise("ABCDE"):
        on = f"{{workflow_run: {{workflows: [{before}]}}}}"
        texts[f"{name.lower()}.yml"] = f"name: {name}\non: {on}\njobs: {{a: {{}}}}\n"
    found = all_runs(texts, Facts(Occasion("push")))
    assert [file for file, one in found.items() if not one.why_not] == ["a.yml", "b.yml", "c.yml", "d.yml"]


def test_a_workflow_without_a_name_is_called_by_its_path() -> None:
    """docs.github.com, Contexts, `github.workflow`."""
    texts = {
        "a.yml": "on: push\njobs: {a: {if: github.workflow == '.github/workflows/a.yml'}}\n",
        "b.yml": "on: {workflow_run: {workflows: [.github/workflows/a.yml]}}\njobs: {a: {}}\n",
    }
    found = all_runs(texts, Facts(Occasion("push")))
    assert [one.run.ran for one in found.values()] == [("a",), ("a",)]
