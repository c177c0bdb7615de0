"""What a file says of its jobs that the compiler must know: the part of `Existing` that is one file's."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from mermaid2gha.base.graph import all_before
from mermaid2gha.compiler.ir.existing import ExistingFile, ExistingJob
from mermaid2gha.compiler.scripts.keeps import Keep, keeping
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import WorkflowFile
from mermaid2gha.reconcile.bind import buffer_of, unmarked_jobs
from mermaid2gha.reconcile.difference import Accepted
from mermaid2gha.reconcile.ends import accepted_tests
from mermaid2gha.reconcile.order import accepted_gaps
from mermaid2gha.reconcile.reads import added_needs, marked_terms, needs_past, peoples_if, read_needs
from mermaid2gha.reconcile.sides import accepted_conditions, accepted_own_terms
from mermaid2gha.settings.model import Acceptance
from mermaid2gha.settings.places import is_within


def existing_file(
    file: WorkflowFile, gone: Collection[str] = (), accepted: Accepted | None = None
) -> ExistingFile:
    """What a parsed file says of its jobs, those aside that go, and what of it is accepted."""
    buffer = buffer_of(file)
    peoples = unmarked_jobs(file)
    lapsed = accepted.lapsed if accepted is not None else {}
    jobs = (
        ExistingJob(
            job.id,
            peoples_if(job) or "",
            needs=tuple(one for one in needs_past(file, job, gone) if one.casefold() not in added_needs(job)),
            reads=read_needs(buffer, job),
            is_people_s=job.id in peoples,
            marked_terms=marked_terms(job),
            accepted_conditions=tuple(
                (one.in_file or "", one.drawn or "") for one in accepted_conditions(accepted, job.id)
            ),
            has_own_tests=accepted is not None and keeping(accepted.kept, ("jobs", job.id, "if")) is not None,
            accepted_tests=_tests(accepted, job.id),
            silenced_by=left.still_skipped if (left := lapsed.get(job.id.casefold())) else frozenset(),
            runs_after=left.still_after if left else frozenset(),
            went_after=left.after if left else frozenset(),
            stopped_by=left.stopping if left else frozenset(),
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


def _tests(accepted: Accepted | None, job_id: str) -> tuple[tuple[str | None, str | None], ...]:
    lapse = accepted.lapsed.get(job_id.casefold()) if accepted is not None else None
    if accepted is None or (lapse is not None and not lapse.stopping):
        return ()
    return tuple((one.in_file, one.drawn) for one in accepted_tests(accepted, job_id))


def _accepted_needs(accepted: Accepted, file: WorkflowFile) -> Iterator[tuple[str, str]]:
    """Whether they are of use is seen where it is known what is drawn."""
    pairs = {(job.id.casefold(), need.job.casefold()) for job in file.jobs for need in job.needs}
    yield from (pair for _, pair in _listed_needs(accepted) if pair in pairs)
    yield from (pair for keep in accepted.kept for pair in pairs if _keeps(keep, pair))


def _listed_needs(accepted: Accepted) -> Iterator[tuple[Acceptance, tuple[str, str]]]:
    for acceptance, place in accepted.places("extra-wait"):
        if len(place) == 4:
            yield acceptance, (place[1], place[3])


def _keeps(keep: Keep, pair: tuple[str, str]) -> bool:
    job, need = pair
    place = tuple(key.casefold() for key in keep.place)
    return bool(place) and is_within(("jobs", job, "needs", need), place)


def _accepted_absences(accepted: Accepted, file: WorkflowFile) -> Iterator[str]:
    """Whether they are of use is seen where it is known what is drawn."""
    for rule in ("absent-job", "absent-gate"):
        for _, place in accepted.places(rule):
            if len(place) == 2 and file.job(place[1]) is None:
                yield place[1]


def use_needs(accepted: Accepted, file: ExistingFile, workflow: Workflow) -> None:
    """Take note of the needs that are accepted: of use are those that keep an order which is not drawn."""
    before = all_before({job.id.casefold(): [one.casefold() for one in job.needs] for job in workflow.jobs})
    more = [pair for pair in file.accepted_needs if pair[1] not in before.get(pair[0], ())]
    for acceptance, pair in _listed_needs(accepted):
        if pair in more:
            accepted.use(acceptance)
    accepted.used_keeps += [keep for keep in accepted.kept if any(_keeps(keep, pair) for pair in more)]


def use_absences(accepted: Accepted, file: ExistingFile, drawn: Collection[str]) -> None:
    """Take note of the absences that are accepted of jobs that are `drawn`, by their ids in lower case."""
    for rule in ("absent-job", "absent-gate"):
        for acceptance, place in accepted.places(rule):
            if len(place) == 2 and place[1] in file.accepted_absences and place[1] in drawn:
                accepted.use(acceptance)
