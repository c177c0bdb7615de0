"""What gives to the outside: publications, deployments, releases, writes, pushes that nothing pulls."""

from __future__ import annotations

from mermaid2gha.compiler.ir.flow_graph import DrawnJob, DrawnStep, FlowGraph, StepKind


def pulled_artifacts(drawing: FlowGraph) -> frozenset[str]:
    """The artifacts that a diagram draws to be pulled somewhere."""
    return frozenset(t.artifact for t in drawing.transfers if not t.is_push)


def job_gives(job: DrawnJob) -> bool:
    """Whether a job gives something away by its name or because people must approve it."""
    return bool(job.environment) or job.publishes


def step_gives(step: DrawnStep, pulled: frozenset[str]) -> bool:
    """Whether a step gives something away; `pulled` are the artifacts that something in the flow pulls."""
    if step.kind is StepKind.WRITE:
        return True
    if step.kind not in (StepKind.PUSH, StepKind.MESSAGE):
        return False
    return step.publishes or (step.kind is StepKind.PUSH and step.artifact not in pulled)
