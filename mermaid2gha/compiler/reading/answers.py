"""An `alt` whose operands are the answers to one question: the approval itself decides it.

`alt approved`, the person's yes and the deployment, `else rejected`, the person's no and a remark: nothing
runs but what the approval lets run, so no flag is asked as well.
See docs/language.md#messages-artifacts-and-waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.reading.approvals import asks_nobody, passes_on
from mermaid2gha.compiler.reading.conditions import FragmentReading, guessed_condition
from mermaid2gha.compiler.reading.effects import ACTIVITIES, STARTS, Effect, EffectKind, Ground
from mermaid2gha.compiler.reading.lifelines.noted_approvals import noted_above
from mermaid2gha.compiler.reading.structure import (
    RunActivities,
    is_about_people,
    is_among_others,
    is_among_people,
)
from mermaid2gha.compiler.vocabulary import approvals, forms, labels
from mermaid2gha.compiler.vocabulary.approvals import is_approval, is_granted
from mermaid2gha.compiler.vocabulary.guards import Guard, Meaning
from mermaid2gha.github.expressions.condition import FALSE, TRUE
from mermaid2gha.mermaid.ast import Diagram, FragmentEnd, FragmentStart, Message, Note, OperandStart, Operator


@dataclass(slots=True)
class _Operand:
    """What one operand holds: who answers which workflow first in it, and which workflows do something."""

    answer: tuple[str, str] | None = None
    is_begun: bool = False
    files: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    asks: bool = False


@dataclass(slots=True)
class _Choice:
    """A fragment: where it starts, its operands, and the workflows that have just asked somebody."""

    at: int
    operator: Operator
    asking: frozenset[str]
    operands: list[_Operand] = field(default_factory=list)


def with_answers(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    fragments: Mapping[int, FragmentReading],
) -> dict[int, FragmentReading]:
    """The fragments; where one operand alone holds activities, and an approval is all that decides it, its
    text is no condition beside that.

    So it is where each operand of an `alt` begins with the same person's answer to the same workflow; and
    where the text is a phrase of approval as a whole, `opt approved`, directly below the question.
    """
    result = dict(fragments)
    open_: list[_Choice] = []
    asking: set[str] = set()
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        match event:
            case FragmentStart(operator=operator):
                open_.append(_Choice(at, operator, frozenset(asking), [_Operand()]))
            case OperandStart():
                open_[-1].operands.append(_Operand())
            case FragmentEnd():
                done = open_.pop()
                granted = _granted(done, result[done.at])
                if granted is not None:
                    result[done.at] = _answered(result[done.at], granted)
            case _:
                _note(asking, effect, participants)
                for choice in open_:
                    _add(choice.operands[-1], event, effect, participants)
    return result


def _note(asking: set[str], effect: Effect, participants: Mapping[str, Participant]) -> None:
    """Remember which workflows wait for an answer: those that have done nothing since they asked."""
    file = participants[effect.lifeline].file if effect.lifeline else ""
    if effect.act is EffectKind.APPROVAL:
        asking.add(file)
    elif effect.act in ACTIVITIES | STARTS:
        asking.discard(file)


def _add(operand: _Operand, event: object, effect: Effect, participants: Mapping[str, Participant]) -> None:
    if not operand.is_begun and isinstance(event, Message):
        sender, receiver = participants[event.sender], participants[event.receiver]
        is_of_person = sender.role is Role.PERSON or sender.is_environment
        operand.answer = (
            (sender.id, receiver.file) if is_of_person and receiver.role is Role.WORKFLOW else None
        )
        operand.is_begun = True
    if effect.act in _CALLS and effect.partner is not None:
        operand.called.add(effect.partner.file)
    if effect.act in ACTIVITIES | STARTS:
        operand.files.add(participants[effect.lifeline].file)
    operand.asks |= effect.act is EffectKind.APPROVAL


def _granted(choice: _Choice, fragment: FragmentReading) -> int | None:
    """The operand that the approval lets run, where nothing but the answer tells the operands apart."""
    answers = {one.answer for one in choice.operands}
    active = [at for at, one in enumerate(choice.operands) if one.files]
    if choice.operator not in (Operator.ALT, Operator.OPT) or len(active) != 1:
        return None
    operand = choice.operands[active[0]]
    are_answers = len(choice.operands) > 1 and len(answers) == 1 and None not in answers and operand.asks
    are_answers = are_answers and not approvals.says_refusal(fragment.guards[active[0]].text)
    is_named = operand.files - operand.called <= choice.asking and is_granted(fragment.guards[active[0]].text)
    return active[0] if are_answers or is_named else None


def _answered(fragment: FragmentReading, granted: int) -> FragmentReading:
    """A fragment of which one operand is what happens, unless a mark or an expression says when it does."""
    if any(guard.meaning is not Meaning.FLAG or guard.is_certain for guard in fragment.guards):
        return fragment
    guards = (
        Guard(Meaning.EXPRESSION, guard.text, condition=TRUE if at == granted else FALSE, is_certain=True)
        for at, guard in enumerate(fragment.guards)
    )
    return replace(fragment, guards=tuple(guards))


# -- work in both answers --------------------------------------------------------------------------


def with_refusals(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    fragments: Mapping[int, FragmentReading],
) -> tuple[tuple[Effect, ...], dict[int, FragmentReading], list[Diagnostic]]:
    """The effects and fragments, where an `alt` of two operands directly below a question holds what is done
    when it is granted and what is done when it is refused.

    A refused approval fails its job at GitHub, so the question is a job of its own, whose outcome decides:
    by the phrase `approved`, or by marks. Reports `guessed-condition` where the other operand says something
    else than a refusal.
    """
    result, read = list(effects), dict(fragments)
    found: list[Diagnostic] = []
    asked: dict[str, list[int]] = {}
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        if isinstance(event, FragmentStart) and event.operator is Operator.ALT:
            end, operands = _operands(at, diagram)
            files = [_active(begin, stop, effects, participants) for begin, stop in operands]
            file = next(iter(files[0]), "") if len(files) == _BOTH and files[0] == files[1] else ""
            if len(files[0]) != 1 or not asked.get(file) or not _are_answers(read[at].guards):
                continue
            question, *others = asked.pop(file)
            result[question] = replace(
                result[question], act=EffectKind.APPROVAL, partner=None, after="", is_alone=True
            )
            inside = (x for x in range(at, end) if result[x].act is EffectKind.APPROVAL)
            for other in (*others, *inside):
                result[other] = replace(result[other], act=EffectKind.COMMENTARY, after="")
            granted, refused = read[at].guards
            read[at] = replace(
                read[at],
                guards=(
                    Guard(Meaning.SUCCESS, granted.text, is_certain=True, is_marked=True),
                    Guard(
                        Meaning.FAILURE,
                        refused.text,
                        jobs=(result[question].text.name,),
                        is_certain=True,
                        is_marked=True,
                    ),
                ),
            )
            if not (refused.is_marked or refused.is_rest or approvals.says_refusal(refused.text)):
                found.append(_taken_for_refusal(diagram.events[operands[1][0]], granted.text, refused.text))
        elif effect.lifeline:
            file = participants[effect.lifeline].file
            is_asking = effect.act is EffectKind.APPROVAL or (
                effect.act is EffectKind.JOB and bool(effect.environment)
            )
            if effect.act is EffectKind.JOB or (effect.act in ACTIVITIES | STARTS):
                asked.pop(file, None)
            if is_asking:
                asked.setdefault(file, []).append(at)
    return tuple(result), read, found


# -- questions alone in a fragment -----------------------------------------------------------------


def with_lone_questions(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> tuple[Effect, ...]:
    """The effects, where an operand of an `opt` or `alt` in which a workflow waits for people and does no
    more makes no job that may be left out: what follows waits for them, in every case."""
    if not any(effect.environment for effect in effects):
        return tuple(effects)
    result = list(effects)
    open_: list[tuple[bool, list[int]]] = []
    asking: dict[str, list[int]] = {}
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        match event:
            case FragmentStart(operator=operator):
                open_.append((operator in (Operator.OPT, Operator.ALT), []))
            case OperandStart() | FragmentEnd():
                is_choice, inside = open_[-1]
                is_lone = is_choice and inside and all(_waits(effects[other]) for other in inside)
                if is_lone and len({effects[other].lifeline for other in inside}) == 1:
                    asking[participants[effects[inside[0]].lifeline].file] = list(inside)
                if isinstance(event, OperandStart):
                    open_[-1] = (is_choice, [])
                else:
                    open_.pop()
            case _:
                file = participants[effect.lifeline].file if effect.lifeline else ""
                if effect.act in STARTS or effect.act is EffectKind.APPROVAL:
                    asking.pop(file, None)  # who is asked once more is asked for what follows
                if effect.act in ACTIVITIES or _waits(effect):
                    for other in asking.pop(file, ()) if effect.act in ACTIVITIES else ():
                        who = participants[effects[other].lifeline]
                        result[other] = replace(effects[other], act=EffectKind.APPROVAL, partner=who)
                    for _, inside in open_:
                        inside.append(at)
    return tuple(result)


def _waits(effect: Effect) -> bool:
    """Whether an effect is a wait for people on the workflow's own lifeline, and no more."""
    is_own = effect.partner is None and effect.act in (EffectKind.JOB, EffectKind.APPROVAL)
    return is_own and bool(effect.environment) and is_approval(effect.text.name)


