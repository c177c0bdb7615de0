"""Existing workflow files of a project, read and edited towards what the documents compile to."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.encoding import BOM
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import WorkflowFile, workflow_file
from mermaid2gha.project.artifacts import OutputFile, Treatment, footer
from mermaid2gha.project.discovery import Project
from mermaid2gha.reconcile.edit import Heeding, Terms, edited, stands_as_compiled
from mermaid2gha.settings.model import Undrawn, folded


def in_place(
    project: Project, output: OutputFile, old: bytes, name: str, treatment: Treatment, is_ours: bool
) -> tuple[bytes, tuple[str, ...], list[Diagnostic]]:
    """The bytes of a file after editing, the changes in words, and findings; with an error the old bytes.

    `name` is the file's as the user knows it; `is_ours`: it has marks of ours, which are kept up to date.
    """
    assert output.workflow is not None
    file, found = workflow_file(old, name)
    if file is None or found:
        return old, (), found
    known = beside(project, output.workflow, file)
    terms = Terms(
        project.settings.runs_on,
        project.settings.timeout_minutes,
        extra_jobs=known.jobs,
        extra_events=known.events,
        prune=treatment.prunes,
        renames=treatment.renames,
        footer=footer(output) if is_ours else (),
    )
    made = edited(file, output.workflow, terms, _heeding(output))
    content = made.text.encode("utf-8", "surrogatepass")
    return (BOM if file.has_bom else b"") + content, made.changes, list(made.diagnostics)


def _heeding(output: OutputFile) -> Heeding | None:
    """How the workflow is compiled where people added terms of their own to the `if` of its jobs."""
    linked, workflow = output.linked, output.workflow
    if linked is None or workflow is None:
        return None

    def heeding(terms: Mapping[str, tuple[str, ...]]) -> Workflow:
        from mermaid2gha.compiler.plan.user_conditions import beside_people  # late: few files have such terms

        return beside_people(linked, workflow, terms)

    return heeding


def is_untouched(project: Project, old: bytes, name: str) -> bool:
    """Whether nothing in a workflow file is people's, so that it may go."""
    file, found = workflow_file(old, name)
    settings = project.settings
    if file is None or found:
        return False
    return stands_as_compiled(file, Terms(settings.runs_on, settings.timeout_minutes))


def foreign_findings(
    project: Project, output: OutputFile, old: bytes, name: str
) -> tuple[Diagnostic, ...] | None:
    """How a workflow that people wrote and did not list under `adopted` differs from what is drawn.

    None where the file cannot be read as a workflow with jobs, and so is only in the way.
    """
    from mermaid2gha.reconcile.compare import compare  # late: of files of people only

    assert output.workflow is not None and output.linked is not None
    file, found = workflow_file(old, name)
    if file is None or found or not file.jobs:
        return None
    known = beside(project, output.workflow, file)
    return tuple(compare(output.linked, output.workflow, file, known))


def is_right(project: Project, output: OutputFile, file: WorkflowFile) -> bool:
    """Whether a file that people wrote is as drawn, and would stay as it is if it were edited in place."""
    content = (BOM if file.has_bom else b"") + file.file.text.encode("utf-8", "surrogatepass")
    new, _, found = in_place(project, output, content, file.file.name, Treatment(), is_ours=False)
    told = foreign_findings(project, output, content, file.file.name)
    return new == content and not found and told == ()


def beside(project: Project, workflow: Workflow, file: WorkflowFile) -> Undrawn:
    """The jobs and events of a file that stand beside the drawing by the settings.

    These know a workflow by its lifeline's name or by its file's.
    """
    names = {folded(workflow.name), folded(workflow.file)}
    settings = project.settings
    patterns = [p for name, listed in settings.extra_jobs if folded(name) in names for p in listed]
    events = (event for name, listed in settings.extra_events if folded(name) in names for event in listed)
    jobs = (job.id for job in file.jobs if any(fnmatchcase(job.id, one) for one in patterns))
    return Undrawn(frozenset(jobs), frozenset(events))
