"""The drawn order while a diagram is walked: nodes, edges, and where each lifeline stands."""

from __future__ import annotations

from mermaid2gha.base.graph import predecessors, reachable
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.compiler.ir.diagram_ir import Operand
from mermaid2gha.compiler.ir.occurrences import OperandEnd


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lifeline stands: the nodes that what comes next follows, and the jobs directly before.

    `is_joinable`: a message may become a step of the job directly before it, if that is a single one.
    """

    frontier: tuple[int, ...] = ()
    jobs: tuple[int, ...] = ()
    is_joinable: bool = True


@dataclass(slots=True)
class _Frame:
    """An open fragment: where its lifelines stood before it, and where each ended operand left them."""

    saved: dict[str, Place] = field(default_factory=dict)
    ended: list[dict[str, Place]] = field(default_factory=list)
    strays: dict[str, list[Place]] = field(default_factory=dict)


@dataclass(slots=True)
class WalkedOrder:
    """Nodes and edges as they grow. A frame is opened for each fragment; lifelines not touched in it cost
    nothing.

    `rows` are the edges from what stands directly before on a lifeline, or sends a message: not those into a
    node where the operands of a `par` come together, and not those from a push to its pulls.
    """

    nodes: int = 0
    edges: list[tuple[int, int]] = field(default_factory=list)
    rows: list[tuple[int, int]] = field(default_factory=list)
    standings: dict[str, Place] = field(default_factory=dict)
    frames: list[_Frame] = field(default_factory=list)

    def node(self, *after: int) -> int:
        number = self.join(*after)
        self.rows += [(a, number) for a in after]
        return number

    def join(self, *after: int) -> int:
        """A node where the operands of a `par` come together."""
        number = self.nodes
        self.nodes += 1
        self.edges += [(a, number) for a in after]
        return number

    def is_before(self, node: int, places: tuple[int, ...]) -> bool:
        """Whether a node is, or comes before, one of the others; the time is linear in what is drawn."""
        return node in reachable(places, predecessors(self.edges).get)

    def at(self, lifeline: str) -> Place:
        return self.standings.get(lifeline, Place())

    def stand(self, lifeline: str, standing: Place) -> None:
        """Set where a lifeline stands now; each open frame remembers where it stood before."""
        before = self.at(lifeline)
        for frame in reversed(self.frames):
            if lifeline in frame.saved:
                break
            frame.saved[lifeline] = before
        self.standings[lifeline] = standing

    def open_frame(self) -> None:
        self.frames.append(_Frame())

    def end_operand(self) -> None:
        """Leave an operand: what it touched goes back to where it stood before the fragment."""
        frame = self.frames[-1]
        ended: dict[str, Place] = {}
        for lifeline, saved in frame.saved.items():
            now = self.standings.get(lifeline, Place())
            strays = frame.strays.pop(lifeline, [])
            ended[lifeline] = self._joined([now, *strays], now, is_par=False) if strays else now
            self.standings[lifeline] = saved
        frame.ended.append(ended)

    def close_frame(self, ends: list[OperandEnd], *, keeps_joinable: bool) -> None:
        """Leave a fragment: a lifeline goes on after all operands that touched it and go on.

        What stops is joined where the fragment around ends; nothing waits for what handles a failure.
        """
        frame = self.frames.pop()
        strays: dict[str, list[Place]] = {}
        for lifeline, saved in frame.saved.items():
            moved = [(e.get(lifeline, saved), end) for e, end in zip(frame.ended, ends)]
            after = [s for s, end in moved if end is OperandEnd.GOES_ON and s.frontier != saved.frontier]
            strays[lifeline] = [
                s for s, end in moved if end is OperandEnd.STOPS and s.frontier != saved.frontier
            ]
            result = self._joined(after, saved, is_par=not keeps_joinable) if after else saved
            same = all(s.jobs == saved.jobs for s, _ in moved)
            joinable = bool(after) and all(s.is_joinable for s in after)
            if keeps_joinable:
                joinable = saved.is_joinable and same
            self.stand(lifeline, Place(result.frontier, result.jobs, joinable))
        if self.frames:
            for lifeline, gone in strays.items():
                if gone:
                    self.frames[-1].strays.setdefault(lifeline, []).extend(gone)

    def _joined(self, standings: list[Place], fallback: Place, *, is_par: bool) -> Place:
        frontier = tuple(dict.fromkeys(node for s in standings for node in s.frontier))
        if len(frontier) > 1:
            frontier = (self.join(*frontier) if is_par else self.node(*frontier),)
        jobs = tuple(dict.fromkeys(job for s in standings for job in s.jobs))
        return Place(frontier, jobs or fallback.jobs, fallback.is_joinable)


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
