"""What must be known of a diagram before it is walked: where fragments end and what they hold.

All of it comes from one pass over the events with a stack, so it is linear and needs no recursion.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

from mermaid2gha.base.records import FrozenMap, dataclass, field
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.reading.effects import (
    ACTIVITIES,
    STARTS,
    STEPS,
    Effect,
    EffectKind,
    Ground,
    gives,
    is_login,
)
from mermaid2gha.compiler.vocabulary import forms, labels
from mermaid2gha.compiler.vocabulary.clauses import WHEN, Clause, ClauseKind, says_again
from mermaid2gha.compiler.vocabulary.event_filters import says_tag
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.compiler.vocabulary.loops import is_wait as is_wait_text
from mermaid2gha.mermaid.ast import (
    Diagram,
    FragmentEnd,
    FragmentStart,
    Message,
    Note,
    OperandStart,
    Operator,
)

_TITLE = 5
_REFS = ("branches", "tags")
CHOOSING = (Operator.OPT, Operator.ALT, Operator.BREAK, Operator.CRITICAL)
"""What says itself when something happens, so that a text within may say it again."""


class Choices:
    """What the fragments that choose say around a statement, on a walk from one event to the next: of each
    the texts and marks up to the operand that the statement stands in."""

    def __init__(self) -> None:
        self._open: list[list[str]] = []
        self._is_marked: list[bool] = []

    def enter(self, event: object) -> None:
        if isinstance(event, FragmentStart):
            self._open.append([])
            self._is_marked.append(any(mark.span == event.span for mark in event.marks))
        elif isinstance(event, FragmentEnd):
            self._open.pop()
            self._is_marked.pop()
        if isinstance(event, (FragmentStart, OperandStart)) and event.operator in CHOOSING:
            self._open[-1] += [labels.plain(event.text), *(mark.value for mark in event.marks)]

    def __bool__(self) -> bool:
        return any(self._open)

    def say(self, clause: Clause) -> bool:
        """Whether one says what a clause does, or is there for a mark alone that says when all runs."""
        return any(self._is_marked) or says_again(clause, [text for texts in self._open for text in texts])


@dataclass(frozen=True, slots=True)
class Structure:
    """By index of an event.

    `end_of`, `bears` and `guards` of a fragment's start: its end, the lifelines that open jobs, call or are
    triggered in it, and the texts of all its operands. `rect_lead`: of a rect that begins with a note that
    note's lifeline. `waits`: starts of wait loops. `heads`: notes that head
    jobs or are commentary, because their run has messages to itself. `gates`: the last report of each
    stretch between triggers. `pulled`: artifacts that something pulls. `first_steps`: pulls and logins before
    a note. `inputs`: all that comes from outside there. `people`: fragments that hold a message of a person
    or a source. `working`: fragments that hold an activity and start no run.
    """

    end_of: FrozenMap[int, int]
    bears: FrozenMap[int, frozenset[str]]
    guards: FrozenMap[int, tuple[str, ...]]
    rect_lead: FrozenMap[int, str]
    waits: frozenset[int]
    comments: frozenset[int]
    heads: frozenset[int]
    gates: frozenset[int]
    pulled: frozenset[str]
    first_steps: frozenset[int]
    inputs: frozenset[int]
    people: frozenset[int]
    working: frozenset[int]


@dataclass(slots=True)
class _Findings:
    """What the passes over the events have found so far.

    `next_on`: for an event on a workflow's lifeline, the next event there in the same operand.
    """

    end_of: dict[int, int] = field(default_factory=dict)
    bears: dict[int, set[str]] = field(default_factory=dict)
    waits: set[int] = field(default_factory=set)
    rect_lead: dict[int, str] = field(default_factory=dict)
    next_on: dict[int, int] = field(default_factory=dict)
    comments: set[int] = field(default_factory=set)
    heads: set[int] = field(default_factory=set)
    gates: set[int] = field(default_factory=set)
    pulled: set[str] = field(default_factory=set)
    first_steps: set[int] = field(default_factory=set)
    inputs: set[int] = field(default_factory=set)
    guards: dict[int, list[str]] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)
    working: set[int] = field(default_factory=set)

    def structure(self) -> Structure:
        return Structure(
            end_of=FrozenMap(self.end_of),
            bears=FrozenMap({at: frozenset(lifelines) for at, lifelines in self.bears.items()}),
            guards=FrozenMap({at: tuple(texts) for at, texts in self.guards.items()}),
            rect_lead=FrozenMap(self.rect_lead),
            waits=frozenset(self.waits),
            comments=frozenset(self.comments),
            heads=frozenset(self.heads),
            gates=frozenset(self.gates),
            pulled=frozenset(self.pulled),
            first_steps=frozenset(self.first_steps),
            inputs=frozenset(self.inputs),
            people=frozenset(self.people),
            working=frozenset(self.working),
        )


_OPENING = (
    EffectKind.JOB,
    EffectKind.WORKFLOW_CALL,
    EffectKind.JOB_CALL,
    EffectKind.TRIGGER,
    EffectKind.RUN_AFTER,
    EffectKind.DISPATCH,
)


def is_wait(start: FragmentStart) -> bool:
    """Whether a fragment is a loop that waits for something, by its mark or its words."""
    if start.operator is not Operator.LOOP:
        return False
    marks = marks_of(start)
    if "wait" in marks or not marks.keys().isdisjoint(("once", "retry", "matrix")):
        return "wait" in marks
    return is_wait_text(start.text)


def structure(diagram: Diagram, deeds: tuple[Effect, ...], participants: dict[str, Participant]) -> Structure:
    """The structure of a diagram whose events do these deeds."""
    found = _Findings()
    _fragments(diagram, deeds, found)
    _people(diagram, deeds, participants, found)
    _lifelines(diagram, deeds, found)
    _bears(diagram, deeds, found)
    return found.structure()


def _fragments(diagram: Diagram, deeds: tuple[Effect, ...], found: _Findings) -> None:
    stack: list[int] = []
    for at, (event, deed) in enumerate(zip(diagram.events, deeds)):
        match event:
            case FragmentStart(text=text):
                found.bears[at] = set()
                found.guards[at] = [labels.plain(text)]
                if is_wait(event):
                    found.waits.add(at)
                stack.append(at)
            case OperandStart(text=text):
                found.guards[stack[-1]].append(labels.plain(text))
            case FragmentEnd():
                start = stack.pop()
                found.end_of[start] = at
                if start in found.waits and _is_of_people_alone(deeds[start:at]):
                    found.waits.discard(start)
            case Note() | Message():
                if deed.act is EffectKind.PULL:
                    found.pulled.add(labels.artifact(deed.text.name))
                if stack and isinstance(event, Note) and deed.act is EffectKind.JOB:
                    previous = diagram.events[at - 1]
                    if isinstance(previous, FragmentStart) and previous.operator is Operator.RECT:
                        found.rect_lead[at - 1] = deed.lifeline
            case _:
                pass


def _is_of_people_alone(deeds: tuple[Effect, ...]) -> bool:
    """Whether all that happens in a loop is that people are asked: `Wait for approval` asks them again."""
    kinds = {deed.act for deed in deeds}
    return EffectKind.APPROVAL in kinds and kinds.isdisjoint(ACTIVITIES)


def _bears(diagram: Diagram, deeds: tuple[Effect, ...], found: _Findings) -> None:
    """Which lifelines' stretches a fragment ends: those that open a job, call or are triggered in it."""
    stack: list[int] = []
    waits = 0
    for at, (event, deed) in enumerate(zip(diagram.events, deeds)):
        if isinstance(event, FragmentStart):
            stack.append(at)
            waits += at in found.waits
        elif isinstance(event, FragmentEnd):
            waits -= stack.pop() in found.waits
        elif at not in found.comments and (deed.act in STEPS if waits else _is_opening(deed)):
            _mark(found, stack, deed)


