"""What bears on whether a drawn job runs besides what is drawn around it: needs that people keep, and what it
inherits of the jobs before it, whose skip skips it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from mermaid2gha.base.graph import reachable, successors, topological
from mermaid2gha.base.records import FrozenMap, dataclass, replace
from mermaid2gha.compiler.ir.existing import ExistingFile, ExistingJob
from mermaid2gha.compiler.link.dataflow import names_of
from mermaid2gha.compiler.plan.results import succeeded
from mermaid2gha.compiler.scripts.conditions import (
    are_tests_drawn,
    asked_of,
    asks_results,
    implies_success,
    joined,
    past_terms,
    term_texts,
    without_braces,
)
from mermaid2gha.github.expressions.condition import Condition, all_of, conjuncts, expression
from mermaid2gha.github.logic.equivalence import ConditionPlace, Fails, Holds, implies
from mermaid2gha.github.logic.outcomes import stopped_by
from mermaid2gha.github.workflow.model import Job, Workflow


@dataclass(frozen=True, slots=True)
class NewSkips:
    """What edits of needs would let jobs inherit, all by ids in lower case.

    `now` are the terms by which each job of the file is skipped as it stands, its own among them; a job that
    the file has not yet is to be skipped by those that skip all that it directly follows. `new` are the terms
    of each job that would be skipped where they do not hold, and is not to be. `asking` are the jobs with
    such terms of their own.
    """

    now: FrozenMap[str, frozenset[str]] = FrozenMap({})
    new: FrozenMap[str, frozenset[str]] = FrozenMap({})
    asking: frozenset[str] = frozenset()


def new_skips(
    workflow: Workflow,
    terms: Mapping[str, Sequence[str]],
    known: Mapping[str, ExistingJob],
    gaps: Collection[tuple[str, str]],
) -> NewSkips:
    """What the jobs of a workflow would inherit as it is planned and do not as its file stands.

    `terms` are those of people's in the `if` of drawn jobs, by their ids; `gaps` pairs, in lower case, of a
    job and one for which it does not wait though it is drawn after it. A job that GitHub starts after
    success alone is skipped with any before it, however far, whatever those between them ask.
    """
    planned = {job.id.casefold(): job for job in workflow.jobs if not job.is_gate}
    own = _own_terms(planned, {name.casefold(): listed for name, listed in terms.items()}, known)
    if not any(own.values()):
        return NewSkips()
    needs = {name: [one.casefold() for one in there.needs] for name, there in known.items()}
    texts_now = {name: _text_before(there) for name, there in known.items()}
    as_it_stands = _skipping(needs, texts_now, own)
    now = {name: found - past_terms(known[name].marked_terms) for name, found in as_it_stands.items()}
    texts = _texts(planned, known, gaps)
    undrawn = known.keys() - planned.keys()
    drawn_needs = {
        name: [one.casefold() for one in job.needs if (name, one.casefold()) not in gaps]
        for name, job in planned.items()
    }
    for name in planned.keys() & known.keys():
        if known[name].has_own_tests and not implies_success(texts[name]):
            stopping = sorted((known[name].stopped_by & planned.keys()) - {*drawn_needs[name]})
            drawn_needs[name] += stopping
            if more := [succeeded(one) for one in drawn_needs[name] if one not in known]:
                texts[name] = joined([without_braces(texts[name]), *map(expression, more)])
        drawn_needs[name] += [one for one in needs[name] if one in undrawn]
    needs_then = {**needs, **drawn_needs}
    is_as_it_stands = needs_then == needs and texts == texts_now
    then = as_it_stands if is_as_it_stands else _skipping(needs_then, texts, own)
    new: dict[str, frozenset[str]] = {}
    for name in _in_order(needs_then):
        there = known.get(name)
        if there is None:
            before = [then[one] - new.get(one, frozenset()) for one in needs_then[name]]
            now[name] = before[0].intersection(*before[1:]) if before else frozenset()
        if name in planned:
            asked = frozenset(_terms_beside_results(there.condition)) if there is not None else frozenset()
            new[name] = then[name] - now[name] - asked
    for name, there in known.items():
        if there.has_own_tests and (left := new.pop(name, None)):  # they ask that what is new went well
            for one in set(reachable(needs_then[name], needs_then.get)) - known.keys():
                new[one] |= left & then[one]
                now[one] -= left
    return NewSkips(
        FrozenMap(now),
        FrozenMap({name: left for name, left in new.items() if left}),
        frozenset(name for name in own if own[name]),
    )


def _text_before(there: ExistingJob) -> str:
    """What a job asked before we let it ask how those before it ended."""
    return "" if are_tests_drawn(there.marked_terms) else there.condition


def _own_terms(
    planned: Mapping[str, Job], terms: Mapping[str, Sequence[str]], known: Mapping[str, ExistingJob]
) -> dict[str, frozenset[str]]:
    """What the `if` of each job of a file asks for that is people's: terms, and results without which it is
    skipped although all before it succeeded."""
    found = {}
    for name, there in known.items():
        own = list(terms.get(name, ()) if name in planned else _terms_beside_results(there.condition))
        if name not in planned or there.has_own_tests:
            asked = joined(term for term in term_texts(there.condition) if asks_results(term))
            is_left_out = asked and isinstance(implies("success()", asked, needs=there.needs), Fails)
            own += [asked] if is_left_out else []
        found[name] = frozenset(own)
    return found


def _terms_beside_results(text: str) -> list[str]:
    return [term for term in term_texts(text) if asked_of(term) and not asks_results(term)]


def _condition_text(job: Job) -> str:
    return expression(job.condition) if job.condition is not None else ""


def _texts(
    planned: Mapping[str, Job], known: Mapping[str, ExistingJob], gaps: Collection[tuple[str, str]]
) -> dict[str, str]:
    """The `if` of each job as it will be: as planned where a job is drawn and has no tests of its own."""
    needs = {name: [need.casefold() for need in there.needs] for name, there in known.items()}
    for name, job in planned.items():
        more = [one for need in job.needs if (name, one := need.casefold()) not in gaps]
        needs[name] = list(dict.fromkeys([*needs.get(name, ()), *more]))
    texts = {name: _condition_text(job) for name, job in planned.items()}
    stays = [name for name, there in known.items() if name not in planned or there.has_own_tests]
    for name, there in known.items():
        is_free = name in planned and planned.keys().isdisjoint(reachable(needs[name], needs.get))
        if is_free and _asks_of_theirs(there, planned[name]):  # nothing drawn says how those before it ended
            stays.append(name)
    return {**texts, **{name: known[name].condition for name in stays}}


def _asks_of_theirs(there: ExistingJob, planned: Job) -> bool:
    """Whether a job of people's asks by name how others ended, and is planned to ask nothing of that."""
    if not there.is_people_s or are_tests_drawn(there.marked_terms) or not named_in([there.condition]):
        return False
    return implies_success(_condition_text(planned)) and not implies_success(there.condition)


