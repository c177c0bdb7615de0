"""Existing workflow files of a project, bound to what is drawn, compared with it, and edited towards it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from mermaid2gha.base.diagnostic import Diagnostic, has_errors
from mermaid2gha.base.encoding import BOM
from mermaid2gha.base.records import FrozenMap, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.link.matching import matching
from mermaid2gha.compiler.plan.effective import Effective, effective
from mermaid2gha.compiler.scripts.keeps import keeps, unused_keeps
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import WorkflowFile, workflow_file
from mermaid2gha.project.artifacts import OutputFile, Treatment, footer
from mermaid2gha.project.discovery import Project
from mermaid2gha.project.existing import compilation_of
from mermaid2gha.project.snapshot import Disk
from mermaid2gha.reconcile.bind import Terms, bound, stands_as_compiled
from mermaid2gha.reconcile.difference import Accepted, FileDifference, places_of
from mermaid2gha.reconcile.edits.changes import changes
from mermaid2gha.reconcile.edits.renames import VANISHED_JOB
from mermaid2gha.reconcile.existing import existing_file, use_absences, use_needs
from mermaid2gha.reconcile.order import MISSING_WAIT
from mermaid2gha.reconcile.reconcile import Reconciliation, reconcile
from mermaid2gha.reconcile.skips import changed_along, skipped_through
from mermaid2gha.settings.acceptances import unused, wide
from mermaid2gha.settings.model import Acceptance, JobSettings, Undrawn, accepted_in, folded
from mermaid2gha.settings.places import Place

_MOST_ROUNDS = 4
"""How often a file is held against the drawing again after its edits; more than one round is rare."""


def reconciled(
    project: Project,
    output: OutputFile,
    file: WorkflowFile,
    treatment: Treatment,
    *,
    is_ours: bool,
    accepted: Accepted | None = None,
    called: Mapping[str, WorkflowFile] | None = None,
) -> Reconciliation:
    """A file held against what is drawn: its differences, and what it becomes by their edits.

    `is_ours`: it has marks of ours, which are kept up to date; `accepted` differences are left out. The way
    is one for every file, whoever wrote it: its jobs are bound to drawn ones, what people own in them is
    planned for, and the two are compared.
    """
    if accepted is None:
        accepted = Accepted(accepted_in(project.settings, output.name), keeps(file.root))
    found = first = _held_once(project, output, file, treatment, accepted, is_ours=is_ours, called=called)
    lapsed = 0
    while lapsed < len(accepted.lapsed):  # jobs are planned anew of which something is accepted no more
        lapsed = len(accepted.lapsed)
        found = first = _held_once(project, output, file, treatment, accepted, is_ours=is_ours, called=called)
    for _ in range(_MOST_ROUNDS):
        if found.text == file.file.text or has_errors(list(found.faults)):
            break
        again, _ = workflow_file(content_of(file, found.text), file.file.name)
        assert again is not None, "what cannot be read is refused"
        then = _held_once(project, output, again, treatment, accepted, is_ours=is_ours, called=called)
        if then.text == found.text:
            break
        mended = (_in_file(file, one) for one in then.differences if one.edits)
        known = {(one.rule, one.place) for one in found.differences}
        more = [one for one in mended if one is not None and (one.rule, one.place) not in known]
        found = replace(then, differences=(*found.differences, *more))
    assert output.workflow is not None
    along: list[Diagnostic] = []
    if found.text != file.file.text:
        made, _ = workflow_file(content_of(file, found.text), file.file.name)
        assert made is not None
        found = replace(found, changes=changes(file, made)) if found is not first else found
        drawn = {job.id.casefold() for job in output.workflow.jobs} | {
            old.casefold() for old, _ in first.renames
        }
        along = [*changed_along(file, made, drawn), *skipped_through(file, made, output.workflow)]
    return replace(
        found,
        renames=first.renames,
        faults=(*found.faults, *along, *_of_no_use(accepted, found, file)),
        excused=found.excused | _accepted_jobs(accepted),
        is_partly_absent=_is_partly_absent(found, accepted),
        accepted=accepted.findings,
        handed_on=tuple(accepted.handed_on.items()),
    )


def missing_waits(
    project: Project, output: OutputFile, file: WorkflowFile, *, is_ours: bool, accepted: Accepted
) -> tuple[FileDifference, ...]:
    """The drawn orders that a file does not keep, found without planning around what people own in it: what
    they own asks for more only where a job is to wait for others."""
    found = _held_once(project, output, file, Treatment(), accepted, is_ours=is_ours, is_planned=False)
    return tuple(one for one in found.differences if one.rule == MISSING_WAIT.name)


def _in_file(file: WorkflowFile, found: FileDifference) -> FileDifference | None:
    """A difference that shows after edits, at its place in the file before them; none in what they add."""
    root, at = file.root.span, file.root.span.start
    span = Span(root.file, at, at)
    if found.place[:1] == ("jobs",) and len(found.place) > 1:
        job = file.job(found.place[1])
        if job is None:
            return None
        span = job.span
    labels = tuple(
        replace(label, span=span) if label.span.file.name == file.file.name else label
        for label in found.finding.labels
    )
    return replace(found, finding=replace(found.finding, labels=labels))


def _held_once(
    project: Project,
    output: OutputFile,
    file: WorkflowFile,
    treatment: Treatment,
    accepted: Accepted,
    *,
    is_ours: bool,
    is_planned: bool = True,
    called: Mapping[str, WorkflowFile] | None = None,
) -> Reconciliation:
    """One comparison. Its edits can let the file say more of what people own, so that another may follow."""
    assert output.workflow is not None and output.linked is not None
    undrawn = undrawn_parts(project, output.workflow, file)
    terms = Terms(
        project.settings.runs_on,
        project.settings.timeout_minutes,
        extra_jobs=undrawn.jobs,
        extra_events=undrawn.events,
        prune=treatment.prunes,
        renames=treatment.job_renames,
        footer=footer(output) if is_ours else (),
        accepts=accepted,
        once_drawn=_once_drawn(project, output.workflow, file, accepted),
        is_adopted=folded(output.name) in map(folded, project.settings.adopted),
    )
    terms = replace(terms, called=FrozenMap(called)) if called else terms
    bound_file = bound(file, output.workflow, terms)
    accepted.follow(bound_file.renames)
    existing = existing_file(bound_file.standing, bound_file.gone, accepted)
    use_needs(accepted, existing, output.workflow)
    use_absences(accepted, existing, {job.id.casefold() for job in output.workflow.jobs})
    none = Effective(output.workflow, FrozenMap({}))
    made = effective(output.linked, output.workflow, existing) if is_planned else none
    terms = replace(terms, apart=made.apart, past=made.past)
    found = reconcile(bound_file, made.workflow, terms, places_of(output.linked))
    excused = _jobs_with_findings(found) | {name.casefold() for name in made.kept}
    return replace(found, excused=found.excused | excused, renames=bound_file.renames)


def _once_drawn(
    project: Project, workflow: Workflow, file: WorkflowFile, accepted: Accepted
) -> frozenset[str]:
    """The jobs, in lower case, that the settings name as drawn: by an accepted difference, or as a note's."""
    listed = [one.place for one in accepted.listed if one.place[:1] == ("jobs",)]
    named = {name.casefold() for place in listed for name in (*place[1:2], *place[3:4])}
    names = (f"{folded(workflow.name)}/", f"{folded(workflow.file)}/")
    patterns = [
        pattern
        for key, of_note in project.settings.jobs
        if folded(key).startswith(names)
        for pattern in (of_note.id, *of_note.ids)
    ]
    return frozenset(
        job.id.casefold()
        for job in file.jobs
        if job.id.casefold() in named or any(fnmatchcase(job.id, pattern) for pattern in patterns)
    )


