"""What was understood of a workflow in one line, so that a wrong reading is seen at once
(docs/cli.md#what-was-understood)."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.graph import reachable, successors
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import PlanJob, WorkflowPlan
from mermaid2gha.compiler.scripts.steps import ANNOUNCE, DECIDE, bare, known_script, recognised
from mermaid2gha.github.events import SCHEDULE
from mermaid2gha.github.names import PAGES_ENVIRONMENT
from mermaid2gha.yaml.tree import Entries, Items, Scalar

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.compiler.scripts.steps import KnownScript
    from mermaid2gha.github.workflow.model import Trigger
    from mermaid2gha.github.workflow.reader import FileStep, WorkflowFile

_MOST_NAMES = 3
_MOST_VALUES = 4
_SAYING = (ANNOUNCE, DECIDE)
"""The scripts that say what is drawn and do nothing of it."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What starts a workflow, with filters, and the ids of its jobs, all of them and those of a kind.

    `waiting` wait for people; `giving` give something to the outside without that; `placeholders` have no
    step but those that announce what is drawn, and on `trusted` ones of these the gate or a job that gives
    to the outside relies.
    """

    file: str
    events: tuple[str, ...]
    jobs: tuple[str, ...]
    waiting: tuple[str, ...]
    giving: tuple[str, ...]
    placeholders: tuple[str, ...]
    trusted: tuple[str, ...]


def overview(plan: WorkflowPlan, file: WorkflowFile | None = None) -> Overview:
    """What was understood of a workflow; the steps are those of the file where there is one."""
    placeholders = [job.id for job in plan.jobs if _is_placeholder(job, file)]
    before = _before_what_counts(plan)
    return Overview(
        plan.file,
        events=tuple(_event(trigger, file) for trigger in plan.triggers),
        jobs=tuple(job.id for job in plan.jobs),
        waiting=tuple(job.id for job in plan.jobs if _waits(job)),
        giving=tuple(job.id for job in plan.jobs if job.gives and not _waits(job)),
        placeholders=tuple(placeholders),
        trusted=tuple(job for job in placeholders if job in before),
    )


def _waits(job: PlanJob) -> bool:
    """Whether people are asked for a job: not by the environment that GitHub gives to Pages."""
    return bool(job.environment) and job.environment != PAGES_ENVIRONMENT


def overview_line(found: Overview, name: str = "") -> str:
    """An overview in one line; `name` is what the file is called, if not by its bare name."""
    count = len(found.jobs)
    jobs = [f"{count} job{'' if count == 1 else 's'}"]
    if found.waiting:
        jobs.append(f"{_listed(found.waiting)} {_verb(found.waiting, 'wait')} for people")
    if found.giving:
        jobs.append(f"{_listed(found.giving)} {_verb(found.giving, 'give')} to the outside")
    parts = [", ".join(found.events) or "started by nothing", ", ".join(jobs)]
    if found.placeholders:
        parts.append(f"{len(found.placeholders)} placeholder{'' if len(found.placeholders) == 1 else 's'}")
    return f"{name or found.file}: {'; '.join(parts)}"


def trusted_line(found: Overview) -> str:
    """The placeholders that look like more than they are, in one line; nothing if there are none."""
    if not found.trusted:
        return ""
    return f"placeholders before the final check or what gives to the outside: {', '.join(found.trusted)}"


def _event(trigger: Trigger, file: WorkflowFile | None = None) -> str:
    """An event with its filters: `push branches main or dev`, `schedule 28 3 * * *`; the times are those
    of the file where there is one, for a time that is not drawn is people's."""
    filters = [f"{key} {_values(values)}" for key, values in trigger.filters]
    times = (_times(file) or trigger.cron) if file is not None and trigger.cron else trigger.cron
    return " ".join([trigger.event, *filters, *([_values(times)] if times else [])])


def _times(file: WorkflowFile) -> list[str]:
    on = file.root.get("on")
    listed = on.get(SCHEDULE.name) if isinstance(on, Entries) else None
    found = (
        [one.get("cron") for one in listed.items if isinstance(one, Entries)]
        if isinstance(listed, Items)
        else []
    )
    return [time.value for time in found if isinstance(time, Scalar)]


def _values(values: Sequence[str]) -> str:
    shown = [" ".join(value.split()) for value in values]
    if len(shown) > _MOST_VALUES:
        shown = [*shown[: _MOST_VALUES - 1], f"{len(shown) - _MOST_VALUES + 1} more"]
    return " or ".join(shown)


def _listed(names: Sequence[str]) -> str:
    if len(names) > _MOST_NAMES:
        names = [*names[: _MOST_NAMES - 1], f"{len(names) - _MOST_NAMES + 1} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _verb(names: Sequence[str], verb: str) -> str:
    return f"{verb}s" if len(names) == 1 else verb


def _is_placeholder(job: PlanJob, file: WorkflowFile | None) -> bool:
    """Whether a job only says what is drawn; in a file, where people fill in steps, as it stands there."""
    if job.kind not in (JobKind.WORK, JobKind.WAIT):
        return False
    if file is None:
        if job.starters:
            return False
        scripts = [known_script(step) for step in job.steps]
    else:
        written = file.job(job.id)
        if written is None or written.uses:
            return False
        scripts = [_script(step) for step in written.steps]
    return all(script is not None and script.script in _SAYING for script in scripts)


def _script(step: FileStep) -> KnownScript | None:
    """The script of ours that a step of a file is."""
    env = {name: bare(value) for name, value in step.env}
    return recognised(bare(step.name), step.id, bare((step.run or "").rstrip("\n")), env)


def _before_what_counts(plan: WorkflowPlan) -> set[str]:
    """The jobs before the gate or before one that gives to the outside."""
    before = successors((job.id, need.on) for job, need in plan.needs)
    counting = [job.id for job in plan.jobs if job.gives or job.kind is JobKind.GATE]
    return set(reachable((on for job in counting for on in before.get(job, ())), before.get))
