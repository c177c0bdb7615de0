"""The set of picture files of a project."""

from __future__ import annotations

from pathlib import PurePosixPath

from mermaid2gha.graphs import Program
from mermaid2gha.nouns import dataclass
from mermaid2gha.views.dot import job_graph_dot, program_dot
from mermaid2gha.views.flowchart import flowchart

WHOLE = "flows"


@dataclass(frozen=True, slots=True)
class GraphText:
    """A file of DOT or Mermaid."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class GraphPicture:
    """An SVG file, not drawn yet: its text is `svg.svg(dot)`, and `svg.is_current` tells if it has."""

    name: str
    dot: str


GraphFile = GraphText | GraphPicture


def graph_files(program: Program) -> tuple[GraphFile, ...]:
    """For each workflow a `.dot`, a `.svg` and a `.mmd` named as its file, and `flows.svg` for the whole.

    A workflow whose name is taken, whatever the case, keeps its extension: `flows.yml` gives `flows.yml.svg`.
    """
    files: list[GraphFile] = []
    taken = {WHOLE}
    for graph in program.graphs:
        name = PurePosixPath(graph.file).name
        stem = PurePosixPath(name).stem
        stem = name if stem.casefold() in taken else stem
        taken.add(stem.casefold())
        dot = job_graph_dot(graph)
        files += [
            GraphText(f"{stem}.dot", dot),
            GraphPicture(f"{stem}.svg", dot),
            GraphText(f"{stem}.mmd", flowchart(graph)),
        ]
    if program.graphs:
        files.append(GraphPicture(f"{WHOLE}.svg", program_dot(program)))
    return tuple(files)
