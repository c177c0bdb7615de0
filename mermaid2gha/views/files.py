"""The files of graphs of a project. None is made before its text is asked for: an unchanged one never is."""

from __future__ import annotations

from mermaid2gha.base.paths import name_of, stem_of
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.plan.model import ProjectPlan, WorkflowPlan

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.views.svg import Draw

WHOLE = "flows"


@dataclass(frozen=True, slots=True)
class GraphFile:
    """A file of DOT, Mermaid or SVG, as its name ends, and what it shows.

    `shows_data`: of jobs also where one only reads another's outputs.
    """

    name: str
    shown: WorkflowPlan | ProjectPlan
    shows_data: bool = False

    @property
    def is_picture(self) -> bool:
        return self.name.endswith(".svg")


def graph_files(program: ProjectPlan) -> tuple[GraphFile, ...]:
    """For each workflow a `.dot`, a `.svg` and a `.mmd` named as its file, and `flows.svg` for the whole.

    A workflow whose name is taken, whatever the case, keeps its extension: `flows.yml` gives `flows.yml.svg`.
    """
    files: list[GraphFile] = []
    taken = {WHOLE}
    for graph in program.workflows:
        name = name_of(graph.file)
        stem = stem_of(name)
        stem = name if stem.casefold() in taken else stem
        taken.add(stem.casefold())
        files += (GraphFile(f"{stem}{suffix}", graph) for suffix in (".dot", ".svg", ".mmd"))
    if program.workflows:
        files.append(GraphFile(f"{WHOLE}.svg", program))
    return tuple(files)


def graph_text(file: GraphFile, draw: Draw | None = None) -> str:
    """The text of a file; only a picture needs the engine that draws."""
    if file.name.endswith(".mmd"):
        from mermaid2gha.views.flowchart import flowchart, program_flowchart

        return (
            flowchart(file.shown, shows_data=file.shows_data)
            if isinstance(file.shown, WorkflowPlan)
            else program_flowchart(file.shown)
        )
    from mermaid2gha.views.dot import job_graph_dots, program_dot

    if isinstance(file.shown, WorkflowPlan):
        dots = job_graph_dots(file.shown, shows_data=file.shows_data)
    else:
        dots = [program_dot(file.shown)]
    if not file.is_picture:
        return dots[0]
    from mermaid2gha.views.svg import narrowest

    assert draw is not None
    return narrowest(dots, draw)
