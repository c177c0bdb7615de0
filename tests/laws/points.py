"""A drawing read once, from top to bottom: its runs, and what stands where on which lifeline.

Nothing here uses the compiler. A message between two lifelines is two points, its sending and its receipt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from laws.tree import (
    Approval,
    Aside,
    Call,
    Dispatch,
    Flow,
    Fragment,
    Job,
    Leaf,
    Link,
    Node,
    Push,
    Remark,
    Reply,
    Report,
    Skip,
    Start,
    Step,
    Trigger,
    Wait,
)

Key = tuple[str, str]
"""A job of a flow: its run and its name."""


@dataclass(frozen=True)
class Place:
    """One operand around a point: which fragment, which operand of it."""

    fragment: int
    operand: int
    node: Fragment


@dataclass(frozen=True)
class Event:
    """A point of a drawing, in the order of the text; `leaf` counts what is written.

    `lifelines` are those on which it stands, each in its run. `job` is the job that it is or belongs to;
    `opens` says that it begins that job, `step` is the text of the message or note if it is a mere step.
    `outside` is how many of the places are around the whole run, and say nothing of its jobs.
    """

    number: int
    leaf: int
    node: Leaf
    places: tuple[Place, ...]
    run: str
    lifelines: frozenset[str]
    job: Key | None = None
    opens: bool = False
    step: str = ""
    outside: int = 0

    @property
    def within(self) -> tuple[Place, ...]:
        """The operands around it within its run."""
        return self.places[self.outside :]


@dataclass(frozen=True)
class Began:
    """A run: its workflow's file, the events that begin it, and the operands around its first trigger.

    Each event has beside it the run that calls this one, or nothing.
    """

    name: str
    file: str
    places: tuple[Place, ...]
    events: list[tuple[str, str]]


@dataclass
class Points:
    """What a flow draws. `links` are pairs of events, the sending and the receipt of a message.

    `gates` has the number of events before the last report of a run; `approved` the environment of a job;
    `takers` the events of the jobs that come next after an approval, each with its lifeline and
    the operands around the approval.
    """

    events: list[Event] = field(default_factory=list)
    links: list[tuple[int, int]] = field(default_factory=list)
    runs: dict[str, Began] = field(default_factory=dict)
    gates: dict[str, int] = field(default_factory=dict)
    approved: dict[Key, str] = field(default_factory=dict)
    takers: list[tuple[int, str, tuple[Place, ...]]] = field(default_factory=list)


def points(flow: Flow) -> Points:
    """All that a flow draws, with the operands around each."""
    reader = _Reader(flow)
    reader.walk(flow.body, ())
    for workflow in flow.gates:
        reader.found.gates[reader.run(workflow)] = len(reader.found.events)
    return reader.found


class _Reader:
    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.found = Points()
        self.now: dict[str, str] = {}
        self.open: dict[str, tuple[Key, tuple[Place, ...]]] = {}
        self.called: dict[str, Key] = {}
        self.heads = {
            leaf.lifeline for leaf in leaves((flow.body,)) if isinstance(leaf, Step) and not leaf.to
        }
        self.waiting: dict[str, str] = {}
        self.starters: set[str] = set()  # runs that have started another workflow
        self.places: dict[str, tuple[Place, ...]] = {}
        self.fragments = 0
        self.leaf = 0

    def run(self, lifeline: str) -> str:
        return self.now[self.flow.file(lifeline)]

    def walk(self, nodes: tuple[Node, ...], places: tuple[Place, ...]) -> None:
        for node in nodes:
            if isinstance(node, Fragment) and node.operator == "rect":
                self.rect(node, places)
            elif isinstance(node, Fragment):
                places = self.fragment(node, places)
            elif not isinstance(node, Remark):
                self.read(node, places)
                self.leaf += 1

    # -- fragments, and which job a message is a step of ------------------------------------------

    def rect(self, node: Fragment, places: tuple[Place, ...]) -> None:
        """A rectangle is but a colour behind what it holds; if a note heads it, that job ends with it."""
        self.walk(node.operands[0], places)
        first = next(iter(node.operands[0]), None)
        if isinstance(first, Job) and not first.before:
            self.open.pop(first.workflow, None)

    def fragment(self, node: Fragment, places: tuple[Place, ...]) -> tuple[Place, ...]:
        """What stands around the nodes after a fragment: after a `break` they happen instead of it."""
        number = self.fragments
        self.fragments += 1
        touched = lifelines(node.operands)
        apart = touched if divides(node) else {x for x in touched if any(bears(node.operands, x))}
        before = {x: self.open.pop(x, None) if x in apart else self.open.get(x) for x in touched}
        start = len(self.found.events)
        ends = []
        for at, operand in enumerate(node.operands):
            self.walk(operand, (*places, Place(number, at, node)))
            ends.append({x: self.open.get(x) for x in lifelines((operand,))})
            self.set_open({x: None if x in apart else before[x] for x in touched})
        jobs = {x for e in self.found.events[start:] if e.opens for x in e.lifelines}
        for lifeline in touched:  # a message that is a job by itself ends the stretch around it
            if self.flow.file(lifeline) in self.now and f"{lifeline} in {self.run(lifeline)}" in jobs:
                self.open.pop(lifeline, None)
        for lifeline in touched if node.operator == "par" else ():
            mine = [end[lifeline] for end in ends if lifeline in end]
            if len(mine) == 1:  # directly before is the last job of the one operand that touches it
                self.set_open({lifeline: mine[0]})
        return (*places, Place(number, 1, node)) if node.operator == "break" else places

    def set_open(self, found: dict[str, tuple[Key, tuple[Place, ...]] | None]) -> None:
        for lifeline, job in found.items():
            if job is None:
                self.open.pop(lifeline, None)
            else:
                self.open[lifeline] = job

    def joined(self, lifeline: str, places: tuple[Place, ...]) -> Key | None:
        """The job whose step a message is here; not one that may be left out when the message is not."""
        if lifeline not in self.open:
            return None
        job, around = self.open[lifeline]
        sure = tuple(place for place in around if place.node.operator != "par")
        return job if sure == tuple(p for p in places if p.node.operator != "par")[: len(sure)] else None

    # -- leaves ------------------------------------------------------------------------------------

    def put(
        self, node: Leaf, places: tuple[Place, ...], lifelines: set[str], run: str, **more: object
    ) -> Event:
        around = self.found.runs[run].places if run in self.found.runs else ()
        outside = len(around) if places[: len(around)] == around else 0
        on = frozenset(f"{lifeline} in {run}" for lifeline in lifelines)
        number = len(self.found.events)
        event = Event(number, self.leaf, node, places, run, on, outside=outside, **more)  # type: ignore[arg-type]
        self.found.events.append(event)
        return event

    def job(self, node: Leaf, places: tuple[Place, ...], lifeline: str, name: str) -> Key:
        run = self.run(lifeline)
        key = (run, name)
        self.put(node, places, {lifeline}, run, job=key, opens=True)
        if not isinstance(node, Wait) and run in self.waiting:
            self.found.approved[key] = self.waiting.pop(run)
            self.found.takers.append((len(self.found.events) - 1, f"{lifeline} in {run}", self.places[run]))
        self.open[lifeline] = (key, places)
        return key

    def begin(
        self, node: Leaf, places: tuple[Place, ...], lifeline: str, event: str, caller: str = ""
    ) -> Event:
        file = self.flow.file(lifeline)
        earlier = sum(began.file == file for began in self.found.runs.values())
        run = f"{file} {earlier + 1}"
        if self.is_idle(file):  # triggers with nothing in between begin one run
            run = self.now[file]
            self.found.runs[run].events.append((event, caller))
        else:
            self.found.runs[run] = Began(run, file, places, [(event, caller)])
        self.now[file] = run
        self.open.pop(lifeline, None)
        on = {lifeline, *(x for x, its in self.flow.files if its == file)}
        return self.put(node, places, on, run)

    def is_idle(self, file: str) -> bool:
        run = self.now.get(file)
        has_done = {e.run for e in self.found.events if e.job is not None} | self.found.gates.keys()
        return run is not None and run not in has_done | self.starters

    def read(self, node: Leaf, places: tuple[Place, ...]) -> None:
        match node:
            case Job(workflow, name):
                key = self.job(node, places, workflow, name)
                if "approve" in name.lower():
                    self.found.approved[key] = "approval"
            case Wait(workflow):
                self.job(node, places, workflow, node.name)
                self.open.pop(workflow)
            case Push(workflow):
                self.put(node, places, {workflow}, self.run(workflow))
            case Step(lifeline, text):
                self.step(node, places, lifeline, text)
            case Aside():
                pass
            case Trigger("", workflow, event):
                self.begin(node, places, workflow, event)
            case Trigger(sender, workflow, event):
                sent = self.put(node, places, {sender}, self.run(sender))
                self.starters.add(self.run(sender))
                self.found.links.append((sent.number, self.begin(node, places, workflow, event).number))
            case Start(workflow, lifeline, name):
                sent = self.put(node, places, {workflow}, self.run(workflow))
                self.open.pop(workflow, None)
                self.called[lifeline] = self.job(node, places, lifeline, name)
                self.found.links.append((sent.number, len(self.found.events) - 1))
            case Reply(lifeline, workflow):
                self.link(node, places, lifeline, workflow)
                self.open.pop(workflow, None)
            case Link(sender, receiver):
                self.link(node, places, sender, receiver)
            case Call(sender, receiver):
                self.job(node, places, sender, node.name)
                made = self.found.events[-1]
                self.open.pop(sender)
                began = self.begin(node, places, receiver, "workflow_call", made.run)
                self.found.links.append((made.number, began.number))
            case Dispatch(sender, receiver):
                self.step(node, places, sender, "Trigger 'workflow_dispatch'")
                sent = self.found.events[-1]
                self.open.pop(sender, None)
                began = self.begin(node, places, receiver, "workflow_dispatch")
                self.found.links.append((sent.number, began.number))
            case Approval(workflow, _, environment, name) if name:
                self.own_approval(node, places, workflow, name, environment)
            case Approval(workflow, _, environment) if head := self.bare_head(workflow, places):
                self.found.approved[head] = environment
            case Approval(workflow, _, environment) if self.is_asking(workflow, places):
                pass  # the answer that the job above waits for
            case Approval(workflow, _, environment):
                self.waiting[self.run(workflow)] = environment
                self.places[self.run(workflow)] = places
                self.open.pop(workflow, None)
            case Report(workflow):
                self.found.gates[self.run(workflow)] = len(self.found.events)
            case Skip():
                pass

    def step(self, node: Step | Dispatch, places: tuple[Place, ...], lifeline: str, text: str) -> None:
        job = self.called.get(lifeline) or self.joined(lifeline, places)
        if job is None:
            self.job(node, places, lifeline, text)
        else:
            self.put(node, places, {lifeline}, self.run(lifeline), job=job, step=text)

    def own_approval(
        self, node: Leaf, places: tuple[Place, ...], workflow: str, name: str, environment: str
    ) -> None:
        """A message about an approval to itself is a job, or the first thing of the note that heads it."""
        head = self.joined(workflow, places) if workflow in self.heads else None
        if (
            head is None
            or sum(e.job == head for e in self.found.events) > 1
            or not is_noted(self.found, head)
        ):
            head = self.job(node, places, workflow, name)
        else:
            self.put(node, places, {workflow}, self.run(workflow), job=head, step=name)
        self.found.approved[head] = environment

    def is_asking(self, workflow: str, places: tuple[Place, ...]) -> bool:
        """Whether the job directly above is one that asks for an approval by its own name."""
        key, around = self.open.get(workflow, (None, ()))
        return key in self.found.approved and around == places and "approve" in str(key).lower()

    def bare_head(self, workflow: str, places: tuple[Place, ...]) -> Key | None:
        """The job of the note directly above, if the note is sure to head one and nothing stands below it."""
        job = self.joined(workflow, places)
        begun = [event.node for event in self.found.events if job is not None and event.job == job]
        match begun:
            case [Job(prefix=prefix, messages=())] if prefix:
                return job
            case _:
                return None

    def link(self, node: Leaf, places: tuple[Place, ...], sender: str, receiver: str) -> None:
        sent = self.put(node, places, {sender}, self.run(sender))
        received = self.put(node, places, {receiver}, self.run(receiver))
        self.found.links.append((sent.number, received.number))


def is_noted(found: Points, job: Key) -> bool:
    """Whether a note opens a job."""
    return any(e.job == job and e.opens and isinstance(e.node, Job) for e in found.events)


def divides(node: Fragment) -> bool:
    """Whether no message in a fragment is a step of a job around it: a `par`, and a loop over a matrix."""
    return node.operator == "par" or (node.operator == "loop" and node.guards[0].startswith("For each"))


def leaves(operands: tuple[tuple[Node, ...], ...]) -> Iterator[Leaf]:
    for operand in operands:
        for node in operand:
            if isinstance(node, Fragment):
                yield from leaves(node.operands)
            elif not isinstance(node, Remark):
                yield node


def lifelines(operands: tuple[tuple[Node, ...], ...]) -> set[str]:
    """The lifelines on which something happens there that has a place in the order."""
    found: set[str] = set()
    for leaf in leaves(operands):
        match leaf:
            case Job(one) | Wait(one) | Push(one) | Step(one):
                found.add(one)
            case Approval(one, name=name) if name:
                found.add(one)
            case Trigger(one, other) | Start(one, other) | Reply(one, other) | Link(one, other):
                found |= {one, other} - {""}
            case Call(one, other) | Dispatch(one, other):
                found |= {one, other}
            case _:
                pass
    return found


def bears(operands: tuple[tuple[Node, ...], ...], lifeline: str) -> Iterator[bool]:
    """For what ends a stretch of messages on a lifeline: notes that open jobs, calls, triggers."""
    for leaf in leaves(operands):
        match leaf:
            case Job(one) | Wait(one) | Start(one):
                yield one == lifeline
            case Approval(one, name=name):
                yield one == lifeline and bool(name)
            case Call(one, other) | Dispatch(one, other) | Trigger(one, other):
                yield lifeline in (one, other)
            case _:
                yield False
