"""What never happens at one time, by the drawing alone: operands of a choice, runs one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.compiler.ir.flow_graph import Fragment, Operand, Run
from mermaid2gha.mermaid.ast import Operator


def excludes(operands: Sequence[Operand], fragments: Sequence[Fragment], a: int, b: int) -> bool:
    """Whether two operands, by number, exclude each other by the drawing alone.

    They are, or are nested in, different operands of one `alt`, or in an operand that ends the fragment
    around it and in what remains when it does not happen.
    """
    if a == b:
        return False
    around: dict[int, list[tuple[int, bool]]] = {}
    at = a
    while at > 0:
        operand = operands[at]
        around.setdefault(operand.fragment, []).append((operand.index, operand.is_complement))
        at = operand.parent
    at = b
    while at > 0:
        operand = operands[at]
        for index, is_complement in around.get(operand.fragment, ()):
            if index == operand.index and is_complement != operand.is_complement:
                return True
            is_alt = fragments[operand.fragment].operator is Operator.ALT
            if is_alt and index != operand.index and not (is_complement or operand.is_complement):
                return True
        at = operand.parent
    return False


def are_together(runs: Sequence[Run], a: Run, b: Run) -> bool:
    """Whether two runs of a diagram go on at one time: neither workflow is started anew in between."""
    if a.file == b.file:
        return a is b
    (start, end), (begin, close) = (_window(runs, run) for run in (a, b))
    return max(start, begin) < min(end, close)


def _window(runs: Sequence[Run], run: Run) -> tuple[int, float]:
    """Where a run begins in the text, and where the next run of its workflow does."""
    following = (r.span.start for r in runs[run.number + 1 :] if r.file == run.file)
    return run.span.start, next(following, float("inf"))
