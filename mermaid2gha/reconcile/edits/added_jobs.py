"""Jobs that are drawn and not there, among those of a file."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.github.workflow.emitter import job_lines
from mermaid2gha.github.workflow.model import Job
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.reconcile.edits.braces import key_start
from mermaid2gha.reconcile.edits.comments import ends_in_open_text, is_parted, region
from mermaid2gha.yaml.edits import EditBuffer, reindented
from mermaid2gha.yaml.tree import Entries


def add_jobs(
    buffer: EditBuffer,
    file: WorkflowFile,
    jobs: Sequence[Job],
    stay: Sequence[FileJob],
    names: Sequence[str],
    step: int,
) -> None:
    """New jobs after the last of those that stay which they follow, in drawn order, with the blank lines of
    the file; `names` are the ids of all that are drawn, in that order."""
    node = file.root.get("jobs")
    assert isinstance(node, Entries)
    column = buffer.column(key_start(node.entries[0]))
    gap = [""] if is_parted(buffer, file) else []
    for job in jobs:
        before = {name.casefold() for name in job.needs}
        nearest = next((n for n in reversed(names[: names.index(job.id)]) if file.job(n)), None)
        before |= {nearest.casefold()} if nearest is not None else set()
        last = [one for one in stay if one.id.casefold() in before]
        lines = list(reindented(list(job_lines(job)), column, step))
        if last and ends_in_open_text(buffer, last[-1]):
            buffer.insert_lines(region(buffer, last[-1])[0], [*lines, *gap])
        elif last:
            buffer.insert_lines(buffer.line_end(max(last[-1].entry.span.end - 1, 0)), [*gap, *lines])
        else:
            at = region(buffer, file.jobs[0])[0]
            is_last = not stay and job is jobs[-1]
            buffer.insert_lines(at, [*lines, *([] if is_last else gap)])
