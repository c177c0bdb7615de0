"""Why a job waits for another, may be left out, or has a right: of a drawn workflow, and of any file.

Of a drawn workflow that also stands as a file, what is drawn and what the file says are kept apart wherever
they differ. Of a file alone, the reasons are its own lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Protocol

from mermaid2gha.base.graph import shortest_path, successors
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.compile import Compilation
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.link.matching import matching
from mermaid2gha.compiler.plan.model import PlanJob, PlanNeed, WorkflowPlan
from mermaid2gha.github.expressions.ast import Call, Node
from mermaid2gha.github.expressions.checker import nodes, unwrapped
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.expressions.template import IfExpression, if_expression, terms
from mermaid2gha.github.simulator.words import only_words
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.project.snapshot import Disk
from mermaid2gha.yaml.tree import Entries, Entry, Items, Scalar, Tree, resolved


class Explained(Protocol):
    """A workflow whose jobs can be asked about. `jobs` are pairs of id and display name."""

    @property
    def file_name(self) -> str: ...

    @property
    def jobs(self) -> Sequence[tuple[str, str]]: ...

    def of_one(self, job: str) -> Iterator[str]:
        """What a job waits for, when it is left out, and what it may do."""

    def of_two(self, first: str, second: str) -> Iterator[str]:
        """Why one of two jobs waits for the other, or that neither does."""


@dataclass(frozen=True, slots=True)
class PlannedWorkflow:
    """A workflow as planned, as it stands on disk, if it does, and the jobs of the file by drawn ids."""

    plan: WorkflowPlan
    file: WorkflowFile | None
    written: Mapping[str, FileJob]

    @property
    def file_name(self) -> str:
        return self.plan.file

    @property
    def jobs(self) -> Sequence[tuple[str, str]]:
        return [(job.id, job.name) for job in self.plan.jobs]

    def of_two(self, first: str, second: str) -> Iterator[str]:
        plan = self.plan
        needs = {(job.id, need.on): need for job, need in plan.needs}
        jobs = {job.id: job for job in plan.jobs}
        for later, earlier in ((first, second), (second, first)):
            chain = list(pairwise(shortest_path(later, earlier, successors(needs).get)))
            if chain:
                yield _waits(later, earlier, plan.file, len(chain))
                for name, on in chain:
                    yield from self.need(jobs[name], needs[name, on])
                return
        yield f"`{first}` and `{second}` can run at the same time: neither is drawn before the other"
        if not set(jobs[first].flows) & set(jobs[second].flows):
            yield "  no flow draws both"

    def of_one(self, job: str) -> Iterator[str]:
        drawn = next(one for one in self.plan.jobs if one.id == job)
        flows = ", ".join(f"“{flow}”" for flow in drawn.flows)
        written = self.written.get(job)
        name = drawn.name if written is None or not written.name else written.name
        yield f"`{job}` — {name} ({self.plan.file}), drawn in {flows}"
        yield from self.needs(drawn, written)
        yield from _left_out(drawn, self.plan)
        yield from self.condition(drawn, written)
        yield from self.axes(drawn, written)
        yield from self.rights(drawn, written)
        yield from self.environment(drawn, written)

    def needs(self, job: PlanJob, written: FileJob | None) -> Iterator[str]:
        more = []
        if written is not None:
            ids = {one.id.lower(): drawn for drawn, one in self.written.items()}
            drawn = {need.on.lower() for need in job.needs}
            more = [
                need for need in written.needs if ids.get(need.job.lower(), need.job).lower() not in drawn
            ]
        yield "it waits for" if job.needs or more else "it waits for no other job"
        for need in job.needs:
            yield from self.need(job, need)
        for extra in more:
            yield f"  {job.id} needs {extra.job}: the file says so, it is not drawn"
            yield f"    {place(extra.span)}"

    def need(self, job: PlanJob, need: PlanNeed) -> Iterator[str]:
        kinds = [word for word, holds in (("order", need.is_order), ("its outputs", need.is_data)) if holds]
        flows = ""
        if not set(need.flows) >= set(self.plan.flows):
            flows = f", in {', '.join(f'“{flow}”' for flow in need.flows)}"
        yield f"  {job.id} needs {need.on}: {' and '.join(kinds)}{flows}"
        for label in self.plan.because(job, need):
            yield f"    {place(label.span)}{f'  ({label.text})' if label.text else ''}"
        written, on = self.written.get(job.id), self.written.get(need.on)
        if written is None:
            return
        wanted = on.id if on is not None else need.on
        lines = [one for one in written.needs if one.job.lower() == wanted.lower()]
        yield from (f"    {place(one.span)}" for one in lines)
        if not lines and need.is_order:
            yield f"    the file does not say so: `{written.id}` has no need on `{wanted}`"

    def condition(self, job: PlanJob, written: FileJob | None) -> Iterator[str]:
        drawn = " ".join(expression(job.condition).split()) if job.condition is not None else ""
        said = _condition_text(written) if written is not None else drawn
        if _spelling(said) == _spelling(drawn):
            yield from [f"  if: {drawn}"] if drawn else []
            return
        yield f"  the file says if: {said}" if said else "  the file has no `if`"
        yield f"  drawn is if: {drawn}" if drawn else "  drawn is none"

    def axes(self, job: PlanJob, written: FileJob | None) -> Iterator[str]:
        drawn = {axis.casefold(): (axis, _values(values)) for axis, values in job.matrix}
        said = _axes(written) if written is not None else dict(drawn.values())
        if drawn or said:
            yield "it runs once for each of"
        for axis, values in said.items():
            known = drawn.pop(axis.casefold(), None)
            more = "" if known is not None else "  (the file says so, it is not drawn)"
            if known is not None and {*known[1]} != {*values}:
                more = f"  (drawn are {', '.join(known[1])})"
            yield f"  {axis}: {', '.join(values)}{more}"
        for axis, values in drawn.values():
            yield f"  {axis}: {', '.join(values)}  (drawn, and not in the file)"

    def rights(self, job: PlanJob, written: FileJob | None) -> Iterator[str]:
        drawn = [(right.scope, right.level, right.comment) for right in job.rights]
        said = _rights(self.file, written) if self.file is not None and written is not None else None
        if said is None:
            if written is not None and self.file is not None:
                yield "its token may do what the repository grants by default: the file says nothing"
            elif drawn:
                yield "its token may"
                yield from (f"  {_right(scope, level, comment)}" for scope, level, comment in drawn)
            return
        comments = {(scope, level): comment for scope, level, comment in drawn}
        if said:
            yield "its token may"
        elif drawn:
            yield "its token may do nothing: the file takes all rights away"
        for scope, level in said:
            known = comments.get((scope, level))
            more = "" if known is not None else "the file says so, it is not drawn"
            yield f"  {_right(scope, level, known or '')}{f'  ({more})' if more else ''}"
        for scope, level, comment in drawn:
            if not _has(said, scope, level):
                yield f"  {_right(scope, level, comment)}  (drawn, and not in the file)"

    def environment(self, job: PlanJob, written: FileJob | None) -> Iterator[str]:
        said = written.environment if written is not None else job.environment
        if said:
            yield (
                f"people approve it: it runs in the environment `{said}`"
                if job.environment
                else (f"it runs in the environment `{said}`: the file says so, it is not drawn")
            )
        if said != job.environment and job.environment:
            yield (
                f"  drawn as `{job.environment}`"
                if said
                else (f"nobody approves it: the file has no environment, and `{job.environment}` is drawn")
            )


def planned_workflows(compilation: Compilation, folder: str, disk: Disk) -> list[PlannedWorkflow]:
    """The workflows of a compilation with those that stand in a folder, and which of their jobs are drawn."""
    found = []
    for plan, linked in zip(compilation.plan.workflows, compilation.linked):
        file = disk.workflow(str(Path(folder, plan.file)))[0]
        by_id = {job.id.lower(): job for job in file.jobs} if file is not None else {}
        written = {job.id: by_id[job.id.lower()] for job in plan.jobs if job.id.lower() in by_id}
        if file is not None:
            written |= {linked.jobs[at].id: job for at, job in matching(linked, file).items()}
        found.append(PlannedWorkflow(plan, file, written))
    return found


@dataclass(frozen=True, slots=True)
class WrittenWorkflow:
    """A workflow as it stands in a file that nothing draws."""

    file: WorkflowFile

    @property
    def file_name(self) -> str:
        return PurePosixPath(self.file.file.name).name

    @property
    def jobs(self) -> Sequence[tuple[str, str]]:
        return [(job.id, job.name or job.id) for job in self.file.jobs]

    def job(self, name: str) -> FileJob:
        return next(job for job in self.file.jobs if job.id.lower() == name.lower())

    def of_two(self, first: str, second: str) -> Iterator[str]:
        ids = {job.id.lower(): job.id for job in self.file.jobs}
        needs = {
            (job.id, ids.get(need.job.lower(), need.job)): need
            for job in self.file.jobs
            for need in job.needs
        }
        for later, earlier in ((first, second), (second, first)):
            chain = list(pairwise(shortest_path(later, earlier, successors(needs).get)))
            if chain:
                yield _waits(later, earlier, self.file_name, len(chain))
                for name, on in chain:
                    yield from self.need(self.job(name), on, needs[name, on].span)
                return
        yield f"`{first}` and `{second}` can run at the same time: neither needs the other"

    def need(self, job: FileJob, on: str, span: Span) -> Iterator[str]:
        read = _outputs_read(job, on)
        kinds = f"order and its outputs ({', '.join(read)})" if read else "order"
        yield f"  {job.id} needs {on}: {kinds}"
        yield f"    {place(span)}"

    def of_one(self, job: str) -> Iterator[str]:
        written = self.job(job)
        yield f"`{written.id}` — {written.name or written.id} ({self.file_name})"
        yield "it waits for" if written.needs else "it waits for no other job"
        for need in written.needs:
            yield from self.need(written, need.job, need.span)
        yield from self.left_out(written)
        if axes := _axes(written):
            yield "it runs once for each of"
            yield from (f"  {axis}: {', '.join(values)}" for axis, values in axes.items())
            at = written.item("strategy")
            yield from [f"    {place(at.key.span)}"] if at is not None else []
        said = _rights(self.file, written)
        if said is None:
            yield "its token may do what the repository grants by default: the file says nothing"
        else:
            yield "its token may" if said else "its token may do nothing"
            yield from (f"  {_right(scope, level, '')}" for scope, level in said)
            at = written.item("permissions") or self.file.root.entry("permissions")
            yield from [f"    {place(at.span)}"] if at is not None and said else []
        if written.environment:
            yield f"it runs in the environment `{written.environment}`, whose rules may ask people"
            at = written.item("environment")
            yield from [f"    {place(at.span)}"] if at is not None else []

    def left_out(self, job: FileJob) -> Iterator[str]:
        condition = _parsed(job)
        if condition is None:
            yield "it is left out by an `if` that GitHub refuses"
        elif condition.is_implicit and not condition.text:
            yield (
                "it is left out after a failure, a time-out, a skipped job before it or a cancelled run"
                if job.needs
                else "it is never left out"
            )
        else:
            asked = [term for term in terms(condition.node) if not _is_status(term)]
            for term in asked:
                yield f"it runs {only_words(term)}"
            if job.needs or not asked:
                yield _after(condition.node, has_needs=bool(job.needs))
        if job.condition is not None:
            yield f"    {place(job.condition.span)}"


def _after(node: Node, *, has_needs: bool) -> str:
    """What becomes of a job with an `if` after jobs that did not go well."""
    names = {part.name for part in nodes(node) if isinstance(part, Call)}
    if "always" in names:
        return "it is not left out for how others end, nor in a cancelled run"
    if names & {"failure", "cancelled"}:
        return "it may run although a job before it did not go well: its `if` decides"
    if "success" in names and has_needs:
        return "it is left out after a failure, a time-out, a skipped job before it or a cancelled run"
    return "it waits for nothing that could leave it out"


def _is_status(node: Node) -> bool:
    return isinstance(node, Call) and node.name in ("success", "always") and not node.arguments


def _parsed(job: FileJob) -> IfExpression | None:
    try:
        return if_expression(_whole_text(job))
    except ValueError:
        return None


def _whole_text(job: FileJob) -> str:
    return job.condition.value if job.condition is not None else ""


def _condition_text(job: FileJob) -> str:
    return " ".join(unwrapped(_whole_text(job))[0].split())


@lru_cache(maxsize=256)
def _spelling(text: str) -> object:
    """What an `if` says whatever its spelling; the text where it is no expression."""
    try:
        return if_expression(text).node
    except ValueError:
        return text


def _axes(job: FileJob) -> dict[str, tuple[str, ...]]:
    """The axes of a job's matrix with their values as the file has them, and what `include` adds to them."""
    strategy = job.node.get("strategy") if job.node is not None else None
    matrix = strategy.get("matrix") if isinstance(strategy, Entries) else None
    if isinstance(matrix, Scalar):
        return {"matrix": (matrix.value,)}
    if not isinstance(matrix, Entries):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for one in matrix.entries:
        value = resolved(one.value)
        items = value.items if isinstance(value, Items) else (value,)
        found[one.key.value] = tuple(" ".join(_text(resolved(item)).split()) for item in items)
    return found


