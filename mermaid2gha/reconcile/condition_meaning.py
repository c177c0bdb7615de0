"""When two conditions of one job mean the same, by truth table (docs/language.md#who-owns-what).

A condition is more than its text: only the events count by which the job is drawn, and a job that waits for
the success of others is skipped with them, so that it also asks what they ask.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from mermaid2gha.base.graph import reachable, successors, topological
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.compiler.scripts.conditions import (
    AcceptedTerms,
    DrawnQuestions,
    SplitCondition,
    asked_of,
    asks_results,
    implies_success,
    joined,
    spelt_out,
    successes,
    term_texts,
    without_braces,
)
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.expressions.condition import Condition, all_of, conjuncts, expression, whole
from mermaid2gha.github.logic.equivalence import (
    ConditionPlace,
    Holds,
    Unknown,
    equivalent,
    free_atoms,
)
from mermaid2gha.github.workflow.model import Job
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.reconcile.difference import Accepted, FileDifference
from mermaid2gha.reconcile.reads import text_of_if, used_needs


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


@dataclass(frozen=True, slots=True)
class ConditionChange:
    """How an `if` is to be written anew: none for that it goes, and what its mark names; or, if nothing
    `is_to_edit`, what is only told."""

    mentions: tuple[FileDifference, ...]
    condition: Condition | None = None
    named: tuple[str, ...] = ()
    is_to_edit: bool = True

    def is_in(self, text: str, marked: Collection[str]) -> bool:
        """Whether it stands there."""
        made = expression(self.condition) if self.condition is not None else ""
        return {*term_texts(made)} == {*term_texts(text)} and {*self.named} == {*marked}


@dataclass(frozen=True, slots=True)
class Question:
    """What the `if`s of a file are compared under: what the drawing asks, and by which events it is drawn.

    `is_open`: the file starts by other events, too, for which conditions are not compared. `inherited` gives
    of each job, by its id in lower case, what it asks because it is skipped with a job before it, as the file
    has it, `will_inherit` as it will be written, `drawn_inherited` as it is drawn. `left` has what each will
    need there, without jobs that go, `stood` what it needs now, `planned` what each drawn one is drawn to
    need, `needs` both, and `direct` both without what jobs of ours leave that go. `above` has the jobs that
    run only if all
    before them succeeded, and so on upwards, each with those that are before it; `texts` the `if` of each as
    it stands, where that stays, or as it will be written. `apart` are terms of people's that stand for a
    flag, `past` those past which jobs run that follow others anew; `ids` has the id of each job as it is
    written, `places` where it is drawn. The rest is filled when it is asked for:
    `stopping` (`ends`) has those before a job that stop it by an end, `failure` or `skipped`, surely or
    maybe, `sides` both sides of the `if` of each job, `settled` whether it means what is drawn, `changes` how
    it is to be written if not, and `ends`
    after which ends of others it runs in the file and as drawn. Of the jobs that are `listed` as undrawn, all
    that is drawn bears a mark.
    """

    drawn: DrawnQuestions
    events: tuple[str, ...]
    is_open: bool
    left: Mapping[str, Sequence[str]]
    stood: Mapping[str, Sequence[str]]
    planned: Mapping[str, Sequence[str]]
    needs: Mapping[str, Sequence[str]]
    direct: Mapping[str, Sequence[str]]
    above: Mapping[str, frozenset[str]]
    texts: Mapping[str, str]
    inherited: Mapping[str, tuple[str, ...]]
    will_inherit: Mapping[str, tuple[str, ...]]
    drawn_inherited: Mapping[str, tuple[str, ...]]
    accepts: Accepted
    apart: Mapping[str, AcceptedTerms]
    past: Mapping[str, frozenset[str]]
    ids: Mapping[str, str]
    places: Mapping[str, Span]
    stopping: dict[tuple[str, str, bool], frozenset[str]]
    sides: dict[str, Sides | None]
    settled: dict[str, bool]
    changes: dict[str, ConditionChange | None]
    ends: dict[str, tuple[str, str]]
    listed: frozenset[str] = frozenset()


def joined_with(aim: str, terms: Sequence[str]) -> str:
    return " && ".join([*([f"({aim})"] if aim else []), *(f"({one})" for one in terms)])


def is_same(asked: Question, job: FileJob, text: str, full: str) -> bool:
    """Whether two texts of a job's `if` are true alike, for the events that are drawn.

    They are compared as texts, by themselves, and with what the job does not say itself, since it is skipped
    with jobs before it: what those ask, and that each of them succeeded. What
    a job of ours asks of one that it is to need no more would be true of nothing: that is never the same.
    """
    if text.split() == full.split():
        return True
    name, needs = job.id.casefold(), [need.job for need in job.needs]
    lost = {*asked.stood[name]} - {*asked.left[name]} if drawn_title(job.comment) else ()
    if lost and not lost.isdisjoint(used_needs(text)):
        return False
    both = within(asked, text, full)
    bare = without_braces(both[0]), without_braces(both[1])
    inherits = name in asked.inherited
    if inherits and implies_success(text) and implies_success(full):
        # A skip of what is before it is a condition of it, whether it is written there or here.
        verdict = equivalent(*_with_inherited(asked, name, bare), place=ConditionPlace.VALUE)
        if isinstance(verdict, Holds):
            return True
    verdict = equivalent(*both, needs=needs)
    if isinstance(verdict, Holds):
        return True
    has_inherited = inherits and bool(asked.inherited[name] or asked.drawn_inherited.get(name))
    if has_inherited:
        # Whoever waits for the success of a job asks what that job asked.
        with_inherited = equivalent(*_with_inherited(asked, name, bare), needs=needs)
        if isinstance(with_inherited, Holds):
            return True
    if isinstance(verdict, Unknown) and _terms(text) == _terms(full):
        return True
    needs = list(asked.direct[name])
    told = {*needs}.union(*(asked.above.get(need, ()) for need in needs))
    if not needs or any(one not in told for one in reachable(needs, asked.needs.get)):
        return False
    # What its needs tell of is all that is before it: then its success is that of its needs.
    known = successes(needs, asked.above)
    spelt = joined_with(spelt_out(both[0], needs), known), joined_with(spelt_out(both[1], needs), known)
    if isinstance(equivalent(*spelt, place=ConditionPlace.VALUE), Holds):
        return True
    if not has_inherited:
        return False
    verdict = equivalent(*_with_inherited(asked, name, spelt), place=ConditionPlace.VALUE)
    return isinstance(verdict, Holds)


def is_same_by_terms(asked: Question, job: FileJob, one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two conditions of a job are true alike, as their terms: those that both have, and about which
    nothing else has a say, are left out first, for the rest is what many jobs have alike."""
    shared = {*one} & {*other}
    if not shared:
        return is_same(asked, job, joined(one), joined(other))
    name = job.id.casefold()
    beside = (*asked.inherited.get(name, ()), *asked.drawn_inherited.get(name, ()))
    every = ["github.event_name"] if asked.is_open or len(asked.events) > 1 else []
    for term in {*one, *other, *beside}:
        every += asked_of(term)
    apart = {
        term
        for term in shared
        if (atoms := free_atoms(term)) and all(every.count(atom) == 1 for atom in atoms)
    }
    left = ([term for term in side if term not in apart] for side in (one, other))
    return is_same(asked, job, *map(joined, left))


