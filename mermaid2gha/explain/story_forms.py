"""Runs as JSON, and as pictures."""

from __future__ import annotations

from mermaid2gha.base.graph import reduction
from mermaid2gha.explain.story import RunAnswer, Story

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.views.run import ShownRun
    from mermaid2gha.views.svg import Draw


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
