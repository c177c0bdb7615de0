"""What is drawn against a workflow file that stands: the one list of differences, and the edits that mend it.

`check` tells this list, `compile` makes its edits, whoever wrote the file (docs/language.md#who-owns-what).
Equal is what means the same: needs by the order they give, an `if` by its truth table, lists by members, a
call by the file it names. What people own stays, byte for byte; a job in which all stands as some version
wrote it is written anew as a whole where it differs at all. What the edits make is read again: what would
damage the file is refused.

Reports `extra-job-differs`, `renamed-in-part`, `renamed-job`, `uneditable-place` and what the modules of
the parts do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import (
    AcceptedFinding,
    Diagnostic,
    Label,
    Rule,
    Severity,
    diagnostic,
    has_errors,
)
from mermaid2gha.base.edit import Edit, apply
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Span
from mermaid2gha.github.logic.equivalence import Holds, equivalent
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile, workflow_file
from mermaid2gha.reconcile.bind import BoundFile, Terms
from mermaid2gha.reconcile.comparison import FileComparison
from mermaid2gha.reconcile.difference import (
    NOWHERE,
    DrawnPlaces,
    FileDifference,
    all_edits,
    difference,
    labelled,
)
from mermaid2gha.reconcile.edits.braces import in_lines
from mermaid2gha.reconcile.edits.changes import changes
from mermaid2gha.reconcile.reads import added_needs, marked_needs, text_of_if, undrawn_if, used_needs
from mermaid2gha.settings.editor import uneditable_place
from mermaid2gha.settings.model import Acceptance
from mermaid2gha.yaml.tree import comparable

EXTRA_JOB_DIFFERS = Rule("extra-job-differs", Severity.ERROR)
RENAMED_IN_PART = Rule("renamed-in-part", Severity.ERROR)
RENAMED_JOB = Rule("renamed-job", Severity.NOTE)


_OF_RELEASED = ("needs", "if", "environment", "strategy", "permissions", "outputs")
"""The keys of a job of people's in which something can be drawn, that goes when the job is drawn no more."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The differences, the text after their edits (the old one where there is an error), what these change in
    words, and findings that keep edits from being made.

    `excused` are jobs, in lower case, of which something stays that is not as drawn: told, kept or accepted.
    `is_partly_absent`: a job or an event that is drawn is not there, and that stays so. `renames` are jobs
    that the drawing gave another id, each with the old and the new one; `accepted` are the differences that
    people accepted, `handed_on` those that the settings must list from now on so that they stay, in words.
    """

    differences: tuple[FileDifference, ...]
    text: str
    changes: tuple[str, ...]
    faults: tuple[Diagnostic, ...]
    excused: frozenset[str] = frozenset()
    is_partly_absent: bool = False
    renames: tuple[tuple[str, str], ...] = ()
    accepted: tuple[AcceptedFinding, ...] = ()
    handed_on: tuple[tuple[Acceptance, str], ...] = ()

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The faults, and the differences that nothing mends, as findings."""
        return (*self.faults, *(one.finding for one in self.differences if not one.edits))


