"""What else a drawing says of jobs, beside order and conditions, as checks of one compiled document."""

from __future__ import annotations

import re

from one_run import steps_run
from quick_yaml import texts

from laws.points import Event
from laws.reference import holds
from laws.tree import Call, Fragment, Job, Start, Step
from laws.witness import Witness, assignments, texts_of
from mermaid2gha.compiler.scripts.steps import known_script
from mermaid2gha.github.workflow.emitter import workflow_text

_AXES = {
    "For each python (3.11, 3.12)": ("python", ["3.11", "3.12"]),
    "For each database (MySQL, Postgres)": ("database", ["MySQL", "Postgres"]),
    "For each shard": ("shard", None),
}


def check_steps(seen: Witness) -> None:
    """The steps of each job are those that are drawn, and run when what is around them holds."""
    becomes = {row.span.line: row.becomes for row in seen.compilation.trace}
    for view in seen.views:
        for job, steps in view.steps.items():
            for event, _ in steps:
                said = becomes[view.line_of[event.leaf]]
                assert said.endswith(f": {job})"), (job, event.step, said, seen.text)
        for values in assignments(view.flags(), most=8):
            run = view.run(values)
            whole = view.values(values, failure=False)
            for job, steps in view.steps.items():
                if job in run.ran and not view.undecided(run):
                    found = steps_run(run, job, outputs={"decide": texts_of(values)})
                    if view.decides(job) and all(step.id != "decide" for step in found):
                        continue  # no step is common to the flows, so none could decide in all of them
                    ran = {step.name for step in found}
                    for event, cube in steps:
                        is_run = event.step in ran
                        assert is_run == holds([cube], whole), (job, event.step, is_run, values, seen.text)


def check_facts(seen: Witness) -> None:
    """Environments, matrices, fixed ids, outputs, calls and rights are as drawn, and nowhere else."""
    files = {w.file: texts(workflow_text(w)) for w in seen.compilation.workflows}
    approved: set[tuple[str, str]] = set()
    for view in seen.views:
        jobs = files[view.began.file]["jobs"]
        for job, drawn in view.drawn.items():
            written, context = jobs[job], (view.workflow, job, seen.text)
            if wanted := view.meaning.points.approved.get((drawn.workflow, drawn.name)):
                approved.add((view.began.file, job))
                assert written.get("environment") is not None, (wanted, *context)
            for event in drawn.events:
                if view in seen.lone_views:
                    check_matrix(seen, event, written, context)
                check_event(seen, event, job, written, context)
            check_rights(drawn.events + drawn.steps, written, context)
    for file, read in files.items():
        named = {job for job, written in read["jobs"].items() if "environment" in written}
        assert {(file, job) for job in named} <= approved, (file, named, approved, seen.text)


def check_matrix(
    seen: Witness, event: Event, written: dict[str, object], context: tuple[object, ...]
) -> None:
    """A job in loops over something has these axes, with the drawn values or those that the decider gives;
    none where it is told that nothing gives any."""
    wanted = {}
    for place in event.within:
        if place.node.guards[0] in _AXES:
            axis, values = _AXES[place.node.guards[0]]
            wanted[axis] = values
    strategy = written.get("strategy")
    matrix = strategy.get("matrix", {}) if isinstance(strategy, dict) else {}
    for axis, values in wanted.items():
        is_told = values is None and bool(seen.told("matrix-without-values"))
        assert axis in matrix or is_told, (axis, *context)
        assert values is None or matrix[axis] == values, (axis, matrix, *context)


def check_event(
    seen: Witness, event: Event, job: str, written: dict[str, object], context: tuple[object, ...]
) -> None:
    """The fixed id of a job, and what a call says."""
    node = event.node
    if isinstance(node, Job | Start) and node.mark and not seen.told("job-separated"):
        assert job == node.mark, context
    if isinstance(node, Call):
        assert written["uses"] == f"./.github/workflows/{node.receiver.lower()}.yml", context
        given = written.get("with", {})
        assert isinstance(given, dict)
        assert dict(node.arguments).items() <= given.items(), context


def check_rights(events: tuple[Event, ...], written: dict[str, object], context: tuple[object, ...]) -> None:
    """A job that writes to the repository may do so."""
    if any(isinstance(e.node, Step) and e.node.to == "Repo" for e in events):
        rights = written.get("permissions")
        assert isinstance(rights, dict), context
        assert rights.get("contents") == "write", context


def check_retries(seen: Witness) -> None:
    """Each step is tried as often as the loop around it says, the most of all flows; elsewhere once."""
    wanted: dict[tuple[str, str, str], set[int]] = {}
    for view in seen.views:
        for job, drawn in view.drawn.items():
            for event in (*drawn.events, *drawn.steps):
                loops = [_tries(place.node) for place in event.places if place.node.operator == "loop"]
                tries = next((one for one in reversed(loops) if one), 0)
                for text in _texts(event):
                    wanted.setdefault((view.began.file, job, text), set()).add(tries)
    for workflow in seen.compilation.workflows:
        for job in workflow.jobs:
            for step in job.steps:
                known, key = known_script(step), (workflow.file, job.id, step.name)
                assert known is not None, (job.id, step, seen.text)
                assert known.tries in wanted.get(key, {known.tries}), (*key, wanted[key], seen.text)
                if key in wanted and [one.name for one in job.steps].count(step.name) == 1:
                    assert known.tries == max(wanted[key]), (*key, wanted[key], seen.text)


def _texts(event: Event) -> list[str]:
    return [event.step] if event.step else [event.node.name] if isinstance(event.node, Job) else []


def _tries(loop: Fragment) -> int:
    text = loop.guards[0]
    if match := re.match(r"Up to (\d+) times", text):
        return int(match[1])
    return 3 if text == "Retry" else 0
