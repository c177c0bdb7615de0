"""`if` against what is drawn, by truth table (docs/language.md#who-owns-what).

An `if` is split at its top `&&`. What asks for events, flags and guards is compared with the drawn condition,
what asks for results with the tests of the plan; people's terms stay, last. Reports `condition-differs`,
`silenced-by-skip` and `undrawn-term`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.graph import all_before, reachable
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.compiler.scripts.conditions import (
    TESTED,
    AcceptedTerms,
    are_tests_drawn,
    drawn_questions,
    flag_terms,
    implies_success,
    joined,
    marked_needs,
    marked_over,
    marked_over_flags,
    marked_past,
    split_terms,
    term_texts,
)
from mermaid2gha.compiler.scripts.keeps import keeping
from mermaid2gha.github.expressions.condition import Condition, all_of, conjuncts, expression, whole
from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.expressions.template import expression_tree
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.reconcile.condition_meaning import (
    ConditionChange,
    Question,
    Sides,
    as_ordered,
    condition_text,
    differing_words,
    in_order,
    inherited_of,
    inherited_terms,
    is_after_success,
    is_asked,
    is_asked_before,
    is_same,
    joined_with,
    needs_left,
    tests_beside,
    with_fewest_changes,
    with_fewest_drawn,
    with_fewest_terms,
)
from mermaid2gha.reconcile.difference import OF_ENDS, Accepted, FileDifference, difference, is_said, labelled
from mermaid2gha.reconcile.edits.conditions import edit_condition
from mermaid2gha.reconcile.edits.keys import Mend
from mermaid2gha.reconcile.ends import (
    accepted_tests,
    ends,
    is_of_accepted,
    is_silence_accepted,
    tests_beside_accepted,
)
from mermaid2gha.reconcile.reads import (
    added_needs,
    is_our_test,
    marked_terms,
    peoples_if,
    text_of_if,
    used_needs,
)
from mermaid2gha.reconcile.sides import (
    are_tests_as_drawn,
    flags_gone,
    has_tests_left_over,
    is_as_untested,
    is_settled,
    left_without_tests,
    sides_of,
    terms_to_spare,
)

CONDITION_DIFFERS = Rule("condition-differs", Severity.WARNING)
SILENCED_BY_SKIP = Rule("silenced-by-skip", Severity.WARNING)
UNDRAWN_TERM = Rule("undrawn-term", Severity.WARNING)


def question(
    file: WorkflowFile,
    wanted: Workflow,
    peoples: Collection[str],
    accepts: Accepted,
    *,
    stood: WorkflowFile,
    is_open: bool,
    gone: Collection[str],
    gaps: Collection[tuple[str, str]],
    apart: Mapping[str, AcceptedTerms],
    past: Mapping[str, frozenset[str]],
    places: Mapping[str, Span],
    listed: Collection[str] = (),
    is_edited: bool = True,
) -> Question:
    """What the conditions of a file are compared under, or, if it is not `is_edited`, would be as it stands.

    `file` has the needs that it will have, `stood` those that are there; `is_open`: it will start by other
    events than the drawn ones, too. `peoples` are the jobs that nobody
    draws; `gone`, in lower case, those that go, whose needs pass on; `gaps` the accepted ones of the order,
    each a job and one for which it does not wait. `places` are where jobs are drawn, `listed` the ids of
    those that the settings list as undrawn.
    """
    events = tuple(dict.fromkeys(trigger.event for trigger in wanted.triggers))
    drawn = {
        job.id.casefold(): (condition_text(job), [need.casefold() for need in job.needs])
        for job in wanted.jobs
    }
    # All are filled job by job, for what a job inherits depends on whether the `if` of each before it stays,
    # and that is judged under what is known of those before that one.
    inherited: dict[str, tuple[str, ...]] = {}
    will_inherit: dict[str, tuple[str, ...]] = {}
    above: dict[str, frozenset[str]] = {}
    texts: dict[str, str] = {}
    left = needs_left(file, gone)
    direct = needs_left(file, gone, {job.id.casefold() for job in file.jobs if drawn_title(job.comment)})
    needs = {**left}
    for name, (_, drawn_needs) in drawn.items() if is_edited else ():
        kept = [need for need in drawn_needs if (name, need) not in gaps]
        needs[name] = list(dict.fromkeys([*needs.get(name, ()), *kept]))
        direct[name] = list(dict.fromkeys([*direct.get(name, ()), *kept]))
    asked = Question(
        drawn_questions(wanted, peoples),
        events,
        is_open=is_open,
        left=left,
        stood=left if stood is file else needs_left(stood, gone),
        planned={name: before for name, (_, before) in drawn.items()},
        needs=needs,
        direct=direct,
        above=above,
        texts=texts,
        inherited=inherited,
        will_inherit=will_inherit,
        drawn_inherited=inherited_terms(drawn) if is_edited else inherited,
        accepts=accepts,
        apart=apart,
        past=past,
        ids={job.id.casefold(): job.id for jobs in (wanted.jobs, file.jobs) for job in jobs},
        stopping={},
        places=places,
        sides={},
        settled={},
        changes={},
        ends={},
        listed=frozenset(name.casefold() for name in listed),
    )
    _inherit(asked, file, wanted if is_edited else None, inherited, will_inherit, left, above, texts)
    return asked


def _inherit(
    asked: Question,
    file: WorkflowFile,
    wanted: Workflow | None,
    inherited: dict[str, tuple[str, ...]],
    handed_down: dict[str, tuple[str, ...]],
    needs: Mapping[str, Sequence[str]],
    above: dict[str, frozenset[str]],
    as_it_will_be: dict[str, str],
) -> None:
    """Work out what the jobs of a file inherit, and above which all must have succeeded, each after those
    before it: of one whose `if` is not what is drawn it is what will be written there.

    A job with others before it than are drawn has no entry in `inherited`: its `if` has to say all by itself.
    """
    drawn = {job.id.casefold(): job for job in wanted.jobs} if wanted is not None else {}
    jobs = {job.id.casefold(): job for job in file.jobs}
    drawn_needs = {name: [need.casefold() for need in job.needs] for name, job in drawn.items()}
    texts: dict[str, tuple[str, Sequence[str]]] = {}
    in_file, in_drawing = all_before(needs), all_before(drawn_needs)
    for name in in_order(asked.needs, needs):
        job, aim = jobs.get(name), drawn.get(name)
        text = (peoples_if(job) or "") if job is not None else ""
        before = in_file.get(name, frozenset()) & jobs.keys()
        if job is not None:
            texts[name] = text, needs[name]
            handed_down[name] = inherited_of(texts, name, handed_down)
            if aim is None or before <= in_drawing[name]:
                inherited[name] = handed_down[name]
        if aim is not None and (job is None or not _stays(asked, job, aim)):
            text = _as_written(asked, job, aim) if job is not None else condition_text(aim)
            if job is not None:
                texts[name] = text, needs[name]
                handed_down[name] = inherited_of(texts, name, handed_down)
        as_it_will_be[name] = text
        own_needs = asked.needs[name]
        if implies_success(text):  # GitHub asks that all before it went well, however far
            above[name] = frozenset(reachable(own_needs, asked.needs.get))
        elif above.keys() >= {*own_needs} and is_after_success(text, own_needs, above):
            above[name] = frozenset(own_needs).union(*(above[need] for need in own_needs))


def _stays(asked: Question, job: FileJob, wanted: Job) -> bool:
    """Whether the `if` of a job is left as it is: it means what is drawn, or that it does not is accepted."""
    if is_settled(asked, job, wanted) or keeping(asked.accepts.kept, ("jobs", job.id, "if")) is not None:
        return True
    sides = sides_of(asked, job, wanted)
    if sides is None or not is_silence_accepted(asked, job, wanted):
        return False
    if has_tests_left_over(asked, job, wanted, sides):
        return False
    own, drawn_own = joined(sides.found.own), joined(sides.drawn.own)
    return is_asked(asked, own, drawn_own) or is_asked_before(asked, job, own, drawn_own)


def _as_written(asked: Question, job: FileJob, wanted: Job) -> str:
    """The `if` that a job will have which does not stay as people have it."""
    if not accepted_tests(asked.accepts, job.id):
        change = _change(asked, job, wanted)
        if change is None or not change.is_to_edit:
            return peoples_if(job) or ""
        return expression(change.condition) if change.condition is not None else ""
    # What is accepted may lapse when the change is found, which is for when all is known of the others.
    sides = sides_of(asked, job, wanted)
    if sides is not None and is_as_untested(asked, job, wanted, sides):
        return joined([*sides.found.own, *sides.found.peoples])
    if sides is None or not is_silence_accepted(asked, job, wanted):
        return condition_text(wanted)
    return joined([*sides.found.results, *sides.drawn.own, *sides.found.peoples])


def conditions(
    asked: Question, job: FileJob, wanted: Job, accepts: Accepted, *, is_as_drawn: bool
) -> Mend | None:
    """How an `if` differs from what is drawn, and the change that mends it; none where it stays.

    `is_as_drawn`: as people have it, it is settled. Where drawn tests stand in it in the place of people's,
    it is what is drawn if it would be written so in the place of theirs, and these are back where that is
    drawn no more.
    """
    change = None if is_as_drawn else _change(asked, job, wanted)
    if is_as_drawn:
        _use_planned(asked, job, wanted, accepts)
    text, peoples = text_of_if(job), peoples_if(job)
    if text != peoples and peoples is not None:
        if change is None:
            change = _put_back(asked, job, peoples)
        elif change.is_to_edit and change.is_in(text or "", marked_terms(job)):
            return None
    if change is None:
        return None
    if not change.is_to_edit:
        return Mend(change.mentions)
    asks = used_needs(expression(change.condition)) if change.condition is not None else frozenset()
    return Mend(change.mentions, lambda keys: edit_condition(keys, change.condition, change.named), asks)


def _use_planned(asked: Question, job: FileJob, wanted: Job, accepts: Accepted) -> None:
    """What is accepted of a job's tests, and says the same of both sides, is of use while they do: without it
    tests past the skips of others would be planned for the job, and nothing differs because it is there."""
    for one in accepts.at(OF_ENDS, ("jobs", job.id.casefold(), "if")):
        if one.in_file is not None and one.in_file == one.drawn and is_said(one, *ends(asked, job, wanted)):
            accepts.use(one)


def _put_back(asked: Question, job: FileJob, peoples: str) -> ConditionChange:
    """That people's tests, in the place of which others were drawn, are back."""
    mentions = difference(
        CONDITION_DIFFERS,
        ("jobs", job.id, "if"),
        f"`{job.id}` asks for what is drawn no more in the place of `{peoples}`",
        drawn=peoples,
        written=text_of_if(job) or "",
        is_scalar=True,
        in_document=labelled(asked.places.get(job.id.casefold()), "drawn here"),
        in_file=_label_in_file(job),
        help="change the drawing, or let `compile` put back what stood there",
    )
    parts = conjuncts(expression_tree(peoples)) if peoples.strip() else ()
    return ConditionChange((mentions,), all_of(*map(whole, parts)))