def is_asked(asked: Question, own: str, drawn_own: str) -> bool:
    """Whether what a job asks, how others ended aside, is what it is drawn to ask."""
    return isinstance(equivalent(*within(asked, own, drawn_own), place=ConditionPlace.VALUE), Holds)


def is_asked_before(asked: Question, job: FileJob, own: str, drawn_own: str) -> bool:
    """Whether it is with what the jobs ask that skip this one."""
    name = job.id.casefold()
    if not asked.inherited.get(name):
        return False
    return is_asked(asked, *_with_inherited(asked, name, (own, drawn_own)))


def _with_inherited(asked: Question, name: str, both: tuple[str, str]) -> tuple[str, str]:
    """A condition of the file and a drawn one, each with what the jobs before this one ask there."""
    in_file, drawn = both
    return (
        joined_with(in_file, asked.inherited[name]),
        joined_with(drawn, asked.drawn_inherited.get(name, ())),
    )


def within(asked: Question, one: str, other: str) -> tuple[str, str]:
    """Two conditions for the drawn events alone, where the file has others, or several are drawn and one of
    the two asks which it is: the guard of a flow names its own events, or those of the others."""
    is_apart = asked.is_open or (
        len(asked.events) > 1 and any("event_name" in text.casefold() for text in (one, other))
    )
    if not is_apart or not asked.events or any(kind_of(event).is_call for event in asked.events):
        return one, other
    tests = " || ".join(f"github.event_name == '{event}'" for event in asked.events)
    bare = without_braces(one), without_braces(other)
    first, second = (f"({text}) && ({tests})" if text else tests for text in bare)
    return first, second


