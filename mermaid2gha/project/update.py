"""Existing workflow files of a project, bound to what is drawn, compared with it, and edited towards it."""

from __future__ import annotations

from fnmatch import fnmatchcase

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.encoding import BOM
from mermaid2gha.compiler.plan.user_conditions import with_user_conditions
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import WorkflowFile
from mermaid2gha.project.artifacts import OutputFile, Treatment, footer
from mermaid2gha.project.discovery import Project
from mermaid2gha.project.existing import existing_file
from mermaid2gha.reconcile.edit import Edited, Terms, bound, edited, stands_as_compiled
from mermaid2gha.settings.model import Undrawn, folded


def in_place(
    project: Project, output: OutputFile, file: WorkflowFile, treatment: Treatment, *, is_ours: bool
) -> Edited:
    """A file after editing, the changes in words, and findings; with an error its text is the old one.

    `is_ours`: it has marks of ours, which are kept up to date. The way is one: the jobs of the file are bound
    to drawn ones, what people have in them is planned for, and the file is edited towards that.
    """
    assert output.workflow is not None and output.linked is not None
    undrawn = undrawn_parts(project, output.workflow, file)
    terms = Terms(
        project.settings.runs_on,
        project.settings.timeout_minutes,
        extra_jobs=undrawn.jobs,
        extra_events=undrawn.events,
        prune=treatment.prunes,
        renames=treatment.renames,
        footer=footer(output) if is_ours else (),
    )
    bound_file = bound(file, output.workflow, terms)
    workflow = with_user_conditions(output.linked, output.workflow, existing_file(bound_file.file))
    return edited(bound_file, workflow, terms)


def content_of(file: WorkflowFile, text: str) -> bytes:
    """The bytes of a file with another text."""
    return (BOM if file.has_bom else b"") + text.encode("utf-8", "surrogatepass")


def is_untouched(project: Project, file: WorkflowFile) -> bool:
    """Whether nothing in a workflow file is people's, so that it may go."""
    settings = project.settings
    return stands_as_compiled(file, Terms(settings.runs_on, settings.timeout_minutes))


def foreign_findings(project: Project, output: OutputFile, file: WorkflowFile) -> tuple[Diagnostic, ...]:
    """How a workflow that people wrote and did not list under `adopted` differs from what is drawn."""
    from mermaid2gha.reconcile.compare import compare  # late: of files of people only

    assert output.workflow is not None and output.linked is not None
    undrawn = undrawn_parts(project, output.workflow, file)
    return tuple(compare(output.linked, output.workflow, file, undrawn))


def is_right(project: Project, output: OutputFile, file: WorkflowFile) -> bool:
    """Whether a file that people wrote is as drawn, and would stay as it is if it were edited in place."""
    new = in_place(project, output, file, Treatment(), is_ours=False)
    is_same = new.text == file.file.text and not new.diagnostics
    return is_same and bool(file.jobs) and not foreign_findings(project, output, file)


def undrawn_parts(project: Project, workflow: Workflow, file: WorkflowFile) -> Undrawn:
    """The jobs and events of a file that the settings let stand undrawn.

    These know a workflow by its lifeline's name or by its file's.
    """
    names = {folded(workflow.name), folded(workflow.file)}
    settings = project.settings
    patterns = [p for name, listed in settings.extra_jobs if folded(name) in names for p in listed]
    events = (event for name, listed in settings.extra_events if folded(name) in names for event in listed)
    jobs = (job.id for job in file.jobs if any(fnmatchcase(job.id, pattern) for pattern in patterns))
    return Undrawn(frozenset(jobs), frozenset(events))