def _change(asked: Question, job: FileJob, wanted: Job) -> ConditionChange | None:
    name = job.id.casefold()
    if name not in asked.changes:
        asked.changes[name] = _found_change(asked, job, wanted)
    return asked.changes[name]


def _found_change(asked: Question, job: FileJob, wanted: Job) -> ConditionChange | None:
    """How an `if` that is not settled differs from what is drawn, and how it is to be written.

    Two halves can differ, each with a rule of its own under which people can accept it: what the job asks for
    (`condition-differs`), and how it asks in which way the jobs before it ended (`silenced-by-skip`). Where
    one half is accepted and the other is not, the change writes the drawn half beside the one that stands.
    """
    accepts, span = asked.accepts, asked.places.get(job.id.casefold())
    text, sides = peoples_if(job), sides_of(asked, job, wanted)
    if sides is None or text is None:
        unread = _unread_difference(job, text or "", condition_text(wanted), span)
        return ConditionChange(() if accepts(unread) else (unread,), is_to_edit=False)
    now = ends(asked, job, wanted)
    sides = _with_what_stays(asked, job, wanted, sides, now)
    if spare := terms_to_spare(asked, job, wanted):
        left, marked = [term for term in term_texts(text) if term not in spare], marked_terms(job)
        named = (*(term for term in left if term in marked), *sorted(marked - {*left, *spare}))
        message = f"`{job.id}` asks for `{joined(spare)}`, as a job before it does, with which it is skipped"
        told = _stale_difference(job, spare, span, message=message)
        return ConditionChange((told,), parsed(joined(left)) if left else None, named)
    found, drawn = sides.found, sides.drawn
    own, drawn_own = joined(found.own), joined(drawn.own)
    has_more = not is_asked(asked, own, drawn_own)
    has_own_difference = has_more and not is_asked_before(asked, job, own, drawn_own)
    differs = _own_difference(job, own, drawn_own, span)
    lapse = asked.accepts.lapsed.get(job.id.casefold())
    stale = lapse.stale if lapse is not None else sides.stale
    silenced = _tests_difference(asked, job, sides, span, ends=now if lapse is None else lapse.sides)
    is_left_over = has_tests_left_over(asked, job, wanted, sides)
    terms, results, drawn_part = drawn.own, drawn.results, _drawn_part(wanted, sides)
    if not drawn_title(job.comment) and has_more:  # what says what is drawn stays as it stands
        terms = with_fewest_terms(asked, found.own, drawn.own, marked_terms(job))
        if terms != drawn.own:
            drawn_part = _parsed(joined([*results, *terms, *drawn.peoples]))
    if stale:
        mentions = _stale_difference(job, stale, span)
    elif has_own_difference and not accepts(differs):
        mentions = differs
        # By themselves: beside a term that no drawn event makes true, any two tests are the same.
        has_same = is_same(asked, job, joined(found.results), joined(drawn.results))
        is_accepted = not has_same and accepts(silenced)
        if is_accepted or are_tests_as_drawn(asked, job, sides, terms):  # then they are asked as they stand
            results = found.results
            drawn_part = _parsed(joined([*results, *terms, *drawn.peoples]))
    elif accepts(silenced):
        if not is_left_over:
            return None
        mentions = _stale_difference(job, found.results, span, words="as it is drawn to ask no more")
    else:
        mentions = silenced
        if has_own_difference or not drawn_title(job.comment):  # what stands says what is drawn, or may stay
            terms = terms if has_more and not has_own_difference else found.own
            aim = joined_with(joined(drawn.results), terms)
            is_as_it_stands = is_same(asked, job, text, joined_with(aim, found.peoples))
            if is_as_it_stands and not is_left_over:
                return None
            drawn_part = _parsed(aim)
    bare = left_without_tests(asked, job, wanted)
    if bare is not None:
        results, drawn_part = (), _parsed(joined(terms))
    full = all_of(*drawn_part, *(whole(parsed(term)) for term in found.peoples))
    if not drawn_title(job.comment):
        full = as_ordered(full, text)
    if not is_left_over and is_same(asked, job, text, expression(full)):
        return None
    if not results and (bare is not None or not found.results) and not drawn_title(job.comment):
        there = text if bare is None else bare
        full = as_ordered(with_fewest_changes(asked, job, there, full, marked_terms(job)), text)
        terms = tuple(term for term in terms if term in expression(full))
    if not results and found.results and bare is None and not is_left_over and not drawn_title(job.comment):
        direct = [need for need in wanted.needs if need.casefold() in asked.direct[job.id.casefold()]]
        more = tests_beside(asked, job, [*found.results, *terms, *found.peoples], full, direct)
        if more is not None:
            results = (*found.results, *more)
            parts = _parsed(joined([*results, *terms])), (whole(parsed(term)) for term in found.peoples)
            full = as_ordered(all_of(*parts[0], *parts[1]), text)
    if not drawn_title(job.comment):
        full, terms = with_fewest_drawn(asked, job, full, terms, marked_terms(job))
    theirs = [term for term in found.results if not is_our_test(job, term)]
    flags = flags_gone(job, sides, expression(full))
    lost = [] if {*terms} - {*found.own} else flags  # in their place stands what people have now
    if expression(full) in ("", "true") and (theirs or lost) and not drawn_title(job.comment):
        full, results = parsed("success()"), ("success()",)  # it stands in the place of theirs
    is_none = expression(full) in ("", "true") or _goes_whole(asked, job, sides, expression(full))
    named = _only_drawn(asked, job, terms, results, sides, lost=lost, has_place=not flags)
    return ConditionChange((mentions,), None if is_none else full, named)


