"""`if` against what is drawn, by truth table (docs/language.md#who-owns-what).

An `if` is split at its top `&&`. What asks for events, flags and guards is compared with the drawn condition,
what asks for results with the tests of the plan; people's terms stay, last. Reports `condition-differs`,
`silenced-by-skip` and `undrawn-term`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.graph import reachable
from mermaid2gha.base.records import FrozenMap, dataclass, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.compiler.scripts.conditions import (
    TESTED,
    AcceptedTerms,
    DrawnQuestions,
    SplitCondition,
    accepted_terms,
    asked_of,
    drawn_questions,
    flag_terms,
    implies_success,
    joined,
    marked_needs,
    marked_past,
    spelt_out,
    split_terms,
    successes,
    without_braces,
)
from mermaid2gha.compiler.scripts.keeps import keeping
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.expressions.condition import Condition, all_of, expression, whole
from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, Unknown, equivalent
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.reconcile.difference import NOTHING_ACCEPTED, Accepted, FileDifference, difference
from mermaid2gha.reconcile.edits.conditions import edit_condition
from mermaid2gha.reconcile.edits.keys import Mend
from mermaid2gha.reconcile.reads import added_needs, marked_terms, read_by_if, text_of_if, used_needs
from mermaid2gha.reconcile.skips import (
    handed_down_terms,
    in_order,
    inherited_terms,
    is_after_success,
    term_set,
)
from mermaid2gha.settings.model import Acceptance

CONDITION_DIFFERS = Rule("condition-differs", Severity.WARNING)
SILENCED_BY_SKIP = Rule("silenced-by-skip", Severity.WARNING)
UNDRAWN_TERM = Rule("undrawn-term", Severity.WARNING)


@dataclass(frozen=True, slots=True)
class Question:
    """What the `if`s of a file are compared under: what the drawing asks, and by which events it is drawn.

    `is_open`: the file starts by other events, too, for which conditions are not compared. `inherited` gives
    of each job, by its id in lower case, what it asks because it is skipped with a job before it, as the file
    has it; `drawn_inherited` as it is drawn. `needs` has what each needs there, or will. `above` has the jobs
    that run only if all before them succeeded, and so on upwards, each with those that are before it. `apart`
    are terms of people's that stand for a flag, `past` those past which jobs run that follow others anew.
    """

    drawn: DrawnQuestions
    events: tuple[str, ...]
    is_open: bool
    needs: Mapping[str, Sequence[str]]
    above: Mapping[str, frozenset[str]]
    inherited: Mapping[str, tuple[str, ...]]
    drawn_inherited: Mapping[str, tuple[str, ...]]
    accepts: Accepted
    apart: Mapping[str, AcceptedTerms]
    past: Mapping[str, frozenset[str]]


def accepted_conditions(accepts: Accepted | None, job_id: str) -> list[Acceptance]:
    """What is accepted of the condition of a job."""
    if accepts is None:
        return []
    place = ("jobs", job_id.casefold(), "if")
    return [one for one, at in accepts.places(CONDITION_DIFFERS.name) if at == place]


def has_accepted_terms(accepts: Accepted | None, job_id: str) -> bool:
    """Whether terms of people's are accepted in the `if` of a job."""
    place = ("jobs", job_id.casefold(), "if")
    return accepts is not None and any(at == place for _, at in accepts.places(UNDRAWN_TERM.name))


def has_accepted_tests(accepts: Accepted, job_id: str) -> bool:
    """Whether a job may ask otherwise than drawn how those before it ended."""
    is_kept = keeping(accepts.kept, ("jobs", job_id, "if")) is not None
    return is_kept or _is_silence_accepted(accepts, job_id)


def _is_silence_accepted(accepts: Accepted, job_id: str) -> bool:
    place = ("jobs", job_id.casefold(), "if")
    return any(at == place for _, at in accepts.places(SILENCED_BY_SKIP.name))


def read_by_kept_if(accepts: Accepted, job: FileJob, *, stays: bool) -> frozenset[str]:
    """The jobs, in lower case, that an `if` asks for which stays as it stands, for it means what is drawn, or
    by an accepted difference or a comment."""
    is_kept = stays or has_accepted_tests(accepts, job.id)
    return read_by_if(job) if is_kept else frozenset()


