"""The ways in which an emitted workflow can be damaged: `mutants` gives each as a whole file."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from quick_yaml import texts, written  # noqa: E402

from mermaid2gha.github.expressions.ast import (  # noqa: E402
    Call,
    Comparison,
    Index,
    Literal,
    Logical,
    Node,
    Not,
    text_of,
)
from mermaid2gha.github.expressions.template import templated  # noqa: E402

Tree = dict[str, dict[str, dict[str, object]]]


@dataclass
class Mutant:
    """What was done, to which job, and the whole file that it gives. Few of the mutants of a file are looked
    at, so that none is written before it is."""

    what: str
    job: str
    tree: Tree

    @cached_property
    def text(self) -> str:
        return written(self.tree)


_RESULTS = ("success", "failure", "cancelled", "skipped")


def mutants(text: str) -> Iterator[Mutant]:
    """Every mutant of a workflow's text."""
    whole = texts(text)

    def changed(job: str, **keys: object) -> Tree:
        other = copy.deepcopy(whole)
        for key, value in keys.items():
            other["jobs"][job][key] = value
            if value is None:
                del other["jobs"][job][key]
        return other

    for event in whole["on"]:
        other = copy.deepcopy(whole)
        del other["on"][event]
        yield Mutant(f"drop the event {event}", "", other)
    for name, job in whole["jobs"].items():
        needs = [job["needs"]] if isinstance(job.get("needs"), str) else list(job.get("needs", ()))
        for need in needs:
            kept = [one for one in needs if one != need]
            yield Mutant(f"drop the need {need}", name, changed(name, needs=kept))
        if "if" in job:
            yield Mutant("drop the if", name, changed(name, **{"if": None}))
            for what, condition in damaged(templated_if(job["if"])):
                yield Mutant(what, name, changed(name, **{"if": f"${{{{ {text_of(condition)} }}}}"}))
        for output in job.get("outputs", ()):
            left = {key: value for key, value in job["outputs"].items() if key != output}
            yield Mutant(f"drop the output {output}", name, changed(name, outputs=left or None))
        yield Mutant("drop the job", name, without(whole, name))
    yield from swapped(whole)
    yield from filter_mutants(whole)
    yield from step_mutants(whole)
    yield from gate_mutants(whole)


def templated_if(text: str) -> Node:
    return templated(text if "${{" in text else f"${{{{ {text} }}}}")


def without(whole: Tree, name: str) -> Tree:
    """The file without a job; what needed it needs what it needed."""
    other = copy.deepcopy(whole)
    gone = other["jobs"].pop(name)
    for job in other["jobs"].values():
        needs = listed(job)
        if name in needs:
            job["needs"] = list(dict.fromkeys([n for n in needs if n != name] + listed(gone)))
    return other


def listed(job: dict[str, object]) -> list[str]:
    found = job.get("needs", [])
    return [found] if isinstance(found, str) else list(found)  # type: ignore[call-overload]


def swapped(whole: Tree) -> Iterator[Mutant]:
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
            yield Mutant(f"swap {key} with {two}", one, other)


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


def filter_mutants(whole: Tree) -> Iterator[Mutant]:
    """Each filter of an event left out or with another value; each time with another minute."""
    for event, keys in whole["on"].items():
        for at, item in enumerate(keys) if isinstance(keys, list) else ():
            other = copy.deepcopy(whole)
            minute, _, rest = item["cron"].partition(" ")
            other["on"][event][at]["cron"] = f"{(int(minute) + 7) % 60} {rest}"  # type: ignore[index]
            yield Mutant(f"change the time {item['cron']}", "", other)
        for key in ("branches", "tags", "types", "workflows", "paths"):
            if not isinstance(keys, dict) or key not in keys:
                continue
            other = copy.deepcopy(whole)
            del other["on"][event][key]
            yield Mutant(f"drop {key} of {event}", "", other)
            other = copy.deepcopy(whole)
            other["on"][event][key] = ["another"] if key != "types" else ["deleted"]
            yield Mutant(f"change {key} of {event}", "", other)


def step_mutants(whole: Tree) -> Iterator[Mutant]:
    """Each step of a job that is no gate: without it, and with its `if` damaged or given one."""
    for name, job in whole["jobs"].items():
        steps = job.get("steps")
        for at, step in enumerate(steps if isinstance(steps, list) else ()):
            if "DRAWN" in step.get("env", {}):
                continue

            def changed(condition: str | None, at: int = at, name: str = name) -> Tree:
                other = copy.deepcopy(whole)
                found = other["jobs"][name]["steps"][at]  # type: ignore[index]
                found.pop("if", None)
                if condition is not None:
                    found["if"] = f"${{{{ {condition} }}}}"
                return other

            title = step.get("name", at)
            other = copy.deepcopy(whole)
            del other["jobs"][name]["steps"][at]  # type: ignore[attr-defined]
            if other["jobs"][name]["steps"]:
                yield Mutant(f"drop the step {title}", name, other)
            yield Mutant(f"let the step {title} run on failure only", name, changed("failure()"))
            if "if" in step:
                yield Mutant(f"drop the if of the step {title}", name, changed(None))
                for what, condition in damaged(templated_if(step["if"])):
                    yield Mutant(f"step {title}: {what}", name, changed(text_of(condition)))


def gate_mutants(whole: Tree) -> Iterator[Mutant]:
    """The gate's table with a line less, or with another word in a line; its script with a line less."""
    for name, job in whole["jobs"].items():
        steps = job.get("steps")
        env = steps[0].get("env", {}) if isinstance(steps, list) and steps else {}
        if "DRAWN" not in env:
            continue

        def changed(key: str, value: str, at: str = "env", name: str = name) -> Tree:
            other = copy.deepcopy(whole)
            step = other["jobs"][name]["steps"][0]  # type: ignore[index]
            if at == "env":
                step["env"][key] = value
            else:
                step[key] = value
            return other

        yield Mutant("say that no flow is drawn", name, changed("DRAWN", "false"))
        for key in (key for key in env if key != "DRAWN"):
            lines = env[key].splitlines()
            for at, line in enumerate(lines):
                rest = [*lines[:at], *lines[at + 1 :]]
                yield Mutant(f"drop the line of {line.split()[0]}", name, changed(key, "\n".join(rest)))
                for what, other in damaged_line(line):
                    yield Mutant(what, name, changed(key, "\n".join([*lines[:at], other, *lines[at + 1 :]])))
        script = steps[0]["run"].splitlines()  # type: ignore[index]
        for at in range(len(script)):
            left = "\n".join([*script[:at], *script[at + 1 :]])
            yield Mutant(f"drop line {at} of the script", name, changed("run", left, at="step"))


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
