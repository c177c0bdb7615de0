"""Abstract drawings of CI as trees, and how they are written as Mermaid in Markdown.

A drawing knows nothing of lifelines' roles, stretches or nodes: a `Job` is a job, a `Push` a push.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Artifact:
    """What is pushed and pulled: a name in the singular and a tag."""

    name: str
    tag: str

    def __str__(self) -> str:
        return f"{self.name}<br>[{self.tag}]"


@dataclass(frozen=True)
class Job:
    """A note over a workflow. `before` are pulls drawn above the note; the rest is drawn below it.

    A pull below must have a message or a push after it: one directly above a note belongs to that note.
    """

    workflow: str
    name: str
    lines: tuple[str, ...] = ()
    before: tuple[Artifact, ...] = ()
    pulls: tuple[Artifact, ...] = ()
    pushes: tuple[Artifact, ...] = ()
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wait:
    """A loop that waits for an artifact of another workflow."""

    workflow: str
    artifact: Artifact

    @property
    def name(self) -> str:
        return f"Wait for {self.artifact.name} {self.artifact.tag}"


@dataclass(frozen=True)
class Push:
    """A push drawn away from the note of the job that makes the artifact."""

    workflow: str
    artifact: Artifact


@dataclass(frozen=True)
class Fragment:
    """`operator` is Mermaid's word; one guard for each operand (empty where there is none)."""

    operator: str
    guards: tuple[str, ...]
    operands: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class Remark:
    """Something that makes no job: a comment, or a note beside a lifeline."""

    line: str


@dataclass(frozen=True)
class Trigger:
    """A message that starts a workflow; `sender` is another workflow, or empty for the repository."""

    sender: str
    workflow: str
    event: str


Node = Job | Wait | Push | Fragment | Remark | Trigger


@dataclass(frozen=True)
class Flow:
    """One diagram: its heading, what it draws, the workflows that report at its end."""

    kind: str
    body: tuple[Node, ...]
    gates: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    flows: tuple[Flow, ...]


HEADINGS = {
    "fork": "Pull request flow from fork",
    "own": 'Pull request flow from "o/r" repo',
    "merge": "Merge run",
    "scheduled": "Scheduled run",
}


@dataclass
class Writer:
    """The lines of a document as they grow; `line_of` tells where each leaf of each flow begins."""

    lines: list[str] = field(default_factory=list)
    line_of: dict[tuple[int, int], int] = field(default_factory=dict)
    flow: int = 0
    leaf: int = 0

    def put(self, depth: int, text: str) -> int:
        self.lines.append("    " * depth + text)
        return len(self.lines)

    def node(self, node: Node, depth: int) -> None:
        match node:
            case Fragment():
                self.fragment(node, depth)
            case Remark(line):
                self.put(depth, line)
            case Trigger(sender, workflow, event):
                self.here(self.put(depth, f"{sender or 'Repo'} ->> {workflow}: Trigger '{event}'"))
            case Push(workflow, artifact):
                self.here(self.put(depth, f"{workflow} ->> Registry: Push {artifact}"))
            case Wait(workflow, artifact):
                self.here(self.put(depth, f"loop {node.name}"))
                self.put(depth + 1, f"Registry ->> {workflow}: Pull {artifact}")
                self.put(depth, "end")
            case Job():
                self.job(node, depth)

    def here(self, line: int) -> None:
        self.line_of[(self.flow, self.leaf)] = line
        self.leaf += 1

    def job(self, job: Job, depth: int) -> None:
        for artifact in job.before:
            self.put(depth, f"Registry ->> {job.workflow}: Pull {artifact}")
        text = "<br>".join((job.name, *job.lines))
        self.here(self.put(depth, f"Note over {job.workflow}: {text}"))
        for artifact in job.pulls:
            self.put(depth, f"Registry ->> {job.workflow}: Pull {artifact}")
        for message in job.messages:
            self.put(depth, f"{job.workflow} ->> Tool: {message}")
        for artifact in job.pushes:
            self.put(depth, f"{job.workflow} ->> Registry: Push {artifact}")

    def fragment(self, fragment: Fragment, depth: int) -> None:
        between = {"par": "and", "alt": "else", "critical": "option"}.get(fragment.operator, "")
        for number, operand in enumerate(fragment.operands):
            keyword = fragment.operator if number == 0 else between
            self.put(depth, f"{keyword} {fragment.guards[number]}".rstrip())
            for node in operand:
                self.node(node, depth + 1)
        self.put(depth, "end")


def written(document: Document) -> Writer:
    """The document as Markdown, with the line (from 1) on which each leaf of each flow begins."""
    writer = Writer(["# How we build", ""])
    for number, flow in enumerate(document.flows):
        writer.flow, writer.leaf = number, 0
        writer.lines += [f"## {HEADINGS[flow.kind]}", "", "```mermaid", "sequenceDiagram"]
        for workflow in workflows(flow):
            writer.put(1, f"participant {workflow} as {workflow} ({workflow.lower()}.yml)")
        for node in flow.body:
            writer.node(node, 1)
        for workflow in flow.gates:
            writer.put(1, f"{workflow} -->> Repo: Status update")
        writer.lines += ["```", ""]
    return writer


def workflows(flow: Flow) -> list[str]:
    """The workflows that a flow triggers, in order."""
    return list(dict.fromkeys(node.workflow for node in flow.body if isinstance(node, Trigger)))