def _is_opening(deed: Effect) -> bool:
    """Whether a deed ends the stretch of messages around it; an approval by itself begins a job."""
    is_own_approval = deed.act is EffectKind.APPROVAL and deed.partner is None
    return deed.act in _OPENING or deed.is_head or is_own_approval


def _people(
    diagram: Diagram,
    deeds: tuple[Effect, ...],
    participants: dict[str, Participant],
    found: _Findings,
) -> None:
    """Which fragments hold what people or a source do, and no work but of runs that begin there."""
    stack: list[int] = []
    starting: set[int] = set()
    working: set[int] = set()
    for at, (event, deed) in enumerate(zip(diagram.events, deeds)):
        if stack and deed.act in STARTS:
            starting.add(stack[-1])
        elif stack and deed.act in ACTIVITIES:
            working.add(stack[-1])
        if isinstance(event, FragmentStart):
            stack.append(at)
        elif isinstance(event, FragmentEnd):
            start = stack.pop()
            if start in working and start not in starting:
                found.people.discard(start)
                found.working.add(start)
            for holding in (starting, working):
                if stack and start in holding:
                    holding.add(stack[-1])
        elif isinstance(event, Message) and _is_of_people(event, participants):
            for start in reversed(stack):
                if start in found.people:
                    break
                found.people.add(start)


