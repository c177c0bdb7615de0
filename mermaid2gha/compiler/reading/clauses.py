"""What the text of a statement may say beside what it names: when it happens, and that people are asked.

A text is the name of what it draws: `deploy (only on main)` always runs, and `Note over Boss: approves` asks
nobody. Both are told at their line, with the mark that says what is meant (docs/language.md#reading).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.patterns import late
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.marks.settled import settled, trigger_mark
from mermaid2gha.compiler.reading.answers import among_people, through_others
from mermaid2gha.compiler.reading.approvals import asks_nobody
from mermaid2gha.compiler.reading.causes import other_events
from mermaid2gha.compiler.reading.effects import ACTIVITIES, STARTS, Effect, EffectKind, Ground, gives
from mermaid2gha.compiler.reading.structure import (
    CHOOSING,
    Choices,
    RunActivities,
)
from mermaid2gha.compiler.reading.texts import how_to_say, is_of_thing, mark_by_paths
from mermaid2gha.compiler.vocabulary import approvals, ci_words, forms, labels, loops, outcomes, writing
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.compiler.vocabulary.clauses import MAY_SAY, Clause, ClauseKind, asks_alone, clause, failing
from mermaid2gha.compiler.vocabulary.clauses import repeated as again
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.guards import asked_alone, asked_ref, said_when
from mermaid2gha.compiler.vocabulary.origins import also_then
from mermaid2gha.compiler.vocabulary.outcomes_beyond import outcome as outcome_beyond
from mermaid2gha.github.names import is_runner, runners_in, runners_meant
from mermaid2gha.mermaid.ast import Diagram, FragmentEnd, FragmentStart, Message, Note, OperandStart, Operator

UNREAD_CLAUSE = Rule("unread-clause", Severity.WARNING, is_guess=True)

_WITH_INPUTS = (EffectKind.WORKFLOW_CALL, EffectKind.DISPATCH)
"""What has its further lines as inputs."""
_CALLS = (EffectKind.JOB_CALL, *_WITH_INPUTS)
_REPEATING = frozenset(("retry", "once", "wait"))
_EACH = _REPEATING | {"matrix"}
_INNER = (Role.WORKFLOW, Role.JOB)
_Drawn = Message | Note | FragmentStart | OperandStart


def unread_clauses(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    known: Sequence[Diagnostic],
) -> list[Diagnostic]:
    """Clauses in the texts of activities, and approvals that stand outside of every workflow.

    Not where something is told already; `known` are the other findings. Reports `unread-clause` and
    `guessed-approval`.
    """
    told = {label.span for finding in known for label in finding.labels[:1]}
    runs = RunActivities(diagram, effects, participants)
    on_runners = _of_runners(participants)
    found = [
        *on_runners.values(),
        *_of_activities(diagram, effects, participants, runs, on_runners),
        *_of_operands(diagram, effects),
        *_of_order(diagram),
        *_of_loops(diagram),
        *_of_remarks(diagram, effects, participants),
        *among_people(diagram, effects, participants, runs),
        *through_others(diagram, effects, participants, runs),
        *_of_outsiders(diagram, effects, participants, runs),
    ]
    return [one for one in found if not any(label.span in told for label in one.labels)]


# -- of activities ---------------------------------------------------------------------------------


def _of_activities(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    runs: RunActivities,
    on_runners: Container[str],
) -> Iterator[Diagnostic]:
    files = {at: file for file, places in runs.of_file.items() for at in places}
    choices = Choices()
    repeated: list[bool] = []
    spread: list[bool] = []
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        choices.enter(event)
        if isinstance(event, FragmentStart):
            repeated.append(event.operator is Operator.LOOP)
            spread.append("matrix" in marks_of(event))
        elif isinstance(event, FragmentEnd):
            repeated.pop()
            spread.pop()
        if not isinstance(event, (Message, Note)):
            continue
        if effect.act is EffectKind.TOOL:
            yield from _of_tool(event, effect, choices, runs, at)
        elif isinstance(event, Message) and participants[event.sender].role in _INNER:
            yield from _of_report(event, effect, choices, runs, at, participants[event.sender].file)
        if _is_settled(event, effect):
            yield from _of_marked(event, effect, choices, runs, at, files.get(at, ""))
            continue
        text = event.text
        if effect.act in _WITH_INPUTS:
            text = next(iter(labels.pieces(text)), "")
            text = forms.without_given(text) if effect.arguments else text
        is_told = "matrix" in marks_of(event) or any(spread)
        is_told = is_told or (isinstance(event, Message) and event.receiver in on_runners)
        named = runners_meant(plain := labels.plain(text)) or loops.system_meant(plain)
        if named and not is_told:
            yield _of_runner(event, named)
        lines = (effect.text.name, *(labels.pieces(event.text) if ".y" in event.text else ()))
        is_alone = effect.act in _ALONE and not any(repeated)
        if effect.act in _ALONE and (called := ci_words.called_by_itself(lines)):
            yield _calls(event, called)
            continue
        said = clause(text) or (failing(text) if isinstance(event, Note) else None)
        if said is not None and said.kind is ClauseKind.KEY and runners_meant(said.text):
            continue
        if said is None and effect.act in _CALLS:
            said = asks_alone(text)
        if said is None and not any(repeated) and marks_of(event).keys().isdisjoint(_REPEATING):
            said = again(text, is_timed=any(one.cron for one in runs.events(at, files[at])))
        is_asking = said is not None and said.kind is ClauseKind.APPROVAL
        if is_asking and effect.environment:
            continue
        if said is not None and not is_asking:
            if said.kind is ClauseKind.KEY:
                yield _of_file(event, said)
            elif said.kind is ClauseKind.RIGHT:
                if not effect.rights:
                    yield _of_right(event, said)
            elif said.kind in (ClauseKind.TRIES, ClauseKind.TIME, ClauseKind.TOLERANT):
                yield _unread(event, said)
            elif not choices.say(said) and runs.leaves_open(said, at, files[at]):
                whole = said.text if said.text.isascii() else labels.plain(text)
                yield _unread(event, said, asked_ref(whole, base=runs.is_of_request(at, files[at])))
            if approvals.is_approval(labels.plain(text).replace(said.text, "")):
                yield asks_nobody(event, "")
            continue
        if said is not None:
            yield asks_nobody(event, said.environment)
        elif _may_ask(effect.text.name) and not is_of_thing(event, effect):
            next_at = None if effect.environment else runs.following(at, files[at])
            is_given = not effect.environment and (gives(effect) or approvals.says_other(effect.text.name))
            if is_given or (next_at is not None and _may_give(effects[next_at])):
                yield asks_nobody(event, "")
        elif effect.act is EffectKind.JOB and (
            other := other_events(
                effect.text.name,
                runs.events(at, files[at]) if not choices else (),
                is_under_way=runs.is_under_way(at, files[at]),
            )
        ):
            yield _of_trigger(event, other, runs.is_of_request(at, files[at]))
        elif is_alone and loops.says_waiting(effect.text.name) and runs.gives_next(at, files[at]):
            yield _waits(event)
        elif not any(repeated) and (found := loops.said_list(text)) and "once" not in marks_of(event):
            values = {value.lower() for _, of_axis in found[1] for value in of_axis}
            if is_told or not values or not values.issubset(named):
                yield _listed(event, *found)


def _may_ask(text: str) -> bool:
    """Whether a text has a word of approval, or says that reviewers are required."""
    return approvals.says_approval(text) or approvals.says_reviewers(text)


def _of_report(
    event: Message, effect: Effect, choices: Choices, runs: RunActivities, at: int, file: str
) -> Iterator[Diagnostic]:
    """That what a workflow says last, or answers, has a condition by its text: the final report is one job
    that always runs, and an answer does nothing."""
    is_gate = effect.act is EffectKind.GATE
    said = (
        None if marks_of(event) or not (is_gate or effect.act is EffectKind.COSMETIC) else clause(event.text)
    )
    if (
        said is None
        or (is_gate and said.kind is ClauseKind.ALWAYS)
        or not runs.says_when(said, choices, at, file)
    ):
        return
    done, settling = ("it reports in every run", f"ignore: {UNREAD_CLAUSE.name}")
    if not is_gate:
        done, settling = ("it is an answer, which does nothing", "reply")
    yield diagnostic(
        UNREAD_CLAUSE,
        f"`{said.text}` may say when this is told, and {done}",
        event.text_span or event.span,
        help="`%% step` above it, in an `opt` with its condition, makes it a step that runs then alone; "
        f"`%% {settling}` says that it is right so",
        reason=f"{{count}} texts say `{said.text}`, which may say when they are told, and are not read so",
    )


def _of_tool(
    event: Message | Note, effect: Effect, choices: Choices, runs: RunActivities, at: int
) -> Iterator[Diagnostic]:
    """That what a tool does in the step that calls it may have a condition: a remark, or how that ended; and
    that it may ask people."""
    said = clause(event.text) if effect.ground is not Ground.MARK and not marks_of(event) else None
    is_order = isinstance(event, Note) or not event.arrow.is_dotted
    if said is None or not runs.says_when(said, choices, at, runs.split_at(at)):
        is_head = isinstance(event, Message) and approvals.says_consent(effect.text.name.partition(" ")[0])
        if is_order and not (is_head or marks_of(event)) and approvals.says_consent(effect.text.name):
            yield asks_nobody(event, "")
    elif said.kind is not ClauseKind.CONDITION or said.text[0] in "(（" or is_order:
        yield _unread(event, said)


_ALONE = (EffectKind.JOB, EffectKind.ACTIVITY)
"""What a workflow does by itself."""


def _calls(event: Message | Note, called: str) -> Diagnostic:
    """That what a workflow does by itself may be a call of another one, which it is not read as."""
    file = lifeline_names.workflow_file(called) or "FILE.yml"
    elsewhere = called if "@" in called else f"OWNER/REPOSITORY/.github/workflows/{file}@V"
    return diagnostic(
        UNREAD_CLAUSE,
        f"`{labels.plain(event.text)}` may call a workflow, and is read as a step",
        event.text_span or event.span,
        help=f"`%% call: {file}` above it says so, or `%% call: {elsewhere}` "
        "of one elsewhere; `%% step` that it is a step",
        reason="{count} texts may call workflows, and are read as steps",
    )


def _of_trigger(event: Message | Note, said: tuple[EventText, ...], is_of_request: bool) -> Diagnostic:
    place = event.text_span or event.span
    asked = asked_ref(labels.plain(event.text), base=is_of_request)
    return diagnostic(
        UNREAD_CLAUSE,
        f"`{labels.plain(event.text)}` may say what triggers this, and is a job of the run before it",
        place,
        help=f"`%% {trigger_mark(said)}` above a message to this lifeline begins a run of its own, "
        + (f"an `opt` around all of it, with `%% if: {asked}` above, says when it runs, " if asked else "")
        + "`%% approval: production` above this says that people are asked, `%% job` that it is a job",
        reason="{count} texts may say what triggers something, and are jobs of the run before them",
    )


def _waits(event: Message | Note) -> Diagnostic:
    """That something is waited for by a text alone, before something is given to the outside."""
    settling = f"ignore: {UNREAD_CLAUSE.name}"
    return diagnostic(
        UNREAD_CLAUSE,
        f"`{labels.plain(event.text)}` is read as a step, which waits for nobody and nothing",
        event.text_span or event.span,
        help="`%% approval: production` above it says that people are asked; around what asks whether it is "
        "there, `loop Wait for X` polls; written into the workflow file, the wait stays; "
        f"`%% {settling}` says that it is no more than a step",
        reason="{count} texts say that something is waited for, and are read as steps",
    )


def _listed(event: _Drawn, written: str, axes: Sequence[loops.Axis]) -> Diagnostic:
    """That a text lists values, for each of which what it names may be done."""
    place = event.text_span or event.span
    is_note = isinstance(event, Note)
    settling = "once" if is_note else f"ignore: {UNREAD_CLAUSE.name}"
    mark = loops.matrix_mark(axes) if axes else "matrix: {NAME: [A, B]}"
    around = "around it" if isinstance(event, Message) else "around all that stands in it"
    how = f"`%% {mark}` above it" if is_note else f"`loop For each` {around}, with `%% {mark}` above,"
    return diagnostic(
        UNREAD_CLAUSE,
        f"`{written}` may list for what this is done, and it is done once",
        place,
        help=f"{how} does it for each; `%% {settling}` says that once is right",
        reason=f"{{count}} texts list values such as `{written}`, and are done once",
    )


def _is_settled(event: Message | Note, effect: Effect) -> bool:
    """Whether what a statement does is no activity, or needs no look at its words."""
    if effect.act not in ACTIVITIES or effect.ground is Ground.MARK:
        return True
    is_review = effect.act is EffectKind.WRITE and writing.is_review(effect.text.name)
    is_asked = "approval" in marks_of(event)
    is_command = effect.text.name.startswith(("gh ", "git ")) or lifeline_names.is_command(effect.text.name)
    return is_asked or is_review or is_command


def _of_marked(
    event: Message | Note, effect: Effect, choices: Choices, runs: RunActivities, at: int, file: str
) -> Iterator[Diagnostic]:
    """When something happens of which a mark says what it is, and when people are asked: such a mark says
    nothing of when."""
    is_asking = effect.act is EffectKind.APPROVAL
    said = clause(event.text) if is_asking or (marks_of(event) and effect.act in ACTIVITIES) else None
    if said is not None and runs.says_when(said, choices, at, file):
        asked = asked_ref(said.text, base=runs.is_of_request(at, file))
        yield _of_approval(event, said) if is_asking else _unread(event, said, asked)


def _of_remarks(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """Conditions in remarks of workflows and jobs that are known as such: `skipped unless it is set`."""
    choices = Choices()
    for event, effect in zip(diagram.events, effects):
        choices.enter(event)
        is_remark = effect.act is EffectKind.COMMENTARY and effect.ground is Ground.NAME
        if not is_remark or not isinstance(event, (Message, Note)) or marks_of(event):
            continue
        said = clause(event.text)
        if said is not None and said.kind is ClauseKind.CONDITION and participants[effect.lifeline].file:
            yield from () if choices.say(said) else (_of_remark(event, said),)


def _of_remark(event: Message | Note, said: Clause) -> Diagnostic:
    place = event.text_span or event.span
    return diagnostic(
        UNREAD_CLAUSE,
        f"`{said.text}` may say when what follows runs, and is read as a remark",
        place,
        help="`%% if: EXPRESSION` or `%% flag: NAME` above what it speaks of says when that runs, "
        "`%% comment` above this that it is a remark",
        reason=f"{{count}} remarks say `{said.text}`, which may say when what follows runs",
    )


def _of_outsiders(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant], runs: RunActivities
) -> Iterator[Diagnostic]:
    """When, and by whose leave, by notes over the repository, which give events and no filters, and beside
    what a run has just told or given something: they condition nothing."""
    is_timed = any(event.kind.has_times for effect in effects for event in effect.events)
    told: dict[str, str] = {}
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        if isinstance(event, Message) and effect.act in ACTIVITIES and effect.partner is not None:
            told[effect.partner.id] = participants[effect.lifeline].file
        if not isinstance(event, Note) or effect.act not in _REMARKS or marks_of(event):
            continue
        said = clause(event.text)
        roles = {participants[name].role for name in event.lifelines}
        if roles == {Role.SOURCE}:
            said = said or again(event.text, is_timed=is_timed)
            if said is not None and said.kind in _OF_SOURCES:
                yield _unread(event, said)
        elif said is not None and roles <= {Role.EXTERNAL} and (file := _told_of(event, told)):
            if said.kind is ClauseKind.APPROVAL:
                yield asks_nobody(event, said.environment, is_step=False)
            elif said.kind is ClauseKind.TIME or runs.says_when(said, Choices(), at, file):
                yield _of_remark(event, said)


_REMARKS = (EffectKind.COSMETIC, EffectKind.COMMENTARY)
_OF_SOURCES = (ClauseKind.CONDITION, ClauseKind.FAILURE, ClauseKind.MANUAL, ClauseKind.TIME)


def _told_of(note: Note, told: Mapping[str, str]) -> str:
    """The file of the workflow that has told one of a note's lifelines something, if one has."""
    return next((told[name] for name in note.lifelines if name in told), "")


