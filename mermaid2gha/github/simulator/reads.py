"""What a run reads that nobody said, and what is taken instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.events import PAYLOAD_KEYS, kind_of
from mermaid2gha.github.expressions.ast import Call, Comparison, Context, Index, Logical, Node, Not
from mermaid2gha.github.expressions.evaluator import Environment, EvaluationError, evaluate
from mermaid2gha.github.expressions.template import as_job_sees, templated
from mermaid2gha.github.expressions.values import Filtered, is_true, string_of
from mermaid2gha.github.simulator.model import ScheduledJob, ScheduledWorkflow
from mermaid2gha.github.simulator.simulator import SimulatedRun, environment_of, is_unsure
from mermaid2gha.github.simulator.steps import judges, texts_of
from mermaid2gha.github.simulator.words import path_of

_GIVEN_OUT = ("github.event_name", "github.workflow", "github.run_id", "github.run_number", "github.sha")
"""What follows from the event, or is another in each run."""


_OUTPUT = re.compile(r"\bneeds\.(?P<job>[\w-]+)\.outputs\.(?P<name>[\w-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Assumed:
    """A fact by its path, `github.event.head_commit.message`, with the value that is taken; none: not set."""

    path: str
    value: str | None


def assumed(run: SimulatedRun, given: Collection[str], *, is_called: bool) -> tuple[Assumed, ...]:
    """The facts that decide something of a run and that nobody gave, each once, in the order of the file.

    `given` are paths that somebody gave, with all below them. Inputs of a called workflow are its caller's.
    """
    known = tuple(path.lower() for path in (*given, *_GIVEN_OUT))
    found: dict[str, Assumed] = {}
    for read, environment in _all_reads(run):
        path = path_of(read)
        if not path or path.lower() in found or _is_given(path.lower(), known):
            continue
        if _is_assumed(run, path, is_called=is_called):
            value = _value(read, environment)
            found[path.lower()] = Assumed(path, value)
    return tuple(found.values())


def outputs_read(workflow: ScheduledWorkflow) -> Iterator[tuple[str, str]]:
    """The outputs of jobs that others read, each by its job and its name."""
    for job in workflow.jobs:
        texts = [job.guard.text, *_texts(job), *(text for _, text in job.outputs)]
        for found in _OUTPUT.finditer("\n".join(texts)):
            yield found["job"], found["name"]


def _all_reads(run: SimulatedRun) -> Iterator[tuple[Node, Environment]]:
    """The properties that decide of a run; of an output that is known, what its value is made of, too."""
    followed: set[str] = set()
    for node, environment in _asked(run):
        asked = [(node, environment)]
        while asked:
            node, seen = asked.pop()
            for read in _reads(node, seen):
                yield read, seen
                path = path_of(read)
                if path not in followed:
                    followed.add(path)
                    asked += _made_of(run, path)


def _made_of(run: SimulatedRun, path: str) -> Iterator[tuple[Node, Environment]]:
    """The expression of the output of a job that stands at a path."""
    match path.split("."):
        case ["needs", name, "outputs", output] if not is_unsure(run, name, output):
            for job in run.workflow.jobs:
                if job.id.lower() == name.lower() and job.id in run.ran:
                    yield from _of_text(dict(job.outputs).get(output, ""), environment_of(run, job))


def _value(node: Node, environment: Environment) -> str | None:
    try:
        value = evaluate(as_job_sees(node), environment)
    except EvaluationError:
        return None
    if isinstance(value, Filtered) and not value.items:
        return None
    return None if value is None or value == "" else string_of(value)


def _is_given(path: str, known: Collection[str]) -> bool:
    return any(path == one or path.startswith(f"{one}.") for one in known)


def _is_assumed(run: SimulatedRun, path: str, *, is_called: bool) -> bool:
    """Whether what stands at a path is something that is not known."""
    parts = path.lower().split(".")
    match parts:
        case ["needs", job, "outputs", name]:
            return is_unsure(run, job, name)
        case ["vars" | "secrets", _]:
            return True
        case ["inputs", name]:
            inputs = run.workflow.inputs
            declared = {one.name.lower() for one in inputs if is_called or one.default}
            return not is_called and name not in declared
        case ["github", "event", "inputs", name]:
            return name not in {one.name.lower() for one in run.workflow.inputs if one.default}
        case ["github", "event", key, *_]:
            github = run.contexts.get("github")
            event = github.get("event_name") if isinstance(github, dict) else ""
            kind = kind_of(event if isinstance(event, str) else "")
            if key == "action":
                return bool(kind.types)
            return key in kind.brings or key not in PAYLOAD_KEYS
        case ["github", *rest]:
            return bool(rest) and rest != ["event"]
        case _:
            return False


def _asked(run: SimulatedRun) -> Iterator[tuple[Node, Environment]]:
    """The expressions that decide of a run, as far as they are asked, with what they see; concurrency groups
    only differ by what they read."""
    for job in run.workflow.jobs:
        environment = environment_of(run, job)
        yield job.guard.node, environment
        if job.id in run.ran:
            for text in _texts(job):
                yield from _of_text(text, environment)


def _texts(job: ScheduledJob) -> Iterator[str]:
    """The texts of a job that decide what becomes of it."""
    for step in job.steps:
        if judges(step):
            yield from texts_of(step)
    yield job.environment
    yield from _strings(job.matrix)
    yield from _strings([value for _, value in job.arguments] if job.uses else [])


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _of_text(text: str, environment: Environment) -> Iterator[tuple[Node, Environment]]:
    if "${{" in text:
        try:
            yield templated(text), environment
        except ValueError:
            return


def _reads(node: Node, environment: Environment) -> Iterator[Node]:
    """The properties that an expression reads: of `&&` and `||` what comes before the deciding operand."""
    match node:
        case Index():
            yield node
            if not path_of(node):
                for part in (node.of, node.key):
                    if part is not None:
                        yield from _reads(part, environment)
        case Logical(operator, operands):
            for operand in operands:
                yield from _reads(operand, environment)
                try:
                    if is_true(evaluate(as_job_sees(operand), environment)) is (operator == "||"):
                        return
                except EvaluationError:
                    return
        case Call(_, arguments):
            for argument in arguments:
                yield from _reads(argument, environment)
        case Not(operand):
            yield from _reads(operand, environment)
        case Comparison(_, left, right):
            yield from _reads(left, environment)
            yield from _reads(right, environment)
        case Context() | _:
            return
