"""What the workflow files of a project say that the compiler must know, as its input `Existing`."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.existing import NOTHING, Existing, ExistingFile, ExistingJob
from mermaid2gha.project.discovery import Project
from mermaid2gha.project.snapshot import Disk
from mermaid2gha.settings.model import folded
from mermaid2gha.settings.places import is_within

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.compiler.ir.flow_graph import FlowGraph
    from mermaid2gha.compiler.link.model import LinkedWorkflow
    from mermaid2gha.github.workflow.reader import WorkflowFile
    from mermaid2gha.reconcile.difference import Accepted


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


def existing_file(
    file: WorkflowFile, gone: Collection[str] = (), accepted: Accepted | None = None
) -> ExistingFile:
    """What a parsed file says of its jobs, those aside that go, and what of it is accepted."""
    from mermaid2gha.compiler.scripts.keeps import keeping
    from mermaid2gha.reconcile.bind import buffer_of, unmarked_jobs  # late: no file as compiled needs it
    from mermaid2gha.reconcile.conditions import (
        accepted_conditions,
        accepted_own_terms,
        accepted_tests,
    )
    from mermaid2gha.reconcile.order import accepted_gaps
    from mermaid2gha.reconcile.reads import added_needs, marked_terms, needs_past, read_needs

    buffer = buffer_of(file)
    peoples = unmarked_jobs(file)
    jobs = (
        ExistingJob(
            job.id,
            job.condition.value if job.condition else "",
            needs=tuple(one for one in needs_past(file, job, gone) if one.casefold() not in added_needs(job)),
            reads=read_needs(buffer, job),
            is_people_s=job.id in peoples,
            marked_terms=marked_terms(job),
            accepted_conditions=tuple(
                (one.in_file or "", one.drawn or "") for one in accepted_conditions(accepted, job.id)
            ),
            has_own_tests=accepted is not None and keeping(accepted.kept, ("jobs", job.id, "if")) is not None,
            accepted_tests=tuple((one.in_file, one.drawn) for one in accepted_tests(accepted, job.id)),
            own_terms=accepted_own_terms(accepted, job.id),
        )
        for job in file.jobs
        if job.id not in gone
    )
    name = Path(file.file.name).name
    if accepted is None:
        return ExistingFile(name, tuple(jobs))
    return ExistingFile(
        name,
        tuple(jobs),
        accepted_needs=frozenset(_accepted_needs(accepted, file)),
        accepted_absences=frozenset(_accepted_absences(accepted, file)),
        accepted_orders=frozenset(accepted_gaps(file, gone, accepted)),
    )


def _accepted_needs(accepted: Accepted, file: WorkflowFile) -> Iterator[tuple[str, str]]:
    pairs = {(job.id.casefold(), need.job.casefold()) for job in file.jobs for need in job.needs}
    for acceptance, place in accepted.places("extra-wait"):
        if len(place) == 4 and (place[1], place[3]) in pairs:
            accepted.use(acceptance)
            yield place[1], place[3]
    for keep in accepted.kept:
        for job, need in pairs if keep.place else ():
            if is_within(("jobs", job, "needs", need), tuple(key.casefold() for key in keep.place)):
                accepted.used_keeps.append(keep)
                yield job, need


def _accepted_absences(accepted: Accepted, file: WorkflowFile) -> Iterator[str]:
    """Whether they are of use is seen where it is known what is drawn."""
    for rule in ("absent-job", "absent-gate"):
        for _, place in accepted.places(rule):
            if len(place) == 2 and file.job(place[1]) is None:
                yield place[1]


def use_absences(accepted: Accepted, file: ExistingFile, drawn: Collection[str]) -> None:
    """Take note of the absences that are accepted of jobs that are `drawn`, by their ids in lower case."""
    for rule in ("absent-job", "absent-gate"):
        for acceptance, place in accepted.places(rule):
            if len(place) == 2 and place[1] in file.accepted_absences and place[1] in drawn:
                accepted.use(acceptance)
