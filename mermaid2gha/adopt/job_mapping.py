"""Which jobs of a file that people wrote each note stands for, as `jobs:` in the settings would say it.

A drawn job and one of the file that are alike are one by `matching`. Beside that: a family of jobs
(`tests-a`, `tests-b`, alike in needs and condition) can be what one note draws; notes of one name in several
flows are one job; and notes that are a job's steps, or the parts of its name, are that job together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.link.matching import LEAST, likeness, matching, words_of
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.reconcile.gates import judging_job
from mermaid2gha.settings.model import folded

_PART = re.compile(r"[-_]")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class JobMapping:
    """That these notes, by the keys of `jobs:`, stand together for the jobs of these ids.

    `is_guess`: notes are put together, which only compiling them so can show to be possible. `likeness` is
    how alike the names are, from `LEAST` to 1; below 1 it is a guess by names. `is_by_step`: the name is that
    of a step of the job, `is_gate`: it is a final check, known by what it does. `spans` are the notes.
    """

    keys: tuple[str, ...]
    ids: tuple[str, ...]
    is_guess: bool = False
    likeness: float = 1.0
    is_by_step: bool = False
    is_gate: bool = False
    spans: tuple[Span, ...] = field(default=(), compare=False)

    @property
    def is_doubtful(self) -> bool:
        return self.is_guess or self.is_by_step or self.is_gate or self.likeness < 1 or self.is_family

    @property
    def is_family(self) -> bool:
        """Whether one note is taken for several jobs, which nothing says but that they are alike."""
        return len(self.ids) > 1 or self.ids[0].endswith("*")

    @property
    def ground(self) -> str:
        """On what the mapping rests."""
        if self.is_guess:
            return "as parts of one job"
        if self.is_gate:
            return "as the job that judges the others"
        if self.is_by_step:
            return "by the name of a step"
        if self.likeness < 1:
            return f"by likeness of names ({self.likeness:.1f})"
        return "by the beginning of their ids" if self.is_family else "by name"


def job_mappings(
    linked: LinkedWorkflow, file: WorkflowFile, undrawn: Collection[str] = ()
) -> tuple[JobMapping, ...]:
    """The settings of jobs to propose, sure ones first; nothing for a note that is its job by id alone, nor
    of jobs of the file that are known to be `undrawn`."""
    groups = _groups(linked, file, undrawn)
    mappings = [
        _mapping(linked, file, jobs, ids)
        for ids, jobs in sorted(groups.items(), key=lambda group: group[1][0].index)
        if len(jobs) > 1 or ids != (jobs[0].id,) or _needs_naming(jobs[0], groups)
    ]
    known = {name.casefold() for ids in groups for name in ids} | {name.casefold() for name in undrawn}
    mappings += _gate(linked, file, known)
    return tuple(sorted(mappings, key=lambda one: one.is_guess))


def _gate(linked: LinkedWorkflow, file: WorkflowFile, known: Collection[str]) -> Iterator[JobMapping]:
    """The job that is the drawn final check, by its name, or since it is the one that judges the others."""
    gates = linked.gates()
    drawn = next(iter(gates.values()), None)
    if drawn is None or drawn.fixed_id or file.job(drawn.id) is not None:
        return
    free = [job for job in file.jobs if job.id.casefold() not in known]
    named = [job for job in free if job.name and folded(job.name) == folded(drawn.text.name)]
    judging = judging_job(file)
    found = named[0] if len(named) == 1 else judging if judging in free else None
    if found is not None:
        keys = dict.fromkeys(f"{linked.name}/{gate.text.name}" for gate in gates.values())
        yield JobMapping(tuple(keys), (found.id,), is_gate=not named, spans=(drawn.span,))


def _groups(
    linked: LinkedWorkflow, file: WorkflowFile, undrawn: Collection[str]
) -> dict[tuple[str, ...], list[LinkedJob]]:
    """By ids of jobs of the file, the drawn jobs that stand for these together: by likeness, as a family of
    jobs that one note draws, then as parts of a job that has none yet."""
    found = matching(linked, file, undrawn)
    chosen: dict[int, tuple[str, ...]] = {index: (job.id,) for index, job in found.items()}
    others = {*undrawn, *(known.id for known in found.values())}
    free = [job for job in file.jobs if job.id not in others]
    for index, family in _families(linked, found, free):
        ids = tuple(job.id for job in family)
        if _alike(linked.jobs[index], ids, _short(ids, file), file) >= LEAST:
            chosen[index] = ids
            free = [job for job in free if job not in family]
    shared = dict(_shared(linked, found, free, file))
    groups: dict[tuple[str, ...], list[LinkedJob]] = {}
    for index, ids in {**chosen, **shared}.items():
        groups.setdefault(ids, []).append(linked.jobs[index])
    return groups


def _mapping(
    linked: LinkedWorkflow, file: WorkflowFile, jobs: Sequence[LinkedJob], ids: tuple[str, ...]
) -> JobMapping:
    """That drawn jobs stand together for the jobs of these ids."""
    keys = (f"{linked.name}/{name}" for job in jobs for name in _names(linked, job, jobs))
    short = _short(ids, file)
    alike = min(_alike(job, ids, short, file) for job in jobs)
    return JobMapping(
        tuple(dict.fromkeys(keys)),
        short,
        is_guess=len(jobs) > 1,
        likeness=alike,
        is_by_step=alike < LEAST,
        spans=tuple(drawn.span for job in jobs for drawn in job.drawn[:1]),
    )


def _alike(job: LinkedJob, ids: Sequence[str], short: Sequence[str], file: WorkflowFile) -> float:
    """How alike a note is to the jobs of these ids, by its name and their ids, names or common beginning."""
    name = words_of(job.identity.name)
    known = [one for one in file.jobs if one.id in ids]
    whole = (likeness(name, words_of(start.rstrip("*-_"))) for start in short)
    each = (max(likeness(name, words_of(one.id)), likeness(name, _called(one))) for one in known)
    return max(min(whole, default=0.0), min(each, default=0.0))


def _names(linked: LinkedWorkflow, job: LinkedJob, jobs: Sequence[LinkedJob]) -> list[str]:
    """The names by which the settings know a job: bare where all notes of it are meant, else with tags."""
    names = list(dict.fromkeys(drawn.text.name for drawn in job.drawn))
    titles = list(dict.fromkeys(drawn.text.title for drawn in job.drawn))
    others = [other for other in linked.jobs if other not in jobs]
    folded = {labels.folded(drawn.text.name) for other in others for drawn in other.drawn}
    return titles if any(labels.folded(name) in folded for name in names) else names


def _needs_naming(job: LinkedJob, groups: Mapping[tuple[str, ...], Sequence[LinkedJob]]) -> bool:
    """Whether the bare name of other notes, which the settings will name, would take this one along."""
    name = labels.folded(job.drawn[0].text.name)
    named = (other for ids, jobs in groups.items() if len(jobs) > 1 or ids != (jobs[0].id,) for other in jobs)
    return any(
        other is not job and labels.folded(drawn.text.title) == name
        for other in named
        for drawn in other.drawn
    )


def _short(ids: Sequence[str], file: WorkflowFile) -> tuple[str, ...]:
    """Several ids as one with a wildcard, if that names these jobs and no other."""
    start = _common_start(ids)
    others = [job.id for job in file.jobs if job.id not in ids]
    is_sole = start and not any(other.startswith(start) for other in others)
    return (f"{start}*",) if len(ids) > 1 and is_sole else tuple(ids)


def _common_start(ids: Sequence[str]) -> str:
    """The longest beginning of all, to the end of a part."""
    parts = [_PART.split(name) for name in ids]
    count = 0
    while all(len(one) > count + 1 and one[count] == parts[0][count] for one in parts):
        count += 1
    return ids[0][: len("-".join(parts[0][:count])) + 1] if count else ""


# -- one note, several jobs --------------------------------------------------------------------------


def _families(
    linked: LinkedWorkflow, found: Mapping[int, FileJob], free: Sequence[FileJob]
) -> Iterator[tuple[int, list[FileJob]]]:
    """The notes that draw several jobs: twins of one that is found, then families that none is found for."""
    left = list(free)
    for index, job in found.items():
        twins = [other for other in left if _is_twin(linked.jobs[index], job, other)]
        if twins:
            left = [other for other in left if other not in twins]
            yield index, [job, *twins]
    scores = []
    families = _by_start(left)
    for start, jobs in families.items():
        for drawn in linked.jobs:
            score = likeness(words_of(drawn.identity.name), words_of(start))
            if drawn.index not in found and drawn.kind is JobKind.WORK and score >= LEAST:
                scores.append((-score, drawn.index, start, jobs))
    taken: set[int] = set()
    used: set[str] = set()
    for _, index, _, jobs in sorted(scores, key=lambda score: score[:3]):
        if index not in taken and not used & {job.id for job in jobs}:
            taken.add(index)
            used |= {job.id for job in jobs}
            yield index, jobs


def _is_twin(drawn: LinkedJob, job: FileJob, other: FileJob) -> bool:
    """Whether two jobs of a file wait and ask for the same, and are like one note in the same way."""
    if drawn.id.casefold() == job.id.casefold() or _common_start((job.id, other.id)) == "":
        return False
    name = words_of(drawn.identity.name)
    common, others = ((words_of(each.id) | _called(each)) & name for each in (job, other))
    return _ways(job) == _ways(other) and len(common) == len(others) > 0


def _by_start(jobs: Sequence[FileJob]) -> dict[str, list[FileJob]]:
    """Jobs whose ids begin alike and that wait for and ask for the same; the largest such part of each."""
    groups: dict[str, dict[object, list[FileJob]]] = {}
    for job in jobs:
        parts = _PART.split(job.id)
        for count in range(1, len(parts)):
            start = "-".join(parts[:count])
            groups.setdefault(start, {}).setdefault(_ways(job), []).append(job)
    best = {start: max(ways.values(), key=len) for start, ways in groups.items()}
    return {start: family for start, family in best.items() if len(family) > 1}


def _ways(job: FileJob) -> object:
    condition = " ".join(job.condition.value.split()) if job.condition is not None else ""
    return frozenset(need.job.casefold() for need in job.needs), condition


def _called(job: FileJob) -> frozenset[str]:
    return words_of(_EXPRESSION.sub(" ", job.name))


# -- several notes, one job --------------------------------------------------------------------------


def _shared(
    linked: LinkedWorkflow, found: Mapping[int, FileJob], free: Sequence[FileJob], file: WorkflowFile
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Notes that are found nowhere, and the job that they share with others."""
    open_jobs = [job for job in linked.jobs if job.index not in found and job.kind is not JobKind.CALL]
    for job in open_jobs:
        same = [
            other
            for other in linked.jobs
            if other.index in found and _is_same_name(job, other) and not job.flow_set & other.flow_set
        ]
        stepped = [known for known in file.jobs if _is_step(job, known)]
        if len(same) == 1:
            yield job.index, (found[same[0].index].id,)
        elif len(stepped) == 1:
            yield job.index, (stepped[0].id,)
    for known in free:
        parts = [
            job for job in open_jobs if words_of(job.identity.name) <= (_called(known) or words_of(known.id))
        ]
        covered = frozenset().union(*(words_of(job.identity.name) for job in parts))
        if len(parts) > 1 and covered == (_called(known) or words_of(known.id)):
            yield from ((job.index, (known.id,)) for job in parts)


def _is_same_name(one: LinkedJob, other: LinkedJob) -> bool:
    return words_of(one.drawn[0].text.name) == words_of(other.drawn[0].text.name)


def _is_step(drawn: LinkedJob, job: FileJob) -> bool:
    name = words_of(drawn.drawn[0].text.name)
    return bool(name) and any(words_of(_EXPRESSION.sub(" ", step.name)) == name for step in job.steps)
