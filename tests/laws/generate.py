"""Hypothesis strategies for drawings of CI."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from laws.reference import is_cyclic
from laws.tree import ALWAYS, Artifact, Document, Flow, Fragment, Job, Node, Push, Remark, Trigger, Wait

KINDS = ("fork", "merge", "own", "scheduled")
TAGS = ("COMMIT_SHA", "latest")
LABELS = ("Docs changed", "Needs images", "Is canary", "Full tests")
REMARKS = ("%% remarkable", "Note right of Repo: by the way", "Note left of Registry: stores images", "")


@dataclass
class Scope:
    """What a place of a drawing can refer to: artifacts made before it, and pushed before it."""

    made: list[tuple[str, Artifact]] = field(default_factory=list)
    pushed: list[tuple[str, Artifact]] = field(default_factory=list)
    awaited: list[tuple[str, Artifact]] = field(default_factory=list)

    def copy(self) -> Scope:
        return Scope(list(self.made), list(self.pushed), list(self.awaited))


class Artist:
    """Draws one flow. `names` are the names left for jobs, by workflow; `decides` if jobs of theirs do."""

    def __init__(
        self,
        draw: DrawFn,
        lifelines: list[str],
        *,
        decides: bool,
        is_sorted: bool,
        may_deadlock: bool = False,
    ) -> None:
        self.draw = draw
        self.lifelines = lifelines
        self.decides = decides
        self.has_labels = decides or draw(st.booleans())
        self.is_sorted = is_sorted
        self.may_deadlock = may_deadlock
        self.labels: tuple[str, ...] = LABELS
        self.sizes = ((2, 7), (1, 3))
        self.names = {lifeline: [f"Task {n}" for n in range(1, 10)] for lifeline in lifelines}
        self.images = {lifeline: [f"{lifeline} image {n}" for n in range(1, 4)] for lifeline in lifelines}
        self.waits: set[tuple[str, Artifact]] = set()
        self.has_pushed: set[Artifact] = set()
        self.pushers: set[str] = set()
        self.has_special = False
        self.is_plain = False
        self.rects = 0

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) >= 100 - percent

    def pick(self, names: list[str]) -> str:
        """A name that has not been used; in sorted drawings later ones come later."""
        at = self.draw(st.integers(0, min(len(names) - 1, 2 if self.is_sorted else 99)))
        name = names[at]
        if self.is_sorted:
            del names[: at + 1]
        else:
            del names[at]
        return name

    def body(self, scope: Scope, depth: int, *, least: int = 1) -> tuple[Node, ...]:
        nodes: list[Node] = []
        before: list[tuple[str, Artifact]] | None = None
        for _ in range(self.draw(st.integers(*(self.sizes[0] if depth == 0 else (least, self.sizes[1][1]))))):
            if depth < 4 and self.chance(40):
                nodes += self.fragment(scope, depth)
            else:
                nodes += self.leaf(scope)
            if depth == 0 and not self.has_special and self.chance(12):
                nodes += self.special()
            if self.decides and not self.is_plain and not self.rects and self.chance(4):
                nodes.append(self.stop(scope, depth))
                before = list(scope.made) if before is None else before
        if before is not None:
            scope.made[:] = [x for x in scope.made if x in before]
        return tuple(nodes)

    def has_waited(self, workflow: str, artifact: Artifact) -> bool:
        """Whether a job of a workflow waits for an artifact already: another wait for it is the same job."""
        return (workflow, artifact) in self.waits

    def crossing(self) -> list[Node]:
        """Two workflows that wait for each other's artifacts, the first for one that is pushed further down:
        by way of the second, its wait comes after the job beside it. If that comes after the wait, they
        wait for ever."""
        ready = [x for x in self.lifelines if x in self.pushers and len(self.names[x]) > 3]
        if len(ready) < 2 or not self.chance(70 if self.may_deadlock else 30):
            return []
        one, other = self.draw(st.permutations(ready))[:2]
        first, second = self.pick(self.names[one]), self.pick(self.names[one])
        third = self.pick(self.names[other])
        mine, theirs = (Artifact(f"{who} crossing", "latest") for who in (one, other))
        operands = [(Wait(one, theirs), Job(one, first)), (Job(one, second, pushes=(mine,)),)]
        self.waits |= {(one, theirs), (other, mine)}
        beside: list[Node] = [Fragment("par", ("", ""), tuple(self.draw(st.permutations(operands))))]
        if self.may_deadlock and self.chance(50):
            beside = [*operands[0], *operands[1]]
        return [
            *beside,
            Wait(other, mine),
            Job(other, third, pushes=(theirs,)),
        ]

    def stop(self, scope: Scope, depth: int) -> Node:
        """A `break`: what is made after it in the same operand cannot be told of outside."""
        return Fragment("break", (self.draw(st.sampled_from(self.labels)),), (self.inside(scope, depth),))

    def special(self) -> list[Node]:
        """A fragment about failures, all of one workflow; one in a drawing."""
        lifelines, self.is_plain, self.has_special = self.lifelines, True, True
        self.lifelines = [self.draw(st.sampled_from(self.special_lifelines() or lifelines))]
        kind = self.draw(st.sampled_from(("opt", "always", "alt", "else", "last", "critical")))
        first, second = self.some_jobs(), self.some_jobs()
        lead = self.job(Scope(), self.lifelines[0]) if self.names[self.lifelines[0]] else []
        self.lifelines, self.is_plain = lifelines, False
        if not first or not second or not lead:
            return []
        match kind:
            case "opt":
                return [*lead, Fragment("opt", ("failure",), (first,))]
            case "always":
                return [*lead, Fragment("opt", (ALWAYS,), (first,))]
            case "alt":
                return [*lead, Fragment("alt", ("success", "failure"), (first, second))]
            case "else":
                return [*lead, Fragment("alt", ("failure", ""), (first, second))]
            case "last":
                return [*lead, Fragment("alt", ("success", ""), (first, second))]
            case _:
                return [Fragment("critical", ("", ""), (first, second))]

    def special_lifelines(self) -> list[str]:
        """The workflows that can have a fragment about failures."""
        return self.lifelines

    def some_jobs(self) -> tuple[Node, ...]:
        found = self.body(Scope(), 2)
        return found if any(isinstance(node, Job) for node in found) else ()

    def leaf(self, scope: Scope) -> list[Node]:
        workflow = self.draw(st.sampled_from(self.lifelines))
        kind = 0 if self.is_plain else self.draw(st.integers(0, 9))
        own = [artifact for who, artifact in scope.made if who == workflow and who in self.pushers]
        foreign = [a for who, a in scope.pushed if who != workflow and (workflow, a) not in self.waits]
        if kind == 9 and own:
            artifact = self.draw(st.sampled_from(own))
            scope.made.remove((workflow, artifact))
            scope.pushed.append((workflow, artifact))
            self.has_pushed.add(artifact)
            return [Push(workflow, artifact)]
        if kind >= 7 and foreign:
            artifact = self.draw(st.sampled_from(foreign))
            self.waits.add((workflow, artifact))
            scope.awaited.append((workflow, artifact))
            return [Wait(workflow, artifact)]
        if kind == 6 and self.images[workflow]:
            artifact = Artifact(self.pick(self.images[workflow]), self.draw(st.sampled_from(TAGS)))
            scope.made.append((workflow, artifact))
            return [Job(workflow, f"Build {artifact.name}", (f"[{artifact.tag}]",))]
        if kind == 5:
            return [Remark(self.draw(st.sampled_from(REMARKS)))]
        return self.job(scope, workflow) if self.names[workflow] else []

    def job(self, scope: Scope, workflow: str) -> list[Node]:
        name = self.pick(self.names[workflow])
        if self.is_plain:
            return [Job(workflow, name)]
        there = [artifact for who, artifact in (*scope.pushed, *scope.awaited) if who == workflow]
        messages = ("Run it",) if self.chance(20) else ()
        pushes: tuple[Artifact, ...] = ()
        if workflow in self.pushers and self.chance(15):
            report = Artifact(f"{workflow} {name.lower()} archive", "latest")
            pushes = (report,)
            scope.pushed.append((workflow, report))
        before: tuple[Artifact, ...] = ()
        pulls: tuple[Artifact, ...] = ()
        if there and self.chance(50):
            chosen = (self.draw(st.sampled_from(there)),)
            before, pulls = ((), chosen) if messages and self.chance(70) else (chosen, ())
        return [Job(workflow, name, (), before, pulls, pushes, messages)]

    def fragment(self, scope: Scope, depth: int) -> list[Node]:
        operator = self.draw(st.sampled_from(("par", "par", "opt", "alt", "rect")))
        if operator == "opt":
            guard = self.draw(st.sampled_from(self.labels)) if self.has_labels and self.chance(50) else ""
            return [Fragment("opt", (guard,), (self.inside(scope, depth),))]
        if operator == "rect":
            self.rects += 1
            inside = self.body(scope, depth + 1)
            self.rects -= 1
            return [Fragment("rect", ("rgb(200, 200, 200)",), (inside,))]
        count = self.draw(st.integers(2, 3))
        if operator == "alt":
            if not self.has_labels:
                return []
            texts = self.draw(st.permutations(self.labels))[:count]
            if self.chance(50):
                texts[-1] = ""
            return [Fragment("alt", tuple(texts), tuple(self.inside(scope, depth) for _ in range(count)))]
        operands = []
        gained = []
        for _ in range(count):
            inner = scope.copy()
            operands.append(self.body(inner, depth + 1, least=0))
            gained.append(inner)
        for inner in gained:
            scope.made += [x for x in inner.made if x not in scope.made]
            scope.pushed += [x for x in inner.pushed if x not in scope.pushed]
            scope.awaited += [x for x in inner.awaited if x not in scope.awaited]
        scope.made[:] = [x for x in scope.made if x not in scope.pushed]
        return [Fragment("par", ("",) * count, tuple(operands))]

    def inside(self, scope: Scope, depth: int) -> tuple[Node, ...]:
        """The operand of a fragment that may not happen: what is made in it cannot be told of outside."""
        inner = scope.copy()
        if not self.decides:
            inner.made.clear()
        nodes = self.body(inner, depth + 1)
        scope.made[:] = [x for x in scope.made if x not in inner.pushed]
        return nodes


@st.composite
def flows(
    draw: DrawFn, kind: str, count: int, decides: bool, is_sorted: bool, may_deadlock: bool = False
) -> Flow:
    """One flow over the first `count` workflows, each of which may decide first."""
    lifelines = ["Alpha", "Beta", "Gamma"][:count]
    artist = Artist(draw, lifelines, decides=decides, is_sorted=is_sorted, may_deadlock=may_deadlock)
    events = {"fork": "pull_request", "own": "pull_request", "merge": "push", "scheduled": "schedule"}
    start: list[Node] = []
    for number, lifeline in enumerate(lifelines):
        is_target = number and kind in ("fork", "own") and artist.chance(30)
        event = "pull_request_target" if is_target else events[kind]
        start.append(Trigger("", lifeline, event))
        if (kind, event) != ("fork", "pull_request"):
            artist.pushers.add(lifeline)
        if decides:
            start.append(Job(lifeline, "Build info", ("Decide what to do",)))
    body = [*start, *artist.body(Scope(), 0)]
    at = artist.draw(st.integers(len(start), len(body)))
    body[at:at] = artist.crossing()
    wanted = [(who, a) for who, a in pushes(body) if a in artist.has_pushed]
    body += [
        Job(who, f"Use {artifact.name}", (f"[{artifact.tag}]",), (artifact,))
        for who, artifact in dict.fromkeys(wanted)
    ]
    gates = tuple(x for x in lifelines if artist.chance(80))
    return _with_early_wait(artist, Flow(kind, tuple(body), gates), len(start))


def _with_early_wait(artist: Artist, flow: Flow, least: int) -> Flow:
    """The flow, in some cases with a wait above the push that ends it, unless that makes a deadlock."""
    ends = [
        (at, artifact)
        for at, node in enumerate(flow.body)
        for artifact in _given(node)
        if at >= least and len(artist.lifelines) > 1
    ]
    if not ends or not artist.chance(50):
        return flow
    at, artifact = artist.draw(st.sampled_from(ends))
    workflow = artist.draw(st.sampled_from(artist.lifelines))
    leaves = (leaf for leaf in _leaves(flow.body) if isinstance(leaf, Job | Push))
    giver = next(leaf.workflow for leaf in leaves if artifact in _given(leaf))
    if workflow == giver or artist.has_waited(workflow, artifact):
        return flow
    place = artist.draw(st.integers(least, at))
    body = (*flow.body[:place], Wait(workflow, artifact), *flow.body[place:])
    found = Flow(flow.kind, body, flow.gates)
    return flow if is_cyclic(found) and not artist.may_deadlock else found


def _given(node: Node) -> list[Artifact]:
    """What a node, or a leaf in it, pushes."""
    return [
        artifact
        for leaf in _leaves((node,))
        for artifact in ((leaf.artifact,) if isinstance(leaf, Push) else getattr(leaf, "pushes", ()))
    ]


def _leaves(nodes: tuple[Node, ...]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Fragment):
            found += [leaf for operand in node.operands for leaf in _leaves(operand)]
        else:
            found.append(node)
    return found


def pushes(nodes: list[Node]) -> list[tuple[str, Artifact]]:
    found = []
    for node in nodes:
        if isinstance(node, Push):
            found.append((node.workflow, node.artifact))
        elif isinstance(node, Fragment):
            found += [x for operand in node.operands for x in pushes(list(operand))]
    return found


@st.composite
def deadlocks(draw: DrawFn) -> Document:
    """A document of one flow whose workflows may wait for each other for ever."""
    kind, count = draw(st.sampled_from(("merge", "scheduled"))), draw(st.integers(2, 3))
    found = draw(flows(kind, count, draw(st.booleans()), draw(st.booleans()), may_deadlock=True))
    return Document((found,))


@st.composite
def documents(draw: DrawFn, flow_count: int = 3) -> Document:
    """A document of one flow or more, which share the names of their jobs."""
    kinds = draw(st.permutations(KINDS))[: draw(st.integers(1, flow_count))]
    decides = [draw(st.sampled_from((True, True, False))) for _ in kinds]
    is_sorted = draw(st.booleans())
    count = draw(st.integers(1, 3 if flow_count == 1 else 2))
    return Document(tuple(draw(flows(kind, count, d, is_sorted)) for kind, d in zip(kinds, decides)))
