"""Renaming a job in the text of a workflow: its key, the `needs` of others, what expressions say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.compiler.scripts.steps import is_drawn
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile, workflow_file
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Alias, Scalar, all_nodes

LIKE = 0.6
"""How alike two names must be, from 0 to 1, for one to be proposed as the new name of the other."""


def renamed(file: WorkflowFile, old: str, new: str) -> WorkflowFile:
    """The same workflow with another id for one of its jobs, wherever it is named outside comments."""
    job = file.job(old)
    assert job is not None
    buffer = EditBuffer(file.file, file.newline)
    asked = re.compile(rf"(\bneeds\s*(?:\.\s*|\[\s*'))({re.escape(job.id)})(?![\w-])", re.IGNORECASE)
    key = job.entry.key
    buffer.replace(key.span.start, key.span.end, key.style + new + key.style)
    places = {key.span.start}
    for other in file.jobs:
        for need in other.needs:
            if need.job.casefold() == job.id.casefold() and need.span.start not in places:
                places.add(need.span.start)
                spelt = need.span.text
                if spelt.startswith("*"):
                    continue
                at = spelt.lower().rindex(need.job.lower())
                start = need.span.start + at
                buffer.replace(start, start + len(need.job), new)
    for node in all_nodes(file.root):
        if isinstance(node, Scalar) and not isinstance(node, Alias) and node.span.start not in places:
            for match in asked.finditer(node.span.text):
                buffer.replace(node.span.start + match.start(2), node.span.start + match.end(2), new)
    made, _ = workflow_file(buffer.applied().encode("utf-8", "surrogatepass"), file.file.name)
    return made if made is not None else file


def recognised(file: WorkflowFile, wanted: Workflow) -> Iterator[tuple[str, str]]:
    """The renamings that the comments `# drawn:` tell: the same drawn text under another id."""
    gone, new = _unmatched(file, wanted)
    titles = [drawn_title(job.comment) for job in gone]
    for job, title in zip(gone, titles):
        same = [one for one in new if title and drawn_title(one.comment) == title]
        if len(same) == 1 and titles.count(title) == 1:
            yield job.id, same[0].id


def proposed(file: WorkflowFile, wanted: Workflow, job: FileJob) -> str:
    """The drawn job that a job of the file is likely to have become, or an empty text.

    A similar name is enough, be the new job there already as it was compiled; among several, the one with the
    nearest place in the order. With another name, a new job is likely that alone has the very place of the
    old one: it comes after the same jobs, and the same come after it.
    """
    gone, new = _unmatched(file, wanted)
    names = [one.id for one in wanted.jobs]
    place = [one.id for one in file.jobs].index(job.id)
    fresh = [one for one in wanted.jobs if one in new or _is_bare(file.job(one.id), one)]
    likely = [one for one in fresh if _likeness(one, job) >= LIKE]
    best = min(likely, key=lambda one: (-_likeness(one, job), abs(names.index(one.id) - place)), default=None)
    if best is not None:
        return best.id
    there = [one for one in new if _place(one.id, wanted.jobs) == _place(job.id, file.jobs, wanted)]
    same = [
        other for other in gone if _place(other.id, file.jobs, wanted) == _place(job.id, file.jobs, wanted)
    ]
    return there[0].id if len(there) == len(same) == 1 else ""


def _is_bare(known: FileJob | None, wanted: Job) -> bool:
    """Whether a job of the file has steps of the compiler only, so that nothing is lost with it."""
    return known is not None and not wanted.is_gate and all(is_drawn(step) for step in known.steps)


def _place(
    name: str, jobs: Sequence[Job] | Sequence[FileJob], wanted: Workflow | None = None
) -> tuple[frozenset[str], frozenset[str]]:
    """The jobs directly before and after one, final checks aside, which come after all."""
    gates = {
        one.id.casefold() for one in (wanted.jobs if wanted else jobs) if isinstance(one, Job) and one.is_gate
    }
    needs = {one.id.casefold(): _needed(one) for one in jobs if one.id.casefold() not in gates}
    after = frozenset(one for one, before in needs.items() if name.casefold() in before)
    return needs.get(name.casefold(), frozenset()), after


def _needed(one: Job | FileJob) -> frozenset[str]:
    names = (need if isinstance(need, str) else need.job for need in one.needs)
    return frozenset(name.casefold() for name in names)


def _likeness(drawn: Job, job: FileJob) -> float:
    return max(
        SequenceMatcher(None, drawn.id.casefold(), job.id.casefold()).ratio(),
        SequenceMatcher(None, drawn.name.casefold(), job.name.casefold()).ratio(),
    )


def _unmatched(file: WorkflowFile, wanted: Workflow) -> tuple[Sequence[FileJob], Sequence[Job]]:
    drawn = {job.id.casefold() for job in wanted.jobs}
    gone = [job for job in file.jobs if job.id.casefold() not in drawn]
    return gone, [job for job in wanted.jobs if file.job(job.id) is None]