_BOTH = 2
_CALLS = frozenset((EffectKind.WORKFLOW_CALL, EffectKind.DISPATCH))


def _operands(at: int, diagram: Diagram) -> tuple[int, list[tuple[int, int]]]:
    """Where a fragment ends, and where each of its operands begins and ends."""
    depth, begin = 0, at
    operands: list[tuple[int, int]] = []
    for inner in range(at, len(diagram.events)):
        event = diagram.events[inner]
        depth += isinstance(event, FragmentStart) - isinstance(event, FragmentEnd)
        if not depth or (depth == 1 and isinstance(event, OperandStart)):
            operands.append((begin, inner))
            begin = inner
        if not depth:
            break
    return inner, operands


def _active(
    begin: int, end: int, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> set[str]:
    """The files of the workflows that do something in an operand; what one that is called there does is the
    caller's."""
    inside = [one for one in effects[begin:end] if one.act in ACTIVITIES | STARTS]
    called = {one.partner.file for one in inside if one.act in _CALLS and one.partner is not None}
    return {participants[one.lifeline].file for one in inside} - called


def _are_answers(guards: Sequence[Guard]) -> bool:
    """Whether two operands are what is done when an approval is granted, and when it is refused."""
    granted, refused = guards
    is_given = granted.is_marked and granted.meaning is Meaning.SUCCESS
    if any(one.meaning is Meaning.FLAG and one.is_certain and one.text for one in guards):
        return False  # marks say that they are flags
    is_given = is_given or (granted.meaning is Meaning.FLAG and is_granted(granted.text))
    is_failure = refused.meaning is Meaning.FAILURE and not (refused.subject or refused.jobs)
    is_refused = is_failure or (refused.is_marked and refused.meaning is Meaning.FAILURE)
    is_open = (
        refused.meaning is Meaning.FLAG and not (refused.is_certain and refused.text) and not refused.is_code
    )
    is_refused = is_refused or is_open or (not refused.is_marked and approvals.says_refusal(refused.text))
    return is_given and is_refused


def _taken_for_refusal(start: object, granted: str, refused: str) -> Diagnostic:
    assert isinstance(start, OperandStart)
    return guessed_condition(
        f"`else {refused}` is taken for the refusal of what `alt {granted}` approves",
        start.text_span or start.span,
        cure="write `%% success` above the first operand and `%% failure` above it if it is, else "
        "`%% flag: NAME` for a condition of its own",
        mark="failure",
    )


# -- answers through others ------------------------------------------------------------------------


def through_others(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant], runs: RunActivities
) -> Iterator[Diagnostic]:
    """What somebody outside answers to a workflow after a person has spoken to him in the middle of its run:
    the person may have decided. So may one whom he has asked something, where he does nothing more."""
    urged: dict[str, Message] = {}
    asking: dict[tuple[str, str], Message] = {}
    asked: dict[str, Diagnostic] = {}
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        if not isinstance(event, Message):
            continue
        sender, receiver = participants[event.sender], participants[event.receiver]
        is_marked = effect.ground is Ground.MARK or bool(marks_of(event))
        if sender.role is Role.EXTERNAL and receiver.role is Role.PERSON and not is_marked:
            asking[sender.id, receiver.id] = event
        elif (
            sender.role is Role.PERSON and receiver.role is Role.EXTERNAL and effect.ground is not Ground.MARK
        ):
            question = asking.pop((receiver.id, sender.id), None)
            if file := runs.split_at(at):
                urged[receiver.id] = event
                if question is not None and runs.following(at, file) is not None:
                    is_direct = diagram.events[at - 1] is question
                    asked |= _asked_outside(question, event, receiver.id, is_direct=is_direct)
        elif sender.role in (Role.WORKFLOW, Role.JOB):
            urged.pop(receiver.id, None)
        elif sender.id in asked:
            del asked[sender.id]
        if (
            receiver.role in (Role.WORKFLOW, Role.JOB)
            and sender.id in urged
            and effect.ground is not Ground.MARK
        ):
            decided = urged.pop(sender.id)
            is_read = effect.act not in (EffectKind.STEP, EffectKind.PULL, EffectKind.COSMETIC)
            if not is_read and runs.following(at, receiver.file) is not None:
                yield passes_on(event, decided, sender.name)
    yield from asked.values()


