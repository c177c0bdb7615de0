"""What becomes of each statement: something in a workflow, a finding, or a ground that is listed.

The list is docs/language.md#what-becomes-nothing, and closed: whatever stands on none of its grounds has to
reach a workflow or to be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.diagnostic import leaves
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.compile import Compilation
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.reading.effects import Effect, Ground
from mermaid2gha.compiler.reading.reading import Reading
from mermaid2gha.mermaid.ast import Event, Message, Note, Placement

NOTHING = ("cosmetic", "commentary")
MARKED = "a mark says so"
OF_RIGHTS = "a note of rights, which jobs get"
AMONG_OTHERS = "what people, the repository and what is outside do among themselves"
ONCE_MORE = "what is drawn once more, statement for statement"
KNOWN = "a note that by its name is no work: its workflow's file, how long something takes"
OVER_SEVERAL = "a note beside a lifeline, or over several, none of which is a workflow"
DASHED = "a dashed message of a workflow, a job, a person or the repository"
ANSWER = "a dashed message of what is outside, to which something was said before"
GROUNDS = (MARKED, OF_RIGHTS, AMONG_OTHERS, ONCE_MORE, KNOWN, OVER_SEVERAL, DASHED, ANSWER)
_INNER = (Role.WORKFLOW, Role.JOB)


def unaccounted(compilation: Compilation) -> list[str]:
    """The statements that become nothing, are not told and stand on no ground of the list."""
    told = {label.span.line for one in leaves(compilation.diagnostics) for label in one.labels}
    kept, lost = set(), set()
    for row in compilation.trace:
        is_lost = row.job < 0 and not row.workflow and row.becomes in NOTHING
        (lost if is_lost else kept).add((row.span.file.name, row.span.start))
    found = []
    for reading in compilation.readings:
        for at, event in enumerate(reading.diagram.events):
            if not isinstance(event, Message | Note) or event.span is None or event.span.line in told:
                continue
            place = (event.span.file.name, event.span.start)
            is_accounted = bool(ground(reading, at, event)) or _is_told(reading, event, told)
            if place not in kept and not (place in lost and is_accounted):
                found.append(f"{event.span.line}: {event.span.text}")
    return found


def ground(reading: Reading, at: int, event: Message | Note) -> str:
    """The ground on which a statement becomes nothing; empty if there is none."""
    who, effect = {one.id: one for one in reading.participants}, reading.effects[at]
    ends = event.lifelines if isinstance(event, Note) else (event.sender, event.receiver)
    if effect.ground is Ground.MARK:
        return MARKED
    if effect.rights:
        return OF_RIGHTS
    if not any(who[end].role in _INNER for end in ends):
        return AMONG_OTHERS
    if _is_drawn_before(reading.diagram.events[:at], event):
        return ONCE_MORE
    if isinstance(event, Note):
        return _of_note(event, effect, [who[end].role for end in ends])
    return _of_message(reading.diagram.events[:at], event, who) if event.arrow.is_dotted else ""


def _is_told(reading: Reading, event: Message | Note, told: set[int]) -> bool:
    """Whether something is told of a lifeline of a statement."""
    ends = event.lifelines if isinstance(event, Note) else (event.sender, event.receiver)
    lines = [one.span.line for one in reading.participants if one.id in ends and one.span is not None]
    return not told.isdisjoint(lines)


def _is_drawn_before(before: Sequence[Event], event: Message | Note) -> bool:
    return any(
        replace(one, span=None) == replace(event, span=None) for one in before if type(one) is type(event)
    )


def _of_note(note: Note, effect: Effect, roles: Sequence[Role]) -> str:
    if note.placement is Placement.OVER and len(set(note.lifelines)) == 1:
        return KNOWN if effect.ground is Ground.NAME else ""
    return OVER_SEVERAL if Role.WORKFLOW not in roles else ""


def _of_message(before: Sequence[Event], message: Message, who: Mapping[str, Participant]) -> str:
    if message.sender == message.receiver:
        return ""
    if who[message.sender].role is not Role.EXTERNAL:
        return DASHED
    said = (one for one in before if isinstance(one, Message) and one.sender != one.receiver)
    return ANSWER if any(one.receiver == message.sender for one in said) else ""
