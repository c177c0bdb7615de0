"""How drawings are written as Mermaid in Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field

from laws.tree import (
    ALWAYS,
    HEADINGS,
    Approval,
    Aside,
    Call,
    Dispatch,
    Document,
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
    workflows,
)


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
            case Wait(workflow, artifact):
                self.here(self.put(depth, f"loop {node.name}"))
                self.put(depth + 1, f"Registry ->> {workflow}: Pull {artifact}")
                self.put(depth, "end")
            case Job():
                self.job(node, depth)
            case Start(workflow, lifeline, _, mark):
                self.mark(mark, depth)
                self.here(self.put(depth, f"{workflow} ->> {lifeline}: run"))
            case Aside(workflow, text, is_marked):
                if is_marked:
                    self.put(depth, "%% comment")
                self.here(self.put(depth, f"Note over {workflow}: {text}"))
            case _:
                self.here(self.put(depth, message(node)))

    def here(self, line: int) -> None:
        self.line_of[(self.flow, self.leaf)] = line
        self.leaf += 1

    def mark(self, mark: str, depth: int) -> None:
        if mark:
            self.put(depth, f"%% id: {mark}")

    def job(self, job: Job, depth: int) -> None:
        for artifact in job.before:
            self.put(depth, f"Registry ->> {job.workflow}: Pull {artifact}")
        text = "<br>".join((f"{job.prefix}{job.name}", *job.lines))
        self.mark(job.mark, depth)
        self.here(self.put(depth, f"Note over {job.workflow}: {text}"))
        for artifact in job.pulls:
            self.put(depth, f"Registry ->> {job.workflow}: Pull {artifact}")
        for said in job.messages:
            self.put(depth, f"{job.workflow} ->> Tool: {said}")
        for artifact in job.pushes:
            self.put(depth, f"{job.workflow} ->> Registry: Push {artifact}")

    def fragment(self, fragment: Fragment, depth: int) -> None:
        between = {"par": "and", "alt": "else", "critical": "option"}.get(fragment.operator, "")
        if fragment.guards == (ALWAYS,):
            self.put(depth, "%% always")
        for number, operand in enumerate(fragment.operands):
            keyword = fragment.operator if number == 0 else between
            self.put(depth, f"{keyword} {fragment.guards[number]}".rstrip())
            for node in operand:
                self.node(node, depth + 1)
        self.put(depth, "end")


def message(leaf: Leaf) -> str:
    """A leaf that is one line."""
    match leaf:
        case Trigger(sender, workflow, event, text):
            said = text or f"Trigger '{event}'"
            return f"{sender or 'Repo'} ->> {workflow}: {said}"
        case Push(workflow, artifact):
            return f"{workflow} ->> Registry: Push {artifact}"
        case Step(lifeline, text, "over"):
            return f"Note over {lifeline}: {text}"
        case Step(lifeline, text, to):
            return f"{lifeline} ->> {to or lifeline}: {text}"
        case Reply(lifeline, workflow, outputs):
            said = f"Output: {', '.join(outputs)}" if outputs else "done"
            return f"{lifeline} -->> {workflow}: {said}"
        case Link(sender, receiver, text):
            return f"{sender} ->> {receiver}: {text}"
        case Call(sender, receiver, arguments):
            lines = "".join(f"<br>{name}: {value}" for name, value in arguments)
            return f"{sender} ->> {receiver}: call{lines}"
        case Dispatch(sender, receiver):
            return f"{sender} ->> {receiver}: Trigger 'workflow_dispatch'"
        case Approval(_, text):
            return text
        case Report(workflow):
            return f"{workflow} -->> Repo: Status update"
        case Skip(workflow, name, runs_in):
            return f"Note over {workflow}: Skip {name}<br>(Runs in '{runs_in}')"
        case Job() | Wait() | Start() | Aside():
            raise AssertionError("has lines of its own")


def written(document: Document) -> Writer:
    """The document as Markdown, with the line (from 1) on which each leaf of each flow begins."""
    writer = Writer(["# How we build", ""])
    for number, flow in enumerate(document.flows):
        writer.flow, writer.leaf = number, 0
        writer.lines += [f"## {HEADINGS[flow.kind]}", "", "```mermaid", "sequenceDiagram"]
        for line in flow.header or usual_header(flow):
            writer.put(1, line)
        for node in flow.body:
            writer.node(node, 1)
        for workflow in flow.gates:
            writer.node(Report(workflow), 1)
        writer.lines += ["```", ""]
    return writer


def usual_header(flow: Flow) -> tuple[str, ...]:
    return tuple(f"participant {name} as {name} ({name.lower()}.yml)" for name in workflows(flow))
