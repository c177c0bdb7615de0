"""What the workflow files of a project say that the compiler must know, as its input `Existing`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.existing import NOTHING, Existing, ExistingFile, ExistingJob
from mermaid2gha.project.discovery import Project
from mermaid2gha.project.snapshot import Disk
from mermaid2gha.settings.model import folded

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.compiler.ir.flow_graph import FlowGraph
    from mermaid2gha.compiler.link.model import LinkedWorkflow


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


def with_senders(
    project: Project, linked: Sequence[LinkedWorkflow], existing: Existing, disk: Disk
) -> Existing:
    """The same, and what GitHub calls the workflows to which others of a project listen.

    That is the `name:` in the sender's file as it stands, which is people's, or without one its path. The
    same value where it is what is drawn.
    """
    files = {folded(one.name): one for one in linked}
    folder = os.path.normpath(Path(project.root, project.settings.workflows))
    for name in {flow.run.after: None for one in linked for flow in one.workflow.flows if flow.run.after}:
        sender = files.get(folded(name))
        file = disk.workflow(str(Path(folder, sender.file)))[0] if sender is not None else None
        if sender is None or file is None:
            continue
        title = file.name or f".github/workflows/{sender.file}"
        if title != sender.name:
            known = replace(existing.file(sender.file), title=title)
            others = (one for one in existing.files if one.name.casefold() != known.name.casefold())
            existing = Existing((*others, known))
    return existing


def with_called(
    project: Project,
    linked: Sequence[LinkedWorkflow],
    drawings: Sequence[FlowGraph],
    existing: Existing,
    disk: Disk,
) -> Existing:
    """The same, and the workflows that are called and drawn no further, where their files stand.

    The same value where there are none.
    """
    drawn = {one.file.casefold() for one in linked}
    folder = os.path.normpath(Path(project.root, project.settings.workflows))
    for name in {job.call: None for drawing in drawings for job in drawing.jobs if job.call}:
        if (
            "/" not in name
            and name.casefold() not in drawn
            and not existing.has(name)
            and disk.is_there(str(Path(folder, name)))
        ):
            existing = Existing((*existing.files, ExistingFile(name, ())))
    return existing