def question(
    file: WorkflowFile,
    wanted: Workflow,
    peoples: Collection[str],
    accepts: Accepted = NOTHING_ACCEPTED,
    *,
    gone: Collection[str] = (),
    gaps: Collection[tuple[str, str]] = (),
    apart: Mapping[str, AcceptedTerms] = FrozenMap({}),
    past: Mapping[str, frozenset[str]] = FrozenMap({}),
) -> Question:
    """What the conditions of a file are compared under.

    `peoples` are the jobs that nobody draws; `gone`, in lower case, those that go, whose needs pass on;
    `gaps` the accepted ones of the order, each a job and one for which it does not wait.
    """
    known = tuple(dict.fromkeys(trigger.event for trigger in wanted.triggers))
    is_open = any(event.name not in known for event in file.events)
    drawn = {
        job.id.casefold(): (condition_text(job), [need.casefold() for need in job.needs])
        for job in wanted.jobs
    }
    inherited: dict[str, tuple[str, ...]] = {}
    above: dict[str, frozenset[str]] = {}
    needs = _needs_left(file, gone)
    for name, (_, drawn_needs) in drawn.items():
        left = (need for need in drawn_needs if (name, need) not in gaps)
        needs[name] = list(dict.fromkeys([*needs.get(name, ()), *left]))
    asked = Question(
        drawn_questions(wanted, peoples),
        known,
        is_open=is_open,
        needs=needs,
        above=above,
        inherited=inherited,
        drawn_inherited=inherited_terms(drawn),
        accepts=accepts,
        apart=apart,
        past=past,
    )
    _inherit(asked, file, wanted, inherited, _needs_left(file, gone), above)
    return asked


def _needs_left(file: WorkflowFile, gone: Collection[str]) -> dict[str, list[str]]:
    """What each job of a file needs, without those that go, in whose stead is what they need."""
    needs = {job.id.casefold(): [need.job.casefold() for need in job.needs] for job in file.jobs}

    def passed(name: str) -> list[str]:
        return needs.get(name, []) if name in gone else []

    return {
        name: [one for one in reachable(before, passed) if one not in gone] for name, before in needs.items()
    }


def _inherit(
    asked: Question,
    file: WorkflowFile,
    wanted: Workflow,
    inherited: dict[str, tuple[str, ...]],
    needs: Mapping[str, Sequence[str]],
    above: dict[str, frozenset[str]],
) -> None:
    """Work out what the jobs of a file inherit, and above which all must have succeeded, each after those
    before it: of one whose `if` is not what is drawn it is what will be written there.

    A job with others before it than are drawn has no entry in `inherited`: its `if` has to say all by itself.
    """
    drawn = {job.id.casefold(): job for job in wanted.jobs}
    jobs = {job.id.casefold(): job for job in file.jobs}
    drawn_needs = {name: [need.casefold() for need in job.needs] for name, job in drawn.items()}
    every = asked.needs
    texts: dict[str, tuple[str, Sequence[str]]] = {}
    handed_down: dict[str, tuple[str, ...]] = {}
    for name in in_order(every, needs):
        job, aim = jobs.get(name), drawn.get(name)
        text = (text_of_if(job) or "") if job is not None else ""
        before = set(reachable(needs.get(name, ()), needs.get)) & jobs.keys()
        if job is not None:
            texts[name] = text, needs[name]
            handed_down[name] = handed_down_terms(texts, name, handed_down)
            if aim is None or before <= set(reachable(drawn_needs[name], drawn_needs.get)):
                inherited[name] = handed_down[name]
        if aim is not None and (job is None or not _stays(asked, job, aim)):
            text = condition_text(aim)
            if job is not None:
                texts[name] = text, needs[name]
                handed_down[name] = handed_down_terms(texts, name, handed_down)
        if above.keys() >= {*every[name]} and is_after_success(text, every[name], above):
            above[name] = frozenset(every[name]).union(*(above[one] for one in every[name]))


def _stays(asked: Question, job: FileJob, wanted: Job) -> bool:
    """Whether the `if` of a job is left as it is: it means what is drawn, or that it does not is accepted."""
    if is_settled(asked, job, wanted) or keeping(asked.accepts.kept, ("jobs", job.id, "if")) is not None:
        return True
    sides = _sides(asked, job, wanted)
    if sides is None or not _is_silence_accepted(asked.accepts, job.id):
        return False
    own = _within(asked, joined(sides.found.own), joined(sides.drawn.own))
    return isinstance(equivalent(*own, place=ConditionPlace.VALUE), Holds)


def condition_text(job: Job) -> str:
    return expression(job.condition) if job.condition is not None else ""


def is_settled(asked: Question, job: FileJob, wanted: Job) -> bool:
    """Whether the `if` of a job means what is drawn, with what people added."""
    text = text_of_if(job)
    sides = _sides(asked, job, wanted)
    if text is None or sides is None or _is_left_over(job, sides):
        return False
    return _is_same(asked, job, text, _joined_with(sides.aim, sides.found.peoples))


