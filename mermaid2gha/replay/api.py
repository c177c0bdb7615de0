"""Runs that GitHub made, as its API tells them: the jobs with their times, and what is known of each run.

What is read, in any mixture, one JSON value after another: pages of `GET …/actions/runs/{id}/jobs`
(docs.github.com, REST API, Workflow jobs), the run itself (`GET …/actions/runs/{id}`, Workflow runs), lists
of these (`gh api --paginate --slurp`), and what `gh run view --json …` prints, whose names are in camel case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass, replace


class RunState(Enum):
    """What has become of a job. `DROPPED`: it was cancelled before it began; `WAITING`: it will begin."""

    SUCCESS = "success"
    FAILURE = "failure"
    TIMED_OUT = "timed out"
    CANCELLED = "cancelled"
    DROPPED = "cancelled before it began"
    SKIPPED = "skipped"
    RUNNING = "running"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class ObservedJob:
    """A job by its display name; `start` and `end` are seconds of the epoch, none where not known.

    `inside` are the jobs of the workflow that it calls, by their names there.
    """

    name: str
    state: RunState
    start: float | None = None
    end: float | None = None
    inside: tuple[ObservedJob, ...] = ()

    @property
    def has_begun(self) -> bool:
        return self.state not in (RunState.SKIPPED, RunState.DROPPED, RunState.WAITING)


@dataclass(frozen=True, slots=True)
class ObservedRun:
    """A run. What the file does not tell is empty.

    `path` is the workflow's file, `workflow` its name. `is_cancelled`: somebody, or a newer run, cancelled
    it; none where that is not told. Jobs that were run anew stand once, as they ended last. `id` is its
    number.
    """

    jobs: tuple[ObservedJob, ...]
    event: str = ""
    path: str = ""
    workflow: str = ""
    branch: str = ""
    repository: str = ""
    head_repository: str = ""
    is_finished: bool = True
    is_cancelled: bool | None = None
    id: str = ""


_STATES = {
    "success": RunState.SUCCESS,
    "neutral": RunState.SUCCESS,
    "failure": RunState.FAILURE,
    "startup_failure": RunState.FAILURE,
    "timed_out": RunState.TIMED_OUT,
    "skipped": RunState.SKIPPED,
    "cancelled": RunState.CANCELLED,
    "stale": RunState.CANCELLED,
    "action_required": RunState.WAITING,
}
_NEVER = "0001-01-01"


def observed_runs(content: bytes) -> tuple[ObservedRun, ...]:
    """The runs that a file tells; `ValueError` says, in a few words, why it tells none or not a whole one.

    Jobs belong to the run that they name, or that the value around them does; in a file with one run all do.
    Runs of a list of runs whose jobs are not there are left out.
    """
    values = [value for value in _values(_decoded(content)) for value in _flat(value)]
    listed = [_object(run) for value in values for run in _list(value.get("workflow_runs"))]
    values = [value for value in values if not isinstance(value.get("workflow_runs"), list)]
    for value in values:
        if "message" in value and "jobs" not in value:
            raise ValueError(f"it is GitHub's answer “{value['message']}” and no run")
    parts: dict[str, list[Mapping[str, object]]] = {}
    for number, value in enumerate(values):
        for key, part in _by_run(value, number):
            parts.setdefault(key, []).append(part)
    keys = [key for key in parts if key.isdigit()]
    if values and len(keys) <= 1 and not _are_several(parts):
        parts = {keys[0] if keys else "": values}
    for run in listed:
        key = str(run.get("id", ""))
        if key in parts:
            parts[key].append(run)
        elif not parts:
            raise ValueError("it is a list of runs; add the jobs of each: `gh api …/actions/runs/ID/jobs`")
    if not parts:
        raise ValueError("it is no run: it has no list `jobs`")
    if len(parts) > 1 and "" in parts:
        raise ValueError("it tells several runs, and jobs that do not say of which they are")
    return tuple(replace(_whole_run(part), id=key if key.isdigit() else "") for key, part in parts.items())


def _are_several(parts: Mapping[str, Sequence[Mapping[str, object]]]) -> bool:
    """Whether more than one value is a run with its jobs, of which none says its number."""
    return sum(key.startswith("#") for key in parts) > 1


_RUN_IN_URL = re.compile(r"/actions/runs/(\d+)")


def _by_run(value: Mapping[str, object], number: int) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The parts of a value by the numbers of their runs: empty where they do not say, `#…` for a run with its
    jobs that has none."""
    if _is_job(value):
        yield _run_of(value), value
        return
    jobs = [_object(job) for job in _list(value.get("jobs"))]
    by_run = {_run_of(job): job for job in jobs}
    own = str(value.get("databaseId") or (value.get("id") if "event" in value else "") or "")
    own = own or _url_number(value)
    if len(by_run) <= 1:
        named = next(iter(by_run), "")
        yield named or own or (f"#{number}" if jobs and "event" in value else ""), value
        return
    for key in by_run:  # a page of the jobs of several runs
        part = [job for job in jobs if _run_of(job) == key]
        yield key or own, {**value, "jobs": part, "total_count": len(part)}


def _run_of(job: Mapping[str, object]) -> str:
    number = job.get("run_id")
    return str(number) if isinstance(number, int) else _url_number(job)


def _url_number(value: Mapping[str, object]) -> str:
    match = _RUN_IN_URL.search(_text(value, "html_url", "url", "run_url"))
    return match[1] if match else ""