def as_adopted(project: Project, output: OutputFile, file: WorkflowFile, disk: Disk) -> Reconciliation:
    """A file that people wrote as it would be held against the drawing once it is adopted: its jobs that are
    called otherwise are the drawn ones that they are likely to be."""
    assert output.linked is not None and output.workflow is not None
    undrawn = undrawn_parts(project, output.workflow, file).jobs
    likely = [
        (f"{output.linked.name}/{job.identity.title}", JobSettings(id=there.id))
        for index, there in matching(output.linked, file, undrawn).items()
        if (job := output.linked.jobs[index]).id.casefold() != there.id.casefold()
    ]
    if likely:
        likely_project = replace(
            project, settings=replace(project.settings, jobs=(*project.settings.jobs, *likely))
        )
        made = compilation_of(likely_project, disk)
        again = [
            replace(output, workflow=workflow, linked=linked)
            for workflow, linked in zip(made.workflows, made.linked)
            if workflow.file == output.name
        ]
        if again and not has_errors(list(made.diagnostics)):
            project, output = likely_project, again[0]
    return reconciled(project, output, file, Treatment(), is_ours=False)


def _jobs_with_findings(found: Reconciliation) -> frozenset[str]:
    """The jobs of which something is told that stays, in lower case."""
    rules = ("undrawn-term", "undrawn-job", "step-missing", "flag-unset")  # of which the proof knows
    return _jobs_at(one.place for one in found.differences if not one.edits and one.rule not in rules)


def _accepted_jobs(accepted: Accepted) -> frozenset[str]:
    """The jobs of which something is accepted, in lower case."""
    return _jobs_at([*(one.place for one in accepted.used), *(one.place for one in accepted.used_keeps)])


def _jobs_at(places: Iterable[Place]) -> frozenset[str]:
    return frozenset(place[1].casefold() for place in places if place[:1] == ("jobs",) and len(place) > 1)


def _is_partly_absent(found: Reconciliation, accepted: Accepted) -> bool:
    rules = {one.rule for one in accepted.used} | {one.rule for one in found.differences if not one.edits}
    return not rules.isdisjoint({"absent-job", "absent-gate", "absent-event"})


def _of_no_use(accepted: Accepted, found: Reconciliation, file: WorkflowFile) -> list[Diagnostic]:
    """The acceptances and comments of people that keep nothing, and the acceptances that keep anything."""
    others = [*wide(accepted.exact), *unused_keeps(accepted.kept, accepted.used_keeps)]
    used = frozenset(accepted.used)
    asked = {fault.labels[0].span.start for fault in found.faults if fault.rule == VANISHED_JOB.name}
    vanished = {job.id.casefold() for job in file.jobs if job.span.start in asked}
    listed = [
        one
        for one in accepted.listed
        if one in used or vanished.isdisjoint(name.casefold() for name in one.place[1::2])
    ]  # what is accepted of a job that may only have another name goes along with it
    if used.issuperset(listed):
        return others
    told = [Acceptance(one.rule, one.place) for one in found.differences]
    jobs = {job.id.casefold() for job in file.jobs}
    return [*unused(listed, used, told, jobs), *others]


def content_of(file: WorkflowFile, text: str) -> bytes:
    """The bytes of a file with another text."""
    return (BOM if file.has_bom else b"") + text.encode("utf-8", "surrogatepass")


def is_untouched(project: Project, file: WorkflowFile) -> bool:
    """Whether nothing in a workflow file is people's, so that it may go."""
    settings = project.settings
    return stands_as_compiled(file, Terms(settings.runs_on, settings.timeout_minutes))


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
