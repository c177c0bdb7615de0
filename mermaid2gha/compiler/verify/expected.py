"""What is drawn of a workflow: in each flow its jobs with what is before each, and under which conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base import graph
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, Operand
from mermaid2gha.compiler.verify.actual import File
from mermaid2gha.compiler.verify.conditions import FlagValues, OperandReader, deciders, gives, settled
from mermaid2gha.compiler.verify.flows import DrawnFlow, DrawnWorkflow, Starts
from mermaid2gha.compiler.verify.logic import (
    Expression,
    Flag,
    Leaf,
    Tree,
    depends_on,
    either,
    leaves,
)
from mermaid2gha.compiler.verify.order import JobOrder, job_order
from mermaid2gha.compiler.vocabulary.guards import Meaning
from mermaid2gha.github.expressions.ast import Context, Index, Literal
from mermaid2gha.github.expressions.checker import nodes
from mermaid2gha.github.logic.domains import Probe
from mermaid2gha.github.logic.equivalence import Formula, Question, questions
from mermaid2gha.mermaid.ast import Operator
from mermaid2gha.settings.model import Order, Settings

_NOWHERE = frozenset[int]()
_SIDE_BY_SIDE = (Operator.PAR, Operator.PAR_OVER, Operator.OPT, Operator.ALT)


@dataclass(frozen=True, slots=True)
class FailureAsked:
    """That the failure which a fragment is about has happened: one of `jobs` ended badly, and none of
    `not_of`, for which an earlier operand of the fragment is; or nothing, where it is for every end
    (`is_always`)."""

    fragment: int
    jobs: tuple[str, ...]
    not_of: tuple[str, ...] = ()
    is_always: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A job in a flow. `before` is the set of the jobs that it must follow there, as bits of the file's;
    `last` are those of them with none between.

    `failures` are those that it is for, of the fragments around it from the inside out, and `handles` is the
    first of these, if any. `criticals` are the fragments of which it stands in the first operand, `options`
    those in whose option it stands and is awaited; `around` are both for its first place, from the inside
    out, with the index of the operand. `reads` are the jobs whose outputs or results decide what happens in
    it, `named` all that its conditions name.
    """

    id: str
    condition: Formula
    before: int
    last: tuple[str, ...]
    failures: tuple[FailureAsked, ...]
    criticals: frozenset[int]
    options: frozenset[int]
    around: tuple[tuple[int, int], ...]
    in_handlers: frozenset[int]
    reads: int
    named: int

    @property
    def handles(self) -> int | None:
        return self.failures[0].fragment if self.failures else None

    def nested_in(self, fragment: int) -> list[int]:
        """The criticals within a fragment in whose first operand it stands, from the inside out."""
        inner: list[int] = []
        for at, index in self.around:
            if at == fragment:
                break
            if index == 0:
                inner.append(at)
        return inner


