"""The colours and line styles of the pictures: dark on white, told apart by eyes that confuse hues too."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import LinkKind, PlaceKind

# The engine knows the widths of Arial's letters, but reads a list of fonts as Times.
FONT = "Arial"
FONTS = "Helvetica,Arial,sans-serif"
PAPER = "#ffffff"
INK = "#1f2328"
FAINT_INK = "#59636e"
LINE = "#59636e"
GATE_LINE = "#afb8c1"
DATA_LINE = "#8c959f"

# One a flow, in the order of the documents; from the ninth flow on they recur, and numbers tell them apart.
FLOW_COLOURS = ("#0969da", "#bc4c00", "#1a7f37", "#8250df", "#bf3989", "#1b7c83", "#9a6700", "#cf222e")

# Fill and outline.
JOB_COLOURS = {
    JobKind.WORK: ("#eaeef2", "#57606a"),
    JobKind.WAIT: ("#fff8c5", "#9a6700"),
    JobKind.GATE: ("#dafbe1", "#1a7f37"),
    JobKind.CALL: ("#ddf4ff", "#0969da"),
    JobKind.JOIN: ("#f6f8fa", "#8c959f"),
}
PLACE_COLOURS = {
    PlaceKind.WORKFLOW: ("#ddf4ff", "#0969da"),
    PlaceKind.SOURCE: ("#f6f8fa", "#57606a"),
    PlaceKind.PERSON: ("#fbefff", "#8250df"),
    PlaceKind.STORE: ("#fff8c5", "#9a6700"),
}
LINK_COLOURS = {
    LinkKind.TRIGGER: "#1a7f37",
    LinkKind.CALL: "#0969da",
    LinkKind.PUSH: "#bc4c00",
    LinkKind.PULL: "#59636e",
    LinkKind.WRITE: "#cf222e",
}


def flow_colour(number: int) -> str:
    """The colour of the flow with a number, from 1."""
    return FLOW_COLOURS[(number - 1) % len(FLOW_COLOURS)]


def flow_numbers(flows: Sequence[str], every: Sequence[str]) -> tuple[int, ...]:
    """The numbers, from 1, of some flows among all of a picture; none if they are all of them."""
    some = set(flows)
    return () if some >= set(every) else tuple(n for n, flow in enumerate(every, 1) if flow in some)
