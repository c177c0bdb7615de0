"""One start of a workflow, run in many lanes at once beside what is drawn for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from mermaid2gha.base.graph import reachable
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.scripts.comments import is_join
from mermaid2gha.compiler.verify.actual import File, NeedTest
from mermaid2gha.compiler.verify.asked import NeedAsked, need_asked
from mermaid2gha.compiler.verify.cases import Rows
from mermaid2gha.compiler.verify.expected import Drawn, FailureAsked
from mermaid2gha.github.expressions.ast import Call
from mermaid2gha.github.logic.domains import Probe
from mermaid2gha.github.logic.equivalence import Formula, Operation, Question, truth

_NOT_BAD = ("success", "skipped")
OUTCOMES = ("fails", "times out", "is cancelled with the run")

Scenario = tuple[tuple[str, int], ...]
"""The jobs that do not end well, each with the number of its outcome."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """In some lanes a job runs although it is not drawn so (`runs`), or does not although it is.

    Told of the first scenario in which it is so, with the rows there as bits. `is_verdict`: it is the gate
    whose verdict is not that of the drawing, and `runs` says it is green.
    """

    scenario: Scenario
    rows: int
    job: str
    runs: bool
    is_verdict: bool = False


def but(lanes: int, others: int) -> int:
    """Some lanes without others. Of long numbers `&` with `~` takes fifteen times as long as `&` and `^`,
    for CPython works out the two's complement of what is negative."""
    return lanes ^ (lanes & others)


class Lanes:
    """The rows under some scenarios: bit `scenario * width + row`."""

    def __init__(self, rows: Rows, scenarios: list[Scenario]) -> None:
        self.rows = rows
        self.scenarios = scenarios
        self.width = len(rows.rows)
        self.every = (1 << self.width * len(scenarios)) - 1
        self.block = (1 << self.width) - 1
        self.columns: dict[Question, int] = {}
        self.ends: dict[str, list[tuple[int, int]]] = {}
        for number, scenario in enumerate(scenarios):
            for job, outcome in scenario:
                self.ends.setdefault(job, []).append((number, outcome))

    def column(self, question: Question) -> int:
        found = self.columns.get(question)
        if found is None:
            found = self.columns[question] = self._repeated(self.rows.column[question])
        return found

    def _repeated(self, bits: int) -> int:
        """Rows as they are in each scenario: twice as many with each turn, and what is too many cut off."""
        count, done = len(self.scenarios), 1
        while done < count:
            bits |= bits << done * self.width
            done *= 2
        return bits & self.every

    def ending(self, job: str) -> list[int]:
        """The lanes in which a job, if it runs, ends badly: in the order of `OUTCOMES`."""
        lanes = [0] * len(OUTCOMES)
        for number, outcome in self.ends.get(job, ()):
            lanes[outcome] |= self.block << number * self.width
        return lanes

    def first(self, bits: int) -> tuple[Scenario, int]:
        """The first scenario of some lanes, and their rows in it."""
        number = ((bits & -bits).bit_length() - 1) // self.width
        return self.scenarios[number], bits >> number * self.width & self.block


