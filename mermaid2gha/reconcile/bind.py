"""Which job of a file is which drawn one, and whose it is (docs/language.md#who-owns-what).

A job is ours if its line bears a mark of some version of us, untouched if all in it stands as some version
of us wrote it, else people's. Each job is judged once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import Enum

from mermaid2gha.base.records import FrozenMap, dataclass, replace
from mermaid2gha.compiler.scripts.comments import SOME_FLOWS, bare_comment, drawn_title, is_mark_alone
from mermaid2gha.compiler.scripts.conditions import (
    AcceptedTerms,
    asked_of,
    drawn_questions,
    split_terms,
    term_texts,
)
from mermaid2gha.compiler.scripts.provenance import comments_above, job_as_written, step_as_written
from mermaid2gha.compiler.scripts.steps import DECIDED, decided, is_gate_step, is_tuned, known_script
from mermaid2gha.github.workflow.emitter import job_lines, step_lines
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile, workflow_file
from mermaid2gha.reconcile.condition_meaning import condition_text
from mermaid2gha.reconcile.difference import NOTHING_ACCEPTED, Accepted
from mermaid2gha.reconcile.edits.comments import remove_jobs
from mermaid2gha.reconcile.edits.renames import recognised, renamed
from mermaid2gha.reconcile.edits.steps import has_same_if
from mermaid2gha.reconcile.ends import has_accepted_tests
from mermaid2gha.reconcile.reads import (
    is_our_test,
    lapsed_needs,
    marked_terms,
    peoples_if,
    read_jobs,
    used_needs,
    without_drawn_ifs,
    without_needs,
)
from mermaid2gha.reconcile.sides import accepted_conditions, accepted_own_terms
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Entries

LEAST_RIGHT = ("contents", "read")
"""What every fresh job may do, without a message that asks for it."""


class Whose(Enum):
    """Whose a job of a file is."""

    GATE = "the gate as some version wrote it"
    UNTOUCHED = "as some version wrote it"
    OURS = "marked as drawn, with something of people's"
    PEOPLE_S = "people's"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is said beside the drawing: `extra` names are kept in silence, `prune` takes the other ones away.

    `renames` are pairs of an old id and a new one. `footer` are the comment lines at the end of the file that
    name its documents; none leaves the end as it is. `runs_on` and `timeout_minutes` are those of fresh jobs.
    `accepts` says which differences stay. `apart` is what people's jobs ask for in the stead of the flag
    under which they are drawn, `past` the terms of theirs past which jobs run that follow others anew.
    `once_drawn` are ids, in lower case, that the settings name as those of drawn jobs; `is_adopted` says that
    people wrote the file, and that its undrawn jobs were listed then. `called` are called workflows by
    their files' names in lower case.
    """

    runs_on: str | tuple[str, ...]
    timeout_minutes: int
    extra_jobs: frozenset[str] = frozenset()
    extra_events: frozenset[str] = frozenset()
    prune: bool = False
    renames: tuple[tuple[str, str], ...] = ()
    footer: tuple[str, ...] = ()
    accepts: Accepted = NOTHING_ACCEPTED
    apart: FrozenMap[str, AcceptedTerms] = FrozenMap({})
    past: FrozenMap[str, frozenset[str]] = FrozenMap({})
    once_drawn: frozenset[str] = frozenset()
    is_adopted: bool = False
    called: FrozenMap[str, WorkflowFile] = FrozenMap({})


@dataclass(frozen=True, slots=True)
class BoundFile:
    """A file as it stands, and with its jobs renamed; `renames` are pairs of an old id and the drawn one.

    `mine` says whose each job is, by its id; `gone` are the ids of those that go. `read` are those that would
    go, but for something that stays and reads what they give, or repeats what stands in them, which is said
    in words. `lapsed` are needs that go with the order of a job that is drawn no more, as `lapsed_needs` has
    them; `refused` are renamings of jobs that are still drawn by the old id, too; `released` are the jobs, in
    lower case, that the settings list as undrawn: what was drawn of them goes.
    """

    original: WorkflowFile
    file: WorkflowFile
    renames: tuple[tuple[str, str], ...]
    mine: FrozenMap[str, Whose]
    gone: frozenset[str]
    read: FrozenMap[str, str] = FrozenMap({})
    lapsed: FrozenMap[str, frozenset[str]] = FrozenMap({})
    released: frozenset[str] = frozenset()
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def standing(self) -> WorkflowFile:
        """The file without the needs that lapsed, and without what is drawn no more of an `if`."""
        return without_drawn_ifs(without_needs(self.file, self.lapsed), self.released)


