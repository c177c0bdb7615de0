"""Damages emitted workflows in every way that matters and counts what the proof catches.

    python tests/live/mutants.py [--random N] [--most N] [--seed S]

A mutant that passes must be explained: its `if` is the same by truth table; or no case of up to two jobs that
end badly tells the two files apart, over all assignments of what their conditions read; or only cases do of
which nothing is drawn: the gate runs, without passing, where no flow takes place.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from damages import Mutant, listed, mutants  # noqa: E402
from quick_yaml import texts  # noqa: E402

from mermaid2gha.compiler.compile import Compilation, compile_documents  # noqa: E402
from mermaid2gha.compiler.link.model import LinkedWorkflow  # noqa: E402
from mermaid2gha.compiler.verify.actual import File, file_of, gate_lines  # noqa: E402
from mermaid2gha.compiler.verify.cases import Rows, is_result, rows, variables  # noqa: E402
from mermaid2gha.compiler.verify.execution import CaseRun, GateCheck, Lanes, Scenario  # noqa: E402
from mermaid2gha.compiler.verify.expected import Expectation, expectation  # noqa: E402
from mermaid2gha.compiler.verify.flows import drawn_workflow  # noqa: E402
from mermaid2gha.compiler.verify.verify import NO_FLOW, Start, proof  # noqa: E402
from mermaid2gha.github.expressions.ast import (  # noqa: E402
    Call,
)
from mermaid2gha.github.expressions.template import terms  # noqa: E402
from mermaid2gha.github.logic.domains import Probe  # noqa: E402
from mermaid2gha.github.logic.equivalence import (  # noqa: E402
    Formula,
    Holds,
    Operation,
    Question,
    atom_of,
    equivalent,
    formula,
    questions,
    truth,
)
from mermaid2gha.github.workflow.emitter import workflow_text  # noqa: E402
from mermaid2gha.project.discovery import load  # noqa: E402
from mermaid2gha.project.snapshot import Disk  # noqa: E402
from mermaid2gha.settings.model import Settings  # noqa: E402

# -- why a mutant that passes is none ------------------------------------------------------------


def explanation(linked: LinkedWorkflow, settings: Settings, text: str, mutant: Mutant) -> str:
    """Why a mutant does the same as what it was made from; empty if it is not known to."""
    job, damaged_text = mutant.job, mutant.text
    before, after = (texts(one)["jobs"] for one in (text, damaged_text))
    if job in after and {**before[job], "if": ""} == {**after[job], "if": ""}:
        conditions = (str(one[job].get("if", "")) for one in (before, after))
        is_same = before[job].get("steps") == after[job].get("steps")
        if is_same and isinstance(equivalent(*conditions, needs=listed(before[job])), Holds):
            return "the same by truth table"
    one, other = file_of(text), file_of(damaged_text)
    if one.jobs.keys() != other.jobs.keys() or one.events != other.events or not steps_alike(one, other):
        return ""
    if runs_alike(one, other):
        return "nobody runs otherwise"
    expected = expectation(drawn_workflow(linked, settings), settings, one)
    return "only where nothing is drawn" if alike_as_drawn(expected, one, other) else ""


def alike_as_drawn(expected: Expectation, one: File, other: File) -> bool:
    """Whether two files of the same jobs run alike in all cases of which the drawing says something."""
    starts = [(flow.number, event) for flow in expected.drawn.flows for event in flow.events]
    for flow, event in [*starts, *((NO_FLOW, event) for event in expected.drawn.events)]:
        start = Start(expected, one, flow, event)
        found = start.table(asked_by(one, other))
        for part in parts(one, len(found.rows)) if found.rows else ():
            if not alike_in(one, other, Lanes(found, part), is_drawn=flow != NO_FLOW):
                return False
    return True


def alike_in(one: File, other: File, lanes: Lanes, *, is_drawn: bool) -> bool:
    """The same of one start: where no flow takes place, the gate may run or not."""
    mine, theirs = (CaseRun(file, {}, frozenset(), lanes) for file in (one, other))
    gate = gate_of(other)
    for name in one.jobs:
        differing = mine.start(name) ^ theirs.start(name)
        if gate is not None and name == gate.id:
            passes = [run.green(g) & run.ran[name] for run, _, g in sides(mine, theirs)]
            differing = passes[1] if not is_drawn else differing | (passes[0] ^ passes[1])
        if differing:
            return False
    return True


def sides(mine: CaseRun, theirs: CaseRun) -> Iterator[tuple[CaseRun, File, GateCheck]]:
    for run in (mine, theirs):
        gate = gate_of(run.file)
        assert gate is not None
        yield run, run.file, gate


def steps_alike(one: File, other: File) -> bool:
    """Whether the steps of two files run alike wherever their jobs do, while nothing fails."""
    for name, job in one.jobs.items():
        pairs = list(zip(job.steps, other.jobs[name].steps))
        if len(job.steps) != len(other.jobs[name].steps):
            return False
        for mine, theirs in pairs:
            sides = [tuple(formula(term) for term in terms(s.guard.node)) for s in (mine, theirs)]
            asked = [q for side in (*sides, one.asked[name].terms) for part in side for q in questions(part)]
            for event in one.events:
                fixed: dict[str, object] = {"inputs.called": event == "workflow_call"}
                fixed |= {} if event == "workflow_call" else {"github.event_name": event}
                found = rows(variables(asked, fixed), (), lambda _: 1)  # type: ignore[arg-type]
                runs = [true_when_well(side, found) for side in (*sides, one.asked[name].terms)]
                if (runs[0] ^ runs[1]) & runs[2]:
                    return False
    return True


def true_when_well(side: tuple[Formula, ...], found: Rows) -> int:
    """The rows in which terms are true where nothing has failed."""
    every = (1 << len(found.rows)) - 1

    def answer(question: Question) -> int:
        if isinstance(question, Call) and question.name in ("success", "failure", "cancelled"):
            return every if question.name == "success" else 0
        if is_result(atom_of(question)):
            return every if isinstance(question, Probe) and question.answer("success") else 0
        return found.column[question]

    return truth((Operation.ALL, side), answer, every)


def runs_alike(one: File, other: File) -> bool:
    """Whether two files of the same jobs run alike in all cases of up to two jobs that end badly."""
    if one.jobs.keys() != other.jobs.keys() or one.events != other.events:
        return False
    asked = asked_by(one, other)
    for event in one.events:
        fixed = {"inputs.called": event == "workflow_call"}
        known = {} if event == "workflow_call" else {"github.event_name": event}
        found = rows(variables(asked, {**fixed, **known}), (), lambda _: 1)
        for part in parts(one, len(found.rows)):
            if runs_of(one, found, part) != runs_of(other, found, part):
                return False
    return True


def asked_by(*files: File) -> list[Question]:
    """All questions of the jobs and gates of files."""
    gates = [gate for gate in map(gate_of, files) if gate is not None]
    asked = [
        q for file in files for job in file.asked.values() for term in job.terms for q in questions(term)
    ]
    lines = [line for gate in gates for line in gate.lines]
    asked += [q for line in lines for q in (*questions(line.expected), *questions(line.handled))]
    return [*asked, *(q for gate in gates for q in questions(gate.drawn))]


def parts(file: File, width: int) -> Iterator[list[Scenario]]:
    ends = [(name, outcome) for name in file.jobs for outcome in range(3)]
    pairs = [(a, b) for a, b in combinations(ends, 2) if a[0] != b[0]]
    whole: list[Scenario] = [(), *((end,) for end in ends), *pairs]
    count = max(1, (1 << 22) // width)
    for start in range(0, len(whole), count):
        yield whole[start : start + count]


def runs_of(file: File, found: Rows, part: list[Scenario]) -> dict[str, int]:
    """In which lanes each job runs, and the gate passes."""
    run = CaseRun(file, {}, frozenset(), Lanes(found, part))
    result = {name: run.start(name) for name in file.jobs}
    gate = gate_of(file)
    if gate is not None:
        result["the gate passes"] = run.green(gate) & result[gate.id]
    return result


def gate_of(file: File) -> GateCheck | None:
    for name, job in file.jobs.items():
        if job.steps and "DRAWN" in dict(job.steps[0].env):
            return GateCheck(name, True, frozenset(), *gate_lines(job))
    return None


Compiled = tuple[str, Compilation, Settings]
"""A name, what a document compiles to, and under which settings."""

# -- the score -----------------------------------------------------------------------------------


class Score:
    """How many mutants there were, were caught, and passed for a reason; those without are kept."""

    def __init__(self) -> None:
        self.count = Counter[str]()
        self.unexplained: list[tuple[str, Mutant]] = []

    def add(
        self, name: str, linked: LinkedWorkflow, settings: Settings, text: str, found: list[Mutant]
    ) -> None:
        for mutant in found:
            self.count["made"] += 1
            if proof(linked, mutant.text, settings) is not None:
                self.count["caught"] += 1
            elif reason := explanation(linked, settings, text, mutant):
                self.count[reason] += 1
            else:
                self.unexplained.append((name, mutant))

    def __str__(self) -> str:
        told = ", ".join(f"{count} {what}" for what, count in self.count.items())
        others = self.count["made"] - sum(
            n for what, n in self.count.items() if what not in ("made", "caught")
        )
        share = self.count["caught"] / others if others else 1.0
        lines = [f"mutants: {told}, {len(self.unexplained)} unexplained"]
        lines += [f"score: {share:.2%} of those that can make a difference are caught"]
        lines += [f"  {name} {mutant.job}: {mutant.what}" for name, mutant in self.unexplained]
        return "\n".join(lines)


def score(compilations: list[Compiled], *, most: int = 10**9, seed: int = 0) -> Score:
    """The score over the files of some compilations, of each at most so many mutants, taken at random."""
    result = Score()
    chance = Random(seed)
    for name, compilation, settings in compilations:
        for linked, workflow in zip(compilation.linked, compilation.workflows):
            text = workflow_text(workflow)
            found = list(mutants(text))
            if len(found) > most:
                found = chance.sample(found, most)
            result.add(f"{name} {workflow.file}", linked, settings, text, found)
    return result


def drawn_here() -> list[Compiled]:
    """The sample document and the gallery, compiled."""
    found = []
    for path in sorted((ROOT / "diagrams").rglob("*.md")):
        for project in load((str(path),), Disk(), b"").projects:
            compilation = compile_documents(project.documents, project.settings)
            found.append((path.name, compilation, project.settings))
    return found


def random_ones(count: int, seed_of: int) -> list[Compiled]:
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from laws.generate import documents
    from laws.tree import Document
    from laws.witness import compiled
    from laws.writer import written

    found: list[Compiled] = []

    @seed(seed_of)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(documents())
    def gather(document: Document) -> None:
        text = "\n".join(written(document).lines) + "\n"
        found.append((f"random {len(found)}", compiled(text), Settings()))

    gather()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--random", type=int, default=20, help="how many random documents besides (20)")
    parser.add_argument("--most", type=int, default=10**9, help="at most so many mutants of a file")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    whole = [*drawn_here(), *(random_ones(options.random, options.seed) if options.random else [])]
    result = score(whole, most=options.most, seed=options.seed)
    print(result)
    return 1 if result.unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
