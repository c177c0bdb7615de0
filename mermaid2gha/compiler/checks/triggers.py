"""Starts that GitHub does not make: of workflows by themselves, after nothing, or too many in a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.edit import respelt
from mermaid2gha.base.graph import reachable
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.link.flow_model import Flow
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.github.events import MOST_CHAINED, WORKFLOW_RUN
from mermaid2gha.github.simulator.unlikely_filters import doubt
from mermaid2gha.settings.model import Settings, folded

CALLS_ITSELF = Rule("calls-itself", Severity.ERROR)
CHAINED_TOO_DEEP = Rule("chained-too-deep", Severity.ERROR)
EMPTY_RUN = Rule("empty-run", Severity.WARNING, is_guess=True)
RUNS_AFTER_ITSELF = Rule("runs-after-itself", Severity.ERROR)
RUNS_AFTER_NOTHING = Rule("runs-after-nothing", Severity.ERROR)
UNLIKELY_FILTER = Rule("unlikely-filter", Severity.WARNING)
UNUSABLE_FILTER = Rule("unusable-filter", Severity.ERROR)


def triggers(project: Linked, settings: Settings) -> list[Diagnostic]:
    """What is wrong with the events that start the flows of a project.

    Reports `unusable-filter`, `unlikely-filter`, `empty-run`, `runs-after-nothing`, `runs-after-itself`,
    `chained-too-deep`, `calls-itself`.
    """
    result: list[Diagnostic] = []
    after: dict[str, list[tuple[str, Flow]]] = {}
    adopted = {file.casefold() for file in settings.adopted}
    for linked in project.items:
        for flow in linked.workflow.flows:
            result += _filters(flow)
            if flow.run.gate is None or linked.file.casefold() not in adopted:
                result += _empty(linked, flow)  # what people's own gate reports is theirs
            if any(event.kind.follows_runs for event in flow.events):
                result += _after(linked, flow)
                after.setdefault(folded(linked.name), []).append((folded(flow.run.after), flow))
    return [*result, *_too_deep(after), *_circular_calls(project.items)]


def _filters(flow: Flow) -> Iterator[Diagnostic]:
    for event, span in flow.run.events:
        for key in event.bad_filters:
            from difflib import get_close_matches  # late: most filters are right

            near = next(
                iter(get_close_matches(key.lower(), (*event.kind.filters, "environment"), 1, 0.6)), ""
            )
            yield diagnostic(
                UNUSABLE_FILTER,
                f"GitHub has no filter `{key}` for `{event.event}`",
                span,
                help=f"{f'did you mean `{near}`? ' if near else ''}"
                "remove it, or draw the condition as an `opt` around what it is for",
            )
        for key, value in ((key, value) for key, values in event.filters for value in values):
            found = doubt(key, value) if key.startswith(("branches", "tags", "paths")) else None
            if found is not None:
                yield diagnostic(
                    UNLIKELY_FILTER,
                    f"`{value}` can hardly be meant: {found.reason}",
                    span,
                    help=(f"did you mean `{found.meant}`? " if found.meant else "")
                    + "`%% ignore: unlikely-filter` above it where it is meant so",
                    fixes=respelt(span, value, found.meant, is_safe=False) if found.meant and span else (),
                )


def _empty(linked: LinkedWorkflow, flow: Flow) -> Iterator[Diagnostic]:
    """A run that draws nothing, of a workflow that has jobs in others; not one of which a mark says that its
    report is the check to require."""
    if flow.run.gate is not None and flow.run.gate.is_marked:
        return
    if linked.jobs and not any(flow.number in job.flows for job in linked.jobs):
        yield diagnostic(
            EMPTY_RUN,
            f"`{linked.name}` is started here and does nothing",
            Label(flow.span, "nothing is drawn between this and its next trigger"),
            help="draw what it does in this run: each trigger begins a run of its own; `%% gate` above what "
            "it answers makes that the check to require; if it starts what the next one does, too, "
            "`%% comment` above it, and its event in the `%% trigger: …` of that one",
            reason="{count} triggers start a workflow that does nothing in their runs",
        )


def _after(linked: LinkedWorkflow, flow: Flow) -> Iterator[Diagnostic]:
    is_named = any(key == "workflows" for event in flow.events for key, _ in event.filters)
    if folded(flow.run.after) == folded(linked.name):
        yield diagnostic(
            RUNS_AFTER_ITSELF,
            f"`{linked.name}` would run again whenever it has run",
            Label(flow.span, "listens to the workflow that it starts"),
            help="draw what runs after it on a lifeline of its own",
        )
    elif not flow.run.after and not is_named:
        yield diagnostic(
            RUNS_AFTER_NOTHING,
            f"nothing says after which workflow `{linked.name}` runs",
            flow.span,
            help="let that workflow send the message (`%% role: workflow FILE.yml` above a lifeline makes it "
            f"one), or name it above this: `%% trigger: {WORKFLOW_RUN.name}[workflows=NAME]`",
        )


def _too_deep(after: dict[str, list[tuple[str, Flow]]]) -> Iterator[Diagnostic]:
    """Flows more than three runs of `workflow_run` away from an event of another kind."""
    for senders in after.values():
        for sender, flow in senders:
            chain = reachable([sender], lambda name: [before for before, _ in after.get(name, ())[:1]])
            if len(list(chain)) > MOST_CHAINED:
                yield diagnostic(
                    CHAINED_TOO_DEEP,
                    f"GitHub starts at most {MOST_CHAINED} workflows after one another by "
                    f"`{WORKFLOW_RUN.name}`",
                    flow.span,
                    help="call the workflow (`call`), or start it by a dispatch",
                )


def _circular_calls(project: Sequence[LinkedWorkflow]) -> Iterator[Diagnostic]:
    """Calls of workflows that reach the caller again."""
    calls: dict[str, dict[str, Span]] = {}
    for linked in project:
        for job in linked.jobs:
            for drawn in (drawn for in_flow in job.flows.values() for drawn in in_flow.drawn if drawn.call):
                calls.setdefault(linked.file.casefold(), {}).setdefault(drawn.call.casefold(), drawn.span)
    for caller, called in calls.items():
        for file, span in called.items():
            if caller in reachable([file], calls.get):
                yield diagnostic(
                    CALLS_ITSELF,
                    f"`{caller}` calls itself by way of this call",
                    span,
                    help="draw the jobs that both need in a third workflow, and let both call it",
                )