def bound(file: WorkflowFile, wanted: Workflow, terms: Terms) -> BoundFile:
    """A file whose jobs have the ids of the drawn ones that they are, although the drawing renamed some."""
    original = file
    renames: list[tuple[str, str]] = []
    refused: list[tuple[str, str]] = []
    drawn = {job.id.casefold(): job for job in wanted.jobs}
    going_on = {new.casefold() for _, new in terms.renames}  # by this id another one goes on
    for old, new in (*terms.renames, *recognised(file, wanted)):
        job = file.job(old)
        if job is None or not any(drawn.id == new for drawn in wanted.jobs) or old == new:
            continue
        if old.casefold() in drawn.keys() - going_on and old.casefold() != new.casefold():
            refused.append((job.id, new))
            continue
        if file.job(new) is not None and old.casefold() != new.casefold():
            file = _without(file, new, terms)
        if file.job(new) is None or old.casefold() == new.casefold():
            file = renamed(file, old, new)
            renames.append((job.id, new))
    buffer = buffer_of(file)
    mine = classified(buffer, file, drawn, terms)
    going = [job.id for job in file.jobs if job.id.casefold() not in drawn and _goes(job, mine, terms)]
    terms_of_if = _terms_that_stay(file, wanted, going, terms.accepts) if going else {}
    read = read_jobs(buffer, file, going, terms_of_if) if going else {}
    gone = frozenset(name for name in going if name not in read)
    released = frozenset(name.casefold() for name in terms.extra_jobs) - drawn.keys()
    return BoundFile(
        original,
        file,
        tuple(renames),
        mine=FrozenMap(mine),
        gone=gone,
        read=FrozenMap(read),
        lapsed=FrozenMap(lapsed_needs(buffer, file, drawn, released)),
        released=released,
        refused=tuple(refused),
    )


def _goes(job: FileJob, mine: Mapping[str, Whose], terms: Terms) -> bool:
    """Whether a job that is not drawn is taken away: nothing in it is people's, or that is asked for."""
    if job.id in terms.extra_jobs:
        return False
    return terms.prune or mine[job.id] in (Whose.GATE, Whose.UNTOUCHED)


def _without(file: WorkflowFile, job_id: str, terms: Terms) -> WorkflowFile:
    """The file without a job in which all stands as compiled; another one stays."""
    job = file.job(job_id)
    assert job is not None
    buffer = buffer_of(file)
    if classified(buffer, file, {}, terms)[job.id] is not Whose.UNTOUCHED:
        return file
    remove_jobs(buffer, file, [job])
    made, _ = workflow_file(buffer.applied().encode("utf-8", "surrogatepass"), file.file.name)
    return made if made is not None else file


def buffer_of(file: WorkflowFile) -> EditBuffer:
    """A buffer for edits of a file, which knows the anchors that aliases repeat."""
    return EditBuffer(file.file, file.newline, file.aliased())


def indentation(buffer: EditBuffer, file: WorkflowFile) -> int:
    """The blanks of a level: how far the jobs stand in."""
    jobs = file.root.get("jobs")
    if file.jobs and isinstance(jobs, Entries) and not jobs.is_flow:
        return min(buffer.column(job.span.start) for job in file.jobs) or 2
    return 2


def classified(
    buffer: EditBuffer, file: WorkflowFile, wanted: Mapping[str, Job], terms: Terms
) -> dict[str, Whose]:
    """Whose each job of a file is, by its id; `wanted` are the drawn ones by their ids in lower case."""
    step = indentation(buffer, file)
    names = [_bare_name(drawn_title(job.comment) or job.name) for job in file.jobs]
    return {
        job.id: _whose(
            buffer,
            job,
            step,
            terms,
            wanted=wanted.get(job.id.casefold()),
            has_namesake=bool(name) and names.count(name) > 1,
        )
        for job, name in zip(file.jobs, names)
    }