def _is_left_over(job: FileJob, sides: Sides) -> bool:
    """Whether an `if` asks how the jobs before it ended only because of what is drawn no more: the test is
    marked as drawn, or the job is, and then all its tests are."""
    is_drawn = bool(drawn_title(job.comment)) or TESTED in marked_terms(job)
    return is_drawn and TESTED in sides.plain.results and not sides.full.results


@dataclass(frozen=True, slots=True)
class Sides:
    """The terms of an `if` as it stands and as it is drawn, which is `aim` as a whole.

    What was accepted is in both as if it were people's: terms that only the file has are theirs, and those
    that only the drawing has, the `absent`, are left out of it. So is a flag in the stead of which people ask
    for something else (`flag_differs`). `plain` has people's own terms alone, `full` all that are drawn.
    """

    found: SplitCondition
    drawn: SplitCondition
    aim: str
    plain: SplitCondition
    full: SplitCondition
    absent: tuple[str, ...]
    flag_differs: bool


def _sides(asked: Question, job: FileJob, wanted: Job) -> Sides | None:
    """Both sides of the `if` of a job; none where one cannot be read."""
    text, aim = text_of_if(job), condition_text(wanted)
    plain = _split(asked, job, text, wanted) if text is not None else None
    drawn = _split(asked, job, aim, wanted)
    if plain is None or drawn is None:
        return None
    kept: list[str] = []
    absent: list[str] = []
    accepted_here = accepted_conditions(asked.accepts, job.id)
    if accepted_here and _is_same(asked, job, text or "", _joined_with(aim, plain.peoples)):
        accepted_here = []  # the drawing has come to what was accepted
    for one in accepted_here:
        accepted = accepted_terms(one.in_file or "", one.drawn or "", plain, drawn)
        if accepted is not None:
            asked.accepts.use(one)
            kept += accepted.kept
            absent += accepted.absent
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
    return Sides(found, drawn, aim, plain, full=full, absent=tuple(absent), flag_differs=flag_differs)


def _split(asked: Question, job: FileJob, text: str, wanted: Job) -> SplitCondition | None:
    is_marked = bool(drawn_title(job.comment))
    own, named = _own_atoms(asked, wanted), marked_terms(job)
    drawn = asked.drawn.of_job(has_own_terms=has_accepted_terms(asked.accepts, job.id))
    return split_terms(text, drawn, own, is_marked=is_marked, named=named)


def _own_atoms(asked: Question, wanted: Job) -> frozenset[str]:
    """What this job's drawn condition asks, results aside."""
    return asked_of(expression(wanted.condition)) if wanted.condition is not None else frozenset()


def _joined_with(aim: str, terms: Sequence[str]) -> str:
    return " && ".join([*([f"({aim})"] if aim else []), *(f"({one})" for one in terms)])


def _is_same(asked: Question, job: FileJob, text: str, full: str) -> bool:
    """Whether two texts of a job's `if` are true alike, for the events that are drawn."""
    if text.split() == full.split():
        return True
    needs = [need.job for need in job.needs]
    one, other = _within(asked, text, full)
    name = job.id.casefold()
    if name in asked.inherited and implies_success(text) and implies_success(full):
        # A skip of what is before it is a condition of it, whether it is written there or here.
        whole_one = _joined_with(without_braces(one), asked.inherited[name])
        whole_other = _joined_with(without_braces(other), asked.drawn_inherited.get(name, ()))
        verdict = equivalent(whole_one, whole_other, place=ConditionPlace.VALUE)
        if isinstance(verdict, Holds):
            return True
    verdict = equivalent(one, other, needs=needs)
    if isinstance(verdict, Holds):
        return True
    if name in asked.inherited:
        # Whoever waits for the success of a job asks what that job asked.
        more = asked.inherited[name], asked.drawn_inherited.get(name, ())
        first, second = (_joined_with(without_braces(each), said) for each, said in zip((one, other), more))
        if any(more) and isinstance(equivalent(first, second, needs=needs), Holds):
            return True
    if isinstance(verdict, Unknown) and term_set(text) == term_set(full):
        return True
    needs = list(asked.needs[name])
    if not needs or not all(need in asked.above for need in needs):
        return False
    # All before it runs only after success: then its success is that of its needs, and theirs that of theirs.
    known = successes(needs, asked.above)
    one, other = (_joined_with(spelt_out(each, needs), known) for each in (one, other))
    if isinstance(equivalent(one, other, place=ConditionPlace.VALUE), Holds):
        return True
    if name not in asked.inherited:
        return False
    more = asked.inherited[name], asked.drawn_inherited.get(name, ())
    one, other = (_joined_with(each, said) for each, said in zip((one, other), more))
    return isinstance(equivalent(one, other, place=ConditionPlace.VALUE), Holds)


