"""After which ends of the jobs before it a job runs, as its file has it and as it is drawn, job by job.

What is accepted of that is accepted of the jobs before it that there were then: that the skip of one silences
the job though it is drawn to go on, or that the failure of one does not keep it from running. Of a job that
is drawn before it since, or may be skipped only since, it is none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mermaid2gha.base.graph import reachable
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.scripts.conditions import are_tests_drawn, implies_success, is_test_accepted, joined
from mermaid2gha.compiler.scripts.keeps import keeping
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, equivalent
from mermaid2gha.github.logic.outcomes import (
    SKIPPED_ALONG,
    JobEnds,
    ends_of,
    may_stop,
    runs_after,
    runs_after_success,
    stopped_by,
)
from mermaid2gha.github.workflow.model import Job
from mermaid2gha.github.workflow.reader import FileJob
from mermaid2gha.reconcile.condition_meaning import Question, condition_text
from mermaid2gha.reconcile.difference import OF_ENDS, Accepted, Lapsed, is_said
from mermaid2gha.reconcile.reads import (
    added_needs,
    is_our_test,
    marked_terms,
    peoples_if,
    read_by_if,
    reads_all,
    used_needs,
)
from mermaid2gha.settings.model import Acceptance


@dataclass(frozen=True, slots=True)
class Gone:
    """What is not accepted any more of how a job asks in which way the jobs before it ended.

    `failed` are those after whose failure it would run although it is drawn not to, `skipped` those with
    which it would be skipped although it is drawn to run; in lower case.
    """

    failed: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()


def ends(asked: Question, job: FileJob, wanted: Job) -> tuple[str, str]:
    """After which ends of those before it a job runs, and is drawn to run.

    Of each side is said what the other does not: the failures of single jobs after which it runs in the file
    alone, and the skips after which it is drawn to run and does not.
    """
    name = job.id.casefold()
    if name not in asked.ends:
        asked.ends[name] = _ends(asked, job, wanted, peoples_if(job) or "")
    return asked.ends[name]


def _ends(asked: Question, job: FileJob, wanted: Job, text: str) -> tuple[str, str]:
    needs, aim = [need.job for need in job.needs], condition_text(wanted)
    kinds = runs_after(text, needs), runs_after(aim, needs)
    in_file, drawn = ends_of(kinds[0]), ends_of(kinds[1])
    if in_file is None or drawn is None:
        return kinds
    is_after_success = "success()" in in_file.kinds & drawn.kinds and runs_after_success(text, tuple(needs))
    if not is_after_success:  # one of them handles failures, or skips: that is all
        return kinds
    name = job.id.casefold()
    failed: frozenset[str] = frozenset()
    if "failure()" not in in_file.kinds | drawn.kinds:
        failed = _stopping(asked, name, aim, "failure") - _stopping(asked, name, text, "failure")
    skipped = _stopping(asked, name, text, "skipped") - _stopping(asked, name, aim, "skipped")
    if failed or skipped:
        before = asked.drawn_inherited.keys() & reachable(asked.direct[name], asked.direct.get)
        failed, skipped = failed & before, skipped & before
    sides = JobEnds(in_file.kinds, failed=failed), JobEnds(drawn.kinds, skipped=skipped)
    return sides[0].text, sides[1].text


def _stopping(asked: Question, name: str, text: str, end: str, *, surely: bool = True) -> frozenset[str]:
    """The jobs before one, however far, which keep it from running by their end if its `if` is this: they
    themselves, or since another one before it is skipped with them. Not `surely`: which may, if what else
    the jobs ask is so."""
    of_needs = stopped_by if surely else may_stop
    left = [name]
    while True:
        job = left[-1]
        asks = text if job == name else asked.texts.get(job, "")
        needs = tuple(asked.direct.get(job, ()))
        direct = of_needs(asks, needs, end)
        through = of_needs(asks, needs, SKIPPED_ALONG if end == "failure" else "skipped")
        more = [n for n in through or () if (n, end, surely) not in asked.stopping and n not in left]
        if direct is None or through is None:
            stops = frozenset(reachable(needs, asked.direct.get))
        elif more:
            left += more
            continue
        else:
            stops = direct.union(*(asked.stopping.get((need, end, surely), ()) for need in through))
        left.remove(job)
        if job == name:
            return stops
        asked.stopping[job, end, surely] = stops


def read_by_kept_if(asked: Question, job: FileJob, wanted: Job | None, *, stays: bool) -> frozenset[str]:
    """The jobs, in lower case, that an `if` asks for which stays as it stands, for it means what is drawn, or
    by an accepted difference or a comment."""
    is_kept = stays or keeping(asked.accepts.kept, ("jobs", job.id, "if")) is not None
    is_kept = is_kept or (wanted is not None and is_silence_accepted(asked, job, wanted))
    return read_by_if(job) if is_kept else frozenset()


def accepted_tests(accepts: Accepted | None, job_id: str) -> Sequence[Acceptance]:
    """What is accepted of how a job asks in which way those before it ended."""
    if accepts is None:
        return ()
    return accepts.at(OF_ENDS, ("jobs", job_id.casefold(), "if"))


def has_accepted_tests(accepts: Accepted, job: FileJob, wanted: Job) -> bool:
    """Whether a job may ask otherwise than drawn how those before it ended, of whichever of these."""
    if keeping(accepts.kept, ("jobs", job.id, "if")) is not None:
        return True
    return is_of_accepted(accepts, job, condition_text(wanted))


def is_of_accepted(accepts: Accepted, job: FileJob, aim: str) -> bool:
    """Whether something is accepted of how a job asks in which way those before it ended, where `aim` is
    drawn: of that kind, be it of others of them."""
    listed = [(one.in_file, one.drawn) for one in accepted_tests(accepts, job.id)]
    needs = [need.job for need in job.needs]
    return is_test_accepted(listed, peoples_if(job) or "", aim, needs)


def is_silence_accepted(asked: Question, job: FileJob, wanted: Job) -> bool:
    """Whether a job may ask otherwise than drawn how those before it ended."""
    listed = accepted_tests(asked.accepts, job.id)
    if not listed or job.id.casefold() in asked.accepts.lapsed:
        return False
    sides = ends(asked, job, wanted)
    return any(is_said(one, *sides) for one in listed)


def is_accepted_with(asked: Question, job: FileJob, wanted: Job, text: str) -> bool:
    """Whether a job may ask otherwise than drawn how the jobs before it ended if its `if` is this text."""
    listed = accepted_tests(asked.accepts, job.id)
    if not listed or job.id.casefold() in asked.accepts.lapsed:
        return False
    sides = _ends(asked, job, wanted, text)
    return any(is_said(one, *sides) for one in listed)


def tests_beside_accepted(
    asked: Question,
    job: FileJob,
    wanted: Job,
    found: Sequence[str],
    drawn: Sequence[str],
    now: tuple[str, str],
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The tests of a job of which some are accepted as they stand, and not all that differs `now`; and those
    of the file that are left out, for they are ours, of jobs that are not drawn before it any more.

    `found` are the tests of the file, `drawn` those that are drawn. Where only failures are not accepted,
    they are asked for beside what is asked. Where a job would be skipped with others, it has to be planned
    anew, and where it does not need new ones of which it has to ask, with these: that is noted, for another
    comparison. None where there is nothing to mend so.
    """
    name, listed = job.id.casefold(), accepted_tests(asked.accepts, job.id)
    if (lapse := asked.accepts.lapsed.get(name)) is not None and not lapse.stopping:
        results = _loosened(asked, name, found, drawn, lapse)
        return (results, ()) if results is not None else None
    if not listed:
        return None
    is_accepted = is_silence_accepted(asked, job, wanted)
    stale = [term for term in found if is_our_test(job, term) and _is_stale(asked, name, term)]
    gone = Gone() if is_accepted else gone_of(listed, now)
    if lapse is not None:
        gone = Gone(lapse.stopping)
    if gone is None or (is_accepted and not stale):
        return None
    for one in listed:
        asked.accepts.use(one)
    stays = {need.job.casefold() for need in job.needs} & {*asked.direct[name]}
    there = stays - added_needs(job) | {need.casefold() for need in wanted.needs}
    last = _last(asked, gone.failed)
    is_of_new = not gone.skipped and not stale and last.isdisjoint(asked.left)
    if is_of_new and lapse is None and not last <= there:
        asked.accepts.lapsed[name] = Lapsed(frozenset(), frozenset(), now, stopping=last)
        return None
    if gone.skipped or not gone.failed <= there or (stale and are_tests_drawn(marked_terms(job))):
        asked.accepts.lapsed[name] = lapsed(asked, job, listed, now, stale)
        return None
    by_job = {one: [t for t in drawn if one in used_needs(t)] for one in gone.failed}
    more = [
        term
        for one in sorted(by_job)
        for term in by_job[one] or [f"needs.{asked.ids[one]}.result == 'success'"]
    ]
    kept = [term for term in found if term not in stale]
    results = tuple(dict.fromkeys([*kept, *more]))
    return results, tuple(stale)