def _may_give(effect: Effect) -> bool:
    """Whether an activity gives something away, for all that its words tell."""
    return gives(effect) or writing.verb(effect.text.name) is writing.Verb.UNKNOWN


def _of_approval(event: Message | Note, said: Clause) -> Diagnostic:
    return diagnostic(
        UNREAD_CLAUSE,
        f"`{said.text}` may say when people are asked, and they always are",
        event.text_span or event.span,
        help="what follows stands in both branches of an `alt`, behind this in one of them; "
        f"`%% ignore: {UNREAD_CLAUSE.name}` above this says that they always are",
    )


def _unread(event: Message | Note | FragmentStart, said: Clause, asked: str = "") -> Diagnostic:
    """`asked` is the expression that the clause is likely meant for, if one is."""
    what = MAY_SAY.get(said.kind, "when this runs")
    mark = how_to_say(said, asked, labels.plain(event.text))
    place = event.text_span or event.span
    is_note = isinstance(event, Note)
    rest = "that once is right" if said.kind is ClauseKind.TRIES else "that it always does"
    remark = "`%% comment` that it is a remark" if is_note else f"`%% ignore: unread-clause` {rest}"
    return diagnostic(
        UNREAD_CLAUSE,
        f"`{said.text}` may say {what}, and is read as part of a name",
        place,
        help=f"{mark}, {remark}",
        reason=f"{{count}} texts say `{said.text}`, which may say {what}, and are read as names",
    )


