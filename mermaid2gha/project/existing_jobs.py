"""The jobs of the workflow files that are there, among which the wildcards of `ids` choose."""

from __future__ import annotations

import os
from pathlib import Path

from mermaid2gha.compiler.ir.sources import Written
from mermaid2gha.project.discovery import Project
from mermaid2gha.project.snapshot import Disk


def written_jobs(project: Project, disk: Disk) -> Written:
    """The ids of the jobs of each workflow file by its name in lower case; empty where no wildcard asks."""
    settings = project.settings
    if not any("*" in pattern for _, given in settings.jobs for pattern in given.ids):
        return {}
    from mermaid2gha.github.workflow.reader import workflow_file  # late: few projects have wildcards

    found: dict[str, tuple[str, ...]] = {}
    folder = os.path.normpath(Path(project.root, settings.workflows))
    for name in disk.names(folder):
        content = disk.known(str(Path(folder, name))) if name.endswith((".yml", ".yaml")) else None
        file = workflow_file(content, name)[0] if content is not None else None
        if file is not None:
            found[name.casefold()] = tuple(job.id for job in file.jobs)
    return found
