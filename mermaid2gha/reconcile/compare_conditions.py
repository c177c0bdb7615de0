"""When the jobs of a file run, compared with when they are drawn.

Flags have other names in files of people, so a drawn flag is any question to an output, a variable or an
input. What a run's event says is compared event by event. Reports `condition-differs` and `silenced-by-skip`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.github.expressions.checker import has_status_function
from mermaid2gha.github.expressions.template import templated
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, implies, parted
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile

CONDITION_DIFFERS = Rule("condition-differs", Severity.WARNING)
SILENCED_BY_SKIP = Rule("silenced-by-skip", Severity.WARNING)

_FLAG = re.compile(r"needs\.[\w-]+\.outputs\b|vars\.|inputs\.")


def compared_conditions(
    linked: LinkedWorkflow, file: WorkflowFile, found: dict[int, FileJob]
) -> Iterator[Diagnostic]:
    """The conditions that differ, then the jobs that a skip silences."""
    for index, one in found.items():
        told = _difference(linked.jobs[index], linked, one)
        if told is not None:
            yield told
    yield from _silenced(linked, file, found)


def _text(job: FileJob) -> str:
    return job.condition.value if job.condition is not None else ""


def _flags(job: FileJob) -> tuple[str, ...]:
    """The conjuncts of a job's `if` that ask what only a run decides."""
    try:
        found = parted(_text(job), lambda atom: bool(_FLAG.search(atom)), place=ConditionPlace.VALUE)
    except ValueError:
        return ()
    return (*found.known, *found.mixed)


def _has_status(job: FileJob) -> bool:
    text = _text(job)
    try:
        return bool(text) and has_status_function(templated(text if "${{" in text else f"${{{{ {text} }}}}"))
    except ValueError:
        return True


def _never(job: FileJob, event: str) -> bool:
    """Whether a job's own `if` is false at every run of an event."""
    if not _text(job):
        return False
    return isinstance(
        implies(_text(job), f"github.event_name != '{event}'", place=ConditionPlace.VALUE), Holds
    )


def _difference(drawn: LinkedJob, linked: LinkedWorkflow, one: FileJob) -> Diagnostic | None:
    place = drawn.flows[min(drawn.flows)].drawn[0].span
    at = one.condition.span if one.condition is not None else one.span
    states = [there.condition for there in drawn.flows.values()]
    flags = _flags(one)
    name = drawn.identity.title
    if flags and all(state == dnf.CERTAIN for state in states):
        message = f"`{one.id}` runs only if `{' && '.join(flags)}`, and `{name}` is drawn under no condition"
        cure = "draw it inside `opt`, or take the condition away"
        return diagnostic(CONDITION_DIFFERS, message, Label(at, "the condition"), Label(place), help=cure)
    is_optional = all(state != dnf.CERTAIN and not _is_outcome(state) for state in states)
    if is_optional and one.condition is None:
        message = f"`{one.id}` runs in any case, and `{name}` is drawn under a condition"
        cure = "give the job an `if`, or draw it outside the fragment"
        return diagnostic(CONDITION_DIFFERS, message, Label(place, "drawn here"), Label(at), help=cure)
    drawn_at = {e.event for flow in linked.workflow.flows if flow.number in drawn.flows for e in flow.events}
    for event in linked.workflow.events:
        if event in drawn_at and _never(one, event):
            message = f"`{one.id}` never runs at `{event}`, and `{name}` is drawn in a flow of that event"
            cure = "let the `if` admit the event, or take the note out of that flow"
            return diagnostic(CONDITION_DIFFERS, message, Label(at, "the condition"), Label(place), help=cure)
    return None


def _is_outcome(state: dnf.Sum) -> bool:
    return any(atom.kind is dnf.AtomKind.FAILURE for cube in state for atom, _ in cube)


def _silenced(linked: LinkedWorkflow, file: WorkflowFile, found: dict[int, FileJob]) -> Iterator[Diagnostic]:
    """A job that may be skipped takes along what needs it without a status function in the `if`."""
    certain = {
        one.id: linked.jobs[index]
        for index, one in found.items()
        if any(there.condition == dnf.CERTAIN for there in linked.jobs[index].flows.values())
    }
    for job in file.jobs:
        if job.id not in certain or _has_status(job):
            continue
        needed = (other for need in job.needs if (other := file.job(need.job)) is not None)
        causes = [
            other
            for other in needed
            if other.id not in certain
            and _flags(other)
            and not isinstance(implies(_text(job), _text(other), place=ConditionPlace.VALUE), Holds)
        ]
        if not causes or causes[0].condition is None:
            continue
        span = certain[job.id].flows[min(certain[job.id].flows)].drawn[0].span
        names = ", ".join(f"`{cause.id}`" for cause in causes)
        yield diagnostic(
            SILENCED_BY_SKIP,
            f"`{job.id}` is drawn to run in any case, and is skipped when one of these is: {names}",
            Label(job.span, "it has no status function in its `if`"),
            Label(causes[0].condition.span, "may be skipped"),
            Label(span, "drawn here"),
            help="begin its `if` with `!cancelled() &&` and ask the needs' results, or draw it as optional",
        )