def _within(asked: Question, one: str, other: str) -> tuple[str, str]:
    """Two conditions for the drawn events alone, where the file has others, or several are drawn and one of
    the two asks which it is: the guard of a flow names its own events, or those of the others."""
    asks_event = any("event_name" in text.casefold() for text in (one, other))
    is_apart = asked.is_open or (len(asked.events) > 1 and asks_event)
    if not is_apart or not asked.events or any(kind_of(event).is_call for event in asked.events):
        return one, other
    tests = " || ".join(f"github.event_name == '{event}'" for event in asked.events)
    bare = without_braces(one), without_braces(other)
    first, second = (f"({text}) && ({tests})" if text else tests for text in bare)
    return first, second


def conditions(
    asked: Question, job: FileJob, wanted: Job, places: Mapping[str, Span], accepts: Accepted
) -> Mend | None:
    """How the `if` of a job differs from what is drawn, and the change that mends it."""
    if is_settled(asked, job, wanted):
        return None
    text, aim = text_of_if(job), condition_text(wanted)
    at = job.condition.span if job.condition is not None else job.span
    in_file = Label(at, "the condition" if job.condition is not None else "it has none")
    span = places.get(job.id.casefold())
    in_document = Label(span, "drawn here") if span is not None else None
    sides = _sides(asked, job, wanted)
    if sides is None or text is None:
        message = f"the `if` of `{job.id}` cannot be read, and `{aim or 'success()'}` is drawn"
        cure = f"write it as `{aim or 'success()'}`, with your own terms after `&&`"
        one = difference(
            CONDITION_DIFFERS,
            ("jobs", job.id, "if"),
            message,
            drawn=aim,
            written=text or "",
            in_document=in_document,
            in_file=in_file,
            help=cure,
        )
        return Mend(()) if accepts(one) else Mend((one,))
    found, drawn = sides.found, sides.drawn
    own, drawn_own = joined(found.own), joined(drawn.own)
    within_own, within_drawn = _within(asked, own, drawn_own)
    is_own = not isinstance(equivalent(within_own, within_drawn, place=ConditionPlace.VALUE), Holds)
    differs = difference(
        CONDITION_DIFFERS,
        ("jobs", job.id, "if"),
        _words(job, own, drawn_own),
        drawn=drawn_own,
        written=own,
        is_scalar=True,
        in_document=in_document,
        in_file=in_file,
        help="change the drawing, or let `compile` write what is drawn",
    )
    tests, drawn_tests = _tests(asked, job, sides)
    silenced = difference(
        SILENCED_BY_SKIP,
        ("jobs", job.id, "if"),
        f"`{job.id}` asks otherwise than drawn how the jobs before it ended",
        drawn=drawn_tests,
        written=tests,
        in_document=Label(span, f"drawn to ask `{drawn_tests}`") if span is not None else None,
        in_file=Label(at, f"it asks `{tests}`"),
        help="change the drawing, or let `compile` write what is drawn",
    )
    terms, results = drawn.own, drawn.results
    parts: list[Condition] = [wanted.condition] if wanted.condition is not None else []
    if sides.aim != aim:
        parts = [parsed(sides.aim)] if sides.aim else []
    if is_own and not accepts(differs):
        mentions = differs
        # By themselves: beside a term that no drawn event makes true, any two tests are the same.
        has_same = _is_same(asked, job, joined(found.results), joined(drawn.results))
        if not has_same and accepts(silenced):  # then how the jobs before it ended is asked as it stands
            results = found.results
            aim = joined([*results, *drawn.own, *drawn.peoples])
            parts = [parsed(aim)] if aim else []
    elif accepts(silenced):
        return None
    else:
        mentions = silenced
        if is_own:  # what is accepted stands in the stead of what is drawn
            terms = found.own
            aim = _joined_with(joined(drawn.results), found.own)
            if _is_same(asked, job, text, _joined_with(aim, found.peoples)):
                return None
            parts = [parsed(aim)] if aim else []
    full = all_of(*parts, *(whole(parsed(term)) for term in found.peoples))
    if not _is_left_over(job, sides) and _is_same(asked, job, text, expression(full)):
        return None
    is_none = expression(full) in ("", "true") or _goes_whole(asked, job, sides, expression(full))
    named = _only_drawn(asked, job, terms, results, sides)
    return Mend((mentions,), lambda keys: edit_condition(keys, None if is_none else full, named))


