"""Which differences are only of the file as others let it become: what is mended is told where it begins."""

from __future__ import annotations

from collections.abc import Callable

from mermaid2gha.base.graph import reachable
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.github.workflow.reader import FileJob
from mermaid2gha.reconcile.condition_meaning import Question
from mermaid2gha.reconcile.difference import FileDifference, silencing
from mermaid2gha.reconcile.edits.keys import Mend


def with_causes(mend: Mend, as_it_stands: Callable[[], Question], job: FileJob) -> Mend:
    """What is told of an `if`, with the jobs with which this one is skipped as the file stands. There may be
    none, for they are never skipped, or not before it: then it only follows what else is edited."""
    if drawn_title(job.comment) or not any(map(silencing, mend.differences)):
        return mend
    now = as_it_stands()
    before = {*reachable(now.left[job.id.casefold()], now.left.get)}

    def is_skipped(name: str) -> bool:
        return name in before and bool(now.texts.get(name) or now.inherited.get(name))

    def told(one: FileDifference) -> FileDifference:
        names = silencing(one)
        here = tuple(filter(is_skipped, names))
        return replace(one, silenced_by=here, follows=not here) if names else one

    return replace(mend, differences=tuple(map(told, mend.differences)))
