"""How often each flow that is drawn happened, in several runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.logic.domains import value_text
from mermaid2gha.replay.check import Checked, DrawnFile
from mermaid2gha.replay.replay import Shown


@dataclass(frozen=True, slots=True)
class FlowCount:
    """A drawn flow, the runs that are like it, how many of these are as it is drawn, and what they showed of
    its conditions, `(words, runs)`."""

    file: str
    flow: str
    runs: int
    as_drawn: int
    shown: tuple[tuple[str, int], ...] = ()


def how_often(results: Sequence[Checked], drawn: Sequence[DrawnFile]) -> list[FlowCount]:
    """Each flow of each drawn workflow, in the order of the documents, also those that never happened."""
    counts: list[FlowCount] = []
    for file in drawn:
        for flow in file.plan.flows:
            like = [result for result in results if (result.file, result.flow) == (file.plan.file, flow)]
            as_drawn = [result for result in like if result.replayed and not result.replayed.breaches]
            shown = Counter(
                shown_value(value)
                for result in as_drawn
                if result.replayed
                for value in result.replayed.shown
            )
            counts.append(
                FlowCount(file.plan.file, flow, len(like), as_drawn=len(as_drawn), shown=tuple(shown.items()))
            )
    return counts


def shown_value(one: Shown) -> str:
    """A value, or which it was not where it was none of those that are asked for."""
    name = one.atom.removeprefix("needs.").replace(".outputs.", ".")
    if not _is_other(one.value):
        return f"{name} = {value_text(one.value)}"
    named = [value_text(value) for value in one.others if not _is_other(value)]
    return f"{name} ≠ {' and '.join(named)}"


def _is_other(value: object) -> bool:
    """Whether a value stands for all texts that are none of the others."""
    return isinstance(value, str) and value.endswith("…")
