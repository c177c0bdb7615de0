"""Approvals by position: what a person says in the middle of a run protects what follows.

A question, its answer and asking notes without an activity between are one approval. One with no activity
after it, before the workflow's next trigger, is commentary (docs/language.md#messages-artifacts-and-waits).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic, with_severity
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.marks.settled import settled
from mermaid2gha.compiler.reading.causes import event_said
from mermaid2gha.compiler.reading.effects import ACTIVITIES, STARTS, Effect, EffectKind, Ground
from mermaid2gha.compiler.reading.structure import is_wait
from mermaid2gha.compiler.reading.texts import whole
from mermaid2gha.compiler.vocabulary import approvals, ci_words, labels, loops, writing
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.compiler.vocabulary.labels import is_question_mark
from mermaid2gha.github.events import WORKFLOW_DISPATCH
from mermaid2gha.mermaid.ast import (
    Diagram,
    Event,
    FragmentEnd,
    FragmentStart,
    Message,
    Note,
    OperandStart,
    Operator,
)

APPROVAL_WITHOUT_JOB = Rule("approval-without-job", Severity.WARNING, is_guess=True)
GUESSED_APPROVAL = Rule("guessed-approval", Severity.WARNING, is_guess=True)

_INNER = (Role.WORKFLOW, Role.JOB)
BY_POSITION = "position"
"""What stands in `after` of an approval that only its place speaks for, until it is settled."""


def with_approvals(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> tuple[list[Effect], list[Diagnostic]]:
    """The effects, with each approval settled. Reports `approval-without-job` and `guessed-approval`."""
    waits = _waits_around(diagram)
    polling = {waits[at] for at, effect in enumerate(effects) if effect.act in ACTIVITIES} - {None}
    polled = {at for at, effect in enumerate(effects) if waits[at] in polling and _is_polled(effect)}
    effects = [
        replace(effect, act=EffectKind.COMMENTARY, after="") if at in polled else effect
        for at, effect in enumerate(effects)
    ]
    result = list(effects)
    diagnostics: list[Diagnostic] = []
    guessed: dict[str, int] = {}
    idle: dict[str, int] = {}
    last_starts = _last_starts(effects, participants)
    following = _following(effects, participants)
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        if effect.act is not EffectKind.APPROVAL or not isinstance(event, Message | Note):
            continue
        begins_a_job = effect.partner is None
        if following[at] is None and not begins_a_job:
            result[at] = replace(effect, act=EffectKind.COMMENTARY, after="")
            if effect.after != BY_POSITION and _is_of_another(at, effects, result):
                _add_place(diagnostics, idle.get(effect.lifeline), event, "this is a part of it")
            elif effect.after != BY_POSITION:
                idle[effect.lifeline] = len(diagnostics)
                diagnostics.append(_without_job(event, is_marked=effect.ground is Ground.MARK))
            elif effect.after == BY_POSITION and at < last_starts.get(participants[effect.lifeline].file, at):
                diagnostics.append(_before_start(event))
            continue
        asked = _asked_before(at, diagram, result, effect)
        if asked is not None and _is_answer_of(effect, asked):
            result[at] = _as_answer(effect, asked)
            if effect.after == BY_POSITION:
                earlier = guessed.get(effect.lifeline)
                _add_place(diagnostics, earlier, event, "this is taken for the same answer")
            continue
        guessed.pop(effect.lifeline, None)
        if asked is not None:  # a question and its answer are one approval, whichever names it
            effect = replace(effect, environment=_named_first(effect.environment, asked.environment))
        result[at] = replace(effect, after="")
        is_answer = isinstance(event, Message) and event.sender != effect.lifeline
        question = _question(at, diagram, result, effect) if is_answer else None
        if question is not None:
            asked = result[question]
            named = _named_first(effect.environment, approvals.named_environment(whole(asked.text)))
            result[question] = replace(asked, act=EffectKind.APPROVAL, rights=(), environment=named)
            effect = replace(effect, environment=named)
            result[at] = replace(effect, after="")
        if asked is None and question is None and _is_by_words(at, event, effect, diagram):
            diagnostics.append(_answers_outside(event, effect))
        if effect.after == BY_POSITION:
            if effect.environment == approvals.UNNAMED:
                effect = replace(effect, environment=_named_before(at, diagram, result, effect))
                result[at] = replace(effect, after="")
            next_at = following[at]
            assert next_at is not None
            guessed[effect.lifeline] = len(diagnostics)
            is_of_job = participants[effect.lifeline].role is Role.JOB
            diagnostics.append(
                _guessed(event, diagram.events[next_at], effect.environment, is_of_job=is_of_job)
            )
    polls = {waits[at] for at in polled if approvals.says_consent(effects[at].text.name)}
    diagnostics += _unread_words(diagram, result, participants, following, waits=waits, polls=polls)
    return result, diagnostics


def _waits_around(diagram: Diagram) -> list[int | None]:
    """For each event the start of the loop around it that waits for something by polling."""
    result: list[int | None] = []
    around: list[int | None] = [None]
    for at, event in enumerate(diagram.events):
        if isinstance(event, FragmentStart):
            around.append(at if is_wait(event) else around[-1])
        elif isinstance(event, FragmentEnd):
            around.pop()
        result.append(around[-1])
    return result


def _is_polled(effect: Effect) -> bool:
    """Whether an approval is what something outside answers that is polled: no mark says that it is one."""
    who = effect.partner
    is_service = who is not None and who.role is Role.EXTERNAL and not who.is_environment
    return is_service and effect.act is EffectKind.APPROVAL and effect.ground is not Ground.MARK


def _add_place(diagnostics: list[Diagnostic], which: int | None, event: Message | Note, text: str) -> None:
    """Show one of the findings at one more statement."""
    if which is not None and event.text_span is not None:
        earlier = diagnostics[which]
        diagnostics[which] = replace(earlier, labels=(*earlier.labels, Label(event.text_span, text)))


def _unread_words(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    following: Sequence[int | None],
    *,
    waits: Sequence[int | None],
    polls: Collection[int | None],
) -> list[Diagnostic]:
    """What may ask for an approval or give one, and is read as a step; `waits` are the loops around each
    event that poll, `polls` those in which a service says an approval."""
    asked_only = _asked_only(diagram, participants)
    diagnostics: list[Diagnostic] = []
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        is_poll = waits[at] is not None
        if isinstance(event, Message) and is_poll and not approvals.says_approval(labels.plain(event.text)):
            continue  # what is asked again and again is no person
        if isinstance(event, Message) and _is_unread_question(event, effect, following[at], asked_only):
            answers = _answers(at, diagram, effect)
            is_told = _tells_state(event, effect, [diagram.events[answer] for answer in answers])
            if not is_told and not any(effects[answer].act is EffectKind.APPROVAL for answer in answers):
                diagnostics.append(_asks_nobody_outside(event, effect, diagram, answers))
        elif isinstance(event, FragmentStart) and _polls_for_people(
            event, _inside(at, diagram, effects), is_answered=at in polls
        ):
            diagnostics.append(_polls(event))
    return diagnostics


def _tells_state(event: Message, effect: Effect, answers: Sequence[Event]) -> bool:
    """Whether a workflow polls for how something stands, and every answer tells that, with no approval."""
    texts = [labels.plain(one.text) for one in answers if isinstance(one, Message)]
    if writing.head(effect.text.name) != "poll" or approvals.says_approval(labels.plain(event.text)):
        return False
    return bool(texts) and all(ci_words.TELLS.search(x) and not approvals.says_approval(x) for x in texts)


def _polls_for_people(start: FragmentStart, inside: Collection[EffectKind], *, is_answered: bool) -> bool:
    """Whether a loop waits for an approval by its words, or gets one by its answers, and nobody in it gives
    one."""
    is_poll = start.operator is Operator.LOOP and loops.is_wait(start.text)
    is_asked = is_poll and (is_answered or approvals.says_consent(labels.plain(start.text)))
    return is_asked and not marks_of(start) and EffectKind.APPROVAL not in inside


def _inside(at: int, diagram: Diagram, effects: Sequence[Effect]) -> set[EffectKind]:
    """The kinds of what a fragment holds."""
    kinds: set[EffectKind] = set()
    depth = 0
    for event, effect in zip(diagram.events[at:], effects[at:]):
        depth += isinstance(event, FragmentStart) - isinstance(event, FragmentEnd)
        if not depth:
            break
        kinds.add(effect.act)
    return kinds


def _polls(start: FragmentStart) -> Diagnostic:
    return diagnostic(
        GUESSED_APPROVAL,
        f"`{labels.plain(start.text)}` is read as a wait that polls, and asks nobody",
        start.text_span or start.span,
        help="`%% approval: production` above what waits for it says that people are asked before it; "
        f"`%% ignore: {GUESSED_APPROVAL.name}` above the loop that nobody is",
        reason="{count} loops are read as waits that poll, and ask nobody",
    )


def _following(effects: Sequence[Effect], participants: Mapping[str, Participant]) -> list[int | None]:
    """For each event, the next activity of its workflow before the workflow's next trigger; of what is said
    on a job's lifeline, of that job."""
    result: list[int | None] = [None] * len(effects)
    ahead: dict[str, int | None] = {}
    for at in range(len(effects) - 1, -1, -1):
        effect = effects[at]
        if not effect.lifeline:
            continue
        of_job = f"job {effect.lifeline}" if participants[effect.lifeline].role is Role.JOB else ""
        file = participants[effect.lifeline].file
        result[at] = ahead.get(of_job or file)
        if of_job and effect.act in ACTIVITIES:
            ahead[of_job] = at
        if effect.act in STARTS:
            ahead[file] = None
            for heard in _heard(effect, participants):  # what follows this one's run
                ahead[heard] = at
        elif effect.act in ACTIVITIES or (effect.act is EffectKind.APPROVAL and effect.partner is None):
            ahead[file] = at
    return result


