"""Which jobs of a run that GitHub made are which jobs of a workflow, and what became of those.

A job is told by its display name: its `name` or, without one, its id; a leg of a matrix by that and its
values (`test (3.11, postgres)`), the jobs of a called workflow behind the caller's (`call / test`). Names
with expressions in them fit whatever these can become. GitHub cuts names with values at 100 characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import WorkflowFile
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


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a job over all its legs: from the first start to the last end, none where not known.

    `inside` are the jobs of the workflow that it calls, by their names there.
    """

    state: RunState
    start: float | None
    end: float | None
    inside: tuple[ObservedJob, ...] = ()

    @property
    def has_begun(self) -> bool:
        return self.state not in (RunState.SKIPPED, RunState.DROPPED, RunState.WAITING)


@dataclass(frozen=True, slots=True)
class _NamedJob:
    """A job of a workflow as its check runs are named."""

    id: str
    names: tuple[str, ...]
    has_legs: bool
    is_call: bool


def seen(
    jobs: Sequence[ObservedJob], file: WorkflowFile | None, planned: Workflow
) -> tuple[dict[str, Seen], tuple[ObservedJob, ...]]:
    """What became of each job, by its id in lower case, and the observed jobs that are none of them.

    The jobs are those of the workflow file, where there is one, and those that are compiled.
    """
    named = list(_named_jobs(file, planned))
    groups: dict[str, list[ObservedJob]] = {}
    inside: dict[str, list[ObservedJob]] = {}
    foreign: list[ObservedJob] = []
    for job in jobs:
        match = _of_name(job.name, named)
        if match is None:
            foreign.append(job)
            continue
        job_of_file, rest = match
        groups.setdefault(job_of_file.id.lower(), []).append(job)
        if rest:
            called = ObservedJob(rest, job.state, job.start, job.end)
            inside.setdefault(job_of_file.id.lower(), []).append(called)
    return {name: joined(group, inside.get(name, ())) for name, group in groups.items()}, tuple(foreign)


def _named_jobs(file: WorkflowFile | None, planned: Workflow) -> Iterator[_NamedJob]:
    ids = {job.id.lower() for job in file.jobs} if file is not None else set()
    for job in file.jobs if file is not None else ():
        names = tuple(dict.fromkeys(name for name in (job.name, job.id) if name))
        yield _NamedJob(job.id, names, bool(job.axes) or job.item("strategy") is not None, bool(job.uses))
    for drawn in planned.jobs:
        if drawn.id.lower() not in ids:
            yield _NamedJob(drawn.id, (drawn.name, drawn.id), bool(drawn.matrix), drawn.call is not None)


def _of_name(name: str, named: Sequence[_NamedJob]) -> tuple[_NamedJob, str] | None:
    """The job that bears a name, and what stands behind it where it calls a workflow.

    Whole names come before those with values, and these before names with expressions.
    """
    for fits in (_is_named, _is_leg, _is_like):
        for candidate in named:
            if any(fits(name, own, candidate) for own in candidate.names):
                return candidate, ""
    at = name.find(" / ")
    while at >= 0:
        caller = _of_name(name[:at], [candidate for candidate in named if candidate.is_call])
        if caller is not None:
            return caller[0], name[at + 3 :]
        at = name.find(" / ", at + 1)
    wild = [job for job in named if job.has_legs and any(map(_is_expression, job.names))]
    return (wild[0], "") if len(wild) == 1 else None


def _is_named(name: str, own: str, job: _NamedJob) -> bool:
    return name == own


def _is_leg(name: str, own: str, job: _NamedJob) -> bool:
    if not job.has_legs or not name.startswith(f"{own} ("):
        return _is_cut(name) and job.has_legs and own.startswith(name.removesuffix(_CUT))
    return name.endswith(")") or _is_cut(name)


def _is_like(name: str, own: str, job: _NamedJob) -> bool:
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


def joined(jobs: Sequence[ObservedJob], inside: Iterable[ObservedJob] = ()) -> Seen:
    """What became of a job of which these are the legs, or the jobs that it called.

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
    return Seen(state, min(starts, default=None), max(ends, default=None) if is_over else None, within)


def of_drawn(ids: Iterable[str], by_id: Mapping[str, Seen]) -> Seen | None:
    """What became of a drawn job that is one or several of the file; none if the run has none of them."""
    parts = [by_id[name.lower()] for name in ids if name.lower() in by_id]
    if len(parts) < 2:
        return parts[0] if parts else None
    as_jobs = [ObservedJob("", part.state, part.start, part.end) for part in parts]
    return joined(as_jobs, (job for part in parts for job in part.inside))
