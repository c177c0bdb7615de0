"""Where the lifelines of a diagram stand while its occurrences are walked, and the edges that this draws.

The rules are those of `mermaid2gha.compiler.ir.occurrences`. Lowering walks with the statements, for it must
know which job a message joins; `drawn_order` walks with a flow graph.
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.graph import predecessors, reachable
from mermaid2gha.base.never import assert_never
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.compiler.ir.occurrences import Occurrence, OccurrenceKind, OperandEnd, Pair, PairKind

Edges = list[tuple[int, int]]
"""Pairs of points (a, b): a before b."""


@dataclass(frozen=True, slots=True)
class Frontier:
    """Where a lifeline stands: the points that what comes next follows, and the jobs directly before.

    Jobs are named by their occurrences. `is_joinable`: a message may become a step of the job directly
    before it, if that is a single one.
    """

    points: tuple[int, ...] = ()
    jobs: tuple[int, ...] = ()
    is_joinable: bool = True


_NOWHERE = Frontier()


@dataclass(slots=True)
class _Frame:
    """An open fragment: where its lifelines stood before it, and where each ended operand left them.

    `strays` are the ends of operands that stop, which the end of the operand around joins.
    """

    saved: dict[str, Frontier] = field(default_factory=dict)
    ended: list[dict[str, Frontier]] = field(default_factory=list)
    strays: dict[str, list[Frontier]] = field(default_factory=dict)


@dataclass(slots=True)
class Timeline:
    """Points and edges as they grow, and where each lifeline stands. An edge `(a, b)` means a before b.

    A frame is opened for each fragment; lifelines not touched in it cost nothing. `rows` are the edges from
    what stands directly before on a lifeline, or sends a message: not those into a point where the operands
    of a `par` come together, and not those of pairs. `takes` are those from pushes to what pulls them.
    `points_of` are, by occurrence, the points that what is paired with it follows.
    """

    points: int = 0
    edges: Edges = field(default_factory=list)
    rows: Edges = field(default_factory=list)
    takes: Edges = field(default_factory=list)
    points_of: list[tuple[int, ...]] = field(default_factory=list)
    frontiers: dict[str, Frontier] = field(default_factory=dict)
    frames: list[_Frame] = field(default_factory=list)

    def at(self, lifeline: str) -> Frontier:
        return self.frontiers.get(lifeline, _NOWHERE)

    def stand(self, lifeline: str, frontier: Frontier) -> None:
        """Set where a lifeline stands now; each open frame remembers where it stood before."""
        for frame in reversed(self.frames):
            if lifeline in frame.saved:
                break
            frame.saved[lifeline] = self.at(lifeline)
        self.frontiers[lifeline] = frontier

    def occur(self, occurrence: Occurrence, sender: int | None = None) -> None:
        """Let something happen next on its lifeline, received from the occurrence that sends it, if any."""
        number, here = len(self.points_of), self.frontiers.get(occurrence.lifeline, _NOWHERE)
        sent = self.points_of[sender] if sender is not None else ()
        points: tuple[int, ...]
        match occurrence.kind:
            case OccurrenceKind.SEND:
                points = here.points
            case OccurrenceKind.START:
                points = sent
                self.stand(occurrence.lifeline, Frontier(points))
            case OccurrenceKind.JOB:
                points = (self.point(*here.points),)
                self.stand(occurrence.lifeline, Frontier(points, (number,)))
            case OccurrenceKind.RECEIVE | OccurrenceKind.MOVED_PUSH:
                points = (self.point(*dict.fromkeys((*here.points, *sent))),)
                self.stand(occurrence.lifeline, Frontier(points, here.jobs, here.is_joinable))
            case _:
                assert_never(occurrence.kind)
        self.points_of.append(points)

    def pair(self, pair: Pair) -> None:
        """Order two occurrences that have both been walked, wherever they stand."""
        edges = [(a, b) for a in self.points_of[pair.before] for b in self.points_of[pair.after]]
        self.edges += edges
        if pair.kind is PairKind.ARTIFACT:
            self.takes += edges

    def point(self, *after: int) -> int:
        number = self.joint(*after)
        self.rows += [(a, number) for a in after]
        return number

    def joint(self, *after: int) -> int:
        """A point where the operands of a `par` come together."""
        number = self.points
        self.points += 1
        self.edges += [(a, number) for a in after]
        return number

    def is_before(self, occurrence: int, points: Sequence[int]) -> bool:
        """Whether an occurrence is, or comes before, one of some points; linear in what is drawn."""
        before = set(reachable(points, predecessors(self.edges).get))
        return not before.isdisjoint(self.points_of[occurrence])

    # -- fragments ---------------------------------------------------------------------------------

    def open_fragment(self) -> None:
        self.frames.append(_Frame())

    def next_operand(self, *, is_option: bool) -> None:
        """Go on to the next operand of the innermost fragment; an option follows what it makes good."""
        self._end_operand()
        if is_option:
            for lifeline, frontier in self.frames[-1].ended[-1].items():
                self.stand(lifeline, frontier)

    def _end_operand(self) -> None:
        """Leave an operand: what it touched goes back to where it stood before the fragment."""
        frame = self.frames[-1]
        ended: dict[str, Frontier] = {}
        for lifeline, saved in frame.saved.items():
            now = self.at(lifeline)
            strays = frame.strays.pop(lifeline, [])
            if strays:
                points, jobs = self._joined([now, *strays], is_par=False)
                now = Frontier(points, jobs, now.is_joinable)
            ended[lifeline] = now
            self.frontiers[lifeline] = saved
        frame.ended.append(ended)

    def close_fragment(self, ends: Sequence[OperandEnd], *, is_par: bool) -> None:
        """Leave a fragment: a lifeline goes on after all operands that touched it and go on.

        What stops is joined where the operand around ends; nothing waits for what is aside.
        """
        self._end_operand()
        frame = self.frames.pop()
        for lifeline, saved in frame.saved.items():
            moved = [(ended.get(lifeline, saved), end) for ended, end in zip(frame.ended, ends)]
            after = [f for f, end in moved if end is OperandEnd.GOES_ON and f.points != saved.points]
            stopped = [f for f, end in moved if end is OperandEnd.STOPS and f.points != saved.points]
            points, jobs = self._joined(after, is_par=is_par) if after else (saved.points, saved.jobs)
            if is_par:
                is_joinable = bool(after) and all(f.is_joinable for f in after)
            else:
                is_joinable = saved.is_joinable and all(f.jobs == saved.jobs for f, _ in moved)
            self.stand(lifeline, Frontier(points, jobs or saved.jobs, is_joinable))
            if stopped and self.frames:
                self.frames[-1].strays.setdefault(lifeline, []).extend(stopped)

    def _joined(self, frontiers: list[Frontier], *, is_par: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The points and the jobs at which a lifeline stands that comes from several places."""
        points = tuple(dict.fromkeys(point for f in frontiers for point in f.points))
        if len(points) > 1:
            points = (self.joint(*points) if is_par else self.point(*points),)
        return points, tuple(dict.fromkeys(job for f in frontiers for job in f.jobs))
