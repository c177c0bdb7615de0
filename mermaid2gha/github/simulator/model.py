"""The text of a workflow as the scheduler sees it: jobs, what they wait for, and their `if` as functions.

Nothing here knows the compiler or a diagram: only YAML and GitHub's rules (docs.github.com, Workflow syntax).
"""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.graph import closure, successors, topological
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import SourceFile
from mermaid2gha.github.events import WORKFLOW_CALL
from mermaid2gha.github.expressions.template import IfExpression, if_expression
from mermaid2gha.github.workflow.values import typed_value
from mermaid2gha.yaml.tree import MOST_NODES, Entries, Tree, read_tree, resolved
from mermaid2gha.yaml.values import plain_value, value

Permissions = tuple[tuple[str, str], ...]
"""Pairs of scope and level; `read-all` and `write-all` are one pair with that level and no scope."""


@dataclass(frozen=True, slots=True)
class Concurrency:
    """`concurrency` as it is written: texts, with expressions perhaps."""

    group: str
    cancels: str = ""
    queue: str = ""


@dataclass(frozen=True, slots=True)
class ScheduledStep:
    """A step with its position from 0.

    `env`, `text` (its `run` or `uses`) and `arguments` (its `with`) are as they are written. `shell` is what
    runs its script: its own, else that of the defaults.
    """

    position: int
    name: str
    id: str
    guard: IfExpression
    continues_on_error: bool
    env: tuple[tuple[str, str], ...]
    text: str
    is_script: bool = False
    shell: str = ""
    arguments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """A job. `ancestors` has bit i set if job i of the workflow is before this one, however far.

    `level` is the length of the longest chain of needs that leads to the job. `arguments` are the values of
    `with`; `runs_on` are its labels; `matrix` is `strategy.matrix` with plain values as GitHub types them.
    `forgiving` is its `continue-on-error`, and `environment` the name of its environment. Absent texts are
    empty.
    """

    id: str
    name: str
    needs: tuple[str, ...]
    ancestors: int
    level: int
    guard: IfExpression
    outputs: tuple[tuple[str, str], ...]
    continues_on_error: bool
    uses: str
    arguments: tuple[tuple[str, object], ...]
    matrix: object
    runs_on: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    steps: tuple[ScheduledStep, ...]
    forgiving: str
    fail_fast: str
    environment: str
    concurrency: Concurrency | None
    permissions: Permissions | None


@dataclass(frozen=True, slots=True)
class Filter:
    """What must hold of an event, by the keys under it: `types`, `branches`, `paths-ignore`, `cron` …"""

    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduledInput:
    """An input of `workflow_dispatch` or `workflow_call`; `default` as it is written, empty if absent."""

    event: str
    name: str
    type: str
    default: str


@dataclass(frozen=True, slots=True)
class ScheduledWorkflow:
    """A workflow; jobs in an order in which each comes after its needs, else as they are written.

    `outputs` are those of `workflow_call`, with their values as they are written.
    """

    name: str
    events: tuple[tuple[str, Filter], ...]
    inputs: tuple[ScheduledInput, ...]
    env: tuple[tuple[str, str], ...]
    jobs: tuple[ScheduledJob, ...]
    concurrency: Concurrency | None
    permissions: Permissions | None
    outputs: tuple[tuple[str, str], ...]

    def job(self, name: str) -> ScheduledJob:
        return next(job for job in self.jobs if job.id == name)


def read_workflow(text: str) -> ScheduledWorkflow:
    """The workflow that a YAML text is; `ValueError` says why GitHub would not run it."""
    content, jobs = _content(text)
    on = _events(content.get("on"))
    return ScheduledWorkflow(
        name=_string(content.get("name")),
        events=tuple((event, _filter(keys)) for event, keys in on.items()),
        inputs=tuple(found for event, keys in on.items() for found in _inputs(event, keys)),
        env=_pairs(content.get("env")),
        jobs=_scheduled_jobs(jobs, _shell(content.get("defaults"))),
        concurrency=_concurrency(content.get("concurrency")),
        permissions=_permissions(content.get("permissions")),
        outputs=tuple(
            (name, _string(_mapping(found).get("value")))
            for name, found in _mapping(on.get(WORKFLOW_CALL.name, {}).get("outputs")).items()
        ),
    )


