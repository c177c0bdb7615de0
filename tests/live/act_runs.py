"""Workflows under act with what their jobs do replaced, and the comparison with the scheduler."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping

import yaml
from one_run import simulate, steps_run
from oracles import ActRun, act

from mermaid2gha.github.shell.machine import Budget
from mermaid2gha.github.simulator.model import ScheduledJob, read_workflow
from mermaid2gha.github.simulator.simulator import JobResult, Outcome, SimulatedRun, environment_of
from mermaid2gha.github.simulator.steps import steps_end

RESULTS = {JobResult.SUCCESS: "success", JobResult.FAILURE: "failure", JobResult.SKIPPED: "skipped"}


def with_runs(text: str, runs: Mapping[tuple[str, int], str]) -> str:
    """The text with the scripts of some steps, by job and position, replaced; the rest stays as it is."""
    found = sorted(_scripts(text, runs), reverse=True)
    assert len(found) == len(runs), "every step to replace has a script"
    for start, end, script in found:
        line_end = "\n" if text[end - 1] == "\n" else ""
        text = text[:start] + json.dumps(script) + line_end + text[end:]
    return text


def _scripts(text: str, runs: Mapping[tuple[str, int], str]) -> Iterator[tuple[int, int, str]]:
    for job, body in _members(_member(yaml.compose(text, Loader=yaml.SafeLoader), "jobs")):
        steps = _member(body, "steps")
        for position, step in enumerate(steps.value if steps is not None else ()):
            script = _member(step, "run")
            if script is not None and (job, position) in runs:
                yield script.start_mark.index, script.end_mark.index, runs[job, position]


def _members(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.value, value


def _member(node: yaml.Node | None, name: str) -> yaml.Node | None:
    return next((value for key, value in _members(node) if key == name), None)


def scripted(
    text: str,
    *,
    outputs: Mapping[str, Mapping[str, str]],
    failing: Collection[str],
    real: Collection[str] = (),
) -> str:
    """The text with every script harmless: `failing` jobs fail, and steps with an id set the outputs.

    `real` jobs keep their scripts.
    """
    runs: dict[tuple[str, int], str] = {}
    for job in read_workflow(text).jobs:
        for step in job.steps:
            if job.id in real or not step.text:
                continue
            values = outputs.get(job.id, {}) if step.id else {}
            lines = [f'echo "{name}={value}" >> "$GITHUB_OUTPUT"' for name, value in values.items()]
            lines.append(
                "exit 1" if job.id in failing and step.position == 0 else f"echo ran:{step.position}"
            )
            runs[job.id, step.position] = "\n".join(lines)
    return with_runs(text, runs)


def disagreements(
    text: str,
    event: str,
    payload: Mapping[str, object],
    *,
    variables: Mapping[str, str] | None = None,
    outputs: Mapping[str, Mapping[str, str]] | None = None,
    failing: Collection[str] = (),
    real: Collection[str] = (),
) -> tuple[ActRun, list[str]]:
    """A run under act and everything in which the scheduler differs from it, jobs and steps.

    The outcomes of `real` jobs are act's; what is compared of them is whether they run.
    """
    played = scripted(text, outputs=outputs or {}, failing=failing, real=real)
    run = act(
        {"x.yml": played},
        "x.yml",
        event,
        payload,
        variables=variables,
    )
    failed = {job for job in real if run.results.get(job) == "failure"} | set(failing)
    expected = simulate(
        read_workflow(text),
        event,
        payload,
        variables=variables,
        outputs=outputs,
        outcomes=dict.fromkeys(failed, Outcome.FAILURE),
    )
    ours = {job: RESULTS[result] for job, result in expected.results.items()}
    faults = [
        f"{job}: act says {run.results.get(job)}, the scheduler {ours.get(job)}"
        for job in dict.fromkeys([*ours, *run.results])
        if run.results.get(job) != ours.get(job)
    ]
    for job in expected.ran:
        if job not in real:
            faults += _step_faults(expected, job, run, job in failing, outputs or {})
            faults += _end_faults(expected, read_workflow(played).job(job), run)
    return run, faults


def _end_faults(expected: SimulatedRun, job: ScheduledJob, run: ActRun) -> list[str]:
    """Where the package's own reading of a job's scripts, which is told no outcome, contradicts act's run."""
    if job.matrix is not None or job.uses:
        return []  # each leg sees its own values
    ended = steps_end(job, environment_of(expected, job), expected.workflow.env, Budget())
    has_run = any(line.startswith("ran:") for line in run.printed.get(job.id, ()))
    has_failed = run.results.get(job.id) == "failure"
    faults = []
    if ended.is_idle and (has_run or has_failed):
        faults.append(f"{job.id}: act runs steps of it, and the package reads that none does")
    if bool(ended.failure) != has_failed:
        faults.append(f"{job.id}: act says {run.results.get(job.id)}, ours ends: {ended.failure or 'well'}")
    return faults


def _step_faults(
    expected: SimulatedRun, job: str, run: ActRun, is_failing: bool, outputs: Mapping[str, Mapping[str, str]]
) -> list[str]:
    values = outputs.get(job, {})
    by_step = {step.id: values for step in expected.workflow.job(job).steps if step.id}
    steps = steps_run(expected, job, failing=0 if is_failing else None, outputs=by_step)
    ours = [f"ran:{step.position}" for step in steps if not (is_failing and step.position == 0)]
    theirs = [line for line in run.printed.get(job, ()) if line.startswith("ran:")]
    if expected.workflow.job(job).matrix is not None:
        theirs = list(dict.fromkeys(theirs))  # every leg prints them
    return [] if ours == theirs else [f"{job}: act runs the steps {theirs}, the scheduler {ours}"]
