"""Existing workflow files of a project, read and edited towards what the documents compile to."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mermaid2gha.actions.edit import Terms, edited, stands_as_compiled
from mermaid2gha.actions.read import BOM, WorkflowFile, workflow_file
from mermaid2gha.diagnostic import Diagnostic
from mermaid2gha.outputs import Output, footer
from mermaid2gha.project import Project
from mermaid2gha.settings import folded

if TYPE_CHECKING:
    from mermaid2gha.commands.drift import Treatment


def in_place(
    project: Project, output: Output, old: bytes, name: str, treatment: Treatment, is_ours: bool
) -> tuple[bytes, tuple[str, ...], list[Diagnostic]]:
    """The bytes of a file after editing, the changes in words, and findings; with an error the old bytes.

    `name` is the file's as the user knows it; `is_ours`: it has marks of ours, which are kept up to date.
    """
    assert output.workflow is not None
    file, found = workflow_file(old, name)
    if file is None or found:
        return old, (), found
    terms = Terms(
        project.settings.runs_on,
        project.settings.timeout_minutes,
        _extra_jobs(project, output, file),
        _extra_events(project, output),
        treatment.prunes,
        treatment.renames,
        footer(output) if is_ours else (),
    )
    made = edited(file, output.workflow, terms)
    content = made.text.encode("utf-8", "surrogatepass")
    return (BOM if file.has_bom else b"") + content, made.changes, list(made.diagnostics)


def is_untouched(project: Project, old: bytes, name: str) -> bool:
    """Whether nothing in a workflow file is people's, so that it may go."""
    file, found = workflow_file(old, name)
    settings = project.settings
    if file is None or found:
        return False
    return stands_as_compiled(file, Terms(settings.runs_on, settings.timeout_minutes))


def foreign_findings(
    project: Project, output: Output, old: bytes, name: str
) -> tuple[Diagnostic, ...] | None:
    """How a workflow that people wrote and did not list under `adopted` differs from what is drawn.

    None where the file cannot be read as a workflow with jobs, and so is only in the way.
    """
    from mermaid2gha.passes.compare import Beside, compare  # late: of files of people only

    assert output.workflow is not None and output.linked is not None
    file, found = workflow_file(old, name)
    if file is None or found or not file.jobs:
        return None
    beside = Beside(_extra_jobs(project, output, file), _extra_events(project, output))
    return tuple(compare(output.linked, output.workflow, file, beside))


def _names(output: Output) -> set[str]:
    """The names under which settings know a workflow: that of its lifeline, and its file."""
    assert output.workflow is not None
    return {folded(output.workflow.name), folded(output.workflow.file), folded(output.name)}


def _extra_jobs(project: Project, output: Output, file: WorkflowFile) -> frozenset[str]:
    patterns = [p for n, listed in project.settings.extra_jobs if folded(n) in _names(output) for p in listed]
    return frozenset(job.id for job in file.jobs if any(fnmatchcase(job.id, one) for one in patterns))


def _extra_events(project: Project, output: Output) -> frozenset[str]:
    listed = (events for name, events in project.settings.extra_events if folded(name) in _names(output))
    return frozenset(event for events in listed for event in events)