def _with_what_stays(asked: Question, job: FileJob, wanted: Job, sides: Sides, now: tuple[str, str]) -> Sides:
    """Both sides where something is accepted of how a job asks in which way the jobs before it ended, and not
    all that differs `now`."""
    found = tests_beside_accepted(asked, job, wanted, sides.found.results, sides.drawn.results, now)
    if found is None:
        return sides
    results, stale = found
    aim = joined([*results, *sides.drawn.own, *sides.drawn.peoples])
    return replace(sides, drawn=replace(sides.drawn, results=results), aim=aim, stale=stale)


def _goes_whole(asked: Question, job: FileJob, sides: Sides, full: str) -> bool:
    """Whether an `if` came with what was drawn, as its mark says of all its terms, and what is left of it is
    so without one: what is before the job says as much."""
    marked, plain = marked_terms(job), sides.plain
    is_marked = marked >= {*plain.own} and (are_tests_drawn(marked) or not plain.results)
    return bool(marked) and not plain.peoples and is_marked and is_same(asked, job, "", full)


def _drawn_part(wanted: Job, sides: Sides) -> list[Condition]:
    """What of an `if` is drawn, but for what is accepted to be absent: nothing, or one condition."""
    if sides.aim != condition_text(wanted):
        return _parsed(sides.aim)
    return [wanted.condition] if wanted.condition is not None else []


