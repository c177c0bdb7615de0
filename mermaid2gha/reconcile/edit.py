"""The smallest changes of a workflow file's text that make what the diagram owns in it mean what is drawn.

A job that stands as compiled is written anew where it differs; one that people have made theirs is edited
key by key; the gate is compiled as a whole. Jobs and events that are not drawn stay unless they stand as
compiled or are pruned. The result is read again: what would damage the file is refused.

Reports `undrawn-job`, `undrawn-event`, `uneditable-place` and what the editors of the parts report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, has_errors
from mermaid2gha.base.graph import reachable
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.link.matching import undrawn_event, undrawn_job
from mermaid2gha.compiler.scripts.comments import is_above_jobs, is_footer
from mermaid2gha.compiler.scripts.conditions import drawn_atoms, peoples_conjuncts
from mermaid2gha.compiler.scripts.provenance import comments_above, job_as_written
from mermaid2gha.compiler.scripts.steps import is_gate_step
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.logic.equivalence import Holds, equivalent
from mermaid2gha.github.workflow.emitter import comment, job_lines
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile, workflow_file
from mermaid2gha.reconcile.edit_changes import changes
from mermaid2gha.reconcile.edit_comments import (
    edit_footer,
    edit_header,
    is_parted,
    region,
    remove_jobs,
)
from mermaid2gha.reconcile.edit_events import edit_events, is_marked
from mermaid2gha.reconcile.edit_jobs import edit_job
from mermaid2gha.reconcile.edit_keys import Keys
from mermaid2gha.reconcile.edit_needs import edit_needs, needs_lines, right_needs
from mermaid2gha.reconcile.edit_renames import proposed, recognised, renamed
from mermaid2gha.settings.editor import uneditable_place
from mermaid2gha.yaml.edits import EditBuffer, reindented
from mermaid2gha.yaml.tree import Alias, Entries, all_nodes, plain


@dataclass(frozen=True, slots=True)
class Terms:
    """What is said beside the drawing: `extra` names are kept in silence, `prune` takes the other ones away.

    `renames` are pairs of an old id and a new one. `footer` are the comment lines at the end of the file that
    name its documents; none leaves the end as it is. `runs_on` and `timeout_minutes` are those of fresh jobs.
    """

    runs_on: str
    timeout_minutes: int
    extra_jobs: frozenset[str] = frozenset()
    extra_events: frozenset[str] = frozenset()
    prune: bool = False
    renames: tuple[tuple[str, str], ...] = ()
    footer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundFile:
    """A file as it stands, and with its jobs renamed; `renames` are pairs of an old id and the drawn one."""

    original: WorkflowFile
    file: WorkflowFile
    renames: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """The text after editing (the old one where there is an error), its changes in words, and findings."""

    text: str
    changes: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def bound(file: WorkflowFile, wanted: Workflow, terms: Terms) -> BoundFile:
    """A file whose jobs have the ids of the drawn ones that they are, although the drawing renamed some."""
    original = file
    renames: list[tuple[str, str]] = []
    for old, new in (*terms.renames, *recognised(file, wanted)):
        job = file.job(old)
        if job is None or not any(drawn.id == new for drawn in wanted.jobs) or old == new:
            continue
        if file.job(new) is not None and old.casefold() != new.casefold():
            file = _without(file, new, terms)
        if file.job(new) is None or old.casefold() == new.casefold():
            file = renamed(file, old, new)
            renames.append((job.id, new))
    return BoundFile(original, file, tuple(renames))


def edited(bound_file: BoundFile, wanted: Workflow, terms: Terms) -> Edited:
    """A workflow file edited towards a compiled workflow; see the module for what changes and what stays.

    Terms that people added to the `if` of jobs stay; what they mean for other jobs is in `wanted` already
    (`compiler.plan.user_conditions`).
    """
    original, file = bound_file.original, bound_file.file
    editing = _Editing(file, wanted, terms)
    found = editing.run()
    if has_errors(found):
        return Edited(original.file.text, (), tuple(found))
    text = editing.sheet.applied()
    if text == original.file.text:
        return Edited(text, (), tuple(found))
    again, faults = workflow_file(text.encode("utf-8", "surrogatepass"), original.file.name)
    fault = "it would be no YAML" if again is None or faults else _damage(file, again, editing)
    if again is None or fault:
        message = f"`{original.file.name}` cannot be edited safely: {fault}"
        cure = "write the workflow in plain lines, or bring it to what is drawn yourself"
        return Edited(
            original.file.text,
            (),
            (*found, uneditable_place(message, original.root.span, help=cure)),
        )
    return Edited(text, changes(original, again, dict(bound_file.renames)), tuple(found))


def stands_as_compiled(file: WorkflowFile, terms: Terms) -> bool:
    """Whether nothing in any job of a file is people's, so that nothing is lost with the file."""
    sheet = _sheet(file)
    step = _indentation(sheet, file)
    jobs = [job.entry.span for job in file.jobs]
    at = 0
    for line in sheet.text.splitlines(keepends=True):
        is_inside = any(span.start <= at < span.end for span in jobs)
        is_ours = is_above_jobs(line) or is_footer(line)
        if line.lstrip().startswith("#") and at >= file.root.span.start and not (is_inside or is_ours):
            return False
        at += len(line)
    return all(_is_gate(job) or _is_fresh(job_as_written(sheet, job, step), None, terms) for job in file.jobs)


