"""The lines around jobs in a workflow file: their comments and blank lines, the header and the footer."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.compiler.scripts.comments import drawn_title, header_lines, is_above_jobs, is_footer
from mermaid2gha.compiler.scripts.provenance import comments_above
from mermaid2gha.github.workflow.emitter import comment, comment_text
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.yaml.edits import EditBuffer, reindented
from mermaid2gha.yaml.tree import Entries, Entry, Scalar, all_nodes


def region(buffer: EditBuffer, job: FileJob) -> tuple[int, int]:
    """The lines of a job with the comments directly above it."""
    above = comments_above(buffer, job.span.start)
    start = above[0][0] if above else buffer.line_start(job.span.start)
    return start, buffer.line_end(max(job.entry.span.end - 1, 0))


def is_parted(buffer: EditBuffer, file: WorkflowFile) -> bool:
    """Whether blank lines stand between the jobs of a file."""
    starts = [region(buffer, job)[0] for job in file.jobs[1:]]
    return not starts or any(not _line_above(buffer, start).strip() for start in starts)


def _line_above(buffer: EditBuffer, start: int) -> str:
    return buffer.text[buffer.line_start(max(start - 1, 0)) : start]


def remove_jobs(buffer: EditBuffer, file: WorkflowFile, gone: Sequence[FileJob]) -> None:
    """Take jobs away with their comments, and the blank lines before them (after them at the top)."""
    jobs = file.root.get("jobs")
    if isinstance(jobs, Entries) and jobs.is_flow:
        _remove_between_braces(buffer, jobs, [job.entry for job in gone])
        return
    is_top = True
    for job in file.jobs:
        if job not in gone:
            is_top = False
            continue
        start, end = region(buffer, job)
        if is_top:
            while end < len(buffer.text) and not buffer.text[end : buffer.line_end(end)].strip():
                end = buffer.line_end(end)
        else:
            while start > 0 and not _line_above(buffer, start).strip():
                start = buffer.line_start(start - 1)
        buffer.replace(start, end, "")


def _remove_between_braces(buffer: EditBuffer, jobs: Entries, gone: Sequence[Entry]) -> None:
    """Take jobs out of a mapping between braces, each with the comma that parts it and the comments that are
    its own: those above it, and that behind it on its line."""
    starts = {one.span.start for one in gone}
    left = [one for one in jobs.entries if one.span.start not in starts]
    for one, after in zip(jobs.entries, jobs.entries[1:]):
        if one.span.start in starts and any(other.span.start > one.span.start for other in left):
            is_on_lines = _begins_line(buffer, one.span.start) and _begins_line(buffer, after.span.start)
            start = _with_comments(buffer, one.span.start) if is_on_lines else one.span.start
            end = _with_comments(buffer, after.span.start)
            if not is_on_lines and end == buffer.line_start(after.span.start):
                end = after.span.start
            buffer.replace(start, end, "")
    if not left or jobs.entries[-1].span.start not in starts:
        return
    last, first = left[-1], jobs.entries[jobs.entries.index(left[-1]) + 1]
    start = _with_comments(buffer, first.span.start)
    behind = buffer.text[last.span.end : start]
    if "#" in behind:  # a comment of the job that stays: what closes the mapping cannot stand behind it
        comma = last.span.end + behind.index(",")
        buffer.replace(comma, comma + 1, "")
        buffer.replace(start, jobs.entries[-1].span.end, " " * buffer.column(first.span.start))
    else:
        buffer.replace(last.span.end, jobs.entries[-1].span.end, "")


def _begins_line(buffer: EditBuffer, at: int) -> bool:
    return not buffer.text[buffer.line_start(at) : at].strip()


def _with_comments(buffer: EditBuffer, at: int) -> int:
    """Where the line of a job begins, or the first comment directly above it; itself where it begins none."""
    if not _begins_line(buffer, at):
        return at
    above = comments_above(buffer, at)
    return above[0][0] if above else buffer.line_start(at)


def edit_header(buffer: EditBuffer, wanted: Workflow) -> None:
    """The first comment names the documents; it is kept up to date where it stands."""
    lines = buffer.text.splitlines(keepends=True)
    count = header_lines(lines) if wanted.header else 0
    aim = [comment(line) for line in (wanted.header[:1] if count == 1 else wanted.header)]
    if count and [line.rstrip() for line in lines[:count]] != aim:
        buffer.replace(0, len("".join(lines[:count])), "".join(f"{line}\n" for line in aim))


def edit_footer(buffer: EditBuffer, footer: Sequence[str]) -> None:
    """The comments at the end that name the documents."""
    if not footer:
        return
    lines = buffer.text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    old = [(at, line) for at, line in zip(starts, lines) if is_footer(line)]
    if [line.rstrip() for _, line in old] == list(footer):
        return
    buffer.insert_lines(old[0][0] if old else len(buffer.text), footer)
    for at, line in old:
        buffer.replace(at, at + len(line), "")


def edit_mark(buffer: EditBuffer, job: FileJob, wanted: Job) -> None:
    """The comment of a job that names what is drawn, where it has one."""
    old, new = drawn_title(job.comment), drawn_title(comment_text(wanted.comment))
    if old and new and old != new:
        mark = job.comment.index(old, job.comment.index("drawn:") + len("drawn:"))
        start = buffer.text.index(job.comment, job.span.end) + mark
        buffer.replace(start, start + len(old), new)


def edit_comments(buffer: EditBuffer, job: FileJob, wanted: Job) -> None:
    """The compiled comments above a job, where such stand; people's stay among them."""
    above = comments_above(buffer, job.span.start)
    ours = [(start, line) for start, line in above if is_above_jobs(line)]
    aim = [comment(line) for line in wanted.comments]
    if not ours or [line for _, line in ours] == aim:
        return
    blanks = buffer.column(job.span.start)
    buffer.replace_lines([start for start, _ in ours], reindented(aim, blanks, 2))


def ends_in_open_text(buffer: EditBuffer, job: FileJob) -> bool:
    """Whether a job ends the file within a block text that a line end would make longer."""
    if buffer.text.endswith("\n") or job.entry.span.end < len(buffer.text.rstrip()):
        return False
    scalars = [node for node in all_nodes(job.entry.value) if isinstance(node, Scalar)]
    last = max(scalars, key=lambda node: node.span.end, default=None)
    if last is None or last.style not in ("|", ">"):
        return False
    return "-" not in last.span.text.partition("\n")[0].partition("#")[0]
