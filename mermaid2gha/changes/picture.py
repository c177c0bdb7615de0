"""What runs before and after as a Mermaid flowchart that every Mermaid draws: plain boxes and arrows."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.changes.compare import ChangedFlow
from mermaid2gha.views import palette
from mermaid2gha.views.flowchart import escaped
from mermaid2gha.views.lettering import one_line

MOST_EDGES = 100
"""Arrows of a chart; a table tells more better."""

_LONGEST = 60
_CLASSES = {
    "same": (palette.PAPER, "#57606a", ""),
    "new": ("#dafbe1", "#1a7f37", ""),
    "gone": ("#ffebe9", "#cf222e", ",stroke-dasharray:4 3"),
}


def edge_count(flow: ChangedFlow) -> int:
    """How many edges its chart has: those before and those after, each once."""
    return len(set(flow.edges_before) | set(flow.edges_after))


def flow_chart(flows: Sequence[ChangedFlow], titles: Sequence[str] = ()) -> str:
    """The flows in one chart, each in a frame with its title where there are titles.

    What is new is green and says so, what is gone red and dashed; new arrows are thick, gone ones dotted.
    """
    lines = ["flowchart LR"]
    for number, flow in enumerate(flows, 1):
        if titles:
            lines.append(f'  subgraph f{number} ["{_text(titles[number - 1])}"]')
        lines += [f"  {'  ' * bool(titles)}{line}" for line in _lines(flow, number)]
        if titles:
            lines.append("  end")
    for name, (fill, line, dashes) in _CLASSES.items():
        lines.append(f"  classDef {name} fill:{fill},stroke:{line},color:{palette.INK}{dashes}")
    return "\n".join(lines) + "\n"


def _lines(flow: ChangedFlow, number: int) -> list[str]:
    lines = []
    ids = {job: f"f{number}_{place}" for place, (job, _) in enumerate(flow.jobs, 1)}
    for job, name in flow.jobs:
        look = "same" if job in flow.before and job in flow.after else "new" if job in flow.after else "gone"
        words = "" if look == "same" else f" ({look})"
        lines.append(f'{ids[job]}["{_text(name)}{words}"]:::{look}')
    before, after = set(flow.edges_before), set(flow.edges_after)
    for edge in dict.fromkeys((*flow.edges_after, *flow.edges_before)):
        arrow = "-->" if edge in before and edge in after else "==>" if edge in after else "-.->"
        lines.append(f"{ids[edge[0]]} {arrow} {ids[edge[1]]}")
    return lines


def _text(text: str) -> str:
    shown = one_line(text)
    return escaped(shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…") or " "