def _is_of_people(message: Message, participants: dict[str, Participant]) -> bool:
    """Whether a message is of a person, or makes an event; a trigger alone may have a time around it."""
    sender, receiver = participants[message.sender].role, participants[message.receiver].role
    if sender is Role.SOURCE:
        return receiver is not Role.WORKFLOW
    return sender is Role.PERSON or (receiver is Role.SOURCE and sender is not Role.WORKFLOW)


def _mark(found: _Findings, stack: list[int], deed: Effect) -> None:
    """Note in every open fragment that it bears this lifeline's opening; those around a marked one are."""
    for start in reversed(stack):
        if deed.lifeline in found.bears[start]:
            break
        found.bears[start].add(deed.lifeline)


@dataclass(slots=True)
class _Stretch:
    """What stands on a workflow's lifeline from one trigger to the next.

    `gate` is its last report, `notes` are those that open jobs, and `first` is what is done first.
    `has_activities`: the run has messages to itself, so that its notes head jobs or are commentary.
    """

    gate: int | None = None
    notes: list[int] = field(default_factory=list)
    first: EffectKind | None = None
    has_activities: bool = False

    def take(self, at: int, effect: Effect, *, is_waiting: bool) -> None:
        """Go on by an effect; what happens in a wait loop is no activity of the run's own."""
        if effect.act in STEPS or effect.act in (EffectKind.JOB, EffectKind.ACTIVITY):
            self.first = self.first or effect.act
        if effect.act is EffectKind.GATE:
            self.gate = at
        elif effect.act is EffectKind.JOB:
            self.notes.append(at)
        elif effect.act is EffectKind.ACTIVITY and not is_waiting:
            self.has_activities = True


def _lifelines(diagram: Diagram, effects: tuple[Effect, ...], found: _Findings) -> None:
    """The sequences along each workflow's lifeline: what follows what, dialects, and last reports."""
    operand_of, is_waiting = _surroundings(diagram, found)
    last: dict[str, int] = {}
    open_on: dict[str, _Stretch] = {}
    over: list[_Stretch] = []
    for at, effect in enumerate(effects):
        lifeline = effect.lifeline
        if not lifeline or effect.act in (EffectKind.COMMENTARY, EffectKind.COSMETIC, EffectKind.TOOL):
            continue
        if effect.act in (EffectKind.TRIGGER, EffectKind.RUN_AFTER) and lifeline in open_on:
            over.append(open_on.pop(lifeline))
        if lifeline in last and operand_of[last[lifeline]] == operand_of[at]:
            found.next_on[last[lifeline]] = at
        last[lifeline] = at
        open_on.setdefault(lifeline, _Stretch()).take(at, effect, is_waiting=is_waiting[at])
    remarks: set[int] = set()
    for stretch in (*over, *open_on.values()):
        found.gates |= {stretch.gate} if stretch.gate is not None else set()
        if stretch.has_activities:
            found.heads |= set(stretch.notes)
            if stretch.first is not EffectKind.JOB:
                remarks |= {at for at in stretch.notes if not _is_title(effects[at].text)}
    for at in list(found.heads):
        is_sure = effects[at].text.has_prefix or effects[at].ground is Ground.MARK
        if not is_sure and (not _has_body(at, effects, found) or at in remarks):
            found.comments.add(at)
    found.first_steps = _first_steps(effects, found)
    found.inputs = _inputs(diagram, effects, found)


def _surroundings(diagram: Diagram, found: _Findings) -> tuple[list[int], list[bool]]:
    """For each event the operand in which it stands, as a number of its own, and whether in a wait loop."""
    operand_of: list[int] = []
    is_waiting: list[bool] = []
    operands = [0]
    starts: list[int] = []
    count = waits = 0
    for at, event in enumerate(diagram.events):
        if isinstance(event, FragmentStart) and event.operator is not Operator.RECT:
            count += 1
            operands.append(count)
            starts.append(at)
            waits += at in found.waits
        elif isinstance(event, OperandStart):
            count += 1
            operands[-1] = count
        elif isinstance(event, FragmentEnd) and event.operator is not Operator.RECT:
            operands.pop()
            waits -= starts.pop() in found.waits
        operand_of.append(operands[-1])
        is_waiting.append(waits > 0)
    return operand_of, is_waiting


def _is_title(text: LabelText) -> bool:
    """Whether a note's text is short enough to head a job; what is longer explains the step beside it."""
    return not text.details and len(text.name.split()) <= _TITLE