def _bare_name(title: str) -> str:
    """A drawn name without tags, as those compare it that have one stem: by its letters and figures."""
    return re.sub(r"[\W_]+", "", re.sub(r"\[[^\]]*\]", "", title)).casefold()


def _whose(
    buffer: EditBuffer, job: FileJob, step: int, terms: Terms, *, wanted: Job | None, has_namesake: bool
) -> Whose:
    """Whose a job is; `wanted` is the drawn one that it is, if it is one. `has_namesake`: another job of the
    file has the same name, so that we wrote something behind it to tell the two apart."""
    if len(job.steps) == 1 and is_gate_step(job.steps[0]):
        return Whose.GATE
    if not drawn_title(job.comment):
        return Whose.PEOPLE_S
    written = job_as_written(buffer, job, step)
    if written is None or not is_mark_alone(job.comment):
        return Whose.OURS
    if not _is_all_ours(buffer, job, written, wanted, terms, has_namesake=has_namesake):
        return Whose.OURS
    return Whose.UNTOUCHED


def _is_all_ours(
    buffer: EditBuffer, job: FileJob, written: Job, wanted: Job | None, terms: Terms, *, has_namesake: bool
) -> bool:
    """Whether what people own in a job that stands in our form has the values that we gave it."""
    if written.call is None and written.timeout_minutes != terms.timeout_minutes:
        return False
    axes = {f"${{{{ matrix.{axis} }}}}" for axis, _ in written.matrix}
    if written.call is None and written.runs_on not in {terms.runs_on, *axes}:
        return False
    environment = "" if written.environment_comment else written.environment
    if wanted is not None and environment and environment != wanted.environment:
        return False  # which one is people's, where none is drawn
    if wanted is not None and not written.axis_comments and written.matrix not in ((), wanted.matrix):
        return False
    if wanted is not None and (written.name, written.permissions, written.outputs) == (
        wanted.name,
        wanted.permissions,
        wanted.outputs,
    ):
        return True
    return (
        _has_our_name(buffer, job, written, wanted, has_namesake=has_namesake)
        and _has_our_rights(written, wanted)
        and _has_our_outputs(written, wanted)
    )


def _has_our_name(
    buffer: EditBuffer, job: FileJob, written: Job, wanted: Job | None, *, has_namesake: bool
) -> bool:
    title = " ".join(drawn_title(job.comment).split())
    base = " ".join(re.sub(r"\s*\[[^\]]*\]", "", title).split())
    name = " ".join(written.name.split())
    if wanted is not None and written.name == wanted.name:
        return True
    for known in (base, title):
        if name.casefold() == known.casefold():
            return True
        if has_namesake and name.casefold().startswith(f"{known} (".casefold()) and name.endswith(")"):
            inner = name[len(known) + 2 : -1]
            if inner == job.id or inner in {step.name for step in written.steps}:
                return True
            flows = (
                SOME_FLOWS.read(bare_comment(line) or "")
                for _, line in comments_above(buffer, job.span.start)
            )
            if any(found is not None and inner in found["flows"] for found in flows):
                return True
    return False


def _has_our_rights(written: Job, wanted: Job | None) -> bool:
    known = set(wanted.permissions) if wanted is not None else set()
    mentions = {(right.scope, right.level): right.comment for right in known}
    messages = {step.name for step in written.steps} | {written.name}
    return all(
        right in known
        or (right.scope, right.level, right.comment) == (*LEAST_RIGHT, "")
        or right.comment in messages
        or (written.call is not None and _is_of_call(right.comment, mentions.get((right.scope, right.level))))
        for right in written.permissions
    )


def _is_of_call(comment: str, wanted: str | None) -> bool:
    """Whether what stands behind a right of a call can be a message of what it calls; `wanted` is the one
    that asks for this right now."""
    return bool(comment) and (wanted is None or (bool(wanted) and not comment.startswith(f"{wanted} #")))


