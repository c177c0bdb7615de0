"""The files of graphs of a project. None is made before its text is asked for: an unchanged one never is."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mermaid2gha.base.digest import text_digest
from mermaid2gha.base.records import dataclass
from mermaid2gha.views.model import JobGraph, Program

if TYPE_CHECKING:
    from mermaid2gha.views.svg import Draw

WHOLE = "flows"

# To be raised with each change of what the same graph looks like in DOT or Mermaid (for SVG, see `svg` too).
EDITION = 1


@dataclass(frozen=True, slots=True)
class GraphFile:
    """A file of DOT, Mermaid or SVG, as its name ends, and what it shows."""

    name: str
    shown: JobGraph | Program

    @property
    def is_picture(self) -> bool:
        return self.name.endswith(".svg")


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
        files += (GraphFile(f"{stem}{suffix}", graph) for suffix in (".dot", ".svg", ".mmd"))
    if program.graphs:
        files.append(GraphFile(f"{WHOLE}.svg", program))
    return tuple(files)


def graph_text(file: GraphFile, draw: Draw | None = None) -> str:
    """The text of a file; only a picture needs the engine that draws."""
    if file.name.endswith(".mmd"):
        from mermaid2gha.views.flowchart import flowchart, program_flowchart

        return flowchart(file.shown) if isinstance(file.shown, JobGraph) else program_flowchart(file.shown)
    if file.is_picture:
        from mermaid2gha.views.svg import svg

        assert draw is not None
        return svg(_dot(file.shown), draw)
    return _dot(file.shown)


def origin(file: GraphFile) -> str:
    """A digest of all that the text of a file depends on: files with one origin have one text."""
    suffix = PurePosixPath(file.name).suffix
    shown = repr(file.shown)
    for name, known in _KNOWN_AS.items():
        shown = shown.replace(f"{name}(", f"{known}(")
    return text_digest(f"{EDITION} {suffix} {shown}")


_KNOWN_AS = {"GraphJob": "Job", "Station": "Place"}
"""What classes are called in the digests of files that are there, which a new name must not make stale."""


def is_text_of(text: str, file: GraphFile) -> bool:
    """Whether a text is that of a file, whatever edition made it; never draws it."""
    if file.is_picture:
        from mermaid2gha.views.svg import is_current

        return is_current(text, _dot(file.shown))
    return text == graph_text(file)


def _dot(shown: JobGraph | Program) -> str:
    from mermaid2gha.views.dot import job_graph_dot, program_dot

    return job_graph_dot(shown) if isinstance(shown, JobGraph) else program_dot(shown)