def _heard(effect: Effect, participants: Mapping[str, Participant]) -> Iterator[str]:
    """The files of the workflows that a run follows."""
    if effect.act is EffectKind.RUN_AFTER:
        own = participants[effect.lifeline].file
        for one in participants.values():
            if one.role is Role.WORKFLOW and one.file != own and follows(effect, one):
                yield one.file


def follows(effect: Effect, participant: Participant) -> bool:
    """Whether a run that follows others follows those of a participant."""
    return participant == effect.partner or labels.folded(participant.name) == labels.folded(effect.after)


def _last_starts(effects: Sequence[Effect], participants: Mapping[str, Participant]) -> dict[str, int]:
    """Where the last run of each workflow starts, by files."""
    return {participants[e.lifeline].file: at for at, e in enumerate(effects) if e.act in STARTS}


def _is_of_another(at: int, effects: Sequence[Effect], result: Sequence[Effect]) -> bool:
    """Whether an approval is the question or the answer of one that has been settled as commentary."""
    lifeline = effects[at].lifeline
    for earlier in range(at - 1, -1, -1):
        other = effects[earlier]
        if other.lifeline == lifeline and other.act is not EffectKind.COSMETIC:
            return other.act is EffectKind.APPROVAL and result[earlier].act is EffectKind.COMMENTARY
    return False