_COMMA = late(r"[,、，:：;]|→|->")


def of_note(note: Note, said: Clause, asked: str, following: object) -> Diagnostic:
    """That a note that is commentary may say when what follows it happens; `asked` is the expression that it
    is likely meant for, if one is."""
    assert isinstance(following, (Message, Note))
    ending = outcomes.outcome(first := _COMMA.split(said.text)[0]) or outcome_beyond(first)
    is_failure = said.kind is ClauseKind.FAILURE or (
        ending is not None and ending.polarity is outcomes.Polarity.FAILURE
    )
    mark = "failure" if is_failure else f"if: {asked or 'EXPRESSION'}"
    mark = "always" if said.kind is ClauseKind.ALWAYS else mark
    cure = f"`%% {mark}` above what follows says so of that, above an `opt` around it of all that it holds"
    place, shown = note.text_span or note.span, following.text_span or following.span
    return diagnostic(
        UNREAD_CLAUSE,
        f"`{said.text}` may say when what follows happens, and is read as commentary",
        place,
        Label(shown, "what follows") if shown is not None else None,
        help=f"{cure}; `%% comment` above this says that it is a remark{also_then(labels.plain(note.text))}",
        reason="{count} notes may say when what follows them happens, and are read as commentary",
    )


def _of_operands(diagram: Diagram, effects: Sequence[Effect]) -> Iterator[Diagnostic]:
    """Operands of `par` whose text may say when they run, by a clause or a pattern of paths, or lists values.

    Not around triggers that say themselves by which paths, or when, they start a run, nor around what has a
    condition of its own.
    """
    open_: list[tuple[FragmentStart | OperandStart, list[int]]] = []
    said = (event.text for event in diagram.events if isinstance(event, (Message, Note)))
    drawn = frozenset(word for text in said for word in labels.words(text))
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        if isinstance(event, (OperandStart, FragmentEnd)):
            start, inside = open_.pop()
            is_sole = isinstance(start, FragmentStart) and isinstance(event, FragmentEnd)
            if inside and start.operator in _BESIDE and not is_sole:
                yield from _listed_operand(start, drawn)
            is_asked = any(mark.span == one.span for one, _ in open_[-1:] for mark in one.marks)
            if not is_asked and start.operator in (_BESIDE if isinstance(start, OperandStart) else _BEGUN):
                yield from _unread_operand(start, [(diagram.events[one], effects[one]) for one in inside])
            if open_ and start.operator not in CHOOSING:
                open_[-1][1].extend(inside)
        if isinstance(event, (FragmentStart, OperandStart)):
            open_.append((event, []))
        elif open_ and (effect.act in STARTS or effect.act in ACTIVITIES):
            open_[-1][1].append(at)


