"""What of a job graph a picture draws, so that many needs stay legible.

A gate needs every job before it; it is drawn after those alone that no other job before it needs, and says
how many it needs. Where several jobs need the same several jobs, the arrows meet in a junction: every job
before it is needed by every job after it. Outputs that are only read join that junction, or have one.

Optional jobs in a row need each all before them, for those between may be skipped. Where a picture would have
more lines than anyone can follow, it leaves out those that longer ways say, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mermaid2gha.base.graph import reduction
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import PlanNeed, WorkflowPlan

MOST_LINES = 200
"""With more the engine takes seconds, growing with a high power of the number, and nobody sees one of
them."""


@dataclass(frozen=True, slots=True)
class OutlineEdge:
    """A line from job or junction to job or junction, by their ids; it ends in an arrow at a job.

    `flows` as of `PlanNeed`; `is_data`: an output is read; `is_order`: the result counts.
    """

    source: str
    target: str
    flows: tuple[str, ...]
    is_data: bool = False
    is_order: bool = True


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines of a picture, its junctions, and what each gate needs: `(job, number of jobs)`.

    The ids of junctions have a blank, which no job's has. `is_reduced`: lines that longer ways say are left
    out.
    """

    lines: tuple[OutlineEdge, ...]
    junctions: tuple[str, ...]
    gates: tuple[tuple[str, int], ...]
    is_reduced: bool = False


def outline(graph: WorkflowPlan, *, shows_data: bool = False) -> Outline:
    """The lines that show a job graph; with `shows_data` also those where only outputs are read."""
    gates = {job.id for job in graph.jobs if job.kind is JobKind.GATE}
    of_gates = {(job.id, need.on) for job, need in graph.needs if job.id in gates}
    followed = {
        (gate, need.on)
        for gate in gates
        for job, need in graph.needs
        if job.id not in gates and need.is_order and (gate, job.id) in of_gates
    }
    known = {job.id for job in graph.jobs}
    needs = [
        (job.id, need) for job, need in graph.needs if need.on in known and (shows_data or need.is_order)
    ]
    drawn = [pair for pair in needs if pair[0] not in gates or (pair[0], pair[1].on) not in followed]
    counts = tuple((gate, sum(job.id == gate for job, _ in graph.needs)) for gate in sorted(gates))
    lines, junctions = _grouped(graph, drawn)
    if len(lines) <= MOST_LINES:
        return Outline(lines, junctions, counts)
    fewer = _nearest(graph, drawn)
    return Outline(*_grouped(graph, fewer), counts, is_reduced=len(fewer) < len(drawn))


def _nearest(graph: WorkflowPlan, needs: Sequence[tuple[str, PlanNeed]]) -> list[tuple[str, PlanNeed]]:
    """The needs that in some flow no longer way implies, and those where an output is only read."""
    kept: set[tuple[str, str]] = set()
    for flow in graph.flows:
        kept.update(
            reduction([(need.on, job) for job, need in needs if need.is_order and flow in need.flows])
        )
    return [
        (job, need) for job, need in needs if not (need.is_order and need.flows) or (need.on, job) in kept
    ]


def _grouped(
    graph: WorkflowPlan, needs: Sequence[tuple[str, PlanNeed]]
) -> tuple[tuple[OutlineEdge, ...], tuple[str, ...]]:
    """The lines that show needs, and the junctions in which they meet."""
    lines: list[OutlineEdge] = []
    junctions: list[str] = []
    for shared, jobs in _alike(graph, needs):
        saved = len(jobs) * len(shared) - len(jobs) - len(shared)
        if saved < 0 or (saved == 0 and all(need.is_order for need in shared)):
            lines += (_line(need, job) for job in jobs for need in shared)
            continue
        junction = f"junction {len(junctions) + 1}"
        junctions.append(junction)
        lines += (_line(need, junction) for need in shared)
        flows = tuple(flow for flow in graph.flows if any(flow in need.flows for need in shared))
        is_order = any(need.is_order for need in shared)
        lines += (OutlineEdge(junction, job, flows, is_data=not is_order, is_order=is_order) for job in jobs)
    return tuple(lines), tuple(junctions)


def _line(need: PlanNeed, target: str) -> OutlineEdge:
    return OutlineEdge(need.on, target, flows=need.flows, is_data=need.is_data, is_order=need.is_order)


def sources(shown: Outline, jobs: Iterable[str]) -> dict[str, list[str]]:
    """The jobs from which lines lead to each job, through junctions too."""
    into: dict[str, list[str]] = {}
    for line in shown.lines:
        into.setdefault(line.target, []).append(line.source)
    junctions = set(shown.junctions)
    return {
        job: [
            one
            for source in into.get(job, [])
            for one in (into.get(source, []) if source in junctions else [source])
        ]
        for job in jobs
    }


Key = frozenset[tuple[str, tuple[str, ...], bool]]


def _alike(
    graph: WorkflowPlan, needs: Sequence[tuple[str, PlanNeed]]
) -> Iterator[tuple[list[PlanNeed], list[str]]]:
    """Needs and the jobs that all have them.

    Jobs alike in what orders them are one group; what they only read joins it if they are alike in that too,
    else it is grouped by what is read.
    """
    of: dict[str, list[PlanNeed]] = {job.id: [] for job in graph.jobs}
    for job, need in needs:
        of[job].append(need)
    groups: dict[Key, list[str]] = {}
    for job, wanted in of.items():
        groups.setdefault(_key(need for need in wanted if need.is_order), []).append(job)
    for jobs in groups.values():
        if len({_key(of[job]) for job in jobs}) == 1:
            yield of[jobs[0]], jobs
            continue
        yield [need for need in of[jobs[0]] if need.is_order], jobs
        read: dict[Key, tuple[list[PlanNeed], list[str]]] = {}
        reading = [(job, need) for job in jobs for need in of[job] if not need.is_order]
        for job, need in reading:
            read.setdefault(_key([need]), ([need], []))[1].append(job)
        yield from read.values()


def _key(needs: Iterable[PlanNeed]) -> Key:
    return frozenset((need.on, need.flows, need.is_order) for need in needs)
