"""Hypothesis strategies for drawings with all that the language has."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from laws.generate import LABELS, Artist, Scope, pushes
from laws.points import leaves
from laws.tree import (
    EVENTS,
    Approval,
    Artifact,
    Aside,
    Call,
    Dispatch,
    Document,
    Flow,
    Fragment,
    Job,
    Link,
    Node,
    Remark,
    Reply,
    Report,
    Skip,
    Start,
    Step,
    Trigger,
    Wait,
)

CONDITIONS = (("On main?", "github.ref == 'refs/heads/main'"), ("Not pushed", "github.event_name != 'push'"))
EXPRESSIONS = (
    *(text for text, _ in CONDITIONS),
    "github.event_name == 'push'",
    "github.ref != 'refs/heads/main'",
)
LOOPS = (
    "For each python (3.11, 3.12)",
    "For each database (MySQL, Postgres)",
    "For each shard",
    "Retry",
    "Up to 4 times",
    "Until it is stable",
)
FEATURES = ("runs", "jobs", "box", "calls", "loops", "heads", "marks", "people", "expressions", "steps")
WORKFLOWS = ("Alpha", "Beta", "Gamma")
JOB_LIFELINES = {"AlphaLint": "Lint job", "AlphaDocs": "Docs job", "BetaShip": "Ship job"}
MEMBERS = ("Unit", "Style", "Guide")
FILES = (
    *((lifeline, f"{lifeline[:-4].lower()}.yml") for lifeline in JOB_LIFELINES),
    *((member, "checks.yml") for member in MEMBERS),
)
PLAIN = {"pull_request": "pull request", "push": "a push", "schedule": "nightly"}
FURTHER = ("workflow_dispatch", "release", "merge_group", "push", "schedule")


@dataclass
class Plan:
    """What a document may draw, and which events each workflow has already."""

    features: frozenset[str]
    is_data: bool
    is_large: bool
    taken: set[tuple[str, str]] = field(default_factory=set)
    count: int = 0

    def has(self, feature: str) -> bool:
        return feature in self.features

    def number(self) -> int:
        self.count += 1
        return self.count


class WideArtist(Artist):
    """Draws a flow with all that the plan allows; the notes of `heads` only head what follows."""

    def __init__(
        self, draw: DrawFn, plan: Plan, lifelines: list[str], *, decides: bool, is_sorted: bool
    ) -> None:
        super().__init__(draw, lifelines, decides=decides, is_sorted=is_sorted)
        self.plan = plan
        self.heads = {x for x in WORKFLOWS if plan.has("heads") and self.chance(70)}
        self.writers: set[str] = set()
        self.receivers: list[str] = []
        self.box_waits: set[Artifact] = set()
        self.callable: list[str] = []
        self.labels = (*LABELS, *EXPRESSIONS) if plan.has("expressions") else LABELS
        self.sizes = ((6, 14), (1, 4)) if plan.is_large else ((2, 6), (1, 3))
        if plan.is_data:
            self.has_labels = decides

    def new_part(self, lifelines: list[str], part: int) -> None:
        """Begin to draw runs of these lifelines, in which names may recur that earlier runs have."""
        self.lifelines = lifelines
        most = 40 if self.plan.is_large else 10
        for lifeline in (*WORKFLOWS, *MEMBERS):
            stem = "Task" if lifeline in WORKFLOWS else f"{lifeline} task"
            self.names[lifeline] = [f"{stem} {n}" for n in range(1, most)]
            self.images[lifeline] = [f"{lifeline} image {part}{n}" for n in range(1, 4)]
        self.callable = [x for x in JOB_LIFELINES if self.plan.has("jobs")]
        self.has_special = self.plan.is_data
        self.waits.clear()
        self.has_pushed.clear()
        self.box_waits.clear()

    def special_lifelines(self) -> list[str]:
        return [x for x in self.lifelines if x not in self.heads]

    def special(self) -> list[Node]:
        return super().special() if self.special_lifelines() else []

    # -- leaves ------------------------------------------------------------------------------------

    def leaf(self, scope: Scope) -> list[Node]:
        if self.is_plain:
            return self.one_leaf(scope)
        kinds = [
            *(["jobs"] if self.callable else []),
            *(["box"] if any(x in MEMBERS for x in self.lifelines) else []),
            *(["calls"] if self.receivers else []),
            *(x for x in ("marks", "people", "steps") if self.plan.has(x)),
        ]
        if kinds and self.chance(45):
            match self.draw(st.sampled_from(kinds)):
                case "jobs":
                    found = self.job_lifeline(scope)
                case "box":
                    found = self.link()
                case "calls":
                    found = self.call()
                case "marks":
                    found = self.marked()
                case "people":
                    found = self.by_people()
                case _:
                    found = self.steps()
        else:
            found = self.one_leaf(scope)
        return self.embodied(found)

    def has_waited(self, workflow: str, artifact: Artifact) -> bool:
        return any((one, artifact) in self.waits for one in (MEMBERS if workflow in MEMBERS else (workflow,)))

    def one_leaf(self, scope: Scope) -> list[Node]:
        """A plain leaf, but no second wait of the box for the same."""
        return [x for x in super().leaf(scope) if not self.is_awaited(x)]

    def is_awaited(self, node: Node) -> bool:
        """Whether another lifeline of the box has waited for the same already: that was the same job."""
        if not isinstance(node, Wait) or node.workflow not in MEMBERS:
            return False
        is_known = node.artifact in self.box_waits
        self.box_waits.add(node.artifact)
        return is_known

    def embodied(self, nodes: list[Node]) -> list[Node]:
        """Where notes are mere heads, each gets a prefix or something to do."""
        result: list[Node] = []
        for at, node in enumerate(nodes):
            if not isinstance(node, Job) or node.workflow not in self.heads:
                result.append(node)
            elif self.chance(25):
                result.append(Job(**{**vars(node), "prefix": "Job 2: "}))
            elif at + 1 < len(nodes) and isinstance(nodes[at + 1], Step):
                result.append(node)
            else:
                result += [node, self.step(node.workflow, "")]
        return result

    def step(self, lifeline: str, to: str = "Tool") -> Step:
        words = {
            "": "Do thing",
            "Repo": "Commit the files with a deploy key",
            "Registry": "Upload package",
            "over": "Look at",
        }
        return Step(lifeline, f"{words.get(to, 'Use thing')} {self.plan.number()}", to)

    def any_step(self, lifeline: str, writer: str) -> Step:
        ways = ["Tool", *(["Repo", "Registry"] if writer in self.writers else [])]
        return self.step(
            lifeline, self.draw(st.sampled_from([*ways, *([""] if lifeline in self.heads else [])]))
        )

    def simple_job(self, workflow: str) -> list[Node]:
        return [Job(workflow, self.pick(self.names[workflow]))] if self.names[workflow] else []

    def workflow(self, among: list[str] | None = None) -> str:
        return str(self.draw(st.sampled_from(among or self.lifelines)))

    def steps(self) -> list[Node]:
        """Messages, after a note or by themselves, some of them under a condition."""
        workflow = self.workflow()
        result = self.simple_job(workflow) if workflow in MEMBERS or self.chance(60) else []
        if not result and workflow in MEMBERS:
            return []
        for _ in range(self.draw(st.integers(1, 3))):
            node: Node = self.any_step(workflow, workflow)
            if self.chance(35):
                guard = self.draw(st.sampled_from(self.labels)) if self.has_labels and self.chance(60) else ""
                node = Fragment("opt", (guard,), ((node, self.any_step(workflow, workflow)),))
            elif self.chance(15):
                node = Fragment("loop", ("Retry",), ((node,),))
            result.append(node)
        return result

    def marked(self) -> list[Node]:
        workflow = self.workflow()
        if self.chance(30):
            return [Aside(workflow, "By the way", is_marked=True)]
        if not self.names[workflow]:
            return []
        name = self.pick(self.names[workflow])
        if self.chance(50) and workflow in self.heads and not self.rects:
            return [Aside(workflow, "In other words"), Job(workflow, name)]
        return [Job(workflow, name, mark=f"fixed-{name.lower().replace(' ', '-')}")]

    def by_people(self) -> list[Node]:
        workflow = self.workflow()
        found = self.simple_job(workflow)
        if not found:
            return []
        name = self.pick(self.names[workflow]) if self.names[workflow] else "The end"
        match self.draw(st.integers(0, 7)):
            case 0:
                return [Approval(workflow, f"Lead ->> {workflow}: Approve"), *found]
            case 1:
                return [Approval(workflow, f"{workflow} ->> Lead: Please confirm"), *found]
            case 2:
                return [Approval(workflow, f"{workflow} ->> Staging: Wait for approval", "staging"), *found]
            case 3:
                asked = f"Wait for approval {self.plan.number()}"
                return [Approval(workflow, f"{workflow} ->> {workflow}: {asked}", name=asked), *found]
            case 4:
                return [Job(workflow, f"Approve {name}"), *found]
            case 5:
                return [Report(workflow)]
            case 6:
                return [Skip(workflow, f"Other {self.plan.number()}", "Merge run"), *found]
            case _:
                return [Job(workflow, f"Publish {name}")]

    def link(self) -> list[Node]:
        members = [x for x in self.lifelines if x in MEMBERS]
        one, other = self.draw(st.permutations(members))[:2]
        return [Link(one, other, "hand over"), *self.simple_job(other)]

    def job_lifeline(self, scope: Scope) -> list[Node]:
        mine = [x for x in self.callable if x[:-4] in self.lifelines]
        if not mine:
            return []
        lifeline = self.workflow(mine)
        self.callable.remove(lifeline)
        workflow = lifeline[:-4]
        ways = ["", "over", "Tool", *(["Registry"] if workflow in self.writers else [])]
        mark = f"fixed-{lifeline.lower()}" if self.plan.has("marks") and self.chance(30) else ""
        first: list[Node] = [
            Start(workflow, lifeline, JOB_LIFELINES[lifeline], mark),
            self.step(lifeline, ""),
        ]
        for _ in range(self.draw(st.integers(0, 2))):
            node: Node = self.step(lifeline, self.draw(st.sampled_from(ways)))
            is_optional = self.has_labels and self.chance(35)
            guard = self.draw(st.sampled_from(self.labels)) if is_optional else ""
            first.append(Fragment("opt", (guard,), ((node,),)) if guard else node)
        if self.chance(30):
            first += self.one_leaf(scope)
        outputs = ("version", "digest")[: self.draw(st.integers(0, 2))]
        return [*first, Reply(lifeline, workflow, outputs)] if self.chance(70) else first

    def call(self) -> list[Node]:
        """One workflow starts another, which is drawn from then on."""
        sender = self.workflow([x for x in self.lifelines if x in WORKFLOWS] or [""])
        receiver = self.receivers[0]
        ways = [
            "workflow_call",
            *(["workflow_run"] if sender == "Alpha" else []),
            *(["workflow_dispatch"] if sender in self.writers else []),
        ]
        event = self.draw(st.sampled_from(ways))
        if not sender or sender == receiver or (receiver, event) in self.plan.taken:
            return []
        self.receivers.pop(0)
        self.plan.taken.add((receiver, event))
        arguments = (("level", "high"), ("count", "3"))[: self.draw(st.integers(0, 2))]
        start: list[Node] = []
        match event:
            case "workflow_call":
                start = [Call(sender, receiver, arguments)]
            case "workflow_run":
                start = [Trigger(sender, receiver, "workflow_run")]
            case _:
                start = [*self.embodied(self.simple_job(sender)), Dispatch(sender, receiver)]
        self.lifelines = [*self.lifelines, receiver]
        return [*start, *self.beginning(receiver)]

    def beginning(self, lifeline: str) -> list[Node]:
        """What a run does first: decide, and where notes are heads, something that shows it."""
        found = self.simple_job(lifeline)
        if self.decides:
            found = [Job(lifeline, "Build info", ("Decide what to do",))]
        if lifeline in self.heads:
            return [*found, self.step(lifeline, "")]
        return found if self.decides else []

    # -- fragments ---------------------------------------------------------------------------------

    def fragment(self, scope: Scope, depth: int) -> list[Node]:
        if not self.plan.has("loops") or self.is_plain or not self.chance(30):
            return super().fragment(scope, depth)
        text = self.draw(st.sampled_from(LOOPS))
        inside = self.body(scope, depth + 1)
        if self.chance(20):
            return [
                Fragment("loop", ("Until it is good",), ((Remark("Dev ->> Repo: More commits"), *inside),))
            ]
        return [Fragment("loop", (text,), (inside,))]


@st.composite
def wide_flows(draw: DrawFn, kind: str, plan: Plan, count: int, decides: bool, is_sorted: bool) -> Flow:
    """One flow: the run of its event, and perhaps further runs of the same workflows."""
    lifelines = list(WORKFLOWS[:count])
    artist = WideArtist(draw, plan, lifelines, decides=decides, is_sorted=is_sorted)
    first = lifelines
    if plan.has("calls") and count > 1:
        first, artist.receivers = lifelines[:1], lifelines[1:]
    events = [EVENTS[kind]]
    if plan.has("runs"):
        free = [e for e in FURTHER if all((x, e) not in plan.taken for x in lifelines) and e != EVENTS[kind]]
        events += free[: draw(st.integers(1, 2))]
    plan.taken |= {(lifeline, event) for lifeline in lifelines for event in events}
    drawn_members = MEMBERS[: draw(st.integers(2, 3))] if plan.has("box") else ()
    parts: list[list[Node]] = []
    may_write = set() if kind == "fork" else {*WORKFLOWS, *MEMBERS}
    for number, event in enumerate(events):
        mine = first if number == 0 or draw(st.booleans()) else first[:1]
        members = [x for x in drawn_members if number == 0 and event in PLAIN]
        triggered = [*mine, *members]
        parts.append(part(artist, event, triggered, number, writers=set(triggered) & may_write))
        if (kind, event) == ("fork", "pull_request"):
            may_write = workers(parts[-1])
    body = [node for nodes in parts for node in nodes]
    if len(parts) > 1 and artist.chance(30):
        body = [Fragment("par", ("",) * len(parts), tuple(map(tuple, parts)))]
    if plan.has("loops") and artist.chance(15):
        body = [Fragment("loop", ("Until it is merged",), ((Remark("Dev ->> Repo: A commit"), *body),))]
    return Flow(kind, tuple(body), (), header(body), FILES)


def workers(nodes: list[Node]) -> set[str]:
    """The lifelines with a job there. Only they begin a run of its own by their next trigger.

    On any other the next event starts the same run, which still is one of a pull request from a fork if this
    one was, and may not write.
    """
    return {leaf.workflow for leaf in leaves((tuple(nodes),)) if isinstance(leaf, Job)}


def part(
    artist: WideArtist, event: str, lifelines: list[str], number: int, *, writers: set[str]
) -> list[Node]:
    artist.new_part(lifelines, number)
    artist.writers = writers
    artist.pushers = set() if artist.heads or artist.receivers else set(writers)
    body: list[Node] = []
    for lifeline in lifelines:
        if lifeline in MEMBERS[1:]:
            body += artist.simple_job(lifeline)
        elif lifeline in MEMBERS:
            body += [Trigger("", lifeline, event, PLAIN[event]), *artist.simple_job(lifeline)]
        else:
            body += [Trigger("", lifeline, event), *artist.beginning(lifeline)]
    body += artist.body(Scope(), 0)
    wanted = [(who, a) for who, a in pushes(body) if a in artist.has_pushed]
    body += [
        Job(who, f"Use {artifact.name}", (f"[{artifact.tag}]",), (artifact,))
        for who, artifact in dict.fromkeys(wanted)
    ]
    drawn = [x for x in artist.lifelines if x not in MEMBERS[1:]]
    return [*body, *(Report(x) for x in drawn if artist.chance(80))]


def header(body: list[Node]) -> tuple[str, ...]:
    """The declarations of all lifelines that are drawn and whose role is not told by their names."""
    drawn: set[str] = set()
    for leaf in leaves((tuple(body),)):
        drawn |= {x for x in vars(leaf).values() if isinstance(x, str)}
    lines = ["actor Dev", "actor Lead", "participant Staging as Staging environment"]
    lines += [f"participant {x} as {x} ({x.lower()}.yml)" for x in WORKFLOWS if x in drawn]
    lines += [f"participant {x} as {name}" for x, name in JOB_LIFELINES.items() if x in drawn]
    if any(x in drawn for x in MEMBERS):
        lines += ["box Checks", *(f"    participant {x}" for x in MEMBERS if x in drawn), "end"]
    return tuple(lines)


@st.composite
def wide_documents(draw: DrawFn, flow_count: int = 2, *, may_be_data: bool = True) -> Document:
    """A document of one flow or two, with some of all that can be drawn."""
    features = frozenset(x for x in FEATURES if draw(st.integers(0, 9)) > 5)
    is_data = may_be_data and draw(st.integers(0, 9)) > 7
    plan = Plan(features, is_data, draw(st.integers(0, 9)) == 9)
    kinds = draw(st.permutations(sorted(EVENTS)))[: draw(st.integers(1, flow_count))]
    plan.taken |= {(workflow, EVENTS[kind]) for workflow in WORKFLOWS for kind in kinds}
    is_sorted = draw(st.booleans())
    count = draw(st.integers(1, 2 if flow_count > 1 else 3))
    flows = tuple(draw(wide_flows(kind, plan, count, draw(st.booleans()), is_sorted)) for kind in kinds)
    return Document(flows, CONDITIONS if plan.has("expressions") else (), is_data)
