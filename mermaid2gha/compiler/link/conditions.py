"""Under which conditions a flow draws its jobs and steps (docs/language.md#fragments-and-conditions)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from mermaid2gha.base.records import FrozenMap, dataclass, field
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, Fragment, JobKind, Operand
from mermaid2gha.compiler.link.dataflow import outputs_named
from mermaid2gha.compiler.link.flow_model import Flow
from mermaid2gha.compiler.link.model import Flags, FlowConditions, flag_test, subject_of
from mermaid2gha.compiler.order.externals import job_gives, pulled_artifacts, step_gives
from mermaid2gha.compiler.vocabulary.guards import Guard, Meaning
from mermaid2gha.github.expressions.ast import Call
from mermaid2gha.github.expressions.condition import NOT_CANCELLED, Condition
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import Atom, AtomKind, Sum
from mermaid2gha.github.names import flag_id, job_id, variable_name
from mermaid2gha.mermaid.ast import Operator
from mermaid2gha.settings.model import Settings


@dataclass(slots=True)
class FlagTable:
    """The flags of a workflow while its flows are read, as `Flags` has them in the end.

    `chosen` are the flags of ways among several, of which the last may be for none of the others. Those that
    are `shared`, one job standing in several of their ways, have no third value: else it would not be sure
    that a job which is drawn in every way runs.
    """

    deciders: frozenset[str]
    tests: dict[Atom, Condition] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    strict: set[Atom] = field(default_factory=set)
    chosen: set[Atom] = field(default_factory=set)
    shared: set[Atom] = field(default_factory=set)
    undecided: dict[Atom, Span] = field(default_factory=dict)
    variables: dict[Atom, Span] = field(default_factory=dict)
    places: dict[Atom, Span] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)

    def flags(self) -> Flags:
        """How each flag is tested: known only when all its uses are, since one of them may be strict."""
        owned: dict[str, list[Atom]] = {}
        for atom in self.tests:
            if atom.kind is AtomKind.FLAG:
                owned.setdefault(atom.owner, []).append(atom)
        return Flags(
            tests=FrozenMap({atom: self._test(atom, test) for atom, test in self.tests.items()}),
            opposites=FrozenMap(
                {
                    atom: flag_test(subject_of(atom), value=False)
                    for atom in self.tests
                    if atom in self.chosen and atom not in self.shared
                }
            ),
            rank=FrozenMap({atom: number for number, atom in enumerate(self.tests)}),
            outputs=FrozenMap({owner: FrozenMap(given) for owner, given in self.outputs.items()}),
            owned=FrozenMap({owner: tuple(atoms) for owner, atoms in owned.items()}),
            lists=FrozenMap({owner: tuple(axes) for owner, axes in self.lists.items()}),
            strict=frozenset(self.strict),
            undecided=FrozenMap(self.undecided),
            variables=FrozenMap(self.variables),
            places=FrozenMap(self.places),
            deciders=self.deciders,
        )

    def _test(self, atom: Atom, test: Condition) -> Condition:
        if atom.kind in (AtomKind.FLAG, AtomKind.VARIABLE):
            return flag_test(subject_of(atom), is_strict=atom in self.strict)
        return test


class FlowReader:
    """Evaluates what one flow asks: the conditions of the operands around its jobs and steps.

    `ids` gives the id of every drawn job of the flow, by number. What is asked for goes into `flags`, in the
    order in which it is evaluated, so that nothing must be evaluated which no job or step stands under.
    """

    def __init__(self, flow: Flow, ids: Mapping[int, str], flags: FlagTable, settings: Settings) -> None:
        self.flow = flow
        self.drawing = flow.drawing
        self.ids = ids
        self.flags = flags
        self.settings = settings
        self.sums: dict[int, Sum] = {0: dnf.CERTAIN, flow.run.operand: dnf.CERTAIN}
        self.guards: dict[tuple[int, int], Sum] = {}
        self.jobs = flow.jobs
        self.first_job: dict[int, DrawnJob] = {}
        self.first_step: dict[int, tuple[DrawnJob, str]] = {}
        self.outside: set[int] = set()
        self.matrix_owner: dict[int, str] = {}
        self.outputs = [job for job in self.jobs if job.outputs and job.kind is JobKind.WORK]
        self.before_all: dict[int, int] = {}
        self.none_before: dict[int, list[Sum]] = {}
        self.numbers = {(o.fragment, o.index): o.number for o in self.drawing.operands if not o.is_complement}
        self.deciding = [
            job for job in self.jobs if ids[job.number] in flags.deciders and job.kind is JobKind.WORK
        ]
        self._survey()

    def conditions(self) -> FlowConditions:
        """All that has been evaluated."""
        return FlowConditions(
            self.jobs,
            sums=FrozenMap(self.sums),
            guards=FrozenMap(self.guards),
            matrix_owner=FrozenMap(self.matrix_owner),
        )

    def of_job(self, drawn: Sequence[DrawnJob]) -> Sum:
        """The condition around a job (any of its places); those of its steps and its matrix are evaluated."""
        condition = dnf.NOTHING
        for job in drawn:
            condition = dnf.either(condition, self.of(job.operand))
            for step in job.steps:
                self.of(step.operand)
            if any(not values for _, values in job.matrix):
                self._read_matrix(job)
            if len(drawn) > 1:
                self._share(job)
        return condition

    def _share(self, job: DrawnJob) -> None:
        """Note the flags around one of several places of a job."""
        for place in dict.fromkeys((job.operand, *(step.operand for step in job.steps))):
            for operand in self.drawing.around(place, within=self.flow.run.operand):
                for index in range(operand.index + 1):
                    asked = self.guards.get((operand.fragment, index), dnf.CERTAIN)
                    self.flags.shared |= {atom for cube in asked for atom, _ in cube}

    def _survey(self) -> None:
        """The first job and step in every operand, and the operands that give to the outside."""
        pulled = pulled_artifacts(self.drawing)
        for job in self.jobs:
            self._first(job.operand, job, None)
            self._precede(job)
            if job_gives(job):
                self._mark_outside(job.operand)
            for step in job.steps:
                self._first(step.operand, job, step.text.name)
                if step.may_give or step_gives(step, pulled):
                    self._mark_outside(step.operand)

    def _first(self, operand: int, job: DrawnJob, step: str | None) -> None:
        """Note a job or step as the first in each operand around it that has none yet."""
        while operand > 0:
            if step is None and operand not in self.first_job:
                self.first_job[operand] = job
            elif step is not None and operand not in self.first_step:
                self.first_step[operand] = (job, step)
            else:
                return
            operand = self.drawing.operands[operand].parent

    def _precede(self, job: DrawnJob) -> None:
        """Keep of what is before all jobs of the fragments around only what is before this one too."""
        mine = self.flow.order.before[job.number]
        for operand in self.drawing.around(job.operand):
            self.before_all[operand.fragment] = self.before_all.get(operand.fragment, mine) & mine

    def _mark_outside(self, operand: int) -> None:
        while operand > 0 and operand not in self.outside:
            self.outside.add(operand)
            operand = self.drawing.operands[operand].parent

    def of(self, operand: int) -> Sum:
        """The condition of an operand within its run."""
        chain: list[int] = []
        while operand not in self.sums:
            chain.append(operand)
            operand = self.drawing.operands[operand].parent
        condition = self.sums[operand]
        for inner in reversed(chain):
            condition = dnf.both(condition, self._own(self.drawing.operands[inner]))
            self.sums[inner] = condition
        return condition

    def _own(self, operand: Operand) -> Sum:
        """What an operand adds to the condition of the one around it."""
        fragment = self.drawing.fragments[operand.fragment]
        match fragment.operator:
            case Operator.OPT | Operator.BREAK:
                own = self.guard(fragment, 0)
            case Operator.ALT:
                own = self._alternative(fragment, operand.index)
            case Operator.CRITICAL:
                own = dnf.CERTAIN if operand.index == 0 else self._failure(fragment)
            case _:
                return dnf.CERTAIN
        return self._rest(fragment, operand, own) if operand.is_complement else own

    def _rest(self, fragment: Fragment, operand: Operand, own: Sum) -> Sum:
        """The condition of what remains when an operand does not happen."""
        match self.outcome(fragment, operand.index):
            case Meaning.FAILURE:
                return dnf.CERTAIN  # what comes after a failure needs success without being told
            case Meaning.SUCCESS:
                return self._failure(fragment)
            case _:
                return dnf.opposite(own)

    def _alternative(self, fragment: Fragment, index: int) -> Sum:
        result = self._none_before(fragment, index)
        if fragment.read[index].is_rest:
            return result
        return dnf.both(result, self.guard(fragment, index))

    def _none_before(self, fragment: Fragment, index: int) -> Sum:
        """That no operand of an `alt` before this one happens; each is kept, for it builds on the last."""
        none_before = self.none_before.setdefault(fragment.number, [dnf.CERTAIN])
        while len(none_before) <= index:
            earlier = len(none_before) - 1
            result = none_before[earlier]
            if self.outcome(fragment, earlier) is None:
                result = dnf.both(result, dnf.opposite(self.guard(fragment, earlier)))
            none_before.append(result)
        return none_before[index]

    def outcome(self, fragment: Fragment, index: int) -> Meaning | None:
        """Whether an operand is a branch of success or of failure, by its guard."""
        return fragment.outcome(index)

    def _failure(self, fragment: Fragment) -> Sum:
        """The failure that a fragment is about; jobs test results in its stead, steps ask for it."""
        atom = Atom(AtomKind.FAILURE, str(self.flow.number), str(fragment.number))
        test = NOT_CANCELLED if fragment.is_always else Call("failure", ())
        self.flags.tests.setdefault(atom, test)
        return dnf.literal(atom)

    def guard(self, fragment: Fragment, index: int) -> Sum:
        """The truth of one guard by itself."""
        place = (fragment.number, index)
        if place not in self.guards:
            self.guards[place] = self._guard(fragment, index)
        return self.guards[place]

    def _guard(self, fragment: Fragment, index: int) -> Sum:
        outcome = self.outcome(fragment, index)
        if outcome is Meaning.SUCCESS:
            return dnf.CERTAIN
        if outcome is Meaning.FAILURE:
            return self._failure(fragment)
        span = fragment.guards[index][1]
        read = fragment.read[index]
        if read.meaning is Meaning.EXPRESSION:
            return self._expression(read, span)
        atom = self._flag(fragment, index, read)
        number = self._operand_number(fragment, index)
        if number in self.outside or read.is_choice:
            self.flags.strict.add(atom)
        if read.is_choice and fragment.read[-1].is_rest:
            self.flags.chosen.add(atom)
        if span is not None:
            self.flags.places.setdefault(atom, span)
        return dnf.literal(atom)

    def _expression(self, read: Guard, span: Span | None) -> Sum:
        (atom, is_positive), test = dnf.expression_literal(read.condition)
        self.flags.tests.setdefault(atom, test)
        for owner, output in sorted(outputs_named(atom.name)):
            self._declare(owner, output)
        if span is not None:
            self.flags.places.setdefault(atom, span)
        return dnf.literal(atom, is_positive)

    def _declare(self, owner: str, output: str) -> None:
        """Let a job of the flow have an output that an expression asks of it; a call has its callee's."""
        for job in self.jobs:
            name = self.ids[job.number]
            if name.casefold() == owner.casefold() and job.kind is JobKind.WORK:
                outputs = self.flags.outputs.setdefault(name, {})
                if output.casefold() not in map(str.casefold, (*outputs, *job.outputs)):
                    outputs[output] = "true"

    def _operand_number(self, fragment: Fragment, index: int) -> int:
        return self.numbers.get((fragment.number, index), -1)

    def _flag(self, fragment: Fragment, index: int, read: Guard) -> Atom:
        """The flag that decides an operand: an output of its decider, or a repository variable."""
        text = read.text
        number = self._operand_number(fragment, index)
        job = self.first_job.get(number)
        step = self.first_step.get(number)
        name = flag_id(text) if text else ""
        is_set = True
        if not name and job is not None:
            name = self._named(job)
        elif not name and step is not None:
            name = flag_id(step[1])
        if job is None and fragment.operator is Operator.ALT and index == 0 and step is None:
            is_set = False
        inside = job if job is not None else (step[0] if step is not None else self._first_inside(fragment))
        if not name:
            name = f"not-{self._named(inside)}" if inside is not None else f"operand-{index + 1}"
        owner = giver = self._giver(fragment, inside, name) if text else ""
        owner = owner or self._decider(fragment, inside, bool(text))
        place = fragment.guards[index][1] or fragment.span
        is_undecided = bool(text) and not giver and owner not in self.flags.deciders
        is_told = is_undecided and not (read.is_code or read.is_certain)
        if not owner:
            atom = Atom(AtomKind.VARIABLE, "", variable_name(name))
            self.flags.tests.setdefault(atom, flag_test(subject_of(atom)))
            if place is not None and text and not (read.is_code or read.is_certain):
                self.flags.undecided.setdefault(atom, place)
            elif place is not None:
                self.flags.variables.setdefault(atom, place)
            return atom
        atom = Atom(AtomKind.FLAG, owner, name)
        self.flags.tests.setdefault(atom, flag_test(subject_of(atom)))
        if is_told and place is not None:
            self.flags.undecided.setdefault(atom, place)
        is_left = read.is_choice or (is_undecided and number in self.outside)
        given = "" if is_left else "true" if is_set else "false"
        outputs = self.flags.outputs.setdefault(owner, {})
        outputs[name] = min(outputs.get(name, "true"), given)
        return atom

    def _named(self, job: DrawnJob) -> str:
        """A job as flags are called after it: by its id, or the note's name where that is several jobs."""
        return job_id(job.text.name) if job.stands_for else self.ids[job.number]

    def _first_inside(self, fragment: Fragment) -> DrawnJob | None:
        for index in range(len(fragment.guards)):
            number = self._operand_number(fragment, index)
            if number in self.first_job:
                return self.first_job[number]
            if number in self.first_step:
                return self.first_step[number][0]
        return None

    def _decider(self, fragment: Fragment, inside: DrawnJob | None, has_text: bool) -> str:
        """The id of the job that decides a fragment, or nothing where a variable does."""
        if inside is None:
            return ""
        if nearest := self._nearest(inside, fragment):
            return nearest
        if has_text or fragment.operator is not Operator.OPT:
            before = self._directly_before(fragment)
            if before:
                job = self._last_certain(self.drawing.jobs[before[0]], fragment)
                if (
                    job.kind is JobKind.WORK
                    and self._is_in_time(job, fragment, inside)
                    and self._is_certain(job, fragment)
                ):
                    return self.ids[job.number]
        return ""

    def _is_in_time(self, job: DrawnJob, fragment: Fragment, inside: DrawnJob) -> bool:
        """Whether a job is before all jobs of a fragment; of one that holds but steps, before their job, or
        that job itself if it has a step that can decide before them."""
        before = self.before_all.get(fragment.number)
        if before is not None:
            return bool(before >> self.flow.order.position[job.number] & 1)
        if self.ids[job.number] == self.ids[inside.number]:
            return self._decides_within(job, fragment, inside)
        return self.flow.order.is_before(job.number, inside.number)

    def _decides_within(self, job: DrawnJob, fragment: Fragment, inside: DrawnJob) -> bool:
        """Whether a step of a job stands before those that a fragment holds of it, and is never left out: a
        job that has none cannot answer what its own steps ask (docs/language.md#fragments-and-conditions)."""
        early = takewhile(lambda step: not self._rests_on(step.operand, fragment), job.steps)
        places = {job.operand, inside.operand}
        return any(
            all(dnf.implies(self.of(place), self.of(step.operand)) for place in places) for step in early
        )

    def _last_certain(self, job: DrawnJob, fragment: Fragment) -> DrawnJob:
        """This job, or the one last before it that a fragment is never reached without, if it is single."""
        if self._is_certain(job, fragment):
            return job
        order = self.flow.order
        sure = [
            other
            for other in self.jobs
            if order.is_before(other.number, job.number) and self._is_certain(other, fragment)
        ]
        last = max(sure, key=lambda other: order.position[other.number], default=job)
        is_single = all(other is last or order.is_before(other.number, last.number) for other in sure)
        return last if is_single else job

    def _is_certain(self, job: DrawnJob, fragment: Fragment) -> bool:
        """Whether a job runs whenever a fragment is reached: a skipped one could not say `false`."""
        return dnf.implies(self.of(fragment.parent), self.of(job.operand))

    def _directly_before(self, fragment: Fragment) -> list[int]:
        """The single job directly before a fragment: all others that a lifeline stands after precede it."""
        before = set(dict(fragment.before).get(self.flow.run.number, ()))
        last = max(before, default=-1)
        is_single = all(self.flow.order.is_before(job, last) for job in before - {last})
        return [last] if before and is_single else []

    def _giver(self, fragment: Fragment, inside: DrawnJob | None, name: str) -> str:
        """The id of the nearest job before that is drawn with an output of this name."""
        givers = [job for job in self.outputs if name in job.outputs]
        return self._nearest(inside, fragment, givers) if inside is not None and givers else ""

    def _nearest(
        self, inside: DrawnJob, fragment: Fragment | None, among: list[DrawnJob] | None = None
    ) -> str:
        """The id of the deciding job that is last before a job, outside the fragment."""
        order = self.flow.order
        candidates = [
            job
            for job in (self.deciding if among is None else among)
            if (fragment is not None or order.is_before(job.number, inside.number))
            and not (fragment and self._is_inside(job.operand, fragment))
            and (fragment is None or self._is_in_time(job, fragment, inside))
        ]
        last = [
            job
            for job in candidates
            if not any(order.is_before(job.number, other.number) for other in candidates)
        ]
        return self.ids[last[-1].number] if last else ""

    def _read_matrix(self, job: DrawnJob) -> None:
        """Let the nearest decider give the values of the matrix axes that list none."""
        if owner := self._nearest(job, None):
            self.matrix_owner[job.number] = owner
            axes = self.flags.lists.setdefault(owner, [])
            wanted = [job_id(axis) for axis, values in job.matrix if not values]
            axes += [axis for axis in wanted if axis not in axes]

    def _rests_on(self, operand: int, fragment: Fragment) -> bool:
        """Whether an operand is one of a fragment, its rest too, or within one."""
        return any(around.fragment == fragment.number for around in self.drawing.around(operand))

    def _is_inside(self, operand: int, fragment: Fragment) -> bool:
        return any(
            around.fragment == fragment.number and not around.is_complement
            for around in self.drawing.around(operand)
        )