def _asked_before(at: int, diagram: Diagram, result: Sequence[Effect], effect: Effect) -> Effect | None:
    """The approval of the same lifeline before one, if there is nothing but commentary in between.

    A job by which people were asked in a fragment that has ended may have been left out, so what follows asks
    for itself.
    """
    for earlier, is_over in _before(at, diagram):
        other = result[earlier]
        if other.lifeline == effect.lifeline and other.act not in (
            EffectKind.COSMETIC,
            EffectKind.COMMENTARY,
        ):
            is_protected = other.act is EffectKind.JOB or (
                other.act in ACTIVITIES and other.partner is not None and other.partner is effect.partner
            )
            is_asking = other.act is EffectKind.APPROVAL or (is_protected and bool(other.environment))
            return other if is_asking and not (is_over and other.partner is None) else None
    return None


def _before(at: int, diagram: Diagram) -> Iterator[tuple[int, bool]]:
    """The events before one, the last first, and whether each stands in a fragment that has ended.

    Not those in other operands of the fragments around it, nor in a `break`: nothing orders them.
    """
    depth, is_apart, broken = 0, False, 0
    for earlier in range(at - 1, -1, -1):
        match diagram.events[earlier]:
            case FragmentStart(operator=Operator.RECT) | FragmentEnd(operator=Operator.RECT):
                pass
            case FragmentEnd(operator=operator):
                depth += 1
                broken = depth if operator is Operator.BREAK and not broken else broken
            case FragmentStart() if depth:
                broken = 0 if broken == depth else broken
                depth -= 1
            case FragmentStart():
                is_apart = False
            case OperandStart() if not depth:
                is_apart = True
            case _ if not is_apart and not broken:
                yield earlier, depth > 0
            case _:
                pass


