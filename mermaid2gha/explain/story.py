"""What there is to tell of the runs of an event: which jobs ran, in which order, and why others did not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.events import WORKFLOW_RUN, kind_of
from mermaid2gha.github.expressions.ast import Call
from mermaid2gha.github.expressions.checker import nodes
from mermaid2gha.github.simulator.cascade import Facts, WorkflowRun, conclusion
from mermaid2gha.github.simulator.concurrent_runs import Crowded, crowd
from mermaid2gha.github.simulator.explain import skip_of, waves
from mermaid2gha.github.simulator.legs import title_of
from mermaid2gha.github.simulator.model import ScheduledJob
from mermaid2gha.github.simulator.reads import Assumed, assumed
from mermaid2gha.github.simulator.simulator import SimulatedRun, environment_of
from mermaid2gha.github.simulator.token import asked, granted
from mermaid2gha.github.workflow.matrix import legs


@dataclass(frozen=True, slots=True)
class LegAnswer:
    """A leg of a matrix: its values, as GitHub names them, the name that GitHub shows, and how it ended.

    `why` says why it did not run to its end; `inside` is the run that it called.
    """

    name: str
    title: str
    result: str
    why: str = ""
    inside: RunAnswer | None = None


@dataclass(frozen=True, slots=True)
class JobAnswer:
    """A job of a run.

    `wave` counts from 1, none if it did not run; `why` says why it did not, or why it was cancelled or
    failed, and `condition` is the part of its `if` that was not true.

    `legs` are the combinations of its matrix; `inside` is the run that it called. `is_idle`: it ran, and none
    of its steps did.
    """

    id: str
    name: str
    needs: tuple[str, ...]
    result: str
    wave: int | None
    why: str
    condition: str
    legs: tuple[LegAnswer, ...]
    inside: RunAnswer | None
    is_idle: bool


@dataclass(frozen=True, slots=True)
class RunAnswer:
    """What there is to tell of a workflow.

    `after` is the file of the run that started it, and `at` what became of that then; `assumed` are the facts
    that it reads and nobody gave; `unread` are jobs that decide by the results of others in a way that is not
    understood.
    """

    file: str
    name: str
    why_not: str
    after: str = ""
    at: str = ""
    conclusion: str = ""
    jobs: tuple[JobAnswer, ...] = ()
    path: tuple[str, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """All of an event. `remarks` are what holds for every run of it."""

    event: str
    runs: tuple[RunAnswer, ...]
    remarks: tuple[str, ...]


def story(started: Sequence[WorkflowRun], facts: Facts, event: str, times: int = 1) -> Story:
    """What runs are told as; `times` is how often the event comes while the first run still goes on."""
    remarks = []
    if facts.occasion.is_fork and kind_of(event).has_fork_token:
        remarks.append("a run from a fork has a token that only reads, and no secrets")
        remarks += [line for run in started if not run.after for line in _lowered(run, event)]
    remarks += [_crowded(run) for run in crowd(started, times)]
    remarks += _overfull(started)
    return Story(event, tuple(_run_answer(run, facts, is_called=False) for run in started), tuple(remarks))


def _overfull(started: Sequence[WorkflowRun]) -> Iterator[str]:
    """That status functions with arguments are more than GitHub may take."""
    for run in started:
        for job in run.workflow.jobs if not run.why_not else ():
            for part in nodes(job.guard.node):
                if isinstance(part, Call) and part.name in ("success", "failure") and part.arguments:
                    yield (
                        f"`{job.id}` of {run.file} names jobs in `{part.name}(…)`: GitHub's schema has that, "
                        "its service has been seen to refuse it; compare `needs.….result` instead"
                    )


def _lowered(run: WorkflowRun, event: str) -> Iterator[str]:
    """The rights that jobs ask for and a fork does not get."""
    for job in run.workflow.jobs:
        asked_for = asked(run.workflow, job) or ()
        rights = dict(granted(run.workflow, job, event, is_fork=True) or ())
        lost = [(scope, level) for scope, level in asked_for if rights.get(scope) != level]
        if job.id in run.run.ran and lost:
            named = ", ".join(f"`{scope}: {level}`" if scope else f"`{level}`" for scope, level in lost)
            yield f"`{job.id}` of {run.file} asks for {named}, which a fork does not get"


def _crowded(run: Crowded) -> str:
    by = f" by {run.by}" if run.by else ""
    what = f"`{run.job}` of run" if run.job else "run"
    return f"{what} {run.number} of {run.file} {run.place.value}{by}, in the concurrency group `{run.group}`"


def _run_answer(workflow_run: WorkflowRun, facts: Facts, *, is_called: bool) -> RunAnswer:
    file, name = workflow_run.file, workflow_run.workflow.name
    if workflow_run.why_not:
        return RunAnswer(file, name, why_not=workflow_run.why_not)
    run = workflow_run.run
    numbers = {name: number for number, wave in enumerate(waves(run), 1) for name in wave}
    inside = {key: _run_answer(called, facts, is_called=True) for key, called in workflow_run.called}
    jobs = []
    for job in workflow_run.workflow.jobs:
        skip = skip_of(run, job.id)
        title = title_of(job, environment_of(run, job)) if "${{" in job.name else job.name
        jobs.append(
            JobAnswer(
                job.id,
                title if job.matrix is None else job.name,
                needs=job.needs,
                result=run.results[job.id].value,
                wave=numbers.get(job.id),
                why=skip.words or run.reasons.get(job.id, ""),
                condition=skip.condition,
                legs=_legs(run, job, inside),
                inside=inside.get(job.id),
                is_idle=job.id in run.idle,
            )
        )
    given = facts.given if not workflow_run.after else (*facts.given, *_OF_FOLLOWED)
    return RunAnswer(
        file,
        name,
        why_not="",
        after=workflow_run.after,
        at=workflow_run.at,
        conclusion=conclusion(run),
        jobs=tuple(jobs),
        path=_path(jobs),
        assumed=tuple(
            fact for fact in assumed(run, given, is_called=is_called) if not _is_set(fact.path, facts)
        ),
        unread=run.unread,
    )


_OF_FOLLOWED = (
    *(f"github.event.{WORKFLOW_RUN.name}.{name}" for name in ("name", "event", "status", "conclusion")),
    *(f"github.event.{WORKFLOW_RUN.name}.{name}" for name in ("head_branch", "head_repository")),
    "github.event.action",
)
"""What is known of the run that another one follows."""


def _is_set(path: str, facts: Facts) -> bool:
    """Whether `--set` gave an output, a variable or an input."""
    given = {name.rpartition(".")[2].lower() for name in (*facts.outputs, *facts.variables, *facts.inputs)}
    return not path.startswith("github.") and path.rpartition(".")[2].lower() in given


def _legs(run: SimulatedRun, job: ScheduledJob, inside: Mapping[str, RunAnswer]) -> tuple[LegAnswer, ...]:
    """The legs of a job, each with its result, which is that of the job where it does not run."""
    ran = run.legs.get(job.id)
    if ran is None:
        result = run.results[job.id].value
        return tuple(
            LegAnswer(leg.name, f"{job.name} ({leg.name})", result) for leg in legs(job.matrix) or ()
        )
    return tuple(
        LegAnswer(
            leg.name,
            leg.title,
            leg.result.value,
            why=leg.why,
            inside=inside.get(f"{job.id} ({leg.name})"),
        )
        for leg in ran
    )


def _path(jobs: Sequence[JobAnswer]) -> tuple[str, ...]:
    """The critical path: a longest chain of needs, of which those are counted that ran."""
    chains: dict[str, tuple[str, ...]] = {}
    for job in jobs:
        before = max((chains[need] for need in job.needs), key=len, default=())
        chains[job.id] = (*before, job.id) if job.wave is not None else before
    return max(chains.values(), key=len, default=())
