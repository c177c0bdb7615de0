"""Hypothesis strategies for drawings in which branches of failure stand after, beside and in each other."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from laws.generate import LABELS
from laws.tree import Document, Flow, Fragment, Job, Node, Trigger

WORKFLOW = "Alpha"
OPERATORS = (
    "any",
    "any",
    "named",
    "named",
    "outcomes",
    "two",
    "else",
    "opt",
    "alt",
    "par",
    "par",
    "critical",
)
EVENTS = {"merge": "push", "own": "pull_request"}


@st.composite
def handler_documents(draw: DrawFn) -> Document:
    """A document of one flow or two of one workflow, which decides first."""
    kinds = draw(st.permutations(list(EVENTS)))[: draw(st.integers(1, 2))]
    return Document(tuple(draw(handler_flows(kind)) for kind in kinds))


@st.composite
def handler_flows(draw: DrawFn, kind: str) -> Flow:
    """One flow with fragments in each other. Flows share the names of their jobs, and may skip some."""
    names = [f"Task {number}" for number in range(1, 15)]
    drawn: list[str] = []

    def job() -> list[Node]:
        if len(names) > 1 and draw(st.integers(0, 3)) == 0:
            names.pop(0)
        if not names:
            return []
        drawn.append(names.pop(0))
        return [Job(WORKFLOW, drawn[-1])]

    def failed() -> str:
        return f"{draw(st.sampled_from(drawn))} failed" if drawn else "failure"

    def body(depth: int) -> tuple[Node, ...]:
        nodes = job()
        for _ in range(draw(st.integers(1, 3 if depth == 0 else 2))):
            nodes += [fragment(depth)] if depth < 3 and draw(st.booleans()) else job()
        return tuple(nodes[draw(st.integers(0, 1)) :]) or tuple(nodes)

    def fragment(depth: int) -> Node:
        labels = draw(st.permutations(LABELS))
        kind = draw(st.sampled_from(OPERATORS))
        match kind:
            case "any":
                operator, guards = "opt", ("failure",)
            case "named":
                operator, guards = "opt", (failed(),)
            case "outcomes":
                operator, guards = "alt", ("success", draw(st.sampled_from(("", "failure"))))
            case "two":
                first, second = failed(), failed()
                operator, guards = "alt", (first, second)
                if "failure" in guards or first == second:
                    operator, guards = "opt", (first,)
            case "else":
                operator, guards = "alt", (draw(st.sampled_from(("failure", failed()))), "")
            case "alt":
                operator, guards = "alt", (labels[0], draw(st.sampled_from(("", labels[1]))))
            case "critical":
                operator, guards = "critical", ("it is delicate", "it breaks")
            case "par":
                operator, guards = "par", ("", "")
            case _:
                operator, guards = "opt", (labels[0],)
        return Fragment(operator, guards, tuple(body(depth + 1) for _ in guards))

    start: list[Node] = [
        Trigger("", WORKFLOW, EVENTS[kind]),
        Job(WORKFLOW, "Build info", ("Decide what to do",)),
    ]
    nodes = (*start, *body(0), fragment(1), *body(1))
    return Flow(kind, nodes, (WORKFLOW,) if draw(st.booleans()) else ())
