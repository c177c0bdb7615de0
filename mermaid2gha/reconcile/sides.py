"""Both sides of an `if`, term by term: as it stands, with what people own in it, and as it is drawn; and
whether they mean the same."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.graph import reachable
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.compiler.scripts.conditions import (
    TESTED,
    SplitCondition,
    accepted_terms,
    are_tests_drawn,
    asked_of,
    asks_results,
    flag_terms,
    joined,
    needs_added,
    own_terms,
    split_terms,
    term_texts,
    with_accepted_within,
)
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, equivalent
from mermaid2gha.github.logic.outcomes import runs_after
from mermaid2gha.github.workflow.model import Job
from mermaid2gha.github.workflow.reader import FileJob
from mermaid2gha.reconcile.condition_meaning import (
    Question,
    Sides,
    condition_text,
    is_same,
    is_same_by_terms,
    joined_with,
    within,
)
from mermaid2gha.reconcile.difference import Accepted
from mermaid2gha.reconcile.ends import has_accepted_tests, is_accepted_with, is_silence_accepted
from mermaid2gha.reconcile.reads import (
    added_needs,
    is_our_test,
    marked_needs,
    marked_terms,
    peoples_if,
    text_of_if,
    used_needs,
)
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
    return own_terms(tuple(one.in_file for one in accepted))


def sides_of(asked: Question, job: FileJob, wanted: Job) -> Sides | None:
    """Both sides of the `if` of a job; none where one cannot be read."""
    name = job.id.casefold()
    if name not in asked.sides:
        asked.sides[name] = _sides(asked, job, wanted)
    return asked.sides[name]


def _sides(asked: Question, job: FileJob, wanted: Job) -> Sides | None:
    text, aim = peoples_if(job), condition_text(wanted)
    plain, drawn = _split(asked, job, wanted, text, aim)
    if plain is None or drawn is None:
        return None
    kept: list[str] = []
    absent: list[str] = []
    accepted_here = accepted_conditions(asked.accepts, job.id)
    if accepted_here and is_same_by_terms(asked, job, plain.terms, (*drawn.terms, *plain.peoples)):
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


def _split(asked: Question, job: FileJob, wanted: Job, *texts: str | None) -> list[SplitCondition | None]:
    """The terms of some texts of a job's `if`; none of what is no expression."""
    is_marked = bool(drawn_title(job.comment))
    own, named = _own_atoms(wanted), marked_terms(job)
    if named or marked_needs(job):
        named |= _undrawn_tests(asked, job, [text for text in texts if text is not None])
    drawn = asked.drawn.of_job(accepted_own_terms(asked.accepts, job.id))
    return [
        split_terms(text, drawn, own, is_marked=is_marked, named=named) if text is not None else None
        for text in texts
    ]


def _undrawn_tests(asked: Question, job: FileJob, texts: Sequence[str]) -> frozenset[str]:
    """The tests of ours that ask for jobs which are drawn no more, so that this one needs them no more, or
    only as people have it."""
    needed = {need.job.casefold() for need in job.needs}
    used = {term: used_needs(term) for text in texts for term in term_texts(text)}
    undrawn = asked.drawn.peoples_jobs
    return frozenset(
        term
        for term, names in used.items()
        if names and (names.isdisjoint(needed) or names & undrawn) and is_our_test(job, term)
    )


def _own_atoms(wanted: Job) -> frozenset[str]:
    """What this job's drawn condition asks, results aside."""
    return asked_of(expression(wanted.condition)) if wanted.condition is not None else frozenset()


def is_settled(asked: Question, job: FileJob, wanted: Job) -> bool:
    """Whether the `if` of a job means what is drawn, with what people added."""
    name = job.id.casefold()
    if name not in asked.settled:
        asked.settled[name] = _is_settled(asked, job, wanted)
    return asked.settled[name]


def _is_settled(asked: Question, job: FileJob, wanted: Job) -> bool:
    text = peoples_if(job)
    sides = sides_of(asked, job, wanted)
    if text is None or sides is None or has_tests_left_over(asked, job, wanted, sides):
        return False
    if terms_to_spare(asked, job, wanted):
        return False
    aim = (*sides.drawn.terms, *sides.found.peoples)
    if text.split() == sides.aim.split() or is_same_by_terms(asked, job, sides.plain.terms, aim):
        return True
    return _is_after_peoples_alone(asked, job, sides, text)


