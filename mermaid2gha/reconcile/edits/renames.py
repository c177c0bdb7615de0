"""Renaming a job in the text of a workflow: its key, the `needs` of others, what expressions say.

Reports `vanished-job`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.graph import predecessors, reduction, successors, topological
from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.compiler.scripts.marks import has_marks, mark_of, mark_place, set_mark
from mermaid2gha.compiler.scripts.steps import is_drawn
from mermaid2gha.github.expressions.template import reads_of_job
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile, workflow_file
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Alias, Scalar, all_nodes

VANISHED_JOB = Rule("vanished-job", Severity.ERROR)

LIKE = 0.6
"""How alike two names must be, from 0 to 1, for one to be proposed as the new name of the other."""


MOST_PAIRS = 100_000
"""Pairs of names that are compared; among more, only a job's place is looked at."""


def renamed(file: WorkflowFile, old: str, new: str) -> WorkflowFile:
    """The same workflow with another id for one of its jobs, wherever it is named, in marks of ours, too."""
    job = file.job(old)
    assert job is not None
    buffer = EditBuffer(file.file, file.newline)
    asked = reads_of_job(job.id)
    key = job.entry.key
    buffer.replace(key.span.start, key.span.end, key.style + new + key.style)
    places = {key.span.start}
    for other in file.jobs:
        for need in other.needs:
            if need.job.casefold() == job.id.casefold() and need.span.start not in places:
                places.add(need.span.start)
                spelt = need.span.text
                if spelt.startswith("*"):
                    continue
                at = spelt.lower().rindex(need.job.lower())
                start = need.span.start + at
                buffer.replace(start, start + len(need.job), new)
    for node in all_nodes(file.root):
        if isinstance(node, Scalar) and not isinstance(node, Alias) and node.span.start not in places:
            head = node.span.text.find("\n") if node.style in ("|", ">") else 0  # which may bear a mark
            for match in asked.finditer(node.span.text, max(head, 0)):
                buffer.replace(node.span.start + match.start(2), node.span.start + match.end(2), new)
    for other in file.jobs if has_marks(file.file.text) else ():
        _rename_in_marks(buffer, other, asked, (job.id, new))
    made, _ = workflow_file(buffer.applied().encode("utf-8", "surrogatepass"), file.file.name)
    return made if made is not None else file


def _rename_in_marks(
    buffer: EditBuffer, job: FileJob, asked: re.Pattern[str], renaming: tuple[str, str]
) -> None:
    """Let the marks of what a job needs and asks for name another one by its new id."""
    old, new = renaming
    for part in (job.item("needs"), job.item("if")):
        if part is None or (mark := mark_of(part)) is None or mark.members is None:
            continue
        members = [
            new if one.casefold() == old.casefold() else asked.sub(rf"\g<1>{new}", one)
            for one in mark.members
        ]
        if members != [*mark.members]:
            set_mark(buffer, mark_place(part), members)


def recognised(file: WorkflowFile, wanted: Workflow) -> Iterator[tuple[str, str]]:
    """The renamings that the comments `# drawn:` tell: the same drawn text under another id."""
    gone, new = _unmatched(file, wanted)
    titles = [drawn_title(job.comment) for job in gone]
    for job, title in zip(gone, titles):
        same = [one for one in new if title and drawn_title(one.comment) == title]
        if len(same) == 1 and titles.count(title) == 1:
            yield job.id, same[0].id


class Renamings:
    """Which drawn job each job of a file is likely to have become.

    What all of its answers rest on is worked out once: a file may have hundreds of jobs that nobody draws.
    """

    def __init__(self, file: WorkflowFile, wanted: Workflow, extra_jobs: Collection[str] = ()) -> None:
        undrawn, self.new = _unmatched(file, wanted)
        gone = [job for job in undrawn if job.id not in extra_jobs]
        known = file.by_id()
        added = {one.id for one in self.new}
        self.fresh = [
            one for one in wanted.jobs if one.id in added or _is_bare(known.get(one.id.casefold()), one)
        ]
        self.are_few = len(self.fresh) * len(gone) <= MOST_PAIRS
        self.numbers = {one.id: number for number, one in enumerate(wanted.jobs)}
        self.positions = {one.id: position for position, one in enumerate(file.jobs)}
        gates = {one.id.casefold() for one in wanted.jobs if one.is_gate}
        self.by_place: dict[_Place, list[Job]] = {}
        is_asked = bool(gone and self.new)
        self.standing = _Places(file.jobs if is_asked else (), gates)
        self.gone = Counter(self.standing.of(one.id) for one in gone)
        drawn = _Places(wanted.jobs if is_asked else (), gates)
        for one in self.new:
            self.by_place.setdefault(drawn.of(one.id), []).append(one)

    def proposed(self, job: FileJob) -> str:
        """The drawn job that a job of the file is likely to have become, or an empty text.

        A similar name is enough, be the new job there already as it was compiled; among several, the one with
        the nearest place in the order. With another name, a new job is likely that alone has the very place
        of the old one: it comes after the same jobs, and the same come after it.
        """
        at = self.positions[job.id]
        likely = [
            (-likeness, abs(self.numbers[one.id] - at), one.id)
            for one in (self.fresh if self.are_few else ())
            if (likeness := _likeness(one, job)) >= LIKE
        ]
        if likely:
            return min(likely, key=lambda found: found[:2])[2]
        place = self.standing.of(job.id)
        there = self.by_place.get(place, [])
        return there[0].id if len(there) == self.gone[place] == 1 else ""


