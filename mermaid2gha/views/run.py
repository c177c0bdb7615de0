"""A run as a picture: what ran, what was skipped, what failed, and the longest chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.records import dataclass
from mermaid2gha.views import palette
from mermaid2gha.views.dot import digraph, label_text, lay_out
from mermaid2gha.views.flowchart import escaped, node_ids
from mermaid2gha.views.layout import Layout, box_width, layouts
from mermaid2gha.views.lettering import NOTE, one_line, wrapped

NAME_WIDTH = 20
NOTE_WIDTH = 30
COLOURS = {
    "success": ("#dafbe1", "#1a7f37"),
    "failure": ("#ffebe9", "#cf222e"),
    "cancelled": ("#fff8c5", "#8a5c00"),
    "skipped": ("#ffffff", "#afb8c1"),
    "waiting": ("#ddf4ff", "#0969da"),
}
"""Fill and outline by result; a skipped job is dashed too."""


@dataclass(frozen=True, slots=True)
class RunNode:
    """A box of the picture: `result` is a key of `COLOURS`, `why` is shown below the name."""

    key: str
    name: str
    result: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A picture: its head, jobs, and pairs of keys `(before, after)`; `path` is the longest chain of keys."""

    head: str
    jobs: tuple[RunNode, ...]
    arrows: tuple[tuple[str, str], ...]
    path: tuple[str, ...] = ()


def run_dots(shown: ShownRun) -> list[str]:
    """The picture in Graphviz's language, in each of the layouts that may be narrow enough."""
    whys = {job.key: wrapped(job.why, NOTE_WIDTH) if job.why else () for job in shown.jobs}
    widths = {job.key: box_width(wrapped(job.name, NAME_WIDTH), whys[job.key]) for job in shown.jobs}
    return [_run_dot(shown, whys, one) for one in _layouts(shown, widths)]


def _layouts(shown: ShownRun, widths: Mapping[str, float]) -> tuple[Layout, ...]:
    before: dict[str, list[str]] = {job.key: [] for job in shown.jobs}
    for source, target in shown.arrows:
        before[target].append(source)
    return layouts(before, widths)


def _run_dot(shown: ShownRun, whys: Mapping[str, Sequence[str]], laid_out: Layout) -> str:
    waits = " · blue waits" if any(job.result == "waiting" for job in shown.jobs) else ""
    legend = f"green ran · red failed · yellow cancelled · dashed skipped{waits}"
    dot = digraph("run", [one_line(shown.head), NOTE + legend])
    longest = set(zip(shown.path, shown.path[1:]))
    for job in shown.jobs:
        fill, line = COLOURS[job.result]
        style = "rounded,filled,dashed" if job.result == "skipped" else "rounded,filled"
        width = "2" if job.key in shown.path else "1"
        label = label_text([*wrapped(job.name, NAME_WIDTH), *(NOTE + why for why in whys[job.key])], "\\n")
        dot.node(job.key, label=label, style=style, fillcolor=fill, color=line, penwidth=width)
    for before, after in shown.arrows:
        is_long = (before, after) in longest
        dot.edge(before, after, **({"penwidth": "2", "color": palette.INK} if is_long else {}))
    lay_out(dot, laid_out)
    return str(dot.source)


def run_flowchart(shown: ShownRun) -> str:
    """The picture as a Mermaid flowchart."""
    ids = node_ids([job.key for job in shown.jobs])
    widths = {job.key: box_width(wrapped(job.name, NAME_WIDTH), ()) for job in shown.jobs}
    direction = "TB" if _layouts(shown, widths)[0].is_downwards else "LR"
    lines = [f"flowchart {direction}", f'  head["{escaped(one_line(shown.head))}"]:::head']
    for job in shown.jobs:
        why = f"<br><small>{escaped(one_line(job.why))}</small>" if job.why else ""
        lines.append(f'  {ids[job.key]}["{escaped(one_line(job.name))}{why}"]:::{job.result}')
    longest = set(zip(shown.path, shown.path[1:]))
    for before, after in shown.arrows:
        lines.append(f"  {ids[before]} {'==>' if (before, after) in longest else '-->'} {ids[after]}")
    for result, (fill, line) in COLOURS.items():
        dashes = ",stroke-dasharray:4 3" if result == "skipped" else ""
        lines.append(f"  classDef {result} fill:{fill},stroke:{line},color:{palette.INK}{dashes}")
    lines.append(f"  classDef head fill:none,stroke:none,color:{palette.FAINT_INK}")
    return "\n".join(lines) + "\n"
