"""Matrices that are drawn around what a job does, and not around the job.

The job of a lifeline begins where it is called, so that a loop around its activities stands within it. The
steps of a job run once in each leg of its own matrix: if such a loop holds all of them it is the job's
matrix, and else it repeats nothing, which is told (docs/language.md#fragments-and-conditions).
"""

from __future__ import annotations

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import DrawnJob
from mermaid2gha.compiler.lower.builder import FlowBuilder
from mermaid2gha.compiler.vocabulary import loops as loop_words
from mermaid2gha.compiler.vocabulary.loops import LoopKind
from mermaid2gha.github.names import job_id


def inner_loops(builder: FlowBuilder) -> None:
    """Give each job the matrices around all its steps. Reports `loop-runs-once` for those around some."""
    matrices = {
        number for number, loop in builder.loops.items() if loop.kind is LoopKind.MATRIX and loop.axes
    }
    if not matrices:
        return
    for number, job in enumerate(builder.jobs):
        within = [_inside(builder, step.operand, job, matrices) for step in builder.steps[number]]
        if not any(within):
            continue
        around_all = [one for one in within[0] if all(one in loops for loops in within)]
        axes = {job_id(axis[0]): axis for axis in job.matrix}
        for one in around_all:
            axes.update((job_id(axis[0]), axis) for axis in builder.loops[one].axes)
        builder.jobs[number] = replace(job, matrix=tuple(axes.values()))
        for one in sorted({one for loops in within for one in loops} - {*around_all}):
            _report(builder, one, job)


def _inside(builder: FlowBuilder, operand: int, job: DrawnJob, matrices: set[int]) -> list[int]:
    """The matrices around an operand that are not around a job, the outermost first."""
    found: list[int] = []
    while operand > 0 and not builder.operands.is_within(job.operand, operand):
        fragment = builder.operands.all[operand].fragment
        if fragment in matrices:
            found.append(fragment)
        operand = builder.operands.all[operand].parent
    return found[::-1]


def _report(builder: FlowBuilder, number: int, job: DrawnJob) -> None:
    mark = loop_words.matrix_mark(builder.loops[number].axes)
    builder.repeats_nothing(
        number,
        f"this stands around some steps of the job `{job.text.title}`, and a job repeats all or nothing",
        f"draw it around all that the job does, or around its call, a `loop` with `%% {mark}` above",
    )
