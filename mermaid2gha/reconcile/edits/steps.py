"""The steps of a job that people have made theirs: compiled ones follow the diagram, others stay.

While every step of a job stands as compiled, its steps are those that are drawn. Once people's steps are
among them, no step is added, for nobody can tell whether they have replaced it; a drawn push, pull, wait or
write without a place among theirs is told. Reports `step-missing` and `flag-unset`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.scripts.provenance import step_as_written
from mermaid2gha.compiler.scripts.steps import DECIDE_ID, DECIDED, SET_OUTPUT, is_tuned
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, equivalent
from mermaid2gha.github.workflow.emitter import fresh_step_lines, step_lines
from mermaid2gha.github.workflow.model import Job, Step
from mermaid2gha.github.workflow.reader import FileJob, FileStep
from mermaid2gha.reconcile.edits.keys import Keys
from mermaid2gha.yaml.edits import EditBuffer, reindented
from mermaid2gha.yaml.tree import Items

FLAG_UNSET = Rule("flag-unset", Severity.WARNING)
STEP_MISSING = Rule("step-missing", Severity.NOTE)


def edit_steps(keys: Keys, job: FileJob, wanted: Job) -> list[Diagnostic]:
    """Edit the compiled steps of a job in lines, and tell what people's steps lack."""
    assert job.node is not None
    node = job.node.get("steps")
    if wanted.call is not None or not isinstance(node, Items) or not node.items:
        return list(_lacking(keys.buffer, job, wanted)) if wanted.call is None else []
    buffer = keys.buffer
    standing = [step_as_written(buffer, step) if not node.is_flow else None for step in job.steps]
    if all(one is not None for one in standing):
        if not _is_same(buffer, job, wanted) or (wanted.starters and not _is_any_tuned(standing, wanted)):
            column = _dash_column(buffer, node.items[0].span.start)
            start = buffer.line_start(node.items[0].span.start)
            lines = _with_comments(fresh_step_lines(wanted), list(_comments_above(buffer, job.steps)))
            buffer.replace(start, buffer.line_end(node.span.end), "")
            buffer.insert_lines(start, reindented(lines, column, keys.step))
        return []
    for step, known, aim in _paired(job, standing, wanted):
        _edit_step(keys, step, known, aim)
    return list(_lacking(buffer, job, wanted))


def _comments_above(buffer: EditBuffer, steps: Sequence[FileStep]) -> Iterator[tuple[str, list[str]]]:
    """The first line of each compiled step, with the comments that stand between it and the one before."""
    at = buffer.line_start(steps[0].span.start)
    for step in steps:
        start, end = buffer.line_start(step.span.start), buffer.line_end(step.span.start)
        lines = [line.strip() for line in buffer.text[at:start].splitlines()]
        yield buffer.text[start:end].strip(), [line for line in lines if line.startswith("#")]
        at = buffer.line_end(step.span.end)


def _with_comments(lines: list[str], above: Sequence[tuple[str, list[str]]]) -> list[str]:
    """Lines of steps, with the comments of people's above the steps that they stood above; of a step that is
    gone, above the next one."""
    made, kept = list(lines), list[str]()
    for first, mentions in above:
        kept += mentions
        at = next((number for number, line in enumerate(made) if line.strip() == first), None)
        if at is not None:
            column = len(made[at]) - len(made[at].lstrip())
            made[at:at] = [" " * column + line for line in kept]
            kept = []
    column = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    return made + [" " * column + line for line in kept]


def _paired(
    job: FileJob, standing: Sequence[Step | None], wanted: Job
) -> Iterator[tuple[FileStep, Step, Step | None]]:
    """The compiled steps of a job, each with the drawn one of its name: of several, that which it is."""
    compiled = [(step, known) for step, known in zip(job.steps, standing) if known is not None]
    left = list(wanted.steps)
    aims: dict[int, Step] = {}
    for is_exact in (True, False):
        for at, (step, known) in enumerate(compiled):
            same = (one for one in left if _named(one.name) == _named(known.name))
            aim = next((one for one in same if not is_exact or _is_as_drawn(step, known, one)), None)
            if aim is not None and at not in aims:
                aims[at] = aim
                left.remove(aim)
    return ((step, known, aims.get(at)) for at, (step, known) in enumerate(compiled))


