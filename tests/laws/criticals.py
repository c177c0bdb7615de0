"""Hypothesis strategies for drawings in which conditions stand around and inside `critical`."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from laws.generate import LABELS
from laws.tree import Document, Flow, Fragment, Job, Node, Trigger

WORKFLOW = "Alpha"
OPERATORS = ("critical", "critical", "opt", "opt", "alt", "break", "par")


@st.composite
def critical_documents(draw: DrawFn) -> Document:
    """A document of one flow of one workflow, which decides first or not, with fragments in each other."""
    names = [f"Task {number}" for number in range(1, 16)]

    def job() -> list[Node]:
        return [Job(WORKFLOW, names.pop(0))] if names else []

    def body(depth: int) -> tuple[Node, ...]:
        nodes = job()
        for _ in range(draw(st.integers(1, 3 if depth == 0 else 2))):
            nodes += [fragment(depth)] if depth < 3 and draw(st.booleans()) else job()
        return tuple(nodes[draw(st.integers(0, 1)) :]) or tuple(nodes)

    def fragment(depth: int) -> Node:
        operator = draw(st.sampled_from(OPERATORS))
        labels = draw(st.permutations(LABELS))
        match operator:
            case "critical":
                guards = ("it is delicate", "it breaks")
            case "alt":
                guards = (labels[0], draw(st.sampled_from(("", labels[1]))))
            case "par":
                guards = ("", "")
            case _:
                guards = (labels[0],)
        return Fragment(operator, guards, tuple(body(depth + 1) for _ in guards))

    start: list[Node] = [Trigger("", WORKFLOW, "push"), Job(WORKFLOW, "Build info", ("Decide what to do",))]
    nodes = (*start, *body(0), fragment(1), *body(1))
    return Document((Flow("merge", nodes, (WORKFLOW,) if draw(st.booleans()) else ()),))