def _content(text: str) -> tuple[Mapping[str, object], Mapping[str, Mapping[str, object]]]:
    """The keys of a workflow but its jobs, and the jobs; `ValueError` as `read_workflow` says.

    The tree with its places is read only where something is wrong, or may be, and for values that have types.
    """
    whole = _mapping(plain_value(text))
    plain_jobs = {name: _mapping(job) for name, job in _mapping(whole.get("jobs")).items()}
    if plain_jobs and not any(_has_types(job) for job in plain_jobs.values()):
        return whole, plain_jobs
    root, found = read_tree(SourceFile("workflow", text), MOST_NODES)
    for fault in found:
        line = fault.labels[0].span.line
        raise ValueError(
            f"the text is no YAML: {fault.message.removeprefix('this is not YAML: ')} (line {line})"
        )
    jobs_node = root.get("jobs") if isinstance(root, Entries) else None
    if not isinstance(root, Entries) or not isinstance(jobs_node, Entries):
        raise ValueError("a workflow has a mapping `jobs`")
    content = {entry.key.value: value(entry.value) for entry in root.entries if entry.key.value != "jobs"}
    return content, {entry.key.value: _job_values(entry.value) for entry in jobs_node.entries}


def _has_types(job: Mapping[str, object]) -> bool:
    """Whether it counts in a job if a value is a text: in a matrix, and in what a call hands on."""
    return "matrix" in _mapping(job.get("strategy")) or ("uses" in job and "with" in job)


def _job_values(node: Tree) -> Mapping[str, object]:
    """The keys of a job; the matrix and what a call hands on with types."""
    keys = resolved(node)
    job = dict(_mapping(value(node)))
    strategy = keys.get("strategy") if isinstance(keys, Entries) else None
    matrix = strategy.get("matrix") if isinstance(strategy, Entries) else None
    if matrix is not None:
        job["strategy"] = {**_mapping(job["strategy"]), "matrix": typed_value(matrix)}
    if isinstance(keys, Entries) and "uses" in job and (arguments := keys.get("with")) is not None:
        job["with"] = typed_value(arguments)
    return job


def _scheduled_jobs(jobs: Mapping[str, Mapping[str, object]], shell: str) -> tuple[ScheduledJob, ...]:
    ids = {name.lower(): name for name in jobs}  # the service compares them without case
    needs = {
        name: tuple(dict.fromkeys(ids.get(need.lower(), need) for need in _strings(job.get("needs"))))
        for name, job in jobs.items()
    }
    scheduled: dict[str, ScheduledJob] = {}
    for name, ancestors in _ancestors(needs).items():
        level = max((scheduled[need].level + 1 for need in needs[name]), default=0)
        place = _Place(needs[name], ancestors, level, _shell(jobs[name].get("defaults")) or shell)
        scheduled[name] = _scheduled_job(name, jobs[name], place)
    return tuple(scheduled.values())


@dataclass(frozen=True, slots=True)
class _Place:
    """What the other jobs and the workflow say of a job; `shell` runs its scripts."""

    needs: tuple[str, ...]
    ancestors: int
    level: int
    shell: str


def _scheduled_job(name: str, job: Mapping[str, object], place: _Place) -> ScheduledJob:
    steps, strategy, environment = job.get("steps"), _mapping(job.get("strategy")), job.get("environment")
    return ScheduledJob(
        id=name,
        name=_string(job.get("name")) or name,
        needs=place.needs,
        ancestors=place.ancestors,
        level=place.level,
        guard=if_expression(_string(job.get("if")), is_job=True),
        outputs=_pairs(job.get("outputs")),
        continues_on_error=job.get("continue-on-error") == "true",
        uses=_string(job.get("uses")),
        arguments=tuple(_mapping(job.get("with")).items()),
        matrix=strategy.get("matrix"),
        runs_on=_labels(job.get("runs-on")),
        env=_pairs(job.get("env")),
        steps=tuple(
            _scheduled_step(position, _mapping(step), place.shell)
            for position, step in enumerate(steps if isinstance(steps, list) else ())
        ),
        forgiving=_string(job.get("continue-on-error")),
        fail_fast=_string(strategy.get("fail-fast")),
        environment=_string(environment) or _string(_mapping(environment).get("name")),
        concurrency=_concurrency(job.get("concurrency")),
        permissions=_permissions(job.get("permissions")),
    )