def vanished(job: FileJob, renamings: Renamings, *, was_drawn: bool, is_adopted: bool) -> Diagnostic | None:
    """That a job which was drawn is drawn no more, and a new one is: only people know whether it is the same,
    and what is tested in it must not go from before the others unseen.

    In an adopted file, in which whatever was not drawn was listed, one that a new job is like was drawn, too.
    """
    new = [one for one in renamings.new if not one.is_gate]
    if not new or not (was_drawn or is_adopted):
        return None
    likely = renamings.proposed(job)
    if not was_drawn and not likely:
        return None
    renamed = f"if it is `{likely}` now" if likely else "if it is one of these"
    return diagnostic(
        VANISHED_JOB,
        f"`{job.id}` is drawn no more and has steps or settings of yours, and "
        f"{', '.join(f'`{one.id}`' for one in new)} is new",
        job.span,
        help=f"{renamed}, compile with `--rename {job.id}={likely or 'NEW'}`, or write "
        f"`%% id: {job.id}` above the note; else list it under `extra-jobs` in the settings, or take it "
        "away with `--prune`",
    )


_Place = tuple[frozenset[str], frozenset[str]]


class _Places:
    """The jobs directly before and after each, final checks aside, which come after all.

    A need that another one implies does not count: what may be skipped is often waited for beside it.
    """

    def __init__(self, jobs: Sequence[Job] | Sequence[FileJob], gates: Collection[str]) -> None:
        needed = {one.id.casefold(): _needed(one) for one in jobs if one.id.casefold() not in gates}
        edges = [(need, name) for name, needs in needed.items() for need in sorted(needs)]
        if len(topological(nodes := dict.fromkeys(chain(*edges)), successors(edges))) == len(nodes):
            edges = reduction(edges)
        self.before = {name: frozenset(needs) for name, needs in predecessors(edges).items()}
        self.after: dict[str, set[str]] = {}
        for name, before in self.before.items():
            for need in before:
                self.after.setdefault(need, set()).add(name)

    def of(self, name: str) -> _Place:
        folded = name.casefold()
        return self.before.get(folded, frozenset()), frozenset(self.after.get(folded, ()))


def _is_bare(known: FileJob | None, wanted: Job) -> bool:
    """Whether a job of the file has steps of the compiler only, so that nothing is lost with it."""
    return known is not None and not wanted.is_gate and all(is_drawn(step) for step in known.steps)


def _needed(one: Job | FileJob) -> frozenset[str]:
    names = (need if isinstance(need, str) else need.job for need in one.needs)
    return frozenset(name.casefold() for name in names)


def _likeness(drawn: Job, job: FileJob) -> float:
    """How alike two jobs are by their ids or names; 0 where that is less than counts."""
    return max(_ratio(drawn.id, job.id), _ratio(drawn.name, job.name))


def _ratio(drawn: str, standing: str) -> float:
    matcher = SequenceMatcher(None, drawn.casefold(), standing.casefold())
    is_near = matcher.real_quick_ratio() >= LIKE and matcher.quick_ratio() >= LIKE
    return matcher.ratio() if is_near else 0.0


def _unmatched(file: WorkflowFile, wanted: Workflow) -> tuple[Sequence[FileJob], Sequence[Job]]:
    drawn = {job.id.casefold() for job in wanted.jobs}
    there = {job.id.casefold() for job in file.jobs}
    gone = [job for job in file.jobs if job.id.casefold() not in drawn]
    return gone, [job for job in wanted.jobs if job.id.casefold() not in there]