def reconcile(
    bound_file: BoundFile, wanted: Workflow, terms: Terms, places: DrawnPlaces = NOWHERE
) -> Reconciliation:
    """A workflow file held against a compiled workflow; see the module for what is a difference.

    What people own in the file is in `wanted` already (`compiler.plan.effective`).
    """
    original, file = bound_file.original, bound_file.file
    comparison = FileComparison(bound_file, wanted, terms, places)
    found = [*_renamed(bound_file), *comparison.differences()]
    comparison.faults += _renamed_in_part(bound_file, places)
    if comparison.unmarked and (opened := _opened(bound_file, comparison)) is not None:
        on_lines = reconcile(opened, wanted, terms, places)
        if not has_errors(list(on_lines.faults)) and any(one.edits for one in on_lines.differences):
            return _with_places_of(on_lines, found, comparison.faults)
    faults = comparison.faults
    edits = all_edits(one for one in found if one.rule != RENAMED_JOB.name)
    if has_errors(faults):
        return Reconciliation(tuple(found), original.file.text, (), tuple(faults))
    text, kept = apply(file.file.text, edits), comparison.order.kept
    if text == original.file.text:
        return Reconciliation(tuple(found), text, (), tuple(faults), excused=kept)
    again, wrong = workflow_file(text.encode("utf-8", "surrogatepass"), original.file.name)
    fault = "it would be no YAML" if again is None or wrong else _damage(file, again, comparison)
    if again is None or fault:
        message = f"`{original.file.name}` cannot be edited safely: {fault}"
        cure = "write the workflow in plain lines, or bring it to what is drawn yourself"
        faults = [*faults, uneditable_place(message, original.root.span, help=cure)]
        return Reconciliation(tuple(found), original.file.text, (), tuple(faults))
    if lost := list(_lost(file, again, comparison)):
        return Reconciliation(tuple(found), original.file.text, (), (*faults, *lost))
    words = changes(original, again, dict(bound_file.renames))
    return Reconciliation(tuple(found), text, words, tuple(faults), excused=kept)


def _lost(old: WorkflowFile, new: WorkflowFile, comparison: FileComparison) -> Iterator[Diagnostic]:
    """What would not come back of drawn jobs that the settings list as undrawn, once they are that again: no
    mark would tell of it. So what stands there is kept as at an adoption, or nothing is written. Where one is
    in an order that the file cannot have, that is told, and is cured first."""
    drawn = {job.id.casefold() for job in comparison.wanted.jobs}
    refused = {name.casefold() for one in comparison.order.refused for name in one.place[1::2]}
    listed = {name.casefold() for name in comparison.terms.extra_jobs} & drawn - refused
    there, left = new.by_id(), old.by_id()
    lost: dict[str, list[str]] = {}
    for name, job in left.items():
        now = there.get(name)
        if now is None:
            continue
        for need in sorted((_own_needs(job) - _own_needs(now)) & there.keys()):
            for one in (name, need):
                if one in listed:
                    lost.setdefault(one, []).append(f"`{job.id}` waits for `{left[need].id}`")
                    break
        text = undrawn_if(job) or ""
        if name in listed and not _is_same_if(text, undrawn_if(now) or ""):
            lost.setdefault(name, []).append(f"it asks for `{text}`" if text else "it runs in any case")
    for name, words in lost.items():
        yield diagnostic(
            EXTRA_JOB_DIFFERS,
            f"`{left[name].id}` is listed under `extra-jobs`, and is drawn otherwise than it stands: "
            f"{', '.join(words)}",
            left[name].span,
            labelled(comparison.places.jobs.get(name), "drawn here"),
            help="draw it as it stands, accept that (`mermaid2gha adopt --accept`), or list it there no "
            "more: what is drawn replaces it then",
        )


def _own_needs(job: FileJob) -> frozenset[str]:
    """The needs of a job, in lower case, that no mark says to be drawn."""
    return frozenset(need.job.casefold() for need in job.needs) - marked_needs(job) - added_needs(job)


def _is_same_if(text: str, other: str) -> bool:
    if text.split() == other.split():
        return True
    return isinstance(equivalent(text, other), Holds)


def _opened(bound_file: BoundFile, comparison: FileComparison) -> BoundFile | None:
    """The file with that on lines which stands between braces and must be marked; none if nothing does."""
    file = bound_file.file
    text = in_lines(file, comparison.unmarked, comparison.step)
    made, wrong = workflow_file(text.encode("utf-8", "surrogatepass"), file.file.name)
    if made is None or wrong or text == file.file.text or comparable(made.root) != comparable(file.root):
        return None
    return replace(bound_file, file=made)


