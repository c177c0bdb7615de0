"""Where drawings stand: in the documents that the settings list, and new ones in one of these."""

from __future__ import annotations

import os
from pathlib import Path

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.encoding import decoded
from mermaid2gha.base.markdown import is_markdown
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.draw.document import DrawnBefore
from mermaid2gha.project.discovery import Project, load
from mermaid2gha.project.existing import existing_ids
from mermaid2gha.project.snapshot import Disk, shown

DOCUMENT = "docs/ci.md"
"""Where a document goes that nobody names, in the repository."""


@dataclass(frozen=True, slots=True)
class DrawingPlace:
    """The documents of a drawing, `paths` with the absolute path of each by its name; `target` is that of the
    one in which new diagrams stand."""

    place: DrawnBefore
    target: str
    paths: tuple[tuple[str, str], ...]


def drawing_place(named: str, root: str, disk: Disk) -> tuple[DrawingPlace | None, list[Diagnostic]]:
    """The documents that draw already and that which is `named`, empty for the usual one in the repository.

    Without a name new diagrams stand in the usual document, or in the first of the settings' if that is none
    of these.
    """
    usual = str(Path(root, DOCUMENT))
    target = os.path.abspath(named or usual)  # noqa: PTH100 (links in the name must stay)
    project = _project(target, disk)
    paths = list(project.paths) if project is not None else []
    if not named and paths and target not in paths:
        target = next((path for path in paths if is_markdown(SourceFile(path, ""))), paths[0])
    documents = list(project.documents) if project is not None else []
    content = disk.known(target)
    if target not in paths and content is not None:
        document, unreadable = decoded(content, shown(target))
        if unreadable:
            return None, list(unreadable)
        documents.append(document)
        paths.append(target)
    by_name = dict(zip((document.name for document in documents), paths))
    name = next((name for name, path in by_name.items() if path == target), shown(target))
    place = DrawnBefore(name, tuple(documents), drawn=frozenset())
    if project is not None:
        compilation = compile_documents(project.documents, project.settings, existing_ids(project, disk))
        drawn = frozenset(workflow.file for workflow in compilation.linked)
        place = DrawnBefore(name, tuple(documents), settings=project.settings, drawn=drawn)
    return DrawingPlace(place, target, tuple({**by_name, name: target}.items())), []


def _project(target: str, disk: Disk) -> Project | None:
    """The project of the settings that a document is under, if it can be loaded; else its faults are told
    when the settings are written."""
    root = disk.settings_root(str(Path(target).parent))
    if root is None:
        return None
    loaded = load([str(Path(root, disk.settings_files(root)[0]))], disk)
    return loaded.projects[0] if len(loaded.projects) == 1 and not loaded.is_misused else None