def _parsed(text: str) -> list[Condition]:
    return [parsed(text)] if text else []


def _unread_difference(job: FileJob, text: str, aim: str, span: Span | None) -> FileDifference:
    """That an `if` cannot be compared with what is drawn; `span` is where the job is drawn."""
    return difference(
        CONDITION_DIFFERS,
        ("jobs", job.id, "if"),
        f"the `if` of `{job.id}` cannot be read, and `{aim or 'success()'}` is drawn",
        drawn=aim,
        written=text,
        in_document=labelled(span, "drawn here"),
        in_file=_label_in_file(job),
        help=f"write it as `{aim or 'success()'}`, with your own terms after `&&`",
    )


def _own_difference(job: FileJob, own: str, drawn_own: str, span: Span | None) -> FileDifference:
    """That a job asks for something else than what is drawn."""
    return difference(
        CONDITION_DIFFERS,
        ("jobs", job.id, "if"),
        differing_words(job, own, drawn_own),
        drawn=drawn_own,
        written=own,
        is_scalar=True,
        in_document=labelled(span, "drawn here"),
        in_file=_label_in_file(job),
        help="change the drawing, or let `compile` write what is drawn",
    )


def _tests_difference(
    asked: Question, job: FileJob, sides: Sides, span: Span | None, *, ends: tuple[str, str]
) -> FileDifference:
    """That a job asks otherwise than drawn how those before it ended."""
    tests, drawn_tests = _tests(asked, job, sides)
    return difference(
        SILENCED_BY_SKIP,
        ("jobs", job.id, "if"),
        f"`{job.id}` asks otherwise than drawn how the jobs before it ended",
        drawn=drawn_tests,
        written=tests,
        held=ends,
        in_document=labelled(span, f"drawn to ask `{drawn_tests}`"),
        in_file=replace(_label_in_file(job), text=f"it asks `{tests}`"),
        help="change the drawing, or let `compile` write what is drawn",
    )


