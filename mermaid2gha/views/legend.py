"""What the head of a picture of jobs says: its flows with their numbers, and the signs that occur in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import WorkflowPlan
from mermaid2gha.views.lettering import numbers_text, wrapped

FLOW_WIDTH = 60
MOST_ROWS = 6


def flow_lines(flows: Sequence[str]) -> list[str]:
    """The flows, numbered, in at most six lines; a single flow needs no number."""
    if len(flows) < 2:
        return [wrapped(flow, FLOW_WIDTH)[0] for flow in flows]
    entries = [f"{numbers_text([n])}  {wrapped(flow, FLOW_WIDTH)[0]}" for n, flow in enumerate(flows, 1)]
    height = min(MOST_ROWS, len(entries))
    return ["    ".join(entries[at::height]) for at in range(height)]


def sign_words(graph: WorkflowPlan, shapes: Mapping[JobKind, str], *, with_colours: bool) -> Iterator[str]:
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
    if with_colours and any(set(need.flows) < set(graph.flows) for _, need in graph.needs):
        yield "coloured arrow: in the flows of its colours"
    if any(need.is_data and not need.is_order for _, need in graph.needs):
        yield "dotted arrow: its outputs are read"