def _has_our_outputs(written: Job, wanted: Job | None) -> bool:
    known = set(wanted.outputs) if wanted is not None else set()
    scripts = (known_script(step) for step in written.steps)
    given = {name for script in scripts if script is not None for name in decided(script)}
    return all(
        one in known or (DECIDED.read(one.expression) is not None and one.name in given)
        for one in written.outputs
    )


def is_as_compiled(written: Job, wanted: Job) -> bool:
    """Whether a job that stands in our form says what is drawn now, needs and conditions aside."""
    if wanted.starters:  # a job that has its steps is people's
        return False
    aim = replace(wanted, id=written.id, comments=(), needs=(), condition=None, steps=())
    if list(job_lines(aim)) != list(job_lines(replace(written, steps=()))):
        return False
    bare = [replace(step, condition=None) for step in wanted.steps]
    return [list(step_lines(step)) for step in written.steps] == [list(step_lines(step)) for step in bare]


def has_same_step_ifs(job: FileJob, wanted: Job) -> bool:
    return all(has_same_if(there, aim) for there, aim in zip(job.steps, wanted.steps))


def is_tuned_job(buffer: EditBuffer, job: FileJob, wanted: Job) -> bool:
    """Whether people set a number or the value of a flag in a step of ours."""
    aims = {step.name: step for step in wanted.steps}
    return any(
        (aim := aims.get(step.name)) is not None and is_tuned(step_as_written(buffer, step), aim)
        for step in job.steps
    )


def stands_as_compiled(file: WorkflowFile, terms: Terms) -> bool:
    """Whether nothing in any job of a file is people's, so that nothing is lost with the file."""
    from mermaid2gha.compiler.scripts.comments import is_above_jobs, is_footer

    buffer = buffer_of(file)
    jobs = [job.entry.span for job in file.jobs]
    at = 0
    for line in buffer.text.splitlines(keepends=True):
        is_inside = any(span.start <= at < span.end for span in jobs)
        is_ours = is_above_jobs(line) or is_footer(line)
        if line.lstrip().startswith("#") and at >= file.root.span.start and not (is_inside or is_ours):
            return False
        at += len(line)
    mine = classified(buffer, file, {}, terms).values()
    return all(one in (Whose.GATE, Whose.UNTOUCHED) for one in mine)


def unmarked_jobs(file: WorkflowFile) -> frozenset[str]:
    """The ids of the jobs that bear no mark of ours."""
    return frozenset(job.id for job in file.jobs if not drawn_title(job.comment))


def _terms_that_stay(
    file: WorkflowFile, wanted: Workflow, gone: Collection[str], accepts: Accepted
) -> dict[str, tuple[str, ...]]:
    """What stays of the `if` of each job whatever is drawn now: people's terms in that of a drawn one, all of
    any other, and of one that stays as it is by an acceptance. Without the jobs that are `gone`."""
    aims = {job.id.casefold(): job for job in wanted.jobs}
    peoples = {job.id for job in file.jobs if not drawn_title(job.comment)}
    drawn = drawn_questions(wanted, {name for name in peoples if name.casefold() not in aims})
    found: dict[str, tuple[str, ...]] = {}
    for job in file.jobs:
        if job.id in gone:
            continue
        text, aim = peoples_if(job) or "", aims.get(job.id.casefold())
        if aim is None or has_accepted_tests(accepts, job, aim):
            found[job.id] = (text,) if aim is None else _left_of(job, text, aims)
            continue
        own = asked_of(condition_text(aim))
        is_marked = job.id not in peoples
        here = drawn.of_job(accepted_own_terms(accepts, job.id))
        split = split_terms(text, here, own, is_marked=is_marked, named=marked_terms(job))
        if split is None:
            found[job.id] = (text,)
            continue
        found[job.id] = split.peoples
        if accepted_conditions(accepts, job.id):
            found[job.id] += split.own
    return found


def _left_of(job: FileJob, text: str, drawn: Collection[str]) -> tuple[str, ...]:
    """The terms of an `if` without our tests of jobs that are not `drawn` any more."""
    return tuple(
        term for term in term_texts(text) if not is_our_test(job, term) or used_needs(term) <= {*drawn}
    )
