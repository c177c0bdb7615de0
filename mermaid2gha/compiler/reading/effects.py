"""What each event of a diagram does: one effect for every statement, with the ground that speaks for it.

Where only words speak for what decides when something runs, the least reading is taken and a warning says so
(docs/language.md#reading). After this no code looks at a text to learn what a statement does.
"""

from __future__ import annotations

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.flow_graph import Participant
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.github.expressions.condition import Condition
from mermaid2gha.mermaid.ast import Message, Note


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


def gives(effect: Effect) -> bool:
    """Whether it gives something away: a push, a write, or by a word that says so."""
    is_given = effect.act in (EffectKind.PUSH, EffectKind.WRITE)
    return is_given or labels.has_word(effect.text.name, labels.NEVER_MOVING)


NOTHING = Effect(EffectKind.COSMETIC)


def statement(event: Note | Message) -> str:
    """A note or message as a line of the trace."""
    text = " ".join(labels.lines(event.text))
    if isinstance(event, Note):
        return f"Note over {', '.join(dict.fromkeys(event.lifelines))}: {text}"
    return f"{event.sender} {event.arrow.value} {event.receiver}: {text}"
