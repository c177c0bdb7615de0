"""What `when` tells of runs: as text, as JSON, and as pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mermaid2gha.base.graph import reduction
from mermaid2gha.base.records import dataclass
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.expressions.ast import text_of
from mermaid2gha.github.simulator.cascade import Facts, WorkflowRun, conclusion
from mermaid2gha.github.simulator.concurrent_runs import Crowded, crowd
from mermaid2gha.github.simulator.explain import waves, why_skipped
from mermaid2gha.github.simulator.model import ScheduledJob
from mermaid2gha.github.simulator.simulator import JobResult, SimulatedRun
from mermaid2gha.github.simulator.token import asked, granted
from mermaid2gha.github.workflow.matrix import legs
from mermaid2gha.report.cells import plain
from mermaid2gha.report.text import Paper

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.views.run import ShownRun
    from mermaid2gha.views.svg import Draw

_READ = re.compile(r"\b(needs\.[\w-]+\.outputs\.[\w-]+|vars\.\w+|inputs\.[\w-]+|secrets\.\w+)")
_MOST_LEGS = 6


@dataclass(frozen=True, slots=True)
class JobAnswer:
    """A job of a run. `wave` counts from 1, none if it did not run; `why` says why it did not.

    `legs` are the combinations of its matrix, by GitHub's names, with how each ended; `inside` is the run
    that it called.
    """

    id: str
    name: str
    needs: tuple[str, ...]
    result: str
    wave: int | None
    why: str
    legs: tuple[tuple[str, str], ...]
    inside: RunAnswer | None


@dataclass(frozen=True, slots=True)
class RunAnswer:
    """What there is to tell of a workflow; `assumed` are the facts that it reads and nobody gave."""

    file: str
    name: str
    why_not: str
    after: str
    conclusion: str
    jobs: tuple[JobAnswer, ...]
    path: tuple[str, ...]
    assumed: tuple[str, ...]


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
    return Story(event, tuple(_run_answer(run, facts) for run in started), tuple(remarks))


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
    return f"run {run.number} of {run.file} {run.place.value}{by}, in the concurrency group `{run.group}`"


def _run_answer(workflow_run: WorkflowRun, facts: Facts) -> RunAnswer:
    if workflow_run.why_not:
        return RunAnswer(
            workflow_run.file,
            workflow_run.workflow.name,
            why_not=workflow_run.why_not,
            after="",
            conclusion="",
            jobs=(),
            path=(),
            assumed=(),
        )
    run = workflow_run.run
    numbers = {name: number for number, wave in enumerate(waves(run), 1) for name in wave}
    inside = dict(workflow_run.called)
    jobs = tuple(
        JobAnswer(
            job.id,
            job.name,
            needs=job.needs,
            result=run.results[job.id].value,
            wave=numbers.get(job.id),
            why=why_skipped(run, job.id),
            legs=_legs(run, job),
            inside=_run_answer(inside[job.id], facts) if job.id in inside else None,
        )
        for job in workflow_run.workflow.jobs
    )
    return RunAnswer(
        workflow_run.file,
        workflow_run.workflow.name,
        why_not="",
        after=workflow_run.after,
        conclusion=conclusion(run),
        jobs=jobs,
        path=_path(jobs),
        assumed=tuple(_assumed(workflow_run, facts)),
    )


def _legs(run: SimulatedRun, job: ScheduledJob) -> tuple[tuple[str, str], ...]:
    """The legs of a job by name, each with its result, which is that of the job where it does not run."""
    ran = run.legs.get(job.id)
    if ran is None:
        return tuple((leg.name, run.results[job.id].value) for leg in legs(job.matrix) or ())
    return tuple((leg.name, leg.result.value) for leg in ran)


def _path(jobs: Sequence[JobAnswer]) -> tuple[str, ...]:
    """The critical path: a longest chain of needs, of which those are counted that ran."""
    chains: dict[str, tuple[str, ...]] = {}
    for job in jobs:
        before = max((chains[need] for need in job.needs), key=len, default=())
        chains[job.id] = (*before, job.id) if job.wave is not None else before
    return max(chains.values(), key=len, default=())


def _assumed(run: WorkflowRun, facts: Facts) -> Iterator[str]:
    """What conditions read and nobody gave."""
    given_names = {name.rpartition(".")[2] for name in (*facts.outputs, *facts.variables, *facts.inputs)}
    declared = {declaration.name for declaration in run.workflow.inputs}
    seen: set[str] = set()
    for job in run.workflow.jobs:
        for name in _READ.findall(text_of(job.guard.node)):
            last = name.rpartition(".")[2]
            is_known = last in given_names or (name.startswith("inputs.") and last in declared)
            if not is_known and name not in seen:
                seen.add(name)
                yield name


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
        "conclusion": run.conclusion,
        "critical_path": list(run.path),
        "assumed": list(run.assumed),
        "jobs": [
            {
                "id": job.id,
                "name": job.name,
                "needs": list(job.needs),
                "result": job.result,
                "wave": job.wave,
                "why_not": job.why,
                "matrix": [name for name, _ in job.legs],
                "matrix_results": [result for _, result in job.legs],
                "called": _json_run(job.inside) if job.inside else None,
            }
            for job in run.jobs
        ],
    }


def story_text(answer: Story, paper: Paper) -> str:
    """A block for each workflow that runs, then a line for each that does not."""
    lines = [line for run in answer.runs if not run.why_not for line in (*_run_lines(run, paper, ""), "")]
    idle = [run for run in answer.runs if run.why_not]
    lines += [f"{_title(run)} does not run: {plain(run.why_not)}" for run in idle]
    lines += [f"note: {remark}" for remark in answer.remarks]
    return "\n".join(lines).rstrip("\n") + "\n"


def _title(run: RunAnswer) -> str:
    return f"{plain(run.name)} ({plain(run.file)})" if run.name else plain(run.file)


def _run_lines(run: RunAnswer, paper: Paper, lead: str) -> Iterator[str]:
    ran = [job for job in run.jobs if job.wave is not None]
    after = f" after {plain(run.after)}" if run.after else ""
    head = f"{_title(run)}{after}: {len(ran)} of {len(run.jobs)} jobs run, {_ending(run)}"
    yield lead + paper.ink(head, "1")
    for number in sorted({job.wave for job in ran if job.wave is not None}):
        in_wave = [job for job in ran if job.wave == number]
        for place, job in enumerate(in_wave):
            mark = f"{number:>3}" if place == 0 else "   "
            yield f"{lead}{mark}  {_job_line(job, paper)}"
            if job.inside is not None:
                yield from _run_lines(job.inside, paper, f"{lead}       ")
    skipped = [job for job in run.jobs if job.wave is None]
    wide = max((len(job.id) for job in skipped), default=0)
    for job in skipped:
        word = "not run" if job.result != JobResult.SKIPPED.value else "skipped"
        yield f"{lead}  -  {paper.ink(f'{job.id:<{wide}}', '2')}  {word}: {plain(job.why)}"
    if len(run.path) > 1:
        yield f"{lead}  longest chain ({len(run.path)}): {' → '.join(run.path)}"
    if run.assumed:
        yield f"{lead}  taken as not set (`--set`): {', '.join(_short(name) for name in run.assumed)}"


def _short(name: str) -> str:
    """A fact as `--set` takes it."""
    return re.sub(r"^needs\.([\w-]+)\.outputs\.", r"\1.", name)


def _ending(run: RunAnswer) -> str:
    return {"success": "all well", "skipped": "nothing to do"}.get(run.conclusion, run.conclusion)


def _job_line(job: JobAnswer, paper: Paper) -> str:
    colour = {"success": "32", "failure": "31", "cancelled": "33"}.get(job.result, "0")
    line = paper.ink(plain(job.id), colour)
    if job.result != JobResult.SUCCESS.value:
        line += f"  {paper.ink(job.result, colour)}"
    if job.legs:
        some = ", ".join(_leg(name, result, job) for name, result in job.legs[:_MOST_LEGS])
        line += f"  × {len(job.legs)}: {some}{', …' if len(job.legs) > _MOST_LEGS else ''}"
    return line


def _leg(name: str, result: str, job: JobAnswer) -> str:
    """A leg, with its result where not all of the job's are the same."""
    is_uniform = len({result for _, result in job.legs}) == 1
    return f"({plain(name)})" if is_uniform else f"({plain(name)}) {result}"


