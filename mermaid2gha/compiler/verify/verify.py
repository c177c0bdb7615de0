"""The proof of one workflow: its text, whoever wrote it, does in every case what the drawing says.

For every flow and event, every assignment of what the conditions read (`lanes`), and every single failure,
time-out and cancellation, the jobs that run must be those drawn (docs/proof.md). The order of the jobs, too,
must be the one that the flows draw, no more and no less. Nothing of the passes that plan is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.plan.gate import covered, gate_id
from mermaid2gha.compiler.verify.actual import File, file_of, gate_lines, value_formula
from mermaid2gha.compiler.verify.cases import Rows, is_result, rows, true_rows, variables
from mermaid2gha.compiler.verify.execution import OUTCOMES, CaseRun, Deviation, GateCheck, Lanes, Scenario
from mermaid2gha.compiler.verify.expected import Drawn, drawn_jobs, takes_place
from mermaid2gha.compiler.verify.steps import StepTable, wrong_rows
from mermaid2gha.compiler.verify.triggers import filter_difference
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.logic.domains import Value
from mermaid2gha.github.logic.equivalence import Formula, Question, atom_of, questions

_MOST_LANES = 1 << 21
NO_FLOW = -1


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a file is not what is drawn: what is the case, and the smallest case that shows it.

    `flow` and `event` are empty where it is so in every run; `failing` is a job and how it ends.
    `is_unread`: the file, or its gate, is of no form that can be run here, which may be people's doing.
    """

    file: str
    what: str
    flow: str = ""
    event: str = ""
    assignment: tuple[tuple[str, Value], ...] = ()
    failing: tuple[str, str] | None = None
    is_unread: bool = False


def proof(linked: LinkedWorkflow, text: str, *, is_edited: bool = False) -> Difference | None:
    """The smallest difference between what a workflow's text does and what its flows draw, if there is one.

    Jobs of the file that no flow draws are run and expected nothing of; conjuncts of a drawn job's `if` that
    ask for what no drawing asks are people's: where they are false the job counts as left out. `is_edited`:
    the text has parts of people's, so that its steps and filters are not compared.
    """
    try:
        file = file_of(text)
        gate = gate_of(linked, file)
    except ValueError as fault:
        return Difference(linked.file, str(fault), is_unread=True)
    if wrong := _missing(linked, file):
        return wrong
    bits = {name: job.bit for name, job in file.jobs.items()}
    flows = {flow.number: drawn_jobs(linked, flow.number, bits) for flow in linked.told.flows}
    if wrong := _disorder(linked, file, flows):
        return wrong
    if not is_edited and (filters := filter_difference(linked, file.written)):
        return Difference(linked.file, filters)
    starts = [(flow.number, event) for flow in linked.told.flows for event, _ in flow.guards]
    starts += [(NO_FLOW, event) for event in linked.told.events]
    book = StepTable(linked, file) if not is_edited else None
    found: list[Difference] = []
    for flow, event in dict.fromkeys(starts):
        start = Start(linked, file, flows.get(flow, {}), flow, event)
        found += start.differences(gate(flow) if gate else None)
        found += start.step_differences(book) if book is not None and flow != NO_FLOW else []
    return min(found, key=_size, default=None)


def _size(one: Difference) -> tuple[int, int]:
    """How much there is to a case: failures, then values."""
    return int(one.failing is not None), len(one.assignment)


def _missing(linked: LinkedWorkflow, file: File) -> Difference | None:
    for job in linked.jobs:
        if job.id.lower() not in file.jobs:
            return Difference(linked.file, f"the job `{job.id}` is drawn and the file has none of this id")
    for event in linked.told.events:
        if event not in file.events:
            return Difference(linked.file, f"the event `{event}` is drawn and does not start the file")
    return None


def _disorder(linked: LinkedWorkflow, file: File, flows: Mapping[int, dict[str, Drawn]]) -> Difference | None:
    """A pair of jobs that is ordered otherwise than by the flows together and by what the jobs read."""
    drawn = {job.id.lower(): file.jobs[job.id.lower()].bit for job in linked.jobs}
    inside = sum(drawn.values())
    before: dict[str, int] = {}
    wanted: dict[str, int] = dict.fromkeys(drawn, 0)
    for flow in flows.values():
        for name, one in flow.items():
            wanted[name] |= one.before
    for job in linked.jobs:
        for index in {index for reads in job.reads.values() for index in reads}:
            wanted[job.id.lower()] |= drawn[linked.jobs[index].id.lower()]
    for name in (name for name in file.jobs if name in drawn):
        written, asked = file.jobs[name].before & inside, wanted[name]
        if asked & ~written:
            missing = file.names(asked & ~written)[0]
            return Difference(linked.file, f"`{name}` is drawn after `{missing}` and does not wait for it")
        before[name] = asked
        if written & ~asked:
            for other in file.names(asked):
                before[name] |= before[other]
        if written & ~before[name]:
            extra = file.names(written & ~before[name])[0]
            return Difference(linked.file, f"`{name}` waits for `{extra}`, which no flow draws before it")
        before[name] |= written
    return None


