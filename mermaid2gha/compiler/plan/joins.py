"""Jobs that only wait, where a file would else have more needs or longer conditions than GitHub takes.

A job that follows n others, all of which may be left out, needs them all; m such jobs have n times m needs,
and the `if` of each asks for n results. A *join* is a job that asks for these results in their stead: what
follows asks for its success alone.

Why this keeps the promises (docs/language.md#needs-and-if): a join asks only for what every job that uses it
asked before, or what the success of a job that it asks for implies. So a job that uses it runs in exactly the
cases in which it did (a join runs, and succeeds, where what it asks for holds), and waits for no job for
which it did not wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.graph import bits
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.link.dataflow import names_of
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.plan.calls import LEAST_RIGHTS
from mermaid2gha.compiler.plan.emit import workflow
from mermaid2gha.compiler.plan.model import DrawnAt, PlanJob, PlanNeed, WorkflowPlan
from mermaid2gha.compiler.plan.plan import JoinedPlans, Plans
from mermaid2gha.compiler.plan.results import succeeded
from mermaid2gha.compiler.plan.sizes import has_long_condition, is_too_large
from mermaid2gha.compiler.scripts.comments import JOIN_AFTER, JOIN_FROM
from mermaid2gha.compiler.scripts.steps import ANNOUNCE, step_of
from mermaid2gha.github.expressions.ast import Logical
from mermaid2gha.github.expressions.condition import NOT_CANCELLED, Condition, expression
from mermaid2gha.github.names import MAX_ID, job_id
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.settings.model import Settings

JOIN_ADDED = Rule("join-added", Severity.NOTE)

MOST_BEFORE = (64, 16)
"""How many results a job of a file with joins asks for; the second where the first will not do."""

MOST_NEEDS = 10_000
"""The needs of a file above which joins are set: each takes some ten bytes of GitHub's 512,000."""


def joins(plans: Plans, settings: Settings) -> tuple[JoinedPlans, list[Diagnostic]]:
    """The plans with as many joins as their files need, if any. Reports `join-added`."""
    workflows: list[WorkflowPlan] = []
    diagnostics: list[Diagnostic] = []
    for linked, plan in plans.items:
        joined, added = plan, list[Diagnostic]()
        for most in MOST_BEFORE:
            if not _is_too_much(joined, settings):
                break
            if joined is plan and _is_hopeless(plan, settings):
                break
            joined, added = with_joins(linked, plan, most)
        workflows.append(joined)
        diagnostics += added
    project = replace(plans.project, workflows=tuple(workflows))
    return JoinedPlans(plans.linked, project), diagnostics


def _is_too_much(plan: WorkflowPlan, settings: Settings) -> bool:
    """Whether a file would be larger than GitHub takes, and joins may help. Its text is made only then."""
    counts = [len(job.needs) for job in plan.jobs if job.kind is not JobKind.GATE]
    if max(counts, default=0) <= min(MOST_BEFORE):
        return False
    if sum(counts) > MOST_NEEDS or any(map(has_long_condition, plan.jobs)):
        return True
    return is_too_large(workflow_text(workflow(plan, settings)))


def _is_hopeless(plan: WorkflowPlan, settings: Settings) -> bool:
    """Whether a file would be too large though its jobs needed nothing, so that no join can help."""
    bare = replace(plan, jobs=tuple(replace(job, needs=(), tests=()) for job in plan.jobs))
    return is_too_large(workflow_text(workflow(bare, settings)))


def with_joins(
    linked: LinkedWorkflow, plan: WorkflowPlan, most: int
) -> tuple[WorkflowPlan, list[Diagnostic]]:
    """A plan in which no job asks for more than `most` results that a join can ask for, and what was set."""
    joiner = _Joiner(linked, plan, most)
    return joiner.joined(), joiner.diagnostics


@dataclass(frozen=True, slots=True)
class _Test:
    """A test of results, and the ids of the jobs whose results it reads."""

    condition: Condition
    reads: tuple[str, ...]


