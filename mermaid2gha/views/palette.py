"""The colours of the pictures, told apart by eyes that confuse hues too, and what each is on dark paper."""

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
FLOW_COLOURS = ("#0969da", "#bc4c00", "#1a7f37", "#8250df", "#bf3989", "#0f6b73", "#8a5c00", "#cf222e")

# Fill and outline.
JOB_COLOURS = {
    JobKind.WORK: ("#f0f3f6", "#57606a"),
    JobKind.WAIT: ("#fff8c5", "#8a5c00"),
    JobKind.GATE: ("#dafbe1", "#1a7f37"),
    JobKind.CALL: ("#ddf4ff", "#0969da"),
    JobKind.JOIN: ("#f6f8fa", "#8c959f"),
}
PLACE_COLOURS = {
    PlaceKind.WORKFLOW: ("#ddf4ff", "#0969da"),
    PlaceKind.SOURCE: ("#f6f8fa", "#57606a"),
    PlaceKind.PERSON: ("#fbefff", "#8250df"),
    PlaceKind.STORE: ("#fff8c5", "#8a5c00"),
}
LINK_COLOURS = {
    LinkKind.TRIGGER: "#1a7f37",
    LinkKind.CALL: "#0969da",
    LinkKind.PUSH: "#bc4c00",
    LinkKind.PULL: "#59636e",
    LinkKind.WRITE: "#cf222e",
}

DARK = {
    PAPER: "#0d1117",
    INK: "#e6edf3",
    LINE: "#9198a1",
    GATE_LINE: "#6e7681",
    DATA_LINE: "#8b949e",
    "#0969da": "#58a6ff",
    "#bc4c00": "#f0883e",
    "#1a7f37": "#3fb950",
    "#8250df": "#bc8cff",
    "#bf3989": "#f778ba",
    "#0f6b73": "#39c5cf",
    "#8a5c00": "#d29922",
    "#cf222e": "#ff7b72",
    "#57606a": "#9198a1",
    "#f0f3f6": "#21262d",
    "#fff8c5": "#2e2610",
    "#dafbe1": "#12261e",
    "#ddf4ff": "#10233d",
    "#f6f8fa": "#161b22",
    "#fbefff": "#271c3d",
    "#ffebe9": "#35191c",
}
"""Every colour of a picture, on dark paper."""


def flow_colour(number: int) -> str:
    """The colour of the flow with a number, from 1."""
    return FLOW_COLOURS[(number - 1) % len(FLOW_COLOURS)]


def flow_numbers(flows: Sequence[str], every: Sequence[str]) -> tuple[int, ...]:
    """The numbers, from 1, of some flows among all of a picture; none if they are all of them."""
    some = set(flows)
    return () if some >= set(every) else tuple(n for n, flow in enumerate(every, 1) if flow in some)
