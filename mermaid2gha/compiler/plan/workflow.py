"""From linked jobs to workflow files: everything that a fresh file needs (sections 9 to 11)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.graph import successors, topological
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.diagram_ir import DrawnJob, JobKind
from mermaid2gha.compiler.link.dataflow import used_inputs
from mermaid2gha.compiler.link.flow_model import Flow, WorkflowFlows
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.plan.gate import gate
from mermaid2gha.compiler.plan.needs import PlannedJob
from mermaid2gha.compiler.plan.permissions import permissions
from mermaid2gha.compiler.plan.plan import Planned, Plans
from mermaid2gha.compiler.plan.steps import given_outputs, steps
from mermaid2gha.compiler.scripts.comments import (
    DANGEROUS,
    DRAWN_JOB,
    EVERY_FLOW,
    HEADER,
    NOTED,
    SELF_CALL,
    SOME_FLOWS,
)
from mermaid2gha.compiler.scripts.steps import DECIDED
from mermaid2gha.compiler.vocabulary.loops import is_runner
from mermaid2gha.github.events import EVENTS, PULL_REQUEST_NUMBER, WORKFLOW_RUN, EventKind, kind_of
from mermaid2gha.github.expressions.condition import FALSE, NEVER
from mermaid2gha.github.names import job_id
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.github.workflow.model import (
    Input,
    Job,
    Output,
    Permission,
    Trigger,
    Workflow,
    WorkflowCall,
)
from mermaid2gha.settings.model import Settings

_REPEATED = [f"github.event_name == '{kind.name}'" for kind in EVENTS.values() if kind.is_repeated]
_CONCURRENCY = (
    f"${{{{ github.workflow }}}}-${{{{ {PULL_REQUEST_NUMBER} || github.run_id }}}}",
    f"${{{{ {' || '.join(_REPEATED)} }}}}",
)
_LEAST = (Permission("contents", "read"),)


@dataclass(frozen=True, slots=True)
class Workflows:
    """The workflow files of a project as models and as fresh texts, in the order of the plans."""

    plans: Plans
    items: tuple[Workflow, ...]
    texts: tuple[str, ...]


def emit(plans: Plans, settings: Settings) -> tuple[Workflows, list[Diagnostic]]:
    """The workflow files of a project, in document order. Reports nothing."""
    drawings = plans.linked.drawings
    drawn = {id(one.diagram.block.file) for one in drawings.items}
    documents = [PurePath(one.name).name for one in drawings.documents.files if id(one) in drawn]
    rights = _called_rights(plans.items)
    arguments = _call_arguments(plans.items)
    items = tuple(_workflow(one, documents, settings, rights, arguments) for one in plans.items)
    return Workflows(plans, items, tuple(map(workflow_text, items))), []


def _workflow(
    planned: Planned,
    documents: Sequence[str],
    settings: Settings,
    rights: dict[str, tuple[Permission, ...]],
    arguments: dict[str, dict[str, str]],
) -> Workflow:
    linked = planned.linked
    jobs = [_job(linked, one, settings, rights) for one in planned.jobs]
    last = gate(linked, planned.jobs, settings.runs_on)
    if last is not None:
        jobs.append(last)
    return Workflow(
        linked.file,
        linked.name,
        header=tuple(HEADER.write(documents=", ".join(documents)).split("\n")),
        triggers=_triggers(linked.told, arguments.get(linked.file.casefold(), {}), used_inputs(linked)),
        concurrency=None if all(kind_of(event).is_call for event in linked.told.events) else _CONCURRENCY,
        jobs=tuple(jobs),
    )


# -- jobs ------------------------------------------------------------------------------------------


def _job(
    linked: LinkedWorkflow, one: PlannedJob, settings: Settings, rights: dict[str, tuple[Permission, ...]]
) -> Job:
    job = one.job
    drawn = [d for there in job.flows.values() for d in there.drawn]
    needs = tuple(linked.jobs[need.on].id for need in one.needs)
    base = Job(
        job.id,
        job.identity.name,
        comment=DRAWN_JOB.write(title=job.identity.title),
        comments=(*_flow_comments(linked.told, job), *_remarks(drawn)),
        needs=needs,
        condition=NEVER if one.condition == FALSE else one.condition,
    )
    matrix = _matrix(linked, job, drawn)
    if job.kind is JobKind.CALL:
        file = drawn[0].call
        call = WorkflowCall(f"./.github/workflows/{file}", _merged_arguments(drawn), SELF_CALL.write())
        return _with(base, permissions=rights.get(file.casefold(), _LEAST), call=call, matrix=matrix)
    outputs = tuple(Output(name, DECIDED.write(output=name)) for name in given_outputs(linked, job))
    return _with(
        base,
        runs_on=_runner(matrix) or settings.runs_on,
        timeout_minutes=settings.timeout_minutes,
        environment=next((d.environment for d in drawn if d.environment), ""),
        matrix=matrix,
        permissions=permissions(job),
        outputs=outputs,
        steps=steps(linked, job, settings),
    )


def _with(job: Job, **changes: object) -> Job:
    from mermaid2gha.base.records import replace

    return replace(job, **changes)  # type: ignore[arg-type]


def _matrix(
    linked: LinkedWorkflow, job: LinkedJob, drawn: list[DrawnJob]
) -> tuple[tuple[str, tuple[str, ...] | str], ...]:
    """The axes of a job's matrix: with the drawn values, else with those that its decider gives."""
    found = next((d.matrix for d in drawn if d.matrix), ())
    owner = next((o for flow in job.flows if (o := linked.matrix_owner(job, flow))), "")
    axes: list[tuple[str, tuple[str, ...] | str]] = []
    for name, values in found:
        axis = job_id(name)
        is_given = owner and not values
        if is_given:
            axes.append((axis, f"fromJSON(needs.{owner}.outputs.{axis})"))
        elif values:
            axes.append((axis, values))
    return tuple(axes)