def _stale_difference(
    job: FileJob,
    stale: Sequence[str],
    span: Span | None,
    words: str = "after which it is drawn no more",
    message: str = "",
) -> FileDifference:
    """That a job goes on to ask how jobs ended of which it is drawn to ask no more, or what `message` has."""
    before = " and ".join(f"`{name}`" for name in sorted(frozenset().union(*map(used_needs, stale))))
    return difference(
        CONDITION_DIFFERS,
        ("jobs", job.id, "if"),
        message or f"`{job.id}` asks how {before} ended, {words}",
        written=joined(stale),
        is_scalar=True,
        in_document=labelled(span, "drawn here"),
        in_file=_label_in_file(job),
        help="change the drawing, or let `compile` take the question away",
    )


def _label_in_file(job: FileJob) -> Label:
    if job.condition is None:
        return Label(job.span, "it has none")
    return Label(job.condition.span, "the condition")


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
    asked: Question,
    job: FileJob,
    terms: Sequence[str],
    results: Sequence[str],
    sides: Sides,
    *,
    lost: Sequence[str],
    has_place: bool,
) -> tuple[str, ...]:
    """The drawn terms of an `if` that nothing but a mark tells from people's once they are drawn no more.

    What stood there without a mark is people's: a flag means what they ask for. So one that is drawn needs a
    mark, if it does not stand in the place of that alone (`has_place`). So do the tests of results in a job
    of people's that had none: `!cancelled()` stands for all of them, but for those of jobs that nobody draws.
    What is `lost` stood in the stead of a flag, and comes back with it.
    """
    marked = marked_terms(job)
    stood = {*sides.plain.own, *sides.plain.peoples} - marked
    is_marked = bool(drawn_title(job.comment))
    has_meaning = not is_marked and (has_place or len({*terms, *sides.absent}) > 1)
    alone = replace(asked.drawn, asked=frozenset())

    def is_like_peoples(term: str) -> bool:
        split = split_terms(term, alone, is_marked=is_marked)
        return split is not None and bool(split.peoples)

    named: list[str] = []
    there = {*asked.stood[job.id.casefold()]} - added_needs(job)
    replaced = [term for term in sides.plain.results if term not in results and not is_our_test(job, term)]
    new = [term for term in results if term not in (*sides.plain.results, *sides.plain.peoples)]
    lapse = asked.accepts.lapsed.get(job.id.casefold())
    is_accepted = (lapse is None or bool(lapse.stopping)) and is_of_accepted(asked.accepts, job, sides.aim)
    is_ours = are_tests_drawn(marked) or {*sides.plain.results} <= {"success()"}
    if TESTED in results and not is_marked and is_ours:
        past = marked_past(asked.past.get(job.id.casefold(), ()))
        added = sorted(frozenset[str]().union(*map(used_needs, results)) - there)
        named = [TESTED, *filter(is_like_peoples, results), *marked_needs(added), *past]
    elif lost and not replaced and new == ["success()"]:  # it stands for that alone
        named = new
    elif not is_marked and (replaced or (new and not is_accepted)):
        added = sorted(frozenset[str]().union(*map(used_needs, new)) - there)
        named = [*new, *marked_needs(added), *marked_over(replaced)]
    elif not is_marked and is_accepted:  # beside tests of people's
        new = [term for term in results if term not in sides.plain.results or term in marked]
        added = sorted(frozenset[str]().union(*map(used_needs, new)) - there)
        named = [*marked_needs(added), *(term for term in new if not used_needs(term) <= {*added})]
    is_listed = job.id.casefold() in asked.listed
    for term in terms:
        is_flag = has_meaning and bool(flag_terms(term))
        if term not in stood and (is_flag or is_listed or lost or is_like_peoples(term)):
            named.append(term)
    if not is_marked:
        read = frozenset[str]().union(*(used_needs(term) for term in terms if term not in stood)) - there
        named += [one for one in marked_needs(sorted(read)) if one not in named]
    return (*named, *marked_over_flags(lost))


