"""The emitted `tests.yml` runs as the diagrams say: under act, and simulated with every one and two failures.

The events are those of the four flows of `diagrams/CI_DIAGRAMS.md`. Under act, flags are set and jobs fail
because the scripts of their steps are replaced; the gate's own script runs as it is.
"""

from __future__ import annotations

import itertools
import sys
from functools import cache
from pathlib import Path

import pytest
from act_runs import disagreements
from one_run import simulate

from mermaid2gha.github.expressions.ast import Call
from mermaid2gha.github.simulator.model import ScheduledWorkflow, read_workflow
from mermaid2gha.github.simulator.simulator import JobResult, Outcome

FILE = Path(__file__).parents[2] / "out" / "workflows" / "tests.yml"
REPOSITORY = {"full_name": "owner/name", "default_branch": "main"}

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="act runs the scripts of steps in bash")


def pull_request(head: str) -> dict[str, object]:
    return {
        "number": 7,
        "action": "opened",
        "repository": REPOSITORY,
        "pull_request": {
            "number": 7,
            "head": {"ref": "topic", "sha": "1" * 40, "repo": {"full_name": head}},
            "base": {"ref": "main", "repo": REPOSITORY},
        },
    }


FLOWS: dict[str, tuple[str, dict[str, object]]] = {
    "fork": ("pull_request", pull_request("someone/name")),
    "own": ("pull_request", pull_request("owner/name")),
    "merge": ("push", {"ref": "refs/heads/main", "repository": REPOSITORY}),
    "scheduled": ("schedule", {"schedule": "28 0 * * *", "repository": REPOSITORY}),
}


@cache
def text() -> str:
    return FILE.read_text(encoding="utf-8")


@cache
def workflow() -> ScheduledWorkflow:
    return read_workflow(text())


@cache
def gate() -> str:
    """The one job that runs always."""
    (found,) = [job.id for job in workflow().jobs if job.guard.node == Call("always", ())]
    return found


def outputs(**chosen: str) -> dict[str, dict[str, str]]:
    """Every declared output `true`, but those chosen here (with `_` for `-`)."""
    values = {name.replace("_", "-"): value for name, value in chosen.items()}
    return {job.id: {n: values.get(n, "true") for n, _ in job.outputs} for job in workflow().jobs}


def simulated(flow: str, failing: tuple[str, ...] = (), **chosen: str) -> set[str]:
    """The jobs that run, but for the gate."""
    outcomes = dict.fromkeys(failing, Outcome.FAILURE)
    run = simulate(workflow(), *FLOWS[flow], outputs=outputs(**chosen), outcomes=outcomes)
    assert gate() in run.ran
    return set(run.ran) - {gate()}


def acted(flow: str, failing: tuple[str, ...] = (), **chosen: str) -> dict[str, str]:
    """The results under act, having compared them with the scheduler's."""
    run, faults = disagreements(
        text(), *FLOWS[flow], outputs=outputs(**chosen), failing=failing, real=[gate()]
    )
    assert faults == []
    return dict(run.results)


def ran(results: dict[str, str]) -> set[str]:
    return {job for job, result in results.items() if result != "skipped"} - {gate()}


def after(job: str) -> set[str]:
    """The jobs that come after a job, however far, but for the gate."""
    position = [found.id for found in workflow().jobs].index(job)
    return {found.id for found in workflow().jobs if found.ancestors >> position & 1} - {gate()}


@on_posix
def test_a_fork_builds_no_image_and_waits_for_the_images() -> None:
    results = acted("fork")
    assert results[gate()] == "success"
    assert {job for job in ran(results) if job.startswith("build-") and "image" in job} == set()
    assert {"wait-for-ci-images", "wait-for-prod-images"} <= ran(results)


@on_posix
def test_an_own_pull_request_builds_the_images_and_does_not_wait() -> None:
    results = acted("own")
    assert results[gate()] == "success"
    assert {"build-ci-images", "build-prod-images"} <= ran(results)
    assert {job for job in ran(results) if job.startswith("wait-")} == set()
    assert {job for job in ran(results) if "latest" in job} == set()


@on_posix
@pytest.mark.parametrize("flow", ["merge", "scheduled"])
def test_merges_and_schedules_build_the_latest_images(flow: str) -> None:
    results = acted(flow)
    assert results[gate()] == "success"
    assert {"build-ci-images-latest", "build-prod-images-latest"} <= ran(results)
    assert {job for job in ran(results) if job.startswith("wait-")} == set()


@on_posix
def test_a_docs_flag_set_to_false_skips_the_docs_and_nothing_else() -> None:
    results = acted("own", build_docs="false")
    assert simulated("own") - ran(results) == {"build-docs"}
    assert results[gate()] == "success"


@on_posix
def test_when_build_info_fails_only_the_gate_runs_and_is_red() -> None:
    results = acted("own", failing=("build-info",))
    assert ran(results) == {"build-info"}
    assert results[gate()] == "failure"


@on_posix
def test_when_tests_fail_what_comes_after_stops_and_nothing_beside_it() -> None:
    results = acted("own", failing=("tests",))
    assert ran(results) == simulated("own") - after("tests")
    assert results[gate()] == "failure"


@pytest.mark.parametrize("flow", FLOWS)
def test_no_job_starts_after_one_or_two_failures_before_it_and_every_other_does(flow: str) -> None:
    whole = simulated(flow)
    for failing in [*itertools.combinations(sorted(whole), 1), *itertools.combinations(sorted(whole), 2)]:
        stopped = set().union(*(after(job) for job in failing))
        assert simulated(flow, failing) == whole - stopped, failing


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("outcome", [Outcome.TIMEOUT, Outcome.CANCELLED])
def test_a_job_that_times_out_stops_what_a_failed_one_stops(flow: str, outcome: Outcome) -> None:
    for job in sorted(simulated(flow)):
        run = simulate(workflow(), *FLOWS[flow], outputs=outputs(), outcomes={job: outcome})
        assert run.results[job] is JobResult.CANCELLED
        assert set(run.ran) - {gate()} == simulated(flow, (job,))


@pytest.mark.parametrize("flow", FLOWS)
def test_a_flag_leaves_out_its_own_jobs_and_never_what_comes_after(flow: str) -> None:
    whole = simulated(flow)
    flags = {name for job in workflow().jobs for name, _ in job.outputs}
    for count in (1, 2):
        for chosen in itertools.combinations(sorted(flags), count):
            left_out = whole - simulated(flow, **dict.fromkeys(chosen, "false"))
            assert left_out <= set(chosen) | {job for job in whole if "latest" in job}, chosen
