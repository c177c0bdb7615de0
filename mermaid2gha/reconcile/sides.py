"""Both sides of an `if`, term by term: as it stands, with what people own in it, and as it is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.compiler.scripts.conditions import (
    SplitCondition,
    accepted_terms,
    asked_of,
    joined,
    own_terms,
    split_terms,
    with_accepted_within,
)
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.workflow.model import Job
from mermaid2gha.github.workflow.reader import FileJob
from mermaid2gha.reconcile.condition_meaning import Question, condition_text, is_same, joined_with
from mermaid2gha.reconcile.difference import Accepted
from mermaid2gha.reconcile.reads import marked_terms, peoples_if
from mermaid2gha.settings.model import Acceptance

OF_CONDITIONS, OF_TERMS = "condition-differs", "undrawn-term"
"""The rules of which acceptances say what a job asks for otherwise than drawn, and what besides."""


def accepted_conditions(accepts: Accepted | None, job_id: str) -> Sequence[Acceptance]:
    """What is accepted of the condition of a job."""
    if accepts is None:
        return ()
    return accepts.at(OF_CONDITIONS, ("jobs", job_id.casefold(), "if"))


def accepted_own_terms(accepts: Accepted | None, job_id: str) -> frozenset[str]:
    """The terms of people's that are accepted in the `if` of a job; the empty one stands for all."""
    if accepts is None:
        return frozenset()
    accepted = accepts.at(OF_TERMS, ("jobs", job_id.casefold(), "if"))
    return own_terms(one.in_file for one in accepted)


@dataclass(frozen=True, slots=True)
class Sides:
    """The terms of an `if` as it stands and as it is drawn, which is `aim` as a whole.

    What was accepted is in both as if it were people's: terms that only the file has are theirs, and those
    that only the drawing has, the `absent`, are left out of it. So is a flag in the stead of which people ask
    for something else (`flag_differs`). `plain` has people's own terms alone, `full` all that are drawn;
    `kept` are all terms of the file that an accepted difference names, `stale` tests that were added to those
    that are accepted, of jobs that are drawn before this one no more.
    """

    found: SplitCondition
    drawn: SplitCondition
    aim: str
    plain: SplitCondition
    full: SplitCondition
    absent: tuple[str, ...]
    flag_differs: bool
    kept: frozenset[str]
    stale: tuple[str, ...] = ()


def sides_of(asked: Question, job: FileJob, wanted: Job) -> Sides | None:
    """Both sides of the `if` of a job; none where one cannot be read."""
    text, aim = peoples_if(job), condition_text(wanted)
    plain = _split(asked, job, text, wanted) if text is not None else None
    drawn = _split(asked, job, aim, wanted)
    if plain is None or drawn is None:
        return None
    kept: list[str] = []
    absent: list[str] = []
    accepted_here = accepted_conditions(asked.accepts, job.id)
    if accepted_here and is_same(asked, job, text or "", joined_with(aim, plain.peoples)):
        accepted_here = []  # the drawing has come to what was accepted
    for one in accepted_here:
        accepted = accepted_terms(one.in_file or "", one.drawn or "", plain, drawn, asked.events)
        if accepted is not None:
            asked.accepts.use(one)
            kept += accepted.kept
            absent += accepted.absent
            continue
        within_terms = [with_accepted_within(term, one.in_file or "", one.drawn or "") for term in drawn.own]
        if within_terms != [*drawn.own]:
            asked.accepts.use(one)
            drawn = replace(drawn, own=tuple(term for term in within_terms if term != "true"))
            aim = joined([*drawn.results, *drawn.own, *drawn.peoples])
    named = frozenset(kept)
    apart = asked.apart.get(job.id.casefold())
    flag_differs = apart is not None and not set(apart.kept) <= set(kept)
    if apart is not None:
        kept += apart.kept
        absent += apart.absent
    full = drawn
    found = replace(
        plain,
        own=tuple(term for term in plain.own if term not in kept),
        peoples=(*(term for term in plain.own if term in kept), *plain.peoples),
    )
    if absent:
        drawn = replace(drawn, own=tuple(term for term in drawn.own if term not in absent))
        aim = joined([*drawn.results, *drawn.own, *drawn.peoples])
    return Sides(
        found, drawn, aim, plain, full=full, absent=tuple(absent), flag_differs=flag_differs, kept=named
    )


def _split(asked: Question, job: FileJob, text: str, wanted: Job) -> SplitCondition | None:
    is_marked = bool(drawn_title(job.comment))
    own, named = _own_atoms(wanted), marked_terms(job)
    drawn = asked.drawn.of_job(accepted_own_terms(asked.accepts, job.id))
    return split_terms(text, drawn, own, is_marked=is_marked, named=named)


def _own_atoms(wanted: Job) -> frozenset[str]:
    """What this job's drawn condition asks, results aside."""
    return asked_of(expression(wanted.condition)) if wanted.condition is not None else frozenset()