def _listed_operand(start: FragmentStart | OperandStart, drawn: Container[str]) -> Iterator[Diagnostic]:
    """What an operand of several lists by its text, of which not all is `drawn`, and does once."""
    found = loops.said_list(start.text) if marks_of(start).keys().isdisjoint(_EACH) else None
    words = [word for _, values in found[1] for one in values for word in labels.words(one)] if found else []
    if found and not (words and all(word in drawn for word in words)):
        yield _listed(start, *found)


_BESIDE = (Operator.PAR, Operator.PAR_OVER)
_BEGUN = (*_BESIDE, Operator.CRITICAL)


def _of_order(diagram: Diagram) -> Iterator[Diagnostic]:
    """Loops over the values of a mark that say how it is done: `For each package (sequential)`."""
    for start in (x for x in diagram.events if isinstance(x, FragmentStart) and "matrix" in marks_of(x)):
        text = labels.plain(start.text)
        if remark := loops.manner_said(text) or (text if labels.in_order(text) else ""):
            yield diagnostic(
                UNREAD_CLAUSE,
                f"`{remark}` may say that one comes after the other, and all may run at once",
                start.text_span or start.span,
                help="`max-parallel: 1`, written into the workflow file beside the matrix, stays; "
                f"`%% ignore: {UNREAD_CLAUSE.name}` above this says that all may run at once",
                reason="{count} loops may say that one comes after the other, and all may run at once",
            )


