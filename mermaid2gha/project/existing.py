"""What the workflow files of a project say that the compiler must know, as its input `Existing`."""

from __future__ import annotations

import os
from pathlib import Path

from mermaid2gha.compiler.ir.existing import NOTHING, Existing, ExistingFile, ExistingJob
from mermaid2gha.project.discovery import Project
from mermaid2gha.project.snapshot import Disk

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.github.workflow.reader import WorkflowFile


def existing_ids(project: Project, disk: Disk) -> Existing:
    """The ids of the jobs of each workflow file; nothing where no wildcard of `ids` asks.

    Their conditions are left out: whose they are is known only when the files are bound to what is drawn.
    """
    settings = project.settings
    if not any("*" in pattern for _, given in settings.jobs for pattern in given.ids):
        return NOTHING
    folder = os.path.normpath(Path(project.root, settings.workflows))
    names = [name for name in disk.names(folder) if name.endswith((".yml", ".yaml"))]
    files = [(name, disk.workflow(str(Path(folder, name)))[0]) for name in names]
    return Existing(
        tuple(
            ExistingFile(name, tuple(ExistingJob(job.id) for job in file.jobs))
            for name, file in files
            if file is not None
        )
    )


def existing_file(file: WorkflowFile) -> ExistingFile:
    """What a parsed file says of its jobs."""
    jobs = (ExistingJob(job.id, job.condition.value if job.condition else "") for job in file.jobs)
    return ExistingFile(Path(file.file.name).name, tuple(jobs))
