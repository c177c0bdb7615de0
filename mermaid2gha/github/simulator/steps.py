"""The steps of a job: which of them run, and whether one fails that decides by how other jobs ended.

A step counts as one that goes well, unless what it does is understood: a script in plain shell, or one of a
few actions that judge the results of jobs (`github/simulator/verdicts.py`).
"""

from __future__ import annotations

import re

from mermaid2gha.base.records import replace
from mermaid2gha.github.expressions.ast import Context
from mermaid2gha.github.expressions.checker import nodes
from mermaid2gha.github.expressions.evaluator import Environment
from mermaid2gha.github.expressions.template import templated
from mermaid2gha.github.shell.machine import Budget
from mermaid2gha.github.simulator.known import StepView
from mermaid2gha.github.simulator.model import ScheduledJob, ScheduledStep
from mermaid2gha.github.simulator.results import Outputs
from mermaid2gha.github.simulator.simulator import StepsEnd
from mermaid2gha.github.simulator.verdicts import verdict

_EXPRESSIONS = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_RESULTS = re.compile(r"(?<![\w.-])needs(?![\w-])(?!\.[\w-]+\.outputs\b)")


def steps_end(
    job: ScheduledJob,
    around: Environment,
    env: tuple[tuple[str, str], ...],
    budget: Budget,
    *,
    is_called: bool = False,
) -> StepsEnd:
    """How the steps of a job end of which nobody says anything; `env` is the workflow's.

    What the budget does not allow to follow is not understood.

    A step whose `if` reads what only a runner knows may run and may not: it counts neither as one that runs
    for nothing nor as one that fails. What a step that may fail has for an outcome is not known. A script
    that does not ask how jobs ended fails by what nobody has to give; the inputs of a call are given.
    """
    steps: dict[str, object] = {}
    contexts = {**around.contexts, "steps": steps}
    outer = StepView(Environment(contexts)).within(env + job.env)
    given = frozenset(("inputs",)) if is_called else frozenset()
    plain = StepView(Environment(contexts), takes=given).within(env + job.env)
    is_unread = has_run = False
    failure = ""
    for step in job.steps:
        status = Environment(
            outer.environment.contexts, not failure, bool(failure), is_cancelled=around.is_cancelled
        )
        seen = replace(outer, environment=status).within(step.env)
        is_run = seen.truth(step.guard.node)
        has_run = has_run or is_run is not False
        judged = seen if judges(step) else plain.within(step.env)
        ended = verdict(step, job.runs_on, judged, budget) if is_run else ""
        is_unread = is_unread or (ended is None and judges(step))
        if ended and not step.continues_on_error:
            failure = failure or ended
        if step.id:
            outcome = "skipped" if is_run is False else "failure" if ended else "success"
            conclusion = "success" if ended and step.continues_on_error else outcome
            steps[step.id] = {"outputs": {}, "outcome": outcome, "conclusion": conclusion}
            if step.continues_on_error and outcome == "success":
                may_fail = outer.open_steps | {step.id.lower()}
                outer, plain = replace(outer, open_steps=may_fail), replace(plain, open_steps=may_fail)
    return StepsEnd(is_idle=not has_run, failure=failure, is_unread=is_unread, outputs=_outputs(job, outer))


def _outputs(job: ScheduledJob, seen: StepView) -> Outputs:
    """The outputs of a job whose steps have ended, as far as they are known."""
    values: dict[str, str] = {}
    unsure = set()
    for name, text in job.outputs:
        value = seen.text(text)
        values[name] = value or ""
        if value is None or _reads_steps(text):
            unsure.add(name.lower())
    return Outputs({name: value for name, value in values.items() if value}, frozenset(unsure))


def _reads_steps(text: str) -> bool:
    return "${{" in text and any(part == Context("steps") for part in nodes(templated(text)))


def judges(step: ScheduledStep) -> bool:
    """Whether a step reads how jobs ended."""
    return any(_RESULTS.search(inside) for text in texts_of(step) for inside in _EXPRESSIONS.findall(text))


def texts_of(step: ScheduledStep) -> tuple[str, ...]:
    """The texts of a step with expressions in them, but for its `if`."""
    return (step.text, *(text for _, text in (*step.env, *step.arguments)))
