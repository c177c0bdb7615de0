"""A run as its workflow's drawing is asked about it: whose jobs are which, and what is known of the event.

Reports `undrawn-job`, `undrawn-event` and what `breaches` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.link.matching import matching, undrawn_event, undrawn_job
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.plan.model import WorkflowPlan
from mermaid2gha.compiler.verify.actual import file_of
from mermaid2gha.compiler.verify.expected import Expectation, expectation
from mermaid2gha.compiler.verify.flows import drawn_workflow
from mermaid2gha.compiler.verify.verify import NO_FLOW, people_s_terms
from mermaid2gha.github.events import (
    HEAD_BRANCH,
    HEAD_IS_FORK,
    HEAD_REPOSITORY,
    WORKFLOW_CALL,
    About,
    kind_of,
)
from mermaid2gha.github.logic.domains import Value
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile, scalar_of
from mermaid2gha.replay.api import ObservedJob, ObservedRun, RunState, stripped
from mermaid2gha.replay.match import of_drawn, seen
from mermaid2gha.replay.replay import Replayed, RunEvidence, replayed
from mermaid2gha.replay.violations import ViolationContext, breach_diagnostics
from mermaid2gha.settings.model import Settings, folded


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """A workflow as it is planned, as it would be compiled afresh, and as it stands on disk, if it does.

    By `linked`, what its flows draw, a run is judged.
    """

    linked: LinkedWorkflow
    plan: WorkflowPlan
    fresh: Workflow
    settings: Settings
    file: WorkflowFile | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What there is to tell of a run of one workflow; `caller` is the job inside which it ran.

    `jobs` are the drawn ones, and the gate, that the run has. No `replayed`: no flow is of its event.
    """

    file: str
    caller: str
    event: str
    flow: str
    is_finished: bool
    jobs: Mapping[str, ObservedJob]
    replayed: Replayed | None
    diagnostics: tuple[Diagnostic, ...]


def checked(
    one: DrawnFile, run: ObservedRun, others: Sequence[DrawnFile], skew: float, caller: str = ""
) -> list[Checked]:
    """A run, then the runs of drawn workflows that it called."""
    compiled = file_of(workflow_text(one.fresh))
    expected = expectation(drawn_workflow(one.linked, one.settings), one.settings, compiled)
    places = _places(one)
    seen_jobs, foreign = seen(run.jobs, one.file, one.fresh)
    jobs = {
        name: of_drawn([job.id for job in drawn_jobs] or [name], seen_jobs)
        for name, drawn_jobs in _drawn_names(one, places)
    }
    drawn_jobs = {name: _forgiven(job, places.get(name, ())) for name, job in jobs.items() if job is not None}
    observed = RunEvidence(
        drawn_jobs,
        WORKFLOW_CALL.name if caller else run.event,
        known=_known(run),
        is_finished=run.is_finished,
        is_cancelled=_is_cancelled(run, drawn_jobs),
        free=frozenset(_free(one, expected, places)),
        skew=skew,
    )
    result = replayed(expected, compiled, observed)
    diagnostics = list(_undrawn(one, places, seen_jobs, foreign))
    if result is None:
        diagnostics += _undrawn_event(one, observed.event)
    else:
        first = {name: jobs[0] for name, jobs in places.items() if jobs}
        diagnostics += breach_diagnostics(ViolationContext(one.plan, observed, result, first))
    number = result.flow if result is not None else NO_FLOW
    flow = one.plan.flows[number] if number != NO_FLOW else ""
    made = Checked(
        one.plan.file,
        caller,
        event=observed.event,
        flow=flow,
        is_finished=run.is_finished,
        jobs=drawn_jobs,
        replayed=result,
        diagnostics=tuple(diagnostics),
    )
    return [made, *_called(one, run, drawn_jobs, others, skew)]


def _is_cancelled(run: ObservedRun, jobs: Mapping[str, ObservedJob]) -> bool:
    """Whether a run was cancelled; where it does not say, whether some job was, and not for a failing leg."""
    if run.is_cancelled is not None:
        return run.is_cancelled
    return any(job.state in (RunState.CANCELLED, RunState.DROPPED) for job in jobs.values())


def _places(one: DrawnFile) -> dict[str, tuple[FileJob, ...]]:
    """The jobs of the file that each drawn job is, and the gate, by the drawn ids in lower case."""
    if one.file is None:
        return {}
    found = matching(one.linked, one.file)
    places: dict[str, tuple[FileJob, ...]] = {
        one.linked.jobs[index].id.lower(): (job,) for index, job in found.items()
    }
    by_id = {job.id.lower(): job for job in one.file.jobs}
    for job in one.plan.jobs:
        name = job.id.lower()
        if job.kind in (JobKind.GATE, JobKind.JOIN) and name in by_id:
            places[name] = (by_id[name],)
    return places


