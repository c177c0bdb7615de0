"""Under which conditions a flow draws its places, read for the proof alone from the guards of fragments.

What the words and marks of a guard mean is taken from the flow graph (`Fragment.read`): a second reading of
words would only be another opinion. What follows from them is worked out here, after
docs/language.md#fragments-and-conditions: which operand asks for what, which job decides a flag, and whether
the flag has to be `'true'`, or `'false'`. Nothing is simplified.
"""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, DrawnStep, Fragment, JobKind, Operand, StepKind
from mermaid2gha.compiler.verify.actual import value_formula
from mermaid2gha.compiler.verify.flows import DrawnFlow, DrawnWorkflow
from mermaid2gha.compiler.verify.logic import (
    Expression,
    Failure,
    Flag,
    Tree,
    both,
    expression,
    implies,
    opposite,
)
from mermaid2gha.compiler.verify.order import JobOrder
from mermaid2gha.compiler.vocabulary.guards import Meaning
from mermaid2gha.github.expressions.condition import expression as condition_text
from mermaid2gha.github.logic.equivalence import Formula, Operation
from mermaid2gha.github.names import flag_id, job_id, variable_name
from mermaid2gha.mermaid.ast import Operator
from mermaid2gha.settings.model import Settings, folded


def deciders(drawn: DrawnWorkflow, settings: Settings) -> frozenset[str]:
    """The ids of the jobs that decide: it is drawn that they do, or the settings name them."""
    lifelines = {folded(drawn.name), *(folded(flow.run.lifeline) for flow in drawn.flows)}
    named = {
        folded(given.decider)
        for name, given in settings.lifelines
        if given.decider and folded(name) in lifelines
    }
    deciding = {
        key
        for flow in drawn.flows
        for key, places in flow.places.items()
        if any(one.decides for one in places)
    }
    return frozenset(
        name
        for key, name in drawn.ids.items()
        if key in deciding or named & {folded(name), folded(drawn.names[key])}
    )