def _has_body(at: int, deeds: tuple[Effect, ...], found: _Findings) -> bool:
    following = found.next_on.get(at)
    while following is not None and deeds[following].act is EffectKind.APPROVAL and deeds[following].partner:
        following = found.next_on.get(following)
    if following is None:
        return False
    deed = deeds[following]
    return deed.act in STEPS or deed.act in (EffectKind.ACTIVITY, EffectKind.APPROVAL)


def _first_steps(deeds: tuple[Effect, ...], found: _Findings) -> set[int]:
    """The pulls that stand directly before a note that opens a job (only such in between), and the logins
    before the first one of a run, which nothing else could need."""
    logins: set[int] = set()
    noted: set[str] = set()
    for at, effect in enumerate(deeds):
        if effect.act in STARTS:
            noted.discard(effect.lifeline)
        elif effect.act is EffectKind.JOB and at not in found.comments:
            noted.add(effect.lifeline)
        elif is_login(effect) and effect.lifeline not in noted:
            logins.add(at)
    first: set[int] = set()
    for at in range(len(deeds) - 1, -1, -1):
        following = found.next_on.get(at)
        if following is None or not (deeds[at].act is EffectKind.PULL or at in logins):
            continue
        opens = _opens_steps(deeds[following]) and following not in found.comments
        if opens or following in first:
            first.add(at)
    return first


def _inputs(diagram: Diagram, deeds: tuple[Effect, ...], found: _Findings) -> set[int]:
    """What a workflow is given directly before a note that opens a job: steps from outside, and no others."""
    given: set[int] = set()
    for at in range(len(deeds) - 1, -1, -1):
        event, following = diagram.events[at], found.next_on.get(at)
        if (
            deeds[at].act not in (EffectKind.PULL, EffectKind.STEP)
            or following is None
            or not isinstance(event, Message)
        ):
            continue
        opens = _opens_steps(deeds[following]) and following not in found.comments
        if event.receiver == deeds[at].lifeline and (opens or following in given):
            given.add(at)
    return given


def wait_target(text: str) -> LabelText:
    """The thing that a wait loop waits for, by its words: `Wait for CI images` gives `CI images`."""
    return labels.parsed(forms.waited_for(labels.plain(text)))


def _opens_steps(effect: Effect) -> bool:
    """Whether an effect opens a job that has steps: one that is a call has none."""
    return effect.act is EffectKind.JOB and not effect.call


