"""Pictures as Mermaid flowcharts, which GitHub draws inside Markdown.

Ids are numbers behind a letter, so that no name can be a keyword. Every colour that matters is set together
with the colour of the text upon it, since GitHub also draws on dark paper.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import PlaceKind, PlanJob, ProjectPlan, Station, WorkflowPlan
from mermaid2gha.github.workflow.emitter import quoted
from mermaid2gha.views import palette
from mermaid2gha.views.layout import box_width, layouts
from mermaid2gha.views.legend import sign_words, trigger_words
from mermaid2gha.views.lettering import NUMBER, one_line, wrapped
from mermaid2gha.views.notes import LINK_WORDS, job_notes, link_entries, merged_links, place_notes
from mermaid2gha.views.outline import Outline, OutlineEdge, outline, sources

NAME_WIDTH = 24
NOTE_WIDTH = 30
FLOW_WIDTH = 60
SIGNS_WIDTH = 60
# Mermaid refuses a chart of more than 500 arrows, and no chart can raise that; the legend has one.
MOST_ARROWS = 499
BRACKETS = {
    JobKind.WORK: ("[", "]"),
    JobKind.WAIT: ("{{", "}}"),
    JobKind.GATE: ("([", "])"),
    JobKind.CALL: ("[[", "]]"),
    JobKind.JOIN: ("((", "))"),
}
PLACE_BRACKETS = {
    PlaceKind.WORKFLOW: ("[", "]"),
    PlaceKind.SOURCE: ("[/", "/]"),
    PlaceKind.PERSON: ("([", "])"),
    PlaceKind.STORE: ("[(", ")]"),
}
SHAPE_WORDS = {
    JobKind.WAIT: "hexagon",
    JobKind.GATE: "rounded",
    JobKind.CALL: "double sides",
    JobKind.JOIN: "circle",
}

# What Mermaid or its Markdown reads in a label: quotes, entities, directives, lists.
# Two are read after entities are: formulas between `$$` and icons such as `fa:fa-car`, so these are parted.
_PARTED = re.compile(r"\$(?=\$)|\bfa\w?:(?=fa-)")
_SPECIAL = re.compile(r"[\u200b\"#&<>\\`$%:{}|]|^(?:\d+(?=[.)] )|[-+*](?= ))")

ZERO_WIDTH = "\u200b"
FlowNumbers = tuple[int, ...]


def flowchart(graph: WorkflowPlan, *, shows_data: bool = False) -> str:
    """The jobs of one workflow, with a legend where there is something to tell."""
    shown = outline(graph, shows_data=shows_data)
    widths = {job.id: _width(job, graph, dict(shown.gates)) for job in graph.jobs}
    laid_out, *_ = layouts(sources(shown, widths), widths)
    ids = node_ids([job.id for job in graph.jobs])
    ids |= {junction: f"j{number}" for number, junction in enumerate(shown.junctions, 1)}
    needed = dict(shown.gates)
    arrows = sorted(shown.lines, key=_is_read)[:MOST_ARROWS]
    by_flows = _arrows_by_flows(arrows, graph, needed)
    colours = _colours(by_flows, len(graph.flows))
    lines = [
        *_head(f"{graph.name} · {graph.file}", "TB" if laid_out.is_downwards else "LR"),
        *(_node(ids[job.id], job, graph, needed.get(job.id, 0)) for job in graph.jobs),
        *(f'  {ids[junction]}@{{ shape: f-circ, label: " " }}' for junction in shown.junctions),
        "",  # so that a last job and a first arrow of two branches do not touch
        *(_arrow(ids, arrow, shown.junctions) for arrow in arrows),
        *_legend(graph, colours, shown, missing=len(shown.lines) - len(arrows), shows_data=shows_data),
        *_classes(graph),
        *(_link_style(by_flows[flows], colour) for flows, colour in colours.items()),
    ]
    return "\n".join(lines) + "\n"


def node_ids(jobs: Iterable[str]) -> dict[str, str]:
    """The nodes of jobs by their ids, after which they are called: another job more changes none of them, so
    that two branches conflict over no more than both changed."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for job in jobs:
        node = f"n_{re.sub(r'[^A-Za-z0-9]', '_', job)}"
        while node in taken:
            node += "_"
        taken.add(node)
        found[job] = node
    return found


