"""The lines around jobs in a workflow file: their comments and blank lines, the header and the footer."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.compiler.scripts.comments import header_lines, is_footer
from mermaid2gha.compiler.scripts.provenance import comments_above
from mermaid2gha.github.workflow.emitter import comment
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.yaml.edits import EditBuffer


def region(sheet: EditBuffer, job: FileJob) -> tuple[int, int]:
    """The lines of a job with the comments directly above it."""
    above = comments_above(sheet, job.span.start)
    start = above[0][0] if above else sheet.line_start(job.span.start)
    return start, sheet.line_end(max(job.entry.span.end - 1, 0))


def is_parted(sheet: EditBuffer, file: WorkflowFile) -> bool:
    """Whether blank lines stand between the jobs of a file."""
    starts = [region(sheet, job)[0] for job in file.jobs[1:]]
    return not starts or any(not _line_above(sheet, start).strip() for start in starts)


def _line_above(sheet: EditBuffer, start: int) -> str:
    return sheet.text[sheet.line_start(max(start - 1, 0)) : start]


def remove_jobs(sheet: EditBuffer, file: WorkflowFile, gone: Sequence[FileJob]) -> None:
    """Take jobs away with their comments, and the blank lines before them (after them at the top)."""
    is_top = True
    for job in file.jobs:
        if job not in gone:
            is_top = False
            continue
        start, end = region(sheet, job)
        if is_top:
            while end < len(sheet.text) and not sheet.text[end : sheet.line_end(end)].strip():
                end = sheet.line_end(end)
        else:
            while start > 0 and not _line_above(sheet, start).strip():
                start = sheet.line_start(start - 1)
        sheet.replace(start, end, "")


def edit_header(sheet: EditBuffer, wanted: Workflow) -> None:
    """The first comment names the documents; it is kept up to date where it stands."""
    lines = sheet.text.splitlines(keepends=True)
    count = header_lines(lines) if wanted.header else 0
    aim = [comment(line) for line in (wanted.header[:1] if count == 1 else wanted.header)]
    if count and [line.rstrip() for line in lines[:count]] != aim:
        sheet.replace(0, len("".join(lines[:count])), "".join(f"{line}\n" for line in aim))


def edit_footer(sheet: EditBuffer, footer: Sequence[str]) -> None:
    """The comments at the end that name the documents."""
    if not footer:
        return
    lines = sheet.text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    old = [(at, line) for at, line in zip(starts, lines) if is_footer(line)]
    if [line.rstrip() for _, line in old] == list(footer):
        return
    sheet.insert_lines(old[0][0] if old else len(sheet.text), footer)
    for at, line in old:
        sheet.replace(at, at + len(line), "")
