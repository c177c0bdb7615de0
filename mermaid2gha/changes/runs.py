"""What runs in a case: the jobs of each workflow file, their order, and the checks that they report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mermaid2gha.base.graph import bits
from mermaid2gha.base.records import dataclass
from mermaid2gha.changes.occasions import EventCase, facts_of
from mermaid2gha.changes.state import WorkflowsState
from mermaid2gha.github.simulator.cascade import WorkflowRun, runs
from mermaid2gha.github.simulator.legs import title_of
from mermaid2gha.github.simulator.model import ScheduledWorkflow
from mermaid2gha.github.simulator.simulator import environment_of


@dataclass(frozen=True, slots=True)
class CaseRuns:
    """What a case runs. `jobs` are pairs of a file and those of its jobs that run, called ones too; `checks`
    the names under which GitHub shows them, and those that are skipped, at a commit."""

    jobs: tuple[tuple[str, frozenset[str]], ...]
    checks: frozenset[str]

    def of(self, file: str) -> frozenset[str]:
        return dict(self.jobs).get(file, frozenset())


def case_runs(case: EventCase, state: WorkflowsState, states: Sequence[WorkflowsState]) -> CaseRuns:
    """What a case runs in a state; `states` are all that are compared, which decide what can be set."""
    jobs: dict[str, set[str]] = {}
    checks: set[str] = set()
    for facts in facts_of(case, states):
        for run in runs(state.workflows, facts):
            if not run.why_not:
                for file, ran in _ran(run):
                    jobs.setdefault(file, set()).update(ran)
                checks.update(_checks(run, ""))
    return CaseRuns(tuple((file, frozenset(ran)) for file, ran in sorted(jobs.items())), frozenset(checks))


def _ran(run: WorkflowRun) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield run.file, run.run.ran
    for _, called in run.called:
        yield from _ran(called)


def _checks(run: WorkflowRun, lead: str) -> Iterator[str]:
    """The names of the checks of a run; what a job calls stands behind its own name."""
    inside = dict(run.called)
    for job in run.workflow.jobs:
        legs = run.run.legs.get(job.id, ())
        titles = {f"{job.id} ({leg.name})": leg.title for leg in legs}
        titles = titles or {job.id: title_of(job, environment_of(run.run, job))}
        for key, title in titles.items():
            called = inside.get(key)
            if called is not None:
                yield from _checks(called, f"{lead}{title} / ")
            else:
                yield f"{lead}{title}"


def order_among(workflow: ScheduledWorkflow, ran: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The pairs of jobs that run, the first of which has ended when the second begins."""
    names = [job.id for job in workflow.jobs]
    return tuple(
        (names[at], job.id)
        for job in workflow.jobs
        if job.id in ran
        for at in bits(job.ancestors)
        if names[at] in ran
    )