class OperandReader:
    """The operands of a flow with what each asks. `order` is that of the jobs of its diagram."""

    def __init__(
        self, flow: DrawnFlow, order: JobOrder, deciders: frozenset[str], settings: Settings
    ) -> None:
        self.flow = flow
        self.graph = flow.graph
        self.order = order
        self.deciders = deciders
        self.settings = settings
        self.ends = (0, flow.run.operand)
        working = [job for job in flow.jobs if job.kind is JobKind.WORK]
        self.answering = [job for job in working if job.outputs]
        self.deciding = [job for job in working if flow.ids[job.number] in deciders]
        self.conditions: dict[int, Tree] = {}
        self.flags: dict[tuple[int, int], Flag] = {}
        self.first_job: dict[int, DrawnJob] = {}
        self.first_step: dict[int, tuple[DrawnJob, DrawnStep]] = {}
        self.inside: dict[int, list[DrawnJob]] = {}
        self.giving: set[int] = set()
        self.pulled = frozenset(one.artifact for one in flow.graph.transfers if not one.is_push)
        for job in flow.jobs:
            for operand in self.chain(job.operand):
                self.first_job.setdefault(operand.number, job)
                self.inside.setdefault(operand.fragment, []).append(job)
            self.mark_giving(job)
            for step in job.steps:
                for operand in self.chain(step.operand):
                    if operand.number in self.first_step:
                        break  # and so have those around it
                    self.first_step[operand.number] = job, step
        self.numbers = {
            (operand.fragment, operand.index): operand.number
            for operand in self.graph.operands
            if not operand.is_complement
        }

    def chain(self, place: int) -> Iterator[Operand]:
        """All operands around a place, from the inside out."""
        while place:
            yield self.graph.operands[place]
            place = self.graph.operands[place].parent

    def around(self, place: int) -> Iterator[Operand]:
        """The operands around a place within its run, from the inside out."""
        while place not in self.ends:
            yield self.graph.operands[place]
            place = self.graph.operands[place].parent

    def operator(self, operand: Operand) -> Operator:
        return self.graph.fragments[operand.fragment].operator

    # -- what a place asks -------------------------------------------------------------------------

    def condition(self, place: int) -> Tree:
        """When a place is reached; of failures, whether there is one."""
        if place in self.ends:
            return True
        condition = self.conditions.get(place)
        if condition is None:
            waiting = [one for one in self.around(place) if one.number not in self.conditions]
            for operand in reversed(waiting):
                outer = self.conditions.get(operand.parent, True)
                self.conditions[operand.number] = both(outer, *self.own(operand))
            condition = self.conditions[place]
        return condition

    def step_condition(self, place: int, job: int) -> Tree:
        """When a step at a place is reached, given that its job is, which stands in the operand `job`; what
        is for a failure is not while no step fails."""
        parts: list[Tree] = []
        outer = {operand.number for operand in self.around(job)}
        for operand in self.around(place):
            if operand.number in outer:
                break  # what is around both, the job asks for
            if self.outcome(operand) is None:
                parts += self.own(operand)
            else:
                is_kept = self.is_handler(operand) and not self.graph.fragments[operand.fragment].is_always
                parts += [False] if is_kept else self.past(operand)
        return both(*parts)

    def past(self, operand: Operand) -> list[Tree]:
        """What an operand of an `alt` asks for as those before it come first; outcomes ask for nothing."""
        fragment = self.graph.fragments[operand.fragment]
        if fragment.operator is not Operator.ALT:
            return []
        return [
            opposite(self.guard(fragment, earlier))
            for earlier in range(operand.index)
            if fragment.outcome(earlier) is None
        ]

    def own(self, operand: Operand) -> list[Tree]:
        """What an operand asks for besides the one around it."""
        fragment = self.graph.fragments[operand.fragment]
        match fragment.operator:
            case Operator.OPT | Operator.BREAK:
                asked = [self.guard(fragment, 0)]
            case Operator.ALT:
                asked = self.past(operand)
                if not fragment.read[operand.index].is_rest:
                    asked.append(self.guard(fragment, operand.index))
            case Operator.CRITICAL:
                return [Failure(fragment.number)] if operand.index else []
            case _:
                return []
        if not operand.is_complement:
            return asked
        match fragment.outcome(operand.index):
            case Meaning.SUCCESS:
                return [Failure(fragment.number)]
            case Meaning.FAILURE:
                return []  # what follows a failure needs success without being told
            case _:
                return [opposite(both(*asked))]

    def guard(self, fragment: Fragment, index: int) -> Tree:
        """What the guard of one operand asks by itself."""
        match fragment.outcome(index):
            case Meaning.SUCCESS:
                return True
            case Meaning.FAILURE:
                return Failure(fragment.number)
        read = fragment.read[index]
        if read.meaning is not Meaning.EXPRESSION:
            return self.flag(fragment, index, read.text)
        return expression(value_formula(condition_text(read.condition)))

    def outcome(self, operand: Operand) -> Meaning | None:
        """Whether an operand is about success or failure."""
        return self.graph.fragments[operand.fragment].outcome(operand.index)

    def is_handler(self, operand: Operand) -> bool:
        """Whether what stands in an operand runs on a failure only."""
        if self.operator(operand) is Operator.CRITICAL:
            return operand.index > 0
        wanted = Meaning.SUCCESS if operand.is_complement else Meaning.FAILURE
        return self.outcome(operand) is wanted

    # -- who decides -------------------------------------------------------------------------------

    def flag(self, fragment: Fragment, index: int, text: str) -> Flag:
        """The flag of an operand: an output of the job that decides, or else a repository variable."""
        flag = self.flags.get((fragment.number, index))
        if flag is not None:
            return flag
        number = self.numbers.get((fragment.number, index), -1)
        step = self.first_step.get(number)
        inside = self.first_job.get(number) or (step[0] if step else None) or self.any_inside(fragment)
        if text:
            name = flag_id(text)
        elif number in self.first_job:
            name = self.name_of(self.first_job[number])
        elif step is not None:
            name = flag_id(step[1].text.name)
        else:
            name = f"not-{self.name_of(inside)}" if inside is not None else f"operand-{index + 1}"
        decider = self.decider(fragment, inside, name, has_text=bool(text)) if inside is not None else ""
        subject = f"needs.{decider}.outputs.{name}" if decider else f"vars.{variable_name(name)}"
        self.flags[fragment.number, index] = Flag(subject)
        return self.flags[fragment.number, index]

    def any_inside(self, fragment: Fragment) -> DrawnJob | None:
        """The first job of the first operand that has one, or a step of one."""
        for index in range(len(fragment.guards)):
            number = self.numbers.get((fragment.number, index), -1)
            if number in self.first_job:
                return self.first_job[number]
            if number in self.first_step:
                return self.first_step[number][0]
        return None

    def name_of(self, job: DrawnJob) -> str:
        """What a flag is called after a job: its id; where the note is several jobs, the note's name."""
        return job_id(job.text.name) if job.stands_for else self.flow.ids[job.number]

    def decider(self, fragment: Fragment, inside: DrawnJob, name: str, *, has_text: bool) -> str:
        """The id of the job that decides a fragment, or nothing: the nearest one that is drawn to give this
        output, else the nearest that decides; else the single job directly before."""
        givers = [job for job in self.answering if name in job.outputs] if has_text else []
        for among in (givers, self.deciding):
            possible = [job for job in among if self.is_in_time(job, fragment, inside)]
            if nearest := self.nearest(possible):
                return nearest
        if not has_text and fragment.operator is Operator.OPT:
            return ""
        job = self.single_before(fragment)
        if job is None or job.kind is not JobKind.WORK:
            return ""
        is_right = self.is_in_time(job, fragment, inside) and self.is_certain(job, fragment)
        return self.flow.ids[job.number] if is_right else ""

    def is_in_time(self, job: DrawnJob, fragment: Fragment, inside: DrawnJob) -> bool:
        """Whether a job is before all that a fragment holds; where that is steps alone, before their job, or
        that job itself, if a step of it that always runs is before them."""
        jobs = self.inside.get(fragment.number)
        if jobs is not None:
            return all(self.order.is_before(job.number, other.number) for other in jobs)
        if self.flow.ids[job.number] != self.flow.ids[inside.number]:
            return self.order.is_before(job.number, inside.number)
        reached = [self.condition(job.operand), self.condition(inside.operand)]
        for step in job.steps:
            if any(operand.fragment == fragment.number for operand in self.chain(step.operand)):
                break
            if all(implies(place, self.condition(step.operand)) for place in reached):
                return True
        return False

    def nearest(self, jobs: list[DrawnJob]) -> str:
        """The id of the one of some jobs that is before none of the others, the last one drawn of several."""
        last = [
            job for job in jobs if not any(self.order.is_before(job.number, other.number) for other in jobs)
        ]
        return self.flow.ids[last[-1].number] if last else ""

    def decider_of_matrix(self, job: DrawnJob) -> str:
        """The id of the job that gives a matrix its values, if it has axes without any and some job does."""
        if all(values for _, values in job.matrix):
            return ""
        return self.nearest([one for one in self.deciding if self.order.is_before(one.number, job.number)])

    def single_before(self, fragment: Fragment) -> DrawnJob | None:
        """The single job directly before a fragment; where that may be left out, the last single one before
        it that is not."""
        before = set(dict(fragment.before).get(self.flow.run.number, ()))
        last = max(before, default=-1)
        if not before or not all(self.order.is_before(job, last) for job in before - {last}):
            return None
        job = self.graph.jobs[last]
        if self.is_certain(job, fragment):
            return job
        sure = [
            other
            for other in self.flow.jobs
            if self.order.is_before(other.number, last)
            and other.kind is not JobKind.JOIN
            and self.is_certain(other, fragment)
        ]
        ends = [
            one for one in sure if not any(self.order.is_before(one.number, other.number) for other in sure)
        ]
        return ends[0] if len(ends) == 1 else job

    def is_certain(self, job: DrawnJob, fragment: Fragment) -> bool:
        """Whether a job runs whenever a fragment is reached."""
        return implies(self.condition(fragment.parent), self.condition(job.operand))

    # -- what gives to the outside -----------------------------------------------------------------

    def mark_giving(self, job: DrawnJob) -> None:
        """Mark the operands around what a job gives to the outside, or may give."""
        places = [job.operand] if gives_itself(job) else []
        places += [step.operand for step in job.steps if step.may_give or is_given(step, self.pulled)]
        self.giving |= {operand.number for place in places for operand in self.chain(place)}

    def strict(self) -> Iterator[Flag]:
        """The flags around what gives to the outside, and of ways among several: they have to be `'true'`."""
        for (fragment, index), flag in self.flags.items():
            is_choice = self.graph.fragments[fragment].read[index].is_choice
            if is_choice or self.numbers.get((fragment, index)) in self.giving:
                yield flag

    def shared(self, drawn: tuple[DrawnJob, ...]) -> Iterator[Flag]:
        """The flags around the places of a job that stands in several: it may stand in all their ways."""
        places = [place for job in drawn for place in (job.operand, *(step.operand for step in job.steps))]
        for operand in (operand for place in dict.fromkeys(places) for operand in self.around(place)):
            for index in range(operand.index + 1):
                if (flag := self.flags.get((operand.fragment, index))) is not None:
                    yield flag

    def chosen(self) -> Iterator[Flag]:
        """The flags of ways among several, of which the last is for none of them: that they are not to be
        taken has to be said, `'false'`."""
        for (fragment, index), flag in self.flags.items():
            read = self.graph.fragments[fragment].read
            if read[index].is_choice and read[-1].is_rest:
                yield flag