def _last(asked: Question, jobs: frozenset[str]) -> frozenset[str]:
    """Those of some jobs that are skipped by the failure of no other one in turn: who asks for their success
    asks for that of all."""
    earlier = (_stopping(asked, one, asked.texts.get(one, ""), "failure") for one in jobs)
    return jobs.difference(*earlier)


def _loosened(
    asked: Question,
    name: str,
    found: Sequence[str],
    drawn: Sequence[str],
    lapse: Lapsed,
) -> tuple[str, ...] | None:
    """The tests of a file by which a job is skipped no more with those with which it would be, and that stay
    as they are besides: with what is drawn of all others whose failure may skip one of these, and of which
    the tests say nothing. None where a test asks for more than one of them, or for all that is before it."""
    gone = lapse.gone
    if lapse.stale or not found or implies_success(joined(found)):
        return None
    kept: list[str] = []
    for term in found:
        about = used_needs(term)
        if about & gone and len(about) > 1:
            return None
        (one, *_) = [need for need in asked.left[name] if need in about & gone] or [""]
        made = f"{term} || needs.{one}.result == 'skipped'" if one else term
        if not one or not isinstance(equivalent(made, "true", place=ConditionPlace.VALUE), Holds):
            kept.append(made)
    said = frozenset[str]().union(*map(used_needs, kept))
    settled = gone | ((said | lapse.after) - _silencing(asked, gone))
    tests = [term for term in drawn if used_needs(term)]
    if not tests:  # it is drawn to come after the success of all that are drawn before it
        planned = [need for need in asked.direct[name] if need in asked.planned]
        tests = [f"needs.{asked.ids[need]}.result == 'success'" for need in planned]
    more = [term for term in tests if not used_needs(term) <= settled]
    return tuple(dict.fromkeys([*kept, *more]))


