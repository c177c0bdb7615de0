"""How operands of fragments stand to each other: which of them never happen in one run."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.flow import Fragment, Operand
from mermaid2gha.sequence.diagram import Operator


def excludes(operands: Sequence[Operand], fragments: Sequence[Fragment], one: int, other: int) -> bool:
    """Whether two operands, by number, exclude each other by the drawing alone.

    They are, or are nested in, different operands of one `alt`, or in an operand that ends the fragment
    around it and in what remains when it does not happen.
    """
    if one == other:
        return False
    around: dict[int, list[tuple[int, bool]]] = {}
    at = one
    while at > 0:
        found = operands[at]
        around.setdefault(found.fragment, []).append((found.index, found.is_complement))
        at = found.parent
    at = other
    while at > 0:
        found = operands[at]
        for index, is_complement in around.get(found.fragment, ()):
            if index == found.index and is_complement != found.is_complement:
                return True
            is_alt = fragments[found.fragment].operator is Operator.ALT
            if is_alt and index != found.index and not (is_complement or found.is_complement):
                return True
        at = found.parent
    return False
