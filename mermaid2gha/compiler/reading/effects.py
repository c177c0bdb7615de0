"""What each event of a diagram does: one effect for every statement, with the ground that speaks for it.

Where only words speak for what decides when something runs, the least reading is taken and a warning says so
(docs/language.md#reading). After this no code looks at a text to learn what a statement does.
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.vocabulary import labels, origins
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.github.expressions.condition import Condition
from mermaid2gha.mermaid.ast import Diagram, FragmentEnd, FragmentStart, Message, Note, OperandStart


class Ground(Enum):
    """Why a statement is read as it is, the strongest first (docs/language.md#reading)."""

    MARK = "mark"
    SETTINGS = "settings"
    STRUCTURE = "structure"
    NAME = "name"
    WORDS = "words"


class EffectKind(Enum):
    """What an event does."""

    TRIGGER = "trigger"
    WORKFLOW_CALL = "workflow call"
    RUN_AFTER = "run after"
    DISPATCH = "dispatch"
    JOB_CALL = "job call"
    JOB_REPLY = "job reply"
    JOB = "job"
    ACTIVITY = "activity"
    STEP = "step"
    PUSH = "push"
    PULL = "pull"
    WRITE = "write"
    GATE = "gate"
    APPROVAL = "approval"
    TOKEN = "token"
    SKIP = "skip"
    COMMENTARY = "commentary"
    TOOL = "tool"
    UNCLEAR = "unclear"
    COSMETIC = "cosmetic"


STEPS = frozenset((EffectKind.STEP, EffectKind.PUSH, EffectKind.PULL, EffectKind.WRITE))
ACTIVITIES = STEPS | {
    EffectKind.ACTIVITY,
    EffectKind.JOB,
    EffectKind.JOB_CALL,
    EffectKind.WORKFLOW_CALL,
    EffectKind.DISPATCH,
}
"""What a run does itself."""

STARTS = frozenset((EffectKind.TRIGGER, EffectKind.RUN_AFTER))


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event does on `lifeline` (the workflow's or job's); the other end is `partner`.

    `ground` is what speaks for it. `rights` are those that it needs, with their levels; `environment` is that
    of an approval; `decides`: it decides flags of its job; `outputs` and `arguments` are what it declares;
    `may_write` and `when` are what they say of a run; `own` is what a tool does in the step that calls it,
    or what a job does as it replies.
    `call` is the workflow that a job calls which no lifeline is of. `is_apart`: a trigger that opens a run of
    its own, though nothing is drawn of the one before.
    `is_alone`: an approval that is a job by itself, whose outcome decides what follows.
    `is_head`: a step by whose heading, `Job 2: Deploy`, a job begins.
    `is_of_tool`: a step by which a tool tells the workflow that called it what it does.
    `may_give`: a step that may give something away, since no known verb of reading is at its head.
    """

    act: EffectKind
    lifeline: str = ""
    partner: Participant | None = None
    text: LabelText = LabelText("")
    events: tuple[EventText, ...] = ()
    after: str = ""
    ground: Ground = Ground.STRUCTURE
    rights: tuple[tuple[str, str], ...] = ()
    environment: str = ""
    decides: bool = False
    outputs: tuple[str, ...] = ()
    arguments: tuple[tuple[str, str], ...] = ()
    may_write: bool | None = None
    when: Condition | None = None
    own: EffectKind = EffectKind.STEP
    may_give: bool = False
    fixed_id: str = ""
    skipped_in: str = ""
    call: str = ""
    is_apart: bool = False
    is_alone: bool = False
    is_head: bool = False
    is_of_tool: bool = False


def starts_by_hand(effect: Effect) -> bool:
    """Whether it starts a run by hand, to which values can be given."""
    is_start = effect.act in (EffectKind.TRIGGER, EffectKind.DISPATCH)
    return is_start and any(one.kind.is_by_hand for one in effect.events)


def is_said_to_job(effect: Effect) -> bool:
    """Whether it is what its workflow says to a job's lifeline, which the job then does."""
    is_under_way = effect.act is EffectKind.STEP and effect.partner is not None
    return effect.act is EffectKind.JOB_CALL or (
        is_under_way and effect.partner is not None and effect.partner.role is Role.WORKFLOW
    )


def gives(effect: Effect) -> bool:
    """Whether it gives something away: a push, a write, or by a word that says so."""
    is_given = effect.act in (EffectKind.PUSH, EffectKind.WRITE)
    return is_given or labels.has_word(effect.text.name, labels.NEVER_MOVING)


def is_login(effect: Effect) -> bool:
    """Whether a step proves who it is, and does nothing else: the steps of its job can do more then."""
    is_step = effect.act in (EffectKind.STEP, EffectKind.ACTIVITY) and ("id-token", "write") in effect.rights
    return is_step and origins.is_login(effect.text.name) and not gives(effect)


NOTHING = Effect(EffectKind.COSMETIC)


def statement(event: Note | Message) -> str:
    """A note or message as a line of the trace."""
    text = " ".join(labels.lines(event.text))
    if isinstance(event, Note):
        return f"Note over {', '.join(dict.fromkeys(event.lifelines))}: {text}"
    return f"{event.sender} {event.arrow.value} {event.receiver}: {text}"


# -- what a called workflow does, drawn once more --------------------------------------------------

_CALLS = frozenset((EffectKind.WORKFLOW_CALL, EffectKind.DISPATCH))
_BODY = ACTIVITIES - _CALLS - {EffectKind.JOB_CALL} | {EffectKind.TOOL, EffectKind.COMMENTARY}


def without_repeats(diagram: Diagram, effects: Sequence[Effect]) -> list[Effect]:
    """The effects, with nothing in place of what a call repeats word for word of an earlier call.

    Two calls of one file give it different inputs (`environment: staging`, then `environment: production`),
    and people draw what it does below each: it is the same workflow, and draws once.
    """
    result = list(effects)
    drawn: dict[str, set[tuple[object, ...]]] = {}
    for at, effect in enumerate(effects):
        if effect.act is not EffectKind.WORKFLOW_CALL or effect.partner is None:
            continue
        body = _body(at, diagram, effects)
        said = tuple(_said(diagram.events[one]) for one in body)
        known = drawn.setdefault(effect.partner.file, set())
        if said and said in known:
            for one in body:
                result[one] = NOTHING
        known.add(said)
    return result


def _body(call: int, diagram: Diagram, effects: Sequence[Effect]) -> list[int]:
    """Where what a called workflow does stands, up to its answer or to what its caller does next; nothing
    where it starts or calls others."""
    called, caller = effects[call].partner, effects[call].lifeline
    assert called is not None
    found: list[int] = []
    frame: list[int] = []
    for at in range(call + 1, len(effects)):
        event, effect = diagram.events[at], effects[at]
        is_answer = isinstance(event, Message) and event.sender == called.id and event.receiver == caller
        is_next = effect.lifeline == caller and effect.act in ACTIVITIES | STARTS
        if is_answer or is_next or (effect.lifeline == called.id and effect.act in STARTS):
            break
        is_own = effect.lifeline == called.id
        if isinstance(event, _FRAME):
            frame.append(at)
        elif effect.act in _BODY and (is_own or effect.act is EffectKind.TOOL):
            found += [*frame, at]
            frame.clear()
        elif is_own and effect.act is not EffectKind.COSMETIC:
            return []
    return found


_FRAME = (FragmentStart, OperandStart, FragmentEnd)


def _said(event: object) -> tuple[object, ...]:
    """A statement as it is written, wherever it stands."""
    match event:
        case Message():
            return (
                event.sender,
                event.receiver,
                event.arrow,
                event.text,
                tuple(map(str, marks_of(event).values())),
            )
        case Note():
            return event.lifelines, event.placement, event.text, tuple(map(str, marks_of(event).values()))
        case FragmentStart() | OperandStart():
            return type(event).__name__, event.operator, event.text
        case _:
            return (type(event).__name__,)