def _of_loops(diagram: Diagram) -> Iterator[Diagnostic]:
    """Loops whose text says when all of it runs, beside how often: `Retry 3 times (only on main)`."""
    choices = Choices()
    for event in diagram.events:
        choices.enter(event)
        if not isinstance(event, FragmentStart) or event.operator is not Operator.LOOP or marks_of(event):
            continue
        said = clause(event.text)
        if said is not None and said.kind in _WHEN and not choices.say(said):
            yield _unread(event, said)


_WHEN = (ClauseKind.CONDITION, ClauseKind.FAILURE, ClauseKind.MERGED, ClauseKind.REF)


def _unread_operand(
    start: FragmentStart | OperandStart, inside: Sequence[tuple[object, Effect]]
) -> Iterator[Diagnostic]:
    plain = labels.plain(start.text)
    named = runners_in(plain) or loops.system_meant(plain, is_job=len(plain.split()) == 1)
    if inside and named and not loops.said_list(plain):
        yield _of_runner(start, named)
    said = said_when(start.text)
    begun = [(one, effect) for one, effect in inside if effect.act in STARTS and isinstance(one, Message)]
    is_said = bool(begun) and all(
        any(one.has_paths for one in effect.events) or {"when", "trigger"} & marks_of(event).keys()
        for event, effect in begun
    )
    if not said or not inside or is_said:
        return
    is_whole = isinstance(start, OperandStart) or start.operator not in _BESIDE
    where = "above it says when it" if is_whole else "above what stands in it says when that"
    asked = f"`%% if: {asked_alone(plain) or 'EXPRESSION'}` or `%% flag: NAME`"
    cure = f"{'`%% failure`' if outcomes.is_failure(plain) else asked} {where} runs"
    if begun:
        cure = f"`%% {mark_by_paths(start.text, begun[0][1].events)}` above its trigger says when it starts"
    yield diagnostic(
        UNREAD_CLAUSE,
        f"`{said}` may say when this runs, and is read as part of a name",
        start.text_span or start.span,
        help=f"{cure}, `%% ignore: {UNREAD_CLAUSE.name}` above this that it always does",
        reason=f"{{count}} texts say `{said}`, which may say when this runs, and are read as names",
    )


