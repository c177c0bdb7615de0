"""The operands of a diagram while it is walked."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.compiler.ir.flow_graph import Fragment, Operand
from mermaid2gha.compiler.ir.occurrences import OperandEnd
from mermaid2gha.compiler.reading.structure import CHOOSING


@dataclass(slots=True)
class OperandTree:
    """The operands of a diagram by number, and where the walk is among them."""

    all: list[Operand] = field(default_factory=lambda: [Operand(0, -1, 0, -1)])
    current: int = 0

    def enter(
        self,
        fragment: int,
        index: int,
        parent: int,
        *,
        is_complement: bool = False,
        end: OperandEnd = OperandEnd.GOES_ON,
    ) -> None:
        self.all.append(
            Operand(
                len(self.all),
                fragment,
                index=index,
                parent=parent,
                is_complement=is_complement,
                end=end,
            )
        )
        self.current = len(self.all) - 1

    def is_within(self, inner: int, outer: int) -> bool:
        while inner > outer:
            inner = self.all[inner].parent
        return inner == outer

    def has_chosen_since(self, before: int, fragments: Sequence[Fragment]) -> bool:
        """Whether the walk is in another operand than before, of a fragment with conditions."""
        operand = self.all[self.current]
        is_other = operand.number != before and operand.fragment >= 0
        return is_other and fragments[operand.fragment].operator in CHOOSING