def undrawn_terms(
    asked: Question, job: FileJob, wanted: Job, places: Mapping[str, Span]
) -> list[FileDifference]:
    """The terms that people added to the `if` of a job, and those that they have in the stead of a flag."""
    sides = sides_of(asked, job, wanted) if peoples_if(job) else None
    if sides is None:
        return []
    span = places.get(job.id.casefold())
    in_document = labelled(span, "drawn here")
    in_file = Label(job.condition.span if job.condition is not None else job.span, "the condition")
    place = ("jobs", job.id, "if")
    found = [
        difference(
            UNDRAWN_TERM,
            place,
            f"`{job.id}` asks for `{term}` too, which is not drawn",
            written=term,
            held=(term, None),
            in_document=in_document,
            in_file=in_file,
            help="nothing takes it away; draw it, or accept it",
        )
        for term in sides.plain.peoples
        if term not in sides.kept
    ]
    if sides.flag_differs:
        own, drawn = joined(sides.plain.own), joined(sides.full.own)
        found.append(
            difference(
                CONDITION_DIFFERS,
                place,
                differing_words(job, own, drawn),
                drawn=drawn,
                written=own,
                is_scalar=True,
                in_document=in_document,
                in_file=in_file,
                help="nothing takes it away: draw it in an `opt` of its own, or accept it",
            )
        )
    return found