_AS_NAME = (
    "what is written into the workflow file as `runs-on` stays; "
    f"`%% ignore: {UNREAD_CLAUSE.name}` above it says that it is no more than a name"
)


def _of_runners(participants: Mapping[str, Participant]) -> dict[str, Diagnostic]:
    """What is told of workflows and jobs whose own names name a runner, by lifeline."""
    found = {}
    for one in participants.values():
        named = runners_in(one.name) or loops.system_meant(one.name, is_job=one.role is Role.JOB)
        if not named or one.span is None or one.role not in (Role.WORKFLOW, Role.JOB):
            continue
        known = tuple(filter(is_runner, named))
        mark = loops.matrix_mark([("os", known)])
        found[one.id] = diagnostic(
            UNREAD_CLAUSE,
            f"`{named[0]}` {'is' if named[0] in known else 'means'} a runner, and is read as part of a name",
            one.span,
            help=f"a `loop` with `%% {mark}` above, around what it does, lets that run there; {_AS_NAME}",
        )
    return found


def _of_runner(event: _Drawn, named: Sequence[str]) -> Diagnostic:
    """That a text names runners, which are drawn as a matrix or written into the workflow file."""
    place = event.text_span or event.span
    known = tuple(filter(is_runner, named))
    mark = loops.matrix_mark([("os", known)])
    is_known = len(known) == len(named)
    return diagnostic(
        UNREAD_CLAUSE,
        f"`{', '.join(named)}` is a runner, and is read as part of a name"
        if is_known
        else f"`{named[0]}` is read as part of a name, and is called `{known[0]}` by GitHub",
        place,
        help=f"`%% {mark}` above the note of its job, or above a `loop` around it, lets it run there; "
        f"{_AS_NAME}",
        fixes=settled(place, mark) if isinstance(event, Note) else (),
        reason="{count} texts name a runner, and are read as names",
    )


