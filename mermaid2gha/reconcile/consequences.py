"""Which differences are only of the file as others let it become: what is mended is told where it begins."""

from __future__ import annotations

from collections.abc import Callable, Collection

from mermaid2gha.base.graph import reachable
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.github.workflow.reader import FileJob
from mermaid2gha.reconcile.condition_meaning import Question
from mermaid2gha.reconcile.difference import silencing
from mermaid2gha.reconcile.edits.keys import Mend


def with_causes(mend: Mend, as_it_stands: Callable[[], Question], job: FileJob) -> Mend:
    """What is told of an `if`, with that it only follows what else is edited, where that is so: the jobs with
    which this one is skipped are never skipped, or not before it, as the file stands."""
    if drawn_title(job.comment) or not any(map(silencing, mend.differences)):
        return mend
    now = as_it_stands()
    found = (
        replace(one, follows=_is_never_skipped(now, job, names)) if (names := silencing(one)) else one
        for one in mend.differences
    )
    return replace(mend, differences=tuple(found))


def _is_never_skipped(now: Question, job: FileJob, silenced_by: Collection[str]) -> bool:
    before = {*reachable(now.left[job.id.casefold()], now.left.get)}
    return all(
        name not in before or not (now.texts.get(name) or now.inherited.get(name)) for name in silenced_by
    )
