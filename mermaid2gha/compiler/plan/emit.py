"""Plans to workflow files: the model of each, and its text. Nothing is decided here."""

from __future__ import annotations

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.paths import name_of, stem_of
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import PlanJob, WorkflowPlan
from mermaid2gha.compiler.plan.plan import JoinedPlans
from mermaid2gha.compiler.scripts.comments import (
    ABOVE_GATE,
    DRAWN_JOB,
    EVERY_FLOW,
    HEADER,
    NOTED,
    SOME_FLOWS,
)
from mermaid2gha.compiler.scripts.marks import DrawnMark, list_comment, mark_text
from mermaid2gha.compiler.vocabulary.approvals import UNNAMED
from mermaid2gha.github.events import CONCLUSION, CRON, EVENTS, HEAD_REPOSITORY, PULL_REQUEST_NUMBER, kind_of
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.workflow.emitter import inert, literal, workflow_text
from mermaid2gha.github.workflow.model import Job, ListComment, Workflow
from mermaid2gha.settings.model import Settings

_REPEATED = [f"github.event_name == '{kind.name}'" for kind in EVENTS.values() if kind.is_repeated]
_ONE_A_RUN = f"${{{{ {PULL_REQUEST_NUMBER} || github.run_id }}}}"
_IS_REPEATED = f"${{{{ {' || '.join(_REPEATED)} }}}}"
_GATE_MINUTES = 10
_OF_FORKS = tuple(f"{HEAD_REPOSITORY} {operator} github.repository" for operator in ("==", "!="))
_DRAWN = (
    *_OF_FORKS,
    "github.event_name",
    "github.event.action",
    CRON,
    CONCLUSION,
    "github.ref",
    "github.base_ref",
    "github.head_ref",
)


@dataclass(frozen=True, slots=True)
class Workflows:
    """The workflow files of a project as models and as fresh texts, in the order of the plans."""

    plans: JoinedPlans
    items: tuple[Workflow, ...]
    texts: tuple[str, ...]


def emit(plans: JoinedPlans, settings: Settings) -> tuple[Workflows, list[Diagnostic]]:
    """The workflow files of a project, in document order. Reports nothing."""
    project = plans.project
    items = tuple(workflow(one, settings) for one in project.workflows)
    return Workflows(plans, items, tuple(map(workflow_text, items))), []


def workflow(plan: WorkflowPlan, settings: Settings) -> Workflow:
    """The file of a plan; its header names the documents that draw it, without their folders."""
    documents = dict.fromkeys(name_of(name) for name in plan.documents)
    return Workflow(
        plan.file,
        plan.name,
        header=tuple(HEADER.write(documents=", ".join(documents)).split("\n")),
        triggers=plan.triggers,
        concurrency=_concurrency(plan),
        jobs=tuple(written_job(plan, job, settings.runs_on, settings.timeout_minutes) for job in plan.jobs),
    )


def _concurrency(plan: WorkflowPlan) -> tuple[str, str] | None:
    """The group of a file's runs, of which those of a pull request cancel each other.

    A file that is called has none: in a call `github.workflow` and `run_id` are the caller's, and runs of
    equal groups cancel or wait for each other for ever.
    """
    if any(kind_of(one.event).is_call for one in plan.triggers):
        return None
    return f"{literal(stem_of(plan.file))}-{_ONE_A_RUN}", _IS_REPEATED


def written_job(plan: WorkflowPlan, job: PlanJob, runs_on: str | tuple[str, ...], minutes: int) -> Job:
    """A job as it stands in a file, on this runner and with this time-out."""
    is_gate, is_call = job.kind is JobKind.GATE, job.call is not None
    return Job(
        job.id,
        job.name,
        comment=DRAWN_JOB.write(title=job.title),
        comments=(ABOVE_GATE.write(),) if is_gate else (*_flows(plan, job), *_remarks(job)),
        needs=tuple(need.on for need in job.needs),
        condition=job.condition,
        runs_on="" if is_call else job.runs_on or runs_on,
        timeout_minutes=None if is_call else _GATE_MINUTES if is_gate else minutes,
        environment=job.environment,
        matrix=job.matrix,
        permissions=job.rights,
        outputs=job.outputs,
        steps=job.steps,
        starters=job.starters,
        call=job.call,
        is_gate=is_gate,
        environment_comment=mark_text(DrawnMark()) if job.environment not in ("", UNNAMED) else "",
        condition_comment=_drawn_terms(job),
        axis_comments=tuple((axis, _drawn_axis(values)) for axis, values in job.matrix),
    )


def _drawn_terms(job: PlanJob) -> str:
    """The mark of a condition: its terms that could be people's, once they are drawn no more."""
    text = expression(job.condition) if job.condition is not None else ""
    left = text
    for known in _DRAWN:
        left = left.replace(known, "")
    if job.kind is JobKind.GATE or ("github" not in left and "inputs" not in left):
        return ""
    from mermaid2gha.compiler.scripts.conditions import like_peoples  # late: few conditions have such terms

    return mark_text(DrawnMark(like_peoples(text)))


def _drawn_axis(values: tuple[str, ...] | str) -> ListComment:
    """The marks of an axis; `values` are drawn, or an expression that gives them."""
    return list_comment(() if isinstance(values, str) else tuple(map(inert, values)))


def _flows(plan: WorkflowPlan, job: PlanJob) -> tuple[str, ...]:
    """Which flows a job belongs to; nothing where the file has but one."""
    if len(plan.flows) == 1:
        return ()
    if len(job.flows) == len(plan.flows):
        return (EVERY_FLOW.write(),)
    quoted = [f"“{name}”" for name in job.flows]
    listed = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    return (SOME_FLOWS.write(flows=listed),)


def _remarks(job: PlanJob) -> tuple[str, ...]:
    return tuple(NOTED.write(remark=remark) for remark in job.remarks)
