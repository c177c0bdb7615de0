"""The breaches of a run in words, each with the lines that it breaks in the document and in the workflow.

Reports `started-too-early`, `ran-after-failure`, `ran-undrawn`, `skipped-though-drawn`, `gate-disagrees`.
"""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.plan.model import PlanJob, WorkflowPlan
from mermaid2gha.compiler.verify.verify import NO_FLOW
from mermaid2gha.github.workflow.reader import FileJob
from mermaid2gha.replay.api import RunState
from mermaid2gha.replay.replay import Breach, Replayed, RunEvidence, Violation

GATE_DISAGREES = Rule("gate-disagrees", Severity.ERROR)
RAN_AFTER_FAILURE = Rule("ran-after-failure", Severity.ERROR)
RAN_UNDRAWN = Rule("ran-undrawn", Severity.ERROR)
SKIPPED_THOUGH_DRAWN = Rule("skipped-though-drawn", Severity.ERROR)
STARTED_TOO_EARLY = Rule("started-too-early", Severity.ERROR)

_ENDED = {
    RunState.FAILURE: "failed",
    RunState.TIMED_OUT: "timed out",
    RunState.CANCELLED: "was cancelled",
    RunState.DROPPED: "was cancelled before it began",
    RunState.SKIPPED: "was skipped",
    RunState.WAITING: "waits",
}


@dataclass(frozen=True, slots=True)
class ViolationContext:
    """What the words need: the drawing, the run, the flow that it is held against, and the jobs of the file
    that stand for drawn ones, by the drawn ids in lower case."""

    plan: WorkflowPlan
    observed: RunEvidence
    replayed: Replayed
    places: Mapping[str, FileJob]

    def job(self, name: str) -> PlanJob | None:
        return next((job for job in self.plan.jobs if job.id.lower() == name), None)

    @property
    def flow(self) -> str:
        number = self.replayed.flow
        return self.plan.flows[number] if number != NO_FLOW else ""


def breach_diagnostics(context: ViolationContext) -> list[Diagnostic]:
    """A finding for each breach, in their order."""
    return [_finding(context, breach) for breach in context.replayed.breaches]


def _finding(context: ViolationContext, breach: Breach) -> Diagnostic:
    match breach.fault:
        case Violation.EARLY:
            return _early(context, breach)
        case Violation.AFTER_FAILURE:
            return _after_failure(context, breach)
        case Violation.NOT_IN_FLOW | Violation.EXCLUDED | Violation.UNPROVOKED:
            return _undrawn(context, breach)
        case Violation.SKIPPED | Violation.UNHANDLED:
            return _skipped(context, breach)
        case Violation.GREEN | Violation.RED:
            return _verdict(context, breach)


def _early(context: ViolationContext, breach: Breach) -> Diagnostic:
    if breach.seconds is not None:
        when = f"began {_seconds(breach.seconds)} before `{breach.other}` was over"
    elif context.observed.jobs[breach.other].state is RunState.RUNNING:
        when = f"began while `{breach.other}` is still running"
    else:
        when = f"began while `{breach.other}` has yet to begin"
    return diagnostic(
        STARTED_TOO_EARLY,
        f"`{breach.job}` {when}, and is drawn after it",
        _drawn(context, breach.job, "this is drawn"),
        _drawn(context, breach.other, "after this"),
        _needs(context, breach),
        help=f"let `{breach.job}` need `{breach.other}` (compile the document), or draw them side by side",
    )


def _after_failure(context: ViolationContext, breach: Breach) -> Diagnostic:
    seen = context.observed.jobs.get(breach.other)
    why = _ENDED.get(seen.state, "did not run") if seen is not None else "did not run"
    return diagnostic(
        RAN_AFTER_FAILURE,
        f"`{breach.job}` ran although `{breach.other}`, after which it is drawn, {why}",
        _drawn(context, breach.job, "this is drawn"),
        _drawn(context, breach.other, "after this"),
        _written(context, breach.job),
        help="let its `if` ask for the result (compile the document), or draw it as a handler",
    )