def _is_answer_of(effect: Effect, asked: Effect) -> bool:
    """Whether an approval answers a question that is one itself: by its place, or to what people were asked
    on the workflow's own lifeline."""
    if effect.partner is None or effect.ground is Ground.MARK:
        return False
    return effect.after == BY_POSITION or asked.partner is None or asked.act is not EffectKind.APPROVAL


def _is_by_words(at: int, event: Message | Note, effect: Effect, diagram: Diagram) -> bool:
    """Whether nothing but its words makes an approval of an answer: a service gives it that was asked for
    something else, where in other words it would be any reply. A question that says an approval is told."""
    who = effect.partner
    if who is None or not isinstance(event, Message):
        return False
    is_answer = event.sender == who.id and event.arrow.is_dotted
    is_service = who.role is Role.EXTERNAL and not who.is_environment
    before = (diagram.events[earlier] for earlier, _ in _before(at, diagram))
    last = next((one for one in before if isinstance(one, Message) and one.receiver == who.id), None)
    if last is not None and approvals.says_approval(last.text):
        return False
    return is_answer and is_service and effect.ground is not Ground.MARK and effect.after != BY_POSITION


def _as_answer(effect: Effect, asked: Effect) -> Effect:
    """The answer to a question: the same approval; what waits by itself needs no second one."""
    if asked.partner is None or asked.act is not EffectKind.APPROVAL:
        return replace(effect, act=EffectKind.COMMENTARY, after="", ground=Ground.STRUCTURE)
    return replace(effect, after="", environment=_named_first(asked.environment, effect.environment))


def _named_first(*environments: str) -> str:
    """Of what a question and its answer say of their environment, the first that is a name."""
    named = (one for one in environments if one and one != approvals.UNNAMED)
    return next(named, approvals.UNNAMED)


def _question(at: int, diagram: Diagram, result: Sequence[Effect], answer: Effect) -> int | None:
    """The message directly before an answer by which the workflow asked, if there is one."""
    assert answer.partner is not None
    for earlier, _ in _before(at, diagram):
        effect, event = result[earlier], diagram.events[earlier]
        if effect.lifeline != answer.lifeline or effect.act in (EffectKind.COSMETIC, EffectKind.COMMENTARY):
            continue
        who = effect.partner
        is_of_people = who is not None and (who.role is Role.PERSON or _is_environment(who, answer.partner))
        is_asking = effect.act is EffectKind.STEP and isinstance(event, Message) and is_of_people
        is_asking = is_asking and not approvals.is_report(effect.text.name)
        return earlier if is_asking and effect.ground is not Ground.MARK else None
    return None


