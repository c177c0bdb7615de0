"""What `when` prints of runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mermaid2gha.base.records import dataclass
from mermaid2gha.explain.story import JobAnswer, LegAnswer, RunAnswer, Story
from mermaid2gha.github.simulator.simulator import JobResult
from mermaid2gha.report.cells import plain
from mermaid2gha.report.text import Paper

_MOST_LEGS = 6


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
