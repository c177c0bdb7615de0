"""The model of a Mermaid sequence diagram: what was written, nothing of what it means for CI.

Events are flat and in document order, as in Mermaid's own database; a fragment is a `FragmentStart`, its
operands after the first an `OperandStart` each, and a `FragmentEnd`, so that nesting of any depth needs no
recursion. Texts are as Mermaid reports them (trimmed, `wrap:` removed, entity codes in source spelling).
Places are in the host file.
"""

from __future__ import annotations

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import Block, Span


class Arrow(Enum):
    """The arrows, named as Mermaid's LINETYPE; the value is the spelling."""

    SOLID_OPEN = "->"
    DOTTED_OPEN = "-->"
    SOLID = "->>"
    DOTTED = "-->>"
    SOLID_CROSS = "-x"
    DOTTED_CROSS = "--x"
    SOLID_POINT = "-)"
    DOTTED_POINT = "--)"
    BIDIRECTIONAL_SOLID = "<<->>"
    BIDIRECTIONAL_DOTTED = "<<-->>"
    SOLID_TOP = "-|\\"
    SOLID_BOTTOM = "-|/"
    STICK_TOP = "-\\\\"
    STICK_BOTTOM = "-//"
    SOLID_TOP_DOTTED = "--|\\"
    SOLID_BOTTOM_DOTTED = "--|/"
    STICK_TOP_DOTTED = "--\\\\"
    STICK_BOTTOM_DOTTED = "--//"
    SOLID_ARROW_TOP_REVERSE = "/|-"
    SOLID_ARROW_BOTTOM_REVERSE = "\\|-"
    STICK_ARROW_TOP_REVERSE = "//-"
    STICK_ARROW_BOTTOM_REVERSE = "\\\\-"
    SOLID_ARROW_TOP_REVERSE_DOTTED = "/|--"
    SOLID_ARROW_BOTTOM_REVERSE_DOTTED = "\\|--"
    STICK_ARROW_TOP_REVERSE_DOTTED = "//--"
    STICK_ARROW_BOTTOM_REVERSE_DOTTED = "\\\\--"

    @property
    def is_dotted(self) -> bool:
        return "--" in self.value


class Placement(Enum):
    """Where a note stands; the values are Mermaid's PLACEMENT numbers."""

    LEFT_OF = 0
    RIGHT_OF = 1
    OVER = 2


class Operator(Enum):
    """The combined fragments; the value is the keyword."""

    LOOP = "loop"
    ALT = "alt"
    OPT = "opt"
    PAR = "par"
    PAR_OVER = "par_over"
    CRITICAL = "critical"
    BREAK = "break"
    RECT = "rect"


MARKS = frozenset(
    "id job head step write reply comment gate decide outputs push pull wait trigger dispatch call with when "
    "token skip stop approval if success failure always flag matrix retry once permissions role "
    "ignore".split()
)
"""The keys of comments that are meant for us (docs/language.md#reading)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A comment `%% NAME: VALUE` (or `%% NAME`); one with a key of `MARKS` above a statement belongs to it.

    `is_exact`: it has the form of a mark. Others are kept, for they may be meant as one.
    """

    name: str
    value: str
    span: Span = field(compare=False)
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Lifeline:
    """A participant: `kind` is `participant`, `actor`, or what `@{type: …}` says (unchecked, as in Mermaid).

    `box` is an index into the diagram's boxes. `span` is the declaration, or the first appearance.
    """

    id: str
    label: str
    kind: str = "participant"
    box: int | None = None
    is_declared: bool = False
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Box:
    """A box around lifelines; `lifelines` as Mermaid's `actorKeys`."""

    name: str | None
    color: str
    lifelines: tuple[str, ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Message:
    """`sender arrow receiver: text`; `activates` the receiver (`+`), `deactivates` the sender (`-`)."""

    sender: str
    receiver: str
    text: str
    arrow: Arrow
    activates: bool = False
    deactivates: bool = False
    central_start: bool = False
    central_end: bool = False
    marks: tuple[Mark, ...] = ()
    span: Span | None = field(default=None, compare=False)
    text_span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Note:
    """A note at one lifeline, or over two (equal ones count as one name given twice)."""

    placement: Placement
    lifelines: tuple[str, ...]
    text: str
    marks: tuple[Mark, ...] = ()
    span: Span | None = field(default=None, compare=False)
    text_span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Activation:
    """`activate X` (`starts`) or `deactivate X`."""

    lifeline: str
    starts: bool
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class FragmentStart:
    """The start of a fragment and of its first operand, whose guard is `text` (for `rect` the colour)."""

    operator: Operator
    text: str
    marks: tuple[Mark, ...] = ()
    span: Span | None = field(default=None, compare=False)
    text_span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class OperandStart:
    """`else`, `and` or `option`: the start of a further operand of the innermost open fragment."""

    operator: Operator
    text: str
    span: Span | None = field(default=None, compare=False)
    text_span: Span | None = field(default=None, compare=False)
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class FragmentEnd:
    """The `end` of the innermost open fragment."""

    operator: Operator
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Autonumber:
    """`autonumber [START [STEP]]` or `autonumber off`; numbers in source spelling."""

    start: str | None
    step: str | None
    visible: bool
    span: Span | None = field(default=None, compare=False)


class CosmeticKind(Enum):
    """The statements that leave no event: listed so that every statement can be accounted for."""

    PARTICIPANT = "participant"
    CREATE = "create"
    DESTROY = "destroy"
    BOX = "box"
    BOX_END = "end"
    TITLE = "title"
    ACC_TITLE = "accTitle"
    ACC_DESCR = "accDescr"
    LINK = "link"
    LINKS = "links"
    PROPERTIES = "properties"
    DETAILS = "details"


@dataclass(frozen=True, slots=True)
class Cosmetic:
    """A statement about the picture; `lifeline` is the one it is about, if it is about one."""

    kind: CosmeticKind
    text: str
    lifeline: str | None = None
    span: Span | None = field(default=None, compare=False)
    marks: tuple[Mark, ...] = ()


Event = Message | Note | Activation | FragmentStart | OperandStart | FragmentEnd | Autonumber | Cosmetic


@dataclass(frozen=True, slots=True)
class Diagram:
    """One sequence diagram. Lifelines in order of first appearance, events in document order.

    `title` is the `title` statement's, `front_title` the front matter's; `name` is what people call it:
    the front matter's title, else the title statement, else the heading above, else the file's stem.
    `comments` are those that are marks or could be meant as some, also where they belong to no statement.
    """

    name: str
    name_span: Span | None = field(compare=False)
    lifelines: tuple[Lifeline, ...]
    boxes: tuple[Box, ...]
    events: tuple[Event, ...]
    title: str
    acc_title: str
    acc_descr: str
    front_title: str
    block: Block = field(compare=False, repr=False)
    comments: tuple[Mark, ...] = ()