def _of_file(event: Message | Note, said: Clause) -> Diagnostic:
    """That a line stands for a key of a job, which is written into the workflow file."""
    key = said.text.partition(":")[0].strip().lower()
    mark = {
        "permissions": "`%% permissions: RIGHT: write` above it gives the right; ",
        "needs": "the order on the page gives `needs`; ",
        "strategy": "`%% matrix: {NAME: [A, B]}` above it repeats it; ",
        "outputs": "`%% outputs: NAME` above it declares outputs; ",
    }.get(key, "")
    place = event.text_span or event.span
    return diagnostic(
        UNREAD_CLAUSE,
        f"`{said.text}` is a line of a workflow file, and is read as part of a name",
        place,
        help=f"{mark}what a drawing has no words for is written into the workflow file, where it stays; "
        f"`%% ignore: {UNREAD_CLAUSE.name}` above it says that it is no more than a name",
        reason=f"{{count}} texts say `{key.split()[0]}` as a workflow file does, and are read as names",
    )


def _of_right(event: Message | Note, said: Clause) -> Diagnostic:
    """That a text says that a right is needed, and not which."""
    place = event.text_span or event.span
    right = writing.likely_right(labels.plain(event.text).replace(said.text, " "), "")
    scopes = ", ".join(f"{one or 'RIGHT'}: write" for one in right.split(", "))
    return diagnostic(
        UNREAD_CLAUSE,
        f"`{said.text}` may say that this needs a right, and it is given none",
        place,
        help=f"say which above it, `%% permissions: {scopes}`, or that it needs none, "
        f"`%% ignore: {UNREAD_CLAUSE.name}`",
        reason="{count} texts may say that a right is needed, and are given none",
    )