def program_flowchart(program: ProjectPlan) -> str:
    """Workflows, sources, persons and stores, and what passes between them."""
    ids = {place.name: f"p{number}" for number, place in enumerate(program.stations, 1)}
    merged = merged_links(program)
    lines = [*_head("Workflows and what passes between them")]
    lines += (_place(ids[place.name], place, program) for place in program.stations)
    for (source, target, kind), links in merged.items():
        label = [LINK_WORDS[kind]]
        for words, numbers in link_entries(links, program.flows):
            label.append(f"{words} ({', '.join(map(str, numbers))})" if numbers else words)
        lines.append(f'  {ids[source]} -->|"{_text(label)}"| {ids[target]}')
    lines += _legend_before("p1", _flow_rows(program.flows)) if program.stations else []
    lines += (_class(f"{kind.value}Place", *palette.PLACE_COLOURS[kind]) for kind in PlaceKind)
    for number, (_, _, kind) in enumerate(merged):
        lines.append(f"  linkStyle {number} stroke:{palette.LINK_COLOURS[kind]}")
    return "\n".join(lines) + "\n"


def _width(job: PlanJob, graph: WorkflowPlan, needed: Mapping[str, int]) -> float:
    notes = job_notes(job, graph.flows, needed.get(job.id, 0), NOTE_WIDTH)
    return box_width(wrapped(job.name, NAME_WIDTH), notes)


def _head(title: str, direction: str = "LR") -> list[str]:
    config = "config: {layout: dagre, flowchart: {wrappingWidth: 400}}"
    return ["---", f"title: {quoted(one_line(title))}", config, "---", f"flowchart {direction}"]


def _node(node: str, job: PlanJob, graph: WorkflowPlan, needed: int) -> str:
    start, end = BRACKETS[job.kind]
    label = _text(wrapped(job.name, NAME_WIDTH), job_notes(job, graph.flows, needed, NOTE_WIDTH))
    return f'  {node}{start}"{label}"{end}:::{_job_class(job.kind, job.is_optional)}'


def _place(node: str, place: Station, program: ProjectPlan) -> str:
    start, end = PLACE_BRACKETS[place.kind]
    label = _text(wrapped(place.name, NAME_WIDTH), place_notes(place, program))
    return f'  {node}{start}"{label}"{end}:::{place.kind.value}Place'


def _arrow(ids: Mapping[str, str], line: OutlineEdge, junctions: Sequence[str]) -> str:
    shaft = "-.-" if _is_read(line) else "--"
    head = "-" * (not _is_read(line)) if line.target in junctions else ">"
    return f"  {ids[line.source]} {shaft}{head} {ids[line.target]}"


def _is_read(line: OutlineEdge) -> bool:
    """Whether a line only says that outputs are read."""
    return line.is_data and not line.is_order


def _arrows_by_flows(
    arrows: Sequence[OutlineEdge], graph: WorkflowPlan, gates: Container[str]
) -> dict[FlowNumbers, list[int]]:
    """The places of the arrows that need a colour, by the flows that they are of."""
    by_flows: dict[FlowNumbers, list[int]] = {}
    for place, arrow in enumerate(arrows):
        numbers = palette.flow_numbers(arrow.flows, graph.flows)
        if numbers and arrow.target not in gates and not _is_read(arrow):
            by_flows.setdefault(numbers, []).append(place)
    return by_flows


def _colours(flow_sets: Iterable[FlowNumbers], flows: int) -> dict[FlowNumbers, str]:
    """A colour for every set of flows: a flow's own, then those that no flow has."""
    ordered = sorted(flow_sets)
    colours = {numbers: palette.flow_colour(numbers[0]) for numbers in ordered if len(numbers) == 1}
    several = (numbers for numbers in ordered if len(numbers) > 1)
    return colours | {numbers: palette.flow_colour(flows + n) for n, numbers in enumerate(several, 1)}


