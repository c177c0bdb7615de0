"""The least rights of a job's token, and where the drawing promises more than a token can do
(docs/language.md#tokens-and-permissions)."""

from __future__ import annotations

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.compiler.ir.flow_graph import DrawnStep
from mermaid2gha.compiler.link.flow_model import Flow
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.scripts.comments import RIGHT
from mermaid2gha.github.events import PULL_REQUEST_TARGET, WORKFLOW_RUN
from mermaid2gha.github.workflow.model import Permission
from mermaid2gha.settings.model import Settings

FORK_CANNOT_PUSH = Rule("fork-cannot-push", Severity.ERROR)
PUSH_UNDER_READ_TOKEN = Rule("push-under-read-token", Severity.WARNING)
WRITE_SHARED_WITH_READ_TOKEN = Rule("write-shared-with-read-token", Severity.WARNING)


_CONTENTS = Permission("contents", "read")


def permissions(job: LinkedJob) -> tuple[Permission, ...]:
    """The union over a job's flows of the least rights, each with the message that asks for it."""
    granted: dict[str, Permission] = {_CONTENTS.scope: _CONTENTS}
    steps = (step for in_flow in job.flows.values() for drawn in in_flow.drawn for step in drawn.steps)
    for step in steps:
        for scope, level in step.rights:
            earlier = granted.get(scope)
            if earlier is None or (earlier.level == "read" and level == "write"):
                granted[scope] = Permission(scope, level, RIGHT.write(message=_asking(step)))
    return tuple(granted.values())


def _asking(step: DrawnStep) -> str:
    """The message that asks for a right, by its text or, without one, by who gets it."""
    return step.text.title or (step.partner.name if step.partner is not None else "")


def read_tokens(project: Linked, settings: Settings) -> list[Diagnostic]:
    """Writes that a flow's token forbids. Reports `fork-cannot-push`, `push-under-read-token`,
    `write-shared-with-read-token`."""
    result: list[Diagnostic] = []
    for linked, job in ((workflow, job) for workflow in project.items for job in workflow.jobs):
        writes = [
            (linked.workflow.flows[number], step)
            for number, in_flow in job.flows.items()
            for drawn in in_flow.drawn
            for step in drawn.steps
            if any(level == "write" and scope != "id-token" for scope, level in step.rights)
        ]
        for flow, step in writes:
            reading = [event.event for event in flow.events if event.kind.has_fork_token]
            if flow.is_fork and reading:
                result.append(_fork(flow, step, reading[0]))
            elif flow.may_write is False:
                result.append(_read_token(flow, step))
        result += _shared(linked, job, writes)
    return result


def _fork(flow: Flow, step: DrawnStep, event: str) -> Diagnostic:
    return diagnostic(
        FORK_CANNOT_PUSH,
        f"a `{event}` run from a fork has a read-only token, so GitHub refuses this",
        Label(step.span, "drawn in a flow from a fork"),
        Label(flow.span, "started here"),
        help=f"let a workflow started by `{PULL_REQUEST_TARGET.name}` or `{WORKFLOW_RUN.name}` do it",
    )


def _read_token(flow: Flow, step: DrawnStep) -> Diagnostic:
    assert flow.run.token is not None
    return diagnostic(
        PUSH_UNDER_READ_TOKEN,
        f"`{step.text.title}` needs a token that writes, but the flow has a read token",
        Label(step.span, "writes here"),
        Label(flow.run.token.span, "the token is described here"),
        help="write `[Write Token]` in the note if the token may write, else let another workflow push",
    )


def _shared(linked: LinkedWorkflow, job: LinkedJob, writes: list[tuple[Flow, DrawnStep]]) -> list[Diagnostic]:
    """One warning for a job that some flow lets write and that a flow with a read token shares."""
    writing = {flow.number for flow, _ in writes}
    readers = [
        flow
        for number in job.flows
        if number not in writing and (flow := linked.workflow.flows[number]).may_write is False
    ]
    if not readers or not writes:
        return []
    step = writes[0][1]
    return [
        diagnostic(
            WRITE_SHARED_WITH_READ_TOKEN,
            f"`{job.identity.title}` may write for `{step.text.title}`, also in flows with a read token",
            Label(step.span, "the write"),
            *(Label(flow.run.token.span, "a flow with a read token") for flow in readers if flow.run.token),
            help="move the write into a job of its own: `permissions` cannot depend on the event",
        )
    ]