def _skipping(
    needs: Mapping[str, Sequence[str]], texts: Mapping[str, str], own: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """The terms without which each job is skipped: its own, and those of the jobs that skip it."""
    found: dict[str, frozenset[str]] = {}
    for name in _in_order(needs):
        mine = own.get(name, frozenset[str]())
        if implies_success(texts[name]):
            before = set(reachable(needs[name], needs.get))
            found[name] = mine.union(*(own[one] for one in own if one in before))
        else:
            silencing = stopped_by(texts[name], tuple(needs[name]), "skipped") or ()
            found[name] = mine.union(*(found.get(one, ()) for one in silencing))
    return found


def _in_order(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """The jobs, each after all that it needs; those on a circle last."""
    after = successors((one, name) for name, before in needs.items() for one in before if one in needs)
    order = topological(needs, after)
    return [*order, *(needs.keys() - set(order))]


def inherited(
    workflow: Workflow,
    terms: Mapping[str, Sequence[str]],
    known: Mapping[str, ExistingJob],
    changed: Collection[str] = (),
) -> dict[str, tuple[str, ...]]:
    """The terms of each job with those of the jobs whose skip takes it along; `changed` are those, in lower
    case, of which the file does not say it."""
    found: dict[str, dict[str, None]] = {}
    for job in workflow.jobs:
        there = known.get(job.id.casefold())
        is_kept = there is not None and job.id.casefold() not in changed
        text = there.condition if there is not None and is_kept else _condition_text(job)
        mine = dict.fromkeys(terms.get(job.id, ()))
        for need in job.needs:
            if implies_success(text) or implies_success(text, need):
                mine |= found.get(need.casefold(), {})
        found[job.id.casefold()] = mine
    return {job.id: tuple(found[job.id.casefold()]) for job in workflow.jobs if found[job.id.casefold()]}


def kept_needs(
    workflow: Workflow,
    file: ExistingFile,
    known: Mapping[str, ExistingJob],
    asked: Mapping[str, frozenset[str]],
) -> dict[str, tuple[str, ...]]:
    """The needs of each drawn job that stay whatever is drawn, by its id in lower case, as far as the plan
    does not ask for them anyway; `asked` are those that people's terms in its `if` read."""
    drawn = {job.id.casefold() for job in workflow.jobs}
    by_job: dict[str, tuple[str, ...]] = {}
    for job in workflow.jobs:
        there = known.get(job.id.casefold())
        if there is None or job.is_gate:
            continue
        planned = {name.casefold() for name in job.needs}
        name = job.id.casefold()
        kept = [
            need
            for need in there.needs
            if need.casefold() in known
            and need.casefold() not in planned
            and (
                need.casefold() not in drawn
                or need.casefold() in there.reads
                or need.casefold() in asked.get(name, ())
                or (name, need.casefold()) in file.accepted_needs
            )
        ]
        if kept:
            by_job[name] = tuple(kept)
    return by_job


def named_in(terms: Sequence[str]) -> frozenset[str]:
    return frozenset(name.casefold() for term in terms for name in names_of("needs", term))


def with_kept(
    workflow: Workflow, kept: Mapping[str, tuple[str, ...]], known: Mapping[str, ExistingJob]
) -> Workflow:
    """The workflow whose jobs have the needs that stay. Where an `if` asks for results, their success is
    asked for, too, if the file asks for it now; but not of a job that is drawn before this one: the plan asks
    how that ended, be it by way of others, and whether it may be skipped is the drawing's."""
    planned = {job.id.casefold(): [need.casefold() for need in job.needs] for job in workflow.jobs}

    def of(job: Job) -> Job:
        names = kept.get(job.id.casefold(), ())
        condition = job.condition
        if names and condition is not None and not implies_success(expression(condition)):
            text = known[job.id.casefold()].condition
            before = set(reachable(planned[job.id.casefold()], planned.get))
            others = [name for name in names if name.casefold() not in before]
            tested = [name for name in others if implies_success(text, name)]
            condition = all_of(condition, *(succeeded(name) for name in tested))
        return replace(job, needs=(*job.needs, *names), condition=condition) if names else job

    return replace(workflow, jobs=tuple(map(of, workflow.jobs)))


def with_tests_kept(
    workflow: Workflow,
    known: Mapping[str, ExistingJob],
    gaps: Collection[tuple[str, str]],
    skips: NewSkips,
) -> Workflow:
    """The workflow whose jobs go on to stop after failures of jobs that nobody draws, and to be skipped with
    those with which they are skipped now.

    Where GitHub asked that all before a job went well, however far, and its `if` is to ask that itself, these
    are asked for as well, but for those of which another one asked for tells. What is before it only by way
    of a job of ours is not, for that comes with the drawing. `gaps` are as of `new_skips`.
    """
    drawn = {job.id.casefold(): job for job in workflow.jobs}
    undrawn = known.keys() - drawn.keys()
    asking = [
        job
        for job in workflow.jobs
        if job.condition is not None
        and not job.is_gate
        and (there := known.get(job.id.casefold())) is not None
        and implies_success(_text_before(there))
        and not implies_success(_condition_text(job))
    ]
    if not asking or not (undrawn or skips.new):
        return workflow
    file_needs = {name: [one.casefold() for one in there.needs] for name, there in known.items()}
    peoples_needs = {name: before for name, before in file_needs.items() if known[name].is_people_s}
    drawn_needs = {
        name: [one.casefold() for one in job.needs if (name, one.casefold()) not in gaps]
        for name, job in drawn.items()
    }
    needs = {**file_needs, **drawn_needs}
    texts = _texts(drawn, known, gaps)
    amended = dict(drawn)
    sure: dict[str, frozenset[str]] = {}
    for name in _in_order(needs):
        job = amended.get(name)
        if job is not None and job in asking:
            now = set(reachable(file_needs[name], peoples_needs.get))
            then = set(reachable(needs[name], needs.get))
            named = {one.casefold() for one in named_in([texts[name]])}
            kept = undrawn | (skips.asking - named if name in skips.new else set())
            before = now & then & kept - _sure(name, needs, texts, sure)
            left = [one for one in known if one in before]
            left = [one for one in left if not any(one in sure[other] for other in left)]
            names = [known[one].id for one in left]
            condition = all_of(*([job.condition] if job.condition else []), *map(succeeded, names))
            more = tuple(one for one in names if one.casefold() not in needs[name])
            amended[name] = replace(job, needs=(*job.needs, *more), condition=condition)
            needs[name] = [*needs[name], *(one.casefold() for one in more)]
            texts[name] = expression(condition)
        sure[name] = _sure(name, needs, texts, sure)
    return replace(workflow, jobs=tuple(amended[job.id.casefold()] for job in workflow.jobs))


def with_ends_kept(
    workflow: Workflow, known: Mapping[str, ExistingJob], gaps: Collection[tuple[str, str]]
) -> Workflow:
    """The workflow whose jobs are skipped with those with which they may be by an accepted difference, though
    they are drawn to run on: they ask for the success of these, but for those of which another one that they
    ask for tells. After whose failure they may run, of these they do not ask how they ended. So do those ask
    that are to stop after the failure of jobs drawn anew. `gaps` are as of `new_skips`."""
    drawn = {job.id.casefold(): job for job in workflow.jobs}
    needs = {name: [one.casefold() for one in there.needs] for name, there in known.items()}
    for name, job in drawn.items():
        needs[name] = [one.casefold() for one in job.needs if (name, one.casefold()) not in gaps]
    texts = _texts(drawn, known, gaps)
    sure: dict[str, frozenset[str]] = {}
    for name in _in_order(needs):
        there = known.get(name)
        if (
            name in drawn
            and there is not None
            and (there.silenced_by or there.stopped_by or there.runs_after)
        ):
            drawn[name] = job = _with_ends(drawn[name], there, drawn, sure)
            needs[name] = [one.casefold() for one in job.needs if (name, one.casefold()) not in gaps]
            texts[name] = texts[name] if there.has_own_tests else _condition_text(job)
        sure[name] = _sure(name, needs, texts, sure)
    return replace(workflow, jobs=tuple(drawn[job.id.casefold()] for job in workflow.jobs))


def _with_ends(
    job: Job, there: ExistingJob, drawn: Mapping[str, Job], sure: Mapping[str, frozenset[str]]
) -> Job:
    """A drawn job with the needs and tests that keep its ends; `sure` are the jobs that succeeded wherever
    one before it starts."""
    direct = {need.casefold() for need in job.needs}
    if job.condition is None or implies_success(expression(job.condition)):
        new = (drawn[name].id for name in sorted((there.stopped_by & drawn.keys()) - direct))
        return replace(job, needs=(*job.needs, *new))
    stopping = (there.silenced_by | there.stopped_by) & drawn.keys()
    kept, asked = _parts_kept(job.condition, there, drawn, stopping)
    text = expression(all_of(*kept, *map(succeeded, asked)))
    by_id = {name: drawn[name].id if name in drawn else name for name in direct | stopping}
    tested = [name for name, one in by_id.items() if implies_success(text, one)]
    told = frozenset[str]().union(*(sure.get(name, ()) for name in tested))
    if spare := stopping & told - direct:
        kept, asked = _parts_kept(job.condition, there, drawn, stopping - spare)
    more = (name for name in asked if name.casefold() not in direct)
    return replace(job, needs=(*job.needs, *more), condition=all_of(*kept, *map(succeeded, asked)))


def _parts_kept(
    condition: Condition, there: ExistingJob, drawn: Mapping[str, Job], stopping: Collection[str]
) -> tuple[list[Condition], list[str]]:
    """What of a condition is asked beside the success of the `stopping` jobs, and the ids of these."""
    names = [drawn[name].id for name in sorted(stopping)]
    asked = expression(all_of(*map(succeeded, names)))
    kept = []
    for part in conjuncts(condition):
        about = named_in([expression(part)])
        is_left_out = asks_results(expression(part)) and bool(about) and about <= there.runs_after
        if not is_left_out and not _is_implied(asked, expression(part)):
            kept.append(part)
    return kept, names


def _is_implied(text: str, term: str) -> bool:
    return isinstance(implies(text, term, place=ConditionPlace.VALUE), Holds)


def _sure(
    name: str,
    needs: Mapping[str, Sequence[str]],
    texts: Mapping[str, str],
    known: Mapping[str, frozenset[str]],
) -> frozenset[str]:
    """The jobs that succeeded wherever a job starts: all before it, or those that it asks for and what these
    tell in their turn."""
    if implies_success(texts[name]):
        return frozenset(set(reachable(needs[name], needs.get)))
    tested = [one for one in needs[name] if implies_success(texts[name], one)]
    return frozenset(tested).union(*(known.get(one, ()) for one in tested))