def story_picture(answer: Story, form: str, draw: Draw) -> str:
    """All runs in one picture, as SVG or as a Mermaid flowchart."""
    from mermaid2gha.views.run import run_dot, run_flowchart

    if form != "svg":
        return run_flowchart(shown_run(answer))
    from mermaid2gha.views.svg import svg

    return svg(run_dot(shown_run(answer)), draw)


def shown_run(answer: Story) -> ShownRun:
    """What a picture of all runs shows."""
    from mermaid2gha.views.run import ShownJob, ShownRun

    jobs: list[ShownJob] = []
    arrows: list[tuple[str, str]] = []
    path: tuple[str, ...] = ()
    started = [run for run in answer.runs if not run.why_not]
    for run in started:
        lead = f"{run.file}/" if len(started) > 1 else ""  # a colon would name a port
        longest = tuple(f"{lead}{name}" for name in run.path)
        path = longest if len(longest) > len(path) else path
        for job in run.jobs:
            count = f" × {len(job.legs)}" if job.legs else ""
            jobs.append(ShownJob(f"{lead}{job.id}", f"{job.name}{count}", job.result, job.why))
        needs = [(need, job.id) for job in run.jobs for need in job.needs]
        arrows += [(f"{lead}{need}", f"{lead}{job}") for need, job in reduction(needs)]
    head = f"on {answer.event}: " + (", ".join(run.name or run.file for run in started) or "nothing runs")
    return ShownRun(head, tuple(jobs), tuple(arrows), path)
