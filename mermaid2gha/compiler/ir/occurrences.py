"""Where things happen on the lifelines of one diagram: all that its order is derived from
(docs/language.md#order).

Who wants the order derives it by these rules. No edge of it is kept here.

**One lifeline.** Its occurrences and the fragments that hold any of them stand in drawing order. Walk them
with *the place*: the occurrences that what comes next is ordered after, none at the top.

- `JOB`, `MOVED_PUSH`, `RECEIVE`: it is after the place, and is the place from then on.
- `SEND`: it is after the place, and leaves it as it is.
- `START`: the lifeline begins anew. The place is what its pairs bring and nothing else; what stands above is
  not before what stands below.
- A fragment: each operand is walked from the place before the fragment (so the operands of a `par` and of an
  `alt` are unordered among themselves), but for an option of a `critical`, which is walked from the end of
  the operand before it. An operand that moves the place is one that *touches* the lifeline. After the
  fragment the place is the union of the ends of the operands that touch it and go on; where there are none
  it is what it was before the fragment. An operand that stops is added to the end of the operand *around*
  the fragment: what follows that outer fragment is after it, but not what follows the stop itself; around
  the diagram's own operand there is nothing. Nothing is after the end of an operand that is aside.
- What stands in the complement of an operand (`Operand.is_complement`) is walked as if it stood in the
  operand around: a complement says when it happens, not where.

**Pairs.** `before` is before `after`; after whatever else stands above each. A pair whose `before` is a
`SEND` has no more to say than that what is above the sending is before what follows the receipt.

**Jobs.** A job happens at its occurrence, with all of its steps, also those drawn further down. Job a is
before job b if b's occurrence is after a's, however far, over all lifelines of the diagram. Several jobs may
have one occurrence, by `ids` in the settings: they are unordered among themselves, and to all else ordered
alike.
"""

from __future__ import annotations

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass


class OccurrenceKind(Enum):
    """What happens at an occurrence.

    `JOB`: one job or more, whose `occurrence` it is. `MOVED_PUSH`: a push is drawn here that belongs to an
    earlier job, which made what is pushed. `SEND` and `RECEIVE`: a message leaves or arrives that begins
    nothing, such as one between workflows, or the reply of a job's lifeline. `START`: a run of the
    lifeline's workflow begins, or the lifeline's job is called.
    """

    JOB = "job"
    MOVED_PUSH = "moved push"
    SEND = "send"
    RECEIVE = "receive"
    START = "start"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What happens at one place of a lifeline, in an operand by its number.

    Its number is its place in `FlowGraph.occurrences`.
    """

    kind: OccurrenceKind
    lifeline: str
    operand: int


class PairKind(Enum):
    """Why one occurrence is before another.

    `MESSAGE`: what is sent is sent before it is received; the sender is a `SEND`, or the `JOB` that calls,
    starts, or replies; the receiver a `RECEIVE` or a `START`. `ARTIFACT`: a push and a pull that takes it,
    or a wait that ends with it; the push may stand further down. `ORIGIN`: the job that made an artifact,
    and where its push is drawn.
    """

    MESSAGE = "message"
    ARTIFACT = "artifact"
    ORIGIN = "origin"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two occurrences, by number, of which one is before the other, wherever they stand."""

    kind: PairKind
    before: int
    after: int


class OperandEnd(Enum):
    """How an operand ends on each lifeline that it touches.

    `GOES_ON`: what follows the fragment is after it. `STOPS`: the rest of what is around the fragment does
    not happen, after a `break` or a guard like `stop`. `ASIDE`: it handles a failure, and nothing waits for
    it.
    """

    GOES_ON = "goes on"
    STOPS = "stops"
    ASIDE = "aside"