class CaseRun:
    """The jobs of a file as they run, in its order; stops at the first that is not drawn so.

    Of a job that is drawn before one and has not run yet, for people order the two the other way round,
    nothing is known.
    """

    def __init__(self, file: File, drawn: Mapping[str, Drawn], linked: frozenset[str], lanes: Lanes) -> None:
        self.file = file
        self.drawn = drawn
        self.linked = linked
        self.lanes = lanes
        self.ran: dict[str, int] = {}
        self.results: dict[str, dict[str, int]] = {}
        self.unsuccessful: dict[str, int] = {}
        self.failed: dict[str, int] = {}
        self.cancelled: dict[str, int] = {}
        self.bad: dict[str, int] = {}
        self.stopped = defaultdict[str, int](int)
        self.drawn_to_run = defaultdict[str, int](int)
        self.elsewhere = defaultdict[str, int](int)
        self.left_out = 0
        self.any_before = defaultdict[str, int](int)
        self.left_before = defaultdict[str, int](int)
        self.undrawn = sum(bit for name, bit in file.bits.items() if name not in linked)
        self.criticals = {fragment for one in drawn.values() for fragment in one.criticals}
        self.success_asked = file.success_asked
        self.failure_asked = file.failure_asked

    def deviations(
        self, foreign: Mapping[str, tuple[Formula, ...]], gate: GateCheck | None
    ) -> list[Deviation]:
        """The jobs that run otherwise than drawn, in order. `foreign` are the terms that people added."""
        found: list[Deviation] = []
        for job in self.file.jobs:
            ran = self.start(job)
            if gate is not None and job == gate.id:
                found += self.of_gate(gate, ran)
            elif job in self.drawn:
                wrong = ran ^ self.expected(job, foreign.get(job, ()), ran)
                found += self.deviations_of(job, wrong, ran) if wrong else ()
            elif job in self.linked:
                found += self.deviations_of(job, ran, ran)
        return found

    def of_gate(self, gate: GateCheck, ran: int) -> list[Deviation]:
        """Where the gate runs, or passes, otherwise than drawn."""
        if gate.is_drawn is None:
            return self.deviations_of(gate.id, ran & self.green(gate), ran, is_verdict=True)
        wrong = ran ^ (self.lanes.every if gate.is_drawn else 0)
        if wrong or not gate.is_drawn:
            return self.deviations_of(gate.id, wrong, ran)
        green = self.green(gate)
        wrong = but(green ^ self.well(gate), self.left_out)
        return self.deviations_of(gate.id, wrong, green, is_verdict=True)

    def deviations_of(self, job: str, wrong: int, runs: int, *, is_verdict: bool = False) -> list[Deviation]:
        """The deviations of a job that is wrong in some lanes: where it runs, and where it does not."""
        found = []
        for bits, is_run in ((wrong & runs, True), (but(wrong, runs), False)) if wrong else ():
            if bits:
                scenario, rows = self.lanes.first(bits)
                found.append(Deviation(scenario, rows, job, runs=is_run, is_verdict=is_verdict))
        return found

    # -- the file --------------------------------------------------------------------------------------

    def start(self, job: str) -> int:
        """The lanes in which a job runs; notes its results."""
        every, bit, needs = self.lanes.every, self.file.bits[job], self.file.needs[job]
        cancelled = self.any_of(self.cancelled, needs)
        failed = self.any_of(self.failed, needs) if self.failure_asked & bit else 0
        unsuccessful = self.any_of(self.unsuccessful, needs) if self.success_asked & bit else 0
        status = {"success": every ^ (unsuccessful | cancelled), "failure": failed, "cancelled": cancelled}

        def answer(question: Question) -> int:
            return self.answer(question, status, needs)

        ran = every
        for term in self.file.asked[job].plan:
            if isinstance(term, NeedAsked):
                ran &= self.of_need(term, needs)
            else:
                ran &= truth(term, answer, every)
            if not ran:
                break
        fails, stops, ends = (ran & lanes for lanes in self.lanes.ending(job))
        if self.file.jobs[job].continues_on_error:
            fails = 0
        cancels = stops | ends
        bad = fails | cancels
        self.ran[job] = ran
        self.results[job] = {"failure": fails, "cancelled": cancels}
        self.bad[job] = bad
        if self.success_asked & bit:
            unsuccessful |= every ^ ran ^ bad
        self.unsuccessful[job] = unsuccessful
        self.failed[job] = failed | fails
        self.cancelled[job] = cancelled | ends
        return ran

    def answer(self, question: Question, status: Mapping[str, int], needs: tuple[str, ...] | None) -> int:
        """The lanes in which the answer is yes; without `needs`, every job before can be asked."""
        if isinstance(question, Call):
            return status[question.name] if question.name in status else self.lanes.column(question)
        asked = need_asked(question) if isinstance(question, Probe) else None
        if asked is None:
            return self.lanes.column(question)
        if asked.output is None:
            return self.of_need(asked, needs)
        has_run = asked.job in self.results
        is_known = has_run and (needs is None or asked.job in needs)
        is_given = needs is None or (is_known and self.file.gives(asked.job, asked.output))
        there = self.result(asked.job, "success") if has_run and is_given else 0
        absent = self.lanes.every ^ there if asked.is_true_of_null else 0
        return self.lanes.column(question) & there | absent

    def of_need(self, asked: NeedAsked, needs: tuple[str, ...] | None) -> int:
        """The lanes in which a job has one of the results that are asked for."""
        if asked.job not in self.results or (needs is not None and asked.job not in needs):
            return self.lanes.every if asked.is_true_of_null else 0
        if asked.results == _NOT_BAD:
            return self.lanes.every ^ self.bad[asked.job]
        found = 0
        for value in asked.results:
            found |= self.result(asked.job, value)
        return found

    def result(self, job: str, value: str) -> int:
        """The lanes in which a job has a result. Two of the four are not kept: each is a long number."""
        results = self.results[job]
        if value in results:
            return results[value]
        return self.ran[job] ^ self.bad[job] if value == "success" else self.lanes.every ^ self.ran[job]

    # -- the drawing -----------------------------------------------------------------------------------

    def truth_of(self, one: Formula) -> int:
        return truth(one, lambda question: self.answer(question, {}, None), self.lanes.every)

    def expected(self, job: str, foreign: tuple[Formula, ...], ran: int) -> int:
        """The lanes in which a job runs by the drawing; notes where it is left out or stopped.

        Where a term that people added is false, the job is left out, as by a drawn condition; where a job of
        theirs for which it waits had no success, too, and then nothing is expected of what follows it.
        """
        drawn, needs = self.drawn[job], self.file.needs[job]
        holds, left_out = self.truth_of(drawn.condition), 0
        if foreign:
            asked = (Operation.ALL, foreign)
            holds &= truth(asked, lambda q: self.answer(q, {}, needs), self.lanes.every)
        if self.file.jobs[job].ancestors & self.undrawn and self.file.asked[job].awaits_all:
            for name in self.undrawn_before(job):
                left_out |= but(holds, self.result(name, "success"))
            holds = but(holds, left_out)
        before = unknown = 0
        for name in drawn.last:
            before |= self.any_before[name]
            unknown |= self.left_before[name]
        if drawn.failures:
            runs, stopped = self.handling(drawn, holds)
        else:
            stopped = holds & (self.blocked(drawn) if self.criticals else before)
            runs = holds ^ stopped
        cancelled = self.any_of(self.cancelled, needs)
        stopped |= runs & cancelled
        runs = but(runs, cancelled)
        idle = but(runs & unknown, ran) if unknown else 0
        self.drawn_to_run[job] = holds
        self.stopped[job] = stopped
        self.elsewhere[job] = idle | left_out
        self.left_out |= left_out
        self.any_before[job] = before | stopped | self.bad[job]
        self.left_before[job] = unknown | left_out
        return runs ^ idle

    def undrawn_before(self, job: str) -> list[str]:
        """The jobs that no flow draws and that a job waits for, with no drawn one between.

        A join is none of them: it is the compiler's own, and must not keep a job from what is drawn.
        """

        def above(name: str) -> tuple[str, ...] | None:
            return None if name in self.linked else self.file.needs[name]

        names = (name for name in reachable(self.file.needs[job], above) if name not in self.linked)
        return [name for name in names if not is_join(self.file.jobs[name].name)]

    def any_of(self, lanes: Mapping[str, int], jobs: Iterable[str]) -> int:
        """The lanes in which something is so of one of these jobs."""
        found = 0
        for name in jobs:
            found |= lanes[name]
        return found

    def blocked(self, drawn: Drawn) -> int:
        """The lanes in which something bad before a job, that nothing made good, stops it."""
        mended = self.criticals - drawn.criticals
        good = {fragment: self.made_good(fragment) for fragment in mended}
        found = 0
        for name in self.file.names(drawn.before):
            bits = self.bad[name] | self.stopped[name]
            if bits:
                for fragment in self.drawn[name].criticals & mended:
                    bits = but(bits, good[fragment])
                found |= bits
        return found

    def made_good(self, fragment: int) -> int:
        """The lanes in which the option of a `critical` has run well, and all of it that is shown.

        What handles a further failure in the option is shown only where there is one.
        """
        some, all_well = 0, self.lanes.every
        for name, one in self.drawn.items():
            if fragment not in one.options:
                continue
            if name not in self.ran:
                return 0
            well = self.result(name, "success")
            some |= well
            is_first = one.handles == fragment
            shown = self.drawn_to_run[name] if is_first else self.bad[name] | self.stopped[name]
            all_well = but(all_well, self.not_mended(but(shown, well), one, fragment))
        return some & all_well

    def not_mended(self, lanes: int, drawn: Drawn, fragment: int, besides: Drawn | None = None) -> int:
        """The lanes without those in which a `critical` around a job, in this fragment, has made it good;
        `besides` those in which another job stands, too."""
        for inner in drawn.nested_in(fragment) if lanes else ():
            if besides is None or inner not in besides.criticals:
                lanes = but(lanes, self.made_good(inner))
        return lanes

    def handling(self, drawn: Drawn, holds: int) -> tuple[int, int]:
        """Where a job that is for failures runs, and where it is stopped: it waits for what is before it in
        the operands that are for these, and the first in one for a failure that nothing in a `critical`
        mended. What stands in an outer operand may have failed itself, if an inner one is for that."""
        runs, stopped = holds, 0
        mended: set[str] = set()
        for asked in drawn.failures:
            shown = bad = idle = 0
            for name in self.file.names(drawn.before):
                peer = self.drawn[name]
                if asked.fragment not in peer.in_handlers:
                    continue
                if name not in mended:
                    ended = self.bad[name] | self.stopped[name]
                    bad |= self.not_mended(ended, peer, asked.fragment, besides=drawn)
                if peer.handles == asked.fragment:  # else it is for a further failure in the operand
                    there = self.drawn_to_run[name]
                    shown |= there
                    idle |= but(there, self.ran[name] | self.stopped[name] | self.elsewhere[name])
            runs &= but(shown, bad | idle) | but(self.has_failed(asked), shown)
            stopped |= holds & shown & bad
            mended |= set(asked.jobs)
        return runs, stopped

    def has_failed(self, asked: FailureAsked) -> int:
        """The lanes in which the failure that a fragment is about has happened."""
        if asked.is_always:
            return self.lanes.every
        found = others = 0
        for name in asked.jobs:
            bad = self.bad.get(name, 0)
            is_critical = asked.fragment in self.drawn[name].criticals
            found |= self.not_mended(bad, self.drawn[name], asked.fragment) if is_critical else bad
        for name in asked.not_of:
            others |= self.bad.get(name, 0)
        return but(found, others)

    # -- the gate --------------------------------------------------------------------------------------

    def green(self, gate: GateCheck) -> int:
        """The lanes in which a gate passes, by its table."""
        every, needs = self.lanes.every, self.file.needs[gate.id]

        def value(one: Formula) -> int:
            return truth(one, lambda question: self.answer(question, {}, needs), every)

        found = value(gate.drawn)
        for line in gate.lines:
            expected = value(line.expected)
            is_needed = line.job in needs
            success = self.result(line.job, "success") if is_needed else 0
            skipped = self.result(line.job, "skipped") if is_needed else 0
            found &= (expected & (success | value(line.handled))) | but(skipped, expected)
        return found

    def well(self, gate: GateCheck) -> int:
        """The lanes in which a run ends as drawn: nothing that the gate judges is bad, or it is made good."""
        found = 0
        for name in gate.judged & self.drawn.keys():
            bits = self.bad[name] | self.stopped[name] | self.elsewhere[name]
            for fragment in self.drawn[name].criticals if bits else ():
                bits = but(bits, self.made_good(fragment))
            found |= bits
        return self.lanes.every ^ found


@dataclass(frozen=True, slots=True)
class GateCheck:
    """The gate of a file, whether the flow draws it, and the jobs that it judges.

    Where no flow takes place, `is_drawn` is None: the gate may run or not, and must not pass.
    """

    id: str
    is_drawn: bool | None
    judged: frozenset[str]
    drawn: Formula
    lines: tuple[NeedTest, ...]

    def formulas(self) -> list[Formula]:
        """All that its table asks."""
        return [self.drawn, *(one for line in self.lines for one in (line.expected, line.handled))]
