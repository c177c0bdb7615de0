"""What calls between drawn workflows pass on: rights, and values of inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.graph import successors, topological
from mermaid2gha.compiler.ir.existing import AskedRight
from mermaid2gha.compiler.ir.flow_graph import DrawnJob
from mermaid2gha.compiler.link.inputs import input_type
from mermaid2gha.compiler.link.model import LinkedJob
from mermaid2gha.compiler.plan.permissions import permissions
from mermaid2gha.compiler.scripts.comments import CALLED_RIGHT, RIGHT
from mermaid2gha.github.workflow.model import Permission

LEAST_RIGHTS = (Permission("contents", "read"),)
JobsByFile = Mapping[str, Sequence[LinkedJob]]
"""The jobs of each workflow in the order in which they will stand, by the file's name in lower case."""


def called_rights(
    jobs: JobsByFile, given: Sequence[AskedRight], reports: Mapping[str, Sequence[Permission]]
) -> dict[str, tuple[Permission, ...]]:
    """The union of the rights of the jobs that each workflow can reach, through calls of its own too, of its
    final report, and of those that people have `given` it; by the files' names in lower case."""
    more = {file: list(rights) for file, rights in reports.items() if rights}
    for one in given:
        right = Permission(one.scope, one.level, CALLED_RIGHT.write(file=one.file))
        more.setdefault(one.file.casefold(), []).append(right)
    calls = [(_called(job), file) for file, here in jobs.items() for job in here if _called(job) in jobs]
    result: dict[str, tuple[Permission, ...]] = {}
    for file in topological(jobs, successors(calls)) if calls else ():
        rights: list[Permission] = []
        for job in jobs[file]:
            called = _called(job)
            rights += call_rights(job, result.get(called, ())) if called else permissions(job)
        result[file] = united([*rights, *more.pop(file, ())])
    return result | {
        file: united([*LEAST_RIGHTS, *asked]) for file, asked in more.items()
    }  # drawn no further


def call_rights(job: LinkedJob, called: Sequence[Permission]) -> tuple[Permission, ...]:
    """The rights of a job that calls a workflow which needs those of `called`, with what a mark says."""
    drawn_jobs = [drawn for in_flow in job.flows.values() for drawn in in_flow.drawn]
    marked = [
        Permission(scope, level, RIGHT.write(message=drawn.text.title))
        for drawn in drawn_jobs
        for scope, level in drawn.rights
    ]
    return united([*called, *marked])


def united(rights: Sequence[Permission]) -> tuple[Permission, ...]:
    """The rights of several, each once and with the higher level."""
    union: dict[str, Permission] = {}
    for right in rights:
        granted = union.get(right.scope)
        if granted is None or (granted.level, right.level) == ("read", "write"):
            union[right.scope] = right
    return tuple(union.values())


def _called(job: LinkedJob) -> str:
    """The file that a job calls, in lower case, or nothing."""
    calls = (drawn.call for in_flow in job.flows.values() for drawn in in_flow.drawn)
    return next((call.casefold() for call in calls if call), "")


def given_arguments(jobs: JobsByFile) -> dict[str, dict[str, str]]:
    """The inputs that calls give to each workflow, by the files' names in lower case."""
    result: dict[str, dict[str, str]] = {}
    for job in (job for here in jobs.values() for job in here):
        for drawn in (drawn for in_flow in job.flows.values() for drawn in in_flow.drawn):
            if drawn.call:
                result.setdefault(drawn.call.casefold(), {}).update(dict(drawn.arguments))
    return result


def typed_arguments(
    drawn: Sequence[DrawnJob], types: Mapping[str, str]
) -> tuple[tuple[str, str | bool | int], ...]:
    """The values that one job gives to what it calls, of the types that the callee's inputs are given."""
    given = dict(pair for job in drawn for pair in job.arguments)
    return tuple((name, _typed(value, types.get(name))) for name, value in given.items())


def _typed(value: str, kind: str | None) -> str | bool | int:
    match kind or input_type(value):
        case "boolean" if value in ("true", "false"):
            return value == "true"
        case "number" if value.isascii() and value.isdigit():
            return int(value)
        case _:
            return value