def _concurrency(node: object) -> Concurrency | None:
    if not node:
        return None
    if isinstance(node, str):
        return Concurrency(node)
    found = _mapping(node)
    if not found:
        return None
    cancels, queue = _string(found.get("cancel-in-progress")), _string(found.get("queue"))
    return Concurrency(_string(found.get("group")), cancels, queue)


def _permissions(node: object) -> Permissions | None:
    if node is None:
        return None
    return (("", node),) if isinstance(node, str) and node else _pairs(node)


def _labels(node: object) -> tuple[str, ...]:
    """The labels of a runner, also those that are asked of a group."""
    return _strings(_mapping(node).get("labels") if isinstance(node, dict) else node)


def _shell(defaults: object) -> str:
    return _string(_mapping(_mapping(defaults).get("run")).get("shell"))


def _scheduled_step(position: int, step: Mapping[str, object], shell: str) -> ScheduledStep:
    return ScheduledStep(
        position=position,
        name=_string(step.get("name")),
        id=_string(step.get("id")),
        guard=if_expression(_string(step.get("if"))),
        continues_on_error=step.get("continue-on-error") == "true",
        env=_pairs(step.get("env")),
        text=_string(step.get("run")) or _string(step.get("uses")),
        is_script="run" in step,
        shell=_string(step.get("shell")) or shell,
        arguments=_pairs(step.get("with")),
    )


def _ancestors(needs: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """The jobs with each after its needs, as soon as it can be, and those before it as bits by this order."""
    for name, wanted in needs.items():
        for need in wanted:
            if need not in needs:
                raise ValueError(f"job `{name}` needs `{need}`, which does not exist")
    after = successors((need, name) for name, wanted in needs.items() for need in wanted)
    order = topological(needs, after)
    if len(order) < len(needs):
        left = next(name for name in needs if name not in order)
        raise ValueError(f"job `{left}` needs itself in the end")
    return closure(order, after)


def _events(on: object) -> dict[str, Mapping[str, object]]:
    match on:
        case str():
            return {on: {}}
        case list():
            return {str(event): {} for event in on}
        case dict():
            return {str(event): _keys(keys) for event, keys in on.items()}
        case _:
            raise ValueError("a workflow has `on`")


def _keys(under: object) -> Mapping[str, object]:
    """What stands under an event; the times of a `schedule`, which are a list, under `cron`."""
    if isinstance(under, list):
        return {"cron": [_string(_mapping(item).get("cron")) for item in under]}
    return _mapping(under)


def _filter(keys: Mapping[str, object]) -> Filter:
    wanted = (
        *("types", "branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"),
        *("workflows", "cron"),
    )
    return Filter(tuple((key, _strings(keys[key])) for key in wanted if key in keys))


def _inputs(event: str, keys: Mapping[str, object]) -> list[ScheduledInput]:
    return [
        ScheduledInput(event, name, _string(found.get("type")) or "string", _string(found.get("default")))
        for name, found in ((name, _mapping(found)) for name, found in _mapping(keys.get("inputs")).items())
    ]


def _mapping(node: object) -> Mapping[str, object]:
    return node if isinstance(node, dict) else {}


def _pairs(node: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(node, dict):
        return ()
    return tuple([(name, value) for name, value in node.items() if isinstance(value, str)])


def _string(node: object) -> str:
    return node if isinstance(node, str) else ""


def _strings(node: object) -> tuple[str, ...]:
    if isinstance(node, list):
        return tuple(item for item in node if isinstance(item, str))
    return (node,) if isinstance(node, str) and node else ()
