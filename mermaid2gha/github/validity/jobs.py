"""What GitHub refuses of jobs and steps, beyond their shape: ids, needs, conditions, references, matrices.

Sources: npm @actions/workflow-parser (model/converter) and the service's own converter (actions/runner,
src/Sdk/WorkflowParser/Conversion, WorkflowTemplateConverter and IdBuilder), which is the stricter one for
references of actions, ids of steps that differ by case, matrices and groups. Reports `unusable-id`,
`repeated-id`, `unknown-need`, `endless-needs`, `container-without-image`, `unusable-reference`,
`unusable-matrix`, `group-too-long` and `script-too-long`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.graph import successors, topological
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.github.names import MAX_ID, is_job_id
from mermaid2gha.github.validity.definitions import JOB_IF, STEP_IF
from mermaid2gha.github.validity.shapes import first_line, unexpected
from mermaid2gha.github.validity.templates import OPENING, condition_faults, literal
from mermaid2gha.github.workflow.matrix import matrix_fault
from mermaid2gha.github.workflow.values import typed_value
from mermaid2gha.yaml.tree import Alias, Entries, Entry, Items, Scalar, Tree, all_nodes, resolved

CONTAINER_WITHOUT_IMAGE = Rule("container-without-image", Severity.ERROR)
ENDLESS_NEEDS = Rule("endless-needs", Severity.ERROR)
GROUP_TOO_LONG = Rule("group-too-long", Severity.ERROR)
REPEATED_ID = Rule("repeated-id", Severity.ERROR)
SCRIPT_TOO_LONG = Rule("script-too-long", Severity.ERROR)
UNKNOWN_NEED = Rule("unknown-need", Severity.ERROR)
UNUSABLE_ID = Rule("unusable-id", Severity.ERROR)
UNUSABLE_MATRIX = Rule("unusable-matrix", Severity.ERROR)
UNUSABLE_REFERENCE = Rule("unusable-reference", Severity.ERROR)

MOST_OF_GROUP = 400
"""Characters of a concurrency group (actions/runner, ConvertToConcurrency)."""

MOST_OF_SCRIPT = 21_000
"""Characters of a `run` that has expressions, which GitHub makes one expression of (docs.github.com, Workflow
syntax, `jobs.<job_id>.steps[*].run`)."""

_GROUP_OWNERS = ("org", "organization", "ent", "enterprise")
_ACTION = re.compile(r"[^/\\@]+[/\\]+[^/\\@]+(?:[/\\][^@]*)?@[^@]+")
_CALLEE = re.compile(r"[^/@]+/[^/@]+/[^@]+@.+")


def job_faults(root: Entries) -> Iterator[Diagnostic]:
    """What is wrong with the jobs of a workflow."""
    yield from _concurrency(root.get("concurrency"))
    jobs = root.get("jobs")
    if not isinstance(jobs, Entries):
        return
    for entry in jobs.entries:
        yield from _id_fault(entry.key, "job")
        job = resolved(entry.value)
        if isinstance(job, Entries):
            yield from _job(job)
    yield from _needs(jobs)


def _job(job: Entries) -> Iterator[Diagnostic]:
    condition, steps, uses = job.get("if"), job.get("steps"), job.get("uses")
    if isinstance(condition, Scalar):
        yield from condition_faults(condition, JOB_IF)
    yield from _concurrency(job.get("concurrency"))
    yield from _runner_group(job.get("runs-on"))
    yield from _containers(job)
    yield from _matrix(job.get("strategy"))
    if isinstance(uses, Scalar) and OPENING not in uses.value:
        yield from _callee(uses)
    if isinstance(steps, Items):
        yield from _steps(steps)


# -- ids and needs -----------------------------------------------------------------------------------


def _id_fault(name: Scalar, what: str) -> Iterator[Diagnostic]:
    text = name.value
    if not text or OPENING in text or is_job_id(text):
        return
    if text.startswith("__"):
        reason = "names that begin with `__` are GitHub's own"
    elif len(text) > MAX_ID:
        reason = f"it has {len(text)} characters and GitHub takes {MAX_ID}"
    else:
        reason = "it may have letters, digits, `-` and `_`, and begins with a letter or `_`"
    shown = text if len(text) <= 40 else f"{text[:37]}…"
    cure = "give it another id; a `name` may have any text"
    yield diagnostic(UNUSABLE_ID, f"`{shown}` is no id of a {what}: {reason}", name.span, help=cure)


def _needs(jobs: Entries) -> Iterator[Diagnostic]:
    """Needs that no job meets, and those on a circle; the service compares ids whatever their case."""
    wanted = {entry.key.value.lower(): list(_needed(entry)) for entry in jobs.entries}
    if not wanted:
        yield unexpected("there is no job", jobs.span, cure="write at least one")
        return
    if all(wanted.values()):
        message = "no job can start first: each of them waits for another one"
        yield diagnostic(ENDLESS_NEEDS, message, jobs.entries[0].key.span, help="let one job need nothing")
    known: dict[str, set[str]] = {}
    for name, needed in wanted.items():
        for need in needed:
            if need.value.lower() not in wanted:
                yield _unknown_need(need, [entry.key.value for entry in jobs.entries])
        known[name] = {need.value.lower() for need in needed} & wanted.keys()
    edges = [(need, name) for name, needed in known.items() for need in needed]
    ending = set(topological(known, successors(edges)))
    circle = _on_circle({name: needed - ending for name, needed in known.items() if name not in ending})
    for name in wanted:
        for need in wanted[name] if name in circle else ():
            if need.value.lower() in circle:
                message = f"`{need.value}` waits for this job in the end, so neither ever starts"
                if need.value.lower() == name:
                    message = "a job waits for itself, so it never starts"
                yield diagnostic(ENDLESS_NEEDS, message, need.span, help="take out one need of the circle")


def _on_circle(needs: Mapping[str, set[str]]) -> set[str]:
    """The jobs that wait for themselves in the end, among those that never start: nobody else waits for
    them on and on."""
    left = {name: {need for need in needed if need in needs} for name, needed in needs.items()}
    while True:
        awaited = set().union(*left.values())
        idle = [name for name in left if name not in awaited]
        if not idle:
            return set(left)
        for name in idle:
            del left[name]


def _needed(job: Entry) -> Iterator[Scalar]:
    keys = resolved(job.value)
    needs = keys.get("needs") if isinstance(keys, Entries) else None
    for item in needs.items if isinstance(needs, Items) else (needs,):
        found = resolved(item) if item is not None else None
        if isinstance(found, Scalar) and found.value and not found.is_null:
            name = literal(found.value)
            if OPENING not in name:
                yield replace(found, value=name)


def _unknown_need(need: Scalar, jobs: list[str]) -> Diagnostic:
    from difflib import get_close_matches

    near = get_close_matches(need.value, jobs, 1, 0.6)
    cure = f"did you mean `{near[0]}`?" if near else "name a job by its id, the key under `jobs`"
    return diagnostic(UNKNOWN_NEED, f"there is no job `{need.value}`", need.span, help=cure)


# -- parts of a job ----------------------------------------------------------------------------------


def _concurrency(node: Tree | None) -> Iterator[Diagnostic]:
    group = node.get("group") if isinstance(node, Entries) else node
    if isinstance(group, Scalar) and OPENING not in group.value and len(group.value) > MOST_OF_GROUP:
        message = f"the group has {len(group.value)} characters and GitHub takes {MOST_OF_GROUP}"
        yield diagnostic(GROUP_TOO_LONG, message, group.span, help="name it more briefly")


def _runner_group(runs_on: Tree | None) -> Iterator[Diagnostic]:
    group = runs_on.get("group") if isinstance(runs_on, Entries) else None
    if not isinstance(group, Scalar) or OPENING in group.value:
        return
    parts = group.value.split("/")
    if len(parts) > 2 or (len(parts) == 2 and (parts[0] not in _GROUP_OWNERS or not parts[1])):
        message = f"`{group.value}` names no group of runners"
        cure = "write the group's name, or `organization/NAME` or `enterprise/NAME`"
        yield unexpected(message, group.span, cure=cure)


def _containers(job: Entries) -> Iterator[Diagnostic]:
    services = job.get("services")
    entries = services.entries if isinstance(services, Entries) else ()
    for node in (job.get("container"), *(resolved(entry.value) for entry in entries)):
        if isinstance(node, Entries) and not _has_expression(node) and node.entry("image") is None:
            message = "a container needs an image"
            place = node.entries[0].key.span if node.entries else node.span
            yield diagnostic(CONTAINER_WITHOUT_IMAGE, message, place, help="name it with `image`")


def _has_expression(node: Tree) -> bool:
    """Whether an expression stands somewhere in it: GitHub judges it then when it is evaluated."""
    return any(
        isinstance(part, Scalar) and OPENING in part.value
        for inner in all_nodes(node)
        for part in (all_nodes(resolved(inner)) if isinstance(inner, Alias) else (inner,))
    )


def _matrix(strategy: Tree | None) -> Iterator[Diagnostic]:
    entry = strategy.entry("matrix") if isinstance(strategy, Entries) else None
    node = resolved(entry.value) if entry is not None else None
    if entry is None or not isinstance(node, Entries):
        return
    for key in ("include", "exclude"):
        listed = node.get(key)
        if isinstance(listed, Items) and not all(
            isinstance(resolved(item), Entries) for item in listed.items
        ):
            return  # its shape is wrong, or an expression gives it
    if any(not isinstance(resolved(axis.value), Items) for axis in node.entries):
        return
    if fault := matrix_fault(typed_value(node)):
        message = f"GitHub runs nothing of this matrix: {fault}"
        cure = (
            "leave out what is too much, or part it over several jobs" if "more than" in fault else "mend it"
        )
        yield diagnostic(UNUSABLE_MATRIX, message, entry.key.span, help=cure)


def _callee(uses: Scalar) -> Iterator[Diagnostic]:
    text = uses.value
    if text.startswith(("./", "$/")):
        if "@" in text:
            message = "a workflow of the same repository is called without a version"
            yield diagnostic(UNUSABLE_REFERENCE, message, uses.span, help=f"write `{text.partition('@')[0]}`")
    elif not _CALLEE.fullmatch(text):
        message = f"`{text}` names no workflow that can be called"
        cure = "write `./.github/workflows/NAME.yml`, or `OWNER/REPOSITORY/.github/workflows/NAME.yml@REF`"
        yield diagnostic(UNUSABLE_REFERENCE, message, uses.span, help=cure)


# -- steps -------------------------------------------------------------------------------------------


def _steps(steps: Items, *, is_parallel: bool = False) -> Iterator[Diagnostic]:
    ids: dict[str, Span] = {}
    for item in map(resolved, steps.items):
        if isinstance(item, Entries):
            yield from _step(item, ids, is_parallel=is_parallel)


def _step(step: Entries, ids: dict[str, Span], *, is_parallel: bool) -> Iterator[Diagnostic]:
    name, condition, uses, run = (step.get(key) for key in ("id", "if", "uses", "run"))
    if isinstance(name, Scalar) and not name.is_null and OPENING not in name.value:
        yield from _id_fault(name, "step")
        if (first := ids.get(name.value.lower())) is not None:
            message = f"a step before this one has the id `{name.value}` already"
            label = Label(first, "this one")
            yield diagnostic(REPEATED_ID, message, name.span, label, help="give one of them another id")
        ids.setdefault(name.value.lower(), name.span)
    if isinstance(condition, Scalar):
        yield from condition_faults(condition, STEP_IF)
    if isinstance(uses, Scalar) and uses.value and not _is_action(uses.value):
        message = f"`{uses.value}` names no action"
        cure = "write `OWNER/REPOSITORY@REF`, `./FOLDER` or `docker://IMAGE`"
        yield diagnostic(UNUSABLE_REFERENCE, message, uses.span, help=cure)
    if isinstance(run, Scalar) and OPENING in run.value and len(run.value) > MOST_OF_SCRIPT:
        message = f"this script has {len(run.value)} characters and GitHub takes {MOST_OF_SCRIPT}"
        cure = "move it to a file of the repository, or take out its expressions"
        yield diagnostic(SCRIPT_TOO_LONG, message, first_line(run.span), help=cure)
    parallel = step.entry("parallel")
    inner = resolved(parallel.value) if parallel is not None else None
    if parallel is not None and is_parallel:
        yield unexpected("parallel steps stand among parallel steps", parallel.key.span, cure="take them out")
    if isinstance(inner, Items):
        yield from _steps(inner, is_parallel=True)


def _is_action(text: str) -> bool:
    local = ("docker://", "./", ".\\", "$/")
    return OPENING in text or text.startswith(local) or _ACTION.fullmatch(text) is not None