def _without(file: WorkflowFile, job_id: str, terms: Terms) -> WorkflowFile:
    """The file without a job that stands as compiled; another one stays."""
    sheet = _sheet(file)
    job = file.job(job_id)
    assert job is not None
    if not _is_fresh(job_as_written(sheet, job, _indentation(sheet, file)), None, terms):
        return file
    remove_jobs(sheet, file, [job])
    made, _ = workflow_file(sheet.applied().encode("utf-8", "surrogatepass"), file.file.name)
    return made if made is not None else file


def _sheet(file: WorkflowFile) -> EditBuffer:
    names = frozenset(node.name for node in all_nodes(file.root) if isinstance(node, Alias))
    return EditBuffer(file.file, file.newline, names)


def _indentation(sheet: EditBuffer, file: WorkflowFile) -> int:
    """The blanks of a level: how far the jobs stand in."""
    jobs = file.root.get("jobs")
    if file.jobs and isinstance(jobs, Entries) and not jobs.is_flow:
        return sheet.column(file.jobs[0].span.start) or 2
    return 2


def _is_gate(job: FileJob) -> bool:
    return len(job.steps) == 1 and is_gate_step(job.steps[0])


def _is_fresh(written: Job | None, wanted: Job | None, terms: Terms) -> bool:
    """Whether what people own in a job that stands as compiled is what the compiler gives."""
    if written is None:
        return False
    if written.call is None and (written.runs_on, written.timeout_minutes) != (
        terms.runs_on,
        terms.timeout_minutes,
    ):
        return False
    return wanted is None or (written.environment, written.matrix) == (wanted.environment, wanted.matrix)