def _goes_whole(asked: Question, job: FileJob, sides: Sides, full: str) -> bool:
    """Whether an `if` came with what was drawn, as its mark says of all its terms, and what is left of it is
    so without one: what is before the job says as much."""
    marked, plain = marked_terms(job), sides.plain
    is_ours = (
        marked and not plain.peoples and {*plain.own} <= marked and (TESTED in marked or not plain.results)
    )
    return bool(is_ours) and _is_same(asked, job, "", full)


def _tests(asked: Question, job: FileJob, sides: Sides) -> tuple[str, str]:
    """How a job asks in its file, and how it is drawn to ask, how the jobs before it ended; with what else it
    is skipped by, where that alone differs."""
    texts = [joined(one.results) or "success()" for one in (sides.found, sides.drawn)]
    if texts[0] == texts[1]:
        name = job.id.casefold()
        more = asked.inherited.get(name, ()), asked.drawn_inherited.get(name, ())
        own = sides.found.own, sides.drawn.own
        texts = [joined([text, *said, *terms]) for text, said, terms in zip(texts, more, own)]
    return texts[0], texts[1]


def _only_drawn(
    asked: Question, job: FileJob, terms: Sequence[str], results: Sequence[str], sides: Sides
) -> tuple[str, ...]:
    """The drawn terms of an `if` that nothing but a mark tells from people's once they are drawn no more.

    What stood there without a mark is people's: a flag means what they ask for. Where one is drawn, whatever
    is drawn besides needs a mark. So do the tests of results in a job of people's that had none:
    `!cancelled()` stands for all of them, but for those of jobs that nobody draws.
    """
    marked = marked_terms(job)
    stood = {*sides.plain.own, *sides.plain.peoples} - marked
    is_marked = bool(drawn_title(job.comment))
    has_meaning = not is_marked and len({*terms, *sides.absent}) > 1
    alone = replace(asked.drawn, asked=frozenset())

    def is_like_peoples(term: str) -> bool:
        split = split_terms(term, alone, is_marked=is_marked)
        return split is not None and bool(split.peoples)

    named: list[str] = []
    if TESTED in results and not is_marked and (TESTED in marked or not sides.plain.results):
        past = marked_past(asked.past.get(job.id.casefold(), ()))
        there = {need.job.casefold() for need in job.needs} - added_needs(job)
        added = sorted(frozenset().union(*map(used_needs, results)) - there)
        named = [TESTED, *filter(is_like_peoples, results), *marked_needs(added), *past]
    for term in terms:
        is_flag = has_meaning and bool(flag_terms(term, alone))
        if term not in stood and (is_flag or is_like_peoples(term)):
            named.append(term)
    return tuple(named)


def undrawn_terms(
    asked: Question, job: FileJob, wanted: Job, places: Mapping[str, Span]
) -> list[FileDifference]:
    """The terms that people added to the `if` of a job, and those that they have in the stead of a flag."""
    sides = _sides(asked, job, wanted) if text_of_if(job) else None
    if sides is None:
        return []
    span = places.get(job.id.casefold())
    in_document = Label(span, "drawn here") if span is not None else None
    in_file = Label(job.condition.span if job.condition is not None else job.span, "the condition")
    place = ("jobs", job.id, "if")
    found = [
        difference(
            UNDRAWN_TERM,
            place,
            f"`{job.id}` asks for `{term}` too, which is not drawn",
            written=term,
            in_document=in_document,
            in_file=in_file,
            help="nothing takes it away; draw it, or accept it",
        )
        for term in sides.plain.peoples
    ]
    if sides.flag_differs:
        own, drawn = joined(sides.plain.own), joined(sides.full.own)
        found.append(
            difference(
                CONDITION_DIFFERS,
                place,
                _words(job, own, drawn),
                drawn=drawn,
                written=own,
                is_scalar=True,
                in_document=in_document,
                in_file=in_file,
                help="nothing takes it away: draw it in an `opt` of its own, or accept it",
            )
        )
    return found


def _words(job: FileJob, own: str, drawn: str) -> str:
    if not drawn:
        return f"`{job.id}` runs only if `{own}`, and is drawn under no condition"
    if not own:
        return f"`{job.id}` runs in any case, and is drawn to run if `{drawn}`"
    return f"`{job.id}` runs if `{own}`, and is drawn to run if `{drawn}`"