def _named_before(at: int, diagram: Diagram, result: Sequence[Effect], answer: Effect) -> str:
    """The environment that the step directly before an answer names, which says that people are asked."""
    for earlier, _ in _before(at, diagram):
        effect = result[earlier]
        if effect.lifeline != answer.lifeline or effect.act in (EffectKind.COSMETIC, EffectKind.COMMENTARY):
            continue
        said = whole(effect.text)
        is_asking = effect.act in ACTIVITIES and approvals.says_approval(said)
        return (approvals.environment(said) if is_asking else "") or approvals.UNNAMED
    return approvals.UNNAMED


def _is_environment(asked: Participant, answering: Participant) -> bool:
    """Whether who is asked answers, and is an environment by its name: `Environment: production`."""
    return asked is answering and lifeline_names.says_environment(asked.name)


def _asked_only(diagram: Diagram, participants: Mapping[str, Participant]) -> set[str]:
    """What is outside, is told nothing by a workflow but questions, or one thing in words that nobody knows,
    and answers: it may be a person. Not what is called as a tool is."""
    told: dict[str, list[str]] = {}
    answers: set[str] = set()
    for event in diagram.events:
        if not isinstance(event, Message) or event.sender == event.receiver:
            continue
        sender, receiver = participants[event.sender], participants[event.receiver]
        if sender.role in _INNER and not event.arrow.is_dotted:
            told.setdefault(receiver.id, []).append(labels.parsed(event.text).name)
        elif receiver.role in _INNER and sender.id in told:
            answers.add(sender.id)
    return {
        name
        for name in answers & told.keys()
        if participants[name].role is Role.EXTERNAL
        and not participants[name].is_store
        and (all(map(is_question_mark, told[name])) or _may_be_asked(participants[name], told[name]))
    }


def _may_be_asked(partner: Participant, told: Sequence[str]) -> bool:
    """Whether the one thing that is said to somebody may be a request, for all that its words tell."""
    is_tool = partner.is_registry or lifeline_names.is_tool(partner.name, told[0])
    return len(told) == 1 and not is_tool and _is_of_unknown_head(told[0])


def _is_unread_question(event: Message, effect: Effect, following: int | None, asked_only: set[str]) -> bool:
    """Whether a message to another lifeline could be meant to ask for an approval."""
    if effect.act not in (EffectKind.STEP, EffectKind.PUSH) or effect.partner is None:
        return False
    if effect.ground is Ground.MARK or effect.environment or "approval" in marks_of(event):
        return False
    name = effect.text.name
    if writing.signed(name) or (effect.partner.role is Role.SOURCE and approvals.is_of_request(name)):
        return False  # a service signs, and needs the right to say who asks; a request is reviewed
    is_given = event.sender != effect.lifeline
    if effect.act is EffectKind.PUSH:
        return following is not None and not is_given and approvals.says_approval(name)
    if is_given:  # what is said to the workflow by others: `Deployment approved`
        is_solid = not event.arrow.is_dotted and not (effect.partner.is_registry or effect.partner.is_store)
        return following is not None and is_solid and approvals.says_approval(name)
    is_said = (
        approvals.says_approval(name) or event.receiver in asked_only or _is_waiting(name, effect.partner)
    )
    may_ask = effect.partner.role is Role.PERSON or lifeline_names.says_environment(effect.partner.name)
    is_said = is_said or (may_ask and (is_question_mark(name) or _is_of_unknown_head(name)))
    return following is not None and is_said


def _is_of_unknown_head(name: str) -> bool:
    is_known = labels.has_word(name, labels.GIVING) or approvals.tells_outcome(name)
    is_known = is_known or writing.head(name) in ci_words.STARTING or approvals.orders_work(name)
    is_known = is_known or lifeline_names.is_call(name) or approvals.is_by_itself(name)
    return writing.verb(name) is writing.Verb.UNKNOWN and not is_known


