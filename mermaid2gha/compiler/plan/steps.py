"""The steps of a linked job: those of its flows, merged in drawn order
(docs/language.md#jobs-steps-and-ids)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.compiler.ir.flow_graph import DrawnStep, StepKind
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.plan.needs import merged_condition
from mermaid2gha.compiler.scripts.steps import ANNOUNCE, DECIDE, DECIDED, LOGIN, PULL, PUSH, WAIT, step_of
from mermaid2gha.github.expressions.ast import Logical
from mermaid2gha.github.expressions.condition import FALSE, NEVER, TRUE, Condition
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import Sum
from mermaid2gha.github.names import job_id
from mermaid2gha.github.workflow.model import Step
from mermaid2gha.settings.model import Settings, folded

_TRANSFERS = {StepKind.PUSH: PUSH, StepKind.PULL: PULL, StepKind.WAIT: WAIT}
_EFFECTS = (StepKind.PUSH, StepKind.PULL, StepKind.WAIT, StepKind.WRITE, StepKind.DISPATCH)
_Key = tuple[str, str, tuple[str, ...], int]


@dataclass(slots=True)
class MergedStep:
    """A step with the flows that draw it and its condition in each, given that the job runs.

    `tries` is how often it is tried where a flow draws a loop around it, the most of all flows, else 0.
    """

    first: DrawnStep
    sums: dict[int, Sum] = field(default_factory=dict)
    tries: int = 0


def merged_steps(linked: LinkedWorkflow, job: LinkedJob) -> tuple[MergedStep, ...]:
    """The steps of a job over its flows: a step of several flows stands once, in the drawn order."""
    order: list[_Key] = []
    merged: dict[_Key, MergedStep] = {}
    for flow, in_flow in job.flows.items():
        at = 0
        for drawn in in_flow.drawn:
            occurrences: dict[_Key, int] = {}
            for step in drawn.steps:
                key = _key(step)
                occurrences[key] = occurrences.get(key, 0) + 1
                key = (*key[:3], occurrences[key])
                if key not in merged:
                    merged[key] = MergedStep(step)
                    order.insert(at, key)
                    at += 1
                else:
                    at = order.index(key) + 1
                merged[key].tries = max(merged[key].tries, step.retries)
                condition = dnf.without(linked.condition(flow, step.operand), in_flow.condition)
                merged[key].sums[flow] = dnf.either(merged[key].sums.get(flow, dnf.NOTHING), condition)
    return tuple(_in_time(linked, job, [merged[key] for key in order]))


def _in_time(linked: LinkedWorkflow, job: LinkedJob, merged: list[MergedStep]) -> list[MergedStep]:
    """The steps with one that can decide before all that ask the job itself, though another flow draws it
    behind them."""
    asking = _first_asking(linked, job, merged)
    if asking is None:
        return merged
    always = [at for at, step in enumerate(merged) if _always_runs(job, step)]
    if not always or always[0] < asking:
        return merged
    deciding = merged.pop(always[0])
    return [*merged[:asking], deciding, *merged[asking:]]


def _first_asking(linked: LinkedWorkflow, job: LinkedJob, merged: Sequence[MergedStep]) -> int | None:
    """Where the first step stands that asks for a flag of its own job."""
    own = frozenset(linked.flags.owned.get(job.id, ()))
    if not own:
        return None
    asked = (
        at
        for at, step in enumerate(merged)
        if any(atom in own for sums in step.sums.values() for cube in sums for atom, _ in cube)
    )
    return next(asked, None)


def _always_runs(job: LinkedJob, step: MergedStep) -> bool:
    """Whether every flow of a job draws a step, and none under a condition."""
    return step.sums.keys() == job.flows.keys() and _is_unconditional(step)


def _is_unconditional(step: MergedStep) -> bool:
    return set(step.sums.values()) == {dnf.CERTAIN}


def _key(step: DrawnStep) -> _Key:
    if step.kind in (StepKind.PUSH, StepKind.PULL, StepKind.WAIT):
        return (step.kind.value, step.artifact, step.text.tags, 0)
    return (step.kind.value, folded(step.text.title), (), 0)


def steps(
    linked: LinkedWorkflow,
    job: LinkedJob,
    merged: tuple[MergedStep, ...],
    *,
    outputs: Mapping[str, str],
    settings: Settings,
) -> tuple[Step, ...]:
    """The fresh steps of a job: each announces itself; those of a known registry do what they say.

    `outputs` are what `given_outputs` says.
    """
    main = _main(linked, job, merged)
    result: list[Step] = []
    logged_in: set[str] = set()
    for step in merged:
        drawn, whole = step.first, _condition(linked, job, step)
        condition = None if whole == TRUE else (NEVER if whole == FALSE else whole)
        image = drawn.partner.image if drawn.partner is not None else ""
        values, tries = {"title": drawn.text.title}, step.tries
        if image and drawn.kind in _TRANSFERS:
            script = _TRANSFERS[drawn.kind]
            if (host := image.split("/")[0]) not in logged_in:
                logged_in.add(host)
                result.append(step_of(LOGIN, {"host": host}))
            more, tries = _transfer(step, image, settings)
            values |= more
        elif step is main and outputs:
            script = DECIDE
            values["flags"] = "\n".join(f"{name}={value}" for name, value in outputs.items())
        else:
            script = ANNOUNCE
        has_effect = drawn.kind in _EFFECTS
        result.append(step_of(script, values, tries=tries, condition=condition, has_effect=has_effect))
    return tuple(result)


def idle_steps(linked: LinkedWorkflow, job: LinkedJob) -> Iterator[DrawnStep]:
    """The steps of a job under conditions that cannot hold together."""
    for step in merged_steps(linked, job):
        if _condition(linked, job, step) == FALSE:
            yield step.first


def _main(linked: LinkedWorkflow, job: LinkedJob, merged: tuple[MergedStep, ...]) -> MergedStep | None:
    """The step that stands for the job and decides its flags: before any step that asks for one, itself not
    left out, and of all flows of the job if there is any. The first that says that it decides, if all
    flows draw that."""
    early: Sequence[MergedStep] = merged[: _first_asking(linked, job, merged)] or merged
    sure = [step for step in early if _is_unconditional(step)] or early
    for step in sure:
        if step.first.decides and _always_runs(job, step):
            return step
    sure = [step for step in sure if step.sums.keys() == job.flows.keys()] or sure
    return next((step for step in sure if step.first.kind is StepKind.ACTIVITY), sure[0] if sure else None)


def given_outputs(linked: LinkedWorkflow, job: LinkedJob) -> dict[str, str]:
    """The outputs of a job and what its fresh step sets them to."""
    result = dict(linked.flags.outputs.get(job.id, {}))
    result |= dict.fromkeys(linked.flags.lists.get(job.id, ()), '["default"]')
    drawn = [o for in_flow in job.flows.values() for d in in_flow.drawn for o in d.outputs]
    return result | {name: "true" for name in drawn if name not in result}


def _condition(linked: LinkedWorkflow, job: LinkedJob, step: MergedStep) -> Condition:
    if _always_runs(job, step):
        return TRUE
    own = linked.flags.owned.get(job.id, ())
    condition = merged_condition(linked, step.sums, job.flow_set)
    for atom in own:
        subject, flags = DECIDED.write(output=atom.name), linked.flags
        here = {flags.asked(atom, value): flags.read_as(atom, subject, value) for value in (True, False)}
        condition = _replaced(condition, here)
    return condition


def _replaced(condition: Condition, by: dict[Condition, Condition]) -> Condition:
    if condition in by:
        return by[condition]
    if isinstance(condition, Logical) and not condition.is_whole:
        return Logical(condition.operator, tuple(_replaced(term, by) for term in condition.operands))
    return condition


def _transfer(step: MergedStep, image: str, settings: Settings) -> tuple[dict[str, str], int]:
    """What a push, pull or wait that really talks to the registry says, and how often it is tried.

    Tags come in by the environment. A wait polls twice a minute, in all its tries for less than the time-out.
    """
    tag = step.first.text.tags[0] if step.first.text.tags else "latest"
    tags = {folded(name): value for name, value in settings.tags}
    artifact = job_id(step.first.artifact)
    name = image.replace("{artifact}", artifact).replace("{tag}", "${TAG}")
    values = {"image": name, "tag": tags.get(folded(tag), job_tag(tag))}
    if step.first.kind is not StepKind.WAIT:
        return values, step.tries
    most = max(1, (settings.timeout_minutes - 5) * 2)
    tries = min(step.tries, most)
    polls = most // max(1, tries)
    return {**values, "polls": str(polls), "minutes": str(polls // 2)}, tries


def job_tag(tag: str) -> str:
    """A drawn tag as an image's tag: the characters that registries allow."""
    return re.sub(r"[^\w.-]+", "-", tag).strip("-.") or "latest"