class _Joiner:
    """Sets joins in one plan. Tests are numbered; sets of them are kept in bits."""

    def __init__(self, linked: LinkedWorkflow, plan: WorkflowPlan, most: int) -> None:
        self.linked = linked
        self.plan = plan
        self.most = most
        self.diagnostics: list[Diagnostic] = []
        self.jobs = [job for job in plan.jobs if job.kind is not JobKind.GATE]
        self.place = {job.id: number for number, job in enumerate(plan.jobs)}
        self.name = {job.id: job.name for job in plan.jobs}
        self.taken = {text.casefold() for job in plan.jobs for text in (job.id, job.name)}
        self.tests: list[_Test] = []
        self.number: dict[Condition, int] = {}
        self.success_of: dict[int, str] = {}
        self.successes: dict[str, int] = {}
        self.asked: dict[str, list[int]] = {}
        self.asked_bits: dict[str, int] = {}
        for job in self.jobs:
            self.ask(job, list(dict.fromkeys(self.tests_of(job))))
        self.weaker = self.implications()
        self.implied: dict[str, int] = {}
        for job in self.jobs:
            self.implied[job.id] = self.implied_by(self.asked[job.id])
        crowded = (asked for asked in self.asked.values() if len(asked) > most)
        self.count = Counter(test for asked in crowded for test in asked)
        self.before: dict[str, list[PlanJob]] = {}
        self.used: dict[str, dict[str, PlanNeed]] = {}

    def ask(self, job: PlanJob, tests: list[int]) -> None:
        """Keep what a job asks for itself: in its order, and as a set in bits."""
        self.asked[job.id] = tests
        self.asked_bits[job.id] = sum(1 << test for test in tests)

    def tests_of(self, job: PlanJob) -> list[int]:
        """What a job asks of results; where GitHub's own rule does, that each job before it succeeded."""
        if job.tests:
            return [self.numbered(test) for test in job.tests[1:]]
        return [self.success(need.on) for need in job.needs]

    def success(self, job: str) -> int:
        if job not in self.successes:
            self.successes[job] = self.numbered(succeeded(job))
        return self.successes[job]

    def numbered(self, condition: Condition) -> int:
        known = self.number.setdefault(condition, len(self.tests))
        if known == len(self.tests):
            read = names_of("needs", expression(condition)) & self.place.keys()
            reads = tuple(sorted(read, key=self.place.__getitem__))
            self.tests.append(_Test(condition, reads))
            if len(reads) == 1 and condition == succeeded(reads[0]):
                self.success_of[known] = reads[0]
        return known

    def implications(self) -> list[int]:
        """For each test those that it implies as they are written, itself among them."""
        alike: dict[tuple[str, ...], list[int]] = {}
        for number, test in enumerate(self.tests):
            alike.setdefault(test.reads, []).append(number)
        return [
            sum(
                1 << other
                for other in alike[test.reads]
                if _implies(test.condition, self.tests[other].condition)
            )
            for test in self.tests
        ]

    def implied_by(self, asked: Sequence[int]) -> int:
        """What holds where these tests do: a job that succeeded has run, so what it asked for held."""
        implied = 0
        for test in asked:
            implied |= self.weaker[test]
            if test in self.success_of:
                implied |= self.implied.get(self.success_of[test], 0)
        return implied

    # -- where -------------------------------------------------------------------------------------

    def joined(self) -> WorkflowPlan:
        for at, job in enumerate(self.jobs):
            while len(self.asked[job.id]) > self.most and self.join_before(at):
                pass
        jobs: list[PlanJob] = []
        for job in self.plan.jobs:
            jobs += self.before.get(job.id, ())
            jobs.append(self.rewritten(job) if job.id in self.used else job)
        return replace(self.plan, jobs=tuple(jobs))

    def join_before(self, at: int) -> bool:
        """Set a join before a job, for it and those after it that can use it; false if it gains nothing."""
        job = self.jobs[at]
        own = self.asked[job.id]
        common = [self.commonest(test) for test in own]
        users = self.users(at, common)
        if len(self.left(job.id, common)) > self.most // 2:
            common, users = own, self.users(at, own)
        if not job.tests and len(users) < 2:
            return False  # GitHub's own rule needs no text
        if self.is_row(job, users) and len(common) < 2 * self.most:
            common = own[: self.most]  # the next join in the row will ask for this one
            users = self.users(at, common)
        assert job in users, "a join lets the first job that uses it ask for less"
        self.join(job, list(dict.fromkeys(common)), users)
        return True

    def is_row(self, job: PlanJob, users: Sequence[PlanJob]) -> bool:
        """Whether the next job that could use a join asks for this one's result, too."""
        return len(users) > 1 and any(job.id in self.tests[n].reads for n in self.asked[users[1].id])

    def commonest(self, test: int) -> int:
        """Of what a test implies, what most jobs ask for: a job may ask for more than a join that it uses."""
        return max(bits(self.weaker[test]), key=lambda other: (self.count[other], other == test))

    def users(self, at: int, common: Sequence[int]) -> list[PlanJob]:
        """The jobs from a place on for which all of this holds anyway, and that would ask for less."""
        wanted = sum(1 << test for test in set(common))
        covered = self.covered(common)
        is_plain = not self.jobs[at].tests
        return [
            job
            for job in self.jobs[at:]
            if not wanted & ~self.implied[job.id]
            and not (is_plain and job.tests)  # it may stand what the rule of GitHub does not
            and (self.asked_bits[job.id] & covered).bit_count() > 1
        ]

    def left(self, job: str, common: Sequence[int]) -> list[int]:
        """What a job must still ask for itself beside a join of these tests."""
        covered = self.covered(common)
        return [test for test in self.asked[job] if not covered >> test & 1]

    def covered(self, tests: Iterable[int]) -> int:
        """What need not be asked beside these tests, as a set in bits."""
        covered = 0
        for test in tests:
            covered |= self.weaker[test]
        return covered

    # -- what --------------------------------------------------------------------------------------

    def join(self, first: PlanJob, common: list[int], users: Sequence[PlanJob]) -> None:
        """One join that asks for all of this, and joins of parts of it before, where it would ask much."""
        flows = {flow for job in users for flow in job.flows}
        parts = common
        while first.tests and len(parts) > self.most:
            size = -(-len(parts) // -(-len(parts) // self.most))
            parts = [self.part(parts[n : n + size], first, flows) for n in range(0, len(parts), size)]
        read = self.read(common)
        drawn = [name for name in read if name in self.place]
        name = self.free(JOIN_AFTER.write(job=self.name[(drawn or read)[-1]]))
        join = self.added(name, parts, first, flows)
        success = self.numbered_success(join)
        for job in users:
            self.ask(job, [success, *self.left(job.id, common)])
            self.implied[job.id] |= 1 << success
            because = (Label(job.span, "this is drawn"), Label(first.span, "and waits for many"))
            self.used.setdefault(job.id, {})[join.id] = PlanNeed(join.id, job.flows, because=because)
        begin = self.jobs[self.place[drawn[0]]] if drawn else first
        self.diagnostics.append(_added(join, len(read), begin, first))

    def read(self, tests: Sequence[int]) -> list[str]:
        """The jobs whose results these tests read, in their order."""
        names = {name for test in tests for name in self.tests[test].reads}
        return sorted(names, key=lambda name: (name not in self.place, self.place.get(name, 0), name))

    def part(self, tests: Sequence[int], first: PlanJob, flows: set[str]) -> int:
        read = self.read(tests)
        begin = self.name.get(read[0], read[0])
        begin = (JOIN_FROM.read(begin) or {"job": begin})["job"]
        name = self.free(JOIN_FROM.write(job=begin))
        return self.numbered_success(self.added(name, tests, first, flows))

    def numbered_success(self, join: PlanJob) -> int:
        condition = succeeded(join.id)
        number = self.number[condition] = len(self.tests)
        self.tests.append(_Test(condition, (join.id,)))
        self.weaker.append(1 << number)
        self.name[join.id] = join.name
        return number

    def added(self, name: str, tests: Sequence[int], first: PlanJob, flows: set[str]) -> PlanJob:
        """A join that asks for these tests, to stand directly before the first job that uses it."""
        named = tuple(flow for flow in self.plan.flows if flow in flows)
        numbers = frozenset(number for number, flow in enumerate(self.plan.flows) if flow in flows)
        because = (Label(first.span, "what follows waits for it"),)
        conditions = (NOT_CANCELLED, *(self.tests[test].condition for test in tests))
        join = PlanJob(
            self.free_id(name),
            name,
            kind=JobKind.JOIN,
            flows=named,
            title=name,
            needs=tuple(PlanNeed(on, named, because=because) for on in self.read(tests)),
            tests=conditions if first.tests else (),
            own=self.linked.workflow.region(numbers),
            rights=LEAST_RIGHTS,
            steps=(step_of(ANNOUNCE, {"title": name}),),
            drawn=tuple(DrawnAt(flow, first.span) for flow in named),
        )
        self.before.setdefault(first.id, []).append(join)
        return join

    def rewritten(self, job: PlanJob) -> PlanJob:
        """A job that uses joins: it needs them, what it still asks for, and whose outputs it reads."""
        asked = [self.tests[test] for test in self.asked[job.id]]
        read = {name for test in asked for name in test.reads}
        needs = [
            need if need.on in read else replace(need, is_order=False)
            for need in job.needs
            if need.is_data or need.on in read
        ]
        needs += [need for name, need in self.used[job.id].items() if name in read]
        tests = (NOT_CANCELLED, *(test.condition for test in asked)) if job.tests else ()
        return replace(job, needs=tuple(needs), tests=tests)

    def free(self, name: str) -> str:
        """A name that no other job has."""
        number, free = 1, name
        while free.casefold() in self.taken:
            number += 1
            free = f"{name} {number}"
        self.taken.add(free.casefold())
        return free

    def free_id(self, name: str) -> str:
        """An id for a name, which keeps its beginning where it is too long."""
        number, free = 1, job_id(name)
        while free.casefold() in self.taken:
            number += 1
            ending = f"-{number}"
            free = f"{job_id(name)[: MAX_ID - len(ending)]}{ending}"
        self.taken.add(free.casefold())
        return free


def _implies(one: Condition, other: Condition) -> bool:
    """Whether a condition implies another as they are written: sound, and enough for tests of one result."""
    if one == other:
        return True
    if isinstance(one, Logical) and one.operator == "||":
        return all(_implies(term, other) for term in one.operands)
    choices = other.operands if isinstance(other, Logical) and other.operator == "||" else ()
    if any(_implies(one, term) for term in choices):
        return True
    return isinstance(one, Logical) and any(_implies(term, other) for term in one.operands)


def _added(join: PlanJob, count: int, begin: PlanJob, first: PlanJob) -> Diagnostic:
    return diagnostic(
        JOIN_ADDED,
        f"`{join.name}` is a job that only waits for the {count} before it, for GitHub takes no file "
        "with that many needs",
        Label(first.span, "what follows waits for it"),
        Label(begin.span, "the first job that it waits for"),
        help="nothing is wrong with it; a diagram with fewer jobs side by side needs none",
    )
