"""The order of the jobs of each diagram."""

from __future__ import annotations

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.flow_graph import FlowGraphs
from mermaid2gha.compiler.order.happens_before import HappensBefore, happens_before
from mermaid2gha.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Ordered:
    """The drawings of a project, and the order of the jobs of each."""

    drawings: FlowGraphs
    orders: tuple[HappensBefore, ...]


def order(drawings: FlowGraphs, settings: Settings) -> tuple[Ordered, list[Diagnostic]]:
    """What happens before what in each diagram. Reports `cyclic-order`."""
    orders, diagnostics = [], []
    for graph in drawings.items:
        order_of, faults = happens_before(graph)
        orders.append(order_of)
        diagnostics += faults
    return Ordered(drawings, tuple(orders)), diagnostics
