"""Whether the steps of fresh jobs run where they are drawn.

A drawn step is told by what it does: a push, pull or wait by its artifact and tags, any other by its text. In
a fresh job each has one step, named by the first flow that draws it. Steps of a file that was edited are not
compared, for people may own them (docs/ownership.md).
"""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.ir.flow_graph import DrawnStep, StepKind
from mermaid2gha.compiler.scripts.steps import DECIDE_ID, DECIDED
from mermaid2gha.compiler.verify.actual import File
from mermaid2gha.compiler.verify.cases import Rows, is_result, null_answer
from mermaid2gha.compiler.verify.expected import Expectation
from mermaid2gha.github.expressions.ast import Call
from mermaid2gha.github.expressions.template import terms
from mermaid2gha.github.logic.domains import Probe
from mermaid2gha.github.logic.equivalence import Formula, Operation, Question, atom_of, formula, truth
from mermaid2gha.github.simulator.model import ScheduledJob, ScheduledStep
from mermaid2gha.github.workflow.emitter import inert
from mermaid2gha.settings.model import Settings, folded

_TRANSFERS = (StepKind.PUSH, StepKind.PULL, StepKind.WAIT)
_STATUS = {"success": True, "failure": False, "cancelled": False}

_Key = tuple[str, str, tuple[str, ...], int]


@dataclass(frozen=True, slots=True)
class ComparedStep:
    """A step of a job in one flow: when it is drawn to run there, and the terms of its `if`.

    What the deciding step of its own job says is asked as an output of that job; before that step, nothing
    is.
    """

    name: str
    drawn: Formula
    terms: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """A step of a fresh job, and by flow when it is drawn to run: under any of these conditions."""

    step: ScheduledStep
    drawn: dict[int, tuple[Formula, ...]]


class StepTable:
    """The steps of the fresh jobs of a file, beside those that are drawn."""

    def __init__(self, expected: Expectation, file: File, given: frozenset[str] = frozenset()) -> None:
        """`given` are the names of the steps in whose stead people give others, which are not compared."""
        self.given = given
        self.expected = expected
        self.file = file
        self.known: dict[str, tuple[_Group, ...]] = {}

    def steps(self, name: str, flow: int) -> Iterator[ComparedStep]:
        """The steps of a job in a flow that run otherwise than always, or are drawn to.

        `ValueError` where the file has no step for one that is drawn.
        """
        written = self.file.jobs[name]
        decides = next((step.position for step in written.steps if step.id == DECIDE_ID), len(written.steps))
        if name not in self.known:
            self.known[name] = tuple(self.groups(name, written))
        for group in self.known[name]:
            drawn, step = group.drawn.get(flow, ()), group.step
            if True in drawn and not step.guard.text:
                continue
            asked = (formula(term) for term in terms(step.guard.node))
            own = tuple(_own(one, name, step.position > decides) for one in asked)
            yield ComparedStep(step.name, (Operation.ANY, drawn), own)

    def groups(self, name: str, written: ScheduledJob) -> Iterator[_Group]:
        """The drawn steps that are one step in the file, by flow, each with its condition there."""
        conditions: dict[_Key, dict[int, tuple[Formula, ...]]] = {}
        titles: dict[_Key, str] = {}
        for flow in (flow for flow in self.expected.drawn.flows if name in flow.places):
            places = flow.places[name]
            for drawn in places:
                seen: dict[_Key, int] = {}
                for step in drawn.steps:
                    key = _key(step)
                    seen[key] = seen.get(key, 0) + 1
                    key = (*key[:3], seen[key])
                    titles.setdefault(key, step.text.title)
                    condition = self.expected.step_condition(flow.number, step.operand, drawn.operand)
                    if len(places) > 1:  # the job runs for any of its notes, the step for its own
                        around = self.expected.condition(flow.number, drawn.operand)
                        condition = Operation.ALL, (condition, around)
                    by_flow = conditions.setdefault(key, {})
                    by_flow[flow.number] = (*by_flow.get(flow.number, ()), condition)
        taken: dict[str, int] = {}
        for key, by_flow in conditions.items():
            title = titles[key]
            taken[title] = taken.get(title, 0) + 1
            there = _written(written, title, taken[title])
            if there is not None:
                yield _Group(there, by_flow)
            elif not self.is_given(written.id, title, name):
                raise ValueError(
                    f"the step `{title}` of `{written.id}` is drawn and the file has none of this name"
                )

    def is_given(self, job_id: str, title: str, name: str) -> bool:
        """Whether people give steps in the stead of one, or of the note that it is a line of."""
        flows = self.expected.drawn.flows
        steps = [step for flow in flows for one in flow.places.get(name, ()) for step in one.steps]
        first = next((step.text.title for step in steps if step.kind is StepKind.ACTIVITY), None)
        given = [
            step
            for step in steps
            if {folded(step.text.title), folded(step.text.name)} & self.given
            or (step.text.title == first and folded(job_id) in self.given)
        ]
        spans = {step.span for step in given}
        lines = [step for step in steps if step.kind is StepKind.DETAIL and step.span in spans]
        return title in {step.text.title for step in (*given, *lines)}


def _key(step: DrawnStep) -> _Key:
    if step.kind in _TRANSFERS:
        return step.kind.value, step.artifact, step.text.tags, 0
    return step.kind.value, folded(step.text.title), (), 0


def given_names(workflow: str, settings: Settings) -> frozenset[str]:
    """The names under which the settings give steps, without that of the workflow before them."""
    lead = folded(f"{workflow}/")
    return frozenset(folded(name).removeprefix(lead) for name, _ in settings.steps)


def _written(job: ScheduledJob, name: str, number: int) -> ScheduledStep | None:
    shown = inert(name)  # in the file a name is a text with expressions, and shall show the drawn one
    bearers = [step for step in job.steps if step.name == shown]
    return bearers[number - 1] if len(bearers) >= number else None


def _own(one: Formula, job: str, has_decided: bool) -> Formula:
    """A formula that asks for the job's outputs where it asks for what its deciding step said."""
    if isinstance(one, tuple):
        return one[0], tuple(_own(part, job, has_decided) for part in one[1])
    lead = DECIDED.write(output="")
    if isinstance(one, Probe) and one.subject.startswith(lead):
        if not has_decided:
            return null_answer(one)
        return replace(one, subject=f"needs.{job}.outputs.{one.subject.removeprefix(lead)}")
    return one


def wrong_rows(step: ComparedStep, job_runs: int, found: Rows) -> tuple[int, int]:
    """The rows in which a step does otherwise than drawn where its job runs, and those in which it runs.

    Nothing has failed in them: not a job before, nor a step.
    """

    def answer(question: Question) -> int:
        if isinstance(question, Call) and question.name in _STATUS:
            return every if _STATUS[question.name] else 0
        if is_result(atom_of(question)):
            return every if isinstance(question, Probe) and question.answer("success") else 0
        return found.column[question]

    every = (1 << len(found.rows)) - 1
    runs = truth((Operation.ALL, step.terms), answer, every)
    return (runs ^ truth(step.drawn, answer, every)) & job_runs, runs