class _Editing:
    """One file on its way; the sheet gathers the changes."""

    def __init__(self, file: WorkflowFile, wanted: Workflow, terms: Terms) -> None:
        self.file, self.wanted, self.terms = file, wanted, terms
        self.sheet = _sheet(file)
        self.atoms = drawn_atoms(wanted)
        self.step = _indentation(self.sheet, file)
        drawn = {job.id.casefold() for job in wanted.jobs}
        undrawn = [job for job in file.jobs if job.id.casefold() not in drawn]
        self.gone = [job for job in undrawn if self.goes(job)]
        self.kept = [job for job in undrawn if job not in self.gone]
        kept_ids = frozenset(job.id.casefold() for job in self.kept)
        self.needs = right_needs(file, wanted, kept_ids, self.standing())
        self.found: list[Diagnostic] = []

    def standing(self) -> frozenset[str]:
        """The drawn jobs of the file in which all stands as compiled."""
        pairs = ((job, self.file.job(job.id)) for job in self.wanted.jobs)
        return frozenset(
            job.id
            for job, known in pairs
            if known is not None
            and _is_fresh(job_as_written(self.sheet, known, self.step), job, self.terms)
            and self.is_spelt_fresh(known, job)
        )

    def goes(self, job: FileJob) -> bool:
        if job.id in self.terms.extra_jobs:
            return False
        written = job_as_written(self.sheet, job, self.step)
        return self.terms.prune or _is_gate(job) or _is_fresh(written, None, self.terms)

    def run(self) -> list[Diagnostic]:
        file, terms = self.file, self.terms
        drawn = {trigger.event for trigger in self.wanted.triggers}
        undrawn = [e for e in file.events if e.name not in drawn and e.name not in terms.extra_events]
        gone = [event.name for event in undrawn if terms.prune or is_marked(event)]
        self.found += edit_events(self.sheet, file, self.wanted.triggers, gone, self.step)
        for event in undrawn:
            if event.name in gone:
                continue
            message = f"the event `{event.name}` of `{file.file.name}` is not drawn"
            cure = "draw it, list it under `extra-events` in the settings, or take it away with `--prune`"
            self.found.append(undrawn_event(message, event.key.span, help=cure))
        for job in self.kept:
            if job.id not in terms.extra_jobs:
                self.found.append(self.undrawn(job))
            self.edit_kept(job)
        remove_jobs(self.sheet, file, self.gone)
        for wanted in self.wanted.jobs:
            known = file.job(wanted.id)
            if known is not None:
                self.edit(known, wanted)
        self.insert([job for job in self.wanted.jobs if file.job(job.id) is None])
        edit_header(self.sheet, self.wanted)
        edit_footer(self.sheet, terms.footer)
        return self.found

    def undrawn(self, job: FileJob) -> Diagnostic:
        message = (
            f"the job `{job.id}` of `{self.file.file.name}` is not drawn, and has steps or settings of yours"
        )
        new = proposed(self.file, self.wanted, job)
        cure = "draw it, list it under `extra-jobs` in the settings, or take it away with `--prune`"
        if new:
            cure = f"if it is `{new}` now, compile with `--rename {job.id}={new}`; else {cure}"
        return undrawn_job(message, job.span, help=cure)

    def edit_kept(self, job: FileJob) -> None:
        """In the needs of a job that stays, one that goes is replaced by what that one needed."""
        gone = {one.id.casefold(): one for one in self.gone}
        if job.node is None or not any(need.job.casefold() in gone for need in job.needs):
            return
        names = list(dict.fromkeys(self.replaced([need.job for need in job.needs], gone)))
        edit_needs(Keys(self.sheet, job.node, owner=job.id, step=self.step, found=self.found), job, names)

    def replaced(self, names: Sequence[str], gone: Mapping[str, FileJob]) -> Iterator[str]:
        def above(name: str) -> list[str] | None:
            job = gone.get(name.casefold())
            return None if job is None else [need.job for need in job.needs]

        return (name for name in reachable(names, above) if name.casefold() not in gone)

    def edit(self, job: FileJob, wanted: Job) -> None:
        needs = self.needs[wanted.id]
        written = job_as_written(self.sheet, job, self.step)
        is_gate = wanted.is_gate and _is_gate(job)
        if not is_gate and not (_is_fresh(written, wanted, self.terms) and self.is_spelt_fresh(job, wanted)):
            self.found += edit_job(self.sheet, self.file, job, wanted, needs, self.atoms, self.step)
            return
        assert job.node is not None
        column = self.sheet.column(job.span.start)
        above = [start for start, line in comments_above(self.sheet, job.span.start) if is_above_jobs(line)]
        fresh = replace(wanted, id=job.id, needs=needs) if not is_gate else replace(wanted, id=job.id)
        start = self.sheet.line_start(job.span.start)
        lines = list(job_lines(replace(fresh, comments=())))
        made = list(reindented(lines, column, self.step))
        if is_gate and _plain_gate(made) == plain(job.node) and job.comment == wanted.comment:
            return
        end = self.sheet.line_end(job.node.span.end - 1)
        comments = [comment(line) for line in wanted.comments]
        if not above:
            made = [*reindented(comments, column, 2), *made]
        elif [self.sheet.text[at : self.sheet.line_end(at)].strip() for at in above] != comments:
            self.sheet.replace_lines(above, reindented(comments, column, 2))
        if self.sheet.text[start:end].splitlines() != made:
            self.sheet.replace(start, end, "".join(f"{line}\n" for line in made))

    def is_spelt_fresh(self, job: FileJob, wanted: Job) -> bool:
        """Whether `needs` and `if` are written as in fresh files, so that they can be written anew."""
        needs, condition = job.item("needs"), job.condition
        names = [need.job for need in job.needs]
        column = self.sheet.column(job.span.start) + self.step
        if needs is not None and needs.span.text.split() != "\n".join(needs_lines(names, column)).split():
            return False
        if condition is None:
            return job.item("if") is None
        if not (condition.style == ">" or condition.span.text.startswith("${{ ")):
            return False
        if peoples_conjuncts(condition.value, self.atoms) != ():
            return False
        aim = expression(wanted.condition) if wanted.condition is not None else ""
        bare = condition.value.strip().removeprefix("${{").removesuffix("}}").split()
        return bare == aim.split() or not isinstance(equivalent(condition.value, aim), Holds)

    def insert(self, jobs: Sequence[Job]) -> None:
        """New jobs after the last that they follow, in drawn order, with the blank lines of the file."""
        sheet, file = self.sheet, self.file
        node = file.root.get("jobs")
        if not jobs:
            return
        if not isinstance(node, Entries) or node.is_flow or not file.jobs:
            place = node.span if node is not None else file.root.span
            message = f"no job can be added to `jobs` of `{file.file.name}` where it stands"
            cure = "write `jobs:` with its jobs on lines below it"
            self.found.append(uneditable_place(message, place, help=cure))
            return
        column = sheet.column(node.entries[0].span.start)
        stay = [job for job in file.jobs if job not in self.gone]
        gap = [""] if is_parted(sheet, file) else []
        order = [job.id for job in self.wanted.jobs]
        for job in jobs:
            before = {name.casefold() for name in job.needs}
            nearest = next((n for n in reversed(order[: order.index(job.id)]) if file.job(n)), None)
            before |= {nearest.casefold()} if nearest is not None else set()
            last = [one for one in stay if one.id.casefold() in before]
            lines = list(reindented(list(job_lines(job)), column, self.step))
            if last:
                sheet.insert_lines(sheet.line_end(max(last[-1].entry.span.end - 1, 0)), [*gap, *lines])
            else:
                at = region(sheet, file.jobs[0])[0]
                is_last = not stay and job is jobs[-1]
                sheet.insert_lines(at, [*lines, *([] if is_last else gap)])


