"""Damages emitted workflows in every way that matters and counts what the proof catches.

    python tests/live/mutants.py [--random N] [--seed S]

A mutant that passes must be explained: its `if` is the same by truth table; or no case of up to two jobs that
end badly tells the two files apart, over all assignments of what their conditions read; or only cases do of
which nothing is drawn: a job that another flow alone orders before one ended badly, or the gate runs, without
passing, where no flow takes place.
"""

from __future__ import annotations

import argparse
import copy
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from random import Random

import yaml

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from mermaid2gha.actions.expression_tree import (  # noqa: E402
    Call,
    Comparison,
    Index,
    Literal,
    Logical,
    Node,
    Not,
    text_of,
)
from mermaid2gha.actions.probes import Probe  # noqa: E402
from mermaid2gha.actions.scheduled import templated, terms  # noqa: E402
from mermaid2gha.actions.truth import (  # noqa: E402
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
from mermaid2gha.actions.write import workflow_text  # noqa: E402
from mermaid2gha.disk import Disk  # noqa: E402
from mermaid2gha.passes.linked import LinkedWorkflow  # noqa: E402
from mermaid2gha.pipeline import Compilation, compile_documents  # noqa: E402
from mermaid2gha.project import load  # noqa: E402
from mermaid2gha.proof.drawn import Drawn, drawn_jobs  # noqa: E402
from mermaid2gha.proof.emitted import File, file_of, gate_lines  # noqa: E402
from mermaid2gha.proof.lanes import Rows, is_result, rows, variables  # noqa: E402
from mermaid2gha.proof.proof import NO_FLOW, Start, proof  # noqa: E402
from mermaid2gha.proof.run import Gate, Lanes, Run, Scenario  # noqa: E402

Mutant = tuple[str, str, str]
"""What was done, to which job, and the whole text that it gives."""

_RESULTS = ("success", "failure", "cancelled", "skipped")


def mutants(text: str) -> Iterator[Mutant]:
    """Every mutant of a workflow's text."""
    whole = yaml.load(text, Loader=yaml.BaseLoader)

    def changed(job: str, **keys: object) -> str:
        other = copy.deepcopy(whole)
        for key, value in keys.items():
            other["jobs"][job][key] = value
            if value is None:
                del other["jobs"][job][key]
        return str(yaml.safe_dump(other, sort_keys=False, width=10**6))

    for event in whole["on"]:
        other = copy.deepcopy(whole)
        del other["on"][event]
        yield f"drop the event {event}", "", str(yaml.safe_dump(other, sort_keys=False))
    for name, job in whole["jobs"].items():
        needs = [job["needs"]] if isinstance(job.get("needs"), str) else list(job.get("needs", ()))
        for need in needs:
            kept = [one for one in needs if one != need]
            yield f"drop the need {need}", name, changed(name, needs=kept)
        if "if" in job:
            yield "drop the if", name, changed(name, **{"if": None})
            for what, condition in damaged(templated_if(job["if"])):
                yield what, name, changed(name, **{"if": f"${{{{ {text_of(condition)} }}}}"})
        for output in job.get("outputs", ()):
            left = {key: value for key, value in job["outputs"].items() if key != output}
            yield f"drop the output {output}", name, changed(name, outputs=left or None)
        yield "drop the job", name, without(whole, name)
    yield from swapped(whole)
    yield from filter_mutants(whole)
    yield from step_mutants(whole)
    yield from gate_mutants(whole)


def templated_if(text: str) -> Node:
    return templated(text if "${{" in text else f"${{{{ {text} }}}}")


def without(whole: dict[str, dict[str, dict[str, object]]], name: str) -> str:
    """The file without a job; what needed it needs what it needed."""
    other = copy.deepcopy(whole)
    gone = other["jobs"].pop(name)
    for job in other["jobs"].values():
        needs = listed(job)
        if name in needs:
            job["needs"] = list(dict.fromkeys([n for n in needs if n != name] + listed(gone)))
    return str(yaml.safe_dump(other, sort_keys=False, width=10**6))


def listed(job: dict[str, object]) -> list[str]:
    found = job.get("needs", [])
    return [found] if isinstance(found, str) else list(found)  # type: ignore[call-overload]


def swapped(whole: dict[str, dict[str, dict[str, object]]]) -> Iterator[Mutant]:
    """Two jobs, neighbours or half the file apart, with each other's needs or each other's `if`."""
    names = list(whole["jobs"])
    half = max(1, len(names) // 2)
    for one, two in [*pairwise(names), *zip(names, names[half:])]:
        for key in ("needs", "if"):
            if whole["jobs"][one].get(key) == whole["jobs"][two].get(key):
                continue
            other = copy.deepcopy(whole)
            jobs = other["jobs"]
            for job, source in ((one, two), (two, one)):
                jobs[job].pop(key, None)
                if key in whole["jobs"][source]:
                    jobs[job][key] = whole["jobs"][source][key]
            yield f"swap {key} with {two}", one, str(yaml.safe_dump(other, sort_keys=False, width=10**6))


def damaged(node: Node) -> Iterator[tuple[str, Node]]:
    """A condition with one thing in it changed: negated, left out, always true, or another test."""
    yield f"negate {text_of(node)}", Not(node)
    match node:
        case Logical(operator, operands):
            other = "||" if operator == "&&" else "&&"
            yield f"turn {operator} into {other}", Logical(other, operands)
            for at, part in enumerate(operands):
                left = (*operands[:at], *operands[at + 1 :])
                yield f"remove {text_of(part)}", left[0] if len(left) == 1 else Logical(operator, left)
                for what, changed in damaged(part):
                    yield what, Logical(operator, (*operands[:at], changed, *operands[at + 1 :]))
        case Not(Call("cancelled")):
            yield "turn !cancelled() into always()", Call("always", ())
            yield "turn !cancelled() into success()", Call("success", ())
        case Not(operand):
            for what, changed in damaged(operand):
                yield what, Not(changed)
        case Comparison(operator, Index(_, Literal("result")) as subject, Literal(str(was))):
            for result in _RESULTS:
                if result != was:
                    yield f"test {result} for {was}", Comparison(operator, subject, Literal(result))
        case Comparison(operator, subject, Literal("true" | "false" as was)):
            turned = "false" if was == "true" else "true"
            yield f"test {turned} for {was}", Comparison(operator, subject, Literal(turned))
        case _:
            pass
    if not isinstance(node, Logical):
        yield f"take {text_of(node)} as true", Comparison("==", Literal(1.0), Literal(1.0))


def filter_mutants(whole: dict[str, dict[str, dict[str, object]]]) -> Iterator[Mutant]:
    """Each filter of an event left out or with another value; each time with another minute."""
    for event, keys in whole["on"].items():
        for at, item in enumerate(keys) if isinstance(keys, list) else ():
            other = copy.deepcopy(whole)
            minute, _, rest = item["cron"].partition(" ")
            other["on"][event][at]["cron"] = f"{(int(minute) + 7) % 60} {rest}"  # type: ignore[index]
            yield f"change the time {item['cron']}", "", dumped(other)
        for key in ("branches", "tags", "types", "workflows", "paths"):
            if not isinstance(keys, dict) or key not in keys:
                continue
            other = copy.deepcopy(whole)
            del other["on"][event][key]
            yield f"drop {key} of {event}", "", dumped(other)
            other = copy.deepcopy(whole)
            other["on"][event][key] = ["another"] if key != "types" else ["deleted"]
            yield f"change {key} of {event}", "", dumped(other)


def dumped(whole: object) -> str:
    return str(yaml.safe_dump(whole, sort_keys=False, width=10**6))


def step_mutants(whole: dict[str, dict[str, dict[str, object]]]) -> Iterator[Mutant]:
    """Each step of a job that is no gate: without it, and with its `if` damaged or given one."""
    for name, job in whole["jobs"].items():
        steps = job.get("steps")
        for at, step in enumerate(steps if isinstance(steps, list) else ()):
            if "DRAWN" in step.get("env", {}):
                continue

            def changed(condition: str | None, at: int = at, name: str = name) -> str:
                other = copy.deepcopy(whole)
                found = other["jobs"][name]["steps"][at]  # type: ignore[index]
                found.pop("if", None)
                if condition is not None:
                    found["if"] = f"${{{{ {condition} }}}}"
                return dumped(other)

            title = step.get("name", at)
            other = copy.deepcopy(whole)
            del other["jobs"][name]["steps"][at]  # type: ignore[attr-defined]
            if other["jobs"][name]["steps"]:
                yield f"drop the step {title}", name, dumped(other)
            yield f"let the step {title} run on failure only", name, changed("failure()")
            if "if" in step:
                yield f"drop the if of the step {title}", name, changed(None)
                for what, condition in damaged(templated_if(step["if"])):
                    yield f"step {title}: {what}", name, changed(text_of(condition))


def gate_mutants(whole: dict[str, dict[str, dict[str, object]]]) -> Iterator[Mutant]:
    """The gate's table with a line less, or with another word in a line; its script with a line less."""
    for name, job in whole["jobs"].items():
        steps = job.get("steps")
        env = steps[0].get("env", {}) if isinstance(steps, list) and steps else {}
        if "DRAWN" not in env:
            continue

        def changed(key: str, value: str, at: str = "env", name: str = name) -> str:
            other = copy.deepcopy(whole)
            step = other["jobs"][name]["steps"][0]  # type: ignore[index]
            if at == "env":
                step["env"][key] = value
            else:
                step[key] = value
            return str(yaml.safe_dump(other, sort_keys=False, width=10**6))

        yield "say that no flow is drawn", name, changed("DRAWN", "false")
        for key in (key for key in env if key != "DRAWN"):
            lines = env[key].splitlines()
            for at, line in enumerate(lines):
                rest = [*lines[:at], *lines[at + 1 :]]
                yield f"drop the line of {line.split()[0]}", name, changed(key, "\n".join(rest))
                for what, other in damaged_line(line):
                    yield what, name, changed(key, "\n".join([*lines[:at], other, *lines[at + 1 :]]))
        script = steps[0]["run"].splitlines()  # type: ignore[index]
        for at in range(len(script)):
            left = "\n".join([*script[:at], *script[at + 1 :]])
            yield f"drop line {at} of the script", name, changed("run", left, at="step")


def damaged_line(line: str) -> Iterator[tuple[str, str]]:
    job, _, _ = line.partition(" ")
    head = f"{job} ${{{{ needs.{job}.result }}}}"
    tail = line.removeprefix(head).strip()
    for constant in ("true", "false"):
        if tail != constant:
            yield f"expect {constant} of {job}", f"{head} {constant}"
    if tail.startswith("${{") and tail.count("${{") == 1:
        for what, node in damaged(templated(tail)):
            yield f"in the line of {job}: {what}", f"{head} ${{{{ {text_of(node)} }}}}"


# -- why a mutant that passes is none ------------------------------------------------------------


def explanation(linked: LinkedWorkflow, text: str, mutant: Mutant) -> str:
    """Why a mutant does the same as what it was made from; empty if it is not known to."""
    _, job, damaged_text = mutant
    before, after = (yaml.load(one, Loader=yaml.BaseLoader)["jobs"] for one in (text, damaged_text))
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
    return "only where nothing is drawn" if alike_as_drawn(linked, one, other) else ""


def alike_as_drawn(linked: LinkedWorkflow, one: File, other: File) -> bool:
    """Whether two files of the same jobs run alike in all cases of which the drawing says something."""
    bits = {name: job.bit for name, job in one.jobs.items()}
    starts = [(flow.number, event) for flow in linked.told.flows for event, _ in flow.guards]
    for flow, event in [*starts, *((NO_FLOW, event) for event in linked.told.events)]:
        drawn = drawn_jobs(linked, flow, bits) if flow != NO_FLOW else {}
        found = Start(linked, one, drawn, flow, event).table(asked_by(one, other))
        for part in parts(one, len(found.rows)) if found.rows else ():
            if not alike_in(one, other, drawn, Lanes(found, part), is_drawn=flow != NO_FLOW):
                return False
    return True


def alike_in(one: File, other: File, drawn: dict[str, Drawn], lanes: Lanes, *, is_drawn: bool) -> bool:
    """The same of one start. What a job does may differ where one ended badly that is not drawn before it but
    that it needs, and so may what such a job's follower does."""
    mine, theirs = (Run(file, {}, frozenset(), lanes) for file in (one, other))
    free: dict[str, int] = {}
    gate = gate_of(other)
    for name, job in one.jobs.items():
        differing = mine.start(job) ^ theirs.start(other.jobs[name])
        free[name] = 0
        for need in job.needs:
            free[name] |= free[need]
        before = drawn[name].before if name in drawn else job.before
        for earlier in one.names(job.before & ~before):
            free[name] |= mine.bad[earlier] | theirs.bad[earlier]
        if gate is not None and name == gate.id:
            passes = [run.green(file.jobs[name], g) & run.ran[name] for run, file, g in sides(mine, theirs)]
            differing = passes[1] if not is_drawn else differing | (passes[0] ^ passes[1])
        if differing & ~free[name]:
            return False
        free[name] |= differing
    return True


def sides(mine: Run, theirs: Run) -> Iterator[tuple[Run, File, Gate]]:
    for run in (mine, theirs):
        gate = gate_of(run.file)
        assert gate is not None
        yield run, run.file, gate


def steps_alike(one: File, other: File) -> bool:
    """Whether the steps of two files run alike wherever their jobs do, while nothing fails."""
    for name, job in one.jobs.items():
        pairs = list(zip(job.written.steps, other.jobs[name].written.steps))
        if len(job.written.steps) != len(other.jobs[name].written.steps):
            return False
        for mine, theirs in pairs:
            sides = [tuple(formula(term) for term in terms(s.guard.node)) for s in (mine, theirs)]
            asked = [q for side in (*sides, job.terms) for part in side for q in questions(part)]
            for event in one.events:
                fixed: dict[str, object] = {"inputs.called": event == "workflow_call"}
                fixed |= {} if event == "workflow_call" else {"github.event_name": event}
                found = rows(variables(asked, fixed), (), lambda _: 1)  # type: ignore[arg-type]
                runs = [true_when_well(side, found) for side in (*sides, job.terms)]
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
    asked = [q for file in files for job in file.jobs.values() for term in job.terms for q in questions(term)]
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
    run = Run(file, {}, frozenset(), Lanes(found, part))
    result = {name: run.start(job) for name, job in file.jobs.items()}
    gate = gate_of(file)
    if gate is not None:
        result["the gate passes"] = run.green(file.jobs[gate.id], gate) & result[gate.id]
    return result


def gate_of(file: File) -> Gate | None:
    for job in file.jobs.values():
        if job.written.steps and "DRAWN" in dict(job.written.steps[0].env):
            return Gate(job.id, True, frozenset(), *gate_lines(job))
    return None


# -- the score -----------------------------------------------------------------------------------


class Score:
    """How many mutants there were, were caught, and passed for a reason; those without are kept."""

    def __init__(self) -> None:
        self.count = Counter[str]()
        self.unexplained: list[tuple[str, Mutant]] = []

    def add(self, name: str, linked: LinkedWorkflow, text: str, found: list[Mutant]) -> None:
        for mutant in found:
            self.count["made"] += 1
            if proof(linked, mutant[2]) is not None:
                self.count["caught"] += 1
            elif reason := explanation(linked, text, mutant):
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
        lines += [f"  {name} {job}: {what}" for name, (what, job, _) in self.unexplained]
        return "\n".join(lines)


def score(compilations: list[tuple[str, Compilation]], *, most: int = 10**9, seed: int = 0) -> Score:
    """The score over the files of some compilations, of each at most so many mutants, taken at random."""
    result = Score()
    chance = Random(seed)
    for name, compilation in compilations:
        for linked, workflow in zip(compilation.linked, compilation.workflows):
            text = workflow_text(workflow)
            found = list(mutants(text))
            if len(found) > most:
                found = chance.sample(found, most)
            result.add(f"{name} {workflow.file}", linked, text, found)
    return result


def drawn_here() -> list[tuple[str, Compilation]]:
    """The sample document and the gallery, compiled."""
    found = []
    for path in sorted((ROOT / "diagrams").rglob("*.md")):
        for project in load((str(path),), Disk(), b"").projects:
            found.append((path.name, compile_documents(project.documents, project.settings)))
    return found


def random_ones(count: int, seed_of: int) -> list[tuple[str, Compilation]]:
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from laws.generate import documents
    from laws.tree import Document
    from laws.witness import compiled
    from laws.writer import written

    found: list[tuple[str, Compilation]] = []

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
        found.append((f"random {len(found)}", compiled(text)))

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
