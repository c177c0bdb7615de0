"""The files of graphs of a project. None is made before its text is asked for: an unchanged one never is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from mermaid2gha.base.digest import text_digest
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.plan.model import ProjectPlan, WorkflowPlan

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.views.svg import Draw

WHOLE = "flows"

# To be raised with each change of what the same graph looks like in DOT or Mermaid (for SVG, see `svg` too).
EDITION = 1


@dataclass(frozen=True, slots=True)
class GraphFile:
    """A file of DOT, Mermaid or SVG, as its name ends, and what it shows."""

    name: str
    shown: WorkflowPlan | ProjectPlan

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
        name = PurePosixPath(graph.file).name
        stem = PurePosixPath(name).stem
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
            flowchart(file.shown) if isinstance(file.shown, WorkflowPlan) else program_flowchart(file.shown)
        )
    if file.is_picture:
        from mermaid2gha.views.svg import svg

        assert draw is not None
        return svg(_dot(file.shown), draw)
    return _dot(file.shown)


def origin(file: GraphFile) -> str:
    """A digest of all that the text of a file depends on: files with one origin have one text."""
    suffix = PurePosixPath(file.name).suffix
    return text_digest(f"{EDITION} {suffix} {_shown(file.shown)}{_repeated_and_asked(file.shown)}")


def _shown(shown: WorkflowPlan | ProjectPlan) -> str:
    """What of a plan pictures show, in the words by which files that are there were digested."""
    if isinstance(shown, WorkflowPlan):
        jobs = _listed(
            f"Job(id={job.id!r}, name={job.name!r}, kind={job.kind!r}, flows={job.flows!r}, "
            f"conditions={job.words!r}, is_optional={job.is_optional!r}, details={job.details!r})"
            for job in shown.jobs
        )
        needs = _listed(
            f"Need(job={job.id!r}, on={need.on!r}, flows={need.flows!r}, is_data={need.is_data!r}, "
            f"is_order={need.is_order!r})"
            for job, need in shown.needs
        )
        head = f"file={shown.file!r}, name={shown.name!r}, flows={shown.flows!r}"
        return f"JobGraph({head}, jobs={jobs}, needs={needs})"
    graphs = _listed(map(_shown, shown.workflows))
    places = _listed(
        f"Place(name={one.name!r}, kind={one.kind!r}, file={one.file!r})" for one in shown.stations
    )
    return f"Program(flows={shown.flows!r}, graphs={graphs}, places={places}, links={shown.links!r})"


def _repeated_and_asked(shown: WorkflowPlan | ProjectPlan) -> str:
    """The matrices and environments that a picture of jobs shows; nothing where there are none: such files
    were digested before either was shown."""
    jobs = shown.jobs if isinstance(shown, WorkflowPlan) else ()
    return "".join(
        f" {job.id!r}: {job.matrix!r}, {job.environment!r}" for job in jobs if job.matrix or job.environment
    )


def _listed(parts: Iterable[str]) -> str:
    """Texts as a tuple of values is written."""
    texts = tuple(parts)
    return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"


def is_text_of(text: str, file: GraphFile) -> bool:
    """Whether a text is that of a file, whatever edition made it; never draws it."""
    if file.is_picture:
        from mermaid2gha.views.svg import is_current

        return is_current(text, _dot(file.shown))
    return text == graph_text(file)


def _dot(shown: WorkflowPlan | ProjectPlan) -> str:
    from mermaid2gha.views.dot import job_graph_dot, program_dot

    return job_graph_dot(shown) if isinstance(shown, WorkflowPlan) else program_dot(shown)
