"""A drawn workflow compared with the file that people wrote for it (docs/language.md#who-owns-what).

Set-up steps, runners, names, concurrency and guards by `github.repository` are no differences. Order is told
on the transitive reduction, so that one missing need is one finding. Reports `absent-job`, `undrawn-job`,
`absent-event`, `undrawn-event`, `needs-contradict-order`, `order-not-kept`, `extra-wait`, `right-missing` and
what `compare_conditions` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.graph import bits, nearest, reachable
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.link.matching import matching, undrawn_event, undrawn_job
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileEvent, FileJob, WorkflowFile
from mermaid2gha.reconcile.compare_conditions import compared_conditions
from mermaid2gha.settings.model import Undrawn

ABSENT_EVENT = Rule("absent-event", Severity.WARNING)
ABSENT_JOB = Rule("absent-job", Severity.WARNING)
EXTRA_WAIT = Rule("extra-wait", Severity.NOTE)
NEEDS_CONTRADICT_ORDER = Rule("needs-contradict-order", Severity.ERROR)
ORDER_NOT_KEPT = Rule("order-not-kept", Severity.WARNING)
RIGHT_MISSING = Rule("right-missing", Severity.WARNING)

_LEVELS = {"none": 0, "read": 1, "write": 2}


def compare(
    linked: LinkedWorkflow, wanted: Workflow, file: WorkflowFile, beside: Undrawn
) -> list[Diagnostic]:
    """The differences between what is drawn and a file that people wrote."""
    found = matching(linked, file)
    return [
        *_events(linked, file, beside),
        *_presence(linked, wanted, file, found, beside),
        *_order(linked, file, found),
        *_rights(linked, wanted, file, found),
        *compared_conditions(linked, file, found),
    ]


def drawn_span(job: LinkedJob) -> Span:
    return job.flows[min(job.flows)].drawn[0].span


# -- events and jobs ---------------------------------------------------------------------------------


def _events(linked: LinkedWorkflow, file: WorkflowFile, beside: Undrawn) -> Iterator[Diagnostic]:
    there = {event.name for event in file.events}
    on = file.root.entry("on")
    for flow in linked.workflow.flows:
        for event in flow.events:
            if event.event not in there:
                there.add(event.event)
                message = f"`{file.file.name}` is drawn to start by `{event.event}`, and does not"
                second = Label(on.key.span, "these are its events") if on is not None else None
                cure = f"add `{event.event}` to `on`, or draw what starts it"
                yield diagnostic(ABSENT_EVENT, message, Label(flow.span, "drawn here"), second, help=cure)
    for one in undrawn_events(linked, file, beside):
        message = f"`{one.name}` starts `{file.file.name}` too, and is not drawn"
        cure = "draw it, or list it under `extra-events` in the settings"
        yield undrawn_event(message, one.key.span, help=cure)


def undrawn_events(linked: LinkedWorkflow, file: WorkflowFile, beside: Undrawn) -> list[FileEvent]:
    """The events of a file that no flow draws and that may not stand beside the drawing."""
    known = {*linked.workflow.events, *beside.events}
    return [one for one in file.events if one.name not in known]


def _presence(
    linked: LinkedWorkflow,
    wanted: Workflow,
    file: WorkflowFile,
    found: dict[int, FileJob],
    beside: Undrawn,
) -> Iterator[Diagnostic]:
    for job in linked.jobs:
        if job.index in found:
            continue
        name = job.identity.title
        message = f"`{name}` is drawn, and no job of `{file.file.name}` is like it"
        if given := next((d.stands_for for there in job.flows.values() for d in there.drawn), ""):
            message = f"`{name}` is drawn, and `{file.file.name}` has no job `{given}`, which it is"
        if job.kind is JobKind.WAIT:
            message = f"the wait `{name}` is drawn as a job, and `{file.file.name}` has none for it"
        key = f'"{linked.name}/{name}"'
        cure = f"add the job, or say which it is in the settings: `jobs: {{{key}: {{ids: [ID]}}}}`"
        yield diagnostic(ABSENT_JOB, message, drawn_span(job), help=cure)
    for one in undrawn_jobs(file, found, further_jobs(linked, wanted), beside):
        message = f"the job `{one.id}` of `{file.file.name}` is not drawn"
        cure = "draw it, list it under `extra-jobs`, or say which note it is by `jobs: … ids`"
        yield undrawn_job(message, one.span, help=cure)


def further_jobs(linked: LinkedWorkflow, wanted: Workflow) -> list[str]:
    """The ids of the compiled jobs that are no drawn ones: the final check, and joins."""
    drawn = {job.id for job in linked.jobs}
    return [job.id for job in wanted.jobs if job.id not in drawn]


def undrawn_jobs(
    file: WorkflowFile, found: dict[int, FileJob], compiled: Sequence[str], beside: Undrawn
) -> list[FileJob]:
    """The jobs of a file that are none of the drawn ones, nor of those that are `compiled` besides, and may
    not stand beside them."""
    known = {one.id for one in found.values()}
    ours = {name.casefold() for name in compiled}
    return [
        one
        for one in file.jobs
        if one.id not in known and one.id not in beside.jobs and one.id.casefold() not in ours
    ]


# -- order -------------------------------------------------------------------------------------------


def _order(linked: LinkedWorkflow, file: WorkflowFile, found: dict[int, FileJob]) -> Iterator[Diagnostic]:
    before = file_order(file)
    drawn, direct = _drawn_order(linked, found)
    missing: dict[tuple[int, ...], list[tuple[int, FileJob]]] = {}
    for index in found:
        one = found[index]
        lacking = tuple(other for other in direct[index] if found[other].id not in before[one.id])
        if lacking:
            missing.setdefault(lacking, []).append((index, one))
    yield from _contradictions(linked, file, found, drawn)
    for lacking, late in missing.items():
        kept = [(i, one) for i, one in late if not _is_turned(before, found, lacking, one)]
        if kept:
            yield _not_kept(linked, lacking, kept)
    yield from _extra(linked, file, found, drawn)


def file_order(file: WorkflowFile) -> dict[str, frozenset[str]]:
    """All jobs that each job of a file waits for, in whatever number of steps; by id as it is written."""
    ids = {job.id.casefold(): job.id for job in file.jobs}
    needs = {
        job.id: [ids[need.job.casefold()] for need in job.needs if need.job.casefold() in ids]
        for job in file.jobs
    }
    return {name: frozenset(reachable(before, needs.get)) for name, before in needs.items()}


def _drawn_order(
    linked: LinkedWorkflow, found: dict[int, FileJob]
) -> tuple[dict[int, int], dict[int, list[int]]]:
    """For each job that is in the file: those drawn before it in some flow, as bits, and the direct ones."""
    drawn = dict.fromkeys(found, 0)
    direct: dict[int, dict[int, None]] = {index: {} for index in found}
    for flow in linked.workflow.flows:
        order = linked.orders[flow.number]
        here = [index for index in found if flow.number in linked.jobs[index].flows]
        numbers = {index: linked.jobs[index].flows[flow.number].number for index in here}
        before = {
            c: sum(1 << a for a in here if a != c and order.is_before(numbers[a], numbers[c])) for c in here
        }
        for c in here:
            drawn[c] |= before[c]
            direct[c].update(dict.fromkeys(bits(nearest(before[c], before))))
    return drawn, {index: list(ones) for index, ones in direct.items()}


def _is_turned(
    before: dict[str, frozenset[str]],
    found: dict[int, FileJob],
    lacking: Sequence[int],
    one: FileJob,
) -> bool:
    """Whether the file has all of these the other way round, which is told as a contradiction."""
    return all(one.id in before[found[other].id] for other in lacking)


def _not_kept(
    linked: LinkedWorkflow, lacking: Sequence[int], late: Sequence[tuple[int, FileJob]]
) -> Diagnostic:
    first = [linked.jobs[index] for index in lacking]
    names = listed([_title(job) for job in first])
    jobs = listed([one.id for _, one in late])
    verb, pronoun = ("do", "they are") if len(late) > 1 else ("does", "it is")
    places = [Label(one.span, f"`{one.id}` needs no such job") for _, one in late[:2]]
    return diagnostic(
        ORDER_NOT_KEPT,
        f"{jobs} {verb} not wait for {names}, after which {pronoun} drawn",
        Label(drawn_span(linked.jobs[late[0][0]]), "this is drawn"),
        Label(drawn_span(first[0]), "after this"),
        *places,
        help="add the need, draw them side by side (`par`), or set `order: data` if only phases are drawn",
    )


def _nearest(file: WorkflowFile, found: dict[int, FileJob]) -> Iterator[tuple[FileJob, FileJob, Span]]:
    """Each need of a matched job on another: directly, or through jobs that are not drawn; with its place."""
    known = {one.id for one in found.values()}

    def above(name: str) -> list[str] | None:
        other = file.job(name)
        return None if other is None or other.id in known else [need.job for need in other.needs]

    for job in file.jobs:
        if job.id not in known:
            continue
        spans: dict[str, Span] = {}
        for need in job.needs:
            for other in map(file.job, reachable([need.job], above)):
                if other is not None and other.id in known and other.id not in spans:
                    spans[other.id] = need.span
                    yield job, other, need.span


def _contradictions(
    linked: LinkedWorkflow,
    file: WorkflowFile,
    found: dict[int, FileJob],
    drawn: dict[int, int],
) -> Iterator[Diagnostic]:
    indices = _indices(found)
    for job, other, span in _nearest(file, found):
        a, b = indices[job.id], indices[other.id]
        if drawn[b] >> a & 1 and not drawn[a] >> b & 1:
            message = f"`{job.id}` waits for `{other.id}`, and is drawn before it"
            first = Label(drawn_span(linked.jobs[b]), "this is drawn")
            second = Label(drawn_span(linked.jobs[a]), "after this")
            cure = "turn the need round, or draw them in the order in which they run"
            here = Label(span, "needed here")
            yield diagnostic(NEEDS_CONTRADICT_ORDER, message, here, first, second, help=cure)


def _extra(
    linked: LinkedWorkflow,
    file: WorkflowFile,
    found: dict[int, FileJob],
    drawn: dict[int, int],
) -> Iterator[Diagnostic]:
    indices = _indices(found)
    for job, other, span in _nearest(file, found):
        a, b = indices[job.id], indices[other.id]
        is_together = bool(linked.jobs[a].flow_set & linked.jobs[b].flow_set)
        if not is_together or drawn[a] >> b & 1 or drawn[b] >> a & 1:
            continue
        message = f"`{job.id}` waits for `{other.id}`, and no order of them is drawn"
        first = Label(drawn_span(linked.jobs[a]), "drawn beside it")
        cure = "draw it after that, or take the need away if nothing of it is used"
        yield diagnostic(EXTRA_WAIT, message, Label(span, "needed here"), first, help=cure)


def _indices(found: dict[int, FileJob]) -> dict[str, int]:
    return {one.id: index for index, one in found.items()}


def _title(job: LinkedJob) -> str:
    """What a drawn job is called: of a note that is several jobs, which of them it is, too."""
    is_copy = any(drawn.stands_for for there in job.flows.values() for drawn in there.drawn)
    return job.identity.name if is_copy else job.identity.title


def listed(names: Sequence[str]) -> str:
    """Names in backticks, with commas and a last `and`."""
    quoted = [f"`{name}`" for name in dict.fromkeys(names)]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


# -- rights ------------------------------------------------------------------------------------------


def _rights(
    linked: LinkedWorkflow, wanted: Workflow, file: WorkflowFile, found: dict[int, FileJob]
) -> Iterator[Diagnostic]:
    by_id = {job.id: job for job in wanted.jobs}
    for index, one in found.items():
        job = linked.jobs[index]
        planned: Job | None = by_id.get(job.id)
        for right in planned.permissions if planned is not None and planned.call is None else ():
            if right.level != "write":
                continue  # what is public can be read without a right
            if one.uses or _has(file, one, right.scope, right.level):
                continue
            message = (
                f"`{one.id}` is drawn to do `{right.comment}`, which takes `{right.scope}: {right.level}`"
            )
            given = one.item("permissions") or file.root.entry("permissions")
            place = Label(given.key.span, "these are its rights") if given is not None else None
            cure = f"give the job `permissions: {{{right.scope}: {right.level}}}`, or draw who really does it"
            yield diagnostic(RIGHT_MISSING, message, Label(drawn_span(job), "drawn here"), place, help=cure)


def _has(file: WorkflowFile, job: FileJob, scope: str, level: str) -> bool:
    """Whether the job's token surely or, where nothing is said, perhaps has a right."""
    given = job.permissions if job.permissions is not None else file.permissions
    if given is None:
        return True
    for name, held in given:
        if not name:
            return _LEVELS.get(held.removesuffix("-all"), 0) >= _LEVELS[level]
        if name == scope:
            return _LEVELS.get(held, 0) >= _LEVELS[level]
    return False