def with_fewest_changes(
    asked: Question, job: FileJob, text: str, full: Condition, marked: Collection[str]
) -> Condition:
    """A condition that means `full`, as somebody would make it of the `if` that stands, whose text is `text`:
    what is still to be asked is added behind what is there, and terms that a mark says to be drawn, `marked`,
    go once they are drawn no more. What the job inherits is not said. Else `full` itself."""
    try:
        there = _parted(text)
    except ValueError:
        return full
    wanted = [one for one in _parted(expression(full)) if one not in there]
    every = {*map(expression, _parted(expression(full)))}
    stays = [one for one in there if expression(one) not in marked or expression(one) in every]

    def is_meant(terms: Sequence[Condition]) -> bool:
        return is_same(asked, job, expression(all_of(*terms)), expression(full))

    if not is_meant([*stays, *wanted]):
        return full
    for one in list(wanted):
        fewer = [other for other in wanted if other is not one]
        if is_meant([*stays, *fewer]):
            wanted = fewer
    begins_bracketed = bool(stays) and expression(all_of(*stays, *wanted)).startswith("(")
    return all_of(*wanted, *stays) if begins_bracketed else all_of(*stays, *wanted)


def as_ordered(full: Condition, text: str) -> Condition:
    """A condition whose terms that stand in an `if` come in that order, where they are among the others."""
    there = term_texts(text)
    parts = conjuncts(full)
    at = [there.index(term) if (term := expression(part)) in there else None for part in parts]
    stood = iter(sorted(place for place in at if place is not None))
    by_place = {place: part for place, part in zip(at, parts) if place is not None}
    return all_of(*(part if place is None else by_place[next(stood)] for place, part in zip(at, parts)))


def tests_beside(
    asked: Question, job: FileJob, terms: Sequence[str], full: Condition, needs: Sequence[str]
) -> tuple[str, ...] | None:
    """The tests of needs that, beside the terms of an `if` which asks itself how jobs ended, mean what is
    drawn, that all went well; none where no such tests do, or none has to come."""
    more = [f"needs.{need}.result == 'success'" for need in needs]
    more = [test for test in more if test not in terms]

    def is_meant(tests: Sequence[str]) -> bool:
        return is_same(asked, job, joined([*terms, *tests]), expression(full))

    if not is_meant(more):
        return None
    for test in list(more):
        fewer = [one for one in more if one != test]
        if is_meant(fewer):
            more = fewer
    return tuple(more) or None


def with_fewest_terms(
    asked: Question, stood: Sequence[str], wanted: Sequence[str], marked: Collection[str]
) -> tuple[str, ...]:
    """Terms that mean those that are `wanted`, results aside, with as many as can be of those that stand;
    terms that a mark says to be drawn, `marked`, go once they are drawn no more."""
    stays = [term for term in stood if term not in marked or term in wanted]
    more = [term for term in wanted if term not in stays]

    def is_meant(terms: Sequence[str]) -> bool:
        both = within(asked, joined(terms), joined(wanted))
        return isinstance(equivalent(*both, place=ConditionPlace.VALUE), Holds)

    if not is_meant([*stays, *more]):
        return tuple(wanted)
    for term in list(more):
        fewer = [one for one in more if one != term]
        if is_meant([*stays, *fewer]):
            more = fewer
    return (*stays, *more)


def _parted(text: str) -> list[Condition]:
    from mermaid2gha.github.expressions.template import templated, terms

    if not text.strip():
        return []
    return [whole(one) for one in terms(templated(text if "${{" in text else f"${{{{ {text} }}}}"))]


def _terms(text: str) -> frozenset[str]:
    from mermaid2gha.github.expressions.ast import text_of
    from mermaid2gha.github.expressions.template import expression_tree, terms

    try:
        return frozenset(map(text_of, terms(expression_tree(text))))
    except ValueError:
        return frozenset([text])


def condition_text(job: Job) -> str:
    return expression(job.condition) if job.condition is not None else ""


