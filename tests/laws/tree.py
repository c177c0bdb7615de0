"""Abstract drawings of CI as trees.

A drawing knows nothing of lifelines' roles, stretches or nodes: a `Job` is a job, a `Push` a push.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    `mark` is the id that a `%% id:` above it fixes; `prefix` what stands before the name (`Job 2: `).
    """

    workflow: str
    name: str
    lines: tuple[str, ...] = ()
    before: tuple[Artifact, ...] = ()
    pulls: tuple[Artifact, ...] = ()
    pushes: tuple[Artifact, ...] = ()
    messages: tuple[str, ...] = ()
    mark: str = ""
    prefix: str = ""


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


ALWAYS = "always"
"""The guard of an `opt` of which a mark says that it is for every end."""


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
    """A message that starts a workflow, of which it may begin a further run.

    `sender` is another workflow, or empty for the repository; `text` what is written, if not the usual.
    """

    sender: str
    workflow: str
    event: str
    text: str = ""


@dataclass(frozen=True)
class Step:
    """A message of a workflow or of a job's lifeline `to` the outside, to the repository (which writes to
    it), or to itself: `Tool`, `Registry`, `Repo`, or empty; a note over a job's lifeline is `over`."""

    lifeline: str
    text: str
    to: str = "Tool"


@dataclass(frozen=True)
class Aside:
    """A note over a workflow that makes no job: marked as a comment, or without a body where notes are
    mere heads."""

    workflow: str
    text: str
    is_marked: bool = False


@dataclass(frozen=True)
class Start:
    """A workflow calls the lifeline of a job, which begins."""

    workflow: str
    lifeline: str
    name: str
    mark: str = ""


@dataclass(frozen=True)
class Reply:
    """The dashed answer that ends the job of a lifeline; `outputs` are what it hands over."""

    lifeline: str
    workflow: str
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """A message between two lifelines of a box."""

    sender: str
    receiver: str
    text: str


@dataclass(frozen=True)
class Call:
    """A workflow calls another one: a job of the sender, and a run of the receiver."""

    sender: str
    receiver: str
    arguments: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return self.receiver


@dataclass(frozen=True)
class Dispatch:
    """A workflow starts another one by a step of the job directly before."""

    sender: str
    receiver: str


@dataclass(frozen=True)
class Approval:
    """Somebody approves the next job of a workflow, which runs in an environment of this name.

    `name` is the text of a workflow's message to itself, which is that job.
    """

    workflow: str
    message: str
    environment: str = "approval"
    name: str = ""


@dataclass(frozen=True)
class Report:
    """The last report of a run to the repository is its gate."""

    workflow: str


@dataclass(frozen=True)
class Skip:
    """A note that a job does not run here but elsewhere."""

    workflow: str
    name: str
    runs_in: str


Leaf = (
    Job
    | Wait
    | Push
    | Trigger
    | Step
    | Aside
    | Start
    | Reply
    | Link
    | Call
    | Dispatch
    | Approval
    | Report
    | Skip
)
Node = Fragment | Remark | Leaf


@dataclass(frozen=True)
class Flow:
    """One diagram: its heading, what it draws, the workflows that report at its end.

    `header` declares its lifelines; `files` names the workflow's file of those that are no workflow: jobs'
    lifelines and those in a box.
    """

    kind: str
    body: tuple[Node, ...]
    gates: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()

    def file(self, lifeline: str) -> str:
        return dict(self.files).get(lifeline, f"{lifeline.lower()}.yml")


@dataclass(frozen=True)
class Document:
    """Flows, and what the settings say: the meaning of conditions' texts, and which order is kept."""

    flows: tuple[Flow, ...]
    conditions: tuple[tuple[str, str], ...] = ()
    is_data: bool = False


EVENTS = {
    "fork": "pull_request",
    "own": "pull_request",
    "merge": "push",
    "scheduled": "schedule",
    "manual": "workflow_dispatch",
    "released": "release",
}
HEADINGS = {
    "fork": "Pull request flow from fork",
    "own": 'Pull request flow from "o/r" repo',
    "merge": "Merge run",
    "scheduled": "Scheduled run",
    "manual": "Manual run",
    "released": "Release run",
}


def workflows(flow: Flow) -> list[str]:
    """The workflows that a flow triggers, in order."""
    return list(dict.fromkeys(node.workflow for node in flow.body if isinstance(node, Trigger)))
