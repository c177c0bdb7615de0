"""Which jobs of a run that GitHub made are which jobs of a workflow, and what became of those.

A job is told by its display name: its `name` or, without one, its id; a leg of a matrix by that and its
values (`test (3.11, postgres)`), the jobs of a called workflow behind the caller's (`call / test`). Names
with expressions in them fit whatever these can become. GitHub cuts names with values at 100 characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from mermaid2gha.base.records import replace
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.replay.api import ObservedJob, RunState

_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_CUT = "..."
_LONGEST = 100
_ORDER = (
    RunState.RUNNING,
    RunState.WAITING,
    RunState.FAILURE,
    RunState.TIMED_OUT,
    RunState.CANCELLED,
    RunState.DROPPED,
    RunState.SUCCESS,
    RunState.SKIPPED,
)
"""Of the legs of a job, the state that comes first here is the job's."""


_JobOfWorkflow = FileJob | Job
"""A job as a file has it, or, where the file has it not, as it is compiled."""


def seen(
    jobs: Sequence[ObservedJob], file: WorkflowFile | None, planned: Workflow
) -> tuple[dict[str, ObservedJob], tuple[ObservedJob, ...]]:
    """What became of each job, by its id in lower case, and the observed jobs that are none of them.

    The jobs are those of the workflow file, where there is one, and those that are compiled.
    """
    of_file = file.jobs if file is not None else ()
    ids = {job.id.lower() for job in of_file}
    candidates: tuple[_JobOfWorkflow, ...] = (
        *of_file,
        *(job for job in planned.jobs if job.id.lower() not in ids),
    )
    groups: dict[str, list[ObservedJob]] = {}
    inside: dict[str, list[ObservedJob]] = {}
    foreign: list[ObservedJob] = []
    for job in jobs:
        match = _of_name(job.name, candidates)
        if match is None:
            foreign.append(job)
            continue
        candidate, rest = match
        groups.setdefault(candidate.id.lower(), []).append(job)
        if rest:
            inside.setdefault(candidate.id.lower(), []).append(replace(job, name=rest))
    return {name: joined(group, inside.get(name, ())) for name, group in groups.items()}, tuple(foreign)


def _names(job: _JobOfWorkflow) -> tuple[str, ...]:
    """The names by which check runs of a job are called."""
    return tuple(dict.fromkeys(name for name in (job.name, job.id) if name))


def _has_legs(job: _JobOfWorkflow) -> bool:
    if isinstance(job, Job):
        return bool(job.matrix)
    return bool(job.axes) or job.item("strategy") is not None


def _is_call(job: _JobOfWorkflow) -> bool:
    return job.call is not None if isinstance(job, Job) else bool(job.uses)


def _of_name(name: str, candidates: Sequence[_JobOfWorkflow]) -> tuple[_JobOfWorkflow, str] | None:
    """The job that bears a name, and what stands behind it where it calls a workflow.

    Whole names come before those with values, and these before names with expressions.
    """
    for fits in (_is_named, _is_leg, _is_like):
        for candidate in candidates:
            if any(fits(name, own, candidate) for own in _names(candidate)):
                return candidate, ""
    at = name.find(" / ")
    while at >= 0:
        caller = _of_name(name[:at], [candidate for candidate in candidates if _is_call(candidate)])
        if caller is not None:
            return caller[0], name[at + 3 :]
        at = name.find(" / ", at + 1)
    wild = [job for job in candidates if _has_legs(job) and any(map(_is_expression, _names(job)))]
    return (wild[0], "") if len(wild) == 1 else None


def _is_named(name: str, own: str, job: _JobOfWorkflow) -> bool:
    return name == own


def _is_leg(name: str, own: str, job: _JobOfWorkflow) -> bool:
    if not _has_legs(job) or not name.startswith(f"{own} ("):
        return _is_cut(name) and _has_legs(job) and own.startswith(name.removesuffix(_CUT))
    return name.endswith(")") or _is_cut(name)


def _is_like(name: str, own: str, job: _JobOfWorkflow) -> bool:
    """Whether a name is what one with expressions in it, evaluated or not, becomes."""
    pieces = _EXPRESSION.split(own)
    if len(pieces) == 1 or _is_expression(own):
        return False
    pattern = ".*".join(map(re.escape, pieces))
    if _is_cut(name):
        return name.startswith(pieces[0][: _LONGEST - len(_CUT)])
    return re.fullmatch(f"{pattern}(?: \\(.*\\))?", name, re.DOTALL) is not None


def _is_expression(own: str) -> bool:
    """Whether nothing of a name is known before it is evaluated."""
    return "${{" in own and not _EXPRESSION.sub("", own).strip()


def _is_cut(name: str) -> bool:
    return len(name) == _LONGEST and name.endswith(_CUT)


def joined(jobs: Sequence[ObservedJob], inside: Iterable[ObservedJob] = ()) -> ObservedJob:
    """What became of a job of which these are the legs, or the jobs that it called: from the first start to
    the last end.

    A call of which all jobs were skipped has run; so has one some of whose jobs are done and others wait.
    """
    within = tuple(inside)
    states = {job.state for job in jobs}
    state = next(candidate for candidate in _ORDER if candidate in states)
    if within and state is RunState.SKIPPED:
        state = RunState.SUCCESS
    if state is RunState.WAITING and len(states - {RunState.SKIPPED}) > 1:
        state = RunState.RUNNING
    starts = [job.start for job in jobs if job.start is not None]
    ends = [job.end for job in jobs if job.end is not None]
    is_over = state is not RunState.RUNNING and state is not RunState.WAITING
    end = max(ends, default=None) if is_over else None
    return ObservedJob(jobs[0].name, state, start=min(starts, default=None), end=end, inside=within)


def of_drawn(ids: Iterable[str], by_id: Mapping[str, ObservedJob]) -> ObservedJob | None:
    """What became of a drawn job that is one or several of the file; none if the run has none of them."""
    parts = [by_id[name.lower()] for name in ids if name.lower() in by_id]
    if len(parts) < 2:
        return parts[0] if parts else None
    return joined(parts, (job for part in parts for job in part.inside))