def _whole_run(values: Sequence[Mapping[str, object]]) -> ObservedRun:
    """The run that some values tell together."""
    pages = [value for value in values if isinstance(value.get("jobs"), list)]
    jobs = [_object(job) for page in pages for job in _list(page["jobs"])]
    jobs += [value for value in values if _is_job(value)]
    about = next((value for value in values if "event" in value and not _is_job(value)), {})
    if not jobs and not pages and not about:
        raise ValueError("it is no run: it has no list `jobs`")
    if not jobs:
        raise ValueError("it tells no job; add the answer of `gh api …/actions/runs/ID/jobs` to it")
    _check_whole(pages, jobs)
    return _run(about, _latest(jobs))


def _decoded(content: bytes) -> str:
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # what PowerShell writes
    try:
        return content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None


def _values(text: str) -> Iterator[object]:
    """The JSON values of a text, one after another."""
    decoder, at = json.JSONDecoder(), 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at >= len(text):
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError as fault:
            raise ValueError(f"it is no JSON: {fault}") from None
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        yield value


def _flat(value: object) -> Iterator[Mapping[str, object]]:
    waiting = [value]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting[:0] = value
        elif isinstance(value, dict):
            yield value


def _is_job(value: Mapping[str, object]) -> bool:
    return "name" in value and "jobs" not in value and ("completed_at" in value or "completedAt" in value)


def _check_whole(pages: Sequence[Mapping[str, object]], jobs: Sequence[Mapping[str, object]]) -> None:
    promised = max((n for page in pages if isinstance(n := page.get("total_count"), int)), default=0)
    present = len({str(job.get("id", number)) for number, job in enumerate(jobs)})
    if present < promised:
        raise ValueError(f"it tells {present} of {promised} jobs; fetch all pages: `gh api --paginate …`")


def _latest(jobs: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Of each name the jobs of the last attempt in which it is told, each page's repetitions once."""
    by_id = {str(job.get("id") or job.get("databaseId") or f"#{n}"): job for n, job in enumerate(jobs)}
    last: dict[str, int] = {}
    for job in by_id.values():
        last[_text(job, "name")] = max(last.get(_text(job, "name"), 0), _attempt(job))
    return [job for job in by_id.values() if _attempt(job) == last[_text(job, "name")]]


def _attempt(job: Mapping[str, object]) -> int:
    number = job.get("run_attempt")
    return number if isinstance(number, int) else 0


def _run(about: Mapping[str, object], jobs: Sequence[Mapping[str, object]]) -> ObservedRun:
    observed = tuple(map(_job, jobs))
    status, ended = _text(about, "status"), _text(about, "conclusion")
    is_finished = not any(job.state in (RunState.RUNNING, RunState.WAITING) for job in observed)
    first = jobs[0]
    return ObservedRun(
        observed,
        _text(about, "event"),
        path=_text(about, "path").partition("@")[0],
        workflow=_text(first, "workflow_name") or _text(about, "workflowName") or _text(about, "name"),
        branch=_text(about, "head_branch", "headBranch") or _text(first, "head_branch"),
        repository=_text(_object(about.get("repository")), "full_name"),
        head_repository=_text(_object(about.get("head_repository")), "full_name"),
        is_finished=is_finished and status in ("", "completed"),
        is_cancelled=ended == "cancelled" if ended else None,
    )


def _job(job: Mapping[str, object]) -> ObservedJob:
    name = _text(job, "name")
    if not name:
        raise ValueError("it tells a job without a name")
    start, end = (_time(job, *keys, name=name) for keys in (_STARTED, _COMPLETED))
    conclusion = _text(job, "conclusion")
    if conclusion:
        if conclusion not in _STATES:
            raise ValueError(
                f"the job `{name}` has the conclusion `{conclusion}`, which GitHub does not have"
            )
        state = _STATES[conclusion]
    else:
        state = RunState.RUNNING if _text(job, "status") == "in_progress" else RunState.WAITING
    if state is RunState.CANCELLED and not _has_begun(job, start, end):
        state = RunState.DROPPED
    if state in (RunState.SKIPPED, RunState.DROPPED, RunState.WAITING):
        return ObservedJob(name, state)  # their times tell when GitHub looked at them
    return ObservedJob(name, state, start=start, end=end if state is not RunState.RUNNING else None)


_STARTED = ("started_at", "startedAt")
_COMPLETED = ("completed_at", "completedAt")


def _has_begun(job: Mapping[str, object], start: float | None, end: float | None) -> bool:
    """Whether a cancelled job had a runner: it has steps then, whatever its times say."""
    steps = job.get("steps")
    if isinstance(steps, list):
        return bool(steps)
    return start is not None and (end is None or end > start)


def _time(job: Mapping[str, object], *keys: str, name: str) -> float | None:
    text = _text(job, *keys)
    if not text or text.startswith(_NEVER):  # what `gh` prints for no time
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"the job `{name}` has the time `{text}`, which is none") from None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def stripped(run: ObservedRun, jobs: Sequence[ObservedJob], path: str) -> ObservedRun:
    """The run of a called workflow inside of a run: its jobs, by the names that they have there."""
    return replace(run, jobs=tuple(jobs), path=path, workflow="")


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _text(of: Mapping[str, object], *names: str) -> str:
    return next((text for name in names if isinstance(text := of.get(name), str)), "")