def _asked_outside(question: Message, answer: Message, who: str, *, is_direct: bool) -> dict[str, Diagnostic]:
    """What somebody outside asks a person in the middle of a run, and the person answers, by who asks: that
    may decide what follows. By its place, a question mark, or an answer that consents; a word of approval is
    told as such."""
    asked, said = labels.plain(question.text), labels.plain(answer.text)
    is_question = is_direct or labels.is_question_mark(asked) or approvals.says_consent(said)
    if not is_question or approvals.says_approval(asked):
        return {}
    return {who: asks_nobody(question, "", is_step=False, answers=(answer,))}


# -- among people ---------------------------------------------------------------------------------------


def among_people(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant], runs: RunActivities
) -> Iterator[Diagnostic]:
    """What people do among themselves, and say to the repository, in the middle of a run, whatever it is, and
    what those whom a workflow has called say of an approval: one finding for all that stands in one place of
    a run; and loops that say an approval."""
    found: dict[int | None, list[Message | Note]] = {}
    called: set[str] = set()  # software, whatever it is taken for
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        if isinstance(event, Message) and forms.says_http(event.text):
            called.add(event.receiver)
        if isinstance(event, FragmentStart):
            if event.operator is Operator.LOOP and approvals.says_approval(labels.plain(event.text)):
                yield from _of_loop(at, diagram, effects, participants, runs)
            continue
        if not isinstance(event, (Message, Note)) or effect.ground is Ground.MARK:
            continue
        text = labels.plain(event.text)
        if is_about_people(event, participants):
            is_software = isinstance(event, Message) and event.sender in called
            is_among = is_among_people(event, participants) and not is_software
            is_heading = isinstance(event, Note) and labels.is_ruled(event.text)
            is_said = (is_among and not is_heading) or approvals.says_approval(text)
        else:
            is_said = is_among_others(event, participants) and approvals.says_consent(text)
        if is_said and (file := runs.split_at(at)) and (next_at := runs.following(at, file)) is not None:
            found.setdefault(next_at, []).append(event)
        elif effect.act is not EffectKind.TOOL and _is_of_last(at, diagram, participants):
            yield asks_nobody(event, "", is_step=False)
    for first, *others in found.values():
        yield asks_nobody(first, "", is_step=False, others=others)


def _is_of_last(at: int, diagram: Diagram, participants: Mapping[str, Participant]) -> bool:
    """Whether a note at what is outside says an approval of what was told that last."""
    note = diagram.events[at]
    if not isinstance(note, Note) or any(participants[x].role is not Role.EXTERNAL for x in note.lifelines):
        return False
    return noted_above(at, diagram, participants) is not None


def _of_loop(
    at: int,
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    runs: RunActivities,
) -> Iterator[Diagnostic]:
    """A loop until something is approved, in which nobody is asked by name."""
    depth = 0
    for inner in range(at + 1, len(effects)):
        event, effect = diagram.events[inner], effects[inner]
        if isinstance(event, FragmentStart):
            depth += 1
        elif isinstance(event, FragmentEnd):
            depth -= 1
        if depth < 0 or effect.act is EffectKind.APPROVAL:
            return
        is_to_person = effect.partner is not None and effect.partner.role is Role.PERSON
        is_step = effect.act is EffectKind.STEP and effect.ground is not Ground.MARK
        if isinstance(event, Message) and is_step and is_to_person:
            if runs.following(inner, participants[effect.lifeline].file) is not None:
                yield asks_nobody(event, "")
            return