def inherited_terms(jobs: Mapping[str, tuple[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """What each job asks by the jobs before it, which skip it when they are skipped; `jobs` gives the `if` of
    each and what it needs. A job whose `if` has a status function is skipped by those alone of which it asks
    that they succeeded."""
    result: dict[str, tuple[str, ...]] = {}
    left = list(jobs)[::-1]
    open_: set[str] = set()
    while left:
        name = left[-1]
        missing = [need for need in _followed(jobs, name) if need not in result and need not in open_]
        open_.add(name)
        if missing:
            left += missing
            continue
        left.pop()
        result[name] = inherited_of(jobs, name, result)
    return result


def _followed(jobs: Mapping[str, tuple[str, Sequence[str]]], name: str) -> list[str]:
    """The jobs that skip one when they are skipped: all, or those whose success its `if` asks for."""
    text, needs = jobs[name]
    return [need for need in needs if need in jobs and implies_success(text, need)]


def inherited_of(
    jobs: Mapping[str, tuple[str, Sequence[str]]], name: str, known: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """What a job inherits of those before it, of which it is known what they inherit. One that asks for the
    success of all is skipped with any that is skipped before it, however far."""

    def further(job: str) -> Sequence[str]:
        """Those directly before another one; none where it is known of that what it inherits of them all."""
        asks, before = jobs.get(job, ("", ()))
        return () if job in known and implies_success(asks) else before

    terms: dict[str, None] = {}
    text, needs = jobs[name]
    followed = _followed(jobs, name)
    if implies_success(text):
        followed = [one for one in reachable(needs, further) if one in jobs]
    for need in followed:
        terms |= dict.fromkeys(known.get(need, ()))
        if jobs[need][0].strip():
            terms |= dict.fromkeys(term for term in sorted(_terms(jobs[need][0])) if not asks_results(term))
    return tuple(terms)


def with_fewest_drawn(
    asked: Question, job: FileJob, full: Condition, terms: Sequence[str], marked: Collection[str]
) -> tuple[Condition, tuple[str, ...]]:
    """A condition, and those of its terms that are drawn, without what says no more than the others do with
    what the jobs ask that skip this one; but for what stands there and is not `marked` as drawn."""
    name = job.id.casefold()
    needs = asked.needs[name]
    before = reachable(needs, asked.needs.get)
    jobs = {one: (asked.texts[one], asked.needs[one]) for one in before if one in asked.texts}
    inherits = inherited_of({**jobs, name: (expression(full), needs)}, name, asked.will_inherit)
    stood = {*term_texts(text_of_if(job) or "")} - {*marked}
    left = list(terms)
    for term in terms if inherits else ():
        fewer = [one for one in left if one != term]
        both = within(asked, joined([*fewer, *inherits]), joined([*left, *inherits]))
        if term not in stood and isinstance(equivalent(*both, place=ConditionPlace.VALUE), Holds):
            left = fewer
    if len(left) == len(terms):
        return full, tuple(terms)
    gone = {*terms}.difference(left)
    parts = _parted(expression(full))
    return all_of(*(part for part in parts if not {*term_texts(expression(part))} <= gone)), tuple(left)


def needs_left(file: WorkflowFile, gone: Collection[str], ours: Collection[str] = ()) -> dict[str, list[str]]:
    """What each job of a file needs, without those that go, in whose stead is what they need; but for some of
    `ours`, which came with the drawing and leave nothing."""
    needs = {job.id.casefold(): [need.job.casefold() for need in job.needs] for job in file.jobs}
    if not gone:
        return {name: list(dict.fromkeys(before)) for name, before in needs.items()}

    def passed(name: str) -> list[str]:
        return needs.get(name, []) if name in gone and name not in ours else []

    return {
        name: [one for one in reachable(before, passed) if one not in gone] for name, before in needs.items()
    }


def is_after_success(text: str, needs: Collection[str], above: Mapping[str, frozenset[str]]) -> bool:
    """Whether a job with this `if` runs only if all its needs succeeded: it says nothing of them, or names
    each, or one that is below it and itself runs only after its success."""
    if implies_success(text):
        return True
    named = {need for need in needs if implies_success(text, need)}
    return all(need in named or any(need in above[one] for one in named) for need in needs)


def in_order(every: Mapping[str, Collection[str]], needs: Mapping[str, Collection[str]]) -> list[str]:
    """The jobs, each after all that it needs, as the file has it or is drawn; where the two go round in a
    circle, as the file has it."""
    order = topological(every, successors((a, name) for name, before in every.items() for a in before))
    left = [name for name in needs if name not in set(order)]
    return order + topological(left, successors((a, name) for name in left for a in needs[name]))


def differing_words(job: FileJob, own: str, drawn: str) -> str:
    """That a job asks for something else than what is drawn, in words."""
    if not drawn:
        return f"`{job.id}` runs only if `{own}`, and is drawn under no condition"
    if not own:
        return f"`{job.id}` runs in any case, and is drawn to run if `{drawn}`"
    return f"`{job.id}` runs if `{own}`, and is drawn to run if `{drawn}`"