def _is_same(buffer: EditBuffer, job: FileJob, wanted: Job) -> bool:
    if len(job.steps) != len(wanted.steps):
        return False
    standing = [step_as_written(buffer, step) for step in job.steps]
    return all(
        _is_as_drawn(step, known, aim) or is_tuned(known, aim)
        for step, known, aim in zip(job.steps, standing, wanted.steps)
    )


def _is_any_tuned(standing: Sequence[Step | None], wanted: Job) -> bool:
    """Whether people set a number or a flag's value in a step, which must not be lost."""
    return any(is_tuned(step, aim) for step, aim in zip(standing, wanted.steps))


def _edit_step(keys: Keys, step: FileStep, known: Step, aim: Step | None) -> None:
    buffer = keys.buffer
    if aim is not None and (_is_as_drawn(step, known, aim) or is_tuned(known, aim)):
        return
    start, end = buffer.line_start(step.span.start), buffer.line_end(step.span.end)
    if aim is not None:
        column = _dash_column(buffer, step.span.start)
        buffer.insert_lines(start, reindented(list(step_lines(aim)), column, 2))
    buffer.replace(start, end, "")


def _dash_column(buffer: EditBuffer, at: int) -> int:
    """The column of the dash before an item, which formatters put at any distance."""
    before = buffer.text[buffer.line_start(at) : at]
    return len(before) - len(before.lstrip())


def _is_as_drawn(step: FileStep, known: Step | None, aim: Step) -> bool:
    """Whether a step that stands as compiled says what is drawn, and when it runs."""
    if known is None or not has_same_if(step, aim):
        return False
    known, aim = replace(known, condition=None), replace(aim, condition=None)
    return list(step_lines(known)) == list(step_lines(aim))


def has_same_if(step: FileStep, aim: Step) -> bool:
    """Whether a step runs when it is drawn to."""
    text = step.condition.value if step.condition is not None else ""
    drawn = expression(aim.condition) if aim.condition is not None else ""
    return text.split() == drawn.split() or isinstance(
        equivalent(text, drawn, place=ConditionPlace.STEP), Holds
    )


def _lacking(buffer: EditBuffer, job: FileJob, wanted: Job) -> Iterator[Diagnostic]:
    if not job.steps or not wanted.steps:
        return
    theirs = [step for step in job.steps if step_as_written(buffer, step) is None]
    there = {_named(one) for one in (*(s.name for s in job.steps), *(s.title for s in wanted.starters))}
    for step in wanted.steps:
        if step.has_effect and _named(step.name) not in there and not _has_place(step, theirs):
            message = f"no step of `{job.id}` looks like the drawn “{step.name}”"
            cure = "write a step for it, or take it out of the diagram"
            yield diagnostic(STEP_MISSING, message, job.span, help=cure)
    text = job.node.span.text if job.node is not None else ""
    steps = job.node.get("steps") if job.node is not None else None
    said = steps.span.text if steps is not None else text
    compiled = next((one for one in wanted.steps if one.id == DECIDE_ID), None)
    stands = any(step.id == DECIDE_ID and step_as_written(buffer, step) is not None for step in job.steps)
    for output in wanted.outputs if not stands and compiled is not None else ():
        given = dict(job.outputs).get(output.name)
        if given not in (None, "true") and DECIDED.write(output=output.name) not in given:
            continue
        if not re.search(rf"(?<![\w-]){re.escape(output.name)}(?![\w-])", said):
            message = f"no step of `{job.id}` sets the output `{output.name}`, which the diagram decides by"
            set_output = SET_OUTPUT.write(output=output.name)
            cure = f"let the step with the id `{DECIDE_ID}` do `{set_output}`"
            yield diagnostic(FLAG_UNSET, message, job.span, help=cure)


def _has_place(step: Step, theirs: Sequence[FileStep]) -> bool:
    """Whether some step of people's speaks of what a drawn one does: by its verb or its object."""
    words = list(re.findall(r"[\w-]{3,}", _named(step.name).split(" [")[0]))
    for one in theirs:
        text = " ".join([one.name, one.uses, one.run or "", *(v for _, v in one.arguments)]).casefold()
        if any(word.rstrip("s") in text for word in words[:1]) or (
            len(words) > 1 and all(word.rstrip("s") in text for word in words[1:])
        ):
            return True
    return False


def _named(name: str) -> str:
    return " ".join(name.split()).casefold()