def _values(values: tuple[str, ...] | str) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else values


def _text(node: Tree) -> str:
    return node.value if isinstance(node, Scalar) else node.span.text


def _rights(file: WorkflowFile, job: FileJob) -> tuple[tuple[str, str], ...] | None:
    """The rights of a job in a file: its own, else the workflow's; none where the repository decides."""
    return job.permissions if job.permissions is not None else file.permissions


def _has(rights: Sequence[tuple[str, str]], scope: str, level: str) -> bool:
    levels = dict(rights)
    wide = levels.get("", "")
    return (
        levels.get(scope) in (level, "write")
        or wide == "write-all"
        or (wide == "read-all" and level == "read")
    )


def _right(scope: str, level: str, comment: str) -> str:
    right = f"{scope}: {level}" if scope else level
    return f"{right}, for {comment}" if comment else right


def _waits(later: str, earlier: str, file: str, count: int) -> str:
    return f"`{later}` waits for `{earlier}` ({file}){'' if count == 1 else f', by {count} needs'}"


def _outputs_read(job: FileJob, on: str) -> list[str]:
    """The outputs of another job that a job reads."""
    import re

    text = job.entry.span.text if isinstance(job.entry, Entry) else ""
    found = re.findall(rf"\bneeds\.{re.escape(on)}\.outputs\.([\w-]+)", text, re.IGNORECASE)
    return list(dict.fromkeys(found))


def _left_out(job: PlanJob, plan: WorkflowPlan) -> Iterator[str]:
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


def place(span: Span) -> str:
    """A line of a file, with its number."""
    line = span.file.line_column(span.start)[0]
    start = span.file.text.rfind("\n", 0, span.start) + 1
    end = span.file.text.find("\n", span.start)
    return f"{span.file.name}:{line}: {span.file.text[start : end if end >= 0 else None].strip()}"
