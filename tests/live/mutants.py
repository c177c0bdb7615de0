"""Damages emitted workflows in every way that matters and counts what the proof catches.

    python tests/live/mutants.py [--random N] [--seed S]

A mutant that passes must be explained: its `if` is the same by truth table, or no case of up to two jobs that
end badly tells the two files apart, over all assignments of what their conditions read.
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
from mermaid2gha.actions.scheduled import templated  # noqa: E402
from mermaid2gha.actions.truth import Holds, equivalent, questions  # noqa: E402
from mermaid2gha.actions.write import workflow_text  # noqa: E402
from mermaid2gha.disk import Disk  # noqa: E402
from mermaid2gha.passes.linked import LinkedWorkflow  # noqa: E402
from mermaid2gha.pipeline import Compilation, compile_documents  # noqa: E402
from mermaid2gha.project import load  # noqa: E402
from mermaid2gha.proof.emitted import File, file_of, gate_lines  # noqa: E402
from mermaid2gha.proof.lanes import Rows, rows, variables  # noqa: E402
from mermaid2gha.proof.proof import proof  # noqa: E402
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


def explanation(text: str, mutant: Mutant) -> str:
    """Why a mutant does the same as what it was made from; empty if it is not known to."""
    _, job, damaged_text = mutant
    before, after = (yaml.load(one, Loader=yaml.BaseLoader)["jobs"] for one in (text, damaged_text))
    if job in after and {**before[job], "if": ""} == {**after[job], "if": ""}:
        conditions = (str(one[job].get("if", "")) for one in (before, after))
        if isinstance(equivalent(*conditions, needs=listed(before[job])), Holds):
            return "the same by truth table"
    return "nobody runs otherwise" if runs_alike(file_of(text), file_of(damaged_text)) else ""


def runs_alike(one: File, other: File) -> bool:
    """Whether two files of the same jobs run alike in all cases of up to two jobs that end badly."""
    if one.jobs.keys() != other.jobs.keys() or one.events != other.events:
        return False
    gates = [gate for gate in map(gate_of, (one, other)) if gate is not None]
    asked = [
        q
        for file in (one, other)
        for job in file.jobs.values()
        for term in job.terms
        for q in questions(term)
    ]
    asked += [
        q
        for gate in gates
        for line in gate.lines
        for q in (*questions(line.expected), *questions(line.handled))
    ]
    asked += [q for gate in gates for q in questions(gate.drawn)]
    for event in one.events:
        fixed = {"inputs.called": event == "workflow_call"}
        known = {} if event == "workflow_call" else {"github.event_name": event}
        found = rows(variables(asked, {**fixed, **known}), (), lambda _: 1)
        for part in parts(one, len(found.rows)):
            if runs_of(one, found, part) != runs_of(other, found, part):
                return False
    return True


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
            elif reason := explanation(text, mutant):
                self.count[reason] += 1
            else:
                self.unexplained.append((name, mutant))

    def __str__(self) -> str:
        told = ", ".join(f"{count} {what}" for what, count in self.count.items())
        lines = [f"mutants: {told}, {len(self.unexplained)} unexplained"]
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
