"""What the head of a picture of jobs says: its flows with their numbers, and the signs that occur in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import WorkflowPlan
from mermaid2gha.github.workflow.model import Trigger
from mermaid2gha.views.lettering import numbers_text, one_line, wrapped

FLOW_WIDTH = 60
MOST_ROWS = 6


def flow_lines(flows: Sequence[str]) -> list[str]:
    """The flows, numbered, in at most six lines; a single flow needs no number."""
    if len(flows) < 2:
        return [wrapped(flow, FLOW_WIDTH)[0] for flow in flows]
    entries = [f"{numbers_text([n])}  {wrapped(flow, FLOW_WIDTH)[0]}" for n, flow in enumerate(flows, 1)]
    height = min(MOST_ROWS, len(entries))
    return ["    ".join(entries[at::height]) for at in range(height)]


def trigger_words(graph: WorkflowPlan) -> str:
    """The events that start a workflow, each with its filters and times; nothing where none does."""
    events = ", ".join(_event(one) for one in graph.triggers)
    return f"on {events}" if events else ""


def _event(trigger: Trigger) -> str:
    parts = [*(f"{name} {', '.join(values)}" for name, values in trigger.filters), *trigger.cron]
    return one_line(f"{trigger.event} ({'; '.join(parts)})" if parts else trigger.event)


def sign_words(
    graph: WorkflowPlan,
    shapes: Mapping[JobKind, str],
    *,
    with_colours: bool,
    with_data: bool,
    is_reduced: bool,
) -> Iterator[str]:
    """The signs that a picture has, in words; `shapes` names the shape of each kind of job but `WORK`."""
    if any(job.is_optional for job in graph.jobs):
        yield "dashed: may be skipped"
    meanings = {
        JobKind.WAIT: "waits",
        JobKind.GATE: "gate",
        JobKind.CALL: "calls a workflow",
        JobKind.JOIN: "only waits for others",
    }
    for kind, meaning in meanings.items():
        if any(job.kind is kind for job in graph.jobs):
            yield f"{shapes[kind]}: {meaning}"
    if with_colours:
        yield "coloured arrow: only in the flow of its colour"
    if with_data and any(need.is_data and not need.is_order for _, need in graph.needs):
        yield "dotted arrow: its outputs are read"
    if is_reduced:
        yield "arrows that longer ways say are left out"
