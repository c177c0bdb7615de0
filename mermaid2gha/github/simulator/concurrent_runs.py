"""What becomes of runs of one event that come while others still run, by their concurrency groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.expressions.evaluator import Environment
from mermaid2gha.github.simulator.cascade import WorkflowRun
from mermaid2gha.github.simulator.concurrency import Request, Slot, places
from mermaid2gha.github.simulator.simulator import environment_of, requested


@dataclass(frozen=True, slots=True)
class Crowded:
    """The place of the `number`th run of a workflow, from 1, in its group; `by` is the run that took it.

    `job` is the one whose own group it is, empty where it is the run's.
    """

    file: str
    number: int
    group: str
    place: Slot
    by: str = ""
    job: str = ""


def crowd(started: Sequence[WorkflowRun], times: int) -> tuple[Crowded, ...]:
    """The places of the runs that an event starts which comes so many times, all while the first still runs.

    Told of groups alone in which not every run runs. `github.run_id` and `run_number` differ from run to run.
    Jobs of runs that run ask for their own groups, each run for each group once.
    """
    first = [run for run in started if not run.why_not and not run.after]
    runs = [(run, number) for number in range(1, times + 1) for run in first]
    of_runs = [
        (run, number, "", requested(_name(run, number), run.workflow.concurrency, _of(run, number)))
        for run, number in runs
        if run.workflow.concurrency is not None
    ]
    placed = _placed(of_runs)
    idle = {(entry.file, entry.number) for entry in placed if entry.place is not Slot.RUNS}
    of_jobs = [
        wanting for run, number in runs if (run.file, number) not in idle for wanting in _of_jobs(run, number)
    ]
    return (*placed, *_placed(of_jobs)) if times > 1 or placed else ()


def _name(run: WorkflowRun, number: int) -> str:
    return f"{run.file} #{number}"


_Wanting = tuple[WorkflowRun, int, str, Request]


def _placed(wanting: Sequence[_Wanting]) -> list[Crowded]:
    slots = places([request for *_, request in wanting])
    crowded = []
    for run, number, job, request in wanting:
        slot, by = slots[request.name]
        crowded.append(Crowded(run.file, number, request.group, slot, by=by, job=job))
    narrow = {entry.group.casefold() for entry in crowded if entry.place is not Slot.RUNS}
    return [entry for entry in crowded if entry.group.casefold() in narrow]


def _of_jobs(run: WorkflowRun, number: int) -> Iterator[_Wanting]:
    seen: set[str] = set()
    for job in run.workflow.jobs:
        if job.concurrency is None or job.id not in run.run.ran:
            continue
        environment = environment_of(run.run, job)
        numbered = Environment({**environment.contexts, **_of(run, number).contexts})
        request = requested(f"`{job.id}` of {_name(run, number)}", job.concurrency, numbered)
        group = request.group.casefold()
        if group and group not in seen:
            seen.add(group)
            yield run, number, job.id, request


def _of(run: WorkflowRun, number: int) -> Environment:
    """What the expressions of a workflow's `concurrency` see in the run of a number."""
    github = run.run.contexts.get("github")
    numbers = {"run_id": str(number), "run_number": str(number)}
    seen = {**github, **numbers} if isinstance(github, dict) else numbers
    return Environment({**run.run.contexts, "github": seen})