def _drawn_names(
    one: DrawnFile, places: Mapping[str, tuple[FileJob, ...]]
) -> Iterator[tuple[str, tuple[FileJob, ...]]]:
    for job in one.plan.jobs:
        yield job.id.lower(), places.get(job.id.lower(), ())


def _forgiven(job: ObservedJob, places: Sequence[FileJob]) -> ObservedJob:
    """A job whose failure does not count since its file says `continue-on-error`."""
    texts = (scalar_of(entry.value) for one in places if (entry := one.item("continue-on-error")))
    is_forgiven = any(text and text != "false" for text in texts)
    return replace(job, state=RunState.SUCCESS) if is_forgiven and job.state is RunState.FAILURE else job


def _free(one: DrawnFile, expected: Expectation, places: Mapping[str, tuple[FileJob, ...]]) -> Iterator[str]:
    """The drawn jobs to whose `if` people have added what no drawing asks."""
    if one.file is None:
        return
    try:
        terms = people_s_terms(expected, file_of(one.file.file.text))
    except ValueError:
        return
    for name, jobs in places.items():
        if any(job.id.lower() in terms for job in jobs):
            yield name


def _known(run: ObservedRun) -> dict[str, tuple[Value, ...]]:
    """What a run tells of its event, by subject; a branch can also be a tag of that name."""
    values: dict[str, tuple[Value, ...]] = {}
    if run.repository:
        values["github.repository"] = (run.repository,)
        values["github.repository_owner"] = (run.repository.partition("/")[0],)
    about = kind_of(run.event).about
    if about is About.PULL_REQUEST:
        if run.head_repository:
            values[HEAD_REPOSITORY] = (run.head_repository,)
        if run.head_repository and run.repository:
            values[HEAD_IS_FORK] = (run.head_repository != run.repository,)
        if run.branch:
            values["github.head_ref"] = (run.branch,)
            values[HEAD_BRANCH] = (run.branch,)
    elif about is About.REF and run.branch:
        values["github.ref"] = (f"refs/heads/{run.branch}", f"refs/tags/{run.branch}")
        values["github.ref_name"] = (run.branch,)
    return values


def _undrawn(
    one: DrawnFile,
    places: Mapping[str, tuple[FileJob, ...]],
    found: Mapping[str, ObservedJob],
    foreign: Sequence[ObservedJob],
) -> Iterator[Diagnostic]:
    """The jobs that ran and are neither drawn nor listed under `extra-jobs`."""
    drawn = {job.id.lower() for jobs in places.values() for job in jobs}
    drawn |= {name for name, _ in _drawn_names(one, places)}
    spans = {job.id.lower(): job for job in (one.file.jobs if one.file is not None else ())}
    names = {folded(one.plan.name), folded(one.plan.file)}
    patterns = [p for name, listed in one.settings.extra_jobs if folded(name) in names for p in listed]
    ran = [(name, name) for name, job in found.items() if name not in drawn and job.has_begun]
    ran += [(job.name, "") for job in foreign if job.state not in (RunState.SKIPPED, RunState.DROPPED)]
    for name, key in dict.fromkeys(ran):
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            continue
        place = spans[key].span if key in spans else None
        message = f"`{name}` ran in `{one.plan.file}` and is not drawn"
        cure = "draw it, or list it under `extra-jobs` in the settings"
        yield undrawn_job(message, place, help=cure)


def _undrawn_event(one: DrawnFile, event: str) -> Iterator[Diagnostic]:
    names = {folded(one.plan.name), folded(one.plan.file)}
    listed = {e for name, events in one.settings.extra_events if folded(name) in names for e in events}
    if event not in listed:
        message = f"the run of `{one.plan.file}` was started by `{event}`, which is not drawn"
        cure = "draw it, or list it under `extra-events` in the settings"
        yield undrawn_event(message, one.plan.span, help=cure)


def _called(
    one: DrawnFile,
    run: ObservedRun,
    jobs: Mapping[str, ObservedJob],
    others: Sequence[DrawnFile],
    skew: float,
) -> Iterator[Checked]:
    for job in one.plan.jobs:
        there = jobs.get(job.id.lower())
        if job.call is None or there is None or not there.inside:
            continue
        path = PurePosixPath(job.call.uses)
        callee = next((other for other in others if other.plan.file == path.name), None)
        if callee is not None:
            yield from checked(callee, stripped(run, there.inside, str(path)), others, skew, job.id)
