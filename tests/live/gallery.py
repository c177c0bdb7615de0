"""The examples in `diagrams/` under act, once for each event: what runs, runs green, and is what is drawn.

`python tests/live/gallery.py`; needs act. Where a run of the table has no failing job, the workflows run as
they are committed; a failing job's scripts are replaced.
"""

from __future__ import annotations

import sys

from act_runs import with_runs
from gallery_runs import RUNS, GalleryRun
from oracles import act, act_asked_again

from mermaid2gha.github.simulator.model import read_workflow


def main() -> int:
    faults = [fault for run in RUNS for fault in differences(run)]
    print("\n".join(faults))
    print(act_asked_again())
    print(f"gallery: {len(RUNS)} runs, {len(faults)} differences")
    return 1 if faults else 0


def differences(run: GalleryRun) -> list[str]:
    """What differs between a run under act and the table."""
    texts = run.files
    texts[run.file] = _with_outcomes(texts[run.file], run)
    ended = act(texts, run.file, run.event, run.payload).results
    # act tells the jobs of a called workflow in the place of the job that calls it.
    expected = dict.fromkeys({*run.ran.split(), *run.called} - set(run.calls), "success")
    expected |= dict.fromkeys(set(run.skipped.split()), "skipped")
    expected |= dict.fromkeys(run.failing, "failure")
    return [
        f"{run.title}: {job}: {ended.get(job)} under act, {expected.get(job)} drawn"
        for job in dict.fromkeys([*expected, *ended])
        if ended.get(job) != expected.get(job)
    ]


def _with_outcomes(text: str, run: GalleryRun) -> str:
    """The text with the first step of failing jobs failing, and with the run's outputs given."""
    runs: dict[tuple[str, int], str] = {}
    for job in read_workflow(text).jobs:
        for step in job.steps:
            if job.id in run.failing and step.position == 0:
                runs[job.id, step.position] = "exit 1"
            elif job.id in run.outputs and step.id:
                lines = [f'echo "{k}={v}" >> "$GITHUB_OUTPUT"' for k, v in run.outputs[job.id].items()]
                runs[job.id, step.position] = "\n".join(lines)
    return with_runs(text, runs)


if __name__ == "__main__":
    sys.exit(main())
