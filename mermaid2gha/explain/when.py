"""What `when` tells of runs: as text, as JSON, and as pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.graph import reduction
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
from mermaid2gha.github.simulator.simulator import JobResult, SimulatedRun, environment_of
from mermaid2gha.github.simulator.token import asked, granted
from mermaid2gha.github.workflow.matrix import legs
from mermaid2gha.report.cells import plain
from mermaid2gha.report.text import Paper

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.views.run import ShownRun
    from mermaid2gha.views.svg import Draw

_MOST_LEGS = 6


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


def story_json(answer: Story) -> str:
    """One JSON object; its keys are in docs/when.md."""
    import json

    return (
        json.dumps(
            {
                "version": 1,
                "event": answer.event,
                "remarks": list(answer.remarks),
                "workflows": [_json_run(run) for run in answer.runs],
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
    )


def _json_run(run: RunAnswer) -> dict[str, object]:
    return {
        "file": run.file,
        "name": run.name,
        "started": not run.why_not,
        "why_not": run.why_not,
        "after": run.after,
        "at": run.at,
        "conclusion": run.conclusion,
        "critical_path": list(run.path),
        "assumed": [fact.path for fact in run.assumed],
        "assumed_values": {fact.path: fact.value for fact in run.assumed},
        "not_evaluated": list(run.unread),
        "jobs": [
            {
                "id": job.id,
                "name": job.name,
                "needs": list(job.needs),
                "result": job.result,
                "wave": job.wave,
                "why_not": job.why,
                "condition": job.condition,
                "does_nothing": job.is_idle,
                "matrix": [leg.name for leg in job.legs],
                "matrix_names": [leg.title for leg in job.legs],
                "matrix_results": [leg.result for leg in job.legs],
                "matrix_called": [_json_run(leg.inside) if leg.inside else None for leg in job.legs],
                "called": _json_run(job.inside) if job.inside else None,
            }
            for job in run.jobs
        ],
    }


def story_text(answer: Story, paper: Paper, *, is_verbose: bool = False) -> str:
    """A block for each workflow that runs, a line for each that does not; verbose, with raw conditions."""
    writing = _Writing(paper, is_verbose)
    started = [run for run in answer.runs if not run.why_not]
    lines = [line for run in started for line in (*writing.run(run, ""), "")]
    idle = [run for run in answer.runs if run.why_not]
    lines += [f"{_title(run)} does not run: {plain(run.why_not)}" for run in idle]
    lines += [f"note: {plain(remark)}" for remark in answer.remarks]
    return "\n".join(lines).rstrip("\n") + "\n"


def _title(run: RunAnswer) -> str:
    return f"{plain(run.name)} ({plain(run.file)})" if run.name else plain(run.file)


@dataclass(frozen=True, slots=True)
class _Writing:
    """How runs are written: on which paper, and whether with raw conditions."""

    paper: Paper
    is_verbose: bool

    def run(self, run: RunAnswer, lead: str) -> Iterator[str]:
        ran = [job for job in run.jobs if job.wave is not None]
        after = f" after {plain(run.after)}" if run.after else ""
        after += {"requested": " was requested", "in_progress": " began"}.get(run.at, "")
        head = f"{_title(run)}{after}: {len(ran)} of {len(run.jobs)} jobs run, {_ending(run)}"
        yield lead + self.paper.ink(head, "1")
        for number in sorted({job.wave for job in ran if job.wave is not None}):
            in_wave = [job for job in ran if job.wave == number]
            for place, job in enumerate(in_wave):
                mark = f"{number:>3}" if place == 0 else "   "
                yield f"{lead}{mark}  {self.job(job)}"
                yield from self.called(job, f"{lead}       ")
        skipped = [job for job in run.jobs if job.wave is None]
        wide = max((len(job.id) for job in skipped), default=0)
        for job in skipped:
            word = "not run" if job.result != JobResult.SKIPPED.value else "skipped"
            yield f"{lead}  -  {self.paper.ink(f'{job.id:<{wide}}', '2')}  {word}: {self.why(job)}"
        if len(run.path) > 1:
            yield f"{lead}  longest chain ({len(run.path)}): {' → '.join(run.path)}"
        yield from (f"{lead}  {line}" for line in _assumed_lines(run))

    def called(self, job: JobAnswer, lead: str) -> Iterator[str]:
        """The runs inside of a job; those of legs that went alike once."""
        if job.inside is not None:
            yield from self.run(job.inside, lead)
        alike: dict[RunAnswer, list[str]] = {}
        for leg in job.legs:
            if leg.inside is not None:
                alike.setdefault(leg.inside, []).append(leg.name)
        for inside, names in alike.items():
            listed = ", ".join(f"({plain(name)})" for name in names[:_MOST_LEGS])
            more = ", …" if len(names) > _MOST_LEGS else ""
            first, *rest = self.run(inside, lead)
            yield f"{first}  {listed}{more}" if len(job.legs) > 1 else first
            yield from rest

    def why(self, job: JobAnswer) -> str:
        raw = f" (`{job.condition}`)" if self.is_verbose and job.condition else ""
        return plain(job.why + raw)

    def job(self, job: JobAnswer) -> str:
        colour = {"success": "32", "failure": "31", "cancelled": "33", "waiting": "34"}.get(job.result, "0")
        line = self.paper.ink(plain(job.id), colour)
        if job.result != JobResult.SUCCESS.value:
            line += f"  {self.paper.ink(job.result, colour)}"
        if job.why:
            line += f": {self.why(job)}"
        if job.legs:
            some = ", ".join(_leg(leg, job) for leg in job.legs[:_MOST_LEGS])
            line += f"  × {len(job.legs)}: {some}{', …' if len(job.legs) > _MOST_LEGS else ''}"
        if job.is_idle:
            line += f"  {self.paper.ink('does nothing: all of its steps are skipped', '2')}"
        return line


def _assumed_lines(run: RunAnswer) -> Iterator[str]:
    """What was taken for facts that nobody gave."""
    unset = [_short(fact.path) for fact in run.assumed if fact.value is None]
    values = [f"{fact.path} = {plain(fact.value)}" for fact in run.assumed if fact.value is not None]
    if unset:
        yield f"taken as not set (`--set`): {', '.join(unset)}"
    if values:
        yield f"assumed: {', '.join(values)}"
    if run.unread:
        named = ", ".join(f"`{job}`" for job in run.unread)
        yield f"not evaluated, taken to go well: {named}, by what becomes of other jobs"


def _short(name: str) -> str:
    """A fact as `--set` takes it."""
    return re.sub(r"^needs\.([\w-]+)\.outputs\.", r"\1.", name)


def _ending(run: RunAnswer) -> str:
    return {"success": "all well", "skipped": "nothing to do"}.get(run.conclusion, run.conclusion)


def _leg(leg: LegAnswer, job: JobAnswer) -> str:
    """A leg, by the name that GitHub shows where that is its own, with its result where these differ."""
    is_uniform = len({other.result for other in job.legs}) == 1
    name = f"({plain(leg.name)})" if leg.title == f"{job.name} ({leg.name})" else f"“{plain(leg.title)}”"
    return name if is_uniform else f"{name} {leg.result}"


def story_picture(answer: Story, form: str, draw: Draw, *, is_verbose: bool = False) -> str:
    """All runs in one picture, as SVG or as a Mermaid flowchart; verbose, with raw conditions."""
    from mermaid2gha.views.run import run_dots, run_flowchart

    if form != "svg":
        return run_flowchart(shown_run(answer, is_verbose=is_verbose))
    from mermaid2gha.views.svg import narrowest

    return narrowest(run_dots(shown_run(answer, is_verbose=is_verbose)), draw)


def shown_run(answer: Story, *, is_verbose: bool = False) -> ShownRun:
    """What a picture of all runs shows."""
    from mermaid2gha.views.run import RunNode, ShownRun

    jobs: list[RunNode] = []
    arrows: list[tuple[str, str]] = []
    path: tuple[str, ...] = ()
    started = [run for run in answer.runs if not run.why_not]
    for run in started:
        lead = f"{run.file}/" if len(started) > 1 else ""  # a colon would name a port
        longest = tuple(f"{lead}{name}" for name in run.path)
        path = longest if len(longest) > len(path) else path
        for job in run.jobs:
            count = f" × {len(job.legs)}" if job.legs else ""
            raw = f" ({job.condition})" if is_verbose and job.condition else ""
            why = "does nothing: all of its steps are skipped" if job.is_idle else job.why + raw
            jobs.append(RunNode(f"{lead}{job.id}", f"{job.name}{count}", job.result, why))
        needs = [(need, job.id) for job in run.jobs for need in job.needs]
        arrows += [(f"{lead}{need}", f"{lead}{job}") for need, job in reduction(needs)]
    head = f"on {answer.event}: " + (", ".join(run.name or run.file for run in started) or "nothing runs")
    return ShownRun(head, tuple(jobs), tuple(arrows), path)
