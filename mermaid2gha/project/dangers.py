"""What of a project's workflow files reviewers must be told: steps of people's that a drawing gives power.

The files are those that people have made theirs, as they become by the next `compile`: of a file that stands
as compiled all steps are ours. Reports `privileged-steps`, and what `acceptances.unused` reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import AcceptedFinding, Diagnostic
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.github.events import kind_of
from mermaid2gha.project.snapshot import Disk, shown
from mermaid2gha.project.status import Drift, FileState
from mermaid2gha.settings.model import Acceptance, Settings, dangers_accepted_in

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.github.workflow.reader import WorkflowFile

_Events = dict[str, Span | None]
"""Names of events, each with its place in a drawing."""


@dataclass(frozen=True, slots=True)
class Danger:
    """One in a workflow file; `acceptance` is what the settings say so that it is not told, if they can."""

    file: str
    finding: Diagnostic
    acceptance: Acceptance | None


def dangers(
    by_file: Mapping[str, _Events], drifts: Sequence[Drift], settings: Settings, disk: Disk
) -> tuple[tuple[Danger, ...], tuple[Diagnostic, ...], tuple[AcceptedFinding, ...]]:
    """The dangers that nobody accepted, what accepts none, and those that are accepted.

    `by_file` are the `strangers_events`.
    """
    in_danger: list[Danger] = []
    accepted_findings: list[AcceptedFinding] = []
    unused: list[Diagnostic] = []
    for drift in drifts:
        if (name := _name(drift)) is None:
            continue
        of_file = list(_of_file(drift, name, by_file.get(name.casefold(), {}), disk))
        accepted = _followed(dangers_accepted_in(settings, name), drift.renames)
        places = {danger.acceptance.place for danger in of_file if danger.acceptance is not None}
        used = [one for one in accepted if one.place in places]
        kept = {one.place for one in used}
        for one in of_file:
            if one.acceptance is None or one.acceptance.place not in kept:
                in_danger.append(one)
            else:
                accepted_findings.append(AcceptedFinding(one.finding))
        if len(used) < len(accepted):
            from mermaid2gha.settings.acceptances import unused as without_use  # late: few files accept any

            unused += without_use(accepted, used, [Acceptance("privileged-steps", one) for one in places])
    return tuple(in_danger), tuple(unused), tuple(accepted_findings)


def _followed(
    accepted: tuple[Acceptance, ...], renames: tuple[tuple[str, str], ...]
) -> tuple[Acceptance, ...]:
    """What is accepted in jobs that get another id, under that."""
    if not renames or not accepted:
        return accepted
    from mermaid2gha.settings.renames import with_jobs_renamed  # late: few jobs are renamed

    return tuple(with_jobs_renamed(one, renames) for one in accepted)


def accepted_nowhere(settings: Settings, drifts: Sequence[Drift]) -> tuple[Diagnostic, ...]:
    """What is accepted in files that nothing draws, or that are not there."""
    there = {one.output.name.casefold() for one in drifts if one.output is not None and one.old is not None}
    left = [one for name, listed in settings.accepted if name.casefold() not in there for one in listed]
    if not left:
        return ()
    from mermaid2gha.settings.acceptances import unused  # late: few files accept any

    return tuple(unused(left, (), ()))


def unsilenced_drift(drift: Drift, by_file: Mapping[str, _Events], disk: Disk) -> Drift:
    """A file in which no comment of ours silences a linter over steps of people's."""
    name = _name(drift)
    events = by_file.get(name.casefold()) if name is not None else None
    if not events or drift.state not in (FileState.CURRENT, FileState.STALE):
        return drift
    from mermaid2gha.project.update import content_of
    from mermaid2gha.reconcile.privileges import events_of_peoples_steps, unsilenced

    file = _as_edited(drift, disk)
    if file is None:
        return drift
    text = unsilenced(file, events_of_peoples_steps(file, events))
    if text == file.file.text:
        return drift
    words = "no comment of ours silences a linter over steps of yours any more"
    edited = content_of(file, text)
    return replace(drift, state=FileState.STALE, edited=edited, changes=(*drift.changes, words))


def _name(drift: Drift) -> str | None:
    """The name of a workflow file that people have made theirs; none for another."""
    is_workflow = drift.output is not None and drift.output.workflow is not None
    is_theirs = is_workflow and drift.edited is not None and not drift.is_compared
    return drift.output.name if drift.output is not None and is_theirs else None


def strangers_events(linked: Sequence[LinkedWorkflow]) -> dict[str, _Events]:
    """For each file, in small letters, the drawn events by which strangers cause its runs, each with its
    place; those of its drawn callers, too."""
    by_file: dict[str, _Events] = {}
    calls: dict[str, set[str]] = {}
    for one in linked:
        file = one.file.casefold()
        for flow in one.workflow.flows:
            for event, span in flow.run.events:
                if kind_of(event.event).is_dangerous:
                    by_file.setdefault(file, {}).setdefault(event.event, span)
        for job in one.jobs:
            for drawn in (drawn for flow in job.flows.values() for drawn in flow.drawn if drawn.call):
                calls.setdefault(file, set()).add(drawn.call.casefold())
    waiting = list(by_file)
    while waiting:
        caller = waiting.pop()
        for callee in calls.get(caller, ()):
            known = by_file.setdefault(callee, {})
            more = {event: span for event, span in by_file[caller].items() if event not in known}
            if more:
                known |= more
                waiting.append(callee)
    return by_file


def _of_file(drift: Drift, name: str, events: _Events, disk: Disk) -> Iterator[Danger]:
    from mermaid2gha.reconcile.privileges import by_edit, by_events  # late: most files are as compiled

    old, _ = disk.workflow(drift.moved_from or drift.path)
    new = _as_edited(drift, disk)
    if new is None or old is None:
        return
    for privilege in (*by_events(new, events), *(by_edit(old, new, drift.renames) if new is not old else ())):
        acceptance = Acceptance("privileged-steps", privilege.place) if privilege.place else None
        yield Danger(name, privilege.finding, acceptance)


def _as_edited(drift: Drift, disk: Disk) -> WorkflowFile | None:
    if drift.edited == drift.old:
        return disk.workflow(drift.path)[0]
    from mermaid2gha.github.workflow.reader import workflow_file  # late: as compiled, no file is read

    return workflow_file(drift.edited or b"", shown(drift.path))[0]
