"""A workflow's text as GitHub reads it, with its conditions as formulas."""

from __future__ import annotations

from functools import lru_cache

from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.scripts.steps import GATE, GATE_ALONE, recognised
from mermaid2gha.compiler.scripts.wording import read
from mermaid2gha.compiler.verify.asked import JobCondition, job_condition
from mermaid2gha.github.logic.equivalence import (
    ConditionPlace,
    Formula,
    condition_formula,
)
from mermaid2gha.github.simulator.model import ScheduledJob, ScheduledWorkflow, read_workflow


@dataclass(frozen=True, slots=True)
class NeedTest:
    """A line of a gate's table: a job, when it is expected to run, when its failure is accepted."""

    job: str
    expected: Formula
    handled: Formula


@dataclass(frozen=True, slots=True)
class File:
    """A workflow: its events, and its jobs by id, each after its needs. Ids are in lower case.

    `bits` are those of the jobs in sets of jobs, as in their `ancestors`; `asked` is what their `if`s ask,
    `outputs` are the names of what they give.
    `success_asked` and `failure_asked` are the jobs whose `if` asks `success()` or `failure()`, and all
    before them, of which these tell.
    """

    jobs: dict[str, ScheduledJob]
    bits: dict[str, int]
    needs: dict[str, tuple[str, ...]]
    asked: dict[str, JobCondition]
    outputs: dict[str, frozenset[str]]
    events: frozenset[str]
    success_asked: int
    failure_asked: int
    written: ScheduledWorkflow

    def names(self, bits: int) -> list[str]:
        """The jobs of a bit set."""
        return [name for name, bit in self.bits.items() if bits & bit] if bits else []

    def gives(self, job: str, output: str) -> bool:
        """Whether a job can have an output; of a workflow that people let it call, any."""
        return output in self.outputs[job] or bool(self.jobs[job].uses)


def file_of(text: str) -> File:
    """The workflow that a text is; `ValueError` where GitHub would not run it."""
    read = read_workflow(text)
    jobs = {job.id.lower(): job for job in read.jobs}
    bits = {name: 1 << at for at, name in enumerate(jobs)}
    asked = {name: job_condition(job.guard.text) for name, job in jobs.items()}

    def asking(status: str) -> int:
        """The jobs that ask for a status, and all before them."""
        found = 0
        for name, job in jobs.items():
            if status in asked[name].statuses:
                found |= bits[name] | job.ancestors
        return found

    return File(
        jobs,
        bits=bits,
        needs={name: tuple(need.lower() for need in job.needs) for name, job in jobs.items()},
        asked=asked,
        outputs={name: frozenset(output.lower() for output, _ in job.outputs) for name, job in jobs.items()},
        events=frozenset(event for event, _ in read.events),
        success_asked=asking("success"),
        failure_asked=asking("failure"),
        written=read,
    )


def gate_lines(gate: ScheduledJob) -> tuple[Formula, tuple[NeedTest, ...]]:
    """When a gate says that a flow is drawn, and its table; `ValueError` where it has another form."""
    steps, id_of_gate = gate.steps, gate.id.lower()
    if len(steps) != 1 or not steps[0].guard.is_implicit or steps[0].continues_on_error:
        raise ValueError(f"the gate `{id_of_gate}` has one step, which always decides")
    known = recognised(steps[0].name, steps[0].id, steps[0].text.rstrip(), dict(steps[0].env))
    if known is not None and known.script is GATE_ALONE:
        return value_formula(known.values["drawn"]), ()
    if known is None or known.script is not GATE:
        raise ValueError(f"the gate `{id_of_gate}` runs another script")
    rows = known.values["rows"].splitlines()
    return value_formula(known.values["drawn"]), tuple(_line(row, known.version.row) for row in rows)


def _line(row: str, template: str) -> NeedTest:
    values = read(template, row.rstrip())
    if values is None:
        raise ValueError(f"`{row}` is no line of a gate")
    accepted = value_formula(values["accepted"].strip() or "false")
    return NeedTest(values["job"].lower(), value_formula(values["expected"]), accepted)


@lru_cache(maxsize=4096)
def value_formula(text: str) -> Formula:
    """When a value is the text `true`: a constant, or an expression that is a boolean."""
    if text in ("true", "false"):
        return text == "true"
    return condition_formula(text, place=ConditionPlace.VALUE)