def _is_waiting(name: str, partner: Participant) -> bool:
    """Whether a workflow waits for what is outside and no store: that may be somebody."""
    is_thing = partner.is_store or partner.is_registry or partner.role is Role.SOURCE
    return not is_thing and loops.is_wait(name)


def _answers(at: int, diagram: Diagram, question: Effect) -> list[int]:
    """Where a workflow is answered by whom it has asked, until it does something else; what others say to
    who is asked, and he to them, lies between."""
    partner = question.partner
    found: list[int] = []
    for after, event in enumerate(diagram.events[at + 1 :], at + 1):
        if isinstance(event, Message) and partner is not None and event.sender == partner.id:
            if event.receiver == question.lifeline:
                found.append(after)
        elif isinstance(event, Message | Note) and question.lifeline in _ends(event):
            break
    return found


def _ends(event: Message | Note) -> tuple[str, ...]:
    return event.lifelines if isinstance(event, Note) else (event.sender, event.receiver)


def _asks_nobody_outside(
    event: Message, effect: Effect, diagram: Diagram, answers: Sequence[int]
) -> Diagnostic:
    """That a message may ask somebody for an approval, with the answers that may give it."""
    said = [one for one in (diagram.events[answer] for answer in answers) if isinstance(one, Message)]
    found = asks_nobody(event, "", act=effect.act, answers=said)
    partner = effect.partner
    is_outside = partner is not None and partner.role is Role.EXTERNAL and event.sender == effect.lifeline
    if not is_outside or partner is None or partner.is_environment:
        return found
    given = " or `%% approval: production` above the answer" if said else ""
    cure = (
        f"`%% role: {partner.id} = environment` above it{given} says that people are asked, "
        f"`%% approval: production` that its job waits for them, `%% {effect.act.value}` above it that "
        "nobody is"
    )
    return replace(found, help=cure)


def unnamed_environments(diagram: Diagram, effects: Sequence[Effect]) -> list[Diagnostic]:
    """Approvals that name no environment as such, with a word that is often the name of one."""
    found: list[Diagnostic] = []
    for event, effect in zip(diagram.events, effects):
        if not effect.environment or effect.environment != approvals.UNNAMED:
            continue
        if not isinstance(event, Message | Note):
            continue
        is_asked = effect.act in (EffectKind.APPROVAL, EffectKind.JOB) and "approval" not in marks_of(event)
        likely = approvals.likely_environment(event.text) if is_asked else ""
        is_question = isinstance(event, Message) and event.sender == effect.lifeline
        found += [_unnamed(event, likely, is_question=is_question)] if likely else []
    return found


def _unnamed(event: Message | Note, likely: str, *, is_question: bool) -> Diagnostic:
    """What a workflow asks for is of the place that it names; what a person says may speak of the deployment
    that follows, and is a note."""
    told = diagnostic(
        GUESSED_APPROVAL,
        f"`{likely}` may be the environment, and this approval is of `{approvals.UNNAMED}`",
        event.text_span or event.span,
        help=f"`%% approval: {likely}` above it says so",
    )
    return told if is_question else with_severity(told, Severity.NOTE)


def _without_job(event: Message | Note, *, is_marked: bool) -> Diagnostic:
    instead = " instead" if is_marked else ""
    return diagnostic(
        APPROVAL_WITHOUT_JOB,
        "no job follows this approval, so there is nothing to approve",
        event.text_span or event.span,
        help=f"draw the approved job after it, or mark the line with `%% comment` above it{instead}",
        fixes=() if is_marked else settled(event.span, "comment"),
    )


def _before_start(event: Message | Note) -> Diagnostic:
    return diagnostic(
        GUESSED_APPROVAL,
        "a person says this between two runs, and it is read as a remark, which starts none of them",
        event.text_span or event.span,
        help=f"`%% comment` above it says so, `%% trigger: {WORKFLOW_DISPATCH.name}` that it starts a run",
    )


