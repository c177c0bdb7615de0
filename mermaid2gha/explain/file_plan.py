"""A workflow file that nothing draws as a plan, so that pictures can be made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import (
    Link,
    LinkKind,
    PlaceKind,
    PlanJob,
    PlanNeed,
    ProjectPlan,
    Station,
    WorkflowPlan,
)
from mermaid2gha.github.events import WORKFLOW_RUN
from mermaid2gha.github.expressions.ast import Call, text_of
from mermaid2gha.github.expressions.checker import nodes
from mermaid2gha.github.expressions.template import if_expression, terms
from mermaid2gha.github.workflow.matrix import legs
from mermaid2gha.github.workflow.model import Permission, WorkflowCall
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile, scalar_of
from mermaid2gha.github.workflow.values import typed_value
from mermaid2gha.yaml.tree import Entries, Items, Tree, resolved

_NO_AXES = ("include", "exclude")
_STATUSES = ("success", "failure", "always", "cancelled")


def file_plan(file: WorkflowFile) -> WorkflowPlan:
    """The jobs of a workflow file with their needs, conditions, matrices, rights and environments."""
    ids = {job.id.lower(): job.id for job in file.jobs}
    return WorkflowPlan(
        _name(file),
        file.name or _name(file),
        flows=(),
        jobs=tuple(_plan_job(job, file, ids) for job in file.jobs),
    )


def files_plan(files: Sequence[WorkflowFile]) -> ProjectPlan:
    """Workflow files together, with the calls and the runs that lead from one to another."""
    plans = tuple(map(file_plan, files))
    return ProjectPlan(
        flows=(),
        workflows=plans,
        stations=tuple(Station(_title(plan, plans), PlaceKind.WORKFLOW, plan.file) for plan in plans),
        links=tuple(_links(files, plans)),
    )


def _name(file: WorkflowFile) -> str:
    return PurePosixPath(file.file.name).name


def _title(plan: WorkflowPlan, plans: Sequence[WorkflowPlan]) -> str:
    """What a workflow is called among others: its name, or its file where two have one name."""
    return plan.file if sum(other.name == plan.name for other in plans) > 1 else plan.name


def _links(files: Sequence[WorkflowFile], plans: Sequence[WorkflowPlan]) -> Iterator[Link]:
    titles = {plan.file: _title(plan, plans) for plan in plans}
    by_name = {plan.name: titles[plan.file] for plan in plans}
    for file, plan in zip(files, plans):
        own = titles[plan.file]
        for job in file.jobs:
            callee = PurePosixPath(job.uses).name if job.uses.startswith(("./", "$/")) else ""
            if callee in titles:
                yield Link(own, titles[callee], kind=LinkKind.CALL, label=job.id, flows=())
        for names, types in _followed(file):
            for name in filter(by_name.__contains__, names):
                yield Link(by_name[name], own, kind=LinkKind.TRIGGER, label=types, flows=())


def _followed(file: WorkflowFile) -> Iterator[tuple[list[str], str]]:
    """The names of the workflows after which a file runs, with what must have become of them."""
    for event in file.events:
        if event.name == WORKFLOW_RUN.name and isinstance(event.node, Entries):
            types = ", ".join(_texts(event.node.get("types"))) or WORKFLOW_RUN.name
            yield _texts(event.node.get("workflows")), types


def _texts(node: Tree | None) -> list[str]:
    items = node.items if isinstance(node, Items) else (node,) if node is not None else ()
    return [text for item in items if (text := scalar_of(item))]


def _plan_job(job: FileJob, file: WorkflowFile, ids: dict[str, str]) -> PlanJob:
    text = job.entry.span.text
    needs = []
    for need in job.needs:
        on = ids.get(need.job.lower(), need.job)
        is_data = re.search(rf"\bneeds\.{re.escape(on)}\.outputs\b", text, re.IGNORECASE) is not None
        needs.append(PlanNeed(on, (), is_data=is_data))
    asked = _asked(job)
    rights = job.permissions if job.permissions is not None else file.permissions
    return PlanJob(
        job.id,
        job.name if job.name and "${{" not in job.name else job.id,
        kind=JobKind.CALL if job.uses else JobKind.GATE if _is_gate(job, file) else JobKind.WORK,
        flows=(),
        needs=tuple(dict.fromkeys(needs)),
        words=(("", asked),) if asked else (),
        rights=tuple(Permission(scope, level) for scope, level in rights or ()),
        environment=job.environment,
        matrix=tuple(_axes(job)),
        call=WorkflowCall(job.uses) if job.uses else None,
    )


def _asked(job: FileJob) -> str:
    """What the `if` of a job asks for beside how jobs before it ended, as it is written."""
    if job.condition is None:
        return ""
    try:
        whole = if_expression(job.condition.value).node
    except ValueError:
        return job.condition.value
    parts = [part for part in terms(whole) if not _is_status(text_of(part))]
    return " && ".join(text_of(part) for part in parts)


def _is_status(text: str) -> bool:
    return re.fullmatch(rf"!?(?:{'|'.join(_STATUSES)})\(\)", text) is not None


def _is_gate(job: FileJob, file: WorkflowFile) -> bool:
    """Whether a job judges all others: it needs every one of them and runs whatever becomes of them."""
    if job.condition is None or len(job.needs) < len(file.jobs) - 1 or len(file.jobs) < 3:
        return False
    try:
        parts = nodes(if_expression(job.condition.value).node)
    except ValueError:
        return False
    return any(isinstance(part, Call) and part.name in ("always", "cancelled") for part in parts)


def _axes(job: FileJob) -> Iterator[tuple[str, tuple[str, ...] | str]]:
    strategy = job.item("strategy")
    inside = resolved(strategy.value) if strategy is not None else None
    matrix = inside.get("matrix") if isinstance(inside, Entries) else None
    if isinstance(matrix, Entries):
        combinations = legs(typed_value(matrix))
        if combinations is not None and any(entry.key.value in _NO_AXES for entry in matrix.entries):
            names = [entry.key.value for entry in matrix.entries if entry.key.value not in _NO_AXES]
            yield ", ".join(names) or "include", tuple(leg.name for leg in combinations)
            return
        for entry in matrix.entries:
            if entry.key.value not in _NO_AXES:
                values = resolved(entry.value)
                known = isinstance(values, Items)
                yield entry.key.value, tuple(_texts(values)) if known else scalar_of(values)
    elif matrix is not None:
        yield "matrix", scalar_of(matrix)
