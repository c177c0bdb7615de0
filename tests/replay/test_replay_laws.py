"""`mermaid2gha replay` on runs of random drawings: allowed as they are, told when changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from laws.generate import documents
from laws.settings import settings_for
from laws.tree import Document
from laws.witness import compiled, passes, payload_of
from laws.writer import written
from one_run import simulate

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.verify.verify import NO_FLOW
from mermaid2gha.github.logic.dnf import CERTAIN
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.github.simulator.simulator import JobResult, Outcome, SimulatedRun
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.replay.api import ObservedJob, ObservedRun, RunState
from mermaid2gha.replay.check import DrawnFile, checked
from mermaid2gha.settings.model import Settings

laws = settings_for(60)


@laws
@given(documents(), st.integers(0, 2**32))
def test_what_the_scheduler_makes_of_a_compiled_file_is_allowed(document: Document, seed: int) -> None:
    """Any run of the emitted text, with random outputs and up to one job that ends badly, is drawn."""
    for text, one, run in _runs(document, Random(seed), fails=True):
        [result, *_] = checked(one, run, (), 1.0)
        assert not result.diagnostics, (result.diagnostics[0].message, text)


@laws
@given(documents(), st.integers(0, 2**32))
def test_one_thing_that_is_changed_in_a_run_is_told(document: Document, seed: int) -> None:
    """A job that runs in every case is taken for skipped, or one begins before another that it needs ends."""
    chance = Random(seed)
    for text, one, run in _runs(document, chance, fails=False):
        [result, *_] = checked(one, run, (), 1.0)
        number = result.replayed.flow if result.replayed is not None else NO_FLOW
        if number == NO_FLOW:
            continue
        names = {job.id: job.name for job in one.fresh.jobs}
        certain = [
            job for job in one.linked.jobs if number in job.flows and job.flows[number].condition == CERTAIN
        ]
        for job in certain:
            found = _rules(one, replaced(run, ObservedJob(names[job.id], RunState.SKIPPED)))
            assert "skipped-though-drawn" in found, (job.id, text)
        at = {job.name: job for job in run.jobs if job.end is not None}
        pairs = [(one.linked.jobs[a].id, job.id) for job in certain for a in job.direct[number]]
        for before, after in ((names[a], names[b]) for a, b in pairs):
            if before in at and after in at and (end := at[before].end) is not None:
                early = ObservedJob(after, RunState.SUCCESS, end - 5, at[after].end)
                assert "started-too-early" in _rules(one, replaced(run, early)), (before, after, text)


def replaced(run: ObservedRun, job: ObservedJob) -> ObservedRun:
    """The run with another job of that name."""
    return replace(run, jobs=tuple(job if one.name == job.name else one for one in run.jobs))


def _rules(one: DrawnFile, run: ObservedRun) -> set[str]:
    return {found.rule for found in checked(one, run, (), 1.0)[0].diagnostics}


def _runs(document: Document, chance: Random, *, fails: bool) -> Iterator[tuple[str, DrawnFile, ObservedRun]]:
    """Simulated runs of what a document compiles to, by each event, as the API would tell them."""
    text = "\n".join(written(document).lines) + "\n"
    compilation = compiled(text)
    for linked, plan, fresh in zip(compilation.linked, compilation.plan.workflows, compilation.workflows):
        for name in ("fork", "own", "merge", "scheduled"):
            event = {"merge": "push", "scheduled": "schedule"}.get(name, "pull_request")
            payload = payload_of(name, event)
            run = _simulated(workflow_text(fresh), event, payload, chance if fails else None, chance)
            if run.is_started:
                yield (
                    text,
                    DrawnFile(linked, plan, fresh, settings=Settings(), file=None),
                    _observed(run, event, name == "fork"),
                )


def _simulated(
    text: str, event: str, payload: dict[str, object], failing: Random | None, chance: Random
) -> SimulatedRun:
    workflow = read_workflow(text)
    outputs = {
        job.id: {name: chance.choice(["true", "false"]) for name, _ in job.outputs} for job in workflow.jobs
    }
    ends = [Outcome.FAILURE, Outcome.TIMEOUT]
    gates = {job.id for job in workflow.jobs if job.steps and "DRAWN" in dict(job.steps[0].env)}
    work = [job.id for job in workflow.jobs if job.id not in gates]
    is_failing = failing is not None and failing.random() < 0.6
    outcomes = {chance.choice(work): chance.choice(ends)} if is_failing else {}
    variables = {name: chance.choice(["true", "false"]) for name in re.findall(r"vars\.(\w+)", text)}
    return simulate(workflow, event, payload, variables=variables, outputs=outputs, outcomes=outcomes)


def _observed(run: SimulatedRun, event: str, is_fork: bool) -> ObservedRun:
    """A run as the API would tell it, each job as early as it can be, with the verdict of the gate."""
    states = {
        JobResult.SUCCESS: RunState.SUCCESS,
        JobResult.FAILURE: RunState.FAILURE,
        JobResult.CANCELLED: RunState.TIMED_OUT,
        JobResult.SKIPPED: RunState.SKIPPED,
    }
    jobs = []
    for job in run.workflow.jobs:
        state = states[run.results[job.id]]
        if job.id in run.ran and job.steps and "DRAWN" in dict(job.steps[0].env):
            state = RunState.SUCCESS if passes(job, run) else RunState.FAILURE
        times = (100.0 * job.level, 100.0 * job.level + 90.0) if job.id in run.ran else ()
        jobs.append(ObservedJob(job.name, state, *times))
    head = "someone/r" if is_fork else "o/r"
    return ObservedRun(tuple(jobs), event, repository="o/r", head_repository=head, branch="topic")