class Expectation:
    """All that is drawn of one file; `bits` are those of the file's jobs, by their ids in lower case."""

    def __init__(self, drawn: DrawnWorkflow, settings: Settings, bits: Mapping[str, int]) -> None:
        self.drawn = drawn
        self.starts = Starts(drawn, settings)
        deciding = deciders(drawn, settings)
        self.places: dict[int, OperandReader] = {}
        self.orders: dict[int, JobOrder] = {}
        for flow in drawn.flows:
            twin = next((n for n in self.places if self.places[n].graph is flow.graph), None)
            order = job_order(flow.graph) if twin is None else self.orders[twin]
            self.orders[flow.number] = order
            places = self.places[flow.number] = OperandReader(flow, order, deciding, settings)
            for job in flow.jobs:
                places.condition(job.operand)
                for step in job.steps:
                    places.condition(step.operand)
        shared = {
            flag
            for flow in drawn.flows
            for places in flow.places.values()
            if len(places) > 1
            for flag in self.places[flow.number].shared(places)
        }
        self.values = FlagValues(
            strict=frozenset(flag for places in self.places.values() for flag in places.strict()),
            chosen=frozenset(flag for places in self.places.values() for flag in places.chosen()) - shared,
        )
        self.jobs: dict[int, dict[str, Drawn]] = {}
        for flow in drawn.flows:
            reader = _FlowReader(self, flow, bits)
            if settings.order is Order.DATA:
                reader.keep_data_order()
            self.jobs[flow.number] = reader.drawn_jobs()

    def condition(self, flow: int, place: int) -> Formula:
        return settled(self.places[flow].condition(place), self.values)

    def step_condition(self, flow: int, place: int, job: int) -> Formula:
        return settled(self.places[flow].step_condition(place, job), self.values)

    def asked(self) -> Iterator[Question]:
        """Whatever is asked by what tells the flows apart, or by a place in one of them."""
        for number in range(-1, len(self.drawn.flows)):
            for event in self.drawn.events:
                yield from questions(self.starts.takes_place(number, event))
        trees = dict.fromkeys(
            leaf for one in self.places.values() for tree in one.conditions.values() for leaf in leaves(tree)
        )
        for leaf in trees:
            yield from questions(settled(leaf, self.values))


def expectation(drawn: DrawnWorkflow, settings: Settings, file: File) -> Expectation:
    """What is drawn of a file; `ValueError` where it has no job of an id that is drawn."""
    for key, name in drawn.ids.items():
        if key not in file.jobs:
            raise ValueError(f"the job `{name}` is drawn and the file has none of this id")
    return Expectation(drawn, settings, file.bits)


