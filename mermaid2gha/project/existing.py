"""What the workflow files of a project say that the compiler must know, as its input `Existing`, and what the
documents compile to with it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from mermaid2gha.base.paths import folder_of, joined
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.compile import Compilation, compile_documents
from mermaid2gha.compiler.ir.existing import NOTHING, AskedRight, Existing, ExistingFile, ExistingJob
from mermaid2gha.project.discovery import Project
from mermaid2gha.project.snapshot import Disk
from mermaid2gha.settings.model import folded

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.compiler.ir.flow_graph import FlowGraph
    from mermaid2gha.compiler.link.model import LinkedWorkflow
    from mermaid2gha.github.workflow.model import Job, Workflow
    from mermaid2gha.github.workflow.reader import WorkflowFile


def compilation_of(project: Project, disk: Disk) -> Compilation:
    """The documents compiled with what files say that stand: a second time where they name workflows of which
    only a compilation knows that the drawing means them."""
    existing = existing_ids(project, disk)
    compilation = compile_documents(project.documents, project.settings, existing)
    named = with_senders(project, compilation.linked, existing, disk)
    named = with_called(project, compilation.linked, compilation.drawings, named, disk)
    named = with_callees_rights(project, compilation, named, disk)
    if named is existing:  # few drawings name a workflow that is drawn no further, or called otherwise
        return compilation
    return compile_documents(project.documents, project.settings, named)


def existing_ids(project: Project, disk: Disk) -> Existing:
    """The ids of the jobs of each workflow file; nothing where no wildcard of `ids` asks.

    Their conditions are left out: whose they are is known only when the files are bound to what is drawn.
    """
    settings = project.settings
    if not any("*" in pattern for _, given in settings.jobs for pattern in given.ids):
        return NOTHING
    folder = os.path.normpath(joined(project.root, settings.workflows))
    names = [name for name in disk.names(folder) if name.endswith((".yml", ".yaml"))]
    files = [(name, disk.workflow(joined(folder, name))[0]) for name in names]
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
    folder = os.path.normpath(joined(project.root, project.settings.workflows))
    for name in {flow.run.after: None for one in linked for flow in one.workflow.flows if flow.run.after}:
        sender = files.get(folded(name))
        file = disk.workflow(joined(folder, sender.file))[0] if sender is not None else None
        if sender is None or file is None:
            continue
        title = file.name or f".github/workflows/{sender.file}"
        if title != sender.name:
            known = replace(existing.file(sender.file), title=title)
            others = (one for one in existing.files if one.name.casefold() != known.name.casefold())
            existing = replace(existing, files=(*others, known))
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
    folder = os.path.normpath(joined(project.root, project.settings.workflows))
    for name in {job.call: None for drawing in drawings for job in drawing.jobs if job.call}:
        if (
            "/" not in name
            and name.casefold() not in drawn
            and not existing.has(name)
            and disk.is_there(joined(folder, name))
        ):
            existing = replace(existing, files=(*existing.files, ExistingFile(name, ())))
    return existing


def with_callees_rights(
    project: Project, compilation: Compilation, existing: Existing, disk: Disk
) -> Existing:
    """The same, and the rights that people gave the called workflows, as far as a drawn call lacks them.

    GitHub refuses a call that may not do what its callee asks for. The same value where none lacks any.
    """
    folder = os.path.normpath(joined(project.root, project.settings.workflows))
    texts = {one.file.casefold(): text for one, text in zip(compilation.workflows, compilation.texts)}
    more: dict[AskedRight, None] = {}
    calls: dict[str, list[Job]] = {}
    for job in (job for workflow in compilation.workflows for job in workflow.jobs):
        if job.call is not None and job.call.uses.startswith("./"):
            calls.setdefault(job.call.uses.rpartition("/")[2], []).append(job)
    for name, jobs in calls.items():
        path = joined(folder, name)
        content = disk.known(path)
        is_to_read = content is not None and not _is_as_compiled(content, texts.get(name.casefold()))
        file = disk.workflow(path)[0] if is_to_read else None
        if file is None:
            continue
        from mermaid2gha.github.validity.rights import exceeding  # late: most callees stand as compiled
        from mermaid2gha.reconcile.rights import peoples_rights

        for scope, level in peoples_rights(file):
            granted = ({right.scope: right.level for right in job.permissions} for job in jobs)
            if any(exceeding({scope: level}, one) for one in granted):
                more[AskedRight(name, scope, level)] = None
    return replace(existing, rights=tuple(more)) if more else existing


def _is_as_compiled(content: bytes, text: str | None) -> bool:
    """Whether a file is a compiled text, with nothing but comments at its end."""
    before, found, after = content.partition((text or "").encode()) if text else (content, b"", b"")
    return bool(found) and not before and all(line[:1] in (b"", b"#") for line in after.split(b"\n"))


def read_callees(workflow: Workflow, file: WorkflowFile, path: str, disk: Disk) -> dict[str, WorkflowFile]:
    """The workflows beside a file that its calls give other inputs than are drawn, by their files' names in
    lower case."""
    found: dict[str, WorkflowFile] = {}
    for job in workflow.jobs:
        there = file.job(job.id)
        if job.call is None or there is None or not there.uses.startswith("./"):
            continue
        drawn = {name.casefold() for name, _ in job.call.arguments}
        if all(name.casefold() in drawn for name, _ in there.arguments):
            continue
        name = there.uses.rpartition("/")[2]
        called = disk.workflow(joined(folder_of(path), name))[0]
        if called is not None:
            found[name.casefold()] = called
    return found