def _undrawn(context: ViolationContext, breach: Breach) -> Diagnostic:
    name, other = breach.job, breach.other
    if breach.fault is Violation.UNPROVOKED:
        message = f"`{name}` is drawn for a failure, and ran although nothing before it failed"
    elif breach.fault is Violation.NOT_IN_FLOW and context.flow:
        message = f"`{name}` ran, and the flow `{context.flow}` does not draw it"
    elif breach.fault is Violation.NOT_IN_FLOW:
        message = f"`{name}` ran, and no flow is drawn that takes place at such a `{context.replayed.event}`"
    elif other and _has_begun(context, other):
        message = f"`{name}` ran beside `{other}`, and no run is drawn that has both"
    elif other:
        message = f"`{name}` ran and `{other}` did not, and no run is drawn in which this is so"
    else:
        message = f"`{name}` ran, and is drawn under a condition that is never true in `{context.flow}`"
    return diagnostic(
        RAN_UNDRAWN,
        message,
        _drawn(context, name, "drawn here"),
        _condition(context, name),
        _drawn(context, other, f"`{other}` is drawn here") if other else None,
        _written(context, name),
        help="give its `if` the condition that is drawn (compile the document), or draw it where it runs",
    )


def _skipped(context: ViolationContext, breach: Breach) -> Diagnostic:
    name, other = breach.job, breach.other
    seen = context.observed.jobs.get(name)
    how = _ENDED[seen.state] if seen is not None else "is not in the run"
    if breach.fault is Violation.UNHANDLED:
        handled = context.observed.jobs.get(other)
        why = f"is drawn to run since `{other}` {_ENDED[handled.state]}" if handled else "is drawn to run"
    elif other and _has_begun(context, other):
        why = f"`{other}` ran, which is not drawn without it"
    elif other:
        why = f"so did `{other}` not run, and one of them is drawn to"
    else:
        why = f"is drawn to run in every case of `{context.flow}`" if context.flow else "is drawn to run"
    return diagnostic(
        SKIPPED_THOUGH_DRAWN,
        f"`{name}` {how}, and {why}",
        _drawn(context, name, "drawn here"),
        _condition(context, name),
        _drawn(context, other, f"`{other}` is drawn here") if other else None,
        _written(context, name),
        help="see what kept it in `mermaid2gha when`, and draw it as optional if that is meant",
    )


def _verdict(context: ViolationContext, breach: Breach) -> Diagnostic:
    seen = context.observed.jobs.get(breach.other)
    if breach.fault is Violation.RED:
        message = f"the gate `{breach.job}` failed, and all that it judges ended as it is drawn"
    elif breach.other and seen is not None:
        why = _ENDED.get(seen.state, "ran")
        message = f"the gate `{breach.job}` passed, and `{breach.other}` {why}"
    else:
        message = f"the gate `{breach.job}` passed, and the run is not as it is drawn"
    return diagnostic(
        GATE_DISAGREES,
        message,
        _drawn(context, breach.job, "the gate is drawn here"),
        _drawn(context, breach.other, "drawn here") if breach.other else None,
        _written(context, breach.job),
        help="let the gate be compiled as it is drawn; its job is the compiler's own",
    )


def _has_begun(context: ViolationContext, name: str) -> bool:
    seen = context.observed.jobs.get(name)
    return seen is not None and seen.has_begun


def _seconds(count: float) -> str:
    if count < 120:
        return f"{count:.0f} s"
    return f"{count / 60:.0f} min" if count < 7200 else f"{count / 3600:.0f} h"


def _drawn(context: ViolationContext, name: str, words: str) -> Label | None:
    """Where a job, or the gate, is drawn in the flow of the run, else in the first that draws it."""
    job = context.job(name) or context.plan.gate
    if job is None:
        return None
    place = next((one for one in job.drawn if one.flow == context.flow), job.drawn[0])
    return Label(place.span, words)


def _condition(context: ViolationContext, name: str) -> Label | None:
    """The innermost guard around a job."""
    job = context.job(name)
    place = next((one for one in job.drawn if one.flow == context.flow), None) if job is not None else None
    guard = place.guard if place is not None else None
    return Label(guard, "under this condition") if guard is not None else None


def _written(context: ViolationContext, name: str) -> Label | None:
    """The place in the workflow file that decides whether a job runs."""
    job = context.places.get(name)
    if job is None:
        return None
    if job.condition is not None:
        return Label(job.condition.span, "its condition in the workflow")
    return Label(job.span, "the job in the workflow")


def _needs(context: ViolationContext, breach: Breach) -> Label | None:
    """The place in the workflow file where one job needs the other, or where it should."""
    job, other = context.places.get(breach.job), context.places.get(breach.other)
    if job is None:
        return None
    found = next((one for one in job.needs if other is not None and one.job == other.id), None)
    if found is not None:
        return Label(found.span, "the workflow needs it here now")
    entry = job.item("needs")
    return Label(entry.key.span if entry is not None else job.span, "the workflow does not need it directly")
