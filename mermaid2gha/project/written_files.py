"""The workflow files that commands are asked about without a document."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mermaid2gha.project.cache import kind_of
from mermaid2gha.project.snapshot import Disk
from mermaid2gha.settings.names import SETTINGS_NAMES

if TYPE_CHECKING:
    from mermaid2gha.base.diagnostic import Diagnostic
    from mermaid2gha.github.workflow.reader import WorkflowFile

USUAL_FOLDER = ".github/workflows"
_ENDINGS = (".yml", ".yaml")


def usual_folder(disk: Disk) -> str:
    """Where the workflows are: what the nearest settings say, else the usual folder here or above."""
    here = str(Path.cwd())
    root = disk.settings_root(here)
    if root is not None:
        from mermaid2gha.project.discovery import load

        loaded = load((), disk)
        for project in loaded.projects:
            return os.path.normpath(Path(project.root, project.settings.workflows))
    for folder in (Path(here), *Path(here).parents):
        if (folder / USUAL_FOLDER).is_dir():
            return str(folder / USUAL_FOLDER)
    return str(Path(here, USUAL_FOLDER))


def workflow_paths(path: str, disk: Disk) -> list[str]:
    """The workflow files that a path stands for: those in a folder, or itself; none if there is nothing."""
    if kind_of(path) in {"folder", "link"}:
        return [str(Path(path, name)) for name in disk.names(path) if name.endswith(_ENDINGS)]
    return [path] if disk.is_there(path) else []


def is_workflow_path(path: str) -> bool:
    """Whether a path can only be that of a workflow file: its ending says so, and it is not the settings."""
    return path.endswith(_ENDINGS) and Path(path).name not in SETTINGS_NAMES


def written_workflows(paths: Sequence[str], disk: Disk) -> tuple[list[WorkflowFile], list[Diagnostic]]:
    """The workflow files of some paths as they stand, and what is wrong with those that cannot be read."""
    files = dict.fromkeys(file for path in paths for file in workflow_paths(path, disk))
    read = [disk.workflow(os.path.abspath(file)) for file in files]  # noqa: PTH100
    workflows = [file for file, _ in read if file is not None]
    return workflows, [fault for file, faults in read if file is None for fault in faults]
