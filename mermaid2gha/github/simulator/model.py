"""The text of a workflow as the scheduler sees it: jobs, what they wait for, and their `if` as functions.

Nothing here knows the compiler or a diagram: only YAML and GitHub's rules (docs.github.com, Workflow syntax).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from mermaid2gha.base.graph import closure, successors, topological
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.github.expressions.ast import (
    Call,
    Comparison,
    Context,
    Index,
    Literal,
    Logical,
    Node,
    Not,
)
from mermaid2gha.github.expressions.checker import has_status_function
from mermaid2gha.github.expressions.evaluator import Evaluation, compiled
from mermaid2gha.github.expressions.parser import parse
from mermaid2gha.github.workflow.matrix_values import is_unsure, matrices

SUCCESS = Call("success", ())
ALL_BEFORE = Context("needs, however far")
"""What `needs` is before `.*` in the `if` of a job: there it has all jobs before it (actions/runner#2356)."""

_INSIDE = re.compile(r"((?:[^'}]|'[^']*'|\}(?!\}))*)\}\}")


@dataclass(frozen=True, slots=True)
class Guard:
    """An `if`: its tree with the `success() && (…)` that GitHub adds, and the same as a function.

    `text` is what is written.
    """

    node: Node
    is_implicit: bool
    text: str
    evaluation: Evaluation = field(compare=False, repr=False)


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
    """A step with its position from 0; `env` and `text` (its `run` or `uses`) as they are written."""

    position: int
    name: str
    id: str
    guard: Guard
    continues_on_error: bool
    env: tuple[tuple[str, str], ...]
    text: str


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """A job. `ancestors` has bit i set if job i of the workflow is before this one, however far.

    `level` is the length of the longest chain of needs that leads to the job. `arguments` are the texts of
    `with`; `matrix` is `strategy.matrix` as it is written: mappings, lists and texts. `forgiving` is its
    `continue-on-error`, and `environment` the name of its environment. Absent texts are empty.
    """

    id: str
    name: str
    needs: tuple[str, ...]
    ancestors: int
    level: int
    guard: Guard
    outputs: tuple[tuple[str, str], ...]
    continues_on_error: bool
    uses: str
    arguments: tuple[tuple[str, str], ...]
    matrix: object
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
    import yaml

    try:
        content = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except yaml.YAMLError as fault:
        raise ValueError(f"the text is no YAML: {fault}") from fault
    if not isinstance(content, dict) or not isinstance(content.get("jobs"), dict):
        raise ValueError("a workflow has a mapping `jobs`")
    jobs = {str(key): _mapping(job) for key, job in content["jobs"].items()}
    if any(is_unsure(_mapping(job.get("strategy")).get("matrix")) for job in jobs.values()):
        for name, matrix in matrices(text).items():
            jobs[name] = {
                **jobs[name],
                "strategy": {**_mapping(jobs[name].get("strategy")), "matrix": matrix},
            }
    on = _events(content.get("on"))
    return ScheduledWorkflow(
        name=_string(content.get("name")),
        events=tuple((event, _filter(keys)) for event, keys in on.items()),
        inputs=tuple(found for event, keys in on.items() for found in _inputs(event, keys)),
        env=_pairs(content.get("env")),
        jobs=_scheduled_jobs(jobs),
        concurrency=_concurrency(content.get("concurrency")),
        permissions=_permissions(content.get("permissions")),
        outputs=tuple(
            (name, _string(_mapping(found).get("value")))
            for name, found in _mapping(on.get("workflow_call", {}).get("outputs")).items()
        ),
    )


def _scheduled_jobs(jobs: Mapping[str, Mapping[str, object]]) -> tuple[ScheduledJob, ...]:
    ids = {name.lower(): name for name in jobs}  # the service compares them without case
    needs = {
        name: tuple(dict.fromkeys(ids.get(need.lower(), need) for need in _strings(job.get("needs"))))
        for name, job in jobs.items()
    }
    scheduled: dict[str, ScheduledJob] = {}
    for name, ancestors in _ancestors(needs).items():
        level = max((scheduled[need].level + 1 for need in needs[name]), default=0)
        scheduled[name] = _scheduled_job(name, jobs[name], needs[name], ancestors, level)
    return tuple(scheduled.values())


def _scheduled_job(
    name: str, job: Mapping[str, object], needs: tuple[str, ...], ancestors: int, level: int
) -> ScheduledJob:
    steps, strategy, environment = job.get("steps"), _mapping(job.get("strategy")), job.get("environment")
    return ScheduledJob(
        id=name,
        name=_string(job.get("name")) or name,
        needs=needs,
        ancestors=ancestors,
        level=level,
        guard=guard(_string(job.get("if")), is_job=True),
        outputs=_pairs(job.get("outputs")),
        continues_on_error=_string(job.get("continue-on-error")) == "true",
        uses=_string(job.get("uses")),
        arguments=_pairs(job.get("with")),
        matrix=strategy.get("matrix"),
        env=_pairs(job.get("env")),
        steps=tuple(
            _scheduled_step(position, _mapping(step))
            for position, step in enumerate(steps if isinstance(steps, list) else ())
        ),
        forgiving=_string(job.get("continue-on-error")),
        fail_fast=_string(strategy.get("fail-fast")),
        environment=_string(environment) or _string(_mapping(environment).get("name")),
        concurrency=_concurrency(job.get("concurrency")),
        permissions=_permissions(job.get("permissions")),
    )


def _concurrency(node: object) -> Concurrency | None:
    if isinstance(node, str):
        return Concurrency(node) if node else None
    found = _mapping(node)
    if not found:
        return None
    cancels, queue = _string(found.get("cancel-in-progress")), _string(found.get("queue"))
    return Concurrency(_string(found.get("group")), cancels, queue)


def _permissions(node: object) -> Permissions | None:
    if node is None:
        return None
    return (("", node),) if isinstance(node, str) and node else _pairs(node)


def _scheduled_step(position: int, step: Mapping[str, object]) -> ScheduledStep:
    return ScheduledStep(
        position=position,
        name=_string(step.get("name")),
        id=_string(step.get("id")),
        guard=guard(_string(step.get("if"))),
        continues_on_error=_string(step.get("continue-on-error")) == "true",
        env=_pairs(step.get("env")),
        text=_string(step.get("run")) or _string(step.get("uses")),
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


@lru_cache(maxsize=4096)
def guard(text: str, *, is_job: bool = False) -> Guard:
    """The guard that the text of an `if` is; blank text is `success()`."""
    if not text.strip():
        return Guard(SUCCESS, True, "", compiled(SUCCESS))
    node = templated(text) if "${{" in text else _expression(text)
    is_implicit = not has_status_function(node)
    whole = Logical("&&", (SUCCESS, *terms(node))) if is_implicit else node
    seen = as_job_sees(whole) if is_job and "*" in text else whole
    return Guard(whole, is_implicit, text, compiled(seen))


def as_job_sees(node: Node) -> Node:
    """The tree of a job's `if` with `needs.*` for all jobs before it."""
    match node:
        case Index(Context("needs"), None):
            return Index(ALL_BEFORE, None)
        case Index(of, key):
            return Index(as_job_sees(of), key if key is None else as_job_sees(key))
        case Call(name, arguments):
            return Call(name, tuple(map(as_job_sees, arguments)))
        case Not(operand):
            return Not(as_job_sees(operand))
        case Comparison(operator, left, right):
            return Comparison(operator, as_job_sees(left), as_job_sees(right))
        case Logical(operator, operands):
            return Logical(operator, tuple(map(as_job_sees, operands)))
        case _:
            return node


def terms(node: Node) -> tuple[Node, ...]:
    """What must all be true for the expression to be true."""
    return node.operands if isinstance(node, Logical) and node.operator == "&&" else (node,)


def templated(text: str) -> Node:
    """The expression that a text with `${{ … }}` in it is: that alone, or a `format` of the whole."""
    pieces = _pieces(text)
    if len(pieces) == 1 and isinstance(pieces[0], tuple):
        return _expression(pieces[0][0])
    template = ""
    values: list[Node] = []
    for piece in pieces:
        if isinstance(piece, str):
            template += piece.replace("{", "{{").replace("}", "}}")
        else:
            template += f"{{{len(values)}}}"
            values.append(_expression(piece[0]))
    return Call("format", (Literal(template), *values))


def _pieces(text: str) -> list[str | tuple[str]]:
    """Plain text and, each in a tuple, the expressions; `}}` in an expression's string does not end it."""
    pieces: list[str | tuple[str]] = []
    at = 0
    while (start := text.find("${{", at)) >= 0:
        inside = _INSIDE.match(text, start + 3)
        if inside is None:
            raise ValueError(f"`${{{{` is not closed in `{text}`")
        pieces += [text[at:start]] if start > at else []
        pieces.append((inside[1],))
        at = inside.end()
    return pieces + ([text[at:]] if at < len(text) else [])


def _expression(text: str) -> Node:
    node, problems = parse(text)
    if node is None:
        raise ValueError(f"`{text}` is no expression: {problems[0].message}")
    return node


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
    return tuple((name, value) for name, value in _mapping(node).items() if isinstance(value, str))


def _string(node: object) -> str:
    return node if isinstance(node, str) else ""


def _strings(node: object) -> tuple[str, ...]:
    if isinstance(node, list):
        return tuple(item for item in node if isinstance(item, str))
    return (node,) if isinstance(node, str) and node else ()