def gives(job: DrawnJob, pulled: frozenset[str]) -> bool:
    """Whether a job, or a step of it, gives something to the outside; `pulled` are the artifacts that
    something in its diagram pulls."""
    return gives_itself(job) or any(is_given(step, pulled) for step in job.steps)


def gives_itself(job: DrawnJob) -> bool:
    """Whether a job gives to the outside whatever its steps are: it is approved, or its name says so."""
    return bool(job.environment) or job.publishes


def is_given(step: DrawnStep, pulled: frozenset[str]) -> bool:
    """Whether a step gives to the outside: a write, a publication, a push of what nothing pulls."""
    match step.kind:
        case StepKind.WRITE:
            return True
        case StepKind.PUSH:
            return step.publishes or step.artifact not in pulled
        case StepKind.MESSAGE:
            return step.publishes
        case _:
            return False


@dataclass(frozen=True, slots=True)
class FlagValues:
    """What flags must be: one counts as set unless it is `'false'`, a strict one must be `'true'`; that a
    chosen one is not set must be said, `'false'`.
    """

    strict: frozenset[Flag]
    chosen: frozenset[Flag]

    def formula(self, flag: Flag, value: bool) -> Formula:
        """That a flag is set, or not."""
        if not value and flag in self.chosen:
            return value_formula(f"{flag.subject} == 'false'")
        test = f"{flag.subject} == 'true'" if flag in self.strict else f"{flag.subject} != 'false'"
        return value_formula(test) if value else (Operation.NOT, (value_formula(test),))


_DUAL = {Operation.ALL: Operation.ANY, Operation.ANY: Operation.ALL}


def settled(tree: Tree, values: FlagValues, *, value: bool = True) -> Formula:
    """The formula of a condition, or of its opposite, failures aside.

    An opposite is asked of each leaf by itself, since a flag need not be one of set and not set.
    """
    match tree:
        case bool():
            return tree is value
        case Failure():
            return value
        case Expression(formula):
            return formula if value else (Operation.NOT, (formula,))
        case Flag():
            return values.formula(tree, value)
        case (Operation.NOT, parts):
            return settled(parts[0], values, value=not value)
        case (operation, parts):
            assert isinstance(operation, Operation)
            wanted = operation if value else _DUAL[operation]
            return wanted, tuple(settled(part, values, value=value) for part in parts)
    raise AssertionError(tree)
