"""What starts a workflow: its events over all flows, with filters and inputs (docs/language.md#triggers)."""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.compiler.link.flow_model import Flow
from mermaid2gha.compiler.link.inputs import input_types
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.link.ref_filters import joined
from mermaid2gha.compiler.scripts.comments import CALLED, DANGEROUS
from mermaid2gha.compiler.scripts.marks import DrawnMark, list_comment, mark_text
from mermaid2gha.github.events import WORKFLOW_RUN, EventKind, kind_of
from mermaid2gha.github.workflow.emitter import literal
from mermaid2gha.github.workflow.model import Input, Trigger


def triggers(linked: LinkedWorkflow, arguments: Mapping[str, str]) -> tuple[Trigger, ...]:
    """The events of a workflow; `arguments` are the inputs that drawn calls give to it."""
    return tuple(_trigger(linked, event, arguments) for event in linked.workflow.events)


def _trigger(linked: LinkedWorkflow, event: str, arguments: Mapping[str, str]) -> Trigger:
    told = linked.workflow
    sharing = [flow for flow in told.flows if any(e.event == event for e in flow.events)]
    texts = [e for flow in sharing for e in flow.events if e.event == event]
    kind = kind_of(event)
    filters: list[tuple[str, tuple[str, ...]]] = []
    if kind.follows_runs:
        listened = [flow.run.sender or flow.run.after for flow in sharing if flow.run.after]
        listened += [name for text in texts for name in dict(text.filters).get("workflows", ())]
        filters.append(("workflows", tuple(dict.fromkeys(listened))))
    keys = list(dict.fromkeys(key for text in texts for key, _ in text.filters if key != "workflows"))
    refs = [key for key in keys if key in ("branches", "tags")]
    if any(not set(refs) & dict(text.filters).keys() for text in texts):
        keys = [key for key in keys if key not in refs]
    for key in keys:
        values = [dict(text.filters).get(key) for text in texts]
        given = joined([value for value in values if value])
        assert given is not None, "filters that cannot be joined are an error before"
        if key == "types" and None in values and not kind.has_own_types:
            given = tuple(dict.fromkeys((*(kind.default_types or kind.types), *given)))
        elif None in values and key not in refs:
            continue
        filters.append((key, given))
    drawn = [(key, list_comment(tuple(map(literal, values)))) for key, values in filters]
    if kind.follows_runs and not any(key == "types" for key in keys):
        filters.append(("types", (WORKFLOW_RUN.sample_type,)))
    cron = tuple(dict.fromkeys(time for text in texts for time in text.times))
    times = [time for text in texts if not text.is_time_derived for time in text.times]
    silenced = DANGEROUS.write() if kind.is_dangerous else ""
    if kind.is_call and len(told.events) > 1:
        silenced = CALLED.write()
    return Trigger(
        event,
        tuple(filters),
        cron=cron,
        inputs=_inputs(linked, kind, sharing, arguments),
        comment=mark_text(DrawnMark(rest=silenced)),
        comments=(*drawn, *((time, list_comment((time,))) for time in dict.fromkeys(times))),
    )


def _inputs(
    linked: LinkedWorkflow, kind: EventKind, sharing: list[Flow], arguments: Mapping[str, str]
) -> tuple[Input, ...]:
    """The inputs of an event: what tells its runs apart, what calls give, what drawn conditions read."""
    if not kind.takes_inputs:
        return ()
    told = linked.workflow
    given = arguments if kind.is_call else {}
    if kind.is_by_hand:
        given = {name: value for flow in sharing for name, value in flow.run.given}
    types = input_types(linked, given)
    inputs = [_input(name, type_name, given.get(name, "")) for name, type_name in types.items()]
    if kind.is_call and len(told.events) > 1:
        inputs.insert(0, Input("called", "boolean", "Tells a call from the file's own events", default=True))
    if kind.is_by_hand and len(sharing) > 1:
        names = tuple(flow.name for flow in sharing)
        inputs.insert(
            0,
            Input(
                "run",
                "choice",
                description="Which of the drawn runs to start",
                required=True,
                default=names[0],
                options=names,
            ),
        )
    return tuple(inputs)


def _input(name: str, type_name: str, value: str) -> Input:
    """An input of an event; of several values that are drawn one is chosen."""
    options = tuple(dict.fromkeys(one for part in value.split("|") if (one := part.strip())))
    if type_name != "string" or len(options) < 2:
        return Input(name, type_name)
    return Input(name, "choice", options=options)