class RunActivities:
    """Which activities stand before and after each statement in the runs of each workflow."""

    def __init__(
        self, diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
    ) -> None:
        self.diagram = diagram
        self.effects = effects
        self.of_file: dict[str, list[int]] = {}
        self.approvals = [at for at, effect in enumerate(effects) if effect.act is EffectKind.APPROVAL]
        for at, effect in enumerate(effects):
            if effect.lifeline and (effect.act in ACTIVITIES or effect.act in STARTS):
                self.of_file.setdefault(participants[effect.lifeline].file, []).append(at)
        gaps = sorted(self.gaps())
        self.starts = [start for start, _, _ in gaps]
        self.latest = list(accumulate(((end, file) for _, end, file in gaps), max))

    def following(self, at: int, file: str) -> int | None:
        """The next activity of a workflow in the run that a statement stands in; those in other operands
        beside it do not follow it."""
        places = self.of_file.get(file, ())
        for place in places[bisect_right(places, at) :]:
            if self.effects[place].act in STARTS:
                return None
            if not _is_beside(self.diagram, at, place):
                return place
        return None

    def gives_next(self, at: int, file: str) -> bool:
        """Whether what follows in a run gives something away, up to the second job that is a note."""
        is_first = True
        while (next_at := self.following(at, file)) is not None:
            effect, at = self.effects[next_at], next_at
            if effect.act is EffectKind.JOB and not is_first:
                return False
            is_first = False
            if gives(effect) or (effect.may_give and effect.partner is not None):
                return True
        return False

    def says_when(self, said: Clause, choices: Choices, at: int, file: str) -> bool:
        """Whether a clause in a run of a workflow says when something happens, and nothing around it does."""
        is_when = said.kind in (*WHEN, ClauseKind.MERGED, ClauseKind.REF)
        return is_when and not choices.say(said) and self.leaves_open(said, at, file)

    def leaves_open(self, said: Clause, at: int, file: str) -> bool:
        """Whether a run of a workflow may be one that a clause excludes, by what starts it: if that speaks of
        a merge, one of a request that nobody has merged, if of people who start it, one that starts without
        them, if of a branch or a tag, one of another."""
        events = self.events(at, file)
        if said.kind is ClauseKind.MERGED:
            return any(one.kind.is_repeated and "closed" not in one.types for one in events)
        if said.kind is ClauseKind.MANUAL:
            return not any(one.kind.is_dispatch for one in events)
        if said.kind is not ClauseKind.REF:
            return True
        kind = "tags" if says_tag(said.text) else "branches"
        of_refs = [one for one in events if "branches" in one.kind.filters]
        given = {key: [v for one in of_refs for v in dict(one.filters).get(key, ())] for key in _REFS}
        is_open = not all(one.has_refs for one in of_refs) or not events
        is_open |= kind == "branches" and any(one.kind.is_dispatch for one in events)
        is_other = any(values for key, values in given.items() if key != kind)
        is_several = kind == "branches" and (
            len(given[kind]) > 1 or any("*" in value for value in given[kind])
        )
        return is_open or (bool(given[kind]) and (is_other or is_several))

    def is_of_request(self, at: int, file: str) -> bool:
        """Whether a run is of pull requests alone, so that its branch is the one into which they go."""
        events = self.events(at, file)
        return bool(events) and all(one.kind.branch[0] == "github.base_ref" for one in events)

    def events(self, at: int, file: str) -> tuple[EventText, ...]:
        """The events by which the run of a workflow starts that is under way at a place."""
        places = self.of_file.get(file, ())
        before = reversed(places[: bisect_left(places, at)])
        start = next((self.effects[one] for one in before if self.effects[one].act in STARTS), None)
        return start.events if start is not None else ()

    def is_under_way(self, at: int, file: str) -> bool:
        """Whether the run in which an activity stands has done something before it."""
        places = self.of_file.get(file, ())
        place = bisect_left(places, at)
        return place > 0 and self.effects[places[place - 1]].act in ACTIVITIES

    def split_at(self, at: int) -> str:
        """The file of a workflow in the middle of whose run a statement stands; of several, the one that goes
        on the latest. Empty if there is none."""
        before = bisect_left(self.starts, at)
        end, file = self.latest[before - 1] if before else (0, "")
        return file if end > at else ""

    def gaps(self) -> Iterator[tuple[int, int, str]]:
        """From which activity to which one of its run a workflow goes on, with no approval between."""
        for file, places in self.of_file.items():
            for place, after in pairwise(places):
                is_run = self.effects[place].act in ACTIVITIES and self.effects[after].act not in STARTS
                if is_run and bisect_left(self.approvals, place) == bisect_left(self.approvals, after):
                    yield place, after, file


def _is_beside(diagram: Diagram, at: int, later: int) -> bool:
    """Whether a later event stands in another operand of a fragment around one."""
    depth, is_beside = 0, False
    for event in diagram.events[at + 1 : later]:
        if isinstance(event, FragmentStart):
            depth += 1
        elif isinstance(event, FragmentEnd):
            is_beside = is_beside and depth > 0
            depth = max(depth - 1, 0)
        elif isinstance(event, OperandStart) and not depth:
            is_beside = True
    return is_beside


def is_about_people(event: Message | Note, participants: Mapping[str, Participant]) -> bool:
    """Whether a statement is about people, and no workflow or job takes part in it."""
    ends = event.lifelines if isinstance(event, Note) else (event.sender, event.receiver)
    roles = {participants[end].role for end in ends}
    asks = Role.PERSON in roles or any(participants[end].is_environment for end in ends)
    return asks and roles.isdisjoint((Role.WORKFLOW, Role.JOB))


def is_among_others(event: Message | Note, participants: Mapping[str, Participant]) -> bool:
    """Whether something outside, which may be somebody, says something to another such, or asks it."""
    if not isinstance(event, Message) or event.sender == event.receiver:
        return False
    ends = [participants[end] for end in (event.sender, event.receiver)]
    return all(end.role is Role.EXTERNAL and not (end.is_store or end.is_registry) for end in ends)


def is_among_people(event: Message | Note, participants: Mapping[str, Participant]) -> bool:
    """Whether a person speaks or does something, and but people and the repository nobody takes part."""
    ends = event.lifelines if isinstance(event, Note) else (event.sender, event.receiver)
    first = participants[ends[0]]
    if first.is_environment and len(set(ends)) == 1:
        return True  # what is noted of who is asked
    others = {participants[end].role for end in ends}
    return first.role is Role.PERSON and others <= {Role.PERSON, Role.SOURCE}