def _is_stale(asked: Question, name: str, term: str) -> bool:
    """Whether a test asks how a job ended that is drawn before this one no more."""
    return not used_needs(term) <= {*reachable(asked.planned.get(name, ()), asked.planned.get)}


def gone_of(listed: Sequence[Acceptance], now: tuple[str, str]) -> Gone | None:
    """What of the ends is not accepted, where others of the same kinds are; none where all or nothing is."""
    in_file, drawn = ends_of(now[0]), ends_of(now[1])
    if in_file is None or drawn is None:
        return None
    for one in listed:
        sides = ends_of(one.in_file or ""), ends_of(one.drawn or "")
        if sides[0] is None or sides[1] is None:
            continue
        if sides[0].has_kinds_of(in_file) and sides[1].kinds == drawn.kinds:
            is_after_any = "failure()" in sides[0].kinds
            failed = frozenset[str]() if is_after_any else in_file.failed - sides[0].failed
            skipped = drawn.skipped - sides[1].skipped
            return Gone(failed, skipped) if failed or skipped else None
    return None


def lapsed(
    asked: Question, job: FileJob, listed: Sequence[Acceptance], now: tuple[str, str], stale: Sequence[str]
) -> Lapsed:
    """What is left of acceptances where the job is planned anew: with whom it is still skipped, and after
    whose failure it still runs, of whom neither it nor another one that it asks about asks."""
    name = job.id.casefold()
    sides = [(ends_of(one.in_file or "false"), ends_of(one.drawn or "false")) for one in listed]
    failed = frozenset[str]().union(*(one.failed for one, _ in sides if one is not None))
    skipped = frozenset[str]().union(*(one.skipped for _, one in sides if one is not None))

    def asked_about(one: str) -> Sequence[str]:
        text = (peoples_if(job) or "") if one == name else asked.texts.get(one, "")
        needs = asked.needs.get(one, ())
        is_all = implies_success(text) or reads_all(f"${{{{ {text} }}}}")
        return needs if is_all else [need for need in needs if need in used_needs(text)]

    left = gone_of(listed, now)
    gone = left.skipped if left is not None else frozenset()
    is_after_any = any(one is not None and "failure()" in one.kinds for one, _ in sides)
    after = failed if not is_after_any else frozenset(reachable(asked.needs[name], asked.needs.get))
    return Lapsed(
        skipped,
        failed - {*reachable([name], asked_about)},
        now,
        stale=tuple(stale),
        gone=gone,
        after=after - _silencing(asked, gone),
    )


def _silencing(asked: Question, gone: Collection[str]) -> frozenset[str]:
    """The jobs whose failure may skip some others, as these will be written."""
    stopping = (_stopping(asked, one, asked.texts.get(one, ""), "failure", surely=False) for one in gone)
    return frozenset[str]().union(*stopping)
