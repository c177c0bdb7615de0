"""What is drawn and may decide or do nothing: conditions around an approval alone, around the final report
alone, or in a note that is commentary; notes that are jobs, and may be remarks; and what the label of a
workflow says of when it runs, for a label is a name.

People are asked in every case, and the report is one job that always runs (docs/language.md#the-gate).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.marks.settled import settled, trigger_mark
from mermaid2gha.compiler.reading.causes import other_events
from mermaid2gha.compiler.reading.clauses import of_note
from mermaid2gha.compiler.reading.conditions import FragmentReading
from mermaid2gha.compiler.reading.effects import ACTIVITIES, STARTS, STEPS, Effect, EffectKind, Ground
from mermaid2gha.compiler.reading.structure import CHOOSING, Choices, RunActivities
from mermaid2gha.compiler.reading.unread import may_be_remark
from mermaid2gha.compiler.vocabulary import forms, labels, outcomes, times, writing
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.compiler.vocabulary.ci_words import says_property, says_work
from mermaid2gha.compiler.vocabulary.clauses import WHEN, ClauseKind, clause
from mermaid2gha.compiler.vocabulary.events import EventText, said_events
from mermaid2gha.compiler.vocabulary.guards import Guard, asked_alone, asked_ref, says_other_than
from mermaid2gha.compiler.vocabulary.origins import how_to_time
from mermaid2gha.compiler.vocabulary.outcomes import Polarity, outcome
from mermaid2gha.compiler.vocabulary.outcomes_beyond import outcome as outcome_beyond
from mermaid2gha.github.events import WORKFLOW_DISPATCH
from mermaid2gha.github.expressions.condition import FALSE
from mermaid2gha.mermaid.ast import (
    Diagram,
    Event,
    FragmentEnd,
    FragmentStart,
    Message,
    Note,
    OperandStart,
    Operator,
    Placement,
)

IDLE_CONDITION = Rule("idle-condition", Severity.WARNING, is_guess=True)
UNREAD_LABEL = Rule("unread-label", Severity.WARNING, is_guess=True)

_CHOOSING = (Operator.OPT, Operator.ALT, Operator.BREAK)


@dataclass(slots=True)
class _Operand:
    """What an operand holds, in the fragments inside it, too; `says`: a workflow says something there,
    `fails`: it says that something failed."""

    start: FragmentStart | OperandStart
    guard: Guard
    kinds: set[EffectKind] = field(default_factory=set)
    says: bool = False
    fails: bool = False


def idle_conditions(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    fragments: Mapping[int, FragmentReading],
) -> list[Diagnostic]:
    """Operands with a text that hold an approval, or the final report, and nothing else that runs; and those
    that say when a run has failed, though no job finds that out.

    Not around a report where the text tells how the run ended, or each operand of the `alt` has one, and
    not around the other answer to what an operand beside it approves. Reports `idle-condition`.
    """
    found: list[Diagnostic] = []
    open_: list[tuple[int, list[_Operand]]] = []
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        match event:
            case FragmentStart():
                open_.append((at, [_Operand(event, fragments[at].guards[0])]))
            case OperandStart():
                start, operands = open_[-1]
                operands.append(_Operand(event, fragments[start].guards[len(operands)]))
            case FragmentEnd():
                _, operands = open_.pop()
                found += _idle(operands)
                for outer in open_[-1:]:
                    outer[1][-1].kinds.update(*(one.kinds for one in operands))
                    outer[1][-1].says |= any(one.says for one in operands)
                continue
            case Message() if open_:
                is_told = participants[event.sender].role is Role.WORKFLOW and event.sender != event.receiver
                open_[-1][1][-1].fails |= is_told and _says_failure(labels.plain(event.text))
                open_[-1][1][-1].says |= bool(effect.lifeline) and event.sender == effect.lifeline
            case _:
                pass
        if open_ and effect.lifeline:
            open_[-1][1][-1].kinds.add(effect.act)
    return sorted(found, key=lambda one: one.labels[0].span.start if one.labels else 0)


def _idle(operands: Sequence[_Operand]) -> list[Diagnostic]:
    """The findings for one fragment."""
    if operands[0].start.operator not in _CHOOSING:
        return []
    reports_anyway = len(operands) > 1 and all(one.says for one in operands)
    found = []
    for one in operands:
        if not one.kinds.isdisjoint(ACTIVITIES | STARTS) or one.guard.condition == FALSE:
            continue
        if EffectKind.APPROVAL in one.kinds:
            found.append(_around_approval(one))
        elif EffectKind.GATE in one.kinds and not reports_anyway and not _says_how_it_ended(one):
            found.append(_around_report(one))
        elif one.fails and (decisive := _decisive(one, operands)) is not None:
            found.append(_around_failure(decisive))
    return found


@dataclass(slots=True)
class _Stop:
    """A statement of an operand that says that its run goes no further."""

    event: Message | Note
    operand: FragmentStart | OperandStart
    lifeline: str


@dataclass(slots=True)
class _Open:
    """A fragment that is open: the number of its operand, the stop at the end of that if there is one, and
    those of the fragment that are over. `inside`: of the fragments in the operand that are over."""

    start: int
    operand: FragmentStart | OperandStart
    number: int = 0
    last: _Stop | None = None
    stops: list[_Stop] = field(default_factory=list)
    inside: list[_Stop] = field(default_factory=list)

    def end_operand(self, guards: Sequence[Guard]) -> None:
        guard = guards[self.number]
        is_told = self.operand.operator in _CHOOSING and not guard.stops and not guard.outcome
        self.stops += [self.last] if self.last is not None and is_told else []
        self.last = None


def unheeded_stops(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    fragments: Mapping[int, FragmentReading],
) -> list[Diagnostic]:
    """What says at the end of an operand that the run goes no further, where it does: `Exit early` in an
    `opt` with jobs behind it.

    Not where the operand is of a failure, behind which nothing runs anyway. Reports `idle-condition`.
    """
    found: list[Diagnostic] = []
    open_ = [_Open(-1, OperandStart(Operator.ALT, "", None))]  # around all fragments
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        match event:
            case FragmentStart():
                open_.append(_Open(at, event))
            case OperandStart():
                open_[-1].end_operand(fragments[open_[-1].start].guards)
                open_[-1].operand, open_[-1].number = event, open_[-1].number + 1
                open_[-1].inside.clear()
            case FragmentEnd():
                over = open_.pop()
                over.end_operand(fragments[over.start].guards)
                open_[-1].inside += (*over.stops, *over.inside)
            case Message() | Note():
                who = event.sender if isinstance(event, Message) else event.lifelines[0]
                is_own = who in participants and participants[who].role in (Role.WORKFLOW, Role.JOB)
                says_end = len(open_) > 1 and is_own and outcomes.says_end(event.text)
                open_[-1].last = _Stop(event, open_[-1].operand, who) if says_end else None
                if effect.act not in STARTS and (effect.act not in ACTIVITIES or says_end):
                    continue
                for around in open_:
                    met = [one for one in around.inside if one.lifeline in (effect.lifeline, who)]
                    around.inside = [one for one in around.inside if one not in met]
                    found += map(_unheeded, met if effect.act in ACTIVITIES else ())
            case _:
                pass
    return found


def _unheeded(stop: _Stop) -> Diagnostic:
    text = labels.plain(stop.event.text)
    return diagnostic(
        IDLE_CONDITION,
        f"`{text}` says that the run goes no further, and what is drawn behind runs all the same",
        stop.event.text_span or stop.event.span,
        *([Label(stop.operand.span, "in this")] if stop.operand.span is not None else []),
        help="`break` in place of `opt` draws it, or `%% stop` above the condition; `%% comment` above this "
        "says that it is a remark",
        fixes=tuple(replace(fix, is_safe=False) for fix in settled(stop.operand.span, "stop")),
    )


def conditional_notes(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    comments: Container[int],
) -> tuple[list[Diagnostic], set[Span | None]]:
    """Notes that are commentary, and say when what follows them happens: `everything below only on main`.
    And the places of those, and of others of which a mark says it that stands above what follows.

    `comments` are those that the dialect of their run makes so. Not where a fragment around says it, nor
    before one that holds what follows, nor where the run starts by that branch alone. Reports
    `unread-clause`.
    """
    found: list[Diagnostic] = []
    places: set[Span | None] = set()
    runs: RunActivities | None = None
    choices = Choices()
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        choices.enter(event)
        if not isinstance(event, Note) or marks_of(event):
            continue
        if at not in comments and not _is_aside(event, effect, participants):
            continue
        said = clause(event.text)
        if said is None or said.kind not in WHEN or choices.say(said):
            continue
        runs = runs or RunActivities(diagram, effects, participants)
        files = [participants[one].file for one in event.lifelines if participants[one].role in _INNER]
        file = files[0] if files else runs.split_at(at)
        next_at = runs.following(at, file) if file else None
        if next_at is None:
            continue
        between = diagram.events[at + 1 : next_at + 1]
        marks = [marks_of(one) for one in between if isinstance(one, _MARKED)]
        is_said = any(not _CONDITIONS.isdisjoint(one) for one in marks)
        if not is_said and any(_chooses(one) for one in between):
            continue
        is_base = runs.is_of_request(at, file)
        asked = asked_ref(said.text, base=is_base) or asked_ref(labels.plain(event.text), base=is_base)
        if asked and asked in map(_of_branch, runs.events(at, file)):
            continue
        places.add(event.text_span)
        found += [] if is_said else [of_note(event, said, asked, diagram.events[next_at])]
    return found, places


_MARKED = (FragmentStart, OperandStart, Message, Note)
_CONDITIONS = frozenset(("if", "failure", "success", "always", "flag"))


_INNER = (Role.WORKFLOW, Role.JOB)


def _is_aside(note: Note, effect: Effect, participants: Mapping[str, Participant]) -> bool:
    """Whether a note is commentary, or stands over what is outside of every workflow."""
    if effect.act is EffectKind.COMMENTARY:
        return effect.ground is not Ground.NAME
    is_outside = {participants[one].role for one in note.lifelines} == {Role.EXTERNAL}
    return effect.act in (EffectKind.COSMETIC, EffectKind.TOOL) and is_outside


def _chooses(event: Event) -> bool:
    return isinstance(event, FragmentStart) and event.operator in CHOOSING


def _of_branch(event: EventText) -> str:
    """The expression that holds in all runs by an event of one branch."""
    subject, lead = event.kind.branch
    names = dict(event.filters).get("branches", ())
    return f"{subject} == '{lead}{names[0]}'" if len(names) == 1 and subject else ""


def _says_failure(text: str) -> bool:
    """Whether a report says that something failed, by a word or a sign of it."""
    ending = outcome(text) or outcome_beyond(text)
    is_failure = ending is not None and ending.polarity is Polarity.FAILURE
    return is_failure or (ending is None and labels.has_word(text, labels.FAILING))


def _decisive(operand: _Operand, operands: Sequence[_Operand]) -> _Operand | None:
    """The operand whose text says when a run has failed, if that is no outcome of what is drawn."""
    is_rest = operand.guard.is_rest or not labels.plain(operand.start.text)
    decisive = operands[0] if is_rest else operand
    is_read = decisive.guard.outcome is not None or decisive.guard.is_marked
    return None if is_read or not labels.plain(decisive.start.text) else decisive


def _around_failure(operand: _Operand) -> Diagnostic:
    start = operand.start
    text = labels.plain(start.text)
    return diagnostic(
        IDLE_CONDITION,
        f"`{text}` says whether the run has failed, and nothing that is drawn finds that out",
        start.text_span or start.span,
        help="draw the check as a step, which fails by itself, and `%% failure` above the operand that tells "
        f"of it; `%% ignore: {IDLE_CONDITION.name}` above it says that a step does so already",
        fixes=settled(start.span, f"ignore: {IDLE_CONDITION.name}"),
        reason="{count} conditions say whether a run has failed, and nothing that is drawn finds that out",
    )


def _says_how_it_ended(operand: _Operand) -> bool:
    is_bare = not labels.plain(operand.start.text)
    return is_bare or operand.guard.is_rest or operand.guard.outcome is not None


def _around_approval(operand: _Operand) -> Diagnostic:
    return _finding(operand, "an approval alone", "people are always asked", "what is approved")


def _around_report(operand: _Operand) -> Diagnostic:
    return _finding(operand, "the final report alone", "that reports in every run", "what else happens")


def _finding(operand: _Operand, what: str, instead: str, more: str) -> Diagnostic:
    start = operand.start
    text = labels.plain(start.text) or start.operator.value
    return diagnostic(
        IDLE_CONDITION,
        f"`{text}` stands around {what}, so it conditions nothing: {instead}",
        start.text_span or start.span,
        help=f"draw {more} in the fragment, too, or `%% ignore: {IDLE_CONDITION.name}` above it",
        fixes=settled(start.span, f"ignore: {IDLE_CONDITION.name}"),
        reason="{count} conditions stand around an approval or a report alone, so they condition nothing",
    )


# -- notes that may be remarks ---------------------------------------------------------------------


@dataclass(slots=True)
class _Run:
    """The run that a workflow is in: the notes that are jobs, whether there is a message to itself, and
    whether something stands below the last note."""

    notes: list[tuple[Note, Effect]] = field(default_factory=list)
    is_own: bool = False
    has_steps: bool = False
    is_ended: bool = True


def doubtful_jobs(diagram: Diagram, effects: Sequence[Effect]) -> list[Diagnostic]:
    """Notes that are jobs, and may be remarks about the job before them: one without a prefix behind one that
    has it, one beside the lifeline where others stand over it, one that says what a job has or needs, and a
    last one below steps that says no work. Reports `unread-note`."""
    found: list[Diagnostic] = []
    runs: dict[str, _Run] = {}
    for event, effect in zip(diagram.events, effects):
        if effect.act in STARTS:
            found += _doubtful(runs.pop(effect.lifeline, _Run()))
        elif effect.act in ACTIVITIES:
            run = runs.setdefault(effect.lifeline, _Run())
            if isinstance(event, Note):
                run.notes += [(event, effect)] if effect.act is EffectKind.JOB else []
                run.is_ended = effect.act is EffectKind.JOB
            else:
                run.is_own = run.is_own or effect.act is EffectKind.ACTIVITY
                run.has_steps = run.has_steps or effect.act in STEPS
                run.is_ended = False
    found += (one for run in runs.values() for one in _doubtful(run))
    told = {label.span for one in found for label in one.labels}
    heads = [note for note in _heads_of_others(diagram, effects) if (note.text_span or note.span) not in told]
    return [*found, *(may_be_remark(x, "a job that was called before does what is below") for x in heads)]


def _heads_of_others(diagram: Diagram, effects: Sequence[Effect]) -> list[Note]:
    """Notes that are jobs, by a prefix or at the head of a `rect`, below which their workflow does nothing
    and a job does that it has called before: that is a job of its own beside."""
    called: dict[str, str] = {}
    heads: dict[str, Note] = {}
    found: dict[int, Note] = {}
    is_in_rect = False
    for event, effect in zip(diagram.events, effects):
        if effect.act is EffectKind.JOB_CALL and effect.partner is not None:
            called[effect.partner.id] = effect.lifeline
            heads.pop(effect.lifeline, None)
        elif isinstance(event, Note) and effect.act is EffectKind.JOB:
            heads.pop(effect.lifeline, None)
            if (is_in_rect or effect.text.has_prefix) and not marks_of(event):
                heads[effect.lifeline] = event
        elif effect.act in ACTIVITIES or effect.act in STARTS:
            caller = called.pop(effect.lifeline, "")
            if caller in heads:
                found[id(heads[caller])] = heads[caller]
            found.pop(id(heads.pop(effect.lifeline, None)), None)  # it does something there itself
        is_in_rect = isinstance(event, FragmentStart) and event.operator is Operator.RECT
    return list(found.values())


def _doubtful(run: _Run) -> Iterator[Diagnostic]:
    is_before = False
    prefixed = [effect.text.has_prefix for _, effect in run.notes]
    for at, (note, effect) in enumerate(run.notes):
        is_beside = note.placement is not Placement.OVER and not all(prefixed)
        is_alone = len(set(note.lifelines)) == 1
        is_bare = is_alone and not effect.text.has_prefix and any(prefixed[:at])
        says_what = is_before and says_property(effect.text.name)
        is_last = run.is_ended and at == len(run.notes) - 1 and run.has_steps and not run.is_own
        is_known = says_work(effect.text.name) or writing.verb(effect.text.name) is not writing.Verb.UNKNOWN
        is_remark = is_last and not is_known and len(effect.text.name.split()) > _NAME
        name = effect.text.name
        is_timed = times.is_time(name) and not (forms.is_duration(name) or said_events(name))
        is_timed = is_timed or (says_other_than(name) and bool(asked_alone(name)))
        is_before = True
        if effect.ground is Ground.MARK or marks_of(note):
            continue
        if is_beside or is_bare or says_what or is_remark or is_timed:
            why = (
                "it stands beside it"
                if is_beside
                else "others before it have a prefix"
                if is_bare
                else "it says when something happens"
                if is_timed
                else "it may say what the job before it is like"
            )
            yield may_be_remark(note, why)


_NAME = 3
"""How many words the name of a job has at most that says no work."""


# -- labels of workflows -----------------------------------------------------------------------------

_TOLD = (
    ClauseKind.CONDITION,
    ClauseKind.REF,
    ClauseKind.MERGED,
    ClauseKind.FAILURE,
    ClauseKind.ALWAYS,
    ClauseKind.MANUAL,
    ClauseKind.APPROVAL,
    ClauseKind.TOLERANT,
)
_INNER = (Role.WORKFLOW, Role.JOB)


def unread_labels(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
) -> Iterator[Diagnostic]:
    """Remarks in the labels of workflows and jobs that say an event, a time, a condition or an approval which
    none of their runs has. Reports `unread-label`."""
    runs = RunActivities(diagram, effects, participants)
    for lifeline in diagram.lifelines:
        one = participants[lifeline.id]
        if one.role not in _INNER or lifeline.span is None:
            continue
        own = [at for at in runs.of_file.get(one.file, ()) if effects[at].act in STARTS]
        events = [event for at in own for event in effects[at].events]
        beside = (*labels.asides(lifeline.label), *labels.pieces(lifeline.label)[1:])
        bare = labels.plain(labels.pieces(lifeline.label)[0]) if not beside and lifeline.label else ""
        alone = said.text if (said := clause(bare)) is not None else bare
        for remark in dict.fromkeys((*beside, alone)):
            if not remark or lifeline_names.workflow_file(remark):
                continue
            said = clause(f"x ({remark})")
            is_asking = said is not None and said.kind is ClauseKind.APPROVAL
            is_start = one.role is Role.WORKFLOW and not is_asking
            cure = _event_untold(remark, events) if is_start else ""
            cure = cure or _clause_untold(remark, one, runs, effects, participants)
            if cure:
                yield _unread_label(lifeline.span, remark, cure, is_workflow=one.role is Role.WORKFLOW)
                break


def unread_titles(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """The title of a diagram or a box that says, at its head, an event or a time by which none of its runs
    starts: `Nightly build`. Reports `unread-label`."""
    begun = [(participants[one.lifeline].file, one.events) for one in effects if one.act in STARTS]
    is_titled = diagram.name in (diagram.title, diagram.front_title) and bool(diagram.name)
    titles = [(diagram.name, diagram.name_span, {file for file, _ in begun})] if is_titled else []
    for box in diagram.boxes:
        titles.append((box.name or "", box.span, {participants[one].file for one in box.lifelines}))
    for title, place, files in titles:
        own = [event for file, events in begun for event in events if file in files]
        said = other_events(labels.plain(title), own, is_under_way=False)
        missing = [one for one in said if not any(_covers(event, one) for event in own)]
        if missing and place is not None:
            yield diagnostic(
                UNREAD_LABEL,
                f"`{labels.plain(title)}` may say what starts this, and is read as a title",
                place,
                help=f"`%% {trigger_mark(missing)}` above a message to a workflow begins a run by that; "
                f"`%% ignore: {UNREAD_LABEL.name}` above this, or another title, that none does",
            )


def _event_untold(remark: str, events: Sequence[EventText]) -> str:
    """The cure of a remark that says an event, or a time, by which none of the runs starts."""
    said = said_events(remark)
    missing = [one for one in said if not any(_covers(event, one) for event in events)]
    if missing:
        return f"`%% {trigger_mark(missing)}` above a message to it begins a run by that"
    time = times.repetition_said(f"run ({remark})") if not said else ""
    return how_to_time(time) if time and not any(one.kind.has_times for one in events) else ""


def _covers(event: EventText, said: EventText) -> bool:
    """Whether an event that starts a run is the one which a remark says, of the same branches or of fewer."""
    if said.is_merge:
        return event.event == said.event or "closed" in event.types
    if event.event != said.event:
        return False
    given = dict(event.filters)
    return all(set(given.get(key, ())) & set(values) for key, values in said.filters)


def _clause_untold(
    remark: str,
    one: Participant,
    runs: RunActivities,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
) -> str:
    """The cure of a remark that says when a workflow or job runs, or that people are asked."""
    if rights := forms.named_rights(f"({remark})") or forms.named_rights(remark):
        scopes = ", ".join(f"{scope}: {level}" for scope, level in rights)
        held = {right for at in runs.of_file.get(one.file, ()) for right in effects[at].rights}
        return (
            "" if held >= set(rights) else f"`%% permissions: {scopes}` above what needs it gives the right"
        )
    said = clause(f"x ({remark})")
    if said is None or said.kind not in _TOLD:
        return ""
    if said.kind is not ClauseKind.APPROVAL and said_events(remark):
        return ""
    places = runs.of_file.get(one.file, ())
    acts = [at for at in places if effects[at].act not in STARTS]
    if one.role is Role.JOB:
        acts = [at for at in acts if effects[at].lifeline == one.id]
    if said.kind is ClauseKind.APPROVAL:
        asking = [effects[at] for at in (*acts, *runs.approvals)]
        own = [x for x in asking if x.environment or x.act is EffectKind.APPROVAL]
        named = {x.environment for x in own if participants[x.lifeline].file == one.file}
        if said.environment in named or (named and not said.environment):
            return ""
        return f"`%% approval: {said.environment or 'production'}` above what people are asked for says so"
    if not any(runs.leaves_open(said, at, one.file) for at in acts):
        return ""
    if said.kind is ClauseKind.TOLERANT:
        return "`continue-on-error: true`, written into the workflow file at its jobs, stays"
    if said.kind is ClauseKind.MANUAL:
        return f"`%% trigger: {WORKFLOW_DISPATCH.name}` above a message to it begins a run that people start"
    if said.kind is ClauseKind.ALWAYS:
        return outcomes.undrawn_status("always")
    if said.kind is ClauseKind.FAILURE:
        return "`%% failure` above what it does makes that run when what is before it failed"
    asked = asked_ref(remark, base=any(runs.is_of_request(at, one.file) for at in acts))
    return f"`%% when: {asked or 'EXPRESSION'}` above what starts it says so"


def _unread_label(place: Span, remark: str, cure: str, *, is_workflow: bool) -> Diagnostic:
    what = "workflow" if is_workflow else "job"
    return diagnostic(
        UNREAD_LABEL,
        f"`{remark}` may say how this {what} runs, and is read as part of its name",
        place,
        help=f"{cure}; `%% ignore: {UNREAD_LABEL.name}` above this says that it is no more than a name",
        reason="{count} labels may say how something runs, and are read as names",
    )
