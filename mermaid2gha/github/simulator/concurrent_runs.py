"""What becomes of runs of one event that come while others still run, by their concurrency groups."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.expressions.evaluator import Environment
from mermaid2gha.github.simulator.cascade import WorkflowRun
from mermaid2gha.github.simulator.concurrency import Slot, places
from mermaid2gha.github.simulator.simulator import requested


@dataclass(frozen=True, slots=True)
class Crowded:
    """The place of the `number`th run of a workflow, from 1, in its group; `by` is the run that took it."""

    file: str
    number: int
    group: str
    place: Slot
    by: str = ""


def crowd(started: Sequence[WorkflowRun], times: int) -> tuple[Crowded, ...]:
    """The places of the runs that an event starts which comes so many times, all while the first still runs.

    Told of groups alone in which not every run runs. `github.run_id` and `run_number` differ from run to run.
    """
    wanting = [
        (run.file, number, requested(f"{run.file} #{number}", run.workflow.concurrency, _of(run, number)))
        for number in range(1, times + 1)
        for run in started
        if not run.why_not and not run.after and run.workflow.concurrency is not None
    ]
    slots = places([request for _, _, request in wanting])
    crowded = []
    for file, number, request in wanting:
        slot, by = slots[request.name]
        crowded.append(Crowded(file, number, request.group, slot, by=by))
    narrow = {entry.group.casefold() for entry in crowded if entry.place is not Slot.RUNS}
    return tuple(entry for entry in crowded if entry.group.casefold() in narrow)


def _of(run: WorkflowRun, number: int) -> Environment:
    """What the expressions of a workflow's `concurrency` see in the run of a number."""
    github = run.run.contexts.get("github")
    numbers = {"run_id": str(number), "run_number": str(number)}
    seen = {**github, **numbers} if isinstance(github, dict) else numbers
    return Environment({**run.run.contexts, "github": seen})