def _with_places_of(
    on_lines: Reconciliation, found: Sequence[FileDifference], faults: Sequence[Diagnostic]
) -> Reconciliation:
    """What a file on lines becomes, with the differences and findings as they stand between braces."""
    edits = {(one.rule, one.place): one.edits for one in on_lines.differences}
    again = tuple(replace(one, edits=edits.get((one.rule, one.place), ())) for one in found)
    return replace(on_lines, differences=again, faults=tuple(one for one in faults if not has_errors([one])))


def _renamed(bound_file: BoundFile) -> Iterator[FileDifference]:
    """The jobs that the drawing gave another id; the whole text is the edit, for expressions follow too."""
    text = bound_file.original.file.text
    for old, new in bound_file.renames:
        job = bound_file.original.job(old)
        if job is not None:
            whole = Edit(Span(bound_file.original.file, 0, len(text)), bound_file.file.file.text)
            message, at = f"`{old}` is now drawn as `{new}`", Label(job.span)
            made = difference(RENAMED_JOB, ("jobs", old), message, drawn=new, written=old, in_file=at)
            yield replace(made, edits=(whole,))


def _renamed_in_part(bound_file: BoundFile, places: DrawnPlaces) -> Iterator[Diagnostic]:
    """The jobs that are to go on by another id, and are drawn by the old one, too: the steps of a job cannot
    go with both, and a job without any would stand in for one of them."""
    for old, new in bound_file.refused:
        job = bound_file.original.job(old)
        if job is not None:
            labels = (labelled(places.jobs.get(one.casefold()), f"drawn as `{one}`") for one in (old, new))
            yield diagnostic(
                RENAMED_IN_PART,
                f"`{old}` is to go on as `{new}`, and is drawn as `{old}`, too",
                job.span,
                *labels,
                help=f"draw it as `{new}` wherever it is drawn: `%% id: {new}`; where they are two jobs, "
                "compile without `--rename`",
            )


def _damage(old: WorkflowFile, new: WorkflowFile, comparison: FileComparison) -> str:
    """What is not as it should be after editing; empty if all is well."""
    gone = {job.id for job in comparison.gone}
    expected = {job.id for job in old.jobs} - gone
    standing = old.by_id()
    expected |= {job.id for job in comparison.wanted.jobs if job.id.casefold() not in standing}
    if {job.id for job in new.jobs} != expected:
        return "other jobs than those drawn would be there"
    owned = {"on", "jobs"}
    for one in old.root.entries:
        if one.key.value not in owned and comparable(one.value) != comparable(
            new.root.get(one.key.value) or one.key
        ):
            return f"`{one.key.value}` would change"
    kept = {job.id for job in comparison.kept}
    for job in new.jobs:
        before = standing.get(job.id.casefold())
        besides = _OF_RELEASED if job.id.casefold() in comparison.released else ("needs",)
        if before is not None and job.id in kept and _less(before, besides) != _less(job, besides):
            return f"the job `{job.id}`, which is not drawn, would change"
        unheard = _unheard(job) - (_unheard(before) if before is not None else frozenset())
        if unheard:
            return f"`{job.id}` would ask for `{min(unheard)}`, which it does not need"
        wanted = comparison.order.needs.get(before.id if before is not None else job.id)
        names = {need.job.casefold() for need in job.needs}
        if (
            wanted is not None
            and job.id in comparison.order.mentions
            and not names >= {n.casefold() for n in wanted}
        ):
            return f"`needs` of `{job.id}` would not be right"
    return ""


def _unheard(job: FileJob) -> frozenset[str]:
    """The jobs, in lower case, that the `if` of a job asks for and that it does not need, and hears not."""
    return used_needs(text_of_if(job) or "") - {need.job.casefold() for need in job.needs}


def _less(job: FileJob, besides: Sequence[str]) -> object:
    if job.node is None:
        return comparable(job.entry.value)
    return {one.key.value: comparable(one.value) for one in job.node.entries if one.key.value not in besides}
