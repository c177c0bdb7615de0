"""Notes that stand for several jobs, by `ids` in the settings: a copy of the drawn job for each
(docs/language.md#jobs-steps-and-ids).

The copies have the occurrence, the steps and the transfers of the note and no order among themselves, so
that everything after this pass sees so many jobs drawn side by side. Notes that are given one id are made
one job later, when their ids are known (`compiler.link.identity`). A final check stands for one job.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.existing import Existing
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, FlowGraph, FlowGraphs, Fragment, Run, Transfer
from mermaid2gha.settings.model import JobSettings, Settings, folded


def expansion(drawings: FlowGraphs, settings: Settings) -> tuple[FlowGraphs, list[Diagnostic]]:
    """The drawings of a project with each note as often as the settings say; wildcards look at what stands.

    Reports nothing.
    """
    if not settings.jobs:
        return drawings, []
    given = {folded(name): value for name, value in settings.jobs if value.ids}
    names: dict[str, str] = {}
    for drawing in drawings.items:
        for run in drawing.runs:
            names.setdefault(run.file.casefold(), run.name)
    existing = drawings.documents.existing
    items = tuple(
        _copied(one, {job.number: _ids(one, job, names, given, existing) for job in one.jobs})
        for one in (_with_gates_named(one, names, settings) for one in drawings.items)
    )
    return replace(drawings, items=items), []


def _with_gates_named(drawing: FlowGraph, names: Mapping[str, str], settings: Settings) -> FlowGraph:
    """A drawing in which each final check has the id that the settings give it, if no mark does."""
    given = {folded(name): value for name, value in settings.jobs}
    runs = []
    for run in drawing.runs:
        gate = run.gate if run.gate is not None and not run.gate.fixed_id else None
        setting = setting_of(names[run.file.casefold()], gate.text.names, given) if gate is not None else None
        ids = (setting.id, *setting.ids) if setting is not None else ()
        sole = [one for one in ids if one and "*" not in one]
        is_named = gate is not None and len(sole) == 1
        runs.append(replace(run, gate=replace(gate, fixed_id=sole[0])) if gate and is_named else run)
    return replace(drawing, runs=tuple(runs)) if runs != [*drawing.runs] else drawing


def _ids(
    drawing: FlowGraph,
    job: DrawnJob,
    names: Mapping[str, str],
    given: Mapping[str, JobSettings],
    existing: Existing,
) -> tuple[str, ...]:
    """The ids of the jobs that a note stands for; none where the settings say nothing that helps."""
    file = drawing.runs[job.run].file.casefold()
    setting = setting_of(names[file], job.text.names, given)
    if setting is None:
        return ()
    return tuple(_resolved(setting.ids, [job.id for job in existing.file(file).jobs]))


def setting_of(workflow: str, names: Sequence[str], given: Mapping[str, JobSettings]) -> JobSettings | None:
    """What `jobs: "WORKFLOW/NAME"` says of the first of a job's names that it knows."""
    if not given:
        return None
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


def _copied(drawing: FlowGraph, ids: Mapping[int, tuple[str, ...]]) -> FlowGraph:
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
    )


class _Copies:
    """The jobs of a drawing numbered anew, each followed by its copies, which happen at one occurrence."""

    def __init__(self, drawing: FlowGraph, ids: Mapping[int, tuple[str, ...]]) -> None:
        self.jobs: list[DrawnJob] = []
        self.numbers: dict[int, list[int]] = {}
        for job in drawing.jobs:
            for name in ids[job.number] or ("",):
                self.numbers.setdefault(job.number, []).append(len(self.jobs))
                self.jobs.append(replace(job, number=len(self.jobs), stands_for=name))

    def all_of(self, jobs: Sequence[int]) -> tuple[int, ...]:
        return tuple(number for job in jobs for number in self.numbers[job])

    def run(self, run: Run) -> Run:
        gate = run.gate
        return replace(run, gate=replace(gate, covers=self.all_of(gate.covers))) if gate else run

    def fragment(self, fragment: Fragment) -> Fragment:
        return replace(
            fragment,
            before=tuple((run, self.all_of(jobs)) for run, jobs in fragment.before),
            failing=tuple((index, self.all_of(jobs)) for index, jobs in fragment.failing),
        )

    def transfer(self, transfer: Transfer) -> Iterator[Transfer]:
        for number in self.numbers[transfer.job]:
            yield replace(transfer, job=number)
