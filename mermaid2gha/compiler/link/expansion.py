"""Notes that stand for several jobs, by `ids` in the settings: a copy of the drawn job for each (section 5).

The copies have the places, the steps and the transfers of the note and no order among themselves, so that
everything after this pass sees so many jobs drawn side by side. Notes that are given one id are made one
job later, when their ids are known (`compiler.link.identity`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.diagram_ir import Drawing, Drawings, DrawnJob, Fragment, Gate, Run, Transfer
from mermaid2gha.compiler.ir.existing import Existing
from mermaid2gha.settings.model import JobSettings, Settings, folded


def expansion(drawings: Drawings, settings: Settings) -> tuple[Drawings, list[Diagnostic]]:
    """The drawings of a project with each note as often as the settings say; wildcards look at what stands.

    Reports nothing.
    """
    given = {folded(name): value for name, value in settings.jobs if value.ids}
    if not given:
        return drawings, []
    names: dict[str, str] = {}
    for drawing in drawings.items:
        for run in drawing.runs:
            names.setdefault(run.file.casefold(), run.name)
    existing = drawings.documents.existing
    items = tuple(
        _copied(one, {job.number: _ids(one, job, names, given, existing) for job in one.jobs})
        for one in drawings.items
    )
    return replace(drawings, items=items), []


def _ids(
    drawing: Drawing,
    job: DrawnJob,
    names: Mapping[str, str],
    given: Mapping[str, JobSettings],
    existing: Existing,
) -> tuple[str, ...]:
    """The ids of the jobs that a note stands for; none where the settings say nothing that helps."""
    file = drawing.runs[job.run].file.casefold()
    found = setting_of(names[file], (job.text.title, job.text.name), given)
    if found is None:
        return ()
    return tuple(_resolved(found.ids, [job.id for job in existing.file(file).jobs]))


def setting_of(workflow: str, names: Sequence[str], given: Mapping[str, JobSettings]) -> JobSettings | None:
    """What `jobs: "WORKFLOW/NAME"` says of the first of a job's names that it knows."""
    keys = (folded(f"{workflow}/{name}") for name in names)
    return next((given[key] for key in keys if key in given), None)


def _resolved(patterns: Sequence[str], there: Sequence[str]) -> Iterator[str]:
    from fnmatch import fnmatchcase  # late: few projects give ids

    seen: set[str] = set()
    for pattern in patterns:
        for name in [one for one in there if fnmatchcase(one, pattern)] if "*" in pattern else [pattern]:
            if name.casefold() not in seen:
                seen.add(name.casefold())
                yield name


def _copied(drawing: Drawing, ids: Mapping[int, tuple[str, ...]]) -> Drawing:
    if not any(ids.values()):
        return drawing
    copies = _Copies(drawing, ids)
    return replace(
        drawing,
        runs=tuple(map(copies.run, drawing.runs)),
        jobs=tuple(copies.jobs),
        fragments=tuple(map(copies.fragment, drawing.fragments)),
        transfers=tuple(one for transfer in drawing.transfers for one in copies.transfer(transfer)),
        trace=tuple(replace(r, job=copies.numbers[r.job][0] if r.job >= 0 else -1) for r in drawing.trace),
        nodes=copies.nodes,
        edges=tuple(dict.fromkeys(copies.edges)),
    )


class _Copies:
    """The jobs of a drawing numbered anew, each followed by its copies, which have nodes of their own."""

    def __init__(self, drawing: Drawing, ids: Mapping[int, tuple[str, ...]]) -> None:
        self.nodes = drawing.nodes
        self.edges = list(drawing.edges)
        self.jobs: list[DrawnJob] = []
        self.numbers: dict[int, list[int]] = {}
        self.nodes_of: dict[int, list[dict[int, int]]] = {}
        own: dict[int, list[int]] = {}
        for transfer in drawing.transfers:
            own.setdefault(transfer.job, []).append(transfer.node)
        for job in drawing.jobs:
            for name in ids[job.number] or ("",):
                nodes = self.of_copy(
                    [job.node, *own.get(job.number, ())], is_first=job.number not in self.numbers
                )
                self.nodes_of.setdefault(job.number, []).append(nodes)
                self.numbers.setdefault(job.number, []).append(len(self.jobs))
                self.jobs.append(replace(job, number=len(self.jobs), node=nodes[job.node], stands_for=name))

    def of_copy(self, nodes: Sequence[int], *, is_first: bool) -> dict[int, int]:
        """The nodes of a copy for those of its note, with edges to the same places."""
        if is_first:
            return {node: node for node in nodes}
        made = {node: self.nodes + number for number, node in enumerate(dict.fromkeys(nodes))}
        self.nodes += len(made)
        self.edges += [
            (made.get(a, a), made.get(b, b)) for a, b in list(self.edges) if a in made or b in made
        ]
        return made

    def all_of(self, jobs: Sequence[int]) -> tuple[int, ...]:
        return tuple(number for job in jobs for number in self.numbers[job])

    def run(self, run: Run) -> Run:
        gate = run.gate
        return replace(run, gate=Gate(gate.text, self.all_of(gate.covers), gate.span)) if gate else run

    def fragment(self, fragment: Fragment) -> Fragment:
        return replace(fragment, before=tuple((run, self.all_of(jobs)) for run, jobs in fragment.before))

    def transfer(self, transfer: Transfer) -> Iterator[Transfer]:
        for number, nodes in zip(self.numbers[transfer.job], self.nodes_of[transfer.job]):
            yield replace(transfer, job=number, node=nodes[transfer.node])
