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


def crowd(found: Sequence[WorkflowRun], times: int) -> tuple[Crowded, ...]:
    """The places of the runs that an event starts which comes so many times, all while the first still runs.

    Told of groups alone in which not every run runs. `github.run_id` and `run_number` differ from run to run.
    """
    wanting = [
        (one.file, number, requested(f"{one.file} #{number}", one.workflow.concurrency, _of(one, number)))
        for number in range(1, times + 1)
        for one in found
        if not one.why_not and not one.after and one.workflow.concurrency is not None
    ]
    given = places([request for _, _, request in wanting])
    made = []
    for file, number, request in wanting:
        slot, by = given[request.name]
        made.append(Crowded(file, number, request.group, slot, by=by))
    narrow = {one.group.casefold() for one in made if one.place is not Slot.RUNS}
    return tuple(one for one in made if one.group.casefold() in narrow)


def _of(one: WorkflowRun, number: int) -> Environment:
    """What the expressions of a workflow's `concurrency` see in the run of a number."""
    github = one.run.contexts.get("github")
    told = {"run_id": str(number), "run_number": str(number)}
    seen = {**github, **told} if isinstance(github, dict) else told
    return Environment({**one.run.contexts, "github": seen})
