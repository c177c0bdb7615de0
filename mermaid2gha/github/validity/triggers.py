"""What GitHub refuses under `on`, beyond the shape: times, filters that exclude each other, inputs.

Sources: npm @actions/workflow-parser (model/converter); docs.github.com, Workflow syntax, "You cannot use
both"; Events that trigger workflows, `workflow_dispatch`. Reports `unreadable-time`, `both-filters`,
`contradictory-input` and `too-many-dispatch-inputs`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.github.events import SCHEDULE, WORKFLOW_CALL, WORKFLOW_DISPATCH
from mermaid2gha.github.validity.forms import Plain
from mermaid2gha.github.validity.shapes import kind_of
from mermaid2gha.github.validity.templates import OPENING
from mermaid2gha.github.workflow.cron import cron_problem
from mermaid2gha.yaml.tree import Entries, Entry, Items, Scalar, Tree, resolved

BOTH_FILTERS = Rule("both-filters", Severity.ERROR)
CONTRADICTORY_INPUT = Rule("contradictory-input", Severity.ERROR)
TOO_MANY_DISPATCH_INPUTS = Rule("too-many-dispatch-inputs", Severity.ERROR)
UNREADABLE_TIME = Rule("unreadable-time", Severity.ERROR)

MOST_DISPATCH_INPUTS = 25
"""Inputs of `workflow_dispatch` (docs.github.com, Events that trigger workflows)."""

_WORDS = {Plain.BOOLEAN: "a boolean", Plain.NUMBER: "a number", Plain.NULL: "nothing", None: "a text"}


def trigger_faults(on: Tree | None) -> Iterator[Diagnostic]:
    """What is wrong with the events of a workflow."""
    if not isinstance(on, Entries):
        return
    for entry in on.entries:
        under = resolved(entry.value)
        if entry.key.value == SCHEDULE.name and isinstance(under, Items):
            yield from _times(under)
        if isinstance(under, Entries):
            yield from _filters(entry.key.value, under)
            if entry.key.value in (WORKFLOW_DISPATCH.name, WORKFLOW_CALL.name):
                yield from _inputs(under.get("inputs"), is_call=entry.key.value == WORKFLOW_CALL.name)


def _times(times: Items) -> Iterator[Diagnostic]:
    for item in map(resolved, times.items):
        cron = item.get("cron") if isinstance(item, Entries) else None
        if isinstance(cron, Scalar) and cron.value and (problem := cron_problem(cron.value)):
            message = f"GitHub cannot read this time: {problem}"
            cure = "write five fields: minute, hour, day of the month, month, weekday (`0 4 * * *`)"
            yield diagnostic(UNREADABLE_TIME, message, cron.span, help=cure)


def _filters(event: str, under: Entries) -> Iterator[Diagnostic]:
    for name in ("branches", "tags", "paths"):
        wanted, unwanted = under.entry(name), under.entry(f"{name}-ignore")
        if wanted is not None and unwanted is not None:
            first, second = sorted((wanted, unwanted), key=lambda entry: entry.key.span.start)
            message = f"`{event}` has both `{name}` and `{name}-ignore`, of which GitHub takes one"
            cure = f"keep `{name}`, and exclude in it with `!`"
            label = Label(first.key.span, "the other one")
            yield diagnostic(BOTH_FILTERS, message, second.key.span, label, help=cure)


def _inputs(inputs: Tree | None, *, is_call: bool) -> Iterator[Diagnostic]:
    if not isinstance(inputs, Entries):
        return
    if not is_call and len(inputs.entries) > MOST_DISPATCH_INPUTS:
        count = len(inputs.entries)
        message = f"`{WORKFLOW_DISPATCH.name}` has {count} inputs and GitHub takes {MOST_DISPATCH_INPUTS}"
        extra = inputs.entries[MOST_DISPATCH_INPUTS].key.span
        yield diagnostic(TOO_MANY_DISPATCH_INPUTS, message, extra, help="put several into one, as JSON say")
    for entry in inputs.entries:
        declared = resolved(entry.value)
        if isinstance(declared, Entries):
            yield from _input(entry, declared, is_call=is_call)


def _input(entry: Entry, declared: Entries, *, is_call: bool) -> Iterator[Diagnostic]:
    """What is wrong with an input. GitHub makes a text of the default where the type is one, and looks at no
    default of an event by hand (actions/runner, `WorkflowTemplateConverter`)."""
    given = declared.get("type")
    wanted = given.value if isinstance(given, Scalar) else "string"
    options = declared.get("options")
    default = declared.get("default")
    place = declared.entries[0].key.span if declared.entries else entry.key.span
    name = entry.key.value
    if wanted == "choice" and not (isinstance(options, Items) and options.items):
        message = f"the input `{name}` is a choice without options"
        yield diagnostic(CONTRADICTORY_INPUT, message, place, help="list them under `options`")
    if wanted != "choice" and options is not None:
        message = f"the input `{name}` has options and is no choice"
        yield diagnostic(CONTRADICTORY_INPUT, message, place, help="write `type: choice`")
    if is_call and isinstance(default, Scalar) and OPENING not in default.value:
        kind = kind_of(default)
        if wanted == "boolean" and kind is not Plain.BOOLEAN:
            message = f"the default of the input `{name}` is {_WORDS[kind]}, and its type `{wanted}`"
            yield diagnostic(CONTRADICTORY_INPUT, message, default.span, help="write `true` or `false`")