def _guessed(event: Message | Note, following: Event, environment: str, *, is_of_job: bool) -> Diagnostic:
    likely = environment
    if environment == approvals.UNNAMED:
        likely = approvals.likely_environment(event.text) or environment
    place = getattr(following, "text_span", None) or following.span
    said = event_said(event.text) or WORKFLOW_DISPATCH.name
    is_start = ci_words.is_about_start(labels.plain(event.text))
    is_exact = likely == environment and not (event_said(event.text) or is_start)
    return diagnostic(
        GUESSED_APPROVAL,
        "a person speaks to this job, so all of it waits for an approval"
        if is_of_job
        else "a person speaks in the middle of this run, so what follows waits for an approval",
        event.text_span or event.span,
        Label(place, "this waits") if place is not None else None,
        help=f"`%% approval: {likely}` above it says so; `%% comment` that it is a remark"
        + ("" if is_of_job else f", `%% trigger: {said}` that it starts a run"),
        fixes=settled(event.span, f"approval: {environment}") if is_exact else (),
    )


def _answers_outside(event: Message | Note, effect: Effect) -> Diagnostic:
    assert effect.partner is not None
    return diagnostic(
        GUESSED_APPROVAL,
        f"`{effect.partner.name}` answers this, so what follows waits for an approval; by its words alone",
        event.text_span or event.span,
        help=f"`%% approval: {effect.environment}` above it says so, `%% reply` that nobody is asked",
        fixes=settled(event.span, f"approval: {effect.environment}"),
    )


def passes_on(answer: Message, decided: Message, name: str) -> Diagnostic:
    """That somebody outside may pass on what a person has decided in the middle of a run."""
    read = "reply" if answer.arrow.is_dotted else "step"
    return diagnostic(
        GUESSED_APPROVAL,
        f"a person speaks to `{name}` before it answers, and what follows waits for nobody",
        answer.text_span or answer.span,
        Label(decided.text_span, "this may decide") if decided.text_span is not None else None,
        help=f"`%% approval: production` above it says that people are asked, `%% {read}` that they are not",
    )


def asks_nobody(
    event: Message | Note,
    environment: str,
    *,
    is_step: bool = True,
    act: EffectKind = EffectKind.STEP,
    answers: Sequence[Message] = (),
    others: Sequence[Message | Note] = (),
) -> Diagnostic:
    """That a statement may ask for an approval, or give one, and asks nobody; `environment` is one that it
    names, if it does, `act` what it is read as, `answers` may give the approval, and for the `others` the
    same holds."""
    told = [one.text for one in (event, *answers)]
    has_word = not is_step or any(
        approvals.says_approval(one) or approvals.says_reviewers(one) for one in told
    )
    read = "a step that asks nobody" if is_step else "a remark, so what follows waits for nobody"
    settling = "ignore: guessed-approval" if isinstance(event, Note) and is_step else act.value
    settling = settling if is_step else "comment"
    named = environment or approvals.environment(event.text) or approvals.likely_environment(event.text)
    begun = event_said(event.text) if isinstance(event, Message) and not is_step else ""
    return diagnostic(
        GUESSED_APPROVAL,
        f"this may ask for an approval, and is read as {read}",
        event.text_span or event.span,
        *(Label(one.text_span, "this may give it") for one in answers if one.text_span is not None),
        *(Label(one.text_span, "so may this") for one in others if one.text_span is not None),
        help=f"`%% approval: {named or 'production'}` above it says that people are asked, "
        f"`%% {settling}` that they are not"
        + (
            f"; `%% trigger: {begun}` above what follows that another run begins there by it" if begun else ""
        ),
        reason=""
        if has_word
        else "{count} messages may ask for an approval, and are read as steps that ask nobody",
    )