def _legend(
    graph: WorkflowPlan,
    colours: Mapping[FlowNumbers, str],
    shown: Outline,
    *,
    missing: int,
    shows_data: bool,
) -> list[str]:
    """The flows and what the arrows' colours and the shapes mean; it stands before the first job."""
    rows = _flow_rows(graph.flows)
    for numbers, colour in colours.items():
        rows.append(f"{_in_colour('▬', colour)} only in {' '.join(map(str, numbers))}")
    rows += [f"<small>{escaped(row)}</small>" for row in wrapped(trigger_words(graph), SIGNS_WIDTH) if row]
    words = sign_words(
        graph, SHAPE_WORDS, with_colours=False, with_data=shows_data, is_reduced=shown.is_reduced
    )
    signs = " · ".join(words)
    rows += [f"<small>{row}</small>" for row in wrapped(signs, SIGNS_WIDTH) if row]
    rows += [f"<small>{missing} more arrows are not drawn</small>"] if missing else []
    first = [*node_ids([job.id for job in graph.jobs[:1]]).values()]
    return _legend_before(first[0], rows) if first else []


def _legend_before(first: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return []
    return [
        "  subgraph legend [Legend]",
        f'    l1["{"<br/>".join(rows)}"]:::legendText',
        "  end",
        f"  l1 ~~~ {first}",
        _class("legendText", palette.PAPER, palette.PAPER) + ",text-align:left",
        _class("legendFrame", palette.PAPER, palette.GATE_LINE),
        "  class legend legendFrame",
    ]


def _flow_rows(flows: Sequence[str]) -> list[str]:
    if len(flows) < 2:
        return []
    return [
        f"{_in_colour(str(number), palette.flow_colour(number))} {escaped(wrapped(flow, FLOW_WIDTH)[0])}"
        for number, flow in enumerate(flows, 1)
    ]


def _in_colour(text: str, colour: str) -> str:
    """A short text in a colour, which is written without `#`, as that begins an entity."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"<b style='color:rgb({red},{green},{blue})'>{text}</b>"


def _classes(graph: WorkflowPlan) -> Iterator[str]:
    looks = {(job.kind, job.is_optional) for job in graph.jobs}
    for kind in JobKind:
        fill, line = palette.JOB_COLOURS[kind]
        if (kind, False) in looks:
            yield _class(_job_class(kind, False), fill, line)
        if (kind, True) in looks:
            fill = palette.PAPER if kind is JobKind.WORK else fill
            yield _class(_job_class(kind, True), fill, line) + ",stroke-width:2px,stroke-dasharray:5 3"
    yield _class("junction", palette.LINE, palette.LINE)


def _job_class(kind: JobKind, is_optional: bool) -> str:
    """The name of a style; `call` alone is a word of Mermaid's."""
    return f"{kind.value}Job{'Optional' * is_optional}"


def _class(name: str, fill: str, line: str) -> str:
    return f"  classDef {name} fill:{fill},stroke:{line},color:{palette.INK}"


def _link_style(places: Iterable[int], colour: str) -> str:
    """One statement for all arrows of a colour."""
    return f"  linkStyle {','.join(map(str, places))} stroke:{colour},stroke-width:2px"


def _text(lines: Sequence[str], notes: Sequence[str] = ()) -> str:
    """Lines, then notes in small letters, as a label between quotes."""
    shown = [escaped(line) or "#32;" for line in lines]
    return "<br/>".join([*shown, *(f"<small>{escaped(note)}</small>" for note in notes)])


def escaped(text: str) -> str:
    """A text as Mermaid shows it inside a label."""
    parted = _PARTED.sub(r"\g<0>" + ZERO_WIDTH, text.replace(NUMBER, ""))
    return _SPECIAL.sub(_entity, parted)


def _entity(found: re.Match[str]) -> str:
    return "".join(f"#{ord(char)};" for char in found[0])