def _plain_gate(lines: Sequence[str]) -> object:
    made, _ = workflow_file(("jobs:\n" + "\n".join(lines)).encode("utf-8", "surrogatepass"), "gate")
    return plain(made.jobs[0].node) if made is not None and made.jobs and made.jobs[0].node else None


def _damage(old: WorkflowFile, new: WorkflowFile, editing: _Editing) -> str:
    """What is not as it should be after editing; empty if all is well."""
    gone = {job.id for job in editing.gone}
    expected = {job.id for job in old.jobs} - gone
    expected |= {job.id for job in editing.wanted.jobs if old.job(job.id) is None}
    if {job.id for job in new.jobs} != expected:
        return "other jobs than those drawn would be there"
    owned = {"on", "jobs"}
    for one in old.root.entries:
        if one.key.value not in owned and plain(one.value) != plain(new.root.get(one.key.value) or one.key):
            return f"`{one.key.value}` would change"
    kept = {job.id for job in editing.kept}
    judged = {job.id for job in editing.wanted.jobs if not job.is_gate}
    for job in new.jobs:
        before = old.job(job.id)
        is_kept = before is not None and job.id in kept
        if before is not None and is_kept and _less(before, ("needs",)) != _less(job, ("needs",)):
            return f"the job `{job.id}`, which is not drawn, would change"
        wanted = editing.needs.get(job.id, ()) if job.id in judged else ()
        if job.id in judged and {n.job.casefold() for n in job.needs} != {n.casefold() for n in wanted}:
            return f"`needs` of `{job.id}` would not be right"
    return ""


def _less(job: FileJob, keys: Sequence[str]) -> object:
    if job.node is None:
        return plain(job.entry.value)
    return {one.key.value: plain(one.value) for one in job.node.entries if one.key.value not in keys}