def _runner(matrix: tuple[tuple[str, tuple[str, ...] | str], ...]) -> str:
    """The runners of a matrix, where the values of an axis are all labels of GitHub's."""
    for axis, values in matrix:
        if isinstance(values, tuple) and all(map(is_runner, values)):
            return f"${{{{ matrix.{axis} }}}}"
    return ""


def _flow_comments(told: WorkflowFlows, job: LinkedJob) -> tuple[str, ...]:
    """Which flows a job belongs to; nothing where the file has but one."""
    if len(told.flows) == 1:
        return ()
    if len(job.flows) == len(told.flows):
        return (EVERY_FLOW.write(),)
    return (SOME_FLOWS.write(flows=_listed([told.flows[number].name for number in sorted(job.flows)])),)


def _listed(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _remarks(drawn: list[DrawnJob]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(NOTED.write(remark=comment) for d in drawn for comment in d.comments))


def _merged_arguments(drawn: list[DrawnJob]) -> tuple[tuple[str, str | bool | int], ...]:
    given = dict(pair for d in drawn for pair in d.arguments)
    return tuple((name, _typed(value)) for name, value in given.items())


def _typed(value: str) -> str | bool | int:
    """A drawn argument as a value of the type that the callee's input is given."""
    match _input_type(value):
        case "boolean":
            return value == "true"
        case "number":
            return int(value)
        case _:
            return value


# -- calls -----------------------------------------------------------------------------------------


def _called_rights(all_planned: Sequence[Planned]) -> dict[str, tuple[Permission, ...]]:
    """The union of the rights of the jobs that each workflow can reach, through calls of its own too."""
    by_file = {one.linked.file.casefold(): one for one in all_planned}
    calls = [
        (_called(planned.job), file)
        for file, one in by_file.items()
        for planned in one.jobs
        if _called(planned.job) in by_file
    ]
    result: dict[str, tuple[Permission, ...]] = {}
    for file in topological(by_file, successors(calls)) if calls else ():
        union: dict[str, Permission] = {}
        for planned in by_file[file].jobs:
            called = _called(planned.job)
            for right in result.get(called, ()) if called else permissions(planned.job):
                known = union.get(right.scope)
                if known is None or (known.level, right.level) == ("read", "write"):
                    union[right.scope] = right
        result[file] = tuple(union.values())
    return result


def _called(job: LinkedJob) -> str:
    """The file that a job calls, in lower case, or nothing."""
    calls = (drawn.call for there in job.flows.values() for drawn in there.drawn)
    return next((call.casefold() for call in calls if call), "")


def _call_arguments(all_planned: Sequence[Planned]) -> dict[str, dict[str, str]]:
    """The inputs that calls give to each workflow."""
    result: dict[str, dict[str, str]] = {}
    for one in all_planned:
        for planned in one.jobs:
            for there in planned.job.flows.values():
                for drawn in there.drawn:
                    if drawn.call:
                        result.setdefault(drawn.call.casefold(), {}).update(dict(drawn.arguments))
    return result


# -- events ----------------------------------------------------------------------------------------


def _triggers(told: WorkflowFlows, arguments: dict[str, str], used: dict[str, str]) -> tuple[Trigger, ...]:
    return tuple(_trigger(told, event, arguments, used) for event in told.events)


def _trigger(told: WorkflowFlows, event: str, arguments: dict[str, str], used: dict[str, str]) -> Trigger:
    sharing = [flow for flow in told.flows if any(e.event == event for e in flow.events)]
    texts = [e for flow in sharing for e in flow.events if e.event == event]
    kind = kind_of(event)
    filters: list[tuple[str, tuple[str, ...]]] = []
    if kind.follows_runs:
        listened = [flow.run.after for flow in sharing if flow.run.after]
        listened += [name for text in texts for name in dict(text.filters).get("workflows", ())]
        filters.append(("workflows", tuple(dict.fromkeys(listened))))
    keys = list(dict.fromkeys(key for text in texts for key, _ in text.filters if key != "workflows"))
    refs = [key for key in keys if key in ("branches", "tags")]
    if any(not set(refs) & dict(text.filters).keys() for text in texts):
        keys = [key for key in keys if key not in refs]
    for key in keys:
        values = [dict(text.filters).get(key) for text in texts]
        given = tuple(dict.fromkeys(v for value in values for v in value or ()))
        if key == "types" and None in values and not kind.has_own_types:
            given = tuple(dict.fromkeys((*(kind.default_types or kind.types), *given)))
        elif None in values and key not in refs:
            continue
        filters.append((key, given))
    if kind.follows_runs and not any(key == "types" for key in keys):
        filters.append(("types", (WORKFLOW_RUN.sample_type,)))
    cron = tuple(dict.fromkeys(text.cron for text in texts if text.cron))
    comment = DANGEROUS.write() if kind.is_dangerous else ""
    return Trigger(
        event,
        tuple(filters),
        cron=cron,
        inputs=_inputs(told, kind, sharing, arguments, used),
        comment=comment,
    )


def _inputs(
    told: WorkflowFlows,
    kind: EventKind,
    sharing: list[Flow],
    arguments: dict[str, str],
    used: dict[str, str],
) -> tuple[Input, ...]:
    """The inputs of an event: what tells its runs apart, what calls give, what drawn conditions read."""
    if not kind.takes_inputs:
        return ()
    given = {name: _input_type(value) for name, value in arguments.items()} if kind.is_call else {}
    found = [Input(name, type_name) for name, type_name in {**used, **given}.items()]
    if kind.is_call and len(told.events) > 1:
        found.insert(0, Input("called", "boolean", "Tells a call from the file's own events", default=True))
    if kind.is_by_hand and len(sharing) > 1:
        names = tuple(flow.name for flow in sharing)
        found.insert(
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
    return tuple(found)


def _input_type(value: str) -> str:
    if value in ("true", "false"):
        return "boolean"
    return "number" if value.isascii() and value.isdigit() else "string"
