"""`mermaid2gha why JOB [OTHER]`: why a job waits for another, may be left out, or has a right."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from mermaid2gha.base.diagnostic import has_errors
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.commands.io import Io
from mermaid2gha.commands.options import add_loudness, showing_from
from mermaid2gha.commands.result import CLEAN, MISUSE, Result
from mermaid2gha.report.cells import plain
from mermaid2gha.report.text import summary, text

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.compiler.plan.model import PlanJob, PlanNeed, WorkflowPlan
    from mermaid2gha.github.workflow.reader import WorkflowFile

HELP = """\
tell why a job waits for another, can be left out, or has a right

examples:
  mermaid2gha why publish                      what it waits for, when it is left out, what its token may do
  mermaid2gha why publish build                the chain of lines and needs by which it waits for `build`
  mermaid2gha why ci.yml:test --document docs/ci.md

A job is named by its id or its display name. Without --document, the `documents` of the nearest
mermaid2gha.yml are read.
"""


@dataclass(frozen=True, slots=True)
class _Known:
    """A workflow as planned, and as it stands on disk, if it does."""

    plan: WorkflowPlan
    file: WorkflowFile | None


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("job", metavar="JOB", help="the job in question")
    parser.add_argument("other", metavar="OTHER", nargs="?", help="a job that it may wait for")
    parser.add_argument(
        "--document", dest="paths", metavar="PATH", nargs="+", default=[], help="documents or folders of them"
    )
    add_loudness(parser)


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """The reasons, each with its lines in the documents and in the workflow file."""
    from mermaid2gha.compiler.compile import compile_documents
    from mermaid2gha.project.build import unignored
    from mermaid2gha.project.discovery import load
    from mermaid2gha.project.existing import existing_ids

    disk = io.disk()
    loaded = load(arguments.paths, disk, io.input_for(arguments.paths))
    found = list(loaded.diagnostics)
    workflows: list[_Known] = []
    count = 0
    for project in loaded.projects:
        compilation = compile_documents(project.documents, project.settings, existing_ids(project, disk))
        found += unignored(project, compilation.diagnostics)
        count += len(project.documents)
        folder = os.path.normpath(Path(project.root, project.settings.workflows))
        workflows += [
            _Known(plan, disk.workflow(str(Path(folder, plan.file)))[0])
            for plan in compilation.plan.workflows
        ]
    showing = showing_from(arguments, io)
    if has_errors(found):
        findings = showing.shown(found)
        err = text(findings, showing.paper) + summary(findings, count, showing.paper)
        return Result("", err, showing.code(found, is_misused=loaded.is_misused))
    places = _named([name for name in (arguments.job, arguments.other) if name is not None], workflows)
    if isinstance(places, str):
        return Result("", f"mermaid2gha: {places}\n", MISUSE)
    lines = _of_one(*places[0]) if len(places) == 1 else _of_two(places[0], places[1])
    return Result("".join(f"{plain(line)}\n" for line in lines), "", CLEAN)


_Place = tuple[_Known, "PlanJob"]


def _named(names: Sequence[str], workflows: Sequence[_Known]) -> list[_Place] | str:
    """The jobs of names, in one workflow if that tells them apart; or why there are none."""
    bearers = [_bearers(name, workflows) for name in names]
    for name, found in zip(names, bearers):
        if not found:
            return f"no job `{name}` is drawn{_near(name, workflows)}"
    shared = {id(one) for one, _ in bearers[0]} & {id(one) for one, _ in bearers[-1]}
    if len(names) > 1 and shared:
        bearers = [[pair for pair in found if id(pair[0]) in shared] for found in bearers]
    for name, found in zip(names, bearers):
        if len(found) > 1:
            listed = " or ".join(f"`{one.plan.file}:{job.id}`" for one, job in found)
            return f"there are several jobs `{name}`; write {listed}"
    return [found[0] for found in bearers]


def _bearers(name: str, workflows: Sequence[_Known]) -> list[_Place]:
    """The jobs with an id, else those with a display name."""
    file, _, wanted = name.rpartition(":")
    known = [(one, job) for one in workflows if file in ("", one.plan.file) for job in one.plan.jobs]
    by_id = [pair for pair in known if pair[1].id.casefold() == wanted.casefold()]
    return by_id or [pair for pair in known if pair[1].name.casefold() == wanted.casefold()]


def _near(name: str, workflows: Sequence[_Known]) -> str:
    from difflib import get_close_matches

    jobs = [job for one in workflows for job in one.plan.jobs]
    names = {text.casefold(): job.id for job in jobs for text in (job.name, job.id)}
    wanted = name.rpartition(":")[2].casefold()
    near = dict.fromkeys(names[one] for one in get_close_matches(wanted, list(names), 3, 0.5))
    return f"; did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else ""


def _of_two(first: _Place, second: _Place) -> Iterator[str]:
    """Why one of two jobs waits for the other, or that neither does."""
    if first[0] is not second[0]:
        named = [f"`{job.id}` of `{one.plan.file}`" for one, job in (first, second)]
        yield f"{named[0]} and {named[1]} are in two workflows: no `needs` can order them"
        return
    known = first[0]
    for later, earlier in ((first[1], second[1]), (second[1], first[1])):
        chain = _chain(known.plan, later.id, earlier.id)
        if chain:
            steps = "" if len(chain) == 1 else f", by {len(chain)} needs"
            yield f"`{later.id}` waits for `{earlier.id}` ({known.plan.file}){steps}"
            jobs = {job.id: job for job in known.plan.jobs}
            for name, need in chain:
                yield from _need(known, jobs[name], need)
            return
    yield f"`{first[1].id}` and `{second[1].id}` can run at the same time: neither is drawn before the other"
    common = sorted(set(first[1].flows) & set(second[1].flows), key=known.plan.flows.index)
    if not common:
        yield "  no flow draws both"


def _chain(plan: WorkflowPlan, later: str, earlier: str) -> tuple[tuple[str, PlanNeed], ...]:
    """The shortest chain of needs from one job back to another, the last one first, or nothing."""
    from itertools import pairwise

    from mermaid2gha.base.graph import shortest_path, successors

    needs = {(job.id, need.on): need for job, need in plan.needs}
    before = successors(needs)
    chain = pairwise(shortest_path(later, earlier, before.get))
    return tuple((pair[0], needs[pair]) for pair in chain)


def _need(known: _Known, job: PlanJob, need: PlanNeed) -> Iterator[str]:
    kinds = [word for word, holds in (("order", need.is_order), ("its outputs", need.is_data)) if holds]
    flows = (
        ""
        if set(need.flows) >= set(known.plan.flows)
        else f", in {', '.join(f'“{flow}”' for flow in need.flows)}"
    )
    yield f"  {job.id} needs {need.on}: {' and '.join(kinds)}{flows}"
    for label in known.plan.because(job, need):
        yield f"    {_place(label.span)}{f'  ({label.text})' if label.text else ''}"
    written = known.file.job(job.id) if known.file is not None else None
    for one in written.needs if written is not None else ():
        if one.job == need.on:
            yield f"    {_place(one.span)}"


def _place(span: Span) -> str:
    """A line of a file, with its number."""
    line = span.file.line_column(span.start)[0]
    start = span.file.text.rfind("\n", 0, span.start) + 1
    end = span.file.text.find("\n", span.start)
    return f"{span.file.name}:{line}: {span.file.text[start : end if end >= 0 else None].strip()}"


def _of_one(known: _Known, job: PlanJob) -> Iterator[str]:
    """What a job waits for, when it is left out, and what it may do."""
    plan = known.plan
    yield f"`{job.id}` — {job.name} ({plan.file}), drawn in {', '.join(f'“{flow}”' for flow in job.flows)}"
    yield "it waits for" if job.needs else "it waits for no other job"
    for need in job.needs:
        yield from _need(known, job, need)
    yield from _left_out(job, plan)
    if job.rights:
        yield "its token may"
        for right in job.rights:
            yield f"  {right.scope}: {right.level}{f', for {right.comment}' if right.comment else ''}"
    if job.environment:
        yield f"people approve it: it runs in the environment `{job.environment}`"


def _left_out(job: PlanJob, plan: WorkflowPlan) -> Iterator[str]:
    from mermaid2gha.compiler.ir.flow_graph import JobKind
    from mermaid2gha.github.expressions.condition import expression

    if set(job.flows) < set(plan.flows) or job.words:
        yield "it is left out"
        for flow in plan.flows:
            if flow not in job.flows:
                yield f"  in “{flow}”, which does not draw it"
        for flow, words in job.words:
            yield f"  in “{flow}” unless {words}"
    elif job.kind is JobKind.GATE:
        yield "it is never left out: it tells how the others ended"
    elif job.needs:
        yield "it is left out only after a failure, a time-out or a cancelled run"
    else:
        yield "it is never left out"
    if job.condition is not None:
        yield f"  if: {' '.join(expression(job.condition).split())}"
