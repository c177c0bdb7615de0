"""What one flow draws of a workflow: its jobs with what is before each, and under which conditions.

Conditions are read from the operands around a job, one by one; nothing is simplified.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mermaid2gha.base import graph
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.diagram_ir import Operand
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.verify.actual import value_formula
from mermaid2gha.compiler.vocabulary.guards import Meaning
from mermaid2gha.github.expressions.condition import All, AnyOf, Condition, Test
from mermaid2gha.github.logic.equivalence import Formula, Operation
from mermaid2gha.mermaid.ast import Operator


@dataclass(frozen=True, slots=True)
class Drawn:
    """A job in a flow. `before` is the set of the jobs that it must follow there, as bits of the file's;
    `last` are those of them with none between, `direct` those with none between that surely runs.

    `handles` is the fragment whose failure it is for, if any; `criticals` are the fragments of which it
    stands in the first operand, `options` those in whose option it stands.
    """

    id: str
    condition: Formula
    before: int
    last: tuple[str, ...]
    direct: tuple[str, ...]
    handles: int | None
    criticals: frozenset[int]
    options: frozenset[int]
    in_handlers: frozenset[int]


def drawn_jobs(linked: LinkedWorkflow, flow: int, bits: Mapping[str, int]) -> dict[str, Drawn]:
    """The jobs of one flow by their ids in lower case; `bits` are those of the file's jobs."""
    reader = Reader(linked, flow)
    there = [job for job in linked.jobs if flow in job.flows]
    order = linked.orders[flow]
    at_position = {order.position[job.flows[flow].number]: job.id.lower() for job in there}
    inside = sum(1 << position for position in at_position)
    before_at = [order.before[number] for number in order.job_at]
    found: dict[str, Drawn] = {}
    for job in sorted(there, key=lambda one: order.position[one.flows[flow].number]):
        operands = [drawn.operand for drawn in job.flows[flow].drawn]
        nearest = graph.nearest(order.before[job.flows[flow].number] & inside, before_at)
        last = [at_position[position] for position in graph.bits(nearest)]
        before = 0
        for name in last:
            before |= bits[name] | found[name].before
        around = list(reader.around(operands[0]))
        handled = [one.fragment for one in around if reader.is_handler(one)]
        everywhere = [one for place in operands for one in reader.around(place)]
        critical = [one for one in everywhere if reader.operator(one) is Operator.CRITICAL]
        name = job.id.lower()
        found[name] = Drawn(
            name,
            (Operation.ANY, tuple(reader.condition(place) for place in operands)),
            before=before,
            last=tuple(last),
            direct=tuple(linked.jobs[index].id.lower() for index in job.direct.get(flow, ())),
            handles=handled[0] if handled else None,
            criticals=frozenset(one.fragment for one in critical if one.index == 0),
            options=frozenset(one.fragment for one in critical if one.index),
            in_handlers=frozenset(one.fragment for one in everywhere if reader.is_handler(one)),
        )
    return found


class Reader:
    """The operands of a flow with what each asks."""

    def __init__(self, linked: LinkedWorkflow, flow: int) -> None:
        self.linked = linked
        self.told = linked.conditions[flow]
        self.drawing = linked.told.flows[flow].drawing
        self.ends = (0, linked.told.flows[flow].run.operand)
        self.tests: dict[object, Formula] = {}

    def around(self, operand: int) -> Iterator[Operand]:
        """The operands around a place, from the inside out, within its run."""
        while operand not in self.ends:
            yield self.drawing.operands[operand]
            operand = self.drawing.operands[operand].parent

    def operator(self, operand: Operand) -> Operator:
        return self.drawing.fragments[operand.fragment].operator

    def condition(self, place: int) -> Formula:
        """When a place is reached, failures aside."""
        parts = [part for operand in self.around(place) for part in self.own(operand)]
        return Operation.ALL, tuple(reversed(parts))

    def step_condition(self, place: int, job: int) -> Formula:
        """When a step at a place is reached; what is for a failure, inside of the operand of its job, is not
        while no step fails."""
        parts: list[Formula] = []
        is_inside = True
        for operand in self.around(place):
            is_inside = is_inside and operand.number != job
            if is_inside and self.outcome(operand.fragment, operand.index) is not None:
                parts += [False] if self.is_handler(operand) else []
            else:
                parts += self.own(operand) if is_inside else []
        return (Operation.ALL, tuple(reversed(parts))) if parts else True

    def own(self, operand: Operand) -> list[Formula]:
        """What an operand asks for besides the one around it."""
        fragment = self.drawing.fragments[operand.fragment]
        match fragment.operator:
            case Operator.OPT | Operator.BREAK:
                asked = self.guard(operand.fragment, 0)
            case Operator.ALT:
                asked = [self.opposite(operand.fragment, earlier) for earlier in range(operand.index)]
                if not fragment.read[operand.index].is_rest:
                    asked += self.guard(operand.fragment, operand.index)
            case _:
                return []
        if not operand.is_complement:
            return asked
        if self.outcome(operand.fragment, operand.index) is not None:
            return []
        return [(Operation.NOT, ((Operation.ALL, tuple(asked)),))]

    def opposite(self, fragment: int, index: int) -> Formula:
        if self.outcome(fragment, index) is not None:
            return True
        cubes = self.told.guard(self.drawing.fragments[fragment], index)
        if len(cubes) == 1 and len(next(iter(cubes))) == 1:
            return next(self.literal(atom, not value) for cube in cubes for atom, value in cube)
        return (Operation.NOT, ((Operation.ALL, tuple(self.guard(fragment, index))),))

    def guard(self, fragment: int, index: int) -> list[Formula]:
        """What the guard of one operand asks; words of success and failure ask for no value."""
        if self.outcome(fragment, index) is not None:
            return []
        cubes = self.told.guard(self.drawing.fragments[fragment], index)
        return [self.literal(atom, value) for cube in cubes for atom, value in cube]

    def literal(self, atom: object, value: bool) -> Formula:
        if atom not in self.tests:
            test = self.linked.flags.tests[atom]  # type: ignore[index]
            self.tests[atom] = value_formula(test.text)
        if not value and atom in self.linked.flags.chosen:
            return value_formula(self.linked.flags.tests[atom].opposite)
        return self.tests[atom] if value else (Operation.NOT, (self.tests[atom],))

    def outcome(self, fragment: int, index: int) -> Meaning | None:
        return self.told.outcome(self.drawing.fragments[fragment], index)

    def is_handler(self, operand: Operand) -> bool:
        """Whether what stands in an operand runs on a failure only."""
        if self.operator(operand) is Operator.CRITICAL:
            return operand.index > 0
        wanted = Meaning.SUCCESS if operand.is_complement else Meaning.FAILURE
        return self.outcome(operand.fragment, operand.index) is wanted


def takes_place(linked: LinkedWorkflow, flow: int, event: str) -> Formula:
    """When an event is one of this flow and of no other of the workflow; of no flow at all for -1."""
    own: list[Formula] = []
    others: list[Formula] = []
    for one in linked.told.flows:
        for known, guard in one.guards:
            if known == event:
                asked = condition_tree(guard)
                (own if one.number == flow else others).append(asked)
    return Operation.ALL, (*own, (Operation.NOT, ((Operation.ANY, tuple(others)),)))


def condition_tree(condition: Condition) -> Formula:
    match condition:
        case Test(text):
            return value_formula(text)
        case All(parts):
            return Operation.ALL, tuple(map(condition_tree, parts))
        case AnyOf(parts):
            return Operation.ANY, tuple(map(condition_tree, parts))