def terms_to_spare(asked: Question, job: FileJob, wanted: Job) -> tuple[str, ...]:
    """The terms of an `if` of people's that a mark says to be drawn and without which it means what is drawn:
    each had to be said by the job itself when another was drawn elsewhere, and is what it inherits again."""
    sides, marked = sides_of(asked, job, wanted), marked_terms(job)
    if not marked or sides is None or drawn_title(job.comment) or are_tests_drawn(marked):
        return ()
    if accepted_conditions(asked.accepts, job.id) or has_accepted_tests(asked.accepts, job, wanted):
        return ()
    if any(not needs_added([one]) for one in marked - {*sides.plain.terms}):  # of what it stands in the place
        return ()
    added = added_needs(job)
    left = [*sides.plain.terms]
    aim = joined([*sides.drawn.terms, *sides.found.peoples])
    spare = []
    for term in sides.plain.terms:
        is_ours = term in marked and not asks_results(term)
        if is_ours and added.isdisjoint(used_needs(term)):
            fewer = [one for one in left if one != term]
            if is_same(asked, job, joined(fewer), aim):
                left = fewer
                spare.append(term)
    return tuple(spare)


def _is_after_peoples_alone(asked: Question, job: FileJob, sides: Sides, text: str) -> bool:
    """Whether a job of people's comes after none that is drawn, and runs after success, where it asks how
    theirs ended: so `!cancelled()` beside that is theirs, too, and what is drawn says nothing of it."""
    if drawn_title(job.comment) or are_tests_drawn(marked_terms(job)) or sides.drawn.results:
        return False
    if not any(map(used_needs, sides.found.peoples)):
        return False
    before = reachable(asked.direct[job.id.casefold()], asked.direct.get)
    if not asked.planned.keys().isdisjoint(before):
        return False
    own = within(asked, joined(sides.found.own), joined(sides.drawn.own))
    is_alike = isinstance(equivalent(*own, place=ConditionPlace.VALUE), Holds)
    return is_alike and "success()" in runs_after(text, [need.job for need in job.needs])


def has_tests_left_over(asked: Question, job: FileJob, wanted: Job, sides: Sides) -> bool:
    """Whether an `if` asks how the jobs before it ended only because of what is drawn no more: the test is
    marked as drawn, or the job is, and then all its tests are. One that is planned, too, is not left over."""
    ours = {*sides.plain.results} & marked_terms(job) - {*sides.full.results}
    if any(used_needs(term) & asked.drawn.peoples_jobs for term in ours):
        return True
    is_drawn = bool(drawn_title(job.comment)) or are_tests_drawn(marked_terms(job))
    if not is_drawn or TESTED not in sides.plain.results:
        return False
    return not sides.full.results or is_as_untested(asked, job, wanted, sides)


def is_as_untested(asked: Question, job: FileJob, wanted: Job, sides: Sides) -> bool:
    """Whether the `if` of a job of people's, in which all tests of results are ours, means what is drawn
    without these again, or as is accepted."""
    if drawn_title(job.comment) or not are_tests_drawn(marked_terms(job)):
        return False
    untested = joined([*sides.found.own, *sides.found.peoples])
    if is_same(asked, job, untested, joined_with(sides.aim, sides.found.peoples)):
        return True
    has_more = any(is_our_test(job, term) for term in sides.found.peoples)  # of jobs that are drawn no more
    return not has_more and is_accepted_with(asked, job, wanted, untested)


def are_tests_as_drawn(asked: Question, job: FileJob, sides: Sides, terms: Sequence[str]) -> bool:
    """Whether people's tests of how the jobs before theirs ended mean the drawn ones beside what is asked
    from now on, though perhaps not by themselves."""
    tests, drawn_tests = sides.found.results, sides.drawn.results
    if not any(map(asks_results, tests)) or drawn_title(job.comment):
        return False
    if any(is_our_test(job, term) for term in tests):
        return False
    rest = (*terms, *sides.found.peoples)
    return is_same(asked, job, joined([*tests, *rest]), joined([*drawn_tests, *rest]))


def left_without_tests(asked: Question, job: FileJob, wanted: Job, *, is_all: bool = True) -> str | None:
    """What is left of an `if` once its tests go, for it means what is drawn without; or, if that is not
    `is_all`, what no mark says to be drawn. None where they stay."""
    sides = sides_of(asked, job, wanted)
    if sides is None or not is_as_untested(asked, job, wanted, sides):
        return None
    marked = marked_terms(job) if not is_all else ()
    return joined([term for term in (*sides.found.own, *sides.found.peoples) if term not in marked])


def is_put_back(asked: Question, job: FileJob, wanted: Job) -> bool:
    """Whether the tests of people's stand again in an `if`, in the place of which others were drawn."""
    if peoples_if(job) == text_of_if(job):
        return False
    return is_settled(asked, job, wanted) or is_silence_accepted(asked, job, wanted)


def flags_gone(job: FileJob, sides: Sides, full: str) -> list[str]:
    """What people ask for in the stead of a flag, and is not in `full`, for that flag is drawn no more. What
    they wrote in the place of something that a mark names contradicts the drawing, and is none."""
    marked, there = marked_terms(job), term_texts(text_of_if(job) or "")
    flags = [one for one in marked if flag_terms(one) and not needs_added([one])]
    if drawn_title(job.comment) or not {*flags} <= {*there}:
        return []
    gone = {*marked, *term_texts(full)}
    return [term for term in sides.found.own if term not in gone and flag_terms(term)]
