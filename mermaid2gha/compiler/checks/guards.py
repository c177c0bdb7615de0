"""Guards that cannot be what is meant: failures of nothing, and code that is no condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.checks.payloads import drawn_events, missing_properties
from mermaid2gha.compiler.ir.flow_graph import (
    DrawnJob,
    DrawnStep,
    FlowGraph,
    FlowGraphs,
    Fragment,
    Operand,
    Run,
    StepKind,
)
from mermaid2gha.compiler.link.flow_model import Flow
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.marks.settled import settled
from mermaid2gha.compiler.reading.conditions import guessed_condition
from mermaid2gha.compiler.vocabulary import forms, labels, outcomes
from mermaid2gha.compiler.vocabulary import guards as guard_words
from mermaid2gha.compiler.vocabulary.outcomes import is_failure, undrawn_status
from mermaid2gha.github.events import WORKFLOW_RUN
from mermaid2gha.github.names import flag_id
from mermaid2gha.mermaid.ast import Operator
from mermaid2gha.settings.model import OUTCOMES, Settings, folded

FAILURE_ELSEWHERE = Rule("failure-elsewhere", Severity.WARNING)
FAILURE_OF_NOTHING = Rule("failure-of-nothing", Severity.ERROR)
GIVEN_AFTER_FAILURE = Rule("given-after-failure", Severity.WARNING)
INVALID_CONDITION = Rule("invalid-condition", Severity.WARNING)
UNKNOWN_PROPERTY = Rule("unknown-property", Severity.ERROR)

_CHOOSING = (Operator.OPT, Operator.ALT, Operator.BREAK)


def guards(drawings: FlowGraphs, settings: Settings) -> list[Diagnostic]:
    """The guards of drawings that say something else than they seem to.

    Reports `failure-of-nothing`, `failure-elsewhere`, `given-after-failure`, `invalid-condition`,
    `unknown-property`.
    """
    result: list[Diagnostic] = []
    for drawing in drawings.items:
        given = {name: value for run in drawing.runs for name, value in run.given}
        for fragment in drawing.fragments:
            result += _codes(fragment, settings, given, drawing)
        result += _failures_of_nothing(drawing, settings)
        result += _failures_of_run_before(drawing)
        result += _given_after_failures(drawing)
        result += _same_failures(drawing)
    return result


def _codes(
    fragment: Fragment, settings: Settings, given: Mapping[str, str], drawing: FlowGraph
) -> Iterator[Diagnostic]:
    """Texts that are written like expressions, and are not whole conditions of GitHub."""
    if fragment.operator not in _CHOOSING:
        return
    named = {folded(name) for name, _ in settings.conditions}
    for (text, span), guard in zip(fragment.guards, fragment.read):
        bare = " ".join(labels.lines(text))
        if not guard.is_code or folded(bare) in named or bare in OUTCOMES:
            continue
        from mermaid2gha.github.expressions.checker import condition_test  # late: most guards are words

        problems = condition_test(bare, contexts=guard_words.CONTEXTS)
        if not isinstance(problems, list) or not (place := span or fragment.span):
            continue
        if all(problem.is_unknown_property for problem in problems):
            yield diagnostic(
                UNKNOWN_PROPERTY,
                f"{problems[0].message}, so this would never hold",
                place,
                help=problems[0].help or "see the contexts of GitHub's expressions for what there is",
            )
            continue
        stated = guard_words.read_expression(bare, is_stated=True)
        missing = missing_properties(stated, drawn_events(drawing), place) if stated is not None else ()
        if misspelt := [one for one in missing if one.help.startswith("did you mean")]:
            yield from misspelt
        else:
            meant = guard_words.asked_input(bare, given)
            found = diagnostic(
                INVALID_CONDITION,
                f"`{bare}` is no condition of GitHub and is read as plain words: {problems[0].message}",
                place,
                help=input_cure(meant)
                or ref_cure(bare)
                or undrawn_status(bare)
                or problems[0].help
                or "say under `conditions:` in the settings what the text means, or above it: `%% if: EXPR`, "
                "`%% success`, `%% failure` or `%% flag: NAME`",
            )
            is_flag = guard.meaning is guard_words.Meaning.FLAG and "." not in bare and bool(flag_id(bare))
            mark = f"if: {meant}" if meant else ""  # what plain words ask for, only people know
            yield replace(found, is_guess=True, fixes=settled(place, mark)) if is_flag else found


def input_cure(meant: str) -> str:
    """What says that a condition asks for an input, if one is meant."""
    return f"`%% if: {meant}` above it asks for the input that is drawn" if meant else ""


def ref_cure(text: str) -> str:
    """What says that a condition in words asks for a branch or a tag, if it is of one: how what is before it
    ended has its own mark."""
    is_of_failure = any(is_failure(part) for part in text.replace("||", "&&").split("&&"))
    asked = "" if is_of_failure else guard_words.asked_ref(text)
    return f"`%% if: {asked}` above it asks for that, once what is before it has succeeded" if asked else ""


def _failures_of_nothing(drawing: FlowGraph, settings: Settings) -> Iterator[Diagnostic]:
    """Operands on failure with jobs in them before which no job stands that could fail."""
    reported: set[int] = set()
    for job in drawing.jobs:
        for operand in drawing.around(job.operand, within=drawing.runs[job.run].operand):
            fragment = drawing.fragments[operand.fragment]
            if operand.is_complement or fragment.number in reported or fragment.is_always:
                continue
            if fragment.outcome(operand.index) is not guard_words.Meaning.FAILURE:
                continue
            if _can_fail(drawing, fragment, job.run):
                if named := _elsewhere(drawing, fragment.named(operand.index), job.run):
                    reported.add(fragment.number)
                    yield _failure_elsewhere(drawing, job, named, fragment.guards[operand.index][1])
                continue
            reported.add(fragment.number)
            yield diagnostic(
                FAILURE_OF_NOTHING,
                f"`{job.text.title}` runs on a failure, and no job stands before it that could fail",
                fragment.guards[operand.index][1] or fragment.span,
                help=_AFTER_RUN
                if drawing.runs[job.run].after
                else "draw the job that can fail before the fragment",
            )


def unawaited_failures(project: Linked, settings: Settings) -> list[Diagnostic]:
    """Operands on failure whose jobs do not wait for what is drawn above them and could fail: it is under way
    on a lifeline of its own, which has not answered. Reports `failure-of-nothing` and `failure-elsewhere`."""
    found: dict[int, Diagnostic] = {}
    for linked in project.items:
        for flow in linked.workflow.flows:
            for job in linked.conditions[flow.number].jobs:
                for operand in flow.drawing.around(job.operand, within=flow.run.operand):
                    if operand.fragment not in found and (told := _unawaited(flow, job, operand)):
                        found[operand.fragment] = told
    return list(found.values())


def _unawaited(flow: Flow, job: DrawnJob, operand: Operand) -> Diagnostic | None:
    """That a job on failure waits for none of what is drawn before it, or not for what its operand names."""
    fragment = flow.drawing.fragments[operand.fragment]
    is_failure = fragment.outcome(operand.index) is guard_words.Meaning.FAILURE
    if (
        not is_failure
        or operand.is_complement
        or fragment.operator is Operator.CRITICAL
        or fragment.is_always
    ):
        return None
    drawn = [flow.drawing.jobs[number] for number in dict(fragment.before).get(job.run, ())]
    place = fragment.guards[operand.index][1] or fragment.span
    if drawn and not any(flow.order.is_before(one.number, job.number) for one in drawn):
        return diagnostic(
            FAILURE_OF_NOTHING,
            f"`{job.text.title}` runs on a failure, and waits for no job that could fail: the end of "
            f"`{drawn[-1].text.title}` is not drawn before it",
            Label(place or job.span, "on a failure"),
            Label(drawn[-1].span, "this one"),
            help=_ANSWER,
        )
    named = () if fragment.has_success else fragment.named(operand.index)
    jobs = [flow.drawing.jobs[number] for number in named]
    away = [one for one in jobs if one.run == job.run and not flow.order.is_before(one.number, job.number)]
    if not away or len(away) < len(jobs):
        return None
    return diagnostic(
        FAILURE_ELSEWHERE,
        f"`{job.text.title}` does not wait for `{away[0].text.title}`, whose end is not drawn before it: it "
        "is for failures of the jobs before it",
        Label(place or job.span, "about a job that may be under way"),
        Label(away[0].span, "this one"),
        help=_ANSWER,
    )


def _failures_of_run_before(drawing: FlowGraph) -> Iterator[Diagnostic]:
    """Operands on failure that name the workflow which their run follows, and no job of the run: that one has
    succeeded, and failures are seen of what is drawn before them."""
    told: set[int] = set()
    for job in drawing.jobs:
        run = drawing.runs[job.run]
        after = set(labels.words(run.after))
        for place in (job.operand, *(step.operand for step in job.steps)) if after else ():
            for operand in drawing.around(place, within=run.operand):
                fragment = drawing.fragments[operand.fragment]
                read = fragment.read[operand.index]
                is_failure = read.outcome is guard_words.Meaning.FAILURE and not read.is_marked
                is_named = after <= set(labels.words(read.text)) and after >= set(read.subject.split())
                is_named = is_named or _is_of_none_before(drawing, fragment, read.subject, run)
                if fragment.number in told or not is_failure or not is_named:
                    continue
                named = fragment.named(operand.index)
                is_of_job = place == job.operand and not _can_fail(drawing, fragment, job.run)
                if not is_of_job and all(drawing.jobs[number].run != run.number for number in named):
                    told.add(fragment.number)
                    yield diagnostic(
                        FAILURE_ELSEWHERE,
                        f"this run follows good ones of `{run.after}`, so that what stands here is for "
                        "failures of what is drawn before it",
                        fragment.guards[operand.index][1] or fragment.span,
                        help=f"{_OF_RUN_BEFORE}; `%% failure` above the operand says that it is for those",
                    )


def _is_of_none_before(drawing: FlowGraph, fragment: Fragment, subject: str, run: Run) -> bool:
    """Whether the words of whose failure something is name no job of the run before, and each of those stands
    under a condition: it may be the run before that is meant."""
    before = [drawing.jobs[number] for number in dict(fragment.before).get(run.number, ())]
    texts = [name for job in before for name in (job.text.name, *(step.text.name for step in job.steps))]
    if not subject or not before or outcomes.named(subject, texts)[0]:
        return False
    return all(
        any(
            drawing.fragments[one.fragment].operator in _CHOOSING
            for one in drawing.around(job.operand, within=run.operand)
        )
        for job in before
    )


def _same_failures(drawing: FlowGraph) -> Iterator[Diagnostic]:
    """An `alt` for failure and success in an operand that is for one of these itself, before which nothing
    stands in there: both ask for the failures of the same jobs."""
    for fragment in drawing.fragments:
        index = next((at for at, one in enumerate(fragment.read) if _is_open_failure(one)), -1)
        if fragment.operator is not Operator.ALT or index < 0 or not fragment.has_success:
            continue
        around = next(
            (one for one in drawing.around(fragment.parent) if _is_open_outcome(drawing, one)), None
        )
        if around is None or not (inside := _jobs_in(drawing, fragment.number)):
            continue
        if min(_jobs_in(drawing, around.fragment, around.index)) < min(inside):
            continue
        text = fragment.guards[index][0] or fragment.guards[0][0]
        outer = drawing.fragments[around.fragment].guards
        yield guessed_condition(
            f"`{text}` stands in `{outer[around.index][0] or outer[0][0]}`, and is for the failures that "
            "decide that, too: for any before",
            fragment.guards[index][1] or fragment.span,
            cure="`%% failure: JOB` above each operand, with the name of a job, says whose failure it is for",
            mark="",
        )


def _is_open_failure(guard: guard_words.Guard) -> bool:
    """Whether a guard is a failure, and no mark says whose."""
    return guard.outcome is guard_words.Meaning.FAILURE and not (guard.is_marked and guard.jobs)


def _is_open_outcome(drawing: FlowGraph, operand: Operand) -> bool:
    """Whether an operand is for a success or failure, and no mark says whose."""
    fragment = drawing.fragments[operand.fragment]
    if (
        fragment.operator is Operator.CRITICAL
        or fragment.outcome(operand.index) is None
        or fragment.is_always
    ):
        return False
    return not operand.is_complement and not any(one.jobs and one.is_marked for one in fragment.read)


def _jobs_in(drawing: FlowGraph, fragment: int, index: int = -1) -> list[int]:
    """The jobs in a fragment, or in one of its operands."""
    return [
        job.number
        for job in drawing.jobs
        if any(one.fragment == fragment and index in (-1, one.index) for one in drawing.around(job.operand))
    ]


_ANSWER = (
    "draw that it has ended before the fragment: its lifeline answers, `Job-->>CI: done`, or the `par` "
    "around it ends"
)
_OF_RUN_BEFORE = (
    "what is for the failure of the run before is drawn below a trigger of its own, with `%% trigger: "
    f"{WORKFLOW_RUN.name}[conclusion=failure]` above it"
)
_AFTER_RUN = f"{_OF_RUN_BEFORE}; else draw the job that can fail before the fragment"


def _given_after_failures(drawing: FlowGraph) -> Iterator[Diagnostic]:
    """What is published, deployed, released or pushed to a registry because something failed, by the words of
    an operand alone: they may be the wrong way round. Not where the success gives something away as well."""
    giving: dict[tuple[int, int, bool], Span] = {}
    for job in drawing.jobs:
        giving_steps = (one for one in job.steps if one.publishes or _is_to_registry(one))
        places = [(one.operand, one.span) for one in giving_steps if not _is_no_gift(one.text.name)]
        places += [(job.operand, job.span)] if job.publishes and not _is_no_gift(job.text.name) else []
        for place, span in places:
            for operand in drawing.around(place):
                key = (operand.fragment, operand.index, operand.is_complement)
                if key in giving:
                    break  # and so are those around it
                giving[key] = span
    for (number, index, is_complement), span in giving.items():
        fragment = drawing.fragments[number]
        read = fragment.read[index]
        asked = guard_words.Meaning.SUCCESS if is_complement else guard_words.Meaning.FAILURE
        is_outcome = read.outcome is asked and fragment.operator in _CHOOSING
        others = _others(fragment, index)
        if not is_outcome or read.is_marked or any((number, at, False) in giving for at in others):
            continue
        guard = fragment.guards[index][1] or fragment.span
        yield _given_after(span, guard, read.text, others=others, is_complement=is_complement)


def _given_after(
    span: Span, guard: Span | None, text: str, *, others: Sequence[int], is_complement: bool
) -> Diagnostic:
    """What is given away in an operand of a failure, or behind one that ends what follows on a success."""
    cure = "exchange what stands in the two branches if they are the wrong way round; " if others else ""
    cure += (
        "`%% failure` above the fragment lets what follows be for the success, `%% success` is as it is read"
        if is_complement
        else "`%% success` above the operand says that it is for when nothing failed, `%% failure` that it "
        "is meant, as a rollback is"
    )
    return diagnostic(
        GIVEN_AFTER_FAILURE,
        f"`{text}` ends what stands here on a success, so this gives something away after a failure"
        if is_complement
        else f"`{text}` is a failure, and this gives something away because of it",
        Label(span, "given away"),
        Label(guard, "on a success" if is_complement else "after a failure") if guard is not None else None,
        help=cure,
        fixes=settled(guard, "success" if is_complement else "failure"),
    )


def _is_no_gift(name: str) -> bool:
    """Whether a text takes back what was given, or tells that something failed."""
    return forms.takes_back(name) or labels.has_word(name, labels.FAILING)


def _others(fragment: Fragment, index: int) -> list[int]:
    return [at for at in range(len(fragment.read)) if at != index]


def _is_to_registry(step: DrawnStep) -> bool:
    partner = step.partner
    return step.kind is StepKind.PUSH and partner is not None and partner.is_registry


def _elsewhere(drawing: FlowGraph, named: Sequence[int], run: int) -> DrawnJob | None:
    """The first of some jobs, if all of them are of other runs than this one."""
    jobs = [drawing.jobs[number] for number in named]
    return jobs[0] if jobs and all(job.run != run for job in jobs) else None


def _failure_elsewhere(drawing: FlowGraph, job: DrawnJob, named: DrawnJob, place: Span | None) -> Diagnostic:
    mine, its = drawing.runs[job.run].name, drawing.runs[named.run].name
    where = f"`{its}`" if mine != its else "another run"
    return diagnostic(
        FAILURE_ELSEWHERE,
        f"`{named.text.title}` runs in {where}, whose failures are not seen here: `{job.text.title}` is for "
        "those of the jobs before it",
        Label(place or job.span, "about a job of another run"),
        Label(named.span, "this one"),
        help=f"draw the branch over `{its}`, after that job; or start this run by its end, `%% trigger: "
        f"{WORKFLOW_RUN.name}[conclusion=failure]`",
    )


def _can_fail(drawing: FlowGraph, fragment: Fragment, run: int) -> bool:
    if fragment.operator is not Operator.CRITICAL:
        return bool(dict(fragment.before).get(run))
    return any(
        (operand.fragment, operand.index) == (fragment.number, 0) and not operand.is_complement
        for job in drawing.jobs
        if job.run == run
        for operand in drawing.around(job.operand)
    )