class _FlowReader:
    """The jobs of one flow. `before` are, by the number of a job's first place, the first places before, and
    `name_at` the job there, by its id in lower case."""

    def __init__(self, whole: Expectation, flow: DrawnFlow, bits: Mapping[str, int]) -> None:
        self.whole = whole
        self.flow = flow
        self.places = whole.places[flow.number]
        self.bits = bits
        drawn_here = flow.places.values()
        several = [[one.number for one in drawn] for drawn in drawn_here if len(drawn) > 1]
        self.order = job_order(flow.graph, several) if several else whole.orders[flow.number]
        self.name_at = {drawn[0].number: name for name, drawn in flow.places.items()}
        self.mates = {drawn[0].number: {one.number for one in drawn} for drawn in drawn_here}
        self.handlers: dict[int, int] = {}
        self.inside = sum(1 << number for number in self.name_at)
        self.before = {number: self.order.before[number] & self.inside for number in self.name_at}
        self.named: dict[Leaf, frozenset[str]] = {}
        self.trees: dict[str, Tree] = {
            name: either(*(self.places.condition(one.operand) for one in drawn))
            for name, drawn in flow.places.items()
        }

    def drawn_jobs(self) -> dict[str, Drawn]:
        """The jobs by their ids in lower case, each after those before it."""
        jobs: dict[str, Drawn] = {}
        for number in sorted(self.before, key=lambda one: self.before[one].bit_count()):
            nearest = graph.nearest(self.before[number], self.before)
            last = tuple(self.name_at[one] for one in graph.bits(nearest))
            before = 0
            for name in last:
                before |= self.bits[name] | jobs[name].before
            jobs[self.name_at[number]] = self.drawn_job(number, before, last)
        return jobs

    def drawn_job(self, number: int, before: int, last: tuple[str, ...]) -> Drawn:
        name = self.name_at[number]
        drawn = self.flow.places[name]
        places = self.places
        around = list(places.around(drawn[0].operand))
        handlers = [one for one in around if places.is_handler(one)]
        everywhere = (
            around if len(drawn) == 1 else [one for place in drawn for one in places.around(place.operand)]
        )
        critical = [one for one in everywhere if places.operator(one) is Operator.CRITICAL]
        reads, named = self.read_by(name, drawn)
        return Drawn(
            name,
            settled(self.trees[name], self.whole.values),
            before=before,
            last=last,
            failures=tuple(self.failure_asked(number, handlers[at:]) for at in range(len(handlers))),
            criticals=frozenset(one.fragment for one in critical if one.index == 0),
            options=frozenset(
                one.fragment for place in drawn for one in self.awaited(place.operand) if one.index
            )
            if critical
            else _NOWHERE,
            around=tuple((one.fragment, one.index) for one in around if one in critical),
            in_handlers=frozenset(one.fragment for one in everywhere if places.is_handler(one)),
            reads=reads,
            named=named,
        )

    def awaited(self, place: int) -> Iterator[Operand]:
        """The operands of criticals around a place, but for those of which it stands aside: what follows them
        waits for no branch of failure."""
        for operand in self.places.around(place):
            if self.places.operator(operand) is Operator.CRITICAL:
                yield operand
            elif self.places.is_handler(operand):
                return

    def failure_asked(self, number: int, around: Sequence[Operand]) -> FailureAsked:
        """What the first of some handling operands asks of failures; the others stand around it."""
        operand, *outer = around
        fragment = self.flow.graph.fragments[operand.fragment]
        if fragment.read[operand.index].is_always:
            return FailureAsked(fragment.number, (), is_always=True)
        jobs = self.failing(number, around)
        others = 0
        if fragment.operator is Operator.ALT:
            for earlier in range(operand.index):
                if fragment.outcome(earlier) is Meaning.FAILURE:
                    others |= self.failing(number, [replace(operand, index=earlier), *outer])
        return FailureAsked(fragment.number, self.names(jobs), self.names(others & ~jobs))

    def failing(self, number: int, around: Sequence[Operand]) -> int:
        """The jobs whose failure the first of some operands is for, as bits of the numbers of first places.

        Of a `critical` these are the jobs of its first operand. Else they are those before that the text
        names, unless another operand is for the success; without any, all before that stand in the operand
        of success around, if that is nearer than one of failure; else in the nearest operand around which is
        for a failure, too, or if there are none, what that one is for.
        """
        operand, *outer = around
        fragment = self.flow.graph.fragments[operand.fragment]
        if fragment.operator is Operator.CRITICAL:
            return self.before[number] & self.in_operand(fragment.number, 0)
        possible = self.before[number] & ~self.handling(fragment.number)
        if not fragment.has_success:
            named = set(fragment.named(operand.index))
            jobs = sum(1 << first for first, mates in self.mates.items() if named & mates)
            if jobs & possible:
                return jobs & possible
        for one in self.places.around(fragment.parent):
            if self.places.operator(one) is Operator.CRITICAL and one.index == 0:
                continue  # it happens in every case
            ended = self.flow.graph.fragments[one.fragment].outcome(one.index)
            if ended is Meaning.SUCCESS and (inside := possible & self.in_operand(one.fragment, one.index)):
                return inside
            if ended is not None:
                break
        if not outer:
            return possible
        return possible & self.handling(outer[0].fragment) or self.failing(number, outer)

    def in_operand(self, fragment: int, index: int) -> int:
        """The jobs with a place in an operand, as bits of the numbers of first places."""
        return sum(
            1 << first
            for first, mates in self.mates.items()
            if any(
                (one.fragment, one.index) == (fragment, index)
                for mate in mates
                for one in self.places.around(self.flow.graph.jobs[mate].operand)
            )
        )

    def handling(self, fragment: int) -> int:
        """The jobs with a place that is for the failure of a fragment, likewise."""
        if fragment not in self.handlers:
            self.handlers[fragment] = sum(
                1 << first
                for first, mates in self.mates.items()
                if any(
                    one.fragment == fragment and self.places.is_handler(one)
                    for mate in mates
                    for one in self.places.around(self.flow.graph.jobs[mate].operand)
                )
            )
        return self.handlers[fragment]

    def names(self, jobs: int) -> tuple[str, ...]:
        return tuple(self.name_at[first] for first in graph.bits(jobs))

    def read_by(self, job: str, drawn: tuple[DrawnJob, ...]) -> tuple[int, int]:
        """The jobs of the flow whose outputs or results decide what happens in a job, and those that are
        named although they may make no difference."""
        reads = named = 0
        operands = {step.operand for one in drawn for step in one.steps}
        for tree in dict.fromkeys((self.trees[job], *map(self.places.condition, sorted(operands)))):
            by_name: dict[str, set[Leaf]] = {}
            for leaf in leaves(tree):
                for name in self.jobs_named(leaf):
                    if name != job:
                        by_name.setdefault(name, set()).add(leaf)
            for name, chosen in by_name.items():
                named |= self.bits[name]
                reads |= self.bits[name] if depends_on(tree, frozenset(chosen)) else 0
        givers = {self.places.decider_of_matrix(one).lower() for one in drawn} - {"", job}
        reads |= sum(self.bits[name] for name in givers)
        return reads, named | reads

    def jobs_named(self, leaf: Leaf) -> frozenset[str]:
        """The jobs of the flow of which a leaf asks something."""
        names = self.named.get(leaf)
        if names is None:
            names = self.named[leaf] = frozenset(jobs_named(leaf) & self.trees.keys())
        return names

    # -- order: data -------------------------------------------------------------------------------

    def keep_data_order(self) -> None:
        """Leave of the order what data and decisions need (docs/language.md#order)."""
        takes = self.taken()
        kept: dict[int, int] = {}
        for number in sorted(self.before, key=lambda one: self.before[one].bit_count()):
            mine = self.flow.places[self.name_at[number]]
            if any(gives(one, self.places.pulled) for one in mine):
                kept[number] = self.before[number]
                continue
            around = self.around(mine)
            directly = 0
            for one in mine:
                directly |= self.order.last[one.number]
            before = 0
            for other in graph.bits(self.before[number]):
                theirs = self.flow.places[self.name_at[other]]
                if (
                    self.flow.ids[other] in self.places.deciders
                    or around & self.around(theirs)
                    or any(directly >> one.number & 1 for one in theirs)
                    or any((a.number, b.number) in takes for a in theirs for b in mine)
                ):
                    before |= 1 << other | kept[other]
            kept[number] = before
        self.before = kept

    def taken(self) -> set[tuple[int, int]]:
        """The jobs that push something and those that pull it or wait for it, as pairs of numbers."""
        drawing = self.flow.graph
        pushing: dict[int, list[int]] = {}
        for transfer in drawing.transfers:
            if transfer.is_push:
                pushing.setdefault(transfer.occurrence, []).append(transfer.job)
        at: dict[int, list[int]] = {}
        for job in drawing.jobs:
            at.setdefault(job.occurrence, []).append(job.number)
        return {
            (a, b)
            for pair in drawing.pairs
            for a in pushing.get(pair.before, ())
            for b in at.get(pair.after, ())
        }

    def around(self, drawn: tuple[DrawnJob, ...]) -> set[int]:
        """The operands of `par`, `opt` and `alt` around the places of a job."""
        return {
            operand.number
            for one in drawn
            for operand in self.places.around(one.operand)
            if self.places.operator(operand) in _SIDE_BY_SIDE and not operand.is_complement
        }


def jobs_named(leaf: Leaf) -> set[str]:
    """The ids, in lower case, of the jobs of which a leaf asks something."""
    match leaf:
        case Flag(subject):
            return {subject.split(".")[1].lower()} if subject.startswith("needs.") else set()
        case Expression(formula):
            return {name for question in questions(formula) for name in _named(question)}
    return set()


def _named(question: Question) -> Iterator[str]:
    if isinstance(question, Probe):
        parts = question.subject.split(".")
        if parts[0] == "needs" and len(parts) > 1:
            yield parts[1]
        return
    for node in nodes(question):
        match node:
            case Index(Context("needs"), Literal(str(name))):
                yield name.lower()
