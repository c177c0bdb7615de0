"""What GitHub refuses because it is too much: calls, legs of a matrix, inputs, event types; and what Windows
cannot have: some names of files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import prod

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.graph import reachable, topological
from mermaid2gha.base.patterns import late
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.plan.emit import Workflows
from mermaid2gha.github.events import MOST_CALL_LEVELS, kind_of
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.settings.model import Settings

CALLED_TOO_DEEP = Rule("called-too-deep", Severity.ERROR)
EVENT_TYPE_TOO_LONG = Rule("event-type-too-long", Severity.ERROR)
MATRIX_TOO_LARGE = Rule("matrix-too-large", Severity.ERROR)
RESERVED_FILE_NAME = Rule("reserved-file-name", Severity.WARNING)
TOO_MANY_CALLED = Rule("too-many-called", Severity.ERROR)
TOO_MANY_INPUTS = Rule("too-many-inputs", Severity.ERROR)

MOST_CALLED_FILES = 50
"""Of one run (docs.github.com, Reusing workflow configurations)."""

MOST_LEGS = 256
MOST_INPUTS = 25
LONGEST_EVENT_TYPE = 100
"""See docs.github.com, Actions limits, and Events that trigger workflows."""

_Calls = dict[str, dict[str, Span]]


def limits(workflows: Workflows, settings: Settings) -> list[Diagnostic]:
    """What of the planned workflows GitHub would refuse.

    Reports `called-too-deep`, `too-many-called`, `matrix-too-large`, `too-many-inputs`,
    `event-type-too-long`, `reserved-file-name`.
    """
    diagnostics: list[Diagnostic] = []
    project = workflows.plans.linked.items
    for workflow, linked in zip(workflows.items, project):
        diagnostics += _matrices(workflow, linked)
        diagnostics += _inputs(workflow, linked)
        diagnostics += _event_types(linked)
        diagnostics += _reserved(linked)
    return [*diagnostics, *_calls(project)]


def _matrices(workflow: Workflow, linked: LinkedWorkflow) -> Iterator[Diagnostic]:
    """Matrices whose drawn values make too many jobs; axes that a job fills at run time count as one."""
    by_id = {job.id: job for job in linked.jobs}
    for job in workflow.jobs:
        legs = prod(len(values) for _, values in job.matrix if isinstance(values, tuple))
        if legs > MOST_LEGS:
            yield diagnostic(
                MATRIX_TOO_LARGE,
                f"the matrix of `{by_id[job.id].identity.title}` has {legs:,} jobs; GitHub takes at most "
                f"{MOST_LEGS}",
                next(iter(by_id[job.id].flows.values())).drawn[0].span,
                help="draw fewer values, or divide the job in two that share them",
            )


def _inputs(workflow: Workflow, linked: LinkedWorkflow) -> Iterator[Diagnostic]:
    for trigger in workflow.triggers:
        if kind_of(trigger.event).is_by_hand and len(trigger.inputs) > MOST_INPUTS:
            yield diagnostic(
                TOO_MANY_INPUTS,
                f"`{workflow.file}` has {len(trigger.inputs)} inputs for a start by hand; GitHub takes "
                f"at most {MOST_INPUTS}",
                _place(linked, trigger.event),
                help="read a repository variable, `vars.NAME`, in some of the conditions",
            )


def _place(linked: LinkedWorkflow, event: str) -> Span:
    places = (
        span
        for flow in linked.workflow.flows
        for drawn_event, span in flow.run.events
        if drawn_event.event == event
    )
    return next(places, linked.workflow.flows[0].span)


def _event_types(linked: LinkedWorkflow) -> Iterator[Diagnostic]:
    for flow in linked.workflow.flows:
        for event, span in flow.run.events:
            types = dict(event.filters).get("types", ()) if event.kind.has_own_types else ()
            for name in types:
                if len(name) > LONGEST_EVENT_TYPE:
                    yield diagnostic(
                        EVENT_TYPE_TOO_LONG,
                        f"this type of `{event.event}` has {len(name)} characters; GitHub takes at "
                        f"most {LONGEST_EVENT_TYPE}",
                        span,
                        help="give the event a shorter type",
                    )


_DEVICES = late(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
"""learn.microsoft.com, Naming files, paths, and namespaces: whatever the extension."""


def _reserved(linked: LinkedWorkflow) -> Iterator[Diagnostic]:
    if _DEVICES.fullmatch(linked.file):
        yield diagnostic(
            RESERVED_FILE_NAME,
            f"Windows keeps the name of `{linked.file}` for a device, so that no checkout there can have it",
            linked.workflow.flows[0].span,
            help="give the workflow another file, `participant Name as Name (other.yml)`",
        )


# -- calls -----------------------------------------------------------------------------------------


def _calls(project: Sequence[LinkedWorkflow]) -> Iterator[Diagnostic]:
    """Calls that reach too deep or too many files, seen from the workflows that nobody calls."""
    calls: _Calls = {}
    names = {linked.file.casefold(): linked.file for linked in project}
    for linked in project:
        for job in linked.jobs:
            for drawn in (drawn for in_flow in job.flows.values() for drawn in in_flow.drawn if drawn.call):
                calls.setdefault(linked.file.casefold(), {}).setdefault(drawn.call.casefold(), drawn.span)
    called = {file for by_file in calls.values() for file in by_file}
    reported: set[Span] = set()
    for top in calls:
        if top in called:
            continue
        reached = _levels(top, calls)
        for file, (level, span) in reached.items():
            if level == MOST_CALL_LEVELS + 1 and span not in reported:
                reported.add(span)
                yield diagnostic(
                    CALLED_TOO_DEEP,
                    f"`{names.get(file, file)}` is on level {level} of the calls of `{names[top]}`; GitHub "
                    f"takes at most {MOST_CALL_LEVELS}",
                    span,
                    help="start it by a dispatch, or draw its jobs in the workflow that calls it",
                )
        if len(reached) > MOST_CALLED_FILES:
            yield diagnostic(
                TOO_MANY_CALLED,
                f"`{names[top]}` calls {len(reached)} workflows, directly or not; GitHub takes at most "
                f"{MOST_CALLED_FILES}",
                Label(list(reached.values())[MOST_CALLED_FILES][1], "one too many"),
                help="start some of them by a dispatch, or draw several as one workflow",
            )


def _levels(top: str, calls: _Calls) -> dict[str, tuple[int, Span]]:
    """For each file that a workflow reaches: the deepest level on which it is called, and the call.

    Calls make no circle here (`calls-itself` has been told). The caller is on level 1.
    """
    deepest: dict[str, tuple[int, Span]] = {}
    for caller in topological(reachable([top], calls.get), calls):
        level = deepest[caller][0] if caller in deepest else 1
        for file, span in calls.get(caller, {}).items():
            if file not in deepest or deepest[file][0] <= level:
                deepest[file] = (level + 1, span)
    return deepest
