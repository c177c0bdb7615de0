"""Which jobs of a workflow that people wrote the drawn jobs are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.settings.model import folded

UNDRAWN_EVENT = Rule("undrawn-event", Severity.WARNING)
UNDRAWN_JOB = Rule("undrawn-job", Severity.WARNING)

LEAST = 0.5
"""How alike two names must be to be taken for one: twice the common words by the words of both."""
_CUT = (3, 4)
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset({"the", "a", "an", "of", "for", "on", "and", "in", "to", "run", "job"})


def matching(linked: LinkedWorkflow, file: WorkflowFile, undrawn: Collection[str] = ()) -> dict[int, FileJob]:
    """The job of the file that each drawn job is, by index; a drawn job that is none is left out. So is one
    that is only by its name a job of the file that is known to be `undrawn`.

    In this order: the id, whatever the case; the display name; then the names most alike, if each is the
    other's best among those left, they are at least `LEAST` alike, and they share a word that few jobs of the
    file have or have no others. The first of equals counts. A job whose id the settings give (as one of the
    several that a note stands for) is that one or none.
    """
    matches: dict[int, FileJob] = {}
    taken: set[str] = set()
    for keys in (_by_id, _by_name):
        for job in linked.jobs:
            others = taken if keys is _by_id else taken | {*undrawn}
            free = [file_job for file_job in file.jobs if file_job.id not in others]
            if job.index not in matches and (keys is _by_id or not _is_given(job)):
                same = next((file_job for file_job in free if keys(job, file_job)), None)
                if same is not None:
                    matches[job.index] = same
                    taken.add(same.id)
    left = [job for job in linked.jobs if job.index not in matches and not _is_given(job)]
    for job, file_job in _alike(left, [job for job in file.jobs if job.id not in taken | {*undrawn}]):
        matches[job.index] = file_job
    return matches


def _is_given(job: LinkedJob) -> bool:
    return any(drawn.stands_for for here in job.flows.values() for drawn in here.drawn)


def likeness(words: frozenset[str], other: frozenset[str]) -> float:
    """From 0 to 1: twice the number of common words, be they cut short in one, by that of all words."""
    common = min(len(_common_words(words, other)), len(_common_words(other, words)))
    return 2 * common / (len(words) + len(other)) if words and other else 0.0


def _common_words(words: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """The words of one that the other has, whole, or cut short as in `docs` for documentation."""
    return frozenset(
        word
        for word in words
        if any(word == mate or _is_cut(word, mate) or _is_cut(mate, word) for mate in other)
    )


def _is_cut(short: str, whole: str) -> bool:
    return len(short) in _CUT and len(whole) >= len(short) + 3 and whole.startswith(short)


def _by_id(job: LinkedJob, file_job: FileJob) -> bool:
    return job.id.casefold() == file_job.id.casefold()


def _by_name(job: LinkedJob, file_job: FileJob) -> bool:
    return bool(file_job.name) and folded(file_job.name) in {
        folded(job.identity.name),
        folded(job.identity.title),
    }


def _alike(left: Sequence[LinkedJob], free: Sequence[FileJob]) -> Iterator[tuple[LinkedJob, FileJob]]:
    """Pairs from the most alike downwards: each is the other's best among those that are left."""
    common = _common(free)
    scores = [
        (-score, a, b)
        for a, job in enumerate(left)
        for b, file_job in enumerate(free)
        if (score := _score(job, file_job, common)) >= LEAST
    ]
    drawn_taken: set[int] = set()
    free_taken: set[int] = set()
    for _, a, b in sorted(scores):
        if a not in drawn_taken and b not in free_taken:
            drawn_taken.add(a)
            free_taken.add(b)
            yield left[a], free[b]


def _common(free: Sequence[FileJob]) -> frozenset[str]:
    """The words of so many jobs that they tell none from the others."""
    count: dict[str, int] = {}
    for file_job in free:
        for word in words_of(f"{_EXPRESSION.sub(' ', file_job.name)} {file_job.id}"):
            count[word] = count.get(word, 0) + 1
    return frozenset(word for word, times in count.items() if times > 2)


def _score(job: LinkedJob, file_job: FileJob, common: frozenset[str]) -> float:
    drawn = words_of(job.identity.name)
    if job.kind is JobKind.WAIT and "wait" not in words_of(f"{file_job.name} {file_job.id}"):
        return 0.0
    names = [words_of(_EXPRESSION.sub(" ", file_job.name)), words_of(file_job.id)]
    return max(
        likeness(drawn, name) if _common_words(name, drawn) - common or drawn == name else 0.0
        for name in names
    )


def words_of(name: str) -> frozenset[str]:
    """The words of a name, in the singular, without those that tell nothing."""
    words = (word.casefold() for word in _WORD.findall(name.replace("-", " ")))
    return frozenset(
        word.removesuffix("s") if len(word) > 3 else word for word in words if word not in _SMALL
    )


def undrawn_job(message: str, *labels: Label | Span | None, help: str = "") -> Diagnostic:  # noqa: A002
    """A job of a file or of a run that is none of the drawn ones."""
    return diagnostic(UNDRAWN_JOB, message, *labels, help=help)


def undrawn_event(message: str, *labels: Label | Span | None, help: str = "") -> Diagnostic:  # noqa: A002
    """An event of a file or of a run by which nothing that is drawn starts."""
    return diagnostic(UNDRAWN_EVENT, message, *labels, help=help)
