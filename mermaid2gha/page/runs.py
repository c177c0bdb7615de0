"""What `when` would say of every event of some workflows: as it is, with one failing job, with one flag off.

All of it is worked out before the page is made, since a page runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.explain.story import RunAnswer, story
from mermaid2gha.github.events import EVENTS, WORKFLOW_CALL, WORKFLOW_RUN
from mermaid2gha.github.simulator.cascade import Facts, runs
from mermaid2gha.github.simulator.model import ScheduledWorkflow
from mermaid2gha.github.simulator.payloads import Occasion
from mermaid2gha.github.simulator.simulator import Outcome

MOST_RUNS = 400
"""Beyond these only the events are worked out, without failures and flags."""
EVERY, NONE = "all flags true", "no flag"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen on the page: an occasion, what the flags are, and the job that fails, if one does."""

    occasion: str
    flags: str = EVERY
    failing: str = ""


@dataclass(slots=True)
class Runs:
    """Answers by case. An answer has for each job its result, its wave (0: none), and a number in `words`."""

    answers: dict[Chosen, dict[str, tuple[str, int, int]]] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=lambda: {"": 0})
    remarks: dict[Chosen, list[str]] = field(default_factory=dict)

    def number(self, words: str) -> int:
        return self.words.setdefault(words, len(self.words))


def all_runs(workflows: Mapping[str, ScheduledWorkflow]) -> Runs:
    """Every run that the page can show, of workflows by their files' names."""
    runs = Runs()
    offered = dict(occasions(workflows))
    flags = flags_of(workflows)
    jobs = sum(len(flow.jobs) for flow in workflows.values())
    is_small = len(offered) * (1 + jobs + len(flags)) <= MOST_RUNS
    for name, occasion in offered.items():
        usual = Chosen(name)
        work_out(runs, usual, occasion, workflows, flags)
        if not flags and not is_small:
            continue
        settings = [NONE, *(f"without {flag}" for flag in flags)] if len(flags) > 1 else [NONE] * len(flags)
        for setting in settings if is_small else settings[:1]:
            work_out(runs, Chosen(name, setting), occasion, workflows, flags)
        ran = [job for job, (_, wave, _) in runs.answers[usual].items() if wave]
        for job in ran if is_small else ():
            work_out(runs, Chosen(name, failing=job), occasion, workflows, flags)
    return runs


def flags_of(workflows: Mapping[str, ScheduledWorkflow]) -> list[str]:
    """The outputs of jobs, by which conditions decide."""
    return sorted({name for flow in workflows.values() for job in flow.jobs for name, _ in job.outputs})


def occasions(workflows: Mapping[str, ScheduledWorkflow]) -> Iterator[tuple[str, Occasion]]:
    """What can start some workflow, as people choose it, with values that its filters let through."""
    for workflow in workflows.values():
        for event, condition in workflow.events:
            if event in (WORKFLOW_CALL.name, WORKFLOW_RUN.name) or event not in EVENTS:
                continue
            usual = _usual(event, dict(condition.keys))
            yield event, usual
            if EVENTS[event].is_about_pull_request:
                yield f"{event} from a fork", replace(usual, is_fork=True)


def _usual(event: str, keys: Mapping[str, tuple[str, ...]]) -> Occasion:
    """The occasion that one means by an event: the default branch, else the first that a filter names."""
    branches = [_literal(name) for name in keys.get("branches", ()) if not name.startswith("!")]
    tags = [_literal(name) for name in keys.get("tags", ()) if not name.startswith("!")]
    branch = branches[0] if branches and "main" not in branches else "main"
    tag = tags[0] if tags and not branches else ""
    return Occasion(event, branch, tag, cron=next(iter(keys.get("cron", ())), ""))


def _literal(pattern: str) -> str:
    """A name that a pattern of a filter matches, where that is easy to say."""
    return pattern.replace("**", "1").replace("*", "1.0.0" if pattern.startswith("v") else "1")


def work_out(
    found: Runs,
    case: Chosen,
    occasion: Occasion,
    workflows: Mapping[str, ScheduledWorkflow],
    flags: list[str],
) -> None:
    """The answer to one case is added to those that are known."""
    off = flags if case.flags == NONE else [case.flags.removeprefix("without ")]
    outputs = {flag: "false" if flag in off else "true" for flag in flags}
    outcomes = {case.failing: Outcome.FAILURE} if case.failing else {}
    facts = Facts(occasion, outputs=outputs, outcomes=outcomes, given=())
    told = story(runs(workflows, facts), facts, occasion.event)
    answer: dict[str, tuple[str, int, int]] = {}
    for run in told.runs:
        _add(found, answer, run)
    found.answers[case] = answer
    found.remarks[case] = list(told.remarks)


def _add(found: Runs, answer: dict[str, tuple[str, int, int]], run: RunAnswer) -> None:
    """The jobs of a run, and those of the workflows that it calls."""
    for job in run.jobs:
        key = f"{run.file}:{job.id}"
        if key not in answer or not answer[key][1]:
            answer[key] = (job.result, job.wave or 0, found.number(job.why))
        for inside in (job.inside, *(leg.inside for leg in job.legs)):
            if inside is not None:
                _add(found, answer, inside)
