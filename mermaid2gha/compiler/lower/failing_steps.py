"""Branches of failure that are steps of one job, where they speak of some of its steps alone.

A step that runs on failure runs when any step before it failed: GitHub's `failure()` knows no other. What is
drawn for one of several, or within what happens on a success, is told (docs/language.md#handled-failures).
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.compiler.ir.flow_graph import DrawnJob, DrawnStep, Fragment, StepKind
from mermaid2gha.compiler.lower.builder import FlowBuilder
from mermaid2gha.compiler.reading.conditions import guessed_condition
from mermaid2gha.compiler.vocabulary import forms, outcomes
from mermaid2gha.compiler.vocabulary.guards import Meaning
from mermaid2gha.mermaid.ast import Operator


def failing_steps(builder: FlowBuilder) -> None:
    """Tell branches that run on more failures than they are drawn for. Reports `guessed-condition`."""
    for job in builder.jobs:
        told: set[int] = set()
        before: list[DrawnStep] = []
        for step in builder.steps[job.number]:
            operand = _failing(builder, job, step.operand)
            if not operand:
                before.append(step)
            elif operand not in told:
                told.add(operand)
                _branch(builder, job, operand, before)


def _failing(builder: FlowBuilder, job: DrawnJob, operand: int) -> int:
    """The branch of failure in which a step stands, and not its whole job; 0 if there is none."""
    while operand > job.operand:
        around = builder.operands.all[operand]
        if around.fragment >= 0 and builder.is_for_failure(operand):
            fragment = builder.fragments[around.fragment]
            return 0 if fragment.operator is Operator.CRITICAL or fragment.is_always else operand
        operand = around.parent
    return 0


def _branch(builder: FlowBuilder, job: DrawnJob, operand: int, before: Sequence[DrawnStep]) -> None:
    """Tell a branch whose steps run on failures of other steps, too; `before` are those of no such branch."""
    here = builder.operands.all[operand]
    fragment = builder.fragments[here.fragment]
    guard = fragment.read[here.index]
    if guard.is_marked or guard.jobs:
        return
    text, place = fragment.guards[here.index]
    title = job.text.title.strip("`")
    is_of_job = job.number in builder.heads or job.number in builder.noted
    is_told = not fragment.has_success or _does_something(builder, job, operand)
    if is_told and not is_of_job and (named := _named(guard.subject, before)):
        message = f"`{text}` is of {named}, and this runs when any step of `{title}` before it failed"
    elif (success := _success_around(builder, job, fragment)) and any(
        not builder.operands.is_within(step.operand, success) for step in before
    ):
        message = f"this is for what follows a success, and runs when any step of `{title}` failed"
    else:
        return
    cure = (
        "`%% head` above a step begins a job with it: above the one whose failure is meant, and above what "
        "follows it, that failure is told apart; `%% failure` above this says that any is meant, "
        "`%% success` that none is"
    )
    builder.diagnostics.append(guessed_condition(message, place, cure=cure, mark=""))


def _does_something(builder: FlowBuilder, job: DrawnJob, operand: int) -> bool:
    """Whether a branch does more than to tell somebody. That one step failed may be told after the failure of
    another as well, with little harm; what undoes something may undo what nobody has done."""
    inside = [one for one in builder.steps[job.number] if builder.operands.is_within(one.operand, operand)]
    return any(
        one.kind is not StepKind.MESSAGE or one.publishes or forms.takes_back(one.text.name) for one in inside
    )


def _named(subject: str, steps: Sequence[DrawnStep]) -> str:
    """The steps that the words of an outcome name, where these are some of several."""
    chosen, _ = outcomes.named(subject, [step.text.name for step in steps])
    names = [f"`{steps[at].text.name.strip('`')}`" for at in chosen]
    return " and ".join(names) if 0 < len(names) < len(steps) else ""


def _success_around(builder: FlowBuilder, job: DrawnJob, fragment: Fragment) -> int:
    """The operand of success within a job that stands around a fragment; 0 if there is none."""
    operand = fragment.parent
    while operand > job.operand:
        around = builder.operands.all[operand]
        outer = builder.fragments[around.fragment]
        if outer.operator is not Operator.CRITICAL and outer.outcome(around.index) is Meaning.SUCCESS:
            return operand
        operand = around.parent
    return 0