class GateOf:
    """The gate of a file as each flow sees it."""

    def __init__(self, linked: LinkedWorkflow, file: File) -> None:
        self.drawn_in = linked.gates()
        self.id = gate_id(linked, next(iter(self.drawn_in.values()))).lower()
        if self.id not in file.jobs:
            raise ValueError(f"the gate `{self.id}` is drawn and the file has none of this id")
        self.drawn, self.lines = gate_lines(file.jobs[self.id])
        self.judged = frozenset(job.id.lower() for job in covered(linked))
        for unseen in sorted(self.judged - set(file.jobs[self.id].needs)):
            raise ValueError(f"the gate `{self.id}` is drawn after `{unseen}` and does not need it")

    def __call__(self, flow: int) -> GateCheck:
        is_drawn = None if flow == NO_FLOW else flow in self.drawn_in
        return GateCheck(self.id, is_drawn, judged=self.judged, drawn=self.drawn, lines=self.lines)


def gate_of(linked: LinkedWorkflow, file: File) -> GateOf | None:
    return GateOf(linked, file) if linked.gates() else None


class Start:
    """The runs of one flow by one event."""

    def __init__(
        self, linked: LinkedWorkflow, file: File, drawn: dict[str, Drawn], flow: int, event: str
    ) -> None:
        self.linked = linked
        self.file = file
        self.drawn = drawn
        self.flow = flow
        self.event = event
        self.asked = takes_place(linked, flow, event)
        self.guards = {atom_of(question) for question in questions(self.asked)}
        is_call = kind_of(event).is_call
        self.fixed: dict[str, Value] = {"inputs.called": is_call}
        if not is_call:
            self.fixed["github.event_name"] = event

    def table(self, asked: Iterable[Question]) -> Rows:
        """The assignments of what is asked, and of what decides it, in which the flow takes place."""
        known = variables((*questions(self.asked), *asked), self.fixed)
        return rows(known, self.guards, lambda tried: true_rows(self.asked, tried))

    def differences(self, gate: GateCheck | None) -> list[Difference]:
        """Each job that runs otherwise than drawn, with the smallest case that shows it."""
        if not self.table(()).rows:
            return []
        foreign = people_s_terms(self.linked, self.file)
        found = self.table(self.questions(gate))
        ids = frozenset(job.id.lower() for job in self.linked.jobs)
        told: list[Difference] = []
        for part in self.parts(len(found.rows)):
            run = CaseRun(self.file, self.drawn, ids, Lanes(found, part))
            told += [self.difference(one, found) for one in run.deviations(foreign, gate)]
            if told:  # the scenarios that follow are no smaller
                break
        return told

    def step_differences(self, book: StepTable) -> list[Difference]:
        """Each step of a fresh job that runs otherwise than drawn where its job runs."""
        told: list[Difference] = []
        for name, drawn in self.drawn.items():
            try:
                compared = list(book.steps(name, self.flow))
            except ValueError as fault:
                return [Difference(self.linked.file, str(fault), is_unread=True)]
            for step in compared:
                asked = (q for one in (drawn.condition, step.drawn, *step.terms) for q in questions(one))
                found = self.table(one for one in asked if not is_result(atom_of(one)))
                wrong, runs = wrong_rows(step, true_rows(drawn.condition, found), found)
                if wrong:
                    how = "runs and is not drawn to" if wrong & runs else "is drawn to run and does not"
                    what = f"the step `{step.name}` of `{name}` {how}"
                    flow = self.linked.told.flows[self.flow].name
                    case = found.smallest(wrong & runs or wrong)
                    told.append(
                        Difference(self.linked.file, what, flow=flow, event=self.event, assignment=case)
                    )
        return told

    def parts(self, width: int) -> Iterator[list[Scenario]]:
        """The scenarios, as many at a time as numbers may be long."""
        whole: list[Scenario] = [(), *(((name, n),) for name in self.drawn for n in range(len(OUTCOMES)))]
        count = max(1, _MOST_LANES // width)
        for start in range(0, len(whole), count):
            yield whole[start : start + count]

    def questions(self, gate: GateCheck | None) -> Iterator[Question]:
        for drawn in self.drawn.values():
            yield from questions(drawn.condition)
        for job in self.file.jobs.values():
            for term in job.terms:
                yield from questions(term)
        if gate is not None:
            yield from questions(gate.drawn)
            for line in gate.lines:
                yield from questions(line.expected)
                yield from questions(line.handled)

    def difference(self, found: Deviation, tried: Rows) -> Difference:
        if found.is_verdict:
            what = (
                f"the gate `{found.job}` {'passes' if found.runs else 'fails'} and is drawn to do otherwise"
            )
        elif found.runs:
            what = f"`{found.job}` runs and is not drawn to"
        else:
            what = f"`{found.job}` is drawn to run and does not"
        failing = next(((job, OUTCOMES[outcome]) for job, outcome in found.scenario), None)
        flow = self.linked.told.flows[self.flow].name if self.flow != NO_FLOW else ""
        case = tried.smallest(found.rows)
        return Difference(
            self.linked.file, what, flow=flow, event=self.event, assignment=case, failing=failing
        )


def people_s_terms(linked: LinkedWorkflow, file: File) -> dict[str, tuple[Formula, ...]]:
    """The terms of a file's jobs that ask only for what nothing drawn asks for."""
    known = {"inputs.called", "github.event_name"}
    for number in range(len(linked.told.flows)):
        for event in linked.told.events:
            known |= {atom_of(one) for one in questions(takes_place(linked, number, event))}
    for test in linked.flags.tests.values():
        known |= {atom_of(one) for one in questions(value_formula(expression(test)))}
    found = {}
    for name, job in file.jobs.items():
        extra = tuple(
            term
            for term in job.terms
            if term is False
            or (
                (asked := {atom_of(one) for one in questions(term)})
                and not any(is_result(atom) or atom in known for atom in asked)
            )
        )
        if extra:
            found[name] = extra
    return found
