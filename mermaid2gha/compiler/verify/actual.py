"""A workflow's text as GitHub reads it, with its conditions as formulas."""

from __future__ import annotations

from collections.abc import Mapping
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
class EmittedJob:
    """A job as it is written; `bit` is its own in sets of jobs, `before` all that it needs, however far.

    Ids are in lower case.
    """

    id: str
    bit: int
    needs: tuple[str, ...]
    before: int
    asked: JobCondition
    outputs: frozenset[str]
    is_forgiven: bool
    written: ScheduledJob

    @property
    def terms(self) -> tuple[Formula, ...]:
        return self.asked.terms


@dataclass(frozen=True, slots=True)
class NeedTest:
    """A line of a gate's table: a job, when it is expected to run, when its failure is accepted."""

    job: str
    expected: Formula
    handled: Formula


@dataclass(frozen=True, slots=True)
class File:
    """A workflow: its events, and its jobs by id, each after its needs.

    `success_asked` and `failure_asked` are the jobs whose `if` asks `success()` or `failure()`, and all
    before them, of which these tell.
    """

    jobs: dict[str, EmittedJob]
    events: frozenset[str]
    success_asked: int
    failure_asked: int
    written: ScheduledWorkflow

    def names(self, bits: int) -> list[str]:
        """The jobs of a bit set."""
        return [name for name, job in self.jobs.items() if bits & job.bit] if bits else []


def file_of(text: str) -> File:
    """The workflow that a text is; `ValueError` where GitHub would not run it."""
    read = read_workflow(text)
    jobs: dict[str, EmittedJob] = {}
    for job in read.jobs:
        name = job.id.lower()
        jobs[name] = EmittedJob(
            name,
            1 << len(jobs),
            needs=tuple(need.lower() for need in job.needs),
            before=job.ancestors,
            asked=job_condition(job.guard.text),
            outputs=frozenset(output.lower() for output, _ in job.outputs),
            is_forgiven=job.continues_on_error,
            written=job,
        )
    return File(
        jobs,
        frozenset(event for event, _ in read.events),
        success_asked=_asked(jobs, "success"),
        failure_asked=_asked(jobs, "failure"),
        written=read,
    )


def _asked(jobs: Mapping[str, EmittedJob], status: str) -> int:
    """The jobs that ask for a status, and all before them."""
    found = 0
    for job in jobs.values():
        if status in job.asked.statuses:
            found |= job.bit | job.before
    return found


def gate_lines(gate: EmittedJob) -> tuple[Formula, tuple[NeedTest, ...]]:
    """When a gate says that a flow is drawn, and its table; `ValueError` where it has another form."""
    steps = gate.written.steps
    if len(steps) != 1 or not steps[0].guard.is_implicit or steps[0].continues_on_error:
        raise ValueError(f"the gate `{gate.id}` has one step, which always decides")
    known = recognised(steps[0].name, steps[0].id, steps[0].text.rstrip(), dict(steps[0].env))
    if known is not None and known.script is GATE_ALONE:
        return value_formula(known.values["drawn"]), ()
    if known is None or known.script is not GATE:
        raise ValueError(f"the gate `{gate.id}` runs another script")
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
